"""Disputes that wait for sales: whose they are, what they add up to, which are settled elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from arlib.analytics.sales_disputes import sales_disputes
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import sales
from arlib.workspace import Workspace
from tests.support.books import Book, Doc, load

D = date(2025, 6, 30)
POLICY = Policy(segmentation_method="rules")


def told(number: str, reason: str | None, **more: Any) -> dict[str, object]:
    return {"number": number, "reason": reason, "opened_on": date(2025, 5, 1), "closed_on": None,
            "amount_minor": None, **more}  # fmt: skip


@pytest.fixture(scope="module")
def book() -> Workspace:
    docs = [
        Doc(code, f"F{place}", date(2025, 4, 1), 100_00 + place, due_on=date(2025, 5, 1))
        for place, code in enumerate(("A", "A", "A", "B", "B", "C", "D", "OURS"))
    ]
    docs.append(Doc("A", "USD", date(2025, 4, 1), 70_00, currency="USD"))
    disputes = [
        told("F0", "Prix"),  # sales settle prices: A's salesperson
        told("F1", "Transport"),  # nobody named, not for sales
        told("F2", "Prix", owner="Qualité"),  # somebody else has it
        told(
            "F3", "Qualité", owner=" zoé  martin ", target_on=date(2025, 6, 29), amount_minor=40_00
        ),
        told("F4", "Voir Paul"),  # not recognised
        told("F5", "RFA", target_on=D),  # C has no salesperson
        told("F6", "Prix", closed_on=date(2025, 6, 1)),
        told("F7", "Prix"),  # a company of the group
        told("USD", "geste commercial"),
    ]
    who: list[dict[str, object]] = [
        {"customer_id": "A", "owner": "Zoé Martin"},
        {"customer_id": "B", "owner": "Luc"},
        {"customer_id": "C"},
        {"customer_id": "D", "owner": "Luc"},
        {"customer_id": "OURS", "is_intercompany": True},
    ]
    workspace = Workspace.open(None)
    load(workspace, Book(docs, customers=who, disputes=disputes))
    return workspace


@pytest.fixture(scope="module")
def view(book: Workspace) -> sales.SalesView:
    return sales.build(book.portfolio(D), POLICY)


def test_each_waits_for_the_one_named_or_for_the_salesperson(view: sales.SalesView) -> None:
    found = view.disputes.set_index("number")
    assert found["waits_for"].dropna().to_dict() == {
        "F0": "Zoé Martin", "F3": "Zoé Martin", "USD": "Zoé Martin",
    }  # fmt: skip
    assert set(found.index) == {"F0", "F3", "F5", "USD"}
    assert found["why"].to_dict() == {"F0": "code", "F3": "owner", "F5": "code", "USD": "code"}
    # past its date first; a target of the day itself is not past
    assert found["is_target_late"].to_dict() == {"F3": True, "F0": False, "F5": False, "USD": False}
    assert view.disputes["number"].iloc[0] == "F3"
    assert set(found["age_days"]) == {60}
    assert view.count_elsewhere == 3  # F1, F2, F4
    mine = sales.waiting_for(view.disputes, "Zoé Martin")
    assert set(mine["number"]) == {"F0", "F3", "USD"}
    assert sales.waiting_for(view.disputes, "").equals(view.disputes)


def test_the_list_of_customers_adds_them_up(view: sales.SalesView) -> None:
    rows = view.customers.set_index("customer_id")
    assert rows["open_disputes"].to_dict() == {"A": 2, "B": 1, "C": 1, "D": 0}
    assert rows["disputed_minor"].isna()["A"]  # euros and dollars are not added
    assert rows.loc["A", "disputed_reason"] == "several_currencies"
    assert rows["disputed_minor"].drop("A").to_dict() == {"B": 40_00, "C": 100_05, "D": 0}
    assert "OURS" not in rows.index


def test_the_policy_says_which_causes_are_for_sales(book: Workspace) -> None:
    policy = POLICY.with_settings(sales_dispute_codes="livraison")
    assert set(sales_disputes(book.portfolio(D), policy)["number"]) == {"F1", "F3"}
    none = POLICY.with_settings(sales_dispute_codes="")
    assert set(sales_disputes(book.portfolio(D), none)["number"]) == {"F3"}
    with pytest.raises(UserError, match="policy_value_invalid"):
        POLICY.with_settings(sales_dispute_codes="PRIX; AUTRES")


def test_filters_and_dates_count(book: Workspace) -> None:
    luc = sales_disputes(book.portfolio(D, Filters(owner="Luc")), POLICY)
    # the name in the dispute is known as a salesperson although his customers are filtered out
    assert luc["waits_for"].tolist() == ["Zoé Martin"]
    before = sales_disputes(book.portfolio(date(2025, 5, 31)), POLICY)
    assert "F6" in set(before["number"])
    assert not before["is_target_late"].any()
