"""Who is over the limit, by how much, since when; and one customer's exposure against it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.charts.palette import UNFAVOURABLE, aging_colours, inside_text
from arlib.charts.template import Scale, Style, amount_scale, figure, nice_ticks, short_name
from arlib.i18n import formats, translator
from arlib.i18n.forecast import back_under
from arlib.i18n.labels import bucket_label
from arlib.model.money import decimals

if TYPE_CHECKING:
    from datetime import date

    import plotly.graph_objects as go

    from arlib.views.customer import CustomerView
    from arlib.views.risk import RiskView

TOP: Final = 10
_ROOM_RIGHT: Final = 1.85  # of the longest bar, for its label
_PANEL: Final = 92.0  # pixels of the plot beside the names, in the narrow panel of a page 1280 wide
_SIGN, _GAP = 4.9, 8.0  # pixels of a sign of a label, and of what stands before it
_LEAST_PLOT: Final = 0.25  # of the plot, left to the bars however long their labels
_TAG: Final = re.compile(r"<[^>]*>")
_NAME: Final = 20
_MONTHS: Final = 12
_NEAR_AXIS: Final = 0.15  # a label centred there would leave the figure


def over_rows(view: RiskView, currency: str) -> pd.DataFrame:
    """Return the customers over a limit of one currency, once each, largest overrun first."""
    rows = view.customers
    return rows[rows["is_over"] & rows["is_first_row"] & (rows["limit_currency"] == currency)]


def overruns_figure(
    view: RiskView,
    currency: str,
    style: Style,
    *,
    name_length: int = _NAME,
    plot_width: float = _PANEL,
) -> go.Figure:
    """Return the ten largest overruns: exposure, limit tick, overrun and days since it began.

    ``plot_width``: pixels that bars and their labels will have at least.
    """
    rows = over_rows(view, currency).head(TOP)
    tested = rows["tested_minor"].to_numpy(dtype=float)
    limit = rows["limit_minor"].to_numpy(dtype=float)
    over = rows["overrun_minor"].to_numpy(dtype=float)
    scale = amount_scale(float(tested.max(initial=0.0)), currency, decimals(currency), style)
    title, subtitle, facts = _overruns_message(view, currency, scale, style)
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=60 + 42 * len(rows))
    places = np.arange(len(rows))
    names = [short_name(str(name), name_length) for name in rows["name"]]
    hover = _overrun_hover(rows, currency, view.as_of, style)
    for values, colour in ((tested - over, style.ink.rest), (over, UNFAVOURABLE)):
        chart.add_bar(
            x=values / scale.factor,
            y=places,
            orientation="h",
            width=0.56,
            marker={"color": colour},
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
        )
    chart.add_scatter(
        x=limit / scale.factor,
        y=places,
        mode="markers",
        marker={
            "symbol": "line-ns-open",
            "size": 17,
            "color": style.ink.text,
            "line": {"width": 2.2, "color": style.ink.text},
        },
        hoverinfo="skip",
    )
    texts = _overrun_labels(rows, view.as_of, scale, style)
    for place, (text, right) in enumerate(zip(texts, np.maximum(tested, limit), strict=True)):
        chart.add_annotation(
            x=right / scale.factor,
            y=place,
            text=text,
            showarrow=False,
            xanchor="left",
            xshift=6,
            font={"color": style.ink.orange_text, "size": 12},
        )
    top = float(np.maximum(tested, limit).max(initial=0.0)) / scale.factor
    chart.update_layout(barmode="stack")
    ends = np.maximum(tested, limit) / scale.factor / (top or 1.0)
    lengths = np.array([len(_TAG.sub("", text)) for text in texts], dtype=float)
    left = np.maximum(1 - (_GAP + _SIGN * lengths) / plot_width, _LEAST_PLOT)
    room = float(np.max(ends / left, initial=_ROOM_RIGHT))
    chart.update_xaxes(range=[0, top * room or 1], tickvals=nice_ticks(top, 3))
    chart.update_yaxes(
        tickvals=places, ticktext=names, range=[len(rows) - 0.5, -0.5], showgrid=False
    )
    return chart


def recurrence_figure(view: RiskView, style: Style) -> go.Figure:
    """Return twelve squares a customer: filled in the months with at least a day over the limit."""
    often = view.customers
    often = often[often["is_recurrent"] & often["is_first_row"]]
    often = often.sort_values("overrun_days_12m", ascending=False).head(TOP)
    months = _twelve_months(view.as_of)
    filled = _filled(often, view.months_over, months)
    _, f = translator(style.language), formats(style.language)
    title = _.ngettext(
        "{n} customer is often over its limit",
        "{n} customers are often over their limit",
        n := view.counts["recurrent"],
    ).format(n=f.integer(n))
    subtitle = _(
        "Months with a day over the limit, 12 months to {date}; the ten most often"
    ).format(date=f.date(view.as_of))
    facts = [
        f"{name} {count}" for name, count in zip(often["name"], filled.sum(axis=1), strict=True)
    ]
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=60 + 30 * len(often))
    rows, columns = np.indices(filled.shape)
    over, within = _("At least a day over the limit"), _("Not a day over the limit")
    colours = np.where(filled.ravel(), UNFAVOURABLE, style.ink.page)
    chart.add_scatter(
        x=columns.ravel(),
        y=rows.ravel(),
        mode="markers",
        marker={
            "symbol": "square",
            "size": 8,
            "color": colours,
            "line": {"width": 1, "color": np.where(filled.ravel(), style.ink.page, style.ink.rest)},
        },
        hovertext=[
            f"{f.month(months[column])}<br>{over if is_over else within}"
            for column, is_over in zip(columns.ravel(), filled.ravel(), strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for place, count in enumerate(filled.sum(axis=1)):
        chart.add_annotation(
            x=_MONTHS, y=place, text=f"<b>{count}</b>", showarrow=False, xanchor="left"
        )
    shown = [0, _MONTHS // 2, _MONTHS - 1]
    ticks = [f"{f.short_month(months[i])}<br>{months[i].year}" for i in shown]
    chart.update_xaxes(tickvals=shown, ticktext=ticks, range=[-0.6, 13], showgrid=False)
    names = [short_name(str(name), _NAME) for name in often["name"]]
    chart.update_layout(margin={"r": 24})
    chart.update_yaxes(
        tickvals=np.arange(len(often)),
        ticktext=names,
        range=[len(often) - 0.5, -0.5],
        showgrid=False,
    )
    return chart


def customer_figure(view: CustomerView, currency: str, style: Style) -> go.Figure:
    """Return one customer's open items by age as one bar, with his limit and his insurer's."""
    row = view.aging[view.aging["currency"] == currency]
    values = np.array([float(row[f"{b}_minor"].sum()) for b in view.buckets])
    limits = _customer_limits(view, currency)
    largest = max([float(values.sum()), *limits.values()])
    scale = amount_scale(largest, currency, decimals(currency), style)
    title, subtitle, facts = _customer_message(view, currency, values, scale, style)
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=170)
    f = formats(style.language)
    colours = aging_colours(len(view.buckets))
    for place, (bucket, value, colour) in enumerate(
        zip(view.buckets, values, colours, strict=True)
    ):
        name = bucket_label(bucket, style.language)
        wide = value > largest * 0.05
        chart.add_bar(
            x=np.array([value / scale.factor]),
            y=np.array([0.0]),
            orientation="h",
            name=name,
            width=0.5,
            marker={"color": colour, "line": {"color": style.ink.separator, "width": 0.7}},
            text=[f.decimal(value / scale.factor, scale.digits) if wide else ""],
            textposition="inside",
            insidetextanchor="start",
            textangle=0,
            textfont={"color": inside_text(place, len(colours))},
            hovertemplate=f"{name}<br>{f.amount(int(value), currency)}<extra></extra>",
            showlegend=True,
        )
    _add_limits(chart, limits, scale, style, top=largest / scale.factor)
    ticks = nice_ticks(largest / scale.factor)
    chart.update_layout(
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "y": 1.25, "x": 0, "traceorder": "normal"},
        margin={"r": 24},
    )
    chart.update_xaxes(
        range=[0, max(ticks[-1], largest / scale.factor * 1.08) or 1], tickvals=ticks
    )
    chart.update_yaxes(range=[-0.45, 0.75], visible=False)
    return chart


def _add_limits(
    chart: go.Figure, limits: dict[str, float], scale: Scale, style: Style, *, top: float
) -> None:
    """Draw the limit as a solid line and the insurer's cover as a dotted one, both named."""
    _, f = translator(style.language), formats(style.language)
    words = {"limit": _("limit {amount}"), "insurer": _("insurer {amount}")}
    for place, (name, minor) in enumerate(limits.items()):
        x = minor / scale.factor
        dash = "solid" if name == "limit" else "dot"
        line = {"color": style.ink.text, "width": 2.2, "dash": dash}
        chart.add_shape(type="line", x0=x, x1=x, y0=-0.36, y1=0.38, line=line)
        text = words[name].format(amount=f.decimal(x, scale.digits))
        chart.add_annotation(
            x=x,
            y=0.42 + 0.17 * place,
            yanchor="bottom",
            xanchor="left" if x < top * _NEAR_AXIS else "center",
            text=f"<b>{text}</b>" if name == "limit" else text,
            showarrow=False,
            font={"size": 12, "color": style.ink.text},
        )


