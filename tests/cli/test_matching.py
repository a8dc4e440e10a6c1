"""`match`: the figures of the view, proposals judged by their number."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.support.books import Book, Doc

if TYPE_CHECKING:
    from tests.cli.conftest import Runner


def ledger() -> Book:
    days = [date(2025, 1, 1 + place) for place in range(5)]
    amounts = [100_000, 200_000, 60_000, 240_000, 999_900]
    docs = [Doc("C1", f"F{n}", on, a) for n, (on, a) in enumerate(zip(days, amounts, strict=True))]
    docs += [
        Doc("C1", "P1", date(2025, 2, 10), -300_000, "payment"),
        Doc("C2", "G1", date(2025, 1, 3), 45_600),
        Doc("C2", "P2", date(2025, 2, 1), -45_600, "payment"),
    ]
    return Book(docs, level="E", covers=(date(2025, 1, 1), date(2025, 3, 31)))


def test_match_prints_accepts_refuses_and_undoes(run: Runner) -> None:
    run.load(ledger())
    found = run.json("match")
    (block,) = found["blocks"]
    assert (block["receipts"], block["allocated"], block["unallocated"]) == (
        "3456.00",
        "456.00",
        "3000.00",
    )
    assert [(row["rule"], row["amount"], row["is_counted"]) for row in block["rules"]] == [
        ("amount", "456.00", True)
    ]
    assert [row["number"] for row in block["unallocated_receipts"]] == ["P1"]
    assert [(row["proposal_no"], row["debit_number"]) for row in block["proposals"]] == [
        (1, "F0"), (1, "F1"), (2, "F2"), (2, "F3"),
    ]  # fmt: skip
    after = run.json("match", "--accept", "2")
    assert after["blocks"][0]["unallocated"] == "0.00"
    assert {row["decision"] for row in after["decisions"]} == {"accepted"}
    assert {row["recorded_by"] for row in after["decisions"]} == {"camille"}
    undos = [part for row in after["decisions"] for part in ("--undo", row["change_id"])]
    assert run.json("match", *undos)["blocks"] == found["blocks"]
    refused = run.json("match", "--refuse", "1")["blocks"][0]
    assert refused["proposals"] == []
    assert {row["rule"]: row["amount"] for row in refused["rules"]} == {
        "amount": "456.00",
        "combination": "3000.00",
    }


def test_match_of_one_customer_and_of_nobody(run: Runner) -> None:
    run.load(ledger())
    found = run.json("match", "--customer", "C2")
    assert found["blocks"][0]["receipts"] == "456.00"
    assert run.json("match", "--customer", "C9", status=1)["error"]["code"] == "customer_not_found"
    assert run.json("match", "--accept", "7", status=1)["error"]["code"] == "match_not_found"
    out, _ = run.text("match")
    assert "Propositions à accepter ou refuser" in out
    assert "P1" in out


def test_behaviour_says_what_it_relies_on(run: Runner) -> None:
    run.load(ledger())
    found = run.json("behaviour", "--as-of", "2025-03-31")
    assert (found["is_estimated"], round(found["covered_ratio"], 4)) == (True, 0.1319)
    assert "repose sur" in run.text("behaviour", "--as-of", "2025-03-31")[0]
