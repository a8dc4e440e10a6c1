"""The check list of receivables: what the data answer, what the user answers, and the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import plain, rows
from arlib.cli.entries import fields_of, is_over
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import DASH, shorten, table
from arlib.i18n import N_
from arlib.i18n.checklist import BOXES, NEXT, QUESTIONS, counted, marked
from arlib.workspace import Answer

if TYPE_CHECKING:
    import pandas as pd

    from arlib.views.checklist import ChecklistView, Row

Json = dict[str, Any]
_FIELDS: Final = (
    "change_id", "question_id", "answer", "comment", "by", "at", "undoes", "is_undone",
)  # fmt: skip


def checklist(
    session: Session,
    *,
    action: Annotated[
        Literal["show", "answer", "undo", "history"],
        typer.Argument(metavar="[show|answer|undo|history]", help="What to do."),
    ] = "show",
    which: Annotated[
        str | None,
        typer.Argument(metavar="QUESTION", help="Question to answer, or answer to undo."),
    ] = None,
    given: Annotated[
        str | None, typer.Argument(metavar="yes|partly|no", help="The answer.")
    ] = None,
    comment: Annotated[
        str | None, typer.Option("--comment", metavar="TEXT", help="Why, or what is missing.")
    ] = None,
    others: Annotated[
        bool, typer.Option("--others", help="List who does not hold for each question.")
    ] = False,
) -> None:
    """Print the check list, answer one of its questions, undo an answer, or list the answers."""
    if (which is None) == (action in {"answer", "undo"}) and action != "history":
        raise typer.BadParameter(
            session.word("Give a question after “answer”, a change after “undo”.")
        )
    if (given is None) == (action == "answer"):
        raise typer.BadParameter(session.word("Give yes, partly or no after the question."))
    if action == "show":
        _show(session, with_others=others)
    else:
        _change(session, action, which, given, comment)


def _change(
    session: Session, action: str, which: str | None, given: str | None, comment: str | None
) -> None:
    with session.workspace() as book:
        if action == "answer":
            book.answer(Answer(str(which), str(given), comment), session.author())
        elif action == "undo":
            book.undo_answer(str(which), session.author())
        found = book.answer_history(which if action == "history" else None)
    shown = found if action == "history" else found.head(1)
    session.show(fields_of(shown, _FIELDS), lambda: _history(session, shown))


def _show(session: Session, *, with_others: bool) -> None:
    from arlib.views import checklist as views

    with session.workspace() as book:
        view = views.build(session.portfolio(book), session.active_policy(book))
    session.show(_document(session, view), lambda: _text(session, view, with_others=with_others))


def _document(session: Session, view: ChecklistView) -> Json:
    return {
        "as_of": plain(view.as_of),
        "count_ticked": view.count_ticked,
        "boxes": [
            {"box": box, "text": session.word(BOXES[box]), "answer": answer}
            for box, answer in view.boxes.items()
        ],
        "questions": [_question(session, view, row) for row in view.rows],
        "real_days": view.real_days,
    }


def _question(session: Session, view: ChecklistView, row: Row) -> Json:
    others = view.others_of(row.question_id).drop(columns=["question_id"])
    found: Json = {
        "question_id": row.question_id,
        "box": row.box,
        "text": session.word(QUESTIONS[row.question_id]),
        "answer": row.answer,
        "origin": row.origin,
        "data_answer": row.data_answer,
        "count_good": row.count_good,
        "count_all": row.count_all,
        "ratio": row.ratio,
        "user_answer": row.user_answer,
        "user_comment": row.user_comment,
        "user_at": plain(row.user_at),
        "user_by": row.user_by,
        "change_id": row.change_id,
        "next": None if row.answer == "yes" else session.word(NEXT[row.question_id]),
        "others": rows(others),
    }
    reasons = {
        **dict.fromkeys(("user_answer", "user_at", "user_by", "change_id"), "not_answered"),
        "user_comment": "no_comment" if row.user_answer else "not_answered",
        **dict.fromkeys(("data_answer", "count_good", "count_all", "ratio"), "not_at_this_level"),
        "origin": "not_answered",
        "next": "not_applicable",
    }
    return found | {f"{name}_reason": why for name, why in reasons.items() if found[name] is None}


def _text(session: Session, view: ChecklistView, *, with_others: bool) -> str:
    word, shown = session.word, session.formats
    title = word(
        "Check list as of {date}: {n} boxes of {all} ticked",
        date=shown.date(view.as_of),
        n=shown.integer(view.count_ticked),
        all=shown.integer(len(view.boxes)),
    )
    body = [
        [
            marked(row.answer, session.lang),
            row.question_id,
            word(QUESTIONS[row.question_id]),
            counted(row.question_id, row.count_good, row.count_all, session.lang)
            or row.user_comment
            or DASH,
        ]
        for row in view.rows
    ]
    titles = [word("Answer"), word("Code"), word("Question"), word("What is known")]
    parts = [title, table(titles, body, words=4)]
    if with_others:
        parts += [_others(session, view.others)]
    return "\n\n".join(parts)


def _others(session: Session, others: pd.DataFrame) -> str:
    from arlib.i18n.checklist import why

    body = [
        [
            str(row["question_id"]),
            shorten(row["subject"]),
            why(str(row["why"]), session.lang),
            session.formats.amount(row["amount_minor"], row["currency"]),
        ]
        for row in others.to_dict("records")
    ]
    word = session.word
    return table([word("Question"), word("Who"), word("Why"), word("Amount")], body, words=3)


def _history(session: Session, found: pd.DataFrame) -> str:
    word = session.word
    if found.empty:
        return word("No answer given by hand.")
    body = [
        [
            str(row["change_id"]),
            str(row["question_id"]),
            word("undone: {name}", name=row["undoes"])
            if isinstance(row["undoes"], str)
            else marked(str(row["answer"]), session.lang),
            session.formats.date_time(row["at"]),
            shorten(row["by"], 20),
            shorten(row["comment"] if isinstance(row["comment"], str) else DASH),
            word("yes") if is_over(row) else "",
        ]
        for row in found.to_dict("records")
    ]
    return table([word(name) for name in _HEADERS], body, words=7)


_HEADERS: Final = (
    N_("Change"),
    N_("Question"),
    N_("Answer"),
    N_("Date"),
    N_("By"),
    N_("Comment"),
    N_("Undone"),
)
COMMANDS: Final = (
    Command(
        "checklist",
        checklist,
        N_("Print the check list of receivables, answer a question, undo, list the answers."),
    ),
)
