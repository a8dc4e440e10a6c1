"""When customers pay: weekday, day of the month, month of the year, method of payment.

A date counts once per customer that paid on it: forty invoices paid together are one decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.frames import first_reason, ratio, without_behaviour

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio, Scope

SUMS: Final = ["count_dates", "count_payments", "amount_minor", "delay_amount"]
SLOTS: Final = {"weekday": range(1, 8), "day": range(1, 32), "month": range(1, 13)}


def habits(portfolio: Portfolio, policy: Policy, scope: Scope | None = None) -> pd.DataFrame:
    """Return settlements by slot of the calendar over the window, every slot present.

    Columns: ``currency, kind`` (weekday, day, month), ``slot`` (1 Monday…; 1–31; 1–12),
    ``count_dates, count_payments, amount_minor, share_ratio`` (of the dates),
    ``weighted_delay_days`` (NaN without cash, with its reason).
    """
    without = tuple(sorted(without_behaviour(portfolio, policy)))
    days = portfolio.payment_days(policy, scope, without)
    paid_on = pd.to_datetime(days["paid_on"]).dt
    slots = {"weekday": paid_on.day_of_week + 1, "day": paid_on.day, "month": paid_on.month}
    frames = [
        _slotted(days.assign(slot=slot.astype("int64")), kind) for kind, slot in slots.items()
    ]
    return _measured(pd.concat(frames, ignore_index=True), ["currency", "kind"])


def methods(portfolio: Portfolio, policy: Policy, scope: Scope | None = None) -> pd.DataFrame:
    """Return settlements by ``method`` (NA: no file says), the largest amount first.

    Columns: ``currency, method`` and the measures of ``habits``.
    """
    without = tuple(sorted(without_behaviour(portfolio, policy)))
    found = portfolio.payment_methods(policy, scope, without)
    return _measured(found.copy(), ["currency"])


def _slotted(days: pd.DataFrame, kind: str) -> pd.DataFrame:
    total = days.groupby(["currency", "slot"])[SUMS].sum()
    places = pd.MultiIndex.from_product(
        [sorted(days["currency"].unique()), list(SLOTS[kind])], names=["currency", "slot"]
    )
    return total.reindex(places, fill_value=0).reset_index().assign(kind=kind)


def _measured(frame: pd.DataFrame, within: list[str]) -> pd.DataFrame:
    """Add the share of the dates and the mean delay of each row."""
    total = frame.groupby(within)["count_dates"].transform("sum")
    frame["share_ratio"] = ratio(frame["count_dates"], total)
    frame["weighted_delay_days"] = ratio(frame.pop("delay_amount"), frame["amount_minor"])
    frame["weighted_delay_days_reason"] = first_reason(
        frame.index, (frame["weighted_delay_days"].isna(), "no_history")
    )
    return frame
