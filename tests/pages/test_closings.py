"""Closings on the page Historique: kept by its button, compared with now, without data."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from openpyxl import load_workbook

from arlib.ui.closings import _workbook
from arlib.views.closings import restated
from arlib.workspace import Workspace
from tests.pages.conftest import run_page, words
from tests.support.books import BY, load
from tests.support.worked import D, worked_book

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def text(app: AppTest) -> str:
    assert not app.exception
    return words(app).replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


def test_a_closing_is_kept_then_compared(empty_book: Path) -> None:
    workspace = Workspace.open(empty_book)
    load(workspace, worked_book())
    workspace.close()
    app = run_page("history")
    assert "Aucun arrêté n’a été gardé." in text(app)
    app.button(key="closing_keep").click().run()
    assert "est gardé." in app.success[0].value
    assert len(app.selectbox(key="closing_chosen").options) == 1
    app.selectbox(key="closing_chosen").select_index(0).run()
    said = text(app)
    assert "1 arrêté gardé" in said
    assert "rien n’a changé depuis" in said


def test_the_workbook_holds_both_sides_and_what_was_done_since() -> None:
    row = {"company_id": "TEST", "currency": "EUR", "measure": "aged", "bucket": "1-30"}
    then = pd.DataFrame([{**row, "amount_minor": 12_345, "number": None, "reason": None}])
    workspace = Workspace.open(None)
    kept = workspace.keep_closing(then, D, ("p1", "0"), BY)
    closing = workspace.closing(kept)
    now = then.assign(amount_minor=12_300)
    found = restated(closing.figures, now, D, closing.since, programs=("0", "1"))
    book = load_workbook(BytesIO(_workbook(closing, found)))
    first, method = [list(sheet.iter_rows(values_only=True)) for sheet in book]
    assert [cell for cell in first[-1] if isinstance(cell, int | float)][:3] == [123.45, 123, -0.45]
    assert any("0 → 1" in str(cell) for line in method for cell in line)


@pytest.mark.usefixtures("empty_book")
def test_without_data() -> None:
    app = run_page("history")
    assert not [item for item in app.button if item.key == "closing_keep"]
    assert "Aucune donnée" in text(app)
