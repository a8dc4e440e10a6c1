"""What a ledger export is made of: the lines of a book's accounts, entry by entry."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from data.generator import fec

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from data.generator.exports.page import Page
    from data.generator.model import Company

CUSTOMERS: Final = "411000"
_JOURNALS: Final = {"VE": "Ventes", "BQ": "Banque", "OD": "Opérations diverses", "AN": "A nouveaux"}


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of an entry; ``amount`` in cents, debit positive.

    ``code`` and ``name`` are the customer's (or supplier's) when the account is shared by several.
    ``unreadable`` is written instead of the amount.
    """

    account: str
    title: str
    code: str
    name: str
    journal: str
    entry: str
    day: dt.date
    piece: str
    label: str
    amount: int
    piece_on: dt.date | None = None
    letter: str = ""
    lettered_on: dt.date | None = None
    due_on: dt.date | None = None
    unreadable: str = ""

    @property
    def is_customer(self) -> bool:
        """Tell whether the line is a customer's."""
        return self.account.startswith("411")

    @property
    def journal_label(self) -> str:
        """Return the title of the journal."""
        return _JOURNALS[self.journal]


@dataclass(frozen=True, slots=True)
class LedgerBook:
    """The lines of one company over a period, in the order of its entries."""

    company: str
    first: dt.date
    last: dt.date
    lines: tuple[LedgerLine, ...]

    def thirds(self) -> tuple[LedgerLine, ...]:
        """Return the lines of customers and suppliers, by code and day."""
        kept = [line for line in self.lines if line.code]
        return tuple(sorted(kept, key=lambda line: (line.account, line.code, line.day)))

    def by_third(self) -> Iterator[tuple[tuple[str, str, str], list[LedgerLine]]]:
        """Yield (account, code, name) and its lines."""
        key = _third
        for third, group in itertools.groupby(self.thirds(), key=key):
            yield third, list(group)


def _third(line: LedgerLine) -> tuple[str, str, str]:
    return line.account, line.code, line.name


@dataclass(frozen=True, slots=True)
class LedgerVariant:
    """A file of one layout, and what a reader can know of it.

    ``prefix`` stands before the codes of customers in that layout. ``is_whole``: every account is
    there, else those of customers and suppliers. ``has_due`` and ``has_piece_on``: due dates and
    dates of documents are shown.
    """

    file_name: str
    write: Callable[[LedgerBook], tuple[Page, bytes]]
    prefix: str = ""
    is_whole: bool = False
    has_due: bool = True
    has_piece_on: bool = False


def ledger_book(company: Company) -> LedgerBook:
    """Return the sample company's ledger, its due dates on the lines of customers."""
    names = {customer.customer_id: customer.name for customer in company.customers}
    counts: Counter[str] = Counter()
    lines = []
    for entry in fec.entries(company):
        counts[entry.journal] += 1
        number = f"{entry.journal}{counts[entry.journal]:05d}"
        for line in entry.lines:
            doc = line.doc
            lines.append(
                LedgerLine(
                    line.account,
                    fec.ACCOUNTS[line.account],
                    line.customer_id,
                    names.get(line.customer_id, ""),
                    entry.journal,
                    number,
                    entry.day,
                    entry.piece,
                    entry.label,
                    line.amount,
                    entry.day,
                    line.letter,
                    line.lettered_on,
                    doc.due_on if doc else None,
                )
            )
    days = [line.day for line in lines]
    return LedgerBook(company.name, min(days), max(days), tuple(lines))


def debit(line: LedgerLine, write: Callable[[int], object]) -> object:
    """Return the cell of the debit column, "" for a credit."""
    if line.amount <= 0:
        return ""
    return line.unreadable or write(line.amount)


def credit(line: LedgerLine, write: Callable[[int], object]) -> object:
    """Return the cell of the credit column, "" for a debit."""
    if line.amount > 0:
        return ""
    return line.unreadable or write(-line.amount)


def sides(lines: list[LedgerLine] | tuple[LedgerLine, ...]) -> tuple[int, int]:
    """Return the debits and the credits of lines, unreadable ones left out."""
    fine = [line.amount for line in lines if not line.unreadable]
    return sum(x for x in fine if x > 0), -sum(x for x in fine if x < 0)
