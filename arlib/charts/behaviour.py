"""How customers pay: a line of mean delays against the due date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.palette import UNFAVOURABLE
from arlib.charts.template import Style, figure
from arlib.i18n import formats, translator

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    import plotly.graph_objects as go
    from numpy.typing import NDArray


_HEIGHT: Final = 230
_TREND_POINTS: Final = 6
_MONTH_LABELS: Final = 8
_SLOPE: Final = 0.5  # days a month under which a delay is called stable
_SWING: Final = 3.0  # days between two of its months over which it is not
_NEAR: Final = 0.15  # of the height drawn: two labels would touch


def delay_figure(monthly: pd.DataFrame, as_of: date, style: Style) -> go.Figure:
    """Return the mean delay of each month's settlements, zero line named, last point marked.

    ``monthly``: ``month_on, weighted_delay_days, count_payments`` in order.
    """
    values = monthly["weighted_delay_days"].to_numpy(dtype=float)
    days = [moment.date() for moment in monthly["month_on"]]
    title, subtitle, facts = _delay_message(values, days, as_of, style)
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=_HEIGHT)
    _add_line(chart, values, days, monthly["count_payments"].to_numpy(), style)
    known = np.flatnonzero(np.isfinite(values))
    if known.size:
        _mark_last(chart, int(known[-1]), values, style)
    _add_trend(chart, values)
    _ = translator(style.language)
    chart.add_hline(y=0, line={"color": style.ink.mute, "width": 1.2})
    _name_zero(chart, values, _("on the due date"), style)
    _month_axis(chart, days, style)
    chart.update_layout(margin={"r": 84})
    return chart


def _name_zero(chart: go.Figure, values: NDArray[np.float64], words: str, style: Style) -> None:
    """Name the zero line in the right margin, away from the label of the last point."""
    known = values[np.isfinite(values)]
    last = float(known[-1]) if known.size else 0.0
    height = float(max(known.max(initial=0.0), 0.0) - min(known.min(initial=0.0), 0.0))
    is_near = known.size > 0 and abs(last) < _NEAR * height
    chart.add_annotation(
        x=len(values) - 1,
        y=0,
        xshift=10,
        yshift=(-15 if last >= 0 else 15) if is_near else 0,
        xanchor="left",
        text=words,
        showarrow=False,
        font={"size": 12, "color": style.ink.second},
    )


def _add_line(
    chart: go.Figure,
    values: NDArray[np.float64],
    days: list[date],
    counts: NDArray[np.int64] | None,
    style: Style,
) -> None:
    _, f = translator(style.language), formats(style.language)
    hover = [f"{f.month(day)}<br>{f.days(value)}" for day, value in zip(days, values, strict=True)]
    if counts is not None:
        paid = [
            _.ngettext("{n} settlement", "{n} settlements", int(n)).format(n=f.integer(int(n)))
            for n in counts
        ]
        hover = [f"{text}<br>{count}" for text, count in zip(hover, paid, strict=True)]
    chart.add_scatter(
        x=np.arange(len(values)),
        y=values,
        mode="lines+markers",
        connectgaps=True,
        line={"color": style.ink.brand, "width": 2.2},
        marker={"size": 6, "color": style.ink.brand},
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _mark_last(chart: go.Figure, place: int, values: NDArray[np.float64], style: Style) -> None:
    f = formats(style.language)
    value = float(values[place])
    chart.add_scatter(
        x=np.array([place]),
        y=np.array([value]),
        mode="markers",
        marker={"size": 11, "color": UNFAVOURABLE},
        hoverinfo="skip",
    )
    chart.add_annotation(
        x=place,
        y=value,
        xshift=10,
        xanchor="left",
        text=f"<b>{f.days(value, 0)}</b>",
        showarrow=False,
        font={"color": style.ink.text, "size": 13},
    )


def _add_trend(chart: go.Figure, values: NDArray[np.float64]) -> None:
    """Draw the straight line through the last six known months, dotted."""
    known = np.flatnonzero(np.isfinite(values))[-_TREND_POINTS:]
    if known.size < _TREND_POINTS:
        return
    slope, start = np.polyfit(known, values[known], 1)
    if abs(slope) < _SLOPE:
        return
    ends = np.array([known[0], known[-1]])
    chart.add_scatter(
        x=ends,
        y=start + slope * ends,
        mode="lines",
        line={"color": UNFAVOURABLE, "width": 1.6, "dash": "dot"},
        hoverinfo="skip",
    )


def _month_axis(chart: go.Figure, days: list[date], style: Style) -> None:
    f = formats(style.language)
    last = len(days) - 1
    step = max(2, -(-len(days) // _MONTH_LABELS))
    shown = [place for place in range(len(days)) if (last - place) % step == 0]
    texts = [
        f.short_month(days[place])
        + (f"<br>{days[place].year}" if place in shown[:1] or days[place].month <= step else "")
        for place in shown
    ]
    chart.update_xaxes(
        tickvals=shown, ticktext=texts, tickangle=0, showgrid=False, range=[-0.3, last + 0.3]
    )


def _delay_message(
    values: NDArray[np.float64], days: list[date], as_of: date, style: Style
) -> tuple[str, str, list[str]]:
    """Return title, subtitle and facts: which way the last six months go."""
    _, f = translator(style.language), formats(style.language)
    known = np.flatnonzero(np.isfinite(values))[-_TREND_POINTS:]
    title = _("Mean payment delay by month")
    if known.size >= _TREND_POINTS:
        slope = float(np.polyfit(known, values[known], 1)[0])
        change = f.days(abs(slope), 1)
        month = f.month(days[known[0]])
        if slope >= _SLOPE:
            title = _("Payment has slowed since {month}: {change} more each month")
        elif slope <= -_SLOPE:
            title = _("Payment has quickened since {month}: {change} less each month")
        elif float(np.ptp(values[known])) > _SWING:
            title = _("The payment delay goes up and down since {month}: from {low} to {high}")
        else:
            title = _("The payment delay has been stable since {month}")
        low, high = (f.signed_days(edge) for edge in (values[known].min(), values[known].max()))
        title = title.format(month=month, change=change, low=low, high=high)
    subtitle = _(
        "Amount-weighted mean delay of the month’s settlements, days after the due date, to {date}"
    ).format(date=f.date(as_of))
    facts = [f"{f.month(days[i])} {f.signed_days(values[i])}" for i in known[-3:]]
    return title, subtitle, facts
