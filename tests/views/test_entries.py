"""Everything written by hand about customers, together and in order."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd

from arlib.views import entries
from arlib.workspace import ActionEntry, Author, OverrideChange, Workspace
from tests.support.books import Book, Doc, load

DAY = date(2025, 6, 30)
START = datetime(2025, 7, 1, 9, 0)  # noqa: DTZ001 - the book keeps naive times


def by(hours: int) -> Author:
    return Author("Zoé", START + timedelta(hours=hours))


def test_notes_and_classes_stand_together_latest_first() -> None:
    book = Workspace.open(None)
    load(book, Book([Doc("A", "F1", DAY, 100)], customers=[{"customer_id": "A", "name": "Dupont"}]))
    note = book.add_action(ActionEntry("TEST", "A", "note", text="Rappeler"), by(0))
    book.override_segment(OverrideChange("TEST", "A", "watch", "incident"), by(1))
    promise = ActionEntry(
        "TEST", "A", "promise", amount_minor=100, currency="EUR", due_on=date(2025, 8, 1)
    )
    book.add_action(promise, by(2))
    book.undo_action(note, by(3))
    portfolio = book.portfolio(DAY)
    found = entries.build(portfolio, book.action_history(), book.override_history())
    assert found["kind"].tolist() == ["note", "promise", "segment", "note"]
    assert found["name"].unique().tolist() == ["Dupont"]
    assert found["text"].tolist()[2:] == ["incident", "Rappeler"]
    assert found["segment"].tolist()[2] == "watch"
    assert found["amount_minor"].tolist() == [pd.NA, 100, pd.NA, pd.NA]
    assert [bool(flag) for flag in found["is_undone"]] == [False, False, False, True]
    assert found["undoes"].tolist()[0] == note
    since = entries.build(portfolio, book.action_history(), book.override_history(), by(1).at)
    assert since["kind"].tolist() == ["note", "promise"]


def test_nothing_written_gives_no_row() -> None:
    book = Workspace.open(None)
    load(book, Book([Doc("A", "F1", DAY, 100)]))
    found = entries.build(book.portfolio(DAY), book.action_history(), book.override_history())
    assert found.empty
    assert "kind" in found.columns
