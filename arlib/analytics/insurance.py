"""Credit insurance: what the insurer would pay for on each buyer (definitions §10).

``insured = min(E2, agreed limit) × share``, E1 where bills are not known; no agreed limit gives no
figure, an expired or refused one gives 0. All of it comes from the contract (policy, section
``insurance``) or from the insurer's decisions; nothing is supposed.

Example (C003): exposure 33,000, limit 15,000, 90 %: insured 13,500, uninsured 19,500; 18,000 of it in
dispute, cover suspended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics import limits
from arlib.analytics.agreements import AGREED, general, insurer_rows, named, own_in
from arlib.analytics.exposure import currencies, exposures, whole
from arlib.analytics.frames import (
    IDENTITY,
    customers,
    dates,
    day_number,
    first_reason,
    round_half_away,
    stocks,
)
from arlib.analytics.insurance_past import over_insurer
from arlib.analytics.insured_items import COVERED, insured_items
from arlib.analytics.overruns import in_limit_currency
from arlib.analytics.rates import converted, factors
from arlib.model.portfolio import KEY, window_start

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_MILLION: Final = 1_000_000  # shares as whole numbers: 0.285 has no exact binary
_STATUS: Final = [*KEY, "status", "status_reason", "agreed_minor", "currency", "cover_ratio"]
_AMOUNTS: Final = (
    "agreed_minor",
    "exposure_minor",
    "insured_minor",
    "uninsured_minor",
    "suspended_minor",
    "excluded_minor",
    "late_minor",
    "missed_minor",
    "over_minor",
)


def cover(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return what is insured on each customer but collective accounts, most uninsured first.

    Columns: key, ``name, category, sector, owner, is_intercompany, status`` (named, unnamed, refused,
    cancelled, expired, none), ``status_reason`` (none: no_limit, unnamed_condition), ``agreed_minor``
    (Int64: the limit, or the ceiling of unnamed buyers), ``currency, cover_ratio, valid_from,
    valid_to, ended_on, exposure_basis`` (E2, E1), ``exposure_minor, insured_minor, uninsured_minor``
    (Int64; + ``_reason``: no_limit, no_cover_ratio, no_tax, no_rate), ``suspended_minor`` (in
    dispute), ``excluded_minor`` (sold on terms too long, or after the stop), ``over_minor`` (exposure
    over the insurer's limit), ``over_since, over_days_12m`` (on E1; + ``_reason``), ``late_minor,
    count_late, missed_minor, count_missed`` (insured invoices overdue and not declared; too late),
    ``extension_until, declaration_by, days_left`` (of the earliest), ``guarantee_minor,
    guarantee_currency, guarantee_until``. Amounts stand in ``currency``.
    """
    name = f"cover {policy.version}"
    return portfolio.derived(name, lambda: _cover(portfolio, policy))


def is_insured(portfolio: Portfolio, policy: Policy) -> bool:
    """Return True when somebody may be insured: a decision of the insurer, or unnamed buyers."""
    return bool(policy.insurance_unnamed_ceiling_minor) or bool(
        (portfolio.limits()["source"] == "insurer").any()
    )


