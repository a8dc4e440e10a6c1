"""The sections of a credit file that list: what was written, what is open, where the figures come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

import arlib
from arlib.i18n import MISSING, formats, translator
from arlib.i18n.companies import company_name
from arlib.i18n.labels import label
from arlib.model.keys import number_of
from arlib.reports import method as rows_of
from arlib.reports import pack_method
from arlib.reports.customer import definition_lines
from arlib.reports.document import Column, Table, Words
from arlib.reports.dossier_parts import further, section
from arlib.reports.risk_pdf import breakable
from arlib.reports.sheet import Cell

if TYPE_CHECKING:
    from arlib.reports.document import Block
    from arlib.views.dossier import Dossier

MOST_DISPUTES: Final = 6
MOST_PROMISES: Final = 6
MOST_NOTES: Final = 8
MOST_ITEMS: Final = 22
_MOST_FILES: Final = 6
_NOTE: Final = 200


def followup(dossier: Dossier, lang: str) -> dict[str, Any]:
    """Return disputes, promises and notes, the latest of each."""
    _, f, file = translator(lang), formats(lang), dossier.file
    opened = int(file.disputes["closed_on"].isna().sum())
    count = len(file.promises)
    title = _("Disputes, promises and notes")
    tables = (_disputes(dossier, lang), _promises(dossier, lang), _notes(dossier, lang))
    blocks: list[Block] = [table for table in tables if table.rows]
    if not blocks:
        return section(title, "", Words(_("No note, promise, dispute or review.")))
    lead = _("Open disputes: {n}; promises: {promises}; entries: {notes}. Facts alone.").format(
        n=f.integer(opened), promises=f.integer(count), notes=f.integer(len(file.actions))
    )
    return section(title, lead, *blocks)


def _disputes(dossier: Dossier, lang: str) -> Table:
    _, f, rows = translator(lang), formats(lang), dossier.file.disputes
    shown = rows.head(MOST_DISPUTES)
    lines = tuple(
        (
            str(row["number"]) if isinstance(row["number"], str) else MISSING,
            _joined(label("dispute", row["reason"], lang), row["owner"]),
            f.amount(row["amount_minor"], row["currency"]),
            f.date(_day(row["opened_on"])),
            f.date(_day(row["target_on"])),
            f.date(_day(row["closed_on"])) if pd.notna(row["closed_on"]) else f"▲ {_('open')}",
        )
        for row in shown.to_dict("records")
    )
    columns: tuple[Column, ...] = (
        (_("Disputes"), "left", 1.2),
        (_("Cause"), "left", 2.2),
        (_("Disputed"), "right", 1.1),
        (_("Opened"), "right", 0.9),
        (_("To settle by"), "right", 0.9),
        (_("Closed"), "right", 0.9),
    )
    return Table("", columns, lines, note=further(len(rows) - len(shown), lang), is_small=True)


def _promises(dossier: Dossier, lang: str) -> Table:
    _, f = translator(lang), formats(lang)
    rows = dossier.file.promises.sort_values(["due_on", "taken_on"], ascending=False)
    shown = rows.head(MOST_PROMISES)
    lines = tuple(
        (
            f.date(_day(row["taken_on"])),
            f.date(_day(row["due_on"])),
            breakable(_numbers(row["document_ids"]) or _("customer")),
            f.amount(row["amount_minor"], row["currency"]),
            f.amount(row["received_minor"], row["currency"]),
            label("promise", row["status"], lang)
            if isinstance(row["status"], str)
            else label("reason", row["status_reason"], lang),
        )
        for row in shown.to_dict("records")
    )
    columns: tuple[Column, ...] = (
        (_("Promises taken on"), "left", 1.2),
        (_("Promised for"), "left", 1.0),
        (_("Invoices"), "left", 1.8),
        (_("Amount"), "right", 1.1),
        (_("Cash received"), "right", 1.1),
        (_("State"), "left", 1.0),
    )
    return Table("", columns, lines, note=further(len(rows) - len(shown), lang), is_small=True)


def _notes(dossier: Dossier, lang: str) -> Table:
    """Return what was written beside promises, the latest first."""
    _, f, rows = translator(lang), formats(lang), dossier.file.actions
    rows = rows[rows["kind"] != "promise"]
    shown = rows.head(MOST_NOTES)
    lines = tuple(
        (
            f.date(_day(row["taken_on"])),
            label("action", row["kind"], lang),
            breakable(_noted(row, lang)),
            breakable(row["author"]) if isinstance(row["author"], str) else MISSING,
        )
        for row in shown.to_dict("records")
    )
    columns: tuple[Column, ...] = (
        (_("Notes"), "left", 0.8),
        (_("Kind"), "left", 1.0),
        (_("Text"), "left", 4.0),
        (_("Author"), "left", 1.2),
    )
    return Table("", columns, lines, note=further(len(rows) - len(shown), lang), is_small=True)


def _noted(row: dict[Any, Any], lang: str) -> str:
    """Return the words of an entry, with its cause and the day it is for."""
    parts = [
        label("late_cause", row["cause"], lang) if isinstance(row["cause"], str) else "",
        row["text"][:_NOTE] if isinstance(row["text"], str) else "",
        formats(lang).date(_day(row["due_on"])) if pd.notna(row["due_on"]) else "",
    ]
    return " · ".join(part for part in parts if part)


def items(dossier: Dossier, lang: str) -> dict[str, Any]:
    """Return the open items, oldest due first; a long list goes to the workbook and says so."""
    _, f, rows = translator(lang), formats(lang), dossier.file.customer.items
    title = _.ngettext("{n} open item", "{n} open items", len(rows)).format(n=f.integer(len(rows)))
    lead = _("Oldest due first, on {date}").format(date=f.date(dossier.as_of))
    if rows.empty:
        return section(title, lead, Words(_("Nothing is open")))
    shown = rows.head(MOST_ITEMS)
    lines = tuple(
        (
            breakable(str(row["number"])),
            label("kind", row["kind"], lang),
            f.date(_day(row["issued_on"])),
            f.date(_day(row["due_on"])),
            f.integer(row["days_late"]) if pd.notna(row["days_late"]) else MISSING,
            f.amount(row["amount_minor"], row["currency"]),
            f.amount(row["open_minor"], row["currency"]),
            f.amount(row["disputed_minor"], row["currency"]) if row["disputed_minor"] else "",
        )
        for row in shown.to_dict("records")
    )
    columns: tuple[Column, ...] = (
        (_("Number"), "left", 1.4),
        (_("Kind"), "left", 1.0),
        (_("Issued on"), "right", 1.0),
        (_("Due on"), "right", 1.0),
        (_("Days late"), "right", 0.8),
        (_("Amount"), "right", 1.2),
        (_("Open"), "right", 1.2),
        (_("In dispute"), "right", 1.1),
    )
    note = further(len(rows) - len(shown), lang)
    return section(title, lead, Table("", columns, lines, note=note, is_small=True))


def method(dossier: Dossier, lang: str) -> dict[str, Any]:
    """Return sources and their hashes, tie-out, warnings, definitions."""
    _ = translator(lang)
    subject = _("Scope")
    filters = ", ".join(
        f"{_(rows_of.FILTERS[name])} {value}" for name, value in dossier.filters.items()
    )
    scope = [
        (subject, _("As of"), Cell(dossier.as_of, "date"), ""),
        (subject, _("Company"), Cell(company_name(dossier.company_name, lang)), ""),
        (subject, _("Filters"), Cell(filters or _("none")), ""),
        (subject, _("Exposure tested"), Cell(dossier.file.customer.exposure_basis), ""),
        (subject, _("Policy"), Cell(dossier.policy.version), ""),
        (subject, _("Program"), Cell(f"Encours {arlib.__version__}"), ""),
    ]
    tables = [
        pack_method.table_of(subject, scope, lang),
        pack_method.files(dossier, lang, _MOST_FILES),
        pack_method.table_of(_("Tie-out with the ledger"), rows_of.tie_out_rows(dossier, lang), lang),
        pack_method.table_of(_("Data warnings"), rows_of.warning_rows(dossier, lang), lang),
        pack_method.table_of(_("Definitions"), definition_lines(lang), lang),
    ]  # fmt: skip
    lead = _(
        "Payment data of one customer: not to be passed on to other suppliers; notes keep to facts."
    )
    kept = [table for table in tables if table.rows]
    return section(pack_method.title(dossier, lang), lead, *kept)


def _numbers(value: Any) -> str:
    return ", ".join(number_of(key) for key in value.split("\n")) if isinstance(value, str) else ""


def _joined(words: str, more: Any) -> str:
    return f"{words} · {more}" if isinstance(more, str) and more else words


def _day(value: Any) -> Any:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
