"""Our workbook: blank, filled, and with every mistake a user can make."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import openpyxl
import pytest
import xlsxwriter
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from arlib.ingest.formats import template
from arlib.ingest.source import RawSheet, Source
from arlib.model.files import FileInput, ImportOptions, ParsedFile
from arlib.model.tables import CANONICAL, arrow_schema
from arlib.model.template import SHEETS
from arlib.reports.template import write_filled, write_template
from tests.scenarios import worked_set

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2025, 1, 10)
Row = dict[str, Any]


def parse(lines: dict[str, list[Row]], **options: Any) -> ParsedFile:
    content = worked_set.workbook(lines)
    return template.extract(Source(FileInput("x.xlsx", content)), ImportOptions(**options))


@dataclass
class Cells:
    """Stands for a workbook already read, so that hundreds of them are quick."""

    sheets: tuple[RawSheet, ...]
    name: str = "x.xlsx"
    kind: str = "workbook"
    sha256: str = "0"


def parse_cells(lines: dict[str, list[Row]]) -> ParsedFile:
    sheets = []
    for sheet in SHEETS:
        rows: list[list[Any]] = [[item.header for item in sheet.fields]]
        for line in lines.get(sheet.key, []):
            major = (
                {"amount_minor": line.get("amount_minor", 0) / 100}
                if "amount_minor" in line
                else {}
            )
            cells = {**line, **major}
            rows.append([cells.get(item.name, "") for item in sheet.fields])
        sheets.append(RawSheet(sheet.title, rows))
    return template.extract(cast("Source", Cells(tuple(sheets))), ImportOptions())


def company(**cells: Any) -> list[Row]:
    return [{"name": "Essai", "extracted_on": dt.date(2025, 12, 31), **cells}]


def invoice(name: str, amount: int, customer: str = "C1", **cells: Any) -> Row:
    return {
        "customer_id": customer, "kind": "invoice", "number": name, "issued_on": DAY,
        "due_on": dt.date(2025, 2, 10), "amount_minor": amount, **cells,
    }  # fmt: skip


def payment(number: str, amount: int, day: dt.date, customer: str = "C1", **cells: Any) -> Row:
    return {
        "customer_id": customer,
        "number": number,
        "issued_on": day,
        "amount_minor": amount,
        **cells,
    }


def pays(source: str, target: str, amount: int, customer: str = "C1", **cells: Any) -> Row:
    return {
        "customer_id": customer, "number": source, "invoice_number": target, "amount_minor": amount, **cells,
    }  # fmt: skip


def customers(*codes: str) -> list[Row]:
    return [{"customer_id": code, "name": f"Client {code}"} for code in codes]


def codes(parsed: ParsedFile) -> list[tuple[str, str]]:
    return [(issue.code, issue.severity) for issue in parsed.issues]


def allocations(parsed: ParsedFile) -> list[tuple[str, str, dt.date, int]]:
    """Return (debit, credit, date, amount) with numbers (and instalments) for ids."""
    named = {
        row["document_id"]: row["number"]
        + (f"/{row['instalment_no']}" if row["instalment_no"] else "")
        for row in parsed.tables["documents"].to_pylist()
    }
    return sorted(
        (
            named[row["debit_document_id"]],
            named[row["credit_document_id"]],
            row["allocated_on"],
            row["amount_minor"],
        )
        for row in parsed.tables["allocations"].to_pylist()
    )


def residuals(parsed: ParsedFile, day: dt.date) -> dict[str, int]:
    """Return what remains of each document (by number) at a date, settled ones left out."""
    left: dict[str, int] = {}
    named = {}
    for row in parsed.tables["documents"].to_pylist():
        named[row["document_id"]] = row["number"]
        if row["issued_on"] <= day:
            left[row["number"]] = left.get(row["number"], 0) + row["amount_minor"]
    table = parsed.tables.get("allocations")
    for row in table.to_pylist() if table is not None else []:
        if row["allocated_on"] <= day:
            left[named[row["debit_document_id"]]] -= row["amount_minor"]
            left[named[row["credit_document_id"]]] += row["amount_minor"]
    return {number: amount for number, amount in left.items() if amount}


# -- the blank workbook


def blank() -> bytes:
    out = io.BytesIO()
    write_template(out)
    return out.getvalue()


def test_blank_workbook_imports_with_nothing_and_no_issue() -> None:
    source = Source(FileInput("modele.xlsx", blank()))
    parsed = template.extract(source, ImportOptions())
    assert template.identify(source) == 1.0
    assert (parsed.rows_read, parsed.issues, dict(parsed.tables), parsed.refusal) == (
        0,
        (),
        {},
        None,
    )


def test_blank_workbook_is_styled_validated_and_the_same_twice() -> None:
    assert blank() == blank()
    book = openpyxl.load_workbook(io.BytesIO(blank()))
    assert book.sheetnames == [*(sheet.title for sheet in SHEETS), "Mode d’emploi"]
    for sheet in SHEETS:
        page = book[sheet.title]
        assert [cell.value for cell in page[1]] == [item.header for item in sheet.fields]
        assert page.freeze_panes == "A2"
        assert page["A1"].font.b
    documents = book["Documents"]
    lists = [
        rule.formula1 for rule in documents.data_validations.dataValidation if rule.type == "list"
    ]
    assert any("avoir" in words and "impayé" in words for words in lists)
    assert {rule.type for rule in documents.data_validations.dataValidation} >= {"date", "decimal"}
    assert book["Clients"].column_dimensions["A"].number_format == "@"
    guide = [cell.value for row in book["Mode d’emploi"] for cell in row if cell.value]
    assert "Comment remplir ce classeur" in guide


def test_another_workbook_is_not_ours() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("Clients").write_row(0, 0, ["Code client", "Nom"])
    book.close()
    assert template.identify(Source(FileInput("x.xlsx", out.getvalue()))) == 0.0


# -- the worked set of the definitions


def test_worked_set_gives_the_book_of_the_definitions() -> None:
    parsed = template.extract(
        Source(FileInput("w.xlsx", worked_set.template_bytes())), ImportOptions()
    )
    assert (parsed.scope, parsed.level, parsed.refusal) == ("ledger", "A", None)
    assert parsed.company_id == worked_set.COMPANY
    assert (parsed.covers_from, parsed.covers_to) == (dt.date(2024, 12, 5), dt.date(2025, 7, 8))
    assert residuals(parsed, worked_set.AS_OF) == {
        "F004": 900000, "F005": 240000, "F006": 300000, "F007": 720000, "F009": 1800000,
        "F010": 360000, "F011": 540000, "F012": 150000, "A001": -120000, "P05": -50000,
    }  # fmt: skip
    assert sum(residuals(parsed, dt.date(2025, 5, 31)).values()) == 4_260_000
    taxes = {row["number"]: row["tax_minor"] for row in parsed.tables["documents"].to_pylist()}
    assert (taxes["F001"], taxes["F012"], taxes["A001"], taxes["P01"]) == (200000, 0, -20000, None)
    assert [(i.code, i.value, i.amount_minor) for i in parsed.issues] == [
        ("settlement_unallocated", "P05", -50000)
    ]
    (dispute,) = parsed.tables["disputes"].to_pylist()
    assert (dispute["opened_on"], "F009" in dispute["document_id"]) == (None, True)
    assert parsed.tables["limits"]["amount_minor"].to_pylist() == [2000000, 1000000, 1500000]
    assert parsed.tables["limits"]["valid_from"].null_count == 3
    assert set(parsed.tables["commitments"]["extracted_on"].to_pylist()) == {worked_set.AS_OF}
    assert parsed.rows_read == parsed.rows_kept == 4 + 14 + 6 + 7 + 3 + 3


def test_every_table_conforms_to_the_contract() -> None:
    parsed = template.extract(
        Source(FileInput("w.xlsx", worked_set.template_bytes())), ImportOptions()
    )
    for name, table in parsed.tables.items():
        assert name in CANONICAL
        assert table.schema.equals(arrow_schema(name)), name


def test_ledger_totals_are_the_sum_of_the_raw_lines() -> None:
    parsed = template.extract(
        Source(FileInput("w.xlsx", worked_set.template_bytes())), ImportOptions()
    )
    totals = parsed.tables["ledger_totals"].to_pylist()
    assert sum(row["amount_minor"] for row in totals) == parsed.control_totals["EUR"] == 4_480_000
    assert sum(row["count_lines"] for row in totals) == 20


# -- levels


def test_documents_alone_are_open_items_at_the_extraction() -> None:
    parsed = parse({"company": company(), "customers": customers("C1"),
                    "documents": [invoice("F1", 1000), invoice("A1", 300, kind="credit_note")]})  # fmt: skip
    assert (parsed.scope, parsed.level) == ("open_items", "C")
    items = parsed.tables["open_items"].to_pylist()
    assert [(row["open_minor"], row["extracted_on"]) for row in items] == [
        (1000, dt.date(2025, 12, 31)), (-300, dt.date(2025, 12, 31)),
    ]  # fmt: skip
    assert "allocations" not in parsed.tables


def test_without_documents_it_is_reference_data() -> None:
    parsed = parse({"company": company(), "customers": customers("C1"),
                    "limits": [{"scope_id": "C1", "amount_minor": 0}]})  # fmt: skip
    assert (parsed.scope, parsed.level, parsed.covers_from) == ("reference", None, None)
    assert parsed.tables["limits"]["amount_minor"].to_pylist() == [0]


def test_extraction_date_falls_back_on_the_latest_document() -> None:
    parsed = parse(
        {
            "company": [{"name": "Essai"}],
            "customers": customers("C1"),
            "documents": [invoice("F1", 5)],
        }
    )
    assert parsed.extracted_on == DAY
    assert ("extraction_date_assumed", "note") in codes(parsed)


# -- who the file belongs to


def test_company_is_the_siren_when_it_is_valid() -> None:
    assert parse({"company": company(siren="111 111 118")}).company_id == "111111118"
    wrong = parse({"company": company(siren="111111119")})
    assert (wrong.company_id, codes(wrong)) == ("Essai", [("company_id_invalid", "doubtful")])


def test_two_companies_or_another_one_are_refused() -> None:
    two = parse({"company": [*company(), {"name": "Autre"}], "documents": [invoice("F1", 5)]})
    assert two.refusal is not None
    assert (two.refusal.code, two.refusal.value, two.rows_refused) == (
        "company_conflict",
        "Autre",
        1,
    )
    other = parse({"company": company()}, company_id="Ailleurs")
    assert other.refusal is not None
    assert other.refusal.code == "company_conflict"


# -- what a user may type


def test_a_credit_note_is_a_credit_whatever_its_sign() -> None:
    parsed = parse({"company": company(), "customers": customers("C1"),
                    "documents": [invoice("A1", 300, kind="avoir"), invoice("A2", -300, kind="Avoir")]})  # fmt: skip
    assert parsed.tables["documents"]["amount_minor"].to_pylist() == [-300, -300]


def test_words_numbers_and_dates_typed_as_text_are_read() -> None:
    lines = [
        invoice("00123", 0, amount_minor="1 234,56 €", issued_on="31/01/2025", kind="FACTURE"),
        invoice("F2", 0, amount_minor="(12,50)", issued_on="2025-02-01", kind=None),
        invoice(
            "F3", 0, amount_minor=0.575, issued_on=45658, is_disputed="oui", account_class="416"
        ),
    ]
    parsed = parse({"company": company(), "customers": customers("C1"), "documents": lines})
    rows = parsed.tables["documents"].to_pylist()
    assert [row["amount_minor"] for row in rows] == [123456, -1250, 58]
    assert [row["kind"] for row in rows] == ["invoice", "credit_note", "invoice"]
    assert [row["issued_on"] for row in rows] == [
        dt.date(2025, 1, 31),
        dt.date(2025, 2, 1),
        dt.date(2025, 1, 1),
    ]
    assert (rows[0]["number"], rows[2]["account_class"]) == ("00123", "doubtful")
    assert parsed.tables["disputes"].num_rows == 1


def test_formulas_and_markup_stay_text() -> None:
    names = ['=HYPERLINK("x")', "<b>x</b>", "@SUM(A1)", "-2+3"]
    lines = [{"customer_id": f"C{n}", "name": name} for n, name in enumerate(names)]
    parsed = parse({"company": company(), "customers": lines})
    assert parsed.tables["customers"]["name"].to_pylist() == names
    assert parsed.issues == ()


@pytest.mark.parametrize(
    ("cells", "code", "amount"),
    [
        ({"issued_on": "31/02/2025"}, "date_unreadable", 1000),
        ({"issued_on": None}, "invoice_date_missing", 1000),
        ({"issued_on": dt.date(1950, 1, 1)}, "date_out_of_range", 1000),
        ({"amount_minor": "mille"}, "amount_unreadable", None),
        ({"amount_minor": "NaN"}, "amount_unreadable", None),
        ({"amount_minor": None}, "amount_missing", None),
        ({"customer_id": None}, "customer_missing", 1000),
    ],
)
def test_a_line_that_cannot_stand_is_refused_with_its_place_and_amount(
    cells: Row, code: str, amount: int | None
) -> None:
    parsed = parse({"company": company(), "customers": customers("C1"),
                    "documents": [invoice("F1", 700), invoice("F2", 1000, **cells)]})  # fmt: skip
    (issue,) = [issue for issue in parsed.issues if issue.severity == "refused"]
    assert (issue.code, issue.sheet, issue.row_number, issue.amount_minor) == (
        code,
        "Documents",
        3,
        amount,
    )
    assert (parsed.rows_read, parsed.rows_kept, parsed.rows_refused) == (3, 2, 1)
    assert parsed.control_totals == {"EUR": 700}


@pytest.mark.parametrize(
    ("cells", "code", "severity"),
    [
        ({"due_on": None}, "due_date_missing", "note"),
        ({"due_on": "bientôt"}, "date_unreadable", "doubtful"),
        ({"due_on": dt.date(2025, 1, 9)}, "due_before_issue", "doubtful"),
        ({"kind": "facturette"}, "kind_unknown", "doubtful"),
        ({"amount_minor": -1000}, "kind_assumed", "doubtful"),
        ({"currency": "euros français"}, "value_unknown", "doubtful"),
        ({"tax_rate": "250 %"}, "rate_out_of_range", "doubtful"),
        ({"number": None}, "number_missing", "doubtful"),
        ({"customer_id": "C9"}, "customer_unknown", "doubtful"),
        (
            {"issued_on": dt.date(2027, 1, 1), "due_on": dt.date(2027, 2, 1)},
            "date_in_future",
            "doubtful",
        ),
    ],
)
def test_a_doubtful_line_is_kept_and_named(cells: Row, code: str, severity: str) -> None:
    parsed = parse(
        {
            "company": company(),
            "customers": customers("C1"),
            "documents": [invoice("F1", 1000, **cells)],
        },
        import_day=dt.date(2026, 1, 1),
    )
    assert (code, severity) in codes(parsed)
    assert parsed.tables["documents"].num_rows == 1
    assert parsed.rows_refused == 0


def test_an_unknown_customer_is_created_once() -> None:
    parsed = parse({"company": company(), "customers": customers("C1"),
                    "documents": [invoice("F1", 5), invoice("F2", 5, "C9"), invoice("F3", 5, "C9")],
                    "limits": [{"scope_id": "C9", "amount_minor": 5}]})  # fmt: skip
    assert parsed.tables["customers"]["customer_id"].to_pylist() == ["C1", "C9"]
    assert codes(parsed) == [("customer_unknown", "doubtful")]


def test_identical_lines_are_dropped_and_shared_numbers_named() -> None:
    parsed = parse({"company": company(), "customers": customers("C1"),
                    "documents": [invoice("F1", 5), invoice("F1", 5), invoice("F1", 9)]})  # fmt: skip
    assert codes(parsed) == [("duplicate_line", "ignored"), ("duplicate_number", "doubtful")]
    assert (parsed.rows_kept, parsed.rows_ignored, parsed.control_totals) == (3, 1, {"EUR": 14})


def test_a_needed_column_that_is_absent_refuses_the_file() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("Société").write_row(0, 0, ["Raison sociale", "SIREN", "Devise"])
    page = book.add_worksheet("Documents")
    page.write_row(0, 0, ["Code client", "Type", "Date"])
    page.write_row(1, 0, ["C1", "facture", "01/01/2025"])
    book.close()
    parsed = template.extract(Source(FileInput("x.xlsx", out.getvalue())), ImportOptions())
    assert parsed.refusal is not None
    assert (parsed.refusal.code, parsed.refusal.value) == ("columns_missing", "Montant TTC")


def test_other_currencies_keep_their_decimals() -> None:
    parsed = parse({
        "company": company(), "customers": customers("C1"),
        "documents": [invoice("F1", 1500, currency="JPY"), invoice("F2", 12345, currency="TND")],
        "settlements": [payment("P1", 1500, DAY, currency="JPY")],
        "allocations": [pays("P1", "F1", 150000)],
    })  # fmt: skip
    assert parsed.control_totals == {"JPY": 0, "TND": 12345}
    assert [row[3] for row in allocations(parsed)] == [1500]
    assert parsed.tables["documents"]["amount_company_minor"].null_count == 3


# -- allocations


def test_an_allocation_takes_effect_at_the_later_document() -> None:
    parsed = parse({
        "company": company(), "customers": customers("C1"), "documents": [invoice("F1", 1000)],
        "settlements": [payment("D1", 400, dt.date(2024, 12, 20), kind="deposit"),
                        payment("P1", 600, dt.date(2025, 3, 1))],
        "allocations": [pays("D1", "F1", 400, matched_on=dt.date(2025, 6, 1)), pays("P1", "F1", 600)],
    })  # fmt: skip
    assert allocations(parsed) == [("F1", "D1", DAY, 400), ("F1", "P1", dt.date(2025, 3, 1), 600)]
    assert parsed.tables["allocations"]["matched_on"].to_pylist() == [dt.date(2025, 6, 1), None]


def test_oldest_due_first_when_no_instalment_is_named() -> None:
    parts = [invoice("F1", 600, instalment_no=2, due_on=dt.date(2025, 4, 10)),
             invoice("F1", 400, instalment_no=1, due_on=dt.date(2025, 2, 10))]  # fmt: skip
    lines = {"company": company(), "customers": customers("C1"), "documents": parts,
             "settlements": [payment("P1", 700, dt.date(2025, 3, 1))]}  # fmt: skip
    free = parse({**lines, "allocations": [pays("P1", "F1", 700)]})
    assert [(row[0], row[3]) for row in allocations(free)] == [("F1/1", 400), ("F1/2", 300)]
    named = parse(
        {**lines, "allocations": [pays("P1", "F1", 500, instalment_no=2), pays("P1", "F1", 200)]}
    )
    assert [(row[0], row[3]) for row in allocations(named)] == [("F1/1", 200), ("F1/2", 500)]


@pytest.mark.parametrize(
    ("line", "code", "value"),
    [
        (pays("P9", "F1", 10), "allocation_unknown", "P9"),
        (pays("P1", "F9", 10), "allocation_unknown", "F9"),
        (pays("P1", "F1", 10, instalment_no=3), "allocation_unknown", "F1"),
        (pays("P1", "F1", 1100), "allocation_excess", "F1"),
        (pays("P1", "F2", 1300), "allocation_excess", "F2"),
        (pays("P1", "F1", -10), "value_unknown", "-10"),
    ],
)
def test_an_impossible_allocation_is_refused_with_its_amount(
    line: Row, code: str, value: str
) -> None:
    parsed = parse({
        "company": company(), "customers": customers("C1"),
        "documents": [invoice("F1", 1000), invoice("F2", 5000)],
        "settlements": [payment("P1", 1200, dt.date(2025, 3, 1))], "allocations": [line],
    })  # fmt: skip
    (issue,) = [issue for issue in parsed.issues if issue.severity == "refused"]
    assert (issue.code, issue.value, issue.amount_minor, issue.row_number) == (
        code,
        value,
        line["amount_minor"],
        2,
    )
    assert "allocations" not in parsed.tables
    assert residuals(parsed, dt.date(2025, 12, 31)) == {"F1": 1000, "F2": 5000, "P1": -1200}


def test_a_refused_allocation_leaves_its_room_to_the_next() -> None:
    parsed = parse({
        "company": company(), "customers": customers("C1"), "documents": [invoice("F1", 1000)],
        "settlements": [payment("P1", 5000, dt.date(2025, 3, 1))],
        "allocations": [pays("P1", "F1", 4000), pays("P1", "F1", 900), pays("P1", "F1", 200), pays("P1", "F1", 100)],
    })  # fmt: skip
    assert [row[3] for row in allocations(parsed)] == [100, 900]
    assert [issue.row_number for issue in parsed.issues if issue.code == "allocation_excess"] == [
        2,
        4,
    ]


def test_a_payer_may_pay_for_another_customer() -> None:
    parsed = parse({
        "company": company(), "customers": customers("C1", "C2"), "documents": [invoice("F1", 1000, "C2")],
        "settlements": [payment("P1", 1000, dt.date(2025, 3, 1))],
        "allocations": [pays("P1", "F1", 1000, billed_customer_id="C2")],
    })  # fmt: skip
    assert allocations(parsed) == [("F1", "P1", dt.date(2025, 3, 1), 1000)]
    assert residuals(parsed, dt.date(2025, 3, 1)) == {}


BOUNCE = dt.date(2025, 3, 9)


@pytest.mark.parametrize("origin", ["P1", "F1"])
def test_a_bounce_opens_the_invoice_again_and_is_never_open(origin: str) -> None:
    parsed = parse({
        "company": company(), "customers": customers("C1"),
        "documents": [invoice("F1", 1000),
                      {**invoice("I1", 1000, kind="impayé", origin=origin), "issued_on": BOUNCE, "due_on": None}],
        "settlements": [payment("P1", 1000, dt.date(2025, 3, 1)), payment("P2", 1000, dt.date(2025, 4, 2))],
        "allocations": [pays("P1", "F1", 1000), pays("P2", "F1", 1000)],
    })  # fmt: skip
    assert allocations(parsed) == [
        ("F1", "P1", dt.date(2025, 3, 1), 1000),
        ("F1", "P1", BOUNCE, -1000),
        ("F1", "P2", dt.date(2025, 4, 2), 1000),
        ("I1", "P1", BOUNCE, 1000),
    ]
    assert [i.code for i in parsed.issues if i.severity == "refused"] == []
    assert residuals(parsed, dt.date(2025, 3, 8)) == {}
    assert residuals(parsed, BOUNCE) == {"F1": 1000}
    assert residuals(parsed, dt.date(2025, 4, 2)) == {}


def test_the_free_part_of_a_payment_bounces_first() -> None:
    parsed = parse({
        "company": company(), "customers": customers("C1"),
        "documents": [invoice("F1", 400), invoice("F2", 300),
                      {**invoice("I1", 500, kind="bounce", origin="P1"), "issued_on": BOUNCE}],
        "settlements": [payment("P1", 1000, dt.date(2025, 3, 1))],
        "allocations": [pays("P1", "F1", 400), pays("P1", "F2", 300)],
    })  # fmt: skip
    assert residuals(parsed, BOUNCE) == {"F2": 200}


def test_bounced_instalments_open_and_are_paid_again() -> None:
    parts = [
        invoice("F1", 400, instalment_no=1),
        invoice("F1", 600, instalment_no=2, due_on=dt.date(2025, 3, 10)),
    ]
    bounces = [
        {
            **invoice(f"I{n}", 1000, kind="bounce", origin=f"P{n}"),
            "issued_on": dt.date(2025, 2 + n, 9),
        }
        for n in (1, 2)
    ]
    parsed = parse({
        "company": company(), "customers": customers("C1"), "documents": [*parts, *bounces],
        "settlements": [payment(f"P{n}", 1000, dt.date(2025, 2 + n, 1)) for n in (1, 2, 3)],
        "allocations": [pays(f"P{n}", "F1", 1000) for n in (1, 2, 3)],
    })  # fmt: skip
    assert (
        residuals(parsed, dt.date(2025, 3, 9))
        == residuals(parsed, dt.date(2025, 4, 9))
        == {"F1": 1000}
    )
    assert residuals(parsed, dt.date(2025, 5, 1)) == {}
    last = [row for row in allocations(parsed) if row[1] == "P3"]
    assert [(row[0], row[3]) for row in last] == [("F1/1", 400), ("F1/2", 600)]


def test_a_bounce_of_nothing_known_ages_by_itself() -> None:
    parsed = parse({
        "company": company(), "customers": customers("C1"),
        "documents": [{**invoice("I1", 500, kind="bounce", origin="P7"), "issued_on": BOUNCE}],
        "settlements": [payment("P1", 100, dt.date(2025, 3, 1))],
    })  # fmt: skip
    assert ("allocation_unknown", "doubtful") in codes(parsed)
    assert residuals(parsed, BOUNCE) == {"I1": 500, "P1": -100}


def test_a_refund_repays_the_credit_it_names() -> None:
    parsed = parse({
        "company": company(), "customers": customers("C1"),
        "documents": [invoice("A1", 500, kind="credit_note"),
                      {**invoice("R1", 500, kind="refund", origin="A1"), "issued_on": BOUNCE}],
        "settlements": [payment("P1", 100, dt.date(2025, 3, 1))],
    })  # fmt: skip
    assert allocations(parsed) == [("R1", "A1", BOUNCE, 500)]


# -- the other sheets


def test_disputes_promises_and_reminders_find_their_documents() -> None:
    parsed = parse({
        "company": company(), "customers": customers("C1"),
        "documents": [invoice("F1", 1000, is_disputed=True), invoice("F2", 800, is_disputed=True,
                                                                     disputed_on=dt.date(2025, 3, 3))],
        "disputes": [{"customer_id": "C1", "number": "F1", "opened_on": BOUNCE, "amount_minor": 300},
                     {"customer_id": "C1", "number": "F8"}],
        "promises": [{"customer_id": "C1", "number": "F1", "due_on": BOUNCE, "taken_on": DAY, "amount_minor": 100}],
        "reminders": [{"customer_id": "C1", "taken_on": DAY, "text": "Niveau 2"}],
    })  # fmt: skip
    disputes = {
        row["document_id"].split("|")[4]: row for row in parsed.tables["disputes"].to_pylist()
    }
    assert {name: (row["opened_on"], row["amount_minor"]) for name, row in disputes.items()} == {
        "F1": (BOUNCE, 300), "F2": (dt.date(2025, 3, 3), None),
    }  # fmt: skip
    promise, reminder = parsed.tables["actions"].to_pylist()
    assert (promise["kind"], "|F1|" in promise["document_id"], promise["currency"]) == (
        "promise",
        True,
        "EUR",
    )
    assert (reminder["kind"], reminder["text"], reminder["document_id"]) == (
        "reminder",
        "Niveau 2",
        None,
    )
    assert ("document_unknown", "refused") in codes(parsed)


def test_a_promise_written_twice_is_one_and_said_so() -> None:
    promise = {"customer_id": "C1", "due_on": BOUNCE, "taken_on": DAY, "amount_minor": 100}
    parsed = parse({
        "company": company(), "customers": customers("C1"), "documents": [invoice("F1", 1000)],
        "promises": [promise, promise, {**promise, "amount_minor": 200}],
        "reminders": [{"customer_id": "C1", "taken_on": DAY}],
    })  # fmt: skip
    found = parsed.tables["actions"].to_pylist()
    assert [(row["kind"], row["amount_minor"]) for row in found] == [
        ("promise", 100),
        ("promise", 200),
        ("reminder", None),
    ]
    (issue,) = parsed.issues
    assert (issue.code, issue.severity, issue.amount_minor) == ("duplicate_line", "ignored", 100)
    assert issue.row_number is not None
    assert (parsed.rows_ignored, parsed.rows_read - parsed.rows_kept) == (1, 1)


def test_limits_of_every_scope_are_decisions_with_stable_ids() -> None:
    decisions: list[Row] = [
        {"scope_id": "C1", "amount_minor": 500, "valid_from": DAY},
        {"scope": "category", "scope_id": "PME", "source": "assurance", "amount_minor": 900, "cover_ratio": 0.9,
         "insurer_refused": True},
        {"scope": "all", "amount_minor": None},
        {"scope_id": None, "amount_minor": 5},
    ]  # fmt: skip
    first = parse({"company": company(), "customers": customers("C1"), "limits": decisions})
    second = parse({"company": company(), "customers": customers("C1"), "limits": decisions[::-1]})
    rows = first.tables["limits"].to_pylist()
    assert [(row["scope"], row["source"], row["amount_minor"], row["is_refused"]) for row in rows] == [
        ("customer", "internal", 500, None), ("category", "insurer", 900, True), ("all", "internal", None, None),
    ]  # fmt: skip
    assert {row["change_id"] for row in rows} == set(
        second.tables["limits"]["change_id"].to_pylist()
    )
    assert ("customer_missing", "refused") in codes(first)


def test_sales_and_rates() -> None:
    parsed = parse({
        "company": company(), "customers": customers("C1"),
        "sales": [{"customer_id": "C1", "month_on": dt.date(2025, 3, 17), "amount_minor": 700, "basis": "HT"}],
        "rates": [{"currency": "USD", "rate_on": DAY, "rate": 0.92}],
    })  # fmt: skip
    (sale,) = parsed.tables["sales"].to_pylist()
    assert (sale["month_on"], sale["basis"], sale["currency"]) == (dt.date(2025, 3, 1), "ht", "EUR")
    assert parsed.tables["rates"].to_pylist()[0]["rate"] == 0.92


# -- whatever the lines


@settings(max_examples=50, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 900)), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 900)), max_size=5),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6), st.integers(1, 700)), max_size=10),
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 900)), max_size=2),
)
def test_nothing_is_ever_paid_twice_nor_lost(
    debts: list[tuple[int, int]],
    receipts: list[tuple[int, int]],
    lines: list[tuple[int, int, int]],
    bounces: list[tuple[int, int]],
) -> None:
    documents = [invoice(f"F{n}", amount, due_on=DAY + dt.timedelta(days=30 + after))
                 for n, (after, amount) in enumerate(debts)]  # fmt: skip
    documents += [
        {
            **invoice(f"I{n}", amount, kind="bounce", origin=f"P{source}"),
            "issued_on": dt.date(2025, 5, 1 + n),
        }
        for n, (source, amount) in enumerate(bounces)
    ]
    received = [
        payment(f"P{n}", amount, dt.date(2025, 3, 1 + day))
        for n, (day, amount) in enumerate(receipts)
    ]
    parsed = parse_cells({
        "company": company(), "customers": customers("C1"), "documents": documents, "settlements": received,
        "allocations": [pays(f"P{source}", f"F{target}", amount) for source, target, amount in lines],
    })  # fmt: skip
    assert parsed.rows_read == parsed.rows_kept + parsed.rows_ignored + parsed.rows_refused
    refused = {issue.row_number for issue in parsed.issues if issue.severity == "refused"}
    assert len(refused) == parsed.rows_refused
    signs = {row["number"]: row["amount_minor"] for row in parsed.tables["documents"].to_pylist()}
    final = residuals(parsed, dt.date(2025, 12, 31))
    for number, left in final.items():
        assert 0 < left * (1 if signs[number] > 0 else -1) <= abs(signs[number])
    assert sum(final.values()) == parsed.control_totals["EUR"]
    kept = [amount for row, (_, _, amount) in enumerate(lines, start=2) if row not in refused]
    table = parsed.tables.get("allocations")
    paid = (
        [row for row in table.to_pylist() if row["source_row"] is not None]
        if table is not None
        else []
    )
    if parsed.level == "A":
        assert sum(row["amount_minor"] for row in paid) == sum(kept)


# -- outside scores and ratios


def test_scores_and_ratios_are_read_back_as_written(tmp_path: Path) -> None:
    lines: list[dict[str, object]] = [
        {"customer_id": "C1", "measure": "Note externe", "value": 12.5, "scale": "0-20",
         "measured_on": dt.date(2025, 3, 1)},
        {"customer_id": "C1", "measure": "Cotation Banque de France", "text": "4+", "scale": "2022"},
        {"customer_id": "C2", "measure": "Gearing", "value": -0.4},
        {"customer_id": "C2", "measure": "Vide"},
        {"measure": "Sans client", "value": 1.0},
    ]  # fmt: skip
    out = tmp_path / "scores.xlsx"
    write_filled(
        out, {"company": company(), "customers": [{"customer_id": "C1"}], "financials": lines}
    )
    parsed = template.extract(Source(FileInput("s.xlsx", out.read_bytes())), ImportOptions())
    table = parsed.tables["financials"].to_pylist()
    assert [(row["customer_id"], row["measure"], row["value"], row["text"]) for row in table] == [
        ("C1", "external_score", 12.5, None),
        ("C1", "Cotation Banque de France", None, "4+"),
        ("C2", "Gearing", -0.4, None),
    ]
    assert (table[0]["measured_on"], table[1]["scale"]) == (dt.date(2025, 3, 1), "2022")
    found = {(item.code, item.severity, item.row_number) for item in parsed.issues}
    assert found >= {
        ("value_unknown", "refused", 5),
        ("customer_missing", "refused", 6),
        ("customer_unknown", "doubtful", 4),
    }
    assert parsed.rows_read == parsed.rows_kept + parsed.rows_ignored + parsed.rows_refused == 6


def test_the_blank_workbook_has_no_score_and_no_issue() -> None:
    parsed = template.extract(Source(FileInput("b.xlsx", blank())), ImportOptions())
    assert (parsed.rows_read, [item for item in parsed.issues if item.sheet]) == (0, [])
    assert "financials" not in parsed.tables


def test_the_follow_up_of_the_workbook() -> None:
    parsed = parse({
        "company": company(), "customers": customers("C1"), "documents": [invoice("F1", 1000)],
        "disputes": [{"customer_id": "C1", "number": "F1", "opened_on": DAY, "owner": "Agence",
                      "target_on": dt.date(2025, 2, 1)}],
        "reminders": [{"customer_id": "C1", "taken_on": DAY, "text": "R2", "channel": "email"}],
        "notes": [
            {"customer_id": "C1", "taken_on": DAY, "text": "Rappeler"},
            {"customer_id": "C1", "taken_on": DAY, "kind": "call", "outcome": "will_pay"},
            {"customer_id": "C1", "taken_on": DAY, "kind": "cause", "cause": "oversight"},
            {"customer_id": "C1", "taken_on": DAY, "kind": "review", "due_on": dt.date(2025, 3, 1)},
            {"customer_id": "C1", "taken_on": DAY},
            {"customer_id": "C1", "taken_on": DAY, "kind": "cause"},
            {"customer_id": "C1", "taken_on": DAY, "kind": "review"},
        ],
    })  # fmt: skip
    found = parsed.tables["actions"].to_pylist()
    said = [(row["kind"], row["cause"], row["outcome"], row["channel"]) for row in found]
    assert said == [
        ("reminder", None, None, "email"),
        ("note", None, None, None),
        ("call", None, "will_pay", None),
        ("cause", "oversight", None, None),
        ("review", None, None, None),
    ]
    refused = [
        (issue.sheet, issue.column) for issue in parsed.issues if issue.severity == "refused"
    ]
    assert refused == [
        ("Suivi", "Commentaire"),
        ("Suivi", "Cause de retard"),
        ("Suivi", "Revoir le"),
    ]
    (dispute,) = parsed.tables["disputes"].to_pylist()
    assert (dispute["owner"], dispute["target_on"]) == ("Agence", dt.date(2025, 2, 1))
