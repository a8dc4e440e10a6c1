"""What fixing limits would change: the limit in force before and after, by customer, and their ratio.

The changes are added to the decisions of the book and everything is resolved again: narrower scopes,
later starts and removals count as they will.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import limits
from arlib.analytics.frames import customers, day_number, day_numbers
from arlib.analytics.overruns import LimitBook, limit_test
from arlib.analytics.rates import converted, factors
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

# From these ratios on a digit too many or too few is likely: said, and to be ticked.
HUNDREDFOLD: Final = 100.0
TENFOLD: Final = 10.0
HIGH: Final = 2.0
LOW: Final = 0.5
TENTH: Final = 0.1
_NEVER: Final = pd.Timestamp("2200-01-01")  # decided after everything in the book
_NUMBER: Final = 1 << 60
_AT: Final = [*KEY, "day", "source"]
_RESOLVED: Final = ["limit_minor", "limit_currency", "limit_scope", "limit_change_id"]
NEEDED: Final = (
    "company_id", "scope", "scope_id", "source", "amount_minor", "currency", "valid_from",
    "valid_to", "is_refused", "cover_ratio",
)  # fmt: skip


def preview(portfolio: Portfolio, changes: pd.DataFrame) -> pd.DataFrame:
    """Return one row per customer (or group) and source whose limit would change, or that is named.

    ``changes``: the columns ``NEEDED``. The limit is looked at on the book's date, or on the first
    (last) day of a change that begins later (ended before). Columns: key (``customer_id`` is the
    group on a change of one), ``source, scope, day, before_minor, before_currency, before_scope,
    after_minor, after_currency, after_scope, ratio`` (after / before, NaN when either is missing or
    without a rate), ``flag`` (hundredfold, tenfold, tenth, odd, unblocked, removed, currency,
    no_effect, new; None), ``is_flagged`` (to be checked and ticked).
    """
    merged = with_changes(portfolio, changes)
    asked = _concerned(portfolio, changes)
    frame = asked.copy()
    for name, decisions in (("before", portfolio.limits()), ("after", merged)):
        found = _resolved(portfolio, asked, decisions)
        names = {column: f"{name}_{column.removeprefix('limit_')}" for column in _RESOLVED}
        frame = frame.merge(found.rename(columns=names), on=[*_AT, "is_group"], how="left")
    frame = _compared(portfolio, frame)
    named = frame["scope"].isin(["customer", "group"])
    return frame.loc[named | frame["is_different"]].reset_index(drop=True)


def over_with(portfolio: Portfolio, policy: Policy, decisions: pd.DataFrame) -> pd.DataFrame:
    """Return the test of the limit (``overruns.limit_test``) were these the decisions of the book."""
    who = customers(portfolio)
    who = who.loc[~who["is_collective"], [*KEY, "category"]]
    rows = limits.applicable(portfolio, who, decisions)
    asked = who[KEY].assign(day=day_number(portfolio.as_of))
    resolved = limits.resolve(rows, asked)
    book = LimitBook(
        rows=rows,
        tested=limits.tested(portfolio, policy, resolved),
        insurer=resolved.loc[resolved["source"] == "insurer"],
        expired=limits.why_none(rows, asked),
    )
    return limit_test(portfolio, policy, policy.exposure_basis, book)


def with_changes(portfolio: Portfolio, changes: pd.DataFrame) -> pd.DataFrame:
    """Return the decisions of the book and the changes, decided last, in their order."""
    held = portfolio.limits()
    if changes.empty:
        return held
    new = changes[list(NEEDED)].copy()
    new["change_id"] = [f"new {place}" for place in range(len(new))]
    new["decided_at"] = _NEVER
    new["sequence"] = np.arange(_NUMBER, _NUMBER + len(new), dtype="int64")
    new = new.assign(decided_by=None, reason=None, origin="manual")
    if held.empty:
        return new[list(held.columns)]
    return pd.concat([held.astype("object"), new[held.columns].astype("object")], ignore_index=True)


def _concerned(portfolio: Portfolio, changes: pd.DataFrame) -> pd.DataFrame:
    """Return the customers and groups that changes are for: key, day, source, scope, is_group."""
    day = _looked_at(portfolio, changes)
    asked = changes[["company_id", "scope", "scope_id", "source"]].assign(day=day)
    who = customers(portfolio)
    who = who.loc[~who["is_collective"], [*KEY, "category"]]
    named = asked.loc[asked["scope"] == "customer"]
    named = named.merge(who[KEY], left_on=["company_id", "scope_id"], right_on=KEY)
    sorted_by = asked.loc[asked["scope"] == "category"].merge(
        who.dropna(subset=["category"]),
        left_on=["company_id", "scope_id"],
        right_on=["company_id", "category"],
    )
    everyone = asked.loc[asked["scope"] == "all"].merge(who[KEY], on="company_id")
    groups = asked.loc[asked["scope"] == "group"].assign(
        customer_id=lambda frame: frame["scope_id"]
    )
    parts = [part.assign(is_group=False) for part in (named, sorted_by, everyone)]
    found = pd.concat([*parts, groups.assign(is_group=True)], ignore_index=True)
    found = found[[*_AT, "scope", "is_group"]].astype({"day": "int64"})
    return found.drop_duplicates([*_AT, "is_group"]).reset_index(drop=True)


def _looked_at(portfolio: Portfolio, changes: pd.DataFrame) -> pd.Series[int]:
    today = day_number(portfolio.as_of)
    starts = day_numbers(pd.to_datetime(changes["valid_from"]), today)
    ends = day_numbers(pd.to_datetime(changes["valid_to"]), today)
    later = np.maximum(starts, today)
    return pd.Series(np.where(ends < today, ends, later), index=changes.index, dtype="int64")


def _resolved(portfolio: Portfolio, asked: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Return the limit in force of each customer, group, day and source asked for."""
    who = customers(portfolio)[[*KEY, "category"]]
    people, groups = asked.loc[~asked["is_group"]], asked.loc[asked["is_group"]]
    parts = []
    for is_group, some in ((False, people), (True, groups)):
        if some.empty:
            continue
        keys = some[[*KEY, "day"]].drop_duplicates()
        if is_group:
            named = keys[KEY].rename(columns={"customer_id": "group_id"})
            rows = limits.for_groups(portfolio, named, decisions)
        else:
            mine = who.merge(keys[KEY].drop_duplicates(), on=KEY)
            rows = limits.applicable(portfolio, mine, decisions)
        parts.append(limits.resolve(rows, keys).assign(is_group=is_group))
    columns = [*_AT, *_RESOLVED, "is_group"]
    filled = [part[columns] for part in parts if len(part)]
    if not filled:
        empty = asked[[*_AT, "is_group"]].iloc[:0]
        kinds = {"limit_minor": "Int64"}
        return empty.assign(**{n: pd.Series(dtype=kinds.get(n, "str")) for n in _RESOLVED})
    return pd.concat(filled, ignore_index=True)


