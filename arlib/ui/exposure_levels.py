"""From what the accounts hold (E1) to the whole risk (E4): each part with its amount, each level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.labels import label
from arlib.ui.cards import heading
from arlib.ui.frame import reason
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.customer import CustomerView

# Parts in order, the level each group of them ends with, and its column.
_STEPS: Final = (
    (("receivable", "doubtful", "retention"), "E1", "outstanding_minor"),
    (("bill", "discounted_bill"), "E2", "e2_minor"),
    (("delivery",), "E3", "e3_minor"),
    (("order", "deposit"), "E4", "e4_minor"),
)
_BEYOND: Final = {
    "bill": "bills",
    "discounted_bill": "discounted_bills",
    "delivery": "deliveries",
    "order": "orders",
    "deposit": "deposits",
}
_LEVELS: Final = {
    "E2": N_("bills not matured"),
    "E3": N_("deliveries not invoiced"),
    "E4": N_("orders less deposits"),
}


def basis_words(page: Page, basis: str, beyond: tuple[str, ...]) -> str:
    """Return the sentence on the basis of exposure, offering the levels that are supplied."""
    _ = page.words
    date = page.formats.date(page.selection.as_of)
    words = _("Exposure on basis {basis} at {date}.").format(basis=basis, date=date)
    others = [level for level in beyond if level != basis]
    if not others:
        return words
    levels_words = ", ".join(f"{level} ({_(_LEVELS[level])})" for level in others)
    offer = _("The files also give {levels}: the basis is a setting of the credit policy.")
    return f"{words} {offer.format(levels=levels_words)}"


def levels(page: Page, view: CustomerView, currency: str) -> None:
    """Draw the parts from E1 to E4 in one currency, the level that limits are tested on marked."""
    _, f = page.words, page.formats
    found = view.levels[view.levels["currency"] == currency]
    if found.empty:
        return
    row: dict[Any, Any] = found.iloc[0].to_dict()
    title = _("From the accounts to the whole risk")
    shown = row[_column(view.exposure_basis)]
    if pd.notna(shown):
        title = _("{amount} tested against his limit ({basis})").format(
            amount=f.amount0(shown, currency), basis=view.exposure_basis
        )
    gross = f.amount(row["gross_minor"], currency)
    heading(title, _("Gross of credits (E1g): {amount}").format(amount=gross))
    columns: list[tuple[str, Any]] = [
        (_("Part"), "left"),
        (_("Amount"), "right"),
        (_("Level"), "right"),
    ]
    lines: list[list[str]] = []
    for parts, level, column in _STEPS:
        lines += [_part(page, row, part, currency) for part in parts if _is_said(row, part)]
        mark = "✓ " if level == view.exposure_basis else ""
        reached = f.amount(row[column], currency) if pd.notna(row[column]) else MISSING
        lines.append([f"{mark}= {level}", "", reached])
    html_table(columns, lines, alt=title)
    st.markdown(small(plain(basis_words(page, view.exposure_basis, view.offered))))


def _is_said(row: dict[Any, Any], part: str) -> bool:
    """Return False for a part that is known to be nothing, but the main one."""
    amount = row[f"{part}_minor"]
    return part == "receivable" or bool(pd.isna(amount)) or bool(amount)


def _part(page: Page, row: dict[Any, Any], part: str, currency: str) -> list[str]:
    lang, amount = page.style.language, row[f"{part}_minor"]
    name = label("part", _BEYOND[part], lang) if part in _BEYOND else label("class", part, lang)
    if pd.isna(amount):
        return [name, reason(page, row[f"{part}_reason"]), ""]
    sign = -1 if part == "deposit" else 1
    return [name, page.formats.amount(sign * int(amount), currency), ""]


def _column(basis: str) -> str:
    names = {"E1": "outstanding_minor", "E1g": "gross_minor"}
    return names.get(basis, f"{basis.lower()}_minor")
