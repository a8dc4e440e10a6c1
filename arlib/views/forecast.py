"""Prévision d’encaissement: what the open invoices should bring in, week by week, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics import forecast as pipeline
from arlib.analytics import hazard
from arlib.analytics.forecast import FOUR_WEEKS, MOST_WEEKS, SCENARIOS
from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    are_all_left_out,
    customers,
    first_reason,
    without_behaviour,
)
from arlib.analytics.kept_forecasts import to_keep
from arlib.analytics.run_rate import CHOICES as RUN_RATE_MONTHS
from arlib.analytics.run_rate import run_rate
from arlib.model.issues import UserError
from arlib.model.portfolio import KEY
from arlib.views.common import currencies, in_currency

if TYPE_CHECKING:
    from datetime import date

    from arlib.analytics.forecast import Forecast, Scenario
    from arlib.analytics.run_rate import RunRate
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

__all__ = [
    "FOUR_WEEKS",
    "MOST_WEEKS",
    "RUN_RATE_MONTHS",
    "SCENARIOS",
    "ForecastBlock",
    "ForecastView",
    "build",
]
HORIZONS: Final = (4, 8, 13)
PAST_WEEKS: Final = 13


@dataclass(frozen=True, slots=True)
class ForecastBlock:
    """The forecast in one currency.

    ``weeks``, ``months``, ``customers``, ``companies``: as in ``analytics.forecast.Forecast``;
    ``customers`` also ``habit_days`` (usual delay of the model, NaN unknown), ``count_paid,
    first_paid_on, confidence``. ``parts``: its amounts in minor units by name. ``past``: cash of the last weeks:
    ``week`` (0 the one that ends at the date, -1 the one before), ``week_end_on, receipts_minor``.
    ``invoices``: every open debit, largest first: key, ``name, document_id, number, kind, issued_on, due_on,
    days_late, open_minor, disputed_minor, promised_minor, expected_on`` (+ ``_reason``), ``p10_on,
    p90_on`` (+ ``_reason``), ``probability_late_30`` (+ ``_reason``), ``confidence, treatment, habit_days,
    count_paid, first_paid_on`` (by the rule: ``delay_days, delay_source`` instead of chances).
    """

    currency: str
    weeks: pd.DataFrame
    months: pd.DataFrame
    past: pd.DataFrame
    parts: dict[str, int]
    customers: pd.DataFrame
    companies: pd.DataFrame
    invoices: pd.DataFrame

    def within(self, weeks: int) -> dict[str, int | None]:
        """Return what is expected by the end of a week: ``expected, p10, p50, p90`` in minor units."""
        row = self.weeks.loc[self.weeks["week"] == weeks]
        names = {"expected": "sum_expected_minor", "p10": "sum_p10_minor"}
        names |= {"p50": "sum_p50_minor", "p90": "sum_p90_minor"}
        if row.empty:
            return dict.fromkeys(names)
        values = {key: row[name].iloc[0] for key, name in names.items()}
        return {key: None if pd.isna(value) else int(value) for key, value in values.items()}


@dataclass(frozen=True, slots=True)
class ForecastView:
    """One block a currency, the largest first.

    ``scenario``: the one shown; ``unavailable``: why the model says nothing (no settlement is known),
    the rule of the due date then stands in its place. ``widening``: how many times wider the bands are than drawn,
    because the past asks for it. ``left_out``: companies without a settlement. ``run_rate``: sales to come at
    the pace of the last months, a layer apart that nothing else here counts (None: not asked for).
    """

    as_of: date
    scenario: Scenario
    count_weeks: int
    blocks: tuple[ForecastBlock, ...]
    unavailable: str | None
    left_out: tuple[str, ...]
    widening: float | None
    run_rate: RunRate | None = None

    def run_rate_of(self, currency: str) -> pd.DataFrame:
        """Return the weeks of the layer in one currency, empty without any."""
        if self.run_rate is None:
            return pd.DataFrame(columns=["week", "run_rate_minor", "sum_run_rate_minor"])
        rows = self.run_rate.weeks
        return rows.loc[rows["currency"] == currency].reset_index(drop=True)

    def to_keep(self) -> pd.DataFrame:
        """Return the weeks of every currency as ``Workspace.keep_forecast`` takes them."""
        weeks = [block.weeks for block in self.blocks]
        parts = pd.DataFrame([{"currency": block.currency, **block.parts} for block in self.blocks])
        return to_keep(pd.concat(weeks, ignore_index=True), parts)


def build(
    portfolio: Portfolio,
    policy: Policy,
    *,
    weeks: int = 13,
    scenario: Scenario = "base",
    run_rate_months: int | None = None,
) -> ForecastView:
    """Return the forecast of the open items over so many weeks.

    ``run_rate_months`` (3 or 12) adds the layer of the sales to come.

    Raises:
        UserError: ``weeks_out_of_range`` unless there are 1 to 25 weeks.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise UserError("weeks_out_of_range", value=weeks, detail=MOST_WEEKS)
    missing = without_behaviour(portfolio, policy)
    is_nothing = are_all_left_out(portfolio, missing)
    shown: Scenario = "simple" if is_nothing and scenario == "base" else scenario
    found = pipeline.forecast(portfolio, policy, weeks, shown)
    invoices = invoices_of(portfolio, policy, found.items, found.scenario)
    past = portfolio.receipt_weeks(PAST_WEEKS)
    return ForecastView(
        as_of=portfolio.as_of,
        scenario=shown,
        count_weeks=weeks,
        blocks=tuple(
            _block(portfolio, found, invoices, past, currency)
            for currency in currencies(portfolio)
            if (found.parts["currency"] == currency).any()
        ),
        unavailable=NOT_AT_THIS_LEVEL if is_nothing else None,
        left_out=tuple(sorted(missing)),
        widening=found.widening,
        run_rate=(run_rate(portfolio, policy, weeks, run_rate_months) if run_rate_months else None),
    )


