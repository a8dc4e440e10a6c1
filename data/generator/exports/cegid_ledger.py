"""Cegid, grand livre auxiliaire: one line an entry, the customer in a column, subtotals below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.ledger_book import LedgerVariant, credit, debit, sides
from data.generator.exports.page import Cents, Page, french, slashes

if TYPE_CHECKING:
    from data.generator.exports.ledger_book import LedgerBook

_HEADER: Final = (
    "Compte auxiliaire", "Libellé auxiliaire", "Compte général", "Date comptable", "Journal", "Référence interne",
    "Libellé", "Débit", "Crédit", "Lettrage", "Échéance",
)  # fmt: skip


def table(book: LedgerBook) -> tuple[Page, bytes]:
    """Return the text, a subtotal a customer and a grand total."""
    page = _page(book)
    return page, page.text(";", day=slashes, number=french, encoding="cp1252")


def workbook(book: LedgerBook) -> tuple[Page, bytes]:
    """Return the workbook, true dates and amounts."""
    page = _page(book)
    return page, page.workbook("Grand livre auxiliaire")


def _page(book: LedgerBook) -> Page:
    page = Page()
    page.add("title", f"{book.company} – Grand livre auxiliaire")
    page.add("header", *_HEADER)
    for (account, code, name), lines in book.by_third():
        for line in lines:
            page.add(
                "item" if line.is_customer else "other",
                code, name, account, line.day, line.journal, line.piece, line.label,
                debit(line, Cents), credit(line, Cents), line.letter, line.due_on,
            )  # fmt: skip
        given, taken = sides(lines)
        page.add("total", f"Total {code}", "", "", "", "", "", "", Cents(given), Cents(taken))
    given, taken = sides(book.thirds())
    page.add("total", "Total général", "", "", "", "", "", "", Cents(given), Cents(taken))
    return page


VARIANTS: Final = (
    LedgerVariant("sample.csv", table),
    LedgerVariant("sample_2.xlsx", workbook),
)
