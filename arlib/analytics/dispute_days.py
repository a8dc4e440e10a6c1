"""DSO of disputes (definitions §4): the days of sales that wait, overdue, because of a dispute.

The part *DSO litige* of the decomposition of the simple DSO, and its share by cause of dispute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.disputes import by_code
from arlib.analytics.dso import sales_history
from arlib.analytics.dso_series import families
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, are_all_left_out, left_out, without_behaviour
from arlib.analytics.receivables import LEVELS_WITHOUT_SALES, monthly_receivables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

Row = tuple[str, float | None, str | None]
_NAMES: Final = ["currency", "dispute_days", "dispute_days_reason"]


def dispute_days(portfolio: Portfolio, policy: Policy, currencies: Sequence[str]) -> pd.DataFrame:
    """Return ``dispute_days`` by ``currency``, NaN with ``dispute_days_reason`` where it is unknown.

    Same denominator as the simple DSO: the sales of ``dso_period_months``.
    """
    if are_all_left_out(portfolio, left_out(portfolio, LEVELS_WITHOUT_SALES)):
        rows: list[Row] = [(currency, None, NOT_AT_THIS_LEVEL) for currency in currencies]
    else:
        rows = [_days(portfolio, policy, currency) for currency in currencies]
    frame = pd.DataFrame(rows, columns=_NAMES)
    return frame.astype(
        {"currency": "str", "dispute_days": "float64", "dispute_days_reason": "str"}
    )


def with_days(portfolio: Portfolio, days: pd.DataFrame) -> pd.DataFrame:
    """Return ``by_code`` with ``dispute_days``: each cause's part, by its overdue amount."""
    found = by_code(portfolio).merge(days[["currency", "dispute_days"]], on="currency", how="left")
    whole = found.groupby("currency")["overdue_minor"].transform("sum")
    share = (found["overdue_minor"] / whole.where(whole > 0)).fillna(0.0)
    return found.assign(dispute_days=found["dispute_days"] * share)


def _days(portfolio: Portfolio, policy: Policy, currency: str) -> Row:
    day = portfolio.as_of
    blind = bool(portfolio.estimated_companies() & without_behaviour(portfolio, policy))
    family = families(
        monthly_receivables(portfolio, policy, currency, (day,)),
        sales_history(portfolio, currency, policy.dso_period_months),
        policy,
        policy.dso_period_months,
        NOT_AT_THIS_LEVEL if blind else None,
    )[day]
    if family.parts is None:
        return currency, None, family.parts_reason
    return currency, family.parts["disputed"], None
