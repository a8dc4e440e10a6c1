"""Groups by hand: set, refused, undone; the book stays a function of its files and decisions."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.model.issues import UserError
from arlib.workspace import (
    Author,
    GroupChange,
    LimitChange,
    Workspace,
    group_confirmation,
    group_refusal,
)
from tests.support.books import BY, Book, Doc, load
from tests.support.examples import examples

if TYPE_CHECKING:
    from pathlib import Path

CODES = ("C1", "C2", "C3")
FILE = {"C1": "G", "C2": None, "C3": "H"}


def made(files: dict[str, str | None] | None = None) -> Workspace:
    groups = FILE if files is None else files
    docs = [Doc(code, f"F{code}", date(2025, 4, 1), 1000) for code in CODES]
    customers: list[dict[str, object]] = [
        {"customer_id": code, "name": code, "group_id": groups[code]} for code in CODES
    ]
    workspace = Workspace.open(None)
    load(workspace, Book(docs, customers=customers))
    return workspace


def in_force(workspace: Workspace) -> dict[str, str | None]:
    frame = workspace.portfolio().customers()
    return {
        code: group if isinstance(group, str) else None
        for code, group in zip(frame["customer_id"], frame["group_id"], strict=True)
    }


def put(code: str, group: str | None) -> GroupChange:
    return GroupChange("TEST", code, group)


def test_what_a_user_decides_stands_before_the_files_and_undo_gives_them_back() -> None:
    workspace = made()
    done = workspace.set_groups([put("C1", "K"), put("C2", " K  k "), put("C3", None)], BY)
    assert in_force(workspace) == {"C1": "K", "C2": "K k", "C3": None}
    assert done["before_group_id"].astype(object).where(done["before_group_id"].notna(), None).tolist() == [
        "G", None, "H",
    ]  # fmt: skip
    assert len(set(done["change_set"])) == 1
    workspace.undo_group(done["change_id"][2], BY)
    assert in_force(workspace) == {"C1": "K", "C2": "K k", "C3": "H"}
    workspace.undo_group(done["change_set"][0], BY)
    assert in_force(workspace) == FILE
    assert not workspace.verify().findings


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.sampled_from(CODES), st.sampled_from(["G", "K", None])),
        st.tuples(st.just("refuse"), st.sampled_from(CODES), st.sampled_from(CODES)),
        st.tuples(st.just("undo"), st.integers(0, 5), st.none()),
    ),
    max_size=8,
)


@examples(40)
@given(STEPS)
def test_the_latest_standing_entry_counts_whatever_is_undone_in_whatever_order(steps: Any) -> None:
    workspace = made()
    standing: list[tuple[str, str, str | None]] = []  # change, code, group
    for kind, one, other in steps:
        if kind == "set":
            change = workspace.set_groups([put(one, other)], BY)["change_id"][0]
            standing.append((change, one, other))
        elif kind == "refuse":
            workspace.set_groups(group_refusal("TEST", [one], [other]), BY)
        elif one < len(standing):
            workspace.undo_group(standing.pop(one)[0], BY)
    decided = {code: group for _change, code, group in standing}
    assert in_force(workspace) == {**FILE, **decided}
    for change, _code, _group in reversed(standing):
        workspace.undo_group(change, BY)
    assert in_force(workspace) == FILE


def test_decisions_survive_imports_and_undone_imports() -> None:
    workspace = made()
    workspace.set_groups([put("C2", "K"), put("C3", None)], BY)
    docs = [Doc(code, f"N{code}", date(2025, 5, 1), 500) for code in ("C2", "C4")]
    customers: list[dict[str, object]] = [
        {"customer_id": "C2", "name": "C2", "group_id": "Z"},
        {"customer_id": "C4", "name": "C4", "group_id": "Z"},
    ]
    [result] = load(workspace, Book(docs, customers=customers, covers=(date(2025, 5, 1),) * 2))
    assert in_force(workspace) == {"C1": "G", "C2": "K", "C3": None, "C4": "Z"}
    [change] = workspace.group_history(None, "C2")["change_id"]
    workspace.undo_group(change, BY)
    assert in_force(workspace)["C2"] == "Z"
    workspace.undo(str(result.batch_id), BY)
    assert in_force(workspace) == {"C1": "G", "C2": None, "C3": None}
    assert not workspace.verify().findings


def test_a_linked_code_is_in_the_group_of_its_main_code() -> None:
    workspace = made()
    workspace.set_groups([put("C2", "K")], BY)
    workspace.link("TEST", "C2", "C1", None, BY)
    assert in_force(workspace) == {"C1": "K", "C3": "H"}
    workspace.set_groups([put("C2", "L")], BY)
    assert in_force(workspace)["C1"] == "L"
    assert not workspace.verify().findings


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([put("C1", "K"), put("C9", "K")], "customer_not_found"),
        ([put("C1", "K"), put("C2", "  ")], "group_name_missing"),
        ([put("C1", "K" * 121)], "group_name_long"),
        ([GroupChange("TEST", "C1", "K", "guess")], "group_origin_unknown"),
    ],
)
def test_nothing_is_kept_of_changes_that_cannot_stand(
    changes: list[GroupChange], code: str
) -> None:
    workspace = made()
    with pytest.raises(UserError) as error:
        workspace.set_groups(changes, BY)
    assert error.value.code == code
    assert workspace.group_history().empty
    assert in_force(workspace) == FILE


def test_an_entry_is_undone_once() -> None:
    workspace = made()
    [change] = workspace.set_groups([put("C1", "K")], BY)["change_id"]
    workspace.undo_group(change, BY)
    for name, code in ((change, "group_change_undone"), ("G000", "group_change_not_found")):
        with pytest.raises(UserError) as error:
            workspace.undo_group(name, BY)
        assert error.value.code == code


def test_a_group_renamed_keeps_its_limits_unless_the_other_name_has_some() -> None:
    workspace = made({"C1": "G", "C2": "G", "C3": "H"})
    ends = date(2025, 12, 31)
    workspace.set_limits(
        [LimitChange("TEST", "group", "G", 5_000, "EUR", valid_to=ends, reason="comité"),
         LimitChange("TEST", "group", "H", 7_000, "EUR")],
        BY,
    )  # fmt: skip
    workspace.rename_group("TEST", "G", " Groupe  G ", BY)
    assert in_force(workspace) == {"C1": "Groupe G", "C2": "Groupe G", "C3": "H"}
    limits = workspace.portfolio().limits()
    kept = limits.loc[limits["scope_id"] == "Groupe G"].iloc[0]
    assert (kept["amount_minor"], kept["reason"]) == (5_000, "comité")
    assert kept["valid_to"].date() == ends
    workspace.rename_group("TEST", "Groupe G", "H", BY)
    assert set(in_force(workspace).values()) == {"H"}
    limits = workspace.portfolio().limits()
    assert limits.loc[limits["scope_id"] == "H", "amount_minor"].tolist() == [7_000]
    with pytest.raises(UserError) as error:
        workspace.rename_group("TEST", "G", "K", BY)
    assert error.value.code == "group_not_found"


def test_a_confirmation_says_who_enters_and_who_is_kept_apart() -> None:
    workspace = made()
    workspace.set_groups(group_confirmation("TEST", "K", {"C1": "siren"}, ["C2"], ["C3"]), BY)
    assert in_force(workspace) == {"C1": "K", "C2": None, "C3": "H"}
    sides = workspace.portfolio().group_refusals().set_index("customer_id")["side"]
    assert sides.to_dict() == {"C1": 1, "C2": 2, "C3": 1}


def test_times_with_a_zone_are_kept_as_they_are_read_on_the_clock() -> None:
    from datetime import timedelta

    workspace = made()
    at = datetime(2030, 1, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    done = workspace.set_groups([put("C1", "K")], Author("moi", at))
    assert done["at"][0] == pd.Timestamp(2030, 1, 1, 9, 30)
    assert done["by"][0] == "moi"


def test_ten_thousand_customers_are_grouped_and_undone_at_once(tmp_path: Path) -> None:
    codes = [f"C{i}" for i in range(10_000)]
    workspace = Workspace.open(tmp_path / "book.duckdb")
    docs = [Doc(code, f"F{code}", date(2025, 4, 1), 1000) for code in codes[:1]]
    customers: list[dict[str, object]] = [{"customer_id": code, "name": code} for code in codes]
    load(workspace, Book(docs, customers=customers))
    changes = [put(code, f"G{place // 4}") for place, code in enumerate(codes)]
    done = workspace.set_groups(changes, BY)
    known = workspace.portfolio().customers()
    assert known["group_id"].nunique() == 2_500
    workspace.undo_group(done["change_set"].iloc[0], BY)
    assert workspace.portfolio().customers()["group_id"].isna().all()
    workspace.close()
    shutil.copy(tmp_path / "book.duckdb", tmp_path / "again.duckdb")
    again = Workspace.open(tmp_path / "again.duckdb")
    assert len(again.group_history()) == 20_000
    again.close()
