"""The rules of alert, one function each: who, how much, since when.

Each returns key (a missing ``customer_id``: a group or a category, named by ``target``),
``amount_minor, currency, since`` and what its sentence quotes. Companies of the group and collective
accounts are out of ``who``, so out of every rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.analytics import early_warning
from arlib.analytics.deadlines import deadlines
from arlib.analytics.frames import customers
from arlib.analytics.grid import classes, held, previous_closing
from arlib.analytics.group_overruns import group_test
from arlib.analytics.headroom import tested
from arlib.analytics.promises import promises
from arlib.analytics.segments import RANK
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

COLUMNS: Final = [
    *KEY,
    "target",
    "amount_minor",
    "currency",
    "since",
    "until",
    "days",
    "ratio",
    "limit_minor",
    "count",
    "detail",
    "usual_days",
    "recent_days",
    "segment",
    "previous_segment",
]
_BOOK_SCOPES: Final = ("ledger", "full_list", "open_items")
_INSURER_KINDS: Final = ("declaration", "extension", "agreement_end")
_LIMIT_KINDS: Final = ("limit_end", "guarantee_end")
_PROMISE_MONTHS: Final = 12


def near(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return customers from the watch ratio of their limit up to the limit itself."""
    rows = _tested(portfolio, policy)
    rows = rows.loc[rows["is_near"]]
    return _limited(rows, rows["tested_minor"])


