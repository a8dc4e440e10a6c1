"""The book at a date by the plain definition (§0.1), one document after the other."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.books import Book, Doc

FAR = date(9999, 12, 31)


def open_at(book: Book, day: date) -> dict[str, int]:
    """Return the residual of each document open at the close of ``day``."""
    by_number = {doc.number: doc for doc in book.docs}
    left = {doc.number: doc.amount for doc in book.docs if doc.issued_on <= day}
    for item in book.allocs:
        effect = max(by_number[item.debit].issued_on, by_number[item.credit].issued_on)
        if effect <= day:
            left[item.debit] -= item.amount
            left[item.credit] += item.amount
    return {number: amount for number, amount in left.items() if amount}


def disputed_at(book: Book, day: date) -> dict[str, int]:
    """Return the disputed part of each open debit."""
    residual = open_at(book, day)
    by_number = {doc.number: doc for doc in book.docs}
    claimed: dict[str, int] = defaultdict(int)
    for row in book.disputes:
        number = str(row["number"])
        opened = row["opened_on"] or by_number[number].issued_on
        closed = row["closed_on"] or FAR
        assert isinstance(opened, date)
        assert isinstance(closed, date)
        if opened <= day < closed and residual.get(number, 0) > 0:
            amount = row["amount_minor"]
            claimed[number] += residual[number] if amount is None else int(str(amount))
    return {number: min(amount, residual[number]) for number, amount in claimed.items()}


def due_of(doc: Doc) -> date:
    """Return the due date the book must have: the file's, else 30 days for a debt."""
    if doc.due_on is not None:
        return doc.due_on
    return doc.issued_on + timedelta(days=30 if doc.amount > 0 else 0)