def _block(
    portfolio: Portfolio,
    found: Forecast,
    invoices: pd.DataFrame,
    past: pd.DataFrame,
    currency: str,
) -> ForecastBlock:
    parts = in_currency(found.parts, currency).iloc[0].drop("currency")
    names = ["habit_days", "count_paid", "first_paid_on", "customer_confidence"]
    who = invoices[[*KEY, *names]].drop_duplicates(KEY)
    people = in_currency(found.customers, currency).merge(who, on=KEY, how="left")
    return ForecastBlock(
        currency=currency,
        weeks=in_currency(found.weeks, currency),
        months=in_currency(found.months, currency),
        past=_past(portfolio, in_currency(past, currency)),
        parts={str(name): int(value) for name, value in parts.items()},
        customers=people.rename(columns={"customer_confidence": "confidence"}),
        companies=in_currency(found.companies, currency),
        invoices=in_currency(invoices.drop(columns="customer_confidence"), currency),
    )


def _past(portfolio: Portfolio, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the cash of each past week, 0 where none came in, none before the book's first day."""
    total = rows.groupby("week")["receipts_minor"].sum()
    firsts = [item.covers_from for item in portfolio.companies() if item.covers_from]
    most = PAST_WEEKS
    if firsts:
        most = min(most, (portfolio.as_of - min(firsts)).days // 7)
    weeks = pd.RangeIndex(1, most + 1)
    frame = pd.DataFrame({"week": 1 - weeks})
    end = pd.Timestamp(portfolio.as_of).as_unit("s")
    frame["week_end_on"] = end + pd.to_timedelta(frame["week"] * 7, unit="D")
    frame["receipts_minor"] = total.reindex(weeks).fillna(0).astype("int64").to_numpy()
    return frame.sort_values("week", ignore_index=True)


def invoices_of(
    portfolio: Portfolio, policy: Policy, items: pd.DataFrame, scenario: Scenario
) -> pd.DataFrame:
    """Return dated debits with their customer and what is known of him, largest first.

    ``ForecastBlock.invoices`` with ``customer_confidence``: what the sentence of each is made of.
    """
    frame = items.drop(columns=["document_key"])
    frame = frame.merge(customers(portfolio)[[*KEY, "name"]], on=KEY, how="left")
    frame = frame.merge(_habits(portfolio, policy, scenario), on=KEY, how="left")
    if scenario == "base":
        frame = _reasoned(frame)
    order = ["open_minor", *KEY, "due_on", "document_id"]
    return frame.sort_values(order, ascending=[False, True, True, True, True], ignore_index=True)


def _habits(portfolio: Portfolio, policy: Policy, scenario: Scenario) -> pd.DataFrame:
    names = {"confidence": "customer_confidence"}
    columns = ["habit_days", "count_paid", "first_paid_on", "confidence"]
    if scenario != "base":
        return (
            pd.DataFrame(columns=[*KEY, *columns])
            .rename(columns=names)
            .astype(dict.fromkeys(KEY, "str"))
        )
    model = hazard.fit(portfolio, policy)
    return model.customers[[*KEY, *columns]].rename(columns=names)


def _reasoned(frame: pd.DataFrame) -> pd.DataFrame:
    is_out = frame["treatment"].isin(["disputed", "promised"])
    for name in ("probability_late_30", "probability_beyond"):
        frame[name] = frame[name].mask(is_out)
    frame["probability_late_30_reason"] = first_reason(
        frame.index,
        (frame["treatment"] == "disputed", "disputed"),
        (frame["treatment"] == "promised", "promised"),
        (frame["treatment"] == "no_model", "no_history"),
    )
    for name in ("p10_on", "p90_on"):
        frame[f"{name}_reason"] = frame["expected_on_reason"].fillna(
            first_reason(frame.index, (frame[name].isna(), "beyond_horizon"))
        )
    return frame
