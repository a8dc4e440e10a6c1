"""Vue d'ensemble: four figures, the book's age over a year, whom to look at first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.aging import Ages
from arlib.analytics.behaviour import behaviour
from arlib.analytics.book_months import aging_months
from arlib.analytics.frames import IDENTITY
from arlib.analytics.overrun_history import counts_over
from arlib.analytics.risk import RiskTable, risk_table
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.views import concentration, dso, segments
from arlib.views.common import answerable, in_currency, month_ends, previous_closing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio
    from arlib.views.concentration import ConcentrationBlock


@dataclass(frozen=True, slots=True)
class Kpi:
    """One card. ``name``: outstanding, late_over_30, dso_count_back, over_limit.

    ``unit``: minor, days or count. ``value`` None comes with ``reason``. ``previous`` and
    ``year_ago`` are None when the book cannot answer that date. ``series``: 12 values ending at
    the date (None where unknown), at ``OverviewView.months``. ``detail``: a second figure (late:
    its share of the gross; over_limit: the overrun in minor units; dso: 1.0 when a lower bound).
    """

    name: str
    unit: str
    value: float | None
    reason: str | None
    previous: float | None
    year_ago: float | None
    series: tuple[float | None, ...]
    detail: float | None = None


@dataclass(frozen=True, slots=True)
class OverviewBlock:
    """One currency, largest gross first.

    ``aging_months``: ``month_end, <bucket>_minor…, unallocated_minor, total_minor, gross_minor,
    late_over_30_minor, late_over_30_ratio`` (late over the bound nearest 30 / gross), 12 rows or
    fewer (dates the book cannot answer are absent). ``buckets``: labels in order.
    ``late_concentration``: concentration of the late amount (gross overdue).
    """

    currency: str
    kpis: tuple[Kpi, ...]
    buckets: tuple[str, ...]
    aging_months: pd.DataFrame
    late_concentration: ConcentrationBlock


@dataclass(frozen=True, slots=True)
class OverviewView:
    """The page: blocks by currency and a short list.

    ``attention``: at most 6 rows, largest overrun then worst deterioration first: ``company_id, customer_id, name, currency, outstanding_minor, overrun_minor, limit_currency,
    overrun_since, overrun_count_12m, overdue_minor, mean_delay_days, recent_delay_days,
    earlier_delay_days, delay_change_days (recent − earlier), segment, previous_segment``.
    ``changes``: what the last import changed, given by the workspace (empty when unknown).
    """

    as_of: date
    previous_on: date
    year_ago_on: date
    months: tuple[date, ...]
    over_limit_count: int
    blocks: tuple[OverviewBlock, ...]
    attention: pd.DataFrame
    changes: Mapping[str, object]


_MONTHS: Final = 12
_ATTENTION_ROWS: Final = 6
_DAILY_BASIS: Final = "E1"


@dataclass(frozen=True, slots=True)
class _Dates:
    """The dates of the page. ``known``: those the book can answer."""

    as_of: date
    previous: date
    year_ago: date
    months: tuple[date, ...]
    known: tuple[date, ...]


def build(
    portfolio: Portfolio,
    policy: Policy,
    *,
    changes: Mapping[str, object] | None = None,
    has_attention: bool = True,
) -> OverviewView:
    """Return the overview; ``attention`` is empty unless asked for, it costs half of the rest."""
    dates = _dates(portfolio)
    table = risk_table(portfolio, policy, policy.exposure_basis)
    by_date = aging_months(portfolio, policy, dates.known)
    once = table.rows.loc[table.rows["is_first_row"]]
    late = concentration.build(portfolio, policy, measure="overdue")
    over = _over_kpi(policy, table, dates)
    steering = {block.currency: block for block in dso.build(portfolio, policy).blocks}
    year_ago = _dso_at(portfolio, policy, dates)
    return OverviewView(
        as_of=dates.as_of,
        previous_on=dates.previous,
        year_ago_on=dates.year_ago,
        months=dates.months,
        over_limit_count=int(once["is_over"].sum()),
        blocks=tuple(
            OverviewBlock(
                currency=block.currency,
                kpis=(
                    *_stock_kpis(in_currency(by_date, block.currency), dates),
                    _dso_kpi(steering.get(block.currency), year_ago.get(block.currency), dates),
                    over,
                ),
                buckets=Ages("due", policy.buckets, policy.forward_buckets).labels,
                aging_months=_shown(in_currency(by_date, block.currency), dates),
                late_concentration=block,
            )
            for block in late.blocks
        ),
        attention=_attention(portfolio, policy, table)
        if has_attention
        else table.rows.head(0).reindex(columns=_COLUMNS),
        changes=changes or {},
    )


def _dates(portfolio: Portfolio) -> _Dates:
    as_of = portfolio.as_of
    months = month_ends(as_of, _MONTHS)
    year_ago = portfolio.window_start(_MONTHS)
    return _Dates(
        as_of=as_of,
        previous=previous_closing(as_of),
        year_ago=year_ago,
        months=months,
        known=answerable(portfolio, sorted({*months, year_ago})),
    )


def _shown(frame: pd.DataFrame, dates: _Dates) -> pd.DataFrame:
    months = pd.DatetimeIndex(dates.months).astype("datetime64[s]")
    return frame.loc[frame["month_end"].isin(months)].reset_index(drop=True)


def _stock_kpis(frame: pd.DataFrame, dates: _Dates) -> tuple[Kpi, Kpi]:
    """Return the outstanding and what is late beyond 30 days."""
    days = [stamp.date() for stamp in frame["month_end"]]
    totals = dict(zip(days, frame["total_minor"].astype(float), strict=True))
    late = dict(zip(days, frame["late_over_30_minor"].astype(float), strict=True))
    share = dict(zip(days, frame["late_over_30_ratio"].astype(float), strict=True))
    detail = share.get(dates.as_of)
    return (
        _kpi("outstanding", "minor", totals, dates),
        _kpi("late_over_30", "minor", late, dates, detail=_number(detail)),
    )


def _dso_kpi(block: dso.DsoBlock | None, year_ago: float | None, dates: _Dates) -> Kpi:
    if block is None:
        return _kpi("dso_count_back", "days", {}, dates, reason="not_at_this_level")
    days = [stamp.date() for stamp in block.monthly["closed_on"]]
    values = dict(zip(days, block.monthly["count_back_days"].astype(float), strict=True))
    known = {day: value for day, value in values.items() if not math.isnan(value)}
    if year_ago is not None:
        known[dates.year_ago] = year_ago
    detail = 1.0 if block.count_back_is_lower_bound else None
    reason = block.count_back_days_reason
    return _kpi("dso_count_back", "days", known, dates, reason=reason, detail=detail)


def _dso_at(portfolio: Portfolio, policy: Policy, dates: _Dates) -> dict[str, float | None]:
    """Return the count-back of a year ago per currency, when the book can answer it."""
    if dates.year_ago not in dates.known:
        return {}
    view = dso.build(portfolio.at(dates.year_ago), policy, series_months=1)
    return {block.currency: block.count_back_days for block in view.blocks}


def _over_kpi(policy: Policy, table: RiskTable, dates: _Dates) -> Kpi:
    """Return customers over their limit; past dates are known on daily exposure (E1) alone."""
    once = table.rows.loc[table.rows["is_first_row"]]
    known: dict[date, float] = {}
    if policy.exposure_basis == _DAILY_BASIS:
        past = [day for day in dates.known if day != dates.as_of]
        counts = counts_over(table.stretches, past)
        known = dict(zip(past, map(float, counts), strict=True))
    known[dates.as_of] = float(once["is_over"].sum())
    limits = once.loc[once["is_over"]]
    is_one_currency = len(limits["limit_currency"].drop_duplicates()) <= 1
    detail = float(limits["overrun_minor"].sum()) if is_one_currency else None
    return _kpi("over_limit", "count", known, dates, detail=detail)


def _kpi(
    name: str,
    unit: str,
    values: Mapping[date, float],
    dates: _Dates,
    *,
    reason: str | None = None,
    detail: float | None = None,
) -> Kpi:
    value = values.get(dates.as_of)
    return Kpi(
        name=name,
        unit=unit,
        value=value,
        reason=None if value is not None else reason or "no_open",
        previous=values.get(dates.previous),
        year_ago=values.get(dates.year_ago),
        series=tuple(values.get(day) for day in dates.months),
        detail=detail,
    )


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _attention(portfolio: Portfolio, policy: Policy, table: RiskTable) -> pd.DataFrame:
    """Return the customers to look at first: largest overrun, worst deterioration, most overdue.

    One whose credits cover all he owes is not among them.
    """
    rows = table.rows.loc[~table.rows["is_collective"]]
    delays = ["recent_delay_days", "earlier_delay_days", "trend_days", "trend"]
    rows = rows.merge(
        behaviour(portfolio, policy)[[*KEY_CURRENCY, *delays]], on=KEY_CURRENCY, how="left"
    )
    blocks = [block.customers for block in segments.build(portfolio, policy).blocks]
    wanted = [*KEY_CURRENCY, "segment", "previous_segment", "movement"]
    found = pd.concat([block[wanted] for block in blocks]) if blocks else None
    if found is None:
        return rows.head(0).reindex(columns=_COLUMNS)
    rows = rows.merge(found, on=KEY_CURRENCY, how="left")
    rows["delay_change_days"] = rows["trend_days"]
    rows["is_worse"] = (rows["trend"] == "worse") | (rows["movement"] == "worse")
    rows["_late"] = rows["overdue_minor"].astype("Float64").astype("float64").fillna(0.0)
    owes = rows["outstanding_minor"] > 0
    chosen = rows.loc[rows["is_over"] | (owes & (rows["is_worse"] | (rows["_late"] > 0)))].copy()
    chosen["_over"] = chosen["overrun_minor"].astype("Float64").astype("float64").fillna(0.0)
    chosen["_change"] = chosen["trend_days"].where(chosen["is_worse"]).fillna(0.0)
    chosen = chosen.sort_values(
        ["_over", "_change", "_late", *KEY], ascending=[False, False, False, True, True]
    ).drop_duplicates(KEY)
    return chosen.head(_ATTENTION_ROWS)[_COLUMNS].reset_index(drop=True)


_COLUMNS: Final = [
    *KEY,
    *IDENTITY,
    "currency",
    "outstanding_minor",
    "overrun_minor",
    "limit_currency",
    "overrun_since",
    "overrun_count_12m",
    "overdue_minor",
    "mean_delay_days",
    "recent_delay_days",
    "earlier_delay_days",
    "delay_change_days",
    "segment",
    "previous_segment",
]
