"""Score of a customer, 0 (best) to 100, his band, and what raised it (behaviour models §3).

Points of the factors that are known add up; the score is their share of the points those factors
could give; there is none where less than half of the weight of the measured ones is known. Bands follow, with a margin to improve and none to worsen; overrides only raise, and
are named. The result depends on the book, the date and the policy alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import early_warning
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, first_reason
from arlib.analytics.score_inputs import inputs
from arlib.analytics.score_points import CODES, FACTORS, known_share, most, points, score_of
from arlib.model.portfolio import KEY, month_ends

if TYPE_CHECKING:
    from datetime import date

    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Floats = npt.NDArray[np.float64]
    Words = npt.NDArray[np.object_]

BANDS: Final = ("reliable", "watch", "high_risk")
SHORT: Final = "insufficient_history"
# Overrides in the order they are named when several hold: rule, flag, band it raises to.
OVERRIDES: Final = (
    ("insolvency", "is_insolvent", "high_risk"),
    ("returned_payment", "is_returned", "high_risk"),
    ("old_invoice", "is_old", "high_risk"),
    ("over_limit", "is_over_limit", "watch"),
    ("early_warning", "is_alert", "watch"),
)
# From safe to risky; too little history stands between reliable and watch, never green.
_RANK: Final = {"reliable": 0, SHORT: 1, "watch": 2, "high_risk": 3}
_MANUAL: Final = {
    "segment": "manual_segment",
    "reason": "manual_reason",
    "author": "manual_author",
    "expires_on": "manual_expires_on",
    "recorded_at": "manual_recorded_at",
}


def score(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return one row per individual customer of the whole book, whatever the filters.

    A score is missing under ``score_least_known_ratio`` of ``known_ratio`` (part of the weight of the
    measured factors that is known): the band is then insufficient history; overrides still raise it.
    Columns: key, the factors (``late_probability``… float, with ``_reason``) and their
    ``points_…`` (NaN when unknown), ``score, points, max_points, known_ratio``, ``band`` (of the score alone,
    margin applied), ``is_held`` (the margin keeps him in a worse band), ``segment`` (after
    overrides), ``rule`` (score, hysteresis, few_invoices, few_factors, intercompany, one of ``OVERRIDES``, or
    manual), ``rule_value, rule_threshold, computed_segment`` (without the manual one),
    ``previous_segment`` (last month-end strictly before; NA: not there yet), ``changed_on`` (the
    first month-end, or this date, of the present segment; NaT: as far as the path goes),
    ``manual_…`` and the columns of ``score_inputs.inputs``.
    """
    name = f"score {policy.version}"
    return portfolio.derived(name, lambda: _score(portfolio, policy))


def raw(
    portfolio: Portfolio, policy: Policy, threshold: float, days: tuple[date, ...]
) -> pd.DataFrame:
    """Return factors, points and score on days, without bands: one row a ``day`` and customer.

    ``threshold``: from which the early-warning statistic is an alert. The whole book, unfiltered.
    """
    frame = inputs(portfolio, policy, threshold, days)
    # Customers of our own group are shown, not scored.
    is_own = frame["is_intercompany"]
    worth = {
        f"points_{factor.code}": pd.Series(points(frame[factor.code], factor, policy)).mask(is_own)
        for factor in FACTORS
    }
    frame = frame.assign(**worth)
    columns = [f"points_{code}" for code in CODES]
    maxima = np.array([most(factor, policy) for factor in FACTORS])
    held = frame[columns].to_numpy("float64")
    frame["score"], frame["points"], frame["max_points"] = score_of(held, maxima)
    frame["known_ratio"] = known_share(held, maxima)
    is_little = frame["known_ratio"] < policy.score_least_known_ratio
    frame["score"] = frame["score"].mask(is_little)
    return frame


