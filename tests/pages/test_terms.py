"""The page Conditions de règlement: its tables, the choices, and a book that cannot answer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from arlib.workspace import Workspace
from tests.pages.conftest import run_page, words
from tests.support.books import Book, Doc
from tests.support.books import load as load_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def text(app: AppTest) -> str:
    return words(app).replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


def test_tables_choices_and_lists(open_book: Callable[..., AppTest]) -> None:
    app = open_book("terms")
    said = text(app)
    assert "Article D.441-6, I" in said
    assert "Article D.441-6, II" in said
    assert "91 jours et plus" in said
    assert "Nombre de factures concernées" in said
    assert "chiffre d’affaires de l’exercice, HT" in said
    assert "dans le plafond légal" in said
    assert "paient au-delà du délai convenu" in said
    assert len(app.dataframe) >= 3
    assert len(app.get("download_button")) >= 4
    assert "\t" in str(getattr(app.get("code")[0], "value", ""))
    app.segmented_control(key="terms_amounts").set_value("incl").run()
    assert "exercice, TTC" in text(app)


@pytest.mark.usefixtures("empty_book")
def test_without_data() -> None:
    app = run_page("terms")
    assert app.title[0].value == "Conditions de règlement"
    assert "Aucune donnée" in text(app)


def test_without_lettering(empty_book: Path) -> None:
    workspace = Workspace.open(empty_book)
    load_book(workspace, Book([Doc("C1", "F1", date(2025, 1, 10), 1_000)], level="E"))
    workspace.close()
    app = run_page("terms")
    assert "n’ont pas de lettrage" in text(app)


def test_amounts_with_vat_are_never_lit_as_without(empty_book: Path) -> None:
    workspace = Workspace.open(empty_book)
    late = Doc("C1", "F1", date(2025, 1, 10), 1_000, due_on=date(2025, 2, 10))
    load_book(workspace, Book([late, Doc("C1", "F2", date(2025, 6, 10), 1_000)]))
    workspace.close()
    app = run_page("terms")
    chosen = app.segmented_control(key="terms_amounts_incl")
    assert (chosen.options, chosen.value, chosen.disabled) == (["TTC"], "incl", True)
    assert "Montants TTC" in text(app)
