"""Balance âgée: open amounts by age, per customer and currency (definitions §1).

Buckets are closed on the right: day 30 is in *1-30*, day 31 in *31-60*; due on the date is not due.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arlib.analytics.frames import customers, ratio, spread, stocks
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    import numpy.typing as npt

    from arlib.model.policy import Basis, Credits, Policy
    from arlib.model.portfolio import Portfolio

    Amounts = npt.NDArray[np.int64]

CREDITS_BUCKET = 99


@dataclass(frozen=True, slots=True)
class Ages:
    """Which buckets, on which date: the shape of an aged balance."""

    basis: Basis
    bounds: tuple[int, ...]
    forward_bounds: tuple[int, ...]

    @property
    def late(self) -> tuple[str, ...]:
        """Return the labels of the late buckets, youngest first."""
        first = 0 if self.basis == "issue" else 1
        return range_labels(self.bounds, first)

    @property
    def forward(self) -> tuple[str, ...]:
        """Return the labels of the split of not due (none on the issue basis)."""
        if self.basis == "issue":
            return ()
        return tuple(f"due_{label}" for label in range_labels(self.forward_bounds, 0))

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the labels of the columns shown, in order."""
        return self.late if self.basis == "issue" else ("not_due", *self.late)

    @property
    def oldest_first(self) -> tuple[int, ...]:
        """Return the bucket codes of the portfolio from the oldest to the last to fall due."""
        late = range(len(self.late), 0, -1)
        return (*late, *(-1 - place for place in range(len(self.forward))))


def range_labels(bounds: tuple[int, ...], first: int) -> tuple[str, ...]:
    """Return the labels of the ranges cut by ``bounds``.

    >>> range_labels((30, 60, 90), 1)
    ('1-30', '31-60', '61-90', '90+')
    """
    starts = (first, *(bound + 1 for bound in bounds[:-1]))
    ranges = [f"{start}-{end}" for start, end in zip(starts, bounds, strict=True)]
    return (*ranges, f"{bounds[-1]}+")


def aged_balance(
    portfolio: Portfolio, policy: Policy, ages: Ages, place_credits: Credits | None = None
) -> pd.DataFrame:
    """Return one row per company, customer and currency with an open item.

    Columns: identity, a ``<label>_minor`` per bucket and per forward range, ``unallocated_minor``
    (≤ 0), ``total_minor``, ``gross_minor``, ``overdue_minor``, ``overdue_ratio``,
    ``disputed_minor``, ``oldest_due_on``, ``is_estimated``. int64 minor units.
    ``place_credits`` None: the policy's rule, and oldest first for companies without lettering.
    """
    amounts, oldest, rows = _matrices(portfolio, ages)
    rule = _rule(portfolio, policy, place_credits, rows["company_id"])
    left, unallocated = apply_credits(amounts[:, :-1], amounts[:, -1], rule)
    frame = _with_identity(portfolio, rows)
    frame["is_estimated"] = frame["company_id"].isin(portfolio.estimated_companies()) & (
        rule == "oldest_first"
    )
    for label, amount in _columns(ages, left).items():
        frame[f"{label}_minor"] = amount
    frame["unallocated_minor"] = unallocated
    frame["total_minor"] = left.sum(axis=1) + unallocated
    frame["gross_minor"] = left.sum(axis=1)
    frame["disputed_minor"] = rows["disputed_minor"].to_numpy()
    frame["oldest_due_on"] = _oldest(oldest, left)
    frame["overdue_minor"] = _overdue(portfolio, frame, ages)
    frame["overdue_ratio"] = ratio(frame["overdue_minor"], frame["gross_minor"])
    is_open = (frame["gross_minor"] != 0) | (frame["unallocated_minor"] != 0)
    return frame.loc[is_open].sort_values(
        ["total_minor", *KEY], ascending=[False, True, True], ignore_index=True
    )


def apply_credits(
    debits: Amounts, unallocated: Amounts, rule: npt.NDArray[np.str_]
) -> tuple[Amounts, Amounts]:
    """Return (debits left, credits left) after the rule of each row.

    ``debits``: rows × buckets, oldest first. ``oldest_first`` consumes the oldest due date first,
    within the row: one customer and one currency. ``exclude`` drops the credits.
    """
    available = np.where(rule == "oldest_first", -unallocated, 0)[:, None]
    older = np.cumsum(debits, axis=1) - debits
    consumed = np.clip(available - older, 0, debits)
    left = np.where(rule == "exclude", 0, unallocated + consumed.sum(axis=1))
    return debits - consumed, left


