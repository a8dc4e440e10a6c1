"""Pass 6: what is left, oldest debit first (definitions §18.6); off unless the policy asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from arlib.ingest.matching.board import Board

    Ints = NDArray[np.int64]

RULE: Final = "fifo"
CONFIDENCE: Final = 0.3
# Debits dated after a credit that are passed over before giving up on it.
_MOST_STEPS: Final = 200


def oldest_first(board: Board) -> list[tuple[int, int, int]]:
    """Return (debit, credit, amount) that would set every cash credit against the oldest debits.

    Nothing is taken from the board.
    """
    left = board.left.tolist()
    owed = {int(board.group[span[0]]): span.tolist() for span in board.spans(board.debits())}
    credits_ = board.credits()
    parts = []
    for credit in board.chronological(credits_[~board.is_note[credits_]]).tolist():
        waiting = owed.get(int(board.group[credit]), [])
        while waiting and not left[waiting[0]]:
            waiting.pop(0)
        for debit in waiting[:_MOST_STEPS]:
            part = min(left[debit], -left[credit])
            if part <= 0 or not board.may_pay(credit, debit):
                continue
            parts.append((debit, credit, part))
            left[debit] -= part
            left[credit] += part
            if not left[credit]:
                break
    return parts


def by_age(board: Board) -> None:
    """Set what is left against the oldest debits."""
    for debit, credit, part in oldest_first(board):
        board.take_one(debit, credit, part, RULE, CONFIDENCE)
