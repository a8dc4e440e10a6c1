"""changes and take-back from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.workspace import Workspace
from tests.support.extractions import extracted_workspace

if TYPE_CHECKING:
    from tests.cli.conftest import Runner


def test_changes_between_two_extractions(run: Runner) -> None:
    extracted_workspace(Workspace.open(run.database)).close()
    found = run.json("changes")
    assert (found["file"], found["before_file"]) == ("ouvertes_avril.xlsx", "ouvertes_mars.xlsx")
    assert (found["on"], found["before_on"]) == ("2025-04-01", "2025-03-01")
    by_change = {item["change"]: item for item in found["changes"]}
    late = by_change["due_later"]
    assert (late["count"], late["amount"], late["hidden"], late["max_days"]) == (
        2,
        "30.00",
        "10.00",
        69,
    )
    moved = {item["number"]: item for item in found["documents"] if item["change"] == "due_later"}
    assert moved["F1"]["due_before_on"] == "2025-02-05"
    assert moved["F1"]["due_after_on"] == "2025-04-15"
    edited = [item for item in found["documents"] if item["change"] == "amount_edited"]
    assert [(item["amount_before"], item["amount_after"]) for item in edited] == [
        ("50.00", "50.50")
    ]
    text, _err = run.text("changes")
    assert "Échéances repoussées" in text
    first = run.json("changes", found["before_id"])
    assert (first["before_id"], first["changes"]) == (None, [])
    backwards = run.json("changes", found["before_id"], "--against", found["batch_id"])
    assert {item["change"] for item in backwards["changes"]} >= {"due_earlier", "due_later"}


def test_an_import_is_taken_back(run: Runner) -> None:
    extracted_workspace(Workspace.open(run.database)).close()
    batch = run.json("changes")["batch_id"]
    before = run.json("aging")
    run.json("undo", batch)
    assert run.json("aging") != before
    assert run.json("take-back", batch)["status"] == "taken_back"
    assert run.json("aging") == before
    assert run.json("take-back", batch, status=1)["error"]["code"] == "batch_not_undone"


def test_nothing_imported_is_a_sentence(run: Runner) -> None:
    assert run.json("changes", status=1)["error"]["code"] == "book_empty"
