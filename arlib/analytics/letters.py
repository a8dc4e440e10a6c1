"""What a letter may ask of one customer: his open items, each with its part to collect and why not more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.frames import first_reason
from arlib.analytics.reminder_history import contacts
from arlib.analytics.reminder_items import reminder_items
from arlib.model.followup import REMINDER_LEVELS
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

STATES: Final = ("claimed", "suspended", "soon", "not_due", "credit")
_ASKED: Final = (
    "to_collect_minor",
    "promised_minor",
    "covered_minor",
    "suspended_by",
    "level",
    "next_level",
    "next_on",
)
_ORDER: Final = ["currency", "due_on", "issued_on", "number", "document_id"]


def letter_items(
    portfolio: Portfolio, policy: Policy, company_id: str, customer_id: str
) -> pd.DataFrame:
    """Return the open items of the customer accounts of one customer, by currency then due date.

    Columns of ``Portfolio.items``, those of ``reminder_items`` that say what is asked
    (``to_collect_minor, promised_minor, covered_minor``: 0 where nothing may be asked yet; ``suspended_by, level,
    next_level, next_on, is_to_remind``) and ``state``, one of ``STATES``: claimed = late with
    something to collect; soon = due within the days of the courtesy level.
    """
    items = portfolio.items(company_id, customer_id)
    items = items.loc[items["account_class"].isin(list(PERIMETER))].reset_index(drop=True)
    asked = _of(reminder_items(portfolio, policy), company_id, customer_id)
    asked = asked[["document_id", "is_overdue", "is_to_remind", *_ASKED]]
    found = items.astype({"document_id": "str"}).merge(asked, on="document_id", how="left")
    for name in ("to_collect_minor", "promised_minor", "covered_minor"):
        found[name] = found[name].fillna(0).astype("int64")
    for name in ("is_overdue", "is_to_remind"):
        found[name] = found[name].astype("boolean").fillna(value=False).astype(bool)
    found["disputed_minor"] = found["disputed_minor"].fillna(0).astype("int64")
    is_asked = found["to_collect_minor"] > 0
    found["state"] = first_reason(
        found.index,
        (found["open_minor"] < 0, "credit"),
        (is_asked & found["is_overdue"], "claimed"),
        (found["is_overdue"], "suspended"),
        (is_asked, "soon"),
        (found["open_minor"] >= 0, "not_due"),
    )
    return found.sort_values(_ORDER, ignore_index=True)


def letter_sums(items: pd.DataFrame, *, is_estimated: bool) -> Mapping[str, int]:
    """Return what the items of one currency add up to, in minor units.

    ``overdue`` (late, gross), ``disputed`` (of all items), ``promised``, ``claimed`` (late and to collect),
    ``covered`` (late, and credits cover it all: not claimed), ``credits`` (≤ 0: not set against an invoice), ``due`` (claimed less credits, at least 0), ``soon``,
    ``not_due`` (soon included), ``outstanding`` (all). Without lettering (``is_estimated``) what is to
    collect is already what credits leave: they are not taken off twice.
    """
    gross = items.loc[items["open_minor"] > 0]
    claimed = int(items.loc[items["state"] == "claimed", "to_collect_minor"].sum())
    credits_ = 0 if is_estimated else int(items["open_minor"].clip(upper=0).sum())
    overdue = int(gross.loc[gross["is_overdue"], "open_minor"].sum())
    return {
        "overdue": overdue,
        "disputed": int(gross[["disputed_minor", "open_minor"]].min(axis=1).sum()),
        "promised": int(items["promised_minor"].sum()),
        "claimed": claimed,
        "covered": int(items.loc[items["is_overdue"], "covered_minor"].sum()),
        "credits": credits_,
        "due": max(0, claimed + credits_),
        "soon": int(items.loc[items["state"] == "soon", "to_collect_minor"].sum()),
        "not_due": int(gross["open_minor"].sum()) - overdue,
        "outstanding": int(items["open_minor"].sum()),
    }


def proposed_level(items: pd.DataFrame) -> str | None:
    """Return the level to write now, R0 to R5: the highest step due; None when nothing is due."""
    now = items.loc[items["is_to_remind"], "next_level"].dropna()
    return str(now.max()) if len(now) else None


def reached_level(items: pd.DataFrame) -> str | None:
    """Return the highest level that days late reach among what is to collect, None when none is late."""
    late = items.loc[items["state"] == "claimed", "level"].dropna()
    return str(late.max()) if len(late) else None


def candidates(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the customers with something to write, one row each, the largest late amount first.

    Columns: ``company_id, customer_id, level`` (the highest step due now; NA: none yet), ``currency``
    (of the largest amount), ``claimed_minor`` (late and to collect, that currency), ``count_currencies``.
    """
    items = reminder_items(portfolio, policy)
    items = items.loc[items["to_collect_minor"] > 0]
    places = {name: place for place, name in enumerate(REMINDER_LEVELS)}
    items = items.assign(
        place=items["next_level"].map(places).where(items["is_to_remind"]),
        claimed_minor=items["to_collect_minor"].where(items["is_overdue"], 0),
    )
    by_currency = items.groupby(KEY_CURRENCY)
    rows = by_currency.agg(claimed_minor=("claimed_minor", "sum"), place=("place", "max"))
    rows = rows.reset_index()
    rows = rows.sort_values("claimed_minor", ascending=False, kind="stable")
    grouped = rows.groupby(KEY, sort=False)
    found = grouped.agg(
        place=("place", "max"),
        currency=("currency", "first"),
        claimed_minor=("claimed_minor", "first"),
        count_currencies=("currency", "size"),
    ).reset_index()
    found["level"] = found["place"].map(dict(enumerate(REMINDER_LEVELS))).astype("str")
    order = ["claimed_minor", *KEY]
    found = found.drop(columns="place")
    return found.sort_values(order, ascending=[False, True, True], ignore_index=True)


def reminder_dates(
    portfolio: Portfolio, company_id: str, customer_id: str, since: date
) -> pd.DataFrame:
    """Return reminders and calls of one customer since a day, oldest first: ``taken_on, kind, level``."""
    said = _of(contacts(portfolio), company_id, customer_id)
    said = said.loc[said["taken_on"] >= pd.Timestamp(since)]
    said = said.assign(level=said["level"].map(dict(enumerate(REMINDER_LEVELS))))
    return said.sort_values("taken_on", ignore_index=True)


def _of(frame: pd.DataFrame, company_id: str, customer_id: str) -> pd.DataFrame:
    is_his = (frame["company_id"] == company_id) & (frame["customer_id"] == customer_id)
    return frame.loc[is_his].reset_index(drop=True)
