"""Ageing cases of the tests of other programs, with our numbers; where ours differ, the rule is said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from arlib.views import aging, status
from arlib.workspace import Workspace
from tests.scenarios.product import (
    COLUMNS,
    POLICY,
    aged,
    at,
    book,
    credit_note,
    fill,
    invoice,
    load,
    opens,
    payment,
    pays,
    together,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scenarios.worked_set import Row

ISSUED = date(2025, 3, 1)
DUE = date(2025, 3, 31)
TODAY = date(2025, 4, 20)  # twenty days late
TOMORROW = date(2025, 4, 21)


# -- GnuCash, owner report: forty years later, same calendar (the bounds of dates begin in 1990)

_GNUCASH = (
    ("A", date(2020, 7, 18), 6.75),
    ("B", date(2020, 6, 18), 4.00),
    ("C", date(2020, 5, 18), 8.50),
    ("D", date(2020, 4, 18), 7.50),
    ("E", date(2020, 3, 18), 11.50),
    ("F", date(2020, 4, 18), 200.00),
)


def gnucash() -> dict[str, list[Row]]:
    """Return the documents, payments and credit note of the owner report."""
    return {
        "documents": [
            *(
                invoice(number, amount, due - timedelta(days=30), due)
                for number, due, amount in _GNUCASH
            ),
            credit_note("G", 3.00, date(2020, 6, 22)),
        ],
        "settlements": [
            payment("PE1", 1.50, date(2020, 3, 18)),
            payment("PE2", 2.00, date(2020, 3, 20)),
            payment("PF", 200.00, date(2020, 4, 19)),
        ],
        "allocations": [pays("PE1", "E", 1.50), pays("PE2", "E", 2.00), pays("PF", "F", 200.00)],
    }


# -- ERPNext, accounts receivable

_TERMS = (30, 60, 90)


def instalments(*amounts: float) -> list[Row]:
    """Return one invoice payable by instalments 30, 60 and 90 days after its date."""
    return [
        invoice("F1", amount, ISSUED, ISSUED + timedelta(days=days), instalment_no=n)
        for n, (amount, days) in enumerate(zip(amounts, _TERMS, strict=True), start=1)
    ]


SIMPLE = invoice("F1", 100, ISSUED, DUE)
PAID_40 = {
    "settlements": [payment("P1", 40, DUE)],
    "allocations": [pays("P1", "F1", 40)],
}
CASES: dict[str, dict[str, list[Row]]] = {
    "gnucash": gnucash(),
    "instalments": {"documents": instalments(30, 50, 20)},
    "part paid": {"documents": instalments(30, 50, 20), **PAID_40},
    "credited beside": {
        "documents": [*instalments(30, 50, 20), credit_note("A1", 100, TODAY)],
        **PAID_40,
    },
    "paid then credited": {
        "documents": [*instalments(60, 100, 40), credit_note("A1", 100, TODAY)],
        "settlements": PAID_40["settlements"],
        "allocations": [pays("P1", "F1", 40), pays("A1", "F1", 100)],
    },
    "credited": {
        "documents": [SIMPLE, credit_note("A1", 100, TODAY)],
        "allocations": [pays("A1", "F1", 100)],
    },
    "credit alone": {"documents": [SIMPLE, credit_note("A1", 100, TODAY)], **PAID_40},
    "advance": {"settlements": [payment("P1", 1000, DUE)]},
    "deposit": {"settlements": [payment("P1", 1000, DUE, kind="deposit")]},
    "paid tomorrow": {
        "documents": [SIMPLE],
        "settlements": [payment("P1", 100, TOMORROW)],
        "allocations": [pays("P1", "F1", 100)],
    },
    "overpaid tomorrow": {
        "documents": [SIMPLE],
        "settlements": [payment("P1", 110, TOMORROW)],
        "allocations": [pays("P1", "F1", 100)],
    },
    "summary": {
        "documents": [invoice("F1", 200, ISSUED, DUE)],
        "settlements": [payment("P1", 50, DUE), payment("P2", 125, TOMORROW)],
        "allocations": [pays("P2", "F1", 125)],
    },
    "bounds": {"documents": [SIMPLE]},
    "credit of another": {"documents": [credit_note("A2", 30, DUE)]},
}


@pytest.fixture(scope="module")
def held() -> Iterator[Workspace]:
    """All cases in one book, each a customer."""
    workspace = book(together(CASES))
    yield workspace
    workspace.close()


def test_gnucash_owner_report_with_the_credit_note_never_aged(held: Workspace) -> None:
    """GnuCash nets the credit note in its own bucket (1-30: 1.00); ours stands apart: 4.00 and −3.00."""
    found = aged(held, date(2020, 7, 1))
    assert found == {"gnucash": (6.75, 4.00, 8.50, 7.50, 8.00, -3.00, 31.75)}


def test_gnucash_owner_report_with_credits_consumed_oldest_first(held: Workspace) -> None:
    """The other rule on offer takes the three euros off the oldest debt; the total is the same."""
    found = aged(held, date(2020, 7, 1), credits="oldest_first")
    assert found == {"gnucash": (6.75, 4.00, 8.50, 7.50, 5.00, 0.0, 31.75)}


def test_gnucash_owner_report_before_its_payments(held: Workspace) -> None:
    """The day before the first payment nothing is paid, and what was not issued yet is absent."""
    assert aged(held, date(2020, 3, 17)) == {"gnucash": (11.50, 0, 0, 0, 0, 0, 11.50)}


def test_erpnext_each_instalment_is_an_item_of_the_same_invoice(held: Workspace) -> None:
    """ERPNext repeats the total of the invoice on each line; ours is the sum of its instalments."""
    items = at(held, ISSUED).items(None, "instalments")
    assert list(items["open_minor"]) == [3000, 5000, 2000]
    assert list(items["due_on"].dt.date) == [ISSUED + timedelta(days=days) for days in _TERMS]
    assert items["invoice_id"].nunique() == 1
    assert items["amount_minor"].sum() == 10_000
    late = aged(held, ISSUED + timedelta(days=61))["instalments"]
    assert late == (20, 50, 30, 0, 0, 0, 100)


def test_erpnext_a_payment_clears_the_first_instalment_then_part_of_the_second(
    held: Workspace,
) -> None:
    before = opens(held, DUE - timedelta(days=1), "part paid")
    assert before == [("F1", 30), ("F1", 50), ("F1", 20)]
    assert opens(held, DUE, "part paid") == [("F1", 40), ("F1", 20)]
    items = at(held, DUE).items(None, "part paid")
    assert list(items["amount_minor"] - items["open_minor"]) == [1000, 0]


def test_erpnext_a_full_credit_note_beside_a_part_paid_invoice_keeps_its_own_line(
    held: Workspace,
) -> None:
    found = opens(held, TODAY, "credited beside")
    assert sorted(found) == [("A1", -100), ("F1", 20), ("F1", 40)]
    assert aged(held, TODAY)["credited beside"] == (60, 0, 0, 0, 0, -100, -40)


def test_erpnext_payment_then_credit_note_by_instalments(held: Workspace) -> None:
    name = "paid then credited"
    assert opens(held, DUE, name) == [("F1", 20), ("F1", 100), ("F1", 40)]
    assert opens(held, TODAY, name) == [("F1", 20), ("F1", 40)]


def test_erpnext_a_credit_note_clears_an_unpaid_invoice(held: Workspace) -> None:
    assert opens(held, TODAY - timedelta(days=1), "credited") == [("F1", 100)]
    assert opens(held, TODAY, "credited") == []
    assert "credited" not in aged(held, TODAY)


def test_erpnext_a_credit_note_standing_alone_makes_two_lines(held: Workspace) -> None:
    assert opens(held, TODAY, "credit alone") == [("F1", 60), ("A1", -100)]
    assert aged(held, TODAY)["credit alone"] == (0, 60, 0, 0, 0, -100, -40)


@pytest.mark.parametrize("name", ["advance", "deposit"])
def test_erpnext_an_advance_without_invoice_is_a_credit_never_aged(
    held: Workspace, name: str
) -> None:
    assert opens(held, TODAY, name) == [("P1", -1000)]
    assert aged(held, TODAY)[name] == (0, 0, 0, 0, 0, -1000, -1000)
    unchanged = aged(held, TODAY, credits="oldest_first")[name]
    assert unchanged == (0, 0, 0, 0, 0, -1000, -1000)


@pytest.mark.parametrize(
    ("name", "left"), [("paid tomorrow", []), ("overpaid tomorrow", [("P1", -10)])]
)
def test_erpnext_a_payment_of_tomorrow_changes_nothing_today(
    held: Workspace, name: str, left: list[tuple[str, float]]
) -> None:
    """ERPNext shows future amounts on today's line; ours shows them on their own day."""
    assert opens(held, TODAY, name) == [("F1", 100)]
    assert aged(held, TODAY)[name] == (0, 100, 0, 0, 0, 0, 100)
    assert opens(held, TOMORROW, name) == left


