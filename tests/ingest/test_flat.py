"""Flat lists as exports write them: what is recognised, kept, ignored, refused, and the tables."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from arlib.ingest import read_files
from arlib.model.files import FileInput, ImportOptions, ParsedFile
from arlib.model.tables import CANONICAL, arrow_schema

D = dt.date


def read(text: str | bytes, name: str = "export.csv", **options: Any) -> ParsedFile:
    content = text.encode() if isinstance(text, str) else text
    (parsed,) = read_files([FileInput(name, content)], ImportOptions(**options))
    check(parsed)
    return parsed


def check(parsed: ParsedFile) -> None:
    """Hold what is true of every file read."""
    kept, ignored, refused = parsed.rows_kept, parsed.rows_ignored, parsed.rows_refused
    assert parsed.rows_read == kept + ignored + refused
    for name, table in parsed.tables.items():
        assert name in CANONICAL
        assert table.schema.equals(arrow_schema(name))
    counts = Counter(issue.severity for issue in parsed.issues if issue.row_number is not None)
    assert counts["refused"] == refused
    assert counts["ignored"] == ignored


def rows(parsed: ParsedFile, table: str, *columns: str) -> list[tuple[Any, ...]]:
    data = parsed.tables[table]
    return list(zip(*(data[column].to_pylist() for column in columns), strict=True))


def codes(parsed: ParsedFile) -> Counter[str]:
    return Counter(issue.code for issue in parsed.issues)


def workbook(cells: list[list[Any]], sheet: str = "Feuil1") -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as book:
        dates = book.add_format({"num_format": "dd/mm/yyyy"})
        page = book.add_worksheet(sheet)
        for row, values in enumerate(cells):
            for column, value in enumerate(values):
                if isinstance(value, dt.date):
                    page.write_datetime(row, column, dt.datetime.combine(value, dt.time()), dates)
                else:
                    page.write(row, column, value)
    return stream.getvalue()


LISTED = """N° facture;Type;Code client;Nom client;Date facture;Échéance;Date règlement;Montant TTC
F1;Facture;C1;Durand;15/01/2025;14/02/2025;20/02/2025;1 200,00
F2;Facture;C1;Durand;20/01/2025;19/02/2025;;800,50
A1;Avoir;C1;Durand;25/01/2025;25/01/2025;;-100,00
A2;Avoir;C2;Petit;26/01/2025;;28/02/2025;-50,00
F3;Facture;C2;Petit;31/01/2025;02/03/2025;01/01/2025;30,00
"""


def test_payment_dates_make_payments_and_refunds() -> None:
    parsed = read(LISTED)
    assert (parsed.format_id, parsed.level, parsed.scope) == ("flat", "B", "full_list")
    assert rows(parsed, "documents", "number", "kind", "issued_on", "amount_minor")[5:] == [
        ("F1", "payment", D(2025, 2, 20), -120000),
        ("A2", "refund", D(2025, 2, 28), 5000),
        ("F3", "payment", D(2025, 1, 1), -3000),
    ]
    ids = dict(rows(parsed, "documents", "document_id", "number"))
    found = rows(
        parsed,
        "allocations",
        "debit_document_id",
        "credit_document_id",
        "allocated_on",
        "amount_minor",
        "rule",
    )
    assert [(ids[debit], ids[credit], *rest) for debit, credit, *rest in found] == [
        ("F1", "F1", D(2025, 2, 20), 120000, "source"),
        ("A2", "A2", D(2025, 2, 28), 5000, "source"),
        ("F3", "F3", D(2025, 1, 31), 3000, "source"),  # paid before the invoice: its date
    ]
    assert "|refund|" in found[1][0]
    assert "|credit_note|" in found[1][1]
    assert parsed.control_totals == {"EUR": 188050}
    assert (parsed.covers_from, parsed.covers_to) == (D(2025, 1, 15), D(2025, 2, 28))


def test_the_source_totals_are_the_raw_amounts_by_day() -> None:
    parsed = read(LISTED)
    totals = dict(rows(parsed, "ledger_totals", "posted_on", "amount_minor"))
    assert totals[D(2025, 1, 15)] == 120000
    assert totals[D(2025, 2, 20)] == -120000
    assert sum(totals.values()) == 80050 - 10000


def test_a_part_paid_line_with_a_date_pays_the_difference() -> None:
    parsed = read(
        "Facture;Client;Date;Echéance;Réglé le;Montant;Solde\n"
        "F1;C1;15/01/2025;14/02/2025;20/02/2025;100,00;40,00\n"
        "F2;C1;15/01/2025;14/02/2025;20/02/2025;100,00;0,00\n"
        "F3;C1;15/01/2025;14/02/2025;;100,00;70,00\n"
    )
    assert rows(parsed, "allocations", "amount_minor", "rule", "confidence") == [
        (6000, "source", 1.0),
        (10000, "source", 1.0),
        (3000, "inferred", 0.3),
    ]
    assert rows(parsed, "documents", "issued_on")[-1] == (D(2025, 2, 20),)


OPEN = """Code client;Facture;Date facture;Date échéance;Montant TTC;Reste dû;Litige;Plafond
001;F1;15/01/2025;14/02/2025;1200,00;1200,00;Oui;5000
001;F2;20/01/2025;;800,00;300,00;Non;5000
002;A1;25/01/2025;25/01/2025;-100,00;-100,00;;0
"""


def test_open_amounts_make_an_extraction() -> None:
    parsed = read(OPEN, extracted_on=D(2025, 2, 28))
    assert (parsed.level, parsed.scope, parsed.extracted_on) == ("C", "open_items", D(2025, 2, 28))
    assert rows(parsed, "open_items", "extracted_on", "open_minor") == [
        (D(2025, 2, 28), 120000),
        (D(2025, 2, 28), 30000),
        (D(2025, 2, 28), -10000),
    ]
    assert rows(parsed, "documents", "customer_id", "amount_minor", "due_on")[1] == (
        "001",
        80000,
        None,
    )
    assert rows(parsed, "ledger_totals", "posted_on", "amount_minor", "count_lines") == [
        (D(2025, 2, 28), 140000, 3)
    ]
    assert rows(parsed, "limits", "scope_id", "amount_minor", "valid_from") == [
        ("001", 500000, None),
        ("002", 0, None),
    ]
    assert rows(parsed, "disputes", "opened_on", "source") == [(None, "file")]
    assert codes(parsed)["due_date_missing"] == 1
    assert "allocations" not in parsed.tables


def test_neither_paid_nor_open_is_said() -> None:
    parsed = read("Client;Facture;Date facture;Montant TTC\nC1;F1;2025-01-31;10,00\n")
    assert parsed.level == "C"
    assert codes(parsed)["open_state_assumed"] == 1
    assert rows(parsed, "open_items", "extracted_on", "open_minor") == [(D(2025, 1, 31), 1000)]


def test_paid_amounts_without_date_leave_the_rest_open() -> None:
    parsed = read(
        "Client;Facture;Date facture;Montant TTC;Déjà réglé\nC1;F1;2025-01-31;10,00;4,00\n"
    )
    assert rows(parsed, "open_items", "open_minor") == [(600,)]


def test_a_status_alone_says_what_is_open() -> None:
    parsed = read(
        "Client;Facture;Date facture;Montant TTC;Statut\n"
        "C1;F1;2025-01-31;10,00;Payée\nC1;F2;2025-01-31;20,00;Non payée\n"
        "C1;F3;2025-01-31;30,00;Partiellement payée\n"
    )
    assert rows(parsed, "open_items", "open_minor") == [(0,), (2000,)]
    refused = [(i.code, i.amount_minor) for i in parsed.issues if i.severity == "refused"]
    assert refused == [("status_without_amount", 3000)], "what remains is unknown, never guessed"


def test_a_line_without_amount_is_refused_whatever_is_paid() -> None:
    parsed = read(
        "Client;Facture;Date facture;Montant TTC;Déjà réglé\nC1;F1;2025-01-31;;4,00\n"
        "C1;F2;2025-01-31;9,00;4,00\n"
    )
    assert (parsed.rows_kept, parsed.rows_refused) == (1, 1)
    assert codes(parsed)["amount_missing"] == 1


def test_a_down_payment_invoice_is_a_debt() -> None:
    parsed = read(
        "Client;Facture;Type;Date;Montant\nC1;F1;Facture d'acompte;2025-01-31;9\n"
        "C1;P1;Acompte;2025-01-31;4\n"
    )
    assert rows(parsed, "documents", "kind", "amount_minor") == [
        ("invoice", 900),
        ("deposit", -400),
    ]


def test_sides_and_accounts_of_a_sales_journal() -> None:
    parsed = read(
        "Ligne;Date;Compte;Nom Tiers;Code Tiers;Pi?ce;Montant;Sens\n"
        "1;19/04/2019;41101ABE;Abe;133;706;2681,64;D\n"
        "2;19/04/2019;70714000;Abe;133;706;2234,70;C\n"
        "3;19/04/2019;41101ABE;Abe;133;707;81,64;C\n"
        "4;19/04/2019;41600000;Abe;133;708;10,00;D\n"
        "5;19/04/2019;41161000;Abe;133;709;10,00;D\n"
    )
    assert rows(parsed, "documents", "number", "kind", "amount_minor", "account_class") == [
        ("706", "invoice", 268164, "receivable"),
        ("707", "credit_note", -8164, "receivable"),
        ("708", "invoice", 1000, "doubtful"),
        ("709", "invoice", 1000, "receivable"),  # 4116 is not 416
    ]
    assert parsed.rows_ignored == 1


def test_debit_and_credit_columns() -> None:
    parsed = read(
        "Client;Pièce;Date;Débit;Crédit\nC1;F1;2025-01-31;10,00;\nC1;A1;2025-01-31;;4,00\n"
    )
    assert rows(parsed, "documents", "amount_minor") == [(1000,), (-400,)]


def test_unsigned_credit_notes_are_turned_signed_ones_are_not() -> None:
    head = "Client;Facture;Type;Date;Montant\nC1;F1;Facture;2025-01-31;10,00\n"
    unsigned = read(head + "C1;A1;Avoir;2025-01-31;4,00\nC1;R1;Règlement;2025-01-31;6,00\n")
    assert rows(unsigned, "documents", "kind", "amount_minor") == [
        ("invoice", 1000),
        ("credit_note", -400),
        ("payment", -600),
    ]
    signed = read(head + "C1;A1;Avoir;2025-01-31;-4,00\nC1;A2;Avoir;2025-01-31;4,00\n")
    assert rows(signed, "documents", "kind", "amount_minor")[1:] == [
        ("credit_note", -400),
        ("adjustment", 400),
    ]


def test_an_unknown_type_is_read_from_its_sign_and_said_once() -> None:
    parsed = read(
        "Client;Facture;Type;Date;Montant\nC1;F1;ZZ9;2025-01-31;10,00\nC1;F2;ZZ9;2025-01-31;-1,00\n"
    )
    assert rows(parsed, "documents", "kind") == [("invoice",), ("credit_note",)]
    assert codes(parsed)["kind_unknown"] == 1


def test_currencies_by_column_header_and_suffix() -> None:
    column = read(
        "Client;Facture;Date;Montant;Devise\nC1;F1;2025-01-31;10,00;EUR\nC1;F2;2025-01-31;10;XOF\n"
        "C1;F3;2025-01-31;1,500;TND\nC1;F4;2025-01-31;10,00;\n"
    )
    assert rows(column, "documents", "currency", "amount_minor") == [
        ("EUR", 1000),
        ("XOF", 10),
        ("TND", 1500),
        ("EUR", 1000),
    ]
    assert column.control_totals == {"EUR": 2000, "TND": 1500, "XOF": 10}
    assert codes(column)["currency_assumed"] == 1
    header = read("cust_number,doc_id,posting_date,converted_usd\nC1,F1,2025-01-31,10.5\n")
    assert rows(header, "documents", "currency", "amount_minor") == [("USD", 1050)]
    suffix = read("Client;Facture;Date;Montant\nC1;F1;2025-01-31;10,00 £\n")
    assert rows(suffix, "documents", "currency", "amount_minor") == [("GBP", 1000)]


def test_an_unreadable_currency_doubts_the_file() -> None:
    parsed = read("Client;Facture;Date;Montant;Devise\nC1;F1;2025-01-31;10,00;euro fort\n")
    assert parsed.doubt is not None
    assert parsed.doubt.code == "currency_unreadable"


def test_titles_totals_blanks_and_footers_are_ignored_and_counted() -> None:
    parsed = read(
        "Balance clients arrêtée au 28/02/2025;;;;\n;;;;\n"
        "Code client;Facture;Date facture;Échéance;Solde\n"
        "C1;F1;15/01/2025;14/02/2025;100,00\n"
        ";;;;\n"
        "Sous-total C1;;;;100,00\n"
        "Code client;Facture;Date facture;Échéance;Solde\n"
        "C2;F2;15/01/2025;14/02/2025;50,00\n"
        ";;;;150,00\n"
        "Total général;;;;150,00\n"
        "Édité par le service comptable;;;;\n"
    )
    assert (parsed.rows_read, parsed.rows_kept, parsed.rows_refused) == (9, 2, 0)
    assert parsed.extracted_on == D(2025, 2, 28)
    assert rows(parsed, "documents", "source_row") == [(4,), (8,)]
    found = codes(parsed)
    assert (found["blank_row"], found["total_row"], found["title_row"]) == (1, 3, 3)


def test_a_customer_called_total_is_not_a_total() -> None:
    parsed = read("Client;Facture;Date;Montant\nTotal Distribution;F1;2025-01-31;10,00\n")
    assert parsed.rows_kept == 1


def test_each_refused_line_is_listed_with_its_amount() -> None:
    parsed = read(
        "Client;Facture;Date;Montant\nC1;F1;2025-01-31;10,00\n;F2;2025-01-31;20,00\n"
        "C1;F3;31/02/2025;30,00\nC1;F4;2025-01-31;NaN\nC1;F5;2025-01-31;douze\nC1;F6;;60,00\n"
    )
    refused = [
        (issue.row_number, issue.code, issue.amount_minor, issue.value)
        for issue in parsed.issues
        if issue.severity == "refused"
    ]
    assert sorted(refused) == [
        (3, "customer_missing", 2000, None),
        (4, "date_unreadable", 3000, "31/02/2025"),
        (5, "amount_missing", None, None),
        (6, "amount_unreadable", None, "douze"),
        (7, "invoice_date_missing", 6000, None),
    ]
    assert parsed.rows_kept == 1


def test_an_unreadable_due_date_is_doubtful_and_the_line_loads() -> None:
    parsed = read("Client;Facture;Date;Échéance;Montant\nC1;F1;2025-01-31;demain;10,00\n")
    assert parsed.rows_kept == 1
    doubt = next(issue for issue in parsed.issues if issue.code == "date_unreadable")
    assert (doubt.severity, doubt.row_number, doubt.value) == ("doubtful", 2, "demain")
    assert rows(parsed, "documents", "due_on") == [(None,)]


def test_identical_lines() -> None:
    numbered = read("Client;Facture;Date;Montant\n" + "C1;F1;2025-01-31;10,00\n" * 2)
    assert (numbered.rows_kept, numbered.rows_ignored) == (1, 1)
    assert codes(numbered)["duplicate_line"] == 1
    anonymous = read("Client;Facture;Date;Montant\n" + "C1;;2025-01-31;10,00\n" * 2)
    assert anonymous.rows_kept == 2
    assert codes(anonymous)["duplicate_kept"] == 1
    assert len(set(rows(anonymous, "documents", "invoice_id"))) == 2


def test_one_number_on_different_lines_is_kept_and_noted() -> None:
    parsed = read(
        "Client;Facture;Date;Échéance;Montant\nC1;F1;2025-01-31;2025-02-28;10,00\n"
        "C1;F1;2025-01-31;2025-03-31;10,00\nC1;F1;2024-01-31;2024-02-28;10,00\n"
    )
    assert parsed.rows_kept == 3
    assert codes(parsed)["duplicate_number"] == 1
    invoices = [key for (key,) in rows(parsed, "documents", "invoice_id")]
    assert invoices[0] == invoices[1] != invoices[2]


def test_the_commonest_name_and_attribute_win() -> None:
    parsed = read(
        "Code client;Nom client;Facture;Date;Montant;Commercial;SIREN;Pays\n"
        "C1;Durand SA;F1;2025-01-31;1;Léa;732 829 320;FR\nC1;DURAND;F2;2025-01-31;1;;123;FR\n"
        "C1;Durand SA;F3;2025-01-31;1;Léa;732 829 320;391\n"
    )
    assert rows(parsed, "customers", "customer_id", "name", "owner", "siren", "country") == [
        ("C1", "Durand SA", "Léa", "732829320", "FR")
    ]
    assert rows(parsed, "customer_names", "name", "count_rows") == [("Durand SA", 2), ("DURAND", 1)]
    assert codes(parsed)["name_differs"] == 1


def test_names_that_look_like_code_are_kept() -> None:
    parsed = read(
        'Client,Facture,Date,Montant\n"=HYPERLINK(""x"")",F1,2025-01-31,1.5\n<b>x</b>,F2,2025-01-31,1.5\n'
    )
    assert rows(parsed, "customers", "customer_id") == [('=HYPERLINK("x")',), ("<b>x</b>",)]


def test_a_list_of_customers_is_reference() -> None:
    parsed = read(
        "Code client;Nom;Limite de crédit;Conditions de règlement\nC1;Durand;10 000,00;45 jours fin de mois\n"
        "C2;Petit;;30 jours\nC3;Roux;beaucoup;\n;;5;\n"
    )
    assert (parsed.scope, parsed.level) == ("reference", None)
    assert rows(parsed, "customers", "customer_id", "terms") == [
        ("C1", "45 jours fin de mois"),
        ("C2", "30 jours"),
    ]
    assert rows(parsed, "limits", "scope_id", "amount_minor") == [("C1", 1000000)]
    assert parsed.rows_refused == 1


@pytest.mark.parametrize(
    ("dates", "doubt"),
    [
        (("03/04/2025", "05/06/2025"), "day_month_undecidable"),
        (("13/04/2025", "05/06/2025"), None),
        (("05/05/2025", "2025-06-05"), None),
    ],
)
def test_undecidable_dates_doubt_the_file(dates: tuple[str, str], doubt: str | None) -> None:
    text = f"Client;Facture;Date;Échéance;Montant\nC1;F1;{dates[0]};{dates[1]};10,00\n"
    parsed = read(text)
    assert (parsed.doubt.code if parsed.doubt else None) == doubt
    assert parsed.rows_kept == 1
    assert read(text, date_order="day_first").doubt is None


def test_month_first_is_deduced_from_due_dates() -> None:
    lines = "".join(f"C1;F{n};{n}/2/2025;{n + 1}/1/2025;10,00\n" for n in range(2, 12))
    parsed = read("Client;Facture;Date;Échéance;Montant\n" + lines)
    assert parsed.doubt is None
    assert rows(parsed, "documents", "issued_on", "due_on")[0] == (D(2025, 2, 2), D(2025, 3, 1))
    assert rows(parsed, "documents", "issued_on", "due_on")[9] == (D(2025, 11, 2), D(2025, 12, 1))


def test_swapped_days_and_months_are_seen() -> None:
    lines = []
    for number in range(60):
        issued = D(2025, 1, 1) + dt.timedelta(3 * number)
        due = issued + dt.timedelta(20)
        if issued.day <= 12:
            issued = D(2025, issued.day, issued.month)
        lines.append(f"C1;F{number};{issued};{due};10,00")
    parsed = read("Client;Facture;Date;Échéance;Montant\n" + "\n".join(lines))
    assert parsed.doubt is not None
    assert parsed.doubt.code == "day_month_swapped"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso-8859-15", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, end: str) -> None:
    text = "Société;Code client;Facture;Date;Montant\nÀ l'Œuf;C1;F1;2025-01-31;10,00 €\n"
    text = text.replace("Société", "Nom client").replace("\n", end)
    parsed = read(text.encode(encoding))
    assert rows(parsed, "customers", "customer_id", "name") == [("C1", "À l'Œuf")]
    assert rows(parsed, "documents", "amount_minor", "source_row") == [(1000, 2)]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separators(separator: str) -> None:
    text = "Client;Facture;Date;Montant\nC1;F1;2025-01-31;10.50\n".replace(";", separator)
    assert rows(read(text), "documents", "amount_minor") == [(1050,)]


def test_line_ends_inside_quotes_keep_the_line_numbers() -> None:
    parsed = read(
        'Client;Facture;Date;Montant;Libellé\nC1;F1;2025-01-31;10,00;"deux\nlignes"\n\nC1;F2;2025-01-31;20,00;x\n'
    )
    assert rows(parsed, "documents", "number", "source_row", "reference") == [
        ("F1", 2, "deux lignes"),
        ("F2", 5, "x"),
    ]


def test_a_quote_that_never_closes_swallows_nothing() -> None:
    parsed = read(
        'Client;Facture;Date;Montant;Libellé\nC1;F1;2025-01-31;10,00;"tube 5\n'
        'C1;F2;2025-01-31;20,00;"coude"\nC1;F3;2025-01-31;30,00;"vanne\n'
    )
    assert rows(parsed, "documents", "number", "reference") == [
        ("F1", '"tube 5'),
        ("F2", "coude"),
        ("F3", '"vanne'),
    ]


def test_a_line_that_does_not_fit_the_header_is_refused_and_shown() -> None:
    parsed = read(
        "Client;Facture;Date;Montant\nC1;F1;2025-01-31;10,00;\nC1;F2;2025-01-31;20,00;trop\nC1;F3\n"
    )
    assert [(i.row_number, i.code) for i in parsed.issues if i.severity == "refused"] == [
        (4, "amount_missing"),
        (3, "line_length"),
    ]
    assert parsed.rows_kept == 1


def test_csv_and_workbook_give_the_same_tables() -> None:
    header = ["Facture", "Code client", "Date facture", "Échéance", "Date règlement", "Montant TTC"]
    data: list[list[Any]] = [
        ["F1", "0012", D(2025, 1, 15), D(2025, 2, 14), D(2025, 2, 20), 1200.5],
        ["F2", "0012", D(2025, 1, 20), D(2025, 2, 19), "", 1234.567],
        [2960623488, 13, D(2025, 2, 1), "", D(2025, 2, 20), -50],
    ]
    lines = [";".join(header)]
    for row in data:
        cells = [
            f"{cell:%d/%m/%Y}" if isinstance(cell, dt.date) else str(cell).replace(".", ",")
            for cell in row
        ]
        lines.append(";".join(cells))
    text, book = read("\n".join(lines)), read(workbook([header, *data], "Liste"), "liste.xlsx")
    for name, table in text.tables.items():
        dropped = [column for column in ("sheet",) if column in table.column_names]
        assert book.tables[name].drop_columns(dropped).equals(table.drop_columns(dropped)), name
    assert rows(book, "documents", "customer_id")[2] == ("13",)
    assert rows(book, "documents", "sheet")[0] == ("Liste",)


def test_a_workbook_is_recognised_by_content_not_by_name() -> None:
    content = workbook([["Client", "Facture", "Date", "Montant"], ["C1", "F1", D(2025, 1, 31), 10]])
    assert read(content, "export.csv").rows_kept == 1
    assert read("Client;Facture;Date;Montant\nC1;F1;2025-01-31;1\n", "export.xlsx").rows_kept == 1


def test_formulas_without_value_are_said() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Client", "Facture", "Date", "Montant"], ["C1", "F1", D(2025, 1, 31), "=1+1"]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    parsed = read(stream.getvalue(), "a.xlsx")
    assert codes(parsed)["formulas_without_values"] == 1
    assert parsed.rows_refused == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n\r\n", "file_empty"),
        (b"%PDF-1.7 ...", "file_type_unknown"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "file_type_unknown"),
        (b"PK\x03\x04 broken", "file_unreadable"),
        (b"Client;Facture;Date;Montant\n", "no_rows"),
        (b"hello world\n", "format_unknown"),
    ],
)
def test_files_that_cannot_be_loaded_say_why(content: bytes, code: str) -> None:
    parsed = read(content, "fichier.xlsx")
    assert parsed.refusal is not None
    assert parsed.refusal.code == code
    assert not parsed.tables.get("documents")


def test_a_protected_workbook_says_so() -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    plain = workbook([["Client", "Facture", "Date", "Montant"], ["C1", "F1", D(2025, 1, 31), 10]])
    stream = io.BytesIO()
    office = OOXMLFile(io.BytesIO(plain))
    office.encrypt("secret", stream)
    parsed = read(stream.getvalue(), "a.xlsx")
    assert parsed.refusal is not None
    assert parsed.refusal.code == "file_protected"


STRANGE = "Quoi;Qui;Quand;Combien\nF1;C1;31/01/2025;10,00\n"
MAPPING = {"number": "Quoi", "customer_id": "Qui", "issued_on": "Quand", "amount": "Combien"}


def test_unknown_headers_give_a_form_and_the_answer_is_applied_and_remembered() -> None:
    parsed = read(STRANGE)
    assert parsed.refusal is not None
    assert parsed.refusal.code == "format_unknown"
    assert parsed.mapping is not None
    assert parsed.mapping.headers == ("Quoi", "Qui", "Quand", "Combien")
    assert parsed.mapping.examples["Combien"] == ("10,00",)
    assert {"customer_id", "issued_on", "amount"} <= set(parsed.mapping.required)
    answered = read(STRANGE, mapping=MAPPING)
    assert rows(answered, "documents", "number", "amount_minor") == [("F1", 1000)]
    known = {parsed.mapping.signature: MAPPING}
    again = read(STRANGE.replace("F1", "F2"), known_mappings=known)
    assert rows(again, "documents", "number") == [("F2",)]


HALF_RIGHT = "Client;Facture;Date;Montant;Total dossier\nC1;F1;31/01/2025;10,00;12,00\n"


def test_a_list_that_was_recognised_can_be_corrected_and_the_answer_is_remembered() -> None:
    parsed = read(HALF_RIGHT)
    assert rows(parsed, "documents", "number", "amount_minor") == [("F1", 1000)]
    form = parsed.mapping
    assert form is not None
    assert form.headers == ("Client", "Facture", "Date", "Montant", "Total dossier")
    assert form.examples["Total dossier"] == ("12,00",)
    # filled with what was read
    assert form.proposed == {
        "customer_id": "Client",
        "number": "Facture",
        "issued_on": "Date",
        "amount": "Montant",
    }
    corrected = {**form.proposed, "amount": "Total dossier"}
    answered = read(HALF_RIGHT, mapping=corrected)
    assert rows(answered, "documents", "amount_minor") == [(1200,)]
    assert answered.mapping is not None
    assert answered.mapping.proposed["amount"] == "Total dossier"
    assert answered.mapping.signature == form.signature
    again = HALF_RIGHT.replace("F1", "F2")
    assert rows(read(again), "documents", "amount_minor") == [(1000,)]
    remembered = read(again, known_mappings={form.signature: corrected})
    assert rows(remembered, "documents", "number", "amount_minor") == [("F2", 1200)]


def test_two_rows_of_titles_are_corrected_as_they_were_read() -> None:
    cells: list[list[Any]] = [
        ["Client", "", "Facture", "", "Montants", ""],
        ["Code", "Nom", "N°", "Date", "TTC", "Net"],
        ["C1", "Durand", "F1", D(2025, 1, 15), 120, 100],
    ]
    content = workbook(cells)
    parsed = read(content, "a.xlsx")
    assert parsed.mapping is not None
    title = parsed.mapping.proposed["amount"]
    other = next(name for name, seen in parsed.mapping.examples.items() if seen == ("100",))
    corrected = {**parsed.mapping.proposed, "amount": other}
    known = {parsed.mapping.signature: corrected}
    again = read(content, "a.xlsx", known_mappings=known)
    assert (title, rows(again, "documents", "amount_minor")) != (other, [(12000,)])
    assert rows(again, "documents", "customer_id", "amount_minor") == [("C1", 10000)]


def test_look_alike_headers_are_proposed_not_applied() -> None:
    parsed = read("Numro facturre;Clientt;Datte facture;Montan TTC\nF1;C1;2025-01-31;10\n")
    assert parsed.refusal is not None
    assert parsed.mapping is not None
    assert parsed.mapping.proposed["customer_id"] == "Clientt"
    assert parsed.mapping.proposed["amount"] == "Montan TTC"


def test_dates_after_the_day_of_import_are_listed_and_not_the_extraction() -> None:
    parsed = read(
        "Client;Facture;Date;Montant\nC1;F1;2025-01-31;1\nC1;F2;2052-01-31;1\n",
        import_day=D(2025, 3, 1),
    )
    assert codes(parsed)["date_in_future"] == 1
    assert parsed.extracted_on == D(2025, 1, 31)


def test_the_company_is_the_one_given_else_the_column_else_default() -> None:
    text = "Code société;Client;Facture;Date;Montant\n732829320;C1;F1;2025-01-31;1\n"
    assert read(text).company_id == "732829320"
    assert read(text).siren == "732829320"
    given = read(text, company_id="ACME")
    assert given.company_id == "ACME"
    assert given.doubt is not None
    assert read("Client;Facture;Date;Montant\nC1;F1;2025-01-31;1\n").company_id == "default"


def test_many_notes_are_counted_not_all_listed() -> None:
    lines = "".join(f"C1;F{n};2025-01-31;;1\n" for n in range(300))
    parsed = read("Client;Facture;Date;Échéance;Montant\n" + lines)
    assert codes(parsed)["due_date_missing"] == 200
    assert next(i.value for i in parsed.issues if i.code == "more_lines_alike") == "100"


def test_the_lines_not_listed_keep_their_amounts() -> None:
    """Debits and credits apart, so that what they move is known too."""
    amounts = [(-1 if n % 5 == 0 else 1) * (n + 1) for n in range(300)]
    lines = "".join(f"C1;F{n};2025-01-31;;{amount};EUR\n" for n, amount in enumerate(amounts))
    parsed = read("Client;Facture;Date;Échéance;Montant;Devise\n" + lines)
    more = [
        i for i in parsed.issues if i.code == "more_lines_alike" and i.detail == "due_date_missing"
    ]
    found = sorted((i.value, i.amount_minor, i.currency) for i in more)
    rest = amounts[200:]
    assert found == sorted(
        (
            str(sum(chosen)),
            100 * sum(a for a, is_in in zip(rest, chosen, strict=True) if is_in),
            "EUR",
        )
        for chosen in ([a < 0 for a in rest], [a > 0 for a in rest])
    )
    listed = [i.amount_minor or 0 for i in parsed.issues if i.code == "due_date_missing"]
    assert sum(listed) + sum(i.amount_minor or 0 for i in more) == 100 * sum(amounts)


CELL = st.sampled_from(
    ["C1", "C2", "", "F1", "F2", "2025-01-31", "31/01/2025", "x", "10,00", "-5", "Total"]
)


@settings(deadline=None)
@given(st.lists(st.lists(CELL, min_size=4, max_size=5), max_size=12))
def test_no_line_is_lost_whatever_it_holds(cells: list[list[str]]) -> None:
    lines = [";".join(row) for row in cells]
    parsed = read("Client;Facture;Date;Montant\n" + "\n".join(lines) + "\n")
    filled = list(lines)
    while filled and not filled[-1].strip(";"):
        filled.pop()
    # blank lines at the end may be left out, no other
    assert len(filled) <= parsed.rows_read <= len(lines)
    assert parsed.rows_kept == len(parsed.tables["documents"] if parsed.tables else [])


def test_an_open_amount_that_cannot_be_is_said_and_kept() -> None:
    parsed = read(
        "Code client;N° facture;Date facture;Date échéance;Montant TTC;Reste à payer\n"
        "C1;F1;13/01/2025;12/02/2025;100,00;150,00\n"
        "C1;F2;14/01/2025;12/02/2025;100,00;\n"
        "C1;F3;14/01/2025;12/02/2025;100,00;40,00\n"
    )
    doubts = {
        i.code: (i.row_number, i.amount_minor) for i in parsed.issues if i.severity == "doubtful"
    }
    assert doubts == {"open_exceeds_amount": (2, 15000), "open_missing": (3, 10000)}
    assert parsed.control_totals == {"EUR": 29000}
    assert parsed.tables["documents"]["amount_minor"].to_pylist() == [15000, 10000, 10000]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Code;Client;Facture;Date facture;Montant TTC", "C1"),
        ("Code;Raison sociale;Facture;Date facture;Montant TTC", "C1"),
        ("Code ;Nom;Facture;Date facture;Montant TTC", "C1"),
        # beside no name, the code may be anything; beside a customer's code it is another one
        ("Code;Facture;Client;Date facture;Montant TTC", "Durand"),
        ("Code;Nom;Code client;Date facture;Montant TTC", "Durand"),
    ],
)
def test_a_bare_code_is_the_customers_beside_his_name_alone(header: str, code: str) -> None:
    line = {"Code": "C1", "Facture": "F1", "Date facture": "31/01/2025", "Montant TTC": "100,00"}
    titles = [title.strip() for title in header.split(";")]
    cells = [line.get(title, "Durand") for title in titles]
    parsed = read(f"{header}\n{';'.join(cells)}\n")
    assert rows(parsed, "documents", "customer_id", "amount_minor") == [(code, 10000)]
    if code == "C1":
        assert rows(parsed, "customers", "customer_id", "name") == [("C1", "Durand")]


def test_a_list_whose_first_lines_cannot_be_cut_again_still_has_its_form() -> None:
    """A return inside a field: the list reads it, the plain cutting of the form does not."""
    parsed = read("Client;Facture;Date;Montant\nC1;F\r1;31/01/2025;10,00\nC2;F2;31/01/2025;5,00\n")
    assert parsed.refusal is None
    assert parsed.mapping is not None
    assert parsed.mapping.proposed["amount"] == "Montant"
