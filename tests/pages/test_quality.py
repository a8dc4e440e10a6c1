"""The page of data quality: its figures are the view's, its lists can be taken away."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import pytest
import streamlit as st
from openpyxl import load_workbook

from arlib.model.policy import Policy
from arlib.reports.quality import quality_csv, quality_workbook
from arlib.views import quality
from arlib.workspace import Workspace
from tests.pages.conftest import ROOT, run_page, words
from tests.support.doubtful import AS_OF, doubtful_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


@pytest.fixture
def doubtful(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    path = tmp_path / "doubtful.duckdb"
    doubtful_workspace(Workspace.open(path)).close()
    monkeypatch.setenv("ARLIB_DB", str(path))
    monkeypatch.chdir(ROOT)
    app = run_page("quality")
    app.date_input(key="as_of").set_value(AS_OF).run()
    yield app
    st.cache_resource.clear()
    st.cache_data.clear()


def test_what_is_doubtful_is_said_with_its_effect(doubtful: AppTest) -> None:
    assert not doubtful.exception
    text = words(doubtful).replace("\\", "").replace("\u202f", " ").replace("\xa0", " ")
    assert "45 % de l’échu reposent sur des échéances qu’aucun fichier ne donne" in text
    assert "1 000 € d’échu (45 %) reposent sur ces dates" in text
    assert "l’échu baisserait de 500 €" in text
    assert "▲ La ligne ne nomme aucun client" in text
    assert "l’encours changerait de +500 €" in text
    assert [item.value for item in doubtful.metric][2] == "3"


def test_the_list_keeps_what_is_chosen(doubtful: AppTest) -> None:
    everything = doubtful.dataframe[0].value
    doubtful.multiselect(key="quality_codes").set_value(["line_repeated"]).run()
    assert not doubtful.exception
    chosen = doubtful.dataframe[0].value
    assert len(chosen) == 1 < len(everything)
    assert chosen["number"].tolist() == ["F6"]


def test_a_clean_book_says_so(open_book: Callable[..., AppTest]) -> None:
    app = open_book("quality")
    assert not app.exception
    assert "Rien à signaler" in words(app)


def test_files_hold_every_line_and_no_formula() -> None:
    workspace = doubtful_workspace(Workspace.open(None))
    portfolio = workspace.portfolio(AS_OF)
    view = quality.build(portfolio, Policy())
    lines = quality.lines(portfolio, Policy())
    lines.loc[0, "name"] = '=HYPERLINK("http://exemple.test")'
    book = load_workbook(BytesIO(quality_workbook(view, lines, "TEST")))
    assert book.sheetnames == ["Contrôles", "Lignes à corriger"]
    sheet = book["Lignes à corriger"]
    assert sheet.max_row == len(lines) + 1
    titles = [cell.value for cell in sheet[1]]
    for title in ("Fichier", "Feuille", "Ligne", "Attendu", "Montant en cause"):
        assert title in titles
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    content = quality_csv(lines).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(content), delimiter=";"))
    assert len(rows) == len(lines)
    assert rows[0]["Client"].startswith("'=")
    first = next(row for row in rows if row["Numéro"] == "F1")
    assert first["Montant en cause"] == "1000,00"
    refused = next(row for row in rows if row["Valeur lue"] == "12..5")
    assert (refused["Feuille"], refused["Ligne"]) == ("Factures", "41")
    assert refused["Attendu"] == "un montant, par exemple 1 234,56"
