"""The legal ceiling of payment terms of an invoice: regime of the customer, date of the invoice.

Source of every value: ``payment_ceilings.toml`` (definitions §16). Information, never advice.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from arlib.model.terms import Terms, due_date, parse_terms

if TYPE_CHECKING:
    from datetime import date

Start = Literal["issue", "delivery", "receipt"]
GENERAL: Final = "general"
_FILE: Final = Path(__file__).with_name("payment_ceilings.toml")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of counting that a text admits. ``code``: net, month_end_a, month_end_b, ten_days."""

    code: str
    terms: Terms
    words: str
    start: Start


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The ceiling of one regime from ``valid_from`` on; the latest day of ``readings`` counts."""

    regime: str
    valid_from: date
    source: str
    is_confirmed: bool
    readings: tuple[Reading, ...]

    def last_days(self, issued_on: date, delivered_on: date | None = None) -> dict[str, date]:
        """Return the last day allowed by each reading, by code.

        What counts from the delivery or the receipt counts from the invoice where no file says it.

        >>> from datetime import date
        >>> found = ceiling("general", date(2025, 1, 15)).last_days(date(2025, 1, 15))
        >>> [(code, day.isoformat()) for code, day in found.items()]
        [('net', '2025-03-16'), ('month_end_a', '2025-03-31'), ('month_end_b', '2025-03-17')]
        """
        return {
            item.code: due_date(
                issued_on if item.start == "issue" else delivered_on or issued_on, item.terms
            )
            for item in self.readings
        }


def ceiling(regime: str, issued_on: date) -> Ceiling | None:
    """Return the ceiling of a regime for an invoice of a date; None: before the first text known.

    Raises:
        KeyError: no such regime.
    """
    known = [item for item in _regimes()[regime] if item.valid_from <= issued_on]
    return known[-1] if known else None


def regime_of(words: str | None) -> str | None:
    """Return the regime that a file means, ``general`` when it says none; None: not understood.

    >>> regime_of("Produits périssables"), regime_of(None), regime_of("moonlight")
    ('perishable', 'general', None)
    """
    plain = _plain(words or "")
    return _names().get(plain) if plain else GENERAL


def regimes() -> tuple[str, ...]:
    """Return the codes of every regime."""
    return tuple(_regimes())


def values() -> tuple[Ceiling, ...]:
    """Return every value of the file, by regime then date."""
    return tuple(item for found in _regimes().values() for item in found)


def first_text() -> date:
    """Return the day of the first text known of the common rule: nothing is judged before it."""
    return _regimes()[GENERAL][0].valid_from


def least_days() -> int:
    """Return the days from the invoice that the common rule always allows, whatever the reading."""
    return min(
        reading.terms.days
        for item in _regimes()[GENERAL]
        for reading in item.readings
        if reading.terms.kind == "NET"
    )


@cache
def _regimes() -> dict[str, tuple[Ceiling, ...]]:
    document = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        regime: tuple(
            Ceiling(
                regime,
                value["valid_from"],
                value["source"],
                value["is_confirmed"],
                tuple(_reading(item) for item in value["readings"]),
            )
            for value in entry["values"]
        )
        for regime, entry in document.items()
    }


def _reading(item: dict[str, str]) -> Reading:
    terms = parse_terms(item["terms"])
    if terms is None:
        raise ValueError(item["terms"])
    return Reading(item["code"], terms, item["terms"], item["start"])  # type: ignore[arg-type]


@cache
def _names() -> dict[str, str]:
    document = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        name: regime
        for regime, entry in document.items()
        for name in (_plain(regime), *entry["names"])
    }


def _plain(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[\s.,;:()/'’_-]+", " ", letters).strip()
