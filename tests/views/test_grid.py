"""The credit grid on the worked set, its limits in several currencies, the law at each invoice's date."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.views import grid
from arlib.workspace import Workspace
from tests.scenarios.worked_set import workbook
from tests.support.books import Book, Doc, load
from tests.support.worked import D, worked_book

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio

E = 100
POLICY = Policy(
    segmentation_method="rules",
    grid_ceiling_minor={
        "reliable": {"EUR": 15_000 * E},
        "watch": {"EUR": 1_000 * E},
        "high_risk": {"EUR": 5_000 * E},
    },
    grid_terms={"reliable": "30 jours fin de mois", "high_risk": "30 jours"},
    grid_deposit_ratio={"high_risk": 0.3},
    grid_action={"high_risk": "Acompte puis accord de la direction"},
)
RULES_ONLY = Policy(segmentation_method="rules")


def opened(*docs: Doc, as_of: date = D, **more: Any) -> Portfolio:
    workspace = Workspace.open(None)
    load(workspace, Book(list(docs), **more))
    return workspace.portfolio(as_of)


def of(view: grid.GridView, rule: str) -> dict[str, dict[str, Any]]:
    rows = view.exceptions[view.exceptions["rule"] == rule]
    return {str(row["customer_id"]): row for row in rows.to_dict("records")}  # type: ignore[misc]


def test_limits_above_the_ceiling_of_the_class(worked: Portfolio) -> None:
    view = grid.build(worked, POLICY)
    found = of(view, "limit_above")
    excess = {code: row["excess_minor"] // E for code, row in found.items()}
    # C001 reliable 20 000 − 15 000; C002 and C003 high risk 10 000 and 15 000 − 5 000
    assert excess == {"C001": 5_000, "C002": 5_000, "C003": 10_000}
    assert {code: row["exposure_minor"] // E for code, row in found.items()} == {
        "C001": 11_400,
        "C002": 8_500,
        "C003": 27_000,
    }
    assert view.counts["limit_above"] == 3
    assert view.amounts["limit_above"] == {"EUR": 46_900 * E}


def test_no_limit_where_the_class_needs_one(worked: Portfolio) -> None:
    found = of(grid.build(worked, POLICY), "no_limit")
    assert {code: row["exposure_minor"] for code, row in found.items()} == {"C004": 1_500 * E}
    without = POLICY.with_settings(grid_ceiling_minor={"reliable": {"EUR": 15_000 * E}})
    assert of(grid.build(worked, without), "no_limit") == {}


def test_terms_longer_than_those_of_the_class(worked: Portfolio) -> None:
    found = of(grid.build(worked, POLICY), "terms_above")
    said = {
        code: (row["days_beyond"], row["count_invoices"], row["exposure_minor"] // E)
        for code, row in found.items()
    }
    # C002: F006 27 days and F007 30 days beyond 30 days; C003: F009 31 and F011 30, F010 within
    assert said == {"C002": (30, 2, 10_200), "C003": (31, 2, 23_400)}
    assert str(found["C003"]["allowed_on"])[:10] == "2025-04-30"


def test_the_45_day_clause_of_the_worked_set(worked: Portfolio) -> None:
    view = grid.build(worked, POLICY)
    found = of(view, "terms_clause")
    assert list(found) == ["C003"]  # F009: 31 March due 31 May, 61 days
    row = found["C003"]
    days = (row["net_days"], row["month_end_a_days"], row["month_end_b_days"])
    assert days == (1, 0, 16)
    assert (row["reading"], row["exposure_minor"]) == ("month_end_a", 18_000 * E)
    assert view.counts["terms_illegal"] == 0


@pytest.mark.parametrize(
    ("issued", "due", "rule", "days", "reading"),
    [
        # 60 days: 16 March; 45 days then end of month: 31 March; end of month then 45 days: 17 March
        ("2025-01-15", "2025-03-16", None, 0, None),
        (
            "2025-01-15",
            "2025-03-17",
            "terms_clause",
            1,
            "month_end_a",
        ),  # both allow it, A allows most
        ("2025-01-15", "2025-03-31", "terms_clause", 15, "month_end_a"),
        ("2025-01-15", "2025-04-01", "terms_illegal", 1, "month_end_a"),
        ("2025-01-31", "2025-04-02", "terms_illegal", 1, "net"),  # 60 days is the longest: 1 April
        ("2025-01-10", "2025-03-18", "terms_illegal", 1, "month_end_b"),  # 17 March is
    ],
)
def test_an_invoice_against_every_reading_of_the_law(
    issued: str, due: str, rule: str | None, days: int, reading: str | None
) -> None:
    doc = Doc("C", "F", date.fromisoformat(issued), 100 * E, due_on=date.fromisoformat(due))
    found = grid.build(opened(doc), RULES_ONLY).exceptions
    if rule is None:
        assert found.empty
        return
    row = found.iloc[0]
    assert (row["rule"], row["days_beyond"], row["reading"]) == (rule, days, reading)


def test_the_regime_of_the_customer_chooses_the_ceiling() -> None:
    docs = [
        Doc("ROAD", "F1", date(2025, 5, 1), 100 * E, due_on=date(2025, 6, 5)),
        Doc("SAME", "F2", date(2025, 5, 1), 100 * E, due_on=date(2025, 6, 5)),
        Doc("ODD", "F3", date(2025, 5, 1), 100 * E, due_on=date(2025, 12, 1)),
    ]
    who: list[dict[str, object]] = [
        {"customer_id": "ROAD", "payment_regime": "Transport routier"},
        {"customer_id": "ODD", "payment_regime": "selon accord"},
    ]
    view = grid.build(opened(*docs, customers=who), RULES_ONLY)
    found = of(view, "terms_illegal")
    assert list(found) == ["ROAD"]  # 30 days end on 31 May: 5 too many
    assert (found["ROAD"]["days_beyond"], found["ROAD"]["regime"]) == (5, "transport")
    assert not found["ROAD"]["is_confirmed"]
    assert view.count_unknown_regime == 1


def test_an_invoice_older_than_the_text_is_not_judged() -> None:
    old = Doc("C", "F", date(2021, 10, 31), 100 * E, due_on=date(2022, 6, 30))
    new = Doc("C", "G", date(2021, 11, 1), 100 * E, due_on=date(2022, 6, 30))
    found = grid.build(opened(old, new), RULES_ONLY).exceptions
    assert found["count_invoices"].tolist() == [1]
    assert str(found["issued_on"].iloc[0])[:10] == "2021-11-01"


def test_a_due_date_that_nobody_granted_is_not_tested() -> None:
    doc = Doc("C", "F", date(2025, 5, 1), 100 * E)
    view = grid.build(opened(doc), POLICY.with_settings(grid_terms={"watch": "comptant"}))
    assert not view.are_dates_granted
    assert of(view, "terms_above") == {}


def test_a_ceiling_is_compared_in_the_currency_of_the_limit() -> None:
    limits: list[dict[str, object]] = [
        {
            "change_id": code,
            "scope": "customer",
            "scope_id": code,
            "source": "internal",
            "amount_minor": 2_000 * E,
            "currency": currency,
            "decided_at": datetime(2025, 1, 1),  # noqa: DTZ001 - a date of the file
            "origin": "file",
        }
        for code, currency in (("A", "EUR"), ("B", "USD"))
    ]
    docs = [Doc(c, f"F{c}", date(2025, 6, 1), 100 * E, due_on=date(2025, 6, 30)) for c in "AB"]
    who: list[dict[str, object]] = [{"customer_id": "A"}, {"customer_id": "B"}]
    book = opened(*docs, customers=who, limits=limits)
    policy = RULES_ONLY.with_settings(
        grid_ceiling_minor={"insufficient_history": {"EUR": 1_000 * E, "USD": 1_500 * E}}
    )
    found = of(grid.build(book, policy), "limit_above")
    assert {code: row["excess_minor"] // E for code, row in found.items()} == {"A": 1_000, "B": 500}
    # no rate of the dollar: the ceiling in euros says nothing of a limit in dollars
    euros = policy.with_settings(grid_ceiling_minor={"insufficient_history": {"EUR": 1_000 * E}})
    assert list(of(grid.build(book, euros), "limit_above")) == ["A"]


def test_delivery_starts_the_count_of_perishable_food() -> None:
    from arlib.model.files import FileInput, ImportOptions
    from tests.support.books import BY

    line = {"customer_id": "C", "kind": "invoice", "number": "F", "amount_minor": 100 * E,
            "issued_on": date(2025, 5, 12), "due_on": date(2025, 6, 10)}  # fmt: skip
    sheets: dict[str, list[dict[str, object]]] = {
        "company": [{"name": "Société témoin", "currency": "EUR", "extracted_on": D}],
        "customers": [{"customer_id": "C", "payment_regime": "Produits périssables"}],
        "documents": [{**line, "delivered_on": date(2025, 5, 8)}],
    }
    workspace = Workspace.open(None)
    options = ImportOptions()
    parsed = workspace.read([FileInput("modele.xlsx", workbook(sheets))], options)
    assert [item.status for item in workspace.load(parsed, options, BY)] == ["imported"]
    found = of(grid.build(workspace.portfolio(D), RULES_ONLY), "terms_illegal")
    # 30 days from the delivery of 8 May end on 7 June: three too many
    assert found["C"]["days_beyond"] == 3


def test_companies_of_the_group_are_left_out(worked: Portfolio) -> None:
    book = worked_book()
    book.customers[0]["is_intercompany"] = True
    workspace = Workspace.open(None)
    load(workspace, book)
    mine, all_ = (grid.build(p, POLICY).exceptions for p in (workspace.portfolio(D), worked))
    assert set(all_["customer_id"]) - set(mine["customer_id"]) == {"C001"}


def test_an_empty_grid_tests_the_law_alone(worked: Portfolio) -> None:
    view = grid.build(worked, RULES_ONLY)
    assert view.is_empty
    assert set(view.exceptions["rule"]) == {"terms_clause"}
    people = {row["segment"]: row["count"] for row in view.population.to_dict("records")}
    assert people == {"reliable": 1, "high_risk": 2, "watch": 1}


def test_the_grid_goes_through_its_file_and_back() -> None:
    assert Policy.from_toml(POLICY.to_toml()) == POLICY
    rows = grid.grid_rows(POLICY)
    assert grid.with_rows(RULES_ONLY, rows) == POLICY
    assert grid.with_rows(POLICY, grid.grid_rows(RULES_ONLY)) == RULES_ONLY


@pytest.mark.parametrize(
    "settings",
    [
        {"grid_ceiling_minor": {"reliable": 5}},
        {"grid_ceiling_minor": {"reliable": {"EUR": -1}}},
        {"grid_ceiling_minor": {"nobody": {"EUR": 1}}},
        {"grid_terms": {"watch": "un de ces jours"}},
        {"grid_deposit_ratio": {"watch": 1.5}},
        {"grid_action": {"watch": "x" * 201}},
        {"grid_action": {"watch": "a\nb"}},
        {"alert_rules": {"unheard_of": True}},
        {"alert_rules": {"over": 1}},
        {"alert_over_days": 0},
        {"sales_overdue_days": 0},
    ],
)
def test_a_wrong_setting_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(UserError, match="policy_value_invalid"):
        Policy().with_settings(**settings)
