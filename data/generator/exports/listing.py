"""What an export is made of: the customer lines of a book at one date, open and settled."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from data.generator import fec
from data.generator.model import LAST_DAY, open_amounts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from data.generator.model import Company

BUCKETS: Final = ("not_due", "1-30", "31-60", "61-90", "90+")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a customer account; amounts in cents, debit positive.

    ``open`` is what remains of it; ``group`` the code shared by the lines settled together, set
    when they balance, and ``closed_on`` the day they do; ``partial`` the code of those set together
    that do not. ``unreadable`` is written instead of the
    amounts: a cell that no program can read.
    """

    customer_id: str
    name: str
    number: str
    kind: str
    issued_on: dt.date
    due_on: dt.date | None
    amount: int
    open: int
    group: str = ""
    closed_on: dt.date | None = None
    partial: str = ""
    currency: str = "EUR"
    reference: str = ""
    method: str = ""
    terms: str = ""
    unreadable: str = ""

    @property
    def due_or_issued(self) -> dt.date:
        """Return the due date, else the day of the line: products always show one."""
        return self.due_on or self.issued_on


@dataclass(frozen=True, slots=True)
class Listing:
    """The lines of one company at a date, sorted by customer and day."""

    company: str
    as_of: dt.date
    rows: tuple[Row, ...] = field(default=())

    def only_open(self) -> Listing:
        """Return the lines of which something remains, what cannot be read included."""
        kept = (row for row in self.rows if row.open or row.unreadable)
        return replace(self, rows=tuple(kept))

    def by_customer(self) -> Iterator[tuple[tuple[str, str], list[Row]]]:
        """Yield (code, name) and its lines."""
        ordered = sorted(self.rows, key=lambda row: (row.customer_id, row.issued_on, row.number))
        for key, group in itertools.groupby(ordered, key=lambda row: (row.customer_id, row.name)):
            yield key, list(group)


def bucket(row: Row, as_of: dt.date) -> str:
    """Return the bucket of a line by its due date: day 30 is in 1-30, a due day is not late."""
    late = (as_of - row.due_or_issued).days
    bounds = (0, 30, 60, 90)
    return next(
        (name for name, last in zip(BUCKETS, bounds, strict=False) if late <= last), BUCKETS[-1]
    )


def listing(company: Company) -> Listing:
    """Return every customer line of the book on its last day, as its ledger has it.

    Transfers between customers are pairs of adjustments, settled with what they move.
    """
    customers = {customer.customer_id: customer for customer in company.customers}
    left = open_amounts(company)
    rows = []
    for entry in fec.entries(company):
        for line in entry.lines:
            if not line.customer_id:
                continue
            doc, customer = line.doc, customers[line.customer_id]
            is_settled = bool(line.letter) and line.letter.isupper()
            rows.append(
                Row(
                    line.customer_id,
                    customer.name,
                    doc.number if doc else entry.piece,
                    doc.kind if doc else "adjustment",
                    entry.day,
                    doc.due_on if doc else None,
                    line.amount,
                    left.get(doc, 0) if doc else 0,
                    group=line.letter if is_settled else "",
                    closed_on=line.lettered_on if is_settled else None,
                    partial="" if is_settled else line.letter,
                    reference=entry.label,
                    method=doc.method if doc else "",
                    terms=customer.terms,
                )
            )
    return Listing(company.name, LAST_DAY, tuple(rows))
