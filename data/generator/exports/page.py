"""A page being written: rows of cells and what each row is, then its bytes."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.generator.exports.listing import Row

# title, header, section, item, other, total, footer, blank…: what a reader must make of the row.
Role = str
_EPOCH: Final = dt.datetime(2026, 11, 1)  # noqa: DTZ001 - a fixed stamp: same bytes every time


@dataclass(slots=True)
class Page:
    """Rows in the order written; ``shown`` are the lines of the book that the items write."""

    rows: list[tuple[Role, list[Any]]] = field(default_factory=list)
    shown: list[Row] = field(default_factory=list)

    def add(self, role: Role, *cells: Any) -> None:
        """Add a row."""
        self.rows.append((role, list(cells)))

    def item(self, row: Row, *cells: Any) -> None:
        """Add the row that writes a line of the book."""
        self.shown.append(row)
        self.add("item", *cells)

    def roles(self) -> Counter[str]:
        """Return how many rows of each role."""
        return Counter(role for role, _ in self.rows)

    def text(
        self,
        separator: str,
        *,
        day: Callable[[dt.date], str],
        number: Callable[[int], str],
        encoding: str = "utf-8-sig",
        quoting: Literal[0, 1, 2, 3] = csv.QUOTE_MINIMAL,
        end: str = "\r\n",
    ) -> bytes:
        """Return the page as separated text; cents are ``Cents``, dates are dates."""
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=separator, quoting=quoting, lineterminator=end)
        for _, cells in self.rows:
            writer.writerow([_plain(cell, day, number) for cell in cells])
        return stream.getvalue().encode(encoding)

    def workbook(self, sheet: str, date_format: str = "dd/mm/yyyy") -> bytes:
        """Return the page as a workbook of one sheet, with true dates and numbers."""
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as book:
            book.set_properties({"created": _EPOCH})
            days = book.add_format({"num_format": date_format})
            money = book.add_format({"num_format": "#,##0.00"})
            page = book.add_worksheet(sheet)
            for index, (_, cells) in enumerate(self.rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, Cents):
                        page.write_number(index, column, cell / 100, money)
                    elif isinstance(cell, dt.date):
                        stamp = dt.datetime.combine(cell, dt.time())
                        page.write_datetime(index, column, stamp, days)
                    elif cell not in (None, ""):
                        page.write(index, column, cell)
        return stream.getvalue()


class Cents(int):
    """An amount in cents, written as the page's numbers are."""


def _plain(cell: Any, day: Callable[[dt.date], str], number: Callable[[int], str]) -> str:
    if isinstance(cell, Cents):
        return number(cell)
    if isinstance(cell, dt.date):
        return day(cell)
    return "" if cell is None else str(cell)


def money(row: Row, cents: int) -> Any:
    """Return the amount of a line as a cell, or what cannot be read instead."""
    return row.unreadable or Cents(cents)


def french(cents: int) -> str:
    """Return “-1 234,56”, a no-break space between thousands."""
    return _grouped(cents, "\u00a0", ",")


def plain_french(cents: int) -> str:
    """Return “-1234,56”."""
    return _grouped(cents, "", ",")


def english(cents: int) -> str:
    """Return “-1,234.56”."""
    return _grouped(cents, ",", ".")


def point(cents: int) -> str:
    """Return “-1234.56”."""
    return _grouped(cents, "", ".")


def german(cents: int) -> str:
    """Return “1.234,56-”, as SAP writes credits."""
    return _grouped(abs(cents), ".", ",") + ("-" if cents < 0 else "")


def _grouped(cents: int, thousands: str, decimal: str) -> str:
    whole, part = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}{whole:,}".replace(",", thousands) + f"{decimal}{part:02d}"


def slashes(day: dt.date) -> str:
    """Return “31/10/2026”."""
    return day.strftime("%d/%m/%Y")


def american(day: dt.date) -> str:
    """Return “10/31/2026”."""
    return day.strftime("%m/%d/%Y")


def iso(day: dt.date) -> str:
    """Return “2026-10-31”."""
    return day.isoformat()


def dots(day: dt.date) -> str:
    """Return “31.10.2026”."""
    return day.strftime("%d.%m.%Y")
