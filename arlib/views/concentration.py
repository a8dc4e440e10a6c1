"""Concentration of the outstanding: how few customers carry it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arlib.analytics.concentration import indices, shares
from arlib.analytics.frames import customers, stocks
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.views.common import currencies, in_currency

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class ConcentrationBlock:
    """Concentration in one currency, customers with a positive amount alone.

    ``customers``: ``company_id, customer_id, name, amount_minor, share_ratio,
    cumulative_ratio, abc`` (A, B, C at 80/95/100 %), largest first. ``top``: ``n, share_ratio,
    amount_minor`` for the policy's tops. ``pareto_count`` customers reach ``pareto_ratio``.
    Values are None with ``reason`` when there is no positive amount; ``hhi_normalised`` and
    ``gini`` are None too with one customer (``not_applicable``).
    """

    currency: str
    amount_minor: int
    count: int
    top: pd.DataFrame
    pareto_ratio: float
    pareto_count: int | None
    hhi: float | None
    hhi_normalised: float | None
    equivalent_count: float | None
    gini: float | None
    customers: pd.DataFrame
    reason: str | None


@dataclass(frozen=True, slots=True)
class ConcentrationView:
    """``measure``: outstanding (E1) or overdue (late amount, gross)."""

    as_of: date
    measure: str
    blocks: tuple[ConcentrationBlock, ...]


def build(
    portfolio: Portfolio, policy: Policy, *, measure: str = "outstanding"
) -> ConcentrationView:
    """Return concentration of the outstanding, or of the late amount (``measure="overdue"``)."""
    stock = stocks(portfolio)[[*KEY_CURRENCY, "outstanding_minor", "overdue_minor"]]
    who = customers(portfolio)
    individual = who.loc[~who["is_collective"], [*KEY, "name"]]
    stock = stock.merge(individual, on=KEY)
    return ConcentrationView(
        as_of=portfolio.as_of,
        measure=measure,
        blocks=tuple(
            block(in_currency(stock, currency), f"{measure}_minor", currency, policy)
            for currency in currencies(portfolio)
        ),
    )


def block(frame: pd.DataFrame, column: str, currency: str, policy: Policy) -> ConcentrationBlock:
    """Return the concentration of one column of amounts, one row a customer."""
    shared = shares(frame, column)
    found = indices(shared, policy.pareto_ratio)
    wanted = [*KEY, "name", "amount_minor", "share_ratio", "cumulative_ratio", "abc"]
    return ConcentrationBlock(
        currency=currency,
        amount_minor=int(shared["amount_minor"].sum()),
        count=len(shared),
        top=_tops(shared, policy),
        pareto_ratio=policy.pareto_ratio,
        pareto_count=found.pareto_count,
        hhi=found.hhi,
        hhi_normalised=found.hhi_normalised,
        equivalent_count=found.equivalent_count,
        gini=found.gini,
        customers=shared[wanted],
        reason=None if len(shared) else "no_open",
    )


def _tops(shared: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the share of the n largest, for every n of the policy."""
    heads = [shared.head(n) for n in policy.concentration_tops]
    return pd.DataFrame(
        {
            "n": pd.array(policy.concentration_tops, dtype="int64"),
            "share_ratio": [float(head["share_ratio"].sum()) for head in heads],
            "amount_minor": [int(head["amount_minor"].sum()) for head in heads],
        }
    )
