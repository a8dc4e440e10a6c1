"""purge from the command line: told first, done with --yes, logged without its content."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.support.books import Book, Doc

if TYPE_CHECKING:
    from tests.cli.conftest import Runner

DAY = date(2024, 3, 1)


def _book(company: str) -> Book:
    docs = [Doc("ZORG77", "ZQ-1", DAY, 12_345), Doc("C2", "F2", DAY, 500)]
    return Book(docs, customers=[{"customer_id": "ZORG77", "name": "Zorglub"}], company=company)


def test_nothing_is_erased_before_yes_then_he_is(run: Runner) -> None:
    run.load(_book("UN"))
    seen = run.json("purge", "customer", "ZORG77")
    assert (seen["is_done"], seen["name"], seen["count_documents"]) == (False, "Zorglub", 1)
    assert seen["open"] == [{"currency": "EUR", "amount": "123.45"}]
    text, _ = run.text("purge", "customer", "ZORG77")
    assert "Rien n’est encore purgé" in text
    assert "123,45" in text.replace("\u202f", " ")
    run.json("backup", "--out", str(run.database.with_name("kept.bak")))
    assert run.json("purge", "customer", "ZORG77", "--yes", status=1)["error"]["code"] == (
        "purge_reason_missing"
    )
    done = run.json("purge", "customer", "ZORG77", "--reason", "Demande", "--yes")
    assert (done["is_done"], done["purge_id"]) == (True, "E0001")
    assert done["backups"] == [str(run.database.with_name("kept.bak"))]
    assert b"Zorglub" not in run.database.read_bytes()
    [logged] = run.json("purge", "history")
    assert (logged["by"], logged["reason"], logged["count_documents"]) == ("camille", "Demande", 1)
    assert "Demande" in run.text("purge", "history")[0]
    kinds = [row["kind"] for row in run.json("control")["changes"]]
    assert "purge" in kinds
    assert run.json("check")["ok"]
    [tie] = run.json("status")["tie_out"]
    assert (tie["ledger"], tie["difference"], tie["purged"]) == ("5.00", "0.00", "123.45")


def test_a_company_is_named_when_there_are_several(run: Runner) -> None:
    run.load(_book("UN"), _book("DEUX"))
    refused = run.json("purge", "customer", "ZORG77", status=1)
    assert refused["error"]["code"] == "company_missing"
    assert run.json("purge", "customer", "ZORG77", "--company", "UN")["alike"] == [
        {"company_id": "DEUX", "customer_id": "ZORG77", "name": "Zorglub"}
    ]
    run.text("purge", "company", "DEUX", "--reason", "Cession", "--yes")
    assert [row["company_id"] for row in run.json("status")["companies"]] == ["UN"]
