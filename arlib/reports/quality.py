"""The lines to correct, to send to whoever keeps the accounting software: workbook or CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.i18n import translator
from arlib.i18n.companies import company_words
from arlib.i18n.labels import label
from arlib.i18n.quality import advice, check_title, effect, expected, wrong
from arlib.reports.sheet import Column, FrameColumns, Sheet
from arlib.reports.text import sheet_csv
from arlib.reports.writer import Page, write

if TYPE_CHECKING:
    import pandas as pd

    from arlib.views.quality import QualityView


def quality_workbook(
    view: QualityView, lines: pd.DataFrame, company: str, lang: str = "fr"
) -> bytes:
    """Return two sheets: the checks with their effect, then the lines to correct."""
    _ = translator(lang)
    page = Page(
        title=_("Data to correct"),
        right=company,
        footer=_("Confidential"),
        page_of=_("Page {page} of {pages}").format(page="&P", pages="&N"),
        created_on=view.as_of,
    )
    return write([_checks(view, lang), _lines(lines, lang)], page, lang)


def quality_csv(lines: pd.DataFrame, lang: str = "fr") -> bytes:
    """Return the lines to correct as comma-separated text (see ``sheet_csv``)."""
    return sheet_csv(_lines(lines, lang), lang)


def _checks(view: QualityView, lang: str) -> Sheet:
    _ = translator(lang)
    shown = view.checks.loc[view.checks["is_shown"]]
    overdue = dict(zip(view.base["currency"], view.base["overdue_minor"], strict=True))
    rows = shown.to_dict("records")
    of = FrameColumns(shown)
    return Sheet(
        _("Checks"),
        (
            Column(_("Check"), "text", [check_title(row["code"], lang) for row in rows], width=52),
            of.figure(_("Count"), "count", "integer"),
            of.amount(_("Net amount"), "amount_minor"),
            of.amount(_("Amount without signs"), "absolute_minor"),
            of.figure(_("Share of the gross"), "share_ratio", "ratio"),
            Column(
                _("Effect on the figures"),
                "text",
                [effect(row, int(overdue.get(row["currency"], 0)), lang) for row in rows],
                width=70,
            ),
            Column(
                _("What to do"),
                "text",
                [advice(row["code"], row["severity"], lang) for row in rows],
                width=50,
            ),
        ),
    )


def _lines(lines: pd.DataFrame, lang: str) -> Sheet:
    _ = translator(lang)
    rows = lines.to_dict("records")
    of = FrameColumns(lines)
    return Sheet(
        _("Lines to correct"),
        (
            Column(_("What is wrong"), "text", [wrong(row, lang) for row in rows], width=52),
            Column(_("Expected"), "text", [expected(row["code"], lang) for row in rows], width=34),
            of.text(_("File"), "file_name", 30),
            of.text(_("Sheet"), "sheet"),
            of.figure(_("Line"), "row_number", "integer"),
            of.words(_("Company"), "company_id", company_words(lang)),
            of.text(_("Customer code"), "customer_id"),
            of.text(_("Customer"), "name", 30),
            of.text(_("Number"), "number"),
            Column(_("Kind"), "text", [label("kind", row["kind"], lang) for row in rows]),
            of.figure(_("Issued on"), "issued_on", "date"),
            of.figure(_("Due on"), "due_on", "date"),
            of.text(_("Column"), "column"),
            of.text(_("Value read"), "value", 24),
            of.amount(_("Amount of the document"), "document_minor"),
            of.amount(_("Amount concerned"), "amount_minor"),
            of.text(_("Currency"), "currency"),
        ),
    )
