"""Blocks of the alerts page: how many, which rules are on, the list with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.credit import alert_message, named
from arlib.i18n.issues import error_sentence
from arlib.model.grid_settings import ALERT_RULES
from arlib.model.issues import UserError
from arlib.ui import cache, customers
from arlib.ui.cards import card, metric
from arlib.ui.download import list_button
from arlib.ui.frame import reason
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid, html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.alerts import AlertsView

_MARKS: Final = {"high": "▲▲ ", "medium": "▲ ", "low": ""}


def cards(page: Page, view: AlertsView) -> None:
    """Draw how many alerts there are by severity, and on how many customers."""
    _, f = page.words, page.formats
    places = st.columns(4)
    with places[0]:
        count = len(view.list)
        note = _.ngettext("on {n} customer", "on {n} customers", view.count_customers)
        metric(_("Alerts"), f.integer(count), note=note.format(n=f.integer(view.count_customers)))
    shown = {
        "high": (_("High severity"), _("to settle now")),
        "medium": (_("Medium severity"), _("to settle this week")),
        "low": (_("Low severity"), _("to look at")),
    }
    for place, (code, (title, note)) in enumerate(shown.items(), start=1):
        with places[place]:
            metric(title, f.integer(view.by_severity[code]), note=note)


def choose(page: Page, view: AlertsView) -> pd.DataFrame:
    """Draw the filters; return the alerts kept."""
    _, f, lang = page.words, page.formats, page.style.language
    counts = dict(zip(view.rules["rule"], view.rules["count"], strict=True))
    present = [rule for rule in ALERT_RULES if counts[rule]]
    rules = st.pills(
        _("Rule"),
        present,
        format_func=lambda rule: f"{named('alert_rule', rule, lang)} · {f.integer(counts[rule])}",
        selection_mode="multi",
        key="alerts_rules",
        label_visibility="collapsed",
    )
    left, right, rest = st.columns([1, 1, 2])
    with left:
        severity = st.selectbox(
            _("Severity"),
            ["", *view.by_severity],
            format_func=lambda code: named("severity", code, lang) if code else _("Every severity"),
            key="alerts_severity",
            label_visibility="collapsed",
        )
    owners = sorted(view.list["owner"].dropna().unique())
    with right:
        owner = st.selectbox(
            _("Owner"),
            ["", *owners],
            format_func=lambda name: name or _("Every owner"),
            key="alerts_owner",
            label_visibility="collapsed",
        )
    with rest:
        settings(page)
    rows = view.list
    rows = rows[rows["rule"].isin(rules)] if rules else rows
    rows = rows[rows["severity"] == severity] if severity else rows
    rows = rows[rows["owner"] == owner] if owner else rows
    return rows.reset_index(drop=True)


def table(page: Page, view: AlertsView, rows: pd.DataFrame) -> None:
    """Draw the list, the gravest first then the largest; a tick opens the customer's file."""
    _, f = page.words, page.formats
    columns = [
        Column("severity_text", _("Severity"), 74),
        Column("rule_text", _("Rule"), 116),
        Column("name", _("Customer"), 120),
        Column("amount_minor", _("Amount"), 72, f.amount0, "currency", is_summed=False),
        Column("since", _("Since"), 78, f.date),
        Column("message", _("What happens"), 196),
        Column("to_do", _("What to do"), 176),
        Column("owner", _("Owner"), 92),
    ]
    with card(_title(page, view), _("The gravest first, then the largest amount")):
        if rows.empty:
            st.markdown(small(plain(_("Nothing with these filters."))))
            return
        bar = st.container(horizontal=True, vertical_alignment="center")
        ticked = grid(
            _told(page, rows.head(SHOWN_ROWS)),
            columns,
            key="alerts_grid",
            select="single",
            alt=_("Alerts"),
            is_wrapped=True,
        )
        cut_note(page, len(rows))
        chosen = rows.iloc[ticked].dropna(subset=["customer_id"])
        with bar:
            count = _.ngettext("{n} alert", "{n} alerts", len(rows))
            st.markdown(f"**{count.format(n=f.integer(len(rows)))}**", width="content")
            customers.open_button(page, chosen, "alert_open")
            list_button(
                page,
                "alerts",
                _("Alerts"),
                columns,
                lambda: _told(page, rows),
                basis=view.exposure_basis,
            )


