"""Receipts against what fell due, and how each month's invoices were paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.analytics.cohorts import AGES, cohorts, curves
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, are_all_left_out, without_behaviour
from arlib.analytics.receipts import fallen_due, received

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

__all__ = ["AGES", "ReceiptsBlock", "ReceiptsView", "build"]


@dataclass(frozen=True, slots=True)
class ReceiptsBlock:
    """One currency.

    Frames of ``arlib.analytics.receipts`` (``fallen_due``, ``received``) and of
    ``arlib.analytics.cohorts`` (``cohorts``, ``curves``).
    """

    currency: str
    fallen_due: pd.DataFrame
    received: pd.DataFrame
    cohorts: pd.DataFrame
    curves: pd.DataFrame

    @property
    def is_empty(self) -> bool:
        """Return True when nothing fell due, was received or billed."""
        return not (
            self.fallen_due["due_minor"].any()
            or self.received["receipts_minor"].any()
            or self.cohorts["billed_minor"].any()
        )


@dataclass(frozen=True, slots=True)
class ReceiptsView:
    """One block a currency with anything in the months shown.

    ``unavailable``: why no company can answer (no settlement in its files); ``left_out``: the
    companies that cannot, in a book of mixed levels.
    """

    as_of: date
    months: int
    blocks: tuple[ReceiptsBlock, ...]
    unavailable: str | None
    left_out: tuple[str, ...]


def build(portfolio: Portfolio, policy: Policy, *, months: int = 24) -> ReceiptsView:
    """Return receipts, due dates and cohorts of the last ``months`` months."""
    missing = without_behaviour(portfolio, policy)
    is_nothing = are_all_left_out(portfolio, missing)
    codes = () if is_nothing else _currencies(portfolio, months)
    blocks = tuple(_block(portfolio, policy, code, months) for code in codes)
    return ReceiptsView(
        as_of=portfolio.as_of,
        months=months,
        blocks=tuple(block for block in blocks if not block.is_empty),
        unavailable=NOT_AT_THIS_LEVEL if is_nothing else None,
        left_out=tuple(sorted(missing)),
    )


def _currencies(portfolio: Portfolio, months: int) -> tuple[str, ...]:
    """Return the currencies that fell due or were received, the largest amount due first."""
    due = portfolio.due_months(months).groupby("currency")["due_minor"].sum().to_dict()
    codes = {*due, *portfolio.receipt_months(months)["currency"].unique()}
    return tuple(sorted(codes, key=lambda code: (-due.get(code, 0), code)))


def _block(portfolio: Portfolio, policy: Policy, currency: str, months: int) -> ReceiptsBlock:
    frame = cohorts(portfolio, policy, currency, months)
    return ReceiptsBlock(
        currency=currency,
        fallen_due=fallen_due(portfolio, policy, currency, months),
        received=received(portfolio, policy, currency, months),
        cohorts=frame,
        curves=curves(frame),
    )
