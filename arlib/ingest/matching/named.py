"""Pass 1: credits that name the debits they pay (definitions §18.1)."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.ingest.matching.references import namings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.ingest.matching.board import Board

    Ints = NDArray[np.int64]

RULE: Final = "reference"
AGREED: Final = 0.95
NAMED: Final = 0.8
_MOST_ROUNDS: Final = 50


def by_reference(board: Board) -> None:
    """Settle what credits name: first where the amounts agree, then in part, oldest debit first."""
    edges = namings(board)
    if edges.empty:
        return
    rank = np.empty(len(board), np.int64)
    rank[board.chronological(np.arange(len(board)))] = np.arange(len(board))
    for _ in range(_MOST_ROUNDS):
        chosen = _agreeing(board, _alive(board, edges), rank)
        if chosen.empty:
            break
        debit = chosen["debit"].to_numpy()
        board.take(debit, chosen["credit"].to_numpy(), board.left[debit], RULE, AGREED)
    _in_part(board, _alive(board, edges[edges["is_plain"]]), rank)


def _alive(board: Board, edges: pd.DataFrame) -> pd.DataFrame:
    """Return the namings whose both sides are still open, with what remains of each."""
    debit = board.left[edges["debit"].to_numpy()]
    credit = -board.left[edges["credit"].to_numpy()]
    alive: pd.DataFrame = edges.assign(debit_left=debit, credit_left=credit)[
        (debit > 0) & (credit > 0)
    ]
    return alive


def _agreeing(board: Board, edges: pd.DataFrame, rank: Ints) -> pd.DataFrame:
    """Return the namings to settle now: all that a credit names equals it, or one of them does.

    A debit wanted by several credits goes to the first in date.
    """
    plain = edges[edges["is_plain"]]
    named = plain.groupby("credit")["debit_left"].transform("sum")
    whole = plain[named == plain["credit_left"]]
    single = edges[edges["debit_left"] == edges["credit_left"]]
    gap = np.abs(board.due[single["debit"].to_numpy()] - board.issued[single["credit"].to_numpy()])
    single = (
        single.assign(gap=gap).sort_values(["credit", "gap", "debit"]).drop_duplicates("credit")
    )
    single = single[~single["credit"].isin(whole["credit"])]
    chosen = pd.concat([whole, single], ignore_index=True)
    chosen = chosen.assign(rank=rank[chosen["credit"].to_numpy()])
    wins = chosen["rank"] == chosen.groupby("debit")["rank"].transform("min")
    settled: pd.DataFrame = chosen[wins.groupby(chosen["credit"]).transform("all")]
    return settled


def _in_part(board: Board, edges: pd.DataFrame, rank: Ints) -> None:
    """Let each credit, in date order, pay what it names, oldest first, as far as it goes."""
    order = np.lexsort((edges["debit"].to_numpy(), rank[edges["credit"].to_numpy()]))
    sources = edges["credit"].to_numpy()[order]
    named = edges["debit"].to_numpy()[order].tolist()
    firsts = np.flatnonzero(np.diff(sources, prepend=-1)).tolist()
    for first, last in itertools.pairwise([*firsts, len(named)]):
        credit = int(sources[first])
        parts = [(debit, int(board.left[debit])) for debit in named[first:last]]
        agrees = sum(amount for _, amount in parts if amount > 0) == -int(board.left[credit])
        for debit, amount in parts:
            part = min(amount, -int(board.left[credit]))
            board.take_one(debit, credit, part, RULE, AGREED if agrees else NAMED)
