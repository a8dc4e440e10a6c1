"""Document numbers found in labels: which credit names which debit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.ingest.matching.board import Board

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Texts = NDArray[np.object_]

_LEAST: Final = 4
# A number carried by more open debits of a customer than this names none of them.
_MOST_NAMED: Final = 12
_BREAKS: Final = r"[^A-Z0-9._/\-]+"
_INSIDE: Final = r"[._/\-]+"
_PREFIX: Final = r"^[A-Z]*0*"
# A prefix and its digits written apart: “F24 00012”, “FA 2024-118”.
_APART: Final = r"\b([A-Z]{1,5}[0-9]{0,4}) +([0-9]{3,})"
# Years and months are in every label; they name nothing.
_DATE: Final = (
    r"^((19|20)[0-9]{2}|(0[1-9]|1[0-2])(19|20)[0-9]{2}|(19|20)[0-9]{2}(0[1-9]|1[0-2])|0+)$"
)


def tokens(texts: Texts, *, is_label: bool) -> pd.DataFrame:
    """Return ``row, token``: the words of each text that can be a document number, once each.

    A word of at least four characters with a digit, written without separators; also without its
    letters in front and leading zeros (``FA-00012345`` gives ``FA00012345`` and ``12345``). In a
    label a separator may also stand between two numbers (``F00118/F00119``): each part counts.
    """
    upper = pc.utf8_upper(pa.array(texts, pa.string()))
    joined = pc.replace_substring_regex(upper, _APART, r"\1\2")
    rows, words = _split(upper, np.arange(len(upper), dtype=np.int64), _BREAKS)
    changed = pc.not_equal(joined, upper).to_numpy(zero_copy_only=False)
    more = _split(joined.filter(pa.array(changed)), np.flatnonzero(changed), _BREAKS)
    rows, words = np.concatenate([rows, more[0]]), pa.concat_arrays([words, more[1]])
    if is_label:
        for separators in ("/", _INSIDE):
            rows, words = _with_parts(rows, words, separators)
    whole = pc.replace_substring_regex(words, _INSIDE, "")
    bare = pc.replace_substring_regex(whole, _PREFIX, "")
    return _kept(np.concatenate([rows, rows]), pa.concat_arrays([whole, bare]))


def _with_parts(rows: Ints, words: pa.Array, separators: str) -> tuple[Ints, pa.Array]:
    """Return the words, then the parts of those that hold a separator."""
    cut = pc.match_substring_regex(words, separators).to_numpy(zero_copy_only=False)
    more, parts = _split(words.filter(pa.array(cut)), rows[cut], separators)
    return np.concatenate([rows, more]), pa.concat_arrays([words, parts])


def _split(texts: pa.Array, rows: Ints, pattern: str) -> tuple[Ints, pa.Array]:
    """Return the words of texts with the row of each."""
    lists = pc.split_pattern_regex(texts, pattern)
    parents = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    return rows[parents], pc.list_flatten(lists)


def _kept(rows: Ints, words: pa.Array) -> pd.DataFrame:
    is_number = pc.and_(
        pc.greater_equal(pc.utf8_length(words), _LEAST),
        pc.and_(
            pc.match_substring_regex(words, "[0-9]"),
            pc.invert(pc.match_substring_regex(words, _DATE)),
        ),
    ).to_numpy(zero_copy_only=False)
    frame = pd.DataFrame({"row": rows[is_number]})
    frame["token"] = pd.array(words.filter(pa.array(is_number)), dtype="str")
    return frame.drop_duplicates(ignore_index=True)


def namings(board: Board) -> pd.DataFrame:
    """Return ``debit, credit, is_plain``: open credits that name an open debit, or the reverse.

    ``is_plain`` says that the number of the one stands in the label of the other; else the two
    only share a number or a rare word, which counts when the amounts agree.
    """
    numbers, labels = _words(board)
    is_debit, is_credit, repays = board.left > 0, board.left < 0, board.is_repaying
    named, rare = numbers.of(is_debit), labels.of(is_debit).rare()
    pairs = [
        _pairs(labels.of(is_credit), named, is_plain=True),
        _pairs(numbers.of(is_credit), named, is_plain=False),
        _pairs(labels.of(is_credit), rare, is_plain=False),
        _pairs(numbers.of(is_credit), rare, is_plain=False),
        _swapped(_pairs(labels.of(repays), numbers.of(is_credit), is_plain=True)),
    ]
    credit, debit, is_plain = _distinct(pairs, len(board))
    keep = board.in_order(debit, credit) & board.allowed(debit, credit)
    found = {"credit": credit[keep], "debit": debit[keep], "is_plain": is_plain[keep]}
    return pd.DataFrame(found)


@dataclass(frozen=True, slots=True)
class _Words:
    """Words of items: the item and an integer that stands for its group and the word."""

    row: Ints
    key: Ints

    def of(self, items: Flags) -> _Words:
        """Return the words of some items."""
        kept = items[self.row]
        return _Words(self.row[kept], self.key[kept])

    def rare(self) -> _Words:
        """Return the words that a single item of the customer carries."""
        return self._carried(1)

    def telling(self) -> _Words:
        """Return the words that few items of the customer carry."""
        return self._carried(_MOST_NAMED)

    def _carried(self, most: int) -> _Words:
        _, place, count = np.unique(self.key, return_inverse=True, return_counts=True)
        kept = count[place] <= most
        return _Words(self.row[kept], self.key[kept])


def _words(board: Board) -> tuple[_Words, _Words]:
    """Return the words of the numbers and those of the labels, comparable inside a group."""
    numbers = tokens(board.number, is_label=False)
    labels = tokens(board.label, is_label=True)
    code, known = pd.factorize(pd.concat([numbers["token"], labels["token"]]))
    row = np.concatenate([numbers["row"].to_numpy(np.int64), labels["row"].to_numpy(np.int64)])
    key = board.group[row] * len(known) + code
    cut = len(numbers)
    return _Words(row[:cut], key[:cut]), _Words(row[cut:], key[cut:])


def _pairs(said: _Words, named: _Words, *, is_plain: bool) -> tuple[Ints, Ints, Flags]:
    """Return who says the number of whom, inside one group: credit, debit, ``is_plain``."""
    named = named.telling()
    order = np.argsort(named.key, kind="stable")
    keys, rows = named.key[order], named.row[order]
    first = np.searchsorted(keys, said.key, side="left")
    count = np.searchsorted(keys, said.key, side="right") - first
    start = np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    debit = rows[start + np.arange(len(start))]
    return np.repeat(said.row, count), debit, np.full(len(debit), is_plain)


def _swapped(pairs: tuple[Ints, Ints, Flags]) -> tuple[Ints, Ints, Flags]:
    return pairs[1], pairs[0], pairs[2]


def _distinct(pairs: list[tuple[Ints, Ints, Flags]], count: int) -> tuple[Ints, Ints, Flags]:
    """Return each pair once, by credit then debit; plain when one of its namings is."""
    credit, debit, is_plain = (np.concatenate(column) for column in zip(*pairs, strict=True))
    both, place = np.unique(credit * count + debit, return_inverse=True)
    found = np.zeros(len(both), bool)
    found[place[is_plain]] = True
    return both // max(count, 1), both % max(count, 1), found
