"""Beside the day's list: what falls due soon, and the credit files that lack something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from arlib.i18n.reminders import TO_COMPLETE, complete_reason, named
from arlib.ui import customers
from arlib.ui.cards import card
from arlib.ui.download import list_button
from arlib.ui.tables import Column, cut_note, grid

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.worklist import WorklistView


def due_soon(page: Page, view: WorklistView) -> None:
    """Draw the invoices that fall due within the days of R0, for a courtesy message."""
    _, f, rows = page.words, page.formats, view.due_soon
    columns = [
        Column("due_on", _("Due on"), 90, f.date),
        Column("name", _("Customer"), 220),
        Column("number", _("Number"), 120),
        Column("issued_on", _("Issued on"), 90, f.date),
        Column("to_collect_minor", _("Open"), 110, f.amount0, "currency"),
        Column("owner", _("Owner"), 130),
    ]
    count = _.ngettext(
        "{n} invoice falls due by {date}", "{n} invoices fall due by {date}", len(rows)
    ).format(n=f.integer(len(rows)), date=f.date(_last_due(view)))
    title = count if len(rows) else _("Nothing falls due by {date}").format(
        date=f.date(_last_due(view))
    )  # fmt: skip
    with card(title, _("For a courtesy message (R0); what is contested or promised is left out")):
        if rows.empty:
            return
        bar = st.container(horizontal=True, vertical_alignment="center")
        ticked = grid(rows, columns, key="worklist_soon", select="single", alt=_("Due soon"))
        cut_note(page, len(rows))
        with bar:
            customers.open_button(page, rows.iloc[ticked], "worklist_soon_open")
            st.space("stretch")
            list_button(page, "worklist_due_soon", _("Due soon"), columns, rows)


def to_complete(page: Page, view: WorklistView) -> None:
    """Draw the customers whose credit file lacks something."""
    _, f, lang, rows = page.words, page.formats, page.style.language, view.to_complete
    columns = [
        Column("kind_text", _("What is missing"), 170),
        Column("name", _("Customer"), 200),
        Column("message", _("Detail"), 320),
        Column("amount_minor", _("Exposure"), 100, f.amount0, "currency", is_summed=False),
        Column("owner", _("Owner"), 130),
    ]
    title = _("No credit file to complete")
    if len(rows):
        title = _.ngettext("{n} file to complete", "{n} files to complete", len(rows)).format(
            n=f.integer(len(rows))
        )
    with card(title, _("No limit, a review that has passed, terms longer than allowed")):
        if rows.empty:
            return
        told = rows.assign(
            kind_text=[named("to_complete", code, lang) for code in rows["kind"]],
            message=[complete_reason(row, lang) for row in rows.to_dict("records")],
        )
        kinds = st.pills(
            _("What is missing"),
            [kind for kind in TO_COMPLETE if (rows["kind"] == kind).any()],
            format_func=lambda code: (
                f"{named('to_complete', code, lang)} · {f.integer(int((rows['kind'] == code).sum()))}"
            ),
            selection_mode="multi",
            key="worklist_missing",
            label_visibility="collapsed",
        )
        told = told[told["kind"].isin(kinds)].reset_index(drop=True) if kinds else told
        bar = st.container(horizontal=True, vertical_alignment="center")
        ticked = grid(
            told, columns, key="worklist_complete", select="single", alt=_("Files to complete")
        )
        cut_note(page, len(told))
        with bar:
            customers.open_button(page, told.iloc[ticked], "worklist_complete_open")
            st.space("stretch")
            list_button(page, "worklist_to_complete", _("Files to complete"), columns, told)


def _last_due(view: WorklistView) -> pd.Timestamp:
    return pd.Timestamp(view.as_of) + pd.Timedelta(days=-view.levels["R0"])
