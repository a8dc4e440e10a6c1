"""Migration between buckets: each row sums to the aged balance, cash is what was allocated."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics.migration import labels, matrix, month_pairs, movements, reaching_last
from arlib.analytics.migration import roll_rates as rates_of
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import aging
from arlib.views import migration as views
from arlib.workspace import Workspace
from tests.store.strategies import books, days
from tests.support.books import Alloc, Book, Doc, load
from tests.support.examples import examples

POLICY = Policy()
BOUNDS = POLICY.buckets
START, END = date(2025, 5, 31), date(2025, 6, 30)


def opened(book: Book) -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, book)
    return workspace


def cells(frame: pd.DataFrame) -> dict[tuple[str, str], int]:
    kept = frame.loc[frame["amount_minor"] != 0]
    return dict(
        zip(zip(kept["from_bucket"], kept["to"], strict=True), kept["amount_minor"], strict=True)
    )


def plain_cells(book: Book, start: date, end: date) -> dict[tuple[str, str], int]:
    """Return the matrix by loops over documents and allocations, perimeter only."""
    found: dict[tuple[str, str], int] = {}
    by_number = {doc.number: doc for doc in book.docs}

    def add(source: str, to: str, amount: int) -> None:
        found[source, to] = found.get((source, to), 0) + amount

    for doc in book.docs:
        if doc.amount <= 0 or doc.account_class not in ("receivable", "doubtful", "retention"):
            continue
        parts = [
            (max(doc.issued_on, by_number[item.credit].issued_on), item)
            for item in book.allocs
            if item.debit == doc.number
        ]
        before = doc.amount - sum(item.amount for day, item in parts if day <= start)
        if doc.issued_on > start or before <= 0:
            continue
        source = bucket(doc, start)
        left = doc.amount - sum(item.amount for day, item in parts if day <= end)
        add(source, bucket(doc, end), left)
        for day, item in parts:
            if start < day <= end:
                kind = by_number[item.credit].kind
                add(source, {"payment": "paid", "deposit": "paid"}.get(kind, kind), item.amount)
    return {cell: amount for cell, amount in found.items() if amount}


def bucket(doc: Doc, day: date) -> str:
    due = doc.due_on or doc.issued_on + timedelta(days=30)
    return labels(BOUNDS)[sum((day - due).days > bound for bound in (0, *BOUNDS))]


@examples(40)
@given(books(), days, st.integers(1, 90))
def test_every_document_is_followed(book: Book, start: date, span: int) -> None:
    workspace = opened(book)
    end = start + timedelta(days=span)
    portfolio = workspace.portfolio(workspace.info().default_as_of)
    first = portfolio.info.first_as_of
    assert first is not None
    start = max(start, first)
    end = max(end, start + timedelta(days=1))
    moves = movements(portfolio.at(end), POLICY, ((start, end),))
    found = matrix(moves, BOUNDS)
    assert cells(found) == plain_cells(book, start, end)
    owed = aging.build(portfolio.at(start), POLICY, credits="separate").blocks
    totals = owed[0].totals if owed else {}
    for name, row in found.groupby("from_bucket"):
        assert row["start_minor"].iloc[0] == totals.get(f"{name}_minor", 0)
    workspace.close()


def small() -> Book:
    """One invoice not due, settled three ways and half left; one paid later than the end."""
    invoices = [
        Doc("C1", "F1", date(2025, 5, 20), 1000, due_on=date(2025, 6, 20)),
        Doc("C1", "F2", date(2025, 4, 1), 500, due_on=date(2025, 5, 1)),
        Doc("C2", "F3", date(2025, 6, 2), 900, due_on=date(2025, 7, 2)),
    ]
    credits_ = [
        Doc("C1", "P1", date(2025, 6, 10), -200, "payment"),
        Doc("C1", "A1", date(2025, 6, 11), -100, "credit_note"),
        Doc("C1", "W1", date(2025, 6, 12), -50, "write_off"),
        Doc("C1", "P2", date(2025, 7, 3), -500, "payment"),
    ]
    pairs = [("P1", 200), ("A1", 100), ("W1", 50)]
    allocs = [Alloc(credit, "F1", amount) for credit, amount in pairs]
    return Book(docs=invoices + credits_, allocs=[*allocs, Alloc("P2", "F2", 500)])


def test_cash_credit_notes_and_losses_are_told_apart_and_new_invoices_are_out() -> None:
    workspace = opened(small())
    view = views.build(workspace.portfolio(END), POLICY, from_on=START)
    [block] = view.blocks
    assert cells(block.rows) == {
        ("not_due", "1-30"): 650,
        ("not_due", "paid"): 200,
        ("not_due", "credit_note"): 100,
        ("not_due", "write_off"): 50,
        ("1-30", "31-60"): 500,
    }
    assert block.roll_rates["ratio"].tolist()[:2] == [0.65, 1.0]
    assert block.roll_rates["ratio"].isna().tolist()[2:] == [True, True]
    behind = views.items(
        workspace.portfolio(END),
        POLICY,
        from_on=START,
        to_on=END,
        source="not_due",
        to="1-30",
        currency="EUR",
    )
    assert list(zip(behind["number"], behind["cell_minor"], strict=True)) == [("F1", 650)]
    workspace.close()


def test_several_months_are_summed_before_they_are_divided() -> None:
    workspace = opened(small())
    portfolio = workspace.portfolio(date(2025, 7, 31))
    pairs = month_pairs(date(2025, 7, 31), 2)
    assert pairs == ((START, END), (END, date(2025, 7, 31)))
    year = movements(portfolio, POLICY, pairs)
    single = [movements(portfolio, POLICY, (pair,)) for pair in pairs]
    summed: dict[tuple[str, str], int] = {}
    for moves in single:
        for cell, amount in cells(matrix(moves, BOUNDS)).items():
            summed[cell] = summed.get(cell, 0) + amount
    assert cells(matrix(year, BOUNDS)) == summed
    rates = rates_of(year, BOUNDS).set_index("from_bucket")["ratio"]
    # not due: 650 of 1 000, then 900 of 900: not the mean of 65 % and 100 %
    assert rates["not_due"] == pytest.approx(1550 / 1900)
    assert reaching_last(rates_of(year, BOUNDS)) is None  # nothing was ever open in 61-90
    workspace.close()


def test_a_filter_follows_its_customers_alone_and_later_rows_change_nothing() -> None:
    whole, known = (
        opened(small()),
        opened(
            Book(
                docs=[doc for doc in small().docs if doc.issued_on <= END],
                allocs=[item for item in small().allocs if item.credit != "P2"],
            )
        ),
    )
    first, second = (
        views.build(book.portfolio(END), POLICY, from_on=START).blocks[0] for book in (whole, known)
    )
    pd.testing.assert_frame_equal(first.rows, second.rows)
    one = views.build(whole.portfolio(END, Filters(search="C2")), POLICY, from_on=START)
    assert not one.blocks or not cells(one.blocks[0].rows)
    whole.close()
    known.close()
