"""The score as an addition of factors, its last twelve months, and where weak scores owe most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.charts.names import free_spots
from arlib.charts.palette import CATEGORIES, SEGMENTS, UNFAVOURABLE
from arlib.charts.template import Style, amount_scale, escaped, figure, short_name
from arlib.i18n import formats, translator
from arlib.i18n.labels import label
from arlib.i18n.score import factor_value
from arlib.model.money import decimals

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    import plotly.graph_objects as go

    from arlib.model.policy import Policy
    from arlib.views.segments import SegmentsBlock

BEHAVIOUR: Final = ("late_probability", "late_share", "mean_delay", "disputes", "broken_promises")
DIRECTION: Final = ("early_warning",)
_NAMED: Final = 5
_ROW: Final = 25
_PLOT: Final = (900.0, 250.0)  # pixels of the scatter on the page, about
_NAME_LENGTH: Final = 20
_DECADES: Final = 100  # below this ratio of amounts, powers of ten alone are too few ticks
_WHOLE: Final = 100.0


def factors_figure(factors: pd.DataFrame, policy: Policy, style: Style) -> go.Figure:
    """Return the addition: each known factor's part of the score, then the score.

    ``factors``: one customer's rows of ``SegmentsBlock.factors``, in the order of the model.
    """
    _, f = translator(style.language), formats(style.language)
    known = factors.loc[factors["points"].notna()].reset_index(drop=True)
    parts = (_WHOLE * known["points"] / known["max_points"].sum()).to_numpy(dtype=float)
    total = float(parts.sum())
    starts = np.concatenate([[0.0], np.cumsum(parts)[:-1]])
    most = known.loc[int(np.argmax(parts)), "factor"] if len(parts) else ""
    title = _("Score {score}: mostly {factor}").format(
        score=f.decimal(total), factor=_lowered(label("factor", most, style.language))
    )
    if total == 0:
        title = _("Score 0: no factor gives a point")
    subtitle = _("Points of the score by factor, 0 best, 100 worst; {n} factors known of {all}")
    subtitle = subtitle.format(n=len(known), all=len(factors))
    facts = [
        f"{label('factor', code, style.language)} {f.decimal(part)}"
        for code, part in zip(known["factor"], parts, strict=True)
    ]
    rows = len(known) + 1
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=34 + _ROW * rows)
    colours = [_colour(code, style) for code in known["factor"]]
    values = [
        factor_value(code, value, style.language)
        for code, value in zip(known["factor"], known["value"], strict=True)
    ]
    chart.add_bar(
        x=parts,
        base=starts,
        y=np.arange(len(known)),
        orientation="h",
        width=0.62,
        marker={"color": colours},
        hovertext=values,
        hovertemplate="%{hovertext}<br>%{x:.1f}<extra></extra>",
    )
    chart.add_bar(
        x=np.array([total]),
        y=np.array([len(known)]),
        orientation="h",
        width=0.62,
        marker={"color": style.ink.second},
        hoverinfo="skip",
    )
    _bounds(chart, policy, style, rows)
    _labels(chart, [*starts + parts, total], [*parts, total], style)
    names = [short_name(label("factor", code, style.language), 42) for code in known["factor"]]
    chart.update_layout(barmode="overlay", margin={"t": 18})
    chart.update_xaxes(range=[0, _WHOLE], tickvals=[0, 25, 50, 75, 100])
    chart.update_yaxes(
        tickvals=np.arange(rows),
        ticktext=[*names, f"<b>{_('Score')}</b>"],
        range=[rows - 0.5, -0.6],
        showgrid=False,
    )
    return chart


def path_figure(path: pd.DataFrame, policy: Policy, as_of: date, style: Style) -> go.Figure:
    """Return the score at the month-ends looked at and at the date, with the bounds of classes."""
    _, f = translator(style.language), formats(style.language)
    scores = path["score"].to_numpy(dtype=float)
    known = scores[~np.isnan(scores)]
    title = _("No score over these months")
    if len(known):
        title = _("Score {now}, against {before} twelve months before").format(
            now=f.decimal(known[-1]), before=f.decimal(known[0])
        )
        if len(path) <= policy.score_history_months:
            title = _("Score {now}, against {before} at first").format(
                now=f.decimal(known[-1]), before=f.decimal(known[0])
            )
    subtitle = _(
        "Score from 0 to 100 points at month-ends and on {date}; the lines are the bounds of the classes"
    )
    chart = figure(
        style, title=title, subtitle=subtitle.format(date=f.date(as_of)), facts=[], height=150
    )
    colours = [SEGMENTS.get(str(code), style.ink.rest) for code in path["segment"]]
    chart.add_scatter(
        x=path["day"],
        y=scores,
        mode="lines+markers",
        line={"color": style.ink.mute, "width": 1.4},
        marker={"color": colours, "size": 8},
        hovertemplate="%{x|%d/%m/%Y}<br>%{y:.1f}<extra></extra>",
    )
    for bound in (policy.score_watch_points, policy.score_high_risk_points):
        chart.add_hline(y=bound, line={"color": style.ink.rest, "width": 1, "dash": "dot"})
    bounds = [policy.score_watch_points, policy.score_high_risk_points]
    chart.update_yaxes(range=[0, 102], tickvals=[0, *bounds, 100], showgrid=False)
    chart.update_xaxes(showgrid=False, tickformat="%b %y")
    return chart


def exposure_figure(block: SegmentsBlock, policy: Policy, as_of: date, style: Style) -> go.Figure:
    """Return where weak scores owe most: score in x, outstanding in y (log), five names written."""
    _, f = translator(style.language), formats(style.language)
    rows = block.customers
    rows = rows.loc[rows["score"].notna() & (rows["outstanding_minor"] > 0)]
    risky = rows.loc[rows["score"] >= policy.score_high_risk_points]
    title = _.ngettext(
        "{n} customer with a score of {bound} or more owes {amount}",
        "{n} customers with a score of {bound} or more owe {amount}",
        len(risky),
    ).format(
        n=f.integer(len(risky)),
        bound=f.decimal(policy.score_high_risk_points, 0),
        amount=f.compact(int(risky["outstanding_minor"].sum()), block.currency),
    )
    amounts = rows["outstanding_minor"].to_numpy(dtype=float)
    digits = decimals(block.currency)
    scale = amount_scale(float(amounts.max(initial=0.0)), block.currency, digits, style)
    subtitle = _(
        "Score on {date} across, outstanding incl. VAT in {unit} upwards (log scale); squares: over the limit"
    ).format(date=f.date(as_of), unit=scale.unit)
    facts = [str(name) for name in risky.nlargest(_NAMED, "outstanding_minor")["name"]]
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=300)
    is_over = (rows["utilisation_ratio"] > 1).to_numpy(dtype=bool)
    for mask, colour, symbol, size in (
        (~is_over, style.ink.mute, "circle", 7),
        (is_over, UNFAVOURABLE, "square", 8),
    ):
        chosen = rows.loc[mask]
        chart.add_scatter(
            x=chosen["score"].to_numpy(dtype=float),
            y=chosen["outstanding_minor"].to_numpy(dtype=float) / scale.factor,
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": size, "opacity": 0.75},
            hovertext=[escaped(str(name)) for name in chosen["name"]],
            hovertemplate="%{hovertext}<br>%{x:.1f}<extra></extra>",
        )
    _name_points(chart, rows.reset_index(drop=True), policy, scale.factor, style)
    for bound in (policy.score_watch_points, policy.score_high_risk_points):
        chart.add_vline(x=bound, line={"color": style.ink.rest, "width": 1, "dash": "dot"})
    chart.update_xaxes(range=[-1, 101], tickvals=[0, 25, 50, 75, 100], showgrid=False)
    is_narrow = len(amounts) > 0 and amounts.max() < _DECADES * amounts.min()
    chart.update_yaxes(type="log", dtick="D2" if is_narrow else 1, tickformat=",~g")
    return chart


def _name_points(
    chart: go.Figure, rows: pd.DataFrame, policy: Policy, factor: float, style: Style
) -> None:
    """Name the weak scores that owe most, where there is room."""
    scores = rows["score"].to_numpy(dtype=float)
    heights = np.log10(rows["outstanding_minor"].to_numpy(dtype=float) / factor)
    names = [short_name(str(name), _NAME_LENGTH) for name in rows["name"]]
    risky = rows.loc[rows["score"] >= policy.score_high_risk_points]
    wanted = risky.nlargest(3 * _NAMED, "outstanding_minor").index.tolist()
    low = float(heights.min(initial=np.inf))
    spread = max(float(heights.max(initial=-np.inf)) - low, 1.0) if len(rows) else 1.0
    width, height = _PLOT
    spots = free_spots(
        scores / _WHOLE * width,
        (heights - low) / spread * height,
        names,
        wanted,
        width=width,
        most=_NAMED,
    )
    for spot in spots:
        is_right = spot.side == "right"
        chart.add_annotation(
            x=scores[spot.place],
            y=heights[spot.place],
            text=names[spot.place],
            showarrow=False,
            xanchor="left" if is_right else "right",
            xshift=8 if is_right else -8,
            font={"size": 11, "color": style.ink.second},
        )


def bad_rates_figure(bands: pd.DataFrame, days: int, style: Style) -> go.Figure:
    """Return how many customers of each class then paid badly, with the number looked at.

    ``bands``: ``segment, count, bad_ratio`` in order of risk.
    """
    _, f = translator(style.language), formats(style.language)
    ratios = bands["bad_ratio"].to_numpy(dtype=float)
    worst = bands.iloc[-1]
    title = _("{share} of those classed “{segment}” then paid badly").format(
        share=f.share(worst["bad_ratio"]),
        segment=label("segment", worst["segment"], style.language),
    )
    subtitle = _(
        "Share of customers who paid badly in the {n} days after, % of customers by class; n under each"
    ).format(n=f.integer(days))
    names = [label("segment", code, style.language) for code in bands["segment"]]
    facts = [f"{name} {f.percent(ratio, 0)}" for name, ratio in zip(names, ratios, strict=True)]
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=230)
    chart.add_bar(
        x=np.arange(len(bands)),
        y=np.nan_to_num(ratios),
        width=0.55,
        marker={"color": [SEGMENTS[str(code)] for code in bands["segment"]]},
        text=[f"<b>{f.percent(ratio, 0)}</b>" for ratio in ratios],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    ticks = [
        f"{name}<br>n = {f.integer(count)}"
        for name, count in zip(names, bands["count"], strict=True)
    ]
    chart.update_layout(margin={"t": 24})
    chart.update_xaxes(tickvals=np.arange(len(bands)), ticktext=ticks, showgrid=False)
    top = float(np.nanmax(ratios)) if len(ratios) and not np.isnan(ratios).all() else 1.0
    chart.update_yaxes(range=[0, top * 1.12 or 1], visible=False)
    return chart


def _bounds(chart: go.Figure, policy: Policy, style: Style, rows: int) -> None:
    """Draw the bounds of the classes across the bars, named above them."""
    _, f = translator(style.language), formats(style.language)
    for bound, code, anchor in (
        (policy.score_watch_points, "watch", "right"),
        (policy.score_high_risk_points, "high_risk", "left"),
    ):
        line = {"color": SEGMENTS[code], "width": 1.4, "dash": "dot"}
        chart.add_shape(type="line", x0=bound, x1=bound, y0=-0.5, y1=rows - 0.5, line=line)
        chart.add_annotation(
            x=bound,
            y=-0.5,
            xanchor=anchor,
            yanchor="bottom",
            text=f"{label('segment', code, style.language)} ≥ {f.decimal(bound, 0)}",
            showarrow=False,
            font={"size": 11, "color": style.ink.second},
        )


def _labels(chart: go.Figure, ends: list[Any], parts: list[Any], style: Style) -> None:
    """Write each part after its bar."""
    f = formats(style.language)
    last = len(parts) - 1
    for place, (end, part) in enumerate(zip(ends, parts, strict=True)):
        words = f.decimal(part) if place == last else f.decimal(part, is_signed=True)
        chart.add_annotation(
            x=float(end),
            y=place,
            text=f"<b>{words}</b>" if place == last else words,
            showarrow=False,
            xanchor="left" if end < 88 else "right",  # noqa: PLR2004 - inside the frame
            xshift=4,
            bgcolor=style.ink.page,  # the bounds of the classes pass behind
            borderpad=0,
            font={"size": 12, "color": style.ink.text},
        )


def _colour(factor: str, style: Style) -> str:
    """Return a colour a notion: behaviour, direction, situation."""
    if factor in BEHAVIOUR:
        return CATEGORIES[0] if style.theme != "dark" else style.ink.brand
    return CATEGORIES[1] if factor in DIRECTION else CATEGORIES[2]


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
