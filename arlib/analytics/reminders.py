"""The worklist of the day: whom to call first, why, and what to do next (definitions §13).

``priority = amount × (1 + days_late_weighted / 30) × weight of the class``, on what is overdue and
neither in dispute nor under a live promise. What forces a customer to the top comes before any score;
equal places are parted by the amount, then by the customer's code.

Example: 10,000 overdue 15 days on average, class to watch (1.5): 10,000 × 1.5 × 1.5 = 22,500.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics import reminder_forced as forced
from arlib.analytics.frames import customers, first_reason
from arlib.analytics.grid import classes
from arlib.analytics.promises import promises
from arlib.analytics.rates import converted, factors
from arlib.analytics.reminder_forced import FORCED
from arlib.analytics.reminder_history import contacts
from arlib.analytics.reminder_items import STAGES, reminder_items
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

__all__ = ["COLUMNS", "FORCED", "STAGES", "STATES", "reminder_items", "without_rate", "worklist"]

STATES: Final = ("to_do", "waiting", "suspended")
# Why nothing is asked of a customer, in the order in which it is said.
SUSPENDED: Final = ("insolvency", "credits", "promise", "dispute", "below_minimum")
_DAYS: Final = 30
# What a forced reason asks for; without one the step is the level to send.
_STEPS: Final = {
    "insurer": "declare",
    "promise_broken": "call_back",
    "over_with_orders": "hold_orders",
    "limitation": "interrupt",
}
_WAITS: Final = {
    "promise": "await_promise",
    "dispute": "settle_dispute",
    "insolvency": "claim",
    "credits": "allocate",
}
_SUMS: Final = [
    "overdue_minor",
    "disputed_minor",
    "promised_minor",
    "covered_minor",
    "to_collect_minor",
    "net_minor",
    "small_minor",
    "insolvent_minor",
    "amicable_minor",
    "dispute_minor",
    "legal_minor",
    "late",
]
_HOLDS: Final = {
    "insurer": "insurer_on",
    "promise_broken": "broken_on",
    "over_with_orders": "over_currency",
    "limitation": "limitation_on",
}
COLUMNS: Final = [
    "rank",
    *KEY,
    "name",
    "owner",
    "segment",
    "state",
    "reasons",
    "priority",
    "currency",
    "overdue_minor",
    "overdue_undisputed_minor",
    "disputed_minor",
    "promised_minor",
    "covered_minor",
    "small_minor",
    "insolvent_minor",
    "to_collect_minor",
    "net_minor",
    "amount_reason",
    "days_late_weighted",
    "max_days_late",
    "count_overdue",
    "weight",
    "is_forced",
    "is_suspended",
    "suspended_by",
    "stage",
    "amicable_minor",
    "dispute_minor",
    "legal_minor",
    "level",
    "last_level",
    "last_action_on",
    "last_action_kind",
    "next_level",
    "next_step",
    "next_on",
    "promise_until",
    "insurer_kind",
    "insurer_on",
    "insurer_days",
    "insurer_minor",
    "insurer_currency",
    "broken_on",
    "broken_count",
    "broken_minor",
    "broken_currency",
    "over_minor",
    "orders_minor",
    "over_currency",
    "limitation_on",
    "limitation_count",
    "limitation_minor",
    "limitation_currency",
    "is_estimated",
]


def worklist(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the customers with something overdue or a forced reason, one row each, by rank.

    Columns ``COLUMNS``. ``state``: to_do, waiting (the next step has a later day), suspended (nothing
    to ask for: ``suspended_by`` insolvency, credits, promise, dispute, below_minimum); a forced reason
    makes it to_do. ``reasons``: codes of ``FORCED`` separated by a space. Amounts in ``currency`` (that of
    the company, or asked for), at the latest rates; what has no rate is left out
    (``amount_reason`` no_rate). ``overdue_undisputed = overdue - disputed``; ``to_collect`` is
    without promises, insolvency, small rests and what credits cover too, and makes ``priority`` and
    ``days_late_weighted``; ``net``: less the customer's credits, what the minimum is held against. ``amicable + dispute + legal = overdue``. ``level``: the highest that an
    invoice to collect has reached; ``next_step``: a level, or declare, call_back, hold_orders,
    interrupt, await_promise, settle_dispute, claim, allocate (NA: none). Collective accounts and companies of
    the group are left out.
    """
    name = f"worklist {policy.version}"
    return portfolio.derived(name, lambda: _worklist(portfolio, policy))


