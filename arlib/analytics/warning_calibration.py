"""The threshold of the early warning, calibrated on the user's own book (behaviour_models §4).

Each customer's payment runs are shuffled in time: whatever alert is then raised is false. The
threshold is the smallest that raises at most the rate of the policy, evaluated at each run date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.analytics import cusum as core

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Places = npt.NDArray[np.int64]

SHUFFLES: Final = 200
DEFAULT_THRESHOLD: Final = 7.0
THRESHOLDS: Final = tuple(float(h) for h in range(4, 13))
_SEED: Final = 20_260
_YEAR: Final = 365.25
# Evaluations of one calibration: a few tenths of a second. A larger book is shuffled fewer times, then
# sampled: its customers say more than the order of each.
_BUDGET: Final = 120_000
_FEWEST: Final = 20
_TOGETHER: Final = 20_000  # runs shuffled at a stroke


@dataclass(frozen=True, slots=True)
class Runs:
    """Payment runs of customers, one after the other, by date: flat arrays of one length."""

    series: Places
    days: Places
    clipped: Floats
    shown: Floats

    @property
    def starts(self) -> Places:
        """Return the place of the first run of the series of each run."""
        return np.searchsorted(self.series, self.series).astype(np.int64)

    def of(self, kept: npt.NDArray[np.bool_]) -> Runs:
        """Return some of the runs."""
        return Runs(self.series[kept], self.days[kept], self.clipped[kept], self.shown[kept])


@dataclass(frozen=True, slots=True)
class Rates:
    """False alarms of shuffled runs by threshold: ``per_year`` is per customer and year."""

    thresholds: tuple[float, ...]
    per_year: tuple[float, ...]
    count_customers: int
    count_shuffles: int

    def at(self, threshold: float) -> float:
        """Return the rate of a threshold of the table."""
        return self.per_year[self.thresholds.index(threshold)]


def judged(runs: Runs) -> Runs:
    """Return the runs of the series long enough to be judged at least once."""
    _, place, count = np.unique(runs.series, return_inverse=True, return_counts=True)
    return runs.of(count[place] >= core.LEAST)


def false_alarm_rates(runs: Runs, thresholds: tuple[float, ...] = THRESHOLDS) -> Rates | None:
    """Return the false alarms of each threshold on shuffled runs; None without a long series.

    Deterministic: the same runs give the same rates.
    """
    runs = judged(runs)
    if not len(runs.series):
        return None
    runs, times = _within_budget(runs)
    size = len(runs.series)
    years = _years(runs, _evaluated(runs))
    counts = np.zeros(len(thresholds))
    random = np.random.default_rng(_SEED)
    together = max(1, _TOGETHER // size)  # a small book is shuffled many times at a stroke
    for first in range(0, times, together):
        copies = min(together, times - first)
        many = _copied(runs, copies)
        order = np.argsort(many.series + random.random((copies, size)).ravel())
        counts += _alarms(many, order, thresholds)
    return Rates(
        thresholds=thresholds,
        per_year=tuple((counts / (years * times)).tolist()),
        count_customers=len(np.unique(runs.series)),
        count_shuffles=times,
    )


def _evaluated(runs: Runs) -> Places:
    """Return the places with enough runs up to them to be judged."""
    since = np.arange(len(runs.series)) - runs.starts
    return np.flatnonzero(since >= core.LEAST - 1).astype(np.int64)


def _copied(runs: Runs, copies: int) -> Runs:
    """Return the runs several times, each copy of a customer a series of its own."""
    size = len(runs.series)
    shift = np.repeat(np.arange(copies), size) * (runs.series.max() + 1)
    return Runs(
        np.tile(runs.series, copies) + shift,
        np.tile(runs.days, copies),
        np.tile(runs.clipped, copies),
        np.tile(runs.shown, copies),
    )


def _within_budget(runs: Runs) -> tuple[Runs, int]:
    """Return the runs to shuffle and how many times: fewer shuffles first, then fewer customers."""
    evaluations = len(runs.series) - (core.LEAST - 1) * len(np.unique(runs.series))
    step = max(1, -(-evaluations * _FEWEST // _BUDGET))
    if step > 1:
        _, place = np.unique(runs.series, return_inverse=True)
        runs = runs.of(place % step == 0)
        evaluations = len(runs.series) - (core.LEAST - 1) * len(np.unique(runs.series))
    return runs, int(np.clip(_BUDGET // max(evaluations, 1), _FEWEST, SHUFFLES))


def _years(runs: Runs, at: Places) -> float:
    """Return the time the evaluations cover: each stands for the mean gap of its series' runs."""
    _, first, count = np.unique(runs.series, return_index=True, return_counts=True)
    span = runs.days[first + count - 1] - runs.days[first]
    gap = span / (count - 1)
    place = np.searchsorted(first, runs.starts[at])
    return float(gap[place].sum() / _YEAR)


def _alarms(runs: Runs, order: Places, thresholds: tuple[float, ...]) -> Floats:
    """Return the alerts that runs in this order raise, by threshold."""
    starts, at = runs.starts, _evaluated(runs)
    values, shown = runs.clipped[order], runs.shown[order]
    at = at[
        core.worse(values, starts, at) >= min(thresholds)
    ]  # few are left: the rest is worked out for them alone
    found = core.cusum(values, shown, starts, at)
    series, days, shift = runs.series[at], runs.days[at], found.shift
    is_shifted = shift >= core.SHIFT_DAYS
    raised = [
        core.announced(series, days, shift, is_shifted & (found.worse >= h)).sum()
        for h in thresholds
    ]
    return np.array(raised, dtype=float)
