"""The case file: a zip of one PDF to read and one workbook to work with, from the same sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import arlib
from arlib.i18n import N_, formats, translator
from arlib.i18n.formats import is_missing
from arlib.reports.case_sheets import case_sheets, paper_sheets
from arlib.reports.letter_values import BLANK, drawn
from arlib.reports.pdf import compile_pdf
from arlib.reports.writer import Page, write
from arlib.reports.zipped import zipped

if TYPE_CHECKING:
    from arlib.reports.sheet import Cell, Sheet
    from arlib.views.case_file import CaseFile

_RIGHT: Final = frozenset({"amount", "integer", "days", "ratio", "number"})
_MOST_ROWS: Final = 200  # of one table on paper: the workbook has them all
_SIGNATURE: Final = N_(
    "Taken from the books of {company} on {date}. Interest is a simulation, to be checked before it is claimed; dates of limitation are estimates."
)


def case_file_zip(case: CaseFile, lang: str = "fr") -> bytes:
    """Return the zip; the same case always gives the same bytes."""
    name = _name(case)
    return zipped(
        {f"{name}.pdf": case_file_pdf(case, lang), f"{name}.xlsx": case_file_workbook(case, lang)}
    )


def case_file_workbook(case: CaseFile, lang: str = "fr") -> bytes:
    """Return the workbook, one sheet a subject."""
    _, f = translator(lang), formats(lang)
    page = Page(
        title=_title(case, lang),
        right=_("As of {date}").format(date=f.date(case.letters.as_of)),
        footer=_("Confidential"),
        page_of=_("Page {page} of {pages}").format(page="&P", pages="&N"),
        created_on=case.letters.as_of,
    )
    return write(case_sheets(case, lang), page, lang)


def case_file_pdf(case: CaseFile, lang: str = "fr") -> bytes:
    """Return the PDF: the same sheets as tables, those that fit a page."""
    _, f, view = translator(lang), formats(lang), case.letters
    company = " ".join(drawn(line) for line in view.sender["name"]) or BLANK
    data = {
        "title": _title(case, lang),
        "header_left": _("Case file: {name}").format(name=drawn(view.name)),
        "header_right": _("As of {date}").format(date=f.date(view.as_of)),
        "words": _(_SIGNATURE).format(company=company, date=f.date(view.as_of)),
        "program": f"Encours {arlib.__version__} · "
        + _("policy {version}").format(version=view.policy_version),
        "sections": [_section(sheet, columns, lang) for sheet, columns in paper_sheets(case, lang)],
    }
    return compile_pdf("case_file", data, created_on=view.as_of, lang=lang)


def _title(case: CaseFile, lang: str) -> str:
    _, view = translator(lang), case.letters
    words = _("Case file: {name} ({code})")
    return words.format(name=drawn(view.name), code=drawn(view.customer_id))


def _name(case: CaseFile) -> str:
    code = case.letters.customer_id
    kept = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in code)
    return f"dossier_{kept[:40]}_{case.letters.as_of:%Y-%m-%d}"


def _section(sheet: Sheet, widths: tuple[tuple[int, int], ...], lang: str) -> dict[str, Any]:
    """Return a sheet as a table of texts: the columns chosen, each with its width."""
    _, f = translator(lang), formats(lang)
    kept = [(sheet.columns[place], width) for place, width in widths]
    count = min(sheet.count_rows, _MOST_ROWS)
    rows = [[cell_text(column.cell(row), lang) for column, _width in kept] for row in range(count)]
    note = ""
    if sheet.count_rows > count:
        words = _("The first {n} are shown; the files hold all of them.")
        note = words.format(n=f.integer(count))
    return {
        "title": sheet.title,
        "note": note or ("" if rows else _("Nothing.")),
        "table": {
            "titles": [column.title for column, _width in kept],
            "aligns": ["right" if column.kind in _RIGHT else "left" for column, _width in kept],
            "widths": [width for _column, width in kept],
            "rows": rows,
            "totals": sheet.count_totals,
            "size": 7.5,
        },
    }


def cell_text(cell: Cell, lang: str) -> str:
    """Return a cell as the language writes it; what is missing is empty."""
    f, value = formats(lang), cell.value
    if is_missing(value):
        return ""
    writers = {
        "amount": lambda: f.amount(value, cell.currency or ""),
        "date": lambda: f.date(value),
        "integer": lambda: f.integer(value),
        "days": lambda: f.decimal(value),
        "ratio": lambda: f.percent(value, 2),
        "number": lambda: f.decimal(value, 2),
    }
    return writers[cell.kind]() if cell.kind in writers else drawn(value)
