"""Behaviour at every level on random books: sums of the book, order statistics, no later leak."""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics.behaviour import PARTS, parts
from arlib.analytics.behaviour_levels import (
    ALL_MEASURES,
    FIELDS,
    LEVELS,
    PLACE,
    by_level,
    is_filled,
)
from arlib.analytics.survival import lives, medians, steps
from arlib.model.policy import Policy
from arlib.model.portfolio import Scope
from arlib.workspace import Workspace
from tests.analytics import plain_book
from tests.store.strategies import START, books
from tests.support.books import Alloc, Book, Doc, load
from tests.support.examples import examples
from tests.support.worked import D, worked_book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.portfolio import Level, Portfolio

POLICY = Policy()
CLEAN = Policy(exclude_disputed=True)
LATER = st.integers(30, 500).map(lambda days: START + timedelta(days=days))
# Who belongs where in the random books: two in one group, one without anything.
ATTRIBUTES: list[dict[str, object]] = [
    {"customer_id": "C1", "name": "UN", "group_id": "G", "category": "PME", "owner": "Léa"},
    {"customer_id": "C2", "name": "DEUX", "group_id": "G", "category": "ETI", "owner": "Léa"},
    {"customer_id": "C3", "name": "TROIS", "category": "PME", "sector": "BTP"},
]


def opened(book: Book) -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, replace(book, customers=ATTRIBUTES))
    return workspace


def answerable(book: Book, day: date) -> date:
    """Return the day, or the first that the book can answer."""
    return max(day, min(doc.issued_on for doc in book.docs))


def plain(book: Book, day: date) -> plain_book.PlainBook:
    """Return the same book as loops read it; disputes as known on the day."""
    disputed = set()
    issued = {doc.number: doc.issued_on for doc in book.docs}
    for row in book.disputes:
        number: Any = row["number"]
        since: Any = row["opened_on"] or issued[number]
        until: Any = row["closed_on"] or date.max
        begun = max(since, issued[number])
        if begun <= day and begun < until:
            disputed.add(number)
    docs = [
        plain_book.Doc(
            doc.customer,
            doc.number,
            doc.issued_on,
            doc.amount,
            doc.due_on or doc.issued_on + timedelta(days=30),
            doc.kind,
            doc.account_class,
            doc.currency,
            is_disputed=doc.number in disputed,
        )
        for doc in book.docs
    ]
    allocs = [plain_book.Alloc(item.credit, item.debit, item.amount) for item in book.allocs]
    return plain_book.PlainBook(docs, allocs, customers_=list(ATTRIBUTES))


def value(cell: Any) -> str | None:
    return None if pd.isna(cell) else str(cell)


@given(books(), LATER)
@examples(60)
def test_levels_and_curves_are_those_of_the_documents(book: Book, later: date) -> None:
    day = answerable(book, later)
    workspace = opened(book)
    portfolio, oracle = workspace.portfolio(day), plain(book, day)
    assert_sums(portfolio)
    assert_order_statistics(portfolio, oracle, POLICY, LEVELS)
    assert_order_statistics(portfolio, oracle, CLEAN, ("portfolio", "customer"))
    for policy in (POLICY, CLEAN):
        assert_curves(portfolio, oracle, policy)
    workspace.close()


def assert_sums(portfolio: Portfolio) -> None:
    """Check that the parts of every level add up to those of the book."""
    whole = by_level(portfolio, POLICY, "portfolio")
    names = [
        name for name in map(str, whole) if name.startswith("count_") or name.endswith("_minor")
    ]
    for level in LEVELS:
        rows = by_level(portfolio, POLICY, level)
        assert not rows.duplicated(PLACE).any()
        assert rows[names].sum().tolist() == whole[names].sum().tolist(), level
    assert parts(portfolio, POLICY)[PARTS].sum().notna().all()


def assert_order_statistics(
    portfolio: Portfolio,
    oracle: plain_book.PlainBook,
    policy: Policy,
    levels: tuple[Level, ...],
) -> None:
    """Check quartiles and shares on time of levels against all their delays."""
    wanted = {"without_disputed": policy.exclude_disputed}
    cash = oracle.paid(portfolio.window_start(12), portfolio.as_of, wanted)
    for level in levels:
        delays: dict[str | None, list[tuple[int, int]]] = defaultdict(list)
        for doc, _, delay, amount in cash:
            delays[oracle.value_of(doc.customer, level)].append((delay, amount))
        for row in by_level(portfolio, policy, level).to_dict("records"):
            assert_row(row, delays.get(value(row["value"]), []))


