"""What a customer should pay, in his file: by week, then each invoice with its date and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from arlib.charts import customer_forecast as chart_of
from arlib.i18n.forecast import back_under, sentence
from arlib.ui.cards import card, chart, heading
from arlib.ui.download import list_button
from arlib.ui.frame import reason
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.customer_file import CustomerFile

_ROW, _MOST = 36, 320


def back(page: Page, file: CustomerFile) -> None:
    """Say when he should be back under his limit, when he is over it."""
    rows = file.customer.risk.head(1).to_dict("records")
    words = back_under(rows[0], page.style.language) if rows else ""
    if words:
        st.markdown(f":material/event_available: {plain(words)}")


def block(page: Page, file: CustomerFile) -> None:
    """Draw what is expected of him; nothing where nothing is open."""
    _ = page.words
    found = file.forecast
    if found.invoices.empty:
        return
    if found.unavailable:
        with card(_("Expected receipts")):
            text = _("Not available: {reason}.").format(reason=reason(page, found.unavailable))
            st.markdown(f":gray[{text}]")
        return
    for currency in found.parts["currency"]:
        with card():
            chart(
                chart_of.weeks_figure(found, currency, page.style), key=f"customer_cash_{currency}"
            )
            _outside(page, file, currency)
            _invoices(page, file, currency)


def _outside(page: Page, file: CustomerFile, currency: str) -> None:
    """Say what is expected later and what is in dispute: with the bars, all that is open."""
    _, f = page.words, page.formats
    parts: dict[Any, Any] = file.forecast.parts.set_index("currency").to_dict("index")[currency]
    words = _("Later: {later}; in dispute, not planned: {disputed}. Future sales are not included.")
    st.markdown(
        small(
            plain(
                words.format(
                    later=f.amount0(int(parts["beyond_minor"]), currency),
                    disputed=f.amount0(int(parts["disputed_minor"]), currency),
                )
            )
        )
    )


def _invoices(page: Page, file: CustomerFile, currency: str) -> None:
    _, f, language = page.words, page.formats, page.style.language
    rows = file.forecast.invoices
    rows = rows[rows["currency"] == currency].reset_index(drop=True)
    rows = rows.assign(why=[sentence(row, language) for row in rows.to_dict("records")])
    heading(_("Each open invoice, its date and why"))
    columns = [
        Column("number", _("Document"), 110),
        Column("due_on", _("Due"), 90, f.date),
        Column("open_minor", _("Open"), 100, f.amount0, "currency"),
        Column("expected_on", _("Expected"), 90, f.date),
        Column("probability_late_30", _("Unpaid in 30 days"), 132, f.percent),
        Column("why", _("Why"), 560),
    ]
    grid(
        rows.head(SHOWN_ROWS),
        columns,
        key=f"customer_forecast_{currency}",
        height=min(_MOST, _ROW * (len(rows) + 1) + 4),
        alt=_("Each open invoice, its date and why"),
    )
    cut_note(page, len(rows))
    list_button(page, f"customer_forecast {currency}", _("Cash forecast by invoice"), columns, rows)
