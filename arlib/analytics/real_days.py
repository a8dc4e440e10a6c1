"""What customers really do: days from the invoice and from the due date to the cash, own or the book's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from arlib.analytics.behaviour import behaviour, whole_book
from arlib.analytics.frames import customers, first_reason
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


def with_real_days(portfolio: Portfolio, policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    """Add what each customer does to rows of key and currency.

    Adds ``days_to_pay`` (from the invoice) and ``delay_days`` (from the due date; NaN + ``_reason``:
    no_history), weighted by amount over the window of behaviour, and ``days_source`` (own; book: fewer
    settlements than ``trend_min_payments``, so what all customers do together; NA: nothing is known).
    """
    names = ["days_to_pay", "delay_days"]
    own = _own(portfolio, policy).astype(dict.fromkeys(KEY_CURRENCY, "str"))
    frame = frame.merge(own, on=KEY_CURRENCY, how="left")
    book = whole_book(portfolio, policy).set_index("currency")
    is_own = frame["days_to_pay"].notna()
    for name, measure in zip(names, ("days_to_pay", "weighted_delay_days"), strict=True):
        of_book = frame["currency"].map(book[measure].astype("float64")).astype("float64")
        frame[name] = frame[name].astype("float64").fillna(of_book)
        frame[f"{name}_reason"] = first_reason(frame.index, (frame[name].isna(), "no_history"))
    source = pd.Series(np.where(is_own, "own", "book"), index=frame.index, dtype="str")
    return frame.assign(days_source=source.where(frame["days_to_pay"].notna()))


def with_names(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Add ``name, is_intercompany`` to rows of customers."""
    return frame.merge(customers(portfolio)[[*KEY, "name", "is_intercompany"]], on=KEY, how="left")


def chosen(frame: pd.DataFrame, asked: tuple[tuple[str, str], ...]) -> pd.Series[bool]:
    """Return which rows are among the (company, code) asked for; none asked: all but one's own group."""
    if not asked:
        return ~frame["is_intercompany"].eq(other=True)
    keys = pd.MultiIndex.from_frame(frame[KEY])
    return pd.Series(keys.isin(list(asked)), index=frame.index)


def numbers(amounts: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Return nullable whole numbers as floats, NaN where missing."""
    found = amounts.astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    return np.asarray(found, dtype="float64")


def weighted_mean(values: pd.Series[float], weights: pd.Series[Any]) -> float | None:
    """Return Σ value × weight / Σ weight over the known values, None without weight."""
    amount = weights.astype("float64").fillna(0).where(values.notna(), 0)
    total = float(amount.sum())
    return float((values.fillna(0) * amount).sum() / total) if total > 0 else None


def dearest_first(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return rows by falling amount, missing last, then by key."""
    order = -frame[name].astype("Float64").fillna(0).abs()
    return (
        frame.assign(_order=order)
        .sort_values(["_order", *KEY_CURRENCY], ignore_index=True)
        .drop(columns="_order")
    )


def _own(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    frame = behaviour(portfolio, policy)
    is_known = frame["count_payments"] >= policy.trend_min_payments
    return frame[KEY_CURRENCY].assign(
        days_to_pay=frame["days_to_pay"].where(is_known),
        delay_days=frame["weighted_delay_days"].where(is_known),
    )
