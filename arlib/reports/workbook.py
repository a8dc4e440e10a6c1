"""The risk report as a workbook: what its sheets hold; the writer only writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.i18n import formats, translator
from arlib.i18n.companies import company_names
from arlib.reports import behaviour, method, outlook, segments, summary, tables
from arlib.reports.writer import Page, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.reports.sheet import Sheet
    from arlib.views.report import RiskReport


def risk_workbook(views: RiskReport, lang: str = "fr") -> bytes:
    """Return the workbook of the audience, of the sheets below.

    Synthèse, Balance âgée, Dépassements, Comportement, Segments, Clients, Factures, Prévision, Provisions,
    Créances à examiner, Méthode.
    """
    return render(risk_sheets(views, lang), views, lang)


def risk_sheets(views: RiskReport, lang: str = "fr") -> tuple[Sheet, ...]:
    """Return the sheets in order; invoices beyond a sheet's capacity continue on a further one."""
    return tuple(sheet for part in views.parts for sheet in _MAKERS[part](views, lang))


def _summary(views: RiskReport, lang: str) -> list[Sheet]:
    return [summary.summary_sheet(views, tables.aging_sheet(views, lang), lang)]


def _provisions(views: RiskReport, lang: str) -> list[Sheet]:
    return [outlook.provisions_sheet(views, lang), outlook.claims_sheet(views, lang)]


_MAKERS: Final[dict[str, Callable[[RiskReport, str], list[Sheet]]]] = {
    "summary": _summary,
    "aging": lambda views, lang: [tables.aging_sheet(views, lang)],
    "overruns": lambda views, lang: [tables.overruns_sheet(views, lang)],
    "behaviour": lambda views, lang: [behaviour.behaviour_sheet(views, lang)],
    "segments": lambda views, lang: [segments.segments_sheet(views, lang)],
    "customers": lambda views, lang: [tables.customers_sheet(views, lang)],
    "invoices": tables.invoices_sheets,
    "forecast": lambda views, lang: [outlook.forecast_sheet(views, lang)],
    "provisions": _provisions,
    "method": lambda views, lang: [method.method_sheet(views, lang)],
}


def render(sheets: tuple[Sheet, ...], views: RiskReport, lang: str = "fr") -> bytes:
    """Return the bytes of the workbook, with the company, the date and the filters on every page."""
    _ = translator(lang)
    date_words = _("as of {date}").format(date=formats(lang).date(views.as_of))
    names = company_names(views.company_names, lang)
    right = " · ".join([date_words, *(f"{name}: {value}" for name, value in _filters(views, lang))])
    page = Page(
        title=f"{_('Customer risk report')} – {names}",
        right=right,
        footer=_("Confidential"),
        page_of=_("Page {page} of {pages}").format(page="&P", pages="&N"),
        created_on=views.as_of,
    )
    return write(sheets, page, lang)


def _filters(views: RiskReport, lang: str) -> list[tuple[str, str]]:
    _ = translator(lang)
    return [(_(method.FILTERS[name]), value) for name, value in views.filters.items()]
