"""The levels of exposure of a customer: E1, E1g, E2, E3, E4 (definitions §2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    customers,
    first_reason,
    spread,
    stocks,
)
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
PARTS: Final = ("bill", "discounted_bill", "delivery", "order", "deposit")
_PARTS: Final = list(PARTS)
# What E1 is made of, by account class: retention money and doubtful debts are shown apart.
_IN_E1: Final = ("receivable", "doubtful", "retention")
# The part of a commitment that documents of an account class replace.
_REPLACED: Final = {"bill": "bill", "deposit": "advance"}


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
    and ``advance`` replace the commitments ``bill`` and ``deposit`` of a company whose files hold
    that class. A bill counts until ``bill_safety_days`` of the policy after its maturity.
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
    from_documents = [
        _documents(portfolio, "bill", "bill", 1),
        _documents(portfolio, "advance", "deposit", -1),
    ]
    if holders(portfolio, "bill"):
        from_documents.append(portfolio.matured_bills().assign(kind="bill"))
    for kind, account_class in _REPLACED.items():
        is_held = given["company_id"].isin(holders(portfolio, account_class))
        given = given.loc[~((given["kind"] == kind) & is_held)]
    rows = [frame for frame in (given, *from_documents) if len(frame)]
    everything = pd.concat(rows) if rows else given
    wide = spread(everything.groupby([*KEY_CURRENCY, "kind"])["amount_minor"].sum(), "kind")
    return wide.reindex(columns=_PARTS).fillna(0).astype("int64").reset_index()


def exposure_parts(portfolio: Portfolio) -> pd.DataFrame:
    """Return what leads from E1 to E4, one row per company, customer and currency.

    Columns: ``receivable_minor, doubtful_minor, retention_minor`` (they add up to E1),
    ``outstanding_minor`` (E1), ``bill_minor, discounted_bill_minor`` (then E2), ``delivery_minor``
    (E3), ``order_minor, deposit_minor`` (E4), ``e2_minor, e3_minor, e4_minor``. All positive as
    written; deposits are taken away. NA, with its ``_reason``: the company supplied nothing of the kind
    by the date.
    """
    frame = exposures(portfolio)
    for account_class in _IN_E1:
        stock = stocks(portfolio, (account_class,))[[*KEY_CURRENCY, "outstanding_minor"]]
        names = {"outstanding_minor": f"{account_class}_minor"}
        frame = frame.merge(stock.rename(columns=names), on=KEY_CURRENCY, how="left")
    owed = [f"{account_class}_minor" for account_class in _IN_E1]
    frame[owed] = frame[owed].fillna(0).astype("int64")
    frame = frame.merge(commitment_parts(portfolio), on=KEY_CURRENCY, how="left")
    for kind in _PARTS:
        known = suppliers(portfolio, (kind,)) | holders(portfolio, _REPLACED.get(kind, ""))
        amount = frame.pop(kind).fillna(0).astype("Int64")
        frame[f"{kind}_minor"] = amount.where(frame["company_id"].isin(known))
        missing = frame[f"{kind}_minor"].isna()
        frame[f"{kind}_reason"] = first_reason(frame.index, (missing, "not_supplied"))
    for level in ("e2", "e3", "e4"):
        missing = frame[f"{level}_minor"].isna()
        frame[f"{level}_reason"] = first_reason(frame.index, (missing, NOT_AT_THIS_LEVEL))
    return frame


def offered(portfolio: Portfolio) -> tuple[str, ...]:
    """Return the levels beyond E1 that what was supplied by the date can answer: E2, E3, E4."""
    supplied = set(portfolio.commitment_kinds()["kind"])
    held = set(portfolio.account_classes()["account_class"])
    found = {
        "E2": bool(supplied & {"bill", "discounted_bill"}) or "bill" in held,
        "E3": "delivery" in supplied,
        "E4": bool(supplied & {"order", "deposit"}),
    }
    return tuple(level for level, is_known in found.items() if is_known)


def intercompany(portfolio: Portfolio) -> pd.DataFrame:
    """Return the key of each customer that is a company of one's own group."""
    who = customers(portfolio)
    return who.loc[who["is_intercompany"], KEY].reset_index(drop=True)


def suppliers(portfolio: Portfolio, kinds: tuple[str, ...] | None = None) -> set[str]:
    """Return the companies with an extraction of commitments at the date (of these kinds)."""
    known = portfolio.commitment_kinds()
    if kinds is not None:
        known = known.loc[known["kind"].isin(list(kinds))]
    return set(known["company_id"])


def holders(portfolio: Portfolio, account_class: str) -> set[str]:
    """Return the companies whose files hold an account class by the date, open or settled."""
    known = portfolio.account_classes()
    return set(known.loc[known["account_class"] == account_class, "company_id"])


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
