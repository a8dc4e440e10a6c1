"""The limit in force on a day, against the rule written as loops."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics import limits as in_force_rules
from arlib.analytics.frames import day_number
from arlib.analytics.limits import applicable, resolve
from arlib.model.policy import Policy
from tests.analytics.plain_book import Doc, PlainBook
from tests.support.examples import examples

DAY = date(2025, 6, 30)
SCOPES = ("customer", "category", "all")


def book_with(*limits: dict[str, Any], category: str | None = "PME") -> PlainBook:
    return PlainBook(
        docs=[Doc("C1", "F1", date(2025, 1, 1), 1000)],
        customers_=[{"customer_id": "C1", "category": category}],
        limits_=[{"scope_id": "C1", **row} for row in limits],
    )


def in_force(book: PlainBook, day: date = DAY) -> dict[str, Any]:
    """Return source -> (amount, is_current)."""
    portfolio = book.portfolio(DAY)
    who = portfolio.customers()[["company_id", "customer_id", "category"]]
    asked = who[["company_id", "customer_id"]].assign(day=day_number(day))
    found = resolve(applicable(portfolio, who), asked)
    return {
        row["source"]: (int(row["limit_minor"]), bool(row["limit_is_current"]))
        for row in found.to_dict("records")
    }


def expected(limits: list[dict[str, Any]], day: date) -> tuple[int, bool] | None:
    """Return the rule of architecture §3.2, written as loops, for one source."""

    def at(day: date) -> tuple[bool, int | None]:
        live = [
            (place, row)
            for place, row in enumerate(limits)
            if (row.get("valid_from") or date.min) <= day <= (row.get("valid_to") or date.max)
        ]
        for scope in SCOPES:
            rows = [(place, row) for place, row in live if row["scope"] == scope]
            if rows:
                _, best = max(rows, key=lambda x: (x[1].get("valid_from") or date.min, x[0]))
                if best["amount_minor"] is not None:
                    return True, best["amount_minor"]
        return bool(live), None

    has_row, amount = at(day)
    if has_row:
        return None if amount is None else (amount, False)
    starts = [row.get("valid_from") or date.min for row in limits]
    if starts and day < min(starts):
        _, amount = at(max(starts))
        return None if amount is None else (amount, True)
    return None


days = st.dates(date(2025, 6, 20), date(2025, 7, 10))
decision = st.fixed_dictionaries(
    {
        "scope": st.sampled_from(SCOPES),
        "amount_minor": st.none() | st.integers(0, 50),
        "valid_from": st.none() | days,
        "length": st.none() | st.integers(0, 8),
    }
)


@given(st.lists(decision, max_size=5), days)
@examples(40)
def test_resolution_is_the_written_rule(rows: list[dict[str, Any]], day: date) -> None:
    ids = {"customer": "C1", "category": "PME", "all": None}
    limits = []
    for row in rows:
        length = row.pop("length")
        start = row["valid_from"] or date(2025, 6, 20)
        end = None if length is None else start + timedelta(days=length)
        limits.append({**row, "valid_to": end, "scope_id": ids[row["scope"]]})
    found = in_force(book_with(*limits), day).get("internal")
    assert found == expected(limits, day)


def test_a_removal_silences_its_scope_only() -> None:
    general = {"scope": "all", "scope_id": None, "amount_minor": 900}
    own = {"amount_minor": 500, "valid_from": date(2025, 1, 1)}
    removed = {"amount_minor": None, "valid_from": date(2025, 6, 1)}
    assert in_force(book_with(general, own)) == {"internal": (500, False)}
    assert in_force(book_with(general, own, removed)) == {"internal": (900, False)}
    assert in_force(book_with(own, removed)) == {}


def test_a_limit_holds_on_its_last_day() -> None:
    row = {"amount_minor": 500, "valid_from": date(2025, 1, 1), "valid_to": DAY}
    assert in_force(book_with(row)) == {"internal": (500, False)}
    assert in_force(book_with(row), DAY + timedelta(days=1)) == {}


def test_before_its_first_day_the_current_limit_stands_in() -> None:
    rows = [
        {"amount_minor": 500, "valid_from": date(2025, 8, 1)},
        {"amount_minor": 700, "valid_from": date(2025, 9, 1)},
    ]
    assert in_force(book_with(*rows)) == {"internal": (700, True)}
    assert in_force(book_with(*rows), date(2025, 8, 2)) == {"internal": (500, False)}


def test_a_category_limit_needs_the_category() -> None:
    row = {"scope": "category", "scope_id": "PME", "amount_minor": 300}
    assert in_force(book_with(row)) == {"internal": (300, False)}
    assert in_force(book_with(row, category=None)) == {}


@pytest.mark.parametrize("amount", [None, 0, 1200])
def test_a_refusal_of_the_insurer_is_a_limit_of_zero(amount: int | None) -> None:
    row = {"source": "insurer", "amount_minor": amount, "is_refused": True}
    assert in_force(book_with(row)) == {"insurer": (0, False)}


@pytest.mark.parametrize(
    ("rows", "source", "expected_source", "amount"),
    [
        ([("internal", 900), ("insurer", 400)], "internal", "internal", 900),
        ([("guarantee", 800), ("insurer", 400)], "internal", "insurer", 400),
        ([("internal", 900), ("insurer", 400)], "smallest", "insurer", 400),
        ([("internal", 900), ("insurer", 400)], "insurer", "insurer", 400),
    ],
)
def test_the_source_tested(
    rows: list[tuple[str, int]], source: str, expected_source: str, amount: int
) -> None:
    book = book_with(*({"source": name, "amount_minor": value} for name, value in rows))
    portfolio = book.portfolio(DAY)
    who = portfolio.customers()[["company_id", "customer_id", "category"]]
    asked = who[["company_id", "customer_id"]].assign(day=day_number(DAY))
    policy = Policy().with_settings(limit_source=source)
    found = in_force_rules.tested(portfolio, policy, resolve(applicable(portfolio, who), asked))
    assert isinstance(found, pd.DataFrame)
    assert found[["source", "limit_minor"]].to_numpy().tolist() == [[expected_source, amount]]