def banded(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return ``raw`` with bands, each day after the one before; by day, else as given.

    The first day has no margin; see ``with_bands``.
    """
    frame = frame.sort_values("day", ignore_index=True, kind="stable")
    plain = _plain_band(frame, policy)
    who = np.asarray(frame.groupby(KEY).ngroup())
    value, words = frame["score"].to_numpy("float64"), plain.to_numpy(object)
    band, before = words.copy(), np.full(len(frame), None, dtype=object)
    edges = np.flatnonzero(frame["day"].ne(frame["day"].shift()).to_numpy())
    for first, last in zip(edges, np.append(edges, len(frame))[1:], strict=True):
        part = slice(first, last)
        held = before[who[part]]
        band[part] = _held_band(value[part], words[part], held, policy)
        before[:] = None
        before[who[part]] = band[part]
    bands = pd.Series(band, index=frame.index, dtype="str")
    return _overridden(frame.assign(band=bands, is_held=bands != plain), policy)


def with_bands(frame: pd.DataFrame, before: pd.DataFrame | None, policy: Policy) -> pd.DataFrame:
    """Return ``raw`` with ``band, is_held, computed_segment, rule, rule_value, rule_threshold``.

    ``before``: key and ``band`` at the month-end before; None for the first one looked at.
    """
    plain = _plain_band(frame, policy)
    band = plain
    if before is not None:
        held = frame[KEY].merge(before[[*KEY, "band"]], on=KEY, how="left")["band"]
        value, words = frame["score"].to_numpy("float64"), plain.to_numpy(object)
        found = _held_band(value, words, held.to_numpy(object), policy)
        band = pd.Series(found, index=frame.index, dtype="str")
    return _overridden(frame.assign(band=band, is_held=band != plain), policy)


def score_path(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the score at the month-ends looked at and at the date, one row a customer and day.

    Columns: those of ``score`` that a day has (all but where he comes from), and ``day``; oldest
    first. A company enters on the first day it can answer.
    """
    name = f"score path {policy.version}"
    return portfolio.derived(name, lambda: _path(portfolio.whole(), policy))


def _score(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    path = score_path(portfolio, policy)
    frame = path.loc[path["day"] == pd.Timestamp(portfolio.as_of)].reset_index(drop=True)
    wide = path.pivot_table(index=KEY, columns="day", values="segment", aggfunc="first")
    days = wide.columns.union(
        [pd.Timestamp(portfolio.as_of)]
    )  # a book without any customer has none
    wide = wide.reindex(index=pd.MultiIndex.from_frame(frame[KEY]), columns=days)
    moves = _moves(wide, portfolio.as_of)
    return pd.concat([frame.drop(columns="day"), moves], axis=1)


def _path(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    asked = month_ends(portfolio.as_of, policy.score_history_months + 1)
    firsts = {item.company_id: item.first_as_of for item in portfolio.companies()}
    known = [first for first in firsts.values() if first]
    days = tuple(d for d in asked if d == portfolio.as_of or (known and d >= min(known)))
    # Past alerts are judged by the threshold of the date asked: one yardstick for the whole path.
    frame = raw(portfolio, policy, _threshold(portfolio, policy), days)
    start = pd.to_datetime(frame["company_id"].map(firsts))
    is_answered = (start <= frame["day"]) | (frame["day"] == pd.Timestamp(portfolio.as_of))
    return _with_manual(portfolio, banded(frame.loc[is_answered], policy), days)


def _threshold(portfolio: Portfolio, policy: Policy) -> float:
    """Return the threshold of the early warning at the date, calibrated once a portfolio."""

    def make() -> pd.DataFrame:
        return pd.DataFrame({"threshold": [early_warning.calibrate(portfolio, policy).threshold]})

    frame = portfolio.derived(f"warning threshold {policy.version}", make)
    return float(frame["threshold"].iloc[0])


def _plain_band(frame: pd.DataFrame, policy: Policy) -> pd.Series[str]:
    """Return the band of the score alone, or too little history."""
    value = frame["score"]
    is_short = frame["count_paid"] < policy.score_min_paid_invoices
    # A lateness that cannot be dated (no lettering) keeps him grey: never green on so little.
    is_late = frame["oldest_days"].fillna(0.0) > policy.score_short_history_days
    return first_reason(
        frame.index,
        (frame["is_intercompany"] | value.isna() | (is_short & ~is_late), SHORT),
        (value >= policy.score_high_risk_points, "high_risk"),
        (value >= policy.score_watch_points, "watch"),
        (value.notna(), "reliable"),
    )


def _held_band(value: Floats, plain: Words, before: Words, policy: Policy) -> Words:
    """Return the band after the margin: to leave a band for a better one takes some points more."""
    margin = policy.score_hysteresis_points
    stays_high = (before == "high_risk") & (value >= policy.score_high_risk_points - margin)
    was_worse = (before == "watch") | (before == "high_risk")
    stays_watch = was_worse & (value >= policy.score_watch_points - margin)
    found = plain.copy()
    found[(plain == "reliable") & stays_watch] = "watch"
    found[np.isin(plain, ["reliable", "watch"]) & stays_high] = "high_risk"
    return found


def _overridden(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Raise bands by the overrides, upwards only, and name what decided."""
    rank = frame["band"].map(_RANK)
    # A named fact is said only where it raises the band.
    cases: list[tuple[object, str]] = []
    segment = frame["band"]
    for band in ("watch", "high_risk"):
        flags = [frame[flag] for _rule, flag, to in OVERRIDES if to == band]
        fires = pd.concat(flags, axis=1).any(axis=1) & (rank < _RANK[band])
        segment = segment.mask(fires & ~frame["is_intercompany"], band)
    for rule, flag, to in OVERRIDES:
        raises = frame[flag] & (rank < _RANK[to]) & (segment == to) & ~frame["is_intercompany"]
        cases.append((raises, rule))
    cases += [
        (frame["is_intercompany"], "intercompany"),
        ((frame["band"] == SHORT) & _knows_little(frame, policy), "few_factors"),
        (frame["band"] == SHORT, "few_invoices"),
        (frame["is_held"], "hysteresis"),
    ]
    frame["computed_segment"] = segment.astype("str")
    frame["rule"] = first_reason(frame.index, *cases).fillna("score")
    return _measured(frame, policy)


def _knows_little(frame: pd.DataFrame, policy: Policy) -> pd.Series[bool]:
    """Return who has no score for want of factors; one never invoiced lacks invoices above all."""
    is_silent = frame["late_probability_reason"] == NOT_AT_THIS_LEVEL
    has_enough = frame["count_paid"] >= policy.score_min_paid_invoices
    return frame["score"].isna() & (is_silent | has_enough)


def _measured(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Add the figure that the deciding rule compared, and its threshold."""
    rule, value = frame["rule"], frame["score"]
    bound = value.mask(value.notna(), policy.score_watch_points)
    bound = bound.mask(frame["band"] == "high_risk", policy.score_high_risk_points)
    bound = bound.mask(rule == "hysteresis", bound - policy.score_hysteresis_points)
    is_points = rule.isin(["score", "hysteresis"])
    compared: list[tuple[pd.Series[bool], pd.Series[float], pd.Series[float] | float]] = [
        (is_points, value, bound),
        (rule == "few_invoices", frame["count_paid"], policy.score_min_paid_invoices),
        (rule == "few_factors", frame["known_ratio"], policy.score_least_known_ratio),
        (rule == "over_limit", frame["limit_use"], policy.score_over_limit_ratio),
        (rule == "old_invoice", frame["old_invoice_minor"], float("nan")),
    ]
    frame["rule_value"] = frame["rule_threshold"] = float("nan")
    for mask, figure, threshold in compared:
        frame["rule_value"] = frame["rule_value"].mask(mask, figure.astype("float64"))
        frame["rule_threshold"] = frame["rule_threshold"].mask(mask, threshold)
    return frame


def _with_manual(portfolio: Portfolio, frame: pd.DataFrame, days: tuple[date, ...]) -> pd.DataFrame:
    """Apply the segments fixed by hand in force on the day of each row, last and named."""
    fixed = portfolio.overrides(days).rename(columns=_MANUAL)
    fixed["day"] = pd.to_datetime(fixed["day"]).astype("datetime64[s]")
    on = ["day", *KEY]
    frame = frame.merge(fixed[[*on, *_MANUAL.values()]], on=on, how="left")
    is_fixed = frame["manual_segment"].notna()
    frame["segment"] = frame["computed_segment"].mask(is_fixed, frame["manual_segment"])
    frame["rule"] = frame["rule"].mask(is_fixed, "manual")
    for name in ("rule_value", "rule_threshold"):
        frame[name] = frame[name].mask(is_fixed)
    return frame


def _moves(path: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the segment before and since when the present one holds.

    ``path``: customers × days in order, the last one ``as_of``; a customer not there yet is missing.
    """
    past = path.drop(columns=pd.Timestamp(as_of))
    present = path[pd.Timestamp(as_of)]
    before = past.iloc[:, -1] if past.shape[1] else present.mask(present.notna())
    differs = past.notna() & past.ne(present, axis=0)
    # The last day with another segment; the one after it is when the present segment began.
    days = pd.DatetimeIndex(path.columns)
    looked = differs.to_numpy()[:, ::-1]
    latest = np.argmax(looked, axis=1) if looked.shape[1] else 0
    place = np.where(differs.any(axis=1), looked.shape[1] - 1 - latest, -1)
    began = days[np.minimum(place + 1, len(days) - 1)]
    return pd.DataFrame(
        {
            "previous_segment": before.to_numpy(dtype=object),
            "changed_on": pd.Series(began).where(place >= 0).to_numpy(),
        }
    ).astype({"previous_segment": "str"})
