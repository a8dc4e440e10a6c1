"""Relances du jour: whom to call first and why, what waits, what falls due soon, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.analytics.deadlines import deadlines
from arlib.analytics.frames import customers, stocks
from arlib.analytics.grid import exceptions, held
from arlib.analytics.promises import promises
from arlib.analytics.reminder_forced import limits_now, unanswered
from arlib.analytics.reminder_history import contacts
from arlib.analytics.reminders import (
    FORCED,
    STAGES,
    STATES,
    reminder_items,
    without_rate,
    worklist,
)
from arlib.model.issues import UserError
from arlib.model.portfolio import KEY, Filters, Portfolio

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy

TO_COMPLETE: Final = ("no_limit", "review_overdue", "terms")
_REVIEWS: Final = ("review", "limit_review", "class_review")
_TERMS: Final = ("terms_illegal", "terms_above")
_NOTES: Final = 10
_AMOUNTS: Final = ["overdue_minor", "to_collect_minor", *(f"{stage}_minor" for stage in STAGES)]


@dataclass(frozen=True, slots=True)
class WorklistView:
    """The day's list.

    ``rows``: see ``analytics.reminders.worklist``. ``counts``: customers by state; ``forced``:
    customers to do by forced reason. ``stages``: one row a currency and stage: ``currency, stage,
    amount_minor, count`` (customers with some of it). ``owners``: one row an owner and currency:
    ``owner`` (NA: nobody), ``currency, count_to_do, overdue_minor, to_collect_minor, …_minor`` by stage.
    ``due_soon``: invoices due within the days of R0 not reminded yet, by due date. ``to_complete``:
    ``kind`` (no_limit, review_overdue, terms), key, ``name, owner, detail, on, days, amount_minor,
    currency``. ``missing``: what cannot be told, code -> reason. ``left_out_minor``: overdue of
    collective accounts and companies of the group, by currency; ``count_left_out``. ``no_rate_minor``: overdue of
    the customers listed that no rate brings into their amounts, by currency. ``are_reminders_known``: some
    reminder or call is in the book by the date. ``levels``: level -> days. ``least_minor``: smallest
    amount reminded, by currency.
    """

    as_of: date
    rows: pd.DataFrame
    counts: Mapping[str, int]
    forced: Mapping[str, int]
    stages: pd.DataFrame
    owners: pd.DataFrame
    due_soon: pd.DataFrame
    to_complete: pd.DataFrame
    missing: Mapping[str, str]
    left_out_minor: Mapping[str, int]
    count_left_out: int
    no_rate_minor: Mapping[str, int]
    are_reminders_known: bool
    levels: Mapping[str, int]
    gap_days: int
    limitation_months: int
    least_minor: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CallSheet:
    """What is needed to call one customer.

    ``row``: his row of the list, {} when he has nothing overdue. ``who``: his columns of
    ``Portfolio.customers``. ``items``: what is overdue or due soon, columns of ``reminder_items``.
    ``later``: what falls due after that, and credits, columns of ``Portfolio.items``. ``promises``:
    those pending or broken. ``disputes``: open ones. ``notes``: the last ten entries.
    """

    as_of: date
    company_id: str
    customer_id: str
    name: str
    company_name: str
    row: Mapping[str, Any]
    who: Mapping[str, Any]
    items: pd.DataFrame
    later: pd.DataFrame
    promises: pd.DataFrame
    disputes: pd.DataFrame
    notes: pd.DataFrame


def build(portfolio: Portfolio, policy: Policy) -> WorklistView:
    """Return the list of the day under the filters."""
    rows = worklist(portfolio, policy)
    states = rows["state"].value_counts()
    left_out = _left_out(portfolio)
    return WorklistView(
        as_of=portfolio.as_of,
        rows=rows,
        counts={state: int(states.get(state, 0)) for state in STATES},
        forced=_forced(rows),
        stages=_stages(rows),
        owners=_owners(rows),
        due_soon=due_soon(portfolio, policy),
        to_complete=_to_complete(portfolio, policy),
        missing=unanswered(portfolio, policy),
        left_out_minor=_sums(left_out, "overdue_minor"),
        count_left_out=len(left_out[KEY].drop_duplicates()),
        no_rate_minor=_sums(without_rate(portfolio, policy), "overdue_minor"),
        are_reminders_known=len(contacts(portfolio)) > 0,
        levels={f"R{place}": days for place, days in enumerate(policy.reminder_days)},
        gap_days=policy.reminder_gap_days,
        limitation_months=policy.limitation_months,
        least_minor={code: policy.reminder_min(code) for code in rows["currency"].unique()},
    )


def items(
    portfolio: Portfolio,
    policy: Policy,
    *,
    company_id: str | None = None,
    customer_id: str | None = None,
) -> pd.DataFrame:
    """Return the invoices overdue or due soon, see ``reminder_items``, of one customer or of all."""
    rows = reminder_items(portfolio, policy)
    if company_id is None or customer_id is None:
        return rows
    return _of(rows, {"company_id": company_id, "customer_id": customer_id})


def due_soon(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return invoices due within the days of R0 that no courtesy reached, by due date.

    Columns of ``reminder_items``, plus ``name, owner``.
    """
    rows = reminder_items(portfolio, policy)
    rows = rows.loc[~rows["is_overdue"] & rows["is_to_remind"]]
    rows = rows.merge(_people(portfolio), on=KEY)
    least = rows["currency"].map(policy.reminder_min).astype("Int64")
    rows = rows.loc[(rows["to_collect_minor"] >= least).astype(bool)]
    return rows.sort_values(["due_on", *KEY, "number", "document_id"], ignore_index=True)


