"""Closings kept: what was kept stays, what was restated since is told with everything done since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from arlib.model.files import ImportOptions
from arlib.model.issues import UserError
from arlib.views import closings
from arlib.workspace import Author, LimitChange, Workspace
from tests.support.books import BY, Book, Doc, load
from tests.support.worked import D, worked_book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.views.closings import Restated

_ANY_DAY = date(9999, 12, 31)


@pytest.fixture
def book() -> Iterator[Workspace]:
    workspace = Workspace.open(None)
    load(workspace, worked_book())
    yield workspace
    workspace.close()


def at(hours: int) -> Author:
    return Author("Zoé", BY.at + timedelta(hours=hours))


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    """Return the figures of the worked set, the same for every book that holds it alone."""
    workspace = Workspace.open(None)
    load(workspace, worked_book())
    return closings.figures(workspace.portfolio(_ANY_DAY), D, workspace.policy())


def keep(book: Workspace, figures: pd.DataFrame, hours: int = 1) -> str:
    return book.keep_closing(figures, D, (book.policy().version, "0"), at(hours))


def compared(book: Workspace, closing_id: str, program: str = "0") -> Restated:
    closing = book.closing(closing_id)
    now = closings.figures(book.portfolio(_ANY_DAY), closing.as_of, book.policy())
    return closings.restated(
        closing.figures, now, closing.as_of, closing.since, programs=("0", program)
    )


def moved(found: Restated) -> dict[tuple[str, str], int]:
    """Return the amounts that moved, by measure and bucket."""
    rows = found.changed.dropna(subset=["difference_minor"])
    return {
        (row["measure"], row["bucket"]): int(row["difference_minor"])
        for row in rows.to_dict("records")
    }


def edited(number: str, amount: int) -> Book:
    """Return the worked set with one amount edited in the accounts."""
    whole = worked_book()
    docs = [replace(doc, amount=amount) if doc.number == number else doc for doc in whole.docs]
    return replace(whole, docs=docs)


def test_what_is_kept_is_what_the_documents_say(book: Workspace, figures: pd.DataFrame) -> None:
    found = book.closing(keep(book, figures)).figures
    values = {
        (row["measure"], row["bucket"]): row["amount_minor"] for row in found.to_dict("records")
    }
    whole = sum(doc.amount for doc in worked_book().docs if doc.issued_on <= D)
    assert values["outstanding", ""] == whole
    assert sum(amount for (name, _b), amount in values.items() if name == "aged") == whole
    buckets = [bucket for name, bucket in values if name == "aged"]
    assert buckets == ["not_due", "1-30", "31-60", "61-90", "90+", "unallocated"]
    days = found.set_index("measure")["number"].dropna()
    assert set(days.index) == {"dso_simple", "dso_count_back", "count_over"}
    said = found["amount_minor"].isna() & found["number"].isna()
    assert (said == found["reason"].notna()).all()


def test_a_changed_file_and_its_undo_are_told(book: Workspace, figures: pd.DataFrame) -> None:
    kept = keep(book, figures)
    first = book.closing(kept)
    assert first.since.empty
    parsed = [edited("F009", 2_000_000).parsed()]
    later = book.load(parsed, ImportOptions(), at(2))[0]
    assert later.batch_id is not None
    found = compared(book, kept)
    # F009 was 18,000, due on 31 May, all of it in dispute: thirty days late on 30 June
    more = 200_000
    assert {name: amount for name, amount in moved(found).items() if name[0] != "provisions"} == {
        ("outstanding", ""): more,
        ("gross", ""): more,
        ("overdue", ""): more,
        ("disputed", ""): more,
        ("aged", "1-30"): more,
    } | {name: amount for name, amount in moved(found).items() if name[0] == "overrun"}
    assert found.causes["kind"].tolist() == ["import_imported"]
    assert found.causes["made_by"].tolist() == ["Zoé"]
    assert found.causes["at"].tolist() == [at(2).at]
    files = book.closing(kept).files
    live = {(bool(row["was_live"]), bool(row["is_live"])) for row in files.to_dict("records")}
    assert live == {(True, False), (False, True)}
    assert set(files.loc[files["was_live"], "sha256"]) == set(first.files["sha256"])
    book.undo(later.batch_id, at(3))
    found = compared(book, kept)
    assert found.changed.empty
    assert found.causes["kind"].tolist() == ["import_imported", "import_undone"]


def test_settings_limits_and_programs_are_causes(book: Workspace, figures: pd.DataFrame) -> None:
    kept = keep(book, figures)
    before = book.closing(kept).figures
    book.set_policy(replace(book.policy(), buckets=(60,)), at(2))
    found = compared(book, kept, "1")
    assert found.causes["kind"].tolist() == ["policy", "program"]
    assert found.causes["subject"].tolist() == [book.policy().version, "0 → 1"]
    gone = found.changed.loc[found.changed["measure"] == "aged"]
    assert set(gone.loc[gone["now_minor"].isna(), "bucket"]) == {"1-30", "31-60", "61-90", "90+"}
    assert set(gone.loc[gone["then_minor"].isna(), "bucket"]) == {"1-60", "60+"}
    assert ("outstanding", "") not in moved(found)
    limit = LimitChange("TEST", "customer", "C004", 100, "EUR", reason="essai")
    book.set_limits([limit], at(4))
    causes = book.closing(kept).since
    assert causes["kind"].tolist() == ["policy", "limit"]
    assert causes["customer_id"].tolist()[1] == "C004"
    assert book.closing(kept).figures.equals(before)  # what was kept never changes


def test_a_company_come_later_and_a_date_nobody_answers(
    book: Workspace, figures: pd.DataFrame
) -> None:
    nothing = closings.figures(book.portfolio(_ANY_DAY), date(2020, 1, 1), book.policy())
    with pytest.raises(UserError, match="closing_empty"):
        keep(book, nothing)
    with pytest.raises(UserError, match="closing_not_found"):
        book.closing("A000")
    kept = keep(book, figures)
    load(book, Book([Doc("Z", "N1", date(2025, 5, 2), 700)], company="OTHER"))
    found = compared(book, kept)
    assert set(found.changed["company_id"]) == {"OTHER"}
    assert found.changed.set_index("measure")["now_minor"]["outstanding"] == 700
    assert found.changed["difference_minor"].isna().all()
    assert set(found.changed["then_reason"]) == {"not_applicable"}
    both = pd.concat([figures, figures.assign(company_id="OTHER")])
    keep(book, both, 9)
    listed = book.closings()
    assert listed["count_companies"].tolist() == [2, 1]
    assert listed["count_files"].tolist() == [2, 1]