def average_age(portfolio: Portfolio, currency: str) -> float | None:
    """Return Σ open × days late / Σ open over overdue debits of a currency; None when none.

    Companies without lettering are left out: which of their invoices are late is not known.
    """
    stock = stocks(portfolio).dropna(subset=["late_amount_days"])
    stock = stock.loc[stock["currency"] == currency]
    overdue = float(stock["overdue_minor"].sum())
    return float(stock["late_amount_days"].sum()) / overdue if overdue > 0 else None


def _matrices(
    portfolio: Portfolio, ages: Ages
) -> tuple[Amounts, npt.NDArray[np.datetime64], pd.DataFrame]:
    """Return amounts and oldest due dates (rows × buckets, credits last) and the rows' keys."""
    long = portfolio.aging(basis=ages.basis, bounds=ages.bounds, forward=ages.forward_bounds)
    long = long.loc[long["account_class"].isin(list(PERIMETER))]
    cells = long.groupby([*KEY_CURRENCY, "bucket"], sort=True).agg(
        amount_minor=("amount_minor", "sum"), oldest_due_on=("oldest_due_on", "min")
    )
    codes = [*ages.oldest_first, CREDITS_BUCKET]
    wide = spread(cells["amount_minor"], "bucket").reindex(columns=codes).fillna(0)
    due = spread(cells["oldest_due_on"], "bucket").reindex(columns=codes[:-1])
    disputed = long.groupby(KEY_CURRENCY, sort=True)["disputed_minor"].sum()
    rows = disputed.reindex(wide.index).reset_index()
    oldest = np.column_stack(
        [pd.to_datetime(due[code]).to_numpy("datetime64[s]") for code in codes[:-1]]
    )
    return wide.to_numpy("int64"), oldest, rows


def _oldest(oldest: npt.NDArray[np.datetime64], left: Amounts) -> npt.NDArray[np.datetime64]:
    """Return, per row, the earliest due date among buckets that still hold something."""
    far = np.datetime64("9999-12-31", "s")
    dated = np.where((left > 0) & ~np.isnat(oldest), oldest, far)
    earliest = np.minimum.reduce(dated, axis=1, initial=far)
    return np.where(earliest == far, np.datetime64("NaT", "s"), earliest)


def _rule(
    portfolio: Portfolio, policy: Policy, asked: Credits | None, company: pd.Series[str]
) -> npt.NDArray[np.str_]:
    if asked is not None:
        return np.full(len(company), asked)
    is_estimated = company.isin(portfolio.estimated_companies()).to_numpy()
    return np.where(is_estimated, "oldest_first", policy.credits)


def _columns(ages: Ages, left: Amounts) -> dict[str, Amounts]:
    """Return the amounts by label, from a matrix whose columns run from the oldest."""
    late = dict(zip(reversed(ages.late), left.T, strict=False))
    ahead = left[:, len(ages.late) :]
    shown = {label: late[label] for label in ages.late}
    if ages.basis == "issue":
        return shown
    return {
        "not_due": ahead.sum(axis=1),
        **shown,
        **dict(zip(ages.forward, ahead.T, strict=True)),
    }


def _overdue(portfolio: Portfolio, frame: pd.DataFrame, ages: Ages) -> pd.Series[int]:
    """Return late buckets summed; on the issue basis, overdue by due date from the balances."""
    if ages.basis == "due":
        return frame[[f"{label}_minor" for label in ages.late]].sum(axis=1)
    stock = stocks(portfolio)[[*KEY_CURRENCY, "overdue_minor"]]
    return frame[KEY_CURRENCY].merge(stock, on=KEY_CURRENCY, how="left")["overdue_minor"].fillna(0)


def _with_identity(portfolio: Portfolio, rows: pd.DataFrame) -> pd.DataFrame:
    wanted = [*KEY, "name", "category", "owner", "sector", "is_collective"]
    who = customers(portfolio)[wanted]
    frame = rows[KEY_CURRENCY].merge(who, on=KEY, how="left")
    frame["name"] = frame["name"].fillna(frame["customer_id"])
    frame["is_collective"] = frame["is_collective"].eq(True)
    return frame
