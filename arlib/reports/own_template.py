"""A company's own workbook filled: cells that hold ``{{marks}}`` take figures, the rest stays as it is."""

from __future__ import annotations

import math
import re
import zipfile
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from arlib.i18n import MISSING, N_, formats, translator
from arlib.i18n.formats import is_missing
from arlib.model.issues import UserError
from arlib.reports.own_marks import LISTS, Marks
from arlib.reports.own_rows import Shift, make_room
from arlib.reports.own_sheets import rename, sheet_name
from arlib.reports.text import cell_words
from arlib.reports.writer import NUMBERS, amount_format, clean, major
from arlib.reports.zipped import zipped

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as PlacedCell
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from arlib.reports.sheet import Cell
    from arlib.views.report import RiskReport

MARK: Final = re.compile(r"\{\{\s*([^{}]{1,80}?)\s*\}\}")
MOST_ROWS: Final = 20_000
_LIVE: Final = ("=", "+", "-", "@", "\t", "\r")
_FIRST_YEAR: Final = 1900
_GENERAL: Final = "General"
_LONGEST_MARGIN: Final = 60  # of a value: a header holds 255 signs in all, codes and parts included
_MARGINS: Final = (
    "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter",
)  # fmt: skip
_MODIFIED: Final = re.compile(rb"(<dcterms:(modified|created)[^>]*>)[^<]*(</dcterms)")
# What the library that opens the workbook does not write again, by what betrays it.
_LOST: Final = {
    N_("shapes and text boxes"): ("xl/drawings/", rb"<xdr:(sp|grpSp|cxnSp)\b"),
    N_("sparklines"): ("xl/worksheets/", rb"sparklineGroup\b"),
    N_("conditional formats that Excel 2010 brought"): (
        "xl/worksheets/",
        rb"x14:conditionalFormatting\b",
    ),
    N_("lists of values taken from another sheet"): ("xl/worksheets/", rb"x14:dataValidation\b"),
    N_("slicers"): ("xl/slicers/", b""),
    N_("form controls"): ("xl/ctrlProps/", b""),
    N_("threaded comments"): ("xl/threadedComments/", b""),
    N_("data connections"): ("xl/connections", b""),
}


@dataclass(slots=True)
class Filled:
    """A workbook filled, and what is to be said of it.

    ``unknown``: marks left as they are. ``in_formulas``: cells whose formula holds a mark, left too.
    ``in_names``: sheets whose name holds a mark of a list, left too (one name takes one value).
    ``mixed``: rows that hold marks of several lists, left too. ``cut``: lists longer than a sheet
    takes, with their rows. ``lost``: what of the model the copy no longer holds (message ids).
    """

    content: bytes = b""
    count: int = 0
    unknown: list[str] = field(default_factory=list)
    in_formulas: list[str] = field(default_factory=list)
    in_names: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    cut: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    def remarks(self, lang: str) -> list[str]:
        """Return what the user should know, one sentence each."""
        _, f = translator(lang), formats(lang)
        said = []
        if not self.count:
            said.append(
                _(
                    "No mark of this workbook was filled: write for instance {{outstanding}} in a cell."
                )
            )
        if self.unknown:
            words = _("Marks that are not known, left as they are: {names}.")
            said.append(words.format(names=", ".join(self.unknown)))
        if self.in_formulas:
            words = _("Marks inside a formula are not filled: {cells}.")
            said.append(words.format(cells=", ".join(self.in_formulas)))
        if self.in_names:
            words = _("A mark of a list in the name of a sheet is not filled: {names}.")
            said.append(words.format(names=", ".join(self.in_names)))
        if self.mixed:
            words = _("A row holds marks of two lists and was left as it is: {cells}.")
            said.append(words.format(cells=", ".join(self.mixed)))
        for name, count in self.cut.items():
            words = _("The list {name} has {count} rows: the first {shown} were written.")
            said.append(words.format(name=name, count=f.integer(count), shown=f.integer(MOST_ROWS)))
        if self.lost:
            words = _("Not kept from the model: {names}.")
            said.append(words.format(names=", ".join(_(name) for name in self.lost)))
        return said


