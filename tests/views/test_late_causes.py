"""Why customers pay late: the latest cause of each against what he owes late, by currency."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from arlib.model.policy import Policy
from arlib.views import late_causes
from arlib.workspace import ActionEntry, Workspace
from tests.support.books import BY, Book, Doc, load

D = date(2025, 6, 30)
DUE = date(2025, 2, 10)


@pytest.fixture
def workspace() -> Workspace:
    """A and B are late in euros, C in euros and francs, G is of the group, N owes nothing late."""
    day = date(2025, 1, 10)
    found = Workspace.open(None)
    book = Book(
        docs=[
            Doc("A", "F1", day, 600, due_on=DUE),
            Doc("B", "F2", day, 300, due_on=DUE),
            Doc("C", "F3", day, 100, due_on=DUE),
            Doc("C", "F4", day, 5_000, due_on=DUE, currency="XOF"),
            Doc("G", "F5", day, 9_999, due_on=DUE),
            Doc("N", "F6", D, 50, due_on=D),
        ],
        customers=[{"customer_id": "G", "name": "G", "is_intercompany": True}],
    )
    load(found, book)
    return found


def note(workspace: Workspace, customer: str, cause: str, taken_on: date) -> str:
    entry = ActionEntry("TEST", customer, "cause", cause=cause, taken_on=taken_on)
    return workspace.add_action(entry, BY)


def table(workspace: Workspace, on: date = D) -> dict[str, list[tuple[Any, ...]]]:
    view = late_causes.build(workspace.portfolio(on), Policy())
    names = ["cause", "count_customers", "count_overdue", "overdue_minor"]
    return {
        block.currency: [
            tuple(None if value != value else value for value in row)  # noqa: PLR0124 - NaN
            for row in block.causes[names].astype(object).itertuples(index=False)
        ]
        for block in view.blocks
    }


def test_the_latest_cause_counts_and_none_noted_comes_last(workspace: Workspace) -> None:
    note(workspace, "A", "oversight", D - timedelta(days=20))
    note(workspace, "A", "approval_circuit", D - timedelta(days=10))
    note(workspace, "C", "cash_shortage", D - timedelta(days=10))
    note(workspace, "N", "approval_circuit", D - timedelta(days=5))
    assert table(workspace) == {
        "EUR": [
            ("approval_circuit", 2, 1, 600),
            ("cash_shortage", 1, 1, 100),
            (None, 1, 1, 300),
        ],
        "XOF": [("cash_shortage", 1, 1, 5_000)],
    }
    euros = late_causes.build(workspace.portfolio(D), Policy()).blocks[0]
    assert euros.noted_ratio == pytest.approx(0.7)
    assert euros.causes["share_ratio"].tolist() == pytest.approx([0.6, 0.1, 0.3])
    assert euros.customers["customer_id"].tolist() == ["A", "B", "C", "N"]


def test_undone_or_later_causes_do_not_count(workspace: Workspace) -> None:
    written = note(workspace, "B", "oversight", D - timedelta(days=3))
    assert ("oversight", 1, 1, 300) in table(workspace)["EUR"]
    assert table(workspace, D - timedelta(days=4))["EUR"] == [(None, 3, 3, 1_000)]
    workspace.undo_action(written, BY)
    assert table(workspace)["EUR"] == [(None, 3, 3, 1_000)]


def test_nothing_overdue_has_no_share() -> None:
    found = Workspace.open(None)
    load(found, Book(docs=[Doc("A", "F1", D, 600, due_on=D)]))
    assert late_causes.build(found.portfolio(D), Policy()).blocks == ()
    note(found, "A", "seasonal", D)
    block = late_causes.build(found.portfolio(D), Policy()).blocks[0]
    assert block.noted_ratio is None
    assert block.causes["share_ratio"].isna().all()
