"""Provisions: what each bucket is expected to lose, and what is open in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.palette import aging_colours
from arlib.charts.template import Style, amount_scale, figure, nice_ticks
from arlib.i18n import formats, translator
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import bucket_label
from arlib.i18n.provisions import base_words, total_title
from arlib.model.money import decimals

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from arlib.views.provisions import ProvisionsBlock, ProvisionsView

_HEIGHT: Final = 250


def losses_figure(view: ProvisionsView, block: ProvisionsBlock, style: Style) -> go.Figure:
    """Return one column a bucket: what is expected to be lost of it, its rate written above."""
    _, f = translator(style.language), formats(style.language)
    matrix, code = block.provision.matrix, block.currency
    values = matrix["loss_minor"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    largest = float(np.nanmax(values, initial=0.0))
    scale = amount_scale(largest, code, decimals(code), style)
    subtitle = _("{what} by bucket on {date}, {unit}, base {base}; above: the rate")
    chart = figure(
        style,
        title=losses_title(view, block, style.language),
        subtitle=subtitle.format(
            what=total_title(block.provision.rates.measure, view.buckets, style.language),
            date=f.date(view.as_of),
            unit=scale.unit,
            base=base_words(view.base, style.language),
        ),
        facts=[
            f"{bucket_label(row['bucket'], style.language)} {f.amount0(row['loss_minor'], code)}"
            for row in matrix.to_dict("records")
            if not is_missing(row["loss_minor"])
        ],
        height=_HEIGHT,
    )
    names = [bucket_label(bucket, style.language) for bucket in matrix["bucket"]]
    rates = [f.percent(rate, 2) for rate in matrix["rate_ratio"]]
    chart.add_bar(
        x=np.arange(len(names)),
        y=np.nan_to_num(values) / scale.factor,
        marker={"color": list(aging_colours(len(names)))},
        text=rates,
        textposition="outside",
        cliponaxis=False,
        hovertext=[
            f"{name}<br>{f.amount(row['base_minor'], code)} × {rate} = "
            f"{f.amount(None if is_missing(row['loss_minor']) else int(row['loss_minor']), code)}"
            for name, rate, row in zip(names, rates, matrix.to_dict("records"), strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    ticks = nice_ticks(largest / scale.factor)
    chart.update_yaxes(range=[0, ticks[-1] * 1.12], tickvals=ticks)
    chart.update_xaxes(tickvals=np.arange(len(names)), ticktext=names, showgrid=False)
    return chart


def losses_title(view: ProvisionsView, block: ProvisionsBlock, language: str) -> str:
    """Return the message: the total and what it is, or that a rate is missing."""
    _, f = translator(language), formats(language)
    found = block.provision
    if found.total_minor is None:
        return _("A rate is missing: no total")
    total = f.compact(found.total_minor, block.currency)
    share = f.percent(found.total_minor / max(int(found.matrix["base_minor"].sum()), 1), 1)
    if found.rates.measure == "loss":
        return _("{total} of expected loss, {share} of the base").format(total=total, share=share)
    words = _("{total} expected beyond {days} days, {share} of the base: not yet a loss")
    return words.format(total=total, days=view.buckets[-1], share=share)
