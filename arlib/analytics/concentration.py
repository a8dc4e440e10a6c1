"""Concentration: shares, Pareto, Herfindahl, Gini on positive amounts (definitions §6).

Worked set: HHI 0.398479, normalised 0.197971, equivalent 2.510 customers, Gini 0.410124.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.dso import DAYS_A_YEAR, MONTHS_A_YEAR, period, sales_history
from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    customers,
    first_reason,
    left_out,
    stocks,
)
from arlib.analytics.overruns import limit_test
from arlib.analytics.segmentation import segmented
from arlib.model.money import round_half_away
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_A_TO: Final = 0.8
_B_TO: Final = 0.95


@dataclass(frozen=True, slots=True)
class Indices:
    """Indices of concentration, 0 to 1; None where they do not exist."""

    pareto_count: int | None
    hhi: float | None
    hhi_normalised: float | None
    equivalent_count: float | None
    gini: float | None


def shares(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return rows with a positive amount, largest first, with their share.

    Adds ``amount_minor, share_ratio, cumulative_ratio, abc`` (A to 80 %, B to 95 %, C; a customer
    that crosses a bound is still in the class it started in).
    """
    rows = frame.loc[frame[column] > 0].copy()
    rows["amount_minor"] = rows[column].astype("int64")
    rows = rows.sort_values(
        ["amount_minor", "company_id", "customer_id"],
        ascending=[False, True, True],
        ignore_index=True,
    )
    total = int(rows["amount_minor"].sum())
    rows["share_ratio"] = rows["amount_minor"] / max(total, 1)
    rows["cumulative_ratio"] = rows["amount_minor"].cumsum() / max(total, 1)
    started = rows["cumulative_ratio"] - rows["share_ratio"]
    rows["abc"] = first_reason(
        rows.index, (started < _A_TO, "A"), (started < _B_TO, "B"), (started <= 1, "C")
    )
    return rows


def indices(shared: pd.DataFrame, pareto_ratio: float) -> Indices:
    """Return the indices of ``shares``.

    HHI = Σ s²; normalised (HHI − 1/n) / (1 − 1/n); Gini = Σ (2i − n − 1) x(i) / (n Σ x), ascending.
    """
    n = len(shared)
    if n == 0:
        return Indices(None, None, None, None, None)
    hhi = float((shared["share_ratio"] ** 2).sum())
    reached = shared["cumulative_ratio"] >= pareto_ratio - 1e-12
    ascending = np.sort(shared["share_ratio"].to_numpy("float64"))
    weights = 2 * np.arange(1, n + 1) - n - 1
    return Indices(
        pareto_count=int(np.argmax(reached.to_numpy())) + 1,
        hhi=hhi,
        hhi_normalised=(hhi - 1 / n) / (1 - 1 / n) if n > 1 else None,
        equivalent_count=1 / hhi,
        gini=float((weights * ascending).sum() / n) if n > 1 else None,
    )


def carried(portfolio: Portfolio, *, is_by_group: bool) -> pd.DataFrame:
    """Return what each customer (or group) owes, one row per company, customer and currency.

    Columns: key and currency, ``name, group_id, count_customers, outstanding_minor,
    overdue_minor``. By group, customers of one group are one row: its ``customer_id`` is missing
    and its name is the group's. Companies of one's own group and collective accounts are out.
    """
    who = customers(portfolio)
    own = who.loc[~who["is_collective"] & ~who["is_intercompany"], [*KEY, "name", "group_id"]]
    stock = stocks(portfolio)[[*KEY_CURRENCY, "outstanding_minor", "overdue_minor"]]
    frame = stock.merge(own, on=KEY).assign(count_customers=1)
    return _grouped(frame) if is_by_group else frame


def _grouped(frame: pd.DataFrame) -> pd.DataFrame:
    alone = frame.loc[frame["group_id"].isna()]
    inside = frame.loc[frame["group_id"].notna()]
    if inside.empty:
        return frame
    by_group = inside.groupby(["company_id", "group_id", "currency"], sort=True)
    summed = by_group[["outstanding_minor", "overdue_minor", "count_customers"]].sum().reset_index()
    summed = summed.assign(name=summed["group_id"], customer_id=pd.Series(dtype="str"))
    return pd.concat([alone, summed], ignore_index=True)[list(frame.columns)]


def excluded(portfolio: Portfolio) -> pd.DataFrame:
    """Return what concentration leaves out: ``currency, kind, count_customers, outstanding_minor``.

    ``kind``: intercompany (a company of one's own group) or collective (an account of several).
    """
    who = customers(portfolio)
    stock = stocks(portfolio)[[*KEY_CURRENCY, "outstanding_minor"]]
    own = who.loc[who["is_intercompany"] | who["is_collective"], [*KEY, "is_intercompany"]]
    frame = stock.merge(own, on=KEY)
    frame["kind"] = np.where(frame["is_intercompany"], "intercompany", "collective")
    by_kind = frame.groupby(["currency", "kind"], sort=True)["outstanding_minor"]
    return by_kind.agg(count_customers="size", outstanding_minor="sum").reset_index()


def year_of_sales(portfolio: Portfolio, currency: str) -> tuple[int | None, str | None]:
    """Return the sales TTC of twelve months to the date, whole companies; or why they are unknown.

    Sales are those of the companies shown, whatever customers the filters choose. Where the twelve
    months have fewer days than a year (the files begin inside), they are brought to 365 days.
    """
    if len(left_out(portfolio, frozenset({"C"}))) == len(portfolio.companies()):
        return None, NOT_AT_THIS_LEVEL
    history = sales_history(portfolio.of_companies(), currency)
    months = period(history, MONTHS_A_YEAR, MONTHS_A_YEAR)
    if months is None:
        return None, "short_year"
    year = history.last(months)
    if year.days >= DAYS_A_YEAR:
        return year.sales, None
    return int(round_half_away(year.sales * DAYS_A_YEAR / year.days)), None


def risk_map(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return individual customers who owe something: what they owe against how risky they are.

    Columns: key, ``currency, name, outstanding_minor, score`` (0 to 100, NaN unknown), ``segment,
    overrun_minor`` (Int64; NA without a limit in that currency). By the rules there is no score.
    """
    frame = segmented(portfolio, policy, policy.segmentation_method, None)
    frame = frame[[*KEY_CURRENCY, "outstanding_minor", "score", "segment"]]
    who = customers(portfolio)
    own = who.loc[~who["is_collective"] & ~who["is_intercompany"], [*KEY, "name"]]
    frame = frame.loc[frame["outstanding_minor"] > 0].merge(own, on=KEY)
    tested = limit_test(portfolio, policy, policy.exposure_basis)
    tested = tested[[*KEY, "limit_currency", "overrun_minor"]]
    frame = frame.merge(tested, on=KEY, how="left")
    is_own = frame["limit_currency"] == frame["currency"]
    frame["overrun_minor"] = frame["overrun_minor"].astype("Int64").where(is_own)
    return frame.drop(columns="limit_currency")
