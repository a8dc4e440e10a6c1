"""The worked set of definitions §24, imported from a file, read back as JSON."""

from __future__ import annotations

import getpass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Runner

AS_OF = "2025-06-30"


def by_customer(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in rows}


def test_aging_has_the_expected_cells(read_worked: Runner) -> None:
    document = read_worked.json("aging", "--as-of", AS_OF)
    [block] = document["blocks"]
    names = [*block["buckets"], "unallocated", "total"]
    assert names[:5] == ["not_due", "1-30", "31-60", "61-90", "90+"]
    expected = {
        "C001": ["11400", "0", "0", "0", "0", "0", "11400"],
        "C002": ["0", "0", "0", "7200", "3000", "-1700", "8500"],
        "C003": ["5400", "21600", "0", "0", "0", "0", "27000"],
        "C004": ["0", "1500", "0", "0", "0", "0", "1500"],
    }
    found = by_customer(block["customers"])
    for customer, cells in expected.items():
        assert [found[customer][name] for name in names] == [f"{cell}.00" for cell in cells]
    totals = [Decimal(block["totals"][name]) for name in names]
    assert totals == [16800, 23100, 0, 7200, 3000, -1700, 48400]
    assert found["C002"]["oldest_due_on"] == "2025-01-31"
    assert (document["as_of"], document["basis"], document["is_estimated"]) == (AS_OF, "due", False)


def test_aging_by_issue_date_and_with_free_buckets(read_worked: Runner) -> None:
    [block] = read_worked.json("aging", "--as-of", AS_OF, "--basis", "issue")["blocks"]
    assert block["buckets"] == ["0-30", "31-60", "61-90", "90+"]
    assert [block["totals"][name] for name in block["buckets"]] == [
        "9300.00",
        "12600.00",
        "0.00",
        "28200.00",
    ]
    [block] = read_worked.json("aging", "--as-of", AS_OF, "--buckets", "26,80")["blocks"]
    assert block["buckets"] == ["not_due", "1-26", "27-80", "80+"]
    assert block["totals"]["1-26"] == "5100.00"
    assert block["totals"]["27-80"] == "25200.00"


def test_oldest_first_uses_the_credits_up(read_worked: Runner) -> None:
    [block] = read_worked.json("aging", "--as-of", AS_OF, "--credits", "oldest_first")["blocks"]
    row = by_customer(block["customers"])["C002"]
    assert (row["90+"], row["61-90"], row["unallocated"], row["total"]) == (
        "1300.00",
        "7200.00",
        "0.00",
        "8500.00",
    )


def test_risk_says_who_is_over_and_why_a_figure_is_missing(read_worked: Runner) -> None:
    document = read_worked.json("risk", "--as-of", AS_OF)
    assert document["over_limit_count"] == 1
    assert document["exposure_basis"] == "E1"
    found = by_customer(document["customers"])
    assert (found["C003"]["overrun"], found["C003"]["overrun_since"]) == ("12000.00", "2025-03-31")
    assert found["C003"]["alert"] == "major"
    assert found["C002"]["overrun_days_12m"] == 126
    assert found["C002"]["overrun_count_12m"] == 1
    assert found["C002"]["overrun"] == "0.00"
    # 2,000 over for 31 days, 200 for 36, 2,600 for 20, 1,400 for 39: 126 days
    assert found["C002"]["overrun_peak_12m"] == "2600.00"
    assert found["C002"]["overrun_mean_12m"] == "1395.24"
    assert found["C004"]["overrun_mean_12m_reason"] == "no_limit"
    assert found["C001"]["overrun_mean_12m_reason"] == "not_over"
    assert found["C003"]["group_limit_reason"] == "not_applicable"
    assert all("suggested_limit" in row for row in found.values())
    assert document["without_limit"][0]["exposure"] == "1500.00"
    without = found["C004"]
    assert [without[name] for name in ("limit", "overrun", "utilisation_ratio")] == [None] * 3
    assert [without[f"{name}_reason"] for name in ("limit", "overrun", "utilisation_ratio")] == [
        "no_limit"
    ] * 3
    assert without["alert"] == "none"


