"""The last section: sources and their hashes, tie-out, warnings, definitions, settings' version."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from arlib.i18n import formats, translator
from arlib.reports import method as rows_of
from arlib.reports.document import Column, Section, Table
from arlib.reports.text import cell_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.views.report import RiskReport

MOST_FILES: Final = 14
MOST_LINES: Final = 16


def method(views: RiskReport, lang: str) -> Section:
    """Return where the figures come from, whether they tie, what is doubtful, how they are made."""
    _ = translator(lang)
    tables = [
        table_of(_("Scope"), rows_of.scope_rows(views, lang), lang),
        files(views, lang),
        table_of(_("Tie-out with the ledger"), rows_of.tie_out_rows(views, lang), lang),
        table_of(_("Data warnings"), rows_of.warning_rows(views, lang), lang),
        table_of(_("Definitions"), rows_of.definition_rows(lang), lang),
    ]
    lead = _("The settings, line by line, stand in the workbook under the same policy version.")
    kept = tuple(table for table in tables if table.rows)
    return Section("method", _("Method"), title(views, lang), lead, kept)


def title(views: rows_of.Stated, lang: str) -> str:
    """Return the message of the page: does it tie, and how many warnings."""
    _, f = translator(lang), formats(lang)
    count = len(views.status.quality)
    warned = _.ngettext("{n} data warning", "{n} data warnings", count).format(n=f.integer(count))
    return _("{first}; {second}").format(first=tie_out_words(views, lang), second=warned)


def tie_out_words(views: rows_of.Stated, lang: str) -> str:
    """Return whether the analysed balance is that of the ledger, in one sentence."""
    _ = translator(lang)
    if views.status.is_tied is None:
        return _("No ledger to tie with")
    if views.status.is_tied:
        return _("Ties with the ledger")
    return _("Does not tie with the ledger")


def files(views: rows_of.Stated, lang: str, most: int = MOST_FILES) -> Table:
    """Return the live files with their hashes; beyond a page, one hash over those of the others."""
    _ = translator(lang)
    found = rows_of.file_rows(views, lang)
    made = table_of(_("Files"), found[:most], lang)
    if len(found) <= most:
        return made
    rest = found[most:]
    digest = hashlib.sha256("\n".join(row[3] for row in rest).encode()).hexdigest()
    words = _("{n} further files, listed in the workbook; SHA-256 of their lines: {digest}").format(
        n=len(rest), digest=digest
    )
    return Table(made.title, made.columns, made.rows, note=words, is_small=True)


def table_of(name: str, rows: Sequence[rows_of.Row], lang: str) -> Table:
    """Return rows of the method sheet as a table: item, value, detail."""
    _ = translator(lang)
    shown = rows[:MOST_LINES]
    has_value = any(row[2].value not in ("", None) for row in shown)
    has_detail = any(row[3] for row in shown)
    lines = []
    for _subject, item, value, detail in shown:
        words = [item]
        words += [cell_words(value, lang)] if has_value else []
        words += [detail] if has_detail else []
        lines.append(tuple(words))
    columns: list[Column] = [(name, "left", 1.3)]
    columns += [("", "left", 1.0)] if has_value else []
    columns += [("", "left", 3.0)] if has_detail else []
    note = ""
    if len(rows) > len(shown):
        note = _("{n} further lines stand in the workbook.").format(n=len(rows) - len(shown))
    return Table("", tuple(columns), tuple(lines), note=note, is_small=True)
