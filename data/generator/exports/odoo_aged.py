"""Odoo, aged receivable report unfolded: the customer and its documents in one untitled column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from data.generator.exports.listing import BUCKETS, bucket
from data.generator.exports.page import Cents, Page, american, money, slashes
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.generator.exports.listing import Listing, Row

# The report has one bucket more than ours: 91-120 and older.
_COLUMNS: Final = 6


def english(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook: amounts in their bucket alone, Total only on the rows of customers."""
    page = Page()
    not_due = f"As of: {american(listing.as_of)}"
    page.add("header", "", "Invoice Date", "Expected Date", not_due,
             "1 - 30", "31 - 60", "61 - 90", "91 - 120", "Older", "Total")  # fmt: skip
    _body(page, listing, "Aged Receivable", with_totals=False)
    return page, page.workbook("Aged Receivable", "mm/dd/yyyy")


def french(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook in French: a title, a total on every row."""
    page = Page()
    page.add("title", "Balance âgée client")
    page.add("header", "", "Date de la facture", "Date d'échéance", f"Au {slashes(listing.as_of)}",
             "1-30", "31-60", "61-90", "91-120", "Plus ancien", "Total")  # fmt: skip
    _body(page, listing, "Balance âgée client", with_totals=True)
    return page, page.workbook("Balance âgée client")


def _body(page: Page, listing: Listing, report: str, *, with_totals: bool) -> None:
    opened = listing.only_open()
    every = list(opened.rows)
    page.add("section", report, None, None, *_sums(listing, every))
    for (_, name), rows in opened.by_customer():
        page.add("section", name, None, None, *_sums(listing, rows))
        for row in rows:
            issued = row.issued_on if row.kind in {"invoice", "credit_note"} else None
            cells: list[Any] = [Cents(0)] * _COLUMNS
            cells[_position(row, listing)] = money(row, row.open)
            total = money(row, row.open) if with_totals else None
            page.item(row, row.number, issued, row.due_or_issued, *cells, total)
        page.add("total", f"Total {name}", None, None, *_sums(listing, rows))
    page.add("total", f"Total {report}", None, None, *_sums(listing, every))


def _position(row: Row, listing: Listing) -> int:
    late = (listing.as_of - row.due_or_issued).days
    return BUCKETS.index(bucket(row, listing.as_of)) + (late > 120)  # noqa: PLR2004 - older


def _sums(listing: Listing, rows: Sequence[Row]) -> list[Cents]:
    sums = [0] * _COLUMNS
    for row in rows:
        sums[_position(row, listing)] += row.open
    return [Cents(value) for value in (*sums, sum(sums))]


VARIANTS: Final = (
    Variant("sample.xlsx", english, names_only=True, is_dated=True, has_amount=False),
    Variant("sample_2.xlsx", french, names_only=True, is_dated=True, has_amount=False),
)
