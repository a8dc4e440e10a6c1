"""The tables of a web page that some software exports under the name of a workbook, as plain text.

Only words between tags are kept: nothing is run, fetched or resolved. A page larger than the caps, or
with a cell over several rows, is left to a spreadsheet program.
"""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import dataclass, field
from typing import Final

MARKUP: Final = re.compile(
    rb"(?i)(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|meta|style|table|\?xml)\b"
)
_MOST_BYTES: Final = 32 << 20
_MOST_CELLS: Final = 2_000_000
_MOST_COLUMNS: Final = 256
_MOST_TABLES: Final = 1_000
_LEAST_ROWS: Final = 2
_LEAST_COLUMNS: Final = 3
_HEAD: Final = 2_048
_CHARSET: Final = re.compile(rb"(?i)charset\s*=\s*[\"']?\s*([a-z0-9_-]+)")
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b([^<>]*)>")
# What opens a row or a cell, read as a tag or not: one that was missed would shift the others.
_OPENS: Final = re.compile(r"(?i)<(?:tr|td|th|table)\b")
_SPAN: Final = re.compile(r"(?i)\b(col|row)span\s*=\s*[\"']?\s*(\d{1,4})")
_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_QUOTE: Final = re.compile(r"[\"']")
_SILENT: Final = frozenset({"script", "style", "head", "title"})
_CELLS: Final = frozenset({"td", "th"})
_BREAKS: Final = frozenset({"br", "p", "div", "li"})


class _TooMuchError(Exception):
    """The page is not a simple table."""


@dataclass(slots=True)
class _Table:
    """A table being read: its rows, and the cell that is open."""

    rows: list[list[str]] = field(default_factory=list)
    cell: list[str] | None = None
    width: int = 1

    def open_row(self) -> None:
        self.close_cell()
        self.rows.append([])

    def open_cell(self, attributes: str) -> None:
        self.close_cell()
        if not self.rows:
            self.rows.append([])
        spans = {name.lower(): int(number) for name, number in _SPAN.findall(attributes)}
        self.width = spans.get("col", 1) or 1
        if spans.get("row", 1) > 1 or len(self.rows[-1]) + self.width > _MOST_COLUMNS:
            raise _TooMuchError
        self.cell = []

    def close_cell(self) -> None:
        if self.cell is not None:
            text = " ".join(html.unescape("".join(self.cell)).split())
            self.rows[-1] += [text, *[""] * (self.width - 1)]
            self.cell = None


def as_text(content: bytes) -> bytes | None:
    """Return the tables of a page as lines separated by tabs; None when it is no page or no list."""
    if len(content) > _MOST_BYTES or not MARKUP.match(content):
        return None
    try:
        tables = _tables(_without_comments(_decoded(content)))
    except _TooMuchError:
        return None
    kept = [table.rows for table in tables if _is_list(table.rows)]
    if not kept:
        return None
    written = io.StringIO()
    writer = csv.writer(written, delimiter="\t", lineterminator="\n")
    for number, rows in enumerate(kept):
        width = max(map(len, rows))
        writer.writerows([[""] * width] if number else [])
        writer.writerows([*row, *[""] * (width - len(row))] for row in rows)
    return written.getvalue().encode()


def _decoded(content: bytes) -> str:
    """Return a page as text: utf-8 when it is, else as it says, else as Windows writes French."""
    said = _CHARSET.search(content[:_HEAD])
    for encoding in ("utf-8-sig", said[1].decode() if said else "cp1252", "cp1252"):
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("cp1252", errors="replace")


def _without_comments(page: str) -> str:
    """Return a page without its comments; one that never ends hides the rest."""
    kept, place = [], 0
    while (start := page.find("<!--", place)) >= 0:
        kept.append(page[place:start])
        end = page.find("-->", start)
        place = len(page) if end < 0 else end + 3
    return "".join([*kept, page[place:]])


def _tables(page: str) -> list[_Table]:
    """Return the tables of a page in the order they open; the words of an inner one are its own."""
    found: list[_Table] = []
    stack: list[_Table] = []
    silent, place, count = "", 0, 0
    for tag in _TAG.finditer(page):
        closes, name, attributes = bool(tag[1]), tag[2].lower(), tag[3]
        if stack and stack[-1].cell is not None and not silent:
            stack[-1].cell.append(page[place : tag.start()])
        place = tag.end()
        if silent:
            silent = "" if closes and name == silent else silent
        elif name in _SILENT:
            silent = "" if closes else name
        else:
            _refuse_loose_quotes(attributes)
            count += not closes and bool(_OPENS.match(tag[0]))
            _take(stack, found, name, attributes, closes=closes)
    if count != len(_OPENS.findall(page)) or count > _MOST_CELLS:
        raise _TooMuchError
    for table in stack:
        table.close_cell()
    return found


def _refuse_loose_quotes(attributes: str) -> None:
    """Refuse a tag cut inside a quoted value: what follows would be taken for words of the page."""
    if ("'" in attributes or '"' in attributes) and _QUOTE.search(_QUOTED.sub("", attributes)):
        raise _TooMuchError


def _take(
    stack: list[_Table], found: list[_Table], name: str, attributes: str, *, closes: bool
) -> None:
    """Apply a tag to the innermost table."""
    if name == "table" and not closes:
        if len(found) == _MOST_TABLES:
            raise _TooMuchError
        stack.append(_Table())
        found.append(stack[-1])
        return
    if not stack:
        return
    table = stack[-1]
    if name == "table":
        table.close_cell()
        stack.pop()
    elif name == "tr":
        table.close_cell() if closes else table.open_row()
    elif name in _CELLS:
        table.close_cell() if closes else table.open_cell(attributes)
    elif name in _BREAKS and table.cell is not None:
        table.cell.append(" ")


def _is_list(rows: list[list[str]]) -> bool:
    """Tell a table that may hold a list: two rows of three columns at least."""
    return sum(len([c for c in row if c]) >= _LEAST_COLUMNS for row in rows) >= _LEAST_ROWS
