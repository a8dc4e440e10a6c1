"""Alerte précoce: who pays later than he used to, what it concerns, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.early_warning import Calibration, calibrate, evaluate
from arlib.analytics.frames import (
    IDENTITY,
    NOT_AT_THIS_LEVEL,
    are_all_left_out,
    customers,
    stocks,
    without_behaviour,
)
from arlib.analytics.warning_points import points
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.views.common import currencies, in_currency

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

SHIFT_DAYS: Final = 3  # from which a hint is listed
_SHOWN_POINTS: Final = 40


@dataclass(frozen=True, slots=True)
class WarningsBlock:
    """Early warning in one currency: amounts are those of the currency, delays of the customer.

    ``alerts`` (worse), ``to_confirm``, ``improving`` (better) and ``hints`` (8 to 17 points, at
    least 3 days later): one row a customer: ``company_id, customer_id, name, category, owner,
    sector, usual_days, recent_days, shift_days, statistic, better_statistic, alert, alert_since,
    raised_on, is_silenced, count_points, count_runs, count_since, has_open, last_paid_on, settled_days,
    oldest_open_on, count_open`` (points left unpaid), ``evidence,
    outstanding_minor, overdue_minor, currency, weight`` (shift × outstanding, the order).
    ``counts``: customers by evidence (enough, hint, insufficient_history); ``totals``:
    ``alerts_minor, outstanding_minor`` (of all the customers judged or not).
    ``series``: the last points of the customers listed: key, ``on, delay_days, is_open,
    count_invoices``.
    """

    currency: str
    alerts: pd.DataFrame
    to_confirm: pd.DataFrame
    improving: pd.DataFrame
    hints: pd.DataFrame
    counts: dict[str, int]
    totals: dict[str, int]
    series: pd.DataFrame


@dataclass(frozen=True, slots=True)
class WarningsView:
    """One block a currency, the largest first. ``unavailable``: no settlement is known.

    ``expected_per_year``: false alarms to expect a year from the customers shown, None when no
    customer has enough runs to measure it.
    """

    as_of: date
    calibration: Calibration
    expected_per_year: float | None
    blocks: tuple[WarningsBlock, ...]
    unavailable: str | None
    left_out: tuple[str, ...]


def build(portfolio: Portfolio, policy: Policy) -> WarningsView:
    """Return who has begun to pay later or sooner, by currency."""
    missing = without_behaviour(portfolio, policy)
    is_nothing = are_all_left_out(portfolio, missing)
    calibration = calibrate(portfolio, policy)
    rate = calibration.false_alarms_per_customer_year
    found = evaluate(portfolio, policy, calibration)
    judged = int((found["evidence"] == "enough").sum())
    return WarningsView(
        as_of=portfolio.as_of,
        calibration=calibration,
        expected_per_year=None if rate is None else rate * judged,
        blocks=() if is_nothing else _blocks(portfolio, policy, found),
        unavailable=NOT_AT_THIS_LEVEL if is_nothing else None,
        left_out=tuple(sorted(missing)),
    )


def _blocks(portfolio: Portfolio, policy: Policy, found: pd.DataFrame) -> tuple[WarningsBlock, ...]:
    rows = _with_amounts(portfolio, found)
    known = points(portfolio, policy)
    return tuple(
        _block(in_currency(rows, currency), known, currency)
        for currency in currencies(portfolio)
        if (rows["currency"] == currency).any()
    )


def _with_amounts(portfolio: Portfolio, found: pd.DataFrame) -> pd.DataFrame:
    """Return one row per customer and currency he owes in; one who owes nothing in his company's."""
    owed = stocks(portfolio)[[*KEY_CURRENCY, "outstanding_minor", "overdue_minor"]]
    rows = found.merge(customers(portfolio)[[*KEY, *IDENTITY]], on=KEY, how="left")
    rows = rows.merge(owed, on=KEY, how="left")
    own = {item.company_id: item.currency for item in portfolio.companies()}
    asked = portfolio.filters.convert or portfolio.filters.currency
    main = rows["company_id"].map(own) if asked is None else asked
    rows["currency"] = rows["currency"].fillna(main)
    for name in ("outstanding_minor", "overdue_minor"):
        rows[name] = rows[name].fillna(0).astype("int64")
    rows["count_open"] = rows["count_points"] - rows["count_runs"]
    rows["weight"] = rows["shift_days"] * rows["outstanding_minor"].clip(lower=0)
    return rows


def _block(rows: pd.DataFrame, known: pd.DataFrame, currency: str) -> WarningsBlock:
    is_hint = (rows["evidence"] == "hint") & (rows["shift_days"] >= SHIFT_DAYS)
    alerts = _worst_first(rows.loc[rows["alert"] == "worse"])
    to_confirm = _worst_first(rows.loc[rows["alert"] == "to_confirm"])
    improving = _worst_first(
        rows.loc[rows["alert"] == "better"].assign(weight=lambda f: -f["weight"])
    )
    hints = _worst_first(rows.loc[is_hint])
    listed = pd.concat([alerts, to_confirm, improving, hints])[KEY].drop_duplicates()
    counts = rows["evidence"].value_counts()
    return WarningsBlock(
        currency=currency,
        alerts=alerts,
        to_confirm=to_confirm,
        improving=improving,
        hints=hints,
        counts={
            name: int(counts.get(name, 0)) for name in ("enough", "hint", "insufficient_history")
        },
        totals={
            "alerts_minor": int(alerts["outstanding_minor"].sum()),
            "outstanding_minor": int(rows["outstanding_minor"].sum()),
        },
        series=_last_points(known.merge(listed, on=KEY)),
    )


def _worst_first(rows: pd.DataFrame) -> pd.DataFrame:
    order = ["weight", "shift_days", *KEY]
    return rows.sort_values(order, ascending=[False, False, True, True], ignore_index=True)


def _last_points(known: pd.DataFrame) -> pd.DataFrame:
    columns = [*KEY, "on", "delay_days", "is_open", "count_invoices"]
    return known.groupby(KEY, sort=False).tail(_SHOWN_POINTS)[columns].reset_index(drop=True)
