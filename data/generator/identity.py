"""Who a customer is for others: SIREN, VAT number, the score of an outside agency; all invented.

Numbers begin with 000, which no company bears, and their keys are right, but for one that a check is
meant to find. Everything comes from the code and the archetype: no draw, so nothing else moves.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from data.generator.model import LAST_DAY

if TYPE_CHECKING:
    from data.generator.model import Customer

# Companies of the group know each other by their own numbers.
_SISTERS: Final = {"C9001": "222222226", "K9001": "111111118"}
_WRONG: Final = "C0013"
# Two sites of one company, under two codes.
_SHARED: Final = {"C0047": "C0046"}
_MARKS: Final = {
    "reliable": 15.5, "seasonal": 13.0, "improving": 11.5, "slow": 10.0, "deteriorating": 7.5,
    "failing": 4.0, "large": 16.5,
}  # fmt: skip
_SCALE: Final = "0-20"


def identity(customer: Customer) -> dict[str, Any]:
    """Return the columns of the sheet Clients that say who a customer is; some are not known."""
    return _numbers(customer) | _outside(customer)


def _numbers(customer: Customer) -> dict[str, Any]:
    number = _number(customer)
    if customer.country != "FR" or number % 9 == 0:
        return {}
    siren = _SISTERS.get(customer.customer_id) or _siren(
        _SHARED.get(customer.customer_id, customer.customer_id)
    )
    if customer.customer_id == _WRONG:
        return {"siren": siren[:-1] + str((int(siren[-1]) + 1) % 10)}
    return {"siren": siren, "vat_number": f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"}


def _outside(customer: Customer) -> dict[str, Any]:
    """Return the score of an agency for one customer in four; some were given too long ago."""
    number = _number(customer)
    if customer.is_natural_person or customer.is_intercompany or number % 4 != 1:
        return {}
    mark = _MARKS[customer.archetype] + (number * 7 % 5 - 2) / 2
    return {
        "external_score": mark,
        "external_score_scale": _SCALE,
        "external_score_on": LAST_DAY - dt.timedelta(days=number * 17 % 430),
    }


def _number(customer: Customer) -> int:
    return int("".join(sign for sign in customer.customer_id if sign.isdigit()))


def _siren(code: str) -> str:
    """Return an invented SIREN with its key (Luhn).

    >>> _siren("C0001")
    '000100016'
    """
    digits = f"000{'CK'.index(code[0]) + 1}{int(code[1:]):04d}"
    doubled = [int(sign) * (2 - place % 2) for place, sign in enumerate(reversed(digits))]
    return digits + str(-sum(value // 10 + value % 10 for value in doubled) % 10)
