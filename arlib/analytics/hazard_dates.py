"""From probabilities by day to the dates that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics import hazard_settings as s
from arlib.analytics.frames import LATEST, dates, day_number

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

# Share of the payments to come by then.
_SHARES: Final = {"p10_on": 0.1, "expected_on": 0.5, "p90_on": 0.9}
_MEDIAN: Final = 0.5


def summary(as_of: date, survivals: Iterable[Floats], index: pd.Index[Any]) -> pd.DataFrame:
    """Return the dates and probabilities of rows of survival (``HazardModel.survival``).

    Columns: ``expected_on, p10_on, p90_on, probability_late_30, probability_beyond,
    is_predictable``.
    """
    parts = [_figures(alive) for alive in survivals]
    found = np.concatenate(parts) if parts else np.zeros((0, len(_SHARES) + 2))
    frame = pd.DataFrame(index=index)
    is_predictable = found[:, -1] <= _MEDIAN
    for place, name in enumerate(_SHARES):
        is_dated = is_predictable & (found[:, place] <= s.HORIZON)
        days = np.where(is_dated, found[:, place] + day_number(as_of), LATEST)
        frame[name] = dates(days)
    frame["probability_late_30"] = found[:, -2]
    frame["probability_beyond"] = found[:, -1]
    frame["is_predictable"] = is_predictable
    return frame[["expected_on", "p10_on", "p90_on", *frame.columns[len(_SHARES) :]]]


def _figures(alive: Floats) -> Floats:
    """Return the days that reach each share (horizon + 1: none), S(30) and S(horizon)."""
    days = [(alive > 1 - share + _ROUNDING).sum(axis=1) for share in _SHARES.values()]
    return np.column_stack([*days, alive[:, s.STILL_UNPAID_DAYS], alive[:, s.HORIZON]])


# A share reached exactly is reached, whatever the last digit of a product of 180 factors.
_ROUNDING: Final = 1e-12


def confidence(effective: Floats) -> npt.NDArray[np.object_]:
    """Return the label of so many weighted invoices of history: low, medium, good."""
    low, high = s.CONFIDENCE
    words = np.where(effective < low, "low", np.where(effective <= high, "medium", "good"))
    return words.astype(object)
