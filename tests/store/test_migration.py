"""A book written by the first version opens, migrates, and gives the same figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from arlib.model.policy import Policy
from arlib.workspace import Workspace
from tests.support.books import BY, Book, Doc, load
from tests.support.worked import D, worked_book

OLD = Path(__file__).with_name("book_v1.sql").read_text(encoding="utf-8")
TABLES = (
    "companies", "customers", "documents", "allocations", "disputes", "document_balances",
    "settled_invoices", "balance_snapshots", "company_snapshots", "snapshot_months",
    "exposure_deltas",
)  # fmt: skip


def _rows(cursor: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return sorted(cursor.execute(sql).fetchall(), key=str)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as connection:
        for statement in OLD.split(";\n"):
            if statement.strip():
                connection.execute(statement)
    return path


def test_it_opens_with_the_same_figures(old: Path) -> None:
    with duckdb.connect(str(old)) as connection:
        columns = {
            name: ", ".join(row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall())
            for name in TABLES
        }
        before = {name: _rows(connection, f"SELECT {columns[name]} FROM {name}") for name in TABLES}
    workspace = Workspace.open(old)
    with workspace._database.cursor() as cursor:
        after = {name: _rows(cursor, f"SELECT {columns[name]} FROM {name}") for name in TABLES}
        assert cursor.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchall() == [
            ("4",)
        ]
        assert not cursor.execute("SELECT 1 FROM meta WHERE key = 'needs_rebuild'").fetchall()
    # what successive lists imply is dated by this version in the middle of the interval
    inferred = ("allocations", "settled_invoices")
    assert {n: after[n] for n in TABLES if n not in inferred} == {
        n: before[n] for n in TABLES if n not in inferred
    }
    plain = [
        [row for row in side["allocations"] if row[16] != "inferred"] for side in (before, after)
    ]
    assert plain[0] == plain[1]
    assert len(plain[0]) == 7
    assert workspace.portfolio(D).balances()["outstanding_minor"].sum() == 4_840_000 + 500


def test_it_is_the_book_that_the_same_files_make_today(old: Path) -> None:
    migrated = Workspace.open(old)
    fresh = Workspace.open(None)
    fresh.set_policy(Policy(default_terms="45 jours"), BY)
    load(fresh, worked_book())
    docs = [
        Doc("C1", "F1", date(2025, 1, 5), 1000, due_on=date(2025, 2, 5)),
        Doc("C1", "F2", date(2025, 1, 10), 500, due_on=date(2025, 3, 10)),
    ]
    for day, opens, kept in (
        (date(2025, 1, 31), {"F1": 1000, "F2": 500}, docs),
        (date(2025, 2, 28), {"F2": 500}, docs[1:]),
    ):
        load(
            fresh,
            Book(kept, scope="open_items", level="C", format_id="flat", open_items=opens,
                 extracted_on=day, company="LISTE", covers=(date(2025, 1, 5), day)),
        )  # fmt: skip
    columns = (
        "SELECT customer_key, document_key, kind, issued_on, due_on, amount_minor FROM documents",
        "SELECT debit_key, credit_key, allocated_on, paid_on, amount_minor FROM allocations",
        "SELECT document_key, from_on, to_on, open_minor, disputed_minor FROM document_balances",
        "SELECT invoice_key, from_on, to_on, last_cash_on FROM settled_invoices",
    )
    with migrated._database.cursor() as one, fresh._database.cursor() as other:
        for sql in columns:
            assert _rows(one, sql) == _rows(other, sql)


def test_what_was_done_to_imports_is_known_and_the_undone_one_can_come_back(old: Path) -> None:
    workspace = Workspace.open(old)
    with workspace._database.cursor() as cursor:
        events = cursor.execute("SELECT event, count(*) FROM batch_events GROUP BY ALL").fetchall()
    assert dict(events) == {"imported": 4, "undone": 1}
    done = load(workspace, Book([Doc("C9", "X1", date(2024, 5, 1), 700)], company="ANCIEN"))[0]
    assert done.status == "imported"
    assert {item.company_id for item in workspace.info().companies} == {"TEST", "ANCIEN", "LISTE"}
    workspace.link("TEST", "C004", "C003", None, BY)
    assert "C004" not in workspace.portfolio(D).customers()["customer_id"].tolist()


def test_a_newer_book_is_refused(old: Path) -> None:
    from arlib.model.issues import UserError

    with duckdb.connect(str(old)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(UserError, match="database_newer"):
        Workspace.open(old)


@pytest.mark.parametrize(
    "made",
    [
        "CREATE TABLE customers (name VARCHAR)",
        "CREATE TABLE meta (version INTEGER)",
        "CREATE TYPE account_class_t AS ENUM ('x')",
    ],
)
def test_a_database_of_another_program_is_refused_and_left_as_it_was(
    made: str, tmp_path: Path
) -> None:
    from arlib.model.issues import UserError

    path, query = tmp_path / "other.duckdb", "SELECT * FROM information_schema.columns"
    with duckdb.connect(str(path)) as connection:
        connection.execute(made)
        before = connection.execute(query).fetchall()
    with pytest.raises(UserError, match="database_foreign"):
        Workspace.open(path)
    with duckdb.connect(str(path)) as connection:
        assert connection.execute(query).fetchall() == before


def test_a_book_of_the_second_version_learns_when_invoices_were_cleared(tmp_path: Path) -> None:
    path, query = tmp_path / "two.duckdb", "SELECT * FROM clearances"
    workspace = Workspace.open(path)
    load(workspace, worked_book())
    with workspace._database.cursor() as cursor:
        expected = _rows(cursor, query)
    workspace.close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("DROP VIEW clearances")
        connection.execute("DROP TABLE invoice_clearings")
        connection.execute("UPDATE meta SET value = '2' WHERE key = 'schema_version'")
    migrated = Workspace.open(path)
    with migrated._database.cursor() as cursor:
        assert _rows(cursor, query) == expected
        assert not cursor.execute("SELECT 1 FROM meta WHERE key = 'needs_rebuild'").fetchall()
    assert expected
