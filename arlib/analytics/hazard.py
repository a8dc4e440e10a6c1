"""When invoices are paid: the hazard of each customer, day after day from the due date.

One model for the score and the forecast: a pure function of the book as known at the date. Each
company learns from its own customers, whatever the filters: a figure of a customer does not change
with what is looked at. Method and measured errors: docs/metrics.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import hazard_curves as curves
from arlib.analytics import hazard_settings as s
from arlib.analytics.frames import day_number, day_numbers, ratio, truth
from arlib.analytics.hazard_dates import confidence, summary
from arlib.analytics.hazard_evidence import payment_dates, read, read_curves, rows_of
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from arlib.analytics.hazard_curves import Exposure, Floats, Habits, Ints
    from arlib.analytics.hazard_evidence import Evidence
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_CHUNK: Final = 1024  # invoices × horizon worked out at a time: what a processor holds at hand


@dataclass(frozen=True, slots=True, eq=False)
class Laws:
    """When invoices are paid, learnt at ``as_of``.

    ``companies``: company_id, ``habit_days``, ``dispute_shift_days``. Rows of the arrays: ``keys``,
    then one a company (a customer never seen), then one of NaN.
    """

    as_of: date
    companies: pd.DataFrame
    keys: pd.DataFrame
    intensities: Floats
    weekdays: Floats

    def survival(self, items: pd.DataFrame) -> Iterator[tuple[slice, Floats]]:
        """Yield S by chunks of rows: column j is the probability to be unpaid j days after as_of.

        ``items``: as of ``HazardModel.predict``. Shape (rows, 181); column 0 is 1. Rows of companies
        without a payment are NaN.
        """
        for part, gone in self._cumulated(items, s.HORIZON):
            alive = np.ones((len(gone), s.HORIZON + 1))
            np.exp(-gone, out=alive[:, 1:])
            alive[np.isnan(alive[:, 1]), 0] = np.nan
            yield part, alive

    def survival_at(self, items: pd.DataFrame, days: Ints) -> Floats:
        """Return the columns of ``survival`` of some days after as_of (rising, from 1): rows × days."""
        found = np.ones((len(items), len(days)))
        for part, gone in self._cumulated(items, int(days[-1])):
            np.exp(-gone[:, days - 1], out=found[part])
        return found

    def _cumulated(self, items: pd.DataFrame, horizon: int) -> Iterator[tuple[slice, Floats]]:
        """Yield the sums of intensities from the day after as_of on, by chunks of rows."""
        row, age = self._placed(items)
        steps = 1 + np.arange(horizon)
        weekday = (self.as_of.weekday() + steps) % 7
        width = self.intensities.shape[1]
        for start in range(0, len(items), _CHUNK):
            part = slice(start, min(start + _CHUNK, len(items)))
            place = curves.columns_of(age[part, None] + steps) + row[part, None] * width
            moves = self.intensities.ravel()[place]
            moves *= self.weekdays[row[part]][:, weekday]
            yield part, np.cumsum(moves, axis=1, out=moves)

    def _placed(self, items: pd.DataFrame) -> tuple[Ints, Ints]:
        """Return the row of each item and its age, due date moved when it is disputed."""
        asked = items[KEY].astype("str").reset_index(drop=True)
        count = len(self.companies)
        row = rows_of(asked, self.keys, KEY)
        pool = rows_of(asked, self.companies, ["company_id"])
        row = np.where(row >= 0, row, len(self.keys) + np.where(pool >= 0, pool, count))
        shift = np.append(self.companies["dispute_shift_days"].to_numpy("int64"), 0)[pool]
        is_moved = truth(items["is_disputed"]).to_numpy() if "is_disputed" in items else False
        return row, self._days_late(items) - np.where(is_moved, shift, 0)

    def _days_late(self, items: pd.DataFrame) -> Ints:
        today = day_number(self.as_of)
        return today - day_numbers(items["due_on"], today)


@dataclass(frozen=True, slots=True, eq=False)
class HazardModel(Laws):
    """What was learnt at ``as_of``: the laws, and what is said of each customer.

    ``customers``, one row a customer with an invoice, inside the filters: key, ``count_paid``,
    ``first_paid_on``, ``last_paid_on``, ``habit_days`` (m), ``count_effective`` (weighted invoices
    at risk on the best known day), ``confidence`` (low, medium, good), ``median_terms_days``,
    ``late_probability`` and ``very_late_probability`` (a new invoice on these terms is more than
    15, 90 days late), ``share_late_15_ratio`` (of amounts of the last months, by recency, overdue
    ones included; NaN without any), ``weighted_delay_days`` (by amount and recency, shrunk with 3).
    Companies without a payment are absent.

    ``companies``: also ``count_paid``. ``evidence``: the most weight at risk on a day or later.
    """

    customers: pd.DataFrame
    evidence: Floats

    def predict(self, items: pd.DataFrame) -> pd.DataFrame:
        """Return when open invoices are expected to be paid; index of ``items``.

        ``items``: ``company_id, customer_id, due_on`` and, if known, ``is_disputed`` (in a dated
        dispute by the date). Columns: ``days_late`` (at as_of), ``expected_on`` (median), ``p10_on``,
        ``p90_on`` (NaT: beyond 180 days), ``probability_late_30`` (still unpaid in 30 days),
        ``probability_beyond`` (in 180), ``is_predictable`` (else no date), ``confidence``. Dates
        are after as_of; probabilities NaN in a company without a payment.
        """
        found = summary(self.as_of, (chunk for _, chunk in self.survival(items)), items.index)
        row, age = self._placed(items)
        found.insert(0, "days_late", self._days_late(items))
        evidence = self.evidence[row, curves.columns_of(age + 1)]
        found["confidence"] = pd.Series(confidence(evidence), index=items.index, dtype="str")
        return found


def fit(portfolio: Portfolio, policy: Policy) -> HazardModel:
    """Return the model of the book at the portfolio's date; filters choose ``customers`` alone.

    Learnt once per state of the book: the score, the forecast and the limits share it.
    """
    book = portfolio.whole()
    found = book.kept(f"hazard {policy.version}", lambda: _fit(book, policy))
    return replace(found, customers=_inside(found.customers, portfolio))


def laws(portfolio: Portfolio, policy: Policy) -> Laws:
    """Return when invoices are paid, as ``fit`` learns it, and nothing else: a third of its cost."""
    book = portfolio.whole()
    known = read_curves(book, policy)
    return _laws(book, policy, known, _learnt(known))


def _fit(book: Portfolio, policy: Policy) -> HazardModel:
    known = read(book, policy, (book.as_of,))
    found = _learnt(known)
    paid = known.customers.groupby("company_id", sort=True)["count_paid"].sum()
    base = _laws(book, policy, known, found)
    return HazardModel(
        as_of=base.as_of,
        companies=base.companies.assign(count_paid=paid.to_numpy("int64")),
        keys=base.keys,
        intensities=base.intensities,
        weekdays=base.weekdays,
        customers=_described(known, found).drop(columns="day"),
        evidence=_ahead(found.exposure.at_risk, len(known.companies) + 1),
    )


def _laws(book: Portfolio, policy: Policy, known: Evidence, found: _Learnt) -> Laws:
    dates = payment_dates(book, policy, known.customers)
    own, general = curves.weekday_factors(dates, known.pools, len(known.companies))
    return Laws(
        as_of=book.as_of,
        companies=pd.DataFrame(
            {
                "company_id": known.companies["company_id"].astype("str"),
                "habit_days": found.habits.pool_habit,
                "dispute_shift_days": found.shift,
            }
        ),
        keys=known.customers[KEY],
        intensities=found.intensities,
        weekdays=np.concatenate([own, general, np.ones((1, 7))]),
    )


def described(portfolio: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    """Return ``HazardModel.customers`` on several days, none after as_of, with ``day``; no filters."""
    known = read(portfolio.whole(), policy, days)
    return _described(known, _learnt(known))


@dataclass(frozen=True, slots=True, eq=False)
class _Learnt:
    """``shift``: by company; ``intensities``: as in ``Laws``."""

    shift: Ints
    habits: Habits
    exposure: Exposure
    intensities: Floats


def _learnt(known: Evidence) -> _Learnt:
    count = len(known.companies)
    shift = curves.dispute_shift(known.disputes, known.pools, count)
    cells = _moved(known, shift)
    habits = curves.habits(cells, known.pools, count)
    exposure = curves.exposure(cells, len(known.customers))
    return _Learnt(shift, habits, exposure, _intensities(known, habits, exposure))


def _moved(known: Evidence, shift: Ints) -> pd.DataFrame:
    """Return the cells as if no invoice had been in dispute: their days moved back."""
    if not shift.any():
        return known.cells
    row = known.cells["row"].to_numpy("int64")
    moved = np.where(truth(known.cells["is_disputed"]), shift[known.pools[row]], 0)
    return known.cells.assign(day=known.cells["day"].to_numpy("int64") - moved)


def _intensities(known: Evidence, habits: Habits, exposure: Exposure) -> Floats:
    """Return the intensity of every customer, of one never seen in each company, and a row of NaN."""
    count = len(known.customers)
    found = np.full((count + len(known.companies) + 1, s.DAYS + 1), np.nan)
    nobody = curves.Exposure(*(np.zeros((1, s.DAYS)),) * 2, np.zeros(1))
    for pool in range(len(known.companies)):
        rows = np.flatnonzero(known.pools == pool)
        own, places = exposure.of(rows), curves.residuals(habits.habit[rows])
        curve = curves.portfolio_curve(own, places)
        # companies follow one another, and so do their customers
        to = found[rows[0] : rows[-1] + 1]
        curves.intensity(curves.customer_hazard(own, places, curve), to)
        norm = curves.residuals(habits.pool_habit[[pool]])
        last = count + pool
        curves.intensity(curves.customer_hazard(nobody, norm, curve), found[last : last + 1])
    return found


def _ahead(at_risk: Floats, more: int) -> Floats:
    """Return the most weight at risk on a day or later, by column of the intensities."""
    best = np.maximum.accumulate(at_risk[:, ::-1], axis=1)[:, ::-1]
    best = np.concatenate([best[:, :1], best], axis=1)
    return np.concatenate([best, np.zeros((more, s.DAYS + 1))])


def _described(known: Evidence, found: _Learnt) -> pd.DataFrame:
    """Return what is said of each customer."""
    habits, exposure = found.habits, found.exposure
    frame = known.customers.drop(columns="customer_no")
    frame["habit_days"] = habits.habit
    frame["count_effective"] = exposure.at_risk.max(axis=1, initial=0.0)
    frame["confidence"] = confidence(frame["count_effective"].to_numpy("float64")).astype("str")
    frame["confidence"] = frame["confidence"].astype("str")
    terms = frame["median_terms_days"].to_numpy("int64")
    own = found.intensities[: len(frame)]
    frame["late_probability"] = curves.new_invoice_beyond(own, terms, s.LATE_DAYS)
    frame["very_late_probability"] = curves.new_invoice_beyond(own, terms, s.VERY_LATE_DAYS)
    return frame.assign(**_by_amount(known, _as_paid(known, found)))


def _as_paid(known: Evidence, found: _Learnt) -> Habits:
    """Return the habits on the days of the files: what a dispute is worth is left in.

    The mean delay by amount counts disputed invoices as they were paid; so must what it is shrunk to.
    """
    if not found.shift.any():
        return found.habits
    return curves.habits(known.cells, known.pools, len(known.companies))


def _by_amount(known: Evidence, habits: Habits) -> dict[str, pd.Series[float]]:
    """Return the share late and the mean delay by amount, those of several currencies averaged.

    No amount is added to one of another currency: each counts for its number of invoices.
    """
    rows = known.amounts
    weight = rows["count_invoices"]
    figures = {
        "share": ratio(rows["recent_late_minor"], rows["recent_minor"]),
        "delay": ratio(rows["delay_amount"], rows["weighed_minor"]),
    }
    index = range(len(known.customers))
    found = {}
    for name, figure in figures.items():
        above = (figure * weight).groupby(rows["row"]).sum(min_count=1)
        below = weight.where(figure.notna()).groupby(rows["row"]).sum(min_count=1)
        found[name] = (above / below).reindex(index)
    norm = habits.pool_habit[known.pools]
    own = found["delay"].fillna(0.0) * habits.weight
    shrunk = (own + s.SHRINKAGE * norm) / (habits.weight + s.SHRINKAGE)
    return {"share_late_15_ratio": found["share"], "weighted_delay_days": shrunk}


def _inside(customers: pd.DataFrame, portfolio: Portfolio) -> pd.DataFrame:
    """Return the customers that the filters keep."""
    if portfolio.whole() is portfolio:
        return customers
    kept = rows_of(customers, portfolio.customers(), KEY) >= 0
    return customers.loc[kept].reset_index(drop=True)
