"""The score of books: what it reads, what it must not read, what raises it, what would change it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from arlib.analytics import hazard
from arlib.analytics.score import score
from arlib.analytics.score_check import auc
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.store import queries
from arlib.views import score_check, segments
from arlib.workspace import OverrideChange, Workspace
from tests.support.books import BY, Alloc, Book, Doc, load

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio

POLICY = Policy(score_history_months=3)  # a short path: what it reads is the same
START = date(2024, 1, 10)
T = date(2025, 6, 30)
E = 100
# Days late of each customer, in turn; every customer is invoiced twice a month at 30 days.
HABITS = {
    "GOOD": (-2, 0, 1, -1),
    "SLOW": (8, 12, 10, 14),
    "BAD": (40, 55, 35, 60),
    "WORSE": (0, 1, -1, 2),
    "NEW": (0,),
}


def paid(
    customer: str, habit: tuple[int, ...], count: int, first: date = START
) -> tuple[list[Doc], list[Alloc]]:
    """Return invoices every fortnight at 30 days, each paid late by the habit, in turn."""
    docs, allocs = [], []
    for n in range(count):
        issued = first + timedelta(days=14 * n + 3 * len(customer) % 5)
        due = issued + timedelta(days=30)
        number = f"{customer}-{n}"
        amount = (1000 + 37 * n) * E
        docs.append(Doc(customer, number, issued, amount, due_on=due))
        docs.append(
            Doc(
                customer,
                f"P{number}",
                due + timedelta(days=habit[n % len(habit)]),
                -amount,
                "payment",
            )
        )
        allocs.append(Alloc(f"P{number}", number, amount))
    return docs, allocs


def book(**more: object) -> Book:
    """Return eighteen months of five customers; the payments after T are in the book too."""
    docs: list[Doc] = []
    allocs: list[Alloc] = []
    for customer, habit in HABITS.items():
        count = 3 if customer == "NEW" else 42
        own = paid(customer, habit, count, date(2025, 3, 3) if customer == "NEW" else START)
        docs += own[0]
        allocs += own[1]
    return Book(docs=docs, allocs=allocs, **more)  # type: ignore[arg-type]


def opened(made: Book, *others: Book) -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, made, *others)
    return workspace


@pytest.fixture(scope="module")
def plain() -> Workspace:
    return opened(book())


def scores(portfolio: Portfolio) -> Any:
    return score(portfolio, POLICY).set_index("customer_id")


def test_habits_are_ranked_and_points_add_up(plain: Workspace) -> None:
    found = scores(plain.portfolio(T))
    ranked = found["score"].sort_values().index.tolist()
    assert ranked.index("GOOD") < ranked.index("SLOW") < ranked.index("BAD")
    assert found.loc["BAD", "segment"] == "high_risk"
    assert found.loc["NEW", ["segment", "rule"]].tolist() == [
        "insufficient_history",
        "few_invoices",
    ]
    parts = [name for name in found if name.startswith("points_")]
    total = found[parts].sum(axis=1)
    assert np.allclose(total, found["points"])
    assert np.allclose(100 * found["points"] / found["max_points"], found["score"])


def test_unknown_factors_say_why(plain: Workspace) -> None:
    found = scores(plain.portfolio(T)).loc["GOOD"]
    reasons = {
        "disputes": "no_dated_dispute",
        "broken_promises": "no_promise",
        "limit_use": "no_limit",
        "external": "not_supplied",
        "financials": "not_supplied",
    }
    assert {name: found[f"{name}_reason"] for name in reasons} == reasons
    assert found["max_points"] == 200.0


def test_a_list_of_open_items_gives_no_score_but_overrides_hold() -> None:
    """A level that knows two factors of eleven ranks nobody; a large old invoice still raises."""
    docs = [
        Doc("FRESH", "F1", T - timedelta(days=40), 900 * E, due_on=T + timedelta(days=20)),
        Doc("LATE", "F2", T - timedelta(days=90), 900 * E, due_on=T - timedelta(days=60)),
        Doc("OLD", "F3", T - timedelta(days=200), 900 * E, due_on=T - timedelta(days=120)),
    ]
    made = Book(docs, open_items={"F1": 900 * E, "F2": 900 * E, "F3": 900 * E}, level="C",
                scope="open_items", covers=(T, T), extracted_on=T)  # fmt: skip
    found = scores(opened(made).portfolio(T))
    assert found["score"].isna().all()
    assert found["known_ratio"].tolist() == pytest.approx([15 / 205] * 3)
    assert found["segment"].to_dict() == {
        "FRESH": "insufficient_history", "LATE": "insufficient_history", "OLD": "high_risk",
    }  # fmt: skip
    assert found["rule"].to_dict() == {
        "FRESH": "few_factors", "LATE": "few_factors", "OLD": "old_invoice",
    }  # fmt: skip
    assert found.loc["LATE", ["rule_value", "rule_threshold"]].tolist() == [
        pytest.approx(15 / 205), 0.5,
    ]  # fmt: skip
    free = Policy(score_history_months=3, score_least_known_ratio=0.0)
    scored = score(opened(made).portfolio(T), free).set_index("customer_id")
    assert scored["score"].notna().all()
    assert scored.loc["LATE", "segment"] == "high_risk"


def test_no_question_of_the_score_compares_every_pair_of_rows(
    plain: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A left join on a test of its left side alone is planned so: minutes on a million invoices."""
    plans: dict[str, str] = {}
    run = queries.run

    def explained(cursor: Any, name: str, **values: object) -> Any:
        statements = queries.statements(name)
        if len(statements) == 1:
            asked = queries.parameters_of(statements[0], values)
            plans[name] = str(cursor.execute(f"EXPLAIN {statements[0]}", asked).fetchall())
        return run(cursor, name, **values)

    monkeypatch.setattr(queries, "run", explained)
    portfolio = plain.portfolio(T - timedelta(days=1))
    score(portfolio, POLICY)
    hazard.fit(portfolio, POLICY)
    score_check.build(portfolio, POLICY, days=(date(2024, 12, 31),))
    assert {"hazard_customers", "hazard_cells", "score_facts", "payment_runs"} <= set(plans)
    found = [name for name, plan in plans.items() if "BLOCKWISE_NL_JOIN" in plan]
    assert set(found) <= {"limits"}  # against linked codes alone: a handful of rows


