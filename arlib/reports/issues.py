"""Every doubtful or refused line of files being imported, as a workbook to correct from."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from arlib.i18n import N_, translator
from arlib.i18n.issues import issue_sentence
from arlib.reports.sheet import Column, Sheet
from arlib.reports.writer import Page, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.model.files import ParsedFile

_NO_DAY: Final = date(2000, 1, 1)  # a workbook needs a date of creation; no clock is read here
SEVERITIES: Final = {
    "refused": N_("line refused"),
    "doubtful": N_("line doubtful"),
    "ignored": N_("line ignored"),
    "note": N_("line noted"),
}


def issues_workbook(files: Sequence[ParsedFile], lang: str = "fr") -> bytes:
    """Return one sheet: file, place, severity, what is wrong, value read, amount; refused first."""
    _ = translator(lang)
    rank = list(SEVERITIES)
    found = [(file, issue) for file in files for issue in file.issues]
    found.sort(key=lambda pair: rank.index(pair[1].severity))
    issues = [issue for _file, issue in found]
    columns = (
        Column(_("File"), "text", [file.file_name for file, _issue in found], width=30),
        Column(_("Sheet"), "text", [issue.sheet for issue in issues]),
        Column(_("Line"), "integer", [issue.row_number for issue in issues]),
        Column(_("Severity"), "text", [_(SEVERITIES[issue.severity]) for issue in issues]),
        Column(_("What is wrong"), "text", [issue_sentence(i, lang) for i in issues], width=70),
        Column(_("Column"), "text", [issue.column for issue in issues]),
        Column(_("Value read"), "text", [issue.value for issue in issues], width=24),
        Column(
            _("Amount"),
            "amount",
            [issue.amount_minor for issue in issues],
            [issue.currency for issue in issues],
        ),
    )
    days = [file.extracted_on or file.covers_to for file in files]
    page = Page(
        title=_("Lines to check"),
        right=", ".join(file.file_name for file in files),
        footer=_("Confidential"),
        page_of=_("Page {page} of {pages}").format(page="&P", pages="&N"),
        created_on=max((day for day in days if day), default=_NO_DAY),
    )
    return write([Sheet(_("Lines to check"), columns)], page, lang)
