"""Blocks of the activity beside the risk: trend, billing lag, disputes by cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.charts import activity as activity_chart
from arlib.i18n import MISSING, N_
from arlib.i18n.labels import label
from arlib.ui.cards import bare_chart, card, chart, heading
from arlib.ui.frame import reason
from arlib.ui.tables import html_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.ui.frame import Page
    from arlib.views.activity import ActivityBlock

_TREND: Final = {
    "sales_minor": N_("Sales incl. VAT"),
    "count_invoices": N_("Invoices"),
    "basket_minor": N_("Mean invoice"),
}
_LAGS: Final = {
    "billing": (N_("From delivery to invoice"), "count_delivered"),
    "sending": (N_("From invoice to sending"), "count_sent"),
}


def show(page: Page, block: ActivityBlock) -> None:
    """Draw the whole block: sales and basket, their trend in figures, disputes."""
    left, right = st.columns(2)
    with left, card():
        chart(
            activity_chart.sales_figure(block, page.selection.as_of, page.style),
            key=f"sales_{block.currency}",
        )
    with right, card():
        chart(
            activity_chart.basket_figure(block, page.selection.as_of, page.style),
            key=f"basket_{block.currency}",
        )
    left, right = st.columns([1, 1.5])
    with left, card():
        trend(page, block)
    with right, card():
        disputes(page, block)


def trend(page: Page, block: ActivityBlock) -> None:
    """Draw the last twelve whole months against the twelve before, credit notes, billing lag."""
    _, f, found = page.words, page.formats, block.trend
    heading(
        _("Activity in figures"),
        _("{n} whole months, and the 12 before").format(n=f.integer(found["count_months"])),
    )
    rows = [_trend_row(page, block, name, _(words)) for name, words in _TREND.items()]
    now, before = found["credit_note_ratio"], found["credit_note_ratio_before"]
    change = None if now is None or before is None else f.points(float(now) - float(before))  # type: ignore[arg-type]
    rows.append(
        [_("Credit notes / invoiced"), f.percent(now), f.percent(before), change or MISSING]
    )
    columns: list[tuple[str, Any]] = [
        (_("Measure"), "left"),
        (_("12 months"), "right"),
        (_("12 before"), "right"),
        (_("Change"), "right"),
    ]
    html_table(columns, rows, alt=_("Activity in figures"))
    for name, (words, count) in _LAGS.items():
        _lag(page, block, name, _(words), int(str(block.lags[count])))


def disputes(page: Page, block: ActivityBlock) -> None:
    """Draw disputes by cause and by month, or say that the files hold none."""
    _, f = page.words, page.formats
    if block.disputes_reason:
        heading(_("Disputes by cause"))
        st.markdown(f":gray[{_('No dispute is in the book: nothing says there was none.')}]")
        return
    figure = activity_chart.disputes_figure(block, page.selection.as_of, page.style)
    heading(figure.layout.meta["title"], figure.layout.meta["subtitle"])
    bare_chart(figure, key=f"disputes_{block.currency}")
    columns: list[tuple[str, Any]] = [
        (_("Cause"), "left"),
        (_("Still open"), "right"),
        (_("Amount"), "right"),
        (_("Mean age"), "right"),
        (_("Opened, 12 m"), "right"),
        (_("Days to resolve"), "right"),
        (_("Founded"), "right"),
    ]
    rows = [
        [
            label("dispute", row["reason"], page.style.language),
            f.integer(row["count_open"]),
            f.compact(row["open_minor"], block.currency),
            f.days0(row["mean_age_days"]),
            f.integer(row["count_opened"]),
            _counted(f.days0, row["mean_resolution_days"], row["count_closed"]),
            _counted(f.share, row["founded_ratio"], row["count_judged"]),
        ]
        for row in block.causes.to_dict("records")
    ]
    html_table(columns, rows, alt=_("Disputes by cause"))


def _counted(write: Callable[[Any], str], value: Any, count: Any) -> str:
    """Return a mean with the number of cases it rests on."""
    return MISSING if pd.isna(value) else f"{write(value)} ({int(count)})"


def _trend_row(page: Page, block: ActivityBlock, name: str, words: str) -> list[str]:
    f, found = page.formats, block.trend

    def write(value: Any) -> str:
        return f.integer(value) if name == "count_invoices" else f.compact(value, block.currency)

    change = found[f"{name}_change_ratio"]
    said = MISSING if change is None else f.percent(change, is_signed=True)
    return [words, write(found[name]), write(found[f"{name}_before"]), said]


def _lag(page: Page, block: ActivityBlock, name: str, words: str, count: int) -> None:
    _, f = page.words, page.formats
    days, why = block.lags[f"{name}_lag_days"], block.lags[f"{name}_lag_days_reason"]
    if days is None:
        said = _("{what}: {reason}").format(what=words, reason=reason(page, str(why)))
        st.markdown(f":small[:gray[:material/block: {said}]]")
        return
    said = _.ngettext(
        "{what}: {days} on average ({n} invoice)", "{what}: {days} on average ({n} invoices)", count
    )
    st.markdown(said.format(what=words, days=f"**{f.days(days)}**", n=f.integer(count)))
