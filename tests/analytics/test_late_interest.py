"""Late payment interest: definitions §24.6, the two examples of §16, random books day by day, the levels of data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics.late_interest import late_interest, parts, steps
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import late_interest as views
from arlib.workspace import Workspace
from tests.support.books import Alloc, Book, Doc, load
from tests.support.examples import examples
from tests.support.plain_interest import Debt, Settled, interest, open_at
from tests.support.worked import D, worked_book

if TYPE_CHECKING:
    from collections.abc import Iterator

POLICY = Policy()
START = date(2024, 1, 1)


def opened(*books: Book) -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, *books)
    return workspace


def found_in(
    workspace: Workspace, day: date = D, policy: Policy = POLICY, **filters: Any
) -> pd.DataFrame:
    """Return the late invoices by number."""
    portfolio = workspace.portfolio(day, Filters(**filters), policy)
    return late_interest(portfolio, policy).set_index("number")


def row_of(frame: pd.DataFrame, number: str = "F1") -> dict[str, Any]:
    """Return one invoice."""
    row: Any = frame.loc[number]
    return dict(row.to_dict())


@pytest.fixture(scope="module")
def worked() -> Iterator[Workspace]:
    workspace = opened(worked_book())
    yield workspace
    workspace.close()


# -- the worked set -------------------------------------------------------------------------------

EXPECTED = {
    "F002": 1081,
    "F003": 216,
    "F006": 19131,
    "F007": 19714,
    "F008": 2508,
    "F010": 3372,
    "F012": 1081,
}


def test_the_worked_set(worked: Workspace) -> None:
    found = found_in(worked)
    apart = row_of(found, "F009")
    assert (apart["interest_minor"], apart["disputed_interest_minor"]) == (0, 19455)
    assert apart["standing"] == "disputed"
    assert found["interest_minor"].drop("F009").to_dict() == EXPECTED
    assert set(found["indemnity_minor"]) == {4000}


def test_the_totals_of_the_worked_set(worked: Workspace) -> None:
    (block,) = views.build(worked.portfolio(D, Filters(), POLICY), POLICY).blocks
    assert (block.interest_minor, block.indemnity_minor, block.count_invoices) == (47103, 28000, 7)
    assert block.interest_minor + block.disputed_interest_minor == 66558  # type: ignore[operator]
    assert block.count_claimable == 7
    by_customer = block.customers.set_index("customer_id")["known_interest_minor"].to_dict()
    assert by_customer == {"C001": 1297, "C002": 41353, "C003": 3372, "C004": 1081}
    assert block.half_years["code"].tolist() == ["2025-S1"]
    assert block.standings.set_index("standing")["count_invoices"].to_dict() == {
        "claimable": 7,
        "disputed": 1,
    }


def test_a_rate_that_changes_splits_the_period(worked: Workspace) -> None:
    day = date(2025, 9, 30)
    assert found_in(worked, day).loc["F007", "interest_minor"] == 41764
    at_start = Policy(late_rate_mode="at_start")
    assert found_in(worked, day, at_start).loc["F007", "interest_minor"] == 43579


def test_partial_payments_are_spelled_out(worked: Workspace) -> None:
    portfolio = worked.portfolio(D, Filters(), POLICY)
    told = steps(portfolio, POLICY, "TEST", "C002")
    key = late_interest(portfolio, POLICY).set_index("number").loc["F006", "invoice_key"]
    mine = told.loc[told["invoice_key"] == key]
    # 1 800 for 45 days and 3 000 for 150
    assert mine[["base_minor", "days"]].to_numpy().tolist() == [[480_000, 45], [300_000, 105]]
    assert round(mine["interest"].sum()) == 19131


def test_what_comes_after_the_date_changes_nothing(worked: Workspace) -> None:
    # P06 pays F010 on 8 July
    assert pd.isna(row_of(found_in(worked), "F010")["settled_on"])
    later = row_of(found_in(worked, date(2025, 8, 31)), "F010")
    assert (later["settled_on"].date(), later["days_late"]) == (date(2025, 7, 8), 34)


# -- random books, one day after the other --------------------------------------------------------

SETTLED = st.tuples(st.integers(0, 500), st.integers(1, 4), st.booleans())
DEBTS = st.builds(
    lambda issued, terms, amount, settled, disputed: (issued, terms, amount, settled, disputed),
    st.integers(0, 500),
    st.integers(0, 90),
    st.integers(1_000, 9_999_999),
    st.lists(SETTLED, max_size=3),
    st.sampled_from([0.0, 0.0, 0.3, 1.0]),
)


def debt_of(drawn: tuple[int, int, int, list[tuple[int, int, bool]], float]) -> Debt:
    issued, terms, amount, settled, disputed = drawn
    issued_on = START + timedelta(days=issued)
    sums, left = [], amount
    for place, (after, part, is_note) in enumerate(settled):
        is_last = place == len(settled) - 1
        paid = left if is_last and part == 4 else left // (part + 1)
        left -= paid
        if paid:
            sums.append(Settled(issued_on + timedelta(days=after), paid, is_note))
    due_on = issued_on + timedelta(days=terms)
    return Debt(issued_on, due_on, amount, sums, int(left * disputed))


def book_of(debts: list[Debt]) -> Book:
    docs, allocs, disputes = [], [], []
    for place, debt in enumerate(debts):
        name = f"F{place}"
        docs.append(Doc("C1", name, debt.issued_on, debt.amount, due_on=debt.due_on))
        for rank, item in enumerate(debt.settled):
            kind = "credit_note" if item.is_credit_note else "payment"
            docs.append(Doc("C1", f"{name}-{rank}", item.on, -item.amount, kind))
            allocs.append(Alloc(f"{name}-{rank}", name, item.amount))
        if debt.disputed:
            disputes.append({"number": name, "amount_minor": debt.disputed})
    return Book(docs, allocs, disputes=disputes)


@given(st.lists(DEBTS, min_size=4, max_size=12), st.integers(0, 700))
@examples(24)
def test_interest_is_that_of_a_recomputation_day_by_day(drawn: list[Any], after: int) -> None:
    debts = [debt_of(item) for item in drawn]
    day = max(min(debt.issued_on for debt in debts), START + timedelta(days=after))
    workspace = opened(book_of(debts))
    for settings in (
        {},
        {"late_rate_mode": "at_start"},
        {"late_credit_notes": "retroactive"},
    ):
        policy = Policy(**settings)  # type: ignore[arg-type]
        found = found_in(workspace, day, policy)
        for place, debt in enumerate(debts):
            plain = interest(
                debt,
                day,
                at_start="late_rate_mode" in settings,
                retroactive="late_credit_notes" in settings,
            )
            name = f"F{place}"
            told: tuple[Any, Any] = (0, 0)
            if name in found.index:
                row = row_of(found, name)
                told = (row["interest_minor"], row["disputed_interest_minor"])
                assert row["open_minor"] == open_at(debt, day)
            assert told == plain, (name, debt, day)
    assert_one_sum(workspace, day)
    workspace.close()


def assert_one_sum(workspace: Workspace, day: date) -> None:
    """Check that the parts by half-year, the stretches and the invoices are one sum."""
    portfolio = workspace.portfolio(day, Filters(), POLICY)
    each = parts(portfolio, POLICY).groupby("invoice_key")[["interest", "disputed_interest"]].sum()
    told = steps(portfolio, POLICY, None, None).groupby("invoice_key")["interest"].sum()
    assert each.sum(axis=1).round(6).to_dict() == told.round(6).to_dict()
    frame = late_interest(portfolio, POLICY).set_index("invoice_key")
    assert ((frame["interest_minor"] - each["interest"]).abs() <= 0.5).all()


# -- one case at a time -----------------------------------------------------------------------------


def one(**more: Any) -> Book:
    """Return a book of one invoice of 10 000.00, due 31 January 2025, unpaid."""
    doc = Doc("C1", "F1", date(2025, 1, 1), 1_000_000, due_on=date(2025, 1, 31))
    return Book([doc], **more)


def days_of(minor: int, days: int, rate: float = 0.1315) -> int:
    return int(minor * days * rate / 365 + 0.5)


def test_the_day_of_a_payment_bears_interest_that_of_a_credit_note_does_not() -> None:
    on = date(2025, 3, 2)  # 30 days after 31 January
    credits_ = {
        "paid": ("payment", on),
        "credited": ("credit_note", on),
        "in_time": ("payment", date(2025, 1, 31)),
        "next_day": ("payment", date(2025, 2, 1)),
        "unallocated": ("payment", on),
    }
    docs = [
        Doc("C1", name, date(2025, 1, 1), 1_000_000, due_on=date(2025, 1, 31)) for name in credits_
    ]
    docs += [Doc("C1", f"S{n}", day, -1_000_000, kind) for n, (kind, day) in credits_.items()]
    allocs = [Alloc(f"S{name}", name, 1_000_000) for name in credits_ if name != "unallocated"]
    workspace = opened(Book(docs, allocs))
    assert found_in(workspace)["interest_minor"].to_dict() == {
        "paid": days_of(1_000_000, 30),
        "credited": days_of(1_000_000, 29),
        "next_day": days_of(1_000_000, 1),
        "unallocated": days_of(1_000_000, 150),
    }
    # credited from the start, it was never owed late
    retroactive = found_in(workspace, policy=Policy(late_credit_notes="retroactive"))
    assert "credited" not in retroactive.index


def test_a_half_year_without_a_rate_is_asked_for() -> None:
    workspace = opened(one())
    day = date(2027, 8, 31)
    row = row_of(found_in(workspace, day), "F1")
    assert pd.isna(row["interest_minor"])
    assert (row["interest_minor_reason"], row["missing_half_years"]) == (
        "no_rate",
        "2027-S1, 2027-S2",
    )
    assert (row["standing"], row["indemnity_minor"]) == ("no_rate", 4000)
    view = views.build(workspace.portfolio(day, Filters(), POLICY), POLICY)
    assert (view.missing, view.blocks[0].interest_minor) == (("2027-S1", "2027-S2"), None)
    # the rate of its first day is known: nothing lacks
    at_start = Policy(late_rate_mode="at_start")
    fixed = found_in(workspace, day, at_start).loc["F1", "interest_minor"]
    assert fixed == days_of(1_000_000, (day - date(2025, 1, 31)).days)
    typed = Policy(late_ecb_ratios={"2027-S1": 0.02, "2027-S2": 0.02})
    known = row_of(found_in(workspace, day, typed))["interest_minor"]
    before = row_of(found_in(workspace, date(2026, 12, 31)))["interest_minor"]
    assert abs(known - before - days_of(1_000_000, 181 + 62, 0.12)) <= 1


WHO: list[tuple[dict[str, Any], float, str]] = [
    ({}, 0.1315, "claimable"),
    ({"contract_late_rate": 0.2}, 0.2, "claimable"),
    ({"contract_late_rate": 0.01}, 0.1113, "claimable"),
    ({"payment_regime": "secteur public"}, 0.1115, "claimable"),
    ({"is_natural_person": True}, 0.1315, "natural_person"),
    ({"country": "DE"}, 0.1315, "abroad"),
    ({"country": "RE"}, 0.1315, "claimable"),
    ({"is_intercompany": True}, 0.1315, "intercompany"),
    ({"insolvency": "redressement", "insolvency_on": date(2025, 3, 1)}, 0.1315, "insolvency"),
    ({"insolvency": "redressement", "insolvency_on": date(2025, 8, 1)}, 0.1315, "claimable"),
]


def test_who_owes_what() -> None:
    people = [
        {"customer_id": f"C{at}", "name": f"N{at}", **who} for at, (who, _, _) in enumerate(WHO)
    ]
    docs = [
        Doc(f"C{at}", f"F{at}", date(2025, 1, 1), 1_000_000, due_on=date(2025, 1, 31))
        for at in range(len(WHO))
    ]
    workspace = opened(Book(docs, customers=people))
    found = found_in(workspace)
    for at, (_, expected, standing) in enumerate(WHO):
        row = row_of(found, f"F{at}")
        assert row["interest_minor"] == days_of(1_000_000, 150, expected), WHO[at]
        assert row["standing"] == standing
        assert row["indemnity_minor"] == (0 if standing == "insolvency" else 4000)
    # the law raises a contract that is below three times the legal rate, and the row says so
    assert found["is_floored"].to_dict() == {f"F{at}": at == 2 for at in range(len(WHO))}
    # a public buyer keeps the rate of the half-year in which interest began
    later = found_in(workspace, date(2025, 9, 30))
    assert later.loc["F3", "interest_minor"] == days_of(1_000_000, 242, 0.1115)
    own = found_in(workspace, policy=Policy(late_contract_ratio=0.15))
    rates = {0: 0.15, 1: 0.2, 2: 0.1113, 3: 0.1115}
    for at, ratio in rates.items():
        assert own.loc[f"F{at}", "interest_minor"] == days_of(1_000_000, 150, ratio)


def test_a_partial_dispute_leaves_the_rest() -> None:
    book = one(disputes=[{"number": "F1", "amount_minor": 250_000}])
    row = row_of(found_in(opened(book)), "F1")
    assert row["interest_minor"] == days_of(750_000, 150)
    assert row["disputed_interest_minor"] == days_of(250_000, 150)
    assert row["standing"] == "claimable"


def test_the_indemnity_is_once_an_invoice_number() -> None:
    issued, due = date(2025, 1, 1), date(2025, 1, 31)
    docs = [
        Doc("C1", "F1", issued, 500_000, due_on=due, instalment=1),
        Doc("C1", "F1", issued, 500_000, due_on=due + timedelta(days=30), instalment=2),
        Doc("C1", "F2", issued, 1_000, due_on=due),
        Doc("C1", "B1", date(2025, 3, 1), 1_000, "bounce"),
        Doc("C1", "F3", issued, 10_000, due_on=due),
        Doc("C1", "P3", due, -9_999, "payment"),
    ]
    found = found_in(opened(Book(docs, [Alloc("P3", "F3", 9_999)])))
    assert found["indemnity_ground"].to_dict() == {
        "F1": "due",
        "F2": "due",
        "F3": "within_tolerance",
        "B1": "not_an_invoice",
    }
    assert found.loc["F1", "count_instalments"] == 2
    assert found.loc["F1", "interest_minor"] == int(500_000 * (150 + 120) * 0.1315 / 365 + 0.5)


def test_limitation_and_due_dates_worked_out_are_estimates() -> None:
    docs = [
        Doc("C1", "OLD", date(2019, 1, 1), 100_000, due_on=date(2019, 1, 31)),
        Doc("C1", "NEW", date(2025, 1, 1), 1_000_000),
    ]
    found = found_in(opened(Book(docs)))
    assert found["standing"].to_dict() == {"OLD": "time_barred", "NEW": "claimable"}
    assert row_of(found, "OLD")["limitation_on"].date() == date(2024, 1, 1)
    assert found["is_estimate"].to_dict() == {"OLD": False, "NEW": True}
    assert row_of(found, "NEW")["due_on"].date() == date(2025, 1, 31)


# -- levels of data ----------------------------------------------------------------------------------


def test_a_ledger_without_lettering_says_nothing_of_any_invoice() -> None:
    workspace = opened(one(level="E"))
    view = views.build(workspace.portfolio(D, Filters(), POLICY), POLICY)
    assert (view.unavailable, view.blocks, view.left_out) == ("not_at_this_level", (), ("TEST",))


def test_open_items_alone_bear_interest_on_what_remains() -> None:
    book = one(
        level="C", scope="open_items", open_items={"F1": 400_000}, extracted_on=D, covers=(D, D)
    )
    workspace = opened(book)
    row = row_of(found_in(workspace), "F1")
    # nobody knows when the 6 000 were paid
    assert row["interest_minor"] == days_of(400_000, 150)
    view = views.build(workspace.portfolio(D, Filters(), POLICY), POLICY)
    assert view.open_only == ("TEST",)


def test_nothing_late_makes_no_block(worked: Workspace) -> None:
    portfolio = worked.portfolio(date(2025, 1, 15), Filters(), POLICY)
    assert views.build(portfolio, POLICY).blocks == ()
    assert late_interest(portfolio, POLICY).empty
    assert steps(portfolio, POLICY, None, None).empty
