"""Fiscal years of one ledger as several FECs: the same book as one file, whatever the order."""

from __future__ import annotations

import itertools
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arlib.ingest import read_here
from arlib.model.files import FileInput, ImportOptions
from arlib.workspace import Workspace
from tests.support.books import BY
from tests.support.fec_years import Fec, lettered_balances, only, part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arlib.model.files import ParsedFile

SAMPLE = Path(__file__).resolve().parents[2] / "data/samples/222222226FEC20261031.txt"
YEARS = [(f"{year}0101", f"{year}1231") for year in (2023, 2024, 2025, 2026)]
DAYS = (
    date(2024, 3, 31), date(2024, 12, 30), date(2024, 12, 31), date(2025, 1, 1), date(2025, 7, 14),
    date(2025, 12, 31), date(2026, 1, 1), date(2026, 10, 31),
)  # fmt: skip
OPTIONS = ImportOptions(company_id="222222226")
INTERVALS = """
    SELECT c.customer_id, l.number, b.kind, b.issued_on, b.due_on, b.from_on, b.to_on, b.open_minor
    FROM document_balances AS b
    JOIN documents AS d ON d.document_key = b.document_key
    JOIN customers AS c ON c.customer_key = b.customer_key
    JOIN batches AS t ON t.batch_key = d.batch_key
    LEFT JOIN layer_documents AS l ON l.document_key = b.document_key AND l.batch_id = t.batch_id
"""
TOTALS = """
    SELECT c.customer_id, x.day, SUM(x.delta_minor) FROM exposure_deltas AS x
    JOIN customers AS c ON c.customer_key = x.customer_key GROUP BY 1, 2 HAVING SUM(x.delta_minor) <> 0
"""


@cache
def whole() -> Fec:
    return Fec.read(SAMPLE.read_bytes().decode("cp1252"), "|")


@cache
def small() -> Fec:
    """A dozen customers: good and bad payers, bounces, instalments, payments for others."""
    return only(whole(), {f"K{i:04d}" for i in (1, 2, 5, 8, 13, 21, 31, 32, 35, 40)})


@cache
def read(text: str) -> ParsedFile:
    (parsed,) = read_here([FileInput("fec.txt", text.encode())], OPTIONS)
    return parsed


def load(workspace: Workspace, text: str) -> str:
    parsed = read(text)
    result = workspace.load([parsed], OPTIONS, BY)[0]
    assert result.status == "imported", parsed.refusal or parsed.doubt
    return str(result.batch_id)


def opened(texts: Iterable[str]) -> Workspace:
    workspace = Workspace.open(None)
    for text in texts:
        load(workspace, text)
    return workspace


def rows(workspace: Workspace, sql: str) -> list[tuple[object, ...]]:
    with workspace._database.cursor() as cursor:
        found: list[tuple[object, ...]] = sorted(cursor.execute(sql).fetchall(), key=str)
    return found


def ties(workspace: Workspace, days: Iterable[date] = DAYS) -> list[int]:
    answers = []
    for day in days:
        frame = workspace.portfolio(day).tie_out()
        # the day before the first year: its opening lines are posted the day after
        left = frame["difference_minor"] - frame["posted_elsewhere_minor"]
        assert ((frame["difference_minor"] == 0) | (left == 0)).all(), (
            day,
            frame.to_dict("records"),
        )
        answers.append(int(frame["ledger_minor"].sum()))
    return answers


@cache
def reference() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], list[int]]:
    workspace = opened([small().text()])
    return rows(workspace, INTERVALS), rows(workspace, TOTALS), ties(workspace)


@pytest.mark.parametrize("as_final", [False, True], ids=["letters of the day", "letters of today"])
def test_years_with_detailed_openings_are_the_whole_file(*, as_final: bool) -> None:
    texts = [part(small(), *year, style="detail", as_final=as_final) for year in YEARS]
    workspace = opened(texts)
    intervals, totals, sums = reference()
    assert rows(workspace, INTERVALS) == intervals
    assert rows(workspace, TOTALS) == totals
    assert ties(workspace) == sums
    pairs = workspace.portfolio(DAYS[-1]).pairings()
    assert len(pairs) > 60
    assert set(pairs["how"]) == {"number_date"}
    assert (pairs["opening_number"] == pairs["paired_number"]).all()


