"""French and English amounts: one reader for columns of files and for what is typed in a form.

A lone ``1.234`` or ``1,234`` is ambiguous: in a column the other values decide (one ``12,50``
is enough), then the hint of the file; typed alone it is refused, because reading a credit limit a
thousand times too small or too large is worse than asking again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from arlib.model.money import decimals, to_minor

if TYPE_CHECKING:
    import pyarrow as pa

Separator = Literal[",", "."]

BLANKS: Final = ("", "-", "nan", "none", "null", "nat", "n/a", "na", "#n/a", "n.d.", "n.c.")
SYMBOLS: Final = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "F CFA": "XOF",
    "FCFA": "XOF",
    "US$": "USD",
    "$US": "USD",
}
_SPACES: Final = "\u0020\u00a0\u202f\u2009\u2007"
_GROUPERS: Final = _SPACES + "'\u2019"
_MINUS: Final = str.maketrans("\u2212\u2013\u2010\u2011", "----")
_BODY: Final = re.compile(rf"[+-]?[{_SPACES}]*[\d.,{_GROUPERS}]*\d[\d.,{_GROUPERS}]*", re.ASCII)
_MONEY: Final = re.compile(r"[A-Za-z]{3}|[€$£]|US\$|\$US|F ?CFA")
_GROUPED: Final = re.compile(rf"\d{{1,3}}(?:[{_GROUPERS}]\d{{3}})+(?:[.,]\d+)?")
_LAKHS: Final = re.compile(r"[+-]?\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")  # Indian groups
_SIGNED_MONEY: Final = re.compile(rf"([+-])\s*({_MONEY.pattern})\s*(\d.*)")
_LONE_THOUSAND: Final = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
# One separator that can only be decimal: not exactly three digits after it, or no group before it.
_DECIMAL_ONLY: Final = r"^[+-]?(?:\d*%s(?:\d{1,2}|\d{4,})|(?:\d{4,}|0\d*)?%s\d{3})$"
_MAJORITY: Final = 0.95
_EXACT_DIGITS: Final = 13  # a float holds every whole number of cents up to there
_LARGEST: Final = 10**15
_FLOAT_NOISE: Final = 1e-4  # 2309.7899999999995 is 2309.79 written by a program


@dataclass(frozen=True, slots=True)
class Amounts:
    """A column of amounts read.

    ``minor`` is int64 with NULL where nothing can be read; ``unreadable`` the positions that are
    filled and cannot be read; ``decimal`` the separator that the column itself shows (None: none
    needed); ``currency`` the ISO code written beside each amount, None when no value carries one.
    ``drift`` is what rounding to the minor unit added to each amount, None when no value had more
    decimals than its currency.
    """

    minor: pa.Array
    unreadable: np.ndarray
    decimal: Separator | None
    currency: pa.Array | None
    drift: np.ndarray | None = None


def parse_amount(text: str, currency: str = "EUR") -> int | None:
    """Return what a person typed in minor units, or None when it cannot be read for certain.

    More decimals than the currency has, or a lone ``1.234`` or ``1,234``, are not certain.

    >>> parse_amount("1 234,56 €"), parse_amount("12,50-"), parse_amount("1.234,56")
    (123456, -1250, 123456)
    >>> parse_amount("1.234"), parse_amount("NaN"), parse_amount("12 34")
    (None, None, None)
    """
    unwrapped = _unwrap(text)
    if unwrapped is None:
        return None
    body, written = unwrapped
    if written not in {None, currency} or _LONE_THOUSAND.fullmatch(body):
        return None
    value = _to_decimal(body, None)
    if value is None or abs(value) >= _LARGEST or _count_decimals(value) > decimals(currency):
        return None
    return to_minor(value, currency)


def read_amounts(
    text: pa.Array,
    currency: str = "EUR",
    *,
    hint: Separator | None = None,
    is_number: np.ndarray | None = None,
) -> Amounts:
    """Return a column of amounts in minor units of ``currency``.

    ``hint`` decides ambiguous values when the column itself does not; ``is_number`` marks the cells
    that a workbook holds as true numbers, whose point is always decimal.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = text.dictionary_encode()
    uniques = encoded.dictionary
    tidy, written = _tidy(uniques)
    column_decimal = evidence(tidy)
    places = decimals(currency)
    minor, drift = _convert(tidy, column_decimal or hint, places)
    result, drifts = pc.take(minor, encoded.indices), _spread(drift, encoded.indices)
    if is_number is not None and is_number.any():
        written_exact = pc.utf8_trim_whitespace(uniques)
        minor, drift = _convert(written_exact, ".", places, is_exact=True)
        result = pc.if_else(pa.array(is_number), pc.take(minor, encoded.indices), result)
        exact = _spread(drift, encoded.indices)
        if drifts is not None or exact is not None:
            zero = np.zeros(len(text))
            drifts = np.where(
                is_number, zero if exact is None else exact, zero if drifts is None else drifts
            )
    blank = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(uniques)), pa.array(BLANKS))
    is_filled = pc.fill_null(pc.invert(pc.take(blank, encoded.indices)), fill_value=False)
    bad = pc.and_(pc.is_null(result), is_filled).to_numpy(zero_copy_only=False)
    beside = None if written is None else pc.take(written, encoded.indices)
    return Amounts(result, np.flatnonzero(bad), column_decimal, beside, drifts)


