"""Provision matrix of IFRS 9, simplified approach: open debits by bucket × rate (definitions §8).

Base: the debits of the customer accounts, credits not deducted, excl. VAT by the VAT of each
document (``ecl_base``). Customers with something in the doubtful account (416) are assessed one by
one and left out. Companies whose ledger is not lettered are left out too: none of their invoices is
known to be open.

Worked set, rates of the chain 20, 30, 50, 60 % and 40 % lost: 3 880.56 incl. VAT, 3 242.80 excl.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import insurance
from arlib.analytics.frames import customers, first_reason, round_half_away
from arlib.analytics.loss_rates import applied, rates
from arlib.analytics.migration import labels
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from arlib.analytics.loss_rates import Rates
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

__all__ = ["Provision", "claims", "losses", "movement", "provision", "without_vat"]
_EXACT: Final = 6  # decimals of a minor unit: 2.5 is 2.5, not 2.4999999


@dataclass(frozen=True, slots=True)
class Provision:
    """The matrix of one currency.

    ``matrix``: ``bucket, count, open_minor`` (incl. VAT), ``base_minor``, ``own_rate_ratio``
    (before the forward factor), ``rate_ratio`` (applied; NaN + ``_reason``), ``loss_minor`` (Int64,
    + ``_reason``). ``total_minor``: None when the rate of a bucket with something open is not
    known; ``known_minor`` sums the others. ``doubtful_minor``: open debits of the customers left out. ``no_tax_minor``: debits
    whose VAT is not known, counted at the policy's rate or incl. VAT. ``insured_minor``: part of
    the total that the insurer would pay (None: nobody insured), never deducted.
    """

    currency: str
    rates: Rates
    matrix: pd.DataFrame
    total_minor: int | None
    total_reason: str | None
    known_minor: int
    doubtful_minor: int
    no_tax_minor: int
    intercompany_minor: int
    insured_minor: int | None

    @property
    def open_minor(self) -> int:
        """Return the open debits that the matrix holds, incl. VAT."""
        return int(self.matrix["open_minor"].sum())


def claims(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return every open debit that is known to be open, with what provisions need.

    Columns: those of ``Portfolio.provision_items`` and ``days_late, place`` (of its bucket), ``ht_minor``
    (Int64: excl. VAT; NA where the VAT is not known and the policy has no rate), ``has_tax``,
    ``name, insolvency, insolvency_on, is_intercompany, is_natural_person, is_individual`` (of a
    customer with something in the doubtful account).
    """
    name = f"claims {policy.version}"
    return portfolio.derived(name, lambda: _claims(portfolio, policy))


def provision(portfolio: Portfolio, policy: Policy, currency: str) -> Provision:
    """Return the matrix of one currency at the date."""
    found = claims(portfolio, policy)
    mine = found.loc[found["currency"] == currency]
    kept = mine.loc[~mine["is_individual"]].reset_index(drop=True)
    base = _base(kept, policy)
    known = rates(portfolio, policy, currency)
    matrix = _matrix(kept, base, known, policy)
    total, why = _total(matrix)
    return Provision(
        currency=currency,
        rates=known,
        matrix=matrix,
        total_minor=total,
        total_reason=why,
        known_minor=int(matrix["loss_minor"].fillna(0).sum()),
        doubtful_minor=int(mine.loc[mine["is_individual"], "open_minor"].sum()),
        no_tax_minor=_without_tax(kept, policy),
        intercompany_minor=int(kept.loc[kept["is_intercompany"], "open_minor"].sum()),
        insured_minor=_insured(portfolio, policy, kept, base, matrix, currency),
    )


def losses(base: npt.ArrayLike, ratios: Sequence[float | None]) -> npt.NDArray[np.float64]:
    """Return base × rate by bucket in minor units, half away from zero; NaN where no rate is known.

    Nothing open loses nothing, whatever the rate.
    """
    amounts = np.asarray(base, dtype="float64")
    shares = np.array([np.nan if ratio is None else ratio for ratio in ratios], dtype="float64")
    found = round_half_away(np.round(amounts * shares, _EXACT))
    return np.where(amounts == 0, 0.0, found)


