"""Sage 100, échéancier of the customers: documents not settled, debit and credit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.page import Cents, Page, french, money, slashes
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    import datetime as dt

    from data.generator.exports.listing import Listing

_HEADER: Final = (
    "N° compte tiers", "Intitulé du tiers", "Date échéance", "Date pièce", "N° pièce", "N° facture", "Libellé écriture",
    "Mode de règlement", "Débit", "Crédit",
)  # fmt: skip
_SECTIONED: Final = (
    "Échéance", "Date", "N° pièce", "N° facture", "Libellé écriture", "Mode de règlement", "Débit", "Crédit",
)  # fmt: skip


def flat(listing: Listing) -> tuple[Page, bytes]:
    """Return the text: one line a document, the customer on each."""
    page = Page()
    _titles(page, listing)
    page.add("header", *_HEADER)
    opened = listing.only_open()
    for row in opened.rows:
        debit = money(row, row.open) if row.open > 0 or row.unreadable else None
        credit = Cents(-row.open) if row.open < 0 else None
        page.item(row, row.customer_id, row.name, row.due_or_issued, row.issued_on, row.number, row.number,
                  row.reference, row.method, debit, credit)  # fmt: skip
    page.add("total", "Total général", "", "", "", "", "", "", "", *_sides(opened))
    return page, page.text("\t", day=_short, number=french, encoding="cp1252")


def sectioned(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook: the customer above his documents, his total below."""
    page = Page()
    _titles(page, listing)
    page.add("header", *_SECTIONED)
    opened = listing.only_open()
    for (code, name), rows in opened.by_customer():
        page.add("section", f"{code} - {name}")
        for row in rows:
            debit = money(row, row.open) if row.open > 0 or row.unreadable else None
            credit = Cents(-row.open) if row.open < 0 else None
            page.item(row, row.due_or_issued, row.issued_on, row.number, row.number, row.reference, row.method,
                      debit, credit)  # fmt: skip
        debits = Cents(sum(row.open for row in rows if row.open > 0))
        credits_ = Cents(-sum(row.open for row in rows if row.open < 0))
        page.add("total", f"Total {code}", "", "", "", "", "", debits, credits_)
    page.add("total", "Total général", "", "", "", "", "", *_sides(opened))
    return page, page.workbook("Échéancier")


def _titles(page: Page, listing: Listing) -> None:
    page.add("title", listing.company)
    page.add("title", "Échéancier clients")
    page.add("title", f"Date de tirage {slashes(listing.as_of)}")


def _sides(listing: Listing) -> tuple[Cents, Cents]:
    debits = sum(row.open for row in listing.rows if row.open > 0)
    return Cents(debits), Cents(debits - sum(row.open for row in listing.rows))


def _short(day: dt.date) -> str:
    return day.strftime("%d%m%y")


VARIANTS: Final = (
    Variant("sample.txt", flat, is_dated=True, has_amount=False),
    Variant("sample_2.xlsx", sectioned, is_dated=True, has_amount=False),
)
