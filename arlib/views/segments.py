"""Segmentation: one segment a customer, what gave it (score or rules), and what it was before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.frames import (
    IDENTITY,
    NOT_AT_THIS_LEVEL,
    customers,
    first_reason,
    without_behaviour,
)
from arlib.analytics.score import score_path
from arlib.analytics.score_ways import NextClass, next_class
from arlib.analytics.segmentation import Method, factors, no_factors, segmented
from arlib.analytics.segments import RANK, SEGMENTS
from arlib.model.portfolio import KEY
from arlib.model.tables import BEHAVIOUR_KINDS
from arlib.views.common import answerable, in_currency, previous_closing

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_LATE_DAYS: Final = 15  # what the first factors call late
_WINDOW: Final = 10  # payment dates that the early warning judges
_BY_AMOUNT: Final = frozenset({"late_share", "mean_delay"})


@dataclass(frozen=True, slots=True)
class SegmentsBlock:
    """Segments in one currency.

    ``customers``: one row per company and customer, riskiest first: ``company_id, customer_id,
    name, category, owner, sector, is_natural_person, segment (reliable, watch, high_risk,
    insufficient_history), score`` (0 best to 100, all currencies; NaN by rules), ``points,
    max_points, band`` (of the score alone), ``computed_segment`` (before the manual one), ``rule``
    (what decided: by score ``score, hysteresis, few_invoices, intercompany`` or an override
    ``insolvency, returned_payment, old_invoice, over_limit, early_warning``; by rules insolvency,
    old_amount, delay, utilisation, overdue_ratio, oldest, trend, few_invoices, none; ``manual``),
    ``rule_value, rule_threshold, changed_on`` (the segment holds since; NaT: longer than looked),
    ``manual_segment, manual_reason, manual_author, manual_expires_on, manual_recorded_at,
    mean_delay_days, undisputed_overdue_ratio, max_days_late, old_minor, utilisation_ratio,
    utilisation_basis (E4 where orders or deliveries are supplied, whatever the risk table tests,
    else the policy's), trend_days, count_paid_invoices`` (inputs; NaN/NA when missing, with
    ``_reason``), ``is_estimated`` (no lettering: late amounts are after credits, oldest first),
    ``outstanding_minor, overdue_minor, currency, previous_segment (NA + _reason), movement (worse, same, better, new)``.
    ``totals``: one row per segment in order (reliable, watch, high_risk, insufficient_history):
    ``segment, count, outstanding_minor, overdue_minor, previous_count``.
    ``moves``: ``from_segment, to_segment, count, outstanding_minor``.
    ``factors``: by score, one row a customer and factor: ``company_id, customer_id, factor, value,
    points`` (NaN: unknown, with ``reason``), ``max_points, is_measured``.
    """

    currency: str
    customers: pd.DataFrame
    totals: pd.DataFrame
    moves: pd.DataFrame
    factors: pd.DataFrame = field(default_factory=no_factors)


@dataclass(frozen=True, slots=True)
class SegmentsView:
    """``method``: score or rules. ``previous_on``: the date of ``previous_segment``, None when refused."""

    as_of: date
    method: Method
    previous_on: date | None
    blocks: tuple[SegmentsBlock, ...]
    unavailable: str | None


def build(portfolio: Portfolio, policy: Policy, *, method: Method | None = None) -> SegmentsView:
    """Return segments at the date and at the previous closing, by the policy's method by default."""
    chosen: Method = method or policy.segmentation_method
    days = answerable(portfolio, [previous_closing(portfolio.as_of)])
    previous = days[0] if days else None
    frame = segmented(portfolio, policy, chosen, previous)
    who = customers(portfolio)[[*KEY, *IDENTITY, "is_natural_person"]]
    frame = _explained(frame.merge(who, on=KEY, how="left"), portfolio, policy)
    frame = _moved(frame, previous)
    parts = factors(portfolio, policy) if chosen == "score" else no_factors()
    frame["_rank"] = frame["segment"].map(RANK)
    frame = frame.sort_values(
        ["_rank", "outstanding_minor", *KEY], ascending=[False, False, True, True]
    ).drop(columns=["_rank", "open_debit_minor"])
    gross = frame.groupby("currency")["outstanding_minor"].sum().sort_values(ascending=False)
    return SegmentsView(
        as_of=portfolio.as_of,
        method=chosen,
        previous_on=previous,
        blocks=tuple(
            _block(in_currency(frame, currency), currency, parts) for currency in gross.index
        ),
        unavailable=None,
    )


