"""The score tried on the book's own past: what each class then did (behaviour models §3).

At each month-end the score is worked out from what was known that day; the invoices due in the
days after say who paid badly. AUC is the chance that a customer who then paid badly had the worse
score: 0.5 is a coin, 1 is perfect.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.frames import ratio
from arlib.analytics.score import SHORT, banded, raw
from arlib.analytics.warning_calibration import DEFAULT_THRESHOLD
from arlib.model.portfolio import KEY, month_ends

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

MOST_CUTS: Final = 12
LEAST_CUTS: Final = 3
_LEAST_HISTORY: Final = 90  # days of book before the first cut
RANKED: Final = {
    "score": "auc_score",
    "late_probability": "auc_probability",
    "mean_delay_plain": "auc_mean_delay",
}
CLASSES: Final = ("reliable", SHORT, "watch", "high_risk")


def cuts(portfolio: Portfolio, policy: Policy) -> tuple[date, ...]:
    """Return the last month-ends whose sequel is known at the date, oldest first, at most twelve."""
    firsts = [item.first_as_of for item in portfolio.companies() if item.first_as_of]
    if not firsts:
        return ()
    lag = timedelta(days=policy.score_check_days + policy.score_check_late_days)
    start = min(firsts) + timedelta(days=_LEAST_HISTORY)
    last = min(portfolio.as_of, portfolio.info.last_date or portfolio.as_of)
    months = month_ends(portfolio.as_of, MOST_CUTS + lag.days // 28 + 1)
    found = [day for day in months if start <= day <= last - lag and _is_month_end(day)]
    return tuple(found[-MOST_CUTS:])


def outcomes(portfolio: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    """Return one row per cut and customer with a sequel: what was known, and whether it went badly.

    Columns: key, ``cut_on, segment`` (of the score and its overrides, none by hand), ``score,
    late_probability, mean_delay_plain, late_ratio`` (share of what fell due that was late; the
    worst of his currencies), ``is_bad``. Past alerts use the default threshold: one calibrated on
    the whole book would know the future.
    """
    book = portfolio.whole()
    sequel = book.score_outcomes(days, policy)
    sequel = sequel.assign(late_ratio=ratio(sequel["late_minor"], sequel["due_minor"]))
    sequel["cut_on"] = pd.to_datetime(sequel["cut_on"]).astype("datetime64[s]")
    worst = sequel.groupby([*KEY, "cut_on"])["late_ratio"].max().dropna().reset_index()
    known = banded(raw(book, policy, DEFAULT_THRESHOLD, days), policy)
    known = known[[*KEY, "day", "computed_segment", *RANKED]]
    known = known.rename(columns={"computed_segment": "segment", "day": "cut_on"})
    frame = known.merge(worst, on=[*KEY, "cut_on"]).reset_index(drop=True)
    frame["is_bad"] = frame["late_ratio"] >= policy.score_check_bad_ratio
    return frame


def by_cut(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a cut: ``cut_on, count, count_bad`` and the AUC of each ranking (NaN: one side empty).

    The rankings are compared on the same customers: those with a class and a mean delay.
    """
    both = frame.loc[frame["segment"] != SHORT].dropna(subset=list(RANKED))
    rows = [
        {
            "cut_on": day,
            "count": len(part),
            "count_bad": int(part["is_bad"].sum()),
            **{
                name: auc(part[column].to_numpy("float64"), part["is_bad"].to_numpy("bool"))
                for column, name in RANKED.items()
            },
        }
        for day, part in both.groupby("cut_on", sort=True)
    ]
    return pd.DataFrame(rows, columns=["cut_on", "count", "count_bad", *RANKED.values()])


def by_class(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a class in order of risk: ``segment, count, count_bad, bad_ratio``."""
    found = frame.groupby("segment")["is_bad"].agg(["size", "sum"]).reindex(list(CLASSES)).fillna(0)
    found = found.astype("int64").rename(columns={"size": "count", "sum": "count_bad"})
    found["bad_ratio"] = ratio(found["count_bad"], found["count"])
    return found.rename_axis("segment").reset_index()


def auc(values: npt.NDArray[np.float64], is_bad: npt.NDArray[np.bool_]) -> float:
    """Return the chance that a bad one has the higher value, ties counting for half; NaN one-sided.

    >>> import numpy as np
    >>> auc(np.array([1.0, 2.0, 2.0, 3.0]), np.array([False, False, True, True]))
    0.875
    """
    bad = int(is_bad.sum())
    good = len(is_bad) - bad
    if not bad or not good:
        return float("nan")
    ranks = pd.Series(values).rank().to_numpy("float64")
    return float((ranks[is_bad].sum() - bad * (bad + 1) / 2) / (bad * good))


def _is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
