from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from arlib.model.policy import Policy
from arlib.views import report
from arlib.workspace import Workspace
from tests.support.books import Book, Doc, load
from tests.support.sample import SAMPLE_DATES, sample_workspace
from tests.support.worked import D, worked_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from arlib.views.report import RiskReport

# What a spreadsheet could take for a formula, a link, a number or markup.
NASTY = {
    "C001": '=HYPERLINK("http://example.org","x")',
    "C002": "+33 1 23 45 67 89",
    "C003": "-5 SARL",
    "C004": "@x",
}


@pytest.fixture(scope="session")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RiskReport]:
    """The report of the worked set at its date, its customers given dangerous names."""
    book = worked_book()
    names = [row | {"name": NASTY[str(row["customer_id"])]} for row in book.customers]
    yield from _report(replace(book, customers=names), tmp_path_factory.mktemp("worked"), D)


@pytest.fixture(scope="session")
def two_currencies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RiskReport]:
    """The report of a book in euros and in CFA francs, which have no cents."""
    day = date(2025, 3, 31)
    book = Book(
        docs=[
            Doc("A", "1", date(2025, 1, 10), 123_45, due_on=date(2025, 2, 10)),
            Doc("A", "2", date(2025, 3, 1), 5_000_000, due_on=date(2025, 4, 1), currency="XOF"),
            Doc("B", "3", date(2025, 3, 2), -4_000, "credit_note", currency="XOF"),
        ],
        customers=[{"customer_id": code, "name": code} for code in "AB"],
        covers=(date(2025, 1, 1), day),
    )
    yield from _report(book, tmp_path_factory.mktemp("two"), day)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The sample company, never written by a test."""
    workspace = sample_workspace(tmp_path_factory.mktemp("sample") / "book.duckdb")
    yield workspace
    workspace.close()


@pytest.fixture(scope="session", params=SAMPLE_DATES, ids=str)
def views(sample: Workspace, request: pytest.FixtureRequest) -> RiskReport:
    """The report of the sample company at two dates."""
    return report.build(sample.portfolio(request.param), Policy())


def _report(book: Book, folder: Path, day: date) -> Iterator[RiskReport]:
    workspace = Workspace.open(folder / "book.duckdb")
    load(workspace, book)
    yield report.build(workspace.portfolio(day), Policy())
    workspace.close()