def _spread(drift: np.ndarray, indices: pa.Array) -> np.ndarray | None:
    """Return the drift of each row from that of each distinct text; None when there is none."""
    import pyarrow.compute as pc

    if not drift.any():
        return None
    codes = pc.fill_null(indices, 0).to_numpy(zero_copy_only=False)
    return np.where(indices.is_valid().to_numpy(zero_copy_only=False), drift[codes], 0.0)


def shown_decimal(text: pa.Array) -> Separator | None:
    """Return the decimal separator that a column of texts as written shows, or None."""
    import pyarrow.compute as pc

    return evidence(_tidy(pc.unique(text))[0])


def evidence(tidy: pa.Array) -> Separator | None:
    """Return the decimal separator that a column of tidy texts shows, or None."""
    votes = {sep: _count_votes(tidy, sep) for sep in (",", ".")}
    total = votes[","] + votes["."]
    if not total:
        return None
    if votes[","] >= _MAJORITY * total:
        return ","
    return "." if votes["."] >= _MAJORITY * total else None


def _count_votes(tidy: pa.Array, sep: Separator) -> int:
    """Count the values in which ``sep`` can only be the decimal separator."""
    import pyarrow.compute as pc

    other = "." if sep == "," else ","
    if not (pc.any(pc.match_substring(tidy, sep)).as_py()):
        repeated = pc.match_substring_regex(tidy, rf"[{other}]\d+[{other}]")
        return pc.sum(repeated).as_py() or 0
    mark = re.escape(sep)
    lone = pc.match_substring_regex(tidy, _DECIMAL_ONLY % (mark, mark))
    both = pc.match_substring_regex(tidy, rf"[{other}].*[{sep}]\d*$")
    repeated = pc.match_substring_regex(tidy, rf"[{other}]\d+[{other}]")
    return pc.sum(pc.or_(pc.or_(lone, both), repeated)).as_py() or 0


