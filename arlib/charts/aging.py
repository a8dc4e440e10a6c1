"""How old the book is: twelve month-ends stacked, and one bar for today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.palette import aging_colours, inside_text
from arlib.charts.template import Scale, Style, amount_scale, figure, nice_ticks
from arlib.i18n import formats, translator
from arlib.i18n.labels import bucket_label
from arlib.model.money import decimals

if TYPE_CHECKING:
    from datetime import date

    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from arlib.views.aging import AgingBlock
    from arlib.views.overview import OverviewBlock

_LABEL_GAP: Final = 0.08  # of the axis: two direct labels do not touch
_LABEL_PLACES: Final = 0.98
_SHARE_INSIDE: Final = 0.04
_FEWEST: Final = 6  # room for as many columns, so that one or two stay columns


def months_figure(block: OverviewBlock, style: Style) -> go.Figure:
    """Return stacked columns of month-ends by bucket, the last one labelled at its right."""
    frame = block.aging_months
    names = [f"{bucket}_minor" for bucket in block.buckets]
    stacks = [frame[name].to_numpy(dtype=float) for name in names]
    unallocated = frame["unallocated_minor"].to_numpy(dtype=float)
    largest = float(np.max(np.sum(stacks, axis=0), initial=0.0))
    scale = amount_scale(largest, block.currency, decimals(block.currency), style)
    title, subtitle, facts = _months_message(block, scale, style)
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=330)
    days = [moment.date() for moment in frame["month_end"]]
    colours = aging_colours(len(block.buckets))
    for bucket, values, colour in zip(block.buckets, stacks, colours, strict=True):
        _add_stack(chart, bucket_label(bucket, style.language), values, colour, scale, style, days)
    if unallocated.any():
        name = bucket_label("unallocated", style.language)
        _add_stack(chart, name, unallocated, style.ink.rest, scale, style, days)
    ratios = frame["late_over_30_ratio"].to_numpy(dtype=float)
    ticks = nice_ticks(largest / scale.factor)
    chart.update_layout(barmode="relative", margin={"r": 104})
    chart.update_xaxes(
        tickvals=np.arange(len(days)),
        ticktext=_month_ticks(days, ratios, style),
        showgrid=False,
        tickangle=0,
        range=[-0.6, max(len(days), _FEWEST) - 0.4],
    )
    low = min(float(unallocated.min(initial=0.0)) / scale.factor, 0.0)
    chart.update_yaxes(range=[low * 1.05, ticks[-1] * 1.02], tickvals=ticks)
    _label_last(chart, block, scale, style, top=ticks[-1])
    return chart


def share_figure(block: AgingBlock, as_of: date, style: Style) -> go.Figure:
    """Return one horizontal bar of 100 %: today's open items by bucket, in order."""
    f = formats(style.language)
    amounts = np.array([block.totals[f"{bucket}_minor"] for bucket in block.buckets], dtype=float)
    total = float(amounts.sum())
    shares = amounts / total if total else amounts
    title, subtitle, facts = _share_message(block, amounts, as_of, style)
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=92)
    colours = aging_colours(len(block.buckets))
    step = 1 / len(block.buckets)
    for place, (bucket, share, colour) in enumerate(
        zip(block.buckets, shares, colours, strict=True)
    ):
        name = bucket_label(bucket, style.language)
        inside = f.percent(share, 0) if share > _SHARE_INSIDE else ""
        amount = f.compact(int(amounts[place]), block.currency)
        hover = f"{name}<br>{f.amount(int(amounts[place]), block.currency)}<br>{f.share(share, 1)}"
        chart.add_bar(
            x=np.array([share]),
            y=np.array([0.0]),
            orientation="h",
            width=0.62,
            marker={"color": colour, "line": {"color": style.ink.separator, "width": 0.7}},
            text=[f"<b>{inside}</b>"],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": inside_text(place, len(colours))},
            hovertemplate=hover + "<extra></extra>",
            name=name,
        )
        chart.add_annotation(
            x=place * step,
            y=0.72,
            xanchor="left",
            showarrow=False,
            text=f'<span style="color:{colour}">■</span> {name}  <b>{amount}</b>  {f.share(share, 1)}',
            font={"size": 12, "color": style.ink.text},
        )
    chart.update_layout(barmode="stack", margin={"t": 0})
    chart.update_xaxes(range=[0, 1], visible=False)
    chart.update_yaxes(range=[-0.34, 0.95], visible=False)
    return chart