def _customer_limits(view: CustomerView, currency: str) -> dict[str, float]:
    """Return the limit and the insurer's cover in force in a currency."""
    found: dict[str, float] = {}
    rows = view.risk
    for name, column in (("limit", "limit"), ("insurer", "insurer_limit")):
        here = rows[(rows[f"{column}_currency"] == currency) & rows[f"{column}_minor"].notna()]
        if len(here):
            found[name] = float(here[f"{column}_minor"].iloc[0])
    return found


def _overruns_message(
    view: RiskView, currency: str, scale: Scale, style: Style
) -> tuple[str, str, list[str]]:
    _, f = translator(style.language), formats(style.language)
    sums = view.overruns[view.overruns["currency"] == currency]
    count = int(sums["count_over"].sum())
    total = int(sums["overrun_minor"].sum())
    title = _.ngettext(
        "{n} customer is over its limit, by {amount}",
        "{n} customers are over their limit, by {amount} in all",
        count,
    ).format(n=f.integer(count), amount=f.compact(total, currency))
    subtitle = _(
        "First ten, {unit} on {date}: exposure in grey, limit as a tick, overrun in orange and days since it began"
    ).format(unit=scale.unit, date=f.date(view.as_of))
    rows = over_rows(view, currency).head(3)
    facts = [
        f"{name} {f.compact(int(over), currency, is_signed=True)}"
        for name, over in zip(rows["name"], rows["overrun_minor"], strict=True)
    ]
    return title, subtitle, facts


