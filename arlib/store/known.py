"""The book as it was known at a past date: the layers imported by then, the lettering known by then.

It is a book of its own, in memory, built from the same layers (seen through views) by the same
rebuild, and kept while the book does not change. An allocation counts there from the day its
lettering was recorded (definitions §0.1, mode ``as_known``).
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import duckdb

from arlib.store import book, copying, journal, layers, schema
from arlib.store.info import data_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from arlib.model.policy import Policy
    from arlib.store.database import Database
    from arlib.store.layers import Batch
    from arlib.store.matching import Matcher

_MOST: Final = 3  # books kept: a page shows one date, its neighbours come next
# What a rebuild reads besides the layers, copied as it is now.
_COPIED: Final = (
    "meta",
    "policies",
    "user_limits",
    "user_terms",
    "user_actions",
    "user_overrides",
    "user_groups",
    "user_disputes",
    "user_forecasts",
    "user_depreciations",
    "user_answers",
    "user_closings",
    "user_closing_figures",
    "user_closing_files",
    "customer_links",
    "customer_mains",
    "match_decisions",
    "batch_events",
    "purges",
    "purge_tables",
    "purged_totals",
)


@dataclass(frozen=True, slots=True)
class Known:
    """A book as known at a date: the catalog that holds it (None: the book itself is the same).

    ``imported_later``: companies of which nothing was imported by the date; all their current files
    are used.
    """

    catalog: str | None
    imported_later: tuple[str, ...]


class KnownBooks:
    """The books as known at past dates, built when asked for. Thread-safe."""

    def __init__(self, database: Database, matcher: Matcher) -> None:
        """Keep what they are built from."""
        self._database = database
        self._matcher = matcher
        self._lock = threading.Lock()
        self._kept: dict[tuple[int, date], Known] = {}
        self._readers: Counter[str | None] = Counter()
        self._count = 0

    @contextmanager
    def cursor(self, day: date, policy: Policy) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a connection to the book as known at the end of ``day``."""
        with self._database.cursor() as cursor:  # first: the file is not exchanged meanwhile
            catalog = self._taken(day, policy)
            try:
                if catalog is not None:
                    cursor.execute("USE " + catalog)
                yield cursor
            finally:
                with self._lock:
                    self._readers[catalog] -= 1

    def imported_later(self, day: date, policy: Policy) -> tuple[str, ...]:
        """Return the companies of which no file had been imported by ``day``."""
        with self._lock:
            return self._at(day, policy).imported_later

    def _taken(self, day: date, policy: Policy) -> str | None:
        """Return the catalog of the book, which stays as long as somebody reads it."""
        with self._lock:
            catalog = self._at(day, policy).catalog
            self._readers[catalog] += 1
            return catalog

    def _at(self, day: date, policy: Policy) -> Known:
        """Return the book as known at the end of ``day``, built unless it is kept."""
        with self._database.cursor() as cursor:
            version = data_version(cursor)
            self._forget(cursor, version)
            if (version, day) not in self._kept:
                self._kept[version, day] = self._known(cursor, day, policy)
            return self._kept[version, day]

    def _forget(self, cursor: duckdb.DuckDBPyConnection, version: int) -> None:
        """Let go of the books of former versions, and of the oldest ones beyond a few."""
        old = [key for key in self._kept if key[0] != version]
        kept = [key for key in self._kept if key[0] == version]
        for key in [*old, *kept[: max(0, len(kept) - _MOST)]]:
            catalog = self._kept[key].catalog
            if self._readers[catalog] and catalog is not None:
                continue
            del self._kept[key]
            if catalog is not None:
                cursor.execute("DETACH DATABASE IF EXISTS " + catalog)

    def _known(self, cursor: duckdb.DuckDBPyConnection, day: date, policy: Policy) -> Known:
        batches = journal.read_batches(cursor)
        known, later = known_batches(batches, _standing(cursor, day))
        current = {i for i, state in layers.states(batches).items() if state == "live"}
        then = {i for i, state in layers.states(known).items() if state == "live"}
        if (
            then == current
            and not _is_lettered_later(cursor, day)
            and not _is_disputed_later(cursor, day, later)
        ):
            return Known(None, later)
        self._count += 1
        catalog = f"known_{self._count}"
        cursor.execute("ATTACH ':memory:' AS " + catalog)
        try:
            self._build(catalog, (day, known, later), policy)
        except duckdb.Error:
            cursor.execute("DETACH DATABASE IF EXISTS " + catalog)
            raise
        return Known(catalog, later)

    def _build(
        self, catalog: str, told: tuple[date, Sequence[Batch], tuple[str, ...]], policy: Policy
    ) -> None:
        day, known, later = told
        with self._database.snapshot() as source, self._database.cursor() as target:
            own = source.execute("SELECT current_database()").fetchall()[0][0]
            target.execute("USE " + catalog)
            target.execute("BEGIN TRANSACTION")
            copying.copy(source, target, _COPIED)
            for name in schema.LAYERS:
                target.execute(f"DROP TABLE layer_{name}")
                target.execute(
                    f'CREATE VIEW layer_{name} AS SELECT * FROM "{own}".main.layer_{name}'
                )
            copying.copy_rows(source, target, "batches")
            _restate(target, known)
            _forget_disputes(target, day, later)
            book.rebuild(
                target,
                [batch.batch_id for batch in known],
                policy,
                self._matcher,
                is_known_then=True,
            )
            target.execute("COMMIT")


