"""A dispute opened and closed leaves every figure of the dates before it as it was."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from arlib.analytics.score import score
from arlib.analytics.segments import segments
from arlib.model.policy import Policy
from arlib.views import dso, forecast
from arlib.workspace import DisputeClosing, DisputeEntry, Workspace
from tests.support.books import BY, Alloc, Book, Doc, load
from tests.support.examples import IS_FULL

POLICY = Policy()
LAST = date(2025, 6, 30)
PAST = (date(2025, 2, 28), date(2025, 4, 30))
CUSTOMERS = ("A", "B", "C", "D", "E")


@cache
def workspace() -> Workspace:
    """Return a book of five customers billed twice a month, who pay more or less late, some not at all."""
    docs, allocs = [], []
    for place, code in enumerate(CUSTOMERS):
        for number in range(24):
            issued = date(2024, 6, 3) + timedelta(days=16 * number + place)
            name, due = f"F{code}{number}", issued + timedelta(days=30)
            amount = 10_000 + 700 * place + 90 * number
            docs.append(Doc(code, name, issued, amount, due_on=due))
            paid = due + timedelta(days=(number * 7 + place * 11) % (20 + 15 * place) - 5)
            if paid <= LAST and (number + place) % 7:
                docs.append(Doc(code, f"P{code}{number}", paid, -amount, "payment"))
                allocs.append(Alloc(f"P{code}{number}", name, amount))
    found = Workspace.open(None)
    load(found, Book(docs, allocs, covers=(date(2024, 6, 1), LAST)))
    return found


def figures(day: date) -> dict[str, Any]:
    """Return DSO, score, classes and forecast of a date, whatever they hold."""
    portfolio = workspace().portfolio(day)
    return {
        "dso": dso.build(portfolio, POLICY, series_months=6),
        "score": score(portfolio, POLICY),
        "classes": segments(portfolio, POLICY),
        "forecast": forecast.build(portfolio, POLICY, weeks=4),
    }


before = cache(figures)


def same(one: Any, other: Any, path: str) -> None:
    """Check that two results hold the same, frame by frame and field by field."""
    assert type(one) is type(other), path
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, obj=path)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other, obj=path)
    elif is_dataclass(one):
        for item in fields(one):
            same(getattr(one, item.name), getattr(other, item.name), f"{path}.{item.name}")
    elif isinstance(one, dict):
        assert one.keys() == other.keys(), path
        for name in one:
            same(one[name], other[name], f"{path}.{name}")
    elif isinstance(one, (tuple, list)):
        assert len(one) == len(other), path
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            same(left, right, f"{path}[{place}]")
    else:
        assert one == other or (one != one and other != other), path  # noqa: PLR0124 - NaN


def contest(name: str, start: date, end: date, amount: int | None) -> tuple[str, str]:
    """Open a dispute and close it; return both entries."""
    items = workspace().portfolio(start).items().set_index("number")
    entry = DisputeEntry(
        "TEST", name[1], items["document_id"][name], "QTE", amount, opened_on=start
    )
    (written,) = workspace().open_disputes([entry], BY)
    (closed,) = workspace().close_disputes([DisputeClosing(written, "fonde", end)], BY)
    return written, closed


@settings(max_examples=12 if IS_FULL else 2)  # each one rebuilds the book and replays its models
@given(
    st.sampled_from(PAST),
    st.integers(1, 60),
    st.integers(1, 90),
    st.one_of(st.none(), st.integers(1, 9_000)),
    st.randoms(use_true_random=False),
)
def test_past_dates_know_nothing_of_a_later_dispute(
    day: date, after: int, length: int, amount: int | None, chance: Any
) -> None:
    known = before(day)
    start = day + timedelta(days=after)
    items = workspace().portfolio(start).items()
    names = items.loc[(items["open_minor"] >= 10_000) & (items["kind"] == "invoice"), "number"]
    opened, closed = contest(
        chance.choice(sorted(names)), start, start + timedelta(days=length), amount
    )
    disputed = workspace().portfolio(start).balances()["disputed_minor"].sum()
    try:
        assert disputed > 0  # it does count where it stands
        same(known, figures(day), str(day))
    finally:
        workspace().undo_dispute(closed, BY)
        workspace().undo_dispute(opened, BY)
    assert workspace().portfolio(start).balances()["disputed_minor"].sum() == 0


def test_the_comparison_sees_a_dispute_where_it_counts() -> None:
    day = PAST[-1]
    known = before(day)
    items = workspace().portfolio(day).items()
    name = str(items.loc[items["kind"] == "invoice", "number"].iloc[0])
    opened, closed = contest(name, day - timedelta(days=3), day + timedelta(days=3), None)
    found = figures(day)
    workspace().undo_dispute(closed, BY)
    workspace().undo_dispute(opened, BY)
    differs = []
    for name in known:
        try:
            same(known[name], found[name], name)
        except AssertionError:
            differs.append(name)
    assert {"dso", "score", "forecast"} <= set(differs)
