"""Late payment interest and the fixed indemnity of every invoice owed after its due date (definitions §16).

Interest = Σ over the days after the due date, to the payment or the date, of what was owed × the
yearly rate of the day / 365, VAT included. A payment lowers the base from the next day, a credit note
from its own. Each invoice is rounded once. What it gives is a simulation, not a claim.

Worked set, 13.15 %: 471.03 and 280 of indemnities; with the disputed invoice 665.58 and 320.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import customers, first_reason, round_half_away
from arlib.analytics.late_rates import CONTRACT, LAW, PUBLIC, rates, rules
from arlib.analytics.late_standing import grounds, standings
from arlib.law.ceilings import regime_of
from arlib.model.late_settings import half_year_code
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

NO_RATE: Final = "no_rate"
_EXACT: Final = 6  # decimals of a minor unit: 2.5 is 2.5, not 2.4999999
_SAME: Final = 1e-12  # rates no further apart are one
_MOST_HALVES: Final = 50
_COLUMNS: Final = (
    *KEY,
    "name",
    "currency",
    "invoice_key",
    "document_id",
    "number",
    "kind",
    "issued_on",
    "delivered_on",
    "due_on",
    "due_source",
    "settled_on",
    "days_late",
    "count_instalments",
    "amount_minor",
    "late_minor",
    "open_minor",
    "disputed_minor",
    "regime",
    "contract_ratio",
    "is_floored",
    "interest_minor",
    "interest_minor_reason",
    "disputed_interest_minor",
    "disputed_interest_minor_reason",
    "missing_half_years",
    "is_estimate",
    "indemnity_minor",
    "indemnity_currency",
    "indemnity_ground",
    "standing",
    "limitation_on",
)


def late_interest(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return what every invoice owed late would bear, one row an invoice, by customer then due date.

    Columns: those of ``Portfolio.late_invoices`` and ``name``; ``regime`` (law; contract; public: ECB
    + 8 points, rate of the start), ``contract_ratio`` (NaN: none agreed), ``is_floored`` (some half-year
    counts 3 × the legal rate, above that of the contract); ``interest_minor`` (Int64: without the
    part in dispute) and ``disputed_interest_minor`` (that part), each with ``_reason`` no_rate: the rate of a
    half-year is not known, ``missing_half_years`` says which; ``is_estimate`` (the due date is not that of a file);
    ``indemnity_minor`` in ``indemnity_currency``, 0 when ``indemnity_ground`` is not ``due``
    (``analytics.late_standing``); ``standing`` (claimable, or why it is not to be claimed as it stands);
    ``limitation_on`` (an estimate). Companies whose ledger says of no invoice whether it is open are left out.
    """
    name = f"late interest {policy.version}"
    return portfolio.derived(name, lambda: _late_interest(portfolio, policy))


