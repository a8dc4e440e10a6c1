"""How the cash was attached to invoices: amount by rule, those that behaviour relies on in colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.charts.template import Style, amount_scale, figure, nice_ticks
from arlib.i18n import formats, translator
from arlib.i18n.labels import label
from arlib.model.money import decimals

if TYPE_CHECKING:
    from datetime import date

    import plotly.graph_objects as go

    from arlib.views.matching import MatchingBlock

_ROOM_RIGHT: Final = 1.4


def rules_figure(block: MatchingBlock, as_of: date, style: Style) -> go.Figure:
    """Return one bar a rule and confidence, and one for what no rule attached, from zero.

    Rules that behaviour relies on are in the brand colour, the others grey.
    """
    _, f = translator(style.language), formats(style.language)
    names, amounts, colours = _bars(block, style)
    values = np.array(amounts, dtype=float)
    largest = float(values.max(initial=0.0))
    total = float(values.sum()) or 1.0
    scale = amount_scale(largest, block.currency, decimals(block.currency), style)
    chart = figure(
        style,
        title=title(block, style),
        subtitle=_(
            "Settlements by rule and confidence, {unit} to {date}; in grey, behaviour leaves it out"
        ).format(unit=scale.unit, date=f.date(as_of)),
        facts=[f"{n} {f.percent(v / total, 0)}" for n, v in zip(names[:3], values, strict=False)],
        height=40 + 30 * len(values),
    )
    places = np.arange(len(values))
    chart.add_bar(
        x=values / scale.factor,
        y=places,
        orientation="h",
        width=0.6,
        marker={"color": colours},
        hovertext=[
            f"{name}<br>{f.amount(int(value), block.currency)}<br>{f.percent(value / total)}"
            for name, value in zip(names, values, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for place, value in enumerate(values):
        chart.add_annotation(
            x=value / scale.factor,
            y=place,
            xanchor="left",
            xshift=5,
            showarrow=False,
            text=f"<b>{f.decimal(value / scale.factor, max(scale.digits, 1))}</b>  {f.percent(value / total, 0)}",
            font={"size": 12, "color": style.ink.text},
        )
    top = largest / scale.factor
    chart.update_xaxes(range=[0, top * _ROOM_RIGHT or 1], tickvals=nice_ticks(top), visible=False)
    chart.update_yaxes(
        tickvals=places, ticktext=names, range=[len(values) - 0.5, -0.5], showgrid=False
    )
    return chart


def title(block: MatchingBlock, style: Style) -> str:
    """Return the message: how much of the cash is attached, how much stays."""
    _, f = translator(style.language), formats(style.language)
    if block.allocated_ratio is None:
        return _("No settlement to match")
    left = block.totals["unallocated_minor"]
    if not left:
        return _("Every settlement is set against an invoice")
    words = _("{share} of the cash is set against invoices, {amount} is not")
    return words.format(
        share=share_words(block.allocated_ratio, style.language),
        amount=f.compact(left, block.currency),
    )


def share_words(ratio: float, language: str) -> str:
    """Return a share with one decimal; it is written 100 % only when nothing is left."""
    return formats(language).share(ratio, 1)


def rule_name(rule: str, confidence: float, language: str) -> str:
    """Return a rule and its confidence: “Same amount (85%)”; what was accepted says so."""
    name = label("match_rule", rule, language)
    if rule == "source":
        return name
    if confidence >= 1:
        return translator(language)("{rule} (accepted)").format(rule=name)
    return f"{name} ({formats(language).percent(confidence, 0)})"


def _bars(block: MatchingBlock, style: Style) -> tuple[list[str], list[int], list[Any]]:
    """Return names, amounts and colours, in the order rules are trusted, what is left at the end."""
    rows = block.rules.to_dict("records")
    names = [rule_name(str(row["rule"]), row["confidence"], style.language) for row in rows]
    amounts = [int(row["cash_minor"]) for row in rows]
    colours: list[Any] = [style.ink.brand if row["is_counted"] else style.ink.rest for row in rows]
    if block.totals["unallocated_minor"]:
        names.append(translator(style.language)("Not allocated"))
        amounts.append(block.totals["unallocated_minor"])
        colours.append(style.ink.grid)
    return names, amounts, colours