def _overrun_labels(rows: pd.DataFrame, as_of: date, scale: Scale, style: Style) -> list[str]:
    """Return “**+82** · 11 j”: overrun in the chart's unit, days of it, the first one counted."""
    f = formats(style.language)
    labels = []
    for over, since in zip(rows["overrun_minor"], rows["overrun_since"], strict=True):
        value = float(over) / scale.factor
        text = f"<b>{f.decimal(value, 0 if abs(value) >= 10 else 1, is_signed=True)}</b>"  # noqa: PLR2004
        has_since = since == since  # noqa: PLR0124 - NaT is not itself
        labels.append(f"{text} · {f.days0((as_of - since.date()).days + 1)}" if has_since else text)
    return labels


def _overrun_hover(rows: pd.DataFrame, currency: str, as_of: date, style: Style) -> list[str]:
    _, f = translator(style.language), formats(style.language)
    sentence = _("Exposure {exposure}<br>Limit {limit}<br>Overrun {overrun}<br>Use {use}, {date}")
    columns = ("name", "tested_minor", "limit_minor", "overrun_minor", "utilisation_ratio")
    return [
        f"{short_name(str(name), 60)}<br>"
        + sentence.format(
            exposure=f.amount(tested, currency),
            limit=f.amount(limit, currency),
            overrun=f.amount(over, currency),
            use=f.share(use),
            date=f.date(as_of),
        )
        + "".join(f"<br>{words}" for words in [back_under(row, style.language)] if words)
        for row, (name, tested, limit, over, use) in zip(
            rows.to_dict("records"), zip(*(rows[c] for c in columns), strict=True), strict=True
        )
    ]


def _customer_message(
    view: CustomerView, currency: str, values: np.ndarray, scale: Scale, style: Style
) -> tuple[str, str, list[str]]:
    _, f = translator(style.language), formats(style.language)
    risk = view.risk[view.risk["currency"] == currency]
    row = view.aging[view.aging["currency"] == currency]
    owed = int(risk["outstanding_minor"].sum())
    over = risk["overrun_minor"].dropna()
    late = int(row["overdue_minor"].sum())
    if len(over) and int(over.iloc[0]) > 0:
        title = _("{owed} owed, {over} over the limit, {late} overdue")
    else:
        title = _("{owed} owed, {late} overdue")
    amounts = {"owed": owed, "late": late, "over": int(over.iloc[0]) if len(over) else 0}
    title = title.format(**{key: f.compact(value, currency) for key, value in amounts.items()})
    subtitle = _(
        "Open items incl. VAT by age, {unit}, on {date}; solid line: limit, dotted: insurer’s cover"
    ).format(unit=scale.unit, date=f.date(view.as_of))
    facts = [
        f"{bucket_label(b, style.language)} {f.compact(int(v), currency)}"
        for b, v in zip(view.buckets, values, strict=True)
    ]
    return title, subtitle, facts


def _twelve_months(as_of: date) -> list[date]:
    first = as_of.year * 12 + as_of.month - _MONTHS
    return [
        as_of.replace(year=m // 12, month=m % 12 + 1, day=1) for m in range(first, first + _MONTHS)
    ]


def _filled(often: pd.DataFrame, over: pd.DataFrame, months: list[date]) -> np.ndarray:
    """Return customers × months, True where the month holds a day over the limit."""
    keys = ["company_id", "customer_id"]
    rows = often[keys].assign(row=np.arange(len(often)))
    columns = pd.DataFrame({"month_on": pd.to_datetime(months), "column": np.arange(len(months))})
    found = over.merge(rows, on=keys)
    found = found.assign(
        month_on=pd.to_datetime(found["month_on"]).astype(columns["month_on"].dtype)
    )
    found = found.merge(columns, on="month_on")
    filled = np.zeros((len(often), len(months)), dtype=bool)
    filled[found["row"].to_numpy(), found["column"].to_numpy()] = True
    return filled
