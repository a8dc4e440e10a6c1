"""What an import changed, document by document, as a workbook or as text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from arlib.i18n import formats, translator
from arlib.i18n.companies import company_name
from arlib.i18n.history import change_title
from arlib.i18n.labels import label
from arlib.reports.sheet import Column, FrameColumns, Sheet
from arlib.reports.text import sheet_csv
from arlib.reports.writer import Page, write

if TYPE_CHECKING:
    import pandas as pd

    from arlib.views.history import ChangesView

_NO_DAY: Final = date(2000, 1, 1)  # a workbook needs a date of creation; no clock is read here


def changes_workbook(view: ChangesView, lines: pd.DataFrame, lang: str = "fr") -> bytes:
    """Return two sheets: the changes summed, then every document or customer that changed."""
    _, shown = translator(lang), formats(lang)
    page = Page(
        title=_("Changes since {file}, {date}").format(
            file=view.before_file_name or "", date=shown.date(view.before_on)
        ),
        right=f"{company_name(view.company_name, lang)} · {view.file_name}",
        footer=_("Confidential"),
        page_of=_("Page {page} of {pages}").format(page="&P", pages="&N"),
        created_on=view.on or _NO_DAY,
    )
    return write([_sums(view, lang), _lines(lines, lang)], page, lang)


def changes_csv(lines: pd.DataFrame, lang: str = "fr") -> bytes:
    """Return every document or customer that changed as text (see ``sheet_csv``)."""
    return sheet_csv(_lines(lines, lang), lang)


def _sums(view: ChangesView, lang: str) -> Sheet:
    _ = translator(lang)
    of = FrameColumns(view.changes)
    titles = [change_title(code, lang) for code in view.changes["change"]]
    return Sheet(
        _("Changes"),
        (
            Column(_("Change"), "text", titles, width=34),
            of.figure(_("Count"), "count", "integer"),
            of.amount(_("Amount"), "amount_minor"),
            of.text(_("Currency"), "currency"),
            of.figure(_("Mean days"), "mean_days", "days"),
            of.figure(_("Most days"), "max_days", "integer"),
            of.amount(_("Lateness hidden"), "hidden_minor"),
        ),
    )


def _lines(lines: pd.DataFrame, lang: str) -> Sheet:
    _ = translator(lang)
    of = FrameColumns(lines)
    kinds = [label("kind", code, lang) for code in lines["kind"]]
    titles = [change_title(code, lang) for code in lines["change"]]
    return Sheet(
        _("Documents"),
        (
            Column(_("Change"), "text", titles, width=30),
            of.text(_("Customer code"), "customer_id"),
            of.text(_("Customer"), "name", 30),
            of.text(_("Name before"), "name_before", 30),
            of.text(_("Number"), "number"),
            Column(_("Kind"), "text", kinds),
            of.figure(_("Issued on"), "issued_on", "date"),
            of.figure(_("Due before"), "due_before_on", "date"),
            of.figure(_("Due after"), "due_after_on", "date"),
            of.figure(_("Days"), "days", "integer"),
            of.amount(_("Amount before"), "amount_before_minor"),
            of.amount(_("Amount after"), "amount_after_minor"),
            of.amount(_("Open before"), "open_before_minor"),
            of.amount(_("Open after"), "open_after_minor"),
            of.amount(_("Amount concerned"), "amount_minor"),
            of.amount(_("Lateness hidden"), "hidden_minor"),
            of.text(_("Currency"), "currency"),
            of.text(_("File"), "file_name", 30),
            of.text(_("Sheet"), "sheet"),
            of.figure(_("Line"), "row_number", "integer"),
        ),
    )
