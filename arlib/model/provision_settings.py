"""Checks of what provisions are made from: typed rates, factors, percentages by age."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

METHODS: Final = ("roll", "vintage")
_LONGEST_DAYS: Final = 3650
_MOST_FACTOR: Final = 10.0


def check_provisions(rates: Sequence[float], count_buckets: int, choices: tuple[str, str]) -> None:
    """Check the typed rates against the buckets, and the two choices: base and method.

    Raises:
        UserError: ``policy_value_invalid`` with the name of the setting.
    """
    if rates and (len(rates) != count_buckets or not all(0 <= rate <= 1 for rate in rates)):
        raise UserError(
            "policy_value_invalid", value="ecl_rates", detail=f"0-1 × {count_buckets}, []"
        )
    base, method = choices
    if base not in {"TTC", "HT"}:
        raise UserError("policy_value_invalid", value="ecl_base", detail="TTC, HT")
    if method not in METHODS:
        raise UserError("policy_value_invalid", value="ecl_method", detail=", ".join(METHODS))


def check_shares(factor: float, loss_ratio: float, vat_ratio: float) -> None:
    """Check the forward factor, the loss on the last bucket and the rate of VAT.

    Raises:
        UserError: ``policy_value_invalid`` with the name of the setting.
    """
    if not 0 < factor <= _MOST_FACTOR:
        raise UserError("policy_value_invalid", value="ecl_forward_factor", detail="0-10")
    for name, value in (("ecl_loss_ratio", loss_ratio), ("ecl_vat_ratio", vat_ratio)):
        if not 0 <= value <= 1:
            raise UserError("policy_value_invalid", value=name, detail="0-1")


def check_ages(ratios: Mapping[str, float]) -> None:
    """Check the percentages by age: days, then shares from 0 to 1 that never fall with age.

    Raises:
        UserError: ``policy_value_invalid``.
    """
    refused = UserError("policy_value_invalid", value="doubtful_ratios", detail="90 = 0.25…")
    if not all(name.isascii() and name.isdigit() for name in ratios):
        raise refused
    if not all(isinstance(value, int | float) for value in ratios.values()):
        raise refused
    steps = sorted((int(name), float(value)) for name, value in ratios.items())
    shares = [share for _, share in steps]
    is_known = all(days <= _LONGEST_DAYS for days, _ in steps)
    if not is_known or shares != sorted(shares) or not all(0 <= share <= 1 for share in shares):
        raise refused
