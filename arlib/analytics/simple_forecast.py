"""The forecast by the simple rule of definitions §19: the due date moved by the usual delay.

Worked set §24.8: F004 on 1 July (C001's own +1), F005 on 1 August, F011 on 22 August (portfolio +7);
F007, F010, F012 rolled to 15 July, F006 to 29 August; F009 in dispute, not planned. July 21 300,
August 10 800.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from arlib.analytics.behaviour import behaviour, parts
from arlib.analytics.forecast_items import split
from arlib.analytics.frames import (
    LATEST,
    dates,
    day_number,
    day_numbers,
    first_reason,
    ratio,
    round_half_away,
)
from arlib.analytics.segmentation import segmented
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Days = npt.NDArray[np.int64]

Scenario = Literal["simple", "optimistic", "pessimistic"]
SCENARIOS: Final = ("simple", "optimistic", "pessimistic")
# Of an invoice whose usual date is past: days from today, the second when it is long overdue.
ROLL_DAYS: Final = 15
LONG_ROLL_DAYS: Final = 60
LONG_OVERDUE_DAYS: Final = 90
LEAST_PAYMENTS: Final = 3


def usual_delays(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the delay each customer is expected with, and where it comes from.

    Columns: key, ``currency, delay_days`` (whole days, not below 0), ``delay_source`` (customer,
    segment, portfolio, default), ``count_payments`` (behind it), ``open_delay_days`` (RMPO, the same
    way; 0 without). Each level needs three cash allocations in the window of behaviour.
    """
    own = behaviour(portfolio, policy)[
        [*KEY_CURRENCY, "count_payments", "weighted_delay_days", "weighted_delay_open_days"]
    ]
    sums = parts(portfolio, policy)[
        [*KEY_CURRENCY, "count_payments", "amount_minor", "delay_amount"]
    ]
    classes = segmented(portfolio, policy, policy.segmentation_method, None)
    sums = sums.merge(classes[[*KEY, "segment"]].drop_duplicates(KEY), on=KEY, how="left")
    frame = own.merge(sums[[*KEY_CURRENCY, "segment"]], on=KEY_CURRENCY, how="left")
    by_segment = _pooled(sums, ["segment", "currency"])
    by_book = _pooled(sums, ["currency"])
    frame = frame.merge(by_segment, on=["segment", "currency"], how="left")
    frame = frame.merge(by_book, on="currency", how="left", suffixes=("_segment", "_book"))
    enough = [
        frame["count_payments"] >= LEAST_PAYMENTS,
        frame["count_segment"] >= LEAST_PAYMENTS,
        frame["count_book"] >= LEAST_PAYMENTS,
    ]
    values = [frame["weighted_delay_days"], frame["days_segment"], frame["days_book"]]
    counts = [frame["count_payments"], frame["count_segment"], frame["count_book"]]
    words = ["customer", "segment", "portfolio"]
    chosen = np.select(enough, values, default=float(policy.default_delay_days))
    frame["delay_days"] = _whole(chosen)
    frame["delay_source"] = np.select(enough, words, default="default")
    frame["count_payments"] = np.select(enough, counts, default=0).astype("int64")
    frame["open_delay_days"] = _whole(frame["weighted_delay_open_days"].fillna(0.0))
    names = ["delay_days", "delay_source", "count_payments", "open_delay_days"]
    return frame[[*KEY_CURRENCY, *names]]


def _pooled(sums: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    total = sums.groupby(on)[["count_payments", "amount_minor", "delay_amount"]].sum().reset_index()
    total["days"] = ratio(total["delay_amount"], total["amount_minor"])
    return total.rename(columns={"count_payments": "count"})[[*on, "count", "days"]]


def _whole(days: Any) -> Days:
    return round_half_away(
        np.maximum(np.nan_to_num(np.asarray(days, dtype="float64")), 0.0)
    ).astype("int64")


def dated(portfolio: Portfolio, policy: Policy, scenario: Scenario = "simple") -> pd.DataFrame:
    """Return ``forecast_items.split`` with the date of each debit by the rule.

    Adds ``expected_on`` (after as_of; NaT in dispute), ``treatment`` (planned, promised, disputed),
    ``delay_days, delay_source`` and ``expected_on_reason``. ``optimistic``: at the due date, or
    tomorrow; ``pessimistic``: the later of the rule and the customer's delay with what is still open.
    """
    frame = split(portfolio, policy).copy()
    known = usual_delays(portfolio, policy)
    frame = frame.merge(known, on=KEY_CURRENCY, how="left")
    frame["delay_source"] = frame["delay_source"].fillna("default")
    usual = frame["delay_days"].fillna(policy.default_delay_days).to_numpy("int64")
    frame["delay_days"] = usual
    today = day_number(portfolio.as_of)
    due = day_numbers(frame["due_on"], today)
    found = _rolled(due + usual, due, today)
    if scenario == "optimistic":
        found = np.maximum(due, today + 1)
    elif scenario == "pessimistic":
        late = frame["open_delay_days"].fillna(0).to_numpy("int64")
        found = np.maximum(found, due + late)
    is_promised = ((frame["promised_minor"] > 0) & (frame["planned_minor"] == 0)).to_numpy()
    is_disputed = (frame["disputed_minor"] == frame["open_minor"]).to_numpy()
    promised_on = day_numbers(frame["promised_on"], LATEST)
    days = np.where(is_promised, promised_on, found)
    frame["planned_on"] = dates(found)
    frame["expected_on"] = dates(np.where(is_disputed, LATEST, days))
    frame["treatment"] = np.select(
        [is_disputed, is_promised], ["disputed", "promised"], default="planned"
    )
    frame["expected_on_reason"] = first_reason(frame.index, (is_disputed, "disputed"))
    return frame


def _rolled(expected: Days, due: Days, today: int) -> Days:
    """Return dates after today: those already past are rolled forward (definitions §19)."""
    late = today - due
    rolled = np.select(
        [late <= 0, late <= LONG_OVERDUE_DAYS],
        [today + 1, today + ROLL_DAYS],
        default=today + LONG_ROLL_DAYS,
    )
    return np.where(expected > today, expected, rolled).astype("int64")
