"""Activity beside the risk, receipts and cohorts as a page or a customer's file shows them."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from arlib.model.policy import Policy
from arlib.views import activity, receipts
from arlib.workspace import Workspace
from tests.scenarios import worked_set
from tests.scenarios.product import load as load_file
from tests.support.books import Alloc, Book, Doc, load

POLICY = Policy()
D = date(2025, 12, 31)


def two_years() -> Book:
    """One invoice of 1 000 a month in 2024, two of 800 a month in 2025; one paid after 40 days."""
    docs, allocs = [], []
    for place in range(24):
        issued = date(2024 + place // 12, place % 12 + 1, 5)
        for part in range(1 if place < 12 else 2):
            number = f"F{place}-{part}"
            amount = 100_000 if place < 12 else 80_000
            docs.append(Doc("C1", number, issued, amount, due_on=issued + timedelta(days=30)))
            docs.append(Doc("C1", f"P{number}", issued + timedelta(days=40), -amount, "payment"))
            allocs.append(Alloc(f"P{number}", number, amount))
    docs.append(Doc("C2", "F-other", date(2025, 6, 5), 40_000, due_on=date(2025, 7, 5)))
    docs.append(Doc("C1", "A1", date(2025, 3, 7), -19_200, "credit_note"))
    return Book(docs, allocs)


@pytest.fixture(scope="module")
def book() -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, two_years())
    return workspace


def test_trend_compares_twelve_whole_months_with_the_twelve_before(book: Workspace) -> None:
    block = activity.build(book.portfolio(D), POLICY, company_id="TEST", customer_id="C1").blocks[0]
    trend = block.trend
    assert (trend["sales_minor"], trend["sales_minor_before"]) == (1_920_000 - 19_200, 1_200_000)
    assert trend["sales_minor_change_ratio"] == pytest.approx(1_900_800 / 1_200_000 - 1)
    assert (trend["basket_minor"], trend["basket_minor_before"]) == (80_000, 100_000)
    assert trend["basket_minor_change_ratio"] == pytest.approx(-0.2)
    assert (trend["credit_note_ratio"], trend["credit_note_ratio_before"]) == (0.01, 0)
    assert block.monthly["basket_minor"].tolist() == [100_000] * 12 + [80_000] * 12


def test_the_book_holds_every_customer(book: Workspace) -> None:
    block = activity.build(book.portfolio(D), POLICY).blocks[0]
    june = block.monthly.set_index("month_on").loc[pd.Timestamp(2025, 6, 1)]
    assert (june["count_invoices"], june["billed_minor"]) == (3, 200_000)
    assert june["basket_minor"] == 66_667  # half away from zero


def test_inside_a_month_the_month_is_not_whole(book: Workspace) -> None:
    block = activity.build(book.portfolio(date(2025, 12, 20)), POLICY).blocks[0]
    assert block.monthly["is_whole"].tolist()[-2:] == [True, False]
    assert block.trend["count_months"] == 12
    assert block.trend["sales_minor_before"] is None or block.trend["before_reason"] is None
    young = activity.build(book.portfolio(date(2025, 6, 30)), POLICY).blocks[0]
    assert young.trend["before_reason"] == "insufficient_history"
    assert young.trend["sales_minor_change_ratio"] is None


def test_what_the_files_do_not_say_has_its_reason(book: Workspace) -> None:
    block = activity.build(book.portfolio(D), POLICY).blocks[0]
    assert block.lags["billing_lag_days"] is None
    assert block.lags["billing_lag_days_reason"] == "no_dates"
    assert (block.disputes_reason, len(block.causes)) == ("no_disputes", 0)
    nobody = activity.build(book.portfolio(D), POLICY, company_id="TEST", customer_id="ZZ")
    assert nobody.blocks == ()


def test_billing_lag_from_the_dates_of_the_workbook() -> None:
    lines = worked_set.rows()
    lags = {
        "F004": (date(2025, 5, 13), date(2025, 5, 21)),
        "F011": (date(2025, 6, 11), date(2025, 7, 2)),
    }
    for row in lines["documents"]:
        delivered, sent = lags.get(str(row["number"]), (None, None))
        row |= {"delivered_on": delivered, "sent_on": sent}
    workspace = Workspace.open(None)
    assert load_file(workspace, "m.xlsx", worked_set.workbook(lines)).status == "imported"
    found = activity.build(workspace.portfolio(worked_set.AS_OF), POLICY).blocks[0].lags
    workspace.close()
    assert (found["billing_lag_days"], found["count_delivered"]) == (6, 2)
    assert (found["sending_lag_days"], found["count_sent"]) == (1, 1)  # F011 is sent after the date


def test_receipts_and_cohorts_of_a_steady_payer(book: Workspace) -> None:
    view = receipts.build(book.portfolio(D), POLICY)
    block = view.blocks[0]
    assert (view.unavailable, view.left_out) == (None, ())
    # everything is paid ten days late: never in the month it fell due, but soon after
    november = block.fallen_due.set_index("month_on").loc[pd.Timestamp(2025, 11, 1)]
    assert november["within_30_ratio"] == 1.0
    assert november["open_minor"] == 0
    first = block.cohorts.iloc[0]
    assert (first["paid_30_ratio"], first["paid_45_ratio"], first["paid_ratio"]) == (0, 1, 1)
    last = block.cohorts.iloc[-1]
    assert last[[f"paid_{age}_ratio" for age in receipts.AGES]].isna().all()
    curve = block.curves.set_index("days")
    assert curve.loc[45, "earlier_ratio"] == 1.0
    assert curve.loc[30, "recent_ratio"] == 0.0
    year = block.received.tail(12)
    assert (year["due_minor"] + year["overdue_minor"] == year["receipts_minor"]).all()


def test_open_items_alone_tell_no_receipt() -> None:
    docs = [Doc("C", "F1", date(2025, 5, 1), 1000, due_on=date(2025, 6, 1))]
    workspace = Workspace.open(None)
    load(
        workspace,
        Book(docs, open_items={"F1": 1000}, scope="open_items", level="C", extracted_on=D),
    )
    view = receipts.build(workspace.portfolio(D), POLICY)
    workspace.close()
    assert (view.unavailable, view.blocks) == ("not_at_this_level", ())
