"""The honest files that are mutated: a list as workbook or csv, a ledger; cells as text."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.hostile import packages
from tests.ingest.fec_builder import HEADER

if TYPE_CHECKING:
    import random

AMOUNT: Final = "Montant TTC"
LIST_HEADER: Final = (
    "Code client",
    "Nom client",
    "N° facture",
    "Date facture",
    "Date échéance",
    AMOUNT,
)
DEBIT, CREDIT, ACCOUNT = (HEADER.index(name) for name in ("Debit", "Credit", "CompteNum"))
_NAMES: Final = ("Alpha & Fils", "Béta <SARL>", "Gamma", "Delta; Oméga", "Été d’Œuvre")


@dataclass(slots=True)
class Grid:
    """A table of text cells, its first row the titles, and how it is written in a file.

    ``amounts`` are the columns that hold amounts: (column, sign).
    """

    kind: str
    rows: list[list[str]]
    amounts: tuple[tuple[int, int], ...]

    @property
    def total(self) -> int:
        """Return the sum of the customer lines in cents, by the plain way."""
        return sum(self.amount(row) for row in range(1, len(self.rows)) if self.is_customer(row))

    def amount(self, row: int) -> int:
        """Return the signed amount of a row in cents."""
        cells = self.rows[row]
        return sum(sign * cents(cells[column]) for column, sign in self.amounts)

    def is_customer(self, row: int) -> bool:
        """Return whether a row is one that must be read."""
        return self.kind != "fec" or self.rows[row][ACCOUNT].startswith("411")

    def customer_rows(self) -> list[int]:
        """Return the rows that must be read."""
        return [row for row in range(1, len(self.rows)) if self.is_customer(row)]

    def copy(self) -> Grid:
        """Return the same table, free to be changed."""
        return Grid(self.kind, [list(row) for row in self.rows], self.amounts)


def cents(text: str) -> int:
    """Return a French amount in cents."""
    return round(float(text.replace(" ", "").replace(",", ".") or 0) * 100)


def euros(amount: int) -> str:
    """Return cents as French software writes them."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100},{abs(amount) % 100:02d}"


def make_list(draw: random.Random, kind: str) -> Grid:
    """Return a list of invoices; ``kind`` is ``xlsx``, ``text_xlsx`` or ``csv``."""
    rows = [list(LIST_HEADER)]
    for number in range(draw.randint(5, 40)):
        customer = draw.randrange(len(_NAMES))
        issued = dt.date(2025, 1, 13) + dt.timedelta(days=draw.randrange(300))
        due = issued + dt.timedelta(days=30)
        amount = draw.choice((1, -1, 1, 1)) * draw.randint(100, 9_999_999)
        rows.append(
            [
                f"C{customer:03d}",
                _NAMES[customer],
                f"FA{number:05d}",
                issued.strftime("%d/%m/%Y"),
                due.strftime("%d/%m/%Y"),
                euros(amount),
            ]
        )
    return Grid(kind, rows, ((LIST_HEADER.index(AMOUNT), 1),))


def make_fec(draw: random.Random) -> Grid:
    """Return a ledger of sales and receipts, partly lettered."""
    rows = [list(HEADER)]
    for number in range(1, draw.randint(4, 20)):
        customer, amount = draw.randrange(len(_NAMES)), draw.randint(100, 9_999_999)
        day = dt.date(2025, 1, 2) + dt.timedelta(days=draw.randrange(200))
        is_paid = draw.random() < 0.6
        letter = f"L{number:03d}" if is_paid else ""
        rows += _entry("VE", "707000", number, customer, amount, day, letter)
        if is_paid:
            paid = day + dt.timedelta(days=draw.randrange(1, 90))
            rows += _entry("BQ", "512000", 1000 + number, customer, -amount, paid, letter)
    return Grid("fec", rows, ((DEBIT, 1), (CREDIT, -1)))


def _entry(
    journal: str, counter: str, number: int, customer: int, amount: int, day: dt.date, letter: str
) -> list[list[str]]:
    head = [journal, journal, str(number), f"{day:%Y%m%d}"]
    tail = [f"{day:%Y%m%d}", "", ""]
    piece = [f"P{number}", f"{day:%Y%m%d}", f"Ligne {number}"]
    name = _NAMES[customer].replace(";", " ")
    let = [letter, f"{day:%Y%m%d}" if letter else ""]

    def money(signed: int) -> list[str]:
        return [euros(max(signed, 0)), euros(max(-signed, 0))]

    return [
        [*head, "411000", "Clients", f"C{customer}", name, *piece, *money(amount), *let, *tail],
        [*head, counter, "Autre", "", "", *piece, *money(-amount), "", "", *tail],
    ]


def to_bytes(grid: Grid) -> bytes:
    """Return the file of a table."""
    if grid.kind == "xlsx":
        return typed_workbook(grid)
    if grid.kind == "text_xlsx":
        rows = [tuple(_xml(cell) for cell in row) for row in grid.rows]
        return packages.workbook(packages.sheet(packages.cells(rows)))
    separator = "\t" if grid.kind == "fec" else ";"
    lines = [separator.join(_quoted(cell, separator) for cell in row) for row in grid.rows]
    return ("\n".join(lines) + "\n").encode()


def typed_workbook(grid: Grid) -> bytes:
    """Return a workbook with true numbers and dates where the text is one."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"default_date_format": "dd/mm/yyyy", "in_memory": True})
    page = book.add_worksheet("Factures")
    for number, row in enumerate(grid.rows):
        for place, cell in enumerate(row):
            _write(page, number, place, cell)
    book.close()
    return stream.getvalue()


def _write(page: object, row: int, column: int, cell: str) -> None:
    write_string = getattr(page, "write_string")  # noqa: B009 - the library has no types
    try:
        day = dt.datetime.strptime(cell, "%d/%m/%Y")  # noqa: DTZ007
        getattr(page, "write_datetime")(row, column, day)  # noqa: B009
    except ValueError:
        if row and cell.lstrip("-").replace(",", "", 1).isdecimal() and cell.isascii():
            getattr(page, "write_number")(row, column, float(cell.replace(",", ".")))  # noqa: B009
        else:
            write_string(row, column, cell)


def _xml(cell: str) -> str:
    clean = "".join(sign for sign in cell if sign >= " " or sign in "\n\t")
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(cell: str, separator: str) -> str:
    needs = separator in cell or "\n" in cell or '"' in cell
    return '"' + cell.replace('"', '""') + '"' if needs else cell
