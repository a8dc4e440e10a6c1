"""Blocks of the overview: four cards, whom to look at first, what the last import changed."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.labels import label
from arlib.ui import cache
from arlib.ui.cards import card, fact, heading, metric
from arlib.ui.changes import change_facts
from arlib.ui.customers import open_file
from arlib.ui.frame import reason
from arlib.ui.navigation import page_file
from arlib.ui.tables import html_table
from arlib.ui.texts import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.ui.frame import Page
    from arlib.views.overview import Kpi, OverviewBlock, OverviewView

_SEGMENT_COLOURS: Final = {"high_risk": "red", "watch": "orange", "reliable": "blue"}
_KPIS: Final = {
    "outstanding": (N_("Outstanding incl. VAT"), N_("Open invoices less credits, incl. VAT.")),
    "late_over_30": (
        N_("Late > 30 d"),
        N_("Open items more than 30 days after their due date, before credits."),
    ),
    "dso_count_back": (
        N_("DSO (count-back)"),
        N_("Days of the latest sales that the outstanding stands for."),
    ),
    "over_limit": (
        N_("Customers over limit"),
        N_("Customers whose exposure is above their credit limit in force."),
    ),
}


def nothing_open(page: Page) -> None:
    """Say that nothing is open at the date, and offer an earlier month-end."""
    _, f = page.words, page.formats
    date = f.date(page.selection.as_of)
    st.info(_("Nothing is open on {date} under these filters.").format(date=date))
    before = page.selection.as_of.replace(day=1) - timedelta(days=1)
    if page.info.first_as_of and before >= page.info.first_as_of:
        st.button(
            _("See {date}").format(date=f.date(before)),
            on_click=st.session_state.update,
            args=({"as_of": before},),
        )


def kpi_row(page: Page, view: OverviewView, block: OverviewBlock) -> None:
    """Draw the four cards, each against the previous closing and a year ago."""
    for place, kpi in zip(st.columns(len(block.kpis)), block.kpis, strict=True):
        with place:
            _kpi_card(page, view, block, kpi)


def attention(page: Page, view: OverviewView) -> None:
    """Draw the customers to look at first: how much, since when, what changed."""
    _ = page.words
    rows = view.attention
    title = _.ngettext("Look at first: {n} customer", "Look at first: {n} customers", len(rows))
    left, right = st.columns([2.4, 1], vertical_alignment="center")
    with left:
        heading(
            title.format(n=page.formats.integer(len(rows))),
            _("By how much, since when; right, outstanding"),
        )
    with right:
        if view.over_limit_count:
            words = _("See all {n}").format(n=page.formats.integer(view.over_limit_count))
            if st.button(words, icon=":material/arrow_forward:", type="tertiary", key="see_all"):
                st.session_state["risk_filter"] = "over"
                st.switch_page(page_file("risk"))
    if not len(rows):
        st.markdown(f":gray[{_('No customer is over its limit, overdue or slowing down.')}]")
    for place, row in enumerate(rows.to_dict("records")):
        _attention_row(page, view, place, row)


def changes(page: Page, view: OverviewView) -> None:
    """Draw what the last import changed, one bold count over its detail each."""
    _, found = page.words, view.changes
    if not found:
        return
    currency = str(found.get("currency") or page.info.currencies[0])
    facts = change_facts(found, currency, page.style.language)
    title = _("Since the import before this one")
    if found.get("previous_at") is not None:
        day = page.formats.date(found["previous_at"])  # type: ignore[arg-type]
        title = _("Since the import of {date}").format(date=day)
    with card(title):
        if not facts:
            st.markdown(f":gray[{_('Nothing moved.')}]")
            return
        for place, (title, detail) in zip(st.columns(len(facts)), facts, strict=True):
            with place:
                fact(title, detail)


def dso_summary(page: Page, currency: str) -> None:
    """Draw the DSO family of one currency as a small table."""
    _, f = page.words, page.formats
    view = cache.dso(page.selection)
    block = next((item for item in view.blocks if item.currency == currency), None)
    if view.unavailable or block is None:
        heading(_("Collection times"))
        why = reason(page, view.unavailable or "no_open")
        st.markdown(f":gray[{_('Not available: {reason}.').format(reason=why)}]")
        return
    heading(
        _("Collection times"),
        _("Days, {n} months to {date}").format(
            n=block.period_months or MISSING, date=f.date(page.selection.as_of)
        ),
    )
    lower = "≥ " if block.count_back_is_lower_bound else ""
    rows = [
        (_("DSO, simple"), block.simple_days, block.simple_days_reason, ""),
        (_("DSO, count-back"), block.count_back_days, block.count_back_days_reason, lower),
        (_("Best possible DSO"), block.best_possible_days, block.best_possible_days_reason, ""),
        (
            _("Average days delinquent"),
            block.average_days_delinquent,
            block.average_days_delinquent_reason,
            "",
        ),
    ]
    lines = [
        [name, sign + f.days(value) if value is not None else f"{MISSING} ({reason(page, why)})"]
        for name, value, why, sign in rows
    ]
    lines.append([_("Share overdue"), f.share(block.overdue_ratio, 1)])
    lines.append([_("One day of sales"), f.compact(block.one_day_minor, currency)])
    lines.append([_("Sales of the period incl. VAT"), f.compact(block.sales_minor, currency)])
    html_table([(_("Measure"), "left"), (_("Value"), "right")], lines, alt=_("Collection times"))


def _kpi_card(page: Page, view: OverviewView, block: OverviewBlock, kpi: Kpi) -> None:
    _, f = page.words, page.formats
    title, about = _KPIS[kpi.name]
    write = _writer(page, block, kpi)
    series = [value for value in kpi.series if value is not None]
    if kpi.value is None:
        metric(_(title), MISSING, detail=reason(page, kpi.reason), about=_(about))
        return
    delta, is_up, is_worse = _change_of(page, block, kpi, kpi.previous)
    since = _("since {date}").format(date=f.date(view.previous_on)[:5]) if delta else ""
    beside = [] if kpi.name == "dso_count_back" else _detail(page, block, kpi)
    year, _year_up, _year_worse = _change_of(page, block, kpi, kpi.year_ago)
    details = [_(about), *_detail(page, block, kpi)]
    value = ("≥ " if kpi.name == "dso_count_back" and kpi.detail else "") + write(kpi.value)
    metric(
        _(title),
        value,
        delta=delta,
        is_up=is_up,
        is_worse=is_worse,
        detail=" ".join(beside) or since,
        note=_note(page, since if beside else "", year),
        series=series if len(series) > 1 else None,
        about=" ".join(details),
    )


def _note(page: Page, since: str, change: str | None) -> str:
    """Return the line under the card: since when the change counts, and the change over a year."""
    _ = page.words
    year = _("{change} in a year").format(change=change) if change else _("no figure a year ago")
    return f"{since} ; {year}" if since else year


def _writer(page: Page, block: OverviewBlock, kpi: Kpi) -> Callable[[float], str]:
    f = page.formats
    if kpi.unit == "minor":
        return lambda value: f.compact(round(value), block.currency)
    return f.days if kpi.unit == "days" else f.integer


def _change_of(
    page: Page, block: OverviewBlock, kpi: Kpi, before: float | None
) -> tuple[str | None, bool | None, bool | None]:
    """Return the change in words, whether it goes up, whether it is unfavourable."""
    f = page.formats
    if before is None or kpi.value is None:
        return None, None, None
    change = kpi.value - before
    if kpi.unit == "minor":
        words = f.compact(round(change), block.currency, is_signed=True)
    elif kpi.unit == "days":
        words = f.signed_days(change, 1)
    else:
        words = f.decimal(change, 0, is_signed=True)
    if math.isclose(change, 0, abs_tol=0.05):
        return "=", None, None
    return words, change > 0, change > 0


def _detail(page: Page, block: OverviewBlock, kpi: Kpi) -> list[str]:
    _, f = page.words, page.formats
    if kpi.detail is None:
        return []
    if kpi.name == "late_over_30":
        return [_("{share} of what is open").format(share=f.share(kpi.detail, 1))]
    if kpi.name == "over_limit":
        amount = f.compact(round(kpi.detail), block.currency)
        return [_("{amount} above the limits").format(amount=amount)]
    return [_("Lower bound: the sales known do not cover the outstanding.")] if kpi.detail else []


def _attention_row(page: Page, view: OverviewView, place: int, row: dict[Any, Any]) -> None:
    f = page.formats
    with st.container(key=f"row_{place}", gap=None):
        left, right = st.columns([3.2, 1.25])
        with left, st.container(gap=None):
            if st.button(f"**{plain(row['name'])}**", type="tertiary", key=f"open_{place}"):
                open_file(row["company_id"], row["customer_id"])
            st.markdown(f":small[:gray[{plain(_attention_words(page, view, row))}]]")
        with right, st.container(gap=None):
            amount = f.compact(row["outstanding_minor"], row["currency"])
            st.markdown(f"**{plain(amount)}**", text_alignment="right")
            segment = row["segment"]
            if isinstance(segment, str):
                words = label("segment", segment, page.style.language)
                colour = _SEGMENT_COLOURS.get(segment, "gray")
                st.markdown(f":small[:{colour}-badge[{words}]]", text_alignment="right")


def _attention_words(page: Page, view: OverviewView, row: dict[Any, Any]) -> str:
    """Return “+82 k€ depuis 11 j ; retard 31 → 57 j”: how much, since when, what changed."""
    _, f = page.words, page.formats
    parts = []
    over, since = row["overrun_minor"], row["overrun_since"]
    if pd.notna(over) and over > 0:
        amount = f.compact(over, row["limit_currency"], is_signed=True)
        days = (view.as_of - since.date()).days + 1 if pd.notna(since) else None
        parts.append(
            amount
            if days is None
            else _("{amount} for {days}").format(amount=amount, days=f.days0(days))
        )
    elif pd.notna(row["overdue_minor"]) and row["overdue_minor"] > 0:
        amount = f.compact(row["overdue_minor"], row["currency"])
        parts.append(_("{amount} overdue").format(amount=amount))
    earlier, recent = row["earlier_delay_days"], row["recent_delay_days"]
    if pd.notna(earlier) and pd.notna(recent):
        parts.append(
            _("delay {before} → {now}").format(before=f.decimal(earlier, 0), now=f.days0(recent))
        )
    elif pd.notna(row["mean_delay_days"]):
        parts.append(_("mean delay {days}").format(days=f.signed_days(row["mean_delay_days"])))
    return " ; ".join(parts)