def fill(content: bytes, views: RiskReport, lang: str = "fr") -> Filled:
    """Return a workbook of the user with its marks filled from the views of the report.

    ``content`` was checked beforehand (``Workspace.check_own_template``).

    Raises:
        UserError: ``file_unreadable``.
    """
    book = _opened(content)
    marks, found = Marks(views, lang), Filled(lost=_lost(content))
    for tab in [*book.worksheets, *book.chartsheets]:  # first: formulas call sheets by their names
        _name(book, tab, marks, found)
    for place in book.worksheets:
        _Sheet(book, place, marks, found).fill()
    book.calculation.fullCalcOnLoad = True  # the values kept beside formulas are those of before
    stream = BytesIO()
    book.save(stream)
    found.content = _dated(stream.getvalue(), views)
    found.unknown = sorted(set(found.unknown))
    return found


def _opened(content: bytes) -> Workbook:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return load_workbook(BytesIO(content), rich_text=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, AttributeError, IndexError, SyntaxError) as error:  # fmt: skip
        raise UserError("file_unreadable", detail=str(error)) from error


def _lost(content: bytes) -> list[str]:
    """Return what of the workbook will not be written again."""
    found = []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for words, (start, sign) in _LOST.items():
            names = [name for name in archive.namelist() if name.startswith(start)]
            xml = [name for name in names if name.endswith(".xml")]
            if names and (not sign or any(re.search(sign, archive.read(name)) for name in xml)):
                found.append(words)
    return found


def _dated(content: bytes, views: RiskReport) -> bytes:
    """Return the workbook dated from its figures: same model and book, same bytes."""
    moment = datetime.combine(views.as_of, datetime.min.time()).strftime("%Y-%m-%dT%H:%M:%SZ")
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(BytesIO(content)) as source:
        for name in source.namelist():
            parts[name] = source.read(name)
    core = "docProps/core.xml"
    parts[core] = _MODIFIED.sub(
        lambda said: said[1] + moment.encode() + said[3] if said[2] == b"modified" else said[0],
        parts[core],
    )
    return zipped(parts)


def _name(book: Workbook, place: Any, marks: Marks, found: Filled) -> None:
    """Fill the marks of a sheet's name; whatever calls the sheet by it follows."""
    said = place.title
    names = MARK.findall(said)
    if any(name.partition(".")[0] in LISTS and "." in name for name in names):
        found.in_names.append(said)
        return
    values = {name: marks.value(name) for name in names}
    found.unknown += [f"{{{{{name}}}}}" for name, value in values.items() if value is None]
    known = {name: value for name, value in values.items() if value is not None}
    if known:
        words = clean(MARK.sub(lambda mark: _words(mark, known, marks.lang), said))
        rename(book, place, sheet_name(words, [name for name in book.sheetnames if name != said]))
        found.count += 1


