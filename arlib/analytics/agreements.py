"""What the insurer agreed for each buyer by name, as it stands on a day (definitions §10).

An agreement is a decision of source ``insurer`` on one customer. It is cancelled by a later decision
that grants nothing (removed, refused, zero): what was delivered by that day stays covered. Unlike a
limit of ours, an agreement that begins later never stands in for the days before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import limits
from arlib.analytics.frames import EARLIEST, customers, dates, day_number, first_reason, truth
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from typing import Any

    from arlib.model.portfolio import Portfolio

_LATEST_FIRST: Final = ["starts", "decided", "sequence"]
_TERMS: Final = ["limit_minor", "limit_currency", "cover_ratio", "starts", "ends"]
AGREED: Final = [
    *KEY,
    "standing",
    "agreed_minor",
    "currency",
    "cover_ratio",
    "valid_from",
    "valid_to",
    "ended_on",
]


def insurer_rows(portfolio: Portfolio) -> pd.DataFrame:
    """Return the insurer's decisions that concern each customer, those not begun yet left out.

    Columns of ``limits.applicable`` plus ``cover_ratio`` (float), ``is_refused`` and ``grants``.
    """
    who = customers(portfolio)
    rows = limits.applicable(portfolio, who.loc[~who["is_collective"], [*KEY, "category"]])
    begun = rows["starts"] <= day_number(portfolio.as_of)
    rows = rows.loc[(rows["source"] == "insurer") & begun]
    said = portfolio.limits()[["company_id", "change_id", "cover_ratio", "is_refused"]]
    said = said.rename(columns={"change_id": "limit_change_id"})
    said = said.drop_duplicates(["company_id", "limit_change_id"])
    rows = rows.merge(said, on=["company_id", "limit_change_id"], how="left")
    rows["cover_ratio"] = rows["cover_ratio"].astype("float64")
    rows["is_refused"] = truth(rows["is_refused"])
    rows["grants"] = rows["limit_minor"].gt(0).fillna(value=False).astype(bool)
    rows["grants"] &= ~rows["is_refused"]
    return rows


def named(portfolio: Portfolio, rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per buyer the insurer decided on by name: the columns ``AGREED``.

    ``standing``: named, refused, cancelled or expired. ``agreed_minor``: what is agreed, or was
    until ``ended_on`` (the last day whose deliveries are covered; NaT: none is). A removal of what
    was never agreed says nothing: no row.
    """
    own = rows.loc[rows["limit_scope"] == "customer"].sort_values(
        [*KEY, *_LATEST_FIRST], ascending=[True, True, False, False, False], ignore_index=True
    )
    own["place"] = own.index  # a greater place is an earlier decision
    is_live = own["ends"] >= day_number(portfolio.as_of)
    latest = own.loc[is_live].drop_duplicates(KEY)
    holds = latest.loc[latest["grants"], [*KEY, *_TERMS]].assign(standing="named")
    silent = latest.loc[~latest["grants"]]
    return _shown([holds, _withdrawn(own, silent), _ended(own.loc[~own_in(own, latest)])], holds)


def general(portfolio: Portfolio, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the insurer's limit common to a category or to all buyers, one row a customer it covers.

    Columns: key, ``limit_minor, limit_currency, cover_ratio``.
    """
    others = rows.loc[rows["limit_scope"] != "customer"]
    live = others.loc[others["ends"] >= day_number(portfolio.as_of)].sort_values(
        [*KEY, "rank", *_LATEST_FIRST], ascending=[True, True, True, False, False, False]
    )
    best = live.drop_duplicates(KEY)
    return best.loc[best["grants"], [*KEY, "limit_minor", "limit_currency", "cover_ratio"]]


def own_in(frame: pd.DataFrame, keys: pd.DataFrame) -> pd.Series[bool]:
    """Return which rows are about a customer of another frame."""
    found = frame[KEY].merge(keys[KEY].drop_duplicates().assign(has=1), on=KEY, how="left")["has"]
    return pd.Series(found.notna().to_numpy(), index=frame.index)


def _withdrawn(own: pd.DataFrame, silent: pd.DataFrame) -> pd.DataFrame:
    """Return buyers whose decision in force grants nothing: cancelled after an agreement, else refused."""
    marks = ["place", "starts", "is_refused", "limit_minor"]
    says = silent[[*KEY, *marks]].rename(columns={name: f"no_{name}" for name in marks})
    pairs = own.loc[own["grants"]].merge(says, on=KEY)
    before = pairs["place"] > pairs["no_place"]
    past = pairs.loc[before].drop_duplicates(KEY)
    frame = says.merge(past[[*KEY, *_TERMS]], on=KEY, how="left")
    was_agreed = frame["starts"].notna()
    is_refusal = frame["no_is_refused"].astype(bool) | frame["no_limit_minor"].notna()
    is_dated = frame["no_starts"] > EARLIEST
    frame["standing"] = first_reason(
        frame.index, (was_agreed & (is_dated | ~is_refusal), "cancelled"), (is_refusal, "refused")
    )
    last = frame[["ends", "no_starts"]].min(axis=1).fillna(EARLIEST).astype("int64")
    frame["last_day"] = np.where(frame["standing"] == "cancelled", last, EARLIEST)
    return frame.dropna(subset=["standing"])[[*KEY, *_TERMS, "standing", "last_day"]]


def _ended(own: pd.DataFrame) -> pd.DataFrame:
    """Return buyers whose agreements have all ended."""
    past = own.loc[own["grants"]].sort_values([*KEY, "ends"], ascending=[True, True, False])
    last = past.drop_duplicates(KEY)
    return last[[*KEY, *_TERMS]].assign(standing="expired", last_day=last["ends"])


def _shown(parts: list[pd.DataFrame], empty: pd.DataFrame) -> pd.DataFrame:
    found = [part for part in parts if len(part)]
    frame = pd.concat(found, ignore_index=True) if found else empty
    frame = frame.rename(columns={"limit_minor": "agreed_minor", "limit_currency": "currency"})
    for column, name in (("starts", "valid_from"), ("ends", "valid_to"), ("last_day", "ended_on")):
        frame[name] = _days(frame, column)
    return frame[AGREED]


def _days(frame: pd.DataFrame, name: str) -> Any:
    numbers = frame[name] if name in frame else pd.Series(EARLIEST, index=frame.index)
    return pd.Series(dates(numbers.fillna(EARLIEST).astype("int64")), index=frame.index)
