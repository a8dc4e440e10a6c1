"""How often and how long customers stood over their limit, from daily exposure and limits.

Exposure is E1, day by day (``exposure_steps``); the limit is the one in force that day. A stretch
is a run of days with one exposure and one limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics import limits
from arlib.analytics.exposure import whole
from arlib.analytics.frames import (
    dates,
    day_number,
    day_numbers,
    gathered,
    round_half_away,
)
from arlib.analytics.rates import factors
from arlib.model.portfolio import KEY, month_ends

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_LINE: Final = [*KEY, "member", "currency"]


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of every limited customer over [start, as_of].

    ``rows``: key, ``begin``, ``end`` (days since 1970, end excluded), ``excess`` (exposure − limit
    in minor units of ``limit_currency``, −inf without a limit), ``is_over``. No gap, sorted.
    ``lacks_rate``: keys left out because a rate is missing.
    """

    start: int
    rows: pd.DataFrame
    lacks_rate: pd.DataFrame


def stretches(
    portfolio: Portfolio,
    policy: Policy,
    start: date,
    rows: pd.DataFrame,
    source: str | None = None,
    members: pd.DataFrame | None = None,
) -> Stretches:
    """Return the stretches since ``start`` against the tested limit, or one source's.

    ``rows``: the decisions that concern each customer (``limits.applicable``). With ``members``
    (key, ``group_id``) they are those of groups (``limits.for_groups``): ``customer_id`` is the group.
    """
    if source is not None:
        rows = rows.loc[rows["source"] == source]
    first, last = day_number(start), day_number(portfolio.as_of)
    timeline = _limit_steps(portfolio, policy, rows, first, last)
    steps = _exposure_steps(portfolio, timeline, start, members)
    lacks = pd.concat(
        [timeline.loc[timeline["limit"].isna(), KEY], steps.loc[steps["level"].isna(), KEY]]
    )
    lacks = lacks.drop_duplicates()
    cut = _cut(timeline, steps, last)
    cut = cut.merge(lacks.assign(out=1), on=KEY, how="left")
    return Stretches(first, cut.loc[cut["out"].isna()].drop(columns="out"), lacks)


def history(found: Stretches) -> pd.DataFrame:
    """Return one row per limited customer over (start, as_of].

    Columns: key, ``overrun_days_12m``, ``overrun_count_12m`` (runs of days), ``since_day`` (first
    day of the run that lasts at as_of; 0 when none), ``is_since_start`` (that run began before),
    ``overrun_peak_12m_minor`` (largest excess of a day), ``overrun_mean_12m_minor`` (mean excess of
    the days over; NA without one).
    """
    rows = found.rows.copy()
    rows["begin"] = rows["begin"].clip(lower=found.start + 1)
    rows = rows.loc[rows["begin"] < rows["end"]]
    before = rows.groupby(KEY)["is_over"].shift(1, fill_value=False)
    rows["days"] = np.where(rows["is_over"], rows["end"] - rows["begin"], 0)
    rows["starts_run"] = rows["is_over"] & ~before.astype(bool)
    rows["run_begin"] = (
        rows["begin"]
        .where(rows["starts_run"])
        .groupby([rows["company_id"], rows["customer_id"]])
        .ffill()
    )
    rows["peak"] = rows["excess"].where(rows["is_over"], 0.0)
    rows["sum"] = rows["peak"] * rows["days"]
    by_customer = rows.groupby(KEY, sort=True)
    result = by_customer.agg(
        overrun_days_12m=("days", "sum"),
        overrun_count_12m=("starts_run", "sum"),
        overrun_peak_12m_minor=("peak", "max"),
        overrun_mean_12m_minor=("sum", "sum"),
        is_over=("is_over", "last"),
        run_begin=("run_begin", "last"),
    ).reset_index()
    result["since_day"] = result["run_begin"].where(result["is_over"]).fillna(0).astype("int64")
    result["is_since_start"] = result["since_day"] == found.start + 1
    days = result["overrun_days_12m"].where(result["overrun_days_12m"] > 0)
    mean = np.floor(result["overrun_mean_12m_minor"] / days + 0.5)  # an excess is positive
    result["overrun_mean_12m_minor"] = mean.astype("Float64").astype("Int64")
    ints = ["overrun_days_12m", "overrun_count_12m", "overrun_peak_12m_minor"]
    result[ints] = result[ints].round().astype("Int64")
    return result.drop(columns=["is_over", "run_begin"])