def parts(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the same by half-year, before the rounding of each invoice.

    Columns: ``currency, invoice_key, place`` (of its row in ``late_interest``), ``half`` (year × 2, + 1 from July), ``days, minor_days,
    disputed_minor_days, rate_half`` (whose rate counts), ``rate_ratio`` (NaN: not known), ``interest`` and
    ``disputed_interest`` (float minor units; NaN where the rate is not known).
    """
    name = f"late interest parts {policy.version}"
    return portfolio.derived(name, lambda: _parts(portfolio, policy))


def steps(
    portfolio: Portfolio, policy: Policy, company_id: str | None, customer_id: str | None
) -> pd.DataFrame:
    """Return the reckoning spelled out, of one customer or of all: one row a stretch of constant base.

    Columns: those of ``Portfolio.late_steps`` and ``rate_half, rate_ratio, interest`` (float, minor units).
    """
    is_retroactive = policy.late_credit_notes == "retroactive"
    frame = portfolio.late_steps(company_id, customer_id, retroactive=is_retroactive)
    frame = _rated(frame, _invoices(portfolio, policy), policy)
    return frame.assign(interest=_interest(frame, frame["base_minor"] * frame["days"]))


def _invoices(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the late invoices with their customer and the rule of their rate."""
    name = f"late invoices {policy.version}"
    return portfolio.derived(name, lambda: _read(portfolio, policy))


def _read(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    frame = portfolio.late_invoices(retroactive=policy.late_credit_notes == "retroactive")
    frame = frame.loc[~frame["company_id"].isin(portfolio.estimated_companies())]
    who = customers(portfolio)
    words = who["payment_regime"].astype("object").where(who["payment_regime"].notna(), None)
    meant = {word: regime_of(word) for word in words.unique()}
    agreed = who["contract_late_rate"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    if policy.late_contract_ratio > 0:
        agreed = np.where(np.isnan(agreed), policy.late_contract_ratio, agreed)
    is_public = words.map(meant).eq("public").to_numpy(dtype=bool)
    regime = np.where(is_public, PUBLIC, np.where(np.isnan(agreed), LAW, CONTRACT))
    who = who[[*KEY, "name", "country", "insolvency", "insolvency_on", *_FLAGS]].assign(
        regime=pd.Series(regime, index=who.index, dtype="str"),
        contract_ratio=np.where(is_public, np.nan, agreed),
    )
    return frame.merge(who, on=KEY, how="left").reset_index(drop=True)


_FLAGS: Final = ("is_natural_person", "is_intercompany")


def _rated(frame: pd.DataFrame, invoices: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return rows by half-year with the place of their invoice, the half-year whose rate counts, the rate."""
    places = pd.Index(invoices["invoice_key"]).get_indexer(pd.Index(frame["invoice_key"]))
    frame = frame.loc[places >= 0].reset_index(drop=True)
    places = places[places >= 0]
    regime = invoices["regime"].to_numpy(dtype=object)[places]
    is_fixed = (regime == PUBLIC) | (policy.late_rate_mode == "at_start")
    halves = np.where(is_fixed, frame["start_half"], frame["half"]).astype("int64")
    contract = invoices["contract_ratio"].to_numpy(dtype=float)[places]
    return frame.assign(
        place=places, rate_half=halves, rate_ratio=rates(halves, regime, contract, policy)
    )


def _interest(frame: pd.DataFrame, minor_days: pd.Series[int]) -> pd.Series[float]:
    """Return minor units × days × rate / 365; nothing owed bears nothing, whatever the rate."""
    found = minor_days.astype("float64") * frame["rate_ratio"] / rules().days_of_year
    return found.where(minor_days != 0, 0.0)


def _parts(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    invoices = _invoices(portfolio, policy)
    found = portfolio.late_parts(retroactive=policy.late_credit_notes == "retroactive")
    frame = _rated(found, invoices, policy)
    return frame.assign(
        currency=invoices["currency"].to_numpy()[frame["place"]],
        interest=_interest(frame, frame["minor_days"] - frame["disputed_minor_days"]),
        disputed_interest=_interest(frame, frame["disputed_minor_days"]),
    )


def _late_interest(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    frame = _invoices(portfolio, policy)
    each = parts(portfolio, policy)
    for name in ("interest", "disputed_interest"):
        frame[f"{name}_minor"] = _summed(each, name, len(frame))
        is_missing = frame[f"{name}_minor"].isna()
        frame[f"{name}_minor_reason"] = first_reason(frame.index, (is_missing, NO_RATE))
    frame["missing_half_years"] = _missing(each, len(frame))
    frame["is_floored"] = _floored(each, frame)
    frame["is_estimate"] = frame["due_source"].astype("str") != "file"
    frame["indemnity_ground"] = grounds(frame, policy, portfolio.as_of)
    fixed = rules()
    is_due = frame["indemnity_ground"] == "due"
    frame["indemnity_minor"] = np.where(is_due, fixed.indemnity_minor, 0).astype("int64")
    frame["indemnity_currency"] = fixed.indemnity_currency
    return standings(frame, portfolio.as_of)[list(_COLUMNS)]


def _summed(each: pd.DataFrame, name: str, count: int) -> pd.Series[int]:
    """Return the sum of each invoice rounded once (Int64), missing where a rate it needs is not known."""
    amounts = each[name].to_numpy(dtype=float)
    places = each["place"].to_numpy(dtype="int64")
    sums = np.bincount(places, weights=amounts, minlength=count)
    return pd.Series(round_half_away(np.round(sums, _EXACT))).astype("Int64")


def _floored(each: pd.DataFrame, frame: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return the invoices of a contract whose rate is below what the law allows in some half-year."""
    places = each["place"].to_numpy(dtype="int64")
    agreed = frame["contract_ratio"].to_numpy(dtype=float)[places]
    above = each["rate_ratio"].to_numpy(dtype=float) > agreed + _SAME
    above &= each["minor_days"].to_numpy(dtype=float) > 0
    return np.bincount(places[above], minlength=len(frame)) > 0


def _missing(each: pd.DataFrame, count: int) -> pd.Series[str]:
    """Return the half-years without a rate that each invoice needs, missing when it needs none."""
    lacking = each.loc[each["rate_ratio"].isna(), ["place", "rate_half"]].drop_duplicates()
    halves = np.sort(lacking["rate_half"].unique())[:_MOST_HALVES]
    ranks = np.searchsorted(halves, lacking["rate_half"])
    is_kept = ranks < len(halves)
    bits = np.bincount(
        lacking["place"].to_numpy(dtype="int64")[is_kept],
        weights=np.exp2(ranks[is_kept]),
        minlength=count,
    ).astype("int64")
    words = {
        code: ", ".join(
            half_year_code(int(half)) for rank, half in enumerate(halves) if code >> rank & 1
        )
        for code in np.unique(bits).tolist()
    }
    return pd.Series(bits).map(words).where(bits > 0).astype("str")
