"""The page « Gestion du risque » box by box, from files to the view (counting rules: test_limits_rules).

One test a box that a view answers; those of the screen are in ``tests/pages/test_risk.py``.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from arlib.model.portfolio import Filters
from arlib.views import behaviour, customer, overview, risk, status
from arlib.workspace import LimitChange, Workspace
from tests.scenarios.product import (
    BY,
    POLICY,
    at,
    book,
    credit_note,
    fill,
    invoice,
    limit,
    payment,
    pays,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.scenarios.worked_set import Row

D = date(2025, 6, 30)
ISSUED, DUE = date(2025, 2, 1), date(2025, 3, 3)


def lines() -> dict[str, list[Row]]:
    """Return customers of every kind: over, within, without a limit, in credit, settled, own group."""
    return {
        "customers": [
            {"customer_id": "over", "name": "Dépasse", "category": "PME"},
            {"customer_id": "within", "name": "Dedans", "category": "PME"},
            {"customer_id": "free", "name": "Sans limite", "category": "Grand compte"},
            {"customer_id": "credit", "name": "Créditeur"},
            {"customer_id": "settled", "name": "Soldé"},
            {"customer_id": "often", "name": "Récurrent"},
            {"customer_id": "own", "name": "Filiale", "is_intercompany": True},
        ],
        "documents": [
            invoice("F1", 5000, ISSUED, DUE, "over"),
            credit_note("A1", 300, date(2025, 5, 2), "over"),
            invoice("F2", 900, date(2025, 6, 20), date(2025, 7, 20), "within"),
            invoice("F3", 7000, date(2025, 6, 1), date(2025, 7, 1), "free"),
            credit_note("A2", 50, ISSUED, "credit"),
            invoice("F4", 1000, ISSUED, DUE, "settled"),
            invoice("F5", 700, date(2025, 1, 1), date(2025, 2, 1), "often"),
            invoice("F6", 700, date(2025, 4, 1), date(2025, 5, 1), "often"),
            invoice("F7", 9000, date(2025, 6, 1), date(2025, 7, 1), "own"),
        ],
        "settlements": [
            payment("P1", 400, date(2025, 6, 10), "over"),
            payment("P4", 1000, DUE + timedelta(days=7), "settled"),
            payment("P5", 700, date(2025, 2, 10), "often"),
            payment("P6", 700, date(2025, 5, 10), "often"),
        ],
        "allocations": [
            pays("P4", "F4", 1000, "settled"),
            pays("P5", "F5", 700, "often"),
            pays("P6", "F6", 700, "often"),
        ],
        "limits": [
            limit("over", 4000),
            limit("over", 3000, source="insurer"),
            limit("within", 1000),
            limit("credit", 10),
            limit("often", 500),
            limit("own", 100),
        ],
    }


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    opened = book(lines())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Workspace]:
    """The same book for tests that only read."""
    opened = book(lines())
    yield opened
    opened.close()


def rows_of(workspace: Workspace, day: date = D) -> pd.DataFrame:
    return risk.build(at(workspace, day), POLICY).customers.set_index("customer_id")


def badge(workspace: Workspace, day: date = D) -> int:
    return risk.over_limit_count(at(workspace, day), POLICY)


def fixed(customer: str | None, amount: int | None, scope: str = "customer") -> LimitChange:
    minor = None if amount is None else amount * 100
    return LimitChange("Essai", scope, customer, minor, "EUR")


# -- presence -------------------------------------------------------------------------------------


def test_works_right_after_import_without_configuration() -> None:
    bare = lines()
    del bare["limits"]
    workspace = book(bare)
    view = risk.build(at(workspace, D), POLICY)
    assert (view.exposure_basis, view.over_limit_count) == ("E1", 0)
    assert view.counts["without_limit"] == 6  # the company of the own group stands apart
    assert view.customers["overrun_minor"].isna().all()


def test_badge_counts_customers_over_and_changes_at_once_when_a_limit_is_edited(
    workspace: Workspace,
) -> None:
    assert badge(workspace) == 1
    workspace.set_limits([fixed("within", 800)], BY)
    assert badge(workspace) == 2
    workspace.set_limits([fixed("over", 9000), fixed("within", 901)], BY)
    assert badge(workspace) == 0


# -- the table ------------------------------------------------------------------------------------


def test_mean_delay_is_the_number_of_the_general_page(shared: Workspace) -> None:
    general = behaviour.build(at(shared, D), POLICY).blocks[0].customers
    expected = general.set_index("customer_id")["weighted_delay_open_days"]
    found = rows_of(shared)["mean_delay_days"]
    same = found.reindex(expected.index)
    pd.testing.assert_series_equal(same, expected, check_names=False)


def test_mean_delay_of_seven_days_after_due_is_plus_seven_and_no_history_is_empty(
    shared: Workspace,
) -> None:
    found = rows_of(shared)
    assert found.loc["settled", "mean_delay_days"] == 7
    assert found["mean_delay_days"].isna()["credit"]
    assert found.loc["credit", "mean_delay_days_reason"] == "no_history"


def test_mean_delay_counts_what_is_open_and_late_and_behaviour_stands_beside(
    shared: Workspace,
) -> None:
    row = rows_of(shared).loc["over"]
    assert row["mean_delay_days"] == (D - DUE).days  # nothing allocated: the open invoice alone
    assert pd.isna(row["weighted_delay_days"])
    often = rows_of(shared).loc["often"]
    assert often["weighted_delay_days"] == often["mean_delay_days"] == 9


def test_unpaid_amount_is_all_that_is_owed_net_of_credits_gross_on_demand(
    shared: Workspace,
) -> None:
    found = rows_of(shared)
    assert found.loc["over", "outstanding_minor"] == 5000_00 - 300_00 - 400_00
    assert found.loc["over", "gross_minor"] == 5000_00
    assert found.loc["within", "outstanding_minor"] == 900_00  # not due yet


def test_limit_has_its_currency_and_is_empty_when_none(shared: Workspace) -> None:
    found = rows_of(shared)
    assert list(found.loc["over", ["limit_minor", "limit_currency"]]) == [4000_00, "EUR"]
    assert found["limit_minor"].isna()["free"]
    assert found.loc["free", "limit_reason"] == "no_limit"


def test_overrun_is_column_three_less_column_four_and_empty_without_a_limit(
    shared: Workspace,
) -> None:
    found = rows_of(shared)
    row = found.loc["over"]
    assert row["overrun_minor"] == row["outstanding_minor"] - row["limit_minor"] == 300_00
    assert found.loc["within", "overrun_minor"] == 0
    assert found["overrun_minor"].isna()["free"]


def test_on_another_basis_the_overrun_is_that_of_the_exposure_retained(shared: Workspace) -> None:
    view = risk.build(at(shared, D), POLICY, exposure="E1g")
    row = view.customers.set_index("customer_id").loc["over"]
    assert row["outstanding_minor"] == 4300_00
    assert row["exposure_minor"] - row["limit_minor"] == row["overrun_minor"] == 1000_00


def test_sum_of_unpaid_amounts_is_the_overview_and_the_ledger(shared: Workspace) -> None:
    total = int(rows_of(shared)["outstanding_minor"].sum())
    [block] = overview.build(at(shared, D), POLICY).blocks
    assert {kpi.name: kpi.value for kpi in block.kpis}["outstanding"] == total
    tie_out = status.build(at(shared, D), POLICY).tie_out
    assert tie_out["ledger_minor"].tolist() == [total]


# -- rows -----------------------------------------------------------------------------------------


def test_every_customer_of_the_import_has_a_row_even_at_zero_or_in_credit(
    shared: Workspace,
) -> None:
    found = rows_of(shared)
    assert set(found.index) == {str(row["customer_id"]) for row in lines()["customers"]}
    assert found.loc["settled", "outstanding_minor"] == 0
    assert found.loc["credit", "outstanding_minor"] == -50_00


def test_without_limit_has_its_count_and_its_total_exposure(shared: Workspace) -> None:
    view = risk.build(at(shared, D), POLICY)
    assert view.counts["without_limit"] == 2  # free and settled
    assert view.without_limit["exposure_minor"].tolist() == [7000_00]


def test_largest_overrun_first_then_largest_amount_owed(shared: Workspace) -> None:
    codes = list(rows_of(shared).index)
    assert codes[:3] == ["own", "over", "free"]
    assert codes[-1] == "credit"


# -- setting a limit ------------------------------------------------------------------------------


def test_one_customer_then_the_existing_limit(workspace: Workspace) -> None:
    for amount in (8000, 6000):
        workspace.set_limits([fixed("free", amount)], BY)
        assert rows_of(workspace).loc["free", "limit_minor"] == amount * 100
    assert rows_of(workspace).loc["free", "overrun_minor"] == 1000_00


def test_one_common_limit_for_a_selection_and_the_undo_of_it(workspace: Workspace) -> None:
    before = rows_of(workspace)["limit_minor"]
    done = workspace.set_limits([fixed("free", 100), fixed("over", 100), fixed("within", 100)], BY)
    assert badge(workspace) == 3
    [change_set] = done["change_set"].unique()
    workspace.undo_limit(change_set, BY)
    pd.testing.assert_series_equal(rows_of(workspace)["limit_minor"], before)


def test_everyone_at_once_and_by_segment(workspace: Workspace) -> None:
    workspace.set_limits([fixed(None, 6000, "all")], BY)
    assert rows_of(workspace).loc[["free", "settled"], "limit_minor"].tolist() == [6000_00] * 2
    workspace.set_limits([fixed("Grand compte", 7000, "category")], BY)
    found = rows_of(workspace)
    assert found.loc[["free", "settled", "over"], "limit_minor"].tolist() == [
        7000_00,
        6000_00,
        4000_00,
    ]


def test_the_insurers_limit_has_its_own_overrun(shared: Workspace) -> None:
    row = rows_of(shared).loc["over"]
    assert (row["insurer_limit_minor"], row["insurer_overrun_minor"]) == (3000_00, 1300_00)
    assert row["insurer_overrun_since"].date() == ISSUED
    assert row["insurer_overrun_count_12m"] == 1
    assert row["insurer_overrun_days_12m"] == (D - ISSUED).days + 1


def test_edits_survive_restart_and_reimport_with_their_history(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    workspace = Workspace.open(path)
    fill(workspace, lines())
    workspace.set_limits([fixed("over", 4500)], BY)
    workspace.close()
    workspace = Workspace.open(path)
    again = lines()
    again["documents"].append(invoice("F9", 10, date(2025, 6, 5), date(2025, 7, 5), "within"))
    fill(workspace, again)
    row = rows_of(workspace).loc["over"]
    assert (row["limit_minor"], row["limit_source"]) == (4500_00, "internal")
    history = workspace.limit_history("Essai", "over")
    by_hand = history[history["origin"] == "manual"]
    assert by_hand["by"].tolist() == [BY.name]
    assert by_hand["after_minor"].tolist() == [4500_00]
    assert by_hand["before_minor"].tolist() == [4000_00]
    workspace.close()


# -- beyond the five columns ----------------------------------------------------------------------


def test_regularly_over_limit_days_times_and_filter(shared: Workspace) -> None:
    view = risk.build(at(shared, D), POLICY)
    row = view.customers.set_index("customer_id").loc["often"]
    assert row["overrun_count_12m"] == 2
    assert row["overrun_days_12m"] == 40 + 39  # 1 January to 9 February, 1 April to 9 May
    assert row["overrun_peak_12m_minor"] == row["overrun_mean_12m_minor"] == 200_00
    assert set(view.customers.loc[view.customers["is_recurrent"], "customer_id"]) == {"often"}
    assert view.counts["recurrent"] == 1


def test_the_panel_has_the_open_invoices_the_behaviour_and_the_limits(shared: Workspace) -> None:
    view = customer.build(at(shared, D), POLICY, customer_id="over", company_id="Essai")
    assert int(view.items["open_minor"].sum()) == 4300_00
    assert set(view.limits["amount_minor"].dropna()) == {4000_00, 3000_00}
    assert len(view.behaviour)


def test_a_past_date_gives_that_days_amounts_overruns_and_badge(shared: Workspace) -> None:
    day = date(2025, 4, 15)
    found = rows_of(shared, day)
    assert found.loc["over", "overrun_minor"] == 1000_00
    assert found.loc["often", "overrun_minor"] == 200_00
    assert badge(shared, day) == 2
    assert "within" not in found.index  # not invoiced yet that day


def test_the_own_group_is_listed_apart_and_out_of_the_badge(shared: Workspace) -> None:
    view = risk.build(at(shared, D), POLICY)
    row = view.customers.set_index("customer_id").loc["own"]
    assert (row["overrun_minor"], row["is_over"]) == (8900_00, False)
    assert view.counts["intercompany"] == 1
    assert view.intercompany["outstanding_minor"].tolist() == [9000_00]
    assert view.overruns["overrun_minor"].tolist() == [300_00]


def test_the_filters_of_the_page_keep_the_figures_of_each_customer(shared: Workspace) -> None:
    whole = rows_of(shared).loc["over"]
    portfolio = shared.portfolio(D, Filters(category="PME"))
    found = risk.build(portfolio, POLICY).customers.set_index("customer_id")
    assert set(found.index) == {"over", "within"}
    for name in ("outstanding_minor", "overrun_minor", "overrun_days_12m", "mean_delay_days"):
        assert found.loc["over", name] == whole[name]