def _add_stack(
    chart: go.Figure,
    name: str,
    values: NDArray[np.float64],
    colour: str,
    scale: Scale,
    style: Style,
    days: list[date],
) -> None:
    f = formats(style.language)
    is_oldest = colour == aging_colours(5)[-1] or colour == aging_colours(6)[-1]
    line = style.ink.old_outline if is_oldest else style.ink.separator
    hover = [
        f"{name}<br>{f.decimal(value / scale.factor, 1)}\u00a0{scale.unit}<br>{f.date(day)}"
        for value, day in zip(values, days, strict=True)
    ]
    chart.add_bar(
        x=np.arange(len(values)),
        y=values / scale.factor,
        name=name,
        marker={"color": colour, "line": {"color": line, "width": 0.7}},
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _month_ticks(days: list[date], ratios: NDArray[np.float64], style: Style) -> list[str]:
    """Return tick texts of three lines: month, late share, year where it begins."""
    f = formats(style.language)
    texts = []
    for place, (day, ratio) in enumerate(zip(days, ratios, strict=True)):
        share = f.share(float(ratio))
        if place in (0, len(days) - 1):
            share = f"<b>{share}</b>"
        year = str(day.year) if place == 0 or day.month == 1 else ""
        texts.append(f"{f.short_month(day)}<br>{share}<br>{year}")
    return texts


def _label_last(
    chart: go.Figure, block: OverviewBlock, scale: Scale, style: Style, *, top: float
) -> None:
    """Write the last column's amounts at its right, pushed apart so that none touches another."""
    f = formats(style.language)
    last = block.aging_months.iloc[-1]
    values = np.array([float(last[f"{b}_minor"]) / scale.factor for b in block.buckets])
    centres = np.cumsum(values) - values / 2
    places = _spread(centres, top * _LABEL_GAP, top * _LABEL_PLACES)
    colours = aging_colours(len(block.buckets))
    digits = scale.digits or int(top < 100)  # noqa: PLR2004 - one decimal below
    for bucket, value, place, colour in zip(block.buckets, values, places, colours, strict=True):
        text = f"<b>{f.decimal(value, digits)}</b> {bucket_label(bucket, style.language)}"
        chart.add_annotation(
            x=len(block.aging_months) - 0.55,
            y=place,
            xanchor="left",
            showarrow=False,
            text=f'<span style="color:{colour}">■</span> {text}',
            font={"size": 12, "color": style.ink.text},
        )


def _spread(centres: NDArray[np.float64], gap: float, top: float) -> NDArray[np.float64]:
    """Push label places apart from the bottom up, then move all down if they leave the axis."""
    places = centres.copy()
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + gap)
    over = max(places[-1] - top, 0.0)
    if over:
        places[-1] -= over
        for index in range(len(places) - 2, -1, -1):
            places[index] = min(places[index], places[index + 1] - gap)
    return places


def _months_message(block: OverviewBlock, scale: Scale, style: Style) -> tuple[str, str, list[str]]:
    _, f = translator(style.language), formats(style.language)
    frame = block.aging_months
    days = [moment.date() for moment in frame["month_end"]]
    ratios = frame["late_over_30_ratio"].to_numpy(dtype=float)
    known = np.isfinite(ratios)
    title = _("Outstanding by age")
    if len(days) > 1 and known[0] and known[-1]:
        title = _(
            "Items over 30 days late are {now} of the open items, against {before} in {month}"
        )
        title = title.format(
            now=f.share(ratios[-1], 1), before=f.share(ratios[0], 1), month=f.month(days[0])
        )
    elif known.size and known[-1]:
        title = _("Items over 30 days late are {now} of the open items").format(
            now=f.share(ratios[-1], 1)
        )
    subtitle = _(
        "Outstanding incl. VAT by age, {unit}, month-ends to {date}; under each month, share over 30 d late"
    ).format(unit=scale.unit, date=f.date(days[-1]) if days else "–")
    facts = [
        f"{bucket_label(b, style.language)} "
        f"{f.compact(int(frame[f'{b}_minor'].iloc[-1]), block.currency)}"
        for b in block.buckets
        if len(frame)
    ]
    return title, subtitle, facts


def _share_message(
    block: AgingBlock, amounts: NDArray[np.float64], as_of: date, style: Style
) -> tuple[str, str, list[str]]:
    _, f = translator(style.language), formats(style.language)
    late = amounts[1:] if block.forward else amounts[:0]
    title = _("Outstanding by age")
    if late.size and late.sum() > 0:
        largest = block.buckets[1 + int(late.argmax())]
        title = _("{share} of the open items is overdue ({amount}), mostly {bucket}").format(
            share=f.share(block.overdue_ratio),
            amount=f.compact(block.totals["overdue_minor"], block.currency),
            bucket=bucket_label(largest, style.language),
        )
    elif block.forward:
        title = _("Nothing is overdue")
    subtitle = _("Open items incl. VAT on {date} by age, % of {total} (before credits)").format(
        date=f.date(as_of), total=f.compact(int(amounts.sum()), block.currency)
    )
    facts = [
        f"{bucket_label(b, style.language)} {f.compact(int(a), block.currency)}"
        for b, a in zip(block.buckets, amounts, strict=True)
    ]
    return title, subtitle, facts
