"""Limits fixed by hand: together or not at all, undone by entries, never overwritten in silence."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.workspace import Author, LimitChange, Workspace
from tests.scenarios.product import at, fill, invoice, limit, load
from tests.scenarios.worked_set import workbook
from tests.support.killed import kill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.files import ImportResult

ROOT = Path(__file__).parents[2]
ANNE = Author("anne", datetime(2026, 6, 1, 9, 0))  # noqa: DTZ001 - the book keeps naive times
BOB = Author("bob", datetime(2026, 6, 1, 9, 5))  # noqa: DTZ001
D = date(2026, 5, 31)


def fix(
    customer: str | None, amount: int | None, *, scope: str = "customer", **more: object
) -> LimitChange:
    """Return one change of the company of these tests; the amount is in euros."""
    minor = None if amount is None else amount * 100
    return replace(LimitChange("Essai", scope, customer, minor, "EUR"), **more)  # type: ignore[arg-type]


def standing(workspace: Workspace) -> dict[str, int | None]:
    """Return what stands by customer, in euros: the latest decision that was not undone."""
    frame = workspace.portfolio(D).limits().sort_values(["decided_at", "sequence"])
    return {
        str(row["scope_id"]): None
        if pd.isna(row["amount_minor"])
        else int(row["amount_minor"]) // 100
        for row in frame.to_dict("records")
    }


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    opened = Workspace.open(None)
    names = ("C1", "C2", "C3")
    fill(opened, {"documents": [invoice(f"F{c}", 100, D, D, c) for c in names]})
    yield opened
    opened.close()


# -- together, and undone together ------------------------------------------------------------------


def test_limits_fixed_together_carry_one_name_and_one_alone_none(workspace: Workspace) -> None:
    done = workspace.set_limits([fix("C1", 10), fix("C2", 20)], ANNE)
    assert len(set(done["change_set"])) == 1
    assert done["change_set"].notna().all()
    alone = workspace.set_limits([fix("C3", 30)], ANNE)
    assert alone["change_set"].isna().all()
    named = workspace.set_limits([fix("C3", 31)], ANNE, change_set="mine")
    assert list(named["change_set"]) == ["mine"]


def test_each_entry_says_what_it_replaced_in_its_own_currency(workspace: Workspace) -> None:
    workspace.set_limits([replace(fix("C1", 10), currency="USD")], ANNE)
    [row] = workspace.set_limits([fix("C1", 30)], BOB).to_dict("records")
    assert (row["before_minor"], row["before_currency"]) == (1_000, "USD")
    assert (row["after_minor"], row["currency"], row["by"]) == (3_000, "EUR", "bob")


def test_the_same_limit_twice_in_one_call_follows_itself(workspace: Workspace) -> None:
    done = workspace.set_limits([fix("C1", 10), fix("C1", 30)], ANNE)
    assert list(done["before_minor"].fillna(-1)) == [-1, 1_000]
    assert standing(workspace) == {"C1": 30}


def test_a_set_is_undone_whole_and_what_was_undone_before_stays_so(workspace: Workspace) -> None:
    workspace.set_limits([fix("C1", 1), fix("C2", 2), fix("C3", 3)], ANNE)
    done = workspace.set_limits([fix("C1", 10), fix("C2", 20), fix("C3", 30)], ANNE)
    workspace.undo_limit(done["change_id"][1], BOB)
    assert standing(workspace) == {"C1": 10, "C2": 2, "C3": 30}
    entries = workspace.undo_limit(done["change_set"][0], BOB)
    assert len(entries) == 2
    assert standing(workspace) == {"C1": 1, "C2": 2, "C3": 3}
    with pytest.raises(UserError) as refused:
        workspace.undo_limit(done["change_set"][0], BOB)
    assert refused.value.code == "limit_set_undone"
    history = workspace.limit_history()
    assert len(history) == 9, "nothing is taken out of the history"
    assert history["is_undone"].sum() == 3


def test_a_later_decision_stands_when_the_set_before_it_is_undone(workspace: Workspace) -> None:
    done = workspace.set_limits([fix("C1", 10), fix("C2", 20)], ANNE)
    workspace.set_limits([fix("C1", 15)], BOB)
    workspace.undo_limit(done["change_set"][0], ANNE)
    assert standing(workspace) == {"C1": 15}


def test_undoing_an_undo_gives_the_decision_back_and_it_can_be_undone_again(
    workspace: Workspace,
) -> None:
    change = workspace.set_limits([fix("C1", 10)], ANNE)["change_id"][0]
    gone = workspace.undo_limit(change, ANNE)["change_id"][0]
    assert standing(workspace) == {}
    back = workspace.undo_limit(gone, ANNE)["change_id"][0]
    assert standing(workspace) == {"C1": 10}
    with pytest.raises(UserError) as refused:
        workspace.undo_limit(back, ANNE)
    assert refused.value.code == "change_not_found"
    workspace.undo_limit(change, ANNE)
    assert standing(workspace) == {}


def test_a_removal_is_a_decision_and_zero_is_a_limit(workspace: Workspace) -> None:
    workspace.set_limits([fix("C1", 0), fix("C2", None)], ANNE)
    assert standing(workspace) == {"C1": 0, "C2": None}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (fix("C1", -1), "limit_amount_negative"),
        (fix("C1", 1, valid_from=D, valid_to=date(2026, 5, 30)), "limit_dates"),
        (fix("C1", 1, source="insurer", is_refused=True), "limit_refused_amount"),
        (fix("C1", None, is_refused=True), "limit_refused_source"),
        (fix("C1", 1, source="insurer", cover_ratio=1.2), "limit_cover_ratio"),
    ],
)
def test_one_wrong_change_refuses_all(workspace: Workspace, change: LimitChange, code: str) -> None:
    with pytest.raises(UserError) as refused:
        workspace.set_limits([fix("C2", 20), change], ANNE)
    assert refused.value.code == code
    assert workspace.limit_history().empty


def test_a_refusal_of_the_insurer_is_a_limit_of_zero_with_its_mark(workspace: Workspace) -> None:
    change = fix("C1", None, source="insurer", is_refused=True)
    covered = fix("C2", 500, source="insurer", cover_ratio=0.9)
    done = workspace.set_limits([change, covered], ANNE)
    assert list(done["is_refused"]) == [True, False]
    assert list(done["after_minor"]) == [0, 50_000]
    held = workspace.portfolio(D).limits().set_index("scope_id")
    assert bool(held.loc["C1", "is_refused"])
    assert held.loc["C2", "cover_ratio"] == pytest.approx(0.9)


def test_ten_thousand_limits_in_one_transaction(workspace: Workspace) -> None:
    changes = [fix(f"K{n}", n) for n in range(10_000)]
    start = time.perf_counter()
    done = workspace.set_limits(changes, ANNE)
    spent = time.perf_counter() - start
    sys.stdout.write(f"\n10,000 limits in one transaction: {spent:.2f} s\n")
    assert (len(done), done["change_set"].nunique(), done["change_id"].nunique()) == (
        10_000,
        1,
        10_000,
    )
    assert done["after_minor"].sum() == 100 * sum(range(10_000))
    workspace.undo_limit(done["change_set"][0], ANNE)
    assert standing(workspace) == {}


# -- two people -------------------------------------------------------------------------------------


def test_the_second_is_told_who_changed_it_when_from_what_to_what(workspace: Workspace) -> None:
    workspace.set_limits([fix("C1", 10)], ANNE)
    workspace.set_limits([fix("C1", 12_000)], BOB)
    with pytest.raises(UserError) as refused:
        workspace.set_limits(
            [fix("C2", 1), fix("C1", 30, expected_known=True, expected_minor=1_000)], ANNE
        )
    assert refused.value.code == "limit_changed"
    words = error_sentence(refused.value, "fr").replace("\u202f", " ").replace("\u00a0", " ")
    for part in ("C1", "bob", "01/06/2026 09:05", "10,00 €", "12 000,00 €"):
        assert part in words
    assert standing(workspace) == {"C1": 12_000}, "nothing of the call is kept"


@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param(fix("C1", 10, currency="USD"), id="the same figure in another currency"),
        pytest.param(fix("C1", 99, valid_to=date(2020, 1, 1)), id="other dates"),
        pytest.param(fix("C1", 10, reason="other"), id="the same amount, another reason"),
    ],
)
def test_any_entry_since_it_was_seen_is_told(workspace: Workspace, meanwhile: LimitChange) -> None:
    workspace.set_limits([fix("C1", 10, valid_from=D)], ANNE)
    [seen] = workspace.standing_limits([fix("C1", 0)])
    workspace.set_limits([meanwhile], BOB)
    mine = fix(
        "C1", 30, expected_known=True, expected_minor=seen.amount_minor, expected_entry=seen.entry
    )
    with pytest.raises(UserError) as refused:
        workspace.set_limits([mine], ANNE)
    assert refused.value.code == "limit_changed"


def test_an_undo_meanwhile_is_told(workspace: Workspace) -> None:
    change = workspace.set_limits([fix("C1", 10)], ANNE)["change_id"][0]
    [seen] = workspace.standing_limits([fix("C1", 0)])
    workspace.undo_limit(change, BOB)
    mine = fix(
        "C1", 30, expected_known=True, expected_minor=seen.amount_minor, expected_entry=seen.entry
    )
    with pytest.raises(UserError):
        workspace.set_limits([mine], ANNE)


def test_the_later_written_prevails_whatever_the_clocks(workspace: Workspace) -> None:
    """Bob's clock is five minutes ahead: what Anne decides after him is not lost to him."""
    workspace.set_limits([fix("C1", 10)], BOB)
    workspace.set_limits([fix("C1", 20)], ANNE)
    assert in_force(workspace, D) == {"C1": 20}


