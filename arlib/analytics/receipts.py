"""Receipts against what fell due: how fast each month's due dates were collected, and by what.

Sums come by month from the store (``Portfolio.due_months``, ``receipt_months``); here are the shares.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import covered_from, first_reason, ratio, without_behaviour
from arlib.model.portfolio import month_ends

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

# Cash by receipt, in the order of time: before the month, in it, within 30 and 60 days of its end.
STEPS: Final = ("before", "within", "after_30", "after_60", "later")
_WINDOWS: Final = {"within": 0, "within_30": 30, "within_60": 60}
_DUE: Final = ["due_minor", "credited_minor", *(f"{step}_minor" for step in STEPS), "count_items"]
PARTS: Final = ("due", "overdue", "early", "other", "unallocated")
_RECEIPTS: Final = ["receipts_minor", *(f"{part}_minor" for part in PARTS[:-1]), "count_receipts"]


def fallen_due(
    portfolio: Portfolio, policy: Policy, currency: str, months: int = 24
) -> pd.DataFrame:
    """Return what fell due by month and what became of it, every month the book covers, in order.

    Columns: ``month_on, closed_on, due_minor``; ``credited_minor`` (credit notes and the like);
    ``net_due_minor`` = due − credited; cash ``before_minor, within_minor, after_30_minor,
    after_60_minor, later_minor``; ``open_minor`` = net due − cash; ``count_items``; cumulated shares
    of net due ``within_ratio, within_30_ratio, within_60_ratio, collected_ratio`` (to the date), each
    with ``_reason`` (``too_recent`` until its days have passed, ``nothing_due``).
    """
    frame = _filled(portfolio, policy, currency, portfolio.due_months(months), _DUE, months)
    frame["net_due_minor"] = frame["due_minor"] - frame["credited_minor"]
    cash = frame[[f"{step}_minor" for step in STEPS]]
    frame["open_minor"] = frame["net_due_minor"] - cash.sum(axis=1)
    collected = cash.cumsum(axis=1)
    sums = {
        "within": collected["within_minor"],
        "within_30": collected["after_30_minor"],
        "within_60": collected["after_60_minor"],
    }
    closed = pd.to_datetime(frame["closed_on"])
    is_empty = frame["net_due_minor"] <= 0
    for name, days in _WINDOWS.items():
        is_recent = closed + timedelta(days=days) > pd.Timestamp(portfolio.as_of)
        if name == "within":
            is_recent = closed != closed + pd.offsets.MonthEnd(0)
        share = ratio(sums[name], frame["net_due_minor"]).mask(is_recent)
        frame[f"{name}_ratio"] = share
        frame[f"{name}_ratio_reason"] = first_reason(
            frame.index, (is_empty, "nothing_due"), (is_recent, "too_recent")
        )
    frame["collected_ratio"] = ratio(collected["later_minor"], frame["net_due_minor"])
    frame["collected_ratio_reason"] = first_reason(frame.index, (is_empty, "nothing_due"))
    return frame


def received(portfolio: Portfolio, policy: Policy, currency: str, months: int = 24) -> pd.DataFrame:
    """Return cash received by month and what it paid, every month the book covers, in order.

    Columns: ``month_on, closed_on, receipts_minor``, which is the sum of ``due_minor`` (due in the
    month), ``overdue_minor`` (due before it), ``early_minor`` (due after it), ``other_minor`` (not an
    invoice: a return, a refund) and ``unallocated_minor``; ``count_receipts``; a share of the
    receipts for each part, ``<part>_ratio``, NaN in a month without cash.
    """
    frame = _filled(
        portfolio, policy, currency, portfolio.receipt_months(months), _RECEIPTS, months
    )
    used = frame[[f"{part}_minor" for part in PARTS[:-1]]].sum(axis=1)
    frame["unallocated_minor"] = frame["receipts_minor"] - used
    for part in PARTS:
        frame[f"{part}_ratio"] = ratio(frame[f"{part}_minor"], frame["receipts_minor"])
    return frame


def _filled(
    portfolio: Portfolio,
    policy: Policy,
    currency: str,
    frame: pd.DataFrame,
    names: list[str],
    months: int,
) -> pd.DataFrame:
    """Return sums of one currency laid on the months the book covers, absent ones at 0."""
    missing = without_behaviour(portfolio, policy)
    kept = frame.loc[(frame["currency"] == currency) & ~frame["company_id"].isin(missing)]
    stamps = pd.to_datetime(kept["month_on"]).astype("datetime64[s]")
    sums = kept.groupby(stamps)[names].sum()
    ends = covered_months(portfolio, missing, months)
    firsts = pd.DatetimeIndex([day.replace(day=1) for day in ends]).astype("datetime64[s]")
    found = sums.reindex(firsts).fillna(0).astype("int64").rename_axis("month_on").reset_index()
    found.insert(1, "closed_on", np.array(ends, dtype="datetime64[s]"))
    return found


def covered_months(portfolio: Portfolio, without: set[str], months: int) -> tuple[date, ...]:
    """Return the month-ends (the date itself last) of the months that the book covers."""
    first = covered_from(portfolio, without)
    ends = month_ends(portfolio.as_of, months)
    return tuple(day for day in ends if first is None or day >= first)
