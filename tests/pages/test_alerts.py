"""The page Alertes: the list, its filters, rules switched off, empty states."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import streamlit as st

from arlib.workspace import LimitChange, Workspace
from tests.pages.conftest import BY, run_page
from tests.pages.test_sales import text, worked
from tests.support.books import Book, Doc
from tests.support.books import load as fill

if TYPE_CHECKING:
    from pathlib import Path

D = date(2025, 6, 30)


def test_the_list_its_filters_and_a_rule_switched_off(book: Path) -> None:
    app = run_page("alerts")
    said = text(app)
    assert "à traiter tout de suite" in said
    assert "un seul import" in said
    before = app.dataframe[0].value
    assert list(before["severity_text"]) == sorted(
        before["severity_text"], key=["▲▲ Haute", "▲ Moyenne", "Basse"].index
    )
    count_over = int((before["rule_text"] == "Limite dépassée").sum())
    assert count_over
    app.pills(key="alerts_rules").set_value(["over"]).run()
    assert set(app.dataframe[0].value["rule_text"]) == {"Limite dépassée"}
    assert len(app.dataframe[0].value) == count_over
    app.selectbox(key="alerts_severity").set_value("high").run()
    assert "Rien avec ces filtres" in text(app)
    app.selectbox(key="alerts_severity").set_value("").run()
    app.pills(key="alerts_rules").set_value([]).run()
    app.checkbox(key="alert_on_over").uncheck().run()
    app.button(key="alerts_save").click().run()
    assert not app.exception
    after = app.dataframe[0].value
    assert "Limite dépassée" not in set(after["rule_text"])
    assert len(after) == len(before) - count_over
    st.cache_resource.clear()
    workspace = Workspace.open(book)
    assert not workspace.policy().is_alert_on("over")
    assert workspace.policy_history()["set_by"].notna().all()
    workspace.close()


def test_without_any_limit(empty_book: Path) -> None:
    worked(empty_book, with_limits=False)
    said = text(run_page("alerts"))
    assert "Les règles de la politique" in said
    assert "Aucune alerte" in said


def test_open_items_alone(empty_book: Path) -> None:
    """Level C: today's limits and ages answer; what needs settlements says it cannot."""
    workspace = Workspace.open(empty_book)
    docs = [Doc("C", "F", date(2025, 4, 1), 100_00), Doc("D", "G", date(2025, 6, 1), 100_00)]
    found = Book(docs, open_items={"F": 100_00, "G": 100_00}, level="C", scope="open_items",
                 covers=(D, D), extracted_on=D)  # fmt: skip
    assert [item.status for item in fill(workspace, found)] == ["imported"]
    change = LimitChange("TEST", "customer", "C", 50_00, "EUR")
    workspace.set_limits([change], BY)
    workspace.close()
    said = text(run_page("alerts"))
    assert "Dépassement majeur" in said
    table = run_page("sales").dataframe[0].value
    assert table["light_text"].tolist() == ["■ Rouge", "▲ Orange"]
    assert not run_page("grid").exception


def test_a_ledger_without_lettering(empty_book: Path) -> None:
    workspace = Workspace.open(empty_book)
    found = Book([Doc("C", "F", date(2025, 4, 1), 100_00)], level="E")
    assert [item.status for item in fill(workspace, found)] == ["imported"]
    workspace.close()
    for page in ("alerts", "sales", "grid"):
        assert not run_page(page).exception


@pytest.mark.usefixtures("empty_book")
def test_without_data() -> None:
    app = run_page("alerts")
    assert app.title[0].value == "Alertes"
    assert "Aucune donnée" in text(app)
