"""Ledgers without headers: guessed, asked about, read through the answer and remembered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from arlib.ingest.recognise import read_file
from arlib.model.files import FileInput, ImportOptions, ParsedFile

TEXT = """\
101300;AN;1;"2026-01-01";"A NOUVEAU";"CAPITAL";"0.00";"500.00";
411000;AN;1;"2026-01-01";"DURAND";"F8 A NOUVEAU";"300.00";"0.00";A
512000;AN;1;"2026-01-01";"A NOUVEAU";"BANQUE";"200.00";"0.00";
411000;VE;2;"2026-01-05";"DURAND";"FACTURE F9";"120.00";"0.00";
707000;VE;2;"2026-01-05";"DURAND";"FACTURE F9";"0.00";"120.00";
411000;BQ;3;"2026-01-09";"DURAND";"VIREMENT";"0.00";"250.00";A
512000;BQ;3;"2026-01-09";"DURAND";"VIREMENT";"250.00";"0.00";
"""
MAPPING = {
    "account": "A", "journal": "B", "number": "C", "issued_on": "D", "customer_id": "E",
    "reference": "F", "debit": "G", "credit": "H", "lettering": "I",
}  # fmt: skip


def read(**options: Any) -> ParsedFile:
    return read_file(FileInput("export.txt", TEXT.encode("cp1252")), ImportOptions(**options))


def check(parsed: ParsedFile) -> None:
    assert parsed.refusal is None
    assert parsed.format_id == "ledger"
    assert (parsed.rows_read, parsed.rows_kept) == (7, 3)
    rows = parsed.tables["documents"].to_pylist()
    assert [(row["kind"], row["amount_minor"]) for row in rows] == [
        ("opening", 30000),
        ("invoice", 12000),
        ("payment", -25000),
    ]
    assert {row["customer_id"] for row in rows} == {"DURAND"}
    assert rows[0]["issued_on"] == dt.date(2025, 12, 31)
    assert [row["source_row"] for row in rows] == [2, 4, 6]
    assert [row["is_lettered"] for row in rows] == [True, False, True]
    assert parsed.tables["allocations"]["amount_minor"].to_pylist() == [25000]


def test_it_asks_and_proposes_what_the_values_suggest() -> None:
    parsed = read()
    assert parsed.refusal is not None
    assert parsed.refusal.code == "format_unknown"
    assert parsed.mapping is not None
    wanted = {"account": "A", "posted_on": "D", "debit": "G", "credit": "H", "lettering": "I"}
    proposed = dict(parsed.mapping.proposed)
    assert {name: proposed.get(name) for name in ("account", "debit", "credit", "lettering")} == {
        name: title for name, title in wanted.items() if name != "posted_on"
    }
    assert "D" in {proposed.get("issued_on"), proposed.get("posted_on")}


def test_the_answer_reads_the_file() -> None:
    check(read(mapping=MAPPING))


def test_the_answer_is_remembered_for_files_of_that_shape() -> None:
    form = read().mapping
    assert form is not None
    check(read(known_mappings={form.signature: MAPPING}))
    assert read(known_mappings={"another": MAPPING}).refusal is not None


def test_a_mapping_names_unknown_headers_too() -> None:
    titles = "Cpt gen;Jo;No;Jour;Qui;Texte;Plus;Moins;Code\n"
    named = dict(zip(MAPPING, titles.strip().split(";"), strict=True))
    file = FileInput("export.txt", (titles + TEXT).encode())
    parsed = read_file(file, ImportOptions(mapping=named))
    rows = parsed.tables["documents"].to_pylist()
    assert [row["amount_minor"] for row in rows] == [30000, 12000, -25000]
    assert [row["source_row"] for row in rows] == [3, 5, 7]


def test_what_the_values_of_a_printed_ledger_suggest() -> None:
    lines = [
        "411DUPON\t010126\tAN\tF8\tA nouveau facture\tA\t300,00\t\t300,00",
        "411DUPON\t050126\tVE\tF9\tFacture de janvier\t\t120,00\t\t420,00",
        "411DUPON\t090126\tBQ\tR1\tVirement de Dupont\tA\t\t300,00\t120,00",
        "707000\t050126\tVE\tF9\tFacture de janvier\t\t\t120,00\t-120,00",
    ]
    content = "\n".join(lines).encode("iso-8859-1")
    form = read_file(FileInput("gl.txt", content), ImportOptions()).mapping
    assert form is not None
    assert form.proposed == {
        "account": "A", "issued_on": "B", "journal": "C", "reference": "E", "lettering": "F",
        "debit": "G", "credit": "H",
    }  # fmt: skip
    parsed = read_file(FileInput("gl.txt", content), ImportOptions(mapping=form.proposed))
    rows = parsed.tables["documents"].to_pylist()
    assert [(row["kind"], row["amount_minor"]) for row in rows] == [
        ("opening", 30000),
        ("invoice", 12000),
        ("payment", -30000),
    ]
    assert rows[0]["posted_on"] == dt.date(2026, 1, 1)
