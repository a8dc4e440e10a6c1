"""Disputes opened and closed by hand: append-only, undone by a further entry.

An entry concerns one invoice. What the files tell and what is entered stand side by side in
``disputes``; the balances see a dispute from the day it was opened until the day it was closed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from arlib.model.followup import DISPUTE_CODES, DISPUTE_OUTCOMES
from arlib.model.issues import UserError
from arlib.model.money import Amount
from arlib.store import arrow, queries
from arlib.store.followup_checks import check_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    import duckdb
    import pandas as pd

Code = tuple[str, str]
_FIELDS: Final = (
    "dispute_id", "event", "company_id", "customer_id", "document_id", "happened_on",
    "amount_minor", "currency", "code", "owner", "target_on", "outcome", "text",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DisputeEntry:
    """A dispute on one invoice.

    ``code``: one of ``followup.DISPUTE_CODES``. ``amount_minor`` None: all that is open of it, in
    the invoice's currency otherwise. ``opened_on`` None: the day it is recorded. ``owner`` settles
    it by ``target_on``.
    """

    company_id: str
    customer_id: str
    document_id: str
    code: str
    amount_minor: int | None = None
    owner: str | None = None
    target_on: date | None = None
    opened_on: date | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class DisputeClosing:
    """The end of a dispute, of the user or of a file, by the id it has in ``Portfolio.disputes``.

    ``outcome``: one of ``followup.DISPUTE_OUTCOMES``. ``closed_on``: from that day on it no longer
    counts; None: the day it is recorded.
    """

    dispute_id: str
    outcome: str
    closed_on: date | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """What is written of an entry."""

    dispute_id: str
    event: str
    company_id: str
    customer_id: str
    document_id: str
    happened_on: date
    amount_minor: int | None = None
    currency: str | None = None
    code: str | None = None
    owner: str | None = None
    target_on: date | None = None
    outcome: str | None = None
    text: str | None = None


def open_dispute(
    cursor: duckdb.DuckDBPyConnection, entry: DisputeEntry, by: str, at: datetime
) -> str:
    """Append the opening and return its id, which is the dispute's.

    Raises:
        UserError: ``dispute_code_unknown``, ``dispute_future``, ``dispute_target_early``,
            ``action_document_unknown``, ``dispute_before_issue``, ``dispute_nothing_open``,
            ``dispute_amount_wrong``, ``dispute_amount_high``, ``action_text_long``.
    """
    day = entry.opened_on or at.date()
    if entry.code not in DISPUTE_CODES:
        raise UserError("dispute_code_unknown", value=entry.code)
    _check_day(day, at)
    if entry.target_on is not None and entry.target_on < day:
        raise UserError("dispute_target_early", value=entry.target_on)
    check_text(entry.text)
    currency = _check_amount(cursor, entry, day)
    row = _Row(
        "",
        "opened",
        entry.company_id,
        entry.customer_id,
        entry.document_id,
        day,
        entry.amount_minor,
        currency,
        entry.code,
        _stripped(entry.owner),
        entry.target_on,
        None,
        _stripped(entry.text),
    )
    return _append(cursor, row, None, by, at)


def close_dispute(
    cursor: duckdb.DuckDBPyConnection, closing: DisputeClosing, by: str, at: datetime
) -> str:
    """Append the closing and return its id.

    Raises:
        UserError: ``dispute_outcome_unknown``, ``dispute_future``, ``dispute_not_found``,
            ``dispute_closed``, ``dispute_closed_early``, ``action_text_long``.
    """
    day = closing.closed_on or at.date()
    if closing.outcome not in DISPUTE_OUTCOMES:
        raise UserError("dispute_outcome_unknown", value=closing.outcome)
    _check_day(day, at)
    check_text(closing.text)
    company, customer, document, opened_on, is_open = _known(cursor, closing.dispute_id)
    if not is_open:
        raise UserError("dispute_closed", value=closing.dispute_id)
    if day < opened_on:
        raise UserError("dispute_closed_early", value=day, detail=opened_on)
    row = _Row(closing.dispute_id, "closed", company, customer, document, day)
    row = replace(row, outcome=closing.outcome, text=_stripped(closing.text))
    return _append(cursor, row, None, by, at)


def undo(cursor: duckdb.DuckDBPyConnection, change_id: str, by: str, at: datetime) -> str:
    """Undo an opening (the dispute never was) or a closing (it goes on) by a further entry.

    Raises:
        UserError: ``dispute_entry_not_found`` or ``dispute_entry_undone``.
    """
    rows = cursor.execute(
        "SELECT dispute_id, event, company_id, customer_id, document_id, happened_on, amount_minor,"
        " currency, code, owner, target_on, outcome, text FROM user_disputes"
        " WHERE change_id = ? AND undoes IS NULL",
        [change_id],
    ).fetchall()
    if not rows:
        raise UserError("dispute_entry_not_found", value=change_id)
    if cursor.execute("SELECT 1 FROM user_disputes WHERE undoes = ?", [change_id]).fetchall():
        raise UserError("dispute_entry_undone", value=change_id)
    return _append(cursor, _Row(*rows[0]), change_id, by, at)


def history(
    cursor: duckdb.DuckDBPyConnection, company_id: str | None, customer_id: str | None
) -> pd.DataFrame:
    """Return every entry, latest first, undone ones included (see ``dispute_history.sql``)."""
    return arrow.frame(
        queries.run(cursor, "dispute_history", company=company_id, customer=customer_id)
    )


def codes_of(cursor: duckdb.DuckDBPyConnection, written: Sequence[str]) -> list[Code]:
    """Return the customers of the documents that some entries concern, under their main codes."""
    rows = cursor.execute(
        "SELECT DISTINCT c.company_id, c.customer_id FROM user_disputes AS u"
        " JOIN documents AS d ON d.document_key = md5_number_lower(u.document_id)"
        " JOIN customers AS c ON c.customer_key = d.customer_key"
        " WHERE u.change_id IN (SELECT UNNEST(CAST(? AS VARCHAR[]))) ORDER BY ALL",
        [list(written)],
    ).fetchall()
    return [(company, customer) for company, customer in rows]


def _check_day(day: date, at: datetime) -> None:
    if day > at.date():
        raise UserError("dispute_future", value=day)


def _check_amount(cursor: duckdb.DuckDBPyConnection, entry: DisputeEntry, day: date) -> str:
    """Return the invoice's currency; refuse more than what is open of it and not yet in dispute."""
    rows = cursor.execute(
        "SELECT d.currency, d.issued_on, COALESCE(b.open_minor - b.disputed_minor, 0)"
        " FROM documents AS d JOIN customers AS c ON c.customer_key = d.customer_key"
        " LEFT JOIN customer_mains AS m ON m.main_key = c.customer_key"
        " AND m.customer_id = $customer"
        " LEFT JOIN document_balances AS b ON b.document_key = d.document_key"
        " AND b.from_on <= $day AND b.to_on > $day AND b.open_minor > 0"
        " WHERE d.document_key = md5_number_lower($document) AND c.company_id = $company"
        " AND (c.customer_id = $customer OR m.customer_id IS NOT NULL)",
        {
            "document": entry.document_id,
            "company": entry.company_id,
            "customer": entry.customer_id,
            "day": day,
        },
    ).fetchall()
    if not rows:
        raise UserError("action_document_unknown", value=entry.document_id)
    currency, issued_on, free = rows[0]
    if day < issued_on:
        raise UserError("dispute_before_issue", value=day, detail=issued_on)
    if free <= 0:
        raise UserError("dispute_nothing_open", value=day)
    if entry.amount_minor is not None:
        amount = Amount(entry.amount_minor, currency)
        if entry.amount_minor <= 0:
            raise UserError("dispute_amount_wrong", value=amount)
        if entry.amount_minor > free:
            raise UserError("dispute_amount_high", value=amount, detail=Amount(free, currency))
    return str(currency)


