"""Claims that may have to be depreciated, one by one, with the evidence (definitions §9).

A claim is listed for an event that the book knows (doubtful account 416, insolvency proceedings,
dispute, returned payment) or for its lateness alone. Lateness alone justifies nothing: such a claim
is listed to be documented, never summed with the others nor turned into an entry. Percentages by age
are a convention of the policy. Nothing is booked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import first_reason, round_half_away, stocks
from arlib.analytics.provisions import claims
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

EVENTS: Final = ("doubtful_account", "insolvency", "dispute", "returned")
_NO_INSOLVENCY: Final = frozenset({"", "none"})
_LIMITATION_YEARS: Final = 5
_VAT_YEARS: Final = 2
_EXACT: Final = 6
_COLUMNS: Final = [
    *KEY,
    "name",
    "document_id",
    "number",
    "kind",
    "account_class",
    "currency",
    "issued_on",
    "due_on",
    "days_late",
    "open_minor",
    "disputed_minor",
    "credits_minor",
    "insolvency",
    "insolvency_on",
    "returned_on",
    "count_reminders",
    "last_reminder_on",
    *(f"is_{event}" for event in EVENTS),
    "standing",
    "ht_minor",
    "ht_minor_reason",
    "proposed_ratio",
    "proposed_ratio_reason",
    "proposed_minor",
    "proposed_minor_reason",
    "proposed_ttc_minor",
    "decision",
    "decision_reason",
    "decided_on",
    "decided_by",
    "decision_id",
    "retained_minor",
    "retained_minor_reason",
    "vat_by",
    "vat_by_reason",
    "limitation_on",
]


def candidates(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the claims to look at, those with an event first, then by amount.

    Columns: key, ``name, document_id, number, kind, account_class, currency, issued_on, due_on,
    days_late, open_minor`` (incl. VAT), the evidence (``disputed_minor, insolvency, insolvency_on,
    returned_on, count_reminders, last_reminder_on, credits_minor`` (≤ 0: of the customer, set against nothing), ``is_<event>`` for each of ``EVENTS``),
    ``standing`` (event; lateness_only), ``ht_minor`` (+ ``_reason`` no_tax), ``proposed_ratio`` (by age; NaN +
    ``_reason`` to_judge: younger than the first age), ``proposed_minor`` (excl. VAT, + ``_reason``),
    ``proposed_ttc_minor`` (Int64: where the VAT is not known, what the percentage would give incl. VAT;
    too much by the VAT, never summed), ``decision`` (accepted, refused; missing: none), ``decision_reason,
    decided_on, decided_by, decision_id``, ``retained_minor`` (what entries use: the percentage accepted, nothing
    of a claim refused, the proposal of a claim with an event nobody decided on; + ``_reason``), ``vat_by`` (last day to
    claim the VAT back: 31 December of the second year after the judgment that opens a
    liquidation; NaT + ``_reason``), ``limitation_on`` (five years after delivery, else the invoice: an
    estimate, interruptions are not known).
    """
    name = f"doubtful {policy.version}"
    return portfolio.derived(name, lambda: _candidates(portfolio, policy))


def age_ratios(days_late: pd.Series[int], policy: Policy) -> pd.Series[float]:
    """Return the percentage of each age: that of the highest bound passed, NaN before the first.

    Day 90 is not past 90, day 91 is.
    """
    steps = sorted((int(days), float(share)) for days, share in policy.doubtful_ratios.items())
    shares = np.array([np.nan, *(share for _, share in steps)])
    bounds = np.array([days for days, _ in steps], dtype="int64")
    places = np.searchsorted(bounds, days_late.to_numpy(dtype="int64"), side="left")
    return pd.Series(shares[places], index=days_late.index)


