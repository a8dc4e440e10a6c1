"""Xero, Aged Receivables Detail: the contact on a row of its own above its invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from data.generator.exports.listing import BUCKETS, bucket
from data.generator.exports.page import Cents, Page, english, money
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from data.generator.exports.listing import Listing, Row

_HEADER: Final = (
    "Invoice Date", "Due Date", "Invoice Number", "Invoice Reference", "Current", "< 1 Month", "1 Month", "2 Months",
    "3 Months", "Older", "Total",
)  # fmt: skip
_COLUMNS: Final = 6


def workbook(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook: four titles, blank rows, totals by contact, the share of each age."""
    page = _page(listing)
    return page, page.workbook("Aged Receivables Detail", "d mmm yyyy")


def text(listing: Listing) -> tuple[Page, bytes]:
    """Return the same as csv, dates in English words."""
    page = _page(listing)
    return page, page.text(",", day=_worded, number=english, encoding="utf-8", end="\n")


def _page(listing: Listing) -> Page:
    page = Page()
    page.add("title", "Aged Receivables Detail")
    page.add("title", listing.company)
    page.add("title", f"As at {listing.as_of.day} {listing.as_of:%B} {listing.as_of.year}")
    page.add("title", "Ageing by due date")
    page.add("blank")
    page.add("header", *_HEADER)
    page.add("blank")
    opened = listing.only_open()
    for (_, name), rows in opened.by_customer():
        page.add("section", name)
        for row in rows:
            cells: list[Any] = [Cents(0)] * _COLUMNS
            cells[_position(row, listing)] = money(row, row.open)
            page.item(row, row.issued_on, row.due_or_issued, row.number, row.reference, *cells,
                      money(row, row.open))  # fmt: skip
        page.add("total", f"Total {name}", "", "", "", *_sums(listing, rows))
        page.add("blank")
    page.add("total", "Total", "", "", "", *_sums(listing, opened.rows))
    page.add("footer", "Percentage of total", "", "", "", "20.00%", "20.00%", "20.00%", "20.00%", "10.00%",
             "10.00%", "100.00%")  # fmt: skip
    return page


def _position(row: Row, listing: Listing) -> int:
    late = (listing.as_of - row.due_or_issued).days
    return BUCKETS.index(bucket(row, listing.as_of)) + (late > 120)  # noqa: PLR2004 - months of thirty days


def _sums(listing: Listing, rows: Sequence[Row]) -> list[Cents]:
    sums = [0] * _COLUMNS
    for row in rows:
        sums[_position(row, listing)] += row.open
    return [Cents(value) for value in (*sums, sum(sums))]


def _worded(day: dt.date) -> str:
    return f"{day.day} {day:%b} {day.year}"


VARIANTS: Final = (
    Variant(
        "sample.xlsx",
        workbook,
        names_only=True,
        is_dated=True,
        has_amount=False,
        codes={"footer": "total_row"},
    ),
    Variant(
        "sample_2.csv",
        text,
        names_only=True,
        is_dated=True,
        has_amount=False,
        codes={"footer": "total_row"},
    ),
)
