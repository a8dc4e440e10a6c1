"""The alerts: the worked set by hand, each rule on a book made for it, rules switched off."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from arlib.i18n.credit import RULES as WORDS
from arlib.i18n.credit import TO_DO, alert_message
from arlib.model.grid_settings import ALERT_RULES
from arlib.model.policy import Policy
from arlib.views import alerts, risk
from arlib.workspace import Workspace
from tests.support.books import Book, Doc, limit, load
from tests.support.worked import D

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio

E = 100
POLICY = Policy(segmentation_method="rules")
FAR = date(2025, 12, 31)


def opened(*books: Book, as_of: date = D) -> Portfolio:
    workspace = Workspace.open(None)
    load(workspace, *books)
    return workspace.portfolio(as_of)


def invoice(code: str, amount: int, issued: date = date(2025, 6, 1), due: date = FAR) -> Doc:
    return Doc(code, f"F{code}{issued:%m%d}", issued, amount * E, due_on=due)


def only(*rules: str) -> Policy:
    """Return a policy under which these rules alone are on: the others are not worked out."""
    return POLICY.with_settings(alert_rules={name: name in rules for name in ALERT_RULES})


def lines(view: alerts.AlertsView, rule: str) -> dict[str, dict[str, Any]]:
    rows = view.list[view.list["rule"] == rule].to_dict("records")
    return {str(row["customer_id"]): row for row in rows}  # type: ignore[misc]


def counts(view: alerts.AlertsView) -> dict[str, int]:
    rows = view.rules[view.rules["count"] > 0]
    return dict(zip(rows["rule"], rows["count"], strict=True))


def test_the_worked_set(worked: Portfolio) -> None:
    view = alerts.build(worked, POLICY)
    assert counts(view) == {"major": 1, "over_long": 1, "over": 1, "near": 1}
    said = [
        (row["rule"], row["severity"], row["customer_id"], row["amount_minor"] // E)
        for row in view.list.to_dict("records")
    ]
    assert said == [
        ("major", "high", "C003", 12_000),
        ("over_long", "high", "C003", 12_000),
        ("over", "medium", "C003", 12_000),
        ("near", "low", "C002", 8_500),
    ]
    assert lines(view, "over_long")["C003"]["days"] == 92
    assert str(lines(view, "over")["C003"]["since"])[:10] == "2025-03-31"
    assert view.amounts["over"] == {"EUR": 12_000 * E}
    assert (view.by_severity, view.count_customers) == ({"high": 2, "medium": 1, "low": 1}, 2)
    reasons = view.rules.set_index("rule")["reason"].dropna().to_dict()
    assert reasons == {"new_overrun": "first_import"}


def test_the_overruns_are_those_of_the_badge(worked: Portfolio) -> None:
    for basis in ("E1", "E1g", "E2", "E4"):
        policy = only("over").with_settings(exposure_basis=basis)
        view = alerts.build(worked, policy)
        assert len(lines(view, "over")) == risk.over_limit_count(worked, policy)


@pytest.mark.parametrize(
    ("days", "count"),
    [(91, 1), (92, 1), (93, 0)],
)
def test_an_overrun_is_long_from_the_days_of_the_policy(
    worked: Portfolio, days: int, count: int
) -> None:
    view = alerts.build(worked, only("over_long").with_settings(alert_over_days=days))
    assert len(lines(view, "over_long")) == count


@pytest.mark.parametrize("rule", ["major", "over_long", "over", "near"])
def test_a_rule_switched_off_vanishes_and_nothing_else_changes(
    worked: Portfolio, rule: str
) -> None:
    everything = alerts.build(worked, POLICY)
    view = alerts.build(worked, POLICY.with_settings(alert_rules={rule: False}))
    rest = everything.list[everything.list["rule"] != rule].reset_index(drop=True)
    pd.testing.assert_frame_equal(view.list, rest)
    row = view.rules[view.rules["rule"] == rule]
    assert row[["is_on", "count"]].to_numpy().tolist() == [[False, 0]]
    assert view.amounts[rule] == {}
    others = [name for name in ALERT_RULES if name != rule]
    assert {name: view.amounts[name] for name in others} == {
        name: everything.amounts[name] for name in others
    }


def test_all_rules_off_leaves_nothing(worked: Portfolio) -> None:
    off = POLICY.with_settings(alert_rules=dict.fromkeys(ALERT_RULES, False))
    view = alerts.build(worked, off)
    assert view.list.empty
    assert set(view.rules["count"]) == {0}


def test_a_new_overrun_began_after_the_import_before() -> None:
    """May knows OLD over since May; June brings NEW over its limit, and AGAIN over once more."""
    limits = [limit(code, 100 * E) for code in ("OLD", "NEW", "AGAIN", "IN")]
    may = [
        invoice("OLD", 150, date(2025, 5, 10)),
        invoice("NEW", 90, date(2025, 5, 10)),
        invoice("AGAIN", 150, date(2025, 5, 10)),
        invoice("IN", 50, date(2025, 5, 10)),
    ]
    june = [
        invoice("NEW", 20, date(2025, 6, 12)),
        Doc("AGAIN", "P", date(2025, 6, 5), -100 * E, kind="payment"),
        invoice("AGAIN", 60, date(2025, 6, 20)),
    ]
    first = Book(may, limits=limits, covers=(date(2025, 5, 1), date(2025, 5, 31)))
    second = Book([*may, *june], limits=limits, covers=(date(2025, 5, 1), D))
    view = alerts.build(opened(first, second), only("over", "new_overrun"))
    found = lines(view, "new_overrun")
    assert {code: str(row["since"])[:10] for code, row in found.items()} == {
        "NEW": "2025-06-12",
        "AGAIN": "2025-06-20",
    }
    assert {str(row["until"])[:10] for row in found.values()} == {"2025-05-31"}
    assert set(lines(view, "over")) == {"OLD", "NEW", "AGAIN"}
    assert str(view.reference["reference_on"].iloc[0])[:10] == "2025-05-31"
    assert view.rules["reason"].isna().all()


def test_without_any_limit_the_rules_on_limits_say_so() -> None:
    view = alerts.build(opened(Book([invoice("C", 150)])), only("over", "near", "major"))
    reasons = view.rules.set_index("rule")["reason"]
    assert (reasons["over"], reasons["near"], reasons["major"]) == ("no_limit",) * 3


def test_one_import_alone_has_nothing_new() -> None:
    book = Book([invoice("C", 150)], limits=[limit("C", 100 * E)])
    view = alerts.build(opened(book), only("over", "new_overrun"))
    assert set(lines(view, "over")) == {"C"}
    assert lines(view, "new_overrun") == {}
    assert view.reference.empty


def test_beyond_the_insurer_and_over_the_group() -> None:
    docs = [invoice("A", 60), invoice("B", 70)]
    who: list[dict[str, object]] = [{"customer_id": code, "group_id": "G"} for code in "AB"]
    limits = [
        limit("A", 500 * E),
        limit("B", 500 * E),
        limit("B", 50 * E, source="insurer"),
        limit("G", 100 * E, scope="group"),
    ]
    policy = only("over_insurer", "group_over")
    view = alerts.build(opened(Book(docs, customers=who, limits=limits)), policy)
    insurer = lines(view, "over_insurer")
    assert {code: row["amount_minor"] // E for code, row in insurer.items()} == {"B": 20}
    group = view.list[view.list["rule"] == "group_over"]
    assert group[["target", "name", "amount_minor", "count"]].to_numpy().tolist() == [
        ["G", "G", 30 * E, 2]
    ]
    assert group["customer_id"].isna().all()


def test_limits_that_end_and_that_ended_on_a_debt() -> None:
    docs = [invoice(code, 10) for code in ("SOON", "LATER", "GONE", "RENEWED")]
    docs += [invoice("PAID", 10), Doc("PAID", "P", date(2025, 6, 2), -10 * E, kind="payment")]
    limits = [
        limit("SOON", 100 * E, valid_to=date(2025, 7, 30)),
        limit("LATER", 100 * E, valid_to=date(2025, 7, 31)),
        limit("GONE", 100 * E, valid_to=date(2025, 6, 29)),
        limit("PAID", 100 * E, valid_to=date(2025, 6, 29)),
        limit("RENEWED", 100 * E, valid_to=date(2025, 7, 10)),
        limit("RENEWED", 90 * E, valid_from=date(2025, 7, 11), change_id="renewed"),
    ]
    view = alerts.build(opened(Book(docs, limits=limits)), only("limit_expiring"))
    found = lines(view, "limit_expiring")
    assert set(found) == {"SOON", "GONE"}
    assert found["SOON"]["days"] == 30
    assert found["GONE"]["amount_minor"] == 10 * E


def test_the_dates_of_the_insurer() -> None:
    policy = only("insurer_deadline", "insurer_missed").with_settings(
        insurance_declaration_days=60, insurance_cover_ratio=0.9, insurance_alert_days=15
    )
    dues = {"SOON": date(2025, 5, 15), "LATER": date(2025, 5, 17), "MISSED": date(2025, 4, 30)}
    docs = [invoice(code, 10, date(2025, 4, 1), due) for code, due in dues.items()]
    limits = [limit(code, 100 * E, source="insurer") for code in dues]
    view = alerts.build(opened(Book(docs, limits=limits)), policy)
    assert set(lines(view, "insurer_deadline")) == {"SOON"}  # 14 July, in 14 days
    assert set(lines(view, "insurer_missed")) == {"MISSED"}  # 29 June
    assert str(lines(view, "insurer_missed")["MISSED"]["since"])[:10] == "2025-06-29"


def test_a_broken_promise_and_a_worse_class() -> None:
    docs = [
        invoice("C", 1_000, date(2025, 2, 1), date(2025, 5, 25)),
        invoice("KEPT", 1_000, date(2025, 2, 1), FAR),
    ]
    promise: dict[str, object] = {
        "kind": "promise",
        "amount_minor": 400 * E,
        "currency": "EUR",
        "due_on": date(2025, 6, 10),
        "taken_on": date(2025, 6, 1),
    }
    actions = [{"customer_id": "C", **promise}]
    # nothing paid: at the end of May 6 days late, at the end of June 36 days: to watch by the rules
    policy = only("broken_promise", "class_worsened").with_settings(
        watch_delay_days=40.0, watch_overdue_ratio=1.0
    )
    view = alerts.build(opened(Book(docs, actions=actions)), policy)
    broken = lines(view, "broken_promise")
    assert {code: (row["amount_minor"] // E, row["count"]) for code, row in broken.items()} == {
        "C": (400, 1)
    }
    assert str(broken["C"]["since"])[:10] == "2025-06-13"  # three days of grace
    worse = lines(view, "class_worsened")
    assert {code: (row["previous_segment"], row["segment"]) for code, row in worse.items()} == {
        "C": ("insufficient_history", "watch")
    }


def test_companies_of_the_group_are_left_out() -> None:
    docs = [invoice("OURS", 150), invoice("THEIRS", 150)]
    who: list[dict[str, object]] = [{"customer_id": "OURS", "is_intercompany": True}]
    limits = [limit("OURS", 100 * E), limit("THEIRS", 100 * E)]
    view = alerts.build(opened(Book(docs, customers=who, limits=limits)), POLICY)
    assert set(view.list["customer_id"]) == {"THEIRS"}


def test_every_rule_has_its_words_and_every_line_its_sentence(worked: Portfolio) -> None:
    assert set(WORDS) == set(TO_DO) == set(ALERT_RULES)
    for row in alerts.build(worked, POLICY).list.to_dict("records"):
        said = alert_message(row, "fr")
        assert "{" not in said
        assert "C003" not in said


def test_a_book_without_limits_or_customers_over() -> None:
    view = alerts.build(opened(Book([invoice("C", 10)])), POLICY)
    assert counts(view) == {}
    assert (view.count_customers, view.by_severity["high"]) == (0, 0)
