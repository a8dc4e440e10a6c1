"""What losing one customer would cost: the margin no longer made, and what he would not pay.

Margin = sales of a year excl. VAT × margin rate. At risk = what he owes (E2, E1 where bills are not known)
less what the insurer and the guarantees would pay, less what is expected to be recovered. Sales needed to
make up for a loss = loss / margin rate: at a margin of 20 %, losing 10,000 takes 50,000 of further sales.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.analytics import insurance
from arlib.analytics.exposure import exposures
from arlib.analytics.frames import stocks
from arlib.analytics.money_cost import checked_ratio, share_of, whole
from arlib.analytics.provisions import without_vat
from arlib.analytics.yearly_sales import sales_reason, yearly_sales
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

NO_MARGIN: Final = "no_margin"
_NO_RECOVERY: Final = "no_recovery"
_NOT_INSURED: Final = "not_insured"
_NO_TAX: Final = "no_tax"


@dataclass(frozen=True, slots=True)
class Assumption:
    """``recovery_ratio``: part of the uninsured claim expected back, None: 1 − the policy's loss, if any."""

    recovery_ratio: float | None = None

    def checked(self) -> Assumption:
        """Return it. Raises UserError ``simulation_value_invalid``."""
        if self.recovery_ratio is not None:
            checked_ratio("recovery_ratio", self.recovery_ratio)
        return self


@dataclass(frozen=True, slots=True)
class Loss:
    """What losing a customer costs in one currency; a missing figure has its ``_reason``.

    ``yearly_minor`` incl. VAT, ``yearly_ht_minor`` excl.; ``sales_ratio``: share of all sales.
    ``margin_minor``: lost a year. ``exposure_minor``: owed, in its ``basis``. ``insured_minor``: what the
    insurer would pay, disputes out; ``guarantee_minor``. ``uncovered_minor`` = exposure − both.
    ``recovered_minor``: expected back of it. ``loss_minor`` = uncovered − recovered, incl. VAT;
    ``loss_ht_minor`` excl. VAT, which is claimed back once the debt is irrecoverable.
    ``sales_needed_minor`` = loss excl. VAT / margin rate, ``years_needed`` that over his own sales.
    """

    currency: str
    yearly_minor: int | None
    yearly_reason: str | None
    yearly_ht_minor: int | None
    yearly_ht_reason: str | None
    sales_ratio: float | None
    sales_ratio_reason: str | None
    margin_minor: int | None
    margin_reason: str | None
    basis: str
    exposure_minor: int
    disputed_minor: int
    insured_minor: int
    insured_reason: str | None
    guarantee_minor: int
    uncovered_minor: int
    recovery_ratio: float | None
    recovery_ratio_reason: str | None
    recovered_minor: int
    loss_minor: int
    loss_ht_minor: int | None
    loss_ht_reason: str | None
    sales_needed_minor: int | None
    sales_needed_reason: str | None
    years_needed: float | None
    years_needed_reason: str | None


def losses(
    portfolio: Portfolio, policy: Policy, key: tuple[str, str], assumption: Assumption
) -> tuple[Loss, ...]:
    """Return what losing the customer (company, code) costs, one entry a currency he has."""
    sales = _his(yearly_sales(portfolio, policy), key)
    owed = _his(exposures(portfolio), key)
    codes = [*sales["currency"], *owed.loc[owed["outstanding_minor"] != 0, "currency"]]
    known = list(dict.fromkeys(str(code) for code in codes)) or list(owed["currency"].head(1))
    return tuple(_loss(portfolio, policy, key, code, assumption) for code in known)


def sales_needed(loss_minor: int, margin_ratio: float) -> int:
    """Return the sales whose margin makes up for a loss.

    >>> sales_needed(1_000_000, 0.2)
    5000000
    """
    return int(whole([loss_minor / margin_ratio]).iloc[0])


def _loss(
    portfolio: Portfolio,
    policy: Policy,
    key: tuple[str, str],
    currency: str,
    assumption: Assumption,
) -> Loss:
    year = _year(portfolio, policy, key, currency)
    owed = _owed(portfolio, policy, key, currency)
    uncovered = owed["exposure_minor"] - owed["insured_minor"] - owed["guarantee_minor"]
    recovery, recovery_why = _recovery(policy, assumption)
    recovered = share_of(uncovered, recovery or 0.0)
    loss = uncovered - recovered
    loss_ht, ht_why = _excl_vat(portfolio, policy, key, currency, loss)
    margin = policy.margin_ratio
    lost = year["yearly_ht_minor"]
    needed_why = None if margin else NO_MARGIN
    needed_why = needed_why or ht_why
    needed = None if needed_why or loss_ht is None else sales_needed(loss_ht, margin)
    years_why = needed_why or year["yearly_ht_reason"]
    return Loss(
        currency=currency,
        **year,
        margin_minor=share_of(lost, margin) if lost is not None and margin else None,
        margin_reason=(None if margin else NO_MARGIN) or year["yearly_ht_reason"],
        **owed,
        uncovered_minor=uncovered,
        recovery_ratio=recovery,
        recovery_ratio_reason=recovery_why,
        recovered_minor=recovered,
        loss_minor=loss,
        loss_ht_minor=loss_ht,
        loss_ht_reason=ht_why,
        sales_needed_minor=needed,
        sales_needed_reason=needed_why,
        years_needed=needed / lost if needed is not None and lost else None,
        years_needed_reason=years_why,
    )


