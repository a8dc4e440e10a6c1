"""Every figure of definitions §24, from the views, on the store and on a plain Python book."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from arlib.model.policy import Policy
from arlib.views import aging, behaviour, concentration, dso, overview, risk, segments
from tests.analytics.worked_plain import plain_worked_book
from tests.support.worked import D

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.model.portfolio import Portfolio

    Book = Callable[[date], Portfolio]

POLICY = Policy()
RULES = Policy(segmentation_method="rules")  # the segments the worked set expects
E = 100  # cents in a euro


@pytest.fixture(params=["plain", "store"])
def book(request: pytest.FixtureRequest) -> Book:
    if request.param == "plain":
        return plain_worked_book().portfolio
    stored: Book = request.getfixturevalue("store")
    return stored


def by_customer(frame: pd.DataFrame, column: str) -> dict[str, object]:
    return dict(zip(frame["customer_id"], frame[column], strict=True))


BUCKETS = ("not_due", "1-30", "31-60", "61-90", "90+")


def euros(frame: pd.DataFrame, *columns: str) -> dict[str, tuple[int, ...]]:
    rows = frame.set_index("customer_id")[[f"{name}_minor" for name in columns]]
    return {str(code): tuple(int(v) // E for v in row) for code, row in zip(rows.index, rows.to_numpy(), strict=True)}  # fmt: skip


def test_aged_balance(book: Book) -> None:
    block = aging.build(book(D), POLICY).blocks[0]
    assert euros(block.customers, *BUCKETS, "unallocated", "total") == {
        "C001": (11400, 0, 0, 0, 0, 0, 11400),
        "C002": (0, 0, 0, 7200, 3000, -1700, 8500),
        "C003": (5400, 21600, 0, 0, 0, 0, 27000),
        "C004": (0, 1500, 0, 0, 0, 0, 1500),
    }
    totals = [block.totals[f"{name}_minor"] // E for name in (*BUCKETS, "unallocated", "total")]
    assert totals == [16800, 23100, 0, 7200, 3000, -1700, 48400]
    assert block.totals["gross_minor"] == 50100 * E
    assert block.totals["overdue_minor"] == 33300 * E
    assert block.totals["disputed_minor"] == 18000 * E
    assert block.overdue_ratio == pytest.approx(0.66467, abs=1e-5)
    assert block.average_age_days == pytest.approx(49.874, abs=5e-4)
    assert list(block.customers["customer_id"]) == ["C003", "C001", "C002", "C004"]


def test_not_due_is_split_by_what_falls_due(book: Book) -> None:
    block = aging.build(book(D), POLICY).blocks[0]
    assert block.forward == ("due_0-30", "due_31-60", "due_60+")
    split = [block.totals[f"{name}_minor"] // E for name in block.forward]
    assert split == [9000, 7800, 0]
    assert sum(split) * E == block.totals["not_due_minor"]


def test_aged_by_invoice_date(book: Book) -> None:
    view = aging.build(book(D), POLICY, basis="issue")
    block = view.blocks[0]
    assert block.buckets == ("0-30", "31-60", "61-90", "90+")
    assert [block.totals[f"{name}_minor"] // E for name in block.buckets] == [9300, 12600, 0, 28200]
    assert block.totals["overdue_minor"] == 33300 * E


def test_credits_consume_the_oldest_first(book: Book) -> None:
    block = aging.build(book(D), POLICY, credits="oldest_first").blocks[0]
    found = euros(block.customers, *BUCKETS, "unallocated", "total")
    assert found["C002"] == (0, 0, 0, 7200, 1300, 0, 8500)


def test_credits_excluded_leave_the_gross(book: Book) -> None:
    block = aging.build(book(D), POLICY, credits="exclude").blocks[0]
    assert block.totals["total_minor"] == 50100 * E
    assert block.totals["unallocated_minor"] == 0


def test_past_dates_are_rebuilt(book: Book) -> None:
    may = aging.build(book(date(2025, 5, 31)), POLICY).blocks[0].totals
    names = [*BUCKETS, "unallocated", "total"]
    assert [may[f"{name}_minor"] // E for name in names] == [
        31200,
        2400,
        7200,
        0,
        3000,
        -1200,
        42600,
    ]
    december = aging.build(book(date(2024, 12, 31)), POLICY).blocks[0].totals
    assert december["not_due_minor"] == december["total_minor"] == 4800 * E


def test_items_falling_due_soon(store: Book) -> None:
    soon = aging.due_soon(store(D), POLICY)
    assert list(soon["number"]) == ["F004"]
    assert list(aging.items(store(D), "TEST", "C002")["number"]) == ["F006", "F007", "A001", "P05"]


def test_dso(book: Book) -> None:
    block = dso.build(book(D), POLICY, period_months=6).blocks[0]
    assert (block.sales_minor, block.period_days) == (67500 * E, 181)
    assert block.simple_days == pytest.approx(129.784, abs=5e-4)
    assert block.count_back_days == pytest.approx(122.389, abs=5e-4)
    assert not block.count_back_is_lower_bound
    assert block.best_possible_days == pytest.approx(45.049, abs=5e-4)
    assert block.average_days_delinquent == pytest.approx(84.735, abs=5e-4)
    assert block.decomposition == pytest.approx(
        {"not_due_days": 45.049, "late_days": 41.027, "disputed_days": 48.267, "credits_days": -4.559},
        abs=6e-4,
    )  # fmt: skip
    quarter = dso.build(book(D), POLICY, period_months=3).blocks[0]
    assert quarter.simple_days == pytest.approx(190.667, abs=5e-4)


def test_dso_uses_the_months_it_has(book: Book) -> None:
    block = dso.build(book(D), POLICY).blocks[0]
    assert (block.period_months, block.period_days, block.sales_minor) == (7, 212, 72300 * E)
    assert block.simple_days == pytest.approx(141.920, abs=5e-4)
    assert "fewer_months" in block.flags
    december = dso.build(book(date(2024, 12, 31)), POLICY).blocks[0]
    assert december.simple_days is None
    assert december.simple_days_reason == "insufficient_history"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 6, 15), 118.667),
        (date(2025, 5, 31), 103.667),
        (date(2025, 4, 30), 96.750),
        (date(2024, 12, 31), 31.0),
    ],
)
def test_count_back_at_other_dates(book: Book, day: date, expected: float) -> None:
    block = dso.build(book(day), POLICY).blocks[0]
    assert block.count_back_days == pytest.approx(expected, abs=5e-4)
    assert not block.count_back_is_lower_bound


def test_dso_with_bills(book: Book) -> None:
    policy = POLICY.with_settings(dso_include_bills=True)
    block = dso.build(book(D), policy, period_months=6).blocks[0]
    assert block.outstanding_minor == 54400 * E
    assert block.simple_days == pytest.approx(145.873, abs=5e-4)
    assert block.count_back_days == pytest.approx(145.722, abs=5e-4)
    quarter = dso.build(book(D), policy, period_months=3).blocks[0]
    assert quarter.simple_days == pytest.approx(214.303, abs=5e-4)


def test_dso_series_agrees_with_each_date(book: Book) -> None:
    monthly = dso.build(book(D), POLICY, series_months=12).blocks[0].monthly
    assert list(monthly["sales_minor"] // E) == [4800, 12000, 7200, 25200, 2400, 12000, 8700]
    for closed, back, simple in zip(
        monthly["closed_on"], monthly["count_back_days"], monthly["simple_days"], strict=True
    ):
        alone = dso.build(book(closed.date()), POLICY, series_months=1).blocks[0]
        assert alone.count_back_days == pytest.approx(back)
        assert (alone.simple_days or 0.0) == pytest.approx(0.0 if simple != simple else simple)  # noqa: PLR0124 - NaN


def test_portfolio_behaviour(book: Book) -> None:
    row = behaviour.build(book(D), POLICY).blocks[0].portfolio.iloc[0]
    found = [row["simple_delay_days"], row["weighted_paid_delay_days"], row["weighted_delay_days"]]
    assert found == pytest.approx([9.250, 3.778, 6.949], abs=5e-4)
    assert row["weighted_delay_open_days"] == pytest.approx(32.159, abs=5e-4)
    assert row["late_only_delay_days"] == pytest.approx(7.974, abs=5e-4)
    assert row["days_to_pay"] == pytest.approx(51.949, abs=5e-4)
    assert row["paid_over_30_ratio"] == pytest.approx(12000 / 56700)
    assert (row["count_payments"], row["count_paid_invoices"]) == (5, 4)


def test_customer_behaviour(book: Book) -> None:
    frame = behaviour.build(book(D), POLICY).blocks[0].customers.set_index("customer_id")
    names = ["simple_delay_days", "weighted_paid_delay_days", "weighted_delay_days"]
    names += ["weighted_delay_open_days", "late_only_delay_days", "days_to_pay"]
    assert list(frame.loc["C001", names]) == pytest.approx(
        [2.667, 0.625, 0.625, 0.625, 1.875, 46.375], abs=5e-4
    )
    assert list(frame.loc["C002", names]) == pytest.approx(
        [29.0, 29.0, 35.857, 79.708, 35.857, 77.429], abs=5e-4
    )
    for code, open_delay in (("C003", 29.333), ("C004", 20.0)):
        assert frame.loc[code, "weighted_delay_open_days"] == pytest.approx(open_delay, abs=5e-4)
        assert frame.loc[code, ["weighted_delay_days", "simple_delay_days"]].isna().all()
        assert frame.loc[code, "weighted_delay_days_reason"] == "no_history"
    assert by_customer(frame.reset_index(), "is_history_short") == {
        "C001": False,
        "C002": True,
        "C003": True,
        "C004": True,
    }
    assert list(frame.index) == ["C002", "C003", "C004", "C001"]


def test_monthly_behaviour_has_every_month(book: Book) -> None:
    monthly = behaviour.build(book(D), POLICY).blocks[0].monthly
    assert len(monthly) == 12
    known = monthly.dropna(subset=["weighted_delay_days"])
    assert list(known["weighted_delay_days"]) == [-2.0, 45.0, 5.0, 29.0]
    assert set(monthly.loc[monthly["amount_minor"] == 0, "weighted_delay_days_reason"]) == {
        "no_history"
    }


@pytest.mark.parametrize(
    ("basis", "amounts", "use", "overrun"),
    [
        ("E1", (11400, 8500, 27000, 1500), (0.57, 0.85, 1.8), 12000),
        ("E1g", (11400, 10200, 27000, 1500), (0.57, 1.02, 1.8), 12200),
        ("E2", (11400, 8500, 33000, 1500), (0.57, 0.85, 2.2), 18000),
        ("E4", (14400, 8500, 37800, 1500), (0.72, 0.85, 2.52), 22800),
    ],
)
def test_limits(
    book: Book, basis: str, amounts: tuple[int, ...], use: tuple[float, ...], overrun: int
) -> None:
    view = risk.build(book(D), POLICY, exposure=basis)
    frame = view.customers.sort_values("customer_id")
    assert tuple(int(value) // E for value in frame["exposure_minor"]) == amounts
    assert list(frame["utilisation_ratio"])[:3] == pytest.approx(list(use))
    assert int(view.overruns["overrun_minor"].sum()) == overrun * E
    last = frame.iloc[3]
    assert last[["limit_minor", "overrun_minor", "utilisation_ratio"]].isna().all()
    assert last["limit_reason"] == last["overrun_reason"] == "no_limit"
    assert last["alert"] == "none"


def test_risk_order_badge_and_lists(book: Book) -> None:
    view = risk.build(book(D), POLICY)
    assert list(view.customers["customer_id"]) == ["C003", "C001", "C002", "C004"]
    assert view.over_limit_count == risk.over_limit_count(book(D), POLICY) == 1
    assert view.counts == {
        "all": 4,
        "over": 1,
        "near": 1,
        "recurrent": 0,
        "without_limit": 1,
        "intercompany": 0,
    }
    assert by_customer(view.customers, "alert") == {
        "C003": "major",
        "C001": "none",
        "C002": "watch",
        "C004": "none",
    }
    assert view.mean_delay_days["EUR"] == pytest.approx(32.159, abs=5e-4)


def test_history_of_overruns(book: Book) -> None:
    frame = risk.build(book(D), POLICY).customers.set_index("customer_id")
    assert list(frame["overrun_days_12m"].fillna(-1)) == [92, 0, 126, -1]
    assert list(frame["overrun_count_12m"].fillna(-1)) == [1, 0, 1, -1]
    assert frame.loc["C003", "overrun_since"] == pd.Timestamp(2025, 3, 31)
    assert frame.loc["C002", "overrun_since_reason"] == "not_over"
    may = risk.build(book(date(2025, 5, 31)), POLICY).customers.set_index("customer_id")
    assert may.loc["C002", "overrun_minor"] == 1400 * E
    assert may.loc["C002", "overrun_since"] == pd.Timestamp(2025, 2, 14)


def test_months_over_add_up(book: Book) -> None:
    view = risk.build(book(D), POLICY)
    days = view.months_over.groupby("customer_id")["days_over"].sum()
    assert dict(days) == {"C002": 126, "C003": 92}


def test_segments(book: Book) -> None:
    view = segments.build(book(D), RULES)
    frame = view.blocks[0].customers
    assert by_customer(frame, "segment") == {
        "C001": "reliable",
        "C002": "high_risk",
        "C003": "high_risk",
        "C004": "watch",
    }
    assert by_customer(frame, "rule") == {
        "C001": "none",
        "C002": "old_amount",
        "C003": "utilisation",
        "C004": "delay",
    }
    assert by_customer(frame, "utilisation_ratio")["C003"] == pytest.approx(2.52)
    assert by_customer(frame, "previous_segment_reason")["C004"] == "no_history"
    totals = view.blocks[0].totals
    assert list(totals["count"]) == [1, 1, 2, 0]
    assert int(totals["outstanding_minor"].sum()) == 48400 * E


def test_concentration(book: Book) -> None:
    block = concentration.build(book(D), POLICY).blocks[0]
    assert list(block.customers["share_ratio"]) == pytest.approx(
        [0.55785, 0.23554, 0.17562, 0.03099], abs=6e-6
    )
    assert block.pareto_count == 3
    assert block.customers["cumulative_ratio"].iloc[2] == pytest.approx(0.96901, abs=5e-6)
    assert block.hhi == pytest.approx(0.398479, abs=5e-7)
    assert block.hhi_normalised == pytest.approx(0.197971, abs=5e-7)
    assert block.equivalent_count == pytest.approx(2.510, abs=5e-4)
    assert block.gini == pytest.approx(0.410124, abs=5e-7)


def test_overview_compares_with_the_previous_closing(book: Book) -> None:
    view = overview.build(book(D), RULES)
    kpis = {kpi.name: kpi for kpi in view.blocks[0].kpis}
    assert view.previous_on == date(2025, 5, 31)
    assert (kpis["outstanding"].value, kpis["outstanding"].previous) == (48400 * E, 42600 * E)
    assert kpis["late_over_30"].value == 10200 * E
    assert kpis["late_over_30"].detail == pytest.approx(10200 / 50100)
    assert kpis["dso_count_back"].value == pytest.approx(122.389, abs=5e-4)
    assert kpis["dso_count_back"].previous == pytest.approx(103.667, abs=5e-4)
    assert (kpis["over_limit"].value, kpis["over_limit"].previous) == (1, 2)
    assert all(kpi.year_ago is None for kpi in view.blocks[0].kpis)
    assert [len(kpi.series) for kpi in view.blocks[0].kpis] == [12] * 4
    months = view.blocks[0].aging_months
    assert list(months["total_minor"] // E) == [4800, 16800, 12000, 35400, 37800, 42600, 48400]
    # over its limit first, then whoever is most overdue
    assert list(view.attention["customer_id"]) == ["C003", "C002", "C004"]


def test_overview_series_agree_with_each_date(book: Book) -> None:
    kpis = {kpi.name: kpi for kpi in overview.build(book(D), RULES).blocks[0].kpis}
    for day, over in zip(
        (date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30)),
        kpis["over_limit"].series[7:10],
        strict=True,
    ):
        assert risk.over_limit_count(book(day), POLICY) == over
