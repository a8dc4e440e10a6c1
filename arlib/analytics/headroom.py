"""What a salesperson may still sell to each customer: headroom, a light, and why.

Headroom = limit − exposure − orders, in the currency of the limit. Exposure is that of the policy's
basis; orders (firm, not delivered) are added to it unless the basis holds them already (E4). The
light is red where a sale must wait for the credit manager, orange where it must be spoken of, green
otherwise; the first reason that holds, in the order of ``REASONS``, is the one said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.exposure import commitment_parts, suppliers, whole
from arlib.analytics.frames import customers, dates, day_number, stocks, truth
from arlib.analytics.grid import classes, held
from arlib.analytics.overruns import in_limit_currency, limit_book
from arlib.analytics.risk import risk_table
from arlib.analytics.segments import insolvent
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

# Why a light is what it is -> its colour; the first that holds is said.
REASONS: Final = {
    "insolvency": "red",
    "over_limit": "red",
    "blocked": "red",
    "over_with_orders": "red",
    "overdue": "red",
    "high_risk": "red",
    "no_rate": "orange",
    "unknown_exposure": "orange",
    "insurer_refused": "orange",
    "limit_expired": "orange",
    "no_limit": "orange",
    "near_limit": "orange",
    "dispute": "orange",
    "high_risk_person": "orange",
    "watch": "orange",
    "within": "green",
}
LIGHTS: Final = ("red", "orange", "green")
WITH_ORDERS: Final = "E4"
_TESTED: Final = [
    *KEY,
    "limit_minor",
    "limit_reason",
    "is_over",
    "overrun_since",
    "overrun_minor",
    "utilisation_ratio",
    "utilisation_ratio_reason",
    "is_near",
    "alert",
    "insurer_limit_minor",
    "insurer_limit_currency",
    "insurer_overrun_minor",
    "insurer_overrun_since",
]


def tested(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the risk table on the policy's basis, one row a customer; worked out once."""
    basis = policy.exposure_basis
    name = f"tested {policy.version} {basis}"

    def make() -> pd.DataFrame:
        rows = risk_table(portfolio, policy, basis).rows
        return rows.loc[rows["is_first_row"]].reset_index(drop=True)

    return portfolio.derived(name, make)


def orders_known(portfolio: Portfolio) -> bool:
    """Return whether some file says the orders at the date."""
    return bool(suppliers(portfolio, ("order",)))


def deliveries_left_out(portfolio: Portfolio, policy: Policy) -> bool:
    """Return whether deliveries not invoiced are known and outside the basis."""
    is_inside = policy.exposure_basis in {"E3", WITH_ORDERS}
    return not is_inside and bool(commitment_parts(portfolio)["delivery"].any())


