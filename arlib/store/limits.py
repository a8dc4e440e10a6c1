"""Limits fixed by hand: append-only decisions, checked against what the user saw."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.model.issues import UserError
from arlib.model.money import major_text
from arlib.store import arrow, queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    import duckdb
    import pandas as pd


@dataclass(frozen=True, slots=True)
class LimitChange:
    """One limit to fix. ``amount_minor`` None removes the limit.

    ``expected_known``: the user saw ``expected_minor`` before deciding; another value in the book
    refuses the change (two people changing the same limit).
    """

    company_id: str
    scope: str
    scope_id: str | None
    amount_minor: int | None
    currency: str
    source: str = "internal"
    valid_from: date | None = None
    valid_to: date | None = None
    cover_ratio: float | None = None
    reason: str | None = None
    origin: str = "manual"
    expected_known: bool = False
    expected_minor: int | None = None


def record(
    cursor: duckdb.DuckDBPyConnection, changes: Sequence[LimitChange], by: str, at: datetime
) -> list[str]:
    """Append the decisions and return their ids, in order.

    Raises:
        UserError: ``limit_amount_negative``, ``limit_dates`` or ``limit_changed``; nothing is kept.
    """
    sequence = _next_sequence(cursor)
    written = []
    for offset, change in enumerate(changes):
        _check(change)
        before, author = _current(cursor, change)
        if change.expected_known and before != change.expected_minor:
            raise UserError(
                "limit_changed", value=change.scope_id or change.scope, detail=author or "?"
            )
        identity = _append(cursor, change, sequence + offset, by, at, before, None)
        written.append(identity)
    return written


def undo(cursor: duckdb.DuckDBPyConnection, change_id: str, by: str, at: datetime) -> str:
    """Undo one decision by a further entry and return the entry's id.

    Raises:
        UserError: ``change_not_found`` or ``change_undone``.
    """
    rows = cursor.execute(
        "SELECT company_id, scope, scope_id, source, amount_minor, currency, valid_from, valid_to"
        " FROM user_limits WHERE change_id = $id AND undoes IS NULL UNION ALL"
        " SELECT l.company_id, l.scope, l.scope_id, l.source, l.amount_minor, l.currency,"
        " l.valid_from, l.valid_to"
        " FROM layer_limits AS l JOIN live_batches AS b ON b.batch_id = l.batch_id"
        " WHERE change_id = $id",
        {"id": change_id},
    ).fetchall()
    if not rows:
        raise UserError("change_not_found", value=change_id)
    if cursor.execute("SELECT 1 FROM user_limits WHERE undoes = ?", [change_id]).fetchall():
        raise UserError("change_undone", value=change_id)
    company, scope, scope_id, source, amount, currency, valid_from, valid_to = rows[0]
    change = LimitChange(
        company, scope, scope_id, amount, currency, source, valid_from, valid_to, origin="undo"
    )
    return _append(cursor, change, _next_sequence(cursor), by, at, amount, change_id)


def history(
    cursor: duckdb.DuckDBPyConnection, company_id: str | None, customer_id: str | None
) -> pd.DataFrame:
    """Return every decision, latest first, undone ones included (see ``limit_history.sql``)."""
    return arrow.frame(
        queries.run(cursor, "limit_history", company=company_id, customer=customer_id)
    )


def _check(change: LimitChange) -> None:
    if change.amount_minor is not None and change.amount_minor < 0:
        amount = major_text(change.amount_minor, change.currency)
        raise UserError("limit_amount_negative", value=amount)
    if change.valid_from and change.valid_to and change.valid_to < change.valid_from:
        raise UserError("limit_dates")


def _next_sequence(cursor: duckdb.DuckDBPyConnection) -> int:
    rows = cursor.execute("SELECT COALESCE(MAX(sequence), 0) + 1 FROM user_limits").fetchall()
    return int(rows[0][0])


def _current(
    cursor: duckdb.DuckDBPyConnection, change: LimitChange
) -> tuple[int | None, str | None]:
    """Return the amount and author of the latest standing decision of the same scope and source."""
    rows = queries.run(
        cursor,
        "limit_latest",
        company=change.company_id,
        scope=change.scope,
        scope_id=change.scope_id,
        source=change.source,
    ).fetchall()
    return (rows[0][0], rows[0][1]) if rows else (None, None)


def _append(
    cursor: duckdb.DuckDBPyConnection,
    change: LimitChange,
    sequence: int,
    by: str,
    at: datetime,
    before: int | None,
    undoes: str | None,
) -> str:
    stamp = f"{sequence}|{change.company_id}|{change.scope}|{change.scope_id}|{at.isoformat()}"
    identity = "L" + hashlib.sha256(stamp.encode()).hexdigest()[:11]
    cursor.execute(
        "INSERT INTO user_limits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, NULL)",
        [
            sequence,
            change.company_id,
            identity,
            change.scope,
            change.scope_id,
            change.source,
            change.amount_minor,
            change.currency,
            change.valid_from,
            change.valid_to,
            change.cover_ratio,
            by,
            at,
            change.reason,
            change.origin,
            before,
            undoes,
        ],
    )
    return identity
