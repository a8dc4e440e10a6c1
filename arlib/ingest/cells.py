"""Cells of any type as columns of text, true numbers and true dates marked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from arlib.ingest.source import Cell

_NUMBERS: Final = (int, float)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title and every cell as text.

    ``is_number`` and ``is_date`` mark the cells that a workbook holds as true numbers (written with
    a point) and true dates (written ISO); both None when all cells are text.
    """

    title: str
    text: pa.Array
    is_number: np.ndarray | None = None
    is_date: np.ndarray | None = None


def columns_of(
    titles: Sequence[str], rows: Sequence[Sequence[Cell]], kept: Sequence[int]
) -> dict[int, Column]:
    """Return the columns at the positions ``kept`` of rows as wide as the titles."""
    return {
        position: make_column(titles[position], list(map(itemgetter(position), rows)))
        for position in kept
    }


def make_column(title: str, cells: Sequence[Cell]) -> Column:
    """Return a column of cells of any type as text, true numbers and true dates marked."""
    import pyarrow as pa

    kinds = set(map(type, cells))
    if kinds <= {str}:
        return Column(title, pa.array(cells, pa.string()))
    if plain := _of_one_type(cells, kinds - {str}):
        text, is_filled = plain
        is_date = kinds <= {dt.date, str}
        return Column(title, text, *((None, is_filled) if is_date else (is_filled, None)))
    types = [type(cell) for cell in cells]
    writers = {kind: _WRITERS.get(kind, str) for kind in kinds}
    text = [writers[kind](cell) for kind, cell in zip(types, cells, strict=True)]
    masks = [
        np.array([kind in wanted for kind in types], dtype=bool) if kinds & set(wanted) else None
        for wanted in (_NUMBERS, (dt.date, dt.datetime))
    ]
    return Column(title, pa.array(text, pa.string()), *masks)


def _of_one_type(cells: Sequence[Cell], kinds: set[type]) -> tuple[Any, np.ndarray] | None:
    """Return the texts of a column of dates alone, or of numbers alone, and where they stand.

    Blanks apart, most columns of a workbook hold one type: Arrow then writes them all at once.
    None when the column holds anything else, or numbers that Arrow would write with an exponent.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if kinds not in ({dt.date}, {float}):
        return None
    values = [None if cell == "" else cell for cell in cells]
    is_date = kinds == {dt.date}
    try:
        column = pa.array(values, pa.date32() if is_date else pa.float64())
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # a word among them
        return None
    if is_date:
        text = column.cast(pa.string())
    else:
        numbers = column.fill_null(0.0)
        if (
            pc.max(pc.abs(numbers)).as_py() >= _EXPONENT
            or not pc.all(pc.is_finite(numbers)).as_py()
        ):
            return None
        whole = pc.equal(numbers, pc.floor(numbers))
        digits = pc.if_else(whole, numbers, 0.0).cast(pa.int64()).cast(pa.string())
        small = pc.any(pc.and_(pc.invert(whole), pc.less(pc.abs(numbers), _SMALL))).as_py()
        if small:
            return None
        text = pc.if_else(whole, digits, numbers.cast(pa.string()))
        text = pc.if_else(column.is_valid(), text, None)
    return text.fill_null(""), column.is_valid().to_numpy(zero_copy_only=False)


def as_text(cell: Cell) -> str:
    """Return a cell as text: whole numbers without point, dates ISO without their time."""
    return _WRITERS.get(type(cell), str)(cell)


def _number_text(value: Any) -> str:
    return str(int(value)) if float(value).is_integer() else repr(value)


# Between these, Arrow writes a float as Python does: plain digits, the shortest that read back.
_EXPONENT: Final = 1e9
_SMALL: Final = 1e-3
_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    str: lambda cell: cell,
    bool: lambda cell: "true" if cell else "false",
    int: str,
    float: _number_text,
    dt.date: dt.date.isoformat,
    dt.datetime: lambda cell: cell.date().isoformat(),
}
