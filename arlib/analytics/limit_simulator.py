"""What a rule of limits would have done to the past: overruns, sales stopped, exposure avoided.

Day by day on E1, against the limit that the rule gives with only what was known then. The past itself
is replayed as it was: a sale that would have been stopped stays in the exposure of later days, so the
figures are a most, not a forecast. Policy to be reviewed, not a measured result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics.exposure import whole
from arlib.analytics.frames import (
    customers,
    day_numbers,
    truth,
    without_behaviour,
)
from arlib.analytics.limit_evidence import (
    answering,
    company_currency,
    exposures_on,
    month_starts,
)
from arlib.analytics.limit_rules import IN_FORCE, Rule, limit_steps
from arlib.analytics.rates import factors
from arlib.model.portfolio import KEY, window_start

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

__all__ = ["IN_FORCE", "Past", "Rule", "Simulation", "past", "simulate"]

_QUARTER: Final = 3
_SUMS: Final = (
    "days_over",
    "days_limited",
    "count_overruns",
    "count_sold",
    "sold_minor",
    "count_stopped",
    "stopped_minor",
)
TOTALS: Final = (
    "count_limited",
    "limit_minor",
    "customers_over",
    "count_overruns",
    "days_over",
    "count_stopped",
    "stopped_minor",
    "sold_minor",
    "stopped_ratio",
    "customers_late",
    "customers_late_over",
    "avoided_minor",
    "good_sold_minor",
    "good_stopped_minor",
    "good_stopped_ratio",
)


@dataclass(frozen=True, slots=True)
class Past:
    """What is replayed, whatever the rule.

    ``months``: first days, none when the past is too short (``reason``); ``covered_from``: where the
    book begins, when it is what shortens the past. ``customers``: key, ``name, category, currency``
    (the company's), ``customer_no, late_on`` (last day on which an invoice became too late, NaT:
    none), ``knows_late``. ``left_out``: companies without daily data; ``count_no_rate``: customers
    left out for want of a rate.
    """

    months: tuple[date, ...]
    to_on: date
    covered_from: date | None
    reason: str | None
    customers: pd.DataFrame
    left_out: tuple[str, ...]
    count_no_rate: int

    @property
    def from_on(self) -> date | None:
        """Return the first day replayed."""
        return self.months[0] if self.months else None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What one rule would have made of the past.

    ``totals``: one row a currency, columns ``currency`` and ``TOTALS``. ``months``: ``currency,
    month_on, customers_over, days_over, count_overruns, count_stopped, stopped_minor, sold_minor``.
    ``customers``: columns of ``Past.customers`` and ``limit_minor`` (the last one; NaN: none),
    ``days_over, days_limited, count_overruns, peak_minor, avoided_minor, count_sold, sold_minor,
    count_stopped, stopped_minor, is_late``; the most days over first.
    ``avoided_minor``: highest excess of a day before his last invoice that became too late; NaN
    without settlements. ``good``: customers of whom no invoice became too late.
    """

    rule: Rule
    totals: pd.DataFrame
    months: pd.DataFrame
    customers: pd.DataFrame


def past(portfolio: Portfolio, policy: Policy) -> Past:
    """Return what can be replayed: ``simulation_months`` back, a quarter after the book begins."""
    book = whole(portfolio)
    able = answering(book)
    without = tuple(sorted({item.company_id for item in book.companies()} - able))
    wanted = _next_month(window_start(book.as_of, policy.simulation_months))
    begins = [
        item.covers_from or item.first_as_of or book.info.first_date
        for item in book.companies()
        if item.company_id in able
    ]
    starts = [day for day in begins if day is not None]
    covered = max(starts) if starts else None
    first = wanted if covered is None else max(wanted, _after_quarter(covered))
    months = month_starts(first, book.as_of) if starts and first <= book.as_of else ()
    who, lacking = _replayed(book, able, policy, months)
    reason = None
    if not months:
        reason = "insufficient_history" if able else "not_at_this_level"
    return Past(
        months=months,
        to_on=book.as_of,
        covered_from=covered if covered is not None and first > wanted else None,
        reason=reason,
        customers=who,
        left_out=without,
        count_no_rate=lacking,
    )