def test_erpnext_summary_with_an_advance_kept_out_of_the_buckets(held: Workspace) -> None:
    """ERPNext nets the advance in the range (150); ours keeps 200 in 1-30 and −50 apart."""
    assert aged(held, TODAY)["summary"] == (0, 200, 0, 0, 0, -50, 150)
    assert aged(held, TOMORROW)["summary"] == (0, 75, 0, 0, 0, -50, 25)


def test_documents_of_other_customers_never_net_each_other(held: Workspace) -> None:
    """Oldest first stays inside a customer: the credit of one leaves the debt of another whole."""
    found = aged(held, TODAY, credits="oldest_first")
    assert found["bounds"] == (0, 100, 0, 0, 0, 0, 100)
    assert found["credit of another"] == (0, 0, 0, 0, 0, -30, -30)


@pytest.mark.parametrize("day", [date(2020, 7, 1), ISSUED, DUE, TODAY, TOMORROW])
def test_every_case_ties_with_its_file_at_every_date(held: Workspace, day: date) -> None:
    found = status.build(at(held, day), POLICY)
    assert found.is_tied
    total = sum(row[-1] for row in aged(held, day).values())
    assert found.tie_out["ledger_minor"].tolist() == [round(total * 100)]


@pytest.mark.parametrize(
    ("late", "bucket"),
    [
        (-1, "not_due"),
        (0, "not_due"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "90+"),
    ],
)
def test_due_today_is_not_due_and_bounds_are_closed_on_the_right(
    held: Workspace, late: int, bucket: str
) -> None:
    """ERPNext has an invoice due today in its first range; ours is not due until the day after."""
    row = aged(held, DUE + timedelta(days=late))["bounds"]
    assert {name: amount for name, amount in zip(COLUMNS, row, strict=True) if amount} == {
        bucket: 100,
        "total": 100,
    }


