"""Migration between buckets of lateness: what became of each open invoice (definitions §7).

Each debit open at the start is followed by its document, never by the totals of its bucket: it is
still open in some bucket at the end, or was settled in between by cash, a credit note or a loss.
Worked set, 31 May to 30 June: not due 31 200 → 9 000 not due, 21 600 in 1–30, 600 credit note.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.aging import range_labels
from arlib.analytics.frames import customers, first_reason, without_behaviour
from arlib.model.portfolio import month_ends

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

Pairs = tuple[tuple["date", "date"], ...]
SETTLED: Final = ("paid", "credit_note", "write_off", "other")


def labels(bounds: tuple[int, ...]) -> tuple[str, ...]:
    """Return the buckets in order, named as in the aged balance.

    >>> labels((30, 60))
    ('not_due', '1-30', '31-60', '60+')
    """
    return ("not_due", *range_labels(bounds, 1))


def month_pairs(as_of: date, count: int) -> Pairs:
    """Return ``count`` steps from one month-end to the next, the last one to ``as_of``, oldest first."""
    ends = month_ends(as_of, count + 1)
    return tuple(pairwise(ends))


def movements(portfolio: Portfolio, policy: Policy, pairs: Pairs) -> pd.DataFrame:
    """Return what the debits of each start became by each end, summed over companies.

    Columns: ``currency, start_on, end_on, from_bucket, to`` (labels; ``paid, credit_note,
    write_off, other`` when settled), ``count, amount_minor``. Companies without settlements are
    left out: nothing says what became of their invoices.
    """
    bounds = policy.buckets
    raw = portfolio.migration(pairs, bounds)
    raw = raw.loc[~raw["company_id"].isin(without_behaviour(portfolio, policy))]
    names = np.array(labels(bounds), dtype=object)
    place = raw["to_bucket"].astype("Int64").fillna(0).astype("int64").to_numpy()
    frame = raw.assign(
        to=np.where(raw["outcome"] == "open", names[place], raw["outcome"].to_numpy(dtype=object)),
        from_bucket=names[raw["from_bucket"].to_numpy(dtype="int64")],
    )
    wanted = ["currency", "start_on", "end_on", "from_bucket", "to"]
    return frame.groupby(wanted, sort=True)[["count", "amount_minor"]].sum().reset_index()


def matrix(moves: pd.DataFrame, bounds: tuple[int, ...]) -> pd.DataFrame:
    """Return the movements of one currency summed over their steps: amounts first, then shares.

    Columns: ``from_bucket, to, count, amount_minor``, ``start_minor`` (the row's sum: what was open
    in the bucket at the starts), ``share_ratio`` (of it; NaN + ``_reason`` in an empty row). Every
    bucket × outcome is there, in order; ``other`` alone is left out when nothing went there.
    """
    summed = moves.groupby(["from_bucket", "to"])[["count", "amount_minor"]].sum()
    rows = labels(bounds)
    index = pd.MultiIndex.from_product([rows, _columns(moves, bounds)], names=["from_bucket", "to"])
    frame = summed.reindex(index, fill_value=0).astype("int64").reset_index()
    frame["start_minor"] = frame.groupby("from_bucket")["amount_minor"].transform("sum")
    return _with_ratio(frame, "share_ratio")


def roll_rates(moves: pd.DataFrame, bounds: tuple[int, ...]) -> pd.DataFrame:
    """Return the share of each bucket that rolled into the next one.

    Columns: ``from_bucket, to, amount_minor, start_minor, ratio`` (NaN + ``_reason`` without any
    amount at the start). The last bucket has no next one.
    """
    names = labels(bounds)
    following = dict(pairwise(names))
    cells = matrix(moves, bounds)
    kept = cells.loc[cells["to"] == cells["from_bucket"].map(following)]
    rates = kept.drop(columns=["count", "share_ratio", "share_ratio_reason"])
    return _with_ratio(rates.reset_index(drop=True), "ratio")


def roll_months(moves: pd.DataFrame, bounds: tuple[int, ...], pairs: Pairs) -> pd.DataFrame:
    """Return the roll rates of each step: columns of ``roll_rates`` with ``start_on, end_on``."""
    found = [roll_rates(moves.head(0), bounds).head(0)]
    for start, end in pairs:
        is_step = moves["end_on"] == pd.Timestamp(end)
        rates = roll_rates(moves.loc[is_step], bounds)
        found.append(rates.assign(start_on=pd.Timestamp(start), end_on=pd.Timestamp(end)))
    return pd.concat(found[1:] or found, ignore_index=True)


def reaching_last(rates: pd.DataFrame) -> float | None:
    """Return the share of what is not due expected in the last bucket: product along the path.

    ``rates``: those of ``roll_rates``, in order. None when one of them is not known
    (behaviour_models §7). It is no loss: nothing says what is lost of it.
    """
    known = rates["ratio"].to_numpy(dtype=float)
    return float(np.prod(known)) if np.isfinite(known).all() else None


def cell_items(
    portfolio: Portfolio, policy: Policy, pair: tuple[date, date], *, source: str, to: str
) -> pd.DataFrame:
    """Return the documents behind one cell, the largest first (columns of the portfolio + ``name``)."""
    names = labels(policy.buckets)
    frame = portfolio.migration_items(
        *pair,
        policy.buckets,
        from_bucket=names.index(source),
        outcome="open" if to in names else to,
        to_bucket=names.index(to) if to in names else None,
    )
    frame = frame.loc[~frame["company_id"].isin(without_behaviour(portfolio, policy))]
    who = customers(portfolio)[["company_id", "customer_id", "name"]]
    return frame.merge(who, on=["company_id", "customer_id"], how="left").reset_index(drop=True)


def _columns(moves: pd.DataFrame, bounds: tuple[int, ...]) -> tuple[str, ...]:
    has_other = bool((moves["to"] == "other").any())
    return (*labels(bounds), *(SETTLED if has_other else SETTLED[:-1]))


def _with_ratio(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    start = frame["start_minor"].astype("float64")
    frame[name] = frame["amount_minor"] / start.where(start > 0)
    frame[f"{name}_reason"] = first_reason(frame.index, (frame[name].isna(), "no_open"))
    return frame
