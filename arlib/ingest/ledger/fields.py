"""Amounts and dates of a ledger, whole columns at a time, exact.

A column holds few distinct spellings, so each is read once and the answer taken by index.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.model.money import to_minor

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Days = NDArray[np.datetime64]

_SPACES: Final = r"[\s'’\x{00a0}\x{202f}\x{2009}]"
_NUMBER: Final = r"^(?P<sign>[+-]?)(?P<whole>[0-9]{0,15})(?:[.,](?P<part>[0-9]{0,2}))?$"
_ODD_NUMBER: Final = re.compile(r"(?P<sign>[+-]?)(?P<digits>[0-9][0-9.,]*)(?P<tail>[+-]?)")
_LONGEST: Final = 15
_DATES: Final = (
    re.compile(r"(?P<y>\d{4})[-/.]?(?P<m>\d{2})[-/.]?(?P<d>\d{2})(?:[T ].*)?"),
    re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})"),
    re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4})"),
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class Amounts:
    """A column of amounts: minor units (0 where blank or unreadable) and what was odd."""

    minor: Ints
    is_blank: Flags
    is_unreadable: Flags
    count_points: int
    count_spaced: int


@dataclass(frozen=True, slots=True)
class Money:
    """Debit less credit of each line in minor units, 0 where unreadable, and what was odd."""

    minor: Ints
    is_unreadable: Flags
    count_points: int = 0
    count_spaced: int = 0


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of dates as days, NaT where blank or unreadable."""

    days: Days
    is_unreadable: Flags


def encode(column: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    """Return a code a row and the distinct texts they stand for, trimmed."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], column.type)
    codes = whole.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    texts = pc.utf8_trim_whitespace(whole.dictionary)
    again = texts.dictionary_encode()
    if len(again.dictionary) == len(texts):
        return codes, texts
    return again.indices.to_numpy(zero_copy_only=False).astype(np.int64)[codes], again.dictionary


def read_amounts(column: pa.ChunkedArray, currency: str) -> Amounts:
    """Return the amounts of a column in minor units.

    Accepts a leading or trailing sign, zero padding, blanks, one or two decimals after a comma or
    a point, and thousands separators; more decimals are rounded half away from zero.
    """
    import pyarrow.compute as pc

    codes, texts = encode(column)
    bare = pc.replace_substring_regex(texts, _SPACES, "")
    minor, is_read = _plain_numbers(bare)
    is_blank = pc.equal(bare, "").to_numpy(zero_copy_only=False)
    for index in np.flatnonzero(~is_read & ~is_blank):
        value = _odd_number(bare[index].as_py(), currency)
        if value is not None:
            minor[index], is_read[index] = value, True
    points = pc.match_substring(bare, ".").to_numpy(zero_copy_only=False)
    spaced = pc.not_equal(bare, texts).to_numpy(zero_copy_only=False)
    return Amounts(
        minor[codes],
        is_blank[codes],
        (~is_read & ~is_blank)[codes],
        int(points[codes].sum()),
        int(spaced[codes].sum()),
    )


def _plain_numbers(bare: pa.Array) -> tuple[Ints, Flags]:
    """Return the minor units of ordinary spellings, and which texts were read."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = pc.extract_regex(bare, _NUMBER)
    whole = pc.fill_null(pc.struct_field(parts, "whole"), "")
    cents = pc.utf8_rpad(pc.fill_null(pc.struct_field(parts, "part"), ""), 2, "0")
    is_read = pc.and_(pc.is_valid(parts), pc.match_substring_regex(bare, "[0-9]"))
    digits = pc.binary_join_element_wise(whole, cents, "")
    digits = pc.if_else(is_read, digits, "0")
    minor = digits.cast(pa.int64()).to_numpy(zero_copy_only=False).copy()
    sign = pc.fill_null(pc.equal(pc.struct_field(parts, "sign"), "-"), fill_value=False)
    minor[sign.to_numpy(zero_copy_only=False)] *= -1
    return minor, is_read.to_numpy(zero_copy_only=False).copy()


def _odd_number(text: str, currency: str) -> int | None:
    """Return the minor units of an unusual spelling, None when it is not a number.

    The last separator is the decimal one, unless it comes several times.
    """
    negative = text.startswith("(") and text.endswith(")")
    match = _ODD_NUMBER.fullmatch(text.strip("()€").removesuffix("EUR"))
    if not match or (match["sign"] and match["tail"]):
        return None
    digits = match["digits"]
    last = max(digits.rfind(","), digits.rfind("."))
    if last >= 0 and digits.count(digits[last]) > 1:
        last = -1
    whole = re.sub(r"[.,]", "", digits[:last] if last >= 0 else digits)
    part = digits[last + 1 :] if last >= 0 else ""
    if len(whole) > _LONGEST:
        return None
    minor = to_minor(Decimal(f"{whole or '0'}.{part or '0'}"), currency)
    return -minor if negative or "-" in (match["sign"], match["tail"]) else minor


def read_sides(column: pa.ChunkedArray) -> tuple[Ints, Flags]:
    """Return +1 for a debit, -1 for a credit, and which cells are neither.

    Reads D/C, Debit/Credit, +1/-1, 1/-1 and +/-.
    """
    codes, texts = encode(column)
    signs = np.array([_side(text) for text in texts.to_pylist()] or [0], dtype=np.int64)
    return signs[codes], (signs == 0)[codes]


def _side(text: str) -> int:
    value = text.strip().casefold()
    if value[:1] in {"d", "+"} or value in {"1", "1,00", "1.00"}:
        return 1
    return -1 if value[:1] in {"c", "-"} else 0


def read_money(table: pa.Table, currency: str, *, has_sides: bool) -> Money:
    """Return debit less credit of each line, from ``debit`` and ``credit`` or ``amount`` and ``side``."""
    if has_sides:
        read = read_amounts(table["amount"], currency)
        signs, is_unknown = read_sides(table["side"])
        unreadable = read.is_unreadable | (is_unknown & (read.minor != 0))
        amount = np.where(unreadable, 0, read.minor * signs)
        return Money(amount, unreadable, read.count_points, read.count_spaced)
    debit, credit = (read_amounts(table[name], currency) for name in ("debit", "credit"))
    unreadable = debit.is_unreadable | credit.is_unreadable
    return Money(
        np.where(unreadable, 0, debit.minor - credit.minor),
        unreadable,
        debit.count_points + credit.count_points,
        debit.count_spaced + credit.count_spaced,
    )


def read_dates(column: pa.ChunkedArray) -> Dates:
    """Return the dates of a column: AAAAMMJJ, or the usual French and ISO spellings."""
    codes, texts = encode(column)
    spellings = texts.to_pylist()
    days = np.array([_date(text) for text in spellings] or [None], dtype="datetime64[D]")
    blank = np.array([not text.strip("0 ") for text in spellings] or [True])
    return Dates(days[codes], (np.isnat(days) & ~blank)[codes])


def _date(text: str) -> date | None:
    for pattern in _DATES:
        if (match := pattern.fullmatch(text)) and (day := _day(match)):
            return day
    return None


def _day(match: re.Match[str]) -> date | None:
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def texts_of(column: pa.ChunkedArray | None, count: int) -> NDArray[Any]:
    """Return a column as trimmed Python texts, blanks for an absent column."""
    if column is None:
        return np.full(count, "", dtype=object)
    codes, texts = encode(column)
    values = np.array([*texts.to_pylist(), ""], dtype=object)
    return values[codes]