def over(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return customers over their limit: those of the badge."""
    rows = _tested(portfolio, policy)
    rows = rows.loc[rows["is_over"]]
    return _limited(rows, rows["overrun_minor"], rows["overrun_since"])


def major(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return customers over their limit by more than the major ratio."""
    rows = _tested(portfolio, policy)
    rows = rows.loc[rows["is_over"] & (rows["alert"] == "major")]
    return _limited(rows, rows["overrun_minor"], rows["overrun_since"])


def over_long(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return customers over their limit for some days without a break, the first one counted."""
    rows = over(portfolio, policy)
    rows["days"] = _days_to(portfolio, rows["since"]) + 1
    return rows.loc[rows["days"] >= policy.alert_over_days]


def new_overrun(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return overruns that began after the last day of the import before the last one."""
    rows = over(portfolio, policy)
    days = rows[["company_id"]].merge(reference_days(portfolio), on="company_id", how="left")
    reference = pd.Series(days["reference_on"].to_numpy(), index=rows.index)
    return rows.assign(until=reference).loc[rows["since"] > reference]


def reference_days(portfolio: Portfolio) -> pd.DataFrame:
    """Return per company the last day of the import before its last one: what overruns are new to.

    Columns ``company_id, reference_on``. The last import is the last one made that still counts;
    the one before it, of the same kind, is the latest that ends on an earlier day, replaced since
    or not. A company of one import has no row.
    """
    frame = portfolio.batches()
    is_book = frame["scope"].isin(list(_BOOK_SCOPES)) & (frame["replace_mode"] != "complete")
    frame = frame.loc[is_book & (frame["state"] != "undone")]
    end = pd.to_datetime(frame["extracted_on"]).fillna(pd.to_datetime(frame["covers_to"]))
    frame = frame.assign(end=end.astype("datetime64[s]")).dropna(subset=["end"])
    live = frame.loc[frame["state"] == "live"].sort_values("sequence")
    last = live.drop_duplicates("company_id", keep="last")[["company_id", "scope", "end"]]
    pairs = frame.merge(last, on=["company_id", "scope"], suffixes=("", "_last"))
    before = pairs.loc[pairs["end"] < pairs["end_last"]]
    found = before.groupby("company_id", sort=True)["end"].max()
    return found.rename("reference_on").reset_index().astype({"company_id": "str"})


def over_insurer(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return customers who owe more than the insurer covers by name."""
    rows = _tested(portfolio, policy)
    excess = rows["insurer_overrun_minor"].astype("Int64")
    rows = rows.loc[(excess > 0).fillna(value=False)]
    found = _limited(rows, rows["insurer_overrun_minor"], rows["insurer_overrun_since"])
    return found.assign(
        currency=rows["insurer_limit_currency"], limit_minor=rows["insurer_limit_minor"]
    )


def group_over(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return groups of customers over the limit of the group."""
    rows = group_test(portfolio, policy, policy.exposure_basis)
    is_over = (rows["overrun_minor"] > 0).fillna(value=False) & ~rows["lacks_rate"].eq(other=True)
    rows = rows.loc[is_over]
    names = {"group_id": "target", "overrun_minor": "amount_minor", "overrun_since": "since"}
    rows = rows.rename(columns=names | {"count_customers": "count", "utilisation_ratio": "ratio"})
    return rows.assign(customer_id=pd.Series(pd.NA, index=rows.index, dtype="str"))


def insurer_deadline(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return dates of the insurer that come within the policy's notice."""
    rows = deadlines(portfolio, policy)
    return _dated(rows.loc[rows["kind"].isin(list(_INSURER_KINDS)) & (rows["state"] == "soon")])


def insurer_missed(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return declarations to the insurer whose date has passed."""
    rows = deadlines(portfolio, policy)
    found = _dated(rows.loc[(rows["kind"] == "declaration") & (rows["state"] == "missed")])
    return found.assign(since=found["until"])


def limit_expiring(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return limits that end within the horizon of the calendar, and those that ended on a debt."""
    rows = deadlines(portfolio, policy)
    left = rows["days_left"].astype("Float64")
    is_soon = rows["kind"].isin(list(_LIMIT_KINDS)) & (left >= 0) & (left <= policy.calendar_days)
    ended = _tested(portfolio, policy)
    ended = ended.loc[ended["limit_reason"] == "expired", KEY]
    owed = ended.merge(_owed(portfolio, policy), on=KEY)
    owed = owed.loc[(owed["amount_minor"] > 0).fillna(value=False)].assign(detail="expired")
    parts = [_dated(rows.loc[is_soon.fillna(value=False)]), owed]
    return pd.concat([part.reindex(columns=COLUMNS) for part in parts if len(part)] or [_none()])


def early(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return customers who confirmedly pay later than they used to."""
    found = early_warning.evaluate(portfolio, policy)
    found = found.loc[found["alert"] == "worse"]
    found = found.rename(columns={"alert_since": "since"})
    return found[[*KEY, "since", "usual_days", "recent_days"]].merge(
        _owed(portfolio, policy), on=KEY
    )


def broken_promise(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return promises broken over twelve months, by customer and currency, of those who still owe."""
    found = promises(portfolio, policy)
    start = pd.Timestamp(portfolio.window_start(_PROMISE_MONTHS))
    found = found.loc[(found["status"] == "broken") & (found["deadline_on"] > start)]
    missing = found["amount_minor"].astype("Int64") - found["received_minor"].astype("Int64")
    grouped = found.assign(missing=missing).groupby([*KEY, "currency"], sort=True)
    rows = grouped.agg(
        amount_minor=("missing", "sum"), since=("deadline_on", "max"), count=("missing", "size")
    ).reset_index()
    owing = _owed(portfolio, policy)
    owing = owing.loc[(owing["amount_minor"] > 0).fillna(value=False), KEY]
    return rows.merge(owing, on=KEY)


def class_worsened(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return customers in a riskier class than at the closing before."""
    found = classes(portfolio, policy)
    now, before = found["segment"].map(RANK), found["previous_segment"].map(RANK)
    change = now.astype("float64") - before.astype(
        "float64"
    )  # a book without customers has no type
    found = found.loc[change > 0]
    day = previous_closing(portfolio)
    since = pd.to_datetime(found["class_since"])
    found = found.assign(since=since.fillna(pd.Timestamp(day)) if day else since)
    return found.drop(columns="class_since").merge(_owed(portfolio, policy), on=KEY)


RULES: Final[dict[str, Callable[[Portfolio, Policy], pd.DataFrame]]] = {
    "near": near,
    "over": over,
    "over_long": over_long,
    "major": major,
    "insurer_deadline": insurer_deadline,
    "insurer_missed": insurer_missed,
    "limit_expiring": limit_expiring,
    "over_insurer": over_insurer,
    "group_over": group_over,
    "new_overrun": new_overrun,
    "early_warning": early,
    "broken_promise": broken_promise,
    "class_worsened": class_worsened,
}


def _tested(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    who = customers(portfolio)
    return tested(portfolio, policy).merge(who.loc[~who["is_intercompany"], KEY], on=KEY)


def _owed(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return what each customer owes on the policy's basis, as the amount of an alert."""
    who = customers(portfolio)
    rows = held(portfolio, policy).merge(who.loc[~who["is_intercompany"], KEY], on=KEY)
    names = {"limit_currency": "currency", "exposure_minor": "amount_minor"}
    return rows.rename(columns=names)[[*KEY, "currency", "amount_minor"]]


def _limited(
    rows: pd.DataFrame, amount: pd.Series[Any], since: pd.Series[Any] | None = None
) -> pd.DataFrame:
    """Return rows of the test of the limit as alerts of an amount."""
    kept = rows[[*KEY, "limit_minor"]].assign(
        amount_minor=amount.astype("Int64"),
        currency=rows["limit_currency"],
        ratio=rows["utilisation_ratio"],
    )
    kept["since"] = pd.NaT if since is None else pd.to_datetime(since)
    return kept.astype({"since": "datetime64[s]"})


def _dated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return dates of the calendar as alerts."""
    kept = rows[[*KEY, "amount_minor", "currency", "count"]]
    return kept.assign(
        until=rows["on"], days=rows["days_left"], detail=rows["kind"], target=rows["scope_id"]
    )


def _days_to(portfolio: Portfolio, since: pd.Series[Any]) -> pd.Series[float]:
    """Return the days from each date to the date of the figures; NaN without one."""
    days: pd.Series[float] = (pd.Timestamp(portfolio.as_of) - since).dt.days.astype("float64")
    return days


def _none() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