def test_a_hundred_races_leave_no_silent_overwrite(workspace: Workspace) -> None:
    """Two writers saw the same limit and save at once: one wins, the other is told, each time."""
    told = 0
    with ThreadPoolExecutor(2) as pool:
        for turn in range(100):
            seen = workspace.standing_limits([fix("C1", 0)])[0]
            gate = threading.Barrier(2)

            def save(amount: int, who: Author) -> str:
                mine = fix(
                    "C1",
                    amount,
                    expected_known=True,
                    expected_minor=seen.amount_minor,  # noqa: B023 - called within the turn
                    expected_entry=seen.entry or "",  # noqa: B023
                )
                gate.wait()  # noqa: B023
                try:
                    workspace.set_limits([mine], who)
                except UserError as error:
                    return f"{error.code} {error.parameters['by']}"
                return "saved"

            same = turn * 2 + 1  # on every other turn both type the same amount
            results = list(pool.map(save, (same, same + turn % 2), (ANNE, BOB)))
            assert sorted(r.split()[0] for r in results) == ["limit_changed", "saved"]
            winner = ("anne", "bob")[results.index("saved")]
            assert f"limit_changed {winner}" in results
            told += 1
    assert told == 100
    history = workspace.limit_history()
    assert len(history) == 100
    # an unbroken chain: each entry replaced what the one before had set
    chain = history.sort_values("sequence")
    assert list(chain["before_minor"])[1:] == list(chain["after_minor"])[:-1]


