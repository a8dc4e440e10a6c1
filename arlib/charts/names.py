"""Which points of a scatter can carry their name without covering another point or name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LETTER: Final = 6.2  # pixels of a letter at 12 px
_GAP: Final = 7.0  # pixels between a point and its name
_LINE: Final = 9.0  # half the height of a line, in pixels, with the radius of a point


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of the point named in the arrays given, and the side its name stands on."""

    place: int
    side: str


def free_spots(
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    names: Sequence[str],
    wanted: Sequence[int],
    *,
    width: float,
    most: int,
) -> list[Spot]:
    """Return at most ``most`` of the ``wanted`` points whose names fit, in the order wanted.

    ``xs``, ``ys``: every point, in pixels of a plot ``width`` pixels wide; ``names``: the words of
    each. A name stands right of its point, else left; a name for which neither side is free is left
    out (the hover has it).
    """
    kept: list[Spot] = []
    boxes: list[tuple[float, float, float]] = []
    for place in wanted:
        length = _GAP + _LETTER * len(names[place])
        for side, first in (("right", xs[place] + 1), ("left", xs[place] - length)):
            box = (float(first), float(first + length), float(ys[place]))
            if box[0] >= 0 and box[1] <= width and _is_free(box, boxes, xs, ys, place):
                kept.append(Spot(place, side))
                boxes.append(box)
                break
        if len(kept) == most:
            break
    return kept


def _is_free(
    box: tuple[float, float, float],
    boxes: list[tuple[float, float, float]],
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    own: int,
) -> bool:
    """Return whether a name covers no point but its own, and no name placed before."""
    first, last, level = box
    covered = (xs > first - _GAP) & (xs < last + _GAP / 2) & (np.abs(ys - level) < _LINE)
    covered[own] = False
    if covered.any():
        return False
    return all(
        last < other[0] or first > other[1] or abs(level - other[2]) > 2 * _LINE for other in boxes
    )
