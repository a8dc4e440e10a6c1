"""Insurance and guarantees in the customer's file: what is covered on him, until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.insurance import status_word
from arlib.ui import cache
from arlib.ui.cards import card
from arlib.ui.frame import reason
from arlib.ui.insurance import declare_by
from arlib.ui.navigation import page_file
from arlib.ui.tables import html_table

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.customer_file import CustomerFile


def block(page: Page, file: CustomerFile) -> None:
    """Draw the standing of the customer with the insurer, and the guarantee held on him."""
    _ = page.words
    view = file.customer
    row = cache.insured_customer(page.selection, view.company_id, view.customer_id)
    if not row:
        return
    rows = _rows(page, row)
    with card(_title(page, row), _("What the insurer decided and what the contract asks")):
        html_table(
            [(_("Insurance and guarantees"), "left"), ("", "right")],
            rows,
            alt=_("Insurance and guarantees"),
        )
        st.page_link(
            page_file("insurance"),
            label=_("Credit insurance"),
            icon=":material/health_and_safety:",
        )


def _title(page: Page, row: dict[str, Any]) -> str:
    """Return the message: how much of what he owes is covered."""
    _, f = page.words, page.formats
    if row["status"] == "none":
        return _("No insurance on this customer")
    if pd.isna(row["insured_minor"]):
        return status_word(row, page.style.language)
    return _("{amount} insured, {open} not").format(
        amount=f.compact(row["insured_minor"], row["currency"]),
        open=f.compact(row["open_part_minor"], row["currency"]),
    )


def _rows(page: Page, row: dict[str, Any]) -> list[list[str]]:
    _, f, code = page.words, page.formats, row["currency"]
    found = [[_("Standing"), status_word(row, page.style.language)]]
    if pd.notna(row["agreed_minor"]):
        found.append([_("Insurer’s limit"), f.amount0(row["agreed_minor"], code)])
        found.append([_("Valid to"), _day(page, row["valid_to"])])
        found.append([_("Share insured"), f.percent(row["cover_ratio"], 0)])
    exposure = f"{f.amount0(row['exposure_minor'], code)} ({row['exposure_basis']})"
    found.append([_("Exposure"), exposure])
    if row["status"] != "none":
        found.append([_("Insured"), _said(page, row, "insured")])
        found.append([_("Not insured"), _said(page, row, "uninsured")])
    for name, title in (("suspended_minor", _("Suspended")), ("excluded_minor", _("Left out"))):
        if row[name] > 0:
            found.append([title, f"▲ {f.amount0(row[name], code)}"])
    if pd.notna(row["over_minor"]) and row["over_minor"] > 0:
        words = f"▲ {f.amount0(row['over_minor'], code)}"
        if pd.notna(row["over_since"]):
            words += _(", since {date}").format(date=f.date(row["over_since"]))
        found.append([_("Over the limit"), words])
    if row["count_late"] > 0:
        found.append([_("Declare by"), declare_by(page, row["declaration_by"], row["days_left"])])
    return [*found, _guarantee(page, row)]


def _guarantee(page: Page, row: dict[str, Any]) -> list[str]:
    _, f = page.words, page.formats
    if pd.isna(row["guarantee_minor"]):
        return [_("Guarantee"), _("none known")]
    words = f.amount0(row["guarantee_minor"], row["guarantee_currency"])
    if pd.notna(row["guarantee_until"]):
        words = _("{amount}, until {date}").format(
            amount=words, date=f.date(row["guarantee_until"])
        )
    return [_("Guarantee"), words]


def _said(page: Page, row: dict[str, Any], name: str) -> str:
    """Return an amount, or why it is missing."""
    value = row[f"{name}_minor"]
    if pd.notna(value):
        return page.formats.amount0(value, row["currency"])
    why = row[f"{name}_reason"]
    return f"{MISSING} ({reason(page, why)})" if isinstance(why, str) else MISSING


def _day(page: Page, value: Any) -> str:
    return page.words("no end") if pd.isna(value) else page.formats.date(value)
