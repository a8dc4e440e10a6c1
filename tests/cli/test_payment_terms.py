"""``payment-terms`` and ``checklist`` on the worked set: JSON, text, workbook, answers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Runner


def test_the_report_as_json_text_and_workbook(worked: Runner, tmp_path: Path) -> None:
    out = tmp_path / "terms.xlsx"
    document = worked.json("payment-terms", "--as-of", "2025-06-30", "--out", str(out))
    assert (document["as_of"], document["from"]) == ("2025-06-30", "2024-07-01")
    assert out.read_bytes()[:2] == b"PK"
    block = document["blocks"][0]
    unpaid, late = block["tables"]
    assert [row["band"] for row in unpaid["bands"]] == ["0", "1-30", "31-60", "61-90", "91+"]
    assert [row["band"] for row in late["bands"]] == ["1-30", "31-60", "61-90", "91+"]
    total = sum(Decimal(row["amount"]) for row in unpaid["bands"][1:])
    assert Decimal(unpaid["amount"]) == total > 0
    # the tables of what is unpaid are shares of sales: they have no share of a number of invoices
    assert (unpaid["of_count"], unpaid["of_count_reason"]) == (None, "not_applicable")
    assert (unpaid["count_ratio"], unpaid["count_ratio_reason"]) == (None, "not_applicable")
    assert "count_ratio_reason" not in late
    assert all(row["legal"] in {"terms_clause", "terms_illegal"} for row in block["beyond"])
    said = worked.text("payment-terms", "--as-of", "2025-06-30", "--from", "2025-01-01")[0]
    assert "Article D.441-6, I" in said
    assert "exercice du 01/01/2025 au 30/06/2025" in said
    worked.text("payment-terms", "--as-of", "2025-06-30", "--from", "2025-07-01", status=1)


def test_the_check_list_is_printed_answered_and_undone(worked: Runner) -> None:
    document = worked.json("checklist", "--as-of", "2025-06-30")
    assert len(document["boxes"]) == 7
    by_id = {row["question_id"]: row for row in document["questions"]}
    assert by_id["limit_fixed"]["origin"] == "data"
    assert by_id["conditions_of_sale"]["answer"] == "unknown"
    assert by_id["conditions_of_sale"]["user_answer_reason"] == "not_answered"
    given = worked.json("checklist", "answer", "conditions_of_sale", "yes", "--comment", "CGV")
    assert (given[0]["answer"], given[0]["by"]) == ("yes", "camille")
    again = worked.json("checklist", "--as-of", "2025-06-30")
    by_id = {row["question_id"]: row for row in again["questions"]}
    assert by_id["conditions_of_sale"]["answer"] == "yes"
    assert again["count_ticked"] == document["count_ticked"] + 1
    worked.text("checklist", "undo", given[0]["change_id"])
    assert [row["is_undone"] for row in worked.json("checklist", "history")] == [False, True]
    assert "Liste de contrôle" in worked.text("checklist", "--as-of", "2025-06-30", "--others")[0]
    worked.text("checklist", "answer", "moonlight", "yes", status=1)
    worked.text("checklist", "answer", "reminders", status=2)
