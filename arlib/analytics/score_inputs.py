"""What the score reads: the value of every factor and the facts of the overrides, per customer.

One customer, all his currencies, whatever the filters: a score that changed with the selection
would be no score. A figure that exists by currency counts where it is worst. Several days are
worked out together: what SQL can sum for all of them is read once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import early_warning, hazard, warning_days
from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    customers,
    first_reason,
    ratio,
    silent_companies,
    stocks,
)
from arlib.analytics.limit_use import uses
from arlib.analytics.promises import broken_on
from arlib.analytics.score_external import outside_risk
from arlib.analytics.score_points import CODES
from arlib.analytics.segments import old_amounts
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_HAZARD: Final = {
    "late_probability": "late_probability",
    "share_late_15_ratio": "late_share",
    "weighted_delay_days": "mean_delay",
}
_AT: Final = ["day", *KEY]
_ROWS: Final = 20_000  # customers × days of behaviour worked out at a time
_EXTRA: Final = [
    "count_paid",
    "oldest_days",
    "mean_delay_plain",
    "is_old",
    "old_invoice_minor",
    "old_invoice_currency",
    "is_insolvent",
    "is_returned",
    "returned_on",
    "is_over_limit",
    "is_alert",
    "alert_since",
    "is_intercompany",
]
_JUDGED: Final = ("broken_promises", "external", "financials")


def inputs(
    portfolio: Portfolio, policy: Policy, threshold: float, days: tuple[date, ...]
) -> pd.DataFrame:
    """Return one row per day and individual customer known by then (the whole book, unfiltered).

    Columns: ``day``, key, each of ``CODES`` (float) with ``_reason``, ``count_paid`` (invoices
    paid, ever), ``oldest_days`` (0 when nothing is overdue; NaN without lettering),
    ``mean_delay_plain`` (mean of the delays of paid invoices, days: the baseline of the check),
    ``is_old, is_insolvent, is_returned, is_over_limit, is_alert`` (what overrides fire on),
    ``old_invoice_minor, old_invoice_currency, returned_on, is_intercompany, alert_since`` (at as_of).
    ``threshold``: of the early warning. ``days``: none after ``as_of``.
    """
    book = portfolio.whole()
    frame = _everyone(book, days)
    facts = _facts(book, policy, days)
    frame = _with_facts(frame, facts, book)
    frame = _with_behaviour(frame, book, policy, threshold, days)
    frame = _with_limit(frame, book, policy, days, facts)
    frame = _with_judgement(frame, book, policy, days)
    return frame[[*_AT, *CODES, *(f"{code}_reason" for code in CODES), *_EXTRA]]


def _everyone(portfolio: Portfolio, days: tuple[date, ...]) -> pd.DataFrame:
    """Return the individual customers known on each day, and who was insolvent by then."""
    who = customers(portfolio)
    wanted = ["is_intercompany", "first_issued_on", "insolvency", "insolvency_on"]
    who = who.loc[~who["is_collective"], [*KEY, *wanted]]
    stamps = pd.DataFrame({"day": pd.to_datetime(list(days)).astype("datetime64[s]")})
    frame = stamps.merge(who, how="cross")
    first = pd.to_datetime(frame["first_issued_on"])
    frame = frame.loc[first.isna() | (first <= frame["day"])].reset_index(drop=True)
    is_named = frame["insolvency"].notna() & (frame["insolvency"] != "none")
    opened = pd.to_datetime(frame["insolvency_on"])
    frame["is_insolvent"] = is_named & (opened.isna() | (opened <= frame["day"]))
    return frame[[*_AT, "is_intercompany", "is_insolvent"]]


# -- facts of the book --------------------------------------------------------------------------


def _facts(portfolio: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    """Return the facts by day and currency, with shares and the test of the oldest invoice."""
    facts = portfolio.score_facts(policy, days).copy()
    for name in ("day", "returned_on"):
        facts[name] = pd.to_datetime(facts[name]).astype("datetime64[s]")
    facts["knows_disputes"] = facts["knows_disputes"].eq(True)
    facts["overdue_share"] = ratio(facts["overdue_free_minor"], facts["open_debit_minor"])
    facts["disputes"] = ratio(facts["contested_minor"], facts["billed_minor"]).clip(upper=1.0)
    facts["old_minor"] = facts["largest_old_minor"].astype("Float64").astype("float64").fillna(0.0)
    if portfolio.estimated_companies():
        facts = _estimated(facts, portfolio, policy, days)
    material = facts["currency"].map(policy.materiality).astype("float64")
    open_debit = facts["open_debit_minor"].astype("Float64").astype("float64").fillna(0.0)
    least = np.maximum(material, policy.high_risk_old_ratio * open_debit)
    facts["is_old"] = (facts["old_minor"] > 0) & (facts["old_minor"] >= least)
    return facts


def _estimated(
    facts: pd.DataFrame, portfolio: Portfolio, policy: Policy, days: tuple[date, ...]
) -> pd.DataFrame:
    """Let credits pay the oldest debits of companies without lettering, as in the aged balance."""

    def read(book: Portfolio) -> pd.DataFrame:
        stock = stocks(book)
        free = stock["overdue_minor"] - stock["overdue_disputed_minor"]
        share = ratio(free, stock["open_debit_minor"])
        found = stock[[*KEY_CURRENCY, "open_debit_minor"]].assign(overdue_share=share)
        return found.merge(old_amounts(book, policy), on=KEY_CURRENCY, how="left")

    known = _by_day(portfolio, days, read)
    found = facts[[*_AT, "currency"]].merge(known, on=[*_AT, "currency"], how="left")
    is_estimated = facts["company_id"].isin(portfolio.estimated_companies())
    for name in ("open_debit_minor", "overdue_share", "old_minor"):
        facts[name] = facts[name].astype("float64").mask(is_estimated, found[name].fillna(0.0))
    return facts


def _with_facts(frame: pd.DataFrame, facts: pd.DataFrame, portfolio: Portfolio) -> pd.DataFrame:
    """Add ages, shares and counts: the worst of the customer's currencies."""
    worst = facts.groupby(_AT, sort=False).agg(
        oldest_days=("oldest_days", "max"),
        oldest_overdue=("oldest_free_days", "max"),
        overdue_share=("overdue_share", "max"),
        disputes=("disputes", "max"),
        count_paid=("count_paid", "sum"),
        count_delays=("count_delays", "sum"),
        delay_days=("delay_days", "sum"),
        returned_on=("returned_on", "max"),
        is_old=("is_old", "any"),
    )
    frame = frame.merge(worst.reset_index(), on=_AT, how="left")
    frame = frame.merge(_largest_old(facts), on=_AT, how="left")
    frame["count_paid"] = frame["count_paid"].fillna(0).astype("int64")
    paid = frame.pop("count_delays").fillna(0).astype("float64")
    frame["mean_delay_plain"] = frame.pop("delay_days").astype("float64") / paid.where(paid > 0)
    frame["is_returned"] = frame["returned_on"].notna()
    frame["is_old"] = frame["is_old"].eq(True)
    # Nothing overdue is known to be 0; without lettering only a nil balance is known.
    is_estimated = frame["company_id"].isin(portfolio.estimated_companies())
    for name in ("oldest_days", "oldest_overdue"):
        unknown = is_estimated & frame["overdue_share"].gt(0)
        days = frame[name].astype("Float64").astype("float64")
        frame[name] = days.fillna(0.0).mask(unknown)
    frame["overdue_share"] = frame["overdue_share"].fillna(0.0)
    missing = frame["oldest_overdue"].isna()
    frame["oldest_overdue_reason"] = first_reason(frame.index, (missing, NOT_AT_THIS_LEVEL))
    frame["overdue_share_reason"] = first_reason(frame.index)
    return _said_disputes(frame, facts)


