"""Ageing cases of the tests of other programs, with our numbers; where ours differ, the rule is said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from arlib.views import aging, status
from arlib.workspace import Workspace
from tests.scenarios.product import (
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
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.scenarios.worked_set import Row

ISSUED = date(2025, 3, 1)
DUE = date(2025, 3, 31)
TODAY = date(2025, 4, 20)  # twenty days late


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


def test_gnucash_owner_report_with_the_credit_note_never_aged() -> None:
    """GnuCash nets the credit note in its own bucket (1-30: 1.00); ours stands apart: 4.00 and −3.00."""
    found = aged(book(gnucash()), date(2020, 7, 1))
    assert found == {"C1": (6.75, 4.00, 8.50, 7.50, 8.00, -3.00, 31.75)}


def test_gnucash_owner_report_with_credits_consumed_oldest_first() -> None:
    """The other rule on offer takes the three euros off the oldest debt; the total is the same."""
    found = aged(book(gnucash()), date(2020, 7, 1), credits="oldest_first")
    assert found == {"C1": (6.75, 4.00, 8.50, 7.50, 5.00, 0.0, 31.75)}


def test_gnucash_owner_report_before_its_payments() -> None:
    """The day before the first payment nothing is paid, and what was not issued yet is absent."""
    found = aged(book(gnucash()), date(2020, 3, 17))
    # C (issued 18 April) and later ones are unknown; D and F are issued on 19 March.
    assert found == {"C1": (11.50, 0.0, 0.0, 0.0, 0.0, 0.0, 11.50)}


# -- ERPNext, accounts receivable

_TERMS = (30, 60, 90)


def instalments(*amounts: float) -> list[Row]:
    """Return one invoice payable by instalments 30, 60 and 90 days after its date."""
    return [
        invoice("F1", amount, ISSUED, ISSUED + timedelta(days=days), instalment_no=n)
        for n, (amount, days) in enumerate(zip(amounts, _TERMS, strict=True), start=1)
    ]


def test_erpnext_each_instalment_is_an_item_of_the_same_invoice() -> None:
    held = book({"documents": instalments(30, 50, 20)})
    items = at(held, ISSUED).items()
    assert list(items["open_minor"]) == [3000, 5000, 2000]
    assert list(items["due_on"].dt.date) == [ISSUED + timedelta(days=days) for days in _TERMS]
    assert items["invoice_id"].nunique() == 1
    # ERPNext repeats the total of the invoice on each line; ours is the sum of its instalments.
    assert items.groupby("invoice_id")["amount_minor"].sum().tolist() == [10_000]
    assert aged(held, ISSUED + timedelta(days=61)) == {"C1": (20, 50, 30, 0, 0, 0, 100)}


def test_erpnext_a_payment_clears_the_first_instalment_then_part_of_the_second() -> None:
    held = book(
        {
            "documents": instalments(30, 50, 20),
            "settlements": [payment("P1", 40, DUE)],
            "allocations": [pays("P1", "F1", 40)],
        }
    )
    assert opens(held, DUE - timedelta(days=1)) == [("F1", 30), ("F1", 50), ("F1", 20)]
    assert opens(held, DUE) == [("F1", 40), ("F1", 20)]
    items = at(held, DUE).items()
    assert list(items["amount_minor"] - items["open_minor"]) == [1000, 0]


def test_erpnext_a_full_credit_note_beside_a_part_paid_invoice_keeps_its_own_line() -> None:
    held = book(
        {
            "documents": [*instalments(30, 50, 20), credit_note("A1", 100, TODAY)],
            "settlements": [payment("P1", 40, DUE)],
            "allocations": [pays("P1", "F1", 40)],
        }
    )
    assert sorted(opens(held, TODAY)) == [("A1", -100), ("F1", 20), ("F1", 40)]
    assert aged(held, TODAY)["C1"] == (60, 0, 0, 0, 0, -100, -40)


def test_erpnext_a_credit_note_larger_than_what_is_open_is_refused_as_an_allocation() -> None:
    """A file that sets 100 against the 60 left open: the line is refused, named, and nothing moves."""
    lines: dict[str, list[Row]] = {
        "documents": [*instalments(30, 50, 20), credit_note("A1", 100, TODAY)],
        "settlements": [payment("P1", 40, DUE)],
        "allocations": [pays("P1", "F1", 40), pays("A1", "F1", 100)],
    }
    held = Workspace.open(None)
    result = fill(held, lines)
    [refused] = [item for item in result.parsed.issues if item.severity == "refused"]
    assert (refused.code, refused.sheet, refused.amount_minor) == (
        "allocation_excess",
        "Imputations",
        10_000,
    )
    assert aged(held, TODAY)["C1"][-1] == -40


def test_erpnext_payment_then_credit_note_by_instalments() -> None:
    documents = [*instalments(60, 100, 40), credit_note("A1", 100, TODAY)]
    held = book(
        {
            "documents": documents,
            "settlements": [payment("P1", 40, DUE)],
            "allocations": [pays("P1", "F1", 40), pays("A1", "F1", 100)],
        }
    )
    assert opens(held, DUE) == [("F1", 20), ("F1", 100), ("F1", 40)]
    assert opens(held, TODAY) == [("F1", 20), ("F1", 40)]


def test_erpnext_a_credit_note_clears_an_unpaid_invoice() -> None:
    held = book(
        {
            "documents": [invoice("F1", 100, ISSUED, DUE), credit_note("A1", 100, TODAY)],
            "allocations": [pays("A1", "F1", 100)],
        }
    )
    assert opens(held, TODAY) == []
    assert aged(held, TODAY) == {}
    assert opens(held, TODAY - timedelta(days=1)) == [("F1", 100)]


def test_erpnext_a_credit_note_standing_alone_makes_two_lines() -> None:
    held = book(
        {
            "documents": [invoice("F1", 100, ISSUED, DUE), credit_note("A1", 100, TODAY)],
            "settlements": [payment("P1", 40, DUE)],
            "allocations": [pays("P1", "F1", 40)],
        }
    )
    assert opens(held, TODAY) == [("F1", 60), ("A1", -100)]
    assert aged(held, TODAY)["C1"] == (0, 60, 0, 0, 0, -100, -40)


@pytest.mark.parametrize("kind", ["payment", "deposit"])
def test_erpnext_an_advance_without_invoice_is_a_credit_never_aged(kind: str) -> None:
    held = book(
        {
            "documents": [invoice("F9", 5, ISSUED, DUE, "C2")],
            "settlements": [payment("P1", 1000, DUE, kind=kind)],
        }
    )
    assert opens(held, TODAY) == [("F9", 5), ("P1", -1000)]
    assert aged(held, TODAY)["C1"] == (0, 0, 0, 0, 0, -1000, -1000)


def test_erpnext_revaluation_is_in_the_conversion_not_an_extra_line() -> None:
    """ERPNext adds a line of +500 when the rate goes from 80 to 85; ours converts at the date's rate."""
    held = book(
        {
            "documents": [invoice("F1", 100, ISSUED, DUE, currency="USD")],
            "rates": [
                {"currency": "USD", "rate_on": ISSUED, "rate": 80},
                {"currency": "USD", "rate_on": TODAY, "rate": 85},
            ],
        }
    )
    [own] = aging.build(at(held, TODAY), POLICY).blocks
    assert (own.currency, own.totals["total_minor"]) == ("USD", 10_000)
    totals = {}
    for day in (TODAY - timedelta(days=1), TODAY):
        [block] = aging.build(at(held, day, convert="EUR"), POLICY).blocks
        totals[day] = (block.currency, block.totals["total_minor"], len(block.customers))
    assert list(totals.values()) == [("EUR", 800_000, 1), ("EUR", 850_000, 1)]


