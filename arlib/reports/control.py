"""The internal control pack as a workbook: who changed what, and every refused line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.i18n import N_, formats, translator
from arlib.i18n.control import event_word, kind_word, subject_words, value_words
from arlib.i18n.issues import issue_sentence
from arlib.model.issues import Issue
from arlib.reports.listing import ListColumn, Listing, list_sheet
from arlib.reports.sheet import Column, Sheet
from arlib.reports.writer import Page, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.views.control import ControlView

# Sheets of changes -> the kinds of each.
SHEETS: Final = {
    N_("Limits changed"): ("limit",),
    N_("Settings changed"): ("policy",),
    N_("Customers changed"): ("segment", "group", "link", "terms"),
    N_("Follow-up entries"): ("followup", "dispute", "match", "depreciation", "answer"),
    N_("Imports and undos"): ("import",),
    N_("Data erased"): ("purge",),
}
_METHOD: Final = {
    N_("Dates"): N_("Day and time at which each change was recorded, both days included."),
    N_("Before and after"): N_(
        "What stood before the change and what stands after it; an undo gives back what it undid."
    ),
    N_("Limits of files"): N_(
        "Limits that a file brings are not listed one by one: the import of the file is."
    ),
    N_("Refused lines"): N_(
        "Lines of the files loaded in the period that were not taken in, whatever became of the import since; files refused as a whole are not in the book."
    ),
    N_("Alike lines"): N_(
        "Beyond a number of lines refused for one cause, one row gives the count and the sum of the others."
    ),
}


def control_workbook(
    view: ControlView, context: Mapping[str, str] | None = None, lang: str = "fr"
) -> bytes:
    """Return the pack: summary, changes by subject, refused lines with totals by currency, method."""
    _, f = translator(lang), formats(lang)
    period = _("From {start} to {end}").format(start=f.date(view.from_on), end=f.date(view.to_on))
    told = {_("Period"): period, **(context or {})}
    page = Page(
        title=_("Internal control"),
        right=period,
        footer=_("Confidential"),
        page_of=_("Page {page} of {pages}").format(page="&P", pages="&N"),
        created_on=view.to_on,
    )
    sheets = [_summary(view, told, lang)]
    for title, kinds in SHEETS.items():
        rows = view.changes.loc[view.changes["kind"].isin(kinds)]
        sheets.append(_sheet(view, _(title), changes_table(rows, lang), told, lang))
    sheets.append(_sheet(view, _("Refused lines"), refused_table(view.refused, lang), told, lang))
    return write([*sheets, _method(told, lang)], page, lang)


def changes_table(rows: pd.DataFrame, lang: str) -> tuple[list[ListColumn], pd.DataFrame]:
    """Return the columns of changes and their rows in words."""
    _, f = translator(lang), formats(lang)
    records = rows.to_dict("records")
    told = rows.assign(
        when=[f.date_time(row["at"]) for row in records],
        kind=[kind_word(row["kind"], lang) for row in records],
        event=[event_word(row["event"], lang) for row in records],
        subject=[subject_words(row, lang) for row in records],
        before=[value_words(row, "before", lang) for row in records],
        after=[value_words(row, "after", lang) for row in records],
        effective_on=pd.to_datetime(rows["effective_on"]),
        undone=[_("yes") if row["is_undone"] else "" for row in records],
    )
    columns = [
        ListColumn("when", _("When"), "text", width=18),
        ListColumn("by", _("By"), "text", width=16),
        ListColumn("kind", _("Kind"), "text", width=22),
        ListColumn("event", _("What was done"), "text", width=18),
        ListColumn("company_id", _("Company"), "text", width=14),
        ListColumn("customer_id", _("Customer code"), "text", width=14),
        ListColumn("name", _("Customer"), "text", width=28),
        ListColumn("subject", _("Subject"), "text", width=40),
        ListColumn("before", _("Before"), "text", width=28),
        ListColumn("after", _("After"), "text", width=28),
        ListColumn("effective_on", _("Effective on"), "date"),
        ListColumn("reason", _("Reason"), "text", width=40),
        ListColumn("change_id", _("Change"), "text", width=16),
        ListColumn("undoes", _("Undoes"), "text", width=16),
        ListColumn("undone", _("Undone since"), "text", width=12),
    ]
    return columns, told


def refused_table(rows: pd.DataFrame, lang: str) -> tuple[list[ListColumn], pd.DataFrame]:
    """Return the columns of refused lines and their rows, amounts as amounts."""
    _, f = translator(lang), formats(lang)
    records = rows.to_dict("records")
    told = rows.assign(
        when=[f.date_time(row["at"]) for row in records],
        why=[issue_sentence(_issue(row), lang) for row in records],
    )
    columns = [
        ListColumn("when", _("When"), "text", width=18),
        ListColumn("by", _("By"), "text", width=16),
        ListColumn("company_id", _("Company"), "text", width=14),
        ListColumn("file_name", _("File"), "text", width=30),
        ListColumn("sheet", _("Sheet"), "text"),
        ListColumn("row_number", _("Line"), "integer"),
        ListColumn("why", _("What is wrong"), "text", width=60),
        ListColumn("value", _("Value read"), "text", width=24),
        ListColumn("amount_minor", _("Amount"), "amount", "currency", is_summed=True),
        ListColumn("count", _("Count of lines"), "integer"),
        ListColumn("batch_id", _("Import"), "text", width=18),
    ]
    return columns, told


def _issue(row: dict[Any, Any]) -> Issue:
    known = {name: None if pd.isna(row[name]) else row[name] for name in ("value", "detail")}
    number = None if pd.isna(row["row_number"]) else int(row["row_number"])
    column = None if pd.isna(row["column"]) else str(row["column"])
    return Issue(row["code"], "refused", row_number=number, column=column, **known)


def _sheet(
    view: ControlView,
    title: str,
    table: tuple[list[ListColumn], pd.DataFrame],
    context: Mapping[str, str],
    lang: str,
) -> Sheet:
    columns, rows = table
    return list_sheet(Listing(title, view.to_on, columns, rows, context, {}), lang)


def _summary(view: ControlView, context: Mapping[str, str], lang: str) -> Sheet:
    """Return changes counted by kind and author, then refused lines by currency."""
    _ = translator(lang)
    counts = [
        (kind_word(row["kind"], lang), row["by"], int(row["count"]), None, None)
        for row in view.counts.to_dict("records")
    ]
    refused = [
        (
            _("Refused lines"),
            None,
            int(row["count"]),
            None if pd.isna(row["amount_minor"]) else int(row["amount_minor"]),
            None if pd.isna(row["currency"]) else row["currency"],
        )
        for row in view.refused_totals.to_dict("records")
    ]
    rows = counts + refused
    currencies = [row[4] for row in rows]
    return Sheet(
        _("Summary"),
        (
            Column(_("Kind"), "text", [row[0] for row in rows], width=32),
            Column(_("By"), "text", [row[1] for row in rows], width=22),
            Column(_("Count"), "integer", [row[2] for row in rows]),
            Column(_("Amount"), "amount", [row[3] for row in rows], currencies),
            Column(_("Currency"), "text", currencies, width=9),
        ),
        lines=(_("Internal control"), " · ".join(context.values())),
    )


def _method(context: Mapping[str, str], lang: str) -> Sheet:
    _ = translator(lang)
    rows = [*context.items(), *((_(name), _(words)) for name, words in _METHOD.items())]
    return Sheet(
        _("Method"),
        (
            Column(_("Item"), "text", [row[0] for row in rows], width=26),
            Column(_("Value"), "text", [row[1] for row in rows], width=110),
        ),
    )