def call_sheet(
    portfolio: Portfolio, policy: Policy, *, customer_id: str, company_id: str
) -> CallSheet:
    """Return the call sheet of one customer; filters on customers are ignored.

    Raises:
        UserError: ``customer_not_found``.
    """
    asked = Filters(company_id=company_id, knowledge=portfolio.filters.knowledge)
    book = Portfolio(portfolio.as_of, asked, portfolio.info, portfolio.source)
    own = {"company_id": company_id, "customer_id": customer_id}
    who = _of(customers(book), own)
    if who.empty:
        raise UserError("customer_not_found", value=customer_id)
    found = items(book, policy, company_id=company_id, customer_id=customer_id)
    everything = book.items(company_id, customer_id)
    promised = _of(promises(book, policy), own)
    disputed = book.customer_disputes(company_id, customer_id)
    row = _of(worklist(book, policy), own)
    return CallSheet(
        as_of=book.as_of,
        company_id=company_id,
        customer_id=customer_id,
        name=str(who["name"].iloc[0]),
        company_name=next(item.name for item in book.companies()),
        row=_first(row),
        who=_first(who),
        items=found,
        later=everything.loc[~everything["document_id"].isin(found["document_id"])],
        promises=promised.loc[promised["status"].isin(["pending", "partial", "broken"])],
        disputes=disputed.loc[disputed["closed_on"].isna()],
        notes=book.actions(company_id, customer_id).head(_NOTES),
    )


def _of(frame: pd.DataFrame, own: Mapping[str, str]) -> pd.DataFrame:
    is_his = (frame["company_id"] == own["company_id"]) & (
        frame["customer_id"] == own["customer_id"]
    )
    return frame.loc[is_his].reset_index(drop=True)


def _first(rows: pd.DataFrame) -> dict[str, Any]:
    return {str(name): value for name, value in rows.iloc[0].items()} if len(rows) else {}


def _people(portfolio: Portfolio) -> pd.DataFrame:
    who = customers(portfolio)
    return who.loc[~who["is_collective"] & ~who["is_intercompany"], [*KEY, "name", "owner"]]


def _left_out(portfolio: Portfolio) -> pd.DataFrame:
    """Return what is overdue of accounts that nobody reminds."""
    who = customers(portfolio)
    who = who.loc[who["is_collective"] | who["is_intercompany"], KEY]
    rows = stocks(portfolio).merge(who, on=KEY)
    return rows.loc[rows["overdue_minor"] > 0]


def _sums(rows: pd.DataFrame, name: str) -> dict[str, int]:
    sums = rows.groupby("currency")[name].sum()
    return {str(currency): int(amount) for currency, amount in sums.items()}


def _forced(rows: pd.DataFrame) -> dict[str, int]:
    said = rows["reasons"].str.split(" ").explode().value_counts()
    return {code: int(said.get(code, 0)) for code in FORCED}


