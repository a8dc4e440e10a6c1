"""Gestion du risque: who owes what against which limit, since when, and how they pay."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from arlib.analytics.behaviour import whole_book
from arlib.analytics.exposure import suppliers
from arlib.analytics.insurance import cover
from arlib.analytics.limit_return import has_commitments, returns
from arlib.analytics.overrun_history import months_over
from arlib.analytics.overruns import limit_test
from arlib.analytics.risk import HISTORY_MONTHS, risk_table
from arlib.analytics.suggested_limit import suggestions
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class RiskView:
    """Every customer known at the date or having a limit, largest overrun first.

    ``customers``: one row per company, customer and currency: ``company_id, customer_id, name,
    category, owner, sector, group_id, is_collective, currency, mean_delay_days (RMPO; + _reason),
    outstanding_minor (E1), gross_minor (E1g), exposure_minor (basis; + _reason), e2_minor,
    e3_minor, e4_minor (+ _reason), overdue_minor, limit_minor (Int64; + _reason: no_limit,
    expired), limit_currency, limit_source, limit_scope, limit_is_current (bool), limit_change_id,
    limit_valid_from, limit_valid_to, tested_minor (exposure of all the customer's currencies in
    the limit's), overrun_minor (Int64, limit's currency; + _reason: no_limit, expired, no_rate),
    headroom_minor, utilisation_ratio (+ _reason: no_limit, expired, limit_zero, no_rate),
    lacks_rate (bool), insurer_limit_minor (+ _reason), insurer_limit_currency, insurer_overrun_minor (+ _reason),
    overrun_since (datetime64; + _reason: not_over, no_limit…), overrun_days_12m, overrun_count_12m
    (Int64; + _reason), overrun_peak_12m_minor (largest excess of a day), overrun_mean_12m_minor
    (mean excess of the days over; + _reason: not_over), insurer_overrun_since and the same four
    insurer_overrun_…, group_limit_minor (+ _reason: not_applicable without a group, no_limit),
    group_limit_currency, group_exposure_minor (of the whole group), group_overrun_minor,
    group_utilisation_ratio, group_overrun_since, group_overrun_days_12m,
    group_overrun_count_12m, is_intercompany (measured, never counted as over, near, often over or
    without a limit), alert (none, watch, over, major), is_over, is_near, is_recurrent, is_without_limit (bool),
    is_estimated (no lettering: gross and overdue are after credits, oldest first),
    is_first_row`` (true on one row of each customer: sum overruns and count on these alone).
    ``totals``: one row per currency: ``currency, count_customers, outstanding_minor, gross_minor,
    exposure_minor, overdue_minor``. ``overruns``: one row per limit currency: ``currency,
    count_over, limit_minor, overrun_minor`` (each customer once).
    ``counts``: customers ``all, over, near, recurrent, without_limit, intercompany``, each once.
    ``without_limit``, ``intercompany``: the totals of those customers, as ``totals``.
    ``months_over``: ``company_id, customer_id, month_on, days_over`` of customers over at least a
    day in 12 months. ``groups``: limits on groups, ``group_overruns.group_test``.
    ``mean_delay_days``: RMPO of the book per currency ({} when not answerable).
    ``notes``: codes among ``commitments_supplied`` (E2/E4 can be shown), ``no_rate``,
    ``collective``, ``limit_is_current``, ``commitments_stay`` (what the basis adds to invoices
    is taken to stay as it is until customers are back under their limit).
    """

    as_of: date
    exposure_basis: str
    over_limit_count: int
    customers: pd.DataFrame
    totals: pd.DataFrame
    overruns: pd.DataFrame
    counts: Mapping[str, int]
    months_over: pd.DataFrame
    groups: pd.DataFrame
    mean_delay_days: Mapping[str, float]
    notes: tuple[str, ...]
    without_limit: pd.DataFrame = field(default_factory=pd.DataFrame)
    intercompany: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def is_untested(self) -> bool:
        """Return whether limits stand against no exposure: the files do not tell what the basis adds."""
        limited = self.customers.loc[self.customers["limit_minor"].notna(), "exposure_minor"]
        return len(limited) > 0 and bool(limited.isna().all())


def build(
    portfolio: Portfolio,
    policy: Policy,
    *,
    exposure: str | None = None,
    has_suggestions: bool = False,
    has_cover: bool = False,
    has_return: bool = False,
) -> RiskView:
    """Return the risk view; ``exposure`` (E1, E1g, E2, E3, E4) replaces the policy's basis.

    ``has_suggestions``, ``has_cover`` and ``has_return`` add what costs more to reckon:
    ``suggested_limit_minor, suggested_limit_currency`` (+ _reason), ``suggested_advice``;
    ``cover_status, cover_currency, cover_ratio, insured_minor, uninsured_minor``;
    ``return_under_limit_on, return_under_limit_p90_on`` (+ _reason).
    """
    basis = exposure or policy.exposure_basis
    table = risk_table(portfolio, policy, basis)
    rows = table.rows
    if has_suggestions:
        rows = with_suggestions(portfolio, policy, rows)
    if has_cover:
        rows = rows.merge(_covered(portfolio, policy), on=KEY, how="left")
    if has_return:
        rows = with_returns(portfolio, policy, rows)
    once = table.rows.loc[table.rows["is_first_row"]]
    return RiskView(
        as_of=portfolio.as_of,
        exposure_basis=basis,
        over_limit_count=int(once["is_over"].sum()),
        customers=rows,
        totals=_totals(table.rows),
        overruns=_overruns(once),
        counts=_counts(once),
        months_over=months_over(table.stretches, portfolio.as_of, HISTORY_MONTHS),
        groups=table.groups,
        without_limit=_totals(table.rows.loc[table.rows["is_without_limit"]]),
        intercompany=_totals(table.rows.loc[table.rows["is_intercompany"]]),
        mean_delay_days=book_delays(portfolio, policy),
        notes=_notes(portfolio, table.rows, basis),
    )


def with_suggestions(portfolio: Portfolio, policy: Policy, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the view with the limit suggested (``has_suggestions`` of ``build``)."""
    names = {
        "suggested_minor": "suggested_limit_minor",
        "currency": "suggested_limit_currency",
        "suggested_reason": "suggested_limit_reason",
        "advice": "suggested_advice",
    }
    found = suggestions(portfolio, policy)[[*KEY, *names]].rename(columns=names)
    return rows.merge(found, on=KEY, how="left")


