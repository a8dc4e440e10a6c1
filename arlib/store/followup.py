"""Notes, causes of lateness, promises and reviews entered by hand: append-only, undone by an entry."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from arlib.model.followup import CAUSES, ENTRY_KINDS
from arlib.model.issues import UserError
from arlib.model.money import DEFAULT_CURRENCY, Amount
from arlib.store import arrow, links, queries

if TYPE_CHECKING:
    from datetime import date, datetime

    import duckdb
    import pandas as pd

# Natural keys of documents hold no line break.
_JOINT: Final = "\n"
_LONGEST: Final = 2_000  # letters of one entry: a page of the customer's file, not a report


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """One thing to keep about a customer.

    ``kind``: note (needs ``text``), cause (needs ``cause``, one of ``followup.CAUSES``), promise
    (needs ``due_on``; ``amount_minor`` None: what its invoices owe), review (needs ``due_on``),
    declaration (made to the insurer).
    ``document_ids``: the invoices concerned; empty: the customer. ``taken_on`` None: the day it is
    recorded.
    """

    company_id: str
    customer_id: str
    kind: str
    text: str | None = None
    cause: str | None = None
    amount_minor: int | None = None
    currency: str | None = None
    due_on: date | None = None
    taken_on: date | None = None
    document_ids: tuple[str, ...] = ()


def record(cursor: duckdb.DuckDBPyConnection, entry: ActionEntry, by: str, at: datetime) -> str:
    """Append the entry and return its id.

    Raises:
        UserError: ``customer_not_found``, ``action_kind_unknown``, ``action_text_missing``,
            ``action_text_long``, ``action_cause_unknown``, ``action_date_missing``, ``action_dates``,
            ``action_review_past``, ``action_future``, ``action_amount_wrong``,
            ``action_amount_missing``, ``action_document_unknown``.
    """
    if entry.taken_on is not None and entry.taken_on > at.date():
        raise UserError("action_future", value=entry.taken_on)
    _check(entry, entry.taken_on or at.date())
    if not links.is_known(cursor, entry.company_id, entry.customer_id):
        raise UserError("customer_not_found", value=entry.customer_id)
    _check_documents(cursor, entry)
    return _append(cursor, entry, None, by, at)


def undo(cursor: duckdb.DuckDBPyConnection, change_id: str, by: str, at: datetime) -> str:
    """Undo one entry by a further one and return the id of the latter.

    Raises:
        UserError: ``action_not_found`` or ``action_undone``.
    """
    rows = cursor.execute(
        "SELECT company_id, customer_id, kind, text, cause, amount_minor, currency, due_on,"
        " taken_on, document_ids FROM user_actions WHERE change_id = ? AND undoes IS NULL",
        [change_id],
    ).fetchall()
    if not rows:
        raise UserError("action_not_found", value=change_id)
    if cursor.execute("SELECT 1 FROM user_actions WHERE undoes = ?", [change_id]).fetchall():
        raise UserError("action_undone", value=change_id)
    documents = rows[0][-1]
    entry = replace(
        ActionEntry(*rows[0][:-1]), document_ids=tuple(documents.split(_JOINT)) if documents else ()
    )
    return _append(cursor, entry, change_id, by, at)


def history(
    cursor: duckdb.DuckDBPyConnection, company_id: str | None, customer_id: str | None
) -> pd.DataFrame:
    """Return every entry, latest first, undone ones included (see ``action_history.sql``)."""
    return arrow.frame(
        queries.run(cursor, "action_history", company=company_id, customer=customer_id)
    )


def _check(entry: ActionEntry, taken_on: date) -> None:
    if entry.kind not in ENTRY_KINDS:
        raise UserError("action_kind_unknown", value=entry.kind)
    if entry.kind == "note" and not (entry.text or "").strip():
        raise UserError("action_text_missing")
    if len(entry.text or "") > _LONGEST:
        raise UserError("action_text_long", value=str(len(entry.text or "")), detail=str(_LONGEST))
    if entry.kind == "cause" and entry.cause not in CAUSES:
        raise UserError("action_cause_unknown", value=entry.cause or "")
    if entry.kind in {"promise", "review"}:
        _check_dates(entry, taken_on)
    if entry.amount_minor is not None and (entry.amount_minor <= 0 or not entry.currency):
        amount = Amount(entry.amount_minor, entry.currency or DEFAULT_CURRENCY)
        raise UserError("action_amount_wrong", value=amount)


def _check_dates(entry: ActionEntry, taken_on: date) -> None:
    if entry.due_on is None:
        raise UserError("action_date_missing")
    if entry.kind == "promise" and entry.due_on < taken_on:
        raise UserError("action_dates")
    if entry.kind == "review" and entry.due_on < taken_on:
        raise UserError("action_review_past", value=entry.due_on)
    if entry.kind == "promise" and entry.amount_minor is None and not entry.document_ids:
        raise UserError("action_amount_missing")


def _check_documents(cursor: duckdb.DuckDBPyConnection, entry: ActionEntry) -> None:
    """Refuse a document that the book does not hold for the customer."""
    for document in entry.document_ids:
        rows = cursor.execute(
            "SELECT 1 FROM documents AS d JOIN customers AS c ON c.customer_key = d.customer_key"
            " LEFT JOIN customer_mains AS m"
            " ON m.main_key = c.customer_key AND m.customer_id = $customer"
            " WHERE d.document_key = md5_number_lower($document) AND c.company_id = $company"
            " AND (c.customer_id = $customer OR m.customer_id IS NOT NULL)",
            {
                "document": document,
                "company": entry.company_id,
                "customer": entry.customer_id,
            },
        ).fetchall()
        if not rows:
            raise UserError("action_document_unknown", value=document)


def _append(
    cursor: duckdb.DuckDBPyConnection,
    entry: ActionEntry,
    undoes: str | None,
    by: str,
    at: datetime,
) -> str:
    sequence = cursor.execute("SELECT COALESCE(MAX(sequence), 0) + 1 FROM user_actions").fetchall()[
        0
    ][0]
    stamp = f"{sequence}|{entry}|{undoes}|{at.isoformat()}"
    identity = "N" + hashlib.sha256(stamp.encode()).hexdigest()[:11]
    cursor.execute(
        "INSERT INTO user_actions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            sequence,
            identity,
            entry.company_id,
            entry.customer_id,
            entry.kind,
            _JOINT.join(entry.document_ids) or None,
            entry.amount_minor,
            entry.currency if entry.amount_minor is not None else None,
            entry.due_on,
            entry.taken_on or at.date(),
            entry.cause,
            (entry.text or "").strip() or None,
            undoes,
            at,
            by,
        ],
    )
    return identity
