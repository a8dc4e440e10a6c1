"""Limits on groups: each against the sum of its customers, at the date and over twelve months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import limits
from arlib.analytics.exposure import BASES, exposures, whole
from arlib.analytics.frames import customers, dates, day_number, first_reason
from arlib.analytics.overrun_history import history, stretches, with_true_start
from arlib.analytics.overruns import against, in_limit_currency, use_ratio
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

PAST: Final = [
    "overrun_days_12m",
    "overrun_count_12m",
    "overrun_peak_12m_minor",
    "overrun_mean_12m_minor",
]
_FIGURES: Final = ["exposure_minor", "limit_minor", "overrun_minor", *PAST]
_GROUP: Final = ["company_id", "group_id"]


def group_test(portfolio: Portfolio, policy: Policy, basis: str, months: int = 12) -> pd.DataFrame:
    """Return limits on groups that hold a customer of the book, each against the group's total.

    Columns: ``company_id, group_id, currency`` (of the limit), ``exposure_minor, limit_minor,
    overrun_minor`` (Int64), ``utilisation_ratio``, ``lacks_rate``, ``count_customers``,
    ``overrun_since`` (NaT: not over), ``overrun_days_12m, overrun_count_12m,
    overrun_peak_12m_minor, overrun_mean_12m_minor`` (NA on another basis than E1 or without a
    rate). A group without a limit has no row. Filters choose the groups, never their members.
    """
    shown = _members(portfolio)[_GROUP].drop_duplicates()
    everyone = portfolio.whole()
    members = _members(everyone).merge(shown, on=_GROUP)
    rows = limits.for_groups(everyone, members)
    if rows.empty:
        return _nothing()
    frame = _tested(everyone, policy, basis, rows, members)
    past = _past(everyone, policy, rows, members, months)
    frame = frame.merge(past, on=KEY, how="left")
    unsaid = frame["lacks_rate"] | (basis != "E1")
    for name in PAST:
        frame[name] = frame[name].astype("Int64").mask(unsaid)
    frame["overrun_since"] = frame["overrun_since"].mask(unsaid)
    names = {"customer_id": "group_id", "limit_currency": "currency"}
    frame = frame.rename(columns=names | {"tested_minor": "exposure_minor"})
    return frame[list(_nothing().columns)]


def over_with(portfolio: Portfolio, policy: Policy, decisions: pd.DataFrame) -> pd.DataFrame:
    """Return the test of groups' limits at the date were these the decisions of the book.

    Columns: key (``customer_id`` is the group), ``limit_source, limit_currency, limit_minor,
    overrun_minor, tested_minor, utilisation_ratio, lacks_rate, count_customers``. Members are those
    of the whole book.
    """
    everyone = portfolio.whole()
    members = _members(everyone)
    rows = limits.for_groups(everyone, members, decisions)
    if rows.empty:
        return pd.DataFrame(columns=[*KEY, "limit_source", "limit_currency", "overrun_minor"])
    frame = _tested(everyone, policy, policy.exposure_basis, rows, members)
    return frame.rename(columns={"source": "limit_source"})


def by_customer(portfolio: Portfolio, tested: pd.DataFrame) -> pd.DataFrame:
    """Return the test of his group's limit beside each customer: key and ``group_…`` columns.

    ``group_limit_minor, group_limit_currency, group_exposure_minor, group_overrun_minor,
    group_utilisation_ratio, group_overrun_since, group_overrun_days_12m, group_overrun_count_12m``;
    ``group_limit_reason``: not_applicable (in no group) or no_limit.
    """
    names = ["limit_minor", "exposure_minor", "overrun_minor", "utilisation_ratio"]
    names += ["overrun_since", "overrun_days_12m", "overrun_count_12m"]
    found = tested.rename(columns={name: f"group_{name}" for name in names})
    found = found.rename(columns={"currency": "group_limit_currency"})
    wanted = [*_GROUP, "group_limit_currency", *(f"group_{name}" for name in names)]
    who = customers(portfolio)[[*KEY, "group_id"]]
    frame = who.merge(found[wanted], on=_GROUP, how="left")
    frame["group_limit_reason"] = first_reason(
        frame.index,
        (frame["group_id"].isna(), "not_applicable"),
        (frame["group_limit_minor"].isna(), "no_limit"),
    )
    return frame.drop(columns="group_id")


def _members(portfolio: Portfolio) -> pd.DataFrame:
    return customers(portfolio)[[*KEY, "group_id"]].dropna(subset=["group_id"])


def _tested(
    portfolio: Portfolio, policy: Policy, basis: str, rows: pd.DataFrame, members: pd.DataFrame
) -> pd.DataFrame:
    asked = rows[KEY].drop_duplicates().assign(day=day_number(portfolio.as_of))
    found = limits.tested(portfolio, policy, limits.resolve(rows, asked))
    held = exposures(whole(portfolio)).merge(members, on=KEY)
    held = held.drop(columns="customer_id").rename(columns={"group_id": "customer_id"})
    total = in_limit_currency(portfolio, held, found, BASES[basis])
    frame = against(found.merge(total, on=KEY, how="left"), "limit_minor", "")
    limit = frame["limit_minor"].astype("Float64").to_numpy("float64", na_value=np.nan)
    amount = frame["tested_minor"].astype("Float64").to_numpy("float64", na_value=np.nan)
    frame["utilisation_ratio"] = use_ratio(amount, limit)
    frame["lacks_rate"] = frame["lacks_rate"].eq(other=True)
    counted = members.groupby(_GROUP).size().rename("count_customers").reset_index()
    return frame.merge(counted.rename(columns={"group_id": "customer_id"}), on=KEY, how="left")


def _past(
    portfolio: Portfolio, policy: Policy, rows: pd.DataFrame, members: pd.DataFrame, months: int
) -> pd.DataFrame:
    start = portfolio.window_start(months)
    past = history(stretches(portfolio, policy, start, rows, members=members))
    past = with_true_start(portfolio, policy, past, rows, members=members)
    number = past.pop("since_day")
    past["overrun_since"] = pd.Series(dates(number), index=past.index).mask(number == 0)
    return past.drop(columns="is_since_start")


def _nothing() -> pd.DataFrame:
    ints = dict.fromkeys(_FIGURES, "Int64")
    others = {"utilisation_ratio": "float64", "lacks_rate": "bool", "count_customers": "int64"}
    kinds = dict.fromkeys([*_GROUP, "currency"], "str") | ints | others
    frame = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    return frame.assign(overrun_since=pd.Series(dtype="datetime64[s]"))
