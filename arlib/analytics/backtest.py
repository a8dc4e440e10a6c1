"""Forecasts of the past against what then happened: one cut after another, refit on what was known.

Three plain rules stand beside the model: the due date, and the due date moved by the mean or the
median delay of the customer's paid invoices, none of them before the day after the cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics import hazard
from arlib.analytics import hazard_settings as s
from arlib.analytics.frames import (
    LATEST,
    dates,
    day_number,
    day_numbers,
    ratio,
    round_half_away,
)
from arlib.analytics.hazard_dates import summary
from arlib.analytics.hazard_evidence import rows_of
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

METHODS: Final = ("hazard", "customer_mean", "customer_median", "due_date")
WEEKS: Final = 13
_LEVELS: Final = (0.1, 0.9)
_BUCKETS: Final = (0, 30, 60, 90)
_NONE: Final = -1  # an invoice not paid by the date of the portfolio, in days after the cut


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """Forecasts at several cuts and what happened.

    ``items``, one row an invoice open at a cut: ``cut_on``, key, ``currency, document_key, due_on,
    open_minor, days_late`` (at the cut), ``paid_on`` (NaT: not yet), ``is_credited`` (closed without
    cash: no error is counted), ``is_predictable``, ``coverage`` (share of the day of payment between
    P10 and P90; NaN when not paid), ``paid_30_probability`` (chance then to be paid within 30 days; NaN
    without a model), ``is_judged_30`` (30 days have passed) and ``<method>_on`` of each of ``METHODS``.

    ``weeks``, one row a cut, currency and week (1 to 13): ``cash_minor`` and ``<method>_minor``, of
    the invoices open at the cut.
    """

    items: pd.DataFrame
    weeks: pd.DataFrame


def trials(portfolio: Portfolio, policy: Policy, cuts: Sequence[date]) -> Trials:
    """Return the forecasts at each past cut, judged by what the portfolio's date knows."""
    return together([Trials(*_trial(portfolio, policy, cut)) for cut in cuts])


def together(each: Sequence[Trials]) -> Trials:
    """Return trials of several cuts as one."""
    return Trials(
        pd.concat([one.items for one in each], ignore_index=True),
        pd.concat([one.weeks for one in each], ignore_index=True),
    )


def errors(items: pd.DataFrame) -> pd.DataFrame:
    """Return one row a method: errors in days over the invoices since paid.

    Columns: ``method, count, mae_days, bias_days`` (positive: paid later than said),
    ``mae_overdue_days`` (invoices overdue at the cut), ``bucket_ratio`` (right bucket of lateness:
    on time, 1–30, 31–60, 61–90, > 90), ``count_past`` (dates not after the cut). What the model calls
    not predictable is left out of all methods.
    """
    paid = items.loc[items["paid_on"].notna() & items["is_predictable"]]
    actual = day_numbers(paid["paid_on"], LATEST)
    due = day_numbers(paid["due_on"], LATEST)
    is_overdue = (paid["days_late"] > 0).to_numpy()
    return pd.DataFrame([_judged(paid, name, actual, due, is_overdue) for name in METHODS])


def coverage(items: pd.DataFrame) -> float:
    """Return the share of payments between P10 and P90, whole days shared fairly; .80 is right.

    Of a payment on day y the share of [F(y-1), F(y)] inside [0.1, 0.9] counts.
    """
    return float(items["coverage"].mean())


def reliability(items: pd.DataFrame, count: int = 10) -> pd.DataFrame:
    """Return said against found: one row a tenth of the chances to be paid within 30 days.

    Columns: ``said`` (mean chance of the invoices of the tenth), ``found`` (share of them paid within
    30 days), ``count``. Empty tenths are absent; what a credit note closed is left out.
    """
    kept = items.loc[
        items["is_judged_30"] & items["paid_30_probability"].notna() & ~items["is_credited"]
    ]
    days = day_numbers(kept["paid_on"], LATEST) - day_numbers(kept["cut_on"], 0)
    is_paid = (days <= s.STILL_UNPAID_DAYS).astype("float64")
    said = kept["paid_30_probability"].to_numpy("float64")
    tenth = np.minimum((said * count).astype("int64"), count - 1)
    frame = pd.DataFrame({"tenth": tenth, "said": said, "found": is_paid})
    grouped = frame.groupby("tenth", sort=True)
    found = grouped[["said", "found"]].mean()
    found["count"] = grouped.size()
    return found.reset_index(drop=True)


