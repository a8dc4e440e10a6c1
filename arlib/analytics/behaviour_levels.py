"""Payment behaviour at every level: book, group, category, sector, owner, customer.

Every measure is a ratio of summed parts, or an order statistic of all the delays of the level:
nothing is an average of averages, and the parts of a level add up to those of the book.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.behaviour import MEASURES, PARTS, measured, parts
from arlib.analytics.frames import (
    customers,
    first_reason,
    ratio,
    without_behaviour,
)
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Level, Portfolio

LEVELS: Final[tuple[Level, ...]] = (
    "portfolio",
    "group",
    "category",
    "sector",
    "owner",
    "customer",
)
# The column of the customers that gives the value of a level.
FIELDS: Final = {
    "group": "group_id",
    "category": "category",
    "sector": "sector",
    "owner": "owner",
    "customer": "customer_id",
}
QUARTILES: Final = {"low_quartile": 0.25, "median": 0.5, "high_quartile": 0.75}
SPREAD: Final = [
    "median_delay_days",
    "low_quartile_days",
    "high_quartile_days",
    "spread_days",
    "on_time_count_ratio",
    "on_time_amount_ratio",
]
ALL_MEASURES: Final = [*MEASURES, *SPREAD]
PLACE: Final = ["company_id", "value", "currency"]
_COVERAGE: Final = ["receipts_minor", "covered_minor", "matched_minor"]


def by_level(portfolio: Portfolio, policy: Policy, level: Level) -> pd.DataFrame:
    """Return the measures of a level, one row per value and currency, in order of the value.

    Columns: ``company_id`` (groups and customers; else NA), ``value`` (NA: the customers whose
    field is not filled, and the book), ``currency, count_customers``, those of
    ``behaviour.measured``, ``SPREAD`` (each with ``_reason``), ``covered_ratio`` (share of the cash
    received that stands against invoices, at most 1), ``is_estimated`` and ``evidence`` (enough,
    estimated, insufficient_history, no_history).
    """
    name = f"behaviour of {level} {policy.version}"
    return portfolio.derived(name, lambda: _by_level(portfolio, policy, level))


def is_filled(portfolio: Portfolio, level: Level) -> bool:
    """Return True when a customer of the book has a value at this level."""
    return level not in FIELDS or bool(customers(portfolio)[FIELDS[level]].notna().any())


def _by_level(portfolio: Portfolio, policy: Policy, level: Level) -> pd.DataFrame:
    placed = _placed(portfolio, parts(portfolio, policy), level)
    grouped = placed.groupby(PLACE, dropna=False, sort=True)
    total = grouped[PARTS].sum().reset_index()
    total["count_customers"] = grouped["customer_id"].nunique().to_numpy()
    frame = measured(total, policy)
    frame.insert(len(PLACE), "count_customers", total["count_customers"].astype("int64"))
    frame = _joined(frame, _spread(portfolio, policy, level))
    for name in SPREAD:
        frame[f"{name}_reason"] = first_reason(frame.index, (frame[name].isna(), "no_history"))
    return _with_evidence(_joined(frame, _covered(portfolio, policy, level)))


def _placed(portfolio: Portfolio, frame: pd.DataFrame, level: Level) -> pd.DataFrame:
    """Return rows by customer with the value of the level that they belong to."""
    field = FIELDS.get(level)
    if field is None:
        frame = frame.assign(value=None)
    elif field == "customer_id":
        frame = frame.assign(value=frame["customer_id"])
    else:
        who = customers(portfolio)[[*KEY, field]].rename(columns={field: "value"})
        frame = frame.merge(who, on=KEY, how="left")
    if level not in {"group", "customer"}:
        frame["company_id"] = None
    return _keyed(frame)


def _keyed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with keys of one type: a column without any value has none of its own."""
    return frame.astype(dict.fromkeys(PLACE, "str"))


def _joined(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    return left.merge(_keyed(right), on=PLACE, how="left", validate="one_to_one")


def _spread(portfolio: Portfolio, policy: Policy, level: Level) -> pd.DataFrame:
    """Return median, quartiles and shares on time, linear between the observations around."""
    without = tuple(sorted(without_behaviour(portfolio, policy)))
    found = portfolio.delay_spread(policy, level, without)
    frame = found[PLACE].copy()
    count = found["count_payments"]
    for name, share in QUARTILES.items():
        place = share * (count - 1)
        low = found[f"{name}_floor"].astype("float64")
        high = found[f"{name}_ceiling"].astype("float64")
        shown = "median_delay_days" if name == "median" else f"{name}_days"
        frame[shown] = low + (place - place // 1) * (high - low)
    frame["spread_days"] = frame["high_quartile_days"] - frame["low_quartile_days"]
    frame["on_time_count_ratio"] = ratio(found["on_time_count"], count)
    frame["on_time_amount_ratio"] = ratio(found["on_time_minor"], found["amount_minor"])
    return frame


def _covered(portfolio: Portfolio, policy: Policy, level: Level) -> pd.DataFrame:
    known = portfolio.customer_coverage(policy)
    who = customers(portfolio)
    known = known.loc[~known["company_id"].isin(without_behaviour(portfolio, policy))]
    known = known.merge(who.loc[~who["is_collective"], KEY], on=KEY)
    placed = _placed(portfolio, known[[*KEY_CURRENCY, *_COVERAGE]], level)
    return placed.groupby(PLACE, dropna=False)[_COVERAGE].sum().reset_index()


def _with_evidence(frame: pd.DataFrame) -> pd.DataFrame:
    """Add how far the figures can be relied on."""
    frame["covered_ratio"] = ratio(frame.pop("covered_minor"), frame.pop("receipts_minor"))
    frame["covered_ratio"] = frame["covered_ratio"].clip(upper=1)
    frame["covered_ratio_reason"] = first_reason(
        frame.index, (frame["covered_ratio"].isna(), "no_history")
    )
    frame["is_estimated"] = frame.pop("matched_minor").fillna(0) > 0
    frame["evidence"] = first_reason(
        frame.index,
        (frame["count_payments"] == 0, "no_history"),
        (frame["is_history_short"], "insufficient_history"),
        (frame["is_estimated"], "estimated"),
        (pd.Series(data=True, index=frame.index), "enough"),
    )
    return frame
