"""Fiche client: everything about one customer, taken from the other views' rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import limits
from arlib.analytics.aging import Ages, aged_balance
from arlib.analytics.behaviour import by_month, cash_months
from arlib.analytics.exposure import commitment_parts, exposure_parts, offered
from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    customers,
    day_number,
    first_reason,
    gathered,
    spread,
    stocks,
    without_behaviour,
)
from arlib.analytics.risk import risk_table
from arlib.model.issues import UserError
from arlib.model.portfolio import KEY
from arlib.model.tables import LIMITS
from arlib.views import aging, behaviour, segments
from arlib.views.common import answerable, previous_closing
from arlib.views.risk import with_returns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class CustomerView:
    """One customer.

    ``attributes``: columns of ``tables.CUSTOMERS`` by name. ``risk, behaviour, segments``: his
    rows of those views (risk with the return under the limit), one per currency (maybe empty). ``aging``: one row per currency, columns
    of the aging block. ``buckets``: labels of ``aging``. ``items``: columns of ``Portfolio.items``
    plus ``bucket`` (label; NA for credits). ``exposure``: ``currency, part, amount_minor`` in
    order: invoices, credit_notes, payments, other, total (then bills, discounted_bills,
    deliveries, orders, deposits when supplied). ``levels``: the same as named parts from E1 to E4, one
    row per currency: columns of ``analytics.exposure.exposure_parts``. ``offered``: levels beyond
    E1 that what was supplied can answer. ``limits``: the decisions that apply to him,
    latest first: columns of ``tables.LIMITS`` plus ``is_in_force``. ``monthly``: ``month_on,
    currency, weighted_delay_days, amount_minor, count_payments``, 12 months.
    ``outstanding_before``: per currency, the outstanding at the previous closing.
    ``behaviour_unavailable``: reason, or None.
    """

    as_of: date
    company_id: str
    customer_id: str
    name: str
    attributes: Mapping[str, object]
    buckets: tuple[str, ...]
    risk: pd.DataFrame
    behaviour: pd.DataFrame
    segments: pd.DataFrame
    aging: pd.DataFrame
    items: pd.DataFrame
    exposure: pd.DataFrame
    levels: pd.DataFrame
    offered: tuple[str, ...]
    exposure_basis: str
    limits: pd.DataFrame
    monthly: pd.DataFrame
    previous_on: date
    outstanding_before: Mapping[str, int]
    behaviour_unavailable: str | None


_MONTHS: Final = 12
_COMMITTED: Final = {
    "bill": ("bills", 1),
    "discounted_bill": ("discounted_bills", 1),
    "delivery": ("deliveries", 1),
    "order": ("orders", 1),
    "deposit": ("deposits", -1),
}
# Columns of a customer that a day of their own makes known.
_DATED: Final = {
    "insolvency_on": ("insolvency",),
    "external_score_on": ("external_score", "external_score_scale"),
}
_PARTS: Final = ["invoices", "credit_notes", "payments", "other", "total"]


def build(
    portfolio: Portfolio, policy: Policy, *, customer_id: str, company_id: str | None = None
) -> CustomerView:
    """Return one customer; without ``company_id`` the first company that holds the code.

    Filters on customers are ignored: the customer was asked for by name.

    Raises:
        UserError: ``customer_not_found``.
    """
    book = unfiltered(portfolio)
    who = _found(book, customer_id, company_id)
    key = {name: str(who[name].iloc[0]) for name in KEY}
    ages = Ages("due", policy.buckets, policy.forward_buckets)
    items = aging.items(book, key["company_id"], key["customer_id"])
    return CustomerView(
        as_of=book.as_of,
        company_id=key["company_id"],
        customer_id=key["customer_id"],
        name=str(who["name"].iloc[0]),
        attributes=_attributes(who, book.as_of),
        buckets=ages.labels,
        risk=rows_of(_everyone(book, policy, "risk"), key),
        behaviour=rows_of(_everyone(book, policy, "behaviour"), key),
        segments=rows_of(_everyone(book, policy, "segments"), key),
        aging=rows_of(aged_balance(book, policy, ages), key),
        items=items.assign(bucket=_buckets(items, ages)),
        exposure=_exposure(book, items, key),
        levels=rows_of(exposure_parts(book), key),
        offered=offered(book),
        exposure_basis=policy.exposure_basis,
        limits=_decisions(book, who),
        monthly=_monthly(book, policy, key),
        previous_on=previous_closing(book.as_of),
        outstanding_before=_before(book, key),
        behaviour_unavailable=(
            NOT_AT_THIS_LEVEL if key["company_id"] in without_behaviour(book, policy) else None
        ),
    )


def _attributes(who: pd.DataFrame, as_of: date) -> dict[str, object]:
    """Return the columns of the customer; a judgment or a score after the date is not known yet."""
    found: dict[str, object] = {str(name): value for name, value in who.iloc[0].to_dict().items()}
    for day, names in _DATED.items():
        if (pd.to_datetime(who[day]) > pd.Timestamp(as_of)).any():
            found |= dict.fromkeys((day, *names))
    return found


def unfiltered(portfolio: Portfolio) -> Portfolio:
    """Return the book without the filters that choose customers, as known now or then."""
    return portfolio.of_companies()


def _found(portfolio: Portfolio, customer_id: str, company_id: str | None) -> pd.DataFrame:
    who = customers(portfolio)
    is_asked = who["customer_id"] == customer_id
    if company_id is not None:
        is_asked &= who["company_id"] == company_id
    rows = who.loc[is_asked].head(1)
    if rows.empty:
        raise UserError("customer_not_found", value=customer_id)
    return rows


def _everyone(book: Portfolio, policy: Policy, subject: str) -> pd.DataFrame:
    """Return what a table says of every customer, worked out once for all the files opened."""
    made = {
        "risk": lambda: with_returns(
            book, policy, risk_table(book, policy, policy.exposure_basis).rows
        ),
        "behaviour": lambda: _stacked(
            [block.customers for block in behaviour.build(book, policy).blocks]
        ),
        "segments": lambda: _stacked(
            [block.customers for block in segments.build(book, policy).blocks]
        ),
    }
    return book.derived(f"customer {subject} {policy.version}", made[subject])


def rows_of(frame: pd.DataFrame, key: dict[str, str]) -> pd.DataFrame:
    """Return the rows of one customer, named by ``company_id`` and ``customer_id``."""
    if frame.empty:
        return frame
    is_his = (frame["company_id"] == key["company_id"]) & (
        frame["customer_id"] == key["customer_id"]
    )
    return frame.loc[is_his].reset_index(drop=True)


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of every currency; the columns alone when there is none."""
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def _buckets(items: pd.DataFrame, ages: Ages) -> pd.Series[str]:
    """Return the bucket of each debit by its due date; missing for a credit."""
    days = items["days_late"].astype("Float64").to_numpy("float64", na_value=0)
    place = np.where(days > 0, 1 + np.searchsorted(np.array(ages.bounds), days), 0)
    labels = np.array(ages.labels, dtype=object)[place]
    found = pd.Series(labels, index=items.index, dtype="str")
    return found.where(items["open_minor"] > 0)


