"""Reading a FEC whatever its producer: layouts, spellings, encodings, broken lines, accounts."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from arlib.i18n import translator
from arlib.i18n.issues import issue_sentence
from arlib.ingest.formats import fec
from arlib.ingest.source import Source
from arlib.model.files import FileInput
from tests.ingest.fec_builder import (
    HEADER,
    Fec,
    by_number,
    codes,
    documents,
    open_at,
    read_text,
)

if TYPE_CHECKING:
    from arlib.model.files import ParsedFile


def small() -> Fec:
    return (
        Fec()
        .invoice("C1", "F1", "20250110", 123456, label="Facture n° 1 – février", let="A")
        .payment("C1", "P1", "20250220", 100000, let="A")
        .invoice("C2", "F2", "20250301", 5000, name="Société Œuvrée")
    )


def essence(parsed: ParsedFile) -> list[tuple[object, ...]]:
    """What must not depend on the spelling of the file."""
    names = ("customer_id", "kind", "number", "issued_on", "posted_on", "amount_minor")
    return [tuple(row[name] for name in names) for row in documents(parsed)]


def test_recognition_by_content() -> None:
    assert fec.identify(Source(FileInput("x.csv", small().text().encode()))) >= 0.95
    for text in ("customer;amount\nA;1\n", "Debit|Credit\n1|2\n", "%PDF-1.7", ""):
        assert fec.identify(Source(FileInput("1FEC20251231.txt", text.encode()))) < 0.5


@pytest.mark.parametrize("separator", ["\t", "|", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n", "\r"])
def test_separators_and_line_ends(separator: str, end: str) -> None:
    parsed = read_text(small().text(separator, end))
    assert essence(parsed) == essence(small().read())
    assert [row["source_row"] for row in documents(parsed)] == [2, 4, 6]
    assert (parsed.rows_read, parsed.rows_kept, parsed.rows_ignored) == (6, 3, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso-8859-15"])
def test_encodings(encoding: str) -> None:
    text = small().text().replace("–", "-")
    parsed = read_text(text.encode(encoding))
    names = {row["customer_id"]: row["name"] for row in parsed.tables["customers"].to_pylist()}
    assert names["C2"] == "Société Œuvrée"
    assert documents(parsed)[0]["reference"] == "Facture n° 1 - février"


def test_header_case_accents_blanks_and_extra_columns() -> None:
    header = [f" {name.upper()} " for name in HEADER]
    header[11] = "Débit"
    header += ["DateRglt", "ModeRglt", "NatOp", "IdClient", "Axe"]
    book = small()
    book.lines = [[*line, "", "CH", "", "", "x"] for line in book.lines]
    parsed = read_text(book.text(header=header))
    assert essence(parsed) == essence(small().read())
    assert by_number(parsed)["P1"]["payment_method"] == "CH"
    assert any("Axe" in str(e.parameters.get("headers")) for e in parsed.evidence)


def test_fields_between_quotes() -> None:
    book = small()
    book.lines[0][10] = "Facture | mai"
    book.lines = [[f'"{cell}"' for cell in line] for line in book.lines]
    parsed = read_text(book.text("|", header=[f'"{name}"' for name in HEADER]))
    assert essence(parsed) == essence(small().read())


def test_a_due_date_column_is_read() -> None:
    book = small()
    book.lines = [[*line, "20250315" if line[4].startswith("411") else ""] for line in book.lines]
    parsed = read_text(book.text(header=[*HEADER, "Date échéance"]))
    assert by_number(parsed)["F1"]["due_on"] == date(2025, 3, 15)
    assert "due_date_missing" not in codes(parsed)
    assert [i.detail for i in small().read().issues if i.code == "due_date_missing"] == ["2"]


@pytest.mark.parametrize(
    ("debit", "credit"), [("D", "C"), ("+1", "-1"), ("1", "-1"), ("Débit", "Crédit")]
)
def test_amount_and_side(debit: str, credit: str) -> None:
    book = small()
    for line in book.lines:
        is_debit = line[11] != "0,00"
        line[11], line[12] = line[11] if is_debit else line[12], debit if is_debit else credit
    header = [{"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in HEADER]
    assert essence(read_text(book.text(header=header))) == essence(small().read())


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: f"{'+' if text != '0,00' else ' '}{text.zfill(15)} ",
        lambda text: text.replace(",00", ""),
        lambda text: text.replace(",", "."),
        lambda text: f" {text[:-6]} {text[-6:]}" if len(text) > 6 else text,
        lambda text: f"{text[:-6]}\u202f{text[-6:]}" if len(text) > 6 else text,
        lambda text: f"{text[:-6]}.{text[-6:]}" if len(text) > 6 else text,
        lambda text: f"{text}0",
    ],
)
def test_amount_spellings(spell: object) -> None:
    assert callable(spell)
    book = small()
    for line in book.lines:
        line[11], line[12] = spell(line[11]), spell(line[12])
    assert essence(book.read()) == essence(small().read())


def test_negative_amounts_instead_of_the_other_side() -> None:
    book = Fec().invoice("C1", "F1", "20250110", 5000).invoice("C1", "A1", "20250111", -2000)
    for line in book.lines[2:]:
        line[11], line[12] = ("-" + line[12], "0") if line[12] != "0,00" else ("0", "-" + line[11])
    parsed = book.read()
    assert [(r["kind"], r["amount_minor"]) for r in documents(parsed)] == [
        ("invoice", 5000),
        ("credit_note", -2000),
    ]


@pytest.mark.parametrize("broken", ["Fact|ure", "Fact|ure | n° 1 |", "Fact\nure", "a\nb\nc"])
def test_a_separator_or_a_line_break_inside_a_label(broken: str) -> None:
    book = small()
    book.lines[0][10] = broken
    parsed = read_text(book.text("|"))
    assert essence(parsed) == essence(small().read())
    assert parsed.rows_refused == 0
    assert [i.row_number for i in parsed.issues if i.code == "line_length"] == [2]


def test_trailing_separators_and_blank_lines() -> None:
    lines = small().text().rstrip("\n").split("\n")
    text = "\n".join([lines[0], *(line + "\t" for line in lines[1:3]), "", *lines[3:], "\t" * 17])
    parsed = read_text(text + "\n\n")
    assert essence(parsed) == essence(small().read())
    assert [row["source_row"] for row in documents(parsed)] == [2, 5, 7]
    every = "\n".join([lines[0], *(line + "\t" for line in lines[1:])])
    assert "line_length" not in codes(read_text(every))
    assert essence(read_text(every)) == essence(small().read())


def test_a_line_that_cannot_be_put_right_is_refused_and_listed() -> None:
    text = small().text() + "VE\tVentes\t9\tnonsense\n"
    parsed = read_text(text)
    assert parsed.rows_refused == 1
    assert [(i.row_number, i.severity) for i in parsed.issues if i.code == "line_length"] == [
        (8, "refused")
    ]
    assert parsed.rows_read == parsed.rows_kept + parsed.rows_ignored + parsed.rows_refused


def test_unreadable_amount_and_date() -> None:
    book = small()
    book.lines[0][11] = "12x4,00"
    book.lines[4][3] = "20251399"
    parsed = book.read(accept_doubtful=True)
    assert parsed.rows_refused == 1
    refused = [i for i in parsed.issues if i.severity == "refused"]
    assert [(i.code, i.row_number, i.value) for i in refused] == [
        ("amount_unreadable", 2, "12x4,00 / 0,00")
    ]
    assert "date_unreadable" in codes(parsed)
    assert by_number(parsed)["F2"]["posted_on"] == date(2025, 3, 1)


def test_piece_date_blank_or_too_late_gives_way_to_the_posting_date() -> None:
    parsed = (
        Fec()
        .invoice("C1", "F1", "20250110", 100, piece_on="")
        .invoice("C1", "F2", "20250111", 100, piece_on="20991231")
        .invoice("C1", "F3", "20250112", 100, piece_on="20241230")
        .payment("C1", "P1", "20250113", 100, piece_on="20250101")
        .read()
    )
    assert [row["issued_on"].isoformat() for row in documents(parsed)] == [
        "2025-01-10", "2025-01-11", "2024-12-30", "2025-01-13",
    ]  # fmt: skip
    assert [i.row_number for i in parsed.issues if i.code == "piece_date_missing"] == [2, 4]


def test_account_classes_by_prefix() -> None:
    accounts = {
        "411000": "receivable", "411600000": "receivable", "4117000": "retention",
        "4117DUPONT": "receivable", "413000": "bill", "416000": "doubtful", "418100": "accrued",
        "419100": "advance", "419800": "accrued", "412000": "", "419700": "", "401000": "",
    }  # fmt: skip
    book = Fec()
    for index, account in enumerate(accounts):
        book.entry("OD", "471000", account, 1000 + index, day="20250301", aux="C1", ref=account)
    parsed = book.read()
    found = {row["account"]: row["account_class"] for row in documents(parsed)}
    assert found == {account: name for account, name in accounts.items() if name}
    left_out = {(i.code, i.value, i.amount_minor) for i in parsed.issues if i.severity == "ignored"}
    assert {("not_receivable", "412000", 1009), ("not_receivable", "419700", 1010)} <= left_out
    assert any(code == "other_account" for code, _, _ in left_out)
    assert parsed.rows_ignored == 15
    assert parsed.control_totals["EUR"] == 1000 + 1001 + 1002 + 1003 + 1005
    titled = Fec().entry(
        "OD", "471000", "4117DUPONT", 1, day="20250301", title="Retenue de garantie"
    )
    assert documents(titled.read())[0]["account_class"] == "retention"


def test_customers_without_auxiliary() -> None:
    book = Fec()
    names = ["ALBERT", "BERNARD", "CELINE", "DENISE", "EMILE"]
    for index, name in enumerate(names):
        ref = f"F{index}"
        parts = {"day": "20250301", "ref": ref}
        book.entry(
            "VE", "707000", "411DUP01", 100, title="Dupont", label=f"Facture {name}", **parts
        )
        book.entry("VE", "707000", "41100000", 100, title="Clients", label="Facture", **parts)
        book.entry(
            "VE",
            "707000",
            "41120000",
            100,
            title="Clients divers",
            label=f"Facture {name}",
            **parts,
        )
        book.entry(
            "VE", "707000", "41130000", 100, title="Clients", label="Facture ALBERT", **parts
        )
    parsed = book.read()
    found = {
        row["customer_id"]: (row["name"], row["is_collective"])
        for row in parsed.tables["customers"].to_pylist()
    }
    assert found == {
        "411DUP01": ("Dupont", False),
        "41100000": ("Compte collectif 41100000", True),
        "41120000": ("Compte collectif 41120000", True),
        "41130000": ("Clients", False),
    }
    assert [(i.value, i.detail) for i in parsed.issues if i.code == "collective_account"] == [
        ("41100000", "5"),
        ("41120000", "5"),
    ]


def test_a_customer_an_account_is_not_one_issue_each() -> None:
    book = Fec()
    for index in range(300):
        book.entry("VE", "707000", f"411C{index:04d}", 100, day="20250301", ref=f"F{index}")
        book.entry("OD", "471000", f"4197C{index:04d}", -1, day="20250301", ref=f"A{index}")
    parsed = book.read()
    assert len(parsed.issues) < 80
    found = [i.amount_minor or 0 for i in parsed.issues if i.code == "auxiliary_missing"]
    assert sum(found) == 30000
    left_out = [
        (i.value, i.detail, i.amount_minor) for i in parsed.issues if i.code == "not_receivable"
    ]
    assert left_out == [("4197…", "300", -300)]
    assert len(parsed.tables["customers"]) == 300


def test_the_commonest_name_is_shown() -> None:
    book = Fec().invoice("C1", "F1", "20250301", 1, name="Durant")
    book.invoice("C1", "F2", "20250301", 1, name="Durand").invoice(
        "C1", "F3", "20250301", 1, name="Durand"
    )
    parsed = book.read()
    assert [row["name"] for row in parsed.tables["customers"].to_pylist()] == ["Durand"]
    assert sorted(row["count_rows"] for row in parsed.tables["customer_names"].to_pylist()) == [
        1,
        2,
    ]
    assert "name_differs" in codes(parsed)


def test_the_same_entry_number_everywhere() -> None:
    book = small().entry("OD", "654000", "411000", -500, aux="C2", ref="X", day="20250301")
    for line in book.lines:
        line[2] = "0"
    parsed = book.read()
    assert [row["kind"] for row in documents(parsed)] == [
        "invoice",
        "payment",
        "invoice",
        "write_off",
    ]
    assert not codes(parsed) & {"entry_not_balanced", "kind_assumed"}


def test_entries_numbered_across_journals() -> None:
    book = Fec()
    book.line("411000", 12000, day="20250301", journal="V", aux="C1", ref="F1", number="7")
    book.line("707000", -12000, day="20250301", journal="X", ref="F1", number="7")
    assert documents(book.read())[0]["kind"] == "invoice"


def test_a_line_without_counter_account_follows_its_journal() -> None:
    book = small().line(
        "411000", -700, day="20250401", journal="BQ", aux="C1", ref="P9", number="99"
    )
    parsed = book.read(accept_doubtful=True)
    assert by_number(parsed)["P9"]["kind"] == "payment"
    assert by_number(parsed)["P9"]["confidence"] == 0.8
    assert [i.detail for i in parsed.issues if i.code == "kind_assumed"] == ["BQ: 1"]
    assert [i.amount_minor for i in parsed.issues if i.code == "entry_not_balanced"] == [-700]


@pytest.mark.parametrize(
    ("counter", "debit", "credit"),
    [
        ("707000", "invoice", "credit_note"), ("512000", "refund", "payment"),
        ("530000", "refund", "payment"), ("580000", "refund", "payment"), ("413000", "bill", "bill"),
        ("419100", "deposit", "deposit"), ("654000", "write_off", "write_off"),
        ("401000", "adjustment", "adjustment"), ("658000", "adjustment", "adjustment"),
    ],
)  # fmt: skip
def test_kind_by_counter_account(counter: str, debit: str, credit: str) -> None:
    parsed = (
        Fec()
        .entry("OD", counter, "411000", 100, aux="C1", ref="D", day="20250301")
        .entry("OD", counter, "411000", -700, aux="C1", ref="C", day="20250302")
        .read()
    )
    found = {row["number"]: row["kind"] for row in documents(parsed) if row["account"] == "411000"}
    assert found == {"D": debit, "C": credit}


def test_payment_less_discount_and_cash_sale_in_one_entry() -> None:
    book = Fec()
    for account, amount in (("512000", 9800), ("665000", 200), ("411000", -10000)):
        book.line(account, amount, day="20250301", journal="BQ", aux="C1", ref="P1", number="1")
    for account, amount in (
        ("411000", 120),
        ("707000", -100),
        ("445710", -20),
        ("411000", -120),
        ("530000", 120),
    ):
        book.line(account, amount, day="20250302", journal="CA", aux="C1", ref="T1", number="2")
    assert [row["kind"] for row in documents(book.read())] == ["payment", "invoice", "payment"]


def test_an_unbalanced_ledger_is_a_doubt_unless_accepted_or_tiny() -> None:
    book = small().line("471000", 250, day="20250301")
    parsed = book.read()
    assert parsed.doubt is not None
    assert (parsed.doubt.code, parsed.doubt.amount_minor) == ("ledger_not_balanced", 250)
    accepted = book.read(accept_doubtful=True)
    assert accepted.doubt is None
    assert "ledger_not_balanced" in codes(accepted)
    cent = small().line("471000", 1, day="20250301").read()
    assert cent.doubt is None
    assert "ledger_balance_tolerated" in codes(cent)
    assert small().read().doubt is None


@pytest.mark.parametrize(
    ("name", "given", "company", "siren", "code"),
    [
        ("123456782FEC20251231.txt", None, "123456782", "123456782", None),
        ("export_123456782FEC20251231.txt", None, "123456782", "123456782", None),
        ("123456789FEC20251231.txt", None, "default", None, "company_id_invalid"),
        ("0123456782FEC20251231.txt", "ACME", "ACME", None, "company_id_invalid"),
        ("000000000FEC20251231.txt", None, "default", None, "company_id_invalid"),
        ("ledger.txt", None, "default", None, "company_assumed"),
        ("ledger.txt", "ACME", "ACME", None, None),
    ],
)
def test_company(
    name: str, given: str | None, company: str, siren: str | None, code: str | None
) -> None:
    parsed = small().read(name, company_id=given)
    assert (parsed.company_id, parsed.siren) == (company, siren)
    found = codes(parsed) & {"company_id_invalid", "company_assumed", "company_conflict"}
    assert found == ({code} if code else set())


def test_whole_file_refusals() -> None:
    header = "\t".join(HEADER) + "\n"
    empty = read_text(header)
    assert empty.refusal is not None
    assert empty.refusal.code == "no_rows"
    no_account = read_text(small().text().replace("CompteNum", "Konto"))
    assert no_account.refusal is not None
    assert (no_account.refusal.code, no_account.refusal.value) == ("columns_missing", "CompteNum")


def test_period_level_and_ledger_totals() -> None:
    parsed = small().read()
    assert (parsed.covers_from, parsed.covers_to) == (date(2025, 1, 10), date(2025, 3, 1))
    assert parsed.extracted_on == date(2025, 3, 1)
    assert (parsed.scope, parsed.level, parsed.company_currency) == ("ledger", "D", "EUR")
    totals = [
        (r["posted_on"].isoformat(), r["amount_minor"])
        for r in parsed.tables["ledger_totals"].to_pylist()
    ]
    assert totals == [("2025-01-10", 123456), ("2025-02-20", -100000), ("2025-03-01", 5000)]
    assert Fec().invoice("C1", "F1", "20250110", 1).read().level == "E"


def test_a_line_posted_after_the_day_of_import_is_listed() -> None:
    parsed = small().read(import_day=date(2025, 2, 28))
    late = [(i.row_number, i.amount_minor) for i in parsed.issues if i.code == "date_in_future"]
    assert late == [(6, 5000)]


def test_issues_do_not_grow_with_the_file() -> None:
    book = Fec()
    for index in range(1000):
        book.invoice("C1", f"F{index}", "20250110", 100, piece_on="", let=f"L{index}")
    assert len(book.read().issues) < 400
    assert open_at(book.read(), "2025-12-31")["C1", "F7"] == 100


def test_evidence_is_said_in_french_with_its_figures() -> None:
    french = translator("fr")
    book = small()
    for line in book.lines:
        line[2] = "0"
    for parsed in (book.read(), Fec().invoice("", "F1", "20250110", 1).read()):
        said = [
            (french(e.what).format(**e.parameters), french(e.why).format(**e.parameters))
            for e in parsed.evidence
        ]
        assert all(french(e.what) != e.what for e in parsed.evidence)
        assert all(french(e.why) != e.why for e in parsed.evidence)
        assert said[0][1] == "18 des 18 colonnes réglementaires, sûr à 98\u00a0%"


def test_an_amount_cut_by_the_separator_is_refused_never_taken_for_a_label() -> None:
    book = small()
    book.lines[4][11] = "5O,00"
    lines = [",".join(cell.replace(",", ".") for cell in line) for line in book.lines]
    lines[4] = lines[4].replace("5O.00", "5O,00")
    parsed = read_text("\n".join([",".join(HEADER), *lines]) + "\n", accept_doubtful=True)
    assert parsed.rows_refused == 1
    assert [i.row_number for i in parsed.issues if i.severity == "refused"] == [6]


@pytest.mark.parametrize("separator", [";", ","])
def test_files_saved_by_a_spreadsheet(separator: str) -> None:
    """Only the values that hold the separator, a quote or a line end stand between quotes."""
    book = small()
    book.lines[0][10] = f'Facture "urgente"{separator} mai'
    book.lines[2][10] = "Virement\nreçu"
    rows = [
        separator.join(
            '"' + cell.replace('"', '""') + '"' if set(cell) & set('";,\n') else cell
            for cell in line
        )
        for line in [HEADER, *book.lines]
    ]
    parsed = read_text("\r\n".join(rows))
    assert essence(parsed) == essence(small().read())
    assert [row["source_row"] for row in documents(parsed)] == [2, 4, 7]
    assert documents(parsed)[0]["reference"] == f'Facture "urgente"{separator} mai'
    assert documents(parsed)[1]["reference"] == "Virement reçu"


def test_a_quote_that_never_closes_swallows_no_line() -> None:
    lines = small().text(";").split("\n")
    lines[1] = lines[1].replace("Facture", '"Facture')
    filler = [line for line in lines[2:6] for _ in range(10)]
    text = "\n".join([*lines[:6], *filler])
    parsed = read_text(text, accept_doubtful=True)
    assert parsed.rows_read == 5 + len(filler)


def test_a_fec_saved_as_a_workbook() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("Notes").write(0, 0, "Export")
        sheet = book.add_worksheet("Feuil1")
        days = book.add_format({"num_format": "dd/mm/yyyy"})
        for row, line in enumerate([HEADER, *small().lines], start=2):
            for column, cell in enumerate(line):
                if row > 2 and column in {3, 9}:
                    sheet.write_datetime(row, column, datetime.strptime(cell, "%Y%m%d"), days)  # noqa: DTZ007
                elif row > 2 and column in {11, 12}:
                    sheet.write_number(row, column, float(cell.replace(",", ".")))
                else:
                    sheet.write_string(row, column, cell)
    source = Source(FileInput("fec.xlsx", stream.getvalue()))
    assert fec.identify(source) >= 0.95
    parsed = read_text(stream.getvalue(), "fec.xlsx")
    assert essence(parsed) == essence(small().read())
    assert [row["source_row"] for row in documents(parsed)] == [4, 6, 8]
    assert "encoding_assumed" not in codes(parsed)


def test_several_years_in_one_file_each_begin_with_their_openings() -> None:
    book = Fec().invoice("C1", "F1", "20250110", 1000).payment("C1", "P1", "20251205", 400)
    book.number += 1
    for account, amount, piece in (
        ("101000", -5000, ""),
        ("512000", 4400, ""),
        ("411000", 600, "F1"),
    ):
        book.line(account, amount, day="20260110", journal="XX", aux="C1" if piece else "", ref=piece,
                  piece_on="20250110" if piece else None)  # fmt: skip
    parsed = book.read()
    assert [row["kind"] for row in documents(parsed)] == ["invoice", "payment", "opening"]
    assert documents(parsed)[2]["issued_on"] == date(2025, 1, 10)
    assert [row["is_lettered"] for row in documents(parsed)] == [False, False, False]


def test_a_ledger_without_customer_accounts_says_which_it_has() -> None:
    fec = Fec()
    fec.entry("VE", "707000", "467100", 120_000, day="20250115", ref="F1", aux="DUPONT")
    fec.entry("BQ", "512000", "467100", -20_000, day="20250215", ref="P1", aux="DUPONT")
    fec.entry("AC", "607000", "401000", -9_050, day="20250301", ref="A1", aux="FOURNI")
    parsed = fec.read()
    assert parsed.refusal is not None
    assert parsed.refusal.code == "no_customer_account"
    # what may hold customers first, suppliers next, the rest by what moved
    assert parsed.refusal.value == (
        "467 (1000.00), 401 (-90.50), 707 (-1200.00), 512 (200.00), 607 (90.50)"
    )
    assert "467 (1\u202f000,00), 401 (−90,50), 707 (−1\u202f200,00)" in issue_sentence(
        parsed.refusal
    )
    assert (parsed.rows_kept, parsed.rows_read) == (0, 6)


def test_a_ledger_of_suppliers_says_so() -> None:
    fec = Fec().line("401000", -9_050, day="20250301", ref="A1", aux="FOURNI")
    parsed = fec.line("404000", 9_050, day="20250301", ref="A1", aux="AUTRE").read()
    assert parsed.refusal is not None
    assert (parsed.refusal.code, parsed.refusal.value) == ("suppliers_only", "401, 404")
