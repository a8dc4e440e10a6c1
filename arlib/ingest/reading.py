"""Bytes to raw tables: separator, header row, columns as text, line numbers as the user sees them.

A regular text file is parsed by Arrow's threads; one with ragged rows, blank lines or line ends
inside quotes goes through the slower standard reader, so that no line is lost or misnumbered.
"""

from __future__ import annotations

import csv
import datetime as dt
import gc
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.ingest.columns import REFERENCE, REQUIRED, match_headers, normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pyarrow as pa

    from arlib.ingest.source import Cell, RawSheet, Source

SEPARATORS: Final = (";", "\t", ",", "|")
_SCANNED_ROWS: Final = 40
_LONGEST_VALUE: Final = 20_000  # a longer one is a quote that never closes
_MIN_HEADERS: Final = 2
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


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file: its headers, its columns and the line number of each row.

    ``columns`` holds only the positions asked for. ``above`` are the filled lines above the header.
    ``ragged`` are the lines that do not fit the header: (line number, count of fields, text).
    """

    name: str | None
    headers: tuple[str, ...]
    header_row: int
    columns: dict[int, Column]
    row_numbers: np.ndarray
    separator: str | None = None
    above: tuple[tuple[int, str], ...] = ()
    ragged: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table of a file starts: the header's line and its titles.

    ``row`` counts from 1; ``next_row`` is the first line of data; ``score`` says how much of the
    header was understood.
    """

    headers: tuple[str, ...]
    row: int
    next_row: int
    score: float
    separator: str | None = None
    sheet: RawSheet | None = field(default=None, repr=False)


def find_layouts(source: Source, wanted: Iterable[str] = ()) -> list[Layout]:
    """Return the likely tables of a file, best first; ``wanted`` are headers known to be there."""
    known = frozenset(normalise(title) for title in wanted)
    if source.kind == "workbook":
        found = [_sheet_layout(sheet, known) for sheet in source.sheets]
    else:
        lines = source.head_lines(_SCANNED_ROWS + 20)
        found = [_text_layout(lines, separator, known) for separator in SEPARATORS]
    return sorted((layout for layout in found if layout), key=lambda layout: -layout.score)


def read_sheet(source: Source, layout: Layout, positions: Iterable[int] | None = None) -> Sheet:
    """Return the table of a layout; ``positions`` limits the columns kept (None: all)."""
    kept = sorted(set(range(len(layout.headers)) if positions is None else positions))
    if layout.sheet is not None:
        return _read_rows(layout, layout.sheet, kept)
    return _read_fast(source, layout, kept) or _read_slow(source, layout, kept)