def simulate(
    portfolio: Portfolio, policy: Policy, rule: Rule, known: Past | None = None
) -> Simulation:
    """Return what ``rule`` would have made of the past (``known``: ``past``, when at hand).

    Raises:
        UserError: ``simulation_rule_invalid``.
    """
    known = known or past(portfolio, policy)
    rule.checked()
    who = known.customers
    if not known.months or who.empty:
        return _nothing(rule, who)
    book = whole(portfolio)
    steps = limit_steps(book, policy, rule, known.months)
    steps = steps.merge(who[[*KEY, "customer_no"]], on=KEY)
    lacking = steps.loc[truth(steps["lacks_rate"]), "customer_no"].unique()
    kept = who.loc[~who["customer_no"].isin(lacking)].reset_index(drop=True)
    steps = steps.loc[~steps["customer_no"].isin(lacking)]
    rows = book.limit_replay(known.months[0], **_parameters(book, known, kept, steps))
    return _summed(rule, kept, steps, rows)


# -- who and how far ----------------------------------------------------------------------------


def _replayed(
    book: Portfolio, able: set[str], policy: Policy, months: tuple[date, ...]
) -> tuple[pd.DataFrame, int]:
    """Return the customers replayed, and how many are left out for want of a rate."""
    everyone = customers(book)
    is_kept = ~everyone["is_collective"] & ~everyone["is_intercompany"]
    who = everyone.loc[is_kept & everyone["company_id"].isin(able), [*KEY, "name", "category"]]
    who = who.assign(currency=who["company_id"].map(company_currency(book)))
    held = exposures_on(book, (book.as_of,))
    lacking = held.loc[truth(held["held_lacks"]), KEY].assign(lacks=1)
    who = who.merge(lacking, on=KEY, how="left")
    count = int(who["lacks"].notna().sum())
    who = who.loc[who.pop("lacks").isna()].reset_index(drop=True)
    who["customer_no"] = np.arange(1, len(who) + 1)
    onsets = pd.DataFrame({name: pd.Series(dtype="str") for name in KEY}).assign(
        late_on=pd.Series(dtype="datetime64[s]")
    )
    if months:
        onsets = book.late_onsets(policy, months[0] - timedelta(days=1))[[*KEY, "late_on"]]
    who = who.merge(onsets.astype(dict.fromkeys(KEY, "str")), on=KEY, how="left")
    who["knows_late"] = ~who["company_id"].isin(without_behaviour(book, policy))
    who["late_on"] = who["late_on"].where(who["knows_late"])
    return who, count


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _after_quarter(day: date) -> date:
    """Return the first of the month that a whole quarter of the book stands before."""
    first = day if day.day == 1 else _next_month(day)
    for _ in range(_QUARTER):
        first = _next_month(first)
    return first


# -- the replay ---------------------------------------------------------------------------------


def _parameters(
    book: Portfolio, known: Past, who: pd.DataFrame, steps: pd.DataFrame
) -> dict[str, tuple[Any, ...]]:
    late = np.where(who["late_on"].notna(), day_numbers(who["late_on"], 0), 0)
    rates = _rates(book, who)
    deltas = _deltas(steps)
    return {
        "companies": tuple(who["company_id"]),
        "codes": tuple(who["customer_id"]),
        "numbers": tuple(who["customer_no"].tolist()),
        "late_days": tuple(late.tolist()),
        "rate_companies": tuple(rates["company_id"]),
        "rate_currencies": tuple(rates["currency"]),
        "rate_factors": tuple(rates["factor"].tolist()),
        "months": known.months,
        "step_customers": tuple(deltas["customer_no"].tolist()),
        "step_days": tuple(deltas["day"].tolist()),
        "step_limits": tuple(deltas["limit"].tolist()),
        "step_flags": tuple(deltas["flag"].tolist()),
    }


def _rates(book: Portfolio, who: pd.DataFrame) -> pd.DataFrame:
    """Return what brings each currency of the book to that of each company, where a rate says it."""
    companies = who[["company_id", "currency"]].drop_duplicates("company_id")
    names = sorted({*book.info.currencies, *companies["currency"]})
    pairs = companies.rename(columns={"currency": "home"}).merge(
        pd.DataFrame({"currency": names}), how="cross"
    )
    pairs["factor"] = factors(book, pairs["company_id"], pairs["currency"], pairs["home"])
    return pairs.dropna(subset=["factor"])


