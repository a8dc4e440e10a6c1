"""The sample company: the same book in three forms, and what was drawn."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from arlib.ingest.recognise import read_file
from arlib.ingest.source import Source
from arlib.model.files import FileInput, ImportOptions, ParsedFile
from arlib.model.template import GUIDE_TITLE
from arlib.model.terms import due_date, parse_terms
from data.generator.build import files

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
TRUTH: dict[str, Any] = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
COMPANIES = dict(zip(("estuaire", "armor"), TRUTH["companies"], strict=True))
LAST_DAY = dt.date(2026, 10, 31)


@cache
def parsed(name: str) -> ParsedFile:
    content = (SAMPLES / name).read_bytes()
    return read_file(FileInput(name, content), ImportOptions(import_day=dt.date(2026, 11, 1)))


def fec_name(slug: str) -> str:
    return f"{COMPANIES[slug]['company_id']}FEC20261031.txt"


@cache
def book(name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return documents and allocations of a file, with both customers of each allocation."""
    documents = parsed(name).tables["documents"].to_pandas()
    allocations = parsed(name).tables["allocations"].to_pandas()
    owner = documents.set_index("document_id")["customer_id"]
    allocations["payer"] = allocations["credit_document_id"].map(owner)
    allocations["billed"] = allocations["debit_document_id"].map(owner)
    for frame, column in ((documents, "issued_on"), (allocations, "allocated_on")):
        frame[column] = pd.to_datetime(frame[column])
    return documents, allocations


def balances(name: str, day: str) -> dict[str, int]:
    """Return what each customer owes at a date: documents, and payments moved between customers."""
    documents, allocations = book(name)
    result = documents[documents["issued_on"] <= day].groupby("customer_id")["amount_minor"].sum()
    moved = allocations[
        (allocations["payer"] != allocations["billed"]) & (allocations["allocated_on"] <= day)
    ]
    result = result.add(moved.groupby("payer")["amount_minor"].sum(), fill_value=0)
    result = result.sub(moved.groupby("billed")["amount_minor"].sum(), fill_value=0)
    return {str(code): int(amount) for code, amount in result.items() if amount}


def buckets(name: str, day: str, terms: dict[str, str]) -> dict[tuple[str, str], int]:
    """Return open amounts by customer and bucket; absent due dates come from the terms."""
    documents, allocations = book(name)
    live = documents[documents["issued_on"] <= day].set_index("document_id")
    done = allocations[allocations["allocated_on"] <= day]
    left = live["amount_minor"].astype("int64")
    left = left.sub(done.groupby("debit_document_id")["amount_minor"].sum(), fill_value=0)
    left = left.add(done.groupby("credit_document_id")["amount_minor"].sum(), fill_value=0)
    live = live.assign(left=left.reindex(live.index))
    live = live[live["left"] != 0]
    late = (pd.Timestamp(day) - pd.to_datetime(due_dates(live, terms))).dt.days
    bucket = np.select([live["left"] < 0, late <= 0, late <= 30, late <= 60, late <= 90],
                       ["free", "not due", "30", "60", "90"], "older")  # fmt: skip
    sums = live.groupby(["customer_id", bucket])["left"].sum()
    keys = sums.index.to_frame(index=False).astype(str).to_numpy().tolist()
    return {
        (code, label): int(amount)
        for (code, label), amount in zip(keys, sums.tolist(), strict=True)
    }


def due_dates(live: pd.DataFrame, terms: dict[str, str]) -> pd.Series:
    rules = {code: parse_terms(words) for code, words in terms.items()}
    days = []
    for given, issued, code, kind in zip(
        live["due_on"], live["issued_on"], live["customer_id"], live["kind"], strict=True
    ):
        rule = rules[code]
        derived = due_date(issued.date(), rule) if rule and kind == "invoice" else issued.date()
        days.append(derived if pd.isna(given) else given)
    return pd.Series(days, index=live.index, dtype=object)


def expected(slug: str, position: int) -> dict[str, int]:
    customers = COMPANIES[slug]["customers"]
    found = {code: drawn["balances_minor"][position] for code, drawn in customers.items()}
    return {code: amount for code, amount in found.items() if amount}


# -- one book, three forms


