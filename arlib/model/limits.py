"""What a person pastes as limits: the lines understood, and those refused with their amount and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.issues import Issue


@dataclass(frozen=True, slots=True)
class PasteDefaults:
    """What counts where a line says nothing: currency, source, dates, reason, company."""

    currency: str = "EUR"
    source: str = "internal"
    valid_from: date | None = None
    valid_to: date | None = None
    reason: str | None = None
    company_id: str | None = None


@dataclass(frozen=True, slots=True)
class PastedLimit:
    """One line understood. ``amount_minor`` None removes the limit (or the insurer refused)."""

    row_number: int
    company_id: str
    customer_id: str
    name: str
    amount_minor: int | None
    currency: str
    source: str
    valid_from: date | None
    valid_to: date | None
    reason: str | None
    is_refused: bool = False
    cover_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class PastedLimits:
    """A paste read: every line is in ``limits`` or in ``refused``, blank ones and the header apart.

    ``refused``: the line as written, its place, its amount when it can be read, and why.
    ``columns``: what each column was taken for, by place.
    """

    limits: tuple[PastedLimit, ...] = ()
    refused: tuple[tuple[str, Issue], ...] = ()
    columns: Mapping[int, str] = field(default_factory=dict)
