"""Headroom and lights: the worked set by hand, every reason, and what must always hold."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics import headroom
from arlib.model.policy import Policy
from arlib.views import sales
from arlib.workspace import Workspace
from tests.support.books import Book, Doc, limit, load
from tests.support.examples import examples
from tests.support.worked import D

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio

E = 100
POLICY = Policy(segmentation_method="rules")


def opened(*docs: Doc, **more: Any) -> Portfolio:
    workspace = Workspace.open(None)
    load(workspace, Book(list(docs), **more))
    return workspace.portfolio(D)


def lines(view: sales.SalesView) -> dict[str, dict[str, Any]]:
    return {str(row["customer_id"]): row for row in view.customers.to_dict("records")}  # type: ignore[misc]


def euros(row: dict[str, Any]) -> tuple[int, int, int, int]:
    names = ("limit", "exposure", "orders", "headroom")
    return tuple(int(row[f"{name}_minor"]) // E for name in names)  # type: ignore[return-value]


def test_the_worked_set(worked: Portfolio) -> None:
    view = sales.build(worked, POLICY)
    found = lines(view)
    assert euros(found["C001"]) == (20_000, 11_400, 0, 8_600)
    assert euros(found["C002"]) == (10_000, 8_500, 0, 1_500)
    assert euros(found["C003"]) == (15_000, 27_000, 4_800, -16_800)
    assert pd.isna(found["C004"]["headroom_minor"])
    assert found["C004"]["headroom_reason"] == "no_limit"
    said = {code: (row["light"], row["reason"]) for code, row in found.items()}
    assert said == {
        "C001": ("green", "within"),
        "C002": ("red", "overdue"),  # F006, 150 days
        "C003": ("red", "over_limit"),
        "C004": ("orange", "no_limit"),
    }
    assert str(found["C003"]["reason_on"])[:10] == "2025-03-31"
    assert view.counts == {"red": 2, "orange": 1, "green": 1}
    assert (view.orders, view.are_deliveries_left_out) == ("added", True)


@pytest.mark.parametrize(
    ("basis", "orders", "headrooms"),
    [
        ("E1", "added", {"C001": 8_600, "C002": 1_500, "C003": -16_800}),
        ("E1g", "added", {"C001": 8_600, "C002": -200, "C003": -16_800}),
        ("E2", "added", {"C001": 8_600, "C002": 1_500, "C003": -22_800}),
        ("E3", "added", {"C001": 5_600, "C002": 1_500, "C003": -22_800}),
        ("E4", "inside", {"C001": 5_600, "C002": 1_500, "C003": -22_800}),
    ],
)
def test_orders_count_once_whatever_the_basis(
    worked: Portfolio, basis: str, orders: str, headrooms: dict[str, int]
) -> None:
    view = sales.build(worked, POLICY.with_settings(exposure_basis=basis))
    found = lines(view)
    assert {code: int(found[code]["headroom_minor"]) // E for code in headrooms} == headrooms
    assert view.orders == orders
    assert view.are_deliveries_left_out == (basis in {"E1", "E1g", "E2"})


def test_the_action_of_the_grid_and_the_policy_for_new_ones(worked: Portfolio) -> None:
    policy = POLICY.with_settings(
        grid_action={"high_risk": "Voir la direction"},
        grid_ceiling_minor={"insufficient_history": {"EUR": 3_000 * E}},
        grid_terms={"insufficient_history": "comptant"},
        grid_deposit_ratio={"insufficient_history": 0.5},
    )
    view = sales.build(worked, policy)
    found = lines(view)
    assert found["C002"]["action"] == found["C003"]["action"] == "Voir la direction"
    assert pd.isna(found["C001"]["action"])
    new = view.new_customer
    assert (new.ceiling_minor, new.terms, new.deposit_ratio) == ({"EUR": 300_000}, "comptant", 0.5)


def test_every_reason() -> None:
    """One customer a reason; the due dates are far, so only what is meant holds."""
    far = date(2025, 12, 31)
    owed = {"OVER": 1_100, "ZERO": 0, "ORDERS": 900, "NEAR": 800, "FREE": 100, "NOLIM": 100,
            "ENDED": 100, "REFUSED": 100, "ARGUED": 100, "BANKRUPT": 100, "DOLLAR": 100}  # fmt: skip
    docs = [Doc(code, f"F{code}", date(2025, 6, 1), max(amount, 1) * E, due_on=far)
            for code, amount in owed.items()]  # fmt: skip
    docs += [Doc("ZERO", "P", date(2025, 6, 2), -1 * E, kind="payment")]
    docs += [Doc("LATE", "L", date(2025, 4, 1), 100 * E, due_on=date(2025, 5, 30))]
    docs += [Doc("ALMOST", "M", date(2025, 4, 1), 100 * E, due_on=date(2025, 5, 31))]
    docs += [Doc("COVERED", "N", date(2025, 4, 1), 100 * E, due_on=date(2025, 5, 30))]
    docs += [Doc("COVERED", "PN", date(2025, 6, 2), -100 * E, kind="payment")]
    late = ("LATE", "ALMOST", "COVERED")
    limits = [limit(code, 1_000 * E) for code in (*owed, *late) if code != "NOLIM"]
    limits = [row for row in limits if row["scope_id"] not in {"ZERO", "ENDED", "DOLLAR"}]
    limits += [
        limit("ZERO", 0),
        limit("ENDED", 1_000 * E, valid_to=date(2025, 6, 29)),
        limit("DOLLAR", 1_000 * E, currency="USD"),
        limit("REFUSED", None, source="insurer", is_refused=True),
    ]
    orders: dict[str, object] = {"customer_id": "ORDERS", "kind": "order", "currency": "EUR",
                                 "amount_minor": 101 * E, "extracted_on": D}  # fmt: skip
    who: list[dict[str, object]] = [{"customer_id": code} for code in owed]
    who[list(owed).index("BANKRUPT")] |= {
        "insolvency": "redressement",
        "insolvency_on": date(2025, 6, 10),
    }
    book = opened(*docs, customers=who, limits=limits, commitments=[orders],
                  disputes=[{"number": "FARGUED"}])  # fmt: skip
    found = lines(sales.build(book, POLICY.with_settings(watch_oldest_days=90)))
    said = {code: row["reason"] for code, row in found.items()}
    assert said == {
        "OVER": "over_limit",
        "ZERO": "blocked",
        "ORDERS": "over_with_orders",
        "NEAR": "near_limit",
        "FREE": "within",
        "NOLIM": "no_limit",
        "ENDED": "limit_expired",
        "REFUSED": "insurer_refused",
        "ARGUED": "dispute",
        "BANKRUPT": "insolvency",
        "DOLLAR": "no_rate",
        "LATE": "overdue",  # 31 days
        "ALMOST": said["ALMOST"],
        "COVERED": said["COVERED"],
    }
    assert said["COVERED"] != "overdue"  # credits cover what is late: he owes nothing net
    assert said["ALMOST"] != "overdue"  # 30 days are not more than 30
    assert str(found["ENDED"]["reason_on"])[:10] == "2025-06-29"
    assert found["DOLLAR"]["headroom_reason"] == "no_rate"


def test_a_class_alone_never_refuses_a_person() -> None:
    docs = [Doc(code, f"F{code}", date(2024, 6, 1), 1_000 * E, due_on=date(2024, 7, 1))
            for code in ("FIRM", "PERSON")]  # fmt: skip
    who: list[dict[str, object]] = [
        {"customer_id": "FIRM"},
        {"customer_id": "PERSON", "is_natural_person": True},
    ]
    limits = [limit(code, 9_000 * E) for code in ("FIRM", "PERSON")]
    book = opened(*docs, customers=who, limits=limits)
    found = lines(sales.build(book, POLICY.with_settings(sales_overdue_days=3650)))
    assert {code: (row["segment"], row["light"]) for code, row in found.items()} == {
        "FIRM": ("high_risk", "red"),
        "PERSON": ("high_risk", "orange"),
    }


def test_companies_of_the_group_are_not_customers_of_sales_people() -> None:
    docs = [Doc(code, f"F{code}", date(2025, 6, 1), 100 * E) for code in ("OURS", "THEIRS")]
    who: list[dict[str, object]] = [{"customer_id": "OURS", "is_intercompany": True}]
    view = sales.build(opened(*docs, customers=who), POLICY)
    assert list(lines(view)) == ["THEIRS"]
    assert view.count_left_out == 1


def test_without_orders_the_page_says_so() -> None:
    view = sales.build(opened(Doc("C", "F", date(2025, 6, 1), 100 * E)), POLICY)
    assert (view.orders, view.are_deliveries_left_out) == ("unknown", False)
    assert int(view.customers["orders_minor"].sum()) == 0


@pytest.mark.parametrize("search", ["Béta", "beta", "C002", "  BETA sarl "])
def test_a_customer_is_found_by_name_or_code(worked: Portfolio, search: str) -> None:
    rows = sales.build(worked, POLICY).customers
    assert sales.matching(rows, search)["customer_id"].tolist() == ["C002"]


def test_nobody_is_found_under_an_unknown_name(worked: Portfolio) -> None:
    rows = sales.build(worked, POLICY).customers
    assert sales.matching(rows, "zz(").empty
    assert len(sales.matching(rows, "")) == 4


AMOUNTS = st.integers(min_value=-3_000, max_value=5_000)
MAYBE = st.none() | st.integers(min_value=0, max_value=4_000)


@examples(24)
@given(
    st.lists(
        st.tuples(AMOUNTS, st.integers(0, 3_000), MAYBE, st.sampled_from(["E1", "E2", "E4"])),
        min_size=1,
        max_size=4,
    )
)
def test_headroom_exposure_and_orders_sum_to_the_limit(
    rows: list[tuple[int, int, int | None, str]],
) -> None:
    docs = [Doc(f"C{i}", f"F{i}", date(2025, 6, 1), amount or 1,
                kind="invoice" if amount >= 0 else "payment")
            for i, (amount, *_rest) in enumerate(rows)]  # fmt: skip
    orders: list[dict[str, object]] = [
        {"customer_id": f"C{i}", "kind": "order", "amount_minor": order, "currency": "EUR",
         "extracted_on": D}
        for i, (_amount, order, *_rest) in enumerate(rows) if order
    ]  # fmt: skip
    limits = [limit(f"C{i}", row[2]) for i, row in enumerate(rows) if row[2] is not None]
    book = opened(*docs, limits=limits, commitments=orders)
    basis = rows[0][3] if orders else "E1"
    found = lines(sales.build(book, POLICY.with_settings(exposure_basis=basis)))
    for i, (amount, order, maximum, _basis) in enumerate(rows):
        row = found[f"C{i}"]
        if maximum is None:
            assert pd.isna(row["headroom_minor"])
            continue
        parts = row["headroom_minor"] + row["exposure_minor"] + row["orders_minor"]
        assert parts == row["limit_minor"] == maximum
        assert row["exposure_minor"] + row["orders_minor"] == (amount or 1) + order


FACTS = st.fixed_dictionaries(
    {
        "limit_minor": MAYBE,
        "orders_minor": st.integers(0, 2_000),
        "days_late": st.none() | st.integers(0, 90),
        "segment": st.sampled_from(["reliable", "watch", "high_risk", "insufficient_history"]),
        "disputed_minor": st.integers(0, 1),
        "insurer_limit_minor": st.none() | st.integers(0, 1),
        "is_natural_person": st.booleans(),
        "limit_reason": st.sampled_from([None, "no_limit", "expired"]),
    }
)
RANK = {light: place for place, light in enumerate(headroom.LIGHTS)}


@given(FACTS, AMOUNTS, st.integers(0, 5_000))
def test_more_exposure_never_improves_the_light(
    facts: dict[str, Any], owed: int, more: int
) -> None:
    frame = pd.DataFrame([{**facts, "exposure_minor": amount} for amount in (owed, owed + more)])
    for name in ("limit_minor", "orders_minor", "exposure_minor", "insurer_limit_minor"):
        frame[name] = frame[name].astype("Int64")
    frame["days_late"] = frame["days_late"].astype("float64")
    frame = frame.assign(insolvent=None, lacks_rate=False)
    for name in ("overrun_since", "ended_on"):
        frame[name] = pd.NaT
    before, after = headroom._lit(frame, POLICY)["light"]
    assert RANK[after] <= RANK[before]
