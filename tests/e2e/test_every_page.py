"""Every page of the menu on a book whose names want to be something else, at 1280 px."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from arlib.model.files import FileInput, ImportOptions
from arlib.workspace import Author, Workspace
from tests.e2e.conftest import SAMPLES, WORKBOOK, quiet
from tests.support.names import NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Dialog, Page

BY = Author("essai", datetime(2026, 11, 21, 9, 0))  # noqa: DTZ001 - the book keeps naive times
# Cells that people fill freely, by sheet; codes and choices stay as they are.
FREE = {
    "Société": ("Raison sociale",),
    "Clients": ("Nom", "Secteur", "Commercial"),
    "Règlements": ("Référence",),
    "Limites": ("Décidée par", "Motif"),
    "Litiges": ("Responsable",),
    "Promesses": ("Auteur", "Commentaire"),
    "Relances": ("Auteur",),
}
# What a name would have become, had it been read as markup or as a formula of a text.
MADE = (
    "script:not([src])",
    "img[src='x']",
    "[onerror]",
    "[onload]",
    "a[href*='example.org']",
    "a[href^='javascript']",
    "b:text-is('gras')",
    "em:text-is('gras')",
    "span[style*='#ff0000']",
    ".katex",
    "h1:text-is('Titre')",
)
ENGLISH = ("Outstanding", "Overdue", "customers", "Browse files", "None", "nan")


@pytest.fixture
def loaded(tmp_path: Path) -> None:
    """Begin with the sample workbook, every free text of it a hostile one."""
    workbook = openpyxl.load_workbook(SAMPLES / WORKBOOK)
    for name, titles in FREE.items():
        sheet = workbook[name]
        for column in sheet.iter_cols():
            if column[0].value in titles:
                for place, cell in enumerate(column[1:]):
                    cell.value, cell.data_type = NAMES[place % len(NAMES)], "s"
    content = io.BytesIO()
    workbook.save(content)
    workspace = Workspace.open(tmp_path / "book.duckdb")
    files, options = [FileInput(WORKBOOK, content.getvalue())], ImportOptions()
    results = workspace.load(workspace.read(files, options), options, BY)
    workspace.close()
    assert [item.status for item in results] == ["imported"]


@pytest.mark.usefixtures("loaded")
def test_names_stay_text_and_nothing_is_cut_or_in_english_on_any_page(page: Page) -> None:
    dialogs: list[Dialog] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog))  # noqa: PLW0108 - it takes no method
    # one left open stops the page: the test would end there
    menu = page.get_by_test_id("stSidebarNav").get_by_role("link")
    titles = [link.get_attribute("href") or "" for link in menu.all()]
    assert len(titles) > 30
    seen = 0
    for address in titles:
        page.get_by_test_id("stSidebarNav").locator(f"a[href='{address}']").click()
        quiet(page)
        main = page.get_by_test_id("stMain")
        assert not main.get_by_test_id("stException").count(), address
        assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0, address
        made = {kind: main.locator(kind).count() for kind in MADE}
        assert not any(made.values()), (address, made)
        said = {word: main.get_by_text(word, exact=True).count() for word in ENGLISH}
        assert not any(said.values()), (address, said)
        seen += "<" in main.inner_text()
    assert dialogs == []
    assert seen > len(titles) / 4  # the names were there to be read
