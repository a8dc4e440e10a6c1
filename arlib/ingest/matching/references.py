"""Document numbers found in labels: which credit names which debit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.ingest.matching.board import Board

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
    numbers = tokens(board.number, is_label=False)
    labels = tokens(board.label, is_label=True)
    is_debit, is_credit = board.left > 0, board.left < 0
    rare = _rare(board, labels[is_debit[labels["row"]]])
    repays = board.is_repaying
    pairs = [
        _pairs(board, labels[is_credit[labels["row"]]], numbers[is_debit[numbers["row"]]], True),
        _pairs(board, numbers[is_credit[numbers["row"]]], numbers[is_debit[numbers["row"]]], False),
        _pairs(board, labels[is_credit[labels["row"]]], rare, False),
        _pairs(board, numbers[is_credit[numbers["row"]]], rare, False),
        _swapped(
            _pairs(board, labels[repays[labels["row"]]], numbers[is_credit[numbers["row"]]], True)
        ),
    ]
    found = pd.concat(pairs, ignore_index=True)
    found = found.groupby(["credit", "debit"], sort=True)["is_plain"].any().reset_index()
    debit, credit = found["debit"].to_numpy(), found["credit"].to_numpy()
    keep = board.in_order(debit, credit) & board.allowed(debit, credit)
    return found[keep].reset_index(drop=True)


def _rare(board: Board, words: pd.DataFrame) -> pd.DataFrame:
    """Return the words that a single debit of the customer carries."""
    group = board.group[words["row"].to_numpy()]
    return words[~words.assign(group=group).duplicated(["group", "token"], keep=False)]


def _pairs(board: Board, said: pd.DataFrame, named: pd.DataFrame, is_plain: bool) -> pd.DataFrame:
    """Return who says the number of whom, inside one group."""
    named = named.assign(group=board.group[named["row"].to_numpy()])
    count = named.groupby(["group", "token"])["row"].transform("size")
    named = named[count <= _MOST_NAMED]
    said = said.assign(group=board.group[said["row"].to_numpy()])
    said = said[said["token"].isin(named["token"].unique())]
    both = said.merge(named, on=["group", "token"], suffixes=("_said", "_named"))
    return pd.DataFrame(
        {"credit": both["row_said"], "debit": both["row_named"], "is_plain": is_plain}
    ).astype({"credit": "int64", "debit": "int64", "is_plain": bool})


def _swapped(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs.rename(columns={"credit": "debit", "debit": "credit"})
