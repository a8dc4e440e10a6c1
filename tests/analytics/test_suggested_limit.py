"""Suggested limits of a book of known customers: need, factor, caps, advice, the other methods."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from arlib.analytics.limit_evidence import evidence
from arlib.analytics.suggested_limit import amounts, suggestions
from arlib.i18n.suggestions import advice_words, arithmetic
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import suggestions as views
from arlib.workspace import Workspace
from tests.support.books import Alloc, Book, Doc, load

E = 100
AS_OF = date(2025, 6, 30)
START = date(2023, 7, 1)
# No cap but the one tried, no path of past classes to follow: what is read is the same.
PLAIN = Policy(suggestion_total_ratio=0.0, score_history_months=4)
# Days late, amount a month, first month (of the 24), the limit of the file.
CUSTOMERS: dict[str, tuple[int, int, int, int | None]] = {
    "GOOD": (1, 10_000, 0, 10_500),
    "EARLY": (-3, 20_000, 0, 100_000),
    "SLOW": (45, 10_000, 0, 3_000),
    "NEW": (0, 6_000, 22, None),
    "BROKE": (2, 8_000, 0, 9_000),
    "SAME": (1, 10_000, 0, 12_200),
    "ZERO": (1, 5_000, 0, 0),
    "GONE": (0, 4_000, -1, 5_000),
    "OURS": (0, 9_000, 0, None),
    "FREE": (1, 7_000, 0, None),
}


def made() -> Book:
    """Return two years of monthly invoices at 30 days; GONE was last invoiced 18 months ago."""
    docs: list[Doc] = []
    allocs: list[Alloc] = []
    for code, (delay, amount, first, _l) in CUSTOMERS.items():
        months = range(first, 24) if first >= 0 else range(6)
        for n in months:
            issued = date(2023 + (6 + n) // 12, (6 + n) % 12 + 1, 12)
            due = issued + timedelta(days=30)
            name = f"{code}-{n}"
            docs.append(Doc(code, name, issued, amount * E, due_on=due))
            paid = due + timedelta(days=delay)
            docs.append(Doc(code, f"P{name}", paid, -amount * E, "payment"))
            allocs.append(Alloc(f"P{name}", name, amount * E, on=paid))
    limits: list[dict[str, object]] = [
        _limit(code, limit * E)
        for code, (_d, _a, _f, limit) in CUSTOMERS.items()
        if limit is not None
    ]
    limits.append(_limit("EARLY", 15_000 * E, source="insurer"))
    return Book(
        docs=docs,
        allocs=allocs,
        customers=[
            {"customer_id": "BROKE", "insolvency": "receivership", "insolvency_on": date(2025, 6, 1)},
            {"customer_id": "OURS", "is_intercompany": True},
        ],
        limits=limits,
        financials=[
            {"customer_id": "GOOD", "measure": "Capitaux propres", "value": 400.0, "scale": "k€",
             "measured_on": date(2024, 12, 31)},
            {"customer_id": "GOOD", "measure": "turnover", "value": 3_000_000.0, "scale": None,
             "measured_on": date(2024, 12, 31)},
        ],
        commitments=[
            {"customer_id": "FREE", "kind": "order", "amount_minor": 5_000 * E, "currency": "EUR",
             "extracted_on": AS_OF},
            {"customer_id": "FREE", "kind": "delivery", "amount_minor": 3_000 * E,
             "currency": "EUR", "extracted_on": AS_OF},
        ],
        covers=(START, AS_OF + timedelta(days=120)),
    )  # fmt: skip


def _limit(code: str, amount: int, source: str = "internal") -> dict[str, object]:
    return {
        "change_id": f"{source}-{code}",
        "scope": "customer",
        "scope_id": code,
        "source": source,
        "amount_minor": amount,
        "currency": "EUR",
        "decided_at": datetime(2023, 7, 1),  # noqa: DTZ001 - a date of the file
        "origin": "file",
    }


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    opened = Workspace.open(None)
    load(opened, made())
    return opened


def table(workspace: Workspace, policy: Policy = PLAIN) -> dict[str, dict[Any, Any]]:
    frame = suggestions(workspace.portfolio(AS_OF, Filters()), policy)
    return {str(row["customer_id"]): row for row in frame.to_dict("records")}


@pytest.fixture(scope="module")
def rows(workspace: Workspace) -> dict[str, dict[Any, Any]]:
    return table(workspace)


@pytest.fixture(scope="module")
def known(workspace: Workspace) -> pd.DataFrame:
    """What suggestions rest on, read once: the settings of amounts change none of it."""
    return evidence(workspace.portfolio(AS_OF, Filters()), PLAIN, (AS_OF,))


def priced(known: pd.DataFrame, **settings: Any) -> dict[str, dict[Any, Any]]:
    """Return the amounts under other settings."""
    frame = amounts(known, PLAIN.with_settings(**settings))
    return {str(row["customer_id"]): row for row in frame.to_dict("records")}


def test_the_need_is_daily_sales_by_days_of_credit(rows: dict[str, dict[Any, Any]]) -> None:
    row = rows["GOOD"]
    daily = max(12 * 10_000 / 365, 3 * 10_000 / 90)  # the best quarter: 90 days to 31 March
    assert row["daily_minor"] == pytest.approx(daily * E)
    assert row["daily_is_quarter"]
    assert row["terms_days"] == 30
    assert row["terms_source"] == "invoices"
    days = 30 + row["habit_days"]
    assert 0 < row["habit_days"] < 10
    assert row["need_minor"] == round(daily * days * E)
    assert row["segment"] == "reliable"
    assert row["before_caps_minor"] == round(daily * days * 1.2 * E)
    assert row["suggested_minor"] == row["before_caps_minor"] // 50_000 * 50_000
    assert row["binding"] == "need"


def test_lateness_earns_ten_days_at_most_and_earliness_none(
    rows: dict[str, dict[Any, Any]],
) -> None:
    assert rows["SLOW"]["habit_days"] > 10
    assert rows["SLOW"]["delay_days"] == 10
    assert rows["SLOW"]["factor"] == 0.5
    assert rows["EARLY"]["habit_days"] < 0
    assert rows["EARLY"]["delay_days"] == 0


def test_prepayment_whatever_the_need(rows: dict[str, dict[Any, Any]]) -> None:
    row = rows["BROKE"]
    assert row["need_minor"] > 0
    assert (row["cause"], row["binding"], row["suggested_minor"]) == ("insolvency", "prepayment", 0)
    assert (row["advice"], row["advice_reason"]) == ("lower", "immediate")


def test_too_little_history_waits_for_a_starter_ceiling(
    known: pd.DataFrame, rows: dict[str, dict[Any, Any]]
) -> None:
    row = rows["NEW"]
    assert row["segment"] == "insufficient_history"
    assert pd.isna(row["suggested_minor"])
    assert (row["suggested_reason"], row["advice"]) == ("starter_not_set", "none")
    found = priced(known, suggestion_starter_minor={"EUR": 2_000 * E})["NEW"]
    assert (found["suggested_minor"], found["binding"]) == (2_000 * E, "starter")
    much = priced(known, suggestion_starter_minor={"EUR": 90_000 * E})["NEW"]
    assert much["binding"] == "need"


def test_the_smallest_cap_binds(known: pd.DataFrame) -> None:
    """Insurer 15 000 + 1 000 kept; 10 % of receivables; a loss budget."""
    insured = priced(known, suggestion_retention_minor={"EUR": 1_000 * E})
    row = insured["EARLY"]
    assert row["before_caps_minor"] > 16_000 * E
    assert (row["insurer_cap_minor"], row["binding"]) == (16_000 * E, "insurer")
    assert row["suggested_minor"] == 16_000 * E
    assert pd.isna(insured["GOOD"]["insurer_cap_minor"])
    only = priced(known, suggestion_insurance="insured_only")
    assert (only["GOOD"]["suggested_minor"], only["GOOD"]["binding"]) == (0, "insurer")
    total = priced(known, suggestion_total_ratio=0.05)
    debt = sum(row["outstanding_minor"] for row in total.values())
    assert total["GOOD"]["total_minor"] == debt
    assert total["GOOD"]["total_cap_minor"] == round(debt * 0.05)
    assert total["GOOD"]["binding"] == "total"
    loss = priced(known, suggestion_loss_budget_minor={"EUR": 10 * E}, suggestion_loss_ratio=0.6)[
        "SLOW"
    ]
    cap = 10 * E / (loss["very_late_probability"] * 0.6)
    assert loss["loss_cap_minor"] == round(cap)
    assert loss["binding"] == ("loss" if cap < loss["before_caps_minor"] else "need")


def test_advice_against_the_limit_in_force(rows: dict[str, dict[Any, Any]]) -> None:
    found = {code: (row["advice"], row["advice_reason"]) for code, row in rows.items()}
    assert found["GOOD"] == ("raise", "stable")
    assert found["EARLY"] == ("lower", "immediate")
    assert found["SAME"] == ("keep", "small_change")
    assert found["ZERO"] == ("raise", "stable")
    assert rows["ZERO"]["change_ratio"] == float("inf")
    assert found["FREE"] == ("new", "no_limit")
    assert found["GONE"] == ("lower", "no_sales")
    assert rows["GONE"]["suggested_minor"] == 0
    assert found["OURS"] == ("none", "missing")
    assert rows["OURS"]["suggested_reason"] == "intercompany"


def test_a_raise_waits_for_a_stable_class(rows: dict[str, dict[Any, Any]]) -> None:
    """At a date by which a customer has paid five invoices for less than three months."""
    made_then = Workspace.open(None)
    book = made()
    docs = [doc for doc in book.docs if doc.customer == "GOOD" and doc.issued_on < date(2024, 3, 1)]
    kept = {doc.number for doc in docs}
    book = Book(
        docs=docs,
        allocs=[item for item in book.allocs if item.debit in kept and item.credit in kept],
        limits=[_limit("GOOD", 8_500 * E)],
        covers=book.covers,
    )
    load(made_then, book)
    lenient = PLAIN.with_settings(score_watch_points=60.0, score_high_risk_points=80.0)
    frame = suggestions(made_then.portfolio(date(2024, 2, 29), Filters()), lenient)
    row = frame.iloc[0]
    assert row["segment"] == "reliable"
    assert row["suggested_minor"] > row["current_minor"]
    assert (row["advice"], row["advice_reason"]) == ("keep", "not_stable")
    assert rows["GOOD"]["is_stable"]


def test_good_customers_held_back_and_limits_too_high(rows: dict[str, dict[Any, Any]]) -> None:
    found = rows
    starved = {code for code, row in found.items() if row["is_starved"]}
    assert "EARLY" not in starved
    assert all(found[code]["suggested_minor"] > found[code]["current_minor"] for code in starved)
    assert found["EARLY"]["is_unused"]
    assert found["EARLY"]["is_too_high"]
    assert not found["SAME"]["is_unused"]
    assert "GOOD" in starved
    assert "ZERO" not in starved  # over his limit by far: no longer in the good class


def test_the_other_methods_with_what_they_come_from(rows: dict[str, dict[Any, Any]]) -> None:
    row = rows["GOOD"]
    assert row["annual_minor"] == 120_000 * E
    assert row["twelfths_minor"] == 20_000 * E  # 31 days of credit: two months begun
    peak = (30_000 / 90) / (120_000 / 365)
    assert row["peak_factor"] == pytest.approx(peak)
    late = row["usual_delay_days"]
    assert row["besoin_minor"] == round(120_000 * E / 365 * (30 + late) * peak)
    assert row["equity_minor"] == 40_000 * E  # 10 % of 400 k€, factor 1
    assert row["turnover_minor"] == 30_000 * E  # 1 % of 3 M€
    assert pd.isna(row["payables_minor"])
    assert row["payables_reason"] == "not_supplied"
    assert row["afdcc_minor"] == round(row["outstanding_minor"] * 1.1)
    free = rows["FREE"]
    assert free["afdcc_minor"] == round((5_000 * E + 3_000 * E + 7_000 * E) * 1.1)
    # two invoices are open from the 12th to the payment: at month-ends one is
    assert row["peaks_minor"] == 12_000 * E
    names = ("besoin", "twelfths", "peaks", "equity", "turnover", "afdcc")
    smallest = min(row[f"{name}_minor"] for name in names)
    assert row["smallest_minor"] == smallest // 50_000 * 50_000


def test_the_ladder_ends_on_the_suggestion(rows: dict[str, dict[Any, Any]]) -> None:
    for row in rows.values():
        steps = views.ladder(row)
        if pd.isna(row["suggested_minor"]) or pd.isna(row["need_minor"]):
            assert steps == ()
            continue
        assert steps[0].amount_minor == row["need_minor"]
        assert steps[-1].amount_minor == row["suggested_minor"]


def test_the_sentence_holds_every_figure(rows: dict[str, dict[Any, Any]]) -> None:
    said = arithmetic(rows["GOOD"], "fr").replace("\u202f", " ").replace("\u00a0", " ")
    assert said.startswith("Besoin 10 ")
    assert "× 1,2 (Payeur fiable)" in said
    assert said.endswith("arrondi à 12 500 €")
    assert "paiement d’avance" in arithmetic(rows["BROKE"], "fr").lower()
    assert "plafond de départ" in advice_words(rows["NEW"], 0.15, 3, "fr")


def test_the_view_counts_each_advice_once(workspace: Workspace) -> None:
    view = views.build(workspace.portfolio(AS_OF, Filters()), PLAIN)
    block = view.blocks[0]
    assert block.totals["count"].sum() == len(CUSTOMERS)
    assert view.unset[0] == "suggestion_starter_minor"
    lower = block.totals.set_index("advice").loc["lower"]
    mine = block.rows.loc[block.rows["advice"] == "lower"]
    assert lower["suggested_minor"] == mine["suggested_minor"].sum()
    assert lower["current_minor"] == mine["current_minor"].sum()


def test_filters_choose_rows_and_change_no_amount(
    workspace: Workspace, rows: dict[str, dict[Any, Any]]
) -> None:
    alone = suggestions(workspace.portfolio(AS_OF, Filters(search="GOOD")), PLAIN)
    assert alone["customer_id"].tolist() == ["GOOD"]
    for name in ("suggested_minor", "total_minor", "need_minor"):
        assert alone.iloc[0][name] == rows["GOOD"][name]


def test_segments_by_rules_serve_too(workspace: Workspace) -> None:
    found = table(workspace, PLAIN.with_settings(segmentation_method="rules"))
    assert found["BROKE"]["suggested_minor"] == 0
    assert found["SAME"]["factor"] == 1.2
    assert found["SAME"]["is_stable"]
