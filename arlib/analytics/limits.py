"""The credit limit in force on a day, per customer and source (architecture §3.2).

Narrowest scope first (customer, category, all), then latest start, then latest decision. A removal
silences its scope. Before the first start of any row, the current limit stands in, marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import EARLIEST, LATEST, day_numbers, truth
from arlib.analytics.rates import converted, factors
from arlib.model.portfolio import KEY
from arlib.model.tables import LIMIT_SOURCES

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_SCOPE_RANK: Final = {"customer": 0, "category": 1, "all": 2, "group": 0}
_AT: Final = [*KEY, "day", "source"]
_PREPARED: Final = [
    "company_id",
    "scope",
    "scope_id",
    "source",
    "limit_minor",
    "limit_currency",
    "limit_scope",
    "limit_change_id",
    "starts",
    "ends",
    "rank",
    "decided",
    "sequence",
]
RESOLVED: Final = [
    *_AT,
    "limit_minor",
    "limit_currency",
    "limit_scope",
    "limit_change_id",
    "starts",
    "ends",
    "limit_is_current",
]


def applicable(
    portfolio: Portfolio, who: pd.DataFrame, decisions: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the decisions that concern each customer, one row per customer and decision.

    ``who``: ``company_id, customer_id, category``. Adds ``rank`` (of the scope), ``starts`` and
    ``ends`` (days since 1970, sentinels for open ends). A refusal of the insurer is a limit of 0,
    whatever amount its file carries.
    ``decisions``: those to resolve in place of the book's (columns of ``Portfolio.limits``).
    """
    rows = prepared(portfolio.limits() if decisions is None else decisions)
    named = who[KEY].assign(scope="customer", scope_id=who["customer_id"])
    sorted_by = who[KEY].assign(scope="category", scope_id=who["category"])
    keyed = pd.concat([named, sorted_by.dropna(subset=["scope_id"])])
    keyed = keyed.astype({"scope_id": "str"})
    on_scope = rows.merge(keyed, on=["company_id", "scope", "scope_id"])
    everyone = rows.loc[rows["scope"] == "all"].merge(who[KEY], on="company_id")
    found = [frame for frame in (on_scope, everyone) if len(frame)]
    return pd.concat(found, ignore_index=True) if found else on_scope


def for_groups(
    portfolio: Portfolio, groups: pd.DataFrame, decisions: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the decisions on groups as ``applicable`` does; ``customer_id`` is the group."""
    rows = prepared(portfolio.limits() if decisions is None else decisions)
    rows = rows.loc[rows["scope"] == "group"]
    keyed = groups[["company_id", "group_id"]].drop_duplicates().astype({"group_id": "str"})
    return rows.merge(
        keyed, left_on=["company_id", "scope_id"], right_on=["company_id", "group_id"]
    ).rename(columns={"group_id": "customer_id"})


def resolve(rows: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Return the limit in force per customer, day and source: the columns ``RESOLVED``.

    ``rows``: of ``applicable``; ``asked``: ``company_id, customer_id, day`` (days since 1970).
    No row where no limit is in force.
    """
    pairs = asked.merge(rows, on=KEY)
    is_live = (pairs["starts"] <= pairs["day"]) & (pairs["ends"] >= pairs["day"])
    in_force = _best(pairs.loc[is_live])
    stand_in = _current(rows, pairs, is_live)
    found = [frame for frame in (in_force, stand_in) if len(frame)]
    return pd.concat(found, ignore_index=True)[RESOLVED] if found else in_force[RESOLVED]


def tested(portfolio: Portfolio, policy: Policy, resolved: pd.DataFrame) -> pd.DataFrame:
    """Return the one limit tested per customer and day: the policy's source, else the smallest.

    Sizes are compared in the company's currency; a limit without a rate comes last.
    """
    own = {item.company_id: item.currency for item in portfolio.info.companies}
    home = resolved["company_id"].map(own)
    size = converted(
        resolved["limit_minor"],
        factors(portfolio, resolved["company_id"], resolved["limit_currency"], home),
    )
    is_preferred = resolved["source"] == policy.limit_source
    order = resolved.assign(_second=~is_preferred, _size=size.astype("Float64").fillna(np.inf))
    order = order.sort_values([*KEY, "day", "_second", "_size", "source"])
    return order.drop_duplicates([*KEY, "day"])[RESOLVED]


def why_none(rows: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Return customers whose limits have all ended at the day: reason ``expired``.

    Every other customer without a limit is ``no_limit``.
    """
    pairs = asked.merge(rows, on=KEY)
    has_ended = (pairs["ends"] < pairs["day"]) & pairs["limit_minor"].notna()
    is_live = (pairs["starts"] <= pairs["day"]) & (pairs["ends"] >= pairs["day"])
    removed = pairs.loc[is_live & pairs["limit_minor"].isna(), KEY].drop_duplicates()
    ended = pairs.loc[has_ended, KEY].drop_duplicates().merge(removed.assign(out=1), how="left")
    return ended.loc[ended["out"].isna(), KEY]


def breakpoints(rows: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Return (customer, day) where the limit in force may change, within [start, end].

    ``start`` itself is always one.
    """
    begins = rows[KEY].assign(day=rows["starts"])
    stops = rows[KEY].assign(day=rows["ends"] + 1)
    opening = rows[KEY].assign(day=start)
    days = pd.concat([opening, begins, stops]).drop_duplicates()
    return days.loc[days["day"].between(start, end)].reset_index(drop=True)


def prepared(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return decisions as ``applicable`` needs them, whatever they concern: ``_PREPARED``."""
    frame = decisions.copy()
    frame = frame.loc[frame["source"].isin(LIMIT_SOURCES)]
    amount = frame["amount_minor"].astype("Int64")
    frame["limit_minor"] = amount.mask(truth(frame["is_refused"]), 0)
    frame["starts"] = day_numbers(frame["valid_from"], EARLIEST)
    frame["ends"] = day_numbers(frame["valid_to"], LATEST)
    frame["rank"] = frame["scope"].map(_SCOPE_RANK)
    frame["decided"] = pd.to_datetime(frame["decided_at"])
    names = {"currency": "limit_currency", "change_id": "limit_change_id"}
    frame = frame.rename(columns=names).assign(limit_scope=frame["scope"])
    return frame[_PREPARED].astype({"scope_id": "str"})


def _best(live: pd.DataFrame) -> pd.DataFrame:
    """Return the winning row per customer, day and source among rows in force."""
    order = live.sort_values(
        [*_AT, "rank", "starts", "decided", "sequence"],
        ascending=[True, True, True, True, True, False, False, False],
    )
    by_scope = order.drop_duplicates([*_AT, "rank"])
    found = by_scope.dropna(subset=["limit_minor"]).drop_duplicates(_AT)
    return found.assign(limit_is_current=False)


def _current(rows: pd.DataFrame, pairs: pd.DataFrame, is_live: pd.Series[bool]) -> pd.DataFrame:
    """Return the current limit where nothing is in force and the day precedes every start."""
    state = pairs.assign(live=is_live).groupby(_AT, sort=True)
    summary = state.agg(
        live=("live", "max"), first=("starts", "min"), last=("starts", "max")
    ).reset_index()
    before = summary.loc[~summary["live"].astype(bool) & (summary["day"] < summary["first"])]
    later = before[[*_AT, "last"]].merge(rows, on=[*KEY, "source"])
    is_in_force = (later["starts"] <= later["last"]) & (later["ends"] >= later["last"])
    return _best(later.loc[is_in_force]).assign(limit_is_current=True)
