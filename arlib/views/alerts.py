"""Alertes: everything the policy says to look at, one line each, the gravest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arlib.analytics.alert_rules import reference_days
from arlib.analytics.alerts import SEVERITIES, SEVERITY, alerts, unanswered
from arlib.model.grid_settings import ALERT_RULES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class AlertsView:
    """``list``: see ``analytics.alerts.alerts``.

    ``rules``: one row a rule, in order: ``rule, severity, is_on, count`` (lines), ``customers``
    (each once), ``reason`` (why the data cannot answer; NA: they can). ``amounts``: rule ->
    currency -> sum. ``by_severity``: lines. ``count_customers``: customers with some alert.
    ``reference``: per company, the day that new overruns are new to (``company_id,
    reference_on``). ``over_days``: days from which an overrun is long.
    """

    as_of: date
    exposure_basis: str
    list: pd.DataFrame
    rules: pd.DataFrame
    amounts: Mapping[str, Mapping[str, int]]
    by_severity: Mapping[str, int]
    count_customers: int
    reference: pd.DataFrame
    over_days: int
    watch_ratio: float
    major_ratio: float


def build(portfolio: Portfolio, policy: Policy) -> AlertsView:
    """Return the alerts of the rules that are on."""
    found = alerts(portfolio, policy)
    by_severity = found["severity"].value_counts()
    keys = found.dropna(subset=["customer_id"])[["company_id", "customer_id"]]
    return AlertsView(
        as_of=portfolio.as_of,
        exposure_basis=policy.exposure_basis,
        list=found,
        rules=_rules(found, policy, unanswered(portfolio, policy)),
        amounts={rule: _amounts(found.loc[found["rule"] == rule]) for rule in ALERT_RULES},
        by_severity={word: int(by_severity.get(word, 0)) for word in SEVERITIES},
        count_customers=len(keys.drop_duplicates()),
        reference=reference_days(portfolio),
        over_days=policy.alert_over_days,
        watch_ratio=policy.alert_watch_ratio,
        major_ratio=policy.alert_major_ratio,
    )


def _rules(found: pd.DataFrame, policy: Policy, reasons: Mapping[str, str]) -> pd.DataFrame:
    counts = found["rule"].value_counts()
    who = found.drop_duplicates(["rule", "company_id", "customer_id", "target"])
    customers = who["rule"].value_counts()
    return pd.DataFrame(
        {
            "rule": list(ALERT_RULES),
            "severity": [SEVERITY[rule] for rule in ALERT_RULES],
            "is_on": [policy.is_alert_on(rule) for rule in ALERT_RULES],
            "count": [int(counts.get(rule, 0)) for rule in ALERT_RULES],
            "customers": [int(customers.get(rule, 0)) for rule in ALERT_RULES],
            "reason": pd.Series([reasons.get(rule) for rule in ALERT_RULES], dtype="str"),
        }
    )


def _amounts(rows: pd.DataFrame) -> dict[str, int]:
    sums = rows.dropna(subset=["amount_minor"]).groupby("currency")["amount_minor"].sum()
    return {str(currency): int(amount) for currency, amount in sums.items()}
