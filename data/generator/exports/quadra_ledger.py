"""Quadra, grand livre auxiliaire as a table, and the ASCII file of QuadraCompta (fixed widths)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports.ledger_book import LedgerVariant, credit, debit, sides
from data.generator.exports.page import Cents, Page, plain_french, slashes

if TYPE_CHECKING:
    import datetime as dt

    from data.generator.exports.ledger_book import LedgerBook, LedgerLine

_HEADER: Final = (
    "Compte", "Intitulé", "Journal", "Date", "Pièce", "Libellé", "Débit", "Crédit", "Lettre", "Échéance",
)  # fmt: skip
_WIDTH: Final = 8


def table(book: LedgerBook) -> tuple[Page, bytes]:
    """Return the text, a total a customer."""
    page = Page()
    page.add("title", f"{book.company} - Grand livre auxiliaire - QuadraCOMPTA")
    page.add("header", *_HEADER)
    for _third, lines in book.by_third():
        for line in lines:
            page.add(
                _role(line), _code(line), line.name, line.journal, line.day, line.piece, line.label,
                debit(line, Cents), credit(line, Cents), line.letter, line.due_on,
            )  # fmt: skip
        given, taken = sides(lines)
        page.add(
            "total", "", "", "", "", "", f"Total {_code(lines[0])}", Cents(given), Cents(taken)
        )
    return page, page.text("\t", day=slashes, number=plain_french, encoding="cp1252")


def ascii_file(book: LedgerBook) -> tuple[Page, bytes]:
    """Return the ASCII file: a line C an account, a line M an entry line; all accounts."""
    page = Page()
    codes = dict.fromkeys((_code(line), line.name or line.title) for line in book.lines)
    rows = [f"C{code.ljust(_WIDTH)}{name[:30].ljust(30)}" for code, name in codes]
    for _ in rows:
        page.add("blank")
    for line in book.lines:
        page.add(_role(line))
        rows.append(_entry(line))
    return page, ("\r\n".join(rows) + "\r\n").encode("cp1252", "replace")


def _entry(line: LedgerLine) -> str:
    side = "D" if line.amount > 0 else "C"
    cents = (line.unreadable or f"+{abs(line.amount):012d}").ljust(13)
    label = line.label[:30]
    return (
        f"M{_code(line).ljust(_WIDTH)}{line.journal.ljust(2)}000{_day(line.day)} {label[:20].ljust(20)}"
        f"{side}{cents}{'':8}{_day(line.due_on)}{line.letter.ljust(2)}{'':3}{line.piece[-5:].ljust(5)}"
        f"{'':20}{line.piece[-8:].ljust(8)}EUR{line.journal.ljust(3)}{'':3}{label.ljust(30)}{'':2}"
        f"{line.piece[:10].ljust(10)}"
    )


def _day(day: dt.date | None) -> str:
    return day.strftime("%d%m%y") if day else " " * 6


def _code(line: LedgerLine) -> str:
    """Return the account as Quadra writes it: customers under 9, suppliers under 0."""
    if not line.code:
        return line.account
    return ("9" if line.is_customer else "0") + line.code


def _role(line: LedgerLine) -> str:
    return "item" if line.is_customer else "other"


VARIANTS: Final = (
    LedgerVariant("sample.txt", table, prefix="9"),
    LedgerVariant("sample_2.txt", ascii_file, prefix="9", is_whole=True),
)
