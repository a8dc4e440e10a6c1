"""Rapport de risque: the views that the workbook (and later the PDF) prints, taken at one date."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from arlib.model.issues import UserError
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.model.tables import PERIMETER
from arlib.views import (
    aging,
    behaviour,
    dso,
    forecast,
    overview,
    provisions,
    risk,
    segments,
    status,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Level, Portfolio
    from arlib.views.aging import AgingView
    from arlib.views.behaviour import BehaviourView, LevelView
    from arlib.views.dso import DsoView
    from arlib.views.forecast import ForecastView
    from arlib.views.overview import OverviewView
    from arlib.views.provisions import ProvisionsView
    from arlib.views.risk import RiskView
    from arlib.views.segments import SegmentsView
    from arlib.views.status import StatusView

_BEHAVIOUR = [
    "count_payments",
    "simple_delay_days",
    "late_only_delay_days",
    "paid_over_30_ratio",
    "days_to_pay",
    "trend",
]
_LEVELS: Final[tuple[Level, ...]] = ("group", "category", "sector", "owner")
_SEGMENT = ["segment", "rule", "previous_segment"]
PARTS: Final = (
    "summary",
    "aging",
    "overruns",
    "behaviour",
    "segments",
    "customers",
    "invoices",
    "forecast",
    "provisions",
    "method",
)
# Who reads -> what is said: nobody gets what is not his to read.
AUDIENCES: Final = {
    "credit": PARTS,
    "management": (
        "summary",
        "aging",
        "overruns",
        "segments",
        "forecast",
        "provisions",
        "method",
    ),
    "sales": ("summary", "aging", "overruns", "behaviour", "customers", "invoices", "method"),
    "auditor": ("summary", "aging", "customers", "invoices", "provisions", "method"),
}


@dataclass(frozen=True, slots=True)
class RiskReport:
    """Everything the risk report says, each figure taken from the view that owns it.

    ``filters``: the restrictions in force, by name of ``Filters`` (none: {}; ``knowledge``: the day,
    when the book is as known then). ``customers``: the
    rows of the risk view joined with behaviour (count_payments … trend; the risk view holds the delay of payments) and segment (segment, rule,
    previous_segment), NA where those views do not hold the customer. ``behaviour_levels``: behaviour by
    group, category, sector and owner. ``items``: columns of
    ``Portfolio.items``, perimeter only, plus ``name``; the whole book. ``parts``: what is said, in
    order (of ``PARTS``); ``forecast`` and ``provisions`` are None when it does not hold them.
    """

    as_of: date
    company_names: tuple[str, ...]
    filters: Mapping[str, str]
    policy: Policy
    status: StatusView
    overview: OverviewView
    aging: AgingView
    risk: RiskView
    behaviour: BehaviourView
    behaviour_levels: tuple[LevelView, ...]
    dso: DsoView
    segments: SegmentsView
    customers: pd.DataFrame
    items: pd.DataFrame
    parts: tuple[str, ...] = PARTS
    audience: str = "credit"
    forecast: ForecastView | None = None
    provisions: ProvisionsView | None = None


def build(portfolio: Portfolio, policy: Policy, *, audience: str = "credit") -> RiskReport:
    """Return the risk report of the book at its date, under its filters, for an audience.

    Raises:
        UserError: ``audience_unknown``.
    """
    if audience not in AUDIENCES:
        raise UserError("audience_unknown", value=audience, detail=", ".join(AUDIENCES))
    parts = AUDIENCES[audience]
    risk_view = risk.build(portfolio, policy)
    behaviour_view = behaviour.build(portfolio, policy)
    segments_view = segments.build(portfolio, policy)
    return RiskReport(
        as_of=portfolio.as_of,
        company_names=tuple(item.name for item in portfolio.companies()),
        filters=filters_in_force(portfolio),
        policy=policy,
        status=status.build(portfolio, policy),
        overview=overview.build(portfolio, policy),
        aging=aging.build(portfolio, policy),
        risk=risk_view,
        behaviour=behaviour_view,
        behaviour_levels=tuple(
            behaviour.build_level(portfolio, policy, level=level) for level in _LEVELS
        ),
        dso=dso.build(portfolio, policy),
        segments=segments_view,
        customers=_customers(risk_view, behaviour_view, segments_view),
        items=_items(portfolio),
        parts=parts,
        audience=audience,
        forecast=forecast.build(portfolio, policy) if "forecast" in parts else None,
        provisions=provisions.build(portfolio, policy) if "provisions" in parts else None,
    )


def filters_in_force(portfolio: Portfolio) -> dict[str, str]:
    """Return the restrictions in force, by name of ``Filters`` (``knowledge``: the day)."""
    values = {
        item.name: getattr(portfolio.filters, item.name) for item in fields(portfolio.filters)
    }
    knowledge = values.pop("knowledge")
    found = {name: str(value) for name, value in values.items() if value is not None}
    return found | ({"knowledge": str(portfolio.as_of)} if knowledge == "known_then" else {})


def _customers(
    risk_view: RiskView, behaviour_view: BehaviourView, segments_view: SegmentsView
) -> pd.DataFrame:
    """Return the risk rows with what the other two views say of the same customer and currency."""
    found = risk_view.customers
    for frames, names in (
        ([block.customers for block in behaviour_view.blocks], _BEHAVIOUR),
        ([block.customers for block in segments_view.blocks], _SEGMENT),
    ):
        found = _join(found, frames, names)
    return found


def _join(left: pd.DataFrame, frames: list[pd.DataFrame], names: list[str]) -> pd.DataFrame:
    import pandas as pd

    if not frames:
        return left.reindex(columns=[*left.columns, *names])
    right = pd.concat([frame[[*KEY_CURRENCY, *names]] for frame in frames], ignore_index=True)
    return left.merge(right, on=KEY_CURRENCY, how="left", validate="one_to_one")


def _items(portfolio: Portfolio) -> pd.DataFrame:
    """Return the open items of the perimeter, with the customer's name."""
    items = portfolio.items()
    items = items[items["account_class"].isin(PERIMETER)]
    return items.merge(portfolio.customers()[[*KEY, "name"]], on=KEY, how="left")
