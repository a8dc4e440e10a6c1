"""Back under the limit: against a plain count, invoice after invoice; and every reason for no date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from arlib.analytics import forecast_items, hazard
from arlib.analytics.customer_forecast import of_customer
from arlib.analytics.forecast import forecast
from arlib.analytics.limit_return import returns
from arlib.analytics.risk import risk_table
from arlib.model.policy import Policy
from arlib.workspace import ActionEntry, LimitChange, Workspace
from tests.support.books import BY, Book, Doc, load
from tests.support.payers import merged, payer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.portfolio import Portfolio

D = date(2025, 3, 31)
POLICY = Policy()
HUNDRED = 100_00
OLD = (380, 390, 400, 410, 420, 430)
LIMITS = {"A": 550_00, "B": 250_00, "C": 1_000_00, "E": 5_000_00, "G": 0, "H": 100_00}


def opened(places: range) -> list[date]:
    """Return due dates of invoices left open, ten days apart, around the date."""
    return [D + timedelta(days=10 * place) for place in places]


def book() -> Book:
    """Return payers with open invoices: some disputed, one too old to be foreseen, one with orders."""
    found = merged(
        payer("A", [4, 6, 5, 9] * 10, unpaid=opened(range(-3, 7))),
        payer("B", [2] * 30, unpaid=opened(range(6))),
        payer("C", [0, 1] * 15, unpaid=opened(range(3))),
        payer("E", [3] * 10, unpaid=opened(range(2))),
        payer("F", [3] * 10, unpaid=opened(range(2))),
        payer("G", [0] * 40, unpaid=[D - timedelta(days=day) for day in OLD]),
        payer("H", [7] * 20, unpaid=opened(range(4))),
    )
    found.disputes = [{"number": f"B-U{place}"} for place in (0, 1, 2)]
    found.commitments = [
        {
            "customer_id": "C",
            "kind": "order",
            "amount_minor": 2_000_00,
            "currency": "EUR",
            "extracted_on": D,
        }
    ]
    return found


@pytest.fixture(scope="module")
def portfolio() -> Iterator[Portfolio]:
    workspace = Workspace.open(None)
    load(workspace, book())
    company = workspace.info().companies[0].company_id
    changes = [
        LimitChange(company, "customer", code, amount, "EUR", valid_from=date(2024, 1, 1))
        for code, amount in LIMITS.items()
    ]
    workspace.set_limits(changes, BY)
    promise = ActionEntry(
        company,
        "H",
        "promise",
        amount_minor=300_00,
        currency="EUR",
        due_on=D + timedelta(days=5),
        taken_on=D,
    )
    workspace.add_action(promise, BY)
    yield workspace.portfolio(D)
    workspace.close()


def found_of(portfolio: Portfolio, basis: str = "E1") -> pd.DataFrame:
    rows = risk_table(portfolio, POLICY, basis).rows
    return returns(portfolio, POLICY, rows).set_index("customer_id")


def plainly(portfolio: Portfolio, customer: str, column: str, need: int) -> date | None:
    """Return the day by adding invoices one by one, in order of their date."""
    items = forecast_items.dated(portfolio, POLICY, hazard.fit(portfolio, POLICY))
    expected = []
    for row in items[items["customer_id"] == customer].to_dict("records"):
        if row["promised_minor"]:
            expected.append((row["promised_on"].date(), row["promised_minor"]))
        if row["planned_minor"] and not pd.isna(row[column]):
            expected.append((row[column].date(), row["planned_minor"]))
    got = 0
    for day, amount in sorted(expected):
        got += amount
        if got >= need:
            return day  # type: ignore[no-any-return]
    return None


def _day(found: pd.DataFrame, who: str, name: str) -> Any:
    return found[name].dt.date[who]


@pytest.mark.parametrize(
    ("name", "column"),
    [("return_under_limit_on", "expected_on"), ("return_under_limit_p90_on", "p90_on")],
)
def test_the_day_on_which_invoices_add_up_to_the_overrun(
    portfolio: Portfolio, name: str, column: str
) -> None:
    found = found_of(portfolio)
    # A owes seven invoices of 100 for a limit of 550: two have to come in
    assert _day(found, "A", name) == plainly(portfolio, "A", column, 150_00)
    assert found[f"{name}_reason"].isna()["A"]
    # what H promised for a day is enough, whatever the model says of the rest
    assert _day(found, "H", name) == D + timedelta(days=5)


def test_the_date_is_that_of_the_last_invoice_needed(portfolio: Portfolio) -> None:
    """One minor unit more to come in than two invoices asks for a third."""
    rows = risk_table(portfolio, POLICY, "E1").rows
    more = rows.assign(overrun_minor=rows["overrun_minor"] + 50_01)
    one = returns(portfolio, POLICY, rows).set_index("customer_id")["return_under_limit_on"]
    other = returns(portfolio, POLICY, more).set_index("customer_id")["return_under_limit_on"]
    assert other["A"].date() == plainly(portfolio, "A", "expected_on", 200_01)
    assert other["A"] > one["A"]


def test_why_there_is_no_date(portfolio: Portfolio) -> None:
    found = found_of(portfolio)
    why = found["return_under_limit_on_reason"]
    assert why.drop(["A", "H"]).to_dict() == {
        "B": "disputed",
        "C": "not_over",
        "E": "not_over",
        "F": "no_limit",
        "G": "not_predictable",
    }
    assert found.loc[why.notna(), "return_under_limit_on"].isna().all()
    late = found["return_under_limit_p90_on_reason"]
    assert (late[why.notna()] == why[why.notna()]).all()


def test_orders_are_taken_to_stay(portfolio: Portfolio) -> None:
    """C owes 300 and has ordered for 2,000: his payments never bring 2,300 under 1,000."""
    found = found_of(portfolio, "E4")
    assert found.loc["C", "return_under_limit_on_reason"] == "invoices_not_enough"
    name = "return_under_limit_on"
    assert _day(found, "A", name) == _day(found_of(portfolio), "A", name)


def test_nothing_is_learnt_when_nobody_is_over(
    portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = risk_table(portfolio, POLICY, "E1").rows
    quiet = rows.assign(is_over=False)
    monkeypatch.setattr(forecast_items, "model", None)
    assert returns(portfolio, POLICY, quiet)["return_under_limit_on"].isna().all()


def test_open_items_alone_foresee_nothing() -> None:
    workspace = Workspace.open(None)
    docs = [Doc("C1", "F1", D - timedelta(days=40), 900_00, due_on=D - timedelta(days=10))]
    items = Book(
        docs,
        level="C",
        scope="open_items",
        extracted_on=D,
        covers=(D, D),
        open_items={"F1": 900_00},
    )
    load(workspace, items)
    company = workspace.info().companies[0].company_id
    workspace.set_limits(
        [LimitChange(company, "customer", "C1", HUNDRED, "EUR", valid_from=date(2024, 1, 1))], BY
    )
    found = found_of(workspace.portfolio(D))
    assert found.loc["C1", "return_under_limit_on_reason"] == "not_at_this_level"
    workspace.close()


def test_a_currency_without_a_rate_gives_no_date(portfolio: Portfolio) -> None:
    rows = risk_table(portfolio, POLICY, "E1").rows
    foreign = rows.assign(limit_currency="USD")
    why = returns(portfolio, POLICY, foreign).set_index("customer_id")
    assert why.loc["A", "return_under_limit_on_reason"] == "no_rate"


def test_one_customer_is_his_part_of_the_forecast(portfolio: Portfolio) -> None:
    """The weeks of every customer sum to those of the book; his parts sum to what he owes."""
    whole = forecast(portfolio, POLICY)
    company = portfolio.companies()[0].company_id
    each = [of_customer(portfolio, POLICY, company, code) for code in "ABCEFGH"]
    weeks = np.sum([found.weeks["expected_minor"].to_numpy() for found in each], axis=0)
    assert weeks.tolist() == pytest.approx(list(whole.weeks["expected_minor"]), abs=len(each))
    for found in each:
        row = found.parts.iloc[0]
        assert row["open_minor"] == found.items["open_minor"].sum()
        assert row["open_minor"] == (
            row["expected_minor"]
            + row["beyond_minor"]
            + row["disputed_minor"]
            + row["not_modelled_minor"]
        )
        assert row["expected_minor"] == found.weeks["expected_minor"].sum()
    assert each[6].weeks["expected_minor"].iloc[0] >= 300_00  # what H promised


def test_the_model_is_learnt_once(portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    """A filtered book and the whole one share what was learnt; each keeps its own customers."""
    fresh = replace(portfolio, _cache={}, _kept={})
    calls = []
    real = hazard._fit

    def counted(*given: object) -> hazard.HazardModel:
        calls.append(given)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(hazard, "_fit", counted)
    one, two = hazard.fit(fresh, POLICY), hazard.fit(fresh, POLICY)
    assert len(calls) == 1
    pd.testing.assert_frame_equal(one.customers, two.customers)
    other = hazard.fit(fresh, replace(POLICY, behaviour_min_confidence=0.9))
    assert len(calls) == 2
    assert len(other.customers) == len(one.customers)
