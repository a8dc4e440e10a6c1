"""QuickBooks, A/R Aging Detail: sections by age (Online), and the same report of the desktop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.listing import BUCKETS, bucket
from data.generator.exports.page import Cents, Page, american, english, money
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from data.generator.exports.listing import Listing, Row

_ONLINE: Final = {
    "90+": "91 or more days past due", "61-90": "61 - 90 days past due", "31-60": "31 - 60 days past due",
    "1-30": "1 - 30 days past due", "not_due": "CURRENT",
}  # fmt: skip
_DESKTOP: Final = {
    "not_due": "Current", "1-30": "1 - 30", "31-60": "31 - 60", "61-90": "61 - 90", "90+": "> 90",
}  # fmt: skip
# Sections are ages, not customers.
_SECTIONS: Final = {"section": "title_row"}
_TYPES: Final = {
    "invoice": "Invoice", "credit_note": "Credit Memo", "payment": "Payment", "deposit": "Payment",
}  # fmt: skip


def online(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv of QuickBooks Online, oldest section first, a stamp under the total."""
    page = Page()
    page.add("title", listing.company)
    page.add("title", "A/R Aging Detail Report")
    page.add("title", f"As of {listing.as_of:%B} {listing.as_of.day}, {listing.as_of.year}")
    page.add("blank")
    page.add("header", "", "Date", "Transaction type", "Num", "Customer full name", "Due date",
             "Amount", "Open balance")  # fmt: skip
    for name, title in _ONLINE.items():
        rows = _of(listing, name)
        if not rows:
            continue
        page.add("section", title)
        for row in rows:
            page.item(row, "", row.issued_on, _type(row), row.number, row.name, row.due_or_issued,
                      money(row, row.amount), money(row, row.open))  # fmt: skip
        page.add("total", f"Total for {title}", "", "", "", "", "", Cents(sum(row.amount for row in rows)),
                 Cents(sum(row.open for row in rows)))  # fmt: skip
    opened = listing.only_open().rows
    page.add("total", "TOTAL", "", "", "", "", "", Cents(sum(row.amount for row in opened)),
             Cents(sum(row.open for row in opened)))  # fmt: skip
    page.add("blank")
    page.add("footer", "Saturday, October 31, 2026 06:40 PM GMTZ")
    return page, page.text(",", day=american, number=english)


def desktop(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv of the desktop product: no title, the first column holds the sections."""
    page = Page()
    page.add("header", "", "Type", "Date", "Num", "P. O. #", "Name", "Terms", "Due Date", "Class", "Aging",
             "Open Balance")  # fmt: skip
    for name in BUCKETS:
        title, rows = _DESKTOP[name], _of(listing, name)
        if not rows:
            continue
        page.add("section", title)
        for row in rows:
            late = (listing.as_of - row.due_or_issued).days
            page.item(row, "", _type(row), row.issued_on, row.number, "", row.name, row.terms and "Net 30",
                      row.due_or_issued, "", late if late > 0 else "", money(row, row.open))  # fmt: skip
        total = Cents(sum(row.open for row in rows))
        page.add("total", f"Total {title}", *[""] * 9, total)
    opened = listing.only_open().rows
    page.add("total", "TOTAL", *[""] * 9, Cents(sum(row.open for row in opened)))
    return page, page.text(",", day=american, number=english, encoding="cp1252")


def _type(row: Row) -> str:
    return _TYPES.get(row.kind, "Journal Entry")


def _of(listing: Listing, name: str) -> list[Row]:
    rows = [row for row in listing.only_open().rows if bucket(row, listing.as_of) == name]
    return sorted(rows, key=lambda row: (row.issued_on, row.number))


VARIANTS: Final = (
    Variant("sample.csv", online, names_only=True, is_dated=True, codes=_SECTIONS),
    Variant("sample_2.csv", desktop, names_only=True, has_amount=False, codes=_SECTIONS),
)
