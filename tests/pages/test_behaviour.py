"""Comportement de paiement: levels, disputes, length of the series, charts of a ticked row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.pages.conftest import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest


def charts(app: AppTest) -> int:
    return len(app.get("plotly_chart"))


def test_the_page_says_the_delay_in_words(open_book: Callable[..., AppTest]) -> None:
    app = open_book("behaviour")
    assert not app.exception
    text = words(app)
    assert re.search(r"Comportement de paiement\u00a0: \\\+\d+\u00a0jours", text)
    assert "règlements affectés sur 12 mois" in text
    assert "Par mode de règlement" in text
    assert charts(app) == 5


def test_every_level_has_its_table_or_its_reason(open_book: Callable[..., AppTest]) -> None:
    app = open_book("behaviour")
    for level, title in (
        ("category", "Catégorie"),
        ("sector", "Secteur"),
        ("owner", "Commercial"),
        ("group", "Groupe"),
        ("portfolio", "Portefeuille"),
    ):
        app.segmented_control(key="behaviour_level").set_value(level).run()
        assert not app.exception, level
        text = words(app)
        assert f"Comportement par niveau\u00a0: {title}" in text
        is_shown = len(app.get("arrow_data_frame")) + len(app.dataframe) > 0
        assert is_shown or "aucun fichier importé ne remplit ce champ" in text, level


def test_disputes_and_months_change_what_is_drawn(open_book: Callable[..., AppTest]) -> None:
    app = open_book("behaviour")
    before = words(app)
    app.toggle(key="behaviour_clean").set_value(True).run()
    assert not app.exception
    assert words(app) != before
    app.segmented_control(key="behaviour_months").set_value(36).run()
    assert not app.exception
    assert charts(app) == 5


def test_all_measures_are_columns(open_book: Callable[..., AppTest]) -> None:
    app = open_book("behaviour")
    few = len(app.dataframe[0].value.columns)
    app.toggle(key="behaviour_all_EUR").set_value(True).run()
    assert not app.exception
    assert len(app.dataframe[0].value.columns) == few + 12
