"""The worked data set of the definitions (§24): invented customers, expected values known."""

from __future__ import annotations

from datetime import date, datetime

from tests.support.books import Alloc, Book, Doc

D = date(2025, 6, 30)
_INVOICES = """
F001,C001,2025-01-15,2025-02-28,12000
F002,C001,2025-03-10,2025-04-30,6000
F003,C001,2025-03-24,2025-04-30,1200
F004,C001,2025-05-20,2025-06-30,9600
F005,C001,2025-06-25,2025-07-31,2400
F006,C002,2024-12-05,2025-01-31,4800
F007,C002,2025-02-14,2025-04-15,7200
F008,C002,2025-04-22,2025-05-22,2400
F009,C003,2025-03-31,2025-05-31,18000
F010,C003,2025-05-05,2025-06-04,3600
F011,C003,2025-06-16,2025-08-15,5400
F012,C004,2025-06-10,2025-06-10,1500
"""
_CREDITS = """
A001,C002,2025-05-12,1200,credit_note
A002,C001,2025-06-02,600,credit_note
P01,C001,2025-02-26,12000,payment
P02,C001,2025-05-05,7200,payment
P03,C002,2025-03-17,1800,payment
P04,C002,2025-06-20,2400,payment
P05,C002,2025-06-27,500,payment
P06,C003,2025-07-08,3600,payment
"""
_ALLOCATIONS = """
P01,F001,12000
P02,F002,6000
P02,F003,1200
P03,F006,1800
P04,F008,2400
A002,F004,600
P06,F010,3600
"""


def worked_book() -> Book:
    """Return the whole worked set, commitments extracted on D, F009 in dispute without a date."""
    invoices = [line.split(",") for line in _INVOICES.split()]
    credits_ = [line.split(",") for line in _CREDITS.split()]
    allocations = [line.split(",") for line in _ALLOCATIONS.split()]
    return Book(
        docs=[
            Doc(c, n, date.fromisoformat(i), int(a) * 100, due_on=date.fromisoformat(d))
            for n, c, i, d, a in invoices
        ]
        + [Doc(c, n, date.fromisoformat(i), -int(a) * 100, kind) for n, c, i, a, kind in credits_],
        allocs=[Alloc(credit, debit, int(amount) * 100) for credit, debit, amount in allocations],
        customers=[
            {"customer_id": "C001", "name": "ALPHA SAS"},
            {"customer_id": "C002", "name": "BETA SARL"},
            {"customer_id": "C003", "name": "GAMMA SA"},
            {"customer_id": "C004", "name": "DELTA (EI)"},
        ],
        limits=[
            {
                "change_id": f"file-{customer}",
                "scope": "customer",
                "scope_id": customer,
                "source": "internal",
                "amount_minor": amount * 100,
                "currency": "EUR",
                "decided_at": datetime(2025, 6, 30),  # noqa: DTZ001 - a date of the file
                "origin": "file",
            }
            for customer, amount in (("C001", 20000), ("C002", 10000), ("C003", 15000))
        ],
        commitments=[
            {
                "customer_id": c,
                "kind": k,
                "amount_minor": a * 100,
                "currency": "EUR",
                "extracted_on": D,
            }
            for c, k, a in (
                ("C001", "delivery", 3000),
                ("C003", "order", 4800),
                ("C003", "bill", 6000),
            )
        ],
        disputes=[{"number": "F009"}],
    )