def _exposure(portfolio: Portfolio, items: pd.DataFrame, key: dict[str, str]) -> pd.DataFrame:
    """Return what the outstanding is made of, then what was promised beyond it."""
    kind = items["kind"]
    part = first_reason(
        items.index,
        (items["open_minor"] > 0, "invoices"),
        (kind == "credit_note", "credit_notes"),
        (kind.isin(["payment", "deposit"]), "payments"),
        (kind.notna(), "other"),
    )
    sums = items.assign(part=part).groupby(["currency", "part"])["open_minor"].sum()
    amounts = spread(sums, "part").reindex(columns=_PARTS[:-1]).fillna(0).astype("int64")
    amounts["total"] = amounts.sum(axis=1)
    long = gathered(amounts, "part", "amount_minor")
    return pd.concat([long, _committed(portfolio, key)], ignore_index=True)


def _committed(portfolio: Portfolio, key: dict[str, str]) -> pd.DataFrame:
    parts = rows_of(commitment_parts(portfolio), key)
    names = {kind: name for kind, (name, _) in _COMMITTED.items()}
    signs = pd.Series({kind: sign for kind, (_, sign) in _COMMITTED.items()})
    signed = parts[list(names)] * signs
    signed = signed.rename(columns=names).assign(currency=parts["currency"])
    long = signed.melt("currency", var_name="part", value_name="amount_minor")
    supplied: pd.DataFrame = long.loc[long["amount_minor"] != 0]
    return supplied


def _decisions(portfolio: Portfolio, who: pd.DataFrame) -> pd.DataFrame:
    """Return the decisions that concern the customer, latest first."""
    rows = limits.applicable(portfolio, who[[*KEY, "category"]])
    asked = who[KEY].assign(day=day_number(portfolio.as_of))
    in_force = set(limits.resolve(rows, asked)["limit_change_id"])
    frame = portfolio.limits()
    is_his = frame["change_id"].isin(set(rows["limit_change_id"])) & (
        frame["company_id"] == who["company_id"].iloc[0]
    )
    frame = frame.loc[is_his, [*LIMITS.column_names, "sequence"]].copy()
    frame["is_in_force"] = frame["change_id"].isin(in_force)
    return pd.DataFrame(
        frame.sort_values(["decided_at", "sequence"], ascending=False, ignore_index=True)
    )


def _monthly(portfolio: Portfolio, policy: Policy, key: dict[str, str]) -> pd.DataFrame:
    cash = rows_of(cash_months(portfolio, policy, _MONTHS), key)
    frames = [
        by_month(rows, portfolio.as_of, _MONTHS).assign(currency=currency)
        for currency, rows in cash.groupby("currency", sort=True)
    ]
    return _stacked(
        frames or [by_month(cash, portfolio.as_of, _MONTHS).head(0).assign(currency="")]
    )


def _before(portfolio: Portfolio, key: dict[str, str]) -> dict[str, int]:
    days = answerable(portfolio, [previous_closing(portfolio.as_of)])
    if not days:
        return {}
    stock = rows_of(stocks(portfolio.at(days[0])), key)
    return dict(zip(stock["currency"], stock["outstanding_minor"].astype(int), strict=True))
