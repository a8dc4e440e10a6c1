"""Open debits put in time: what is foreseen, promised, in dispute, or cannot be foreseen.

Every open debit is there once, split in three parts that sum to it: in dispute (nobody knows when:
never planned, definitions §19), promised (the date promised counts), and the rest, planned by the
hazard of its customer. Where a ledger has no lettering, credits have first paid the oldest debits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics import hazard
from arlib.analytics.frames import day_number, day_numbers, first_reason, stocks
from arlib.analytics.promises import promises
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    import numpy.typing as npt

    from arlib.analytics.hazard import HazardModel
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Ints = npt.NDArray[np.int64]

TREATMENTS: Final = ("planned", "promised", "disputed", "not_predictable", "no_model")
_LINE: Final = "\n"


def model(portfolio: Portfolio, policy: Policy) -> HazardModel:
    """Return the hazard model of the book at the date."""
    return hazard.fit(portfolio, policy)


def split(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the open debits with their three parts, by customer then due date.

    Columns: those of ``Portfolio.forecast_items`` (``open_minor`` after the credits of a ledger
    without lettering), ``days_late``, ``disputed_minor, promised_minor, planned_minor`` (int64, they
    sum to ``open_minor``), ``promised_on`` (NaT: no live promise).
    """
    name = f"forecast split {policy.version}"
    return portfolio.derived(name, lambda: _split(portfolio, policy))


def _split(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    frame = _after_credits(portfolio, portfolio.forecast_items())
    today = day_number(portfolio.as_of)
    frame["days_late"] = today - day_numbers(frame["due_on"], today)
    frame["disputed_minor"] = frame[["disputed_minor", "open_minor"]].min(axis=1).astype("int64")
    free = frame["open_minor"] - frame["disputed_minor"]
    promised, promised_on = _promised(portfolio, policy, frame, free.to_numpy("int64"))
    frame["promised_minor"] = promised
    frame["promised_on"] = promised_on
    frame["planned_minor"] = (free - promised).astype("int64")
    return frame


def _after_credits(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Let the credits of ledgers without lettering pay the oldest debits."""
    frame = frame.reset_index(drop=True)
    estimated = frame["company_id"].isin(portfolio.estimated_companies())
    if not estimated.any():
        return frame
    kept = stocks(portfolio)[[*KEY_CURRENCY, "open_debit_minor"]]
    left = frame[KEY_CURRENCY].merge(kept, on=KEY_CURRENCY, how="left")["open_debit_minor"]
    total = frame.groupby(KEY_CURRENCY)["open_minor"].transform("sum")
    consumed = np.where(estimated, total - left.fillna(total), 0)
    older = frame.groupby(KEY_CURRENCY)["open_minor"].cumsum() - frame["open_minor"]
    paid = np.clip(consumed - older.to_numpy("int64"), 0, frame["open_minor"].to_numpy("int64"))
    frame["open_minor"] = (frame["open_minor"] - paid).astype("int64")
    return frame.loc[frame["open_minor"] > 0].reset_index(drop=True)


def _promised(
    portfolio: Portfolio, policy: Policy, frame: pd.DataFrame, free: Ints
) -> tuple[Ints, pd.Series[Any]]:
    """Return what of each debit is promised, and the date; a promise pays its oldest debits first."""
    amount = np.zeros(len(frame), dtype="int64")
    promised_on = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    live = promises(portfolio, policy)
    live = live.loc[(live["status"] == "pending") & live["amount_minor"].notna()]
    if live.empty or frame.empty:
        return amount, promised_on
    first = pd.Timestamp(portfolio.as_of) + pd.Timedelta(days=1)
    rows = frame.groupby(KEY_CURRENCY, sort=False).indices
    nothing = np.zeros(0, dtype="int64")
    for promise in live.to_dict("records"):
        place = np.asarray(rows.get(tuple(promise[name] for name in KEY_CURRENCY), nothing))
        if isinstance(promise["document_ids"], str):
            named = set(promise["document_ids"].split(_LINE))
            place = place[frame["document_id"].iloc[place].isin(named).to_numpy()]
        rest = int(promise["amount_minor"]) - int(promise["received_minor"])
        open_ = free[place] - amount[place]
        older = np.cumsum(open_) - open_
        taken = np.clip(rest - older, 0, open_)
        amount[place] += taken
        at = max(pd.Timestamp(promise["due_on"]), first)
        fresh = place[(taken > 0) & promised_on.iloc[place].isna().to_numpy()]
        promised_on.iloc[fresh] = at
    return amount, promised_on


def dated(
    portfolio: Portfolio, policy: Policy, known: HazardModel, among: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return ``split`` with the date foreseen of each debit; of the customers ``among`` (keys) alone.

    Adds ``expected_on, p10_on, p90_on`` (never on or before the date; NaT when not foreseeable),
    ``probability_late_30`` (still unpaid in 30 days), ``probability_beyond`` (in 180),
    ``confidence`` (low, medium, good), ``treatment`` (one of ``TREATMENTS``: what decides its date)
    and ``expected_on_reason`` (disputed, not_predictable, no_history).
    """
    frame = split(portfolio, policy).copy()
    if among is not None:
        frame = frame.merge(among[KEY].drop_duplicates(), on=KEY)
    found = known.predict(frame)
    names = ["expected_on", "p10_on", "p90_on"]
    columns = [*names, "probability_late_30", "probability_beyond", "confidence"]
    frame[columns] = found[columns]
    is_promised = (frame["promised_minor"] > 0) & (frame["planned_minor"] == 0)
    is_disputed = (frame["disputed_minor"] > 0) & (frame["disputed_minor"] == frame["open_minor"])
    frame["treatment"] = np.select(
        [
            is_disputed,
            is_promised,
            frame["probability_beyond"].isna(),
            ~found["is_predictable"],
        ],
        ["disputed", "promised", "no_model", "not_predictable"],
        default="planned",
    )
    for name in names:
        frame[name] = frame[name].mask(frame["treatment"] == "disputed")
        frame[name] = frame[name].mask(is_promised, frame["promised_on"])
    frame["expected_on_reason"] = first_reason(
        frame.index,
        (frame["treatment"] == "disputed", "disputed"),
        (frame["treatment"] == "no_model", "no_history"),
        (frame["treatment"] == "not_predictable", "not_predictable"),
    )
    return frame
