"""The page Migrations: the map and its message, the dates, the documents behind a cell."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest

from arlib.views import migration
from arlib.workspace import Workspace
from tests.pages.conftest import words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def text(app: AppTest) -> str:
    assert not app.exception
    return words(app).replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(scope="module")
def view(sample_book: Path, tmp_path_factory: pytest.TempPathFactory) -> migration.MigrationView:
    """What the page should say, asked of the library on a copy: the application keeps its file."""
    path = tmp_path_factory.mktemp("asked") / "book.duckdb"
    shutil.copy(sample_book, path)
    workspace = Workspace.open(path)
    found = migration.build(workspace.portfolio(), workspace.policy())
    workspace.close()
    return found


def test_the_message_is_that_of_the_rows(
    view: migration.MigrationView, open_book: Callable[..., AppTest]
) -> None:
    rows = view.blocks[0].rows
    paid = rows.loc[rows["to"] == "paid", "amount_minor"].sum() / rows["amount_minor"].sum()
    app = open_book("migration")
    said = text(app)
    assert f"{paid * 100:.0f} % de ce qui était ouvert est réglé" in said
    assert "Taux de passage" in said
    assert len(app.get("plotly_chart")) == 3


def test_another_start_and_the_documents_of_a_cell(
    view: migration.MigrationView, open_book: Callable[..., AppTest]
) -> None:
    app = open_book("migration")
    app.date_input(key=f"migration_from_{view.to_on.isoformat()}").set_value(
        date(2026, 8, 31)
    ).run()
    assert "31/08/2026" in text(app)
    chosen = app.selectbox(key="migration_cell_EUR")
    chosen.set_value(chosen.options[0]).run()
    assert "pièce" in text(app)
    assert len(app.dataframe)
