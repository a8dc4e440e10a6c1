"""The cash forecast of a book: by week, by month, by customer and company, and what stands outside.

Every open debit is in one place: expected by the last week, beyond it, in dispute, or without a model
(its company never saw a payment). Credits stand apart; all of it sums to the outstanding.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from arlib.analytics import cash_forecast as cash
from arlib.analytics import forecast_check, forecast_items, simple_forecast
from arlib.analytics.frames import LATEST, customers, day_number, day_numbers, stocks
from arlib.model.portfolio import KEY, month_ends

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import numpy.typing as npt

    from arlib.analytics.cash_forecast import Cells
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

Scenario = Literal["base", "simple", "optimistic", "pessimistic"]
SCENARIOS: Final = ("base", "simple", "optimistic", "pessimistic")
MOST_WEEKS: Final = 25  # the model sees 180 days
MONTHS: Final = 5
FOUR_WEEKS: Final = 28
CHECKED_CUTS: Final = 4  # past month-ends that tell whether the bands must be wider
_QUANTILES: Final = [f"{name}_minor" for name in cash.QUANTILES]


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """What is expected of the open debits of a book.

    ``items``: every open debit, dated (``forecast_items.dated`` or ``simple_forecast.dated``).
    ``weeks``: a row a currency and week: ``currency, week, week_on, week_end_on, expected_minor,
    promised_minor`` (part of it), ``sum_expected_minor`` and, with the model, ``p10_minor`` to
    ``p90_minor`` and ``sum_p10_minor`` to ``sum_p90_minor`` (Int64). ``months``: the same by month
    (``month_on``, ``month_end_on``), the last whole ones inside 180 days.
    ``parts``: a row a currency: ``open_minor, expected_minor`` (by the last week), ``promised_minor,
    beyond_minor, disputed_minor, not_modelled_minor, credits_minor, outstanding_minor``.
    ``customers``: key, ``currency, name, expected_minor`` (in four weeks), ``open_minor,
    uncertainty_ratio`` (part of the variance of the four weeks), largest first. ``companies``:
    ``company_id, currency, expected_minor`` by the last week.
    ``widening``: how many times wider the bands are than drawn, because the past of the book asks for
    it (1: as drawn; None by the rule, which has none).
    """

    scenario: Scenario
    items: pd.DataFrame
    weeks: pd.DataFrame
    months: pd.DataFrame
    parts: pd.DataFrame
    customers: pd.DataFrame
    companies: pd.DataFrame
    widening: float | None


def forecast(
    portfolio: Portfolio, policy: Policy, weeks: int = 13, scenario: Scenario = "base"
) -> Forecast:
    """Return the forecast over so many weeks (1 to 25)."""
    if scenario == "base":
        return _modelled(portfolio, policy, weeks)
    return _by_rule(portfolio, policy, weeks, scenario)


def _modelled(portfolio: Portfolio, policy: Policy, weeks: int) -> Forecast:
    known = forecast_items.model(portfolio, policy)
    items = forecast_items.dated(portfolio, policy, known)
    found = forecast_check.trials(portfolio, policy, forecast_check.cuts(portfolio, CHECKED_CUTS))
    wider = forecast_check.widening(found, policy)
    ends = cash.week_ends(weeks)
    month_days = month_after(portfolio.as_of)
    far = _days(portfolio.as_of, month_days)
    held = np.unique(np.concatenate([ends, far, [FOUR_WEEKS]]))
    every = cash.cells(known, cash.by_law(items), held)  # survival is what costs: worked out once
    cells = cash.at_ends(every, held, ends)
    table, parts = _periods(portfolio, items, cells, ends, policy.forecast_shock)
    months, _ = _periods(
        portfolio, items, cash.at_ends(every, held, far), far, policy.forecast_shock
    )
    return Forecast(
        scenario="base",
        items=items,
        weeks=_with_weeks(_wider(table, wider), portfolio.as_of),
        months=_with_months(_wider(months, wider), month_days),
        parts=_outside(portfolio, items, parts),
        customers=_customers(
            portfolio, items, cash.at_ends(every, held, np.array([FOUR_WEEKS], dtype="int64"))
        ),
        companies=_companies(items, cells, ends, portfolio.as_of),
        widening=wider,
    )


def _by_rule(portfolio: Portfolio, policy: Policy, weeks: int, scenario: Scenario) -> Forecast:
    items = simple_forecast.dated(portfolio, policy, scenario)  # type: ignore[arg-type]
    ends = cash.week_ends(weeks)
    table, parts = _ruled(portfolio, items, ends)
    month_days = month_after(portfolio.as_of)
    months, _ = _ruled(portfolio, items, _days(portfolio.as_of, month_days))
    near = _after(portfolio, items, "planned_on") <= FOUR_WEEKS
    shares = np.where(near, items["planned_minor"], 0.0)
    within = np.where(_after(portfolio, items, "planned_on") <= ends[-1], items["planned_minor"], 0)
    promised = np.where(
        _after(portfolio, items, "promised_on") <= ends[-1], items["promised_minor"], 0
    )
    companies = items[["company_id", "currency"]].assign(expected_minor=within + promised)
    return Forecast(
        scenario=scenario,
        items=items,
        weeks=_with_weeks(table, portfolio.as_of),
        months=_with_months(months, month_days),
        parts=_outside(portfolio, items, parts),
        customers=_ranked(portfolio, items, shares, None),
        companies=_summed(companies),
        widening=None,
    )


def _wider(table: pd.DataFrame, factor: float) -> pd.DataFrame:
    """Return periods with their bands as wide as the past asks for, in whole minor units."""
    bands = [name for name in table if str(name).endswith(tuple(_QUANTILES))]
    frame = cash.widened(table, factor)
    return frame.astype(dict.fromkeys(bands, "Int64"))


def month_after(as_of: date) -> tuple[date, ...]:
    """Return the ends of the month of as_of (when days of it remain) and of the whole ones in sight."""
    last = as_of + timedelta(days=31 * (MONTHS + 1))
    ends = month_ends(last, MONTHS + 3)
    return tuple(day for day in ends if as_of < day <= as_of + timedelta(days=180))[:MONTHS]


def _days(as_of: date, ends: Sequence[date]) -> Ints:
    return np.array([(day - as_of).days for day in ends], dtype="int64")


def _after(portfolio: Portfolio, items: pd.DataFrame, name: str) -> Ints:
    return day_numbers(items[name], LATEST) - day_number(portfolio.as_of)


def _periods(
    portfolio: Portfolio, items: pd.DataFrame, cells: Cells, ends: Ints, shock: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the periods of each currency and what is beyond them, from the model."""
    drawn = cash.draws(cells, shock)
    said = cash.expected(cells)
    is_known = said["beyond"].notna()
    rest = said.loc[~is_known, "currency"].to_frame()
    rest["not_modelled_minor"] = cells.frame.loc[~is_known, "planned_minor"]
    totals = said.loc[is_known].groupby("currency")[[*range(1, len(ends) + 1), "beyond"]].sum()
    promised = cash.promised(items, portfolio.as_of, ends).set_index("currency")
    names = sorted(items["currency"].unique())
    frames, parts = [], []
    for name in names:
        own = _row(totals, name, len(ends))
        given = _row(promised, name, len(ends))
        table = _table(name, own, given)
        shocked = drawn.get(name, np.zeros((1, len(ends)))) + given[:-1]
        for prefix, is_summed in (("", False), ("sum_", True)):
            for quantile, values in cash.quantiles(shocked, cumulated=is_summed).items():
                table[f"{prefix}{quantile}_minor"] = _whole(values)
        frames.append(table)
        beyond = _total(own) + _total(given) - int(table["expected_minor"].sum())
        missing = int(rest.loc[rest["currency"] == name, "not_modelled_minor"].sum())
        parts.append(_part(name, table, beyond, missing))
    return _together(frames), pd.DataFrame(parts)


