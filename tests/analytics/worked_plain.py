"""The worked set of definitions §24 as a plain book."""

from __future__ import annotations

from datetime import date

from tests.analytics.plain_book import Alloc, Doc, PlainBook
from tests.support import worked


def plain_worked_book() -> PlainBook:
    """Return the worked set read from the same lines as the store's."""
    source = worked.worked_book()
    disputed = {str(row["number"]) for row in source.disputes}
    return PlainBook(
        docs=[
            Doc(
                doc.customer,
                doc.number,
                doc.issued_on,
                doc.amount,
                doc.due_on,
                doc.kind,
                is_disputed=doc.number in disputed,
            )
            for doc in source.docs
        ],
        allocs=[Alloc(item.credit, item.debit, item.amount) for item in source.allocs],
        customers_=list(source.customers),
        limits_=[
            {"scope_id": code, "amount_minor": amount, "decided_at": date(2025, 6, 30)}
            for code, amount in (("C001", 2_000_000), ("C002", 1_000_000), ("C003", 1_500_000))
        ],
        commitments_=[
            ("C001", "delivery", 300_000),
            ("C003", "order", 480_000),
            ("C003", "bill", 600_000),
        ],
    )
