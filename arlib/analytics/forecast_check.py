"""How right the cash forecast was: its bands at past month-ends against the cash that came in.

At each cut the model is fit on what was known then; the debits open then and no others are followed;
cash counts on the day it was paid. A week counts when its 80 % band or its cash is above nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import cash_forecast as cash
from arlib.analytics import forecast_items, hazard
from arlib.analytics.frames import LATEST, day_number, day_numbers
from arlib.model.portfolio import month_ends

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import numpy.typing as npt

    from arlib.analytics.cash_forecast import Cells
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Floats = npt.NDArray[np.float64]

LEAST_CUTS: Final = 3
AFTER_DAYS: Final = 60
WEEKS: Final = 13
MONTHS: Final = 24
# Bands are widened when fewer weeks than this fall in the band that announces eight in ten.
LEAST_COVERAGE: Final = 0.75
WIDENINGS: Final = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
_LEAST_WEEKS: Final = 20
_COLUMNS: Final = [
    "cut_on",
    "currency",
    "week",
    "cash_minor",
    "expected_minor",
    *(f"{prefix}{name}_minor" for prefix in ("", "sum_") for name in cash.QUANTILES),
    "cash_sum_minor",
    "sum_expected_minor",
    "open_minor",
]


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One cut: the laws of payment of what was open, and the cash that came in by currency.

    ``cash``: currency → cash of each week, NaN for weeks that end after the date of the portfolio.
    """

    cut: date
    cells: Cells
    cash: dict[str, Floats]


def cuts(portfolio: Portfolio, most: int = MONTHS) -> tuple[date, ...]:
    """Return the month-ends that the book can answer with 60 days of data after them, oldest first.

    Empty when there are fewer than three: nothing can be said.
    """
    firsts = [item.first_as_of for item in portfolio.companies() if item.first_as_of]
    lasts = [item.last_date for item in portfolio.companies() if item.last_date]
    if not firsts or not lasts:
        return ()
    end = min(portfolio.as_of, max(lasts)) - timedelta(days=AFTER_DAYS)
    start = max(firsts) + timedelta(days=AFTER_DAYS)
    found = tuple(day for day in month_ends(portfolio.as_of, MONTHS + 3) if start <= day <= end)
    return found[-most:] if len(found) >= LEAST_CUTS else ()


def trials(portfolio: Portfolio, policy: Policy, days: Sequence[date]) -> list[Trial]:
    """Return one trial a cut, judged by what the portfolio's date knows."""
    return [_trial(portfolio, policy, day) for day in days]


def _trial(portfolio: Portfolio, policy: Policy, cut: date) -> Trial:
    then = portfolio.at(cut)
    planned, paid = followed(portfolio, policy, cut)
    known = hazard.laws(then, policy)
    after = day_numbers(paid["paid_on"], LATEST) - day_number(cut)
    ends = cash.week_ends(WEEKS)
    by_week = cash.in_periods(paid["currency"], paid["amount_minor"], after, ends)
    is_over = ends > (portfolio.as_of - cut).days
    found = {}
    for currency in planned["currency"].unique():
        row = by_week.loc[by_week["currency"] == currency, list(range(1, WEEKS + 1))]
        values = row.to_numpy("float64")[0] if len(row) else np.zeros(WEEKS)
        found[str(currency)] = np.where(is_over, np.nan, values)
    return Trial(cut, cash.cells(known, planned, ends), found)


