"""Credit insurance: what is covered, what is not, and every date not to miss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from arlib.analytics import deadlines as calendar
from arlib.analytics import insurance
from arlib.model.portfolio import KEY
from arlib.views.customer import unfiltered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

STATUSES = ("named", "unnamed", "refused", "cancelled", "expired", "none")
_SUMMED = (
    "exposure_minor",
    "insured_minor",
    "uninsured_minor",
    "suspended_minor",
    "excluded_minor",
    "late_minor",
    "missed_minor",
    "over_minor",
)


@dataclass(frozen=True, slots=True)
class InsuranceView:
    """Cover of the book at a date.

    ``rows``: ``insurance.cover``, most uninsured first, plus ``open_part_minor`` (exposure nobody
    insures: the uninsured part, all of it without an agreement). ``totals``: one row per currency,
    companies of one's own group left out: ``currency``, the sums of the rows, ``unnamed_minor``
    (insured without a name), ``without_minor`` (exposure without an agreement), ``open_part_minor``,
    ``count_named, count_unnamed, count_without, count_over, count_suspended``. ``group_totals``: the same
    sums for companies of one's own group. ``counts``: customers by status.
    ``late``: customers with overdue insured invoices, missed declarations first, then the earliest.
    ``missing``: settings of the contract that figures wait for. ``has_cover``: the insurer has
    decided on somebody, or a ceiling for unnamed buyers is set. ``notes``: codes among ``no_rate``,
    ``no_cover_ratio``, ``no_tax``, ``basis_e1``, ``basis_mixed``, ``no_lettering``, ``intercompany``.
    """

    as_of: date
    base: str
    rows: pd.DataFrame
    totals: pd.DataFrame
    group_totals: pd.DataFrame
    counts: Mapping[str, int]
    late: pd.DataFrame
    missing: tuple[str, ...]
    has_cover: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalendarView:
    """Every date not to miss, those of ``analytics.deadlines``, up to a horizon.

    ``rows``: what passed and what comes within ``horizon_days``; ``counts``: rows by kind, ``states``:
    by state.
    """

    as_of: date
    horizon_days: int
    rows: pd.DataFrame
    counts: Mapping[str, int]
    states: Mapping[str, int]


def build(portfolio: Portfolio, policy: Policy) -> InsuranceView:
    """Return the view of the insurance page."""
    rows = insurance.cover(portfolio, policy)
    rows["open_part_minor"] = (
        rows["uninsured_minor"]
        .where(rows["status"] != "none", rows["exposure_minor"])
        .clip(lower=0)
    )
    rows["open_part_reason"] = rows["uninsured_reason"].where(
        rows["status"] != "none", rows["exposure_reason"]
    )
    own = rows["is_intercompany"].astype(bool)
    counts = rows.loc[~own, "status"].value_counts()
    return InsuranceView(
        as_of=portfolio.as_of,
        base=policy.insurance_base,
        rows=rows,
        totals=_totals(rows.loc[~own]),
        group_totals=_totals(rows.loc[own]),
        counts={status: int(counts.get(status, 0)) for status in STATUSES},
        late=_late(rows),
        missing=_missing(rows, policy),
        has_cover=bool((rows["status"] != "none").any() or policy.insurance_unnamed_ceiling_minor),
        notes=_notes(portfolio, rows),
    )


def items(
    portfolio: Portfolio,
    policy: Policy,
    *,
    company_id: str | None = None,
    customer_id: str | None = None,
) -> pd.DataFrame:
    """Return open invoices of insured buyers with their dates, of one customer or of all.

    Columns of ``insured_items.insured_items`` plus ``name``.
    """
    rows = insurance.items(portfolio, policy)
    if company_id is not None:
        rows = rows.loc[rows["company_id"] == company_id]
    if customer_id is not None:
        rows = rows.loc[rows["customer_id"] == customer_id]
    names = portfolio.customers()[[*KEY, "name"]].astype("str")
    return rows.merge(names, on=KEY, how="left")


def customer(
    portfolio: Portfolio, policy: Policy, *, company_id: str, customer_id: str
) -> dict[str, Any]:
    """Return one customer's row of ``build``, {} for a collective account; filters are ignored."""
    rows = build(unfiltered(portfolio), policy).rows
    own = rows.loc[(rows["company_id"] == company_id) & (rows["customer_id"] == customer_id)]
    return {str(name): value for name, value in own.iloc[0].items()} if len(own) else {}


