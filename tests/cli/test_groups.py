"""The commands about groups: list, propose, set, remove, rename, history, undo."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.support.books import Book, Doc

if TYPE_CHECKING:
    from tests.cli.conftest import Runner

SIREN = "732829320"


@pytest.fixture
def groups(run: Runner) -> Runner:
    """A book of three customers, two of one SIREN."""
    docs = [Doc(code, f"F{code}", date(2025, 4, 1), 10_000) for code in ("C1", "C2", "C3")]
    customers: list[dict[str, object]] = [
        {"customer_id": "C1", "name": "ALPHA", "siren": SIREN},
        {"customer_id": "C2", "name": "ZETA", "siren": SIREN},
        {"customer_id": "C3", "name": "GAMMA"},
    ]
    run.load(Book(docs, customers=customers))
    return run


def test_a_proposal_is_listed_confirmed_and_undone(groups: Runner) -> None:
    [found] = groups.json("groups", "propose")["proposals"]
    assert (found["suggested_name"], found["sureness"], found["way"]) == ("ZETA", "sure", "siren")
    assert found["exposure"] == [{"currency": "EUR", "exposure": "200.00"}]
    assert [row["customer_id"] for row in found["customers"]] == ["C1", "C2"]
    assert found["customers"][0]["matched_customer_id"] == "C2"
    after = groups.json("groups", "propose", "--confirm", found["proposal_id"])
    assert after == {"proposals": []}
    groups.json("limits", "set", "--group", "ZETA", "--amount", "150", "--currency", "EUR")
    listed = groups.json("groups", "list")
    assert listed["exposure_basis"] == "E1"
    [row] = listed["groups"]
    known = {name: row[name] for name in ("group_id", "exposure", "limit", "overrun")}
    assert known == {
        "group_id": "ZETA", "exposure": "200.00", "limit": "150.00", "overrun": "50.00",
    }  # fmt: skip
    assert row["members_limit_reason"] == "no_limit"
    [change_set] = {row["change_set"] for row in groups.json("groups", "history")}
    undone = groups.json("groups", "undo", change_set)
    assert {row["group_id"] for row in undone} == {None}
    assert groups.json("groups", "list")["groups"] == []


def test_a_refused_proposal_is_not_listed_again(groups: Runner) -> None:
    [found] = groups.json("groups", "propose")["proposals"]
    name = found["proposal_id"]
    assert groups.json("groups", "propose", "--refuse", name, "--reason", "deux sociétés") == {
        "proposals": []
    }
    rows = groups.json("groups", "history")
    assert {(row["origin"], row["reason"]) for row in rows} == {("refused", "deux sociétés")}
    refused = groups.json("groups", "propose", "--confirm", name, status=1)
    assert refused["error"]["code"] == "group_proposal_not_found"


def test_groups_are_made_renamed_and_left_by_hand(groups: Runner) -> None:
    done = groups.json(
        "groups", "set", "--group", "Famille", "--customer", "C1", "--customer", "C3"
    )
    assert [(row["customer_id"], row["group_id"]) for row in done] == [
        ("C1", "Famille"), ("C3", "Famille"),
    ]  # fmt: skip
    assert {row["by"] for row in done} == {"camille"}
    groups.json("groups", "rename", "Famille", "--to", "Groupe Famille")
    out, _err = groups.text("groups", "list")
    assert "Groupe Famille" in out
    [left] = groups.json("groups", "remove", "--customer", "C1", "--reason", "cédée")
    assert (left["before_group_id"], left["group_id"]) == ("Groupe Famille", None)
    out, _err = groups.text("groups", "history")
    assert "C1 ALPHA" in out
    error = groups.json("groups", "set", "--group", "X", "--customer", "C9", status=1)
    assert error["error"]["code"] == "customer_not_found"


def test_a_book_without_a_group_says_so(groups: Runner) -> None:
    out, _err = groups.text("groups", "list")
    assert "base" not in out
    assert "encours E1" in out


def test_the_customer_s_document_names_the_parts_of_his_exposure(groups: Runner) -> None:
    found = groups.json("customer", "C1")
    [row] = found["exposure_levels"]
    assert (row["receivable"], row["outstanding"], row["e2"]) == ("100.00", "100.00", None)
    assert (row["bill_reason"], row["e2_reason"]) == ("not_supplied", "not_at_this_level")
    assert found["exposure_basis"] == "E1"
