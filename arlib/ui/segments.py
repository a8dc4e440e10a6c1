"""Blocks of segmentation: method, totals, customers with what decided, the rules themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.labels import SEGMENTS, label
from arlib.i18n.score import rule_words as score_words
from arlib.ui import cache, customers
from arlib.ui.cards import card, heading
from arlib.ui.download import list_button
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid, html_table

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.segments import SegmentsBlock, SegmentsView

_MOVES: Final = {"worse": "▲", "same": "=", "better": "▼", "new": N_("new")}
_DAYS: Final = frozenset({"delay", "oldest", "trend"})
_RATIOS: Final = frozenset({"utilisation", "overdue_ratio"})


def notes(page: Page) -> None:
    """Say what the segments cannot take into account at this level of data."""
    if "segments_behaviour" in page.status.unavailable:
        words = page.words(
            "Payment delays are not known at this level of data: segments rest on ages, limits and proceedings."
        )
        st.markdown(f":small[:orange[{words}]]")


def choose_method(page: Page) -> str:
    """Draw the choice of method and of what is looked at; return score, rules or check."""
    _ = page.words
    names = {
        "score": _("Score"),
        "rules": _("Rules"),
        "check": _("What the classes gave"),
    }
    policy = cache.question(page.selection).policy
    chosen = st.segmented_control(
        _("Classes by"),
        list(names),
        default=policy.segmentation_method,
        format_func=lambda code: names[code],
        key="segments_method",
        required=True,
    )
    return str(chosen)


def totals(page: Page, view: SegmentsView, block: SegmentsBlock) -> None:
    """Draw one line a segment: customers, before, outstanding, overdue."""
    _, f, language = page.words, page.formats, page.style.language
    before = (
        _("On {date}").format(date=f.date(view.previous_on)) if view.previous_on else _("Before")
    )
    columns: list[tuple[str, Any]] = [
        (_("Segment"), "left"),
        (_("Customers"), "right"),
        (before, "right"),
        (_("Outstanding"), "right"),
        (_("Overdue"), "right"),
    ]
    rows = [
        [
            label("segment", row["segment"], language),
            f.integer(row["count"]),
            f.integer(row["previous_count"]) if view.previous_on else MISSING,
            f.amount0(row["outstanding_minor"], block.currency),
            f.amount0(row["overdue_minor"], block.currency),
        ]
        for row in block.totals.to_dict("records")
    ]
    total = [
        _("Total"),
        f.integer(int(block.totals["count"].sum())),
        f.integer(int(block.totals["previous_count"].sum())) if view.previous_on else MISSING,
        f.amount0(int(block.totals["outstanding_minor"].sum()), block.currency),
        f.amount0(int(block.totals["overdue_minor"].sum()), block.currency),
    ]
    how = _("By score on {date}") if view.method == "score" else _("Rules applied on {date}")
    heading(_("Customers by segment"), how.format(date=f.date(view.as_of)))
    html_table(columns, rows, total=total, alt=_("Customers by segment"))


def no_previous(page: Page) -> None:
    """Say that moves cannot be shown."""
    _ = page.words
    heading(_("Moves since the previous closing"))
    st.markdown(f":gray[{_('The book cannot answer at the previous closing.')}]")


def table(page: Page, block: SegmentsBlock, *, is_score: bool) -> dict[Any, Any] | None:
    """Draw the customers, riskiest first, each with what decided; return the one ticked."""
    _, f, language = page.words, page.formats, page.style.language
    chosen = st.pills(
        _("Segments"),
        list(SEGMENTS),
        format_func=lambda code: label("segment", code, language),
        selection_mode="multi",
        key=f"segments_only_{block.currency}",
        label_visibility="collapsed",
    )
    rows = block.customers
    rows = rows[rows["segment"].isin(chosen)] if chosen else rows
    rows = rows.reset_index(drop=True)
    shown = _told(page, rows.head(SHOWN_ROWS))
    bar = st.container(horizontal=True, vertical_alignment="center")
    columns = [
        Column("name", _("Customer"), 190 if is_score else 200),
        Column("segment_text", _("Segment"), 118 if is_score else 140),
        *([Column("score", _("Score"), 56, f.decimal)] if is_score else []),
        Column("rule_text", _("Why"), 196 if is_score else 296),
        Column("move_text", _("Before"), 112 if is_score else 138),
        *([Column("changed_on", _("Since"), 84, f.date)] if is_score else []),
        Column("outstanding_minor", _("Outstanding"), 92, f.amount0, "currency"),
        Column("overdue_minor", _("Overdue"), 82, f.amount0, "currency"),
    ]
    ticked = grid(
        shown,
        columns,
        key=f"segments_grid_{block.currency}",
        select="single",
        alt=_("Customers by segment"),
    )
    cut_note(page, len(rows))
    with bar:
        words = _.ngettext("{n} customer", "{n} customers", len(rows)).format(
            n=f.integer(len(rows))
        )
        st.markdown(f"**{words}**", width="content")
        customers.open_button(page, rows.iloc[ticked], f"segment_open_{block.currency}")
        list_button(
            page,
            f"segments_{block.currency}",
            _("Customers by segment"),
            columns,
            lambda: _told(page, rows),
        )
        if len(ticked) != 1:
            st.markdown(
                f":small[:gray[{_('Tick a customer to open his score.')}]]", width="content"
            )
    return dict(rows.iloc[ticked[0]]) if len(ticked) == 1 else None


def _told(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Return customers with their segment, what decided and where they come from, in words."""
    records = rows.to_dict("records")
    return rows.assign(
        segment_text=[label("segment", code, page.style.language) for code in rows["segment"]],
        rule_text=[_rule(page, row) for row in records],
        move_text=[_move(page, row) for row in records],
    )


