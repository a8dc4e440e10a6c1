"""A suggested credit limit with its arithmetic: need × factor, caps, rounding (behaviour models §5).

A proposal, never written over the user's: policy to be reviewed by a credit manager, not a measured
result. The candidates of definitions §11 stand beside it, each with what it was computed from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics import limit_candidates
from arlib.analytics import limit_formulas as formulas
from arlib.analytics.frames import (
    IDENTITY,
    NOT_AT_THIS_LEVEL,
    customers,
    first_reason,
    outer,
    round_half_away,
)
from arlib.analytics.limit_evidence import answering, company_currency, evidence, to_company
from arlib.analytics.limit_habits import past_use
from arlib.analytics.overruns import limit_book, limit_test
from arlib.analytics.score import score_path
from arlib.analytics.segments import segments
from arlib.model.portfolio import KEY, month_ends, window_start

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Floats = npt.NDArray[np.float64]

ADVICE: Final = ("raise", "lower", "new", "keep", "none")
# Caps in the order they are shown; ``binding`` is one of them, need, or prepayment.
CAPS: Final = ("starter", "insurer", "total", "loss")
_CHANGES: Final = ("raise", "lower", "new")
_AMOUNTS: Final = (
    "need_minor",
    "before_caps_minor",
    "starter_minor",
    "insurer_cap_minor",
    "total_cap_minor",
    "loss_cap_minor",
    "capped_minor",
    "suggested_minor",
    "current_minor",
    "outstanding_minor",
    "annual_minor",
    "insurer_minor",
    "total_minor",
    "peak_12m_minor",
    *limit_candidates.AMOUNTS,
)


def suggestions(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return one row per customer: the suggested limit, how it was made, and what to do.

    Columns: key, ``name, category, owner, sector, currency`` (the company's; every amount is in it),
    ``suggested_minor`` (Int64; NA with ``suggested_reason``: intercompany, not_applicable (collective
    account), no_rate, no_sales, starter_not_set), ``need_minor`` (a day's sales × days),
    ``daily_minor`` (float), ``daily_is_quarter, annual_minor, credit_days, terms_days, terms_source,
    habit_days, delay_days`` (of it counted), ``segment, cause`` (what puts him on prepayment),
    ``factor, before_caps_minor``, a cap each: ``starter_minor, insurer_cap_minor, total_cap_minor,
    loss_cap_minor`` (NA: does not apply) with what they come from (``insurer_minor, total_minor,
    very_late_probability``), ``capped_minor, binding`` (need, prepayment or one of ``CAPS``),
    ``current_minor`` (limit in force; NA with ``current_reason``), ``current_source, current_scope,
    limit_is_current, change_ratio`` (NaN without both; infinite from 0), ``advice`` (``ADVICE``),
    ``advice_reason`` (small_change, not_stable, stable, immediate, no_limit, missing),
    ``is_stable, score, outstanding_minor`` (E1), ``utilisation_ratio`` (of the basis of the policy),
    ``overrun_count_12m, overrun_days_12m, peak_12m_minor`` (highest E1 of a day),
    ``is_starved`` (a good customer held back), ``is_too_high, is_unused``, and the candidates of
    ``limit_candidates`` (``…_minor``, NA with ``…_reason``), ``smallest_minor`` (the smaller of need
    and capacity, rounded down).
    """
    name = f"suggestions {policy.version}"
    return portfolio.derived(name, lambda: _suggestions(portfolio, policy))


