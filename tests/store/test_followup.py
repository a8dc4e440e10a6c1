"""What the user writes about a customer: append-only, undone by an entry, kept whatever is imported."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from arlib.model.files import ImportOptions
from arlib.model.issues import UserError
from arlib.model.portfolio import Filters
from arlib.store import copying
from arlib.workspace import ActionEntry, Author, OverrideChange, Workspace
from tests.support.books import BY, Alloc, Book, Doc, load

if TYPE_CHECKING:
    from pathlib import Path

D = date(2025, 6, 30)
LATER = Author("Zoé", datetime(2025, 7, 4, 10, 0))  # noqa: DTZ001 - the book keeps naive times


def book(**more: Any) -> Book:
    return Book(
        docs=[
            Doc("A1", "F1", date(2025, 1, 10), 1000, due_on=date(2025, 2, 10)),
            Doc("A2", "F2", date(2025, 4, 10), 500, due_on=date(2025, 5, 10)),
            Doc("A1", "P1", date(2025, 5, 1), -400, "payment"),
            Doc("B", "F3", date(2025, 6, 30), 70),
        ],
        allocs=[Alloc("P1", "F1", 400)],
        customers=[{"customer_id": "A1", "name": "Dupont", "external_score": 7.0,
                    "external_score_scale": "0-20", "external_score_on": date(2024, 3, 1)}],
        **more,
    )  # fmt: skip


def opened(**more: Any) -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, book(**more))
    return workspace


def key_of(workspace: Workspace, number: str) -> str:
    items = workspace.portfolio(D).items()
    return str(items.loc[items["number"] == number, "document_id"].iloc[0])


def rows(frame: Any, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in frame[list(names)].astype(object).itertuples(index=False)]


def refusal(workspace: Workspace, **values: Any) -> str:
    with pytest.raises(UserError) as found:
        workspace.add_action(ActionEntry("TEST", **{"customer_id": "A1", **values}), BY)
    return found.value.code


def test_an_entry_is_added_read_back_and_undone_by_another() -> None:
    workspace = opened()
    promise = ActionEntry(
        "TEST", "A1", "promise", amount_minor=300, currency="EUR", due_on=date(2025, 6, 20),
        taken_on=date(2025, 6, 1), document_ids=(key_of(workspace, "F1"),), text="  au téléphone ",
    )  # fmt: skip
    written = workspace.add_action(promise, BY)
    note = workspace.add_action(
        ActionEntry("TEST", "A1", "note", text="Rappeler", taken_on=date(2025, 6, 2)), LATER
    )
    found = workspace.portfolio(D).actions("TEST", "A1")
    names = ("change_id", "kind", "amount_minor", "text", "author", "source")
    assert rows(found, *names)[0] == (note, "note", pd.NA, "Rappeler", "Zoé", "user")
    assert rows(found, *names)[1] == (written, "promise", 300, "au téléphone", "tests", "user")
    assert found["document_ids"].iloc[1] == key_of(workspace, "F1")
    undone = workspace.undo_action(written, LATER)
    assert workspace.portfolio(D).actions()["change_id"].tolist() == [note]
    history = workspace.action_history("TEST", "A1")
    assert history["change_id"].tolist() == [undone, note, written]
    assert history["undoes"].tolist()[0] == written
    assert history["is_undone"].tolist() == [False, False, True]
    assert history["by"].tolist() == ["Zoé", "Zoé", "tests"]
    with pytest.raises(UserError, match="action_undone"):
        workspace.undo_action(written, BY)
    with pytest.raises(UserError, match="action_not_found"):
        workspace.undo_action(undone, BY)


def test_an_entry_that_says_nothing_is_refused() -> None:
    workspace = opened()
    day = date(2025, 6, 20)
    assert refusal(workspace, kind="opinion") == "action_kind_unknown"
    assert refusal(workspace, kind="note", text="  ") == "action_text_missing"
    assert refusal(workspace, kind="note", text="a" * 2_001) == "action_text_long"
    assert refusal(workspace, kind="cause", cause="mauvais payeur") == "action_cause_unknown"
    assert refusal(workspace, kind="review") == "action_date_missing"
    assert refusal(workspace, kind="review", due_on=date(2029, 12, 31)) == "action_review_past"
    tomorrow = {"kind": "note", "text": "x", "taken_on": date(2030, 1, 2)}
    assert refusal(workspace, **tomorrow) == "action_future"
    assert refusal(workspace, kind="promise", due_on=day) == "action_dates"  # taken in 2030
    early = {"kind": "promise", "due_on": day, "taken_on": day}
    assert refusal(workspace, **early) == "action_amount_missing"
    assert refusal(workspace, **early, amount_minor=0, currency="EUR") == "action_amount_wrong"
    assert refusal(workspace, **early, amount_minor=-5, currency="EUR") == "action_amount_wrong"
    assert refusal(workspace, **early, amount_minor=5) == "action_amount_wrong"
    other = {"document_ids": (key_of(workspace, "F2"),)}
    assert refusal(workspace, **early, **other) == "action_document_unknown"
    assert refusal(workspace, customer_id="Z", kind="note", text="x") == "customer_not_found"
    assert workspace.action_history().empty


def test_nothing_dated_after_the_day_is_shown() -> None:
    workspace = opened()
    workspace.add_action(
        ActionEntry("TEST", "A1", "note", text="juin", taken_on=date(2025, 6, 5)), BY
    )
    assert len(workspace.portfolio(date(2025, 6, 5)).actions()) == 1
    assert workspace.portfolio(date(2025, 6, 4)).actions().empty
    assert workspace.portfolio(D, Filters(search="F3")).actions().empty
    # recorded after the month that the files tell: known at the end of the data, not before
    workspace.add_action(ActionEntry("TEST", "A1", "note", text="depuis"), BY)
    assert workspace.portfolio(D).actions()["text"].tolist() == ["depuis", "juin"]
    assert workspace.portfolio(date(2025, 6, 29)).actions()["text"].tolist() == ["juin"]


def test_the_latest_decision_on_a_segment_counts_until_it_expires() -> None:
    workspace = opened()
    first = OverrideChange("TEST", "A1", "high_risk", "incident", valid_from=date(2025, 3, 1))
    second = OverrideChange(
        "TEST", "A1", "watch", "accord", date(2025, 6, 10), valid_from=date(2025, 5, 1)
    )
    workspace.override_segment(first, BY)
    workspace.override_segment(second, LATER)

    def at(day: date) -> list[tuple[Any, ...]]:
        return rows(workspace.portfolio(day).overrides(), "customer_id", "segment", "author")

    assert at(date(2025, 2, 28)) == []
    assert at(date(2025, 3, 1)) == [("A1", "high_risk", "tests")]
    assert at(date(2025, 6, 10)) == [("A1", "watch", "Zoé")]
    assert at(date(2025, 6, 11)) == []  # expired: the computed segment, not the former decision
    workspace.override_segment(
        OverrideChange("TEST", "A1", None, "levée", valid_from=date(2025, 6, 1)), BY
    )
    assert at(date(2025, 6, 10)) == []
    assert at(date(2025, 5, 31)) == [("A1", "watch", "Zoé")]
    assert workspace.override_history()["segment"].isna().tolist() == [True, False, False]


def test_a_decision_made_after_the_last_data_is_seen_at_once() -> None:
    workspace = opened()
    workspace.override_segment(OverrideChange("TEST", "B", "watch", "prudence"), BY)  # in 2030
    assert rows(workspace.portfolio(D).overrides(), "customer_id", "valid_from")[0][0] == "B"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (OverrideChange("TEST", "A1", "insufficient_history", "x"), "override_segment_unknown"),
        (OverrideChange("TEST", "A1", "watch", "  "), "override_reason_missing"),
        (OverrideChange("TEST", "A9", "watch", "x"), "customer_not_found"),
        (OverrideChange("TEST", "A1", "watch", "x", date(2025, 6, 29)), "override_dates"),
    ],
)
def test_a_decision_without_sense_is_refused(change: OverrideChange, code: str) -> None:
    workspace = opened()
    with pytest.raises(UserError, match=code):
        workspace.override_segment(change, BY)


def test_the_latest_score_known_by_the_day_with_its_age() -> None:
    figures: list[dict[str, object]] = [
        {"customer_id": "A1", "measure": "external_score", "value": 11.0, "scale": "0-20",
         "measured_on": date(2025, 5, 31)},
        {"customer_id": "A1", "measure": "Cotation", "text": "4+", "measured_on": date(2025, 7, 1)},
        {"customer_id": "B", "measure": "Fonds propres", "value": 0.2},
    ]  # fmt: skip
    workspace = opened(financials=figures)

    def at(day: date) -> list[tuple[Any, ...]]:
        found = workspace.portfolio(day).financials()
        found["age_days"] = found["age_days"].astype(object).where(found["age_days"].notna(), None)
        return rows(found, "customer_id", "measure", "value", "age_days", "is_stale")

    undated = ("B", "Fonds propres", 0.2, None, True)
    assert at(D) == [("A1", "external_score", 11.0, 30, False), undated]
    assert at(date(2025, 5, 30))[:1] == [("A1", "external_score", 7.0, 455, True)]
    later = at(date(2025, 7, 1))
    assert [item[1] for item in later] == ["Cotation", "external_score", "Fonds propres"]
    assert workspace.portfolio(date(2025, 7, 1)).financials()["text"].iloc[0] == "4+"


def test_what_is_written_survives_imports_and_undo() -> None:
    workspace = opened(
        actions=[{"customer_id": "A1", "kind": "promise", "taken_on": date(2025, 6, 3),
                  "due_on": date(2025, 6, 9), "amount_minor": 10, "currency": "EUR"}],
    )  # fmt: skip
    workspace.add_action(ActionEntry("TEST", "A1", "note", text="x", taken_on=D), BY)
    workspace.override_segment(OverrideChange("TEST", "A1", "watch", "y"), BY)
    assert workspace.portfolio(D).actions()["source"].tolist() == ["user", "file"]
    batch = str(workspace.portfolio(D).batches()["batch_id"].iloc[0])
    load(workspace, book(limits=[]), Book(docs=[Doc("N", "G1", D, 5)], company="AUTRE"))
    workspace.undo(batch, BY)
    load(workspace, book(commitments=[]))
    assert "user" in workspace.portfolio(D).actions()["source"].tolist()
    assert workspace.portfolio(D).overrides()["segment"].tolist() == ["watch"]
    assert workspace.verify().findings == ()


def test_entries_follow_a_linked_code_and_come_back() -> None:
    workspace = opened(financials=[{"customer_id": "A2", "measure": "Ratio", "value": 1.5}])
    document = key_of(workspace, "F2")
    promise = ActionEntry(
        "TEST", "A2", "promise", due_on=date(2025, 6, 20), taken_on=D.replace(day=1),
        document_ids=(document,),
    )  # fmt: skip
    workspace.add_action(promise, BY)
    workspace.override_segment(OverrideChange("TEST", "A2", "watch", "y"), BY)
    link = workspace.link("TEST", "A2", "A1", None, BY)
    portfolio = workspace.portfolio(D)
    assert portfolio.actions("TEST", "A1")["kind"].tolist() == ["promise"]
    assert portfolio.overrides()["customer_id"].tolist() == ["A1"]
    assert "Ratio" in portfolio.financials().query("customer_id == 'A1'")["measure"].tolist()
    named = portfolio.promise_documents()
    assert rows(named, "customer_id", "open_minor") == [("A1", 500)]
    assert len(workspace.action_history("TEST", "A1")) == 1
    workspace.add_action(ActionEntry("TEST", "A2", "note", text="z", document_ids=(document,)), BY)
    workspace.unlink(link, BY)
    assert workspace.portfolio(D).overrides()["customer_id"].tolist() == ["A2"]
    assert workspace.verify().findings == ()


def test_a_backup_holds_the_follow_up(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "book.duckdb")
    load(workspace, book())
    workspace.add_action(ActionEntry("TEST", "A1", "cause", cause="oversight"), BY)
    workspace.override_segment(OverrideChange("TEST", "A1", "watch", "y"), BY)
    done = workspace.backup(tmp_path / "copie.duckdb", BY)
    workspace.close()
    Workspace.restore(tmp_path / "b" / "book.duckdb", done.path, BY)
    again = Workspace.open(tmp_path / "b" / "book.duckdb")
    assert again.action_history()["cause"].tolist() == ["oversight"]
    assert again.override_history()["reason"].tolist() == ["y"]
    with again._database.cursor() as cursor:
        assert {"user_actions", "user_overrides"} <= set(copying.table_names(cursor))
    again.close()


def test_a_past_as_known_then_keeps_the_entries() -> None:
    workspace = opened()
    first = date(2031, 1, 1)
    workspace.add_action(ActionEntry("TEST", "A1", "note", text="x", taken_on=D), BY)
    workspace.override_segment(OverrideChange("TEST", "A1", "watch", "y"), BY)
    moment = Author("tests", datetime(2032, 1, 1))  # noqa: DTZ001 - the book keeps naive times
    later = Book(docs=[Doc("A1", "F9", date(2025, 6, 1), 9)], covers=(date(2025, 1, 1), D))
    workspace.load([later.parsed()], ImportOptions(), moment)
    then = workspace.portfolio(first, Filters(knowledge="known_then"))
    assert then.actions()["text"].tolist() == ["x"]
    assert then.overrides()["segment"].tolist() == ["watch"]
