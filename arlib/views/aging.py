"""Balance âgée: what is open, by age, per customer; one block a currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from arlib.analytics.aging import Ages, aged_balance, average_age
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, customers, first_reason
from arlib.model.portfolio import KEY
from arlib.model.tables import PERIMETER
from arlib.views.common import in_currency

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from arlib.model.policy import Basis, Credits, Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class AgingBlock:
    """The aged balance in one currency.

    ``buckets``: labels in order (``not_due, 1-30, 31-60, 61-90, 90+``; issue basis ``0-30…``);
    the column of a bucket is its label + ``_minor``. ``forward``: labels of the split of not due
    (``due_0-30, due_31-60, due_60+``), empty on the issue basis.
    ``customers``: one row per company and customer with an open item, largest total first:
    ``company_id, customer_id, name, category, owner, sector, is_collective, is_estimated,
    <bucket>_minor…, <forward>_minor…, unallocated_minor, total_minor, gross_minor, overdue_minor,
    overdue_ratio (+ _reason), disputed_minor, oldest_due_on (+ _reason), currency``.
    ``totals``: the same ``_minor`` names summed. Buckets + unallocated = total, always.
    ``overdue_ratio``: overdue / gross, both gross of credits (% échu).
    ``average_age_days``: Σ open × days late / Σ open over overdue debits.
    """

    currency: str
    buckets: tuple[str, ...]
    forward: tuple[str, ...]
    customers: pd.DataFrame
    totals: Mapping[str, int]
    overdue_ratio: float | None
    overdue_ratio_reason: str | None
    average_age_days: float | None
    average_age_days_reason: str | None


@dataclass(frozen=True, slots=True)
class AgingView:
    """``credits`` is the rule used; ``is_estimated``: some company has no lettering (level E)."""

    as_of: date
    basis: str
    credits: str
    is_estimated: bool
    blocks: tuple[AgingBlock, ...]


def build(
    portfolio: Portfolio,
    policy: Policy,
    *,
    basis: Basis | None = None,
    buckets: tuple[int, ...] | None = None,
    credits: Credits | None = None,  # noqa: A002 - the word of the domain
) -> AgingView:
    """Return the aged balance; what is not given comes from the policy."""
    ages = Ages(basis or policy.aging_basis, buckets or policy.buckets, policy.forward_buckets)
    frame = aged_balance(portfolio, policy, ages, credits)
    estimated = portfolio.estimated_companies()
    all_estimated = bool(estimated) and len(estimated) == len(portfolio.companies())
    gross = frame.groupby("currency")["gross_minor"].sum().sort_values(ascending=False)
    return AgingView(
        as_of=portfolio.as_of,
        basis=ages.basis,
        credits=credits or ("oldest_first" if all_estimated else policy.credits),
        is_estimated=bool(estimated) and credits in (None, "oldest_first"),
        blocks=tuple(
            _block(portfolio, in_currency(frame, currency), ages, currency)
            for currency in gross.index
        ),
    )


def items(portfolio: Portfolio, company_id: str, customer_id: str) -> pd.DataFrame:
    """Return one customer's open items, perimeter only (columns of ``Portfolio.items``)."""
    frame = portfolio.items(company_id, customer_id)
    return frame.loc[frame["account_class"].isin(list(PERIMETER))].reset_index(drop=True)


def due_soon(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return debits due within ``due_soon_days``, soonest first: columns of items + ``name``."""
    last = portfolio.as_of + timedelta(days=policy.due_soon_days)
    frame = portfolio.due_between(portfolio.as_of, last)
    frame = frame.loc[frame["account_class"].isin(list(PERIMETER))]
    frame = frame.merge(customers(portfolio)[[*KEY, "name"]], on=KEY, how="left")
    return frame.sort_values(
        ["due_on", "open_minor", "document_id"], ascending=[True, False, True], ignore_index=True
    )


def _block(portfolio: Portfolio, frame: pd.DataFrame, ages: Ages, currency: str) -> AgingBlock:
    frame["overdue_ratio_reason"] = first_reason(
        frame.index, (frame["overdue_ratio"].isna(), "no_open")
    )
    frame["oldest_due_on_reason"] = first_reason(
        frame.index, (frame["oldest_due_on"].isna(), "no_open")
    )
    amounts = [str(name) for name in frame if str(name).endswith("_minor")]
    totals = {name: int(frame[name].sum()) for name in amounts}
    gross, overdue = totals["gross_minor"], totals["overdue_minor"]
    age = average_age(portfolio, currency)
    is_estimated = bool(frame["company_id"].isin(portfolio.estimated_companies()).any())
    return AgingBlock(
        currency=currency,
        buckets=ages.labels,
        forward=ages.forward,
        customers=frame,
        totals=totals,
        overdue_ratio=overdue / gross if gross > 0 else None,
        overdue_ratio_reason=None if gross > 0 else "no_open",
        average_age_days=None if is_estimated else age,
        average_age_days_reason=_why_no_age(age, is_estimated=is_estimated),
    )


def _why_no_age(age: float | None, *, is_estimated: bool) -> str | None:
    if is_estimated:
        return NOT_AT_THIS_LEVEL
    return "no_open" if age is None else None


def grouped(customers: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a block's customers summed by one attribute: ``name``, the amounts, ``overdue_ratio``.

    ``name`` is missing for the customers that lack the attribute; ``currency`` is the block's.
    """
    amounts = [name for name in customers.columns if name.endswith("_minor")]
    sums = customers.groupby(column, dropna=False)[amounts].sum()
    sums = sums.reset_index().rename(columns={column: "name"})
    gross = sums["gross_minor"].where(sums["gross_minor"] != 0)
    return sums.assign(
        overdue_ratio=sums["overdue_minor"] / gross,
        currency=customers["currency"].iloc[0] if len(customers) else "",
    )
