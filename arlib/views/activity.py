"""Activity beside the risk: basket, revenue trend, credit notes, billing lag, disputes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.analytics.activity import (
    MONTHS,
    Who,
    disputes_by_cause,
    disputes_by_month,
    lags,
    sales_by_month,
    trend,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class ActivityBlock:
    """One currency of the book or of one customer.

    ``monthly``: ``arlib.analytics.activity.sales_by_month``. ``trend``: last 12 whole months against
    the 12 before, by name (``sales_minor, basket_minor, count_invoices, credit_note_ratio``, each also
    ``…_before`` and, but the ratio, ``…_change_ratio``), ``count_months``, ``before_reason``.
    ``lags``: ``billing_lag_days, sending_lag_days`` with ``_reason`` and counts. ``causes`` and
    ``dispute_months``: ``disputes_by_cause``, ``disputes_by_month``; ``disputes_reason``: why both
    are empty (``no_disputes``), or None.
    """

    currency: str
    monthly: pd.DataFrame
    trend: Mapping[str, object]
    lags: Mapping[str, object]
    causes: pd.DataFrame
    dispute_months: pd.DataFrame
    disputes_reason: str | None


@dataclass(frozen=True, slots=True)
class ActivityView:
    """One block a currency with an invoice, a credit note or a dispute in two years; maybe none."""

    as_of: date
    company_id: str | None
    customer_id: str | None
    blocks: tuple[ActivityBlock, ...]


def build(
    portfolio: Portfolio,
    policy: Policy,
    *,
    company_id: str | None = None,
    customer_id: str | None = None,
) -> ActivityView:
    """Return the activity of the book inside the filters, or of one customer."""
    del policy  # no threshold takes part
    who = Who(company_id, customer_id)
    return ActivityView(
        as_of=portfolio.as_of,
        company_id=company_id,
        customer_id=customer_id,
        blocks=tuple(_block(portfolio, code, who) for code in _currencies(portfolio, who)),
    )


def _currencies(portfolio: Portfolio, who: Who) -> tuple[str, ...]:
    """Return the currencies with something to show, most billed first."""
    sold = portfolio.activity_months(MONTHS + 1, who.company_id, who.customer_id)
    disputed = portfolio.dispute_months(MONTHS + 1, who.company_id, who.customer_id)
    billed = sold.groupby("currency")["billed_minor"].sum().to_dict()
    codes = {*billed, *disputed["currency"].unique()}
    return tuple(sorted(codes, key=lambda code: (-billed.get(code, 0), code)))


def _block(portfolio: Portfolio, currency: str, who: Who) -> ActivityBlock:
    monthly = sales_by_month(portfolio, currency, who)
    causes = disputes_by_cause(portfolio, currency, who)
    return ActivityBlock(
        currency=currency,
        monthly=monthly,
        trend=trend(monthly),
        lags=lags(portfolio, currency, who),
        causes=causes,
        dispute_months=disputes_by_month(portfolio, currency, who),
        disputes_reason=None if len(causes) else "no_disputes",
    )
