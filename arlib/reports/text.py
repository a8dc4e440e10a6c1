"""Sheets as text that spreadsheets open: one line a row, no live formula."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from arlib.i18n import MISSING, formats
from arlib.i18n.formats import is_missing
from arlib.model.money import major_text, round_half_away
from arlib.reports.writer import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.reports.sheet import Cell, Column, Sheet

_DIGITS: Final = {"ratio": 4, "days": 2, "number": 2}
_LIVE: Final = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would read a formula


def sheet_csv(sheet: Sheet, lang: str = "fr") -> bytes:
    """Return a sheet as text: semicolons, the language's decimal mark, UTF-8 with its mark.

    A text that a spreadsheet would take for a formula is preceded by an apostrophe.
    """
    stream = StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title for column in sheet.columns])
    for row in range(sheet.count_rows):
        writer.writerow([_text(column, row, lang) for column in sheet.columns])
    return stream.getvalue().encode("utf-8-sig")


def _text(column: Column, row: int, lang: str) -> str:
    cell = column.cell(row)
    if is_missing(cell.value):
        return ""
    if cell.kind == "amount":
        return _marked(major_text(int(cell.value), cell.currency or ""), lang)
    if cell.kind == "date":
        return formats(lang).date(cell.value)
    if cell.kind == "integer":
        return str(int(cell.value))
    if cell.kind in _DIGITS and not isinstance(cell.value, str):
        digits = _DIGITS[cell.kind]
        return _marked(f"{round_half_away(float(cell.value), digits) + 0.0:.{digits}f}", lang)
    text = clean(cell.value)
    if text == MISSING:
        return ""
    return f"'{text}" if text.startswith(_LIVE) else text


def _marked(number: str, lang: str) -> str:
    """Return a number with the decimal mark of the language."""
    return number.replace(".", ",") if lang == "fr" else number


def cell_words(cell: Cell, lang: str = "fr") -> str:
    """Return a cell as a reader of the language sees it in the workbook."""
    f = formats(lang)
    writers: dict[str, Callable[[Any], str]] = {
        "integer": f.integer,
        "days": f.days,
        "ratio": f.percent,
        "number": f.decimal,
        "date": f.date,
    }
    if cell.value == "":
        return ""
    if is_missing(cell.value):
        return MISSING
    if cell.kind == "amount":
        return f.amount(cell.value, cell.currency or "")
    return writers[cell.kind](cell.value) if cell.kind in writers else clean(cell.value)
