"""DSO: simple, count-back, best possible, delinquent days (definitions §4 and §5).

AR = E1 without doubtful customers (toggle); sales = invoices less credit notes, TTC. Worked set,
six months: simple 129.784, best possible 45.049, ADD 84.735; count-back 122.389.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.exposure import commitment_parts
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
    "credits_minor",
)
NOT_DUE: Final = 0
CREDITS: Final = 99


@dataclass(frozen=True, slots=True)
class Receivables:
    """AR of one currency at a date, in minor units: credits ≤ 0, the rest gross.

    ``bills``: part of ``not_due`` that is bills not matured, 0 unless the policy adds them.
    """

    outstanding: int
    not_due: int
    late: int
    disputed: int
    credits: int
    bills: int = 0


@dataclass(frozen=True, slots=True)
class CountBack:
    """Days of sales in the receivables. ``is_lower_bound``: the history ended first."""

    days: float
    is_lower_bound: bool
    met_empty_month: bool


@dataclass(frozen=True, slots=True)
class SalesHistory:
    """Net sales of each month from the first covered one to ``as_of``'s, oldest first.

    ``days``: days of each month, the last one counted up to ``as_of``.
    """

    months: tuple[date, ...]
    sales: tuple[int, ...]
    days: tuple[int, ...]

    def until(self, as_of: date) -> SalesHistory:
        """Return the months up to a month-end or the last date."""
        kept = sum(month <= as_of for month in self.months)
        return SalesHistory(self.months[:kept], self.sales[:kept], self.days[:kept])

    def sales_of(self, as_of: date) -> int:
        """Return the sales of the month of a date, 0 before the history."""
        first = as_of.replace(day=1)
        return self.sales[self.months.index(first)] if first in self.months else 0


def classes(policy: Policy) -> tuple[str, ...]:
    """Return the account classes of AR."""
    return tuple(name for name in PERIMETER if name != "doubtful" or policy.dso_include_doubtful)


def receivables(portfolio: Portfolio, policy: Policy, currency: str) -> Receivables:
    """Return AR at the date; bills are added as not due when the policy says so."""
    stock = _answering(portfolio, stocks(portfolio, classes(policy)), currency)
    total = {name: int(stock[name].sum()) for name in _STOCKS}
    bills = _bills(portfolio, currency) if policy.dso_include_bills else 0
    disputed = total["overdue_disputed_minor"]
    return Receivables(
        outstanding=total["outstanding_minor"] + bills,
        not_due=total["not_due_minor"] + bills,
        late=total["overdue_minor"] - disputed,
        disputed=disputed,
        credits=total["credits_minor"],
        bills=bills,
    )


def monthly_receivables(
    portfolio: Portfolio, policy: Policy, currency: str, days: tuple[date, ...]
) -> dict[date, Receivables]:
    """Return AR at several dates in one reading; the book's own date as ``receivables`` gives it.

    Disputed amounts are not told apart from late ones at past dates. Where credits consume the
    oldest debits (level E), each date is read apart.
    """
    frame = _answering(portfolio, portfolio.aging_months(days), currency)
    frame = frame.loc[frame["account_class"].isin(list(classes(policy)))]
    closed = pd.to_datetime(frame["month_end"]).dt.date
    amounts = frame.groupby([closed, "bucket"])["amount_minor"].sum()
    wide = spread(amounts, "bucket").reindex(index=list(days)).fillna(0).astype("int64")
    rows: list[dict[int, int]] = wide.to_dict("records")  # type: ignore[assignment]
    found = {day: _at_month_end(row) for day, row in zip(days, rows, strict=True)}
    if policy.dso_include_bills or portfolio.estimated_companies():
        found = {day: receivables(portfolio.at(day), policy, currency) for day in days}
    return found | {
        day: receivables(portfolio, policy, currency) for day in days if day == portfolio.as_of
    }


def _at_month_end(row: dict[int, int]) -> Receivables:
    return Receivables(
        outstanding=sum(row.values()),
        not_due=row.get(NOT_DUE, 0),
        late=sum(amount for bucket, amount in row.items() if NOT_DUE < bucket < CREDITS),
        disputed=0,
        credits=row.get(CREDITS, 0),
    )


def sales_history(portfolio: Portfolio, currency: str) -> SalesHistory:
    """Return monthly sales from the first month every company covers, months without sales at 0."""
    frame = _answering(portfolio, portfolio.sales_months(), currency)
    stamps = pd.to_datetime(frame["month_on"]).dt.date
    by_month = frame.groupby(stamps)["sales_minor"].sum()
    missing = left_out(portfolio, LEVELS_WITHOUT_SALES)
    answering = [item for item in portfolio.companies() if item.company_id not in missing]
    covers = [item.covers_from for item in answering if item.covers_from]
    firsts = [max(covers)] if covers else list(by_month.index)[:1]
    if not firsts:
        return SalesHistory((), (), ())
    months = _months(firsts[0].replace(day=1), portfolio.as_of)
    sales = tuple(int(by_month.get(month, 0)) for month in months)
    return SalesHistory(months, sales, tuple(_days(month, portfolio.as_of) for month in months))


def simple(ar: int, sales: int, days: int) -> float | None:
    """Return AR / sales × days; None without sales; 0 when AR is not positive."""
    if ar <= 0:
        return 0.0
    return ar / sales * days if sales > 0 else None


def count_back(ar: int, sales: Sequence[int], days: Sequence[int]) -> CountBack:
    """Return days of sales going back month by month until AR is used up; oldest month first.

    >>> count_back(1000, (500, 0, 0, 1000), (31, 30, 31, 30)).days
    30.0
    """
    left, total, has_empty = ar, 0.0, False
    for amount, length in zip(reversed(sales), reversed(days), strict=True):
        if left <= 0:
            break
        if amount <= 0:
            has_empty = True
            total += length
        elif left >= amount:
            left -= amount
            total += length
        else:
            total += left / amount * length
            left = 0
    return CountBack(total, left > 0, has_empty)


def period(history: SalesHistory, asked: int, least: int) -> int | None:
    """Return how many months are used: those asked, else those available if at least ``least``."""
    available = len(history.months)
    if available >= asked:
        return asked
    return available if available >= least else None


def _answering(portfolio: Portfolio, frame: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return the rows in one currency of the companies whose sales are known."""
    missing = left_out(portfolio, LEVELS_WITHOUT_SALES)
    return frame.loc[(frame["currency"] == currency) & ~frame["company_id"].isin(missing)]


def _bills(portfolio: Portfolio, currency: str) -> int:
    parts = _answering(portfolio, commitment_parts(portfolio), currency)
    return int(parts["bill"].sum() + parts["discounted_bill"].sum())


def _months(first: date, last: date) -> tuple[date, ...]:
    """Return the first days of the months from ``first``'s to ``last``'s."""
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return tuple(
        first.replace(year=index // 12, month=index % 12 + 1, day=1)
        for index in range(begin, end + 1)
    )


def _days(month: date, as_of: date) -> int:
    if (month.year, month.month) == (as_of.year, as_of.month):
        return as_of.day
    return calendar.monthrange(month.year, month.month)[1]
