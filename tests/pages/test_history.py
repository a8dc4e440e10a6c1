"""The page of the history of imports: undo, take back, what changed."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
import streamlit as st
from openpyxl import load_workbook

from arlib.model.portfolio import Filters
from arlib.reports.history import changes_csv, changes_workbook
from arlib.store import backup
from arlib.ui import safety
from arlib.views import history
from arlib.workspace import Workspace
from tests.pages.conftest import ROOT, run_page, words
from tests.support.extractions import APRIL, extracted_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


@pytest.fixture
def extracted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    path = tmp_path / "extracted.duckdb"
    extracted_workspace(Workspace.open(path)).close()
    monkeypatch.setenv("ARLIB_DB", str(path))
    monkeypatch.chdir(ROOT)
    yield run_page("history")
    st.cache_resource.clear()
    st.cache_data.clear()


def _text(app: AppTest) -> str:
    return words(app).replace("\\", "").replace("\u202f", " ").replace("\xa0", " ")


def test_what_the_last_import_changed_is_said(extracted: AppTest) -> None:
    assert not extracted.exception
    text = _text(extracted)
    assert "10 € seraient en retard avec les échéances d’avant" in text
    assert "extrait le 01/04/2025" in text
    assert "200,50 € (−59,50 €)" in text
    assert "▲ Échéances repoussées" in text
    assert len(extracted.dataframe[0].value) == 9
    extracted.session_state["history_kinds"] = ["amount_edited"]
    extracted.run()
    assert extracted.dataframe[0].value["number"].tolist() == ["F2"]


def test_an_import_is_set_aside_and_taken_back(extracted: AppTest) -> None:
    extracted.button(key="undo_0").click().run()
    assert not extracted.exception
    text = _text(extracted)
    assert "ouvertes_avril.xlsx est annulé" in text
    assert "Aucun import de cette nature ne l’a précédé" in text
    extracted.button(key="take_back_0").click().run()
    assert not extracted.exception
    assert "ouvertes_avril.xlsx est de retour dans le livre" in _text(extracted)


def test_everything_set_aside_can_be_taken_back(extracted: AppTest) -> None:
    extracted.button(key="undo_0").click().run()
    extracted.button(key="undo_1").click().run()
    assert not extracted.exception
    extracted.button(key="take_back_1").click().run()
    assert not extracted.exception
    assert "de retour dans le livre" in _text(extracted)


def test_the_import_chosen_is_the_one_described(extracted: AppTest) -> None:
    extracted.button(key="changes_1").click().run()
    assert not extracted.exception
    assert "Aucun import de cette nature ne l’a précédé" in _text(extracted)


def test_the_book_is_checked_and_can_be_taken_away(extracted: AppTest, tmp_path: Path) -> None:
    extracted.button(key="check_book").click().run()
    assert not extracted.exception
    said = [item.value for item in (*extracted.success, *extracted.warning)]
    assert any("Le livre est intègre" in words for words in said), said
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(safety.backup_bytes())
    assert backup.read(copy).tables["batches"].rows == 2


@pytest.mark.usefixtures("empty_book")
def test_an_empty_book_says_what_to_do() -> None:
    app = run_page("history")
    assert not app.exception
    assert "Aucune donnée pour l’instant" in words(app)


def test_files_hold_every_change() -> None:
    workspace = extracted_workspace(Workspace.open(None))
    portfolio = workspace.portfolio(APRIL, Filters())
    view = history.changes(portfolio, workspace.predecessors())
    lines = history.change_lines(portfolio, view)
    book = load_workbook(BytesIO(changes_workbook(view, lines)))
    assert book.sheetnames == ["Changements", "Pièces"]
    assert book["Pièces"].max_row == len(lines) + 1
    assert book["Changements"].max_row == len(view.changes) + 1
    rows = changes_csv(lines).decode("utf-8-sig").splitlines()
    assert len(rows) == len(lines) + 1
    assert any("05/02/2025;15/04/2025;69;10,00;10,00" in row for row in rows)


def test_what_was_written_about_customers_is_in_the_history(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from arlib.workspace import ActionEntry, OverrideChange
    from tests.pages.conftest import BY

    workspace = Workspace.open(book)
    row = workspace.portfolio().customers().iloc[0]
    key = (row["company_id"], row["customer_id"])
    workspace.add_action(ActionEntry(*key, "cause", cause="seasonal", text="Vendanges"), BY)
    workspace.override_segment(OverrideChange(*key, "watch", "accord du comité"), BY)
    workspace.close()
    drawn = {}
    monkeypatch.setattr(
        st, "download_button", lambda _label, **given: drawn.update({given["key"]: given})
    )
    said = _text(run_page("history"))
    assert "2 saisies sur les clients" in said
    assert "Activité saisonnière · Vendanges" in said
    assert "À surveiller · accord du comité" in said
    sheet = load_workbook(BytesIO(drawn["download_entries"]["data"]())).worksheets[0]
    assert any("Vendanges" in str(cell.value) for line in sheet.iter_rows() for cell in line)
