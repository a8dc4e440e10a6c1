"""Credit limits in a browser: a selection, a paste, an undo; kept after the page is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import go_to, quiet, tick
from tests.e2e.test_journeys import badge

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


@pytest.mark.usefixtures("loaded")
def test_one_limit_for_a_selection_is_undone_whole(page: Page) -> None:
    go_to(page, "Gestion du risque")
    before = badge(page)
    tick(page, 0)
    tick(page, 1)
    quiet(page)
    page.get_by_role("button", name="Fixer une limite de crédit").click()
    dialog = page.get_by_role("dialog")
    amount = dialog.get_by_label("Montant", exact=True)
    amount.fill("900 000")
    amount.press("Tab")
    quiet(page)
    save = dialog.get_by_role("button", name="Enregistrer 2 limites")
    expect(save).to_be_disabled()
    dialog.get_by_text("J’ai vérifié").click()
    expect(save).to_be_enabled()
    save.click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_test_id("stSidebarNav")).to_contain_text(str(before - 2))
    assert badge(page) == before - 2

    go_to(page, "Limites de crédit")
    _part(page, "Historique")
    page.get_by_role("button", name="Annuler 2 limites").click()
    quiet(page)
    expect(page.get_by_text("annulée", exact=True).first).to_be_visible()
    assert badge(page) == before


@pytest.mark.usefixtures("loaded")
def test_a_pasted_list_is_refused_line_by_line_and_kept(page: Page) -> None:
    go_to(page, "Limites de crédit")
    _part(page, "Coller une liste")
    area = page.get_by_role("textbox", name="Liste de limites")
    area.fill("K0022\t7 000,50\tEUR\nX9999\t5\nK0022 bis\t\n")
    area.press("Control+Enter")
    quiet(page)
    expect(page.get_by_text("2 lignes refusées")).to_be_visible()
    expect(page.get_by_text("Aucun client « X9999 »", exact=False)).to_be_visible()
    expect(page.get_by_text("7 000,50 €", exact=False).first).to_be_visible()
    tickbox = page.get_by_text("J’ai vérifié")
    if tickbox.count():
        tickbox.first.click()
    save = page.get_by_role("button", name="Enregistrer 1 limite")
    expect(save).to_be_enabled()
    save.click()
    expect(page.get_by_text("1 limite enregistrée")).to_be_visible()
    page.reload()
    quiet(page)
    go_to(page, "Limites de crédit")
    _part(page, "Historique")
    expect(page.get_by_role("button", name="liste collée")).to_be_visible()


def _part(page: Page, words: str) -> Locator:
    """Choose a part of the page of limits."""
    chosen = page.get_by_test_id("stButtonGroup").get_by_text(words, exact=True)
    chosen.click()
    quiet(page)
    return chosen