def headroom(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return one row per customer, all but collective accounts and companies of the group.

    Columns: key, ``limit_minor`` (Int64; NA + ``limit_reason``: no_limit, expired),
    ``limit_currency`` (without a limit, the company's), ``exposure_minor, orders_minor,
    headroom_minor`` (Int64, NA: no limit, or a rate is missing), ``segment, light, reason,
    overrun_since, days_late`` (most of an undisputed invoice, where credits do
    not cover all that is late), ``reason_on`` (the date that the
    reason names), plus the columns of the test of the limit that alerts need.
    """
    name = f"headroom {policy.version} {policy.exposure_basis}"
    return portfolio.derived(name, lambda: _headroom(portfolio, policy))


def _headroom(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    who = customers(portfolio)
    who = who.loc[~who["is_collective"] & ~who["is_intercompany"]]
    frame = who[[*KEY, "name", "owner", "category", "is_natural_person"]]
    frame = frame.merge(tested(portfolio, policy)[_TESTED], on=KEY)
    frame = frame.merge(held(portfolio, policy).drop(columns="limit_minor"), on=KEY)
    frame = frame.merge(classes(portfolio, policy)[[*KEY, "segment"]], on=KEY, how="left")
    frame = _with_orders(portfolio, policy, frame)
    frame = _with_facts(portfolio, policy, frame)
    return _lit(frame, policy)


def _with_orders(portfolio: Portfolio, policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    """Add the orders that the basis does not hold, and what is left of the limit after both."""
    frame = frame.assign(orders_minor=pd.Series(0, index=frame.index, dtype="Int64"))
    if policy.exposure_basis != WITH_ORDERS:
        parts = commitment_parts(whole(portfolio))
        found = in_limit_currency(portfolio, parts, frame[[*KEY, "limit_currency"]], "order")
        found = frame[KEY].merge(found, on=KEY, how="left")
        lacks = truth(found["lacks_rate"]).to_numpy()
        orders = found["tested_minor"].astype("Int64").fillna(0).mask(lacks)
        frame["orders_minor"] = orders.to_numpy()
        frame["lacks_rate"] = frame["lacks_rate"].to_numpy() | lacks
    frame["orders_minor"] = frame["orders_minor"].astype("Int64")
    limit = frame["limit_minor"].astype("Int64")
    frame["headroom_minor"] = limit - frame["exposure_minor"] - frame["orders_minor"]
    return frame


def _with_facts(portfolio: Portfolio, policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    """Add what is late, in dispute or under insolvency proceedings."""
    balances = portfolio.balances()
    balances = balances.loc[balances["account_class"].isin(list(PERIMETER))]
    # without lettering nothing says which invoice is late
    balances = balances.loc[~balances["company_id"].isin(portfolio.estimated_companies())]
    balances = balances.merge(_owing(portfolio), on=KEY_CURRENCY)
    late = balances.groupby(KEY)["max_undisputed_days_late"].max().rename("days_late")
    disputed = stocks(portfolio).groupby(KEY)["disputed_minor"].max()
    frame = frame.merge(late.reset_index(), on=KEY, how="left")
    frame = frame.merge(disputed.reset_index(), on=KEY, how="left")
    frame = frame.merge(insolvent(portfolio).rename(columns={"has": "insolvent"}), how="left")
    frame = frame.merge(_ended(portfolio, policy), on=KEY, how="left")
    frame["days_late"] = frame["days_late"].astype("Float64").astype("float64")
    return frame


def _owing(portfolio: Portfolio) -> pd.DataFrame:
    """Return customers and currencies with something late that credits not allocated do not cover."""
    stock = stocks(portfolio)
    late = stock["overdue_minor"] - stock["overdue_disputed_minor"]
    return stock.loc[late + stock["credits_minor"] > 0, KEY_CURRENCY]


def _ended(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the last day of the limits that have all ended: key and ``ended_on``."""
    book = limit_book(portfolio, policy)
    rows = book.rows.loc[book.rows["limit_minor"].notna()].merge(book.expired, on=KEY)
    rows = rows.loc[rows["ends"] < day_number(portfolio.as_of)]
    last = rows.groupby(KEY, sort=True)["ends"].max().reset_index()
    return last[KEY].assign(ended_on=dates(last["ends"]))


def _lit(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Add the light, the reason that decides, and the date it names."""
    cases = _cases(frame, policy)
    masks = [np.asarray(cases[code], dtype=bool) for code in REASONS if code != "within"]
    words = [code for code in REASONS if code != "within"]
    frame["reason"] = np.select(masks, [np.array(word, dtype=object) for word in words], "within")
    frame["reason"] = frame["reason"].astype("str")
    frame["light"] = frame["reason"].map(REASONS).astype("str")
    since = frame["overrun_since"].where(frame["reason"] == "over_limit")
    expired = frame["ended_on"].where(frame["reason"] == "limit_expired")
    frame["reason_on"] = since.fillna(expired)
    return frame.drop(columns=["insolvent", "is_natural_person", "ended_on"])


def _cases(frame: pd.DataFrame, policy: Policy) -> dict[str, pd.Series[bool]]:
    """Return where each reason holds; a missing figure fires none but its own."""
    limit = frame["limit_minor"].astype("Float64")
    owed = frame["exposure_minor"].astype("Float64")
    used = owed + frame["orders_minor"].astype("Float64")
    risky, person = frame["segment"] == "high_risk", truth(frame["is_natural_person"])
    no_limit = frame["limit_minor"].isna()
    cases = {
        "insolvency": frame["insolvent"].notna(),
        "over_limit": (owed > limit) & (owed > 0),
        "blocked": limit == 0,
        "over_with_orders": (used > limit) & (used > 0),
        "overdue": frame["days_late"] > policy.sales_overdue_days,
        # a class alone never refuses a person (definitions §22)
        "high_risk": risky & ~person,
        "no_rate": frame["lacks_rate"],
        "unknown_exposure": frame["exposure_minor"].isna(),
        "insurer_refused": frame["insurer_limit_minor"].astype("Float64") == 0,
        "limit_expired": no_limit & (frame["limit_reason"] == "expired"),
        "no_limit": no_limit,
        "near_limit": (used >= limit * policy.alert_watch_ratio) & (used > 0),
        "dispute": frame["disputed_minor"].fillna(0) > 0,
        "high_risk_person": risky & person,
        "watch": frame["segment"] == "watch",
    }
    return {code: case.fillna(value=False).astype(bool) for code, case in cases.items()}
