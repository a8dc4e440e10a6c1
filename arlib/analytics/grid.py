"""The credit grid: the class of each customer, and who stands outside what his class allows.

A class has a ceiling of limit, terms, a deposit and an action, all fixed by the policy; what it
does not fix is not tested. Terms are tested on the invoices open at the date, each at its own date:
what was granted, not what is written on the customer's record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics.exposure import BASES, exposures, whole
from arlib.analytics.frames import (
    customers,
    first_reason,
    truth,
)
from arlib.analytics.granted_terms import beyond
from arlib.analytics.overruns import in_limit_currency, limit_test
from arlib.analytics.rates import converted, factors
from arlib.analytics.segmentation import segmented
from arlib.analytics.segments import RANK
from arlib.model.portfolio import KEY, month_ends

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

# What a customer outside the grid is outside of, the gravest first.
EXCEPTIONS: Final = (
    "terms_illegal",
    "limit_above",
    "no_limit",
    "terms_above",
    "terms_clause",
)
COLUMNS: Final = [
    *KEY,
    "rule",
    "currency",
    "exposure_minor",
    "limit_minor",
    "ceiling_minor",
    "excess_minor",
    "limit_currency",
    "count_invoices",
    "days_beyond",
    "net_days",
    "month_end_a_days",
    "month_end_b_days",
    "reading",
    "issued_on",
    "due_on",
    "allowed_on",
    "regime",
    "is_confirmed",
    "source",
]


def classes(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the class of each customer, one row each, all but collective accounts.

    Columns: key, ``segment`` (the riskiest of his currencies), ``previous_segment`` (at the closing
    before; NA: not known), ``class_since`` (NaT: longer than looked). A company whose files say no
    settlement still has classes: what is late and over decides.
    """
    name = f"grid classes {policy.version}"
    return portfolio.derived(name, lambda: _classes(portfolio, policy))