def assert_row(row: dict[Any, Any], delays: list[tuple[int, int]]) -> None:
    """Compare a row with the delays that made it."""
    assert row["count_payments"] == len(delays)
    if not delays:
        assert pd.isna(row["median_delay_days"])
        assert row["median_delay_days_reason"] == "no_history"
        assert row["evidence"] == "no_history"
        return
    days = [delay for delay, _ in delays]
    amount = sum(amount for _, amount in delays)
    quartiles = statistics.quantiles(days, n=4, method="inclusive") if len(days) > 1 else days * 3
    found = [row["low_quartile_days"], row["median_delay_days"], row["high_quartile_days"]]
    assert found == pytest.approx(quartiles)
    assert row["spread_days"] == pytest.approx(quartiles[2] - quartiles[0])
    assert row["on_time_count_ratio"] == pytest.approx(sum(d <= 0 for d in days) / len(days))
    early = sum(amount for delay, amount in delays if delay <= 0)
    assert row["on_time_amount_ratio"] == pytest.approx(early / amount)
    mean = sum(delay * amount for delay, amount in delays) / amount
    assert row["weighted_delay_days"] == pytest.approx(mean)
    assert row["granted_days"] == pytest.approx(row["days_to_pay"] - row["weighted_delay_days"])


def assert_curves(portfolio: Portfolio, oracle: plain_book.PlainBook, policy: Policy) -> None:
    """Check the curves of three levels against the product limit of their invoices."""
    start, day = portfolio.window_start(12), portfolio.as_of
    levels: tuple[Level, ...] = ("portfolio", "group", "customer")
    for level in levels:
        expected: dict[str | None, list[tuple[int, bool]]] = defaultdict(list)
        for doc, days, is_event in oracle.lives(start, day):
            if not (policy.exclude_disputed and doc.is_disputed):
                expected[oracle.value_of(doc.customer, level)].append((days, is_event))
        observed = lives(portfolio, policy, level)
        curve, middle = steps(observed), medians(observed)
        assert {value(cell) for cell in middle["value"]} == set(expected)
        for row in middle.to_dict("records"):
            name = value(row["value"])
            mine = curve.loc[[value(cell) == name for cell in curve["value"]]]
            assert_curve(mine, row, expected[name])


def assert_curve(mine: pd.DataFrame, row: dict[Any, Any], observed: list[tuple[int, bool]]) -> None:
    drawn = [tuple(cells) for cells in mine[["day", "at_risk", "events"]].to_numpy()]
    wanted = product_limit(observed)
    assert drawn == [step[:3] for step in wanted]
    assert mine["survival"].tolist() == pytest.approx([step[3] for step in wanted])
    half = [step[0] for step in wanted if step[3] <= 0.5 + 1e-12]
    found = None if pd.isna(row["median_day"]) else row["median_day"]
    assert found == (half[0] if half else None)
    assert row["count_invoices"] == len(observed)


def product_limit(observed: list[tuple[int, bool]]) -> list[tuple[int, int, int, float]]:
    """Return (day, at risk, events, survival) by the definition, one day with an event each."""
    found, survival = [], 1.0
    for day in sorted({day for day, is_event in observed if is_event}):
        at_risk = sum(time >= day for time, _ in observed)
        events = sum(time == day and is_event for time, is_event in observed)
        survival *= 1 - events / at_risk
        found.append((day, at_risk, events, survival))
    return found


@given(books(), LATER)
@examples(24)
def test_nothing_later_changes_a_level_or_a_curve(book: Book, later: date) -> None:
    day = answerable(book, later)
    docs = [doc for doc in book.docs if doc.issued_on <= day]
    kept = {doc.number for doc in docs}
    allocs = [item for item in book.allocs if {item.credit, item.debit} <= kept]
    disputes = [row for row in book.disputes if row["number"] in kept]
    days = [doc.issued_on for doc in book.docs]
    covers = (min(days), max(days))
    whole, cut = opened(book), opened(Book(docs, allocs, disputes=disputes, covers=covers))
    found = [
        [by_level(item, CLEAN, level) for level in ("portfolio", "category", "customer")]
        + [steps(lives(item, POLICY, "customer"))]
        for item in (whole.portfolio(day), cut.portfolio(day))
    ]
    for one, other in zip(*found, strict=True):
        pd.testing.assert_frame_equal(one, other)
    whole.close()
    cut.close()


