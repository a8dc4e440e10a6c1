"""A company's own workbook on the reports page: dropped, filled, downloaded; the marks it may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from arlib.i18n.issues import error_sentence
from arlib.model.files import FileInput
from arlib.model.issues import UserError
from arlib.reports.own_example import example_workbook, mark
from arlib.reports.own_marks import catalogue, policy_buckets
from arlib.reports.own_template import Filled, fill
from arlib.reports.pseudonyms import pseudonymised
from arlib.ui import cache
from arlib.ui.cards import card
from arlib.ui.session import workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.frame import Page


def block(page: Page, *, is_pseudonymised: bool) -> None:
    """Draw the card: example, workbook dropped, button that fills it, list of marks."""
    _ = page.words
    with card(
        _("Your own workbook"), _("Cells that hold marks take figures; the rest stays as it is")
    ):
        st.markdown(
            small(
                plain(
                    _(
                        "Write for instance {{outstanding}} in a cell, or {{overruns.customer}} in a row to repeat."
                    )
                )
            )
        )
        given = st.file_uploader(
            _("Your workbook (.xlsx, without macros)"), type=["xlsx"], key="own_template"
        )
        if given is not None:
            _deliver(
                page, FileInput(given.name, given.getvalue()), is_pseudonymised=is_pseudonymised
            )
        _help(page)


def _deliver(page: Page, file: FileInput, *, is_pseudonymised: bool) -> None:
    """Draw the button that fills the workbook and, once it is filled, the one that downloads it."""
    _ = page.words
    if not st.button(_("Fill the workbook"), icon=":material/table_view:", key="own_fill"):
        return
    try:
        with st.spinner(_("Fill the workbook")):
            filled = made(page, file, is_pseudonymised=is_pseudonymised)
    except UserError as error:
        st.error(plain(error_sentence(error, page.style.language)), icon=":material/error:")
        return
    for sentence in filled.remarks(page.style.language):
        st.warning(plain(sentence), icon=":material/info:")
    name = file_name(page, file.name)
    st.download_button(
        _("Download {name}").format(name=plain(name)),
        data=filled.content,
        file_name=name,
        icon=":material/download:",
        on_click="ignore",
        key="own_download",
    )


def made(page: Page, file: FileInput, *, is_pseudonymised: bool) -> Filled:
    """Return the workbook filled. Raises UserError."""
    workspace().check_own_template(file)
    views, lang = cache.report(page.selection, "credit"), page.style.language
    return fill(file.content, pseudonymised(views, lang) if is_pseudonymised else views, lang)


def file_name(page: Page, given: str) -> str:
    """Return the name of the workbook filled: that of the model, without what a disk refuses, dated."""
    stem = given.rsplit(".", 1)[0]
    kept = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in stem)
    return f"{kept[:60]}_{page.selection.as_of:%Y-%m-%d}.xlsx"


def _help(page: Page) -> None:
    """Draw the example to download and the list of marks, when asked for."""
    _, lang = page.words, page.style.language
    policy = cache.question(page.selection).policy
    with st.container(horizontal=True):
        st.download_button(
            _("Download an example"),
            data=lambda: example_workbook(policy, lang),
            file_name="encours_exemple.xlsx",
            icon=":material/download:",
            on_click="ignore",
            key="own_example",
        )
        with st.popover(_("List of marks"), icon=":material/list:"):
            columns: list[tuple[str, Any]] = [(_("Mark"), "left"), (_("Meaning"), "left")]
            rows = [[mark(name), words] for name, words in catalogue(lang, policy_buckets(policy))]
            html_table(columns, rows, alt=_("List of marks"))
