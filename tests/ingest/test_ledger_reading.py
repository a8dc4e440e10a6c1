"""Ledgers beyond the FEC: customers on rows of their own, totals, balances forward, kinds without counter-account."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from arlib.i18n.issues import issue_sentence
from arlib.ingest.formats import all_formats
from arlib.ingest.recognise import read_file
from arlib.ingest.source import Source
from arlib.model.files import FileInput, ImportOptions

if TYPE_CHECKING:
    from arlib.model.files import ParsedFile
    from arlib.model.issues import Issue

HEAD = "Date;Journal;Pièce;Libellé;Débit;Crédit;Lettrage\n"


def read(text: str | bytes, name: str = "grand_livre.csv", **options: Any) -> ParsedFile:
    content = text.encode() if isinstance(text, str) else text
    return read_file(FileInput(name, content), ImportOptions(**options))


def documents(parsed: ParsedFile) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parsed.tables["documents"].to_pylist()
    return rows


def balances(parsed: ParsedFile) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in documents(parsed):
        found[row["customer_id"]] = found.get(row["customer_id"], 0) + row["amount_minor"]
    return found


def issues(parsed: ParsedFile, code: str) -> list[Issue]:
    return [issue for issue in parsed.issues if issue.code == code]


def by_number(parsed: ParsedFile) -> dict[str, dict[str, Any]]:
    return {str(row["number"]): row for row in documents(parsed)}


def test_customers_stand_above_their_lines() -> None:
    parsed = read(
        "Grand livre clients\n\n" + HEAD + "Compte : 411DUPONT – Dupont SA;;;;;;\n"
        "05/01/2026;VE;F1;Facture F1;100,00;;A\n"
        "06/02/2026;BQ;R1;Virement F1;;100,00;A\n"
        "07/02/2026;VE;F2;Facture F2;50,00;;\n"
        "Total compte 411DUPONT;;;;150,00;100,00;\n"
        "Compte : 411MARTIN – Martin;;;;;;\n"
        "08/02/2026;VE;F3;Facture F3;30,00;;\n"
        "Total compte 411MARTIN;;;;30,00;;\n"
        "Total général;;;;180,00;100,00;\n"
    )
    assert parsed.format_id == "ledger"
    assert parsed.level == "D"
    assert balances(parsed) == {"411DUPONT": 5000, "411MARTIN": 3000}
    names = {row["customer_id"]: row["name"] for row in parsed.tables["customers"].to_pylist()}
    assert names == {"411DUPONT": "Dupont SA", "411MARTIN": "Martin"}
    assert (parsed.rows_read, parsed.rows_kept, parsed.rows_ignored) == (9, 4, 5)
    assert issues(parsed, "control_total_differs") == []
    assert [row["source_row"] for row in documents(parsed)] == [5, 6, 7, 10]
    assert [row["is_lettered"] for row in documents(parsed)] == [True, True, False, False]
    assert (parsed.covers_from, parsed.covers_to) == (dt.date(2026, 1, 5), dt.date(2026, 2, 8))


@pytest.mark.parametrize(
    ("section", "customer", "account"),
    [
        ("Client : 00123 - Durand;;;;;;", "00123", None),
        ("Tiers 0DURA;Durand;;;;;", "0DURA", None),
        ("CDURAND;Durand;;;;;", "CDURAND", None),
        ("N° compte : 41100012 Durand;;;;;;", "41100012", "41100012"),
        ("411000 Clients;;;;;;\nCDURA;Durand;;;;;", "CDURA", "411000"),
        ("Compte collectif : 41100000 Clients;;;;;;\n00077 Durand;;;;;;", "00077", "41100000"),
    ],
)
def test_ways_to_name_the_customer_of_a_section(
    section: str, customer: str, account: str | None
) -> None:
    parsed = read(
        HEAD + section + "\n05/01/2026;VE;F1;Facture;10,00;;\n06/01/2026;VE;F2;F;5,00;;\n"
    )
    assert balances(parsed) == {customer: 1500}
    assert {row["account"] for row in documents(parsed)} == {account}
    assert {row["account_class"] for row in documents(parsed)} == {"receivable"}


def test_other_accounts_of_a_printed_ledger_are_ignored() -> None:
    parsed = read(
        HEAD + "Compte : 401FOUR – Fournisseur;;;;;;\n05/01/2026;AC;B1;Achat;;70,00;\n"
        "Compte : 411CLI – Client;;;;;;\n05/01/2026;VE;F1;Facture;10,00;;\n"
        "Compte : 512000 – Banque;;;;;;\n06/01/2026;BQ;R1;Remise;4,00;;\n"
    )
    assert balances(parsed) == {"411CLI": 1000}
    assert [issue.amount_minor for issue in issues(parsed, "other_account")] == [-6600]
    assert parsed.rows_refused == 0


def test_a_total_that_its_lines_do_not_make_is_said_and_never_blocks() -> None:
    parsed = read(
        HEAD + "Compte : 411A – Client A;;;;;;\n25/01/2026;VE;F1;Facture;10,00;;\n"
        "Total compte 411A;;;;12,00;;\n"
        "Compte : 411B – Client B;;;;;;\n25/01/2026;VE;F2;Facture;20,00;;\n"
        "Total compte 411B;;;;20,00;0,00;\nTotal général;;;;32,00;;\n"
    )
    assert parsed.refusal is None
    assert parsed.doubt is None
    found = [
        (issue.row_number, issue.amount_minor) for issue in issues(parsed, "control_total_differs")
    ]
    assert found == [(4, 200), (8, 200)]
    assert balances(parsed) == {"411A": 1000, "411B": 2000}


@pytest.mark.parametrize(
    "totals",
    [
        "Total janvier;;;;10,00;;\n{second}Total février;;;;5,00;;\nTotal 411A;;;;15,00;;\n",
        "{second}Solde débiteur;;;;15,00;;\n",
        "{second}Total mouvements;;;;15,00;0,00;\nSolde;;;;15,00;;\n",
        "A reporter;;;;10,00;;\n" + HEAD + "Report;;;;10,00;;\n{second};;;;15,00;;\n",
    ],
)
def test_totals_by_month_balances_and_pages(totals: str) -> None:
    second = "06/02/2026;VE;F2;Facture;5,00;;\n"
    text = "Compte : 411A – Client A;;;;;;\n05/01/2026;VE;F1;Facture;10,00;;\n"
    parsed = read(HEAD + text + totals.format(second=second))
    assert balances(parsed) == {"411A": 1500}
    assert issues(parsed, "control_total_differs") == []
    assert parsed.rows_refused == 0
    assert parsed.rows_read == parsed.rows_kept + parsed.rows_ignored


@pytest.mark.parametrize(
    "words", ["Solde à nouveau", "Report à nouveau", "Solde initial", "Report", "A nouveau"]
)
def test_a_balance_forward_without_a_date_is_an_opening(words: str) -> None:
    parsed = read(
        f"Période du 01/01/2026 au 31/12/2026\n{HEAD}Compte : 411A – Client A;;;;;;\n"
        f";;;{words};80,00;;\n05/03/2026;VE;F1;Facture;10,00;;\n"
    )
    opening, invoice = documents(parsed)
    assert (opening["kind"], opening["amount_minor"]) == ("opening", 8000)
    assert opening["issued_on"] == dt.date(2025, 12, 31)
    assert opening["posted_on"] == dt.date(2026, 1, 1)
    assert invoice["kind"] == "invoice"
    assert parsed.control_totals == {"EUR": 9000}
    assert sum(parsed.tables["ledger_totals"]["amount_minor"].to_pylist()) == 9000


def test_openings_keep_their_own_number_and_their_due_date() -> None:
    parsed = read(
        "Compte;Journal;Date;Pièce;Libellé;Débit;Crédit;Lettrage;Date pièce;Échéance\n"
        "411A;AN;01/01/2026;F9;A nouveau;80,00;;;05/11/2025;05/12/2025\n"
        "411A;AN;01/01/2026;F10;A nouveau;20,00;;;;15/12/2025\n"
        "411A;VE;05/03/2026;F1;Facture;10,00;;;05/03/2026;05/04/2026\n"
    )
    found = by_number(parsed)
    assert [found[number]["kind"] for number in ("F9", "F10", "F1")] == [
        "opening",
        "opening",
        "invoice",
    ]
    assert found["F9"]["issued_on"] == dt.date(2025, 11, 5)
    assert found["F10"]["issued_on"] == dt.date(2025, 12, 15)
    assert found["F1"]["due_on"] == dt.date(2026, 4, 5)


@pytest.mark.parametrize(
    ("journal", "label", "debit", "credit"),
    [
        ("VE", "x", "invoice", "credit_note"),
        ("VT2", "x", "invoice", "credit_note"),
        ("BQ1", "Facture payée", "refund", "payment"),
        ("CAI", "x", "refund", "payment"),
        ("512", "x", "refund", "payment"),
        ("OD", "Perte irrécouvrable", "write_off", "write_off"),
        ("OD", "Virement interne", "refund", "payment"),
        ("OD", "Arrondi", "adjustment", "adjustment"),
        ("ZZ", "Avoir 12", "invoice", "credit_note"),
        ("ZZ", "Chèque 4411", "refund", "payment"),
        ("ZZ", "x", "invoice", "payment"),
        ("BQ", "Impayé chèque", "bounce", "payment"),
    ],
)
def test_kinds_of_a_ledger_of_customers_alone(
    journal: str, label: str, debit: str, credit: str
) -> None:
    parsed = read(
        HEAD + "Compte : 411A – Client A;;;;;;\n"
        f"05/01/2026;{journal};N1;{label};10,00;;\n06/02/2026;{journal};N2;{label};;7,00;\n"
    )
    assert [row["kind"] for row in documents(parsed)] == [debit, credit]
    assert {issue.severity for issue in issues(parsed, "kind_assumed")} == {"note"}
    assert all(row["confidence"] < 1 for row in documents(parsed))


def test_counter_accounts_are_used_when_the_entry_is_there() -> None:
    parsed = read(
        "Journal;Date;Compte;Tiers;Pièce;Libellé;Débit;Crédit;Lettrage\n"
        "ZZ;05/01/2026;411000;A;F1;x;12,00;;\nZZ;05/01/2026;707000;;F1;x;;10,00;\n"
        "ZZ;05/01/2026;445710;;F1;x;;2,00;\n"
        "ZY;06/01/2026;411000;A;R1;x;;5,00;\nZY;06/01/2026;512000;;R1;x;5,00;;\n"
        "ZX;07/01/2026;411000;A;P1;x;;1,00;\nZX;07/01/2026;654000;;P1;x;1,00;;\n"
    )
    assert [row["kind"] for row in documents(parsed)] == ["invoice", "payment", "write_off"]
    assert issues(parsed, "kind_assumed") == []


def test_amount_and_side_and_company_currency() -> None:
    parsed = read(
        "Compte;Date;Journal;Pièce;Libellé;Montant;Sens;Devise\n"
        "411A;05/01/2026;VE;F1;x;1 234,50;D;CHF\n411A;06/01/2026;BQ;R1;x;234,5;C;CHF\n"
        "411A;06/01/2026;BQ;R2;x;1,00;X;CHF\n"
    )
    assert balances(parsed) == {"411A": 100_000}
    assert parsed.company_currency == "CHF"
    assert {row["currency"] for row in documents(parsed)} == {"CHF"}
    assert parsed.rows_refused == 1
    (refused,) = issues(parsed, "amount_unreadable")
    assert (refused.row_number, refused.value) == (4, "1,00 / X")


def test_lines_that_cannot_be_read_are_refused_with_what_they_say() -> None:
    parsed = read(
        "Code client;Date;Journal;Pièce;Libellé;Débit;Crédit;Lettrage\n"
        "A;05/01/2026;VE;F1;Facture;10,00;;\nA;31/02/2026;VE;F2;Facture;20,00;;\n"
        ";06/02/2026;VE;F3;Facture;30,00;;\nA;07/02/2026;VE;F4;Facture;4O,00;;\n"
        "A;08/02/2026;VE;F5;Facture;0,00;0,00;\nA;09/02/2026;VE;F6;Facture;;;\n"
    )
    assert balances(parsed) == {"A": 1000}
    refused = [(i.code, i.row_number) for i in parsed.issues if i.severity == "refused"]
    assert sorted(refused) == [
        ("amount_unreadable", 5),
        ("customer_missing", 4),
        ("date_unreadable", 3),
    ]
    assert parsed.rows_refused == 3
    assert parsed.rows_ignored == 2
    assert documents(parsed)[0]["account"] is None


def test_two_rows_of_headers_and_currency_in_the_title() -> None:
    parsed = read(
        ";;;;Mouvements;;\nCompte;Date;Journal;Pièce;Débit (€);Crédit (€);Let.\n"
        "411A;05/01/2026;VE;F1;10,00;;\n411A;06/01/2026;BQ;R1;;4,00;\n"
    )
    assert balances(parsed) == {"411A": 600}


def test_a_workbook_with_true_dates_and_numbers() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        other = book.add_worksheet("Lisez-moi")
        other.write(0, 0, "Grand livre au 31/12/2026")
        sheet = book.add_worksheet("GL")
        days = book.add_format({"num_format": "dd/mm/yyyy"})
        for column, title in enumerate(
            ("Compte", "Date", "Journal", "Pièce", "Débit", "Crédit", "Lettrage")
        ):
            sheet.write(3, column, title)
        for row, (day, debit, credit) in enumerate([(5, 1234.5, None), (6, None, 34.5)], start=4):
            sheet.write(row, 0, 41100012)
            sheet.write_datetime(row, 1, dt.datetime(2026, 1, day), days)  # noqa: DTZ001
            sheet.write(row, 2, "VE" if debit else "BQ")
            sheet.write(row, 3, 1000 + day)
            sheet.write(row, 4, debit)
            sheet.write(row, 5, credit)
    parsed = read(stream.getvalue(), "gl.xlsx")
    assert balances(parsed) == {"41100012": 120_000}
    assert [row["number"] for row in documents(parsed)] == ["1005", "1006"]
    assert [row["source_row"] for row in documents(parsed)] == [5, 6]


def test_a_list_with_a_debit_and_a_credit_is_no_ledger() -> None:
    parsed = read(
        "Client;Pièce;Date;Débit;Crédit\nC1;F1;2025-01-31;10,00;\nC1;A1;2025-01-31;;4,00\n"
    )
    assert parsed.format_id == "flat"


def test_codes_used_again_and_groups_by_customer() -> None:
    parsed = read(
        "Compte auxiliaire;Date comptable;Journal;Référence;Libellé;Débit;Crédit;Lettrage;Échéance\n"
        "CA;05/01/2026;VE;F1;x;10,00;;A;\nCA;06/01/2026;BQ;R1;x;;10,00;A;\n"
        "CA;07/01/2026;VE;F2;x;30,00;;A;\nCA;08/01/2026;BQ;R2;x;;20,00;A;\n"
        "CB;05/01/2026;VE;F3;x;10,00;;A;\nCB;06/01/2026;BQ;R3;x;;10,00;A;\n"
    )
    assert parsed.format_id == "cegid_ledger"
    found = by_number(parsed)
    paid = {
        (row["debit_document_id"], row["credit_document_id"]): row["amount_minor"]
        for row in parsed.tables["allocations"].to_pylist()
    }
    ids = {number: row["document_id"] for number, row in found.items()}
    assert paid == {
        (ids["F1"], ids["R1"]): 1000,
        (ids["F2"], ids["R2"]): 2000,
        (ids["F3"], ids["R3"]): 1000,
    }
    assert len(issues(parsed, "lettering_unbalanced")) == 1
    assert len(issues(parsed, "lettering_recycled")) == 1


def test_quadra_ascii_with_lines_of_other_kinds_and_a_three_letter_journal() -> None:
    def entry(account: str, side: str, cents: str, *, due: str = "", piece: str = "F12") -> str:
        return (
            f"M{account:<8}  000050126 {'Libelle court':<20}{side}{cents:<13}{'':8}{due:<6}{'A':<2}{'':3}"
            f"{'':5}{'':20}{'':8}EURVTE{'':3}{'Libelle long de la ligne':<30}{'':2}{piece:<10}"
        )

    text = "\r\n".join(
        [
            f"C9DUPO   {'Dupont et fils':<30}",
            entry("9DUPO", "D", "+000000012345", due="040226"),
            entry("70700000", "C", "+000000012345"),
            "I" + "x" * 20,
            entry("9DUPO", "C", "000000002345", piece="R7"),
            entry("0FOURNI", "C", "+000000000100"),
            entry("9DUPO", "D", "+00000000 4O0"),
        ]
    )
    parsed = read(text + "\r\n", "export.txt", import_day=dt.date(2026, 3, 1))
    assert parsed.format_id == "quadra_ledger"
    assert balances(parsed) == {"9DUPO": 10_000}
    invoice = by_number(parsed)["F12"]
    assert (invoice["due_on"], invoice["issued_on"]) == (dt.date(2026, 2, 4), dt.date(2026, 1, 5))
    assert invoice["reference"] == "Libelle long de la ligne"
    assert invoice["source_row"] == 2
    assert parsed.tables["customers"].to_pylist()[0]["name"] == "Dupont et fils"
    assert [(i.row_number, i.severity) for i in issues(parsed, "amount_unreadable")] == [
        (7, "refused")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a;b\n1;2\n",
        "Date;Libellé;Débit;Crédit\n05/01/2026;x;1,00;\n",
        "Mois;Total\nM1;2\n",
        "M" * 60,
    ],
)
def test_other_files_are_no_ledger(text: str) -> None:
    source = Source(FileInput("x.csv", text.encode()))
    ids = {"sage_ledger", "cegid_ledger", "quadra_ledger", "ebp_ledger", "myunisoft", "ledger"}
    ledgers = [m for m in all_formats() if m.FORMAT_ID in ids]
    assert len(ledgers) == len(ids)
    assert [m.FORMAT_ID for m in ledgers if m.identify(source) >= 0.5] == []


def test_whole_file_refusals() -> None:
    parsed = read(HEAD + "Compte : 411A – A;;;;;;\n", format_id="ledger")
    assert parsed.refusal is not None
    assert parsed.refusal.code == "no_rows"
    parsed = read("a;b\n1;2\n", format_id="ebp_ledger")
    assert parsed.refusal is not None
    assert parsed.refusal.code == "columns_missing"
    parsed = read(HEAD + "Compte : 411A – A;;;;;;\nhier;VE;F1;x;1,00;;\n", format_id="ledger")
    assert parsed.refusal is not None
    assert parsed.refusal.code == "date_unreadable"


def test_the_first_customer_stands_above_the_header_and_titles_come_again_on_each_page() -> None:
    header = "Date;Journal;Pièce;Libellé;Débit;Crédit;Lettrage\n"
    parsed = read(
        "ATELIER BREVAL;;;;;;\nGrand livre;;;;;;\nCompte : 411DUPONT Dupont SA;;;;;;\n"
        + header
        + "05/01/2026;VE;F1;Facture;10,00;;\nTotal compte;;;;10,00;;\n\n"
        "ATELIER BREVAL;;;;;;\nGrand livre;;;;;;\nCompte : 411MARTIN Martin;;;;;;\n"
        + header
        + "06/01/2026;VE;F2;Facture;20,00;;\nATELIER BREVAL;;;;;;\nPage 2;;;;;;\n"
        + header
        + "07/01/2026;VE;F3;Facture;5,00;;\nTotal compte;;;;25,00;;\n"
    )
    assert balances(parsed) == {"411DUPONT": 1000, "411MARTIN": 2500}
    assert parsed.rows_refused == 0
    assert issues(parsed, "control_total_differs") == []


def test_names_without_codes_and_sections_with_their_total() -> None:
    parsed = read(
        HEAD + "DUPONT FRERES SARL;;;;30,00;0,00;\n05/01/2026;VE;F1;Facture;10,00;;\n"
        "06/01/2026;VE;F2;Facture;20,00;;\nMartin & Cie;;;;;;\n07/01/2026;VE;F3;Facture;5,00;;\n"
        "Édition terminée;;;;;;\n"
    )
    assert balances(parsed) == {"DUPONT FRERES SARL": 3000, "Martin & Cie": 500}
    assert parsed.rows_refused == 0


def test_the_account_is_written_once_above_its_lines() -> None:
    parsed = read(
        "Compte;Intitulé;Date;Journal;Pièce;Débit;Crédit;Lettrage\n411A;Client A;;;;;;\n"
        ";;05/01/2026;VE;F1;10,00;;\n;;06/01/2026;BQ;R1;;4,00;\nTotal 411A;;;;;10,00;4,00;\n"
        "411B;Client B;07/01/2026;VE;F2;3,00;;\n;;08/01/2026;VE;F3;2,00;;\n512000;Banque;;;;;;\n"
        ";;06/01/2026;BQ;R1;4,00;;\n"
    )
    assert balances(parsed) == {"411A": 600, "411B": 500}
    names = {row["customer_id"]: row["name"] for row in parsed.tables["customers"].to_pylist()}
    assert names == {"411A": "Client A", "411B": "Client B"}
    assert [i.amount_minor for i in issues(parsed, "other_account")] == [400]


def test_a_signed_amount() -> None:
    parsed = read(
        "Compte;Date;Journal;Pièce;Montant;Lettrage\n411A;05/01/2026;VE;F1;10,00;A\n"
        "411A;06/01/2026;BQ;R1;-10,00;A\n411A;07/01/2026;VE;F2;(2,50);\n"
    )
    assert parsed.format_id == "ledger"
    assert [row["amount_minor"] for row in documents(parsed)] == [1000, -1000, -250]


def test_a_quadra_ledger_of_suppliers_says_what_their_codes_begin_with() -> None:
    parsed = read(
        "Grand livre auxiliaire - QuadraCOMPTA\n"
        "Compte;Intitulé;Journal;Date;Pièce;Libellé;Débit;Crédit;Lettre;Échéance\n"
        "0FIROI;Iroise Bois;OD;05/05/2026;B-77;Bois B-77;;456,00;;\n"
        "0FIROI;Iroise Bois;BQ;09/06/2026;V-12;Virement;456,00;;;\n"
    )
    assert parsed.format_id == "quadra_ledger"
    assert parsed.refusal is not None
    assert (parsed.refusal.code, parsed.refusal.value) == ("suppliers_only", "0… → 401")
    assert "comptes de fournisseurs (0… → 401)" in issue_sentence(parsed.refusal)


def _dated(*days: str, header: str = "Compte;Date;Journal;Pièce;Libellé;Débit;Crédit") -> str:
    lines = (f"411A;{day};VE;F{i};Facture;{i + 1},00;" for i, day in enumerate(days))
    return "\n".join((header, *lines)) + "\n"


def _posted(parsed: ParsedFile) -> list[str]:
    return [str(day) for day in parsed.tables["documents"]["posted_on"].to_pylist()]


def test_dates_that_show_no_order_are_asked_about() -> None:
    text = _dated("05/03/2026", "06/04/2026")
    parsed = read(text)
    assert parsed.format_id == "ledger"
    assert parsed.doubt is not None
    assert (parsed.doubt.code, parsed.doubt.column) == ("day_month_undecidable", "Date")
    assert read(text, accept_doubtful=True).doubt is None
    for order, days in (
        ("day_first", ["2026-03-05", "2026-04-06"]),
        ("month_first", ["2026-05-03", "2026-06-04"]),
    ):
        answered = read(text, date_order=order)
        assert (answered.doubt, _posted(answered)) == (None, days)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("05/03/2026", "26/04/2026"), ["2026-03-05", "2026-04-26"]),
        (("03/05/2026", "04/26/2026"), ["2026-03-05", "2026-04-26"]),
        (("2026-03-05", "2026-04-06"), ["2026-03-05", "2026-04-06"]),
        (("05/05/2026", "06/06/2026"), ["2026-05-05", "2026-06-06"]),
    ],
)
def test_dates_that_show_their_order_are_not(days: tuple[str, ...], expected: list[str]) -> None:
    parsed = read(_dated(*days))
    assert (parsed.doubt, _posted(parsed)) == (None, expected)


def test_each_column_of_dates_has_its_order_and_due_dates_tell_that_of_the_day() -> None:
    header = "Compte;Date;Échéance;Journal;Pièce;Débit;Crédit"
    lines = "".join(
        f"411A;0{m}/0{m + 1}/2026;{m + 1:02d}/28/2026;VE;F{m};{m},00;\n" for m in range(2, 9)
    )
    parsed = read(header + "\n" + lines)
    assert parsed.doubt is None
    assert _posted(parsed) == [f"2026-0{m}-0{m + 1}" for m in range(2, 9)]
    due = [str(day) for day in parsed.tables["documents"]["due_on"].to_pylist()]
    assert due == [f"2026-{m + 1:02d}-28" for m in range(2, 9)]


def test_a_product_says_how_it_writes_dates() -> None:
    parsed = read(
        "Grand livre auxiliaire - QuadraCOMPTA\n"
        "Compte;Intitulé;Journal;Date;Pièce;Libellé;Débit;Crédit;Lettre;Échéance\n"
        "9DUPONT;Dupont;VE;05/03/2026;F1;Facture;456,00;;;\n"
    )
    assert (parsed.format_id, parsed.doubt, _posted(parsed)) == (
        "quadra_ledger",
        None,
        ["2026-03-05"],
    )