def test_a_customer_who_owes_nothing_is_known_to_be_late_of_nothing() -> None:
    docs, allocs = paid("DONE", (0,), 12)
    found = scores(opened(Book(docs=docs, allocs=allocs)).portfolio(T)).loc["DONE"]
    assert (found["oldest_overdue"], found["overdue_share"]) == (0.0, 0.0)
    assert (found["points_oldest_overdue"], found["points_overdue_share"]) == (0.0, 0.0)


def test_the_same_question_has_the_same_answer_whatever_the_filters(plain: Workspace) -> None:
    whole = score(plain.portfolio(T), POLICY)
    again = score(plain.portfolio(T), POLICY)
    pd.testing.assert_frame_equal(whole, again)
    found = score(plain.portfolio(T, Filters(search="GOOD")), POLICY)
    pd.testing.assert_frame_equal(whole, found)
    view = segments.build(plain.portfolio(T, Filters(search="GOOD")), POLICY)
    assert view.blocks[0].customers["customer_id"].tolist() == ["GOOD"]
    assert view.blocks[0].factors["customer_id"].unique().tolist() == ["GOOD"]


@pytest.mark.parametrize("cut", [date(2025, 2, 14), date(2025, 5, 31)])
def test_what_comes_later_changes_nothing_before(cut: date) -> None:
    """Keep what had happened by the cut; add disputes, documents and outside scores after it."""
    later = cut + timedelta(days=1)
    docs = [doc for doc in book().docs if doc.issued_on <= cut]
    numbers = {doc.number for doc in docs}
    allocs = [item for item in book().allocs if {item.credit, item.debit} <= numbers]
    then = opened(Book(docs=docs, allocs=allocs, covers=(START, cut)))
    more = book(
        disputes=[{"number": "GOOD-30", "opened_on": later, "amount_minor": None}],
        financials=[
            {"customer_id": "GOOD", "measure": "external_score", "value": 1.0, "scale": "0-20",
             "measured_on": later}
        ],
    )  # fmt: skip
    more.docs.append(Doc("GOOD", "B1", later + timedelta(days=9), 500 * E, "bounce"))
    now = opened(more)
    pd.testing.assert_frame_equal(
        score(then.portfolio(cut), POLICY), score(now.portfolio(cut), POLICY)
    )


def test_an_old_invoice_raises_unless_disputed_or_small() -> None:
    old = Doc("GOOD", "OLD", T - timedelta(days=150), 900 * E, due_on=T - timedelta(days=91))
    made = book()
    made.docs.append(old)
    found = scores(opened(made).portfolio(T)).loc["GOOD"]
    assert (found["segment"], found["rule"]) == ("high_risk", "old_invoice")
    assert (found["rule_value"], found["old_invoice_currency"]) == (900.0 * E, "EUR")
    made.disputes = [{"number": "OLD", "opened_on": T - timedelta(days=80)}]
    disputed = scores(opened(made).portfolio(T)).loc["GOOD"]
    assert disputed["rule"] != "old_invoice"
    assert disputed["disputes"] > 0
    small = book()
    small.docs.append(Doc("GOOD", "OLD", old.issued_on, 100 * E, due_on=old.due_on))
    assert scores(opened(small).portfolio(T)).loc["GOOD", "rule"] != "old_invoice"


