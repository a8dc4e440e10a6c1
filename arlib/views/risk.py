"""Gestion du risque: who owes what against which limit, since when, and how they pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.analytics.behaviour import whole_book
from arlib.analytics.exposure import suppliers
from arlib.analytics.overrun_history import months_over
from arlib.analytics.overruns import group_test, limit_test
from arlib.analytics.risk import HISTORY_MONTHS, risk_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

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
    (Int64; + _reason), overrun_peak_12m_minor, insurer_overrun_since, insurer_overrun_days_12m,
    alert (none, watch, over, major), is_over, is_near, is_recurrent, is_without_limit (bool),
    is_estimated (no lettering: gross and overdue are after credits, oldest first),
    is_first_row`` (true on one row of each customer: sum overruns and count on these alone).
    ``totals``: one row per currency: ``currency, count_customers, outstanding_minor, gross_minor,
    exposure_minor, overdue_minor``. ``overruns``: one row per limit currency: ``currency,
    count_over, limit_minor, overrun_minor`` (each customer once).
    ``counts``: customers ``all, over, near, recurrent, without_limit``, each counted once.
    ``months_over``: ``company_id, customer_id, month_on, days_over`` of customers over at least a
    day in 12 months. ``groups``: limits on groups: ``company_id, group_id, currency,
    exposure_minor, limit_minor, overrun_minor, utilisation_ratio``.
    ``mean_delay_days``: RMPO of the book per currency ({} when not answerable).
    ``notes``: codes among ``commitments_supplied`` (E2/E4 can be shown), ``no_rate``,
    ``collective``, ``limit_is_current``.
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


def build(portfolio: Portfolio, policy: Policy, *, exposure: str | None = None) -> RiskView:
    """Return the risk view; ``exposure`` (E1, E1g, E2, E3, E4) replaces the policy's basis."""
    basis = exposure or policy.exposure_basis
    table = risk_table(portfolio, policy, basis)
    once = table.rows.loc[table.rows["is_first_row"]]
    return RiskView(
        as_of=portfolio.as_of,
        exposure_basis=basis,
        over_limit_count=int(once["is_over"].sum()),
        customers=table.rows,
        totals=_totals(table.rows),
        overruns=_overruns(once),
        counts=_counts(once),
        months_over=months_over(table.stretches, portfolio.as_of, HISTORY_MONTHS),
        groups=group_test(portfolio, policy, basis),
        mean_delay_days=_book_delays(portfolio, policy),
        notes=_notes(portfolio, table.rows),
    )


def over_limit_count(portfolio: Portfolio, policy: Policy) -> int:
    """Return the badge of the menu: customers over their limit, each counted once (cheap)."""
    return int(limit_test(portfolio, policy, policy.exposure_basis)["is_over"].sum())


def _totals(frame: pd.DataFrame) -> pd.DataFrame:
    amounts = ["outstanding_minor", "gross_minor", "exposure_minor", "overdue_minor"]
    by_currency = frame.groupby("currency", sort=True)
    totals = by_currency[amounts].sum(min_count=1)
    totals.insert(0, "count_customers", by_currency.size())
    return totals.sort_values("gross_minor", ascending=False).reset_index()


def _overruns(once: pd.DataFrame) -> pd.DataFrame:
    """Return limits and overruns summed per currency of limit; a missing rate leaves a row out."""
    rows = once.loc[once["limit_minor"].notna() & ~once["lacks_rate"]]
    by_currency = rows.groupby("limit_currency", sort=True)
    totals = by_currency.agg(
        count_over=("is_over", "sum"),
        limit_minor=("limit_minor", "sum"),
        overrun_minor=("overrun_minor", "sum"),
    )
    return totals.rename_axis("currency").reset_index()


def _counts(once: pd.DataFrame) -> dict[str, int]:
    flags = ("over", "near", "recurrent", "without_limit")
    names = {name: f"is_{name}" for name in flags}
    return {"all": len(once), **{name: int(once[flag].sum()) for name, flag in names.items()}}


def _book_delays(portfolio: Portfolio, policy: Policy) -> dict[str, float]:
    book = whole_book(portfolio, policy).dropna(subset=["weighted_delay_open_days"])
    return dict(zip(book["currency"], book["weighted_delay_open_days"].astype(float), strict=True))


def _notes(portfolio: Portfolio, frame: pd.DataFrame) -> tuple[str, ...]:
    said = {
        "commitments_supplied": bool(suppliers(portfolio)),
        "no_rate": bool(frame["lacks_rate"].any()),
        "collective": bool(frame["is_collective"].any()),
        "limit_is_current": bool(frame["limit_is_current"].any()),
    }
    return tuple(name for name, holds in said.items() if holds)
