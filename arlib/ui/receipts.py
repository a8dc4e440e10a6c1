"""Blocks of receipts: what fell due and when it came in, what cash paid, cohorts of invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import pandas as pd
import streamlit as st

from arlib.charts import receipts as receipts_chart
from arlib.i18n import MISSING
from arlib.ui import monthly_lists
from arlib.ui.cards import card, chart, heading
from arlib.ui.tables import html_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.ui.frame import Page
    from arlib.views.receipts import ReceiptsBlock

_LAST: Final = 12


class _Block(Protocol):
    @property
    def currency(self) -> str: ...


_B = TypeVar("_B", bound=_Block)


def in_currency(page: Page, currency: str, blocks: Sequence[_B]) -> _B | None:
    """Return the block of a currency; say that there is nothing to show when there is none."""
    found = next((item for item in blocks if item.currency == currency), None)
    if found is None:
        st.info(page.words("Nothing was invoiced, due or received in the last 24 months."))
    return found


def due_and_received(page: Page, block: ReceiptsBlock) -> None:
    """Draw what fell due by month, what cash paid by month, and the figures of a year."""
    as_of = page.selection.as_of
    left, right = st.columns(2)
    with left, card():
        chart(receipts_chart.due_figure(block, as_of, page.style), key=f"due_{block.currency}")
    with right, card():
        chart(
            receipts_chart.received_figure(block, as_of, page.style),
            key=f"received_{block.currency}",
        )
    with card():
        due_table(page, block)


def due_table(page: Page, block: ReceiptsBlock) -> None:
    """Draw the last twelve months of due dates, latest first."""
    _, f, code = page.words, page.formats, block.currency
    heading(
        _("What fell due, month by month"),
        _("Cumulated shares of what fell due less credit notes; – until the days have passed"),
    )
    columns: list[tuple[str, Any]] = [
        (_("Month"), "left"),
        (_("Invoices"), "right"),
        (_("Fallen due"), "right"),
        (_("Credit notes"), "right"),
        (_("By its end"), "right"),
        (_("+ 30 d"), "right"),
        (_("+ 60 d"), "right"),
        (_("To date"), "right"),
        (_("Still open"), "right"),
    ]
    rows = [
        [
            f.month(row["closed_on"].date()),
            f.integer(row["count_items"]),
            f.amount0(row["due_minor"], code),
            f.amount0(row["credited_minor"], code) if row["credited_minor"] else MISSING,
            *(
                f.percent(row[name], 0)
                for name in (
                    "within_ratio",
                    "within_30_ratio",
                    "within_60_ratio",
                    "collected_ratio",
                )
            ),
            f.amount0(row["open_minor"], code) if row["open_minor"] else MISSING,
        ]
        for row in block.fallen_due.tail(_LAST).iloc[::-1].to_dict("records")
    ]
    html_table(columns, rows, alt=_("What fell due, month by month"))
    with st.container(horizontal=True):
        monthly_lists.due_button(page, block)
        monthly_lists.received_button(page, block)


def cohorts(page: Page, block: ReceiptsBlock) -> None:
    """Draw the triangle of cohorts and the two curves, with what they rest on."""
    _, f, as_of = page.words, page.formats, page.selection.as_of
    left, right = st.columns([1.3, 1])
    with left, card():
        chart(
            receipts_chart.cohorts_figure(block, as_of, page.style), key=f"cohorts_{block.currency}"
        )
        monthly_lists.cohorts_button(page, block)
    with right, card():
        chart(
            receipts_chart.curves_figure(block, as_of, page.style), key=f"curves_{block.currency}"
        )
        frame = block.cohorts
        count, net = int(frame["count_items"].sum()), int(frame["net_minor"].sum())
        words = _.ngettext(
            "{n} invoice over {months} months, {amount} less credit notes; cash sales left out.",
            "{n} invoices over {months} months, {amount} less credit notes; cash sales left out.",
            count,
        ).format(
            n=f.integer(count), months=f.integer(len(frame)), amount=f.compact(net, block.currency)
        )
        st.markdown(f":small[:gray[{words}]]")
        paid = frame["paid_minor"].sum() / net if net > 0 else None
        said = _("Paid to date: {share}").format(
            share=MISSING if pd.isna(paid) else f.share(paid, 1)
        )
        st.markdown(f":small[:gray[{said}]]")
