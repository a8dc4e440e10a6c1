"""Backups: a copy made by the database from one snapshot, reopened and compared; and restoring one.

A backup is an ordinary book with one schema more, ``backup``, that says what each table held when
it was made. It is written under a temporary name and takes its own once it has been proven.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

import duckdb

from arlib.model.issues import UserError
from arlib.store import copying, schema
from arlib.store.copying import Fingerprint
from arlib.store.database import Database, open_database, open_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Cursor = duckdb.DuckDBPyConnection

T = TypeVar("T")

# Names are whole: a file called backup.duckdb is a catalog called backup, too.
_MANIFEST: Final = (
    "CREATE SCHEMA {catalog}.backup",
    "CREATE TABLE {catalog}.backup.about (key VARCHAR NOT NULL, value VARCHAR NOT NULL)",
    (
        "CREATE TABLE {catalog}.backup.tables (name VARCHAR NOT NULL, count_rows BIGINT NOT NULL,"
        " checksum VARCHAR NOT NULL, amounts VARCHAR NOT NULL)"
    ),
)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was proven. ``tables``: rows by table; ``schema_version``: of the book copied."""

    path: Path
    made_at: datetime
    made_by: str
    schema_version: int
    engine: str
    tables: Mapping[str, Fingerprint]


@dataclass(frozen=True, slots=True)
class Restored:
    """A book put back. ``kept_aside``: where the previous one is now (None: there was none)."""

    path: Path
    source: Backup
    kept_aside: Path | None
    schema_version: int
    tables: Mapping[str, int]