def test_a_rest_within_the_tolerance_is_no_old_invoice() -> None:
    """Two euros left on 2,000 stay in the balance and leave behaviour."""
    issued, due = date(2024, 8, 1), date(2024, 8, 31)
    made = book()
    made.docs += [
        Doc("GOOD", "REST", issued, 2000 * E, due_on=due),
        Doc("GOOD", "PREST", due, -1998 * E, "payment"),
    ]
    made.allocs.append(Alloc("PREST", "REST", 1998 * E))
    with_rest, without = scores(opened(made).portfolio(T)), scores(opened(book()).portfolio(T))
    assert with_rest.loc["GOOD", "oldest_overdue"] == without.loc["GOOD", "oldest_overdue"]


def test_what_is_partly_paid_weighs_what_is_left_of_it() -> None:
    """A hundred euros left on 20,000 are late by a hundred euros, as an invoice of a hundred is."""
    issued, due = T - timedelta(days=80), T - timedelta(days=50)
    part, whole = book(), book()
    part.docs += [
        Doc("GOOD", "BIG", issued, 20_000 * E, due_on=due),
        Doc("GOOD", "PBIG", due, -19_900 * E, "payment"),
    ]
    part.allocs.append(Alloc("PBIG", "BIG", 19_900 * E))
    whole.docs.append(Doc("GOOD", "SMALL", issued, 100 * E, due_on=due))
    names = ["late_share", "mean_delay"]
    left = scores(opened(part).portfolio(T)).loc["GOOD", names]
    assert left.tolist() == scores(opened(whole).portfolio(T)).loc["GOOD", names].tolist()
    assert 0 < left["late_share"] < 0.05


def test_an_invoice_in_instalments_is_one_paid_once_none_is_left() -> None:
    """Three invoices of three parts, the last with a part unpaid: two paid invoices, not eight."""
    docs, allocs = [], []
    for n in range(3):
        issued = date(2025, 1, 10 + n)
        for part in (1, 2, 3):
            due = issued + timedelta(days=30 * part)
            docs.append(Doc("PARTS", f"F{n}", issued, 900, due_on=due, instalment=part))
            if (n, part) != (2, 3):
                docs.append(Doc("PARTS", f"P{n}{part}", due, -900, "payment"))
                allocs.append(Alloc(f"P{n}{part}", f"F{n}/{part}", 900))
    other = paid("WHOLE", (0,), 6)
    portfolio = opened(Book(docs=docs + other[0], allocs=allocs + other[1])).portfolio(T)
    found = scores(portfolio)
    assert found["count_paid"].to_dict() == {"PARTS": 2, "WHOLE": 6}
    assert found.loc["WHOLE", "segment"] != "insufficient_history"
    # each part has a due date and a delay of its own
    assert found["mean_delay_plain"].to_dict() == {"PARTS": 0.0, "WHOLE": 0.0}
    earlier = scores(
        opened(Book(docs=docs + other[0], allocs=allocs + other[1])).portfolio(date(2025, 3, 31))
    )
    assert earlier.loc["PARTS", "count_paid"] == 0


def test_limits_raise_to_watch_and_count_points() -> None:
    limit = {
        "change_id": "L1", "scope": "customer", "scope_id": "GOOD", "source": "internal",
        "amount_minor": 100 * E, "currency": "EUR", "decided_at": pd.Timestamp(2024, 1, 1),
        "origin": "file",
    }  # fmt: skip
    found = scores(opened(book(limits=[limit])).portfolio(T)).loc["GOOD"]
    assert found["limit_use"] > POLICY.score_over_limit_ratio
    assert found["points_limit_use"] == 8.0
    assert found["is_over_limit"]
    assert found["segment"] == "watch"  # by his points or by the override, never better


def test_outside_figures_are_a_factor_while_fresh() -> None:
    def at(day: date) -> Any:
        figures = {"measure": "external_score", "value": 4.0, "scale": "0-20", "measured_on": day}
        made = book(financials=[{"customer_id": "GOOD", **figures}])
        return scores(opened(made).portfolio(T)).loc["GOOD"]

    fresh, stale = at(date(2025, 1, 5)), at(date(2024, 2, 5))
    assert (fresh["external"], fresh["points_external"]) == (pytest.approx(0.8), 8.0)
    assert (stale["external_reason"], stale["max_points"]) == ("stale", 200.0)


def test_insolvency_counts_from_its_day() -> None:
    made = book(
        customers=[
            {"customer_id": "GOOD", "insolvency": "redressement", "insolvency_on": date(2025, 6, 2)}
        ]
    )
    workspace = opened(made)
    found = scores(workspace.portfolio(T)).loc["GOOD"]
    assert (found["segment"], found["rule"]) == ("high_risk", "insolvency")
    assert found["previous_segment"] != "high_risk"
    assert found["changed_on"] == pd.Timestamp(T)
    assert scores(workspace.portfolio(date(2025, 5, 31))).loc["GOOD", "rule"] != "insolvency"