@pytest.mark.parametrize("slug", COMPANIES)
@pytest.mark.parametrize("form", ["template", "fec"])
def test_balances_per_customer_at_all_month_ends(slug: str, form: str) -> None:
    name = f"{slug}_modele.xlsx" if form == "template" else fec_name(slug)
    assert (parsed(name).format_id, parsed(name).company_id) == (
        form,
        COMPANIES[slug]["company_id"],
    )
    assert len(TRUTH["month_ends"]) == 36
    for position, day in enumerate(TRUTH["month_ends"]):
        assert balances(name, day) == expected(slug, position), day


@pytest.mark.parametrize("slug", COMPANIES)
def test_flat_list_gives_the_last_day(slug: str) -> None:
    flat = parsed(f"{slug}_liste.csv")
    assert (flat.format_id, flat.level, flat.extracted_on) == ("flat", "C", LAST_DAY)
    items = flat.tables["open_items"].to_pandas()
    owner = flat.tables["documents"].to_pandas().set_index("document_id")["customer_id"]
    sums = items.groupby(items["document_id"].map(owner))["open_minor"].sum()
    assert {code: int(amount) for code, amount in sums.items() if amount} == expected(slug, -1)
    assert (items["open_minor"] < 0).any()


@pytest.mark.parametrize("slug", COMPANIES)
def test_buckets_agree_when_the_fec_comes_with_the_terms(slug: str) -> None:
    customers = parsed(f"{slug}_clients.xlsx").tables["customers"].to_pylist()
    terms = {row["customer_id"]: row["terms"] for row in customers}
    for day in TRUTH["month_ends"]:
        assert buckets(fec_name(slug), day, terms) == buckets(f"{slug}_modele.xlsx", day, terms), (
            day
        )


@pytest.mark.parametrize("slug", COMPANIES)
def test_every_form_loads_without_a_refusal(slug: str) -> None:
    for name in (
        f"{slug}_modele.xlsx",
        f"{slug}_clients.xlsx",
        f"{slug}_liste.csv",
        fec_name(slug),
    ):
        file = parsed(name)
        assert (file.refusal, file.doubt, file.rows_refused) == (None, None, 0), name
        assert file.rows_read == file.rows_kept + file.rows_ignored
        assert (SAMPLES / name).stat().st_size <= 2_000_000
    assert parsed(f"{slug}_clients.xlsx").scope == "reference"


# -- what it holds


def test_the_group_is_as_large_and_as_varied_as_said() -> None:
    assert 4_000 <= sum(company["count_invoices"] for company in COMPANIES.values()) <= 6_000
    customers = [drawn for company in COMPANIES.values() for drawn in company["customers"].values()]
    assert 140 <= len(customers) <= 160
    archetypes = {drawn["archetype"] for drawn in customers}
    assert archetypes == {
        "reliable",
        "slow",
        "seasonal",
        "deteriorating",
        "improving",
        "failing",
        "large",
    }
    for company in COMPANIES.values():
        counts = company["count_documents"]
        assert (
            min(
                counts[kind] for kind in ("deposit", "bounce", "write_off", "credit_note", "refund")
            )
            >= 1
        )
        assert company["count_disputes"] >= 10


def test_receipts_are_as_untidy_as_said() -> None:
    receipts = several = bare = moved = 0
    for slug in COMPANIES:
        documents, allocations = book(f"{slug}_modele.xlsx")
        cash = documents[documents["kind"] == "payment"]
        used = allocations[allocations["credit_document_id"].isin(cash["document_id"])]
        invoices = documents.set_index("document_id")["invoice_id"]
        paid = used["debit_document_id"].map(invoices).groupby(used["credit_document_id"]).nunique()
        receipts += len(cash)
        several += int((paid > 1).sum())
        bare += int((~cash["reference"].str.contains(r"F\d\d-", regex=True)).sum())
        moved += int((allocations["payer"] != allocations["billed"]).sum())
        assert len(cash) > len(paid), "some receipts are not allocated"
    assert 0.27 <= several / receipts <= 0.33
    assert 0.37 <= bare / receipts <= 0.43
    assert 0.005 <= moved / receipts <= 0.03


