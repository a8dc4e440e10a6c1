"""The marks of a printed figure: bars, lines, points, bands, cells, texts, each as SVG."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.charts.palette import BRAND, INK, WHITE
from arlib.charts.rich_text import Look, drawn, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    import plotly.graph_objects as go

_DASHES: Final = {"dash": "6 4", "dot": "2 3", "dashdot": "6 3 2 3"}
_GAP: Final = 4.0
_BAR: Final = 0.8
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture, in pixels from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: the values at its two ends, its ticks, its names when it has any."""

    low: float
    high: float
    names: list[str]
    values: list[float]
    words: list[str]
    has_grid: bool
    is_top: bool
    is_log: bool
    size: float

    def share(self, value: float) -> float:
        """Return where a value stands, 0 at the low end and 1 at the high end."""
        shown = math.log10(value) if self.is_log and value > 0 else value
        return (shown - self.low) / ((self.high - self.low) or 1.0)


@dataclass(frozen=True, slots=True)
class Plot:
    """The place of the plot and its axes."""

    box: Box
    x: Axis
    y: Axis

    def at_x(self, value: float) -> float:
        """Return the pixel of a value."""
        return self.box.left + self.x.share(value) * (self.box.right - self.box.left)

    def at_y(self, value: float) -> float:
        """Return the pixel of a value, counted downwards."""
        return self.box.bottom - self.y.share(value) * (self.box.bottom - self.box.top)


def line(
    x1: float, y1: float, x2: float, y2: float, colour: str, thick: float, dash: str = ""
) -> str:
    """Return a straight line."""
    dashes = f' stroke-dasharray="{_DASHES[dash]}"' if dash in _DASHES else ""
    return (
        f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" stroke="{colour}"'
        f' stroke-width="{thick:g}"{dashes}/>'
    )


def square(x: float, y: float, side: float, colour: str) -> str:
    """Return a filled square."""
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{side:g}" height="{side:g}" fill="{colour}"/>'


# -- what the traces hold -------------------------------------------------------------------------


def categories(chart: go.Figure, name: str) -> list[str]:
    """Return the names along an axis, in order, when its values are words; days are no words."""
    found: dict[str, None] = {}
    for trace in chart.data:
        values = trace[name] if trace[name] is not None else ()
        found |= {
            str(value): None for value in values if isinstance(value, str) and not _is_day(value)
        }
    return list(found)


def numbers(values: Any, names: list[str]) -> list[float]:
    """Return values as numbers: names are their places, days are counted, what is missing is NaN."""
    if values is None:
        return []
    places = {name: float(place) for place, name in enumerate(names)}
    return [
        _counted(value, places)
        if isinstance(value, str)
        else math.nan
        if value is None
        else float(value)
        for value in values
    ]


def _is_day(value: str) -> bool:
    return _DAY.fullmatch(value) is not None


def _counted(value: str, places: dict[str, float]) -> float:
    """Return the place of a name, or a day as a number of days."""
    if value in places or not _is_day(value):
        return places[value]
    return float(date.fromisoformat(value).toordinal())


def round_values(low: float, high: float, most: int = 5) -> list[float]:
    """Return at most so many round values between two ends.

    >>> round_values(-3.1, 6.4)
    [-2.5, 0.0, 2.5, 5.0]
    """
    if not high > low:
        return [low]
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(step * place, 10) + 0.0 for place in range(first, last + 1)]


def has_bars(chart: go.Figure) -> bool:
    """Return True when a trace holds bars."""
    return any(trace.type == "bar" for trace in chart.data)


def place_axis(chart: go.Figure) -> str | None:
    """Return the axis the bars or cells stand on (x when upright), None without any."""
    for trace in chart.data:
        if trace.type == "bar":
            return "y" if trace.orientation == "h" else "x"
        if trace.type == "heatmap":
            return "x"
    return None