def _known(cursor: duckdb.DuckDBPyConnection, dispute_id: str) -> tuple[str, str, str, date, bool]:
    """Return whose dispute it is, its invoice, since when, and whether it goes on."""
    rows = cursor.execute(
        "SELECT c.company_id, c.customer_id, l.document_id, x.opened_on,"
        " x.closed_on = DATE '9999-12-31' FROM disputes AS x"
        " JOIN documents AS d ON d.document_key = x.document_key"
        " JOIN customers AS c ON c.customer_key = x.customer_key"
        " JOIN batches AS t ON t.batch_key = d.batch_key"
        " JOIN layer_documents AS l ON l.document_key = d.document_key AND l.batch_id = t.batch_id"
        " WHERE x.dispute_id = ? ORDER BY 5 DESC LIMIT 1",
        [dispute_id],
    ).fetchall()
    if not rows:
        raise UserError("dispute_not_found", value=dispute_id)
    return rows[0]


def _stripped(text: str | None) -> str | None:
    return (text or "").strip() or None


def _append(
    cursor: duckdb.DuckDBPyConnection, row: _Row, undoes: str | None, by: str, at: datetime
) -> str:
    sequence = cursor.execute(
        "SELECT COALESCE(MAX(sequence), 0) + 1 FROM user_disputes"
    ).fetchall()[0][0]
    stamp = f"{sequence}|{row}|{undoes}|{at.isoformat()}"
    identity = "D" + hashlib.sha256(stamp.encode()).hexdigest()[:11]
    row = replace(row, dispute_id=row.dispute_id or identity)
    values: list[Any] = [getattr(row, name) for name in _FIELDS]
    cursor.execute(
        "INSERT INTO user_disputes (sequence, change_id, dispute_id, event, company_id, customer_id,"
        " document_id, happened_on, amount_minor, currency, code, owner, target_on, outcome, text,"
        " undoes, recorded_at, recorded_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [sequence, identity, *values, undoes, at, by],
    )
    return identity
