"""Cash simulations: discount, terms, factoring, conversion cycle, cost of lateness, loss of a customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.analytics import (
    changed_terms,
    conversion_cycle,
    customer_loss,
    discount,
    factoring,
    lateness_cost,
)
from arlib.analytics.changed_terms import NewTerms, TermsTotals
from arlib.analytics.conversion_cycle import Cycle, Typed
from arlib.analytics.customer_loss import Assumption, Loss
from arlib.analytics.discount import DiscountTotals, Offer
from arlib.analytics.dso import MONTHS_A_YEAR
from arlib.analytics.factoring import DEDUCTIONS, EXCLUSIONS, Contract, Pool
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, are_all_left_out, customers, left_out
from arlib.analytics.money_cost import annual_rate, share_of
from arlib.analytics.receivables import LEVELS_WITHOUT_SALES
from arlib.analytics.yearly_sales import is_short, yearly_sales
from arlib.model.issues import UserError
from arlib.model.portfolio import KEY
from arlib.views import dso
from arlib.views.common import currencies, in_currency

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from arlib.analytics.lateness_cost import LatenessTotals
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

__all__ = [
    "DEDUCTIONS",
    "EXCLUSIONS",
    "Assumption",
    "ChangedTermsView",
    "Contract",
    "Cycle",
    "CycleView",
    "DiscountBlock",
    "DiscountView",
    "FactoringView",
    "LatenessBlock",
    "LatenessView",
    "Loss",
    "LossView",
    "NewTerms",
    "Offer",
    "Pool",
    "TermsBlock",
    "Typed",
    "annual_rate",
    "cycle",
    "discounted",
    "factored",
    "keys_of",
    "lateness",
    "loss",
    "people",
    "terms",
]


@dataclass(frozen=True, slots=True)
class DiscountBlock:
    """One currency: its totals and ``customers`` (columns of ``analytics.discount.discount``)."""

    currency: str
    totals: DiscountTotals
    customers: pd.DataFrame


@dataclass(frozen=True, slots=True)
class DiscountView:
    """What an offer does. ``cost_of_money``: 0, not set; ``is_short``: the year is worked out from less.

    ``left_out``: companies whose open invoices or sales are not known.
    """

    as_of: date
    offer: Offer
    cost_of_money: float
    is_short: bool
    blocks: tuple[DiscountBlock, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermsBlock:
    """One currency: its totals and ``customers`` (columns of ``analytics.changed_terms.changed_terms``)."""

    currency: str
    totals: TermsTotals
    customers: pd.DataFrame


@dataclass(frozen=True, slots=True)
class ChangedTermsView:
    """What other terms do; ``unavailable``: why nothing can be said, or None."""

    as_of: date
    terms: NewTerms
    cost_of_money: float
    is_short: bool
    blocks: tuple[TermsBlock, ...]
    unavailable: str | None
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactoringView:
    """The pool of each currency; ``left_out``: ledgers without lettering."""

    as_of: date
    contract: Contract
    pools: tuple[Pool, ...]
    unavailable: str | None
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CycleView:
    """The cycle of each currency."""

    as_of: date
    cycles: tuple[Cycle, ...]
    unavailable: str | None


@dataclass(frozen=True, slots=True)
class LatenessBlock:
    """One currency: totals, ``customers`` (columns of ``analytics.lateness_cost.lateness_cost``).

    ``one_day_minor``: cash released by one day of DSO (None + reason), ``one_day_saved_minor``: what that
    saves a year at the cost of money.
    """

    currency: str
    totals: LatenessTotals
    customers: pd.DataFrame
    one_day_minor: int | None
    one_day_reason: str | None
    one_day_saved_minor: int | None
    one_day_saved_reason: str | None


@dataclass(frozen=True, slots=True)
class LatenessView:
    """Cost of lateness by currency. ``from_on``: day from which lateness is counted (None: no past)."""

    as_of: date
    from_on: date | None
    days: int
    cost_of_money: float
    blocks: tuple[LatenessBlock, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LossView:
    """What losing one customer costs, one entry a currency. ``margin_ratio`` 0: not set."""

    as_of: date
    company_id: str
    customer_id: str
    name: str
    is_intercompany: bool
    margin_ratio: float
    is_short: bool
    losses: tuple[Loss, ...]


def discounted(portfolio: Portfolio, policy: Policy, *, offer: Offer) -> DiscountView:
    """Return what an early-payment discount costs and brings. Raises UserError ``simulation_value_invalid``."""
    rows = discount.discount(portfolio, policy, offer.checked())
    return DiscountView(
        as_of=portfolio.as_of,
        offer=offer,
        cost_of_money=policy.cost_of_money_ratio,
        is_short=is_short(portfolio),
        blocks=tuple(
            DiscountBlock(code, discount.totals(found, policy, offer), found)
            for code, found in _by_currency(portfolio, rows)
        ),
        left_out=tuple(sorted(_silent(portfolio))),
    )


def terms(portfolio: Portfolio, policy: Policy, *, asked: NewTerms) -> ChangedTermsView:
    """Return what other payment terms release. Raises UserError ``terms_unreadable``."""
    missing = _silent(portfolio)
    is_nothing = are_all_left_out(portfolio, missing)
    rows = changed_terms.changed_terms(portfolio, policy, asked.checked())
    return ChangedTermsView(
        as_of=portfolio.as_of,
        terms=asked,
        cost_of_money=policy.cost_of_money_ratio,
        is_short=is_short(portfolio),
        blocks=tuple(
            TermsBlock(code, changed_terms.totals(found, policy), found)
            for code, found in _by_currency(portfolio, rows)
        ),
        unavailable=NOT_AT_THIS_LEVEL if is_nothing else None,
        left_out=() if is_nothing else tuple(sorted(missing)),
    )


def factored(portfolio: Portfolio, policy: Policy, *, contract: Contract) -> FactoringView:
    """Return the pool eligible for factoring. Raises UserError ``simulation_value_invalid``."""
    del policy
    missing = portfolio.estimated_companies()
    is_nothing = are_all_left_out(portfolio, missing)
    contract.checked()
    pools = (
        [] if is_nothing else [_pool(portfolio, contract, code) for code in currencies(portfolio)]
    )
    return FactoringView(
        as_of=portfolio.as_of,
        contract=contract,
        pools=tuple(pool for pool in pools if pool.open_minor or pool.credits_minor),
        unavailable=NOT_AT_THIS_LEVEL if is_nothing else None,
        left_out=() if is_nothing else tuple(sorted(missing)),
    )


def cycle(portfolio: Portfolio, policy: Policy, *, typed: Typed) -> CycleView:
    """Return the cash conversion cycle. Raises UserError ``simulation_value_invalid``."""
    typed.checked()
    view = dso.build(portfolio, policy, period_months=MONTHS_A_YEAR, series_months=1)
    found = []
    for block in view.blocks:
        days = (block.simple_days, block.simple_days_reason)
        worth = (block.one_day_minor, None if block.one_day_minor is not None else "short_year")
        owed = block.outstanding_minor
        found.append(conversion_cycle.cycle(portfolio, block.currency, typed, days, worth, owed))
    return CycleView(portfolio.as_of, tuple(found), view.unavailable)


def lateness(portfolio: Portfolio, policy: Policy) -> LatenessView:
    """Return what lateness costs over twelve months, by customer, beside his sales."""
    rows = lateness_cost.lateness_cost(portfolio, policy)
    starts = lateness_cost.windows(portfolio)
    first = min(starts.values()) if starts else None
    missing = [item.company_id for item in portfolio.companies() if item.company_id not in starts]
    worth = {block.currency: block.one_day_minor for block in _dso(portfolio, policy).blocks}
    return LatenessView(
        as_of=portfolio.as_of,
        from_on=first,
        days=(portfolio.as_of - first).days if first else 0,
        cost_of_money=policy.cost_of_money_ratio,
        blocks=tuple(
            _late_block(portfolio, policy, code, found, worth.get(code))
            for code, found in _by_currency(portfolio, rows)
        ),
        left_out=tuple(sorted(missing)),
    )


def loss(
    portfolio: Portfolio,
    policy: Policy,
    *,
    customer_id: str,
    company_id: str | None = None,
    assumption: Assumption | None = None,
) -> LossView:
    """Return what losing a customer would cost; without ``company_id`` the first company that has the code.

    Raises:
        UserError: ``customer_not_found``, ``simulation_value_invalid``.
    """
    book = portfolio.of_companies()
    who = customers(book)
    is_asked = who["customer_id"] == customer_id
    if company_id is not None:
        is_asked &= who["company_id"] == company_id
    if not is_asked.any():
        raise UserError("customer_not_found", value=customer_id)
    row = who.loc[is_asked].iloc[0]
    key = (str(row["company_id"]), str(row["customer_id"]))
    checked = (assumption or Assumption()).checked()
    return LossView(
        as_of=book.as_of,
        company_id=key[0],
        customer_id=key[1],
        name=str(row["name"]),
        is_intercompany=bool(row["is_intercompany"]),
        margin_ratio=policy.margin_ratio,
        is_short=is_short(book),
        losses=customer_loss.losses(book, policy, key, checked),
    )


def people(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the customers to choose from, largest sales of the year first, then by code.

    Columns: key, ``name``; each once, those without sales last.
    """
    sales = yearly_sales(portfolio, policy)
    sums = sales.assign(sold=sales["yearly_minor"].fillna(0)).groupby(KEY)["sold"].sum()
    frame = customers(portfolio)[[*KEY, "name"]].merge(sums.reset_index(), on=KEY, how="left")
    frame = frame.assign(sold=-frame["sold"].astype("Float64").fillna(0))
    return frame.sort_values(["sold", *KEY], ignore_index=True).drop(columns="sold")