def test_the_last_day_looks_like_a_real_portfolio() -> None:
    open_, late, over = 0, 0, 0
    sales = 0
    for slug in COMPANIES:
        file = parsed(f"{slug}_modele.xlsx")
        sums: dict[str, int] = {}
        for (_, bucket), amount in buckets(
            f"{slug}_modele.xlsx", "2026-10-31", _terms(slug)
        ).items():
            sums[bucket] = sums.get(bucket, 0) + amount
        gross = sum(amount for bucket, amount in sums.items() if bucket != "free")
        open_, late = open_ + gross, late + gross - sums["not due"]
        limits = file.tables["limits"].to_pandas()
        own = limits[(limits["scope"] == "customer") & (limits["source"] == "internal")]
        in_force = own.sort_values("valid_from").groupby("scope_id")["amount_minor"].last()
        last = expected(slug, -1)
        over += sum(last.get(str(code), 0) > amount for code, amount in in_force.items())
        documents = file.tables["documents"].to_pandas()
        recent = documents[pd.to_datetime(documents["issued_on"]) > "2025-10-31"]
        sales += int(
            recent.loc[recent["kind"].isin(["invoice", "credit_note"]), "amount_minor"].sum()
        )
    assert 0.75 <= 1 - late / open_ <= 0.90
    assert 15 <= over <= 30
    net = sum(sum(expected(slug, -1).values()) for slug in COMPANIES)
    assert 40 <= net / sales * 365 <= 62


def _terms(slug: str) -> dict[str, str]:
    return {code: drawn["terms"] for code, drawn in COMPANIES[slug]["customers"].items()}


def test_credit_decisions_cover_every_case() -> None:
    limits = pd.concat(
        [parsed(f"{slug}_modele.xlsx").tables["limits"].to_pandas() for slug in COMPANIES]
    )
    own = limits[(limits["scope"] == "customer") & (limits["source"] == "internal")]
    assert (own["amount_minor"] == 0).any()
    assert own["scope_id"].duplicated().any()
    insured = limits[limits["source"] == "insurer"]
    assert insured["is_refused"].eq(True).any()
    assert (insured["cover_ratio"] == 0.9).any()
    unlimited = (
        sum(len(company["customers"]) for company in COMPANIES.values()) - own["scope_id"].nunique()
    )
    assert unlimited >= 5
    kinds: set[str] = set()
    for slug in COMPANIES:
        kinds |= set(parsed(f"{slug}_modele.xlsx").tables["commitments"]["kind"].to_pylist())
        actions = set(parsed(f"{slug}_modele.xlsx").tables["actions"]["kind"].to_pylist())
        assert actions == {"promise", "reminder"}
    assert kinds == {"order", "delivery", "bill"}


def test_fec_entries_balance_and_letters_restart_per_customer() -> None:
    for slug in COMPANIES:
        legacy = slug == "armor"
        text = (SAMPLES / fec_name(slug)).read_bytes().decode("cp1252" if legacy else "utf-8")
        lines = pd.read_csv(
            io.StringIO(text), sep="|" if legacy else "\t", dtype=str, keep_default_na=False
        )
        amount = lines["Debit"].str.replace(",", "").astype(int) - lines["Credit"].str.replace(
            ",", ""
        ).astype(int)
        assert (amount.groupby(lines["EcritureNum"]).sum() == 0).all()
        lettered = lines[lines["EcritureLet"] != ""]
        assert (lettered["EcritureLet"] == "AA").groupby(lettered["CompAuxNum"]).any().mean() > 0.8
        whole = lettered[lettered["EcritureLet"].str.isupper()]
        groups = amount[whole.index].groupby([whole["CompAuxNum"], whole["EcritureLet"]]).sum()
        assert (groups == 0).all()


# -- the generator


def test_the_same_seed_gives_the_committed_files() -> None:
    made = files()
    assert set(made) == {path.name for path in SAMPLES.iterdir()}
    for name, content in made.items():
        committed = (SAMPLES / name).read_bytes()
        if name.endswith(".xlsx"):
            assert cells(content) == cells(committed), name
        else:
            assert hashlib.sha256(content).digest() == hashlib.sha256(committed).digest(), name


def cells(content: bytes) -> dict[str, list[list[object]]]:
    """Return every cell of a workbook but those of its guide, whatever the compression."""
    sheets = Source(FileInput("x.xlsx", content)).sheets
    return {
        sheet.name: [list(row) for row in sheet.rows]
        for sheet in sheets
        if sheet.name != GUIDE_TITLE
    }


def test_another_seed_gives_another_book() -> None:
    assert files(7)["estuaire_liste.csv"] != (SAMPLES / "estuaire_liste.csv").read_bytes()
