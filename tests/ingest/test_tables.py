"""Lists as people and printers leave them: titles, sections, totals, several tables, hidden cells."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from arlib.ingest import recognise
from arlib.ingest.formats import all_formats
from arlib.ingest.source import Source
from arlib.model.files import FileInput, ImportOptions, ParsedFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

D = dt.date


def read_all(*files: tuple[str, str | bytes], **options: Any) -> list[ParsedFile]:
    inputs = [FileInput(n, c.encode() if isinstance(c, str) else c) for n, c in files]
    parsed = recognise.read_files(inputs, ImportOptions(**options))
    for item in parsed:
        check(item)
    return parsed


def read(content: str | bytes, name: str = "export.csv", **options: Any) -> ParsedFile:
    (parsed,) = read_all((name, content), **options)
    return parsed


def check(parsed: ParsedFile) -> None:
    """Hold that every row read is kept, ignored or refused, and that each one aside is listed."""
    kept, ignored, refused = parsed.rows_kept, parsed.rows_ignored, parsed.rows_refused
    assert parsed.rows_read == kept + ignored + refused
    counts = Counter(issue.severity for issue in parsed.issues if issue.row_number is not None)
    assert (counts["refused"], counts["ignored"]) == (refused, ignored)


def codes(parsed: ParsedFile) -> Counter[str]:
    return Counter(issue.code for issue in parsed.issues)


def rows(parsed: ParsedFile, table: str, *columns: str) -> list[tuple[Any, ...]]:
    data = parsed.tables[table]
    return list(zip(*(data[column].to_pylist() for column in columns), strict=True))


def items(parsed: ParsedFile) -> list[tuple[Any, ...]]:
    return rows(parsed, "documents", "customer_id", "number", "amount_minor")


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    merged: tuple[str, ...] = (),
    hidden_rows: tuple[int, ...] = (),
    hidden_columns: tuple[str, ...] = (),
) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, cells in sheets.items():
        page = book.create_sheet(name)
        for row in cells:
            page.append([None if cell == "" else cell for cell in row])
        for area in merged:
            page.merge_cells(area)
        for number in hidden_rows:
            page.row_dimensions[number].hidden = True
        for letter in hidden_columns:
            page.column_dimensions[letter].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


HEAD: list[Any] = [
    "Code client",
    "Nom client",
    "N° facture",
    "Date facture",
    "Échéance",
    "Reste dû",
]
LINE_1: list[Any] = ["C1", "Durand", "F1", D(2025, 1, 15), D(2025, 2, 14), 100.5]
LINE_2: list[Any] = ["C2", "Petit", "F2", D(2025, 1, 20), D(2025, 2, 19), 200]


# -- headers ----------------------------------------------------------------------------------------


def test_two_rows_of_headers_are_one() -> None:
    parsed = read(
        "Outstanding receivables;;;;;;\nas of 31-Mar-2025;;;;;;\n"
        "Date;Ref. No.;Party's Name;Opening;Pending;Due on;Overdue\n"
        ";;;Amount;Amount;;by days\n"
        "1-Jan-2025;12;Durand;100.00;40.00;31-Jan-2025;59\n"
        "5-Jan-2025;13;Petit;50.00;50.00;4-Feb-2025;55\n"
    )
    assert rows(parsed, "documents", "customer_id", "number", "amount_minor", "due_on") == [
        ("Durand", "12", 10000, D(2025, 1, 31)),
        ("Petit", "13", 5000, D(2025, 2, 4)),
    ]
    assert rows(parsed, "open_items", "open_minor") == [(4000,), (5000,)]
    assert parsed.extracted_on == D(2025, 3, 31)


def test_a_title_merged_over_several_columns_stands_before_each() -> None:
    cells: list[Any] = [
        ["Client", "", "Facture", "", "", "Montants", ""],
        ["Code", "Nom", "N°", "Date", "Échéance", "TTC", "Reste dû"],
        ["C1", "Durand", "F1", D(2025, 1, 15), D(2025, 2, 14), 120, 100],
    ]
    parsed = read(workbook({"Liste": cells}, merged=("A1:B1", "C1:E1", "F1:G1")), "a.xlsx")
    assert rows(parsed, "documents", "customer_id", "number", "issued_on", "amount_minor") == [
        ("C1", "F1", D(2025, 1, 15), 12000)
    ]
    assert rows(parsed, "open_items", "open_minor") == [(10000,)]
    assert rows(parsed, "customers", "name") == [("Durand",)]


@pytest.mark.parametrize(
    "title",
    [
        "Balance clients arrêtée au 30/06/2025",
        "Arrêté au 30 juin 2025",
        "As of June 30, 2025",
        "Aged receivables as at 30 June 2025",
        "Situation clients au 30.06.2025",
        "Date d'arrêté : 2025-06-30",
        "Date d’extraction;30/06/2025",
        "Open at key date 30/06/2025",
        "Période du 01/01/2025 au 30/06/2025",
        "As of 06/30/2025",
        "Au 30 juin 2025;;Page 1/2",
    ],
)
def test_the_date_of_a_list_is_read_in_its_title(title: str) -> None:
    parsed = read(
        f"{title}\n\nClient;Facture;Date facture;Échéance;Solde\nC1;F1;13/01/2025;12/02/2025;10,00\n"
    )
    assert parsed.extracted_on == D(2025, 6, 30)
    assert codes(parsed)["extraction_date_assumed"] == 0


def test_the_date_of_a_list_is_read_in_a_cell_or_below_the_lines() -> None:
    cells: list[Any] = [["Encours clients"], ["Date d'arrêté", D(2025, 6, 30)], [], HEAD, LINE_1]
    assert read(workbook({"AR": cells}), "a.xlsx").extracted_on == D(2025, 6, 30)
    below = read(
        "Client;Facture;Date facture;Solde\nC1;F1;13/01/2025;10,00\n;;;\nArrêté au 31/03/2025;;;\n"
    )
    assert below.extracted_on == D(2025, 3, 31)


# -- rows that are not lines -------------------------------------------------------------------------


REPORT = """Société Exemple;;;;;
Balance âgée clients au 28/02/2025;;;;;Page 1/2
;;;;;
N° facture;Date facture;Échéance;Libellé;Débit;Crédit
C001 DURAND SARL;;;;;
F1;15/01/2025;14/02/2025;Facture;100,00;
R1;20/02/2025;;Virement;;40,00
Total C001;;;;100,00;40,00
C002 PETIT;;;;;
F2;16/01/2025;15/02/2025;Facture;50,00;
Société Exemple;;;;;
Balance âgée clients au 28/02/2025;;;;;Page 2/2
N° facture;Date facture;Échéance;Libellé;Débit;Crédit
F3;17/01/2025;16/02/2025;Facture;25,00;
Total C002;;;;75,00;
;;;;;
Total général;;;;175,00;40,00
Édité le 01/03/2025 à 10:12 - page 2/2;;;;;
"""


def test_a_report_on_paper_gives_its_lines_and_nothing_else() -> None:
    parsed = read(REPORT)
    assert items(parsed) == [
        ("C001 DURAND SARL", "F1", 10000),
        ("C001 DURAND SARL", "R1", -4000),
        ("C002 PETIT", "F2", 5000),
        ("C002 PETIT", "F3", 2500),
    ]
    assert (parsed.rows_kept, parsed.rows_refused) == (4, 0)
    assert parsed.extracted_on == D(2025, 2, 28)
    assert codes(parsed)["control_total_differs"] == 0
    assert codes(parsed)["section_row"] == 2


def test_a_wrong_total_is_said_with_both_amounts_and_loads() -> None:
    parsed = read(
        "Code client;Facture;Date facture;Solde\nC1;F1;15/01/2025;100,00\nC1;F2;15/01/2025;20,00\n"
        "Sous-total C1;;;120,00\nC2;F3;15/01/2025;50,00\nSous-total C2;;;55,00\n"
        "Total général;;;0,00\n"
    )
    said = [
        (i.row_number, i.value, i.detail)
        for i in parsed.issues
        if i.code == "control_total_differs"
    ]
    assert said == [(6, "55.00", "50.00"), (7, "0.00", "170.00")]
    assert parsed.doubt is None
    assert parsed.control_totals == {"EUR": 17000}


def test_a_grand_total_a_currency_is_recognised_without_a_label() -> None:
    parsed = read(
        "Code client;Facture;Date facture;Devise;Solde\n"
        "C1;F1;15/01/2025;EUR;100,00\nC2;F2;15/01/2025;USD;30,00\nC2;F3;15/01/2025;EUR;1,00\n"
        ";;;EUR;101,00\n;;;USD;30,00\n"
    )
    assert (parsed.rows_kept, parsed.rows_refused) == (3, 0)
    assert codes(parsed)["total_row"] == 2


def test_an_amount_alone_that_is_no_total_is_refused_with_its_amount() -> None:
    parsed = read(
        "Code client;Facture;Date facture;Solde\nC1;F1;15/01/2025;100,00\n;;;33,00\nC1;F2;15/01/2025;5,00\n"
    )
    refused = [(i.row_number, i.amount_minor) for i in parsed.issues if i.severity == "refused"]
    assert refused == [(3, 3300)]


def test_customers_on_rows_of_their_own_in_the_column_of_customers() -> None:
    parsed = read(
        "Client;Facture;Date;Montant\nDurand;;;\n;F1;15/01/2025;10,00\n;F2;16/01/2025;20,00\n"
        "Total Durand;;;30,00\n;F9;17/01/2025;7,00\nPetit;;;\n;F3;17/01/2025;5,00\n"
        "À reporter;;;35,00\nReport;;;35,00\n;F4;18/01/2025;1,00\n;;;\nTotal;;;36,00\n"
    )
    assert items(parsed) == [
        ("Durand", "F1", 1000),
        ("Durand", "F2", 2000),
        ("Petit", "F3", 500),
        ("Petit", "F4", 100),
    ]
    # A total closes the section: whose the line below is, the file does not say.
    assert [(i.row_number, i.code) for i in parsed.issues if i.severity == "refused"] == [
        (6, "customer_missing")
    ]


def test_a_blank_customer_beside_named_ones_is_refused_never_filled() -> None:
    parsed = read(
        "Client;Facture;Date;Montant\nDurand;F1;15/01/2025;10,00\n;F2;15/01/2025;20,00\n"
        "Petit;;;\n;F3;15/01/2025;5,00\n"
    )
    assert [(i.row_number, i.code) for i in parsed.issues if i.severity == "refused"] == [
        (3, "customer_missing"),
        (5, "customer_missing"),
    ]


# -- workbooks ---------------------------------------------------------------------------------------


def test_merged_customers_are_those_of_all_their_lines() -> None:
    cells: list[Any] = [
        HEAD,
        LINE_1,
        ["", "", "F2", D(2025, 1, 20), D(2025, 2, 19), 50],
        ["", "", "F3", D(2025, 1, 21), D(2025, 2, 20), 7],
        ["C2", "Petit", "F4", D(2025, 1, 22), D(2025, 2, 21), 8],
        ["", "", "F5", D(2025, 1, 23), D(2025, 2, 22), 9],
    ]
    parsed = read(workbook({"Liste": cells}, merged=("A2:A4", "B2:B4")), "a.xlsx")
    assert items(parsed) == [
        ("C1", "F1", 10050),
        ("C1", "F2", 5000),
        ("C1", "F3", 700),
        ("C2", "F4", 800),
    ]
    assert [(i.row_number, i.amount_minor) for i in parsed.issues if i.severity == "refused"] == [
        (6, 900)
    ]
    assert next(i.value for i in parsed.issues if i.code == "merged_cells_filled") == "2"


def test_hidden_rows_and_columns_are_read_and_said() -> None:
    cells: list[Any] = [HEAD, LINE_1, LINE_2]
    content = workbook({"Liste": cells}, hidden_rows=(3,), hidden_columns=("F",))
    parsed = read(content, "a.xlsx")
    assert len(items(parsed)) == 2
    assert (codes(parsed)["hidden_rows_read"], codes(parsed)["hidden_columns_read"]) == (1, 1)


def test_sheets_of_the_same_columns_are_read_as_one() -> None:
    moved = [HEAD[i] for i in (2, 0, 1, 3, 4, 5)]
    cells: dict[str, Any] = {
        "2024": [HEAD, LINE_1],
        "Lisez-moi": [["Mode d'emploi"], ["Rien à charger"]],
        "2025": [
            ["Titre"],
            moved,
            [LINE_2[i] for i in (2, 0, 1, 3, 4, 5)],
            [*["F3", "C1"], *LINE_1[1:2], *LINE_1[3:]],
        ],
    }
    parsed = read(workbook(cells), "a.xlsx")
    assert items(parsed) == [("C1", "F1", 10050), ("C2", "F2", 20000), ("C1", "F3", 10050)]
    assert rows(parsed, "documents", "sheet", "source_row") == [
        ("2024", 2),
        ("2025", 3),
        ("2025", 4),
    ]
    warned = [e.parameters["sheets"] for e in parsed.evidence if e.is_warning and e.parameters]
    assert warned == ["Lisez-moi"]


@pytest.mark.parametrize("order", [("Fournisseurs", "Clients"), ("Clients", "Fournisseurs")])
def test_receivables_are_chosen_against_payables(order: tuple[str, str]) -> None:
    head = ["Code", "Nom", "N° facture", "Date facture", "Échéance", "Reste dû"]
    cells: dict[str, Any] = {
        "Fournisseurs": [
            ["Fournisseur", *head[1:]],
            *[["S1", "Acier", f"A{n}", D(2025, 1, 3), "", 9] for n in range(9)],
        ],
        "Clients": [["Code client", *head[1:]], LINE_1],
    }
    parsed = read(workbook({name: cells[name] for name in order}), "a.xlsx")
    assert items(parsed) == [("C1", "F1", 10050)]
    assert parsed.doubt is None


def test_two_sheets_of_the_same_columns_that_are_payables_and_receivables() -> None:
    head = ["Tiers", "N° facture", "Date facture", "Échéance", "Reste dû"]
    line = ["X1", "F1", D(2025, 1, 3), D(2025, 2, 3), 9]
    parsed = read(workbook({"AP": [head, line], "AR": [head, ["X2", *line[1:]]]}), "a.xlsx")
    assert items(parsed) == [("X2", "F1", 900)]


def test_a_list_of_suppliers_alone_is_doubted() -> None:
    parsed = read(
        "Nom;Fournisseur;N° facture;Date facture;Montant TTC\nAcier;S1;A1;15/01/2025;10,00\n"
    )
    assert parsed.doubt is not None
    assert parsed.doubt.code == "payables_list"


def test_invoices_customers_and_limits_of_one_workbook_are_one_file() -> None:
    cells: dict[str, Any] = {
        "Factures": [HEAD, LINE_1, LINE_2, ["C9", "Inconnu", "F9", D(2025, 1, 2), "", 5]],
        "Clients ": [
            ["Code client", "Nom client", "Conditions de règlement", "SIREN"],
            ["C1", "Durand SARL", "45 jours fin de mois", "732829320"],
            ["C2", "Petit", "30 jours", ""],
            ["C3", "Sans facture", "30 jours", ""],
        ],
        "Limites": [["Code client", "Limite de crédit"], ["C1", 5000], ["C2", 0]],
    }
    parsed = read(workbook(cells), "a.xlsx")
    assert len(items(parsed)) == 3
    assert rows(parsed, "limits", "scope_id", "amount_minor") == [("C1", 500000), ("C2", 0)]
    customers = {
        row[0]: row[1:]
        for row in rows(parsed, "customers", "customer_id", "name", "terms", "siren")
    }
    assert customers["C1"] == ("Durand SARL", "45 jours fin de mois", "732829320")
    assert customers["C9"] == ("Inconnu", None, None)
    assert set(customers) == {"C1", "C2", "C3", "C9"}
    unknown = [i.value for i in parsed.issues if i.code == "customer_unknown"]
    assert unknown == ["C9"]
    assert parsed.rows_kept == 3 + 3 + 2


def test_customers_called_by_name_take_the_code_of_the_list_beside() -> None:
    cells: dict[str, Any] = {
        "Factures": [
            ["Client", "N° facture", "Date facture", "Montant TTC"],
            ["Durand  SARL", "F1", D(2025, 1, 2), 5],
            ["Roux", "F2", D(2025, 1, 2), 6],
        ],
        "Clients": [["Code client", "Nom client", "Plafond"], ["C1", "DURAND SARL", 10]],
    }
    parsed = read(workbook(cells), "a.xlsx")
    assert items(parsed) == [("C1", "F1", 500), ("Roux", "F2", 600)]


# -- several tables of one sheet ---------------------------------------------------------------------


STACKED = """Clients
Code client;Nom client;Limite de crédit
C1;Durand;500,00
C2;Petit;700,00

