"""QuickBooks, A/R Aging Summary: customers in an untitled column, one column an age."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.page import Page, english
from data.generator.exports.sage_aged import summary_lines, summary_sums
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from data.generator.exports.listing import Listing

_AGES: Final = ("1 - 30", "31 - 60", "61 - 90")


def online(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv of QuickBooks Online, with its titles."""
    page = Page()
    page.add("title", "A/R Aging Summary")
    page.add("title", listing.company)
    page.add("title", f"As of {listing.as_of:%B} {listing.as_of.day}, {listing.as_of.year}")
    page.add("blank")
    page.add("header", "", "Current", *_AGES, "91 and over", "Total")
    _body(page, listing)
    return page, page.text(",", day=str, number=english)


def desktop(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook of the desktop product, without a title."""
    page = Page()
    page.add("header", "", "Current", *_AGES, "> 90", "TOTAL")
    _body(page, listing)
    return page, page.workbook("Sheet1", "mm/dd/yyyy")


def _body(page: Page, listing: Listing) -> None:
    for (_, name), rows, cells, total in summary_lines(listing, blanks=True):
        page.shown += rows
        page.add("item", name, *cells, total)
    *sums, total = summary_sums(listing.only_open())
    page.add("total", "TOTAL", *sums, total)


VARIANTS: Final = (
    Variant("sample.csv", online, names_only=True, is_dated=True, is_summary=True),
    Variant("sample_2.xlsx", desktop, names_only=True, asks_date=True, is_summary=True),
)
