"""What would move a customer to the next class: each factor alone, and the cheapest of them.

All else equal, one factor must give up the points that stand between the score and the bound less
its margin. Where cash does it, the amount to collect is worked out from the open invoices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd

from arlib.analytics.overruns import limit_test
from arlib.analytics.score import BANDS, OVERRIDES, SHORT, score
from arlib.analytics.score_points import CODES, FACTORS, most, value_for
from arlib.analytics.segments import use_of_limit
from arlib.model.portfolio import KEY
from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.analytics.score_points import Factor
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

Status = Literal[
    "best", "short", "little", "intercompany", "manual", "override", "possible", "impossible"
]
_JUST_UNDER: Final = 1e-6
_WHOLE: Final = ("days", "count")


@dataclass(frozen=True, slots=True)
class Way:
    """One factor that suffices alone: from ``value`` to at most ``target``.

    ``amounts``: minor units to collect by currency; empty when cash alone does not do it.
    ``effort``: part of the factor's whole range to give back, 0 to 1.
    """

    factor: str
    value: float
    target: float
    amounts: Mapping[str, int]
    effort: float


@dataclass(frozen=True, slots=True)
class NextClass:
    """How a customer reaches a better class.

    ``status``: best (nothing better), short (too few paid invoices), little (too few factors known),
    intercompany, manual (fixed by hand), override (``rule`` must go first: ``amounts`` to collect,
    when cash does it), possible (``ways``, the cheapest first), impossible (no factor alone
    suffices). ``segment``: the class aimed at; ``target_score``: the score to come under.
    """

    status: Status
    segment: str | None
    target_score: float
    points_to_lose: float
    rule: str | None
    amounts: Mapping[str, int]
    ways: tuple[Way, ...]

    @property
    def cheapest(self) -> Way | None:
        """Return the way that asks the least, None when there is none."""
        return self.ways[0] if self.ways else None


def next_class(
    portfolio: Portfolio, policy: Policy, company_id: str, customer_id: str
) -> NextClass | None:
    """Return what would move a customer to the next class; None for a customer without a score."""
    book = portfolio.whole()
    frame = score(portfolio, policy)
    is_his = (frame["company_id"] == company_id) & (frame["customer_id"] == customer_id)
    if not is_his.any():
        return None
    row = frame.loc[is_his].iloc[0]
    status = _settled(row)
    if status is not None:
        return _nothing(status)
    items = _late_items(book, company_id, customer_id)
    if row["computed_segment"] != row["band"]:
        return _after_override(book, policy, row, items)
    return _by_factor(book, policy, row, items)


def _settled(row: pd.Series[Any]) -> Status | None:
    """Return why there is nothing to work out."""
    if pd.notna(row["manual_segment"]):
        return "manual"
    if row["rule"] == "intercompany":
        return "intercompany"
    if row["computed_segment"] == SHORT:
        return "little" if row["rule"] == "few_factors" else "short"
    return "best" if row["computed_segment"] == BANDS[0] else None


def _nothing(status: Status) -> NextClass:
    return NextClass(status, None, float("nan"), float("nan"), None, {}, ())


def _by_factor(
    portfolio: Portfolio, policy: Policy, row: pd.Series[Any], items: pd.DataFrame
) -> NextClass:
    is_high = row["band"] == "high_risk"
    bound = policy.score_high_risk_points if is_high else policy.score_watch_points
    target = bound - policy.score_hysteresis_points
    to_lose = float(row["points"]) - target / 100 * float(row["max_points"]) + _JUST_UNDER
    found = [_way(portfolio, policy, factor, row, items, to_lose) for factor in FACTORS]
    ways = sorted((way for way in found if way is not None), key=_cost)
    return NextClass(
        "possible" if ways else "impossible",
        "watch" if is_high else "reliable",
        target,
        to_lose,
        None,
        {},
        tuple(ways),
    )


def _cost(way: Way) -> tuple[bool, int, float, int]:
    """Return the order of ways: cash first, the least of it, then the least effort."""
    total = sum(way.amounts.values())
    return not way.amounts, total, way.effort, CODES.index(way.factor)


def _way(
    portfolio: Portfolio,
    policy: Policy,
    factor: Factor,
    row: pd.Series[Any],
    items: pd.DataFrame,
    to_lose: float,
) -> Way | None:
    """Return what the factor must come down to, None when it cannot suffice alone."""
    held, value = float(row[f"points_{factor.code}"]), float(row[factor.code])
    if not held >= to_lose:
        return None
    target = float(value_for(held - to_lose, factor, policy))
    if factor.unit in _WHOLE:
        target = float(np.floor(target))
    if np.isnan(target) or target < 0:
        return None
    amounts = _to_collect(portfolio, policy, factor.code, row, items, target)
    return Way(factor.code, value, target, amounts, to_lose / most(factor, policy))


def _to_collect(
    portfolio: Portfolio,
    policy: Policy,
    factor: str,
    row: pd.Series[Any],
    items: pd.DataFrame,
    target: float,
) -> dict[str, int]:
    """Return what to collect by currency for a factor to come down to its target."""
    if factor == "oldest_overdue":
        return _sums(items.loc[items["days_late"] > target])
    if factor == "overdue_share":
        return _share_amounts(items, target)
    if factor == "limit_use":
        return _above_limit(portfolio, policy, row, target)
    return {}


def _late_items(portfolio: Portfolio, company_id: str, customer_id: str) -> pd.DataFrame:
    """Return open debits: ``currency, days_late, open_minor, free_minor`` (late and undisputed)."""
    items = portfolio.items(company_id, customer_id)
    kept = items["account_class"].isin(list(PERIMETER)) & (items["open_minor"] > 0)
    frame = items.loc[kept, ["currency", "days_late", "open_minor", "disputed_minor"]].copy()
    frame["days_late"] = frame["days_late"].astype("Float64").astype("float64")
    free = frame["open_minor"] - frame["disputed_minor"]
    frame["free_minor"] = free.where(frame["days_late"] > 0, 0)
    return frame


def _sums(items: pd.DataFrame) -> dict[str, int]:
    sums = items.groupby("currency")["free_minor"].sum()
    return {str(code): int(amount) for code, amount in sums.items() if amount > 0}


def _share_amounts(items: pd.DataFrame, target: float) -> dict[str, int]:
    """Return what brings the overdue share under ``target``: (late − x) / (open − x) ≤ target."""
    sums = items.groupby("currency")[["free_minor", "open_minor"]].sum()
    x = np.ceil((sums["free_minor"] - target * sums["open_minor"]) / max(1 - target, 1e-9))
    return {str(code): int(amount) for code, amount in x.items() if amount > 0}


def _above_limit(
    portfolio: Portfolio, policy: Policy, row: pd.Series[Any], target: float
) -> dict[str, int]:
    """Return the exposure above ``target`` times the limit, in the limit's currency."""
    key = [row[name] for name in KEY]
    basis = _one(use_of_limit(portfolio, policy), key)["utilisation_basis"]
    test = _one(limit_test(portfolio, policy, str(basis)), key)
    if pd.isna(test["limit_minor"]) or pd.isna(test["tested_minor"]):
        return {}
    above = int(np.ceil(int(test["tested_minor"]) - target * int(test["limit_minor"])))
    return {str(test["limit_currency"]): above} if above > 0 else {}


