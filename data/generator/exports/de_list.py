"""German lists of open invoices: one with sums, one with debit and credit (OPOS)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.page import Cents, Page, dots, money
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from data.generator.exports.listing import Listing

_HEADER: Final = (
    "Kundennummer", "Kunde", "Rechnungsnummer", "Rechnungsdatum", "Fälligkeit", "Rechnungssumme", "Geldeingang",
    "Offen", "Währung",
)  # fmt: skip
_OPOS: Final = (
    "Konto", "Name", "Rechnungs-Nr.", "Belegdatum", "Fälligkeitsdatum", "Betrag Soll", "Betrag Haben", "Buchungstext",
)  # fmt: skip


def text(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv: invoice, received, open."""
    page = Page()
    page.add("header", *_HEADER)
    for row in listing.only_open().rows:
        page.item(row, row.customer_id, row.name, row.number, row.issued_on, row.due_or_issued,
                  money(row, row.amount), money(row, row.amount - row.open), money(row, row.open),
                  row.currency)  # fmt: skip
    return page, page.text(";", day=dots, number=_german)


def opos(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook of open items, debit (Soll) and credit (Haben)."""
    page = Page()
    page.add("title", f"OPOS-Liste Debitoren, Stichtag {dots(listing.as_of)}")
    page.add("blank")
    page.add("header", *_OPOS)
    opened = listing.only_open()
    for row in opened.rows:
        debit = money(row, row.open) if row.open > 0 or row.unreadable else None
        credit = Cents(-row.open) if row.open < 0 else None
        page.item(row, row.customer_id, row.name, row.number, row.issued_on, row.due_or_issued, debit, credit,
                  row.reference)  # fmt: skip
    debits = Cents(sum(row.open for row in opened.rows if row.open > 0))
    credits_ = Cents(-sum(row.open for row in opened.rows if row.open < 0))
    page.add("total", "Summe", "", "", "", "", debits, credits_, "")
    return page, page.workbook("OPOS", "dd.mm.yyyy")


def _german(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}".replace(",", ".") + f",{abs(cents) % 100:02d}"


VARIANTS: Final = (
    Variant("sample.csv", text),
    Variant("sample_2.xlsx", opos, is_dated=True, has_amount=False),
)
