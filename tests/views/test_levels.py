"""What a level of data cannot answer is missing with a reason, never a neighbour's figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.model.portfolio import BookInfo, Filters, Portfolio
from arlib.views import (
    aging,
    behaviour,
    concentration,
    customer,
    dso,
    overview,
    risk,
    segments,
    status,
)
from arlib.workspace import Workspace
from tests.analytics.plain_book import Alloc, Doc, PlainBook
from tests.analytics.worked_plain import plain_worked_book
from tests.support.books import load
from tests.support.worked import D, worked_book

POLICY = Policy(segmentation_method="rules")


def at_level(level: str) -> Portfolio:
    book = plain_worked_book()
    book.level = level
    book.confidence = 0.3  # below what behaviour asks for
    return book.portfolio(D)


@pytest.mark.parametrize("level", ["C", "E"])
def test_behaviour_is_greyed(level: str) -> None:
    view = behaviour.build(at_level(level), POLICY)
    assert view.unavailable == "not_at_this_level"
    assert view.blocks == ()
    assert view.left_out == ("TEST",)
    rows = risk.build(at_level(level), POLICY).customers
    assert rows["mean_delay_days"].isna().all()
    assert set(rows["mean_delay_days_reason"]) == {"not_at_this_level"}
    assert list(rows["overrun_minor"].fillna(-1)) == [1_200_000, 0, 0, -1]


@pytest.mark.parametrize("level", ["C", "E"])
def test_settlements_worked_out_answer_when_they_are_trusted(level: str) -> None:
    book = plain_worked_book()
    book.level, book.confidence = level, 0.8
    view = behaviour.build(book.portfolio(D), POLICY)
    assert (view.unavailable, view.left_out, view.is_estimated) == (None, (), True)
    block = view.blocks[0]
    assert block.is_estimated
    # 23 900 received in the year, all but the 500 of P05 set against invoices
    assert block.covered_ratio == pytest.approx(23_400 / 23_900)
    lettered = behaviour.build(plain_worked_book().portfolio(D), POLICY).blocks[0]
    paid, known = block.portfolio.iloc[0], lettered.portfolio.iloc[0]
    assert paid["weighted_delay_days"] == known["weighted_delay_days"]
    assert not lettered.is_estimated
    if level == "C":
        return
    # C002: 1 700 of credits pay 1 700 of F006, the oldest, 150 days late
    late, gross = known["weighted_delay_open_days"], paid["weighted_delay_open_days"]
    cash, overdue, days = 23_400, 33_300, 150
    expected = (late * (cash + overdue) - 1_700 * days) / (cash + overdue - 1_700)
    assert gross == pytest.approx(expected)


def test_open_items_have_no_dso_and_no_history_of_overruns() -> None:
    assert dso.build(at_level("C"), POLICY).unavailable == "not_at_this_level"
    rows = risk.build(at_level("C"), POLICY).customers
    assert rows["overrun_days_12m"].isna().all()
    assert rows.loc[0, "overrun_days_12m_reason"] == "not_at_this_level"
    kpi = {item.name: item for item in overview.build(at_level("C"), POLICY).blocks[0].kpis}
    assert kpi["dso_count_back"].reason == "not_at_this_level"
    assert kpi["outstanding"].value == 4_840_000


def test_a_ledger_without_lettering_is_estimated_unless_asked_otherwise() -> None:
    view = aging.build(at_level("E"), POLICY)
    assert (view.credits, view.is_estimated) == ("oldest_first", True)
    assert view.blocks[0].average_age_days_reason == "not_at_this_level"
    assert view.blocks[0].totals["total_minor"] == 4_840_000
    asked = aging.build(at_level("E"), POLICY, credits="separate")
    assert (asked.credits, asked.is_estimated) == ("separate", False)
    months = overview.build(at_level("E"), POLICY).blocks[0].aging_months
    assert months["90+_minor"].iloc[-1] == 130_000


def test_every_page_estimates_a_ledger_without_lettering_alike() -> None:
    """C002: 10 200 late less 1 700 of credits, which pay the oldest debit first."""
    aged = aging.build(at_level("E"), POLICY).blocks[0]
    table = risk.build(at_level("E"), POLICY)
    frame = segments.build(at_level("E"), POLICY).blocks[0].customers.set_index("customer_id")
    assert aged.totals["overdue_minor"] == 3_160_000
    assert table.totals["overdue_minor"].tolist() == [3_160_000]
    assert table.totals["gross_minor"].tolist() == [aged.totals["gross_minor"]]
    assert table.customers["is_estimated"].all()
    assert frame["overdue_minor"].sum() == 3_160_000
    assert (frame.loc["C002", "old_minor"], frame.loc["C002", "overdue_minor"]) == (
        130_000,
        850_000,
    )
    assert frame.loc["C002", "max_days_late_reason"] == "not_at_this_level"
    assert frame["is_estimated"].all()


def test_segments_without_history_say_so() -> None:
    frame = segments.build(at_level("C"), POLICY).blocks[0].customers.set_index("customer_id")
    assert frame.loc["C001", "segment"] == "insufficient_history"
    assert frame.loc["C002", "rule"] == "old_amount"
    assert frame["mean_delay_days"].isna().all()


def test_status_lists_what_is_unavailable() -> None:
    assert status.unavailable({"A"}) == {}
    assert set(status.unavailable({"C"})) >= {"past_dates", "behaviour", "dso"}
    assert set(status.unavailable({"A", "C"})) == set()
    assert "aging_exact" in status.unavailable({"E"})


def test_an_empty_book_has_a_state() -> None:
    view = status.empty(BookInfo((), (), None, None, None, None, 0, None, 0))
    assert view.as_of is None
    assert len(view.tie_out) == len(view.companies) == 0


def test_a_book_where_nothing_is_open() -> None:
    paid = PlainBook(
        [
            Doc("C1", "F1", date(2025, 4, 1), 100),
            Doc("C1", "P1", date(2025, 4, 15), -100, None, "payment"),
        ],
        [Alloc("P1", "F1", 100)],
    )
    book = paid.portfolio(date(2025, 5, 1))
    assert aging.build(book, POLICY).blocks == ()
    assert risk.build(book, POLICY).customers["outstanding_minor"].tolist() == [0]
    assert concentration.build(book, POLICY).blocks[0].reason == "no_open"
    block = dso.build(book, POLICY).blocks[0]
    assert (block.count_back_days, block.overdue_ratio_reason) == (0.0, "no_open")
    kpis = {kpi.name: kpi.value for kpi in overview.build(book, POLICY).blocks[0].kpis}
    assert kpis["over_limit"] == 0


def test_two_currencies_make_two_blocks() -> None:
    docs = [Doc("C1", "F1", D, 100), Doc("C1", "F2", D, 500, currency="USD")]
    book = PlainBook(docs).portfolio(D)
    for view in (
        aging.build(book, POLICY),
        dso.build(book, POLICY),
        concentration.build(book, POLICY),
    ):
        assert [block.currency for block in view.blocks] == ["USD", "EUR"]
    assert [
        kpi.value for block in overview.build(book, POLICY).blocks for kpi in block.kpis[:1]
    ] == [
        500,
        100,
    ]
    assert len(segments.build(book, POLICY).blocks) == 2


def test_one_customer() -> None:
    workspace = Workspace.open(None)
    load(workspace, worked_book())
    book = workspace.portfolio(D)
    view = customer.build(book, POLICY, customer_id="C002")
    parts = dict(zip(view.exposure["part"], view.exposure["amount_minor"], strict=True))
    assert (
        parts["invoices"] + parts["credit_notes"] + parts["payments"] == parts["total"] == 850_000
    )
    assert int(view.items["open_minor"].sum()) == 850_000
    assert list(view.items["bucket"].fillna("-")) == ["90+", "61-90", "-", "-"]
    assert view.outstanding_before == {"EUR": 1_140_000}
    assert view.segments["segment"].tolist() == ["high_risk"]
    assert view.limits["is_in_force"].tolist() == [True]
    filtered = Portfolio(D, replace(Filters(), category="none"), book.info, book.source)
    assert customer.build(filtered, POLICY, customer_id="C002").name == "BETA SARL"
    with pytest.raises(UserError, match="customer_not_found"):
        customer.build(book, POLICY, customer_id="C999")
    state = status.build(book, POLICY)
    assert state.is_tied
    assert state.unavailable == {}
    workspace.close()
