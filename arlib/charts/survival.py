"""How long until they pay: survival step curves, one a segment or a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.charts.palette import CATEGORIES, SEGMENTS
from arlib.charts.template import Style, escaped, figure, short_name
from arlib.i18n import formats, translator
from arlib.i18n.labels import label

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import plotly.graph_objects as go

    from arlib.views.behaviour_details import SurvivalBlock

_HEIGHT: Final = 230
MOST_CURVES: Final = 4
_FIRST_DAY: Final = -30
_LAST_DAY: Final = 120
_FEW: Final = 3  # events under which a curve says nothing


def survival_figure(
    block: SurvivalBlock,
    by: str,
    as_of: date,
    style: Style,
    companies: Mapping[str, str] | None = None,
) -> go.Figure:
    """Return the share of invoices still unpaid by day from the due date, at most four curves.

    The title names the slowest of the curves drawn; those with fewer than 3 payments are left out.
    ``companies``: names by code, to tell apart a value that two companies use.
    """
    _, f = translator(style.language), formats(style.language)
    curves = block.curves.loc[block.curves["count_events"] >= _FEW]
    curves = curves.nlargest(MOST_CURVES, "amount_minor")
    rows = curves.to_dict("records")
    full = _names(rows, by, companies or {}, style)
    names = _shortened(full)
    subtitle = _(
        "Share of invoices still unpaid by days from the due date, open ones included, {date}"
    )
    chart = figure(
        style,
        title=_message(rows, names, style),
        subtitle=subtitle.format(date=f.date(as_of)),
        facts=[f"{name} {median_words(row, style)}" for name, row in zip(names, rows, strict=True)],
        height=_HEIGHT,
    )
    for place, (row, name) in enumerate(zip(rows, names, strict=True)):
        colour = _colour(row["value"], place, by, style)
        _add_curve(chart, _own(block.steps, row), escaped(full[place]), colour, style)
        chart.add_annotation(
            x=(place % 2) * 0.5,
            y=1,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            yshift=6 + 18 * (1 - place // 2),
            showarrow=False,
            text=f'<span style="color:{colour}">■</span> {name} · n = {f.integer(row["count_invoices"])}'
            f" · {_('median')} {median_words(row, style)}",
            font={"size": 12, "color": style.ink.text},
        )
    chart.add_vline(x=0, line={"color": style.ink.mute, "width": 1.2})
    chart.update_layout(margin={"t": 46})
    chart.update_xaxes(
        range=[_FIRST_DAY, _LAST_DAY], tickvals=[-30, 0, 30, 60, 90, 120], showgrid=False
    )
    shares = [0, 0.5, 1]
    texts = [f.percent(share, 0) for share in shares]
    chart.update_yaxes(range=[0, 1.02], tickvals=shares, ticktext=texts)
    return chart


def median_words(row: dict[Any, Any], style: Style) -> str:
    """Return the median of a curve, “> last day” when half of the invoices are not paid."""
    f = formats(style.language)
    if pd.isna(row["median_day"]):
        return f"> {f.signed_days(row['longest_day'])}"
    return f.signed_days(row["median_day"])


def _message(rows: list[dict[Any, Any]], names: list[str], style: Style) -> str:
    _ = translator(style.language)
    if not rows:
        return _("Invoices still unpaid")
    late = [np.inf if pd.isna(row["median_day"]) else row["median_day"] for row in rows]
    worst = int(np.argmax(late))
    if len(rows) == 1:
        return _("Half of the invoices are paid by {median}").format(
            median=median_words(rows[worst], style)
        )
    return _("{name}: half of the invoices are paid by {median}").format(
        name=names[worst], median=median_words(rows[worst], style)
    )


def _add_curve(chart: go.Figure, steps: pd.DataFrame, name: str, colour: str, style: Style) -> None:
    """Draw one curve: flat between payments, from everything unpaid to the last one."""
    _, f = translator(style.language), formats(style.language)
    first = min(_FIRST_DAY, int(steps["day"].min())) if len(steps) else _FIRST_DAY
    days = [first, *steps["day"].tolist(), max(_LAST_DAY, int(steps["day"].max()))]
    values = [1.0, *steps["survival"].tolist(), float(steps["survival"].iloc[-1])]
    at_risk = [None, *steps["at_risk"].tolist(), None]
    chart.add_scatter(
        x=np.array(days),
        y=np.array(values),
        mode="lines",
        line={"color": colour, "width": 2.2, "shape": "hv"},
        hovertext=[
            f"{name}<br>{f.signed_days(day)} · {f.percent(value)}"
            + (f"<br>{_('at risk')} {f.integer(n)}" if n is not None else "")
            for day, value, n in zip(days, values, at_risk, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _own(steps: pd.DataFrame, row: dict[Any, Any]) -> pd.DataFrame:
    keys = ["company_id", "value"]
    wanted = ["" if pd.isna(row[key]) else str(row[key]) for key in keys]
    found = steps[keys].fillna("").astype(str)
    return steps.loc[(found == wanted).all(axis=1)]


def _name(value: Any, by: str, style: Style) -> str:
    _ = translator(style.language)
    if by == "portfolio":
        return label("behaviour_level", by, style.language)
    if pd.isna(value):
        return _("(not filled)")
    return label("segment", value, style.language) if by == "segment" else str(value)


def _names(
    rows: list[dict[Any, Any]], by: str, companies: Mapping[str, str], style: Style
) -> list[str]:
    """Return the name of each curve, with its company where two companies use the same one."""
    names = [_name(row["value"], by, style) for row in rows]
    return [
        f"{name} · {companies.get(str(row['company_id']), row['company_id'])}"
        if names.count(name) > 1 and not pd.isna(row["company_id"])
        else name
        for name, row in zip(names, rows, strict=True)
    ]


def _shortened(names: list[str]) -> list[str]:
    """Return names cut to the room they have; those that a cut would make alike stay whole."""
    cut = [short_name(name) for name in names]
    return [
        escaped(name) if cut.count(short) > 1 else short
        for name, short in zip(names, cut, strict=True)
    ]


def _colour(value: Any, place: int, by: str, style: Style) -> str:
    if by == "portfolio":
        return style.ink.brand
    if by == "segment" and value in SEGMENTS:
        return SEGMENTS[value]
    return CATEGORIES[place % len(CATEGORIES)]
