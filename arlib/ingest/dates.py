"""Dates of files: explicit spellings, and whether 03/04/2025 is in March or in April.

Each distinct text is read once. Day and month are told apart by the whole file: a first number
above 12 shows day first, a second one month first; else the order that leaves fewer invoices due
before they were issued, when the difference is clear; else nobody can tell.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from arlib.model.files import DateOrder

BLANKS: Final = frozenset(
    {"", "-", "0", "00000000", "00/00/0000", "00/00/00", "0000-00-00", "00.00.0000", "00-00-0000"}
    | {"nan", "nat", "none", "null", "n/a", "#n/a", "__/__/____"}
)
FIRST_YEAR: Final = 1950
LAST_YEAR: Final = 2100
_PIVOT_YEAR: Final = 70  # two-digit years: 70-99 are 19xx
_EPOCH: Final = dt.date(1970, 1, 1)
_EXCEL_EPOCH: Final = dt.date(1899, 12, 30)
_EXCEL_SERIALS: Final = range(20_000, 80_000)  # 1954 to 2119
_TWELVE: Final = 12
_YEAR_DAYS: Final = 365
_MARCH: Final = ("march", "mars", "mar ", "mar.", "mar-")
_MOSTLY: Final = 20  # one contrary value in twenty is a mistake
_TIME: Final = r"^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})[T ]+\d{1,2}:\d{2}.*$"

_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_NUMERIC: Final = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_COMPACT: Final = re.compile(r"(\d{8})(?:\.0+)?", re.ASCII)
_SHORT: Final = re.compile(r"(\d{5,6})(?:\.\d+)?", re.ASCII)
_WEEKDAY: Final = re.compile(
    r"(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+(?=\d|[a-z]{3,9}\.? *\d)"
)
_NAMED: Final = re.compile(
    r"(\d{1,2})(?:er|st|nd|rd|th)?[-/. ]*([a-zéûà]{3,9})\.?[-/., ]*(\d{4}|\d{2})", re.ASCII
)
_NAMED_US: Final = re.compile(r"([a-z]{3,9})\.? *(\d{1,2})(?:st|nd|rd|th)?,? *(\d{4})", re.ASCII)
_MONTHS: Final = {
    name: month
    for month, names in enumerate(
        (
            "jan",
            "fev fév feb",
            "mar",
            "avr apr",
            "mai may",
            "juin jun",
            "juil jul",
            "aou aoû aug",
            "sep",
            "oct okt",
            "nov",
            "dec déc dez",
        ),
        start=1,
    )
    for name in names.split()
}


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of dates read.

    ``days`` is date32 with NULL where blank or unreadable; ``unreadable`` and ``out_of_range`` are
    the positions that are filled and cannot be a date, or whose year cannot be meant.
    """

    days: pa.Array
    unreadable: np.ndarray
    out_of_range: np.ndarray


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """What the numeric dates of a file say of their order."""

    count_day_first: int = 0
    count_month_first: int = 0
    count_ambiguous: int = 0

    @property
    def order(self) -> DateOrder | None:
        """Return the order shown by numbers above 12, None when they do not tell.

        A few contrary values are mistakes, listed as unreadable, not evidence.
        """
        day, month = self.count_day_first, self.count_month_first
        if day > _MOSTLY * month:
            return "day_first"
        return "month_first" if month > _MOSTLY * day else None

    def __add__(self, other: OrderEvidence) -> OrderEvidence:
        """Return the evidence of both columns together."""
        return OrderEvidence(
            self.count_day_first + other.count_day_first,
            self.count_month_first + other.count_month_first,
            self.count_ambiguous + other.count_ambiguous,
        )


def order_evidence(text: pa.Array) -> OrderEvidence:
    """Return what a column of texts says of the order of day and month."""
    import pyarrow.compute as pc

    counts = pc.value_counts(_without_time(text).drop_null())
    result = [0, 0, 0]
    for value, count in zip(
        counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True
    ):
        if match := _NUMERIC.fullmatch(value.strip()):
            first, second = int(match[1]), int(match[3])
            if first > _TWELVE >= second:
                result[0] += count
            elif second > _TWELVE >= first:
                result[1] += count
            elif first != second:
                result[2] += count
    return OrderEvidence(*result)


