"""The DSO family on the worked set (definitions §24.2), by the store and by the plain book."""

from __future__ import annotations

import itertools
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from arlib.analytics.dso import SalesHistory
from arlib.analytics.dso_series import one_day
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import dso
from arlib.workspace import Workspace
from tests.analytics.worked_plain import plain_worked_book
from tests.support.books import Book, Doc, load
from tests.support.worked import D

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.model.portfolio import Portfolio

    At = Callable[..., Portfolio]

POLICY = Policy()
E = 100


@pytest.fixture(params=["plain", "store"])
def book(request: pytest.FixtureRequest) -> At:
    if request.param == "plain":
        return plain_worked_book().portfolio
    stored: At = request.getfixturevalue("store")
    return stored


def half_year(book: At, policy: Policy = POLICY) -> dso.DsoBlock:
    return dso.build(book(D), policy, period_months=6, series_months=36).blocks[0]


def test_cei_of_each_month_and_its_mean(book: At) -> None:
    block = half_year(book)
    assert block.cei_ratio == pytest.approx(0.08406, abs=5e-6)
    found = block.monthly.set_index("month_on")["cei_ratio"]
    assert found[pd.Timestamp(2025, 1, 1) :].tolist() == pytest.approx(
        [float("nan"), 0.71429, 0.375, 0.0, 0.38710, 0.08406], abs=5e-6, nan_ok=True
    )
    assert block.cei_12m_ratio == pytest.approx(0.31209, abs=5e-6)
    assert block.count_cei_months == 5
    reasons = block.monthly["cei_ratio_reason"].tolist()
    assert reasons[:2] == ["no_opening", "nothing_collectable"]


def test_turnover_both_ways(book: At) -> None:
    block = half_year(book)
    assert block.turnover == pytest.approx(5.1172, abs=5e-5)
    assert block.turnover_days == pytest.approx(71.327, abs=5e-4)
    months = half_year(book, POLICY.with_settings(turnover_average="month_ends"))
    assert months.turnover == pytest.approx(4.8171, abs=5e-5)
    assert months.turnover_days == pytest.approx(75.771, abs=5e-4)


def test_overdue_and_its_variants(book: At) -> None:
    block = half_year(book)
    assert block.overdue_ratio == pytest.approx(0.66467, abs=5e-6)
    assert block.overdue_net_ratio == pytest.approx(0.65289, abs=5e-6)
    assert block.overdue_undisputed_ratio == pytest.approx(0.30539, abs=5e-6)
    assert block.overdue_over_30_ratio == pytest.approx(10_200 / 50_100)
    assert block.dispute_ratio == pytest.approx(18_000 / 50_100)


def test_bills_count_in_the_cei_at_both_ends_or_not_at_all(store: At) -> None:
    policy = POLICY.with_settings(dso_include_bills=True)
    block = dso.build(store(D), policy, period_months=6).blocks[0]
    assert block.simple_days == pytest.approx(145.873, abs=5e-4)
    # bills were extracted on the date alone: neither end of June counts them
    assert block.cei_ratio == pytest.approx(0.08406, abs=5e-6)
    assert block.turnover == pytest.approx(5.1172, abs=5e-5)


def test_the_decomposition_of_every_month_adds_up(book: At) -> None:
    monthly = half_year(book).monthly
    parts = monthly[[f"{name}_days" for name in ("not_due", "late", "disputed", "credits")]]
    known = monthly["simple_days"].notna()
    assert known.sum() == 5
    assert parts.sum(axis=1)[known].tolist() == pytest.approx(
        monthly["simple_days"][known].tolist()
    )
    assert parts[~known].isna().all().all()


@pytest.mark.parametrize("day", [date(2025, 5, 31), date(2025, 6, 15), date(2025, 3, 31)])
def test_a_point_of_the_series_is_the_figure_of_its_date(store: At, day: date) -> None:
    alone = dso.build(store(day), POLICY, period_months=6).blocks[0]
    last = alone.monthly.iloc[-1]
    assert last["closed_on"].date() == day
    later = half_year(store).monthly
    same = later.loc[later["closed_on"] == pd.Timestamp(day)]
    if day.day == 15:
        assert not len(same)
        assert last["sales_minor"] == (1500 - 600) * E  # F012 and A002: F011 is of the 16th
        return
    frame = same.drop(columns="month_on").astype(object).iloc[0]
    for name, value in frame.items():
        other = last[str(name)]
        assert (
            value == other or (pd.isna(value) and pd.isna(other)) or value == pytest.approx(other)
        )


