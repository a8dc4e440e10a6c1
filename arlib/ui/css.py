"""The style sheet given once a page. No data ever enters it.

It rests on Streamlit's ``data-testid`` names and on keyed containers: a browser test looks at it
at each upgrade.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

# The words of the file control cannot be translated: hidden, and written with ::after.
_BASE: Final = """
.stMainBlockContainer{padding-left:1.5rem;padding-right:1.5rem}
.stApp:not(:has([data-testid=stExpandSidebarButton])) [data-testid=stHeader]{height:0;min-height:0}
[data-testid=stSidebar]:not([aria-expanded=false]){width:246px!important;min-width:246px!important}
[data-testid=stSidebarContent]{padding-left:.7rem!important;padding-right:.7rem!important}
[data-testid=stSidebarHeader]{padding-left:.4rem}
[data-testid=stSidebarUserContent]{padding-left:.9rem;padding-right:.9rem}
.stMarkdown [data-testid=stMarkdownContainer],.stHeading [data-testid=stMarkdownContainer]{margin-bottom:0}
.stMarkdown [data-testid=stMarkdownContainer] p,.stHeading [data-testid=stMarkdownContainer] p{margin:0}
.st-key-definitions_text .stMarkdown [data-testid=stMarkdownContainer] p{margin:0 0 .7rem}
.stMarkdown h5,.stMarkdown h3{padding:.1rem 0 .1rem}
.stHeading h1{padding:.3rem 0}
[data-testid=stMetricChart]{height:34px;margin-top:8px}
[data-testid=stElementToolbar],[data-testid=InputInstructions]{display:none}
[data-testid=stDataFrameColumnMenu]{display:none}
[class*=st-key-total_]{overflow:hidden;margin-top:-.92rem}
[class*=st-key-total_] [data-testid=stDataFrame]{margin-top:-31px}
[data-testid=stFileUploaderDropzone]{min-height:150px;border:1px dashed rgba(123,135,148,.9);justify-content:center;align-items:center;flex-direction:column;gap:.6rem}
[data-testid=stFileUploaderDropzone] [data-testid=stBaseButton-secondary]>*{display:none}
[data-testid=stFileUploaderDropzoneInstructions]>*{display:none}
[data-testid=stFileUploaderDropzoneInstructions]{margin:0;flex:0 0 auto;font-size:.95rem}
[data-testid=stFileUploaderDropzone]>*{margin:0;flex:0 0 auto}
[class*=st-key-row_]{border-bottom:1px solid rgba(123,135,148,.3);padding-bottom:.3rem}
:is(a,button,summary,[role=tab],[role=radio],[role=option]):focus-visible{outline:2px solid currentColor!important;outline-offset:-2px}
.stApp [class*=st-key-policy_file] [data-testid=stFileUploaderDropzoneInstructions]::after{content:".toml"}
.stApp [class*=st-key-own_template] [data-testid=stFileUploaderDropzoneInstructions]::after{content:".xlsx"}
[class*=st-key-behind_]{align-items:flex-end}
[class*=st-key-behind_] button{padding:0;min-height:0;font-size:.8rem;line-height:1.2;opacity:.75}
[class*=st-key-behind_] button:is(:hover,:focus-visible){opacity:1}
[class*=st-key-behind_] button *{font-size:.8rem!important}
[class*=st-key-row_] button{padding:0;min-height:0;justify-content:flex-start}
"""
# The one script of the application: a constant, with nothing put into it, gone once it has run.
_SPOKEN: Final = {
    "fr": '<script>document.documentElement.lang="fr";document.currentScript.remove()</script>',
    "en": '<script>document.documentElement.lang="en";document.currentScript.remove()</script>',
}


def apply(*, button: str, hint: str) -> None:
    """Put the style sheet on the page; ``button`` and ``hint`` are the file control's words.

    Both come from the catalogue, never from data; quotes are removed all the same.
    """
    words = (
        f'[data-testid=stFileUploaderDropzone] [data-testid=stBaseButton-secondary]::after{{content:"{_safe(button)}"}}'
        f'[data-testid=stFileUploaderDropzoneInstructions]::after{{content:"{_safe(hint)}"}}'
    )
    st.html(f"<style>{_BASE}{words}</style>")


def spoken(lang: str) -> None:
    """Tell screen readers the language of the page: Streamlit's own page says English.

    The texts are those of this module, never data.
    """
    st.html(_SPOKEN[lang], unsafe_allow_javascript=True)


def _safe(words: str) -> str:
    return "".join(letter for letter in words if letter not in '"\\<>{};')