def score_header(cells: Sequence[str], known: frozenset[str] = frozenset()) -> float:
    """Return how much a row looks like a header: fields understood, required ones counting more."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < _MIN_HEADERS or any(_is_numeric(cell) for cell in filled):
        return 0.0
    if known:
        return 100.0 * (known <= {normalise(cell) for cell in cells})
    match = match_headers(cells)
    bonus = 10.0 * match.has(REQUIRED) + 5.0 * match.has(REFERENCE)
    return len(match.fields) + bonus + min(len(filled), 30) / 1000


def _is_numeric(cell: str) -> bool:
    text = cell.strip().replace(",", "").replace(".", "").replace("/", "").lstrip("+-")
    return text.isdigit()


def _text_layout(lines: Sequence[str], separator: str, known: frozenset[str]) -> Layout | None:
    reader = csv.reader(_lines(lines), delimiter=separator)
    best: Layout | None = None
    start = 1
    try:
        for cells in reader:
            score = score_header(cells, known)
            if score >= (best.score + 1 if best else 0.001):
                titles = tuple(cell.strip() for cell in cells)
                best = Layout(titles, start, reader.line_num + 1, score, separator)
            start = reader.line_num + 1
    except csv.Error:
        return best
    return best


def _lines(lines: Iterable[str]) -> Iterable[str]:
    return (line + "\n" for line in lines)


def _sheet_layout(sheet: RawSheet, known: frozenset[str]) -> Layout | None:
    best: Layout | None = None
    for index, row in enumerate(sheet.rows[:_SCANNED_ROWS]):
        cells = [cell if isinstance(cell, str) else as_text(cell) for cell in row]
        score = score_header(cells, known)
        if score >= (best.score + 1 if best else 0.001):
            titles = tuple(cell.strip() for cell in cells)
            best = Layout(titles, index + 1, index + 2, score, sheet=sheet)
    return best


def _read_fast(source: Source, layout: Layout, kept: Sequence[int]) -> Sheet | None:
    """Read a text by Arrow; None when its line numbers could not be certain.

    Irregular lines (blank, short, long) are first put in shape; quotes make that uncertain.
    """
    content = source.utf8
    start = _offset(content, layout.next_row - 1)
    end = len(content)
    while end > start and content[end - 1] in b"\r\n":
        end -= 1
    count_lines = content.count(b"\n", start, end) + (end > start)
    if not count_lines:
        return None
    numbers = np.arange(count_lines, dtype=np.int64) + layout.next_row
    ragged: list[tuple[int, int, str]] = []
    table = _arrow_table(memoryview(content)[start:end], layout, kept)
    if table is None or table.num_rows != count_lines:
        if content.find(b'"', start) >= 0:
            return None
        mended, numbers, ragged = mend_lines(content[start:end], layout)
        table = _arrow_table(mended, layout, kept) if len(numbers) else None
        if table is None or table.num_rows != len(numbers):
            return None
    columns = {
        position: Column(layout.headers[position], _flat(table[str(position)])) for position in kept
    }
    above = _above(source.head_lines(layout.row - 1))
    return Sheet(
        None, layout.headers, layout.row, columns, numbers, layout.separator, above, tuple(ragged)
    )


def _arrow_table(content: Any, layout: Layout, kept: Sequence[int]) -> pa.Table | None:
    """Return the columns kept as text; None when a line does not fit the header."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [str(position) for position in range(len(layout.headers))]
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(pa.py_buffer(content)),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=1 << 22),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.separator or ";", ignore_empty_lines=len(names) > 1
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=[str(position) for position in kept],
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None


def mend_lines(
    content: bytes, layout: Layout
) -> tuple[bytes, np.ndarray, list[tuple[int, int, str]]]:
    """Return unquoted lines all as wide as the header, their numbers, and those that are too long.

    A short line is completed with blanks, a long one loses its blank ends; one that still is too
    long is left out and returned as (line number, count of fields, text).
    """
    separator = (layout.separator or ";").encode()
    width = len(layout.headers)
    raw = np.frombuffer(content, dtype=np.uint8)
    ends = np.append(np.flatnonzero(raw == ord(b"\n")), len(raw))
    marks = np.flatnonzero(raw == ord(separator))
    counts = np.diff(np.searchsorted(marks, ends), prepend=0)
    starts = np.append(0, ends[:-1] + 1)
    keep = np.ones(len(ends), dtype=bool)
    pieces: list[bytes] = []
    ragged = []
    copied = 0
    for line in np.flatnonzero(counts != width - 1).tolist():
        begin, end = int(starts[line]), int(ends[line])
        cells = content[begin:end].rstrip(b"\r").split(separator)
        pieces.append(content[copied:begin])
        copied = end + 1
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) > width:
            keep[line] = False
            text = separator.join(cells).decode("utf-8", errors="replace")
            ragged.append((line + layout.next_row, len(cells), text))
            continue
        cells += [b""] * (width - len(cells))
        pieces.append(separator.join(cells) + b"\n")
    pieces.append(content[copied:])
    numbers = np.flatnonzero(keep).astype(np.int64) + layout.next_row
    return b"".join(pieces), numbers, ragged


def _offset(content: bytes, count_lines: int) -> int:
    """Return where the line after the first ``count_lines`` begins."""
    offset = 0
    for _ in range(count_lines):
        found = content.find(b"\n", offset)
        if found < 0:
            return len(content)
        offset = found + 1
    return offset


def _flat(column: pa.ChunkedArray) -> pa.Array:
    import pyarrow as pa

    combined = column.combine_chunks()
    if isinstance(combined, pa.ChunkedArray):
        return pa.concat_arrays(combined.chunks)
    return combined


def _above(lines: Sequence[str]) -> tuple[tuple[int, str], ...]:
    cleaned = (line.strip(' \t;,|\r"') for line in lines)
    return tuple((number, line) for number, line in enumerate(cleaned, start=1) if line)


