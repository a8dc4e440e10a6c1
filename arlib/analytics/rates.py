"""Converting amounts between currencies with the latest rates of each company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from arlib.analytics.frames import round_half_away
from arlib.model.money import decimals

if TYPE_CHECKING:
    import numpy.typing as npt

    from arlib.model.portfolio import Portfolio


def factors(
    portfolio: Portfolio, company: pd.Series[str], source: pd.Series[str], target: pd.Series[str]
) -> npt.NDArray[np.float64]:
    """Return what multiplies minor units of ``source`` to give minor units of ``target``.

    1 when both are the same; NaN without a rate. A company's own currency has rate 1.
    """
    is_same = (source == target).to_numpy(dtype=bool, na_value=False)
    if is_same.all():
        return np.ones(len(is_same))
    from_unit = _unit_values(portfolio, company, source)
    to_unit = _unit_values(portfolio, company, target)
    return np.where(is_same, 1.0, from_unit / to_unit)


def converted(amount: pd.Series[Any], factor: npt.NDArray[np.float64]) -> pd.Series[Any]:
    """Return amounts in minor units after conversion (Int64); 0 needs no rate."""
    values = amount.astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    product = np.where(values == 0, 0.0, values * factor)
    rounded = round_half_away(product)
    return pd.Series(pd.array(rounded, dtype="Float64"), index=amount.index).astype("Int64")


def _unit_values(
    portfolio: Portfolio, company: pd.Series[str], currency: pd.Series[str]
) -> npt.NDArray[np.float64]:
    """Return the value of one minor unit of ``currency`` in units of the company's currency."""
    known = portfolio.rates()[["company_id", "currency", "rate"]]
    own = pd.DataFrame(
        [(item.company_id, item.currency, 1.0) for item in portfolio.info.companies],
        columns=["company_id", "currency", "rate"],
    )
    table = pd.concat([own, known.astype({"rate": float})]) if len(known) else own
    table = table.drop_duplicates(["company_id", "currency"])
    asked = pd.DataFrame({"company_id": company.to_numpy(), "currency": currency.to_numpy()})
    rate = asked.merge(table, on=["company_id", "currency"], how="left")["rate"]
    scale = asked["currency"].map(lambda code: 10.0 ** -decimals(code), na_action="ignore")
    values: npt.NDArray[np.float64] = rate.to_numpy("float64") * scale.to_numpy("float64")
    return values
