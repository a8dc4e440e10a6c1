"""Encaissements and Fiabilité des prévisions: cards, scenarios, sentences; books that cannot say."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from arlib.workspace import Workspace
from tests.pages.conftest import run_page, words
from tests.support.books import Book, Doc, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def test_cards_and_what_is_left_out(open_book: Callable[..., AppTest]) -> None:
    app = open_book("forecast")
    assert not app.exception
    assert [str(item.label) for item in app.metric] == [
        "Sous 4 semaines",
        "Sous 8 semaines",
        "Sous 13 semaines",
        "En litige, non planifié",
    ]
    text, before = words(app), [item.value for item in app.metric]
    assert "les ventes futures ne sont pas comprises" in text
    assert "8 chances sur 10" in text
    assert "Débits ouverts" in text
    assert len(app.get("plotly_chart")) == 2
    assert app.selectbox(key="forecast_run_rate").value == 0
    app.selectbox(key="forecast_run_rate").set_value(12).run()
    assert not app.exception
    layered = words(app)
    assert "de plus si les ventes gardent leur rythme" in layered
    assert "qu’aucune facture n’atteste" in layered
    assert [item.value for item in app.metric] == before


def test_the_list_of_customers_quotes_the_settlements_behind_it(
    open_book: Callable[..., AppTest],
) -> None:
    app = open_book("forecast")
    said = app.dataframe[0].value["why"].astype(str)
    assert said.str.contains("règlements? depuis", regex=True).any()


def test_a_rule_has_no_band(open_book: Callable[..., AppTest]) -> None:
    app = open_book("forecast")
    app.segmented_control(key="forecast_scenario_True").set_value("simple").run()
    assert not app.exception
    text = words(app)
    assert "8 chances sur 10" not in text
    assert "attendus sous 4 semaines" in text


def test_the_past_is_judged(open_book: Callable[..., AppTest]) -> None:
    app = open_book("reliability")
    assert not app.exception
    text = words(app)
    assert "la moyenne du client" in text
    assert [str(item.label) for item in app.metric] == [
        "Erreur sur la date",
        "Erreur sur 4 semaines",
        "Dates dans la fourchette",
        "Semaines dans la bande",
    ]
    assert len(app.get("plotly_chart")) == 4


def test_open_items_alone_have_due_dates_only(book: Path) -> None:
    book.unlink()
    workspace = Workspace.open(book)
    docs = [
        Doc("C1", f"F{n}", date(2025, 6, n), 100_000, due_on=date(2025, 7, n)) for n in range(1, 9)
    ]
    load(workspace, Book(docs, level="C"))
    workspace.close()
    app = run_page("forecast")
    assert not app.exception
    assert "Aucun règlement connu" in words(app)
    assert app.segmented_control(key="forecast_scenario_False").value == "simple"
    judged = run_page("reliability")
    assert not judged.exception
    assert not judged.metric
    assert "les fichiers importés ne le disent pas" in words(judged)


def test_an_empty_book_says_so(empty_book: Path) -> None:
    assert not empty_book.exists()
    for name in ("forecast", "reliability"):
        app = run_page(name)
        assert not app.exception
        assert not app.metric
