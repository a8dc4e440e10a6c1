"""What every view shares: dates it may ask for, currencies in order, pieces of frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arlib.analytics.frames import stocks
from arlib.model.portfolio import month_ends

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from arlib.model.portfolio import Portfolio

__all__ = [
    "answerable",
    "currencies",
    "first_answerable",
    "in_currency",
    "month_ends",
    "previous_closing",
]


def previous_closing(as_of: date) -> date:
    """Return the last month-end strictly before ``as_of``."""
    return month_ends(as_of, 2)[0]


def first_answerable(portfolio: Portfolio) -> date | None:
    """Return the first date that every company inside the filters can answer."""
    firsts = [item.first_as_of for item in portfolio.companies() if item.first_as_of]
    return max(firsts) if firsts else None


def answerable(portfolio: Portfolio, days: Iterable[date]) -> tuple[date, ...]:
    """Return the dates that the book can answer, in the order given."""
    first = first_answerable(portfolio)
    return tuple(day for day in days if first is not None and day >= first)


def currencies(portfolio: Portfolio) -> tuple[str, ...]:
    """Return the currencies of the filtered book, the largest gross amount first."""
    gross = stocks(portfolio).groupby("currency")["open_debit_minor"].sum()
    sold = portfolio.sales_months()["currency"].unique()
    known = gross.reindex(gross.index.union(pd.Index(sold))).fillna(0)
    order = known.rename("gross").rename_axis("currency").reset_index()
    ranked = order.sort_values(["gross", "currency"], ascending=[False, True])
    return tuple(ranked["currency"].tolist())


def in_currency(frame: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return the rows of one currency, renumbered."""
    return frame.loc[frame["currency"] == currency].reset_index(drop=True)


def sum_by_currency(frame: pd.DataFrame, column: str) -> dict[str, int]:
    """Return the sum of an amount column by currency, in minor units, currencies in order."""
    sums = frame.groupby("currency")[column].sum()
    return {str(currency): int(amount) for currency, amount in sums.items()}
