"""Limits as files state them: the steps of OCA's credit control, then the counting rules of the badge."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from arlib.views import aging, overview, risk, status
from arlib.workspace import LimitChange, Workspace
from tests.scenarios.product import (
    BY,
    POLICY,
    aged,
    at,
    book,
    credit_note,
    fill,
    invoice,
    limit,
    payment,
    pays,
    risk_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scenarios.worked_set import Row

# -- OCA, account_financial_risk: 10 × 50 + 10 % tax = 550 a document

POSTED = date(2017, 1, 1)
DAY = date(2017, 1, 31)


def order(customer: str, amount: int) -> Row:
    """Return what is ordered and not invoiced: OCA's drafts."""
    return {"customer_id": customer, "kind": "order", "amount_minor": amount * 100}


def oca() -> dict[str, list[Row]]:
    """Return one customer per step."""
    first = ["posted", "limit 100", "limit 1100", "limit 900", "limit 0", "parent"]
    return {
        "company": [{"name": "Essai", "currency": "EUR", "extracted_on": DAY}],
        "customers": [
            {"customer_id": "draft", "name": "Brouillon"},
            {"customer_id": "head", "name": "Tête", "group_id": "G"},
            {"customer_id": "branch", "name": "Agence", "group_id": "G"},
        ],
        "documents": [
            *(invoice("F1", 550, POSTED, POSTED, name) for name in first),
            # Delivered to another address, billed on the same account.
            invoice("F2", 550, POSTED, POSTED, "parent", reference="Livré : agence du Nord"),
            invoice("F2", 550, DAY, DAY, "limit 900"),
            invoice("F1", 550, POSTED, POSTED, "head"),
            invoice("F1", 550, POSTED, POSTED, "branch"),
            invoice("F1", 100, POSTED, DAY - timedelta(days=2), "two days"),
        ],
        "settlements": [payment("P1", 1, POSTED, "payer")],
        "commitments": [order("draft", 550)],
        "limits": [
            limit("draft", 500),
            limit("limit 100", 100),
            limit("limit 1100", 1100),
            limit("parent", 1000),
            limit("limit 900", 900),
            limit("limit 0", 0),
            limit("G", 1000, scope="group"),
        ],
    }


@pytest.fixture(scope="module")
def steps() -> Iterator[Workspace]:
    workspace = book(oca())
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def table(steps: Workspace) -> pd.DataFrame:
    return risk_rows(steps, DAY)


def euros(rows: pd.DataFrame, customer: str, *names: str) -> list[float | None]:
    """Return amounts of a customer in euros, None when missing."""
    row = rows.loc[customer]
    found = [row[f"{name}_minor"] for name in names]
    return [None if pd.isna(value) else int(value) / 100 for value in found]


def test_oca_a_draft_is_a_commitment_seen_by_e4_alone(
    steps: Workspace, table: pd.DataFrame
) -> None:
    """OCA counts drafts when asked to; here an order counts when the exposure chosen is E4."""
    assert euros(table, "draft", "outstanding", "e3", "e4", "overrun") == [0, 0, 550, 0]
    chosen = risk_rows(steps, DAY, "E4")
    assert euros(chosen, "draft", "outstanding", "exposure", "overrun") == [0, 550, 50]


def test_oca_once_posted_it_is_owed_and_overdue(table: pd.DataFrame) -> None:
    assert euros(table, "posted", "outstanding", "overdue", "e4") == [550, 550, 550]


@pytest.mark.parametrize(
    ("customer", "overrun", "is_over"), [("limit 100", 450, True), ("limit 1100", 0, False)]
)
def test_oca_limits_100_and_1100(
    table: pd.DataFrame, customer: str, overrun: float, *, is_over: bool
) -> None:
    assert euros(table, customer, "overrun") == [overrun]
    assert table.loc[customer, "is_over"] == is_over


def test_oca_an_invoice_of_a_delivery_address_counts_on_the_billed_account(
    table: pd.DataFrame,
) -> None:
    assert euros(table, "parent", "outstanding", "overrun") == [1100, 100]


