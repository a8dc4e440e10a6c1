"""The journal against the import before, and what changed between any two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from arlib.model.files import ImportOptions
from arlib.model.issues import UserError
from arlib.model.portfolio import Filters
from arlib.views import history
from arlib.workspace import Author, Workspace
from tests.support.books import BY, Alloc, Book, Doc, load
from tests.support.extractions import april, extracted_workspace, march

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio

ANY = date(9999, 12, 31)
JAN, FEB = date(2025, 1, 10), date(2025, 2, 10)


def _portfolio(workspace: Workspace) -> Portfolio:
    return workspace.portfolio(ANY, Filters())


def _journal(workspace: Workspace) -> list[dict[str, Any]]:
    view = history.build(_portfolio(workspace), workspace.hidden_by(), workspace.predecessors())
    return [{str(k): v for k, v in row.items()} for row in view.imports.to_dict("records")]


def _found(view: history.ChangesView) -> dict[str, tuple[int, int | None, int]]:
    return {
        row["change"]: (
            row["count"],
            None if pd.isna(row["amount_minor"]) else int(row["amount_minor"]),
            int(row["hidden_minor"]),
        )
        for row in view.changes.to_dict("records")
    }


@pytest.fixture(scope="module")
def extracted() -> Workspace:
    return extracted_workspace(Workspace.open(None))


def test_what_moved_between_two_extractions(extracted: Workspace) -> None:
    view = history.changes(_portfolio(extracted), extracted.predecessors())
    assert (view.file_name, view.before_file_name) == ("ouvertes_avril.xlsx", "ouvertes_mars.xlsx")
    assert view.is_inferred
    assert _found(view) == {
        "due_later": (2, 3_000, 1_000),
        "due_earlier": (1, 3_000, 0),
        "amount_edited": (1, 50, 0),
        "documents_new": (1, 4_000, 0),
        "settled": (1, 7_000, 0),
        "part_settled": (1, -3_000, 0),
        "customer_new": (1, None, 0),
        "customer_renamed": (1, None, 0),
    }
    late = view.changes[view.changes["change"] == "due_later"].iloc[0]
    assert late["max_days"] == 69
    assert late["mean_days"] == pytest.approx((69 * 1_000 + 30 * 2_000) / 3_000)
    early = view.changes[view.changes["change"] == "due_earlier"].iloc[0]
    assert early["max_days"] == -5


def test_documents_behind_a_change(extracted: Workspace) -> None:
    portfolio = _portfolio(extracted)
    view = history.changes(portfolio, extracted.predecessors())
    late = history.change_lines(portfolio, view, ("due_later",)).set_index("number")
    moved = late.loc[["F1"], ["due_before_on", "due_after_on"]].iloc[0]
    assert [day.date() for day in moved] == [date(2025, 2, 5), date(2025, 4, 15)]
    assert (late.loc["F1", "days"], late.loc["F1", "hidden_minor"]) == (69, 1_000)
    assert late.loc["F1", "name"] == "Atelier Berthou SAS"
    everything = history.change_lines(portfolio, view)
    sums = everything.dropna(subset=["currency"]).groupby("change")["amount_minor"].sum()
    for name, (_count, amount, _hidden) in _found(view).items():
        assert amount is None or sums[name] == amount
    gone = everything[everything["change"] == "settled"].iloc[0]
    assert (gone["number"], gone["file_name"]) == ("F3", "ouvertes_mars.xlsx")
    renamed = everything[everything["change"] == "customer_renamed"].iloc[0]
    assert (renamed["name_before"], renamed["name"]) == ("Atelier Berthou", "Atelier Berthou SAS")


def test_the_order_of_imports_says_nothing(extracted: Workspace) -> None:
    other = Workspace.open(None)
    other.load([april(), march()], ImportOptions(), BY)
    newest = _journal(other)[-1]
    assert newest["file_name"] == "ouvertes_avril.xlsx"
    assert newest["previous_file_name"] == "ouvertes_mars.xlsx"
    view = history.changes(_portfolio(other), other.predecessors(), newest["batch_id"])
    mine = history.changes(_portfolio(extracted), extracted.predecessors())
    assert _found(view) == _found(mine)


def test_open_amounts_alone_that_shrink_were_settled_in_part() -> None:
    def extraction(day: date, amount: int) -> Book:
        docs = [Doc("C", "F", JAN, amount, due_on=FEB), Doc("C", "G", JAN, 900, due_on=FEB)]
        opened = {"F": amount, "G": 900}
        return Book(docs, open_items=opened, scope="open_items", level="C", extracted_on=day)

    workspace = Workspace.open(None)
    load(workspace, extraction(date(2025, 3, 1), 1000), extraction(date(2025, 4, 1), 400))
    assert _found(history.changes(_portfolio(workspace), workspace.predecessors())) == {
        "part_settled": (1, -600, 0)
    }
    load(workspace, extraction(date(2025, 5, 1), 450))
    assert _found(history.changes(_portfolio(workspace), workspace.predecessors())) == {
        "amount_edited": (1, 50, 0)
    }


def _ledger(until: date, *, due: date = FEB, with_f2: bool = True) -> Book:
    docs = [Doc("C1", "F1", JAN, 10_000, due_on=due)]
    docs += [Doc("C1", "F2", date(2025, 1, 12), 600, due_on=FEB)] if with_f2 else []
    allocations = []
    if until > FEB:
        docs += [
            Doc("C1", "P1", date(2025, 2, 20), -4_000, "payment"),
            Doc("C2", "F9", date(2025, 2, 15), 30_000, due_on=date(2025, 3, 15)),
        ]
        allocations = [Alloc("P1", "F1", 4_000)]
    return Book(docs, allocations, covers=(date(2025, 1, 1), until))


def test_a_cumulative_ledger_against_the_month_before() -> None:
    workspace = Workspace.open(None)
    load(workspace, _ledger(date(2025, 1, 31)))
    load(workspace, _ledger(date(2025, 2, 28), due=date(2025, 3, 10), with_f2=False))
    view = history.changes(_portfolio(workspace), workspace.predecessors())
    assert not view.is_inferred
    assert _found(view) == {
        "due_later": (1, 10_000, 10_000),
        "documents_gone": (1, 600, 0),
        "documents_new": (1, 30_000, 0),
        "cash_received": (1, 4_000, 0),
        "customer_new": (1, None, 0),
    }
    rows = _journal(workspace)
    assert [row["state"] for row in rows] == ["live", "superseded"]
    assert rows[1]["hidden_by"] == "book.xlsx"
    assert rows[0]["previous_rows_kept"] == 2
    assert pd.isna(rows[0]["rows_flag"])


def test_a_later_year_does_not_lose_the_one_before() -> None:
    workspace = Workspace.open(None)
    load(workspace, _ledger(date(2025, 1, 31)))
    later = Book(
        [Doc("C1", "F20", date(2026, 1, 3), 100, due_on=date(2026, 2, 3))],
        covers=(date(2026, 1, 1), date(2026, 12, 31)),
    )
    load(workspace, later)
    assert _found(history.changes(_portfolio(workspace), workspace.predecessors())) == {
        "documents_new": (1, 100, 0)
    }


def test_totals_against_the_import_before(extracted: Workspace) -> None:
    view = history.build(_portfolio(extracted), {}, extracted.predecessors())
    latest = view.imports.iloc[0]["batch_id"]
    row = view.totals[view.totals["batch_id"] == latest].iloc[0]
    assert (row["amount_minor"], row["previous_minor"]) == (20_050, 26_000)
    assert row["difference_minor"] == -5_950
    assert pd.isna(row["flag"])
    first = view.totals[view.totals["batch_id"] != latest].iloc[0]
    assert pd.isna(first["previous_minor"])


@pytest.mark.parametrize(
    ("amount", "flag"),
    [(52_000, "doubled"), (13_000, "halved"), (-26_000, "sign"), (51_999, None), (13_001, None)],
)
def test_a_total_that_halves_or_doubles_is_flagged(amount: int, flag: str | None) -> None:
    workspace = Workspace.open(None)
    second = replace(april(), control_totals={"EUR": amount, "USD": 5})
    workspace.load([march(), second], ImportOptions(), BY)
    view = history.build(_portfolio(workspace), {}, workspace.predecessors())
    rows = view.totals[view.totals["batch_id"] == view.imports.iloc[0]["batch_id"]]
    found = rows.set_index("currency")["flag"]
    assert (None if pd.isna(found["EUR"]) else found["EUR"]) == flag
    assert pd.isna(found["USD"])  # nothing to compare it with


def test_set_aside_and_taken_back() -> None:
    workspace = Workspace.open(None)
    load(workspace, _ledger(date(2025, 1, 31)))
    load(workspace, _ledger(date(2025, 2, 28)))
    before = workspace.portfolio(date(2025, 2, 28)).balances()
    newest = _journal(workspace)[0]["batch_id"]
    workspace.undo(newest, BY)
    rows = _journal(workspace)
    assert [row["state"] for row in rows] == ["undone", "live"]
    assert (rows[0]["undone_by"], rows[1]["hidden_by"]) == ("tests", "")
    with pytest.raises(UserError) as raised:
        workspace.take_back(rows[1]["batch_id"], BY)
    assert raised.value.code == "batch_not_undone"
    done = workspace.take_back(newest, Author("camille", BY.at))
    assert (done.status, done.restored) == ("taken_back", (rows[1]["batch_id"],))
    pd.testing.assert_frame_equal(workspace.portfolio(date(2025, 2, 28)).balances(), before)
    view = history.build(_portfolio(workspace), workspace.hidden_by(), workspace.predecessors())
    mine = view.events[view.events["batch_id"] == newest]
    assert set(mine["event"]) == {"imported", "undone", "taken_back"}
    assert workspace.verify().is_ok


def test_an_import_in_the_way_refuses_the_taking_back() -> None:
    workspace = Workspace.open(None)
    load(workspace, _ledger(date(2025, 1, 31)))
    first = _journal(workspace)[0]["batch_id"]
    workspace.undo(first, BY)
    load(workspace, replace_format(_ledger(date(2025, 1, 31))))
    with pytest.raises(UserError) as raised:
        workspace.take_back(first, BY)
    assert raised.value.code == "overlap_other_format"


def replace_format(book: Book) -> Book:
    book.format_id = "fec"
    book.level = "D"
    return book


def test_an_import_set_aside_is_nobody_s_predecessor() -> None:
    workspace = extracted_workspace(Workspace.open(None))
    first = _journal(workspace)[-1]["batch_id"]
    workspace.undo(first, BY)
    rows = _journal(workspace)
    assert pd.isna(rows[0]["previous_id"])
    view = history.changes(_portfolio(workspace), workspace.predecessors())
    assert view.before_id is None
    assert view.changes.empty
    assert history.change_lines(_portfolio(workspace), view).empty
    # it can be compared with all the same
    against = history.changes(
        _portfolio(workspace), workspace.predecessors(), rows[0]["batch_id"], first
    )
    assert "due_later" in _found(against)


def test_a_book_whose_imports_are_all_set_aside_still_has_a_journal() -> None:
    workspace = extracted_workspace(Workspace.open(None))
    for row in _journal(workspace):
        workspace.undo(row["batch_id"], BY)
    assert [row["state"] for row in _journal(workspace)] == ["undone", "undone"]


def test_companies_are_compared_with_themselves() -> None:
    workspace = extracted_workspace(Workspace.open(None))
    load(workspace, Book([Doc("C1", "F1", JAN, 99, due_on=FEB)], company="AUTRE"))
    rows = _journal(workspace)
    assert rows[0]["company_id"] == "AUTRE"
    assert pd.isna(rows[0]["previous_id"])
    only = workspace.portfolio(ANY, Filters(company_id="TEST"))
    assert set(history.build(only, {}, {}).imports["company_id"]) == {"TEST"}


def test_unknown_imports_are_refused(extracted: Workspace) -> None:
    for arguments in (("nope",), (None, "nope")):
        with pytest.raises(UserError) as raised:
            history.changes(_portfolio(extracted), extracted.predecessors(), *arguments)
        assert raised.value.code == "batch_not_found"
    with pytest.raises(UserError) as raised:
        history.changes(_portfolio(Workspace.open(None)), {})
    assert raised.value.code == "book_empty"


def test_the_overview_tells_the_same_changes(extracted: Workspace) -> None:
    view = history.changes(_portfolio(extracted), extracted.predecessors())
    told, found = extracted.changes_since_last_import(), _found(view)
    assert told["due_dates_moved"] == found["due_later"][:2]
    assert told["documents_new"] == found["documents_new"][:2]
    assert told["customers_new"] == found["customer_new"][:2]
    assert told["documents_gone"] == (0, None)  # a list of open items loses what was settled
    assert (told["currency"], told["company_id"]) == ("EUR", "TEST")
    assert Workspace.open(None).changes_since_last_import() == {}
