"""``simulate discount|terms|factoring|ccc``, ``lateness-cost`` and ``customer-loss`` from the command line."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.books import Book, Doc

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Runner

ON = ("--as-of", "2025-06-30")


@pytest.fixture
def book(run: Runner, worked_database: Path) -> Runner:
    run.database = worked_database  # these tests only read
    return run


def explained(row: dict[str, Any]) -> bool:
    """Return whether everything missing says why."""
    return all(
        value is not None or f"{name}_reason" in row
        for name, value in row.items()
        if not name.endswith("_reason")
    )


def test_discount(book: Runner) -> None:
    found = book.json(*ON, "simulate", "discount", "--rate", "0.01", "--days", "10")
    assert (found["rate"], found["days"], found["is_short_year"]) == (0.01, 10, True)
    assert (found["cost_of_money"], found["cost_of_money_reason"]) == (None, "no_cost_of_money")
    totals = found["totals"]
    assert (totals["open"], totals["open_cost"]) == ("7800.00", "78.00")
    costs = [Decimal(row["cost"]) for row in found["customers"] if row["cost"]]
    assert sum(costs) == Decimal(totals["cost"])
    assert costs == sorted(costs, reverse=True)
    assert (totals["net"], totals["net_reason"]) == (None, "no_cost_of_money")
    assert all(explained(row) for row in [totals, *found["customers"]])
    only = book.json(
        *ON,
        "simulate",
        "discount",
        "--rate",
        "0.01",
        "--days",
        "10",
        "--customer",
        "C001",
        "--cost-of-money",
        "0.05",
    )
    offered = {row["customer_id"] for row in only["customers"] if row["is_offered"]}
    assert offered == {"C001"}
    net = Decimal(only["totals"]["worth"]) - Decimal(only["totals"]["cost"])
    assert Decimal(only["totals"]["net"]) == net


def test_terms(book: Runner) -> None:
    found = book.json(*ON, "simulate", "terms", "--terms", "30 jours", "--cost-of-money", "0.05")
    totals = found["totals"]
    released = [Decimal(row["released"]) for row in found["customers"]]
    assert sum(released) == Decimal(totals["released"]) > 0
    rows = {row["customer_id"]: row for row in found["customers"]}
    # C003: 18 000 at 61 days, 3 600 at 30, 5 400 at 60
    granted = (18_000 * 61 + 3_600 * 30 + 5_400 * 60) / 27_000
    assert rows["C003"]["granted_days"] == pytest.approx(granted)
    assert rows["C003"]["new_days"] == 30
    assert rows["C004"]["new_days"] == 0  # cash: less than 30 days, kept
    legal = book.json(*ON, "simulate", "terms", "--legal")
    assert (legal["terms"], legal["is_legal_ceiling"]) == (None, True)
    assert Decimal(legal["totals"]["released"]) == 0  # 61 days: 45 days, end of month, allows them
    text, _ = book.text(*ON, "simulate", "terms", "--terms", "30 jours")
    assert "Trésorerie libérée" in text
    book.text(*ON, "simulate", "terms", status=1)
    refused = book.json(*ON, "simulate", "terms", "--terms", "jamais", status=1)
    assert refused["error"]["code"] == "terms_unreadable"


def test_factoring(book: Runner) -> None:
    found = book.json(
        *ON, "simulate", "factoring", "--max-days-late", "30", "--advance", "0.9", "--invoices"
    )
    parts = {row["part"]: Decimal(row["amount"]) for row in found["parts"]}
    assert sum(parts.values()) == Decimal(found["open"]) == 50_100
    assert Decimal(found["open"]) + Decimal(found["credits"]) == Decimal(found["outstanding"])
    assert parts["pool"] == 21_900
    assert (found["advance"], found["reserve"]) == ("19710.00", "2190.00")
    left = {row["number"]: row.get("exclusion") for row in found["invoices"] if row["exclusion"]}
    assert left == {"F009": "disputed", "F006": "too_late", "F007": "too_late"}
    plain = book.json(*ON, "simulate", "factoring")
    assert (plain["advance"], plain["advance_reason"]) == (None, "not_typed")
    assert "invoices" not in plain
    bad = book.json(*ON, "simulate", "factoring", "--ceiling", "2", status=1)
    assert bad["error"]["code"] == "simulation_value_invalid"


def test_cycle(book: Runner) -> None:
    found = book.json(*ON, "simulate", "ccc", "--stock-days", "30", "--supplier-days", "45")
    assert found["cycle_days"] == pytest.approx(found["dso_days"] - 15)
    missing = book.json(*ON, "simulate", "ccc")
    assert (missing["cycle_days"], missing["cycle_days_reason"]) == (None, "not_typed")
    assert "à saisir" in book.text(*ON, "simulate", "ccc")[0]


def test_cost_of_lateness(book: Runner) -> None:
    found = book.json(*ON, "lateness-cost", "--cost-of-money", "0.06")
    costs = [Decimal(row["cost"]) for row in found["customers"]]
    assert sum(costs) == Decimal(found["totals"]["cost"]) > 0
    assert found["from"] == "2024-12-04"
    assert all(explained(row) for row in found["customers"])
    unset = book.json(*ON, "lateness-cost")
    assert (unset["totals"]["cost"], unset["totals"]["cost_reason"]) == (None, "no_cost_of_money")
    assert "il ne se suppose pas" in book.text(*ON, "lateness-cost")[0]


def test_loss_of_a_customer(book: Runner) -> None:
    found = book.json(*ON, "customer-loss", "C003", "--margin", "0.2", "--recovery", "0.5")
    assert (found["name"], found["exposure"], found["basis"]) == ("GAMMA SA", "33000.00", "E2")
    assert (found["recovered"], found["loss"]) == ("16500.00", "16500.00")
    assert (found["margin"], found["margin_reason"]) == (None, "no_tax")
    assert explained(found)
    book.text(*ON, "customer-loss", "NOBODY", status=1)


def test_several_currencies_are_blocks(run: Runner) -> None:
    day = date(2025, 6, 30)
    docs = [
        Doc("C1", "F1", day - timedelta(days=40), 10_000, due_on=day),
        Doc("C1", "F2", day - timedelta(days=40), 5_000, due_on=day, currency="USD"),
    ]
    run.load(Book(docs))
    found = run.json(*ON, "simulate", "factoring")
    assert [(block["currency"], block["pool"]) for block in found["blocks"]] == [
        ("EUR", "100.00"),
        ("USD", "50.00"),
    ]
    assert len(run.json(*ON, "customer-loss", "C1")["blocks"]) == 2


def test_rules_of_limits_still_answer_by_themselves(book: Runner) -> None:
    found = book.json(*ON, "simulate", "--rule", "common=10000")
    assert "late_days" in found
    assert book.json(*ON, "--json", "simulate", "ccc")["as_of"] == "2025-06-30"


def test_an_empty_book(run: Runner) -> None:
    run.text("simulate", "ccc", status=1)
    run.text("lateness-cost", status=1)


def test_open_items_alone_with_nothing_late_answer_with_a_reason(run: Runner) -> None:
    run.load(
        Book(
            docs=[Doc("A", "1", date(2025, 6, 10), 50_000, due_on=date(2025, 8, 10))],
            limits=[
                {
                    "change_id": "L1",
                    "scope": "customer",
                    "scope_id": "A",
                    "source": "internal",
                    "amount_minor": 40_000,
                    "currency": "EUR",
                    "origin": "file",
                    "decided_at": datetime(2025, 1, 1),  # noqa: DTZ001 - the book keeps naive times
                }
            ],
            open_items={"1": 50_000},
            scope="open_items",
            level="C",
        )
    )
    cost = run.json("lateness-cost")
    assert (cost["blocks"], cost["left_out"], cost["from_reason"]) == (
        [],
        ["TEST"],
        "not_at_this_level",
    )
    (row,) = run.json("suggest")["customers"]
    # a list of open items does not say what was sold: that is not « nothing was sold »
    assert (row["suggested"], row["suggested_reason"]) == (None, "not_at_this_level")
    for command in (["suggest"], ["simulate", "--rule", "suggested"], ["dso"]):
        assert "Non disponible" in run.text(*command)[0]
    risk = run.json("risk", "--exposure", "E4")
    assert (risk["over_limit_count"], risk["overruns"][0]["overrun"]) == (None, None)
    assert run.json("risk")["over_limit_count"] == 1
    assert "s’arrêtent" in run.text("risk", "--as-of", "2026-06-30")[1]
    usage = run.json("simulate", "terms", status=1)["error"]["message"]
    assert usage.startswith("Une option manque")
