"""Receipts, due dates, cohorts, activity and disputes against a loop over random documents."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from arlib.analytics.activity import NO_CAUSE, Who, disputes_by_cause, disputes_by_month
from arlib.analytics.cohorts import AGES, cohorts
from arlib.analytics.receipts import PARTS, fallen_due, received
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.model.tables import PERIMETER
from arlib.workspace import Workspace
from tests.store import brute
from tests.store.strategies import books, days
from tests.support.books import Alloc, Book, Doc, load
from tests.support.examples import examples
from tests.support.worked import worked_book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.portfolio import Portfolio

POLICY = Policy()
MONTHS = 30
CASH = ("payment", "deposit")
D = date(2025, 6, 30)


def opened(book: Book) -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, book)
    return workspace


def month(day: date) -> tuple[int, int]:
    return day.year, day.month


def month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def settlements(book: Book, as_of: date) -> Iterator[tuple[Doc, Doc, int]]:
    """Return (debit, credit, amount) in effect at the date."""
    by_number = {doc.number: doc for doc in book.docs}
    for item in book.allocs:
        debit, credit = by_number[item.debit], by_number[item.credit]
        if max(debit.issued_on, credit.issued_on) <= as_of:
            yield debit, credit, item.amount


def by_month(frame: pd.DataFrame, name: str) -> dict[tuple[int, int], int]:
    """Return the amounts of a column that are not zero."""
    return {
        month(stamp.date()): int(value)
        for stamp, value in zip(frame["month_on"], frame[name], strict=True)
        if value
    }


def kept(amounts: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    return {key: value for key, value in amounts.items() if value}


def first_day(book: Book) -> date:
    return min(doc.issued_on for doc in book.docs)


@given(books(), days)
@examples(40)
def test_flows_are_those_of_a_loop(book: Book, as_of: date) -> None:
    workspace = opened(book)
    portfolio = workspace.portfolio(max(as_of, first_day(book)))
    check_what_fell_due_is_credited_collected_or_open(book, portfolio)
    check_receipts_of_a_month_are_the_sum_of_what_they_paid(book, portfolio)
    check_cohorts_end_on_the_share_paid(book, portfolio)
    check_months_kept_at_import_are_those_of_the_documents(book, portfolio)
    workspace.close()


def check_what_fell_due_is_credited_collected_or_open(book: Book, portfolio: Portfolio) -> None:
    as_of = portfolio.as_of
    frame = fallen_due(portfolio, POLICY, "EUR", MONTHS)
    due: dict[tuple[int, int], int] = defaultdict(int)
    left: dict[tuple[int, int], int] = defaultdict(int)
    in_time: dict[tuple[int, int], int] = defaultdict(int)
    open_now = brute.open_at(book, as_of)
    for doc in book.docs:
        if doc.kind in ("invoice", "opening") and doc.account_class in PERIMETER:
            at = brute.due_of(doc)
            if doc.issued_on <= as_of and at <= as_of and month(at) >= month(first_day(book)):
                due[month(at)] += doc.amount
                left[month(at)] += open_now.get(doc.number, 0)
    for debit, credit, amount in settlements(book, as_of):
        at = brute.due_of(debit)
        is_shown = (
            debit.account_class in PERIMETER and at <= as_of and month(at) >= month(first_day(book))
        )
        if is_shown and credit.kind in CASH and credit.issued_on <= month_end(at):
            in_time[month(at)] += amount
    assert by_month(frame, "due_minor") == kept(due)
    assert by_month(frame, "open_minor") == kept(left)
    cash = frame.assign(cash=frame["before_minor"] + frame["within_minor"])
    assert by_month(cash, "cash") == kept(in_time)


def check_receipts_of_a_month_are_the_sum_of_what_they_paid(
    book: Book, portfolio: Portfolio
) -> None:
    as_of = portfolio.as_of
    frame = received(portfolio, POLICY, "EUR", MONTHS)
    cash: dict[tuple[int, int], int] = defaultdict(int)
    overdue: dict[tuple[int, int], int] = defaultdict(int)
    early: dict[tuple[int, int], int] = defaultdict(int)
    for doc in book.docs:
        if doc.kind in CASH and doc.account_class in PERIMETER and doc.issued_on <= as_of:
            cash[month(doc.issued_on)] -= doc.amount
    for debit, credit, amount in settlements(book, as_of):
        if credit.kind in CASH and credit.account_class in PERIMETER:
            at, paid = month(brute.due_of(debit)), month(credit.issued_on)
            side = overdue if at < paid else early if at > paid else None
            if side is not None:
                side[paid] += amount
    assert by_month(frame, "receipts_minor") == kept(cash)
    assert by_month(frame, "overdue_minor") == kept(overdue)
    assert by_month(frame, "early_minor") == kept(early)
    parts = frame[[f"{part}_minor" for part in PARTS]]
    assert (parts.sum(axis=1) == frame["receipts_minor"]).all()
    assert (parts.to_numpy() >= 0).all()


def check_cohorts_end_on_the_share_paid(book: Book, portfolio: Portfolio) -> None:
    as_of = portfolio.as_of
    frame = cohorts(portfolio, POLICY, "EUR", MONTHS)
    paid: dict[tuple[int, int], int] = defaultdict(int)
    soon: dict[tuple[int, int], int] = defaultdict(int)
    credited: dict[tuple[int, int], int] = defaultdict(int)
    for debit, credit, amount in settlements(book, as_of):
        if debit.kind == "invoice" and debit.account_class in PERIMETER:
            side = paid if credit.kind in CASH else credited
            side[month(debit.issued_on)] += amount
            if credit.kind in CASH and (credit.issued_on - debit.issued_on).days <= AGES[3]:
                soon[month(debit.issued_on)] += amount
    assert by_month(frame, "paid_minor") == kept(paid)
    assert by_month(frame, "credited_minor") == kept(credited)
    assert by_month(frame, f"paid_{AGES[3]}_minor") == kept(soon)
    ratios = frame[[f"paid_{age}_ratio" for age in AGES] + ["paid_ratio"]]
    has_sales = frame["net_minor"] > 0
    assert frame["paid_ratio"].notna().equals(has_sales)
    # never falls with age, never above what is paid to the date, blank as soon as one is too young
    for row in ratios[has_sales].to_numpy():
        known = row[:-1][~pd.isna(row[:-1])]
        assert (known[1:] >= known[:-1]).all()
        assert not len(known) or known[-1] <= row[-1] + 1e-12
    for stamp, row in zip(frame["month_on"], ratios.to_numpy(), strict=True):
        old = [month_end(stamp.date()) + timedelta(days=age) <= as_of for age in AGES]
        assert [bool(pd.notna(cell)) for cell in row[:-1]] == [
            is_old and bool(pd.notna(row[-1])) for is_old in old
        ]


def check_months_kept_at_import_are_those_of_the_documents(
    book: Book, portfolio: Portfolio
) -> None:
    as_of = portfolio.as_of
    found = portfolio.sales_months()
    expected: dict[tuple[int, int], int] = defaultdict(int)
    for doc in book.docs:
        is_sale = doc.kind in ("invoice", "credit_note") and doc.account_class in PERIMETER
        if is_sale and doc.issued_on <= as_of:
            expected[month(doc.issued_on)] += doc.amount
    assert by_month(found, "sales_minor") == kept(expected)


@given(books(), days, st.integers(1, 400))
@examples(24)
def test_what_follows_the_date_changes_nothing(book: Book, as_of: date, after: int) -> None:
    """Documents after the date, with what they pay, are as if they were not."""
    by_number = {doc.number: doc for doc in book.docs}
    until = [doc for doc in book.docs if doc.issued_on <= as_of]
    assume(until)
    names = {doc.number for doc in until}
    allocs = [item for item in book.allocs if {item.credit, item.debit} <= names]
    disputes = [
        {**row, "closed_on": _by(row["closed_on"], as_of)}
        for row in book.disputes
        if row["number"] in names
        and _by(row["opened_on"] or by_number[str(row["number"])].issued_on, as_of)
    ]
    later = as_of + timedelta(days=after)
    extra = [Doc("C1", "F900", later, 777), Doc("C2", "P900", later, -333, "payment")]
    covers = (min(doc.issued_on for doc in until), as_of)
    known = Book(until, allocs, disputes=disputes, covers=covers)
    whole = Book([*book.docs, *extra], book.allocs, disputes=book.disputes, covers=covers)
    one, other = (flows(item, as_of) for item in (known, whole))
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[name], obj=name)


def _by(day: object, as_of: date) -> date | None:
    """Return a date that the as-of date knows."""
    return day if isinstance(day, date) and day <= as_of else None


def flows(book: Book, as_of: date) -> dict[str, pd.DataFrame]:
    workspace = opened(book)
    portfolio = workspace.portfolio(as_of)
    found = {
        "due": portfolio.due_months(MONTHS),
        "receipts": portfolio.receipt_months(MONTHS),
        "cohorts": portfolio.billing_cohorts(MONTHS, 366),
        "activity": portfolio.activity_months(MONTHS),
        "lags": portfolio.billing_lags(MONTHS),
        "disputes": portfolio.dispute_months(MONTHS),
        "sales": portfolio.sales_months(),
    }
    workspace.close()
    return found


def test_worked_roll_forward() -> None:
    """AR(begin) + sales − receipts = AR(end), month after month of the worked set."""
    workspace = opened(worked_book())
    portfolio = workspace.portfolio(D)
    receipts = by_month(received(portfolio, POLICY, "EUR"), "receipts_minor")
    sales = by_month(portfolio.sales_months(), "sales_minor")
    due = fallen_due(portfolio, POLICY, "EUR").set_index("month_on")
    workspace.close()
    level = 0
    levels = []
    for key in [(2024, 12), *((2025, n) for n in range(1, 7))]:
        level += sales.get(key, 0) - receipts.get(key, 0)
        levels.append(level // 100)
    assert levels == [4_800, 16_800, 12_000, 35_400, 37_800, 42_600, 48_400]
    # April: F002, F003 paid on 5 May, F007 not: half of 14 400 within 30 days
    april = due.loc[pd.Timestamp(2025, 4, 1)]
    assert (april["within_ratio"], april["within_30_ratio"]) == (0, 0.5)
    assert due.loc[pd.Timestamp(2025, 6, 1), "within_30_ratio_reason"] == "too_recent"


@pytest.mark.parametrize("as_of", [date(2025, 6, 15), D])
def test_an_invoice_in_instalments_is_one_invoice_of_its_month(as_of: date) -> None:
    """Whole months are kept at import, a month begun is read from the documents: both count alike."""
    day = date(2025, 6, 2)
    docs = [
        *(Doc("C1", "F1", day, 100, due_on=day + timedelta(days=30 * n), instalment=n) for n in (1, 2, 3)),
        Doc("C1", "F2", day, 50),
        Doc("C2", "A1", day, -20, "credit_note"),
    ]  # fmt: skip
    workspace = opened(Book(docs))
    portfolio = workspace.portfolio(as_of)
    filtered = workspace.portfolio(as_of, Filters(search="C1")).sales_months()
    found = portfolio.sales_months()
    assert by_month(found, "count_invoices") == {(2025, 6): 2}
    assert by_month(found, "sales_minor") == {(2025, 6): 330}
    assert by_month(filtered, "count_invoices") == {(2025, 6): 2}
    workspace.close()


def dispute_book() -> Book:
    docs = [
        Doc("C1", "F1", date(2025, 1, 10), 1000, due_on=date(2025, 2, 10)),
        Doc("C1", "F2", date(2025, 2, 10), 2000, due_on=date(2025, 3, 10)),
        Doc("C2", "F3", date(2025, 3, 10), 4000, due_on=date(2025, 4, 10)),
        Doc("C2", "F4", date(2025, 4, 10), 8000, due_on=date(2025, 5, 10)),
        Doc("C1", "P1", date(2025, 5, 31), -1000, "payment"),
    ]
    disputes: list[dict[str, object]] = [
        {"number": "F1", "reason": "PRIX", "opened_on": date(2025, 2, 1), "closed_on": date(2025, 3, 3), "amount_minor": None, "outcome": "fondé"},
        {"number": "F2", "reason": "PRIX", "opened_on": date(2025, 3, 1), "closed_on": date(2025, 7, 9), "amount_minor": 500, "outcome": "infondé"},
        {"number": "F3", "reason": "QTE", "opened_on": date(2025, 6, 10), "closed_on": None, "amount_minor": None, "outcome": None},
        {"number": "F4", "reason": None, "opened_on": None, "closed_on": None, "amount_minor": 100, "outcome": None},
    ]  # fmt: skip
    return Book(docs, [Alloc("P1", "F1", 1000)], disputes=disputes)


def causes(portfolio: Portfolio, who: Who = Who()) -> pd.DataFrame:  # noqa: B008 - an empty tuple
    return disputes_by_cause(portfolio, "EUR", who).set_index("reason")


def test_disputes_by_cause() -> None:
    workspace = opened(dispute_book())
    found = causes(workspace.portfolio(D))
    # closed after the date: F2 is open, and its outcome not known yet
    price = found.loc["PRIX"]
    assert (price["count_open"], price["open_minor"], price["mean_age_days"]) == (1, 500, 121)
    assert (price["count_opened"], price["opened_minor"]) == (2, 1500)
    assert (price["count_closed"], price["mean_resolution_days"]) == (1, 30)
    assert (price["count_judged"], price["founded_ratio"]) == (1, 1.0)
    assert [*found.loc["QTE", ["count_open", "open_minor", "mean_age_days"]]] == [1, 4000, 20]
    undated = found.loc[NO_CAUSE]
    assert (undated["count_open"], undated["open_minor"], undated["count_opened"]) == (1, 100, 0)
    assert pd.isna(undated["mean_age_days"])
    months = disputes_by_month(workspace.portfolio(D), "EUR", Who()).set_index("month_on")
    assert months["count_opened"].tolist() == [0, 1, 1, 0, 0, 1]
    assert months["count_closed"].tolist() == [0, 0, 1, 0, 0, 0]
    after = causes(workspace.portfolio(date(2025, 7, 31)))
    assert (after.loc["PRIX", "count_open"], after.loc["PRIX", "founded_ratio"]) == (0, 0.5)
    assert set(causes(workspace.portfolio(D), Who("TEST", "C1")).index) == {"PRIX"}
    workspace.close()
