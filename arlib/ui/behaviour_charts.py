"""Charts of payment behaviour: trend, delays, survival, terms, habits of what is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from arlib.charts import behaviour as trend_chart
from arlib.charts import behaviour_details as details_chart
from arlib.charts import survival as survival_chart
from arlib.i18n.labels import label
from arlib.ui import cache
from arlib.ui.cards import card, chart, heading
from arlib.ui.frame import reason
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.portfolio import Scope
    from arlib.ui.behaviour import Choices, Rows
    from arlib.ui.frame import Page
    from arlib.views.behaviour_details import DetailBlock

_LEVELS_WITH_CURVES = ("group", "category", "sector", "owner")
_METHODS = 6


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the charts describe: a scope with its name, in one currency, at a date."""

    scope: Scope
    name: str | None
    currency: str
    as_of: date


def draw(page: Page, choice: Choices, drawn: Drawn, shown: Rows) -> None:
    """Draw the charts of the scope, the whole book when no row is ticked."""
    _ = page.words
    view = cache.behaviour_details(
        page.selection,
        scope=drawn.scope,
        months=choice.months,
        exclude_disputed=choice.exclude_disputed,
    )
    block = next((item for item in view.blocks if item.currency == drawn.currency), None)
    if drawn.name is not None:
        words = _("Charts of: {name}").format(name=drawn.name)
        st.markdown(f":material/filter_alt: **{plain(words)}**")
    if block is None:
        st.info(_("No settlement in the last 12 months under these filters."))
    else:
        _series(page, drawn, block)
    left, right = st.columns(2)
    with left, card():
        _survival(page, choice, drawn)
    with right, card():
        _terms(page, drawn, shown)
    if block is not None and not block.slots.empty:
        _habits(page, drawn, block)


def _series(page: Page, drawn: Drawn, block: DetailBlock) -> None:
    left, right = st.columns(2)
    with left, card():
        chart(
            trend_chart.delay_figure(block.monthly, drawn.as_of, page.style),
            key=f"delay_{drawn.currency}",
        )
    with right, card():
        chart(
            details_chart.delays_figure(block, drawn.as_of, page.style),
            key=f"delays_{drawn.currency}",
        )


def _survival(page: Page, choice: Choices, drawn: Drawn) -> None:
    """Draw the curve of the book or of the ticked row, or one a value of the level, or a segment."""
    by = _curves(page, choice, drawn)
    view = cache.survival(
        page.selection, by=by, scope=drawn.scope, exclude_disputed=choice.exclude_disputed
    )
    block = next((item for item in view.blocks if item.currency == drawn.currency), None)
    if block is None:
        heading(page.words("Invoices still unpaid"))
        st.markdown(small(plain(reason(page, view.unavailable or "no_history"))))
        return
    chart(
        survival_chart.survival_figure(
            block,
            view.by,
            drawn.as_of,
            page.style,
            {item.company_id: item.name for item in page.info.companies},
        ),
        key=f"survival_{drawn.currency}",
    )


def _curves(page: Page, choice: Choices, drawn: Drawn) -> str:
    """Draw the choice of curves; one alone for a ticked row."""
    if drawn.name is not None:
        return "portfolio"
    own = [choice.level] if choice.level in _LEVELS_WITH_CURVES else []
    offered = [*own, "portfolio", "segment"]
    picked = st.segmented_control(
        page.words("Curves"),
        offered,
        format_func=lambda code: label("behaviour_level", code, page.style.language),
        default=offered[0],
        required=True,
        key=f"curves_{choice.level}_{drawn.currency}",
        label_visibility="collapsed",
    )
    return str(picked)


def _terms(page: Page, drawn: Drawn, shown: Rows) -> None:
    """Draw terms granted against time to pay, one point a row of the table."""
    frame = shown.frame.assign(currency=drawn.currency)
    chart(
        details_chart.terms_figure(frame, shown.names, drawn.as_of, page.style),
        key=f"terms_{drawn.currency}",
    )


def _habits(page: Page, drawn: Drawn, block: DetailBlock) -> None:
    left, right = st.columns([2.2, 1])
    with left, card():
        chart(
            details_chart.habits_figure(block, drawn.as_of, page.style),
            key=f"habits_{drawn.currency}",
        )
    with right, card():
        _methods(page, block)


def _methods(page: Page, block: DetailBlock) -> None:
    """Draw the methods of payment, or why no file says them."""
    _, f = page.words, page.formats
    if block.methods_reason:
        heading(_("By method of payment"))
        why = label("reason", block.methods_reason, page.style.language)
        st.markdown(f":gray[:material/block: {plain(_('Not available: {why}.').format(why=why))}]")
        return
    heading(_("By method of payment"), _("Dates, amount, mean delay, 12 months"))
    unsaid = _("(not filled)")
    html_table(
        [
            (_("Method"), "left"),
            (_("Dates"), "right"),
            (_("Amount"), "right"),
            (_("Delay"), "right"),
        ],
        [
            [
                unsaid if pd.isna(row["method"]) else str(row["method"]),
                f.integer(row["count_dates"]),
                f.compact(row["amount_minor"], block.currency),
                f.signed_days(row["weighted_delay_days"]),
            ]
            for row in block.methods.head(_METHODS).to_dict("records")
        ],
        alt=_("By method of payment"),
    )