def with_true_start(
    portfolio: Portfolio,
    policy: Policy,
    past: pd.DataFrame,
    rows: pd.DataFrame,
    source: str | None = None,
    members: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return ``history`` with the real first day of runs older than the window.

    The book is read from its beginning only when some customer needs it.
    """
    needy = past.loc[past["is_since_start"], KEY]
    first = portfolio.info.first_date
    if needy.empty or first is None:
        return past
    older = stretches(portfolio, policy, first, rows.merge(needy, on=KEY), source, members)
    longer = history(older)[[*KEY, "since_day"]]
    past = past.merge(longer.rename(columns={"since_day": "true_day"}), on=KEY, how="left")
    past["since_day"] = past["true_day"].where(past["is_since_start"]).fillna(past["since_day"])
    return past.drop(columns="true_day").astype({"since_day": "int64"})


def without(found: Stretches, keys: pd.DataFrame) -> Stretches:
    """Return the stretches of every customer but some."""
    marked = found.rows.merge(keys.assign(out=1), on=KEY, how="left")
    kept = marked.loc[marked["out"].isna()].drop(columns="out")
    return Stretches(found.start, kept, found.lacks_rate)


def months_over(found: Stretches, as_of: date, months: int = 12) -> pd.DataFrame:
    """Return ``company_id, customer_id, month_on, days_over`` of customers over at least a day."""
    ends = [day_number(day) for day in month_ends(as_of, months + 1)]
    over = found.rows.loc[found.rows["is_over"]]
    begin = np.maximum(over["begin"].to_numpy()[:, None], np.array(ends[:-1]) + 1)
    end = np.minimum(over["end"].to_numpy()[:, None], np.array(ends[1:]) + 1)
    days = pd.DataFrame(np.maximum(end - begin, 0), columns=dates(np.array(ends[:-1]) + 1))
    days[KEY] = over[KEY].to_numpy()
    totals = days.groupby(KEY, sort=True).sum()
    totals = totals.loc[totals.sum(axis=1) > 0]
    return gathered(totals, "month_on", "days_over").astype({"days_over": "int64"})


def counts_over(found: Stretches, days: Sequence[date]) -> list[int]:
    """Return how many customers stood over their limit at each date."""
    over = found.rows.loc[found.rows["is_over"]]
    begin, end = over["begin"].to_numpy(), over["end"].to_numpy()
    numbers = [day_number(day) for day in days]
    return [int(((begin <= number) & (number < end)).sum()) for number in numbers]


def _limit_steps(
    portfolio: Portfolio, policy: Policy, rows: pd.DataFrame, first: int, last: int
) -> pd.DataFrame:
    """Return (customer, day, limit, limit_currency): the limit from that day on.

    ``limit`` is inf without a limit, NaN when its currency cannot be converted to the reference.
    """
    asked = limits.breakpoints(rows, first, last)
    asked = pd.concat([asked, asked[KEY].drop_duplicates().assign(day=last)]).drop_duplicates()
    found = limits.tested(portfolio, policy, limits.resolve(rows, asked))
    reference = found.sort_values("day").drop_duplicates(KEY, keep="last")
    frame = asked.merge(found[[*KEY, "day", "limit_minor", "limit_currency"]], how="left")
    frame = frame.merge(
        reference[[*KEY, "limit_currency"]].rename(columns={"limit_currency": "reference"}), on=KEY
    )
    own = frame["limit_currency"].fillna(frame["reference"])
    factor = factors(portfolio, frame["company_id"], own, frame["reference"])
    amount = frame["limit_minor"].astype("Float64").to_numpy("float64", na_value=np.inf)
    frame["limit"] = amount * factor
    columns = [*KEY, "day", "limit", "reference"]
    return frame[columns].sort_values([*KEY, "day"], ignore_index=True)


def _exposure_steps(
    portfolio: Portfolio, timeline: pd.DataFrame, start: date, members: pd.DataFrame | None
) -> pd.DataFrame:
    """Return (customer, day, level): exposure in the reference currency of the customer's limit."""
    book = whole(portfolio)
    steps = book.exposure_steps(start)
    if members is not None:
        steps = steps.merge(members, on=KEY)
        steps = steps.rename(columns={"customer_id": "member", "group_id": "customer_id"})
    else:
        steps = steps.assign(member=steps["customer_id"])
    steps = steps.merge(timeline[[*KEY, "reference"]].drop_duplicates(KEY), on=KEY)
    steps["day"] = day_numbers(steps["day"], 0)
    steps = steps.sort_values([*_LINE, "day"])
    level = _converted(book, steps)
    before = level.groupby([steps[name] for name in _LINE]).shift(1, fill_value=0.0)
    steps["delta"] = level - before
    daily = steps.groupby([*KEY, "day"], sort=True)["delta"].sum(min_count=1, skipna=False)
    frame = daily.reset_index()
    frame["level"] = frame.groupby(KEY)["delta"].cumsum(skipna=False)
    return frame[[*KEY, "day", "level"]]


def _converted(book: Portfolio, steps: pd.DataFrame) -> pd.Series[float]:
    """Return each level in the reference currency, rounded as the test at a date rounds it.

    NaN without a rate; nothing owed needs none.
    """
    factor = factors(book, steps["company_id"], steps["currency"], steps["reference"])
    level = steps["exposure_minor"].to_numpy("float64")
    return pd.Series(np.where(level == 0, 0.0, round_half_away(level * factor)), steps.index)


def _cut(timeline: pd.DataFrame, steps: pd.DataFrame, last: int) -> pd.DataFrame:
    """Return stretches: both step functions side by side, each carried forward."""
    keys = [*KEY, "day"]
    points = timeline[[*keys, "limit"]].merge(steps, on=keys, how="outer").sort_values(keys)
    by_customer = points.groupby(KEY, sort=False)
    points["limit"] = by_customer["limit"].ffill()
    points["level"] = by_customer["level"].ffill().fillna(0.0)
    points["end"] = by_customer["day"].shift(-1, fill_value=last + 1)
    points["excess"] = _rounded(points["level"]) - _rounded(points["limit"])
    points["is_over"] = points["excess"] > 0
    return points.rename(columns={"day": "begin"}).drop(columns=["limit", "level"])


def _rounded(values: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Return whole minor units (a conversion leaves a fraction); infinity stays."""
    return np.floor(values.to_numpy("float64") + 0.5)
