"""Life lines: each open invoice from its issue to its due date, then to the as-of date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.palette import aging_colours
from arlib.charts.template import Style, escaped, figure
from arlib.i18n import formats, translator

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from arlib.views.customer import CustomerView

TOP: Final = 10


def overdue_items(view: CustomerView, currency: str) -> pd.DataFrame:
    """Return the ten oldest overdue debits in one currency."""
    items = view.items
    late = items[(items["currency"] == currency) & (items["open_minor"] > 0)]
    return late[late["days_late"] > 0].sort_values("due_on").head(TOP)


def life_figure(view: CustomerView, currency: str, style: Style) -> go.Figure:
    """Return life lines of the ten oldest overdue items: grey until due, then the bucket's colour."""
    _, f = translator(style.language), formats(style.language)
    items = overdue_items(view, currency)
    late = view.items[(view.items["days_late"] > 0) & (view.items["open_minor"] > 0)]
    title = _.ngettext(
        "{n} overdue item, the oldest {days} late",
        "{n} overdue items, the oldest {days} late",
        len(late),
    ).format(n=f.integer(len(late)), days=f.days0(int(late["days_late"].max()) if len(late) else 0))
    subtitle = _(
        "From issue to due date in grey, lateness in days in the colour of its age; ▷ open on {date}"
    ).format(date=f.date(view.as_of))
    facts = [
        f"{number} {f.days0(int(days))}"
        for number, days in zip(items["number"], items["days_late"], strict=True)
    ]
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=60 + 24 * len(items))
    colours = dict(zip(view.buckets, aging_colours(len(view.buckets)), strict=True))
    as_of = np.datetime64(view.as_of)
    columns = ("issued_on", "due_on", "days_late", "bucket")
    for place, (issued, due, days, bucket) in enumerate(
        zip(*(items[column] for column in columns), strict=True)
    ):
        _add_life(
            chart,
            place,
            np.array([issued, due, as_of], dtype="datetime64[D]"),
            colours.get(bucket, colours[view.buckets[-1]]),
            style,
        )
        chart.add_annotation(
            x=str(view.as_of),
            y=place,
            xanchor="left",
            xshift=10,
            showarrow=False,
            text=f.days0(int(days)),
            bgcolor=style.ink.page,
            font={"size": 12, "color": style.ink.text},
        )
    names = [
        f"{escaped(str(number))}  {f.compact(int(amount), currency)}"
        for number, amount in zip(items["number"], items["open_minor"], strict=True)
    ]
    chart.update_yaxes(
        tickvals=np.arange(len(items)),
        ticktext=names,
        range=[len(items) - 0.5, -0.5],
        showgrid=False,
    )
    chart.update_xaxes(tickformat="%b %Y", nticks=5)
    chart.update_layout(margin={"r": 56})
    return chart


def _add_life(chart: go.Figure, place: int, days: np.ndarray, colour: str, style: Style) -> None:
    """Draw issue → due in grey, due → as-of in the bucket's colour, and the open mark."""
    for ends, width, shade in ((days[:2], 5, style.ink.rest), (days[1:], 9, colour)):
        chart.add_scatter(
            x=ends,
            y=np.array([place, place]),
            mode="lines",
            line={"width": width, "color": shade},
            hoverinfo="skip",
        )
    chart.add_scatter(
        x=days[2:],
        y=np.array([place]),
        mode="markers",
        marker={
            "symbol": "triangle-right-open",
            "size": 10,
            "color": style.ink.text,
            "line": {"width": 1.8, "color": style.ink.text},
        },
        hoverinfo="skip",
    )
