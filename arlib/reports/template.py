"""Writes our import workbook, blank or filled, from the declaration the reader uses."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from arlib.i18n import translator
from arlib.model.money import DEFAULT_CURRENCY, to_major
from arlib.model.template import COMPANY, GUIDE_TITLE, NO, SHEETS, YES, Field, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

# Cells of data are never live: a customer called “=HYPERLINK(…)” stays text.
_OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "in_memory": True,
}
# Fixed, so that the same content gives the same bytes.
_CREATED: Final = dt.datetime(2026, 1, 1, 0, 0)  # noqa: DTZ001 - a workbook's date has no zone
_LAST_ROW: Final = 1_048_575
_MAX_LIST_CHARS: Final = 255
_NUMBER_FORMATS: Final = {
    "code": "@",
    "text": "@",
    "choice": "@",
    "flag": "@",
    "amount": "#,##0.00",
    "date": "dd/mm/yyyy",
    "integer": "0",
    "number": "0.######",
    "percent": "0.0#%",
}
_FIRST_DAY: Final = dt.date(1990, 1, 1)
_LAST_DAY: Final = dt.date(2099, 12, 31)
_HEADER_FILL: Final = "#1F3A5F"
_NEEDED_FILL: Final = "#0B6E6E"


def write_template(out: BinaryIO | Path | str, *, language: str = "fr") -> None:
    """Write the blank workbook: every sheet, formats and validations, no line, and a guide at the end.

    Raises:
        OSError: ``out`` is a path that cannot be written.
    """
    write_filled(out, {}, language=language)


def write_filled(
    out: BinaryIO | Path | str,
    rows: Mapping[str, Iterable[Mapping[str, object]]],
    *,
    language: str = "fr",
) -> None:
    """Write the workbook with ``rows`` in it: sheet key -> lines (canonical field -> value).

    ``*_minor`` integers are minor units of the line's currency and become major amounts; flags,
    canonical choices and dates become typed cells; a string given for any cell is written as text.

    Raises:
        KeyError: a line names a field its sheet does not have.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(str(out) if hasattr(out, "__fspath__") else out, _OPTIONS)
    book.set_properties({"title": "Encours", "created": _CREATED})
    formats = _formats(book)
    translate = translator(language)
    company_currency = _currency_of(rows)
    for sheet in SHEETS:
        worksheet = book.add_worksheet(sheet.title)
        _lay_out(worksheet, sheet, formats, translate)
        _fill(worksheet, sheet, rows.get(sheet.key, ()), formats, company_currency)
    _guide(book.add_worksheet(GUIDE_TITLE), formats, translate)
    book.close()


def _currency_of(rows: Mapping[str, Iterable[Mapping[str, object]]]) -> str:
    for line in rows.get(COMPANY.key, ()):
        return str(line.get("currency") or DEFAULT_CURRENCY)
    return DEFAULT_CURRENCY


