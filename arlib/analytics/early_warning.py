"""Early warning: who has begun to pay later than he used to (behaviour_models §4).

A point is one payment run (all that a customer paid on one date); after the runs come, youngest
first, the groups of open invoices older than his usual delay: he who stops paying is seen too. A
windowed CUSUM judges the last ten points against up to forty before them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import cusum as core
from arlib.analytics.frames import (
    EARLIEST,
    customers,
    dates,
    day_numbers,
    first_reason,
)
from arlib.analytics.warning_calibration import (
    DEFAULT_THRESHOLD,
    Runs,
    false_alarm_rates,
    judged,
)
from arlib.analytics.warning_history import told
from arlib.analytics.warning_points import answerable, flat, payment_runs, points
from arlib.model.portfolio import KEY, Portfolio

if TYPE_CHECKING:
    import numpy.typing as npt

    from arlib.model.policy import Policy

    Places = npt.NDArray[np.int64]

__all__ = ["Calibration", "alert_words", "calibrate", "evaluate", "evidence", "points"]

TO_CONFIRM: Final = 5.0
HINT: Final = 8
MEASURES: Final = ("statistic", "better_statistic", "usual_days", "recent_days", "shift_days")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The threshold in use and what it costs in false alarms.

    ``false_alarms_per_customer_year``: measured on shuffled runs of the whole book, None when no
    customer has 18 of them; ``expected_per_year``: that rate times ``count_customers``, those the
    book can judge. ``is_calibrated``: chosen from the book; else fixed by the policy, or the
    default when nothing could be measured.
    """

    threshold: float
    false_alarms_per_customer_year: float | None
    expected_per_year: float | None
    is_calibrated: bool
    count_customers: int


def calibrate(portfolio: Portfolio, policy: Policy) -> Calibration:
    """Return the smallest threshold within the false alarms of the policy, on the whole book.

    Filters do not move it: an alert must not depend on who else is shown. Worked out once a
    portfolio.
    """
    name = f"warning calibration {policy.version}"
    kept = portfolio.derived(name, lambda: pd.DataFrame([asdict(_calibrated(portfolio, policy))]))
    row = kept.iloc[0]
    rate, expected = row["false_alarms_per_customer_year"], row["expected_per_year"]
    return Calibration(
        float(row["threshold"]),
        None if pd.isna(rate) else float(rate),
        None if pd.isna(expected) else float(expected),
        is_calibrated=bool(row["is_calibrated"]),
        count_customers=int(row["count_customers"]),
    )


def _calibrated(portfolio: Portfolio, policy: Policy) -> Calibration:
    runs = judged(flat(payment_runs(portfolio.whole(), policy))[1])
    fixed = policy.warning_threshold
    rates = false_alarm_rates(runs, (fixed,)) if fixed else false_alarm_rates(runs)
    if rates is None:
        return Calibration(
            fixed or DEFAULT_THRESHOLD, None, None, is_calibrated=False, count_customers=0
        )
    allowed = policy.warning_false_alarms
    threshold = next(
        (h for h, rate in zip(rates.thresholds, rates.per_year, strict=True) if rate <= allowed),
        rates.thresholds[-1],
    )
    rate = rates.at(threshold)
    count = len(np.unique(runs.series))
    return Calibration(
        threshold, rate, rate * count, is_calibrated=not fixed, count_customers=count
    )


def evaluate(
    portfolio: Portfolio, policy: Policy, calibration: Calibration | None = None
) -> pd.DataFrame:
    """Return one row per company and customer whose payments can be followed, all currencies.

    Columns: ``statistic`` (S), ``better_statistic``, ``usual_days, recent_days, shift_days``
    (median before, mean of the last three points, difference; NaN + ``_reason`` when too few
    points), ``alert`` (none, to_confirm, worse, better), ``alert_reason``, ``alert_since`` (when S
    last left zero), ``raised_on`` (when the alert was last told), ``is_silenced`` (told already),
    ``count_points, count_runs, count_since`` (points since the change), ``has_open`` (some of the last
    three are open invoices), ``last_paid_on``, ``evidence`` (enough ≥ 18 points, hint ≥ 8,
    insufficient_history). Collective accounts, companies of the group and those whose files say no
    settlement are left out. ``settled_days``: mean of the last three runs, nothing open counted;
    ``oldest_open_on``: earliest due date left unpaid longer than usual (NaT: none). ``calibration``: of this portfolio by default.
    """
    threshold = (calibration or calibrate(portfolio, policy)).threshold
    name = f"early warning {policy.version} {threshold}"
    return portfolio.derived(name, lambda: _evaluate(portfolio, policy, threshold))


