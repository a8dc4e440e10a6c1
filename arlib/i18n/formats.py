"""Numbers, amounts, days and dates as a reader of one language writes them.

Babel knows the separators; the rules it does not hold (whole units, k€ and M€, − instead of a
hyphen, an en dash for what is missing) are here and nowhere else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, get_currency_symbol

from arlib.model.money import decimals, to_major, whole_minor

if TYPE_CHECKING:
    import datetime as dt

MISSING: Final = "–"
MINUS: Final = "−"
NO_BREAK: Final = "\u00a0"
_LOCALES: Final = {"fr": "fr_FR", "en": "en_GB"}
_DAY_UNIT: Final = {"fr": "j", "en": "days"}
_ONE_DAY: Final = "day"
_POINT_UNIT: Final = {"fr": "pt", "en": "pp"}
_KILO: Final = 1_000
_MEGA: Final = 1_000_000
_FIRST_KILO: Final = 10_000  # smaller amounts are written whole
_HALF: Final = Decimal("0.5")
_NOISE: Final = Decimal("1e-9")
_SMALL_UNITS: Final = 10  # below it the cents are the amount


@dataclass(frozen=True, slots=True)
class Formats:
    """Formats of one language. Every method answers ``–`` for None, NaN, NaT and NA."""

    language: str

    @property
    def locale(self) -> str:
        """Return the Babel locale."""
        return _LOCALES[self.language]

    # -- money ----------------------------------------------------------------------------------

    def amount(self, minor: Any, currency: str, *, is_signed: bool = False) -> str:
        """Return an amount with its minor units: ``1 234 567,89 €``."""
        if is_missing(minor):
            return MISSING
        return self._currency(
            to_major(whole_minor(minor), currency), currency, decimals(currency), is_signed
        )

    def amount0(self, minor: Any, currency: str, *, is_signed: bool = False) -> str:
        """Return an amount in whole units; under ten units the cents stay: ``0,01 €``."""
        if is_missing(minor):
            return MISSING
        value = to_major(whole_minor(minor), currency)
        digits = decimals(currency) if value % 1 and abs(value) < _SMALL_UNITS else 0
        return self._currency(value, currency, digits, is_signed)

    def compact(self, minor: Any, currency: str, *, is_signed: bool = False) -> str:
        """Return an amount for a card or a sentence: ``650 k€``, ``9,43 M€``, ``6 217 €``."""
        if is_missing(minor):
            return MISSING
        value = to_major(whole_minor(minor), currency)
        size = abs(value)
        if size < _FIRST_KILO:
            return self.amount0(minor, currency, is_signed=is_signed)
        if size < _MEGA - _KILO / 2:
            return self._scaled(value / _KILO, "k", currency, 0, is_signed)
        millions = value / _MEGA
        return self._scaled(millions, "M", currency, _three_figures(millions), is_signed)

    def unit(self, scale: str, currency: str) -> str:
        """Return the unit a chart names once: ``€``, ``k€``, ``M€`` (scale ``""``, ``k``, ``M``)."""
        symbol = get_currency_symbol(currency, locale=self.locale)
        return f"{scale}{symbol}" if self.language == "fr" else f"{symbol}{scale}"

    # -- numbers --------------------------------------------------------------------------------

    def integer(self, value: Any) -> str:
        """Return a whole number with its groups: ``96 412``."""
        return self.decimal(value, 0)

    def decimal(self, value: Any, digits: int = 1, *, is_signed: bool = False) -> str:
        """Return a number with a fixed count of decimals, rounded half away from zero."""
        if is_missing(value):
            return MISSING
        rounded = _rounded(value, digits)
        return _sign(rounded, is_signed=is_signed) + _number(abs(rounded), digits, self.locale)

    def percent(self, ratio: Any, digits: int = 1, *, is_signed: bool = False) -> str:
        """Return a ratio of 0 to 1 in percent: ``12,4 %``."""
        if is_missing(ratio):
            return MISSING
        text = self.decimal(_decimal(ratio) * 100, digits, is_signed=is_signed)
        return f"{text}{NO_BREAK}%" if self.language == "fr" else f"{text}%"

    def share(self, ratio: Any, digits: int = 0) -> str:
        """Return a part of a whole for a sentence: 100 % only if it is all, 0 % only if it is nothing.

        A decimal more is written where rounding would say so: ``99,6 %``; then ``> 99,9 %``.
        """
        if is_missing(ratio):
            return MISSING
        value = _decimal(ratio)
        if min(abs(value), abs(value - 1)) < _NOISE:  # a sum of floats that makes the whole
            return self.percent(value, digits)
        for places in (digits, max(digits, 1)):
            if _rounded(value * 100, places) not in (0, 100):
                return self.percent(value, places)
        if value > 1:
            return f"> {self.percent(1, 0)}"
        return f"> {self.percent(0.999)}" if value > _HALF else f"< {self.percent(0.001)}"

    def points(self, ratio: Any, digits: int = 1) -> str:
        """Return a difference of two ratios in points: ``+2,1 pt``."""
        if is_missing(ratio):
            return MISSING
        text = self.decimal(_decimal(ratio) * 100, digits, is_signed=True)
        return f"{text}{NO_BREAK}{_POINT_UNIT[self.language]}"

    def days(self, value: Any, digits: int = 1) -> str:
        """Return days: ``57,3 j``."""
        if is_missing(value):
            return MISSING
        return self._in_days(self.decimal(value, digits))

    def days0(self, value: Any) -> str:
        """Return whole days: ``57 j``."""
        return self.days(value, 0)

    def signed_days(self, value: Any, digits: int = 0) -> str:
        """Return a delay with its sign: ``+31 j``, ``−2 j``, ``0 j``."""
        if is_missing(value):
            return MISSING
        return self._in_days(self.decimal(value, digits, is_signed=True))

    def _in_days(self, text: str) -> str:
        """Return a number with its unit: ``1 day``, ``2 days``, ``1 j``."""
        is_one = self.language == "en" and text.lstrip("+−") == "1"
        return f"{text}{NO_BREAK}{_ONE_DAY if is_one else _DAY_UNIT[self.language]}"

    def ratio(self, value: Any) -> str:
        """Return how many times a value another is: ``×1,78``, ``×12``."""
        if is_missing(value):
            return MISSING
        return "×" + self.decimal(value, 2 if abs(value) < _SMALL_UNITS else 0)

    def size(self, count_bytes: int) -> str:
        """Return the size of a file: ``14,2 Mo``."""
        unit = "o" if self.language == "fr" else "B"
        if count_bytes < _MEGA:
            return f"{self.integer(max(1, count_bytes / _KILO))}{NO_BREAK}k{unit}"
        return f"{self.decimal(count_bytes / _MEGA)}{NO_BREAK}M{unit}"

    # -- dates ----------------------------------------------------------------------------------

    def date(self, day: dt.date | None) -> str:
        """Return a date: ``21/11/2026``."""
        return MISSING if is_missing(day) else _day(day, "dd/MM/y", self.locale)

    def long_date(self, day: dt.date | None) -> str:
        """Return a date in words: ``21 novembre 2026``."""
        return MISSING if is_missing(day) else _day(day, "d MMMM y", self.locale)

    def month(self, day: dt.date | None) -> str:
        """Return a month: ``nov. 2026``."""
        return MISSING if is_missing(day) else _day(day, "MMM y", self.locale)

    def short_month(self, day: dt.date | None) -> str:
        """Return a month without its year: ``nov.``."""
        return MISSING if is_missing(day) else _day(day, "MMM", self.locale)

    def date_time(self, moment: dt.datetime | None) -> str:
        """Return a date and the time of day: ``21/11/2026 08:12``."""
        if is_missing(moment):
            return MISSING
        return f"{self.date(moment)} {format_time(moment, 'HH:mm', locale=self.locale)}"

    # -- mechanics ------------------------------------------------------------------------------

    def _currency(self, value: Decimal, currency: str, digits: int, is_signed: bool) -> str:
        rounded = _rounded(value, digits)
        # The currency's own pattern of the language, with the digits wanted.
        pattern = (
            f"{_pattern(digits)}{NO_BREAK}¤" if self.language == "fr" else f"¤{_pattern(digits)}"
        )
        text = format_currency(
            abs(rounded), currency, format=pattern, locale=self.locale, currency_digits=False
        )
        return _sign(rounded, is_signed=is_signed) + str(text)

    def _scaled(
        self, value: Decimal, scale: str, currency: str, digits: int, is_signed: bool
    ) -> str:
        rounded = _rounded(value, digits)
        number = _number(abs(rounded), digits, self.locale)
        sign = _sign(rounded, is_signed=is_signed)
        symbol = get_currency_symbol(currency, locale=self.locale)
        if self.language == "fr":
            return f"{sign}{number}{NO_BREAK}{scale}{symbol}"
        return f"{sign}{symbol}{number}{scale}"


@cache
def formats(language: str = "fr") -> Formats:
    """Return the formats of a language, ``fr`` or ``en``."""
    return Formats(language)


@lru_cache(maxsize=8_192)
def _number(value: Decimal, digits: int, locale: str) -> str:
    """Write a number, remembered: lists and sentences say the same counts again and again."""
    return str(format_decimal(value, format=_pattern(digits), locale=locale))


@lru_cache(maxsize=8_192)
def _day(day: dt.date, pattern: str, locale: str) -> str:
    return str(format_date(day, pattern, locale=locale))


def is_missing(value: Any) -> bool:
    """Return True for None, NaN, NaT and NA."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, float) and math.isnan(value)


def _decimal(value: Any) -> Decimal:
    """Return a Decimal of the digits a float shows (0.125 stays 0.125)."""
    if isinstance(value, Decimal):
        return value
    return Decimal(repr(float(value))) if not isinstance(value, int) else Decimal(value)


def _rounded(value: Any, digits: int) -> Decimal:
    """Round half away from zero; a rounded zero loses its sign."""
    rounded = _decimal(value).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def _sign(value: Decimal, *, is_signed: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if is_signed and value > 0 else ""


def _pattern(digits: int) -> str:
    return "#,##0." + "0" * digits if digits else "#,##0"


def _three_figures(value: Decimal) -> int:
    """Return the decimals that leave three figures: 9,43; 94,3; 943."""
    size = abs(value)
    if size < Decimal("9.995"):
        return 2
    return 1 if size < Decimal("99.95") else 0
