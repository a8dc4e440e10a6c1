"""Odoo, journal items (account.move.line) exported from their list: labels or field names."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from data.generator.exports.page import Cents, Page, iso, money, point
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from data.generator.exports.listing import Listing, Row

_JOURNALS: Final = {
    "invoice": ("Factures clients", "FAC"),
    "credit_note": ("Factures clients", "FAC"),
    "payment": ("Banque", "BNK1"),
    "deposit": ("Banque", "BNK1"),
    "refund": ("Banque", "BNK1"),
    "bounce": ("Banque", "BNK1"),
}
_OTHER: Final = ("Opérations diverses", "OD")
_LABELS: Final = (
    "Date", "Pièce comptable", "Journal", "Compte", "Partenaire", "Référence", "Libellé", "Date d'échéance",
    "Débit", "Crédit", "Montant résiduel", "Devise", "Lettrage",
)  # fmt: skip
_FIELDS: Final = (
    "date", "move_name", "journal_id/code", "account_id/code", "partner_id/ref", "partner_id/name", "ref", "name",
    "date_maturity", "debit", "credit", "amount_residual", "currency_id/name", "matching_number", "parent_state",
)  # fmt: skip


def labelled(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook with French labels; partners have no reference."""
    page = Page()
    page.add("header", *_LABELS)
    for row in listing.rows:
        journal, _ = _JOURNALS.get(row.kind, _OTHER)
        debit, credit, residual = _sides(row)
        page.item(
            row, row.issued_on, row.number, journal, "411100 Clients", row.name, row.reference,
            row.number, row.due_or_issued, debit, credit, residual, row.currency, _matching(row),
        )  # fmt: skip
        if row.kind == "invoice" and not row.unreadable:
            page.add(
                "other", row.issued_on, row.number, journal, "707100 Ventes de marchandises", row.name,
                row.reference, row.number, None, Cents(0), Cents(row.amount), Cents(0), row.currency, None,
            )  # fmt: skip
    return page, page.workbook("Sheet1", "yyyy-mm-dd")


def technical(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv with field names: commas, everything quoted, points, ISO dates."""
    page = Page()
    page.add("header", *_FIELDS)
    for row in listing.rows:
        _, code = _JOURNALS.get(row.kind, _OTHER)
        debit, credit, residual = _sides(row)
        page.item(
            row, row.issued_on, row.number, code, "411100", row.customer_id, row.name, row.reference, row.number,
            row.due_or_issued, debit, credit, residual, row.currency, _matching(row), "posted",
        )  # fmt: skip
    content = page.text(
        ",", day=iso, number=point, encoding="utf-8", quoting=csv.QUOTE_ALL, end="\n"
    )
    return page, content


def _sides(row: Row) -> tuple[object, object, object]:
    debit = money(row, row.amount) if row.amount > 0 else Cents(0)
    credit = money(row, -row.amount) if row.amount < 0 else Cents(0)
    return debit, credit, Cents(row.open)


def _matching(row: Row) -> str | None:
    """Return the matching number: P before that of lines of which a part remains."""
    if row.partial:
        return f"P{row.partial.upper()}"
    return row.group or None


VARIANTS: Final = (
    Variant("sample.xlsx", labelled, "ledger", "D", names_only=True),
    Variant("sample_2.csv", technical, "ledger", "D"),
)
