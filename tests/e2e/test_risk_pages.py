"""Pages of behaviour and risk in a browser: lists as workbooks, a class by hand, a note."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import go_to, quiet, tick
from tests.e2e.test_journeys import FEC, load

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


def workbook(page: Page, folder: Path) -> list[str]:
    """Download the first list of the page; return the texts of its first column."""
    quiet(page)
    with page.expect_download() as given:
        page.get_by_role("button", name="Télécharger (Excel)").first.click()
    path = folder / given.value.suggested_filename
    given.value.save_as(path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [str(row[0].value) for row in sheet.iter_rows(max_col=1)]


def tab(page: Page, name: str) -> None:
    """Open a tab of the customer's file."""
    page.get_by_role("tab", name=name).click()
    quiet(page)


@pytest.mark.usefixtures("loaded")
def test_lists_are_workbooks_and_a_class_by_hand_survives_an_import(
    page: Page, tmp_path: Path
) -> None:
    go_to(page, "DSO et encaissements")
    expect(page.get_by_text("DSO par épuisement").first).to_be_visible()
    assert workbook(page, tmp_path)[0] == "Famille du DSO par mois"
    go_to(page, "Alertes précoces")
    assert "Code client" in workbook(page, tmp_path)
    go_to(page, "Migrations")
    expect(page.get_by_text("Derrière une case").first).to_be_visible()
    go_to(page, "Segmentation")
    assert "Code client" in workbook(page, tmp_path)
    tick(page, 2)
    page.get_by_role("button", name="Fixer la classe à la main").click()
    dialog = page.get_by_role("dialog")
    reason = dialog.get_by_label("Motif")
    reason.fill("Accord du comité")
    reason.press("Enter")
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(dialog).to_have_count(0)
    quiet(page)
    go_to(page, "Import")
    load(page, FEC)
    go_to(page, "Historique des imports")
    expect(page.get_by_text("1 saisie sur les clients").first).to_be_visible()
    expect(page.get_by_text(re.compile("Accord du comité")).first).to_be_visible()


@pytest.mark.usefixtures("loaded")
def test_a_note_stands_in_the_customers_file(page: Page) -> None:
    go_to(page, "Fiche client")
    tab(page, "Suivi")
    page.get_by_role("button", name="Ajouter une entrée").click()
    form = page.get_by_test_id("stPopoverBody")
    text = form.get_by_label("Texte")
    text.fill("Rappeler jeudi")
    text.press("Control+Enter")
    quiet(page)
    form.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Rappeler jeudi").first).to_be_visible()
    expect(page.get_by_text(re.compile("Entrée enregistrée")).first).to_be_visible()
