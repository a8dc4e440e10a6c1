"""The workbook opened again: every cell compared with the view it comes from."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from arlib.i18n import formats
from arlib.i18n.labels import bucket_label
from arlib.model.money import decimals
from arlib.reports.workbook import risk_sheets, risk_workbook
from arlib.views.report import AUDIENCES

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from arlib.views.report import RiskReport

SHEETS = [
    "Synthèse",
    "Balance âgée",
    "Dépassements",
    "Comportement",
    "Segments",
    "Clients",
    "Factures",
    "Prévision",
    "Provisions",
    "Créances à examiner",
    "Méthode",
]


@pytest.fixture(scope="module")
def content(worked: RiskReport) -> bytes:
    return risk_workbook(worked, "fr")


@pytest.fixture(scope="module")
def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def lines(sheet: Worksheet) -> list[dict[str, Any]]:
    """Return the rows of a sheet by column title, totals included."""
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip([str(title) for title in header], row, strict=True)) for row in rows]


def total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return next(row for row in rows if row["Client"] == "Total")


def major(minor: int, currency: str = "EUR") -> float:
    return float(minor / 10 ** decimals(currency))


def test_sheets_in_order(opened: Workbook) -> None:
    assert opened.sheetnames == SHEETS


def test_aged_balance_is_the_view_cell_by_cell(opened: Workbook, worked: RiskReport) -> None:
    block = worked.aging.blocks[0]
    rows = lines(opened["Balance âgée"])
    titles = [
        *(bucket_label(name, "fr") for name in block.buckets),
        *("Non affecté", "Total", "Échu", "En litige"),
    ]
    names = [
        *(f"{name}_minor" for name in block.buckets),
        "unallocated_minor",
        "total_minor",
        "overdue_minor",
        "disputed_minor",
    ]
    for row, expected in zip(rows, block.customers.to_dict("records"), strict=False):
        assert row["Code client"] == expected["customer_id"]
        assert [row[title] for title in titles] == [major(expected[name]) for name in names]
        assert row["Plus ancienne échéance"] == expected["oldest_due_on"].to_pydatetime()
        assert row["Taux de retard"] == pytest.approx(expected["overdue_ratio"], abs=1e-15)
    assert len(rows) == len(block.customers) + 1
    assert [total(rows)[title] for title in titles] == [major(block.totals[name]) for name in names]
    assert total(rows)["Total"] == 48_400  # definitions §24.1


def test_overruns_are_those_of_the_view(opened: Workbook, worked: RiskReport) -> None:
    rows = lines(opened["Dépassements"])
    assert [row["Code client"] for row in rows] == ["C003", None]
    assert rows[0]["Encours testé"] == 27_000
    assert rows[0]["Limite"] == 15_000
    assert rows[0]["Dépassement"] == total(rows)["Dépassement"] == 12_000
    assert rows[0]["Utilisation"] == 1.8
    assert rows[0]["En dépassement depuis"] == datetime(2025, 3, 31)  # noqa: DTZ001 - a spreadsheet's day
    assert rows[0]["Jours de dépassement sur 12 mois"] == 92
    assert worked.risk.over_limit_count == len(rows) - 1


def test_a_limit_of_zero_is_said_and_not_divided_by(worked: RiskReport) -> None:
    frame = worked.customers.assign(
        utilisation_ratio=float("nan"), utilisation_ratio_reason="limit_zero"
    )
    book = openpyxl.load_workbook(io.BytesIO(risk_workbook(replace(worked, customers=frame), "fr")))
    uses = [row["Utilisation"] for row in lines(book["Clients"])]
    assert uses == ["> 100 % (limite nulle)"] * 4 + [None]


def test_customers_hold_risk_behaviour_and_segment(opened: Workbook, worked: RiskReport) -> None:
    rows = lines(opened["Clients"])
    frame = worked.customers
    assert [row["Code client"] for row in rows[:-1]] == frame["customer_id"].tolist()
    for row, expected in zip(rows, frame.to_dict("records"), strict=False):
        assert row["Montant impayé"] == major(expected["outstanding_minor"])
        for title, name in (
            ("Retard moyen (jours)", "mean_delay_days"),
            ("Retard des règlements (jours)", "weighted_delay_days"),
            ("Délai de règlement (jours)", "days_to_pay"),
        ):
            same = "–" if pd.isna(expected[name]) else pytest.approx(expected[name], abs=1e-9)
            assert row[title] == same
        limit = expected["limit_minor"]
        assert row["Limite"] == ("–" if pd.isna(limit) else major(limit))
    by_code = {row["Code client"]: row for row in rows}
    assert by_code["C004"]["Limite"] == "–"  # no limit is not a limit of zero
    assert by_code["C001"]["Retard moyen (jours)"] == pytest.approx(0.625)
    assert total(rows)["Montant impayé"] == 48_400


def test_behaviour_says_what_each_row_rests_on(opened: Workbook) -> None:
    rows = lines(opened["Comportement"])
    assert [row["Niveau"] for row in rows] == ["Portefeuille"] + ["Client"] * 4
    whole = rows[0]
    assert (whole["Règlements"], whole["Factures soldées"]) == (5, 4)
    assert whole["Montant couvert"] == 23_400
    assert whole["Retard moyen, factures ouvertes incluses (jours)"] == pytest.approx(32.15873)
    assert whole["Retard médian (jours)"] == 5
    assert whole["Montants à l’échéance"] == pytest.approx(12_000 / 23_400)
    assert whole["Jours accordés"] == 45
    by_code = {row["Code"]: row for row in rows[1:]}
    assert by_code["C003"]["Retard médian (jours)"] == "–"
    assert by_code["C002"]["Fiabilité"] == "trop peu de règlements"


def test_invoices_are_the_open_items(opened: Workbook, worked: RiskReport) -> None:
    rows = lines(opened["Factures"])
    items = worked.items
    assert [row["Numéro"] for row in rows[:-1]] == items["number"].tolist()
    for row, expected in zip(rows, items.to_dict("records"), strict=False):
        assert row["Reste dû"] == major(expected["open_minor"])
        assert row["Montant"] == major(expected["amount_minor"])
        assert row["Échéance"] == expected["due_on"].to_pydatetime()
        late = expected["days_late"]  # credits are never late
        assert row["Jours de retard"] == ("–" if pd.isna(late) else late)
    assert total(rows)["Reste dû"] == total(lines(opened["Balance âgée"]))["Total"]


def test_summary_shows_the_overview(opened: Workbook, worked: RiskReport) -> None:
    rows = {row["Indicateur"]: row for row in lines(opened["Synthèse"])}
    months = [formats("fr").month(day) for day in worked.overview.months]
    for kpi in worked.overview.blocks[0].kpis:
        title = {
            "outstanding": "Montant impayé",
            "late_over_30": "Retard de plus de 30 jours",
            "dso_count_back": "DSO par épuisement",
            "over_limit": "Clients en dépassement",
        }[kpi.name]
        scale = 100 if kpi.unit == "minor" else 1
        assert kpi.value is not None
        assert rows[title]["30/06/2025"] == pytest.approx(kpi.value / scale)
        assert kpi.previous is not None
        assert rows[title]["31/05/2025"] == pytest.approx(kpi.previous / scale)
        assert rows[title]["30/06/2024"] == "–"
        drawn = [rows[title][month] for month in months]
        expected = ["–" if value is None else pytest.approx(value / scale) for value in kpi.series]
        assert drawn == expected
    assert rows["DSO par épuisement"]["30/06/2025"] == pytest.approx(122.389, abs=5e-4)
    assert rows["Total des dépassements"]["30/06/2025"] == 12_000


def test_method_names_date_filters_settings_version_and_files(
    opened: Workbook, worked: RiskReport
) -> None:
    rows = lines(opened["Méthode"])
    settings = {row["Élément"]: row["Valeur"] for row in rows if row["Rubrique"] == "Paramètres"}
    assert settings["buckets"] == "[30, 60, 90]"
    [material] = [row for row in rows if row["Élément"] == "materiality_minor"]
    assert material["Détail"] == "Montants significatifs à partir de · 500,00\xa0€"
    lines_set = [line for line in worked.policy.to_toml().splitlines() if " = " in line]
    assert len(settings) == len(lines_set)
    scope = {row["Élément"]: row["Valeur"] for row in rows if row["Rubrique"] == "Périmètre"}
    assert scope["Arrêté au"] == datetime(2025, 6, 30)  # noqa: DTZ001 - a spreadsheet's day
    assert scope["Filtres"] == "aucun"
    assert scope["Politique"] == worked.policy.version
    files = [row for row in rows if row["Rubrique"] == "Fichiers"]
    hashes = worked.status.batches["sha256"].tolist()
    assert [row["Élément"] for row in files] == ["book.xlsx"]
    assert hashes[0] in files[0]["Détail"]
    assert [row["Valeur"] for row in rows if row["Rubrique"] == "Rapprochement"] == [0]


def test_filters_are_written_on_the_page_and_in_the_method(worked: RiskReport) -> None:
    content = risk_workbook(replace(worked, filters={"category": "PME & Co"}), "fr")
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = [
        row["Valeur"]
        for row in lines(book["Méthode"])
        if row["Élément"] == "Filtre\u202f: Catégorie"
    ]
    assert found == ["PME & Co"]
    assert "PME && Co" in (book["Clients"].oddHeader.right.text or "") or "PME & Co" in (
        book["Clients"].oddHeader.right.text or ""
    )


def test_no_text_from_data_becomes_a_formula_a_link_or_a_number(
    opened: Workbook, worked: RiskReport
) -> None:
    names = set(worked.customers["name"])
    assert len(names) == 4
    for title in ("Balance âgée", "Clients", "Factures"):
        cells = [cell for row in opened[title].iter_rows(min_row=2) for cell in row]
        assert names <= {cell.value for cell in cells}, title
        assert {cell.data_type for cell in cells if cell.value in names} == {"s"}, title
        assert not [cell for cell in cells if cell.hyperlink], title


FORMULA = re.compile(r"=SUBTOTAL\(109,\$([A-Z]+)\$(\d+)(?::\$\1\$(\d+))?\)")


def test_totals_are_live_formulas_worth_the_value_shown(content: bytes) -> None:
    live = openpyxl.load_workbook(io.BytesIO(content))
    shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    counts: dict[str, int] = {}
    for sheet in live:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            found = FORMULA.fullmatch(str(cell.value))
            assert found, (sheet.title, cell.value)
            letter, first, last = found.group(1), found.group(2), found.group(3) or found.group(2)
            assert (int(first), int(last)) == (2, cell.row - 1)
            values = [row[0].value for row in sheet[f"{letter}{first}:{letter}{last}"]]
            summed = sum(value for value in values if isinstance(value, (int, float)))
            assert shown[sheet.title][cell.coordinate].value == pytest.approx(summed, abs=1e-6)
            counts[sheet.title] = counts.get(sheet.title, 0) + 1
    assert counts == {
        "Balance âgée": 9,
        "Dépassements": 1,
        "Clients": 4,
        "Factures": 2,
        "Prévision": 1,
        "Provisions": 3,
    }


def test_the_file_holds_no_other_formula_and_no_link(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                text = archive.read(name).decode()
                cells = re.findall(r"<c [^>]*><f>([^<]*)</f>", text)
                assert all(cell.startswith("SUBTOTAL(109,$") for cell in cells)
                assert "<hyperlink" not in text


def test_two_currencies_are_never_summed_by_a_formula(two_currencies: RiskReport) -> None:
    book = openpyxl.load_workbook(io.BytesIO(risk_workbook(two_currencies, "fr")))
    totals = [row for row in lines(book["Balance âgée"]) if row["Client"] == "Total"]
    assert [row["Total"] for row in totals] == [
        f'=SUMIFS($K$2:$K$4,$D$2:$D$4,"{block.currency}")' for block in two_currencies.aging.blocks
    ]


def test_small_lines_draw_the_twelve_months(content: bytes, worked: RiskReport) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
    lines_drawn = re.findall(r"<xm:f>([^<]*)</xm:f>", text)
    kpis = sum(len(block.kpis) for block in worked.overview.blocks)
    assert len(lines_drawn) == kpis
    assert lines_drawn[0] == "'Synthèse'!H9:S9"


def test_the_forecast_and_the_losses_are_those_of_the_views(
    opened: Workbook, worked: RiskReport
) -> None:
    assert worked.forecast is not None
    assert worked.provisions is not None
    weeks = worked.forecast.blocks[0].weeks
    rows = lines(opened["Prévision"])
    assert [row["Attendu"] for row in rows[:-1]] == [
        major(value) for value in weeks["expected_minor"]
    ]
    assert rows[-1]["Attendu"] == major(int(weeks["expected_minor"].sum()))
    assert [row["Semaine au"] for row in rows[:-1]] == [
        day.to_pydatetime() for day in weeks["week_end_on"]
    ]
    matrix = worked.provisions.blocks[0].provision.matrix
    rows = lines(opened["Provisions"])
    assert [row["Reste dû TTC"] for row in rows[:-1]] == [
        major(value) for value in matrix["open_minor"]
    ]
    assert [row["Taux"] for row in rows[:-1]] == [
        "–" if pd.isna(value) else pytest.approx(value) for value in matrix["rate_ratio"]
    ]
    claims = lines(opened["Créances à examiner"])
    candidates = worked.provisions.blocks[0].candidates
    assert [row["Numéro"] for row in claims] == candidates["number"].tolist()


@pytest.mark.parametrize("audience", ["management", "sales", "auditor"])
def test_an_audience_reads_its_parts_alone(worked: RiskReport, audience: str) -> None:
    parts = AUDIENCES[audience]
    titles = [sheet.title for sheet in risk_sheets(replace(worked, parts=parts), "fr")]
    said = {"Segments": "segments", "Comportement": "behaviour", "Provisions": "provisions"}
    said |= {"Factures": "invoices", "Clients": "customers", "Prévision": "forecast"}
    assert {title for title in titles if title in said} == {
        title for title, part in said.items() if part in parts
    }
    assert titles[0] == "Synthèse"
    assert titles[-1] == "Méthode"


def test_control_characters_and_endless_names_do_not_break_the_file(worked: RiskReport) -> None:
    customers = worked.customers.assign(name=["A\x0bB\x00", "x" * 40_000, "\x1fz", "w"])
    content = risk_workbook(replace(worked, customers=customers), "fr")
    rows = lines(openpyxl.load_workbook(io.BytesIO(content))["Clients"])
    assert rows[0]["Client"] == "AB"
    assert len(rows[1]["Client"]) == 32_767
    assert rows[2]["Client"] == "z"


def test_pages_print_in_landscape_with_a_repeated_filtered_header(opened: Workbook) -> None:
    for sheet in opened:
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.auto_filter.ref, sheet.title
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == "$1:$1"
        assert "TEST" in (sheet.oddHeader.left.text or "")
        assert "arrêté au 30/06/2025" in (sheet.oddHeader.right.text or "")
        assert "Confidentiel" in (sheet.oddFooter.left.text or "")


def test_totals_stay_outside_the_filter(opened: Workbook) -> None:
    sheet = opened["Balance âgée"]
    assert sheet.auto_filter.ref.endswith(str(sheet.max_row - 1))


def test_amounts_and_dates_have_the_french_formats_and_buckets_their_tint(opened: Workbook) -> None:
    row = opened["Balance âgée"][2]
    assert row[4].number_format == '#,##0.00 "€"'
    assert row[14].number_format == "dd/mm/yyyy"
    tints = [row[column].fill.start_color.rgb[2:] for column in range(4, 9)]
    assert tints == ["E1E8EF", "FEF2D8", "FADEC0", "EEC5B5", "D0ADB3"]


def test_the_chart_draws_the_total_row(worked: RiskReport) -> None:
    with zipfile.ZipFile(io.BytesIO(risk_workbook(worked, "fr"))) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    assert "'Balance âgée'!$E$1:$I$1" in chart
    assert "'Balance âgée'!$E$6:$I$6" in chart


def test_each_currency_has_its_total_and_its_format(two_currencies: RiskReport) -> None:
    content = risk_workbook(two_currencies, "fr")
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    rows = lines(book["Balance âgée"])
    totals = {row["Devise"]: row["Total"] for row in rows if row["Client"] == "Total"}
    assert totals == {"EUR": 123.45, "XOF": 4_996_000}
    formats = {
        row[3].value: row[10].number_format for row in book["Balance âgée"].iter_rows(min_row=2)
    }
    assert formats["EUR"] == '#,##0.00 "€"'
    assert formats["XOF"].startswith('#,##0 "')


def test_a_customer_without_overrun_leaves_an_empty_sheet(two_currencies: RiskReport) -> None:
    book = openpyxl.load_workbook(io.BytesIO(risk_workbook(two_currencies, "fr")))
    assert book["Dépassements"].max_row == 1


def test_same_views_give_the_same_bytes(worked: RiskReport) -> None:
    assert risk_workbook(worked, "fr") == risk_workbook(worked, "fr")


def test_english_changes_words_only(worked: RiskReport) -> None:
    english = openpyxl.load_workbook(io.BytesIO(risk_workbook(worked, "en")))
    assert english.sheetnames == [
        "Summary",
        "Aged balance",
        "Overruns",
        "Behaviour",
        "Segments",
        "Customers",
        "Invoices",
        "Forecast",
        "Provisions",
        "Claims to look at",
        "Method",
    ]
    french = openpyxl.load_workbook(io.BytesIO(risk_workbook(worked, "fr")))
    for left, right in zip(
        english["Aged balance"].iter_rows(min_row=2),
        french["Balance âgée"].iter_rows(min_row=2),
        strict=True,
    ):
        assert [cell.value for cell in left] == [cell.value for cell in right]


def test_many_invoices_continue_on_a_further_sheet(
    worked: RiskReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arlib.reports.tables.INVOICES_A_SHEET", 4)
    sheets = [sheet for sheet in risk_sheets(worked, "fr") if sheet.title.startswith("Factures")]
    assert [sheet.title for sheet in sheets] == ["Factures", "Factures 2", "Factures 3"]
    assert sum(sheet.count_rows - sheet.count_totals for sheet in sheets) == len(worked.items)
    assert [sheet.count_totals for sheet in sheets] == [0, 0, 1]


def test_segments_hold_the_score_and_points_that_add_up(opened: Workbook) -> None:
    rows = lines(opened["Segments"])
    assert {row["Code client"] for row in rows} == {"C001", "C002", "C003", "C004"}
    for row in rows:
        parts = [value for name, value in row.items() if name.startswith("Points\u00a0:")]
        known = [value for value in parts if isinstance(value, (int, float))]
        assert len(parts) == 11
        assert sum(known) == pytest.approx(row["Points"])
        assert 100 * row["Points"] / row["Sur"] == pytest.approx(row["Score"])
