"""How long invoices stay unpaid: the product limit estimate of Kaplan and Meier (definitions §3).

Worked set: S(−2) = 0.900 (10 at risk), S(5) = 0.675 (8 at risk, 2 events), S(29) = 0.50625 (4 at
risk); 12 invoices, 4 events, median not reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from arlib.analytics.frames import first_reason, without_behaviour
from arlib.model.portfolio import KEY_CURRENCY

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Level, Portfolio, Scope

Weight = Literal["count", "amount"]
Curves = Literal["portfolio", "group", "category", "sector", "owner", "customer", "segment"]
CURVE: Final = ["currency", "company_id", "value"]
_HALF: Final = 0.5
_UNIT: Final = "\x1f"  # stands in no code


def lives(
    portfolio: Portfolio,
    policy: Policy,
    by: Level | Literal["segment"] = "portfolio",
    *,
    scope: Scope | None = None,
    segments: pd.DataFrame | None = None,
    start: date | None = None,
) -> pd.DataFrame:
    """Return the observations by day from the due date: the columns of ``Portfolio.invoice_lives``.

    ``segments`` (key, currency and ``segment``) says who is in which segment when ``by`` is segment.
    ``start``: first day not looked at (the behaviour window's).
    """
    return portfolio.invoice_lives(
        policy,
        by,
        scope,
        without=tuple(sorted(without_behaviour(portfolio, policy))),
        start=start,
        segments=_members(segments) if segments is not None else (),
    )


def steps(observed: pd.DataFrame, weight: Weight = "count") -> pd.DataFrame:
    """Return the curve of every value and currency: one row per day with an event.

    S falls by d/n on each day with d events, n the observations whose time is that day or later
    (one censored on the day is still at risk). Columns: ``currency, company_id, value, day,
    survival, at_risk, events`` (minor units when weighted by amount).
    """
    gone, lost = ("events", "censored") if weight == "count" else ("event_minor", "censored_minor")
    frame = observed.sort_values([*CURVE, "days"], ignore_index=True)
    keys = frame.groupby(CURVE, dropna=False, sort=False).ngroup()
    leaving = frame[gone] + frame[lost]
    total = leaving.groupby(keys).transform("sum")
    frame["at_risk"] = total - leaving.groupby(keys).cumsum() + leaving
    frame["day"], frame["events"] = frame["days"], frame[gone]
    frame["survival"] = (1 - frame["events"] / frame["at_risk"]).groupby(keys).cumprod()
    kept = frame.loc[frame["events"] > 0, [*CURVE, "day", "survival", "at_risk", "events"]]
    return kept.reset_index(drop=True)


def medians(observed: pd.DataFrame, weight: Weight = "count") -> pd.DataFrame:
    """Return one row per value and currency: ``median_day`` and what it rests on.

    Columns: ``currency, company_id, value, median_day`` (NA when S stays above one half:
    ``median_day_reason`` not_reached, the median is beyond ``longest_day``), ``count_invoices,
    count_events, amount_minor, longest_day``.
    """
    names = ["events", "censored", "event_minor", "censored_minor"]
    grouped = observed.groupby(CURVE, dropna=False, sort=True)
    frame = grouped[names].sum().reset_index()
    frame["longest_day"] = grouped["days"].max().to_numpy()
    curve = steps(observed, weight)
    half = curve.loc[curve["survival"] <= _HALF + 1e-12]
    first = half.groupby(CURVE, dropna=False)["day"].min().rename("median_day").reset_index()
    keyed = dict.fromkeys(CURVE, "str")
    frame = frame.astype(keyed).merge(first.astype(keyed), on=CURVE, how="left")
    frame["median_day"] = frame["median_day"].astype("Int64")
    frame["median_day_reason"] = first_reason(
        frame.index, (frame["median_day"].isna(), "not_reached")
    )
    frame["count_events"] = frame.pop("events")
    frame["count_invoices"] = frame.pop("censored") + frame["count_events"]
    frame["amount_minor"] = frame.pop("event_minor") + frame.pop("censored_minor")
    return frame


def at(curve: pd.DataFrame, day: int) -> float:
    """Return S on a day of one curve: 1 before its first event."""
    reached = curve.loc[curve["day"] <= day, "survival"]
    return float(reached.iloc[-1]) if len(reached) else 1.0


def _members(segments: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Return (company, customer and currency joined; segment) pairs in order."""
    found = segments.dropna(subset=["segment"]).sort_values(KEY_CURRENCY)
    names = found["company_id"] + _UNIT + found["customer_id"] + _UNIT + found["currency"]
    return tuple(zip(names.tolist(), found["segment"].tolist(), strict=True))
