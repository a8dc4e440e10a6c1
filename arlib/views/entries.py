"""Saisies de suivi: everything written by hand about customers, in the order it was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from datetime import datetime

    from arlib.model.portfolio import Portfolio

SEGMENT: Final = "segment"
_COLUMNS: Final = [
    "change_id",
    "at",
    "by",
    "company_id",
    "customer_id",
    "name",
    "kind",
    "cause",
    "segment",
    "text",
    "amount_minor",
    "currency",
    "taken_on",
    "due_on",
    "is_undone",
    "undoes",
]


def build(
    portfolio: Portfolio,
    actions: pd.DataFrame,
    decisions: pd.DataFrame,
    since: datetime | None = None,
) -> pd.DataFrame:
    """Return the entries made by hand, latest first, those recorded after ``since`` alone.

    ``actions`` and ``decisions``: as the workspace gives their histories. Columns: ``change_id, at,
    by``, key, ``name, kind`` (note, cause, promise, review, ``segment``: a class fixed by hand),
    ``cause, segment`` (NA with kind ``segment``: the computed one counts again), ``text`` (of a class:
    its reason), ``amount_minor, currency, taken_on`` (of a class: its first day), ``due_on`` (its
    last), ``is_undone, undoes``.
    """
    fixed = decisions.rename(
        columns={"reason": "text", "valid_from": "taken_on", "expires_on": "due_on"}
    ).assign(kind=SEGMENT, is_undone=False)
    frames = [frame for frame in (actions, fixed) if len(frame)]
    if not frames:
        return pd.DataFrame(columns=_COLUMNS)
    found = pd.concat([frame.dropna(axis="columns", how="all") for frame in frames])
    names = portfolio.customers()[[*KEY, "name"]]
    found = found.merge(names, on=KEY, how="left").reindex(columns=_COLUMNS)
    found["amount_minor"] = found["amount_minor"].astype("Int64")
    if since is not None:
        found = found.loc[found["at"] > pd.Timestamp(since)]
    return found.sort_values("at", ascending=False, kind="stable", ignore_index=True)