def test_risk_on_another_exposure(read_worked: Runner) -> None:
    document = read_worked.json("risk", "--as-of", AS_OF, "--exposure", "E4")
    found = by_customer(document["customers"])
    assert {key: row["exposure"] for key, row in found.items()} == {
        "C001": "14400.00",
        "C002": "8500.00",
        "C003": "37800.00",
        "C004": "1500.00",
    }
    assert found["C003"]["overrun"] == "22800.00"
    assert found["C003"]["utilisation_ratio"] == pytest.approx(2.52)


def test_behaviour(read_worked: Runner) -> None:
    document = read_worked.json("behaviour", "--as-of", AS_OF)
    whole = document["portfolio"]
    expected = {
        "simple_delay_days": 9.250,
        "weighted_delay_days": 6.949,
        "weighted_delay_open_days": 32.159,
        "late_only_delay_days": 7.974,
        "days_to_pay": 51.949,
        "paid_over_30_ratio": 0.21164,
    }
    for name, value in expected.items():
        assert whole[name] == pytest.approx(value, abs=5e-4), name
    assert (whole["count_payments"], whole["count_paid_invoices"]) == (5, 4)
    found = by_customer(document["customers"])
    assert found["C002"]["weighted_delay_open_days"] == pytest.approx(79.708, abs=5e-4)
    assert found["C003"]["weighted_delay_days"] is None
    assert found["C003"]["weighted_delay_days_reason"] == "no_history"
    months = {row["month"]: row for row in found["C001"]["monthly"]}
    assert months["2025-02"]["amount"] == "12000.00"
    assert months["2025-02"]["weighted_delay_days"] == -2
    assert [row["month"] for row in whole["monthly"]][::11] == ["2024-07", "2025-06"]


def test_behaviour_of_one_customer(read_worked: Runner) -> None:
    document = read_worked.json("behaviour", "--as-of", AS_OF, "--customer", "C001")
    assert [row["customer_id"] for row in document["customers"]] == ["C001"]
    error = read_worked.json("behaviour", "--customer", "C9", status=1)["error"]
    assert error["code"] == "customer_not_found"


def test_dso(read_worked: Runner) -> None:
    document = read_worked.json("dso", "--as-of", AS_OF, "--period-months", "6")
    assert (document["currency"], document["outstanding"], document["sales"]) == (
        "EUR",
        "48400.00",
        "67500.00",
    )
    assert document["period_days"] == 181
    assert document["simple_days"] == pytest.approx(129.784, abs=5e-4)
    assert document["count_back_days"] == pytest.approx(122.389, abs=5e-4)
    assert document["best_possible_days"] == pytest.approx(45.049, abs=5e-4)
    assert document["average_days_delinquent"] == pytest.approx(84.735, abs=5e-4)
    assert document["overdue_ratio"] == pytest.approx(0.66467, abs=5e-6)
    assert document["cei_ratio"] == pytest.approx(0.08406, abs=5e-6)
    assert document["cei_12m_ratio"] == pytest.approx(0.31209, abs=5e-6)
    assert document["turnover"] == pytest.approx(5.1172, abs=5e-5)
    assert document["turnover_days"] == pytest.approx(71.327, abs=5e-4)
    parts = document["decomposition"]
    assert sum(parts.values()) == pytest.approx(document["simple_days"])
    assert parts["disputed_days"] == pytest.approx(48.267, abs=5e-4)
    twelve = read_worked.json("dso", "--as-of", AS_OF)
    assert twelve["simple_days"] == pytest.approx(141.920, abs=5e-4)
    assert twelve["monthly"][-1]["month"] == "2025-06"
    assert twelve["monthly"][-2]["sales"] == "12000.00"


def test_segments(read_worked: Runner) -> None:
    document = read_worked.json("segments", "--as-of", AS_OF, "--method", "rules")
    assert document["method"] == "rules"
    found = {key: row["segment"] for key, row in by_customer(document["customers"]).items()}
    assert found == {
        "C001": "reliable",
        "C002": "high_risk",
        "C003": "high_risk",
        "C004": "watch",
    }
    assert document["totals"]["high_risk"]["outstanding"] == "35500.00"
    assert document["totals"]["insufficient_history"]["count"] == 0
    old = by_customer(document["customers"])["C002"]
    assert (old["rule"], old["rule_value"]) == ("old_amount", "3000.00")


