"""Comportement de paiement: how late customers pay, settled and open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arlib.analytics.behaviour import (
    behaviour,
    by_month,
    cash_months,
    coverage,
    sorted_worst_first,
    whole_book,
)
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
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class BehaviourBlock:
    """Payment behaviour in one currency, 12 months ending at the date.

    ``portfolio`` (one row) and ``customers`` (one row per company and customer with a settlement
    or an overdue item, worst ``weighted_delay_open_days`` first) have the columns
    ``count_payments, count_paid_invoices, paid_minor, simple_delay_days (RMS),
    weighted_paid_delay_days (RMSP), weighted_delay_days (RMP), weighted_delay_open_days (RMPO),
    late_only_delay_days (RPR), paid_over_30_ratio (P30), days_to_pay (DMP), trend (worse, stable,
    better), trend_days, recent_delay_days, earlier_delay_days, alert ("none"), alert_since``, each
    number with ``_reason`` (no_history), ``is_history_short`` (fewer than 3 fully paid invoices:
    show in grey), and for customers ``company_id, customer_id, name, category, owner, sector,
    outstanding_minor, overdue_minor, currency``.
    ``monthly``: ``month_on, weighted_delay_days, amount_minor, count_payments`` of the block, every
    month present (NaN delay + ``weighted_delay_days_reason`` in a month without cash).
    ``customer_months``: the same with ``company_id, customer_id``, months with cash only.
    ``covered_ratio``: share of the cash received in the window that the measures rely on (None
    without cash); ``is_estimated``: some of it was attached by matching or inferred, not lettered.
    """

    currency: str
    portfolio: pd.DataFrame
    customers: pd.DataFrame
    monthly: pd.DataFrame
    customer_months: pd.DataFrame
    covered_ratio: float | None
    is_estimated: bool


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

    @property
    def is_estimated(self) -> bool:
        """Return True when some settlement was matched or inferred rather than lettered."""
        return any(block.is_estimated for block in self.blocks)


def build(portfolio: Portfolio, policy: Policy, *, months: int = 12) -> BehaviourView:
    """Return payment behaviour with a monthly series of ``months`` months."""
    missing = without_behaviour(portfolio, policy)
    is_nothing = are_all_left_out(portfolio, missing)
    return BehaviourView(
        as_of=portfolio.as_of,
        window_from=portfolio.window_start(policy.behaviour_window_months),
        blocks=() if is_nothing else _blocks(portfolio, policy, months),
        unavailable=NOT_AT_THIS_LEVEL if is_nothing else None,
        left_out=tuple(sorted(missing)),
    )


def _blocks(portfolio: Portfolio, policy: Policy, count: int) -> tuple[BehaviourBlock, ...]:
    rows = behaviour(portfolio, policy)
    has_something = (rows["count_payments"] > 0) | (rows["overdue_minor"] > 0)
    has_something |= rows["count_paid_invoices"] > 0
    rows = rows.loc[has_something]
    rows = rows.merge(customers(portfolio)[[*KEY, *IDENTITY]], on=KEY, how="left")
    rows = with_no_alert(sorted_worst_first(rows, "weighted_delay_open_days"))
    book = with_no_alert(whole_book(portfolio, policy))
    cash = cash_months(portfolio, policy, count)
    known = coverage(portfolio, policy).set_index("currency")
    covered, estimated = known["covered_ratio"].dropna(), known["is_estimated"]
    return tuple(
        BehaviourBlock(
            currency=currency,
            portfolio=in_currency(book, currency),
            customers=in_currency(rows, currency),
            monthly=by_month(in_currency(cash, currency), portfolio.as_of, count),
            customer_months=in_currency(cash, currency),
            covered_ratio=float(covered[currency]) if currency in covered.index else None,
            is_estimated=bool(estimated.get(currency, default=False)),
        )
        for currency in currencies(portfolio)
        if (book["currency"] == currency).any()
    )


def with_no_alert(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the alert columns: no change is confirmed by a test here."""
    never = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    return frame.assign(alert="none", alert_since=never, alert_since_reason="not_applicable")