@pytest.mark.parametrize(("paid", "left"), [(100, []), (110, [("P1", -10)])])
def test_erpnext_a_payment_of_tomorrow_changes_nothing_today(
    paid: float, left: list[tuple[str, float]]
) -> None:
    """ERPNext shows future amounts on today's line; ours shows them on their own day."""
    held = book(
        {
            "documents": [invoice("F1", 100, ISSUED, DUE)],
            "settlements": [payment("P1", paid, TODAY + timedelta(days=1))],
            "allocations": [pays("P1", "F1", 100)],
        }
    )
    assert opens(held, TODAY) == [("F1", 100)]
    assert aged(held, TODAY)["C1"] == (0, 100, 0, 0, 0, 0, 100)
    assert opens(held, TODAY + timedelta(days=1)) == left


def test_erpnext_summary_with_an_advance_kept_out_of_the_buckets() -> None:
    """ERPNext nets the advance in the range (150); ours keeps 200 in 1-30 and −50 apart."""
    documents: list[Row] = [invoice("F1", 200, ISSUED, DUE)]
    first = [payment("P1", 50, DUE)]
    second = [*first, payment("P2", 125, TODAY + timedelta(days=1))]
    held = book(
        {"documents": documents, "settlements": second, "allocations": [pays("P2", "F1", 125)]}
    )
    assert aged(held, TODAY)["C1"] == (0, 200, 0, 0, 0, -50, 150)
    assert aged(held, TODAY + timedelta(days=1))["C1"] == (0, 75, 0, 0, 0, -50, 25)


