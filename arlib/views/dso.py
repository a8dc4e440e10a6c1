"""DSO family: simple, count-back, best possible, days delinquent, with a monthly series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.dso import (
    LEVELS_WITHOUT_SALES,
    Receivables,
    SalesHistory,
    count_back,
    monthly_receivables,
    period,
    receivables,
    sales_history,
    simple,
)
from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    are_all_left_out,
    left_out,
    without_behaviour,
)
from arlib.model.money import round_half_away
from arlib.views.common import answerable, currencies, month_ends

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class DsoBlock:
    """DSO in one currency. Every value that may be missing has its ``_reason``.

    ``flags``: among ``credit_balance``, ``month_without_sales``, ``fewer_months``.
    ``period_months`` is what was used; ``decomposition``: not_due_days, late_days, disputed_days,
    credits_days, adding up to ``simple_days``; None when that is missing.
    ``monthly``: ``month_on (first day), closed_on, simple_days, count_back_days,
    count_back_is_lower_bound, best_possible_days, sales_minor (of the month), outstanding_minor,
    overdue_ratio, simple_days_reason, count_back_days_reason, best_possible_days_reason``.
    """

    currency: str
    outstanding_minor: int
    sales_minor: int | None
    sales_reason: str | None
    period_from: date | None
    period_from_reason: str | None
    period_days: int | None
    period_days_reason: str | None
    period_months: int | None
    simple_days: float | None
    simple_days_reason: str | None
    count_back_days: float | None
    count_back_days_reason: str | None
    count_back_is_lower_bound: bool
    best_possible_days: float | None
    best_possible_days_reason: str | None
    average_days_delinquent: float | None
    average_days_delinquent_reason: str | None
    overdue_ratio: float | None
    overdue_ratio_reason: str | None
    decomposition: dict[str, float] | None
    one_day_minor: int | None
    flags: tuple[str, ...]
    monthly: pd.DataFrame


@dataclass(frozen=True, slots=True)
class DsoView:
    """One block a currency; ``unavailable``: reason when the level cannot answer (C)."""

    as_of: date
    blocks: tuple[DsoBlock, ...]
    unavailable: str | None
    left_out: tuple[str, ...]


_DAYS_A_YEAR: Final = 365
_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class _Point:
    """The family at one date; the ratios are None with a reason."""

    ar: Receivables
    months: int | None
    days: int | None
    sales: int | None
    simple: float | None
    simple_reason: str | None
    short_reason: str | None
    back: float | None
    back_reason: str | None
    is_lower_bound: bool
    flags: tuple[str, ...]


def build(
    portfolio: Portfolio,
    policy: Policy,
    *,
    period_months: int | None = None,
    series_months: int = 12,
) -> DsoView:
    """Return the DSO family; ``period_months`` defaults to the policy's."""
    missing = left_out(portfolio, LEVELS_WITHOUT_SALES)
    is_nothing = are_all_left_out(portfolio, missing)
    asked = period_months or policy.dso_period_months
    return DsoView(
        as_of=portfolio.as_of,
        blocks=()
        if is_nothing
        else tuple(
            _block(portfolio, policy, currency, asked, series_months)
            for currency in currencies(portfolio)
        ),
        unavailable=NOT_AT_THIS_LEVEL if is_nothing else None,
        left_out=tuple(sorted(missing)),
    )


def _block(
    portfolio: Portfolio, policy: Policy, currency: str, asked: int, series: int
) -> DsoBlock:
    history = sales_history(portfolio, currency)
    point = _point(receivables(portfolio, policy, currency), history, policy, asked)
    best, best_reason = _best_possible(portfolio, policy, point)
    rate, rate_reason = _overdue_ratio(portfolio, policy, point)
    used = point.months
    short = None if used else _too_short(history)
    return DsoBlock(
        currency=currency,
        outstanding_minor=point.ar.outstanding,
        sales_minor=point.sales,
        sales_reason=short,
        period_from=history.months[-used] if used else None,
        period_from_reason=short,
        period_days=point.days,
        period_days_reason=short,
        period_months=used,
        simple_days=point.simple,
        simple_days_reason=point.simple_reason,
        count_back_days=point.back,
        count_back_days_reason=point.back_reason,
        count_back_is_lower_bound=point.is_lower_bound,
        best_possible_days=best,
        best_possible_days_reason=best_reason,
        average_days_delinquent=_minus(point.simple, best),
        average_days_delinquent_reason=point.simple_reason or best_reason,
        overdue_ratio=rate,
        overdue_ratio_reason=rate_reason,
        decomposition=None if best is None else _decomposition(point),
        one_day_minor=_one_day(history),
        flags=(*point.flags, *(("fewer_months",) if used and used < asked else ())),
        monthly=_monthly(portfolio, policy, currency, history, asked, series),
    )


