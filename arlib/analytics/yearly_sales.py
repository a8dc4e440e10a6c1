"""Sales of a year by customer, from the invoices of the twelve months to the date.

A book that holds less than twelve months answers for a year in proportion of its days, from
``dso_min_months`` months on. Amounts incl. VAT are net of credit notes; without VAT where every document
says its own, or by the rate of the policy.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.dso import DAYS_A_YEAR
from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    customers,
    first_reason,
    left_out,
    round_half_away,
)
from arlib.analytics.receivables import LEVELS_WITHOUT_SALES
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

SHORT_YEAR: Final = "short_year"
_MONTH_DAYS: Final = 30
_YEAR_MONTHS: Final = 12


def year_days(portfolio: Portfolio) -> dict[str, int]:
    """Return the days of the last twelve months that each company's files cover, 365 for all of them.

    A company whose level holds no sales is absent.
    """
    start = portfolio.window_start(_YEAR_MONTHS)
    without = left_out(portfolio, LEVELS_WITHOUT_SALES)
    return {
        item.company_id: _covered(start, item.covers_from, portfolio.as_of)
        for item in portfolio.companies()
        if item.company_id not in without
    }


def is_short(portfolio: Portfolio) -> bool:
    """Return True when the year of some company is worked out from less than twelve months."""
    return any(days < DAYS_A_YEAR for days in year_days(portfolio).values())


def yearly_sales(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return sales of a year, one row per company, customer and currency with an invoice.

    Columns: key and currency, ``name, is_intercompany, sales_minor`` (of the days covered),
    ``covered_days, yearly_minor`` (Int64: of 365 days; NA + ``_reason``: short_year, no_sales),
    ``yearly_ht_minor`` (excl. VAT; NA + ``_reason``: no_tax too), ``count_invoices``. Collective
    accounts are customers too: they are sold to.
    """
    name = f"yearly sales {policy.version}"
    return portfolio.derived(name, lambda: _yearly_sales(portfolio, policy))


def _yearly_sales(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    frame = portfolio.yearly_sales().astype(dict.fromkeys(KEY_CURRENCY, "str"))
    who = customers(portfolio)[[*KEY, "name", "is_intercompany"]]
    frame = frame.merge(who, on=KEY, how="left")
    days = frame["company_id"].map(year_days(portfolio)).astype("float64").fillna(0)
    frame["covered_days"] = days.astype("int64")
    is_long = days >= policy.dso_min_months * _MONTH_DAYS
    factor = (DAYS_A_YEAR / days.where(is_long)).to_numpy("float64")
    sales = frame["sales_minor"].astype("float64")
    frame["yearly_minor"] = _whole(sales.where(sales > 0) * factor)
    frame["yearly_reason"] = first_reason(
        frame.index, (~is_long, SHORT_YEAR), (frame["yearly_minor"].isna(), "no_sales")
    )
    frame["yearly_ht_minor"] = _whole(_without_tax(frame, policy).where(sales > 0) * factor)
    frame["yearly_ht_reason"] = frame["yearly_reason"].fillna(
        first_reason(frame.index, (frame["yearly_ht_minor"].isna(), "no_tax"))
    )
    return frame.drop(columns=["taxed_minor", "tax_minor"])


def sales_reason(portfolio: Portfolio) -> str | None:
    """Return why no customer of the book has sales: their level tells none; None when some may."""
    return None if year_days(portfolio) else NOT_AT_THIS_LEVEL


def _without_tax(frame: pd.DataFrame, policy: Policy) -> pd.Series[float]:
    """Return sales excl. VAT: what is known, the rest at the policy's rate, else missing."""
    unknown = (frame["sales_minor"] - frame["taxed_minor"]).astype("float64")
    rate = policy.ecl_vat_ratio
    share = 1 / (1 + rate) if rate else np.nan
    rest = unknown.where(unknown == 0, unknown * share)
    return (frame["taxed_minor"] - frame["tax_minor"]).astype("float64") + rest


def _whole(values: pd.Series[float]) -> pd.Series[int]:
    return pd.Series(round_half_away(values), index=values.index).astype("Int64")


def _covered(start: date, covers_from: date | None, as_of: date) -> int:
    """Return how many of the last twelve months' days are covered; a whole year is 365."""
    if covers_from is None or covers_from <= start + timedelta(days=1):
        return DAYS_A_YEAR
    return max(0, (as_of - covers_from).days + 1)
