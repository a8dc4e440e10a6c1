"""Payment behaviour of customers over twelve months, settled and still open (definitions §3).

Only cash counts. Worked set: portfolio RMS 9.250, RMSP 3.778, RMP 6.949, RMPO 32.159, RPR 7.974,
DMP 51.949 days, P30 21.164 %, 5 settlements, 4 invoices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import (
    customers,
    first_reason,
    ratio,
    stocks,
    sums,
    without_behaviour,
)
from arlib.model.portfolio import KEY, KEY_CURRENCY, month_ends

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio, Scope

_PAYMENTS: Final = [
    "count_payments",
    "amount_minor",
    "delay_amount",
    "late_amount",
    "days_amount",
    "recent_count_payments",
    "recent_amount_minor",
    "recent_delay_amount",
    "earlier_count_payments",
    "earlier_amount_minor",
    "earlier_delay_amount",
]
_PAID: Final = ["count_paid_invoices", "delay_days", "paid_delay_amount", "paid_invoice_minor"]
_DUE: Final = ["billed_minor", "late_30_paid_minor", "late_30_open_minor"]
_STOCKS: Final = ["outstanding_minor", "overdue_minor", "late_amount_days"]
PARTS: Final = [*_PAYMENTS, *_PAID, *_DUE, *_STOCKS]
MEASURES: Final = [
    "simple_delay_days",
    "weighted_paid_delay_days",
    "weighted_delay_days",
    "weighted_delay_open_days",
    "late_only_delay_days",
    "paid_over_30_ratio",
    "days_to_pay",
    "granted_days",
]
TREND: Final = ["trend_days", "recent_delay_days", "earlier_delay_days"]


def behaviour(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return one row per company, customer and currency with a settlement or an open item.

    Columns: the counts, ``paid_minor``, ``MEASURES`` and ``TREND`` (days; float, NaN when missing)
    each with ``_reason``, ``trend``, ``is_history_short``, ``outstanding_minor``,
    ``overdue_minor``. Collective accounts and companies whose level cannot answer are left out.
    """
    name = f"behaviour {policy.version}"
    return portfolio.derived(name, lambda: measured(parts(portfolio, policy), policy))


