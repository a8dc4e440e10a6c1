"""What puts a customer on top of the day's list whatever his amount (definitions §13).

A deadline of the insurer within the policy's notice, a promise broken and not followed up since, an
overrun with orders pending, a debt about to be barred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.analytics.deadlines import deadlines
from arlib.analytics.exposure import commitment_parts, suppliers, whole
from arlib.analytics.frames import without_behaviour
from arlib.analytics.overruns import in_limit_currency, limit_test
from arlib.analytics.promises import promises
from arlib.analytics.reminder_history import followed_on
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

# In the order in which they are said; the first one decides what to do.
FORCED: Final = ("insurer", "promise_broken", "over_with_orders", "limitation")
_INSURER: Final = ("declaration", "extension")
_MONTHS: Final = 12


def insurer(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the nearest deadline of the insurer on invoices of each customer, if it comes soon.

    Columns: key, ``insurer_kind`` (declaration, extension), ``insurer_on, insurer_days,
    insurer_minor, insurer_currency``.
    """
    rows = deadlines(portfolio, policy)
    left = rows["days_left"].astype("Float64")
    is_soon = (left >= 0) & (left <= policy.insurance_alert_days)
    rows = rows.loc[rows["kind"].isin(list(_INSURER)) & is_soon.fillna(value=False)]
    rows = rows.dropna(subset=["customer_id"]).sort_values([*KEY, "on", "kind", "currency"])
    names = {
        "kind": "insurer_kind",
        "on": "insurer_on",
        "days_left": "insurer_days",
        "amount_minor": "insurer_minor",
        "currency": "insurer_currency",
    }
    return rows.drop_duplicates(KEY).rename(columns=names)[[*KEY, *names.values()]]


def promise_broken(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return customers who broke a promise within twelve months, nobody having followed it up.

    A call, a reminder or another promise after the deadline follows it up. Columns: key,
    ``broken_on`` (the last deadline), ``broken_count, broken_minor`` (promised and not received, of
    ``broken_currency``: that of the last one).
    """
    found = promises(portfolio, policy)
    start = pd.Timestamp(portfolio.window_start(_MONTHS))
    found = found.loc[(found["status"] == "broken") & (found["deadline_on"] > start)]
    found = found.merge(followed_on(portfolio), on=KEY, how="left")
    found = found.loc[~(found["followed_on"] > found["deadline_on"])]
    missing = found["amount_minor"].astype("Int64") - found["received_minor"].astype("Int64")
    found = found.assign(broken_minor=missing).sort_values([*KEY, "deadline_on", "currency"])
    last = found.drop_duplicates(KEY, keep="last")[[*KEY, "deadline_on", "currency"]]
    last = last.rename(columns={"deadline_on": "broken_on", "currency": "broken_currency"})
    same = found.merge(last, on=KEY)
    same = same.loc[same["currency"] == same["broken_currency"]]
    sums = same.groupby(KEY).agg(
        broken_count=("broken_minor", "size"), broken_minor=("broken_minor", "sum")
    )
    return last.merge(sums.reset_index(), on=KEY)


def limits_now(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the test of the limit on the policy's basis, worked out once: see ``limit_test``."""
    basis = policy.exposure_basis
    name = f"limits now {policy.version} {basis}"
    return portfolio.derived(name, lambda: limit_test(portfolio, policy, basis))


def over_with_orders(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return customers over their limit who have orders not delivered.

    Columns: key, ``over_minor, orders_minor`` (Int64; NA: no rate), ``over_currency``.
    """
    rows = limits_now(portfolio, policy)
    rows = rows.loc[rows["is_over"], [*KEY, "limit_currency", "overrun_minor"]]
    rows = rows.rename(columns={"overrun_minor": "over_minor"})
    parts = commitment_parts(whole(portfolio))
    parts = parts.loc[parts["order"] > 0]
    found = in_limit_currency(portfolio, parts, rows, "order")
    found = found.rename(columns={"tested_minor": "orders_minor"})[[*KEY, "orders_minor"]]
    ordering = parts[KEY].drop_duplicates()
    rows = rows.merge(ordering, on=KEY).merge(found, on=KEY, how="left")
    return rows.rename(columns={"limit_currency": "over_currency"})


def limitation(portfolio: Portfolio, policy: Policy, items: pd.DataFrame) -> pd.DataFrame:
    """Return customers some debt of whom is barred within the months of the alert, not yet barred.

    Columns: key, ``limitation_on`` (the nearest), ``limitation_count, limitation_minor,
    limitation_currency`` (of the nearest).
    """
    day = pd.Timestamp(portfolio.as_of)
    last = day + pd.DateOffset(months=policy.limitation_alert_months)
    rows = items.loc[(items["limitation_on"] >= day) & (items["limitation_on"] <= last)]
    rows = rows.loc[~rows["suspended_by"].eq("small")]
    rows = rows.sort_values([*KEY, "limitation_on", "currency"])
    first = rows.drop_duplicates(KEY)[[*KEY, "limitation_on", "currency"]]
    first = first.rename(columns={"currency": "limitation_currency"})
    same = rows.drop(columns="limitation_on").merge(first, on=KEY)
    same = same.loc[same["currency"] == same["limitation_currency"]]
    sums = same.groupby(KEY).agg(
        limitation_count=("open_minor", "size"), limitation_minor=("open_minor", "sum")
    )
    return first.merge(sums.reset_index(), on=KEY)


def unanswered(portfolio: Portfolio, policy: Policy) -> dict[str, str]:
    """Return what the data or the policy cannot tell about forced tops, with the reason."""
    found: dict[str, str] = {}
    terms = (policy.insurance_declaration_days, policy.insurance_extension_days)
    if not any(terms):
        found["insurer"] = "not_filled_in"
    companies = {item.company_id for item in portfolio.companies()}
    if companies and companies <= without_behaviour(portfolio, policy):
        found["promise_broken"] = "not_at_this_level"
    if not suppliers(portfolio, ("order",)):
        found["over_with_orders"] = "not_supplied"
    return found


def flagged(frame: pd.DataFrame, parts: dict[str, Any]) -> pd.Series[str]:
    """Return the codes that hold on each row, in order, separated by a space; empty: none."""
    text = pd.Series("", index=frame.index, dtype="object")
    for code in FORCED:
        holds = frame[parts[code]].notna()
        text = text.where(~holds, (text + " " + code).str.strip())
    return text.astype("str")
