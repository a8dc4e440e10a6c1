"""Segments fixed by hand: append-only, each with its author, reason and expiry."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from arlib.model.issues import UserError
from arlib.store import arrow, links, queries

if TYPE_CHECKING:
    from datetime import date, datetime

    import duckdb
    import pandas as pd

# What a user may decide: « historique insuffisant » is a fact about the data, not a decision.
CHOICES: Final = ("reliable", "watch", "high_risk")


@dataclass(frozen=True, slots=True)
class OverrideChange:
    """One segment to fix. ``segment`` None: the computed one counts again from ``valid_from`` on.

    ``expires_on``: last day it counts (None: until it is changed). ``valid_from`` None: the day it
    is recorded, or the last day of the data when that is earlier.
    """

    company_id: str
    customer_id: str
    segment: str | None
    reason: str
    expires_on: date | None = None
    valid_from: date | None = None


def record(cursor: duckdb.DuckDBPyConnection, change: OverrideChange, by: str, at: datetime) -> str:
    """Append the decision and return its id.

    Raises:
        UserError: ``customer_not_found``, ``override_segment_unknown``, ``override_reason_missing``,
            ``override_dates``.
    """
    if change.segment is not None and change.segment not in CHOICES:
        raise UserError("override_segment_unknown", value=change.segment)
    if not change.reason.strip():
        raise UserError("override_reason_missing")
    if not links.is_known(cursor, change.company_id, change.customer_id):
        raise UserError("customer_not_found", value=change.customer_id)
    start = change.valid_from or _start(cursor, at.date())
    if change.expires_on is not None and change.expires_on < start:
        raise UserError("override_dates")
    return _append(cursor, change, start, by, at)


def history(
    cursor: duckdb.DuckDBPyConnection, company_id: str | None, customer_id: str | None
) -> pd.DataFrame:
    """Return every decision, latest first (see ``override_history.sql``)."""
    return arrow.frame(
        queries.run(cursor, "override_history", company=company_id, customer=customer_id)
    )


def _start(cursor: duckdb.DuckDBPyConnection, day: date) -> date:
    """Return the day, or the last one of the data when it is earlier: a decision is seen at once."""
    rows = cursor.execute("SELECT MAX(last_date) FROM companies").fetchall()
    last: date | None = rows[0][0]
    return day if last is None else min(day, last)


def _append(
    cursor: duckdb.DuckDBPyConnection,
    change: OverrideChange,
    start: date,
    by: str,
    at: datetime,
) -> str:
    sequence = cursor.execute(
        "SELECT COALESCE(MAX(sequence), 0) + 1 FROM user_overrides"
    ).fetchall()[0][0]
    stamp = f"{sequence}|{change}|{at.isoformat()}"
    identity = "S" + hashlib.sha256(stamp.encode()).hexdigest()[:11]
    cursor.execute(
        "INSERT INTO user_overrides VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            sequence,
            identity,
            change.company_id,
            change.customer_id,
            change.segment,
            start,
            change.expires_on if change.segment is not None else None,
            change.reason.strip(),
            at,
            by,
        ],
    )
    return identity
