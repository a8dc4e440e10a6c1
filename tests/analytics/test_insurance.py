"""Cover of the insurer: the formula, who is insured and how, what the contract leaves out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics import insurance
from arlib.model.policy import Policy
from arlib.views import insurance as insurance_view
from tests.analytics.plain_book import Alloc, Doc, PlainBook
from tests.support.examples import examples

D = date(2025, 6, 30)
ISSUED = date(2025, 3, 1)
DUE = date(2025, 4, 1)


def agreed(amount: int | None, share: float | None = 0.9, **more: Any) -> dict[str, Any]:
    row = {"scope_id": "C1", "source": "insurer", "amount_minor": amount, "cover_ratio": share}
    return row | more


def book(*limits: dict[str, Any], owed: int = 1000, **more: Any) -> PlainBook:
    docs = more.pop("docs", [Doc("C1", "F1", ISSUED, owed, DUE)])
    return PlainBook(docs, limits_=list(limits), **more)


def row(found: PlainBook, policy: Policy | None = None, as_of: date = D, **filters: Any) -> Any:
    del filters
    frame = insurance.cover(found.portfolio(as_of), policy or Policy())
    return frame.set_index("customer_id").loc["C1"]


@pytest.mark.parametrize(
    ("owed", "limit", "share", "insured"),
    [
        (33_000, 15_000, 0.9, 13_500),
        (15_000, 15_000, 0.9, 13_500),
        (14_999, 15_000, 0.9, 13_499),  # 13 499.1
        (5, 100, 0.9, 5),  # 4.5: half away from zero
        (100, 1000, 0.285, 29),  # 28.5, which has no exact binary
        (1000, 1000, 1.0, 1000),
    ],
)
def test_the_formula(owed: int, limit: int, share: float, insured: int) -> None:
    found = row(book(agreed(limit, share), owed=owed))
    assert (found["status"], found["insured_minor"]) == ("named", insured)
    assert found["uninsured_minor"] == owed - insured


def test_a_credit_balance_is_insured_for_nothing() -> None:
    docs = [Doc("C1", "P1", ISSUED, -500, kind="payment")]
    found = row(book(agreed(1000), docs=docs))
    assert (found["insured_minor"], found["uninsured_minor"]) == (0, -500)


def test_no_agreement_gives_no_figure() -> None:
    found = row(book())
    assert found["status"] == "none"
    assert pd.isna(found["insured_minor"])
    assert (found["insured_reason"], found["uninsured_reason"]) == ("no_limit", "no_limit")


def test_an_unknown_share_is_asked_for_never_supposed() -> None:
    found = row(book(agreed(1000, None)))
    assert found["insured_reason"] == "no_cover_ratio"
    assert pd.isna(found["insured_minor"])
    assert row(book(agreed(1000, None)), Policy(insurance_cover_ratio=0.8))["insured_minor"] == 800
    named_first = Policy(insurance_cover_ratio=0.8)
    assert row(book(agreed(1000, 0.95)), named_first)["insured_minor"] == 950


@pytest.mark.parametrize(
    ("limits", "status", "insured"),
    [
        ([agreed(None, is_refused=True)], "refused", 0),
        ([agreed(500, is_refused=True)], "refused", 0),
        ([agreed(0)], "refused", 0),
        ([agreed(500, valid_to=D)], "named", 450),
        ([agreed(500, valid_to=D - timedelta(days=1))], "expired", 0),
        ([agreed(500, valid_from=D + timedelta(days=1))], "none", None),
        ([agreed(None)], "none", None),  # a removal of nothing
        ([agreed(500), agreed(None)], "cancelled", 0),  # undated: no delivery is covered
        ([agreed(500), agreed(None, valid_from=DUE)], "cancelled", 450),  # F1 was delivered before
        ([agreed(500), agreed(0, valid_from=ISSUED)], "cancelled", 450),
        ([agreed(500), agreed(None, is_refused=True, valid_from=ISSUED)], "cancelled", 450),
        ([agreed(500), agreed(None, valid_from=ISSUED - timedelta(days=1))], "cancelled", 0),
        ([agreed(500, valid_from=ISSUED), agreed(800, valid_from=DUE)], "named", 720),
    ],
)
def test_what_the_insurer_decided(
    limits: list[dict[str, Any]], status: str, insured: int | None
) -> None:
    found = row(book(*limits))
    assert found["status"] == status
    assert pd.isna(found["insured_minor"]) if insured is None else found["insured_minor"] == insured


UNNAMED = Policy(insurance_unnamed_ceiling_minor={"EUR": 600}, insurance_unnamed_cover_ratio=0.7)


def test_unnamed_buyers_are_covered_up_to_the_ceiling() -> None:
    found = row(book(), UNNAMED)
    assert (found["status"], found["agreed_minor"], found["insured_minor"]) == ("unnamed", 600, 420)
    assert row(book(owed=100), UNNAMED)["insured_minor"] == 70


@pytest.mark.parametrize(
    "limits",
    [
        [agreed(None, is_refused=True)],
        [agreed(0)],
        [agreed(500), agreed(None)],
        [agreed(500), agreed(None, valid_from=DUE)],
        [agreed(500, valid_to=DUE)],
    ],
)
def test_a_refused_or_ended_buyer_never_falls_back_into_the_unnamed(
    limits: list[dict[str, Any]],
) -> None:
    general = agreed(900, scope="all", scope_id=None)
    for found in (row(book(*limits), UNNAMED), row(book(*limits, general), UNNAMED)):
        assert found["status"] in {"refused", "cancelled", "expired"}
        assert found["insured_minor"] <= 450


def test_a_limit_common_to_all_covers_buyers_without_a_name() -> None:
    general = agreed(300, None, scope="all", scope_id=None)
    found = row(book(general), UNNAMED)
    assert (found["status"], found["agreed_minor"], found["insured_minor"]) == ("unnamed", 300, 210)


@pytest.mark.parametrize(
    ("settings", "is_covered"),
    [
        ({"insurance_unnamed_max_days_late": 90}, True),  # exactly 90 days late
        ({"insurance_unnamed_max_days_late": 89}, False),
        ({"insurance_unnamed_min_months": 3}, True),
        ({"insurance_unnamed_min_months": 4}, False),
    ],
)
def test_conditions_of_unnamed_cover(settings: dict[str, int], is_covered: bool) -> None:
    first = [{"customer_id": "C1", "first_issued_on": pd.Timestamp(ISSUED)}]
    found = row(book(customers_=first), UNNAMED.with_settings(**settings))
    assert found["status"] == ("unnamed" if is_covered else "none")
    assert is_covered or found["status_reason"] == "unnamed_condition"


def test_a_company_of_our_own_group_is_never_an_unnamed_buyer() -> None:
    own = [{"customer_id": "C1", "is_intercompany": True}]
    found = row(book(customers_=own), UNNAMED)
    assert (found["status"], found["is_intercompany"]) == ("none", True)


def test_bills_are_in_the_exposure_when_they_are_known() -> None:
    found = row(book(agreed(5000), commitments_=[("C1", "bill", 200)]))
    assert (found["exposure_minor"], found["exposure_basis"]) == (1200, "E2")
    assert row(book(agreed(5000)))["exposure_basis"] == "E1"


def test_another_currency_needs_a_rate() -> None:
    docs = [Doc("C1", "F1", ISSUED, 1000, DUE, currency="USD")]
    without = row(book(agreed(500), docs=docs))
    assert (without["insured_reason"], without["exposure_reason"]) == ("no_rate", "no_rate")
    assert pd.isna(without["insured_minor"])
    found = row(book(agreed(5000), docs=docs, rates_=[("USD", 0.8)]))
    assert (found["exposure_minor"], found["insured_minor"]) == (800, 720)
    refused = row(book(agreed(None, is_refused=True), docs=docs))
    assert (refused["currency"], refused["insured_minor"]) == ("USD", 0)
    assert refused["uninsured_minor"] == 1000


def test_buyers_without_agreement_nor_rate_are_counted_nowhere() -> None:
    """Several currencies, no rate: what they owe in the company's is not known, which is not 0."""
    docs = [Doc("C1", code, ISSUED, 1000, DUE, currency=code) for code in ("USD", "GBP")]
    found = insurance_view.build(PlainBook(docs).portfolio(D), Policy())
    assert found.rows["exposure_minor"].isna().all()
    assert found.totals["count_without"].tolist() == [0]


