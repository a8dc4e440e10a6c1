"""Overruns over twelve months against days counted one by one in plain Python."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from arlib.model.policy import Policy
from arlib.views import risk
from tests.analytics.plain_book import Doc, PlainBook
from tests.support.examples import examples

POLICY = Policy()
AS_OF = date(2025, 6, 30)
WINDOW = [AS_OF - timedelta(days=back) for back in range(364, -1, -1)]
RATES = {"EUR": 1.0, "USD": 0.8, "GBP": None}
CUSTOMERS = {"C1": ("PME", "G"), "C2": ("PME", "G"), "C3": (None, None)}


def half_away(value: float) -> int:
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


def converted(amount: int, source: str, target: str) -> float:
    """Return minor units in another currency; NaN without a rate, except that nothing is nothing."""
    if source == target or amount == 0:
        return amount
    one, other = RATES[source], RATES[target]
    return math.nan if one is None or other is None else amount * one / other


def standing(rows: list[dict[str, Any]], day: date) -> dict[str, Any] | None:
    """Return the decision in force of one source and customer, narrowest scope first.

    A removal silences its scope; before any decision starts, the last one to start stands in.
    """

    def at(when: date) -> tuple[bool, dict[str, Any] | None]:
        live = [
            (place, row)
            for place, row in enumerate(rows)
            if (row["valid_from"] or date.min) <= when <= (row["valid_to"] or date.max)
        ]
        for scope in ("customer", "group", "category", "all"):
            own = [(place, row) for place, row in live if row["scope"] == scope]
            if own:
                _, best = max(own, key=lambda x: (x[1]["valid_from"] or date.min, x[0]))
                if best["amount_minor"] is not None:
                    return True, best
        return bool(live), None

    has_any, found = at(day)
    starts = [row["valid_from"] or date.min for row in rows]
    if has_any or not rows or day >= min(starts):
        return found
    return at(max(starts))[1]


def limit_tested(rows: list[dict[str, Any]], day: date) -> dict[str, Any] | None:
    """Return the limit tested: the internal one, else the smallest in euros, unknown sizes last."""
    found: list[tuple[bool, float, str, dict[str, Any]]] = []
    for source in ("internal", "insurer", "guarantee"):
        row = standing([row for row in rows if row["source"] == source], day)
        if row is not None:
            size = converted(row["amount_minor"], row["currency"], "EUR")
            size = math.inf if math.isnan(size) else float(half_away(size))
            found.append((source != "internal", size, source, row))
    return min(found, key=lambda item: item[:3])[3] if found else None


def by_days(
    book: PlainBook, members: list[str], rows: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """Return what history says, a day at a time; None when a rate lacks or no limit ever held."""
    limits = {day: limit_tested(rows, day) for day in [AS_OF - timedelta(days=365), *WINDOW]}
    held = [row for row in limits.values() if row is not None]
    if not held:
        return None
    reference = [row for row in limits.values() if row is not None][-1]["currency"]
    excess: list[float] = []
    for day, row in limits.items():
        owed = 0.0
        for member in members:
            for currency in RATES:
                part = converted(book.exposure(member, day, currency), currency, reference)
                owed += part if math.isnan(part) else half_away(part)
        ceiling = math.inf
        if row is not None:
            ceiling = converted(row["amount_minor"], row["currency"], reference)
            if row["currency"] != reference and RATES[row["currency"]] is None:
                return None
            if math.isnan(ceiling):
                return None
            ceiling = math.floor(ceiling + 0.5)
        if math.isnan(owed):
            return None
        excess.append(owed - ceiling)
    over = [value for value in excess[1:] if value > 0]
    flags = [value > 0 for value in excess[1:]]
    runs = sum(now and not before for before, now in zip([False, *flags], flags, strict=False))
    since = None
    if flags[-1] and not all(flags):
        since = WINDOW[len(flags) - flags[::-1].index(False)]
    return {
        "days": len(over),
        "count": runs,
        "peak": int(max(over, default=0)),
        "mean": math.floor(sum(over) / len(over) + 0.5) if over else None,
        "is_over": flags[-1],
        "since": since,
        "is_older": all(flags),
    }


days = st.integers(0, 420).map(lambda n: AS_OF + timedelta(days=15) - timedelta(days=n))
document = st.tuples(
    st.sampled_from(list(CUSTOMERS)), days, st.integers(-60, 100), st.sampled_from(list(RATES))
)
decision = st.fixed_dictionaries(
    {
        "scope": st.sampled_from(["customer", "customer", "category", "group", "all"]),
        "customer": st.sampled_from(list(CUSTOMERS)),
        "source": st.sampled_from(["internal", "internal", "insurer", "guarantee"]),
        "amount_minor": st.none() | st.integers(0, 120),
        "currency": st.sampled_from(["EUR", "EUR", "USD", "GBP"]),
        "valid_from": st.none() | days,
        "length": st.none() | st.integers(0, 200),
    }
)


def placed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a drawn decision as a line of the limits."""
    row = dict(row)
    customer, length = row.pop("customer"), row.pop("length")
    category, group = CUSTOMERS[customer]
    ids = {"customer": customer, "category": category or "PME", "group": group or "G", "all": None}
    start = row["valid_from"] or date(2024, 1, 1)
    end = None if length is None else start + timedelta(days=length)
    return {**row, "scope_id": ids[row["scope"]], "valid_to": end}


