"""The risk report as a document: which sections an audience reads, each title saying its message."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import arlib
from arlib.i18n import N_, formats, translator
from arlib.i18n.companies import company_names
from arlib.reports import pack_figures, pack_method, pack_summary, pack_tables
from arlib.reports.document import Document, Section
from arlib.reports.method import FILTERS
from arlib.views import report

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.views.report import RiskReport

AUDIENCES: Final = {
    "credit": N_("Credit manager"),
    "management": N_("Management"),
    "sales": N_("Sales department"),
    "auditor": N_("Statutory auditor"),
}
PARTS: Final = {
    "summary": N_("Summary"),
    "aging": N_("Aged balance"),
    "overruns": N_("Overruns"),
    "behaviour": N_("Behaviour"),
    "segments": N_("Segments"),
    "customers": N_("Customers"),
    "invoices": N_("Invoices"),
    "forecast": N_("Forecast"),
    "provisions": N_("Provisions"),
    "method": N_("Method"),
}
_MAKERS: Final[dict[str, Callable[[RiskReport, str], Section]]] = {
    "aging": pack_tables.aging,
    "overruns": pack_tables.overruns,
    "behaviour": pack_tables.behaviour,
    "segments": pack_tables.segments,
    "forecast": pack_figures.forecast,
    "provisions": pack_figures.provisions,
    "method": pack_method.method,
}
# Two subjects share a page: the second begins one only when the first is not read.
_FOLLOWS: Final = {"segments": "behaviour", "provisions": "forecast"}


def contents_of(audience: str) -> tuple[str, ...]:
    """Return the parts an audience reads, in order."""
    return report.AUDIENCES[audience]


def risk_document(views: RiskReport, lang: str = "fr") -> Document:
    """Return what the report says to its audience; lists are cut, the workbook holds them whole."""
    _, f = translator(lang), formats(lang)
    made = [_section(views, part, lang) for part in views.parts if part in _MAKERS]
    first = pack_summary.summary(views, lang)
    return Document(
        title=_("Customer risk report"),
        companies=company_names(views.company_names, lang),
        dated=_("as of {date}").format(date=f.long_date(views.as_of)),
        audience=_(AUDIENCES[views.audience]),
        identity=identity(views, lang),
        sections=(first, *made),
        keywords=(
            str(views.as_of),
            f"policy {views.policy.version}",
            f"Encours {arlib.__version__}",
        ),
    )


def identity(views: RiskReport, lang: str) -> tuple[tuple[str, str], ...]:
    """Return what every report carries: date, filters, policy, program, tie-out."""
    _, f = translator(lang), formats(lang)
    filters = [f"{_(FILTERS[name])} {value}" for name, value in views.filters.items()]
    return (
        (_("As of"), f.date(views.as_of)),
        (_("Filters"), ", ".join(filters) or _("none")),
        (_("Policy"), views.policy.version),
        (_("Program"), f"Encours {arlib.__version__}"),
        (_("Tie-out"), pack_method.tie_out_words(views, lang)),
    )


def _section(views: RiskReport, part: str, lang: str) -> Section:
    made = _MAKERS[part](views, lang)
    return replace(made, starts_page=_FOLLOWS.get(part) not in views.parts)
