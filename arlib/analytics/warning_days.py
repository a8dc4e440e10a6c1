"""The early-warning statistic on several days at once, without when each alert was told.

What a score reads of the past: a day of a customer is a series of its own, judged with the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import cusum as core
from arlib.analytics.early_warning import alert_words
from arlib.analytics.frames import customers, silent_companies
from arlib.analytics.warning_points import flat, with_groups
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_AT: Final = ["day", *KEY]
_NEEDED: Final = core.WINDOW + core.REFERENCE  # points that a statistic reads


def statistics(
    portfolio: Portfolio, policy: Policy, threshold: float, days: tuple[date, ...]
) -> pd.DataFrame:
    """Return ``statistic`` and ``is_alert`` on days, as ``early_warning.evaluate`` would say there.

    Columns: ``day``, key and both; those with too few points have no row. ``days``: none after
    as_of; the whole book, unfiltered.
    """
    book = portfolio.whole()
    runs = book.payment_runs(policy, _NEEDED, days).rename(columns={"paid_on": "on"})
    runs = _stamped(runs).assign(is_open=False)
    known = with_groups(runs, _stamped(book.open_groups(days)), _AT)
    keys, series = flat(known, _AT)
    count = np.bincount(series.series, minlength=len(keys))
    is_enough = count >= core.LEAST
    last = (np.cumsum(count) - 1)[is_enough].astype(np.int64)
    found = core.cusum(series.clipped, series.shown, series.starts, last)
    frame = keys.loc[is_enough].assign(
        statistic=found.worse, is_alert=alert_words(found, threshold) == "worse"
    )
    return _answerable(book, policy, frame, days)


def _stamped(frame: pd.DataFrame) -> pd.DataFrame:
    stamps = pd.to_datetime(frame["day"]).astype("datetime64[s]")
    return frame.assign(day=stamps).astype(dict.fromkeys(KEY, "str"))


def _answerable(
    book: Portfolio, policy: Policy, frame: pd.DataFrame, days: tuple[date, ...]
) -> pd.DataFrame:
    """Drop whom the early warning leaves out: see ``warning_points.answerable``."""
    who = customers(book)
    kept = who.loc[~who["is_collective"] & ~who["is_intercompany"], KEY]
    frame = frame.merge(kept, on=KEY)
    silent = silent_companies(book, policy, days).assign(has=1)
    has = frame[["day", "company_id"]].merge(silent, on=["day", "company_id"], how="left")["has"]
    return frame.loc[has.isna().to_numpy()].reset_index(drop=True)