def _said_disputes(frame: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Say why a share in dispute is missing: no dated dispute in the company yet, or no invoice."""
    knowing = facts.loc[facts["knows_disputes"], ["day", "company_id"]].drop_duplicates()
    known = frame[["day", "company_id"]].merge(knowing.assign(has=1), how="left")["has"]
    silent = known.isna().to_numpy()
    frame["disputes"] = frame["disputes"].mask(silent)
    frame["disputes_reason"] = first_reason(
        frame.index, (silent, "no_dated_dispute"), (frame["disputes"].isna(), "no_sales")
    )
    return frame


def _largest_old(facts: pd.DataFrame) -> pd.DataFrame:
    """Return the largest amount that fires the override on old invoices, with its currency."""
    fired = facts.loc[facts["is_old"], [*_AT, "currency", "old_minor"]]
    fired = fired.sort_values(["old_minor", "currency"], ascending=[False, True])
    names = {"currency": "old_invoice_currency", "old_minor": "old_invoice_minor"}
    return fired.drop_duplicates(_AT).rename(columns=names)


# -- behaviour, limit, judgement ----------------------------------------------------------------


def _with_behaviour(
    frame: pd.DataFrame,
    portfolio: Portfolio,
    policy: Policy,
    threshold: float,
    days: tuple[date, ...],
) -> pd.DataFrame:
    """Add the factors of the hazard and the early warning, which need settlements."""
    known = _described(portfolio, policy, threshold, days)
    frame = frame.merge(known, on=_AT, how="left")
    silent = silent_companies(portfolio, policy, days).assign(has=1)
    has = frame[["day", "company_id"]].merge(silent, on=["day", "company_id"], how="left")["has"]
    missing = has.notna().to_numpy()
    why = {**dict.fromkeys(_HAZARD.values(), "no_history"), "early_warning": "insufficient_history"}
    for name, word in why.items():
        frame[name] = frame[name].astype("float64")
        frame[f"{name}_reason"] = first_reason(
            frame.index, (missing, NOT_AT_THIS_LEVEL), (frame[name].isna(), word)
        )
    frame["is_alert"] = frame["is_alert"].eq(True)
    return _since(frame, portfolio, policy, threshold)


def _since(
    frame: pd.DataFrame, portfolio: Portfolio, policy: Policy, threshold: float
) -> pd.DataFrame:
    """Add ``alert_since`` of the alerts of the date; those of past days are not dated."""
    is_now = frame["day"].eq(pd.Timestamp(portfolio.as_of)) & frame["is_alert"]
    if not is_now.any():
        never = pd.Series(pd.NaT, index=frame.index).astype("datetime64[s]")
        return frame.assign(alert_since=never)
    given = early_warning.Calibration(threshold, None, None, is_calibrated=False, count_customers=0)
    began = early_warning.evaluate(portfolio, policy, given)[[*KEY, "alert_since"]]
    frame = frame.merge(began, on=KEY, how="left")
    frame["alert_since"] = frame["alert_since"].where(is_now)
    return frame


def _described(
    portfolio: Portfolio, policy: Policy, threshold: float, days: tuple[date, ...]
) -> pd.DataFrame:
    """Return what the hazard and the early warning say on days, some days at a time."""
    size = max(1, _ROWS // max(len(portfolio.customers()), 1))
    parts = []
    for first in range(0, len(days), size):
        some = days[first : first + size]
        known = hazard.described(portfolio, policy, some)[[*_AT, *_HAZARD]]
        warned = warning_days.statistics(portfolio, policy, threshold, some)
        warned = warned.rename(columns={"statistic": "early_warning"})
        parts.append(known.rename(columns=_HAZARD).merge(warned, on=_AT, how="outer"))
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def _with_limit(
    frame: pd.DataFrame,
    portfolio: Portfolio,
    policy: Policy,
    days: tuple[date, ...],
    facts: pd.DataFrame,
) -> pd.DataFrame:
    """Add the use of the limit; infinite on a limit of 0 with exposure."""
    use = uses(portfolio, policy, days, facts).rename(columns={"use": "limit_use"})
    frame = frame.merge(use[[*_AT, "limit_use"]], on=_AT, how="left")
    frame["limit_use_reason"] = first_reason(frame.index, (frame["limit_use"].isna(), "no_limit"))
    frame["is_over_limit"] = frame["limit_use"] > policy.score_over_limit_ratio
    return frame


def _with_judgement(
    frame: pd.DataFrame, portfolio: Portfolio, policy: Policy, days: tuple[date, ...]
) -> pd.DataFrame:
    """Add broken promises and outside figures, each with why it is missing."""
    # What the book holds at the last day bounds what it held before.
    if portfolio.actions()["kind"].eq("promise").any():
        frame = frame.merge(broken_on(portfolio, policy, days), on=_AT, how="left")
    if len(portfolio.financials()):
        frame = frame.merge(_by_day(portfolio, days, outside_risk), on=_AT, how="left")
    why = dict.fromkeys(_JUDGED, "not_supplied") | {"broken_promises": "no_promise"}
    for name, word in why.items():
        reason = f"{name}_reason"
        frame[name] = frame[name].astype("Float64").astype("float64") if name in frame else np.nan
        said = frame[reason] if reason in frame else pd.Series(pd.NA, index=frame.index)
        frame[reason] = said.where(said.notna() | frame[name].notna(), word).astype("str")
        frame[reason] = frame[reason].where(frame[name].isna())
    return frame


def _by_day(
    portfolio: Portfolio, days: tuple[date, ...], read: Callable[[Portfolio], pd.DataFrame]
) -> pd.DataFrame:
    """Return what a pipeline says on each day, one under the other, with ``day``."""
    parts = []
    for day in days:
        book = portfolio if day == portfolio.as_of else portfolio.at(day)
        parts.append(read(book).assign(day=np.datetime64(day, "s")))
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True)
