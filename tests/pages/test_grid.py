"""The page Politique de crédit: the grid, edited in place and stored, the customers outside it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import streamlit as st

from arlib.model.policy import Policy
from arlib.workspace import Author, Workspace
from tests.pages.conftest import BY, run_page
from tests.pages.test_sales import text, worked

if TYPE_CHECKING:
    from pathlib import Path

RULES = Policy(segmentation_method="rules")


def test_the_grid_is_filled_in_confirmed_and_stored(empty_book: Path) -> None:
    worked(empty_book, with_limits=True, policy=RULES)
    app = run_page("grid")
    said = text(app)
    assert "Rien n’est encore fixé" in said
    assert "1 client en dehors de la grille ou de la loi" in said  # F009 and its clause
    app.button(key="grid_edit").click().run()
    assert app.button(key="grid_save").disabled
    app.text_input(key="grid_ceiling_high_risk_EUR").set_value("5 000").run()
    app.text_input(key="grid_terms_high_risk").set_value("demain").run()
    assert any("n’est pas compris" in str(error.value) for error in app.error)
    assert app.button(key="grid_save").disabled
    app.text_input(key="grid_terms_high_risk").set_value("30 jours").run()
    app.text_input(key="grid_action_high_risk").set_value("Acompte").run()
    said = text(app)
    assert "Avant" in said
    assert "5 000 €" in said
    app.button(key="grid_save").click().run()
    said = text(app)
    assert "Grille enregistrée, politique" in said
    assert "2 clients en dehors de la grille" in said  # C002 and C003
    st.cache_resource.clear()
    workspace = Workspace.open(empty_book)
    policy = workspace.policy()
    assert policy.grid_ceiling_minor == {"high_risk": {"EUR": 500_000}}
    assert policy.grid_terms == {"high_risk": "30 jours"}
    assert policy.grid_action == {"high_risk": "Acompte"}
    assert policy.segmentation_method == "rules"
    assert workspace.policy_history()["version"].iloc[0] == policy.version
    workspace.close()


def test_somebody_else_saved_meanwhile(empty_book: Path) -> None:
    worked(empty_book, with_limits=True, policy=RULES)
    app = run_page("grid")
    app.button(key="grid_edit").click().run()
    app.text_input(key="grid_action_watch").set_value("Appeler").run()
    st.cache_resource.clear()
    workspace = Workspace.open(empty_book)
    theirs = RULES.with_settings(grid_action={"watch": "Attendre"})
    workspace.set_policy(theirs, Author("someone", BY.at + timedelta(minutes=1)))
    workspace.close()
    app.button(key="grid_save").click().run()
    assert any("a changé la politique" in str(error.value) for error in app.error)
    st.cache_resource.clear()
    workspace = Workspace.open(empty_book)
    assert workspace.policy().grid_action == {"watch": "Attendre"}
    workspace.close()


@pytest.mark.usefixtures("empty_book")
def test_without_data() -> None:
    app = run_page("grid")
    assert app.title[0].value == "Politique de crédit"
    assert "Aucune donnée" in text(app)
