"""A backup is equal to the book it was made from, or it is refused; nothing is ever lost."""

from __future__ import annotations

import random
import re
import shutil
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.store import backup, copying, queries
from arlib.workspace import LimitChange, Workspace
from tests.support.books import BY, load
from tests.support.kept import ledgers
from tests.support.killed import kill, running
from tests.support.ledgers import ledger

ROOT = Path(__file__).parents[2]
DAY = date(2024, 6, 30)


def _contents(workspace: Workspace) -> dict[str, copying.Fingerprint]:
    with workspace._database.snapshot() as cursor:
        return copying.fingerprints(cursor)


def _total(workspace: Workspace, company: str = "UN") -> int:
    frame = workspace.portfolio(DAY).balances()
    return int(frame.loc[frame["company_id"] == company, "outstanding_minor"].sum())


def _book(path: Path, *companies: str, count: int = 150) -> Workspace:
    workspace = ledgers(path, *((company, count) for company in companies))
    workspace.set_limits([LimitChange("UN", "customer", "C001", 5_000_00, "EUR")], BY)
    return workspace


def _refusal(path: Path, source: Path) -> str:
    with pytest.raises(UserError) as raised:
        Workspace.restore(path, source, BY)
    return raised.value.code


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> backup.Backup:
    """A book and its backup, both closed, to copy."""
    folder = tmp_path_factory.mktemp("made")
    workspace = _book(folder / "book.duckdb", "UN")
    done = workspace.backup(folder / "bak", BY)
    workspace.close()
    return done


@pytest.fixture
def backed_up(made: backup.Backup, tmp_path: Path) -> backup.Backup:
    """A book and its backup of one's own, ``book.duckdb`` and ``bak``."""
    for name in ("book.duckdb", "bak"):
        shutil.copy(made.path.with_name(name), tmp_path / name)
    return replace(made, path=tmp_path / "bak")


def test_backup_then_restore_gives_the_same_book(tmp_path: Path) -> None:
    workspace = _book(tmp_path / "book.duckdb", "UN")
    workspace.set_policy(Policy(buckets=(15, 45)), BY)
    before, total = _contents(workspace), _total(workspace)
    done = workspace.backup(tmp_path / "copies" / "book.bak", BY)
    assert done.tables == before
    load(workspace, ledger("DEUX", 90))
    later = _contents(workspace)
    workspace.close()
    restored = Workspace.restore(tmp_path / "book.duckdb", done.path, BY)
    again = Workspace.open(tmp_path / "book.duckdb")
    found = _contents(again)
    assert copying.differences(before, found) == ["meta"]  # says where the book comes from
    assert _total(again) == total
    assert again.policy().buckets == (15, 45)
    assert list(again.limit_history()["after_minor"]) == [5_000_00]
    again.close()
    assert restored.kept_aside is not None
    previous = Workspace.open(restored.kept_aside)
    assert _contents(previous) == later
    previous.close()
    assert not list(tmp_path.glob("*.restoring*"))


@pytest.mark.usefixtures("backed_up")
def test_a_restored_book_goes_on(tmp_path: Path) -> None:
    Workspace.restore(tmp_path / "other.duckdb", tmp_path / "bak", BY)
    again = Workspace.open(tmp_path / "other.duckdb")
    assert load(again, ledger("UN", 150))[0].status == "unchanged"
    assert load(again, ledger("DEUX", 20))[0].status == "imported"
    assert again.verify().is_ok
    again.close()


