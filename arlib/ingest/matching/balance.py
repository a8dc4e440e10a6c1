"""Pass 3: a customer whose balance comes back to zero owes nothing up to then (definitions §18.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.ledger.consumption import Queue, consume
from arlib.ingest.matching.combination import Naming, combine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.ingest.matching.board import Board

    Ints = NDArray[np.int64]

RULE: Final = "zero_balance"
ZERO: Final = 0.8
_PAIR: Final = 2


def by_zero_balance(board: Board) -> None:
    """Settle, oldest first, everything up to each day on which what is left sums to zero."""
    items = np.flatnonzero((board.left != 0) & ~board.is_collective)
    if not len(items):
        return
    items = board.chronological(items)
    block = _blocks(board, items)
    settled = block >= 0
    items, block = items[settled], block[settled]
    # Who pays what inside a block: combinations first, then the oldest.
    for span in np.split(items, np.flatnonzero(np.diff(block)) + 1):
        if len(span) > _PAIR:
            combine(board, span, Naming(RULE, ZERO, ZERO))
    # The canonical order again: debits by due date.
    order = np.lexsort((items, block))
    items, block = items[order], block[order]
    left = board.left[items]
    pairs = consume(
        Queue(block[left > 0], left[left > 0], items[left > 0]),
        Queue(block[left < 0], -left[left < 0], items[left < 0]),
    )
    board.take(pairs.debit, pairs.credit, pairs.amount, RULE, ZERO)


def _blocks(board: Board, items: Ints) -> Ints:
    """Return the block of each item (by group then date); −1 for those no zero follows."""
    group, day = board.group[items], board.issued[items]
    last_of_day = np.append((np.diff(group) != 0) | (np.diff(day) != 0), True)
    is_new = np.append(True, np.diff(group) != 0)
    running = np.cumsum(board.left[items])
    before = np.maximum.accumulate(np.where(is_new, np.arange(len(items)), 0))
    base = np.where(before > 0, running[before - 1], 0)
    is_zero = last_of_day & (running == base)
    block = np.cumsum(is_zero) - is_zero
    # The last block of a group counts only if a zero ends it inside the group.
    ends = np.flatnonzero(is_zero)
    closing = np.append(ends, -1)[np.minimum(block, len(ends))]
    inside = (closing >= 0) & (group[closing] == group)
    return np.where(inside, block, -1)
