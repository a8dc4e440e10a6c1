"""What a suggested limit rests on, on one or several days: only what was known on each of them.

Amounts are in the company's currency. A customer of whom an amount cannot be converted is marked.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import hazard, limits
from arlib.analytics.exposure import whole
from arlib.analytics.frames import customers, day_number, day_numbers, left_out, truth
from arlib.analytics.rates import converted, factors
from arlib.analytics.score import banded, raw, score
from arlib.analytics.segments import RANK, segments
from arlib.model.portfolio import KEY, month_ends, window_start
from arlib.model.terms import parse_terms

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

AT: Final = ["day", *KEY]
QUARTERS: Final = [f"quarter_{place}_minor" for place in range(1, 5)]
# The early warning of a past day is judged by the plain threshold of the model: one calibrated on
# the whole book would know what came later.
_WARNING: Final = 7.0
_END_OF_MONTH_DAYS: Final = 15  # "30 days end of month" lasts half a month more on average
# What puts a customer on prepayment whatever his invoicing.
PREPAYMENT: Final = {
    "is_insolvent": "insolvency",
    "is_returned": "returned_payment",
    "is_old": "old_invoice",
}


def evidence(portfolio: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    """Return one row per day and individual customer outside our group, filters kept.

    Columns: ``day``, key, ``currency`` (the company's), ``sold_minor`` (net invoicing of twelve
    months), ``annual_minor`` (at the mean of the days covered, a year), ``daily_minor`` (a day's: the larger of
    the mean of twelve months and of the best whole quarter), ``daily_is_quarter``, ``peak_factor``
    (best quarter / mean, at least 1), ``covered_days`` (of the window that the book covers),
    ``terms_days, terms_source`` (invoices, customer, policy), ``habit_days`` (NaN: no payment known),
    ``very_late_probability`` (more than 90 days, a new invoice), ``count_paid, segment, cause``
    (what puts him on prepayment), ``insurer_minor`` (decision in force; NaN: none), ``total_minor``
    (receivables of the company, our group left out), ``outstanding_minor`` (E1), ``lacks_rate``.
    Floats; amounts in minor units.
    """
    book = whole(portfolio)
    frame = _with_terms(invoicing(book, days), book, policy)
    frame = frame.merge(_habits(book, policy, days), on=AT, how="left")
    frame = frame.merge(_classes(book, policy, days), on=AT, how="left")
    frame = frame.merge(_insured(book, days), on=AT, how="left")
    frame = frame.merge(_held(book, days), on=AT, how="left")
    frame["outstanding_minor"] = frame["outstanding_minor"].fillna(0.0)
    frame = frame.merge(_totals(book, days), on=["day", "company_id"], how="left")
    lacks = [truth(frame.pop(name)) for name in ("sales_lack", "insurer_lacks", "held_lacks")]
    frame["lacks_rate"] = lacks[0] | lacks[1] | lacks[2]
    return frame


def invoicing(portfolio: Portfolio, days: tuple[date, ...]) -> pd.DataFrame:
    """Return ``evidence`` as far as the sales go: to ``covered_days``, ``median_terms_days`` and ``sales_lack``.

    ``portfolio``: in its own currencies.
    """
    frame = _everyone(portfolio, days)
    frame = frame.merge(_sales(portfolio, days), on=AT, how="left")
    return _covered(frame, portfolio)


def company_currency(portfolio: Portfolio) -> dict[str, str]:
    """Return the currency of each company of the book."""
    return {item.company_id: item.currency for item in portfolio.info.companies}


def to_company(
    portfolio: Portfolio, frame: pd.DataFrame, column: str, currency: str = "currency"
) -> pd.Series[float]:
    """Return an amount column in the company's currency; NaN without a rate."""
    home = frame["company_id"].map(company_currency(portfolio))
    factor = factors(portfolio, frame["company_id"], frame[currency], home)
    return converted(frame[column], factor).astype("Float64").astype("float64")


