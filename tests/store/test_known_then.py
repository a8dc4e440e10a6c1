"""A past date as it was known then: the files imported and the lettering recorded by that day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

from arlib.model.files import ImportOptions
from arlib.model.portfolio import Filters
from arlib.workspace import Author, Workspace
from tests.ingest.fec_builder import Fec
from tests.support.books import BY, Alloc, Book, Doc

KNOWN = Filters(knowledge="known_then")


def by(day: date) -> Author:
    return Author("tests", datetime(day.year, day.month, day.day, 18))  # noqa: DTZ001 - local time


def load(workspace: Workspace, book: Book, day: date) -> str:
    result = workspace.load([book.parsed()], ImportOptions(), by(day))[0]
    return str(result.batch_id)


def left(workspace: Workspace, day: date, filters: Filters | None = None) -> dict[str, int]:
    items = workspace.portfolio(day, filters).items()
    return {str(n): int(a) for n, a in zip(items["number"], items["open_minor"], strict=True)}


def test_the_example_of_the_definitions() -> None:
    fec = Fec()
    fec.opening("C002", "F006", "20241205", 480_000, let="a")
    fec.payment("C002", "P03", "20250317", 180_000, let="a")
    fec.invoice("C002", "F007", "20250214", 720_000)
    fec.invoice("C002", "F008", "20250422", 240_000, let="AB", let_on="20250622")
    fec.payment("C002", "P04", "20250620", 240_000, let="AB", let_on="20250622")
    fec.invoice("C002", "A001", "20250512", -120_000)
    fec.payment("C002", "P05", "20250627", 50_000)
    fec.invoice("C001", "F002", "20250310", 600_000, let="AB", let_on="20250505")
    fec.invoice("C001", "F003", "20250324", 120_000, let="AB", let_on="20250505")
    fec.payment("C001", "P02", "20250505", 720_000, let="AB", let_on="20250505")
    workspace = Workspace.open(None)
    workspace.load([fec.read()], ImportOptions(), BY)
    end = date(2025, 6, 30)
    assert left(workspace, end) == {
        "F006": 300_000,
        "F007": 720_000,
        "A001": -120_000,
        "P05": -50_000,
    }
    assert left(workspace, end, KNOWN) == left(workspace, end)
    day = date(2025, 6, 21)
    economic, known = left(workspace, day), left(workspace, day, KNOWN)
    assert economic == {"F006": 300_000, "F007": 720_000, "A001": -120_000}
    assert known == {**economic, "F008": 240_000, "P04": -240_000}
    assert sum(economic.values()) == sum(known.values()) == 900_000
    info = workspace.portfolio(day, KNOWN).info
    assert (info.is_known_then, info.imported_later) == (True, ("123456782",))
    # figures that go through other tables: snapshots, exposure, sums by customer
    months = workspace.portfolio(day, KNOWN).aging_months((date(2025, 5, 31), day))
    assert months.groupby("month_end")["amount_minor"].sum().tolist() == [1_140_000, 900_000]
    balances = workspace.portfolio(day, KNOWN).balances()
    assert balances["open_debit_minor"].tolist() == [1_260_000]
    assert (workspace.portfolio(day, KNOWN).tie_out()["difference_minor"] == 0).all()


JANUARY = Book(
    [Doc("C1", "F1", date(2025, 1, 5), 1000), Doc("C1", "F2", date(2025, 1, 20), 500)],
    covers=(date(2025, 1, 1), date(2025, 1, 31)),
)
MARCH = replace(
    JANUARY,
    docs=[
        *JANUARY.docs,
        Doc("C1", "F0", date(2025, 1, 25), 70),
        Doc("C1", "P1", date(2025, 1, 30), -1000, "payment"),
        Doc("C1", "F3", date(2025, 3, 3), 9),
    ],
    allocs=[Alloc("P1", "F1", 1000)],
    covers=(date(2025, 1, 1), date(2025, 3, 31)),
)


def test_layers_imported_by_then() -> None:
    workspace = Workspace.open(None)
    load(workspace, JANUARY, date(2025, 2, 3))
    march = load(workspace, MARCH, date(2025, 4, 2))
    day = date(2025, 2, 28)
    restated = {"F2": 500, "F0": 70}
    assert left(workspace, day) == restated
    assert left(workspace, day, KNOWN) == {"F1": 1000, "F2": 500}
    portfolio = workspace.portfolio(day, KNOWN)
    assert portfolio.info.imported_later == ()
    assert portfolio.batches()["state"].tolist() == ["live"]
    assert portfolio.info.default_as_of == workspace.info().default_as_of
    assert left(workspace, date(2025, 4, 2), KNOWN) == left(workspace, date(2025, 4, 2))
    # nothing was imported yet at the end of January: all the files, and it is said
    early = workspace.portfolio(date(2025, 1, 31), KNOWN)
    assert early.info.imported_later == ("TEST",)
    assert left(workspace, date(2025, 1, 31), KNOWN) == {"F2": 500, "F0": 70}
    # undone in May, taken back in June
    workspace.undo(march, by(date(2025, 5, 2)))
    load(workspace, MARCH, date(2025, 6, 2))
    assert left(workspace, date(2025, 4, 15), KNOWN)["F3"] == 9
    assert "F3" not in left(workspace, date(2025, 5, 15), KNOWN)
    assert left(workspace, date(2025, 6, 15), KNOWN)["F3"] == 9


def test_an_import_undone_since_was_known_then() -> None:
    workspace = Workspace.open(None)
    load(workspace, JANUARY, date(2025, 2, 3))
    other = load(workspace, replace(MARCH, company="AUTRE"), date(2025, 4, 2))
    workspace.undo(other, by(date(2025, 5, 2)))
    day = date(2025, 4, 15)
    assert left(workspace, day) == {"F1": 1000, "F2": 500}
    known = workspace.portfolio(day, KNOWN)
    assert {item.company_id for item in known.info.companies} == {"TEST", "AUTRE"}
    assert known.items()["company_id"].value_counts().to_dict() == {"AUTRE": 3, "TEST": 2}


def test_books_known_then_follow_the_book_and_are_few() -> None:
    workspace = Workspace.open(None)
    load(workspace, JANUARY, date(2025, 2, 3))
    load(workspace, MARCH, date(2025, 4, 2))
    days = [date(2025, 2, 10) + timedelta(days=i) for i in range(5)]
    expected = {"F1": 1000, "F2": 500}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda day: left(workspace, day, KNOWN), days * 2))
    assert answers == [expected] * 10
    with workspace._database.cursor() as cursor:
        rows = cursor.execute(
            "SELECT count(*) FROM duckdb_databases() WHERE database_name LIKE 'known%'"
        ).fetchall()
    assert rows[0][0] <= 8
    old = workspace.portfolio(days[0], KNOWN)
    assert old.items()["number"].tolist() == ["F1", "F2"]
    load(workspace, replace(JANUARY, company="NOUVEAU"), date(2025, 2, 5))
    assert set(workspace.portfolio(days[0], KNOWN).items()["company_id"]) == {"TEST", "NOUVEAU"}
    # a portfolio read before the change still answers
    assert len(old.balances()) > 0
    with workspace._database.cursor() as cursor:
        rows = cursor.execute(
            "SELECT count(*) FROM duckdb_databases() WHERE database_name LIKE 'known%'"
        ).fetchall()
    assert rows[0][0] <= 3


def test_filters_and_other_dates_of_a_book_known_then() -> None:
    workspace = Workspace.open(None)
    load(workspace, JANUARY, date(2025, 2, 3))
    load(workspace, MARCH, date(2025, 4, 2))
    day = date(2025, 2, 28)
    filtered = replace(KNOWN, search="f1")
    assert len(workspace.portfolio(day, filtered).customers()) == 1
    assert workspace.portfolio(day, replace(KNOWN, search="f3")).customers().empty
    before = workspace.portfolio(day, KNOWN).at(date(2025, 1, 31))
    assert before.items()["open_minor"].sum() == 1500
