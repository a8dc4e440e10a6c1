"""The pool of receivables that a factor would finance, and why the rest is left out.

Every open debit is in one place: left out for the first reason that holds, else eligible. Credits of a
customer are deducted from what is eligible of him, and what exceeds the ceiling of one debtor is taken
off. Open debits = what is left out + credits deducted + beyond the ceiling + pool, to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import customers, first_reason, outer, stocks
from arlib.analytics.money_cost import checked_days, checked_ratio, share_of
from arlib.analytics.real_days import dearest_first
from arlib.analytics.segments import insolvent
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio

# Why a debit is left out, the first that holds; then what is taken off by customer.
EXCLUSIONS: Final = (
    "intercompany",
    "collective",
    "insolvent",
    "doubtful_account",
    "retention",
    "returned",
    "foreign",
    "disputed",
    "too_late",
)
DEDUCTIONS: Final = ("credits", "over_ceiling")
_LONGEST_DAYS: Final = 365
_HOME: Final = "FR"
_WHO: Final = ["name", "country", "is_intercompany", "is_collective"]


@dataclass(frozen=True, slots=True)
class Contract:
    """What the factor takes.

    ``max_days_late``: invoices later than that are out (0: not due ones alone). ``ceiling_ratio``: the most
    one debtor may be of the eligible total before that ceiling (1: no ceiling). ``advance_ratio``: share
    advanced, None: not typed. ``with_foreign``: debtors outside France too.
    """

    max_days_late: int = 0
    ceiling_ratio: float = 1.0
    advance_ratio: float | None = None
    with_foreign: bool = False

    def checked(self) -> Contract:
        """Return the contract. Raises UserError ``simulation_value_invalid``."""
        checked_days("max_days_late", self.max_days_late, most=_LONGEST_DAYS)
        checked_ratio("ceiling_ratio", self.ceiling_ratio, least=0.01)
        if self.advance_ratio is not None:
            checked_ratio("advance_ratio", self.advance_ratio)
        return self


@dataclass(frozen=True, slots=True)
class Pool:
    """The pool of one currency.

    ``parts``: ``part`` (every one of ``EXCLUSIONS`` and ``DEDUCTIONS``, then pool), ``amount_minor, count``
    (debits; customers for deductions and the pool); their amounts sum to ``open_minor``. ``customers``:
    key, ``name, open_minor, excluded_minor, eligible_minor`` (before credits), ``credits_minor`` (deducted),
    ``over_ceiling_minor, pool_minor``, the largest pool first. ``items``: every open debit with its
    ``exclusion`` (NA: eligible). ``ceiling_minor``: of one debtor (None: no ceiling).
    ``advance_minor`` + ``reserve_minor`` = pool (None: share advanced not typed). ``outstanding_minor`` = open debits + credits.
    """

    currency: str
    parts: pd.DataFrame
    customers: pd.DataFrame
    items: pd.DataFrame
    open_minor: int
    credits_minor: int
    pool_minor: int
    ceiling_minor: int | None
    advance_minor: int | None
    reserve_minor: int | None
    unknown_country_minor: int

    @property
    def outstanding_minor(self) -> int:
        """Return the net balance: open debits less credits."""
        return self.open_minor + self.credits_minor

    def part(self, name: str) -> int:
        """Return the amount of one part."""
        return int(self.parts.loc[self.parts["part"] == name, "amount_minor"].sum())


def pool(portfolio: Portfolio, contract: Contract, currency: str) -> Pool:
    """Return the pool of one currency. Ledgers without lettering are left out: no invoice is known open."""
    items = _items(portfolio, contract)
    items = items.loc[items["currency"] == currency].reset_index(drop=True)
    debtors = _debtors(portfolio, items, currency)
    ceiling = _ceiling(debtors, contract)
    if ceiling is not None:
        over = (debtors["pool_minor"] - ceiling).clip(lower=0)
        debtors["over_ceiling_minor"] = over
        debtors["pool_minor"] -= over
    total = int(debtors["pool_minor"].sum())
    advance = None
    if contract.advance_ratio is not None:
        advance = share_of(total, contract.advance_ratio)
    is_unknown = items["country"].isna() & items["exclusion"].isna()
    return Pool(
        currency=currency,
        parts=_parts(items, debtors),
        customers=dearest_first(debtors, "pool_minor").drop(columns="own_credits_minor"),
        items=items,
        open_minor=int(items["open_minor"].sum()),
        credits_minor=int(debtors["own_credits_minor"].sum()),
        pool_minor=total,
        ceiling_minor=ceiling,
        advance_minor=advance,
        reserve_minor=None if advance is None else total - advance,
        unknown_country_minor=int(items.loc[is_unknown, "open_minor"].sum()),
    )


def _items(portfolio: Portfolio, contract: Contract) -> pd.DataFrame:
    """Return every debit known to be open with the first reason that leaves it out."""
    name = f"factoring {contract}"
    return portfolio.derived(name, lambda: _with_exclusions(portfolio, contract))


def _with_exclusions(portfolio: Portfolio, contract: Contract) -> pd.DataFrame:
    frame = portfolio.provision_items().astype(dict.fromkeys(KEY_CURRENCY, "str"))
    is_known = ~frame["company_id"].isin(portfolio.estimated_companies())
    frame = frame.loc[is_known].reset_index(drop=True)
    frame = frame.merge(customers(portfolio)[[*KEY, *_WHO]], on=KEY, how="left")
    late = pd.Timestamp(portfolio.as_of) - pd.to_datetime(frame["due_on"])
    frame["days_late"] = late.dt.days.astype("int64")
    country = frame["country"].str.strip().str.upper()
    frame["country"] = country.where(country != "")
    books = frame["account_class"].astype("str")
    is_abroad = frame["country"].notna() & (frame["country"] != _HOME)
    holds = {
        "intercompany": frame["is_intercompany"],
        "collective": frame["is_collective"],
        "insolvent": frame[KEY].merge(insolvent(portfolio), on=KEY, how="left")["has"].notna(),
        "doubtful_account": books == "doubtful",
        "retention": books == "retention",
        "returned": frame["returned_on"].notna(),
        "foreign": is_abroad & (not contract.with_foreign),
        "disputed": frame["disputed_minor"] > 0,
        "too_late": frame["days_late"] > contract.max_days_late,
    }
    cases = [(holds[name], name) for name in EXCLUSIONS]
    return frame.assign(exclusion=first_reason(frame.index, *cases))


def _debtors(portfolio: Portfolio, items: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return one row a customer: open, left out, eligible, credits deducted, pool before the ceiling."""
    is_in = items["exclusion"].isna()
    amounts = items[[*KEY, "name"]].assign(
        open_minor=items["open_minor"],
        excluded_minor=items["open_minor"].where(~is_in, 0),
        eligible_minor=items["open_minor"].where(is_in, 0),
    )
    sums = amounts.groupby([*KEY, "name"], dropna=False).sum().reset_index()
    frame = outer(sums, _credits(portfolio, currency), KEY)
    names = ["open_minor", "excluded_minor", "eligible_minor", "own_credits_minor"]
    frame[names] = frame[names].fillna(0).astype("int64")
    given = customers(portfolio).set_index(KEY)["name"]
    frame["name"] = given.reindex(pd.MultiIndex.from_frame(frame[KEY])).to_numpy()
    deducted = np.minimum(-frame["own_credits_minor"], frame["eligible_minor"])
    frame["credits_minor"] = deducted
    frame["over_ceiling_minor"] = 0
    frame["pool_minor"] = frame["eligible_minor"] - deducted
    return frame.assign(currency=currency)


