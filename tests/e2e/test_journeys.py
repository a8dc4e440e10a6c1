"""The main job in a browser: drop, check, load, read, go back in time, fix a limit, download."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import WORKBOOK, credit_report, drop, go_to, quiet, tick

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

FEC = "111111118FEC20261031.txt"


def load(page: Page, *names: str) -> None:
    """Drop files, read the preview, confirm."""
    drop(page, *names)
    expect(page.get_by_role("heading", level=1)).to_have_text("Import")
    for name in names:
        expect(page.get_by_text(name).first).to_be_visible()
    quiet(page)
    page.get_by_role("button", name=re.compile(r"^Importer .* lignes$")).click()
    for name in names:
        expect(
            page.get_by_text(re.compile(re.escape(name) + r".*lignes importées"))
        ).to_be_visible()


def badge(page: Page) -> int:
    """Return the count beside “Gestion du risque” in the menu (0 without one)."""
    text = page.get_by_test_id("stSidebarNav").get_by_role("link", name="Gestion du risque")
    found = re.search(r"\d+", text.inner_text())
    return int(found[0]) if found else 0


def test_from_an_empty_book_to_the_report(page: Page, tmp_path: Path) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Qui vous doit combien")
    drop(page, FEC, WORKBOOK)
    expect(page.get_by_text("Reconnu : FEC", exact=False).first).to_be_visible()
    expect(page.get_by_text("Reconnu : Classeur Encours", exact=False).first).to_be_visible()
    expect(page.get_by_text("Totaux de contrôle", exact=False).first).to_be_visible()
    quiet(page)
    page.get_by_role("button", name=re.compile(r"^Importer .* lignes$")).click()
    for name in (FEC, WORKBOOK):
        expect(
            page.get_by_text(re.compile(re.escape(name) + r".*lignes importées"))
        ).to_be_visible()

    go_to(page, "Vue d’ensemble")
    card = page.get_by_test_id("stMetric").filter(has_text="Encours TTC")
    expect(card).to_contain_text("517")
    expect(page.get_by_text("Rapproché des comptes clients")).to_be_visible()
    expect(page.get_by_text(re.compile(r"politique [0-9a-f]{12}")).first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "fr")  # what a screen reader speaks

    value = card.get_by_test_id("stMetricValue").inner_text()
    _set_date(page, "30062026")
    expect(card.get_by_test_id("stMetricValue")).not_to_have_text(value)
    expect(page.get_by_text(re.compile("jusqu’au 30/06/2026")).first).to_be_visible()
    _set_date(page, "31102026")
    expect(card.get_by_test_id("stMetricValue")).to_have_text(value)

    sheets = credit_report(page, tmp_path)
    assert {"Synthèse", "Balance âgée", "Dépassements", "Clients", "Factures", "Méthode"} <= set(
        sheets
    )


@pytest.mark.usefixtures("loaded")
def test_fixing_a_limit_changes_the_badge_at_once(page: Page) -> None:
    go_to(page, "Gestion du risque")
    before = badge(page)
    assert before > 0
    tick(page, 0)
    page.get_by_role("button", name="Fixer une limite de crédit").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    amount = dialog.get_by_label("Montant")

    amount.fill("douze mille")
    amount.press("Tab")
    expect(dialog.get_by_text("ne peut pas être lu", exact=False)).to_be_visible()
    amount.fill("250 000,50")
    amount.press("Tab")
    expect(dialog.get_by_text("250 000,50 €", exact=False).first).to_be_visible()
    expect(dialog.get_by_text(f"{before} → {before - 1} clients")).to_be_visible()

    save = dialog.get_by_role("button", name="Enregistrer 1 limite")
    quiet(page)
    if dialog.get_by_text("J’ai vérifié").count():
        expect(save).to_be_disabled()
        dialog.get_by_text("J’ai vérifié").click()
    expect(save).to_be_enabled()
    save.click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_test_id("stSidebarNav")).to_contain_text(str(before - 1))
    assert badge(page) == before - 1


def test_the_sample_company_and_setting_an_import_aside(page: Page) -> None:
    page.get_by_role("button", name="Charger la société d’exemple").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vue d’ensemble", timeout=60_000)
    expect(page.get_by_test_id("stMetric").first).to_be_visible()
    go_to(page, "Historique des imports")
    undo = page.get_by_role("button", name="Annuler cet import")
    expect(undo).to_have_count(2)
    undo.first.click()
    expect(page.get_by_text("est annulé", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Annuler cet import")).to_have_count(1)


@pytest.mark.usefixtures("loaded")
def test_filters_follow_from_page_to_page(page: Page) -> None:
    go_to(page, "Balance âgée")
    page.get_by_test_id("stMain").get_by_test_id("stSelectbox").nth(1).click()
    page.get_by_role("option").nth(1).click()
    expect(page.get_by_text("Filtré", exact=False)).to_be_visible()
    go_to(page, "Gestion du risque")
    expect(page.get_by_text("Filtré", exact=False)).to_be_visible()
    page.get_by_role("button", name="Tout afficher").click()
    expect(page.get_by_text("Filtré", exact=False)).to_be_hidden()


def test_an_address_opens_its_page_on_a_server_just_started(
    browser: Browser, just_started: str
) -> None:
    tab = browser.new_page(locale="fr-FR")
    tab.goto(f"{just_started}/aging")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Balance âgée")
    expect(tab.get_by_role("dialog")).to_have_count(0)
    expect(tab.get_by_test_id("stSidebarNav")).to_contain_text("Gestion du risque")
    tab.close()


def _set_date(page: Page, digits: str) -> None:
    """Type a date in the as-of field, day first."""
    field = page.get_by_test_id("stDateInput").first
    field.get_by_role("spinbutton").first.click()
    page.keyboard.type(digits, delay=60)
    page.get_by_role("heading", level=1).click()  # the date is taken when the field is left
    quiet(page)
