"""What is still open on both sides while the passes run, and what they set against what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.model.tables import CASH_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.model.policy import Policy

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Keys = NDArray[np.uint64]

GROUP: Final = ["customer_key", "account_class", "currency"]
# Debits that give money back: they follow the credit they repay.
_REPAYS: Final = ("refund", "bounce")


@dataclass(slots=True)
class Board:
    """Open items in canonical order: group, due date, date, number, key. Positions stand for items.

    A group is one customer, account class and currency: nothing is ever set across groups. Dates
    are days since 1970. ``left`` is what remains of each item, signed, and falls as passes run.
    ``refused`` holds the (debit, credit) pairs that the user refused.
    """

    policy: Policy
    key: Keys
    group: Ints
    issued: Ints
    due: Ints
    left: Ints
    is_cash: Flags
    is_deposit: Flags
    is_note: Flags
    is_repaying: Flags
    is_collective: Flags
    number: NDArray[np.object_]
    label: NDArray[np.object_]
    currency: NDArray[np.object_]
    refused: set[tuple[int, int]] = field(default_factory=set)
    found: list[tuple[Ints, Ints, Ints, str, float]] = field(default_factory=list)
    singles: list[tuple[int, int, int, str, float]] = field(default_factory=list)

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.key)

    def in_order(self, debit: Ints | int, credit: Ints | int) -> Flags:
        """Tell which credits may pay which debits: not before the invoice less a few days.

        A refund or a bounce follows what it repays; a deposit comes before its invoice.
        """
        gap = self.issued[credit] - self.issued[debit]
        repays = self.is_repaying[debit]
        found: Flags = np.where(repays, -gap, gap) >= -self.policy.match_early_days
        return found | (self.is_deposit[credit] & ~repays)

    def may_pay(self, credit: int, debit: int) -> bool:
        """Tell whether one credit may pay one debit, the user not having refused it."""
        gap = int(self.issued[credit] - self.issued[debit])
        repays = bool(self.is_repaying[debit])
        is_late = (-gap if repays else gap) >= -self.policy.match_early_days
        if not is_late and (repays or not self.is_deposit[credit]):
            return False
        return (debit, credit) not in self.refused

    def allowed(self, debit: Ints, credit: Ints) -> Flags:
        """Tell which pairs the user did not refuse."""
        if not self.refused:
            return np.ones(len(debit), bool)
        pairs = zip(debit.tolist(), credit.tolist(), strict=True)
        return np.array([pair not in self.refused for pair in pairs], bool)

    def take(self, debit: Ints, credit: Ints, amount: Ints, rule: str, confidence: float) -> None:
        """Set amounts of credits against debits; a refused pair is left as it is."""
        kept = self.allowed(debit, credit) & (amount > 0)
        debit, credit, amount = debit[kept], credit[kept], amount[kept]
        np.subtract.at(self.left, debit, amount)
        np.add.at(self.left, credit, amount)
        self.found.append((debit, credit, amount, rule, confidence))

    def take_one(self, debit: int, credit: int, amount: int, rule: str, confidence: float) -> None:
        """Set an amount of one credit against one debit."""
        if (debit, credit) in self.refused or amount <= 0:
            return
        self.left[debit] -= amount
        self.left[credit] += amount
        self.singles.append((debit, credit, amount, rule, confidence))

    def pairs(self) -> pd.DataFrame:
        """Return ``debit, credit, amount, rule, confidence`` of everything taken, by position."""
        names = ["debit", "credit", "amount", "rule", "confidence"]
        blocks = [pd.DataFrame(dict(zip(names, block, strict=True))) for block in self.found]
        frame = pd.concat([pd.DataFrame(self.singles, columns=names), *blocks], ignore_index=True)
        whole = {"debit": "int64", "credit": "int64", "amount": "int64", "confidence": "float64"}
        return frame.astype(whole).sort_values(["debit", "credit", "rule"], ignore_index=True)

    def chronological(self, items: Ints) -> Ints:
        """Return items by group, then date, then canonical order."""
        return items[np.lexsort((items, self.issued[items], self.group[items]))]

    def debits(self) -> Ints:
        """Return the debits still open, collective accounts left out, in canonical order."""
        return np.flatnonzero((self.left > 0) & ~self.is_collective)

    def credits(self) -> Ints:
        """Return the credits still open, collective accounts left out, in canonical order."""
        return np.flatnonzero((self.left < 0) & ~self.is_collective)

    def spans(self, items: Ints) -> list[Ints]:
        """Return items (sorted by group) cut by group, in order."""
        cuts = np.flatnonzero(np.diff(self.group[items])) + 1
        return np.split(items, cuts) if len(items) else []


def make_board(items: pd.DataFrame, policy: Policy) -> Board:
    """Return the items on the board, in an order that the order of rows cannot change."""
    places = items.groupby(GROUP, sort=True, observed=True).ngroup()
    group = np.asarray(places, dtype=np.int64)
    issued, due = days(items["issued_on"]), days(items["due_on"])
    key = items["document_key"].to_numpy(np.uint64)
    number = items["number"].fillna("").to_numpy(object)
    rank = pd.factorize(number, sort=True)[0]
    order = np.lexsort((key, rank, issued, due, group))
    kind = items["kind"].to_numpy(object)
    return Board(
        policy=policy,
        key=key[order],
        group=group[order],
        issued=issued[order],
        due=due[order],
        left=items["open_minor"].to_numpy(np.int64)[order],
        is_cash=np.isin(kind, CASH_KINDS)[order],
        is_deposit=(kind == "deposit")[order],
        is_note=(kind == "credit_note")[order],
        is_repaying=np.isin(kind, _REPAYS)[order],
        is_collective=items["is_collective"].to_numpy(bool)[order],
        number=number[order],
        label=items["reference"].fillna("").to_numpy(object)[order],
        currency=items["currency"].to_numpy(object)[order],
    )


def days(column: pd.Series[Any]) -> Ints:
    """Return dates as days since 1970."""
    numbers: Ints = column.to_numpy().astype("datetime64[D]").astype(np.int64)
    return numbers
