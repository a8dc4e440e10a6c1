"""The points of the early warning: payment runs, then open invoices later than usual.

A payment run is all that one customer paid on one date, one decision of his; open invoices are
grouped by due date, so that a large batch counts once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import cusum as core
from arlib.analytics.frames import EARLIEST, customers, day_numbers, without_behaviour
from arlib.analytics.warning_calibration import Runs
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Floats = npt.NDArray[np.float64]

MOST_RUNS: Final = 200  # a customer: four years of weekly runs
LOW: Final = -30
HIGH: Final = 90


def points(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return what is judged: runs by date, then open groups, youngest first.

    Columns: key, ``on`` (date paid; due date of an open group), ``delay_days`` (age of an open
    group), ``is_open``, ``count_invoices``.
    """
    return portfolio.derived(f"warning points {policy.version}", lambda: _points(portfolio, policy))


def payment_runs(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the runs of ``Portfolio.payment_runs`` that are judged, by customer, then date (``on``)."""
    frame = portfolio.payment_runs(policy, MOST_RUNS).drop(columns="day")
    frame = answerable(portfolio, policy, frame).rename(columns={"paid_on": "on"})
    return frame.assign(is_open=False)  # in order of customer and date, as the store gives them


def answerable(portfolio: Portfolio, policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    """Drop collective accounts, companies of the group, and companies without settlements."""
    who = customers(portfolio)
    kept = who.loc[~who["is_collective"] & ~who["is_intercompany"], KEY]
    frame = frame.loc[~frame["company_id"].isin(without_behaviour(portfolio, policy))]
    return frame.merge(kept, on=KEY).reset_index(drop=True)


def _points(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    runs = payment_runs(portfolio, policy)
    groups = portfolio.open_groups().drop(columns="day")
    return with_groups(runs, groups, KEY)


def with_groups(runs: pd.DataFrame, groups: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return ``points`` of series named by ``keys``: their runs, then open groups past the habit."""
    series, known = flat(runs, keys)
    habit = series.assign(usual=_usual(known))
    groups = groups.merge(habit, on=keys)  # one who never paid has no habit
    groups = groups.loc[groups["age_days"] > groups["usual"]]
    late = groups.rename(columns={"due_on": "on", "age_days": "delay_days"})
    late = late.assign(
        clipped_days=late["delay_days"].clip(LOW, HIGH).astype(float),
        delay_days=late["delay_days"].astype(float),
        is_open=True,
    )
    columns = [*keys, "on", "delay_days", "clipped_days", "is_open", "count_invoices"]
    late = late.sort_values([*keys, "on"], ascending=[*(True for _ in keys), False])
    frame = pd.concat([runs[columns], late[columns]], ignore_index=True)
    who = np.asarray(frame.groupby(keys, sort=True).ngroup())
    return frame.iloc[np.argsort(who, kind="stable")].reset_index(drop=True)  # runs stay first


def flat(frame: pd.DataFrame, keys: list[str] = KEY) -> tuple[pd.DataFrame, Runs]:
    """Return the keys in order and the points as flat arrays; ``series`` are places in the keys."""
    grouped = frame.groupby(keys, sort=True)
    runs = Runs(
        series=np.asarray(grouped.ngroup(), dtype=np.int64),
        days=day_numbers(frame["on"], EARLIEST),
        clipped=frame["clipped_days"].to_numpy(dtype=float),
        shown=frame["delay_days"].to_numpy(dtype=float),
    )
    return grouped.size().reset_index()[keys], runs


def _usual(runs: Runs) -> Floats:
    """Return the habit of each series: median of the reference, of all runs if ten or fewer."""
    series, count = np.unique(runs.series, return_counts=True)
    if not len(series):
        return np.zeros(0)
    from_last = np.repeat(np.cumsum(count), count) - 1 - np.arange(len(runs.series))
    is_few = np.repeat(count, count) <= core.WINDOW
    is_reference = (from_last >= core.WINDOW) & (from_last < core.WINDOW + core.REFERENCE)
    kept = is_few | is_reference
    found = pd.Series(runs.shown[kept]).groupby(runs.series[kept]).median()
    return np.asarray(found.reindex(series), dtype=np.float64)