def schedule(
    portfolio: Portfolio, policy: Policy, *, horizon_days: int | None = None
) -> CalendarView:
    """Return the calendar: what passed and what comes within the horizon (the policy's by default)."""
    days = policy.calendar_days if horizon_days is None else horizon_days
    rows = calendar.deadlines(portfolio, policy)
    rows = rows.loc[rows["days_left"] <= days].reset_index(drop=True)
    kinds, states = rows["kind"].value_counts(), rows["state"].value_counts()
    return CalendarView(
        as_of=portfolio.as_of,
        horizon_days=days,
        rows=rows,
        counts={kind: int(kinds.get(kind, 0)) for kind in calendar.KINDS},
        states={state: int(states.get(state, 0)) for state in calendar.STATES},
    )


def _totals(rows: pd.DataFrame) -> pd.DataFrame:
    # Without a rate the exposure in the currency of the agreement is not known: no debt to count.
    is_owing = rows["exposure_minor"].gt(0).fillna(value=False)
    parts = rows[["currency", *_SUMMED, "open_part_minor"]].assign(
        unnamed_minor=rows["insured_minor"].where(rows["status"] == "unnamed", 0),
        without_minor=rows["exposure_minor"].clip(lower=0).where(rows["status"] == "none", 0),
        count_named=(rows["status"] == "named").astype("int64"),
        count_unnamed=(rows["status"] == "unnamed").astype("int64"),
        count_without=((rows["status"] == "none") & is_owing).astype("int64"),
        count_over=rows["over_minor"].gt(0).fillna(value=False).astype("int64"),
        count_suspended=rows["suspended_minor"].gt(0).fillna(value=False).astype("int64"),
        count_missed=rows["count_missed"],
    )
    sums = parts.groupby("currency", sort=True).sum()
    return sums.sort_values("exposure_minor", ascending=False).reset_index()


def _late(rows: pd.DataFrame) -> pd.DataFrame:
    """Return customers with insured invoices overdue, the most pressing first."""
    frame = rows.loc[rows["count_late"] > 0]
    left = frame["days_left"].astype("Float64").to_numpy("float64", na_value=np.inf)
    frame = frame.assign(_missed=-frame["count_missed"].gt(0).astype("int64"), _left=left)
    frame = frame.sort_values(
        ["_missed", "_left", "late_minor", *KEY], ascending=[True, True, False, True, True]
    )
    return frame.drop(columns=["_missed", "_left"]).reset_index(drop=True)


def _missing(rows: pd.DataFrame, policy: Policy) -> tuple[str, ...]:
    """Return the settings that are not filled in and that a figure of the page waits for."""
    insured = rows["status"].isin(["named", "unnamed", "cancelled"])
    waits = {
        "insurance_cover_ratio": bool((rows["insured_reason"] == "no_cover_ratio").any()),
        "insurance_vat_ratio": bool((rows["insured_reason"] == "no_tax").any()),
        "insurance_unnamed_ceiling_minor": not policy.insurance_unnamed_ceiling_minor,
        "insurance_extension_days": not policy.insurance_extension_days and bool(insured.any()),
        "insurance_declaration_days": not policy.insurance_declaration_days and bool(insured.any()),
        "insurance_max_terms_days": not policy.insurance_max_terms_days and bool(insured.any()),
    }
    return tuple(name for name, holds in waits.items() if holds)


def _notes(portfolio: Portfolio, rows: pd.DataFrame) -> tuple[str, ...]:
    bases = set(rows["exposure_basis"])
    said = {
        "no_rate": bool((rows["exposure_reason"] == "no_rate").any()),
        "no_cover_ratio": bool((rows["insured_reason"] == "no_cover_ratio").any()),
        "no_tax": bool((rows["insured_reason"] == "no_tax").any()),
        "basis_e1": bases == {"E1"},
        "basis_mixed": len(bases) > 1,
        "no_lettering": bool(portfolio.estimated_companies()),
        "intercompany": bool(rows["is_intercompany"].any()),
    }
    return tuple(name for name, holds in said.items() if holds)
