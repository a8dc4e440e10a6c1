"""Causes de retard: why customers pay late, as it was noted, and how much of the overdue it tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.analytics.late_causes import causes, causes_of_customers
from arlib.views.common import in_currency

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class LateCausesBlock:
    """One currency. ``causes`` and ``customers``: frames of ``arlib.analytics.late_causes``.

    ``noted_ratio``: share of the overdue whose cause is noted; None when nothing is overdue.
    """

    currency: str
    causes: pd.DataFrame
    customers: pd.DataFrame
    noted_ratio: float | None


@dataclass(frozen=True, slots=True)
class LateCausesView:
    """One block a currency in which something is overdue, or a cause is noted."""

    as_of: date
    blocks: tuple[LateCausesBlock, ...]


def build(portfolio: Portfolio, policy: Policy) -> LateCausesView:  # noqa: ARG001 - as every view
    """Return the causes of lateness noted by the date."""
    rows = causes_of_customers(portfolio)
    found = causes(rows)
    blocks = [
        _block(code, in_currency(found, code), in_currency(rows, code))
        for code in sorted(found["currency"].unique().tolist())
    ]
    return LateCausesView(portfolio.as_of, tuple(blocks))


def _block(currency: str, found: pd.DataFrame, rows: pd.DataFrame) -> LateCausesBlock:
    overdue = int(found["overdue_minor"].sum())
    noted = int(found.loc[found["cause"].notna(), "overdue_minor"].sum())
    return LateCausesBlock(currency, found, rows, noted / overdue if overdue > 0 else None)
