"""The levels of a reminder: their names, what text says which, and what the policy may fix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from arlib.model.followup import REMINDER_LEVELS
from arlib.model.grid_settings import CLASSES
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# R0 courtesy before the due date, R1 and R2 letters, R3 telephone, R4 formal notice, R5 litigation.
PHONE: Final = 3
NOTICE: Final = 4
LEGAL: Final = 5
# Words of files that say a level without its number, the gravest first.
_WORDS: Final = (
    (LEGAL, ("contentieux", "injonction", "assignation", "huissier", "commissaire de justice")),
    (NOTICE, ("mise en demeure", "recommand", "formal notice")),
    (PHONE, ("telephon", "téléphon", "appel", "phone", "call")),
    (0, ("courtoisie", "preventi", "préventi", "courtesy")),
)
_NUMBER: Final = re.compile(r"(?<![0-9])([0-5])(?![0-9])")
_LONGEST_DAYS: Final = 3650
_MOST_MONTHS: Final = 600


def level_of(text: str | None) -> int | None:
    """Return the level that the words of a reminder say, None when they say none.

    >>> level_of("Relance niveau 2"), level_of("R4"), level_of("Mise en demeure"), level_of("x")
    (2, 4, 4, None)
    """
    said = (text or "").casefold()
    by_word = next((level for level, words in _WORDS if any(word in said for word in words)), None)
    if by_word is not None:
        return by_word
    found = _NUMBER.search(said)
    return int(found.group(1)) if found else None


def check_reminders(
    days: Sequence[int], weights: Mapping[str, Any], least: Mapping[str, Any], gap: int
) -> None:
    """Check the days of the levels, the weights of the classes and the smallest amount.

    A riskier class never weighs less. Raises UserError ``policy_value_invalid``.
    """
    is_rising = list(days) == sorted(set(days))
    if len(days) != len(REMINDER_LEVELS) or not is_rising or days[0] > 0 or days[1] < 1:
        detail = "6: R0 ≤ 0 < R1 < … < R5"
        raise UserError("policy_value_invalid", value="reminder_days", detail=detail)
    order = ("reliable", "insufficient_history", "watch", "high_risk")
    known = [weights[name] for name in order if name in weights]
    if not set(weights) <= set(CLASSES) or not all(_is_weight(value) for value in known):
        raise UserError("policy_value_invalid", value="reminder_weights", detail=", ".join(order))
    if known != sorted(known):
        raise UserError("policy_value_invalid", value="reminder_weights", detail=" ≤ ".join(order))
    if not all(isinstance(value, int) and value >= 0 for value in least.values()):
        raise UserError("policy_value_invalid", value="reminder_min_minor", detail="≥ 0")
    if not 0 <= gap <= _LONGEST_DAYS:
        raise UserError("policy_value_invalid", value="reminder_gap_days", detail="0-3650")


def check_limitation(months: int, alert: int) -> None:
    """Check the months of limitation and those of the alert. Raises ``policy_value_invalid``."""
    if not 1 <= months <= _MOST_MONTHS or not 0 <= alert <= months:
        raise UserError("policy_value_invalid", value="limitation_*_months", detail="1-600, 0-…")


def _is_weight(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
