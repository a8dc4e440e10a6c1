"""The page Liste de contrôle: what the data answer, an answer given, undone; without data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from arlib.workspace import Answer, Workspace
from tests.pages.conftest import BY, run_page, words

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def text(app: AppTest) -> str:
    assert not app.exception
    return words(app).replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


def test_boxes_answers_and_undo(book: Path) -> None:
    workspace = Workspace.open(book)
    workspace.answer(Answer("reminders", "partly", "Écrite, pas suivie"), BY)
    workspace.close()
    app = run_page("checklist")
    said = text(app)
    assert "Un encours maximum a été déterminé pour chaque client" in said
    assert re.search(r"\d+ clients débiteurs sur \d+ ont une limite en vigueur", said)
    assert "En partie, selon tests" in said
    assert "Écrite, pas suivie" in said
    assert app.button(key="checklist_undo").disabled
    app.segmented_control(key="answer_conditions_of_sale").set_value("yes")
    app.text_area(key="comment_conditions_of_sale").set_value("CGV de mars")
    next(item for item in app.button if "form_conditions_of_sale" in str(item.key)).click().run()
    said = text(app)
    assert "CGV de mars" in said
    history = app.dataframe[-1].value
    assert history["comment"].tolist() == ["CGV de mars", "Écrite, pas suivie"]


@pytest.mark.usefixtures("empty_book")
def test_without_data() -> None:
    app = run_page("checklist")
    assert app.title[0].value == "Liste de contrôle"
    assert "Aucune donnée" in text(app)