def concerning(rows: list[dict[str, Any]], customer: str) -> list[dict[str, Any]]:
    """Return the decisions that can apply to a customer himself, in order."""
    category, _ = CUSTOMERS[customer]
    ids = {"customer": customer, "category": category, "all": None}
    return [
        row
        for row in rows
        if row["scope"] in ids
        and row["scope_id"] == ids[row["scope"]]
        and (row["scope"] != "category" or category)
    ]


def said(found: dict[Any, Any], prefix: str = "") -> dict[str, Any]:
    """Return the history of a row of the risk table."""

    def number(name: str) -> int | None:
        value = found[f"{prefix}overrun_{name}"]
        return None if pd.isna(value) else int(value)

    return {
        "days": number("days_12m"),
        "count": number("count_12m"),
        "peak": number("peak_12m_minor"),
        "mean": number("mean_12m_minor"),
        "since": found[f"{prefix}overrun_since"],
    }


def compare(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert {name: found[name] for name in ("days", "count", "peak", "mean")} == {
        name: expected[name] for name in ("days", "count", "peak", "mean")
    }
    if expected["is_older"]:
        assert found["since"].date() <= WINDOW[0]
    elif expected["since"] is None:
        assert pd.isna(found["since"])
    else:
        assert found["since"].date() == expected["since"]


@given(st.lists(document, min_size=1, max_size=9), st.lists(decision, min_size=1, max_size=6))
@examples(60)
def test_the_past_is_what_days_counted_one_by_one_say(
    documents: list[tuple[str, date, int, str]], decisions: list[dict[str, Any]]
) -> None:
    """Scopes, sources, validities, removals, currencies with and without a rate, credits."""
    docs = [
        Doc(
            customer,
            f"{currency}{place}",
            day,
            amount,
            kind="invoice" if amount >= 0 else "payment",
            currency=currency,
        )
        for place, (customer, day, amount, currency) in enumerate(documents)
    ]
    rows = [placed(row) for row in decisions]
    people = [
        {"customer_id": code, "category": category, "group_id": group}
        for code, (category, group) in CUSTOMERS.items()
    ]
    book = PlainBook(docs, customers_=people, limits_=rows, rates_=[("USD", 0.8)])
    view = risk.build(book.portfolio(AS_OF), POLICY)
    once = view.customers[view.customers["is_first_row"]]
    for found in once.to_dict("records"):
        own = concerning(rows, found["customer_id"])
        expected = by_days(book, [found["customer_id"]], own)
        if limit_tested(own, AS_OF) is None:
            assert found["overrun_days_12m_reason"] in ("no_limit", "expired")
        elif expected is None or found["lacks_rate"]:
            assert found["overrun_days_12m_reason"] == "no_rate"
        else:
            compare(said(found), expected)
            assert found["is_over"] == expected["is_over"]
        insured = [row for row in own if row["source"] == "insurer"]
        expected = by_days(book, [found["customer_id"]], insured)
        if expected is not None and not pd.isna(found["insurer_limit_minor"]):
            compare(said(found, "insurer_"), expected)
    groups = {row["group_id"]: row for row in view.groups.to_dict("records")}
    own = [row for row in rows if row["scope"] == "group"]
    members = [code for code in once["customer_id"] if CUSTOMERS[code][1]]
    expected = by_days(book, members, own) if members else None
    if (
        expected is not None
        and limit_tested(own, AS_OF) is not None
        and not groups["G"]["lacks_rate"]
    ):
        compare(said(groups["G"]), expected)


def test_mean_and_peak_of_a_customer_seen_by_hand() -> None:
    """100 over for ten days, 300 over for twenty: mean 233, peak 300, two runs."""
    docs = [
        Doc("C1", "F1", date(2025, 5, 1), 600),
        Doc("C1", "P1", date(2025, 5, 11), -200, kind="payment"),
        Doc("C1", "F2", date(2025, 6, 1), 400),
        Doc("C1", "P2", date(2025, 6, 21), -500, kind="payment"),
    ]
    book = PlainBook(docs, limits_=[{"scope_id": "C1", "amount_minor": 500}])
    [found] = risk.build(book.portfolio(AS_OF), POLICY).customers.to_dict("records")
    assert said(found) | {"since": None} == {
        "days": 30,
        "count": 2,
        "peak": 300,
        "mean": 233,
        "since": None,
    }
    assert found["overrun_since_reason"] == "not_over"


def test_a_customer_never_over_has_no_mean() -> None:
    book = PlainBook(
        [Doc("C1", "F1", date(2025, 5, 1), 600)], limits_=[{"scope_id": "C1", "amount_minor": 600}]
    )
    [found] = risk.build(book.portfolio(AS_OF), POLICY).customers.to_dict("records")
    assert (found["overrun_days_12m"], found["overrun_peak_12m_minor"]) == (0, 0)
    assert pd.isna(found["overrun_mean_12m_minor"])
    assert found["overrun_mean_12m_minor_reason"] == "not_over"


def test_a_company_of_ones_own_group_is_measured_and_never_counted() -> None:
    docs = [Doc(code, f"F{code}", date(2025, 5, 1), 600) for code in ("C1", "C2", "C3")]
    book = PlainBook(
        docs,
        customers_=[{"customer_id": code, "is_intercompany": True} for code in ("C1", "C3")],
        limits_=[{"scope_id": code, "amount_minor": 100} for code in ("C1", "C2")],
    )
    view = risk.build(book.portfolio(AS_OF), POLICY)
    rows = view.customers.set_index("customer_id")
    assert list(rows.loc[["C1", "C2"], "overrun_minor"]) == [500, 500]
    assert list(rows.loc[["C1", "C2"], "is_over"]) == [False, True]
    assert rows.loc["C1", "overrun_days_12m"] == 61
    assert view.over_limit_count == risk.over_limit_count(book.portfolio(AS_OF), POLICY) == 1
    assert (view.counts["over"], view.counts["without_limit"], view.counts["intercompany"]) == (
        1,
        0,
        2,
    )
    assert view.overruns["overrun_minor"].tolist() == [500]
    assert view.intercompany["outstanding_minor"].tolist() == [1200]
    assert view.totals["outstanding_minor"].tolist() == [1800]
    assert set(view.months_over["customer_id"]) == {"C2"}


def test_a_filter_never_shrinks_a_group() -> None:
    """Group G is 300 over its limit, whichever of its customers the filters show."""
    book = PlainBook(
        [Doc("C1", "F1", date(2025, 6, 1), 600), Doc("C2", "F2", date(2025, 6, 11), 700)],
        customers_=[{"customer_id": code, "group_id": "G"} for code in ("C1", "C2")],
        limits_=[{"scope": "group", "scope_id": "G", "amount_minor": 1000}],
    )
    view = risk.build(book.portfolio(AS_OF), POLICY)
    row = view.customers.set_index("customer_id").loc["C1"]
    assert (row["group_exposure_minor"], row["group_overrun_minor"]) == (1300, 300)
    assert row["group_overrun_since"].date() == date(2025, 6, 11)
    assert (row["group_overrun_days_12m"], row["group_overrun_count_12m"]) == (20, 1)
    assert row["group_limit_reason"] != row["group_limit_reason"]
