"""Blocks of payment behaviour: cards of the book, table of the customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.labels import label
from arlib.ui import customers
from arlib.ui.cards import heading, metric
from arlib.ui.frame import reason
from arlib.ui.navigation import page_file
from arlib.ui.tables import Column, cut_note, grid
from arlib.ui.texts import plain

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.behaviour import BehaviourBlock

# column -> (title, what it says, whether it is a ratio)
_CARDS: Final = {
    "weighted_delay_open_days": (
        N_("Mean delay, open included"),
        N_("Amount-weighted delay of settled and overdue invoices, 12 months."),
    ),
    "weighted_delay_days": (
        N_("Mean delay of settlements"),
        N_("Amount-weighted delay of settlements; early ones count below zero."),
    ),
    "paid_over_30_ratio": (
        N_("Paid > 30 d late"),
        N_("Share of what fell due in 12 months that was, or still is, more than 30 days late."),
    ),
    "days_to_pay": (
        N_("Time to pay"),
        N_("Days from invoice to settlement, weighted by amount."),
    ),
}
_TRENDS: Final = {"worse": "▲", "stable": "=", "better": "▼"}


def left_out(page: Page, names: tuple[str, ...]) -> None:
    """Say which companies cannot answer."""
    if names:
        known = {item.company_id: item.name for item in page.info.companies}
        words = page.words("Left out, their files do not tell it: {names}")
        st.warning(words.format(names=", ".join(known.get(name, name) for name in names)))


def cards(page: Page, block: BehaviourBlock) -> None:
    """Draw four figures of the whole book, the trend beside the first."""
    row = block.portfolio.iloc[0].to_dict()
    for place, (name, (title, about)) in zip(st.columns(4), _CARDS.items(), strict=True):
        with place:
            _card(page, row, name, title, about)


def coverage(page: Page, block: BehaviourBlock) -> None:
    """Say that settlements were worked out, and on how much of the cash the figures rest."""
    if not block.is_estimated or block.covered_ratio is None:
        return
    _, f = page.words, page.formats
    words = _("Estimated: behaviour computed on {share} of the cash, matched without lettering.")
    st.markdown(
        f":orange[:material/join_inner: {plain(words.format(share=f.percent(block.covered_ratio)))}]"
    )
    st.page_link(page_file("matching"), label=_("See the matching"), icon=":material/join_inner:")


def table(page: Page, block: BehaviourBlock) -> None:
    """Draw the customers, slowest first; a tick opens the file."""
    _, f = page.words, page.formats
    rows = block.customers.reset_index(drop=True)
    slow = rows.assign(
        trend_text=[_trend(page, code) for code in rows["trend"]],
        short=["" if not flag else _("short") for flag in rows["is_history_short"]],
    )
    count = int((rows["trend"] == "worse").sum())
    title = _.ngettext(
        "{n} customer pays later and later", "{n} customers pay later and later", count
    ).format(n=f.integer(count))
    bar = st.container(horizontal=True, vertical_alignment="center")
    columns = [
        Column("name", _("Customer"), 186),
        Column("weighted_delay_open_days", _("Mean delay"), 96, f.signed_days),
        Column("weighted_delay_days", _("Settled"), 74, f.signed_days),
        Column("late_only_delay_days", _("When late"), 84, f.days0),
        Column("paid_over_30_ratio", _("> 30 d late"), 66, lambda value: f.percent(value, 0)),
        Column("days_to_pay", _("Time to pay"), 128, f.days0),
        Column("trend_text", _("Trend, 3 months"), 122),
        Column("count_paid_invoices", _("Invoices paid"), 98, f.integer),
        Column("overdue_minor", _("Overdue"), 88, f.amount0, "currency"),
    ]
    ticked = grid(slow, columns, key=f"behaviour_grid_{block.currency}", select="single", alt=title)
    cut_note(page, len(slow))
    with bar:
        with st.container(width="stretch"):
            heading(
                title,
                _("Slowest first, 12 months; fewer than 3 paid invoices is little to judge by"),
            )
        if st.button(_("Open the file"), disabled=len(ticked) != 1, key=f"open_{block.currency}"):
            row = rows.iloc[ticked[0]]
            customers.open_file(row["company_id"], row["customer_id"])


def _card(page: Page, row: dict[Any, Any], name: str, title: str, about: str) -> None:
    _, f = page.words, page.formats
    value = row[name]
    if pd.isna(value):
        metric(_(title), MISSING, detail=reason(page, row.get(f"{name}_reason")), about=_(about))
        return
    written = f.percent(value) if name.endswith("_ratio") else f.days(value)
    delta, is_up = None, None
    detail = ""
    if name == "weighted_delay_open_days" and pd.notna(row["trend_days"]):
        delta = f.signed_days(row["trend_days"])
        is_up = row["trend_days"] > 0
        detail = _("in 3 months")
    elif name == "weighted_delay_days":
        count = int(row["count_payments"])
        detail = _.ngettext("{n} settlement", "{n} settlements", count).format(n=f.integer(count))
    metric(
        _(title), written, delta=delta, is_up=is_up, is_worse=is_up, detail=detail, about=_(about)
    )


def _trend(page: Page, code: Any) -> str:
    if not isinstance(code, str):
        return MISSING
    return f"{_TRENDS.get(code, '')} {label('trend', code, page.style.language)}"
