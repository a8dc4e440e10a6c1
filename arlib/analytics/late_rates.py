"""The rate of late payment interest by half-year: the law's, completed by what the user typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.law.late_interest import HalfYear, half_years, rules
from arlib.model.late_settings import half_year_number

if TYPE_CHECKING:
    import numpy.typing as npt

    from arlib.model.policy import Policy

    Numbers = npt.NDArray[np.int64]
    Ratios = npt.NDArray[np.float64]

__all__ = ["CONTRACT", "LAW", "PUBLIC", "HalfYear", "known", "rates", "rules"]
# Which rule makes the rate of a customer.
LAW: Final = "law"
CONTRACT: Final = "contract"
PUBLIC: Final = "public"
_DECIMALS: Final = 10


def known(policy: Policy) -> dict[int, HalfYear]:
    """Return every half-year with a rate by number, in order: the file, then what the user typed."""
    found = half_years()
    for code in [*policy.late_ecb_ratios, *policy.late_legal_ratios]:
        number = half_year_number(code)
        if number is not None:
            before = found.get(number) or HalfYear(number, None, None, "", is_confirmed=True)
            found[number] = replace(
                before,
                ecb_ratio=policy.late_ecb_ratios.get(code, before.ecb_ratio),
                legal_ratio=policy.late_legal_ratios.get(code, before.legal_ratio),
                is_confirmed=True,
                is_typed=True,
            )
    return dict(sorted(found.items()))


def rates(
    numbers: npt.ArrayLike, regimes: npt.ArrayLike, contracts: npt.ArrayLike, policy: Policy
) -> Ratios:
    """Return the yearly rate of each (half-year, regime, contract rate); NaN: not known.

    The law adds its points to the ECB rate; a contract has its own, never below three times the
    legal rate of the half-year: without that rate nothing can be said of it.
    """
    halves = np.asarray(numbers, dtype="int64")
    regime = np.asarray(regimes, dtype=object)
    fixed = rules()
    ecb, legal = _looked_up(halves, policy)
    floor = np.maximum(np.asarray(contracts, dtype="float64"), fixed.floor_times * legal)
    found = np.where(regime == CONTRACT, floor, ecb + fixed.margin_ratio)
    found = np.where(regime == PUBLIC, ecb + fixed.public_margin_ratio, found)
    return np.asarray(np.round(found, _DECIMALS), dtype="float64")


def _looked_up(halves: Numbers, policy: Policy) -> tuple[Ratios, Ratios]:
    """Return the ECB rate and the legal rate of each half-year, NaN where not known."""
    table = known(policy)
    first, last = min(table), max(table)
    ecb = np.full(last - first + 1, np.nan)
    legal = ecb.copy()
    for number, value in table.items():
        ecb[number - first] = np.nan if value.ecb_ratio is None else value.ecb_ratio
        legal[number - first] = np.nan if value.legal_ratio is None else value.legal_ratio
    is_inside = (halves >= first) & (halves <= last)
    places = np.where(is_inside, halves - first, 0)
    return np.where(is_inside, ecb[places], np.nan), np.where(is_inside, legal[places], np.nan)