@cache
def last_three() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Return the rows of 2024, 2025 and 2026 loaded in their order."""
    workspace = opened([part(small(), *year, style="detail") for year in YEARS[1:]])
    return rows(workspace, INTERVALS), rows(workspace, TOTALS)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_any_order_and_every_step_is_a_book(order: tuple[int, ...]) -> None:
    """2024, 2025 and 2026: at each step what is loaded ties out, and the end is always the same."""
    texts = [part(small(), *year, style="detail") for year in YEARS[1:]]
    workspace = Workspace.open(None)
    for place in order:
        load(workspace, texts[place])
        has_gap = len(workspace.portfolio().batches()) == 2 and place != 1 and order[2] == 1
        if not has_gap:
            last = workspace.info().last_date
            assert last is not None
            first = workspace.info().first_as_of
            assert first is not None
            ties(workspace, [day for day in (*DAYS, last) if day >= first])
    assert (rows(workspace, INTERVALS), rows(workspace, TOTALS)) == last_three()


def test_a_year_missing_in_between_pairs_nothing_until_it_comes() -> None:
    texts = [part(small(), *year, style="detail") for year in YEARS[1:]]
    workspace = opened([texts[0], texts[2]])
    assert len(workspace.portfolio().pairings()) == 0
    years = workspace.portfolio().ledger_years()
    assert years["starts_on"].notna().tolist() == [False, True]
    assert years["previous_batch_ids"].isna().all()
    alone = opened([texts[2]]).portfolio(DAYS[-1]).tie_out()
    # what the ledger says is the last year's word, whatever older lines stand open beside it
    tie = workspace.portfolio(DAYS[-1]).tie_out()
    assert tie["ledger_minor"].tolist() == alone["ledger_minor"].tolist()
    batch = load(workspace, texts[1])
    assert len(workspace.portfolio().pairings()) > 60
    ties(workspace, DAYS[2:])
    workspace.undo(batch, BY)
    assert len(workspace.portfolio().pairings()) == 0


@pytest.mark.parametrize("away", [0, 1, 2])
def test_a_year_undone_and_brought_back(away: int) -> None:
    texts = [part(small(), *year, style="detail") for year in YEARS[1:]]
    workspace = Workspace.open(None)
    batches = [load(workspace, text) for text in texts]
    before = rows(workspace, INTERVALS)
    workspace.undo(batches[away], BY)
    without = opened([text for place, text in enumerate(texts) if place != away])
    for table in ("documents", "allocations", "document_balances", "opening_pairings"):
        assert rows(workspace, f"SELECT * FROM {table}") == rows(without, f"SELECT * FROM {table}")
    load(workspace, texts[away])
    assert rows(workspace, INTERVALS) == before


def test_cumulative_files_month_by_month() -> None:
    """Each month the file of the year so far: the one before is superseded, openings stay paired."""
    first = part(small(), *YEARS[1], style="detail")
    months = ["20250131", "20250228", "20250331", "20250430"]
    texts = [part(small(), "20250101", last, style="detail") for last in months]
    for order in (texts, texts[::-1]):
        workspace = opened([order[0], first, *order[1:]])
        states = workspace.portfolio().batches()["state"].tolist()
        assert states.count("live") == 2
        whole_text = part(small(), "20240101", "20250430", style="detail")
        alone = opened([whole_text])
        assert rows(workspace, INTERVALS) == rows(alone, INTERVALS)
        ties(workspace, [date(2024, 12, 31), date(2025, 1, 1), date(2025, 4, 30)])


def test_years_with_single_balances() -> None:
    """The same totals of each customer at every date; a balance lettered in full closes its lines."""
    texts = [part(small(), *YEARS[0], style="none")]
    settled: list[set[str]] = []
    for year in YEARS[1:]:
        text, changed = lettered_balances(part(small(), *year, style="balance"), "|")
        texts.append(text)
        settled.append(changed)
    assert min(len(changed) for changed in settled) > 2
    _, totals, sums = reference()
    for order in (texts, texts[::-1]):
        workspace = opened(order)
        assert rows(workspace, TOTALS) == totals
        assert ties(workspace) == sums
        pairs = workspace.portfolio(DAYS[-1]).pairings()
        assert pairs["how"].notna().all()
        assert (pairs["how"] == "balance").sum() > 15
        for customer in settled[-1]:
            items = workspace.portfolio(DAYS[-1]).items(customer_id=customer)
            assert (items["issued_on"].dt.year == 2026).all(), customer
        rules = rows(
            workspace,
            "SELECT DISTINCT rule, confidence FROM allocations WHERE rule = 'fifo'",
        )
        assert rules == [("fifo", 0.3)]


def test_files_that_overlap_in_part_count_each_document_once() -> None:
    texts = [
        part(small(), "20250101", "20250731", style="none"),
        part(small(), "20250601", "20251231", style="none"),
    ]
    alone = opened([part(small(), "20250101", "20251231", style="none")])
    for order in (texts, texts[::-1]):
        workspace = opened(order)
        assert workspace.portfolio().batches()["state"].tolist() == ["live", "live"]
        assert rows(workspace, TOTALS) == rows(alone, TOTALS)
        count = "SELECT COUNT(*), SUM(amount_minor) FROM documents"
        assert rows(workspace, count) == rows(alone, count)
        ties(workspace, [date(2025, 6, 15), date(2025, 7, 31), date(2025, 12, 31)])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["111111118FEC20261031.txt", "222222226FEC20261031.txt"])
def test_sample_companies_by_year(name: str) -> None:
    is_first = name.startswith("1")
    raw = SAMPLE.with_name(name).read_bytes().decode("utf-8" if is_first else "cp1252")
    fec = Fec.read(raw, "\t" if is_first else "|")
    alone = opened([fec.text()])
    texts = [part(fec, *year, style="detail") for year in YEARS]
    for order in (texts, texts[::-1]):
        workspace = opened(order)
        assert rows(workspace, INTERVALS) == rows(alone, INTERVALS)
        assert ties(workspace) == ties(alone)
