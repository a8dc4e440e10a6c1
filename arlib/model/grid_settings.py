"""What the credit grid and the alerts of the policy may say: classes, rules, checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.model.followup import DISPUTE_CODES
from arlib.model.issues import UserError
from arlib.model.terms import parse_terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The classes of a customer, the safest first; a new customer has no history.
CLASSES: Final = ("reliable", "watch", "high_risk", "insufficient_history")
# The rules of alert, in the order in which they are listed.
ALERT_RULES: Final = (
    "major",
    "over_long",
    "insurer_missed",
    "over",
    "new_overrun",
    "group_over",
    "over_insurer",
    "insurer_deadline",
    "broken_promise",
    "early_warning",
    "class_worsened",
    "limit_expiring",
    "near",
)
_LONGEST_TEXT: Final = 200


def check_grid(
    ceilings: Mapping[str, Any],
    terms: Mapping[str, Any],
    deposits: Mapping[str, Any],
    actions: Mapping[str, Any],
) -> None:
    """Check the four maps by class of the grid. Raises UserError ``policy_value_invalid``."""
    for name, given in (
        ("grid_ceiling_minor", ceilings),
        ("grid_terms", terms),
        ("grid_deposit_ratio", deposits),
        ("grid_action", actions),
    ):
        if not set(given) <= set(CLASSES):
            raise UserError("policy_value_invalid", value=name, detail=", ".join(CLASSES))
    for by_currency in ceilings.values():
        is_map = isinstance(by_currency, dict)
        if not is_map or not all(_is_amount(value) for value in by_currency.values()):
            raise UserError("policy_value_invalid", value="grid_ceiling_minor", detail="≥ 0")
    if not all(isinstance(text, str) and parse_terms(text) for text in terms.values()):
        raise UserError("policy_value_invalid", value="grid_terms", detail="30 jours fin de mois…")
    if not all(_is_ratio(value) for value in deposits.values()):
        raise UserError("policy_value_invalid", value="grid_deposit_ratio", detail="0-1")
    if not all(_is_text(text) for text in actions.values()):
        raise UserError("policy_value_invalid", value="grid_action", detail="1-200")


def check_alerts(rules: Mapping[str, Any], over_days: int) -> None:
    """Check which rules of alert are on. Raises UserError ``policy_value_invalid``."""
    if not set(rules) <= set(ALERT_RULES) or not all(isinstance(on, bool) for on in rules.values()):
        raise UserError("policy_value_invalid", value="alert_rules", detail=", ".join(ALERT_RULES))
    if over_days < 1:
        raise UserError("policy_value_invalid", value="alert_over_days", detail="≥ 1")


def check_codes(codes: Sequence[str]) -> None:
    """Check the causes of dispute that sales settle. Raises UserError ``policy_value_invalid``."""
    if not set(codes) <= set(DISPUTE_CODES):
        detail = "; ".join(DISPUTE_CODES)
        raise UserError("policy_value_invalid", value="sales_dispute_codes", detail=detail)


def _is_amount(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_ratio(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and 0 < len(value) <= _LONGEST_TEXT
