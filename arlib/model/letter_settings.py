"""What the policy says of letters: who writes, by company; nothing is ever supposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

# Levels of reminder that have a letter: courtesy, first, second, third, formal notice.
LETTER_LEVELS: Final = ("R0", "R1", "R2", "R3", "R4")
# What a letter says of its sender. Each is a setting ``letters_<name>``: company -> text of some lines.
SENDER_FIELDS: Final = (
    "name",
    "address",
    "legal",
    "contact",
    "place",
    "signatory",
    "title",
    "bank",
    "clause",
)
EVERY_COMPANY: Final = "*"
_LONGEST: Final = 1_000
_MOST_LINES: Final = 12
_LONGEST_DELAY: Final = 90


def check_letters(fields: Mapping[str, Any], delay_days: int) -> None:
    """Check who writes, by company, and the days a formal notice gives.

    Raises:
        UserError: ``policy_value_invalid``.
    """
    for name, texts in fields.items():
        if not all(_is_text(key) and _is_text(text) for key, text in texts.items()):
            raise UserError(
                "policy_value_invalid", value=name, detail=f"≤ {_LONGEST}, ≤ {_MOST_LINES}"
            )
    if not 1 <= delay_days <= _LONGEST_DELAY:
        raise UserError(
            "policy_value_invalid", value="letters_delay_days", detail=f"1-{_LONGEST_DELAY}"
        )


def of_company(texts: Mapping[str, str], company_id: str) -> tuple[str, ...]:
    """Return the lines of one setting for a company: its own, else those of every company.

    >>> of_company({"*": "Armor SAS", "552100554": "Rivage"}, "552100554")
    ('Rivage',)
    """
    text = texts.get(company_id, texts.get(EVERY_COMPANY, ""))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return tuple(line for line in lines if line)


def _is_text(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= _LONGEST
        and len(value.splitlines()) <= _MOST_LINES
        and all(sign.isprintable() or sign in "\n\r" for sign in value)
    )
