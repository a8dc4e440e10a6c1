"""Who writes and with which texts: what the policy says of the sender, where texts are edited."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from arlib.i18n.issues import error_sentence
from arlib.i18n.settings import setting_name
from arlib.model.issues import UserError
from arlib.model.letter_settings import EVERY_COMPANY, SENDER_FIELDS
from arlib.reports.letter_texts import edited_files, shipped_files, texts_folder
from arlib.reports.zipped import zipped
from arlib.ui import cache
from arlib.ui.letters import panel
from arlib.ui.session import author, book, language, workspace
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.letters import LettersView

_ERROR: Final = "sender_error"
_LINES: Final = frozenset({"address", "legal", "contact", "bank", "clause"})


def block(page: Page, view: LettersView) -> None:
    """Draw who writes, what is left blank, and the button to fill it in."""
    _ = page.words
    name = ", ".join(view.sender["name"]) or _("Sender to be filled in")
    with panel(name, _("Who writes: nothing is supposed, what is missing stays a blank line")):
        if view.missing:
            names = [
                setting_name(f"letters_{field}", page.style.language) for field in view.missing
            ]
            st.markdown(small(plain(_("Left blank: {names}.").format(names=", ".join(names)))))
        if st.button(
            _("Fill in the sender"), icon=":material/edit:", width="stretch", key="sender_open"
        ):
            st.dialog(_("Sender of the letters"), width="large")(_form)(page, view)


def _form(page: Page, view: LettersView) -> None:
    _ = page.words
    st.markdown(small(plain(_("Kept in the policy, for the company of this customer."))))
    with st.form("sender_form", border=False):
        places = st.columns(2)
        for place, field in enumerate(SENDER_FIELDS):
            draw = st.text_area if field in _LINES else st.text_input
            with places[place % 2]:
                draw(
                    setting_name(f"letters_{field}", page.style.language),
                    value="\n".join(view.sender[field]),
                    key=f"sender_{field}",
                )
        is_asked = st.form_submit_button(
            _("Save the sender"), type="primary", on_click=_save, args=(page, view)
        )
    error = st.session_state.pop(_ERROR, None)
    if error:
        st.error(error, icon=":material/error:")
    elif is_asked:
        st.rerun()


def _save(page: Page, view: LettersView) -> None:
    """Keep the sender of one company in the policy; other companies keep theirs."""
    policy = cache.question(page.selection).policy
    company = view.company_id if len(page.info.companies) > 1 else EVERY_COMPANY
    settings = {}
    for field in SENDER_FIELDS:
        known = dict(getattr(policy, f"letters_{field}"))
        known.pop(view.company_id, None)
        text = str(st.session_state[f"sender_{field}"]).strip()
        known[company] = text
        settings[f"letters_{field}"] = {code: said for code, said in known.items() if said}
    try:
        changed = policy.with_settings(**settings)
        workspace().set_policy(changed, author(), expected=policy.version)
    except UserError as error:
        st.session_state[_ERROR] = error_sentence(error, language())


def texts(page: Page) -> None:
    """Draw where the texts are, how many are edited, and the button that gives ours to edit."""
    _, f = page.words, page.formats
    folder = texts_folder(book().path, os.environ)
    edited = edited_files(folder)
    count = len(edited)
    title = _.ngettext("{n} text edited", "{n} texts edited", count).format(n=f.integer(count))
    with panel(_("Your own texts"), title if count else _("The texts are those of the program")):
        words = _(
            "Copy a text to the folder {folder} and edit it there: it then stands before ours."
        )
        st.markdown(small(plain(words.format(folder=folder.name))))
        if edited:
            st.markdown(small(plain(", ".join(edited))))
        st.download_button(
            _("The texts (zip)"),
            data=partial(zipped, shipped_files()),
            file_name="encours_textes.zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            width="stretch",
            help=_("Plain text files; names between braces are replaced by values"),
            key="letters_texts",
        )
