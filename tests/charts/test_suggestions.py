"""Figures of suggested limits: what the waterfall adds up to, what the titles say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from arlib.analytics.limit_rules import IN_FORCE, Rule
from arlib.charts import suggestions as charts
from arlib.charts.template import Style
from arlib.views.simulation import SimulationBlock, SimulationView
from arlib.views.suggestions import Step

ROW: dict[str, Any] = {
    "currency": "EUR",
    "suggested_minor": 1_250_000,
    "current_minor": 1_050_000,
    "binding": "total",
    "cause": None,
    "factor": 1.2,
}
STEPS = (
    Step("need", 1_100_000),
    Step("factor", 1_320_000),
    Step("total", 1_270_000),
    Step("rounding", 1_250_000),
)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_waterfall_goes_from_need_to_suggestion(language: str) -> None:
    chart = charts.ladder_figure(ROW, STEPS, date(2026, 6, 30), Style(language))
    bar = chart.data[0]
    moved = [11.0, 2.2, -0.5, -0.2]
    assert [abs(value) for value in moved] == pytest.approx(list(bar.x[:4]))
    assert list(bar.x[4:]) == pytest.approx([12.5, 10.5])
    assert list(bar.base[:4]) == pytest.approx([0, 11.0, 12.7, 12.5])
    assert "k" in chart.layout.meta["subtitle"]


def test_the_title_says_what_decides() -> None:
    said = charts.ladder_title(ROW, Style()).replace("\u202f", " ").replace("\u00a0", " ")
    assert said == (
        "12 500 € proposés contre 10 500 € en vigueur : c’est la part de toutes les créances qui décide"
    )
    alone = charts.ladder_title({**ROW, "current_minor": None, "binding": "need"}, Style())
    assert "aucune limite en vigueur" in alone


def test_rules_side_by_side() -> None:
    months = pd.DataFrame(
        {"month_on": pd.to_datetime(["2026-05-01", "2026-06-01"]), "customers_over": [4, 2]}
    )
    totals = pd.Series({"avoided_minor": 1_000_000.0, "good_stopped_minor": 2_000_000.0})
    block = SimulationBlock("EUR", (totals, totals * 2), (months, months), (months, months))
    view = SimulationView(
        rules=(Rule("common", amount_minor=500_000), IN_FORCE),
        from_on=date(2026, 5, 1),
        to_on=date(2026, 6, 30),
        book_from=None,
        late_days=60,
        blocks=(block,),
        left_out=(),
        count_no_rate=0,
        unavailable=None,
    )
    lines = charts.months_figure(view, block, Style())
    assert [list(line.y) for line in lines.data] == [[4, 2], [4, 2]]
    assert lines.layout.meta["title"].startswith("3,0 clients")
    bars = charts.cost_figure(view, block, Style())
    assert [list(bar.x) for bar in bars.data] == [[10, 20], [20, 40]]
    assert "10\u202f000" in bars.layout.meta["title"] or "10" in bars.layout.meta["title"]
