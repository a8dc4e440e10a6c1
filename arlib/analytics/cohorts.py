"""Billing cohorts: the share of each month's invoices that was paid so many days after their issue."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import ratio, without_behaviour
from arlib.analytics.receipts import covered_months

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

AGES: Final = (15, 30, 45, 60, 75, 90, 120, 150, 180)
_MOST_DAYS: Final = 366
_RECENT: Final = 12


def cohorts(portfolio: Portfolio, policy: Policy, currency: str, months: int = 24) -> pd.DataFrame:
    """Return one row per month of invoice, oldest first.

    Columns: ``month_on, billed_minor, credited_minor`` (credit notes set against them),
    ``net_minor``, ``paid_minor`` (cash to the date), ``count_items``, ``paid_ratio`` (to the date) and
    ``paid_<n>_minor, paid_<n>_ratio`` for n in ``AGES``: paid at most n days after the issue, over
    net; NaN until every invoice of the month is n days old, and where nothing was billed.
    """
    missing = without_behaviour(portfolio, policy)
    frame = portfolio.billing_cohorts(months, _MOST_DAYS)
    kept = frame.loc[(frame["currency"] == currency) & ~frame["company_id"].isin(missing)]
    ends = covered_months(portfolio, missing, months)
    firsts = pd.Index(np.array([day.replace(day=1) for day in ends], dtype="datetime64[s]"))
    stamps = pd.to_datetime(kept["month_on"]).astype("datetime64[s]").rename("month_on")
    found = _sums(kept, stamps, firsts)
    for age in AGES:
        paid = kept["cash_minor"].where(kept["days"].fillna(_MOST_DAYS + 1) <= age, 0)
        amount = paid.groupby(stamps).sum().reindex(firsts).fillna(0).astype("int64").to_numpy()
        is_old = np.array(
            [_month_end(day) + timedelta(days=age) <= portfolio.as_of for day in ends]
        )
        found[f"paid_{age}_minor"] = amount
        share = ratio(found[f"paid_{age}_minor"], found["net_minor"])
        found[f"paid_{age}_ratio"] = share.where(is_old)
    return found


def curves(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the share paid after n days, of the latest 12 cohorts and of those before.

    ``frame``: as ``cohorts`` gives it. Columns: ``days, recent_ratio, earlier_ratio``; at each age
    only the cohorts old enough count, so a curve may rest on fewer months as days go by.
    """
    halves = {"recent": frame.tail(_RECENT), "earlier": frame.iloc[:-_RECENT]}
    rows: dict[str, Sequence[float]] = {"days": (0, *AGES)}
    for name, half in halves.items():
        rows[f"{name}_ratio"] = [
            0.0 if len(half) else np.nan,
            *(_pooled(half, age) for age in AGES),
        ]
    return pd.DataFrame(rows)


def _pooled(half: pd.DataFrame, age: int) -> float:
    known = half.loc[half[f"paid_{age}_ratio"].notna()]
    net = int(known["net_minor"].sum())
    return int(known[f"paid_{age}_minor"].sum()) / net if net > 0 else float("nan")


def _sums(
    kept: pd.DataFrame, stamps: pd.Series[pd.Timestamp], firsts: pd.Index[pd.Timestamp]
) -> pd.DataFrame:
    names = ["billed_minor", "credited_minor", "cash_minor", "count_items"]
    sums = kept.groupby(stamps)[names].sum().reindex(firsts).fillna(0).astype("int64")
    found = sums.rename_axis("month_on").reset_index().rename(columns={"cash_minor": "paid_minor"})
    found["net_minor"] = found["billed_minor"] - found["credited_minor"]
    found["paid_ratio"] = ratio(found["paid_minor"], found["net_minor"])
    return found


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
