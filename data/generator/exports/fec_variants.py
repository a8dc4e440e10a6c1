"""The FEC in the spellings that products give it: columns, separators, amounts, line ends, encodings."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import xlsxwriter

from data.generator.exports.ledger_book import LedgerBook, LedgerLine, LedgerVariant
from data.generator.exports.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable

_DECREE: Final = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum",
    "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet",
    "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
_CASH: Final = ("DateRglt", "ModeRglt", "NatOp", "IdClient")
_EPOCH: Final = dt.datetime(2026, 11, 1)  # noqa: DTZ001 - a fixed stamp: same bytes every time


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a FEC."""

    separator: str = "\t"
    end: str = "\r\n"
    encoding: str = "utf-8"
    extra: tuple[str, ...] = ()
    sides: tuple[str, str] | None = None
    is_quoted: bool = False
    is_upper: bool = False
    is_trailing: bool = False
    money: Callable[[int], str] = lambda cents: f"{cents // 100},{cents % 100:02d}"
    pad: int = 0


def _writer(spelling: Spelling) -> Callable[[LedgerBook], tuple[Page, bytes]]:
    def write(book: LedgerBook) -> tuple[Page, bytes]:
        """Return the text of a FEC."""
        page, rows = _rows(book, spelling)
        tail = spelling.separator if spelling.is_trailing else ""
        lines = [spelling.separator.join(_quoted(row, spelling)) + tail for row in rows]
        text = spelling.end.join(lines) + spelling.end
        return page, text.encode(spelling.encoding, "replace")

    return write


def _quoted(row: list[str], spelling: Spelling) -> list[str]:
    if not spelling.is_quoted:
        return row
    return [f'"{cell}"' if set(cell) & set('",; ') else cell for cell in row]


def _rows(book: LedgerBook, spelling: Spelling) -> tuple[Page, list[list[str]]]:
    """Return the header and the lines as cells."""
    titles = [*_DECREE, *spelling.extra]
    if spelling.sides:
        titles[11:13] = ["Montant", "Sens"]
    if spelling.is_upper:
        titles = [title.upper() for title in titles]
    page = Page()
    page.add("header", *titles)
    rows = [[title.ljust(spelling.pad) for title in titles]]
    for line in book.lines:
        page.add("item" if line.is_customer else "other")
        rows.append([cell.ljust(spelling.pad) for cell in _cells(line, spelling)])
    return page, rows


def _cells(line: LedgerLine, spelling: Spelling) -> list[str]:
    cells = [
        line.journal, line.journal_label, line.entry, _day(line.day), line.account, line.title,
        line.code, line.name, line.piece, _day(line.piece_on or line.day), line.label,
        *_amounts(line, spelling), line.letter, _day(line.lettered_on), _day(line.day), "", "",
    ]  # fmt: skip
    extra = {"ModeRglt": "VIR" if line.journal == "BQ" else "", "DateEcheance": _day(line.due_on)}
    return [*cells, *(extra.get(title, "") for title in spelling.extra)]


def _amounts(line: LedgerLine, spelling: Spelling) -> tuple[str, str]:
    money = spelling.money
    bad = line.unreadable.replace(",", ".") if money is _pointed else line.unreadable
    if spelling.sides:
        side = spelling.sides[0 if line.amount > 0 else 1]
        return bad or money(abs(line.amount)), side
    if bad:
        return (bad, money(0)) if line.amount > 0 else (money(0), bad)
    return money(max(line.amount, 0)), money(max(-line.amount, 0))


def _day(day: dt.date | None) -> str:
    return day.strftime("%Y%m%d") if day else ""


def _padded(cents: int) -> str:
    return f"+{cents // 100:09d},{cents % 100:02d}"


def _spaced(cents: int) -> str:
    return f"{cents // 100:,}".replace(",", "\u00a0") + f",{cents % 100:02d}"


def _pointed(cents: int) -> str:
    return f"{cents / 100:.2f}"


def workbook(book: LedgerBook) -> tuple[Page, bytes]:
    """Return a FEC opened by a spreadsheet and saved as a workbook: numbers are numbers."""
    page, rows = _rows(book, Spelling(money=_pointed))
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        made.set_properties({"created": _EPOCH})
        sheet = made.add_worksheet("FEC")
        for index, row in enumerate(rows):
            for column, cell in enumerate(row):
                is_number = index and column in {3, 4, 9, 11, 12} and cell
                if is_number and cell.replace(".", "").isdigit():
                    sheet.write_number(index, column, float(cell))
                elif cell:
                    sheet.write_string(index, column, cell)
    return page, stream.getvalue()


_SPELLINGS: Final = {
    "sample.txt": Spelling(),
    "sample_21_pipe.txt": Spelling("|", "\n", "cp1252", _CASH[:3]),
    "sample_22_signed.TXT": Spelling(end="\r\r\n", extra=_CASH, money=_padded, pad=3),
    "sample_sides.txt": Spelling("|", "\r", "iso-8859-15", sides=("D", "C")),
    "sample_signs.txt": Spelling(encoding="utf-8-sig", end="\n", sides=("+1", "-1"), money=_spaced),
    "sample_due.csv": Spelling(";", extra=("DateEcheance",), is_quoted=True),
    "sample_commas.csv": Spelling(",", is_quoted=True, is_upper=True),
    "sample_points.csv": Spelling(",", "\n", money=_pointed, is_trailing=True),
}
VARIANTS: Final = (
    *(
        LedgerVariant(
            name, _writer(spelling), is_whole=True, has_due=bool({"DateEcheance"} & set(spelling.extra)), has_piece_on=True
        )
        for name, spelling in _SPELLINGS.items()
    ),
    LedgerVariant("sample_book.xlsx", workbook, is_whole=True, has_due=False, has_piece_on=True),
)  # fmt: skip
