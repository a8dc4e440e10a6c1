"""What a customer line is, from the accounts on the other side of its entry (definitions §17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.ingest.formats.fec.accounts import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

# Roles of an account in an entry; the index is the column of the presence table.
_ROOTS: Final = (
    ("70", "sale"),
    ("51", "cash"),
    ("53", "cash"),
    ("58", "cash"),
    ("413", "bill"),
    ("403", "bill"),
    ("416", "doubtful"),
    ("411", "receivable"),
    ("4191", "advance"),
    ("654", "write_off"),
)
ROLES: Final = ("sale", "cash", "bill", "doubtful", "receivable", "advance", "write_off", "other")
_SALES_WORDS: Final = ("vente", "factur", "vte", "sale")
_CASH_WORDS: Final = (
    "banque",
    "bank",
    "caisse",
    "bnp",
    "credit",
    "cheque",
    "tresor",
    "ccp",
    "effet",
    "remise",
    "encaiss",
    "reglement",
)


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kind of each line, and where it had to be deduced without a clear counter-account."""

    kinds: NDArray[np.object_]
    is_assumed: Flags


def role(account: str) -> int:
    """Return the role of an account: an index of ``ROLES``."""
    name = next((name for root, name in _ROOTS if account.startswith(root)), "other")
    return ROLES.index(name)


def journal_trade(code: str, label: str) -> str:
    """Return ``sale``, ``cash`` or "" from the words of a journal."""
    words = words_of(f"{label} {code}")
    if any(word in words for word in _SALES_WORDS):
        return "sale"
    return "cash" if any(word in words for word in _CASH_WORDS) else ""


def counter_roles(entry: Ints, roles: Ints, amount: Ints) -> Flags:
    """Return, for each line, which roles stand on the other side of its entry (lines × roles)."""
    side = (amount > 0).astype(np.int64)
    present = np.zeros((int(entry.max(initial=-1)) + 1) * 2 * len(ROLES), dtype=bool)
    moves = amount != 0
    present[((entry * 2 + side) * len(ROLES) + roles)[moves]] = True
    table: Flags = present.reshape(-1, len(ROLES))
    facing: Flags = table[entry * 2 + 1 - side]
    return facing


def classify(
    counters: Flags,
    is_debit: Flags,
    classes: NDArray[np.object_],
    is_opening: Flags,
    trades: Sequence[str] | NDArray[np.object_],
) -> Kinds:
    """Return the kind of each customer line; the first rule that matches wins.

    ``trades`` is the trade of each line's journal. A bounce is still called a refund here.
    """
    has: dict[str, Any] = {name: counters[:, index] for index, name in enumerate(ROLES)}
    trade = np.asarray(trades, dtype=object)
    unclear = (has["sale"] & has["cash"]) | ~counters.any(axis=1)
    sale = np.where(is_debit, "invoice", "credit_note")
    money = np.where(is_debit, "refund", "payment")
    by_journal = np.select(
        [trade == "sale", trade == "cash"], [sale, money], np.where(is_debit, "invoice", "payment")
    )
    receipt = np.where((classes == "advance") & ~is_debit, "deposit", money)
    own_bill = (classes == "bill") & has["receivable"]
    transfer = ((classes == "doubtful") & has["receivable"]) | (
        (classes != "doubtful") & has["doubtful"]
    )
    kinds = np.select(
        [
            is_opening,
            unclear,
            has["sale"],
            has["cash"],
            has["bill"] | own_bill,
            transfer,
            has["advance"],
            has["write_off"],
        ],
        ["opening", by_journal, sale, receipt, "bill", "adjustment", "deposit", "write_off"],
        "adjustment",
    )
    return Kinds(kinds.astype(object), unclear & ~is_opening)
