"""Blocks of the DSO page: cards against their targets, the family, the change between two dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import streamlit as st

from arlib.charts import dso as dso_chart
from arlib.i18n import MISSING, N_
from arlib.ui import cache
from arlib.ui.cards import chart, heading, metric
from arlib.ui.frame import reason
from arlib.ui.tables import html_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from arlib.ui.frame import Page
    from arlib.views.dso import DsoBlock, DsoView

SERIES_MONTHS: Final = 36
_YEAR: Final = 12
_PARTS: Final = {
    "dso": N_("DSO"),
    "receipts": N_("Receipts"),
    "cohorts": N_("Cohorts of invoices"),
    "activity": N_("Activity and disputes"),
}


class _Card(NamedTuple):
    title: str
    about: str
    column: str
    target: str | None
    is_ratio: bool
    is_better_up: bool


_CARDS: Final = (
    _Card(
        N_("DSO, simple"),
        N_("Outstanding / sales incl. VAT × days, over the months of the policy; to be compared."),
        "simple_days",
        "dso_target_days",
        is_ratio=False,
        is_better_up=False,
    ),
    _Card(
        N_("DSO, count-back"),
        N_("Days of the latest sales that the outstanding stands for; to steer month by month."),
        "count_back_days",
        None,
        is_ratio=False,
        is_better_up=False,
    ),
    _Card(
        N_("Collection effectiveness (CEI)"),
        N_(
            "(opening + sales − closing) / (opening + sales − closing not due), of the month."
            " 100 %: nothing overdue is left; more when credits are not allocated."
        ),
        "cei_ratio",
        "cei_target_ratio",
        is_ratio=True,
        is_better_up=True,
    ),
    _Card(
        N_("Share overdue"),
        N_("Overdue / open invoices, both before credits."),
        "overdue_ratio",
        "overdue_target_ratio",
        is_ratio=True,
        is_better_up=False,
    ),
)


def choose_part(page: Page) -> str:
    """Draw the choice of what the page shows under its cards."""
    _ = page.words
    chosen = st.segmented_control(
        _("Shown"),
        list(_PARTS),
        format_func=lambda code: _(_PARTS[code]),
        default="dso",
        required=True,
        key="dso_part",
        label_visibility="collapsed",
    )
    return chosen or "dso"


def choose_currency(page: Page, view: DsoView) -> str:
    """Return the only currency, or the one chosen."""
    codes = [block.currency for block in view.blocks]
    if len(codes) == 1:
        return codes[0]
    chosen = st.segmented_control(
        page.words("Currency"), codes, default=codes[0], required=True, key="dso_currency"
    )
    return chosen or codes[0]


def cards(page: Page, block: DsoBlock) -> None:
    """Draw four figures, each against the previous month-end, its target and its last year."""
    for place, item in zip(st.columns(len(_CARDS)), _CARDS, strict=True):
        with place:
            _card(page, block, item)


def notes(page: Page, block: DsoBlock) -> None:
    """Say what the days rest on: fewer months, a month without sales, a credit balance."""
    _, f = page.words, page.formats
    words = []
    if "fewer_months" in block.flags:
        said = _("Sales are known for {n} months only: the DSO rests on these.")
        words.append(said.format(n=f.integer(block.period_months)))
    if "month_without_sales" in block.flags:
        words.append(_("A month without sales adds all its days to the count-back DSO."))
    if "credit_balance" in block.flags:
        words.append(_("Customers are in credit on the whole: the DSO is 0."))
    if block.count_back_is_lower_bound:
        words.append(_("Lower bound: the sales known do not cover the outstanding."))
    if any(ratio is not None and ratio > 1 for ratio in (block.cei_ratio, block.cei_12m_ratio)):
        words.append(_("A CEI above 100% comes from credits that are not allocated."))
    for text in words:
        st.markdown(f":small[:orange[{text}]]")


def family(page: Page, block: DsoBlock) -> None:
    """Draw the whole family as a table, each figure with its target or the reason it is missing."""
    _, f = page.words, page.formats
    heading(
        _("The family in figures"),
        _("{n} months of sales to {date}").format(
            n=block.period_months or MISSING, date=f.date(page.selection.as_of)
        ),
    )
    rows = [
        _row(
            page,
            _("Best possible DSO"),
            block.best_possible_days,
            block.best_possible_days_reason,
            f.days,
        ),
        _row(
            page,
            _("Average days delinquent"),
            block.average_days_delinquent,
            block.average_days_delinquent_reason,
            f.days,
        ),
        _row(
            page,
            _("Mean CEI, {n} months").format(n=f.integer(block.count_cei_months or _YEAR)),
            block.cei_12m_ratio,
            block.cei_12m_ratio_reason,
            f.percent,
        ),
        _row(
            page,
            _("Receivables turnover a year"),
            block.turnover,
            block.turnover_reason,
            lambda value: f.decimal(value, 2),
        ),
        _row(page, _("Days it makes"), block.turnover_days, block.turnover_days_reason, f.days),
        _row(
            page,
            _("Overdue, disputes left out"),
            block.overdue_undisputed_ratio,
            block.overdue_undisputed_ratio_reason,
            f.percent,
        ),
        _row(
            page,
            _("Overdue > 30 d"),
            block.overdue_over_30_ratio,
            block.overdue_over_30_ratio_reason,
            f.percent,
        ),
        _row(page, _("Share disputed"), block.dispute_ratio, block.dispute_ratio_reason, f.percent),
    ]
    html_table(
        [(_("Measure"), "left"), (_("Value"), "right")], rows, alt=_("The family in figures")
    )


def cash(page: Page, block: DsoBlock) -> None:
    """Draw what days are worth in cash: one day, down to the best possible, down to the target."""
    _, f, currency = page.words, page.formats, block.currency
    heading(_("What days are worth"), _("Cash that fewer days of DSO would free, once"))

    def money(value: int | None) -> str:
        return f.compact(value, currency)

    rows = [
        _row(page, _("One day of sales"), block.one_day_minor, "insufficient_history", money),
        _row(
            page,
            _("Down to the best possible DSO"),
            block.best_released_minor,
            block.best_released_reason,
            money,
        ),
    ]
    if block.dso_target_days is not None:
        title = _("Down to the target of {days}").format(days=f.days(block.dso_target_days, 0))
        rows.append(
            _row(page, title, block.target_released_minor, block.target_released_reason, money)
        )
    html_table([(_("Measure"), "left"), (_("Cash"), "right")], rows, alt=_("What days are worth"))
    if block.dso_target_days is None:
        words = _("No target: the theme “Targets” of the settings sets one.")
        st.markdown(f":small[:gray[{words}]]")


def change(page: Page, block: DsoBlock) -> None:
    """Draw the waterfall between two chosen month-ends; the date itself is the last choice."""
    _, f = page.words, page.formats
    known = block.monthly.loc[block.monthly["not_due_days"].notna(), "closed_on"]
    ends: list[date] = [moment.date() for moment in known]
    if len(ends) < 2:  # noqa: PLR2004 - a change needs two dates
        heading(_("Why the DSO moved"))
        words = _("Fewer than two closings have a DSO that can be told apart by cause.")
        st.markdown(f":gray[{words}]")
        return
    left, right = st.columns(2)
    with left:
        start = st.selectbox(
            _("Compared from"),
            ends[:-1],
            index=max(0, len(ends) - 1 - _YEAR),
            format_func=f.date,
            key=f"dso_from_{block.currency}",
        )
    after = [day for day in ends if day > start]
    with right:
        stop = st.selectbox(
            _("Compared to"),
            after,
            index=len(after) - 1,
            format_func=f.date,
            key=f"dso_to_{block.currency}_{start}",
        )
    found = cache.dso_change(page.selection, block.currency, start, stop)
    if found.contributions is None:
        heading(_("Why the DSO moved"))
        why = _why(page, found.reason)
        st.markdown(f":gray[{_('Not available: {reason}.').format(reason=why)}]")
        return
    chart(dso_chart.change_figure(found, page.style), key=f"dso_change_{block.currency}")
    if found.from_months != found.to_months:
        words = _("The first date rests on {before} months of sales, the second on {after}.")
        said = words.format(before=found.from_months, after=found.to_months)
        st.markdown(f":small[:orange[{said}]]")


def _row(
    page: Page,
    title: str,
    value: float | None,
    why: str | None,
    write: Callable[..., str],
) -> list[str]:
    return [title, write(value) if value is not None else f"{MISSING} ({_why(page, why)})"]


def _why(page: Page, code: str | None) -> str:
    if code == "insufficient_history":
        return page.words("too few months of sales")
    return reason(page, code)


def _card(page: Page, block: DsoBlock, item: _Card) -> None:
    _, f = page.words, page.formats
    value = getattr(block, item.column)
    if value is None:
        why = _why(page, getattr(block, f"{item.column}_reason"))
        metric(_(item.title), MISSING, detail=why, about=_(item.about))
        return
    write = f.percent if item.is_ratio else f.days
    history = [float(number) for number in block.monthly[item.column].dropna()]
    moved = _moved(page, block, item)
    bound = "≥ " if item.column == "count_back_days" and block.count_back_is_lower_bound else ""
    metric(
        _(item.title),
        bound + write(value),
        delta=moved[0],
        is_up=moved[1],
        is_worse=moved[2],
        detail=_("in a month") if moved[0] else "",
        series=history[-_YEAR:] if len(history) > 1 else None,
        about=_(item.about),
        note=_beside(page, block, item, value),
    )


def _moved(page: Page, block: DsoBlock, item: _Card) -> tuple[str | None, bool | None, bool | None]:
    """Return the change since the previous month-end, whether it is up, whether it is worse."""
    f = page.formats
    values = block.monthly[item.column].to_numpy(dtype=float)
    if len(values) < 2 or values[-2] != values[-2]:  # noqa: PLR2004 - NaN; two months
        return None, None, None
    change = float(values[-1] - values[-2])
    words = f.points(change) if item.is_ratio else f.signed_days(change, 1)
    small = 0.0005 if item.is_ratio else 0.05
    if abs(change) < small:
        return "=", None, None
    return words, change > 0, (change > 0) != item.is_better_up


def _beside(page: Page, block: DsoBlock, item: _Card, value: float) -> str | None:
    """Return the line under the card: the gap to the target, the mean of the year, or the sales."""
    target = getattr(block, item.target) if item.target else None
    if target is not None:
        return _gap(page, item, value, target)
    _, f = page.words, page.formats
    if item.column == "cei_ratio" and block.cei_12m_ratio is not None:
        return _("{mean} on average over {n} months").format(
            mean=f.percent(block.cei_12m_ratio), n=f.integer(block.count_cei_months)
        )
    if item.column == "simple_days" and block.sales_minor is not None:
        return _("{sales} of sales in {n} months").format(
            sales=f.compact(block.sales_minor, block.currency), n=f.integer(block.period_months)
        )
    return None


def _gap(page: Page, item: _Card, value: float, target: float) -> str:
    _, f = page.words, page.formats
    gap = value - target
    is_met = gap >= 0 if item.is_better_up else gap <= 0
    words = _("target {target} met") if is_met else _("target {target}: {gap}")
    if item.is_ratio:
        return words.format(target=f.percent(target, 0), gap=f.points(gap))
    return words.format(target=f.days0(target), gap=f.signed_days(gap, 1))
