"""Opening lines (à-nouveaux): which lines carry last year's balances, and when they date from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.ingest.ledger.accounts import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Days = NDArray[np.datetime64]

_CODES: Final = frozenset({"an", "ano", "ran", "anx", "anv", "anouv", "ouv", "a nouveau"})
_LABELS: Final = (
    "a nouveau", "anouveau", "bilan d ouverture", "bilan ouverture", "bilan debut", "report a n",
    "reouverture", "ouverture des comptes", "balance d ouverture", "solde d ouverture", "opening",
)  # fmt: skip
_ORDINARY: Final = ("vente", "achat", "banque", "caisse", "facture", "client", "fournisseur")
_BALANCE_SHEET: Final = frozenset("12345")
_LEAST_CLASSES: Final = 3
_LATER: Final = np.timedelta64(300, "D")  # an opening posted that late begins another year


def is_opening_journal(code: str, label: str) -> bool:
    """Tell whether a journal is one of opening entries, from its label, else its code.

    >>> is_opening_journal("AD", "A Nouveaux Détaillés"), is_opening_journal("AN", "Ventes Annecy")
    (True, False)
    """
    words = words_of(label)
    if any(known in words for known in _LABELS):
        return True
    return words_of(code) in _CODES and not any(known in words for known in _ORDINARY)


def find_openings(
    entry: Ints,
    journal_is_opening: Flags,
    account_digit: Sequence[str],
    account: Ints,
    posted: Days,
) -> Flags:
    """Return which lines are opening lines.

    ``account_digit[account]`` is the first character of the account of a line. A line counts when
    its entry has balance-sheet accounts only and stands in an opening journal, or on the first day
    of the file (or that day of a later year) with the owners' capital and two other classes: an ordinary receipt of that day has
    neither.
    """
    digits = np.array([*account_digit, ""])[account]
    sheet = np.isin(digits, list(_BALANCE_SHEET))
    pure = pd.Series(sheet).groupby(entry).transform("all").to_numpy()
    if len(posted) == 0 or np.isnat(posted).all():
        return np.zeros(len(posted), bool)
    first = _same_day_of_year(posted, np.nanmin(posted))
    candidates = np.flatnonzero(pure & first & ~journal_is_opening)
    frame = pd.DataFrame({"entry": entry[candidates], "digit": digits[candidates]})
    classes = frame.drop_duplicates().groupby("entry")["digit"].agg(["size", "min"])
    broad = classes.index[(classes["size"] >= _LEAST_CLASSES) & (classes["min"] == "1")]
    opening: Flags = pure & (journal_is_opening | (first & np.isin(entry, broad.to_numpy())))
    return opening


def _same_day_of_year(posted: Days, first: np.datetime64) -> Flags:
    """Tell the postings of the day of the year that the file begins on: its years begin then too."""
    months = posted.astype("datetime64[M]")
    month, own = months.astype(np.int64) % 12, first.astype("datetime64[M]")
    days = (posted - months).astype(np.int64)
    same: Flags = (month == own.astype(np.int64) % 12) & (days == (first - own).astype(np.int64))
    return same & ~np.isnat(posted)


def year_start(posted: Days, is_opening: Flags) -> np.datetime64:
    """Return the first day of the year: of the opening entry, else of the first posting.

    Detailed opening lines may keep their old dates: the latest of them counts.
    """
    ordinary = posted[~is_opening]
    ordinary = ordinary[~np.isnat(ordinary)]
    opening = posted[is_opening]
    opening = opening[~np.isnat(opening)]
    starts = ([opening.max()] if len(opening) else []) + ([ordinary.min()] if len(ordinary) else [])
    return min(starts)


def later_starts(posted: Days, start: np.datetime64) -> Days:
    """Return the first day of the year of each opening line: a file may hold several years."""
    return np.where(posted - start >= _LATER, posted, start)


def opening_dates(piece_on: Days, due_on: Days, start: Days) -> tuple[Days, Flags]:
    """Return the date of opening lines, and where the day before the year had to be taken.

    A line that was due earlier still was issued by then.
    """
    is_old = ~np.isnat(piece_on) & (piece_on < start)
    before = np.fmin(due_on, start - np.timedelta64(1, "D"))
    return np.where(is_old, piece_on, before), ~is_old