def make(database: Database, book: Path | None, out: Path, *, by: str, at: datetime) -> Backup:
    """Write a proven copy of the book as it stands now; others may go on reading and writing it.

    Raises:
        UserError: ``backup_onto_book``, ``backup_exists`` (``out`` is a file that is no backup),
            ``out_not_writable``, ``backup_differs`` (the copy is not the book: nothing is kept).
    """
    _check_place(out, book)
    partial = out.with_name(out.name + ".part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        remove(partial)
        _write(database, partial, by, at)
        found = _compared(partial, out)
        settle(partial, out)
    except (OSError, duckdb.IOException) as error:
        raise UserError("out_not_writable", value=str(out), detail=_words(error)) from None
    finally:
        remove(partial)
    return Backup(
        out, found.made_at, found.made_by, found.schema_version, found.engine, found.tables
    )


def read(path: Path) -> Backup:
    """Reopen a backup, read all of it and compare it with what it says it held.

    Raises:
        UserError: ``file_not_found``, ``backup_unknown`` (not a backup), ``backup_damaged``,
            ``database_newer``.
    """
    with _opened(path) as cursor, _damage(path):
        return _proven(cursor, path)


def restore(book: Path, source: Path, *, by: str, at: datetime) -> Restored:
    """Put a backup in the place of the book, which is kept aside under a dated name.

    The backup is proven first and its rows are copied by the database into a new book, brought to
    the current schema. A book that cannot be opened is kept aside as it is.

    Raises:
        UserError: those of ``read``; ``database_held`` when the book is open in another program,
            ``backup_onto_book``, ``out_not_writable``.
    """
    if book.exists() and source.exists() and book.samefile(source):
        raise UserError("backup_onto_book", value=source.name)
    partial = book.with_name(book.name + ".restoring")
    try:
        remove(partial)
        with _opened(source) as cursor:
            with _damage(source):
                known = _proven(cursor, source)
            _rewrite(cursor, partial, known, by, at)
        rows = _migrated(partial)
        aside = _keep_aside(book, at) if book.exists() else None
        settle(partial, book)
    except (OSError, duckdb.IOException) as error:
        raise UserError("out_not_writable", value=str(book), detail=_words(error)) from None
    finally:
        remove(partial)
    return Restored(book, known, aside, schema.VERSION, rows)


def before_migration(database: Database, book: Path) -> Backup:
    """Keep a book as its version left it, beside it, dated the last time it was written."""
    with database.cursor() as cursor:
        version = schema.version_of(cursor)
    at = datetime.fromtimestamp(book.stat().st_mtime, UTC)
    out = _free(book.with_name(f"{book.stem}.schema-{version}{book.suffix}"))
    return make(database, book, out, by="encours", at=at)


def rewritten(database: Database, book: Path, work: Callable[[Cursor], T]) -> T:
    """Do a work whose result is a new file in the place of the book, which holds nothing else.

    Blocks that the work freed stay in the old file, which is gone. Killed at any moment, the book is
    the old one or the new one.

    Raises:
        UserError: those of the work, ``backup_differs``, ``book_busy``, ``out_not_writable``.
    """
    partial = _rewriting(book)
    try:
        remove(partial)
        with database.exchanging(book, partial) as cursor:
            found = work(cursor)
            _write_anew(cursor, partial)
            flush(partial)
    except (OSError, duckdb.IOException) as error:
        raise UserError("out_not_writable", value=str(book), detail=_words(error)) from None
    finally:
        remove(partial)
    return found


def forget_rewriting(book: Path) -> None:
    """Remove what a rewriting that was killed left beside a book that is held open."""
    remove(_rewriting(book))


def holding(book: Path, company_id: str, customer_id: str | None) -> list[Path]:
    """Return the other books of the folder (backups, books kept aside) that hold a customer.

    ``customer_id`` None: a company. A file that cannot be read is left out.
    """
    found = []
    for path in sorted(book.parent.iterdir()):
        if not path.is_file() or not _is_book(path) or path.samefile(book):
            continue
        with contextlib.suppress(duckdb.Error):
            root = duckdb.connect(str(path), read_only=True)
            try:
                if _holds(root, company_id, customer_id):
                    found.append(path)
            finally:
                root.close()
    return found


def _holds(cursor: Cursor, company_id: str, customer_id: str | None) -> bool:
    rows = cursor.execute(
        "SELECT 1 FROM layer_documents WHERE company_id = $company"
        " AND ($customer IS NULL OR customer_id = $customer) UNION ALL"
        " SELECT 1 FROM layer_customers WHERE company_id = $company"
        " AND ($customer IS NULL OR customer_id = $customer) LIMIT 1",
        {"company": company_id, "customer": customer_id},
    ).fetchall()
    return bool(rows)


def _is_book(path: Path) -> bool:
    """Tell a database of the engine by its first bytes."""
    try:
        with path.open("rb") as file:
            return file.read(12)[8:] == b"DUCK"
    except OSError:
        return False


def _rewriting(book: Path) -> Path:
    return book.with_name(book.name + ".rewriting")


def _write_anew(cursor: Cursor, partial: Path) -> None:
    """Write what a transaction sees into a new file, and compare."""
    root = open_root(partial)
    try:
        copying.copy(cursor, root)
        if copying.differences(copying.fingerprints(cursor), copying.fingerprints(root)):
            raise UserError("backup_differs", value=partial.name)
        root.execute("CHECKPOINT")
    finally:
        root.close()


def _check_place(out: Path, book: Path | None) -> None:
    """Refuse to write over the book, or over a file that is not a backup of ours."""
    if not out.exists():
        return
    if book is not None and book.exists() and out.samefile(book):
        raise UserError("backup_onto_book", value=out.name)
    try:
        with _opened(out):
            return
    except UserError:
        raise UserError("backup_exists", value=str(out)) from None


def _compared(partial: Path, out: Path) -> Backup:
    """Return the copy, reopened and equal to what the book held when it was read."""
    try:
        return read(partial)
    except UserError as error:
        raise UserError("backup_differs", value=out.name) from error


def _write(database: Database, partial: Path, by: str, at: datetime) -> None:
    """Copy one snapshot of the book, and write what that snapshot itself holds beside it."""
    root = open_root(partial)
    try:
        with database.snapshot() as source:
            copying.copy(source, root)
            held = copying.fingerprints(source)
            about = {
                "made_at": at.isoformat(),
                "made_by": by,
                "engine": duckdb.__version__,
                "schema_version": str(schema.version_of(source)),
            }
        catalog = _catalog(root)
        for statement in _MANIFEST:
            root.execute(statement.format(catalog=catalog))
        root.executemany(f"INSERT INTO {catalog}.backup.about VALUES (?, ?)", list(about.items()))
        root.executemany(
            f"INSERT INTO {catalog}.backup.tables VALUES (?, ?, ?, ?)",
            [[name, item.rows, item.checksum, item.amounts] for name, item in held.items()],
        )
        root.execute("CHECKPOINT")
    finally:
        root.close()


def _rewrite(
    source: duckdb.DuckDBPyConnection, partial: Path, known: Backup, by: str, at: datetime
) -> None:
    """Copy a backup's book into a new file, compare, and write where it comes from."""
    root = open_root(partial)
    try:
        copying.copy(source, root)
        if copying.differences(copying.fingerprints(source), copying.fingerprints(root)):
            raise UserError("backup_differs", value=known.path.name)
        facts = {
            "restored_at": at.isoformat(),
            "restored_by": by,
            "restored_from": known.made_at.isoformat(),
        }
        for key, value in facts.items():
            root.execute("DELETE FROM meta WHERE key = ?", [key])
            root.execute("INSERT INTO meta VALUES (?, ?)", [key, value])
    finally:
        root.close()


def _migrated(path: Path) -> dict[str, int]:
    """Bring a book to the current schema and return the rows of its tables."""
    database = open_database(path)
    try:
        with database.cursor() as cursor:
            return {name: item.rows for name, item in copying.fingerprints(cursor).items()}
    finally:
        database.close()


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a read-only connection to a backup; whatever breaks it open is said in one sentence."""
    if not path.is_file():
        raise UserError("file_not_found", value=str(path))
    with _damage(path):
        root = duckdb.connect(str(path), read_only=True)
    try:
        with _damage(path):
            is_ours = _has_manifest(root)
        if not is_ours:
            raise UserError("backup_unknown", value=path.name)
        yield root
    finally:
        root.close()


@contextlib.contextmanager
def _damage(path: Path) -> Iterator[None]:
    """Turn whatever the engine cannot read of a backup into one refusal."""
    try:
        yield
    except duckdb.Error as error:
        raise UserError("backup_damaged", value=path.name, detail=_words(error)) from None


def _has_manifest(cursor: duckdb.DuckDBPyConnection) -> bool:
    rows = cursor.execute(
        "SELECT COUNT(*) FROM duckdb_tables() WHERE database_name = current_database()"
        " AND schema_name = 'backup' AND table_name IN ('about', 'tables')"
    ).fetchall()
    return bool(rows[0][0] == 2)  # noqa: PLR2004 - both tables of the manifest


def _proven(cursor: duckdb.DuckDBPyConnection, path: Path) -> Backup:
    catalog = _catalog(cursor)
    about = dict(cursor.execute(f"SELECT key, value FROM {catalog}.backup.about").fetchall())
    version = int(about["schema_version"])
    if version > schema.VERSION:
        raise UserError("database_newer", detail=version)
    promised = {
        name: Fingerprint(int(rows), checksum, amounts)
        for name, rows, checksum, amounts in cursor.execute(
            f"SELECT name, count_rows, checksum, amounts FROM {catalog}.backup.tables"
        ).fetchall()
    }
    found = copying.fingerprints(cursor)
    same_engine = about["engine"] == duckdb.__version__
    if wrong := copying.differences(promised, found, same_engine=same_engine):
        raise UserError("backup_damaged", value=path.name, detail=", ".join(wrong))
    return Backup(
        path,
        datetime.fromisoformat(about["made_at"]),
        about["made_by"],
        version,
        about["engine"],
        found,
    )


def _catalog(cursor: duckdb.DuckDBPyConnection) -> str:
    """Return the name of the database of a file, as SQL writes it."""
    name = str(cursor.execute("SELECT current_database()").fetchall()[0][0])
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _keep_aside(book: Path, at: datetime) -> Path:
    """Give the book a second name, dated, with its journal of writes, and return that name.

    Raises:
        UserError: ``database_held``.
    """
    try:
        open_root(book).close()  # what was pending is written; another program would hold it
    except UserError as error:
        if error.code == "database_held":
            raise
    aside = _free(book.with_name(f"{book.stem}.before-restore-{at:%Y-%m-%dT%H-%M-%S}{book.suffix}"))
    _link(book, aside)
    journal = book.with_name(book.name + ".wal")
    if journal.exists():  # never left beside another book, which would replay it
        journal.replace(aside.with_name(aside.name + ".wal"))
    return aside


def _free(path: Path) -> Path:
    """Return a name that nobody has: the same, else with a number."""
    found, number = path, 1
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found


def _link(book: Path, aside: Path) -> None:
    """Give the file a second name, so that the book is never without one; else rename it."""
    try:
        os.link(book, aside)
    except OSError:
        book.replace(aside)


def settle(partial: Path, path: Path) -> None:
    """Give a finished file its name, once its bytes are on the disk."""
    flush(partial)
    partial.replace(path)


def flush(path: Path) -> None:
    """Wait until the bytes of a file are on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def remove(path: Path) -> None:
    """Remove a temporary file and what the engine may have left beside it."""
    for name in (path, path.with_name(path.name + ".wal")):
        name.unlink(missing_ok=True)


def _words(error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) else None
    return words or str(error).splitlines()[0][:200]
