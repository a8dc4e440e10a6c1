"""Groups of customers decided by hand: append-only, the latest standing entry of a customer counts.

A refused proposal is kept too: its customers are not proposed together again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from arlib.model.issues import UserError
from arlib.store import arrow, queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import duckdb
    import pandas as pd

# How a customer came into a group: by what his proposal said, or by the user alone.
ORIGINS: Final = ("siren", "vat_number", "name", "core", "spelling", "manual")
REFUSED: Final = "refused"
_LONGEST: Final = 120  # letters of a name
_ROW: Final = pa.schema(
    [
        ("sequence", pa.int64()),
        ("change_id", pa.string()),
        ("company_id", pa.string()),
        ("customer_id", pa.string()),
        ("group_id", pa.string()),
        ("origin", pa.string()),
        ("reason", pa.string()),
        ("undoes", pa.string()),
        ("recorded_at", pa.timestamp("us")),
        ("recorded_by", pa.string()),
        ("change_set", pa.string()),
        ("before_group_id", pa.string()),
        ("side", pa.int32()),
    ]
)


@dataclass(frozen=True, slots=True)
class GroupChange:
    """One customer put in a group. ``group_id`` None: in no group, whatever the files say.

    ``origin``: one of ``ORIGINS``, or ``refused``: he is not of one group with the others refused in
    the same call, which leaves his group as it is. ``side`` of a refusal: 0 apart from all the
    others, else apart from the customers of the other sides.
    """

    company_id: str
    customer_id: str
    group_id: str | None
    origin: str = "manual"
    reason: str | None = None
    side: int | None = None


def refusal(
    company_id: str, apart: Sequence[str], others: Sequence[str] = (), reason: str | None = None
) -> list[GroupChange]:
    """Return what refuses a proposal: customers apart from each other and from ``others``."""
    sides = [*((code, 0) for code in apart), *((code, 1) for code in others)]
    return [GroupChange(company_id, code, None, REFUSED, reason, side) for code, side in sides]


def confirmation(
    company_id: str,
    group_id: str,
    kept: Mapping[str, str],
    dropped: Sequence[str] = (),
    members: Sequence[str] = (),
) -> list[GroupChange]:
    """Return what confirms a proposal: the customers kept (with their origin) enter the group.

    Those dropped are refused against them and against the ``members`` already there; among
    themselves they may be proposed again.
    """
    entering = [GroupChange(company_id, code, group_id, origin) for code, origin in kept.items()]
    if not dropped:
        return entering
    inside = [*kept, *(code for code in members if code not in kept)]
    sides = [*((code, 1) for code in inside), *((code, 2) for code in dropped)]
    return entering + [
        GroupChange(company_id, code, None, REFUSED, None, side) for code, side in sides
    ]


def record(
    cursor: duckdb.DuckDBPyConnection, changes: Sequence[GroupChange], by: str, at: datetime
) -> list[str]:
    """Append the entries together and bring the groups in force up to them; return their ids.

    Raises:
        UserError: ``customer_not_found``, ``group_name_missing``, ``group_name_long`` or
            ``group_origin_unknown``; nothing is kept.
    """
    for change in changes:
        _check(change)
    before = _members(cursor, changes)
    first = _next_sequence(cursor)
    change_set = _identity("H", f"{first}|{len(changes)}|{at.isoformat()}")
    rows = [
        {
            "sequence": first + place,
            "change_id": _identity("G", f"{first + place}|{change}|{at.isoformat()}"),
            "company_id": change.company_id,
            "customer_id": change.customer_id,
            "group_id": _named(change.group_id),
            "origin": change.origin,
            "reason": (change.reason or "").strip() or None,
            "undoes": None,
            "recorded_at": at.replace(tzinfo=None),
            "recorded_by": by,
            "change_set": change_set,
            "before_group_id": old,
            "side": (change.side or 0) if change.origin == REFUSED else None,
        }
        for place, (change, old) in enumerate(zip(changes, before, strict=True))
    ]
    return _append(cursor, rows)


def undo(cursor: duckdb.DuckDBPyConnection, name: str, by: str, at: datetime) -> list[str]:
    """Undo one entry, or every entry recorded together with it (``name`` of the set).

    Raises:
        UserError: ``group_change_not_found`` or ``group_change_undone``.
    """
    found = cursor.execute(
        "SELECT u.change_id, u.company_id, u.customer_id, u.group_id, u.before_group_id, u.side,"
        " x.undoes IS NOT NULL FROM user_groups AS u"
        " LEFT JOIN user_groups AS x ON x.undoes = u.change_id"
        " WHERE u.undoes IS NULL AND (u.change_id = $name OR u.change_set = $name)"
        " ORDER BY u.sequence",
        {"name": name},
    ).fetchall()
    if not found:
        raise UserError("group_change_not_found", value=name)
    left = [row for row in found if not row[-1]]
    if not left:
        raise UserError("group_change_undone", value=name)
    first = _next_sequence(cursor)
    change_set = _identity("H", f"{first}|undo|{at.isoformat()}")
    rows = [
        {
            "sequence": first + place,
            "change_id": _identity("G", f"{first + place}|undo|{at.isoformat()}"),
            "company_id": company,
            "customer_id": customer,
            "group_id": before,
            "origin": "undo",
            "reason": None,
            "undoes": undone,
            "recorded_at": at.replace(tzinfo=None),
            "recorded_by": by,
            "change_set": change_set,
            "before_group_id": group,
            "side": side,
        }
        for place, (undone, company, customer, group, before, side, _is) in enumerate(left)
    ]
    return _append(cursor, rows)


def members(cursor: duckdb.DuckDBPyConnection, company_id: str, group_id: str) -> list[str]:
    """Return the codes of the customers in a group. Raises UserError ``group_not_found``."""
    rows = cursor.execute(
        "SELECT customer_id FROM customers WHERE company_id = ? AND group_id = ?"
        " ORDER BY customer_id",
        [company_id, group_id],
    ).fetchall()
    if not rows:
        raise UserError("group_not_found", value=group_id)
    return [str(row[0]) for row in rows]


def history(
    cursor: duckdb.DuckDBPyConnection, company_id: str | None, customer_id: str | None
) -> pd.DataFrame:
    """Return every entry, latest first, undone ones included (see ``group_history.sql``)."""
    return arrow.frame(
        queries.run(cursor, "group_history", company=company_id, customer=customer_id)
    )


def _check(change: GroupChange) -> None:
    if change.origin not in (*ORIGINS, REFUSED):
        raise UserError("group_origin_unknown", value=change.origin)
    if change.group_id is not None and not change.group_id.strip():
        raise UserError("group_name_missing")
    if len(change.group_id or "") > _LONGEST:
        raise UserError("group_name_long", value=str(len(change.group_id or "")))


def _named(group_id: str | None) -> str | None:
    """Return the name of a group with single spaces: two that look alike are one."""
    return None if group_id is None else " ".join(group_id.split())


def _members(cursor: duckdb.DuckDBPyConnection, changes: Sequence[GroupChange]) -> list[str | None]:
    """Return the group each customer is in. Raises UserError ``customer_not_found``."""
    asked = pa.table(
        {
            "place": pa.array(range(len(changes)), pa.int64()),
            "company_id": pa.array([item.company_id for item in changes], pa.string()),
            "customer_id": pa.array([item.customer_id for item in changes], pa.string()),
        }
    )
    cursor.register("incoming", asked)
    rows = queries.run(cursor, "group_members").fetchall()
    cursor.unregister("incoming")
    for place, is_known, _group in rows:
        if not is_known:
            raise UserError("customer_not_found", value=changes[place].customer_id)
    return [group for _place, _is_known, group in rows]


def _append(cursor: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> list[str]:
    cursor.register("incoming", pa.Table.from_pylist(rows, schema=_ROW))
    cursor.execute("INSERT INTO user_groups BY NAME SELECT * FROM incoming")
    cursor.unregister("incoming")
    queries.run(cursor, "group_apply")
    return [str(row["change_id"]) for row in rows]


def _next_sequence(cursor: duckdb.DuckDBPyConnection) -> int:
    rows = cursor.execute("SELECT COALESCE(MAX(sequence), 0) + 1 FROM user_groups").fetchall()
    return int(rows[0][0])


def _identity(letter: str, text: str) -> str:
    return letter + hashlib.sha256(text.encode()).hexdigest()[:11]
