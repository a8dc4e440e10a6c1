"""Erase a customer or a company from the book: every row, then every word of him in others' texts.

What stays is anonymous: totals of files by month, and what settled somebody else's documents. The
book is rewritten into a new file, which takes its place at once: neither the tables nor the bytes
of the file hold what was erased, and nothing is erased by half (docs/decisions/012).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from arlib.model.issues import UserError
from arlib.model.purge import Purged, PurgePreview, Target
from arlib.store import arrow, book, journal, links, queries, redaction
from arlib.store.info import data_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import duckdb
    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.store.matching import Matcher

LONGEST_REASON: Final = 500
ANONYMOUS: Final = "PURGE"  # the code of what stays for others' sake
_DELETE: Final = re.compile(r"DELETE FROM (\w+)")
_FOLLOW_UP: Final = (
    "layer_actions",
    "user_actions",
    "layer_disputes",
    "user_disputes",
    "user_overrides",
    "user_terms",
    "user_groups",
    "user_depreciations",
    "customer_links",
    "match_decisions",
)
_LIMITS: Final = ("layer_limits", "user_limits")


@dataclass(frozen=True, slots=True)
class Order:
    """An erasure as it is asked for: by whom, when and why. ``expected``: version of the preview."""

    by: str
    at: datetime
    reason: str
    expected: int | None = None


def preview(cursor: duckdb.DuckDBPyConnection, target: Target) -> PurgePreview:
    """Return what would be erased, on a connection of which nothing is kept.

    Raises:
        UserError: ``company_not_found``, ``customer_not_found``, ``purge_linked``.
    """
    version, name = data_version(cursor), _name(cursor, target)
    codes = _find(cursor, target)
    owed = queries.run(cursor, "purge_open").fetchall()
    alike = [] if target.customer_id is None else queries.run(cursor, "purge_alike").fetchall()
    shared = "SELECT COUNT(DISTINCT document_key) FROM t_purged_shared"
    count_shared = int(cursor.execute(shared).fetchall()[0][0])
    documents = _count_documents(cursor)
    if target.customer_id is not None:
        _keep_shared(cursor, target)
    tables = _delete(cursor, target)
    return PurgePreview(
        target,
        name,
        tuple(code for _, code in codes) if target.customer_id is not None else (),
        len(codes),
        _lines(tables),
        documents,
        0 if target.customer_id is None else count_shared,
        sum(tables.get(table, 0) for table in _LIMITS),
        sum(tables.get(table, 0) for table in _FOLLOW_UP),
        {currency: int(minor) for currency, minor, _count in owed},
        tables,
        tuple((company, code, name) for company, code, name in alike),
        version,
    )


def erase(
    cursor: duckdb.DuckDBPyConnection,
    target: Target,
    order: Order,
    policy: Policy,
    matcher: Matcher,
) -> Purged:
    """Erase on the writing connection, rebuild what is derived and log it, without its content.

    Raises:
        UserError: those of ``preview``; ``purge_reason_missing``, ``purge_reason_long``,
            ``purge_reason_names``, ``purge_changed``.
    """
    if order.expected not in (None, data_version(cursor)):
        raise UserError("purge_changed")
    name = _name(cursor, target)
    codes = _find(cursor, target)
    words = _words(cursor, target, name)
    reason = _checked_reason(order.reason, words)
    documents = _count_documents(cursor)
    if target.customer_id is not None:
        _keep_shared(cursor, target)
        queries.run(cursor, "purge_lines", mark=redaction.MARK)
    tables = _delete(cursor, target)
    if target.customer_id is None:
        queries.run(cursor, "purge_forget", company=target.company_id)
    texts = redaction.redact(cursor, redaction.settle(cursor, words), target.company_id)
    moved = links.refresh(cursor)
    everyone = [batch.batch_id for batch in journal.read_batches(cursor)]
    book.rebuild(cursor, everyone, policy, matcher, codes=[*codes, *moved])
    done = Purged(_next(cursor), target.scope, _lines(tables), documents, texts, tables)
    _log(cursor, done, target, order, reason)
    return done


def history(cursor: duckdb.DuckDBPyConnection, company_id: str | None = None) -> pd.DataFrame:
    """Return the log of erasures, latest first (see ``purge_history.sql``)."""
    return arrow.frame(queries.run(cursor, "purge_history", company=company_id))


# -- who ------------------------------------------------------------------------------------------


def _name(cursor: duckdb.DuckDBPyConnection, target: Target) -> str:
    """Return the name of what is to be erased. Raises UserError when it is not there."""
    if target.customer_id == ANONYMOUS:
        raise UserError("purge_anonymous", value=ANONYMOUS)
    values = {"company": target.company_id, "customer": target.customer_id}
    rows = queries.run(cursor, "purge_company_name", **values).fetchall()
    if not rows:
        raise UserError("company_not_found", value=target.company_id)
    if target.customer_id is None:
        return str(rows[0][0])
    _refuse_linked(cursor, target)
    found = queries.run(cursor, "purge_customer_name", **values).fetchall()
    if not found:
        raise UserError("customer_not_found", value=target.customer_id)
    return str(found[0][0])


def _refuse_linked(cursor: duckdb.DuckDBPyConnection, target: Target) -> None:
    rows = cursor.execute(
        "SELECT main_customer_id FROM customer_mains WHERE company_id = ? AND customer_id = ?"
        " AND main_customer_id <> customer_id",
        [target.company_id, target.customer_id],
    ).fetchall()
    if rows:
        raise UserError("purge_linked", value=target.customer_id, detail=rows[0][0])


def _find(cursor: duckdb.DuckDBPyConnection, target: Target) -> list[tuple[str, str]]:
    """Fill the tables that say who and what is erased; return the codes."""
    if target.customer_id is None:
        result = queries.run(cursor, "purge_company_codes", company=target.company_id)
    else:
        result = queries.run(
            cursor, "purge_codes", company=target.company_id, customer=target.customer_id
        )
    codes = [(str(company), str(code)) for company, code in result.fetchall()]
    columns = {
        "company_id": pa.array([company for company, _ in codes], pa.string()),
        "customer_id": pa.array([code for _, code in codes], pa.string()),
        "customer_key": pa.array([journal.customer_key(*code) for code in codes], pa.uint64()),
    }
    cursor.register("incoming", pa.table(columns))
    cursor.execute("CREATE OR REPLACE TEMP TABLE t_purged AS SELECT * FROM incoming")
    cursor.unregister("incoming")
    queries.run(cursor, "purge_find")
    return codes


def _words(cursor: duckdb.DuckDBPyConnection, target: Target, name: str) -> redaction.Known:
    """Return the words that tell who is erased: of a company, its own and those of its customers."""
    found = redaction.gather(cursor)
    if target.customer_id is not None:
        return redaction.Known(found.words | redaction.phrases([name]), frozenset())
    own = redaction.phrases([name, target.company_id])
    names = frozenset(item for item in found.words if item[0] == "name")
    return redaction.Known(names | own, frozenset())


def _checked_reason(reason: str, known: redaction.Known) -> str:
    """Return the reason, which must say why and not who."""
    text = " ".join(reason.split())
    if not text:
        raise UserError("purge_reason_missing")
    if len(text) > LONGEST_REASON:
        raise UserError("purge_reason_long", value=len(text), detail=LONGEST_REASON)
    if known.words_of(None).names(text):
        raise UserError("purge_reason_names")
    return text


# -- what -----------------------------------------------------------------------------------------


def _keep_shared(cursor: duckdb.DuckDBPyConnection, target: Target) -> None:
    """Keep, without a name, what settles others' documents, and restate the totals of the files."""
    rows = cursor.execute(
        "SELECT s.document_key, ANY_VALUE(d.account_class), ANY_VALUE(d.kind), ANY_VALUE(d.issued_on),"
        " MAX_BY(s.amount_minor, ABS(s.amount_minor))"
        " FROM (SELECT batch_id, document_key, CAST(SUM(amount_minor) AS BIGINT) AS amount_minor"
        " FROM t_purged_shared GROUP BY batch_id, document_key) AS s"
        " JOIN layer_documents AS d ON d.document_key = s.document_key"
        " GROUP BY s.document_key ORDER BY s.document_key"
    ).fetchall()
    ids = [
        f"{target.company_id}|{kind_of}|{ANONYMOUS}|{kind}|{secrets.token_hex(6)}|{day}"
        for _, kind_of, kind, day, _ in rows
    ]
    key = journal.customer_key(target.company_id, ANONYMOUS)
    table = pa.table(
        {
            "document_key": pa.array([row[0] for row in rows], pa.uint64()),
            "new_id": pa.array(ids, pa.string()),
            "customer_id": pa.array([ANONYMOUS] * len(rows), pa.string()),
            "customer_key": pa.array([key] * len(rows), pa.uint64()),
            "amount_minor": pa.array([row[4] for row in rows], pa.int64()),
        }
    )
    cursor.register("incoming", table)
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE t_purged_carried AS"
        " SELECT i.*, md5_number_lower(i.new_id) AS new_key FROM incoming AS i"
    )
    cursor.unregister("incoming")
    queries.run(cursor, "purge_totals")
    queries.run(cursor, "purge_carry")


