"""When a customer over his limit should be back under it, from his open invoices alone.

Each open invoice counts in full on the date foreseen for it (base scenario: the median of its
hazard, or the date promised); what is in dispute or not foreseeable is never counted. The first day on which the
sum reaches the overrun is the date. No sale to come is in it: it says when the debt of today no
longer is too much. Orders, deliveries and bills that the basis of exposure holds are taken to stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import forecast_items
from arlib.analytics.exposure import whole
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, first_reason, without_behaviour
from arlib.analytics.rates import factors
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

DATES: Final = ("return_under_limit_on", "return_under_limit_p90_on")
_DAYS: Final = {"expected_on": DATES[0], "p90_on": DATES[1]}
_WITH_COMMITMENTS: Final = frozenset({"E2", "E3", "E4"})
_NOTHING: Final = ("foreseen", "disputed", "unforeseen", "unknown")


def has_commitments(basis: str) -> bool:
    """Return True when a basis of exposure holds more than invoices: what it adds is taken to stay."""
    return basis in _WITH_COMMITMENTS


def returns(portfolio: Portfolio, policy: Policy, rows: pd.DataFrame) -> pd.DataFrame:
    """Return when each customer of a risk table should be back under his limit, one row each.

    ``rows``: ``analytics.risk.risk_table``. Columns: key, ``return_under_limit_on``,
    ``return_under_limit_p90_on`` (each invoice at its latest in nine cases of ten), both NaT with
    ``_reason``: that of the overrun, not_over, intercompany; and for those over: no_rate,
    not_at_this_level and no_history (no settlement to learn from), not_predictable, disputed (what would do is in dispute),
    invoices_not_enough (all open invoices together would not do), beyond_horizon (the latest date alone).
    Nothing is learnt when nobody is over.
    """
    once = rows.drop_duplicates(KEY).reset_index(drop=True)
    over = once.loc[once["is_over"], [*KEY, "limit_currency", "overrun_minor"]]
    found = once[[*KEY, "is_over", "overrun_reason", "is_intercompany"]].copy()
    if over.empty:
        never = pd.Series(pd.NaT, index=found.index, dtype="datetime64[s]")
        found = found.assign(**dict.fromkeys(DATES, never), why=None)
    else:
        found = found.merge(_dated(portfolio, policy, over), on=KEY, how="left")
    return _said(found)


def _dated(portfolio: Portfolio, policy: Policy, over: pd.DataFrame) -> pd.DataFrame:
    """Return the two dates of the customers over their limit, and why there is none (``why``)."""
    book = whole(portfolio)
    known = forecast_items.model(book, policy)
    items = forecast_items.dated(book, policy, known, among=over[KEY])
    items = items.merge(over, on=KEY)
    factor = factors(book, items["company_id"], items["currency"], items["limit_currency"])
    items["factor"] = factor
    frame = over[KEY].copy()
    need = over.set_index(KEY)["overrun_minor"].astype("float64")
    for source, name in _DAYS.items():
        frame = frame.merge(_reached(_parts(items, source), need, name), on=KEY, how="left")
    return frame.merge(_why(book, policy, items, need), on=KEY, how="left")


def _parts(items: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return what is foreseen in the currency of the limit: key, ``on``, ``amount`` (float)."""
    planned = items[[*KEY, day, "planned_minor", "factor"]]
    promised = items[[*KEY, "promised_on", "promised_minor", "factor"]]
    names = [*KEY, "on", "amount", "factor"]
    frame = pd.concat(
        [planned.set_axis(names, axis=1), promised.set_axis(names, axis=1)], ignore_index=True
    )
    frame["amount"] = frame["amount"].astype("float64") * frame["factor"]
    is_known = frame["on"].notna() & (frame["amount"] > 0)
    return frame.loc[is_known, [*KEY, "on", "amount"]]


def _reached(parts: pd.DataFrame, need: pd.Series[float], name: str) -> pd.DataFrame:
    """Return the first day on which the sum of the amounts reaches what is needed: key, ``name``."""
    by_day = parts.groupby([*KEY, "on"], sort=True)["amount"].sum().reset_index()
    # half away from zero: what is compared is whole minor units
    summed = np.floor(by_day.groupby(KEY)["amount"].cumsum() + 0.5)
    by_day["need"] = need.reindex(pd.MultiIndex.from_frame(by_day[KEY])).to_numpy()
    reached: pd.DataFrame = by_day.loc[summed >= by_day["need"]].drop_duplicates(KEY)
    return reached[[*KEY, "on"]].rename(columns={"on": name})


def _why(
    book: Portfolio, policy: Policy, items: pd.DataFrame, need: pd.Series[float]
) -> pd.DataFrame:
    """Return what would have to come in for there to be a date, by customer: key, ``why``."""
    is_unknown = items["treatment"] == "no_model"
    is_dated = items["expected_on"].notna()
    planned = items["planned_minor"].astype("float64")
    amounts = items[KEY].assign(
        foreseen=planned.where(is_dated, 0.0) + items["promised_minor"],
        unknown=planned.where(is_unknown & ~is_dated, 0.0),
        unforeseen=planned.where(~is_unknown & ~is_dated, 0.0),
        disputed=items["disputed_minor"].astype("float64"),
    )
    amounts[list(_NOTHING)] = amounts[list(_NOTHING)].mul(items["factor"], axis=0)
    lacks = items["factor"].isna().groupby([items[name] for name in KEY]).any()
    sums = amounts.groupby(KEY)[list(_NOTHING)].sum()
    sums = sums.reindex(need.index).fillna(0.0)
    companies = sums.index.get_level_values("company_id")
    is_silent = companies.isin(list(without_behaviour(book, policy)))
    short = need - sums["foreseen"] - sums["unforeseen"] - sums["unknown"] > 0
    words = first_reason(
        sums.index,
        (lacks.reindex(need.index).eq(other=True), "no_rate"),
        (~short & (sums["unknown"] > 0) & is_silent, NOT_AT_THIS_LEVEL),
        (~short & (sums["unknown"] > 0), "no_history"),
        (~short, "not_predictable"),
        (need - sums.sum(axis=1) <= 0, "disputed"),
        (need > 0, "invoices_not_enough"),
    )
    return words.rename("why").reset_index()


def _said(frame: pd.DataFrame) -> pd.DataFrame:
    """Add why a date is missing."""
    tail = (
        (frame["is_over"], frame["why"]),
        (frame["is_intercompany"], "intercompany"),
        (~frame["is_over"], "not_over"),
    )
    why = frame["overrun_reason"].astype("object")
    for holds, word in tail:
        why = why.where(why.notna() | ~holds, word)
    first, latest = DATES
    later = why.where(frame[first].isna(), "beyond_horizon")
    for name, words in ((first, why), (latest, later)):
        missing = words.where(frame[name].isna())
        frame[f"{name}_reason"] = pd.Series(missing.to_numpy(), index=frame.index, dtype="str")
    return frame[[*KEY, *DATES, *(f"{name}_reason" for name in DATES)]]
