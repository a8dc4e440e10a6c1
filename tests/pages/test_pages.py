"""Every page runs on the sample company, on an empty book, in English and at a past date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from arlib.ui.navigation import _PAGES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

from tests.pages.conftest import ROOT, run_page, words

PAGES = list(_PAGES)
TITLES = {
    "overview": "Vue d’ensemble",
    "risk": "Gestion du risque",
    "aging": "Balance âgée",
    "alerts": "Alertes",
    "forecast": "Encaissements",
    "sales": "Commerce",
    "limits": "Limites de crédit",
    "suggestions": "Limites proposées",
    "grid": "Politique de crédit",
    "insurance": "Assurance-crédit",
    "groups": "Groupes de clients",
    "concentration": "Concentration",
    "reliability": "Fiabilité des prévisions",
    "provisions": "Provisions",
    "behaviour": "Comportement de paiement",
    "dso": "DSO et encaissements",
    "warnings": "Alertes précoces",
    "segments": "Segmentation",
    "migration": "Migrations",
    "customer": "Fiche client",
    "matching": "Rapprochement",
    "imports": "Import",
    "quality": "Qualité des données",
    "history": "Historique des imports",
    "reports": "Rapports",
    "companies": "Sociétés du groupe",
    "worklist": "Relances du jour",
    "disputes": "Litiges et promesses",
    "letters": "Courriers et relevés",
    "penalties": "Pénalités de retard",
    "terms": "Conditions de règlement",
    "checklist": "Liste de contrôle",
    "simulations": "Simulations de trésorerie",
    "policy": "Paramètres",
}


@pytest.mark.parametrize("name", PAGES)
def test_page_runs(open_book: Callable[..., AppTest], name: str) -> None:
    app = open_book(name)
    assert not app.exception
    assert app.title[0].value == TITLES[name]
    assert not app.error


@pytest.mark.usefixtures("empty_book")
@pytest.mark.parametrize("name", PAGES)
def test_page_of_an_empty_book_says_what_to_do(name: str) -> None:
    app = run_page(name)
    assert not app.exception
    text = words(app)
    if name in ("overview", "imports"):
        assert "Charger la société d’exemple" in text
    elif name == "policy":  # settings come before any file
        assert "Changer des réglages" in text
    else:
        assert "Aucune donnée pour l’instant" in text
        assert app.title[0].value == TITLES[name]


@pytest.mark.parametrize("name", PAGES)
def test_page_in_english(open_book: Callable[..., AppTest], name: str) -> None:
    app = open_book(name, lang="en")
    assert not app.exception
    same = ("imports", "segments", "migration", "provisions", "concentration")
    assert app.title[0].value != TITLES[name] or name in same


@pytest.mark.parametrize(
    "name", ["overview", "risk", "aging", "behaviour", "segments", "customer", "matching"]
)
def test_past_date_drives_the_page(open_book: Callable[..., AppTest], name: str) -> None:
    app = open_book(name)
    app.date_input(key="as_of").set_value(date(2025, 6, 30)).run()
    assert not app.exception
    assert not app.error
    assert "30/06/2025" in words(app) + str([item.proto for item in app.get("plotly_chart")])


def test_date_is_bounded_by_what_the_book_answers(open_book: Callable[..., AppTest]) -> None:
    app = open_book("aging")
    field = app.date_input(key="as_of")
    assert field.min == date(2023, 11, 1)
    assert field.value == date(2026, 10, 31)


def test_filters_are_said_and_forgotten(open_book: Callable[..., AppTest]) -> None:
    app = open_book("aging")
    assert "Filtré" not in words(app)
    choices = app.selectbox(key="filter_category").options
    app.selectbox(key="filter_category").set_value(choices[1]).run()
    assert f"catégorie {choices[1]}" in words(app).replace("\\", "")
    app.button[[item.label for item in app.button].index("Tout afficher")].click().run()
    assert "Filtré" not in words(app)


@pytest.mark.parametrize(
    "name", [name for name in PAGES if name not in ("imports", "history", "policy")]
)
def test_a_search_that_finds_nobody_breaks_no_page(
    open_book: Callable[..., AppTest], name: str
) -> None:
    app = open_book(name)
    app.text_input(key="filter_search").set_value("aucun client de ce nom <b>").run()
    assert not app.exception
    assert not app.error


def test_pills_count_what_they_keep(open_book: Callable[..., AppTest]) -> None:
    app = open_book("risk")
    pills: Any = app.get("pills")[0]
    over = next(option for option in pills.options if option.startswith("En dépassement"))
    count = int(over.rsplit("·", 1)[1])
    assert count > 0
    app.session_state["risk_filter"] = "over"
    app.run()
    assert f"{count}\u00a0clients" in words(app).replace(" clients", "\u00a0clients")


def test_undo_of_an_import_empties_the_book_and_is_said(book: Path) -> None:
    assert book.exists()
    app = run_page("history")
    app.button(key="undo_0").click().run()
    assert not app.exception
    assert "armor_modele.xlsx est annulé" in words(app).replace("\\", "")
    app.switch_page("pages/aging.py").run()
    assert "Aucune donnée pour l’instant" in words(app)


def test_a_book_held_by_another_program_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "damaged.duckdb"
    path.write_bytes(b"not a database" * 100)
    monkeypatch.setenv("ARLIB_DB", str(path))
    monkeypatch.chdir(ROOT)
    app = run_page("overview")
    assert not app.exception
    assert "damaged.duckdb" in app.error[0].value
