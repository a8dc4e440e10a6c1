"""Formulas of a suggested credit limit, on arrays of minor units (definitions §11, models §5).

Amounts come in and go out in minor units as floats; NaN stands for what is not known and stays NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.analytics.frames import round_half_away

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

YEAR_DAYS: Final = 365.0
_MONTH_DAYS: Final = 30.0


def need(
    annual: npt.ArrayLike,
    terms_days: npt.ArrayLike,
    delay_days: npt.ArrayLike,
    factor: npt.ArrayLike = 1.0,
) -> Floats:
    """Return annual sales / 365 × (terms + delay) × factor, in whole minor units.

    Source: definitions §11, *besoin*. 120 000 a year at 60 + 15 days, peak 1.2: 29 589.04.

    >>> float(need(12_000_000, 60, 15, 1.2))
    2958904.0
    """
    daily = np.asarray(annual, dtype="float64") / YEAR_DAYS
    return credit_need(daily, np.asarray(terms_days) + np.asarray(delay_days), factor)


def credit_need(daily: npt.ArrayLike, days: npt.ArrayLike, factor: npt.ArrayLike = 1.0) -> Floats:
    """Return a day's sales × days of credit × factor, in whole minor units, never negative."""
    found = np.asarray(daily, dtype="float64") * np.asarray(days, dtype="float64")
    return np.maximum(round_half_away(found * np.asarray(factor, dtype="float64")), 0.0)


def twelfths(annual: npt.ArrayLike, terms_days: npt.ArrayLike, delay_days: npt.ArrayLike) -> Floats:
    """Return annual sales / 12 × the months of credit, begun ones whole.

    Source: definitions §11, x/12. 120 000 a year at 60 + 15 days: 3 months, 30 000.

    >>> float(twelfths(12_000_000, 60, 15))
    3000000.0
    """
    days = np.asarray(terms_days, dtype="float64") + np.asarray(delay_days, dtype="float64")
    months = np.ceil(np.maximum(days, 0.0) / _MONTH_DAYS)
    found = np.asarray(annual, dtype="float64") / 12.0 * months
    return np.maximum(round_half_away(found), 0.0)


def equity_share(equity: npt.ArrayLike, share: npt.ArrayLike, risk_factor: npt.ArrayLike) -> Floats:
    """Return share × equity × factor of the class; negative equity carries nothing.

    Source: definitions §11. 10 % of 400 000 at 0.5: 20 000.

    >>> float(equity_share(40_000_000, 0.1, 0.5))
    2000000.0
    """
    own = np.maximum(np.asarray(equity, dtype="float64"), 0.0)
    return round_half_away(own * np.asarray(share) * np.asarray(risk_factor))


def share_of(amount: npt.ArrayLike, share: float) -> Floats:
    """Return a share of an amount (customer's turnover, his trade payables), never negative."""
    return np.maximum(round_half_away(np.asarray(amount, dtype="float64") * share), 0.0)


def afdcc(
    commercial: npt.ArrayLike,
    to_invoice: npt.ArrayLike,
    financial: npt.ArrayLike,
    terms_coefficient: npt.ArrayLike,
    behaviour_coefficient: npt.ArrayLike,
) -> Floats:
    """Return (EC + FAE + EF) × CDP × CCP.

    Source: definitions §11, AFDCC type. (5 000 + 3 000 + 12 000) × 1.1 × 0.9: 19 800.

    >>> float(afdcc(500_000, 300_000, 1_200_000, 1.1, 0.9))
    1980000.0
    """
    held = np.asarray(commercial, dtype="float64") + np.asarray(to_invoice, dtype="float64")
    held = held + np.asarray(financial, dtype="float64")
    found = held * np.asarray(terms_coefficient) * np.asarray(behaviour_coefficient)
    return np.maximum(round_half_away(found), 0.0)


def highest_mean(months: Floats, factor: npt.ArrayLike, count: int = 3) -> Floats:
    """Return the mean of the highest month-ends (customers × months) × factor.

    NaN with fewer than ``count`` month-ends known. Source: definitions §11, behaviour.
    """
    known = np.isfinite(months).sum(axis=1) >= count
    highest = -np.sort(-np.where(np.isfinite(months), months, -np.inf), axis=1)[:, :count]
    if highest.shape[1] < count:
        return np.full(len(months), np.nan)
    mean = np.where(known[:, None], highest, np.nan).mean(axis=1)
    return np.maximum(round_half_away(mean * np.asarray(factor, dtype="float64")), 0.0)


def loss_cap(budget: npt.ArrayLike, probability: npt.ArrayLike, loss_share: float) -> Floats:
    """Return budget / (P(delay > 90 days) × loss share); NaN: no budget, or nothing to fear."""
    risk = np.asarray(probability, dtype="float64") * loss_share
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.asarray(budget, dtype="float64") / risk
    return round_half_away(np.where(np.isfinite(found), found, np.nan))


def rounded_down(amount: npt.ArrayLike, step: npt.ArrayLike) -> Floats:
    """Return the multiple of ``step`` at or under an amount.

    >>> float(rounded_down(2_958_904, 50_000))
    2950000.0
    """
    size = np.asarray(step, dtype="float64")
    whole = round_half_away(amount)
    found: Floats = np.floor(whole / size) * size
    return found


def change_ratio(suggested: npt.ArrayLike, current: npt.ArrayLike) -> Floats:
    """Return suggested / current − 1; infinite from a limit of 0, 0 when both are 0."""
    new, old = np.asarray(suggested, dtype="float64"), np.asarray(current, dtype="float64")
    with np.errstate(divide="ignore", invalid="ignore"):
        found = new / old - 1.0
    return np.where((new == 0) & (old == 0), 0.0, found)
