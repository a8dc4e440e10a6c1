"""The levels of exposure of a customer: E1, E1g, E2, E3, E4 (definitions §2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.frames import customers, spread, stocks
from arlib.model.portfolio import KEY, KEY_CURRENCY, Portfolio

if TYPE_CHECKING:
    from typing import Any

BASES: Final = {
    "E1": "outstanding_minor",
    "E1g": "gross_minor",
    "E2": "e2_minor",
    "E3": "e3_minor",
    "E4": "e4_minor",
}
_PARTS: Final = ["bill", "discounted_bill", "delivery", "order", "deposit"]


def whole(portfolio: Portfolio) -> Portfolio:
    """Return the book in every original currency: what a limit is tested against."""
    filters = portfolio.filters
    if filters.currency is None and filters.convert is None:
        return portfolio
    plain = replace(filters, currency=None, convert=None)
    return Portfolio(portfolio.as_of, plain, portfolio.info, portfolio.source)


def exposures(portfolio: Portfolio) -> pd.DataFrame:
    """Return every level, one row per company, customer and currency; all customers have a row.

    Columns: ``outstanding_minor`` (E1, int64), ``gross_minor`` (E1g), ``overdue_minor``,
    ``e2_minor, e3_minor, e4_minor`` (Int64; NA when commitments were not supplied at the date),
    ``is_estimated`` (no lettering: gross and overdue are after credits, oldest first).
    E1 = receivable + doubtful + retention, net. E2 = E1 + bills not matured + discounted bills.
    E3 = E2 + deliveries not invoiced. E4 = E3 + orders − deposits. Documents of class ``bill``
    and ``advance`` replace the commitments ``bill`` and ``deposit`` of a company that has some.
    """
    return portfolio.derived("exposures", lambda: _exposures(portfolio))


def _exposures(portfolio: Portfolio) -> pd.DataFrame:
    frame = _rows(portfolio)
    parts = commitment_parts(portfolio)
    frame = frame.merge(parts, on=KEY_CURRENCY, how="left")
    frame[_PARTS] = frame[_PARTS].fillna(0).astype("int64")
    bills, supplied = holders(portfolio, "bill"), suppliers(portfolio)
    knows_bills = frame["company_id"].isin(bills | supplied)
    knows_rest = frame["company_id"].isin(supplied)
    e2 = frame["outstanding_minor"] + frame["bill"] + frame["discounted_bill"]
    e3 = e2 + frame["delivery"]
    e4 = e3 + frame["order"] - frame["deposit"]
    frame["e2_minor"] = e2.astype("Int64").where(knows_bills)
    frame["e3_minor"] = e3.astype("Int64").where(knows_rest)
    frame["e4_minor"] = e4.astype("Int64").where(knows_rest)
    frame["is_estimated"] = frame["company_id"].isin(portfolio.estimated_companies())
    return frame.drop(columns=_PARTS)


def commitment_parts(portfolio: Portfolio) -> pd.DataFrame:
    """Return what E2 to E4 add, positive, a column per kind, per company, customer and currency."""
    return portfolio.derived("commitment_parts", lambda: _commitment_parts(portfolio))


def _commitment_parts(portfolio: Portfolio) -> pd.DataFrame:
    given = portfolio.commitments()[[*KEY_CURRENCY, "kind", "amount_minor"]]
    from_documents = pd.concat(
        [_documents(portfolio, "bill", "bill", 1), _documents(portfolio, "advance", "deposit", -1)]
    )
    for kind, account_class in (("bill", "bill"), ("deposit", "advance")):
        is_held = given["company_id"].isin(holders(portfolio, account_class))
        given = given.loc[~((given["kind"] == kind) & is_held)]
    rows = [frame for frame in (given, from_documents) if len(frame)]
    everything = pd.concat(rows) if rows else given
    wide = spread(everything.groupby([*KEY_CURRENCY, "kind"])["amount_minor"].sum(), "kind")
    return wide.reindex(columns=_PARTS).fillna(0).astype("int64").reset_index()


def suppliers(portfolio: Portfolio, kinds: tuple[str, ...] | None = None) -> set[str]:
    """Return the companies with an extraction of commitments at the date (of these kinds)."""
    known = portfolio.commitment_kinds()
    if kinds is not None:
        known = known.loc[known["kind"].isin(list(kinds))]
    return set(known["company_id"])


def holders(portfolio: Portfolio, account_class: str) -> set[str]:
    """Return the companies whose book holds open documents of an account class."""
    balances = portfolio.balances()
    return set(balances.loc[balances["account_class"] == account_class, "company_id"])


def _documents(portfolio: Portfolio, account_class: str, kind: str, sign: int) -> pd.DataFrame:
    stock = stocks(portfolio, (account_class,))[[*KEY_CURRENCY, "outstanding_minor"]]
    stock = stock.rename(columns={"outstanding_minor": "amount_minor"})
    stock["amount_minor"] = stock["amount_minor"] * sign
    return stock.assign(kind=kind)


def _rows(portfolio: Portfolio) -> pd.DataFrame:
    """Return stocks of every customer; one without any has a row of zeros in his own currency."""
    stock = stocks(portfolio).rename(columns={"open_debit_minor": "gross_minor"})
    amounts = ["outstanding_minor", "gross_minor", "overdue_minor"]
    others = commitment_parts(portfolio)[KEY_CURRENCY]
    keys = pd.concat([stock[KEY_CURRENCY], others, _idle(portfolio, stock, others)])
    frame = keys.drop_duplicates().merge(stock[[*KEY_CURRENCY, *amounts]], how="left")
    frame[amounts] = frame[amounts].fillna(0).astype("int64")
    known = customers(portfolio)[KEY]
    return frame.merge(known, on=KEY).sort_values(KEY_CURRENCY, ignore_index=True)


def _idle(portfolio: Portfolio, *busy: pd.DataFrame) -> pd.DataFrame:
    """Return keys of customers found in none of the frames, in their company's currency."""
    seen = pd.concat([frame[KEY] for frame in busy]).drop_duplicates()
    left = customers(portfolio)[KEY].merge(seen.assign(seen=1), on=KEY, how="left")
    left = left.loc[left["seen"].isna(), KEY]
    left["currency"] = left["company_id"].map(currencies(portfolio))
    wanted = portfolio.filters.currency
    return left if wanted is None else left.loc[left["currency"] == wanted]


def currencies(portfolio: Portfolio) -> dict[str, Any]:
    """Return the currency of each company, or the one everything is converted to."""
    convert = portfolio.filters.convert
    return {item.company_id: convert or item.currency for item in portfolio.info.companies}
