"""Depreciation decided by hand: candidates accepted or refused, account 491 at a closing.

Append-only: the latest standing entry of a claim counts, an undo is a further entry.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from arlib.model.issues import UserError
from arlib.store import arrow, queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    import duckdb
    import pandas as pd

KINDS: Final = ("accepted", "refused", "opening")
_LONGEST: Final = 500  # letters of a reason
_ROW: Final = pa.schema(
    [
        ("sequence", pa.int64()),
        ("change_id", pa.string()),
        ("kind", pa.string()),
        ("company_id", pa.string()),
        ("customer_id", pa.string()),
        ("document_id", pa.string()),
        ("currency", pa.string()),
        ("on_date", pa.date32()),
        ("ratio", pa.float64()),
        ("amount_minor", pa.int64()),
        ("reason", pa.string()),
        ("undoes", pa.string()),
        ("recorded_at", pa.timestamp("us")),
        ("recorded_by", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Depreciation:
    """One decision: a claim ``accepted`` or ``refused``, or the ``opening`` of a company.

    ``on_date``: the date of the figures it was decided on, or the closing. A claim has
    ``customer_id`` and ``document_id``; accepted, a ``ratio`` of its price excl. VAT (None: as proposed by age).
    An opening has ``currency`` and ``amount_minor``, the credit balance of account 491, 0 or more.
    ``reason`` is asked of every decision about a claim.
    """

    kind: str
    company_id: str
    on_date: date
    customer_id: str | None = None
    document_id: str | None = None
    ratio: float | None = None
    currency: str | None = None
    amount_minor: int | None = None
    reason: str | None = None


def record(
    cursor: duckdb.DuckDBPyConnection, decisions: Sequence[Depreciation], by: str, at: datetime
) -> list[str]:
    """Append decisions and return their ids.

    Raises:
        UserError: ``depreciation_kind``, ``depreciation_reason_missing``, ``depreciation_ratio``,
            ``depreciation_amount`` or ``depreciation_claim_missing``; nothing is kept.
    """
    for decision in decisions:
        _check(cursor, decision)
    first = _next_sequence(cursor)
    rows = [
        {
            "sequence": first + place,
            "change_id": _identity(f"{first + place}|{item}|{at.isoformat()}"),
            "kind": item.kind,
            "company_id": item.company_id,
            "customer_id": item.customer_id,
            "document_id": item.document_id,
            "currency": item.currency,
            "on_date": item.on_date,
            "ratio": item.ratio,
            "amount_minor": item.amount_minor,
            "reason": (item.reason or "").strip() or None,
            "undoes": None,
            "recorded_at": at.replace(tzinfo=None),
            "recorded_by": by,
        }
        for place, item in enumerate(decisions)
    ]
    return _append(cursor, rows)


def undo(cursor: duckdb.DuckDBPyConnection, change_id: str, by: str, at: datetime) -> list[str]:
    """Undo one entry; what stood before it counts again.

    Raises:
        UserError: ``depreciation_not_found`` or ``depreciation_undone``.
    """
    found = cursor.execute(
        "SELECT u.kind, u.company_id, u.customer_id, u.document_id, u.currency, u.on_date,"
        " x.undoes IS NOT NULL FROM user_depreciations AS u"
        " LEFT JOIN user_depreciations AS x ON x.undoes = u.change_id"
        " WHERE u.undoes IS NULL AND u.change_id = $name",
        {"name": change_id},
    ).fetchall()
    if not found:
        raise UserError("depreciation_not_found", value=change_id)
    if found[0][-1]:
        raise UserError("depreciation_undone", value=change_id)
    names = ("kind", "company_id", "customer_id", "document_id", "currency", "on_date")
    first = _next_sequence(cursor)
    row: dict[str, Any] = dict(zip(names, found[0], strict=False)) | {
        "sequence": first,
        "change_id": _identity(f"{first}|undo|{at.isoformat()}"),
        "undoes": change_id,
        "recorded_at": at.replace(tzinfo=None),
        "recorded_by": by,
    }
    return _append(cursor, [row])


def history(cursor: duckdb.DuckDBPyConnection, company_id: str | None) -> pd.DataFrame:
    """Return every entry, latest first, undone ones included (see ``depreciation_history.sql``)."""
    return arrow.frame(queries.run(cursor, "depreciation_history", company=company_id))


def _check(cursor: duckdb.DuckDBPyConnection, item: Depreciation) -> None:
    if item.kind not in KINDS:
        raise UserError("depreciation_kind", value=item.kind)
    reason = (item.reason or "").strip()
    if len(reason) > _LONGEST:
        raise UserError("depreciation_reason_long", value=len(reason), detail=_LONGEST)
    if item.kind == "opening":
        if item.amount_minor is None or item.amount_minor < 0 or not item.currency:
            raise UserError("depreciation_amount", value=item.amount_minor)
        return
    if not reason:
        raise UserError("depreciation_reason_missing")
    if item.ratio is not None and not (math.isfinite(item.ratio) and 0 < item.ratio <= 1):
        raise UserError("depreciation_ratio", value=item.ratio)
    _check_claim(cursor, item)


def _check_claim(cursor: duckdb.DuckDBPyConnection, item: Depreciation) -> None:
    """Refuse what names no document of the book: nothing would ever read it."""
    known = cursor.execute(
        "SELECT 1 FROM layer_documents WHERE company_id = ? AND document_id = ? LIMIT 1",
        [item.company_id, item.document_id],
    ).fetchall()
    if not known or not item.customer_id:
        raise UserError("depreciation_claim_missing", value=item.document_id)


def _append(cursor: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> list[str]:
    cursor.register("incoming", pa.Table.from_pylist(rows, schema=_ROW))
    cursor.execute("INSERT INTO user_depreciations BY NAME SELECT * FROM incoming")
    cursor.unregister("incoming")
    return [str(row["change_id"]) for row in rows]


def _next_sequence(cursor: duckdb.DuckDBPyConnection) -> int:
    rows = cursor.execute(
        "SELECT COALESCE(MAX(sequence), 0) + 1 FROM user_depreciations"
    ).fetchall()
    return int(rows[0][0])


def _identity(text: str) -> str:
    return "D" + hashlib.sha256(text.encode()).hexdigest()[:11]
