"""What a sheet of a workbook holds, before any writer: columns of values, each of one kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, overload

if TYPE_CHECKING:
    import pandas as pd

PART: Final = 2048  # rows taken at a time
Kind = Literal["text", "amount", "integer", "days", "ratio", "number", "date", "mixed"]
WIDTHS: Final[dict[Kind, int]] = {
    "text": 14,
    "amount": 16,
    "integer": 10,
    "days": 11,
    "ratio": 10,
    "number": 11,
    "date": 12,
    "mixed": 20,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of its own kind, in a ``mixed`` column. Amounts are minor units of ``currency``."""

    value: Any
    kind: Kind = "text"
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, the kind of its values and the values, totals last.

    Amounts are minor units, each in the currency at the same place of ``currencies``. ``tint`` is
    the colour of the column's background, already pale.
    """

    title: str
    kind: Kind
    values: Sequence[Any]
    currencies: Sequence[Any] = ()
    width: int | None = None
    tint: str | None = None

    def cell(self, row: int) -> Cell:
        """Return the value of a row, counted from 0, with its kind."""
        value = self.values[row]
        if isinstance(value, Cell):
            return value
        return Cell(value, self.kind, self.currencies[row] if self.currencies else None)

    def part(self, start: int, stop: int) -> tuple[list[Any], list[Any]]:
        """Return some values, and the currency of each."""
        values = self.values
        found = self.currencies[start:stop] if self.currencies else [None] * (stop - start)
        return list(values[start:stop]), [code if isinstance(code, str) else None for code in found]


Range = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0


@dataclass(frozen=True, slots=True)
class Series:
    """Values of a chart: one colour for all of them, or one a value."""

    name: str
    cells: Range
    colours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart of cells of ``sheet``; it stands under the rows, or at their right."""

    title: str
    unit: str
    sheet: str
    categories: Range
    series: tuple[Series, ...]
    kind: Literal["column", "bar", "line"] = "column"
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A small line in a cell: of a row under the header (counted from 0), of some of its columns."""

    row: int
    column: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sum:
    """One live total above the header: the sum of some columns, of one currency.

    ``sums`` gives by column position the minor units shown before a spreadsheet counts again.
    ``only`` is the position of the column of currencies when the rows hold several; with one
    currency alone (None) the formula counts the rows the filter leaves.
    """

    label: str
    currency: str
    sums: Mapping[int, int]
    only: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a header row, rows, then ``count_totals`` total rows outside the filter.

    ``lines`` (the first is the title) and ``sums`` stand above the header.
    """

    title: str
    columns: tuple[Column, ...]
    count_totals: int = 0
    chart: Chart | None = field(default=None)
    lines: tuple[str, ...] = ()
    sums: tuple[Sum, ...] = ()
    sparklines: tuple[Sparkline, ...] = ()

    @property
    def count_rows(self) -> int:
        """Return the number of rows under the header, totals included."""
        return len(self.columns[0].values) if self.columns else 0

    @property
    def header_row(self) -> int:
        """Return the row of the header, counted from 0: under the lines, the sums and an empty row."""
        above = len(self.lines) + len(self.sums)
        return above + 1 if above else 0


@dataclass(frozen=True, slots=True)
class FrameColumns:
    """Makes columns from a frame and from total rows: mappings of the same names.

    ``totals`` each hold ``currency`` and the totals they know; the first text column carries their
    label.
    """

    frame: pd.DataFrame
    totals: Sequence[dict[str, Any]] = ()

    def text(self, title: str, name: str, width: int | None = None) -> Column:
        """Return a column of words."""
        return Column(title, "text", self._values(name), width=width)

    def words(
        self, title: str, name: str, words: dict[Any, str], width: int | None = None
    ) -> Column:
        """Return a column of codes written as words; an unknown code stays."""
        return Column(title, "text", self._values(name, words), width=width)

    def amount(
        self, title: str, name: str, *, currency: str = "currency", tint: str | None = None
    ) -> Column:
        """Return a column of amounts, each in its own currency."""
        return Column(title, "amount", self._values(name), self._values(currency), tint=tint)

    def figure(self, title: str, name: str, kind: Kind) -> Column:
        """Return a column of numbers or dates."""
        return Column(title, kind, self._values(name))

    def _values(self, name: str, words: Mapping[Any, str] | None = None) -> Taken:
        return Taken(self.frame[name], [total.get(name) for total in self.totals], words)


class Taken(Sequence[Any]):
    """The values of a column of a frame, taken some thousands at a time, then those of the total rows.

    A list of a million numbers takes ten times the memory of the column it comes from.
    """

    def __init__(
        self, column: pd.Series[Any], totals: list[Any], words: Mapping[Any, str] | None = None
    ) -> None:
        """Keep the column; ``words`` replaces codes, an unknown one stays."""
        self._column, self._totals, self._words = column, totals, words
        self._start, self._part = 0, list[Any]()

    def __len__(self) -> int:
        """Return the number of values, totals included."""
        return len(self._column) + len(self._totals)

    @overload
    def __getitem__(self, place: int) -> Any: ...

    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...

    def __getitem__(self, place: int | slice) -> Any:
        """Return one value, or a part as a list."""
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            return self._taken(start, stop) if step == 1 else list(self)[place]
        at = place if place >= 0 else place + len(self)
        if not 0 <= at < len(self):
            raise IndexError(place)
        if not self._start <= at < self._start + len(self._part):
            self._start = at - at % PART
            self._part = self._taken(self._start, self._start + PART)
        return self._part[at - self._start]

    def __iter__(self) -> Iterator[Any]:
        """Yield every value."""
        for start in range(0, len(self), PART):
            yield from self._taken(start, start + PART)

    def __eq__(self, other: object) -> bool:
        """Return True for the same values in the same order."""
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = object.__hash__

    def _taken(self, start: int, stop: int) -> list[Any]:
        count = len(self._column)
        found = [
            *self._column.iloc[start:stop].tolist(),
            *self._totals[max(start - count, 0) : max(stop - count, 0)],
        ]
        words = self._words
        return found if words is None else [words.get(value, value) for value in found]


def codes_of(frame: pd.DataFrame, name: str) -> list[Any]:
    """Return the distinct codes of a column, missing ones left out."""
    return list(frame[name].dropna().unique().tolist())


def pale(colour: str, strength: float = 0.35) -> str:
    """Return a colour laid over white at a strength.

    >>> pale("#000000")
    '#A6A6A6'
    """
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * strength):02X}" for part in parts)
