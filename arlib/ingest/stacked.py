"""Several tables one under the other in a sheet: found by their own headers, cut, read or named."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.asides import any_date
from arlib.ingest.cells import as_text
from arlib.ingest.headers import HeadRow, words
from arlib.ingest.reading import row_text
from arlib.ingest.tables import Choice, Table, table_of
from arlib.model.issues import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arlib.ingest.declaration import ListFormat
    from arlib.ingest.headers import Layout
    from arlib.ingest.lines import Lines
    from arlib.ingest.source import Source

_MOST: Final = 20_000  # rows of words looked at in one file


def cut(source: Source, lines: Lines, choice: Choice, form: ListFormat | None) -> Choice | None:
    """Return the choice with each table ended where the next begins; None when none begins below."""
    suspects = _suspects(lines)
    if not suspects:
        return None
    tables = list(choice.items)
    found: list[Table] = []
    for table in tables:
        found += _below(source, table, suspects, form)
    if not found:
        return None
    return _ended(choice, found)


def rows_left(source: Source, choice: Choice) -> list[Issue]:
    """Return one issue for each filled row of a table that stands beside those read and was not."""
    read = {(id(t.layout.sheet), t.layout.separator) for t in (*choice.items, *choice.references)}
    issues = []
    for table in choice.left:
        layout = table.layout
        if (id(layout.sheet), layout.separator) not in read:
            continue
        name = layout.sheet.name if layout.sheet else None
        for row, text in _filled_rows(source, layout):
            issues.append(Issue("other_table", "ignored", name, row, value=text[:80]))
    return issues


def _suspects(lines: Lines) -> dict[str | None, list[int]]:
    """Return, by sheet, the numbers of the rows that hold words but neither date nor amount."""
    plain = ~any_date(lines)
    for column in lines.amounts.values():
        plain &= column.is_null().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(plain)[:_MOST]
    found: dict[str | None, list[int]] = {}
    names = lines.sheet.row_sheets
    for row in rows.tolist():
        name = lines.sheet.name if names is None else names[row].as_py()
        found.setdefault(name, []).append(int(lines.sheet.row_numbers[row]))
    for sheet in (lines.sheet, *lines.sheet.parts):
        found.setdefault(sheet.name, []).extend(number for number, _, _ in sheet.ragged)
    return {name: sorted(set(numbers)) for name, numbers in found.items() if numbers}


def _below(
    source: Source,
    table: Table,
    suspects: dict[str | None, list[int]],
    form: ListFormat | None,
) -> Iterator[Table]:
    """Yield the tables whose header stands among the rows of ``table``."""
    layout = table.layout
    name = layout.sheet.name if layout.sheet else None
    above: tuple[tuple[str, ...], int] | None = None
    current = table
    for number, cells in _cells(source, layout, suspects.get(name, [])):
        titles = words(cells)
        upper = above if above and above[1] == number - 1 else ((), 0)
        above = (titles, number) if titles else None
        if not titles:
            continue
        row = HeadRow(titles, number, number + 1, layout.separator, layout.sheet, *upper)
        found = (table_of(source, row, form) if form else None) or table_of(
            source, row, any_kind=True
        )
        # The same titles again are the header of the next page, unless another table stood between.
        if found is None or (found.key == current.key and _same_order(found, current)):
            continue
        current = found
        yield replace(found, layout=replace(found.layout, first_row=found.layout.row))


def _same_order(one: Table, other: Table) -> bool:
    return [t for t in one.layout.headers if t] == [t for t in other.layout.headers if t]


def _ended(choice: Choice, found: Sequence[Table]) -> Choice:
    """Return the choice with the tables found placed, and every table ended by the next."""
    main = choice.items[0]
    tables = [*choice.items, *found]
    starts = sorted({(id(t.layout.sheet), t.layout.row) for t in tables})

    def end(table: Table) -> Table:
        place = (id(table.layout.sheet), table.layout.row)
        after = [row for sheet, row in starts if sheet == place[0] and row > place[1]]
        return replace(table, layout=replace(table.layout, end_row=min(after, default=None)))

    ended = [end(table) for table in tables]
    items = [
        t for t in ended if t.is_items and t.key == main.key and t.is_payables == main.is_payables
    ]
    lists = [t for t in ended if t.is_reference and not t.is_payables]
    left = [t for t in ended if t not in items and t not in lists]
    items.sort(key=lambda t: (t.layout.sheet is not main.layout.sheet, t.layout.row))
    return Choice(tuple(items), (*choice.references, *lists), (*choice.left, *left))


def _cells(
    source: Source, layout: Layout, numbers: Sequence[int]
) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of the rows at these numbers, within the table."""
    inside = [n for n in numbers if n >= layout.next_row and n < (layout.end_row or n + 1)]
    if layout.sheet is not None:
        for number in inside:
            yield number, [as_text(cell) for cell in layout.sheet.rows[number - 1]]
        return
    content = source.utf8
    ends = np.append(np.flatnonzero(np.frombuffer(content, np.uint8) == ord(b"\n")), len(content))
    for number in inside:
        if number > len(ends):  # a lone carriage return counts as a line elsewhere
            return
        start = int(ends[number - 2]) + 1 if number > 1 else 0
        line = content[start : int(ends[number - 1])].decode("utf-8", errors="replace")
        yield number, _split(line.replace("\r", " ").replace("\x00", ""), layout.separator or ";")


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return line.split(separator)


def _filled_rows(source: Source, layout: Layout) -> Iterator[tuple[int, str]]:
    """Yield the filled rows of a table, its header included."""
    if layout.sheet is not None:
        rows = layout.sheet.rows
        last = min(len(rows), (layout.end_row or len(rows) + 1) - 1)
        for number in range(layout.first_row, last + 1):
            if text := row_text(rows[number - 1]):
                yield number, text
        return
    lines = source.text.split("\n")
    last = min(len(lines), (layout.end_row or len(lines) + 1) - 1)
    for number in range(layout.first_row, last + 1):
        if text := lines[number - 1].strip(' \t;,|\r"'):
            yield number, text
