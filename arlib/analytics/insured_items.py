"""Open invoices of insured buyers: what the contract leaves out, and the dates it sets for each.

Every term is the policy's (section ``insurance``); one that is not set leaves nothing out and gives no
date. Days count from the first due date that was known (definitions §10).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.analytics.exposure import whole
from arlib.analytics.frames import first_reason
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

COVERED: Final = ("named", "unnamed", "cancelled", "expired")


def insured_items(portfolio: Portfolio, policy: Policy, standing: pd.DataFrame) -> pd.DataFrame:
    """Return open debits of the buyers that are or were insured, oldest due first within a buyer.

    ``standing``: key, ``status``, ``ended_on``. Columns: those of ``Portfolio.open_debits`` plus
    ``status, terms_days, days_late`` (negative: not due), ``exclusion`` (why it is not covered:
    after_end, terms_too_long, after_stop; NA: it is), ``extension_until, declaration_by,
    indemnity_from`` (NaT: not set by the contract, or not covered), ``declared_on`` (NaT: not
    declared), ``days_left`` (Int64, before the declaration; negative: missed; NA once declared),
    ``is_late, is_missed``. What remains due within the paid tolerance
    waits for nothing. Companies without lettering are left out: nothing tells which invoice is open.
    """
    book = whole(portfolio)
    found = book.open_debits().astype(dict.fromkeys([*KEY, "currency"], "str"))
    insured = standing.loc[standing["status"].isin(COVERED), [*KEY, "status", "ended_on"]]
    frame = found.merge(insured, on=KEY)
    frame = frame.loc[~frame["company_id"].isin(portfolio.estimated_companies())]
    frame = frame.loc[frame["open_minor"] > _tolerated(frame, policy)].reset_index(drop=True)
    for name in ("issued_on", "delivered_on", "due_on"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    as_of = pd.Timestamp(portfolio.as_of)
    frame["terms_days"] = (frame["due_on"] - frame["issued_on"]).dt.days
    frame["days_late"] = (as_of - frame["due_on"]).dt.days
    frame["is_late"] = frame["days_late"] > 0
    frame["exclusion"] = _exclusion(frame, policy)
    frame["declared_on"] = _declared(frame, book)
    return _dated(frame, policy, as_of)


def _declared(frame: pd.DataFrame, book: Portfolio) -> pd.Series[Any]:
    """Return the day each invoice was declared to the insurer: itself, or with all those then due."""
    never = pd.Series(pd.NaT, index=frame.index).astype("datetime64[s]")
    said = book.actions()
    said = said.loc[said["kind"] == "declaration", [*KEY, "document_ids", "taken_on"]]
    if said.empty or frame.empty:
        return never
    said = said.astype(dict.fromkeys([*KEY, "document_ids"], "str"))
    named = said.dropna(subset=["document_ids"])
    named = named.assign(document_id=named["document_ids"].str.split("\n"))
    named = named.explode("document_id")
    by_invoice = _last_day(frame, named, [*KEY, "document_id"])
    everything = _last_day(frame, said.loc[said["document_ids"].isna()], KEY)
    everything = everything.where(frame["due_on"] <= everything)
    return by_invoice.fillna(everything)


def _last_day(frame: pd.DataFrame, said: pd.DataFrame, by: list[str]) -> pd.Series[Any]:
    """Return the last day said for each row, NaT where nothing was."""
    last = said.groupby(by)["taken_on"].max().rename("on").reset_index()
    last = last.astype(dict.fromkeys(by, "str"))
    keys = frame[by].astype("str")
    found = pd.to_datetime(keys.merge(last, on=by, how="left")["on"]).astype("datetime64[s]")
    return pd.Series(found.to_numpy(), index=frame.index)


def _tolerated(frame: pd.DataFrame, policy: Policy) -> pd.Series[float]:
    """Return the rest below which an invoice is paid: both bounds of the policy hold."""
    most = frame["currency"].map(policy.paid_tolerance).astype("float64")
    share = frame["amount_minor"].astype("float64") * policy.paid_tolerance_ratio
    return most.where(most <= share, share)


def _exclusion(frame: pd.DataFrame, policy: Policy) -> pd.Series[str]:
    sold_on = frame["delivered_on"].fillna(frame["issued_on"])
    has_ended = frame["status"].isin(["cancelled", "expired"])
    after_end = has_ended & ~(sold_on <= frame["ended_on"])
    longest, stop = policy.insurance_max_terms_days, policy.insurance_stop_days
    too_long = (frame["terms_days"] > longest) & bool(longest)
    after_stop = (sold_on > _stops_on(frame, stop)) & bool(stop)
    return first_reason(
        frame.index,
        (after_end, "after_end"),
        (too_long, "terms_too_long"),
        (after_stop, "after_stop"),
    )


def _stops_on(frame: pd.DataFrame, days: int) -> pd.Series[Any]:
    """Return the day after which sales to the buyer are not covered: his oldest unpaid due date + days.

    What is wholly in dispute stops nothing.
    """
    is_unpaid = frame["is_late"] & (frame["open_minor"] > frame["disputed_minor"])
    due = frame["due_on"].where(is_unpaid)
    oldest = due.groupby([frame[name] for name in KEY]).transform("min")
    return oldest + pd.Timedelta(days=days)


def _dated(frame: pd.DataFrame, policy: Policy, as_of: pd.Timestamp) -> pd.DataFrame:
    """Add the dates of the contract to what it covers."""
    covered = frame["due_on"].where(frame["exclusion"].isna())
    never = pd.Series(pd.NaT, index=frame.index).astype("datetime64[s]")
    extension, declaration = policy.insurance_extension_days, policy.insurance_declaration_days
    frame["extension_until"] = covered + pd.Timedelta(days=extension) if extension else never
    frame["declaration_by"] = covered + pd.Timedelta(days=declaration) if declaration else never
    waiting = pd.Timedelta(days=policy.insurance_waiting_days)
    frame["indemnity_from"] = (
        frame["declaration_by"] + waiting if policy.insurance_waiting_days else never
    )
    left = (frame["declaration_by"] - as_of).dt.days.astype("Int64")
    frame["days_left"] = left.mask(frame["declared_on"].notna())
    frame["is_missed"] = frame["is_late"] & frame["days_left"].lt(0).fillna(value=False)
    frame["is_missed"] = frame["is_missed"].astype(bool)
    return frame
