"""Why customers pay late: causes noted by hand, with count, amount and share, as a workbook too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.labels import label
from arlib.ui import cache
from arlib.ui.cards import card
from arlib.ui.download import list_button
from arlib.ui.tables import Column, html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.late_causes import LateCausesBlock


def show(page: Page, currency: str) -> None:
    """Draw the causes of one currency: those noted, the largest overdue first, then none noted."""
    _ = page.words
    view = cache.late_causes(page.selection)
    block = next((item for item in view.blocks if item.currency == currency), None)
    if block is None:
        return
    about = _("Latest cause noted of each customer, against what he owes late at the date")
    with card(_title(page, block), about):
        if block.causes["cause"].isna().all():
            words = _("A cause is noted in the customer’s file, under Follow-up.")
            st.markdown(small(plain(words)))
            return
        _table(page, block)
        columns = _columns(page)
        rows = block.customers
        list_button(
            page,
            f"late_causes_{currency}",
            _("Causes of lateness by customer"),
            columns,
            lambda: rows.assign(cause_text=[cause_words(page, code) for code in rows["cause"]]),
        )


def cause_words(page: Page, code: Any) -> str:
    """Return a cause in words; a missing one says that none is noted."""
    if not isinstance(code, str):
        return page.words("No cause noted")
    return label("late_cause", code, page.style.language)


def _title(page: Page, block: LateCausesBlock) -> str:
    _, f = page.words, page.formats
    noted = block.causes.loc[block.causes["cause"].notna()]
    if noted.empty:
        return _("No cause of lateness is noted")
    if block.noted_ratio is None:
        return _("Causes of lateness: nothing is overdue")
    words = _("The cause is noted for {share} of the overdue; first: {cause} ({amount})")
    first = noted.iloc[0]
    return words.format(
        share=f.share(block.noted_ratio),
        cause=cause_words(page, first["cause"]),
        amount=f.compact(int(first["overdue_minor"]), block.currency),
    )


def _table(page: Page, block: LateCausesBlock) -> None:
    _, f = page.words, page.formats
    rows = [
        [
            cause_words(page, row["cause"]),
            f.integer(row["count_customers"]),
            f.integer(row["count_overdue"]),
            f.amount0(row["overdue_minor"], block.currency),
            MISSING if pd.isna(row["share_ratio"]) else f.share(row["share_ratio"]),
        ]
        for row in block.causes.to_dict("records")
    ]
    columns: list[tuple[str, Any]] = [
        (_("Cause of lateness"), "left"),
        (_("Customers"), "right"),
        (_("Of them overdue"), "right"),
        (_("Overdue"), "right"),
        (_("Share of the overdue"), "right"),
    ]
    html_table(columns, rows, alt=_("Causes of lateness"))


def _columns(page: Page) -> list[Column]:
    _, f = page.words, page.formats
    return [
        Column("name", _("Customer"), 200),
        Column("owner", _("Owner"), 120),
        Column("cause_text", _("Cause of lateness"), 200),
        Column("taken_on", _("Noted on"), 90, f.date),
        Column("author", _("Author"), 110),
        Column("text", _("Text"), 240),
        Column("overdue_minor", _("Overdue"), 100, f.amount, "currency"),
        Column("outstanding_minor", _("Outstanding"), 100, f.amount, "currency"),
    ]
