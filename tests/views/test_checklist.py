"""The check list: its figures are those of a plain recount of the sample company."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arlib.model.checklist import BOXES, QUESTIONS
from arlib.model.files import FileInput, ImportOptions
from arlib.model.policy import Policy
from arlib.model.terms import Terms, due_date
from arlib.views import checklist, segments
from arlib.workspace import Answer, Workspace
from tests.support.books import BY, Book, Doc, load

if TYPE_CHECKING:
    from arlib.views.checklist import ChecklistView

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples" / "armor_modele.xlsx"
ON = date(2026, 10, 31)
POLICY = Policy()


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    found = Workspace.open(None)
    options = ImportOptions()
    found.load(found.read([FileInput(SAMPLE.name, SAMPLE.read_bytes())], options), options, BY)
    return found


@pytest.fixture(scope="module")
def view(workspace: Workspace) -> ChecklistView:
    return checklist.build(workspace.portfolio(ON), POLICY)


def debtors(workspace: Workspace) -> set[str]:
    """Return who has an open debit, from the items themselves."""
    portfolio = workspace.portfolio(ON)
    who = {row["customer_id"]: row for row in portfolio.customers().to_dict("records")}
    return {
        row["customer_id"]
        for row in portfolio.items().to_dict("records")
        if row["open_minor"] > 0
        and who[row["customer_id"]]["is_intercompany"] is not True
        and who[row["customer_id"]]["is_collective"] is not True
    }


def counted(view: ChecklistView, question: str) -> tuple[int | None, int | None]:
    row = view.row(question)
    return row.count_good, row.count_all


def missing(view: ChecklistView, question: str) -> set[str]:
    return set(view.others_of(question)["customer_id"])


def test_limits_are_those_of_the_rows_of_the_book(
    workspace: Workspace, view: ChecklistView
) -> None:
    who = {r["customer_id"]: r for r in workspace.portfolio(ON).customers().to_dict("records")}
    limited: set[str] = set()
    for row in workspace.portfolio(ON).limits().to_dict("records"):
        start, end = row["valid_from"], row["valid_to"]
        is_live = (start is None or not start > _stamp(ON)) and (
            end is None or not end < _stamp(ON)
        )
        if not is_live or row["amount_minor"] is None:
            continue
        limited |= {
            code
            for code, customer in who.items()
            if row["scope"] == "all"
            or (row["scope"] == "customer" and row["scope_id"] == code)
            or (row["scope"] == "category" and row["scope_id"] == customer["category"])
        }
    owing = debtors(workspace)
    assert counted(view, "limit_fixed") == (len(owing & limited), len(owing))
    assert missing(view, "limit_fixed") == owing - limited
    assert 0 < len(owing - limited) < len(owing)
    assert view.row("limit_fixed").answer == "partly"


def _stamp(day: date) -> object:
    import pandas as pd

    return pd.Timestamp(day)


def test_solvency_is_that_of_the_classes(workspace: Workspace, view: ChecklistView) -> None:
    rows = segments.build(workspace.portfolio(ON), POLICY).blocks[0].customers
    good = set(rows.loc[rows["segment"].isin(["reliable", "watch"]), "customer_id"])
    insolvent = {
        row["customer_id"]
        for row in workspace.portfolio(ON).customers().to_dict("records")
        if isinstance(row["insolvency"], str) and row["insolvency"] != "none"
    }
    owing = debtors(workspace)
    assert counted(view, "clients_solvent") == (len(owing & good - insolvent), len(owing))


def test_terms_are_those_of_each_open_invoice(workspace: Workspace, view: ChecklistView) -> None:
    outside, granted = set(), set()
    for row in workspace.portfolio(ON).items().to_dict("records"):
        if row["kind"] != "invoice" or row["open_minor"] <= 0 or row["due_source"] == "default":
            continue
        granted.add(row["customer_id"])
        issued, due = row["issued_on"].date(), row["due_on"].date()
        if due > due_date(issued, Terms("NET", 60)):  # one clause or none: both are to be looked at
            outside.add(row["customer_id"])
    granted &= debtors(workspace)
    assert counted(view, "terms_justified") == (len(granted - outside), len(granted))
    assert missing(view, "terms_justified") == outside & granted


def test_reminders_are_those_of_the_actions(workspace: Workspace, view: ChecklistView) -> None:
    portfolio = workspace.portfolio(ON)
    items = [
        row
        for row in portfolio.items().to_dict("records")
        if row["account_class"] in {"receivable", "doubtful", "retention"}
    ]
    owed: Counter[str] = Counter()  # what is late, less the credits set against nothing
    for row in items:
        if row["open_minor"] < 0 or row["days_late"] > 0:
            owed[row["customer_id"]] += row["open_minor"]
    late = {
        row["customer_id"]
        for row in items
        if row["open_minor"] > 0 and row["days_late"] > 30 and owed[row["customer_id"]] > 0
    } & debtors(workspace)
    since = _stamp(ON - timedelta(days=30))
    touched = {
        row["customer_id"]
        for row in portfolio.actions().to_dict("records")
        if row["taken_on"] >= since
        and row["kind"] in {"note", "call", "cause", "promise", "reminder"}
    }
    assert counted(view, "reminders") == (len(late & touched), len(late))
    assert view.row("reminders").answer == "unknown"  # evidence, not the answer


def test_what_the_data_and_the_user_say(view: ChecklistView) -> None:
    assert [row.question_id for row in view.rows] == [item.question_id for item in QUESTIONS]
    assert set(view.boxes) == set(BOXES) == set(range(1, 8))
    assert view.row("view_of_all").answer == "yes"
    assert counted(view, "criteria_clear") == (0, 4)
    assert view.row("conditions_of_sale").answer == "unknown"
    assert view.count_ticked == sum(answer == "yes" for answer in view.boxes.values())
    assert view.real_days["EUR"] > 0


def test_the_user_answers_what_the_data_cannot() -> None:
    workspace = Workspace.open(None)
    load(workspace, Book([Doc("C1", "F1", ON, 1_000)]))
    for question in ("conditions_of_sale", "limit_fixed"):
        workspace.answer(Answer(question, "yes", "écrit"), BY)
    policy = Policy(grid_ceiling_minor={"watch": {"EUR": 1}}, grid_terms={"watch": "30 jours"})
    view = checklist.build(workspace.portfolio(ON), policy)
    own, data = view.row("conditions_of_sale"), view.row("limit_fixed")
    assert (own.answer, own.origin, own.user_comment, own.user_by) == (
        "yes",
        "user",
        "écrit",
        BY.name,
    )
    assert (data.answer, data.origin, data.user_answer) == ("no", "data", "yes")
    assert view.boxes[4] == "yes"
    assert counted(view, "criteria_clear") == (1, 4)
    assert view.row("collection_period").answer == "unknown"  # no cash at all


def test_an_empty_book_leaves_everything_to_the_user() -> None:
    view = checklist.build(Workspace.open(None).portfolio(ON), POLICY)
    assert {row.answer for row in view.rows} <= {"unknown", "no"}  # the grid is empty: no
    assert view.others_of("limit_fixed").empty
