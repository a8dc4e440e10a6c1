"""What a workbook shows or hides beside its cells: merged ranges, hidden rows and columns, formulas.

Read from the sheets of an .xlsx as bytes; of the other kinds of workbook only merged ranges are
known.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, replace
from html import unescape
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import numpy as np

from arlib.ingest.cells import Column
from arlib.ingest.gate import workbook_errors
from arlib.ingest.ods_marks import merged_ranges
from arlib.ingest.package import zip_errors
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.ingest.columns import Match
    from arlib.ingest.lines import Lines
    from arlib.ingest.package import SheetScan
    from arlib.ingest.sheet import Sheet
    from arlib.ingest.source import Source

_SHEET: Final = re.compile(rb"<sheet\b[^>]*>")
_RELATION: Final = re.compile(rb"<Relationship\b[^>]*>")
_COLUMN: Final = re.compile(rb'<col\b[^>]*\bhidden="(?:1|true)"[^>]*>')
_MERGED: Final = re.compile(rb'<mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_WIDEST: Final = 1_000  # beyond, hidden columns are the empty rest of the sheet
# Amounts are never spread: the amount of a merged cell is one amount.
_AMOUNTS: Final = frozenset(
    {"amount", "open", "paid", "amount_local", "debit", "credit", "tax", "limit"}
)


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one sheet; ``merged`` ranges are (first row, first column, last row, last column).

    Rows count from 1, columns from 0.
    """

    count_hidden_rows: int = 0
    count_hidden_columns: int = 0
    merged: tuple[tuple[int, int, int, int], ...] = ()


_SEEN: Final[WeakKeyDictionary[Source, dict[str, Marks]]] = WeakKeyDictionary()


def marks_of(source: Source, sheet_name: str) -> Marks:
    """Return the marks of a sheet; those of all sheets are read at once."""
    known = _SEEN.get(source)
    if known is None:
        known = _SEEN[source] = _read_zipped(source) if source.book.startswith(b"PK") else {}
        for name, ranges in () if known else merged_ranges(source.book).items():
            known[name] = Marks(merged=ranges)
    if sheet_name not in known:
        known[sheet_name] = Marks(merged=_other_merged(source, sheet_name))
    return known[sheet_name]


def fill_merged(source: Source, sheet: Sheet, match: Match) -> Sheet:
    """Return a sheet in which the lines of a merged cell all hold its value, amounts apart."""
    if source.kind != "workbook" or sheet.name is None or not len(sheet.row_numbers):
        return sheet
    tall = [area for area in marks_of(source, sheet.name).merged if area[2] > area[0]]
    filled = 0
    columns = dict(sheet.columns)
    for name, place in match.fields.items():
        index = _spread(sheet.row_numbers, [a for a in tall if a[1] <= place <= a[3]])
        if index is None or name in _AMOUNTS or place not in columns:
            continue
        if columns[place] is sheet.columns[place]:  # a column may serve two fields
            columns[place] = _taken(columns[place], index)
        if name in {"customer_id", "customer_name"}:
            filled = max(filled, int((index != np.arange(len(index))).sum()))
    return replace(sheet, columns=columns, count_merged=filled)


def note_marks(source: Source, lines: Lines) -> None:
    """Note the hidden rows and columns that were read, merged customers, formulas without value."""
    if source.kind != "workbook":
        return
    for sheet in (lines.sheet, *lines.sheet.parts):
        if sheet.name is None:
            continue
        marks = marks_of(source, sheet.name)
        for code, number in (
            ("hidden_rows_read", marks.count_hidden_rows),
            ("hidden_columns_read", marks.count_hidden_columns),
            ("merged_cells_filled", sheet.count_merged),
        ):
            if number:
                lines.findings.add_file(code, "note", value=str(number))
    if source.count_blank_formulas:
        count = str(source.count_blank_formulas)
        lines.findings.add_file("formulas_without_values", "doubtful", value=count)


def _spread(row_numbers: np.ndarray, areas: list[tuple[int, int, int, int]]) -> np.ndarray | None:
    """Return, for each row, the position of the row that holds its value; None when all their own."""
    if not areas:
        return None
    index = np.arange(len(row_numbers))
    for top, _, bottom, _ in areas:
        inside = np.flatnonzero((row_numbers >= top) & (row_numbers <= bottom))
        if len(inside) > 1 and row_numbers[inside[0]] == top:
            index[inside] = inside[0]
    return index


def _taken(column: Column, index: np.ndarray) -> Column:
    import pyarrow as pa

    masks = (None if m is None else m[index] for m in (column.is_number, column.is_date))
    return Column(column.title, column.text.take(pa.array(index)), *masks)


def _read_zipped(source: Source) -> dict[str, Marks]:
    """Return the marks of every sheet of an .xlsx."""
    with zip_errors(), zipfile.ZipFile(io.BytesIO(source.book)) as archive:
        paths = _paths(archive)
    parts = source.scan.sheets
    return {name: _marks(parts[path]) for name, path in paths.items() if path in parts}


def _marks(part: SheetScan) -> Marks:
    merged = tuple(
        (int(top), _place(left), int(bottom), _place(right))
        for left, top, right, bottom in _MERGED.findall(part.tail)
    )
    return Marks(part.count_hidden_rows, _hidden_columns(part.head), merged)


def _hidden_columns(head: bytes) -> int:
    count = 0
    for column in _COLUMN.findall(head):
        start, end = _attribute(column, b"min"), _attribute(column, b"max")
        if start.isdigit() and end.isdigit():
            count += max(min(int(end), _WIDEST) - int(start) + 1, 0)
    return count


def _paths(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Return sheet name -> its file in the archive."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    targets = {
        _attribute(tag, b"Id"): _attribute(tag, b"Target")
        for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels"))
    }
    found = {}
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        target = targets.get(_attribute(tag, b"r:id"), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found[unescape(_attribute(tag, b"name"))] = path
    return found


def _attribute(tag: bytes, name: bytes) -> str:
    match = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return match[1].decode("utf-8", errors="replace") if match else ""


def _place(letters: bytes) -> int:
    """Return the place of a column from its letters: A is 0."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1


def _other_merged(source: Source, sheet_name: str) -> tuple[tuple[int, int, int, int], ...]:
    """Return the merged ranges that the reader of workbooks gives for .xls."""
    import python_calamine as calamine

    try:
        with workbook_errors():
            book = calamine.load_workbook(io.BytesIO(source.book))
            ranges = book.get_sheet_by_name(sheet_name).merged_cell_ranges or []
    except UserError:
        return ()
    return tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)
