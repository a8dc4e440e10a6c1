"""What an early-payment discount (escompte) would cost, and the cash it would bring sooner.

A customer who takes it pays ``days`` after the invoice instead of after the days he really takes (DMP
réel, definitions §3). Cost of a year = sales taken × rate; cash had sooner = sales taken / 365 × days
gained; annual rate = d / (1 − d) × 365 / days gained. Whoever pays within these days already costs the
discount and brings nothing. Amounts incl. VAT.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from arlib.analytics.dso import DAYS_A_YEAR
from arlib.analytics.frames import day_number, day_numbers, first_reason, outer
from arlib.analytics.money_cost import (
    annual_rate,
    break_even,
    checked_days,
    checked_ratio,
    share_of,
    whole,
)
from arlib.analytics.real_days import (
    chosen,
    dearest_first,
    numbers,
    weighted_mean,
    with_names,
    with_real_days,
)
from arlib.analytics.yearly_sales import sales_reason, yearly_sales
from arlib.model.portfolio import KEY_CURRENCY

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_LEAST_DISCOUNT: Final = 0.0001
_MOST_DISCOUNT: Final = 0.5


@dataclass(frozen=True, slots=True)
class Offer:
    """``rate`` off for whoever pays within ``days`` of the invoice.

    ``share``: part of the sales of each customer that takes it. ``customers``: (company, code) of those it
    is offered to, none: to all but companies of one's own group.
    """

    rate: float
    days: int
    share: float = 1.0
    customers: tuple[tuple[str, str], ...] = ()

    def checked(self) -> Offer:
        """Return the offer. Raises UserError ``simulation_value_invalid``."""
        checked_ratio("rate", self.rate, least=_LEAST_DISCOUNT, most=_MOST_DISCOUNT)
        checked_days("days", self.days)
        checked_ratio("share", self.share)
        return self


@dataclass(frozen=True, slots=True)
class DiscountTotals:
    """Sums of one currency.

    ``cost_minor``: a year (None + ``cost_reason``: no sales known); ``cash_minor``: had sooner, once for
    all; ``idle_minor``: part of the cost spent on customers who pay as early already.
    ``days_sooner``: mean, weighted by the sales taken. ``annual_ratio`` (None: nothing comes sooner).
    ``worth_minor``: what having the cash sooner saves a year at the cost of money, ``net_minor`` = worth −
    cost, ``break_even_ratio``: the discount at which both are equal (None: no cost of money in the policy).
    ``open_…``: offered at the date on the open invoices.
    """

    yearly_minor: int
    taken_minor: int
    cost_minor: int | None
    cost_reason: str | None
    idle_minor: int
    cash_minor: int | None
    days_sooner: float | None
    annual_ratio: float | None
    worth_minor: int | None
    net_minor: int | None
    break_even_ratio: float | None
    open_minor: int
    open_cost_minor: int
    open_days_sooner: float | None
    open_annual_ratio: float | None


def discount(portfolio: Portfolio, policy: Policy, offer: Offer) -> pd.DataFrame:
    """Return what the offer would do, one row per company, customer and currency, dearest first.

    Columns: key and currency, ``name, is_intercompany, yearly_minor`` (Int64 + ``_reason``),
    ``days_to_pay, delay_days, days_source`` (see ``real_days``), ``is_offered, taken_minor, cost_minor``
    (Int64, missing with the reason of the sales), ``days_sooner`` (NaN + ``_reason``), ``cash_minor``
    (+ ``_reason``), ``open_minor`` (open, undisputed, due after the days of the offer, times the share),
    ``open_cost_minor, open_days_sooner`` (weighted by amount; NaN: nothing open).
    """
    frame = yearly_sales(portfolio, policy)[[*KEY_CURRENCY, "yearly_minor", "yearly_reason"]]
    frame = outer(frame, _open(portfolio, policy, offer), KEY_CURRENCY)
    frame = with_real_days(portfolio, policy, with_names(portfolio, frame))
    why = sales_reason(portfolio) or "no_sales"
    unknown = first_reason(frame.index, (frame["yearly_minor"].isna(), why))
    frame["yearly_reason"] = frame["yearly_reason"].fillna(unknown)
    frame["is_offered"] = chosen(frame, offer.customers)
    share = frame["is_offered"].to_numpy(dtype="float64") * offer.share
    return dearest_first(_of_open(_of_year(frame, share, offer), share, offer), "cost_minor")


def totals(rows: pd.DataFrame, policy: Policy, offer: Offer) -> DiscountTotals:
    """Return the sums of the rows of one currency."""
    is_blind = not rows["yearly_minor"].notna().any()
    days = weighted_mean(rows["days_sooner"], rows["taken_minor"])
    open_days = weighted_mean(rows["open_days_sooner"], rows["open_minor"])
    cost, cash = (int(rows[name].fillna(0).sum()) for name in ("cost_minor", "cash_minor"))
    is_idle = rows["days_sooner"].eq(0) & rows["is_offered"]
    money = policy.cost_of_money_ratio
    is_worth = bool(money) and days is not None
    worth = share_of(cash, money) if is_worth else None
    return DiscountTotals(
        yearly_minor=int(rows["yearly_minor"].fillna(0).sum()),
        taken_minor=int(rows["taken_minor"].fillna(0).sum()),
        cost_minor=None if is_blind else cost,
        cost_reason=str(rows["yearly_reason"].iloc[0]) if is_blind and len(rows) else None,
        idle_minor=int(rows.loc[is_idle, "cost_minor"].fillna(0).sum()),
        cash_minor=None if days is None else cash,
        days_sooner=days,
        annual_ratio=None if days is None else annual_rate(offer.rate, days),
        worth_minor=worth,
        net_minor=None if worth is None else worth - cost,
        break_even_ratio=break_even(money, days) if money and days is not None else None,
        open_minor=int(rows["open_minor"].sum()),
        open_cost_minor=int(rows["open_cost_minor"].sum()),
        open_days_sooner=open_days,
        open_annual_ratio=None if open_days is None else annual_rate(offer.rate, open_days),
    )


def _of_year(frame: pd.DataFrame, share: npt.NDArray[np.float64], offer: Offer) -> pd.DataFrame:
    """Add what a year would be, at the sales of the last one."""
    frame["taken_minor"] = whole(numbers(frame["yearly_minor"]) * share, frame.index)
    frame["cost_minor"] = whole(numbers(frame["taken_minor"]) * offer.rate, frame.index)
    frame["days_sooner"] = (frame["days_to_pay"] - offer.days).clip(lower=0)
    frame["days_sooner_reason"] = frame["days_to_pay_reason"]
    daily = numbers(frame["taken_minor"]) / DAYS_A_YEAR
    frame["cash_minor"] = whole(daily * frame["days_sooner"].to_numpy("float64"), frame.index)
    for name in ("taken", "cost"):
        frame[f"{name}_reason"] = frame["yearly_reason"]
    frame["cash_reason"] = frame["yearly_reason"].fillna(frame["days_to_pay_reason"])
    return frame


def _of_open(frame: pd.DataFrame, share: npt.NDArray[np.float64], offer: Offer) -> pd.DataFrame:
    """Add what the offer would cost on the open invoices, at the date."""
    frame["open_minor"] = whole(numbers(frame["open_minor"].fillna(0)) * share, frame.index)
    frame["open_cost_minor"] = whole(numbers(frame["open_minor"]) * offer.rate, frame.index)
    has_open = frame["open_minor"] > 0
    frame["open_days_sooner"] = frame["open_days_sooner"].where(has_open)
    frame["open_days_sooner_reason"] = first_reason(frame.index, (~has_open, "no_open"))
    return frame


def _open(portfolio: Portfolio, policy: Policy, offer: Offer) -> pd.DataFrame:
    """Return per customer the open invoices that the offer could still bring sooner.

    They are expected on their due date, later by the customer's usual delay.
    """
    rows = portfolio.forecast_items().astype(dict.fromkeys(KEY_CURRENCY, "str"))
    today = day_number(portfolio.as_of)
    rows["left"] = day_numbers(rows["due_on"], today) - today - offer.days
    is_known = ~rows["company_id"].isin(portfolio.estimated_companies())
    is_open = is_known & (rows["left"] > 0) & (rows["disputed_minor"] == 0)
    rows = rows.loc[is_open, [*KEY_CURRENCY, "open_minor", "left"]]
    rows = with_real_days(portfolio, policy, rows)
    days = rows["left"] + rows["delay_days"].fillna(0).clip(lower=0)
    rows["amount_days"] = rows["open_minor"] * days
    sums = rows.groupby(KEY_CURRENCY)[["open_minor", "amount_days"]].sum().reset_index()
    sums["open_days_sooner"] = sums.pop("amount_days") / sums["open_minor"]
    return sums
