"""Sheets to an xlsx file: formats, page set-up, and text that can never become a formula."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_range_abs

from arlib.charts import palette
from arlib.i18n import MISSING, formats
from arlib.model.money import decimals
from arlib.reports.sheet import PART, WIDTHS, Cell, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from arlib.reports.sheet import Chart, Column, Series, Sum

A4: Final = 9
_FIRST_YEAR: Final = 1900
_LONGEST_TEXT: Final = 32_767
_LONGEST_HEADER: Final = 250
# XML refuses these; a spreadsheet could not open the file.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
NUMBERS: Final = {
    "integer": "#,##0",
    "days": "#,##0.0",
    "ratio": "0.0%",
    "number": "#,##0.0000",
    "date": "dd/mm/yyyy",
}
_ENDLESS: Final = (float("inf"), float("-inf"))
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Page:
    """What is printed around every sheet."""

    title: str
    right: str
    footer: str
    page_of: str
    created_on: date


def write(sheets: Sequence[Sheet], page: Page, lang: str) -> bytes:
    """Return the workbook as bytes; the same sheets always give the same bytes."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, dict(_OPTIONS)) as book:
        created = datetime.combine(page.created_on, time())  # no clock: same input, same bytes
        book.set_properties({"title": page.title, "created": created})
        styles = _Styles(book, lang)
        places = [(sheet, book.add_worksheet(sheet.title)) for sheet in sheets]
        for sheet, place in places:
            _set_up(place, sheet, page)
            _fill(place, sheet, styles)
            if sheet.chart is not None:
                _draw(book, place, sheet)
    return stream.getvalue()


def clean(value: Any) -> str:
    r"""Return text a spreadsheet can hold: no control character, 32 767 characters at most.

    >>> clean("A\x0bB")
    'AB'
    """
    return _CONTROLS.sub("", str(value))[:_LONGEST_TEXT]


@dataclass(slots=True)
class _Styles:
    """The formats of one workbook, made once each."""

    book: Workbook
    lang: str
    _known: dict[object, Format] = field(default_factory=dict)

    def header(self) -> Format:
        return self._make(
            "header",
            {
                "bold": True,
                "font_color": palette.HEADING,
                "bg_color": palette.PANEL,
                "bottom": 1,
                "bottom_color": palette.HEADING,
                "text_wrap": True,
                "valign": "top",
            },
        )

    def line(self, *, is_first: bool) -> Format:
        """Return the format of a line above the header: the title, then what it rests on."""
        if is_first:
            return self._make(
                "title", {"bold": True, "font_size": 14, "font_color": palette.HEADING}
            )
        return self._make("line", {"font_color": palette.INK_SECOND})

    def cell(self, cell: Cell, tint: str | None, *, is_total: bool) -> Format:
        key = ("cell", cell.kind, cell.currency, tint, is_total)
        style: dict[str, Any] = {"align": "left" if cell.kind == "text" else "right"}
        if cell.kind == "amount":
            style["num_format"] = amount_format(cell.currency, self.lang)
        elif cell.kind in NUMBERS:
            style["num_format"] = NUMBERS[cell.kind]
        else:
            style["num_format"] = "@"
        if tint:
            style["bg_color"] = tint
        if is_total:
            style |= {"bold": True, "top": 1}
        return self._make(key, style)

    def _make(self, key: object, style: dict[str, Any]) -> Format:
        if key not in self._known:
            self._known[key] = self.book.add_format(style)
        return self._known[key]


def amount_format(currency: str | None, lang: str) -> str:
    """Return the number format of a currency.

    >>> amount_format("EUR", "fr"), amount_format("XOF", "fr")[:7]
    ('#,##0.00 "€"', '#,##0 "')
    """
    digits = decimals(currency or "")
    symbol = formats(lang).unit("", currency) if currency else ""
    number = "#,##0." + "0" * digits if digits else "#,##0"
    return f'{number} "{symbol}"'.replace("\u202f", " ").replace("\xa0", " ") if symbol else number


def _set_up(place: Worksheet, sheet: Sheet, page: Page) -> None:
    """Set widths, frozen header, filter and print layout."""
    for position, column in enumerate(sheet.columns):
        place.set_column(position, position, column.width or WIDTHS[column.kind])
    head = sheet.header_row
    place.freeze_panes(head + 1, 0)
    last = head + max(sheet.count_rows - sheet.count_totals, 0)
    place.autofilter(head, 0, last, len(sheet.columns) - 1)
    place.set_landscape()
    place.set_paper(A4)
    place.fit_to_pages(1, 0)
    place.repeat_rows(head)
    place.set_header(_header(page))
    place.set_footer(f"&L{_escape(page.footer)}&R{page.page_of}")


