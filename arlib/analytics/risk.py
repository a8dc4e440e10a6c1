"""The risk table: exposure, limit, overrun, its history and the mean delay, joined per customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.behaviour import behaviour, sorted_worst_first
from arlib.analytics.exposure import BASES, exposures
from arlib.analytics.frames import (
    IDENTITY,
    NOT_AT_THIS_LEVEL,
    customers,
    dates,
    first_reason,
    left_out,
    without_behaviour,
)
from arlib.analytics.group_overruns import PAST, by_customer, group_test
from arlib.analytics.overrun_history import (
    Stretches,
    history,
    stretches,
    with_true_start,
    without,
)
from arlib.analytics.overruns import LimitBook, limit_book, limit_test
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

HISTORY_MONTHS: Final = 12
# A customer is over his limit again and again from this many times in twelve months.
RECURRENT_COUNT: Final = 2
_INSURER_PAST: Final = [f"insurer_{name}" for name in PAST]


@dataclass(frozen=True, slots=True)
class RiskTable:
    """``rows``: one per company, customer and currency, largest overrun first.

    ``stretches``: daily overruns against the tested limit over twelve months, companies of one's
    own group left out. ``groups``: ``group_overruns.group_test``.
    """

    rows: pd.DataFrame
    stretches: Stretches
    groups: pd.DataFrame


def risk_table(portfolio: Portfolio, policy: Policy, basis: str) -> RiskTable:
    """Return the risk table on a basis of exposure (columns: see ``arlib.views.risk``); worked out once."""
    name = f"risk table {policy.version} {basis}"
    found = portfolio.kept(name, lambda: _risk_table(portfolio, policy, basis))
    rows, groups = found.rows.copy(deep=False), found.groups.copy(deep=False)
    return RiskTable(rows, found.stretches, groups)


def _risk_table(portfolio: Portfolio, policy: Policy, basis: str) -> RiskTable:
    book = limit_book(portfolio, policy)
    start = portfolio.window_start(HISTORY_MONTHS)
    tested = stretches(portfolio, policy, start, book.rows)
    frame = _rows(portfolio, policy, basis, book)
    frame = frame.merge(_past(portfolio, policy, book, tested), on=KEY, how="left")
    groups = group_test(portfolio, policy, basis, HISTORY_MONTHS)
    frame = frame.merge(by_customer(portfolio, groups), on=KEY, how="left")
    cannot = frame["company_id"].isin(
        left_out(portfolio, frozenset({"C"})) - portfolio.inferred_companies()
    )
    frame = _said(frame, basis, cannot)
    own = frame.loc[frame["is_intercompany"], KEY].drop_duplicates()
    return RiskTable(_sorted(_flagged(frame)), without(tested, own), groups)


def _rows(portfolio: Portfolio, policy: Policy, basis: str, book: LimitBook) -> pd.DataFrame:
    """Return identity, exposures, mean delay and the test of the limit."""
    frame = exposures(portfolio)
    frame["exposure_minor"] = frame[BASES[basis]].astype("Int64")
    for name in ("exposure", "e2", "e3", "e4"):
        missing = frame[f"{name}_minor"].isna()
        frame[f"{name}_reason"] = first_reason(frame.index, (missing, NOT_AT_THIS_LEVEL))
    who = customers(portfolio)[[*KEY, *IDENTITY, "group_id"]]
    frame = who.merge(frame, on=KEY).merge(_delays(portfolio, policy), on=KEY_CURRENCY, how="left")
    frame["is_history_short"] = frame["is_history_short"].ne(other=False)
    cannot = frame["company_id"].isin(without_behaviour(portfolio, policy))
    for name in ("mean_delay_days", "weighted_delay_days"):
        why = (frame[name].isna(), "no_history")
        frame[f"{name}_reason"] = first_reason(frame.index, (cannot, NOT_AT_THIS_LEVEL), why)
    tested = limit_test(portfolio, policy, basis, book)
    tested["limit_valid_from"] = dates(tested.pop("starts").fillna(0).astype("int64"))
    tested["limit_valid_to"] = dates(tested.pop("ends").fillna(0).astype("int64"))
    no_limit = tested["limit_minor"].isna()
    for name in ("limit_valid_from", "limit_valid_to"):
        tested[name] = tested[name].mask(no_limit)
    return frame.merge(tested, on=KEY, how="left")


def _delays(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    wanted = ["weighted_delay_open_days", "weighted_delay_days", "is_history_short"]
    frame = behaviour(portfolio, policy)[[*KEY_CURRENCY, *wanted]]
    return frame.rename(columns={"weighted_delay_open_days": "mean_delay_days"})


def _past(portfolio: Portfolio, policy: Policy, book: LimitBook, tested: Stretches) -> pd.DataFrame:
    """Return the last twelve months against the tested limit and against the insurer's."""
    own = with_true_start(portfolio, policy, history(tested), book.rows)
    names = dict(zip(PAST, _INSURER_PAST, strict=True)) | {"since_day": "insurer_day"}
    other = _against_insurer(portfolio, policy, book).rename(columns=names)
    other = other[[*KEY, *names.values()]]
    past = own.merge(other, on=KEY, how="outer")
    days = {"since_day": "overrun_since", "insurer_day": "insurer_overrun_since"}
    for day, name in days.items():
        number = past.pop(day).fillna(0).astype("int64")
        past[name] = pd.Series(dates(number), index=past.index).mask(number == 0)
    return past.drop(columns="is_since_start")


