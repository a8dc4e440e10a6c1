"""Segments by rules: the first rule that matches wins and is kept (definitions §12).

A missing input never fires a rule. Worked set: C001 reliable, C002 high risk (old amount), C003
high risk (utilisation on E4), C004 watch (delay).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.aging import CREDITS_BUCKET
from arlib.analytics.behaviour import behaviour
from arlib.analytics.frames import customers, day_number, day_numbers, ratio, stocks
from arlib.analytics.limit_use import uses
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

SEGMENTS: Final = ("reliable", "watch", "high_risk", "insufficient_history")
# From safe to risky; too little history stands between reliable and watch for a movement.
RANK: Final = {"reliable": 0, "insufficient_history": 1, "watch": 2, "high_risk": 3}
# The bucket beyond the one bound asked for.
_OLD_BUCKET: Final = 2


@dataclass(frozen=True, slots=True)
class _Rule:
    """One test: the segment it gives, its code, the input it reads and its threshold."""

    segment: str
    code: str
    column: str
    threshold: pd.Series[float]
    fires: pd.Series[bool]


def segments(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return one row per company, customer and currency: inputs, segment, rule that fired.

    Columns: key, ``segment, rule, rule_value, rule_threshold, mean_delay_days,
    undisputed_overdue_ratio, max_days_late, old_minor, utilisation_ratio`` (infinite on a limit of
    0 with exposure), ``utilisation_basis, trend_days, count_paid_invoices, has_insolvency, outstanding_minor,
    overdue_minor``. Collective accounts are left out.
    """
    frame = inputs(portfolio, policy)
    rules = _rules(frame, policy)
    masks = [rule.fires.to_numpy() for rule in rules]
    frame["segment"] = _chosen(masks, [rule.segment for rule in rules], "reliable")
    frame["rule"] = _chosen(masks, [rule.code for rule in rules], "none")
    values = [
        frame[rule.column].astype("Float64").to_numpy("float64", na_value=np.nan) for rule in rules
    ]
    frame["rule_value"] = np.select(masks, values, np.nan)
    thresholds = [rule.threshold.to_numpy("float64") for rule in rules]
    frame["rule_threshold"] = np.select(masks, thresholds, np.nan)
    return frame