@pytest.mark.usefixtures("backed_up")
def test_closed_lists_keep_their_names(tmp_path: Path) -> None:

    def described(path: Path) -> list[tuple[object, ...]]:
        root = duckdb.connect(str(path), read_only=True)
        rows: list[tuple[object, ...]] = root.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns()"
            " WHERE schema_name = 'main' AND NOT internal ORDER BY ALL"
        ).fetchall()
        rows += root.execute(
            "SELECT type_name, labels::VARCHAR, '', '' FROM duckdb_types() WHERE NOT internal ORDER BY 1"
        ).fetchall()
        rows += root.execute(
            "SELECT view_name, sql, '', '' FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
        rows += root.execute(
            "SELECT table_name, constraint_text, '', '' FROM duckdb_constraints()"
            " WHERE schema_name = 'main' AND constraint_type = 'PRIMARY KEY' ORDER BY ALL"
        ).fetchall()
        root.close()
        return rows

    assert described(tmp_path / "bak") == described(tmp_path / "book.duckdb")


def test_backups_of_a_book_being_written_are_each_one_state_of_it(tmp_path: Path) -> None:
    workspace = _book(tmp_path / "book.duckdb", "UN")
    states = [_contents(workspace)]
    names = [f"S{i}" for i in range(6)]
    is_over = threading.Event()

    def write() -> None:
        for name in names:
            load(workspace, ledger(name, 60))
            states.append(_contents(workspace))
        is_over.set()

    writer = threading.Thread(target=write)
    writer.start()
    made: list[backup.Backup] = []
    while not is_over.is_set() or not made:
        made.append(workspace.backup(tmp_path / f"{len(made)}.bak", BY))
    writer.join()
    workspace.close()
    assert all(item.tables in states for item in made)
    for item in made:
        assert backup.read(item.path).tables == item.tables


def _kill_while_backing_up(tmp_path: Path, attempt: int) -> None:
    out = tmp_path / f"{attempt}.bak"
    path = tmp_path / f"{attempt}.db"
    often = "tests.store.back_up_often"
    kill(often, path, out, said="first", attempt=attempt, between=(0.3, 1.5))
    assert backup.read(out).tables["batches"].rows in {1, 2}  # whole: the last one finished
    workspace = Workspace.open(path)
    workspace.backup(out, BY)  # what the killed one left is in nobody's way
    workspace.close()
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.parametrize("attempt", range(2))
def test_killed_while_backing_up(tmp_path: Path, attempt: int) -> None:
    _kill_while_backing_up(tmp_path, attempt)


@pytest.mark.slow
def test_killed_while_backing_up_twenty_times(tmp_path: Path) -> None:
    for attempt in range(20):
        _kill_while_backing_up(tmp_path, attempt)


def test_a_truncated_backup_is_refused_and_the_book_stays(
    tmp_path: Path, backed_up: backup.Backup
) -> None:
    path, whole = tmp_path / "book.duckdb", backed_up.path.read_bytes()
    workspace = Workspace.open(path)
    before = _contents(workspace)
    workspace.close()
    for share in (0.0, 0.01, 0.3, 0.7, 0.99):
        cut = tmp_path / "cut"
        cut.write_bytes(whole[: int(len(whole) * share)])
        assert _refusal(path, cut) in {"backup_damaged", "backup_unknown"}
    again = Workspace.open(path)
    assert _contents(again) == before
    again.close()
    assert not list(tmp_path.glob("*before-restore*"))


def _outcome(path: Path, expected: backup.Backup) -> str:
    """Return why a backup is refused; nothing when it is read and holds what it must."""
    try:
        found = backup.read(path)
    except UserError as error:
        return error.code
    assert found.tables == expected.tables
    return ""


def test_an_altered_backup_is_refused_or_holds_the_same(
    tmp_path: Path, made: backup.Backup
) -> None:
    whole = made.path.read_bytes()
    draw, count_refused = random.Random(5), 0
    for _attempt in range(20):
        content = bytearray(whole)
        place = draw.randrange(len(content))
        content[place] ^= 0xFF
        altered = tmp_path / "altered"
        altered.write_bytes(content)
        code = _outcome(altered, made)
        assert code in {"", "backup_damaged", "backup_unknown"}
        count_refused += bool(code)
    assert count_refused >= 3


@pytest.mark.usefixtures("backed_up")
def test_a_backup_changed_since_is_refused(tmp_path: Path) -> None:
    root = duckdb.connect(str(tmp_path / "bak"))
    root.execute(
        "UPDATE documents SET amount_minor = amount_minor + 1 WHERE issued_on = '2023-01-02'"
    )
    root.close()
    assert _refusal(tmp_path / "book.duckdb", tmp_path / "bak") == "backup_damaged"


def test_a_copy_that_differs_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = _book(tmp_path / "book.duckdb", "UN")
    copied = copying.copy_rows

    def lossy(
        source: duckdb.DuckDBPyConnection, target: duckdb.DuckDBPyConnection, name: str
    ) -> None:
        copied(source, target, name)
        if name == "allocations":
            target.execute("DELETE FROM allocations WHERE amount_minor = 10000")
            target.execute("UPDATE allocations SET amount_minor = amount_minor + 1")

    monkeypatch.setattr(copying, "copy_rows", lossy)
    with pytest.raises(UserError) as raised:
        workspace.backup(tmp_path / "bak", BY)
    workspace.close()
    assert raised.value.code == "backup_differs"
    assert {path.name for path in tmp_path.iterdir()} <= {"book.duckdb", "book.duckdb.wal"}


def test_other_files_are_not_overwritten_nor_restored(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    workspace = _book(path, "UN")
    (tmp_path / "notes.txt").write_text("à garder", encoding="utf-8")
    for out, code in ((path, "backup_onto_book"), (tmp_path / "notes.txt", "backup_exists")):
        with pytest.raises(UserError) as raised:
            workspace.backup(out, BY)
        assert raised.value.code == code
    workspace.backup(tmp_path / "bak", BY)
    workspace.backup(tmp_path / "bak", BY)  # a newer backup takes the place of an older one
    workspace.close()
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "à garder"
    other = Workspace.open(tmp_path / "other.duckdb")
    other.close()
    assert _refusal(path, tmp_path / "other.duckdb") == "backup_unknown"
    assert _refusal(path, tmp_path / "absent") == "file_not_found"
    assert _refusal(path, path) == "backup_onto_book"


@pytest.mark.usefixtures("backed_up")
def test_a_backup_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    root = duckdb.connect(str(tmp_path / "bak"))
    root.execute("UPDATE backup.about SET value = '99' WHERE key = 'schema_version'")
    root.close()
    assert _refusal(tmp_path / "book.duckdb", tmp_path / "bak") == "database_newer"


@pytest.mark.usefixtures("backed_up")
def test_a_damaged_book_is_kept_aside_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    workspace = Workspace.open(path)
    total = _total(workspace)
    workspace.close()
    path.write_bytes(b"damaged" * 1000)
    (tmp_path / "book.duckdb.wal").write_bytes(b"pending")
    restored = Workspace.restore(path, tmp_path / "bak", BY)
    again = Workspace.open(path)
    assert _total(again) == total
    again.close()
    assert restored.kept_aside is not None
    assert restored.kept_aside.read_bytes() == b"damaged" * 1000
    assert Path(f"{restored.kept_aside}.wal").read_bytes() == b"pending"


def test_restore_waits_for_nobody(tmp_path: Path) -> None:
    """A book open in another program is not pulled from under it."""
    path = tmp_path / "book.duckdb"
    with running("tests.store.back_up_often", path, tmp_path / "bak", said="first"):
        code = _refusal(path, tmp_path / "bak")
    assert code == "database_held"


def _to_first_schema(path: Path) -> None:
    """Make of a book what version 1 of the schema held: what later ones add is taken away."""
    script = "".join(queries.text(f"schema_{version}") for version in (2, 3, 4))
    root = duckdb.connect(str(path))
    added = re.findall(r"^CREATE (VIEW|TABLE|TYPE) (?:IF NOT EXISTS )?(\w+)", script, re.MULTILINE)
    for kind, name in reversed(added):
        root.execute(f"DROP {kind} {name}")
    gone = {name for _, name in added}
    for table, column in re.findall(r"ALTER TABLE (\w+) ADD COLUMN IF NOT EXISTS (\w+)", script):
        if table not in gone:
            root.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    root.execute("UPDATE meta SET value = '1' WHERE key = 'schema_version'")
    root.close()


def test_a_book_of_the_first_schema_opens_and_is_kept_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    workspace = _book(path, "UN")
    total = _total(workspace)
    workspace.close()
    _to_first_schema(path)
    again = Workspace.open(path)
    assert _total(again) == total
    assert again.verify().is_ok
    assert load(again, ledger("DEUX", 20))[0].status == "imported"
    again.close()
    kept = tmp_path / "book.schema-1.duckdb"
    assert backup.read(kept).schema_version == 1
    Workspace.open(path).close()
    assert len(list(tmp_path.glob("*schema-1*"))) == 1  # once, not at each opening
    restored = Workspace.restore(path, kept, BY)
    assert restored.schema_version > 1
    once_more = Workspace.open(path)
    assert _total(once_more) == total
    assert once_more.verify().is_ok
    once_more.close()


@pytest.mark.parametrize("name", ["backup.duckdb", "main.duckdb", 'le "livre".duckdb', "temp.bak"])
def test_any_name_is_a_name(tmp_path: Path, name: str) -> None:
    workspace = ledgers(tmp_path / f"b-{name}", ("UN", 3))
    done = workspace.backup(tmp_path / name, BY)
    workspace.close()
    Workspace.restore(tmp_path / "x" / name, done.path, BY)
    again = Workspace.open(tmp_path / "x" / name)
    assert again.info().count_batches == 1
    again.close()


def test_a_book_in_memory_is_backed_up(tmp_path: Path) -> None:
    workspace = Workspace.open(None)
    load(workspace, ledger("UN", 30))
    assert workspace.backup(tmp_path / "bak", BY).tables["batches"].rows == 1