def rules(page: Page, view: AlertsView) -> None:
    """Draw every rule: on or off, how many, how much, or why the data cannot tell."""
    _, f, lang = page.words, page.formats, page.style.language
    rows = []
    for row in view.rules.to_dict("records"):
        sums = [f.amount0(amount, code) for code, amount in view.amounts[row["rule"]].items()]
        why = "" if pd.isna(row["reason"]) else reason(page, row["reason"])
        state = _("on") if row["is_on"] else _("off")
        rows.append(
            [
                named("alert_rule", row["rule"], lang),
                named("severity", row["severity"], lang),
                state,
                f.integer(row["count"]) if row["is_on"] and not why else MISSING,
                " + ".join(sums) or why or MISSING,
                named("to_do", row["rule"], lang),
            ]
        )
    columns: list[tuple[str, Any]] = [
        (_("Rule"), "left"),
        (_("Severity"), "left"),
        (_("State"), "left"),
        (_("Alerts"), "right"),
        (_("Amount"), "right"),
        (_("What to do"), "left"),
    ]
    with card(_("The rules of the policy"), _thresholds(page, view)):
        html_table(columns, rows, alt=_("The rules of the policy"))
        st.markdown(small(plain(_reference(page, view))))


def settings(page: Page) -> None:
    """Draw the switches of the rules, kept in the policy."""
    _, lang = page.words, page.style.language
    policy = cache.question(page.selection).policy
    with st.popover(_("Choose the rules"), icon=":material/tune:", key="alerts_settings"):
        given = {
            rule: st.checkbox(
                named("alert_rule", rule, lang),
                value=policy.is_alert_on(rule),
                key=f"alert_on_{rule}",
            )
            for rule in ALERT_RULES
        }
        days = st.number_input(
            _("An overrun is long from (days)"),
            min_value=1,
            max_value=3650,
            value=policy.alert_over_days,
            key="alert_over_days",
        )
        if st.button(_("Save the rules"), type="primary", key="alerts_save"):
            wanted = policy.with_settings(alert_rules=given, alert_over_days=int(days))
            try:
                workspace().set_policy(wanted, author(), expected=policy.version)
            except UserError as error:
                st.error(plain(error_sentence(error, language())))
                return
            st.rerun()
        st.markdown(small(plain(_("Kept in the policy with its author; every figure names it."))))


def _title(page: Page, view: AlertsView) -> str:
    _, f = page.words, page.formats
    high = view.by_severity["high"]
    if not len(view.list):
        return _("No alert at this date")
    if not high:
        return _("No alert of high severity")
    said = _.ngettext("{n} alert to settle now", "{n} alerts to settle now", high)
    return said.format(n=f.integer(high))


def _thresholds(page: Page, view: AlertsView) -> str:
    _, f = page.words, page.formats
    return _(
        "Near from {watch} of the limit, major above {major}, long from {days}; exposure {basis}"
    ).format(
        watch=f.percent(view.watch_ratio, 0),
        major=f.percent(view.major_ratio, 0),
        days=f.days0(view.over_days),
        basis=view.exposure_basis,
    )


def _reference(page: Page, view: AlertsView) -> str:
    """Say what a new overrun is new to."""
    _, f = page.words, page.formats
    if view.reference.empty:
        return _("New overruns: one import only, nothing to compare with.")
    days = sorted({f.date(day) for day in view.reference["reference_on"]})
    return _(
        "New overrun: over at the date and within the limit at the end of the import before the last one ({dates}), by daily balances and the limits then in force."
    ).format(dates=", ".join(days))


def _told(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    lang = page.style.language
    return rows.assign(
        severity_text=[_MARKS[code] + named("severity", code, lang) for code in rows["severity"]],
        rule_text=[named("alert_rule", code, lang) for code in rows["rule"]],
        message=[alert_message(row, lang) for row in rows.to_dict("records")],
        to_do=[named("to_do", code, lang) for code in rows["rule"]],
    )
