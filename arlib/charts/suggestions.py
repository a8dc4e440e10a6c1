"""A suggested limit as a waterfall from the need, and rules of limits over the same past months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.charts.palette import CATEGORIES, FAVOURABLE, UNFAVOURABLE
from arlib.charts.template import Style, amount_scale, escaped, figure, nice_ticks
from arlib.i18n import MISSING, formats, translator
from arlib.i18n.formats import is_missing
from arlib.i18n.suggestions import name, rule_words
from arlib.model.money import decimals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import plotly.graph_objects as go

    from arlib.views.simulation import SimulationBlock, SimulationView
    from arlib.views.suggestions import Step

_ROW: Final = 34
_WIDTH: Final = 0.6
_ROOM: Final = 1.3  # right of the longest bar, for its words


def ladder_figure(
    row: Mapping[Any, Any], steps: Sequence[Step], as_of: date, style: Style
) -> go.Figure:
    """Return the arithmetic of one suggestion: need, what each step takes or adds, the result.

    ``row``: of ``SuggestionsBlock.rows``; ``steps``: of ``views.suggestions.ladder``.
    """
    _, f, currency = translator(style.language), formats(style.language), str(row["currency"])
    ends = [step.amount_minor for step in steps]
    title = ladder_title(row, style)
    has_limit = not is_missing(row["current_minor"])
    bars = _bars(row, steps, style)
    largest = max([*ends, int(row["current_minor"]) if has_limit else 0, 1])
    scale = amount_scale(largest, currency, decimals(currency), style)
    subtitle = _("From the need to the suggested limit, on {date}, {unit} incl. VAT").format(
        date=f.date(as_of), unit=scale.unit
    )
    facts = [f"{words} {f.amount0(amount, currency)}" for words, _b, _s, amount, _c, _t in bars]
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=36 + _ROW * len(bars))
    places = np.arange(len(bars))
    chart.add_bar(
        x=np.array([size / scale.factor for _w, _b, size, _a, _c, _t in bars]),
        base=np.array([base / scale.factor for _w, base, _s, _a, _c, _t in bars]),
        y=places,
        orientation="h",
        width=_WIDTH,
        marker={"color": [colour for *_rest, colour, _t in bars]},
        hoverinfo="skip",
    )
    for place, (_w, base, size, _a, _c, text) in enumerate(bars):
        chart.add_annotation(
            x=max(base, base + size) / scale.factor,
            y=place,
            text=text,
            showarrow=False,
            xanchor="left",
            xshift=5,
            font={"size": 12, "color": style.ink.text},
        )
    ticks = nice_ticks(largest / scale.factor)
    chart.update_xaxes(
        range=[0, max(ticks[-1], largest / scale.factor * _ROOM)],
        tickvals=ticks,
        ticktext=[f.decimal(tick, 0 if tick % 1 == 0 else 1) for tick in ticks],
    )
    chart.update_yaxes(
        tickvals=places,
        ticktext=[escaped(words) for words, *_rest in bars],
        range=[len(bars) - 0.5, -0.5],
        showgrid=False,
    )
    return chart


def ladder_title(row: Mapping[Any, Any], style: Style) -> str:
    """Return what a suggestion says: the amount, what decides it, against the limit in force."""
    _, f, currency = translator(style.language), formats(style.language), str(row["currency"])
    amount = f.amount0(row["suggested_minor"], currency)
    cap = name("binding", row["binding"], style.language)
    if is_missing(row["current_minor"]):
        return _("{amount} suggested: {cap} decides; no limit in force").format(
            amount=amount, cap=cap
        )
    return _("{amount} suggested against {current} in force: {cap} decides").format(
        amount=amount, cap=cap, current=f.amount0(row["current_minor"], currency)
    )


def months_figure(view: SimulationView, block: SimulationBlock, style: Style) -> go.Figure:
    """Return the customers over by month under each rule, a line a rule."""
    _, f = translator(style.language), formats(style.language)
    lines = [_line(months) for months in block.months]
    names = [rule_words(rule, block.currency, style.language) for rule in view.rules]
    means = [float(counts.mean()) if len(counts) else 0.0 for _days, counts in lines]
    title = _("On average {n} customers over each month under “{rule}”").format(
        n=f.decimal(means[0]), rule=names[0]
    )
    if len(means) > 1:
        title = _("{n} customers over each month under “{rule}”, {other} with “{against}”").format(
            n=f.decimal(means[0]), rule=names[0], other=f.decimal(means[-1]), against=names[-1]
        )
    subtitle = _("Customers over their limit at least a day, by month, E1, from {start} to {end}")
    subtitle = subtitle.format(start=f.date(view.from_on), end=f.date(view.to_on))
    facts = [f"{words} {f.decimal(mean)}" for words, mean in zip(names, means, strict=True)]
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=260)
    colours = _colours(len(names), style)
    for words, colour, (days, counts) in zip(names, colours, lines, strict=True):
        chart.add_scatter(
            x=days,
            y=counts,
            mode="lines+markers",
            name=escaped(words),
            line={"color": colour, "width": 2.2},
            marker={"size": 5},
            hovertemplate="%{x|%m/%Y}<br>%{y}<extra>" + escaped(words) + "</extra>",
        )
    top = max([float(counts.max()) for _days, counts in lines if len(counts)] or [1.0])
    ticks = [tick for tick in nice_ticks(top) if tick % 1 == 0]
    chart.update_yaxes(range=[0, max(top * 1.08, 1)], tickvals=ticks)
    chart.update_xaxes(showgrid=False, tickformat="%m/%Y")
    chart.update_layout(
        showlegend=True,
        legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0},
        margin={"t": 34},
    )
    return chart


def cost_figure(view: SimulationView, block: SimulationBlock, style: Style) -> go.Figure:
    """Return, a rule a row, the exposure avoided on late payers and good customers' sales stopped."""
    _, f, currency = translator(style.language), formats(style.language), block.currency
    names = [rule_words(rule, currency, style.language) for rule in view.rules]
    avoided = np.array([_number(item["avoided_minor"]) for item in block.totals])
    stopped = np.array([_number(item["good_stopped_minor"]) for item in block.totals])
    scale = amount_scale(
        float(np.nanmax([*avoided, *stopped, 1.0])), currency, decimals(currency), style
    )
    title = _("“{rule}” would have avoided {avoided} and stopped {stopped} of good sales").format(
        rule=names[0],
        avoided=f.compact(avoided[0], currency),
        stopped=f.compact(stopped[0], currency),
    )
    subtitle = _(
        "Highest excess on customers later over {n} days late; sales stopped on the others, {unit} incl. VAT"
    ).format(n=view.late_days, unit=scale.unit)
    facts = [
        f"{words} {f.compact(one, currency)} / {f.compact(two, currency)}"
        for words, one, two in zip(names, avoided, stopped, strict=True)
    ]
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=64 + 58 * len(names))
    places = np.arange(len(names))
    for label_, values, colour, shift in (
        (_("Exposure avoided"), avoided, FAVOURABLE, -0.19),
        (_("Good customers' sales stopped"), stopped, UNFAVOURABLE, 0.19),
    ):
        chart.add_bar(
            x=np.nan_to_num(values) / scale.factor,
            y=places + shift,
            orientation="h",
            width=0.34,
            name=label_,
            marker={"color": colour},
            text=[
                MISSING if np.isnan(value) else f.decimal(value / scale.factor, scale.digits)
                for value in values
            ],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    largest = float(np.nanmax([*avoided, *stopped, 1.0])) / scale.factor
    ticks = nice_ticks(largest)
    chart.update_xaxes(
        range=[0, max(ticks[-1], largest * _ROOM)],
        tickvals=ticks,
        ticktext=[f.decimal(tick, 0 if tick % 1 == 0 else 1) for tick in ticks],
    )
    chart.update_yaxes(
        tickvals=places,
        ticktext=[escaped(words) for words in names],
        range=[len(names) - 0.45, -0.55],
        showgrid=False,
    )
    chart.update_layout(
        showlegend=True,
        barmode="overlay",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"t": 30},
    )
    return chart


