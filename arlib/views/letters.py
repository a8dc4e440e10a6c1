"""Letters and statements of one customer: what is claimed, what it has cost to wait, who writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics import letters
from arlib.analytics.aging import Ages
from arlib.analytics.frames import customers
from arlib.analytics.segments import insolvent
from arlib.model.issues import UserError
from arlib.model.letter_settings import LETTER_LEVELS, SENDER_FIELDS, of_company
from arlib.model.portfolio import KEY, Portfolio
from arlib.views.letter_charges import Charges, charges

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy

__all__ = ["LETTER_LEVELS", "Charges", "Claim", "LettersView", "build", "candidates"]

COURTESY: Final = LETTER_LEVELS[0]


@dataclass(frozen=True, slots=True)
class Claim:
    """What one customer owes in one currency, amounts in minor units.

    ``items``: every open item of the customer accounts, columns of ``analytics.letters.letter_items``
    plus ``bucket`` (of the policy; NA for a credit), ``interest_minor`` (NA: not due or not known) and
    ``indemnity_minor``. ``claimed_minor``: late, neither disputed nor promised; ``due_minor``: claimed less
    the credits not set against an invoice. ``covered_minor``: late, and not claimed because such credits
    cover it all. ``is_small``: below the smallest amount reminded.
    """

    currency: str
    items: pd.DataFrame
    overdue_minor: int
    disputed_minor: int
    promised_minor: int
    claimed_minor: int
    covered_minor: int
    credits_minor: int
    due_minor: int
    soon_minor: int
    not_due_minor: int
    outstanding_minor: int
    is_small: bool
    charges: Charges

    @property
    def totals(self) -> Mapping[str, int]:
        """Return what a formal notice asks by currency: principal, interest when known, indemnity."""
        found = {self.currency: self.due_minor + (self.charges.interest_minor or 0)}
        if self.charges.indemnity_minor:
            code = self.charges.indemnity_currency
            found[code] = found.get(code, 0) + self.charges.indemnity_minor
        return found

    def asked(self, level: str) -> pd.DataFrame:
        """Return the items that a letter of a level lists: soon due at R0, else late and to collect."""
        state = "soon" if level == COURTESY else "claimed"
        return self.items.loc[self.items["state"] == state].reset_index(drop=True)

    def asked_minor(self, level: str) -> int:
        """Return what a letter of a level asks for as principal."""
        return self.soon_minor if level == COURTESY else self.due_minor


@dataclass(frozen=True, slots=True)
class LettersView:
    """One customer and what may be written to him at a date.

    ``sender``: lines by name of ``letter_settings.SENDER_FIELDS``, empty where the policy says nothing.
    ``claims``: one a currency, the largest first. ``proposed``: the level to write now (R0 to R5), None
    when nothing is due yet; ``reached``: by days late; ``next_on``: the day of the next step. ``contacts``:
    reminders and calls since the oldest invoice claimed was issued (``taken_on, kind, level``).
    ``is_estimated``: without lettering, which invoices are open is estimated. ``insolvency``: proceedings
    in the files, or None.
    """

    as_of: date
    company_id: str
    customer_id: str
    name: str
    attributes: Mapping[str, object]
    sender: Mapping[str, tuple[str, ...]]
    delay_days: int
    claims: tuple[Claim, ...]
    buckets: tuple[str, ...]
    proposed: str | None
    reached: str | None
    next_on: date | None
    contacts: pd.DataFrame
    is_estimated: bool
    insolvency: str | None
    policy_version: str

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what the policy does not say of the sender, in order."""
        return tuple(name for name in SENDER_FIELDS if not self.sender[name])

    def asks(self, level: str) -> bool:
        """Return whether a letter of a level has something to ask for."""
        return any(claim.asked_minor(level) > 0 for claim in self.claims)

    def claims_of(self, level: str) -> tuple[Claim, ...]:
        """Return the claims with something to ask for at a level."""
        return tuple(claim for claim in self.claims if claim.asked_minor(level) > 0)


def build(
    portfolio: Portfolio, policy: Policy, *, customer_id: str, company_id: str | None = None
) -> LettersView:
    """Return what may be written to one customer, in the currencies of his invoices.

    Filters on customers and conversion are ignored: he was asked for by name, and owes what was invoiced.

    Raises:
        UserError: ``customer_not_found``.
    """
    book = plain_book(portfolio)
    who = _found(book, customer_id, company_id)
    key = (str(who["company_id"]), str(who["customer_id"]))
    items = letters.letter_items(book, policy, *key)
    is_estimated = key[0] in book.estimated_companies()
    claims = _claims(book, policy, items, key, is_estimated=is_estimated)
    return LettersView(
        as_of=book.as_of,
        company_id=key[0],
        customer_id=key[1],
        name=str(who["name"]),
        attributes={str(name): value for name, value in who.items()},
        sender={
            name: of_company(getattr(policy, f"letters_{name}"), key[0]) for name in SENDER_FIELDS
        },
        delay_days=policy.letters_delay_days,
        claims=claims,
        buckets=Ages("due", policy.buckets, policy.forward_buckets).labels,
        proposed=letters.proposed_level(items),
        reached=letters.reached_level(items),
        next_on=_day(items.loc[items["to_collect_minor"] > 0, "next_on"].min()),
        contacts=letters.reminder_dates(book, *key, _since(book, items)),
        is_estimated=is_estimated,
        insolvency=_insolvency(book, key, who),
        policy_version=policy.version,
    )


