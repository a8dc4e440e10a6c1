"""What other payment terms would release or tie up, the delays of customers kept on top of them.

Every invoice of the last twelve months is given the due date that the other terms make on its own date of
issue; the mean of the days changed, weighted by amount, × sales / 365 is the cash released once the change
has worked through (negative: tied up). Who pays 12 days after the due date is taken to go on doing so.
Amounts incl. VAT.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.dso import DAYS_A_YEAR
from arlib.analytics.frames import first_reason, ratio
from arlib.analytics.money_cost import share_of, whole
from arlib.analytics.real_days import (
    chosen,
    dearest_first,
    numbers,
    weighted_mean,
    with_names,
    with_real_days,
)
from arlib.analytics.yearly_sales import yearly_sales
from arlib.law import ceilings
from arlib.model.issues import UserError
from arlib.model.portfolio import KEY_CURRENCY
from arlib.model.terms import TermsCalendar, due_date, parse_terms

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_COUNTS: Final = ["count_invoices", "count_longer"]


@dataclass(frozen=True, slots=True)
class NewTerms:
    """The terms to try. ``words``: “45 jours”, “45 jours fin de mois”…; None: the legal ceiling.

    ``is_cap``: invoices granted less keep what they have; else all take the new terms. ``customers``:
    (company, code) of those it applies to, none: all but companies of one's own group.
    """

    words: str | None
    is_cap: bool = True
    customers: tuple[tuple[str, str], ...] = ()

    def checked(self) -> NewTerms:
        """Return the terms. Raises UserError ``terms_unreadable`` for words that are not terms."""
        if self.words is not None and parse_terms(self.words) is None:
            raise UserError("terms_unreadable", value=self.words)
        return self


@dataclass(frozen=True, slots=True)
class TermsTotals:
    """Sums of one currency; days are means weighted by sales (None: no sales).

    ``released_minor`` = ``freed_minor`` (customers it brings sooner) − ``tied_minor`` (later).
    ``worth_minor``: what it saves a year at the cost of money (None: not typed).
    """

    yearly_minor: int
    released_minor: int
    freed_minor: int
    tied_minor: int
    granted_days: float | None
    new_days: float | None
    delay_days: float | None
    count_customers: int
    longer_minor: int
    assumed_minor: int
    kept_minor: int
    worth_minor: int | None


def changed_terms(portfolio: Portfolio, policy: Policy, terms: NewTerms) -> pd.DataFrame:
    """Return what the terms change, one row per company, customer and currency, most cash first.

    Columns: key and currency, ``name, is_intercompany, yearly_minor`` (Int64 + ``_reason``),
    ``count_invoices, granted_days`` (mean granted, weighted), ``new_days, change_days`` (below 0: sooner),
    ``delay_days`` (+ ``_reason``), ``days_source`` (see ``real_days``), ``real_days, new_real_days``
    (terms + delay; NaN + ``_reason``), ``released_minor`` (Int64 + ``_reason``), ``count_longer,
    longer_minor`` (invoices granted more), ``assumed_minor`` (due date by default), ``kept_minor`` (no other
    terms known), ``is_chosen``.
    """
    frame = _billed(portfolio, policy, terms).astype(dict.fromkeys(KEY_CURRENCY, "str"))
    sales = yearly_sales(portfolio, policy)[[*KEY_CURRENCY, "yearly_minor", "yearly_reason"]]
    frame = frame.merge(sales, on=KEY_CURRENCY, how="left")
    frame = with_real_days(portfolio, policy, with_names(portfolio, frame))
    frame["is_chosen"] = chosen(frame, terms.customers)
    frame["granted_days"] = ratio(frame["granted_amount"], frame["billed_minor"])
    asked = frame["capped_amount" if terms.is_cap else "new_amount"]
    asked = asked.where(frame["is_chosen"], frame["granted_amount"])
    frame["new_days"] = ratio(asked, frame["billed_minor"])
    frame["change_days"] = frame["new_days"] - frame["granted_days"]
    daily = numbers(frame["yearly_minor"]) / DAYS_A_YEAR
    frame["released_minor"] = whole(-daily * frame["change_days"].to_numpy("float64"), frame.index)
    frame["released_reason"] = frame["yearly_reason"]
    for name, days in (("real_days", "granted_days"), ("new_real_days", "new_days")):
        frame[name] = frame[days] + frame["delay_days"]
        frame[f"{name}_reason"] = first_reason(frame.index, (frame[name].isna(), "no_history"))
    gone = ["granted_amount", "new_amount", "capped_amount", "billed_minor", "days_to_pay"]
    return dearest_first(frame.drop(columns=[*gone, "days_to_pay_reason"]), "released_minor")


def totals(rows: pd.DataFrame, policy: Policy) -> TermsTotals:
    """Return the sums of the rows of one currency."""
    amount = rows["released_minor"].fillna(0).astype("int64")
    released = int(amount.sum())
    yearly = rows["yearly_minor"]
    money = policy.cost_of_money_ratio
    mine = rows.loc[rows["is_chosen"]]
    return TermsTotals(
        yearly_minor=int(yearly.fillna(0).sum()),
        released_minor=released,
        freed_minor=int(amount.clip(lower=0).sum()),
        tied_minor=int(-amount.clip(upper=0).sum()),
        granted_days=weighted_mean(rows["granted_days"], yearly),
        new_days=weighted_mean(rows["new_days"], yearly),
        delay_days=weighted_mean(rows["delay_days"], yearly),
        count_customers=int((amount != 0).sum()),
        longer_minor=int(mine["longer_minor"].sum()),
        assumed_minor=int(mine["assumed_minor"].sum()),
        kept_minor=int(mine["kept_minor"].sum()),
        worth_minor=share_of(released, money) if money else None,
    )


def _billed(portfolio: Portfolio, policy: Policy, terms: NewTerms) -> pd.DataFrame:
    """Return the sums of ``Portfolio.changed_terms`` for these terms."""
    asked = portfolio.issue_dates()
    regimes = [str(word) for word in asked["regime"]]
    issued = [day.date() for day in pd.to_datetime(asked["issued_on"])]
    allowed = [
        (regime, day, _allowed(policy, terms, regime, day))
        for regime, day in zip(regimes, issued, strict=True)
    ]
    known = [(regime, day, last) for regime, day, last in allowed if last is not None]
    return portfolio.changed_terms(
        tuple(item[0] for item in known),
        tuple(item[1] for item in known),
        tuple(item[2] for item in known),
    )


def _allowed(policy: Policy, terms: NewTerms, regime: str, issued: date) -> date | None:
    """Return the due date of the other terms on an invoice; None: no text known, regime not understood."""
    if terms.words is not None:
        rules = TermsCalendar(policy.commercial_month, policy.next_business_day)
        parsed = parse_terms(terms.words)
        return None if parsed is None else due_date(issued, parsed, rules)
    code = ceilings.regime_of(regime)
    found = None if code is None else ceilings.ceiling(code, issued)
    return max(found.last_days(issued).values()) if found else None
