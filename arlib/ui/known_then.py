"""A past date as it was known then: what the switch means, and what is known of it now, beside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from arlib.i18n import MISSING
from arlib.ui import cache
from arlib.ui.cards import card
from arlib.ui.tables import html_table
from arlib.ui.texts import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.ui.frame import Page


def sentence(page: Page) -> None:
    """Say what “as known then” shows, and which companies nothing was known of."""
    if not _is_on(page):
        return
    _, f = page.words, page.formats
    info = cache.question(page.selection).portfolio.info
    day = f.date(page.selection.as_of)
    words = _("As known on {date}: the files imported and the lettering recorded by that day.")
    st.markdown(f":blue[:material/history: {plain(words.format(date=day))}]")
    if info.imported_later:
        names = {item.company_id: item.name for item in page.info.companies}
        later = ", ".join(names.get(code, code) for code in info.imported_later)
        words = _("Imported for the first time after that day, shown as known now: {names}.")
        st.markdown(f":orange[:material/warning: {plain(words.format(names=later))}]")


def compare(page: Page) -> None:
    """Draw the totals as known then beside those restated with all that is known now."""
    if not _is_on(page):
        return
    _, f = page.words, page.formats
    now = replace(page.selection, filters=replace(page.selection.filters, knowledge="restated"))
    then, restated = _totals(page.selection), _totals(now)
    title = _("Known then, known now")
    columns: list[tuple[str, Any]] = [
        (_("On {date}").format(date=f.date(page.selection.as_of)), "left"),
        (_("As known then"), "right"),
        (_("Restated"), "right"),
        (_("Difference"), "right"),
    ]
    rows = []
    for currency in sorted({*then, *restated}):
        for name, words in (("total_minor", _("Outstanding")), ("overdue_minor", _("Overdue"))):
            before = then.get(currency, {}).get(name)
            after = restated.get(currency, {}).get(name)
            gap = (after or 0) - (before or 0)
            rows.append(
                [
                    f"{words} ({currency})",
                    MISSING if before is None else f.amount(before, currency),
                    MISSING if after is None else f.amount(after, currency),
                    f.amount(gap, currency, is_signed=True)
                    if gap
                    else f"✓ {f.amount(0, currency)}",
                ]
            )
    with card(title, _("What was imported or lettered later changes the second column")):
        html_table(columns, rows, alt=title)


def _is_on(page: Page) -> bool:
    return page.selection.filters.knowledge == "known_then"


def _totals(selection: Any) -> dict[str, Mapping[str, int]]:
    """Return the totals of the aged balance by currency."""
    return {block.currency: block.totals for block in cache.aging(selection).blocks}
