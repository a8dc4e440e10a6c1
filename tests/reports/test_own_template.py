"""A company's own workbook filled: figures of the views, the rest untouched, names never live."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table

from arlib.model.files import FileInput
from arlib.model.issues import UserError
from arlib.reports import own_template
from arlib.reports.own_example import example_workbook
from arlib.reports.own_marks import LISTS, Marks, catalogue
from arlib.reports.own_rows import Shift
from arlib.reports.own_sheets import sheet_name
from arlib.reports.own_template import fill
from arlib.workspace import Workspace
from tests.hostile import packages
from tests.support.names import NAMES

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

    from arlib.views.report import RiskReport

DOC = Path(__file__).resolve().parents[2] / "docs" / "reports.md"


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), rich_text=True)


def board() -> Workbook:
    """Return a model of a board paper: headlines, a list above a total, things that must stay."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Comité d’été"
    page["A1"] = "{{company}}"
    page["A2"] = "Au {{as_of}} : {{outstanding}} dus, {{ overdue_ratio }} échus"
    page["B3"], page["B3"].number_format = "{{outstanding}}", "0.0"
    page["B4"], page["C4"] = "{{aging.91+}}", "{{aging.90+}}"
    page["B5"], page["C5"] = "{{nothing.here}}", "{{outstanding@USD}}"
    page["D3"] = "=B3*2"
    page["D4"] = '="au "&"{{as_of}}"'
    for column, name in enumerate(("customer", "total", "oldest_due_on", "90+"), 1):
        page.cell(7, column, f"{{{{aged.{name}}}}}")
    page["A7"].font = Font(bold=True, color="FF0000")
    page["B7"].fill = PatternFill("solid", fgColor="FFEEEE")
    page["E7"], page["F7"], page["G7"] = "=B7/$B$8", "=SUM(B$7:B7)", "fixe"
    page["A8"], page["B8"] = "Total", "=SUM(B7:B7)"
    page["A10"] = "Fin"
    page.merge_cells("A10:C11")
    page["A12"] = "=B8"
    page["A12"].comment = Comment("à revoir", "moi")
    page["A13"].hyperlink = "https://example.org/"
    page.row_dimensions[7].height, page.row_dimensions[10].height = 30, 44
    page.conditional_formatting.add("B7:B7", CellIsRule(operator="lessThan", formula=["$B$8"]))
    choice = DataValidation(type="list", formula1='"oui,non"')
    choice.add("A9")
    page.add_data_validation(choice)
    page.print_area = "A1:G12"
    other = book.create_sheet("Autre")
    other["A1"] = "='Comité d’été'!B8"
    other["A2"] = "Client"
    other["A3"] = "{{overruns.customer}}"
    other.add_table(Table(displayName="Liste", ref="A2:A3"))
    chart = BarChart()
    chart.add_data(Reference(page, min_col=2, min_row=7, max_row=7))
    other.add_chart(chart, "C5")
    return book


@pytest.fixture(scope="module")
def filled(worked: RiskReport) -> own_template.Filled:
    return fill(saved(board()), worked, "fr")


def test_headers_and_footers_are_filled(worked: RiskReport) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page["A1"] = "fixe"
    page.oddHeader.left.text, page.oddHeader.left.size = "{{company}} au {{as_of}}", 9
    page.oddFooter.center.text = "{{nothing.here}} &P / &N"
    done = fill(saved(book), replace(worked, company_names=("Dupont & Fils",)), "fr")
    made = opened(done.content).worksheets[0]
    assert made.oddHeader.left.text == "Dupont && Fils au 30/06/2025"
    assert made.oddHeader.left.size == 9
    assert made.oddFooter.center.text == "{{nothing.here}} &P / &N"
    assert (done.count, done.unknown) == (2, ["{{nothing.here}}"])


