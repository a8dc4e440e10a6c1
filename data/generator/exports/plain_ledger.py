"""No product in particular: a sales and cash journal with a side, and a printed ledger of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.ledger_book import LedgerVariant, credit, debit, sides
from data.generator.exports.page import Cents, Page, english, french, iso, slashes

if TYPE_CHECKING:
    from data.generator.exports.ledger_book import LedgerBook

_JOURNAL: Final = (
    "Journal", "Date", "Compte", "Code tiers", "Nom tiers", "N° écriture", "Pièce", "Libellé", "Montant", "Sens",
    "Lettrage", "Date échéance",
)  # fmt: skip
_PRINTED: Final = ("Date", "Jnl", "Pièce", "Libellé", "Échéance", "Lettre", "Débit", "Crédit")


def journal(book: LedgerBook) -> tuple[Page, bytes]:
    """Return the text of all entries, amounts with a side."""
    page = Page()
    page.add("header", *_JOURNAL)
    for line in book.lines:
        page.add(
            "item" if line.is_customer else "other",
            line.journal, line.day, line.account, line.code, line.name, line.entry, line.piece,
            line.label, line.unreadable or Cents(abs(line.amount)), "D" if line.amount > 0 else "C",
            line.letter, line.due_on,
        )  # fmt: skip
    return page, page.text(",", day=iso, number=english)


def printed(book: LedgerBook) -> tuple[Page, bytes]:
    """Return the text of a printed ledger: customers on rows of their own, totals below."""
    page = Page()
    page.add("title", "GRAND LIVRE CLIENTS")
    page.add("title", f"Du {slashes(book.first)} au {slashes(book.last)}")
    page.add("header", *_PRINTED)
    for (account, code, name), lines in book.by_third():
        page.add("section", f"Compte : {account[:3]}{code} – {name}")
        for line in lines:
            page.add(
                "item" if line.is_customer else "other",
                line.day, line.journal, line.piece, line.label, line.due_on, line.letter,
                debit(line, Cents), credit(line, Cents),
            )  # fmt: skip
        given, taken = sides(lines)
        page.add("total", "", "", "", f"Total compte {account[:3]}{code}", "", "", Cents(given), Cents(taken))  # fmt: skip
        balance = given - taken
        cells = (Cents(balance), "") if balance >= 0 else ("", Cents(-balance))
        page.add("total", "", "", "", "Solde", "", "", *cells)
    return page, page.text(";", day=slashes, number=french)


VARIANTS: Final = (
    LedgerVariant("sample.csv", journal, is_whole=True),
    LedgerVariant("sample_2.csv", printed, prefix="411"),
)