def _worklist(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    items = reminder_items(portfolio, policy)
    frame = _people(portfolio, policy)
    frame = frame.merge(_amounts(portfolio, items), on=KEY, how="left")
    frame = frame.merge(_levels(items), on=KEY, how="left")
    frame = _with_forced(portfolio, policy, frame, items)
    frame = frame.loc[(frame["count_overdue"].fillna(0) > 0) | frame["is_forced"]]
    frame = frame.reset_index(drop=True)
    frame = frame.merge(_until(portfolio, policy), on=KEY, how="left")
    frame = frame.merge(_last(portfolio), on=KEY, how="left")
    frame = _scored(_filled(frame), policy)
    return _ranked(_stepped(portfolio, _stated(frame, policy)))


def _people(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    who = customers(portfolio)
    who = who.loc[~who["is_collective"] & ~who["is_intercompany"], [*KEY, "name", "owner"]]
    frame = who.merge(classes(portfolio, policy)[[*KEY, "segment"]], on=KEY, how="left")
    target = portfolio.filters.convert or portfolio.filters.currency
    own = {item.company_id: item.currency for item in portfolio.info.companies}
    home = frame["company_id"].map(own).astype("str")
    frame["currency"] = pd.Series(target, index=frame.index, dtype="str") if target else home
    return frame


# -- amounts -------------------------------------------------------------------------------------


def _amounts(portfolio: Portfolio, items: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of overdue invoices by customer, in one currency.

    Columns: key, ``_SUMS`` (Int64; ``late``: Σ to collect × days late, float), ``lacks_rate``.
    """
    rows = items.loc[items["is_overdue"]]
    free = rows["open_minor"] - rows["disputed_minor"]
    out = rows["suspended_by"].isin(["insolvency", "small"])
    is_legal = rows["stage"] == "legal"
    rows = rows.assign(
        overdue_minor=rows["open_minor"],
        small_minor=free.where(rows["suspended_by"] == "small", 0),
        insolvent_minor=free.where(rows["suspended_by"] == "insolvency", 0),
        promised_minor=rows["promised_minor"].mask(out, 0),
        dispute_minor=rows["disputed_minor"],
        legal_minor=free.where(is_legal, 0),
        amicable_minor=free.mask(is_legal, 0),
        late=rows["to_collect_minor"] * rows["days_late"],
    )
    rows["net_minor"] = rows["to_collect_minor"]
    grouped = rows.groupby(KEY_CURRENCY)
    sums, credits_ = grouped[_SUMS].sum(), grouped["credits_minor"].first()
    sums["net_minor"] = (sums["net_minor"] + credits_).clip(lower=0)
    sums = sums.reset_index()
    factor = _to_list_currency(portfolio, sums)
    for name in _SUMS:
        sums[name] = converted(sums[name], factor)
    sums["lacks_rate"] = sums["overdue_minor"].isna()
    by_customer = sums.groupby(KEY)
    found = by_customer[_SUMS].sum(min_count=1)
    found["lacks_rate"] = by_customer["lacks_rate"].any()
    return found.reset_index()


def without_rate(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return what is overdue and stands in no amount of the list: no rate brings it to its currency.

    Columns: key, ``currency, overdue_minor`` (Int64), one row a customer and currency.
    """
    items = reminder_items(portfolio, policy)
    late = items.loc[items["is_overdue"]].groupby(KEY_CURRENCY)["open_minor"].sum()
    sums = late.rename("overdue_minor").reset_index()
    return sums.loc[np.isnan(_to_list_currency(portfolio, sums))].reset_index(drop=True)


def _to_list_currency(portfolio: Portfolio, sums: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return what converts each row into the currency of the list, NaN without a rate."""
    own = {item.company_id: item.currency for item in portfolio.info.companies}
    target = portfolio.filters.convert or portfolio.filters.currency
    home = sums["company_id"].map(own).astype("str")
    aim = pd.Series(target, index=sums.index, dtype="str") if target else home
    return factors(portfolio, sums["company_id"], sums["currency"], aim)


def _levels(items: pd.DataFrame) -> pd.DataFrame:
    """Return what the invoices of each customer have reached, and his next step.

    Columns: key, ``count_overdue, max_days_late, level, last_level, next_level, level_on``.
    """
    late = items.loc[items["is_overdue"]]
    active = late.loc[late["to_collect_minor"] > 0]
    active = active if len(active) else late.iloc[:0]
    found = late.groupby(KEY).agg(
        count_overdue=("open_minor", "size"),
        max_days_late=("days_late", "max"),
        is_estimated=("is_estimated", "any"),
    )
    grouped = active.groupby(KEY)
    found["level"] = grouped["level"].max()
    found["last_level"] = late.groupby(KEY)["last_level"].max()
    now = active.loc[active["is_to_remind"]].groupby(KEY)["next_level"].max()
    # among what comes later, the nearest day counts; on one day the highest level
    later = active.dropna(subset=["next_level"]).sort_values(
        [*KEY, "next_on", "next_level"], ascending=[True, True, True, False]
    )
    first = later.drop_duplicates(KEY).set_index(KEY)
    found["has_now"] = now.notna()
    found["next_level"] = now.reindex(found.index).fillna(first["next_level"])
    found["level_on"] = first["next_on"]
    return found.reset_index()


def _until(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return until when promises are waited for: ``promise_until``, the first of the live ones."""
    found = promises(portfolio, policy)
    found = found.loc[found["status"] == "pending"]
    return found.groupby(KEY)["deadline_on"].min().rename("promise_until").reset_index()


def _last(portfolio: Portfolio) -> pd.DataFrame:
    """Return the last reminder or call of each customer: ``last_action_on, last_action_kind``."""
    said = contacts(portfolio).drop_duplicates(KEY)
    names = {"taken_on": "last_action_on", "kind": "last_action_kind"}
    return said.rename(columns=names)[[*KEY, *names.values()]]


def _with_forced(
    portfolio: Portfolio, policy: Policy, frame: pd.DataFrame, items: pd.DataFrame
) -> pd.DataFrame:
    frame = frame.merge(forced.insurer(portfolio, policy), on=KEY, how="left")
    frame = frame.merge(forced.over_with_orders(portfolio, policy), on=KEY, how="left")
    frame = frame.merge(forced.limitation(portfolio, policy, items), on=KEY, how="left")
    broken = forced.promise_broken(portfolio, policy)
    # what was promised and paid since by another way is no longer to claim
    owing = frame.loc[frame["to_collect_minor"].fillna(0) > 0, KEY]
    frame = frame.merge(broken.merge(owing, on=KEY), on=KEY, how="left")
    frame["reasons"] = forced.flagged(frame, _HOLDS)
    frame["is_forced"] = frame["reasons"] != ""
    return frame


# -- score, state, step --------------------------------------------------------------------------


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return zeros for customers without anything overdue; amounts without a rate stay missing."""
    lacks = frame["lacks_rate"].eq(other=True)
    for name in _SUMS:
        frame[name] = frame[name].astype("Int64")
        frame[name] = frame[name].where(frame[name].notna() | lacks, 0)
    frame["amount_reason"] = pd.Series(pd.NA, index=frame.index, dtype="str").mask(lacks, "no_rate")
    frame["count_overdue"] = frame["count_overdue"].fillna(0).astype("int64")
    for name in ("max_days_late", "limitation_count", "limitation_minor"):
        frame[name] = frame[name].astype("Int64")
    for name in ("promise_until", "broken_on"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    frame["has_now"] = frame["has_now"].eq(other=True)
    frame["is_estimated"] = frame["is_estimated"].eq(other=True)
    frame["overdue_undisputed_minor"] = frame["overdue_minor"] - frame["disputed_minor"]
    return frame


def _scored(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Add the weight of the class, the mean days late of what is to collect, the priority."""
    weights = frame["segment"].map(dict(policy.reminder_weights)).astype("float64")
    frame["weight"] = weights.fillna(1.0)
    amount = frame["to_collect_minor"].astype("Float64").to_numpy("float64", na_value=np.nan)
    late = frame["late"].astype("Float64").to_numpy("float64", na_value=np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        frame["days_late_weighted"] = np.where(amount > 0, late / amount, np.nan)
    # the same as amount × (1 + days / 30), without dividing what was just multiplied
    frame["priority"] = (amount + late / _DAYS) * frame["weight"].to_numpy("float64")
    return frame


def _stated(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Add whether something is to do, later, or not at all, and why."""
    least = frame["currency"].map(policy.reminder_min).astype("Int64")
    left = frame["net_minor"]
    is_enough = ((left > 0) & (left >= least)).fillna(value=True).astype(bool)
    frame["suspended_by"] = first_reason(
        frame.index,
        (is_enough | (frame["count_overdue"] == 0), ""),
        (_positive(frame["insolvent_minor"]), "insolvency"),
        (_positive(frame["covered_minor"]), "credits"),
        (_positive(frame["promised_minor"]), "promise"),
        (_positive(frame["disputed_minor"]), "dispute"),
        (np.ones(len(frame), dtype=bool), "below_minimum"),
    )
    frame["suspended_by"] = frame["suspended_by"].mask(frame["suspended_by"] == "")
    frame["is_suspended"] = frame["suspended_by"].notna()
    frame["state"] = first_reason(
        frame.index,
        (frame["is_forced"], "to_do"),
        (frame["is_suspended"], "suspended"),
        (frame["has_now"], "to_do"),
        (np.ones(len(frame), dtype=bool), "waiting"),
    )
    parts = frame[[f"{stage}_minor" for stage in STAGES]].astype("Float64").fillna(0)
    frame["stage"] = np.array(STAGES, dtype=object)[np.argmax(parts.to_numpy("float64"), axis=1)]
    frame["stage"] = frame["stage"].astype("str").where(frame["count_overdue"] > 0)
    return frame


def _positive(amount: pd.Series[Any]) -> pd.Series[bool]:
    return (amount > 0).fillna(value=False).astype(bool)


def _stepped(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Add the step to take next and its day."""
    first = frame["reasons"].str.split(" ").str[0].map(_STEPS)
    waits = frame["suspended_by"].map(_WAITS)
    plain = frame["next_level"].mask(frame["is_suspended"])
    frame["next_step"] = first.fillna(waits).fillna(plain).astype("str")
    frame["next_level"] = plain.astype("str")
    today = pd.Series(pd.Timestamp(portfolio.as_of), index=frame.index).astype("datetime64[s]")
    until = frame["promise_until"].where(frame["suspended_by"] == "promise")
    later = frame["level_on"].where(frame["state"] == "waiting")
    on = today.where(frame["state"] == "to_do").fillna(until).fillna(later)
    frame["next_on"] = on.astype("datetime64[s]")
    return frame


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in order: to do, waiting, suspended; forced first, then priority, amount, code."""
    is_out = frame["state"] == "suspended"  # nothing is asked of them: by what they owe
    order = frame.assign(
        _state=frame["state"].map({state: place for place, state in enumerate(STATES)}),
        _free=~frame["is_forced"],
        _amount=frame["to_collect_minor"].astype("Float64").fillna(-1.0).mask(is_out, 0.0),
        _owed=frame["overdue_minor"].astype("Float64").fillna(-1.0),
        _priority=frame["priority"].fillna(-1.0).mask(is_out, 0.0),
    )
    keys = ["_state", "_free", "_priority", "_amount", "_owed", "customer_id", "company_id"]
    order = order.sort_values(keys, ascending=[True, True, False, False, False, True, True])
    order = order.reset_index(drop=True)
    order["rank"] = order.index + 1
    return order[COLUMNS]
