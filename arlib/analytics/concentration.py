"""Concentration: shares, Pareto, Herfindahl, Gini on positive amounts (definitions §6).

Worked set: HHI 0.398479, normalised 0.197971, equivalent 2.510 customers, Gini 0.410124.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.analytics.frames import first_reason

if TYPE_CHECKING:
    import pandas as pd

_A_TO: Final = 0.8
_B_TO: Final = 0.95


@dataclass(frozen=True, slots=True)
class Indices:
    """Indices of concentration, 0 to 1; None where they do not exist."""

    pareto_count: int | None
    hhi: float | None
    hhi_normalised: float | None
    equivalent_count: float | None
    gini: float | None


def shares(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return rows with a positive amount, largest first, with their share.

    Adds ``amount_minor, share_ratio, cumulative_ratio, abc`` (A to 80 %, B to 95 %, C; a customer
    that crosses a bound is still in the class it started in).
    """
    rows = frame.loc[frame[column] > 0].copy()
    rows["amount_minor"] = rows[column].astype("int64")
    rows = rows.sort_values(
        ["amount_minor", "company_id", "customer_id"],
        ascending=[False, True, True],
        ignore_index=True,
    )
    total = int(rows["amount_minor"].sum())
    rows["share_ratio"] = rows["amount_minor"] / max(total, 1)
    rows["cumulative_ratio"] = rows["amount_minor"].cumsum() / max(total, 1)
    started = rows["cumulative_ratio"] - rows["share_ratio"]
    rows["abc"] = first_reason(
        rows.index, (started < _A_TO, "A"), (started < _B_TO, "B"), (started <= 1, "C")
    )
    return rows


def indices(shared: pd.DataFrame, pareto_ratio: float) -> Indices:
    """Return the indices of ``shares``.

    HHI = Σ s²; normalised (HHI − 1/n) / (1 − 1/n); Gini = Σ (2i − n − 1) x(i) / (n Σ x), ascending.
    """
    n = len(shared)
    if n == 0:
        return Indices(None, None, None, None, None)
    hhi = float((shared["share_ratio"] ** 2).sum())
    reached = shared["cumulative_ratio"] >= pareto_ratio - 1e-12
    ascending = np.sort(shared["share_ratio"].to_numpy("float64"))
    weights = 2 * np.arange(1, n + 1) - n - 1
    return Indices(
        pareto_count=int(np.argmax(reached.to_numpy())) + 1,
        hhi=hhi,
        hhi_normalised=(hhi - 1 / n) / (1 - 1 / n) if n > 1 else None,
        equivalent_count=1 / hhi,
        gini=float((weights * ascending).sum() / n) if n > 1 else None,
    )
