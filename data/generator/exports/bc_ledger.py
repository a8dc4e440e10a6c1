"""Dynamics 365 Business Central (and NAV), customer ledger entries opened in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.page import Page, english, money, slashes
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from data.generator.exports.listing import Listing, Row

_FRENCH: Final = (
    "Date comptabilisation", "Type document", "N° document", "N° client", "Nom du client", "Désignation",
    "Code devise", "Montant initial", "Montant", "Montant ouvert", "Date d'échéance", "Ouvert", "N° séquence",
    "Date de clôture",
)  # fmt: skip
_ENGLISH: Final = (
    "Posting Date", "Document Type", "Document No.", "Customer No.", "Customer Name", "Description", "Currency Code",
    "Original Amount", "Amount", "Remaining Amount", "Due Date", "Open", "Entry No.", "Closed at Date",
)  # fmt: skip
_TYPES: Final = {
    "invoice": ("Facture", "Invoice"),
    "credit_note": ("Avoir", "Credit Memo"),
    "payment": ("Paiement", "Payment"),
    "deposit": ("Paiement", "Payment"),
    "refund": ("Remboursement", "Refund"),
    "bounce": ("", ""),
}
_YES: Final = (("Non", "Oui"), ("No", "Yes"))


def in_french(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook with French captions."""
    page = _page(listing, 0)
    return page, page.workbook("Écritures comptables client")


def in_english(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv with English captions."""
    page = _page(listing, 1)
    return page, page.text(",", day=slashes, number=english)


def _page(listing: Listing, language: int) -> Page:
    page = Page()
    page.add("header", *(_FRENCH, _ENGLISH)[language])
    for number, row in enumerate(listing.rows, start=1):
        _entry(page, row, number, language)
    return page


def _entry(page: Page, row: Row, number: int, language: int) -> None:
    amount = money(row, row.amount)
    is_open = row.open != 0
    page.item(
        row, row.issued_on, _TYPES.get(row.kind, ("", ""))[language], row.number, row.customer_id, row.name,
        row.reference, "" if row.currency == "EUR" else row.currency, amount, amount, money(row, row.open),
        row.due_or_issued, _YES[language][is_open], number, None if is_open else row.closed_on,
    )  # fmt: skip


VARIANTS: Final = (
    Variant("sample.xlsx", in_french),
    Variant("sample_2.csv", in_english),
)