def _delete(cursor: duckdb.DuckDBPyConnection, target: Target) -> dict[str, int]:
    """Delete every row; return how many of each table, those of which some were."""
    name = "purge_company" if target.customer_id is None else "purge_customer"
    counts: dict[str, int] = {}
    for statement in queries.statements(name):
        table = _DELETE.search(statement)
        if table is None:
            message = f"{name}: not a deletion"
            raise ValueError(message)
        values = queries.parameters_of(statement, {"company": target.company_id})
        count = int(cursor.execute(statement, values).fetchall()[0][0])
        if count:
            counts[table[1]] = counts.get(table[1], 0) + count
    return dict(sorted(counts.items()))


def _count_documents(cursor: duckdb.DuckDBPyConnection) -> int:
    query = "SELECT COUNT(DISTINCT document_key) FROM t_purged_documents"
    return int(cursor.execute(query).fetchall()[0][0])


def _lines(tables: Mapping[str, int]) -> int:
    return sum(count for table, count in tables.items() if table.startswith("layer_"))


# -- the log --------------------------------------------------------------------------------------


def _next(cursor: duckdb.DuckDBPyConnection) -> str:
    """Return the id of the next entry: a number, made of nothing that is erased."""
    query = "SELECT COALESCE(MAX(sequence), 0) + 1 FROM purges"
    return f"E{int(cursor.execute(query).fetchall()[0][0]):04d}"


def _log(
    cursor: duckdb.DuckDBPyConnection, done: Purged, target: Target, order: Order, reason: str
) -> None:
    company = None if target.customer_id is None else target.company_id
    cursor.execute(
        "INSERT INTO purges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            int(done.purge_id[1:]),
            done.purge_id,
            done.scope,
            company,
            reason,
            done.count_lines,
            done.count_documents,
            order.at.replace(tzinfo=None),
            order.by,
        ],
    )
    rows: Sequence[list[object]] = [[done.purge_id, *item] for item in done.tables.items()]
    if rows:
        cursor.executemany("INSERT INTO purge_tables VALUES (?, ?, ?)", rows)
