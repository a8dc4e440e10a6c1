"""The whole book at several dates, by bucket and currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arlib.analytics.aging import CREDITS_BUCKET, Ages, aged_balance
from arlib.analytics.frames import spread

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

LATE_DAYS = 30


def aging_months(portfolio: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    """Return one row per currency and date, oldest first.

    Columns: ``currency, month_end, <bucket>_minor…, unallocated_minor, total_minor, gross_minor,
    late_over_30_minor, late_over_30_ratio`` (late beyond the bound nearest 30 days / gross).
    Credits consume the oldest debits in companies without lettering, customer by customer, so such
    a book is read date by date; any other comes from one reading.
    """
    ages = Ages("due", policy.buckets, policy.forward_buckets)
    is_estimated = bool(portfolio.estimated_companies())
    read = _each_date if is_estimated else _one_reading
    frame = read(portfolio, policy, ages, days)
    labels = [f"{label}_minor" for label in ages.labels]
    frame["gross_minor"] = frame[labels].sum(axis=1)
    frame["total_minor"] = frame["gross_minor"] + frame["unallocated_minor"]
    frame["late_over_30_minor"] = frame[late_columns(ages)].sum(axis=1)
    gross = frame["gross_minor"].astype("float64")
    frame["late_over_30_ratio"] = frame["late_over_30_minor"] / gross.where(gross > 0)
    return frame.sort_values(["currency", "month_end"], ignore_index=True)


def late_columns(ages: Ages) -> list[str]:
    """Return the columns of what is late beyond the bound nearest 30 days."""
    nearest = min(range(len(ages.bounds)), key=lambda place: abs(ages.bounds[place] - LATE_DAYS))
    return [f"{label}_minor" for label in ages.late[nearest + 1 :]]


def _one_reading(
    portfolio: Portfolio, policy: Policy, ages: Ages, days: tuple[date, ...]
) -> pd.DataFrame:
    del policy
    long = portfolio.aging_months(days)
    amounts = long.groupby(["currency", "month_end", "bucket"])["amount_minor"].sum()
    wide = spread(amounts, "bucket")
    names = {place: f"{label}_minor" for place, label in enumerate(ages.labels)}
    names[CREDITS_BUCKET] = "unallocated_minor"
    wide = wide.reindex(columns=list(names)).fillna(0).astype("int64").rename(columns=names)
    currencies = wide.index.get_level_values("currency").unique()
    stamps = pd.DatetimeIndex(days).astype("datetime64[s]")
    frame = wide.reset_index()
    frame["month_end"] = pd.to_datetime(frame["month_end"]).astype("datetime64[s]")
    index = pd.MultiIndex.from_product([currencies, stamps], names=["currency", "month_end"])
    filled = frame.set_index(["currency", "month_end"]).reindex(index, fill_value=0)
    return filled.reset_index()


def _each_date(
    portfolio: Portfolio, policy: Policy, ages: Ages, days: tuple[date, ...]
) -> pd.DataFrame:
    columns = [*(f"{label}_minor" for label in ages.labels), "unallocated_minor"]
    frames = []
    for day in days:
        aged = aged_balance(portfolio.at(day), policy, ages)
        totals = aged.groupby("currency")[columns].sum().reset_index()
        frames.append(totals.assign(month_end=pd.Timestamp(day)))
    frame = pd.concat(frames, ignore_index=True)
    return frame.astype({"month_end": "datetime64[s]"})
