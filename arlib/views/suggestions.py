"""Suggested limits: who deserves more, who less, who a first one, and how each amount is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.analytics.suggested_limit import ADVICE, suggestions
from arlib.model.money import whole_minor
from arlib.model.portfolio import KEY
from arlib.views.common import in_currency

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

CAP_COLUMNS: Final = {
    "starter": "starter_minor",
    "insurer": "insurer_cap_minor",
    "total": "total_cap_minor",
    "loss": "loss_cap_minor",
}
CHANGES: Final = ("raise", "lower", "new")


@dataclass(frozen=True, slots=True)
class SuggestionsBlock:
    """Suggestions of the companies of one currency.

    ``rows``: columns of ``suggested_limit.suggestions``, the largest change first. ``totals``: one
    row an advice (raise, lower, new, keep, none): ``advice, count, current_minor,
    suggested_minor`` (of those that have both, but new ones). ``counts``: starved, too_high,
    unused, intercompany, starter_not_set.
    """

    currency: str
    rows: pd.DataFrame
    totals: pd.DataFrame
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SuggestionsView:
    """``unset``: settings that the policy leaves open and that would matter here, in order."""

    as_of: date
    blocks: tuple[SuggestionsBlock, ...]
    unset: tuple[str, ...]
    unavailable: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the arithmetic: what it is, the amount it leads to (minor units)."""

    code: str
    amount_minor: int


def build(portfolio: Portfolio, policy: Policy) -> SuggestionsView:
    """Return the suggestions at the date, under the filters."""
    frame = suggestions(portfolio, policy)
    blocks = tuple(
        _block(in_currency(frame, currency), currency)
        for currency in frame["currency"].value_counts().index
    )
    has_some = bool(frame["suggested_minor"].notna().any())
    return SuggestionsView(
        as_of=portfolio.as_of,
        blocks=blocks,
        unset=_unset(frame, policy),
        unavailable=None if has_some or _is_open(frame) else _why_none(frame),
    )


def ladder(row: Mapping[str, Any]) -> tuple[Step, ...]:
    """Return the steps from need to suggestion: need, factor, the cap that binds, rounding.

    Empty without a suggestion. Amounts are what each step leaves.
    """
    if pd.isna(row["suggested_minor"]) or pd.isna(row["need_minor"]):
        return ()
    steps = [
        Step("need", whole_minor(row["need_minor"])),
        Step("factor", whole_minor(row["before_caps_minor"])),
    ]
    if row["binding"] in CAP_COLUMNS:
        steps.append(Step(str(row["binding"]), whole_minor(row["capped_minor"])))
    steps.append(Step("rounding", int(row["suggested_minor"])))
    return tuple(steps)


def _block(rows: pd.DataFrame, currency: str) -> SuggestionsBlock:
    counted = rows.assign(
        current=rows["current_minor"].where(rows["advice"] != "none"),
        suggested=rows["suggested_minor"].where(rows["advice"] != "none"),
    )
    grouped = counted.groupby("advice")
    totals = grouped.agg(
        count=("customer_id", "size"),
        current_minor=("current", "sum"),
        suggested_minor=("suggested", "sum"),
    ).reindex(list(ADVICE))
    return SuggestionsBlock(
        currency=currency,
        rows=rows,
        totals=totals.fillna(0).astype("int64").rename_axis("advice").reset_index(),
        counts={
            "starved": int(rows["is_starved"].sum()),
            "too_high": int(rows["is_too_high"].sum()),
            "unused": int(rows["is_unused"].sum()),
            "intercompany": int(rows["is_intercompany"].sum()),
            "starter_not_set": int((rows["suggested_reason"] == "starter_not_set").sum()),
        },
    )


def _unset(frame: pd.DataFrame, policy: Policy) -> tuple[str, ...]:
    """Return the settings without a value that somebody waits for."""
    found = []
    if (frame["suggested_reason"] == "starter_not_set").any():
        found.append("suggestion_starter_minor")
    if frame["insurer_minor"].notna().any() and not policy.suggestion_retention_minor:
        found.append("suggestion_retention_minor")
    if not (policy.suggestion_loss_budget_minor and policy.suggestion_loss_ratio):
        found.append("suggestion_loss_budget_minor")
    return tuple(found)


def _is_open(frame: pd.DataFrame) -> bool:
    return bool((frame["suggested_reason"] == "starter_not_set").any())


def _why_none(frame: pd.DataFrame) -> str:
    reasons = frame["suggested_reason"].dropna()
    return "no_sales" if reasons.empty else str(reasons.mode().iloc[0])


def of_customers(frame: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of some customers, in the order given."""
    return keys[KEY].merge(frame, on=KEY)
