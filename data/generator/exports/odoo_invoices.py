"""Odoo, customer invoices exported from their list: labels (French) or field names."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from data.generator.exports.page import Cents, Page, iso, money, point
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from data.generator.exports.listing import Listing, Row

_LABELS: Final = (
    "Numéro", "Nom d'affichage du partenaire de la facture", "Date de facturation", "Date d'échéance",
    "Total signé", "Montant dû signé", "Devise", "Statut du paiement", "Statut",
)  # fmt: skip
_FIELDS: Final = (
    "name", "invoice_partner_display_name", "invoice_date", "invoice_date_due", "amount_total_signed",
    "amount_residual_signed", "currency_id", "payment_state", "state",
)  # fmt: skip


def labelled(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook with labels, a draft invoice on its last line."""
    page = Page()
    page.add("header", *_LABELS)
    for row in _invoices(listing):
        page.item(row, row.number, row.name, row.issued_on, row.due_or_issued, money(row, row.amount),
                  money(row, row.open), row.currency, _state(row, ("Payé", "Partiellement réglé", "Non payées")),
                  "Comptabilisé")  # fmt: skip
    name = listing.rows[0].name
    page.add(
        "other",
        "/",
        name,
        None,
        None,
        Cents(12_000),
        Cents(12_000),
        "EUR",
        "Non payées",
        "Brouillon",
    )
    return page, page.workbook("Sheet1", "yyyy-mm-dd")


def technical(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv of what is not paid, with field names."""
    page = Page()
    page.add("header", *_FIELDS)
    for row in _invoices(listing.only_open()):
        page.item(row, row.number, row.name, row.issued_on, row.due_or_issued, money(row, row.amount),
                  money(row, row.open), row.currency, _state(row, ("paid", "partial", "not_paid")), "posted")  # fmt: skip
    content = page.text(
        ",", day=iso, number=point, encoding="utf-8", quoting=csv.QUOTE_ALL, end="\n"
    )
    return page, content


def _state(row: Row, words: tuple[str, str, str]) -> str:
    if row.open == 0:
        return words[0]
    return words[1] if abs(row.open) < abs(row.amount) else words[2]


def _invoices(listing: Listing) -> list[Row]:
    """Return invoices and credit notes; what else remains open is a credit or a debit like them."""
    kinds = {"invoice", "credit_note"}
    return [
        row if row.kind in kinds else replace(row, amount=row.open, group="", closed_on=None)
        for row in listing.rows
        if row.kind in kinds or row.open
    ]


VARIANTS: Final = (
    Variant("sample.xlsx", labelled, names_only=True, codes={"other": "not_posted"}),
    Variant("sample_2.csv", technical, names_only=True),
)
