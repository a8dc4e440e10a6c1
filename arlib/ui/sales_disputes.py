"""The disputes that wait for sales: whose, how much, since when, past their date or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.labels import label
from arlib.ui import customers
from arlib.ui.cards import card
from arlib.ui.download import list_button
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid
from arlib.ui.texts import plain, small
from arlib.views.common import sum_by_currency
from arlib.views.sales import waiting_for

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.sales import SalesView


def waiting(page: Page, view: SalesView) -> None:
    """Draw « Litiges qui vous attendent », of every salesperson or of one."""
    _ = page.words
    with card(_title(page, view.disputes), _subtitle(page, view)):
        if view.disputes.empty:
            st.markdown(small(plain(_elsewhere(page, view))))
            return
        bar = st.container(horizontal=True, vertical_alignment="center")
        with bar:
            rows = waiting_for(view.disputes, _owner(page, view))
        columns = _columns(page)
        ticked = grid(
            _told(page, rows.head(SHOWN_ROWS)),
            columns,
            key="sales_disputes_grid",
            select="single",
            height=330,
            alt=_("Disputes that wait for sales"),
        )
        cut_note(page, len(rows))
        with bar:
            customers.open_button(page, rows.iloc[ticked], "sales_dispute_open")
            list_button(
                page,
                "sales_disputes",
                _("Disputes that wait for sales"),
                columns,
                lambda: _told(page, rows),
            )
        if view.count_elsewhere:
            st.markdown(small(plain(_elsewhere(page, view))))


def _title(page: Page, rows: pd.DataFrame) -> str:
    _, f = page.words, page.formats
    if rows.empty:
        return _("No dispute waits for you")
    sums = sum_by_currency(rows, "disputed_minor")
    said = _.ngettext(
        "{n} dispute waits for you: {amount}", "{n} disputes wait for you: {amount}", len(rows)
    ).format(
        n=f.integer(len(rows)),
        amount=" + ".join(f.amount0(amount, code) for code, amount in sums.items()),
    )
    late = int(rows["is_target_late"].sum())
    if late:
        more = _.ngettext("{n} past its target date", "{n} past their target date", late)
        said += f", {more.format(n=f.integer(late))}"
    return said


def _subtitle(page: Page, view: SalesView) -> str:
    _, language = page.words, page.style.language
    codes = ", ".join(label("dispute", code, language) for code in view.sales_codes)
    if not codes:
        return _("Those whose owner is a salesperson")
    return _(
        "Those whose owner is a salesperson and, without an owner, those that sales settle: {codes}"
    ).format(codes=codes)


def _elsewhere(page: Page, view: SalesView) -> str:
    """Say how many open disputes of the same customers others settle."""
    _, count = page.words, view.count_elsewhere
    if not count:
        return _("These customers have no open dispute.")
    return _.ngettext(
        "{n} other open dispute is settled by someone else: see Disputes and promises.",
        "{n} other open disputes are settled by someone else: see Disputes and promises.",
        count,
    ).format(n=page.formats.integer(count))


def _owner(page: Page, view: SalesView) -> str:
    """Draw the salespeople; return the one chosen, empty for all."""
    names = sorted(view.disputes["waits_for"].dropna().unique())
    every = page.words("Every salesperson")
    chosen: str = st.selectbox(
        every,
        ["", *names],
        format_func=lambda name: name or every,
        key="sales_disputes_owner",
        label_visibility="collapsed",
        width=300,
    )
    return chosen


def _columns(page: Page) -> list[Column]:
    _, f = page.words, page.formats
    return [
        Column("name", _("Customer"), 200),
        Column("number", _("Invoice"), 100),
        Column("cause", _("Cause"), 150),
        Column("disputed_minor", _("In dispute"), 92, f.amount, "currency"),
        Column("age_days", _("Age"), 64, f.days0),
        Column("target", _("To settle by"), 100),
        Column("state", _("State"), 84),
        Column("waits_for_text", _("Salesperson"), 140),
    ]


def _told(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    _, f, language = page.words, page.formats, page.style.language
    records = rows.to_dict("records")
    return rows.assign(
        cause=[
            label(
                "dispute", row["code"] if isinstance(row["code"], str) else row["reason"], language
            )
            for row in records
        ],
        target=[
            MISSING if pd.isna(row["target_on"]) else f.date(row["target_on"]) for row in records
        ],
        state=[_state(page, row["target_on"], is_late=row["is_target_late"]) for row in records],
        waits_for_text=rows["waits_for"].fillna(_("nobody named")),
    )


def _state(page: Page, target: object, *, is_late: bool) -> str:
    """Return whether a dispute is past its date, on time, or has no date."""
    if pd.isna(target):  # type: ignore[call-overload]
        return page.words("no date")
    return "▲ " + page.words("late") if is_late else page.words("on time")
