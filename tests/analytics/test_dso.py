"""The formulas of the DSO family, on published examples and on whatever may come."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics.dso import SalesHistory, cei, count_back, simple, turnover
from arlib.analytics.dso_change import explain
from arlib.analytics.dso_series import Family, families, rotation
from arlib.analytics.receivables import Receivables, alike
from arlib.model.policy import Policy
from tests.support.examples import examples


@pytest.mark.parametrize(
    ("ar", "sales", "days", "expected"),
    [
        (212_000, (70_000, 80_000, 100_000), (30, 30, 30), 73.71),
        (2_100_000, (700_000, 800_000, 900_000), (31, 28, 31), 76.71),
        (2_500, (700, 800, 1_200), (30, 31, 30), 82.43),
        (20_000, (6_000, 10_000, 12_500), (31, 31, 30), 53.25),
    ],
)
def test_published_count_backs(
    ar: int, sales: tuple[int, ...], days: tuple[int, ...], expected: float
) -> None:
    found = count_back(ar, sales, days)
    assert found.days == pytest.approx(expected, abs=5e-3)
    assert not found.is_lower_bound


@pytest.mark.parametrize(
    ("ar", "sales", "days", "expected"),
    [(30_000, 60_000, 90, 45.0), (20_000, 45_000, 90, 40.0), (5_700, 7_600, 91, 68.25)],
)
def test_published_simple_ones(ar: int, sales: int, days: int, expected: float) -> None:
    assert simple(ar, sales, days) == pytest.approx(expected)


def test_published_cei() -> None:
    assert cei(6_200, 10_890, 6_340, 3_590) == pytest.approx(0.7963, abs=5e-5)
    assert simple(6_340, 10_890, 90) == pytest.approx(52.40, abs=5e-3)
    assert cei(100, 50, 150, 150) is None  # nothing was there to collect
    assert cei(100, 50, 140, 160) is None


def test_a_month_without_sales_adds_its_days_until_nothing_is_left() -> None:
    assert count_back(1000, (500, 0, 0, 1000), (31, 30, 31, 30)).days == 30
    assert count_back(1200, (500, 0, 1000), (31, 30, 31)).days == pytest.approx(31 + 30 + 0.4 * 31)
    assert count_back(2000, (500, 1000), (31, 30)).is_lower_bound


def test_turnover_needs_both_sides() -> None:
    assert turnover(67_500, 181, (4_800, 48_400)) == pytest.approx(5.1172, abs=5e-5)
    assert turnover(0, 181, (4_800,)) is None
    assert turnover(100, 30, (-5, 5)) is None


MONTHS = tuple(date(2025, month, 1) for month in range(1, 13))
ENDS = (date(2025, 6, 30), date(2025, 12, 31))
HISTORY_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
amounts = st.integers(0, 10**9)


@st.composite
def stocks(draw: st.DrawFn) -> Receivables:
    """Draw receivables whose parts make the whole, as the store gives them."""
    due, late, disputed = draw(amounts), draw(amounts), draw(amounts)
    credits_ = -draw(st.integers(0, 10**8))
    total = due + late + disputed + credits_
    return Receivables(total, due, late, disputed, credits_)


@given(stocks(), stocks(), st.lists(st.integers(0, 10**9), min_size=12, max_size=12))
@examples(100)
def test_causes_add_up_to_the_dso_and_contributions_to_its_change(
    first: Receivables, last: Receivables, sales: list[int]
) -> None:
    history = SalesHistory(MONTHS, tuple(sales), HISTORY_DAYS)
    known = families(dict(zip(ENDS, (first, last), strict=True)), history, Policy(), 6, None)
    for family in known.values():
        if family.parts is not None:
            assert sum(family.parts.values()) == pytest.approx(family.simple[0])
        else:
            assert family.parts_reason in {"no_sales", "credit_balance"}
    change = explain(known[ENDS[0]], known[ENDS[1]])
    if change.contributions is None:
        assert change.reason is not None
        return
    assert change.to_days is not None
    assert change.from_days is not None
    largest = max(map(abs, (change.to_days, change.from_days, *change.contributions.values())))
    moved = sum(change.contributions.values())
    assert moved == pytest.approx(change.to_days - change.from_days, abs=1e-9 * max(largest, 1))


def test_sales_alone_move_a_dso_whose_receivables_stand() -> None:
    stock = Receivables(600, 500, 150, 0, -50)
    history = SalesHistory(MONTHS, (100,) * 6 + (50,) * 6, HISTORY_DAYS)
    known = families(dict.fromkeys(ENDS, stock), history, Policy(), 6, None)
    change = explain(known[ENDS[0]], known[ENDS[1]])
    assert change.contributions is not None
    assert change.from_days == 181
    assert change.to_days == 368
    assert change.contributions == pytest.approx(
        {"not_due": 0, "late": 0, "disputed": 0, "credits": 0, "sales": 187}
    )


def test_lateness_alone_moves_it_by_its_days() -> None:
    before, after = Receivables(600, 500, 100, 0, 0), Receivables(700, 500, 150, 50, 0)
    history = SalesHistory(MONTHS, (100,) * 12, (30,) * 12)
    known = families(dict(zip(ENDS, (before, after), strict=True)), history, Policy(), 6, None)
    change = explain(known[ENDS[0]], known[ENDS[1]])
    assert change.contributions == pytest.approx(
        {"not_due": 0, "late": 15, "disputed": 15, "credits": 0, "sales": 0}
    )


def test_bills_count_on_both_sides_or_on_neither() -> None:
    plain = Receivables(1000, 600, 400, 0, 0)
    with_bills = plain.with_bills(200, frozenset({"S"}))
    assert with_bills.outstanding == 1200
    assert with_bills.gross == plain.gross
    assert alike((plain, with_bills)) == (plain, plain)
    assert alike((with_bills, with_bills)) == (with_bills, with_bills)


def test_turnover_falls_back_on_the_months_with_an_opening_stock() -> None:
    history = SalesHistory(MONTHS[:6], (100,) * 6, HISTORY_DAYS[:6])
    ends = [date(2025, 1, 31), date(2025, 6, 30)]
    stock = Receivables(50, 50, 0, 0, 0)
    family = Family(ends[-1], stock, history, 6, None)
    found = rotation(dict.fromkeys(ends, stock), family, Policy())
    assert found.months == 5
    assert found.turnover == pytest.approx(500 * 365 / 150 / 50)
    alone = {ends[-1]: stock}
    assert rotation(alone, family, Policy()).reason == "no_opening"
