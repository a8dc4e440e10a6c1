"""One table of a file as columns of text; tables of the same titles put one under the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from arlib.ingest.cells import Column
from arlib.ingest.columns import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file: its headers, its columns and the line number of each row.

    ``columns`` holds only the positions asked for. ``above`` are the filled lines above the header.
    ``ragged`` are the lines that do not fit the header: (line number, count of fields, text).
    ``row_sheets`` names the sheet of each row when they come from several; ``parts`` are the other
    tables put under this one, for their own lines above and ragged lines. ``count_merged`` lines took
    their customer from a merged cell.
    """

    name: str | None
    headers: tuple[str, ...]
    header_row: int
    columns: dict[int, Column]
    row_numbers: np.ndarray
    separator: str | None = None
    above: tuple[tuple[int, str], ...] = ()
    ragged: tuple[tuple[int, int, str], ...] = ()
    row_sheets: pa.Array | None = None
    parts: tuple[Sheet, ...] = ()
    count_merged: int = 0

    @property
    def sheet_names(self) -> pa.Array:
        """Return the sheet of each row."""
        import pyarrow as pa

        if self.row_sheets is not None:
            return self.row_sheets
        return pa.repeat(pa.scalar(self.name, pa.string()), len(self.row_numbers))


def select(sheet: Sheet, kept: np.ndarray) -> Sheet:
    """Return the rows of a sheet at the positions ``kept``, in that order."""
    import pyarrow as pa

    index = pa.array(kept)

    def mask(marks: np.ndarray | None) -> np.ndarray | None:
        return None if marks is None else marks[kept]

    columns = {
        position: Column(
            column.title, column.text.take(index), mask(column.is_number), mask(column.is_date)
        )
        for position, column in sheet.columns.items()
    }
    names = None if sheet.row_sheets is None else sheet.row_sheets.take(index)
    return replace(sheet, columns=columns, row_numbers=sheet.row_numbers[kept], row_sheets=names)


def stack(sheets: Sequence[Sheet]) -> Sheet:
    """Return tables of the same titles as one, in their order, whatever the order of their columns."""
    import pyarrow as pa

    first, *others = sheets
    if not others:
        return first
    places = [_places(first, other) for other in others]
    columns = {
        position: _joined(
            [column, *(_column(o, p.get(position)) for o, p in zip(others, places, strict=True))]
        )
        for position, column in first.columns.items()
    }
    return replace(
        first,
        columns=columns,
        row_numbers=np.concatenate([sheet.row_numbers for sheet in sheets]),
        row_sheets=pa.concat_arrays([sheet.sheet_names for sheet in sheets]),
        parts=tuple(others),
    )


def titles_key(headers: Sequence[str]) -> tuple[str, ...]:
    """Return what two tables of the same columns share, whatever their order and their blanks."""
    return tuple(sorted(filter(None, map(normalise, headers))))


def _places(first: Sheet, other: Sheet) -> dict[int, int]:
    """Return, for each column of ``first``, its place in ``other``: equal titles in their order."""
    keys = [normalise(header) for header in other.headers]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for position, header in enumerate(first.headers):
        same = (i for i, key in enumerate(keys) if key == normalise(header) and i not in taken)
        place = next(same, None)
        if place is not None:
            found[position] = place
            taken.add(place)
    return found


def _column(sheet: Sheet, place: int | None) -> Column:
    """Return the column at a place; a blank one when the table has it not (it had no title)."""
    import pyarrow as pa

    if place in sheet.columns:
        return sheet.columns[place]
    return Column("", pa.repeat(pa.scalar("", pa.string()), len(sheet.row_numbers)))


def _joined(columns: Sequence[Column]) -> Column:
    import pyarrow as pa

    def marks(name: str) -> np.ndarray | None:
        found = [getattr(column, name) for column in columns]
        if all(mark is None for mark in found):
            return None
        none = [np.zeros(len(column.text), dtype=bool) for column in columns]
        return np.concatenate([n if f is None else f for f, n in zip(found, none, strict=True)])

    text = pa.concat_arrays([column.text for column in columns])
    return Column(columns[0].title, text, marks("is_number"), marks("is_date"))
