"""ERPNext, report Accounts Receivable, grouped by customer: subtotals, blank rows, ages in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from data.generator.exports.listing import BUCKETS, bucket
from data.generator.exports.page import Cents, Page, iso, money, point
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.generator.exports.listing import Listing, Row

_ENGLISH: Final = (
    "Posting Date", "Party Type", "Party", "Receivable Account", "Customer Name", "Cost Center", "Voucher Type",
    "Voucher No", "Due Date", "Invoiced Amount", "Paid Amount", "Credit Note", "Outstanding Amount", "Age (Days)",
    "0-30", "31-60", "61-90", "91-120", "121-Above", "Currency", "Territory", "Customer Group",
)  # fmt: skip
_FRENCH: Final = (
    "Date de Comptabilisation", "Type de Tiers", "Tiers", "Compte Débiteur", "Nom du Client", "Centre de Coûts",
    "Type de Référence", "N° de Référence", "Date d'Échéance", "Montant Facturé", "Montant Payé", "Note de Crédit",
    "Montant Impayé", "Âge (Jours)", "0-30", "31-60", "61-90", "91-120", "121-Dessus", "Devise", "Région",
    "Groupe de Clients",
)  # fmt: skip
_TYPES: Final = {
    "invoice": "Sales Invoice", "credit_note": "Sales Invoice", "payment": "Payment Entry", "deposit": "Payment Entry",
}  # fmt: skip
_COLUMNS: Final = 5


def workbook(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook in English, grouped by customer."""
    page = _page(listing, _ENGLISH, is_grouped=True)
    return page, page.workbook("Accounts Receivable", "yyyy-mm-dd")


def text(listing: Listing) -> tuple[Page, bytes]:
    """Return the csv in French, not grouped."""
    page = _page(listing, _FRENCH, is_grouped=False)
    return page, page.text(",", day=iso, number=point, encoding="utf-8", end="\n")


def _page(listing: Listing, header: Sequence[str], *, is_grouped: bool) -> Page:
    page = Page()
    page.add("header", *header)
    opened = listing.only_open()
    for (code, _), rows in opened.by_customer():
        for row in rows:
            _line(page, row, listing)
        if is_grouped:
            _total(page, listing, code, rows)
            page.add("blank")
    _total(page, listing, "Total", opened.rows)
    return page


def _line(page: Page, row: Row, listing: Listing) -> None:
    """Write one voucher: an invoice with what was paid of it, a credit as paid amount or credit note."""
    is_invoice = row.amount > 0
    paid = row.amount - row.open if is_invoice else -row.open
    noted = 0
    if row.kind == "credit_note":
        paid, noted = 0, -row.open
    page.item(
        row, row.issued_on, "Customer", row.customer_id, "Debtors - E", row.name, "Main - E",
        _TYPES.get(row.kind, "Journal Entry"), row.number, row.due_or_issued,
        money(row, row.amount) if is_invoice else Cents(0), Cents(paid), Cents(noted), money(row, row.open),
        (listing.as_of - row.due_or_issued).days, *_ages(listing, [row]), row.currency, "France", "Commercial",
    )  # fmt: skip


def _total(page: Page, listing: Listing, label: str, rows: Sequence[Row]) -> None:
    invoiced = sum(row.amount for row in rows if row.amount > 0)
    opened = sum(row.open for row in rows)
    noted = -sum(row.open for row in rows if row.kind == "credit_note")
    cells: list[Any] = [
        Cents(invoiced),
        Cents(invoiced - noted - opened),
        Cents(noted),
        Cents(opened),
    ]
    page.add("total", label if label == "Total" else "", "", "" if label == "Total" else label, "", "", "", "", "",
             "", *cells, "", *_ages(listing, rows), "EUR", "", "")  # fmt: skip


def _ages(listing: Listing, rows: Sequence[Row]) -> list[Cents]:
    """Return the sums by age; what is not due stands in the first, as in that report."""
    sums = [0] * _COLUMNS
    for row in rows:
        late = (listing.as_of - row.due_or_issued).days
        position = max(0, BUCKETS.index(bucket(row, listing.as_of)) - 1) + (late > 120)  # noqa: PLR2004
        sums[position] += row.open
    return [Cents(value) for value in sums]


VARIANTS: Final = (Variant("sample.xlsx", workbook), Variant("sample_2.csv", text))
