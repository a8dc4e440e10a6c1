"""Passes 2 and 5: one credit and one debit of the same amount, or nearly (definitions §18.2, §18.5)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.ingest.matching.board import Board

    Ints = NDArray[np.int64]

UNIQUE: Final = 0.85
SEVERAL: Final = 0.6
NEAR: Final = 0.7
# Candidates looked at for one payment before giving up: a count, so that nothing depends on time.
_MOST_STEPS: Final = 64


def by_amount(board: Board) -> None:
    """Settle equal amounts one to one: invoices by the credits after them, then refunds."""
    debits, credits_ = board.debits(), board.credits()
    repaying = board.is_repaying[debits]
    _equal(board, debits[~repaying], credits_)
    _equal(board, board.credits(), debits[repaying])


def _equal(board: Board, items: Ints, payers: Ints) -> None:
    """Settle items by payers of the same amount, each class of one amount apart."""
    for owed, paid in _classes(board, items, payers):
        if len(owed) == len(paid) == 1:
            if _is_candidate(board, owed[0], paid[0]):
                _settle(board, owed[0], paid[0], UNIQUE)
        else:
            _one_class(board, owed, paid)


def _classes(board: Board, items: Ints, payers: Ints) -> list[tuple[list[int], list[int]]]:
    """Return the items and payers of each (group, amount) that has both, in order."""
    every = np.concatenate([items, payers])
    is_payer = np.arange(len(every)) >= len(items)
    when = np.where(is_payer, board.issued[every], board.due[every])
    amount = np.abs(board.left[every])
    order = np.lexsort((every, when, is_payer, amount, board.group[every]))
    every, is_payer, amount = every[order], is_payer[order], amount[order]
    group = board.group[every]
    starts = np.flatnonzero(
        np.concatenate([[True], (np.diff(group) != 0) | (np.diff(amount) != 0)])
        if len(every)
        else np.zeros(0, bool)
    )
    ends = np.append(starts[1:], len(every))
    if not len(starts):
        return []
    split = ends - np.add.reduceat(is_payer.astype(np.int64), starts)
    both = (split > starts) & (split < ends)
    cells = every.tolist()
    return [
        (cells[first:middle], cells[middle:last])
        for first, middle, last in zip(
            starts[both].tolist(), split[both].tolist(), ends[both].tolist(), strict=True
        )
    ]


def _one_class(board: Board, owed: list[int], paid: list[int]) -> None:
    """Settle one class: payers in date order take the item due first among their candidates."""
    due, paid_on = board.due[owed].tolist(), board.issued[paid].tolist()
    window = board.policy.match_window_days
    free = list(range(len(owed)))
    for payer, day in zip(paid, paid_on, strict=True):
        low = bisect_left(free, bisect_left(due, day - window))
        places = free[low : low + _MOST_STEPS]
        place = next((i for i in places if _is_candidate(board, owed[i], payer)), None)
        if place is None:
            continue
        item = owed[place]
        is_unique = _is_alone(board, item, payer, (owed, due), (paid, paid_on))
        free.remove(place)
        _settle(board, item, payer, UNIQUE if is_unique else SEVERAL)


def _is_alone(
    board: Board,
    item: int,
    payer: int,
    owed: tuple[list[int], list[int]],
    paid: tuple[list[int], list[int]],
) -> bool:
    """Tell whether no other item of the amount suits the payer, and no other payer the item."""
    window = board.policy.match_window_days
    day, due = int(board.issued[payer]), int(board.due[item])
    others = _between(*owed, day - window, day + window)
    rivals = _between(*paid, due - window, due + window)
    is_chosen = all(other == item or not _is_candidate(board, other, payer) for other in others)
    return is_chosen and all(
        rival == payer or not _is_candidate(board, item, rival) for rival in rivals
    )


def _between(items: list[int], days: list[int], first: int, last: int) -> list[int]:
    """Return the items whose day lies in [first, last]: a few of them are enough to see a rival."""
    low, high = bisect_left(days, first), bisect_right(days, last)
    return items[low : min(high, low + _MOST_STEPS)]


def _is_candidate(board: Board, item: int, payer: int) -> bool:
    """Tell whether the payer follows the item, within the window around its due date."""
    debit, credit = (item, payer) if board.left[item] > 0 else (payer, item)
    if abs(int(board.issued[payer] - board.due[item])) > board.policy.match_window_days:
        return False
    return board.may_pay(credit, debit)


def _settle(board: Board, item: int, payer: int, confidence: float) -> None:
    debit, credit = (item, payer) if board.left[item] > 0 else (payer, item)
    board.take_one(debit, credit, int(board.left[debit]), "amount", confidence)


def by_tolerance(board: Board) -> None:
    """Settle a credit and a debit that differ by little, or by a known discount.

    The lesser of both is set; the difference stays open on the other, so that totals never move.
    """
    credits_ = board.credits()
    payers = board.chronological(credits_[~board.is_note[credits_]])
    owed = {int(board.group[span[0]]): _sorted(board, span) for span in board.spans(board.debits())}
    for payer in payers.tolist():
        near = _near(board, payer, owed.get(int(board.group[payer])))
        item = next((item for item in near if _is_candidate(board, item, payer)), None)
        if item is not None:
            part = min(int(board.left[item]), -int(board.left[payer]))
            board.take_one(item, payer, part, "tolerance", NEAR)


def _sorted(board: Board, span: Ints) -> tuple[Ints, Ints]:
    """Return the debits of a group by amount, with their amounts."""
    order = np.argsort(board.left[span], kind="stable")
    return span[order], board.left[span[order]]


def _near(board: Board, payer: int, owed: tuple[Ints, Ints] | None) -> list[int]:
    """Return the debits whose amount is that of the payer within the tolerance, nearest first."""
    if owed is None:
        return []
    paid = -int(board.left[payer])
    gaps: list[tuple[int, int]] = []
    most = _most(board, str(board.currency[payer]))
    for item, amount in _amounts_between(*owed, paid - most, paid + most):
        gap, limit = abs(amount - paid), int(amount * board.policy.match_tolerance_ratio)
        if gap <= limit:
            gaps.append((gap, item))
    for discount in board.policy.match_discounts:
        whole = int(paid / (1 - discount))
        for item, amount in _amounts_between(*owed, whole - 1, whole + 1):
            if amount - _half_up(amount * discount) == paid:
                gaps.append((0, item))
    return [item for _, item in sorted(gaps) if board.left[item] > 0]


def _amounts_between(items: Ints, amounts: Ints, low: int, high: int) -> list[tuple[int, int]]:
    first = int(np.searchsorted(amounts, low))
    last = min(int(np.searchsorted(amounts, high, side="right")), first + _MOST_STEPS)
    return list(zip(items[first:last].tolist(), amounts[first:last].tolist(), strict=True))


def _most(board: Board, currency: str) -> int:
    """Return the largest difference allowed in a currency, in minor units (that of EUR if unset)."""
    known = board.policy.match_tolerance_minor
    return known.get(currency, known.get("EUR", 0))


def _half_up(value: float) -> int:
    """Round a positive number half away from zero."""
    return int(value + 0.5)
