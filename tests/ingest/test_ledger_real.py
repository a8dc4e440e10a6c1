"""Real ledgers that are no FEC: balances and counts as a plain reading of the file gives them."""

from __future__ import annotations

import csv
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from arlib.ingest.recognise import read_file
from arlib.model.files import FileInput, ImportOptions, ParsedFile

pytestmark = pytest.mark.real

EXPORTS = Path(os.environ.get("ENCOURS_REAL_DATA", "../shared/data")) / "exports"

if not EXPORTS.exists():
    pytest.skip("real files absent (ENCOURS_REAL_DATA)", allow_module_level=True)


def read(name: str, **options: object) -> ParsedFile:
    file = FileInput(name, (EXPORTS / name).read_bytes())
    return read_file(file, ImportOptions(**options))  # type: ignore[arg-type]


def rows(name: str, encoding: str) -> list[list[str]]:
    with (EXPORTS / name).open(encoding=encoding, newline="") as stream:
        return list(csv.reader(stream, delimiter=";"))


def cents(text: str) -> int:
    return int(Decimal(text.replace(",", ".") or "0") * 100)


def balances(parsed: ParsedFile) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in parsed.tables["documents"].to_pylist():
        found[row["customer_id"]] += row["amount_minor"]
    return found


def test_a_sales_journal_with_a_side() -> None:
    parsed = read("socleo_sales.csv")
    wanted: Counter[str] = Counter()
    for line in rows("socleo_sales.csv", "cp1252")[1:]:
        if line[4].startswith("411"):
            wanted[line[6]] += cents(line[9]) * (1 if line[10] == "D" else -1)
    assert parsed.format_id == "ledger"
    assert balances(parsed) == wanted
    assert parsed.control_totals == {"EUR": sum(wanted.values())}
    assert {row["kind"] for row in parsed.tables["documents"].to_pylist()} == {"invoice"}
    assert (parsed.rows_read, parsed.rows_refused) == (10, 0)


def test_tables_stacked_in_one_sheet() -> None:
    parsed = read("myunisoft_modele_import.csv")
    total = count = 0
    titles: list[str] = []
    for line in rows("myunisoft_modele_import.csv", "utf-8-sig"):
        if line[0] == "JournalCode":
            titles = line
        cells = dict(zip(titles, line, strict=False))
        if cells.get("CompteNum", "").startswith("411"):
            sign = -1 if cells.get("Sens") == "C" else 1
            total += cents(cells.get("Debit", "")) - cents(cells.get("Credit", ""))
            total += sign * cents(cells.get("Montant", ""))
            count += 1
    assert parsed.format_id == "myunisoft"
    assert parsed.control_totals == {"EUR": total}
    assert (parsed.rows_kept, parsed.rows_refused) == (count, 0)


def test_a_ledger_without_headers_through_the_mapping() -> None:
    asked = read("istea_general_ledger.txt")
    assert asked.refusal is not None
    assert asked.refusal.code == "format_unknown"
    assert asked.mapping is not None
    assert {"account", "debit", "credit"} <= set(asked.mapping.proposed)
    mapping = dict(zip(
        ("account", "journal", "issued_on", "number", "customer_id", "reference", "debit", "credit", "lettering", "due_on"),
        ("A", "B", "D", "E", "F", "G", "H", "I", "L", "M"), strict=True,
    ))  # fmt: skip
    parsed = read("istea_general_ledger.txt", mapping=mapping)
    wanted: Counter[str] = Counter()
    lines = rows("istea_general_ledger.txt", "cp1252")
    for line in lines:
        if line[0].startswith("411"):
            wanted[line[5]] += cents(line[7]) - cents(line[8])
    assert balances(parsed) == wanted
    assert parsed.control_totals == {"EUR": sum(wanted.values())}
    assert (parsed.rows_read, parsed.rows_refused) == (len(lines), 0)
    assert parsed.level == "D"
    documents = parsed.tables["documents"].to_pylist()
    assert sum(row["is_lettered"] for row in documents) == sum(
        bool(line[11]) for line in lines if line[0].startswith("411")
    )
