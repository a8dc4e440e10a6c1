"""Receivables of the DSO family: AR by cause at one date or at many (definitions §4).

AR = E1 without doubtful customers (toggle), with bills not matured when the policy adds them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.exposure import commitment_parts, holders, suppliers
from arlib.analytics.frames import left_out, spread, stocks
from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

# Open items alone: no sales, no past (definitions §0.2).
LEVELS_WITHOUT_SALES: Final = frozenset({"C"})
_STOCKS: Final = (
    "outstanding_minor",
    "not_due_minor",
    "overdue_minor",
    "overdue_disputed_minor",
    "disputed_minor",
    "credits_minor",
)
NOT_DUE: Final = 0
CREDITS: Final = 99
_LATE_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Receivables:
    """AR of one currency at a date, in minor units: credits ≤ 0, the rest gross.

    ``late`` and ``disputed`` are overdue, without and with a dispute; ``disputed_open`` is disputed
    whether due or not; ``late_over_30``: overdue beyond the bound nearest 30 days, None where
    credits pay the oldest debits. ``bills``: part of ``not_due`` that is bills not matured, 0
    unless the policy adds them; ``bill_companies``: those whose bills are known at the date.
    """

    outstanding: int
    not_due: int
    late: int
    disputed: int
    credits: int
    disputed_open: int = 0
    late_over_30: int | None = None
    bills: int = 0
    bill_companies: frozenset[str] = frozenset()

    @property
    def overdue(self) -> int:
        """Return what is overdue, disputed or not."""
        return self.late + self.disputed

    @property
    def gross(self) -> int:
        """Return the open debits; bills are not among them."""
        return self.not_due - self.bills + self.overdue

    def with_bills(self, amount: int, companies: frozenset[str]) -> Receivables:
        """Return AR with bills not matured, which are not due."""
        return replace(
            self,
            outstanding=self.outstanding + amount,
            not_due=self.not_due + amount,
            bills=amount,
            bill_companies=companies,
        )

    def without_bills(self) -> Receivables:
        """Return AR as the customer accounts alone give it."""
        return replace(
            self,
            outstanding=self.outstanding - self.bills,
            not_due=self.not_due - self.bills,
            bills=0,
            bill_companies=frozenset(),
        )


def alike(stocks_: Sequence[Receivables]) -> tuple[Receivables, ...]:
    """Return stocks that compare: with bills when they are known alike at every date, else without."""
    if len({stock.bill_companies for stock in stocks_}) <= 1:
        return tuple(stocks_)
    return tuple(stock.without_bills() for stock in stocks_)


def classes(policy: Policy) -> tuple[str, ...]:
    """Return the account classes of AR."""
    return tuple(name for name in PERIMETER if name != "doubtful" or policy.dso_include_doubtful)


def receivables(portfolio: Portfolio, policy: Policy, currency: str) -> Receivables:
    """Return AR at the date of the book, read from its balances."""
    stock = answering(portfolio, stocks(portfolio, classes(policy)), currency)
    total = {name: int(stock[name].sum()) for name in _STOCKS}
    disputed = total["overdue_disputed_minor"]
    found = Receivables(
        outstanding=total["outstanding_minor"],
        not_due=total["not_due_minor"],
        late=total["overdue_minor"] - disputed,
        disputed=disputed,
        credits=total["credits_minor"],
        disputed_open=total["disputed_minor"],
    )
    return _with_bills(found, portfolio, policy, currency)


def monthly_receivables(
    portfolio: Portfolio, policy: Policy, currency: str, days: tuple[date, ...]
) -> dict[date, Receivables]:
    """Return AR at several dates in one reading, as ``receivables`` gives it at each.

    A dispute without date counts from the invoice's issue. Where credits consume the oldest debits
    (level E), each date is read apart.
    """
    if portfolio.estimated_companies():
        return {day: receivables(portfolio.at(day), policy, currency) for day in days}
    frame = answering(portfolio, portfolio.aging_months(days), currency)
    frame = frame.loc[frame["account_class"].isin(list(classes(policy)))]
    frame = frame.assign(day=pd.to_datetime(frame["month_end"]).dt.date)
    sums = frame.groupby(["day", "bucket"])[["amount_minor", "disputed_minor"]].sum()
    amounts, disputed = (
        spread(sums[name], "bucket").reindex(index=list(days)).fillna(0).astype("int64")
        for name in ("amount_minor", "disputed_minor")
    )
    rows: list[dict[int, int]] = amounts.to_dict("records")  # type: ignore[assignment]
    marks: list[dict[int, int]] = disputed.to_dict("records")  # type: ignore[assignment]
    old = _first_old_bucket(policy)
    return {
        day: _with_bills(_by_bucket(row, mark, old), portfolio.at(day), policy, currency)
        for day, row, mark in zip(days, rows, marks, strict=True)
    }


def answering(portfolio: Portfolio, frame: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return the rows in one currency of the companies whose sales are known."""
    missing = left_out(portfolio, LEVELS_WITHOUT_SALES)
    return frame.loc[(frame["currency"] == currency) & ~frame["company_id"].isin(missing)]


def _by_bucket(row: dict[int, int], mark: dict[int, int], old: int) -> Receivables:
    late = sum(amount for bucket, amount in row.items() if NOT_DUE < bucket < CREDITS)
    disputed = sum(amount for bucket, amount in mark.items() if NOT_DUE < bucket < CREDITS)
    return Receivables(
        outstanding=sum(row.values()),
        not_due=row.get(NOT_DUE, 0),
        late=late - disputed,
        disputed=disputed,
        credits=row.get(CREDITS, 0),
        disputed_open=disputed + mark.get(NOT_DUE, 0),
        late_over_30=sum(amount for bucket, amount in row.items() if old <= bucket < CREDITS),
    )


def _first_old_bucket(policy: Policy) -> int:
    """Return the first bucket beyond the bound nearest 30 days (1 is the first late one)."""
    places = range(len(policy.buckets))
    return 2 + min(places, key=lambda place: abs(policy.buckets[place] - _LATE_DAYS))


def _with_bills(
    found: Receivables, portfolio: Portfolio, policy: Policy, currency: str
) -> Receivables:
    if not policy.dso_include_bills:
        return found
    parts = answering(portfolio, commitment_parts(portfolio), currency)
    known = holders(portfolio, "bill") | suppliers(portfolio, ("bill", "discounted_bill"))
    return found.with_bills(
        int(parts["bill"].sum() + parts["discounted_bill"].sum()), frozenset(known)
    )
