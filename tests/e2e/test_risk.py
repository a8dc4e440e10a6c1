"""The risk page in a browser: badge from every page, order of columns, sort, filters, a limit clicked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import choose, go_to, quiet
from tests.e2e.test_journeys import badge

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

FIVE = [
    "Nom du client",
    "Retard de paiement moyen",
    "Montant impayé",
    "Limite de crédit",
    "Dépassement",
]
# where a click falls in the columns of the grid, from its left side (ticks 32, name 208, delay 157…)
_UNPAID, _LIMIT = 36 + 208 + 157 + 50, 36 + 208 + 157 + 106 + 50


def cells(page: Page, column: int) -> list[float]:
    """Return the values of a column of the first grid, minor units, as a screen reader has them."""
    quiet(page)
    found = page.get_by_test_id("stDataFrame").first.evaluate(
        """(grid, column) => [...grid.querySelectorAll('canvas [role=gridcell]')]
            .filter(cell => Number(cell.getAttribute('aria-colindex')) === column)
            .map(cell => cell.textContent)""",
        column,
    )
    return [float(text) if re.fullmatch(r"-?[\d.]+", text) else 0.0 for text in found]


def titles(page: Page) -> list[str]:
    found = page.get_by_test_id("stDataFrame").first.evaluate(
        "grid => [...grid.querySelectorAll('canvas [role=columnheader]')].map(e => e.textContent)"
    )
    return [str(title) for title in found if str(title).strip()]


def click(page: Page, x: int, y: int) -> None:
    """Click a place of the first grid."""
    quiet(page)
    box: Any = page.get_by_test_id("stDataFrame").first.bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)


def click_limit(page: Page, row: int) -> Locator:
    """Click the limit of a customer; return the amount of the dialog it opens."""
    click(page, _LIMIT, 35 + 30 * row + 15)
    dialog = page.get_by_role("dialog")
    amount = dialog.get_by_label("Montant", exact=False).first
    expect(amount).to_have_value(re.compile(r"\d"))  # filled in, a moment after it opens
    return amount


def save_amount(page: Page, words: str) -> None:
    """Type the amount of the limit that is open, check it when asked to, and save."""
    dialog = page.get_by_role("dialog")
    amount = dialog.get_by_label("Montant", exact=False).first
    amount.fill(words)
    amount.press("Tab")
    quiet(page)
    checked = dialog.get_by_text("J’ai vérifié")
    if checked.count():
        checked.first.click()
    save = dialog.get_by_role("button", name=re.compile("^Enregistrer 1"))
    expect(save).to_be_enabled()
    save.click()
    expect(dialog).to_be_hidden()
    quiet(page)


def number(text: str) -> int:
    return int(re.sub(r"[^\d]", "", text) or 0)


def is_sorted(values: list[float]) -> bool:
    return values in (sorted(values), sorted(values, reverse=True))


def eventually(page: Page, holds: Callable[[], bool]) -> bool:
    """Return True as soon as something holds; False after ten seconds."""
    for _attempt in range(40):
        if holds():
            return True
        page.wait_for_timeout(250)
    return False


@pytest.mark.usefixtures("loaded")
def test_five_columns_sort_and_filters(page: Page) -> None:
    before = badge(page)
    assert before > 0
    go_to(page, "Balance âgée")
    assert badge(page) == before  # seen from another page

    go_to(page, "Gestion du risque")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gestion du risque")
    quiet(page)
    assert titles(page) == FIVE
    overruns = [value for value in cells(page, 5) if value]
    assert len(overruns) == before
    assert overruns == sorted(overruns, reverse=True)

    click(page, _UNPAID, 17)  # a click on a title sorts, in the browser alone
    assert eventually(page, lambda: is_sorted(cells(page, 3)))
    click(page, _UNPAID, 17)
    click(page, _UNPAID, 17)

    pill = page.get_by_text(re.compile("^Sans limite ·")).first
    pill.click()
    quiet(page)
    count = number(pill.inner_text())
    expect(page.get_by_text(re.compile(rf"{count}\sclients?")).first).to_be_visible()
    assert not any(cells(page, 4))

    page.get_by_role("button", name="Colonnes").click()
    choose(page, "Colonnes ajoutées aux cinq du tableau", "Dépassement moyen, 12 mois")
    page.keyboard.press("Escape")
    assert eventually(page, lambda: titles(page) == [*FIVE, "Dépassement moyen, 12 mois"])


@pytest.mark.usefixtures("loaded")
def test_a_click_on_a_limit_opens_its_dialog_filled_in_and_the_badge_follows(page: Page) -> None:
    before = badge(page)
    go_to(page, "Gestion du risque")
    assert eventually(page, lambda: bool(cells(page, 4)))  # what a screen reader has comes last
    limits = cells(page, 4)
    amount = click_limit(page, 0)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Modifier la limite")).to_be_visible()
    expect(amount).to_have_value(re.compile(r"^\d[\d\s\u202f]*,\d\d$"))
    assert number(amount.input_value().split(",")[0]) == limits[0] / 100
    dialog.get_by_role("button", name="Annuler").click()
    expect(dialog).to_be_hidden()
    amount = click_limit(page, 0)  # the same one again
    assert number(amount.input_value().split(",")[0]) == limits[0] / 100
    save_amount(page, "9 000 000")
    assert badge(page) == before - 1  # at once
    go_to(page, "Balance âgée")
    assert badge(page) == before - 1
