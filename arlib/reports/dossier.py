"""Dossier de crédit on paper, two to four pages: what the page of a customer says, for a file or a committee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

import arlib
from arlib.i18n import formats, translator
from arlib.i18n.companies import company_name
from arlib.i18n.labels import label
from arlib.reports import dossier_lists, dossier_parts
from arlib.reports.pdf import compile_counted, compile_pages

if TYPE_CHECKING:
    from arlib.views.dossier import Dossier

TEMPLATE: Final = "dossier"


def dossier_pdf(dossier: Dossier, lang: str = "fr") -> bytes:
    """Return the credit file as a PDF; the same dossier always gives the same bytes."""
    return dossier_pages(dossier, lang)[0]


def dossier_pages(dossier: Dossier, lang: str = "fr") -> tuple[bytes, int]:
    """Return the PDF and the count of its pages, two to four."""
    data = dossier_data(dossier, lang)
    return compile_counted(TEMPLATE, data, created_on=dossier.as_of, lang=lang)


def dossier_pictures(dossier: Dossier, lang: str = "fr", dpi: int = 80) -> list[bytes]:
    """Return the pages as pictures."""
    data = dossier_data(dossier, lang)
    return compile_pages(TEMPLATE, data, created_on=dossier.as_of, lang=lang, dpi=dpi)


def dossier_data(dossier: Dossier, lang: str) -> dict[str, Any]:
    """Return the dossier as what JSON holds, its figures drawn."""
    _, f, view = translator(lang), formats(lang), dossier.file.customer
    name = dossier_parts.named(view.name, view.customer_id)
    title = _("Credit file: {name}").format(name=name)
    dated = _("as of {date}").format(date=f.long_date(dossier.as_of))
    return {
        "title": title,
        "description": f"{company_name(dossier.company_name, lang)}, {dated}",
        "keywords": [
            str(dossier.as_of),
            f"policy {dossier.policy.version}",
            f"Encours {arlib.__version__}",
        ],
        "header_left": title,
        "header_right": dated,
        "name": title,
        "about": f"{company_name(dossier.company_name, lang)} · {dated}",
        "badges": _badges(dossier, lang),
        "sections": [
            dossier_parts.summary(dossier, lang),
            dossier_parts.who(dossier, lang),
            dossier_parts.limits(dossier, lang),
            dossier_parts.behaviour(dossier, lang),
            dossier_parts.score(dossier, lang),
            dossier_lists.followup(dossier, lang),
            dossier_lists.items(dossier, lang),
            dossier_lists.method(dossier, lang),
        ],
    }


def _badges(dossier: Dossier, lang: str) -> list[str]:
    """Return segment, overrun and insolvency in words, as on the page."""
    _, f, view = translator(lang), formats(lang), dossier.file.customer
    found = [label("segment", row["segment"], lang) for row in _rows(view.segments)[:1]]
    over = [row for row in _rows(view.risk) if row["is_over"]]
    if over:
        since = over[0]["overrun_since"]
        words = _("Over limit")
        if pd.notna(since):
            words = _("Over limit since {date}").format(date=f.date(since.date()))
        found.append(f"▲ {words}")
    code = view.attributes.get("insolvency")
    if isinstance(code, str) and code != "none":
        found.append(f"▲ {label('insolvency', code, lang)}")
    if view.attributes.get("is_intercompany") is True:
        found.append(label("reason", "intercompany", lang))
    return found


def _rows(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return rows by name; a frame that was never filled has no column to ask for."""
    return list(frame.to_dict("records"))
