"""MyUnisoft, entries to import: two tables in one sheet, Debit/Credit then Montant/Sens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.ledger_book import LedgerVariant, credit, debit
from data.generator.exports.page import Cents, Page, plain_french

if TYPE_CHECKING:
    import datetime as dt

    from data.generator.exports.ledger_book import LedgerBook, LedgerLine

_COMMON: Final = ("JournalCode", "EcritureDate", "CompteNum", "EcritureLib", "Piece 1", "Piece 2")
_LAST: Final = ("Auxiliaire", "DateEcheance", "LibelleCompte", "CodeLettrage")


def stacked(book: LedgerBook) -> tuple[Page, bytes]:
    """Return the text: the first half of the entries as Debit/Credit, the rest as Montant/Sens."""
    page = Page()
    page.add("title", "Modèle SANS analytique")
    page.add("title", "L'ordre des colonnes n'a pas d'importance")
    days = sorted({line.day for line in book.lines})
    middle = days[len(days) // 2]
    page.add("header", *_COMMON, "Debit", "Credit", *_LAST)
    for line in book.lines:
        if line.day < middle:
            _add(page, line, debit(line, Cents), credit(line, Cents))
    page.add("blank")
    page.add("repeated", *_COMMON, "Montant", "Sens", *_LAST)
    for line in book.lines:
        if line.day >= middle:
            amount = line.unreadable or Cents(abs(line.amount))
            _add(page, line, amount, "D" if line.amount > 0 else "C")
    return page, page.text(";", day=_compact, number=plain_french)


def _add(page: Page, line: LedgerLine, first: object, second: object) -> None:
    page.add(
        "item" if line.is_customer else "other",
        line.journal, line.day, line.account, line.label, line.piece, line.entry, first, second,
        line.code, line.due_on, line.name or line.title, line.letter,
    )  # fmt: skip


def _compact(day: dt.date) -> str:
    return day.strftime("%Y%m%d")


VARIANTS: Final = (LedgerVariant("sample.csv", stacked, is_whole=True),)
