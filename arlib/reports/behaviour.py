"""Payment behaviour as a sheet: the book, each level, each customer, with what every row rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.i18n import labels, translator
from arlib.i18n.companies import company_words
from arlib.reports.sheet import Column, FrameColumns, Sheet
from arlib.reports.tables import labelled

if TYPE_CHECKING:
    from arlib.views.report import RiskReport

_KEPT: Final = [
    "level",
    "company_id",
    "value",
    "name",
    "currency",
    "count_payments",
    "count_paid_invoices",
    "paid_minor",
    "covered_ratio",
    "simple_delay_days",
    "weighted_paid_delay_days",
    "weighted_delay_days",
    "weighted_delay_open_days",
    "late_only_delay_days",
    "paid_over_30_ratio",
    "median_delay_days",
    "low_quartile_days",
    "high_quartile_days",
    "on_time_count_ratio",
    "on_time_amount_ratio",
    "granted_days",
    "days_to_pay",
    "trend",
    "evidence",
]


def behaviour_sheet(views: RiskReport, lang: str) -> Sheet:
    """Return one row a level, value and currency: delays, spread, share on time, evidence."""
    _ = translator(lang)
    title = _("Behaviour")
    frame = _rows(views, lang)
    if frame.empty:
        return Sheet(title, (Column(_("Level"), "text", []),))
    made = FrameColumns(frame)
    levels = {code: labels.label("behaviour_level", code, lang) for code in frame["level"].unique()}
    columns = (
        made.words(_("Level"), "level", levels, 16),
        made.words(_("Company"), "company_id", company_words(lang), 14),
        made.text(_("Code"), "value", 18),
        made.text(_("Name"), "name", 34),
        made.text(_("Currency"), "currency", 8),
        made.figure(_("Payments"), "count_payments", "integer"),
        made.figure(_("Invoices paid in full"), "count_paid_invoices", "integer"),
        made.amount(_("Amount covered"), "paid_minor"),
        made.figure(_("Share of the cash covered"), "covered_ratio", "ratio"),
        made.figure(_("Simple mean delay (days)"), "simple_delay_days", "days"),
        made.figure(_("Delay of invoices paid in full (days)"), "weighted_paid_delay_days", "days"),
        made.figure(_("Delay of payments (days)"), "weighted_delay_days", "days"),
        made.figure(
            _("Mean delay, open invoices included (days)"), "weighted_delay_open_days", "days"
        ),
        made.figure(_("Delay of late payments (days)"), "late_only_delay_days", "days"),
        made.figure(_("Paid over 30 days late"), "paid_over_30_ratio", "ratio"),
        made.figure(_("Median delay (days)"), "median_delay_days", "days"),
        made.figure(_("First quartile (days)"), "low_quartile_days", "days"),
        made.figure(_("Third quartile (days)"), "high_quartile_days", "days"),
        made.figure(_("Payments on time"), "on_time_count_ratio", "ratio"),
        made.figure(_("Amounts on time"), "on_time_amount_ratio", "ratio"),
        made.figure(_("Days granted"), "granted_days", "days"),
        made.figure(_("Days to pay"), "days_to_pay", "days"),
        made.words(_("Trend"), "trend", labelled("trend", frame["trend"], lang)),
        made.words(
            _("Evidence"), "evidence", labelled("behaviour_evidence", frame["evidence"], lang), 28
        ),
    )
    return Sheet(title, columns)


def _rows(views: RiskReport, lang: str) -> pd.DataFrame:
    """Return the book, then the levels that a file fills, then the customers."""
    unsaid = translator(lang)("(not filled)")
    frames: list[pd.DataFrame] = [
        block.portfolio.assign(level="portfolio", currency=block.currency)
        for block in views.behaviour.blocks
    ]
    for view in views.behaviour_levels:
        frames += [
            block.rows.assign(level=view.level, name=block.rows["value"].fillna(unsaid))
            for block in view.blocks
        ]
    frames += [
        block.customers.assign(level="customer", value=block.customers["customer_id"])
        for block in views.behaviour.blocks
    ]
    kept = [_kept(frame) for frame in frames if not frame.empty]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame()


def _kept(frame: pd.DataFrame) -> pd.DataFrame:
    texts: dict[Any, Any] = dict.fromkeys(("company_id", "value", "name", "trend"), "str")
    return frame.reindex(columns=_KEPT).astype(texts)