def _evaluate(portfolio: Portfolio, policy: Policy, threshold: float) -> pd.DataFrame:
    known = points(portfolio, policy)
    keys, runs = flat(known)
    frame = _counted(keys, known, runs)
    state = _state(runs, frame, threshold)
    frame = pd.concat([frame, state], axis=1)
    is_open = known["is_open"].to_numpy(dtype=bool)
    before = told(portfolio, runs, is_open, frame, threshold)
    frame = _with_since(pd.concat([frame, before], axis=1), known)
    everyone = answerable(portfolio, policy, customers(portfolio)[KEY])
    return _explained(everyone.merge(frame, on=KEY, how="left"))


# -- the state at the date ----------------------------------------------------------------------


def _counted(keys: pd.DataFrame, known: pd.DataFrame, runs: Runs) -> pd.DataFrame:
    count = np.bincount(runs.series, minlength=len(keys))
    is_run = ~known["is_open"].to_numpy(dtype=bool)
    paid = np.bincount(runs.series[is_run], minlength=len(keys))
    last = pd.Series(runs.days[is_run]).groupby(runs.series[is_run]).max()
    return keys.assign(
        count_points=count,
        count_runs=paid,
        last_paid_on=dates(last.reindex(range(len(keys)), fill_value=EARLIEST).to_numpy()),
        evidence=evidence(count),
        last_place=np.cumsum(count) - 1,
    )


def evidence(count: Places) -> npt.NDArray[np.object_]:
    """Return how far the points can be trusted: enough, hint or insufficient_history."""
    words = np.where(count >= HINT, "hint", "insufficient_history").astype(object)
    words[count >= core.LEAST] = "enough"
    return words


