"""One calendar: every date by which something must be done about credit, ours and the insurer's.

Limits and agreements that end, decisions to review (decision + 12 months, 3 for the high risk class),
reviews fixed by hand or by files, outside scores that become stale, segments fixed by hand that
expire, the insurer's extension and declaration dates, promised payments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics import insurance
from arlib.analytics.exposure import currencies, whole
from arlib.analytics.frames import EARLIEST, LATEST, customers, day_number, day_numbers, truth
from arlib.analytics.promises import promises
from arlib.analytics.rates import converted, factors
from arlib.analytics.segmentation import segmented
from arlib.model.followup import STALE_MONTHS
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

KINDS: Final = (
    "declaration",
    "extension",
    "agreement_end",
    "limit_end",
    "guarantee_end",
    "limit_review",
    "class_review",
    "review",
    "override_end",
    "score_stale",
    "promise",
)
STATES: Final = ("missed", "soon", "past", "later")  # in the order of the list
# A date that passed is a right lost, not a thing still to do.
_LOST: Final = frozenset({"declaration"})
_END_KINDS: Final = {
    "internal": "limit_end",
    "insurer": "agreement_end",
    "guarantee": "guarantee_end",
}
_TARGET: Final = ["company_id", "scope", "scope_id", "source"]
_TEXTS: Final = ["kind", *KEY, "scope", "scope_id", "source", "detail", "currency"]
COLUMNS: Final = [
    "kind",
    "on",
    "days_left",
    "state",
    *KEY,
    "name",
    "scope",
    "scope_id",
    "source",
    "detail",
    "count",
    "amount_minor",
    "currency",
]


def deadlines(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return every date, missed ones first, then what comes soon, what passed, what comes later.

    The columns ``COLUMNS``. ``kind``: one of ``KINDS``; ``state``: missed (a declaration that passed), past, soon (within
    ``insurance_alert_days``), later. ``customer_id`` and ``name`` are missing for a category, a
    group or all (``scope, scope_id``). ``detail``: the measure of a score, the segment of a class.
    ``count``: invoices behind a date of the insurer. ``amount_minor``: what is at stake, in ``currency``.
    """
    name = f"deadlines {policy.version}"
    return portfolio.derived(name, lambda: _deadlines(portfolio, policy))


