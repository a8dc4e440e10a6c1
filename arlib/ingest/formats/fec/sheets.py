"""A FEC opened and saved by a spreadsheet: its sheet written back as text."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from arlib.ingest.formats.fec.columns import find_layout
from arlib.ingest.reading import as_text as cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from arlib.ingest.source import Cell, Source

_SEARCHED: int = 30


def as_text(source: Source, most_rows: int | None = None) -> tuple[bytes, list[str]]:
    """Return the sheet of a workbook that holds a FEC as tabbed utf-8 text, and its first lines.

    Lines keep the numbers of the sheet's rows. Both empty when no sheet looks like a FEC.
    """
    for sheet in source.sheets:
        head = list(_lines(sheet.rows[:_SEARCHED]))
        if find_layout(head):
            lines = _lines(islice(sheet.rows, most_rows))
            return "\n".join(lines).encode(), head
    return b"", []


def _lines(rows: Iterable[Sequence[Cell]]) -> Iterable[str]:
    for row in rows:
        yield "\t".join(" ".join(cell_text(cell).split()) for cell in row)
