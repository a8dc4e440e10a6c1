"""Commands of the insurer: cover by customer, and the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.model.policy import Policy
from arlib.workspace import ActionEntry, Author, LimitChange, Workspace
from tests.support.worked import D

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Runner

from datetime import datetime

AS_OF = ("--as-of", "2025-06-30")


def insure(database: Path) -> None:
    workspace = Workspace.open(database)
    by = Author("camille", datetime(2025, 6, 30, 9, 0))  # noqa: DTZ001 - the book keeps naive times
    change = LimitChange("TEST", "customer", "C003", 1_500_000, "EUR", "insurer", cover_ratio=0.9)
    workspace.set_limits([change], by)
    workspace.add_action(ActionEntry("TEST", "C003", "review", taken_on=D, due_on=D), by)
    workspace.close()


def policy_file(folder: Path) -> str:
    path = folder / "policy.toml"
    path.write_text(Policy(insurance_declaration_days=45).to_toml(), encoding="utf-8")
    return str(path)


def test_cover_and_calendar(worked: Runner, tmp_path: Path) -> None:
    insure(worked.database)
    document = worked.json("insurance", *AS_OF, "--policy", policy_file(tmp_path))
    [total] = document["totals"]
    assert (total["insured"], total["suspended"]) == ("13500.00", "18000.00")
    assert document["contract"]["insurance_declaration_days"] == 45
    c003 = next(row for row in document["customers"] if row["customer_id"] == "C003")
    assert (c003["insured"], c003["uninsured"], c003["status"]) == ("13500.00", "19500.00", "named")
    c004 = next(row for row in document["customers"] if row["customer_id"] == "C004")
    assert (c004["insured"], c004["insured_reason"]) == (None, "no_limit")
    one = worked.json("insurance", "--customer", "C003", *AS_OF, "--policy", policy_file(tmp_path))
    assert len(one["customers"]) == 1
    assert {row["number"]: row["declaration_by"] for row in one["invoices"]} == {
        "F009": "2025-07-15",
        "F010": "2025-07-19",
        "F011": "2025-09-29",
    }
    document = worked.json("deadlines", *AS_OF, "--policy", policy_file(tmp_path))
    found = [(row["kind"], row["on"], row["state"]) for row in document["deadlines"]]
    assert found == [
        ("review", "2025-06-30", "soon"),
        ("declaration", "2025-07-15", "soon"),
        ("declaration", "2025-07-19", "later"),
    ]
    only = worked.json("deadlines", "--kind", "review", "--days", "0", *AS_OF)
    assert [row["kind"] for row in only["deadlines"]] == ["review"]


def test_in_words(worked: Runner) -> None:
    out, _ = worked.text("insurance", *AS_OF)
    assert "Sans agrément" in out
    out, _ = worked.text("deadlines", *AS_OF, "--days", "400")
    assert "Limite à revoir" in out
    worked.text("deadlines", "--kind", "nothing", status=2)
    _, err = worked.text("insurance", "--customer", "C999", status=1)
    assert "C999" in err
