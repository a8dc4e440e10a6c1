"""``worklist``: one JSON document with reasons for what is missing, the text, one owner."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.support.books import Book, Doc

if TYPE_CHECKING:
    from tests.cli.conftest import Runner

D = date(2025, 6, 30)


def late(customer: str, number: str, days: int, amount: int) -> Doc:
    due = D - timedelta(days=days)
    return Doc(customer, number, due - timedelta(days=30), amount, due_on=due)


def book() -> Book:
    return Book(
        [late("C", "F1", 33, 120_000), late("C", "F2", 12, 30_000), late("B", "G", 70, 500_000),
         late("S", "H", -3, 40_000)],
        customers=[
            {"customer_id": "C", "name": "Cordonnerie", "owner": "Anne"},
            {"customer_id": "B", "name": "Boulangerie", "owner": "Luc"},
        ],
        disputes=[
            {"customer_id": "B", "number": "G", "amount_minor": 500_000,
             "opened_on": date(2025, 6, 1), "reason": "PRIX"},
        ],
        covers=(date(2025, 1, 1), D),
    )  # fmt: skip


def test_the_document_one_owner_and_the_text(run: Runner) -> None:
    run.load(book())
    found = run.json("worklist", "--as-of", "2025-06-30")
    assert found["as_of"] == "2025-06-30"
    assert found["counts"] == {"to_do": 1, "waiting": 0, "suspended": 1}
    first, second = found["list"]
    assert (first["customer_id"], first["rank"], first["state"]) == ("C", 1, "to_do")
    assert (first["overdue"], first["to_collect"], first["level"]) == ("1500.00", "1500.00", "R4")
    mean = (1200 * 33 + 300 * 12) / 1500
    assert abs(first["days_late_weighted"] - mean) < 1e-9
    expected = Decimal(1500) * (1 + Decimal(str(mean)) / 30) * Decimal(str(first["weight"]))
    assert abs(Decimal(first["priority"]) - expected) <= Decimal("0.01")
    assert [item["number"] for item in first["items"]] == ["F1", "F2"]
    assert [item["level"] for item in first["items"]] == ["R4", "R2"]
    assert (first["last_level"], first["last_level_reason"]) == (None, "no_reminder")
    assert (second["suspended_by"], second["next_step"]) == ("dispute", "settle_dispute")
    assert (second["level"], second["level_reason"]) == (None, "nothing_to_collect")
    assert {(row["stage"], row["amount"]) for row in found["stages"]} == {
        ("amicable", "1500.00"),
        ("dispute", "5000.00"),
    }
    assert [row["number"] for row in found["due_soon"]] == ["H"]
    assert {row["customer_id"] for row in found["to_complete"]} >= {"B", "C"}
    assert found["unavailable"]["reminders"] == "not_supplied"
    assert found["minimum"] == {"EUR": "20.00"}
    # one owner, and the text
    found = run.json("worklist", "--as-of", "2025-06-30", "--owner", "Luc")
    assert [row["customer_id"] for row in found["list"]] == ["B"]
    out, _err = run.text("worklist", "--as-of", "2025-06-30")
    assert "Cordonnerie" in out
    assert "Mise en demeure (R4)" in out
    assert "5 000 € en litige, non relancés" in out.replace("\u202f", " ").replace("\u00a0", " ")


def test_an_empty_book_is_refused(run: Runner) -> None:
    run.text("worklist", status=1)