class _Sheet:
    """One sheet being filled: its lists from the last row to the first, then its single marks."""

    def __init__(self, book: Workbook, place: Worksheet, marks: Marks, found: Filled) -> None:
        self.book, self.place, self.marks, self.found = book, place, marks, found

    def fill(self) -> None:
        """Fill the marks of the sheet, those printed above and under it too."""
        self._margins()
        rows: dict[int, list[PlacedCell]] = {}
        for cell in list(self.place._cells.values()):  # noqa: SLF001 - the others would make every empty cell
            if self._names(cell):
                rows.setdefault(cell.row, []).append(cell)
        for row in sorted(rows, reverse=True):
            subjects = {subject for cell in rows[row] for subject in self._subjects(cell)}
            if len(subjects) > 1:
                self.found.mixed.append(f"{self.place.title}!{row}:{row}")
            elif subjects:
                self._repeat(row, subjects.pop())
            else:
                for cell in rows[row]:
                    self._single(cell)

    def _margins(self) -> None:
        """Fill the headers and footers: values as words, no sign of theirs read as a code."""
        for name in _MARGINS:
            printed = getattr(self.place, name)
            for part in (printed.left, printed.center, printed.right):
                if part.text and MARK.search(part.text):
                    part.text = MARK.sub(self._printed, part.text)

    def _printed(self, said: re.Match[str]) -> str:
        value = self.marks.value(said[1])
        if value is None:
            self.found.unknown.append(f"{{{{{said[1]}}}}}")
            return said[0]
        self.found.count += 1
        return clean(cell_words(value, self.marks.lang))[:_LONGEST_MARGIN].replace("&", "&&")

    def _names(self, cell: Any) -> list[str]:
        """Return the marks of a cell; those of a formula are told and left."""
        value = cell.value
        if cell.data_type == "f":
            text = value if isinstance(value, str) else str(getattr(value, "text", ""))
            if MARK.search(text):
                self.found.in_formulas.append(f"{self.place.title}!{cell.coordinate}")
            return []
        return MARK.findall(str(value)) if isinstance(value, (str, list)) else []

    def _subjects(self, cell: Any) -> set[str]:
        names = (name.partition(".") for name in self._names(cell))
        return {head for head, dot, _field in names if dot and head in LISTS}

    def _single(self, cell: PlacedCell) -> None:
        """Fill a cell outside lists."""
        values = {name: self.marks.value(name) for name in self._names(cell)}
        self.found.unknown += [f"{{{{{name}}}}}" for name, value in values.items() if value is None]
        known = {name: value for name, value in values.items() if value is not None}
        if known:
            _put(cell, str(cell.value), known, self.marks.lang)
            self.found.count += 1

    def _repeat(self, row: int, subject: str) -> None:
        """Fill a row once for each row of its list, below one another."""
        whole = self.marks.count(subject)
        count = min(whole, MOST_ROWS)
        if whole > count:
            self.found.cut[subject] = whole
        if count > 1:
            make_room(self.book, self.place, Shift(self.place.title, row, count - 1))
        model = [cell for cell in list(self.place._cells.values()) if cell.row == row]  # noqa: SLF001 - as above
        for cell in sorted(model, key=lambda item: item.column):
            self._column(cell, max(count, 1), is_empty=not count)

    def _column(self, model: PlacedCell, count: int, *, is_empty: bool) -> None:
        """Fill one cell of a repeated row and its copies."""
        from openpyxl.cell.cell import MergedCell
        from openpyxl.formula.translate import Translator

        if isinstance(model, MergedCell):
            return
        names = self._names(model)
        text, kind, origin = model.value, model.data_type, model.coordinate
        columns = {name: self.marks.listed(name) for name in names}
        single = {name: self.marks.value(name) for name, found in columns.items() if found is None}
        self.found.unknown += [f"{{{{{name}}}}}" for name, value in single.items() if value is None]
        self.found.count += bool(names) and any(found is not None for found in columns.values())
        for place in range(count):
            cell = self.place.cell(model.row + place, model.column)
            if place:
                cell._style = copy(model._style)  # noqa: SLF001 - a style whole, quickly
            if names:
                known = {name: value for name, value in single.items() if value is not None}
                for name, found in columns.items():
                    if found is not None:
                        known[name] = _BLANK if is_empty else found[place]
                _put(cell, str(text), known, self.marks.lang)
            elif place and kind == "f" and isinstance(text, str):
                cell.value = Translator(text, origin).translate_formula(cell.coordinate)
            elif place and kind != "f":
                cell.value = text
                cell.data_type = kind


def _put(cell: Any, text: str, values: dict[str, Cell], lang: str) -> None:
    """Write a cell: a mark alone keeps its kind, one among words is written as words."""
    alone = MARK.fullmatch(text.strip())
    if alone and alone[1] in values:
        _typed(cell, values[alone[1]], lang)
        return
    words = MARK.sub(lambda said: _words(said, values, lang), text)
    _text(cell, words)


def _words(said: re.Match[str], values: dict[str, Cell], lang: str) -> str:
    return cell_words(values[said[1]], lang) if said[1] in values else said[0]


def _typed(cell: Any, value: Cell, lang: str) -> None:
    """Write one value of its own kind; the format of the cell stands unless it has none."""
    is_plain = cell.number_format == _GENERAL
    if value.value == "":
        cell.value = None
    elif is_missing(value.value) or abs(_number(value.value)) == math.inf:
        _text(cell, MISSING)
    elif value.kind == "amount":
        cell.value = major(value)
        if is_plain:
            cell.number_format = amount_format(value.currency, lang)
    elif value.kind == "date" and value.value.year >= _FIRST_YEAR:
        shown = cell.number_format
        cell.value = date(value.value.year, value.value.month, value.value.day)
        cell.number_format = NUMBERS["date"] if is_plain else shown
    elif value.kind in NUMBERS:
        cell.value = float(value.value) if value.kind != "integer" else int(value.value)
        if is_plain:
            cell.number_format = NUMBERS[value.kind]
    else:
        _text(cell, clean(value.value))


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _text(cell: Any, text: str) -> None:
    """Write a text that stays one: neither a formula nor an error, also once edited by hand."""
    shown = clean(text)
    cell.value = shown
    cell.data_type = "s"
    if shown.startswith(_LIVE):
        style = copy(cell._style)  # noqa: SLF001 - the library has no call for the mark of a text
        style.quotePrefix = 1
        cell._style = style  # noqa: SLF001


def _blank() -> Cell:
    from arlib.reports.sheet import Cell as Value

    return Value("")


_BLANK: Final = _blank()
