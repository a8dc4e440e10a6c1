"""Bounced payments of a list: the invoice they were for is open again, with its own due date.

A line of kind ``bounce`` that carries the number of an invoice of the same customer, settled for
the same amount before, takes the payment back: the payment is set against the bounce and taken off
the invoice, both on the day of the bounce. Any other bounce ages from its own date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from arlib.ingest.book import Items

_KEY: Final = ["customer", "number", "amount"]


def reopenings(items: Items, both: pa.Table, rows: np.ndarray, paid: np.ndarray) -> pa.Table | None:
    """Return the allocations that re-open bounced invoices; None without any.

    ``both`` holds the documents, those of the list then the payments of the lines ``rows`` for the
    amounts ``paid``.
    """
    pairs = _pairs(items, rows, paid)
    if pairs is None or pairs.empty:
        return None
    import pyarrow as pa

    keys = both["document_id"].combine_chunks()
    bounce, invoice, payment = (pa.array(pairs[n]) for n in ("bounce", "invoice", "payment"))
    count = len(pairs)
    amount = pairs["amount"].to_numpy()
    day = items.issued_on.take(bounce)
    credit = keys.take(payment)

    def two(first: pa.Array, second: pa.Array) -> pa.Array:
        return pa.concat_arrays([first, second])

    return pa.table(
        {
            "company_id": pa.repeat(pa.scalar(items.company_id), 2 * count),
            "debit_document_id": two(keys.take(bounce), keys.take(invoice)),
            "credit_document_id": two(credit, credit),
            "allocated_on": two(day, day),
            "amount_minor": pa.array(np.concatenate([amount, -amount])),
            "currency": two(items.currency.take(bounce), items.currency.take(bounce)),
            "rule": pa.repeat(pa.scalar("source"), 2 * count),
            "confidence": pa.repeat(pa.scalar(1.0), 2 * count),
            "source_row": pa.array(np.tile(items.lines.sheet.row_numbers[pairs["bounce"]], 2)),
        }
    )


def _pairs(items: Items, rows: np.ndarray, paid: np.ndarray) -> pd.DataFrame | None:
    """Return bounce, invoice and payment (places in the documents) and the amount of each pair."""
    number = items.lines.text.get("number")
    kinds = items.kind.to_pandas()
    if number is None or not (kinds == "bounce").any():
        return None
    import pandas as pd

    frame = pd.DataFrame(
        {
            "customer": items.customer_id.to_pandas(),
            "number": number.to_pandas(),
            "amount": items.amount_minor,
            "on": items.issued_on.cast("int32").to_pandas(),
            "place": np.arange(items.count),
        }
    )
    is_settled = np.zeros(items.count, dtype=bool)
    is_settled[rows] = True
    settled = frame.iloc[rows].assign(
        payment=items.count + np.arange(len(rows)), paid=paid, paid_on=_days(items)[rows]
    )
    settled = settled[(kinds.iloc[rows] != "bounce").to_numpy() & (settled["amount"] == paid)]
    bounced = frame[(kinds == "bounce").to_numpy() & ~is_settled & frame["number"].notna()]
    settled = settled.drop_duplicates(_KEY, keep=False)
    bounced = bounced.drop_duplicates(_KEY, keep=False)
    found = bounced.merge(settled, on=_KEY, suffixes=("", "_invoice"))
    names = {"place": "bounce", "place_invoice": "invoice"}
    later: pd.DataFrame = found[found["on"] >= found["paid_on"]].rename(columns=names)
    return later


def _days(items: Items) -> np.ndarray:
    """Return the payment days as numbers; 0 where there is none."""
    import pyarrow.compute as pc

    days: np.ndarray = pc.fill_null(items.paid_on.cast("int32"), 0).to_numpy(zero_copy_only=False)
    return days