def _deltas(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the limits as changes: ``customer_no, day, limit, flag``, those of 0 left out."""
    order = steps.sort_values(["customer_no", "day"])
    has = order["limit_minor"].notna().astype("int64")
    amount = order["limit_minor"].fillna(0.0).astype("int64")
    number = order["customer_no"]
    found = pd.DataFrame(
        {
            "customer_no": number,
            "day": order["day"].astype("int64"),
            "limit": amount - amount.groupby(number).shift(1, fill_value=0),
            "flag": has - has.groupby(number).shift(1, fill_value=0),
        }
    )
    return found.loc[(found["limit"] != 0) | (found["flag"] != 0)]


def _summed(rule: Rule, who: pd.DataFrame, steps: pd.DataFrame, rows: pd.DataFrame) -> Simulation:
    by_customer = rows.groupby("customer_no")
    sums = by_customer[list(_SUMS)].sum()
    peaks = by_customer[["peak_minor", "avoided_minor"]].max()
    last = steps.sort_values(["customer_no", "day"]).drop_duplicates("customer_no", keep="last")
    frame = who.merge(pd.concat([sums, peaks], axis=1).reset_index(), on="customer_no", how="left")
    frame = frame.merge(last[["customer_no", "limit_minor"]], on="customer_no", how="left")
    counted = [*_SUMS, "peak_minor"]
    frame[counted] = frame[counted].fillna(0).astype("int64")
    frame["is_late"] = frame["late_on"].notna()
    frame["avoided_minor"] = frame["avoided_minor"].astype("float64").fillna(0.0)
    frame["avoided_minor"] = frame["avoided_minor"].where(frame["knows_late"])
    months = rows.merge(who[["customer_no", "currency"]], on="customer_no")
    order = frame.sort_values(
        ["days_over", "peak_minor", *KEY], ascending=[False, False, True, True]
    )
    return Simulation(rule, _totals(frame), _by_month(months), order.reset_index(drop=True))


def _by_month(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.assign(customers_over=(rows["days_over"] > 0).astype("int64"))
    names = ["customers_over", *(name for name in _SUMS if name != "days_limited")]
    sums = rows.groupby(["currency", "month_no"])[names].sum().reset_index()
    number = sums.pop("month_no").to_numpy("int64")
    stamps = (number - 1970 * 12).astype("datetime64[M]").astype("datetime64[s]")
    sums.insert(1, "month_on", stamps)
    return sums


def _totals(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of each currency."""
    is_over, is_good = frame["days_over"] > 0, ~frame["is_late"] & frame["knows_late"]
    parts = frame.assign(
        count_limited=(frame["days_limited"] > 0).astype("int64"),
        customers_over=is_over.astype("int64"),
        customers_late=frame["is_late"].astype("int64"),
        customers_late_over=(is_over & frame["is_late"]).astype("int64"),
        good_sold_minor=frame["sold_minor"].where(is_good, 0),
        good_stopped_minor=frame["stopped_minor"].where(is_good, 0),
    )
    kept = [name for name in TOTALS if not name.endswith("_ratio") and name != "avoided_minor"]
    grouped = parts.groupby("currency")
    found = grouped[kept].sum()
    found["avoided_minor"] = grouped["avoided_minor"].sum(min_count=1)
    found["limit_minor"] = found["limit_minor"].round().astype("int64")
    for name in ("stopped", "good_stopped"):
        below = found[f"{name.removesuffix('stopped')}sold_minor"].astype("float64")
        found[f"{name}_ratio"] = found[f"{name}_minor"] / below.where(below > 0)
    knows = grouped["knows_late"].any()
    for name in TOTALS:
        if name.startswith(("good_", "customers_late")):
            found[name] = found[name].where(knows)
    return found.reset_index()[["currency", *TOTALS]]


def _nothing(rule: Rule, who: pd.DataFrame) -> Simulation:
    """Return that nothing could be replayed."""
    months = ["currency", "month_on", "customers_over", *_SUMS]
    more = [*_SUMS, "peak_minor", "avoided_minor", "limit_minor", "is_late"]
    return Simulation(
        rule,
        pd.DataFrame({name: pd.Series(dtype="float64") for name in ("currency", *TOTALS)}),
        pd.DataFrame({name: pd.Series(dtype="float64") for name in months}),
        who.head(0).assign(**{name: pd.Series(dtype="float64") for name in more}),
    )
