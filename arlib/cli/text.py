"""Plain text for people: aligned tables and key-value lists, as narrow as their content."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DASH = "–"


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """Return an aligned table; the first ``words`` columns left, the others right.

    >>> print(table(["Client", "Total"], [["ALPHA", "12,00"], ["B", "5,00"]]))
    Client  Total
    ------  -----
    ALPHA   12,00
    B        5,00
    """
    cells = [list(headers), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(headers))]
    lines = [_line(line, widths, words) for line in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def pairs(items: Iterable[tuple[str, str]]) -> str:
    """Return “label : value” lines, the values aligned."""
    known = list(items)
    width = max((len(label) for label, _ in known), default=0)
    return "\n".join(f"{label.ljust(width)}  {value}" for label, value in known)


def shorten(text: object, width: int = 32) -> str:
    """Return one line of at most ``width`` characters, cut in the middle."""
    line = " ".join("".join(char if char.isprintable() else " " for char in str(text)).split())
    half = (width - 1) // 2
    return line if len(line) <= width else f"{line[: width - 1 - half]}…{line[-half:]}"


def _line(cells: Sequence[str], widths: Sequence[int], words: int) -> str:
    aligned = (
        cell.ljust(width) if column < words else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(aligned).rstrip()
