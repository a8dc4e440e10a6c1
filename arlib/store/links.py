"""Customer codes declared to be one customer: append-only, the latest entry of a code counts."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from arlib.model.issues import UserError
from arlib.store import arrow, queries
from arlib.store.journal import customer_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import duckdb
    import pandas as pd

Code = tuple[str, str]


def record(
    cursor: duckdb.DuckDBPyConnection,
    code: Code,
    main_customer_id: str,
    reason: str | None,
    by: str,
    at: datetime,
) -> str:
    """Declare that a code is the customer ``main_customer_id``; return the id of the entry.

    Raises:
        UserError: ``customer_not_found``, ``link_self`` or ``link_cycle``.
    """
    company, customer = code
    if customer == main_customer_id:
        raise UserError("link_self", value=customer)
    for known in (customer, main_customer_id):
        if not is_known(cursor, company, known):
            raise UserError("customer_not_found", value=known)
    links = _in_force(cursor)
    if _resolve(links, (company, main_customer_id)) == customer:
        raise UserError("link_cycle", value=customer, detail=main_customer_id)
    return _append(cursor, code, main_customer_id, reason, by, at)


def undo(cursor: duckdb.DuckDBPyConnection, change_id: str, by: str, at: datetime) -> str:
    """End a link by a further entry: its code stands alone again. Return the id of the entry.

    Raises:
        UserError: ``link_not_found``, or ``link_undone`` when it is no longer in force.
    """
    rows = cursor.execute(
        "SELECT company_id, customer_id, sequence FROM customer_links"
        " WHERE change_id = ? AND main_customer_id IS NOT NULL",
        [change_id],
    ).fetchall()
    if not rows:
        raise UserError("link_not_found", value=change_id)
    company, customer, sequence = rows[0]
    later = cursor.execute(
        "SELECT 1 FROM customer_links WHERE company_id = ? AND customer_id = ? AND sequence > ?",
        [company, customer, sequence],
    ).fetchall()
    if later:
        raise UserError("link_undone", value=change_id)
    return _append(cursor, (company, customer), None, None, by, at)


def refresh(cursor: duckdb.DuckDBPyConnection) -> list[Code]:
    """Resolve the links in force; return the codes that must be rebuilt: those whose main changed.

    Both mains, the former and the new one, are among them.
    """
    rows = cursor.execute(
        "SELECT company_id, customer_id, main_customer_id FROM customer_mains"
    ).fetchall()
    before = {(company, customer): main for company, customer, main in rows}
    links = _in_force(cursor)
    now = {code: _resolve(links, code) for code in links}
    cursor.execute("DELETE FROM customer_mains")
    for (company, customer), main in now.items():
        cursor.execute(
            "INSERT INTO customer_mains VALUES (?, ?, ?, ?, ?)",
            [company, customer, customer_key(company, customer), main, customer_key(company, main)],
        )
    moved = [code for code in {**before, **now} if before.get(code) != now.get(code)]
    mains = {(c[0], side[c]) for c in moved for side in (before, now) if c in side}
    return sorted({*moved, *mains})


def history(cursor: duckdb.DuckDBPyConnection, company_id: str | None) -> pd.DataFrame:
    """Return every link ever declared, latest first (see ``links.sql``)."""
    return arrow.frame(queries.run(cursor, "links", company=company_id))


def suggestions(cursor: duckdb.DuckDBPyConnection, company_id: str | None) -> pd.DataFrame:
    """Return codes that look like one customer (see ``link_suggestions.sql``)."""
    return arrow.frame(queries.run(cursor, "link_suggestions", company=company_id))


def _in_force(cursor: duckdb.DuckDBPyConnection) -> dict[Code, str]:
    """Return the main code that each linked code was given last."""
    rows = cursor.execute(
        "SELECT company_id, customer_id, main_customer_id FROM customer_links ORDER BY sequence"
    ).fetchall()
    latest = {(company, customer): main for company, customer, main in rows}
    return {code: main for code, main in latest.items() if main is not None}


def _resolve(links: Mapping[Code, str], code: Code) -> str:
    """Return the last code of a chain of links."""
    company, customer = code
    while (company, customer) in links:
        customer = links[company, customer]
    return customer


def is_known(cursor: duckdb.DuckDBPyConnection, company: str, customer: str) -> bool:
    """Return True when the book has the code, linked or not."""
    key = customer_key(company, customer)
    rows = cursor.execute(
        "SELECT 1 FROM customers WHERE customer_key = $key"
        " UNION ALL SELECT 1 FROM customer_mains WHERE customer_key = $key",
        {"key": key},
    ).fetchall()
    return bool(rows)


def _append(
    cursor: duckdb.DuckDBPyConnection,
    code: Code,
    main: str | None,
    reason: str | None,
    by: str,
    at: datetime,
) -> str:
    sequence = cursor.execute(
        "SELECT COALESCE(MAX(sequence), 0) + 1 FROM customer_links"
    ).fetchall()[0][0]
    stamp = f"{sequence}|{code}|{main}|{at.isoformat()}"
    identity = "K" + hashlib.sha256(stamp.encode()).hexdigest()[:11]
    cursor.execute(
        "INSERT INTO customer_links VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [sequence, identity, *code, main, reason, at, by],
    )
    return identity
