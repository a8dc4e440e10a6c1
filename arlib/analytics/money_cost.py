"""What money costs and what brings it sooner: the arithmetic that every simulation shares.

Amounts are minor units, rates are ratios a year, days are those of a year of 365.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics.dso import DAYS_A_YEAR
from arlib.analytics.frames import round_half_away
from arlib.model.issues import UserError

if TYPE_CHECKING:
    import numpy.typing as npt

_EXACT: Final = 6  # decimals of a minor unit: 2.5 is 2.5, not 2.4999999
_LONGEST_DAYS: Final = 365


def whole(values: npt.ArrayLike, index: pd.Index[Any] | None = None) -> pd.Series[int]:
    """Return amounts as whole minor units (Int64), half away from zero; NaN is missing.

    >>> whole([2.5, -2.5, float("nan")]).tolist()
    [3, -3, <NA>]
    """
    exact = np.round(np.asarray(values, dtype="float64"), _EXACT)
    return pd.Series(round_half_away(exact), index=index).astype("Int64")


def share_of(minor: int, ratio: float) -> int:
    """Return a share of an amount in minor units, half away from zero.

    >>> share_of(12_345, 0.5), share_of(-5, 0.5)
    (6173, -3)
    """
    return int(whole([minor * ratio]).iloc[0])


def days_of(minor: int, days: float) -> int:
    """Return what ``days`` days of yearly amounts hold: amount / 365 × days.

    >>> days_of(36_500_000, 12)
    1200000
    """
    return int(whole([minor / DAYS_A_YEAR * days]).iloc[0])


def annual_rate(discount: float, days: float) -> float | None:
    """Return what a discount costs a year as the interest on money had ``days`` sooner.

    d / (1 − d) × 365 / days; None when the money does not come sooner.

    >>> round(annual_rate(0.02, 20), 4)
    0.3724
    """
    return discount / (1 - discount) * DAYS_A_YEAR / days if days > 0 else None


def break_even(rate: float, days: float) -> float:
    """Return the discount that costs as much as money at ``rate`` a year: x / (1 + x), x = rate × days / 365.

    >>> round(break_even(0.05, 50), 6)
    0.006803
    """
    cost = rate * max(days, 0.0) / DAYS_A_YEAR
    return cost / (1 + cost)


def checked_ratio(name: str, value: float, *, least: float = 0.0, most: float = 1.0) -> float:
    """Return a ratio within its bounds.

    Raises:
        UserError: ``simulation_value_invalid`` with its name and bounds.
    """
    if not least <= value <= most:
        raise UserError("simulation_value_invalid", value=name, detail=f"{least:g}-{most:g}")
    return value


def checked_days(name: str, value: float, *, most: int = _LONGEST_DAYS) -> float:
    """Return days from 0 to ``most``. Raises UserError ``simulation_value_invalid``."""
    return checked_ratio(name, value, most=float(most))
