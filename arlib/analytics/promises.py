"""Promises to pay, kept or broken (definitions §14).

Cash received from the day a promise is taken to the date promised plus some grace counts for it: what
is set against its invoices, or any cash of the customer when it names none. Each euro counts once, for
the oldest promise first. A promise is kept as soon as it reaches ``promise_kept_ratio`` of its
amount; else it is pending until date + grace, then partial from one half on, else broken.

Example: 1,000 promised on 1 March for the 10th, grace 3 days: 980 received on the 13th keep it, 979
make it partial on the 14th, 499 broken; on the 13th itself both are pending.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import NOT_AT_THIS_LEVEL, first_reason, ratio, silent_companies
from arlib.model.portfolio import KEY, Portfolio, window_start

if TYPE_CHECKING:
    from datetime import date

    import numpy.typing as npt

    from arlib.model.policy import Policy

STATUSES: Final = ("kept", "partial", "pending", "broken")
_HALF: Final = 0.5
_MONTHS: Final = 12
# Shares are compared in whole numbers: 0.98 of an amount has no exact binary.
_UNIT: Final = 1_000_000
_COLUMNS: Final = [
    *KEY,
    "change_id",
    "document_ids",
    "currency",
    "amount_minor",
    "taken_on",
    "due_on",
    "deadline_on",
    "received_minor",
    "status",
    "status_reason",
    "kept_on",
    "author",
    "text",
    "source",
    "plan_id",
]
_AT: Final = ["day", *KEY]
_PURSE: Final = ["day", *KEY, "currency"]
_WORDS: Final = ["change_id", "document_ids", "currency", "author", "text", "plan_id"]
_UNREAD: Final = ["kind", "cause", "recorded_at", "outcome", "level", "channel"]
_SUMMED: Final = [
    "count_due",
    "count_kept",
    "due_minor",
    "kept_minor",
    "kept_ratio",
    "kept_value_ratio",
]


def promises(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return every promise known at the date, one row each, oldest first within a customer.

    Columns: ``company_id, customer_id, change_id`` (NA: from a file), ``document_ids`` (one a line; NA:
    the customer), ``currency, amount_minor`` (not given: what its invoices owed that day; NA:
    nothing), ``taken_on, due_on, deadline_on`` (date + grace), ``received_minor`` (its share of the
    cash), ``status`` (kept, partial, pending, broken; NA with ``status_reason``: amount_missing,
    not_at_this_level), ``kept_on, author, text, source, plan_id`` (the same for the instalments of a
    payment plan; NA: a promise alone). Amounts stand in the currency promised,
    whatever the conversion asked for.
    """

    def make() -> pd.DataFrame:
        return _promises(portfolio, policy, (portfolio.as_of,)).drop(columns="day")

    return portfolio.derived("promises " + policy.version, make)


