"""Early warning: how one customer has paid, run by run, against his usual delay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.charts.palette import FAVOURABLE, UNFAVOURABLE
from arlib.charts.template import Style, escaped, figure
from arlib.i18n import formats, translator
from arlib.i18n.warnings import concerned, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import plotly.graph_objects as go

    from arlib.i18n import Formats

_LOW: Final = -30.0
_HIGH: Final = 120.0
_ROOM: Final = 6.0
_LEAST_HINT: Final = 3  # days later from which a hint is shown


def runs_figure(row: Mapping[Any, Any], points: pd.DataFrame, style: Style) -> go.Figure:
    """Return one customer's last points: his usual delay as a line, the change in colour.

    Points beyond 120 days stand at the edge; hollow ones are open invoices, a lower bound.
    """
    _, f = translator(style.language), formats(style.language)
    chart = figure(
        style,
        title=f"{row['name']}: {sentence(row, style.language)}",
        subtitle=_("Mean delay of each settlement, days after the due date"),
        facts=[concerned(row, style.language)],
        height=104,
    )
    days = points["delay_days"].to_numpy(dtype=float)
    drawn = np.clip(days, _LOW, _HIGH)
    places = np.arange(len(days))
    changed = int(row["count_since"]) or 3
    is_new = places >= len(days) - changed
    is_open = points["is_open"].to_numpy(dtype=bool)
    colour = _colour(row, style)
    usual = float(np.clip(row["usual_days"], _LOW, _HIGH))
    chart.add_scatter(
        x=[-0.5, len(days) - 0.5],
        y=[usual, usual],
        mode="lines",
        line={"color": style.ink.second, "width": 1.2, "dash": "dot"},
        hoverinfo="skip",
    )
    hover = [_hover(point, f, style) for point in points.to_dict("records")]
    for part, shade in ((~is_new, style.ink.rest), (is_new, colour)):
        chart.add_scatter(
            x=places[part],
            y=drawn[part],
            mode="markers",
            marker={
                "size": 7,
                "color": shade,
                "symbol": np.where(is_open[part], "circle-open", "circle").tolist(),
                "line": {"width": 1.6, "color": shade},
            },
            hovertext=[text for text, kept in zip(hover, part, strict=True) if kept],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    chart.update_xaxes(visible=False, range=[-0.8, len(days) - 0.2])
    low, high = min(0.0, float(drawn.min(initial=0))), max(30.0, float(drawn.max(initial=0)))
    chart.update_yaxes(range=[low - _ROOM, high + _ROOM], nticks=3, ticksuffix="")
    return chart


def _colour(row: Mapping[Any, Any], style: Style) -> str:
    """Return the colour of what changed: none when nothing did."""
    if row["alert"] == "better":
        return FAVOURABLE
    is_hint = row["evidence"] == "hint" and row["shift_days"] >= _LEAST_HINT
    return UNFAVOURABLE if row["alert"] != "none" or is_hint else style.ink.rest


def _hover(point: Mapping[Any, Any], f: Formats, style: Style) -> str:
    _ = translator(style.language)
    words = _("due {date}, not paid: {days}") if point["is_open"] else _("paid on {date}: {days}")
    count = int(point["count_invoices"])
    bills = _.ngettext("{n} invoice", "{n} invoices", count).format(n=f.integer(count))
    text = words.format(date=f.date(point["on"]), days=f.signed_days(point["delay_days"]))
    return f"{escaped(text)}<br>{escaped(bills)}"
