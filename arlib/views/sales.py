"""Commerce: what may still be sold to each customer, in one light, and the disputes that wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.disputes import open_disputes
from arlib.analytics.frames import customers
from arlib.analytics.headroom import (
    LIGHTS,
    WITH_ORDERS,
    deliveries_left_out,
    headroom,
    orders_known,
)
from arlib.analytics.sales_disputes import sales_disputes
from arlib.model.portfolio import KEY, KEY_CURRENCY
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
    grid), ``open_disputes, disputed_minor, disputed_currency`` (of those that wait for sales; Int64, NA +
    ``disputed_reason`` when they are of several currencies). Companies of the group and collective accounts are left out: ``count_left_out``.
    ``counts``: customers by light. ``orders``: added (to the exposure), inside (the basis holds
    them), unknown (no file says them). ``new_customer``: what the grid allows a new one.
    ``disputes``: those open that wait for sales, see ``analytics.sales_disputes``, of these
    customers; ``count_elsewhere``: their open disputes that others settle; ``sales_codes``: causes that
    sales settle.
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
    disputes: pd.DataFrame
    count_elsewhere: int
    sales_codes: tuple[str, ...]


def build(portfolio: Portfolio, policy: Policy) -> SalesView:
    """Return headroom, light and reason of every customer."""
    rows = _with_grid(headroom(portfolio, policy)[_SHOWN], policy)
    waiting = sales_disputes(portfolio, policy).merge(rows[KEY], on=KEY)
    every = open_disputes(portfolio).merge(rows[KEY], on=KEY)
    rows = _with_disputes(rows, waiting)
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
        disputes=waiting,
        count_elsewhere=len(every) - len(waiting),
        sales_codes=policy.sales_codes,
    )


def matching(rows: pd.DataFrame, search: str) -> pd.DataFrame:
    """Return the customers whose name or code contains a text, whatever its accents or capitals."""
    wanted = _plain(pd.Series([search])).iloc[0].strip()
    if not wanted:
        return rows
    words = _plain(rows["name"].fillna("") + " " + rows["customer_id"])
    return rows.loc[words.str.contains(wanted, regex=False)].reset_index(drop=True)


def waiting_for(rows: pd.DataFrame, owner: str) -> pd.DataFrame:
    """Return the disputes that wait for one salesperson; all when no name is given."""
    if not owner:
        return rows
    return rows.loc[rows["waits_for"] == owner].reset_index(drop=True)


def _plain(texts: pd.Series[str]) -> pd.Series[str]:
    letters = (
        texts.astype("str").str.normalize("NFKD").str.replace(r"[\u0300-\u036f]", "", regex=True)
    )
    return letters.str.casefold()


def _with_disputes(rows: pd.DataFrame, waiting: pd.DataFrame) -> pd.DataFrame:
    """Add how many disputes of each customer wait for sales, and their amount in one currency."""
    sums = waiting.groupby(KEY_CURRENCY)["disputed_minor"].agg(["size", "sum"]).reset_index()
    grouped = sums.groupby(KEY)
    found = grouped.agg(
        open_disputes=("size", "sum"),
        disputed_minor=("sum", "sum"),
        disputed_currency=("currency", "first"),
        currencies=("currency", "size"),
    )
    found = rows.merge(found.reset_index(), on=KEY, how="left")
    is_mixed = found["currencies"].fillna(0) > 1
    amounts = found["disputed_minor"].astype("Int64").fillna(0).mask(is_mixed)
    reasons = pd.Series("several_currencies", index=found.index, dtype="str")
    return found.assign(
        open_disputes=found["open_disputes"].fillna(0).astype("int64"),
        disputed_minor=amounts,
        disputed_currency=found["disputed_currency"].fillna(found["limit_currency"]),
        disputed_reason=reasons.where(is_mixed),
    ).drop(columns="currencies")


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