def test_names_of_sheets_are_filled_and_what_calls_them_follows(worked: RiskReport) -> None:
    book = openpyxl.Workbook()
    page, other = book.active, book.create_sheet("Autre")
    assert page is not None
    page.title = "Au {{as_of}}"
    for column, name in enumerate(("customer", "total"), 1):
        page.cell(2, column, f"{{{{aged.{name}}}}}")
    page["B3"] = "=SUM(B2:B2)"
    page.print_area, page.print_title_rows = "A1:B3", "1:1"
    other["A1"], other["A2"] = "='Au {{as_of}}'!B3", '="Au {{ailleurs}}"&Autre!A1'
    other["A4"] = "vers"
    other["A4"].hyperlink = Hyperlink(ref="A4", location="'Au {{as_of}}'!A1")
    rule = CellIsRule(operator="lessThan", formula=["'Au {{as_of}}'!$B$3"])
    other.conditional_formatting.add("A1", rule)
    choice = DataValidation(type="list", formula1="'Au {{as_of}}'!$A$2:$A$2")
    choice.add("A5")
    other.add_data_validation(choice)
    book.defined_names["Total"] = DefinedName("Total", attr_text="'Au {{as_of}}'!$B$3")
    chart = BarChart()
    chart.add_data(Reference(page, min_col=2, min_row=2, max_row=2))
    other.add_chart(chart, "C5")
    for name in ("AU 30-06-2025", "{{overruns.customer}}", "{{nothing.here}}"):
        book.create_sheet(name)
    done = fill(saved(book), worked, "fr")
    made = opened(done.content)
    named = "Au 30-06-2025 (2)"
    rows = len(worked.aging.blocks[0].customers)
    assert made.sheetnames == [
        named, "Autre", "AU 30-06-2025", "{{overruns.customer}}", "{{nothing.here}}",
    ]  # fmt: skip
    assert (done.in_names, done.unknown) == (["{{overruns.customer}}"], ["{{nothing.here}}"])
    assert any("{{overruns.customer}}" in said for said in done.remarks("fr"))
    end = rows + 2
    assert made["Autre"]["A1"].value == f"='{named}'!B{end}"
    assert made["Autre"]["A2"].value == '="Au {{ailleurs}}"&Autre!A1'  # a text stays a text
    assert made["Autre"]["A4"].hyperlink.location == f"'{named}'!A1"
    [styled] = made["Autre"].conditional_formatting
    assert styled.rules[0].formula == [f"'{named}'!$B${end}"]
    listed = made["Autre"].data_validations.dataValidation[0]
    assert listed.formula1 == f"'{named}'!$A$2:$A${rows + 1}"
    assert made.defined_names["Total"].attr_text == f"'{named}'!$B${end}"
    drawn = made["Autre"]._charts[0].series[0].val.numRef.f
    assert drawn == f"'{named}'!$B$2:$B${rows + 1}"
    assert made[named].print_area == f"'{named}'!$A$1:$B${end}"
    assert made[named].print_title_rows == "$1:$1"


@pytest.mark.parametrize(
    ("said", "taken", "name"),
    [
        ("Créances [S/A]: *tout* ?", [], "Créances -S-A-- -tout- -"),
        ("'entre guillemets'", [], "entre guillemets"),
        ("x" * 40, ["X" * 31], "x" * 27 + " (2)"),
        ("😀" * 20, [], "😀" * 15),
        ("History", [], "History (2)"),
        ("///", ["---"], "--- (2)"),
        (" \n", [], "-"),
    ],
)
def test_a_name_is_one_that_a_spreadsheet_takes(said: str, taken: list[str], name: str) -> None:
    assert sheet_name(said, taken) == name


def test_single_marks_are_the_figures_of_the_views(
    worked: RiskReport, filled: own_template.Filled
) -> None:
    page = opened(filled.content)["Comité d’été"]
    block = worked.aging.blocks[0]
    assert page["A1"].value == ", ".join(worked.company_names)
    assert block.overdue_ratio is not None
    late = f"{block.overdue_ratio * 100:.1f}".replace(".", ",")
    said = f"Au 30/06/2025 : 48 400,00 € dus, {late} % échus"
    assert re.sub(r"\s", " ", str(page["A2"].value)) == said
    assert page["B3"].value == 48_400
    assert page["B3"].number_format == "0.0"  # that of the model
    assert page["B4"].value == page["C4"].value == block.totals["90+_minor"] / 100
    assert "€" in page["B4"].number_format
    assert page["D3"].value == "=B3*2"


def test_unknown_marks_stay_and_are_told(filled: own_template.Filled) -> None:
    page = opened(filled.content)["Comité d’été"]
    assert page["B5"].value == "{{nothing.here}}"
    assert page["C5"].value == "{{outstanding@USD}}"
    assert page["D4"].value == '="au "&"{{as_of}}"'
    assert filled.unknown == ["{{nothing.here}}", "{{outstanding@USD}}"]
    assert filled.remarks("fr") == [
        "Repères inconnus, laissés tels quels\u202f: {{nothing.here}}, {{outstanding@USD}}.",
        "Les repères placés dans une formule ne sont pas remplis\u202f: Comité d’été!D4.",
    ]


