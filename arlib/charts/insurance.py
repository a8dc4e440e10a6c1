"""What the insurer covers on each customer, what nobody covers, and what a dispute suspends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.charts.palette import FAVOURABLE, UNFAVOURABLE
from arlib.charts.template import Scale, Style, amount_scale, figure, nice_ticks, short_name
from arlib.i18n import formats, translator
from arlib.model.money import decimals

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    import plotly.graph_objects as go

TOP: Final = 12
_NAME: Final = 22
_WIDE: Final = 0.6
_THIN: Final = 0.16
_ROOM: Final = 1.16  # of the longest bar, for its label


def shown_rows(rows: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return the customers to draw: those of one currency with an exposure, most of it not covered."""
    kept = rows[(rows["currency"] == currency) & ~rows["is_intercompany"].astype(bool)]
    kept = kept[kept["exposure_minor"].fillna(0) > 0]
    return kept.sort_values(["open_part_minor", "exposure_minor"], ascending=False).head(TOP)


def cover_figure(
    rows: pd.DataFrame, currency: str, as_of: date, total_open: int, total: int, style: Style
) -> go.Figure:
    """Return a bar a customer: insured, not insured, and as a thin line what is in dispute.

    ``rows``: of ``InsuranceView.rows``; ``total_open``: exposure of the book nobody insures, ``total``:
    its exposure, both in minor units.
    """
    shown = shown_rows(rows, currency)
    exposure = shown["exposure_minor"].to_numpy(dtype=float)
    open_part = shown["open_part_minor"].astype("Float64").fillna(0).to_numpy(dtype=float)
    insured = np.clip(exposure - open_part, 0, None)
    disputed = np.minimum(
        shown["suspended_minor"].astype("Float64").fillna(0).to_numpy(dtype=float), exposure
    )
    scale = amount_scale(float(exposure.max(initial=0.0)), currency, decimals(currency), style)
    _, f = translator(style.language), formats(style.language)
    share = f.share(total_open / total if total > 0 else 0.0)
    title = _("{share} of the exposure is insured by nobody").format(share=share)
    subtitle = _(
        "Exposure incl. VAT, {unit}, on {date}; blue: insured, orange: not insured, thin line: in dispute, cover suspended"
    ).format(unit=scale.unit, date=f.date(as_of))
    facts = [
        f"{name} {f.compact(int(part), currency)}"
        for name, part in zip(shown["name"], open_part, strict=True)
    ]
    chart = figure(style, title=title, subtitle=subtitle, facts=facts, height=60 + 32 * len(shown))
    places = np.arange(len(shown))
    hover = _hover(shown, currency, style)
    for base, values, colour, width in (
        (np.zeros_like(insured), insured, FAVOURABLE, _WIDE),
        (insured, open_part, UNFAVOURABLE, _WIDE),
        (np.zeros_like(disputed), disputed, style.ink.text, _THIN),
    ):
        chart.add_bar(
            x=values / scale.factor,
            base=base / scale.factor,
            y=places,
            orientation="h",
            width=width,
            marker={"color": colour},
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
        )
    _labels(chart, open_part, exposure, scale, style)
    top = float(exposure.max(initial=0.0)) / scale.factor
    chart.update_layout(barmode="overlay")
    chart.update_xaxes(range=[0, top * _ROOM or 1], tickvals=nice_ticks(top, 4))
    chart.update_yaxes(
        tickvals=places,
        ticktext=[short_name(str(name), _NAME) for name in shown["name"]],
        range=[len(shown) - 0.5, -0.5],
        showgrid=False,
    )
    return chart


def _labels(
    chart: go.Figure, open_part: np.ndarray, exposure: np.ndarray, scale: Scale, style: Style
) -> None:
    """Write what is not insured at the end of each bar."""
    f = formats(style.language)
    for place, (part, right) in enumerate(zip(open_part, exposure, strict=True)):
        chart.add_annotation(
            x=right / scale.factor,
            y=place,
            text=f.decimal(part / scale.factor, 1 if scale.digits == 0 else scale.digits),
            showarrow=False,
            xanchor="left",
            xshift=6,
            font={"color": style.ink.orange_text, "size": 12},
        )


def _hover(rows: pd.DataFrame, currency: str, style: Style) -> list[str]:
    _, f = translator(style.language), formats(style.language)
    words = _("{name}<br>exposure {exposure}<br>not insured {open}<br>in dispute {disputed}")
    return [
        words.format(
            name=short_name(str(row["name"]), 60),
            exposure=f.amount0(row["exposure_minor"], currency),
            open=f.amount0(row["open_part_minor"], currency),
            disputed=f.amount0(row["suspended_minor"], currency),
        )
        for row in rows.to_dict("records")
    ]