def whole_book(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the same measures for the book, one row per currency."""
    total = parts(portfolio, policy).groupby("currency", sort=True)[PARTS].sum().reset_index()
    return measured(total, policy)


def parts(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the sums that every measure is a ratio of, per company, customer and currency."""
    name = f"behaviour parts {policy.version}"
    return portfolio.derived(name, lambda: _parts(portfolio, policy))


def _parts(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    paid = portfolio.paid_invoices(policy).rename(
        columns={"delay_amount": "paid_delay_amount", "amount_minor": "paid_invoice_minor"}
    )
    frames = [
        sums(portfolio.payments(policy), _PAYMENTS),
        sums(paid, _PAID),
        sums(portfolio.due_invoices(policy), _DUE),
        _stock(portfolio, policy),
    ]
    merged = frames[0]
    for frame in frames[1:]:
        merged = merged.merge(frame, on=KEY_CURRENCY, how="outer")
    merged[PARTS] = merged[PARTS].fillna(0)
    return _answerable(portfolio, policy, merged)


def _stock(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return what is still open and late; without lettering, once credits paid the oldest."""
    stock = stocks(portfolio)[[*KEY_CURRENCY, *_STOCKS]]
    if policy.exclude_disputed:
        stock = _without_disputed(stock, portfolio.disputed_late())
    if not portfolio.estimated_companies():
        return stock
    late = portfolio.oldest_first()[[*KEY_CURRENCY, "late_amount_days"]]
    found = stock.merge(late, on=KEY_CURRENCY, how="left", suffixes=("", "_left"))
    stock["late_amount_days"] = (
        stock["late_amount_days"].astype("float64").fillna(found["late_amount_days_left"])
    )
    return stock


def _without_disputed(stock: pd.DataFrame, disputed: pd.DataFrame) -> pd.DataFrame:
    """Take out of what is late the invoices once disputed; the outstanding keeps them."""
    names = ["overdue_minor", "late_amount_days"]
    found = stock[KEY_CURRENCY].merge(disputed, on=KEY_CURRENCY, how="left")
    stock = stock.copy()
    for name in names:
        left = stock[name] - found[name].fillna(0).astype(stock[name].dtype)
        stock[name] = left.clip(lower=0)
    return stock


def coverage(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return by currency how much of the cash received the measures rely on.

    Columns: ``currency, receipts_minor, covered_minor, covered_ratio`` (at most 1; NaN without
    cash), ``is_estimated`` (some of it attached by matching or inference, not by the ledger). The
    companies that cannot answer are left out.
    """
    known = portfolio.coverage(policy)
    known = known.loc[~known["company_id"].isin(without_behaviour(portfolio, policy))]
    names = ["receipts_minor", "covered_minor", "matched_minor"]
    frame = known.groupby("currency", sort=True)[names].sum().reset_index()
    frame["covered_ratio"] = ratio(frame["covered_minor"], frame["receipts_minor"]).clip(upper=1)
    frame["is_estimated"] = frame.pop("matched_minor") > 0
    return frame


def measured(parts: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the measures of summed parts; every ratio is NaN with a reason when undefined."""
    frame = parts[[name for name in (*KEY_CURRENCY, "value") if name in parts]].copy()
    for name in ("count_payments", "count_paid_invoices", "outstanding_minor", "overdue_minor"):
        frame[name] = parts[name].astype("int64")
    frame["paid_minor"] = parts["amount_minor"].astype("int64")
    for name, (above, below) in _ratios(parts).items():
        frame[name] = ratio(above, below)
        frame[f"{name}_reason"] = first_reason(frame.index, (frame[name].isna(), "no_history"))
    frame["is_history_short"] = frame["count_paid_invoices"] < policy.min_paid_invoices
    return _with_trend(frame, parts, policy)


def cash_months(portfolio: Portfolio, policy: Policy, count: int) -> pd.DataFrame:
    """Return cash settlements by month: key, currency, ``month_on``, ``weighted_delay_days``.

    Also ``amount_minor``, ``count_payments``, ``delay_amount``. Months with cash only.
    """
    frame = portfolio.payment_months(count, policy).copy()
    frame["month_on"] = pd.to_datetime(frame["month_on"]).astype("datetime64[s]")
    frame = _answerable(portfolio, policy, frame)
    frame["weighted_delay_days"] = ratio(frame["delay_amount"], frame["amount_minor"])
    return frame.sort_values([*KEY_CURRENCY, "month_on"], ignore_index=True)


def by_month(cash: pd.DataFrame, as_of: date, count: int) -> pd.DataFrame:
    """Return the months of one currency summed, every month present (``cash_months`` gives ``cash``)."""
    wanted = ["amount_minor", "count_payments", "delay_amount"]
    firsts = [day.replace(day=1) for day in month_ends(as_of, count)]
    index = pd.DatetimeIndex(firsts, name="month_on").astype("datetime64[s]")
    total = cash.groupby("month_on")[wanted].sum().reindex(index, fill_value=0).reset_index()
    return _with_delay(total)


def book_months(
    portfolio: Portfolio, policy: Policy, count: int, scope: Scope | None = None
) -> pd.DataFrame:
    """Return the same series summed by the store: ``currency`` and the columns of ``by_month``.

    Plus ``days_to_pay``. Every month present for every currency that has one with cash.
    """
    without = tuple(sorted(without_behaviour(portfolio, policy)))
    frame = portfolio.delay_months(count, policy, scope, without).copy()
    frame["month_on"] = pd.to_datetime(frame["month_on"]).astype("datetime64[s]")
    firsts = [day.replace(day=1) for day in month_ends(portfolio.as_of, count)]
    months = pd.DatetimeIndex(firsts).astype("datetime64[s]")
    names = ["count_payments", "amount_minor", "delay_amount", "days_amount"]
    places = pd.MultiIndex.from_product(
        [sorted(frame["currency"].unique()), months], names=["currency", "month_on"]
    )
    total = frame.set_index(["currency", "month_on"])[names].reindex(places, fill_value=0)
    total = total.reset_index()
    total["days_to_pay"] = ratio(total.pop("days_amount"), total["amount_minor"])
    total["days_to_pay_reason"] = first_reason(
        total.index, (total["days_to_pay"].isna(), "no_history")
    )
    return _with_delay(total)


def _with_delay(total: pd.DataFrame) -> pd.DataFrame:
    total["weighted_delay_days"] = ratio(total["delay_amount"], total["amount_minor"])
    total["weighted_delay_days_reason"] = first_reason(
        total.index, (total["weighted_delay_days"].isna(), "no_history")
    )
    return total.drop(columns="delay_amount")


def _ratios(parts: pd.DataFrame) -> dict[str, tuple[pd.Series[float], pd.Series[float]]]:
    cash, late = parts["amount_minor"], parts["overdue_minor"]
    return {
        "simple_delay_days": (parts["delay_days"], parts["count_paid_invoices"]),
        "weighted_paid_delay_days": (parts["paid_delay_amount"], parts["paid_invoice_minor"]),
        "weighted_delay_days": (parts["delay_amount"], cash),
        "weighted_delay_open_days": (
            parts["delay_amount"] + parts["late_amount_days"],
            cash + late,
        ),
        "late_only_delay_days": (parts["late_amount"], cash),
        "paid_over_30_ratio": (
            parts["late_30_paid_minor"] + parts["late_30_open_minor"],
            parts["billed_minor"],
        ),
        "days_to_pay": (parts["days_amount"], cash),
        # paid − issued less paid − due: the days granted to what was paid
        "granted_days": (parts["days_amount"] - parts["delay_amount"], cash),
    }


def _with_trend(frame: pd.DataFrame, parts: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Add the change of RMP over the last months; needs enough settlements on each side."""
    for side in ("recent", "earlier"):
        frame[f"{side}_delay_days"] = ratio(
            parts[f"{side}_delay_amount"], parts[f"{side}_amount_minor"]
        )
    least = parts[["recent_count_payments", "earlier_count_payments"]].min(axis=1)
    is_known = least >= policy.trend_min_payments
    change = frame["recent_delay_days"] - frame["earlier_delay_days"]
    frame["trend_days"] = change.where(is_known)
    frame["trend"] = trend_words(frame["trend_days"], policy)
    for name in ("trend", *TREND):
        missing = frame[name].isna()
        frame[f"{name}_reason"] = first_reason(
            frame.index,
            (missing & (frame["count_payments"] == 0), "no_history"),
            (missing, "insufficient_history"),
        )
    return frame


def trend_words(change: pd.Series[float], policy: Policy) -> pd.Series[str]:
    """Return worse, better or stable; missing when the change is."""
    return first_reason(
        change.index,
        (change >= policy.trend_days, "worse"),
        (change <= -policy.trend_days, "better"),
        (change.notna(), "stable"),
    )


def _answerable(portfolio: Portfolio, policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    """Drop collective accounts and the companies whose level holds no settlement."""
    who = customers(portfolio)
    individual = who.loc[~who["is_collective"], KEY]
    kept = frame.loc[~frame["company_id"].isin(without_behaviour(portfolio, policy))]
    return kept.merge(individual, on=KEY).reset_index(drop=True)


def sorted_worst_first(frame: pd.DataFrame, by: str, *, keys: Sequence[str] = KEY) -> pd.DataFrame:
    """Return rows by falling ``by``, missing last, then by key: a stable order."""
    order = frame.assign(_rank=frame[by].fillna(-np.inf))
    return order.sort_values(
        ["_rank", *keys], ascending=[False, *[True] * len(keys)], ignore_index=True
    ).drop(columns="_rank")