def test_oca_a_child_with_its_own_account_is_tested_with_its_group(steps: Workspace) -> None:
    """Each account stays apart (no limit of its own); the group's limit is tested on the sum."""
    view = risk.build(at(steps, DAY), POLICY)
    [row] = view.groups.to_dict("records")
    assert (row["group_id"], row["exposure_minor"], row["overrun_minor"]) == ("G", 110_000, 10_000)
    rows = view.customers.set_index("customer_id")
    assert euros(rows, "branch", "limit", "overrun") == [None, None]


def test_oca_the_second_invoice_passes_the_limit_the_day_it_is_posted(
    steps: Workspace, table: pd.DataFrame
) -> None:
    """OCA blocks the posting; ours measures: within the limit the day before, 200 over that day."""
    before = risk_rows(steps, DAY - timedelta(days=1))
    assert euros(before, "limit 900", "outstanding", "overrun") == [550, 0]
    assert euros(table, "limit 900", "outstanding", "overrun") == [1100, 200]
    assert table.loc["limit 900", "overrun_since"] == pd.Timestamp(DAY)


def test_oca_grace_margin_ours_is_none_two_days_late_is_overdue(
    steps: Workspace, table: pd.DataFrame
) -> None:
    assert euros(table, "two days", "overdue") == [100]
    assert aged(steps, DAY)["two days"] == (0, 100, 0, 0, 0, 0, 100)


def test_oca_zero_is_no_limit_there_and_no_credit_here(table: pd.DataFrame) -> None:
    assert euros(table, "limit 0", "limit", "overrun") == [0, 550]
    assert table.loc["limit 0", "utilisation_ratio_reason"] == "limit_zero"
    assert table.loc["limit 0", "is_over"]


def test_oca_sub_limit_on_overdue_is_read_from_the_overdue_column(table: pd.DataFrame) -> None:
    """No sub-limit by nature of debt: what is overdue stands beside, inside the same total."""
    assert euros(table, "limit 1100", "overdue", "overrun") == [550, 0]


# -- the counting rules of the page Gestion du risque

ISSUED = date(2025, 3, 1)
DUE = date(2025, 3, 31)
AS_OF = date(2025, 6, 30)
# Each customer owes one invoice: (owed, limit); None: no line in the sheet Limites.
OWED: dict[str, tuple[float, float | None]] = {
    "equal": (1000, 1000),
    "a cent over": (1000, 999.99),
    "a cent under": (1000, 1000.01),
    "zero": (0.01, 0),
    "zero, nothing owed": (0, 0),
    "none": (5000, None),
    "zero, credit": (-50, 0),
    "credit": (-50, 10),
}
COUNTED = {"a cent over", "zero"}


def counting() -> dict[str, list[Row]]:
    """Return one customer per rule."""
    lines: dict[str, list[Row]] = {
        "customers": [{"customer_id": name, "name": name.upper()} for name in OWED],
        "documents": [],
        "limits": [],
    }
    for name, (owed, ceiling) in OWED.items():
        if owed > 0:
            lines["documents"].append(invoice("F1", owed, ISSUED, DUE, name))
        elif owed < 0:
            lines["documents"].append(credit_note("A1", -owed, ISSUED, name))
        if ceiling is not None:
            lines["limits"].append(limit(name, ceiling))
    return lines


@pytest.fixture(scope="module")
def counted() -> Iterator[Workspace]:
    workspace = book(counting())
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def page(counted: Workspace) -> risk.RiskView:
    return risk.build(at(counted, AS_OF), POLICY)


def rows_of(view: risk.RiskView) -> pd.DataFrame:
    return view.customers.set_index("customer_id")


def over(view: risk.RiskView) -> set[str]:
    return set(view.customers.loc[view.customers["is_over"], "customer_id"])


def test_badge_counts_strictly_above_the_limit_and_never_without_one(
    counted: Workspace, page: risk.RiskView
) -> None:
    assert over(page) == COUNTED
    assert page.over_limit_count == risk.over_limit_count(at(counted, AS_OF), POLICY) == 2
    assert page.counts["without_limit"] == 1


