"""Rates of expected loss by bucket: typed, from own roll rates, or from closed cohorts (definitions §8).

Roll rates say what part of a bucket reaches the last one; what is lost of the last one is another
figure, the policy's ``ecl_loss_ratio``. Without it the rates are the share expected beyond the last
bound, which is no loss, and ``Rates.measure`` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    are_all_left_out,
    covered_from,
    without_behaviour,
)
from arlib.analytics.migration import labels, month_pairs, movements, roll_rates
from arlib.model.portfolio import month_ends, window_start

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from arlib.analytics.migration import Pairs
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

Measure = Literal["loss", "beyond_last_bucket"]
Method = Literal["typed", "roll", "vintage"]
MONTHS: Final = 12
_CLOSED_MONTHS: Final = 12  # a cohort is closed once it is a year old
_TOO_EARLY: Final = "as_of_too_early"
_NO_OPEN: Final = "no_open"


@dataclass(frozen=True, slots=True)
class Rates:
    """One rate a bucket, in order; None where nothing is known, and why.

    ``measure``: ``loss``, or ``beyond_last_bucket`` where no loss is known: the share expected to
    pass the last bound. ``first_on``, ``last_on``: the days they were learnt on (None: typed).
    ``lost_minor``: what was written off of the cohorts.
    """

    method: Method
    measure: Measure
    ratios: tuple[float | None, ...]
    reasons: tuple[str | None, ...]
    first_on: date | None = None
    last_on: date | None = None
    lost_minor: int | None = None

    @property
    def is_monotone(self) -> bool:
        """Return False when a known rate is below that of an earlier bucket."""
        known = [value for value in self.ratios if value is not None]
        return all(later >= earlier for earlier, later in pairwise(known))


def rates(portfolio: Portfolio, policy: Policy, currency: str) -> Rates:
    """Return the rates of one currency by the method of the policy, before the forward factor."""
    if policy.ecl_rates:
        typed = tuple(float(rate) for rate in policy.ecl_rates)
        return Rates("typed", "loss", typed, (None,) * len(typed))
    book = portfolio.of_companies()
    missing = without_behaviour(book, policy)
    if are_all_left_out(book, missing):
        return _unknown(policy, NOT_AT_THIS_LEVEL)
    if policy.ecl_method == "vintage":
        return _from_cohorts(book, policy, currency, missing)
    return _from_rolls(book, policy, currency)


def chained(rolls: Sequence[float | None], loss_ratio: float) -> tuple[float | None, ...]:
    """Return the rate of each bucket: product of the roll rates from it to the last, × the last's.

    A bucket before a roll rate that is not known has none.

    >>> [round(rate, 6) for rate in chained((0.2, 0.3, 0.5, 0.6), 0.4)]
    [0.0072, 0.036, 0.12, 0.24, 0.4]
    """
    found: list[float | None] = [loss_ratio]
    for roll in reversed(rolls):
        after = found[0]
        found.insert(0, None if roll is None or after is None else min(roll * after, 1.0))
    return tuple(found)


def of_cohorts(unpaid: Sequence[int], lost: float) -> tuple[float | None, ...]:
    """Return the rate of each bucket of closed cohorts: lost over what entered the bucket.

    ``unpaid``: billed, then unpaid at the due date, at the first bound… None where nothing entered.

    >>> [round(rate, 4) for rate in of_cohorts((1_000_000, 400_000, 120_000, 50_000, 20_000), 8_000)]
    [0.008, 0.02, 0.0667, 0.16, 0.4]
    """
    return tuple(min(lost / amount, 1.0) if amount > 0 else None for amount in unpaid)


def applied(rate: float | None, factor: float) -> float | None:
    """Return a rate times the forward factor, 100 % at most."""
    return None if rate is None else min(rate * factor, 1.0)


def _from_rolls(book: Portfolio, policy: Policy, currency: str) -> Rates:
    """Return the chain over the last whole months that the book can answer, amounts summed first."""
    pairs = _months(book)
    if not pairs:
        return _unknown(policy, _TOO_EARLY)
    moves = movements(book, policy, pairs)
    found = roll_rates(moves.loc[moves["currency"] == currency], policy.buckets)
    rolls = [None if np.isnan(value) else float(value) for value in found["ratio"]]
    ratio = policy.ecl_loss_ratio
    values = chained(rolls, ratio or 1.0)
    return Rates(
        "roll",
        "loss" if ratio else "beyond_last_bucket",
        values,
        _reasons(values),
        pairs[0][0],
        pairs[-1][1],
    )


def _months(book: Portfolio) -> Pairs:
    is_month_end = (book.as_of + timedelta(days=1)).day == 1
    end = book.as_of if is_month_end else month_ends(book.as_of, 2)[0]
    firsts = [item.first_as_of for item in book.companies() if item.first_as_of]
    if not firsts:
        return ()
    return tuple(pair for pair in month_pairs(end, MONTHS) if pair[0] >= max(firsts))


def _from_cohorts(book: Portfolio, policy: Policy, currency: str, missing: set[str]) -> Rates:
    """Return lost over unpaid, of the invoices of the year that ended a year before the date.

    Lost: what the policy says is lost of the last bucket, else what was written off of them; with
    neither, what was unpaid beyond the last bound counts, and it is no loss.
    """
    last = window_start(book.as_of, _CLOSED_MONTHS)
    first = window_start(last, MONTHS)
    covers = covered_from(book, missing)
    if covers is None or covers > first + timedelta(days=1):
        return _unknown(policy, _TOO_EARLY)
    offsets = (0, *policy.buckets)
    frame = book.vintages(first, last, offsets)
    mine = frame.loc[(frame["currency"] == currency) & ~frame["company_id"].isin(missing)]
    sums = mine.groupby(["what", "days"])["amount_minor"].sum().to_dict()
    billed = int(sums.get(("billed", -1), 0)) - int(sums.get(("credited", -1), 0))
    unpaid = [billed, *(int(sums.get(("unpaid", step), 0)) for step in offsets)]
    lost = int(sums.get(("lost", -1), 0))
    measure: Measure = "loss" if lost or policy.ecl_loss_ratio else "beyond_last_bucket"
    ratio = policy.ecl_loss_ratio
    counted = unpaid[-1] * ratio if ratio else lost or unpaid[-1]
    values = of_cohorts(unpaid, counted)
    return Rates("vintage", measure, values, _reasons(values), first, last, lost)


def _reasons(values: Sequence[float | None]) -> tuple[str | None, ...]:
    return tuple(_NO_OPEN if value is None else None for value in values)


def _unknown(policy: Policy, why: str) -> Rates:
    count = len(labels(policy.buckets))
    measure: Measure = "loss" if policy.ecl_loss_ratio else "beyond_last_bucket"
    return Rates(policy.ecl_method, measure, (None,) * count, (why,) * count)
