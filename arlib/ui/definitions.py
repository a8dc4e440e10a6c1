"""« Définitions »: what each figure of the page is, its source and its trap, behind one button."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

from arlib.i18n import definitions, translator
from arlib.ui.session import language
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.i18n import Translator
    from arlib.i18n.definitions import Definition


def definitions_button(page: str) -> None:
    """Draw the button of a page (name of its script): a text made once, no figure is read.

    The text goes with the page: read on opening, it would run the page again, and a run of it
    alone writes into a page that is gone when the reader leaves with the text still open.
    """
    _ = translator(language())
    with (
        st.popover(_("Definitions"), icon=":material/menu_book:", type="tertiary"),
        st.container(key="definitions_text"),
    ):
        st.markdown(definitions_text(page, language()))


def title_row(title: str, page: str) -> None:
    """Draw the title (in words) of a page that has no frame of figures, the button at its right."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False)
        definitions_button(page)


@cache
def definitions_text(page: str, lang: str) -> str:
    """Return a note, then the definitions of a page, as Markdown, every word of them escaped."""
    _ = translator(lang)
    note = _("Thresholds are those set at first; yours are in the settings.")
    told = [_paragraph(_, item) for item in definitions.of_page(page, lang)]
    return "\n\n".join([small(plain(note)), *told])


def _paragraph(_: Translator, item: Definition) -> str:
    """Return one figure: its name, its formula, then in small letters its trap and its source."""
    trap = f"**{plain(_('Trap:'))}** {plain(item.trap)}" if item.trap else ""
    source = _source(_, item)
    told = f":gray[{plain(_('Source: {source}').format(source=source))}]" if source else ""
    lines = [f"**{plain(item.name)}**", plain(item.formula)]
    lines += [f":small[{line}]" for line in (trap, told) if line]
    return "  \n".join(lines)


def _source(_: Translator, item: Definition) -> str:
    """Return where a definition comes from: paragraphs of the project's definitions, law, method."""
    places = item.paragraphs.replace("§", "§\u00a0")
    said = _("definitions of the product, {places}").format(places=places) if places else ""
    return " · ".join(part for part in (said, item.source) if part)