def test_overrun_is_what_is_owed_less_the_limit_and_empty_without_one(page: risk.RiskView) -> None:
    rows = rows_of(page)
    found = {name: euros(rows, name, "overrun")[0] for name in OWED}
    assert found == {
        "equal": 0,
        "a cent over": 0.01,
        "a cent under": 0,
        "zero": 0.01,
        "zero, nothing owed": 0,
        "none": None,
        "zero, credit": 0,
        "credit": 0,
    }
    assert rows.loc["none", "overrun_reason"] == "no_limit"


def test_a_limit_of_zero_and_no_limit_never_merge_at_import(page: risk.RiskView) -> None:
    rows = rows_of(page)
    assert {name: euros(rows, name, "limit")[0] for name in OWED} == {
        name: ceiling for name, (_, ceiling) in OWED.items()
    }


def test_every_customer_is_listed_and_the_column_sums_to_the_ledger(
    counted: Workspace, page: risk.RiskView
) -> None:
    assert set(page.customers["customer_id"]) == set(OWED)
    owed = sum(round(amount * 100) for amount, _ in OWED.values())
    assert int(page.customers["outstanding_minor"].sum()) == owed
    tie_out = status.build(at(counted, AS_OF), POLICY).tie_out
    assert tie_out[["ledger_minor", "analysed_minor"]].to_numpy().tolist() == [[owed, owed]]
    [block] = overview.build(at(counted, AS_OF), POLICY).blocks
    kpis = {kpi.name: kpi.value for kpi in block.kpis}
    assert kpis["outstanding"] == owed
    [aged_block] = aging.build(at(counted, AS_OF), POLICY).blocks
    assert aged_block.totals["total_minor"] == owed


def test_largest_overrun_first_then_largest_amount(page: risk.RiskView) -> None:
    """A customer without a limit has no overrun to rank: he stands by his debt."""
    rows = page.customers
    assert list(rows["customer_id"][:2]) == ["a cent over", "zero"]
    others = rows["outstanding_minor"][2:].tolist()
    assert others == sorted(others, reverse=True)


# -- limits in other currencies, limits that begin and end: one book, a customer each

FIRST_LIMIT = date(2025, 1, 1)
LAST_DAY = date(2025, 4, 30)
NEXT_LIMIT = date(2025, 5, 1)
OTHERS: dict[str, list[Row]] = {
    "dollar": [limit("dollar", 1000, currency="USD")],
    "dollar, equal": [limit("dollar, equal", 1250, currency="USD")],
    "pound": [limit("pound", 10, currency="GBP")],
    "changed": [
        limit("changed", 800, valid_from=FIRST_LIMIT, valid_to=LAST_DAY),
        limit("changed", 2000, valid_from=NEXT_LIMIT),
    ],
    "later": [limit("later", 800, valid_from=NEXT_LIMIT)],
    "ended": [limit("ended", 800, valid_from=FIRST_LIMIT, valid_to=LAST_DAY)],
}


@pytest.fixture(scope="module")
def others() -> Iterator[Workspace]:
    """Each customer owes 1,000 EUR; a dollar is worth 0.80 EUR from the due date on."""
    workspace = book(
        {
            "documents": [invoice("F1", 1000, ISSUED, DUE, name) for name in OTHERS],
            "limits": [row for rows in OTHERS.values() for row in rows],
            "rates": [{"currency": "USD", "rate_on": DUE, "rate": 0.80}],
        }
    )
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def views(others: Workspace) -> dict[date, risk.RiskView]:
    days = (DUE - timedelta(days=1), LAST_DAY, NEXT_LIMIT)
    return {day: risk.build(at(others, day), POLICY) for day in days}


def test_a_limit_in_another_currency_is_tested_at_the_rate(
    views: dict[date, risk.RiskView],
) -> None:
    """1,000 EUR are 1,250 USD at 0.80: 250 over the one limit, exactly the other."""
    rows = rows_of(views[LAST_DAY])
    assert list(rows.loc["dollar", ["currency", "limit_currency"]]) == ["EUR", "USD"]
    assert euros(rows, "dollar", "tested", "overrun") == [1250, 250]
    assert euros(rows, "dollar, equal", "tested", "overrun") == [1250, 0]
    assert over(views[LAST_DAY]) >= {"dollar"}
    assert "dollar, equal" not in over(views[LAST_DAY])


