"""Late payment interest and indemnities: totals, by standing, by customer, by half-year, the rates used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import late_interest as pipeline
from arlib.analytics import late_rates
from arlib.analytics.frames import (
    NOT_AT_THIS_LEVEL,
    are_all_left_out,
    first_reason,
    round_half_away,
)
from arlib.analytics.late_standing import APART, STANDINGS
from arlib.model.late_settings import half_year_code, half_year_number, half_year_of
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from datetime import date

    from arlib.analytics.late_rates import HalfYear
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

__all__ = ["APART", "STANDINGS", "LateBlock", "LateView", "build", "invoices", "steps"]
SHOWN_INVOICES: Final = 1_000  # of a list on a screen
_EXACT: Final = 6


@dataclass(frozen=True, slots=True)
class LateBlock:
    """Late payment interest in one currency; what is in dispute or of our own group is in no total.

    ``interest_minor``: theoretical (None: the rate of a half-year is not known for ``count_no_rate`` invoices),
    ``known_interest_minor`` of the others; ``indemnity_minor`` in ``indemnity_currency``; ``claimable_…``: of the invoices
    that may be claimed as they stand; ``count_open``: still owed; ``count_estimates``: whose due date is not that
    of a file. ``standings``: ``standing, count_invoices, interest_minor, indemnity_minor``, disputed parts of other
    invoices under ``disputed``. ``customers``: key, ``name, count_invoices, count_claimable, interest_minor`` (Int64; +
    ``_reason`` no_rate), ``known_interest_minor, indemnity_minor, claimable_interest_minor, claimable_indemnity_minor,
    disputed_interest_minor, open_minor, max_days_late``, largest first. ``half_years``: ``half, code,
    interest_minor`` (Int64; + ``_reason``), ``minor_days``. ``invoices``: the largest of those to claim
    (``analytics.late_interest``), for a screen.
    """

    currency: str
    indemnity_currency: str
    count_invoices: int
    count_open: int
    count_no_rate: int
    count_estimates: int
    interest_minor: int | None
    known_interest_minor: int
    indemnity_minor: int
    disputed_interest_minor: int
    count_claimable: int
    claimable_interest_minor: int
    claimable_indemnity_minor: int
    standings: pd.DataFrame
    customers: pd.DataFrame
    half_years: pd.DataFrame
    invoices: pd.DataFrame


@dataclass(frozen=True, slots=True)
class LateView:
    """One block a currency, the largest first.

    ``rates``: every half-year that serves or lacks, in order (``analytics.late_rates.HalfYear``: its rates are None when
    not known); ``missing``: codes of the half-years asked for. ``mode``, ``credit_notes`` and
    ``contract_ratio`` (0: none) are those of the policy. ``open_only``: companies of which only open
    invoices are known; ``left_out``: those whose ledger says of no invoice whether it is open.
    ``unavailable``: why nothing can be said.
    """

    as_of: date
    mode: str
    credit_notes: str
    contract_ratio: float
    margin_ratio: float
    public_margin_ratio: float
    floor_times: int
    indemnity_each_minor: int
    rates: tuple[HalfYear, ...]
    missing: tuple[str, ...]
    blocks: tuple[LateBlock, ...]
    unavailable: str | None
    left_out: tuple[str, ...]
    open_only: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """Return the half-years that serve and were not read in an official text."""
        return tuple(item.code for item in self.rates if not item.is_confirmed)

    @property
    def is_fixed(self) -> bool:
        """Return True when the rate is that of the half-year in which interest began."""
        return self.mode == "at_start"

    def law_ratio(self, half: int) -> float | None:
        """Return the rate of the law of a half-year: ECB + 10 points; None: not known."""
        ecb = next((item.ecb_ratio for item in self.rates if item.number == half), None)
        return None if ecb is None else ecb + self.margin_ratio


def build(portfolio: Portfolio, policy: Policy) -> LateView:
    """Return late payment interest at the date."""
    left_out = portfolio.estimated_companies()
    is_nothing = are_all_left_out(portfolio, left_out)
    invoices = pipeline.late_interest(portfolio, policy)
    each = pipeline.parts(portfolio, policy)
    fixed = late_rates.rules()
    missing = _missing(invoices)
    return LateView(
        as_of=portfolio.as_of,
        mode=policy.late_rate_mode,
        credit_notes=policy.late_credit_notes,
        contract_ratio=policy.late_contract_ratio,
        margin_ratio=fixed.margin_ratio,
        public_margin_ratio=fixed.public_margin_ratio,
        floor_times=fixed.floor_times,
        indemnity_each_minor=fixed.indemnity_minor,
        rates=_rates(each, missing, portfolio.as_of, policy),
        missing=missing,
        blocks=() if is_nothing else _blocks(invoices, each),
        unavailable=NOT_AT_THIS_LEVEL if is_nothing else None,
        left_out=tuple(sorted(left_out)),
        open_only=tuple(
            item.company_id
            for item in portfolio.companies()
            if item.level == "C" and not item.is_inferred
        ),
        sources=fixed.sources,
    )


def invoices(
    portfolio: Portfolio,
    policy: Policy,
    *,
    company_id: str | None = None,
    customer_id: str | None = None,
    currency: str | None = None,
    is_claimable: bool = False,
) -> pd.DataFrame:
    """Return late invoices (``analytics.late_interest``), the largest interest first: of a customer, or to claim."""
    frame = pipeline.late_interest(portfolio, policy)
    asked = {"company_id": company_id, "customer_id": customer_id, "currency": currency}
    for name, value in asked.items():
        if value is not None:
            frame = frame.loc[frame[name] == value]
    if is_claimable:
        frame = frame.loc[frame["standing"] == "claimable"]
    return _largest(frame)


def steps(
    portfolio: Portfolio,
    policy: Policy,
    *,
    company_id: str | None = None,
    customer_id: str | None = None,
) -> pd.DataFrame:
    """Return the reckoning spelled out (``analytics.late_interest.steps``), of one customer or of all."""
    return pipeline.steps(portfolio, policy, company_id, customer_id)


def _missing(invoices: pd.DataFrame) -> tuple[str, ...]:
    said = invoices["missing_half_years"].dropna().unique()
    codes = {code for words in said for code in str(words).split(", ")}
    return tuple(sorted(codes))


def _rates(
    each: pd.DataFrame, missing: tuple[str, ...], as_of: date, policy: Policy
) -> tuple[HalfYear, ...]:
    """Return the half-years that serve, that of the date and those that lack, in order."""
    known = late_rates.known(policy)
    asked = {number for code in missing if (number := half_year_number(code)) is not None}
    served = (
        set(each["rate_half"].unique().tolist())
        | set(each["half"].unique().tolist())
        | asked
        | {half_year_of(as_of)}
    )
    nothing = late_rates.HalfYear(0, None, None, "", is_confirmed=True)
    return tuple(
        known.get(int(number), _numbered(nothing, int(number))) for number in sorted(served)
    )


def _numbered(value: HalfYear, number: int) -> HalfYear:
    return late_rates.HalfYear(
        number, value.ecb_ratio, value.legal_ratio, value.source, value.is_confirmed
    )


def _blocks(invoices: pd.DataFrame, each: pd.DataFrame) -> tuple[LateBlock, ...]:
    late = invoices.groupby("currency")["late_minor"].sum()
    order = late.rename("late").rename_axis("currency").reset_index()
    ranked = order.sort_values(["late", "currency"], ascending=[False, True])
    is_counted = ~invoices["standing"].isin(APART).to_numpy(dtype=bool)
    counted = each.loc[is_counted[each["place"].to_numpy()]]
    return tuple(
        _block(
            str(code),
            invoices.loc[invoices["currency"] == code].reset_index(drop=True),
            counted.loc[counted["currency"] == code],
        )
        for code in ranked["currency"].tolist()
    )


def _block(currency: str, invoices: pd.DataFrame, parts: pd.DataFrame) -> LateBlock:
    counted = invoices.loc[~invoices["standing"].isin(APART)]
    claimable = counted.loc[counted["standing"] == "claimable"]
    own = invoices.loc[invoices["standing"] != "intercompany"]
    lacks = counted["interest_minor"].isna()
    return LateBlock(
        currency=currency,
        indemnity_currency=late_rates.rules().indemnity_currency,
        count_invoices=len(counted),
        count_open=int((counted["open_minor"] > 0).sum()),
        count_no_rate=int(lacks.sum()),
        count_estimates=int(counted["is_estimate"].sum()),
        interest_minor=None if lacks.any() else _sum(counted, "interest_minor"),
        known_interest_minor=_sum(counted, "interest_minor"),
        indemnity_minor=_sum(counted, "indemnity_minor"),
        disputed_interest_minor=_sum(own, "disputed_interest_minor"),
        count_claimable=len(claimable),
        claimable_interest_minor=_sum(claimable, "interest_minor"),
        claimable_indemnity_minor=_sum(claimable, "indemnity_minor"),
        standings=_standings(invoices),
        customers=_customers(invoices),
        half_years=_half_years(parts),
        invoices=_largest(_above(claimable)).head(SHOWN_INVOICES),
    )


def _sum(frame: pd.DataFrame, name: str) -> int:
    """Return the sum of what is known."""
    return int(frame[name].fillna(0).sum())


def _above(claimable: pd.DataFrame) -> pd.DataFrame:
    """Return what a screen may show, before it is put in order: sorting texts is slow."""
    if len(claimable) <= SHOWN_INVOICES:
        return claimable
    amounts = claimable["interest_minor"].astype("int64")
    least = np.partition(amounts.to_numpy(), -SHOWN_INVOICES)[-SHOWN_INVOICES]
    kept: pd.DataFrame = claimable.loc[amounts >= least]
    return kept


def _largest(frame: pd.DataFrame) -> pd.DataFrame:
    """Return invoices, the largest interest first."""
    ways = [False, True, True, True, True]
    return frame.sort_values(
        ["interest_minor", *KEY, "due_on", "document_id"],
        ascending=ways,
        na_position="last",
        ignore_index=True,
    )


def _standings(invoices: pd.DataFrame) -> pd.DataFrame:
    """Return sums by standing; what is in dispute is all under its own."""
    own = invoices["standing"] != "intercompany"
    interest = invoices["interest_minor"].fillna(0).astype("int64")
    disputed = invoices["disputed_interest_minor"].fillna(0).astype("int64")
    sums = (
        pd.DataFrame(
            {
                "standing": invoices["standing"],
                "count_invoices": 1,
                "interest_minor": interest + disputed.where(~own, 0),
                "indemnity_minor": invoices["indemnity_minor"],
            }
        )
        .groupby("standing")
        .sum()
        .reindex(list(STANDINGS))
        .fillna(0)
        .astype("int64")
    )
    is_disputed = pd.Series(sums.index == "disputed", index=sums.index)
    sums["interest_minor"] = sums["interest_minor"].mask(is_disputed, int(disputed[own].sum()))
    has_some = (sums["count_invoices"] > 0) | (sums["interest_minor"] > 0)
    return sums.loc[has_some].rename_axis("standing").reset_index()


def _customers(invoices: pd.DataFrame) -> pd.DataFrame:
    kept = invoices.loc[~invoices["standing"].isin(["intercompany"])]
    is_apart = kept["standing"].isin(APART)
    is_claimable = kept["standing"] == "claimable"
    interest = kept["interest_minor"].fillna(0).astype("int64")
    is_counted = (~is_apart).astype("int64")
    frame = kept[KEY].assign(
        count_invoices=is_counted,
        count_claimable=is_claimable.astype("int64"),
        count_no_rate=(kept["interest_minor"].isna() & ~is_apart).astype("int64"),
        interest_minor=interest.where(~is_apart, 0),
        indemnity_minor=kept["indemnity_minor"].where(~is_apart, 0),
        claimable_interest_minor=interest.where(is_claimable, 0),
        claimable_indemnity_minor=kept["indemnity_minor"].where(is_claimable, 0),
        disputed_interest_minor=kept["disputed_interest_minor"].fillna(0).astype("int64"),
        open_minor=kept["open_minor"].where(~is_apart, 0),
    )
    words = ["name", "currency", "indemnity_currency"]
    who = kept[[*KEY, *words]].assign(max_days_late=kept["days_late"].where(~is_apart, 0))
    firsts = who.groupby(KEY).agg(
        **{word: (word, "first") for word in words}, max_days_late=("max_days_late", "max")
    )
    found = frame.groupby(KEY).sum().join(firsts).reset_index()
    found = found.sort_values(
        ["interest_minor", *KEY], ascending=[False, True, True], ignore_index=True
    )
    order = [*KEY, *words]
    found = found[[*order, *(name for name in found.columns if name not in order)]]
    lacks = found["count_no_rate"] > 0
    found["known_interest_minor"] = found["interest_minor"]
    found["interest_minor"] = found["interest_minor"].astype("Int64").mask(lacks)
    found["interest_minor_reason"] = first_reason(found.index, (lacks, pipeline.NO_RATE))
    return found


def _half_years(counted: pd.DataFrame) -> pd.DataFrame:
    """Return the interest by the half-year in which it ran, each rounded: their sum may differ by a few cents."""
    owed = counted["minor_days"] - counted["disputed_minor_days"]
    frame = pd.DataFrame(
        {
            "half": counted["half"].astype("int64"),
            "interest": counted["interest"].fillna(0.0),
            "lacks": (counted["interest"].isna() & (owed != 0)).astype("int64"),
            "minor_days": owed,
        }
    )
    sums = frame.groupby("half").sum().reset_index()
    lacks = sums["lacks"] > 0
    amount = pd.Series(round_half_away(np.round(sums["interest"].to_numpy(dtype=float), _EXACT)))
    return pd.DataFrame(
        {
            "half": sums["half"],
            "code": [half_year_code(int(number)) for number in sums["half"]],
            "interest_minor": amount.astype("Int64").mask(lacks),
            "interest_minor_reason": first_reason(sums.index, (lacks, pipeline.NO_RATE)),
            "minor_days": sums["minor_days"],
        }
    )
