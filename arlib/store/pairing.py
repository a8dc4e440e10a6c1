"""Fiscal years of one ledger: which files open a year after others, and their opening lines paired.

An opening line repeats a line of the year before (definitions §17.1). Paired, it counts once: the
older line gives number, dates, amount and kind; the opening line gives its lettering.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from arlib.store import queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import duckdb

    from arlib.store.layers import Batch

# Two files follow one another when no more than this separates the last posting of one from the
# first of the next: two months without a posting are a quiet summer, three a file that is missing.
GAP: Final = timedelta(days=62)
# What must be alike, level by level; the last one only where a single line has the amount.
_LEVELS: Final = (
    (1, "number_date"),
    (2, "number_date"),
    (3, "number"),
    (4, "number"),
    (5, "date"),
    (6, "date"),
    (7, "amount"),
)
_BALANCES: Final = (
    "build_pairing_axis",
    "build_pairing_spread_debits",
    "build_pairing_spread_credits",
    "build_pairing_net",
)


@dataclass(frozen=True, slots=True)
class Year:
    """A ledger file among those of its company.

    ``older``: the files whose open lines its opening lines repeat, latest first. ``starts_on``: its
    first day, when it has opening lines and an earlier file is in the book (``older`` is empty then
    if a year is missing in between). ``ends_on``: the day from which later opening lines restate it.
    """

    batch: Batch
    older: tuple[Batch, ...]
    starts_on: date | None
    ends_on: date | None


def years(live: Iterable[Batch], with_openings: set[str]) -> list[Year]:
    """Return the ledger files of the companies that have several, in order of their first day.

    ``with_openings``: ids of the batches that hold opening lines.
    """
    ledgers = [
        batch
        for batch in live
        if batch.scope == "ledger" and batch.is_book and batch.covers_from and batch.covers_to
    ]
    ledgers.sort(key=lambda b: (b.company_id, str(b.covers_from), str(b.covers_to), b.sha256))
    found: list[Year] = []
    for _, group in groupby(ledgers, key=lambda batch: batch.company_id):
        files = list(group)
        if len(files) > 1:
            found += [_year(batch, files, with_openings) for batch in files]
    return found


def _year(batch: Batch, files: Sequence[Batch], with_openings: set[str]) -> Year:
    first = _first(batch)
    opens = batch.batch_id in with_openings and any(_first(other) < first for other in files)
    later = [_first(b) for b in files if b.batch_id in with_openings and _first(b) > first]
    return Year(
        batch,
        _older(batch, files, with_openings) if opens else (),
        first if opens else None,
        min(later, default=None),
    )


def _older(batch: Batch, files: Sequence[Batch], with_openings: set[str]) -> tuple[Batch, ...]:
    """Return the files of the year before: back to the one that opens it, without a gap."""
    found: list[Batch] = []
    frontier = _first(batch)
    while True:
        near = [
            other
            for other in files
            if other not in found and _first(other) < frontier and _last(other) >= frontier - GAP
        ]
        found += sorted(near, key=_last, reverse=True)
        if not near or any(other.batch_id in with_openings for other in near):
            return tuple(found)
        frontier = min(_first(other) for other in near)


def _first(batch: Batch) -> date:
    assert batch.covers_from is not None  # noqa: S101 - files without a period were left out
    return batch.covers_from


def _last(batch: Batch) -> date:
    assert batch.covers_to is not None  # noqa: S101
    return batch.covers_to


def read_years(cursor: duckdb.DuckDBPyConnection, live: Sequence[Batch]) -> list[Year]:
    """Return the years of the live files; the layers are asked only when a company has several."""
    ledgers = [batch.company_id for batch in live if batch.scope == "ledger" and batch.is_book]
    if len(ledgers) == len(set(ledgers)):
        return []
    rows = cursor.execute(
        "SELECT DISTINCT batch_id FROM layer_documents WHERE kind = 'opening'"
    ).fetchall()
    return years(live, {row[0] for row in rows})


def record(cursor: duckdb.DuckDBPyConnection, found: Sequence[Year]) -> list[str]:
    """Keep the years in the book; return the batches whose earlier files are no longer the same."""
    before = {
        row[0]: row[1:]
        for row in cursor.execute(
            "SELECT batch_id, starts_on, previous_batch_ids FROM ledger_years"
        ).fetchall()
    }
    now = {
        year.batch.batch_id: (year.starts_on, ",".join(b.batch_id for b in year.older) or None)
        for year in found
    }
    if not before and not found:
        return []
    cursor.execute("DELETE FROM ledger_years")
    if found:
        cursor.executemany(
            "INSERT INTO ledger_years VALUES (?, ?, ?, ?, ?)",
            [
                (y.batch.company_id, y.batch.batch_id, *now[y.batch.batch_id], y.ends_on)
                for y in found
            ],
        )
    blank = (None, None)
    return [key for key in {*before, *now} if before.get(key, blank) != now.get(key, blank)]


def pair(cursor: duckdb.DuckDBPyConnection, found: Sequence[Year]) -> bool:
    """Pair the opening lines of the touched customers; return False when there is none to pair.

    Leaves ``t_pairs`` (which lines of which batch are repeated) and the view
    ``t_layer_allocations`` (allocations, those of paired lines moved to the older documents).
    """
    linked = [year for year in found if year.older]
    if not linked:
        queries.run(cursor, "build_layer_allocations")
        return False
    _register(cursor, "year_links", _links(linked))
    queries.run(cursor, "build_pairing_lines")
    for level, how in _LEVELS:
        queries.run(cursor, "build_pairing_level", level=level, how=how)
    queries.run(cursor, "build_pairing_balances")
    for year in sorted(linked, key=lambda y: _first(y.batch), reverse=True):
        _follow(cursor, int(year.batch.batch_id, 16))
    queries.run(cursor, "build_pairing_restated")
    queries.run(cursor, "build_pairing_excess")
    if _count(cursor, "SELECT count(*) FROM t_excess"):
        queries.run(cursor, "build_pairing_cap")
    return True


def _follow(cursor: duckdb.DuckDBPyConnection, newer: int) -> None:
    """Move what is allocated to the opening lines of one year to the year before."""
    queries.run(cursor, "build_pairing_follow", newer=newer)
    balances = "SELECT count(*) FROM t_pairs WHERE how = 'balance' AND newer_key = " + str(newer)
    if _count(cursor, balances):
        for step in _BALANCES:
            queries.run(cursor, step, newer=newer)


def _links(linked: Sequence[Year]) -> pa.Table:
    rows = [(year.batch, older, year.starts_on) for year in linked for older in year.older]
    return pa.table(
        {
            "newer_key": pa.array([int(n.batch_id, 16) for n, _, _ in rows], pa.uint64()),
            "newer_id": pa.array([n.batch_id for n, _, _ in rows], pa.string()),
            "older_key": pa.array([int(o.batch_id, 16) for _, o, _ in rows], pa.uint64()),
            "older_id": pa.array([o.batch_id for _, o, _ in rows], pa.string()),
            "starts_on": pa.array([day for _, _, day in rows], pa.date32()),
        }
    )


def _register(cursor: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    cursor.register("incoming", table)
    cursor.execute("CREATE OR REPLACE TEMP TABLE " + name + " AS SELECT * FROM incoming")
    cursor.unregister("incoming")


def _count(cursor: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(cursor.execute(sql).fetchall()[0][0])
