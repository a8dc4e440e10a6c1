"""Who carries most of an amount: sorted bars, the share added up as a label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.names import free_spots
from arlib.charts.palette import SEGMENT_ORDER, SEGMENTS, UNFAVOURABLE
from arlib.charts.template import Style, amount_scale, escaped, figure, nice_ticks, short_name
from arlib.i18n import formats, translator
from arlib.i18n.labels import label
from arlib.model.money import decimals

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    import plotly.graph_objects as go

    from arlib.views.concentration import ConcentrationBlock, RiskMap

TOP: Final = 10
NAMED: Final = 6
_NAME: Final = 22
_PLOT: Final = (900.0, 300.0)
_DRAWN: Final = 1_000
_DOT: Final = (7.0, 26.0)  # of a customer within his limit, of the largest overrun
_WHOLE: Final = 100.0
_DECADES: Final = 20
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
            text=f"<b>{f.decimal(shown, digits)}</b>  {f.share(share)}",
            font={"size": 12, "color": style.ink.text},
        )
    top = largest / scale.factor
    chart.update_xaxes(range=[0, top * _ROOM_RIGHT or 1], tickvals=nice_ticks(top), visible=False)
    chart.update_yaxes(
        tickvals=places, ticktext=names, range=[len(values) - 0.5, -0.5], showgrid=False
    )
    return chart


def map_figure(found: RiskMap, currency: str, style: Style) -> go.Figure:
    """Return the score across, what is owed upwards (log); colour: segment, size: overrun.

    The message is the upper right quarter: customers of class A whose score says high risk.
    """
    _, f = translator(style.language), formats(style.language)
    rows = found.customers
    rows = rows.loc[rows["currency"] == currency].reset_index(drop=True)
    amounts = rows["outstanding_minor"].to_numpy(dtype=float)
    scale = amount_scale(float(amounts.max(initial=0.0)), currency, decimals(currency), style)
    subtitle = _(
        "n = {n}. Score on {date} across, outstanding (E1) incl. VAT in {unit} upwards, log scale; "
        "colour: segment, size: overrun; dotted: score {bound} and {large}, least of class A"
    ).format(
        n=f.integer(len(rows)),
        date=f.date(found.as_of),
        unit=scale.unit,
        bound=f.decimal(found.risky_from, 0),
        large=f.compact(found.large_minor.get(currency, 0), currency),
    )
    both = _both(found, rows, currency)
    title = _map_title(found, rows.loc[both], int(amounts.sum()), currency, style)
    facts = [str(name) for name in rows.loc[both].nlargest(3, "outstanding_minor")["name"]]
    drawn = rows.assign(is_both=both)
    if len(rows) > _DRAWN:  # more dots hide one another, and cost seconds to send
        drawn = drawn.nlargest(_DRAWN, "outstanding_minor").reset_index(drop=True)
        subtitle += " · " + _("the {n} largest drawn").format(n=f.integer(_DRAWN))
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=380)
    _add_points(chart, drawn, currency, scale.factor, style)
    _name_largest(chart, drawn, scale.factor, style)
    line = {"color": style.ink.rest, "width": 1.2, "dash": "dot"}
    chart.add_vline(x=found.risky_from, line=line)
    if found.large_minor.get(currency):
        chart.add_hline(y=found.large_minor[currency] / scale.factor, line=line)
    chart.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
            "itemsizing": "constant",
        },
        margin={"t": 34},
    )
    chart.update_xaxes(range=[-2, 102], tickvals=[0, 25, 50, 75, 100], showgrid=False)
    is_narrow = len(amounts) > 0 and amounts.max() < _DECADES * amounts.min()
    chart.update_yaxes(type="log", dtick="D2" if is_narrow else 1, tickformat=",~g")
    return chart


def _both(found: RiskMap, rows: pd.DataFrame, currency: str) -> pd.Series[bool]:
    """Return who is at once large and risky."""
    is_large = rows["outstanding_minor"] >= found.large_minor.get(currency, 0)
    return is_large & (rows["score"] >= found.risky_from)


def _map_title(found: RiskMap, both: pd.DataFrame, total: int, currency: str, style: Style) -> str:
    _, f = translator(style.language), formats(style.language)
    if both.empty:
        return _("No large customer has a score of {bound} or more").format(
            bound=f.decimal(found.risky_from, 0)
        )
    owed = int(both["outstanding_minor"].sum())
    return _.ngettext(
        "{n} customer both large and risky owes {amount}, {share} of what is owed",
        "{n} customers both large and risky owe {amount}, {share} of what is owed",
        len(both),
    ).format(
        n=f.integer(len(both)),
        amount=f.compact(owed, currency),
        share=f.share(owed / max(total, 1)),
    )


def _add_points(
    chart: go.Figure, rows: pd.DataFrame, currency: str, factor: float, style: Style
) -> None:
    """Draw one trace a segment; the area of a dot grows with the overrun."""
    _, f = translator(style.language), formats(style.language)
    over = rows["overrun_minor"].astype("Float64").to_numpy("float64", na_value=0.0)
    small, large = _DOT
    sizes = small + (large - small) * np.sqrt(over / max(float(over.max(initial=0.0)), 1.0))
    sentence = _("{name}<br>Outstanding {amount}<br>Score {score}<br>Overrun {over}")
    hover = [
        sentence.format(
            name=escaped(str(name)),
            amount=f.amount0(amount, currency),
            score=f.decimal(score, 0),
            over=f.amount0(excess, currency),
        )
        for name, amount, score, excess in zip(
            rows["name"],
            rows["outstanding_minor"],
            rows["score"],
            rows["overrun_minor"],
            strict=True,
        )
    ]
    for segment in SEGMENT_ORDER:
        places = np.flatnonzero((rows["segment"] == segment).to_numpy(dtype=bool))
        if not len(places):
            continue
        edge = np.where(over[places] > 0, UNFAVOURABLE, style.ink.old_outline)
        chart.add_scatter(
            x=rows["score"].to_numpy(dtype=float)[places],
            y=rows["outstanding_minor"].to_numpy(dtype=float)[places] / factor,
            mode="markers",
            name=label("segment", segment, style.language),
            marker={
                "color": SEGMENTS[segment],
                "size": sizes[places],
                "opacity": 0.8,
                "line": {"width": np.where(over[places] > 0, 2, 0.8), "color": edge},
            },
            hovertext=[hover[place] for place in places],
            hovertemplate="%{hovertext}<extra></extra>",
        )


def _name_largest(chart: go.Figure, rows: pd.DataFrame, factor: float, style: Style) -> None:
    """Name who is large and risky, largest first, where there is room."""
    scores = rows["score"].to_numpy(dtype=float)
    heights = np.log10(rows["outstanding_minor"].to_numpy(dtype=float) / factor)
    names = [short_name(str(name), _NAME) for name in rows["name"]]
    order = rows.loc[rows["is_both"]].nlargest(3 * NAMED, "outstanding_minor").index.tolist()
    low = float(heights.min(initial=np.inf))
    spread = max(float(heights.max(initial=-np.inf)) - low, 1.0) if len(rows) else 1.0
    width, height = _PLOT
    across, upwards = scores / _WHOLE * width, (heights - low) / spread * height
    for spot in free_spots(across, upwards, names, order, width=width, most=NAMED):
        is_right = spot.side == "right"
        chart.add_annotation(
            x=scores[spot.place],
            y=heights[spot.place],
            text=names[spot.place],
            showarrow=False,
            xanchor="left" if is_right else "right",
            xshift=12 if is_right else -12,
            font={"size": 11, "color": style.ink.second},
        )


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
        return words.format(n=f.integer(block.pareto_count), share=f.share(share))
    words = (
        _("The ten largest make {share} of the overdue amount")
        if measure == "overdue"
        else _("The ten largest make {share} of the outstanding")
    )
    return words.format(share=f.share(shares[count - 1]))


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
