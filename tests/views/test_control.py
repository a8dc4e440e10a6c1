"""Internal control: each kind of change once, with who, when, before and after; refused lines add up."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from arlib.i18n.control import KINDS as WORDS
from arlib.i18n.control import event_word, kind_word, subject_words, value_words
from arlib.model.files import ImportOptions
from arlib.model.issues import Issue, UserError
from arlib.model.policy import Policy
from arlib.reports.control import SHEETS, control_workbook
from arlib.views import control
from arlib.workspace import (
    ActionEntry,
    Answer,
    Author,
    Depreciation,
    DisputeClosing,
    DisputeEntry,
    GroupChange,
    LimitChange,
    OverrideChange,
    TermsChange,
    Workspace,
)
from tests.support.books import Book, Doc

if TYPE_CHECKING:
    from collections.abc import Iterator

D = date(2025, 6, 30)
START = datetime(2025, 7, 1, 9, 0)  # noqa: DTZ001 - the book keeps naive times
F1 = "TEST|receivable|A|invoice|F1|2025-05-01"
PERIOD = (date(2025, 7, 1), date(2025, 7, 31))
REFUSED = (
    Issue("amount_unreadable", "refused", "Feuil1", 7, "Montant", "12,,5"),
    Issue("date_unreadable", "refused", "Feuil1", 9, "Date", "31/02", 12_345, "EUR"),
    Issue("date_unreadable", "refused", "Feuil1", 11, "Date", "32/01", -2_345, None),
    Issue("more_lines_alike", "refused", "Feuil1", None, "Date", "40", 50_000, "USD", "date_unreadable"),
    Issue("date_in_future", "doubtful", "Feuil1", 12, "Date", "x", 999, "EUR"),
)  # fmt: skip


def by(days: int, name: str = "Zoé") -> Author:
    return Author(name, START + timedelta(days=days))


@pytest.fixture(scope="module")
def book() -> Iterator[Workspace]:
    """A book in which one change of each kind was made, one a day."""
    workspace = Workspace.open(None)
    docs = [
        Doc("A", "F1", date(2025, 5, 1), 1_000, due_on=date(2025, 6, 1), tax=167),
        Doc("B", "F2", D, 500),
        Doc("B2", "F3", D, 300),
    ]
    names: list[dict[str, object]] = [
        {"customer_id": "A", "name": "Dupont"},
        {"customer_id": "B", "name": "Bernard"},
    ]
    parsed = replace(Book(docs, customers=names).parsed(), issues=REFUSED, rows_refused=43)
    [done] = workspace.load([parsed], ImportOptions(), by(0, "Anne"))
    _decide(workspace)
    batch = str(done.batch_id)
    workspace.undo(batch, by(20, "Anne"))
    workspace.take_back(batch, by(21, "Anne"))
    yield workspace
    workspace.close()


def _decide(workspace: Workspace) -> None:
    workspace.set_limits([LimitChange("TEST", "customer", "A", 5_000, "EUR")], by(1))
    change = LimitChange("TEST", "customer", "A", 8_000, "EUR", reason="hausse")
    workspace.set_limits([change], by(2))
    workspace.set_policy(Policy(buckets=(15, 45)), by(3))
    workspace.override_segment(OverrideChange("TEST", "A", "watch", "incident"), by(4))
    workspace.override_segment(OverrideChange("TEST", "A", "high_risk", "pire"), by(5))
    workspace.set_groups([GroupChange("TEST", "B", "Groupe B")], by(6))
    link = workspace.link("TEST", "B2", "B", "même client", by(7))
    workspace.unlink(link, by(8))
    workspace.set_terms([TermsChange("TEST", "A", "30 jours")], by(9))
    workspace.set_terms([TermsChange("TEST", "A", "45 jours")], by(10))
    promise = ActionEntry(
        "TEST", "A", "promise", amount_minor=900, currency="EUR", due_on=date(2025, 8, 1)
    )
    entry = workspace.add_action(promise, by(11))
    workspace.undo_action(entry, by(12))
    [dispute] = workspace.open_disputes(
        [DisputeEntry("TEST", "A", F1, "PRIX", 400, opened_on=date(2025, 6, 10))], by(13)
    )
    workspace.close_disputes([DisputeClosing(dispute, "avoir")], by(14))
    claim = Depreciation("accepted", "TEST", D, "A", F1, 0.5, "EUR", reason="douteux")
    workspace.decide_depreciations([claim], by(15))
    workspace.answer(Answer("reminders", "partly"), by(16))
    workspace.answer(Answer("reminders", "yes", "écrite"), by(17))


@pytest.fixture(scope="module")
def view(book: Workspace) -> control.ControlView:
    return control.build(book.histories(), *PERIOD)


def told(view: control.ControlView, kind: str) -> list[dict[str, Any]]:
    """Return the entries of a kind, the first made first."""
    rows = view.changes.loc[view.changes["kind"] == kind].to_dict("records")
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in rows
    ][::-1]


def sides(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(value_words(row, "before", "en"), value_words(row, "after", "en")) for row in rows]


def test_each_change_stands_once_with_its_author_and_time(view: control.ControlView) -> None:
    counts = view.changes["kind"].value_counts().to_dict()
    assert counts == {
        "limit": 2, "policy": 1, "segment": 2, "group": 1, "link": 2, "terms": 2, "followup": 2,
        "dispute": 2, "depreciation": 1, "answer": 2, "import": 3,
    }  # fmt: skip
    assert view.changes["change_id"].notna().all()
    assert view.changes["at"].is_monotonic_decreasing
    assert told(view, "limit")[1]["at"] == by(2).at
    assert set(view.changes.loc[view.changes["kind"] == "import", "by"]) == {"Anne"}
    assert set(view.changes.loc[view.changes["kind"] != "import", "by"]) == {"Zoé"}
    assert view.counts.set_index("kind")["count"].to_dict() == counts
    assert {row["name"] for row in told(view, "limit")} == {"Dupont"}
    assert set(control.KINDS) == set(WORDS)


def test_before_and_after(view: control.ControlView) -> None:
    limits = told(view, "limit")
    assert [row["before_minor"] for row in limits][1] == 5_000
    assert [row["after_minor"] for row in limits] == [5_000, 8_000]
    assert limits[1]["reason"] == "hausse"
    [setting] = told(view, "policy")
    assert (setting["subject"], setting["after"]) == ("buckets", "15; 45")
    assert setting["before"] == "; ".join(str(bound) for bound in Policy().buckets)
    segments = told(view, "segment")
    assert [(row["before"], row["after"]) for row in segments] == [
        (None, "watch"), ("watch", "high_risk"),
    ]  # fmt: skip
    assert sides(told(view, "group")) == [("", "Groupe B")]
    assert sides(told(view, "link")) == [("", "B"), ("B", "")]
    assert sides(told(view, "terms")) == [("", "30 jours"), ("30 jours", "45 jours")]
    promised, undone = told(view, "followup")
    assert (promised["after_minor"], promised["is_undone"]) == (900, True)
    assert (undone["event"], undone["before_minor"]) == ("undone", 900)
    assert undone["undoes"] == promised["change_id"]
    opened, closed = told(view, "dispute")
    assert (opened["event"], opened["after_minor"], opened["subject"]) == ("opened", 400, F1)
    assert (closed["event"], closed["after"]) == ("closed", "avoir")
    assert sides(told(view, "depreciation")) == [("", "accepted 50 %")]
    assert [(row["before"], row["after"]) for row in told(view, "answer")] == [
        (None, "partly"), ("partly", "yes"),
    ]  # fmt: skip
    assert [row["event"] for row in told(view, "import")] == ["imported", "undone", "taken_back"]


def test_an_undo_gives_back_what_stood_before() -> None:
    workspace = Workspace.open(None)
    workspace.answer(Answer("reminders", "no"), by(0))
    last = workspace.answer(Answer("reminders", "yes"), by(1))
    workspace.undo_answer(last, by(2))
    found = control.build(workspace.histories(), *PERIOD)
    undone = told(found, "answer")[-1]
    assert (undone["event"], undone["before"], undone["after"]) == ("undone", "yes", "no")
    workspace.close()


def test_refused_lines_add_up_to_those_of_the_files(view: control.ControlView) -> None:
    refused = [issue for issue in REFUSED if issue.severity == "refused"]
    assert len(view.refused) == len(refused)
    assert set(view.refused["file_name"]) == {"book.xlsx"}
    assert sorted(view.refused["row_number"].dropna()) == [7, 9, 11]
    totals = view.refused_totals.set_index(view.refused_totals["currency"].fillna(""))
    assert totals["amount_minor"].dropna().to_dict() == {"EUR": 10_000, "USD": 50_000}
    assert totals["count"].to_dict() == {"EUR": 2, "USD": 40, "": 1}
    assert totals["count"].sum() == 43


def test_the_period_counts_both_days(book: Workspace) -> None:
    histories = book.histories()
    day = control.build(histories, by(2).at.date(), by(2).at.date())
    assert day.changes["kind"].tolist() == ["limit"]
    assert day.refused.empty
    before = control.build(histories, date(2025, 1, 1), date(2025, 6, 30))
    assert before.changes.empty
    assert before.counts.empty
    assert before.refused_totals.empty
    with pytest.raises(UserError, match="control_dates"):
        control.build(histories, date(2025, 7, 2), date(2025, 7, 1))


def test_one_company_alone(book: Workspace) -> None:
    other = control.build(book.histories("AUTRE"), *PERIOD)
    assert set(other.changes["kind"]) == {"policy", "answer"}
    assert other.refused.empty


def test_workbook_holds_every_change_and_the_totals(view: control.ControlView) -> None:
    content = control_workbook(view, {"Politique": "v1"}, "fr")
    assert content == control_workbook(view, {"Politique": "v1"}, "fr")
    sheets = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert len(sheets.sheetnames) == 1 + len(SHEETS) + 2
    cells = [[cell.value for cell in row] for sheet in sheets.worksheets for row in sheet.rows]
    ids = [value for row in cells for value in row if value in set(view.changes["change_id"])]
    assert set(ids) == set(view.changes["change_id"])
    summary = [[cell.value for cell in row] for row in sheets.worksheets[0].rows]
    amounts = {row[4]: row[3] for row in summary if row[4] in ("EUR", "USD")}
    assert amounts == {"EUR": 100, "USD": 500}
    empty = control.build(
        {name: frame.head(0) for name, frame in _histories(view).items()}, *PERIOD
    )
    assert control_workbook(empty, None, "en")


def _histories(view: control.ControlView) -> dict[str, Any]:
    workspace = Workspace.open(None)
    found = workspace.histories()
    workspace.close()
    assert view is not None
    return found


def test_every_entry_is_said_in_both_languages(view: control.ControlView) -> None:
    for row in view.changes.to_dict("records"):
        for language in ("fr", "en"):
            assert kind_word(row["kind"], language) != row["kind"]
            assert event_word(row["event"], language)
            assert subject_words(row, language) is not None
            assert value_words(row, "after", language) is not None
    [setting] = told(view, "policy")
    assert "·" in subject_words(setting, "fr")


def test_an_auditor_reads_numbers_of_documents_and_amounts_in_euros(
    view: control.ControlView,
) -> None:
    [dispute, *_others] = told(view, "dispute")
    assert "|" in dispute["subject"]
    assert "|" not in subject_words(dispute, "fr")
    frame = pd.DataFrame(
        [
            {
                "version": "v2",
                "text": Policy().with_settings(materiality_minor={"EUR": 100000}).to_toml(),
                "set_at": pd.Timestamp("2025-01-01", tz="UTC"),
                "set_by": "a",
            }
        ]
    )
    [row] = control._policies(frame)
    assert (row["before"], row["after"]) == ("500.00 EUR", "1000.00 EUR")
