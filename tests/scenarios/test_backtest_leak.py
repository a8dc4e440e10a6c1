"""The forecasts of the past know nothing of what came after: only what really happened moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from arlib.analytics import backtest, forecast_check
from arlib.model.policy import Policy
from arlib.workspace import Workspace
from tests.support.books import Alloc, Book, Doc, load
from tests.support.examples import examples

if TYPE_CHECKING:
    from collections.abc import Sequence

START: Final = date(2024, 1, 1)
LAST: Final = date(2025, 6, 30)
POLICY: Final = Policy()
ACTUAL: Final = ["paid_on", "is_credited", "coverage"]
_DELAYS = st.integers(-20, 90)


@dataclass(frozen=True)
class Sale:
    """One invoice and what becomes of it; ``delay`` None: never paid."""

    customer: str
    issued: int
    amount: int
    delay: int | None
    terms: int
    is_credited: bool = False
    part: int = 100  # of a hundred, paid
    argued: int | None = None  # days after the issue

    @property
    def issued_on(self) -> date:
        """Return the day of the invoice."""
        return START + timedelta(days=self.issued)

    @property
    def ended_on(self) -> date | None:
        """Return the day on which it is paid or credited."""
        if self.delay is None:
            return None
        return max(self.issued_on, START + timedelta(days=self.issued + self.terms + self.delay))

    @property
    def argued_on(self) -> date | None:
        """Return the day on which a dispute is opened."""
        return None if self.argued is None else self.issued_on + timedelta(days=self.argued)


@st.composite
def sales(draw: st.DrawFn, first: int = 0, last: int = 480) -> Sale:
    """Draw one invoice of one of four customers."""
    return Sale(
        customer=draw(st.sampled_from(["A", "B", "C", "D"])),
        issued=draw(st.integers(first, last)),
        amount=draw(st.integers(1_000, 90_000)),
        delay=draw(st.one_of(_DELAYS, _DELAYS, _DELAYS, st.none())),
        terms=draw(st.sampled_from([0, 30, 45])),
        is_credited=draw(st.integers(0, 7)) == 0,
        part=draw(st.sampled_from([100, 100, 40])),
        argued=draw(st.one_of(st.none(), st.none(), st.none(), st.integers(0, 120))),
    )


@st.composite
def two_futures(draw: st.DrawFn) -> tuple[date, list[Sale], list[Sale]]:
    """Draw a cut and two books alike up to it: what was to come is drawn again."""
    cut = START + timedelta(days=draw(st.integers(150, 420)))
    one = draw(st.lists(sales(), min_size=25, max_size=45))
    known = [sale for sale in one if sale.issued_on <= cut]
    other = [_again(draw, sale, cut) for sale in known]
    other += draw(st.lists(sales((cut - START).days + 1, 520), max_size=8))
    return cut, one, other


def _again(draw: st.DrawFn, sale: Sale, cut: date) -> Sale:
    """Return an invoice of which what happened after the cut is drawn again."""
    if sale.ended_on is None or sale.ended_on > cut:
        delay = draw(st.one_of(_DELAYS, st.none()))
        if delay is not None:  # not sooner than the day after the cut
            left = (cut - sale.issued_on).days + 1 - sale.terms
            delay = max(delay, left)
        sale = replace(
            sale,
            delay=delay,
            is_credited=draw(st.booleans()),
            part=draw(st.sampled_from([100, 40])),
        )
    if sale.argued_on is None or sale.argued_on > cut:
        later = (cut - sale.issued_on).days + 1
        sale = replace(sale, argued=draw(st.one_of(st.none(), st.integers(later, later + 60))))
    return sale


def book(lines: Sequence[Sale]) -> Book:
    """Return the invoices as one ledger that ends on the same day whatever they are.

    The number of an invoice is its place; what ends it is numbered after it.
    """
    docs, allocs, disputes = [], [], []
    for place, sale in enumerate(lines):
        due = sale.issued_on + timedelta(days=sale.terms)
        number = f"F{place}-{sale.issued}"
        docs.append(Doc(sale.customer, number, sale.issued_on, sale.amount, due_on=due))
        if sale.argued_on is not None and sale.argued_on <= LAST:
            disputes.append({"number": number, "opened_on": sale.argued_on})
        if sale.ended_on is None or sale.ended_on > LAST:
            continue
        paid = sale.amount * sale.part // 100
        kind = "credit_note" if sale.is_credited else "payment"
        docs.append(Doc(sale.customer, f"R{place}-{sale.issued}", sale.ended_on, -paid, kind))
        allocs.append(Alloc(f"R{place}-{sale.issued}", number, paid))
    docs.append(Doc("Z", "LAST", LAST, 100, due_on=LAST))
    return Book(docs, allocs, disputes=disputes)


def judged(
    lines: Sequence[Sale], cut: date
) -> tuple[backtest.Trials, forecast_check.Trial, pd.DataFrame]:
    workspace = Workspace.open(None)
    assert load(workspace, book(lines))[0].status == "imported"
    portfolio = workspace.portfolio(LAST)
    found = backtest.trials(portfolio, POLICY, [cut])
    [trial] = forecast_check.trials(portfolio, POLICY, [cut])
    bands = forecast_check.weeks([trial], POLICY.forecast_shock, draws=200)
    workspace.close()
    return found, trial, bands


def same(one: pd.DataFrame, other: pd.DataFrame, actual: list[str]) -> None:
    """Compare all but what really happened."""
    pd.testing.assert_frame_equal(
        one.drop(columns=actual), other.drop(columns=actual), check_exact=True
    )


@settings(examples(24))
@given(two_futures())
def test_what_came_after_the_cut_moves_the_actuals_alone(
    futures: tuple[date, list[Sale], list[Sale]],
) -> None:
    cut, one, other = futures
    # what was known by the cut must bear the same names in both books
    known = [sale for sale in one if sale.issued_on <= cut]
    later = [sale for sale in one if sale.issued_on > cut]
    first, second = judged(known + later, cut), judged(other, cut)
    same(first[0].items, second[0].items, ACTUAL)
    same(first[0].weeks, second[0].weeks, ["cash_minor"])
    same(first[1].cells.frame, second[1].cells.frame, [])
    assert np.array_equal(first[1].cells.hazard, second[1].cells.hazard, equal_nan=True)
    assert np.array_equal(first[1].cells.run, second[1].cells.run)
    same(first[2], second[2], ["cash_minor", "cash_sum_minor"])


def test_the_actuals_do_move() -> None:
    """The property would hold of a constant: what is paid after the cut is seen."""
    cut = date(2024, 12, 31)
    past = [Sale("A", 10 * place, 10_000, 5, 30) for place in range(30)]
    open_ = Sale("A", 360, 50_000, 3, 30)
    paid, unpaid = judged([*past, open_], cut), judged([*past, replace(open_, delay=None)], cut)
    assert paid[0].weeks["cash_minor"].sum() == 50_000
    assert unpaid[0].weeks["cash_minor"].sum() == 0
    assert (paid[1].cash["EUR"] != unpaid[1].cash["EUR"]).any()
    assert list(paid[0].weeks["hazard_minor"]) == list(unpaid[0].weeks["hazard_minor"])
    assert paid[0].weeks["hazard_minor"].sum() > 0


def test_a_payment_known_at_the_cut_moves_the_forecast() -> None:
    """And what was known by then counts: the same payments a month later are other forecasts."""
    cut = date(2024, 12, 31)
    early = [Sale("A", 10 * place, 10_000, 5, 30) for place in range(30)]
    late = [replace(sale, delay=35) for sale in early]
    open_ = Sale("A", 360, 50_000, 3, 30)
    one, other = judged([*early, open_], cut), judged([*late, open_], cut)
    assert list(one[0].items["hazard_on"]) != list(other[0].items["hazard_on"])