def _ruled(
    portfolio: Portfolio, items: pd.DataFrame, ends: Ints
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the periods of each currency and what is beyond them, by the rule."""
    planned = cash.in_periods(
        items["currency"], items["planned_minor"], _after(portfolio, items, "planned_on"), ends
    ).set_index("currency")
    promised = cash.promised(items, portfolio.as_of, ends).set_index("currency")
    frames, parts = [], []
    for name in sorted(items["currency"].unique()):
        own, given = _row(planned, name, len(ends)), _row(promised, name, len(ends))
        table = _table(name, own, given)
        for quantile in _QUANTILES:
            table[quantile] = pd.array([pd.NA] * len(table), "Int64")
            table[f"sum_{quantile}"] = pd.array([pd.NA] * len(table), "Int64")
        frames.append(table)
        beyond = _total(own) + _total(given) - int(table["expected_minor"].sum())
        parts.append(_part(name, table, beyond, 0))
    return _together(frames), pd.DataFrame(parts)


def _row(wide: pd.DataFrame, currency: str, periods: int) -> Floats:
    """Return the periods and what is beyond of one currency; zeros when it has none."""
    if currency not in wide.index:
        return np.zeros(periods + 1)
    return wide.loc[currency].to_numpy("float64")


def _table(currency: str, own: Floats, given: Floats) -> pd.DataFrame:
    """Return whole minor units whose running sum is the rounded running sum: nothing is lost."""
    total = own[:-1] + given[:-1]
    summed = _whole(np.cumsum(total))
    table = pd.DataFrame({"currency": currency, "period": range(1, len(total) + 1)})
    table["expected_minor"] = np.diff(summed, prepend=0)
    table["promised_minor"] = _whole(given[:-1])
    table["sum_expected_minor"] = summed
    return table


def _total(values: Floats) -> int:
    return int(_whole(np.array([values.sum()]))[0])


def _whole(values: Floats) -> Ints:
    return np.floor(values + 0.5).astype("int64")


def _part(currency: str, table: pd.DataFrame, beyond: int, missing: int) -> dict[str, object]:
    return {
        "currency": currency,
        "expected_minor": int(table["expected_minor"].sum()),
        "promised_minor": int(table["promised_minor"].sum()),
        "beyond_minor": beyond,
        "not_modelled_minor": missing,
    }


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    if frames:
        return pd.concat(frames, ignore_index=True)
    names = ["expected_minor", "promised_minor", "sum_expected_minor", *_QUANTILES]
    names += [f"sum_{name}" for name in _QUANTILES]
    return pd.DataFrame(columns=["currency", "period", *names])


def _with_weeks(table: pd.DataFrame, as_of: date) -> pd.DataFrame:
    frame = table.rename(columns={"period": "week"})
    start = pd.Timestamp(as_of).as_unit("s")
    week = pd.to_timedelta(frame["week"].astype("int64") * 7, unit="D")
    frame.insert(2, "week_on", (start + week - pd.Timedelta(days=6)).astype("datetime64[s]"))
    frame.insert(3, "week_end_on", (start + week).astype("datetime64[s]"))
    return frame


def _with_months(table: pd.DataFrame, ends: Sequence[date]) -> pd.DataFrame:
    frame = table.copy()
    place = frame.pop("period").astype("int64") - 1
    stamps = pd.Series(pd.to_datetime(list(ends)).astype("datetime64[s]"))
    closing = stamps.reindex(place).reset_index(drop=True)
    frame.insert(1, "month_end_on", closing)
    frame.insert(1, "month_on", closing.dt.to_period("M").dt.to_timestamp().astype("datetime64[s]"))
    return frame


def _outside(portfolio: Portfolio, items: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Add what is in dispute, the credits and the outstanding: all of it is said."""
    stock = stocks(portfolio)
    by_currency = stock.groupby("currency")[["outstanding_minor", "credits_minor"]].sum()
    sums = items.groupby("currency")[["open_minor", "disputed_minor"]].sum()
    frame = by_currency.join(sums, how="outer").fillna(0).astype("int64").reset_index()
    if parts.empty:
        parts = pd.DataFrame({"currency": frame["currency"]})
    frame = frame.merge(parts, on="currency", how="left")
    names = ["expected_minor", "promised_minor", "beyond_minor", "not_modelled_minor"]
    frame[names] = frame.reindex(columns=names).astype("Int64").fillna(0).astype("int64")
    return frame.sort_values("open_minor", ascending=False, ignore_index=True)


def _customers(portfolio: Portfolio, items: pd.DataFrame, cells: Cells) -> pd.DataFrame:
    """Return what is expected in four weeks of each customer, and his part in what is uncertain."""
    alive = np.nan_to_num(np.exp(-cells.hazard[:, 1]), nan=1.0)
    amount = cells.frame["planned_minor"].to_numpy("float64")
    frame = cells.frame[[*KEY, "currency"]].assign(
        near=amount * (1 - alive), spread=amount * np.sqrt(alive * (1 - alive)), run=cells.run
    )
    # debits of one run are paid together: their deviations add up, those of others their squares
    runs = frame.groupby([*KEY, "currency", "run"])[["near", "spread"]].sum().reset_index()
    runs["variance"] = runs["spread"] ** 2
    by_customer = runs.groupby([*KEY, "currency"])[["near", "variance"]].sum().reset_index()
    total = by_customer.groupby("currency")["variance"].transform("sum")
    by_customer["uncertainty_ratio"] = by_customer["variance"] / total.where(total > 0)
    return _joined(portfolio, items, by_customer)


def _ranked(
    portfolio: Portfolio, items: pd.DataFrame, near: Floats, _unknown: None
) -> pd.DataFrame:
    frame = items[[*KEY, "currency"]].assign(near=near)
    by_customer = frame.groupby([*KEY, "currency"])["near"].sum().reset_index()
    return _joined(portfolio, items, by_customer.assign(uncertainty_ratio=np.nan))


def _joined(portfolio: Portfolio, items: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Add what is promised in four weeks, what is open and the name; the largest first."""
    on = [*KEY, "currency"]
    is_near = _after(portfolio, items, "promised_on") <= FOUR_WEEKS
    sums = items.assign(promised=np.where(is_near, items["promised_minor"], 0))
    sums = sums.groupby(on)[["open_minor", "disputed_minor", "promised"]].sum().reset_index()
    frame = sums.merge(found, on=on, how="left")
    frame["expected_minor"] = _whole(
        frame["near"].fillna(0.0).to_numpy() + frame.pop("promised").to_numpy("float64")
    )
    frame = frame.merge(customers(portfolio)[[*KEY, "name"]], on=KEY, how="left")
    names = [*on, "name", "expected_minor", "open_minor", "disputed_minor", "uncertainty_ratio"]
    return frame[names].sort_values(
        ["currency", "expected_minor", *KEY], ascending=[True, False, True, True], ignore_index=True
    )


def _companies(items: pd.DataFrame, cells: Cells, ends: Ints, as_of: date) -> pd.DataFrame:
    said = cash.expected(cells)
    planned = said[["company_id", "currency"]].assign(
        expected_minor=said[list(range(1, len(ends) + 1))].sum(axis=1)
    )
    given = items.loc[items["promised_minor"] > 0]
    is_in = day_numbers(given["promised_on"], LATEST) - day_number(as_of) <= ends[-1]
    promised = given.loc[is_in, ["company_id", "currency"]].assign(
        expected_minor=given.loc[is_in, "promised_minor"].astype("float64")
    )
    return _summed(pd.concat([planned, promised]) if len(promised) else planned)


def _summed(frame: pd.DataFrame) -> pd.DataFrame:
    total = frame.groupby(["company_id", "currency"])["expected_minor"].sum().reset_index()
    return total.assign(expected_minor=_whole(total["expected_minor"].to_numpy("float64")))
