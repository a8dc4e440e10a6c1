"""Answers to the check list given by hand: append-only, undone by a further entry."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.model.checklist import ANSWERS, BY_ID, LONGEST_COMMENT
from arlib.model.issues import UserError
from arlib.store import arrow, queries

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: ``answer`` is one of ``checklist.ANSWERS``."""

    question_id: str
    answer: str
    comment: str | None = None


def record(cursor: duckdb.DuckDBPyConnection, given: Answer, by: str, at: datetime) -> str:
    """Append the answer and return its id.

    Raises:
        UserError: ``answer_question_unknown``, ``answer_unknown`` or ``answer_comment_long``.
    """
    if given.question_id not in BY_ID:
        raise UserError("answer_question_unknown", value=given.question_id)
    if given.answer not in ANSWERS:
        raise UserError("answer_unknown", value=given.answer)
    comment = " ".join((given.comment or "").split())
    if len(comment) > LONGEST_COMMENT:
        raise UserError("answer_comment_long", value=str(len(comment)))
    return _append(cursor, given.question_id, given.answer, comment or None, None, by, at)


def undo(cursor: duckdb.DuckDBPyConnection, change_id: str, by: str, at: datetime) -> str:
    """Undo one answer by a further entry and return the id of the latter: the one before counts again.

    Raises:
        UserError: ``answer_not_found`` or ``answer_undone``.
    """
    rows = cursor.execute(
        "SELECT question_id, answer FROM user_answers WHERE change_id = ? AND undoes IS NULL",
        [change_id],
    ).fetchall()
    if not rows:
        raise UserError("answer_not_found", value=change_id)
    if cursor.execute("SELECT 1 FROM user_answers WHERE undoes = ?", [change_id]).fetchall():
        raise UserError("answer_undone", value=change_id)
    question, answer = rows[0]
    return _append(cursor, question, answer, None, change_id, by, at)


def history(cursor: duckdb.DuckDBPyConnection, question_id: str | None = None) -> pd.DataFrame:
    """Return every answer, latest first, undone ones included (see ``answer_history.sql``)."""
    return arrow.frame(queries.run(cursor, "answer_history", question=question_id))


def _append(
    cursor: duckdb.DuckDBPyConnection,
    question: str,
    answer: str,
    comment: str | None,
    undoes: str | None,
    by: str,
    at: datetime,
) -> str:
    rows = cursor.execute("SELECT COALESCE(MAX(sequence), 0) + 1 FROM user_answers").fetchall()
    sequence = int(rows[0][0])
    stamp = f"{sequence}|{question}|{answer}|{undoes}|{at.isoformat()}"
    identity = "Q" + hashlib.sha256(stamp.encode()).hexdigest()[:11]
    cursor.execute(
        "INSERT INTO user_answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [sequence, identity, question, answer, comment, undoes, at.replace(tzinfo=None), by],
    )
    return identity
