"""What the classes gave: the score against what customers then did, on the user's own past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.analytics.frames import are_all_left_out, without_behaviour
from arlib.analytics.score_check import LEAST_CUTS, by_class, by_cut, cuts, outcomes
from arlib.analytics.score_check import RANKED as _RANKED

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class ScoreCheckView:
    """The score tried on the past.

    ``bands``: one row a class in order of risk (reliable, insufficient_history, watch, high_risk):
    ``segment, count, count_bad, bad_ratio`` (customers × month-ends). ``cuts``: one row a month-end:
    ``cut_on, count, count_bad, auc_score, auc_probability`` (of the first factor alone),
    ``auc_mean_delay``. The ``auc_…`` fields are their means over the month-ends (NaN: no month-end
    with both good and bad payers). ``is_rising``: the bad share rises over the three classes;
    None when one of them is empty. ``unavailable``: not_at_this_level, or history_too_short.
    """

    as_of: date
    days: int
    late_days: int
    bad_ratio: float
    bands: pd.DataFrame | None
    cuts: pd.DataFrame | None
    auc_score: float
    auc_probability: float
    auc_mean_delay: float
    is_rising: bool | None
    unavailable: str | None


def build(
    portfolio: Portfolio, policy: Policy, *, days: tuple[date, ...] | None = None
) -> ScoreCheckView:
    """Return the check over the last month-ends whose sequel is known, or over given ones."""
    asked = cuts(portfolio, policy) if days is None else days
    if are_all_left_out(portfolio, without_behaviour(portfolio, policy)):
        return _view(portfolio, policy, "not_at_this_level")
    if len(asked) < LEAST_CUTS:
        return _view(portfolio, policy, "history_too_short")
    frame = outcomes(portfolio, policy, asked)
    if frame.empty:
        return _view(portfolio, policy, "history_too_short")
    return _view(portfolio, policy, None, by_class(frame), by_cut(frame))


def _view(
    portfolio: Portfolio,
    policy: Policy,
    unavailable: str | None,
    bands: pd.DataFrame | None = None,
    found: pd.DataFrame | None = None,
) -> ScoreCheckView:
    means = {name: float("nan") for name in _RANKED.values()}
    if found is not None:
        means = {name: float(found[name].mean()) for name in means}
    return ScoreCheckView(
        as_of=portfolio.as_of,
        days=policy.score_check_days,
        late_days=policy.score_check_late_days,
        bad_ratio=policy.score_check_bad_ratio,
        bands=bands,
        cuts=found,
        is_rising=_is_rising(bands),
        unavailable=unavailable,
        **means,
    )


def _is_rising(bands: pd.DataFrame | None) -> bool | None:
    if bands is None:
        return None
    rates = bands.set_index("segment")["bad_ratio"].reindex(["reliable", "watch", "high_risk"])
    return None if rates.isna().any() else bool(rates.diff().dropna().gt(0).all())
