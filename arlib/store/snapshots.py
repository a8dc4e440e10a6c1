"""The book at month ends, by bucket of the policy: what series are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.model.portfolio import MAX_BUCKETS
from arlib.store import queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from arlib.model.policy import Policy


def build(cursor: duckdb.DuckDBPyConnection, policy: Policy, *, is_everyone: bool) -> None:
    """Fill the snapshots: touched customers at every month end, the others at new month ends.

    Those of the touched customers have been taken out; ``is_everyone``: nobody else is in the book.
    """
    queries.run(cursor, "build_calendar")
    if not is_everyone:
        queries.run(cursor, "build_snapshots_others")
        if cursor.execute("SELECT 1 FROM t_snapshot_months LIMIT 1").fetchall():
            _fill(cursor, policy)
    queries.run(cursor, "build_snapshots_touched")
    _fill(cursor, policy)
    queries.run(cursor, "build_company_snapshots")
    queries.run(cursor, "build_company_sales")


def rebuild(cursor: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Compute every month-end snapshot anew, with the buckets of the policy."""
    cursor.execute("DELETE FROM balance_snapshots")
    queries.run(cursor, "build_views_all")
    build(cursor, policy, is_everyone=True)


def padded(bounds: Sequence[int]) -> list[int | None]:
    """Return the bounds followed by NULLs: a comparison with NULL never counts."""
    return [*bounds, *[None] * (MAX_BUCKETS - len(bounds))]


def _fill(cursor: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    bounds = {f"bound_{i}": bound for i, bound in enumerate(padded(policy.buckets), 1)}
    queries.run(cursor, "build_snapshots", **bounds)
