"""Cash application: which credit pays which debit when the ledger does not say (definitions §18).

Ordered passes, each with its confidence, inside one customer, account class and currency. Nothing
here reads a clock or a file: the same items, in any order, give the same allocations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.ingest.matching.amounts import by_amount, by_tolerance
from arlib.ingest.matching.balance import by_zero_balance
from arlib.ingest.matching.board import GROUP, Board, make_board
from arlib.ingest.matching.combination import RULE as COMBINATION
from arlib.ingest.matching.combination import Ambiguous, by_combination
from arlib.ingest.matching.fifo import CONFIDENCE, by_age, oldest_first
from arlib.ingest.matching.fifo import RULE as FIFO
from arlib.ingest.matching.named import by_reference

if TYPE_CHECKING:
    from arlib.model.policy import Policy

__all__ = ["Matches", "match"]

# An ambiguous combination is worth less than one that decides itself.
_UNDECIDED: Final = 0.5
_COLUMNS: Final = ["debit_key", "credit_key", "amount_minor", "rule", "confidence"]


@dataclass(frozen=True, slots=True)
class Matches:
    """What the passes found.

    ``allocations``: ``debit_key, credit_key, amount_minor, rule, confidence``, one row a pair.
    ``proposals``: the same plus ``proposal_no`` (rows to accept together) for what is only
    suggested: sets among which nothing decides, and the oldest debits first for what is left.
    """

    allocations: pd.DataFrame
    proposals: pd.DataFrame


def match(items: pd.DataFrame, decisions: pd.DataFrame, policy: Policy) -> Matches:
    """Return the allocations and proposals of open items.

    ``items``: one row a document still open: ``document_key, customer_key, account_class,
    currency, kind, number, reference, issued_on, due_on, open_minor`` (signed), ``is_collective``.
    ``decisions``: ``debit_key, credit_key, amount_minor`` (NA: all), ``rule, decision`` (accepted,
    refused). Amounts set never exceed what is open on either side.
    """
    items = _two_sided(items)
    board = make_board(items, policy)
    if not len(board):
        return Matches(_named(board, board.pairs()), _named(board, _proposals(board, [])))
    _decide(board, decisions)
    by_reference(board)
    by_amount(board)
    by_zero_balance(board)
    unclear = by_combination(board)
    by_tolerance(board)
    if policy.match_fifo:
        by_age(board)
    return Matches(_named(board, board.pairs()), _named(board, _proposals(board, unclear)))


def _two_sided(items: pd.DataFrame) -> pd.DataFrame:
    """Return the items of the groups that hold a debit and a credit: nothing can happen elsewhere."""
    side = np.sign(items["open_minor"].to_numpy(np.int64))
    sides = pd.Series(side, index=items.index).groupby([items[name] for name in GROUP])
    return items[(sides.transform("min") < 0) & (sides.transform("max") > 0)]


def _decide(board: Board, decisions: pd.DataFrame) -> None:
    """Apply what the user accepted, in a stable order, and keep in mind what was refused."""
    place = pd.Series(np.arange(len(board)), index=board.key)
    known = decisions[
        decisions["debit_key"].isin(place.index) & decisions["credit_key"].isin(place.index)
    ].sort_values(["debit_key", "credit_key"])
    debits = place.reindex(known["debit_key"]).tolist()
    credits_ = place.reindex(known["credit_key"]).tolist()
    words, rules = known["decision"].tolist(), known["rule"].tolist()
    amounts: list[Any] = known["amount_minor"].astype("Float64").tolist()
    for debit, credit, word, rule, amount in zip(
        debits, credits_, words, rules, amounts, strict=True
    ):
        if word == "refused":
            board.refused.add((debit, credit))
        elif board.group[debit] == board.group[credit]:
            most = min(int(board.left[debit]), -int(board.left[credit]))
            wanted = most if pd.isna(amount) else min(most, int(amount))
            board.take_one(debit, credit, wanted, rule, 1.0)


def _proposals(board: Board, unclear: list[Ambiguous]) -> pd.DataFrame:
    """Return what is only suggested, as pairs of positions with their proposal number."""
    rows: list[tuple[int, int, int, str, float, int]] = []
    number = 0
    said = set()
    for case in unclear:
        for parts in case.alternatives:
            if not _still_holds(board, parts):
                continue
            number += 1
            said.add(case.payer)
            rows += [(*part, COMBINATION, _UNDECIDED, number) for part in parts]
    if not board.policy.match_fifo:
        last = None
        for part in oldest_first(board):
            if part[1] in said:
                continue
            number += part[1] != last
            last = part[1]
            rows.append((*part, FIFO, CONFIDENCE, number))
    names = ["debit", "credit", "amount", "rule", "confidence", "proposal_no"]
    return pd.DataFrame(rows, columns=names)


def _still_holds(board: Board, parts: tuple[tuple[int, int, int], ...]) -> bool:
    """Tell whether later passes left open what an alternative would settle."""
    return all(
        board.left[debit] >= part
        and -board.left[credit] >= part
        and (debit, credit) not in board.refused
        for debit, credit, part in parts
    )


def _named(board: Board, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of positions as pairs of keys."""
    frame = pairs.rename(columns={"amount": "amount_minor"})
    frame["debit_key"] = board.key[frame["debit"].to_numpy(np.int64)]
    frame["credit_key"] = board.key[frame["credit"].to_numpy(np.int64)]
    extra = [name for name in ("proposal_no",) if name in frame]
    return frame[[*_COLUMNS, *extra]]
