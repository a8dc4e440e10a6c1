"""Forecasts judged: errors, coverage and weeks against sums made by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from arlib.analytics import backtest
from arlib.analytics.backtest import METHODS
from arlib.model.policy import Policy
from arlib.workspace import Workspace
from tests.support.books import Alloc, Book, Doc, load

CUT = date(2025, 3, 31)
LAST = date(2025, 8, 31)


def book() -> Book:
    """Twenty invoices of two customers paid 5 and 20 days late, and five open at the cut."""
    docs: list[Doc] = []
    allocs: list[Alloc] = []
    for place in range(20):
        customer, late = (("A", 5), ("B", 20))[place % 2]
        issued = date(2024, 10, 1) + timedelta(days=6 * place)
        _sell(docs, allocs, f"H{place}", customer, issued, late)
    for number, customer, issued, late in (
        ("O1", "A", date(2025, 3, 20), 9),  # due 19/04, paid 28/04
        ("O2", "B", date(2025, 3, 1), 17),  # due 31/03, paid 17/04
        ("O3", "B", date(2025, 2, 1), 68),  # due 03/03, overdue at the cut, paid 10/05
    ):
        _sell(docs, allocs, number, customer, issued, late)
    docs.append(Doc("A", "O4", date(2025, 3, 2), 7_000, due_on=date(2025, 4, 1)))
    docs.append(Doc("A", "O5", date(2025, 3, 2), 9_000, due_on=date(2025, 4, 1)))
    docs.append(Doc("A", "N5", date(2025, 4, 8), -9_000, "credit_note"))
    docs.append(Doc("A", "LAST", LAST, 100, due_on=LAST))
    allocs.append(Alloc("N5", "O5", 9_000))
    return Book(docs, allocs)


def _sell(
    docs: list[Doc], allocs: list[Alloc], number: str, customer: str, issued: date, late: int
) -> None:
    due = issued + timedelta(days=30)
    docs.append(Doc(customer, number, issued, 1_000, due_on=due))
    docs.append(Doc(customer, f"P{number}", due + timedelta(days=late), -1_000, "payment"))
    allocs.append(Alloc(f"P{number}", number, 1_000))


@pytest.fixture(scope="module")
def found() -> backtest.Trials:
    workspace = Workspace.open(None)
    assert load(workspace, book())[0].status == "imported"
    return backtest.trials(workspace.portfolio(LAST), Policy(), [CUT])


def _on(items: pd.DataFrame, due: date, name: str) -> date | None:
    value = items.loc[items["due_on"] == pd.Timestamp(due), name].iloc[0]
    return None if pd.isna(value) else value.date()


def test_what_was_open_then_and_what_became_of_it(found: backtest.Trials) -> None:
    items = found.items
    assert len(items) == 5
    assert _on(items, date(2025, 4, 19), "paid_on") == date(2025, 4, 28)
    assert _on(items, date(2025, 3, 3), "paid_on") == date(2025, 5, 10)
    assert items["paid_on"].isna().sum() == 2  # one credited, one open to this day
    assert items["is_credited"].sum() == 1
    assert sorted(items["days_late"]) == [-19, -1, -1, 0, 28]


def test_plain_rules_know_nothing_of_what_came_later(found: backtest.Trials) -> None:
    items = found.items
    assert _on(items, date(2025, 4, 19), "customer_mean_on") == date(2025, 4, 24)
    assert _on(items, date(2025, 4, 19), "customer_median_on") == date(2025, 4, 24)
    assert _on(items, date(2025, 3, 31), "customer_mean_on") == date(2025, 4, 20)
    # due 28 days ago, usually 20 late: not before the day after the cut
    for method in ("customer_mean", "customer_median", "due_date"):
        assert _on(items, date(2025, 3, 3), f"{method}_on") == date(2025, 4, 1)


def test_errors_are_means_over_the_invoices_since_paid(found: backtest.Trials) -> None:
    table = backtest.errors(found.items).set_index("method")
    mean = table.loc["customer_mean"]
    assert mean["count"] == 3
    assert mean["mae_days"] == pytest.approx((4 + 3 + 39) / 3)
    assert mean["bias_days"] == pytest.approx((4 - 3 + 39) / 3)
    assert mean["mae_overdue_days"] == pytest.approx(39)
    assert mean["bucket_ratio"] == pytest.approx(2 / 3)  # the third: said 29 days late, was 68
    due = table.loc["due_date"]
    assert due["mae_days"] == pytest.approx((9 + 16 + 39) / 3)
    assert table["count_past"].tolist() == [0] * len(METHODS)
    assert table.loc["hazard", "mae_days"] < due["mae_days"]


def test_weeks_add_up_to_what_is_said_and_what_came_in(found: backtest.Trials) -> None:
    weeks = found.weeks
    assert weeks["week"].tolist() == list(range(1, 14))
    cash = dict(zip(weeks["week"], weeks["cash_minor"], strict=True))
    assert {week: value for week, value in cash.items() if value} == {3: 1000, 4: 1000, 6: 1000}
    said = dict(zip(weeks["week"], weeks["customer_mean_minor"], strict=True))
    # 1 April (late), 6 April (due 1 April, 5 late: 16 000), 20 and 24 April
    assert {week: value for week, value in said.items() if value} == {1: 17_000, 3: 1000, 4: 1000}
    assert 0 < weeks["hazard_minor"].sum() <= found.items["open_minor"].sum()
    wape = backtest.wape(weeks, 4).set_index("method")["wape"]
    assert wape["customer_mean"] == pytest.approx(17_000 / 2000)
    assert wape.index.tolist() == list(METHODS)


def test_a_day_counts_for_its_share_between_p10_and_p90() -> None:
    """One payment a day for four days, a quarter each: F = .25, .5, .75, 1."""
    alive = np.array([[1.0, 0.75, 0.5, 0.25] + [0.0] * 177] * 5)
    shares = backtest._shares(alive, np.array([1, 2, 3, 4, -1]))
    # [0, .25] is inside from .1: .15 of .25
    assert shares[:4].tolist() == pytest.approx([0.6, 1.0, 1.0, 0.6])
    assert np.isnan(shares[4])
    assert np.nanmean(shares) == pytest.approx(0.8)


def test_a_portfolio_without_open_invoices_gives_empty_tables() -> None:
    workspace = Workspace.open(None)
    docs = [
        Doc("A", "F1", date(2025, 1, 1), 1000, due_on=date(2025, 1, 31)),
        Doc("A", "P1", date(2025, 2, 3), -1000, "payment"),
        Doc("A", "LAST", LAST, 100, due_on=LAST),
    ]
    load(workspace, Book(docs, [Alloc("P1", "F1", 1000)]))
    found = backtest.trials(workspace.portfolio(LAST), Policy(), [CUT])
    assert found.items.empty
    assert found.weeks.empty
    assert backtest.errors(found.items)["count"].tolist() == [0] * len(METHODS)
    assert backtest.wape(found.weeks, 4).empty
