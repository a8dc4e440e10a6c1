"""Blocks of payment behaviour: choices, headline, cards of the book, table of a level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.delays import delay_words
from arlib.i18n.labels import label
from arlib.model.portfolio import Scope
from arlib.ui import cache, customers
from arlib.ui.cards import heading, metric
from arlib.ui.download import list_button
from arlib.ui.frame import reason
from arlib.ui.navigation import page_file
from arlib.ui.tables import Column, cut_note, grid
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.model.portfolio import Level
    from arlib.ui.frame import Page
    from arlib.views.behaviour import BehaviourBlock

_LEVELS: Final[tuple[Level, ...]] = (
    "customer",
    "group",
    "category",
    "sector",
    "owner",
    "portfolio",
)
_MONTHS: Final = (12, 24, 36)
_TRENDS: Final = {"worse": "▲", "stable": "=", "better": "▼"}


@dataclass(frozen=True, slots=True)
class Choices:
    """How the page is cut: rows by what, with disputed invoices or not, length of the series."""

    level: Level
    exclude_disputed: bool | None
    months: int


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of the table in one currency with their names; ``why``: no row can be shown."""

    frame: pd.DataFrame
    names: list[str]
    why: str | None = None


def choices(page: Page) -> Choices:
    """Draw the choices in one row."""
    _ = page.words
    with st.container(horizontal=True, vertical_alignment="center"):
        level = st.segmented_control(
            _("Rows"),
            list(_LEVELS),
            format_func=lambda code: label("behaviour_level", code, page.style.language),
            default="customer",
            required=True,
            key="behaviour_level",
            label_visibility="collapsed",
        )
        months = st.segmented_control(
            _("Months of the series"),
            list(_MONTHS),
            format_func=lambda count: _("{n} months").format(n=count),
            default=24,
            required=True,
            key="behaviour_months",
            label_visibility="collapsed",
        )
        is_clean = st.toggle(
            _("Without disputed invoices"),
            key="behaviour_clean",
            help=_("Leaves out of behaviour every invoice that was once disputed."),
        )
    return Choices(level, True if is_clean else None, int(months))


def left_out(page: Page, names: tuple[str, ...]) -> None:
    """Say which companies cannot answer."""
    if names:
        known = {item.company_id: item.name for item in page.info.companies}
        words = page.words("Left out, their files do not tell it: {names}")
        st.warning(words.format(names=", ".join(known.get(name, name) for name in names)))


def headline(page: Page, block: BehaviourBlock, *, is_alone: bool = True) -> None:
    """Say the delay in words, what it rests on, and what disputes change.

    ``is_alone`` False: the currency is named too, other blocks follow in others.
    """
    _, f = page.words, page.formats
    row = block.portfolio.iloc[0].to_dict()
    days = delay_words(row["weighted_delay_days"], page.style.language)
    title = _("Payment behaviour: {days}").format(days=days)
    if not is_alone:
        title = _("Payment behaviour in {currency}: {days}").format(
            currency=block.currency, days=days
        )
    count = int(row["count_payments"])
    words = _.ngettext(
        "{n} settlement over 12 months, {amount} covered ({share} of the cash received)",
        "{n} settlements over 12 months, {amount} covered ({share} of the cash received)",
        count,
    )
    detail = words.format(
        n=f.integer(count),
        amount=f.compact(row["paid_minor"], block.currency),
        share=f.share(row["covered_ratio"]),
    )
    evidence = label("behaviour_evidence", row["evidence"], page.style.language)
    heading(title, f"{detail} · {evidence}")
    if block.is_dispute_material:
        both = _("Mean delay, open included: {disputed} with disputed invoices, {clean} without.")
        text = both.format(
            disputed=f.signed_days(block.disputed_days), clean=f.signed_days(block.clean_days)
        )
        st.markdown(f":orange[:material/gavel: {plain(text)}]")


