"""Segmentation: the score by default, the rules on demand, and what the classes gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from arlib.charts import score as charts
from arlib.charts.template import Style
from arlib.i18n.score import factor_value, next_class_words, rule_words
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import segments
from arlib.workspace import Workspace
from tests.pages.conftest import words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

POLICY = Policy()


def test_the_score_first_the_rules_and_the_check_on_demand(
    open_book: Callable[..., AppTest],
) -> None:
    app = open_book("segments")
    assert not app.exception
    shown = words(app)
    assert "Comment le score est fait" in shown
    assert "Par le score au" in shown
    app.segmented_control(key="segments_method").set_value("rules").run()
    assert not app.exception
    assert "la première qui s’applique l’emporte" in words(app)
    app.segmented_control(key="segments_method").set_value("check").run()
    assert not app.exception
    assert "Mal payé" in words(app)


def test_one_customer_opened(book: Path) -> None:
    """Every figure, sentence and drawing of one score says the same thing."""
    workspace = Workspace.open(book)
    try:
        portfolio = workspace.portfolio(None, Filters())
        rows = segments.build(portfolio, POLICY).blocks[0].customers
        row = rows.sort_values("score", ascending=False).iloc[0]
        key = {name: str(row[name]) for name in ("company_id", "customer_id")}
        detail = segments.detail(portfolio, POLICY, **key)
    finally:
        workspace.close()
    for language in ("fr", "en"):
        style = Style(language)
        figure = charts.factors_figure(detail.factors, POLICY, style)
        known = detail.factors.dropna(subset=["points"])
        assert sum(figure.data[0].x) == pytest.approx(row["score"])
        assert len(figure.data[0].x) == len(known)
        path = charts.path_figure(detail.path, POLICY, portfolio.as_of, style)
        assert path.data[0].y[-1] == pytest.approx(row["score"])
        assert rule_words(dict(row), language)
    assert detail.next_class is not None
    found = {name: getattr(detail.next_class, name) for name in detail.next_class.__slots__}
    found["ways"] = [
        {name: getattr(way, name) for name in way.__slots__} for way in detail.next_class.ways
    ]
    sentence = next_class_words(found, str(row["segment"]), POLICY, "fr")
    assert sentence.endswith(".")
    assert detail.path["day"].is_monotonic_increasing
    assert detail.path["day"].iloc[-1] == pd.Timestamp(portfolio.as_of)


def test_the_cheapest_way_is_a_sentence() -> None:
    way = {
        "factor": "oldest_overdue", "value": 95.0, "target": 60.0, "amounts": {"EUR": 1_240_000},
        "effort": 0.4,
    }  # fmt: skip
    found = {
        "status": "possible", "segment": "watch", "ways": [way], "points_to_lose": 4.0,
        "rule": None, "amounts": {},
    }  # fmt: skip
    said = (
        next_class_words(found, "high_risk", POLICY, "fr")
        .replace("\u202f", " ")
        .replace("\u00a0", " ")
    )
    assert said == (
        "Pour passer en « À surveiller », un pas suffit : encaisser les 12 400 € échus depuis plus de 60 j."
    )
    none = {**found, "status": "impossible", "ways": []}
    assert "aucun facteur ne suffit" in next_class_words(none, "high_risk", POLICY, "fr")
    held = {**found, "status": "override", "rule": "old_invoice", "amounts": {"EUR": 90_000}}
    assert "encaisser 900" in next_class_words(held, "high_risk", POLICY, "fr")


def test_values_of_factors_in_words() -> None:
    assert factor_value("late_probability", 0.154, "en") == "15.4%"
    assert factor_value("limit_use", float("inf"), "fr") == "∞"
    assert factor_value("external", 0.8, "en") == "risk 80/100"
    assert factor_value("mean_delay", None, "fr") == "–"