def test_erpnext_open_amount_is_the_ledger_balance_until_no_line_is_left() -> None:
    held = book(
        {
            "documents": [invoice("F1", 200, ISSUED, DUE)],
            "settlements": [
                payment("P1", 150, DUE),
                payment("P2", 50, TODAY + timedelta(days=1)),
            ],
            "allocations": [pays("P1", "F1", 150), pays("P2", "F1", 50)],
        }
    )
    part = status.build(at(held, TODAY), POLICY)
    assert part.is_tied
    columns = ["ledger_minor", "analysed_minor", "difference_minor"]
    assert part.tie_out[columns].to_numpy().tolist() == [[5000, 5000, 0]]
    assert opens(held, TODAY) == [("F1", 50)]
    settled = status.build(at(held, TODAY + timedelta(days=1)), POLICY)
    assert settled.tie_out[columns].to_numpy().tolist() == [[0, 0, 0]]
    assert opens(held, TODAY + timedelta(days=1)) == []


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


# -- the bounds

_BOUNDS: list[tuple[int, str]] = [
    (-1, "not_due"),
    (0, "not_due"),
    (1, "1-30"),
    (30, "1-30"),
    (31, "31-60"),
    (60, "31-60"),
    (61, "61-90"),
    (90, "61-90"),
    (91, "90+"),
]


@pytest.mark.parametrize(("late", "bucket"), _BOUNDS)
def test_due_today_is_not_due_and_bounds_are_closed_on_the_right(late: int, bucket: str) -> None:
    """ERPNext has an invoice due today in its first range; ours is not due until the day after."""
    held = book({"documents": [invoice("F1", 100, ISSUED, DUE)]})
    [block] = aging.build(at(held, DUE + timedelta(days=late)), POLICY).blocks
    amounts: Mapping[str, Any] = {name: block.totals[f"{name}_minor"] for name in block.buckets}
    assert {name for name, minor in amounts.items() if minor} == {bucket}
    assert amounts[bucket] == 10_000


def test_documents_of_other_customers_never_net_each_other() -> None:
    """Oldest first stays inside a customer: the credit of one leaves the debt of another whole."""
    lines: Mapping[str, Sequence[Row]] = {
        "documents": [invoice("F1", 100, ISSUED, DUE), credit_note("A2", 30, DUE, "C2")]
    }
    found = aged(book(lines), TODAY, credits="oldest_first")
    assert found == {"C1": (0, 100, 0, 0, 0, 0, 100), "C2": (0, 0, 0, 0, 0, -30, -30)}
