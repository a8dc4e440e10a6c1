"""What one customer should pay in the coming weeks, invoice by invoice, for his file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.analytics.customer_forecast import WEEKS, of_customer
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, without_behaviour
from arlib.views.forecast import invoices_of

if TYPE_CHECKING:
    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

__all__ = ["WEEKS", "CustomerForecast", "build"]


@dataclass(frozen=True, slots=True)
class CustomerForecast:
    """What is expected of one customer, future sales not included.

    ``weeks, parts``: as in ``analytics.customer_forecast.CustomerCash``. ``invoices``: his open debits, the
    first expected first, columns of ``ForecastBlock.invoices``. ``unavailable``: why nothing can be foreseen
    of this company (the date of each debit is then missing), or None.
    """

    weeks: pd.DataFrame
    parts: pd.DataFrame
    invoices: pd.DataFrame
    unavailable: str | None

    def within(self, currency: str, weeks: int) -> int:
        """Return what is expected by the end of a week, in minor units."""
        rows = self.weeks[(self.weeks["currency"] == currency) & (self.weeks["week"] <= weeks)]
        return int(rows["expected_minor"].sum())


def build(
    portfolio: Portfolio, policy: Policy, company_id: str, customer_id: str
) -> CustomerForecast:
    """Return what is expected of one customer over thirteen weeks."""
    found = of_customer(portfolio, policy, company_id, customer_id)
    rows = invoices_of(portfolio, policy, found.items, "base").drop(columns="customer_confidence")
    order = ["expected_on", "due_on", "document_id"]
    is_silent = company_id in without_behaviour(portfolio, policy)
    return CustomerForecast(
        weeks=found.weeks,
        parts=found.parts,
        invoices=rows.sort_values(order, na_position="last", ignore_index=True),
        unavailable=NOT_AT_THIS_LEVEL if is_silent else None,
    )
