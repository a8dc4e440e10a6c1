"""Random books cut into years: with the openings of either habit, the same intervals as one file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from arlib.workspace import Workspace
from tests.store.strategies import books
from tests.support.books import Alloc, Book, Doc, load
from tests.support.examples import examples

if TYPE_CHECKING:
    from collections.abc import Sequence

Habit = Literal["rest", "whole"]
CUTS = (date(2024, 5, 1), date(2024, 9, 1))
FIRST, LAST = date(2024, 1, 1), date(2025, 3, 31)
INTERVALS = """
    SELECT c.customer_id, l.number, b.kind, b.account_class, b.issued_on, b.due_on, b.from_on,
        b.to_on, b.open_minor
    FROM document_balances AS b
    JOIN documents AS d ON d.document_key = b.document_key
    JOIN customers AS c ON c.customer_key = b.customer_key
    JOIN batches AS t ON t.batch_key = d.batch_key
    JOIN layer_documents AS l ON l.document_key = b.document_key AND l.batch_id = t.batch_id
"""


def _effect(book: Book, item: Alloc) -> date:
    dates = {doc.number: doc.issued_on for doc in book.docs}
    return max(dates[item.debit], dates[item.credit])


def _rest(book: Book, before: date) -> dict[str, int]:
    """Return what each document still owes the day before."""
    left = {doc.number: doc.amount for doc in book.docs if doc.issued_on < before}
    for item in book.allocs:
        if _effect(book, item) < before:
            left[item.debit] -= item.amount
            left[item.credit] += item.amount
    return left


def _unsettled(book: Book, before: date) -> set[str]:
    """Return the documents tied, by what was allocated before, to one that is still open."""
    left = _rest(book, before)
    group = {number: number for number in left}
    for item in book.allocs:
        if _effect(book, item) < before:
            old, new = group[item.debit], group[item.credit]
            group = {number: new if name == old else name for number, name in group.items()}
    alive = {group[number] for number, amount in left.items() if amount}
    return {number for number in left if group[number] in alive}


def _year(book: Book, first: date, last: date, habit: Habit) -> Book:
    """Return the file of a year: its movements, and openings of what was open before."""
    by_number = {doc.number: doc for doc in book.docs}
    left = _rest(book, first)
    if habit == "rest":
        carried = {number: amount for number, amount in left.items() if amount}
    else:
        carried = {number: by_number[number].amount for number in _unsettled(book, first)}
    openings = [
        replace(by_number[n], amount=a, kind="opening", posted_on=first, due_on=None)
        for n, a in sorted(carried.items())
    ]
    docs = [doc for doc in book.docs if first <= doc.issued_on <= last]
    known = {doc.number for doc in [*openings, *docs]}
    allocs = [
        item
        for item in book.allocs
        if item.debit in known
        and item.credit in known
        and _effect(book, item) <= last
        and (habit == "whole" or _effect(book, item) >= first)
    ]
    return Book([*openings, *docs], allocs, covers=(first, last), format_id="fec", level="D")


def _intervals(files: Sequence[Book]) -> list[tuple[object, ...]]:
    workspace = Workspace.open(None)
    for item in files:
        if item.docs:
            load(workspace, item)
    ties(workspace)
    with workspace._database.cursor() as cursor:
        rows: list[tuple[object, ...]] = sorted(cursor.execute(INTERVALS).fetchall(), key=str)
    workspace.close()
    return rows


def ties(workspace: Workspace) -> None:
    first = workspace.info().first_as_of
    assert first is not None
    for day in (*CUTS, CUTS[0] - timedelta(days=1), LAST):
        frame = workspace.portfolio(max(day, first)).tie_out()
        off = frame["difference_minor"] - frame["posted_elsewhere_minor"]
        assert ((frame["difference_minor"] == 0) | (off == 0)).all()


@given(books(), st.sampled_from(["rest", "whole"]), st.permutations(range(3)))
@settings(examples(25), suppress_health_check=list(HealthCheck))
def test_years_are_one_file(book: Book, habit: Habit, order: Sequence[int]) -> None:
    docs = [
        replace(doc, kind="invoice" if doc.kind == "opening" else doc.kind) for doc in book.docs
    ]
    plain = replace(book, docs=docs, disputes=[], covers=(FIRST, LAST), format_id="fec", level="D")
    starts = (FIRST, *CUTS)
    ends = (*(cut - timedelta(days=1) for cut in CUTS), LAST)
    files = [_year(plain, a, b, habit) for a, b in zip(starts, ends, strict=True)]
    # a year without a line is no file: nothing links those around it
    assume(all(item.docs for item in files))
    assert _intervals([files[i] for i in order]) == _intervals([plain])


def test_the_cut_itself_loses_nothing() -> None:
    book = Book([Doc("C1", "F1", date(2024, 2, 1), 100), Doc("C1", "P1", date(2024, 6, 1), -40, "payment")],
                [Alloc("P1", "F1", 40)])  # fmt: skip
    sums: dict[str, int] = defaultdict(int)
    cases: tuple[tuple[Habit, list[int]], ...] = (("rest", [100, 60]), ("whole", [100, 100]))
    for habit, expected in cases:
        files = [
            _year(book, CUTS[0], CUTS[1] - timedelta(days=1), habit),
            _year(book, CUTS[1], LAST, habit),
        ]
        amounts = [sum(d.amount for d in item.docs if d.number == "F1") for item in files]
        assert amounts == expected
        sums[habit] = sum(amounts)
    assert sums["rest"] < sums["whole"]
