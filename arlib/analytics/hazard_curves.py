"""The steps of the hazard model on arrays: customers × days of delay.

A customer's row is his place in the frame of customers; ``pools`` gives the company of each row: a
curve is learnt on the customers of one company. Days are counted from the due date (negative =
early); column ``i`` of the grid is day ``FIRST_DAY + i``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.analytics import hazard_settings as s
from arlib.analytics.frames import round_half_away

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

_GRID: Final = np.arange(s.FIRST_DAY, s.LAST_DAY + 1)
# How an invoice stands at the end of its days at risk; ENTERED: it comes at risk.
ENTERED, OPEN, CREDITED, PAID = range(4)
# Residual delays (day less the customer's rounded habit) that the grid can reach.
_FIRST_RESIDUAL: Final = s.FIRST_DAY - s.LOCATION_CLIP[1]
_RESIDUALS: Final = s.LAST_DAY - s.LOCATION_CLIP[0] - _FIRST_RESIDUAL + 1


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """Weighted payments and invoices at risk by customer and day; ``weight``: all his invoices."""

    paid: Floats
    at_risk: Floats
    weight: Floats

    def of(self, rows: Ints) -> Exposure:
        """Return that of some customers, in their order."""
        if len(rows) == len(self.weight):
            return self
        return Exposure(self.paid[rows], self.at_risk[rows], self.weight[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """``habit``: days, shrunk; ``weight``: paid and overdue invoices; ``pool_habit``: by company."""

    habit: Floats
    weight: Floats
    pool_habit: Floats


def dispute_shift(sums: pd.DataFrame, pools: Ints, count_pools: int) -> Ints:
    """Return whole days by which a dispute moves a payment, one a company; 0 without any.

    Regression of the delay on the flag, both less their mean by customer, × n / (n + 10), n the
    disputed paid invoices. ``sums`` as ``Portfolio.hazard_disputes``, with ``row``.
    """
    count = sums["count_paid"].to_numpy("float64")
    flagged = sums["count_disputed"].to_numpy("float64")
    together = (
        sums["disputed_delay_days"].to_numpy("float64")
        - flagged * sums["delay_days"].to_numpy("float64") / count
    )
    pool = pools[sums["row"].to_numpy("int64")]
    above = _by_pool(pool, together, count_pools)
    below = _by_pool(pool, flagged - flagged**2 / count, count_pools)
    number = _by_pool(pool, flagged, count_pools)
    slope = np.divide(above, below, out=np.zeros(count_pools), where=below > 0)
    return round_half_away(slope * number / (number + s.DISPUTE_SHRINKAGE)).astype("int64")


def habits(cells: pd.DataFrame, pools: Ints, count_pools: int) -> Habits:
    """Return where each customer pays: mean delay of paid and overdue invoices, shrunk.

    ``cells`` as ``Portfolio.hazard_cells``, with ``row``. The portfolio's is the mean of the
    customers' means, each with weight n / (n + 3): one giant customer is not the norm.
    """
    day = cells["day"].to_numpy("int64")
    kind = cells["kind"].to_numpy()
    kept = (kind == PAID) | ((kind == OPEN) & (day > 0))
    row, size = cells["row"].to_numpy("int64")[kept], len(pools)
    weights = cells["weight"].to_numpy("float64")[kept]
    weight = _summed(row, weights, size)
    total = _summed(row, weights * np.clip(day[kept], *s.LOCATION_CLIP), size)
    mean = np.divide(total, weight, out=np.zeros(size), where=weight > 0)
    trust = weight / (weight + s.SHRINKAGE)
    trusted = _by_pool(pools, trust, count_pools)
    norm = _by_pool(pools, trust * mean, count_pools)
    norm = np.divide(norm, trusted, out=np.zeros(count_pools), where=trusted > 0)
    habit = (total + s.SHRINKAGE * norm[pools]) / (weight + s.SHRINKAGE)
    return Habits(habit, weight, norm)


def exposure(cells: pd.DataFrame, size: int) -> Exposure:
    """Return payments and invoices at risk on the grid, of ``size`` customers.

    An invoice is at risk from the day after its issue (that of its payment if earlier) to its end,
    both included; what falls outside the grid counts on its edge.
    """
    row, weight = cells["row"].to_numpy("int64"), cells["weight"].to_numpy("float64")
    kind = cells["kind"].to_numpy()
    place = cells["day"].to_numpy("int64") - s.FIRST_DAY
    is_entry, is_paid = kind == ENTERED, kind == PAID
    inside = np.clip(place, 0, s.DAYS - 1)
    # what is not paid is at risk to its last day; before the grid it never was
    leaves = np.where(is_paid, inside + 1, np.clip(place + 1, 0, s.DAYS))
    # what comes counts up and what goes counts down, on one axis: weights are exact, and so are sums
    moved = np.where(is_entry, np.clip(place, 0, s.DAYS), leaves)
    moves = _table(row, moved, np.where(is_entry, weight, -weight), (size, s.DAYS + 1))
    paid = _table(row[is_paid], inside[is_paid], weight[is_paid], (size, s.DAYS))
    at_risk = np.cumsum(moves, axis=1)[:, :-1]
    np.maximum(at_risk, 0.0, out=at_risk)
    return Exposure(paid, at_risk, _summed(row[~is_entry], weight[~is_entry], size))


def portfolio_curve(known: Exposure, residuals: Ints) -> Floats:
    """Return the hazard by residual delay of the customers given, each capped, smoothed, bounded.

    ``residuals``: of ``residuals``.
    """
    scale = np.minimum(1.0, s.MOST_WEIGHT / np.maximum(known.weight, s.MOST_WEIGHT))
    place = residuals.ravel()
    paid = _summed(place, (known.paid * scale[:, None]).ravel(), _RESIDUALS)
    at_risk = _summed(place, (known.at_risk * scale[:, None]).ravel(), _RESIDUALS)
    beyond = np.arange(_RESIDUALS) + _FIRST_RESIDUAL > s.TAIL_FROM
    exposed = at_risk[beyond].sum()
    tail = max(s.TAIL_LEAST, paid[beyond].sum() / exposed if exposed > 0 else 0.0)
    window = np.full(s.SMOOTHING, 1 / s.SMOOTHING)
    paid, at_risk = (np.convolve(side, window, "same") for side in (paid, at_risk))
    curve = (paid + s.TAIL_EXPOSURES * tail) / (at_risk + s.TAIL_EXPOSURES)
    return np.clip(curve, *s.CURVE_BOUNDS)


def customer_hazard(known: Exposure, residuals: Ints, curve: Floats) -> Floats:
    """Return the hazard of each customer by day: his own history and 3 invoices of the curve."""
    blend = curve[residuals]
    blend *= s.SHRINKAGE
    blend += known.paid
    blend /= known.at_risk + s.SHRINKAGE
    return np.clip(blend, *s.HAZARD_BOUNDS, out=blend)


def weekday_factors(dates: Floats, pools: Ints, count_pools: int) -> tuple[Floats, Floats]:
    """Return factors on the intensity by weekday (Monday first), of each customer and each company.

    ``dates``: distinct dates of payment, customers × 7. A company with fewer than 30 has 1 all week.
    """
    total = np.zeros((count_pools, 7))
    np.add.at(total, pools, dates)
    count = total.sum(axis=1)
    share = np.divide(
        total, count[:, None], out=np.full_like(total, 1 / 7), where=count[:, None] > 0
    )
    prior = s.WEEKDAY_SHRINKAGE
    own = (dates + prior * share[pools]) / (dates.sum(axis=1, keepdims=True) + prior)
    is_short = count < s.WEEKDAY_LEAST_DATES
    factors = np.clip(7 * own, *s.WEEKDAY_BOUNDS)
    general = np.clip(7 * share, *s.WEEKDAY_BOUNDS)
    factors[is_short[pools]] = 1.0
    general[is_short] = 1.0
    return factors, general


def intensity(hazard: Floats, out: Floats) -> None:
    """Write -log(1 - h) with one column more at the left: the days before the grid."""
    out[:, 0] = -s.BELOW_GRID
    np.negative(hazard, out=out[:, 1:])
    np.log1p(out, out=out)
    np.negative(out, out=out)


def new_invoice_beyond(intensities: Floats, terms: Ints, days: int) -> Floats:
    """Return the probability that an invoice issued today is still unpaid ``days`` after it is due."""
    upto = np.cumsum(intensities[:, 1:], axis=1)
    last = upto[:, days - s.FIRST_DAY]
    first = -terms - s.FIRST_DAY  # place of the day of issue
    before = np.where(first >= 0, upto[np.arange(len(upto)), np.clip(first, 0, s.DAYS - 1)], 0.0)
    outside = np.maximum(-1 - first, 0) * intensities[:, 0]
    result: Floats = np.exp(-np.maximum(last - before, 0.0) - outside)
    return result


def columns_of(days: npt.NDArray[Any]) -> Ints:
    """Return the column of ``intensity`` of days of delay: before, on and beyond the grid."""
    result: Ints = np.clip(days - s.FIRST_DAY + 1, 0, s.DAYS)
    return result


def residuals(habit: Floats) -> Ints:
    """Return the place on the curve of each customer's days, customers × days."""
    rounded = round_half_away(habit).astype("int64")
    result: Ints = _GRID[None, :] - rounded[:, None] - _FIRST_RESIDUAL
    return result


def _summed(place: Ints, weights: Floats, size: int) -> Floats:
    return np.bincount(place, weights, minlength=size).astype("float64", copy=False)


def _table(row: Ints, column: Ints, weights: Floats, shape: tuple[int, int]) -> Floats:
    """Return weights summed by row and column."""
    found = _summed(row * shape[1] + column, weights, shape[0] * shape[1])
    return found.reshape(shape)


def _by_pool(pools: Ints, values: Floats, count: int) -> Floats:
    return _summed(pools, values, count)
