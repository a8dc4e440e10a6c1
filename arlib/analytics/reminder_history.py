"""What was done to be paid: reminders and calls, from files or by hand, and the levels they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.model.followup import REMINDER_LEVELS
from arlib.model.portfolio import KEY
from arlib.model.reminder_settings import PHONE, level_of

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

KINDS: Final = ("reminder", "call")
_UNSAID: Final = 1  # a reminder that does not say its level counts as the first
_READ: Final = [
    *KEY,
    "kind",
    "document_ids",
    "taken_on",
    "author",
    "text",
    "level",
    "outcome",
]
_REACHED_NOBODY: Final = ("no_answer", "wrong_contact")


def contacts(portfolio: Portfolio) -> pd.DataFrame:
    """Return reminders and calls by the day, latest first.

    Columns: key, ``kind, document_ids`` (NA: the customer), ``taken_on, author, text, level`` (0 to
    5: what a reminder says, the first level when it says none; a call is the telephone). Calls
    that reached nobody are left out.
    """
    said = portfolio.actions()
    said = said.loc[said["kind"].isin(list(KINDS))].reindex(columns=_READ)
    said = said.loc[~said["outcome"].isin(list(_REACHED_NOBODY))].reset_index(drop=True)
    words = ["kind", "document_ids", "author", "text"]
    said = said.astype(dict.fromkeys([*KEY, *words], "str"))
    said["taken_on"] = pd.to_datetime(said["taken_on"]).astype("datetime64[s]")
    said["level"] = _levels(said)
    return said[_READ[:-1]]


def followed_on(portfolio: Portfolio) -> pd.DataFrame:
    """Return the last day somebody spoke with each customer, or took a promise: ``followed_on``."""
    promised = portfolio.actions()
    promised = promised.loc[promised["kind"] == "promise", [*KEY, "taken_on"]]
    promised = promised.astype(dict.fromkeys(KEY, "str"))
    promised["taken_on"] = pd.to_datetime(promised["taken_on"]).astype("datetime64[s]")
    both = pd.concat([contacts(portfolio)[[*KEY, "taken_on"]], promised], ignore_index=True)
    return both.groupby(KEY)["taken_on"].max().rename("followed_on").reset_index()


def _levels(said: pd.DataFrame) -> pd.Series[Any]:
    """Return the level of each contact: its own column, else the words of its text."""
    texts = {text: level_of(text) for text in said["text"].dropna().unique()}
    found = said["text"].map(texts).astype("Float64")
    numbers = {name: place for place, name in enumerate(REMINDER_LEVELS)}
    found = said["level"].astype("str").map(numbers).astype("Float64").fillna(found)
    numbered = found.fillna(_UNSAID).mask(said["kind"] == "call", PHONE)
    return numbered.astype("int64")


def done_levels(frame: pd.DataFrame, said: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return ``done`` (highest level recorded) and ``last_action_on`` by row of ``frame``.

    A contact naming an invoice counts as its level; one to the customer as a whole counts for the
    invoices that had reached some level on its day, as no more than that level.
    """
    items = frame[[*KEY, "document_id", "due_on"]].assign(item=frame.index)
    named = said.dropna(subset=["document_ids"])
    named = named.assign(document_id=named["document_ids"].str.split("\n")).explode("document_id")
    named = named.astype({"document_id": "str"})
    by_invoice = items.merge(named, on=[*KEY, "document_id"])
    whole = items.merge(said.loc[said["document_ids"].isna()], on=KEY)
    whole = whole.assign(level=_capped(whole, policy))
    found = pd.concat([by_invoice, whole.loc[whole["level"] >= 0]], ignore_index=True)
    grouped = found.groupby("item")
    return pd.DataFrame(
        {"done": grouped["level"].max(), "last_action_on": grouped["taken_on"].max()}
    )


def _capped(pairs: pd.DataFrame, policy: Policy) -> Any:
    """Return the level said, at most what the invoice had reached that day (below 0: none)."""
    late = (pairs["taken_on"] - pairs["due_on"]).dt.days.to_numpy("int64")
    reached = np.searchsorted(np.asarray(policy.reminder_days), late, side="right") - 1
    return np.minimum(pairs["level"].to_numpy("int64"), reached)
