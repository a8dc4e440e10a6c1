"""Qualité des données: what is doubtful, how much it weighs, what it does to the figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics import quality
from arlib.analytics.frames import ratio

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_LINE_COLUMNS: Final = [
    "code",
    "severity",
    "company_id",
    "file_name",
    "sheet",
    "row_number",
    "column",
    "value",
    "detail",
    "customer_id",
    "name",
    "number",
    "kind",
    "issued_on",
    "due_on",
    "document_minor",
    "amount_minor",
    "currency",
]


@dataclass(frozen=True, slots=True)
class QualityView:
    """What deserves a doubt at the date.

    ``checks``: one row per code and currency, largest currency then heaviest first: ``code, origin`` (book: at the date;
    file: said while reading), ``severity`` (refused, doubtful, note; missing for the book),
    ``currency, count, amount_minor`` (net, Int64), ``absolute_minor`` (Int64), ``count_unpriced``
    (lines without an amount), ``share_ratio`` (absolute / gross outstanding), ``effect`` (code),
    ``effect_minor`` (Int64), ``low_minor, high_minor`` (due_by_default: what would be late with due
    dates 60 days after the invoice, and on its day), ``is_shown`` (False: a check of the book says
    the same better).
    ``scenarios``: figures as shown and as they would be: ``currency, scenario, outstanding_minor,
    gross_minor, overdue_minor, overdue_ratio``. ``credit_ages``: ``currency, kind, age_days, count,
    amount_minor``. ``base``: ``currency, outstanding_minor, gross_minor, overdue_minor``.
    ``refused``: ``currency, count, amount_minor, absolute_minor`` of the lines not loaded.
    ``is_estimated``: a company has no lettering, its credits have paid the oldest debits.
    """

    as_of: date
    checks: pd.DataFrame
    scenarios: pd.DataFrame
    credit_ages: pd.DataFrame
    base: pd.DataFrame
    refused: pd.DataFrame
    is_estimated: bool


def build(portfolio: Portfolio, policy: Policy) -> QualityView:
    """Return every check with its count, amount and effect on the figures."""
    base = quality.base(portfolio)
    marks = quality.marks(portfolio, policy).assign(origin="book", severity=None, count_unpriced=0)
    issues = quality.issues(portfolio)
    refused = _refused(issues)
    said = issues["code"].isin(quality.SAID_BY_THE_BOOK)
    issues = issues.assign(
        origin="file", is_shown=~said, overdue_minor=0, low_minor=0, high_minor=0
    )
    marks = marks.assign(is_shown=True)
    checks = pd.concat([marks.astype({"severity": "str"}), issues], ignore_index=True)
    checks = _priced(quality.effects(checks, portfolio), base)
    return QualityView(
        as_of=portfolio.as_of,
        checks=checks,
        scenarios=quality.scenarios(portfolio, marks, refused),
        credit_ages=quality.credit_ages(portfolio),
        base=base,
        refused=refused,
        is_estimated=bool(portfolio.estimated_companies()),
    )


def lines(portfolio: Portfolio, policy: Policy, codes: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the lines behind the checks (``codes``: of these alone), to send to who keeps the ERP.

    Columns: ``code, severity, company_id, file_name, sheet, row_number, column, value, detail,
    customer_id, name, number, kind, issued_on, due_on, document_minor, amount_minor`` (open at the
    date, or the line's), ``currency``. At most ``MAX_LINES`` a code, largest amounts first.
    """
    missing = quality.without_limit(portfolio, policy).assign(code="customer_without_limit")
    frames = [
        portfolio.quality_lines(),
        missing.rename(columns={"outstanding_minor": "amount_minor"}),
        portfolio.quality_issues(),
    ]
    found = pd.concat(
        [frame.reindex(columns=_LINE_COLUMNS) for frame in frames if len(frame)]
        or [pd.DataFrame(columns=_LINE_COLUMNS)],
        ignore_index=True,
    )
    if codes:
        found = found.loc[found["code"].isin(codes)]
    found = found.astype(
        {"row_number": "Int64", "document_minor": "Int64", "amount_minor": "Int64"}
    )
    size = pd.to_numeric(found["amount_minor"]).abs().fillna(-1)
    found = found.assign(_size=size).sort_values(
        ["code", "_size", "file_name", "row_number"], ascending=[True, False, True, True]
    )
    return found.drop(columns="_size").reset_index(drop=True)


def _refused(issues: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that were not loaded, by currency; those without an amount have none."""
    rows = issues.loc[issues["severity"] == "refused"]
    names = ["count", "amount_minor", "absolute_minor"]
    found = rows.groupby("currency", sort=True)[names].sum().reset_index()
    return found.astype(dict.fromkeys(names, "int64"))


def _priced(checks: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    gross = checks["currency"].map(base.set_index("currency")["gross_minor"])
    for name in ("amount_minor", "absolute_minor", "count", "count_unpriced"):
        checks[name] = checks[name].astype("Int64")
    checks["share_ratio"] = ratio(checks["absolute_minor"], gross.fillna(0))
    weight = checks["absolute_minor"].fillna(0)
    ordered = checks.assign(_weight=weight, _gross=gross.fillna(0)).sort_values(
        ["origin", "_gross", "_weight", "code"],
        ascending=[True, False, False, True],
        ignore_index=True,
    )
    return ordered[
        [
            "code",
            "origin",
            "severity",
            "currency",
            "count",
            "amount_minor",
            "absolute_minor",
            "count_unpriced",
            "share_ratio",
            "effect",
            "effect_minor",
            "overdue_minor",
            "low_minor",
            "high_minor",
            "is_shown",
        ]
    ]
