"""Room for repeated rows in a workbook of the user: what stands below moves, what points there follows."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_REFERENCE: Final = re.compile(
    r"(?P<sheet>(?:'(?:[^']|'')+'|[^'!:]+)!)?"
    r"(?:(?P<c1>\$?[A-Za-z]{1,3})(?P<r1>\$?\d+)(?::(?P<c2>\$?[A-Za-z]{1,3})(?P<r2>\$?\d+))?"
    r"|(?P<w1>\$?\d+):(?P<w2>\$?\d+))"
)
_AREA: Final = re.compile(r"\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+")


@dataclass(frozen=True, slots=True)
class Shift:
    """``by`` rows are added under row ``at`` of a sheet, which they repeat."""

    sheet: str
    at: int
    by: int

    def row(self, row: int) -> int:
        """Return where a row stands afterwards."""
        return row + self.by if row > self.at else row

    def last(self, row: int) -> int:
        """Return where the last row of a range stands: one that ends at the repeated row grows."""
        return row + self.by if row >= self.at else row

    def range(self, text: str) -> str:
        """Return ranges of the sheet, separated by spaces, as they stand afterwards.

        A cell of the repeated row becomes the range of its copies.

        >>> Shift("A", 5, 2).range("A1:B5 C6 D5")
        'A1:B7 C8 D5:D7'
        """
        parts = (part if ":" in part else f"{part}:{part}" for part in text.split())
        moved = (self._moved(part) for part in parts)
        return " ".join(_single(part) for part in moved)

    def _moved(self, text: str, *, is_fixed: bool = True) -> str:
        found = _REFERENCE.fullmatch(text)
        if found is None:
            return text
        sheet = found["sheet"] or ""
        if found["w1"]:
            return f"{sheet}{self._cell(found['w1'])}:{self._end(found['w2'], is_fixed=is_fixed)}"
        if not found["c2"]:
            return f"{sheet}{found['c1']}{self._cell(found['r1'])}"
        first, last = self._cell(found["r1"]), self._end(found["r2"], is_fixed=is_fixed)
        return f"{sheet}{found['c1']}{first}:{found['c2']}{last}"

    def _cell(self, row: str) -> str:
        return f"{'$' * row.startswith('$')}{self.row(int(row.lstrip('$')))}"

    def _end(self, row: str, *, is_fixed: bool) -> str:
        number, is_tied = int(row.lstrip("$")), row.startswith("$")
        moved = self.last(number) if is_fixed or is_tied else self.row(number)
        return f"{'$' * is_tied}{moved}"

    def formula(self, text: str, home: str, *, is_repeated: bool = False) -> str:
        """Return a formula of the sheet ``home`` that points where it pointed before.

        ``is_repeated``: it stands in the repeated row, where a range that ends there without ``$`` is
        a running one and does not grow.

        >>> Shift("A", 5, 2).formula("=SUM(B5:B5)+B9+Z!B9", "A")
        '=SUM(B5:B7)+B11+Z!B9'
        """
        from openpyxl.formula import Tokenizer
        from openpyxl.formula.tokenizer import Token

        parts = Tokenizer(text)
        for item in parts.items:
            if item.type == Token.OPERAND and item.subtype == Token.RANGE:
                item.value = self._pointed(item.value, home, is_fixed=not is_repeated)
        return str(parts.render())

    def drawn(self, text: str, home: str, *, is_name: bool) -> str:
        """Return what a series draws afterwards: a cell of the repeated row becomes its copies.

        >>> Shift("A", 5, 2).drawn("'A'!$B$5", "Z", is_name=False)
        "'A'!$B$5:$B$7"
        """
        sheet, sign, cell = text.rpartition("!")
        is_cell = not is_name and ":" not in cell
        moved = self.formula(f"={sheet}{sign}{cell}:{cell}" if is_cell else f"={text}", home)[1:]
        if not is_cell:
            return moved
        sheet, sign, cell = moved.rpartition("!")
        return f"{sheet}{sign}{_single(cell)}"

    def _pointed(self, text: str, home: str, *, is_fixed: bool) -> str:
        found = _REFERENCE.fullmatch(text)
        if found is None:
            return text
        named = (found["sheet"] or "")[:-1]
        sheet = named.strip("'").replace("''", "'") if named else home
        is_ours = sheet.casefold() == self.sheet.casefold()
        return self._moved(text, is_fixed=is_fixed) if is_ours else text


def _single(text: str) -> str:
    """Return a range of one cell as that cell."""
    first, _colon, last = text.partition(":")
    return first if first == last else text


def make_room(book: Workbook, place: Worksheet, shift: Shift) -> None:
    """Move what stands below a row and turn every reference of the workbook to it."""
    place.insert_rows(shift.at + 1, shift.by)
    for moved in (_rows, _merged, _ranges):
        moved(place, shift)
    for sheet in book.worksheets:
        _checks(sheet, shift)
        _conditions(sheet, shift)
        _formulas(sheet, shift)
        _charts(sheet, shift)
    names = [*book.defined_names.values()]
    names += [name for sheet in book.worksheets for name in sheet.defined_names.values()]
    for name in names:
        if name.attr_text:
            name.attr_text = shift.formula(f"={name.attr_text}", "")[1:]


def _rows(place: Worksheet, shift: Shift) -> None:
    """Move heights and styles of rows; the repeated rows take those of the first."""
    from openpyxl.worksheet.dimensions import RowDimension

    kept = {row: place.row_dimensions[row] for row in list(place.row_dimensions)}
    place.row_dimensions.clear()
    for row, dimension in kept.items():
        dimension.index = shift.row(row)
        place.row_dimensions[dimension.index] = dimension
    first = kept.get(shift.at)
    if first is None:
        return
    for row in range(shift.at + 1, shift.at + shift.by + 1):
        made = RowDimension(place, index=row, ht=first.ht, outlineLevel=first.outlineLevel)
        made._style = copy(first._style)  # noqa: SLF001 - a style whole
        place.row_dimensions[row] = made


def _ranges(place: Worksheet, shift: Shift) -> None:
    """Move filters, tables, links, print areas and drawings."""
    if place.auto_filter.ref:
        place.auto_filter.ref = shift.range(place.auto_filter.ref)
    for table in place.tables.values():
        table.ref = shift.range(table.ref)
        if table.autoFilter is not None and table.autoFilter.ref:
            table.autoFilter.ref = shift.range(table.autoFilter.ref)
    for cell in place._cells.values():  # noqa: SLF001 - the others would make every empty cell
        if cell.hyperlink:
            cell.hyperlink.ref = cell.coordinate
    areas = _AREA.findall(str(place.print_area or ""))
    if areas:
        place.print_area = ",".join(shift.range(area.replace("$", "")) for area in areas)
    for drawn in [*place._images, *place._charts]:  # noqa: SLF001 - as above
        for corner in (getattr(drawn.anchor, "_from", None), getattr(drawn.anchor, "to", None)):
            if corner is not None:
                corner.row = shift.row(corner.row + 1) - 1


def _merged(place: Worksheet, shift: Shift) -> None:
    """Move merged cells; those of the repeated row are merged in each copy."""
    from openpyxl.worksheet.cell_range import MultiCellRange
    from openpyxl.worksheet.merge import MergedCellRange

    before = [
        (item.min_row, item.max_row, item.min_col, item.max_col) for item in place.merged_cells
    ]
    found = MultiCellRange()
    for item in list(place.merged_cells.ranges):
        item.min_row, item.max_row = shift.row(item.min_row), shift.row(item.max_row)
        found.ranges.add(MergedCellRange(place, item.coord))
    place.merged_cells = found
    for low, high, first, last in before:
        for row in range(shift.at + 1, shift.at + shift.by + 1) if low == high == shift.at else ():
            place.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def _checks(place: Worksheet, shift: Shift) -> None:
    """Move the lists of values that cells accept, and turn what they point to."""
    from openpyxl.worksheet.cell_range import MultiCellRange

    for checked in place.data_validations.dataValidation:
        if place.title == shift.sheet:
            checked.sqref = MultiCellRange(shift.range(str(checked.sqref)))
        for part in ("formula1", "formula2"):
            said = getattr(checked, part)
            if isinstance(said, str) and not said.startswith('"'):
                setattr(checked, part, shift.formula(f"={said}", place.title)[1:])


def _conditions(place: Worksheet, shift: Shift) -> None:
    """Move conditional formats, and turn what they point to."""
    from openpyxl.formatting.formatting import ConditionalFormattingList

    found = place.conditional_formatting
    place.conditional_formatting = ConditionalFormattingList()
    for item in found:
        for rule in item.rules:
            rule.formula = [
                shift.formula(f"={said}", place.title)[1:] for said in rule.formula or []
            ]
            cells = str(item.sqref)
            here = shift.range(cells) if place.title == shift.sheet else cells
            place.conditional_formatting.add(here, rule)


def _formulas(place: Worksheet, shift: Shift) -> None:
    """Turn the formulas of a sheet."""
    from openpyxl.worksheet.formula import ArrayFormula

    for cell in place._cells.values():  # noqa: SLF001 - the others would make every empty cell
        if cell.data_type != "f":
            continue
        if isinstance(cell.value, str):
            is_repeated = place.title == shift.sheet and cell.row == shift.at
            cell.value = shift.formula(cell.value, place.title, is_repeated=is_repeated)
        elif isinstance(cell.value, ArrayFormula):
            cell.value.text = shift.formula(str(cell.value.text), place.title)
            if place.title == shift.sheet:
                cell.value.ref = shift.range(cell.value.ref)


def _charts(place: Worksheet, shift: Shift) -> None:
    """Turn what the charts of a sheet draw."""
    for chart in place._charts:  # noqa: SLF001 - the library lists them nowhere else
        for series in chart.series:
            for part in ("val", "cat", "xVal", "yVal", "tx"):
                source = getattr(series, part, None)
                for name in ("numRef", "strRef", "multiLvlStrRef"):
                    pointed: Any = getattr(source, name, None)
                    if pointed is not None and pointed.f:
                        pointed.f = shift.drawn(pointed.f, place.title, is_name=part == "tx")