def _read_slow(source: Source, layout: Layout, kept: Sequence[int]) -> Sheet:
    """Read a text with blank lines, ragged rows or line ends inside quotes, line by line."""
    text = source.text.replace("\x00", "")
    is_collected = gc.isenabled()
    gc.disable()  # millions of short lists: the collector would walk them again and again
    try:
        rows, starts = _split_rows(text, layout, quoting=csv.QUOTE_MINIMAL)
        if any(_swallows_lines(cell, layout) for row in rows for cell in row):
            rows, starts = _split_rows(text, layout, quoting=csv.QUOTE_NONE)
            rows = [[_unquoted(cell) for cell in row] for row in rows]
        return _slow_sheet(source, layout, kept, rows, starts)
    finally:
        if is_collected:
            gc.enable()


def _slow_sheet(
    source: Source,
    layout: Layout,
    kept: Sequence[int],
    rows: Sequence[list[str]],
    starts: Sequence[int],
) -> Sheet:
    """Return the records of a text as a table, those too long for the header set aside."""
    width = len(layout.headers)
    ragged = []
    good: list[list[str]] = []
    numbers: list[int] = []
    for start, row in zip(starts, rows, strict=True):
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            ragged.append((start, len(row), (layout.separator or ";").join(row)))
            continue
        good.append((row + [""] * (width - len(row)))[:width])
        numbers.append(start)
    while good and not any(cell.strip() for cell in good[-1]):
        good.pop()
        numbers.pop()
    columns = _columns(layout.headers, good, kept)
    return Sheet(
        None,
        layout.headers,
        layout.row,
        columns,
        np.array(numbers, dtype=np.int64),
        layout.separator,
        _above(source.head_lines(layout.row - 1)),
        tuple(ragged),
    )


def _swallows_lines(cell: str, layout: Layout) -> bool:
    """Tell a value that a quote never closed has filled with whole lines of the table."""
    if "\n" not in cell:
        return len(cell) > _LONGEST_VALUE
    return cell.count(layout.separator or ";") >= len(layout.headers) - 1


def _unquoted(cell: str) -> str:
    is_quoted = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1].replace('""', '"') if is_quoted else cell


def _split_rows(text: str, layout: Layout, *, quoting: Any) -> tuple[list[list[str]], list[int]]:
    """Return the records below the header and the line where each starts."""
    csv.field_size_limit(1 << 30)
    stream = io.StringIO(text, newline="")
    for _ in range(layout.next_row - 1):
        stream.readline()
    reader = csv.reader(stream, delimiter=layout.separator or ";", quoting=quoting)
    rows, starts = [], []
    start = layout.next_row
    for row in reader:
        rows.append(row)
        starts.append(start)
        start = layout.next_row + reader.line_num
    return rows, starts


def _read_rows(layout: Layout, sheet: RawSheet, kept: Sequence[int]) -> Sheet:
    """Return the table of a worksheet."""
    rows = sheet.rows[layout.next_row - 1 :]
    last = len(rows)
    while last and all(cell == "" for cell in rows[last - 1]):
        last -= 1
    rows = rows[:last]
    numbers = np.arange(len(rows), dtype=np.int64) + layout.next_row
    above = tuple(
        (number, " ".join(as_text(cell) for cell in row if cell != ""))
        for number, row in enumerate(sheet.rows[: layout.row - 1], start=1)
        if any(cell != "" for cell in row)
    )
    return Sheet(
        sheet.name,
        layout.headers,
        layout.row,
        _columns(layout.headers, rows, kept),
        numbers,
        above=above,
    )


def _columns(
    titles: Sequence[str], rows: Sequence[Sequence[Cell]], kept: Sequence[int]
) -> dict[int, Column]:
    cells: list[Sequence[Cell]] = list(zip(*rows, strict=True)) if rows else [()] * len(titles)
    return {position: make_column(titles[position], cells[position]) for position in kept}


def make_column(title: str, cells: Sequence[Cell]) -> Column:
    """Return a column of cells of any type as text, true numbers and true dates marked."""
    import pyarrow as pa

    types = [type(cell) for cell in cells]
    kinds = set(types)
    if kinds <= {str}:
        return Column(title, pa.array(cells, pa.string()))
    if plain := _of_one_type(cells, kinds - {str}):
        text, is_filled = plain
        is_date = kinds <= {dt.date, str}
        return Column(title, text, *((None, is_filled) if is_date else (is_filled, None)))
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
