"""Points of the score: each factor a line between anchors, never falling (behaviour models §3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from arlib.model.policy import Policy

    Floats = npt.NDArray[np.float64]

Unit = Literal["ratio", "days", "statistic", "count", "risk"]
_SMALLEST: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: its code, the policy setting of its anchors, the unit of its value.

    ``is_measured``: its points were fitted on real books; the others are professional judgement.
    ``is_log_odds``: lines are straight in log-odds, not in the value.
    """

    code: str
    setting: str
    unit: Unit
    is_measured: bool = False
    is_log_odds: bool = False


FACTORS: Final = (
    Factor("late_probability", "score_late_probability", "ratio", True, True),
    Factor("late_share", "score_late_share", "ratio", True),
    Factor("mean_delay", "score_mean_delay", "days", True),
    Factor("oldest_overdue", "score_oldest_overdue", "days", True),
    Factor("overdue_share", "score_overdue_share", "ratio", True),
    Factor("early_warning", "score_early_warning", "statistic", True),
    Factor("disputes", "score_disputes", "ratio", True),
    Factor("broken_promises", "score_broken_promises", "count"),
    Factor("limit_use", "score_limit_use", "ratio"),
    Factor("external", "score_external", "risk"),
    Factor("financials", "score_financials", "risk"),
)
CODES: Final = tuple(factor.code for factor in FACTORS)
BY_CODE: Final = {factor.code: factor for factor in FACTORS}
# What each notion kept apart on screen is made of.
BEHAVIOUR: Final = ("late_probability", "late_share", "mean_delay", "disputes", "broken_promises")
SITUATION: Final = ("oldest_overdue", "overdue_share", "limit_use", "external", "financials")
DIRECTION: Final = ("early_warning",)


def points(values: npt.ArrayLike, factor: Factor, policy: Policy) -> Floats:
    """Return the points of values of a factor; NaN stays NaN, infinity takes the most.

    >>> from arlib.model.policy import Policy
    >>> points([7.0, 22.5, 99.0], BY_CODE["mean_delay"], Policy()).tolist()
    [4.0, 8.5, 10.0]
    """
    given = np.asarray(values, dtype="float64")
    at, worth = _anchors(factor, policy)
    found: Floats = np.interp(_scale(given, factor), at, worth)
    return np.where(np.isnan(given), np.nan, found)


def most(factor: Factor, policy: Policy) -> float:
    """Return the most points a factor gives."""
    return float(_anchors(factor, policy)[1][-1])


def value_for(target: npt.ArrayLike, factor: Factor, policy: Policy) -> Floats:
    """Return the largest value that gives at most ``target`` points; NaN when none does."""
    at, worth = _anchors(factor, policy)
    wanted = np.asarray(target, dtype="float64")
    place = np.searchsorted(worth, wanted, side="right")
    is_inside = (place > 0) & (place < len(worth))
    below, above = np.clip(place - 1, 0, None), np.clip(place, None, len(worth) - 1)
    step = np.where(is_inside, worth[above] - worth[below], 1.0)
    part = np.where(is_inside, (wanted - worth[below]) / step, 0.0)
    found = at[below] + part * (at[above] - at[below])
    found = np.where(place >= len(worth), np.inf, found)
    return np.where(place == 0, np.nan, _unscaled(found, factor))


def score_of(all_points: Floats, maxima: Floats) -> tuple[Floats, Floats, Floats]:
    """Return score, points and maxima of rows (n × factors): unknown factors leave both sums."""
    is_known = ~np.isnan(all_points)
    total = np.where(is_known, all_points, 0.0).sum(axis=1)
    maximum = np.where(is_known, maxima, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(maximum > 0, 100.0 * total / maximum, np.nan)
    return score, total, maximum


def known_share(all_points: Floats, maxima: Floats) -> Floats:
    """Return the part of the weight of the measured factors that is known, 0 to 1, one a row."""
    weight = np.where([factor.is_measured for factor in FACTORS], maxima, 0.0)
    known = np.where(np.isnan(all_points), 0.0, weight).sum(axis=1)
    found: Floats = known / weight.sum() if weight.any() else np.ones(len(all_points))
    return found


def _anchors(factor: Factor, policy: Policy) -> tuple[Floats, Floats]:
    pairs = np.asarray(getattr(policy, factor.setting), dtype="float64")
    return _scale(pairs[::2], factor), pairs[1::2]


def _scale(values: Floats, factor: Factor) -> Floats:
    """Return log-odds where the factor asks for them."""
    if not factor.is_log_odds:
        return values
    inside = np.clip(values, _SMALLEST, 1 - _SMALLEST)
    odds: Floats = np.log(inside / (1 - inside))
    return odds


def _unscaled(values: Floats, factor: Factor) -> Floats:
    if not factor.is_log_odds:
        return values
    with np.errstate(over="ignore"):
        ratio: Floats = 1 / (1 + np.exp(-values))
    return ratio
