"""The limit simulator against a replay in plain Python, on the sample company and on random books."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics.limit_rules import limit_steps
from arlib.analytics.limit_simulator import IN_FORCE, Past, Rule, past, simulate
from arlib.analytics.suggested_limit import suggestions
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters, window_start
from arlib.views import risk
from arlib.views import simulation as view
from arlib.workspace import Workspace
from tests.pages.conftest import load as load_sample
from tests.support import plain_limits
from tests.support.books import Alloc, Book, Doc, load
from tests.support.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.model.portfolio import Portfolio

POLICY = Policy()
E = 100
FIGURES = (
    "days_over",
    "days_limited",
    "count_overruns",
    "peak_minor",
    "avoided_minor",
    "count_sold",
    "sold_minor",
    "count_stopped",
    "stopped_minor",
)
RULES = (
    Rule("common", amount_minor=10_000 * E),
    Rule("category", amounts=(("PME", 5_000 * E),)),
    Rule("sales_share", ratio=0.25),
    Rule("sales_days", days=60),
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample company, read once."""
    path = tmp_path_factory.mktemp("sample") / "book.duckdb"
    load_sample(path, "armor_modele.xlsx")
    return Workspace.open(path)


def plain_of(workspace: Workspace, known: Past) -> plain_limits.PlainPast:
    assert known.from_on is not None
    return plain_limits.read(workspace, known.from_on, known.to_on, POLICY.simulation_late_days)


def keys_of(known: Past) -> list[plain_limits.Key]:
    return list(zip(known.customers["company_id"], known.customers["customer_id"], strict=True))


