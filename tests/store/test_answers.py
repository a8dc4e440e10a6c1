"""Answers to the check list: append-only, undone by a further entry, refused when they mean nothing."""

from __future__ import annotations

from datetime import date

import pytest

from arlib.model.issues import UserError
from arlib.workspace import Answer, Workspace
from tests.support.books import BY, Book, Doc, load


def opened() -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, Book([Doc("C1", "F1", date(2025, 1, 10), 1_000)]))
    return workspace


def standing(workspace: Workspace) -> dict[str, str]:
    rows = workspace.portfolio(date(2025, 1, 31)).answers()
    return dict(zip(rows["question_id"], rows["answer"], strict=True))


def test_the_latest_answer_stands_and_an_undone_one_gives_way_to_the_one_before() -> None:
    workspace = opened()
    first = workspace.answer(Answer("reminders", "no", "  rien \n d’écrit "), BY)
    second = workspace.answer(Answer("reminders", "yes"), BY)
    workspace.answer(Answer("litigation", "partly"), BY)
    assert standing(workspace) == {"reminders": "yes", "litigation": "partly"}
    workspace.undo_answer(second, BY)
    assert standing(workspace)["reminders"] == "no"
    workspace.undo_answer(first, BY)
    assert "reminders" not in standing(workspace)
    history = workspace.answer_history()
    assert len(history) == 5
    assert history["is_undone"].sum() == 2
    assert history.set_index("change_id").loc[first, "comment"] == "rien d’écrit"
    assert set(workspace.answer_history("litigation")["question_id"]) == {"litigation"}
    assert workspace.verify().is_ok


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Answer("moonlight", "yes"), "answer_question_unknown"),
        (Answer("reminders", "perhaps"), "answer_unknown"),
        (Answer("reminders", "yes", "x" * 1_001), "answer_comment_long"),
    ],
)
def test_what_means_nothing_is_refused(given: Answer, code: str) -> None:
    workspace = opened()
    with pytest.raises(UserError, match=code):
        workspace.answer(given, BY)
    assert workspace.answer_history().empty


def test_an_answer_is_undone_once() -> None:
    workspace = opened()
    with pytest.raises(UserError, match="answer_not_found"):
        workspace.undo_answer("Q0", BY)
    change = workspace.answer(Answer("reminders", "yes"), BY)
    undone = workspace.undo_answer(change, BY)
    for name, code in ((change, "answer_undone"), (undone, "answer_not_found")):
        with pytest.raises(UserError, match=code):
            workspace.undo_answer(name, BY)
