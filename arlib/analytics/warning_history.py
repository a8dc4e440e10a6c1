"""When each alert was told: past evaluations worked out again, never kept (behaviour_models §4).

What was told depends on the book and the date alone. Over the last year a customer is evaluated
after each of his payments, and every Monday when some of his invoices were later than usual.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import cusum as core
from arlib.analytics.frames import EARLIEST, LATEST, dates, day_number, day_numbers
from arlib.analytics.warning_points import HIGH, LOW
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    import numpy.typing as npt

    from arlib.analytics.warning_calibration import Runs
    from arlib.model.portfolio import Portfolio

    Floats = npt.NDArray[np.float64]
    Places = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

_WEEK: Final = 7
_WEEKS: Final = 52
_MONDAY: Final = 4  # 1970-01-05
_NEEDED: Final = core.WINDOW + core.REFERENCE


def told(
    portfolio: Portfolio, runs: Runs, is_open: Mask, state: pd.DataFrame, threshold: float
) -> pd.DataFrame:
    """Return when each alert was last told: ``raised_on``, ``is_silenced`` and ``first_place``.

    ``runs``: the points of all series, open groups after the runs (``is_open``); ``state``: one row
    a series with its key and ``alert``. ``is_silenced``: told at an earlier evaluation.
    ``first_place``: place of the run at which S had left zero when the alert in force first held,
    −1 when that is no run. Series in alert alone are followed.
    """
    is_worse = (state["alert"] == "worse").to_numpy()
    if not is_worse.any():
        return _nothing(state)
    today = day_number(portfolio.as_of)
    events = _dates(runs, is_open, is_worse, today)
    waiting = _waiting(events, _spans(portfolio, state.loc[is_worse, KEY]))
    return _last_told(_judged(runs, events, waiting, threshold), state, today)


def _dates(runs: Runs, is_open: Mask, is_worse: Mask, today: int) -> pd.DataFrame:
    """Return the evaluations of each series: ``series, day, last`` (place of the last run by then).

    Also ``count`` (runs by then), ``usual`` (the habit then) and ``is_run`` (a payment that day).
    """
    place = np.flatnonzero(is_worse[runs.series] & ~is_open)
    series, days = runs.series[place], runs.days[place]
    first = today - _WEEK * _WEEKS
    mondays = np.arange(first + (_MONDAY - first) % _WEEK, today, _WEEK)
    who = np.unique(series)
    calendar = np.unique(np.concatenate([mondays, [today]]))
    rows = pd.concat(
        [
            pd.DataFrame({"series": series, "day": days, "is_run": True}),
            pd.DataFrame(
                {
                    "series": np.repeat(who, len(calendar)),
                    "day": np.tile(calendar, len(who)),
                    "is_run": False,
                }
            ),
        ]
    ).drop_duplicates(["series", "day"])
    rows = rows.loc[rows["day"] >= first].sort_values(["series", "day"], ignore_index=True)
    # runs by (series, day) in one number, so that one search finds the last by each date
    wide = 1_000_000
    rank = np.searchsorted(series * wide + days, rows["series"] * wide + rows["day"], side="right")
    start = np.searchsorted(series, rows["series"])
    rows = rows.assign(count=rank - start, last=place[np.maximum(rank - 1, 0)])
    rows = rows.loc[rows["count"] > 0].reset_index(drop=True)
    return rows.assign(usual=_habits(runs, rows))


def _habits(runs: Runs, rows: pd.DataFrame) -> Floats:
    """Return the habit at each evaluation: median of the reference, of all runs if ten or fewer."""
    last, count = rows["last"].to_numpy(), rows["count"].to_numpy()
    is_few = count <= core.WINDOW
    end = np.where(is_few, last + 1, last + 1 - core.WINDOW)
    size = np.where(is_few, count, np.minimum(count - core.WINDOW, core.REFERENCE))
    place = end[:, None] - np.arange(1, core.REFERENCE + 1)
    is_known = np.arange(core.REFERENCE) < size[:, None]
    return core.median(np.where(is_known, runs.shown[np.maximum(place, 0)], np.inf), size)


def _spans(portfolio: Portfolio, keys: pd.DataFrame) -> pd.DataFrame:
    """Return from when to when each due date was owed, as days, by series."""
    start = portfolio.as_of - timedelta(days=_WEEK * _WEEKS)
    wanted = tuple(zip(keys["company_id"], keys["customer_id"], strict=True))
    found = portfolio.open_spans(wanted, start)
    found = found.merge(keys.assign(series=keys.index), on=KEY)
    return pd.DataFrame(
        {
            "series": found["series"],
            "due": day_numbers(found["due_on"], LATEST),
            "issued": day_numbers(found["issued_on"], EARLIEST),
            "cleared": day_numbers(found["cleared_on"], LATEST),
        }
    )


def _waiting(events: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Return the open groups of each evaluation: ``event`` and ``age``, youngest first."""
    pairs = events.reset_index(names="event").merge(spans, on="series")
    age = pairs["day"] - pairs["due"]
    is_there = (pairs["issued"] <= pairs["day"]) & (pairs["cleared"] > pairs["day"])
    kept = pairs.assign(age=age).loc[is_there & (age > pairs["usual"]), ["event", "age"]]
    return kept.drop_duplicates().sort_values(["event", "age"], ignore_index=True)


