"""EBP Gestion commerciale, échéances of the customers; the document's own day is a column one may add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.page import Page, french, money, slashes
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from data.generator.exports.listing import Listing

_HEADER: Final = (
    "Date échéance", "Numéro du document", "Montant", "Soldée", "Code tiers", "Client", "Moyen de paiement", "Solde dû",
)  # fmt: skip


def text(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv: no day but the due date."""
    page = Page()
    page.add("header", *_HEADER)
    for row in listing.only_open().rows:
        page.item(row, row.due_or_issued, row.number, money(row, row.amount), "Non", row.customer_id, row.name,
                  row.method, money(row, row.open))  # fmt: skip
    return page, page.text(";", day=slashes, number=french, encoding="cp1252")


def workbook(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook, with the day of the document."""
    page = Page()
    page.add("header", *_HEADER, "Date du document")
    for row in listing.only_open().rows:
        page.item(row, row.due_or_issued, row.number, money(row, row.amount), "Non", row.customer_id, row.name,
                  row.method, money(row, row.open), row.issued_on)  # fmt: skip
    return page, page.workbook("Echeances")


VARIANTS: Final = (
    Variant("sample.csv", text, has_issued=False, asks_date=True),
    Variant("sample_2.xlsx", workbook),
)