def test_a_row_is_repeated_and_what_stands_below_follows(
    worked: RiskReport, filled: own_template.Filled
) -> None:
    book = opened(filled.content)
    page = book["Comité d’été"]
    rows = worked.aging.blocks[0].customers
    count = len(rows)
    assert count == 4
    for place, row in enumerate(rows.to_dict("records")):
        line = 7 + place
        assert page.cell(line, 1).value == row["name"]
        assert page.cell(line, 1).font.color.rgb == "00FF0000"
        assert page.cell(line, 2).value == row["total_minor"] / 100
        assert page.cell(line, 2).fill.fgColor.rgb == "00FFEEEE"
        assert page.cell(line, 3).value == row["oldest_due_on"].to_pydatetime()
        assert page.cell(line, 4).value == row["90+_minor"] / 100
        assert page.cell(line, 5).value == f"=B{line}/$B$11"
        assert page.cell(line, 6).value == f"=SUM(B$7:B{line})"
        assert page.cell(line, 7).value == "fixe"
        assert page.row_dimensions[line].height == 30
    assert page["B11"].value == "=SUM(B7:B10)"
    assert str(page.merged_cells) == "A13:C14"
    assert page.row_dimensions[13].height == 44
    assert page["A15"].value == "=B11"
    assert page["A15"].comment.text == "à revoir"
    assert page["A16"].hyperlink.ref == "A16"
    assert [str(item.sqref) for item in page.conditional_formatting] == ["B7:B10"]
    assert [rule.formula for item in page.conditional_formatting for rule in item.rules] == [
        ["$B$11"]
    ]
    assert str(page.data_validations.dataValidation[0].sqref) == "A12"
    assert "$A$1:$G$15" in page.print_area
    other = book["Autre"]
    assert other["A1"].value == "='Comité d’été'!B11"
    assert other["A3"].value == "@x" or other["A3"].value in set(worked.customers["name"])
    assert other.tables["Liste"].ref == "A2:A3"  # one customer is over
    assert other._charts[0].series[0].val.numRef.f.endswith("$B$7:$B$10")


def test_the_same_model_and_book_give_the_same_bytes(
    worked: RiskReport, filled: own_template.Filled
) -> None:
    assert fill(saved(board()), worked, "fr").content == fill(saved(board()), worked, "fr").content
    with zipfile.ZipFile(io.BytesIO(filled.content)) as archive:
        assert b"2025-06-30T00:00:00Z" in archive.read("docProps/core.xml")


def test_forty_names_stay_text(worked: RiskReport) -> None:
    block = worked.aging.blocks[0]
    one = block.customers.iloc[[0]]
    many = one.loc[one.index.repeat(len(NAMES))].assign(name=list(NAMES))
    aging = replace(worked.aging, blocks=(replace(block, customers=many),))
    views = replace(worked, aging=aging, company_names=("=cmd|' /C calc'!A0", "#N/A"))
    model = openpyxl.Workbook()
    page: Any = model.active
    page["A1"], page["A2"] = "{{company}}", "{{aged.customer}}"
    page["B2"] = "Client {{aged.customer}}"
    page["C1"] = "{{filters}}"
    book = opened(fill(saved(model), replace(views, filters={"search": "+1+1"}), "fr").content)
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    shown = [str(cell.value) for cell in cells if cell.column == 1][1:]
    assert shown == [name.replace("\r", "") for name in NAMES]
    live = [cell for cell in cells if str(cell.value).startswith(("=", "+", "-", "@"))]
    assert len(live) > 5
    assert all(cell.style_id and cell._style.quotePrefix for cell in live)
    content = fill(saved(model), views, "fr").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_an_empty_list_leaves_a_blank_row(worked: RiskReport) -> None:
    empty = replace(worked, customers=worked.customers.head(0))
    model = openpyxl.Workbook()
    page: Any = model.active
    page["A1"], page["B1"], page["B2"] = (
        "{{overruns.customer}}",
        "{{overruns.overrun}}",
        "=SUM(B1:B1)",
    )
    book = opened(fill(saved(model), empty, "fr").content)
    page = book.worksheets[0]
    assert [page["A1"].value, page["B1"].value, page["B2"].value] == [None, None, "=SUM(B1:B1)"]


def test_a_list_too_long_is_cut_and_a_row_of_two_lists_is_left(
    worked: RiskReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_template, "MOST_ROWS", 2)
    model = openpyxl.Workbook()
    page: Any = model.active
    page["A1"], page["A3"], page["B3"] = (
        "{{customers.customer}}",
        "{{aged.total}}",
        "{{items.open}}",
    )
    found = fill(saved(model), worked, "fr")
    assert found.cut == {"customers": 4}
    page = opened(found.content).worksheets[0]
    assert [page["A2"].value, page["A4"].value] == [
        worked.customers["name"].iloc[1],
        "{{aged.total}}",
    ]
    assert found.remarks("fr")[0].startswith("Une ligne porte des repères de deux listes")
    assert "les 2 premières" in found.remarks("fr")[1]