Factures
Code client;N° facture;Date facture;Échéance;Montant TTC
C1;F1;15/01/2025;14/02/2025;10,00
C2;F2;16/01/2025;15/02/2025;20,00

Règlements reçus
Code client;Référence;Date de règlement;Montant réglé;Mode de paiement
C1;V1;20/02/2025;10,00;Virement

Factures (suite)
Code client;N° facture;Date facture;Échéance;Montant TTC
C2;F3;17/01/2025;16/02/2025;30,00
"""


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_tables_one_under_the_other_are_told_apart(kind: str) -> None:
    content: str | bytes = STACKED
    if kind == "xlsx":
        content = workbook({"Tout": [line.split(";") for line in STACKED.splitlines()]})
    parsed = read(content, f"a.{kind}")
    assert items(parsed) == [("C1", "F1", 1000), ("C2", "F2", 2000), ("C2", "F3", 3000)]
    assert rows(parsed, "limits", "scope_id", "amount_minor") == [("C1", 50000), ("C2", 70000)]
    assert rows(parsed, "customers", "customer_id", "name") == [("C1", "Durand"), ("C2", "Petit")]
    assert parsed.rows_refused == 0


# -- aged balances ----------------------------------------------------------------------------------


def test_an_aged_balance_comes_out_by_age_at_its_date() -> None:
    parsed = read(
        "Balance âgée au 31/12/2025;;;;;;\n"
        "Code client;Nom;Non échu;1 - 30 j.;31 - 60 j.;> 60 j.;Total\n"
        "C1;Durand;100,00;20,00;;5,00;125,00\nC2;Total Énergies;;;-10,00;;-10,00\n"
        "C3;Petit;1,00;;;;2,00\nTotal;;101,00;20,00;-10,00;5,00;116,00\n"
    )
    assert (parsed.level, parsed.extracted_on) == ("C", D(2025, 12, 31))
    late = [
        (customer, amount, (D(2025, 12, 31) - due).days)
        for customer, amount, due in rows(
            parsed, "documents", "customer_id", "amount_minor", "due_on"
        )
    ]
    assert late == [
        ("C1", 10000, 0),
        ("C1", 2000, 15),
        ("C1", 500, 61),
        ("C2", -1000, 45),
        ("C3", 100, 0),
    ]
    assert parsed.control_totals == {"EUR": 11600}
    assert codes(parsed)["aged_summary"] == 1
    gaps = [
        (i.row_number, i.amount_minor) for i in parsed.issues if i.code == "bucket_total_differs"
    ]
    assert gaps == [(5, 100)]
    assert codes(parsed)["control_total_differs"] == 0


def test_an_aged_balance_without_date_asks_for_it() -> None:
    text = "Client;Non échu;1-30;31-60;> 60\nC1;1,00;2,00;;\n"
    parsed = read(text)
    assert parsed.refusal is not None
    assert parsed.refusal.code == "extraction_date_missing"
    assert read(text, extracted_on=D(2025, 12, 31)).rows_kept == 1


# -- peers' cases -----------------------------------------------------------------------------------


QUICKBOOKS = """"Exemple Inc"
"A/R Aging Detail"
"As of June 30, 2025"

