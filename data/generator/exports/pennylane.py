"""Pennylane, customer invoices exported from their list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from data.generator.exports.page import Page, money, plain_french, slashes
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from data.generator.exports.listing import Listing, Row

_HEADER: Final = (
    "Statut", "Numéro de facture", "Client", "Date d'émission", "Date d'échéance", "Devise", "Montant HT", "TVA",
    "Montant TTC", "Reste à payer", "Date de paiement", "Libellé",
)  # fmt: skip


def text(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv: semicolons, decimal commas."""
    page = _page(listing)
    return page, page.text(";", day=slashes, number=plain_french)


def workbook(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook of what is not paid yet."""
    page = _page(listing.only_open())
    return page, page.workbook("Factures clients")


def _page(listing: Listing) -> Page:
    page = Page()
    page.add("header", *_HEADER)
    for row in _invoices(listing):
        page.item(
            row, _status(row, listing), row.number, row.name, row.issued_on, row.due_or_issued, row.currency, "", "",
            money(row, row.amount), money(row, row.open), row.closed_on if row.open == 0 else None, row.reference,
        )  # fmt: skip
    return page


def _status(row: Row, listing: Listing) -> str:
    if row.open == 0 and not row.unreadable:
        return "Payée"
    if abs(row.open) < abs(row.amount):
        return "Partiellement payée"
    return "En retard" if row.due_or_issued < listing.as_of else "À venir"


def _invoices(listing: Listing) -> list[Row]:
    kinds = {"invoice", "credit_note"}
    return [
        row if row.kind in kinds else replace(row, amount=row.open, group="", closed_on=None)
        for row in listing.rows
        if row.kind in kinds or row.open
    ]


VARIANTS: Final = (
    Variant("sample.csv", text, "full_list", "B", names_only=True),
    Variant("sample_2.xlsx", workbook, names_only=True),
)
