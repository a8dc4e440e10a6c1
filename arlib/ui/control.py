"""Block of the reports page: the internal control pack of a period, made when it is asked for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

import arlib
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.reports.control import control_workbook
from arlib.ui.cards import card
from arlib.ui.session import author, workspace
from arlib.ui.texts import plain
from arlib.views import control as control_view

if TYPE_CHECKING:
    from arlib.ui.frame import Page


def block(page: Page) -> None:
    """Draw the two days of the period and the download of who changed what, and of refused lines."""
    _, today = page.words, author().at.date()
    what = _(
        "Who changed which limit, setting, class, group, terms, dispute, promise or depreciation; every import and refused line"
    )
    with card(_("Internal control"), what):
        left, right = st.columns(2)
        with left:
            start = _day(_("First day"), date(today.year, 1, 1), "control_from")
        with right:
            end = _day(_("Last day"), today, "control_to")
        if end < start:
            wrong = UserError("control_dates", value=start.isoformat(), detail=end.isoformat())
            st.error(plain(error_sentence(wrong, page.style.language)), icon=":material/error:")
            return
        st.download_button(
            _("Download the internal control pack"),
            data=lambda: made(page, start, end),
            file_name=f"encours_controle_interne_{start:%Y-%m-%d}_{end:%Y-%m-%d}.xlsx",
            icon=":material/download:",
            on_click="ignore",
            key="control_download",
        )


def made(page: Page, start: date, end: date) -> bytes:
    """Return the pack of a period, of the company chosen or of all."""
    _, company = page.words, page.selection.filters.company_id
    book = workspace()
    view = control_view.build(book.histories(company), start, end)
    names = [item.name for item in page.info.companies if company in (None, item.company_id)]
    context = {
        _("Companies"): ", ".join(names),
        _("Policy"): _("policy {version}").format(version=book.policy().version),
        _("Program"): f"Encours {arlib.__version__}",
    }
    return control_workbook(view, context, page.style.language)


def _day(title: str, value: date, key: str) -> date:
    chosen: date | None = st.date_input(
        title, value=value, min_value=date(2000, 1, 1), format="DD/MM/YYYY", key=key
    )
    return chosen or value
