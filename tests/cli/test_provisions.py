"""``provisions`` on the worked set of definitions §24.7, imported from a file."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from arlib.model.policy import Policy
from tests.scenarios import worked_set
from tests.support.books import Book, Doc

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Runner

RATES = (0.0072, 0.036, 0.12, 0.24, 0.4)
TTC = [("120.96"), ("831.60"), ("0.00"), ("1728.00"), ("1200.00")]


def asked(run: Runner, folder: Path, **settings: Any) -> Any:
    path = folder / "policy.toml"
    path.write_text(Policy(ecl_rates=RATES, **settings).to_toml(), encoding="utf-8")
    return run.json("--policy", str(path), "--as-of", "2025-06-30", "provisions")


def test_the_matrix_incl_vat(read_worked: Runner, tmp_path: Path) -> None:
    found = asked(read_worked, tmp_path, ecl_base="TTC")
    assert [row["loss"] for row in found["matrix"]] == TTC
    assert [row["bucket"] for row in found["matrix"]] == [
        "not_due",
        "1-30",
        "31-60",
        "61-90",
        "90+",
    ]
    assert (found["total"], found["open"], found["base"]) == ("3880.56", "50100.00", "TTC")


def test_the_matrix_excl_vat_and_the_factor(read_worked: Runner, tmp_path: Path) -> None:
    found = asked(read_worked, tmp_path)
    base = [Decimal(row["base"]) for row in found["matrix"]]
    assert base == [14_000, 19_500, 0, 6_000, 2_500]
    assert (found["total"], found["vat_not_known"]) == ("3242.80", "0.00")
    assert asked(read_worked, tmp_path, ecl_forward_factor=1.1)["total"] == "3567.08"


def test_candidates_have_their_evidence(read_worked: Runner, tmp_path: Path) -> None:
    found = asked(read_worked, tmp_path)
    rows = {row["number"]: row for row in found["candidates"]}
    assert set(rows) == {"F006", "F009"}
    assert (rows["F006"]["standing"], rows["F006"]["proposed"]) == ("lateness_only", "625.00")
    assert (rows["F009"]["is_dispute"], rows["F009"]["proposed_reason"]) == (True, "to_judge")
    # F009 alone stands behind an event, too young for a percentage: to be judged, which is not 0
    assert (found["proposed"], found["proposed_reason"]) == (None, "to_judge")
    assert found["lateness_only"] == "625.00"
    assert {(row["number"], row["account"]) for row in found["entries"]} == {
        ("F009", "416"),
        ("F009", "411"),
    }
    moved = {row["bucket"]: row for row in found["movement"]}
    assert (moved["61-90"]["charge"], moved["31-60"]["reversal"]) == ("1440.00", "720.00")


def test_own_roll_rates_worked_out_by_hand(read_worked: Runner) -> None:
    """From 1-30: 3 000 of F006 and 7 200 of F007 rolled, out of 4 800 + 7 200 + 2 400."""
    found = read_worked.json("--as-of", "2025-06-30", "provisions")
    assert (found["method"], found["measure"]) == ("roll", "beyond_last_bucket")
    assert (found["learnt_from"], found["learnt_to"]) == ("2024-12-31", "2025-06-30")
    rates = {row["bucket"]: row["rate_ratio"] for row in found["matrix"]}
    assert rates["1-30"] == pytest.approx(10_200 / 14_400)
    assert (rates["31-60"], rates["61-90"], rates["90+"]) == (1, 1, 1)
    text, _ = read_worked.text("--as-of", "2025-06-30", "provisions")
    assert "Part attendue au-delà de 90 jours" in text
    assert "le retard seul ne suffit jamais" in text


def test_a_bucket_never_seen_leaves_no_total(read_worked: Runner) -> None:
    """By 31 March nothing was open between 31 and 90 days at a month's start."""
    found = read_worked.json("--as-of", "2025-03-31", "provisions")
    rates = [row["rate_ratio"] for row in found["matrix"]]
    assert rates == [None, None, None, None, 1.0]
    assert found["matrix"][0]["rate_ratio_reason"] == "no_open"
    assert (found["total"], found["total_reason"]) == (None, "no_open")


def test_a_closing_the_book_cannot_answer_is_refused(read_worked: Runner) -> None:
    found = read_worked.json(
        "--as-of", "2025-06-30", "provisions", "--since", "2020-12-31", status=1
    )
    assert found["error"]["code"] == "as_of_too_early"


def test_two_currencies_are_two_blocks(run: Runner) -> None:
    day = worked_set.AS_OF
    docs = [
        Doc("C1", "F1", day, 10_000, due_on=day, tax=0),
        Doc("C1", "F2", day, 5_000, due_on=day, tax=0, currency="USD"),
    ]
    run.load(Book(docs))
    found = run.json("--as-of", "2025-06-30", "provisions")
    assert [block["currency"] for block in found["blocks"]] == ["EUR", "USD"]
    assert [block["open"] for block in found["blocks"]] == ["100.00", "50.00"]


def test_an_empty_book(run: Runner) -> None:
    run.text("provisions", status=1)


def test_decisions_are_kept_with_author_and_reason_and_undone(worked: Runner) -> None:
    day = ("--as-of", "2025-06-30")
    claim = ("--customer", "C003", "--invoice", "F009")
    said = ("provisions", "decide", *claim, "--reason", "Avis de l’avocat", *day)
    (one,) = worked.json(*said, "--accept", "--ratio", "30")
    assert (one["kind"], one["number"], one["ratio"], one["on_date"]) == (
        "accepted", "F009", 0.3, "2025-06-30",
    )  # fmt: skip
    assert (one["by"], one["reason"], one["amount"]) == ("camille", "Avis de l’avocat", None)
    found = worked.json("provisions", *day)
    row = {item["number"]: item for item in found["candidates"]}["F009"]
    assert (row["decision"], row["decided_by"]) == ("accepted", "camille")
    (balance,) = worked.json("provisions", "opening", "--amount", "1 000,50", *day)
    assert (balance["kind"], balance["amount"], balance["currency"], balance["on_date"]) == (
        "opening", "1000.50", "EUR", "2025-05-31",
    )  # fmt: skip
    assert worked.json("provisions", *day)["openings"][0]["opening"] == "1000.50"
    worked.json("provisions", "undo", one["change_id"])
    listed = worked.json("provisions", "history", "--customer", "C003")
    assert [(item["undoes"], item["is_undone"]) for item in listed] == [
        (one["change_id"], False), (None, True),
    ]  # fmt: skip
    assert "1\u202f000,50\u00a0€" in worked.text("provisions", "history")[0]
    for arguments, code in (
        ((*said, "--accept", "--refuse"), "usage"),
        ((*said, "--accept", "--ratio", "130"), "depreciation_ratio"),
        (("provisions", "undo", one["change_id"]), "depreciation_undone"),
        (("provisions", "opening", "--amount", "-5"), "depreciation_amount"),
    ):
        assert worked.json(*arguments, status=1)["error"]["code"] == code
