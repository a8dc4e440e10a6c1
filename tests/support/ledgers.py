"""Larger books by formula: known totals without a random draw."""

from __future__ import annotations

from datetime import date, timedelta

from tests.support.books import Alloc, Book, Doc

_START = date(2023, 1, 2)


def ledger(company: str, count: int, customers: int = 40) -> Book:
    """Return ``count`` invoices over two years; two in three are paid, some in two parts."""
    docs: list[Doc] = []
    allocs: list[Alloc] = []
    for i in range(count):
        customer = f"C{i % customers:03d}"
        issued = _START + timedelta(days=(i * 7) % 730)
        amount = 10_000 + (i * 137) % 90_000
        docs.append(Doc(customer, f"F{i}", issued, amount, due_on=issued + timedelta(days=30)))
        if i % 3 == 0:
            continue
        parts = (amount // 2, amount - amount // 2) if i % 7 == 0 else (amount,)
        for k, part in enumerate(parts):
            paid = issued + timedelta(days=25 + (i * 11) % 60 + 20 * k)
            docs.append(Doc(customer, f"P{i}-{k}", paid, -part, "payment"))
            allocs.append(Alloc(f"P{i}-{k}", f"F{i}", part))
    return Book(docs, allocs, company=company)
