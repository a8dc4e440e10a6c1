"""Invoices to remind: the level that days reach, what was already done, what waits and why.

An invoice is at the highest level that its days late reach (definitions §13). A level recorded is
not asked again; the next one waits for its day, and for some days since the last contact. What is
in dispute, or promised and not received yet, is suspended in euros: the rest of the invoice is not.
A customer whose credits set against nothing cover all that is left to ask for owes nothing net:
he gets no reminder until they are allocated (one consolidated statement per customer).

Example, days (-5, 3, 10, 20, 30, 60): an invoice 33 days late has reached R4. Reminded at R2 three
weeks ago, R4 is due today; reminded at R4 yesterday, R5 is due on the 60th day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import first_reason
from arlib.analytics.promises import promises
from arlib.analytics.rates import converted, factors
from arlib.analytics.reminder_history import contacts, done_levels
from arlib.analytics.segments import insolvent
from arlib.model.followup import REMINDER_LEVELS
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.model.reminder_settings import LEGAL

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

STAGES: Final = ("amicable", "dispute", "legal")
_DATES: Final = ("issued_on", "due_on")
_LINE: Final = "\n"
_LAST: Final = len(REMINDER_LEVELS) - 1
COLUMNS: Final = [
    *KEY,
    "document_id",
    "number",
    "kind",
    "account_class",
    "currency",
    "issued_on",
    "due_on",
    "days_late",
    "amount_minor",
    "open_minor",
    "disputed_minor",
    "promised_minor",
    "covered_minor",
    "to_collect_minor",
    "credits_minor",
    "is_overdue",
    "is_suspended",
    "suspended_by",
    "stage",
    "level",
    "last_level",
    "last_action_on",
    "next_level",
    "next_on",
    "is_to_remind",
    "limitation_on",
    "months_left",
    "is_estimated",
]


def reminder_items(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return open debits past due or due within the days of R0, by customer then due date.

    Columns ``COLUMNS``. ``level``: reached by days late (R0 to R5; NA: none); ``last_level``: the
    highest recorded; ``next_level, next_on``: the step to take and its day (NA: R5 is done);
    ``is_to_remind``: it is due now. ``open = disputed + promised + covered + to_collect`` (Int64)
    unless ``suspended_by`` says why nothing is collected: insolvency, small (a rest within the paid
    tolerance), credits, dispute, promise. ``covered``: credits of the customer cover all that is to
    collect; ``credits_minor`` (≤ 0): his, in the currency, set against nothing. ``stage``: where the part not in dispute stands, amicable or legal
    (R5, not by age alone where credits cover all; doubtful account, insolvency). ``limitation_on``: an estimate, from the due date.
    ``is_estimated``: without lettering, credits have paid the oldest debits.
    """
    name = f"reminder items {policy.version}"
    return portfolio.derived(name, lambda: _items(portfolio, policy))