# -- killed -----------------------------------------------------------------------------------------


def _kill(tmp_path: Path, attempt: int) -> int:
    """Kill bulk changes at a random moment; return how many whole sets the book holds."""
    path = tmp_path / f"book{attempt}.duckdb"
    kill("tests.store.limits_often", path, said="first", attempt=attempt, between=(0.05, 0.9))
    workspace = Workspace.open(path)
    history = workspace.limit_history()
    workspace.close()
    counts = history.groupby("change_set").size()
    assert (counts == 2_000).all(), "a set is there whole or not at all"
    # each set fixes one amount for all: the last one is whole
    assert history.groupby("change_set")["after_minor"].agg(lambda s: len(set(s))).eq(1).all()
    return len(counts)


@pytest.mark.parametrize("attempt", range(2))
def test_killed_bulk_change_is_whole_or_absent(tmp_path: Path, attempt: int) -> None:
    assert _kill(tmp_path, attempt) >= 1


@pytest.mark.slow
def test_killed_bulk_change_twenty_times(tmp_path: Path) -> None:
    counts = [_kill(tmp_path, attempt) for attempt in range(20)]
    sys.stdout.write(f"\nwhole sets found after each kill: {counts}\n")
    assert len(set(counts)) > 1


# -- files against what was fixed by hand -----------------------------------------------------------

LATER = datetime(2026, 6, 30)  # noqa: DTZ001


def asked(workspace: Workspace, *lines: dict[str, object], answer: str = "ask") -> ImportResult:
    """Load a workbook of limits as a hand would import it again."""
    company: list[dict[str, object]] = [{"name": "Essai", "currency": "EUR"}]
    content = workbook({"company": company, "limits": list(lines)})
    return load(workspace, "limites.xlsx", content, limits=answer)


