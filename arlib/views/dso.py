"""DSO family: simple, count-back, best possible, days delinquent, CEI, turnover, by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.analytics.dso import MONTHS_A_YEAR, sales_history
from arlib.analytics.dso_change import Change, explain
from arlib.analytics.dso_series import (
    Family,
    Rotation,
    cei_months,
    families,
    mean_cei,
    one_day,
    released,
    rotation,
    series,
)
from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    are_all_left_out,
    left_out,
    without_behaviour,
)
from arlib.analytics.receivables import CREDITS, LEVELS_WITHOUT_SALES, monthly_receivables
from arlib.views.common import answerable, currencies, month_ends

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.analytics.receivables import Receivables
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

__all__ = ["Change", "DsoBlock", "DsoView", "build", "change"]


@dataclass(frozen=True, slots=True)
class DsoBlock:
    """DSO in one currency. Every value that may be missing has its ``_reason``.

    ``flags``: among ``credit_balance``, ``month_without_sales``, ``fewer_months``.
    ``period_months`` is what was used; ``decomposition``: not_due_days, late_days, disputed_days,
    credits_days, adding up to ``simple_days``; None when that is missing or the balance is not
    positive. ``cei_ratio``: of the month ending at the date (from its first day inside a month);
    ``cei_12m_ratio``: mean of the ``count_cei_months`` of the last twelve that have one.
    ``turnover``: times a year, over ``turnover_months``; ``turnover_days`` = 365 / turnover.
    ``overdue_ratio`` is gross / gross; ``overdue_net_ratio`` net of credits, ``overdue_undisputed_ratio``
    without disputes in the numerator, ``overdue_over_30_ratio`` beyond the bound nearest 30 days;
    ``dispute_ratio`` disputed / gross. ``best_released_minor`` and ``target_released_minor``: cash
    freed if the simple DSO fell to the best possible, to the target. Targets are None when the
    policy has none. ``monthly``: see ``arlib.analytics.dso_series.series``.
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
    cei_ratio: float | None
    cei_ratio_reason: str | None
    cei_12m_ratio: float | None
    cei_12m_ratio_reason: str | None
    count_cei_months: int
    turnover: float | None
    turnover_reason: str | None
    turnover_days: float | None
    turnover_days_reason: str | None
    turnover_months: int | None
    turnover_months_reason: str | None
    overdue_ratio: float | None
    overdue_ratio_reason: str | None
    overdue_net_ratio: float | None
    overdue_net_ratio_reason: str | None
    overdue_undisputed_ratio: float | None
    overdue_undisputed_ratio_reason: str | None
    overdue_over_30_ratio: float | None
    overdue_over_30_ratio_reason: str | None
    dispute_ratio: float | None
    dispute_ratio_reason: str | None
    decomposition: dict[str, float] | None
    one_day_minor: int | None
    best_released_minor: int | None
    best_released_reason: str | None
    target_released_minor: int | None
    target_released_reason: str | None
    dso_target_days: float | None
    dso_target_days_reason: str | None
    overdue_target_ratio: float | None
    overdue_target_ratio_reason: str | None
    cei_target_ratio: float | None
    cei_target_ratio_reason: str | None
    flags: tuple[str, ...]
    monthly: pd.DataFrame


@dataclass(frozen=True, slots=True)
class DsoView:
    """One block a currency; ``unavailable``: reason when the level cannot answer (C)."""

    as_of: date
    blocks: tuple[DsoBlock, ...]
    unavailable: str | None
    left_out: tuple[str, ...]


def build(
    portfolio: Portfolio,
    policy: Policy,
    *,
    period_months: int | None = None,
    series_months: int = 12,
) -> DsoView:
    """Return the DSO family; ``period_months`` defaults to the policy's."""
    missing = left_out(portfolio, LEVELS_WITHOUT_SALES)
    if are_all_left_out(portfolio, missing):
        return DsoView(portfolio.as_of, (), NOT_AT_THIS_LEVEL, tuple(sorted(missing)))
    asked = period_months or policy.dso_period_months
    wanted = month_ends(portfolio.as_of, max(series_months, asked, MONTHS_A_YEAR) + 1)
    ends = tuple(sorted({*answerable(portfolio, wanted), portfolio.as_of}))
    # Where the period begins is one of the ends, but inside a month: read with them, in one go.
    read = tuple(sorted({*ends, *answerable(portfolio, (portfolio.window_start(asked),))}))
    shown = answerable(portfolio, month_ends(portfolio.as_of, series_months))
    return DsoView(
        as_of=portfolio.as_of,
        blocks=tuple(
            _block(
                monthly_receivables(portfolio, policy, currency, read),
                _Asked(portfolio, policy, currency, asked),
                ends=ends,
                shown=shown if series_months else (),
            )
            for currency in _currencies(portfolio, read)
        ),
        unavailable=None,
        left_out=tuple(sorted(missing)),
    )


