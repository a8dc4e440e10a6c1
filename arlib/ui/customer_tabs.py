"""The tabs of the customer's file: each answers one question about him."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.charts import behaviour as behaviour_chart
from arlib.charts import customer_file as history_chart
from arlib.charts import exposure as exposure_chart
from arlib.charts import invoices as invoices_chart
from arlib.charts import score as score_chart
from arlib.charts import warnings as warnings_chart
from arlib.i18n import MISSING, N_
from arlib.i18n import score as score_words
from arlib.i18n import warnings as warning_words
from arlib.i18n.forecast import back_under
from arlib.i18n.labels import label
from arlib.ui import (
    cache,
    customer_codes,
    customer_followup,
    customer_forecast,
    customer_identity,
    customer_insurance,
    customer_terms,
    exposure_levels,
)
from arlib.ui import customer_page as blocks
from arlib.ui import score as score_blocks
from arlib.ui.cards import bare_chart, card, chart, heading
from arlib.ui.frame import reason
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.ui.frame import Page
    from arlib.views.activity import ActivityBlock
    from arlib.views.customer_file import CustomerFile

_COLOURS: Final = {"worse": "orange", "to_confirm": "orange", "better": "blue"}
_STATES: Final = {
    "worse": N_("▲ Early warning: he pays later than usual"),
    "to_confirm": N_("To confirm: he may be paying later"),
    "better": N_("Improvement: he pays sooner than usual"),
    "none": N_("No change confirmed in the way he pays"),
}


def draw(page: Page, file: CustomerFile) -> None:
    """Draw the tab that is open; the others are not worked out."""
    names = [page.words(title) for title, _tab in TABS]
    places = st.tabs(names, on_change="rerun", key="customer_tab")
    for place, (_title, tab) in zip(places, TABS, strict=True):
        if place.open:
            with place:
                tab(page, file)


def summary(page: Page, file: CustomerFile) -> None:
    """Draw what he owes, how he pays, why he is in his segment, what is going on."""
    for currency in blocks.currencies(file.customer):
        left, right = st.columns(2)
        with left, card():
            _exposure_now(page, file, currency)
        with right, card():
            _delay(page, file, currency)
    left, right = st.columns([1.25, 1])
    with left, card():
        _why(page, file)
    with right:
        warning(page, file)
        going_on(page, file)


def invoices(page: Page, file: CustomerFile) -> None:
    """Draw the life of his last invoices, then what is open."""
    for currency in blocks.currencies(file.customer):
        with card():
            if invoices_chart.lives_of(file, currency).empty:
                heading(page.words("No invoice in {currency}").format(currency=currency))
            else:
                figure = invoices_chart.life_figure(file, currency, page.style)
                chart(figure, key=f"lives_{currency}")
    if not blocks.currencies(file.customer):
        blocks.nothing_late(page)
    customer_forecast.block(page, file)
    blocks.open_items(page, file.customer)


def behaviour(page: Page, file: CustomerFile) -> None:
    """Draw how he pays month by month and run by run, and what he buys."""
    for currency in blocks.currencies(file.customer):
        with card():
            _delay(page, file, currency, is_wide=True)
    left, right = st.columns(2)
    with left:
        warning(page, file)
    with right:
        activity(page, file)


def limits(page: Page, file: CustomerFile) -> None:
    """Draw his exposure against his limit over 24 months, then every decision."""
    customer_forecast.back(page, file)
    for currency in blocks.currencies(file.customer):
        left, right = st.columns([1.7, 1])
        with left, card():
            steps = file.exposure_steps
            if (steps["currency"] == currency).any():
                figure = history_chart.exposure_figure(file, currency, page.style)
                chart(figure, key=f"history_{currency}")
            else:
                heading(page.words("Nothing was owed in {currency}").format(currency=currency))
        with right, card():
            exposure_levels.levels(page, file.customer, currency)
    left, right = st.columns([1.4, 1])
    with left:
        blocks.decisions(page, file.customer)
    with right:
        customer_insurance.block(page, file)


def followup(page: Page, file: CustomerFile) -> None:
    """Draw what was written, promised and disputed."""
    left, right = st.columns([1, 1.25])
    with left:
        customer_followup.notes(page, file)
    with right:
        customer_followup.promises(page, file)
        customer_followup.disputes(page, file)


def identity(page: Page, file: CustomerFile) -> None:
    """Draw who he is: identifiers, group, terms, codes, outside scores."""
    left, right = st.columns(2)
    with left:
        customer_identity.identity(page, file)
        customer_identity.financials(page, file)
    with right:
        customer_identity.group(page, file)
        customer_terms.terms(page, file.customer)
        customer_codes.links(page, file.customer)


def score(page: Page, file: CustomerFile) -> None:
    """Draw the score opened; by rules, the rule that gave the segment."""
    rows: list[dict[Any, Any]] = file.customer.segments.head(1).to_dict("records")
    if rows and _is_score(page):
        score_blocks.customer(page, rows[0])
        return
    with card():
        _why(page, file)


def _why(page: Page, file: CustomerFile) -> None:
    """Draw what gave the segment: the points of each factor, else the rule that fired."""
    rows = file.customer.segments.head(1).to_dict("records")
    is_known = file.score.factors["points"].notna().any()
    if not (rows and is_known and _is_score(page)):
        for currency in blocks.currencies(file.customer)[:1]:
            blocks.segment(page, file.customer, currency)
        return
    policy, lang = cache.question(page.selection).policy, page.style.language
    figure = score_chart.factors_figure(file.score.factors, policy, page.style)
    chart(figure, key="summary_factors")
    st.markdown(small(plain(score_words.rule_words(rows[0], lang))))
    if file.score.next_class is not None:
        found, now = asdict(file.score.next_class), str(rows[0]["segment"])
        st.markdown(plain(score_words.next_class_words(found, now, policy, lang)))


def _is_score(page: Page) -> bool:
    return cache.question(page.selection).policy.segmentation_method == "score"


def warning(page: Page, file: CustomerFile) -> None:
    """Draw whether he has begun to pay otherwise than usual, with his last runs."""
    _, f, row = page.words, page.formats, dict(file.warning)
    if not row or row["evidence"] == "insufficient_history":
        with card(_("Early warning")):
            why = "insufficient_history" if row else "not_at_this_level"
            text = _("Not available: {reason}.").format(reason=reason(page, why))
            st.markdown(f":gray[{text}]")
        return
    row |= {"name": file.customer.name, "outstanding_minor": 0, "currency": "EUR"}
    state = str(row["alert"])
    words = _(
        "Usual delay {usual}; {recent} over the last 3 settlements or unpaid due dates"
    ).format(usual=f.signed_days(row["usual_days"]), recent=f.signed_days(row["recent_days"]))
    if state != "none" and pd.notna(row["alert_since"]):
        words = warning_words.sentence(row, page.style.language)
    evidence = _.ngettext(
        "{n} settlement or due date judged",
        "{n} settlements or due dates judged",
        int(row["count_points"]),
    )
    title = _(_STATES[state])
    if row["evidence"] == "hint":
        title = _("Fewer than 18 dates of settlement: a hint at most")
    with card(title, words):
        bare_chart(warnings_chart.runs_figure(row, file.points, page.style), key="customer_runs")
        st.markdown(small(plain(evidence.format(n=f.integer(int(row["count_points"]))))))


def going_on(page: Page, file: CustomerFile) -> None:
    """Draw what to know before calling: cause, promises, disputes, review."""
    _, f = page.words, page.formats
    lang = page.style.language
    lines: list[list[str]] = [
        [_("Expected in 4 weeks"), f.amount0(file.forecast.within(currency, 4), currency)]
        for currency in ([] if file.forecast.unavailable else file.forecast.parts["currency"])
    ]
    if (
        back := back_under(file.customer.risk.iloc[0].to_dict(), lang)
        if len(file.customer.risk)
        else ""
    ):
        lines.append([_("Limit"), back])
    if file.cause:
        lines.append([_("Cause of lateness"), label("late_cause", file.cause["cause"], lang)])
    for state in ("pending", "broken"):
        found = file.promises[file.promises["status"] == state]
        for currency, amount in found.groupby("currency")["amount_minor"].sum().items():
            count = f.integer(int((found["currency"] == currency).sum()))
            title = label("promises", state, lang)
            lines.append([title, f"{count} · {f.amount(int(amount), str(currency))}"])
    is_open = file.disputes["closed_on"].isna()
    for currency, amount in (
        file.disputes[is_open].groupby("currency")["amount_minor"].sum().items()
    ):
        lines.append([_("In dispute"), f.amount(int(amount), str(currency))])
    if file.review_on is not None:
        late = f"▲ {f.date(file.review_on)}" if file.is_review_late else f.date(file.review_on)
        lines.append([_("Next review"), late])
    last = file.actions.head(1).to_dict("records")
    if last:
        said = f"{label('action', last[0]['kind'], lang)}, {f.date(last[0]['taken_on'])}"
        lines.append([_("Last entry"), said])
    with card(_("To know before calling")):
        if lines:
            html_table([(_("Subject"), "left"), ("", "right")], lines, alt=_("Follow-up"))
        else:
            st.markdown(small(_("No note, promise, dispute or review.")))


def activity(page: Page, file: CustomerFile) -> None:
    """Draw what he buys: basket, revenue trend, credit notes, billing lag."""
    _ = page.words
    if file.activity_unavailable:  # what is still open is not what was sold
        with card(_("Activity")):
            why = reason(page, file.activity_unavailable)
            st.markdown(f":gray[{_('Not available: {reason}.').format(reason=why)}]")
        return
    if not file.activity.blocks:
        with card(_("Activity")):
            st.markdown(small(_("No invoice in two years.")))
    for block in file.activity.blocks:
        _activity(page, block)


def _activity(page: Page, block: ActivityBlock) -> None:
    _, f, found = page.words, page.formats, block.trend
    change: Any = found["sales_minor_change_ratio"]
    title = _("Activity in {currency}").format(currency=block.currency)
    if change is not None:
        shown = f.percent(change, 0, is_signed=True)
        title = _("Sales {change} over 12 months").format(change=shown)
        if shown == f.percent(0, 0, is_signed=True):
            title = _("Sales stable over 12 months")
    rows = [
        [_(name), _before(write, found[code]), _before(write, found.get(f"{code}_before"))]
        for code, name, write in (
            ("sales_minor", N_("Sales incl. VAT"), lambda v: f.amount0(v, block.currency)),
            ("count_invoices", N_("Invoices"), f.integer),
            ("basket_minor", N_("Average basket"), lambda v: f.amount0(v, block.currency)),
            ("credit_note_ratio", N_("Credit-note rate"), f.percent),
        )
    ]
    lag: Any = block.lags.get("billing_lag_days")
    why = reason(page, str(block.lags["billing_lag_days_reason"]))
    shown = f"{MISSING} ({why})" if lag is None or pd.isna(lag) else f.days(lag)
    rows.append([_("Billing lag"), shown, ""])
    columns: list[tuple[str, Any]] = [
        (_("Activity"), "left"),
        (_("12 months"), "right"),
        (_("12 before"), "right"),
    ]
    with card(title, _("Invoices less credit notes, last 12 whole months against the 12 before")):
        html_table(columns, rows, alt=title)


def _before(write: Callable[[Any], str], value: Any) -> str:
    return MISSING if value is None or pd.isna(value) else write(value)


def _exposure_now(page: Page, file: CustomerFile, currency: str) -> None:
    figure = exposure_chart.customer_figure(file.customer, currency, page.style)
    chart(figure, key=f"exposure_{currency}")
    blocks.parts(page, file.customer, currency)


def _delay(page: Page, file: CustomerFile, currency: str, *, is_wide: bool = False) -> None:
    view = file.customer
    if view.behaviour_unavailable:
        blocks.no_behaviour(page, view)
        return
    monthly = view.monthly[view.monthly["currency"] == currency]
    figure = behaviour_chart.delay_figure(monthly, view.as_of, page.style)
    places = st.columns([1.6, 1], gap="medium") if is_wide else (st.container(), st.container())
    with places[0]:
        chart(figure, key=f"delay_{currency}")
    with places[1]:
        blocks.behaviour_facts(page, view, currency)


TABS: Final = (
    (N_("Summary"), summary),
    (N_("Invoices"), invoices),
    (N_("Behaviour"), behaviour),
    (N_("Score"), score),
    (N_("Limits"), limits),
    (N_("Follow-up"), followup),
    (N_("Identity"), identity),
)
