"""Forecasts the user kept, week by week, beside the cash that then came in.

What is followed are the debits open on the day of the forecast and not in dispute; cash counts on the
day it was paid. The book may have been restated since: cash is what is known now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics import cash_forecast, forecast_items
from arlib.analytics.frames import LATEST, day_number, day_numbers

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_WEEKS: Final = ["currency", "week", "week_end_on", "expected_minor", "p10_minor", "p50_minor"]


def to_keep(weeks: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Return the weeks of ``forecast.Forecast`` as they are kept (``Workspace.keep_forecast``)."""
    followed = (
        parts.set_index("currency")["open_minor"] - parts.set_index("currency")["disputed_minor"]
    )
    frame = weeks[[*_WEEKS, "p90_minor"]].copy()
    frame["followed_minor"] = frame["currency"].map(followed).astype("int64")
    return frame


def judged(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the forecasts kept by the date, one row a forecast, currency and week over by now.

    Columns: ``forecast_id, as_of, currency, week, week_end_on, expected_minor, p10_minor, p90_minor,
    cash_minor, is_inside`` (the band; NA without one), ``kept_at, kept_by, policy_version``. Forecasts
    are of the whole book: under filters of customers or companies there is none.
    """
    kept = portfolio.kept_forecasts()
    filters = portfolio.filters
    if kept.empty or filters.is_active or filters.company_id is not None:
        return _joined(kept.head(0), {})
    kept = kept.loc[pd.to_datetime(kept["week_end_on"]) <= pd.Timestamp(portfolio.as_of)]
    days = [stamp.date() for stamp in pd.to_datetime(kept["as_of"].drop_duplicates())]
    most = int(kept["week"].max()) if len(kept) else 0
    return _joined(kept, {day: _cash(portfolio, policy, day, most) for day in days})


def _cash(portfolio: Portfolio, policy: Policy, cut: date, weeks: int) -> pd.DataFrame:
    """Return the cash of each week after a day for what was open then, by currency."""
    items = forecast_items.split(portfolio.at(cut), policy)
    followed = items.loc[items["planned_minor"] + items["promised_minor"] > 0]
    paid = portfolio.forecast_cash(cut).merge(
        followed[["document_key", "currency"]], on="document_key"
    )
    after = day_numbers(paid["paid_on"], LATEST) - day_number(cut)
    ends = cash_forecast.week_ends(weeks)
    return cash_forecast.in_periods(paid["currency"], paid["amount_minor"], after, ends).set_index(
        "currency"
    )


def _joined(kept: pd.DataFrame, cash: dict[date, Any]) -> pd.DataFrame:
    frame = kept.drop(columns=["p50_minor", "followed_minor", "program_version"]).reset_index(
        drop=True
    )
    received = [
        float(cash[on.date()][week].get(currency, 0.0))
        for on, currency, week in zip(
            pd.to_datetime(frame["as_of"]), frame["currency"], frame["week"], strict=True
        )
    ]
    frame["cash_minor"] = np.array(received, dtype="float64").round().astype("int64")
    low, high = frame["p10_minor"].astype("Int64"), frame["p90_minor"].astype("Int64")
    frame["is_inside"] = (frame["cash_minor"] >= low) & (frame["cash_minor"] <= high)
    return frame
