"""Blocks of the page Litiges et promesses: entry, figures, causes and months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.charts import disputes as chart_of
from arlib.i18n.labels import label
from arlib.ui import cache, dispute_forms, followup_form
from arlib.ui.cards import bare_chart, card, chart, metric
from arlib.ui.frame import reason
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.disputes import DisputesBlock, DisputesView

_KINDS: Final = ("dispute", "promise", "plan", "call", "note")
_CHOSEN: Final = 500  # customers offered: the list is searched by typing


def entry(page: Page) -> None:
    """Draw « Ajouter une entrée »: the customer, then the form of the follow-up."""
    _ = page.words
    followup_form.said(page)
    with st.container(horizontal=True):
        with st.popover(_("Add an entry"), icon=":material/add_notes:", key="action_add"):
            key = _customer(page)
            if key is None:
                st.markdown(small(plain(_("No customer under these filters."))))
            else:
                items = cache.question(page.selection).portfolio.items(*key)
                followup_form.form(page, key, items, _KINDS, "dispute")
        dispute_forms.history_popover(page, None, "disputes_history")


def choose_currency(page: Page, view: DisputesView) -> DisputesBlock | None:
    """Draw the choice of the currency when there are several; return its block, None without any."""
    if not view.blocks:
        return None
    codes = [block.currency for block in view.blocks]
    code = codes[0]
    if len(codes) > 1:
        code = str(
            st.segmented_control(
                page.words("Currency"),
                codes,
                default=codes[0],
                required=True,
                key="disputes_currency",
                label_visibility="collapsed",
            )
        )
    return next(block for block in view.blocks if block.currency == code)


def cards(page: Page, block: DisputesBlock) -> None:
    """Draw the figures: in dispute, how long, DSO, founded, promises."""
    _, f = page.words, page.formats
    told, said, code = block.totals, block.promised, block.currency
    places = st.columns(5)
    with places[0]:
        note = _.ngettext("{n} open dispute", "{n} open disputes", told["count_open"])
        share = _("{share} of what is open").format(share=f.share(told["dispute_ratio"], 1))
        note = f"{note.format(n=f.integer(told['count_open']))}, {share}"
        metric(_("In dispute"), f.compact(told["open_minor"], code), note=note)
    with places[1]:
        days = told.get("mean_resolution_days")
        note = _.ngettext(
            "{n} closed in 12 months", "{n} closed in 12 months", told["count_closed"]
        )
        age = _("mean age of open ones {days}").format(days=f.days(told.get("mean_age_days")))
        metric(
            _("Time to resolve"),
            f.days(days),
            note=f"{note.format(n=f.integer(told['count_closed']))}, {age}",
        )
    with places[2]:
        why = told.get("dispute_days_reason")
        note = reason(page, why) if why else _("overdue in dispute / sales per day")
        metric(_("DSO of disputes"), f.days(told.get("dispute_days")), note=note)
    with places[3]:
        note = _("{founded} of {all} judged in 12 months: the customer was right").format(
            founded=f.integer(told["count_founded"]), all=f.integer(told["count_judged"])
        )
        metric(_("Founded"), f.share(told.get("founded_ratio")), note=note)
    with places[4]:
        note = _("{n} pending for {amount}, {broken} broken in all").format(
            n=f.integer(said["count_pending"]),
            amount=f.compact(said["pending_minor"], code),
            broken=f.integer(said["count_broken"]),
        )
        metric(_("Promises kept"), f.share(said["kept_ratio"]), note=note)


def causes(page: Page, view: DisputesView, block: DisputesBlock) -> None:
    """Draw what is in dispute by cause, and the measures of each."""
    _, f = page.words, page.formats
    with card():
        chart(chart_of.causes_figure(block, view.as_of, page.style), key="disputes_causes")
        columns: list[tuple[str, Any]] = [
            (_("Cause"), "left"),
            (_("Open cases"), "right"),
            (_("In dispute"), "right"),
            (_("DSO"), "right"),
            (_("Opened in 12 months"), "right"),
            (_("Time to resolve"), "right"),
            (_("Founded"), "right"),
        ]
        rows = [
            [
                label("dispute", row["code"], page.style.language),
                f.integer(row["count_open"]),
                f.amount0(row["open_minor"], block.currency),
                f.days(row["dispute_days"]),
                f.integer(row["count_opened"]),
                f.days(row["mean_resolution_days"]),
                f.share(row["founded_ratio"]),
            ]
            for row in block.codes.to_dict("records")
        ]
        if rows:
            html_table(columns, rows, alt=_("Disputes by cause"))


def months(page: Page, view: DisputesView, block: DisputesBlock) -> None:
    """Draw disputes and promises by month."""
    with card():
        chart(chart_of.months_figure(block, view.as_of, page.style), key="disputes_months")
        if block.promised["count_due"]:
            title = chart_of.promises_title(block, page.style.language)
            st.markdown(f"##### {plain(title)}")
            figure = chart_of.promises_figure(block, view.as_of, page.style)
            bare_chart(figure, key="promises_months")


def _customer(page: Page) -> tuple[str, str] | None:
    """Draw the list of customers, those with most open first; return the key of the one chosen."""
    book = cache.question(page.selection).portfolio
    keys = ["company_id", "customer_id"]
    sums = book.balances().groupby(keys)["outstanding_minor"].sum().rename("owed").reset_index()
    rows = book.customers()[[*keys, "name"]].merge(sums, on=keys, how="left")
    rows = rows.sort_values(["owed", "name"], ascending=[False, True]).head(_CHOSEN)
    names: dict[tuple[str, str], str] = {
        (row["company_id"], row["customer_id"]): f"{row['name']} ({row['customer_id']})"
        for row in rows.to_dict("records")
    }
    if not names:
        return None
    if st.session_state.get("entry_customer") not in names:
        st.session_state["entry_customer"] = next(iter(names))
    return st.selectbox(
        page.words("Customer"),
        list(names),
        format_func=lambda key: names[key],
        key="entry_customer",
    )
