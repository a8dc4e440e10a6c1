"""Merged cells of every kind of workbook: a customer over his lines, a title over its columns."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import xlwt

from arlib.ingest import read_here
from arlib.ingest.ods_marks import merged_ranges
from arlib.model.files import FileInput, ImportOptions, ParsedFile
from tests.hostile.packages import ods

# text, rows covered, columns covered; None: a cell under a merged one
Cell = tuple[str, int, int] | str | None
TITLE: list[Cell] = [("Créances au 31/03/2025", 1, 6), None, None, None, None, None]
TOP: list[Cell] = [("Client", 1, 2), None, ("Facture", 1, 3), None, None, "Montant"]
HEAD: list[Cell] = ["Code", "Nom", "Numéro", "Date", "Échéance", "TTC"]
LINES: list[list[Cell]] = [
    [("C1", 3, 1), ("Durand", 3, 1), "F1", "15/01/2025", "14/02/2025", "100,50"],
    [None, None, "F2", "20/01/2025", "19/02/2025", "50,00"],
    [None, None, "F3", "21/01/2025", "20/02/2025", "7,00"],
    ["C2", "Petit", "F4", "22/01/2025", "21/02/2025", ("8,00", 2, 1)],
    ["", "", "F5", "23/01/2025", "22/02/2025", None],
]
ROWS = [TITLE, TOP, HEAD, *LINES]


def _parts(cell: Cell) -> tuple[str, int, int]:
    return cell if isinstance(cell, tuple) else (cell or "", 1, 1)


def as_ods(rows: list[list[Cell]]) -> bytes:
    """Write the cells as a spreadsheet program does: the covered ones are there, and empty."""

    def cell_xml(cell: Cell) -> str:
        text, tall, wide = _parts(cell)
        if cell is None:
            return "<table:covered-table-cell/>"
        spans = (
            f' table:number-columns-spanned="{wide}" table:number-rows-spanned="{tall}"'
            if max(tall, wide) > 1
            else ""
        )
        return (
            f'<table:table-cell office:value-type="string"{spans}><text:p>{text}</text:p>'
            "</table:table-cell>"
        )

    body = "".join(
        f"<table:table-row>{''.join(map(cell_xml, row))}</table:table-row>" for row in rows
    )
    return ods(body)


def as_xls(rows: list[list[Cell]]) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("S1")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            text, tall, wide = _parts(cell)
            if cell is not None:
                page.write_merge(r, r + tall - 1, c, c + wide - 1, text)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(name: str, content: bytes) -> ParsedFile:
    options = ImportOptions(import_day=dt.date(2025, 4, 1))
    (parsed,) = read_here([FileInput(name, content)], options)
    return parsed


@pytest.mark.parametrize(("name", "write"), [("a.ods", as_ods), ("a.xls", as_xls)])
def test_a_customer_merged_over_his_lines_is_theirs_and_an_amount_is_one(
    name: str, write: object
) -> None:
    assert callable(write)
    parsed = read(name, write(ROWS))
    data = parsed.tables["documents"]
    columns = (data[c].to_pylist() for c in ("customer_id", "number", "amount_minor"))
    assert list(zip(*columns, strict=True)) == [
        ("C1", "F1", 10050),
        ("C1", "F2", 5000),
        ("C1", "F3", 700),
        ("C2", "F4", 800),
    ]
    assert parsed.tables["customers"]["name"].to_pylist() == ["Durand", "Petit"]
    assert parsed.extracted_on == dt.date(2025, 3, 31)
    assert next(i.value for i in parsed.issues if i.code == "merged_cells_filled") == "2"
    # neither a customer nor an amount is lent to a line that has none of its own
    assert [i.row_number for i in parsed.issues if i.severity == "refused"] == [8]
    assert parsed.rows_read == parsed.rows_kept + parsed.rows_ignored + parsed.rows_refused


def test_ranges_count_repeated_rows_and_columns_and_each_sheet_alone() -> None:
    cell = '<table:table-cell table:number-rows-spanned="{}" table:number-columns-spanned="{}"/>'
    body = (
        '<table:table-row table:number-rows-repeated="4"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        f"{cell.format(3, 1)}</table:table-row>"
        "<table:table-row><table:covered-table-cell/></table:table-row></table:table>"
        '<table:table table:name="S2"><table:table-row><table:table-cell>'
        '<table:table table:name="inside"><table:table-row>'
        f"{cell.format(9, 9)}</table:table-row></table:table></table:table-cell>"
        f"{cell.format(2, 2)}</table:table-row>"
    )
    assert merged_ranges(ods(body)) == {"S1": ((5, 2, 7, 2),), "S2": ((1, 1, 2, 2),)}
    assert merged_ranges(ods()) == {}
    assert merged_ranges(b"not a zip") == {}
