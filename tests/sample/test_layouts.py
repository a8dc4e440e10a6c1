"""The sample company exported in every ledger layout: the same balances to the cent, month after month."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from arlib.ingest.recognise import read_file
from arlib.model.files import FileInput, ImportOptions
from data.generator.build import companies
from data.generator.exports.ledger_book import LedgerBook, LedgerVariant, ledger_book
from data.generator.exports.ledgers import LEDGERS
from data.generator.model import balances, month_ends

if TYPE_CHECKING:
    from arlib.model.files import ParsedFile
    from data.generator.model import Company

TRUTH = json.loads((Path(__file__).resolve().parents[2] / "data/samples/truth.json").read_text())
LAYOUTS = [
    pytest.param(format_id, variant, id=f"{format_id}-{variant.file_name}")
    for format_id, variants in LEDGERS.items()
    for variant in variants
]


@cache
def company() -> Company:
    """The smaller of the two companies."""
    return companies()[1]


@cache
def book() -> LedgerBook:
    return ledger_book(company())


@cache
def parsed(variant: LedgerVariant) -> ParsedFile:
    content = variant.write(book())[1]
    options = ImportOptions(import_day=dt.date(2026, 11, 1))
    return read_file(FileInput(variant.file_name, content), options)


def monthly(variant: LedgerVariant) -> list[dict[str, int]]:
    """Return what each customer owes at every month-end, from the documents posted by then."""
    documents = parsed(variant).tables["documents"].to_pandas()
    days = pd.to_datetime(documents["posted_on"])
    codes = documents["customer_id"].str.removeprefix(variant.prefix)
    found = []
    for day in month_ends():
        seen = days <= pd.Timestamp(day)
        sums = documents.loc[seen, "amount_minor"].groupby(codes[seen]).sum()
        found.append({str(code): int(amount) for code, amount in sums.items() if amount})
    return found


@pytest.mark.parametrize(("format_id", "variant"), LAYOUTS)
def test_balances_at_every_month_end(format_id: str, variant: LedgerVariant) -> None:
    file = parsed(variant)
    assert file.format_id == format_id
    assert file.refusal is None
    assert file.rows_refused == 0
    assert file.rows_read == file.rows_kept + file.rows_ignored
    wanted = [
        {code: amount for code, amount in balances(company(), day).items() if amount}
        for day in month_ends()
    ]
    assert monthly(variant) == wanted
    assert file.control_totals == {"EUR": sum(wanted[-1].values())}


def test_the_balances_are_those_of_the_committed_truth() -> None:
    truth: dict[str, Any] = TRUTH["companies"][1]
    for index, day in enumerate(month_ends()):
        found = balances(company(), day)
        written = {code: row["balances_minor"][index] for code, row in truth["customers"].items()}
        assert {code: found[code] for code in written} == written


@pytest.mark.parametrize(("format_id", "variant"), LAYOUTS)
def test_customers_are_named(format_id: str, variant: LedgerVariant) -> None:
    del format_id
    found = parsed(variant).tables["customers"].to_pylist()
    names = {row["customer_id"].removeprefix(variant.prefix): row["name"] for row in found}
    wanted = {customer.customer_id: customer.name for customer in company().customers}
    wide = 30 if variant.file_name == "sample_2.txt" and variant.is_whole else 100
    written = {code: wanted[code][:wide].strip() for code in names}
    plain = str.maketrans("’", "?")  # iso-8859-15 has no such apostrophe
    assert {code: name.translate(plain) for code, name in names.items()} == {
        code: name.translate(plain) for code, name in written.items()
    }


@pytest.mark.parametrize(("format_id", "variant"), LAYOUTS)
def test_lettering_is_read_the_same(format_id: str, variant: LedgerVariant) -> None:
    """Amount allocated by customer: layouts tell kinds with more or less certainty, never codes."""
    del format_id
    reference = _allocated(LEDGERS["fec"][0])
    found = _allocated(variant)
    assert parsed(variant).level == "D"
    assert found.keys() == reference.keys()
    same = sum(found[code] == amount for code, amount in reference.items())
    assert same >= 0.95 * len(reference)


def _allocated(variant: LedgerVariant) -> dict[str, int]:
    tables = parsed(variant).tables
    documents = tables["documents"].to_pandas().set_index("document_id")
    rows = tables["allocations"].to_pandas()
    codes = rows["credit_document_id"].map(documents["customer_id"])
    sums = rows["amount_minor"].groupby(codes.str.removeprefix(variant.prefix)).sum()
    return {str(code): int(amount) for code, amount in sums.items()}


@pytest.mark.parametrize(("format_id", "variant"), LAYOUTS)
def test_kinds_agree_with_the_whole_ledger(format_id: str, variant: LedgerVariant) -> None:
    """A customer ledger tells kinds by journal and label: as the counter-accounts do, nearly always."""
    del format_id
    kinds = parsed(variant).tables["documents"].to_pandas()["kind"].value_counts()
    wanted = parsed(LEDGERS["fec"][0]).tables["documents"].to_pandas()["kind"].value_counts()
    differing = kinds.sub(wanted, fill_value=0).abs().sum() / 2
    assert differing <= 0.02 * wanted.sum()