def test_an_indemnity_without_vat() -> None:
    policy = Policy(insurance_base="HT")
    assert row(book(agreed(2000)), policy)["insured_reason"] == "no_tax"
    set_rate = policy.with_settings(insurance_vat_ratio=0.2)
    found = row(book(agreed(2000), owed=1200), set_rate)
    assert (found["insured_minor"], found["uninsured_minor"]) == (900, 300)


def test_what_is_in_dispute_is_suspended_not_uninsured() -> None:
    docs = [Doc("C1", "F1", ISSUED, 18_000, DUE, is_disputed=True), Doc("C1", "F2", DUE, 15_000)]
    found = row(book(agreed(15_000), docs=docs))
    assert (found["suspended_minor"], found["insured_minor"]) == (18_000, 13_500)
    assert row(book(docs=docs))["suspended_minor"] == 0  # no cover to suspend


def test_over_the_insurers_limit_since_when() -> None:
    docs = [Doc("C1", "F1", ISSUED, 1000, DUE), Doc("C1", "F2", date(2025, 5, 1), 100)]
    found = row(book(agreed(1000), docs=docs))
    assert (found["over_minor"], found["over_since"]) == (100, pd.Timestamp("2025-05-01"))
    assert found["over_days_12m"] == 61
    within = row(book(agreed(1100), docs=docs))
    assert (within["over_minor"], within["over_since_reason"]) == (0, "not_over")


