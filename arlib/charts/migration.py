"""Migration: where each bucket went, and how fast buckets roll into the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.palette import WHITE, aging_colours
from arlib.charts.template import Style, figure, nice_ticks
from arlib.i18n import formats, translator
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import bucket_label, label

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    import plotly.graph_objects as go

    from arlib.views.migration import MigrationBlock

_LEAST_SHOWN: Final = 0.0005
_ROW_HEIGHT: Final = 44


def place_name(code: str, language: str) -> str:
    """Return the words of a bucket or of an outcome."""
    if code in {"paid", "credit_note", "write_off", "other"}:
        return label("outcome", code, language)
    return bucket_label(code, language)


def heat_figure(
    rows: pd.DataFrame,
    block: MigrationBlock,
    start: date,
    end: date,
    style: Style,
    *,
    steps: int = 1,
) -> go.Figure:
    """Return the map: from in rows, to in columns, share of the row as tint, amount on hover.

    ``rows``: ``block.rows`` or ``block.year_rows`` (``steps`` months summed).
    """
    _, f = translator(style.language), formats(style.language)
    columns = list(dict.fromkeys(rows["to"]))
    shares = rows["share_ratio"].to_numpy(dtype=float).reshape(len(block.buckets), len(columns))
    amounts = rows.set_index(["from_bucket", "to"])["amount_minor"]
    title, facts = _message(rows, block, style)
    subtitle = _(
        "Debits open on {start} in rows, what they became by {end} in columns; % of the row incl. VAT"
    )
    if steps > 1:
        subtitle = _(
            "{n} months from {start} to {end} summed: open at the start of each in rows, one month later in columns; % of the row incl. VAT"
        )
    chart = figure(
        style,
        title=title,
        subtitle=subtitle.format(start=f.date(start), end=f.date(end), n=steps),
        facts=facts,
        height=70 + _ROW_HEIGHT * len(block.buckets),
    )
    hover = [
        [
            f"{place_name(bucket, style.language)} → {place_name(to, style.language)}<br>"
            f"{f.amount(int(amounts[bucket, to]), block.currency)}"
            for to in columns
        ]
        for bucket in block.buckets
    ]
    chart.add_heatmap(
        z=np.nan_to_num(shares),
        x=np.arange(len(columns)),
        y=np.arange(len(block.buckets)),
        colorscale=style.ink.heat_scale,
        zmin=0,
        zmax=1,
        xgap=3,
        ygap=3,
        showscale=False,
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for row, column in np.argwhere(np.nan_to_num(shares) > _LEAST_SHOWN):
        share = float(shares[row, column])
        chart.add_annotation(
            x=int(column),
            y=int(row),
            text=f"<b>{f.share(share, 0 if share >= _LEAST_SHOWN * 20 else 1)}</b>",
            showarrow=False,
            font={"color": style.ink.heat_text(share), "size": 13},
        )
    _axes(chart, rows, block, columns, style)
    return chart


def _axes(
    chart: go.Figure, rows: pd.DataFrame, block: MigrationBlock, columns: list[str], style: Style
) -> None:
    """Name the columns, and the rows with what was open in them."""
    f = formats(style.language)
    starts = rows.groupby("from_bucket")["start_minor"].first()
    names = [
        f"{place_name(bucket, style.language)}  <b>{f.compact(int(starts[bucket]), block.currency)}</b>"
        for bucket in block.buckets
    ]
    chart.update_xaxes(
        side="top",
        tickvals=np.arange(len(columns)),
        ticktext=[place_name(to, style.language) for to in columns],
        showgrid=False,
    )
    chart.update_yaxes(
        tickvals=np.arange(len(names)),
        ticktext=names,
        showgrid=False,
        range=[len(names) - 0.5, -0.5],
    )


def _message(rows: pd.DataFrame, block: MigrationBlock, style: Style) -> tuple[str, list[str]]:
    """Return the message: what part of what was open was paid, and what part is later than before."""
    _, f = translator(style.language), formats(style.language)
    whole = int(rows["amount_minor"].sum())
    if whole <= 0:
        return _("Nothing was open at the start"), []
    order = {name: place for place, name in enumerate(block.buckets)}
    is_later = rows["to"].map(order).astype(float) > rows["from_bucket"].map(order).astype(float)
    paid = int(rows.loc[rows["to"] == "paid", "amount_minor"].sum())
    later = int(rows.loc[is_later, "amount_minor"].sum())
    title = _("{paid} of what was open was paid, {later} moved to a later bucket").format(
        paid=f.share(paid / whole), later=f.share(later / whole)
    )
    return title, [f.compact(whole, block.currency), f.compact(later, block.currency)]


def rolls_figure(block: MigrationBlock, as_of: date, style: Style) -> go.Figure:
    """Return the roll rates month by month, one line a bucket, in the colour of where it rolls to."""
    _, f = translator(style.language), formats(style.language)
    rates = block.monthly
    ends = sorted(rates["end_on"].unique())
    title, facts = _rolls_message(block, style)
    chart = figure(
        style,
        title=title,
        subtitle=_(
            "Share of each bucket that rolled into the next one, % of the month’s start, to {date}"
        ).format(date=f.date(as_of)),
        facts=facts,
        height=300,
    )
    colours = aging_colours(len(block.buckets))
    for place, bucket in enumerate(block.buckets[:-1]):
        mine = rates.loc[rates["from_bucket"] == bucket].set_index("end_on")["ratio"].reindex(ends)
        values = mine.to_numpy(dtype=float)
        following = block.buckets[place + 1]
        name = f"{place_name(bucket, style.language)} → {place_name(following, style.language)}"
        if colours[place + 1] == colours[-1] and style.ink.old_outline != WHITE:
            chart.add_scatter(  # the darkest colour is not seen on a dark page without an edge
                x=np.arange(len(ends)),
                y=values,
                mode="lines",
                line={"color": style.ink.old_outline, "width": 4.4},
                hoverinfo="skip",
                showlegend=False,
            )
        chart.add_scatter(
            x=np.arange(len(ends)),
            y=values,
            mode="lines+markers",
            name=name,
            connectgaps=False,
            line={"color": colours[place + 1], "width": 2.2},
            marker={"size": 6, "color": colours[place + 1]},
            hovertext=[
                f"{name}<br>{f.month(end)} {f.percent(value)}"
                for end, value in zip(ends, values, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    top = float(np.nanmax(rates["ratio"].to_numpy(dtype=float), initial=0.1))
    ticks = nice_ticks(min(top, 1.0))
    chart.update_layout(
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": {"text": ""}},
        margin={"t": 48},
    )
    chart.update_yaxes(
        range=[0, max(ticks) * 1.04],
        tickvals=ticks,
        ticktext=[f.percent(tick, 0) for tick in ticks],
    )
    chart.update_xaxes(
        tickvals=np.arange(len(ends)),
        ticktext=[f.short_month(end) for end in ends],
        tickangle=0,
        showgrid=False,
    )
    return chart


def _rolls_message(block: MigrationBlock, style: Style) -> tuple[str, list[str]]:
    """Return the message: how much of what is not due ends in the oldest bucket."""
    _, f = translator(style.language), formats(style.language)
    facts = [
        f"{place_name(str(row['from_bucket']), style.language)} {f.percent(row['ratio'])}"
        for row in block.year_rates.to_dict("records")
    ]
    if is_missing(block.reaching_last_ratio):
        return _("Roll rates by month"), facts
    last = bucket_label(block.buckets[-1], style.language)
    words = _("{share} of what is not due is expected to reach {bucket}")
    return words.format(share=f.percent(block.reaching_last_ratio, 2), bucket=last), facts
