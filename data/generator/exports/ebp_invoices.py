"""EBP Gestion commerciale, list of the sales documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.page import Cents, Page, french, money, slashes
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from data.generator.exports.listing import Listing

_HEADER: Final = (
    "Type de document", "Numéro du document", "Date", "Code client", "Nom du client", "Total HT net", "Total TTC",
    "Acompte", "Solde dû", "Date d'échéance", "Etat",
)  # fmt: skip
_TYPES: Final = {
    "invoice": "Facture", "credit_note": "Avoir", "payment": "Règlement", "deposit": "Facture d'acompte",
}  # fmt: skip


def workbook(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook, credit notes negative, a line of totals."""
    page = _page(listing)
    return page, page.workbook("Factures")


def text(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv."""
    page = _page(listing)
    return page, page.text(";", day=slashes, number=french, encoding="cp1252")


def _page(listing: Listing) -> Page:
    page = Page()
    page.add("header", *_HEADER)
    opened = listing.only_open()
    for row in opened.rows:
        page.item(row, _TYPES.get(row.kind, "Facture"), row.number, row.issued_on, row.customer_id, row.name, None,
                  money(row, row.amount), None, money(row, row.open), row.due_or_issued, "Validé")  # fmt: skip
    readable = [row for row in opened.rows if not row.unreadable]
    page.add("total", "Total", "", "", "", "", None, Cents(sum(row.amount for row in readable)), None,
             Cents(sum(row.open for row in readable)), None, "")  # fmt: skip
    return page


VARIANTS: Final = (Variant("sample.xlsx", workbook), Variant("sample_2.csv", text))