def test_a_workbook_without_a_mark_says_so(worked: RiskReport) -> None:
    model = openpyxl.Workbook()
    assert fill(saved(model), worked, "fr").remarks("fr") == [
        "Aucun repère de ce classeur n’a été rempli\u202f: écrivez par exemple {{outstanding}} dans une cellule."
    ]


def with_part(content: bytes, name: str, part: bytes = b"x") -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, part)
    return stream.getvalue()


def test_what_cannot_be_filled_safely_is_refused_by_name() -> None:
    plain = saved(openpyxl.Workbook())
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    refused = {
        "file_empty": b"",
        "template_not_xlsx": b"nom;montant\n",
        "template_macros": with_part(plain, "xl/vbaProject.bin"),
        "template_links": with_part(plain, "xl/externalLinks/externalLink1.xml"),
        "file_definitions": with_part(plain, "docProps/custom.xml", bomb),
        "file_protected": packages.protected(plain, "secret"),
    }
    for code, content in refused.items():
        with pytest.raises(UserError) as said:
            Workspace.check_own_template(FileInput("m.xlsx", content))
        assert said.value.code == code
    Workspace.check_own_template(FileInput("m.xlsx", plain))
    with pytest.raises(UserError, match="file_definitions"):
        Workspace.check_own_template(FileInput("m.xlsx", with_part(plain, "xl/more.xml", bomb)))


def test_a_damaged_workbook_is_refused_in_a_sentence(worked: RiskReport) -> None:
    plain = saved(openpyxl.Workbook())
    parts = {}
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in (
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/styles.xml",
        "[Content_Types].xml",
    ):
        broken = packages.zipped({**parts, name: b"<worksheet><"})
        with pytest.raises(UserError, match="file_unreadable"):
            fill(broken, worked, "fr")


def test_what_the_library_loses_is_told(worked: RiskReport) -> None:
    drawing = b'<xdr:wsDr><xdr:sp macro=""/></xdr:wsDr>'
    content = with_part(saved(openpyxl.Workbook()), "xl/drawings/drawing9.xml", drawing)
    assert fill(content, worked, "fr").lost == ["shapes and text boxes"]


def test_every_mark_has_a_value_and_stands_in_the_manual(worked: RiskReport) -> None:
    marks, manual = Marks(worked, "fr"), DOC.read_text(encoding="utf-8")
    buckets = worked.aging.blocks[0].buckets
    for name, meaning in catalogue("en", buckets):
        found = marks.listed(name) if name.partition(".")[0] in LISTS else marks.value(name)
        assert found is not None, name
        assert f"| `{name}` | {meaning} |" in manual, name
    told = re.findall(r"^\| `([^`]+)` \|", manual, flags=re.MULTILINE)
    assert told == [name for name, _meaning in catalogue("en", buckets)]


def test_the_example_fills_without_a_remark(worked: RiskReport) -> None:
    content = example_workbook(worked.policy, "fr")
    Workspace.check_own_template(FileInput("m.xlsx", content))
    found = fill(content, worked, "fr")
    assert found.remarks("fr") == []
    book = opened(found.content)
    values = {row[0].value: row[2].value for row in book["Repères"].iter_rows(min_row=2)}
    assert values["outstanding"] == 48_400
    assert values["as_of"] == datetime(2025, 6, 30)  # noqa: DTZ001 - a spreadsheet's day
    assert values["over_limit"] == 1
    assert values["tie_out"]
    assert worked.as_of == date(2025, 6, 30)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("=A5+A6+A4", "=A5+A8+A4"),
        ("=SUM(A2:A5)", "=SUM(A2:A7)"),
        ("=SUM($A$6:$A$9)", "=SUM($A$8:$A$11)"),
        ("=SUM(5:5)+SUM(A:A)", "=SUM(5:7)+SUM(A:A)"),
        ("=B!A9+'A'!A9+Nom", "=B!A9+'A'!A11+Nom"),
        ('=IF(A6>0,"A9",A5)', '=IF(A8>0,"A9",A5)'),
    ],
)
def test_references_follow_two_more_rows_under_the_fifth(before: str, after: str) -> None:
    assert Shift("A", 5, 2).formula(before, "A") == after
