"""Identities of sums, on random books, and formulas against their plain definitions."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics.aging import Ages, aged_balance, apply_credits, range_labels
from arlib.analytics.concentration import indices, shares
from arlib.analytics.dso import count_back
from arlib.model.policy import Policy
from tests.analytics.plain_book import Alloc, Doc, PlainBook
from tests.support.examples import examples

POLICY = Policy()
AS_OF = date(2025, 6, 30)
issue = st.integers(0, 200).map(lambda n: date(2025, 1, 1) + timedelta(days=n))
document = st.tuples(
    st.sampled_from(["C1", "C2"]), issue, st.integers(0, 60), st.integers(1, 10**6), st.booleans()
)


@given(st.lists(document, min_size=1, max_size=10), st.sampled_from(["separate", "oldest_first"]))
@examples(30)
def test_buckets_and_unallocated_are_the_outstanding(
    rows: list[tuple[str, date, int, int, bool]], rule: str
) -> None:
    docs = [
        Doc(c, f"D{i}", day, amount, day + timedelta(days=terms))
        if is_debit
        else Doc(c, f"D{i}", day, -amount, kind="payment")
        for i, (c, day, terms, amount, is_debit) in enumerate(rows)
    ]
    allocs = [
        Alloc(credit.number, debit.number, min(debit.amount, -credit.amount))
        for credit, debit in itertools.pairwise(docs)
        if credit.amount < 0 < debit.amount and credit.customer == debit.customer
    ][:1]
    book = PlainBook(docs, allocs)
    ages = Ages("due", POLICY.buckets, POLICY.forward_buckets)
    frame = aged_balance(book.portfolio(AS_OF), POLICY, ages, rule)  # type: ignore[arg-type]
    labels = [f"{label}_minor" for label in ages.labels]
    summed = frame[labels].sum(axis=1) + frame["unallocated_minor"]
    assert summed.tolist() == frame["total_minor"].tolist()
    forward = frame[[f"{label}_minor" for label in ages.forward]].sum(axis=1)
    assert forward.tolist() == frame["not_due_minor"].tolist()
    for code in ("C1", "C2"):
        total = int(frame.loc[frame["customer_id"] == code, "total_minor"].sum())
        assert total == book.exposure(code, AS_OF)
    assert (frame[labels] >= 0).all(axis=None)
    if rule == "oldest_first":
        is_mixed = (frame["gross_minor"] > 0) & (frame["unallocated_minor"] < 0)
        assert not is_mixed.any()


def test_labels_follow_the_bounds() -> None:
    assert range_labels((15,), 1) == ("1-15", "15+")
    assert Ages("issue", (30, 60), (30,)).labels == ("0-30", "31-60", "60+")


def test_credits_stop_at_what_is_owed() -> None:
    debits = np.array([[100, 50, 30]])
    left, credits_left = apply_credits(debits, np.array([-120]), np.array(["oldest_first"]))
    assert left.tolist() == [[0, 30, 30]]
    assert credits_left.tolist() == [0]
    left, credits_left = apply_credits(debits, np.array([-200]), np.array(["oldest_first"]))
    assert left.tolist() == [[0, 0, 0]]
    assert credits_left.tolist() == [-20]


@pytest.mark.parametrize(
    ("ar", "sales", "days", "expected", "is_bound"),
    [
        (1000, (500, 0, 0, 1000), (31, 30, 31, 30), 30.0, False),
        (1100, (500, 0, 0, 1000), (31, 30, 31, 30), 30 + 31 + 30 + 31 / 5, False),
        (1600, (500, 0, 0, 1000), (31, 30, 31, 30), 122.0, True),
        (0, (500,), (31,), 0.0, False),
        (-5, (500,), (31,), 0.0, False),
        (100, (500, -50), (31, 30), 30 + 31 / 5, False),
        (10, (), (), 0.0, True),
    ],
)
def test_count_back(
    ar: int, sales: tuple[int, ...], days: tuple[int, ...], expected: float, is_bound: bool
) -> None:
    found = count_back(ar, sales, days)
    assert found.days == pytest.approx(expected)
    assert found.is_lower_bound == is_bound


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=12))
@examples(60)
def test_concentration_against_its_definitions(amounts: list[int]) -> None:
    frame = pd.DataFrame({"company_id": "T", "customer_id": range(len(amounts)), "x": amounts})
    frame["customer_id"] = frame["customer_id"].astype(str)
    found = indices(shares(frame, "x"), 0.8)
    n, total = len(amounts), sum(amounts)
    mean_difference = sum(abs(a - b) for a in amounts for b in amounts) / n**2
    assert found.gini == pytest.approx(mean_difference / (2 * total / n), abs=1e-9)
    assert found.hhi == pytest.approx(sum((a / total) ** 2 for a in amounts))
    assert found.hhi_normalised == pytest.approx((found.hhi - 1 / n) / (1 - 1 / n))  # type: ignore[operator]
    largest = sorted(amounts, reverse=True)
    least = next(k for k in range(1, n + 1) if sum(largest[:k]) >= 0.8 * total * (1 - 1e-12))
    assert found.pareto_count == least


def test_one_customer_has_no_gini_and_none_has_nothing() -> None:
    one = pd.DataFrame({"company_id": ["T"], "customer_id": ["C"], "x": [5]})
    found = indices(shares(one, "x"), 0.8)
    assert (found.gini, found.hhi_normalised, found.hhi, found.pareto_count) == (None, None, 1.0, 1)
    assert indices(shares(one.assign(x=-5), "x"), 0.8).hhi is None
