"""What one customer should pay, week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.charts.template import Style, amount_scale, figure, nice_ticks
from arlib.i18n import formats, translator
from arlib.model.money import decimals

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from arlib.views.customer_forecast import CustomerForecast

_FOUR = 4


def weeks_figure(found: CustomerForecast, currency: str, style: Style) -> go.Figure:
    """Return what is expected of him each week, as bars."""
    _, f = translator(style.language), formats(style.language)
    rows = found.weeks[found.weeks["currency"] == currency]
    values = rows["expected_minor"].to_numpy("float64")
    largest = float(values.max(initial=0.0))
    scale = amount_scale(largest, currency, decimals(currency), style)
    weeks = int(rows["week"].max())
    title = _("{amount} expected of him in 4 weeks, {total} in {n}").format(
        amount=f.compact(found.within(currency, _FOUR), currency),
        total=f.compact(found.within(currency, weeks), currency),
        n=f.integer(weeks),
    )
    subtitle = _("Expected by week, {unit}; open invoices alone, disputes left out").format(
        unit=scale.unit
    )
    days = [f.date(day) for day in rows["week_end_on"]]
    amounts = [f.amount0(int(value), currency) for value in values]
    facts = [f"{day} {amount}" for day, amount in zip(days, amounts, strict=True)][:_FOUR]
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=210)
    chart.add_bar(
        x=rows["week"].to_numpy(),
        y=values / scale.factor,
        marker={"color": style.ink.brand},
        width=0.62,
        hovertext=[
            _("Week to {date}<br>{amount}").format(date=day, amount=amount)
            for day, amount in zip(days, amounts, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    shown = list(range(0, len(rows), 4))
    ticks = nice_ticks(largest / scale.factor, 3)
    chart.update_xaxes(
        tickvals=[int(rows["week"].iloc[place]) for place in shown],
        ticktext=[days[place][:5] for place in shown],
        showgrid=False,
    )
    chart.update_yaxes(
        rangemode="tozero",
        tickvals=ticks,
        ticktext=[f.decimal(tick, 0 if tick % 1 == 0 else 1) for tick in ticks],
    )
    return chart