def cards(page: Page, block: BehaviourBlock) -> None:
    """Draw four figures of the whole book."""
    _, f = page.words, page.formats
    row = block.portfolio.iloc[0].to_dict()
    settled = _("settled alone: {days}").format(days=f.signed_days(row["weighted_delay_days"]))
    quartiles = _("half between {low} and {high}").format(
        low=f.signed_days(row["low_quartile_days"]), high=f.signed_days(row["high_quartile_days"])
    )
    on_time = _("{share} of the number").format(share=f.share(row["on_time_count_ratio"]))
    granted = _("{days} granted").format(days=f.days0(row["granted_days"]))
    open_, median, share, taken = st.columns(4)
    with open_:
        _card(
            page,
            row,
            "weighted_delay_open_days",
            N_("Mean delay, open included"),
            N_("Amount-weighted delay of settled and overdue invoices, 12 months."),
            settled,
        )
    with median:
        _card(
            page,
            row,
            "median_delay_days",
            N_("Median delay"),
            N_("Half of the settlements come sooner, half later; the quartiles say the spread."),
            quartiles,
        )
    with share:
        _card(
            page,
            row,
            "on_time_amount_ratio",
            N_("Paid on time"),
            N_("Share of the amounts settled by the due date."),
            on_time,
        )
    with taken:
        _card(
            page,
            row,
            "days_to_pay",
            N_("Time to pay"),
            N_("Days from invoice to settlement, weighted by amount."),
            granted,
        )


def coverage(page: Page, block: BehaviourBlock) -> None:
    """Say that settlements were worked out, and on how much of the cash the figures rest."""
    if not block.is_estimated or block.covered_ratio is None:
        return
    _, f = page.words, page.formats
    words = _("Estimated: behaviour computed on {share} of the cash, matched without lettering.")
    st.markdown(
        f":orange[:material/join_inner: {plain(words.format(share=f.share(block.covered_ratio, 1)))}]"
    )
    st.page_link(page_file("matching"), label=_("See the matching"), icon=":material/join_inner:")


def rows(page: Page, choice: Choices, block: BehaviourBlock) -> Rows:
    """Return the rows of the level chosen."""
    _ = page.words
    if choice.level == "customer":
        return Rows(block.customers, [str(name) for name in block.customers["name"]])
    if choice.level == "portfolio":
        whole = label("behaviour_level", "portfolio", page.style.language)
        frame = block.portfolio.assign(company_id=None, value=None)
        return Rows(frame, [whole])
    view = cache.behaviour_level(
        page.selection, level=choice.level, exclude_disputed=choice.exclude_disputed
    )
    found = [item.rows for item in view.blocks if item.currency == block.currency]
    if view.unavailable or not found:
        return Rows(block.portfolio.head(0), [], view.unavailable or "no_history")
    unsaid = _("(not filled)")
    names = [unsaid if pd.isna(value) else str(value) for value in found[0]["value"]]
    companies = {item.company_id: item.name for item in page.info.companies}
    told_apart = [  # two companies may use one name of group, sector or salesperson
        f"{name} · {companies.get(code, code)}" if names.count(name) > 1 else name
        for name, code in zip(names, found[0]["company_id"], strict=True)
    ]
    return Rows(found[0], told_apart)


def scope(choice: Choices, block: BehaviourBlock, shown: Rows) -> tuple[Scope, str | None]:
    """Return what the charts describe, the ticked row or the whole book, with its name."""
    state = st.session_state.get(_grid_key(choice, block))
    places = state["selection"]["rows"] if state else []
    if choice.level == "portfolio" or not places or places[0] >= len(shown.frame):
        return Scope(), None
    row = shown.frame.iloc[places[0]].to_dict()
    value = row["customer_id"] if choice.level == "customer" else row["value"]
    company = row.get("company_id")
    found = Scope(
        choice.level,
        None if pd.isna(company) else str(company),
        None if pd.isna(value) else str(value),
    )
    return found, shown.names[places[0]]


def table(page: Page, choice: Choices, block: BehaviourBlock, shown: Rows) -> None:
    """Draw the rows, slowest first; a tick gives the charts to that row and opens its file."""
    _, f = page.words, page.formats
    title = _table_title(page, choice, shown)
    if shown.why:
        heading(title)
        st.markdown(small(plain(_("Not available: {why}.").format(why=reason(page, shown.why)))))
        return
    frame = shown.frame.assign(
        shown_name=shown.names,
        currency=block.currency,
        trend_text=[_trend(page, code) for code in shown.frame["trend"]],
        evidence_text=[
            label("behaviour_evidence", code, page.style.language)
            for code in shown.frame["evidence"]
        ],
    )
    bar = st.container(horizontal=True, vertical_alignment="center")
    with bar:
        with st.container(width="stretch"):
            heading(
                title,
                _(
                    "Slowest first, 12 months; fewer than {n} paid invoices is little to judge by;"
                    " tick a row to see its charts"
                ).format(n=f.integer(3)),
            )
        is_all = st.toggle(_("All measures"), key=f"behaviour_all_{block.currency}")
    columns = _columns(page, choice, is_all=is_all)
    ticked = grid(
        frame, columns, key=_grid_key(choice, block), select="single", alt=title, height=470
    )
    cut_note(page, len(frame))
    with bar:
        if choice.level == "customer":
            customers.open_button(page, shown.frame.iloc[ticked], f"open_{block.currency}")
        level = label("behaviour_level", choice.level, page.style.language)
        list_button(
            page,
            f"behaviour_{choice.level}_{block.currency}",
            _("Behaviour by level: {level}").format(level=level),
            _columns(page, choice, is_all=True),
            frame,
        )


