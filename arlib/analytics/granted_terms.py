"""Terms granted on open invoices against those of the class and the legal ceiling.

Each invoice is judged at its own date: the ceiling is that of the law in force then, counted by
every reading of the text; the one that allows most decides (definitions §16).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import first_reason
from arlib.law import ceilings
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.model.terms import TermsCalendar, due_date, parse_terms

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

READINGS: Final = ("net", "month_end_a", "month_end_b", "ten_days")
UNKNOWN_REGIME: Final = "unknown"
_LAW: Final = ["regime", "issued_on", "delivered_on"]


def beyond(portfolio: Portfolio, policy: Policy, known: pd.DataFrame) -> pd.DataFrame:
    """Return one row per customer, currency and rule broken by some of his open invoices.

    ``known``: key, ``segment, payment_regime``. Columns: key, ``rule`` (terms_illegal, terms_clause,
    terms_above), ``currency, count_invoices, exposure_minor`` (open amount of these invoices), and
    of the worst of them ``days_beyond, reading, issued_on, due_on, allowed_on, regime,
    is_confirmed, source``, ``net_days, month_end_a_days, month_end_b_days`` (days beyond each).
    """
    rows = invoices(portfolio, policy, known)
    if rows.empty:
        return rows.assign(rule=pd.Series(dtype="str"))
    legal = rows.assign(
        rule=rows["legal"], days_beyond=rows["legal_days"], allowed_on=rows["legal_on"]
    )
    above = rows.loc[rows["class_days"] > 0]
    above = above.assign(
        rule="terms_above", days_beyond=above["class_days"], allowed_on=above["class_on"]
    )
    above["reading"] = pd.Series(pd.NA, index=above.index, dtype="str")
    return _worst(pd.concat([legal.dropna(subset=["rule"]), above], ignore_index=True))


def invoices(portfolio: Portfolio, policy: Policy, known: pd.DataFrame) -> pd.DataFrame:
    """Return granted due dates, each with the last day that the law and the class allow.

    Adds ``legal`` (terms_illegal, terms_clause, NA: within, or no text known), ``legal_on,
    legal_days, class_on, class_days`` to ``Portfolio.granted_terms``.
    """
    return _against_class(judged(portfolio.granted_terms().merge(known, on=KEY)), policy)


def judged(rows: pd.DataFrame) -> pd.DataFrame:
    """Return due dates against the law in force at the date of each invoice.

    ``rows``: ``issued_on, delivered_on, due_on, payment_regime``. Adds ``regime`` (``unknown``: words
    not understood), ``legal`` (terms_illegal, terms_clause, NA), ``legal_on, legal_days, reading,
    is_confirmed, source`` and ``net_days, month_end_a_days, month_end_b_days, ten_days_days``.
    """
    rows = rows.copy()
    for name in ("issued_on", "delivered_on", "due_on"):
        rows[name] = pd.to_datetime(rows[name]).astype("datetime64[s]")
    rows["regime"] = _regimes(rows["payment_regime"])
    return _against_law(rows)


def unknown_regimes(known: pd.DataFrame) -> pd.DataFrame:
    """Return the customers whose regime is written in words that are not understood."""
    return known.loc[_regimes(known["payment_regime"]) == UNKNOWN_REGIME]


def _regimes(words: pd.Series[str]) -> pd.Series[str]:
    texts = words.astype("object").where(words.notna(), "")
    found = {text: ceilings.regime_of(str(text)) or UNKNOWN_REGIME for text in texts.unique()}
    return texts.map(found).astype("str")


def _against_law(rows: pd.DataFrame) -> pd.DataFrame:
    asked = rows[_LAW].drop_duplicates().reset_index(drop=True)
    rows = rows.merge(pd.concat([asked, _allowed(asked)], axis=1), on=_LAW, how="left")
    last = rows[[f"{code}_on" for code in READINGS]]
    rows["legal_on"] = last.max(axis=1)
    for code in READINGS:
        rows[f"{code}_days"] = _days(rows["due_on"], rows[f"{code}_on"])
    by_reading = rows[[f"{code}_days" for code in READINGS]].set_axis(list(READINGS), axis=1)
    has_text = rows["legal_on"].notna()
    rows["reading"] = pd.Series(pd.NA, index=rows.index, dtype="str")
    if has_text.any():
        nearest = by_reading.loc[has_text].idxmin(axis=1)
        rows["reading"] = rows["reading"].mask(has_text, nearest.reindex(rows.index))
    past_all = _days(rows["due_on"], rows["legal_on"])
    has_several = rows["month_end_a_on"].notna()
    is_clause = has_several & (rows["net_days"] > 0) & (past_all <= 0)
    rows["legal"] = first_reason(
        rows.index, (past_all > 0, "terms_illegal"), (is_clause, "terms_clause")
    )
    # within the clause alone, what counts is how far the invoice goes beyond the sixty days
    rows["legal_days"] = past_all.mask(is_clause, rows["net_days"])
    rows["legal_on"] = rows["legal_on"].mask(is_clause, rows["net_on"])
    return rows


def _allowed(asked: pd.DataFrame) -> pd.DataFrame:
    """Return the last day allowed by each reading, for each regime, issue and delivery date."""
    columns: dict[str, list[object]] = {f"{code}_on": [] for code in READINGS}
    columns |= {"is_confirmed": [], "source": []}
    for regime, issued, delivered in zip(*(asked[name] for name in _LAW), strict=True):
        found = None if regime == UNKNOWN_REGIME else ceilings.ceiling(regime, issued.date())
        day = None if pd.isna(delivered) else delivered.date()
        last: dict[str, date] = found.last_days(issued.date(), day) if found else {}
        for code in READINGS:
            columns[f"{code}_on"].append(last.get(code))
        columns["is_confirmed"].append(found.is_confirmed if found else None)
        columns["source"].append(found.source if found else None)
    frame = pd.DataFrame(columns, index=asked.index)
    for code in READINGS:
        frame[f"{code}_on"] = pd.to_datetime(frame[f"{code}_on"]).astype("datetime64[s]")
    return frame.astype({"is_confirmed": "boolean", "source": "str"})


def _against_class(rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    rules = TermsCalendar(policy.commercial_month, policy.next_business_day)
    terms = {segment: parse_terms(words) for segment, words in policy.grid_terms.items()}
    asked = rows[["segment", "issued_on"]].drop_duplicates()
    allowed = []
    for segment, issued in zip(asked["segment"], asked["issued_on"], strict=True):
        granted = terms.get(segment)
        allowed.append(None if granted is None else due_date(issued.date(), granted, rules))
    asked["class_on"] = pd.to_datetime(pd.Series(allowed, index=asked.index, dtype="object"))
    asked["class_on"] = asked["class_on"].astype("datetime64[s]")
    rows = rows.merge(asked, on=["segment", "issued_on"], how="left")
    return rows.assign(class_days=_days(rows["due_on"], rows["class_on"]))


def _days(due: pd.Series[pd.Timestamp], last: pd.Series[pd.Timestamp]) -> pd.Series[float]:
    """Return days from the last day allowed to the due date; NaN without a last day."""
    return (due - last) / np.timedelta64(1, "D")


def _worst(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the worst invoice of each customer, currency and rule, with the sums of all."""
    on = [*KEY_CURRENCY, "rule"]
    sums = rows.groupby(on, sort=True)[["count_invoices", "open_minor"]].sum().reset_index()
    order = rows.sort_values(
        [*on, "days_beyond", "open_minor", "issued_on"],
        ascending=[True, True, True, True, False, False, True],
    )
    worst = order.drop_duplicates(on).drop(columns=["count_invoices", "open_minor"])
    found = worst.merge(sums, on=on).rename(columns={"open_minor": "exposure_minor"})
    for name in ("days_beyond", "net_days", "month_end_a_days", "month_end_b_days"):
        found[name] = found[name].astype("Int64")
    return found
