"""Xero, Aged Receivables Summary: one line a contact, one column a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.page import Cents, Page, english
from data.generator.exports.sage_aged import summary_lines, summary_sums
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from data.generator.exports.listing import Listing

_HEADER: Final = (
    "Contact",
    "Current",
    "< 1 Month",
    "1 Month",
    "2 Months",
    "3 Months",
    "Older",
    "Total",
)

# The last column filled is that of 91 to 120 days.
_MIDDLES: Final = (0, 15, 45, 75, 105)


def workbook(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook."""
    page = _page(listing)
    return page, page.workbook("Aged Receivables Summary")


def text(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv."""
    page = _page(listing)
    return page, page.text(",", day=str, number=english, encoding="utf-8", end="\n")


def _page(listing: Listing) -> Page:
    """Return the page; what is later than ninety days stands three months back."""
    page = Page()
    page.add("title", "Aged Receivables Summary")
    page.add("title", listing.company)
    page.add("title", f"As at {listing.as_of.day} {listing.as_of:%B} {listing.as_of.year}")
    page.add("blank")
    page.add("header", *_HEADER)
    for (_, name), rows, cells, total in summary_lines(listing, blanks=False):
        page.shown += rows
        page.add("item", name, *cells, Cents(0), total)
    *sums, total = summary_sums(listing.only_open())
    page.add("total", "Total", *sums, Cents(0), total)
    page.add("footer", "Percentage of total", *["14.29%"] * 6, "100.00%")
    return page


VARIANTS: Final = (
    Variant(
        "sample.xlsx", workbook, names_only=True, is_dated=True, is_summary=True, days_late=_MIDDLES
    ),
    Variant(
        "sample_2.csv", text, names_only=True, is_dated=True, is_summary=True, days_late=_MIDDLES
    ),
)