def rules(page: Page) -> None:
    """Draw the rules and their thresholds: the first that holds gives the segment."""
    _, f, policy = page.words, page.formats, cache.question(page.selection).policy
    currency = page.info.currencies[0] if page.info.currencies else "EUR"
    high = _(
        "insolvency proceedings; or over {old} late for {material} and {share} of the open items; or mean delay over {delay}; or limit used over {use}"
    ).format(
        old=f.days0(policy.old_days),
        material=f.amount0(policy.materiality(currency), currency),
        share=f.percent(policy.high_risk_old_ratio, 0),
        delay=f.days0(policy.high_risk_delay_days),
        use=f.percent(policy.high_risk_utilisation_ratio, 0),
    )
    watch = _(
        "mean delay over {delay}; or over {share} overdue; or limit used over {use}; or an item over {oldest} late; or {trend} slower in 3 months"
    ).format(
        delay=f.days0(policy.watch_delay_days),
        share=f.percent(policy.watch_overdue_ratio, 0),
        use=f.percent(policy.watch_utilisation_ratio, 0),
        oldest=f.days0(policy.watch_oldest_days),
        trend=f.days0(policy.watch_trend_days),
    )
    few = _("fewer than {n} fully paid invoices in 12 months").format(n=policy.min_paid_invoices)
    rows = [
        [label("segment", "high_risk", page.style.language), high],
        [label("segment", "watch", page.style.language), watch],
        [label("segment", "insufficient_history", page.style.language), few],
        [label("segment", "reliable", page.style.language), _("all the others")],
    ]
    title = _("The rules, in order: the first that holds wins")
    with card(
        title,
        _("A figure that is missing fires no rule. Thresholds of the policy {version}.").format(
            version=policy.version
        ),
    ):
        html_table([(_("Segment"), "left"), (_("When"), "left")], rows, alt=title)


def rule_words(page: Page, row: dict[Any, Any]) -> str:
    """Return why a customer is in his segment: “Retard moyen : 52 j (seuil 45 j)”."""
    return _rule(page, row)


def _rule(page: Page, row: dict[Any, Any]) -> str:
    _, rule = page.words, row["rule"]
    if rule == "manual" or pd.notna(row.get("band")):
        return score_words(row, page.style.language)
    name = label("rule", rule, page.style.language)
    value, threshold = row["rule_value"], row["rule_threshold"]
    if rule in ("none", "insolvency") or pd.isna(value):
        return name
    words = _("{rule}: {value} (threshold {threshold})")
    return words.format(
        rule=name, value=_measure(page, row, value), threshold=_measure(page, row, threshold)
    )


def _measure(page: Page, row: dict[Any, Any], value: Any) -> str:
    f, rule = page.formats, row["rule"]
    if rule in _DAYS:
        return f.days0(value)
    if rule in _RATIOS:
        return "∞" if value == float("inf") else f.percent(value, 0)
    if rule == "old_amount":
        return f.amount0(value, row["currency"])
    return f.decimal(value, 0)


def _move(page: Page, row: dict[Any, Any]) -> str:
    _, movement, before = page.words, row["movement"], row["previous_segment"]
    if movement == "same" or not isinstance(movement, str):
        return "="
    if movement == "new" or pd.isna(before):
        return _(_MOVES["new"])
    return f"{_MOVES[movement]} {label('segment', before, page.style.language)}"
