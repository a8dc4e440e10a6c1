"""Cash conversion cycle: DSO + days of stock − days of suppliers (definitions §5).

The book gives the DSO (simple, twelve months) and the customers' part of the working capital: receivables
+ deliveries not invoiced − deposits received. The other two are typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.analytics.exposure import commitment_parts, holders, suppliers
from arlib.analytics.money_cost import checked_ratio

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio

_LONGEST_DAYS = 3650.0
NOT_TYPED = "not_typed"


@dataclass(frozen=True, slots=True)
class Typed:
    """Days of stock and days of suppliers, None: not typed."""

    stock_days: float | None = None
    supplier_days: float | None = None

    def checked(self) -> Typed:
        """Return the days. Raises UserError ``simulation_value_invalid``."""
        for name in ("stock_days", "supplier_days"):
            value = getattr(self, name)
            if value is not None:
                checked_ratio(name, value, most=_LONGEST_DAYS)
        return self


@dataclass(frozen=True, slots=True)
class Cycle:
    """The cycle of one currency. Each figure that may be missing has its ``_reason``.

    ``working_capital_minor`` = ``receivables_minor`` + ``deliveries_minor`` − ``deposits_minor`` (what
    was not supplied is missing and not added). ``cycle_minor``: money that the cycle ties up at the
    sales of the year.
    """

    currency: str
    dso_days: float | None
    dso_days_reason: str | None
    stock_days: float | None
    stock_days_reason: str | None
    supplier_days: float | None
    supplier_days_reason: str | None
    cycle_days: float | None
    cycle_days_reason: str | None
    one_day_minor: int | None
    one_day_reason: str | None
    receivables_minor: int
    deliveries_minor: int | None
    deliveries_reason: str | None
    deposits_minor: int | None
    deposits_reason: str | None
    working_capital_minor: int


def cycle(
    portfolio: Portfolio,
    currency: str,
    typed: Typed,
    dso: tuple[float | None, str | None],
    one_day: tuple[int | None, str | None],
    receivables: int,
) -> Cycle:
    """Return the cycle of one currency from its DSO, what one day is worth and its receivables."""
    days, why = dso
    stock, supplier = typed.stock_days, typed.supplier_days
    missing = why or (NOT_TYPED if stock is None or supplier is None else None)
    total = None
    if days is not None and stock is not None and supplier is not None:
        total = days + stock - supplier
    deliveries = _part(portfolio, currency, "delivery")
    deposits = _part(portfolio, currency, "deposit")
    return Cycle(
        currency=currency,
        dso_days=days,
        dso_days_reason=why,
        stock_days=stock,
        stock_days_reason=NOT_TYPED if stock is None else None,
        supplier_days=supplier,
        supplier_days_reason=NOT_TYPED if supplier is None else None,
        cycle_days=total,
        cycle_days_reason=None if total is not None else missing,
        one_day_minor=one_day[0],
        one_day_reason=one_day[1],
        receivables_minor=receivables,
        deliveries_minor=deliveries,
        deliveries_reason=None if deliveries is not None else "not_supplied",
        deposits_minor=deposits,
        deposits_reason=None if deposits is not None else "not_supplied",
        working_capital_minor=receivables + (deliveries or 0) - (deposits or 0),
    )


def _part(portfolio: Portfolio, currency: str, kind: str) -> int | None:
    """Return the deliveries or deposits of one currency, None when no file holds any."""
    known = suppliers(portfolio, (kind,))
    known |= holders(portfolio, "advance") if kind == "deposit" else set()
    if not known:
        return None
    parts = commitment_parts(portfolio)
    return int(parts.loc[parts["currency"] == currency, kind].sum())
