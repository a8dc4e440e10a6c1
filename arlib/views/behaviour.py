"""Comportement de paiement: how late customers pay, settled and open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arlib.analytics.behaviour import (
    book_months,
    by_month,
    cash_months,
    coverage,
    sorted_worst_first,
    whole_book,
)
from arlib.analytics.behaviour_levels import by_level, is_filled
from arlib.analytics.early_warning import evaluate
from arlib.analytics.frames import (
    IDENTITY,
    NOT_AT_THIS_LEVEL,
    are_all_left_out,
    customers,
    without_behaviour,
)
from arlib.model.portfolio import KEY
from arlib.views.common import currencies, in_currency

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Level, Portfolio

NOT_FILLED = "not_filled"
_SHOWN_APART_DAYS = 5
_NO_MONTHS = pd.DataFrame(
    {
        "company_id": pd.Series(dtype="str"),
        "customer_id": pd.Series(dtype="str"),
        "currency": pd.Series(dtype="str"),
        "month_on": pd.Series(dtype="datetime64[s]"),
        "count_payments": pd.Series(dtype="int64"),
        "amount_minor": pd.Series(dtype="int64"),
        "delay_amount": pd.Series(dtype="float64"),
        "weighted_delay_days": pd.Series(dtype="float64"),
    }
)


@dataclass(frozen=True, slots=True)
class BehaviourBlock:
    """Payment behaviour in one currency, 12 months ending at the date.

    ``portfolio`` (one row) and ``customers`` (one row per company and customer with a settlement
    or an overdue item, worst ``weighted_delay_open_days`` first) have the columns
    ``count_payments, count_paid_invoices, paid_minor, simple_delay_days (RMS),
    weighted_paid_delay_days (RMSP), weighted_delay_days (RMP), weighted_delay_open_days (RMPO),
    late_only_delay_days (RPR), paid_over_30_ratio (P30), days_to_pay (DMP), trend (worse, stable,
    better), trend_days, recent_delay_days, earlier_delay_days, alert (none, to_confirm, worse,
    better; none for the book), alert_since``, each
    number with ``_reason`` (no_history), ``is_history_short`` (fewer than 3 fully paid invoices:
    show in grey), ``granted_days, median_delay_days, low_quartile_days, high_quartile_days,
    spread_days, on_time_count_ratio, on_time_amount_ratio, covered_ratio, is_estimated, evidence``
    (see ``arlib.analytics.behaviour_levels``), and for customers ``company_id, customer_id, name, category, owner, sector,
    outstanding_minor, overdue_minor, currency``.
    ``monthly``: ``month_on, weighted_delay_days, amount_minor, count_payments`` of the block, every
    month present (NaN delay + ``weighted_delay_days_reason`` in a month without cash).
    ``customer_months``: the same with ``company_id, customer_id``, months with cash only (empty
    unless asked for).
    ``covered_ratio``: share of the cash received in the window that the measures rely on (None
    without cash); ``is_estimated``: some of it was attached by matching or inferred, not lettered.
    ``disputed_days, clean_days``: ``weighted_delay_open_days`` with and without the invoices once
    disputed (None: missing).
    """

    currency: str
    portfolio: pd.DataFrame
    customers: pd.DataFrame
    monthly: pd.DataFrame
    customer_months: pd.DataFrame
    covered_ratio: float | None
    is_estimated: bool
    disputed_days: float | None = None
    clean_days: float | None = None

    @property
    def is_dispute_material(self) -> bool:
        """Return True when disputes move the mean delay by more than 5 days: show both."""
        if self.disputed_days is None or self.clean_days is None:
            return False
        return abs(self.disputed_days - self.clean_days) > _SHOWN_APART_DAYS


@dataclass(frozen=True, slots=True)
class BehaviourView:
    """``unavailable``: reason why nothing can be said (level C or E), blocks are then empty.

    A company of level C or E answers once cash was attached to its invoices with the confidence of
    the policy (``is_estimated`` of the block).

    In a book of mixed levels, ``left_out`` names the companies that cannot answer.
    """

    as_of: date
    window_from: date
    blocks: tuple[BehaviourBlock, ...]
    unavailable: str | None
    left_out: tuple[str, ...]
    is_disputed_excluded: bool = False

    @property
    def is_estimated(self) -> bool:
        """Return True when some settlement was matched or inferred rather than lettered."""
        return any(block.is_estimated for block in self.blocks)


@dataclass(frozen=True, slots=True)
class LevelBlock:
    """The values of a level in one currency, worst ``weighted_delay_open_days`` first.

    ``rows``: columns of ``BehaviourBlock.portfolio`` with ``company_id`` (groups alone), ``value``
    (NA: the customers whose field is not filled), ``count_customers``.
    """

    currency: str
    rows: pd.DataFrame


@dataclass(frozen=True, slots=True)
class LevelView:
    """Payment behaviour by group, category, sector or owner.

    ``unavailable``: not_at_this_level, or not_filled (no customer has a value at this level).
    """

    level: Level
    as_of: date
    blocks: tuple[LevelBlock, ...]
    unavailable: str | None


def build(
    portfolio: Portfolio,
    policy: Policy,
    *,
    months: int = 12,
    exclude_disputed: bool | None = None,
    has_customer_months: bool = False,
) -> BehaviourView:
    """Return payment behaviour with a monthly series of ``months`` months.

    ``exclude_disputed``: leave out invoices once disputed (the policy's choice by default).
    """
    policy = chosen(policy, exclude_disputed)
    missing = without_behaviour(portfolio, policy)
    is_nothing = are_all_left_out(portfolio, missing)
    return BehaviourView(
        as_of=portfolio.as_of,
        window_from=portfolio.window_start(policy.behaviour_window_months),
        blocks=()
        if is_nothing
        else _blocks(portfolio, policy, months, has_customer_months=has_customer_months),
        unavailable=NOT_AT_THIS_LEVEL if is_nothing else None,
        left_out=tuple(sorted(missing)),
        is_disputed_excluded=policy.exclude_disputed,
    )


def build_level(
    portfolio: Portfolio,
    policy: Policy,
    *,
    level: Level,
    exclude_disputed: bool | None = None,
) -> LevelView:
    """Return the same measures for every value of a level."""
    policy = chosen(policy, exclude_disputed)
    reason = None
    if are_all_left_out(portfolio, without_behaviour(portfolio, policy)):
        reason = NOT_AT_THIS_LEVEL
    elif not is_filled(portfolio, level):
        reason = NOT_FILLED
    if reason is not None:
        return LevelView(level, portfolio.as_of, (), reason)
    rows = _with_something(by_level(portfolio, policy, level))
    rows = sorted_worst_first(
        rows, "weighted_delay_open_days", keys=("company_id", "value", "currency")
    )
    blocks = tuple(
        LevelBlock(currency, in_currency(rows, currency))
        for currency in currencies(portfolio)
        if (rows["currency"] == currency).any()
    )
    return LevelView(level, portfolio.as_of, blocks, None)


def chosen(policy: Policy, exclude_disputed: bool | None) -> Policy:
    """Return the policy with the reader's choice about disputed invoices."""
    if exclude_disputed is None or exclude_disputed == policy.exclude_disputed:
        return policy
    return policy.with_settings(exclude_disputed=exclude_disputed)


def _with_something(rows: pd.DataFrame) -> pd.DataFrame:
    has_something = (rows["count_payments"] > 0) | (rows["overdue_minor"] > 0)
    return rows.loc[has_something | (rows["count_paid_invoices"] > 0)]


def _customers(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    rows = by_level(portfolio, policy, "customer").drop(columns="count_customers")
    rows = _with_something(rows.rename(columns={"value": "customer_id"}))
    rows = rows.merge(customers(portfolio)[[*KEY, *IDENTITY]], on=KEY, how="left")
    return sorted_worst_first(rows, "weighted_delay_open_days")


def _blocks(
    portfolio: Portfolio, policy: Policy, count: int, *, has_customer_months: bool
) -> tuple[BehaviourBlock, ...]:
    rows = with_alerts(_customers(portfolio, policy), portfolio, policy)
    book = with_no_alert(
        by_level(portfolio, policy, "portfolio").drop(columns=["company_id", "value"])
    )
    cash = cash_months(portfolio, policy, count) if has_customer_months else _NO_MONTHS
    months = book_months(portfolio, policy, count).drop(
        columns=["days_to_pay", "days_to_pay_reason"]
    )
    known = coverage(portfolio, policy).set_index("currency")
    covered, estimated = known["covered_ratio"].dropna(), known["is_estimated"]
    with_disputed, clean = _delays(portfolio, policy)
    return tuple(
        BehaviourBlock(
            currency=currency,
            portfolio=in_currency(book, currency),
            customers=in_currency(rows, currency),
            monthly=_months(months, currency, portfolio.as_of, count),
            customer_months=in_currency(cash, currency),
            covered_ratio=float(covered[currency]) if currency in covered.index else None,
            is_estimated=bool(estimated.get(currency, default=False)),
            disputed_days=with_disputed.get(currency),
            clean_days=clean.get(currency),
        )
        for currency in currencies(portfolio)
        if (book["currency"] == currency).any()
    )


def _delays(portfolio: Portfolio, policy: Policy) -> tuple[dict[str, float], dict[str, float]]:
    """Return the mean delay, open included, by currency: with, then without disputed invoices."""
    found = []
    for is_excluded in (False, True):
        book = whole_book(portfolio, chosen(policy, is_excluded))
        known = book.dropna(subset=["weighted_delay_open_days"])
        found.append(
            dict(
                zip(known["currency"], known["weighted_delay_open_days"].astype(float), strict=True)
            )
        )
    return found[0], found[1]


def _months(months: pd.DataFrame, currency: str, as_of: date, count: int) -> pd.DataFrame:
    """Return the series of a currency; every month missing when it saw no cash at all."""
    found = in_currency(months, currency).drop(columns="currency")
    return found if len(found) else by_month(_NO_MONTHS, as_of, count)


def with_alerts(frame: pd.DataFrame, portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Add the early warning of each customer: ``alert`` and ``alert_since`` (+ ``_reason``).

    A customer whom the early warning leaves out (collective account, company of the group) has none.
    """
    columns = ["alert", "alert_since", "alert_since_reason"]
    found = frame.merge(evaluate(portfolio, policy)[[*KEY, *columns]], on=KEY, how="left")
    missing = found["alert_since"].isna()
    return found.assign(
        alert=found["alert"].fillna("none"),
        alert_since_reason=found["alert_since_reason"].mask(missing, "not_applicable"),
    )


def with_no_alert(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with empty alert columns: a whole book is in no alert."""
    never = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    return frame.assign(alert="none", alert_since=never, alert_since_reason="not_applicable")
