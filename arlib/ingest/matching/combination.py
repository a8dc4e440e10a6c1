"""Pass 4: one payment for several items, or several for one: subset sums (definitions §18.4).

Every subset of at most ``match_subset_size`` of the ``match_candidates`` oldest items is looked at,
all at once: a fixed number of steps, so the same book always gives the same answer.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.ingest.matching.board import Board

    Ints = NDArray[np.int64]
    Masks = NDArray[np.float64]

RULE: Final = "combination"
UNIQUE: Final = 0.75
CONTIGUOUS: Final = 0.6
_MOST_SWEEPS: Final = 3
# A customer with more open items than this is gone through once.
_MOST_ITEMS: Final = 2_000
# How far one payer looks, in items, and how often the settled ones are put away.
_HEAD: Final = 64
_AHEAD: Final = 16
_BEFORE: Final = 400
_BATCH: Final = 64
_MOST_ALTERNATIVES: Final = 3


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A payment that several sets of items explain: what each would set, nothing done."""

    payer: int
    alternatives: tuple[tuple[tuple[int, int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class Naming:
    """What the allocations found are called: the rule, and the confidence by how it was decided."""

    rule: str = RULE
    unique: float = UNIQUE
    contiguous: float = CONTIGUOUS


def by_combination(board: Board) -> list[Ambiguous]:
    """Settle payments that exactly one set of items explains; return those that several do."""
    every = board.chronological(np.flatnonzero((board.left != 0) & ~board.is_collective))
    return [case for span in board.spans(every) for case in combine(board, span, Naming())]


def combine(board: Board, span: Ints, naming: Naming) -> list[Ambiguous]:
    """Settle what combinations explain among items in date order; return what several explain."""
    unclear: list[Ambiguous] = []
    for _ in range(_MOST_SWEEPS):
        before = len(board.singles)
        unclear = [
            *_sweep(board, span, naming, of_debits=False),
            *_sweep(board, span, naming, of_debits=True),
        ]
        if len(board.singles) == before or len(span) > _MOST_ITEMS:
            break
        span = span[board.left[span] != 0]
    return unclear


def _sweep(board: Board, span: Ints, naming: Naming, *, of_debits: bool) -> list[Ambiguous]:
    """Try each payer in date order: cash against open items, or one debit against credits."""
    left = board.left[span]
    if of_debits:
        payers, items = span[(left > 0) & ~board.is_repaying[span]], span[left < 0]
    else:
        payers = span[(left < 0) & ~board.is_note[span]]
        items = np.sort(span[(left > 0) | board.is_note[span]])
    unclear = []
    for start in range(0, len(payers), _BATCH):
        items = items[board.left[items] != 0]
        if len(items) < 2:  # noqa: PLR2004 - a combination has two items
            break
        days = board.issued[items] if of_debits else board.due[items]
        for payer in payers[start : start + _BATCH].tolist():
            case = _explain(board, payer, items, days, naming) if board.left[payer] else None
            unclear += [case] if case is not None else []
    return unclear


def _explain(board: Board, payer: int, items: Ints, days: Ints, naming: Naming) -> Ambiguous | None:
    """Settle a payer if one set of items explains it; return the sets when they are several.

    ``days``: what ``items`` are sorted by (due dates; dates of credits).
    """
    first = int(np.searchsorted(days, board.issued[payer]))
    of_debit = board.left[payer] > 0
    head = items[max(0, first - _AHEAD) : first + _HEAD] if of_debit else items[:_HEAD]
    everyone = _possible(board, payer, head)
    candidates = everyone[: board.policy.match_candidates]
    solutions = _solutions(board, payer, candidates)
    if not len(solutions):
        around = items[max(0, first - _BEFORE) : first + _HEAD]
        run = _run(board, payer, around)
        _settle(board, payer, run, naming.rule, naming.contiguous)
        return None
    chosen = solutions if len(solutions) == 1 else solutions[_is_contiguous(solutions)]
    if len(chosen) == 1:
        confidence = naming.unique if len(solutions) == 1 else naming.contiguous
        _settle(board, payer, candidates[chosen[0] > 0], naming.rule, confidence)
        return None
    order = np.argsort(~_is_contiguous(solutions), kind="stable")[:_MOST_ALTERNATIVES]
    return Ambiguous(
        payer,
        tuple(tuple(_parts(board, payer, candidates[mask > 0])) for mask in solutions[order]),
    )


def _solutions(board: Board, payer: int, candidates: Ints) -> Masks:
    """Return the subsets of candidates whose sum is what the payer has left."""
    need = abs(int(board.left[payer]))
    amounts = board.left[candidates] * (-1 if board.left[payer] > 0 else 1)
    masks = subsets(len(candidates), board.policy.match_subset_size)
    owed = np.sort(amounts[amounts > 0])
    is_too_much = len(owed) == len(amounts) and int(owed[:2].sum()) > need
    if is_too_much or int(owed.sum()) < need:
        return masks[:0]
    found: Masks = masks[masks @ amounts.astype(np.float64) == need]
    return found


def _run(board: Board, payer: int, items: Ints) -> Ints:
    """Return the only row of consecutive debits, oldest first, that a payment pays; else nothing.

    A statement paid whole may hold more documents than a subset sum can look at.
    """
    none = np.zeros(0, np.int64)
    if board.left[payer] > 0:
        return none
    near = np.abs(board.due[items] - board.issued[payer]) <= board.policy.match_window_days
    debits = _possible(board, payer, items[(board.left[items] > 0) & near])
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(board.left[debits])])
    wanted = ends - int(board.left[payer])
    last = np.searchsorted(ends, wanted)
    starts = np.flatnonzero(ends[np.minimum(last, len(ends) - 1)] == wanted)
    if len(starts) != 1 or last[starts[0]] - starts[0] < 2:  # noqa: PLR2004 - one is no combination
        return none
    return debits[starts[0] : last[starts[0]]]


def _settle(board: Board, payer: int, chosen: Ints, rule: str, confidence: float) -> None:
    for debit, credit, amount in _parts(board, payer, chosen):
        board.take_one(debit, credit, amount, rule, confidence)


def _possible(board: Board, payer: int, items: Ints) -> Ints:
    """Return the open items that the payer may explain, oldest first."""
    is_open = items[board.left[items] != 0]
    if board.left[payer] > 0:
        fits = board.in_order(payer, is_open)
    else:
        early = board.issued[is_open] <= board.issued[payer] + board.policy.match_early_days
        fits = np.where(board.left[is_open] > 0, board.in_order(is_open, payer), early)
    possible: Ints = is_open[fits]
    if board.refused:
        one = np.full(len(possible), payer)
        pair = (one, possible) if board.left[payer] > 0 else (possible, one)
        possible = possible[board.allowed(*pair)]
    return possible


@cache
def subsets(count: int, most: int) -> Masks:
    """Return every subset of 2 to ``most`` of ``count`` places, one row each, small ones first."""
    rows = [
        [1.0 if place in chosen else 0.0 for place in range(count)]
        for size in range(2, min(most, count) + 1)
        for chosen in itertools.combinations(range(count), size)
    ]
    return np.array(rows).reshape(len(rows), count)


def _is_contiguous(masks: Masks) -> NDArray[np.bool_]:
    """Tell which subsets are items in a row, oldest first."""
    edges: NDArray[np.bool_] = np.abs(np.diff(masks, axis=1, prepend=0, append=0)).sum(axis=1) == 2  # noqa: PLR2004
    return edges


def _parts(board: Board, payer: int, chosen: Ints) -> list[tuple[int, int, int]]:
    """Return (debit, credit, amount) of a solution: credit notes first, then the payer."""
    left = board.left[chosen]
    if board.left[payer] > 0:
        return [(payer, int(item), -int(board.left[item])) for item in chosen]
    sources = [[int(item), -int(board.left[item])] for item in chosen[left < 0]]
    sources.append([payer, -int(board.left[payer])])
    parts = []
    for debit in chosen[left > 0].tolist():
        owed = int(board.left[debit])
        while owed:
            part = min(owed, sources[0][1])
            parts.append((debit, sources[0][0], part))
            owed -= part
            sources[0][1] -= part
            if not sources[0][1] and len(sources) > 1:
                sources.pop(0)
    return parts
