"""What a customer line is, from the accounts on the other side of its entry (definitions §17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.ingest.ledger.accounts import words_of

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
# Codes of journals, without their digits: BQ1 is a bank. Looked at when no word tells.
_SALES_CODES: Final = frozenset(
    [
        "v",
        "ve",
        "vt",
        "vte",
        "vtes",
        "ven",
        "vn",
        "vc",
        "vtc",
        "fac",
        "fc",
        "fact",
        "vent",
        "fv",
        "rv",
        "av",
    ]
)
_CASH_CODES: Final = frozenset(
    [
        "b",
        "bq",
        "bqe",
        "bk",
        "bn",
        "bnp",
        "bp",
        "ca",
        "cai",
        "cais",
        "cs",
        "ce",
        "cm",
        "cic",
        "lcl",
        "sg",
        "ccp",
        "ch",
        "cb",
        "tr",
        "tre",
        "enc",
        "rgt",
        "reg",
        "eff",
        "hsbc",
        "bred",
        "bpi",
        "banq",
        "crca",
        "cl",
        "lbp",
    ]
)
_MISC_CODES: Final = frozenset(["od", "ods", "odg", "odv", "opd", "ope", "misc", "gen", "div"])
_MISC_WORDS: Final = ("operations diverses", "op diverses", "divers")
_LOSS_WORDS: Final = ("perte", "irrecouv", "abandon de creance", "write off")
# First words looked for in the label of an entry: money first, it often names the invoice it pays.
_CASH_LABELS: Final = frozenset(
    [
        "reglement",
        "rglt",
        "regl",
        "rgt",
        "reg",
        "virement",
        "vir",
        "virt",
        "vrt",
        "sepa",
        "cheque",
        "chq",
        "prelevement",
        "prlv",
        "prel",
        "cb",
        "carte",
        "especes",
        "encaissement",
        "versement",
        "paiement",
        "payment",
        "impaye",
        "rejet",
        "acompte",
        "remboursement",
        "lcr",
        "effet",
        "traite",
        "remise",
        "banque",
    ]
)
_SALES_LABELS: Final = frozenset(
    [
        "facture",
        "factures",
        "fact",
        "fac",
        "fa",
        "f",
        "avoir",
        "avoirs",
        "av",
        "vente",
        "ventes",
        "invoice",
    ]
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
    if any(word in words for word in _CASH_WORDS):
        return "cash"
    bare = words_of(code).rstrip("0123456789 ")
    if bare in _SALES_CODES:
        return "sale"
    return "cash" if bare in _CASH_CODES or code.startswith(("51", "53")) else ""


def is_misc_journal(code: str, label: str) -> bool:
    """Tell a journal of sundry entries, which says nothing of its lines."""
    bare = words_of(code).rstrip("0123456789 ")
    return bare in _MISC_CODES or any(word in words_of(label) for word in _MISC_WORDS)


def label_trade(label: str) -> str:
    """Return ``loss``, ``cash``, ``sale`` or "" from the words of an entry's label.

    >>> label_trade("Virement F-0012"), label_trade("Facture 12"), label_trade("Divers")
    ('cash', 'sale', '')
    """
    text = words_of(label)
    if any(word in text for word in _LOSS_WORDS):
        return "loss"
    words = set(text.split())
    if words & _CASH_LABELS:
        return "cash"
    return "sale" if words & _SALES_LABELS else ""


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
        [trade == "sale", trade == "cash", trade == "loss", trade == "misc"],
        [sale, money, "write_off", "adjustment"],
        np.where(is_debit, "invoice", "payment"),
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
