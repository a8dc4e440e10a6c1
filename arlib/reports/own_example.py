"""The example of a company's own workbook: a page with marks, a list to repeat, and every mark explained."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from arlib.charts import palette
from arlib.i18n import N_, translator
from arlib.reports.own_marks import LISTS, catalogue, policy_buckets

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

    from arlib.model.policy import Policy

# Fixed, so that the same program gives the same bytes.
_CREATED: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook's date has no zone
_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
_HEADLINES: Final = (
    (N_("Unpaid amount"), "outstanding"),
    (N_("Overdue"), "overdue"),
    (N_("Share overdue"), "overdue_ratio"),
    (N_("DSO, count-back"), "dso_count_back"),
    (N_("Customers over their limit"), "over_limit"),
    (N_("Expected in 4 weeks"), "forecast.4"),
)
_OVERRUNS: Final = ("customer", "code", "exposure", "limit", "overrun", "use", "since")
_AMOUNTS: Final = ("exposure", "limit", "overrun")


def example_workbook(policy: Policy, lang: str = "fr") -> bytes:
    """Return the example, three sheets: the page, the overruns, every mark with its meaning."""
    _ = translator(lang)
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, dict(_OPTIONS)) as book:
        book.set_properties({"title": _("Example of your own workbook"), "created": _CREATED})
        bold = book.add_format({"bold": True, "font_color": palette.HEADING})
        head = book.add_format(
            {"bold": True, "font_color": palette.HEADING, "bg_color": palette.PANEL, "bottom": 1}
        )
        _page(book, bold, lang)
        _overruns(book, head, lang)
        _all(book, head, policy, lang)
    return stream.getvalue()


def mark(name: str) -> str:
    """Return a mark as it is written in a cell.

    >>> mark("as_of")
    '{{as_of}}'
    """
    return "{{" + name + "}}"


def _page(book: Workbook, bold: Format, lang: str) -> None:
    """Write a page of headlines, with a formula of the user's between two marks."""
    _ = translator(lang)
    place = book.add_worksheet(_("Committee"))
    place.set_column(0, 0, 34)
    place.set_column(1, 3, 20)
    place.write_string(0, 0, mark("company"), bold)
    words = _("Receivables on {date}, policy {policy}")
    place.write_string(1, 0, words.format(date=mark("as_of"), policy=mark("policy")))
    for row, (words, name) in enumerate(_HEADLINES, 3):
        place.write_string(row, 0, _(words))
        place.write_string(row, 1, mark(name))
    place.write_string(3, 2, mark("outstanding.previous"))
    place.write_formula(3, 3, "=B4-C4", book.add_format({"num_format": "#,##0.00"}), 0)
    place.write_string(2, 1, mark("as_of"), bold)
    place.write_string(2, 2, mark("previous_on"), bold)
    place.write_string(2, 3, _("Change"), bold)


def _overruns(book: Workbook, head: Format, lang: str) -> None:
    """Write a list: its titles, the row that is repeated, a total below."""
    _ = translator(lang)
    place, fields = book.add_worksheet(_("Overruns")), LISTS["overruns"].fields
    place.set_column(0, 0, 34)
    place.set_column(1, len(_OVERRUNS) - 1, 16)
    bold: Any = book.add_format({"bold": True, "top": 1, "num_format": "#,##0.00"})
    for column, name in enumerate(_OVERRUNS):
        place.write_string(0, column, _(fields[name].meaning), head)
        place.write_string(1, column, mark(f"overruns.{name}"))
        if name in _AMOUNTS:
            letter = chr(ord("A") + column)
            place.write_formula(2, column, f"=SUM({letter}2:{letter}2)", bold, 0)
    place.write_string(2, 0, _("Total"), bold)
    place.freeze_panes(1, 0)


def _all(book: Workbook, head: Format, policy: Policy, lang: str) -> None:
    """Write every mark, its meaning and, for those outside lists, the mark itself."""
    _ = translator(lang)
    place = book.add_worksheet(_("Marks"))
    place.set_column(0, 0, 30)
    place.set_column(1, 1, 64)
    place.set_column(2, 2, 28)
    for column, words in enumerate((_("Mark"), _("Meaning"), _("Value"))):
        place.write_string(0, column, words, head)
    for row, (name, meaning) in enumerate(catalogue(lang, policy_buckets(policy)), 1):
        place.write_string(row, 0, name)
        place.write_string(row, 1, meaning)
        if name.partition(".")[0] not in LISTS:
            place.write_string(row, 2, mark(name))
    place.freeze_panes(1, 0)