def known_batches(
    batches: Sequence[Batch], standing: dict[str, datetime]
) -> tuple[list[Batch], tuple[str, ...]]:
    """Return the batches that make the book, and the companies of which none was imported by then.

    ``standing``: batch ids that had been imported and not undone, with the moment of their import.
    """
    known = [
        replace(batch, is_undone=False, imported_at=standing[batch.batch_id])
        for batch in batches
        if batch.batch_id in standing
    ]
    told = {batch.company_id for batch in known if batch.is_book and batch.scope != "reference"}
    live = [batch for batch in batches if not batch.is_undone]
    booked = {batch.company_id for batch in live if batch.is_book and batch.scope != "reference"}
    later = tuple(sorted(booked - told))
    current = [batch for batch in live if batch.company_id not in told]
    return [batch for batch in known if batch.company_id in told] + current, later


def _standing(cursor: duckdb.DuckDBPyConnection, day: date) -> dict[str, datetime]:
    """Return the imports that stood at the end of ``day``, with the moment they were last made."""
    rows = cursor.execute(
        "SELECT batch_id, LAST(event ORDER BY recorded_at, rowid),"
        " MAX(CASE WHEN event <> 'undone' THEN recorded_at END)"
        " FROM batch_events WHERE CAST(recorded_at AS DATE) <= ? GROUP BY batch_id",
        [day],
    ).fetchall()
    return {batch: at for batch, event, at in rows if event != "undone"}


def _is_lettered_later(cursor: duckdb.DuckDBPyConnection, day: date) -> bool:
    """Return True when some allocation in effect by ``day`` was recorded after its own date."""
    rows = cursor.execute(
        "SELECT 1 FROM allocations WHERE matched_on > allocated_on AND allocated_on <= ? LIMIT 1",
        [day],
    ).fetchall()
    return bool(rows)


def _is_disputed_later(
    cursor: duckdb.DuckDBPyConnection, day: date, later: tuple[str, ...]
) -> bool:
    """Return True when some dispute of that time was entered, closed or undone by hand afterwards."""
    rows = cursor.execute(
        "SELECT 1 FROM user_disputes WHERE happened_on <= ? AND CAST(recorded_at AS DATE) > ?"
        " AND company_id NOT IN (SELECT UNNEST(CAST(? AS VARCHAR[]))) LIMIT 1",
        [day, day, list(later)],
    ).fetchall()
    return bool(rows)


def _forget_disputes(target: duckdb.DuckDBPyConnection, day: date, later: tuple[str, ...]) -> None:
    """Leave out what was entered about disputes after the day; companies imported later keep it."""
    target.execute(
        "DELETE FROM user_disputes WHERE CAST(recorded_at AS DATE) > ?"
        " AND company_id NOT IN (SELECT UNNEST(CAST(? AS VARCHAR[])))",
        [day, list(later)],
    )


def _restate(target: duckdb.DuckDBPyConnection, known: Sequence[Batch]) -> None:
    """Leave in the journal the imports known, as they stood."""
    target.execute(
        "DELETE FROM batches WHERE batch_id NOT IN (SELECT UNNEST(CAST(? AS VARCHAR[])))",
        [[batch.batch_id for batch in known]],
    )
    for batch in known:
        target.execute(
            "UPDATE batches SET state = 'live', undone_at = NULL, undone_by = NULL,"
            " imported_at = ? WHERE batch_id = ?",
            [batch.imported_at, batch.batch_id],
        )
