"""Litiges et promesses: what is contested and why, what was promised and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from arlib.analytics.dispute_days import dispute_days, with_days
from arlib.analytics.disputes import by_month, disputes, in_all
from arlib.analytics.frames import customers, stocks
from arlib.analytics.promises import kept_by_month, kept_in_all, promises
from arlib.model.portfolio import KEY
from arlib.views.common import in_currency

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class DisputesBlock:
    """One currency.

    ``totals``: the measures of ``analytics.disputes.in_all`` (0 or None without a dispute), and
    ``gross_minor`` (open debits), ``dispute_ratio`` (in dispute / gross; None: nothing is open),
    ``dispute_days`` with ``dispute_days_reason``, ``count_target_late``. ``codes``: ``by_code`` with
    ``dispute_days``. ``months``: ``by_month``. ``promised``: ``count_pending, pending_minor,
    count_broken, broken_minor`` (all known), and over 12 months ``count_due, count_kept, kept_ratio,
    kept_value_ratio`` (None: none ended). ``promise_months``: ``kept_by_month``.
    """

    currency: str
    totals: Mapping[str, Any]
    codes: pd.DataFrame
    months: pd.DataFrame
    promised: Mapping[str, Any]
    promise_months: pd.DataFrame


@dataclass(frozen=True, slots=True)
class DisputesView:
    """One block a currency with a dispute or a promise, the largest gross amount first.

    ``disputes``: ``analytics.disputes.disputes``, open and closed. ``promises``: the columns of
    ``analytics.promises.promises`` with ``name``, those to watch first (broken, then pending by
    date, then the others).
    """

    as_of: date
    blocks: tuple[DisputesBlock, ...]
    disputes: pd.DataFrame
    promises: pd.DataFrame


def build(portfolio: Portfolio, policy: Policy) -> DisputesView:
    """Return disputes and promises known by the date."""
    found = disputes(portfolio)
    promised = _named(portfolio, promises(portfolio, policy))
    present = {*found["currency"].dropna(), *promised["currency"].dropna()}
    gross = stocks(portfolio).groupby("currency")["open_debit_minor"].sum()
    order = sorted(present, key=lambda code: (-int(gross.get(code, 0)), code))
    days = dispute_days(portfolio, policy, order)
    frames = {
        "totals": in_all(portfolio).merge(days, on="currency", how="right"),
        "codes": with_days(portfolio, days),
        "months": by_month(portfolio),
        "kept": kept_in_all(portfolio, policy),
        "kept_months": kept_by_month(portfolio, policy),
    }
    return DisputesView(
        as_of=portfolio.as_of,
        blocks=tuple(
            _block(code, found, promised, frames, int(gross.get(code, 0))) for code in order
        ),
        disputes=found,
        promises=promised,
    )


def _named(portfolio: Portfolio, promised: pd.DataFrame) -> pd.DataFrame:
    names = customers(portfolio)[[*KEY, "name"]]
    rows = promised.merge(names, on=KEY, how="left")
    rank = rows["status"].map({"broken": 0, "partial": 1, "pending": 2, "kept": 4}).fillna(3)
    order = [rank.rename("rank"), rows["due_on"].rename("due")]
    keys = pd.concat(order, axis=1).sort_values(["rank", "due"], kind="stable")
    return rows.loc[keys.index].reset_index(drop=True)


def _block(
    currency: str,
    found: pd.DataFrame,
    promised: pd.DataFrame,
    frames: Mapping[str, pd.DataFrame],
    gross: int,
) -> DisputesBlock:
    totals = _record(in_currency(frames["totals"], currency))
    for name in ("count_open", "open_minor", "overdue_minor", "count_opened", "opened_minor",
                 "count_closed", "count_judged", "count_founded"):  # fmt: skip
        totals[name] = int(totals[name] or 0)
    own = in_currency(found, currency)
    totals["gross_minor"] = gross
    totals["dispute_ratio"] = totals["open_minor"] / gross if gross > 0 else None
    totals["count_target_late"] = int(own["is_target_late"].sum())
    return DisputesBlock(
        currency=currency,
        totals=totals,
        codes=in_currency(frames["codes"], currency),
        months=in_currency(frames["months"], currency),
        promised=_promised(
            in_currency(promised, currency), _record(in_currency(frames["kept"], currency))
        ),
        promise_months=in_currency(frames["kept_months"], currency),
    )


def _promised(rows: pd.DataFrame, kept: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for status in ("pending", "broken"):
        side = rows.loc[rows["status"] == status]
        told[f"count_{status}"] = len(side)
        told[f"{status}_minor"] = int(side["amount_minor"].sum())
    for name in ("count_due", "count_kept"):
        told[name] = int(kept.get(name) or 0)
    for name in ("kept_ratio", "kept_value_ratio"):
        told[name] = kept.get(name)
    return told


def _record(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the one row of a frame, what is missing None; empty without a row."""
    if rows.empty:
        return {}
    row = rows.iloc[0].to_dict()
    return {str(name): None if pd.isna(value) else value for name, value in row.items()}
