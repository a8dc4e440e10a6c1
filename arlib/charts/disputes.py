"""Disputes by cause and by month, promises kept by month."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.charts.months import month_axis
from arlib.charts.palette import CATEGORIES, REST
from arlib.charts.template import Style, amount_scale, figure, nice_ticks
from arlib.i18n import formats, translator
from arlib.i18n.labels import label
from arlib.model.money import decimals
from arlib.model.portfolio import window_start

if TYPE_CHECKING:
    from datetime import date

    import plotly.graph_objects as go

    from arlib.views.disputes import DisputesBlock

_HEIGHT: Final = 210
_MONTHS: Final = 12


def causes_figure(block: DisputesBlock, as_of: date, style: Style) -> go.Figure:
    """Return one bar a cause: what is in dispute, how many and how old on the right."""
    _, f = translator(style.language), formats(style.language)
    rows = block.codes.loc[block.codes["count_open"] > 0].iloc[::-1]
    largest = float(rows["open_minor"].max()) if len(rows) else 0.0
    scale = amount_scale(largest, block.currency, decimals(block.currency), style)
    names = [label("dispute", code, style.language) for code in rows["code"]]
    texts = [
        _.ngettext("{n} dispute, {days}", "{n} disputes, {days}", int(row["count_open"])).format(
            n=f.integer(int(row["count_open"])), days=f.days(row["mean_age_days"])
        )
        for row in rows.to_dict("records")
    ]
    amounts = [f.compact(int(amount), block.currency) for amount in rows["open_minor"]]
    chart = figure(
        style,
        title=_causes_title(block, style),
        subtitle=_(
            "Amount in dispute incl. VAT by cause on {date}, {unit}; number and mean age"
        ).format(date=f.date(as_of), unit=scale.unit),
        facts=[f"{name} {amount}" for name, amount in zip(names, amounts, strict=True)],
        height=max(_HEIGHT, 60 + 38 * len(rows)),
    )
    chart.add_bar(
        x=rows["open_minor"].to_numpy(dtype=float) / scale.factor,
        y=names,
        orientation="h",
        marker={"color": style.ink.brand},
        text=texts,
        textposition="outside",
        cliponaxis=False,
        hovertext=[
            f"{name}<br>{amount}<br>{text}"
            for name, amount, text in zip(names, amounts, texts, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    ticks = nice_ticks(largest / scale.factor)
    chart.update_xaxes(range=[0, ticks[-1] * 1.5], tickvals=ticks)
    chart.update_yaxes(showgrid=False)
    return chart


def months_figure(block: DisputesBlock, as_of: date, style: Style) -> go.Figure:
    """Return disputes opened and closed by month."""
    _, f = translator(style.language), formats(style.language)
    days, sums = _by_month(block.months, as_of, ["count_opened", "count_closed"])
    opened, closed = (int(sums[name].sum()) for name in ("count_opened", "count_closed"))
    title = _("Disputes in 12 months: {opened} opened, {closed} closed")
    chart = figure(
        style,
        title=title.format(opened=f.integer(opened), closed=f.integer(closed)),
        subtitle=_(
            "Number of disputes by month, opened (full) and closed (pale), to {date}"
        ).format(date=f.date(as_of)),
        facts=[f"{f.integer(opened)} / {f.integer(closed)}"],
        height=_HEIGHT,
    )
    sides = {"count_opened": (_("opened"), CATEGORIES[1]), "count_closed": (_("closed"), REST)}
    for name, (words, colour) in sides.items():
        _bars(chart, days, sums[name], (words, colour), style)
    chart.update_layout(barmode="group")
    month_axis(chart, days, style)
    largest = float(max(sums.to_numpy().max(initial=0), 1))
    chart.update_yaxes(
        rangemode="tozero", tickvals=sorted({float(round(tick)) for tick in nice_ticks(largest)})
    )
    return chart


def promises_figure(block: DisputesBlock, as_of: date, style: Style) -> go.Figure:
    """Return the promises that ended by month: kept, and not."""
    _, f = translator(style.language), formats(style.language)
    frame = block.promise_months
    frame = frame.assign(count_missed=frame["count_due"] - frame["count_kept"])
    days, sums = _by_month(frame, as_of, ["count_kept", "count_missed"])
    chart = figure(
        style,
        title=promises_title(block, style.language),
        subtitle=_("Number of promises by month of their deadline, to {date}").format(
            date=f.date(as_of)
        ),
        facts=[f.percent(block.promised["kept_ratio"])],
        height=_HEIGHT,
    )
    sides = {
        "count_kept": (_("kept"), style.ink.brand),
        "count_missed": (_("partial or broken"), CATEGORIES[1]),
    }
    for name, (words, colour) in sides.items():
        _bars(chart, days, sums[name], (words, colour), style)
    chart.update_layout(barmode="stack")
    month_axis(chart, days, style)
    largest = float(max(sums.sum(axis=1).max(), 1))
    chart.update_yaxes(
        rangemode="tozero", tickvals=sorted({float(round(tick)) for tick in nice_ticks(largest)})
    )
    return chart


def promises_title(block: DisputesBlock, language: str) -> str:
    """Return the message: the rate of promises kept, in number and in value."""
    _, f = translator(language), formats(language)
    told = block.promised
    if not told["count_due"]:
        return _("No promise has come to its date in 12 months")
    words = _("{rate} of the promises kept over 12 months ({kept} of {all}), {value} of the amount")
    return words.format(
        rate=f.share(told["kept_ratio"]),
        kept=f.integer(told["count_kept"]),
        all=f.integer(told["count_due"]),
        value=f.share(told["kept_value_ratio"]),
    )


def _causes_title(block: DisputesBlock, style: Style) -> str:
    _, f = translator(style.language), formats(style.language)
    rows = block.codes.loc[block.codes["open_minor"] > 0]
    if rows.empty:
        return _("Nothing is in dispute")
    first, total = rows.iloc[0], int(block.totals["open_minor"])
    return _("{cause} makes {share} of what is in dispute").format(
        cause=label("dispute", first["code"], style.language),
        share=f.share(int(first["open_minor"]) / total),
    )


def _by_month(
    frame: pd.DataFrame, as_of: date, names: list[str]
) -> tuple[list[date], pd.DataFrame]:
    """Return the first days of the months of the window, and sums of counts on them."""
    start = window_start(as_of, _MONTHS) + timedelta(days=1)
    days = [moment.date() for moment in pd.date_range(start.replace(day=1), as_of, freq="MS")]
    index = pd.DatetimeIndex(days).astype("datetime64[s]")
    stamps = pd.to_datetime(frame["month_on"]).astype("datetime64[s]")
    sums = frame.groupby(stamps)[names].sum().reindex(index).fillna(0).astype("int64")
    return days, sums


def _bars(
    chart: go.Figure, days: list[date], counts: pd.Series[int], side: tuple[str, str], style: Style
) -> None:
    f = formats(style.language)
    words, colour = side
    chart.add_bar(
        x=np.arange(len(counts)),
        y=counts.to_numpy(),
        name=words,
        marker={"color": colour},
        hovertext=[
            f"{f.month(day)}<br>{words} {f.integer(int(count))}"
            for day, count in zip(days, counts, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