def candidates(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the customers with something to write: columns of ``letters.candidates`` plus ``name``.

    Filters on customers count; those with nothing to write follow, by name, with ``claimed_minor`` 0.
    """
    book = portfolio
    if portfolio.filters.convert or portfolio.filters.currency:
        book = Portfolio(
            portfolio.as_of,
            replace(portfolio.filters, convert=None, currency=None),
            portfolio.info,
            portfolio.source,
        )
    who = customers(book)[[*KEY, "name", "is_collective"]]
    who = who.loc[~who["is_collective"]].drop(columns="is_collective")
    found = letters.candidates(book, policy).astype(dict.fromkeys(KEY, "str"))
    joined = who.merge(found, on=KEY, how="left")
    joined["claimed_minor"] = joined["claimed_minor"].astype("Int64").fillna(0)
    joined["is_due"] = joined["level"].notna()
    order = ["is_due", "claimed_minor", "name", *KEY]
    ascending = [False, False, True, True, True]
    ranked = joined.sort_values(order, ascending=ascending, ignore_index=True)
    return ranked.drop(columns="is_due")


def plain_book(portfolio: Portfolio) -> Portfolio:
    """Return the book of the same companies in its own currencies, without a choice of customers."""
    book, filters = portfolio.of_companies(), portfolio.filters
    if filters.convert is None and filters.currency is None:
        return book
    kept = replace(book.filters, convert=None, currency=None)
    return Portfolio(book.as_of, kept, book.info, book.source)


def _found(book: Portfolio, customer_id: str, company_id: str | None) -> pd.Series[Any]:
    who = customers(book)
    is_asked = who["customer_id"] == customer_id
    if company_id is not None:
        is_asked &= who["company_id"] == company_id
    rows = who.loc[is_asked]
    if rows.empty:
        raise UserError("customer_not_found", value=customer_id)
    return rows.iloc[0]


def _claims(
    book: Portfolio,
    policy: Policy,
    items: pd.DataFrame,
    key: tuple[str, str],
    *,
    is_estimated: bool,
) -> tuple[Claim, ...]:
    """Return one claim a currency, the largest outstanding first."""
    told = charges(book, policy, key, items)
    ages = Ages("due", policy.buckets, policy.forward_buckets)
    found = []
    for currency, rows in items.groupby("currency", sort=True):
        own = rows.reset_index(drop=True)
        sums = letters.letter_sums(own, is_estimated=is_estimated)
        claimed = own.loc[own["state"] == "claimed", "invoice_id"]
        own = told.on_items(own).assign(bucket=_buckets(own, ages))
        found.append(
            Claim(
                currency=str(currency),
                items=own,
                is_small=sums["due"] < policy.reminder_min(str(currency)),
                charges=told.of(str(currency), tuple(claimed)),
                **{f"{name}_minor": amount for name, amount in sums.items()},
            )
        )
    return tuple(sorted(found, key=lambda claim: (-claim.outstanding_minor, claim.currency)))


def _buckets(items: pd.DataFrame, ages: Ages) -> pd.Series[str]:
    """Return the bucket of each debit by its due date; missing for a credit."""
    days = items["days_late"].astype("Float64").to_numpy("float64", na_value=0)
    place = np.where(days > 0, 1 + np.searchsorted(np.array(ages.bounds), days), 0)
    labels = np.array(ages.labels, dtype=object)[place]
    return pd.Series(labels, index=items.index, dtype="str").where(items["open_minor"] > 0)


def _since(book: Portfolio, items: pd.DataFrame) -> date:
    """Return the day the oldest invoice claimed was issued, the date itself when none is."""
    return _day(items.loc[items["state"] == "claimed", "issued_on"].min()) or book.as_of


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()


def _insolvency(book: Portfolio, key: tuple[str, str], who: pd.Series[Any]) -> str | None:
    """Return the proceedings that the files name, None when there are none."""
    found = insolvent(book)
    is_his = (found["company_id"] == key[0]) & (found["customer_id"] == key[1])
    return str(who["insolvency"]) if is_his.any() else None