def _credits(portfolio: Portfolio, currency: str) -> pd.DataFrame:
    """Return the credits of each customer that are set against nothing (≤ 0)."""
    stock = stocks(portfolio)
    is_known = ~stock["company_id"].isin(portfolio.estimated_companies())
    mine = stock.loc[is_known & (stock["currency"] == currency) & (stock["credits_minor"] < 0)]
    return mine[[*KEY, "credits_minor"]].rename(columns={"credits_minor": "own_credits_minor"})


def _ceiling(debtors: pd.DataFrame, contract: Contract) -> int | None:
    """Return the most that one debtor may count for, None without a ceiling; rounded down."""
    if contract.ceiling_ratio >= 1:
        return None
    exact = int(debtors["pool_minor"].sum()) * contract.ceiling_ratio
    return int(np.floor(np.round(exact, 6)))


def _parts(items: pd.DataFrame, debtors: pd.DataFrame) -> pd.DataFrame:
    by = items.groupby("exclusion")["open_minor"]
    sums, counts = by.sum(), by.size()
    rows = [(name, int(sums.get(name, 0)), int(counts.get(name, 0))) for name in EXCLUSIONS]
    taken = {"credits": "credits_minor", "over_ceiling": "over_ceiling_minor", "pool": "pool_minor"}
    rows += [
        (name, int(debtors[column].sum()), int((debtors[column] > 0).sum()))
        for name, column in taken.items()
    ]
    frame = pd.DataFrame(rows, columns=["part", "amount_minor", "count"])
    return frame.astype({"part": "str", "amount_minor": "int64", "count": "int64"})