def exposures_on(portfolio: Portfolio, days: tuple[date, ...]) -> pd.DataFrame:
    """Return E1 in the company's currency at each day and its peak since the day before.

    One row per day and customer that ever owed something: ``day``, key, ``outstanding_minor``,
    ``peak_minor`` (NaN on the first day: the past is one period), ``held_lacks``.
    """
    moves = portfolio.exposure_periods(days).copy()
    names = [*KEY, "currency"]
    moves["day"] = pd.to_datetime(moves["day"]).astype("datetime64[s]")
    for name in ("moved_minor", "peak_minor"):
        moves[name] = to_company(portfolio, moves, name)
    moves["held_lacks"] = moves["moved_minor"].isna()
    index = pd.MultiIndex.from_frame(moves[names].drop_duplicates())
    stamps = pd.to_datetime(list(days)).astype("datetime64[s]")
    wide = {
        name: moves.pivot_table(
            index=names, columns="day", values=name, aggfunc="sum", dropna=False
        )
        .reindex(index=index, columns=stamps)
        .to_numpy("float64")
        for name in ("moved_minor", "peak_minor")
    }
    level = np.cumsum(np.nan_to_num(wide["moved_minor"]), axis=1)
    opening = np.concatenate([np.full((len(level), 1), np.nan), level[:, :-1]], axis=1)
    peak = np.fmax(opening, wide["peak_minor"])
    peak[:, :1] = np.nan
    rows = index.to_frame(index=False)
    found = rows.loc[rows.index.repeat(len(days))].reset_index(drop=True)
    found["day"] = np.tile(stamps.to_numpy(), len(index))
    found["outstanding_minor"], found["peak_minor"] = level.ravel(), peak.ravel()
    lacking = moves.loc[moves["held_lacks"], names].drop_duplicates().assign(held_lacks=True)
    found = found.merge(lacking, on=names, how="left")
    found["held_lacks"] = truth(found["held_lacks"])
    grouped = found.groupby(AT, sort=False)
    sums = grouped[["outstanding_minor", "peak_minor"]].sum(min_count=1)
    return sums.assign(held_lacks=grouped["held_lacks"].any()).reset_index()


# -- who ----------------------------------------------------------------------------------------


def _everyone(portfolio: Portfolio, days: tuple[date, ...]) -> pd.DataFrame:
    who = customers(portfolio)
    kept = who.loc[~who["is_collective"] & ~who["is_intercompany"], [*KEY, "first_issued_on"]]
    stamps = pd.DataFrame({"day": pd.to_datetime(list(days)).astype("datetime64[s]")})
    frame = stamps.merge(kept, how="cross")
    first = pd.to_datetime(frame.pop("first_issued_on"))
    frame = frame.loc[first.isna() | (first <= frame["day"])].reset_index(drop=True)
    frame["currency"] = frame["company_id"].map(company_currency(portfolio))
    return frame


# -- invoicing and terms ------------------------------------------------------------------------


def _sales(portfolio: Portfolio, days: tuple[date, ...]) -> pd.DataFrame:
    """Return invoicing by quarter in the company's currency, and the terms of most of it."""
    rows = portfolio.limit_sales(days).copy()
    rows["day"] = pd.to_datetime(rows["day"]).astype("datetime64[s]")
    for name in QUARTERS:
        rows[name] = to_company(portfolio, rows, name)
    rows["sales_lack"] = rows[QUARTERS].isna().any(axis=1)
    rows["median_terms_days"] = rows["median_terms_days"].astype("Float64").astype("float64")
    rows = rows.sort_values([*AT, "count_invoices"], ascending=[True, True, True, False])
    return (
        rows.groupby(AT, sort=False)
        .agg(
            **{name: (name, "sum") for name in QUARTERS},
            median_terms_days=("median_terms_days", "first"),
            sales_lack=("sales_lack", "any"),
        )
        .reset_index()
    )