def test_a_guarantee_stands_beside() -> None:
    held = {"scope_id": "C1", "source": "guarantee", "amount_minor": 700, "valid_to": D}
    found = row(book(held))
    assert (found["guarantee_minor"], found["guarantee_until"]) == (700, pd.Timestamp(D))
    assert pd.isna(row(book(held), as_of=D + timedelta(days=1))["guarantee_minor"])


# -- the dates of the contract -------------------------------------------------------------------

CONTRACT = Policy(
    insurance_extension_days=60, insurance_declaration_days=90, insurance_waiting_days=30
)


def test_dates_count_from_the_due_date() -> None:
    found = insurance.items(book(agreed(5000)).portfolio(D), CONTRACT).iloc[0]
    assert found["extension_until"] == pd.Timestamp("2025-05-31")
    assert found["declaration_by"] == pd.Timestamp("2025-06-30")
    assert found["indemnity_from"] == pd.Timestamp("2025-07-30")
    assert (found["days_left"], found["is_missed"]) == (0, False)
    later = insurance.items(book(agreed(5000)).portfolio(D + timedelta(days=1)), CONTRACT).iloc[0]
    assert (later["days_left"], later["is_missed"]) == (-1, True)


def test_a_term_that_is_not_set_gives_no_date() -> None:
    found = insurance.items(book(agreed(5000)).portfolio(D), Policy()).iloc[0]
    assert found[["extension_until", "declaration_by", "days_left"]].isna().all()
    assert not found["is_missed"]
    assert row(book(agreed(5000)))["count_missed"] == 0


def test_buyers_nobody_insures_have_no_date() -> None:
    assert insurance.items(book().portfolio(D), CONTRACT).empty
    refused = book(agreed(None, is_refused=True))
    assert insurance.items(refused.portfolio(D), CONTRACT).empty


@pytest.mark.parametrize(
    ("settings", "number", "exclusion"),
    [
        ({"insurance_max_terms_days": 31}, "F1", None),
        ({"insurance_max_terms_days": 30}, "F1", "terms_too_long"),
        ({"insurance_stop_days": 29}, "F2", "after_stop"),
        ({"insurance_stop_days": 30}, "F2", None),
    ],
)
def test_what_the_contract_leaves_out(
    settings: dict[str, int], number: str, exclusion: str | None
) -> None:
    docs = [Doc("C1", "F1", ISSUED, 1000, DUE), Doc("C1", "F2", DUE + timedelta(days=30), 50)]
    found = insurance.items(
        book(agreed(5000), docs=docs).portfolio(D), CONTRACT.with_settings(**settings)
    ).set_index("number")
    said: Any = found.loc[number, "exclusion"]
    assert pd.isna(said) if exclusion is None else said == exclusion
    if exclusion:
        assert found["declaration_by"].isna()[number]
        excluded = row(book(agreed(5000), docs=docs), CONTRACT.with_settings(**settings))
        assert excluded["excluded_minor"] == found.loc[number, "open_minor"]


def test_after_a_cancellation_only_what_was_sold_before_is_to_declare() -> None:
    docs = [Doc("C1", "F1", ISSUED, 100, DUE), Doc("C1", "F2", DUE + timedelta(days=1), 50)]
    found = insurance.items(
        book(agreed(500), agreed(None, valid_from=DUE), docs=docs).portfolio(D), CONTRACT
    ).set_index("number")
    assert found["exclusion"].isna()["F1"]
    assert found.loc["F2", "exclusion"] == "after_end"


def test_a_rest_within_the_paid_tolerance_is_not_to_declare() -> None:
    docs = [Doc("C1", "F1", ISSUED, 100_000, DUE), Doc("C1", "P1", DUE, -99_600, kind="payment")]
    found = book(agreed(5000), docs=docs, allocs=[Alloc("P1", "F1", 99_600)])
    assert insurance.items(found.portfolio(D), CONTRACT).empty


