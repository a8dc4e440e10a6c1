"""Fiabilité des prévisions: what was said at past month-ends against what then came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics import backtest, forecast_check, kept_forecasts
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, are_all_left_out, without_behaviour
from arlib.views.common import currencies, in_currency

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

HORIZONS: Final = (4, 8, 13)
CUTS: Final = 12


@dataclass(frozen=True, slots=True)
class ReliabilityBlock:
    """Cash by week in one currency.

    ``weeks``: a row a cut and week (``analytics.forecast_check.weeks``). ``wape``: a row a method and
    horizon: ``method, horizon, wape``. ``bands``: a row a horizon: ``horizon, count, band_80, band_50,
    sum_80, below, above``.
    """

    currency: str
    weeks: pd.DataFrame
    wape: pd.DataFrame
    bands: pd.DataFrame


@dataclass(frozen=True, slots=True)
class ReliabilityView:
    """How right the forecasts of the last month-ends were.

    ``cuts``: those judged. ``methods``: one row a method (``backtest.errors``): the model, the
    customer's mean and median, the due date. ``coverage_80``: share of payments inside P10–P90, whole
    days shared. ``reliability``: deciles of the chance to be paid within 30 days: ``said, found,
    count``. ``is_better``: the model beats the customer's mean in days. ``widening``: of the bands judged
    (1: as drawn). ``unavailable``: not_at_this_level, insufficient_history.
    """

    as_of: date
    cuts: tuple[date, ...]
    methods: pd.DataFrame
    coverage_80: float | None
    reliability: pd.DataFrame
    is_better: bool | None
    blocks: tuple[ReliabilityBlock, ...]
    count_invoices: int
    widening: float
    unavailable: str | None
    left_out: tuple[str, ...]
    kept: pd.DataFrame

    def mae(self, method: str) -> float | None:
        """Return the mean absolute error of a method in days, None when nothing can be said."""
        row = self.methods.loc[self.methods["method"] == method]
        return (
            None
            if row.empty or pd.isna(row["mae_days"].iloc[0])
            else float(row["mae_days"].iloc[0])
        )

    @property
    def is_better_in_cash(self) -> bool:
        """Return whether the first horizon of cash is better said than by the customer's mean, everywhere."""
        for block in self.blocks:
            error = block.wape.set_index(["method", "horizon"])["wape"]
            own, other = (error.get((name, HORIZONS[0])) for name in ("hazard", "customer_mean"))
            if own is None or other is None or not own < other:
                return False
        return bool(self.blocks)


def build(portfolio: Portfolio, policy: Policy, *, most_cuts: int = CUTS) -> ReliabilityView:
    """Return the errors at the last month-ends with at least 60 days of data after them."""
    missing = without_behaviour(portfolio, policy)
    cuts = forecast_check.cuts(portfolio, most_cuts)
    why = None
    if are_all_left_out(portfolio, missing):
        why = NOT_AT_THIS_LEVEL
    elif not cuts:
        why = "insufficient_history"
    if why:
        return _nothing(portfolio, policy, why, missing)
    parts: list[backtest.Trials] = []
    trials: list[forecast_check.Trial] = []
    for cut in cuts:  # one after the other: both rest on the model learnt at that date
        parts.append(backtest.trials(portfolio, policy, (cut,)))
        trials.extend(forecast_check.trials(portfolio, policy, (cut,)))
    found = backtest.together(parts)
    methods = backtest.errors(found.items)
    wider = forecast_check.widening(trials, policy)
    weeks = forecast_check.weeks(trials, policy.forecast_shock, wider)
    error = methods.set_index("method")["mae_days"]
    return ReliabilityView(
        as_of=portfolio.as_of,
        cuts=cuts,
        methods=methods,
        coverage_80=backtest.coverage(found.items),
        reliability=backtest.reliability(found.items),
        is_better=bool(error["hazard"] < error["customer_mean"]),
        blocks=tuple(
            _block(found.weeks, weeks, currency)
            for currency in currencies(portfolio)
            if (weeks["currency"] == currency).any()
        ),
        count_invoices=int(methods["count"].max()),
        widening=wider,
        unavailable=None,
        left_out=tuple(sorted(missing)),
        kept=kept_forecasts.judged(portfolio, policy),
    )


def _block(said: pd.DataFrame, weeks: pd.DataFrame, currency: str) -> ReliabilityBlock:
    own = in_currency(weeks, currency)
    errors = [
        in_currency(backtest.wape(said, horizon), currency).assign(horizon=horizon)
        for horizon in HORIZONS
    ]
    bands = [{"horizon": horizon, **forecast_check.coverage(own, horizon)} for horizon in HORIZONS]
    return ReliabilityBlock(
        currency=currency,
        weeks=own,
        wape=pd.concat(errors, ignore_index=True)[["method", "horizon", "wape"]],
        bands=pd.DataFrame(bands).astype({"count": "int64"}),
    )


def _nothing(portfolio: Portfolio, policy: Policy, why: str, missing: set[str]) -> ReliabilityView:
    return ReliabilityView(
        as_of=portfolio.as_of,
        cuts=(),
        methods=pd.DataFrame(columns=["method", "count", "mae_days"]),
        coverage_80=None,
        reliability=pd.DataFrame(columns=["said", "found", "count"]),
        is_better=None,
        blocks=(),
        count_invoices=0,
        widening=1.0,
        unavailable=why,
        left_out=tuple(sorted(missing)),
        kept=kept_forecasts.judged(portfolio, policy),
    )