def _covered(frame: pd.DataFrame, portfolio: Portfolio) -> pd.DataFrame:
    """Add the sales of a day: the mean of the window covered, or the best whole quarter."""
    for name in QUARTERS:
        frame[name] = frame[name].fillna(0.0)
    starts = {
        item.company_id: item.covers_from or portfolio.info.first_date
        for item in portfolio.companies()
        if item.level != "C"
    }
    begun = day_numbers(frame["company_id"].map(starts), -(10**6))
    day = day_numbers(frame["day"], 0)
    days = {stamp.date(): None for stamp in frame["day"].drop_duplicates()}
    edges = np.array(
        [[day_number(window_start(d, 3 * place)) for place in range(5)] for d in days],
        dtype="int64",
    ).reshape(len(days), 5)
    places = pd.Index([day_number(d) for d in days]).get_indexer(pd.Index(day))
    cuts = edges[places] if len(frame) else np.zeros((0, 5), dtype="int64")
    lengths = cuts[:, :-1] - cuts[:, 1:]
    is_whole = cuts[:, 1:] + 1 >= begun[:, None]
    sold = frame[QUARTERS].to_numpy("float64")
    covered = np.clip(day - np.maximum(cuts[:, 4], begun - 1), lengths[:, 0], day - cuts[:, 4])
    mean = sold.sum(axis=1) / np.maximum(covered, 1)
    quarters = np.where(is_whole, sold / np.maximum(lengths, 1), -np.inf).max(
        axis=1, initial=-np.inf
    )
    frame["annual_minor"] = np.maximum(mean, 0.0) * 365.0
    frame["daily_minor"] = np.maximum(np.maximum(mean, quarters), 0.0)
    frame["daily_is_quarter"] = quarters > mean
    with np.errstate(divide="ignore", invalid="ignore"):
        peak = np.where(mean > 0, frame["daily_minor"] / mean, 1.0)
    frame["peak_factor"] = np.maximum(peak, 1.0)
    frame["covered_days"] = covered.astype("float64")
    frame["sold_minor"] = sold.sum(axis=1)
    return frame.drop(columns=QUARTERS)


