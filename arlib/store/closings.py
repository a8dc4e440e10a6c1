"""Closings kept by the user: the figures of a date as they were known, never changed afterwards."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from arlib.model.issues import UserError
from arlib.store import arrow, queries

if TYPE_CHECKING:
    from datetime import date, datetime

    import duckdb
    import pandas as pd

_FIGURES: Final = {
    "place": pa.int64(),
    "company_id": pa.string(),
    "currency": pa.string(),
    "measure": pa.string(),
    "bucket": pa.string(),
    "amount_minor": pa.int64(),
    "number": pa.float64(),
    "reason": pa.string(),
}


@dataclass(frozen=True, slots=True)
class Closing:
    """What was kept of a date, and what was done to the book since.

    ``figures``: ``company_id, currency, measure, bucket, amount_minor, number, reason``, in order.
    ``files``: ``batch_id, sha256, file_name, company_id, was_live, is_live`` (of the closing, of the
    book now). ``since``: ``kind, at, made_by, company_id, customer_id, subject``, oldest first.
    """

    closing_id: str
    as_of: date
    policy_version: str
    program_version: str
    kept_at: datetime
    kept_by: str
    figures: pd.DataFrame
    files: pd.DataFrame
    since: pd.DataFrame


def keep(
    cursor: duckdb.DuckDBPyConnection,
    figures: pd.DataFrame,
    as_of: date,
    versions: tuple[str, str],
    by: str,
    at: datetime,
) -> str:
    """Append the figures of a date and the live files, and return the id of the closing.

    ``versions``: of the policy and of the program that made them.

    Raises:
        UserError: ``closing_empty``.
    """
    if figures.empty:
        raise UserError("closing_empty", value=as_of.isoformat())
    placed = figures.reset_index(drop=True)
    placed["place"] = placed.index
    schema = pa.schema(list(_FIGURES.items()))
    table = pa.Table.from_pandas(placed[list(_FIGURES)], schema=schema, preserve_index=False)
    stamp = f"{as_of.isoformat()}|{at.isoformat()}|{by}|{table.to_pylist()}"
    identity = "A" + hashlib.sha256(stamp.encode()).hexdigest()[:11]
    cursor.register("kept_figures", table)
    queries.run(
        cursor,
        "keep_closing",
        identity=identity,
        as_of=as_of,
        policy=versions[0],
        program=versions[1],
        at=at.replace(tzinfo=None),
        by=by,
    )
    cursor.unregister("kept_figures")
    return identity


def listed(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the closings, the latest kept first (see ``closings.sql``)."""
    return arrow.frame(queries.run(cursor, "closings"))


def read_closing(cursor: duckdb.DuckDBPyConnection, closing_id: str) -> Closing:
    """Return a closing with its files and what was done since.

    Raises:
        UserError: ``closing_not_found``.
    """
    rows = cursor.execute(
        "SELECT as_of, policy_version, program_version, kept_at, kept_by FROM user_closings"
        " WHERE closing_id = ?",
        [closing_id],
    ).fetchall()
    if not rows:
        raise UserError("closing_not_found", value=closing_id)
    figures = cursor.execute(
        "SELECT company_id, currency, measure, bucket, amount_minor, number, reason"
        " FROM user_closing_figures WHERE closing_id = ? ORDER BY place",
        [closing_id],
    )
    found = arrow.frame(figures)
    files = arrow.frame(queries.run(cursor, "closing_files", identity=closing_id))
    since = arrow.frame(queries.run(cursor, "closing_causes", since=rows[0][3]))
    as_of, policy, program, kept_at, kept_by = rows[0]
    return Closing(closing_id, as_of, policy, program, kept_at, kept_by, found, files, since)
