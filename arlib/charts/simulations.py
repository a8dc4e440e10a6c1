"""Cash simulations: what a discount costs by its rate, who releases or costs most, a factored pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.charts.palette import UNFAVOURABLE
from arlib.charts.template import (
    Style,
    amount_scale,
    escaped,
    figure,
    nice_ticks,
    percent_axis,
    short_name,
)
from arlib.i18n import formats, translator
from arlib.i18n.simulations import PARTS
from arlib.model.money import decimals
from arlib.views.simulations import annual_rate

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from arlib.views.simulations import DiscountBlock, DiscountView, Pool

TOP: Final = 10
_HEIGHT: Final = 270
_ROOM_RIGHT: Final = 1.3
_ROOM_NOTES: Final = 1.85  # the amount, then a note
_NAME: Final = 22
_STEPS: Final = 40
_SMALL: Final = 10


def rate_figure(view: DiscountView, block: DiscountBlock, style: Style) -> go.Figure:
    """Return the annual cost of the cash had sooner by rate of discount; dotted: the cost of money."""
    _, f = translator(style.language), formats(style.language)
    found, offer = block.totals, view.offer
    days = found.days_sooner or 0.0
    most = max(2 * offer.rate, 1.5 * (found.break_even_ratio or 0.0))
    rates = np.linspace(0.0, min(most, 0.5), _STEPS)
    costs = np.array([annual_rate(float(rate), days) or 0.0 for rate in rates])
    chosen = found.annual_ratio or 0.0
    chart = figure(
        style,
        title=_rate_title(block, style),
        subtitle=_(
            "What a year of this money costs by rate of discount, for {days} gained on average"
        ).format(days=f.days(days)),
        facts=[f"{f.percent(offer.rate, 2)} {f.percent(chosen)}"],
        height=_HEIGHT,
    )
    chart.add_scatter(
        x=rates,
        y=costs,
        mode="lines",
        line={"color": style.ink.brand, "width": 2.4},
        hovertext=[
            f"{f.percent(float(x), 2)}<br>{f.percent(float(y))}"
            for x, y in zip(rates, costs, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    chart.add_scatter(
        x=[offer.rate],
        y=[chosen],
        mode="markers+text",
        marker={"size": 11, "color": style.ink.brand},
        text=[f"<b>{f.percent(chosen)}</b>"],
        textposition="top left",
        textfont={"size": 13, "color": style.ink.text},
        hoverinfo="skip",
    )
    if view.cost_of_money:
        line = {"color": UNFAVOURABLE, "width": 1.4, "dash": "dot"}
        words = _("cost of money {rate}").format(rate=f.percent(view.cost_of_money))
        chart.add_hline(
            y=view.cost_of_money,
            line=line,
            annotation={
                "text": words,
                "xanchor": "right",
                "font": {"size": 12, "color": style.ink.orange_text},
            },
        )
    percent_axis(chart, max(float(costs.max()), view.cost_of_money), style)
    ticks = nice_ticks(float(rates[-1]))
    chart.update_xaxes(
        tickvals=ticks, ticktext=[f.percent(tick, 2) for tick in ticks], showgrid=False
    )
    return chart


def _rate_title(block: DiscountBlock, style: Style) -> str:
    _, f = translator(style.language), formats(style.language)
    found = block.totals
    if found.annual_ratio is None:
        return _("Nothing would come sooner")
    words = _("This money would cost {rate} a year").format(rate=f.percent(found.annual_ratio))
    if found.break_even_ratio is None:
        return words
    even = f.percent(found.break_even_ratio, 2)
    return _("{words}; break-even at a discount of {even}").format(words=words, even=even)


def ranking_figure(
    rows: pd.DataFrame,
    column: str,
    currency: str,
    style: Style,
    *,
    title: str,
    subtitle: str,
    notes: list[str] | None = None,
) -> go.Figure:
    """Return the ten first amounts of a column, signs kept.

    ``notes``: what is written after the amount of each row of ``rows``.
    """
    f = formats(style.language)
    shown = rows.head(TOP)
    values = shown[column].astype("float64").fillna(0).to_numpy()
    names = [short_name(str(name), _NAME) for name in shown["name"]]
    said = list((notes or [])[: len(shown)]) or [""] * len(shown)
    largest = float(np.abs(values).max(initial=0.0))
    scale = amount_scale(largest, currency, decimals(currency), style)
    chart = figure(
        style,
        title=title,
        subtitle=_first_words(subtitle.format(unit=scale.unit), len(rows), style),
        facts=[f"{n} {f.amount0(int(v), currency)}" for n, v in zip(names, values, strict=True)],
        height=40 + 26 * max(len(values), 1),
    )
    colours = [UNFAVOURABLE if value < 0 else style.ink.brand for value in values]
    _bars(chart, values, names, colours, (currency, scale.factor), style, said)
    return chart


def _first_words(words: str, count: int, style: Style) -> str:
    """Return a subtitle that says when only the first rows are drawn."""
    if count <= TOP:
        return words
    _, f = translator(style.language), formats(style.language)
    return _("{words} (the first {n} of {all})").format(
        words=words, n=f.integer(TOP), all=f.integer(count)
    )


def pool_figure(pool: Pool, style: Style) -> go.Figure:
    """Return the way from the open debits to the pool, a bar a part that is not empty."""
    _, f = translator(style.language), formats(style.language)
    code = pool.currency
    rows = [
        (str(row["part"]), int(row["amount_minor"]))
        for row in pool.parts.to_dict("records")
        if row["amount_minor"] or row["part"] == "pool"
    ]
    names = [_("Open debits"), *(_(PARTS[part]) for part, _amount in rows)]
    values = np.array([pool.open_minor, *(amount for _part, amount in rows)], dtype=float)
    left = pool.open_minor - np.concatenate([[0.0], np.cumsum(values[1:])])
    bases = np.where(np.arange(len(values)) == 0, 0.0, left)
    bases[-1] = 0.0
    scale = amount_scale(float(pool.open_minor), code, decimals(code), style)
    share = pool.pool_minor / pool.open_minor if pool.open_minor else 0.0
    chart = figure(
        style,
        title=_("{amount} could be factored, {share} of the open debits").format(
            amount=f.compact(pool.pool_minor, code), share=f.share(share)
        ),
        subtitle=_(
            "From the open debits to the pool, {unit}; each amount is taken off once, by the first reason that holds"
        ).format(unit=scale.unit),
        facts=[f"{n} {f.amount0(int(v), code)}" for n, v in zip(names, values, strict=True)],
        height=44 + 28 * len(values),
    )
    colours = [style.ink.rest, *[UNFAVOURABLE] * (len(rows) - 1), style.ink.brand]
    _bars(chart, values, names, colours, (code, scale.factor), style, bases=bases)
    return chart


def _bars(
    chart: go.Figure,
    values: Any,
    names: list[str],
    colours: list[str],
    unit: tuple[str, float],
    style: Style,
    notes: list[str] | None = None,
    bases: Any = None,
) -> None:
    """Add horizontal bars, each with its amount written after it."""
    f = formats(style.language)
    currency, factor = unit
    starts = np.zeros(len(values)) if bases is None else np.asarray(bases, dtype=float)
    places = np.arange(len(values))
    chart.add_bar(
        x=values / factor,
        y=places,
        base=starts / factor,
        orientation="h",
        width=0.62,
        marker={"color": colours},
        hovertext=[
            f"{name}<br>{f.amount(int(value), currency)}"
            for name, value in zip(names, values, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    said = notes or [""] * len(values)
    ends = np.maximum(starts, starts + values) / factor
    for place, value, end, note in zip(places, values, ends, said, strict=True):
        shown = value / factor
        text = f"<b>{f.decimal(shown, int(abs(shown) < _SMALL))}</b>"
        chart.add_annotation(
            x=float(max(end, 0.0)),
            y=int(place),
            xanchor="left",
            xshift=5,
            showarrow=False,
            text=f"{text}  {escaped(note)}" if note else text,
            font={"size": 12, "color": style.ink.text},
        )
    low = min(0.0, float((starts + values).min(initial=0.0))) / factor
    high = float(ends.max(initial=0.0))
    room = _ROOM_NOTES if any(said) else _ROOM_RIGHT
    chart.update_xaxes(range=[low * 1.05, high * room or 1], visible=False)
    chart.update_yaxes(
        tickvals=places, ticktext=names, range=[len(values) - 0.5, -0.5], showgrid=False
    )