def _formats(book: Workbook) -> dict[str, Format]:
    """Return the cell formats by kind of cell, and those of the headers and the guide."""
    formats = {
        cell: book.add_format({"num_format": code}) for cell, code in _NUMBER_FORMATS.items()
    }
    header = {"bold": True, "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
    formats["header"] = book.add_format({**header, "bg_color": _HEADER_FILL})
    formats["needed"] = book.add_format({**header, "bg_color": _NEEDED_FILL})
    formats["title"] = book.add_format({"bold": True, "font_size": 14})
    formats["bold"] = book.add_format({"bold": True, "valign": "top"})
    formats["wrap"] = book.add_format({"text_wrap": True, "valign": "top"})
    return formats


def _lay_out(
    worksheet: Worksheet, sheet: Sheet, formats: Mapping[str, Format], _: Callable[[str], str]
) -> None:
    """Write header, widths, formats and validations of one sheet."""
    worksheet.freeze_panes(1, 0)
    worksheet.set_row(0, 32)
    for position, item in enumerate(sheet.fields):
        worksheet.set_column(position, position, item.width, formats[item.cell])
        worksheet.write_string(
            0, position, item.header, formats["needed" if item.needed else "header"]
        )
        if rule := _validation(item, _):
            worksheet.data_validation(1, position, _LAST_ROW, position, rule)
    worksheet.set_landscape()
    worksheet.repeat_rows(0)
    worksheet.fit_to_pages(1, 0)


def _validation(item: Field, _: Callable[[str], str]) -> dict[str, Any] | None:
    """Return the rule Excel applies to what is typed; text takes anything."""
    rules: dict[str, dict[str, Any]] = {
        "date": {
            "validate": "date",
            "criteria": "between",
            "minimum": _FIRST_DAY,
            "maximum": _LAST_DAY,
        },
        "amount": {"validate": "decimal", "criteria": "between", "minimum": -1e13, "maximum": 1e13},
        "number": {"validate": "decimal", "criteria": "between", "minimum": -1e13, "maximum": 1e13},
        "percent": {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1},
        "integer": {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": 999},
    }
    words = [YES, NO] if item.cell == "flag" else list(item.choices.values())
    if words and len(",".join(words)) <= _MAX_LIST_CHARS:
        rule: dict[str, Any] | None = {"validate": "list", "source": words}
    else:
        rule = rules.get(item.cell)
    if rule is None:
        return None
    return {
        **rule,
        "error_title": item.header[:32],
        "error_message": _("This cell does not hold the kind of value expected in this column."),
        # Excel forbids nothing: a pasted value is checked, and named, at the import.
        "error_type": "warning",
    }


def _fill(
    worksheet: Worksheet,
    sheet: Sheet,
    lines: Iterable[Mapping[str, object]],
    formats: Mapping[str, Format],
    company_currency: str,
) -> None:
    """Write the lines of one sheet, column by column of its declaration."""
    positions = {item.name: (position, item) for position, item in enumerate(sheet.fields)}
    for row, line in enumerate(lines, start=1):
        currency = str(line.get("currency") or company_currency)
        for name, value in line.items():
            position, item = positions[name]
            if value is not None and value != "":
                _write_cell(worksheet, row, position, item, value, formats[item.cell], currency)


def _write_cell(
    worksheet: Worksheet,
    row: int,
    position: int,
    item: Field,
    value: object,
    cell_format: Format,
    currency: str,
) -> None:
    """Write one typed cell."""
    if isinstance(value, bool):
        worksheet.write_string(row, position, YES if value else NO, cell_format)
    elif isinstance(value, dt.date):
        worksheet.write_datetime(row, position, value, cell_format)
    elif isinstance(value, str):
        worksheet.write_string(row, position, item.choices.get(value, value), cell_format)
    elif item.cell == "amount" and isinstance(value, int):
        worksheet.write_number(row, position, float(to_major(value, currency)), cell_format)
    else:
        worksheet.write_number(row, position, float(str(value)), cell_format)


def _guide(worksheet: Worksheet, formats: Mapping[str, Format], _: Callable[[str], str]) -> None:
    """Write the last sheet: the rules in a few sentences, then every column and what to type."""
    worksheet.set_column(0, 0, 26)
    worksheet.set_column(1, 1, 32)
    worksheet.set_column(2, 2, 96)
    worksheet.write_string(0, 0, _("How to fill this workbook"), formats["title"])
    for row, sentence in enumerate(_RULES, start=2):
        worksheet.write_string(row, 0, "•")
        worksheet.write_string(row, 1, _(sentence))
    row = len(_RULES) + 3
    for sheet in SHEETS:
        worksheet.write_string(row, 0, sheet.title, formats["bold"])
        worksheet.write_string(row, 1, _(sheet.about), formats["bold"])
        for offset, item in enumerate(sheet.fields, start=1):
            words = _(item.about)
            if item.choices and item.name != "currency":
                words += " (" + ", ".join(item.choices.values()) + ")"
            worksheet.write_string(row + offset, 1, item.header + (" *" if item.needed else ""))
            worksheet.write_string(row + offset, 2, words, formats["wrap"])
        row += len(sheet.fields) + 2


_RULES: Final = (
    "One company a file: fill the first sheet, then only the sheets you need.",
    "Columns with a green header are needed; a line without them is refused and listed.",
    "Amounts include VAT. Dates are real dates, or text such as 31/12/2026.",
    "Without settlement or allocation, every document is taken as open on the extraction date.",
    "A bounced payment names the payment in “Pièce d’origine”: the invoice opens again with its due date.",
    "An allocation without instalment number pays the oldest due date first.",
    "A customer absent from its sheet is created and reported.",
)
