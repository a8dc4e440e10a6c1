"""Disputes (definitions §14): what is contested, why, since when, and how it ended.

A dispute opened in a file or by hand counts from the day it was opened until the day it was closed. A
partial one leaves the rest of the invoice collectable. What several disputes claim of one invoice
never exceeds what is open of it: the first opened is served first. Windows are 12 months back from
the date.

Example: 100 and 50 claimed of an invoice of which 120 is open: 100 and 20 are in dispute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import ratio
from arlib.model.dispute_words import dispute_code, verdict
from arlib.model.portfolio import KEY, Portfolio, window_start

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_CODE: Final = "none"
_MONTHS: Final = 12
_WORDS: Final = (
    *KEY, "name", "document_id", "number", "currency", "dispute_id", "source", "reason", "owner",
    "outcome", "author", "text",
)  # fmt: skip
_DATES: Final = ("issued_on", "due_on", "opened_on", "started_on", "target_on", "closed_on")
_COLUMNS: Final = [
    *KEY, "name", "dispute_id", "document_id", "number", "currency", "code", "reason",
    "disputed_minor", "opened_minor", "open_minor", "document_minor", "overdue_disputed_minor",
    "owner", "issued_on", "due_on", "opened_on", "target_on", "closed_on", "outcome", "verdict",
    "age_days", "resolution_days", "is_open", "is_target_late", "source", "author", "recorded_at",
    "text",
]  # fmt: skip


def disputes(portfolio: Portfolio) -> pd.DataFrame:
    """Return every dispute known by the date, one row a dispute, open ones first, then the latest.

    Columns: key, ``name, dispute_id, document_id, number, currency, code`` (of §14; NA: the file says
    none of them, ``reason`` keeps its words), ``disputed_minor`` (in dispute at the date; 0 once
    closed or settled), ``opened_minor`` (on the day it opened), ``open_minor, document_minor`` (of the
    invoice), ``overdue_disputed_minor, owner, issued_on, due_on, opened_on`` (NaT: undated),
    ``target_on, closed_on`` (NaT: goes on), ``outcome, verdict`` (founded, unfounded, NA),
    ``age_days`` (of an open dated one), ``resolution_days`` (of a closed dated one), ``is_open`` (goes
    on and something is left of it), ``is_target_late, source`` (file, user), ``author, recorded_at,
    text``.
    """
    return portfolio.derived("disputes", lambda: _disputes(portfolio))


def open_disputes(portfolio: Portfolio) -> pd.DataFrame:
    """Return the disputes open at the date, columns as ``disputes``."""
    found = disputes(portfolio)
    return found.loc[found["is_open"]].reset_index(drop=True)


def by_code(portfolio: Portfolio) -> pd.DataFrame:
    """Return disputes by cause and currency, the largest open amount first.

    Columns: ``currency, code`` (``none``: not said, or not recognised), ``count_open, open_minor,
    overdue_minor`` (past due at the date), ``mean_age_days``; over 12 months ``count_opened,
    opened_minor, count_closed, mean_resolution_days, count_judged, founded_ratio`` (the customer was
    right, over outcomes that say). Means and ratios are NaN without a case.
    """
    found = _coded(portfolio)
    return _measured(portfolio, found, ["currency", "code"]).sort_values(
        ["currency", "open_minor", "opened_minor", "code"],
        ascending=[True, False, False, True],
        ignore_index=True,
    )


def in_all(portfolio: Portfolio) -> pd.DataFrame:
    """Return the same by ``currency`` alone."""
    return _measured(portfolio, _coded(portfolio), ["currency"])


def by_month(portfolio: Portfolio) -> pd.DataFrame:
    """Return disputes opened and closed in the last 12 months, by month and code.

    Columns: ``month_on, currency, code, count_opened, opened_minor, count_closed, closed_minor``;
    only months and codes with a case.
    """
    found = _coded(portfolio)
    start = pd.Timestamp(window_start(portfolio.as_of, _MONTHS))
    parts = []
    for event, day in (("opened", "opened_on"), ("closed", "closed_on")):
        rows = found.loc[found[day] > start]
        month = rows[day].dt.to_period("M").dt.start_time.astype("datetime64[s]")
        frame = rows[["currency", "code"]].assign(month_on=month)
        frame[f"count_{event}"], frame[f"{event}_minor"] = 1, rows["opened_minor"]
        parts.append(frame)
    names = ["count_opened", "opened_minor", "count_closed", "closed_minor"]
    both = pd.concat(parts, ignore_index=True).reindex(
        columns=["month_on", "currency", "code", *names]
    )
    both[names] = both[names].fillna(0).astype("int64")
    return both.groupby(["month_on", "currency", "code"])[names].sum().reset_index()


def _disputes(portfolio: Portfolio) -> pd.DataFrame:
    found = portfolio.disputes()
    found = found.astype(dict.fromkeys(_WORDS, "str"))
    for name in _DATES:
        found[name] = pd.to_datetime(found[name]).astype("datetime64[s]")
    day = pd.Timestamp(portfolio.as_of)
    goes_on = found["closed_on"].isna()
    held = _shares(found, "document_disputed_minor", goes_on)
    overdue = held.where(found["due_on"] < day, 0)
    codes = {words: dispute_code(words) for words in found["reason"].dropna().unique()}
    verdicts = {words: verdict(words) for words in found["outcome"].dropna().unique()}
    is_open = goes_on & (found["open_minor"] > 0)
    found = found.assign(
        code=found["reason"].map(codes).astype("str"),
        verdict=found["outcome"].map(verdicts).astype("str"),
        disputed_minor=held,
        opened_minor=_opening(found),
        overdue_disputed_minor=overdue,
        age_days=_days(day, found["opened_on"]).where(is_open),
        resolution_days=_days(found["closed_on"], found["opened_on"]),
        is_open=is_open,
        is_target_late=(is_open & (found["target_on"] < day)).astype("bool"),
    )
    return found[_COLUMNS]


def _shares(found: pd.DataFrame, whole: str, kept: pd.Series[bool]) -> pd.Series[int]:
    """Share out what is in dispute of each invoice among its disputes, the first opened first."""
    rows = found.loc[kept].sort_values(["started_on", "dispute_id"], kind="stable")
    reach = rows.groupby("document_id")["claimed_minor"].cumsum()
    before = (reach - rows["claimed_minor"]).clip(upper=rows[whole])
    part = reach.clip(upper=rows[whole]) - before
    return part.reindex(found.index).fillna(0).astype("int64")


def _opening(found: pd.DataFrame) -> pd.Series[int]:
    """Return what each dispute took of its invoice the day it opened: its claim at most."""
    return found[["claimed_minor", "start_disputed_minor"]].min(axis=1).astype("int64")


def _days(end: Any, start: pd.Series[Any]) -> pd.Series[Any]:
    found: pd.Series[Any] = (end - start).dt.days.astype("Int64")
    return found


def _coded(portfolio: Portfolio) -> pd.DataFrame:
    found = disputes(portfolio)
    return found.assign(code=found["code"].fillna(NO_CODE))


def _measured(portfolio: Portfolio, found: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return counts, amounts, ages, resolution and founded rate by some columns."""
    start = pd.Timestamp(window_start(portfolio.as_of, _MONTHS))
    is_closed = found["closed_on"] > start
    is_opened = found["opened_on"] > start
    is_judged = is_closed & found["verdict"].notna()
    zero = pd.Series(np.zeros(len(found), dtype="int64"), index=found.index)
    frame = found[list(by)].assign(
        count_open=found["is_open"].astype("int64"),
        open_minor=found["disputed_minor"],
        overdue_minor=found["overdue_disputed_minor"],
        open_days=found["age_days"].fillna(0).astype("int64"),
        open_dated=found["age_days"].notna().astype("int64"),
        count_opened=is_opened.astype("int64"),
        opened_minor=found["opened_minor"].where(is_opened, zero),
        count_closed=is_closed.astype("int64"),
        closed_days=found["resolution_days"].where(is_closed).fillna(0).astype("int64"),
        closed_dated=(is_closed & found["resolution_days"].notna()).astype("int64"),
        count_judged=is_judged.astype("int64"),
        count_founded=(is_judged & (found["verdict"] == "founded")).astype("int64"),
    )
    sums = frame.groupby(list(by)).sum().reset_index()
    sums["mean_age_days"] = ratio(sums["open_days"], sums["open_dated"])
    sums["mean_resolution_days"] = ratio(sums["closed_days"], sums["closed_dated"])
    sums["founded_ratio"] = ratio(sums["count_founded"], sums["count_judged"])
    return sums[[*by, *_MEASURES]]


_MEASURES: Final = (
    "count_open",
    "open_minor",
    "overdue_minor",
    "mean_age_days",
    "count_opened",
    "opened_minor",
    "count_closed",
    "mean_resolution_days",
    "count_judged",
    "count_founded",
    "founded_ratio",
)
