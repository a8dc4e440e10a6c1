"""Bytes to raw tables: separator, header row, columns as text, line numbers as the user sees them.

A layout says where a table starts (``arlib.ingest.headers``); a text is read by
``arlib.ingest.texts``, a worksheet here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from arlib.ingest.cells import as_text, columns_of, make_column
from arlib.ingest.headers import SEPARATORS, Layout, find_layouts, score_header
from arlib.ingest.sheet import Sheet
from arlib.ingest.texts import mend_lines, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from arlib.ingest.source import Cell, RawSheet, Source

__all__ = [
    "SEPARATORS",
    "Layout",
    "Sheet",
    "as_text",
    "find_layouts",
    "make_column",
    "mend_lines",
    "read_sheet",
    "row_text",
    "score_header",
]


def read_sheet(source: Source, layout: Layout, positions: Iterable[int] | None = None) -> Sheet:
    """Return the table of a layout; ``positions`` limits the columns kept (None: all)."""
    kept = sorted(set(range(len(layout.headers)) if positions is None else positions))
    if layout.sheet is not None:
        return _read_rows(layout, layout.sheet, kept)
    return read_text(source, layout, kept)


def row_text(row: Sequence[Cell]) -> str:
    """Return the filled cells of a row of a worksheet, joined by a blank."""
    return " ".join(as_text(cell) for cell in row if cell != "").strip()


def _read_rows(layout: Layout, sheet: RawSheet, kept: Sequence[int]) -> Sheet:
    """Return the table of a worksheet."""
    end = None if layout.end_row is None else layout.end_row - 1
    rows = sheet.rows[layout.next_row - 1 : end]
    last = len(rows)
    while last and all(cell == "" for cell in rows[last - 1]):
        last -= 1
    rows = rows[:last]
    return Sheet(
        sheet.name,
        layout.headers,
        layout.row,
        columns_of(layout.headers, rows, kept),
        np.arange(len(rows), dtype=np.int64) + layout.next_row,
        above=tuple(
            (number, row_text(row))
            for number, row in enumerate(sheet.rows[: layout.row - 1], start=1)
            if number >= layout.first_row and any(cell != "" for cell in row)
        ),
    )