def _items(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    frame = _open(portfolio, policy)
    frame = _collectable(portfolio, policy, frame)
    frame = _levels(portfolio, policy, frame)
    is_covered = frame["covered_minor"] > 0  # age alone brings nobody to court for nothing
    is_legal = (
        (frame["reached"].mask(is_covered, -1).clip(lower=frame["done"]) >= LEGAL)
        | (frame["account_class"] == "doubtful")
        | frame["is_insolvent"]
    )
    frame["stage"] = np.where(is_legal, "legal", "amicable")
    frame = _limited(portfolio, policy, frame)
    return frame[COLUMNS].reset_index(drop=True)


def _open(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the open debits with their days late; ages are estimated without lettering."""
    frame = portfolio.reminder_items(-policy.reminder_days[0])
    words = ["document_id", "number", "kind", "account_class", "currency"]
    frame = frame.astype(dict.fromkeys([*KEY, *words], "str"))
    for name in _DATES:
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    frame["is_estimated"] = frame["company_id"].isin(portfolio.estimated_companies())
    left = (frame["earlier_minor"] + frame["open_minor"] + frame["credits_minor"]).clip(lower=0)
    left = left.where(left < frame["open_minor"], frame["open_minor"])
    frame["open_minor"] = frame["open_minor"].mask(frame["is_estimated"], left)
    frame["credits_minor"] = frame["credits_minor"].mask(frame["is_estimated"], 0)  # used above
    frame = frame.loc[frame["open_minor"] > 0].reset_index(drop=True)
    both = frame[["disputed_minor", "open_minor"]].min(axis=1)
    frame["disputed_minor"] = both.clip(lower=0).astype("int64")
    late = (pd.Timestamp(portfolio.as_of) - frame["due_on"]).dt.days
    frame["days_late"] = late.astype("int64")
    frame["is_overdue"] = frame["days_late"] > 0
    return frame


# -- what may be asked for -----------------------------------------------------------------------


def _collectable(portfolio: Portfolio, policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    """Add what is promised, what is left to ask for, and why an invoice waits."""
    who = insolvent(portfolio).rename(columns={"has": "is_insolvent"})
    frame = frame.merge(who, on=KEY, how="left")
    frame["is_insolvent"] = frame["is_insolvent"].notna()
    frame["is_small"] = frame["open_minor"] <= _tolerated(frame, policy)
    out = frame["is_insolvent"] | frame["is_small"]
    free = (frame["open_minor"] - frame["disputed_minor"]).mask(out, 0)
    frame["promised_minor"] = _promised(portfolio, policy, frame, free)
    frame["covered_minor"] = _covered(frame, free - frame["promised_minor"])
    frame["to_collect_minor"] = free - frame["promised_minor"] - frame["covered_minor"]
    frame["suspended_by"] = first_reason(
        frame.index,
        (frame["is_insolvent"], "insolvency"),
        (frame["is_small"], "small"),
        (frame["to_collect_minor"] > 0, ""),
        (frame["covered_minor"] > 0, "credits"),
        (frame["promised_minor"] > 0, "promise"),
        (frame["disputed_minor"] > 0, "dispute"),
    )
    frame["suspended_by"] = frame["suspended_by"].mask(frame["suspended_by"] == "")
    frame["is_suspended"] = frame["suspended_by"].notna()
    return frame


def _covered(frame: pd.DataFrame, left: pd.Series[Any]) -> pd.Series[Any]:
    """Return what credits cover of each invoice: all that is left to ask for, or nothing.

    What is late comes before what falls due soon. Credits short of the whole are taken off the sum,
    not off an invoice: who set them against nothing did not say which.
    """
    by = [frame[name] for name in KEY_CURRENCY]
    late = left.where(frame["is_overdue"], 0).groupby(by).transform("sum")
    everything = left.groupby(by).transform("sum")
    asked = late.where(frame["is_overdue"], everything)
    return left.where(asked + frame["credits_minor"] <= 0, 0)


def _tolerated(frame: pd.DataFrame, policy: Policy) -> pd.Series[float]:
    """Return the rest below which an invoice counts as paid: both bounds of the policy hold."""
    most = frame["currency"].map(policy.paid_tolerance).astype("float64")
    share = frame["amount_minor"].astype("float64") * policy.paid_tolerance_ratio
    return most.where(most <= share, share)


def _promised(
    portfolio: Portfolio, policy: Policy, frame: pd.DataFrame, free: pd.Series[Any]
) -> pd.Series[Any]:
    """Return what live promises cover of each invoice: those named first, then the oldest due.

    A promise of the customer as a whole covers what is overdue, oldest first, up to what is still
    to come of it.
    """
    live = _live(portfolio, policy)
    nothing = pd.Series(0, index=frame.index, dtype="int64")
    if live.empty or frame.empty:
        return nothing
    named = _by_invoice(live, frame, free)
    whole = live.loc[live["document_ids"].isna()].groupby(KEY_CURRENCY)["left"].sum().reset_index()
    found = frame[KEY_CURRENCY].merge(whole, on=KEY_CURRENCY, how="left")["left"].fillna(0)
    rest = pd.Series(found.to_numpy("int64"), index=frame.index)
    room = (free - named).where(frame["is_overdue"], 0)
    covered: pd.Series[Any] = named + _poured(room, rest, [frame[name] for name in KEY_CURRENCY])
    return covered


def _live(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return pending promises: key, ``currency, document_ids, left`` (still to come of them)."""
    found = promises(portfolio, policy)
    found = found.loc[(found["status"] == "pending") & found["amount_minor"].notna()]
    found = found[[*KEY_CURRENCY, "document_ids", "amount_minor", "received_minor", "deadline_on"]]
    left = (found["amount_minor"] - found["received_minor"].fillna(0)).clip(lower=0)
    found = found.assign(left=left.astype("Int64")).reset_index(drop=True)
    target = portfolio.filters.convert
    if target is not None and len(found):
        aim = pd.Series(target, index=found.index)
        amount = converted(
            found["left"], factors(portfolio, found["company_id"], found["currency"], aim)
        )
        found["currency"] = found["currency"].mask(amount.notna(), target)
        found["left"] = amount.fillna(found["left"])
    return found.astype({"left": "int64"}).rename_axis("place").reset_index()


def _by_invoice(live: pd.DataFrame, frame: pd.DataFrame, free: pd.Series[Any]) -> pd.Series[Any]:
    """Return what promises naming invoices cover of each, oldest due first within a promise."""
    nothing = pd.Series(0, index=frame.index, dtype="int64")
    named = live.dropna(subset=["document_ids"])
    if named.empty:
        return nothing
    words = named.assign(document_id=named["document_ids"].str.split(_LINE)).explode("document_id")
    words = words.astype({"document_id": "str"})
    items = frame[[*KEY_CURRENCY, "document_id"]].assign(item=frame.index, free=free)
    pairs = words.merge(items, on=[*KEY_CURRENCY, "document_id"])
    pairs = pairs.sort_values(["place", "item"], ignore_index=True)
    pairs["covered"] = _poured(pairs["free"], pairs["left"], [pairs["place"]])
    covered = pairs.groupby("item")["covered"].sum().reindex(frame.index).fillna(0)
    covered = covered.astype("int64")
    return covered.where(covered < free, free)


def _poured(
    room: pd.Series[Any], amount: pd.Series[Any], by: list[pd.Series[Any]]
) -> pd.Series[Any]:
    """Return how much of each group's ``amount`` (the same on its rows) fills each row's room."""
    before = room.groupby(by).cumsum() - room
    left = (amount - before).clip(lower=0)
    return left.where(left < room, room).astype("int64")


# -- levels --------------------------------------------------------------------------------------


def _levels(portfolio: Portfolio, policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    """Add the level reached, the last recorded, and the step to take with its day."""
    days = np.asarray(policy.reminder_days)
    reached = np.searchsorted(days, frame["days_late"].to_numpy("int64"), side="right") - 1
    frame["reached"] = reached
    said = contacts(portfolio)
    frame = frame.join(done_levels(frame, said, policy))
    frame["done"] = frame["done"].fillna(-1).astype("int64")
    frame["last_action_on"] = pd.to_datetime(frame["last_action_on"]).astype("datetime64[s]")
    step, on = _next(portfolio, policy, frame)
    can = (frame["to_collect_minor"] > 0) & (step <= _LAST)
    frame["next_level"] = _named(step.where(can, -1))
    frame["next_on"] = on.where(can)
    is_now = can & (on <= pd.Timestamp(portfolio.as_of))
    # before the due date there is courtesy alone; just after it, nothing until the first reminder
    is_courtesy = (step == 0) & ~frame["is_overdue"]
    frame["is_to_remind"] = is_now & ((step > 0) | is_courtesy)
    frame["level"] = _named(frame["reached"])
    frame["last_level"] = _named(frame["done"])
    return frame


def _next(
    portfolio: Portfolio, policy: Policy, frame: pd.DataFrame
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return the step to take and its day, not before some days since the last contact.

    What days have reached beyond what was done is to do now; else the level after both.
    """
    done, reached = frame["done"], frame["reached"]
    least = frame["is_overdue"].astype("int64")  # courtesy is over once the due date has passed
    is_ahead = (reached > done) & (reached >= least)
    later = pd.concat([done, reached, least - 1], axis=1).max(axis=1) + 1
    step = reached.where(is_ahead, later).astype("int64")
    days = np.asarray([*policy.reminder_days, 0])[step.clip(upper=_LAST + 1).to_numpy()]
    on = frame["due_on"] + pd.to_timedelta(days, unit="D")
    on = on.where(~is_ahead, pd.Timestamp(portfolio.as_of))
    spaced = frame["last_action_on"] + pd.Timedelta(days=policy.reminder_gap_days)
    on = on.where(~(spaced > on), spaced)
    return step, on.astype("datetime64[s]")


def _named(levels: pd.Series[Any]) -> pd.Series[str]:
    """Return levels as R0 to R5; below 0: missing."""
    names = dict(enumerate(REMINDER_LEVELS))
    return levels.map(names).astype("str")


def _limited(portfolio: Portfolio, policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    """Add when the debt is barred, counted from its due date, and the whole months left."""
    frame["limitation_on"] = frame["due_on"] + pd.DateOffset(months=policy.limitation_months)
    frame["limitation_on"] = frame["limitation_on"].astype("datetime64[s]")
    day, end = pd.Timestamp(portfolio.as_of), frame["limitation_on"].dt
    months = (end.year - day.year) * 12 + end.month - day.month
    frame["months_left"] = (months - (end.day < day.day).astype("int64")).astype("Int64")
    return frame