def inputs(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return what the rules read, one row per individual customer and currency; worked out once."""
    name = f"inputs of the rules {policy.version}"
    return portfolio.derived(name, lambda: _inputs(portfolio, policy))


def _inputs(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    frame = _stocks(portfolio)
    frame = frame.merge(old_amounts(portfolio, policy), on=KEY_CURRENCY, how="left")
    frame["old_minor"] = frame["old_minor"].fillna(0).astype("int64")
    wanted = ["weighted_delay_open_days", "trend_days", "count_paid_invoices"]
    paid = behaviour(portfolio, policy)[[*KEY_CURRENCY, *wanted]]
    frame = frame.merge(paid, on=KEY_CURRENCY, how="left")
    frame = frame.rename(columns={"weighted_delay_open_days": "mean_delay_days"})
    frame["count_paid_invoices"] = frame["count_paid_invoices"].fillna(0).astype("int64")
    return frame.merge(use_of_limit(portfolio, policy), on=KEY, how="left")


def _stocks(portfolio: Portfolio) -> pd.DataFrame:
    stock = stocks(portfolio)
    own = {item.company_id: item.currency for item in portfolio.info.companies}
    who = customers(portfolio)
    who = who.loc[~who["is_collective"]]
    frame = who[KEY].merge(stock, on=KEY, how="left")
    home = frame["company_id"].map(own)
    frame["currency"] = frame["currency"].fillna(portfolio.filters.convert or home)
    if portfolio.filters.currency is not None:
        frame = frame.loc[frame["currency"] == portfolio.filters.currency].reset_index(drop=True)
    undisputed = frame["overdue_minor"] - frame["overdue_disputed_minor"]
    frame["undisputed_overdue_ratio"] = ratio(undisputed, frame["open_debit_minor"])
    frame["has_insolvency"] = frame[KEY].merge(insolvent(portfolio), how="left")["has"].notna()
    for name in ("outstanding_minor", "overdue_minor", "open_debit_minor"):
        frame[name] = frame[name].fillna(0).astype("int64")
    kept = ["outstanding_minor", "overdue_minor", "open_debit_minor", "max_days_late"]
    return frame[[*KEY_CURRENCY, *kept, "undisputed_overdue_ratio", "has_insolvency"]]


def insolvent(portfolio: Portfolio) -> pd.DataFrame:
    """Return the customers under a collective procedure at the date."""
    who = customers(portfolio)
    opened = day_numbers(who["insolvency_on"], 0) <= day_number(portfolio.as_of)
    is_flagged = who["insolvency"].notna() & (who["insolvency"] != "none")
    return who.loc[is_flagged & opened, KEY].assign(has=1)


def old_amounts(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the open amount of debits more than ``old_days`` late, credits not deducted.

    Without lettering credits have paid the oldest debits first, as in the aged balance.
    """
    aged = portfolio.aging(basis="due", bounds=(policy.old_days,), forward=(30,))
    aged = aged.loc[aged["account_class"].isin(list(PERIMETER))]
    is_estimated = aged["company_id"].isin(portfolio.estimated_companies())
    is_credit = aged["bucket"] == CREDITS_BUCKET
    kept = aged.loc[(aged["bucket"] == _OLD_BUCKET) | (is_credit & is_estimated)]
    old = kept.groupby(KEY_CURRENCY)["amount_minor"].sum().clip(lower=0)
    return old.rename("old_minor").reset_index()


def use_of_limit(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return exposure / limit: on E4 where orders or deliveries are supplied, else the policy's.

    ``utilisation_basis`` names the exposure used: not always that of the risk table.
    """
    names = {"use": "utilisation_ratio", "basis": "utilisation_basis"}
    found = uses(portfolio, policy, (portfolio.as_of,)).rename(columns=names)
    return found[[*KEY, "utilisation_ratio", "utilisation_basis"]]


def _rules(frame: pd.DataFrame, policy: Policy) -> list[_Rule]:
    """Return the tests in order; a comparison with a missing input is False."""
    material = frame["currency"].map(policy.materiality).astype("float64")
    share = policy.high_risk_old_ratio * frame["open_debit_minor"]
    old = material.where(material >= share, share)
    old_is_large = (frame["old_minor"] >= old) & (frame["old_minor"] > 0)
    one = pd.Series(1.0, index=frame.index)

    def above(
        segment: str, code: str, column: str, threshold: float, *, equal: bool = False
    ) -> _Rule:
        values = frame[column].astype("Float64").astype("float64")
        fires = values >= threshold if equal else values > threshold
        return _Rule(segment, code, column, one * threshold, fires)

    return [
        _Rule("high_risk", "insolvency", "has_insolvency", one, frame["has_insolvency"]),
        _Rule("high_risk", "old_amount", "old_minor", old, old_is_large),
        above("high_risk", "delay", "mean_delay_days", policy.high_risk_delay_days),
        above("high_risk", "utilisation", "utilisation_ratio", policy.high_risk_utilisation_ratio),
        above("watch", "delay", "mean_delay_days", policy.watch_delay_days),
        above("watch", "overdue_ratio", "undisputed_overdue_ratio", policy.watch_overdue_ratio),
        above("watch", "utilisation", "utilisation_ratio", policy.watch_utilisation_ratio),
        above("watch", "oldest", "max_days_late", policy.watch_oldest_days),
        above("watch", "trend", "trend_days", policy.watch_trend_days, equal=True),
        _few(frame, policy, one),
    ]


def _few(frame: pd.DataFrame, policy: Policy, one: pd.Series[float]) -> _Rule:
    least = policy.min_paid_invoices
    fires = frame["count_paid_invoices"] < least
    return _Rule("insufficient_history", "few_invoices", "count_paid_invoices", one * least, fires)


def _chosen(masks: list[np.ndarray], words: list[str], default: str) -> pd.Series[str]:
    choices = [np.array(word, dtype=object) for word in words]
    return pd.Series(np.select(masks, choices, default), dtype="str")