def _classes(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    previous = previous_closing(portfolio)
    found = segmented(portfolio, policy, policy.segmentation_method, previous)
    found["_rank"] = found["segment"].map(RANK)
    if previous is None:
        found["previous_segment"] = pd.Series(pd.NA, index=found.index, dtype="str")
    found = found.sort_values([*KEY, "_rank"]).drop_duplicates(KEY, keep="last")
    names = {"changed_on": "class_since"}
    found = found.rename(columns=names)[[*KEY, "segment", "previous_segment", "class_since"]]
    who = customers(portfolio)
    frame = who.loc[~who["is_collective"], KEY].merge(found, on=KEY, how="left")
    frame["segment"] = frame["segment"].astype("str").fillna("insufficient_history")
    return frame


def previous_closing(portfolio: Portfolio) -> date | None:
    """Return the last month-end before the date, None when some company cannot answer then."""
    day = month_ends(portfolio.as_of, 2)[0]
    firsts = [item.first_as_of for item in portfolio.companies() if item.first_as_of]
    return day if firsts and day >= max(firsts) else None


def held(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return what each customer owes in one currency: his limit's, else his company's.

    Columns: key, ``limit_minor`` (Int64), ``limit_currency, exposure_minor`` (Int64; NA: a rate or
    the basis is missing), ``lacks_rate``. Every currency is summed, at the latest rates.
    """
    return portfolio.derived(f"held {policy.version}", lambda: _held(portfolio, policy))


def _held(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    column = BASES[policy.exposure_basis]
    tested = limit_test(portfolio, policy, policy.exposure_basis)
    own = {item.company_id: item.currency for item in portfolio.info.companies}
    frame = tested[[*KEY, "limit_minor", "limit_currency"]]
    frame = frame.assign(
        limit_currency=frame["limit_currency"].fillna(frame["company_id"].map(own))
    )
    found = in_limit_currency(portfolio, exposures(whole(portfolio)), frame, column)
    found = frame.merge(found, on=KEY, how="left")
    found["lacks_rate"] = truth(found["lacks_rate"])
    found["exposure_minor"] = found["tested_minor"].astype("Int64").mask(found["lacks_rate"])
    return found[[*KEY, "limit_minor", "limit_currency", "exposure_minor", "lacks_rate"]]


def exceptions(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the customers outside the grid, one row a customer, rule and currency.

    Columns ``COLUMNS``. ``rule``: limit_above (``excess_minor`` above the ceiling of the class),
    no_limit (the class has a ceiling and the customer no limit), terms_above (``days_beyond`` those
    of the class), terms_illegal (beyond the legal ceiling: ``days_beyond`` by the reading that
    allows most, ``…_days`` by each), terms_clause (within one reading of 45 days end of month only:
    the clause must be written). ``exposure_minor``: what the customer owes on the policy's basis,
    or, for terms, what is open of the invoices concerned. Companies of the group are left out.
    """
    who = customers(portfolio)
    who = who.loc[~who["is_collective"] & ~who["is_intercompany"]]
    known = who[[*KEY, "payment_regime"]].merge(classes(portfolio, policy), on=KEY)
    parts = [_limits(portfolio, policy, known), beyond(portfolio, policy, known)]
    found = pd.concat([part.reindex(columns=COLUMNS) for part in parts if len(part)] or [_none()])
    found = found.merge(known[[*KEY, "segment"]], on=KEY)
    place = {rule: number for number, rule in enumerate(EXCEPTIONS)}
    order = found.assign(_place=found["rule"].map(place)).sort_values(
        ["_place", "exposure_minor", *KEY], ascending=[True, False, True, True]
    )
    return order.drop(columns="_place").reset_index(drop=True)


def _none() -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    return frame.astype(dict.fromkeys(KEY, "str"))


def _limits(portfolio: Portfolio, policy: Policy, known: pd.DataFrame) -> pd.DataFrame:
    """Return limits above the ceiling of the class, and no limit where the class has a ceiling."""
    ceilings = _ceilings(policy)
    if ceilings.empty:
        return _none()
    owed = held(portfolio, policy).drop(columns="lacks_rate")
    frame = known[[*KEY, "segment"]].merge(owed, on=KEY)
    frame["currency"] = frame["limit_currency"]
    frame["ceiling_minor"] = _ceiling_of(portfolio, frame, ceilings)
    excess = frame["limit_minor"].astype("Int64") - frame["ceiling_minor"]
    frame["excess_minor"] = excess.where(excess > 0)
    has_ceiling = frame["segment"].isin(list(ceilings["segment"]))
    frame["rule"] = first_reason(
        frame.index,
        ((excess > 0).fillna(value=False), "limit_above"),
        (has_ceiling & frame["limit_minor"].isna(), "no_limit"),
    )
    return frame.dropna(subset=["rule"])


def _ceilings(policy: Policy) -> pd.DataFrame:
    """Return (segment, currency, ceiling) as the policy fixes them."""
    rows = [
        (segment, currency, amount)
        for segment, amounts in policy.grid_ceiling_minor.items()
        for currency, amount in amounts.items()
    ]
    return pd.DataFrame(rows, columns=["segment", "ceiling_currency", "amount"])


def _ceiling_of(
    portfolio: Portfolio, frame: pd.DataFrame, ceilings: pd.DataFrame
) -> pd.Series[Any]:
    """Return each customer's ceiling in the currency of his limit; NA without one or without a rate.

    The ceiling written in that currency, else the one in the company's currency, else the first.
    """
    own = {item.company_id: item.currency for item in portfolio.info.companies}
    rows = frame[["company_id", "segment", "limit_currency"]].reset_index(drop=True)
    pairs = rows.rename_axis("place").reset_index().merge(ceilings, on="segment")
    if pairs.empty:
        return pd.Series(pd.NA, index=frame.index, dtype="Int64")
    is_same = pairs["ceiling_currency"] == pairs["limit_currency"]
    is_home = pairs["ceiling_currency"] == pairs["company_id"].map(own)
    pairs["rank"] = np.where(is_same, 0, np.where(is_home, 1, 2))
    best = pairs.sort_values(["place", "rank"], kind="stable").drop_duplicates("place")
    factor = factors(
        portfolio, best["company_id"], best["ceiling_currency"], best["limit_currency"]
    )
    amount = converted(best["amount"], factor)
    amount.index = best["place"]
    return pd.Series(amount.reindex(range(len(rows))).to_numpy(), index=frame.index, dtype="Int64")
