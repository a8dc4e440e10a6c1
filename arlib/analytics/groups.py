"""Groups of customers in force: what they owe together, against the limit of the group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.analytics.exposure import BASES, exposures
from arlib.analytics.frames import customers, first_reason
from arlib.analytics.group_overruns import group_test
from arlib.analytics.group_proposals import proposals
from arlib.analytics.overruns import limit_test
from arlib.analytics.rates import converted, factors
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

GROUP: Final = ["company_id", "group_id"]

__all__ = ["GROUP", "groups", "members", "proposals"]


def members(portfolio: Portfolio, policy: Policy, basis: str) -> pd.DataFrame:
    """Return the customers in a group, one row per company, customer and currency.

    Columns: key, ``currency, group_id, name, is_intercompany, origin`` (file, else how the user put
    him there), ``outstanding_minor`` (E1), ``exposure_minor`` (basis, Int64), ``overdue_minor,
    limit_minor, limit_currency, overrun_minor, is_over, is_first_row``.
    """
    who = customers(portfolio)
    who = who.loc[who["group_id"].notna(), [*KEY, "group_id", "name", "is_intercompany"]]
    decided = portfolio.group_decisions()[[*KEY, "origin"]]
    who = who.merge(decided, on=KEY, how="left").fillna({"origin": "file"})
    held = exposures(portfolio)
    held["exposure_minor"] = held[BASES[basis]].astype("Int64")
    amounts = ["outstanding_minor", "exposure_minor", "overdue_minor"]
    tested = limit_test(portfolio, policy, basis)
    own = ["limit_minor", "limit_currency", "overrun_minor", "is_over"]
    frame = who.merge(held[[*KEY_CURRENCY, *amounts]], on=KEY)
    frame = frame.merge(tested[[*KEY, *own]], on=KEY, how="left")
    frame = frame.sort_values([*GROUP, "customer_id", "currency"], ignore_index=True)
    frame["is_first_row"] = ~frame.duplicated(KEY)
    return frame


def groups(portfolio: Portfolio, policy: Policy, basis: str) -> pd.DataFrame:
    """Return the groups in force, one row per company, group and currency, largest overrun first.

    Columns: ``company_id, group_id, currency, count_customers, count_over`` (members over their own
    limit), ``count_without_limit, outstanding_minor, exposure_minor`` (basis, Int64),
    ``overdue_minor``; the limit on the group, tested on all its customers whatever the filters
    (``limit_minor, limit_currency, tested_minor, overrun_minor, utilisation_ratio, limit_reason``);
    ``members_limit_minor``: sum of the members' own limits in the group limit's currency, else in
    that of the row (NA: a rate is missing, ``members_limit_reason``); ``is_first_row``.
    """
    rows = members(portfolio, policy, basis)
    amounts = ["outstanding_minor", "exposure_minor", "overdue_minor"]
    by_currency = rows.groupby([*GROUP, "currency"], sort=True)
    frame = by_currency[amounts].sum(min_count=1).reset_index()
    frame = frame.merge(_counted(rows), on=GROUP, how="left")
    frame = frame.merge(_limited(portfolio, policy, basis), on=GROUP, how="left")
    frame["is_first_row"] = ~frame.duplicated(GROUP)
    none = frame["limit_minor"].isna()
    frame["limit_reason"] = first_reason(frame.index, (none, "no_limit"))
    frame = _with_members_limits(portfolio, frame, rows)
    over = frame["overrun_minor"].astype("Float64").fillna(0).astype("float64")
    held = frame["exposure_minor"].astype("Float64").fillna(0).astype("float64")
    order = frame.assign(_over=-over, _held=-held)
    order = order.sort_values(["_over", "_held", *GROUP, "currency"], ignore_index=True)
    return order.drop(columns=["_over", "_held"])


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    once = rows.loc[rows["is_first_row"]]
    found = once.assign(is_free=once["limit_minor"].isna()).groupby(GROUP)
    return found.agg(
        count_customers=("customer_id", "size"),
        count_over=("is_over", "sum"),
        count_without_limit=("is_free", "sum"),
    ).reset_index()


def _limited(portfolio: Portfolio, policy: Policy, basis: str) -> pd.DataFrame:
    tested = group_test(portfolio, policy, basis)
    names = {"currency": "limit_currency", "exposure_minor": "tested_minor"}
    figures = ["limit_minor", "overrun_minor", "utilisation_ratio"]
    return tested.rename(columns=names)[[*GROUP, *names.values(), *figures]]


def _with_members_limits(
    portfolio: Portfolio, frame: pd.DataFrame, rows: pd.DataFrame
) -> pd.DataFrame:
    """Add the sum of the members' own limits; one that cannot be converted makes it unknown."""
    own = rows.loc[rows["is_first_row"] & rows["limit_minor"].notna()]
    own = own[[*GROUP, "limit_minor", "limit_currency"]]
    own = own.rename(columns={"limit_currency": "own_currency", "limit_minor": "own_minor"})
    target = frame["limit_currency"].fillna(frame["currency"])
    frame["members_currency"] = target
    met = frame[[*GROUP, "currency", "members_currency"]].merge(own, on=GROUP)
    factor = factors(portfolio, met["company_id"], met["own_currency"], met["members_currency"])
    met["own_minor"] = converted(met["own_minor"], factor)
    by_row = met.groupby([*GROUP, "currency"])["own_minor"]
    found = by_row.agg(["sum", "size", "count"]).reset_index()
    found["members_limit_minor"] = found["sum"].astype("Int64").mask(found["size"] > found["count"])
    frame = frame.merge(
        found[[*GROUP, "currency", "members_limit_minor", "size"]],
        on=[*GROUP, "currency"],
        how="left",
    )
    missing = frame["members_limit_minor"].isna()
    frame["members_limit_reason"] = first_reason(
        frame.index, (frame["size"].isna(), "no_limit"), (missing, "no_rate")
    )
    return frame.drop(columns="size")