def _point(ar: Receivables, history: SalesHistory, policy: Policy, asked: int) -> _Point:
    """Return simple and count-back DSO of one date."""
    used = period(history, asked, policy.dso_min_months)
    sales = sum(history.sales[-used:]) if used else None
    days = sum(history.days[-used:]) if used else None
    value = simple(ar.outstanding, sales, days) if sales is not None and days else None
    has_months = bool(history.months)
    back = count_back(ar.outstanding, history.sales, history.days)
    said = {
        "credit_balance": has_months and ar.outstanding <= 0,
        "month_without_sales": back.met_empty_month,
    }
    return _Point(
        ar=ar,
        months=used,
        days=days,
        sales=sales,
        simple=value,
        simple_reason=None if value is not None else "no_sales" if used else _too_short(history),
        short_reason=None if used else _too_short(history),
        back=back.days if has_months else None,
        back_reason=None if has_months else "no_history",
        is_lower_bound=has_months and back.is_lower_bound,
        flags=tuple(name for name, holds in said.items() if holds),
    )


def _best_possible(
    portfolio: Portfolio, policy: Policy, point: _Point
) -> tuple[float | None, str | None]:
    """Return AR not due / sales × days, or why it is unknown."""
    if portfolio.estimated_companies() & without_behaviour(portfolio, policy):
        return None, NOT_AT_THIS_LEVEL
    if not point.sales or point.sales <= 0 or not point.days:
        return None, point.short_reason or "no_sales"
    return point.ar.not_due / point.sales * point.days, None


def _decomposition(point: _Point) -> dict[str, float] | None:
    if not point.sales or point.sales <= 0 or not point.days:
        return None
    day = point.days / point.sales
    return {
        "not_due_days": point.ar.not_due * day,
        "late_days": point.ar.late * day,
        "disputed_days": point.ar.disputed * day,
        "credits_days": point.ar.credits * day,
    }


def _minus(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other


def _too_short(history: SalesHistory) -> str:
    """Return why a period cannot be had: no month at all, or too few of them."""
    return "insufficient_history" if history.months else "no_history"


def _overdue_ratio(
    portfolio: Portfolio, policy: Policy, point: _Point
) -> tuple[float | None, str | None]:
    """Return overdue / open debits, both gross; bills not matured are in neither."""
    if portfolio.estimated_companies() & without_behaviour(portfolio, policy):
        return None, NOT_AT_THIS_LEVEL
    gross = point.ar.not_due - point.ar.bills + point.ar.late + point.ar.disputed
    return ((point.ar.late + point.ar.disputed) / gross, None) if gross > 0 else (None, "no_open")


def _one_day(history: SalesHistory) -> int | None:
    """Return the sales of a year divided by 365: what one day of DSO is worth; None before."""
    if len(history.months) < _MONTHS_A_YEAR:
        return None
    return int(round_half_away(sum(history.sales[-_MONTHS_A_YEAR:]) / _DAYS_A_YEAR))


def _monthly(
    portfolio: Portfolio,
    policy: Policy,
    currency: str,
    history: SalesHistory,
    asked: int,
    count: int,
) -> pd.DataFrame:
    """Return the series at month-ends the book can answer and has sales months for."""
    ends = answerable(portfolio, month_ends(portfolio.as_of, count))
    stock = monthly_receivables(portfolio, policy, currency, ends)
    rows: list[dict[str, object]] = []
    for end in ends:
        point = _point(stock[end], history.until(end), policy, asked)
        best, best_reason = _best_possible(portfolio, policy, point)
        rate, rate_reason = _overdue_ratio(portfolio, policy, point)
        rows.append(
            {
                "month_on": end.replace(day=1),
                "closed_on": end,
                "simple_days": point.simple,
                "simple_days_reason": point.simple_reason,
                "count_back_days": point.back,
                "count_back_days_reason": point.back_reason,
                "count_back_is_lower_bound": point.is_lower_bound,
                "best_possible_days": best,
                "best_possible_days_reason": best_reason,
                "sales_minor": history.sales_of(end),
                "outstanding_minor": point.ar.outstanding,
                "overdue_ratio": rate,
                "overdue_ratio_reason": rate_reason,
            }
        )
    return _series(rows)


_TYPES: Final = {
    "month_on": "datetime64[s]",
    "closed_on": "datetime64[s]",
    "simple_days": "float64",
    "simple_days_reason": "str",
    "count_back_days": "float64",
    "count_back_days_reason": "str",
    "count_back_is_lower_bound": "bool",
    "best_possible_days": "float64",
    "best_possible_days_reason": "str",
    "sales_minor": "int64",
    "outstanding_minor": "int64",
    "overdue_ratio": "float64",
    "overdue_ratio_reason": "str",
}


def _series(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(_TYPES)).astype(_TYPES)