def _compared(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Add ratio, flag and whether the limit in force is another one."""
    before, after = (frame[f"{name}_minor"].astype("Int64") for name in ("before", "after"))
    frame = frame.assign(before_minor=before, after_minor=after)
    same_currency = frame["before_currency"] == frame["after_currency"]
    had, has = before.notna(), after.notna()
    factor = factors(
        portfolio, frame["company_id"], frame["before_currency"], frame["after_currency"]
    )
    old = converted(before, np.where(had & has, factor, np.nan))
    both = had & has & (old.fillna(0) > 0)
    ratio = after.astype("Float64").div(old.astype("Float64").where(both)).astype("Float64")
    frame["ratio"] = ratio.to_numpy("float64", na_value=np.nan)
    frame["is_different"] = (had != has) | (had & has & ((before != after) | ~same_currency))
    frame["is_different"] = frame["is_different"].fillna(value=False).astype(bool)
    is_mine = frame["after_change_id"].astype("object").fillna("").str.startswith("new ")
    frame["flag"] = _flags(frame, had, has, is_mine, same_currency)
    frame["is_flagged"] = ~frame["flag"].isin(["new", ""])
    frame["flag"] = frame["flag"].astype("object").where(frame["flag"] != "", None)
    return frame.drop(columns=["before_change_id", "after_change_id"])


def _flags(
    frame: pd.DataFrame,
    had: pd.Series[bool],
    has: pd.Series[bool],
    is_mine: pd.Series[bool],
    same_currency: pd.Series[bool],
) -> pd.Series[str]:
    ratio = frame["ratio"]
    is_named = frame["scope"].isin(["customer", "group"])
    from_zero = had & has & (frame["before_minor"].fillna(1) == 0) & (
        frame["after_minor"].fillna(0) > 0
    )  # fmt: skip
    cases = [
        (had & ~has, "removed"),
        (has & ~is_mine & ~frame["is_different"] & is_named, "no_effect"),
        (had & has & ~same_currency & ratio.isna(), "currency"),
        (ratio >= HUNDREDFOLD, "hundredfold"),
        (ratio >= TENFOLD, "tenfold"),
        (ratio <= TENTH, "tenth"),
        (from_zero, "unblocked"),
        ((ratio >= HIGH) | (ratio <= LOW), "odd"),
        (had & has & ~same_currency, "currency"),
        (~had & has, "new"),
    ]
    masks = [np.asarray(mask.fillna(value=False), dtype=bool) for mask, _word in cases]
    return pd.Series(np.select(masks, [word for _mask, word in cases], ""), index=frame.index)
