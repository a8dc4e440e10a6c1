"""``closings`` on the worked set: kept, listed, compared with now; JSON and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.worked import D, worked_book

if TYPE_CHECKING:
    from tests.cli.conftest import Runner

DAY = ("--as-of", "2025-06-30")


def test_a_closing_is_kept_listed_and_compared(worked: Runner) -> None:
    assert worked.json("closings", "list") == []
    kept = worked.json("closings", "keep", *DAY)
    assert kept["as_of"] == "2025-06-30"
    assert kept["kept_by"] == "camille"
    values = {(row["measure"], row["bucket"]): row for row in kept["figures"]}
    whole = sum(doc.amount for doc in worked_book().docs if doc.issued_on <= D)
    assert values["outstanding", None]["value"] == f"{whole / 100:.2f}"
    assert values["aged", "90+"]["unit"] == "amount"
    assert values["outstanding", None]["bucket_reason"] == "not_applicable"
    assert isinstance(values["count_over", None]["value"], int)
    assert len(kept["files"][0]["sha256"]) == 64
    assert [row["closing_id"] for row in worked.json("closings", "list")] == [kept["closing_id"]]
    found = worked.json("closings", "compare", kept["closing_id"])
    assert found["count_restated"] == 0
    assert not any(row["is_restated"] for row in found["figures"])
    assert found["files_now"] == found["files_then"] == kept["files"]

    worked.text("undo", kept["files"][0]["batch_id"])
    found = worked.json("closings", "compare")
    outstanding = next(row for row in found["figures"] if row["measure"] == "outstanding")
    assert outstanding["now"] is None
    assert outstanding["now_reason"] == "not_applicable"
    assert outstanding["is_restated"]
    said = worked.text("closings", "compare")[0]
    assert "Import mis de côté" in said
    assert "Balance âgée" in said
    assert found["closing_id"] in worked.text("closings", "list")[0]


def test_only_the_whole_book_is_kept(worked: Runner) -> None:
    assert (
        "tout le portefeuille" in worked.text("--company", "TEST", "closings", "keep", status=1)[1]
    )
    worked.text("closings", "compare", status=1)
    assert worked.text("closings", "list")[0].startswith("Aucun arrêté")
