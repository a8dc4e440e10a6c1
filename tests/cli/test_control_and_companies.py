"""The commands control and companies: one JSON document each, a workbook, refusals."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.support.books import Book, Doc

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Runner


def book(company: str) -> Book:
    return Book([Doc("A", f"F{company}", date(2025, 5, 1), 1_000)], company=company)


def test_control_tells_who_changed_what(run: Runner, tmp_path: Path) -> None:
    run.load(book("UN"))
    run.json("limits", "set", "--customer", "A", "--amount", "120", "--reason", "essai")
    out = tmp_path / "control.xlsx"
    found = run.json("control", "--from", "2026-01-01", "--to", "2099-12-31", "--out", str(out))
    assert set(found) == {
        "from", "to", "path", "counts", "changes", "refused", "refused_totals",
    }  # fmt: skip
    assert out.read_bytes()[:2] == b"PK"
    changes = {row["kind"]: row for row in found["changes"]}
    assert set(changes) == {"limit", "import"}
    limit = changes["limit"]
    assert (limit["by"], limit["after_amount"], limit["reason"]) == ("camille", "120.00", "essai")
    assert limit["before_amount"] is None
    assert limit["before_amount_reason"] == "not_applicable"
    text, _ = run.text("control", "--from", "2026-01-01", "--to", "2099-12-31")
    assert "Contrôle interne" in text
    assert "camille" in text
    assert "Aucune ligne n’a été refusée" in text
    nothing, _ = run.text("control", "--from", "2020-01-01", "--to", "2020-12-31", "--lang", "en")
    assert "Nothing was changed in the period." in nothing
    wrong = run.json("control", "--from", "2026-02-01", "--to", "2026-01-01", status=1)
    assert wrong["error"]["code"] == "control_dates"
    unknown = run.json("control", "--company", "AUTRE", status=1)
    assert unknown["error"]["code"] == "company_not_found"


def test_companies_stand_side_by_side(run: Runner) -> None:
    run.load(book("UN"), book("DEUX"))
    found = run.json("companies", "--as-of", "2025-06-30")
    assert [row["company_id"] for row in found["companies"]] == ["DEUX", "UN"]
    assert [row["outstanding"] for row in found["companies"]] == ["10.00", "10.00"]
    assert found["total"]["outstanding"] == "20.00"
    assert found["currency"] == "EUR"
    assert found["total"]["count_over"] == 0
    text, _ = run.text("companies", "--as-of", "2025-06-30", "--company", "UN")
    assert "Total" in text
    assert "DEUX" not in text