def plain_limit(
    rule: Rule, known: Past, book: plain_limits.PlainPast
) -> Callable[[plain_limits.Key, date], int | None]:
    """Return the limit of a rule on a day, worked out again from the rows."""
    categories = dict(zip(keys_of(known), known.customers["category"], strict=True))
    kept: dict[tuple[plain_limits.Key, date], int | None] = {}

    def on(key: plain_limits.Key, day: date) -> int | None:
        if rule.kind == "common":
            return rule.amount_minor
        if rule.kind == "category":
            return dict(rule.amounts).get(categories[key])
        end = day.replace(day=1) - timedelta(days=1)
        if (key, end) not in kept:
            start = window_start(end, 12)
            sold = book.sales(key, start, end)
            share = rule.days / 365 if rule.kind == "sales_days" else rule.ratio
            annual = sold / (end - start).days * 365
            limit = int(round(annual * share, 3) // 50_000) * 50_000
            kept[key, end] = limit if sold > 0 else None
        return kept[key, end]

    return on


def compare(found: pd.DataFrame, rows: dict[plain_limits.Key, dict[str, int]]) -> None:
    for row in found.to_dict("records"):
        plain = rows[row["company_id"], row["customer_id"]]
        assert {name: row[name] for name in FIGURES} == {name: plain[name] for name in FIGURES}, row


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_every_figure_of_the_sample_company(sample: Workspace, rule: Rule) -> None:
    portfolio = sample.portfolio(None, Filters())
    known = past(portfolio, POLICY)
    found = simulate(portfolio, POLICY, rule, known)
    book = plain_of(sample, known)
    keys = keys_of(known)
    assert known.from_on is not None
    rows = plain_limits.replay(
        book, keys, known.from_on, known.to_on, plain_limit(rule, known, book)
    )
    mine = found.customers.set_index(["company_id", "customer_id"]).loc[keys].reset_index()
    assert len(mine) == len(keys)
    compare(mine, rows)
    if rule.kind == "common":
        assert sum(row["days_over"] for row in rows.values()) > 0


def test_totals_are_the_sums_of_customers_and_months(sample: Workspace) -> None:
    portfolio = sample.portfolio(None, Filters())
    known = past(portfolio, POLICY)
    for rule in (*RULES[:1], IN_FORCE):
        found = simulate(portfolio, POLICY, rule, known)
        rows: Any = {
            (row["company_id"], row["customer_id"]): row
            for row in found.customers.to_dict("records")
        }
        plain = plain_limits.totals(plain_of(sample, known), rows)
        total = found.totals.iloc[0]
        assert {name: total[name] for name in plain} == plain
        assert total["stopped_ratio"] == pytest.approx(plain["stopped_minor"] / plain["sold_minor"])
        good = plain["good_stopped_minor"] / plain["good_sold_minor"]
        assert total["good_stopped_ratio"] == pytest.approx(good)
        for name in ("days_over", "count_overruns", "count_stopped", "stopped_minor"):
            assert found.months[name].sum() == total[name]


def test_limits_in_force_are_those_of_the_risk_table(sample: Workspace) -> None:
    """Over twelve months both tell the same days and times over, the same peak."""
    portfolio = sample.portfolio(None, Filters())
    policy = POLICY.with_settings(simulation_months=12)
    known = past(portfolio, policy)
    assert known.from_on == portfolio.window_start(12) + timedelta(days=1)
    found = simulate(portfolio, policy, IN_FORCE, known).customers
    rows = risk.build(portfolio, policy).customers
    rows = rows.loc[rows["overrun_days_12m"].notna()].drop_duplicates("customer_id")
    both = found.merge(rows, on=["company_id", "customer_id"], suffixes=("", "_risk"))
    assert len(both) > 30
    assert both["days_over"].tolist() == both["overrun_days_12m"].tolist()
    assert both["count_overruns"].tolist() == both["overrun_count_12m"].tolist()
    assert both["peak_minor"].tolist() == both["overrun_peak_12m_minor"].tolist()


def test_a_suggested_limit_of_the_past_is_the_one_said_then(sample: Workspace) -> None:
    """The rule decides with what the book says on the eve of the month, nothing later."""
    policy = POLICY.with_settings(
        score_hysteresis_points=0.0,
        warning_threshold=7.0,
        suggestion_starter_minor={"EUR": 300_000},
    )
    portfolio = sample.portfolio(None, Filters())
    month = date(portfolio.as_of.year - 1, portfolio.as_of.month, 1)
    steps = limit_steps(portfolio, policy, Rule("suggested"), (month,))
    then = suggestions(sample.portfolio(month - timedelta(days=1), Filters()), policy)
    both = steps.merge(then, on=["company_id", "customer_id"])
    both = both.loc[both["advice_reason"] != "no_sales"]
    assert len(both) > 30
    assert both["limit_minor"].notna().sum() > 30
    given_then = both["suggested_minor"].astype("Float64").astype("float64")
    pd.testing.assert_series_equal(both["limit_minor"], given_then, check_names=False)


# -- random books ---------------------------------------------------------------------------------

START = date(2023, 1, 1)
AS_OF = date(2025, 1, 20)
SPAN = (AS_OF - START).days
invoice = st.tuples(
    st.integers(0, SPAN),
    st.integers(1, 40),
    st.integers(0, 45),
    st.integers(-10, 160),
    st.booleans(),
)
history = st.lists(invoice, min_size=4, max_size=14)
limits = st.lists(
    st.tuples(
        st.sampled_from(["C0", "C1", "C2"]),
        st.integers(0, 30),
        st.none() | st.integers(0, SPAN),
        st.none() | st.integers(0, SPAN),
    ),
    max_size=5,
)


def random_book(histories: list[list[Any]], given_limits: list[Any]) -> Book:
    """Return invoices (day, amount, terms, delay, whether paid) of three customers, and limits."""
    docs, allocs = [Doc("C0", "FIRST", START, 100 * E, due_on=START)], []
    for place, rows in enumerate(histories):
        for number, (day, amount, terms, delay, is_paid) in enumerate(rows):
            issued = START + timedelta(days=day)
            name = f"F{place}-{number}"
            due = issued + timedelta(days=terms)
            docs.append(Doc(f"C{place}", name, issued, amount * 1000 * E, due_on=due))
            paid = max(issued, due + timedelta(days=delay))
            if is_paid:
                docs.append(Doc(f"C{place}", f"P{name}", paid, -amount * 1000 * E, "payment"))
                allocs.append(Alloc(f"P{name}", name, amount * 1000 * E, on=paid))
    rows = [
        {
            "change_id": f"L{n}",
            "scope": "customer",
            "scope_id": code,
            "source": "internal",
            "amount_minor": amount * 1000 * E,
            "currency": "EUR",
            "valid_from": START + timedelta(days=begin) if begin is not None else None,
            "valid_to": START + timedelta(days=end) if end is not None else None,
            "decided_at": pd.Timestamp("2023-01-01") + timedelta(hours=n),
            "origin": "file",
        }
        for n, (code, amount, begin, end) in enumerate(given_limits)
        if begin is None or end is None or begin <= end
    ]
    return Book(docs=docs, allocs=allocs, limits=rows, covers=(START, AS_OF + timedelta(days=200)))


def in_force(book: Book, code: str, day: date) -> int | None:
    """Return the limit in force on a day, in plain words (customer scope alone)."""
    mine: list[dict[str, Any]] = [row for row in book.limits if row["scope_id"] == code]
    live = [
        row
        for row in mine
        if (row["valid_from"] or date.min) <= day <= (row["valid_to"] or date.max)
    ]
    if not live and mine and all((row["valid_from"] or date.min) > day for row in mine):
        last = max(row["valid_from"] for row in mine)
        live = [row for row in mine if row["valid_from"] <= last <= (row["valid_to"] or date.max)]
    if not live:
        return None
    best = max(live, key=lambda row: (row["valid_from"] or date.min, row["decided_at"]))
    amount: int = best["amount_minor"]
    return amount


@examples(24)
@given(histories=st.tuples(history, history, history), given_limits=limits)
def test_random_books_against_the_plain_replay(histories: Any, given_limits: Any) -> None:
    made = random_book(list(histories), given_limits)
    workspace = Workspace.open(None)
    load(workspace, made)
    portfolio = workspace.portfolio(AS_OF, Filters())
    known = past(portfolio, POLICY)
    assert known.from_on == date(2023, 4, 1)  # the book begins on 1 January: a quarter first
    assert known.covered_from == START
    book = plain_of(workspace, known)
    keys = keys_of(known)
    cases: list[tuple[Rule, Callable[[plain_limits.Key, date], int | None]]] = [
        (IN_FORCE, lambda key, day: in_force(made, key[1], day)),
        (RULES[0], plain_limit(RULES[0], known, book)),
    ]
    for rule, limit in cases:
        found = simulate(portfolio, POLICY, rule, known)
        rows = plain_limits.replay(book, keys, known.from_on, known.to_on, limit)
        compare(found.customers, rows)
    more_generous_is_never_worse(portfolio, known)


def more_generous_is_never_worse(portfolio: Portfolio, known: Past) -> None:
    """A higher limit for all never makes more days over, nor stops more sales, for anybody."""
    low, high = (
        simulate(portfolio, POLICY, Rule("common", amount_minor=amount * E), known).customers
        for amount in (5_000, 20_000)
    )
    both = low.merge(high, on="customer_no", suffixes=("_low", "_high"))
    for name in ("days_over", "peak_minor", "avoided_minor", "count_stopped", "stopped_minor"):
        assert (both[f"{name}_high"] <= both[f"{name}_low"]).all()


def test_what_comes_later_changes_no_past_limit() -> None:
    """The same months, with and without what happened after them."""
    rows = [(30 * n, 5 + n % 4, 30, (n * 7) % 40 - 5, True) for n in range(26)]
    whole = random_book([rows, rows[::2], rows[1::2]], [])
    cut = date(2024, 9, 1)
    short = Book(
        docs=[doc for doc in whole.docs if doc.issued_on < cut],
        allocs=[item for item in whole.allocs if item.on and item.on < cut],
        covers=whole.covers,
    )
    months = (date(2024, 7, 1), date(2024, 8, 1), cut)
    found = []
    for made in (whole, short):
        workspace = Workspace.open(None)
        load(workspace, made)
        portfolio = workspace.portfolio(AS_OF, Filters())
        policy = POLICY.with_settings(suggestion_starter_minor={"EUR": 500_000})
        rules = (Rule("suggested"), Rule("sales_share", ratio=0.2))
        found += [limit_steps(portfolio, policy, rule, months) for rule in rules]
    pd.testing.assert_frame_equal(found[0], found[2])
    pd.testing.assert_frame_equal(found[1], found[3])


# -- edges ----------------------------------------------------------------------------------------


def one_customer(**more: Any) -> Book:
    """Return C0 invoiced 1 000 every month, paid a year late once, then at 30 days."""
    docs, allocs = [], []
    for n in range(24):
        issued = date(2023 + n // 12, n % 12 + 1, 10)
        due = issued + timedelta(days=30)
        docs.append(Doc("C0", f"F{n}", issued, 1_000 * E, due_on=due))
        paid = due + timedelta(days=90 if n == 17 else 0)
        docs.append(Doc("C0", f"P{n}", paid, -1_000 * E, "payment"))
        allocs.append(Alloc(f"P{n}", f"F{n}", 1_000 * E, on=paid))
    return Book(docs=docs, allocs=allocs, **more)


def opened(made: Book, as_of: date = date(2024, 12, 31)) -> Portfolio:
    workspace = Workspace.open(None)
    load(workspace, made)
    return workspace.portfolio(as_of, Filters())


def test_an_excess_counts_as_avoided_until_he_is_too_late() -> None:
    portfolio = opened(one_customer())
    found = simulate(portfolio, POLICY, Rule("common", amount_minor=1_500 * E))
    row = found.customers.iloc[0]
    # F17 of 10/06/2024, due 10/07, is 61 days late on 09/09: with another invoice open, 500 over
    assert row["late_on"] == pd.Timestamp(2024, 9, 9)
    assert row["avoided_minor"] == 500 * E
    zero = simulate(portfolio, POLICY, Rule("common", amount_minor=0)).customers.iloc[0]
    assert zero["avoided_minor"] == 2_000 * E
    assert zero["count_stopped"] == zero["count_sold"]


def test_exactly_the_limit_is_not_over() -> None:
    portfolio = opened(one_customer())
    exact = simulate(portfolio, POLICY, Rule("common", amount_minor=2_000 * E)).totals.iloc[0]
    assert exact["days_over"] == 0
    under = simulate(portfolio, POLICY, Rule("common", amount_minor=2_000 * E - 1)).totals.iloc[0]
    assert under["days_over"] > 0


def test_a_multiple_leaves_without_limit_who_has_none() -> None:
    portfolio = opened(one_customer())
    found = simulate(portfolio, POLICY, Rule("multiple", ratio=2.0))
    assert found.totals.iloc[0]["count_limited"] == 0
    assert found.customers["limit_minor"].isna().all()


def test_a_book_too_short_says_so() -> None:
    made = Book(docs=[Doc("C0", "F1", date(2025, 1, 10), 100 * E)])
    found = view.build(opened(made, date(2025, 2, 1)), POLICY, rules=(RULES[0], IN_FORCE))
    assert found.unavailable == "insufficient_history"
    assert found.blocks == ()


def test_open_items_alone_have_no_past() -> None:
    made = one_customer(scope="open_items", level="C", open_items={"F23": 1_000 * E})
    portfolio = opened(made, date(2025, 1, 31))
    found = view.build(portfolio, POLICY, rules=(RULES[0],))
    assert found.unavailable == "not_at_this_level"
    assert found.left_out == ("TEST",)


@pytest.mark.parametrize(
    "rule",
    [Rule("sales_share"), Rule("category"), Rule("common", amount_minor=-1), Rule("what")],  # type: ignore[arg-type]
)
def test_a_rule_that_says_nothing_is_refused(rule: Rule) -> None:
    with pytest.raises(UserError, match="simulation_rule_invalid"):
        rule.checked()


def test_another_currency_is_converted_or_left_out() -> None:
    made = one_customer()
    made.docs.append(Doc("C1", "U1", date(2024, 6, 3), 100 * E, currency="USD"))
    known = past(opened(made), POLICY)
    assert known.count_no_rate == 1
    assert known.customers["customer_id"].tolist() == ["C0"]
