"""Rates of late payment interest by half-year, and the fixed indemnity; look-up by half-year.

Source of every value: ``late_interest.toml`` (definitions §16). Information, never advice. A
half-year that the file does not hold has no rate.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from arlib.model.late_settings import half_year_code, half_year_number

_FILE: Final = Path(__file__).with_name("late_interest.toml")
_PERCENT: Final = 100
_DECIMALS: Final = 10


@dataclass(frozen=True, slots=True)
class HalfYear:
    """The reference rates of one half-year, ratios; None: not known. ``number``: year × 2, + 1 from July.

    ``is_confirmed`` False: not read in an official text; ``is_typed``: the user gave one of them.
    """

    number: int
    ecb_ratio: float | None
    legal_ratio: float | None
    source: str
    is_confirmed: bool
    is_typed: bool = False

    @property
    def code(self) -> str:
        """Return how the half-year is written, ``2025-S2``."""
        return half_year_code(self.number)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the texts fix: margins over the ECB rate (ratios), the floor of a contract, the indemnity."""

    margin_ratio: float
    public_margin_ratio: float
    floor_times: int
    days_of_year: int
    indemnity_minor: int
    indemnity_currency: str
    sources: tuple[str, ...]


def half_years() -> dict[int, HalfYear]:
    """Return every half-year of the file by number, in order."""
    return {
        number: HalfYear(
            number,
            _ratio(value["ecb"]),
            _ratio(value["legal"]),
            value["source"],
            value["confirmed"],
        )
        for number, value in sorted(_values().items())
    }


@cache
def rules() -> Rules:
    """Return what the texts fix."""
    document = _document()
    general, public, indemnity = (document[name] for name in ("rules", "public", "indemnity"))
    return Rules(
        margin_ratio=general["margin"] / _PERCENT,
        public_margin_ratio=public["margin"] / _PERCENT,
        floor_times=general["floor_times"],
        days_of_year=general["days_of_year"],
        indemnity_minor=indemnity["amount_minor"],
        indemnity_currency=indemnity["currency"],
        sources=(general["source"], public["source"], indemnity["source"]),
    )


def _ratio(percent: float) -> float:
    return round(percent / _PERCENT, _DECIMALS)


@cache
def _values() -> dict[int, dict[str, Any]]:
    found = {}
    for code, value in _document()["half_years"].items():
        number = half_year_number(code)
        if number is None:
            raise ValueError(code)
        found[number] = value
    return found


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
