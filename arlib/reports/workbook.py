"""The risk report as a workbook: what its sheets hold; the writer only writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.i18n import formats, translator
from arlib.reports import behaviour, method, segments, summary, tables
from arlib.reports.writer import Page, write

if TYPE_CHECKING:
    from arlib.reports.sheet import Sheet
    from arlib.views.report import RiskReport


def risk_workbook(views: RiskReport, lang: str = "fr") -> bytes:
    """Return the workbook: Synthèse, Balance âgée, Dépassements, Clients, Comportement, Segments, Factures, Méthode."""
    return render(risk_sheets(views, lang), views, lang)


def risk_sheets(views: RiskReport, lang: str = "fr") -> tuple[Sheet, ...]:
    """Return the sheets in order; invoices beyond a sheet's capacity continue on a further one."""
    aged = tables.aging_sheet(views, lang)
    return (
        summary.summary_sheet(views, aged, lang),
        aged,
        tables.overruns_sheet(views, lang),
        tables.customers_sheet(views, lang),
        behaviour.behaviour_sheet(views, lang),
        segments.segments_sheet(views, lang),
        *tables.invoices_sheets(views, lang),
        method.method_sheet(views, lang),
    )


def render(sheets: tuple[Sheet, ...], views: RiskReport, lang: str = "fr") -> bytes:
    """Return the bytes of the workbook, with the company, the date and the filters on every page."""
    _ = translator(lang)
    date_words = _("as of {date}").format(date=formats(lang).date(views.as_of))
    names = ", ".join(views.company_names)
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
