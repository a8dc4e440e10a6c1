"""Sociétés du groupe: each company with the figures its own overview shows, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.model.portfolio import Portfolio
from arlib.views import aging, overview, risk

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.views.overview import OverviewBlock

OLD_DAYS: Final = 90
_COLUMNS: Final = [
    "company_id",
    "name",
    "level",
    "currency",
    "is_first_row",
    "outstanding_minor",
    "gross_minor",
    "overdue_minor",
    "overdue_ratio",
    "overdue_ratio_reason",
    "over_90_minor",
    "disputed_minor",
    "dso_days",
    "dso_days_reason",
    "dso_is_lower_bound",
    "mean_delay_days",
    "mean_delay_days_reason",
    "count_over",
    "overrun_minor",
    "overrun_minor_reason",
    "overrun_currency",
]
_AMOUNTS: Final = ("outstanding_minor", "gross_minor", "overdue_minor", "over_90_minor",
                   "disputed_minor", "count_over", "overrun_minor")  # fmt: skip


@dataclass(frozen=True, slots=True)
class CompaniesView:
    """One row a company and currency in ``companies``, by name; ``total``: all in one currency.

    Columns: ``company_id, name, level, currency, is_first_row, outstanding_minor`` (net of credits),
    ``gross_minor, overdue_minor, overdue_ratio`` (both gross of credits)``, over_90_minor`` (more than 90
    days late), ``disputed_minor, dso_days`` (count-back)``, dso_is_lower_bound, mean_delay_days`` (RMPO)``,
    count_over`` (customers over limit: on the first row of the company), ``overrun_minor,
    overrun_currency`` (on the first row; limits of several currencies: missing). What may be missing has its
    ``_reason``. ``total``: the same columns, at most one row, no company; empty with ``total_reason``
    (``no_rate``: a rate is missing towards ``target``; ``no_open``: nothing open).
    """

    as_of: date
    target: str
    companies: pd.DataFrame
    total: pd.DataFrame
    total_reason: str | None


def build(portfolio: Portfolio, policy: Policy) -> CompaniesView:
    """Return the companies within the filters of the portfolio, each by its own overview.

    The total is that of the overview of them all, converted into the currency of the filters, else into
    that of the companies when they share one, else of the company that owes most.
    """
    infos = sorted(portfolio.companies(), key=lambda item: (item.name, item.company_id))
    rows: list[dict[str, Any]] = []
    for item in infos:
        own = {"company_id": item.company_id, "name": item.name, "level": item.level}
        chosen = _filtered(portfolio, company_id=item.company_id)
        rows += [own | row for row in _rows(chosen, policy)]
    companies = _frame(rows)
    target = portfolio.filters.convert or _target(companies, [item.currency for item in infos])
    total = _rows(_filtered(portfolio, convert=target), policy) if target else []
    is_whole = [row["currency"] for row in total] == [target]  # without a rate, others stay
    reason = None if is_whole else "no_rate" if total else "no_open"
    return CompaniesView(
        as_of=portfolio.as_of,
        target=target,
        companies=companies,
        total=_frame(total if reason is None else []),
        total_reason=reason,
    )


def _filtered(portfolio: Portfolio, **choice: str) -> Portfolio:
    filters = replace(portfolio.filters, **choice)  # type: ignore[arg-type]
    return Portfolio(portfolio.as_of, filters, portfolio.info, portfolio.source)


def _target(companies: pd.DataFrame, currencies: list[str]) -> str:
    if len(set(currencies)) == 1:
        return currencies[0]
    largest = companies.sort_values("gross_minor", ascending=False, kind="stable")
    return str(largest["currency"].iloc[0]) if len(largest) else ""


def _rows(portfolio: Portfolio, policy: Policy) -> list[dict[str, Any]]:
    """Return one row a currency, from the views of the pages."""
    view = overview.build(portfolio, policy, has_attention=False)
    aged = {item.currency: item for item in aging.build(portfolio, policy).blocks}
    old = {
        item.currency: item.totals[f"{OLD_DAYS}+_minor"]
        for item in aging.build(portfolio, policy, basis="due", buckets=(OLD_DAYS,)).blocks
    }
    delays = risk.book_delays(portfolio, policy)
    over = _over(risk.overruns(portfolio, policy), view.over_limit_count)
    rows = []
    for place, block in enumerate(view.blocks):
        balance = aged.get(block.currency)
        totals = balance.totals if balance else {}
        delay = delays.get(block.currency)
        rows.append(
            _overview_row(block)
            | {
                "currency": block.currency,
                "is_first_row": place == 0,
                "gross_minor": totals.get("gross_minor", 0),
                "overdue_minor": totals.get("overdue_minor", 0),
                "overdue_ratio": balance.overdue_ratio if balance else None,
                "overdue_ratio_reason": balance.overdue_ratio_reason if balance else "no_open",
                "over_90_minor": old.get(block.currency, 0),
                "disputed_minor": totals.get("disputed_minor", 0),
                "mean_delay_days": delay,
                "mean_delay_days_reason": "no_history" if delay is None else None,
            }
            | (over if place == 0 else _OVER_ELSEWHERE)
        )
    return rows


def _overview_row(block: OverviewBlock) -> dict[str, Any]:
    kpis = {kpi.name: kpi for kpi in block.kpis}
    outstanding, dso = kpis["outstanding"], kpis["dso_count_back"]
    return {
        "outstanding_minor": 0 if outstanding.value is None else round(outstanding.value),
        "dso_days": dso.value,
        "dso_days_reason": dso.reason,
        "dso_is_lower_bound": bool(dso.detail),
    }


_OVER_ELSEWHERE: Final = {
    "count_over": None,
    "overrun_minor": None,
    "overrun_minor_reason": "not_applicable",
    "overrun_currency": None,
}


def _over(limits: pd.DataFrame, count: int) -> dict[str, Any]:
    """Return customers over limit and by how much; overruns in several currencies have no sum."""
    found = {"count_over": count, "overrun_minor": None, "overrun_currency": None}
    over = limits.loc[limits["count_over"] > 0]
    if len(over) != 1:
        return found | {"overrun_minor_reason": "no_rate" if len(over) else "not_over"}
    return found | {
        "overrun_minor": int(over["overrun_minor"].iloc[0]),
        "overrun_currency": str(over["currency"].iloc[0]),
        "overrun_minor_reason": None,
    }


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    found = pd.DataFrame(rows).reindex(columns=_COLUMNS)
    for name in _AMOUNTS:
        found[name] = found[name].astype("Int64")
    for name in ("overdue_ratio", "dso_days", "mean_delay_days"):
        found[name] = found[name].astype("float64")
    return found
