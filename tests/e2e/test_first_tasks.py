"""Six first tasks of somebody who has never seen the program: at most five clicks from home each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import credit_report, go_to, quiet
from tests.e2e.test_journeys import badge
from tests.e2e.test_risk import cells, click_limit, save_amount

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

_MOST: Final = 5
_COUNT: Final = """() => {
    window.__clicks = 0
    if (!window.__counting) addEventListener('pointerdown', e => {
        if (e.isTrusted) window.__clicks++ }, true)
    window.__counting = true }"""


def _largest_overrun(page: Page, _folder: Path) -> None:
    go_to(page, "Gestion du risque")
    overruns = cells(page, 5)
    assert overruns[0] == max(overruns) > 0  # the first row is the answer


def _set_its_limit(page: Page, _folder: Path) -> None:
    before = badge(page)
    go_to(page, "Gestion du risque")
    click_limit(page, 0).click()  # a hand clicks into the field before it types
    save_amount(page, "9 000 000")
    assert badge(page) == before - 1


def _who_deteriorates_and_why(page: Page, _folder: Path) -> None:
    go_to(page, "Alertes précoces")
    expect(page.get_by_text(re.compile("nettement plus tard que d’habitude")).first).to_be_visible()
    expect(
        page.get_by_text(
            re.compile(r"Retard habituel .+ → .+ sur les 3 derniers|restées? impayées?")
        ).first
    ).to_be_visible()


def _aging_at_the_last_year_end(page: Page, _folder: Path) -> None:
    go_to(page, "Balance âgée")
    field = page.get_by_test_id("stDateInput").first
    field.get_by_role("spinbutton").first.click()
    page.keyboard.type("31122025", delay=60)
    page.get_by_role("heading", level=1).click()  # the date is taken when the field is left
    quiet(page)
    expect(page.get_by_text(re.compile("31/12/2025")).first).to_be_visible()


def _get_the_report(page: Page, folder: Path) -> None:
    assert "Dépassements" in credit_report(page, folder)


def _undo_an_import(page: Page, _folder: Path) -> None:
    go_to(page, "Historique des imports")
    page.get_by_role("button", name="Annuler cet import").first.click()
    expect(page.get_by_text("est annulé", exact=False)).to_be_visible()


_TASKS: Final[tuple[Callable[[Page, Path], None], ...]] = (
    _largest_overrun,
    _set_its_limit,
    _who_deteriorates_and_why,
    _aging_at_the_last_year_end,
    _get_the_report,
    _undo_an_import,
)


@pytest.mark.usefixtures("loaded")
def test_six_tasks_take_five_clicks_at_most(page: Page, tmp_path: Path) -> None:
    clicks = {}
    for work in _TASKS:
        go_to(page, "Vue d’ensemble")
        page.evaluate(_COUNT)
        work(page, tmp_path)
        clicks[work.__name__] = int(page.evaluate("window.__clicks"))  # typing is not counted
    assert 0 < min(clicks.values()) <= max(clicks.values()) <= _MOST, clicks
