"""``penalties`` on the worked set of definitions §24.6."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import Runner, fill
from tests.support.books import Book, Doc
from tests.support.worked import worked_book

if TYPE_CHECKING:
    from pathlib import Path

AT = ("--as-of", "2025-06-30", "penalties")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("penalties") / "book.duckdb"
    fill(path, worked_book())
    return path


@pytest.fixture
def worked(database: Path, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(database, capsys)


def test_the_totals(worked: Runner) -> None:
    found = worked.json(*AT)
    (block,) = found["blocks"]
    assert (block["interest"], block["indemnity"], block["count_invoices"]) == (
        "471.03",
        "280.00",
        7,
    )
    assert (block["disputed_interest"], block["count_claimable"]) == ("194.55", 7)
    # by half-year nothing is rounded before the sum
    assert block["half_years"] == [{"half_year": "2025-S1", "interest": "471.02"}]
    assert block["customers"][0]["customer_id"] == "C002"
    assert found["is_simulation"] is True
    assert found["contract_ratio_reason"] == "not_filled"
    assert "invoices" not in found


def test_one_customer_has_his_reckoning(worked: Runner) -> None:
    found = worked.json(*AT, "--customer", "C002")
    (block,) = found["blocks"]
    assert [row["customer_id"] for row in block["customers"]] == ["C002"]
    rows = {row["number"]: row for row in found["invoices"]}
    assert {number: row["interest"] for number, row in rows.items()} == {
        "F006": "191.31",
        "F007": "197.14",
        "F008": "25.08",
    }
    steps = rows["F006"]["reckoning"]
    assert [(step["base"], step["days"], step["rate_ratio"]) for step in steps] == [
        ("4800.00", 45, 0.1315),
        ("3000.00", 105, 0.1315),
    ]
    assert rows["F006"]["settled_on_reason"] == "still_open"
    assert rows["F008"]["settled_on"] == "2025-06-20"


def test_every_invoice(worked: Runner) -> None:
    found = worked.json(*AT, "--invoices")
    apart = next(row for row in found["invoices"] if row["number"] == "F009")
    assert (apart["standing"], apart["interest"], apart["disputed_interest"]) == (
        "disputed",
        "0.00",
        "194.55",
    )
    assert len(found["invoices"]) == 8


def test_a_rate_to_type(run: Runner, tmp_path: Path) -> None:
    run.load(Book([Doc("C1", "F1", date(2027, 1, 1), 100_000, due_on=date(2027, 1, 31))]))
    at = ("--as-of", "2027-06-30", "penalties")
    found = run.json(*at)
    assert found["missing_half_years"] == ["2027-S1"]
    assert (found["blocks"][0]["interest"], found["blocks"][0]["interest_reason"]) == (
        None,
        "no_rate",
    )
    assert "S1 2027" in run.text(*at)[0]
    policy = tmp_path / "policy.toml"
    policy.write_text("late_ecb_ratios = { 2027-S1 = 0.0265 }\n", encoding="utf-8")
    typed = run.json("--policy", str(policy), *at)
    assert typed["blocks"][0]["interest"] == "51.99"  # 1 000 x 150 x 12.65 % / 365
    assert typed["rates"][-1]["is_typed"] is True


def test_in_words(worked: Runner) -> None:
    said = worked.text(*AT)[0].replace("\u00a0", " ").replace("\u202f", " ")
    assert "471,03 €" in said
    assert "Une simulation" in said
    one = worked.text(*AT, "--customer", "C002")[0].replace("\u00a0", " ").replace("\u202f", " ")
    assert "4 800,00 € × 45 j × 13,15 % / 365 + 3 000,00 € × 105 j × 13,15 % / 365" in one


def test_an_unknown_customer_is_refused(worked: Runner) -> None:
    assert "customer_not_found" in worked.text(*AT, "--customer", "NOBODY", "--json", status=1)[0]
