"""Notes, promises and segments fixed by hand from the command line; the customer's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Runner


def test_entries_are_added_listed_and_undone(worked: Runner) -> None:
    note = worked.json("notes", "add", "--customer", "C003", "--text", "Rappeler jeudi")[0]
    assert (note["kind"], note["text"], note["by"]) == ("note", "Rappeler jeudi", "camille")
    number = worked.json("--as-of", "2025-06-30", "customer", "C003")["items"][0]["number"]
    promise = worked.json(
        "notes", "add", "--customer", "C003", "--kind", "promise", "--amount", "1 000,50",
        "--taken", "2025-06-01", "--due", "2025-07-15", "--invoice", number,
    )[0]  # fmt: skip
    assert (promise["amount"], promise["currency"], promise["due_on"]) == (
        "1000.50", "EUR", "2025-07-15",
    )  # fmt: skip
    assert [key.split("|")[4] for key in promise["document_ids"]] == [number]
    assert len(worked.json("notes", "list", "--customer", "C003")) == 2
    assert "Rappeler jeudi" in worked.text("notes", "list")[0]
    undone = worked.json("notes", "undo", note["change_id"])[0]
    assert undone["undoes"] == note["change_id"]
    assert worked.json("notes", "undo", note["change_id"], status=1)["error"]["code"] == (
        "action_undone"
    )
    bad = ("notes", "add", "--customer", "C003", "--kind", "cause", "--cause", "paresse")
    assert worked.json(*bad, status=1)["error"]["code"] == "action_cause_unknown"
    lost = ("notes", "add", "--customer", "C003", "--kind", "promise", "--due", "2030-01-01")
    found = worked.json(*lost, "--invoice", "inconnue", status=1)
    assert found["error"]["code"] == "action_document_unknown"


def test_a_segment_fixed_by_hand_is_that_of_the_customer_until_removed(worked: Runner) -> None:
    def segment() -> str:
        found = worked.json("customer", "C002")["segments"]
        return str(found[0]["segment"])

    before = segment()
    worked.json(
        "override", "set", "--customer", "C002", "--segment", "reliable", "--reason", "accord"
    )
    assert segment() == "reliable" != before
    assert "accord" in worked.text("override", "history")[0]
    worked.json("override", "remove", "--customer", "C002", "--reason", "fin de l’accord")
    assert segment() == before
    history = worked.json("override", "history", "--customer", "C002")
    assert [row["segment"] for row in history] == [None, "reliable"]


def test_the_file_is_printed_and_written(worked: Runner, tmp_path: Path) -> None:
    file = worked.json("--as-of", "2025-06-30", "customer", "C003")
    assert file["identity"]["siren"] in {"valid", "invalid", "missing"}
    assert {"last_invoices", "promises", "score_factors", "peaks", "warning"} <= set(file)
    assert file["last_invoices"][0]["amount"].count(".") == 1
    assert _unsaid(file) == set()
    out = tmp_path / "client.xlsx"
    paper = tmp_path / "client.pdf"
    said = worked.json("customer", "C003", "--out", str(out), "--pdf", str(paper))
    assert said == {"path": str(out), "pdf": str(paper), "pages": said["pages"]}
    assert 2 <= said["pages"] <= 4
    assert paper.read_bytes().startswith(b"%PDF-")
    assert load_workbook(out).sheetnames[0] == "Synthèse"


def _unsaid(value: Any, at: str = "") -> set[str]:
    """Return where a figure is missing without a reason, or a reason stands beside no missing figure."""
    if isinstance(value, list):
        return {name for item in value for name in _unsaid(item, at)}
    if not isinstance(value, dict):
        return set()
    found = {name for key, item in value.items() for name in _unsaid(item, f"{at}.{key}")}
    for key, item in value.items():
        figure = key.removesuffix("_reason")
        if key == "reason":  # that of a decision: a word of its own
            continue
        if figure != key:
            found |= {f"{at}.{key}"} if item is None or value.get(figure) is not None else set()
        elif item is None and f"{key}_reason" not in value:
            found.add(f"{at}.{key}")
    return found


def test_causes_of_lateness_are_summed_across_customers(worked: Runner) -> None:
    entry = ("notes", "add", "--customer", "C003", "--kind", "cause", "--cause", "cash_shortage")
    worked.json(*entry, "--taken", "2025-06-01")
    found = worked.json("--as-of", "2025-06-30", "notes", "causes")[0]
    first, last = found["causes"][0], found["causes"][-1]
    assert (first["cause"], first["count_customers"]) == ("cash_shortage", 1)
    assert (last["cause"], last["cause_reason"]) == (None, "not_applicable")
    overdue = sum(float(row["overdue"]) for row in found["causes"])
    assert float(first["overdue"]) / overdue == pytest.approx(found["noted_ratio"])
    assert sum(row["share_ratio"] for row in found["causes"]) == pytest.approx(1)
    assert "Difficultés de trésorerie" in worked.text("--as-of", "2025-06-30", "notes", "causes")[0]
