"""What a figure shows, point by point, as rows: read from its traces, so that none can differ."""

from __future__ import annotations

import html
import re
from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.i18n import formats
from arlib.i18n.formats import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    import plotly.graph_objects as go

_Row = tuple[str, list[str], float | None]
SERIES, DRAWN, SAID = "series", "drawn", "said_"
_EXTRA: Final = re.compile(r"<extra>.*?</extra>", re.DOTALL)
_TOKEN: Final = re.compile(r"%\{(\w+)(?:[|:][^}]*)?\}")
_BREAK: Final = re.compile(r"<br\s*/?>")
_NAME: Final = re.compile(r"[^\W\d_]{2}")
_TAG: Final = re.compile(r"<[^>]*>")
_PERIOD: Final = re.compile(r"\d{1,2}/\d{2}/\d{4}|\d{2}/\d{4}|[^\W\d]+\.?\s(?:19|20)\d{2}")


def chart_rows(figure: go.Figure, language: str = "fr") -> pd.DataFrame:
    """Return one row a point drawn, in the order of the figure, words in its language.

    Columns: ``series`` (empty when the trace has no name), ``said_1``… (what the pointer reads on
    the point: what it is first, then its values with their units), ``drawn`` (the value drawn, in the
    unit that the subtitle says; missing where it is a date or a place). Traces that say nothing
    (bands, guides) are left out, unless the figure has no other; so are points without a value.
    """
    places = {side: _places(getattr(figure.layout, f"{side}axis")) for side in ("x", "y")}
    spoken = [
        trace for trace in figure.data if trace.hoverinfo != "skip" or trace.type == "heatmap"
    ]
    found = _once(
        [
            (trace.type == "bar", row)
            for trace in spoken or figure.data
            for row in _points(trace, places, language)
        ]
    )
    width = max((len(said) for _series, said, _drawn in found), default=0)
    columns = [SERIES, *(f"{SAID}{place + 1}" for place in range(width)), DRAWN]
    rows = [[series, *said, *[""] * (width - len(said)), drawn] for series, said, drawn in found]
    return pd.DataFrame(rows, columns=columns).astype({DRAWN: "float64"})


def _once(points: list[tuple[bool, _Row]]) -> list[_Row]:
    """Return the rows; two parts of a bar that say the same are one, and neither is its value."""
    said = Counter((series, *lines) for is_bar, (series, lines, _value) in points if is_bar)
    found: list[_Row] = []
    for is_bar, (series, lines, value) in points:
        is_part = is_bar and bool(lines) and said[series, *lines] > 1
        row = (series, lines, None if is_part else value)
        if not (is_part and row in found):
            found.append(row)
    return found


def is_mark(line: str) -> bool:
    """Return True for a line that says what a point is, not how much: a name, a date, a month."""
    return bool(_PERIOD.fullmatch(line)) or not any(sign.isdigit() for sign in line)


def _places(axis: Any) -> dict[float, str]:
    """Return the names that an axis writes at its places: customers, classes, ages; no number."""
    if axis.tickvals is None or axis.ticktext is None:
        return {}
    texts = [_plain(_BREAK.sub(" ", str(text))) for text in axis.ticktext]
    if not all(_NAME.search(text) for text in texts if text):
        return {}
    pairs = zip(_flat(axis.tickvals), texts, strict=False)
    return {float(value): text for value, text in pairs if _number(value) is not None and text}


def _points(trace: Any, places: dict[str, dict[float, str]], language: str) -> Iterator[_Row]:
    """Yield the points of a trace that say something: its series, its words, its value."""
    name, measure = _plain(trace.name or ""), _measure(trace)
    for known in _known(trace, measure):
        value = known[measure]
        if is_missing(value):
            continue
        drawn = _number(value)
        said = [line for line in _said(trace, known, language) if line != name]
        if measure in places and drawn is not None and places[measure]:
            said, drawn = (
                [places[measure].get(drawn, ""), *said],
                None,
            )  # rows of names, not amounts
        if not said:
            said = [*_named(known, measure, places), *said]
        said = [line for line in said if line]
        if said or drawn is not None:
            yield name, _ordered(said), drawn


def _named(known: dict[str, Any], measure: str, places: dict[str, dict[float, str]]) -> list[str]:
    """Return where a point stands, by the names of its axes."""
    sides = [side for side in ("y", "x") if side != measure]
    texts = [_place_name(known.get(side), places[side]) for side in sides]
    return [" → ".join(text for text in texts if text)]


def _place_name(value: Any, names: dict[float, str]) -> str:
    """Return the name of a place of an axis; a place that is a word is its own."""
    return _plain(value) if isinstance(value, str) else names.get(_number(value) or 0.0, "")


def _known(trace: Any, measure: str) -> Iterator[dict[str, Any]]:
    """Yield what a trace holds of each of its points: places, value, words."""
    values, hovers = _flat(getattr(trace, measure, None)), _flat(trace.hovertext)
    sides = {side: _flat(getattr(trace, side, None)) for side in ("x", "y")}
    if measure == "z":  # a map holds one place a column and one a line
        columns = len(sides["x"]) or 1
        sides = {
            "x": sides["x"] * max(len(values) // columns, 1),
            "y": [place for place in sides["y"] for _column in range(columns)],
        }
    words = hovers if len(hovers) == len(values) else hovers[:1] * len(values)
    for place, value in enumerate(values):
        known = {side: held[place] for side, held in sides.items() if place < len(held)}
        yield {**known, measure: value, "hovertext": words[place] if words else ""}


def _measure(trace: Any) -> str:
    """Return the side of a trace that holds its values."""
    if trace.type == "heatmap":
        return "z"
    return "x" if getattr(trace, "orientation", None) == "h" else "y"


def _flat(values: Any) -> list[Any]:
    """Return values as a list; those of a map line after line."""
    if values is None:
        return []
    if isinstance(values, str):
        return [values]
    if isinstance(values, list | tuple) and values and isinstance(values[0], list | tuple):
        return [value for line in values for value in line]
    held = np.asarray(values)
    return held.ravel().tolist() if held.dtype.kind != "M" else list(pd.to_datetime(held))


def _said(trace: Any, known: dict[str, Any], language: str) -> list[str]:
    """Return the lines that the pointer reads on a point."""
    template = _EXTRA.sub("", trace.hovertemplate or "%{hovertext}")
    text = _TOKEN.sub(lambda token: _written(known.get(token[1], ""), language), template)
    return [line for part in _BREAK.split(text) if (line := _plain(part))]


def _written(value: Any, language: str) -> str:
    f = formats(language)
    if isinstance(value, date | datetime):
        return f.date(value)
    return f.decimal(value) if isinstance(value, int | float) else str(value)


def _ordered(lines: list[str]) -> list[str]:
    """Return the lines of a point, its date or month first."""
    places = [place for place, line in enumerate(lines) if _PERIOD.fullmatch(line)]
    first = places[:1]
    return [lines[place] for place in [*first, *(p for p in range(len(lines)) if p not in first)]]


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and not is_missing(value) else None


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", str(text))).strip()