def _header(page: Page) -> str:
    right = _escape(page.right)[: _LONGEST_HEADER // 2]
    return f"&L{_escape(page.title)[: _LONGEST_HEADER - len(right) - 4]}&R{right}"


def _escape(text: str) -> str:
    return clean(text).replace("&", "&&").rstrip("&")


def _fill(place: Worksheet, sheet: Sheet, styles: _Styles) -> None:
    """Write a sheet from its first row to its last: what is written leaves the memory."""
    for row, line in enumerate(sheet.lines):
        place.write_string(row, 0, clean(line), styles.line(is_first=row == 0))
    for row, total in enumerate(sheet.sums, len(sheet.lines)):
        _sum(place, sheet, total, row, styles)
    head = sheet.header_row
    for position, column in enumerate(sheet.columns):
        place.write_string(head, position, clean(column.title), styles.header())
    _rows(place, sheet, styles)
    for row in range(sheet.count_rows - sheet.count_totals, sheet.count_rows):
        for position, column in enumerate(sheet.columns):
            cell = column.cell(row)
            style = styles.cell(cell, column.tint, is_total=True)
            formula = total_formula(sheet, position, cell)
            if formula:
                place.write_formula(head + 1 + row, position, formula, style, major(cell))
            else:
                _write(place, (head + 1 + row, position), cell, style, is_total=True)
    for item in sheet.sparklines:
        row = head + 1 + item.row
        cells = xl_range_abs(row, item.first_column, row, item.last_column)
        place.add_sparkline(
            row,
            item.column,
            {
                "range": f"'{sheet.title}'!{cells}",
                "series_color": palette.BRAND,
                "last_point": True,
            },
        )


_Ready = tuple["Callable[..., Any]", Any, "Format"]


def _rows(place: Worksheet, sheet: Sheet, styles: _Styles) -> None:
    """Write the rows but the totals, some thousands at a time: a column made ready, then row by row."""
    count, first = sheet.count_rows - sheet.count_totals, sheet.header_row + 1
    for start in range(0, count, PART):
        stop = min(start + PART, count)
        ready = [_ready(place, column, (start, stop), styles) for column in sheet.columns]
        for row, cells in enumerate(zip(*ready, strict=True), first + start):
            for position, (write_cell, value, style) in enumerate(cells):
                write_cell(row, position, value, style)


def _ready(
    place: Worksheet, column: Column, part: tuple[int, int], styles: _Styles
) -> list[_Ready]:
    """Return what writes each cell of a part of a column, with its value and its format."""
    values, codes = column.part(*part)
    if column.kind == "mixed" or any(isinstance(value, Cell) for value in values):
        rows = range(*part)
        return [_one_ready(place, column.cell(row), column.tint, styles) for row in rows]
    gone = pd.isna(np.array(values, dtype=object)).tolist()
    if column.kind == "text":
        style = styles.cell(Cell(None), column.tint, is_total=False)
        return [
            (place.write_blank, None, style)
            if is_gone
            else (place.write_string, _shown(value), style)
            for value, is_gone in zip(values, gone, strict=True)
        ]
    if column.kind in {"amount", "date"}:
        cells = (Cell(None, column.kind, code) for code in dict.fromkeys(codes))
        by_code = {
            cell.currency: (
                styles.cell(cell, column.tint, is_total=False),
                10 ** decimals(cell.currency or ""),
            )
            for cell in cells
        }
        make = _dated if column.kind == "date" else _major
        return [
            (place.write_string, MISSING, by_code[code][0])
            if is_gone
            else make(place, value, *by_code[code])
            for value, is_gone, code in zip(values, gone, codes, strict=True)
        ]
    style = styles.cell(Cell(None, column.kind), column.tint, is_total=False)
    return [
        (place.write_string, MISSING, style)
        if is_gone or value in _ENDLESS
        else (place.write_number, float(value), style)
        for value, is_gone in zip(values, gone, strict=True)
    ]


def _one_ready(place: Worksheet, cell: Cell, tint: str | None, styles: _Styles) -> _Ready:
    """Return what writes a cell of its own kind."""

    def write_cell(row: int, position: int, value: Cell, style: Format) -> None:
        _write(place, (row, position), value, style, is_total=False)

    return write_cell, cell, styles.cell(cell, tint, is_total=False)


def _shown(value: Any) -> str:
    """Return a text as ``clean`` does; most need nothing."""
    if type(value) is str and len(value) <= _LONGEST_TEXT and value.isprintable():
        return value
    return clean(value)


def _major(place: Worksheet, value: Any, style: Format, unit: int) -> _Ready:
    if value in _ENDLESS:
        return place.write_string, MISSING, style
    return place.write_number, int(value) / unit, style


def _dated(place: Worksheet, value: Any, style: Format, _unit: int) -> _Ready:
    if value.year < _FIRST_YEAR:
        return place.write_string, clean(value), style
    return place.write_datetime, _moment(value), style


def _sum(place: Worksheet, sheet: Sheet, total: Sum, row: int, styles: _Styles) -> None:
    """Write a live total, each cell with its value for readers that do not count."""
    first, last = sheet.header_row + 1, sheet.header_row + sheet.count_rows
    words = styles.cell(Cell(total.label), None, is_total=True)
    for position in range(len(sheet.columns)):
        if position == 0:
            place.write_string(row, 0, clean(total.label), words)
        elif position not in total.sums:
            place.write_blank(row, position, None, words)
        else:
            cell = Cell(total.sums[position], "amount", total.currency)
            place.write_formula(
                row,
                position,
                _formula(total, first, last, position),
                styles.cell(cell, None, is_total=True),
                major(cell),
            )


def total_formula(sheet: Sheet, position: int, cell: Cell) -> str | None:
    """Return the live formula of a total row's amount: the rows above of its currency summed.

    None when those rows do not make the total (one that another sheet shares, or that leaves rows
    out): it is then written as a value.
    """
    column = sheet.columns[position]
    if column.kind != "amount" or _is_missing(cell.value):
        return None
    count = sheet.count_rows - sheet.count_totals
    codes = list(column.currencies)[:count]
    known = zip(list(column.values)[:count], codes, strict=True)
    own = sum(
        int(value) for value, code in known if code == cell.currency and not _is_missing(value)
    )
    if own != int(cell.value):
        return None
    first, last = sheet.header_row + 1, sheet.header_row + count
    summed = xl_range_abs(first, position, last, position)
    if set(codes) <= {cell.currency}:
        return f"=SUBTOTAL(109,{summed})"
    place = _codes_column(sheet, codes)
    if place is None:
        return None
    return f'=SUMIFS({summed},{xl_range_abs(first, place, last, place)},"{cell.currency}")'


def _codes_column(sheet: Sheet, codes: list[Any]) -> int | None:
    """Return the column that tells the currency of each row."""
    for place, column in enumerate(sheet.columns):
        if column.kind == "text" and list(column.values)[: len(codes)] == codes:
            return place
    return None


def _formula(total: Sum, first: int, last: int, position: int) -> str:
    summed = xl_range_abs(first, position, last, position)
    if total.only is None:
        return f"=SUBTOTAL(109,{summed})"
    codes = xl_range_abs(first, total.only, last, total.only)
    return f'=SUMIFS({summed},{codes},"{total.currency}")'


def major(cell: Cell) -> float:
    """Return an amount in units: division by a power of ten is exact to the cent."""
    return float(int(cell.value) / 10 ** decimals(cell.currency or ""))


def _write(
    place: Worksheet, at: tuple[int, int], cell: Cell, style: Format, *, is_total: bool
) -> None:
    """Write one value; what is missing is a dash, in a total row nothing."""
    if _is_missing(cell.value):
        shown = "" if is_total or cell.kind == "text" else MISSING
        if shown:
            place.write_string(*at, shown, style)
        else:
            place.write_blank(*at, None, style)
    elif cell.kind == "date" and cell.value.year >= _FIRST_YEAR:
        place.write_datetime(*at, _moment(cell.value), style)
    elif cell.kind == "amount":
        place.write_number(*at, major(cell), style)
    elif cell.kind in {"integer", "days", "ratio", "number"}:
        place.write_number(*at, float(cell.value), style)
    else:
        place.write_string(*at, clean(cell.value), style)


def _is_missing(value: Any) -> bool:
    return bool(pd.isna(value)) or value in (float("inf"), float("-inf"))


def _moment(value: date) -> datetime:
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a spreadsheet's day has no zone


def _draw(book: Workbook, place: Worksheet, sheet: Sheet) -> None:
    """Insert the chart of a sheet under its rows, or at their right."""
    source = sheet.chart
    if source is None:
        return
    chart = book.add_chart({"type": source.kind})
    for series in source.series:
        chart.add_series(_series(source, series))
    chart.set_title(
        {"name": source.title, "overlay": False, "name_font": {"size": 12, "color": palette.INK}}
    )
    chart.set_legend({"none": True} if len(source.series) == 1 else {"position": "bottom"})
    values = {
        "name": source.unit,
        "major_gridlines": {"visible": True, "line": {"color": palette.GRID}},
        "num_format": "#,##0",
        "min": 0 if source.kind != "line" else None,
    }
    if source.kind == "bar":
        chart.set_x_axis(values)
        chart.set_y_axis({"reverse": True})
    else:
        chart.set_y_axis(values)
    chart.set_size({"width": 620, "height": 340})
    if source.is_right:
        place.insert_chart(sheet.header_row + 1, len(sheet.columns) + 1, chart)
    else:
        place.insert_chart(sheet.header_row + sheet.count_rows + 2, 0, chart)


def _series(source: Chart, series: Series) -> dict[str, Any]:
    """Return one series as the writer of charts takes it."""
    found: dict[str, Any] = {
        "categories": [source.sheet, *source.categories],
        "values": [source.sheet, *series.cells],
        "name": series.name or source.title,
    }
    if source.kind == "line":
        return found | {"line": {"color": series.colours[0], "width": 2}}
    found |= {"gap": 60, "data_labels": {"value": True, "num_format": "#,##0"}}
    if len(series.colours) == 1:
        return found | {"fill": {"color": series.colours[0]}}
    points = [
        {"fill": {"color": colour}, "border": {"color": palette.REST}} for colour in series.colours
    ]
    return found | {"points": points}