def in_force(workspace: Workspace, day: date) -> dict[str, int]:
    """Return the limit in force by customer at a date, in euros."""
    from tests.scenarios.product import risk_rows

    rows = risk_rows(workspace, day)
    known = rows[rows["limit_minor"].notna()]
    return {str(code): int(value) // 100 for code, value in known["limit_minor"].items()}


def test_a_file_that_contradicts_a_hand_asks_first(workspace: Workspace) -> None:
    workspace.set_limits([fix("C1", 10)], ANNE)
    before = in_force(workspace, D)
    result = asked(workspace, limit("C1", 99, valid_from=D), limit("C2", 50))
    assert result.status == "refused"
    assert result.reason is not None
    assert result.reason.code == "limits_contradict"
    [met] = result.limits
    assert (met.scope_id, met.before_minor, met.after_minor, met.by) == ("C1", 1_000, 9_900, "anne")
    assert in_force(workspace, D) == before, "nothing was loaded"


def test_keep_mine_sets_the_files_line_aside_and_says_so(workspace: Workspace) -> None:
    workspace.set_limits([fix("C1", 10)], ANNE)
    result = asked(workspace, limit("C1", 99, valid_from=D), limit("C2", 50), answer="keep")
    assert result.status == "imported"
    assert [i.value for i in result.parsed.issues if i.code == "limit_kept"] == ["C1"]
    assert in_force(workspace, D) == {"C1": 10, "C2": 50}
    history = workspace.limit_history("Essai", "C1")
    assert list(history["origin"]) == ["kept", "manual", "file"] or set(history["origin"]) == {
        "kept",
        "manual",
        "file",
    }
    kept = history.loc[history["origin"] == "kept", "change_id"].iloc[0]
    workspace.undo_limit(kept, ANNE)
    assert in_force(workspace, D)["C1"] == 99, "undoing the keeping gives the file's line back"


def test_take_the_files_and_take_them_after_having_kept_mine(workspace: Workspace) -> None:
    workspace.set_limits([fix("C1", 10)], ANNE)
    asked(workspace, limit("C1", 99, valid_from=D), answer="keep")
    again = asked(workspace, limit("C1", 99, valid_from=D), limit("C3", 5))
    assert again.status == "imported", "the line kept aside once is not asked again"
    assert in_force(workspace, D) == {"C1": 10, "C3": 5}
    taken = asked(workspace, limit("C1", 99, valid_from=D), limit("C3", 6), answer="take")
    assert taken.status == "imported"
    assert in_force(workspace, D)["C1"] == 99


@pytest.mark.parametrize(
    ("hand", "line", "is_asked"),
    [
        pytest.param(fix("C1", 10), limit("C1", 10, valid_from=D), False, id="says the same"),
        pytest.param(fix("C1", 10, valid_from=D), limit("C1", 99), False, id="the hand prevails"),
        pytest.param(
            fix("C1", 10, valid_to=date(2026, 1, 31)),
            limit("C1", 99, valid_from=date(2026, 2, 1)),
            False,
            id="the hand's had ended",
        ),
        pytest.param(
            fix("C1", 10, valid_to=date(2026, 1, 31)),
            limit("C1", 99, valid_from=date(2026, 1, 31)),
            True,
            id="one day in common",
        ),
        pytest.param(fix("C1", None), limit("C1", 99, valid_from=D), True, id="it was removed"),
        pytest.param(
            fix("C1", 10), limit("C1", 10, valid_from=D, currency="USD"), True, id="other currency"
        ),
        pytest.param(
            fix("C1", 10), limit("C1", 99, valid_from=D, source="insurer"), False, id="other source"
        ),
        pytest.param(
            fix("PME", 10, scope="category"),
            limit("PME", 99, valid_from=D, scope="category"),
            True,
            id="category",
        ),
        pytest.param(
            fix(None, 10, scope="all"), limit("C1", 99, valid_from=D), False, id="narrower scope"
        ),
    ],
)
def test_what_is_a_contradiction(
    workspace: Workspace, hand: LimitChange, line: dict[str, object], *, is_asked: bool
) -> None:
    workspace.set_limits([hand], ANNE)
    assert (asked(workspace, line).status == "refused") is is_asked


def test_a_hand_followed_by_another_is_asked_only_where_it_counts(workspace: Workspace) -> None:
    """The first hand's limit ends where the second begins: a file between them contradicts it."""
    workspace.set_limits(
        [
            fix("C1", 10, valid_from=date(2025, 1, 1)),
            fix("C1", 20, valid_from=date(2026, 1, 1)),
        ],
        ANNE,
    )
    assert asked(workspace, limit("C1", 5, valid_from=date(2025, 6, 1))).status == "refused"
    assert asked(workspace, limit("C1", 6, valid_from=date(2024, 6, 1))).status == "imported"
    assert at(workspace, D) is not None
    assert in_force(workspace, D) == {"C1": 20}