def _table_title(page: Page, choice: Choices, shown: Rows) -> str:
    _, f = page.words, page.formats
    if choice.level != "customer":
        return _("Behaviour by level: {level}").format(
            level=label("behaviour_level", choice.level, page.style.language)
        )
    count = int((shown.frame["trend"] == "worse").sum())
    if not count:
        return _("No customer pays later and later")
    return _.ngettext(
        "{n} customer pays later and later", "{n} customers pay later and later", count
    ).format(n=f.integer(count))


def _columns(page: Page, choice: Choices, *, is_all: bool) -> list[Column]:
    """Return the columns: those one judges by, then all the others when asked for."""
    _, f = page.words, page.formats

    def percent(value: Any) -> str:
        return f.percent(value, 0)

    first = [
        Column("shown_name", label("behaviour_level", choice.level, page.style.language), 160),
        Column("weighted_delay_open_days", _("Mean delay"), 88, f.signed_days),
        Column("weighted_delay_days", _("Settled"), 66, f.signed_days),
        Column("median_delay_days", _("Median"), 70, f.signed_days),
        Column("on_time_amount_ratio", _("On time"), 86, percent),
        Column("paid_over_30_ratio", _("> 30 d late"), 62, percent),
        Column("days_to_pay", _("Time to pay"), 116, f.days0),
        Column("trend_text", _("Trend, 3 months"), 108),
        Column("count_payments", _("Settlements"), 100, f.integer),
        Column("paid_minor", _("Covered"), 84, f.amount0, "currency"),
    ]
    if not is_all:
        return first
    return [
        *first,
        Column("simple_delay_days", _("Simple mean"), 92, f.signed_days),
        Column("weighted_paid_delay_days", _("Paid in full"), 92, f.signed_days),
        Column("late_only_delay_days", _("When late"), 84, f.days0),
        Column("low_quartile_days", _("First quartile"), 96, f.signed_days),
        Column("high_quartile_days", _("Third quartile"), 96, f.signed_days),
        Column("spread_days", _("Spread"), 72, f.days0),
        Column("on_time_count_ratio", _("On time, number"), 140, percent),
        Column("granted_days", _("Granted"), 80, f.days0),
        Column("count_paid_invoices", _("Invoices paid"), 98, f.integer),
        Column("overdue_minor", _("Overdue"), 92, f.amount0, "currency"),
        Column("covered_ratio", _("Cash covered"), 98, percent),
        Column("evidence_text", _("Evidence"), 150),
    ]


def _card(page: Page, row: dict[Any, Any], name: str, title: str, about: str, detail: str) -> None:
    _, f = page.words, page.formats
    value = row[name]
    if pd.isna(value):
        metric(_(title), MISSING, detail=reason(page, row.get(f"{name}_reason")), about=_(about))
        return
    if name.endswith("_ratio"):
        written = f.percent(value)
    else:
        digits = 1 if name == "weighted_delay_open_days" else 0
        written = f.days(value) if name == "days_to_pay" else f.signed_days(value, digits)
    delta, is_up = None, None
    if name == "weighted_delay_open_days" and pd.notna(row["trend_days"]):
        delta = f.signed_days(row["trend_days"])
        if delta != f.signed_days(0):  # what is written as no change has no arrow
            is_up = row["trend_days"] > 0
        metric(
            _(title), written, delta=delta, is_up=is_up, is_worse=is_up,
            detail=_("in 3 months"), about=_(about), note=detail,
        )  # fmt: skip
        return
    metric(_(title), written, about=_(about), note=detail)


def _grid_key(choice: Choices, block: BehaviourBlock) -> str:
    return f"behaviour_grid_{choice.level}_{block.currency}"


def _trend(page: Page, code: Any) -> str:
    if not isinstance(code, str):
        return MISSING
    return f"{_TRENDS.get(code, '')} {label('trend', code, page.style.language)}"
