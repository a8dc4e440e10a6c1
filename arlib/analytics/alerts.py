"""One list of alerts: the rules of the policy that are on, the gravest first, then the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.alert_rules import COLUMNS, RULES, reference_days
from arlib.analytics.frames import customers, without_behaviour
from arlib.analytics.grid import previous_closing
from arlib.analytics.headroom import tested
from arlib.analytics.rates import converted, factors
from arlib.model.grid_settings import ALERT_RULES
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

SEVERITIES: Final = ("high", "medium", "low")
SEVERITY: Final = {
    "major": "high",
    "over_long": "high",
    "insurer_missed": "high",
    "over": "medium",
    "new_overrun": "medium",
    "group_over": "medium",
    "over_insurer": "medium",
    "insurer_deadline": "medium",
    "broken_promise": "medium",
    "early_warning": "medium",
    "class_worsened": "low",
    "limit_expiring": "low",
    "near": "low",
}
_WORDS: Final = [*KEY, "target", "currency", "detail", "segment", "previous_segment"]
_NUMBERS: Final = ("days", "ratio", "usual_days", "recent_days")
_AMOUNTS: Final = ("amount_minor", "limit_minor", "count")


def alerts(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return every alert of the rules that are on, by severity, then amount in company currency.

    Columns: ``rule, severity, company_id, customer_id`` (NA: a group, a category; ``target`` names
    it), ``name, owner, amount_minor`` (Int64: excess over the limit, else what is at stake),
    ``currency, since`` (NaT: not known), then what sentences quote: ``until, days, ratio,
    limit_minor, count, detail, usual_days, recent_days, segment, previous_segment``.
    A customer over his limit stands in each rule that holds for him: over, major, over for long.
    """
    parts = [
        _part(portfolio, policy, rule).assign(rule=rule, severity=SEVERITY[rule])
        for rule in ALERT_RULES
        if policy.is_alert_on(rule)
    ]
    found = [part for part in parts if len(part)]
    frame = pd.concat(found, ignore_index=True) if found else _empty()
    return _sorted(portfolio, _named(portfolio, _typed(frame)))


_ON_LIMITS: Final = ("major", "over_long", "over", "new_overrun", "near")


def unanswered(portfolio: Portfolio, policy: Policy) -> dict[str, str]:
    """Return the rules that the data cannot answer at the date, with the reason."""
    found: dict[str, str] = {}
    rows = tested(portfolio, policy)
    if rows["limit_minor"].isna().all():  # no limit to test is not « nobody over »
        found |= dict.fromkeys(_ON_LIMITS, "no_limit")
    rows = rows.loc[rows["is_over"]]
    if len(rows) and rows["overrun_since"].isna().all():
        why = str(rows["overrun_since_reason"].iloc[0])
        found |= {"over_long": why, "new_overrun": why}
    if reference_days(portfolio).empty:
        found["new_overrun"] = "first_import"
    companies = {item.company_id for item in portfolio.companies()}
    if companies <= without_behaviour(portfolio, policy):
        found["early_warning"] = "not_at_this_level"
    if previous_closing(portfolio) is None:
        found["class_worsened"] = "as_of_too_early"
    return found


def _part(portfolio: Portfolio, policy: Policy, rule: str) -> pd.DataFrame:
    return RULES[rule](portfolio, policy).reindex(columns=COLUMNS)


def _empty() -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series(dtype="object") for name in [*COLUMNS, "rule", "severity"]}
    )


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.astype(dict.fromkeys([*_WORDS, "rule", "severity"], "str"))
    for name in ("since", "until"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    for name in _AMOUNTS:
        frame[name] = frame[name].astype("Int64")
    for name in _NUMBERS:
        frame[name] = frame[name].astype("Float64").astype("float64")
    return frame


def _named(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Add who it is, and keep the customers that alerts concern."""
    who = customers(portfolio)
    who = who.loc[~who["is_collective"] & ~who["is_intercompany"], [*KEY, "name", "owner"]]
    frame = frame.merge(who, on=KEY, how="left")
    frame = frame.loc[frame["name"].notna() | frame["customer_id"].isna()]
    return frame.assign(name=frame["name"].fillna(frame["target"]))


def _sorted(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    own = {item.company_id: item.currency for item in portfolio.info.companies}
    home = frame["company_id"].map(own).astype("str")
    factor = factors(portfolio, frame["company_id"], frame["currency"], home)
    size = converted(frame["amount_minor"], factor).astype("Float64").fillna(-1.0)
    order = frame.assign(
        _grave=frame["severity"].map({word: place for place, word in enumerate(SEVERITIES)}),
        _size=size.astype("float64"),
        _place=frame["rule"].map({rule: place for place, rule in enumerate(ALERT_RULES)}),
    )
    order = order.sort_values(
        ["_grave", "_size", "_place", *KEY, "until"],
        ascending=[True, False, True, True, True, True],
    )
    columns = ["rule", "severity", *KEY, "name", "owner"]
    rest = [name for name in COLUMNS if name not in KEY]
    return order[[*columns, *rest]].reset_index(drop=True)