def test_by_hand_comes_last_is_shown_and_expires() -> None:
    workspace = opened(book())
    change = OverrideChange(
        "TEST", "BAD", "reliable", "Maison mère garante", date(2025, 6, 30), date(2025, 6, 1)
    )
    workspace.override_segment(change, BY)
    for method in ("score", "rules"):
        view = segments.build(workspace.portfolio(T), POLICY, method=method)
        row: Any = view.blocks[0].customers.set_index("customer_id").loc["BAD"]
        assert (row["segment"], row["rule"]) == ("reliable", "manual")
        assert row["computed_segment"] in {"watch", "high_risk"}
        assert (row["manual_author"], row["manual_reason"]) == ("tests", "Maison mère garante")
    after = segments.build(workspace.portfolio(date(2025, 7, 1)), POLICY)
    row = after.blocks[0].customers.set_index("customer_id").loc["BAD"]
    assert (row["segment"], row["previous_segment"]) == ("high_risk", "reliable")


def test_what_would_move_him_is_true_when_done() -> None:
    """Collecting what the sentence says brings the factor, hence the score, under the bound."""
    made = book()
    late = [
        Doc(
            "SLOW", f"L{n}", T - timedelta(days=120 + n), 400 * E, due_on=T - timedelta(days=70 + n)
        )
        for n in range(3)
    ]
    made.docs += late
    before = opened(made)
    found = segments.detail(before.portfolio(T), POLICY, company_id="TEST", customer_id="SLOW")
    assert found.next_class is not None
    ways = {way.factor: way for way in found.next_class.ways}
    row = scores(before.portfolio(T)).loc["SLOW"]
    for name, way in ways.items():
        worth = row[f"points_{name}"] - found.next_class.points_to_lose
        assert worth >= -1e-6
        assert way.target < row[name]
    if "oldest_overdue" in ways:
        amount = sum(ways["oldest_overdue"].amounts.values())
        assert amount % (400 * E) == 0


def test_the_next_class_of_the_others(plain: Workspace) -> None:
    portfolio = plain.portfolio(T)

    def status(customer: str) -> str:
        found = segments.detail(portfolio, POLICY, company_id="TEST", customer_id=customer)
        assert found.next_class is not None
        return found.next_class.status

    assert status("NEW") == "short"
    assert status("BAD") in {"possible", "impossible"}


def test_each_factor_opens_its_invoices(plain: Workspace) -> None:
    portfolio = plain.portfolio(T)

    def numbers(customer: str, factor: str) -> pd.DataFrame:
        return segments.factor_invoices(
            portfolio, POLICY, company_id="TEST", customer_id=customer, factor=factor
        )

    # a probability rests on every settlement; what was late on the late ones alone
    assert len(numbers("GOOD", "late_probability")) > 10
    assert numbers("GOOD", "late_share").empty
    bad = numbers("BAD", "late_share")
    assert len(bad) > 10
    assert (bad["days_late"] > 15).all()
    late = numbers("BAD", "oldest_overdue")
    assert late["days_late"].max() == scores(portfolio).loc["BAD", "oldest_overdue"]
    assert (late["open_minor"] > 0).all()
    items = portfolio.items("TEST", "BAD")
    assert numbers("BAD", "limit_use")["open_minor"].sum() == items["open_minor"].sum()
    assert numbers("BAD", "broken_promises").empty


def test_auc_against_every_pair() -> None:
    random = np.random.default_rng(7)
    values, is_bad = random.integers(0, 6, 40).astype(float), random.random(40) < 0.3
    pairs = [
        1.0 if bad > good else 0.5 if bad == good else 0.0
        for bad in values[is_bad]
        for good in values[~is_bad]
    ]
    assert auc(values, is_bad) == pytest.approx(np.mean(pairs))
    assert np.isnan(auc(values, np.zeros(40, dtype=bool)))


def test_the_check_reads_the_sequel_and_refuses_a_short_book(plain: Workspace) -> None:
    view = score_check.build(plain.portfolio(date(2025, 9, 30)), POLICY)
    assert view.unavailable is None
    assert view.bands is not None
    assert view.cuts is not None
    bands: Any = view.bands.set_index("segment")
    assert bands.loc["high_risk", "bad_ratio"] > bands.loc["reliable", "bad_ratio"]
    assert view.auc_score > 0.9
    assert (pd.to_datetime(view.cuts["cut_on"]).max() + timedelta(days=75)).date() <= date(
        2025, 9, 30
    )
    short = score_check.build(plain.portfolio(date(2024, 6, 30)), POLICY)
    assert (short.unavailable, short.bands) == ("history_too_short", None)
