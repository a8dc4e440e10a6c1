"""Dolibarr, customer invoices by the export assistant: raw numbers, ISO dates, types as codes."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from data.generator.exports.page import Cents, Page, french, iso, money, slashes
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from data.generator.exports.listing import Listing, Row

_ASSISTANT: Final = (
    "Code client", "Nom tiers", "Réf. facture", "Type", "Date facturation", "Date échéance", "Total HT", "Total TVA",
    "Total TTC", "Facture payée", "Reste à payer", "État de la facture", "Date règlement",
)  # fmt: skip
_LIST: Final = (
    "Réf. facture", "Réf. client", "Tiers", "Code client", "Date facturation", "Date échéance", "Mode de règlement",
    "Montant TTC", "Déjà réglé", "Reste à payer", "État",
)  # fmt: skip
_DRAFT: Final = "(PROV12)"


def assistant(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv of the assistant: eight decimals, type 2 a credit note, status 0 a draft."""
    page = Page()
    page.add("header", *_ASSISTANT)
    for row in _invoices(listing):
        is_paid = row.open == 0 and not row.unreadable
        kind = "2" if row.amount < 0 else "0"
        page.item(
            row, row.customer_id, row.name, row.number, kind, row.issued_on, row.due_or_issued, "", "",
            money(row, row.amount), int(is_paid), money(row, row.open), 2 if is_paid else 1,
            row.closed_on if is_paid else None,
        )  # fmt: skip
    first = listing.rows[0]
    page.add("other", first.customer_id, first.name, _DRAFT, "0", listing.as_of, None, "", "", "120.00000000",
             0, "120.00000000", 0, None)  # fmt: skip
    content = page.text(
        ",", day=iso, number=_eight, encoding="utf-8", quoting=csv.QUOTE_ALL, end="\n"
    )
    return page, content


def listed(listing: Listing) -> tuple[Page, bytes]:
    """Return the list of unpaid invoices as a workbook, its states in words, a total below."""
    page = Page()
    page.add("header", *_LIST)
    for row in _invoices(listing.only_open()):
        paid = money(row, row.amount - row.open)
        state = "Règlement commencé" if 0 < abs(row.open) < abs(row.amount) else "Impayée"
        page.item(
            row, row.number, row.reference[:12], row.name, row.customer_id, row.issued_on, row.due_or_issued,
            row.method, money(row, row.amount), paid, money(row, row.open), state,
        )  # fmt: skip
    shown = [row for row in page.shown if not row.unreadable]
    total = [sum(row.amount for row in shown), sum(row.open for row in shown)]
    page.add("total", "Total", *[""] * 6, Cents(total[0]), Cents(total[0] - total[1]),
             Cents(total[1]), "")  # fmt: skip
    return page, page.text(";", day=slashes, number=french)


def _invoices(listing: Listing) -> list[Row]:
    """Return invoices and credit notes; what else remains open is a credit or a debit like them."""
    kinds = {"invoice", "credit_note"}
    kept = [row for row in listing.rows if row.kind in kinds or row.open]
    return [
        row if row.kind in kinds else replace(row, amount=row.open, group="", closed_on=None)
        for row in kept
    ]


def _eight(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}000000"


VARIANTS: Final = (
    Variant("sample.csv", assistant, "full_list", "B", codes={"other": "not_posted"}),
    Variant("sample_2.csv", listed),
)
