"""The frame every figure shares: font, grid, locale, message, alternative text."""

from __future__ import annotations

import html
import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import plotly.graph_objects as go

from arlib.charts.palette import Ink, ink
from arlib.i18n import formats, translator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

FONT: Final = "SourceSans, Source Sans, sans-serif"
NAME_LENGTH: Final = 28
_FIRST_MEGA: Final = 10_000_000
_FIRST_KILO: Final = 10_000
_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class Style:
    """What a figure needs to know of its reader: language, theme, and the date of what is shown.

    A figure says ``as_of``, when it is given, unless its own words do.
    """

    language: str = "fr"
    theme: str | None = "light"
    as_of: date | None = None

    @property
    def ink(self) -> Ink:
        """Return the greys of the theme."""
        return ink(self.theme)


Figure = go.Figure  # for rooms that hold figures and draw none


@dataclass(frozen=True, slots=True)
class Scale:
    """The one unit of a chart: amounts are drawn divided by ``factor`` and named by ``unit``."""

    factor: float
    unit: str
    digits: int


def amount_scale(largest_minor: float, currency: str, decimals: int, style: Style) -> Scale:
    """Return the unit of a chart from its largest amount: k€ from 10 000, M€ from 10 000 000."""
    f = formats(style.language)
    major = abs(largest_minor) / 10**decimals
    if major >= _FIRST_MEGA:
        return Scale(10**decimals * 1e6, f.unit("M", currency), 2)
    if major >= _FIRST_KILO:
        return Scale(10**decimals * 1e3, f.unit("k", currency), 0)
    return Scale(10.0**decimals, f.unit("", currency), 0)


def figure(
    style: Style, *, title: str, subtitle: str, facts: Sequence[str], height: int
) -> go.Figure:
    """Return an empty figure with the shared frame.

    ``title`` says the message, ``subtitle`` what is drawn with its unit and date; ``facts`` are the
    main numbers of the alternative text. They live in ``layout.meta`` (``title``, ``subtitle``,
    ``alt``): the page writes them above the chart, an export puts them into the picture.
    """
    shade = style.ink
    subtitle = _dated(title, subtitle, style)
    axis = {
        "fixedrange": True,
        "automargin": True,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "nticks": _TICKS,
        "separatethousands": True,
        "gridcolor": shade.grid,
        "tickfont": {"size": 12, "color": shade.second},
    }
    # made in one go: an update of what is there costs twice that
    layout = go.Layout(
        template="none",
        meta={
            "title": title,
            "subtitle": subtitle,
            # names come escaped for the drawing; this text is read aloud, never drawn
            "alt": ". ".join([title, subtitle, *map(html.unescape, facts[:3])]),
        },
        height=height,
        margin={"l": 0, "r": 0, "t": 8, "b": 0, "pad": 4},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13, "color": shade.text},
        separators=",\u202f" if style.language == "fr" else ".,",
        dragmode=False,
        bargap=0.28,
        showlegend=False,
        legend={"itemclick": False, "itemdoubleclick": False},
        hoverlabel={"font": {"family": FONT, "size": 13}, "align": "left"},
        xaxis=axis,
        yaxis=axis,
    )
    return go.Figure(layout=layout)


def _dated(title: str, subtitle: str, style: Style) -> str:
    """Return a subtitle that says the date of the figures, once."""
    if style.as_of is None:
        return subtitle
    day = formats(style.language).date(style.as_of)
    if day in title or day in subtitle:
        return subtitle
    return f"{subtitle} · {translator(style.language)('as of {date}').format(date=day)}"


def config(language: str) -> dict[str, Any]:
    """Return the Plotly configuration: no mode bar, and the language with its own table."""
    settings: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "displaylogo": False}
    if language == "fr":
        settings |= {"locale": "fr", "locales": {"fr": _french()}}
    return settings


def titled(chart: go.Figure) -> go.Figure:
    """Return a copy with its title and subtitle drawn in, for a picture outside the page."""
    copy = go.Figure(chart)
    meta = copy.layout.meta
    text = f"<b>{escaped(meta['title'])}</b><br><sup>{escaped(meta['subtitle'])}</sup>"
    top = (copy.layout.margin.t or 0) + 48
    copy.update_layout(title={"text": text, "x": 0, "xanchor": "left"}, margin={"t": top})
    return copy


def escaped(text: str) -> str:
    """Return a text that Plotly draws as it is: it reads ``<b>`` and links in names otherwise."""
    return html.escape(text, quote=False)


def short_name(name: str, length: int = NAME_LENGTH) -> str:
    """Return a name cut in the middle when it is too long, escaped for a figure."""
    if len(name) <= length:
        return escaped(name)
    head = (length - 1) // 2
    return escaped(f"{name[:head].rstrip()}…{name[-(length - 1 - head) :].lstrip()}")


def nice_ticks(largest: float, count: int = 4) -> list[float]:
    """Return round ticks from zero that cover ``largest``, at most ``count`` steps.

    >>> nice_ticks(9.4)
    [0.0, 2.5, 5.0, 7.5, 10.0]
    """
    if largest <= 0:
        return [0.0]
    raw = largest / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * (1 - 1e-9))
    return [round(step * place, 10) for place in range(math.ceil(largest / step - 1e-9) + 1)]


def percent_axis(chart: go.Figure, largest: float, style: Style) -> None:
    """Give the first vertical axis round shares from zero, written in the language chosen."""
    f = formats(style.language)
    ticks = nice_ticks(0.0 if math.isnan(largest) else float(largest))
    digits = 0 if all(float(round(100 * tick, 6)).is_integer() for tick in ticks) else 1
    chart.update_yaxes(
        rangemode="tozero", tickvals=ticks, ticktext=[f.percent(tick, digits) for tick in ticks]
    )


@cache
def _french() -> dict[str, Any]:
    """Return Plotly's French table: words of plotly.js-locales (MIT), names of months by Babel."""
    text = (Path(__file__).parent / "plotly_fr.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
