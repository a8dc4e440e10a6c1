"""Late payment interest by the plain definition (§16): one day after the other, exact numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import floor

ECB = {
    (2023, 1): "2.50",
    (2023, 2): "4.00",
    (2024, 1): "4.50",
    (2024, 2): "4.25",
    (2025, 1): "3.15",
    (2025, 2): "2.15",
    (2026, 1): "2.15",
}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Settled:
    """One sum set against the invoice."""

    on: date
    amount: int
    is_credit_note: bool = False


@dataclass(frozen=True)
class Debt:
    """One invoice and what settled it."""

    issued_on: date
    due_on: date
    amount: int
    settled: list[Settled] = field(default_factory=list)
    disputed: int = 0


def half_of(day: date) -> tuple[int, int]:
    """Return the half-year of a day."""
    return (day.year, 1 if day.month < 7 else 2)


def rate(day: date) -> int:
    """Return the rate of the law of the half-year of a day, in hundredths of a percent."""
    return int(Fraction(ECB[half_of(day)]) * 100) + 1000


def owed(debt: Debt, day: date, *, retroactive: bool) -> int:
    """Return what bears interest on a day: a payment counts from the next day, a credit note from its own."""
    left = debt.amount
    for item in debt.settled:
        effect = max(item.on, debt.issued_on)
        if item.is_credit_note and retroactive:
            left -= item.amount
        elif item.is_credit_note:
            left -= item.amount if effect <= day else 0
        else:
            left -= item.amount if effect < day else 0
    return max(left, 0)


def interest(
    debt: Debt, as_of: date, *, at_start: bool = False, retroactive: bool = False
) -> tuple[int, int]:
    """Return the interest outside the dispute and inside it, rounded half away from zero."""
    left = open_at(debt, as_of)
    known = Debt(
        debt.issued_on,
        debt.due_on,
        debt.amount,
        [x for x in debt.settled if _effect(debt, x) <= as_of],
    )
    clear = disputed = 0
    day = debt.due_on + DAY
    while day <= as_of:
        base = owed(known, day, retroactive=retroactive)
        apart = base if left and debt.disputed >= left else min(debt.disputed if left else 0, base)
        today = rate(debt.due_on + DAY if at_start else day)
        clear += (base - apart) * today
        disputed += apart * today
        day += DAY
    return _rounded(clear), _rounded(disputed)


def open_at(debt: Debt, as_of: date) -> int:
    """Return what is still owed at the close of a day."""
    return debt.amount - sum(x.amount for x in debt.settled if _effect(debt, x) <= as_of)


def _effect(debt: Debt, item: Settled) -> date:
    return max(item.on, debt.issued_on)


def _rounded(total: int) -> int:
    """Return minor units from Σ base × hundredths of a percent, half away from zero."""
    return floor(Fraction(total, 365 * 10_000) + Fraction(1, 2))