Bar = tuple[str, float, float, int, str, str]


def _bars(row: Mapping[Any, Any], steps: Sequence[Step], style: Style) -> list[Bar]:
    """Return words, base, size, amount said, colour and text of each bar."""
    f, currency, lang = formats(style.language), str(row["currency"]), style.language
    found: list[Bar] = []
    before = 0
    for place, step in enumerate(steps):
        after = step.amount_minor
        code = step.code
        if code == "factor" and not is_missing(row["cause"]):
            code = "prepayment"
        moved = after - before
        colour = style.ink.rest if place == 0 else (FAVOURABLE if moved >= 0 else UNFAVOURABLE)
        words = name("step", code, lang)
        if code == "factor":
            words = f"{words} × {f.decimal(row['factor'], 2 if (row['factor'] * 10) % 1 else 1)}"
        text = f.amount0(after, currency) if place == 0 else _moved(moved, currency, style)
        found.append((words, float(min(before, after)), float(abs(moved)), moved, colour, text))
        before = after
    total = int(row["suggested_minor"])
    said = f"<b>{f.amount0(total, currency)}</b>"
    found.append((name("step", "suggested", lang), 0.0, float(total), total, style.ink.brand, said))
    if not is_missing(row["current_minor"]):
        current = int(row["current_minor"])
        words = name("step", "current", lang)
        found.append(
            (words, 0.0, float(current), current, CATEGORIES[1], f.amount0(current, currency))
        )
    return found


def _moved(moved: int, currency: str, style: Style) -> str:
    return formats(style.language).amount0(moved, currency, is_signed=True)


def _line(months: pd.DataFrame) -> tuple[Any, Any]:
    ordered = months.sort_values("month_on")
    return (
        pd.to_datetime(ordered["month_on"]).to_numpy(),
        ordered["customers_over"].to_numpy(dtype=float),
    )


def _colours(count: int, style: Style) -> list[str]:
    """Return a colour a rule; the last one, what is compared with, in grey."""
    kept = [style.ink.brand, CATEGORIES[1], CATEGORIES[2]]
    return [*kept[: max(count - 1, 1)], *([style.ink.mute] if count > 1 else [])]


def _number(value: Any) -> float:
    return float("nan") if is_missing(value) else float(value)
