"""The group page: each row is the overview of the company; the total only at known rates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import aging, companies, overview, risk
from arlib.workspace import LimitChange, Workspace
from tests.support.books import BY, Alloc, Book, Doc, load

if TYPE_CHECKING:
    from collections.abc import Iterator

D = date(2025, 6, 30)
POLICY = Policy()


def book(company: str, factor: int, currency: str = "EUR") -> Book:
    docs = [
        Doc("A", "F1", date(2025, 1, 10), 1_000 * factor, due_on=date(2025, 2, 10), currency=currency),
        Doc("A", "F2", date(2025, 6, 1), 700 * factor, due_on=date(2025, 7, 1), currency=currency),
        Doc("B", "F3", date(2025, 4, 1), 400 * factor, due_on=date(2025, 6, 1), currency=currency),
        Doc("B", "F4", date(2025, 3, 1), 300 * factor, due_on=date(2025, 4, 1), currency=currency),
        Doc("B", "P1", date(2025, 4, 21), -300 * factor, "payment", currency=currency),
    ]  # fmt: skip
    allocs = [] if currency != "EUR" else [Alloc("P1", "F4", 300 * factor)]
    disputes: list[dict[str, object]] = [
        {"number": "F3", "opened_on": date(2025, 5, 1), "amount_minor": 100 * factor}
    ]
    return Book(docs, allocs, disputes=disputes, company=company)


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    found = Workspace.open(None)
    load(found, book("UN", 1), book("DEUX", 3))
    found.set_limits([LimitChange("DEUX", "customer", "A", 1_000, "EUR")], BY)
    yield found
    found.close()


@pytest.fixture(scope="module")
def view(workspace: Workspace) -> companies.CompaniesView:
    return companies.build(workspace.portfolio(D), POLICY)


def rows_of(view: companies.CompaniesView) -> dict[str, dict[str, Any]]:
    rows = view.companies.to_dict("records")
    return {row["company_id"]: {str(k): v for k, v in row.items()} for row in rows}


def test_each_row_is_the_overview_of_the_company(
    workspace: Workspace, view: companies.CompaniesView
) -> None:
    rows = rows_of(view)
    assert list(rows) == ["DEUX", "UN"]
    for company, row in rows.items():
        one = workspace.portfolio(D, Filters(company_id=company))
        page = overview.build(one, POLICY, has_attention=False)
        kpis = {kpi.name: kpi for kpi in page.blocks[0].kpis}
        assert row["outstanding_minor"] == kpis["outstanding"].value
        assert row["dso_days"] == kpis["dso_count_back"].value
        assert row["count_over"] == kpis["over_limit"].value == page.over_limit_count
        [aged] = aging.build(one, POLICY).blocks
        assert row["overdue_minor"] == aged.totals["overdue_minor"]
        assert row["overdue_ratio"] == aged.overdue_ratio
        assert row["over_90_minor"] == aged.totals["90+_minor"]
        assert row["disputed_minor"] == aged.totals["disputed_minor"]
    delays = risk.build(workspace.portfolio(D, Filters(company_id="UN")), POLICY).mean_delay_days
    assert rows["UN"]["mean_delay_days"] == delays["EUR"]
    assert rows["UN"]["outstanding_minor"] == 2_100
    assert rows["UN"]["overdue_minor"] == 1_400
    assert rows["UN"]["over_90_minor"] == 1_000
    assert rows["UN"]["disputed_minor"] == 100
    assert (rows["DEUX"]["count_over"], rows["DEUX"]["overrun_minor"]) == (1, 4_100)
    assert rows["UN"]["overrun_minor_reason"] == "not_over"


def test_the_total_is_the_overview_of_all(view: companies.CompaniesView) -> None:
    assert (view.target, view.total_reason, len(view.total)) == ("EUR", None, 1)
    for name in ("outstanding_minor", "overdue_minor", "over_90_minor", "disputed_minor"):
        assert view.total[name].iloc[0] == view.companies[name].sum()
    assert view.total["count_over"].iloc[0] == view.companies["count_over"].sum()


def test_no_total_without_a_rate_and_no_row_without_data() -> None:
    mixed = Workspace.open(None)
    load(mixed, book("TROIS", 2, "USD"))
    view = companies.build(mixed.portfolio(D), POLICY)
    rows = rows_of(view)
    assert rows["TROIS"]["currency"] == "USD"
    assert (view.total_reason, len(view.total)) == ("no_rate", 0)
    nobody = companies.build(mixed.portfolio(D, Filters(search="personne")), POLICY)
    assert nobody.companies.empty
    assert nobody.total_reason == "no_open"
    mixed.close()


def test_one_whose_credits_cover_what_is_late_is_not_looked_at_first() -> None:
    start, due = date(2025, 1, 2), date(2025, 2, 1)
    docs = [Doc(code, f"F {code}", start, 10_000, due_on=due) for code in ("LATE", "EVEN")]
    workspace = Workspace.open(None)
    load(workspace, Book([*docs, Doc("EVEN", "P", due, -10_000, "payment")]))
    view = overview.build(workspace.portfolio(date(2025, 6, 30)), POLICY)
    workspace.close()
    assert list(view.attention["customer_id"]) == ["LATE"]
