"""Killed in the middle, or asked by eight threads at once: the book is right."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from arlib.workspace import Workspace
from tests.support.books import load
from tests.support.killed import kill, running
from tests.support.ledgers import ledger

ROOT = Path(__file__).parents[2]
DERIVED = ("documents", "allocations", "document_balances", "exposure_deltas", "settled_invoices")


def _counts(workspace: Workspace) -> dict[tuple[str, str], int]:
    """Return the number of rows of each table by company."""
    found: dict[tuple[str, str], int] = {}
    with workspace._database.cursor() as cursor:
        for name in DERIVED:
            query = (
                "SELECT c.company_id, count(*) FROM " + name + " AS x"
                " JOIN customers AS c ON c.customer_key = x.customer_key GROUP BY 1"
            )
            found |= {(company, name): n for company, n in cursor.execute(query).fetchall()}
        for name in ("layer_documents", "batches", "customers"):
            query = "SELECT company_id, count(*) FROM " + name + " GROUP BY 1"
            found |= {(company, name): n for company, n in cursor.execute(query).fetchall()}
    return found


def _whole() -> dict[tuple[str, str], int]:
    workspace = Workspace.open(None)
    load(workspace, ledger("UN", 200), ledger("DEUX", 4000))
    return _counts(workspace)


def _kill_in_the_middle(tmp_path: Path, attempt: int, whole: dict[tuple[str, str], int]) -> str:
    """Kill an import at a random moment; return whether the book is ``before`` or ``after`` it."""
    path = tmp_path / f"book{attempt}.duckdb"
    kill("tests.store.import_twice", path, said="first", attempt=attempt, between=(0, 1.2))
    workspace = Workspace.open(path)
    found = _counts(workspace)
    ties = workspace.portfolio(date(2025, 6, 30)).tie_out()
    workspace.close()
    assert (ties["difference_minor"] == 0).all()
    second = {key for key in found if key[0] == "DEUX"}
    expected = whole if second else {k: v for k, v in whole.items() if k[0] == "UN"}
    assert found == expected
    return "after" if second else "before"


@pytest.mark.parametrize("attempt", range(2))
def test_killed_import_is_before_or_after(tmp_path: Path, attempt: int) -> None:
    assert _kill_in_the_middle(tmp_path, attempt, _whole()) in {"before", "after"}


@pytest.mark.slow
def test_killed_import_twenty_times(tmp_path: Path) -> None:
    whole = _whole()
    outcomes = [_kill_in_the_middle(tmp_path, attempt, whole) for attempt in range(20)]
    sys.stdout.write(
        f"\n20 kills: {outcomes.count('before')} before, {outcomes.count('after')} after\n"
    )
    assert "before" in outcomes


def test_eight_threads_get_right_answers_while_a_file_is_loaded() -> None:
    workspace = Workspace.open(None)
    load(workspace, ledger("UN", 600))
    days = [date(2023, 3, 1) + timedelta(days=31 * i) for i in range(20)]

    def total(day: date) -> int:
        frame = workspace.portfolio(day).balances()
        return int(frame.loc[frame["company_id"] == "UN", "outstanding_minor"].sum())

    expected = {day: total(day) for day in days}
    with ThreadPoolExecutor(8) as pool:
        answers = [(day, pool.submit(total, day)) for day in days * 6]
        writing = pool.submit(load, workspace, ledger("DEUX", 600))
        assert all(answer.result() == expected[day] for day, answer in answers)
        assert writing.result()[0].status == "imported"


def test_a_second_process_is_told_who_holds_the_book(tmp_path: Path) -> None:
    from arlib.model.issues import UserError

    path = tmp_path / "book.duckdb"
    with (
        running("tests.store.import_twice", path, said="first") as program,
        pytest.raises(UserError) as raised,
    ):
        Workspace.open(path)
    assert raised.value.code == "database_held"
    assert str(program.pid) in str(raised.value.parameters["detail"])
