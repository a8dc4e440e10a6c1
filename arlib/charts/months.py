"""An axis of months, whatever their number, and the label of a line's last point."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Final

from arlib.i18n import formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from arlib.charts.template import Style

_MOST_TICKS: Final = 9


def month_axis(
    chart: go.Figure, days: Sequence[date], style: Style, *, most: int = _MOST_TICKS
) -> None:
    """Name the months under a chart whose x are 0, 1…: the last one, then every so many before it.

    The year stands under the first name and under each January, or the first name of a year.
    """
    f = formats(style.language)
    last = len(days) - 1
    step = max(1, math.ceil(len(days) / most))
    shown = [place for place in range(len(days)) if (last - place) % step == 0]
    texts = []
    for index, place in enumerate(shown):
        is_new = index == 0 or days[place].year != days[shown[index - 1]].year
        texts.append(f.short_month(days[place]) + (f"<br>{days[place].year}" if is_new else ""))
    chart.update_xaxes(
        tickvals=shown, ticktext=texts, tickangle=0, showgrid=False, range=[-0.6, last + 0.6]
    )


def day_axis(chart: go.Figure, first: date, last: date, style: Style, *, most: int = 7) -> None:
    """Name months under a chart whose x are days (ISO texts): every so many first days of a month."""
    f = formats(style.language)
    count = 12 * (last.year - first.year) + last.month - first.month
    step = max(1, math.ceil(count / most))
    places = [first.month + back for back in range(count, 0, -step)][::-1]
    days = [date(first.year + (place - 1) // 12, (place - 1) % 12 + 1, 1) for place in places]
    chart.update_xaxes(
        tickvals=[day.isoformat() for day in days],
        ticktext=[f"{f.short_month(day)}<br>{day.year}" for day in days],
        tickangle=0,
        range=[first.isoformat(), last.isoformat()],
    )


def end_label(chart: go.Figure, x: float, y: float, text: str, colour: str) -> None:
    """Write a label at the right of a point, in the colour of its line."""
    chart.add_annotation(
        x=x,
        y=y,
        xshift=8,
        xanchor="left",
        showarrow=False,
        text=text,
        font={"size": 12, "color": colour},
    )
