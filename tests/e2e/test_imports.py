"""The questions a file may raise, answered in a browser: columns, dates, password, overlap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e.conftest import choose, drop, go_to, quiet
from tests.pages.test_imports import UNDECIDABLE, UNKNOWN, protected

if TYPE_CHECKING:
    from playwright.sync_api import Page

CONFIRM = re.compile(r"^Importer .* lignes?$")


def confirm(page: Page) -> None:
    """Press the button that loads, once the page is calm."""
    quiet(page)
    page.get_by_role("button", name=CONFIRM).click()
    expect(page.get_by_text("importées").first).to_be_visible()


def test_columns_are_asked_once_then_known(page: Page) -> None:
    go_to(page, "Import")
    drop(page, journal__csv=UNKNOWN.encode())
    expect(page.get_by_text("Dites quelle colonne est quoi")).to_be_visible()
    expect(page.get_by_text("Il manque encore")).to_be_visible()
    quiet(page)
    for label, header in (
        ("Code client *", "Qui"),
        ("Date de facture *", "Quand"),
        ("Échéance", "Limite"),
        ("Montant TTC *", "Combien"),
    ):
        choose(page, label, header)
    expect(page.get_by_text("Tout ce qui est nécessaire est là")).to_be_visible()
    expect(page.get_by_role("cell", name="1 200,00 €")).to_be_visible()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger ce modèle").click()
    shared = download.value.path().read_bytes()
    page.get_by_role("button", name="Lire le fichier ainsi").click()
    expect(page.get_by_text("Totaux de contrôle", exact=False).first).to_be_visible()
    confirm(page)

    drop(page, suivant__csv=UNKNOWN.replace("F1", "F3").replace("F2", "F4").encode())
    expect(page.get_by_text("Totaux de contrôle", exact=False).first).to_be_visible()
    expect(page.get_by_text("Dites quelle colonne est quoi")).to_have_count(0)
    quiet(page)
    page.get_by_role("button", name="Annuler", exact=True).click()
    page.get_by_role("button", name="Oublier").click()
    expect(page.get_by_text("est oublié", exact=False)).to_be_visible()
    drop(page, suivant__csv=UNKNOWN.encode(), modele__json=shared)
    expect(page.get_by_text("Totaux de contrôle", exact=False).first).to_be_visible()


def test_dates_password_and_overlap_are_asked(page: Page) -> None:
    drop(page, liste__csv=UNDECIDABLE.encode(), secret__xlsx=protected("sésame"))
    expect(page.get_by_text("2 fichiers attendent votre réponse")).to_be_visible()
    quiet(page)
    page.get_by_label("Mot de passe du classeur").fill("sésame")
    page.get_by_role("button", name="Ouvrir le classeur").click()
    expect(page.get_by_text("1 fichier attend votre réponse", exact=False)).to_be_visible()
    quiet(page)
    page.get_by_role("button", name="Mois d’abord (12/31)").click()
    expect(page.get_by_text("03/05/2026", exact=False).first).to_be_visible()
    expect(page.get_by_text("attend votre réponse", exact=False)).to_have_count(0)
    confirm(page)

    drop(page, "armor_modele.xlsx")
    expect(page.get_by_text("Totaux de contrôle", exact=False).first).to_be_visible()
    confirm(page)
    drop(page, "222222226FEC20261031.txt")
    replace = page.get_by_role("button", name="Remplacer l’autre fichier")
    expect(replace).to_be_visible()
    expect(
        page.get_by_role("button", name=re.compile("^La compléter|^Le compléter"))
    ).to_be_visible()
    expect(page.get_by_role("button", name=CONFIRM)).to_be_disabled()
    quiet(page)
    replace.click()
    expect(page.get_by_text("remplace 1 import", exact=False).first).to_be_visible()
    confirm(page)
