"""Notes, calls, causes of lateness, promises, reminders and reviews entered by hand: append-only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from arlib.model.issues import UserError
from arlib.store import arrow, links, queries
from arlib.store.followup_checks import check_documents, check_entry

if TYPE_CHECKING:
    from datetime import date, datetime

    import duckdb
    import pandas as pd

# Natural keys of documents hold no line break.
_JOINT: Final = "\n"
_MOST_INSTALMENTS: Final = 60


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """One thing to keep about a customer.

    ``kind``: note (needs ``text``), call (needs ``outcome``, one of ``followup.CALL_OUTCOMES``), cause
    (needs ``cause``, one of ``followup.CAUSES``), promise (needs ``due_on``; ``amount_minor`` None:
    what its invoices owe), reminder (needs ``level`` R0 to R5 and ``channel``), review (needs
    ``due_on``), declaration (made to the insurer). ``document_ids``: the invoices concerned;
    empty: the customer. ``taken_on`` None: the day it is recorded.
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
    outcome: str | None = None
    level: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A payment plan: dated amounts of one customer, each of which is a promise.

    ``instalments``: (day, minor units), at least two, on different days.
    """

    company_id: str
    customer_id: str
    currency: str
    instalments: tuple[tuple[date, int], ...]
    taken_on: date | None = None
    document_ids: tuple[str, ...] = ()
    text: str | None = None

    def promises(self) -> list[ActionEntry]:
        """Return the promises of the plan, by date."""
        return [
            ActionEntry(
                self.company_id,
                self.customer_id,
                "promise",
                text=self.text,
                amount_minor=amount,
                currency=self.currency,
                due_on=day,
                taken_on=self.taken_on,
                document_ids=self.document_ids,
            )
            for day, amount in sorted(self.instalments)
        ]


def record(cursor: duckdb.DuckDBPyConnection, entry: ActionEntry, by: str, at: datetime) -> str:
    """Append the entry and return its id.

    Raises:
        UserError: ``customer_not_found``, ``action_kind_unknown``, ``action_text_missing``,
            ``action_text_long``, ``action_cause_unknown``, ``action_outcome_unknown``,
            ``action_level_unknown``, ``action_channel_unknown``, ``action_date_missing``,
            ``action_dates``, ``action_review_past``, ``action_future``, ``action_amount_wrong``,
            ``action_amount_missing``, ``action_document_unknown``.
    """
    if entry.taken_on is not None and entry.taken_on > at.date():
        raise UserError("action_future", value=entry.taken_on)
    check_entry(entry, entry.taken_on or at.date())
    if not links.is_known(cursor, entry.company_id, entry.customer_id):
        raise UserError("customer_not_found", value=entry.customer_id)
    check_documents(cursor, entry)
    return _append(cursor, entry, None, by, at)


def record_plan(
    cursor: duckdb.DuckDBPyConnection, plan: PlanEntry, by: str, at: datetime
) -> tuple[str, list[str]]:
    """Append the promises of a plan; return the plan's id and theirs, by date.

    Raises:
        UserError: ``plan_too_short``, ``plan_too_long``, ``plan_dates``, and those of ``record``.
    """
    days = [day for day, _amount in plan.instalments]
    if len(days) < 2:  # noqa: PLR2004 - one amount is a promise
        raise UserError("plan_too_short")
    if len(days) > _MOST_INSTALMENTS:
        raise UserError("plan_too_long", value=str(len(days)), detail=str(_MOST_INSTALMENTS))
    if len(set(days)) < len(days):
        raise UserError("plan_dates")
    written = [record(cursor, entry, by, at) for entry in plan.promises()]
    identity = "P" + hashlib.sha256("|".join(written).encode()).hexdigest()[:11]
    cursor.execute(
        "UPDATE user_actions SET plan_id = ? WHERE change_id IN"
        " (SELECT UNNEST(CAST(? AS VARCHAR[])))",
        [identity, written],
    )
    return identity, written


def undo(cursor: duckdb.DuckDBPyConnection, change_id: str, by: str, at: datetime) -> list[str]:
    """Undo one entry, or what stands of a plan, by further ones; return the ids of the latter.

    Raises:
        UserError: ``action_not_found`` or ``action_undone``.
    """
    rows = cursor.execute(
        "SELECT change_id FROM user_actions WHERE undoes IS NULL AND (change_id = ? OR plan_id = ?)"
        " ORDER BY sequence",
        [change_id, change_id],
    ).fetchall()
    if not rows:
        raise UserError("action_not_found", value=change_id)
    undone = {
        identity
        for (identity,) in cursor.execute(
            "SELECT undoes FROM user_actions WHERE undoes IS NOT NULL"
        ).fetchall()
    }
    standing = [identity for (identity,) in rows if identity not in undone]
    if not standing:
        raise UserError("action_undone", value=change_id)
    return [_undo(cursor, identity, by, at) for identity in standing]


def history(
    cursor: duckdb.DuckDBPyConnection, company_id: str | None, customer_id: str | None
) -> pd.DataFrame:
    """Return every entry, latest first, undone ones included (see ``action_history.sql``)."""
    return arrow.frame(
        queries.run(cursor, "action_history", company=company_id, customer=customer_id)
    )


def _undo(cursor: duckdb.DuckDBPyConnection, change_id: str, by: str, at: datetime) -> str:
    [row] = cursor.execute(
        "SELECT company_id, customer_id, kind, text, cause, amount_minor, currency, due_on,"
        " taken_on, outcome, level, channel, document_ids FROM user_actions WHERE change_id = ?",
        [change_id],
    ).fetchall()
    names = ("company_id", "customer_id", "kind", "text", "cause", "amount_minor", "currency",
             "due_on", "taken_on", "outcome", "level", "channel")  # fmt: skip
    documents = tuple(row[-1].split(_JOINT)) if row[-1] else ()
    entry = ActionEntry(**dict(zip(names, row[:-1], strict=True)), document_ids=documents)
    return _append(cursor, entry, change_id, by, at)


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
        "INSERT INTO user_actions (sequence, change_id, company_id, customer_id, kind, document_ids,"
        " amount_minor, currency, due_on, taken_on, cause, text, undoes, recorded_at, recorded_by,"
        " outcome, level, channel) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
            entry.outcome,
            entry.level,
            entry.channel,
        ],
    )
    return identity
