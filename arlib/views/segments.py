"""Segmentation: one segment a customer, the rule that gave it, and what it was before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arlib.analytics.frames import (
    IDENTITY,
    NOT_AT_THIS_LEVEL,
    customers,
    first_reason,
    without_behaviour,
)
from arlib.analytics.segments import RANK, SEGMENTS, segments
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.views.common import answerable, in_currency, previous_closing

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class SegmentsBlock:
    """Segments in one currency.

    ``customers``: one row per company and customer, riskiest first: ``company_id, customer_id,
    name, category, owner, sector, is_natural_person, segment (reliable, watch, high_risk,
    insufficient_history), rule (code of the test that fired: insolvency, old_amount, delay,
    utilisation, overdue_ratio, oldest, trend, few_invoices, none), rule_value, rule_threshold,
    mean_delay_days, undisputed_overdue_ratio, max_days_late, old_minor, utilisation_ratio,
    utilisation_basis (E4 where orders or deliveries are supplied, whatever the risk table tests,
    else the policy's), trend_days, count_paid_invoices`` (inputs; NaN/NA when missing, with
    ``_reason``), ``is_estimated`` (no lettering: late amounts are after credits, oldest first),
    ``outstanding_minor, overdue_minor, currency, previous_segment (NA + _reason), movement (worse, same, better, new)``.
    ``totals``: one row per segment in order (reliable, watch, high_risk, insufficient_history):
    ``segment, count, outstanding_minor, overdue_minor, previous_count``.
    ``moves``: ``from_segment, to_segment, count, outstanding_minor``.
    """

    currency: str
    customers: pd.DataFrame
    totals: pd.DataFrame
    moves: pd.DataFrame


@dataclass(frozen=True, slots=True)
class SegmentsView:
    """``method``: "rules". ``previous_on``: the date of ``previous_segment``, None when refused."""

    as_of: date
    method: str
    previous_on: date | None
    blocks: tuple[SegmentsBlock, ...]
    unavailable: str | None


def build(portfolio: Portfolio, policy: Policy) -> SegmentsView:
    """Return segments at the date and at the previous closing."""
    frame = segments(portfolio, policy)
    who = customers(portfolio)[[*KEY, *IDENTITY, "is_natural_person"]]
    frame = _explained(frame.merge(who, on=KEY, how="left"), portfolio, policy)
    previous = answerable(portfolio, [previous_closing(portfolio.as_of)])
    frame = _with_previous(frame, portfolio, policy, previous[0] if previous else None)
    frame["_rank"] = frame["segment"].map(RANK)
    frame = frame.sort_values(
        ["_rank", "outstanding_minor", *KEY], ascending=[False, False, True, True]
    ).drop(columns=["_rank", "open_debit_minor"])
    gross = frame.groupby("currency")["outstanding_minor"].sum().sort_values(ascending=False)
    return SegmentsView(
        as_of=portfolio.as_of,
        method=policy.segmentation_method,
        previous_on=previous[0] if previous else None,
        blocks=tuple(_block(in_currency(frame, currency), currency) for currency in gross.index),
        unavailable=None,
    )


def _explained(frame: pd.DataFrame, portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Add why an input is missing, the level of data first."""
    cannot = frame["company_id"].isin(without_behaviour(portfolio, policy))
    frame["is_estimated"] = frame["company_id"].isin(portfolio.estimated_companies())
    causes = {
        "mean_delay_days": (cannot, "no_history"),
        "trend_days": (cannot, "insufficient_history"),
        "max_days_late": (frame["is_estimated"], "no_open"),
    }
    for name, (level, otherwise) in causes.items():
        missing = frame[name].isna()
        frame[f"{name}_reason"] = first_reason(
            frame.index, (missing & level, NOT_AT_THIS_LEVEL), (missing, otherwise)
        )
    return frame


def _with_previous(
    frame: pd.DataFrame, portfolio: Portfolio, policy: Policy, previous: date | None
) -> pd.DataFrame:
    """Add the segment at the previous closing, and whether the customer moved."""
    if previous is None:
        frame["previous_segment"] = pd.Series(pd.NA, index=frame.index, dtype="str")
    else:
        before = segments(portfolio.at(previous), policy)[[*KEY_CURRENCY, "segment"]]
        before = before.rename(columns={"segment": "previous_segment"})
        frame = frame.merge(before, on=KEY_CURRENCY, how="left")
    frame["previous_segment_reason"] = first_reason(
        frame.index,
        (frame["previous_segment"].isna() & (previous is None), "not_at_this_level"),
        (frame["previous_segment"].isna(), "no_history"),
    )
    change = frame["segment"].map(RANK).astype("float64") - frame["previous_segment"].map(
        RANK
    ).astype("float64")
    frame["movement"] = first_reason(
        frame.index,
        (change.isna(), "new"),
        (change > 0, "worse"),
        (change < 0, "better"),
        (change == 0, "same"),
    )
    return frame


def _block(frame: pd.DataFrame, currency: str) -> SegmentsBlock:
    totals = frame.groupby("segment").agg(
        count=("customer_id", "size"),
        outstanding_minor=("outstanding_minor", "sum"),
        overdue_minor=("overdue_minor", "sum"),
    )
    totals = totals.reindex(list(SEGMENTS))
    totals["previous_count"] = frame["previous_segment"].value_counts().reindex(list(SEGMENTS))
    moves = frame.dropna(subset=["previous_segment"]).groupby(["previous_segment", "segment"])
    return SegmentsBlock(
        currency=currency,
        customers=frame,
        totals=totals.fillna(0).astype("int64").rename_axis("segment").reset_index(),
        moves=moves.agg(
            count=("customer_id", "size"), outstanding_minor=("outstanding_minor", "sum")
        )
        .rename_axis(["from_segment", "to_segment"])
        .reset_index(),
    )