def _deadlines(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    standing = _standing_limits(portfolio)
    risky = _high_risk(portfolio, policy)
    parts = [
        _insurer_dates(portfolio, policy),
        _ends(standing),
        _limit_reviews(standing, policy, risky),
        _class_reviews(portfolio, policy),
        _reviews(portfolio),
        _override_ends(portfolio),
        _stale(portfolio),
        _promised(portfolio, policy),
    ]
    found = [part.reindex(columns=COLUMNS) for part in parts if len(part)]
    frame = pd.concat(found, ignore_index=True) if found else _nothing()
    return _sorted(_named(portfolio, _typed(frame)), portfolio, policy)


# -- limits --------------------------------------------------------------------------------------


def _standing_limits(portfolio: Portfolio) -> pd.DataFrame:
    """Return the decision in force on each target (a customer, a category… and a source), or the last.

    Columns: ``_TARGET``, ``amount_minor, currency, starts, ends, decided_on, is_live, is_renewed``. A
    decision that begins the day after another ends renews it.
    """
    day = day_number(portfolio.as_of)
    frame = portfolio.limits()
    frame = frame.astype(dict.fromkeys([*_TARGET, "currency"], "str"))
    frame["scope_id"] = frame["scope_id"].fillna("")
    frame["starts"] = day_numbers(frame["valid_from"], EARLIEST)
    frame["ends"] = day_numbers(frame["valid_to"], LATEST)
    frame["decided_on"] = pd.to_datetime(frame["decided_at"]).dt.normalize().astype("datetime64[s]")
    frame["renewed_to"] = frame.groupby(_TARGET)["ends"].transform("max")
    begun = frame.loc[frame["starts"] <= day]
    begun = begun.assign(is_live=begun["ends"] >= day)
    order = ["is_live", "starts", "decided_at", "sequence"]
    latest = begun.sort_values([*_TARGET, *order], ascending=[True] * 4 + [False] * 4)
    latest = latest.drop_duplicates(_TARGET)
    latest = latest.loc[_grants(latest)]
    later = frame.loc[_grants(frame), [*_TARGET, "starts", "ends"]].merge(
        latest[[*_TARGET, "ends"]].rename(columns={"ends": "last"}), on=_TARGET
    )
    next_one = later.loc[(later["starts"] <= later["last"] + 1) & (later["ends"] > later["last"])]
    renewed = next_one[_TARGET].drop_duplicates().assign(is_renewed=True)
    latest = latest.merge(renewed, on=_TARGET, how="left")
    latest["is_renewed"] = latest["is_renewed"].eq(other=True)
    return _of_customers(portfolio, latest)


def _grants(frame: pd.DataFrame) -> pd.Series[bool]:
    """Return which decisions grant something: a removal or a refusal renews nothing."""
    return frame["amount_minor"].notna() & ~truth(frame["is_refused"])


def _of_customers(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Return decisions on customers inside the filters, and those on more than one customer."""
    known = customers(portfolio)[KEY].assign(has=1)
    frame["customer_id"] = frame["scope_id"].where(frame["scope"] == "customer")
    frame = frame.merge(known, on=KEY, how="left")
    kept = frame["has"].notna() | (frame["scope"] != "customer")
    return frame.loc[kept].drop(columns="has").reset_index(drop=True)


def _ends(standing: pd.DataFrame) -> pd.DataFrame:
    """Return the last days of limits, of agreements and of guarantees that nothing renews."""
    frame = standing.loc[(standing["ends"] < LATEST) & ~standing["is_renewed"]]
    kind = frame["source"].map(_END_KINDS)
    return frame.assign(kind=kind, on=_stamps(frame["ends"])).dropna(subset=["kind"])


def _limit_reviews(standing: pd.DataFrame, policy: Policy, risky: pd.DataFrame) -> pd.DataFrame:
    """Return when our own limits in force are to be reviewed."""
    frame = standing.loc[standing["is_live"] & (standing["source"] == "internal")]
    frame = frame.merge(risky.assign(risky=True), on=KEY, how="left")
    is_risky = frame["risky"].eq(other=True)
    detail = pd.Series(pd.NA, index=frame.index, dtype="str").mask(is_risky, "high_risk")
    on = _after(frame["decided_on"], is_risky, policy)
    return frame.assign(kind="limit_review", on=on, detail=detail)


def _after(decided: pd.Series[Any], is_risky: pd.Series[bool], policy: Policy) -> pd.Series[Any]:
    """Return a decision's date + its months of validity; a day the month lacks is its last one."""
    usual = decided + pd.DateOffset(months=policy.review_months)
    return usual.mask(is_risky, decided + pd.DateOffset(months=policy.review_high_risk_months))


# -- classes and follow-up -----------------------------------------------------------------------


def _high_risk(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    found = segmented(portfolio, policy, policy.segmentation_method, None)
    return found.loc[found["segment"] == "high_risk", KEY].drop_duplicates()


def _class_reviews(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return when segments fixed by hand are to be reviewed, unless they expire before."""
    frame = portfolio.overrides()
    decided = pd.to_datetime(frame["valid_from"]).astype("datetime64[s]")
    on = _after(decided, frame["segment"] == "high_risk", policy)
    ends = pd.to_datetime(frame["expires_on"]).astype("datetime64[s]")
    frame = frame.assign(kind="class_review", on=on, detail=frame["segment"])
    return frame.loc[~(ends <= on)]


def _override_ends(portfolio: Portfolio) -> pd.DataFrame:
    frame = portfolio.overrides()
    frame = frame.assign(kind="override_end", on=frame["expires_on"], detail=frame["segment"])
    return frame.dropna(subset=["on"])


def _reviews(portfolio: Portfolio) -> pd.DataFrame:
    """Return the next review of each customer: the last one fixed by hand, else that of the files."""
    actions = portfolio.actions()
    by_hand = actions.loc[actions["kind"] == "review", [*KEY, "due_on"]].drop_duplicates(KEY)
    by_hand = by_hand.astype(dict.fromkeys(KEY, "str")).rename(columns={"due_on": "by_hand"})
    frame = customers(portfolio)[[*KEY, "review_on"]].merge(by_hand, on=KEY, how="left")
    chosen = pd.to_datetime(frame["by_hand"]).fillna(pd.to_datetime(frame["review_on"]))
    return frame.assign(kind="review", on=chosen).dropna(subset=["on"])


def _stale(portfolio: Portfolio) -> pd.DataFrame:
    """Return the day outside scores and ratios are twelve months old; undated ones have none."""
    frame = portfolio.financials().dropna(subset=["measured_on"])
    on = pd.to_datetime(frame["measured_on"]) + pd.DateOffset(months=STALE_MONTHS)
    return frame.assign(kind="score_stale", on=on, detail=frame["measure"])


def _promised(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    frame = promises(portfolio, policy)
    frame = frame.loc[frame["status"] == "pending"]
    return frame.assign(kind="promise", on=frame["due_on"], count=1)


# -- the insurer ---------------------------------------------------------------------------------


def _insurer_dates(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return extension and declaration dates of overdue insured invoices, summed by customer and date."""
    if not insurance.is_insured(portfolio, policy):
        return _nothing()
    rows = insurance.items(portfolio, policy)
    rows = rows.loc[rows["is_late"] & rows["exclusion"].isna() & rows["declared_on"].isna()]
    parts = [
        rows.assign(kind=kind, on=rows[column]).dropna(subset=["on"])
        for kind, column in (("declaration", "declaration_by"), ("extension", "extension_until"))
    ]
    both = pd.concat(parts, ignore_index=True)
    by_date = both.groupby(["kind", "on", *KEY, "currency"], sort=True)
    return by_date.agg(
        count=("open_minor", "size"), amount_minor=("open_minor", "sum")
    ).reset_index()


# -- the calendar --------------------------------------------------------------------------------


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.astype(dict.fromkeys(_TEXTS, "str"))
    frame["on"] = pd.to_datetime(frame["on"]).astype("datetime64[s]")
    return frame.astype({"count": "Int64", "amount_minor": "Int64"})


def _named(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Add the names of customers, and keep the dates of those inside the filters."""
    who = customers(portfolio)[[*KEY, "name"]]
    frame = frame.drop(columns="name").merge(who, on=KEY, how="left")
    return frame.loc[frame["name"].notna() | frame["customer_id"].isna()]


def _sorted(frame: pd.DataFrame, portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the dates with the days left and their state, the most pressing first."""
    frame = _in_asked_currency(portfolio, frame)
    left = (frame["on"] - pd.Timestamp(portfolio.as_of)).dt.days
    frame["days_left"] = left.astype("Int64")
    frame["state"] = np.select(
        [
            (left < 0) & frame["kind"].isin(list(_LOST)),
            left < 0,
            left <= policy.insurance_alert_days,
        ],
        ["missed", "past", "soon"],
        "later",
    )
    frame["_first"] = frame["state"].map({state: place for place, state in enumerate(STATES)})
    frame["_kind"] = frame["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    order = ["_first", "on", "_kind", *KEY, "scope", "scope_id", "detail", "currency"]
    frame = frame.sort_values(order, ignore_index=True)
    return frame[COLUMNS]


def _in_asked_currency(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Return amounts in the currency of the filter; without a rate a row keeps its own."""
    target = portfolio.filters.convert
    if target is None or frame.empty:
        return frame.copy()
    home = frame["company_id"].map(currencies(whole(portfolio)))
    own = frame["currency"].fillna(home)
    factor = factors(
        whole(portfolio), frame["company_id"], own, pd.Series(target, index=frame.index)
    )
    amount = converted(frame["amount_minor"], factor)
    has_rate = amount.notna()
    return frame.assign(
        amount_minor=frame["amount_minor"].mask(has_rate, amount),
        currency=frame["currency"].mask(has_rate, target),
    )


def _stamps(numbers: pd.Series[Any]) -> pd.Series[Any]:
    return pd.to_datetime(numbers, unit="D").astype("datetime64[s]")


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
