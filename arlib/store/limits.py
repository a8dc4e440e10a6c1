"""Limits fixed by hand: append-only decisions, written together, checked against what the user saw."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from arlib.model.files import LimitConflict
from arlib.model.issues import UserError
from arlib.model.money import Amount, major_text
from arlib.model.tables import arrow_schema
from arlib.store import arrow, queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import pandas as pd

    from arlib.model.limits import PastedLimit

_TARGETS: Final = pa.schema(
    [
        ("position", pa.int64()),
        ("company_id", pa.string()),
        ("scope", pa.string()),
        ("scope_id", pa.string()),
        ("source", pa.string()),
    ]
)
_ROW: Final = pa.schema(
    [
        ("sequence", pa.int64()),
        ("company_id", pa.string()),
        ("change_id", pa.string()),
        ("scope", pa.string()),
        ("scope_id", pa.string()),
        ("source", pa.string()),
        ("amount_minor", pa.int64()),
        ("currency", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("cover_ratio", pa.float64()),
        ("is_refused", pa.bool_()),
        ("decided_by", pa.string()),
        ("decided_at", pa.timestamp("us")),
        ("reason", pa.string()),
        ("origin", pa.string()),
        ("before_minor", pa.int64()),
        ("undoes", pa.string()),
        ("change_set", pa.string()),
        ("before_currency", pa.string()),
    ]
)
_LISTED: Final = 3  # names of limits changed meanwhile that the refusal quotes


@dataclass(frozen=True, slots=True)
class LimitChange:
    """One limit to fix. ``amount_minor`` None removes the limit.

    ``expected_known``: the user saw ``expected_minor`` before deciding; another value in the book
    refuses the change (two people changing the same limit). ``expected_entry``: the last entry he
    saw about this limit ("": none); any later one refuses the change, whatever its amount.
    ``is_refused``: the insurer refused (no amount); ``cover_ratio``: the insured share.
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
    expected_entry: str | None = None
    is_refused: bool = False

    @classmethod
    def pasted(cls, item: PastedLimit) -> LimitChange:
        """Return the change that one pasted line asks for, whatever stands in the book."""
        return cls(
            company_id=item.company_id,
            scope="customer",
            scope_id=item.customer_id,
            amount_minor=item.amount_minor,
            currency=item.currency,
            source=item.source,
            valid_from=item.valid_from,
            valid_to=item.valid_to,
            cover_ratio=item.cover_ratio,
            reason=item.reason,
            origin="paste",
            is_refused=item.is_refused,
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest standing decision of one limit, and the last entry made about it."""

    amount_minor: int | None = None
    currency: str | None = None
    order: tuple[Any, ...] = ()
    by: str | None = None
    at: datetime | None = None
    entry: str | None = None
    entry_before_minor: int | None = None
    entry_minor: int | None = None
    entry_currency: str | None = None


def record(
    cursor: duckdb.DuckDBPyConnection,
    changes: Sequence[LimitChange],
    by: str,
    at: datetime,
    change_set: str | None = None,
) -> list[str]:
    """Append the decisions, all together, and return their ids, in order.

    Several decisions carry the name of their set (``change_set``, made when not given).

    Raises:
        UserError: ``limit_amount_negative``, ``limit_dates``, ``limit_refused_amount``,
            ``limit_refused_source``, ``limit_cover_ratio`` or ``limit_changed``; nothing is kept.
    """
    for change in changes:
        _check(change)
    before = _before(changes, standing(cursor, changes), at)
    first = _next_sequence(cursor)
    if change_set is None and len(changes) > 1:
        change_set = _identity("S", f"{first}|{len(changes)}|{at.isoformat()}")
    rows = [
        _row(change, first + place, at, by, old) | {"change_set": change_set}
        for place, (change, old) in enumerate(zip(changes, before, strict=True))
    ]
    return _append(cursor, rows)


def standing(cursor: duckdb.DuckDBPyConnection, changes: Sequence[LimitChange]) -> list[Standing]:
    """Return, for the limit of each change, the decision that stands (see ``limit_standing.sql``)."""
    targets = [
        (place, c.company_id, c.scope, c.scope_id, c.source) for place, c in enumerate(changes)
    ]
    columns = zip(*targets, strict=True) if targets else ([] for _ in _TARGETS)
    cursor.register("incoming", pa.table([list(values) for values in columns], schema=_TARGETS))
    rows = queries.run(cursor, "limit_standing").fetchall()
    cursor.unregister("incoming")
    return [
        Standing(amount, currency, _order(*order) if known else (), *about)
        for _place, _who, known, amount, currency, *order, about in (
            (*row[:8], row[8:]) for row in rows
        )
    ]


def undo(cursor: duckdb.DuckDBPyConnection, name: str, by: str, at: datetime) -> list[str]:
    """Undo one decision, or every one of a set, by further entries; return their ids.

    What was already undone of a set stays so. Undoing an undo gives the decision back.

    Raises:
        UserError: ``change_not_found``, ``change_undone`` or ``limit_set_undone``.
    """
    found = queries.run(cursor, "limit_undoable", asked=name).fetchall()
    if not found:
        raise UserError("change_not_found", value=name)
    left = [row for row in found if not row[-1]]
    if not left:
        is_set = any(row[0] != name for row in found)
        raise UserError("limit_set_undone" if is_set else "change_undone", value=name)
    return set_aside(cursor, [row[0] for row in left], by, at)


def set_aside(
    cursor: duckdb.DuckDBPyConnection,
    change_ids: Sequence[str],
    by: str,
    at: datetime,
    origin: str = "undo",
    reason: str | None = None,
) -> list[str]:
    """Append one entry that undoes each decision (by hand, or of a file); return their ids."""
    wanted = pa.table({"change_id": pa.array(list(change_ids), pa.string())})
    cursor.register("incoming", wanted)
    rows = queries.run(cursor, "limit_undone_rows").fetchall()
    names = [column[0] for column in cursor.description or ()]
    cursor.unregister("incoming")
    first = _next_sequence(cursor)
    stamp = f"{first}|undo|{len(rows)}|{at.isoformat()}"
    change_set = _identity("S", stamp) if len(rows) > 1 else None
    entries = []
    for place, row in enumerate(rows):
        known = dict(zip(names, row, strict=True))
        text = f"{first + place}|undo|{known['undoes']}|{at.isoformat()}"
        entries.append(
            known
            | {
                "sequence": first + place,
                "change_id": _identity("L", text),
                "decided_by": by,
                "decided_at": at.replace(tzinfo=None),
                "reason": reason,
                "origin": origin,
                "change_set": change_set,
            }
        )
    return _append(cursor, entries)


def contradictions(cursor: duckdb.DuckDBPyConnection, table: pa.Table) -> list[LimitConflict]:
    """Return the limits of a file that would prevail over one fixed by hand saying something else.

    ``table``: the canonical table ``limits``. See ``limit_contradictions.sql``.
    """
    if not table.num_rows:
        return []
    cursor.register("incoming", table.cast(arrow_schema("limits")))
    rows = queries.run(cursor, "limit_contradictions").fetchall()
    cursor.unregister("incoming")
    return [LimitConflict(*row) for row in rows]


def keep_by_hand(
    cursor: duckdb.DuckDBPyConnection, met: Sequence[LimitConflict], by: str, at: datetime
) -> None:
    """Let the limits fixed by hand stand: each line of the file is set aside by an entry."""
    set_aside(cursor, [item.change_id for item in met if not item.kept_by], by, at, "kept")


def take_from_file(
    cursor: duckdb.DuckDBPyConnection, met: Sequence[LimitConflict], by: str, at: datetime
) -> None:
    """Let the file's limits prevail: lines once set aside are given back."""
    set_aside(cursor, [item.kept_by for item in met if item.kept_by], by, at)


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
    if change.is_refused and change.source != "insurer":
        raise UserError("limit_refused_source")
    if change.is_refused and change.amount_minor:
        amount = major_text(change.amount_minor, change.currency)
        raise UserError("limit_refused_amount", value=amount)
    if change.cover_ratio is not None and not 0 <= change.cover_ratio <= 1:
        raise UserError("limit_cover_ratio", value=f"{change.cover_ratio:g}")


def _before(
    changes: Sequence[LimitChange], found: Sequence[Standing], at: datetime
) -> list[Standing]:
    """Return what each change replaces; one of the same limit earlier in the call counts.

    Raises:
        UserError: ``limit_changed`` when another decision than the one the user saw stands.
    """
    moved = [
        (change, now)
        for change, now in zip(changes, found, strict=True)
        if change.expected_known and _is_changed(change, now)
    ]
    if moved:
        raise _changed(moved)
    latest: dict[tuple[Any, ...], Standing] = {}
    before = []
    for place, (change, now) in enumerate(zip(changes, found, strict=True)):
        key = (change.company_id, change.scope, change.scope_id, change.source)
        known = latest.get(key, now)
        before.append(known)
        order = _order(change.valid_from, _moment(at, known), _LATER + place)
        if not known.order or order > known.order:
            latest[key] = Standing(change.amount_minor, change.currency, order)
        else:
            latest[key] = known
    return before


_LATER: Final = 1 << 60  # numbers of decisions still to be written


def _is_changed(change: LimitChange, now: Standing) -> bool:
    if change.expected_entry is not None and (now.entry or "") != change.expected_entry:
        return True
    return now.amount_minor != change.expected_minor


def _changed(moved: Sequence[tuple[LimitChange, Standing]]) -> UserError:
    """Return the refusal that says who changed the first limit, when, from what to what."""
    change, now = moved[0]
    code = now.entry_currency or now.currency or change.currency
    names = [str(item.scope_id or item.scope) for item, _now in moved[:_LISTED]]
    if len(moved) > _LISTED:
        names.append(f"… (+{len(moved) - _LISTED})")
    return UserError(
        "limit_changed",
        value=", ".join(names),
        by=now.by or "?",
        at=now.at,
        before=Amount(now.entry_before_minor if now.entry else change.expected_minor, code),
        after=Amount(now.entry_minor if now.entry else now.amount_minor, code),
        count=len(moved),
    )


def _order(start: date | None, decided: datetime | None, number: int) -> tuple[Any, ...]:
    """Return what the latest decision has largest: start (none: before all), moment, number."""
    return (start or date.min, decided or datetime.min, number)  # noqa: DTZ901 - the book's times are naive


def _next_sequence(cursor: duckdb.DuckDBPyConnection) -> int:
    rows = cursor.execute("SELECT COALESCE(MAX(sequence), 0) + 1 FROM user_limits").fetchall()
    return int(rows[0][0])


def _row(
    change: LimitChange, sequence: int, at: datetime, by: str, before: Standing
) -> dict[str, Any]:
    stamp = f"{sequence}|{change.company_id}|{change.scope}|{change.scope_id}|{at.isoformat()}"
    return {
        "sequence": sequence,
        "company_id": change.company_id,
        "change_id": _identity("L", stamp),
        "scope": change.scope,
        "scope_id": change.scope_id,
        "source": change.source,
        "amount_minor": 0 if change.is_refused else change.amount_minor,
        "currency": change.currency,
        "valid_from": change.valid_from,
        "valid_to": change.valid_to,
        "cover_ratio": change.cover_ratio,
        "is_refused": change.is_refused or None,
        "decided_by": by,
        "decided_at": _moment(at, before),
        "reason": change.reason,
        "origin": change.origin,
        "before_minor": before.amount_minor,
        "undoes": None,
        "before_currency": before.currency,
    }


def _moment(at: datetime, before: Standing) -> datetime:
    """Return when a decision counts from: never before the one it replaces, whatever the clocks.

    Two people may write in another order than they read the clock; a file may be dated later.
    """
    known: list[datetime] = [at.replace(tzinfo=None), *before.order[1:2]]
    if before.entry and before.at:
        known.append(before.at)
    return max(known)


def _append(cursor: duckdb.DuckDBPyConnection, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Write the entries in one statement and return their ids."""
    if not rows:
        return []
    cursor.register("incoming", pa.Table.from_pylist(list(rows), schema=_ROW))
    names = ", ".join(_ROW.names)
    cursor.execute("INSERT INTO user_limits (" + names + ") SELECT " + names + " FROM incoming")
    cursor.unregister("incoming")
    return [str(row["change_id"]) for row in rows]


def _identity(letter: str, stamp: str) -> str:
    return letter + hashlib.sha256(stamp.encode()).hexdigest()[:11]
