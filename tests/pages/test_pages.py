"""Every page on an empty book, in English, at a past date and under a search that finds nobody."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from arlib.ui.definitions import definitions_text
from arlib.ui.navigation import _PAGES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

from tests.pages.conftest import ROOT, Session, run_page, words

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


@pytest.fixture(scope="module")
def english(sample_book: Path) -> Session:
    return Session(sample_book, lang="en")


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A reader of a book that holds nothing."""
    return Session(tmp_path_factory.mktemp("empty") / "empty.duckdb")


@pytest.fixture(scope="module")
def french(sample_book: Path) -> Session:
    return Session(sample_book)


@pytest.mark.parametrize("name", PAGES)
def test_page_of_an_empty_book_says_what_to_do(nothing: Session, name: str) -> None:
    app = nothing.page(name)
    text = words(app)
    if name in ("overview", "imports"):
        assert "Charger la société d’exemple" in text
    elif name == "policy":  # settings come before any file
        assert "Changer des réglages" in text
    else:
        assert "Aucune donnée pour l’instant" in text
        assert app.title[0].value == TITLES[name]


@pytest.mark.parametrize("name", PAGES)
def test_page_in_english(english: Session, name: str) -> None:
    app = english.page(name)
    same = ("imports", "segments", "migration", "provisions", "concentration")
    assert app.title[0].value != TITLES[name] or name in same
    assert definitions_text(name, "en") in [item.value for item in app.markdown]


@pytest.mark.parametrize(
    "name", ["overview", "risk", "aging", "behaviour", "segments", "customer", "matching"]
)
def test_past_date_drives_the_page(french: Session, name: str) -> None:
    app = french.page(name, as_of=date(2025, 6, 30))
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
def test_a_search_that_finds_nobody_breaks_no_page(french: Session, name: str) -> None:
    app = french.page(name, filter_search="aucun client de ce nom <b>")
    if name != "companies":  # companies stand side by side there whatever is searched
        assert "aucun client de ce nom" in words(app)
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