def change(
    portfolio: Portfolio,
    policy: Policy,
    *,
    currency: str,
    from_on: date,
    to_on: date,
    period_months: int | None = None,
) -> Change:
    """Return what moved the simple DSO from one date to another of the same book."""
    asked = period_months or policy.dso_period_months
    before, after = (
        _Asked(portfolio.at(day), policy, currency, asked).alone() for day in (from_on, to_on)
    )
    return explain(before, after)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose DSO is asked, over how many months."""

    portfolio: Portfolio
    policy: Policy
    currency: str
    months: int

    def families(self, stock: Mapping[date, Receivables]) -> dict[date, Family]:
        """Return the family at each date of ``stock``: month-ends, and the date of the book."""
        history = sales_history(self.portfolio, self.currency, self.months)
        rough = self.portfolio.estimated_companies()
        blind = bool(rough & without_behaviour(self.portfolio, self.policy))
        reason = NOT_AT_THIS_LEVEL if blind else None
        return families(stock, history, self.policy, self.months, reason)

    def alone(self) -> Family:
        """Return the family at the date of the book."""
        day = self.portfolio.as_of
        stock = monthly_receivables(self.portfolio, self.policy, self.currency, (day,))
        return self.families(stock)[day]


def _currencies(portfolio: Portfolio, ends: tuple[date, ...]) -> tuple[str, ...]:
    """Return the currencies, the largest gross amount first, from the reading the series needs."""
    if portfolio.estimated_companies():
        return currencies(portfolio)
    frame = portfolio.aging_months(ends)
    now = frame.loc[pd.to_datetime(frame["month_end"]).dt.date == portfolio.as_of]
    debits = now["amount_minor"].where(now["bucket"] != CREDITS, 0)
    gross = debits.groupby(now["currency"]).sum()
    sold = portfolio.sales_months()["currency"].unique()
    known = gross.reindex(gross.index.union(pd.Index(sold))).fillna(0)
    return tuple(sorted(known.index, key=lambda code: (-known[code], code)))


def _block(
    stock: Mapping[date, Receivables],
    asked: _Asked,
    *,
    ends: tuple[date, ...],
    shown: tuple[date, ...],
) -> DsoBlock:
    known = asked.families({day: stock[day] for day in ends})
    as_of = max(known)
    family = known[as_of]
    return DsoBlock(
        currency=asked.currency,
        outstanding_minor=family.ar.outstanding,
        decomposition={f"{name}_days": days for name, days in family.parts.items()}
        if family.parts
        else None,
        one_day_minor=one_day(family.history),
        flags=_flags(family, asked.months),
        monthly=series(known, shown),
        count_back_is_lower_bound=bool(family.history.months) and family.back.is_lower_bound,
        **_period(family),
        **_latest(known, as_of),
        **_collection(known, as_of),
        **_turnover(rotation(stock, family, asked.policy)),
        **_targets(family, asked.policy),
    )


def _period(family: Family) -> dict[str, Any]:
    """Return the period of sales the days are counted on."""
    used, short = family.months, family.short
    return {
        "sales_minor": family.sales,
        "sales_reason": short,
        "period_from": family.period.first if family.period else None,
        "period_from_reason": short,
        "period_days": family.days,
        "period_days_reason": short,
        "period_months": used,
    }


def _latest(known: dict[date, Family], as_of: date) -> dict[str, Any]:
    """Return the figures that the series gives too, at the date."""
    last = series(known, (as_of,)).astype(object).iloc[0]
    found: dict[str, Any] = {}
    for name in _AS_IN_SERIES:
        value, reason = last[name], last[f"{name}_reason"]
        found[name] = None if pd.isna(value) else float(value)
        found[f"{name}_reason"] = None if pd.isna(reason) else str(reason)
    return found


def _collection(known: dict[date, Family], as_of: date) -> dict[str, Any]:
    """Return the mean CEI of a year."""
    mean, reason, count = mean_cei(cei_months(known, month_ends(as_of, MONTHS_A_YEAR + 1)))
    return {"cei_12m_ratio": mean, "cei_12m_ratio_reason": reason, "count_cei_months": count}


def _turnover(turning: Rotation) -> dict[str, Any]:
    """Return the turnover and its period."""
    return {
        "turnover": turning.turnover,
        "turnover_reason": turning.reason,
        "turnover_days": turning.days,
        "turnover_days_reason": turning.reason,
        "turnover_months": turning.months,
        "turnover_months_reason": turning.reason,
    }


def _targets(family: Family, policy: Policy) -> dict[str, Any]:
    """Return the targets of the policy and the cash that reaching them would free."""
    target = policy.dso_target_days or None
    best, best_reason = family.best
    free = None if target is None else released(family, target)
    found: dict[str, Any] = {
        "best_released_minor": None if best is None else released(family, best),
        "best_released_reason": best_reason,
        "target_released_minor": free,
        "target_released_reason": "no_target" if target is None else family.simple[1],
    }
    for name in ("dso_target_days", "overdue_target_ratio", "cei_target_ratio"):
        value = getattr(policy, name) or None
        found |= {name: value, f"{name}_reason": None if value else "no_target"}
    return found


def _flags(family: Family, asked: int) -> tuple[str, ...]:
    said = {
        "credit_balance": bool(family.history.months) and family.ar.outstanding <= 0,
        "month_without_sales": family.back.met_empty_month,
        "fewer_months": family.months is not None and family.months < asked,
    }
    return tuple(name for name, holds in said.items() if holds)


_AS_IN_SERIES: Final = (
    "simple_days",
    "count_back_days",
    "best_possible_days",
    "average_days_delinquent",
    "cei_ratio",
    "overdue_ratio",
    "overdue_net_ratio",
    "overdue_undisputed_ratio",
    "overdue_over_30_ratio",
    "dispute_ratio",
)
