"""The windowed CUSUM by hand, against a plain loop, and the silence after an alert."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics import cusum as core
from arlib.analytics.warning_calibration import THRESHOLDS, Runs, false_alarm_rates
from tests.support.examples import examples


def at_end(*points: float, shown: tuple[float, ...] | None = None) -> core.Cusum:
    values = np.array(points, dtype=float)
    seen = values if shown is None else np.array(shown, dtype=float)
    return core.cusum(
        values, seen, np.zeros(len(values), dtype=np.int64), np.array([len(values) - 1])
    )


def plain_sum(points: list[float], sign: int) -> float:
    """Return S after the last ten points, as the definition says it."""
    window, before = points[-10:], points[:-10][-40:]
    middle = statistics.median(before)
    spread = max(1.4826 * statistics.median(abs(v - middle) for v in before), 2.0)
    total = 0.0
    for value in window:
        z = sign * min(3.0, max(-3.0, (value - middle) / spread))
        total = max(0.0, total + z - 0.5)
    return total


def test_three_late_runs_after_fifteen_equal_ones() -> None:
    """Spread 0 counts as 2 days: z = 3 three times, S = 2.5, 5, 7.5; it left zero at the eighth."""
    found = at_end(*[4.0] * 15, 14.0, 14.0, 14.0)
    assert found.worse.tolist() == [7.5]
    assert found.worse_start.tolist() == [7]
    assert (found.better.tolist(), found.better_start.tolist()) == ([0.0], [-1])
    assert (found.usual.tolist(), found.recent.tolist(), found.shift.tolist()) == ([4], [14], [10])


def test_the_shift_shown_is_not_clipped() -> None:
    found = at_end(*[0.0] * 15, 90.0, 90.0, 90.0, shown=(*[0.0] * 15, 150.0, 210.0, 90.0))
    assert found.shift.tolist() == [150.0]
    assert found.worse.tolist() == [7.5]


def test_the_reference_is_at_most_forty_points_and_never_the_window() -> None:
    late_long_ago = at_end(*[50.0] * 30, *[5.0] * 40, *[5.0] * 10)
    assert late_long_ago.usual.tolist() == [5.0]
    assert late_long_ago.better.tolist() == [0.0]


@examples(60)
@given(st.lists(st.integers(-30, 90), min_size=12, max_size=70))
def test_it_is_the_definition(points: list[int]) -> None:
    found = at_end(*points)
    values = [float(value) for value in points]
    assert found.worse[0] == pytest.approx(plain_sum(values, 1))
    assert found.better[0] == pytest.approx(plain_sum(values, -1))


@examples(30)
@given(st.lists(st.lists(st.integers(-30, 90), min_size=11, max_size=30), min_size=2, max_size=4))
def test_series_side_by_side_do_not_mix(series: list[list[int]]) -> None:
    flat = np.array([value for points in series for value in points], dtype=float)
    ends = np.cumsum([len(points) for points in series])
    starts = np.repeat(ends - [len(p) for p in series], [len(p) for p in series])
    together = core.cusum(flat, flat, starts, ends - 1)
    for place, points in enumerate(series):
        alone = at_end(*points)
        assert (together.worse[place], together.shift[place]) == (alone.worse[0], alone.shift[0])


def test_an_alert_is_silent_for_ninety_days_unless_it_grows_by_ten() -> None:
    days = np.array([0, 30, 60, 95, 100, 101])
    shift = np.array([5.0, 14.9, 15.0, 15.0, 15.0, 15.0])
    holds = np.array([True, True, True, True, True, True])
    series = np.array([0, 0, 0, 0, 0, 1])
    assert core.announced(series, days, shift, holds).tolist() == [
        *(True, False, True, False, False),
        True,  # another customer
    ]
    later = core.announced(np.zeros(2, dtype=np.int64), np.array([0, 90]), shift[:2], holds[:2])
    assert later.tolist() == [True, True]


def noise(count: int, length: int, seed: int = 1) -> Runs:
    random = np.random.default_rng(seed)
    shown = np.round(random.laplace(5, 6, size=count * length))
    return Runs(
        series=np.repeat(np.arange(count), length),
        days=np.tile(np.arange(length) * 7, count),
        clipped=np.clip(shown, -30, 90),
        shown=shown,
    )


def test_false_alarms_fall_as_the_threshold_rises_and_are_always_the_same() -> None:
    rates = false_alarm_rates(noise(20, 60))
    assert rates is not None
    assert rates.thresholds == THRESHOLDS
    assert list(rates.per_year) == sorted(rates.per_year, reverse=True)
    assert rates.per_year[0] > 5 * rates.per_year[-1]
    assert rates == false_alarm_rates(noise(20, 60))


def test_the_order_of_the_runs_does_not_move_the_threshold() -> None:
    """Only the shuffled runs count: a real drift in the book must not raise its own threshold."""
    runs = noise(20, 60)
    drift = np.argsort(runs.series * 1000 + runs.shown, kind="stable")
    sorted_runs = Runs(runs.series, runs.days, runs.clipped[drift], runs.shown[drift])
    first, second = false_alarm_rates(runs), false_alarm_rates(sorted_runs)
    assert first is not None
    assert second is not None
    assert second.per_year == pytest.approx(first.per_year, rel=0.25, abs=0.05)


def test_too_few_runs_say_nothing() -> None:
    assert false_alarm_rates(noise(3, 17)) is None
