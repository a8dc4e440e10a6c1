"""Segments: how the outstanding splits, and who moved since the previous closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.palette import INK, SEGMENT_ORDER, SEGMENTS, WHITE
from arlib.charts.template import Style, figure
from arlib.i18n import formats, translator
from arlib.i18n.labels import label

if TYPE_CHECKING:
    from datetime import date

    import plotly.graph_objects as go

    from arlib.views.segments import SegmentsBlock

_SHARE_INSIDE: Final = 0.04
_WHITE_TEXT: Final = frozenset({"reliable", "high_risk"})


def share_figure(block: SegmentsBlock, as_of: date, style: Style) -> go.Figure:
    """Return one bar of 100 %: the outstanding by segment, each named in words above it."""
    _, f = translator(style.language), formats(style.language)
    totals = block.totals.set_index("segment").reindex(list(SEGMENT_ORDER))
    amounts = totals["outstanding_minor"].fillna(0).to_numpy(dtype=float).clip(min=0)
    whole = float(amounts.sum())
    shares = amounts / whole if whole else amounts
    counts = totals["count"].fillna(0).astype(int)
    risky = float(shares[SEGMENT_ORDER.index("high_risk")])
    title = _.ngettext(
        "{n} high-risk customer owes {share} of the outstanding",
        "{n} high-risk customers owe {share} of the outstanding",
        int(counts["high_risk"]),
    ).format(n=f.integer(int(counts["high_risk"])), share=f.share(risky, 1))
    subtitle = _("Outstanding incl. VAT by segment on {date}, % of {total}").format(
        date=f.date(as_of), total=f.compact(int(whole), block.currency)
    )
    facts = [f"{label('segment', s, style.language)} {counts[s]}" for s in SEGMENT_ORDER]
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=96)
    step = 1 / len(SEGMENT_ORDER)
    for place, (segment, share) in enumerate(zip(SEGMENT_ORDER, shares, strict=True)):
        name = label("segment", segment, style.language)
        colour = SEGMENTS[segment]
        chart.add_bar(
            x=np.array([share]),
            y=np.array([0.0]),
            orientation="h",
            width=0.62,
            name=name,
            marker={"color": colour, "line": {"color": style.ink.separator, "width": 0.7}},
            text=[f"<b>{f.percent(share, 0)}</b>" if share > _SHARE_INSIDE else ""],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": WHITE if segment in _WHITE_TEXT else INK},
            hovertemplate=f"{name}<br>{f.amount(int(amounts[place]), block.currency)}"
            f"<br>{f.percent(share)}<extra></extra>",
        )
        amount = f.compact(int(amounts[place]), block.currency)
        chart.add_annotation(
            x=place * step,
            y=0.72,
            xanchor="left",
            showarrow=False,
            text=f'<span style="color:{colour}">■</span> {name}  '
            f"<b>{counts[segment]}</b> · {amount}",
            font={"size": 12, "color": style.ink.text},
        )
    chart.update_layout(barmode="stack", margin={"t": 0})
    chart.update_xaxes(range=[0, 1], visible=False)
    chart.update_yaxes(range=[-0.34, 0.95], visible=False)
    return chart


def moves_figure(block: SegmentsBlock, previous_on: date, as_of: date, style: Style) -> go.Figure:
    """Return the map of moves: from in rows, to in columns, counts, share of the row as tint."""
    _, f = translator(style.language), formats(style.language)
    counts = _move_counts(block)
    sums = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, sums, out=np.zeros_like(counts), where=sums > 0)
    worse, better = _worse_and_better(counts)
    title = _("No customer changed segment")
    if worse or better:
        title = _("Became riskier: {worse}; became safer: {better}").format(
            worse=f.integer(worse), better=f.integer(better)
        )
    subtitle = _(
        "Customers by segment: on {before} in rows, on {now} in columns; tint: % of the row"
    )
    names = [label("segment", segment, style.language) for segment in SEGMENT_ORDER]
    chart = figure(
        style,
        title=title,
        subtitle=subtitle.format(before=f.date(previous_on), now=f.date(as_of)),
        facts=[title],
        height=280,
    )
    chart.add_heatmap(
        z=shares,
        x=np.arange(len(names)),
        y=np.arange(len(names)),
        colorscale=style.ink.heat_scale,
        zmin=0,
        zmax=1,
        xgap=3,
        ygap=3,
        showscale=False,
        hovertext=_moves_said(names, counts, shares, style),
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for row, column in np.argwhere(counts > 0):
        mark = (
            ""
            if "insufficient_history" in (SEGMENT_ORDER[row], SEGMENT_ORDER[column])
            else (" ▲" if column > row else " ▼" if column < row else "")
        )
        chart.add_annotation(
            x=int(column),
            y=int(row),
            text=f"<b>{f.integer(int(counts[row, column]))}{mark}</b>",
            showarrow=False,
            font={"color": style.ink.heat_text(float(shares[row, column])), "size": 13},
        )
    wrapped = [name.replace(" ", "<br>") for name in names]
    axis = {"tickvals": np.arange(len(names)), "ticktext": wrapped, "showgrid": False}
    chart.update_xaxes(side="top", **axis)
    chart.update_yaxes(range=[len(names) - 0.5, -0.5], **axis)
    return chart


def _moves_said(
    names: list[str], counts: np.ndarray, shares: np.ndarray, style: Style
) -> list[list[str]]:
    """Return what each cell says: from, to, how many customers, share of those who were there."""
    _, f = translator(style.language), formats(style.language)
    return [
        [
            f"{before} → {now}<br>"
            + _.ngettext("{n} customer", "{n} customers", int(count)).format(
                n=f.integer(int(count))
            )
            + f"<br>{f.percent(share)}"
            for now, count, share in zip(names, line, ratios, strict=True)
        ]
        for before, line, ratios in zip(names, counts, shares, strict=True)
    ]


def _move_counts(block: SegmentsBlock) -> np.ndarray:
    counts = np.zeros((len(SEGMENT_ORDER), len(SEGMENT_ORDER)))
    moves = block.moves
    for start, end, count in zip(
        moves["from_segment"], moves["to_segment"], moves["count"], strict=True
    ):
        if start in SEGMENT_ORDER and end in SEGMENT_ORDER:
            counts[SEGMENT_ORDER.index(start), SEGMENT_ORDER.index(end)] += int(count)
    return counts


def _worse_and_better(counts: np.ndarray) -> tuple[int, int]:
    """Return how many customers moved up and down between the three segments of risk."""
    risk = counts[:3, :3]
    return int(np.triu(risk, 1).sum()), int(np.tril(risk, -1).sum())
