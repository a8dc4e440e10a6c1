"""What is sold beside the risk: basket, revenue, credit notes, billing lag, disputes.

Of the whole book or of one customer (``company_id`` and ``customer_id``). Amounts include taxes;
cash sales are out. Windows are whole months: the current one counts only when the date ends it.
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from arlib.analytics.frames import covered_from, ratio, round_half_away
from arlib.model.portfolio import month_ends

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.portfolio import Portfolio

MONTHS: Final = 24
_YEAR: Final = 12
_SALES: Final = ["count_invoices", "billed_minor", "count_credit_notes", "credit_note_minor"]
_LAGS: Final = {"billing": "delivered", "sending": "sent"}
# Outcomes of a dispute (definitions §14), without accents: the customer was right, or was not.
_FOUNDED: Final = frozenset({"fonde", "avoir", "founded", "credit_note"})
_UNFOUNDED: Final = frozenset({"infonde", "paiement", "unfounded", "payment"})
NO_CAUSE: Final = "none"


class Who(NamedTuple):
    """Whose activity: the whole book when both are None."""

    company_id: str | None = None
    customer_id: str | None = None


def sales_by_month(portfolio: Portfolio, currency: str, who: Who) -> pd.DataFrame:
    """Return invoices of each month covered among the last 24, oldest first.

    Columns: ``month_on, count_invoices, billed_minor, count_credit_notes, credit_note_minor`` (≤ 0),
    ``sales_minor`` (net), ``basket_minor`` (billed / invoices, Int64, NA without an invoice),
    ``credit_note_ratio`` (credit notes / billed), ``is_whole`` (False: the date is inside it).
    """
    frame = portfolio.activity_months(MONTHS + 1, who.company_id, who.customer_id)
    ends = _ends(portfolio)
    found = _by_month(frame, currency, ends, _SALES)
    found["sales_minor"] = found["billed_minor"] + found["credit_note_minor"]
    found["basket_minor"] = _basket(found["billed_minor"], found["count_invoices"])
    found["credit_note_ratio"] = ratio(-found["credit_note_minor"], found["billed_minor"])
    found["is_whole"] = [_is_month_end(day) for day in ends]
    return found


def trend(monthly: pd.DataFrame) -> dict[str, object]:
    """Return the last 12 whole months against the 12 before.

    For sales, basket, credit_note (ratio) and count_invoices: ``<name>``, ``<name>_before`` and, but
    for the ratio, ``<name>_change_ratio``; missing before with ``before_reason``.
    """
    whole = monthly.loc[monthly["is_whole"]]
    recent, earlier = whole.tail(_YEAR), whole.iloc[:-_YEAR].tail(_YEAR)
    now = _year(recent)
    is_known = len(recent) == _YEAR and len(earlier) == _YEAR
    before = _year(earlier) if is_known else dict.fromkeys(now)
    found: dict[str, object] = {"count_months": len(recent)}
    for name, value in now.items():
        found |= {name: value, f"{name}_before": before[name]}
        if name != "credit_note_ratio":
            found[f"{name}_change_ratio"] = _change(value, before[name])
    return found | {"before_reason": None if is_known else "insufficient_history"}


def lags(portfolio: Portfolio, currency: str, who: Who) -> dict[str, object]:
    """Return mean days from delivery to invoice and from invoice to sending, last 12 months.

    ``billing_lag_days, sending_lag_days`` with ``_reason`` (``no_dates``: the files do not say them)
    and ``count_delivered, count_sent``, the invoices that they rest on.
    """
    frame = portfolio.billing_lags(_YEAR, who.company_id, who.customer_id)
    sums = frame.loc[frame["currency"] == currency]
    found: dict[str, object] = {}
    for name, side in _LAGS.items():
        count = int(sums[f"count_{side}"].sum())
        mean = int(sums[f"{name}_days"].sum()) / count if count else None
        found[f"{name}_lag_days"] = mean
        found[f"{name}_lag_days_reason"] = None if count else "no_dates"
        found[f"count_{side}"] = count
    return found


def disputes_by_cause(portfolio: Portfolio, currency: str, who: Who) -> pd.DataFrame:
    """Return disputes by cause, the largest open amount first.

    Columns: ``reason`` (``none`` when the file says none), ``count_open, open_minor,
    mean_age_days``; over 12 months ``count_opened, opened_minor, count_closed,
    mean_resolution_days, count_judged, founded_ratio`` (the customer was right, over outcomes
    known); NaN without a case.
    """
    events = _events(portfolio, currency, who)
    start = pd.Timestamp(month_ends(portfolio.as_of, _YEAR)[0].replace(day=1))
    recent = events.loc[events["month_on"].isna() | (events["month_on"] >= start)]
    side = {name: recent.loc[recent["event"] == name] for name in ("open", "opened", "closed")}
    founded = side["closed"].loc[side["closed"]["verdict"] == "founded"]
    judged = side["closed"].loc[side["closed"]["verdict"].notna()]
    columns = {
        "count_open": _sum(side["open"], "count_cases"),
        "open_minor": _sum(side["open"], "amount_minor"),
        "open_days": _sum(side["open"], "days"),
        "open_dated": _sum(side["open"], "count_dated"),
        "count_opened": _sum(side["opened"], "count_cases"),
        "opened_minor": _sum(side["opened"], "amount_minor"),
        "count_closed": _sum(side["closed"], "count_cases"),
        "closed_days": _sum(side["closed"], "days"),
        "closed_dated": _sum(side["closed"], "count_dated"),
        "count_judged": _sum(judged, "count_cases"),
        "founded": _sum(founded, "count_cases"),
    }
    found = pd.DataFrame(columns).fillna(0).astype("int64").rename_axis("reason").reset_index()
    found["mean_age_days"] = ratio(found["open_days"], found["open_dated"])
    found["mean_resolution_days"] = ratio(found["closed_days"], found["closed_dated"])
    found["founded_ratio"] = ratio(found["founded"], found["count_judged"])
    order = ["open_minor", "opened_minor", "reason"]
    found = found.sort_values(order, ascending=[False, False, True], ignore_index=True)
    return found[list(_CAUSES)]


def disputes_by_month(portfolio: Portfolio, currency: str, who: Who) -> pd.DataFrame:
    """Return disputes opened and closed by month, months covered among the last 24, oldest first.

    Columns: ``month_on, count_opened, opened_minor, count_closed, closed_minor``.
    """
    events = _events(portfolio, currency, who)
    ends = _ends(portfolio)
    found = _by_month(events.head(0), currency, ends, [])
    for event in ("opened", "closed"):
        rows = events.loc[events["event"] == event]
        sums = _by_month(rows, currency, ends, ["count_cases", "amount_minor"])
        found[f"count_{event}"] = sums["count_cases"]
        found[f"{event}_minor"] = sums["amount_minor"]
    return found


_CAUSES: Final = (
    "reason",
    "count_open",
    "open_minor",
    "mean_age_days",
    "count_opened",
    "opened_minor",
    "count_closed",
    "mean_resolution_days",
    "count_judged",
    "founded_ratio",
)


def _events(portfolio: Portfolio, currency: str, who: Who) -> pd.DataFrame:
    frame = portfolio.dispute_months(MONTHS + 1, who.company_id, who.customer_id)
    frame = frame.loc[frame["currency"] == currency].copy()
    frame["month_on"] = pd.to_datetime(frame["month_on"])
    frame["reason"] = frame["reason"].astype("str").where(frame["reason"].notna(), NO_CAUSE)
    frame["verdict"] = pd.Series(
        [_verdict(value) for value in frame["outcome"]], index=frame.index, dtype="object"
    )
    return frame


def _verdict(outcome: object) -> str | None:
    if not isinstance(outcome, str):
        return None
    plain = unicodedata.normalize("NFKD", outcome).encode("ascii", "ignore").decode()
    word = plain.strip().lower()
    return "founded" if word in _FOUNDED else "unfounded" if word in _UNFOUNDED else None


def _sum(frame: pd.DataFrame, name: str) -> pd.Series[int]:
    return frame.groupby("reason")[name].sum()


def _ends(portfolio: Portfolio) -> tuple[date, ...]:
    """Return the last 24 month-ends covered, and the date itself when it is inside a month."""
    whole = _is_month_end(portfolio.as_of)
    first = covered_from(portfolio, set())
    ends = month_ends(portfolio.as_of, MONTHS + (0 if whole else 1))
    return tuple(day for day in ends if first is None or day >= first)


def _is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _by_month(
    frame: pd.DataFrame, currency: str, ends: tuple[date, ...], names: list[str]
) -> pd.DataFrame:
    kept = frame.loc[frame["currency"] == currency]
    stamps = pd.to_datetime(kept["month_on"]).astype("datetime64[s]")
    firsts = pd.DatetimeIndex([day.replace(day=1) for day in ends]).astype("datetime64[s]")
    sums = kept.groupby(stamps)[names].sum().reindex(firsts).fillna(0).astype("int64")
    return sums.rename_axis("month_on").reset_index()


def _basket(billed: pd.Series[int], count: pd.Series[int]) -> pd.Series[int]:
    """Return billed / invoices rounded half away from zero, NA without an invoice."""
    mean = ratio(billed, count)
    return pd.Series(round_half_away(mean), index=billed.index).astype("Int64")


def _year(rows: pd.DataFrame) -> dict[str, float | None]:
    """Return the sums and means of some months; None where nothing was billed."""
    billed, count = int(rows["billed_minor"].sum()), int(rows["count_invoices"].sum())
    notes = -int(rows["credit_note_minor"].sum())
    return {
        "sales_minor": int(rows["sales_minor"].sum()),
        "basket_minor": int(round_half_away(billed / count)) if count else None,
        "count_invoices": count,
        "credit_note_ratio": notes / billed if billed > 0 else None,
    }


def _change(value: float | None, before: float | None) -> float | None:
    if value is None or not before or before < 0:
        return None
    return value / before - 1 if np.isfinite(value) else None
