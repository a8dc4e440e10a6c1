"""The identities of the contract, on random books: every path gives the same cents."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from arlib.model.files import ImportOptions
from arlib.model.portfolio import Filters, month_ends
from arlib.workspace import LimitChange, Workspace
from tests.store.brute import disputed_at, due_of, open_at
from tests.store.strategies import books, days
from tests.support.books import BY, Book, Doc, load
from tests.support.examples import examples

PERIMETER = {"receivable", "doubtful", "retention"}


def _opened(*loaded: Book) -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, *loaded)
    return workspace


def _first(book: Book) -> date:
    return min(doc.issued_on for doc in book.docs)


def _rows(workspace: Workspace, sql: str) -> list[tuple[object, ...]]:
    with workspace._database.cursor() as cursor:
        rows: list[tuple[object, ...]] = cursor.execute(sql).fetchall()
    return rows


def _bucket(amount: int, late: int) -> int:
    if amount < 0:
        return 99
    return (late > 0) + (late > 30) + (late > 60) + (late > 90)


@given(books(), days)
@examples(25)
def test_interval_scan_is_the_definition(book: Book, day: date) -> None:
    workspace = _opened(book)
    day = max(day, _first(book))
    items = workspace.portfolio(day).items()
    assert dict(zip(items["number"], items["open_minor"], strict=True)) == open_at(book, day)
    disputed = items[items["disputed_minor"] > 0]
    assert dict(zip(disputed["number"], disputed["disputed_minor"], strict=True)) == disputed_at(
        book, day
    )
    due = {doc.number: due_of(doc) for doc in book.docs}
    for number, found in zip(items["number"], items["due_on"], strict=True):
        assert found.date() == due[number]


@given(books(), days)
@examples(25)
def test_snapshots_and_intervals_give_the_same_cents(book: Book, day: date) -> None:
    workspace = _opened(book)
    day = max(day, _first(book))
    months = [m for m in month_ends(day, 6) if m >= _first(book)]
    portfolio = workspace.portfolio(day)
    frame = portfolio.aging_months(tuple(months))
    by_customer = portfolio.source.frame(
        "aging_months",
        {"as_of": day, "filters": Filters(search=" "), "months": tuple(months)},
    )
    assert int(frame["amount_minor"].sum()) == int(by_customer["amount_minor"].sum())
    found: dict[tuple[date, int], int] = defaultdict(int)
    for row in frame.to_dict("records"):
        found[row["month_end"].date(), int(row["bucket"])] += int(row["amount_minor"])
    expected: dict[tuple[date, int], int] = defaultdict(int)
    by_number = {doc.number: doc for doc in book.docs}
    for month in months:
        for number, amount in open_at(book, month).items():
            doc = by_number[number]
            if doc.account_class in PERIMETER:
                expected[month, _bucket(amount, (month - due_of(doc)).days)] += amount
    assert {k: v for k, v in found.items() if v} == {k: v for k, v in expected.items() if v}


@given(books(), days)
@examples(25)
def test_cumulated_deltas_are_the_exposure(book: Book, day: date) -> None:
    workspace = _opened(book)
    workspace.set_limits([LimitChange("TEST", "all", None, 1, "EUR")], BY)
    day = max(day, _first(book))
    steps = workspace.portfolio(day).exposure_steps(_first(book) - timedelta(days=1))
    last = steps.groupby("customer_id").tail(1).set_index("customer_id")["exposure_minor"]
    expected: dict[str, int] = defaultdict(int)
    by_number = {doc.number: doc for doc in book.docs}
    for number, amount in open_at(book, day).items():
        if by_number[number].account_class in PERIMETER:
            expected[by_number[number].customer] += amount
    assert {k: int(v) for k, v in last.items() if v} == {k: v for k, v in expected.items() if v}


@given(books(), days)
@examples(25)
def test_ledger_equals_what_is_analysed(book: Book, day: date) -> None:
    workspace = _opened(book)
    tie_out = workspace.portfolio(max(day, _first(book))).tie_out()
    assert (tie_out["difference_minor"] == 0).all()
    total = sum(doc.amount for doc in book.docs if doc.issued_on <= max(day, _first(book)))
    assert int(tie_out["ledger_minor"].sum()) == total


@given(books(), days, st.integers(1, 60))
@examples(25)
def test_later_movements_change_nothing_earlier(book: Book, day: date, ahead: int) -> None:
    day = max(day, _first(book))
    later = day + timedelta(days=ahead)
    more = replace(
        book,
        docs=[
            *book.docs,
            Doc("C1", "FX", later, 12_345),
            Doc("C1", "PX", later, -12_345, "payment"),
        ],
    )
    before = _opened(book).portfolio(day).items().drop(columns=["file_name"])
    after = _opened(more).portfolio(day).items().drop(columns=["file_name"])
    assert before.equals(after)


BOOK_TABLES = [
    "companies",
    "customers",
    "documents",
    "allocations",
    "disputes",
    "document_balances",
    "settled_invoices",
    "balance_snapshots",
    "company_snapshots",
    "company_sales",
    "snapshot_months",
    "exposure_deltas",
]


def _content(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    return {
        name: sorted(_rows(workspace, f"SELECT * FROM {name}"), key=str) for name in BOOK_TABLES
    }


@given(books(), books())
@examples(25)
def test_order_of_imports_does_not_matter(one: Book, other: Book) -> None:
    other = replace(other, company="AUTRE")
    assert _content(_opened(one, other)) == _content(_opened(other, one))


@given(books(), books())
@examples(25)
def test_import_then_undo_leaves_every_table_equal(one: Book, other: Book) -> None:
    other = replace(
        other,
        docs=[replace(d, number="Z" + d.number) for d in other.docs],
        allocs=[replace(a, credit="Z" + a.credit, debit="Z" + a.debit) for a in other.allocs],
        disputes=[{**row, "number": "Z" + str(row["number"])} for row in other.disputes],
        covers=(date(2020, 1, 1), date(2020, 12, 31)),
    )
    workspace = _opened(one)
    before = _content(workspace)
    result = load(workspace, other)[0]
    assert _content(workspace) != before
    workspace.undo(str(result.batch_id), BY)
    assert _content(workspace) == before


@given(books())
@examples(25)
def test_cumulative_file_replaces_the_shorter_one(book: Book) -> None:
    first = _first(book)
    april = replace(book, covers=(first, date(2025, 4, 30)))
    kept = {doc.number for doc in book.docs if doc.issued_on <= date(2024, 6, 30)}
    march = replace(
        book,
        docs=[doc for doc in book.docs if doc.number in kept],
        allocs=[a for a in book.allocs if a.debit in kept and a.credit in kept],
        disputes=[row for row in book.disputes if row["number"] in kept],
        covers=(first, date(2024, 6, 30)),
    )
    if not march.docs:
        return
    alone = _content(_opened(april))
    assert _content(_opened(march, april)) == alone
    assert _content(_opened(april, march)) == alone


def test_same_file_again_is_unchanged_and_taken_back_after_undo() -> None:
    book = Book([Doc("C1", "F1", date(2024, 1, 1), 100)])
    workspace = _opened(book)
    again = load(workspace, book)[0]
    assert again.status == "unchanged"
    assert again.batch_id is not None
    workspace.undo(again.batch_id, BY)
    assert workspace.info().is_empty
    assert load(workspace, book)[0].status == "imported"
    assert len(_rows(workspace, "SELECT * FROM batches")) == 1


def test_another_format_over_the_same_period_is_refused_then_replaces_or_completes() -> None:
    ledger = Book([Doc("C1", "F1", date(2024, 1, 1), 100)], format_id="fec", level="D")
    listed = Book(
        [Doc("C1", "F1", date(2024, 1, 1), 100, due_on=date(2024, 3, 15))],
        format_id="flat",
        scope="full_list",
        level="B",
    )
    workspace = _opened(ledger)
    refused = load(workspace, listed)[0]
    assert (refused.status, refused.needs_choice) == ("refused", True)
    done = load(workspace, listed, options=ImportOptions(replace="complete"))[0]
    assert done.status == "imported"
    items = workspace.portfolio(date(2024, 2, 1)).items()
    assert [d.date() for d in items["due_on"]] == [date(2024, 3, 15)]
    assert list(items["open_minor"]) == [100]
    workspace.undo(str(done.batch_id), BY)
    replaced = load(workspace, listed, options=ImportOptions(replace="replace"))[0]
    assert replaced.supersedes == refused.supersedes or len(replaced.supersedes) == 1
    assert workspace.info().level == "B"


def test_what_an_extraction_no_longer_shows_was_settled_since() -> None:
    docs = [Doc("C1", "F1", date(2024, 1, 1), 1000), Doc("C1", "F2", date(2024, 1, 5), 500)]
    january = Book(
        docs,
        scope="open_items",
        level="C",
        format_id="flat",
        open_items={"F1": 1000, "F2": 500},
        extracted_on=date(2024, 1, 31),
    )
    february = Book(
        docs[:1],
        scope="open_items",
        level="C",
        format_id="flat",
        open_items={"F1": 400},
        extracted_on=date(2024, 2, 29),
    )
    for order in ((january, february), (february, january)):
        workspace = _opened(*order)
        at = {
            d: dict(zip(f["number"], f["open_minor"], strict=True))
            for d in (date(2024, 1, 31), date(2024, 2, 28), date(2024, 2, 29))
            if (f := workspace.portfolio(d).items()) is not None
        }
        assert at == {
            date(2024, 1, 31): {"F1": 1000, "F2": 500},
            date(2024, 2, 28): {"F1": 1000, "F2": 500},
            date(2024, 2, 29): {"F1": 400},
        }
        assert (workspace.portfolio(date(2024, 3, 5)).tie_out()["difference_minor"] == 0).all()
