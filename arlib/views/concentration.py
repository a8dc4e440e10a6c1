"""Concentration of the outstanding: how few customers carry it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from arlib.analytics.concentration import (
    carried,
    excluded,
    indices,
    risk_map,
    shares,
    year_of_sales,
)
from arlib.analytics.frames import are_all_left_out, without_behaviour
from arlib.model.money import round_half_away
from arlib.model.portfolio import KEY
from arlib.views.common import currencies, in_currency

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

By = Literal["customer", "group"]
_LARGEST: Final = "A"


@dataclass(frozen=True, slots=True)
class Dependence:
    """Who owes more than a share of one’s own sales of twelve months (definitions §6).

    ``ceiling_minor`` = ``ratio`` × ``sales_minor``; both None with ``reason`` (too few months, no
    sales in the files). ``customers``: those above, largest first: ``company_id, customer_id, name,
    amount_minor, sales_ratio`` (amount / sales), ``excess_minor``.
    """

    ratio: float
    sales_minor: int | None
    ceiling_minor: int | None
    customers: pd.DataFrame
    reason: str | None


@dataclass(frozen=True, slots=True)
class ConcentrationBlock:
    """Concentration in one currency, customers with a positive amount alone.

    ``customers``: ``company_id, customer_id, name, group_id, count_customers, amount_minor,
    share_ratio, cumulative_ratio, abc`` (A, B, C at 80/95/100 %), largest first; by group a group
    is one row without ``customer_id``. ``top``: ``n, share_ratio, amount_minor`` for the policy's
    tops. ``pareto_count`` customers reach ``pareto_ratio``. ``classes``: ``abc, count,
    amount_minor, share_ratio``. ``excluded``: ``kind`` (intercompany, collective),
    ``count_customers, outstanding_minor`` of what is left out. Values are None with ``reason``
    when there is no positive amount; ``hhi_normalised`` and ``gini`` are None too with one customer
    (``not_applicable``).
    """

    currency: str
    amount_minor: int
    count: int
    top: pd.DataFrame
    pareto_ratio: float
    pareto_count: int | None
    hhi: float | None
    hhi_normalised: float | None
    equivalent_count: float | None
    gini: float | None
    customers: pd.DataFrame
    reason: str | None
    classes: pd.DataFrame = field(default_factory=pd.DataFrame)
    excluded: pd.DataFrame = field(default_factory=pd.DataFrame)
    dependence: Dependence | None = None


@dataclass(frozen=True, slots=True)
class ConcentrationView:
    """``measure``: outstanding (E1) or overdue (late amount, gross). ``by``: customer or group."""

    as_of: date
    measure: str
    blocks: tuple[ConcentrationBlock, ...]
    by: By = "customer"


@dataclass(frozen=True, slots=True)
class RiskMap:
    """What each customer owes against his score; ``unavailable``: why there is no score.

    ``customers``: ``company_id, customer_id, currency, name, outstanding_minor, score, segment,
    overrun_minor``. ``large_minor``: by currency, the least that a customer of class A owes.
    ``risky_from``: the score from which the policy says high risk.
    """

    as_of: date
    customers: pd.DataFrame
    large_minor: dict[str, int]
    risky_from: float
    unavailable: str | None


def build(
    portfolio: Portfolio, policy: Policy, *, measure: str = "outstanding", by: By = "customer"
) -> ConcentrationView:
    """Return concentration of the outstanding, or of the late amount (``measure="overdue"``)."""
    stock = carried(portfolio, is_by_group=by == "group")
    out = excluded(portfolio)
    return ConcentrationView(
        as_of=portfolio.as_of,
        measure=measure,
        blocks=tuple(
            block(
                in_currency(stock, currency),
                f"{measure}_minor",
                currency,
                policy,
                out=in_currency(out, currency).drop(columns="currency"),
                sales=year_of_sales(portfolio, currency),
            )
            for currency in currencies(portfolio)
        ),
        by=by,
    )


def block(
    frame: pd.DataFrame,
    column: str,
    currency: str,
    policy: Policy,
    *,
    out: pd.DataFrame,
    sales: tuple[int | None, str | None],
) -> ConcentrationBlock:
    """Return the concentration of one column of amounts, one row a customer or a group."""
    shared = shares(frame, column)
    found = indices(shared, policy.pareto_ratio)
    wanted = [*KEY, "name", "group_id", "count_customers"]
    wanted += ["amount_minor", "share_ratio", "cumulative_ratio", "abc"]
    return ConcentrationBlock(
        currency=currency,
        amount_minor=int(shared["amount_minor"].sum()),
        count=len(shared),
        top=_tops(shared, policy),
        pareto_ratio=policy.pareto_ratio,
        pareto_count=found.pareto_count,
        hhi=found.hhi,
        hhi_normalised=found.hhi_normalised,
        equivalent_count=found.equivalent_count,
        gini=found.gini,
        customers=shared[wanted],
        reason=None if len(shared) else "no_open",
        classes=_classes(shared),
        excluded=out,
        dependence=_dependence(shared, sales, policy),
    )


def build_map(portfolio: Portfolio, policy: Policy) -> RiskMap:
    """Return the map of customers by amount owed and score."""
    why = "not_at_this_level"
    if not are_all_left_out(portfolio, without_behaviour(portfolio, policy)):
        why = "" if policy.segmentation_method == "score" else "not_applicable"
    frame = risk_map(portfolio, policy)
    large = {
        str(currency): _least_large(shares(rows, "outstanding_minor"))
        for currency, rows in frame.groupby("currency", sort=True)
    }
    return RiskMap(
        as_of=portfolio.as_of,
        customers=frame.dropna(subset=["score"]).reset_index(drop=True),
        large_minor=large,
        risky_from=policy.score_high_risk_points,
        unavailable=why or (None if frame["score"].notna().any() else "no_open"),
    )


def _least_large(shared: pd.DataFrame) -> int:
    return int(shared.loc[shared["abc"] == _LARGEST, "amount_minor"].min())


def _classes(shared: pd.DataFrame) -> pd.DataFrame:
    """Return the customers and the amount of each class, in order, an empty class at 0."""
    by_class = shared.groupby("abc")["amount_minor"].agg(count="size", amount_minor="sum")
    found = by_class.reindex(["A", "B", "C"]).rename_axis("abc").reset_index()
    found = found.fillna(0).astype({"count": "int64", "amount_minor": "int64"})
    total = max(int(shared["amount_minor"].sum()), 1)
    return found.assign(share_ratio=found["amount_minor"] / total)


def _dependence(
    shared: pd.DataFrame, sales: tuple[int | None, str | None], policy: Policy
) -> Dependence | None:
    """Return who is above the ceiling; None when the policy has none."""
    ratio, (amount, reason) = policy.dependence_ratio, sales
    if not ratio:
        return None
    names = [*KEY, "name", "amount_minor"]
    if amount is None or amount <= 0:
        nobody = shared[names].head(0).assign(sales_ratio=0.0, excess_minor=0)
        return Dependence(ratio, None, None, nobody, reason or "no_sales")
    ceiling = int(round_half_away(ratio * amount))
    above = shared.loc[shared["amount_minor"] > ceiling, names].reset_index(drop=True)
    above["sales_ratio"] = above["amount_minor"] / amount
    above["excess_minor"] = above["amount_minor"] - ceiling
    return Dependence(ratio, amount, ceiling, above, None)


def _tops(shared: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the share of the n largest, for every n of the policy."""
    heads = [shared.head(n) for n in policy.concentration_tops]
    return pd.DataFrame(
        {
            "n": pd.array(policy.concentration_tops, dtype="int64"),
            "share_ratio": [float(head["share_ratio"].sum()) for head in heads],
            "amount_minor": [int(head["amount_minor"].sum()) for head in heads],
        }
    )