def broken_promises(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return ``broken_promises`` per customer: those broken in the last 12 months, by their deadline.

    Columns: key, ``broken_promises`` (Int64). Customers without a promise have 0 where the company's
    book knows promises; a company without any has no row.
    """
    return broken_on(portfolio, policy, (portfolio.as_of,)).drop(columns="day")


def broken_on(portfolio: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    """Return ``broken_promises`` on several days, none after as_of: ``day``, key and the count."""
    found = _promises(portfolio, policy, days)
    told = found.loc[found["status"].notna()]
    knowing = told[["day", "company_id"]].drop_duplicates()
    who = portfolio.customers()[[*KEY, "first_issued_on"]].astype(dict.fromkeys(KEY, "str"))
    everyone = knowing.merge(who, on="company_id")
    first = pd.to_datetime(everyone["first_issued_on"])
    everyone = everyone.loc[first.isna() | (first <= everyone["day"]), _AT]
    is_broken = (told["status"] == "broken") & _is_recent(told)
    counts = told.loc[is_broken].groupby(_AT).size().rename("broken_promises").reset_index()
    joined = everyone.merge(counts, on=_AT, how="left")
    joined["broken_promises"] = joined["broken_promises"].astype("Int64").fillna(0)
    return joined.sort_values(_AT, ignore_index=True)


def kept_rates(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return how many promises of the last 12 months were kept, per customer and currency.

    Columns: key, ``currency, count_due`` (kept, partial or broken), ``count_kept, due_minor,
    kept_minor`` (amount of those kept), ``kept_ratio, kept_value_ratio``.
    """
    found = promises(portfolio, policy)
    is_over = found["status"].isin(["kept", "partial", "broken"])
    kept = found.loc[is_over & _is_recent(found.assign(day=pd.Timestamp(portfolio.as_of)))]
    return _summed(kept, [*KEY, "currency"])[[*KEY, "currency", *_SUMMED]]


def kept_by_month(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return promises that ended in each of the last 12 months (by their deadline), oldest first.

    Columns: ``month_on, currency, count_due, count_kept, due_minor, kept_minor, kept_ratio,
    kept_value_ratio``; a month without any has no row.
    """
    found = promises(portfolio, policy)
    is_over = found["status"].isin(["kept", "partial", "broken"])
    kept = found.loc[is_over & _is_recent(found.assign(day=pd.Timestamp(portfolio.as_of)))]
    month = pd.to_datetime(kept["deadline_on"]).dt.to_period("M").dt.start_time
    return _summed(kept.assign(month_on=month.astype("datetime64[s]")), ["month_on", "currency"])


def kept_in_all(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the same of the last 12 months by ``currency``, columns as ``kept_rates``."""
    rows = kept_rates(portfolio, policy)
    names = ["count_due", "count_kept", "due_minor", "kept_minor"]
    sums = rows.groupby("currency")[names].sum().reset_index()
    return _with_ratios(sums)


def _summed(kept: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return counts, amounts and rates of promises that are over."""
    is_kept = (kept["status"] == "kept").astype("int64")
    amounts = kept["amount_minor"].astype("int64")
    frame = kept[by].assign(
        count_due=1, count_kept=is_kept, due_minor=amounts, kept_minor=amounts * is_kept
    )
    return _with_ratios(frame.groupby(by).sum().reset_index())


def _with_ratios(sums: pd.DataFrame) -> pd.DataFrame:
    return sums.assign(
        kept_ratio=ratio(sums["count_kept"], sums["count_due"]),
        kept_value_ratio=ratio(sums["kept_minor"], sums["due_minor"]),
    )


def _is_recent(found: pd.DataFrame) -> pd.Series[bool]:
    """Return which promises ended in the 12 months before their ``day``."""
    starts = {day: pd.Timestamp(window_start(day.date(), _MONTHS)) for day in found["day"].unique()}
    start = pd.to_datetime(found["day"].map(starts))
    return found["deadline_on"] > start


def _promises(portfolio: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    """Return ``promises`` as known on each of several days, with ``day``."""
    book = _unconverted(portfolio)
    taken = book.actions()
    taken = taken.loc[taken["kind"] == "promise"].drop(columns=_UNREAD)
    taken = taken.astype(dict.fromkeys([*KEY, *_WORDS], "str"))
    taken = _known_on(book, taken, days)
    if taken.empty:
        return _empty(taken)
    order = [*_AT, "taken_on", "due_on", "document_ids", "amount_minor", "change_id"]
    taken = taken.sort_values(order, ignore_index=True, na_position="first")
    named = _named(book, taken)
    taken = _with_amounts(taken, named)
    taken["deadline_on"] = taken["due_on"] + pd.Timedelta(days=policy.promise_grace_days)
    taken = _with_cash(taken, named, book.promise_receipts(policy, days), policy)
    is_silent = _is_silent(taken, silent_companies(book, policy, days))
    taken["status"] = _statuses(taken, is_silent)
    taken["status_reason"] = first_reason(
        taken.index,
        (taken["amount_minor"].isna(), "amount_missing"),
        (is_silent & taken["status"].isna(), NOT_AT_THIS_LEVEL),
    )
    found = taken[["day", *_COLUMNS]]
    currency = portfolio.filters.currency
    return found if currency is None else found.loc[found["currency"] == currency]


def _known_on(book: Portfolio, taken: pd.DataFrame, days: tuple[date, ...]) -> pd.DataFrame:
    """Return the promises known on each day: see ``Portfolio.actions``."""
    stamps = pd.DataFrame({"day": pd.to_datetime(list(days)).astype("datetime64[s]")})
    frame = stamps.merge(taken, how="cross")
    lasts = [item.last_date for item in book.info.companies if item.last_date]
    end = pd.Timestamp(max(lasts, default=book.as_of))
    by_hand = (frame["source"] == "user") & (frame["day"] >= end)
    is_now = frame["day"] == pd.Timestamp(book.as_of)
    return frame.loc[(frame["taken_on"] <= frame["day"]) | by_hand | is_now]


def _is_silent(taken: pd.DataFrame, silent: pd.DataFrame) -> pd.Series[bool]:
    """Return the promises of companies that hold no settlement on the day."""
    on = ["day", "company_id"]
    has = taken[on].merge(silent.assign(has=1), on=on, how="left")["has"]
    return pd.Series(has.notna().to_numpy(), index=taken.index)


def _unconverted(portfolio: Portfolio) -> Portfolio:
    """Return the book in its own currencies: what was promised is compared as it was promised."""
    filters = portfolio.filters
    if filters.convert is None and filters.currency is None:
        return portfolio
    kept = replace(filters, convert=None, currency=None)
    return Portfolio(portfolio.as_of, kept, portfolio.info, portfolio.source)


def _empty(taken: pd.DataFrame) -> pd.DataFrame:
    """Return the columns without rows, dates and amounts in their types."""
    frame = taken.reindex(columns=["day", *_COLUMNS])
    for name in ("day", "taken_on", "due_on", "deadline_on", "kept_on"):
        frame[name] = pd.to_datetime(frame[name])
    for name in ("amount_minor", "received_minor"):
        frame[name] = frame[name].astype("Int64")
    return frame.astype(dict.fromkeys([*KEY, "currency", "status", "status_reason"], "str"))


def _named(book: Portfolio, taken: pd.DataFrame) -> pd.DataFrame:
    """Return one row per promise (``place`` in ``taken``) and document of the book that it names."""
    words = taken["document_ids"].dropna().str.split("\n").explode()
    rows = (
        words.rename("document_id")
        .rename_axis("place")
        .reset_index()
        .merge(taken[[*KEY, "taken_on"]], left_on="place", right_index=True)
    )
    return rows.merge(book.promise_documents(), on=[*KEY, "document_id", "taken_on"])


def _with_amounts(taken: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Give a promise without an amount what its invoices owed that day."""
    owed = named.groupby("place").agg(amount=("open_minor", "sum"), currency=("currency", "first"))
    amount = owed["amount"].reindex(taken.index).astype("Int64")
    given = taken["amount_minor"].astype("Int64")
    amount = given.fillna(amount.where(amount > 0))
    currency = taken["currency"].astype("str")
    return taken.assign(
        amount_minor=amount,
        currency=currency.fillna(owed["currency"].reindex(taken.index).astype("str")),
    )


def _with_cash(
    taken: pd.DataFrame, named: pd.DataFrame, receipts: pd.DataFrame, policy: Policy
) -> pd.DataFrame:
    """Give each promise its euros, oldest promise first: ``received_minor`` and ``kept_on``."""
    invoices = {place: set(names) for place, names in named.groupby("place")["invoice_document_id"]}
    purses = _purses(receipts)
    needed = round(policy.promise_kept_ratio * _UNIT)
    received, kept_on = [], []
    rows = taken[[*_PURSE, "amount_minor", "taken_on", "deadline_on"]]
    for place, values in enumerate(zip(*(rows[name] for name in rows), strict=True)):
        *key, amount, start, end = values
        purse = purses.get(tuple(key))
        if purse is None or pd.isna(amount):
            drawn: tuple[int, Any] = (0, pd.NaT)
        else:
            drawn = purse.draw(int(amount), start, end, invoices.get(place), needed)
        received.append(drawn[0])
        kept_on.append(drawn[1])
    return taken.assign(
        received_minor=pd.array(received, "Int64"),
        kept_on=pd.Series(kept_on, index=taken.index, dtype="datetime64[s]"),
    )


def _purses(receipts: pd.DataFrame) -> dict[tuple[Any, ...], _Purse]:
    """Return the cash of each day, customer and currency."""
    rows = receipts.sort_values([*_PURSE, "received_on"], ignore_index=True, kind="stable")
    days = rows["received_on"].to_numpy("datetime64[s]")
    amounts = rows["amount_minor"].to_numpy("int64").copy()
    names = rows["invoice_document_id"].to_numpy(object)
    firsts = rows[_PURSE].drop_duplicates()
    starts = firsts.index.to_numpy()
    parts = zip(starts, np.append(starts, len(rows))[1:], strict=True)
    keys = zip(*(firsts[name] for name in _PURSE), strict=True)
    return {
        key: _Purse(days[first:last], amounts[first:last], names[first:last])
        for key, (first, last) in zip(keys, parts, strict=True)
    }


class _Purse:
    """The cash of one customer in one currency, in order of receipt; what is drawn is gone."""

    def __init__(
        self,
        days: npt.NDArray[np.datetime64],
        left: npt.NDArray[np.int64],
        invoices: npt.NDArray[np.object_],
    ) -> None:
        self._days, self._left, self._invoices = days, left, invoices

    def draw(
        self,
        amount: int,
        start: pd.Timestamp,
        end: pd.Timestamp,
        invoices: set[str] | None,
        needed: int,
    ) -> tuple[int, Any]:
        """Return what counts for one promise, and the day it reached ``needed`` millionths of it."""
        can = (self._days >= start.to_datetime64()) & (self._days <= end.to_datetime64())
        can &= self._left > 0
        if invoices:
            can &= np.isin(self._invoices, list(invoices))
        places = np.flatnonzero(can)
        # what each receipt adds once those before it have been drawn
        reach = np.minimum(np.cumsum(self._left[places]), amount)
        self._left[places] -= np.diff(reach, prepend=0)
        if not len(places):
            return 0, pd.NaT
        is_kept = reach * _UNIT >= needed * amount
        kept_on = self._days[places][int(is_kept.argmax())] if is_kept.any() else pd.NaT
        return int(reach[-1]), kept_on


def _statuses(taken: pd.DataFrame, is_silent: pd.Series[bool]) -> pd.Series[str]:
    """Return where each promise stands on its day; missing where the data cannot tell."""
    amount = taken["amount_minor"].astype("Float64")
    is_pending = taken["deadline_on"] >= taken["day"]
    is_half = taken["received_minor"].astype("Float64") >= _HALF * amount
    found = first_reason(
        taken.index,
        (taken["amount_minor"].isna(), "unknown"),
        (taken["kept_on"].notna(), "kept"),
        (is_pending, "pending"),
        (is_silent, "unknown"),
        (is_half.fillna(value=False), "partial"),
        (taken["deadline_on"].notna(), "broken"),
    )
    return found.where(found != "unknown")