def _against_insurer(portfolio: Portfolio, policy: Policy, book: LimitBook) -> pd.DataFrame:
    """Return the history against the insurer's limits, empty when there is none."""
    rows = book.rows.loc[book.rows["source"] == "insurer"]
    if rows.empty:
        nothing = rows[KEY].assign(**dict.fromkeys([*PAST, "since_day"], 0))
        return nothing.astype(dict.fromkeys(PAST, "Int64") | {"since_day": "int64"})
    start = portfolio.window_start(HISTORY_MONTHS)
    past = history(stretches(portfolio, policy, start, rows, "insurer"))
    return with_true_start(portfolio, policy, past, rows, "insurer")


def _said(frame: pd.DataFrame, basis: str, cannot: pd.Series[bool]) -> pd.DataFrame:
    """Keep the past where it can be said, with the reason elsewhere.

    Daily exposure is E1: on another basis "since when" and "how often" would answer a question
    that was not asked.
    """
    is_other_basis = pd.Series(basis != "E1", index=frame.index)
    unsaid = cannot | is_other_basis
    untested = unsaid | frame["limit_minor"].isna() | frame["lacks_rate"]
    for name in (*PAST, *_INSURER_PAST):
        hidden = unsaid if name.startswith("insurer") else untested
        frame[name] = frame[name].astype("Int64").mask(hidden)
    frame["overrun_since"] = frame["overrun_since"].mask(untested)
    frame["insurer_overrun_since"] = frame["insurer_overrun_since"].mask(unsaid)
    why = [
        (frame["limit_reason"] == word, word) for word in ("not_applicable", "expired", "no_limit")
    ]
    why += [(cannot, NOT_AT_THIS_LEVEL), (is_other_basis, "not_applicable")]
    # a rate may lack for what was owed in another currency and is settled by now
    why += [(frame["lacks_rate"] | frame["overrun_days_12m"].isna(), "no_rate")]
    for name in ("overrun_days_12m", "overrun_count_12m", "overrun_peak_12m_minor"):
        frame[f"{name}_reason"] = first_reason(frame.index, *why)
    never = (frame["overrun_mean_12m_minor"].isna(), "not_over")
    frame["overrun_mean_12m_minor_reason"] = first_reason(frame.index, *why, never)
    frame = _insurer_said(frame, [(cannot, NOT_AT_THIS_LEVEL), (is_other_basis, "not_applicable")])
    frame["overrun_since_reason"] = first_reason(
        frame.index, *why, (frame["overrun_since"].isna(), "not_over")
    )
    return frame


def _insurer_said(frame: pd.DataFrame, why: list[tuple[object, str]]) -> pd.DataFrame:
    """Add why a figure of the past against the insurer's limit is missing."""
    none = (frame["insurer_limit_minor"].isna(), "no_limit")
    for name in _INSURER_PAST:
        missing = (frame[name].isna(), "not_over")
        frame[f"{name}_reason"] = first_reason(frame.index, none, *why, missing)
    return frame


def _flagged(frame: pd.DataFrame) -> pd.DataFrame:
    """Add what the lists of the page select, and one row to count each customer on."""
    frame["is_recurrent"] = frame["overrun_count_12m"].ge(RECURRENT_COUNT).fillna(value=False)
    counted = ~frame["is_intercompany"]
    frame["is_recurrent"] = frame["is_recurrent"].astype(bool) & counted
    frame["is_without_limit"] = frame["limit_minor"].isna() & ~frame["is_collective"] & counted
    frame["is_first_row"] = ~frame.duplicated(KEY)
    frame["limit_is_current"] = frame["limit_is_current"].eq(other=True)
    return frame.drop(columns=["use", "is_unknown"])


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return largest overrun first, then largest outstanding; the same every time."""
    # Without a limit there is no overrun to rank: he stands among those within theirs, by his debt.
    frame["_over"] = frame["overrun_minor"].astype("Float64").astype("float64").fillna(0.0)
    frame["_debt"] = -frame["outstanding_minor"]
    keys = ["_debt", *KEY, "currency"]
    return sorted_worst_first(frame, "_over", keys=keys).drop(columns=["_over", "_debt"])