# -- properties ----------------------------------------------------------------------------------

days = st.dates(date(2025, 1, 1), D)
documents = st.lists(
    st.tuples(st.sampled_from(["C1", "C2"]), days, st.integers(1, 500), st.integers(0, 90)),
    min_size=1,
    max_size=6,
)
limits = st.lists(
    st.fixed_dictionaries(
        {
            "scope_id": st.sampled_from(["C1", "C2"]),
            "source": st.just("insurer"),
            "amount_minor": st.none() | st.integers(0, 900),
            "cover_ratio": st.none() | st.sampled_from([0.5, 0.7, 0.905, 1.0]),
            "is_refused": st.sampled_from([False, False, True]),
            "valid_from": st.none() | days,
            "valid_to": st.none() | st.dates(date(2025, 5, 1), date(2025, 8, 1)),
        }
    ),
    max_size=4,
)
POLICIES = st.sampled_from([CONTRACT, UNNAMED, CONTRACT.with_settings(insurance_cover_ratio=0.8)])


def random_book(rows: list[Any], decided: list[dict[str, Any]]) -> PlainBook:
    docs = [
        Doc(customer, f"F{place}", issued, amount, issued + timedelta(days=terms))
        for place, (customer, issued, amount, terms) in enumerate(rows)
    ]
    return PlainBook(docs, limits_=decided)


@given(documents, limits, POLICIES)
@examples(40)
def test_insured_and_uninsured_make_the_exposure(
    rows: list[Any], decided: list[dict[str, Any]], policy: Policy
) -> None:
    found = insurance.cover(random_book(rows, decided).portfolio(D), policy)
    known = found.loc[found["insured_minor"].notna()]
    assert (known["insured_minor"] + known["uninsured_minor"] == known["exposure_minor"]).all()
    assert (known["insured_minor"] >= 0).all()
    assert (known["insured_minor"] <= known["exposure_minor"]).all()
    assert found.loc[found["insured_minor"].isna(), "insured_reason"].notna().all()
    owed = {code: random_book(rows, []).exposure(code, D) for code in found["customer_id"]}
    assert dict(zip(found["customer_id"], found["exposure_minor"], strict=True)) == owed


@given(documents, limits, POLICIES, st.integers(1, 300))
@examples(40)
def test_raising_what_is_agreed_never_lowers_what_is_insured(
    rows: list[Any], decided: list[dict[str, Any]], policy: Policy, more: int
) -> None:
    raised = [
        item | {"amount_minor": item["amount_minor"] + more} if item["amount_minor"] else item
        for item in decided
    ]
    before = insurance.cover(random_book(rows, decided).portfolio(D), policy)
    after = insurance.cover(random_book(rows, raised).portfolio(D), policy)
    both = before.merge(after, on="customer_id", suffixes=("", "_after"))
    known = both.loc[both["insured_minor"].notna()]
    assert (known["insured_minor_after"] >= known["insured_minor"]).all()


@given(documents, limits, st.integers(0, 200))
@examples(40)
def test_a_missed_deadline_stays_missed_while_the_invoice_is_open(
    rows: list[Any], decided: list[dict[str, Any]], later: int
) -> None:
    for item in decided:  # agreements that hold all along: what ends is another test
        item |= {"valid_from": None, "valid_to": None}
    found = random_book(rows, decided)
    now = insurance.items(found.portfolio(D), CONTRACT)
    then = insurance.items(found.portfolio(D + timedelta(days=later)), CONTRACT)
    missed = set(now.loc[now["is_missed"], "number"])
    assert missed <= set(then.loc[then["is_missed"], "number"])


@given(documents, limits, POLICIES, days)
@examples(40)
def test_nothing_after_the_date_is_known(
    rows: list[Any], decided: list[dict[str, Any]], policy: Policy, day: date
) -> None:
    past = [item for item in rows if item[1] <= day]
    begun = [item for item in decided if (item["valid_from"] or date.min) <= day]
    if not past:
        return
    whole = insurance.cover(random_book(rows, decided).portfolio(day), policy)
    known = insurance.cover(random_book(past, begun).portfolio(day), policy)
    kept = whole.loc[whole["customer_id"].isin(known["customer_id"])]
    compared = ["customer_id", "status", "exposure_minor", "insured_minor", "late_minor"]
    compared += ["count_missed", "suspended_minor", "over_minor"]
    pd.testing.assert_frame_equal(
        kept[compared].sort_values("customer_id", ignore_index=True),
        known[compared].sort_values("customer_id", ignore_index=True),
    )
