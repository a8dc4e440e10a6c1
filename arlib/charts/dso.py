"""The DSO over the months, what it is made of, and why it moved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.months import end_label, month_axis
from arlib.charts.palette import CATEGORIES, FAVOURABLE, INK_SECOND, UNFAVOURABLE, aging_colours
from arlib.charts.template import Style, figure, nice_ticks
from arlib.i18n import N_, formats, translator

if TYPE_CHECKING:
    from datetime import date

    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from arlib.views.dso import Change, DsoBlock

_HEIGHT: Final = 290
_YEAR: Final = 12
_LABEL_GAP: Final = 0.075  # of the axis
_ALMOST: Final = 0.05  # days: below, nothing moved
_CUT_OVER: Final = 0.6  # of the highest point: the waterfall's axis is cut when all stands above
_FIVE: Final = aging_colours(5)
PARTS: Final = {
    "not_due": (N_("Not due"), _FIVE[0]),
    "late": (N_("Late"), _FIVE[2]),
    "disputed": (N_("In dispute"), _FIVE[4]),
    "credits": (N_("Credits not allocated"), CATEGORIES[2]),
}
_SAID: Final = {
    "not_due": N_("{days} not due"),
    "late": N_("{days} late"),
    "disputed": N_("{days} in dispute"),
    "credits": N_("{days} of credits"),
}
CAUSES: Final = {
    "not_due": N_("Not due"),
    "late": N_("Late"),
    "disputed": N_("In dispute"),
    "credits": N_("Credits, payments"),
    "sales": N_("Level of sales"),
}


def series_figure(block: DsoBlock, as_of: date, style: Style) -> go.Figure:
    """Return simple, count-back and best possible DSO by month, with the target if there is one."""
    _, f = translator(style.language), formats(style.language)
    frame = block.monthly
    days = [moment.date() for moment in frame["closed_on"]]
    simple, back, best = (
        frame[name].to_numpy(dtype=float)
        for name in ("simple_days", "count_back_days", "best_possible_days")
    )
    title = _series_title(back, days, style)
    subtitle = _("DSO in days, month-ends to {date}").format(date=f.date(as_of))
    facts = [f"{f.month(day)} {f.days(value)}" for day, value in zip(days, back, strict=True)]
    chart = figure(style, title=title, subtitle=subtitle, facts=facts[-3:], height=_HEIGHT)
    lines = {
        _("count-back"): (back, style.ink.brand, 2.4, "solid"),
        _("simple"): (simple, style.ink.mute, 1.8, "solid"),
        _("best possible"): (best, style.ink.mute, 1.6, "dot"),
    }
    for name, (values, colour, width, dash) in lines.items():
        _line(
            chart, name, values, days, style, line={"color": colour, "width": width, "dash": dash}
        )
    _end_names(chart, lines, style)
    if block.dso_target_days is not None:
        _target(chart, block.dso_target_days, len(days), style)
    month_axis(chart, days, style)
    chart.update_yaxes(rangemode="tozero")
    chart.update_layout(margin={"r": 132})
    return chart


def parts_figure(block: DsoBlock, as_of: date, style: Style) -> go.Figure:
    """Return the simple DSO of each month stacked by cause; credits stand below zero."""
    _, f = translator(style.language), formats(style.language)
    frame = block.monthly
    days = [moment.date() for moment in frame["closed_on"]]
    last = {name: float(frame[f"{name}_days"].iloc[-1]) for name in PARTS} if len(frame) else {}
    known = bool(last) and not any(np.isnan(value) for value in last.values())
    title = _("What the DSO is made of")
    if known:
        said = [
            _(_SAID[name]).format(days=f.days(days))
            for name, days in last.items()
            if abs(days) >= _ALMOST
        ]
        title = _("{total} of DSO: {parts}").format(
            total=f.days(block.simple_days), parts=", ".join(said)
        )
    subtitle = _("Simple DSO by cause, days, month-ends to {date}").format(date=f.date(as_of))
    facts = (
        [f"{_(PARTS[name][0])} {f.days(value)}" for name, value in last.items()] if known else []
    )
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=_HEIGHT)
    for name, (words, colour) in PARTS.items():
        values = frame[f"{name}_days"].to_numpy(dtype=float)
        chart.add_bar(
            x=np.arange(len(values)),
            y=values,
            name=_(words),
            marker={"color": colour, "line": {"color": style.ink.separator, "width": 0.7}},
            hovertext=[
                f"{_(words)}<br>{f.month(day)}<br>{f.days(value)}"
                for day, value in zip(days, values, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    chart.update_layout(barmode="relative", bargap=0.18, showlegend=True)
    _legend(chart)
    month_axis(chart, days, style)
    chart.update_yaxes(rangemode="tozero")
    return chart


def change_figure(change: Change, style: Style) -> go.Figure:
    """Return the waterfall of the simple DSO between two dates, largest cause in the title.

    ``change`` has contributions: the page says why when it has none.
    """
    _, f = translator(style.language), formats(style.language)
    parts = dict(change.contributions or {})
    start, end = float(change.from_days or 0), float(change.to_days or 0)
    steps = np.array([start, *parts.values()])
    levels = np.cumsum(steps)
    floor = _floor(levels, start, end)
    subtitle = _("Simple DSO, days, {before} to {after}; each cause at the sales of the first date")
    subtitle = subtitle.format(before=f.date(change.from_on), after=f.date(change.to_on))
    if floor:
        subtitle += _("; axis cut at {days}").format(days=f.decimal(floor, 0))
    facts = [f"{_(CAUSES[name])} {f.signed_days(value, 1)}" for name, value in parts.items()]
    chart = figure(
        style, title=_change_title(change, style), subtitle=subtitle, facts=facts, height=_HEIGHT
    )
    bottoms = np.concatenate([[floor], np.minimum(levels[:-1], levels[1:]), [floor]])
    heights = np.concatenate([[start - floor], np.abs(steps[1:]), [end - floor]])
    colours = [
        INK_SECOND,
        *(UNFAVOURABLE if value > 0 else FAVOURABLE for value in parts.values()),
        INK_SECOND,
    ]
    texts = [f.days(start), *(f.signed_days(value, 1) for value in parts.values()), f.days(end)]
    chart.add_bar(
        x=np.arange(len(heights)),
        y=heights,
        base=bottoms,
        marker={"color": colours},
        text=[f"<b>{text}</b>" for text in texts],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
        width=0.62,
    )
    for place, level in enumerate(levels):
        chart.add_shape(
            type="line",
            x0=place + 0.31,
            x1=place + 0.69,
            y0=float(level),
            y1=float(level),
            line={"color": style.ink.rest, "width": 1},
        )
    causes = [re.sub(r",? ", "<br>", _(CAUSES[name])) for name in parts]
    first, last = (f"{f.date(day)[:5]}<br>{day.year}" for day in (change.from_on, change.to_on))
    names = [first, *causes, last]
    chart.update_xaxes(tickvals=np.arange(len(names)), ticktext=names, tickangle=0, showgrid=False)
    top = float(max(levels.max(), end))
    chart.update_yaxes(range=[floor, top + (top - floor) * 0.16])
    return chart


def _floor(levels: NDArray[np.float64], start: float, end: float) -> float:
    """Return where the axis may begin: 0, or a round number when every level is far above it."""
    low, high = float(min(levels.min(), start, end)), float(max(levels.max(), end))
    if low <= high * _CUT_OVER:
        return 0.0
    ticks = nice_ticks(high)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else high
    room = low - (high - low)  # the ends keep a height of their own
    return max(0.0, float(np.floor(room / step * 2) * step / 2))


def _change_title(change: Change, style: Style) -> str:
    _, f = translator(style.language), formats(style.language)
    parts = dict(change.contributions or {})
    moved = float(change.to_days or 0) - float(change.from_days or 0)
    if abs(moved) < _ALMOST:
        return _("The simple DSO has not moved since {date}").format(date=f.date(change.from_on))
    same_way = {name: value for name, value in parts.items() if value * moved > 0}
    cause = max(same_way, key=lambda name: abs(same_way[name]))
    words = (
        _("The simple DSO rose by {days} since {date}, mostly by {cause} ({part})")
        if moved > 0
        else _("The simple DSO fell by {days} since {date}, mostly by {cause} ({part})")
    )
    return words.format(
        days=f.days(abs(moved)),
        date=f.date(change.from_on),
        cause=_(_BY[cause]),
        part=f.signed_days(same_way[cause], 1),
    )


_BY: Final = {
    "not_due": N_("what is not due"),
    "late": N_("lateness"),
    "disputed": N_("disputes"),
    "credits": N_("credits not allocated"),
    "sales": N_("the level of sales"),
}


def _series_title(values: NDArray[np.float64], days: list[date], style: Style) -> str:
    _, f = translator(style.language), formats(style.language)
    known = np.flatnonzero(np.isfinite(values))
    if known.size < 2:  # noqa: PLR2004 - a change needs two points
        return _("DSO by month")
    before = known[known >= known[-1] - _YEAR][0]
    return _("The count-back DSO is {now}, against {before} in {month}").format(
        now=f.days(values[known[-1]]), before=f.days(values[before]), month=f.month(days[before])
    )


def _line(
    chart: go.Figure,
    name: str,
    values: NDArray[np.float64],
    days: list[date],
    style: Style,
    *,
    line: dict[str, object],
) -> None:
    f = formats(style.language)
    chart.add_scatter(
        x=np.arange(len(values)),
        y=values,
        name=name,
        mode="lines",
        line=line,
        hovertext=[
            f"{name}<br>{f.month(day)}<br>{f.days(value)}"
            for day, value in zip(days, values, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _end_names(
    chart: go.Figure,
    lines: dict[str, tuple[NDArray[np.float64], str, float, str]],
    style: Style,
) -> None:
    """Name each line at its last point, names pushed apart so that none touches another."""
    f = formats(style.language)
    ends = {
        name: (int(known[-1]), float(values[known[-1]]))
        for name, (values, *_rest) in lines.items()
        if (known := np.flatnonzero(np.isfinite(values))).size
    }
    top = max(
        (float(np.nanmax(values)) for values, *_rest in lines.values() if len(values)), default=0
    )
    floor = -np.inf
    for name, (x, y) in sorted(ends.items(), key=lambda item: item[1][1]):
        floor = max(y, floor + top * _LABEL_GAP)
        colour = style.ink.brand if lines[name][2] > 2 else style.ink.second  # noqa: PLR2004 - the main line
        end_label(chart, x, floor, f"<b>{f.days(y)}</b> {name}", colour)


def _target(chart: go.Figure, days: float, count: int, style: Style) -> None:
    _, f = translator(style.language), formats(style.language)
    chart.add_hline(y=days, line={"color": style.ink.second, "width": 1.2, "dash": "dash"})
    chart.add_annotation(
        x=0,
        y=days,
        yshift=9,
        xanchor="left",
        showarrow=False,
        text=_("target {days}").format(days=f.days(days, 0)),
        font={"size": 12, "color": style.ink.second},
    )
    chart.update_xaxes(range=[-0.6, count - 0.4])


def _legend(chart: go.Figure) -> None:
    """Put the legend above the plot, in stacking order."""
    chart.update_layout(
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        margin={"t": 50, "r": 10},
    )