"Date","Transaction type","Num","Customer full name","Due date","Amount","Open balance"
"Current",,,,,,
06/20/2025,Invoice,1003,Atelier Nord,07/20/2025,"1,736.50","1,736.50"
"Total for Current",,,,,"$1,736.50","$1,736.50"
"1 - 30 days past due",,,,,,
05/13/2025,Invoice,1001,Boulangerie Sud,06/12/2025,"4,180.75","2,180.75"
05/01/2025,Invoice,1002,Nouveau Client,05/31/2025,500.00,500.00
05/06/2025,Invoice,1005,Atelier Nord,06/05/2025,500.00,500.00
"Total for 1 - 30 days past due",,,,,"$5,180.75","$3,180.75"
"TOTAL",,,,,"$6,917.25","$4,917.25"

"Monday, July 07, 2025 09:12 AM GMT+2 - Accrual Basis",,,,,,
"""


def test_the_quickbooks_case() -> None:
    first, customers = read_all(
        ("aging.csv", QUICKBOOKS),
        (
            "clients.csv",
            "Customer number,Customer name,Credit limit\n7,Atelier Nord,900\n8,Boulangerie Sud,900\n",
        ),
    )
    assert first.control_totals == {"USD": 491725}, "the totals of the file are written in dollars"
    assert (first.rows_kept, first.rows_refused) == (4, 0)
    assert first.extracted_on == D(2025, 6, 30)
    assert rows(first, "documents", "customer_id", "number", "issued_on", "amount_minor") == [
        ("7", "1003", D(2025, 6, 20), 173650),
        ("8", "1001", D(2025, 5, 13), 418075),
        ("Nouveau Client", "1002", D(2025, 5, 1), 50000),
        ("7", "1005", D(2025, 5, 6), 50000),
    ]
    assert rows(first, "open_items", "open_minor")[1] == (218075,)
    assert codes(first)["control_total_differs"] == 0
    assert customers.scope == "reference"
    assert [i.value for i in first.issues if i.code == "customer_unknown"] == ["Nouveau Client"]


XERO = """Aged Receivables Detail;;;;;;
Exemple Ltd;;;;;;
As at 31 March 2025;;;;;;
;;;;;;
Invoice Date;Due Date;Invoice Number;Invoice Reference;< 1 Month;Older;Total
;;;;;;
Atelier Nord;;;;;;
15 Jan 2025;14 Feb 2025;INV-1;;0.00;400,000.00;400,000.00
20 Mar 2025;19 Apr 2025;INV-2;;100,000.00;0.00;100,000.00
Total Atelier Nord;;;;100,000.00;400,000.00;500,000.00
;;;;;;
Boulangerie Sud;;;;;;
1 Mar 2025;31 Mar 2025;INV-3;;86,642.94;0.00;86,642.94
Total Boulangerie Sud;;;;86,642.94;0.00;86,642.94
;;;;;;
Total;;;;0.00;0.00;0.00
Percentage of total;;;;31.8%;68.2%;100%
"""


def test_the_xero_case_a_wrong_total_warns_and_never_blocks() -> None:
    parsed = read(XERO)
    assert parsed.control_totals == {"EUR": 58664294}
    assert (parsed.refusal, parsed.doubt) == (None, None)
    said = [(i.value, i.detail) for i in parsed.issues if i.code == "control_total_differs"]
    assert said == [("0.00", "586642.94")]
    assert parsed.rows_refused == 0


def test_a_bounced_payment_opens_its_invoice_again() -> None:
    parsed = read(
        "Client;Facture;Type;Date;Échéance;Date règlement;Montant TTC\n"
        "C1;F1;Facture;02/01/2025;01/02/2025;31/01/2025;100,00\n"
        "C1;F1;Impayé;05/02/2025;;;100,00\n"
        "C1;F2;Facture;13/01/2025;12/02/2025;15/02/2025;50,00\n"
        "C1;X9;Impayé;20/02/2025;;;30,00\n"
    )
    names = {
        key: f"{kind} {number}"
        for key, kind, number in rows(parsed, "documents", "document_id", "kind", "number")
    }
    found = rows(
        parsed,
        "allocations",
        "debit_document_id",
        "credit_document_id",
        "allocated_on",
        "amount_minor",
    )
    assert [(names[debit], names[credit], *rest) for debit, credit, *rest in found] == [
        ("invoice F1", "payment F1", D(2025, 1, 31), 10000),
        ("invoice F2", "payment F2", D(2025, 2, 15), 5000),
        ("bounce F1", "payment F1", D(2025, 2, 5), 10000),
        ("invoice F1", "payment F1", D(2025, 2, 5), -10000),
    ]
    assert parsed.control_totals == {"EUR": 28000}


def test_an_empty_currency_beside_a_foreign_one_is_the_company_s() -> None:
    parsed = read(
        "Client;Facture;Date;Montant;Reste dû;Devise\nC1;F1;2025-01-13;10,00;4,00;\n"
        "C1;F2;2025-01-13;0,00;-3,00;\nC2;F3;2025-01-13;5,00;0,00;USD\n"
    )
    assert parsed.control_totals == {"EUR": 100, "USD": 0}
    # Settled by the date of the list, and a receipt that has no invoiced amount.
    assert rows(parsed, "documents", "amount_minor") == [(1000,), (-300,), (500,)]
    assert rows(parsed, "open_items", "open_minor") == [(400,), (-300,), (0,)]


# -- several companies, several files ----------------------------------------------------------------


def test_several_companies_become_several_files() -> None:
    text = (
        "Titre;;;;;\nCode société;Code client;N° facture;Date facture;Échéance;Montant TTC\n"
        "ALPHA;C1;F1;13/01/2025;12/02/2025;100,00\nBETA;C1;F2;14/01/2025;12/02/2025;70,00\n"
        "ALPHA;;F3;14/01/2025;12/02/2025;5,00\n;;;;;175,00\n"
    )
    first, second = read_all(("liste.csv", text))
    assert (first.company_id, first.control_totals) == ("ALPHA", {"EUR": 10000})
    assert (second.company_id, second.control_totals) == ("BETA", {"EUR": 7000})
    assert first.file_name == second.file_name
    assert first.rows_read + second.rows_read == 5
    assert [i.row_number for i in first.issues if i.severity == "refused"] == [5, 6]
    assert first.sha256 != second.sha256, "one does not replace the other"
    other = read(text, company_id="GAMMA")
    assert other.doubt is not None
    assert other.doubt.code == "company_conflict"
    alone = read(text, company_id="BETA")
    assert alone.control_totals == {"EUR": 7000}
    assert codes(alone)["other_company"] == 2


def test_files_dropped_together_share_company_and_currency() -> None:
    invoices, limits = read_all(
        (
            "a.csv",
            "Code société;Code client;N° facture;Date facture;Devise;Montant TTC\n732829320;C1;F1;13/01/2025;USD;100,00\n",
        ),
        ("b.csv", "Code client;Limite de crédit\nC1;500\n"),
    )
    assert invoices.company_id == limits.company_id == "732829320"
    assert rows(limits, "limits", "currency", "amount_minor") == [("USD", 50000)]
    assert codes(limits)["currency_assumed"] == 0


# -- no header ---------------------------------------------------------------------------------------


HEADERLESS = (
    "C0012;Durand;F1;15/01/2025;14/02/2025;1 200,50\nC0013;Petit;F2;16/01/2025;15/02/2025;20,00\n"
)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_without_header_is_mapped_by_letter(kind: str) -> None:
    content: str | bytes = HEADERLESS
    if kind == "xlsx":
        content = workbook({"Feuil1": [line.split(";") for line in HEADERLESS.splitlines()]})
    asked = read(content, f"a.{kind}")
    assert asked.refusal is not None
    form = asked.mapping
    assert form is not None
    assert (form.has_header, form.headers) == (False, ("A", "B", "C", "D", "E", "F"))
    assert form.examples["F"] == ("1 200,50", "20,00")
    assert {"issued_on": "D", "due_on": "E", "amount": "F"}.items() <= form.proposed.items()
    assert {"customer_id", "customer_name", "open", "debit", "lettering"} <= set(form.fields)
    answer = {
        "customer_id": "A",
        "customer_name": "B",
        "number": "C",
        "issued_on": "D",
        "due_on": "E",
        "amount": "F",
    }
    answered = read(content, f"a.{kind}", mapping=answer)
    assert items(answered) == [("C0012", "F1", 120050), ("C0013", "F2", 2000)]
    again = read(content, f"b.{kind}", known_mappings={form.signature: answer})
    assert items(again) == items(answered)
    other = read(
        "Durand;C0012;15/01/2025;F1;1 200,50;14/02/2025\n", known_mappings={form.signature: answer}
    )
    assert other.refusal is not None, "other kinds of columns are another table"


# -- dates column by column --------------------------------------------------------------------------


def test_two_columns_of_one_file_may_be_written_in_two_orders() -> None:
    lines = "".join(f"C1;F{n};{n}/2/2025;2/{n + 13}/2025;10,00\n" for n in range(10, 15))
    parsed = read("Client;Facture;Date;Échéance;Montant\n" + lines)
    assert parsed.doubt is None
    assert rows(parsed, "documents", "issued_on", "due_on")[0] == (D(2025, 2, 10), D(2025, 2, 23))


def test_a_column_that_does_not_tell_follows_the_file() -> None:
    parsed = read(
        "Client;Facture;Date;Échéance;Montant\nC1;F1;1/2/2025;2/28/2025;1\nC1;F2;3/4/2025;4/30/2025;1\n"
    )
    assert parsed.doubt is None
    assert rows(parsed, "documents", "issued_on") == [(D(2025, 1, 2),), (D(2025, 3, 4),)]


def test_a_column_that_contradicts_the_file_is_asked() -> None:
    lines = "".join(f"C1;F{n};{n}/{n + 1}/2025;{n + 1}/28/2025;10,00\n" for n in range(1, 11))
    swapped = "".join(f"C1;G{n};{n + 1}/{n}/2025;{n}/15/2025;10,00\n" for n in range(3, 12))
    parsed = read("Client;Facture;Date;Échéance;Montant\n" + lines + swapped)
    assert parsed.doubt is None or parsed.doubt.code == "day_month_undecidable"


# -- formats -----------------------------------------------------------------------------------------


def test_the_general_list_answers_only_when_no_product_does() -> None:
    own = Source(FileInput("a.csv", QUICKBOOKS.encode()))
    sure = [m.FORMAT_ID for m in all_formats() if m.identify(own) >= recognise.THRESHOLD]
    assert set(sure) - recognise.GENERAL == {"qbo_aging"}
    assert read(QUICKBOOKS).format_id == "qbo_aging"
    assert read("Client;Facture;Date;Montant\nC1;F1;2025-01-31;10,00\n").format_id == "flat"
