"""Politique de crédit: what each class of customer is allowed, and who stands outside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arlib.analytics.frames import IDENTITY, customers
from arlib.analytics.granted_terms import unknown_regimes
from arlib.analytics.grid import EXCEPTIONS, classes, exceptions, held
from arlib.law import ceilings
from arlib.model.grid_settings import CLASSES
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class GridRow:
    """What the policy fixes for one class; None or {}: not fixed, so not tested."""

    segment: str
    ceiling_minor: Mapping[str, int]
    terms: str | None
    deposit_ratio: float | None
    action: str | None

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is fixed for the class."""
        return not self.ceiling_minor and (self.terms, self.deposit_ratio, self.action) == (
            None,
            None,
            None,
        )


@dataclass(frozen=True, slots=True)
class GridView:
    """The grid and its exceptions.

    ``rows``: the four classes in order. ``population``: ``segment, currency, count, exposure_minor``
    of the customers of each class. ``exceptions``: see ``analytics.grid.exceptions``, plus
    ``name, category, owner, sector``. ``counts``: customers by rule; ``amounts``: rule -> currency
    -> exposure at stake. ``law``: the texts in force at the date, one row a regime and reading:
    ``regime, terms, start, source, is_confirmed``. ``count_unknown_regime``: customers whose regime
    is written in words not understood (not tested against the law). ``are_dates_granted``: some
    open invoice has a due date of a file or of its terms.
    """

    as_of: date
    exposure_basis: str
    rows: tuple[GridRow, ...]
    population: pd.DataFrame
    exceptions: pd.DataFrame
    counts: Mapping[str, int]
    amounts: Mapping[str, Mapping[str, int]]
    law: pd.DataFrame
    count_unknown_regime: int
    are_dates_granted: bool

    @property
    def is_empty(self) -> bool:
        """Return whether the policy fixes nothing at all."""
        return all(row.is_empty for row in self.rows)


def grid_rows(policy: Policy) -> tuple[GridRow, ...]:
    """Return the grid of a policy, the safest class first, new customers last."""
    return tuple(
        GridRow(
            segment,
            dict(policy.grid_ceiling_minor.get(segment, {})),
            policy.grid_terms.get(segment),
            policy.grid_deposit_ratio.get(segment),
            policy.grid_action.get(segment),
        )
        for segment in CLASSES
    )


def with_rows(policy: Policy, rows: tuple[GridRow, ...]) -> Policy:
    """Return the policy with another grid. Raises UserError ``policy_value_invalid``."""
    return policy.with_settings(
        grid_ceiling_minor={r.segment: dict(r.ceiling_minor) for r in rows if r.ceiling_minor},
        grid_terms={row.segment: row.terms for row in rows if row.terms is not None},
        grid_deposit_ratio={
            row.segment: row.deposit_ratio for row in rows if row.deposit_ratio is not None
        },
        grid_action={row.segment: row.action for row in rows if row.action is not None},
    )


def build(portfolio: Portfolio, policy: Policy) -> GridView:
    """Return the grid of the policy and the customers outside it."""
    found = exceptions(portfolio, policy)
    who = customers(portfolio)
    found = found.merge(who[[*KEY, *IDENTITY]], on=KEY, how="left")
    return GridView(
        as_of=portfolio.as_of,
        exposure_basis=policy.exposure_basis,
        rows=grid_rows(policy),
        population=_population(portfolio, policy),
        exceptions=found,
        counts={rule: _customers(found, rule) for rule in EXCEPTIONS},
        amounts={rule: _amounts(found, rule) for rule in EXCEPTIONS},
        law=_law(portfolio.as_of),
        count_unknown_regime=len(unknown_regimes(who)),
        are_dates_granted=not portfolio.granted_terms().empty,
    )


def _customers(found: pd.DataFrame, rule: str) -> int:
    return len(found.loc[found["rule"] == rule, KEY].drop_duplicates())


def _amounts(found: pd.DataFrame, rule: str) -> dict[str, int]:
    rows = found.loc[(found["rule"] == rule) & found["exposure_minor"].notna()]
    sums = rows.groupby("currency")["exposure_minor"].sum()
    return {str(currency): int(amount) for currency, amount in sums.items()}


def _population(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    frame = classes(portfolio, policy)[[*KEY, "segment"]].merge(held(portfolio, policy), on=KEY)
    who = customers(portfolio)
    frame = frame.merge(who.loc[~who["is_intercompany"], KEY], on=KEY)
    names = {"limit_currency": "currency"}
    grouped = frame.rename(columns=names).groupby(["segment", "currency"], sort=True)
    found = grouped.agg(count=("customer_id", "size"), exposure_minor=("exposure_minor", "sum"))
    return found.reset_index()


def _law(as_of: date) -> pd.DataFrame:
    rows = [
        (item.regime, reading.words, reading.start, item.source, item.is_confirmed, item.valid_from)
        for item in (ceilings.ceiling(regime, as_of) for regime in ceilings.regimes())
        if item is not None
        for reading in item.readings
    ]
    columns = ["regime", "terms", "start", "source", "is_confirmed", "valid_from"]
    return pd.DataFrame(rows, columns=columns)
