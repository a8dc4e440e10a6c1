"""Lettering of a ledger: groups that belong together, and who pays whom inside them (§17.1).

A code means something only within its account class and customer, and some products use it again
within the year: the lines of a code, by date, are cut each time their running sum returns to 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arlib.ingest.ledger.consumption import Pairs, Queue, consume
from arlib.ingest.ledger.entries import combine, running_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Days = NDArray[np.datetime64]

NO_GROUP = -1


@dataclass(frozen=True, slots=True)
class Groups:
    """``code`` numbers the lettering code of a line within class and customer, ``group`` its cut.

    Both are -1 for a line without lettering. By group: ``residues``, ``matched_on`` (latest DateLet,
    else latest posting), ``first_on`` (earliest posting) and ``ordinals`` (1, 2… within a code).
    """

    code: Ints
    group: Ints
    residues: Ints
    matched_on: Days
    first_on: Days
    ordinals: Ints


def find_groups(
    key: Ints, letters: NDArray[np.object_], posted: Days, lettered: Days, amount: Ints
) -> Groups:
    """Return the lettering groups.

    ``key`` numbers the pair (account class, customer) of each line.
    """
    lines = np.flatnonzero(letters != "")
    code = np.full(len(key), NO_GROUP, np.int64)
    group = np.full(len(key), NO_GROUP, np.int64)
    code[lines] = combine(key[lines], pd.factorize(letters[lines])[0].astype(np.int64))
    order = lines[np.lexsort((posted[lines], code[lines]))]
    codes = code[order]
    running = running_sums(codes, amount[order])
    ends = (running == 0) | np.concatenate(
        [codes[1:] != codes[:-1], np.ones(min(len(codes), 1), bool)]
    )
    group[order] = np.concatenate([[0], np.cumsum(ends)[:-1]]) if len(order) else []
    frame = pd.DataFrame(
        {
            "group": group[order],
            "code": codes,
            "amount": amount[order],
            "posted": posted[order],
            "lettered": lettered[order],
        }
    )
    return _described(code, group, frame)


def _described(code: Ints, group: Ints, frame: pd.DataFrame) -> Groups:
    """Return the groups with their residue, dates and ordinal within their code."""
    by_group = frame.groupby("group")
    matched = by_group["lettered"].max().fillna(by_group["posted"].max())
    return Groups(
        code,
        group,
        by_group["amount"].sum().to_numpy().astype(np.int64),
        matched.to_numpy().astype("datetime64[D]"),
        by_group["posted"].min().to_numpy().astype("datetime64[D]"),
        by_group["code"]
        .first()
        .groupby(by_group["code"].first())
        .cumcount()
        .to_numpy()
        .astype(np.int64)
        + 1,
    )


def allocate(group: Ints, amount: Ints, due: Days, issued: Days, number: Ints) -> Pairs:
    """Return what each credit of a group takes of its debits; items are line numbers.

    Debits go oldest first: due date (absent: document date), document date, reference; credits by
    document date, then reference. ``number`` ranks the references.
    """
    effective = np.where(np.isnat(due), issued, due)
    debits = np.flatnonzero((group >= 0) & (amount > 0))
    debits = debits[np.lexsort((number[debits], issued[debits], effective[debits], group[debits]))]
    paying = np.flatnonzero((group >= 0) & (amount < 0))
    paying = paying[np.lexsort((number[paying], issued[paying], group[paying]))]
    return consume(
        Queue(group[debits], amount[debits], debits),
        Queue(group[paying], -amount[paying], paying),
    )
