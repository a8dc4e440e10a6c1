"""Who pays what: lines of the sheet Imputations, bounced payments and refunds -> allocations.

A line names numbers, not documents: the same number may stand for several instalments. Lines are
accepted or refused whole, on what remains of the numbers they name; then accepted amounts are
poured into the documents, oldest due date first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.ingest.template.accepting import accept
from arlib.ingest.template.naming import find_returns, make_book, resolve
from arlib.ingest.template.pouring import pair, pour, to_canonical
from arlib.model.tables import arrow_schema

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from arlib.ingest.template.rows import Rows


def build_allocations(
    rows: Rows, documents: pd.DataFrame, document_rows: Rows, company_id: str, currency: str
) -> pa.Table:
    """Return the allocations of the file; lines that cannot stand are refused in ``rows``.

    Bounced payments and refunds that name their origin (``document_rows``) add their own: the
    payment is set against the bounce, and taken back from what it had paid, on the bounce's date.
    """
    if not len(documents):
        rows.report(~rows.frame["is_refused"], "allocation_unknown", "refused",
                    column="invoice_number", values=rows.frame["invoice_number"].tolist())  # fmt: skip
        return arrow_schema("allocations").empty_table()
    book = make_book(documents)
    lines = resolve(rows, book, currency)
    returns = find_returns(book, document_rows)
    book.debits.loc[returns["bounce_position"], "size"] = 0
    lines, reversals, direct = accept(rows, lines, returns, book)
    pieces, undone = pour(lines, reversals, book)
    pairs = pair(pieces, undone, lines, returns.assign(direct=direct), book)
    return to_canonical(pairs, book, company_id, currency)