def test_the_change_between_two_dates_adds_up(book: At) -> None:
    found = dso.change(
        book(D), POLICY, currency="EUR", from_on=date(2025, 3, 31), to_on=D, period_months=3
    )
    assert found.from_days is not None
    assert found.to_days is not None
    assert [found.from_days, found.to_days] == pytest.approx([71.757, 190.667], abs=5e-4)
    assert found.contributions is not None
    assert list(found.contributions) == ["not_due", "late", "disputed", "credits", "sales"]
    assert sum(found.contributions.values()) == pytest.approx(found.to_days - found.from_days)
    # March: 35 400 of AR, 32 400 of it not due, on 44 400 of sales in 90 days
    assert found.contributions["not_due"] == pytest.approx((16_800 - 32_400) / 44_400 * 90)
    assert found.contributions["sales"] == pytest.approx(48_400 * (91 / 23_100 - 90 / 44_400))


def test_the_change_says_why_it_cannot_be_told(book: At) -> None:
    found = dso.change(book(D), POLICY, currency="EUR", from_on=date(2025, 1, 31), to_on=D)
    assert (found.contributions, found.reason) == (None, "insufficient_history")


def test_targets_and_what_they_free(book: At) -> None:
    policy = POLICY.with_settings(
        dso_target_days=60.0, overdue_target_ratio=0.2, cei_target_ratio=0.8
    )
    block = half_year(book, policy)
    assert (block.dso_target_days, block.overdue_target_ratio, block.cei_target_ratio) == (
        60,
        0.2,
        0.8,
    )
    assert block.target_released_minor == round(48_400 * E - 60 * 67_500 * E / 181)
    assert block.best_released_minor == (33_300 - 1_700) * E  # all that is late, less credits
    far = half_year(book, POLICY.with_settings(dso_target_days=500.0))
    assert far.target_released_minor == 0
    none = half_year(book)
    assert (none.dso_target_days, none.dso_target_days_reason) == (None, "no_target")
    assert none.target_released_reason == "no_target"


def test_one_day_is_a_year_of_sales_over_365(book: At) -> None:
    assert half_year(book).one_day_minor is None  # seven months are known


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2024, 12, 31), 1003), (date(2024, 12, 3), 1000)]
)
def test_one_day_inside_a_month_counts_the_days_there_are(day: date, expected: int) -> None:
    """10.00 sold each day of a leap year: 366 days over 365, then 338 days over their own number."""
    firsts = [date(2024, month, 1) for month in range(1, 13)]
    days = [*((after - first).days for first, after in itertools.pairwise(firsts)), day.day]
    history = SalesHistory(tuple(firsts), tuple(1000 * n for n in days), tuple(days))
    assert one_day(history) == expected


@pytest.mark.parametrize(
    "settings",
    [{"dso_target_days": -1.0}, {"turnover_average": "begin"}, {"cei_target_ratio": -0.1}],
)
def test_targets_below_zero_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(UserError, match="policy_value_invalid"):
        POLICY.with_settings(**settings)


def test_credit_balance_has_no_decomposition() -> None:
    workspace = Workspace.open(None)
    docs = [
        Doc("C", f"F{m}", date(2025, m, 10), 1000, due_on=date(2025, m, 28)) for m in range(1, 5)
    ]
    docs.append(Doc("C", "P", date(2025, 4, 20), -9000, "payment"))
    load(workspace, Book(docs))
    block = dso.build(workspace.portfolio(date(2025, 4, 30)), POLICY).blocks[0]
    workspace.close()
    assert (block.simple_days, block.decomposition) == (0.0, None)
    assert "credit_balance" in block.flags
    assert block.monthly["not_due_days_reason"].iloc[-1] == "credit_balance"


def test_customers_chosen_have_the_sales_and_stocks_of_their_own(store: At) -> None:
    """Whole companies are read from sums kept at import, chosen customers from the documents."""
    whole = half_year(store)
    parts = [
        dso.build(store(D, Filters(search=code)), POLICY, series_months=36).blocks[0].monthly
        for code in ("C001", "C002", "C003", "C004")
    ]
    for name in ("sales_minor", "outstanding_minor"):
        by_month = (
            pd.concat(part.set_index("month_on")[name] for part in parts).groupby(level=0).sum()
        )
        assert by_month.tolist() == whole.monthly[name].tolist()
