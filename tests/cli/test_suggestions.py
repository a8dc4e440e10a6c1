"""Suggested limits and the simulator from the command line."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from arlib.cli.main import main
from arlib.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Runner


def test_suggestions_with_their_arithmetic(worked: Runner) -> None:
    found = worked.json("suggest")
    assert found["as_of"]
    assert found["currency"] == "EUR"
    assert sum(row["count"] for row in found["totals"]) == len(found["customers"]) == 4
    assert "suggestion_starter_minor" in found["not_set"]
    for row in found["customers"]:
        assert {"company_id", "customer_id", "advice", "binding"} <= row.keys()
        if row["suggested"] is None:
            assert row["suggested_reason"]
        else:
            assert Decimal(row["suggested"]) % 500 == 0
    only = worked.json("suggest", "--advice", "none")
    assert {row["advice"] for row in only["customers"]} <= {"none"}
    out, _err = worked.text("suggest")
    assert "Limites proposées" in out
    assert "pas un résultat mesuré" in out
    workspace = Workspace.open(worked.database)
    try:
        assert len(workspace.limit_history()) == 3  # those of the file: nothing was written
    finally:
        workspace.close()


def test_rules_beside_the_limits_in_force(worked: Runner) -> None:
    found = worked.json("simulate", "--rule", "common=10000", "--rule", "multiple=2", "--customers")
    assert found["book_from"] == "2024-12-05"
    assert found["from"] == "2025-04-01"
    assert [item["rule"] for item in found["rules"]] == ["common", "multiple", "in_force"]
    common = found["rules"][0]
    assert common["amount"] == "10000.00"
    sold = sum(Decimal(row["sold"]) for row in common["customers"])
    assert sold == sum(Decimal(month["sold"]) for month in common["months"])
    c003 = next(row for row in common["customers"] if row["customer_id"] == "C003")
    # 18 000 on 31 March, before the first day: over ever since, 27 000 at the end
    assert (c003["count_overruns"], c003["days_over"]) == (1, 99)
    assert c003["peak"] == "17000.00"
    out, _err = worked.text("simulate", "--rule", "sales_days=60")
    assert "60" in out
    assert "Limites en vigueur" in out


@pytest.mark.parametrize(
    "rule", ["common", "common=beaucoup", "sales_days=x", "other=1", "category="]
)
def test_a_rule_that_says_nothing_is_refused(
    worked: Runner, rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["--db", str(worked.database), "simulate", "--rule", rule]) == 1
    assert "ne dit rien à simuler" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["risk", "suggest", "alerts", "simulate"])
def test_an_empty_book_at_a_date_is_no_crash(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    book = ["--db", str(tmp_path / "empty.duckdb"), "--as-of", "2025-06-30"]
    is_refused = command == "simulate"
    assert main([*book, command, "--json"]) == int(is_refused)
    found = capsys.readouterr()
    if is_refused:
        assert "est vide" in found.err
    else:
        assert json.loads(found.out)["as_of"] == "2025-06-30"