def followed(portfolio: Portfolio, policy: Policy, cut: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what was open at a cut outside dispute (``by_law``), and the cash that came in for it.

    What was promised is a date given, no forecast: it is followed like the rest. The cash:
    ``currency, paid_on, amount_minor``.
    """
    then = portfolio.at(cut)
    if not then.estimated_companies():
        return then.forecast_open(), portfolio.forecast_received(cut)
    # credits that pay the oldest debits of a ledger without lettering are set against each
    items = forecast_items.split(then, policy)
    items = items.assign(planned_minor=items["planned_minor"] + items["promised_minor"])
    planned = items.loc[items["planned_minor"] > 0, ["document_key", "currency"]]
    paid = portfolio.forecast_cash(cut).merge(planned, on="document_key")
    return cash.by_law(items), paid


def weeks(
    found: Sequence[Trial], shock: float, wider: float = 1.0, draws: int = cash.DRAWS
) -> pd.DataFrame:
    """Return one row a cut, currency and week over by now.

    Columns: ``cut_on, currency, week, cash_minor, expected_minor``, the quantiles ``p10_minor,
    p25_minor, p50_minor, p75_minor, p90_minor`` and, of the sum from week 1 on, ``cash_sum_minor,
    sum_expected_minor, sum_p10_minor`` to ``sum_p90_minor``; ``open_minor`` (followed at the cut). Floats; the bands are
    ``wider`` times what was drawn.
    """
    parts = [part for trial in found for part in _judged(trial, shock, draws)]
    if not parts:
        return pd.DataFrame(columns=_COLUMNS).astype("float64")
    return cash.widened(pd.concat(parts, ignore_index=True), wider)


def _judged(trial: Trial, shock: float, draws: int) -> list[pd.DataFrame]:
    drawn = cash.draws(trial.cells, shock, draws)
    said = cash.expected(trial.cells)
    frames = []
    for currency, values in trial.cash.items():
        own = said.loc[said["currency"] == currency]
        single = cash.quantiles(drawn[currency])
        summed = cash.quantiles(drawn[currency], cumulated=True)
        frame = pd.DataFrame({"week": range(1, WEEKS + 1), "cash_minor": values})
        frame["expected_minor"] = own[list(range(1, WEEKS + 1))].sum().to_numpy()
        for name, quantile in single.items():
            frame[f"{name}_minor"] = quantile
            frame[f"sum_{name}_minor"] = summed[name]
        frame["cash_sum_minor"] = np.cumsum(values)
        frame["sum_expected_minor"] = frame["expected_minor"].cumsum()
        frame["open_minor"] = float(
            trial.cells.frame.loc[trial.cells.frame["currency"] == currency, "planned_minor"].sum()
        )
        frame.insert(0, "currency", currency)
        frame.insert(0, "cut_on", pd.Timestamp(trial.cut).as_unit("s"))
        frames.append(frame.loc[frame["cash_minor"].notna()])
    return [frame for frame in frames if len(frame)]


def coverage(frame: pd.DataFrame, horizon: int = WEEKS) -> dict[str, float]:
    """Return the share of weeks inside the bands, weeks 1 to ``horizon`` of all cuts together.

    Keys: ``count`` (weeks counted), ``band_80`` (P10 to P90), ``band_50``, ``sum_80`` (of the running
    sum at ``horizon``), ``below``, ``above`` (of the 80 % band). NaN when no week counts.
    """
    kept = frame.loc[frame["week"] <= horizon]
    kept = kept.loc[(kept["p90_minor"] > 0) | (kept["cash_minor"] > 0)]
    at_end = frame.loc[frame["week"] == horizon]
    below = kept["cash_minor"] < kept["p10_minor"]
    above = kept["cash_minor"] > kept["p90_minor"]
    inside = kept["cash_minor"].between(kept["p25_minor"], kept["p75_minor"])
    summed = at_end["cash_sum_minor"].between(at_end["sum_p10_minor"], at_end["sum_p90_minor"])
    return {
        "count": float(len(kept)),
        "band_80": float((~below & ~above).mean()),
        "band_50": float(inside.mean()),
        "sum_80": float(summed.mean()),
        "below": float(below.mean()),
        "above": float(above.mean()),
    }


def widening(found: Sequence[Trial], policy: Policy, draws: int = 500) -> float:
    """Return how many times wider the bands must be than drawn, from the past of the book.

    The smallest of ``WIDENINGS`` with which at least ``LEAST_COVERAGE`` of the past weeks fell inside;
    1 when they do as drawn, or when fewer than twenty weeks can be judged.
    """
    judged = weeks(found, policy.forecast_shock, draws=draws)
    for candidate in WIDENINGS:
        measured = coverage(cash.widened(judged, candidate))
        if measured["count"] < _LEAST_WEEKS:
            return 1.0
        if measured["band_80"] >= LEAST_COVERAGE:
            return candidate
    return WIDENINGS[-1]