def read_dates(text: pa.Array, order: DateOrder | None = "day_first") -> Dates:
    """Return a column of dates; ``order`` reads 03/04/2025 (None: day first)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = _without_time(text).dictionary_encode()
    uniques = [value.strip().casefold() for value in encoded.dictionary.to_pylist()]
    found = _read_uniques(uniques, order or "day_first")
    is_sane = [day is not None and FIRST_YEAR <= day.year <= LAST_YEAR for day in found]
    kept = [day if sane else None for day, sane in zip(found, is_sane, strict=True)]
    days = pc.take(pa.array(kept, pa.date32()), encoded.indices)
    far = [day is not None and not sane for day, sane in zip(found, is_sane, strict=True)]
    bad = [day is None and value not in BLANKS for day, value in zip(found, uniques, strict=True)]
    return Dates(days, _positions(bad, encoded.indices), _positions(far, encoded.indices))


def parse_date(text: str, order: DateOrder = "day_first") -> dt.date | None:
    """Return one date as a person types it, or None.

    >>> parse_date("3/4/2025"), parse_date("20200119.0"), parse_date("31 déc. 2024")
    (datetime.date(2025, 4, 3), datetime.date(2020, 1, 19), datetime.date(2024, 12, 31))
    """
    value = re.sub(_TIME, r"\1", text.strip())
    return _read_uniques([value.casefold()], order)[0]


def share_later(first: pa.Array, second: pa.Array) -> float:
    """Return the share of rows with both dates in which ``first`` is later than ``second``."""
    import pyarrow.compute as pc

    later = pc.greater(first, second)
    return float(pc.mean(later).as_py() or 0.0)


def _positions(flags: Sequence[bool], indices: pa.Array) -> np.ndarray:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not any(flags):
        return np.array([], dtype=np.int64)
    mask = pc.fill_null(pc.take(pa.array(flags), indices), fill_value=False)
    return np.flatnonzero(mask.to_numpy(zero_copy_only=False))


def _without_time(text: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    if pc.any(pc.match_substring(text, ":")).as_py():
        return pc.replace_substring_regex(pc.utf8_trim_whitespace(text), _TIME, r"\1")
    return text


def _read_uniques(values: Sequence[str], order: DateOrder) -> list[dt.date | None]:
    compact = _compact_layout(match[1] for value in values if (match := _COMPACT.fullmatch(value)))
    short = _short_layout(match[1] for value in values if (match := _SHORT.fullmatch(value)))
    return [_read_one(value, order, compact, short) for value in values]


def _read_one(value: str, order: DateOrder, compact: str, short: str) -> dt.date | None:
    """Return the date a text means under the layouts chosen for its column."""
    if match := _ISO.fullmatch(value):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMERIC.fullmatch(value):
        first, second, year = int(match[1]), int(match[3]), _year(match[4])
        if order == "month_first":
            first, second = second, first
        return _date(year, second, first)
    if match := _COMPACT.fullmatch(value):
        return _layout(match[1], compact)
    if match := _SHORT.fullmatch(value):
        if short == "serial":
            return _serial(match[1])
        return _layout(match[1].zfill(6), short)
    return _read_named(value)


def _read_named(value: str) -> dt.date | None:
    """Return a date whose month is in letters, French or English."""
    if not value.startswith(_MARCH):
        value = _WEEKDAY.sub("", value, count=1) if value[:1].isalpha() else value
    if match := _NAMED.fullmatch(value):
        return _date(_year(match[3]), _month(match[2]), int(match[1]))
    if match := _NAMED_US.fullmatch(value):
        return _date(int(match[3]), _month(match[1]), int(match[2]))
    return None


def _month(name: str) -> int:
    return _MONTHS.get(name[:4]) or _MONTHS.get(name[:3]) or 0


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:  # noqa: PLR2004 - a full year
        return year
    return year + (1900 if year >= _PIVOT_YEAR else 2000)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _layout(digits: str, layout: str) -> dt.date | None:
    """Read digits under a layout such as ``yyyymmdd`` or ``ddmmyy``."""
    parts = {
        part: "".join(digit for digit, mark in zip(digits, layout, strict=True) if mark == part)
        for part in "ymd"
    }
    return _date(_year(parts["y"]), int(parts["m"]), int(parts["d"]))


def _serial(digits: str) -> dt.date | None:
    number = int(digits)
    return _EXCEL_EPOCH + dt.timedelta(days=number) if number in _EXCEL_SERIALS else None


def _compact_layout(values: Iterable[str]) -> str:
    """Return the layout under which most eight-digit texts are plausible dates."""
    return _best_layout(list(values), ("yyyymmdd", "ddmmyyyy", "mmddyyyy"))


def _short_layout(values: Iterable[str]) -> str:
    """Return ``ddmmyy`` (JJMMAA), ``yymmdd`` or ``serial`` (a day number of a spreadsheet).

    Six digits are never a serial number; five are, unless six-digit texts stand beside them
    (then they are JJMMAA that lost a leading zero).
    """
    texts = list(values)
    if not any(len(text) == 6 for text in texts):  # noqa: PLR2004 - JJMMAA
        return "serial"
    return _best_layout([text.zfill(6) for text in texts], ("ddmmyy", "yymmdd"))


def _best_layout(values: Sequence[str], layouts: Sequence[str]) -> str:
    """Return the layout of most plausible dates; of equals the one that keeps them closest together."""

    def score(layout: str) -> tuple[int, int]:
        days = [day for value in values if (day := _layout(value, layout))]
        sane = [day for day in days if FIRST_YEAR <= day.year <= LAST_YEAR]
        spread = (max(sane) - min(sane)).days // _YEAR_DAYS if sane else 0
        return len(sane), -spread

    return max(layouts, key=score)
