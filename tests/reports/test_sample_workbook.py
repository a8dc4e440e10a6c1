"""The workbook of the sample company at two dates: every sheet against its view, every cell against its sheet."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from arlib.i18n.labels import bucket_label
from arlib.reports.workbook import risk_sheets, risk_workbook

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

    from arlib.reports.sheet import Cell, Sheet
    from arlib.views.report import RiskReport

MINOR = 100


@pytest.fixture(scope="module")
def sheets(views: RiskReport) -> dict[str, Sheet]:
    return {sheet.title: sheet for sheet in risk_sheets(views, "fr")}


@pytest.fixture(scope="module")
def book(views: RiskReport) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(risk_workbook(views, "fr")), data_only=True)


def written(cell: Cell) -> Any:
    """Return what a reader of the file finds where a cell was written."""
    value = cell.value
    if cell.kind == "text":
        return None if value is None or pd.isna(value) else str(value)
    if value is None or pd.isna(value) or value in (float("inf"), float("-inf")):
        return "–"
    if cell.kind == "date":
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a spreadsheet's day
    return value / MINOR if cell.kind == "amount" else value


def test_every_cell_of_every_sheet_is_written(book: Workbook, sheets: dict[str, Sheet]) -> None:
    assert book.sheetnames == list(sheets)
    count = 0
    for title, sheet in sheets.items():
        rows = list(book[title].iter_rows(min_row=2, values_only=True))
        body = sheet.count_rows - sheet.count_totals
        for place, column in enumerate(sheet.columns):
            assert book[title].cell(1, place + 1).value == column.title
            for row in range(body):
                found, cell = rows[row][place], column.cell(row)
                expected = written(cell)
                same = (
                    expected if isinstance(expected, str | date | None) else pytest.approx(expected)
                )
                assert found == same or (expected == "" and found is None), (
                    title,
                    row,
                    column.title,
                )
                count += 1
    assert count > 5_000


def test_the_sheets_that_list_are_their_views(views: RiskReport, sheets: dict[str, Sheet]) -> None:
    block = views.aging.blocks[0]
    over = views.risk.customers
    over = over[over["is_over"] & over["is_first_row"]]
    weeks = views.forecast.blocks[0].weeks if views.forecast else pd.DataFrame()
    matrix = views.provisions.blocks[0].provision.matrix if views.provisions else pd.DataFrame()
    same: list[tuple[str, str, pd.Series[Any]]] = [
        *(
            ("Balance âgée", bucket_label(name, "fr"), block.customers[f"{name}_minor"])
            for name in block.buckets
        ),
        ("Balance âgée", "Total", block.customers["total_minor"]),
        ("Balance âgée", "Client", block.customers["name"]),
        ("Dépassements", "Dépassement", over["overrun_minor"]),
        ("Dépassements", "Limite", over["limit_minor"]),
        ("Dépassements", "Code client", over["customer_id"]),
        ("Clients", "Montant impayé", views.customers["outstanding_minor"]),
        ("Clients", "Échu", views.customers["overdue_minor"]),
        ("Clients", "Client", views.risk.customers["name"]),
        ("Factures", "Reste dû", views.items["open_minor"]),
        ("Factures", "Numéro", views.items["number"]),
        ("Factures", "Jours de retard", views.items["days_late"]),
        ("Prévision", "Attendu", weeks["expected_minor"]),
        ("Provisions", "Reste dû TTC", matrix["open_minor"]),
    ]
    for title, name, values in same:
        sheet = sheets[title]
        column = next(item for item in sheet.columns if item.title == name)
        found = list(column.values)[: sheet.count_rows - sheet.count_totals]
        known = pd.Series(found, dtype="object").fillna(-1).tolist()
        assert known == values.astype("object").fillna(-1).tolist(), (title, name)


def test_totals_are_those_of_the_views(views: RiskReport, book: Workbook) -> None:
    block = views.aging.blocks[0]
    rows = list(book["Balance âgée"].iter_rows(values_only=True))
    titles, last = list(rows[0]), rows[-1]
    for bucket in block.buckets:
        place = titles.index(bucket_label(bucket, "fr"))
        assert last[place] == block.totals[f"{bucket}_minor"] / MINOR
    rows = list(book["Factures"].iter_rows(values_only=True))
    assert rows[-1][list(rows[0]).index("Reste dû")] == block.totals["total_minor"] / MINOR
