"""What the management report says of late invoices: bands, tables and their text, dated.

C. com. L.441-14 and D.441-6 as in force since 27 February 2021 (décret 2021-211); the layout of the
tables is fixed by an arrêté.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """The rules of the table from ``valid_from`` on. ``bounds``: last day of each band of lateness."""

    valid_from: date
    source: str
    bounds: tuple[int, ...]

    @property
    def bands(self) -> tuple[str, ...]:
        """Return the codes of the bands: not late (given for information), then late ones.

        >>> REPORTS[-1].bands
        ('0', '1-30', '31-60', '61-90', '91+')
        """
        starts = [1, *(bound + 1 for bound in self.bounds)]
        closed = [f"{a}-{b}" for a, b in zip(starts, self.bounds, strict=False)]
        return ("0", *closed, f"{starts[-1]}+")


REPORTS: Final = (
    PaymentReport(date(2021, 2, 27), "C. com. L.441-14, D.441-6 (décret 2021-211)", (30, 60, 90)),
)
