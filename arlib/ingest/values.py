"""Values of files, forms and pastes: amounts, dates, flags, codes and labels, one reader each."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.amounts import Amounts, Separator, parse_amount, read_amounts
from arlib.ingest.dates import (
    Dates,
    OrderEvidence,
    order_evidence,
    parse_date,
    read_dates,
    share_later,
)

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "Amounts",
    "Dates",
    "OrderEvidence",
    "Separator",
    "clean_codes",
    "clean_text",
    "flags_of",
    "order_evidence",
    "parse_amount",
    "parse_date",
    "parse_flag",
    "plain",
    "read_amounts",
    "read_dates",
    "read_flags",
    "share_later",
]

_YES: Final = frozenset({"yes", "y", "oui", "o", "true", "vrai", "1", "x", "en litige", "litige"})
_NO: Final = frozenset({"no", "n", "non", "false", "faux", "0", "none", "-", "sans", "aucun"})
_NOT_A_NAME: Final = ("", "nan", "none", "null", "#n/a", "#ref!", "#value!", "nat")
# C0 and C1 controls, and marks that reverse or hide text; tabs and line ends become blanks.
_CONTROLS: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{9f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]"
_BLANK_RUN: Final = r"[ \t\r\n\x{a0}\x{202f}]+"
_FLOAT_ID: Final = r"^(\d+)\.0$"


def parse_flag(text: str | None) -> bool | None:
    """Return what yes or no a text says, None when blank or neither.

    >>> parse_flag("Oui"), parse_flag("No"), parse_flag("peut-être")
    (True, False, None)
    """
    plain = (text or "").strip().casefold()
    return True if plain in _YES else False if plain in _NO else None


def read_flags(text: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Return a column of flags (NULL: blank or neither) and the positions filled with neither."""
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = text.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    flags = [parse_flag(value) for value in values]
    odd = [flag is None and bool(value.strip()) for flag, value in zip(flags, values, strict=True)]
    mask = pc.fill_null(pc.take(pa.array(odd, pa.bool_()), encoded.indices), fill_value=False)
    positions = np.flatnonzero(mask.to_numpy(zero_copy_only=False))
    return pc.take(pa.array(flags, pa.bool_()), encoded.indices), positions


def clean_text(text: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Return labels without control characters and double blanks (NULL: blank), and where controls were.

    What looks like a formula or a tag is kept as written: writers neutralise it, reading does not.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = text.dictionary_encode()
    labels = encoded.dictionary
    has_control = pc.match_substring_regex(labels, _CONTROLS)
    if pc.any(has_control).as_py():
        labels = pc.replace_substring_regex(labels, _CONTROLS, "")
    labels = pc.utf8_trim_whitespace(pc.replace_substring_regex(labels, _BLANK_RUN, " "))
    is_blank = pc.is_in(pc.utf8_lower(labels), pa.array(_NOT_A_NAME))
    labels = pc.if_else(is_blank, None, labels)
    where = pc.fill_null(pc.take(has_control, encoded.indices), fill_value=False)
    return (
        pc.take(labels, encoded.indices),
        np.flatnonzero(where.to_numpy(zero_copy_only=False)),
    )


def clean_codes(text: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Return codes as ``clean_text``, with ``2960623488.0`` mended; leading zeros are kept."""
    import pyarrow.compute as pc

    cleaned, controls = clean_text(text)
    if pc.any(pc.match_substring(cleaned, ".0")).as_py():
        cleaned = pc.replace_substring_regex(cleaned, _FLOAT_ID, r"\1")
    return cleaned, controls


def plain(text: str) -> str:
    """Return a text without case, accents and punctuation, words separated by one blank."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return re.sub(r"[\s'’._/-]+", " ", letters).strip()


def flags_of(column: pa.Array, test: object) -> np.ndarray:
    """Return ``test(plain text)`` for each row, computed once a distinct text; False when blank."""
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = column.dictionary_encode()
    flags = [bool(test(plain(value))) for value in encoded.dictionary.to_pylist()]  # type: ignore[operator]
    taken = pc.take(pa.array(flags, pa.bool_()), encoded.indices)
    filled: np.ndarray = pc.fill_null(taken, fill_value=False).to_numpy(zero_copy_only=False)
    return filled
