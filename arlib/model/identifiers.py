"""SIREN and VAT numbers: are they well formed, and do they name the same company? No network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Check = Literal["valid", "invalid", "missing", "unchecked"]
# VAT numbers outside the Union whose key is public too.
_NEIGHBOURS: Final = frozenset({"CH", "GB", "NO"})


@dataclass(frozen=True, slots=True)
class Identity:
    """What the identifiers of a customer say. ``unchecked``: no public key for that country.

    ``is_coherent``: the French VAT number holds the SIREN (None: one of them is missing or invalid,
    or the number is not French). ``country``: that of the VAT number, None without one.
    """

    siren: Check
    vat: Check
    is_coherent: bool | None
    country: str | None


def check_identity(siren: object, vat_number: object, country: object = None) -> Identity:
    """Return what a SIREN and a VAT number say, by their check digits.

    >>> check_identity("732 829 320", "FR44 732829320").is_coherent
    True
    >>> check_identity("732829320", "FR 12 732829320").vat
    'invalid'
    >>> check_identity(None, "DE136695976")
    Identity(siren='missing', vat='valid', is_coherent=None, country='DE')
    """
    bare, number = bare_identifier(siren), bare_identifier(vat_number)
    if number and not number[:2].isalpha() and isinstance(country, str):
        number = country.upper() + number
    found_siren, found_vat = _siren(bare), _vat(number)
    origin = number[:2] if number[:2].isalpha() else None
    can_compare = found_siren == "valid" and found_vat == "valid" and origin == "FR"
    return Identity(
        siren=found_siren,
        vat=found_vat,
        is_coherent=number.endswith(bare) if can_compare else None,
        country="GR" if origin == "EL" else origin,
    )


def bare_identifier(value: object) -> str:
    """Return an identifier without what people put between its digits; empty when missing."""
    if not isinstance(value, str):
        return ""
    return "".join(sign for sign in value.upper() if sign.isalnum())


def _siren(bare: str) -> Check:
    from stdnum.fr import siren

    if not bare:
        return "missing"
    return "valid" if siren.is_valid(bare) else "invalid"


def _vat(number: str) -> Check:
    if not number:
        return "missing"
    checker = _checker(number[:2])
    if checker is None:
        return "unchecked" if number[:2].isalpha() else "invalid"
    # abroad the letters are no part of the number, at home they may be: the union's check knows
    return "valid" if checker(number) or checker(number[2:]) else "invalid"


def _checker(country: str) -> Callable[[str], bool] | None:
    """Return what checks the VAT numbers of a country; None when it publishes no key."""
    from stdnum import get_cc_module
    from stdnum.eu import vat

    code = "GR" if country == "EL" else country
    if code.lower() in vat.MEMBER_STATES:
        return vat.is_valid
    module = get_cc_module(code.lower(), "vat") if code in _NEIGHBOURS else None
    return None if module is None else module.is_valid
