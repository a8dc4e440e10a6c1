"""Cash of sales that do not exist yet: recent monthly sales, collected as invoices were.

A layer apart, never part of the forecast: no invoice stands behind it. Sales of each day to come are
the mean month over 30.4375 days; a sale is collected ``terms`` days later plus the delay of the book's own
curve (Kaplan and Meier, amounts as weights, over the behaviour window).
Expected by day t: Σ over days i = 1…t of a day's sales × (1 - S(t - i - terms)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from arlib.analytics.cash_forecast import week_ends
from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    are_all_left_out,
    covered_from,
    left_out,
    round_half_away,
    without_behaviour,
)
from arlib.analytics.receivables import LEVELS_WITHOUT_SALES
from arlib.analytics.survival import lives, steps
from arlib.model.portfolio import month_ends

if TYPE_CHECKING:
    from datetime import date

    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

Months = Literal[3, 12]
CHOICES: Final = (3, 12)
_MONTH_DAYS: Final = 30.4375
_TOO_EARLY: Final = "as_of_too_early"
_COLUMNS: Final = ["currency", "week", "week_end_on", "run_rate_minor", "sum_run_rate_minor"]


@dataclass(frozen=True, slots=True, eq=False)
class RunRate:
    """What sales to come would bring in at the pace of the last ``months`` whole months.

    ``first_on``, ``last_on``: the days those months cover. ``sales``: a row a currency: ``currency,
    monthly_minor`` (mean month, incl. VAT), ``terms_days`` (granted, mean by amount). ``weeks``: a row a
    currency and week: ``currency, week, week_end_on, run_rate_minor, sum_run_rate_minor``.
    ``reason``: why there is none (both frames are then empty), or None.
    """

    months: int
    first_on: date | None
    last_on: date | None
    sales: pd.DataFrame
    weeks: pd.DataFrame
    reason: str | None


def run_rate(portfolio: Portfolio, policy: Policy, weeks: int, months: int) -> RunRate:
    """Return the layer over so many weeks; filters on customers count as everywhere."""
    missing = left_out(portfolio, LEVELS_WITHOUT_SALES) | without_behaviour(portfolio, policy)
    if are_all_left_out(portfolio, missing):
        return _nothing(months, NOT_AT_THIS_LEVEL)
    first, last = _whole_months(portfolio.as_of, months)
    covers = covered_from(portfolio, missing)
    if covers is None or covers > first:
        return _nothing(months, _TOO_EARLY)
    sales = _sales(portfolio, missing, first, last, months)
    sales = sales.merge(_terms(portfolio, policy, missing), on="currency")
    if sales.empty:
        return _nothing(months, "no_sales")
    start = portfolio.window_start(policy.behaviour_window_months)
    curves = steps(lives(portfolio, policy, start=start), "amount")
    parts = [
        _weeks(portfolio.as_of, row["currency"], row["monthly_minor"], _paid_by(curves, row), weeks)
        for row in sales.to_dict("records")
    ]
    return RunRate(months, first, last, sales, pd.concat(parts, ignore_index=True), None)


def _whole_months(as_of: date, months: int) -> tuple[date, date]:
    """Return the first and last day of the last whole months at the date."""
    is_month_end = (as_of + timedelta(days=1)).day == 1
    ends = month_ends(as_of, months + 2)
    last = as_of if is_month_end else max(day for day in ends if day < as_of)
    place = last.year * 12 + last.month - months
    return last.replace(year=place // 12, month=place % 12 + 1, day=1), last


def _sales(
    portfolio: Portfolio, missing: set[str], first: date, last: date, months: int
) -> pd.DataFrame:
    """Return the mean month of each currency that sold something."""
    frame = portfolio.sales_months()
    month = pd.to_datetime(frame["month_on"])
    inside = month.between(pd.Timestamp(first), pd.Timestamp(last))
    kept = frame.loc[inside & ~frame["company_id"].isin(missing)]
    total = kept.groupby("currency")["sales_minor"].sum().reset_index()
    mean = round_half_away(total["sales_minor"].to_numpy("float64") / months)
    return total[["currency"]].assign(monthly_minor=mean.astype("int64")).loc[mean > 0]


def _terms(portfolio: Portfolio, policy: Policy, missing: set[str]) -> pd.DataFrame:
    """Return the days between an invoice and its due date, of what was paid, by amount."""
    frame = portfolio.payments(policy)
    kept = frame.loc[~frame["company_id"].isin(missing)]
    sums = kept.groupby("currency")[["days_amount", "delay_amount", "amount_minor"]].sum()
    days = (sums["days_amount"] - sums["delay_amount"]) / sums["amount_minor"]
    whole = pd.Series(round_half_away(days.to_numpy("float64")), index=days.index)
    return whole.rename("terms_days").dropna().astype("int64").reset_index()


def _paid_by(curves: pd.DataFrame, row: dict[object, object]) -> Floats:
    """Return the share of a sale collected by each day after it, from 0 to 182."""
    own = curves.loc[curves["currency"] == row["currency"]].sort_values("day")
    days = np.arange(week_ends(26)[-1] + 1) - int(str(row["terms_days"]))
    place = np.searchsorted(own["day"].to_numpy("int64"), days, side="right")
    alive = np.concatenate([[1.0], own["survival"].to_numpy("float64")])[place]
    # nothing is paid before it is sold
    return 1 - alive / alive[0] if alive[0] > 0 else np.ones(len(alive))


def _weeks(
    as_of: date, currency: object, monthly: object, paid: Floats, weeks: int
) -> pd.DataFrame:
    daily = float(str(monthly)) / _MONTH_DAYS
    ends = week_ends(weeks)
    # sold on days 1 to t, collected by t: ages t - 1 to 0
    summed = round_half_away(daily * np.cumsum(paid)[ends - 1])
    frame = pd.DataFrame({"currency": currency, "week": range(1, weeks + 1)})
    stamps = pd.Timestamp(as_of).as_unit("s") + pd.to_timedelta(frame["week"] * 7, unit="D")
    return frame.assign(
        week_end_on=stamps.astype("datetime64[s]"),
        run_rate_minor=np.diff(summed, prepend=0).astype("int64"),
        sum_run_rate_minor=summed.astype("int64"),
    )[_COLUMNS]


def _nothing(months: int, why: str) -> RunRate:
    sales = pd.DataFrame(columns=["currency", "monthly_minor", "terms_days"])
    return RunRate(months, None, None, sales, pd.DataFrame(columns=_COLUMNS), why)
