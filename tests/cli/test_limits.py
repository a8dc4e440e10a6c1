"""Limits by command: pasted, listed, fixed together, kept or taken against a file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from tests.scenarios.product import limit
from tests.scenarios.worked_set import workbook

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.conftest import Runner

LIST = "C001;25 000,50;EUR;31/12/2030;Revue\nC004\t1200\nC999\t5\nC002\t\n"


def test_a_pasted_list_saves_what_is_understood_and_lists_the_rest(
    worked: Runner, tmp_path: Path
) -> None:
    path = tmp_path / "liste.txt"
    path.write_text(LIST, encoding="utf-8")
    tried = worked.json("limits", "paste", str(path), "--dry-run", status=1)
    assert (tried["is_saved"], tried["count_understood"], tried["count_refused"]) == (False, 2, 2)
    assert [item["code"] for item in tried["refused"]] == [
        "pasted_customer_unknown", "amount_missing",
    ]  # fmt: skip
    assert tried["refused"][0]["amount"] == "5.00"
    before = len(worked.json("limits", "history"))
    done = worked.json("limits", "paste", str(path), status=1)
    assert done["is_saved"]
    by_customer = {item["customer_id"]: item for item in done["preview"]}
    assert by_customer["C001"]["after"] == "25000.50"
    assert by_customer["C004"]["flag"] == "new"
    assert len(worked.json("limits", "history")) == before + 2
    undone = worked.json("limits", "undo", done["change_set"])
    assert len(undone) == 2
    assert {item["origin"] for item in undone} == {"undo"}


def test_what_looks_like_a_slip_needs_a_word(
    worked: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("C001\t200000"))
    refused = worked.json("limits", "paste", "-", status=1)
    assert (refused["is_saved"], refused["preview"][0]["flag"]) == (False, "tenfold")
    monkeypatch.setattr("sys.stdin", io.StringIO("C001\t200000"))
    assert worked.json("limits", "paste", "-", "--accept-flagged")["is_saved"]


def test_the_list_gives_each_limit_its_state(worked: Runner) -> None:
    worked.json("limits", "set", "--customer", "C004", "--amount", "10", "--to", "2025-06-29")
    found = worked.json("limits", "list", "--as-of", "2025-06-30")
    states = {item["scope_id"]: item["state"] for item in found["limits"]}
    assert states["C004"] == "expired"
    assert found["counts"]["expired"] == 1
    assert {item["limit"] for item in found["limits"]} >= {"20000.00", "10000.00", "15000.00"}
    only = worked.json("limits", "list", "--as-of", "2025-06-30", "--state", "expired")
    assert [item["scope_id"] for item in only["limits"]] == ["C004"]


def test_an_insurers_refusal_and_share(worked: Runner) -> None:
    common = ("limits", "set", "--customer", "C001", "--source", "insurer")
    [covered] = worked.json(*common, "--amount", "100", "--cover", "90")
    assert (covered["cover_ratio"], covered["is_refused"]) == (0.9, False)
    [refused] = worked.json(*common, "--refused")
    assert (refused["after"], refused["is_refused"], refused["before"]) == ("0.00", True, "100.00")


def test_a_file_against_a_limit_fixed_by_hand(worked: Runner, tmp_path: Path) -> None:
    company = worked.json("status")["companies"][0]
    worked.json("limits", "set", "--customer", "C004", "--amount", "10")
    path = tmp_path / "limites.xlsx"
    line = limit("C004", 99, valid_from="2025-06-01")
    sheet = {"name": company["name"], "currency": "EUR"}
    if company.get("siren"):
        sheet["siren"] = company["siren"]
    path.write_bytes(workbook({"company": [sheet], "limits": [line]}))
    common = ("limits", "import", str(path), "--company", company["company_id"])
    [asked] = worked.json(*common, status=1)
    assert asked["reason_code"] == "limits_contradict"
    [met] = asked["limit_conflicts"]
    assert (met["by_hand"], met["file"], met["by"]) == ("10.00", "99.00", "camille")
    [kept] = worked.json(*common, "--limits", "keep")
    assert kept["status"] == "imported"
    assert "limit_kept" in [item["code"] for item in kept["issues"]]
    rows = worked.json("risk", "--as-of", "2025-06-30")["customers"]
    assert next(r["limit"] for r in rows if r["customer_id"] == "C004") == "10.00"
