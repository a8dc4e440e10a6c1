"""Sales to come: the pace of whole months, collected with the terms and the delays of the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from arlib.analytics.run_rate import run_rate
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import forecast as view_of
from arlib.workspace import Workspace
from tests.support.books import Book, Doc, load
from tests.support.payers import merged, payer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.portfolio import Portfolio

POLICY = Policy()
D = date(2025, 2, 10)
DAYS = 370
AMOUNT = 100_00


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    """A pays every bill five days late, B one in two on the day and the other ten days late."""
    held = Workspace.open(None)
    load(
        held,
        merged(
            payer("A", [5] * DAYS, every=1, amount=AMOUNT),
            payer("B", [0, 10] * (DAYS // 2), every=1, amount=AMOUNT),
        ),
    )
    yield held
    held.close()


def of(portfolio: Portfolio, months: int = 12, weeks: int = 13) -> list[int]:
    found = run_rate(portfolio, POLICY, weeks, months)
    assert found.reason is None
    return list(found.weeks["sum_run_rate_minor"])


def plainly(daily: float, shares: dict[int, float], terms: int = 30) -> list[int]:
    """Return the cash by the end of each week, sale by sale and day by day."""
    found = []
    for end in range(7, 92, 7):
        cash = 0.0
        for sold in range(1, end + 1):
            cash += daily * sum(s for late, s in shares.items() if sold + terms + late <= end)
        found.append(round(cash))
    return found


@pytest.mark.parametrize("months", [3, 12])
def test_each_day_sold_is_collected_after_its_terms_and_delay(
    workspace: Workspace, months: int
) -> None:
    portfolio = workspace.portfolio(D, Filters(search="A"))
    sold = portfolio.sales_months()["sales_minor"].tail(months).sum()
    found = run_rate(portfolio, POLICY, 13, months)
    daily = round(sold / months) / 30.4375
    assert list(found.weeks["sum_run_rate_minor"]) == pytest.approx(plainly(daily, {5: 1.0}), abs=2)
    assert found.last_on == date(2025, 1, 31)
    assert found.first_on == date(2024, 11 if months == 3 else 2, 1)
    assert list(found.sales["terms_days"]) == [30]


def test_the_curve_is_that_of_the_delays_seen(workspace: Workspace) -> None:
    portfolio = workspace.portfolio(D, Filters(search="B"))
    sold = portfolio.sales_months()["sales_minor"].tail(3).sum()
    expected = plainly(round(sold / 3) / 30.4375, {0: 0.5, 10: 0.5})
    assert of(portfolio, 3) == pytest.approx(expected, rel=0.01, abs=AMOUNT)


def test_the_weeks_add_up_and_never_fall(workspace: Workspace) -> None:
    weeks = run_rate(workspace.portfolio(D), POLICY, 25, 12).weeks
    assert list(weeks["run_rate_minor"].cumsum()) == list(weeks["sum_run_rate_minor"])
    assert (weeks["run_rate_minor"] >= 0).all()
    assert list(weeks["week"]) == list(range(1, 26))
    assert (np.diff(weeks["week_end_on"]).astype("timedelta64[D]").astype(int) == 7).all()


def test_the_layer_changes_nothing_else(workspace: Workspace) -> None:
    portfolio = workspace.portfolio(D)
    plain = view_of.build(portfolio, POLICY)
    layered = view_of.build(portfolio, POLICY, run_rate_months=3)
    assert plain.run_rate is None
    assert layered.run_rate is not None
    assert plain.blocks[0].weeks.equals(layered.blocks[0].weeks)
    assert plain.blocks[0].parts == layered.blocks[0].parts
    assert plain.run_rate_of("EUR").empty
    assert len(layered.run_rate_of("EUR")) == 13
    assert replace(layered, run_rate=None).to_keep().equals(layered.to_keep())


def test_a_book_too_short_or_without_settlements_says_why(workspace: Workspace) -> None:
    assert run_rate(workspace.portfolio(date(2024, 6, 15)), POLICY, 13, 12).reason == (
        "as_of_too_early"
    )
    bare = Workspace.open(None)
    docs = [Doc("C1", "F1", date(2025, 1, 3), AMOUNT)]
    load(bare, Book(docs, level="C"))
    found = run_rate(bare.portfolio(D), POLICY, 13, 3)
    assert found.reason == "not_at_this_level"
    assert found.weeks.empty
    bare.close()
