"""Use of the limit at several days at once: exposure / limit, as ``limit_test`` gives it at one.

Limits are those decided to date, in force on the day; exposure is E1, or the policy's basis, or E4
where orders or deliveries are supplied (definitions §12).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import limits
from arlib.analytics.exposure import BASES, exposures, whole
from arlib.analytics.frames import EARLIEST, LATEST, customers, day_number, day_numbers
from arlib.analytics.overruns import use_ratio
from arlib.analytics.rates import converted, factors
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_AT: Final = [*KEY, "day"]


def uses(
    portfolio: Portfolio,
    policy: Policy,
    days: tuple[date, ...],
    held: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row per day and individual customer: ``day`` (date), key, ``use, basis``.

    ``use``: NaN without a limit, infinite on a limit of 0 with exposure. ``held``: E1 by ``day``,
    key and currency (``outstanding_minor``), where the caller knows it; else it is read.
    """
    who = customers(portfolio)
    who = who.loc[~who["is_collective"], [*KEY, "category"]]
    numbers = pd.DataFrame({"day": [day_number(day) for day in days]})
    asked = who[KEY].merge(numbers, how="cross")
    resolved = limits.resolve(limits.applicable(portfolio, who), asked)
    tested = limits.tested(portfolio, policy, resolved)
    tested = tested.loc[tested["limit_minor"].notna(), [*_AT, "limit_minor", "limit_currency"]]
    full = _full_from(portfolio)
    amounts = _in_limit_currency(portfolio, _held(portfolio, policy, days, held, full), tested)
    frame = asked.merge(tested, on=_AT, how="left").merge(amounts, on=_AT, how="left")
    frame["use"] = use_ratio(
        frame["tested_minor"].to_numpy("float64"),
        frame["limit_minor"].astype("Float64").to_numpy("float64", na_value=np.nan),
    )
    is_full = frame["company_id"].map(full).astype("float64").fillna(LATEST) <= frame["day"]
    frame["basis"] = pd.Series(policy.exposure_basis, index=frame.index).mask(is_full, "E4")
    stamps = pd.to_datetime(frame["day"], unit="D").astype("datetime64[s]")
    found: pd.DataFrame = frame.assign(day=stamps)[["day", *KEY, "use", "basis"]]
    return found


def _held(
    portfolio: Portfolio,
    policy: Policy,
    days: tuple[date, ...],
    held: pd.DataFrame | None,
    full: pd.Series[int],
) -> pd.DataFrame:
    """Return the exposure tested on days: ``day`` (number), key, currency, ``exposure_minor``."""
    parts: list[pd.DataFrame] = []
    others = days
    if held is not None and policy.exposure_basis == "E1":
        others = tuple(day for day in days if day_number(day) >= full.min())
        asked = {day_number(day) for day in days} - {day_number(day) for day in others}
        numbers = pd.Series(day_numbers(held["day"], 0), index=held.index)
        own = held.loc[numbers.isin(list(asked))]
        amount = own["outstanding_minor"].astype("Int64")
        parts.append(own[KEY_CURRENCY].assign(exposure_minor=amount, day=numbers))
    parts += [_held_on(portfolio, policy, day, full) for day in others]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled or parts[:1], ignore_index=True)


def _held_on(portfolio: Portfolio, policy: Policy, day: date, full: pd.Series[int]) -> pd.DataFrame:
    """Return the exposure tested on one day, on E4 where it is known."""
    number = day_number(day)
    everything = exposures(whole(portfolio if day == portfolio.as_of else portfolio.at(day)))
    own_basis = everything[BASES[policy.exposure_basis]].astype("Int64")
    e4 = everything[BASES["E4"]].astype("Int64")
    is_full = everything["company_id"].map(full).fillna(LATEST) <= number
    return everything[KEY_CURRENCY].assign(exposure_minor=own_basis.mask(is_full, e4), day=number)


def _full_from(portfolio: Portfolio) -> pd.Series[int]:
    """Return the day (number) each company first supplied orders or deliveries, by company."""
    known = portfolio.commitment_kinds()
    known = known.loc[known["kind"].isin(["order", "delivery"])]
    numbers = pd.Series(day_numbers(known["extracted_on"], EARLIEST), index=known.index)
    return numbers.groupby(known["company_id"]).min()


def _in_limit_currency(
    portfolio: Portfolio, held: pd.DataFrame, tested: pd.DataFrame
) -> pd.DataFrame:
    """Return the exposure in the limit's currency, ``tested_minor`` (float; NaN unknown), a day.

    As ``overruns.in_limit_currency``: without a rate only the rows in the limit's own currency
    are summed; a limit without any exposure row stands against 0.
    """
    lines = tested[[*_AT, "limit_currency"]].merge(held, on=_AT)
    factor = factors(portfolio, lines["company_id"], lines["currency"], lines["limit_currency"])
    lines["tested_minor"] = converted(lines["exposure_minor"], factor)
    lines["is_unknown"] = lines["exposure_minor"].isna()
    lines["lacks"] = ~lines["is_unknown"] & lines["tested_minor"].isna()
    grouped = lines.groupby(_AT, sort=False)
    own = lines["currency"] == lines["limit_currency"]
    lines["tested_minor"] = lines["tested_minor"].where(~grouped["lacks"].transform("any") | own)
    found = grouped.agg(lacks=("lacks", "any"), is_unknown=("is_unknown", "any"))
    total = lines.groupby(_AT, sort=False)["tested_minor"].sum(min_count=1)
    found["tested_minor"] = total.astype("Float64").mask(found["is_unknown"])
    found["tested_minor"] = found["tested_minor"].astype("float64")
    everyone = tested[_AT].merge(found[["tested_minor", "lacks"]].reset_index(), on=_AT, how="left")
    nothing = everyone["lacks"].isna()
    everyone["tested_minor"] = everyone["tested_minor"].mask(nothing, 0.0)
    return everyone[[*_AT, "tested_minor"]]
