"""A figure as a vector picture, for paper: the same figure as on the screen, no browser needed.

Only what the figures of this room use is drawn: bars, lines, marks, bands, heat maps, texts and
lines laid over them. The data are those of the figure, the colours too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from arlib.charts import picture_marks as marks
from arlib.charts.palette import GRID, INK_SECOND
from arlib.charts.rich_text import LINE, Look, drawn, lines_of, width

if TYPE_CHECKING:
    import plotly.graph_objects as go

FAMILY: Final = "Source Sans 3"
_TICK_GAP: Final = 5.0
_PADDING: Final = 0.05  # room at both ends of an axis that says no range
_LEGEND: Final = 20.0


@dataclass(frozen=True, slots=True)
class Message:
    """What a figure says: its title, what is drawn, its alternative text."""

    title: str
    subtitle: str
    alt: str


def message(chart: go.Figure) -> Message:
    """Return the texts of a figure."""
    meta = chart.layout.meta
    return Message(meta["title"], meta["subtitle"], meta["alt"])


def picture(chart: go.Figure, wide: float = 658.0, high: float | None = None) -> str:
    """Return a figure as SVG, ``wide`` × ``high`` pixels (its own height by default).

    658 px fill the width of a printed page with texts of 9 points. The title is left to the page.
    """
    height = float(high or chart.layout.height or 300)
    plot = _plot(chart, wide, height)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{height:g}"'
            f' viewBox="0 0 {wide:g} {height:g}" font-family="{FAMILY}">'
        ),
        *_grid(chart, plot),
        *marks.traces(chart, plot),
        *marks.shapes(chart, plot),
        *_ticks(chart, plot),
        *marks.notes(chart, plot),
        *_legend(chart, plot),
        "</svg>",
    ]
    return "".join(parts)


def _plot(chart: go.Figure, wide: float, high: float) -> marks.Plot:
    """Return the place of the plot and its two axes, once labels have their room."""
    margin = chart.layout.margin
    x, y = (_axis(chart, name) for name in ("x", "y"))
    left = max((margin.l or 0) + _label_width(y), _half_first(x))
    bottom = (margin.b or 0) + _label_height(x) * (not x.is_top)
    top = (margin.t or 0) + _label_height(x) * x.is_top + _LEGEND * bool(chart.layout.showlegend)
    right = max(float(margin.r or 0), _half_last(x))
    box = marks.Box(left, top, wide - right, high - bottom)
    return marks.Plot(box, x, y)


def _axis(chart: go.Figure, name: str) -> marks.Axis:
    """Return one axis: its ends, its ticks and their words."""
    found = chart.layout[f"{name}axis"]
    names = marks.categories(chart, name)
    low, high = _ends(chart, name, found, names)
    values, words = _said(found, names, (low, high), str(chart.layout.separators or ".,"))
    is_shown = found.visible is not False and found.showticklabels is not False
    return marks.Axis(
        low=low,
        high=high,
        names=names,
        values=values,
        words=words if is_shown else [],
        has_grid=found.showgrid is not False and found.visible is not False,
        is_top=found.side == "top",
        is_log=found.type == "log",
        size=float(found.tickfont.size or 12),
    )


def _ends(chart: go.Figure, name: str, found: Any, names: list[str]) -> tuple[float, float]:
    if found.range is not None:
        low, high = marks.numbers(found.range, [])
        return low, high
    low, high = marks.extent(chart, name, names)
    if names:
        low, high = -0.5, len(names) - 0.5
    elif name == marks.place_axis(chart):
        low, high = low - 0.5, high + 0.5
    else:
        room = (high - low or 1.0) * _PADDING
        is_zero = found.rangemode == "tozero" or marks.has_bars(chart)
        low, high = (
            (min(low, 0.0) - room * (low < 0), max(high, 0.0) + room * (high > 0))
            if is_zero
            else (low - room, high + room)
        )
        ticks = marks.numbers(found.tickvals, [])
        high, low = max([high, *ticks]), min([low, *ticks])
    return (high, low) if found.autorange == "reversed" else (low, high)


def _said(
    found: Any, names: list[str], ends: tuple[float, float], separators: str
) -> tuple[list[float], list[str]]:
    """Return the places and the words of the ticks."""
    low, high = ends
    if found.tickvals is not None:
        values = marks.numbers(found.tickvals, [])
        words = found.ticktext
        words = [_plain(value, separators) for value in values] if words is None else words
        return values, [str(word) for word in words]
    if names:
        return [float(place) for place in range(len(names))], names
    values = marks.round_values(min(low, high), max(low, high))
    return values, [_plain(value, separators) for value in values]


def _plain(value: float, separators: str) -> str:
    """Return a number with the decimal mark and the mark of thousands of the figure."""
    text = f"{value:,.10g}"
    decimal, thousands = separators[0], separators[1:]
    whole, point, rest = text.replace("-", "−").partition(".")
    return whole.replace(",", thousands) + (decimal if point else "") + rest


def _label_width(axis: marks.Axis) -> float:
    widths = [width(word, axis.size) for word in axis.words]
    return max(widths, default=0.0) + _TICK_GAP * bool(axis.words)


def _label_height(axis: marks.Axis) -> float:
    if not axis.words:
        return 4.0
    most = max(len(lines_of(word)) for word in axis.words)
    return most * axis.size * LINE + _TICK_GAP


def _half_last(axis: marks.Axis) -> float:
    """Return the room that half of the last word takes at the right of the plot."""
    return width(axis.words[-1], axis.size) / 2 if axis.words else 2.0


def _half_first(axis: marks.Axis) -> float:
    """Return the room that half of the first word takes at the left of the plot."""
    is_at_edge = bool(axis.words) and axis.share(axis.values[0]) == 0
    return width(axis.words[0], axis.size) / 2 if is_at_edge else 0.0


def _grid(chart: go.Figure, plot: marks.Plot) -> list[str]:
    """Return the lines of the grid, behind everything."""
    colour = chart.layout.xaxis.gridcolor or GRID
    box, parts = plot.box, []
    if plot.x.has_grid:
        for value in plot.x.values:
            at = plot.at_x(value)
            if box.left - 1 <= at <= box.right + 1:
                parts.append(marks.line(at, box.top, at, box.bottom, colour, 1))
    if plot.y.has_grid:
        for value in plot.y.values:
            at = plot.at_y(value)
            if box.top - 1 <= at <= box.bottom + 1:
                parts.append(marks.line(box.left, at, box.right, at, colour, 1))
    return parts


def _ticks(chart: go.Figure, plot: marks.Plot) -> list[str]:
    """Return the words along both axes."""
    box, parts = plot.box, []
    for axis, name in ((plot.x, "x"), (plot.y, "y")):
        colour = chart.layout[f"{name}axis"].tickfont.color or INK_SECOND
        for value, word in zip(axis.values, axis.words, strict=False):
            if name == "y":
                look = Look(axis.size, colour, "end")
                parts.append(drawn(box.left - _TICK_GAP, plot.at_y(value), word, look))
            elif axis.is_top:
                look = Look(axis.size, colour, "middle", "bottom")
                parts.append(drawn(plot.at_x(value), box.top - _TICK_GAP, word, look))
            else:
                look = Look(axis.size, colour, "middle", "top")
                parts.append(drawn(plot.at_x(value), box.bottom + _TICK_GAP, word, look))
    return parts


def _legend(chart: go.Figure, plot: marks.Plot) -> list[str]:
    """Return the names of the series above the plot, in order."""
    if not chart.layout.showlegend:
        return []
    parts, x = [], plot.box.left
    for trace in chart.data:
        if trace.showlegend is False or not trace.name:
            continue
        colour = marks.colour_of(trace, 0)
        parts.append(marks.square(x, 4, 9, colour))
        parts.append(drawn(x + 13, 9, str(trace.name), Look(12)))
        x += 13 + width(str(trace.name), 12) + 16
    return parts


__all__ = ["Message", "message", "picture"]