def with_returns(portfolio: Portfolio, policy: Policy, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the view with the day on which those over should be back under their limit."""
    return rows.merge(returns(portfolio, policy, rows), on=KEY, how="left")


def _covered(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    names = {"status": "cover_status", "currency": "cover_currency"}
    wanted = [*KEY, *names, "cover_ratio", "insured_minor", "uninsured_minor"]
    return cover(portfolio, policy)[wanted].rename(columns=names)


def over_limit_count(portfolio: Portfolio, policy: Policy) -> int:
    """Return the badge of the menu: customers over their limit, each counted once (cheap)."""
    return int(limit_test(portfolio, policy, policy.exposure_basis)["is_over"].sum())


def overruns(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return ``overruns`` of the view alone: currency of the limits, count over, sums (cheap)."""
    return _overruns(limit_test(portfolio, policy, policy.exposure_basis))


def _totals(frame: pd.DataFrame) -> pd.DataFrame:
    amounts = ["outstanding_minor", "gross_minor", "exposure_minor", "overdue_minor"]
    by_currency = frame.groupby("currency", sort=True)
    totals = by_currency[amounts].sum(min_count=1)
    totals.insert(0, "count_customers", by_currency.size())
    return totals.sort_values("gross_minor", ascending=False).reset_index()


def _overruns(once: pd.DataFrame) -> pd.DataFrame:
    """Return limits and overruns summed per currency of limit; a missing rate leaves a row out."""
    counted = once["limit_minor"].notna() & ~once["lacks_rate"] & ~once["is_intercompany"]
    rows = once.loc[counted]
    by_currency = rows.groupby("limit_currency", sort=True)
    totals = by_currency.agg(
        count_over=("is_over", "sum"),
        limit_minor=("limit_minor", "sum"),
    )
    # nothing tested is no overrun of 0
    totals["overrun_minor"] = by_currency["overrun_minor"].sum(min_count=1)
    return totals.rename_axis("currency").reset_index()


def _counts(once: pd.DataFrame) -> dict[str, int]:
    flags = ("over", "near", "recurrent", "without_limit", "intercompany")
    names = {name: f"is_{name}" for name in flags}
    return {"all": len(once), **{name: int(once[flag].sum()) for name, flag in names.items()}}


def book_delays(portfolio: Portfolio, policy: Policy) -> dict[str, float]:
    """Return ``mean_delay_days`` of the view alone: RMPO of the book by currency (cheap)."""
    book = whole_book(portfolio, policy).dropna(subset=["weighted_delay_open_days"])
    return dict(zip(book["currency"], book["weighted_delay_open_days"].astype(float), strict=True))


def _notes(portfolio: Portfolio, frame: pd.DataFrame, basis: str) -> tuple[str, ...]:
    said = {
        "commitments_supplied": bool(suppliers(portfolio)),
        "no_rate": bool(frame["lacks_rate"].any()),
        "collective": bool(frame["is_collective"].any()),
        "limit_is_current": bool(frame["limit_is_current"].any()),
        "commitments_stay": has_commitments(basis) and bool(frame["is_over"].any()),
    }
    return tuple(name for name, holds in said.items() if holds)
