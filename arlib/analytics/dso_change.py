"""Why the simple DSO moved between two dates: contributions in days that add up to the change.

With A the receivables, made of the causes A_c, and r the days per euro of sales of each period:
    A1·r1 − A0·r0 = Σ_c (A1_c − A0_c)·r0 + A1·(r1 − r0)
so each cause counts at the sales of the first date, and what sales did counts on the receivables of
the last one. The identity is exact; another order would give the same change, shared otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.analytics.dso_series import PARTS, Family

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Change:
    """The simple DSO at two dates and what made the difference, in days.

    ``contributions``: not_due, late, disputed, credits (receivables at the first date's sales),
    then sales; they add up to ``to_days − from_days``. None with ``reason`` when either date has no
    decomposition. ``from_months`` and ``to_months`` of sales differ when the book was young.
    """

    from_on: date
    to_on: date
    from_days: float | None
    to_days: float | None
    contributions: Mapping[str, float] | None
    reason: str | None
    from_months: int | None
    to_months: int | None


def explain(before: Family, after: Family) -> Change:
    """Return the contributions between two dates."""
    reason = before.parts_reason or after.parts_reason
    found = None if reason else _contributions(before, after)
    return Change(
        from_on=before.on,
        to_on=after.on,
        from_days=None if found is None else before.simple[0],
        to_days=None if found is None else after.simple[0],
        contributions=found,
        reason=reason,
        from_months=before.months,
        to_months=after.months,
    )


def _contributions(before: Family, after: Family) -> dict[str, float] | None:
    if before.day is None or after.day is None:
        return None
    first, last = before.ar, after.ar
    found = {name: (getattr(last, name) - getattr(first, name)) * before.day for name in PARTS}
    found["sales"] = last.outstanding * (after.day - before.day)
    return found