def wape(weeks: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Return by currency and method Σ |forecast - cash| / Σ cash over cuts and weeks ≤ ``horizon``.

    Columns: ``currency, method, wape`` (NaN without cash).
    """
    kept = weeks.loc[weeks["week"] <= horizon]
    parts = []
    for name in METHODS:
        gap = (kept[f"{name}_minor"] - kept["cash_minor"]).abs()
        summed = kept.assign(gap=gap).groupby("currency", sort=True)[["gap", "cash_minor"]].sum()
        share = ratio(summed["gap"], summed["cash_minor"])
        parts.append(pd.DataFrame({"method": name, "wape": share}).reset_index())
    return pd.concat(parts, ignore_index=True)


def _judged(
    paid: pd.DataFrame, name: str, actual: Ints, due: Ints, is_overdue: npt.NDArray[np.bool_]
) -> dict[str, Any]:
    said = day_numbers(paid[f"{name}_on"], LATEST)
    error = (actual - said).astype("float64")
    right = np.digitize(actual - due, _BUCKETS, right=True) == np.digitize(
        said - due, _BUCKETS, right=True
    )
    cut = day_numbers(paid["cut_on"], LATEST)
    return {
        "method": name,
        "count": len(paid),
        "mae_days": _mean(np.abs(error)),
        "bias_days": _mean(error),
        "mae_overdue_days": _mean(np.abs(error[is_overdue])),
        "bucket_ratio": _mean(right.astype("float64")),
        "count_past": int((said <= cut).sum()),
    }


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _trial(portfolio: Portfolio, policy: Policy, cut: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    then = portfolio.at(cut)
    items = _with_outcome(then.open_invoices(), portfolio.clearings(cut), cut)
    after = _days_after(items, cut)
    model = hazard.fit(then, policy)
    survivals = [alive for _, alive in model.survival(items)]
    found = summary(cut, survivals, items.index)
    items["is_predictable"] = found["is_predictable"]
    items["hazard_on"] = found["expected_on"]
    items = items.assign(**_plain(then, policy, items))
    parts = [0, *np.cumsum([len(alive) for alive in survivals])]
    pieces = [
        _shares(alive, after[start:end])
        for alive, start, end in zip(survivals, parts, parts[1:], strict=False)
    ]
    items["coverage"] = np.concatenate(pieces) if pieces else np.zeros(0)
    items["paid_30_probability"] = 1 - found["probability_late_30"]
    items["is_judged_30"] = (portfolio.as_of - cut).days >= s.STILL_UNPAID_DAYS
    return items, _weeks(items, after, survivals, cut)


def _with_outcome(items: pd.DataFrame, outcome: pd.DataFrame, cut: date) -> pd.DataFrame:
    items = items.merge(outcome, on="document_key", how="left")
    is_cash = items.pop("is_cash").eq(True)
    cleared = pd.to_datetime(items.pop("cleared_on")).astype("datetime64[s]")
    items["paid_on"] = cleared.where(is_cash)
    items["is_credited"] = cleared.notna() & ~is_cash
    items.insert(0, "cut_on", pd.Timestamp(cut).as_unit("s"))
    items["days_late"] = day_number(cut) - day_numbers(items["due_on"], LATEST)
    return items


def _days_after(items: pd.DataFrame, cut: date) -> Ints:
    """Return how many days after the cut each was paid."""
    paid = day_numbers(items["paid_on"], LATEST)
    return np.where(paid >= LATEST, _NONE, paid - day_number(cut))


def _plain(then: Portfolio, policy: Policy, items: pd.DataFrame) -> dict[str, Any]:
    """Return the dates of the plain rules."""
    known = then.whole().paid_delays(policy)
    rest = known.loc[known["customer_id"].isna()].set_index("company_id")
    own = known.loc[known["customer_id"].notna()].reset_index(drop=True)
    row = rows_of(items, own, KEY)
    due, first = day_numbers(items["due_on"], LATEST), day_number(then.as_of) + 1
    said = {"due_date_on": due}
    for name in ("mean", "median"):
        general = items["company_id"].map(rest[f"{name}_days"]).fillna(0.0).to_numpy("float64")
        values = np.append(own[f"{name}_days"].to_numpy("float64"), 0.0)[row]
        delay = round_half_away(np.where(row >= 0, values, general)).astype("int64")
        said[f"customer_{name}_on"] = due + delay
    return {name: dates(np.maximum(days, first)) for name, days in said.items()}


def _shares(alive: Floats, after: Ints) -> Floats:
    """Return the share of the day of payment that lies between P10 and P90."""
    rows = np.arange(len(after))
    day = np.clip(after, 1, s.HORIZON + 1)
    low = 1 - alive[rows, day - 1]
    high = np.where(day > s.HORIZON, 1.0, 1 - alive[rows, np.minimum(day, s.HORIZON)])
    inside = np.minimum(high, _LEVELS[1]) - np.maximum(low, _LEVELS[0])
    wide = high - low
    share = np.divide(inside, wide, out=np.zeros(len(after)), where=wide > 0)
    return np.where(after < 1, np.nan, np.clip(share, 0.0, 1.0))


def _weeks(
    items: pd.DataFrame, after: Ints, survivals: Sequence[Floats], cut: date
) -> pd.DataFrame:
    """Return the cash of each week and what each method said of it, by currency."""
    starts = np.arange(WEEKS + 1) * 7
    chances = [alive[:, starts[:-1]] - alive[:, starts[1:]] for alive in survivals]
    open_minor = items["open_minor"].to_numpy("float64")
    by_method = {
        "cash": _spread_weeks(after, open_minor),
        "hazard": np.nan_to_num(np.concatenate(chances) if chances else np.zeros((0, WEEKS)))
        * open_minor[:, None],
    }
    for name in METHODS[1:]:
        said = day_numbers(items[f"{name}_on"], LATEST) - day_number(cut)
        by_method[name] = _spread_weeks(said, open_minor)
    currencies = items["currency"].astype("str")
    columns = {}
    for name, cells in by_method.items():
        summed = pd.DataFrame(cells, columns=range(1, WEEKS + 1)).groupby(currencies).sum()
        columns[f"{name}_minor"] = summed.stack()  # noqa: PD013 - melt forgets the order of rows
    frame = pd.DataFrame(columns).rename_axis(["currency", "week"]).reset_index()
    frame.insert(0, "cut_on", pd.Timestamp(cut).as_unit("s"))
    return frame


def _spread_weeks(after: Ints, amounts: Floats) -> Floats:
    """Return each amount in the week of its day, rows × weeks."""
    week = (after - 1) // 7
    cells = np.zeros((len(after), WEEKS))
    is_in = (after >= 1) & (week < WEEKS)
    cells[np.flatnonzero(is_in), week[is_in]] = amounts[is_in]
    return cells
