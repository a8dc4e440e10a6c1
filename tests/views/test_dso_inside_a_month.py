"""Twelve rolling months end on any day: sales, days and turnover recounted day by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pandas as pd
import pytest

from arlib.analytics.concentration import year_of_sales
from arlib.analytics.dso import Period, SalesHistory
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters, window_start
from arlib.views import dso
from arlib.workspace import Workspace
from tests.support.books import Alloc, Book, Doc, load

POLICY: Final = Policy()
FIRST: Final = date(2023, 1, 3)
LAST: Final = date(2025, 3, 20)


def invoices() -> list[Doc]:
    """One invoice each eight days, each of another amount, by two customers in turn."""
    days = [FIRST + timedelta(days=8 * n) for n in range((LAST - FIRST).days // 8)]
    return [
        Doc(f"C{n % 2}", f"F{n}", day, 10_000 + 700 * n, due_on=day + timedelta(days=30))
        for n, day in enumerate(days)
    ]


def payments(docs: list[Doc]) -> tuple[list[Doc], list[Alloc]]:
    """All but one in five are paid after fifty days."""
    paid = [doc for n, doc in enumerate(docs) if n % 5 and doc.issued_on < date(2025, 1, 20)]
    cash = [
        Doc(doc.customer, f"P{doc.number}", doc.issued_on + timedelta(days=50), -doc.amount, "payment")
        for doc in paid
    ]  # fmt: skip
    return cash, [Alloc(f"P{doc.number}", doc.number, doc.amount) for doc in paid]


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    opened = Workspace.open(None)
    docs = invoices()
    cash, allocs = payments(docs)
    load(opened, Book([*docs, *cash], allocs, covers=(date(2023, 1, 1), LAST)))
    return opened


def sold(start: date, end: date, customer: str = "") -> int:
    return sum(
        doc.amount
        for doc in invoices()
        if start < doc.issued_on <= end and doc.customer.startswith(customer)
    )


def owed(day: date) -> int:
    docs = invoices()
    cash, _ = payments(docs)
    return sum(doc.amount for doc in [*docs, *cash] if doc.issued_on <= day)


@pytest.mark.parametrize("months", [3, 12])
@pytest.mark.parametrize("day", [date(2025, 2, 15), date(2024, 2, 28), date(2024, 5, 30), LAST])
def test_the_period_begins_on_the_same_day(workspace: Workspace, day: date, months: int) -> None:
    block = dso.build(workspace.portfolio(day), POLICY, period_months=months).blocks[0]
    start = window_start(day, months)
    sales, days = sold(start, day), (day - start).days
    assert (block.period_from, block.period_days) == (start + timedelta(days=1), days)
    assert (block.sales_minor, block.outstanding_minor) == (sales, owed(day))
    assert block.simple_days == pytest.approx(owed(day) / sales * days)
    mean = (owed(start) + owed(day)) / 2
    assert block.turnover == pytest.approx(sales * 365 / days / mean)
    assert block.turnover_months == months


def test_month_ends_between_are_averaged_too(workspace: Workspace) -> None:
    policy = POLICY.with_settings(turnover_average="month_ends")
    day = date(2025, 2, 15)
    block = dso.build(workspace.portfolio(day), policy, period_months=3).blocks[0]
    between = (date(2024, 11, 30), date(2024, 12, 31), date(2025, 1, 31))
    stocks = [owed(when) for when in (date(2024, 11, 15), *between, day)]
    expected = sold(date(2024, 11, 15), day) * 365 / 92 / (sum(stocks) / 5)
    assert block.turnover == pytest.approx(expected)


def test_a_year_of_sales_is_a_year_of_days(workspace: Workspace) -> None:
    portfolio = workspace.portfolio(LAST)
    year = sold(window_start(LAST, 12), LAST)
    assert year_of_sales(portfolio, "EUR") == (year, None)
    assert dso.build(portfolio, POLICY).blocks[0].one_day_minor == round(year / 365)


def test_filters_choose_the_sales_of_the_days_too(workspace: Workspace) -> None:
    block = dso.build(workspace.portfolio(LAST, Filters(search="C1")), POLICY).blocks[0]
    assert block.sales_minor == sold(window_start(LAST, 12), LAST, "C1")


def test_files_that_begin_inside_the_period_count_from_their_first_day(
    workspace: Workspace,
) -> None:
    day = date(2023, 12, 20)
    block = dso.build(workspace.portfolio(day), POLICY).blocks[0]
    assert (block.period_from, block.period_days) == (date(2023, 1, 1), 354)
    assert block.sales_minor == sold(date(2022, 12, 31), day)


def test_a_month_supplied_as_one_sum_is_not_cut() -> None:
    """Sales told by month before the documents begin: the period begins with the month after it."""
    opened = Workspace.open(None)
    docs = [doc for doc in invoices() if doc.issued_on >= date(2024, 4, 1)]
    told = [
        {"customer_id": "C1", "month_on": date(2024, n, 1), "currency": "EUR",
         "amount_minor": 500_000, "basis": "ttc"}
        for n in (1, 2, 3)
    ]  # fmt: skip
    load(opened, Book(docs, sales=told, covers=(date(2024, 4, 1), LAST)))
    frame = opened.portfolio(LAST).sales_begun(13).set_index("month_on")
    opened.close()
    whole = frame["is_whole"]
    assert list(whole[whole].index) == [pd.Timestamp(2024, 2, 1), pd.Timestamp(2024, 3, 1)]
    assert frame.loc["2024-04-01", "begun_minor"] == sum(
        doc.amount for doc in docs if date(2024, 4, 1) <= doc.issued_on <= date(2024, 4, 20)
    )
    history = SalesHistory(
        (date(2024, 3, 1), date(2024, 4, 1), date(2024, 5, 1)),
        (90, 60, 20),
        (31, 30, 10),
        (None, 15, 20),
    )
    assert history.last(2) == Period(date(2024, 4, 1), 80, 40, 2)
    assert history.last(1) == Period(date(2024, 4, 11), 65, 30, 1)
