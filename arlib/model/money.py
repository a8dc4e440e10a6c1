"""Currencies, minor units and exact rounding.

Money is an integer number of the currency's minor unit: exact in DuckDB, in Arrow and in pandas,
which a DECIMAL is not (it becomes float64 in ``.df()``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

# ISO 4217: every currency not named here has two decimals.
_DECIMALS: Final = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}
DEFAULT_CURRENCY: Final = "EUR"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount that a sentence quotes, written as its language writes it; ``minor`` None: none."""

    minor: int | None
    currency: str


def decimals(currency: str) -> int:
    """Return the number of decimals of a currency's minor unit (2 when unknown).

    >>> decimals("EUR"), decimals("XOF"), decimals("TND")
    (2, 0, 3)
    """
    return _DECIMALS.get(currency, 2)


def to_minor(amount: Decimal, currency: str) -> int:
    """Return ``amount`` in minor units, rounded half away from zero.

    >>> to_minor(Decimal("-1234.565"), "EUR")
    -123457
    """
    scaled = amount.scaleb(decimals(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_major(minor: int, currency: str) -> Decimal:
    """Return an amount in major units, exact.

    >>> to_major(-123457, "EUR")
    Decimal('-1234.57')
    """
    return Decimal(int(minor)).scaleb(-decimals(currency))


def major_text(minor: int, currency: str) -> str:
    """Return the decimal string used in JSON: plain digits, a point, the currency's decimals.

    >>> major_text(120000, "EUR"), major_text(-5, "EUR"), major_text(7, "XOF")
    ('1200.00', '-0.05', '7')
    """
    return f"{to_major(minor, currency):.{decimals(currency)}f}"


def whole_minor(minor: float) -> int:
    """Return an amount in whole minor units; a mean or a share is rounded half away from zero.

    >>> whole_minor(123456), whole_minor(204486.6), whole_minor(-0.5)
    (123456, 204487, -1)
    """
    whole = int(minor)
    return whole if whole == minor else int(round_half_away(float(minor)))


def round_half_away(value: float, digits: int = 0) -> float:
    """Round half away from zero, as accountants do (Python's ``round`` goes half to even).

    >>> round_half_away(2.5), round_half_away(-2.5), round_half_away(0.125, 2)
    (3.0, -3.0, 0.13)
    """
    scale = 10.0**digits
    return math.copysign(math.floor(abs(value) * scale + 0.5), value) / scale
