"""The group page: two companies side by side, one alone explained, an empty book; the control pack."""

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


def fill(path: Path, *names: str) -> None:
    workspace = Workspace.open(path)
    docs = [Doc("C1", "F1", date(2025, 5, 1), 1_000, due_on=date(2025, 5, 2)),
            Doc("C1", "F2", date(2025, 6, 30), 1_000, due_on=date(2025, 7, 30))]  # fmt: skip
    load_book(workspace, *(Book(docs, company=name) for name in names))
    workspace.close()


def test_two_companies(empty_book: Path) -> None:
    fill(empty_book, "UN", "DEUX")
    app = run_page("companies")
    assert "a la plus forte part d’échu" in words(app)
    assert len(app.dataframe) == 2
    assert "Rien à comparer" not in words(app)
    assert any(item.key == "download_companies" for item in app.get("download_button"))


def test_one_company_is_explained(open_book: Callable[..., AppTest]) -> None:
    app = open_book("companies")
    assert "Rien à comparer" in words(app)
    assert "ne contient qu’une société" in words(app)
    assert len(app.dataframe) == 0


@pytest.mark.usefixtures("empty_book")
def test_without_data() -> None:
    app = run_page("companies")
    assert app.title[0].value == "Sociétés du groupe"
    assert "Aucune donnée" in words(app)


def test_control_pack_of_two_days(open_book: Callable[..., AppTest]) -> None:
    app = open_book("reports")
    assert "Contrôle interne" in words(app)
    assert any(item.key == "control_download" for item in app.get("download_button"))
    app.date_input(key="control_from").set_value(date(2025, 2, 1))
    app.date_input(key="control_to").set_value(date(2025, 1, 1)).run()
    assert "Une période va d’un jour (01/02/2025)" in app.error[0].value.replace("\\", "")
    assert not any(item.key == "control_download" for item in app.get("download_button"))