def _state(runs: Runs, frame: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Return the statistics at the last point of each series, and the alert they make."""
    last = frame["last_place"].to_numpy(dtype=np.int64)
    is_enough = (frame["evidence"] == "enough").to_numpy()
    found = core.cusum(runs.clipped, runs.shown, runs.starts, last[is_enough])
    state = pd.DataFrame(np.nan, index=frame.index, columns=list(MEASURES))
    state.loc[is_enough, list(MEASURES)] = np.column_stack(
        [found.worse, found.better, found.usual, found.recent, found.shift]
    )
    state = _hints(runs, frame, state)
    alert = alert_words(found, threshold)
    state["alert"] = "none"
    state.loc[is_enough, "alert"] = alert
    start = np.where(alert == "better", found.better_start, found.worse_start)
    state["count_since"] = 0
    state.loc[is_enough, "count_since"] = np.where(alert == "none", 0, core.WINDOW - start)
    return state


def alert_words(found: core.Cusum, threshold: float) -> npt.NDArray[np.object_]:
    """Return worse, to_confirm, better or none, the first that holds."""
    words = np.full(len(found.worse), "none", dtype=object)
    words[(found.better >= threshold) & (found.shift <= -core.SHIFT_DAYS)] = "better"
    words[found.worse >= TO_CONFIRM] = "to_confirm"
    words[(found.worse >= threshold) & (found.shift >= core.SHIFT_DAYS)] = "worse"
    return words


def _hints(runs: Runs, frame: pd.DataFrame, state: pd.DataFrame) -> pd.DataFrame:
    """Compare the median of the last three points with that of the rest, where points are few."""
    is_hint = (frame["evidence"] == "hint").to_numpy()
    kept = is_hint[runs.series]
    last = frame["last_place"].to_numpy(dtype=np.int64)[runs.series] - np.arange(len(runs.series))
    shown = pd.DataFrame(
        {"series": runs.series, "is_last": last < core.RECENT, "days": runs.shown}
    ).loc[kept]
    middle = shown.groupby(["series", "is_last"])["days"].median()
    for is_last, name in ((False, "usual_days"), (True, "recent_days")):
        found = middle[middle.index.get_level_values("is_last") == is_last].droplevel("is_last")
        state[name] = state[name].fillna(found.reindex(state.index))
    return state.assign(shift_days=state["recent_days"] - state["usual_days"])


# -- words --------------------------------------------------------------------------------------


def _with_since(frame: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Add when the change began, and whether open invoices are part of it.

    An alert told before began when it was told about. An open group began to be late the day it
    passed the usual delay.
    """
    count = frame["count_since"].to_numpy(dtype=np.int64)
    last = frame["last_place"].to_numpy(dtype=np.int64)
    first = np.where(count > 0, last - count + 1, last)
    before = frame["first_place"].to_numpy(dtype=np.int64)
    first = np.where(before >= 0, np.minimum(first, before), first)
    days = day_numbers(known["on"], EARLIEST)
    is_open = known["is_open"].to_numpy(dtype=bool)
    usual = np.nan_to_num(frame["usual_days"].to_numpy(dtype=float))
    began = days[first] + np.where(is_open[first], np.rint(usual), 0).astype(np.int64)
    frame["alert_since"] = dates(np.where(count > 0, began, EARLIEST))
    seen = np.concatenate([[0], np.cumsum(is_open)])
    frame["has_open"] = (seen[last + 1] - seen[np.maximum(last - core.RECENT + 1, 0)] > 0) & (
        count > 0
    )
    frame["count_since"] = np.where(count > 0, last - first + 1, 0)
    frame["settled_days"] = _settled(frame, known)
    oldest = np.where(frame["count_points"] > frame["count_runs"], days[last], EARLIEST)
    frame["oldest_open_on"] = dates(oldest)
    return frame.drop(columns=["last_place", "first_place"])


def _settled(frame: pd.DataFrame, known: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the mean of the last three runs of each series, of all of them if fewer."""
    paid = frame["count_runs"].to_numpy(dtype=np.int64)
    first = frame["last_place"].to_numpy(dtype=np.int64) + 1 - frame["count_points"].to_numpy()
    back = np.arange(core.RECENT)
    place = first[:, None] + np.maximum(paid[:, None] - 1 - back, 0)
    is_there = back < paid[:, None]
    shown = known["delay_days"].to_numpy(dtype=float)[place]
    mean: npt.NDArray[np.float64] = (shown * is_there).sum(axis=1) / is_there.sum(axis=1)
    return mean


def _explained(frame: pd.DataFrame) -> pd.DataFrame:
    """Fill the rows of those who never paid, and say why a figure is missing."""
    never = frame["count_points"].isna()
    for name in ("count_points", "count_runs", "count_since"):
        frame[name] = frame[name].fillna(0).astype("int64")
    for name in ("has_open", "is_silenced"):
        frame[name] = frame[name].astype("boolean").fillna(value=False).astype(bool)
    frame["alert"] = frame["alert"].astype("str").fillna("none")
    frame["evidence"] = frame["evidence"].astype("str").fillna("insufficient_history")
    is_few = frame["evidence"] != "enough"
    cases = ((never, "no_history"), (is_few, "insufficient_history"))
    frame["alert_reason"] = first_reason(frame.index, *cases)
    for name in MEASURES:
        missing = frame[name].isna()
        reason = first_reason(
            frame.index, (missing & never, "no_history"), (missing, "insufficient_history")
        )
        frame[f"{name}_reason"] = reason
    for name in ("alert_since", "raised_on"):
        missing = frame[name].isna()
        frame[f"{name}_reason"] = first_reason(frame.index, (missing, "not_applicable"))
    never = frame["settled_days"].isna()
    frame["settled_days_reason"] = first_reason(frame.index, (never, "no_history"))
    none = frame["oldest_open_on"].isna()
    frame["oldest_open_on_reason"] = first_reason(frame.index, (none, "no_open"))
    missing = frame["last_paid_on"].isna()
    frame["last_paid_on_reason"] = first_reason(frame.index, (missing, "no_history"))
    return frame