def _judged(
    runs: Runs, events: pd.DataFrame, waiting: pd.DataFrame, threshold: float
) -> pd.DataFrame:
    """Return the evaluations with ``shift``, ``holds`` and ``first`` (the run where S left zero)."""
    groups = np.bincount(waiting["event"], minlength=len(events))
    paid = np.minimum(events["count"].to_numpy(), _NEEDED)
    is_needed = (events["is_run"].to_numpy() | (groups > 0)) & (
        events["count"].to_numpy() + groups >= core.LEAST
    )
    paid, groups = np.where(is_needed, paid, 0), np.where(is_needed, groups, 0)
    size = paid + groups
    ends = np.cumsum(size)
    event = np.repeat(np.arange(len(events)), size)
    inside = np.arange(len(event)) - (ends - size)[event]
    is_paid = inside < paid[event]
    source = events["last"].to_numpy()[event] - paid[event] + 1 + inside
    ages = waiting.loc[is_needed[waiting["event"]], "age"].to_numpy(dtype=float)
    shown, clipped = np.empty(len(event)), np.empty(len(event))
    shown[is_paid], clipped[is_paid] = runs.shown[source[is_paid]], runs.clipped[source[is_paid]]
    shown[~is_paid], clipped[~is_paid] = ages, np.clip(ages, LOW, HIGH)
    kept = events.loc[is_needed].reset_index(drop=True)
    at = ends[is_needed] - 1
    found = core.cusum(clipped, shown, (ends - size)[event], at)
    first = at - core.WINDOW + 1 + found.worse_start
    is_run = is_paid[first] if len(first) else first.astype(bool)
    return kept.assign(
        shift=found.shift,
        holds=(found.worse >= threshold) & (found.shift >= core.SHIFT_DAYS),
        first=np.where(is_run, source[first], -1) if len(first) else first,
    )


def _last_told(events: pd.DataFrame, state: pd.DataFrame, today: int) -> pd.DataFrame:
    raised = core.announced(
        events["series"].to_numpy(dtype=np.int64),
        events["day"].to_numpy(dtype=np.int64),
        events["shift"].to_numpy(dtype=float),
        events["holds"].to_numpy(dtype=bool),
    )
    last = events.groupby("series")["day"].max().reindex(state.index, fill_value=EARLIEST)
    found = events.loc[raised].groupby("series")["day"].last()
    found = found.reindex(state.index, fill_value=EARLIEST)
    is_told = (state["alert"] == "worse").to_numpy()
    day = np.where(is_told & (found == EARLIEST), today, found)
    return pd.DataFrame(
        {
            "raised_on": dates(day),
            "is_silenced": is_told & (day < last.to_numpy(dtype=np.int64)),
            "first_place": _began(events).reindex(state.index, fill_value=-1).to_numpy(),
        },
        index=state.index,
    )


def _began(events: pd.DataFrame) -> pd.Series[int]:
    """Return, by series, the run where S had left zero when the alert in force first held."""
    interrupted = (~events["holds"]).groupby(events["series"]).cumsum()
    whole = interrupted.groupby(events["series"]).transform("max")
    in_force = events.loc[(interrupted == whole) & events["holds"]]
    return in_force.groupby("series")["first"].first().astype("int64")


def _nothing(state: pd.DataFrame) -> pd.DataFrame:
    never = dates(np.full(len(state), EARLIEST))
    return pd.DataFrame(
        {"raised_on": never, "is_silenced": False, "first_place": -1}, index=state.index
    )
