"""Cash to come in: the fan of the weeks, and what the forecasts of the past were worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.charts.months import end_label
from arlib.charts.palette import REST
from arlib.charts.template import Style, amount_scale, figure, nice_ticks, percent_axis
from arlib.i18n import formats, translator
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import label
from arlib.model.money import decimals

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from arlib.views.forecast import ForecastBlock, ForecastView
    from arlib.views.reliability import ReliabilityBlock, ReliabilityView

_HEIGHT: Final = 330
_BANDS: Final = (("p10_minor", "p90_minor", 0.15), ("p25_minor", "p75_minor", 0.25))
_FOUR: Final = 4
_MOST_TICKS: Final = 7
_METHODS: Final = ("hazard", "customer_mean", "customer_median", "due_date")


def fan_figure(view: ForecastView, block: ForecastBlock, style: Style) -> go.Figure:
    """Return cash by week: received (solid), expected (dashed, open circles), bands of 50 and 80 %."""
    _, f = translator(style.language), formats(style.language)
    past, weeks = _known_past(view, block), block.weeks
    with_sales = _with_sales(view, block)
    values = [past["receipts_minor"], weeks["expected_minor"], weeks["p90_minor"]]
    values += [with_sales["expected_minor"]]
    largest = max((float(series.max()) for series in values if series.notna().any()), default=0.0)
    scale = amount_scale(largest, block.currency, decimals(block.currency), style)
    subtitle = _("Cash by week, {unit}; solid: received, dashes: expected, bands: 50 and 80%")
    if view.scenario != "base":
        subtitle = _("Cash by week, {unit}; solid: received, dashes: expected by the rule")
    if past.empty:
        subtitle = _("Cash expected by week by the rule, {unit}; what was received is not known")
    chart = figure(
        style,
        title=fan_title(view, block, style.language),
        subtitle=subtitle.format(unit=scale.unit) + ". " + _sales_words(with_sales, style),
        facts=[
            f"{f.date(row['week_end_on'])} {f.compact(int(row['expected_minor']), block.currency)}"
            for row in weeks.head(3).to_dict("records")
        ],
        height=_HEIGHT,
    )
    drawn = past["receipts_minor"].to_numpy("float64") / scale.factor
    said = weeks["expected_minor"].to_numpy("float64") / scale.factor
    ahead = weeks["week"].to_numpy("float64")
    if view.scenario == "base":
        start = drawn[-1] if len(drawn) else None
        _bands(chart, weeks, ahead, scale.factor, start, style.ink.brand)
    _line(
        chart, past["week"].to_numpy("float64"), drawn, _("Received"), past, block, style, "solid"
    )
    _line(chart, ahead, said, _("Expected"), weeks, block, style, "dash")
    if len(with_sales):
        more = with_sales["expected_minor"].to_numpy("float64") / scale.factor
        _line(
            chart,
            with_sales["week"].to_numpy("float64"),
            more,
            _("With sales to come"),
            with_sales,
            block,
            style,
            "dot",
        )
    chart.add_vline(x=0, line={"color": style.ink.mute, "width": 1, "dash": "dot"})
    chart.add_annotation(
        x=0,
        y=1,
        yref="paper",
        text=_("as of {date}").format(date=f.date(view.as_of)),
        showarrow=False,
        xanchor="left",
        xshift=4,
        font={"size": 12, "color": style.ink.second},
    )
    if len(said):
        end_label(
            chart,
            ahead[-1],
            said[-1],
            _("{amount} exp.").format(amount=f.decimal(said[-1], scale.digits)),
            style.ink.brand,
        )
    _weeks_axis(chart, past, weeks, style)
    ticks = nice_ticks(largest / scale.factor)
    chart.update_yaxes(
        rangemode="tozero",
        tickvals=ticks,
        ticktext=[f.decimal(t, 0 if t % 1 == 0 else 1) for t in ticks],
    )
    chart.update_layout(margin={"r": 84})
    return chart


def _with_sales(view: ForecastView, block: ForecastBlock) -> pd.DataFrame:
    """Return the weeks with the sales to come added; no row when they were not asked for."""
    layer = view.run_rate_of(block.currency)[["week", "run_rate_minor"]]
    weeks = block.weeks[["week", "week_end_on", "expected_minor"]].merge(layer, on="week")
    total = weeks["expected_minor"] + weeks.pop("run_rate_minor").astype("int64")
    return weeks.assign(expected_minor=total)


def _sales_words(with_sales: pd.DataFrame, style: Style) -> str:
    _ = translator(style.language)
    if with_sales.empty:
        return _("Future sales are not included")
    return _("Dots: with sales to come, not invoiced yet")


def fan_title(view: ForecastView, block: ForecastBlock, language: str) -> str:
    """Return the message: what is expected in four weeks, and between what and what.

    With the layer of the sales to come, what they would add by the last week: it is no invoice.
    """
    _, f = translator(language), formats(language)
    layer = view.run_rate_of(block.currency)
    if len(layer):
        total = block.within(view.count_weeks)["expected"] or 0
        return _.ngettext(
            "{expected} expected of the invoices in {n} week, {more} more if sales go on at their pace",
            "{expected} expected of the invoices in {n} weeks, {more} more if sales go on at their pace",
            view.count_weeks,
        ).format(
            expected=f.compact(total, block.currency),
            n=f.integer(view.count_weeks),
            more=f.compact(int(layer["run_rate_minor"].sum()), block.currency),
        )
    weeks = min(_FOUR, view.count_weeks)
    found = block.within(weeks)
    words = {"n": f.integer(weeks), "expected": f.compact(found["expected"] or 0, block.currency)}
    if found["p10"] is None or found["p90"] is None:
        return _.ngettext(
            "{expected} expected in {n} week", "{expected} expected in {n} weeks", weeks
        ).format(**words)
    words |= {
        "low": f.compact(found["p10"], block.currency),
        "high": f.compact(found["p90"], block.currency),
    }
    return _.ngettext(
        "{expected} expected in {n} week, between {low} and {high} (8 chances in 10)",
        "{expected} expected in {n} weeks, between {low} and {high} (8 chances in 10)",
        weeks,
    ).format(**words)


def _known_past(view: ForecastView, block: ForecastBlock) -> pd.DataFrame:
    """Return the past weeks, none when no file says a settlement: unknown is not zero.

    A list of open items that shows some as paid, without a date, tells what was received, not when.
    """
    return block.past if view.unavailable is None else block.past.head(0)


def _bands(
    chart: go.Figure,
    weeks: pd.DataFrame,
    ahead: Any,
    factor: float,
    start: float | None,
    colour: str,
) -> None:
    """Draw each band as two lines, its first point glued to the last actual one."""
    for low, high, opacity in _BANDS:
        x = ahead if start is None else np.concatenate([[0.0], ahead])
        for place, name in enumerate((low, high)):
            y = weeks[name].to_numpy("float64") / factor
            chart.add_scatter(
                x=x,
                y=y if start is None else np.concatenate([[start], y]),
                mode="lines",
                line={"width": 0, "color": colour},
                fill="tonexty" if place else None,
                fillcolor=_faded(colour, opacity) if place else None,
                hoverinfo="skip",
                showlegend=False,
            )


def _faded(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def _line(
    chart: go.Figure,
    x: Any,
    y: Any,
    name: str,
    frame: pd.DataFrame,
    block: ForecastBlock,
    style: Style,
    dash: str,
) -> None:
    f = formats(style.language)
    column = "receipts_minor" if "receipts_minor" in frame else "expected_minor"
    _ = translator(style.language)
    chart.add_scatter(
        x=x,
        y=y,
        name=name,
        mode="lines+markers",
        line={"color": style.ink.brand, "width": 2.2, "dash": dash},
        marker={
            "size": 6,
            "color": style.ink.brand if dash == "solid" else style.ink.page,
            "line": {"color": style.ink.brand, "width": 1.4},
        },
        hovertext=[
            _("{name}, week to {date}: {amount}").format(
                name=name,
                date=f.date(row["week_end_on"]),
                amount=f.amount0(int(row[column]), block.currency),
            )
            + _spread(row, block.currency, style)
            for row in frame.to_dict("records")
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _spread(row: dict[Any, Any], currency: str, style: Style) -> str:
    """Return the band of 80 % of a week on a line of its own, nothing for a week that is over."""
    if "p10_minor" not in row or is_missing(row["p10_minor"]) or is_missing(row["p90_minor"]):
        return ""
    _, f = translator(style.language), formats(style.language)
    low, high = (f.amount0(int(row[name]), currency) for name in ("p10_minor", "p90_minor"))
    return "<br>" + _("between {low} and {high}").format(low=low, high=high)


def _weeks_axis(chart: go.Figure, past: pd.DataFrame, weeks: pd.DataFrame, style: Style) -> None:
    f = formats(style.language)
    places = [*past["week"], *weeks["week"]]
    ends = [*past["week_end_on"], *weeks["week_end_on"]]
    step = max(1, -(-len(places) // _MOST_TICKS))
    chart.update_xaxes(
        tickvals=[int(place) for place in places[::step]],
        ticktext=[
            f.date(end)[:5] if style.language == "fr" else f.date(end) for end in ends[::step]
        ],
        showgrid=False,
        tickangle=0,
    )


def months_figure(block: ForecastBlock, style: Style) -> go.Figure:
    """Return what is expected by month, with the band of 80 %."""
    _, f = translator(style.language), formats(style.language)
    frame = block.months
    largest = float(frame[["expected_minor", "p90_minor"]].max().max()) if len(frame) else 0.0
    scale = amount_scale(largest, block.currency, decimals(block.currency), style)
    total = int(frame["expected_minor"].sum())
    has_band = bool(frame["p90_minor"].notna().any())
    subtitle = _("Cash of the open invoices by month, {unit}")
    if has_band:
        subtitle = _("Cash of the open invoices by month, {unit}; line: 8 chances in 10")
    chart = figure(
        style,
        title=_("{amount} expected by {date}").format(
            amount=f.compact(total, block.currency),
            date=f.date(frame["month_end_on"].iloc[-1]) if len(frame) else "–",
        ),
        subtitle=subtitle.format(unit=scale.unit),
        facts=[
            f"{f.month(row['month_on'])} {f.compact(int(row['expected_minor']), block.currency)}"
            for row in frame.head(3).to_dict("records")
        ],
        height=_HEIGHT,
    )
    y = frame["expected_minor"].to_numpy("float64") / scale.factor
    bars: dict[str, Any] = {}
    if has_band:
        bars["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": frame["p90_minor"].to_numpy("float64") / scale.factor - y,
            "arrayminus": y - frame["p10_minor"].to_numpy("float64") / scale.factor,
            "color": style.ink.second,
            "thickness": 1.2,
            "width": 4,
        }
    chart.add_bar(
        x=list(range(len(frame))),
        y=y,
        marker={
            "color": style.ink.brand,
            "pattern": {"shape": "/", "fillmode": "overlay", "fgcolor": style.ink.page, "size": 6},
        },
        hovertext=[
            f"{f.month(row['month_on'])}<br>{f.amount0(int(row['expected_minor']), block.currency)}"
            for row in frame.to_dict("records")
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        **bars,
    )
    chart.update_xaxes(
        tickvals=list(range(len(frame))),
        ticktext=[f.short_month(day.date()) for day in frame["month_on"]],
        showgrid=False,
    )
    ticks = nice_ticks(largest / scale.factor)
    chart.update_yaxes(
        rangemode="tozero",
        tickvals=ticks,
        ticktext=[f.decimal(t, 0 if t % 1 == 0 else 1) for t in ticks],
    )
    chart.update_layout(bargap=0.4)
    return chart


def methods_figure(view: ReliabilityView, style: Style) -> go.Figure:
    """Return the mean error in days of the model beside plain rules, zero-based bars."""
    _, f = translator(style.language), formats(style.language)
    frame = view.methods.set_index("method").loc[list(_METHODS)]
    own, mean = view.mae("hazard") or 0.0, view.mae("customer_mean") or 0.0
    title = _("{days} of error on average, {other} with the customer’s mean delay").format(
        days=f.days(own), other=f.days(mean)
    )
    if not view.is_better:
        title = _("No better than the customer’s mean delay: {days} of error").format(
            days=f.days(own)
        )
    names = [label("method", method, style.language) for method in _METHODS]
    chart = figure(
        style,
        title=title,
        subtitle=_("Mean absolute error of the payment date, days; {n} invoices since paid").format(
            n=f.integer(view.count_invoices)
        ),
        facts=[
            f"{name} {f.days(value)}" for name, value in zip(names, frame["mae_days"], strict=True)
        ],
        height=220,
    )
    values = frame["mae_days"].to_numpy("float64")
    chart.add_bar(
        x=values,
        y=names,
        orientation="h",
        marker={"color": [style.ink.brand, REST, REST, REST]},
        text=[f.days(value) for value in values],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    chart.update_xaxes(rangemode="tozero", showticklabels=False, showgrid=False)
    chart.update_yaxes(autorange="reversed", showgrid=False)
    chart.update_layout(margin={"l": 220, "r": 60})
    return chart


def bands_figure(block: ReliabilityBlock, style: Style) -> go.Figure:
    """Return the share of past weeks that fell in the bands, against what they announce."""
    _, f = translator(style.language), formats(style.language)
    row = block.bands.iloc[-1]
    inside = round(row["band_80"] * row["count"]) if row["count"] else 0
    chart = figure(
        style,
        title=_("{n} weeks in {total} in the band that announces 80%").format(
            n=f.integer(inside), total=f.integer(int(row["count"]))
        ),
        subtitle=_("Share of past weeks inside the band, %; the line is what was announced"),
        facts=[f"80 % {f.percent(row['band_80'], 0)}", f"50 % {f.percent(row['band_50'], 0)}"],
        height=220,
    )
    names = [
        _("Band of 50%"),
        _("Band of 80%"),
        _("Sum of {n} weeks, 80%").format(n=f.integer(int(row["horizon"]))),
    ]
    values = [row["band_50"], row["band_80"], row["sum_80"]]
    chart.add_bar(
        x=values,
        y=names,
        orientation="h",
        marker={"color": style.ink.brand},
        text=[f.percent(value, 0) for value in values],
        textposition="inside",
        insidetextanchor="start",
        insidetextfont={"color": style.ink.page},
        hovertext=[
            f"{name}<br>{f.percent(value)}" for name, value in zip(names, values, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )
    chart.add_scatter(
        x=[0.5, 0.8, 0.8],
        y=names,
        mode="markers",
        marker={
            "symbol": "line-ns-open",
            "size": 26,
            "color": style.ink.text,
            "line": {"width": 2},
        },
        hoverinfo="skip",
        showlegend=False,
    )
    ticks = [0, 0.25, 0.5, 0.75, 1]
    chart.update_xaxes(range=[0, 1.02], tickvals=ticks, ticktext=[f.percent(t, 0) for t in ticks])
    chart.update_yaxes(autorange="reversed", showgrid=False)
    chart.update_layout(margin={"l": 170})
    return chart


def diagram_figure(view: ReliabilityView, style: Style) -> go.Figure:
    """Return what was said against what was found: chances to be paid within 30 days."""
    _, f = translator(style.language), formats(style.language)
    frame = view.reliability
    count = int(frame["count"].sum()) if len(frame) else 0
    gap = (
        float((abs(frame["found"] - frame["said"]) * frame["count"]).sum() / count)
        if count
        else float("nan")
    )
    chart = figure(
        style,
        title=_("What is said comes about, within {gap} points").format(
            gap=f.decimal(100 * gap, 0)
        ),
        subtitle=_(
            "Share of invoices paid within 30 days against the chance said, %; on the line: right"
        ),
        facts=[
            f"{f.percent(row['said'], 0)} → {f.percent(row['found'], 0)}"
            for row in frame.head(3).to_dict("records")
        ],
        height=300,
    )
    chart.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": style.ink.mute, "width": 1, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )
    sizes = 6 + 18 * np.sqrt(
        frame["count"].to_numpy("float64") / max(1.0, float(frame["count"].max() if count else 1))
    )
    chart.add_scatter(
        x=frame["said"],
        y=frame["found"],
        mode="lines+markers",
        line={"color": style.ink.brand, "width": 1.6},
        marker={"size": sizes, "color": style.ink.brand},
        hovertext=[
            _("said {said}, found {found} ({n} invoices)").format(
                said=f.share(row["said"]),
                found=f.share(row["found"]),
                n=f.integer(int(row["count"])),
            )
            for row in frame.to_dict("records")
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )
    percent_axis(chart, 1.0, style)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    chart.update_xaxes(
        range=[-0.02, 1.04], tickvals=ticks, ticktext=[f.percent(t, 0) for t in ticks]
    )
    return chart


def weeks_figure(block: ReliabilityBlock, style: Style) -> go.Figure:
    """Return, for the first four weeks of each cut, the cash received against what was expected."""
    _, f = translator(style.language), formats(style.language)
    frame = block.weeks.loc[block.weeks["week"] == _FOUR]
    largest = (
        float(max(frame["sum_expected_minor"].max(), frame["cash_sum_minor"].max()))
        if len(frame)
        else 0.0
    )
    scale = amount_scale(largest, block.currency, decimals(block.currency), style)
    total, cash = float(frame["sum_expected_minor"].sum()), float(frame["cash_sum_minor"].sum())
    error = abs(total - cash) / cash if cash else float("nan")
    chart = figure(
        style,
        title=_("Over {n} month-ends, {error} between said and received").format(
            n=f.integer(len(frame)), error=f.percent(error)
        ),
        subtitle=_("Cash of the four weeks after each month-end, {unit}; circles: expected").format(
            unit=scale.unit
        ),
        facts=[f.compact(int(cash), block.currency), f.compact(int(total), block.currency)],
        height=300,
    )
    days = [moment.date() for moment in frame["cut_on"]]
    chart.add_bar(
        x=list(range(len(frame))),
        y=frame["cash_sum_minor"] / scale.factor,
        marker={"color": style.ink.brand},
        name=_("Received"),
        hovertext=[
            f"{f.date(day)}<br>{f.amount0(int(value), block.currency)}"
            for day, value in zip(days, frame["cash_sum_minor"], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )
    chart.add_scatter(
        x=list(range(len(frame))),
        y=frame["sum_expected_minor"] / scale.factor,
        mode="markers",
        marker={"symbol": "circle-open", "size": 10, "color": style.ink.text, "line": {"width": 2}},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": (frame["sum_p90_minor"] - frame["sum_expected_minor"]).clip(lower=0)
            / scale.factor,
            "arrayminus": (frame["sum_expected_minor"] - frame["sum_p10_minor"]).clip(lower=0)
            / scale.factor,
            "color": style.ink.second,
            "thickness": 1.2,
            "width": 4,
        },
        name=_("Expected"),
        hovertext=[
            _("Expected: {amount}").format(amount=f.amount0(int(value), block.currency))
            for value in frame["sum_expected_minor"]
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )
    chart.update_xaxes(
        tickvals=list(range(len(frame))),
        ticktext=[f.short_month(day) for day in days],
        showgrid=False,
    )
    ticks = nice_ticks(largest / scale.factor)
    chart.update_yaxes(
        rangemode="tozero",
        tickvals=ticks,
        ticktext=[f.decimal(t, 0 if t % 1 == 0 else 1) for t in ticks],
    )
    return chart
