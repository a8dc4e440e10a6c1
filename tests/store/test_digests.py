"""The integers that stand for documents: the same however they are worked out."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from arlib.store.digests import DocumentKeys

TEXTS = ["", "a", "receivable|C1|invoice|F1|2025-01-31", "é€ " * 40]


@pytest.mark.parametrize("times", [1, 500])
def test_digests_are_those_of_the_database_few_or_many(times: int) -> None:
    cursor = duckdb.connect()
    expected = [cursor.execute("SELECT md5_number_lower(?)", [t]).fetchall()[0][0] for t in TEXTS]
    table = pa.table({"document_id": TEXTS * times, "invoice_id": [TEXTS[0], *TEXTS[:3]] * times})
    found = DocumentKeys(cursor).added("documents", table)
    assert found["document_key"].to_pylist() == expected * times
    assert found["invoice_key"].to_pylist() == [expected[0], *expected[:3]] * times


def test_an_allocation_finds_the_digests_of_its_documents_and_of_others() -> None:
    cursor = duckdb.connect()
    keys = DocumentKeys(cursor)
    documents = keys.added("documents", pa.table({"document_id": TEXTS, "invoice_id": TEXTS}))
    own = documents["document_key"].to_pylist()
    sides = {
        "debit_document_id": [TEXTS[2], "elsewhere"],
        "credit_document_id": [TEXTS[1], TEXTS[3]],
    }
    found = keys.added("allocations", pa.table(sides))
    other = cursor.execute("SELECT md5_number_lower('elsewhere')").fetchall()[0][0]
    assert found["debit_key"].to_pylist() == [own[2], other]
    assert found["credit_key"].to_pylist() == [own[1], own[3]]
