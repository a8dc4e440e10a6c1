"""The state of every limit ever decided: in force, expiring, expired, removed or still to come.

One row a limit, that is a scope (one customer, one category, one group, all) and a source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import EARLIEST, LATEST, customers, dates, day_number, truth
from arlib.analytics.limits import prepared
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio

EXPIRING_DAYS: Final = 30
_TARGET: Final = ["company_id", "scope", "scope_id", "source"]
STATES: Final = ("in_force", "expiring", "to_come", "expired", "removed")
COLUMNS: Final = [
    *_TARGET,
    "name",
    "status",
    "limit_minor",
    "currency",
    "valid_from",
    "valid_to",
    "cover_ratio",
    "is_refused",
    "count_customers",
    "is_unknown",
    "decided_by",
    "decided_at",
    "reason",
    "origin",
    "change_id",
]


def limit_states(portfolio: Portfolio) -> pd.DataFrame:
    """Return one row per limit, those to look at first: the columns ``COLUMNS``.

    ``status`` at the date: ``in_force``; ``expiring``: its last day falls within 30 days and nothing
    follows it; ``to_come``: its first day is later; ``expired``; ``removed``. ``count_customers``:
    those whom the scope covers. ``is_unknown``: the book knows no such customer, category or group.
    """
    rows = prepared(portfolio.limits())
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    today = day_number(portfolio.as_of)
    frame = _chosen(rows, today)
    frame["status"] = _status(frame, rows, today)
    frame = frame.merge(_said(portfolio), on=["company_id", "change_id"], how="left")
    frame = _named(portfolio, frame)
    for name, sentinel, number in (
        ("valid_from", EARLIEST, frame.pop("starts")),
        ("valid_to", LATEST, frame.pop("ends")),
    ):
        day = number.astype("int64")
        shown = pd.Series(dates(day.where(day != sentinel, 0)), index=frame.index)
        frame[name] = shown.mask(day == sentinel)
    rank = frame["status"].map({name: place for place, name in enumerate(STATES)})
    scope = frame["scope"].map({"all": 0, "category": 1, "group": 2, "customer": 3})
    order = frame.assign(_rank=rank, _scope=scope)
    order = order.sort_values(["_rank", "_scope", "name", *_TARGET], kind="stable")
    return order[COLUMNS].reset_index(drop=True)


def _chosen(rows: pd.DataFrame, today: int) -> pd.DataFrame:
    """Return the decision that speaks for each limit: in force, else the next one, else the last."""
    live = (rows["starts"] <= today) & (rows["ends"] >= today)
    later = rows["starts"] > today
    stage = np.select([live, later], [0, 1], default=2)
    # in force: latest start; to come: the first; ended: the last to end
    start = np.where(stage == 1, rows["starts"], -rows["starts"])
    end = np.where(stage == 2, -rows["ends"], 0)  # noqa: PLR2004 - the third stage
    order = rows.assign(stage=stage, _start=start, _end=end, _decided=rows["decided"])
    order = order.sort_values(
        ["stage", "_end", "_start", "_decided", "sequence"],
        ascending=[True, True, True, False, False],
    )
    found = order.drop_duplicates(_TARGET)
    return found.rename(columns={"limit_change_id": "change_id", "limit_currency": "currency"})


def _status(frame: pd.DataFrame, rows: pd.DataFrame, today: int) -> Any:
    # nothing follows: no other decision of the same limit holds on the day after the last
    after = frame[[*_TARGET, "ends", "change_id"]].merge(
        rows[[*_TARGET, "starts", "ends", "limit_change_id", "limit_minor"]],
        on=_TARGET,
        suffixes=("", "_other"),
    )
    follows = (
        (after["starts"] <= after["ends"] + 1)
        & (after["ends_other"] > after["ends"])
        & after["limit_minor"].notna()
        & (after["limit_change_id"] != after["change_id"])
    )
    followed = frame["change_id"].isin(after.loc[follows, "change_id"])
    is_soon = (frame["ends"] - today <= EXPIRING_DAYS) & ~followed
    cases = [
        frame["limit_minor"].isna() & (frame["stage"] == 0),
        (frame["stage"] == 0) & is_soon,
        frame["stage"] == 0,
        frame["stage"] == 1,
    ]
    return np.select(cases, ["removed", "expiring", "in_force", "to_come"], default="expired")


def _said(portfolio: Portfolio) -> pd.DataFrame:
    names = ["company_id", "change_id", "cover_ratio", "is_refused", "decided_by", "decided_at",
             "reason", "origin"]  # fmt: skip
    frame = portfolio.limits()[names].drop_duplicates(["company_id", "change_id"])
    return frame.assign(is_refused=truth(frame["is_refused"]))


def _named(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Add the name of whom each limit is for, and how many customers its scope covers."""
    who = customers(portfolio)
    parts = {
        "customer": who[[*KEY]].assign(scope_id=who["customer_id"]),
        "category": who[[*KEY]].assign(scope_id=who["category"]),
        "group": who[[*KEY]].assign(scope_id=who["group_id"]),
    }
    counts = [
        part.dropna(subset=["scope_id"])
        .astype({"scope_id": "str"})
        .groupby(["company_id", "scope_id"])
        .size()
        .rename("count_customers")
        .reset_index()
        .assign(scope=scope)
        for scope, part in parts.items()
    ]
    known = pd.concat(counts, ignore_index=True)
    frame = frame.merge(known, on=["company_id", "scope", "scope_id"], how="left")
    everyone = frame["company_id"].map(who.groupby("company_id").size())
    count = frame["count_customers"].where(frame["scope"] != "all", everyone)
    frame["count_customers"] = count.fillna(0).astype("int64")
    frame["is_unknown"] = frame["count_customers"] == 0
    names = who[[*KEY, "name"]].rename(columns={"customer_id": "scope_id"}).assign(scope="customer")
    names = names.astype({"scope_id": "str"})
    frame = frame.merge(names, on=["company_id", "scope", "scope_id"], how="left")
    frame["name"] = frame["name"].fillna(frame["scope_id"]).where(frame["scope"] != "all", "")
    return frame
