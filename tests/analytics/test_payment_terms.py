"""The tables of D.441-6: a book worked by hand, and the sample company recounted row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from arlib.law.payment_report import REPORTS
from arlib.model.files import FileInput, ImportOptions
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.views import payment_terms
from arlib.workspace import Workspace
from tests.support.books import BY, Alloc, Book, Doc, load

if TYPE_CHECKING:
    from arlib.model.files import ParsedFile
    from arlib.views.payment_terms import Table, TermsBlock

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples" / "armor_modele.xlsx"
D = date(2025, 12, 31)
POLICY = Policy()


def block_of(workspace: Workspace, on: date = D, **choices: Any) -> TermsBlock:
    return payment_terms.build(workspace.portfolio(on), POLICY, **choices).blocks[0]


def cells(table: Table) -> dict[str, tuple[int, int]]:
    rows = table.bands.to_dict("records")
    return {row["band"]: (row["count_invoices"], row["amount_minor"]) for row in rows}


def opened(book: Book) -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, book)
    return workspace


def late_by(number: str, days: int, amount: int = 12_000, **more: Any) -> Doc:
    """Return an invoice of 20 % VAT due that many days before the closing."""
    due = D - timedelta(days=days)
    return Doc("C1", number, due - timedelta(days=30), amount, due_on=due, tax=amount // 6, **more)


def test_edges_of_the_bands_parts_paid_disputes_and_what_is_not_recorded() -> None:
    docs = [late_by(f"F{days}", days) for days in (0, 1, 30, 31, 60, 61, 90, 91)]
    docs += [
        late_by("PART", 10, 24_000),
        late_by("LITIGE", 40),
        late_by("APRES", 50, posted_on=D + timedelta(days=9)),
        Doc("C1", "R1", D - timedelta(days=5), -6_000, "payment"),
        Doc("C1", "A1", date(2025, 2, 3), -1_200, "credit_note", tax=-200),
        Doc("C1", "AVANT", date(2024, 6, 3), 60_000, due_on=date(2024, 7, 3), tax=10_000),
        Doc("C1", "R2", date(2024, 8, 1), -60_000, "payment"),
        Doc("C1", "PAYE", date(2025, 3, 1), 36_000, due_on=date(2025, 3, 31), tax=6_000),
        Doc("C1", "R3", date(2025, 5, 30), -36_000, "payment"),
        Doc("C1", "A L’HEURE", date(2025, 3, 1), 48_000, due_on=date(2025, 3, 31), tax=8_000),
        Doc("C1", "R4", date(2025, 3, 31), -48_000, "payment"),
    ]
    allocs = [
        Alloc("R1", "PART", 6_000),
        Alloc("R2", "AVANT", 60_000),
        Alloc("R3", "PAYE", 36_000),
        Alloc("R4", "A L’HEURE", 48_000),
    ]
    disputes: list[dict[str, object]] = [{"number": "LITIGE", "opened_on": date(2025, 12, 1)}]
    workspace = opened(Book(docs, allocs, disputes=disputes, covers=(date(2024, 1, 1), D)))
    found = block_of(workspace)
    unpaid, late = found.tables
    assert unpaid.is_excl
    assert cells(unpaid) == {
        "0": (1, 10_000),
        "1-30": (3, 35_000),  # two whole ones and 18,000 of 24,000, without VAT
        "31-60": (2, 20_000),
        "61-90": (2, 20_000),
        "91+": (1, 10_000),
    }
    assert (unpaid.count, unpaid.amount_minor) == (8, 85_000)
    left = unpaid.left_out.set_index("excluded")
    assert list(left.loc["disputed"]) == [1, 10_000]
    assert list(left.loc["unrecorded"]) == [1, 10_000]
    # what was invoiced in 2025 without VAT: 11 × 10,000 - 10,000 (PART is 20,000) and so on
    billed = 8 * 10_000 + 20_000 + 2 * 10_000 + 30_000 + 40_000
    assert (unpaid.of_minor, late.of_minor) == (billed - 1_000, billed)
    assert unpaid.ratio == pytest.approx(85_000 / (billed - 1_000))
    assert unpaid.bands["cumulated_ratio"].iloc[-1] == pytest.approx(unpaid.ratio)
    # II: the whole invoices, and the one paid 60 days late; not that of 2024 nor the one on time
    assert cells(late) == {
        "1-30": (3, 40_000),
        "31-60": (3, 50_000),
        "61-90": (2, 20_000),
        "91+": (1, 10_000),
    }
    assert late.of_count == 13
    assert late.count_ratio == pytest.approx(9 / 13)
    kept = block_of(workspace, with_disputed=True).tables[0]
    assert (kept.count, kept.amount_minor) == (9, 95_000)
    incl = block_of(workspace, amounts="incl").tables[0]
    assert (incl.is_excl, incl.amount_minor) == (False, 7 * 12_000 + 18_000)


def test_without_vat_amounts_are_said_to_hold_it_and_openings_are_counted() -> None:
    docs = [
        late_by("F1", 5),
        Doc("C1", "AN", date(2025, 1, 1), 7_000, "opening", date(2025, 1, 31)),
    ]
    unpaid = block_of(opened(Book(docs))).tables[0]
    assert (unpaid.is_excl, unpaid.amounts_reason, unpaid.count_without_tax) == (False, "no_tax", 1)
    assert cells(unpaid)["1-30"] == (1, 12_000)
    assert cells(unpaid)["91+"] == (1, 7_000)
    assert unpaid.count_openings == 1


def test_instalments_count_once_as_late_as_the_oldest_part() -> None:
    due = (D - timedelta(days=70), D - timedelta(days=5), D + timedelta(days=20))
    docs = [
        Doc("C1", "F1", D - timedelta(days=90), 6_000, due_on=on, instalment=place, tax=1_000)
        for place, on in enumerate(due, 1)
    ]
    unpaid, late = block_of(opened(Book(docs))).tables
    assert cells(unpaid)["61-90"] == (1, 10_000)
    assert cells(unpaid)["0"] == (1, 5_000)
    assert (unpaid.count, late.count) == (1, 1)
    assert cells(late)["61-90"] == (1, 15_000)


def test_levels_without_lettering_and_dates_that_are_no_year() -> None:
    docs = [late_by("F1", 5)]
    found = block_of(opened(Book(docs, level="E")))
    assert (found.unavailable, found.tables) == ("not_at_this_level", ())
    with pytest.raises(UserError, match="terms_period"):
        block_of(opened(Book(docs)), from_on=D + timedelta(days=1))
    assert payment_terms.build(Workspace.open(None).portfolio(D), POLICY).blocks == ()


def test_both_readings_of_45_days_end_of_month_and_the_excess() -> None:
    docs = [
        Doc("C1", "NET", date(2025, 1, 15), 100, due_on=date(2025, 3, 16)),
        Doc("C1", "A", date(2025, 1, 15), 200, due_on=date(2025, 3, 31)),
        Doc("C1", "B", date(2025, 1, 10), 400, due_on=date(2025, 3, 17)),
        Doc("C1", "HORS", date(2025, 1, 10), 800, due_on=date(2025, 3, 20)),
        Doc("C2", "RÉGIME", date(2025, 1, 10), 1_600, due_on=date(2025, 2, 20)),
        Doc("C3", "OBSCUR", date(2025, 1, 10), 3_200, due_on=date(2025, 2, 20)),
        Doc("C1", "DÉFAUT", date(2025, 1, 10), 6_400),
    ]
    customers: list[dict[str, object]] = [
        {"customer_id": "C2", "payment_regime": "Produits périssables"},
        {"customer_id": "C3", "payment_regime": "clair de lune"},
    ]
    found = block_of(opened(Book(docs, customers=customers, covers=(date(2025, 1, 1), D))))
    sums = found.verdicts.set_index("verdict")["amount_minor"].to_dict()
    assert sums == {
        "within": 100,
        "terms_clause": 600,
        "terms_illegal": 2_400,
        "default": 6_400,
        "unknown": 3_200,
    }
    rows = {row["number"]: row for row in found.beyond.to_dict("records")}
    assert list(rows) == ["RÉGIME", "HORS", "A", "B"]
    assert {name: row["legal_days"] for name, row in rows.items()} == {
        "RÉGIME": 11,
        "HORS": 3,
        "A": 15,
        "B": 6,
    }
    days = ("net_days", "month_end_a_days", "month_end_b_days")
    assert [rows["A"][name] for name in days] == [15, 0, 14]
    assert [rows["B"][name] for name in days] == [6, 17, 0]


def test_agreed_and_late_make_the_real_terms() -> None:
    docs = [
        Doc("C1", "F1", date(2025, 1, 1), 1_000, due_on=date(2025, 1, 31)),
        Doc("C1", "F2", date(2025, 1, 1), 3_000, due_on=date(2025, 3, 2)),
        Doc("C1", "R1", date(2025, 2, 10), -4_000, "payment"),
    ]
    book = Book(docs, [Alloc("R1", "F1", 1_000), Alloc("R1", "F2", 3_000)])
    found = block_of(opened(book), on=date(2025, 3, 31))
    row = found.customers.iloc[0]
    assert row["agreed_days"] == pytest.approx((30 + 3 * 60) / 4)
    assert row["real_days"] == pytest.approx(40)
    assert row["late_days"] == pytest.approx(row["real_days"] - row["agreed_days"])
    assert found.real_days == pytest.approx(40)


def test_the_law_says_the_bands_with_a_date_and_a_source() -> None:
    assert REPORTS[-1].bands == ("0", "1-30", "31-60", "61-90", "91+")
    assert REPORTS[-1].valid_from == date(2021, 2, 27)
    assert "D.441-6" in REPORTS[-1].source


# -- the sample company, recounted from the rows of its file -----------------------------------


@pytest.fixture(scope="module")
def sample() -> tuple[Workspace, ParsedFile]:
    workspace = Workspace.open(None)
    options = ImportOptions()
    files = workspace.read([FileInput(SAMPLE.name, SAMPLE.read_bytes())], options)
    workspace.load(files, options, BY)
    return workspace, files[0]


def band_of(days: int) -> str:
    for most, name in ((0, "0"), (30, "1-30"), (60, "31-60"), (90, "61-90")):
        if days <= most:
            return name
    return "91+"


def without_tax(part: tuple[dict[str, Any], int]) -> int:
    """Return what is open of a document without its VAT, half away from zero."""
    row, rest = part
    whole = row["amount_minor"] - row["tax_minor"]
    return int((2 * rest * whole + row["amount_minor"]) // (2 * row["amount_minor"]))


def recounted(parsed: ParsedFile, on: date, start: date) -> dict[str, Any]:  # noqa: C901 - plain on purpose
    """Return both tables of the rows of a file: no store, no SQL, no pandas."""
    tables = {name: table.to_pylist() for name, table in parsed.tables.items()}
    docs = {row["document_id"]: row for row in tables["documents"]}
    disputed = {
        docs[row["document_id"]]["invoice_id"]: row
        for row in tables["disputes"]
        if row["document_id"] in docs and row["opened_on"] <= on
    }
    paid: dict[str, int] = defaultdict(int)
    cash: dict[str, date] = {}
    for row in tables["allocations"]:
        debit, credit = docs[row["debit_document_id"]], docs[row["credit_document_id"]]
        day = max(row["allocated_on"] or date.min, debit["issued_on"], credit["issued_on"])
        if day > on:
            continue
        paid[debit["document_id"]] += row["amount_minor"]
        if credit["kind"] in {"payment", "deposit"} and row["amount_minor"] > 0:
            last = cash.get(debit["document_id"], date.min)
            cash[debit["document_id"]] = max(last, credit["issued_on"])
    invoices: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in docs.values():
        if row["kind"] == "invoice" and row["issued_on"] <= on and row["amount_minor"] > 0:
            invoices[row["invoice_id"]].append(row)
    unpaid, late = Counter[str](), Counter[str]()

    def add(counter: Counter[str], name: str, amount: int) -> None:
        counter[f"{name}#"] += 1
        counter[name] += amount

    for identity, rows in invoices.items():
        dispute = disputed.get(identity)
        whole = sum(row["amount_minor"] - row["tax_minor"] for row in rows)
        rests = [(row, row["amount_minor"] - paid[row["document_id"]]) for row in rows]
        parts = [(row, rest) for row, rest in rests if rest > 0]
        is_open = dispute is not None and (dispute["closed_on"] or date.max) > on
        due = [(row, rest) for row, rest in parts if row["due_on"] < on]
        if due:
            band = band_of(max((on - row["due_on"]).days for row, _rest in due))
            name = f"disputed{band}" if is_open else band
            add(unpaid, name, sum(map(without_tax, due)))
            add(late, name, whole)
        ahead = [pair for pair in parts if pair not in due]
        if ahead and not is_open:
            add(unpaid, "0", sum(map(without_tax, ahead)))
        days = [cash[row["document_id"]] for row in rows if row["document_id"] in cash]
        if not parts and days and start < max(days) <= on:
            delay = (max(days) - max(row["due_on"] for row in rows)).days
            if delay > 0:
                add(late, ("" if dispute is None else "disputed") + band_of(delay), whole)
    issued = [r for r in docs.values() if start < r["issued_on"] <= on]
    return {
        "unpaid": unpaid,
        "late": late,
        "sales": sum(
            r["amount_minor"] - r["tax_minor"]
            for r in issued
            if r["kind"] in {"invoice", "credit_note"}
        ),
        "count": len({r["invoice_id"] for r in issued if r["kind"] == "invoice"}),
    }


@pytest.mark.parametrize("on", [date(2026, 10, 31), date(2026, 3, 31), date(2025, 8, 14)])
def test_the_bands_of_the_sample_are_those_of_a_plain_recount(
    sample: tuple[Workspace, ParsedFile], on: date
) -> None:
    workspace, parsed = sample
    start = date(on.year - 1, on.month, on.day)
    expected = recounted(parsed, on, start)
    found = block_of(workspace, on=on)
    for table in found.tables:
        counted = expected[table.code]
        assert table.is_excl
        assert {name: pair for name, pair in cells(table).items() if pair != (0, 0)} == {
            band: (counted[f"{band}#"], counted[band])
            for band in REPORTS[-1].bands
            if counted[f"{band}#"] and (table.code == "unpaid" or band != "0")
        }, table.code
        bands = REPORTS[-1].bands
        left = table.left_out.set_index("excluded").loc["disputed"]
        assert left["count_invoices"] == sum(counted[f"disputed{band}#"] for band in bands)
        assert left["amount_minor"] == sum(counted[f"disputed{band}"] for band in bands)
        assert table.count > 5
    assert found.tables[0].of_minor == expected["sales"]
    assert found.tables[1].of_count == expected["count"]


def test_unpaid_invoices_tie_with_the_aged_balance(sample: tuple[Workspace, ParsedFile]) -> None:
    workspace, _parsed = sample
    on = date(2026, 10, 31)
    items = workspace.portfolio(on).items()
    late = items.loc[(items["kind"] == "invoice") & (items["days_late"] > 0)]
    unpaid = block_of(workspace, on=on, amounts="incl", with_disputed=True).tables[0]
    assert unpaid.amount_minor == int(late["open_minor"].sum())
    assert unpaid.count == late["invoice_id"].nunique()
    view = payment_terms.build(workspace.portfolio(on), POLICY)
    rows = payment_terms.invoices(workspace.portfolio(on), POLICY, from_on=view.from_on)
    assert int(rows.loc[rows["state"] == "unpaid", "open_minor"].sum()) == unpaid.amount_minor
    assert rows["number"].notna().all()
