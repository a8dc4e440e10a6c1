"""Who carries most of an amount: sorted bars, the share added up as a label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.template import Style, amount_scale, figure, nice_ticks, short_name
from arlib.i18n import formats, translator
from arlib.model.money import decimals

if TYPE_CHECKING:
    from datetime import date

    import plotly.graph_objects as go

    from arlib.views.concentration import ConcentrationBlock

TOP: Final = 10
_ROOM_RIGHT: Final = 1.35


def pareto_figure(
    block: ConcentrationBlock, as_of: date, style: Style, *, measure: str = "outstanding"
) -> go.Figure:
    """Return the ten largest customers and the others; those that make 80 % in brand colour.

    ``measure``: ``outstanding`` or ``overdue``, what the amounts of the block are.
    """
    _, f = translator(style.language), formats(style.language)
    rows = block.customers.head(TOP)
    rest = block.customers.iloc[TOP:]
    values = rows["amount_minor"].to_numpy(dtype=float)
    names = [short_name(str(name)) for name in rows["name"]]
    shares = [float(share) for share in rows["cumulative_ratio"]]
    in_pareto = np.arange(len(rows)) < (block.pareto_count or 0)
    colours = list(np.where(in_pareto, style.ink.brand, style.ink.rest))
    if len(rest):
        values = np.append(values, float(rest["amount_minor"].sum()))
        names.append(_("Others ({n})").format(n=f.integer(len(rest))))
        shares.append(1.0)
        colours.append(style.ink.rest)
    largest = float(values.max(initial=0.0))
    scale = amount_scale(largest, block.currency, decimals(block.currency), style)
    chart = figure(
        style,
        title=_title(block, measure, shares, style),
        subtitle=_subtitle(block, measure, as_of, scale.unit, style),
        facts=[f"{n} {f.percent(s, 0)}" for n, s in zip(names[:3], shares, strict=False)],
        height=40 + 26 * len(values),
    )
    places = np.arange(len(values))
    chart.add_bar(
        x=values / scale.factor,
        y=places,
        orientation="h",
        width=0.6,
        marker={"color": colours},
        hovertext=[
            f"{name}<br>{f.amount(int(value), block.currency)}<br>{f.percent(share)}"
            for name, value, share in zip(names, values, shares, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for place, (value, share) in enumerate(zip(values, shares, strict=True)):
        shown = value / scale.factor
        digits = scale.digits or int(shown < 10)  # noqa: PLR2004 - 7,0 but 82
        chart.add_annotation(
            x=shown,
            y=place,
            xanchor="left",
            xshift=5,
            showarrow=False,
            text=f"<b>{f.decimal(shown, digits)}</b>  {f.percent(share, 0)}",
            font={"size": 12, "color": style.ink.text},
        )
    top = largest / scale.factor
    chart.update_xaxes(range=[0, top * _ROOM_RIGHT or 1], tickvals=nice_ticks(top), visible=False)
    chart.update_yaxes(
        tickvals=places, ticktext=names, range=[len(values) - 0.5, -0.5], showgrid=False
    )
    return chart


def _title(block: ConcentrationBlock, measure: str, shares: list[float], style: Style) -> str:
    _, f = translator(style.language), formats(style.language)
    count = min(TOP, len(block.customers))
    if not count:
        return _("Nothing is overdue") if measure == "overdue" else _("Nothing is open")
    if block.pareto_count is not None and block.pareto_count <= TOP:
        words = (
            _.ngettext(
                "{n} customer makes {share} of the overdue amount",
                "{n} customers make {share} of the overdue amount",
                block.pareto_count,
            )
            if measure == "overdue"
            else _.ngettext(
                "{n} customer makes {share} of the outstanding",
                "{n} customers make {share} of the outstanding",
                block.pareto_count,
            )
        )
        share = block.customers["cumulative_ratio"].iloc[block.pareto_count - 1]
        return words.format(n=f.integer(block.pareto_count), share=f.percent(share, 0))
    words = (
        _("The ten largest make {share} of the overdue amount")
        if measure == "overdue"
        else _("The ten largest make {share} of the outstanding")
    )
    return words.format(share=f.percent(shares[count - 1], 0))


def _subtitle(block: ConcentrationBlock, measure: str, as_of: date, unit: str, style: Style) -> str:
    _, f = translator(style.language), formats(style.language)
    words = (
        _(
            "Overdue amount by customer, {unit} incl. VAT on {date}, {total} in all; right, running share"
        )
        if measure == "overdue"
        else _(
            "Outstanding by customer, {unit} incl. VAT on {date}, {total} in all; right, running share"
        )
    )
    total = f.compact(block.amount_minor, block.currency)
    return words.format(unit=unit, date=f.date(as_of), total=total)
