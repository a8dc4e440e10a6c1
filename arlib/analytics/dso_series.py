"""The DSO family at one date and at many, from one reading of the receivables and of the sales."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.dso import (
    DAYS_A_YEAR,
    MONTHS_A_YEAR,
    CountBack,
    Period,
    SalesHistory,
    cei,
    count_back,
    period,
    simple,
    turnover,
)
from arlib.analytics.receivables import Receivables, alike
from arlib.model.money import round_half_away
from arlib.model.portfolio import month_ends

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from arlib.model.policy import Policy

PARTS: Final = ("not_due", "late", "disputed", "credits")


@dataclass(frozen=True)
class Family:
    """The family at one date, in days of the sales of the last ``months`` months.

    ``months`` None: too few months; ``blind``: why nothing can be said of what is due, or None.
    """

    on: date
    ar: Receivables
    history: SalesHistory
    months: int | None
    blind: str | None

    @cached_property
    def period(self) -> Period | None:
        """Return the sales that count and their days."""
        return self.history.last(self.months) if self.months else None

    @property
    def sales(self) -> int | None:
        """Return the sales of the period in minor units."""
        return self.period.sales if self.period else None

    @property
    def days(self) -> int | None:
        """Return the days of the period."""
        return self.period.days if self.period else None

    @cached_property
    def short(self) -> str | None:
        """Return why a period cannot be had: no month at all, or too few of them."""
        if self.months:
            return None
        return "insufficient_history" if self.history.months else "no_history"

    @cached_property
    def simple(self) -> tuple[float | None, str | None]:
        """Return AR / sales × days, or why it is unknown."""
        if self.sales is None or not self.days:
            return None, self.short
        value = simple(self.ar.outstanding, self.sales, self.days)
        return value, None if value is not None else "no_sales"

    @cached_property
    def back(self) -> CountBack:
        """Return the count-back, of no meaning without a month."""
        return count_back(self.ar.outstanding, self.history.sales, self.history.days)

    @cached_property
    def day(self) -> float | None:
        """Return days per minor unit of sales; None without sales."""
        return self.days / self.sales if self.days and self.sales and self.sales > 0 else None

    @cached_property
    def best(self) -> tuple[float | None, str | None]:
        """Return AR not due / sales × days, or why it is unknown."""
        if self.blind or self.day is None:
            return None, self.blind or self.short or "no_sales"
        return self.ar.not_due * self.day, None

    @cached_property
    def parts(self) -> dict[str, float] | None:
        """Return the days of each cause; they add up to the simple DSO, None when it is not had."""
        if self.best[0] is None or self.day is None or self.ar.outstanding <= 0:
            return None
        return {name: getattr(self.ar, name) * self.day for name in PARTS}

    @cached_property
    def parts_reason(self) -> str | None:
        """Return why there is no decomposition."""
        if self.parts is not None:
            return None
        return self.best[1] or "credit_balance"

    def share(self, amount: int | None) -> tuple[float | None, str | None]:
        """Return an amount over the open debits, or why it is unknown."""
        if self.blind or amount is None:
            return None, self.blind or "not_at_this_level"
        return (amount / self.ar.gross, None) if self.ar.gross > 0 else (None, "no_open")

    @cached_property
    def overdue_net(self) -> tuple[float | None, str | None]:
        """Return overdue less credits over the net balance: information alone."""
        net = self.ar.outstanding - self.ar.bills
        if self.blind:
            return None, self.blind
        return ((self.ar.overdue + self.ar.credits) / net, None) if net > 0 else (None, "no_open")


def families(
    stock: Mapping[date, Receivables],
    history: SalesHistory,
    policy: Policy,
    asked: int,
    blind: str | None,
) -> dict[date, Family]:
    """Return the family at every date of ``stock``, oldest first."""
    found = {}
    for day in sorted(stock):
        known = history.until(day)
        months = period(known, asked, policy.dso_min_months)
        found[day] = Family(day, stock[day], known, months, blind)
    return found


def cei_months(known: Mapping[date, Family], ends: Sequence[date]) -> pd.DataFrame:
    """Return ``closed_on, cei_ratio, cei_ratio_reason`` for each end after the first one.

    The opening stock of a month is that of the end before it; the last month ends at the date.
    """
    rows = []
    for before, day in pairwise(ends):
        begin, end = known.get(before), known.get(day)
        ratio, reason = _cei(begin, end)
        rows.append({"closed_on": day, "cei_ratio": ratio, "cei_ratio_reason": reason})
    frame = pd.DataFrame(rows, columns=["closed_on", "cei_ratio", "cei_ratio_reason"])
    return frame.astype(
        {"closed_on": "datetime64[s]", "cei_ratio": "float64", "cei_ratio_reason": "str"}
    )


def mean_cei(months: pd.DataFrame) -> tuple[float | None, str | None, int]:
    """Return the mean of the last twelve months, its reason, and how many of them have a value."""
    values = months["cei_ratio"].tail(MONTHS_A_YEAR).dropna()
    if not len(values):
        reasons = months["cei_ratio_reason"].dropna()
        return None, str(reasons.iloc[-1]) if len(reasons) else "no_opening", 0
    return float(values.mean()), None, len(values)


def _cei(begin: Family | None, end: Family | None) -> tuple[float | None, str | None]:
    if begin is None or end is None:
        return None, "no_opening"
    if end.blind:
        return None, end.blind
    if end.on.replace(day=1) not in end.history.months:
        return None, "insufficient_history"
    first, last = alike((begin.ar, end.ar))
    sales = end.history.sales_of(end.on)
    value = cei(first.outstanding, sales, last.outstanding, last.not_due)
    return value, None if value is not None else "nothing_collectable"


@dataclass(frozen=True, slots=True)
class Rotation:
    """Receivables turnover a year, the days it makes, the months of sales; or the reason."""

    turnover: float | None
    days: float | None
    months: int | None
    reason: str | None


def rotation(stock: Mapping[date, Receivables], family: Family, policy: Policy) -> Rotation:
    """Return the turnover over the period of the date, or the longest one with an opening stock.

    ``stock``: the receivables at the date, at the month-ends before and where the period begins.
    """
    periods = _periods(family.history, family.months or 0, policy.dso_min_months)
    used = next((item for item in periods if _opening(item) in stock), None)
    if used is None:
        return Rotation(None, None, None, family.short or "no_opening")
    chosen = _averaged(_opening(used), family.on, policy)
    if not stock.keys() >= set(chosen):
        return Rotation(None, None, None, "no_opening")
    averaged = tuple(item.outstanding for item in alike([stock[day] for day in chosen]))
    value = turnover(used.sales, used.days, averaged)
    if value is None:
        return Rotation(
            None, None, used.months, "no_sales" if used.sales <= 0 else "credit_balance"
        )
    return Rotation(value, DAYS_A_YEAR / value, used.months, None)


def _periods(history: SalesHistory, longest: int, least: int) -> Iterator[Period]:
    """Give the periods that end at the date, the longest first; rolling ones before calendar ones."""
    for months in range(longest, least - 1, -1):
        yield history.last(months)
        yield history.whole(months)


def _opening(used: Period) -> date:
    return used.first - timedelta(days=1)


def _averaged(opening: date, end: date, policy: Policy) -> tuple[date, ...]:
    """Return the dates whose receivables are averaged, the opening one first."""
    if policy.turnover_average == "ends":
        return (opening, end)
    months = (end.year - opening.year) * MONTHS_A_YEAR + end.month - opening.month
    return (opening, *(day for day in month_ends(end, months + 1) if opening < day))


def one_day(history: SalesHistory) -> int | None:
    """Return the sales of a year divided by 365: what one day of DSO is worth; None before.

    Where the twelve months are shorter than a year (the files begin inside), their own days divide.
    """
    if len(history.months) < MONTHS_A_YEAR:
        return None
    year = history.last(MONTHS_A_YEAR)
    return int(round_half_away(year.sales / min(year.days, DAYS_A_YEAR)))


def released(family: Family, days: float) -> int | None:
    """Return the cash that a simple DSO of so many days would free, 0 when it is already there."""
    if family.simple[0] is None or family.day is None:
        return None
    return max(0, int(round_half_away(family.ar.outstanding - days / family.day)))


def series(known: Mapping[date, Family], ends: Sequence[date]) -> pd.DataFrame:
    """Return the family by month, one row per end that is known, oldest first.

    Columns: ``month_on`` (first day), ``closed_on``, days (``simple_days, count_back_days,
    best_possible_days, average_days_delinquent, not_due_days, late_days, disputed_days,
    credits_days``), ``count_back_is_lower_bound``, ``sales_minor`` (of the month),
    ``outstanding_minor``, ratios (``overdue_ratio, overdue_net_ratio, overdue_undisputed_ratio,
    overdue_over_30_ratio, dispute_ratio, cei_ratio``), each number with its ``_reason``.
    """
    shown = [day for day in ends if day in known]
    frame = pd.DataFrame([_row(known[day]) for day in shown], columns=_COLUMNS)
    frame = frame.astype({name: _TYPES.get(_kind(name), "float64") for name in _COLUMNS})
    opened = [month_ends(day, 2)[0] for day in shown[:1]]
    ratios = cei_months(known, [*opened, *shown]).drop(columns="closed_on")
    return pd.concat([frame, ratios], axis=1)


def _row(family: Family) -> dict[str, object]:
    has_months = bool(family.history.months)
    ar = family.ar
    pairs = {
        "simple_days": family.simple,
        "count_back_days": (family.back.days, None) if has_months else (None, "no_history"),
        "best_possible_days": family.best,
        "average_days_delinquent": _late(family),
        "overdue_ratio": family.share(ar.overdue),
        "overdue_net_ratio": family.overdue_net,
        "overdue_undisputed_ratio": family.share(ar.late),
        "overdue_over_30_ratio": family.share(ar.late_over_30),
        "dispute_ratio": family.share(ar.disputed_open),
    }
    row: dict[str, object] = {
        "month_on": family.on.replace(day=1),
        "closed_on": family.on,
        "sales_minor": family.history.sales_of(family.on),
        "outstanding_minor": ar.outstanding,
        "count_back_is_lower_bound": has_months and family.back.is_lower_bound,
    }
    for name, (value, reason) in pairs.items():
        row |= {name: value, f"{name}_reason": reason}
    for name in PARTS:
        row[f"{name}_days"] = family.parts[name] if family.parts else None
        row[f"{name}_days_reason"] = family.parts_reason
    return row


def _late(family: Family) -> tuple[float | None, str | None]:
    """Return simple − best possible."""
    value, best = family.simple[0], family.best[0]
    if value is None or best is None:
        return None, family.simple[1] or family.best[1]
    return value - best, None


_FIGURES: Final = (
    "simple_days",
    "count_back_days",
    "best_possible_days",
    "average_days_delinquent",
    *(f"{name}_days" for name in PARTS),
    "overdue_ratio",
    "overdue_net_ratio",
    "overdue_undisputed_ratio",
    "overdue_over_30_ratio",
    "dispute_ratio",
)
_COLUMNS: Final = [
    "month_on",
    "closed_on",
    "sales_minor",
    "outstanding_minor",
    "count_back_is_lower_bound",
    *(column for name in _FIGURES for column in (name, f"{name}_reason")),
]
_TYPES: Final = {
    "on": "datetime64[s]",
    "minor": "int64",
    "bound": "bool",
    "reason": "str",
}


def _kind(name: str) -> str:
    return name.rsplit("_", 1)[-1]