def _candidates(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    frame = _with_events(portfolio, claims(portfolio, policy))
    frame["proposed_ratio"] = age_ratios(frame["days_late"], policy)
    has_event = frame[[f"is_{event}" for event in EVENTS]].any(axis=1)
    frame["standing"] = pd.Series(
        np.where(has_event, "event", "lateness_only"), index=frame.index, dtype="str"
    )
    frame = frame.loc[has_event | frame["proposed_ratio"].notna()].reset_index(drop=True)
    frame = _with_decisions(portfolio, _with_proposal(frame))
    frame = _with_reminders(portfolio, frame)
    frame = _with_dates(frame).merge(_credits(portfolio), on=KEY_CURRENCY, how="left")
    frame["credits_minor"] = frame["credits_minor"].fillna(0).astype("int64")
    order = ["standing", "open_minor", *KEY, "due_on", "document_id"]
    ways = [True, False, True, True, True, True]
    return frame.sort_values(order, ascending=ways, ignore_index=True)[_COLUMNS]


def _credits(portfolio: Portfolio) -> pd.DataFrame:
    """Return the credits of each customer that are set against nothing: they may pay the claim."""
    found = stocks(portfolio)[[*KEY_CURRENCY, "credits_minor"]]
    return found.loc[found["credits_minor"] < 0]


def _with_events(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Add one flag an event; a judgment later than the date is not known yet."""
    day = pd.Timestamp(portfolio.as_of)
    judged = pd.to_datetime(frame["insolvency_on"])
    word = frame["insolvency"].astype("str").fillna("")
    is_open = ~word.isin(_NO_INSOLVENCY) & ~(judged > day)
    return frame.assign(
        insolvency=word.where(is_open),
        insolvency_on=judged.where(is_open),
        is_doubtful_account=frame["account_class"].astype("str") == "doubtful",
        is_insolvency=is_open,
        is_dispute=frame["disputed_minor"] > 0,
        is_returned=frame["returned_on"].notna(),
    )


def _with_proposal(frame: pd.DataFrame) -> pd.DataFrame:
    ht = frame["ht_minor"].astype("float64")
    amount = round_half_away(np.round(ht * frame["proposed_ratio"], _EXACT))
    no_tax, is_young = frame["ht_minor"].isna(), frame["proposed_ratio"].isna()
    return frame.assign(
        proposed_minor=pd.Series(amount, index=frame.index).astype("Int64"),
        ht_minor_reason=first_reason(frame.index, (no_tax, "no_tax")),
        proposed_ratio_reason=first_reason(frame.index, (is_young, "to_judge")),
        proposed_ttc_minor=_on_gross(frame).where(no_tax),
        proposed_minor_reason=first_reason(frame.index, (is_young, "to_judge"), (no_tax, "no_tax")),
    )


def _on_gross(frame: pd.DataFrame) -> pd.Series[int]:
    """Return the percentage of each age on the price incl. VAT."""
    gross = frame["open_minor"].astype("float64") * frame["proposed_ratio"]
    found = round_half_away(np.round(gross, _EXACT))
    return pd.Series(found, index=frame.index).astype("Int64")


def _with_decisions(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Add what the user decided, and the amount that follows."""
    taken = portfolio.depreciations()
    taken = taken.loc[taken["kind"] != "opening"]
    latest = taken.drop_duplicates(["company_id", "document_id"], keep="last")
    names = {
        "kind": "decision",
        "reason": "decision_reason",
        "on_date": "decided_on",
        "by": "decided_by",
        "change_id": "decision_id",
        "ratio": "accepted_ratio",
    }
    latest = latest.rename(columns=names)[["company_id", "document_id", *names.values()]]
    frame = frame.merge(latest, on=["company_id", "document_id"], how="left")
    is_accepted, is_refused = frame["decision"] == "accepted", frame["decision"] == "refused"
    chosen = frame.pop("accepted_ratio").where(is_accepted)
    ratio = chosen.astype("float64").fillna(frame["proposed_ratio"])
    amount = round_half_away(np.round(frame["ht_minor"].astype("float64") * ratio, _EXACT))
    is_out = is_refused | (frame["decision"].isna() & (frame["standing"] != "event"))
    retained = pd.Series(np.where(is_out, 0.0, amount), index=frame.index).astype("Int64")
    return frame.assign(
        retained_minor=retained,
        retained_minor_reason=first_reason(
            frame.index,
            (is_out, ""),
            (ratio.isna(), "to_judge"),
            (frame["ht_minor"].isna(), "no_tax"),
        ).replace({"": pd.NA}),
    )


def is_retained(frame: pd.DataFrame) -> pd.Series[bool]:
    """Return the candidates that entries concern: accepted, or with an event and not refused."""
    is_open = frame["decision"].isna() & (frame["standing"] == "event")
    return (frame["decision"] == "accepted").fillna(value=False) | is_open


def _with_reminders(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Add the reminders of each claim, and those sent to its customer since it was due."""
    sent = portfolio.actions()
    sent = sent.loc[sent["kind"] == "reminder", [*KEY, "document_ids", "taken_on"]]
    named = sent.dropna(subset=["document_ids"])
    each = named.assign(document_id=named["document_ids"].str.split("\n")).explode("document_id")
    direct = frame[[*KEY, "document_id"]].merge(each, on=[*KEY, "document_id"])
    general = sent.loc[sent["document_ids"].isna()].drop(columns="document_ids")
    shared = frame[[*KEY, "document_id", "due_on"]].merge(general, on=KEY)
    shared = shared.loc[pd.to_datetime(shared["taken_on"]) > pd.to_datetime(shared["due_on"])]
    wanted = [*KEY, "document_id", "taken_on"]
    parts = [part[wanted] for part in (direct, shared) if len(part)]
    if not parts:
        never = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
        return frame.assign(count_reminders=0, last_reminder_on=never)
    days = pd.concat(parts, ignore_index=True).groupby([*KEY, "document_id"])["taken_on"]
    found = days.agg(count_reminders="count", last_reminder_on="max").reset_index()
    frame = frame.merge(found, on=[*KEY, "document_id"], how="left")
    frame["count_reminders"] = frame["count_reminders"].fillna(0).astype("int64")
    return frame


def _with_dates(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the last day to claim the VAT back, and the estimate of the limitation."""
    judged = pd.to_datetime(frame["insolvency_on"]).where(frame["insolvency"] == "liquidation")
    starts = pd.to_datetime(frame["delivered_on"]).fillna(pd.to_datetime(frame["issued_on"]))
    is_liquidated = frame["insolvency"] == "liquidation"
    return frame.assign(
        vat_by=_year_end(judged, _VAT_YEARS),
        vat_by_reason=first_reason(
            frame.index,
            (~is_liquidated, "not_irrecoverable"),
            (judged.isna(), "no_judgment_date"),
        ),
        limitation_on=starts + pd.DateOffset(years=_LIMITATION_YEARS),
        last_reminder_on=pd.to_datetime(frame["last_reminder_on"]),
    )


def _year_end(days: pd.Series[Any], years: int) -> pd.Series[Any]:
    """Return 31 December of so many years later."""
    last = pd.to_datetime(
        {"year": days.dt.year.fillna(1970) + years, "month": 12, "day": 31}
    ).astype("datetime64[s]")
    return last.where(days.notna())
