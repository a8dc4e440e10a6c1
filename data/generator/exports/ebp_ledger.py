"""EBP, grand livre: one line an entry under its account, customers as accounts 411."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.ledger_book import LedgerVariant, credit, debit, sides
from data.generator.exports.page import Cents, Page, plain_french, slashes

if TYPE_CHECKING:
    from data.generator.exports.ledger_book import LedgerBook, LedgerLine

_HEADER: Final = (
    "Compte", "Intitulé du compte", "Date", "Journal", "Pièce", "Libellé", "Débit", "Crédit", "Solde", "Lettrage",
    "Échéance",
)  # fmt: skip


def workbook(book: LedgerBook) -> tuple[Page, bytes]:
    """Return the workbook: every account of the book, by number."""
    page = _page(book)
    return page, page.workbook("Grand livre")


def text(book: LedgerBook) -> tuple[Page, bytes]:
    """Return the text of the same."""
    page = _page(book)
    return page, page.text(";", day=slashes, number=plain_french)


def _page(book: LedgerBook) -> Page:
    page = Page()
    page.add("title", book.company)
    page.add("title", f"Grand livre du {slashes(book.first)} au {slashes(book.last)}")
    page.add("header", *_HEADER)
    groups: dict[str, list[LedgerLine]] = {}
    for line in sorted(book.lines, key=lambda line: (_account(line), line.day)):
        groups.setdefault(_account(line), []).append(line)
    for account, lines in groups.items():
        balance = 0
        for line in lines:
            balance += 0 if line.unreadable else line.amount
            page.add(
                "item" if line.is_customer else "other",
                account, line.name or line.title, line.day, line.journal, line.piece, line.label,
                debit(line, Cents), credit(line, Cents), Cents(balance), line.letter, line.due_on,
            )  # fmt: skip
        given, taken = sides(lines)
        cells = (Cents(given), Cents(taken), Cents(given - taken))
        page.add("total", f"Total compte {account}", "", "", "", "", "", *cells)
    return page


def _account(line: LedgerLine) -> str:
    return line.account[:3] + line.code if line.code else line.account


VARIANTS: Final = (
    LedgerVariant("sample.xlsx", workbook, prefix="411", is_whole=True),
    LedgerVariant("sample_2.csv", text, prefix="411", is_whole=True),
)