def extent(chart: go.Figure, name: str, names: list[str]) -> tuple[float, float]:
    """Return the smallest and the largest value along an axis, bars on one another counted whole."""
    found: list[float] = []
    for trace in chart.data:
        found += [value for value in numbers(trace[name], names) if math.isfinite(value)]
    for bar in _bars(chart):
        ends = (bar.start, bar.end) if name == bar.axis else ()
        found += [value for value in ends if math.isfinite(value)]
    for shape in chart.layout.shapes if found else ():
        if shape[f"{name}ref"] in {None, name}:  # a line at a value is inside the plot
            found += numbers((shape[f"{name}0"], shape[f"{name}1"]), names)
    return (min(found), max(found)) if found else (0.0, 1.0)


def colour_of(trace: Any, place: int) -> str:
    """Return the colour of one mark of a trace."""
    if trace.type == "scatter" and trace.mode and "markers" not in trace.mode:
        return str(trace.line.color or BRAND)
    return str(_one(trace.marker.color, place) or BRAND)


def _one(value: Any, place: int) -> Any:
    """Return the value of a place when there is one a place, else the value."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return value[place] if place < len(value) else None
    return value


# -- bars -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bar:
    """One bar: where it stands, from which value to which, and of which trace."""

    trace: Any
    place: int
    axis: str  # the axis of its length
    at: float
    wide: float
    start: float
    end: float


def _bars(chart: go.Figure) -> Iterator[_Bar]:
    """Yield every bar, those of a stack on top of one another."""
    stacked = chart.layout.barmode in {"stack", "relative"}
    above: dict[float, float] = {}
    below: dict[float, float] = {}
    traces = [trace for trace in chart.data if trace.type == "bar"]
    for order, trace in enumerate(traces):
        along, across = ("x", "y") if trace.orientation == "h" else ("y", "x")
        places = numbers(trace[across], categories(chart, across))
        bases = trace.base
        gap = 1 - float(chart.layout.bargap if chart.layout.bargap is not None else 1 - _BAR)
        for place, (at, length) in enumerate(zip(places, numbers(trace[along], []), strict=False)):
            if not math.isfinite(length):
                continue
            wide = float(_one(trace.width, place) or gap)
            start = float(_one(bases, place) or 0.0)
            if stacked:
                side = above if length >= 0 else below
                start = side.get(at, 0.0)
                side[at] = start + length
            elif len(traces) > 1 and chart.layout.barmode == "group":
                wide = gap / len(traces)
                at += (order - (len(traces) - 1) / 2) * wide  # noqa: PLW2901 - moved aside
            yield _Bar(trace, place, along, at, wide, start, start + length)


def _bar(bar: _Bar, plot: Plot) -> list[str]:
    half = bar.wide / 2
    if bar.axis == "x":
        xs = sorted((plot.at_x(bar.start), plot.at_x(bar.end)))
        ys = sorted((plot.at_y(bar.at - half), plot.at_y(bar.at + half)))
    else:
        xs = sorted((plot.at_x(bar.at - half), plot.at_x(bar.at + half)))
        ys = sorted((plot.at_y(bar.start), plot.at_y(bar.end)))
    marker = bar.trace.marker
    colour, edge = colour_of(bar.trace, bar.place), ""
    if marker.line.width:
        thick = _one(marker.line.width, bar.place)
        edge = f' stroke="{_one(marker.line.color, bar.place) or WHITE}" stroke-width="{thick:g}"'
    shape = (
        f'<rect x="{xs[0]:.2f}" y="{ys[0]:.2f}" width="{xs[1] - xs[0]:.2f}"'
        f' height="{ys[1] - ys[0]:.2f}" fill="{colour}"{edge}/>'
    )
    hatch = _hatch(xs, ys, marker) if marker.pattern.shape else []
    return [shape, *hatch, *_bar_text(bar, xs, ys), *_error(bar, plot)]


def _hatch(xs: list[float], ys: list[float], marker: Any) -> list[str]:
    """Return the slanted lines of a bar that is foreseen and not measured."""
    step = float(marker.pattern.size or 6)
    colour = str(marker.pattern.fgcolor or WHITE)
    found = []
    low, high = xs[0] + ys[0], xs[1] + ys[1]
    for total in np.arange(low + step, high, step):
        x1, x2 = max(xs[0], total - ys[1]), min(xs[1], total - ys[0])
        found.append(line(x1, total - x1, x2, total - x2, colour, 1))
    return found


def _bar_text(bar: _Bar, xs: list[float], ys: list[float]) -> list[str]:
    """Return the words in a bar or beside its end."""
    text = str(_one(bar.trace.text, bar.place) or "")
    if not text:
        return []
    size = float(bar.trace.textfont.size or 12)
    ink = str(_one(bar.trace.textfont.color, bar.place) or INK)
    middle_x, middle_y = sum(xs) / 2, sum(ys) / 2
    if bar.trace.textposition == "outside":
        if bar.axis == "x":
            return [drawn(xs[1] + _GAP, middle_y, text, Look(size, ink))]
        return [drawn(middle_x, ys[0] - _GAP, text, Look(size, ink, "middle", "bottom"))]
    if bar.axis == "x" and width(text, size) > xs[1] - xs[0]:
        return []
    if bar.trace.insidetextanchor == "start" and bar.axis == "x":
        return [drawn(xs[0] + _GAP, middle_y, text, Look(size, ink))]
    return [drawn(middle_x, middle_y, text, Look(size, ink, "middle"))]


def _error(bar: _Bar, plot: Plot) -> list[str]:
    """Return the line of uncertainty of an upright bar."""
    error = bar.trace.error_y
    if error.array is None or bar.axis != "y":
        return []
    up = float(error.array[bar.place])
    down = float(error.arrayminus[bar.place]) if error.arrayminus is not None else up
    if not (math.isfinite(up) and math.isfinite(down)):
        return []
    x, low, high = plot.at_x(bar.at), plot.at_y(bar.end - down), plot.at_y(bar.end + up)
    colour, thick = str(error.color or INK), float(error.thickness or 1)
    ends = (line(x - _GAP, y, x + _GAP, y, colour, thick) for y in (low, high))
    return [line(x, low, x, high, colour, thick), *ends]


# -- lines, points, cells -------------------------------------------------------------------------


def traces(chart: go.Figure, plot: Plot) -> list[str]:
    """Return every trace, in the order drawn.

    Raises:
        ValueError: a kind of trace that is not printed.
    """
    parts: list[str] = []
    for bar in _bars(chart):
        parts += _bar(bar, plot)
    before: list[tuple[float, float]] = []
    for trace in chart.data:
        if trace.type == "scatter":
            points = _points(trace, plot)
            parts += _scatter(trace, points, before, plot.at_y(0.0))
            before = points
        elif trace.type == "heatmap":
            parts = [*_cells(trace, plot), *parts]
        elif trace.type != "bar":
            raise ValueError(trace.type)
    return parts


def _points(trace: Any, plot: Plot) -> list[tuple[float, float]]:
    xs, ys = numbers(trace.x, plot.x.names), numbers(trace.y, plot.y.names)
    return [(plot.at_x(x), plot.at_y(y)) for x, y in zip(xs, ys, strict=False)]


def _scatter(
    trace: Any, points: list[tuple[float, float]], before: list[tuple[float, float]], zero: float
) -> list[str]:
    known = [point for point in points if all(map(math.isfinite, point))]
    parts = []
    if trace.fill == "tonexty" and known and before:
        parts.append(_band([*before, *reversed(known)], str(trace.fillcolor)))
    if trace.fill == "tozeroy" and known:
        edge = _steps(known) if trace.line.shape == "hv" else known
        ends = [(known[-1][0], zero), (known[0][0], zero)]
        parts.append(_band([*edge, *ends], str(trace.fillcolor)))
    mode = trace.mode or "lines"
    if "lines" in mode and trace.line.width != 0:
        parts += [_path(run, trace) for run in _runs(points, is_whole=bool(trace.connectgaps))]
    if "markers" in mode:
        parts += [
            _mark(trace, place, point)
            for place, point in enumerate(points)
            if all(map(math.isfinite, point))
        ]
    if "text" in mode and trace.text is not None:
        parts += [_label(trace, place, point) for place, point in enumerate(points)]
    return parts


def _band(points: list[tuple[float, float]], colour: str) -> str:
    """Return a filled surface; the colour may be see-through (rgba)."""
    opacity = 1.0
    if colour.startswith("rgba("):
        red, green, blue, share = colour[5:-1].split(",")
        colour, opacity = f"rgb({red},{green},{blue})", float(share)
    shape = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    return f'<polygon points="{shape}" fill="{colour}" fill-opacity="{opacity:g}"/>'


def _runs(points: list[tuple[float, float]], *, is_whole: bool) -> list[list[tuple[float, float]]]:
    """Return the pieces of a line: it is cut where a value is missing, unless told to go on."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if all(map(math.isfinite, point)):
            runs[-1].append(point)
        elif not is_whole:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _steps(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the corners of a line that stays level until the next point."""
    pairs = itertools.pairwise(points)
    steps = [step for (x1, y1), (x2, _y) in pairs for step in ((x1, y1), (x2, y1))]
    return [*steps, points[-1]]


def _path(points: list[tuple[float, float]], trace: Any) -> str:
    if trace.line.shape == "hv":
        points = _steps(points)
    shape = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    dash = _DASHES.get(str(trace.line.dash or ""))
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    thick = float(trace.line.width or 2)
    return (
        f'<polyline points="{shape}" fill="none" stroke="{trace.line.color or BRAND}"'
        f' stroke-width="{thick:g}" stroke-linejoin="round"{dashes}/>'
    )


def _mark(trace: Any, place: int, point: tuple[float, float]) -> str:
    x, y = point
    marker = trace.marker
    size = float(_one(marker.size, place) or 6)
    colour = colour_of(trace, place)
    symbol = str(_one(marker.symbol, place) or "circle")
    thick = float(_one(marker.line.width, place) or 0)
    edge = str(_one(marker.line.color, place) or colour)
    if symbol.startswith("line-ns"):
        return line(x, y - size / 2, x, y + size / 2, edge, thick or 2)
    fill = "none" if symbol.endswith("-open") else colour
    thick = thick or (1.5 if fill == "none" else 0)
    stroke = f' stroke="{edge}" stroke-width="{thick:g}"' if thick else ""
    half = size / 2
    if symbol.startswith("square"):
        return (
            f'<rect x="{x - half:.2f}" y="{y - half:.2f}" width="{size:g}" height="{size:g}"'
            f' fill="{fill}"{stroke}/>'
        )
    if symbol.startswith("diamond"):
        shape = f"{x:.2f},{y - half:.2f} {x + half:.2f},{y:.2f} {x:.2f},{y + half:.2f} {x - half:.2f},{y:.2f}"
        return f'<polygon points="{shape}" fill="{fill}"{stroke}/>'
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{half:g}" fill="{fill}"{stroke}/>'


def _label(trace: Any, place: int, point: tuple[float, float]) -> str:
    """Return the words beside a point, on the side the trace says."""
    x, y = point
    text = str(_one(trace.text, place) or "")
    side = str(_one(trace.textposition, place) or "middle center")
    shift = (trace.marker.size if isinstance(trace.marker.size, (int, float)) else 6) / 2 + _GAP
    across, anchor = 0.0, "middle"
    if "right" in side:
        across, anchor = shift, "start"
    elif "left" in side:
        across, anchor = -shift, "end"
    up = -shift if "top" in side else shift if "bottom" in side else 0.0
    baseline = "bottom" if up < 0 else "top" if up > 0 else "middle"
    look = Look(
        float(trace.textfont.size or 12),
        str(_one(trace.textfont.color, place) or INK),
        anchor,
        baseline,
    )
    return drawn(x + across, y + up, text, look)


def _cells(trace: Any, plot: Plot) -> list[str]:
    """Return the cells of a heat map, each tinted between the two colours of its scale."""
    values = np.asarray(trace.z, dtype=float)
    low = float(trace.zmin if trace.zmin is not None else np.nanmin(values))
    high = float(trace.zmax if trace.zmax is not None else np.nanmax(values))
    scale = [(float(stop), str(colour)) for stop, colour in trace.colorscale]
    xs, ys = numbers(trace.x, plot.x.names), numbers(trace.y, plot.y.names)
    gap_x, gap_y = float(trace.xgap or 0) / 2, float(trace.ygap or 0) / 2
    parts = []
    for row, column in np.argwhere(np.isfinite(values)):
        share = (values[row, column] - low) / ((high - low) or 1.0)
        ends_x = sorted((plot.at_x(xs[column] - 0.5), plot.at_x(xs[column] + 0.5)))
        ends_y = sorted((plot.at_y(ys[row] - 0.5), plot.at_y(ys[row] + 0.5)))
        parts.append(
            f'<rect x="{ends_x[0] + gap_x:.2f}" y="{ends_y[0] + gap_y:.2f}"'
            f' width="{ends_x[1] - ends_x[0] - 2 * gap_x:.2f}"'
            f' height="{ends_y[1] - ends_y[0] - 2 * gap_y:.2f}" fill="{_between(scale, share)}"/>'
        )
    return parts


def _between(scale: list[tuple[float, str]], share: float) -> str:
    """Return the colour at a share of a scale."""
    channels = [
        round(
            float(
                np.interp(
                    share,
                    [stop for stop, _colour in scale],
                    [int(colour[at : at + 2], 16) for _stop, colour in scale],
                )
            )
        )
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{channel:02X}" for channel in channels)


# -- what is laid over ----------------------------------------------------------------------------


def shapes(chart: go.Figure, plot: Plot) -> list[str]:
    """Return the lines and rectangles laid over the plot."""
    parts = []
    for shape in chart.layout.shapes:
        x1, x2 = (_x(value, shape.xref, plot) for value in (shape.x0, shape.x1))
        y1, y2 = (_y(value, shape.yref, plot) for value in (shape.y0, shape.y1))
        colour, thick = str(shape.line.color or INK), shape.line.width
        if shape.type == "line":
            parts.append(
                line(x1, y1, x2, y2, colour, float(thick or 1), str(shape.line.dash or ""))
            )
        else:
            fill = f' fill-opacity="{shape.opacity:g}"' if shape.opacity is not None else ""
            parts.append(
                f'<rect x="{min(x1, x2):.2f}" y="{min(y1, y2):.2f}" width="{abs(x2 - x1):.2f}"'
                f' height="{abs(y2 - y1):.2f}" fill="{shape.fillcolor or "none"}"{fill}/>'
            )
    return parts


def notes(chart: go.Figure, plot: Plot) -> list[str]:
    """Return the words laid over the plot."""
    parts = []
    for note in chart.layout.annotations:
        anchor = str(note.xanchor or "auto")
        anchors = {"left": "start", "right": "end", "center": "middle", "auto": "middle"}
        baselines = {"top": "top", "bottom": "bottom", "middle": "middle", "auto": "middle"}
        baseline = str(note.yanchor or "auto")
        if baseline == "auto" and str(note.yref or "y") != "y":
            baseline = ("bottom", "middle", "top")[min(int(3 * float(note.y)), 2)]
        look = Look(
            float(note.font.size or 12),
            str(note.font.color or INK),
            anchors[anchor],
            baselines[baseline],
        )
        x = _x(note.x, note.xref, plot) + float(note.xshift or 0)
        y = _y(note.y, note.yref, plot) - float(note.yshift or 0)
        parts.append(drawn(x, y, str(note.text), look))
    return parts


def _x(value: Any, ref: str | None, plot: Plot) -> float:
    if ref and ref != "x":  # a share of the plot
        return plot.box.left + float(value) * (plot.box.right - plot.box.left)
    return plot.at_x(numbers([value], plot.x.names)[0])


def _y(value: Any, ref: str | None, plot: Plot) -> float:
    if ref and ref != "y":
        return plot.box.bottom - float(value) * (plot.box.bottom - plot.box.top)
    return plot.at_y(numbers([value], plot.y.names)[0])
