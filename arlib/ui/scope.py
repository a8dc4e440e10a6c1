"""What every workbook of a page says of itself: companies, filters, policy, program, tie-out."""

from __future__ import annotations

from dataclasses import astuple, fields
from typing import TYPE_CHECKING

import arlib
from arlib.i18n.companies import company_names
from arlib.reports.method import FILTERS
from arlib.ui import cache
from arlib.ui.tie_out import tie_out_words

if TYPE_CHECKING:
    from arlib.ui.frame import Page


def scope(page: Page, basis: str = "") -> dict[str, str]:
    """Return what a list rests on, by title: companies, filters, basis, policy, program, tie-out."""
    _ = page.words
    asked = cache.question(page.selection)
    said = filters_words(page)
    return {
        _("Companies"): company_names(
            (item.name for item in asked.portfolio.companies()), page.style.language
        ),
        _("Filters"): said or _("none"),
        _("Basis"): basis,
        _("Policy"): _("policy {version}").format(version=asked.policy.version),
        _("Program"): f"Encours {arlib.__version__}",
        _("Tie-out"): tie_out_words(page),
    }


def filters_words(page: Page) -> str:
    """Return the filters in force in words, empty when there is none."""
    _, filters = page.words, page.selection.filters
    values = {
        item.name: value for item, value in zip(fields(filters), astuple(filters), strict=True)
    }
    if values.pop("knowledge", None) == "known_then":
        values["knowledge"] = page.formats.date(page.selection.as_of)
    found = [
        _("{name}: {value}").format(name=_(FILTERS[name]), value=value)
        for name, value in values.items()
        if value is not None and name in FILTERS
    ]
    return ", ".join(found)
