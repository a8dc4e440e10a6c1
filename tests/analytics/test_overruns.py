"""Overruns at a date and day by day, against loops over the days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.model.policy import Policy
from arlib.views import risk
from tests.analytics.plain_book import Doc, PlainBook
from tests.support.examples import examples

POLICY = Policy()
FIRST = date(2025, 6, 1)
AS_OF = date(2025, 6, 30)


def row(book: PlainBook, customer: str = "C1", policy: Policy = POLICY) -> dict[str, Any]:
    frame = risk.build(book.portfolio(AS_OF), policy).customers
    return dict(frame.loc[frame["customer_id"] == customer].iloc[0])


def single(amount: int, *limits: dict[str, Any], **book: Any) -> PlainBook:
    rows = [{"scope_id": "C1", **item} for item in limits]
    return PlainBook([Doc("C1", "F1", FIRST, amount)], limits_=rows, **book)


@pytest.mark.parametrize(
    ("amount", "limit", "overrun", "alert"),
    [
        (1000, 1000, 0, "watch"),
        (1001, 1000, 1, "over"),
        (1200, 1000, 200, "over"),
        (1201, 1000, 201, "major"),
        (800, 1000, 0, "watch"),
        (799, 1000, 0, "none"),
        (1, 0, 1, "major"),
    ],
)
def test_overrun_and_alert(amount: int, limit: int, overrun: int, alert: str) -> None:
    found = row(single(amount, {"amount_minor": limit}))
    assert (found["overrun_minor"], found["alert"]) == (overrun, alert)
    assert found["is_over"] == (overrun > 0)


def test_a_limit_of_zero_is_a_limit() -> None:
    found = row(single(500, {"amount_minor": 0}))
    assert found["limit_minor"] == 0
    assert found["utilisation_ratio"] != found["utilisation_ratio"]
    assert found["utilisation_ratio_reason"] == "limit_zero"
    assert not found["is_without_limit"]


def test_a_credit_balance_uses_nothing() -> None:
    book = PlainBook(
        [Doc("C1", "P1", FIRST, -500, kind="payment")],
        limits_=[{"scope_id": "C1", "amount_minor": 0}],
    )
    found = row(book)
    assert (found["utilisation_ratio"], found["overrun_minor"], found["alert"]) == (0.0, 0, "none")


def test_an_ended_limit_is_expired_not_absent() -> None:
    found = row(single(500, {"amount_minor": 100, "valid_to": date(2025, 6, 29)}))
    assert found["limit_reason"] == found["overrun_reason"] == "expired"
    assert found["is_without_limit"]
    assert not found["is_over"]


def test_a_customer_known_by_his_limit_alone_is_listed() -> None:
    book = single(500, {"amount_minor": 1000})
    book.limits_.append({"scope_id": "C9", "amount_minor": 300})
    found = row(book, "C9")
    assert (found["outstanding_minor"], found["overrun_minor"]) == (0, 0)
    assert found["headroom_minor"] == 300


def test_a_collective_account_has_no_limit() -> None:
    book = single(
        500,
        {"scope": "all", "scope_id": None, "amount_minor": 100},
        customers_=[{"customer_id": "C1", "is_collective": True}],
    )
    found = row(book)
    assert found["limit_reason"] == "not_applicable"
    view = risk.build(book.portfolio(AS_OF), POLICY)
    assert view.over_limit_count == 0
    assert "collective" in view.notes


def test_exposure_beyond_the_books_is_unknown_without_commitments() -> None:
    view = risk.build(single(500, {"amount_minor": 100}).portfolio(AS_OF), POLICY, exposure="E4")
    found = view.customers.iloc[0]
    assert found["exposure_reason"] == found["overrun_reason"] == "not_at_this_level"
    assert view.over_limit_count == 0


def two_currencies(rate: float | None) -> PlainBook:
    return PlainBook(
        [Doc("C1", "F1", FIRST, 1000), Doc("C1", "F2", FIRST, 1000, currency="USD")],
        limits_=[{"scope_id": "C1", "amount_minor": 1500}],
        rates_=[("USD", rate)] if rate else [],
    )


def test_the_limit_is_tested_on_all_currencies() -> None:
    view = risk.build(two_currencies(0.9).portfolio(AS_OF), POLICY)
    assert list(view.customers["overrun_minor"]) == [400, 400]
    assert view.over_limit_count == 1
    assert int(view.overruns["overrun_minor"].sum()) == 400
    assert view.counts["all"] == 1
    assert view.customers["overrun_days_12m"].tolist() == [30, 30]


def test_without_a_rate_only_the_limits_currency_is_tested() -> None:
    book = two_currencies(None)
    book.limits_[0]["amount_minor"] = 700
    view = risk.build(book.portfolio(AS_OF), POLICY)
    assert list(view.customers["tested_minor"]) == [1000, 1000]
    assert set(view.customers["overrun_reason"]) == {"no_rate"}
    assert view.over_limit_count == 0
    assert "no_rate" in view.notes


def test_a_group_is_tested_on_its_total() -> None:
    book = PlainBook(
        [Doc("C1", "F1", FIRST, 600), Doc("C2", "F2", FIRST, 700)],
        customers_=[{"customer_id": code, "group_id": "G"} for code in ("C1", "C2")],
        limits_=[{"scope": "group", "scope_id": "G", "amount_minor": 1000}],
    )
    view = risk.build(book.portfolio(AS_OF), POLICY)
    found = view.groups.iloc[0]
    assert (found["exposure_minor"], found["overrun_minor"]) == (1300, 300)
    assert view.counts["without_limit"] == 2


def test_an_overrun_older_than_the_window_keeps_its_first_day() -> None:
    book = PlainBook(
        [Doc("C1", "F1", date(2023, 3, 4), 600), Doc("C2", "F2", date(2023, 1, 1), 10)],
        limits_=[{"scope_id": "C1", "amount_minor": 500}],
    )
    found = row(book)
    assert found["overrun_since"].date() == date(2023, 3, 4)
    assert (found["overrun_days_12m"], found["overrun_count_12m"]) == (365, 1)


def test_the_past_of_another_basis_is_not_said() -> None:
    policy = POLICY.with_settings(exposure_basis="E1g")
    found = row(single(500, {"amount_minor": 100}), policy=policy)
    assert found["overrun_days_12m_reason"] == "not_applicable"
    assert found["overrun_minor"] == 400


days = st.integers(0, 40).map(lambda n: date(2025, 5, 21) + timedelta(days=n))
invoice = st.tuples(st.sampled_from(["C1", "C2"]), days, st.integers(1, 100))
receipt = st.tuples(st.sampled_from(["C1", "C2"]), days, st.integers(1, 100))
limit = st.tuples(
    st.sampled_from(["C1", "C2", None]), st.none() | st.integers(0, 120), st.none() | days
)


@given(
    st.lists(invoice, min_size=1, max_size=6),
    st.lists(receipt, max_size=5),
    st.lists(limit, min_size=1, max_size=4),
)
@examples(20)
def test_history_is_the_count_of_days(
    invoices: list[tuple[str, date, int]],
    receipts: list[tuple[str, date, int]],
    limits: list[tuple[str | None, int | None, date | None]],
) -> None:
    docs = [Doc(c, f"F{i}", day, amount) for i, (c, day, amount) in enumerate(invoices)]
    docs += [
        Doc(c, f"P{i}", day, -amount, kind="payment") for i, (c, day, amount) in enumerate(receipts)
    ]
    rows = [
        {
            "scope": "customer" if code else "all",
            "scope_id": code,
            "amount_minor": amount,
            "valid_from": start,
        }
        for code, amount, start in limits
    ]
    book = PlainBook(docs, limits_=rows)
    as_of = date(2025, 6, 30)
    view = risk.build(book.portfolio(as_of), POLICY)
    window = [as_of - timedelta(days=back) for back in range(364, -1, -1)]
    for found in view.customers.to_dict("records"):
        limits_by_day = [limit_on(rows, found["customer_id"], day) for day in window]
        over = [
            held is not None and book.exposure(found["customer_id"], day) > held
            for day, held in zip(window, limits_by_day, strict=True)
        ]
        if limits_by_day[-1] is None:
            assert found["overrun_days_12m_reason"] == "no_limit"
            continue
        assert found["overrun_days_12m"] == sum(over)
        runs = sum(now and not before for before, now in zip([False, *over], over, strict=False))
        assert found["overrun_count_12m"] == runs
        assert found["is_over"] == over[-1]
        if over[-1]:
            start = max((i for i, now in enumerate(over) if not now), default=-1) + 1
            assert found["overrun_since"].date() == window[start]
        assert found["overrun_minor"] == max(
            0, book.exposure(found["customer_id"], as_of) - limits_by_day[-1]
        )


def limit_on(rows: list[dict[str, Any]], customer: str, day: date) -> int | None:
    """Return the limit in force by the written rule (starts only, no ends)."""
    mine = [r for r in rows if r["scope"] == "all" or r["scope_id"] == customer]

    def at(day: date) -> tuple[bool, int | None]:
        live = [(i, r) for i, r in enumerate(mine) if (r["valid_from"] or date.min) <= day]
        for scope in ("customer", "all"):
            scoped = [(i, r) for i, r in live if r["scope"] == scope]
            if scoped:
                _, best = max(scoped, key=lambda x: (x[1]["valid_from"] or date.min, x[0]))
                if best["amount_minor"] is not None:
                    return True, int(best["amount_minor"])
        return bool(live), None

    has_row, amount = at(day)
    if has_row or not mine:
        return amount
    return at(max(r["valid_from"] for r in mine))[1]


@given(st.lists(invoice, min_size=1, max_size=8), st.integers(0, 100))
@examples(15)
def test_the_portfolio_overrun_is_the_sum_of_individual_ones(
    invoices: list[tuple[str, date, int]], amount: int
) -> None:
    docs = [Doc(c, f"F{i}", day, value) for i, (c, day, value) in enumerate(invoices)]
    book = PlainBook(docs, limits_=[{"scope": "all", "scope_id": None, "amount_minor": amount}])
    view = risk.build(book.portfolio(AS_OF + timedelta(days=5)), POLICY)
    each = [max(0, int(value) - amount) for value in view.customers["outstanding_minor"]]
    assert int(view.overruns["overrun_minor"].sum()) == sum(each)
    assert view.over_limit_count == sum(value > 0 for value in each)
