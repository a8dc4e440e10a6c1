"""Which late invoices may be claimed as they stand, and why the others may not; who owes the 40 €.

Definitions §16: between professionals, not consumers; disputed invoices apart; no indemnity for
debts born before the judgment that opens insolvency proceedings; five years of limitation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import first_reason
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy

# Why an invoice is not claimed as it stands, the first that holds; ``claimable`` when none does.
STANDINGS: Final = (
    "claimable",
    "natural_person",
    "abroad",
    "no_rate",
    "time_barred",
    "insolvency",
    "disputed",
    "intercompany",
)
# Standings outside the theoretical total: shown apart.
APART: Final = ("disputed", "intercompany")
GROUNDS: Final = (
    "due",
    "within_tolerance",
    "not_an_invoice",
    "no_number",
    "same_number",
    "insolvency",
)
_NO_INSOLVENCY: Final = frozenset({"", "none"})
_LIMITATION_YEARS: Final = 5
# Where French commercial law applies: mainland and overseas.
_FRANCE: Final = frozenset(
    ["FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC", "TF"]
)


def grounds(frame: pd.DataFrame, policy: Policy, as_of: date) -> pd.Series[str]:
    """Return why the indemnity of each invoice is due or not, a code of ``GROUNDS``.

    Once an invoice number, not an instalment; nothing for what remains within the tolerance of paid
    invoices, nor for debts born before the judgment of an insolvent customer.
    """
    kind = frame["kind"].astype("str")
    has_no_number = frame["number"].isna()
    is_again = frame.duplicated([*KEY, "number", "issued_on"]) & ~has_no_number
    is_insolvent, judged = _insolvent(frame, as_of)
    born_before = is_insolvent & ~(pd.to_datetime(frame["issued_on"]) > judged)
    found = first_reason(
        frame.index,
        (~kind.isin(["invoice", "opening"]), "not_an_invoice"),
        (frame["late_minor"] <= _tolerance(frame, policy), "within_tolerance"),
        (has_no_number & (kind == "opening"), "no_number"),
        (is_again, "same_number"),
        (born_before, "insolvency"),
    )
    return found.fillna("due")


def standings(frame: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the invoices with ``standing``, a code of ``STANDINGS``, and ``limitation_on``."""
    day = pd.Timestamp(as_of)
    starts = pd.to_datetime(frame["delivered_on"]).fillna(pd.to_datetime(frame["issued_on"]))
    limitation = starts + pd.DateOffset(years=_LIMITATION_YEARS)
    country = frame["country"].astype("str").fillna("")
    is_disputed = (frame["open_minor"] > 0) & (frame["disputed_minor"] >= frame["open_minor"])
    is_insolvent, _ = _insolvent(frame, as_of)
    found = first_reason(
        frame.index,
        (frame["is_intercompany"], "intercompany"),
        (is_disputed, "disputed"),
        (is_insolvent, "insolvency"),
        (limitation < day, "time_barred"),
        (frame["interest_minor"].isna(), "no_rate"),
        (~country.isin(_FRANCE) & (country != ""), "abroad"),
        (frame["is_natural_person"], "natural_person"),
    )
    return frame.assign(standing=found.fillna("claimable"), limitation_on=limitation)


def _insolvent(frame: pd.DataFrame, as_of: date) -> tuple[pd.Series[bool], pd.Series[pd.Timestamp]]:
    """Return whether each customer is in proceedings; a judgment later than the date is not known yet."""
    judged = pd.to_datetime(frame["insolvency_on"])
    word = frame["insolvency"].astype("str").fillna("")
    return ~word.isin(_NO_INSOLVENCY) & ~(judged > pd.Timestamp(as_of)), judged


def _tolerance(frame: pd.DataFrame, policy: Policy) -> pd.Series[float]:
    """Return the most that may remain due of each invoice for it to be paid."""
    codes = {str(code): policy.paid_tolerance(str(code)) for code in frame["currency"].unique()}
    most = frame["currency"].astype("str").map(codes).astype("float64")
    share = frame["amount_minor"].astype("float64") * policy.paid_tolerance_ratio
    return pd.Series(np.minimum(share, most), index=frame.index)