def without_vat(frame: pd.DataFrame, vat_ratio: float) -> pd.Series[int]:
    """Return open amounts excl. VAT (Int64): the document's own share of VAT, else a rate, else NA.

    ``frame``: ``open_minor, amount_minor, tax_minor``; ``vat_ratio`` 0: no rate is known.
    """
    amount = frame["amount_minor"].astype("float64")
    tax = frame["tax_minor"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    share = (amount - tax) / amount.where(amount != 0)
    if vat_ratio:
        share = share.fillna(1 / (1 + vat_ratio))
    net = round_half_away(np.round(frame["open_minor"].astype("float64") * share, _EXACT))
    return pd.Series(net, index=frame.index).astype("Int64")


def _claims(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    frame = portfolio.provision_items()
    is_known = ~frame["company_id"].isin(portfolio.estimated_companies())
    frame = frame.loc[is_known].reset_index(drop=True)
    late = (pd.Timestamp(portfolio.as_of) - pd.to_datetime(frame["due_on"])).dt.days
    frame["days_late"] = late.astype("int64")
    edges = np.array([0, *policy.buckets])
    frame["place"] = np.searchsorted(edges, frame["days_late"].to_numpy(), side="left")
    frame["has_tax"] = frame["tax_minor"].notna()
    frame["ht_minor"] = without_vat(frame, policy.ecl_vat_ratio)
    who = customers(portfolio)[
        [*KEY, "name", "insolvency", "insolvency_on", "is_intercompany", "is_natural_person"]
    ]
    frame = frame.merge(who, on=KEY, how="left")
    doubtful = frame["account_class"].astype("str") == "doubtful"
    frame["is_individual"] = doubtful.groupby([frame[name] for name in KEY]).transform("any")
    return frame


def _base(kept: pd.DataFrame, policy: Policy) -> pd.Series[int]:
    """Return what a rate applies to: excl. VAT when asked, incl. VAT where VAT is not known."""
    if policy.ecl_base == "TTC":
        return kept["open_minor"].astype("int64")
    return kept["ht_minor"].fillna(kept["open_minor"]).astype("int64")


def _without_tax(kept: pd.DataFrame, policy: Policy) -> int:
    if policy.ecl_base == "TTC":
        return 0
    return int(kept.loc[~kept["has_tax"], "open_minor"].sum())


def _matrix(kept: pd.DataFrame, base: pd.Series[int], known: Rates, policy: Policy) -> pd.DataFrame:
    names = labels(policy.buckets)
    places = pd.RangeIndex(len(names))
    held = pd.DataFrame(
        {"place": kept["place"], "open_minor": kept["open_minor"], "base_minor": base, "count": 1}
    )
    sums = held.groupby("place").sum().reindex(places).fillna(0).astype("int64")
    ratios = [applied(rate, policy.ecl_forward_factor) for rate in known.ratios]
    amounts = losses(sums["base_minor"].to_numpy(), ratios)
    frame = sums[["count", "open_minor", "base_minor"]].reset_index(drop=True)
    frame.insert(0, "bucket", pd.Series(names, dtype="str"))
    frame["own_rate_ratio"] = pd.array(known.ratios, dtype="Float64").to_numpy(
        dtype=float, na_value=np.nan
    )
    frame["rate_ratio"] = pd.array(ratios, dtype="Float64").to_numpy(dtype=float, na_value=np.nan)
    frame["rate_ratio_reason"] = pd.Series(known.reasons, dtype="str")
    frame["loss_minor"] = pd.Series(amounts).astype("Int64")
    is_missing = frame["loss_minor"].isna()
    frame["loss_minor_reason"] = frame["rate_ratio_reason"].where(is_missing)
    return frame


def _total(matrix: pd.DataFrame) -> tuple[int | None, str | None]:
    missing = matrix.loc[matrix["loss_minor"].isna(), "rate_ratio_reason"]
    if len(missing):
        return None, str(missing.iloc[0])
    return int(matrix["loss_minor"].sum()), None


def _insured(
    portfolio: Portfolio,
    policy: Policy,
    kept: pd.DataFrame,
    base: pd.Series[int],
    matrix: pd.DataFrame,
    currency: str,
) -> int | None:
    """Return the part of the loss that stands on what is insured, customer by customer.

    The share insured is that of the customer's exposure, one share for all his invoices.
    """
    cover = insurance.cover(portfolio, policy)
    has_share = cover["insured_minor"].notna() & (cover["currency"] == currency)
    cover = cover.loc[has_share & (cover["exposure_minor"] > 0)]
    if cover.empty:
        return None
    share = (cover["insured_minor"].astype(float) / cover["exposure_minor"].astype(float)).clip(
        0, 1
    )
    ratios = matrix["rate_ratio"].to_numpy(dtype=float)[kept["place"].to_numpy()]
    expected = kept[KEY].assign(loss=base.to_numpy(dtype=float) * np.nan_to_num(ratios))
    by_customer = expected.groupby(KEY)["loss"].sum().reset_index()
    both = by_customer.merge(cover[KEY].assign(share=share), on=KEY)
    return int(round_half_away([float((both["loss"] * both["share"]).sum())])[0])


def movement(now: Provision, before: Provision) -> pd.DataFrame:
    """Return the matrix against that of an earlier closing, by bucket.

    Columns: ``bucket, before_minor, now_minor`` (Int64), ``charge_minor`` (dotation),
    ``reversal_minor`` (reprise); missing with ``movement_reason`` where one of the two is.
    """
    frame = now.matrix[["bucket"]].copy()
    frame["now_minor"] = now.matrix["loss_minor"]
    frame["before_minor"] = before.matrix["loss_minor"]
    change = frame["now_minor"] - frame["before_minor"]
    frame["charge_minor"] = change.clip(lower=0)
    frame["reversal_minor"] = (-change).clip(lower=0)
    why = now.total_reason or before.total_reason or "not_applicable"
    frame["movement_reason"] = first_reason(frame.index, (change.isna(), why))
    return frame