def _one(frame: pd.DataFrame, key: list[object]) -> pd.Series[Any]:
    is_his = (frame["company_id"] == key[0]) & (frame["customer_id"] == key[1])
    found: pd.Series[Any] = frame.loc[is_his].iloc[0]
    return found


def _after_override(
    portfolio: Portfolio, policy: Policy, row: pd.Series[Any], items: pd.DataFrame
) -> NextClass:
    """Return what lifts the override that raised the class; the others that hold are counted."""
    raising = [
        (rule, to) for rule, flag, to in OVERRIDES if row[flag] and to == row["computed_segment"]
    ]
    rule = raising[0][0]
    amounts: dict[str, int] = {}
    if [name for name, _to in raising] == ["old_invoice"]:
        amounts = _sums(items.loc[items["days_late"] > policy.old_days])
    elif [name for name, _to in raising] == ["over_limit"]:
        amounts = _above_limit(portfolio, policy, row, policy.score_over_limit_ratio)
    is_watch = row["band"] == "watch" or any(
        row[flag] for _rule, flag, to in OVERRIDES if to == "watch"
    )
    lower = "watch" if row["computed_segment"] == "high_risk" and is_watch else str(row["band"])
    return NextClass("override", lower, float("nan"), float("nan"), rule, amounts, ())
