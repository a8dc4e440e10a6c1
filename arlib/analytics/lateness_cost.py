"""What lateness costs: euros × days late × own cost of money (definitions §5, *coût de portage*).

Day by day over twelve months: what was open past its due date each day, paid since or not, × rate / 365.
Beside it, the same for what is late at the date alone, since its due date, which an extraction of open
items can tell too. Disputed amounts are in it and named apart; credits not allocated are not deducted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.dso import DAYS_A_YEAR
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, first_reason, left_out, outer, ratio, stocks
from arlib.analytics.money_cost import whole
from arlib.analytics.real_days import dearest_first, numbers, with_names
from arlib.analytics.yearly_sales import sales_reason, yearly_sales
from arlib.model.portfolio import KEY_CURRENCY

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

NO_COST_OF_MONEY: Final = "no_cost_of_money"
_YEAR_MONTHS: Final = 12
_WITHOUT_PAST: Final = frozenset({"C"})


@dataclass(frozen=True, slots=True)
class LatenessTotals:
    """Sums of one currency. ``mean_late_minor``: what was late on an average day of the window.

    ``sold_minor``: sales of the customers shown, ``cost_ratio`` the share of them that lateness costs.
    ``cost_minor`` is None with its reason; ``intercompany_minor`` is part of it.
    """

    cost_minor: int | None
    cost_reason: str | None
    disputed_cost_minor: int | None
    open_cost_minor: int | None
    intercompany_minor: int | None
    mean_late_minor: int | None
    yearly_minor: int
    cost_ratio: float | None
    late_amount_days: float
    count_customers: int


def windows(portfolio: Portfolio) -> dict[str, date]:
    """Return the start (excluded) of the days counted by company: twelve months, or since the book answers.

    Ledgers without lettering and lists of open items of one extraction have no past: they are absent.
    """
    start = portfolio.window_start(_YEAR_MONTHS)
    estimated = portfolio.estimated_companies()
    blind = {
        name
        for name in left_out(portfolio, _WITHOUT_PAST)
        if name not in portfolio.inferred_companies()
    }
    found = {}
    for item in portfolio.companies():
        if item.company_id in estimated | blind or item.first_as_of is None:
            continue
        first = max(start, item.first_as_of - timedelta(days=1))
        if first < portfolio.as_of:
            found[item.company_id] = first
    return found


def lateness_cost(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return what each customer's lateness costs, one row per company, customer and currency, dearest first.

    Columns: key and currency, ``name, is_intercompany, late_amount_days, disputed_amount_days,
    open_amount_days`` (floats, minor units × days; NaN where there is no past), ``count_late``,
    ``cost_minor, disputed_cost_minor, open_cost_minor`` (Int64: of the twelve months, its part in
    dispute, its part of what is still open; + ``_reason``: not_at_this_level, no_cost_of_money),
    ``overdue_minor, due_amount_days, due_cost_minor`` (of what is late at the date, since its due date;
    + ``_reason``), ``yearly_minor`` (+ ``_reason``), ``cost_ratio`` (cost over yearly sales; + ``_reason``).
    """
    name = f"lateness cost {policy.version}"
    return portfolio.derived(name, lambda: _lateness_cost(portfolio, policy))


def totals(rows: pd.DataFrame, portfolio: Portfolio, policy: Policy) -> LatenessTotals:
    """Return the sums of the rows of one currency."""
    known = windows(portfolio)
    why = None if policy.cost_of_money_ratio else NO_COST_OF_MONEY
    why = NOT_AT_THIS_LEVEL if not known else why

    def cost(name: str) -> int | None:
        return None if why else int(rows[name].fillna(0).sum())

    days = _days(portfolio, known)
    amount_days = float(rows["late_amount_days"].fillna(0).sum())
    yearly = int(rows["yearly_minor"].fillna(0).sum())
    total = cost("cost_minor")
    inner = rows.loc[rows["is_intercompany"].eq(other=True), "cost_minor"]
    return LatenessTotals(
        cost_minor=total,
        cost_reason=why,
        disputed_cost_minor=cost("disputed_cost_minor"),
        open_cost_minor=cost("open_cost_minor"),
        intercompany_minor=None if why else int(inner.fillna(0).sum()),
        mean_late_minor=int(whole([amount_days / days]).iloc[0]) if days else None,
        yearly_minor=yearly,
        cost_ratio=total / yearly if total is not None and yearly > 0 else None,
        late_amount_days=amount_days,
        count_customers=int((rows["late_amount_days"] > 0).sum()),
    )


def _days(portfolio: Portfolio, known: dict[str, date]) -> int:
    """Return the days counted of the company that has most of them."""
    return max(((portfolio.as_of - first).days for first in known.values()), default=0)


def _lateness_cost(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    known = windows(portfolio)
    past = portfolio.lateness(tuple(known), tuple(known.values()))
    stock = stocks(portfolio)[[*KEY_CURRENCY, "overdue_minor", "late_amount_days"]]
    stock = stock.rename(columns={"late_amount_days": "due_amount_days"})
    stock = stock.loc[stock["overdue_minor"] > 0]
    sales = yearly_sales(portfolio, policy)[[*KEY_CURRENCY, "yearly_minor", "yearly_reason"]]
    frame = past.astype(dict.fromkeys(KEY_CURRENCY, "str"))
    for other in (stock, sales):
        frame = outer(frame, other, KEY_CURRENCY)
    frame = with_names(portfolio, frame)
    has_past = frame["company_id"].isin(known)
    for name in ("late_amount_days", "disputed_amount_days", "open_amount_days", "count_late"):
        frame[name] = frame[name].fillna(0).where(has_past)
    frame["count_late"] = frame["count_late"].astype("Int64")
    frame["overdue_minor"] = frame["overdue_minor"].fillna(0).astype("int64")
    is_exact = ~frame["company_id"].isin(portfolio.estimated_companies())
    frame["due_amount_days"] = frame["due_amount_days"].astype("float64").fillna(0).where(is_exact)
    why = sales_reason(portfolio) or "no_sales"
    unknown = first_reason(frame.index, (frame["yearly_minor"].isna(), why))
    frame["yearly_reason"] = frame["yearly_reason"].fillna(unknown)
    return dearest_first(_costed(frame, policy), "late_amount_days")


def _costed(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    rate = policy.cost_of_money_ratio
    names = {
        "cost": "late_amount_days",
        "disputed_cost": "disputed_amount_days",
        "open_cost": "open_amount_days",
        "due_cost": "due_amount_days",
    }
    for name, source in names.items():
        values = frame[source].to_numpy("float64") * rate / DAYS_A_YEAR
        amount = whole(values, frame.index)
        frame[f"{name}_minor"] = amount if rate else amount.mask(amount.notna())
        frame[f"{name}_reason"] = first_reason(
            frame.index,
            (frame[source].isna(), NOT_AT_THIS_LEVEL),
            ([not rate] * len(frame), NO_COST_OF_MONEY),
        )
    frame["cost_ratio"] = ratio(pd.Series(numbers(frame["cost_minor"])), frame["yearly_minor"])
    frame["cost_ratio_reason"] = frame["cost_reason"].fillna(frame["yearly_reason"])
    return frame
