"""Rules that would have set limits, and the limit each gives at the start of past months.

A month's limit is decided on the last day of the month before with only what was known then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from arlib.analytics import limit_formulas as formulas
from arlib.analytics import limits
from arlib.analytics.exposure import whole
from arlib.analytics.frames import customers, day_number, day_numbers, round_half_away
from arlib.analytics.limit_evidence import evidence, invoicing, to_company
from arlib.analytics.suggested_limit import amounts
from arlib.model.issues import UserError
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

Kind = Literal[
    "in_force", "common", "category", "sales_share", "sales_days", "suggested", "multiple"
]
KINDS: Final[tuple[Kind, ...]] = (
    "in_force",
    "common",
    "category",
    "sales_share",
    "sales_days",
    "suggested",
    "multiple",
)
_YEAR: Final = formulas.YEAR_DAYS


@dataclass(frozen=True, slots=True)
class Rule:
    """What sets the limits. ``amount_minor``: of ``common``; ``amounts``: of ``category``, by name.

    ``ratio``: share of the sales of twelve months, or multiple of the limits in force; ``days``: of
    sales. Amounts are in the currency of each company.
    """

    kind: Kind
    amount_minor: int = 0
    amounts: tuple[tuple[str, int], ...] = ()
    ratio: float = 0.0
    days: float = 0.0

    def checked(self) -> Rule:
        """Return the rule. Raises UserError ``simulation_rule_invalid`` when it says nothing."""
        needs = {
            "common": self.amount_minor >= 0,
            "category": bool(self.amounts) and all(amount >= 0 for _, amount in self.amounts),
            "sales_share": self.ratio > 0,
            "multiple": self.ratio > 0,
            "sales_days": self.days > 0,
        }
        if self.kind not in KINDS or not needs.get(self.kind, True):
            raise UserError("simulation_rule_invalid", value=self.kind)
        return self


IN_FORCE: Final = Rule("in_force")


def limit_steps(
    portfolio: Portfolio, policy: Policy, rule: Rule, months: tuple[date, ...]
) -> pd.DataFrame:
    """Return the limits of a rule as steps: key, ``day`` (number), ``limit_minor`` from that day on.

    Floats in the company's currency, NaN: none; ``lacks_rate`` where an amount cannot be converted.
    ``months``: the first days of the months, the first of them where the past begins. The first step
    of a customer is on it, or later when he was not known yet.
    """
    rule.checked()
    book = whole(portfolio)
    if rule.kind in ("in_force", "multiple"):
        factor = rule.ratio if rule.kind == "multiple" else 1.0
        return _in_force(book, policy, months[0], factor)
    return _monthly(book, policy, rule, months)


def _in_force(portfolio: Portfolio, policy: Policy, first: date, factor: float) -> pd.DataFrame:
    """Return the limits in force since the first day, whatever the day they changed."""
    who = customers(portfolio)
    who = who.loc[~who["is_collective"], [*KEY, "category"]]
    rows = limits.applicable(portfolio, who)
    asked = limits.breakpoints(rows, day_number(first), day_number(portfolio.as_of))
    found = limits.tested(portfolio, policy, limits.resolve(rows, asked))
    frame = asked.merge(found[[*KEY, "day", "limit_minor", "limit_currency"]], how="left")
    given = frame["limit_minor"].notna()
    frame["limit_currency"] = frame["limit_currency"].fillna("")
    home = to_company(portfolio, frame, "limit_minor", "limit_currency")
    frame["lacks_rate"] = given & home.isna()
    frame["limit_minor"] = round_half_away(home * factor)
    return frame.drop(columns="limit_currency").sort_values([*KEY, "day"], ignore_index=True)


def _monthly(
    portfolio: Portfolio, policy: Policy, rule: Rule, months: tuple[date, ...]
) -> pd.DataFrame:
    known_on = tuple(month - timedelta(days=1) for month in months)
    frame = _decided(portfolio, policy, rule, known_on)
    frame["day"] = day_numbers(frame["day"], 0) + 1
    return frame.sort_values([*KEY, "day"], ignore_index=True)


def _decided(
    portfolio: Portfolio, policy: Policy, rule: Rule, days: tuple[date, ...]
) -> pd.DataFrame:
    """Return the limit of each customer on days: ``day``, key, ``limit_minor, lacks_rate``."""
    columns = ["day", *KEY, "limit_minor", "lacks_rate"]
    if rule.kind == "suggested":
        frame = amounts(evidence(portfolio, policy, days), policy)
        return frame.rename(columns={"suggested_minor": "limit_minor"})[columns]
    if rule.kind in ("common", "category"):
        return _fixed(portfolio, rule, days)[columns]
    frame = invoicing(portfolio, days)
    share = rule.days / _YEAR if rule.kind == "sales_days" else rule.ratio
    step = frame["currency"].map(
        {code: policy.limit_step(code) for code in frame["currency"].unique()}
    )
    sold = frame["annual_minor"].where(frame["sold_minor"] > 0)
    frame["limit_minor"] = formulas.rounded_down(sold * share, step.astype("float64"))
    frame["lacks_rate"] = frame["sales_lack"].eq(other=True)
    return frame[columns]


def _fixed(portfolio: Portfolio, rule: Rule, days: tuple[date, ...]) -> pd.DataFrame:
    """Return the same amount for all, or by category, from the first day on, known yet or not."""
    who = customers(portfolio)
    kept = who.loc[~who["is_collective"] & ~who["is_intercompany"], [*KEY, "category"]]
    frame = kept.assign(day=np.datetime64(days[0], "s"), lacks_rate=False)
    if rule.kind == "common":
        return frame.assign(limit_minor=float(rule.amount_minor))
    named = {name: float(amount) for name, amount in rule.amounts}
    return frame.assign(limit_minor=frame["category"].map(named).astype("float64"))
