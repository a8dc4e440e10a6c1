"""What the generator invents: customers, documents, who pays what."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field
from typing import Final

FIRST_DAY: Final = dt.date(2023, 11, 1)
LAST_DAY: Final = dt.date(2026, 10, 31)


@dataclass(slots=True)
class Customer:
    """One invented customer and how it pays.

    ``rate`` invoices a month; ``scale`` the median net amount in cents; ``run_day`` the day of the
    month it pays everything at once (None: each invoice on its own).
    """

    customer_id: str
    name: str
    archetype: str
    terms: str
    category: str
    sector: str
    owner: str
    method: str
    rate: float
    scale: int
    tax_permille: int = 200
    change_on: dt.date | None = None
    run_day: int | None = None
    country: str = "FR"
    group_id: str | None = None
    is_intercompany: bool = False
    is_natural_person: bool = False
    has_instalments: bool = False


@dataclass(slots=True, eq=False)
class Doc:
    """One document; ``amount`` in cents, debit positive. ``origin`` is the payment of a bounce."""

    customer_id: str
    kind: str
    issued_on: dt.date
    amount: int
    tax: int = 0
    due_on: dt.date | None = None
    number: str = ""
    instalment_no: int | None = None
    method: str = ""
    reference: str = ""
    origin: Doc | None = None
    disputed_on: dt.date | None = None
    dispute_closed_on: dt.date | None = None
    dispute_reason: str = ""


@dataclass(slots=True, eq=False)
class Link:
    """A part of one credit set against one debit, until ``undone_on`` when the payment bounces."""

    credit: Doc
    debit: Doc
    amount: int
    undone_on: dt.date | None = None

    @property
    def on(self) -> dt.date:
        """Return the day it takes effect: the later of both documents."""
        return max(self.credit.issued_on, self.debit.issued_on)

    @property
    def is_transfer(self) -> bool:
        """Tell a payment by another customer."""
        return self.credit.customer_id != self.debit.customer_id


@dataclass(slots=True)
class Company:
    """One company of the group: ``slug`` names its files."""

    slug: str
    siren: str
    name: str
    prefix: str
    is_plain_text_legacy: bool = False
    customers: list[Customer] = field(default_factory=list)
    docs: list[Doc] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def month_ends() -> list[dt.date]:
    """Return the 36 closings of the book."""
    months = [(2023 + (10 + n) // 12, (10 + n) % 12 + 1) for n in range(36)]
    return [dt.date(year, month, calendar.monthrange(year, month)[1]) for year, month in months]


def balances(company: Company, day: dt.date) -> dict[str, int]:
    """Return what each customer owes at a date: his documents, and what was moved to or from him."""
    result = dict.fromkeys((customer.customer_id for customer in company.customers), 0)
    for doc in company.docs:
        if doc.issued_on <= day:
            result[doc.customer_id] += doc.amount
    for link in company.links:
        if link.is_transfer and link.on <= day:
            result[link.credit.customer_id] += link.amount
            result[link.debit.customer_id] -= link.amount
    return result


def open_amounts(company: Company) -> dict[Doc, int]:
    """Return what remains of every document on the last day, signed, settled ones left out."""
    left = {doc: doc.amount for doc in company.docs}
    for link in company.links:
        if link.undone_on is None:
            left[link.debit] -= link.amount
            left[link.credit] += link.amount
    for doc in company.docs:
        if doc.kind == "bounce" and doc.origin is not None:
            left[doc] -= doc.amount
            left[doc.origin] += doc.amount
    return {doc: amount for doc, amount in left.items() if amount}
