"""Small moves shared by the pipelines: perimeter, sums by customer, ratios, reasons, dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd

from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Mask = npt.NDArray[np.bool_]
    Days = npt.NDArray[np.int64]

# Levels of data (definitions §0.2) that hold no settlement worth measuring.
LEVELS_WITHOUT_BEHAVIOUR: Final = frozenset({"C", "E"})
NOT_AT_THIS_LEVEL: Final = "not_at_this_level"
IDENTITY: Final = ["name", "category", "owner", "sector"]
_SUMS: Final = [
    "open_debit_minor",
    "credits_minor",
    "outstanding_minor",
    "not_due_minor",
    "overdue_minor",
    "disputed_minor",
    "overdue_disputed_minor",
    "not_due_disputed_minor",
    "late_amount_days",
    "count_open",
    "count_overdue",
]
EARLIEST: Final = -(10**9)
LATEST: Final = 10**9


def stocks(portfolio: Portfolio, classes: Sequence[str] = PERIMETER) -> pd.DataFrame:
    """Return balances of the account classes summed per company, customer and currency.

    Sums as in ``Portfolio.balances``, plus ``oldest_due_on`` (earliest) and ``max_days_late``. In
    companies without lettering credits have paid the oldest debits: amounts late or to come are
    estimated as in the aged balance, and what needs the invoice itself (the two above and
    ``late_amount_days``) is missing.
    """
    return portfolio.derived("stocks " + " ".join(classes), lambda: _stocks(portfolio, classes))


def _stocks(portfolio: Portfolio, classes: Sequence[str]) -> pd.DataFrame:
    balances = portfolio.balances()
    kept = balances.loc[balances["account_class"].isin(list(classes))]
    grouped = kept.groupby(KEY_CURRENCY, sort=True)
    stock = grouped.agg(
        **{name: (name, "sum") for name in _SUMS},
        oldest_due_on=("oldest_due_on", "min"),
        max_days_late=("max_days_late", "max"),
    ).reset_index()
    return _oldest_first(stock, stock["company_id"].isin(portfolio.estimated_companies()))


def _oldest_first(stock: pd.DataFrame, is_estimated: pd.Series[bool]) -> pd.DataFrame:
    """Let credits pay the oldest debits where nothing says which one they paid (level E).

    A debit past due is older than any to come, so sums alone say what is left of both.
    """
    if not is_estimated.any():
        return stock
    net = stock["open_debit_minor"] + stock["credits_minor"]
    gross = net.clip(lower=0)
    late = (stock["overdue_minor"] + stock["credits_minor"]).clip(lower=0)
    left = {
        "open_debit_minor": gross,
        "credits_minor": net.clip(upper=0),
        "not_due_minor": gross - late,
        "overdue_minor": late,
        "disputed_minor": stock["disputed_minor"].clip(upper=gross),
        "overdue_disputed_minor": stock["overdue_disputed_minor"].clip(upper=late),
        "not_due_disputed_minor": stock["not_due_disputed_minor"].clip(upper=gross - late),
    }
    for name, amount in left.items():
        stock[name] = stock[name].mask(is_estimated, amount)
    for name in ("late_amount_days", "oldest_due_on", "max_days_late"):
        stock[name] = stock[name].mask(is_estimated)
    return stock


def customers(portfolio: Portfolio) -> pd.DataFrame:
    """Return the customers with plain booleans, one row each, in a stable order."""
    return portfolio.derived("customers", lambda: _customers(portfolio))


def _customers(portfolio: Portfolio) -> pd.DataFrame:
    frame = portfolio.customers().copy()
    for name in ("is_collective", "is_natural_person", "is_intercompany"):
        frame[name] = truth(frame[name])
    # A column without any value has no type of its own: joins need one.
    frame = frame.astype(dict.fromkeys([*KEY, *IDENTITY, "group_id"], "str"))
    return frame.sort_values(KEY, ignore_index=True)


def truth(series: pd.Series[Any]) -> pd.Series[bool]:
    """Return a nullable flag as plain booleans: missing is False."""
    return series.astype("boolean").fillna(value=False).astype(bool)


def left_out(portfolio: Portfolio, levels: frozenset[str] = LEVELS_WITHOUT_BEHAVIOUR) -> set[str]:
    """Return the companies whose level of data cannot answer."""
    return {item.company_id for item in portfolio.companies() if item.level in levels}


def without_behaviour(portfolio: Portfolio, policy: Policy) -> set[str]:
    """Return the companies that hold no settlement worth measuring at the date.

    Open items alone and ledgers without lettering answer as soon as some cash was attached, by
    matching or by inference, with the confidence that behaviour asks for.
    """
    missing = left_out(portfolio)
    if not missing:
        return missing
    known = portfolio.coverage(policy)
    return missing - set(known.loc[known["covered_minor"] > 0, "company_id"])


def silent_companies(portfolio: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    """Return ``day, company_id`` of the companies ``without_behaviour`` on each of several days."""
    if not left_out(portfolio):
        days = ()
    name = f"silent {policy.version} {days}"
    return portfolio.derived(name, lambda: _silent(portfolio, policy, days))


def _silent(portfolio: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    found = [
        (np.datetime64(day, "s"), company)
        for day in days
        for company in sorted(
            without_behaviour(portfolio if day == portfolio.as_of else portfolio.at(day), policy)
        )
    ]
    frame = pd.DataFrame(found, columns=["day", "company_id"])
    return frame.astype({"day": "datetime64[s]", "company_id": "str"})


def covered_from(portfolio: Portfolio, without: set[str]) -> date | None:
    """Return the first day that every company but some covers; None when none says."""
    companies = [item for item in portfolio.companies() if item.company_id not in without]
    covers = [item.covers_from for item in companies if item.covers_from]
    return max(covers) if covers else None


def are_all_left_out(portfolio: Portfolio, companies: set[str]) -> bool:
    """Return True when no company inside the filters can answer."""
    return all(item.company_id in companies for item in portfolio.companies())


def outer(
    left: pd.DataFrame,
    right: pd.DataFrame,
    on: Sequence[str],
    suffixes: tuple[str, str] = ("_x", "_y"),
) -> pd.DataFrame:
    """Return the rows of both frames joined; two frames without a row make one without a row.

    pandas cannot build the common keys of two empty columns of texts.
    """
    how: Literal["outer", "left"] = "outer" if len(left) or len(right) else "left"
    return left.merge(right, on=list(on), how=how, suffixes=suffixes)


def sums(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the named columns summed per company, customer and currency."""
    return frame.groupby(KEY_CURRENCY, sort=True)[list(names)].sum().reset_index()


