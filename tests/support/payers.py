"""Invented payers: invoices paid a known number of days after their due date, one run each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.support.books import Alloc, Book, Doc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

START = date(2024, 1, 8)
TERMS = 30


def payer(
    code: str,
    delays: Sequence[int],
    *,
    every: int = 7,
    unpaid: Iterable[date] = (),
    amount: int = 100_00,
) -> Book:
    """Return a customer billed every few days who pays each bill ``delays[i]`` days late.

    ``unpaid``: due dates of invoices left open.
    """
    docs, allocs = [], []
    for place, delay in enumerate(delays):
        issued = START + timedelta(days=every * place)
        due = issued + timedelta(days=TERMS)
        docs.append(Doc(code, f"{code}-F{place}", issued, amount, due_on=due))
        paid = due + timedelta(days=delay)
        docs.append(Doc(code, f"{code}-P{place}", paid, -amount, "payment"))
        allocs.append(Alloc(f"{code}-P{place}", f"{code}-F{place}", amount))
    for place, due in enumerate(unpaid):
        issued = due - timedelta(days=TERMS)
        docs.append(Doc(code, f"{code}-U{place}", issued, amount, due_on=due))
    return Book(docs=docs, allocs=allocs)


def merged(*books: Book) -> Book:
    """Return several payers as one file."""
    return Book(
        docs=[doc for book in books for doc in book.docs],
        allocs=[alloc for book in books for alloc in book.allocs],
        disputes=[row for book in books for row in book.disputes],
    )


def known_at(book: Book, day: date) -> Book:
    """Return what had happened by a day."""
    docs = [doc for doc in book.docs if doc.issued_on <= day]
    kept = {doc.number for doc in docs}
    allocs = [item for item in book.allocs if item.credit in kept and item.debit in kept]
    return Book(docs=docs, allocs=allocs)


def paid_on(place: int, delay: int, every: int = 7) -> date:
    """Return the date on which a payer settles his bill number ``place``."""
    return START + timedelta(days=every * place + TERMS + delay)
