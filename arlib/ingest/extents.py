"""How far the cells of a sheet reach, read from its XML before a reader allocates the rectangle.

A reader of workbooks holds a sheet as a full rectangle: two cells far apart in a file of five
kilobytes ask for gigabytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

# 32 bytes a cell in the reader: one gigabyte. A full sheet of 1,048,576 rows by 32 columns.
MAX_CELLS: Final = 1 << 25
_REFERENCE: Final = re.compile(
    rb"""<c\s(?:[^>]*?\s)?r\s*=\s*["']\$?([A-Za-z]{1,4})\$?(\d{1,9})["'][^>]*?(/?)>"""
)
_CELL_START: Final = '<c r="'
_ROW: Final = re.compile(rb"<table:table-row\b([^>]*?)(/?)>")
_CELL: Final = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(/?)>")
_ROWS_REPEATED: Final = re.compile(rb'number-rows-repeated\s*=\s*["\'](\d{1,9})["\']')
_COLUMNS_REPEATED: Final = re.compile(rb'number-columns-repeated\s*=\s*["\'](\d{1,9})["\']')
_REFERENCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Extent:
    """The last row and the last column that hold something, counted from 1."""

    rows: int = 0
    columns: int = 0
    # rows passed so far, filled or not: a spreadsheet of OpenDocument counts them by repetition
    rows_passed: int = 0
    # False when a filled cell has no reference, or one spelled as no spreadsheet spells it
    is_sure: bool = True

    @property
    def count_cells(self) -> int:
        """Return the cells of the rectangle from A1."""
        return self.rows * self.columns

    @property
    def corner(self) -> str:
        """Return the last cell of the rectangle as a user writes it, e.g. ``XFD1048576``."""
        letters, left = "", self.columns
        while left:
            left, digit = divmod(left - 1, 26)
            letters = chr(65 + digit) + letters
        return f"{letters}{self.rows}"


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the tags of a piece of XML begin: what looks for several tags goes through it once.

    ``at`` are the places of every ``<``, ``follows`` what stands after each.
    """

    raw: np.ndarray
    at: np.ndarray
    follows: np.ndarray

    def has(self, sign: str) -> bool:
        """Tell whether some ``<`` is followed by this character."""
        return bool((self.follows == ord(sign)).any())

    def after(self, signs: str) -> np.ndarray:
        """Return the places of the ``<`` that these characters follow."""
        found: np.ndarray = self.at[self.follows == ord(signs[0])]
        for offset, sign in enumerate(signs[1:], start=2):
            found = found[self.raw[found + offset] == ord(sign)]
        return found


def marks(xml: bytes) -> Marks:
    """Return the tags of a piece of XML."""
    raw = np.frombuffer(xml + b" " * (len(_CELL_START) + _REFERENCE_BYTES), dtype=np.uint8)
    at = np.flatnonzero(raw == ord("<"))
    return Marks(raw, at, raw[at + 1])


def any_extent(xml: bytes, so_far: Extent, tags: Marks | None = None) -> Extent:
    """Return how far the references of a piece of worksheet XML go, empty cells included; fast."""
    tags = tags or marks(xml)
    at = tags.after(_CELL_START[1:])
    rows, columns = _numbers(tags.raw, at + len(_CELL_START))
    return Extent(
        max(so_far.rows, int(rows.max(initial=0))),
        max(so_far.columns, int(columns.max(initial=0))),
        is_sure=so_far.is_sure and len(at) >= len(tags.after("/c>")),
    )


def filled_extent(xml: bytes, so_far: Extent) -> Extent:
    """Return how far the filled cells go: one that only carries a colour is not read."""
    filled = [found for found in _REFERENCE.finditer(xml) if not found[3]]
    rows = max((int(found[2]) for found in filled), default=0)
    columns = max((_column(found[1]) for found in filled), default=0)
    return Extent(max(so_far.rows, rows), max(so_far.columns, columns))


def _numbers(raw: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the row and the column of the references that begin at ``at``."""
    rows = np.zeros(len(at), dtype=np.int64)
    columns = np.zeros(len(at), dtype=np.int64)
    is_open = np.ones(len(at), dtype=bool)
    for offset in range(_REFERENCE_BYTES):
        sign = raw[at + offset]
        is_letter = is_open & (sign >= ord("A")) & (sign <= ord("Z")) & (rows == 0)
        is_digit = is_open & (sign >= ord("0")) & (sign <= ord("9"))
        is_open = is_letter | is_digit
        if not is_open.any():
            break
        if is_letter.any():
            columns = np.where(is_letter, columns * 26 + sign - 64, columns)
        if is_digit.any():
            rows = np.where(is_digit, rows * 10 + sign - 48, rows)
    return rows, columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def ods_extent(xml: bytes, so_far: Extent) -> Extent:
    """Return the extent of a piece of OpenDocument XML together with what came before it.

    Rows of several sheets are counted as one: the bound is never too low.
    """
    rows, columns, passed = so_far.rows, so_far.columns, so_far.rows_passed
    marks = list(_ROW.finditer(xml))
    ends = [*(mark.start() for mark in marks[1:]), len(xml)][: len(marks)]
    for mark, end in zip(marks, ends, strict=True):
        passed += _repeats(_ROWS_REPEATED, mark[1])
        width = _width(xml[mark.end() : end]) if not mark[2] else 0
        if width:
            rows, columns = passed, max(columns, width)
    return Extent(rows, columns, passed)


def _width(row: bytes) -> int:
    """Return the last filled column of a row."""
    if b"-repeated" not in row:
        return row.count(b"table-cell") if b"office:" in row or b"<text:" in row else 0
    column = last = 0
    for cell in _CELL.finditer(row):
        column += _repeats(_COLUMNS_REPEATED, cell[1])
        if not cell[2] or b"office:" in cell[1]:
            last = column
    return last


def _repeats(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1
