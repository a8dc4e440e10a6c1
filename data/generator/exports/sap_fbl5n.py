"""SAP, customer line items (FBL5N): cleared and open, as a workbook or as the text list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.page import Cents, Page, dots, german, money
from data.generator.exports.variant import Variant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.generator.exports.listing import Listing, Row

_TYPES: Final = {
    "invoice": "RV", "credit_note": "DG", "payment": "DZ", "deposit": "DZ", "refund": "ZP", "bounce": "DZ",
    "write_off": "AB", "adjustment": "AB",
}  # fmt: skip
_ENGLISH: Final = (
    "Account", "Name 1", "Assignment", "Document Number", "Document Type", "Document Date", "Posting Date",
    "Special G/L ind.", "Net due date", "Amount in local currency", "Local Currency", "Clearing Document",
    "Clearing date", "Terms of Payment", "Text",
)  # fmt: skip
_FRENCH: Final = (
    "Compte", "Nom 1", "Affectation", "Numéro de pièce", "Type de pièce", "Date de la pièce", "Date comptable",
    "Code CGS", "Échéance nette", "Montant en devise interne", "Devise interne", "Pièce de rapprochement",
    "Date de rapprochement", "Conditions de paiement", "Texte",
)  # fmt: skip
_GERMAN: Final = (
    "St", "Konto", "Zuordnung", "Belegnummer", "Belegart", "Belegdatum", "S", "Nettofälligkeit",
    "Betrag in Hauswährung", "HWähr", "Ausgleichsbeleg", "Ausgleichsdatum", "Text",
)  # fmt: skip
_WIDTHS: Final = (2, 10, 18, 12, 8, 10, 1, 15, 21, 5, 15, 15, 30)
_PAGE_LINES: Final = 40


def english(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook with one total a currency at its end."""
    page = _workbook(listing, _ENGLISH)
    return page, page.workbook("Sheet1", "mm/dd/yyyy")


def french(listing: Listing) -> tuple[Page, bytes]:
    """Return the workbook with French headers."""
    page = _workbook(listing, _FRENCH)
    return page, page.workbook("Feuil1")


def german_text(listing: Listing) -> tuple[Page, bytes]:
    """Return the text list: bars, dashes, the header again on each page, credits with their sign last."""
    page = Page()
    border = "-" * (sum(_WIDTHS) + len(_WIDTHS) + 1)
    lines = [f"{dots(listing.as_of)}      Debitoren-Einzelpostenliste      1", ""]
    page.add("title")
    for index, row in enumerate(listing.rows):
        if index % _PAGE_LINES == 0:
            lines += [border, _barred(_GERMAN), border]
            page.add("title")
            page.add("title" if index else "header")
            page.add("title")
        cells = (
            "@5B@" if row.group else "@5C@", row.customer_id, row.name[:18], row.number,
            _TYPES.get(row.kind, "AB"), dots(row.issued_on), _special(row), dots(row.due_or_issued),
            row.unreadable or german(row.amount), row.currency, _clearing(row) or "",
            dots(row.closed_on) if row.closed_on else "", row.reference[:30],
        )  # fmt: skip
        lines.append(_barred(cells))
        page.item(row)
    lines.append(border)
    page.add("title")
    for currency, total in _totals(listing.rows):
        cells = ("*", "", "", "", "", "", "", "", german(total), currency, "", "", "")
        lines.append(_barred(cells))
        page.add("total")
    lines.append(border)
    page.add("title")
    return page, ("\r\n".join(lines) + "\r\n").encode("cp1252", errors="replace")


def _workbook(listing: Listing, header: Sequence[str]) -> Page:
    page = Page()
    page.add("header", *header)
    for row in listing.rows:
        page.item(
            row, row.customer_id, row.name, row.reference[:18], row.number, _TYPES.get(row.kind, "AB"),
            row.issued_on, row.issued_on, _special(row), row.due_on, money(row, row.amount), row.currency,
            _clearing(row), row.closed_on, row.terms and "NT30", row.reference,
        )  # fmt: skip
    for currency, total in _totals(listing.rows):
        page.add("total", *[None] * 9, Cents(total), currency)
    return page


def _totals(rows: Sequence[Row]) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + row.amount
    return sorted(sums.items())


def _special(row: Row) -> str:
    """Return the special general ledger indicator: A for a down payment."""
    return "A" if row.kind == "deposit" else ""


def _clearing(row: Row) -> str | None:
    if not row.group:
        return None
    code = "".join(f"{ord(char) - 65:02d}" for char in row.group)
    return f"14{row.customer_id[1:].zfill(4)}{code.zfill(4)}"


def _barred(cells: Sequence[str]) -> str:
    padded = (str(cell).ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return "|" + "|".join(padded) + "|"


VARIANTS: Final = (
    Variant("sample.xlsx", english, "full_list", "B", residual=False),
    Variant("sample_2.txt", german_text, "full_list", "B", residual=False),
    Variant("sample_3.xlsx", french, "full_list", "B", residual=False),
)
