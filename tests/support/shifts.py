"""Synthetic shifts on real noise: payment runs resampled, then later by a known number of days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arlib.analytics import cusum as core
from arlib.analytics.warning_calibration import Runs, judged
from arlib.analytics.warning_points import flat, with_groups

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

BEFORE = 50
_MONDAY = 4  # 1970-01-05
YEAR = 365.25
HISTORY = "highradius/paid_history_dev.csv"


def real_runs(path: Path) -> Runs:
    """Return the payment runs of a file of paid invoices (cust, clear_date, days_late)."""
    paid = pd.read_csv(path, usecols=["cust", "clear_date", "days_late"], dtype={"cust": str})
    paid["day"] = pd.to_datetime(paid["clear_date"])
    paid["clipped"] = paid["days_late"].clip(-30, 90)
    means = paid.groupby(["cust", "day"])[["days_late", "clipped"]].mean().reset_index()
    return Runs(
        series=np.asarray(means.groupby("cust").ngroup(), dtype=np.int64),
        days=means["day"].to_numpy(dtype="datetime64[D]").astype("int64"),
        clipped=means["clipped"].to_numpy(dtype=float),
        shown=means["days_late"].to_numpy(dtype=float),
    )


def weekly_false_alarms(
    runs: Runs, threshold: float, times: int, *, with_open: bool, seed: int = 4
) -> float:
    """Return the false alarms per customer-year of every Monday, unpaid due dates counted or not.

    Each due date (payment less delay) is paid with a delay drawn from those of its customer, without
    replacement: nothing changes, and on each day some of them are simply not paid yet.
    """
    known, random = judged(runs), np.random.default_rng(seed)
    due = known.days - np.rint(known.shown).astype(np.int64)
    alarms = weeks = 0
    for _ in range(times):
        order = np.argsort(known.series + random.random(len(due)))
        drawn = np.rint(known.shown[order])
        world = pd.DataFrame({"who": known.series, "due": due, "delay": drawn})
        found = _each_monday(world.assign(on=world["due"] + world["delay"]), with_open=with_open)
        holds = (found["worse"] >= threshold) & (found["shift"] >= core.SHIFT_DAYS)
        who, at, shift = (found[name].to_numpy() for name in ("who", "at", "shift"))
        told = core.announced(who, at, shift, holds.to_numpy())
        alarms, weeks = alarms + int(told.sum()), weeks + len(found)
    return alarms / (weeks * 7 / YEAR)


def _each_monday(world: pd.DataFrame, *, with_open: bool) -> pd.DataFrame:
    """Return what is said of each customer on each Monday that he can be judged: who, at, worse, shift."""
    keys = ["who", "at"]
    first, last = int(world["on"].min()), int(world["due"].max())
    mondays = pd.DataFrame({"at": np.arange(first + (_MONDAY - first) % 7, last, 7)})
    pairs = world.merge(mondays, how="cross")
    ends = world.groupby("who")["due"].max().rename("end")
    pairs = pairs.merge(ends, left_on="who", right_index=True)
    pairs = pairs.loc[(pairs["at"] <= pairs["end"]) & (pairs["due"] <= pairs["at"] + 30)]
    paid = pairs.loc[pairs["on"] <= pairs["at"]].groupby([*keys, "on"])["delay"].mean()
    table = paid.rename("delay_days").reset_index()
    table = table.groupby(keys).tail(core.WINDOW + core.REFERENCE)
    table = table.assign(
        clipped_days=table["delay_days"].clip(-30, 90), is_open=False, count_invoices=1
    )
    unpaid = pairs.loc[pairs["on"] > pairs["at"]].drop_duplicates([*keys, "due"])
    unpaid = unpaid.assign(age_days=unpaid["at"] - unpaid["due"], count_invoices=1)
    groups = unpaid.rename(columns={"due": "due_on"})[
        [*keys, "due_on", "age_days", "count_invoices"]
    ]
    groups = groups if with_open else groups.head(0)
    found = with_groups(_dated(table, "on"), _dated(groups, "due_on"), keys)
    names, series = flat(found, keys)
    count = np.bincount(series.series, minlength=len(names))
    kept = count >= core.LEAST
    at = (np.cumsum(count) - 1)[kept].astype(np.int64)
    said = core.cusum(series.clipped, series.shown, series.starts, at)
    return names.loc[kept].assign(worse=said.worse, shift=said.shift).reset_index(drop=True)


def _dated(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return frame.assign(**{name: pd.to_datetime(frame[name], unit="D")})


@dataclass(frozen=True)
class Found:
    """What became of the resampled series: share found in 90 days, median delay, false alarms."""

    within_90: float
    median_days: float
    false_per_year: float


class Bench:
    """Series resampled from the runs of each customer with at least 18, always the same."""

    def __init__(self, runs: Runs, *, each: int, seed: int = 4) -> None:
        """Prepare ``each`` series a customer."""
        self.runs = judged(runs)
        self.each = each
        self.seed = seed

    def shifted(self, days: float, a_month: int, threshold: float) -> Found:
        """Return how soon a shift of ``days`` is found, at ``a_month`` payment dates a month."""
        gap = YEAR / 12 / a_month
        length = int(np.ceil(180 / gap))
        shown = self._series(length)
        shown[:, BEFORE:] += days
        holds = self._holds(shown, threshold)
        when = np.where(holds.any(axis=1), (holds.argmax(axis=1) + 1) * gap, np.inf)
        return Found(float((when <= 90).mean()), float(np.median(when)), np.nan)

    def quiet(self, a_month: int, threshold: float, years: int = 2) -> Found:
        """Return the false alarms per customer-year when nothing changes."""
        gap = YEAR / 12 / a_month
        length = years * 12 * a_month
        holds, shift = self._holds_and_shift(self._series(length), threshold)
        count = len(holds)
        raised = core.announced(
            np.repeat(np.arange(count), length),
            np.tile((np.arange(length) * gap).astype(np.int64), count),
            shift.ravel(),
            holds.ravel(),
        )
        return Found(np.nan, np.nan, float(raised.sum()) / (count * years))

    def _series(self, length: int) -> Floats:
        """Return runs drawn with replacement, one row a series: 50 runs then ``length`` more."""
        random = np.random.default_rng(self.seed)
        rows = []
        for who in np.unique(self.runs.series):
            own = self.runs.shown[self.runs.series == who]
            rows.append(random.choice(own, size=(self.each, BEFORE + length)))
        return np.concatenate(rows)

    def _holds(self, shown: Floats, threshold: float) -> npt.NDArray[np.bool_]:
        return self._holds_and_shift(shown, threshold)[0]

    @staticmethod
    def _holds_and_shift(shown: Floats, threshold: float) -> tuple[npt.NDArray[np.bool_], Floats]:
        count, width = shown.shape
        starts = np.repeat(np.arange(count) * width, width)
        at = (np.arange(count)[:, None] * width + np.arange(BEFORE, width)).ravel()
        flat = shown.ravel()
        found = core.cusum(np.clip(flat, -30, 90), flat, starts, at)
        holds = (found.worse >= threshold) & (found.shift >= core.SHIFT_DAYS)
        return holds.reshape(count, -1), found.shift.reshape(count, -1)