# -- by example ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worked() -> Iterator[Portfolio]:
    workspace = Workspace.open(None)
    load(workspace, worked_book())
    yield workspace.portfolio(D)
    workspace.close()


def test_worked_set_by_level(worked: Portfolio) -> None:
    [row] = by_level(worked, POLICY, "portfolio").to_dict("records")
    # delays -2, 5, 5, 29, 45 of 12 000, 6 000, 1 200, 2 400 and 1 800
    assert (row["median_delay_days"], row["spread_days"]) == (5, 24)
    assert row["on_time_count_ratio"] == pytest.approx(1 / 5)
    assert row["on_time_amount_ratio"] == pytest.approx(12_000 / 23_400)
    assert row["granted_days"] == pytest.approx(45.0)
    assert row["covered_ratio"] == pytest.approx(23_400 / 23_900)  # P05 is not allocated
    assert (row["evidence"], row["count_customers"]) == ("enough", 4)
    evidence = by_level(worked, POLICY, "customer").set_index("value")["evidence"]
    assert evidence.to_dict() == {
        "C001": "enough",
        "C002": "insufficient_history",
        "C003": "no_history",
        "C004": "no_history",
    }


def test_disputed_invoices_can_be_left_out(worked: Portfolio) -> None:
    [clean] = by_level(worked, CLEAN, "portfolio").to_dict("records")
    # F009 out: 18 000 late by 30 days
    late = 3000 * 150 + 7200 * 76 + 3600 * 26 + 1500 * 20
    expected = (162_600 + late) / (23_400 + 15_300)
    assert clean["weighted_delay_open_days"] == pytest.approx(expected)
    assert clean["paid_over_30_ratio"] == pytest.approx(12_000 / 38_700)
    [curve] = medians(lives(worked, CLEAN)).to_dict("records")
    assert (curve["count_invoices"], curve["count_events"]) == (11, 4)


def test_a_field_that_no_file_fills_says_so(worked: Portfolio) -> None:
    assert not is_filled(worked, "category")
    assert is_filled(worked, "customer")
    [row] = by_level(worked, POLICY, "category").to_dict("records")
    assert pd.isna(row["value"])
    assert row["count_customers"] == 4


def test_instalments_count_once_and_credit_notes_are_no_payment() -> None:
    day = date(2025, 6, 30)
    docs = [
        Doc("C1", "F1", date(2025, 1, 10), 1000, due_on=date(2025, 2, 10), instalment=1),
        Doc("C1", "F1-2", date(2025, 1, 10), 1000, due_on=date(2025, 3, 10)),
        Doc("C1", "F2", date(2025, 1, 10), 500, due_on=date(2025, 2, 9)),
        Doc("C1", "P1", date(2025, 3, 15), -1000, "payment"),
        Doc("C1", "P2", date(2025, 3, 20), -1000, "payment"),
        Doc("C1", "A2", date(2025, 3, 1), -500, "credit_note"),
    ]
    allocs = [Alloc("P1", "F1", 1000), Alloc("P2", "F1-2", 1000), Alloc("A2", "F2", 500)]
    workspace = Workspace.open(None)
    load(workspace, Book(docs, allocs))
    observed = lives(workspace.portfolio(day), POLICY)
    found = observed[["days", "events", "censored"]].to_numpy().tolist()
    # F1 33 days late, its second part 10 days; F2 ends by credit note 20 days late: censored
    assert found == [[10, 1, 0], [20, 0, 1], [33, 1, 0]]
    workspace.close()


@pytest.mark.parametrize("level", sorted(FIELDS))
def test_every_measure_is_there_at_every_level(worked: Portfolio, level: Level) -> None:
    rows = by_level(worked, POLICY, level)
    assert set(ALL_MEASURES) <= set(rows.columns)
    for name in ALL_MEASURES:
        missing = rows[name].isna()
        assert rows.loc[missing, f"{name}_reason"].notna().all()
        assert rows.loc[~missing, f"{name}_reason"].isna().all()


def test_a_scope_is_one_value_of_a_level(worked: Portfolio) -> None:
    one = Scope("customer", "TEST", "C001")
    [curve] = medians(lives(worked, POLICY, scope=one)).to_dict("records")
    assert (curve["count_invoices"], curve["count_events"]) == (5, 3)
    days = worked.delay_days(POLICY, one)
    assert days["count_payments"].tolist() == [1, 2]
    assert worked.delay_days(POLICY, Scope("customer", "OTHER", "C001")).empty
