"""Sage 100 Comptabilité, balance âgée: one line a customer, one column an age."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from data.generator.exports.listing import BUCKETS, bucket
from data.generator.exports.page import Cents, Page, french, slashes
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.generator.exports.listing import Listing, Row

_HEADER: Final = (
    "N° compte tiers", "Intitulé", "Solde", "Non échu", "0 à 30 jours", "31 à 60 jours", "61 à 90 jours",
    "+ de 90 jours",
)  # fmt: skip


def workbook(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook: titles, the day of the balance, a general total."""
    page = _page(listing, blanks=True)
    return page, page.workbook("Balance âgée")


def text(listing: Listing) -> tuple[Page, bytes]:
    """Return the same as text: semicolons, zeros written."""
    page = _page(listing, blanks=False)
    return page, page.text(";", day=slashes, number=french, encoding="cp1252")


def _page(listing: Listing, *, blanks: bool) -> Page:
    page = Page()
    page.add("title", listing.company)
    page.add("title", "Balance âgée clients")
    page.add("title", f"Arrêtée au {slashes(listing.as_of)}")
    page.add("blank")
    page.add("header", *_HEADER)
    for who, rows, cells, total in summary_lines(listing, blanks=blanks):
        page.shown += rows
        page.add("item", *who, total, *cells)
    *sums, total = summary_sums(listing.only_open())
    page.add("total", "Total général", "", total, *sums)
    return page


def summary_lines(
    listing: Listing, *, blanks: bool
) -> Iterator[tuple[tuple[str, str], list[Row], list[object], Cents]]:
    """Yield each customer, his lines, what they sum to by age and in all.

    A zero is blank when ``blanks``; a cell that cannot be read spoils the age it stands in.
    """
    for who, rows in listing.only_open().by_customer():
        *sums, total = summary_sums(replace(listing, rows=tuple(rows)))
        cells: list[object] = [None if blanks and not value else value for value in sums]
        for row in rows:
            if row.unreadable:
                cells[BUCKETS.index(bucket(row, listing.as_of))] = row.unreadable
        yield who, rows, cells, total


def summary_sums(listing: Listing) -> list[Cents]:
    """Return what lines sum to by age, then in all."""
    sums = dict.fromkeys(BUCKETS, 0)
    for row in listing.rows:
        sums[bucket(row, listing.as_of)] += row.open
    return [Cents(value) for value in (*sums.values(), sum(sums.values()))]


VARIANTS: Final = (
    Variant("sample.xlsx", workbook, is_dated=True, is_summary=True),
    Variant("sample_2.txt", text, is_dated=True, is_summary=True),
)