def amounts(known: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return ``limit_evidence.evidence`` with the headline: need, factor, caps, which binds, rounded.

    Adds ``delay_days, credit_days, need_minor, factor, before_caps_minor``, the caps,
    ``capped_minor, binding, suggested_minor`` (floats) and ``suggested_reason``.
    """
    frame = known.copy()
    frame["delay_days"] = (
        frame["habit_days"].fillna(0.0).clip(lower=0.0, upper=policy.suggestion_delay_cap_days)
    )
    frame["credit_days"] = frame["terms_days"] + frame["delay_days"]
    frame["need_minor"] = formulas.credit_need(frame["daily_minor"], frame["credit_days"])
    frame["segment"] = frame["segment"].fillna("insufficient_history")
    frame["factor"] = _factor(frame, policy)
    before = formulas.credit_need(frame["daily_minor"], frame["credit_days"], frame["factor"])
    frame["before_caps_minor"] = before
    return _capped(frame, policy)


def by_currency(
    values: Mapping[str, int], currency: pd.Series[str], missing: float = float("nan")
) -> pd.Series[float]:
    """Return a setting by currency on each row; ``missing`` where it is not set."""
    return currency.map(dict(values)).astype("float64").fillna(missing)


def _factor(frame: pd.DataFrame, policy: Policy) -> pd.Series[float]:
    named = {
        "reliable": policy.suggestion_reliable_factor,
        "watch": policy.suggestion_watch_factor,
        "high_risk": policy.suggestion_high_risk_factor,
        "insufficient_history": 1.0,
    }
    factor = frame["segment"].map(named).astype("float64")
    return factor.mask(frame["cause"].notna(), policy.suggestion_override_factor)


def _capped(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Add each cap, the smallest of them and the need, and what decided."""
    currency = frame["currency"]
    is_new = frame["segment"] == "insufficient_history"
    starter = by_currency(policy.suggestion_starter_minor, currency)
    caps = pd.DataFrame(
        {
            "starter": starter.where(is_new),
            "insurer": _insurer_cap(frame, policy),
            "total": _total_cap(frame, policy),
            "loss": formulas.loss_cap(
                by_currency(policy.suggestion_loss_budget_minor, currency),
                frame["very_late_probability"],
                policy.suggestion_loss_ratio,
            ),
        }
    )
    every = np.column_stack([frame["before_caps_minor"], caps.to_numpy("float64")])
    filled = np.where(np.isnan(every), np.inf, every)
    words = np.array(["need", *CAPS], dtype=object)
    binding = pd.Series(words[filled.argmin(axis=1)], index=frame.index, dtype="str")
    lowest = pd.Series(filled.min(axis=1), index=frame.index)
    lacks_starter = is_new & starter.isna()
    frame["suggested_reason"] = first_reason(
        frame.index,
        (frame["lacks_rate"], "no_rate"),
        (frame["sold_minor"] <= 0, "no_sales"),
        (lacks_starter, "starter_not_set"),
    )
    missing = frame["suggested_reason"].notna()
    named = {
        "starter": "starter_minor",
        **{name: f"{name}_cap_minor" for name in CAPS if name != "starter"},
    }
    for name, column in named.items():
        frame[column] = caps[name]
    frame["capped_minor"] = lowest.mask(missing | np.isinf(lowest))
    frame["binding"] = binding.mask(frame["cause"].notna() & (binding == "need"), "prepayment")
    frame["binding"] = frame["binding"].mask(missing)
    step = currency.map({code: policy.limit_step(code) for code in currency.unique()})
    frame["suggested_minor"] = formulas.rounded_down(frame["capped_minor"], step.astype("float64"))
    return frame


def _insurer_cap(frame: pd.DataFrame, policy: Policy) -> pd.Series[float]:
    retention = by_currency(policy.suggestion_retention_minor, frame["currency"], 0.0)
    if policy.suggestion_insurance == "none":
        return retention.mask(retention.notna())
    cover = frame["insurer_minor"]
    if policy.suggestion_insurance == "insured_only":
        cover = cover.fillna(0.0)
    return cover + retention


def _total_cap(frame: pd.DataFrame, policy: Policy) -> pd.Series[float]:
    share = policy.suggestion_total_ratio
    found = pd.Series(formulas.share_of(frame["total_minor"], share), index=frame.index)
    return found.where((share > 0) & (frame["total_minor"] > 0))


# -- what to do with it -------------------------------------------------------------------------


def _suggestions(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    known = amounts(evidence(portfolio, policy, (portfolio.as_of,)), policy)
    frame = customers(portfolio)[[*KEY, *IDENTITY, "is_collective", "is_intercompany"]]
    frame = frame.merge(known.drop(columns=["day", "currency"]), on=KEY, how="left")
    frame["currency"] = frame["company_id"].map(company_currency(portfolio))
    frame = _with_reason(frame)
    frame = frame.merge(_in_force(portfolio, policy), on=KEY, how="left")
    frame = frame.merge(past_use(portfolio, policy), on=KEY, how="left")
    frame = limit_candidates.added(frame, portfolio, policy)
    frame = _advised(frame, portfolio, policy)
    for name in _AMOUNTS:
        frame[name] = pd.Series(round_half_away(frame[name])).astype("Int64")
    return _sorted(frame)


def _with_reason(frame: pd.DataFrame) -> pd.DataFrame:
    why = first_reason(
        frame.index,
        (frame["is_collective"], "not_applicable"),
        (frame["is_intercompany"], "intercompany"),
        (frame["suggested_minor"].isna() & frame["suggested_reason"].isna(), "no_sales"),
    )
    frame["suggested_reason"] = why.fillna(frame["suggested_reason"])
    return frame


def _in_force(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the limit tested of each customer in the company's currency, and its use."""
    book = limit_book(portfolio, policy)
    tested = limit_test(portfolio, policy, policy.exposure_basis, book)
    found = tested[[*KEY, "utilisation_ratio", "limit_reason", "limit_is_current"]].copy()
    found["current_minor"] = to_company(portfolio, tested, "limit_minor", "limit_currency")
    has_limit = tested["limit_minor"].notna()
    found["current_reason"] = first_reason(
        found.index,
        (~has_limit & found["limit_reason"].notna(), "no_limit"),
        (has_limit & found["current_minor"].isna(), "no_rate"),
    )
    expired = found.pop("limit_reason") == "expired"
    found["current_reason"] = found["current_reason"].mask(expired, "expired")
    found["current_source"], found["current_scope"] = tested["limit_source"], tested["limit_scope"]
    found["limit_is_current"] = found["limit_is_current"].eq(other=True)
    return found


def _advised(frame: pd.DataFrame, portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Add the advice, why, and the two lists: good customers held back, limits too high."""
    frame = frame.merge(_stability(portfolio, policy), on=KEY, how="left")
    frame["is_stable"] = frame["is_stable"].eq(other=True)
    suggested, current = frame["suggested_minor"], frame["current_minor"]
    change = pd.Series(formulas.change_ratio(suggested, current), index=frame.index)
    frame["change_ratio"] = change
    is_small = change.abs() < policy.suggestion_ignore_ratio
    rises = change > 0
    no_limit = current.isna()
    frame["advice_reason"] = first_reason(
        frame.index,
        (suggested.isna() | (frame["current_reason"] == "no_rate"), "missing"),
        (no_limit, "no_limit"),
        (is_small, "small_change"),
        (~rises, "immediate"),
        (~frame["is_stable"], "not_stable"),
        (rises, "stable"),
    )
    advices = {
        "missing": "none",
        "no_limit": "new",
        "small_change": "keep",
        "immediate": "lower",
        "not_stable": "keep",
        "stable": "raise",
    }
    frame["advice"] = frame["advice_reason"].map(advices)
    return _listed(_dormant(frame, portfolio), portfolio, policy)


def _dormant(frame: pd.DataFrame, portfolio: Portfolio) -> pd.DataFrame:
    """Suggest nothing for customers without sales and limit; close the limit of the others.

    Where the book says what was invoiced, nothing over twelve months needs no credit. A list of
    open items does not say it: nothing is known then, which is not the same.
    """
    says = {item.company_id for item in portfolio.companies() if item.level != "C"}
    is_dormant = (frame["suggested_reason"] == "no_sales") & frame["company_id"].isin(says)
    has_limit = frame["current_minor"].notna()
    closes = is_dormant & has_limit & (frame["current_minor"] > 0) & frame["sold_minor"].notna()
    frame.loc[closes, "suggested_minor"] = 0.0
    frame.loc[closes, "capped_minor"] = 0.0
    frame.loc[closes, "binding"] = "need"
    frame.loc[closes, "change_ratio"] = -1.0
    is_silent = (frame["suggested_reason"] == "no_sales") & ~frame["company_id"].isin(says)
    frame["suggested_reason"] = frame["suggested_reason"].mask(is_silent, NOT_AT_THIS_LEVEL)
    frame["suggested_reason"] = frame["suggested_reason"].mask(closes)
    frame["advice"] = frame["advice"].mask(closes, "lower")
    frame["advice_reason"] = frame["advice_reason"].mask(closes, "no_sales")
    return frame


def _listed(frame: pd.DataFrame, portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    current, suggested = frame["current_minor"], frame["suggested_minor"]
    is_tight = (frame["utilisation_ratio"] >= policy.alert_watch_ratio) | frame["is_recurrent"].eq(
        other=True
    )
    above = (frame["change_ratio"] >= policy.suggestion_ignore_ratio) & (suggested > current)
    frame["is_starved"] = (frame["segment"] == "reliable") & is_tight & above
    peak = frame["peak_12m_minor"].fillna(0.0)
    # no day of exposure is known of a list of open items alone: its limits are not unused
    is_known = frame["company_id"].isin(answering(portfolio))
    is_below = (current > 0) & (peak < current * policy.suggestion_unused_ratio)
    frame["is_unused"] = is_known & is_below
    frame["is_too_high"] = frame["is_unused"] | (frame["advice"] == "lower")
    return frame


def _stability(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return whether the class is the one of each month-end of the last months (``is_stable``)."""
    start = window_start(portfolio.as_of, policy.suggestion_stable_months)
    if policy.segmentation_method == "rules":
        return _stable_rules(portfolio, policy, start)
    path = score_path(portfolio, policy)
    ends = month_ends(portfolio.as_of, policy.suggestion_stable_months + 2)
    first = max((day for day in ends if day <= start), default=start)
    recent = path.loc[path["day"] >= pd.Timestamp(first)]
    grouped = recent.groupby(KEY)
    found = grouped.agg(kinds=("segment", "nunique"), first_on=("day", "min"))
    found["is_stable"] = (found["kinds"] == 1) & (found["first_on"] <= pd.Timestamp(start))
    now = path.loc[path["day"] == pd.Timestamp(portfolio.as_of), [*KEY, "score"]]
    return outer(found[["is_stable"]].reset_index(), now, KEY)


def _stable_rules(portfolio: Portfolio, policy: Policy, start: date) -> pd.DataFrame:
    now = segments(portfolio, policy).groupby(KEY)["segment"].agg(frozenset)
    firsts = [item.first_as_of for item in portfolio.companies() if item.first_as_of]
    if not firsts or start < max(firsts):
        return now.reset_index()[KEY].assign(is_stable=False, score=np.nan)
    before = segments(portfolio.at(start), policy).groupby(KEY)["segment"].agg(frozenset)
    same = now == before.reindex(now.index)
    return same.rename("is_stable").reset_index().assign(score=np.nan)


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the largest change first, what is kept next, what has no suggestion last."""
    changes = frame["advice"].isin(_CHANGES)
    gap = (frame["suggested_minor"] - frame["current_minor"].fillna(0)).abs()
    frame["_group"] = np.where(changes, 0, np.where(frame["advice"] == "keep", 1, 2))
    frame["_gap"] = gap.astype("Float64").astype("float64").fillna(0.0)
    frame["_debt"] = frame["outstanding_minor"].astype("Float64").astype("float64").fillna(0.0)
    order = frame.sort_values(
        ["_group", "_gap", "_debt", *KEY], ascending=[True, False, False, True, True]
    )
    return order.drop(columns=["_group", "_gap", "_debt"]).reset_index(drop=True)


def why(row: Mapping[str, Any]) -> str:
    """Return which step decided a row: its binding, or why there is no suggestion."""
    return str(row["binding"] if pd.notna(row["binding"]) else row["suggested_reason"])
