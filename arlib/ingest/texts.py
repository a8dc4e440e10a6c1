"""A text as a table: Arrow's threads for a regular one, the standard reader for the others.

A text with ragged rows or blank lines is put in shape first; one with line ends inside quotes is
read record by record, so that no line is lost or misnumbered.
"""

from __future__ import annotations

import csv
import gc
import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.ingest.cells import Column, columns_of
from arlib.ingest.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from arlib.ingest.headers import Layout
    from arlib.ingest.source import Source

_MANY_LINES: Final = 2_000
_LONGEST_VALUE: Final = 20_000  # a longer one is a quote that never closes


def read_text(source: Source, layout: Layout, kept: Sequence[int]) -> Sheet:
    """Return the table of a text, the columns ``kept``."""
    return _read_fast(source, layout, kept) or _read_slow(source, layout, kept)


def _read_fast(source: Source, layout: Layout, kept: Sequence[int]) -> Sheet | None:
    """Read a text by Arrow; None when its line numbers could not be certain.

    Irregular lines (blank, short, long) are first put in shape; quotes make that uncertain.
    """
    content = source.utf8
    start = _offset(content, layout.next_row - 1)
    end = len(content) if layout.end_row is None else _offset(content, layout.end_row - 1)
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
    above = _above(source, layout)
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
    if count_lines > _MANY_LINES:
        ends = np.flatnonzero(np.frombuffer(content, dtype=np.uint8) == ord(b"\n"))
        return int(ends[count_lines - 1]) + 1 if count_lines <= len(ends) else len(content)
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


def _above(source: Source, layout: Layout) -> tuple[tuple[int, str], ...]:
    if layout.first_row >= layout.row:
        return ()
    lines = source.head_lines(layout.row - 1)
    cleaned = (line.strip(' \t;,|\r"') for line in lines)
    return tuple(
        (number, line)
        for number, line in enumerate(cleaned, start=1)
        if line and number >= layout.first_row
    )


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
    columns = columns_of(layout.headers, good, kept)
    return Sheet(
        None,
        layout.headers,
        layout.row,
        columns,
        np.array(numbers, dtype=np.int64),
        layout.separator,
        _above(source, layout),
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
        if layout.end_row is not None and start >= layout.end_row:
            break
        rows.append(row)
        starts.append(start)
        start = layout.next_row + reader.line_num
    return rows, starts
