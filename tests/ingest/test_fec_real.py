"""The real FECs of the machine: balances to the cent, figures of the independent computation."""

from __future__ import annotations

import json
import os
import statistics
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from arlib.ingest.formats import fec
from arlib.ingest.source import Source
from arlib.model.files import FileInput, ImportOptions

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.files import ParsedFile

pytestmark = pytest.mark.real

DATA = Path(os.environ.get("ENCOURS_REAL_DATA", "../shared/data"))
FILES = sorted((DATA / "fec").glob("*.txt"))
ROOTS = {
    "411": "receivable",
    "416": "doubtful",
    "413": "bill",
    "4191": "advance",
    "4198": "accrued",
    "418": "accrued",
}

if not FILES:
    pytest.skip("real files absent (ENCOURS_REAL_DATA)", allow_module_level=True)


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def book(request: pytest.FixtureRequest) -> tuple[ParsedFile, dict[str, Any]]:
    """A file understood, and what was computed of it elsewhere."""
    path: Path = request.param
    parsed = fec.extract(Source(FileInput(path.name, path.read_bytes())), ImportOptions())
    golden = json.loads((DATA / "GOLDEN.json").read_text())
    keys = {
        key.removeprefix("fec ").removeprefix("ek_"): key for key in golden if key[:4] == "fec "
    }
    found = [key for name, key in keys.items() if name in (path.name, path.name.split("_", 1)[-1])]
    assert len(found) == 1
    return parsed, golden[found[0]]


def raw_balances(path: Path) -> dict[str, int]:
    """Sum the file the plain way: one line at a time, decimal by decimal."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    head, *lines = text.splitlines()
    separator = "|" if "|" in head else "\t"
    titles = [title.strip().casefold() for title in head.split(separator)]
    totals: dict[str, int] = defaultdict(int)
    for line in lines:
        cells = dict(zip(titles, line.split(separator), strict=False))
        account = cells["comptenum"].strip()
        name = next((name for root, name in ROOTS.items() if account.startswith(root)), None)
        if name:
            amount = number(cells["debit"]) - number(cells["credit"])
            totals[name] += int(amount * 100)
    return totals


def number(text: str) -> Decimal:
    return Decimal(text.strip().replace(",", ".") or "0")


def sums(parsed: ParsedFile, table: str, key: str) -> dict[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for row in parsed.tables[table].to_pylist():
        totals[row[key]] += row["amount_minor"]
    return dict(totals)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_documents_and_totals_sum_to_the_raw_accounts(path: Path) -> None:
    parsed = fec.extract(Source(FileInput(path.name, path.read_bytes())), ImportOptions())
    assert sums(parsed, "documents", "account_class") == raw_balances(path)
    assert sums(parsed, "ledger_totals", "account_class") == raw_balances(path)
    assert parsed.doubt is None
    assert parsed.rows_refused == 0


def test_figures_computed_elsewhere(book: tuple[ParsedFile, dict[str, Any]]) -> None:
    parsed, golden = book
    rows = [r for r in parsed.tables["documents"].to_pylist() if r["account"].startswith("411")]
    empty = sum(int(i.detail or 0) for i in parsed.issues if i.code == "amount_missing")
    assert parsed.rows_read == golden["rows"]
    assert len(rows) + empty == golden["rows_411"]
    assert len({r["customer_id"] for r in rows}) == golden["customers"]
    assert sum(r["amount_minor"] for r in rows) == Decimal(golden["balance_411"]) * 100
    balances: dict[str, int] = defaultdict(int)
    for row in rows:
        balances[row["customer_id"]] += row["amount_minor"]
    assert sum(1 for value in balances.values() if value) == golden["customers_nonzero"]
    for customer, balance in golden["top5"]:
        assert balances[customer] == Decimal(balance) * 100
    assert str(parsed.covers_to) == golden["last_date"]
    unbalanced = [i for i in parsed.issues if i.code == "lettering_unbalanced"]
    assert len(unbalanced) == golden["letter_groups_unbalanced"]


def test_lettering_leaves_what_the_source_leaves_open(
    book: tuple[ParsedFile, dict[str, Any]],
) -> None:
    parsed, golden = book
    left = {r["document_id"]: r["amount_minor"] for r in parsed.tables["documents"].to_pylist()}
    amounts = dict(left)
    for row in parsed.tables["allocations"].to_pylist():
        left[row["debit_document_id"]] -= row["amount_minor"]
        left[row["credit_document_id"]] += row["amount_minor"]
    assert all(
        abs(left[key]) <= abs(amounts[key]) and left[key] * amounts[key] >= 0 for key in left
    )
    residues = sum(i.amount_minor or 0 for i in parsed.issues if i.code == "lettering_unbalanced")
    unlettered = Decimal(golden["unlettered_balance"]) * 100
    assert residues + unlettered == Decimal(golden["balance_411"]) * 100


def test_delays_of_settled_groups(book: tuple[ParsedFile, dict[str, Any]]) -> None:
    """Days from the invoice to the last credit of its code, over the codes that balance."""
    parsed, golden = book
    found = {r["document_id"]: r for r in parsed.tables["documents"].to_pylist()}
    odd = {i.value for i in parsed.issues if i.code == "lettering_unbalanced"}
    debits: dict[str, set[str]] = defaultdict(set)
    last: dict[str, date] = {}
    for row in parsed.tables["allocations"].to_pylist():
        _, customer, code, *_ = row["match_group"].split("|")
        debit = found[row["debit_document_id"]]
        key = f"{customer} {code}"
        if debit["account"].startswith("411") and key not in odd:
            debits[key].add(row["debit_document_id"])
            paid = found[row["credit_document_id"]]["issued_on"]
            last[key] = max(last.get(key, paid), paid)
    delays = [
        (last[key] - found[one]["issued_on"]).days for key, all_ in debits.items() for one in all_
    ]
    assert len(delays) == golden.get("delay_n", 0)
    if delays:
        assert round(sum(delays) / len(delays), 2) == golden["delay_mean"]
        assert statistics.median(delays) == golden["delay_median"]
        assert sum(1 for days in delays if days < 0) == golden["delay_negative"]
