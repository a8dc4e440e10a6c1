"""Windowed CUSUM on series of delays, all series at once (behaviour_models §4).

Series stand one after the other in flat arrays. At each place the last 10 points are judged against
up to 40 points before them: z = (v − median) / spread, S = max(0, S + z − 0.5). Changes to these
constants move false alarms and detection together: see ``python -m tests.benchmarks.warnings``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Places = npt.NDArray[np.int64]

WINDOW: Final = 10
REFERENCE: Final = 40
LEAST: Final = 18  # points before anything is said
RECENT: Final = 3  # points of the shift
SHIFT_DAYS: Final = 3.0
_LEAST_SPREAD: Final = 2.0
_MAD_TO_SD: Final = 1.4826
_CLIP: Final = 3.0
_DRIFT: Final = 0.5
_GROWN_DAYS: Final = 10.0
_CHUNK: Final = 100_000


@dataclass(frozen=True, slots=True)
class Cusum:
    """What the points up to each place asked for say, one value a place.

    ``worse``, ``better``: S and the same of −z. ``usual``: median of the reference, not clipped;
    ``recent``: mean of the last three points, not clipped; ``worse_start``, ``better_start``: place
    in the window (0 the oldest of the ten) where S last left zero, −1 when S is zero.
    """

    worse: Floats
    better: Floats
    usual: Floats
    recent: Floats
    worse_start: Places
    better_start: Places

    @property
    def shift(self) -> Floats:
        """Return recent − usual, in days."""
        return self.recent - self.usual


def cusum(values: Floats, shown: Floats, starts: Places, at: Places) -> Cusum:
    """Return the statistics at the places ``at`` of flat series.

    ``values``: delays clipped; ``shown``: the same as displayed. ``starts[i]``: place of the first
    point of the series that point i belongs to. A place needs more than ten points up to it.
    """
    parts = [
        _chunk(values, shown, starts, at[first : first + _CHUNK])
        for first in range(0, max(len(at), 1), _CHUNK)
    ]
    return Cusum(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def worse(values: Floats, starts: Places, at: Places) -> Floats:
    """Return S alone at the places ``at``: see ``cusum``."""
    total = np.zeros(len(at))
    for column in _scaled(values, _reference(values, starts, at), at).T:
        total = np.maximum(0.0, total + column - _DRIFT)
    return total


def _chunk(
    values: Floats, shown: Floats, starts: Places, at: Places
) -> tuple[Floats, Floats, Floats, Floats, Places, Places]:
    z = _scaled(values, _reference(values, starts, at), at)
    worse, worse_start = _sums(z)
    better, better_start = _sums(-z)
    before = _reference(shown, starts, at)
    usual = median(before, np.isfinite(before).sum(axis=1))
    recent = shown[at[:, None] + np.arange(1 - RECENT, 1)].mean(axis=1)
    return worse, better, usual, recent, worse_start, better_start


def _reference(values: Floats, starts: Places, at: Places) -> Floats:
    """Return the values judged against, one row a place; inf where the series had not begun."""
    before = at[:, None] + np.arange(1 - WINDOW - REFERENCE, 1 - WINDOW)
    is_known = before >= starts[at][:, None]
    return np.where(is_known, values[np.where(is_known, before, 0)], np.inf)


def _scaled(values: Floats, reference: Floats, at: Places) -> Floats:
    """Return z of the last ten values of each place."""
    count = np.isfinite(reference).sum(axis=1)
    middle = median(reference, count)
    gap = np.abs(reference - middle[:, None])  # inf − median stays inf: sorted last
    spread = np.maximum(_MAD_TO_SD * median(gap, count), _LEAST_SPREAD)
    window = values[at[:, None] + np.arange(1 - WINDOW, 1)]
    z: Floats = np.clip((window - middle[:, None]) / spread[:, None], -_CLIP, _CLIP)
    return z


def median(rows: Floats, count: Places) -> Floats:
    """Return the median of the first ``count`` values of each row once sorted (inf stands last)."""
    ordered = np.sort(rows, axis=1)
    line = np.arange(len(rows))
    return 0.5 * (ordered[line, (count - 1) // 2] + ordered[line, count // 2])


def _sums(z: Floats) -> tuple[Floats, Places]:
    """Return S after the window and the place where it last left zero."""
    total = np.zeros(len(z))
    start = np.full(len(z), -1, dtype=np.int64)
    for place in range(z.shape[1]):
        risen = np.maximum(0.0, total + z[:, place] - _DRIFT)
        start = np.where(risen > 0, np.where(total > 0, start, place), -1)
        total = risen
    return total, start


def announced(
    series: Places, days: Places, shift: Floats, holds: npt.NDArray[np.bool_], silence: int = 90
) -> npt.NDArray[np.bool_]:
    """Return which evaluations raise a new alert: the others are silent.

    Places are in order of series, then time. After an alert its series stays silent ``silence``
    days unless the shift has grown by 10 days since.
    """
    raised = np.zeros(len(series), dtype=bool)
    last, since, size = -1, 0, 0.0
    places = np.flatnonzero(holds)
    known = zip(
        places.tolist(),
        series[places].tolist(),
        days[places].tolist(),
        shift[places].tolist(),
        strict=True,
    )
    for place, who, day, now in known:
        if who != last or day - since >= silence or now >= size + _GROWN_DAYS:
            raised[place] = True
            last, since, size = who, day, now
    return raised
