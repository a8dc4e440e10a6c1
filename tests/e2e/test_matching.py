"""Cash application judged in a browser, then terms, links and a past date as it was known then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e.conftest import SAMPLES, drop, go_to, quiet, tick
from tests.pages.test_matching import FEC, unlettered

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_ledger_without_lettering_from_matching_to_terms(page: Page) -> None:
    content = unlettered((SAMPLES / FEC).read_bytes())
    drop(page, **{FEC.replace(".", "__"): content})
    expect(page.get_by_text("Reconnu", exact=False).first).to_be_visible()
    quiet(page)
    page.get_by_role("button", name=re.compile(r"^Importer .* lignes$")).click()
    expect(page.get_by_text("lignes importées").first).to_be_visible()

    go_to(page, "Rapprochement")
    count = page.get_by_text(re.compile(r"^\d+ propositions? à juger$"))
    expect(count).to_be_visible()
    before = int(count.inner_text().split()[0])
    tick(page, 0)
    page.get_by_role("button", name="Accepter", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("row", name="Total")).to_be_visible()
    dialog.get_by_role("button", name=re.compile("^Accepter")).click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("· acceptée", exact=False).first).to_be_visible()
    assert int(count.inner_text().split()[0]) < before
    quiet(page)
    page.get_by_role("button", name="Annuler", exact=True).first.click()
    expect(page.get_by_text("· annulée", exact=False).first).to_be_visible()

    go_to(page, "Fiche client")
    page.get_by_role("tab", name="Identité").click()
    page.get_by_role("button", name="Fixer les conditions").click()
    field = page.get_by_label("Conditions", exact=True)
    field.fill("45 jours fin de mois le 15")
    field.press("Tab")
    expect(page.get_by_text("échoira le", exact=False)).to_be_visible()
    quiet(page)
    page.get_by_role("button", name="Fixer ces conditions").click()
    expect(page.get_by_text("recalculée", exact=False)).to_be_visible()
    quiet(page)
    page.get_by_role("button", name="Rattacher un autre code").click()
    page.get_by_label("Code qui est aussi ce client").click()
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Rattacher ce code").click()
    expect(page.get_by_text("1 code rattaché")).to_be_visible()
    quiet(page)
    page.get_by_role("button", name="Détacher").click()
    expect(page.get_by_text("Codes de ce client")).to_be_visible()

    go_to(page, "Balance âgée")
    page.get_by_text("Tel que connu alors").first.click()
    expect(page.get_by_text("Connu alors, connu aujourd’hui")).to_be_visible()
    go_to(page, "Vue d’ensemble")
    expect(page.get_by_text("Tel que connu le", exact=False)).to_be_visible()
    for title in ("Rapprochement", "Qualité des données", "Historique des imports", "Import"):
        go_to(page, title)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0, title
        for word in ("Outstanding", "Matching", "None", "nan"):
            expect(main.get_by_text(word, exact=True)).to_have_count(0)
