"""Natural, stable keys: the same line read twice, in any file and any order, has the same key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import pyarrow as pa

_PARTS = ("company_id", "account_class", "customer_id", "kind", "number", "issued_on")


def add_document_keys(documents: pa.Table) -> pa.Table:
    """Return the documents with ``invoice_id`` and ``document_id`` filled.

    ``invoice_id`` = company | account class | customer | kind | number | date.
    ``document_id`` adds ``|instalment`` when there is one, and ``|#2``, ``|#3``… to otherwise
    identical lines, in the order of the file. A document without a number is an invoice of its own,
    so its ``invoice_id`` carries the ordinal too.
    ``%`` and ``|`` inside a part are written %25 and %7C.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    def part(name: str) -> pa.ChunkedArray:
        column = documents[name]
        text = column.cast(pa.string()) if column.type != pa.string() else column
        text = pc.fill_null(text, "")
        if name in {"company_id", "customer_id", "number"} and any(
            pc.any(pc.match_substring(text, sign)).as_py() for sign in "|%"
        ):
            text = pc.replace_substring(pc.replace_substring(text, "%", "%25"), "|", "%7C")
        return text

    invoice = pc.binary_join_element_wise(*(part(name) for name in _PARTS), "|")
    if "instalment_no" in documents.column_names:
        number = documents["instalment_no"]
        suffix = pc.if_else(
            pc.is_null(number),
            "",
            pc.binary_join_element_wise("|", pc.fill_null(number.cast(pa.string()), ""), ""),
        )
        document = pc.binary_join_element_wise(invoice, suffix, "")
    else:
        document = invoice
    codes, uniques = pd.factorize(document.to_pandas())
    if len(uniques) < len(codes):
        ordinal = _ordinals(codes)
        mark = np.where(ordinal > 1, "|#" + pd.Series(ordinal).astype(str).to_numpy(), "")
        marks = pa.array(mark.tolist(), pa.string())
        document = pc.binary_join_element_wise(document.combine_chunks(), marks, "")
        is_anonymous = pc.equal(part("number"), "").combine_chunks()
        invoice = pc.binary_join_element_wise(
            invoice.combine_chunks(), pc.if_else(is_anonymous, marks, ""), ""
        )
    for name, column in (("invoice_id", invoice), ("document_id", document)):
        if name in documents.column_names:
            documents = documents.drop_columns([name])
        documents = documents.append_column(name, column)
    return documents


def number_of(document_id: str) -> str:
    """Return the number that a document's natural key holds; empty for one without a number.

    >>> number_of("T|receivable|C1|invoice|F%7C12|2025-01-31")
    'F|12'
    """
    return document_id.split("|")[4].replace("%7C", "|").replace("%25", "%")


def _ordinals(codes: np.ndarray) -> np.ndarray:
    """Return 1, 2, 3… among equal codes, in order of appearance."""
    return pd.Series(codes).groupby(codes, sort=False).cumcount().to_numpy() + 1
