"""What is drawn about the behaviour of one value of a level, or of the whole book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.behaviour import book_months
from arlib.analytics.behaviour_levels import is_filled
from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    are_all_left_out,
    ratio,
    without_behaviour,
)
from arlib.analytics.habits import habits, methods
from arlib.analytics.survival import lives, medians, steps
from arlib.model.portfolio import KEY_CURRENCY, Scope
from arlib.views import segments as segments_view
from arlib.views.behaviour import NOT_FILLED, chosen
from arlib.views.common import currencies, in_currency

if TYPE_CHECKING:
    from datetime import date

    from arlib.analytics.survival import Weight
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Level, Portfolio

MONTHS: Final = 24
STEP_DAYS: Final = 5  # width of a class of the histogram
_LONGEST: Final = 90  # classes beyond are one
_SHORTEST: Final = -30


@dataclass(frozen=True, slots=True)
class SurvivalBlock:
    """How long invoices stay unpaid in one currency.

    ``steps``: ``company_id, value, day, survival, at_risk, events`` (one curve a value; NA: the
    book, or not filled). ``curves``: one row a curve, ``median_day`` (NA with
    ``median_day_reason`` not_reached: beyond ``longest_day``), ``count_invoices, count_events,
    amount_minor, longest_day``.
    """

    currency: str
    steps: pd.DataFrame
    curves: pd.DataFrame


@dataclass(frozen=True, slots=True)
class SurvivalView:
    """Survival curves by value of a level or by segment. ``unavailable``: why there is none."""

    as_of: date
    window_from: date
    by: str
    weight: Weight
    blocks: tuple[SurvivalBlock, ...]
    unavailable: str | None


@dataclass(frozen=True, slots=True)
class DetailBlock:
    """The behaviour of a scope in one currency.

    ``monthly``: ``month_on, weighted_delay_days, days_to_pay, amount_minor, count_payments``, every
    month. ``delays``: classes of delays in order, ``from_day, to_day`` (both included; NA: no
    bound), ``count_payments, amount_minor, count_ratio, amount_ratio, cumulated_count_ratio,
    cumulated_amount_ratio``. ``slots``: columns of ``habits``. ``methods``: those of
    ``habits.methods``; empty with ``methods_reason`` when no file says how customers pay.
    ``median_days`` and ``late_30_ratio`` (share of the amounts paid more than 30 days late) are
    those of the delays; None without cash.
    """

    currency: str
    monthly: pd.DataFrame
    delays: pd.DataFrame
    slots: pd.DataFrame
    methods: pd.DataFrame
    methods_reason: str | None
    median_days: float | None
    late_30_ratio: float | None


@dataclass(frozen=True, slots=True)
class DetailView:
    """Series, distribution and habits of a scope. ``unavailable``: why there is nothing."""

    as_of: date
    window_from: date
    scope: Scope
    blocks: tuple[DetailBlock, ...]
    unavailable: str | None


def survival(
    portfolio: Portfolio,
    policy: Policy,
    *,
    by: Level | str = "portfolio",
    scope: Scope | None = None,
    weight: Weight = "count",
    months: int | None = None,
    exclude_disputed: bool | None = None,
) -> SurvivalView:
    """Return survival curves; ``months``: of the window (the policy's by default)."""
    policy = chosen(policy, exclude_disputed)
    start = portfolio.window_start(months or policy.behaviour_window_months)
    reason = _reason(portfolio, policy)
    if reason is None and by != "segment" and not is_filled(portfolio, by):  # type: ignore[arg-type]
        reason = NOT_FILLED
    if reason is not None:
        return SurvivalView(portfolio.as_of, start, by, weight, (), reason)
    who = _segments(portfolio, policy) if by == "segment" else None
    observed = lives(portfolio, policy, by, scope=scope, segments=who, start=start)  # type: ignore[arg-type]
    curves, drawn = medians(observed, weight), steps(observed, weight)
    blocks = tuple(
        SurvivalBlock(currency, in_currency(drawn, currency), in_currency(curves, currency))
        for currency in currencies(portfolio)
        if (curves["currency"] == currency).any()
    )
    return SurvivalView(portfolio.as_of, start, by, weight, blocks, None)


def build(
    portfolio: Portfolio,
    policy: Policy,
    *,
    scope: Scope | None = None,
    months: int = MONTHS,
    exclude_disputed: bool | None = None,
) -> DetailView:
    """Return the monthly series, the distribution of delays and the habits of a scope."""
    policy = chosen(policy, exclude_disputed)
    start = portfolio.window_start(policy.behaviour_window_months)
    wanted = scope or Scope()
    reason = _reason(portfolio, policy)
    blocks = () if reason else _blocks(portfolio, policy, wanted, months)
    return DetailView(portfolio.as_of, start, wanted, blocks, reason)


def _reason(portfolio: Portfolio, policy: Policy) -> str | None:
    is_nothing = are_all_left_out(portfolio, without_behaviour(portfolio, policy))
    return NOT_AT_THIS_LEVEL if is_nothing else None


def _segments(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the segment of each customer and currency."""
    frames = [
        block.customers[[*KEY_CURRENCY, "segment"]]
        for block in segments_view.build(portfolio, policy).blocks
    ]
    return pd.concat(frames) if frames else pd.DataFrame(columns=[*KEY_CURRENCY, "segment"])


def _blocks(
    portfolio: Portfolio, policy: Policy, scope: Scope, months: int
) -> tuple[DetailBlock, ...]:
    without = tuple(sorted(without_behaviour(portfolio, policy)))
    series = book_months(portfolio, policy, months, scope)
    days = portfolio.delay_days(policy, scope, without)
    slots, paid_by = habits(portfolio, policy, scope), methods(portfolio, policy, scope)
    return tuple(
        _block(
            currency,
            in_currency(series, currency),
            in_currency(days, currency),
            in_currency(slots, currency),
            in_currency(paid_by, currency),
        )
        for currency in currencies(portfolio)
        if (series["currency"] == currency).any()
    )


def _block(
    currency: str,
    series: pd.DataFrame,
    days: pd.DataFrame,
    slots: pd.DataFrame,
    paid_by: pd.DataFrame,
) -> DetailBlock:
    is_said = bool(paid_by["method"].notna().any())
    amount = int(days["amount_minor"].sum())
    late = int(days.loc[days["days"] > 30, "amount_minor"].sum())  # noqa: PLR2004 - P30
    return DetailBlock(
        currency=currency,
        monthly=series.drop(columns="currency"),
        delays=_classes(days),
        slots=slots,
        methods=paid_by if is_said else paid_by.head(0),
        methods_reason=None if is_said else NOT_FILLED,
        median_days=_median(days),
        late_30_ratio=late / amount if amount > 0 else None,
    )


def _classes(days: pd.DataFrame) -> pd.DataFrame:
    """Return the delays by classes of five days, the due date a class of its own."""
    measures = ["count_payments", "amount_minor"]
    late = np.ceil(days["days"] / STEP_DAYS).clip(
        _SHORTEST / STEP_DAYS - 1, _LONGEST / STEP_DAYS + 1
    )
    early = np.floor(days["days"] / STEP_DAYS).clip(
        _SHORTEST / STEP_DAYS - 1, _LONGEST / STEP_DAYS + 1
    )
    place = late.where(days["days"] > 0, early).astype("int64")
    order = np.arange(_SHORTEST // STEP_DAYS - 1, _LONGEST // STEP_DAYS + 2)
    total = days.groupby(place)[measures].sum().reindex(order, fill_value=0)
    frame = total.reset_index(drop=True)
    first = np.where(order > 0, (order - 1) * STEP_DAYS + 1, order * STEP_DAYS)
    last = np.where(order < 0, (order + 1) * STEP_DAYS - 1, order * STEP_DAYS)
    frame.insert(0, "from_day", pd.Series(first).astype("Int64").mask(order == order[0]))
    frame.insert(1, "to_day", pd.Series(last).astype("Int64").mask(order == order[-1]))
    for name, measure in (("count", "count_payments"), ("amount", "amount_minor")):
        whole = pd.Series(int(frame[measure].sum()), index=frame.index)
        frame[f"{name}_ratio"] = ratio(frame[measure], whole)
        frame[f"cumulated_{name}_ratio"] = ratio(frame[measure].cumsum(), whole)
    return frame


def _median(days: pd.DataFrame) -> float | None:
    """Return the median delay by number, None without cash."""
    count = int(days["count_payments"].sum())
    if not count:
        return None
    reached = days["count_payments"].cumsum()
    around = [days.loc[reached > place, "days"].iloc[0] for place in ((count - 1) // 2, count // 2)]
    return float(sum(around)) / 2