def _explained(frame: pd.DataFrame, portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Add why an input is missing, the level of data first."""
    cannot = frame["company_id"].isin(without_behaviour(portfolio, policy))
    frame["is_estimated"] = frame["company_id"].isin(portfolio.estimated_companies())
    causes = {
        "score": (cannot, "not_applicable"),
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


def _moved(frame: pd.DataFrame, previous: date | None) -> pd.DataFrame:
    """Say why the segment before is missing, and whether the customer moved."""
    if previous is None:
        frame["previous_segment"] = pd.Series(pd.NA, index=frame.index, dtype="str")
    frame["previous_segment_reason"] = first_reason(
        frame.index,
        (frame["previous_segment"].isna() & (previous is None), "not_at_this_level"),
        (frame["previous_segment"].isna(), "no_history"),
    )
    frame["changed_on_reason"] = first_reason(
        frame.index, (frame["changed_on"].isna(), "no_change")
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


def _block(frame: pd.DataFrame, currency: str, parts: pd.DataFrame) -> SegmentsBlock:
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
        factors=frame[KEY].merge(parts, on=KEY, how="inner"),
    )


@dataclass(frozen=True, slots=True)
class SegmentDetail:
    """One customer's score, opened.

    ``factors``: his rows of ``SegmentsBlock.factors``. ``next_class``: what would move him to a
    better class. ``path``: ``day, score, segment`` at the month-ends looked at and at the date.
    """

    factors: pd.DataFrame
    next_class: NextClass | None
    path: pd.DataFrame


def detail(
    portfolio: Portfolio, policy: Policy, *, company_id: str, customer_id: str
) -> SegmentDetail:
    """Return one customer's factors, his way to the next class and his last twelve months."""
    parts, path = factors(portfolio, policy), score_path(portfolio, policy)
    return SegmentDetail(
        factors=_his(parts, company_id, customer_id),
        next_class=next_class(portfolio, policy, company_id, customer_id),
        path=_his(path, company_id, customer_id)[["day", "score", "segment"]],
    )


def factor_invoices(
    portfolio: Portfolio, policy: Policy, *, company_id: str, customer_id: str, factor: str
) -> pd.DataFrame:
    """Return the invoices that made a factor what it is, those that weigh most first.

    Columns: those of ``Portfolio.score_invoices``. Behaviour: invoices paid in the window, and open
    ones already later than that (all the open ones for the probability); lateness of the moment: open overdue ones without dispute; limit:
    everything open; disputes: invoices with a dated dispute. Outside figures and promises rest on
    no invoice: empty.
    """
    frame = portfolio.score_invoices(policy, company_id, customer_id)
    days = frame["days_late"].astype("Float64").astype("float64")
    is_open = frame["open_minor"] > 0
    is_behaviour = frame["kind"].isin(list(BEHAVIOUR_KINDS)) & (
        frame["is_cash"] | (is_open & (days > 0))
    )
    undisputed = is_open & (days > 0) & (frame["open_minor"] > frame["disputed_minor"])
    masks = {
        # a probability rests on every settlement, those on time as much as the late ones
        "late_probability": frame["kind"].isin(list(BEHAVIOUR_KINDS))
        & (frame["is_cash"] | is_open),
        "late_share": is_behaviour & (days > _LATE_DAYS),
        "mean_delay": is_behaviour,
        "oldest_overdue": undisputed,
        "overdue_share": undisputed,
        "early_warning": is_behaviour & _recent_runs(frame, is_open),
        "disputes": frame["disputed_on"].notna(),
        "limit_use": is_open,
    }
    kept = frame.loc[masks.get(factor, is_open & ~is_open)]
    weight = days.loc[kept.index].clip(lower=0)
    if factor in _BY_AMOUNT:
        weight = weight * kept["amount_minor"]
    order = kept.assign(_weight=weight).sort_values(
        ["_weight", "due_on", "number"], ascending=[False, True, True], kind="stable"
    )
    return order.drop(columns="_weight").reset_index(drop=True)


def _recent_runs(frame: pd.DataFrame, is_open: pd.Series[bool]) -> pd.Series[bool]:
    """Return the invoices of the last payment dates that the warning judges, and open ones."""
    paid = frame["cleared_on"].where(frame["is_cash"])
    last = paid.dropna().drop_duplicates().nlargest(_WINDOW)
    return is_open | paid.isin(last)


def _his(frame: pd.DataFrame, company_id: str, customer_id: str) -> pd.DataFrame:
    is_his = (frame["company_id"] == company_id) & (frame["customer_id"] == customer_id)
    return frame.loc[is_his].reset_index(drop=True)
