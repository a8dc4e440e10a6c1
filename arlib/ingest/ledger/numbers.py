"""Every line of the ledger as numbers: amounts, dates, entries, accounts; no customer yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from arlib.ingest.ledger.accounts import account_class
from arlib.ingest.ledger.entries import Entries, find_entries, split_entries, sure_entries
from arlib.ingest.ledger.fields import encode, read_dates
from arlib.ingest.ledger.kinds import counter_roles, role
from arlib.ingest.ledger.openings import find_openings, is_opening_journal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.ingest.ledger.fields import Money
    from arlib.ingest.ledger.raw import Lines

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Days = NDArray[np.datetime64]
    Texts = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every line, by number: its account and journal (codes into texts), amount, dates, entry.

    ``amount`` is debit less credit in minor units, 0 where unreadable; ``classes`` is the account
    class of each account, "" for those that are not a customer's. ``is_partial`` when the other
    side of entries is not in the file (a customer ledger).
    """

    accounts: Texts
    account: Ints
    classes: Texts
    journals: Texts
    journal: Ints
    journal_labels: Texts
    numbers: Texts
    number: Ints
    amount: Ints
    is_amount_unreadable: Flags
    posted: Days
    entries: Entries
    is_opening: Flags
    is_partial: bool
    count_points: int
    count_spaced: int


def read_ledger(lines: Lines, money: Money, *, is_partial: bool = False) -> Ledger:
    """Return the ledger of the lines read.

    In a partial ledger only the entries that balance by journal, number and date are trusted.
    """
    account, account_texts = _coded(lines, "account")
    classes = _classes(lines, account, account_texts)
    journal, journal_texts = _coded(lines, "journal")
    number, number_texts = _coded(lines, "entry")
    posted_code, _ = _coded(lines, "posted_on")
    posted = read_dates(lines.table["posted_on"]).days
    if is_partial:
        is_sure = (journal_texts != "")[journal] & (number_texts != "")[number]
        is_customer = (classes != "")[account]
        entries = sure_entries(journal, number, posted_code, money.minor, is_sure, is_customer)
    else:
        entries = find_entries(journal, number, posted_code, money.minor)
    labels = _first_texts(lines, "journal_label", journal, len(journal_texts))
    opening_journal = np.array(
        [is_opening_journal(*pair) for pair in zip(journal_texts, labels, strict=True)] or [False]
    )
    digits = [text[:1] for text in account_texts]
    is_opening = find_openings(entries.ids, opening_journal[journal], digits, account, posted)
    return Ledger(
        account_texts, account, classes, journal_texts, journal, labels, number_texts, number,
        money.minor, money.is_unreadable, posted, entries,
        is_opening | lines.flags(lines.is_opening), is_partial, money.count_points, money.count_spaced,
    )  # fmt: skip


def line_roles(lines: Lines, ledger: Ledger, is_customer: Flags) -> tuple[Ints, Flags]:
    """Return, for the customer lines, their entry in its finest form and the roles facing them."""
    has_customer = np.zeros(int(ledger.entries.ids.max(initial=-1)) + 1, bool)
    has_customer[ledger.entries.ids[is_customer]] = True
    near = np.flatnonzero(has_customer[ledger.entries.ids])
    piece, _ = _coded(lines, "piece")
    fine = split_entries(ledger.entries.ids[near], piece[near], ledger.amount[near])
    roles = np.array([role(str(text)) for text in ledger.accounts] or [0], dtype=np.int64)
    counters = counter_roles(fine, roles[ledger.account[near]], ledger.amount[near])
    chosen = is_customer[near]
    return fine[chosen], counters[chosen]


def _coded(lines: Lines, name: str) -> tuple[Ints, Texts]:
    """Return a column as codes and texts; one blank text when the file has no such column."""
    column = lines.column(name)
    if column is None:
        return np.zeros(len(lines.rows), np.int64), np.array([""], dtype=object)
    codes, texts = encode(column)
    return codes, np.array(texts.to_pylist(), dtype=object)


def _first_texts(lines: Lines, name: str, key: Ints, count: int) -> Texts:
    """Return the text of the first line of each key."""
    code, texts = _coded(lines, name)
    keys, first = np.unique(key, return_index=True)
    answer = np.full(count, "", dtype=object)
    answer[keys] = texts[code[first]] if len(first) else []
    return answer


def _classes(lines: Lines, account: Ints, texts: Texts) -> Texts:
    """Return the class of each account, by its number and the title of its first line."""
    titles = _first_texts(lines, "account_label", account, len(texts))
    pairs: Any = zip(texts, titles, strict=True)
    return np.array([account_class(*pair) for pair in pairs], dtype=object)
