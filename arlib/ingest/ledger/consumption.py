"""Credits consume debits, oldest first: the overlap of two running totals, without a loop.

Within a group, debits laid end to end cover the axis of money once and credits cover it again;
where a debit's stretch and a credit's stretch overlap, one pays the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arlib.ingest.ledger.entries import running_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Queue:
    """Items in the order they are consumed: ``group`` ascending, ``amount`` ≥ 0, ``item`` a number."""

    group: Ints
    amount: Ints
    item: Ints


@dataclass(frozen=True, slots=True)
class Pairs:
    """What one item takes of another: ``debit`` and ``credit`` are item numbers."""

    debit: Ints
    credit: Ints
    amount: Ints


def consume(debits: Queue, sources: Queue) -> Pairs:
    """Return what each credit (``sources``) takes of each debit of its group, both in their given order.

    What is left over in a group stays on its last debits, or on its last credits.
    """
    count = 1 + max(int(debits.group.max(initial=-1)), int(sources.group.max(initial=-1)))
    common = np.minimum(_totals(debits, count), _totals(sources, count))
    debit_ends = _ends(debits, common)
    credit_ends = _ends(sources, common)
    ends = np.union1d(debit_ends, credit_ends)
    ends = ends[ends > 0]
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])[: len(ends)]
    return Pairs(
        debits.item[np.searchsorted(debit_ends, starts, side="right")],
        sources.item[np.searchsorted(credit_ends, starts, side="right")],
        ends - starts,
    )


def _totals(queue: Queue, count: int) -> Ints:
    """Return the exact total of each group, 0 for one without an item."""
    running = np.concatenate([np.zeros(1, np.int64), np.cumsum(queue.amount)])
    bounds = np.searchsorted(queue.group, np.arange(count + 1))
    return np.diff(running[bounds])


def _ends(queue: Queue, common: Ints) -> Ints:
    """Return where each item ends on one axis for all groups, cut at what both sides have."""
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(common)])[:-1]
    inside = running_sums(queue.group, queue.amount)
    return before[queue.group] + np.minimum(inside, common[queue.group])
