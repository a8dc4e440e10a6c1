"""DSO: simple, count-back, best possible, delinquent days (definitions §4 and §5).

AR = E1 without doubtful customers (toggle); sales = invoices less credit notes, TTC. Worked set,
six months: simple 129.784, best possible 45.049, ADD 84.735; count-back 122.389; CEI of June
8.406 %; turnover 5.1172.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.frames import covered_from, left_out
from arlib.analytics.receivables import LEVELS_WITHOUT_SALES, answering
from arlib.model.portfolio import window_start

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from arlib.model.portfolio import Portfolio

DAYS_A_YEAR: Final = 365
MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class CountBack:
    """Days of sales in the receivables. ``is_lower_bound``: the history ended first."""

    days: float
    is_lower_bound: bool
    met_empty_month: bool


@dataclass(frozen=True, slots=True)
class Period:
    """Net sales of the last ``months`` months: ``days`` days from ``first`` to the date."""

    first: date
    sales: int
    days: int
    months: int


@dataclass(frozen=True, slots=True)
class SalesHistory:
    """Net sales of each month from the first covered one to ``as_of``'s, oldest first.

    ``days``: days of each month, the last one counted up to ``as_of``. ``begun``: where ``as_of`` does
    not end its month, sales of each month up to the same day of it; None where they are not known.
    """

    months: tuple[date, ...]
    sales: tuple[int, ...]
    days: tuple[int, ...]
    begun: tuple[int | None, ...] = ()

    def until(self, as_of: date) -> SalesHistory:
        """Return the months up to a month-end or the last date."""
        kept = sum(month <= as_of for month in self.months)
        if kept == len(self.months):
            return self
        return SalesHistory(self.months[:kept], self.sales[:kept], self.days[:kept])

    def last(self, months: int) -> Period:
        """Return the last months to the date, from the same day of the month they begin in (§3, §4.1).

        From the first of a month where the date ends one, where the files begin in the first of these
        months, and where the sales of the month before them are known as one sum alone.
        """
        return self._rolling(months) or self.whole(months)

    def whole(self, months: int) -> Period:
        """Return the last calendar months, the one of the date included."""
        sales, days = sum(self.sales[-months:]), sum(self.days[-months:])
        return Period(self.months[-months], sales, days, months)

    def _rolling(self, months: int) -> Period | None:
        place = len(self.months) - 1 - months
        begun = self.begun[place] if self.begun and place >= 0 else None
        if begun is None:
            return None
        end = self.months[-1] + timedelta(days=self.days[-1] - 1)
        start = window_start(end, months)
        sales = sum(self.sales[place:]) - begun
        return Period(start + timedelta(days=1), sales, (end - start).days, months)

    def sales_of(self, as_of: date) -> int:
        """Return the sales of the month of a date, 0 before the history."""
        first = as_of.replace(day=1)
        return self.sales[self.months.index(first)] if first in self.months else 0


def sales_history(portfolio: Portfolio, currency: str, asked: int = MONTHS_A_YEAR) -> SalesHistory:
    """Return monthly sales from the first month every company covers, months without sales at 0.

    Inside a month, periods of a year and of ``asked`` months or fewer can begin inside one too.
    """
    frame = answering(portfolio, portfolio.sales_months(), currency)
    stamps = pd.to_datetime(frame["month_on"]).dt.date
    by_month = frame.groupby(stamps)["sales_minor"].sum()
    covered = covered_from(portfolio, left_out(portfolio, LEVELS_WITHOUT_SALES))
    firsts = [covered] if covered else list(by_month.index)[:1]
    if not firsts:
        return SalesHistory((), (), ())
    months = _months(firsts[0].replace(day=1), portfolio.as_of)
    sales = tuple(int(by_month.get(month, 0)) for month in months)
    days = tuple(_days(month, portfolio.as_of) for month in months)
    return SalesHistory(months, sales, days, _begun(portfolio, currency, months, asked))


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


def cei(begin: int, sales: int, end: int, end_not_due: int) -> float | None:
    """Return the share of what could be collected in a period that was; None when nothing could.

    (begin + sales − end) / (begin + sales − end not due). Over 1 when credits are not allocated.

    >>> round(cei(6200, 10890, 6340, 3590), 4)
    0.7963
    """
    collectable = begin + sales - end_not_due
    return (begin + sales - end) / collectable if collectable > 0 else None


def turnover(sales: int, days: int, averaged: Sequence[int]) -> float | None:
    """Return yearly sales / mean receivables at the dates given; None unless both are positive.

    >>> round(turnover(67500, 181, (4800, 48400)), 4)
    5.1172
    """
    mean = sum(averaged) / len(averaged)
    return sales * DAYS_A_YEAR / days / mean if sales > 0 and mean > 0 else None


def period(history: SalesHistory, asked: int, least: int) -> int | None:
    """Return how many months are used: those asked, else those available if at least ``least``."""
    available = len(history.months)
    if available >= asked:
        return asked
    return available if available >= least else None


def _begun(
    portfolio: Portfolio, currency: str, months: tuple[date, ...], asked: int
) -> tuple[int | None, ...]:
    """Return the sales of each month up to the day of the date; nothing where it ends its month."""
    as_of = portfolio.as_of
    if (as_of + timedelta(days=1)).day == 1:
        return ()
    longest = max(asked, MONTHS_A_YEAR)
    frame = answering(portfolio, portfolio.sales_begun(longest), currency)
    stamps = pd.to_datetime(frame["month_on"]).dt.date
    sums = frame.groupby(stamps)["begun_minor"].sum()
    unknown = set(stamps.loc[frame["is_whole"].astype("bool")])
    earliest = window_start(as_of, longest).replace(day=1)
    return tuple(
        None if month in unknown or month < earliest else int(sums.get(month, 0))
        for month in months
    )


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
