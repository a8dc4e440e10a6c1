"""Which lines make one entry, and whether entries balance.

An entry is (JournalCode, EcritureNum, EcritureDate). Some products number entries across journals,
or give every entry the number 0: lines that do not balance so are put together by (EcritureNum,
EcritureDate), and what still does not by the running balance of the file, which returns to zero
after each entry. An entry that holds several smaller balanced ones (by PieceRef, then by running
balance) is read as these: the counter-account of a line is then its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Entries:
    """``ids`` numbers the entry of each line; ``residues`` holds those that do not balance.

    ``count_rebuilt`` lines were put together otherwise than by journal, number and date.
    """

    ids: Ints
    residues: pd.Series[int]
    count_rebuilt: int


def combine(*codes: Ints) -> Ints:
    """Return one code a row for the combination of several, numbered from 0 by appearance."""
    whole = codes[0]
    for code in codes[1:]:
        width = int(code.max(initial=0)) + 2
        whole = pd.factorize(whole * width + code + 1)[0].astype(np.int64)
    return pd.factorize(whole)[0].astype(np.int64)


def find_entries(journal: Ints, number: Ints, posted: Ints, amount: Ints) -> Entries:
    """Return the entry of each line, by the first reading under which it balances."""
    ids = combine(journal, number, posted)
    wrong = np.flatnonzero(_sums(ids, amount)[ids] != 0)
    count_odd = len(wrong)
    if len(wrong):
        across = combine(number[wrong], posted[wrong])
        ids[wrong] = across + ids.max() + 1
        wrong = wrong[_sums(across, amount[wrong])[across] != 0]
    if len(wrong):
        ids[wrong] = _running_entries(journal[wrong], amount[wrong]) + ids.max() + 1
    ids = pd.factorize(ids)[0].astype(np.int64)
    sums = pd.Series(_sums(ids, amount))
    residues = sums[sums != 0]
    count_odd -= int(np.isin(ids, residues.index.to_numpy()).sum())
    return Entries(ids, residues, count_odd)


def sure_entries(
    journal: Ints, number: Ints, posted: Ints, amount: Ints, is_sure: Flags, is_customer: Flags
) -> Entries:
    """Return the entries of a ledger that may lack accounts: a line of none is an entry of its own.

    Only lines of one journal, number and day that balance are one. ``is_sure`` marks the lines that
    name both journal and number: without a journal, lines of customers alone are no entry, since an
    invoice and its payment of the same day would look like one.
    """
    ids = combine(journal, number, posted)
    has_others = np.zeros(int(ids.max(initial=-1)) + 1, bool)
    has_others[ids[~is_customer]] = True
    wrong = np.flatnonzero((_sums(ids, amount)[ids] != 0) | ~(is_sure | has_others[ids]))
    ids[wrong] = _by_day(journal[wrong], posted[wrong], amount[wrong], is_customer[wrong]) + (
        ids.max(initial=-1) + 1
    )
    return Entries(pd.factorize(ids)[0].astype(np.int64), pd.Series(amount[:0]), 0)


def _by_day(journal: Ints, posted: Ints, amount: Ints, is_customer: Flags) -> Ints:
    """Return one entry for the lines of a journal and day that balance with other accounts, else a line each."""
    ids = combine(journal, posted)
    has_others = np.zeros(int(ids.max(initial=-1)) + 1, bool)
    has_others[ids[~is_customer]] = True
    alone = np.flatnonzero((_sums(ids, amount)[ids] != 0) | ~has_others[ids])
    ids[alone] = np.arange(len(alone)) + ids.max(initial=-1) + 1
    return ids


def split_entries(ids: Ints, piece: Ints, amount: Ints) -> Ints:
    """Return finer entries: each smaller balanced part of an entry becomes one."""
    fine = combine(ids, piece)
    is_whole = pd.Series(_sums(fine, amount)[fine] == 0).groupby(ids).transform("all").to_numpy()
    ids = combine(np.where(is_whole, fine, -1), np.where(is_whole, -1, ids))
    order = np.argsort(ids, kind="stable")
    part = np.empty(len(ids), np.int64)
    part[order] = _cut_at_zero(ids[order], amount[order])
    return combine(ids, part)


def _running_entries(journal: Ints, amount: Ints) -> Ints:
    """Return entries cut where the running balance is zero, by journal when journals balance."""
    key = journal if not _sums(combine(journal), amount).any() else np.zeros_like(journal)
    order = np.argsort(key, kind="stable")
    part = np.empty(len(key), np.int64)
    part[order] = _cut_at_zero(key[order], amount[order])
    return combine(key, part)


def _cut_at_zero(group: Ints, amount: Ints) -> Ints:
    """Return, for lines sorted by group, how many times the group balanced before each line."""
    running = running_sums(group, amount)
    zeros = np.cumsum((running == 0) & (amount != 0))
    return np.concatenate([[0], zeros[:-1]]) if len(zeros) else zeros


def running_sums(group: Ints, amount: Ints) -> Ints:
    """Return the running sum within each group; lines of a group stand together."""
    total: Ints = np.cumsum(amount)
    if not len(group):
        return total
    starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    before = np.concatenate([[0], total])[starts]
    lengths = np.diff(np.concatenate([starts, [len(group)]]))
    inside: Ints = total - np.repeat(before, lengths)
    return inside


def _sums(group: Ints, amount: Ints) -> Ints:
    """Return the exact sum by group; groups are numbered from 0 without a hole."""
    return pd.Series(amount).groupby(group).sum().to_numpy()
