"""``grid``, ``sales`` and ``alerts`` on the worked set, imported from a file."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arlib.cli.main import main
from arlib.model.grid_settings import ALERT_RULES
from tests.scenarios import worked_set

if TYPE_CHECKING:
    from tests.cli.conftest import Runner

POLICY = """
[segments]
segmentation_method = "rules"
[grid]
grid_ceiling_minor = { reliable = { EUR = 1500000 }, high_risk = { EUR = 500000 } }
grid_terms = { high_risk = "30 jours", insufficient_history = "comptant" }
grid_action = { high_risk = "Voir la direction" }
[alerts]
alert_rules = { near = false }
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    file = folder / "worked.xlsx"
    file.write_bytes(worked_set.template_bytes())
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    assert main(["--db", str(folder / "book.duckdb"), "import", str(file)]) == 0
    return folder / "book.duckdb"


@pytest.fixture
def worked(run: Runner, imported: Path) -> Runner:
    run.database = imported  # these tests only read
    return run


@pytest.fixture
def options(imported: Path) -> tuple[str, ...]:
    return ("--as-of", "2025-06-30", "--policy", str(imported.parent / "policy.toml"))


def test_the_grid_and_its_exceptions(worked: Runner, options: tuple[str, ...]) -> None:
    document = worked.json("grid", *options)
    by_class = {row["segment"]: row for row in document["grid"]}
    assert by_class["reliable"]["ceiling"] == {"EUR": "15000.00"}
    assert (by_class["watch"]["ceiling"], by_class["watch"]["ceiling_reason"]) == (
        None,
        "not_fixed",
    )
    above = {r["customer_id"]: r for r in document["exceptions"] if r["rule"] == "limit_above"}
    assert {code: Decimal(row["excess"]) for code, row in above.items()} == {
        "C001": 5_000,
        "C002": 5_000,
        "C003": 10_000,
    }
    clause = next(row for row in document["exceptions"] if row["rule"] == "terms_clause")
    assert (clause["customer_id"], clause["net_days"], clause["reading"]) == (
        "C003",
        1,
        "month_end_a",
    )
    assert document["counts"]["terms_above"] == 2
    assert document["amounts"]["limit_above"] == {"EUR": "46900.00"}
    assert "C003" in worked.text("grid", *options)[0]


def test_headroom_and_lights(worked: Runner, options: tuple[str, ...]) -> None:
    document = worked.json("sales", *options)
    found = {row["customer_id"]: row for row in document["customers"]}
    assert {code: (row["light"], row["headroom"]) for code, row in found.items()} == {
        "C001": ("green", "8600.00"),
        "C002": ("red", "1500.00"),
        "C003": ("red", "-16800.00"),
        "C004": ("orange", None),
    }
    assert found["C004"]["headroom_reason"] == "no_limit"
    assert found["C003"]["orders"] == "4800.00"
    assert found["C002"]["action"] == "Voir la direction"
    assert found["C001"]["action_reason"] == "not_fixed"
    assert document["new_customer"]["terms"] == "comptant"
    assert [row["customer_id"] for row in worked.json("sales", *options, "--search", "gamma")[
        "customers"]] == ["C003"]  # fmt: skip
    assert "Limite dépassée depuis le 31/03/2025" in worked.text("sales", *options)[0]
    assert (document["count_disputes"], document["count_disputes_elsewhere"]) == (0, 1)  # F009


def test_the_disputes_that_wait_for_sales(
    worked: Runner, options: tuple[str, ...], tmp_path: Path
) -> None:
    worked.database = Path(shutil.copy(str(worked.database), tmp_path))
    said = ("--customer", "C001", "--code", "PRIX", "--amount", "100", "--target", "2025-06-29")
    worked.json("disputes", "add", *said, "--invoice", "F004", "--opened", "2025-06-01")
    document = worked.json("sales", *options)
    found = {row["customer_id"]: row for row in document["customers"]}
    amounts = {c: (row["open_disputes"], row["disputed"]) for c, row in found.items()}
    assert amounts["C001"] == (1, "100.00")
    assert amounts["C002"] == (0, "0.00")
    (dispute,) = document["disputes"]
    names = ("customer_id", "number", "code", "disputed", "age_days", "target_on", "is_target_late")
    assert [dispute[name] for name in names] == [
        "C001", "F004", "PRIX", "100.00", 29, "2025-06-29", True,
    ]  # fmt: skip
    assert document["disputed"] == {"EUR": "100.00"}
    assert worked.json("sales", *options, "--owner", "personne")["disputes"] == []


def test_alerts_add_rules_and_keep_the_early_warning(
    worked: Runner, options: tuple[str, ...]
) -> None:
    document = worked.json("alerts", *options)
    # what the command printed before
    assert {"alerts", "to_confirm", "improving", "hints", "threshold", "evidence"} <= set(document)
    rules = {row["rule"]: row for row in document["rules"]}
    assert list(rules) == list(ALERT_RULES)
    assert {rule for rule, row in rules.items() if not row["is_on"]} == {"near"}
    assert (rules["over"]["count"], rules["over"]["amount"]) == (1, "12000.00")
    assert (rules["near"]["count"], rules["near"]["amount_reason"]) == (0, "nothing_listed")
    assert rules["new_overrun"]["unavailable"] == "first_import"
    names = ("rule", "severity", "customer_id", "name", "amount", "currency", "since")
    assert [tuple(row[name] for name in names) for row in document["list"]] == [
        ("major", "high", "C003", "GAMMA SA", "12000.00", "EUR", "2025-03-31"),
        ("over_long", "high", "C003", "GAMMA SA", "12000.00", "EUR", "2025-03-31"),
        ("over", "medium", "C003", "GAMMA SA", "12000.00", "EUR", "2025-03-31"),
    ]
    assert all(row["message"] for row in document["list"])
    said = worked.text("alerts", *options)[0]
    assert "Dépassement majeur" in said
    assert "Alerte précoce" in said