def _year(
    portfolio: Portfolio, policy: Policy, key: tuple[str, str], currency: str
) -> dict[str, Any]:
    """Return his sales of a year, and their share of all the sales in the currency."""
    everyone = yearly_sales(portfolio, policy)
    everyone = everyone.loc[everyone["currency"] == currency]
    mine = _his(everyone, key)
    if mine.empty:
        why = sales_reason(portfolio) or "no_sales"
        names = ("yearly_minor", "yearly_ht_minor", "sales_ratio")
        reasons = ("yearly_reason", "yearly_ht_reason", "sales_ratio_reason")
        return dict.fromkeys(names) | dict.fromkeys(reasons, why)
    row = mine.iloc[0]
    yearly, total = _number(row["yearly_minor"]), int(everyone["yearly_minor"].fillna(0).sum())
    return {
        "yearly_minor": yearly,
        "yearly_reason": _word(row["yearly_reason"]),
        "yearly_ht_minor": _number(row["yearly_ht_minor"]),
        "yearly_ht_reason": _word(row["yearly_ht_reason"]),
        "sales_ratio": yearly / total if yearly is not None and total > 0 else None,
        "sales_ratio_reason": _word(row["yearly_reason"]),
    }


def _owed(
    portfolio: Portfolio, policy: Policy, key: tuple[str, str], currency: str
) -> dict[str, Any]:
    """Return what he owes in the currency, and what the insurer and guarantees would pay of it."""
    held = _his(exposures(portfolio), key)
    held = held.loc[held["currency"] == currency]
    bills = _number(held["e2_minor"].iloc[0]) if len(held) else None
    plain = int(held["outstanding_minor"].iloc[0]) if len(held) else 0
    exposure = max(0, plain if bills is None else bills)
    stock = _his(stocks(portfolio), key)
    disputed = int(stock.loc[stock["currency"] == currency, "disputed_minor"].sum())
    insured, why = _insured(portfolio, policy, key, exposure, min(disputed, exposure))
    guarantee = _guarantee(portfolio, policy, key, currency)
    return {
        "basis": "E1" if bills is None else "E2",
        "exposure_minor": exposure,
        "disputed_minor": disputed,
        "insured_minor": insured,
        "insured_reason": why,
        "guarantee_minor": min(guarantee, exposure - insured),
    }


def _insured(
    portfolio: Portfolio, policy: Policy, key: tuple[str, str], exposure: int, disputed: int
) -> tuple[int, str | None]:
    """Return what the insurer would pay of an exposure, never of its disputed part; or 0 and why.

    The share insured is that of the customer's whole exposure, whatever its currency.
    """
    rows = _his(insurance.cover(portfolio, policy), key)
    if rows.empty:
        return 0, _NOT_INSURED
    row = rows.iloc[0]
    insured, whole_exposure = _number(row["insured_minor"]), _number(row["exposure_minor"])
    if insured is None:
        why = _word(row["insured_reason"])
        return 0, _NOT_INSURED if why == "no_limit" else why
    if not whole_exposure or whole_exposure < 0:
        return 0, None
    most = share_of(exposure - disputed, float(row["cover_ratio"]))
    return min(share_of(exposure, insured / whole_exposure), most), None


def _guarantee(portfolio: Portfolio, policy: Policy, key: tuple[str, str], currency: str) -> int:
    """Return the guarantee in force on him in the currency, 0 without one."""
    rows = _his(insurance.cover(portfolio, policy), key)
    rows = rows.loc[rows["guarantee_currency"] == currency]
    found = _number(rows["guarantee_minor"].iloc[0]) if len(rows) else None
    return max(0, found or 0)


def _recovery(policy: Policy, assumption: Assumption) -> tuple[float | None, str | None]:
    if assumption.recovery_ratio is not None:
        return assumption.recovery_ratio, None
    if policy.ecl_loss_ratio:
        return 1 - policy.ecl_loss_ratio, None
    return None, _NO_RECOVERY


def _excl_vat(
    portfolio: Portfolio, policy: Policy, key: tuple[str, str], currency: str, loss: int
) -> tuple[int | None, str | None]:
    """Return a loss excl. VAT, by the VAT of his open invoices; or why it is not known."""
    if loss == 0:
        return 0, None
    rows = portfolio.open_debits(*key)
    rows = rows.loc[rows["currency"] == currency]
    net = without_vat(rows, policy.ecl_vat_ratio)
    gross = int(rows["open_minor"].sum())
    if net.isna().any() or gross <= 0:
        return None, _NO_TAX
    return share_of(loss, int(net.sum()) / gross), None


def _his(frame: pd.DataFrame, key: tuple[str, str]) -> pd.DataFrame:
    is_his = (frame[KEY[0]] == key[0]) & (frame[KEY[1]] == key[1])
    return frame.loc[is_his].reset_index(drop=True)


def _number(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _word(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)
