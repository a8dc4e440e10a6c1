"""A list as a workbook: every row, raw values, live totals by currency, what it rests on."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from arlib.reports.listing import ListColumn, Listing, list_sheet, list_workbook

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

DAY = date(2026, 6, 30)
COLUMNS = (
    ListColumn("customer_id", "Code", "text"),
    ListColumn("paid_on", "Payé le", "date"),
    ListColumn("open_minor", "Encours", "amount", "currency", is_summed=True),
    ListColumn("limit_minor", "Limite", "amount", "currency"),
    ListColumn("share", "Part", "ratio"),
    ListColumn("days", "Jours", "days"),
)
CONTEXT = {"Sociétés": "Armor", "Filtres": "aucun", "Base": "E1"}


def rows(*lines: tuple[Any, ...]) -> pd.DataFrame:
    names = [item.name for item in COLUMNS]
    return pd.DataFrame(list(lines), columns=[*names, "currency"])


def listing(frame: pd.DataFrame) -> Listing:
    return Listing(
        "Clients [à voir] : l’essentiel de juin",
        DAY,
        COLUMNS,
        frame,
        CONTEXT,
        {"Part": "en retard"},
    )


EUROS = rows(
    ("=CMD()", pd.Timestamp(2026, 1, 31), 123_45, 1_000_00, 0.25, 12.5, "EUR"),
    ("B", pd.NaT, -23_45, None, float("nan"), float("inf"), "EUR"),
)


def opened(frame: pd.DataFrame, *, is_value: bool = False) -> list[Worksheet]:
    book = openpyxl.load_workbook(BytesIO(list_workbook(listing(frame))), data_only=is_value)
    return [book[name] for name in book.sheetnames]


def test_values_are_numbers_and_dates_under_a_frozen_header() -> None:
    sheet, _method = opened(EUROS)
    assert sheet["A1"].value == "Clients [à voir] : l’essentiel de juin"
    assert sheet["A2"].value == "Au 30/06/2026 · 2 lignes · Armor · aucun · E1"
    assert [cell.value for cell in sheet[5]] == [item.title for item in COLUMNS] + ["Devise"]
    assert sheet.freeze_panes == "A6"
    assert sheet.auto_filter.ref == "A5:G7"
    assert [cell.value for cell in sheet[6]] == [
        "=CMD()", datetime(2026, 1, 31), 123.45, 1000, 0.25, 12.5, "EUR",  # noqa: DTZ001
    ]  # fmt: skip
    assert sheet["A6"].data_type == "s"
    assert [cell.value for cell in sheet[7]] == ["B", "–", -23.45, "–", "–", "–", "EUR"]
    assert sheet["C6"].number_format == '#,##0.00 "€"'
    assert sheet["B6"].number_format == "dd/mm/yyyy"


def test_one_currency_is_summed_on_the_rows_that_the_filter_leaves() -> None:
    live, shown = opened(EUROS)[0], opened(EUROS, is_value=True)[0]
    assert live["C3"].value == "=SUBTOTAL(109,$C$6:$C$7)"
    assert shown["C3"].value == 100.0
    assert live["D3"].value is None  # limits do not add up
    assert live["A3"].value == "Total des lignes affichées"


def test_each_currency_has_its_total_and_francs_have_no_cents() -> None:
    frame = pd.concat(
        [EUROS, rows(("C", pd.NaT, 500_000, None, 0.0, 0.0, "XOF"))], ignore_index=True
    )
    live, shown = opened(frame)[0], opened(frame, is_value=True)[0]
    assert [live["A3"].value, live["A4"].value] == ["Total EUR", "Total XOF"]
    assert live["C4"].value == '=SUMIFS($C$7:$C$9,$G$7:$G$9,"XOF")'
    assert [shown["C3"].value, shown["C4"].value, shown["C9"].value] == [100.0, 500_000, 500_000]
    assert live["C4"].number_format == '#,##0 "F CFA"'


def test_two_columns_of_currencies_have_no_total() -> None:
    columns = (*COLUMNS, ListColumn("other", "Assuré", "amount", "other_currency", is_summed=True))
    frame = EUROS.assign(other=1, other_currency="USD")
    sheet = list_sheet(Listing("Liste", DAY, columns, frame, {}, {}), "fr")
    assert sheet.sums == ()
    assert [column.title for column in sheet.columns] == [item.title for item in columns]


def test_an_amount_of_another_currency_that_is_not_summed_leaves_the_totals() -> None:
    columns = (*COLUMNS, ListColumn("other", "Assuré", "amount", "other_currency"))
    frame = EUROS.assign(other=1, other_currency="USD")
    sheet = list_sheet(Listing("Liste", DAY, columns, frame, {}, {}), "fr")
    assert [(item.currency, item.sums) for item in sheet.sums] == [("EUR", {2: 100_00})]


def test_the_method_says_what_the_list_rests_on() -> None:
    method = opened(EUROS)[1]
    said = {row[1].value: row[2].value for row in method.iter_rows(min_row=2)}
    assert method.title == "Méthode"
    assert said["Arrêté au"] == datetime(2026, 6, 30)  # noqa: DTZ001
    assert said["Nombre de lignes"] == 2
    assert said["Base"] == "E1"
    assert said["Part"] == "en retard"


def test_an_empty_list_still_opens() -> None:
    sheet, _method = opened(EUROS.head(0))
    assert sheet["A2"].value.startswith("Au 30/06/2026 · 0 ligne · ")
    assert [cell.value for cell in sheet[4]] == [item.title for item in COLUMNS]


@pytest.mark.parametrize("title", ["[]:*?/\\", "L" * 60])
def test_any_title_makes_a_name_of_sheet(title: str) -> None:
    data = list_workbook(Listing(title, DAY, COLUMNS, EUROS, {}, {}))
    assert len(openpyxl.load_workbook(BytesIO(data)).sheetnames) == 2


def test_the_same_list_gives_the_same_bytes_and_no_live_text() -> None:
    first, second = list_workbook(listing(EUROS)), list_workbook(listing(EUROS))
    assert first == second
    with zipfile.ZipFile(BytesIO(first)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert xml.count("<f>") == 1
