"""What the policy may say of late payment interest: half-years, rates typed by the user, choices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

# per_semester: the rate of each half-year; at_start: that of the half-year in which interest began.
RATE_MODES: Final = ("per_semester", "at_start")
# own_date: a credit note lowers the base from its own date; retroactive: from the start.
CREDIT_NOTES: Final = ("own_date", "retroactive")
_CODE: Final = re.compile(r"(\d{4})-S([12])")
_JULY: Final = 7
_MOST: Final = 0.5
_LEAST: Final = -0.05


def half_year_of(day: date) -> int:
    """Return the number of the half-year of a day: year × 2, plus 1 from July on.

    >>> from datetime import date
    >>> half_year_of(date(2025, 6, 30)), half_year_of(date(2025, 7, 1))
    (4050, 4051)
    """
    return day.year * 2 + (day.month >= _JULY)


def half_year_code(number: int) -> str:
    """Return how a half-year is written.

    >>> half_year_code(4051)
    '2025-S2'
    """
    return f"{number // 2}-S{number % 2 + 1}"


def half_year_number(code: str) -> int | None:
    """Return the number of a half-year written ``2025-S2``; None: not written so.

    >>> half_year_number("2025-S2"), half_year_number("2025-S3")
    (4051, None)
    """
    found = _CODE.fullmatch(code)
    return int(found[1]) * 2 + int(found[2]) - 1 if found else None


def check_late(choices: tuple[str, str], contract: float, rates: Mapping[str, Any]) -> None:
    """Check the choices of late payment interest and the rates typed by half-year.

    ``choices``: the reading of the rate, the effect of a credit note; ``rates``: maps of rates by
    half-year, under the name of their setting.

    Raises:
        UserError: ``policy_value_invalid`` with the name of the setting.
    """
    mode, credit_notes = choices
    if mode not in RATE_MODES:
        raise UserError(
            "policy_value_invalid", value="late_rate_mode", detail=", ".join(RATE_MODES)
        )
    if credit_notes not in CREDIT_NOTES:
        detail = ", ".join(CREDIT_NOTES)
        raise UserError("policy_value_invalid", value="late_credit_notes", detail=detail)
    if not 0 <= contract <= _MOST:
        raise UserError("policy_value_invalid", value="late_contract_ratio", detail="0-0.5")
    for name, by_half in rates.items():
        if not all(half_year_number(code) and _is_rate(rate) for code, rate in by_half.items()):
            raise UserError("policy_value_invalid", value=name, detail="2027-S1 = 0.0215")


def _is_rate(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and _LEAST <= value <= _MOST  # type: ignore[operator]
