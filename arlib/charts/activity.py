"""Activity beside the risk: sales and basket by month, disputes opened and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.months import month_axis
from arlib.charts.palette import CATEGORIES, REST
from arlib.charts.template import Style, amount_scale, figure, nice_ticks
from arlib.i18n import formats, translator
from arlib.model.money import decimals

if TYPE_CHECKING:
    from datetime import date

    import plotly.graph_objects as go

    from arlib.views.activity import ActivityBlock

_HEIGHT: Final = 210


def sales_figure(block: ActivityBlock, as_of: date, style: Style) -> go.Figure:
    """Return net sales by month, the last twelve whole months in the main colour."""
    _, f = translator(style.language), formats(style.language)
    frame = block.monthly
    amounts = frame["sales_minor"].to_numpy(dtype=float)
    largest = float(np.abs(amounts).max(initial=0.0))
    scale = amount_scale(largest, block.currency, decimals(block.currency), style)
    subtitle = _("Invoices less credit notes, incl. VAT, {unit}, by month to {date}")
    title, facts = _sales_message(block, style)
    chart = figure(
        style,
        title=title,
        subtitle=subtitle.format(unit=scale.unit, date=f.date(as_of)),
        facts=facts,
        height=_HEIGHT,
    )
    days = [moment.date() for moment in frame["month_on"]]
    last = np.zeros(len(frame), dtype=bool)
    last[np.flatnonzero(frame["is_whole"].to_numpy())[-12:]] = True
    chart.add_bar(
        x=np.arange(len(amounts)),
        y=amounts / scale.factor,
        marker={"color": [style.ink.brand if recent else style.ink.rest for recent in last]},
        hovertext=[
            f"{f.month(day)}<br>{f.compact(int(amount), block.currency)}"
            for day, amount in zip(days, amounts, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    month_axis(chart, days, style)
    chart.update_yaxes(rangemode="tozero", tickvals=nice_ticks(largest / scale.factor))
    return chart


def basket_figure(block: ActivityBlock, as_of: date, style: Style) -> go.Figure:
    """Return the mean amount of an invoice by month."""
    _, f = translator(style.language), formats(style.language)
    frame = block.monthly
    values = frame["basket_minor"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    scale = amount_scale(
        float(np.nanmax(values)) if np.isfinite(values).any() else 0.0,
        block.currency,
        decimals(block.currency),
        style,
    )
    title, facts = _basket_message(block, style)
    subtitle = _("Mean invoice incl. VAT, {unit}, by month to {date}")
    chart = figure(
        style,
        title=title,
        subtitle=subtitle.format(unit=scale.unit, date=f.date(as_of)),
        facts=facts,
        height=_HEIGHT,
    )
    days = [moment.date() for moment in frame["month_on"]]
    chart.add_scatter(
        x=np.arange(len(values)),
        y=values / scale.factor,
        mode="lines+markers",
        connectgaps=False,
        line={"color": style.ink.brand, "width": 2.2},
        marker={"size": 5, "color": style.ink.brand},
        hovertext=[
            f"{f.month(day)}<br>{f.compact(value, block.currency)}"
            for day, value in zip(days, values, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    month_axis(chart, days, style)
    chart.update_yaxes(rangemode="tozero", tickformat=",.0f")
    return chart


def disputes_figure(block: ActivityBlock, as_of: date, style: Style) -> go.Figure:
    """Return disputes opened and closed by month."""
    _, f = translator(style.language), formats(style.language)
    frame = block.dispute_months
    days = [moment.date() for moment in frame["month_on"]]
    last = frame.tail(12)
    opened, closed = int(last["count_opened"].sum()), int(last["count_closed"].sum())
    title = _("Disputes in {n} months: {opened} opened, {closed} closed").format(
        n=f.integer(len(last)), opened=f.integer(opened), closed=f.integer(closed)
    )
    subtitle = _("Number of disputes by month, opened (full) and closed (pale), to {date}")
    facts = [f"{f.integer(opened)} / {f.integer(closed)}"]
    chart = figure(
        style,
        title=title,
        subtitle=subtitle.format(date=f.date(as_of)),
        facts=facts,
        height=_HEIGHT,
    )
    sides = {"opened": (_("opened"), CATEGORIES[1]), "closed": (_("closed"), REST)}
    for name, (words, colour) in sides.items():
        counts = frame[f"count_{name}"].to_numpy()
        chart.add_bar(
            x=np.arange(len(counts)),
            y=counts,
            name=words,
            marker={"color": colour},
            hovertext=[
                f"{f.month(day)}<br>{words} {f.integer(int(count))}"
                f"<br>{f.compact(int(amount), block.currency)}"
                for day, count, amount in zip(days, counts, frame[f"{name}_minor"], strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    chart.update_layout(barmode="group")
    month_axis(chart, days, style)
    largest = float(max(frame["count_opened"].max(), frame["count_closed"].max(), 1))
    ticks = sorted({float(round(tick)) for tick in nice_ticks(largest)})
    chart.update_yaxes(rangemode="tozero", tickvals=ticks)
    return chart


def _sales_message(block: ActivityBlock, style: Style) -> tuple[str, list[str]]:
    _, f = translator(style.language), formats(style.language)
    trend = block.trend
    now = f.compact(trend["sales_minor"], block.currency)
    change = trend["sales_minor_change_ratio"]
    if change is None:
        months = f.integer(trend["count_months"])
        return _("{amount} were billed in {n} months").format(amount=now, n=months), [now]
    words = _("{amount} were billed in 12 months, {change} on the 12 before")
    said = f.percent(change, is_signed=True)
    return words.format(amount=now, change=said), [now, said]


def _basket_message(block: ActivityBlock, style: Style) -> tuple[str, list[str]]:
    _, f = translator(style.language), formats(style.language)
    trend = block.trend
    if trend["basket_minor"] is None:
        return _("Mean invoice by month"), []
    now = f.compact(trend["basket_minor"], block.currency)
    change = trend["basket_minor_change_ratio"]
    if change is None:
        return _("The mean invoice is {amount}").format(amount=now), [now]
    said = f.percent(change, is_signed=True)
    words = _("The mean invoice is {amount} over 12 months, {change} on the 12 before")
    return words.format(amount=now, change=said), [now, said]
