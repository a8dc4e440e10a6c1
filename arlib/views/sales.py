"""Commerce: what may still be sold to each customer, in one light, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.frames import customers
from arlib.analytics.headroom import (
    LIGHTS,
    WITH_ORDERS,
    deliveries_left_out,
    headroom,
    orders_known,
)
from arlib.model.portfolio import KEY
from arlib.views.grid import GridRow, grid_rows

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_SHOWN: Final = [
    *KEY,
    "name",
    "owner",
    "category",
    "light",
    "reason",
    "reason_on",
    "days_late",
    "headroom_minor",
    "limit_minor",
    "limit_reason",
    "limit_currency",
    "exposure_minor",
    "orders_minor",
    "segment",
]


@dataclass(frozen=True, slots=True)
class SalesView:
    """What sales people need to know before they promise anything.

    ``customers``: one row per customer, by name: ``company_id, customer_id, name, owner, category,
    light`` (red, orange, green), ``reason`` (of ``headroom.REASONS``), ``reason_on, days_late,
    headroom_minor`` (Int64; NA + ``headroom_reason``), ``limit_minor`` (+ ``limit_reason``),
    ``limit_currency, exposure_minor, orders_minor, segment, action, terms, deposit_ratio`` (of the
    grid). Companies of the group and collective accounts are left out: ``count_left_out``.
    ``counts``: customers by light. ``orders``: added (to the exposure), inside (the basis holds
    them), unknown (no file says them). ``new_customer``: what the grid allows a new one.
    """

    as_of: date
    exposure_basis: str
    orders: str
    are_deliveries_left_out: bool
    overdue_days: int
    watch_ratio: float
    customers: pd.DataFrame
    counts: dict[str, int]
    new_customer: GridRow
    count_left_out: int


def build(portfolio: Portfolio, policy: Policy) -> SalesView:
    """Return headroom, light and reason of every customer."""
    rows = _with_grid(headroom(portfolio, policy)[_SHOWN], policy)
    by_light = rows["light"].value_counts()
    known = "inside" if policy.exposure_basis == WITH_ORDERS else "added"
    return SalesView(
        as_of=portfolio.as_of,
        exposure_basis=policy.exposure_basis,
        orders=known if orders_known(portfolio) else "unknown",
        are_deliveries_left_out=deliveries_left_out(portfolio, policy),
        overdue_days=policy.sales_overdue_days,
        watch_ratio=policy.alert_watch_ratio,
        customers=rows,
        counts={light: int(by_light.get(light, 0)) for light in LIGHTS},
        new_customer=grid_rows(policy)[-1],
        count_left_out=len(customers(portfolio)) - len(rows),
    )


def matching(rows: pd.DataFrame, search: str) -> pd.DataFrame:
    """Return the customers whose name or code contains a text, whatever its accents or capitals."""
    wanted = _plain(pd.Series([search])).iloc[0].strip()
    if not wanted:
        return rows
    words = _plain(rows["name"].fillna("") + " " + rows["customer_id"])
    return rows.loc[words.str.contains(wanted, regex=False)].reset_index(drop=True)


def _plain(texts: pd.Series[str]) -> pd.Series[str]:
    letters = (
        texts.astype("str").str.normalize("NFKD").str.replace(r"[\u0300-\u036f]", "", regex=True)
    )
    return letters.str.casefold()


def _with_grid(rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Add the action, terms and deposit of the class; say why headroom is missing."""
    by_class = {row.segment: row for row in grid_rows(policy)}
    actions = {segment: row.action for segment, row in by_class.items()}
    rows["action"] = rows["segment"].map(actions).astype("str")
    rows["terms"] = rows["segment"].map({s: r.terms for s, r in by_class.items()}).astype("str")
    deposits = {segment: row.deposit_ratio for segment, row in by_class.items()}
    rows["deposit_ratio"] = rows["segment"].map(deposits).astype("float64")
    missing = rows["headroom_minor"].isna()
    why = rows["limit_reason"].where(rows["limit_minor"].isna(), "no_rate")
    why = why.mask(rows["reason"] == "unknown_exposure", "not_at_this_level")
    rows["headroom_reason"] = why.where(missing).astype("str")
    order = rows.assign(_name=_plain(rows["name"])).sort_values(["_name", *KEY])
    return order.drop(columns="_name").reset_index(drop=True)
