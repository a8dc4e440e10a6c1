"""One DuckDB file: opened once, a cursor a call, one writer, explicit transactions, migrations."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import duckdb

from arlib.model.issues import UserError
from arlib.store import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta
    from pathlib import Path

_MEMORY_LIMIT: Final = "6GB"  # does not bound the whole process: room is left for Arrow and pandas
_RETRY_SECONDS: Final = 0.5
_EXCHANGE_SECONDS: Final = 60.0  # how long the exchange of the file waits for those who read it


class Database:
    """The book's file. ``cursor()`` reads; ``transaction()`` writes, one at a time."""

    def __init__(self, root: duckdb.DuckDBPyConnection) -> None:
        """Keep the root connection; see ``open_database``."""
        self._root = root
        self._writer = threading.Lock()
        self._gate = threading.Condition()
        self._readers: Counter[int] = Counter()  # connections open, by thread
        self._is_exchanging = False

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a connection of one's own: sharing one object between threads gives wrong answers."""
        me = threading.get_ident()
        with self._gate:
            # whoever already reads goes on: the exchange waits for him
            self._gate.wait_for(lambda: not self._is_exchanging or self._readers[me] > 0)
            cursor = self._root.cursor()
            self._readers[me] += 1
        try:
            yield cursor
        finally:
            cursor.close()
            with self._gate:
                self._readers[me] -= 1
                if not self._readers[me]:
                    del self._readers[me]
                self._gate.notify_all()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give the only writing connection; everything is kept, or nothing when it raises."""
        with self._writer, self.cursor() as cursor:
            cursor.execute("BEGIN TRANSACTION")
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                _roll_back(cursor)
                raise

    @contextmanager
    def snapshot(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a connection on which everything read is one state of the book, whoever writes."""
        with self.cursor() as cursor:
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            try:
                yield cursor
            finally:
                _roll_back(cursor)

    @contextmanager
    def trial(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give the writing connection for a work of which nothing is kept."""
        with self._writer, self._trial() as cursor:
            yield cursor

    @contextmanager
    def exchanging(self, path: Path, new: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give the writing connection; then the file ``new``, written meanwhile, becomes the book's.

        Nothing of the work is kept but what ``new`` holds of it. Nobody else writes in between, and
        whoever reads goes on with the new file. When it raises, the book stays as it was.

        Raises:
            UserError: ``book_busy``, somebody does not stop reading.
        """
        with self._writer:
            with self._trial() as cursor:
                yield cursor
            self._exchange(path, new)

    @contextmanager
    def _trial(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self.cursor() as cursor:
            cursor.execute("BEGIN TRANSACTION")
            try:
                yield cursor
            finally:
                _roll_back(cursor)

    def _exchange(self, path: Path, new: Path) -> None:
        with self._gate:
            self._is_exchanging = True
            try:
                if not self._gate.wait_for(lambda: not self._readers, _EXCHANGE_SECONDS):
                    raise UserError("book_busy")
                self._root.execute(
                    "CHECKPOINT"
                )  # what is pending is in the file, should we be killed
                self._root.close()
                try:
                    # never left beside another book, which would replay it
                    path.with_name(path.name + ".wal").unlink(missing_ok=True)
                    new.replace(path)
                finally:
                    self._root = open_database(path)._root  # noqa: SLF001 - of the same class
            finally:
                self._is_exchanging = False
                self._gate.notify_all()

    def close(self) -> None:
        """Write what is pending into the file and release it."""
        self._root.close()


def open_database(
    path: Path | None,
    *,
    wait: timedelta | None = None,
    before_migration: Callable[[Database, Path], object] | None = None,
) -> Database:
    """Open or create the book, migrated to the current schema; None is a book in memory.

    ``before_migration`` is given a book of an older schema before anything of it changes.

    Raises:
        UserError: ``database_held`` (another process, after ``wait``), ``database_damaged``,
            ``database_newer``, ``database_foreign``.
    """
    root = _connect(path, time.monotonic() + (wait.total_seconds() if wait else 0))
    try:
        database = Database(root)
        if path is not None and before_migration is not None and schema.is_older(database):
            before_migration(database, path)
        schema.migrate(database)
        for statement in (
            "SET enable_external_access = false",
            "SET python_enable_replacements = false",
            "SET lock_configuration = true",
        ):
            root.execute(statement)
    except BaseException:
        root.close()
        raise
    return database


def open_root(path: Path) -> duckdb.DuckDBPyConnection:
    """Open or create a file as it is: neither migrated nor locked down.

    Raises:
        UserError: ``database_held``, ``database_damaged``.
    """
    return _connect(path, time.monotonic())


def _connect(path: Path | None, deadline: float) -> duckdb.DuckDBPyConnection:
    if path is None:
        return duckdb.connect(":memory:")
    path.parent.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY_LIMIT,
        "temp_directory": str(path.with_name(path.name + ".tmp")),
    }
    while True:
        try:
            return duckdb.connect(str(path), config=config)
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise UserError(
                    "database_damaged", value=path.name, detail=_first_line(error)
                ) from None
            if time.monotonic() >= deadline:
                raise UserError("database_held", detail=_holder(str(error))) from None
            time.sleep(_RETRY_SECONDS)
        except (duckdb.SerializationException, duckdb.InternalException) as error:
            raise UserError(
                "database_damaged", value=path.name, detail=_first_line(error)
            ) from None


def _holder(message: str) -> str:
    """Return the process that holds the file, as DuckDB names it."""
    match = re.search(r"PID (\d+)", message)
    return f"PID {match[1]}" if match else "?"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]


def _roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    """Undo the transaction; after a failed commit none is active and there is nothing to undo."""
    try:
        cursor.execute("ROLLBACK")
    except duckdb.TransactionException:
        return
