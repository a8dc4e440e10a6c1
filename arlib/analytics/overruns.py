"""Exposure against the limit in force: overrun, use, alert; and the last twelve months of it.

Overrun = max(0, exposure − limit); a limit of 0 is a limit, no limit is never 0 (definitions §2).
Exactly 100 % is not an overrun. The test is per customer, all his currencies in the limit's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from arlib.analytics import limits
from arlib.analytics.exposure import BASES, exposures, whole
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, customers, day_number, first_reason
from arlib.analytics.rates import converted, factors
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class LimitBook:
    """The decisions that concern each customer, and what is in force at the date.

    ``rows``: ``limits.applicable``. ``tested``: the limit tested, one row a customer.
    ``insurer``: the insurer's limit in force. ``expired``: keys whose limits have all ended.
    """

    rows: pd.DataFrame
    tested: pd.DataFrame
    insurer: pd.DataFrame
    expired: pd.DataFrame


def limit_book(portfolio: Portfolio, policy: Policy) -> LimitBook:
    """Return the limits at the date of every customer but collective accounts; worked out once."""
    found = portfolio.kept(f"limit book {policy.version}", lambda: _limit_book(portfolio, policy))
    parts = (found.rows, found.tested, found.insurer, found.expired)
    return LimitBook(*(part.copy(deep=False) for part in parts))


def _limit_book(portfolio: Portfolio, policy: Policy) -> LimitBook:
    who = customers(portfolio)
    who = who.loc[~who["is_collective"], [*KEY, "category"]]
    rows = limits.applicable(portfolio, who)
    asked = who[KEY].assign(day=day_number(portfolio.as_of))
    resolved = limits.resolve(rows, asked)
    return LimitBook(
        rows=rows,
        tested=limits.tested(portfolio, policy, resolved),
        insurer=resolved.loc[resolved["source"] == "insurer"],
        expired=limits.why_none(rows, asked),
    )


def limit_test(
    portfolio: Portfolio, policy: Policy, basis: str, book: LimitBook | None = None
) -> pd.DataFrame:
    """Return one row per customer: limit, exposure in its currency, overrun, use and alert.

    Columns: key, ``limit_minor`` (Int64), ``limit_currency, limit_source, limit_scope,
    limit_change_id, limit_is_current, starts, ends, tested_minor, overrun_minor, headroom_minor``
    (Int64), ``utilisation_ratio``, ``alert``, ``is_over``, ``is_near``, the same ``insurer_…``
    for the insurer's limit, and the ``_reason`` of what is missing. A company of one's own group
    (``is_intercompany``) is measured and never counted: it is neither over nor near.
    """
    book = book or limit_book(portfolio, policy)
    held = exposures(whole(portfolio))
    who = customers(portfolio)[[*KEY, "is_collective", "is_intercompany"]]
    frame = who.merge(book.tested.rename(columns={"source": "limit_source"}), on=KEY, how="left")
    frame = frame.merge(book.expired.assign(has_expired=True), on=KEY, how="left")
    frame = _measured(portfolio, frame, held, BASES[basis])
    frame = _judged(frame, policy)
    return frame.merge(_insurer(portfolio, book, held, BASES[basis]), on=KEY, how="left")


def in_limit_currency(
    portfolio: Portfolio, held: pd.DataFrame, limit: pd.DataFrame, column: str
) -> pd.DataFrame:
    """Return per customer the exposure in the limit's currency, and whether a rate was missing.

    Columns: key, ``tested_minor`` (Int64), ``lacks_rate``. Without a rate only the rows in the
    limit's own currency are summed (architecture §3.6); a customer with none of them is unknown,
    not at zero.
    """
    lines = limit[[*KEY, "limit_currency"]].merge(held[[*KEY, "currency", column]], on=KEY)
    factor = factors(portfolio, lines["company_id"], lines["currency"], lines["limit_currency"])
    lines["tested_minor"] = converted(lines[column], factor)
    has_amount = lines[column].notna()
    lines["lacks_rate"] = has_amount & lines["tested_minor"].isna()
    lines["is_unknown"] = ~has_amount
    by_customer = lines.groupby(KEY, sort=True)
    lacks = by_customer["lacks_rate"].transform("any")
    own = lines["currency"] == lines["limit_currency"]
    lines["tested_minor"] = lines["tested_minor"].where(~lacks | own)
    found = by_customer.agg(lacks_rate=("lacks_rate", "any"), is_unknown=("is_unknown", "any"))
    total = lines.groupby(KEY, sort=True)["tested_minor"].sum(min_count=1)
    found["tested_minor"] = total.astype("Int64").mask(found["is_unknown"])
    return found.reset_index()


def _measured(
    portfolio: Portfolio, frame: pd.DataFrame, held: pd.DataFrame, column: str
) -> pd.DataFrame:
    limited = frame.dropna(subset=["limit_currency"])
    found = in_limit_currency(portfolio, held, limited, column)
    frame = frame.merge(found, on=KEY, how="left")
    frame["lacks_rate"] = frame["lacks_rate"].eq(True)
    return against(frame, "limit_minor", "")


def against(frame: pd.DataFrame, limit: str, prefix: str) -> pd.DataFrame:
    """Add overrun and headroom of ``tested_minor`` against a limit; NA when either is missing."""
    frame[limit] = frame[limit].astype("Int64")
    excess = frame["tested_minor"].astype("Int64") - frame[limit]
    frame[f"{prefix}overrun_minor"] = excess.clip(lower=0)
    frame[f"{prefix}headroom_minor"] = -excess
    return frame


def _judged(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    limit = frame["limit_minor"].astype("Float64").to_numpy("float64", na_value=np.nan)
    held = frame["tested_minor"].astype("Float64").to_numpy("float64", na_value=np.nan)
    frame["use"] = use_ratio(held, limit)
    frame["utilisation_ratio"] = frame["use"].where(np.isfinite(frame["use"]))
    frame["alert"] = alerts(held, limit, policy)
    frame["is_over"] = (frame["overrun_minor"] > 0).fillna(value=False) & ~frame["lacks_rate"]
    frame["is_over"] = frame["is_over"].astype(bool) & ~frame["is_intercompany"]
    frame["is_near"] = (frame["alert"] == "watch") & ~frame["is_over"] & ~frame["is_intercompany"]
    return _with_reasons(frame)


def use_ratio(held: Any, limit: Any) -> Any:
    """Return exposure / limit, floored at 0; infinite on a limit of 0 with exposure; NaN without."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.maximum(held, 0.0) / limit
    ratio = np.where((limit == 0) & (held <= 0), 0.0, ratio)
    return np.where(np.isnan(limit) | np.isnan(held), np.nan, ratio)


