"""Charts of behaviour: message, palette, order of the classes, no live text."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from arlib.charts import behaviour_details, survival
from arlib.charts.palette import KNOWN, SEGMENTS
from arlib.charts.template import Style
from arlib.views.behaviour_details import DetailBlock, SurvivalBlock, _classes

AS_OF = date(2026, 10, 31)
STYLE = Style("fr", "light")
HOSTILE = '<b>Zoé</b> & Cie <a href="http://x">'


def detail(median: float | None = 11.0) -> DetailBlock:
    days = pd.DataFrame(
        {
            "days": [-40, -5, 0, 1, 5, 6, 45, 200],
            "count_payments": [1, 2, 3, 4, 1, 1, 1, 1],
            "amount_minor": [100, 200, 300, 400, 100, 100, 700, 100],
        }
    )
    slots = pd.DataFrame(
        [
            {"kind": kind, "slot": slot, "count_dates": 9 if slot == best else 1}
            for kind, last, best in (("weekday", 7, 2), ("day", 31, 10), ("month", 12, 3))
            for slot in range(1, last + 1)
        ]
    ).assign(amount_minor=1000, weighted_delay_days=3.0)
    total = slots.groupby("kind")["count_dates"].transform("sum")
    slots["share_ratio"] = slots["count_dates"] / total
    return DetailBlock(
        "EUR", pd.DataFrame(), _classes(days), slots, pd.DataFrame(), None, median, 0.4
    )


def curves(by: str = "segment") -> SurvivalBlock:
    values = ["reliable", "high_risk"] if by == "segment" else [HOSTILE, "PME"]
    steps = pd.DataFrame(
        {
            "company_id": None,
            "value": [values[0], values[0], values[1]],
            "day": [-2, 5, 40],
            "survival": [0.8, 0.4, 0.7],
            "at_risk": [10, 8, 4],
            "events": [2, 4, 1],
        }
    )
    rows = pd.DataFrame(
        {
            "company_id": None,
            "value": values,
            "median_day": pd.Series([5, None], dtype="Int64"),
            "longest_day": [60, 90],
            "count_events": [6, 5],
            "count_invoices": [10, 12],
            "amount_minor": [1000, 900],
        }
    )
    return SurvivalBlock("EUR", steps, rows)


def terms() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "granted_days": [30.0, 45, np.nan, 30],
            "days_to_pay": [32.0, 90, 20, 4000],
            "paid_minor": [1000, 3000, 10, 10],
            "currency": "EUR",
        }
    )


def figures(style: Style) -> dict[str, Any]:
    return {
        "delays": behaviour_details.delays_figure(detail(), AS_OF, style),
        "habits": behaviour_details.habits_figure(detail(), AS_OF, style),
        "terms": behaviour_details.terms_figure(
            terms(), [HOSTILE, HOSTILE, "C", "D"], AS_OF, style
        ),
        "segments": survival.survival_figure(curves(), "segment", AS_OF, style),
        "values": survival.survival_figure(curves("category"), "category", AS_OF, style),
    }


NAMES = sorted(figures(STYLE))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_message_unit_date_and_palette(name: str, theme: str) -> None:
    chart = figures(Style("fr", theme))[name]
    meta = chart.layout.meta
    assert meta["title"]
    assert "31/10/2026" in meta["subtitle"]
    assert re.search("jours|%|part", meta["subtitle"], re.IGNORECASE)
    assert meta["title"] in meta["alt"]
    found = set(re.findall(r"#[0-9A-Fa-f]{6}\b", chart.to_json()))
    assert {colour.upper() for colour in found} <= {colour.upper() for colour in KNOWN}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_never_live(name: str) -> None:
    text = figures(STYLE)[name].update_layout(meta=None).to_json().replace("\\u003c", "<")
    assert "<b>Zoé" not in text
    assert "<a href" not in text


def test_classes_keep_everything_and_the_due_date_apart() -> None:
    frame = detail().delays
    assert frame["count_payments"].sum() == 14
    assert frame["amount_ratio"].sum() == pytest.approx(1)
    assert frame["cumulated_count_ratio"].iloc[-1] == pytest.approx(1)
    by_first = frame.set_index("from_day")["count_payments"]
    assert (by_first[0], by_first[1], by_first[6], by_first[-5]) == (3, 5, 1, 2)
    assert (frame["count_payments"].iloc[0], frame["count_payments"].iloc[-1]) == (1, 1)
    assert (frame["to_day"].iloc[0], frame["from_day"].iloc[-1]) == (-31, 91)


def test_the_slowest_curve_is_named() -> None:
    title = figures(STYLE)["segments"].layout.meta["title"]
    assert title == "Risque élevé\u00a0: la moitié des factures est soldée à > +90\u00a0j"
    colours = {trace.line.color for trace in figures(STYLE)["segments"].data}
    assert colours == {SEGMENTS["reliable"], SEGMENTS["high_risk"]}


def test_a_curve_starts_with_everything_unpaid() -> None:
    first = figures(STYLE)["segments"].data[0]
    assert (first.x[0], first.y[0], first.line.shape) == (-30, 1.0, "hv")
    assert list(first.y[1:]) == [0.8, 0.4, 0.4]


def test_terms_say_the_gap_and_leave_out_what_is_missing() -> None:
    chart = figures(STYLE)["terms"]
    # (30 × 1 000 + 45 × 3 000) / 4 000 = 41.25 and (32 × 1 000 + 90 × 3 000) / 4 000 = 75.5
    assert chart.layout.meta["title"].startswith("41\u00a0j accordés, 76\u00a0j constatés")
    assert len(chart.data[1].x) == 2


def test_nothing_paid_draws_an_empty_frame() -> None:
    block = detail(None)
    chart = behaviour_details.delays_figure(block, AS_OF, STYLE)
    assert chart.layout.meta["title"] == "Délais des règlements"
    empty = curves()
    none = SurvivalBlock("EUR", empty.steps.head(0), empty.curves.head(0))
    assert not survival.survival_figure(none, "segment", AS_OF, STYLE).data