def _tidy(uniques: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Return sign, digits and separators alone (NULL: not an amount), and the currencies written."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(uniques)
    plain = pc.match_substring_regex(trimmed, r"^[+-]?\d+(?:[.,]\d*)?$")
    if pc.all(plain).as_py() is not False:
        return trimmed, None
    tidy, is_grouped = trimmed, pc.equal(trimmed, "\x00")
    for group, decimal in ((_GROUPERS, ".,"), (",", "."), (".", ",")):
        end = rf"(?:[{decimal}]\d+)" + ("?" if group == _GROUPERS else "")
        is_such = pc.match_substring_regex(trimmed, rf"^[+-]?\d{{1,3}}(?:[{group}]\d{{3}})+{end}$")
        if pc.any(is_such).as_py():
            stripped = pc.replace_substring_regex(trimmed, rf"[{group}]", "")
            tidy = pc.if_else(is_such, stripped, tidy)
            is_grouped = pc.or_(is_grouped, is_such)
    hard = np.flatnonzero(
        pc.fill_null(pc.invert(pc.or_(plain, is_grouped)), fill_value=False).to_numpy(
            zero_copy_only=False
        )
    )
    pairs = [_unwrap(value) for value in trimmed.take(pa.array(hard)).to_pylist()]
    mask = np.zeros(len(uniques), bool)
    mask[hard] = True
    bodies = pa.array([pair[0] if pair else None for pair in pairs], pa.string())
    codes = pa.array([pair[1] if pair else None for pair in pairs], pa.string())
    tidy = pc.replace_with_mask(tidy, pa.array(mask), bodies)
    if codes.null_count == len(codes):
        return tidy, None
    return tidy, pc.replace_with_mask(pa.nulls(len(uniques), pa.string()), pa.array(mask), codes)


def _convert(
    tidy: pa.Array, decimal: Separator | None, places: int, *, is_exact: bool = False
) -> tuple[pa.Array, np.ndarray]:
    """Return int64 minor units of tidy texts (NULL: ambiguous or unreadable) and their rounding."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = tidy
    if decimal == "," or not is_exact:
        text = pc.replace_substring(text, ",", ".")
    simple = pc.match_substring_regex(
        text, rf"^[+-]?\d{{1,{_EXACT_DIGITS}}}(?:\.\d{{0,{places}}})?$"
    )
    if places >= 3 and not is_exact:  # noqa: PLR2004 - three decimals look like a thousand
        simple = pc.and_(simple, pc.invert(pc.match_substring_regex(text, r"\.\d{3}$")))
    simple = pc.fill_null(simple, fill_value=False)
    floats = pc.cast(pc.if_else(simple, text, None), pa.float64()).to_numpy(zero_copy_only=False)
    quick = simple.to_numpy(zero_copy_only=False)
    minor = np.rint(np.where(quick, floats, 0.0) * 10**places).astype(np.int64)
    is_known = quick.copy()
    drift = np.zeros(len(tidy))
    slow = np.flatnonzero(~quick & tidy.is_valid().to_numpy(zero_copy_only=False))
    for position, value in zip(slow, tidy.take(pa.array(slow)).to_pylist(), strict=True):
        number = _to_decimal(value, decimal, is_exact=is_exact)
        if number is not None and abs(number) < _LARGEST:
            whole = int(number.scaleb(places).quantize(Decimal(1), rounding=ROUND_HALF_UP))
            minor[position], is_known[position] = whole, True
            difference = float(whole - number.scaleb(places))
            drift[position] = difference if abs(difference) > _FLOAT_NOISE else 0.0
    return pa.array(minor, pa.int64(), mask=~is_known), drift


def _unwrap(text: str) -> tuple[str, str | None] | None:
    """Return (sign and digits without blanks, ISO currency or None); None: not an amount."""
    body = text.strip().translate(_MINUS)
    if signed := _SIGNED_MONEY.fullmatch(body):
        body = f"{signed[2]} {signed[1]}{signed[3]}"
    body, currency = _without_currency(body)
    is_negative = False
    if body.startswith("(") and body.endswith(")"):
        body, is_negative = body[1:-1].strip(), True
    elif body.endswith("-"):
        body, is_negative = body[:-1].strip(), True
    elif body[-2:].upper() in {"CR", "DR"}:
        is_negative = body[-2:].upper() == "CR"
        body = body[:-2].strip()
    elif body[-1:] in {"C", "D"}:  # crédit, débit
        is_negative = body[-1:] == "C"
        body = body[:-1].strip()
    if currency is None:
        body, currency = _without_currency(body)
    if not _BODY.fullmatch(body) or (is_negative and body[0] in "+-"):
        return None
    sign = "-" if is_negative or body.startswith("-") else ""
    digits = body.lstrip("+-").strip(_GROUPERS)
    if any(char in _GROUPERS for char in digits):
        if not _GROUPED.fullmatch(digits):
            return None
        digits = "".join(char for char in digits if char not in _GROUPERS)
    return sign + digits, currency


def _without_currency(body: str) -> tuple[str, str | None]:
    """Split a currency sign or code off either end of ``body``."""
    for pattern in (rf"(.*?\S)\s*({_MONEY.pattern})$", rf"()({_MONEY.pattern})\s*(.*)$"):
        if (match := re.match(pattern, body)) and any(char.isdigit() for char in body):
            rest = match[1] or (match[3] if match.lastindex == 3 else "")  # noqa: PLR2004
            code = match[2].replace(" ", "")
            if any(char.isdigit() for char in rest):
                return rest.strip(), SYMBOLS.get(code, code.upper())
    return body, None


def _to_decimal(body: str, decimal: Separator | None, *, is_exact: bool = False) -> Decimal | None:
    """Return the number a tidy text means, or None when only a missing decision could tell.

    Scientific notation, infinities and NaN are not amounts; ``1.2e5`` is one only in a true number.
    """
    if is_exact:
        exact = re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", body)
        return Decimal(body) if exact else None
    marks = [char for char in body if char in ",."]
    if not marks:
        return Decimal(body)
    last = marks[-1]
    if _LONE_THOUSAND.fullmatch(body):
        if decimal is None:
            return None
        return Decimal(body.replace(last, "." if last == decimal else ""))
    if len(marks) == 1:
        return Decimal(body.replace(",", "."))
    return _grouped_decimal(body, marks)


def _grouped_decimal(body: str, marks: list[str]) -> Decimal | None:
    """Read a text with several separators: groups of three, then perhaps the other one."""
    last = marks[-1]
    if len(set(marks)) == 1:
        group, tail = last, r""
    elif marks.count(last) == 1 and len(set(marks[:-1])) == 1:
        group, tail = marks[0], rf"(?:{re.escape(last)}\d*)?"
    else:
        return None
    is_western = re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+{tail}", body)
    if not is_western and not _LAKHS.fullmatch(body):
        return None
    return Decimal(body.replace(group, "").replace(",", "."))


def _count_decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
