"""Pouring demands into capacities, in order, group by group: who pays what when nobody says."""

from __future__ import annotations

import numpy as np


def fill(
    capacity_groups: np.ndarray,
    capacities: np.ndarray,
    demand_groups: np.ndarray,
    demands: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (capacity position, demand position, amount) of every part poured.

    Groups are integers; amounts int64, not negative. Within a group the first demand takes from the
    first capacity, and so on; what exceeds the group's capacities is left out.

    >>> [part.tolist() for part in fill(*map(np.array, ([0, 0], [60, 40], [0, 0], [70, 50])))]
    [[0, 1, 1], [0, 0, 1], [60, 10, 30]]
    """
    groups, capacity_codes, demand_codes = _common(capacity_groups, demand_groups)
    capacity_order = np.argsort(capacity_codes, kind="stable")
    demand_order = np.argsort(demand_codes, kind="stable")
    capacity_ends, demand_ends = _ends(
        groups,
        (capacity_codes[capacity_order], capacities[capacity_order]),
        (demand_codes[demand_order], demands[demand_order]),
    )
    cuts = np.unique(
        np.concatenate([capacity_ends[0], capacity_ends[1], demand_ends[0], demand_ends[1]])
    )
    if len(cuts) < 2:  # noqa: PLR2004 - an interval needs two ends
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    starts, widths = cuts[:-1], np.diff(cuts)
    holder, is_held = _covering(capacity_ends, starts)
    taker, is_taken = _covering(demand_ends, starts)
    both = is_held & is_taken
    return _merged(capacity_order[holder[both]], demand_order[taker[both]], widths[both])


def _common(left: np.ndarray, right: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """Return the number of groups and both sides numbered from 0."""
    uniques, codes = np.unique(np.concatenate([left, right]), return_inverse=True)
    return len(uniques), codes[: len(left)], codes[len(left) :]


def _ends(
    groups: int, *sides: tuple[np.ndarray, np.ndarray]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Lay each side on one line, every group beginning at the same place on both: (starts, ends)."""
    totals = [np.bincount(codes, minlength=groups) * 0 for codes, _ in sides]
    for total, (codes, amounts) in zip(totals, sides, strict=True):
        np.add.at(total, codes, amounts)
    lengths = np.maximum.reduce(totals) if totals else np.zeros(groups, np.int64)
    origins = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    laid = []
    for total, (codes, amounts) in zip(totals, sides, strict=True):
        before = np.concatenate([[0], np.cumsum(total)[:-1]])
        ends = np.cumsum(amounts) - before[codes] + origins[codes]
        laid.append((ends - amounts, ends))
    return laid


def _covering(
    ends: tuple[np.ndarray, np.ndarray], starts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the position whose interval covers each start, and whether there is one."""
    if not len(ends[0]):
        return np.zeros(len(starts), np.int64), np.zeros(len(starts), bool)
    position = np.minimum(np.searchsorted(ends[1], starts, side="right"), len(ends[0]) - 1)
    return position, (ends[0][position] <= starts) & (starts < ends[1][position])


def _merged(
    holders: np.ndarray, takers: np.ndarray, amounts: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Join neighbouring parts of the same pair."""
    if not len(amounts):
        return holders, takers, amounts
    is_new = np.concatenate([[True], (np.diff(holders) != 0) | (np.diff(takers) != 0)])
    firsts = np.flatnonzero(is_new)
    return holders[firsts], takers[firsts], np.add.reduceat(amounts, firsts)
