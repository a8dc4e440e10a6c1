"""What is taken away from the letters page: the letter in three formats, the statement, the case file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.reports.case_file import case_file_zip
from arlib.reports.letter import EMAIL, compose
from arlib.reports.letter_docx import letter_docx
from arlib.reports.letter_pdf import letter_pdf
from arlib.reports.letter_text import letter_text
from arlib.reports.letter_texts import STATEMENT
from arlib.ui import cache
from arlib.ui.letters import panel
from arlib.ui.session import author, language, workspace
from arlib.ui.texts import plain, small
from arlib.workspace import ActionEntry

if TYPE_CHECKING:
    from arlib.reports.letter import Asked, Letter
    from arlib.ui.frame import Page
    from arlib.views.letters import LettersView

_KEPT: Final = "letters_kept"
_NOTICE: Final = "R4"


def downloads(page: Page, view: LettersView, asked: Asked, made: Letter | None) -> None:
    """Draw the buttons: each file is made when it is clicked."""
    _ = page.words
    with panel(_("Take it away"), _("Files stay on this computer; send them yourself")):
        if made is not None:
            _letter(page, view, made)
        if asked.kind != STATEMENT and view.claims:
            _statement(page, view, asked)
        _case_file(page, view)
        if made is not None and made.asked.level:
            _record(page, view, made)


def _letter(page: Page, view: LettersView, made: Letter) -> None:
    _ = page.words
    name = _name(view, made.asked.kind, made.asked.level)
    with st.container(horizontal=True):
        st.download_button(
            "Word",
            data=partial(letter_docx, made),
            file_name=f"{name}.docx",
            icon=":material/description:",
            type="primary",
            on_click="ignore",
            help=_("Word document, to be edited or printed"),
            key="letters_docx",
        )
        st.download_button(
            "PDF",
            data=partial(letter_pdf, made),
            file_name=f"{name}.pdf",
            icon=":material/picture_as_pdf:",
            on_click="ignore",
            key="letters_pdf",
        )
        st.download_button(
            _("Text"),
            data=lambda: letter_text(made).encode("utf-8-sig"),
            file_name=f"{name}.txt",
            icon=":material/notes:",
            on_click="ignore",
            key="letters_txt",
        )


def _statement(page: Page, view: LettersView, asked: Asked) -> None:
    """Draw the button of the statement, in the language and at the date of the letter."""
    st.download_button(
        page.words("Statement of account (PDF)"),
        data=partial(_statement_pdf, view, replace(asked, kind=STATEMENT, level="")),
        file_name=f"{_name(view, STATEMENT, '')}.pdf",
        icon=":material/receipt_long:",
        on_click="ignore",
        width="stretch",
        key="letters_statement",
    )


def _statement_pdf(view: LettersView, asked: Asked) -> bytes:
    return letter_pdf(compose(view, asked))


def _case_file(page: Page, view: LettersView) -> None:
    """Draw the button of the case file for a lawyer or a collection agency."""
    st.download_button(
        page.words("Case file (zip)"),
        data=partial(_case_bytes, page, view),
        file_name=f"{_name(view, 'dossier', '')}.zip",
        icon=":material/folder_zip:",
        on_click="ignore",
        width="stretch",
        help=page.words(
            "For a lawyer or a collection agency: a PDF and a workbook with identity, invoices, reminders, promises, disputes, interest"
        ),
        key="letters_case",
    )


def _case_bytes(page: Page, view: LettersView) -> bytes:
    found = cache.case_file(page.selection, view.company_id, view.customer_id)
    return case_file_zip(found, page.style.language)


def _record(page: Page, view: LettersView, made: Letter) -> None:
    """Draw « Noter la relance »: the follow-up then knows that it left."""
    _ = page.words
    level = label("reminder_level", made.asked.level, page.style.language)
    st.button(
        _("Note the reminder as sent"),
        icon=":material/check:",
        on_click=_keep,
        args=(view, made),
        width="stretch",
        help=_(
            "Keeps {level} in the follow-up, with its invoices; to be done once it has left"
        ).format(level=level),
        key="letters_record",
    )
    if words := st.session_state.pop(_KEPT, None):
        st.markdown(small(plain(words)))


def _keep(view: LettersView, made: Letter) -> None:
    """Append the reminder to the follow-up."""
    level = made.asked.level
    by = author()
    channel = (
        "email" if made.asked.kind == EMAIL else "registered" if level == _NOTICE else "letter"
    )
    names = [
        str(name) for claim in view.claims_of(level) for name in claim.asked(level)["document_id"]
    ]
    entry = ActionEntry(
        view.company_id,
        view.customer_id,
        "reminder",
        text=made.subject,
        taken_on=min(made.asked.on, by.at.date()),
        document_ids=tuple(names),
        level=level,
        channel=channel,
    )
    try:
        workspace().add_action(entry, by)
    except UserError as error:
        st.toast(plain(error_sentence(error, language())))


def _name(view: LettersView, kind: str, level: str) -> str:
    """Return the name of a file, without what a disk refuses."""
    code = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in view.customer_id)
    parts = ["encours", kind, level, code[:40], f"{view.as_of:%Y-%m-%d}"]
    return "_".join(part for part in parts if part)
