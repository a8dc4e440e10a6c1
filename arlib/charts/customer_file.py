"""One customer over 24 months: his exposure, day by day, against the limit that was in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.charts.months import day_axis
from arlib.charts.palette import UNFAVOURABLE
from arlib.charts.template import Scale, Style, amount_scale, figure
from arlib.i18n import formats, translator
from arlib.model.money import decimals

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from arlib.views.customer_file import CustomerFile

_HEIGHT: Final = 250


def exposure_figure(file: CustomerFile, currency: str, style: Style) -> go.Figure:
    """Return the exposure E1 as steps over the limit in force; above it stands in orange."""
    steps = file.exposure_steps[file.exposure_steps["currency"] == currency]
    limit = file.limit_in(currency)
    tops = [float(steps["exposure_minor"].max())]
    if limit["limit_minor"].notna().any():
        tops.append(float(limit["limit_minor"].max()))
    scale = amount_scale(max(tops), currency, decimals(currency), style)
    title, subtitle, facts = _message(file, currency, scale, style)
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=_HEIGHT)
    f = formats(style.language)
    days = [str(day.date()) for day in steps["day"]]
    chart.add_scatter(
        x=days,
        y=(steps["exposure_minor"] / scale.factor).to_numpy(),
        mode="lines",
        line={"shape": "hv", "color": style.ink.brand, "width": 1.8},
        fill="tozeroy",
        fillcolor="rgba(123,135,148,.16)",
        hovertext=[
            f"{f.date(day)}<br>{f.amount0(int(value), currency)}"
            for day, value in zip(steps["day"], steps["exposure_minor"], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    if len(limit):
        _limit(chart, limit, currency, scale, style)
    told = pd.concat([steps["day"], limit["day"]])
    if len(told) and told.min() < told.max():
        day_axis(chart, told.min().date(), told.max().date(), style)
    chart.update_yaxes(rangemode="tozero")
    chart.update_layout(margin={"r": 24})
    return chart


def _limit(
    chart: go.Figure, limit: pd.DataFrame, currency: str, scale: Scale, style: Style
) -> None:
    """Draw the limit in force as steps; a gap where there was none."""
    f = formats(style.language)
    values = limit["limit_minor"].astype("Float64") / scale.factor
    chart.add_scatter(
        x=[str(day.date()) for day in limit["day"]],
        y=values.astype(object).where(values.notna(), None).tolist(),
        mode="lines",
        line={"shape": "hv", "color": UNFAVOURABLE, "width": 2.2, "dash": "solid"},
        connectgaps=False,
        hovertext=[
            f"{f.date(day)}<br>{f.amount0(amount, currency)}"
            for day, amount in zip(limit["day"], limit["limit_minor"], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _message(
    file: CustomerFile, currency: str, scale: Scale, style: Style
) -> tuple[str, str, list[str]]:
    _, f = translator(style.language), formats(style.language)
    peak = file.peaks[file.peaks["currency"] == currency].iloc[0]
    highest = {
        "amount": f.compact(int(peak["highest_minor"]), currency),
        "date": f.date(peak["highest_on"]),
    }
    if pd.isna(peak["days_over"]):
        title = _("No limit in this currency; at most {amount}, on {date}").format(**highest)
    elif peak["days_over"]:
        title = _.ngettext(
            "{n} day over the limit in 24 months, by {over} at most",
            "{n} days over the limit in 24 months, by {over} at most",
            int(peak["days_over"]),
        ).format(
            n=f.integer(int(peak["days_over"])),
            over=f.compact(int(peak["most_over_minor"]), currency),
        )
    else:
        title = _("Never over the limit in 24 months: {amount} at most, on {date}").format(
            **highest
        )
    subtitle = _(
        "Unpaid amount incl. VAT day by day, {unit}, to {date}; orange: the limit in force"
    ).format(unit=scale.unit, date=f.date(file.customer.as_of))
    return title, subtitle, [highest["amount"], highest["date"]]
