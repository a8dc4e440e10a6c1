"""Provisions: published matrices, VAT by document, 416 out, candidates, movement, entries."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics import doubtful, loss_rates, provisions
from arlib.analytics.frames import stocks
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.views import provisions as views
from arlib.workspace import Workspace
from tests.support.books import Alloc, Book, Doc, load
from tests.support.examples import examples

if TYPE_CHECKING:
    from pathlib import Path

    from arlib.model.portfolio import Portfolio

D = date(2025, 6, 30)
TYPED = (0.0072, 0.036, 0.12, 0.24, 0.4)


def at(folder: Path, book: Book, as_of: date = D) -> Portfolio:
    workspace = Workspace.open(folder / "book.duckdb")
    load(workspace, book)
    return workspace.portfolio(as_of)


def late(number: str, days: int, amount: int = 120_000, **more: Any) -> Doc:
    due = D - timedelta(days=days)
    tax = more.pop("tax", amount // 6)
    customer = more.pop("customer", "C1")
    issued = min(due - timedelta(days=30), D)
    return Doc(customer, number, issued, amount, due_on=due, tax=tax, **more)


def candidates(portfolio: Portfolio, policy: Policy | None = None) -> Any:
    return doubtful.candidates(portfolio, policy or Policy()).set_index("number")


def test_ifrs_9_illustrative_example_12() -> None:
    base = [15_000_000, 7_500_000, 4_000_000, 2_500_000, 1_000_000]
    found = provisions.losses(base, (0.003, 0.016, 0.036, 0.066, 0.106))
    assert list(found) == [45_000, 120_000, 144_000, 165_000, 106_000]
    assert found.sum() == 580_000


def test_the_published_vintages() -> None:
    rates = loss_rates.of_cohorts((100_000, 50_000, 23_000, 8_000, 2_000), 2_000)
    found = provisions.losses([300_000, 140_000, 60_000, 23_000, 5_000], rates)
    assert list(found) == [6_000, 5_600, 5_217, 5_750, 5_000]
    assert found.sum() == 27_567


def test_a_chain_stops_where_a_rate_is_not_known() -> None:
    found = loss_rates.chained((0.2, None, 0.5), 0.4)
    assert found == (None, None, 0.2, 0.4)
    rates = loss_rates.Rates("roll", "loss", (0.3, None, 0.2, 0.4), (None,) * 4)
    assert not rates.is_monotone
    assert loss_rates.applied(0.95, 1.1) == 1.0
    # nothing open loses nothing, even at an unknown rate; something open at an unknown rate does not
    nothing, unknown = provisions.losses([0, 100], [None, None]).tolist()
    assert (nothing, math.isnan(unknown)) == (0, True)


def test_each_document_has_its_own_vat(tmp_path: Path) -> None:
    docs = [
        late("F1", 10),
        late("F2", 10, tax=0),
        late("F3", 10, tax=None),
    ]
    portfolio = at(tmp_path, Book(docs))
    policy = Policy(ecl_rates=TYPED)
    found = provisions.provision(portfolio, policy, "EUR")
    row: Any = found.matrix.set_index("bucket").loc["1-30"]
    assert row["base_minor"] == 100_000 + 120_000 + 120_000  # the last one: incl. VAT, and said
    assert (found.no_tax_minor, found.open_minor) == (120_000, 360_000)
    at_rate = provisions.provision(portfolio, policy.with_settings(ecl_vat_ratio=0.2), "EUR")
    assert at_rate.matrix["base_minor"].sum() == 320_000
    gross = provisions.provision(portfolio, policy.with_settings(ecl_base="TTC"), "EUR")
    assert (gross.matrix["base_minor"].sum(), gross.no_tax_minor) == (360_000, 0)


def test_a_customer_in_416_leaves_the_matrix_whole(tmp_path: Path) -> None:
    docs = [
        late("F1", 100, account_class="doubtful"),
        late("F2", -5),
        late("F3", 5, customer="C2"),
    ]
    portfolio = at(tmp_path, Book(docs))
    found = provisions.provision(portfolio, Policy(ecl_rates=TYPED), "EUR")
    assert (found.doubtful_minor, found.open_minor) == (240_000, 120_000)
    rows = candidates(portfolio)
    assert (list(rows.index), rows.loc["F1", "standing"]) == (["F1"], "event")
    assert rows.loc["F1", "is_doubtful_account"]


def test_lateness_alone_is_never_enough(tmp_path: Path) -> None:
    docs = [late(f"F{days}", days) for days in (90, 91, 181, 366)]
    disputed = [late("L1", 91), late("L2", 10)]
    book = Book([*docs, *disputed], disputes=[{"number": "L1"}, {"number": "L2"}])
    portfolio = at(tmp_path, book)
    rows = candidates(portfolio)
    assert "F90" not in rows.index  # 90 days is not past 90
    assert rows.loc[["F91", "F181", "F366"], "proposed_minor"].tolist() == [25_000, 50_000, 100_000]
    assert set(rows.loc[["F91", "F181", "F366"], "standing"]) == {"lateness_only"}
    assert rows.loc["L1", ["standing", "proposed_minor"]].tolist() == ["event", 25_000]
    assert rows.loc["L2", "proposed_minor_reason"] == "to_judge"
    block = views.build(portfolio, Policy()).blocks[0]
    assert (block.proposed_minor, block.lateness_minor) == (25_000, 175_000)
    assert set(block.entries["number"]) == {"L1", "L2"}


def test_the_example_of_the_accounts(tmp_path: Path) -> None:
    """3 000 incl. VAT at 50 %: 2 500 excl. VAT, charge of 1 250 (definitions §9)."""
    book = Book([late("F1", 200, 300_000)], disputes=[{"number": "F1"}])
    portfolio = at(tmp_path, book)
    block = views.build(portfolio, Policy()).blocks[0]
    names = ("step", "account", "debit_minor", "credit_minor")
    rows = zip(*(block.entries[name] for name in names), strict=True)
    lines = {(step, account): (debit, credit) for step, account, debit, credit in rows}
    assert lines["transfer", "416"] == (300_000, 0)
    assert lines["transfer", "411"] == (0, 300_000)
    # 25 % at the last closing, 170 days late: 31 May
    early = views.build(portfolio, Policy(), since=date(2025, 6, 1)).blocks[0].claim_moves.iloc[0]
    assert (early["before_minor"], early["now_minor"]) == (62_500, 125_000)
    assert lines["charge", "68174"] == (62_500, 0)
    assert lines["charge", "491"] == (0, 62_500)
    assert block.entry_total("charge") == 62_500


def test_a_paid_claim_is_reversed_whole(tmp_path: Path) -> None:
    docs = [late("F1", 200), late("F2", 1), Doc("C1", "P1", date(2025, 6, 20), -120_000, "payment")]
    book = Book(docs, [Alloc("P1", "F1", 120_000)], disputes=[{"number": "F1"}])
    block = views.build(at(tmp_path, book), Policy()).blocks[0]
    assert block.claim_moves[["before_minor", "reversal_minor"]].to_numpy().tolist() == [
        [25_000, 25_000]
    ]
    lines = block.entries.set_index(["step", "account"])
    assert lines.loc[("reversal", "491"), "debit_minor"] == 25_000
    assert lines.loc[("reversal", "78174"), "credit_minor"] == 25_000
    assert set(block.entries["step"]) == {"reversal"}


def test_a_liquidation_opens_the_vat(tmp_path: Path) -> None:
    who = {"customer_id": "C1", "name": "Alpha", "insolvency": "liquidation"}
    book = Book([late("F1", 10)], customers=[{**who, "insolvency_on": date(2025, 3, 14)}])
    portfolio = at(tmp_path, book)
    row = candidates(portfolio).loc["F1"]
    assert (row["is_insolvency"], row["vat_by"].date()) == (True, date(2027, 12, 31))
    assert row["limitation_on"].date() == date(2030, 5, 21)
    block = views.build(portfolio, Policy()).blocks[0]
    final = block.entries.loc[block.entries["step"] == "loss"].set_index("account")
    assert final.loc["654", "debit_minor"] == 100_000
    assert final.loc["44571", "debit_minor"] == 20_000
    assert final.loc["416", "credit_minor"] == 120_000
    assert final["is_conditional"].all()


def test_a_judgment_after_the_date_is_not_known_yet(tmp_path: Path) -> None:
    who = {"customer_id": "C1", "name": "Alpha", "insolvency": "liquidation"}
    book = Book([late("F1", 10)], customers=[{**who, "insolvency_on": date(2025, 7, 1)}])
    assert candidates(at(tmp_path, book)).empty


def test_reminders_are_counted_by_claim(tmp_path: Path) -> None:
    docs = [late("F1", 120), late("F2", 130), late("F3", 140, customer="C2")]
    sent = {"customer_id": "C1", "kind": "reminder"}
    actions: list[dict[str, object]] = [
        {**sent, "number": "F1", "taken_on": date(2025, 5, 2)},
        {**sent, "taken_on": date(2025, 6, 3)},  # to the customer: all his claims due by then
        {**sent, "number": "F1", "taken_on": date(2025, 7, 3)},  # later than the date
    ]
    # a later line keeps the date from being the end of the data
    docs.append(Doc("C2", "F9", date(2025, 8, 1), 1, due_on=date(2025, 9, 1)))
    rows = candidates(at(tmp_path, Book(docs, actions=actions)))
    assert rows["count_reminders"].to_dict() == {"F1": 2, "F2": 1, "F3": 0}
    assert rows.loc["F1", "last_reminder_on"].date() == date(2025, 6, 3)


def test_own_roll_rates_and_what_is_said_without_a_loss(tmp_path: Path) -> None:
    """One invoice of two rolls each time: without a loss given the rates are no loss."""
    docs, allocs = [], []
    for number in range(12):
        due = date(2024, 6, 10) + timedelta(days=30 * number)
        docs.append(Doc("C1", f"F{number}", due - timedelta(days=30), 10_000, due_on=due, tax=0))
        if number % 2:
            docs.append(Doc("C1", f"P{number}", due, -10_000, "payment"))
            allocs.append(Alloc(f"P{number}", f"F{number}", 10_000))
    book = Book(docs, allocs, covers=(date(2024, 5, 1), D))
    portfolio = at(tmp_path, book)
    found = provisions.provision(portfolio, Policy(), "EUR")
    assert (found.rates.method, found.rates.measure) == ("roll", "beyond_last_bucket")
    assert found.rates.ratios[-1] == 1.0
    assert all(0 < (rate or 0) < 1 for rate in found.rates.ratios[:1])
    given_one = provisions.provision(portfolio, Policy(ecl_loss_ratio=0.5), "EUR")
    assert given_one.rates.measure == "loss"
    assert given_one.rates.ratios[0] == pytest.approx((found.rates.ratios[0] or 0) / 2)


def test_own_closed_cohorts(tmp_path: Path) -> None:
    """Billed 1 000, credited 200; unpaid 600 at the due date, 300 at +30, 100 later; 40 lost."""
    due = date(2024, 1, 31)
    docs = [
        Doc("C1", "F1", date(2024, 1, 1), 100_000, due_on=due),
        Doc("C1", "A1", date(2024, 1, 5), -20_000, "credit_note"),
        Doc("C1", "P1", date(2024, 1, 20), -20_000, "payment"),
        Doc("C1", "P2", due + timedelta(days=15), -30_000, "payment"),
        Doc("C1", "P3", due + timedelta(days=40), -20_000, "payment"),
        Doc("C1", "W1", due + timedelta(days=200), -4_000, "write_off"),
        Doc("C1", "F2", date(2025, 6, 1), 50_000, due_on=date(2025, 7, 1), tax=0),
    ]
    allocs = [
        Alloc(number, "F1", amount)
        for number, amount in (
            ("A1", 20_000),
            ("P1", 20_000),
            ("P2", 30_000),
            ("P3", 20_000),
            ("W1", 4_000),
        )
    ]
    book = Book(docs, allocs, covers=(date(2023, 1, 1), D))
    found = provisions.provision(at(tmp_path, book), Policy(ecl_method="vintage"), "EUR")
    assert (found.rates.measure, found.rates.lost_minor) == ("loss", 4_000)
    expected = (4 / 80, 4 / 60, 4 / 30, 4 / 10, 4 / 10)
    assert found.rates.ratios == pytest.approx(expected)
    assert (
        found.total_minor == 2_500 + 2_400
    )  # 5 % of what is not due, 40 % of what is left of the first


def test_open_items_alone_need_typed_rates(tmp_path: Path) -> None:
    docs = [late("F1", 10), late("F2", 95)]
    book = Book(docs, level="C", scope="open_items", extracted_on=D)
    book.open_items = {"F1": 120_000, "F2": 120_000}
    portfolio = at(tmp_path, book)
    found = provisions.provision(portfolio, Policy(), "EUR")
    assert (found.total_minor, found.total_reason) == (None, "not_at_this_level")
    typed = provisions.provision(portfolio, Policy(ecl_rates=TYPED), "EUR")
    assert typed.total_minor == 3_600 + 40_000
    view = views.build(portfolio, Policy(ecl_rates=TYPED))
    assert (view.has_movement, view.blocks[0].movement) == (False, None)
    assert list(candidates(portfolio).index) == ["F2"]


def test_a_ledger_without_lettering_says_of_no_invoice_that_it_is_open(tmp_path: Path) -> None:
    view = views.build(at(tmp_path, Book([late("F1", 100)], level="E")), Policy())
    assert (view.unavailable, view.blocks, view.left_out) == ("not_at_this_level", (), ("TEST",))


amounts = st.lists(
    st.tuples(st.integers(-40, 400), st.integers(1, 10**7), st.integers(0, 3), st.booleans()),
    min_size=1,
    max_size=12,
)


@examples(24)
@given(
    lines=amounts,
    rates=st.lists(st.floats(0, 0.9), min_size=5, max_size=5),
    place=st.integers(0, 4),
)
def test_what_holds_of_any_book(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[tuple[int, int, int, bool]],
    rates: list[float],
    place: int,
) -> None:
    """Buckets sum to the open debits outside 416; a higher rate never lowers the total."""
    docs = [
        late(
            f"F{number}",
            days,
            amount,
            customer=f"C{customer}",
            account_class="doubtful" if is_doubtful else "receivable",
        )
        for number, (days, amount, customer, is_doubtful) in enumerate(lines)
    ]
    portfolio = at(tmp_path_factory.mktemp("any"), Book(docs))
    policy = Policy(ecl_rates=tuple(rates), ecl_base="TTC")
    found = provisions.provision(portfolio, policy, "EUR")
    gross = int(stocks(portfolio)["open_debit_minor"].sum())
    assert found.open_minor + found.doubtful_minor == gross
    apart = {f"C{customer}" for _, _, customer, is_doubtful in lines if is_doubtful}
    kept = [amount for _, amount, customer, _ in lines if f"C{customer}" not in apart]
    assert found.open_minor == sum(kept)
    raised = tuple(rate + (0.1 if k == place else 0) for k, rate in enumerate(rates))
    higher = provisions.provision(portfolio, policy.with_settings(ecl_rates=raised), "EUR")
    assert (higher.total_minor or 0) >= (found.total_minor or 0)
    assert (higher.total_minor or 0) <= found.open_minor


@pytest.mark.parametrize(
    "settings",
    [
        {"ecl_rates": (0.1, 0.2)},
        {"ecl_rates": (0.1, 0.2, 0.3, 0.4, 1.2)},
        {"ecl_base": "net"},
        {"ecl_forward_factor": 0.0},
        {"ecl_loss_ratio": 1.5},
        {"doubtful_ratios": {"90": 0.5, "180": 0.25}},
        {"doubtful_ratios": {"old": 0.5}},
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="policy_value_invalid"):
        Policy(**settings)


def test_typed_rates_survive_the_policy_file() -> None:
    policy = Policy(ecl_rates=TYPED, doubtful_ratios={"90": 0.3})
    assert Policy.from_toml(policy.to_toml()) == policy
