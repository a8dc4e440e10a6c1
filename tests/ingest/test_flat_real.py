"""Real lists of this machine against the figures computed beside them (never committed)."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from arlib.ingest import read_files
from arlib.model.files import FileInput, ImportOptions, ParsedFile

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("ENCOURS_REAL_DATA", str(ROOT / ".." / "shared" / "data")))
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the real files are not in {DATA}"),
]


def load(name: str, **options: Any) -> ParsedFile:
    content = (DATA / name).read_bytes()
    (parsed,) = read_files([FileInput(Path(name).name, content)], ImportOptions(**options))
    return parsed


def golden(key: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "GOLDEN.json").read_text())[key]
    return found


def minor(amount: float) -> int:
    return round(amount * 100)


def open_at(parsed: ParsedFile, day: dt.date) -> pd.DataFrame:
    """Return the invoices issued by ``day`` less what is allocated to them by then."""
    documents = parsed.tables["documents"].to_pandas()
    allocations = parsed.tables["allocations"].to_pandas()
    paid = allocations[allocations["allocated_on"] <= day]
    by_debit = paid.groupby("debit_document_id")["amount_minor"].sum()
    known = documents[(documents["issued_on"] <= day) & (documents["kind"] == "invoice")].copy()
    known["open"] = known["amount_minor"] - known["document_id"].map(by_debit).fillna(0).astype(int)
    known["late"] = (pd.Timestamp(day) - pd.to_datetime(known["due_on"])).dt.days
    items: pd.DataFrame = known[known["open"] != 0]
    return items


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("day", [dt.date(2012, 12, 31), dt.date(2013, 6, 30)])
def test_ibm_open_amounts(suffix: str, day: dt.date) -> None:
    parsed = load(f"ibm/ibm_ar_part1_60_customers.{suffix}")
    expected = golden("dev ibm part1")
    assert (parsed.rows_kept, parsed.rows_refused) == (expected["rows"], 0)
    assert parsed.control_totals == {"EUR": minor(expected["amount_total"])}
    assert parsed.tables["customers"].num_rows == expected["customers"]
    assert parsed.tables["disputes"].num_rows == expected["disputed_yes"]
    at = expected[f"asof {day}"]
    items = open_at(parsed, day)
    assert len(items) == at["open_invoices"]
    assert items["open"].sum() == minor(at["open_amount"])
    assert items.loc[items["late"] <= 0, "open"].sum() == minor(at["buckets"]["not_due(<=0)"])
    late = items.loc[items["late"].between(1, 30), "open"].sum()
    assert late == minor(at["buckets"]["1-30"])


def test_ibm_csv_and_workbook_agree() -> None:
    text = load("ibm/ibm_ar_part1_60_customers.csv")
    book = load("ibm/ibm_ar_part1_60_customers.xlsx")
    columns = ["customer_id", "kind", "issued_on", "due_on", "amount_minor", "source_row"]
    one, other = (parsed.tables["documents"].select(columns) for parsed in (text, book))
    assert one.equals(other)
    assert text.tables["ledger_totals"].equals(book.tables["ledger_totals"])
    days = ["allocated_on", "amount_minor", "rule"]
    assert text.tables["allocations"].select(days).equals(book.tables["allocations"].select(days))


def test_highradius_total_buckets_and_customers() -> None:
    parsed = load("highradius/highradius_open_items_sampleA.csv", extracted_on=dt.date(2020, 5, 31))
    expected = golden("highradius dev")
    documents = parsed.tables["documents"].to_pandas()
    rounded = next(issue for issue in parsed.issues if issue.code == "amount_rounded")
    total = parsed.control_totals["USD"] - minor(float(rounded.detail or 0))
    assert total == minor(expected["amount"])
    assert len(documents) == expected["rows"]
    assert documents["customer_id"].nunique() == expected["customers"]
    several = [issue for issue in parsed.issues if issue.code == "name_differs"]
    assert len(several) == expected["customers_with_several_names"]
    late = (pd.Timestamp(2020, 5, 31) - pd.to_datetime(documents["due_on"])).dt.days
    bounds = pd.cut(late, [-99999, 0, 30, 60, 90, 99999], labels=False)
    found = documents["amount_minor"].groupby(bounds).sum().tolist()
    # A line with more decimals than the currency is rounded by at most half a cent.
    for cents, amount in zip(found, expected["asof 2020-05-31"].values(), strict=True):
        assert abs(cents - minor(amount)) <= 0.5 * int(rounded.value or 0)


def test_swapped_days_and_months_are_doubted() -> None:
    parsed = load("traps/highradius_daymonth_swapped.csv")
    assert parsed.doubt is not None
    assert parsed.doubt.code == "day_month_swapped"


def test_a_headerless_ledger_asks_for_a_mapping() -> None:
    parsed = load("exports/istea_general_ledger.txt")
    assert parsed.refusal is not None
    assert parsed.mapping is not None