def alerts(held: Any, limit: Any, policy: Policy) -> Any:
    """Return none, watch (≥ 80 %), over (> 100 %) or major (> 120 %): the policy's ratios."""
    is_positive = held > 0
    conditions = [
        is_positive & (held > limit * policy.alert_major_ratio),
        is_positive & (held > limit * policy.alert_over_ratio),
        is_positive & (held >= limit * policy.alert_watch_ratio),
    ]
    words = [np.array(word, dtype=object) for word in ("major", "over", "watch")]
    return np.select(conditions, words, default="none").astype(str)


def _with_reasons(frame: pd.DataFrame) -> pd.DataFrame:
    none = frame["limit_minor"].isna()
    ended = none & frame["has_expired"].eq(True)
    frame["limit_reason"] = first_reason(
        frame.index,
        (frame["is_collective"], "not_applicable"),
        (ended, "expired"),
        (none, "no_limit"),
    )
    unknown = frame["tested_minor"].isna()
    tail = [(frame["lacks_rate"], "no_rate"), (unknown, NOT_AT_THIS_LEVEL)]
    same = [(frame["limit_reason"] == word, word) for word in ("not_applicable", "expired")]
    lacks = [*same, (none, "no_limit"), *tail]
    frame["overrun_reason"] = first_reason(frame.index, *lacks)
    infinite = np.isinf(frame["use"])
    frame["utilisation_ratio_reason"] = first_reason(frame.index, *lacks, (infinite, "limit_zero"))
    return frame.drop(columns=["day", "has_expired"])


def _insurer(
    portfolio: Portfolio, book: LimitBook, held: pd.DataFrame, column: str
) -> pd.DataFrame:
    frame = book.insurer[[*KEY, "limit_minor", "limit_currency", "limit_change_id"]]
    frame = frame.merge(in_limit_currency(portfolio, held, frame, column), on=KEY, how="left")
    frame = against(frame, "limit_minor", "")
    names = {
        "limit_minor": "insurer_limit_minor",
        "limit_currency": "insurer_limit_currency",
        "overrun_minor": "insurer_overrun_minor",
    }
    frame = frame.rename(columns=names)[[*KEY, *names.values()]]
    frame = customers(portfolio)[KEY].merge(frame, on=KEY, how="left")
    none = frame["insurer_limit_minor"].isna()
    frame["insurer_limit_reason"] = first_reason(frame.index, (none, "no_limit"))
    frame["insurer_overrun_reason"] = first_reason(
        frame.index, (none, "no_limit"), (frame["insurer_overrun_minor"].isna(), NOT_AT_THIS_LEVEL)
    )
    return frame