def _with_terms(frame: pd.DataFrame, portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Add the days of credit granted: the median of his invoices, else his terms, else ours."""
    written = customers(portfolio)[[*KEY, "terms"]]
    known = {text: _days_of(text) for text in written["terms"].dropna().unique()}
    frame = frame.merge(written, on=KEY, how="left")
    given = frame.pop("terms").map(known).astype("float64")
    usual = _days_of(policy.default_terms)
    median = frame.pop("median_terms_days").clip(lower=0)
    frame["terms_days"] = median.fillna(given).fillna(usual)
    source = np.where(median.notna(), "invoices", np.where(given.notna(), "customer", "policy"))
    frame["terms_source"] = source
    return frame


def _days_of(text: str) -> float:
    """Return the days of credit that written terms give on average; NaN when not understood."""
    terms = parse_terms(text)
    if terms is None:
        return float("nan")
    return float(terms.days + (0 if terms.kind == "NET" else _END_OF_MONTH_DAYS))


# -- behaviour ----------------------------------------------------------------------------------


def _habits(portfolio: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    known = hazard.described(portfolio, policy, days)
    found = known[[*AT, "habit_days", "very_late_probability", "count_paid"]].copy()
    found["day"] = pd.to_datetime(found["day"]).astype("datetime64[s]")
    return found


def _classes(portfolio: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    """Return ``segment`` and ``cause`` of prepayment of each day, by the policy's method."""
    if policy.segmentation_method == "rules":
        return pd.concat([_by_rules(portfolio, policy, day) for day in days], ignore_index=True)
    frame = _scored(portfolio, policy, days)
    cause = pd.Series(pd.NA, index=frame.index, dtype="str")
    for flag, word in reversed(PREPAYMENT.items()):
        cause = cause.mask(frame[flag], word)
    frame["cause"] = cause.where(frame["segment"] == "high_risk")
    return frame[[*AT, "segment", "cause"]]


def _scored(portfolio: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    if days == (portfolio.as_of,):
        stamp = np.datetime64(portfolio.as_of, "s")
        return score(portfolio, policy).assign(day=stamp)
    frame = banded(raw(portfolio, policy, policy.warning_threshold or _WARNING, days), policy)
    fixed = portfolio.overrides(days)[[*AT, "segment"]]
    fixed["day"] = pd.to_datetime(fixed["day"]).astype("datetime64[s]")
    frame = frame.merge(fixed, on=AT, how="left")
    frame["segment"] = frame["segment"].fillna(frame["computed_segment"])
    return frame


def _by_rules(portfolio: Portfolio, policy: Policy, day: date) -> pd.DataFrame:
    book = portfolio if day == portfolio.as_of else portfolio.at(day)
    frame = segments(book, policy)
    frame["_rank"] = frame["segment"].map(RANK)
    worst = frame.sort_values([*KEY, "_rank"], ascending=[True, True, False]).drop_duplicates(KEY)
    names = {"insolvency": "insolvency", "old_amount": "old_invoice"}
    cause = worst["rule"].map(names).where(worst["segment"] == "high_risk")
    fixed = book.overrides()[[*KEY, "segment"]].rename(columns={"segment": "fixed"})
    found = worst[[*KEY, "segment"]].assign(cause=cause, day=np.datetime64(day, "s"))
    found = found.merge(fixed, on=KEY, how="left")
    found["cause"] = found["cause"].where(found["fixed"].isna())
    found["segment"] = found.pop("fixed").fillna(found["segment"])
    return found


# -- insurer, receivables -----------------------------------------------------------------------


def _insured(portfolio: Portfolio, days: tuple[date, ...]) -> pd.DataFrame:
    """Return the insurer's decision in force on each day; a refusal is 0."""
    who = customers(portfolio)
    who = who.loc[~who["is_collective"], [*KEY, "category"]]
    rows = limits.applicable(portfolio, who)
    rows = rows.loc[rows["source"] == "insurer"]
    numbers = pd.DataFrame({"day": [day_number(day) for day in days]})
    concerned = who[KEY].merge(rows[KEY].drop_duplicates(), on=KEY)
    found = limits.resolve(rows, concerned.merge(numbers, how="cross"))
    found = found.loc[~found["limit_is_current"].astype(bool)]
    found["insurer_minor"] = to_company(portfolio, found, "limit_minor", "limit_currency")
    found["insurer_lacks"] = found["insurer_minor"].isna()
    found["day"] = pd.to_datetime(found["day"], unit="D").astype("datetime64[s]")
    return found[[*AT, "insurer_minor", "insurer_lacks"]].drop_duplicates(AT)


def _held(portfolio: Portfolio, days: tuple[date, ...]) -> pd.DataFrame:
    return exposures_on(portfolio, days)[[*AT, "outstanding_minor", "held_lacks"]]


def _totals(portfolio: Portfolio, days: tuple[date, ...]) -> pd.DataFrame:
    """Return the receivables of each company on each day, whatever the filters, our group out."""
    book = portfolio.whole()
    held = exposures_on(book, days)
    own = customers(book)
    own = own.loc[own["is_intercompany"], KEY]
    held = held.merge(own.assign(out=1), on=KEY, how="left")
    kept = held.loc[held["out"].isna()]
    found = kept.groupby(["day", "company_id"])["outstanding_minor"].sum().rename("total_minor")
    return found.reset_index()


def answering(portfolio: Portfolio) -> set[str]:
    """Return the companies whose exposure is known day by day: not one list of open items alone."""
    without = left_out(portfolio, frozenset({"C"})) - portfolio.inferred_companies()
    return {item.company_id for item in portfolio.companies()} - without


def month_starts(first: date, last: date) -> tuple[date, ...]:
    """Return the first days of the months from that of ``first`` to that of ``last``."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    ends = month_ends(last, count + 1)
    return tuple(end + timedelta(days=1) for end in ends[:-1])
