"""Behaviour in depth: delays spread, terms granted against time taken, habits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.charts.names import free_spots
from arlib.charts.palette import UNFAVOURABLE
from arlib.charts.template import Style, escaped, figure, percent_axis, short_name
from arlib.i18n import N_, formats, translator

if TYPE_CHECKING:
    from datetime import date

    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from arlib.views.behaviour_details import DetailBlock

_HEIGHT: Final = 230
_NAMED: Final = 3
_CANDIDATES: Final = 12
_PLOT: Final = (430.0, 180.0)  # pixels of the scatter on the page, about
_LATE_DAYS: Final = 30  # as P30
_FAR_DAYS: Final = 15  # beyond the terms, a point is drawn as unfavourable
_SHOWN_DAYS: Final = 365  # a point further out would flatten all the others
WEEKDAYS: Final = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


def delays_figure(block: DetailBlock, as_of: date, style: Style) -> go.Figure:
    """Return the share of the amounts paid by class of delay, its cumulated line, the median."""
    _, f = translator(style.language), formats(style.language)
    frame = block.delays
    title = _("Delays of settlements")
    if block.median_days is not None:
        title = _("Half of the settlements come by {median}; {share} of the amounts > 30 d late")
        title = title.format(
            median=f.signed_days(block.median_days), share=f.share(block.late_30_ratio)
        )
    subtitle = _(
        "Settlements of 12 months to {date} by days from the due date, % of the amounts;"
        " line above: cumulated; circles: % of the number"
    ).format(date=f.date(as_of))
    names = [_class_name(row, style) for row in frame.to_dict("records")]
    late = frame.loc[frame["from_day"].fillna(-1) > 0, "amount_ratio"].sum()
    facts = [_("{share} after the due date").format(share=f.share(late, 1))]
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=_HEIGHT)
    places = np.arange(len(frame))
    colours = [
        UNFAVOURABLE if day > _LATE_DAYS else style.ink.brand
        for day in frame["from_day"].fillna(-99)
    ]
    hover = [
        f"{name}<br>{f.amount(row['amount_minor'], block.currency)} · {f.percent(row['amount_ratio'])}"
        f"<br>{_count(row['count_payments'], style)} · {f.percent(row['count_ratio'])}"
        f"<br>{_('cumulated')} {f.percent(row['cumulated_amount_ratio'])}"
        for name, row in zip(names, frame.to_dict("records"), strict=True)
    ]
    chart.add_bar(
        x=places,
        y=frame["amount_ratio"].to_numpy(dtype=float),
        marker={"color": colours},
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    chart.add_scatter(
        x=places,
        y=frame["count_ratio"].replace(0, np.nan).to_numpy(dtype=float),
        mode="markers",
        marker={"size": 6, "color": style.ink.page, "line": {"color": style.ink.text, "width": 1}},
        hoverinfo="skip",
    )
    chart.add_scatter(
        x=places,
        y=frame["cumulated_amount_ratio"].to_numpy(dtype=float),
        yaxis="y2",
        mode="lines",
        line={"color": style.ink.mute, "width": 1.6},
        hoverinfo="skip",
    )
    _mark_days(chart, frame, block.median_days, style)
    shown = [place for place in places if place % 4 == 3]  # noqa: PLR2004 - the due date is one
    chart.update_xaxes(tickvals=shown, ticktext=[names[place] for place in shown], showgrid=False)
    percent_axis(chart, frame["amount_ratio"].max(), style)
    chart.update_layout(
        yaxis={"domain": [0, 0.66]},
        yaxis2={
            "domain": [0.74, 1],
            "range": [0, 1.04],
            "tickvals": [0, 0.5, 1],
            "ticktext": [f.percent(share, 0) for share in (0, 0.5, 1)],
            "anchor": "x",
            "automargin": True,
            "fixedrange": True,
            "zeroline": False,
            "gridcolor": style.ink.grid,
            "tickfont": {"size": 12, "color": style.ink.second},
        },
    )
    return chart


def terms_figure(rows: pd.DataFrame, names: list[str], as_of: date, style: Style) -> go.Figure:
    """Return days granted against days taken, one point a row; the line is “as agreed”.

    ``rows``: ``granted_days, days_to_pay, paid_minor, currency``; rows without both are left out.
    """
    _, f = translator(style.language), formats(style.language)
    known = rows.assign(shown_name=names).dropna(subset=["granted_days", "days_to_pay"])
    known = known.loc[known[["granted_days", "days_to_pay"]].abs().max(axis=1) <= _SHOWN_DAYS]
    weight = known["paid_minor"].to_numpy(dtype=float)
    title = _("Terms granted and time to pay")
    facts = []
    if weight.sum() > 0:
        granted = float((known["granted_days"] * weight).sum() / weight.sum())
        taken = float((known["days_to_pay"] * weight).sum() / weight.sum())
        title = _("{granted} granted, {taken} taken: {gap} against what was agreed").format(
            granted=f.days0(granted), taken=f.days0(taken), gap=f.signed_days(taken - granted)
        )
        facts = [f.days(granted), f.days(taken)]
    subtitle = _(
        "Days granted across, days taken upwards, by amount, 12 months to {date}; squares: over {days} beyond the terms"
    )
    chart = figure(
        style,
        title=title,
        subtitle=subtitle.format(date=f.date(as_of), days=f.days0(_FAR_DAYS)),
        facts=facts,
        height=_HEIGHT,
    )
    far = (known["days_to_pay"] - known["granted_days"]).to_numpy(dtype=float) > _FAR_DAYS
    hover = [
        f"{escaped(str(row['shown_name']))}<br>{_('granted')} {f.days(row['granted_days'])}"
        f"<br>{_('taken')} {f.days(row['days_to_pay'])}"
        f"<br>{f.amount(row['paid_minor'], row['currency'])}"
        for row in known.to_dict("records")
    ]
    top = float(known[["granted_days", "days_to_pay"]].max().max()) if len(known) else 30.0
    top = max(top, 30.0) * 1.08
    chart.add_scatter(
        x=[0, top],
        y=[0, top],
        mode="lines",
        line={"color": style.ink.mute, "width": 1.2, "dash": "dot"},
        hoverinfo="skip",
    )
    chart.add_scatter(
        x=known["granted_days"].to_numpy(dtype=float),
        y=known["days_to_pay"].to_numpy(dtype=float),
        mode="markers",
        marker={
            "size": 8,
            "color": [UNFAVOURABLE if is_far else style.ink.mute for is_far in far],
            "symbol": ["square" if is_far else "circle" for is_far in far],
        },
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    _name_points(chart, known.reset_index(drop=True), far, top, style)
    chart.add_annotation(
        x=top, y=top, text=_("as agreed"), xanchor="right", yanchor="bottom", showarrow=False,
        xshift=-26, font={"size": 12, "color": style.ink.second},
    )  # fmt: skip
    chart.update_xaxes(range=[0, top], title={"text": _("days granted"), "font": {"size": 12}})
    chart.update_yaxes(rangemode="tozero")
    return chart


def _name_points(
    chart: go.Figure, known: pd.DataFrame, far: NDArray[np.bool_], top: float, style: Style
) -> None:
    """Name the largest payers far beyond their terms, where there is room."""
    xs = known["granted_days"].to_numpy(dtype=float)
    ys = known["days_to_pay"].to_numpy(dtype=float)
    names = [short_name(str(name)) for name in known["shown_name"]]
    wanted = known.loc[far].nlargest(_CANDIDATES, "paid_minor").index.tolist()
    high = max(float(ys.max(initial=0.0)), 1.0)
    width, height = _PLOT
    spots = free_spots(
        xs / top * width, ys / high * height, names, wanted, width=width, most=_NAMED
    )
    for spot in spots:
        is_right = spot.side == "right"
        chart.add_annotation(
            x=xs[spot.place],
            y=ys[spot.place],
            text=names[spot.place],
            xanchor="left" if is_right else "right",
            xshift=7 if is_right else -7,
            showarrow=False,
            font={"size": 12, "color": style.ink.second},
        )


def habits_figure(block: DetailBlock, as_of: date, style: Style) -> go.Figure:
    """Return the share of the payment dates by weekday, day of the month and month of the year."""
    _, f = translator(style.language), formats(style.language)
    slots = block.slots
    best = {kind: _most(slots.loc[slots["kind"] == kind]) for kind in ("weekday", "day", "month")}
    title = _("When payments arrive")
    if best["weekday"] is not None and best["day"] is not None:
        title = _("Payments come mostly on {weekday} ({share} of the dates), often on the {day}")
        title = title.format(
            weekday=_day(_(WEEKDAYS[int(best["weekday"]["slot"]) - 1]), style),
            share=f.share(best["weekday"]["share_ratio"]),
            day=f.integer(int(best["day"]["slot"])),
        )
    subtitle = _(
        "Share of the payment dates (a date counts once a customer), 12 months to {date},"
        " by weekday, day of the month and month"
    )
    facts = [f.percent(row["share_ratio"]) for row in best.values() if row is not None]
    chart = figure(
        style, title=title, subtitle=subtitle.format(date=f.date(as_of)), facts=facts, height=190
    )
    parts = (("weekday", [0, 0.2], ""), ("day", [0.25, 0.7], "2"), ("month", [0.75, 1], "3"))
    for kind, domain, axis in parts:
        frame = slots.loc[slots["kind"] == kind]
        most = best[kind]
        highest = most["slot"] if most is not None else None
        labels = [_slot_name(kind, int(slot), style) for slot in frame["slot"]]
        chart.add_bar(
            x=frame["slot"].to_numpy(),
            y=frame["share_ratio"].fillna(0).to_numpy(dtype=float),
            xaxis=f"x{axis}",
            marker={
                "color": [
                    style.ink.brand if slot == highest else style.ink.rest for slot in frame["slot"]
                ]
            },
            hovertext=[
                f"{label}<br>{f.percent(row['share_ratio'])} · {f.amount(row['amount_minor'], block.currency)}"
                f"<br>{f.signed_days(row['weighted_delay_days'])}"
                for label, row in zip(labels, frame.to_dict("records"), strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
        ticks = [
            slot for slot in frame["slot"] if kind != "day" or slot in {1, 5, 10, 15, 20, 25, 31}
        ]
        chart.update_layout(
            {
                f"xaxis{axis}": {
                    "domain": domain,
                    "anchor": "y",
                    "tickvals": ticks,
                    "ticktext": [_slot_tick(kind, int(slot), style) for slot in ticks],
                    "tickangle": 0,
                    "showgrid": False,
                    "fixedrange": True,
                    "tickfont": {"size": 12, "color": style.ink.second},
                }
            }
        )
    percent_axis(chart, slots["share_ratio"].max(), style)
    return chart


def _day(name: str, style: Style) -> str:
    """Return the name of a day inside a sentence: English keeps its capital."""
    return name.lower() if style.language == "fr" else name


def _most(frame: pd.DataFrame) -> dict[Any, Any] | None:
    if frame.empty or not frame["count_dates"].sum():
        return None
    place = int(frame["count_dates"].to_numpy().argmax())
    row: dict[Any, Any] = frame.iloc[place].to_dict()
    return row


def _slot_name(kind: str, slot: int, style: Style) -> str:
    _, f = translator(style.language), formats(style.language)
    if kind == "weekday":
        return _(WEEKDAYS[slot - 1])
    return f.integer(slot) if kind == "day" else _month_name(slot, style)


def _slot_tick(kind: str, slot: int, style: Style) -> str:
    name = _slot_name(kind, slot, style)
    return name if kind == "day" else name[:1].upper()


def _month_name(month: int, style: Style) -> str:
    import datetime as dt

    return formats(style.language).short_month(dt.date(2001, month, 1))


def _class_name(row: dict[Any, Any], style: Style) -> str:
    """Return the words of a class of delays: “−5 à −1”, “0”, “1 à 5”, “> 90”."""
    f = formats(style.language)
    first, last = row["from_day"], row["to_day"]
    if pd.isna(first):
        return f"< {f.decimal(last + 1, 0)}"
    if pd.isna(last):
        return f"> {f.decimal(first - 1, 0)}"
    if first == last:
        return f.decimal(first, 0)
    _ = translator(style.language)
    return _("{first} to {last}").format(first=f.decimal(first, 0), last=f.decimal(last, 0))


def _count(count: Any, style: Style) -> str:
    _, f = translator(style.language), formats(style.language)
    return _.ngettext("{n} settlement", "{n} settlements", int(count)).format(
        n=f.integer(int(count))
    )


def _mark_days(chart: go.Figure, frame: pd.DataFrame, median: float | None, style: Style) -> None:
    """Mark the due date and the median."""
    _, f = translator(style.language), formats(style.language)
    zero = int(np.flatnonzero((frame["from_day"] == 0).fillna(value=False).to_numpy(dtype=bool))[0])
    chart.add_vline(x=zero, line={"color": style.ink.mute, "width": 1.2})
    if median is None:
        return
    first = frame["from_day"].astype("float64").fillna(-np.inf)
    place = int(np.flatnonzero((first <= np.floor(median)).to_numpy())[-1])
    chart.add_vline(x=place, line={"color": UNFAVOURABLE, "width": 1.6, "dash": "dot"})
    chart.add_annotation(
        x=place,
        y=0.7,
        yref="paper",
        yanchor="middle",
        xanchor="left",
        xshift=4,
        text=_("median {days}").format(days=f.signed_days(median)),
        showarrow=False,
        font={"size": 12, "color": style.ink.text},
    )
