"""Cash application in the book: what is still open is matched at each rebuild, and what users decide.

How items are matched is not the store's business: it is given a function (``Matcher``).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import pyarrow as pa

from arlib.model.issues import UserError
from arlib.store import arrow, queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb
    import pandas as pd

    from arlib.model.policy import Policy

_FOUND: Final = pa.schema(
    [
        ("debit_key", pa.uint64()),
        ("credit_key", pa.uint64()),
        ("amount_minor", pa.int64()),
        ("rule", pa.string()),
        ("confidence", pa.float64()),
    ]
)
_PROPOSED: Final = _FOUND.append(pa.field("proposal_no", pa.int64()))
_WORDS: Final = ("accepted", "refused")


class Matches(Protocol):
    """What a matcher finds: pairs of keys with an amount, a rule and a confidence."""

    @property
    def allocations(self) -> pd.DataFrame:
        """Return the pairs to set."""
        ...

    @property
    def proposals(self) -> pd.DataFrame:
        """Return the pairs only suggested, with ``proposal_no``."""
        ...


class Matcher(Protocol):
    """How open items are matched: a pure function of the items, the decisions and the policy."""

    def __call__(self, items: pd.DataFrame, decisions: pd.DataFrame, policy: Policy) -> Matches:
        """Return what settles what."""
        ...


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """A proposal accepted or refused. ``amount_minor`` None: as much as both sides allow."""

    company_id: str
    debit_document_id: str
    credit_document_id: str
    amount_minor: int | None
    rule: str
    decision: str


def build(cursor: duckdb.DuckDBPyConnection, policy: Policy, matcher: Matcher | None) -> None:
    """Settle what the touched customers still have open and nothing lettered (definitions §18)."""
    if matcher is None:
        return
    items = arrow.frame(queries.run(cursor, "build_matched_items"))
    if items.empty:
        return
    matches = matcher(items, arrow.frame(queries.run(cursor, "match_decided")), policy)
    _register(cursor, "t_matched", matches.allocations, _FOUND)
    _register(cursor, "t_proposed", matches.proposals, _PROPOSED)
    queries.run(cursor, "build_matched")
    queries.run(cursor, "build_proposed")
    cursor.execute("DROP TABLE t_matched")
    cursor.execute("DROP TABLE t_proposed")


def decide(
    cursor: duckdb.DuckDBPyConnection, decisions: Sequence[MatchDecision], by: str, at: datetime
) -> list[str]:
    """Append decisions and return their ids, in order.

    Raises:
        UserError: ``match_not_found`` (no such document, or of two customers); nothing is kept.
    """
    first = _next_sequence(cursor)
    written = []
    for offset, item in enumerate(decisions):
        _check(cursor, item)
        stamp = f"{first + offset}|{item.debit_document_id}|{item.credit_document_id}|{at}"
        identity = "M" + hashlib.sha256(stamp.encode()).hexdigest()[:11]
        cursor.execute(
            "INSERT INTO match_decisions (sequence, change_id, company_id, debit_key, credit_key,"
            " debit_document_id, credit_document_id, amount_minor, rule, decision, recorded_at,"
            " recorded_by) SELECT $sequence, $id, $company, md5_number_lower($debit),"
            " md5_number_lower($credit), $debit, $credit, $amount, $rule, $decision, $at, $by",
            {
                "sequence": first + offset,
                "id": identity,
                "company": item.company_id,
                "debit": item.debit_document_id,
                "credit": item.credit_document_id,
                "amount": item.amount_minor,
                "rule": item.rule,
                "decision": item.decision,
                "at": at,
                "by": by,
            },
        )
        written.append(identity)
    return written


def undo(cursor: duckdb.DuckDBPyConnection, change_id: str, by: str, at: datetime) -> str:
    """Undo one decision by a further entry and return the entry's id.

    Raises:
        UserError: ``match_change_not_found`` or ``match_change_undone``.
    """
    known = cursor.execute(
        "SELECT 1 FROM match_decisions WHERE change_id = ? AND undoes IS NULL", [change_id]
    ).fetchall()
    if not known:
        raise UserError("match_change_not_found", value=change_id)
    if cursor.execute("SELECT 1 FROM match_decisions WHERE undoes = ?", [change_id]).fetchall():
        raise UserError("match_change_undone", value=change_id)
    sequence = _next_sequence(cursor)
    identity = "M" + hashlib.sha256(f"{sequence}|{change_id}|{at}".encode()).hexdigest()[:11]
    cursor.execute(
        "INSERT INTO match_decisions (sequence, change_id, company_id, debit_key, credit_key,"
        " debit_document_id, credit_document_id, amount_minor, rule, decision, undoes, recorded_at,"
        " recorded_by) SELECT $sequence, $id, company_id, debit_key, credit_key, debit_document_id,"
        " credit_document_id, amount_minor, rule, 'undone', change_id, $at, $by"
        " FROM match_decisions WHERE change_id = $change",
        {"sequence": sequence, "id": identity, "change": change_id, "at": at, "by": by},
    )
    return identity


def customers_of(cursor: duckdb.DuckDBPyConnection, changes: Sequence[str]) -> list[int]:
    """Return the keys of the customers that the decisions concern."""
    rows = cursor.execute(
        "SELECT DISTINCT d.customer_key FROM match_decisions AS m"
        " JOIN documents AS d ON d.document_key IN (m.debit_key, m.credit_key)"
        " WHERE list_contains(?, m.change_id) ORDER BY d.customer_key",
        [list(changes)],
    ).fetchall()
    return [row[0] for row in rows]


def _check(cursor: duckdb.DuckDBPyConnection, item: MatchDecision) -> None:
    """Refuse a decision on documents that the book does not hold, or of two customers."""
    if item.decision not in _WORDS:
        raise UserError("match_not_found", value=item.decision)
    rows = cursor.execute(
        "SELECT count(*) FROM documents AS d JOIN documents AS c"
        " ON c.customer_key = d.customer_key AND c.currency = d.currency"
        " AND c.account_class = d.account_class WHERE d.document_key = md5_number_lower(?)"
        " AND c.document_key = md5_number_lower(?) AND d.amount_minor > 0 AND c.amount_minor < 0",
        [item.debit_document_id, item.credit_document_id],
    ).fetchall()
    if not rows[0][0]:
        raise UserError("match_not_found", value=item.credit_document_id)


def _next_sequence(cursor: duckdb.DuckDBPyConnection) -> int:
    rows = cursor.execute("SELECT COALESCE(MAX(sequence), 0) + 1 FROM match_decisions").fetchall()
    return int(rows[0][0])


def _register(
    cursor: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame, schema: pa.Schema
) -> None:
    table = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    cursor.register("incoming", table)
    cursor.execute("CREATE OR REPLACE TEMP TABLE " + name + " AS SELECT * FROM incoming")
    cursor.unregister("incoming")
