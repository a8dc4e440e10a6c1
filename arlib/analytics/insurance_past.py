"""Since when, and how many days of a year, exposure stood over what the insurer had agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics import limits
from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    customers,
    dates,
    day_number,
    first_reason,
    left_out,
)
from arlib.analytics.overrun_history import history, stretches, with_true_start
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_MONTHS: Final = 12
_PAST: Final = [*KEY, "over_since", "over_since_reason", "over_days_12m", "over_days_12m_reason"]


def over_insurer(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the last twelve months against the insurer's limits on customers by name.

    Columns: key, ``over_since`` (NaT: not over), ``over_days_12m`` (Int64), each with its reason. On
    E1, the only exposure known day by day; a customer the insurer never agreed to has no row.
    """
    who = customers(portfolio)
    rows = limits.applicable(portfolio, who.loc[~who["is_collective"], [*KEY, "category"]])
    begun = rows["starts"] <= day_number(portfolio.as_of)
    is_insurer = (rows["source"] == "insurer") & (rows["limit_scope"] == "customer")
    rows = rows.loc[is_insurer & begun]
    if rows.empty:
        return _nobody()
    start = portfolio.window_start(_MONTHS)
    past = history(stretches(portfolio, policy, start, rows, "insurer"))
    past = with_true_start(portfolio, policy, past, rows, "insurer")
    number = past["since_day"].astype("int64")
    past["over_since"] = pd.Series(dates(number), index=past.index).mask(number == 0)
    cannot = past["company_id"].isin(
        left_out(portfolio, frozenset({"C"})) - portfolio.inferred_companies()
    )
    past["over_since"] = past["over_since"].mask(cannot)
    past["over_days_12m"] = past["overrun_days_12m"].astype("Int64").mask(cannot)
    past["over_days_12m_reason"] = first_reason(past.index, (cannot, NOT_AT_THIS_LEVEL))
    past["over_since_reason"] = first_reason(
        past.index, (cannot, NOT_AT_THIS_LEVEL), (past["over_since"].isna(), "not_over")
    )
    return past[_PAST]


def _nobody() -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series(dtype="str") for name in _PAST})
    return frame.astype({"over_since": "datetime64[s]", "over_days_12m": "Int64"})
