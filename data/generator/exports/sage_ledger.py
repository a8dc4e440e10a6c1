"""Sage 100, grand livre des tiers: printed (a section a third party) and as a flat text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.ledger_book import LedgerVariant, credit, debit, sides
from data.generator.exports.page import Cents, Page, plain_french

if TYPE_CHECKING:
    import datetime as dt

    from data.generator.exports.ledger_book import LedgerBook, LedgerLine

_PRINTED: Final = (
    "Date", "C.j", "N° pièce", "Référence", "Libellé écriture", "Let.", "Débit", "Crédit", "Solde progressif",
)  # fmt: skip
_FLAT: Final = (
    "N° compte général", "N° compte tiers", "Intitulé tiers", "Code journal", "Date", "N° pièce", "Référence",
    "Libellé écriture", "Date échéance", "Lettrage", "Débit", "Crédit",
)  # fmt: skip
_PAGE: Final = 6  # lines of a third party after which a page is turned, once


def printed(book: LedgerBook) -> tuple[Page, bytes]:
    """Return the workbook: collective accounts, then third parties, then their lines and totals."""
    page = Page()
    page.add("title", book.company)
    page.add("title", "Grand-livre des tiers")
    page.add("title", f"Période du {_short(book.first)} au {_short(book.last)}")
    page.add("blank")
    page.add("header", *_PRINTED)
    collective = ""
    for (account, code, name), lines in book.by_third():
        if account != collective:
            page.add("section", f"Compte collectif : {account.ljust(8, '0')} {lines[0].title}")
            collective = account
        page.add("section", code, name)
        _lines(page, lines)
        given, taken = sides(lines)
        page.add("total", "", "", "", "", f"Total du tiers {code}", "", Cents(given), Cents(taken))
        page.add("blank")
    given, taken = sides(book.thirds())
    page.add("total", "", "", "", "", "Total général", "", Cents(given), Cents(taken))
    page.add("footer", "Sage 100 Comptabilité – page 1")
    return page, page.workbook("Grand-livre")


def _lines(page: Page, lines: list[LedgerLine]) -> None:
    """Write the lines of one third party; a balance forward without a document has no date."""
    balance = 0
    for index, line in enumerate(lines):
        if index == _PAGE:
            given, taken = sides(lines[:index])
            page.add("total", "", "", "", "", "A reporter", "", Cents(given), Cents(taken))
            page.add("repeated", *_PRINTED)
            page.add("total", "", "", "", "", "Report", "", Cents(given), Cents(taken))
        balance += 0 if line.unreadable else line.amount
        role = "item" if line.is_customer else "other"
        amounts = (debit(line, Cents), credit(line, Cents), Cents(balance))
        if line.journal == "AN" and not line.piece:
            page.add(role, "", "", "", "", "Report à nouveau", line.letter, *amounts)
        else:
            cells = (line.day, line.journal, line.entry, line.piece, line.label, line.letter)
            page.add(role, *cells, *amounts)


def flat(book: LedgerBook) -> tuple[Page, bytes]:
    """Return the text: the third party on each line, dates JJMMAA."""
    page = Page()
    page.add("header", *_FLAT)
    for line in book.thirds():
        page.add(
            "item" if line.is_customer else "other",
            line.account, line.code, line.name, line.journal, line.day, line.entry, line.piece,
            line.label, line.due_on, line.letter, debit(line, Cents), credit(line, Cents),
        )  # fmt: skip
    return page, page.text(";", day=_compact, number=plain_french, encoding="cp1252")


def _short(day: dt.date) -> str:
    return day.strftime("%d/%m/%y")


def _compact(day: dt.date) -> str:
    return day.strftime("%d%m%y")


VARIANTS: Final = (
    LedgerVariant("sample.xlsx", printed, has_due=False),
    LedgerVariant("sample_2.txt", flat),
)
