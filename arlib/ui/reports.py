"""Blocks of the reports page: what the report will say, and where its figures come from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.issues import code_sentence
from arlib.i18n.labels import label
from arlib.model.portfolio import Filters
from arlib.ui import cache, controls
from arlib.ui.cards import card
from arlib.ui.tables import html_table
from arlib.ui.texts import plain

if TYPE_CHECKING:
    from arlib.ui.frame import Page


def contents(page: Page) -> None:
    """Write the date, the filters and the companies the report will hold."""
    _ = page.words
    active = controls.describe(page.selection, page.info)
    words = ", ".join(active) if active else _("none: the whole book")
    st.markdown(_("Filters: {filters}").format(filters=plain(words)))


def tie_out(page: Page) -> None:
    """Draw the tie-out with the ledger, then what the imported files had to say."""
    _, f, language = page.words, page.formats, page.style.language
    whole = Filters(company_id=page.selection.filters.company_id)
    status = cache.status(replace(page.selection, filters=whole))
    names = {item.company_id: item.name for item in page.info.companies}
    title = _("Tie-out with the ledger")
    rows = [
        [
            names.get(row["company_id"], row["company_id"]),
            label("class", row["account_class"], language),
            f.amount(row["ledger_minor"], row["currency"]),
            f.amount(row["analysed_minor"], row["currency"]),
            ("▲ " if row["unexplained_minor"] else "✓ ")
            + f.amount(row["difference_minor"], row["currency"]),
            ", ".join(label("cause", code, language) for code in _codes(row["causes"])) or MISSING,
        ]
        for row in status.tie_out.to_dict("records")
    ]
    columns: list[tuple[str, Any]] = [
        (_("Company"), "left"),
        (_("Accounts"), "left"),
        (_("Ledger"), "right"),
        (_("Analysed"), "right"),
        (_("Difference"), "right"),
        (_("Cause"), "left"),
    ]
    if rows:
        with card(
            title, _("On {date}, by company and account").format(date=f.date(page.selection.as_of))
        ):
            html_table(columns, rows, alt=title)
    _quality(page)


def _codes(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _quality(page: Page) -> None:
    _, f, quality = page.words, page.formats, page.status.quality
    if quality.empty:
        return
    rows = [
        [
            code_sentence(row["code"], page.style.language),
            f.integer(row["count"]),
            f.amount(row["amount_minor"], row["currency"])
            if isinstance(row["currency"], str)
            else MISSING,
        ]
        for row in quality.to_dict("records")
    ]
    columns: list[tuple[str, Any]] = [
        (_("What was found in the files"), "left"),
        (_("Lines"), "right"),
        (_("Amount"), "right"),
    ]
    title = _("Quality of the imported files")
    with card(title, _("Live imports alone; nothing is corrected without being said")):
        html_table(columns, rows, alt=title)
