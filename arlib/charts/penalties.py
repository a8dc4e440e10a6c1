"""Late payment interest by the half-year in which it ran, the rate of the law above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.template import Style, amount_scale, figure, nice_ticks
from arlib.i18n import MISSING, formats, translator
from arlib.i18n.formats import is_missing
from arlib.i18n.penalties import half_year_words
from arlib.model.money import decimals

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from arlib.views.late_interest import LateBlock, LateView

_HEIGHT: Final = 250
_ROOM: Final = 1.14
_MOST_NAMES: Final = 10


def half_years_figure(view: LateView, block: LateBlock, style: Style) -> go.Figure:
    """Return one column a half-year: the theoretical interest that ran in it."""
    _, f = translator(style.language), formats(style.language)
    frame, code = block.half_years, block.currency
    values = frame["interest_minor"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    largest = float(np.nanmax(values, initial=0.0))
    scale = amount_scale(largest, code, decimals(code), style)
    names = [half_year_words(half, style.language) for half in frame["code"]]
    rates = [_rate(view, int(half), style.language) for half in frame["half"]]
    chart = figure(
        style,
        title=half_years_title(block, style.language),
        subtitle=_("By half-year at {date}, {unit}; above: ECB + 10 points").format(
            date=f.date(view.as_of), unit=scale.unit
        ),
        facts=[
            f"{name} {f.amount0(int(value), code)}"
            for name, value in zip(names, frame["interest_minor"], strict=True)
            if not is_missing(value)
        ],
        height=_HEIGHT,
    )
    chart.add_bar(
        x=np.arange(len(names)),
        y=np.nan_to_num(values) / scale.factor,
        marker={"color": style.ink.brand},
        text=rates,
        textposition="outside",
        cliponaxis=False,
        hovertext=[
            f"{name}<br>{MISSING if is_missing(value) else f.amount(int(value), code)}<br>{rate}"
            for name, value, rate in zip(names, frame["interest_minor"], rates, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    ticks = nice_ticks(largest / scale.factor)
    chart.update_yaxes(range=[0, ticks[-1] * _ROOM], tickvals=ticks)
    step = len(names) // _MOST_NAMES + 1
    chart.update_xaxes(
        tickvals=np.arange(len(names))[::step], ticktext=names[::step], showgrid=False
    )
    return chart


def half_years_title(block: LateBlock, language: str) -> str:
    """Return the message: the half-year that weighs most, or that a rate is missing."""
    _, f = translator(language), formats(language)
    if block.count_no_rate:
        words = _.ngettext(
            "{n} invoice without a rate: the total is not known",
            "{n} invoices without a rate: the total is not known",
            block.count_no_rate,
        )
        return words.format(n=f.integer(block.count_no_rate))
    known = block.half_years.dropna(subset=["interest_minor"])
    if known.empty or not known["interest_minor"].sum():
        return _("No interest ran")
    top = known.sort_values("interest_minor", ascending=False).iloc[0]
    return _("{half} alone: {amount}, {share} of the interest").format(
        half=half_year_words(str(top["code"]), language),
        amount=f.compact(int(top["interest_minor"]), block.currency),
        share=f.share(int(top["interest_minor"]) / int(known["interest_minor"].sum())),
    )


def _rate(view: LateView, half: int, language: str) -> str:
    rate = view.law_ratio(half)
    return MISSING if rate is None else formats(language).percent(rate, 2)
