"""The few marks that texts of a figure may hold (bold, colour, line), written as SVG."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from arlib.charts.palette import INK

LINE: Final = 1.25  # height of a line, in heights of the letters
_MARK: Final = re.compile(
    r"(</?b>|<br>|</?sup>|</span>|<span style=\"color:(?P<colour>#[0-9A-Fa-f]{6})\">)"
)
_NARROW: Final = frozenset(" .,:;'’|!ijlIt()[]\u202f\u00a0-")
_WIDE: Final = frozenset("mwMWOQ%@–—…")


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one look."""

    text: str
    is_bold: bool
    colour: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """How a text is set: size in pixels, colour, which point of it is placed."""

    size: float = 12.0
    colour: str = INK
    anchor: str = "start"
    baseline: str = "middle"


def lines_of(text: str) -> list[list[Run]]:
    """Return the lines of a text of a figure, each in runs; entities are letters again.

    >>> [[run.text for run in line] for line in lines_of("<b>12</b> &lt;b&gt;<br>x")]
    [['12', ' <b>'], ['x']]
    """
    lines: list[list[Run]] = [[]]
    bold, colour = 0, None
    place = 0
    for mark in _MARK.finditer(text):
        _add(lines, text[place : mark.start()], bold > 0, colour)
        place = mark.end()
        if mark.group(0) == "<br>":
            lines.append([])
        elif mark.group(0) in {"<b>", "</b>"}:
            bold += 1 if mark.group(0) == "<b>" else -1
        elif "span" in mark.group(0):
            colour = mark.group("colour")
    _add(lines, text[place:], bold > 0, colour)
    return lines


def _add(lines: list[list[Run]], text: str, is_bold: bool, colour: str | None) -> None:
    if text:
        lines[-1].append(Run(html.unescape(text), is_bold, colour))


def width(text: str, size: float) -> float:
    """Return about how wide a text is, in pixels: enough to keep room for it."""
    return (
        max(
            sum(_letter(sign) * (1.06 if run.is_bold else 1.0) for run in line for sign in run.text)
            for line in lines_of(text)
        )
        * size
        if text
        else 0.0
    )


def _letter(sign: str) -> float:
    if sign in _NARROW:
        return 0.28
    if sign in _WIDE:
        return 0.82
    return 0.6 if sign.isupper() else 0.51


def drawn(x: float, y: float, text: str, look: Look) -> str:
    """Return a text element, its lines under one another, placed at a point."""
    lines = lines_of(text)
    step = look.size * LINE
    above = {"top": 0.0, "middle": (len(lines) - 1) / 2, "bottom": float(len(lines) - 1)}
    letters = {"top": 0.78, "middle": 0.34, "bottom": -0.12}[look.baseline] * look.size
    first = y - above[look.baseline] * step + letters
    parts = []
    for place, line in enumerate(lines):
        spans = "".join(_span(run) for run in line)
        parts.append(
            f'<text x="{x:.2f}" y="{first + place * step:.2f}" font-size="{look.size:g}"'
            f' fill="{look.colour}" text-anchor="{look.anchor}" xml:space="preserve">{spans}</text>'
        )
    return "".join(parts)


def _span(run: Run) -> str:
    weight = ' font-weight="600"' if run.is_bold else ""
    colour = f" fill={quoteattr(run.colour)}" if run.colour else ""
    return f"<tspan{weight}{colour}>{escape(printable(run.text))}</tspan>"


def printable(text: str) -> str:
    r"""Return a text without the signs that XML refuses.

    >>> printable("a\x00b")
    'ab'
    """
    return "".join(sign for sign in text if sign >= " " and not "\ud800" <= sign <= "\udfff")