def test_concentration(read_worked: Runner) -> None:
    document = read_worked.json("concentration", "--as-of", AS_OF)
    assert document["pareto_80_count"] == 3
    assert document["hhi"] == pytest.approx(0.398479, abs=5e-7)
    assert document["hhi_normalised"] == pytest.approx(0.197971, abs=5e-7)
    assert document["equivalent_count"] == pytest.approx(2.510, abs=5e-4)
    assert document["gini"] == pytest.approx(0.410124, abs=5e-7)
    first = document["customers"][0]
    assert (first["customer_id"], first["amount"]) == ("C003", "27000.00")
    assert first["share_ratio"] == pytest.approx(0.55785, abs=5e-6)
    assert [row["count"] for row in document["classes"]] == [3, 0, 1]
    assert document["dependence"]["ceiling_reason"] == "short_year"
    assert read_worked.json("concentration", "--by", "group", "--as-of", AS_OF)["by"] == "group"


def test_a_rule_of_forecast_has_dates_and_no_chances(read_worked: Runner) -> None:
    """Definitions §24.8; what the documented fields cannot say is null, with its reason."""
    view = read_worked.json("forecast", "--scenario", "simple", "--as-of", AS_OF)
    rows = {row["number"]: row for row in view["invoices"]}
    assert {number: row["expected_on"] for number, row in rows.items()} == {
        "F004": "2025-07-01", "F005": "2025-08-01", "F011": "2025-08-22", "F007": "2025-07-15",
        "F010": "2025-07-15", "F012": "2025-07-15", "F006": "2025-08-29", "F009": None,
    }  # fmt: skip
    for name in ("p10_on", "p90_on", "probability_late_30"):
        found = {(row[name], row[f"{name}_reason"]) for row in rows.values()}
        assert found == {(None, "not_applicable")}


def test_customer_gathers_the_rows_of_the_other_commands(read_worked: Runner) -> None:
    document = read_worked.json("customer", "C002", "--as-of", AS_OF)
    rows = by_customer(read_worked.json("risk", "--as-of", AS_OF)["customers"])
    assert document["risk"] == [rows["C002"]]
    assert document["segments"][0]["segment"] == "high_risk"
    items = {item["number"]: item for item in document["items"]}
    assert set(items) == {"F006", "F007", "A001", "P05"}
    assert (items["F006"]["amount"], items["F006"]["open"]) == ("4800.00", "3000.00")
    assert (items["F006"]["days_late"], items["F006"]["due_on"]) == (150, "2025-01-31")


def test_status_ties_with_the_file(read_worked: Runner) -> None:
    document = read_worked.json("status", "--as-of", AS_OF)
    assert document["data_level"] == "A"
    assert document["is_tied"] is True
    [line] = document["tie_out"]
    assert (line["account_class"], line["ledger"], line["analysed"]) == (
        "receivable",
        "48400.00",
        "48400.00",
    )
    assert line["difference"] == "0.00"
    [batch] = document["batches"]
    assert batch["control_totals"] == {"EUR": "44800.00"}
    assert (batch["file_name"], batch["imported_by"]) == ("worked.xlsx", getpass.getuser())


@pytest.mark.parametrize(
    "command",
    [
        ["aging"],
        ["risk"],
        ["behaviour"],
        ["dso"],
        ["segments"],
        ["concentration"],
        ["status"],
        ["customer", "C002"],
    ],
)
def test_every_missing_figure_has_its_reason(read_worked: Runner, command: list[str]) -> None:
    unexplained: list[str] = []

    def walk(node: Any, path: str) -> None:
        if isinstance(node, dict):
            for name, value in node.items():
                if value is None and f"{name}_reason" not in node and not name.endswith("reason"):
                    unexplained.append(f"{path}.{name}")
                walk(value, f"{path}.{name}")
        elif isinstance(node, list):
            for item in node:
                walk(item, path)

    walk(read_worked.json(*command, "--as-of", AS_OF), command[0])
    assert not unexplained


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["aging"], "48\u202f400,00\u00a0€"),
        (["risk"], "12\u202f000,00\u00a0€"),
        (["behaviour"], "+7\u00a0j"),
        (["dso"], "122,4\u00a0j"),
        (["concentration"], "55,8\u00a0%"),
        (["status"], "44\u202f800,00\u00a0€"),
        (["customer", "C002"], "F007"),
    ],
)
def test_people_read_french_figures(read_worked: Runner, command: list[str], expected: str) -> None:
    dates = [] if command == ["status"] else ["--as-of", AS_OF]
    out, err = read_worked.text(*command, *dates)
    assert expected in out
    assert err == ""