def ratio(numerator: pd.Series[Any], denominator: pd.Series[Any]) -> pd.Series[float]:
    """Return numerator / denominator as float, NaN where the denominator is not positive."""
    below = denominator.astype("Float64").astype(float)
    above = numerator.astype("Float64").astype(float)
    return above / below.where(below > 0)


def first_reason(index: pd.Index[Any], *cases: tuple[object, str]) -> pd.Series[str]:
    """Return the reason of the first case that holds on each row; missing when none does."""
    found = np.full(len(index), None, dtype=object)
    for mask, word in reversed(cases):
        found[np.asarray(mask, dtype=bool)] = word
    return pd.Series(found, index=index, dtype="str")


def spread(cells: pd.Series[Any], level: str) -> pd.DataFrame:
    """Return a series of sums with one level of its index as columns; absent cells are missing."""
    return cells.unstack(level).rename_axis(columns=None)  # noqa: PD010 - a series has no pivot


def gathered(wide: pd.DataFrame, name: str, value: str) -> pd.DataFrame:
    """Return the columns of a frame as rows, in order of the index then of the columns."""
    long = wide.rename_axis(columns=name).stack()  # noqa: PD013 - melt forgets the order of rows
    return pd.DataFrame({value: long}).reset_index()


def day_numbers(series: pd.Series[Any], missing: int) -> Days:
    """Return dates as days since 1970; ``missing`` stands for no date."""
    stamps = pd.to_datetime(series).to_numpy(dtype="datetime64[D]")
    numbers: Days = stamps.astype("int64")
    return np.where(np.isnat(stamps), missing, numbers)


def day_number(day: date) -> int:
    """Return a date as days since 1970."""
    return int(np.datetime64(day, "D").astype("int64"))


def dates(numbers: npt.ArrayLike) -> npt.NDArray[np.datetime64]:
    """Return days since 1970 as dates; the two sentinels become NaT."""
    values = np.asarray(numbers, dtype="int64")
    is_missing = (values <= EARLIEST) | (values >= LATEST)
    stamps = np.where(is_missing, 0, values).astype("datetime64[D]").astype("datetime64[s]")
    stamps[is_missing] = np.datetime64("NaT")
    return stamps


def round_half_away(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Round an array half away from zero to whole numbers; NaN stays."""
    array = np.asarray(values, dtype="float64")
    rounded: npt.NDArray[np.float64] = np.copysign(np.floor(np.abs(array) + 0.5), array)
    return rounded
