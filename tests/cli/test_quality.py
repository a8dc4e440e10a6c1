"""status says what is doubtful, as the page does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arlib.model.policy import Policy
from arlib.views import quality
from arlib.workspace import Workspace
from tests.support.doubtful import AS_OF, doubtful_workspace

if TYPE_CHECKING:
    from tests.cli.conftest import Runner


def test_status_prices_what_is_doubtful(run: Runner) -> None:
    doubtful_workspace(Workspace.open(run.database)).close()
    found = run.json("--as-of", AS_OF.isoformat(), "status")
    rows: dict[tuple[str, str], dict[str, Any]] = {
        (item["code"], item["currency"]): item for item in found["quality"]
    }
    row = rows["due_by_default", "EUR"]
    assert (row["count"], row["amount"], row["effect_amount"]) == (2, "1400.00", "1000.00")
    assert (row["origin"], row["effect"]) == ("book", "overdue_rests_on_it")
    refused = rows["customer_missing", "EUR"]
    assert (refused["severity"], refused["amount"], refused["absolute"]) == (
        "refused",
        "500.00",
        "900.00",
    )
    workspace = Workspace.open(run.database)
    view = quality.build(workspace.portfolio(AS_OF), Policy())
    workspace.close()
    assert len(found["quality"]) == len(view.checks)
    shown = [item for item in found["quality_scenarios"] if item["scenario"] == "shown"]
    assert [item["overdue"] for item in shown if item["currency"] == "EUR"] == ["2200.00"]


def test_status_of_an_empty_book_has_no_doubt(run: Runner) -> None:
    assert run.json("status")["quality"] == []
