"""Where a table starts: its row of titles, or its two rows joined, among the first lines of a file.

“Opening” over “Amount” is one title, “Opening Amount”; a title merged over several columns stands
before each of them. A row that holds a date or an amount is data, never a header.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from arlib.ingest.cells import as_text
from arlib.ingest.columns import REFERENCE, REQUIRED, match_headers, normalise, reduced_age
from arlib.ingest.columns import names as field_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from arlib.ingest.declaration import ListFormat
    from arlib.ingest.source import RawSheet, Source

SEPARATORS: Final = (";", "\t", ",", "|")
SCANNED_ROWS: Final = 60
_MIN_HEADERS: Final = 2
_LONGEST_TITLE: Final = 80
_VALUE: Final = re.compile(r"[+-]?[\s\d.,/:'()€$£%\u00a0\u202f-]*\d[\s\d.,/:'()€$£%\u00a0\u202f-]*")
_AGE: Final = re.compile(r"\d{1,3}\s*[-–/]\s*\d{1,3}|[+]\s*\d{1,3}|\d{1,3}\s*[+]")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table of a file starts: the header's line and its titles.

    ``row`` counts from 1; ``next_row`` is the first line of data and ``end_row`` the line after the
    last (None: to the end); ``first_row`` the first line above the header that belongs to the table;
    ``score`` says how much of the header was understood.
    """

    headers: tuple[str, ...]
    row: int
    next_row: int
    score: float
    separator: str | None = None
    sheet: RawSheet | None = field(default=None, repr=False)
    end_row: int | None = None
    first_row: int = 1


@dataclass(frozen=True, slots=True)
class HeadRow:
    """A row of words that may be a header; ``upper`` the row above it, when that may be its top."""

    titles: tuple[str, ...]
    row: int
    next_row: int
    separator: str | None = None
    sheet: RawSheet | None = field(default=None, repr=False)
    upper: tuple[str, ...] = ()
    upper_row: int = 0

    @property
    def names(self) -> frozenset[str]:
        """Return every title reduced, alone and joined with the one above it."""
        found = {key for title in self.titles for key in (normalise(title), reduced_age(title))}
        if self.upper:
            found |= {normalise(title) for title in self.upper}
            found |= {
                normalise(f"{a} {b}") for a, b in zip(_spread(self), self.titles, strict=True)
            }
        return frozenset(found - {""})


_SEEN: Final[WeakKeyDictionary[Source, tuple[HeadRow, ...]]] = WeakKeyDictionary()


def head_rows(source: Source) -> tuple[HeadRow, ...]:
    """Return the rows of words among the first of each sheet, or of the text by each separator."""
    if source not in _SEEN:
        found = _sheet_rows(source) if source.kind == "workbook" else _text_rows(source)
        _SEEN[source] = tuple(found)
    return _SEEN[source]


def find_layouts(
    source: Source, wanted: Iterable[str] = (), form: ListFormat | None = None
) -> list[Layout]:
    """Return the likely tables of a file, the best of each sheet or separator, best first.

    ``wanted`` are headers known to be there.
    """
    known = frozenset(normalise(title) for title in wanted)
    best: dict[tuple[str | None, str | None, int], Layout] = {}
    for row in head_rows(source):
        key = (row.sheet.name if row.sheet else None, row.separator, id(row.sheet))
        layout = layout_of(row, known, form)
        if layout and layout.score >= (best[key].score + 1 if key in best else 0.001):
            best[key] = layout
    return sorted(best.values(), key=lambda layout: -layout.score)


def layout_of(
    row: HeadRow, known: frozenset[str] = frozenset(), form: ListFormat | None = None
) -> Layout | None:
    """Return the layout that a row of words makes, its top joined when that says more; or None."""
    alone = score_header(row.titles, known, form)
    titles, start, score = row.titles, row.row, alone
    if row.upper:
        joined = join_titles(row, form)
        both = score_header(joined, known, form)
        if both >= alone + 1:
            titles, start, score = joined, row.upper_row, both
    if score <= 0:
        return None
    return Layout(titles, start, row.next_row, score, row.separator, row.sheet)