def _stages(rows: pd.DataFrame) -> pd.DataFrame:
    parts = [
        rows.assign(stage=stage, amount_minor=rows[f"{stage}_minor"]).loc[
            lambda part: (part["amount_minor"] > 0).fillna(value=False)
        ]
        for stage in STAGES
    ]
    every = pd.concat([part[["currency", "stage", "amount_minor"]] for part in parts])
    every["count"] = 1
    sums = every.groupby(["currency", "stage"])[["amount_minor", "count"]].sum().reset_index()
    place = {stage: number for number, stage in enumerate(STAGES)}
    sums = sums.assign(_place=sums["stage"].map(place))
    return sums.sort_values(["currency", "_place"], ignore_index=True).drop(columns="_place")


def _owners(rows: pd.DataFrame) -> pd.DataFrame:
    parts = rows[["owner", "currency", *_AMOUNTS]].assign(
        count_to_do=(rows["state"] == "to_do").astype("int64")
    )
    grouped = parts.groupby(["owner", "currency"], dropna=False)
    sums = grouped[["count_to_do", *_AMOUNTS]].sum().reset_index()
    return sums.sort_values(
        ["to_collect_minor", "owner", "currency"], ascending=[False, True, True], ignore_index=True
    )


# -- files to complete ---------------------------------------------------------------------------


def _to_complete(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the customers whose credit file lacks something, by kind then amount."""
    parts = [
        _without_limit(portfolio, policy).assign(kind="no_limit"),
        _reviews(portfolio, policy).assign(kind="review_overdue"),
        _terms(portfolio, policy).assign(kind="terms"),
    ]
    columns = ["kind", *KEY, "detail", "on", "days", "amount_minor", "currency"]
    found = pd.concat([part.reindex(columns=columns).astype("object") for part in parts])
    found["on"] = pd.to_datetime(found["on"]).astype("datetime64[s]")
    found = found.astype({**dict.fromkeys([*KEY, "kind", "detail", "currency"], "str")})
    found = found.astype({"amount_minor": "Int64", "days": "Int64"})
    found = found.merge(_people(portfolio), on=KEY)
    place = {kind: number for number, kind in enumerate(TO_COMPLETE)}
    order = found.assign(
        _place=found["kind"].map(place), _size=found["amount_minor"].fillna(-1).astype("int64")
    )
    order = order.sort_values(["_place", "_size", *KEY], ascending=[True, False, True, True])
    return order.drop(columns=["_place", "_size"]).reset_index(drop=True)


def _without_limit(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    rows = limits_now(portfolio, policy)
    rows = rows.loc[rows["limit_minor"].isna(), [*KEY, "limit_reason"]]
    rows = rows.merge(held(portfolio, policy), on=KEY)
    rows = rows.loc[(rows["exposure_minor"] > 0).fillna(value=False)]
    names = {
        "limit_reason": "detail",
        "exposure_minor": "amount_minor",
        "limit_currency": "currency",
    }
    return rows.rename(columns=names)


def _reviews(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the oldest review missed of each customer, with what he owes."""
    rows = deadlines(portfolio, policy)
    left = rows["days_left"].astype("Float64") < 0
    rows = rows.loc[rows["kind"].isin(list(_REVIEWS)) & left.fillna(value=False)]
    rows = rows.dropna(subset=["customer_id"]).sort_values([*KEY, "on", "kind"])
    rows = rows.drop_duplicates(KEY)[[*KEY, "kind", "on", "days_left"]]
    owed = held(portfolio, policy)[[*KEY, "exposure_minor", "limit_currency"]]
    rows = rows.merge(owed, on=KEY, how="left")
    names = {
        "kind": "detail",
        "exposure_minor": "amount_minor",
        "limit_currency": "currency",
    }
    return rows.assign(days=-rows["days_left"]).rename(columns=names)


def _terms(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the gravest exception of terms of each customer."""
    rows = exceptions(portfolio, policy)
    rows = rows.loc[rows["rule"].isin(list(_TERMS))].drop_duplicates(KEY)
    names = {"rule": "detail", "exposure_minor": "amount_minor", "days_beyond": "days"}
    return rows.rename(columns=names)
