"""Payment terms fixed by hand for a customer, dated; append-only, due dates follow at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from arlib.model.issues import UserError
from arlib.model.terms import parse_terms
from arlib.store import arrow, links, queries
from arlib.store.journal import customer_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    import duckdb
    import pandas as pd

Code = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TermsChange:
    """Terms of a customer for documents issued from ``valid_from`` on (None: all).

    ``terms`` None: from that day on those of the files count again.
    """

    company_id: str
    customer_id: str
    terms: str | None
    valid_from: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TermsResult:
    """What fixing terms did: the entries, and the documents whose due date changed.

    ``changes``: the columns of ``terms_history``. ``amounts``: their sum by currency, minor units.
    """

    changes: pd.DataFrame
    count_documents: int
    amounts: Mapping[str, int]


def record(
    cursor: duckdb.DuckDBPyConnection, changes: Sequence[TermsChange], by: str, at: datetime
) -> list[str]:
    """Append the entries and return their ids, in order.

    Raises:
        UserError: ``terms_unreadable`` or ``customer_not_found``; nothing is kept.
    """
    written = []
    for change in changes:
        if change.terms is not None and parse_terms(change.terms) is None:
            raise UserError("terms_unreadable", value=change.terms)
        if not links.is_known(cursor, change.company_id, change.customer_id):
            raise UserError("customer_not_found", value=change.customer_id)
        written.append(_append(cursor, change, None, by, at))
    return written


def undo(cursor: duckdb.DuckDBPyConnection, change_id: str, by: str, at: datetime) -> str:
    """Undo one entry by a further one and return the id of the latter.

    Raises:
        UserError: ``terms_change_not_found`` or ``terms_change_undone``.
    """
    rows = cursor.execute(
        "SELECT company_id, customer_id, terms, valid_from FROM user_terms"
        " WHERE change_id = ? AND undoes IS NULL",
        [change_id],
    ).fetchall()
    if not rows:
        raise UserError("terms_change_not_found", value=change_id)
    if cursor.execute("SELECT 1 FROM user_terms WHERE undoes = ?", [change_id]).fetchall():
        raise UserError("terms_change_undone", value=change_id)
    return _append(cursor, TermsChange(*rows[0]), change_id, by, at)


def codes_of(cursor: duckdb.DuckDBPyConnection, written: Sequence[str]) -> list[Code]:
    """Return the customers that some entries concern, under their main codes."""
    rows = cursor.execute(
        "SELECT DISTINCT u.company_id, COALESCE(m.main_customer_id, u.customer_id)"
        " FROM user_terms AS u LEFT JOIN customer_mains AS m"
        " ON m.company_id = u.company_id AND m.customer_id = u.customer_id"
        " WHERE u.change_id IN (SELECT UNNEST(CAST(? AS VARCHAR[]))) ORDER BY ALL",
        [list(written)],
    ).fetchall()
    return [(company, customer) for company, customer in rows]


def remember_due_dates(cursor: duckdb.DuckDBPyConnection, codes: Sequence[Code]) -> None:
    """Keep the due dates of some customers, for ``changed_due_dates`` after the rebuild."""
    keys = pa.table({"customer_key": pa.array([customer_key(*c) for c in codes], pa.uint64())})
    cursor.register("incoming", keys)
    cursor.execute("CREATE OR REPLACE TEMP TABLE changed_terms AS SELECT * FROM incoming")
    cursor.unregister("incoming")
    queries.run(cursor, "due_dates_before")


def changed_due_dates(cursor: duckdb.DuckDBPyConnection) -> tuple[int, dict[str, int]]:
    """Return how many documents have another due date than remembered, and their sum by currency."""
    rows = queries.run(cursor, "due_dates_changed").fetchall()
    for name in ("changed_terms", "t_due_before"):
        cursor.execute("DROP TABLE IF EXISTS " + name)
    return sum(row[1] for row in rows), {row[0]: row[2] for row in rows}


def history(
    cursor: duckdb.DuckDBPyConnection, company_id: str | None, customer_id: str | None
) -> pd.DataFrame:
    """Return every entry, latest first (see ``terms_history.sql``)."""
    return arrow.frame(
        queries.run(cursor, "terms_history", company=company_id, customer=customer_id)
    )


def _append(
    cursor: duckdb.DuckDBPyConnection,
    change: TermsChange,
    undoes: str | None,
    by: str,
    at: datetime,
) -> str:
    sequence = cursor.execute("SELECT COALESCE(MAX(sequence), 0) + 1 FROM user_terms").fetchall()[
        0
    ][0]
    stamp = f"{sequence}|{change}|{undoes}|{at.isoformat()}"
    identity = "T" + hashlib.sha256(stamp.encode()).hexdigest()[:11]
    cursor.execute(
        "INSERT INTO user_terms VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            sequence,
            identity,
            change.company_id,
            change.customer_id,
            change.terms,
            change.valid_from,
            change.reason,
            undoes,
            at,
            by,
        ],
    )
    return identity
