"""Segments as a sheet: the class of each customer, what gave it, and the points of every factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.i18n import translator
from arlib.i18n.companies import company_words
from arlib.i18n.labels import FACTORS, label
from arlib.reports.sheet import Column, FrameColumns, Sheet
from arlib.reports.tables import labelled

if TYPE_CHECKING:
    from arlib.reports.sheet import Kind
    from arlib.views.report import RiskReport
    from arlib.views.segments import SegmentsBlock

_RATIOS: Final = frozenset(
    {"late_probability", "late_share", "overdue_share", "disputes", "limit_use"}
)
_DAYS: Final = frozenset({"mean_delay", "oldest_overdue"})


def segments_sheet(views: RiskReport, lang: str) -> Sheet:
    """Return one row a customer and currency, riskiest first; by score its factors and points."""
    _ = translator(lang)
    frames = [_rows(block) for block in views.segments.blocks]
    if not frames:
        return Sheet(_("Segments"), (Column(_("Customer"), "text", []),))
    frame = pd.concat(frames, ignore_index=True)
    made = FrameColumns(frame)
    columns = [
        made.words(_("Company"), "company_id", company_words(lang), 14),
        made.text(_("Customer code"), "customer_id", 14),
        made.text(_("Customer"), "name", 34),
        made.text(_("Currency"), "currency", 8),
        made.words(_("Segment"), "segment", labelled("segment", frame["segment"], lang), 20),
        made.words(_("Rule"), "rule", labelled("rule", frame["rule"], lang), 30),
        made.words(
            _("Previous segment"),
            "previous_segment",
            labelled("segment", frame["previous_segment"], lang),
            20,
        ),
    ]
    if views.segments.method == "score":
        columns += [
            made.figure(_("Since"), "changed_on", "date"),
            made.figure(_("Score"), "score", "days"),
            made.figure(_("Points"), "points", "days"),
            made.figure(_("Of"), "max_points", "days"),
        ]
        for code in FACTORS:
            name = label("factor", code, lang)
            columns.append(made.figure(name, f"value_{code}", _kind(code)))
            words = _("Points: {factor}").format(factor=name)
            columns.append(made.figure(words, f"points_{code}", "days"))
    columns += [
        made.amount(_("Unpaid amount"), "outstanding_minor"),
        made.amount(_("Overdue"), "overdue_minor"),
    ]
    if frame["manual_segment"].notna().any():
        columns += [
            made.words(
                _("Computed segment"),
                "computed_segment",
                labelled("segment", frame["computed_segment"], lang),
                20,
            ),
            made.text(_("Fixed by"), "manual_author"),
            made.text(_("Reason"), "manual_reason", 34),
            made.figure(_("Until"), "manual_expires_on", "date"),
        ]
    return Sheet(_("Segments"), tuple(columns))


def _rows(block: SegmentsBlock) -> pd.DataFrame:
    """Return the customers with a column of values and one of points a factor."""
    frame, parts = block.customers, block.factors
    if parts.empty:
        return frame
    key = ["company_id", "customer_id"]
    wide = parts.pivot_table(
        index=key, columns="factor", values=["value", "points"], aggfunc="first", dropna=False
    )
    wide.columns = wide.columns.map("_".join)
    names = [f"{kind}_{code}" for kind in ("value", "points") for code in FACTORS]
    wide = wide.reindex(columns=names).astype("float64")
    wide = wide.where(~wide.isin([float("inf")]))
    return frame.merge(wide.reset_index(), on=key, how="left")


def _kind(factor: str) -> Kind:
    """Return how a factor's value is written in a cell."""
    if factor in _RATIOS:
        return "ratio"
    return "days" if factor in _DAYS or factor != "broken_promises" else "integer"