def score_header(
    cells: Sequence[str],
    known: frozenset[str] = frozenset(),
    form: ListFormat | None = None,
) -> float:
    """Return how much a row looks like a header: fields understood, required ones counting more."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < _MIN_HEADERS or any(is_value(cell) for cell in filled):
        return 0.0
    if known:
        return 100.0 * (known <= {normalise(cell) for cell in cells})
    match = match_headers(cells, form)
    bonus = 10.0 * match.has(REQUIRED) + 5.0 * match.has(REFERENCE)
    return len(match.fields) + bonus + min(len(filled), 30) / 1000


def is_value(cell: str) -> bool:
    """Tell a cell that holds a number or a date, not a title.

    >>> [is_value(text) for text in ("12,50", "31/12/2025", "2025-01-31", "1 - 30", "> 90", "Date")]
    [True, True, True, False, False, False]
    """
    text = cell.strip()
    return bool(_VALUE.fullmatch(text)) and not _AGE.fullmatch(text)


def join_titles(row: HeadRow, form: ListFormat | None = None) -> tuple[str, ...]:
    """Return the titles of two rows: joined when that is a known name, else the one that is."""
    known = field_names(form)

    def best(above: str, own: str, spread: str) -> str:
        single = spread.removesuffix("s")
        joined = (f"{spread} {own}", f"{own} {spread}", f"{single} {own}", f"{own} {single}")
        for title in (*(joined if own and spread else ()), own, above):
            if title and normalise(title) in known:
                return str(title)
        return " ".join(filter(None, (above, own)))

    columns = zip(_padded(row.upper, len(row.titles)), row.titles, _spread(row), strict=True)
    return tuple(best(above, own, spread) for above, own, spread in columns)


def _spread(row: HeadRow) -> tuple[str, ...]:
    """Return the row above with each title repeated over the blanks that follow it."""
    found: list[str] = []
    for title in _padded(row.upper, len(row.titles)):
        found.append(title or (found[-1] if found else ""))
    return tuple(found)


def _padded(titles: Sequence[str], width: int) -> tuple[str, ...]:
    return (*titles, *[""] * (width - len(titles)))[:width]


def _text_rows(source: Source) -> Iterator[HeadRow]:
    lines = source.head_lines(SCANNED_ROWS)
    for separator in SEPARATORS:
        reader = csv.reader((line + "\n" for line in lines), delimiter=separator)
        start, above = 1, None
        try:
            for cells in reader:
                own = words(cells)
                if own:
                    yield _head(own, start, reader.line_num + 1, above, separator, None)
                above = (own, start) if own else None
                start = reader.line_num + 1
        except csv.Error:
            continue


def _sheet_rows(source: Source) -> Iterator[HeadRow]:
    for sheet in source.sheets:
        above = None
        for number, row in enumerate(sheet.rows[:SCANNED_ROWS], start=1):
            own = words([cell if isinstance(cell, str) else as_text(cell) for cell in row])
            if own:
                yield _head(own, number, number + 1, above, None, sheet)
            above = (own, number) if own else None


def _head(
    titles: tuple[str, ...],
    row: int,
    next_row: int,
    above: tuple[tuple[str, ...], int] | None,
    separator: str | None,
    sheet: RawSheet | None,
) -> HeadRow:
    upper, upper_row = above or ((), 0)
    return HeadRow(titles, row, next_row, separator, sheet, upper, upper_row)


def words(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the cells of a row that holds words alone, blanks trimmed; nothing for any other."""
    titles = tuple(" ".join(cell.split()) for cell in cells)
    filled = [title for title in titles if title]
    if not filled or any(len(title) > _LONGEST_TITLE or is_value(title) for title in filled):
        return ()
    return titles