def items(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the open invoices of insured buyers with the contract's dates: see ``insured_items``."""
    name = f"insured items {policy.version}"
    return portfolio.derived(
        name, lambda: insured_items(portfolio, policy, _standings(portfolio, policy))
    )


def _cover(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    frame = _standings(portfolio, policy)
    frame = _with_exposure(portfolio, frame)
    found = _of_items(portfolio, policy, frame)
    frame = frame.merge(found, on=KEY, how="left")
    frame = _with_share(portfolio, policy, frame)
    frame = _insured(frame)
    frame = frame.merge(over_insurer(portfolio, policy), on=KEY, how="left")
    frame = _with_over(frame)
    frame = frame.merge(_guarantees(portfolio), on=KEY, how="left")
    return _shown(portfolio, frame)


# -- who is insured, and how ---------------------------------------------------------------------


def _standings(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return one row per customer: status, agreed limit or ceiling, its currency, share."""
    return portfolio.derived(
        f"insured standing {policy.version}", lambda: _statuses(portfolio, policy)
    )


def _statuses(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    rows = insurer_rows(portfolio)
    who = customers(portfolio)
    kept = [*KEY, *IDENTITY, "is_intercompany", "first_issued_on"]
    who = who.loc[~who["is_collective"], kept].reset_index(drop=True)
    by_name = named(portfolio, rows).rename(columns={"standing": "status"})
    by_name["cover_ratio"] = by_name["cover_ratio"].fillna(_set(policy.insurance_cover_ratio))
    by_name["status_reason"] = pd.Series(pd.NA, index=by_name.index, dtype="str")
    others = who.loc[~own_in(who, by_name)]
    unnamed = _unnamed(portfolio, policy, others, general(portfolio, rows))
    found = [part for part in (by_name, unnamed) if len(part)]
    known = pd.concat(found, ignore_index=True) if found else by_name
    frame = who.merge(known, on=KEY, how="left")
    frame["status"] = frame["status"].fillna("none")
    is_none = frame["status"] == "none"
    frame["status_reason"] = frame["status_reason"].where(
        frame["status_reason"].notna() | ~is_none, "no_limit"
    )
    frame["currency"] = frame["currency"].fillna(_own_currency(portfolio, frame))
    for name in ("valid_from", "valid_to", "ended_on"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    return frame.astype({"agreed_minor": "Int64", "cover_ratio": "float64"})


def _unnamed(
    portfolio: Portfolio, policy: Policy, who: pd.DataFrame, limit: pd.DataFrame
) -> pd.DataFrame:
    """Return buyers covered without a name: a limit common to them, else the policy's ceiling.

    A company of our own group is never an unnamed buyer.
    """
    frame = who.loc[~who["is_intercompany"]].merge(limit, on=KEY, how="left")
    ceiling = policy.insurance_unnamed_ceiling_minor
    own = _own_currency(portfolio, frame)
    home = frame["company_id"].map(currencies(whole(portfolio)))
    asked = own.where(own.isin(list(ceiling)), home)
    asked = asked.where(asked.isin(list(ceiling)))
    frame["currency"] = frame["limit_currency"].astype("str").fillna(asked)
    amount = asked.map(ceiling).astype("Int64")
    frame["agreed_minor"] = frame["limit_minor"].astype("Int64").fillna(amount)
    share = _set(policy.insurance_unnamed_cover_ratio)
    frame["cover_ratio"] = frame["cover_ratio"].astype("float64").fillna(share)
    frame = frame.loc[frame["agreed_minor"].gt(0).fillna(value=False)].reset_index(drop=True)
    fails = _fails(portfolio, policy, frame)
    frame["status"] = np.where(fails, "none", "unnamed")
    frame["status_reason"] = first_reason(frame.index, (fails, "unnamed_condition"))
    frame["agreed_minor"] = frame["agreed_minor"].mask(fails)
    return frame.reindex(columns=[*_STATUS, *AGREED[-3:]])


def _fails(portfolio: Portfolio, policy: Policy, frame: pd.DataFrame) -> pd.Series[bool]:
    """Return which buyers do not meet the conditions of unnamed cover, those that are set."""
    late, months = policy.insurance_unnamed_max_days_late, policy.insurance_unnamed_min_months
    worst = stocks(whole(portfolio)).groupby(KEY)["max_days_late"].max().reset_index()
    days = frame[KEY].merge(worst, on=KEY, how="left")["max_days_late"].astype("Float64")
    is_late = days.gt(late).fillna(value=False).astype(bool) & bool(late)
    first = pd.to_datetime(frame["first_issued_on"])
    start = pd.Timestamp(window_start(portfolio.as_of, months))
    is_new = ~(first <= start) & bool(months)
    return is_late | is_new.to_numpy()


def _own_currency(portfolio: Portfolio, frame: pd.DataFrame) -> pd.Series[str]:
    """Return the only currency of each customer, else that of his company."""
    book = whole(portfolio)
    held = exposures(book)[[*KEY, "currency"]]
    counts = held.groupby(KEY).agg(own=("currency", "first"), n=("currency", "nunique"))
    found = frame[KEY].merge(counts.reset_index(), on=KEY, how="left")
    home = found["company_id"].map(currencies(book))
    own = found["own"].where(found["n"] == 1, home).astype("str")
    return pd.Series(own.to_numpy(), index=frame.index)


def _set(value: float) -> float:
    """Return a share of the policy, NaN when it is not set."""
    return value or np.nan


# -- amounts -------------------------------------------------------------------------------------


def _with_exposure(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Add exposure (E2, else E1), what is in dispute, both in the currency of the cover."""
    book = whole(portfolio)
    held = exposures(book)[[*KEY, "currency", "outstanding_minor", "e2_minor"]]
    knows = held["e2_minor"].notna().groupby(held["company_id"]).all()
    held["held_minor"] = held["e2_minor"].fillna(held["outstanding_minor"])
    asked = frame[[*KEY, "currency"]].rename(columns={"currency": "limit_currency"})
    found = in_limit_currency(book, held, asked, "held_minor")
    found["exposure_minor"] = found["tested_minor"].mask(found["lacks_rate"])
    frame = frame.merge(found[[*KEY, "exposure_minor", "lacks_rate"]], on=KEY, how="left")
    frame["lacks_rate"] = frame["lacks_rate"].eq(other=True)
    stock = stocks(book)[[*KEY, "currency", "disputed_minor"]]
    part = in_limit_currency(book, stock, asked, "disputed_minor")
    part = part.rename(columns={"tested_minor": "suspended_minor"})
    frame = frame.merge(part[[*KEY, "suspended_minor"]], on=KEY, how="left")
    is_covered = frame["status"].isin(COVERED)
    frame["suspended_minor"] = frame["suspended_minor"].fillna(0).where(is_covered, 0)
    is_known = frame["company_id"].map(knows).eq(other=True)
    frame["exposure_basis"] = np.where(is_known, "E2", "E1")
    return frame


def _of_items(portfolio: Portfolio, policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    """Return per customer what his open invoices say: amounts left out, late, missed, the earliest date."""
    rows = items(portfolio, policy)
    rows = rows.merge(frame[[*KEY, "currency"]].rename(columns={"currency": "to"}), on=KEY)
    factor = factors(whole(portfolio), rows["company_id"], rows["currency"], rows["to"])
    rows["amount"] = converted(rows["open_minor"], factor)
    is_excluded = rows["exclusion"].notna()
    is_owed = rows["is_late"] & ~is_excluded & rows["declared_on"].isna()
    parts = {
        "kept_minor": rows["amount"].where(~is_excluded, 0),
        "excluded_minor": rows["amount"].where(is_excluded, 0),
        "late_minor": rows["amount"].where(is_owed, 0),
        "missed_minor": rows["amount"].where(rows["is_missed"], 0),
        "count_late": is_owed.astype("Int64"),
        "count_missed": rows["is_missed"].astype("Int64"),
    }
    sums = rows[KEY].assign(**parts).groupby(KEY).sum().reset_index()
    owed = rows.loc[is_owed].sort_values([*KEY, "due_on"]).drop_duplicates(KEY)
    names = ["extension_until", "declaration_by", "days_left"]
    return sums.merge(owed[[*KEY, *names]], on=KEY, how="left")


def _with_share(portfolio: Portfolio, policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    """Add ``without_tax``: what is left of an amount once VAT is out (1 when the base is incl. VAT)."""
    if policy.insurance_base == "TTC":
        return frame.assign(without_tax=1.0)
    rows = whole(portfolio).open_debits().astype(dict.fromkeys(KEY, "str"))
    rows = rows.loc[rows["tax_minor"].notna() & (rows["amount_minor"] != 0)]
    net = rows["amount_minor"].astype("float64") - rows["tax_minor"].astype("float64")
    rows = rows.assign(net=rows["open_minor"] * net / rows["amount_minor"].astype("float64"))
    sums = rows.groupby(KEY)[["net", "open_minor"]].sum()
    shares = (sums["net"] / sums["open_minor"]).rename("without_tax").reset_index()
    frame = frame.merge(shares, on=KEY, how="left")
    known = 1 / (1 + policy.insurance_vat_ratio) if policy.insurance_vat_ratio else np.nan
    frame["without_tax"] = frame["without_tax"].fillna(known)
    return frame


def _insured(frame: pd.DataFrame) -> pd.DataFrame:
    """Add what is insured and what is not, with the reason where it cannot be said."""
    base = _covered(frame)
    zero = frame["status"].isin(["refused", "expired"]) | (base <= 0)
    is_none = frame["status"] == "none"
    why = first_reason(
        frame.index,
        (is_none, "no_limit"),
        (zero, ""),
        (frame["exposure_minor"].isna() | base.isna(), "no_rate"),
        (frame["cover_ratio"].isna(), "no_cover_ratio"),
        (frame["without_tax"].isna(), "no_tax"),
    )
    amount = base.clip(lower=0) * frame["without_tax"].fillna(0)
    share = round_half_away(frame["cover_ratio"].fillna(0) * _MILLION)
    whole_base = round_half_away(amount.fillna(0)).astype("int64")
    insured = (whole_base * share.astype("int64") + _MILLION // 2) // _MILLION
    found = pd.Series(insured, index=frame.index, dtype="Int64").mask(zero, 0)
    reason = why.where(why != "")
    lost = frame["exposure_minor"].isna() & ~is_none
    frame["insured_minor"] = found.mask(reason.notna())
    frame["insured_reason"] = reason
    frame["uninsured_minor"] = frame["exposure_minor"] - frame["insured_minor"]
    frame["uninsured_reason"] = reason.mask(lost, "no_rate")
    frame["exposure_reason"] = first_reason(
        frame.index, (frame["exposure_minor"].isna(), "no_rate")
    )
    return frame


def _covered(frame: pd.DataFrame) -> pd.Series[Any]:
    """Return min(exposure, agreed limit) as floats; after a cancellation, of what was sold before."""
    held = frame["exposure_minor"].astype("Float64").astype("float64")
    kept = frame["kept_minor"].astype("Float64").astype("float64").fillna(0.0)
    is_cancelled = frame["status"] == "cancelled"
    held = held.where(~is_cancelled | (held <= kept), kept)
    agreed = frame["agreed_minor"].astype("Float64").astype("float64")
    smaller = np.minimum(held, agreed)
    return pd.Series(smaller, index=frame.index).where(held > 0, held)


def _with_over(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the exposure over the insurer's limit; its past is said of a limit in force by name."""
    has_limit = frame["status"].isin(["named", "unnamed"])
    over = (frame["exposure_minor"] - frame["agreed_minor"]).clip(lower=0)
    frame["over_minor"] = over.where(has_limit)
    frame["over_reason"] = first_reason(
        frame.index, (~has_limit, "no_limit"), (frame["over_minor"].isna(), "no_rate")
    )
    is_named = frame["status"] == "named"
    for name in ("over_since", "over_days_12m"):
        why = first_reason(frame.index, (~is_named, "no_limit"), (frame[name].isna(), "no_rate"))
        said = frame[f"{name}_reason"].where(is_named & frame[f"{name}_reason"].notna(), why)
        frame[name] = frame[name].where(is_named)
        frame[f"{name}_reason"] = said
    return frame


def _guarantees(portfolio: Portfolio) -> pd.DataFrame:
    """Return the guarantee in force on each customer that has one."""
    who = customers(portfolio)
    who = who.loc[~who["is_collective"], [*KEY, "category"]]
    rows = limits.applicable(portfolio, who)
    rows = rows.loc[rows["source"] == "guarantee"]
    found = limits.resolve(rows, who[KEY].assign(day=day_number(portfolio.as_of)))
    found = found.loc[~found["limit_is_current"].eq(other=True)]
    frame = found[[*KEY, "limit_minor", "limit_currency"]].rename(
        columns={"limit_minor": "guarantee_minor", "limit_currency": "guarantee_currency"}
    )
    frame["guarantee_until"] = dates(found["ends"].astype("int64"))
    return frame


def _shown(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of ``cover`` in the currency asked for, most uninsured first."""
    for name in (*_AMOUNTS, "count_late", "count_missed", "days_left"):
        frame[name] = frame[name].astype("Int64")
    for name in ("excluded_minor", "late_minor", "missed_minor", "count_late", "count_missed"):
        frame[name] = frame[name].fillna(0)
    frame = _in_one_currency(portfolio, frame)
    wanted = portfolio.filters.currency
    if wanted is not None:
        frame = frame.loc[frame["currency"] == wanted]
    at_risk = frame["uninsured_minor"].fillna(frame["exposure_minor"]).fillna(0)
    frame = frame.assign(_risk=-at_risk.astype("int64")).sort_values(["_risk", *KEY])
    dropped = ["_risk", "kept_minor", "without_tax", "first_issued_on", "lacks_rate"]
    return frame.drop(columns=dropped).reset_index(drop=True)


def _in_one_currency(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Return amounts in the currency of the filter; a row without a rate keeps its own."""
    target = portfolio.filters.convert
    if target is None or frame.empty:
        return frame
    to = pd.Series(target, index=frame.index)
    factor = factors(whole(portfolio), frame["company_id"], frame["currency"], to)
    has_rate = pd.Series(~np.isnan(factor), index=frame.index)
    for name in _AMOUNTS:
        frame[name] = frame[name].mask(has_rate, converted(frame[name], factor))
    frame["currency"] = frame["currency"].where(~has_rate, target)
    return frame
