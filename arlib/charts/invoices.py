"""Life lines: each of a customer's last invoices from its issue to its due date, then to its settlement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.charts.palette import aging_colours
from arlib.charts.template import Style, escaped, figure
from arlib.i18n import formats, translator

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from arlib.views.customer_file import CustomerFile

_ROW: Final = 21
_ROOM: Final = 66
_DUE: Final = 4
_LATE: Final = 8
_RECENT_MONTHS: Final = 15  # strokes of older ones would leave no room to the others
_FEWEST: Final = 10
_ABOVE: Final = 0.36


def lives_of(file: CustomerFile, currency: str) -> pd.DataFrame:
    """Return the invoices drawn in one currency, the oldest first, with the place of their bucket.

    Those of 15 months, and older ones still open then; at least the last ten.
    """
    rows = file.lives[file.lives["currency"] == currency]
    start = pd.Timestamp(file.customer.as_of) - pd.DateOffset(months=_RECENT_MONTHS)
    is_recent = rows["cleared_on"].fillna(start) >= start
    rows = rows[is_recent | (np.arange(len(rows)) < _FEWEST)]
    rows = rows.sort_values(["issued_on", "due_on", "number"], ignore_index=True)
    bounds = [int(name.split("-")[1]) for name in file.customer.buckets if "-" in name]
    late = rows["days_late"].to_numpy()
    rows["place"] = np.where(late > 0, 1 + np.searchsorted(np.array(bounds), late), 0)
    return rows


def life_figure(file: CustomerFile, currency: str, style: Style) -> go.Figure:
    """Return the life lines of his last invoices: issued, due, reminded, promised, settled or open."""
    f = formats(style.language)
    rows = lives_of(file, currency)
    title, subtitle, facts = _message(file, rows, style)
    height = _ROOM + _ROW * len(rows)
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=height)
    as_of = pd.Timestamp(file.customer.as_of)
    ends = rows["cleared_on"].fillna(as_of)
    _segments(chart, rows.index, rows["issued_on"], rows["due_on"], _DUE, style.ink.rest)
    for place, colour in enumerate(aging_colours(len(file.customer.buckets))):
        here = rows[(rows["place"] == place) & (rows["place"] > 0)]
        _segments(chart, here.index, here["due_on"], ends[here.index], _LATE, colour)
    _marks(chart, rows, as_of, style)
    # a label stands after the last mark of its row
    marks = rows["promised_on"].fillna(as_of).where(rows["promised_on"] > ends, ends)
    for place, end, days in zip(rows.index, marks, rows["days_late"], strict=True):
        if days > 0:
            chart.add_annotation(
                x=str(end.date()),
                y=place,
                xanchor="left",
                xshift=9,
                showarrow=False,
                text=f.days0(int(days)),
                font={"size": 11, "color": style.ink.text},
            )
    _axes(chart, rows, currency, as_of, style)
    return chart


def _message(file: CustomerFile, rows: pd.DataFrame, style: Style) -> tuple[str, str, list[str]]:
    _, f = translator(style.language), formats(style.language)
    due = rows[rows["due_on"] < pd.Timestamp(file.customer.as_of)]
    unpaid, count = int(due["cleared_on"].isna().sum()), len(due)
    if not count:
        title = _("None of his last invoices is due yet")
    elif unpaid:
        title = _.ngettext(
            "{unpaid} of the last {n} invoices due is not settled",
            "{unpaid} of the last {n} invoices due are not settled",
            unpaid,
        ).format(unpaid=f.integer(unpaid), n=f.integer(count))
    else:
        title = _("The last {n} invoices due are settled, {days} on average").format(
            n=f.integer(count), days=f.signed_days(float(due["days_late"].mean()))
        )
    subtitle = _(
        "From issue to due date in grey, lateness in the colour of its age; ● settled, ○ without cash, ▷ open on {date}, × reminder, ◇ promised for"
    ).format(date=f.date(file.customer.as_of))
    late = due.nlargest(3, "days_late")
    facts = [
        f"{number} {f.signed_days(int(days))}"
        for number, days in zip(late["number"], late["days_late"], strict=True)
    ]
    return title, subtitle, facts


def _segments(
    chart: go.Figure, places: Any, starts: Any, ends: Any, width: int, colour: str
) -> None:
    """Draw one horizontal stroke a row, all in one trace."""
    if not len(places):
        return
    x: list[str | None] = []
    y: list[int | None] = []
    for place, start, end in zip(places, starts, ends, strict=True):
        x += [str(start.date()), str(end.date()), None]
        y += [int(place), int(place), None]
    line = {"width": width, "color": colour}
    chart.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")


def _marks(chart: go.Figure, rows: pd.DataFrame, as_of: pd.Timestamp, style: Style) -> None:
    """Draw what happened: settlements, what is still open, reminders and promises."""
    is_open = rows["cleared_on"].isna()
    is_cash = rows["is_cash"].eq(other=True).fillna(value=False)
    drawn = [
        (rows[~is_open & is_cash], "cleared_on", "circle", 8),
        (rows[~is_open & ~is_cash], "cleared_on", "circle-open", 8),
        (rows[is_open].assign(cleared_on=as_of), "cleared_on", "triangle-right-open", 9),
        (rows[rows["promised_on"].notna()], "promised_on", "diamond-open", 9),
        (rows.explode("reminded_on").dropna(subset=["reminded_on"]), "reminded_on", "x-thin", 6),
    ]
    for here, column, symbol, size in drawn:
        if len(here):
            above = _ABOVE if column == "reminded_on" else 0.0  # a mark on a dark stroke is lost
            chart.add_scatter(
                x=[str(pd.Timestamp(day).date()) for day in here[column]],
                y=here.index.to_numpy() - above,
                mode="markers",
                marker={
                    "symbol": symbol,
                    "size": size,
                    "color": style.ink.text,
                    "line": {"width": 1.7, "color": style.ink.text},
                },
                hovertext=[formats(style.language).date(pd.Timestamp(day)) for day in here[column]],
                hovertemplate="%{hovertext}<extra></extra>",
            )


def _axes(
    chart: go.Figure, rows: pd.DataFrame, currency: str, as_of: pd.Timestamp, style: Style
) -> None:
    f = formats(style.language)
    names = [
        f"{escaped(str(number))}  {f.compact(int(amount), currency)}"
        for number, amount in zip(rows["number"], rows["amount_minor"], strict=True)
    ]
    chart.update_yaxes(
        tickvals=np.arange(len(rows)),
        ticktext=names,
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
        tickfont={"size": 11, "color": style.ink.second},
    )
    chart.add_vline(x=str(as_of.date()), line={"color": style.ink.mute, "width": 1, "dash": "dot"})
    chart.update_xaxes(tickformat="%b %Y", nticks=6)
    chart.update_layout(margin={"r": 48})
