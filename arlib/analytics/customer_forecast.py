"""What one customer should pay, week by week: the forecast of the book, his part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import cash_forecast as cash
from arlib.analytics import forecast_items
from arlib.analytics.frames import round_half_away
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

WEEKS: Final = 13


@dataclass(frozen=True, slots=True, eq=False)
class CustomerCash:
    """What is expected of one customer.

    ``items``: his open debits (``forecast_items.dated``). ``weeks``: ``currency, week, week_on, week_end_on,
    expected_minor`` (promised included). ``parts``: a row a currency: ``open_minor, expected_minor`` (by the last
    week), ``beyond_minor, disputed_minor, not_modelled_minor``; they sum to what is open.
    """

    items: pd.DataFrame
    weeks: pd.DataFrame
    parts: pd.DataFrame


def of_customer(
    portfolio: Portfolio, policy: Policy, company_id: str, customer_id: str
) -> CustomerCash:
    """Return what is expected of a customer over thirteen weeks, by the model (base scenario)."""
    key = pd.DataFrame([[company_id, customer_id]], columns=KEY)
    known = forecast_items.model(portfolio, policy)
    items = forecast_items.dated(portfolio, policy, known, among=key)
    ends = cash.week_ends(WEEKS)
    said = cash.expected(cash.cells(known, cash.by_law(items), ends))
    periods = [*range(1, WEEKS + 1), "beyond"]
    is_known = said["beyond"].notna()
    planned = said.loc[is_known].groupby("currency")[periods].sum()
    promised = cash.promised(items, portfolio.as_of, ends).set_index("currency")
    names = pd.Index(sorted(items["currency"].unique()), name="currency")
    total = planned.reindex(names, fill_value=0.0) + promised.reindex(names, fill_value=0.0)
    return CustomerCash(items, _weeks(portfolio, total), _parts(items, total))


def _weeks(portfolio: Portfolio, total: pd.DataFrame) -> pd.DataFrame:
    """Return whole minor units whose running sum is the rounded running sum."""
    summed = round_half_away(total[list(range(1, WEEKS + 1))].cumsum(axis=1).to_numpy("float64"))
    single = np.diff(summed, prepend=0, axis=1).astype("int64")
    frame = pd.DataFrame(
        {
            "currency": np.repeat(total.index.to_numpy(), WEEKS),
            "week": np.tile(np.arange(1, WEEKS + 1), len(total)),
        }
    )
    end = pd.Timestamp(portfolio.as_of).as_unit("s") + pd.to_timedelta(frame["week"] * 7, unit="D")
    frame["week_on"] = (end - pd.Timedelta(days=6)).astype("datetime64[s]")
    frame["week_end_on"] = end.astype("datetime64[s]")
    return frame.assign(expected_minor=single.ravel())


def _parts(items: pd.DataFrame, total: pd.DataFrame) -> pd.DataFrame:
    near = round_half_away(total[list(range(1, WEEKS + 1))].sum(axis=1).to_numpy("float64"))
    every = round_half_away(total.sum(axis=1).to_numpy("float64"))
    frame = pd.DataFrame({"expected_minor": near, "beyond_minor": every - near}, index=total.index)
    is_unknown = items["treatment"] == "no_model"
    sums = items.assign(not_modelled_minor=items["planned_minor"].where(is_unknown, 0))
    names = ["open_minor", "disputed_minor", "not_modelled_minor"]
    held = sums.groupby("currency")[names].sum()
    return frame.astype("int64").join(held).reset_index()
