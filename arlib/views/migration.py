"""Migrations: what became, by a date, of the invoices open at an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    are_all_left_out,
    without_behaviour,
)
from arlib.analytics.migration import (
    SETTLED,
    Pairs,
    cell_items,
    labels,
    matrix,
    month_pairs,
    movements,
    reaching_last,
    roll_months,
    roll_rates,
)
from arlib.model.issues import UserError
from arlib.views.common import answerable, first_answerable, in_currency, previous_closing

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

__all__ = ["SETTLED", "MigrationBlock", "MigrationView", "build", "items"]
MONTHS = 12


@dataclass(frozen=True, slots=True)
class MigrationBlock:
    """Migration in one currency.

    ``buckets``: labels in order. ``rows``: the two dates asked for: ``from_bucket, to`` (a bucket,
    ``paid, credit_note, write_off``, and ``other`` when something was settled otherwise), ``count``
    (documents), ``amount_minor, start_minor, share_ratio`` (+ ``_reason``: an empty row is missing,
    not 0). A row sums to what was open in its bucket at the start.
    ``roll_rates``: ``from_bucket, to, amount_minor, start_minor, ratio`` (+ ``_reason``).
    ``year_rows``, ``year_rates``: the same over ``year_months`` steps, amounts summed first;
    ``monthly``: the roll rates of each step (``start_on, end_on``), oldest first.
    ``reaching_last_ratio``: product of ``year_rates`` along the path, None + ``_reason``.
    """

    currency: str
    buckets: tuple[str, ...]
    rows: pd.DataFrame
    roll_rates: pd.DataFrame
    year_rows: pd.DataFrame
    year_rates: pd.DataFrame
    monthly: pd.DataFrame
    reaching_last_ratio: float | None
    reaching_last_ratio_reason: str | None


@dataclass(frozen=True, slots=True)
class MigrationView:
    """``unavailable``: why nothing can be followed (not_at_this_level, as_of_too_early).

    ``from_on``, ``to_on``: the two dates; ``year_from_on``: start of the ``year_months`` steps that
    the book can answer (at most 12). ``left_out``: companies whose files say no settlement;
    ``is_estimated``: some company has no lettering, its settlements were matched.
    """

    from_on: date
    to_on: date
    year_from_on: date | None
    year_months: int
    blocks: tuple[MigrationBlock, ...]
    unavailable: str | None
    left_out: tuple[str, ...]
    is_estimated: bool


def build(
    portfolio: Portfolio, policy: Policy, *, from_on: date | None = None, to_on: date | None = None
) -> MigrationView:
    """Return the migration between two dates: the previous closing and the book's date by default.

    Raises:
        UserError: ``migration_dates`` when the first does not come before the second,
        ``as_of_too_early`` when the book cannot answer at the first.
    """
    end = to_on or portfolio.as_of
    start = from_on or previous_closing(end)
    book = portfolio if end == portfolio.as_of else portfolio.at(end)
    missing = without_behaviour(book, policy)
    why = _why_nothing(book, missing, start, is_asked=from_on is not None)
    if start >= end:
        raise UserError("migration_dates", value=start.isoformat(), detail=end.isoformat())
    steps = () if why else _steps(book, end)
    return MigrationView(
        from_on=start,
        to_on=end,
        year_from_on=steps[0][0] if steps else None,
        year_months=len(steps),
        blocks=() if why else _blocks(book, policy, (start, end), steps),
        unavailable=why,
        left_out=tuple(sorted(missing)),
        is_estimated=bool(book.estimated_companies() - missing) or bool(book.inferred_companies()),
    )


def items(
    portfolio: Portfolio,
    policy: Policy,
    *,
    from_on: date,
    to_on: date,
    source: str,
    to: str,
    currency: str,
) -> pd.DataFrame:
    """Return the documents behind a cell, the largest first.

    Columns: ``company_id, customer_id, name, number, kind, issued_on, due_on, currency,
    amount_minor, cell_minor`` (its part in the cell).
    """
    book = portfolio if to_on == portfolio.as_of else portfolio.at(to_on)
    frame = cell_items(book, policy, (from_on, to_on), source=source, to=to)
    return in_currency(frame, currency)


def _why_nothing(book: Portfolio, missing: set[str], start: date, *, is_asked: bool) -> str | None:
    if are_all_left_out(book, missing):
        return NOT_AT_THIS_LEVEL
    if answerable(book, [start]):
        return None
    if is_asked:
        first = first_answerable(book)
        raise UserError(
            "as_of_too_early", value=start.isoformat(), detail=first.isoformat() if first else ""
        )
    return "as_of_too_early"


def _steps(book: Portfolio, end: date) -> Pairs:
    """Return the last twelve whole months that the book can answer, never a part of one."""
    is_month_end = (end + timedelta(days=1)).day == 1
    pairs = month_pairs(end if is_month_end else previous_closing(end), MONTHS)
    known = set(answerable(book, [start for start, _ in pairs]))
    return tuple(pair for pair in pairs if pair[0] in known)


def _blocks(
    book: Portfolio, policy: Policy, pair: tuple[date, date], steps: Pairs
) -> tuple[MigrationBlock, ...]:
    asked = movements(book, policy, (pair,))
    year = movements(book, policy, steps) if steps else asked.head(0)
    both = pd.concat([asked, year])
    order = both.groupby("currency")["amount_minor"].sum().sort_values(ascending=False)
    return tuple(
        _block(
            str(currency),
            in_currency(asked, str(currency)),
            in_currency(year, str(currency)),
            policy,
            steps,
        )
        for currency in order.index
    )


def _block(
    currency: str, asked: pd.DataFrame, year: pd.DataFrame, policy: Policy, steps: Pairs
) -> MigrationBlock:
    bounds = policy.buckets
    rates = roll_rates(year, bounds)
    share = reaching_last(rates)
    return MigrationBlock(
        currency=currency,
        buckets=labels(bounds),
        rows=matrix(asked, bounds),
        roll_rates=roll_rates(asked, bounds),
        year_rows=matrix(year, bounds),
        year_rates=rates,
        monthly=roll_months(year, bounds, steps),
        reaching_last_ratio=share,
        reaching_last_ratio_reason=None if share is not None else "no_open",
    )