def test_a_limit_without_a_rate_is_flagged_and_out_of_the_badge(
    views: dict[date, risk.RiskView],
) -> None:
    view = views[LAST_DAY]
    rows = rows_of(view)
    assert list(rows.loc["pound", ["lacks_rate", "is_over"]]) == [True, False]
    assert rows.loc["pound", "overrun_reason"] == "no_rate"
    assert euros(rows, "pound", "limit", "outstanding") == [10, 1000]
    assert "no_rate" in view.notes
    # Before its first rate the dollar has none either.
    early = views[DUE - timedelta(days=1)]
    assert rows_of(early).loc["dollar", "overrun_reason"] == "no_rate"
    assert not over(early) & {"dollar", "pound"}


def test_a_past_date_uses_the_limit_in_force_that_day(views: dict[date, risk.RiskView]) -> None:
    found = [
        (*euros(rows, "changed", "limit", "overrun"), bool(rows.loc["changed", "limit_is_current"]))
        for rows in (rows_of(views[LAST_DAY]), rows_of(views[NEXT_LIMIT]))
    ]
    assert found == [(800, 200, False), (2000, 0, False)]


def test_a_date_before_every_limit_uses_the_current_one_and_says_so(
    views: dict[date, risk.RiskView],
) -> None:
    rows = rows_of(views[LAST_DAY])
    assert euros(rows, "later", "limit", "overrun") == [800, 200]
    assert rows.loc["later", "limit_is_current"]
    assert "limit_is_current" in views[LAST_DAY].notes
    assert not rows_of(views[NEXT_LIMIT]).loc["later", "limit_is_current"]
    assert "limit_is_current" not in views[NEXT_LIMIT].notes


def test_an_ended_limit_is_no_limit_and_its_last_day_counts(
    views: dict[date, risk.RiskView],
) -> None:
    assert euros(rows_of(views[LAST_DAY]), "ended", "overrun") == [200]
    ended = rows_of(views[NEXT_LIMIT])
    assert euros(ended, "ended", "limit", "overrun") == [None, None]
    assert ended.loc["ended", "overrun_reason"] == "expired"


def test_the_badge_is_that_of_the_day(others: Workspace, views: dict[date, risk.RiskView]) -> None:
    assert over(views[DUE - timedelta(days=1)]) == {"changed", "later", "ended"}
    assert over(views[LAST_DAY]) == {"dollar", "changed", "later", "ended"}
    assert over(views[NEXT_LIMIT]) == {"dollar", "later"}
    for day, view in views.items():
        assert risk.over_limit_count(at(others, day), POLICY) == len(over(view))


def test_new_files_move_what_is_owed_and_never_a_limit_set_by_hand() -> None:
    """An invoice raises it, a payment lowers it, a limit of the file does not replace the decision."""
    lines: dict[str, list[Row]] = {
        "documents": [invoice("F1", 1000, ISSUED, DUE)],
        "settlements": [payment("P0", 1, ISSUED, "C2")],
        "limits": [limit("C1", 5000)],
    }
    workspace = book(lines)
    workspace.set_limits([LimitChange("Essai", "customer", "C1", 120_000, "EUR")], BY)
    seen = [euros(risk_rows(workspace, ISSUED), "C1", "outstanding", "limit", "overrun")]
    lines["documents"].append(invoice("F2", 500, date(2025, 4, 1), date(2025, 5, 1)))
    fill(workspace, lines)
    seen.append(
        euros(risk_rows(workspace, date(2025, 4, 1)), "C1", "outstanding", "limit", "overrun")
    )
    lines["settlements"].append(payment("P1", 1000, date(2025, 5, 2)))
    lines["allocations"] = [pays("P1", "F1", 1000)]
    fill(workspace, lines)
    seen.append(
        euros(risk_rows(workspace, date(2025, 5, 2)), "C1", "outstanding", "limit", "overrun")
    )
    assert seen == [[1000, 1200, 0], [1500, 1200, 300], [500, 1200, 0]]
    assert risk.over_limit_count(at(workspace, date(2025, 4, 1)), POLICY) == 1
    assert risk.over_limit_count(at(workspace, date(2025, 5, 2)), POLICY) == 0
