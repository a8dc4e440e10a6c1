"""A day of reminders in a browser: call, note a promise, see it suspended, broken, and on top."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from arlib.ui.tables import WRAPPED_HEIGHT
from tests.e2e.conftest import go_to, quiet, tick

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_NOTE = "Noter un appel, une promesse"
_FORCED = "▲"


@pytest.mark.usefixtures("loaded")
def test_a_promise_suspends_then_breaks_and_comes_on_top(page: Page) -> None:
    go_to(page, "Relances du jour")
    names, why = column(page, "Client"), column(page, "Pourquoi")
    place = next(number for number, words in enumerate(why) if not words.startswith(_FORCED))
    name = names[place]
    tick(page, place, WRAPPED_HEIGHT)
    note = page.get_by_role("button", name=_NOTE)
    expect(note).to_be_enabled()
    note.click()

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name=name)).to_be_visible()
    amount = dialog.get_by_label("Montant promis", exact=True)
    asked = amount.get_attribute("placeholder") or ""
    amount.fill(re.sub(r"[^\d,]", "", asked))
    amount.press("Tab")
    _type_date(page, dialog, "Promis pour le", "05112026")
    _type_date(page, dialog, "Dit le", "30102026")
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("La liste est à jour", exact=False)).to_be_visible()
    quiet(page)
    assert name not in column(page, "Client")

    _part(page, "Suspendus")
    reasons = dict(zip(column(page, "Client"), column(page, "Pourquoi"), strict=True))
    assert "attendus jusqu’au 08/11/2026" in reasons[name]

    # three days of grace after the fifth: on the ninth the promise is broken
    _type_date(page, page.get_by_test_id("stMain"), None, "09112026")
    _part(page, "À faire aujourd’hui")
    names, why = column(page, "Client"), column(page, "Pourquoi")
    place = names.index(name)
    assert "Promesse rompue le 08/11/2026" in why[place]
    assert all(words.startswith(_FORCED) for words in why[: place + 1])
    assert not why[-1].startswith(_FORCED)


def column(page: Page, title: str) -> list[str]:
    """Return the cells of a column of the first grid, as a screen reader has them."""
    quiet(page)
    found = page.get_by_test_id("stDataFrame").first.evaluate(
        """(grid, title) => {
            const heads = [...grid.querySelectorAll('canvas [role=columnheader]')]
            const at = heads.find(e => e.textContent === title)?.getAttribute('aria-colindex')
            return [...grid.querySelectorAll('canvas [role=gridcell]')]
                .filter(cell => cell.getAttribute('aria-colindex') === at)
                .map(cell => cell.textContent) }""",
        title,
    )
    return [str(text) for text in found]


def _part(page: Page, words: str) -> None:
    page.get_by_test_id("stButtonGroup").get_by_text(re.compile(words)).first.click()
    quiet(page)


def _type_date(page: Page, within: Locator, label: str | None, digits: str) -> None:
    """Type a date, day first; it is taken when the field is left."""
    fields = within.get_by_test_id("stDateInput")
    field = fields.filter(has_text=label).first if label else fields.first
    field.get_by_role("spinbutton").first.click()
    page.keyboard.type(digits)
    page.keyboard.press("Tab")
    within.get_by_role("heading").first.click()
    quiet(page)