# -- cases that need a book of their own


def test_erpnext_a_credit_note_larger_than_what_is_open_is_refused_as_an_allocation() -> None:
    """A file that sets 100 against the 60 left open: the line is refused, named, and nothing moves."""
    workspace = Workspace.open(None)
    lines = {
        **CASES["credited beside"],
        "allocations": [pays("P1", "F1", 40), pays("A1", "F1", 100)],
    }
    result = fill(workspace, lines)
    [refused] = [item for item in result.parsed.issues if item.severity == "refused"]
    assert (refused.code, refused.sheet, refused.amount_minor) == (
        "allocation_excess",
        "Imputations",
        10_000,
    )
    assert aged(workspace, TODAY) == {"C1": (60, 0, 0, 0, 0, -100, -40)}


def test_erpnext_revaluation_is_in_the_conversion_not_an_extra_line() -> None:
    """ERPNext adds a line of +500 when the rate goes from 80 to 85; ours converts at the date's rate."""
    workspace = book(
        {
            "documents": [invoice("F1", 100, ISSUED, DUE, currency="USD")],
            "rates": [
                {"currency": "USD", "rate_on": ISSUED, "rate": 80},
                {"currency": "USD", "rate_on": TODAY, "rate": 85},
            ],
        }
    )
    [own] = aging.build(at(workspace, TODAY), POLICY).blocks
    assert (own.currency, own.totals["total_minor"]) == ("USD", 10_000)
    totals = []
    for day in (TODAY - timedelta(days=1), TODAY):
        [block] = aging.build(at(workspace, day, convert="EUR"), POLICY).blocks
        totals.append((block.currency, block.totals["total_minor"], len(block.customers)))
    assert totals == [("EUR", 800_000, 1), ("EUR", 850_000, 1)]


def test_erpnext_open_amount_is_the_ledger_balance_until_no_line_is_left() -> None:
    workspace = book(
        {
            "documents": [invoice("F1", 200, ISSUED, DUE)],
            "settlements": [payment("P1", 150, DUE), payment("P2", 50, TOMORROW)],
            "allocations": [pays("P1", "F1", 150), pays("P2", "F1", 50)],
        }
    )
    columns = ["ledger_minor", "analysed_minor", "difference_minor"]
    part = status.build(at(workspace, TODAY), POLICY)
    assert part.tie_out[columns].to_numpy().tolist() == [[5000, 5000, 0]]
    assert opens(workspace, TODAY, "C1") == [("F1", 50)]
    settled = status.build(at(workspace, TOMORROW), POLICY)
    assert settled.tie_out[columns].to_numpy().tolist() == [[0, 0, 0]]
    assert opens(workspace, TOMORROW, "C1") == []


def test_erpnext_export_grouped_by_party_is_not_counted_twice() -> None:
    """The subtotal, blank and grand total rows of the export are ignored, and listed as such."""
    text = (
        "Customer;Voucher No;Posting Date;Due Date;Outstanding\n"
        "ALPHA;F1;01/03/2025;31/03/2025;100,00\n"
        "ALPHA;F2;13/03/2025;31/03/2025;85,00\n"
        "Total ALPHA;;;;185,00\n"
        ";;;;\n"
        "Total;;;;185,00\n"
    )
    held = Workspace.open(None)
    result = load(held, "export.csv", text.encode(), extracted_on=TODAY)
    assert result.status == "imported"
    parsed = result.parsed
    assert (parsed.rows_kept, parsed.rows_ignored, parsed.rows_refused) == (2, 3, 0)
    assert sorted(i.code for i in parsed.issues if i.severity == "ignored") == [
        "blank_row",
        "total_row",
        "total_row",
    ]
    assert aged(held, TODAY) == {"ALPHA": (0, 185, 0, 0, 0, 0, 185)}