def keys_of(portfolio: Portfolio, codes: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (company, code) of every customer of these codes. Raises UserError ``customer_not_found``."""
    who = customers(portfolio)
    unknown = [code for code in codes if code not in set(who["customer_id"])]
    if unknown:
        raise UserError("customer_not_found", value=unknown[0])
    mine = who.loc[who["customer_id"].isin(list(codes)), KEY]
    return tuple(zip(mine[KEY[0]].tolist(), mine[KEY[1]].tolist(), strict=True))


def _late_block(
    portfolio: Portfolio, policy: Policy, code: str, rows: pd.DataFrame, worth: int | None
) -> LatenessBlock:
    money = policy.cost_of_money_ratio
    known = "short_year" if _dso(portfolio, policy).unavailable is None else NOT_AT_THIS_LEVEL
    why = None if worth is not None else known
    saved = share_of(worth, money) if worth is not None and money else None
    return LatenessBlock(
        currency=code,
        totals=lateness_cost.totals(rows, portfolio, policy),
        customers=rows,
        one_day_minor=worth,
        one_day_reason=why,
        one_day_saved_minor=saved,
        one_day_saved_reason=why or (None if money else lateness_cost.NO_COST_OF_MONEY),
    )


def _dso(portfolio: Portfolio, policy: Policy) -> dso.DsoView:
    return dso.build(portfolio, policy, period_months=MONTHS_A_YEAR, series_months=1)


def _pool(portfolio: Portfolio, contract: Contract, code: str) -> Pool:
    return factoring.pool(portfolio, contract, code)


def _silent(portfolio: Portfolio) -> set[str]:
    return left_out(portfolio, LEVELS_WITHOUT_SALES)


def _by_currency(portfolio: Portfolio, rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the rows of each currency that has some, the largest gross amount first."""
    held = set(rows["currency"])
    return [(code, in_currency(rows, code)) for code in currencies(portfolio) if code in held]
