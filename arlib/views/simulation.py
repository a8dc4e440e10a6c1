"""The limit simulator: rules side by side over the same past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arlib.analytics.limit_rules import IN_FORCE, Kind, Rule
from arlib.analytics.limit_simulator import Simulation, past, simulate
from arlib.views.common import in_currency

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

__all__ = ["IN_FORCE", "Rule", "SimulationBlock", "SimulationView", "build", "rule"]


@dataclass(frozen=True, slots=True)
class SimulationBlock:
    """Rules in one currency. ``totals, months, customers``: as ``Simulation``, one of each a rule."""

    currency: str
    totals: tuple[pd.Series[Any], ...]
    months: tuple[pd.DataFrame, ...]
    customers: tuple[pd.DataFrame, ...]


@dataclass(frozen=True, slots=True)
class SimulationView:
    """``rules``: in the order of each block's tuples.

    ``from_on, to_on``: days replayed (None: too short a past, with ``unavailable``). ``book_from``:
    where the book begins, when that is what shortens the past. ``late_days``: what is called late.
    ``left_out``: companies without daily exposure. ``count_no_rate``: customers left out for want
    of a rate.
    """

    rules: tuple[Rule, ...]
    from_on: date | None
    to_on: date
    book_from: date | None
    late_days: int
    blocks: tuple[SimulationBlock, ...]
    left_out: tuple[str, ...]
    count_no_rate: int
    unavailable: str | None


def rule(
    kind: Kind,
    *,
    amount_minor: int = 0,
    amounts: Sequence[tuple[str, int]] = (),
    ratio: float = 0.0,
    days: float = 0.0,
) -> Rule:
    """Return a rule. Raises UserError ``simulation_rule_invalid``."""
    return Rule(kind, amount_minor, tuple(amounts), ratio, days).checked()


def build(portfolio: Portfolio, policy: Policy, *, rules: tuple[Rule, ...]) -> SimulationView:
    """Return what each rule would have made of the past, as far as the book goes."""
    known = past(portfolio, policy)
    found = tuple(simulate(portfolio, policy, item, known) for item in rules)
    codes = found[0].totals["currency"].tolist() if found else []
    return SimulationView(
        rules=rules,
        from_on=known.from_on,
        to_on=known.to_on,
        book_from=known.covered_from,
        late_days=policy.simulation_late_days,
        blocks=tuple(_block(found, str(code)) for code in codes),
        left_out=known.left_out,
        count_no_rate=known.count_no_rate,
        unavailable=known.reason,
    )


def _block(found: tuple[Simulation, ...], currency: str) -> SimulationBlock:
    return SimulationBlock(
        currency=currency,
        totals=tuple(_total(item.totals, currency) for item in found),
        months=tuple(in_currency(item.months, currency) for item in found),
        customers=tuple(in_currency(item.customers, currency) for item in found),
    )


def _total(totals: pd.DataFrame, currency: str) -> pd.Series[Any]:
    """Return the figures of one currency; all missing where the rule kept no customer of it."""
    rows = in_currency(totals, currency)
    return rows.iloc[0] if len(rows) else rows.reindex([0]).iloc[0]
