"""Receipts against what fell due, and the cohorts of invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.months import end_label, month_axis
from arlib.charts.palette import CATEGORIES, REST, aging_colours
from arlib.charts.template import Style, amount_scale, figure, nice_ticks
from arlib.i18n import N_, formats, translator
from arlib.model.money import decimals
from arlib.views.receipts import AGES

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    import plotly.graph_objects as go

    from arlib.views.receipts import ReceiptsBlock

_HEIGHT: Final = 270
_ROW: Final = 19
_COHORTS: Final = 18
_YEAR: Final = 12
_FIVE: Final = aging_colours(5)
# From collected in time to still open.
DUE_PARTS: Final = {
    "within": (N_("by the month’s end"), CATEGORIES[0]),
    "after_30": (N_("+ 30 d"), _FIVE[0]),
    "after_60": (N_("+ 60 d"), _FIVE[1]),
    "later": (N_("later"), _FIVE[2]),
    "open": (N_("still open"), _FIVE[4]),
}
RECEIPT_PARTS: Final = {
    "due": (N_("due in the month"), CATEGORIES[0]),
    "overdue": (N_("overdue from before"), CATEGORIES[1]),
    "early": (N_("ahead of its due date"), CATEGORIES[2]),
    "rest": (N_("not allocated, other"), REST),
}


def due_figure(block: ReceiptsBlock, as_of: date, style: Style) -> go.Figure:
    """Return what fell due each month as 100 %, by when it was collected."""
    _, f = translator(style.language), formats(style.language)
    frame = block.fallen_due
    net = frame["net_due_minor"].to_numpy(dtype=float)
    parts = {
        "within": frame["before_minor"] + frame["within_minor"],
        **{name: frame[f"{name}_minor"] for name in ("after_30", "after_60", "later", "open")},
    }
    shares = {
        name: np.divide(part.to_numpy(float), net, out=np.full(len(net), np.nan), where=net > 0)
        for name, part in parts.items()
    }
    days = [moment.date() for moment in frame["closed_on"]]
    title, facts = _due_message(frame, style)
    subtitle = _("Share of what fell due, credit notes off, by receipt, % by month, to {date}")
    chart = figure(
        style,
        title=title,
        subtitle=subtitle.format(date=f.date(as_of)),
        facts=facts,
        height=_HEIGHT,
    )
    for name, (words, colour) in DUE_PARTS.items():
        amounts = parts[name].to_numpy(float)
        hover = [
            f"{_(words)}<br>{f.month(day)}<br>{f.compact(int(amount), block.currency)}"
            f"<br>{f.percent(share)}"
            for day, amount, share in zip(days, amounts, shares[name], strict=True)
        ]
        _stack(chart, _(words), shares[name], colour, hover, style)
    _finish(chart, days, style)
    _share_axis(chart, style)
    return chart


def received_figure(block: ReceiptsBlock, as_of: date, style: Style) -> go.Figure:
    """Return the cash of each month stacked by what it paid."""
    _, f = translator(style.language), formats(style.language)
    frame = block.received
    largest = float(frame["receipts_minor"].max()) if len(frame) else 0.0
    scale = amount_scale(largest, block.currency, decimals(block.currency), style)
    days = [moment.date() for moment in frame["closed_on"]]
    title, facts = _received_message(block, style)
    subtitle = _("Receipts of the month by what they paid, {unit}, to {date}")
    chart = figure(
        style,
        title=title,
        subtitle=subtitle.format(unit=scale.unit, date=f.date(as_of)),
        facts=facts,
        height=_HEIGHT,
    )
    parts = {name: frame[f"{name}_minor"] for name in ("due", "overdue", "early")}
    parts["rest"] = frame["other_minor"] + frame["unallocated_minor"]
    for name, (words, colour) in RECEIPT_PARTS.items():
        amounts = parts[name].to_numpy(float)
        hover = [
            f"{_(words)}<br>{f.month(day)}<br>{f.compact(int(amount), block.currency)}"
            for day, amount in zip(days, amounts, strict=True)
        ]
        _stack(chart, _(words), amounts / scale.factor, colour, hover, style)
    _finish(chart, days, style)
    chart.update_yaxes(rangemode="tozero", tickvals=nice_ticks(largest / scale.factor))
    return chart


def cohorts_figure(block: ReceiptsBlock, as_of: date, style: Style) -> go.Figure:
    """Return the triangle: share paid after n days (columns) by month of invoice (rows, latest below)."""
    _, f = translator(style.language), formats(style.language)
    known = block.cohorts[f"paid_{AGES[0]}_ratio"].notna()
    frame = block.cohorts.loc[known].tail(_COHORTS)
    shares = frame[[f"paid_{age}_ratio" for age in AGES]].to_numpy(dtype=float)
    days = [moment.date() for moment in frame["month_on"]]
    subtitle = _("Share of the invoiced amount paid so many days after its issue, %, to {date}")
    title, facts = _cohort_message(block, style)
    chart = figure(
        style,
        title=title,
        subtitle=subtitle.format(date=f.date(as_of)),
        facts=facts,
        height=44 + _ROW * max(len(frame), 4),
    )
    chart.add_heatmap(
        z=shares,
        x=np.arange(len(AGES)),
        y=np.arange(len(frame)),
        colorscale=style.ink.heat_scale,
        zmin=0,
        zmax=1,
        xgap=2,
        ygap=2,
        showscale=False,
        hoverinfo="skip",
    )
    # all at once: each one added goes through those before it
    chart.update_layout(
        annotations=[
            {
                "x": int(column),
                "y": int(row),
                "showarrow": False,
                "text": f.share(float(shares[row, column])),
                "font": {"size": 11, "color": style.ink.heat_text(float(shares[row, column]))},
            }
            for row, column in np.argwhere(np.isfinite(shares))
        ]
    )
    chart.update_xaxes(
        side="top",
        tickvals=np.arange(len(AGES)),
        ticktext=[f.days0(age) for age in AGES],
        showgrid=False,
    )
    chart.update_yaxes(
        tickvals=np.arange(len(frame)),
        ticktext=[f"{f.short_month(day)} {day.year}" for day in days],
        showgrid=False,
        range=[len(frame) - 0.5, -0.5],
    )
    return chart


def curves_figure(block: ReceiptsBlock, as_of: date, style: Style) -> go.Figure:
    """Return the share paid against days since the issue: last 12 cohorts, and those before."""
    _, f = translator(style.language), formats(style.language)
    frame = block.curves
    lines = {
        "recent": (_("last 12 months"), style.ink.brand, 2.4, "solid"),
        "earlier": (_("months before"), style.ink.mute, 1.8, "dot"),
    }
    subtitle = _("Share of the invoiced amount paid against days since its issue, %, to {date}")
    title, facts = _curve_message(frame, style)
    chart = figure(
        style,
        title=title,
        subtitle=subtitle.format(date=f.date(as_of)),
        facts=facts,
        height=_HEIGHT,
    )
    ends: dict[str, float] = {}
    for name, (words, colour, width, dash) in lines.items():
        values = frame[f"{name}_ratio"].to_numpy(dtype=float)
        if not np.isfinite(values).any():
            continue
        chart.add_scatter(
            x=frame["days"].to_numpy(),
            y=values,
            name=words,
            mode="lines",
            line={"color": colour, "width": width, "dash": dash},
            hovertext=[
                f"{words}<br>{f.days0(day)}<br>{f.percent(value)}"
                for day, value in zip(frame["days"], values, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
        ends[name] = float(values[np.isfinite(values)][-1])
    for name, place in zip(ends, _apart(list(ends.values())), strict=True):
        words, colour, _width, _dash = lines[name]
        ink = colour if name == "recent" else style.ink.second
        end_label(chart, AGES[-1], place, words, ink)
    chart.update_xaxes(
        tickvals=[0, *AGES[1::2], AGES[-1]],
        ticktext=[f.days0(day) for day in (0, *AGES[1::2], AGES[-1])],
        showgrid=False,
        range=[0, AGES[-1]],
    )
    _share_axis(chart, style)
    chart.update_layout(margin={"r": 112})
    return chart


def _share_axis(chart: go.Figure, style: Style) -> None:
    f = formats(style.language)
    places = [0, 0.25, 0.5, 0.75, 1]
    chart.update_yaxes(
        range=[0, 1.04], tickvals=places, ticktext=[f.percent(place, 0) for place in places]
    )


def _apart(ends: list[float]) -> list[float]:
    """Return places for two labels that do not touch: the first above when both end together."""
    if len(ends) < 2 or abs(ends[0] - ends[1]) >= 0.08:  # noqa: PLR2004 - a line of text
        return ends
    middle = sum(ends) / 2
    return [middle + 0.04, middle - 0.04] if ends[0] >= ends[1] else [middle - 0.04, middle + 0.04]


def _stack(
    chart: go.Figure,
    name: str,
    values: np.ndarray,
    colour: str,
    hover: list[str],
    style: Style,
) -> None:
    chart.add_bar(
        x=np.arange(len(values)),
        y=values,
        name=name,
        marker={"color": colour, "line": {"color": style.ink.separator, "width": 0.7}},
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _finish(chart: go.Figure, days: list[date], style: Style) -> None:
    chart.update_layout(
        barmode="relative",
        bargap=0.18,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        margin={"t": 46, "r": 10},
    )
    month_axis(chart, days, style)


def _due_message(frame: pd.DataFrame, style: Style) -> tuple[str, list[str]]:
    """Return the title: the latest month whose 30 days have passed."""
    _, f = translator(style.language), formats(style.language)
    done = frame.loc[frame["within_30_ratio"].notna()]
    if not len(done):
        return _("What fell due and when it was collected"), []
    row = done.iloc[-1].to_dict()
    month = f.month(done["closed_on"].iloc[-1].date())
    title = _("Of what fell due in {month}, {first} was collected by its end, {second} 30 d later")
    facts = [
        f"{f.month(day.date())} {f.percent(value)}"
        for day, value in zip(
            done["closed_on"].tail(3), done["within_30_ratio"].tail(3), strict=True
        )
    ]
    return title.format(
        month=month,
        first=f.share(row["within_ratio"]),
        second=f.share(row["within_30_ratio"]),
    ), facts


def _received_message(block: ReceiptsBlock, style: Style) -> tuple[str, list[str]]:
    _, f = translator(style.language), formats(style.language)
    last = block.received.tail(12)
    total = int(last["receipts_minor"].sum())
    if total <= 0:
        return _("Receipts by month"), []
    late = int(last["overdue_minor"].sum())
    title = _("In {n} months {amount} were received, {share} of it on invoices overdue from before")
    facts = [
        f"{f.month(day.date())} {f.compact(int(value), block.currency)}"
        for day, value in zip(
            last["closed_on"].tail(3), last["receipts_minor"].tail(3), strict=True
        )
    ]
    return title.format(
        n=f.integer(len(last)),
        amount=f.compact(total, block.currency),
        share=f.share(late / total),
    ), facts


def _cohort_message(block: ReceiptsBlock, style: Style) -> tuple[str, list[str]]:
    """Return the title: what the latest full cohort had paid after 60 days, against a year before."""
    _, f = translator(style.language), formats(style.language)
    known = block.cohorts.loc[block.cohorts["paid_60_ratio"].notna()]
    if not len(known):
        return _("How each month’s invoices were paid"), []
    last = known.iloc[-1]
    now, month = f.share(last["paid_60_ratio"]), f.month(last["month_on"].date())
    facts = [
        f"{f.month(day.date())} {f.share(value)}"
        for day, value in zip(
            known["month_on"].tail(3), known["paid_60_ratio"].tail(3), strict=True
        )
    ]
    before = known.loc[known.index == known.index[-1] - _YEAR, "paid_60_ratio"]
    if len(before):
        title = _(
            "After 60 d, {now} of the invoices of {month} was paid, against {before} a year before"
        )
        return title.format(now=now, month=month, before=f.share(before.iloc[0])), facts
    return _("After 60 d, {now} of the invoices of {month} was paid").format(
        now=now, month=month
    ), facts


def _curve_message(frame: pd.DataFrame, style: Style) -> tuple[str, list[str]]:
    _, f = translator(style.language), formats(style.language)
    at_60 = frame.loc[frame["days"] == 60].iloc[0]  # noqa: PLR2004 - the age the title speaks of
    now, before = float(at_60["recent_ratio"]), float(at_60["earlier_ratio"])
    facts = [f.percent(now), f.percent(before)]
    if not (np.isfinite(now) and np.isfinite(before)):
        return _("Share paid by days since the invoice"), facts
    change = f.points(now - before)
    if abs(now - before) < 0.005:  # noqa: PLR2004 - half a point
        return _("Invoices are paid as fast as the year before"), facts
    words = (
        _("After 60 d, {change} more is paid than the year before")
        if now > before
        else _("After 60 d, {change} less is paid than the year before")
    )
    return words.format(change=change.lstrip("+\u2212-")), facts
