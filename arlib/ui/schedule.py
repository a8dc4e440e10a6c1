"""The calendar: one list of every date not to miss, by kind and horizon, to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from arlib.i18n import N_
from arlib.i18n.insurance import KINDS, STATES, asks, who, word
from arlib.reports.agenda import agenda
from arlib.ui import cache, customers
from arlib.ui.cards import card, heading
from arlib.ui.download import list_button
from arlib.ui.tables import Column, cut_note, grid
from arlib.ui.texts import small

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.insurance import CalendarView

_HORIZONS: Final = (0, 30, 90, 365)
_FAR: Final = 365


def draw(page: Page) -> None:
    """Draw the calendar under its two filters."""
    horizon = _horizon(page)
    view = cache.schedule(page.selection, horizon)
    rows = _of_kinds(page, view)
    title, about = _message(page, view, rows)
    heading(title, about)
    _table(page, rows)


def _horizon(page: Page) -> int:
    """Return how many days ahead to look: the policy's by default."""
    _, f = page.words, page.formats
    usual = cache.question(page.selection).policy.calendar_days
    choices = sorted({*_HORIZONS, usual})
    chosen = st.segmented_control(
        _("Horizon"),
        choices,
        default=usual,
        required=True,
        key="calendar_horizon",
        format_func=lambda days: (
            _("overdue alone")
            if days == 0
            else (_("12 months") if days == _FAR else _("{days} ahead").format(days=f.days0(days)))
        ),
    )
    return usual if chosen is None else int(chosen)


def _of_kinds(page: Page, view: CalendarView) -> pd.DataFrame:
    _, f = page.words, page.formats
    there = [kind for kind, count in view.counts.items() if count]
    if not there:
        return view.rows
    chosen = st.pills(
        _("Kind of date"),
        there,
        selection_mode="multi",
        format_func=lambda kind: (
            f"{word(KINDS, kind, page.style.language)} · {f.integer(view.counts[kind])}"
        ),
        key="calendar_kinds",
        label_visibility="collapsed",
    )
    kept = chosen or there
    return view.rows[view.rows["kind"].isin(kept)].reset_index(drop=True)


def _message(page: Page, view: CalendarView, rows: pd.DataFrame) -> tuple[str, str]:
    _, f = page.words, page.formats
    states = rows["state"].value_counts()
    missed, past = int(states.get("missed", 0)), int(states.get("past", 0))
    ahead = len(rows) - missed - past
    title = _.ngettext("{n} date to come", "{n} dates to come", ahead).format(n=f.integer(ahead))
    if missed:
        words = _.ngettext("▲ {n} declaration missed", "▲ {n} declarations missed", missed)
        title = f"{words.format(n=f.integer(missed))}, {title}"
    about = _.ngettext(
        "{n} date passed; on {date}, {days} ahead",
        "{n} dates passed; on {date}, {days} ahead",
        past,
    ).format(n=f.integer(past), date=f.date(view.as_of), days=f.days0(view.horizon_days))
    return title, about


def _table(page: Page, rows: pd.DataFrame) -> None:
    _, f, lang = page.words, page.formats, page.style.language
    if rows.empty:
        with card():
            st.markdown(small(_("Nothing to do within this horizon.")))
        return
    records = rows.to_dict("records")
    shown = rows.assign(
        state_text=[
            ("▲ " if row["state"] == "missed" else "") + word(STATES, row["state"], lang)
            for row in records
        ],
        kind_text=[word(KINDS, row["kind"], lang) for row in records],
        who=[who(row, lang) for row in records],
        asks=[asks(row, lang) for row in records],
    )
    columns = [
        Column("on", _("Date"), 90, f.date),
        Column("days_left", _("Days left"), 95, f.signed_days),
        Column("state_text", _("State"), 90),
        Column("kind_text", _("Kind of date"), 126),
        Column("who", _("For whom"), 200),
        Column("asks", _("What to do"), 245),
        Column("amount_minor", _("Amount"), 95, f.amount0, "currency", is_summed=False),
    ]
    bar = st.container(horizontal=True, vertical_alignment="center")
    ticked = grid(
        shown, columns, key="calendar_grid", select="single", height=560, alt=_("Calendar")
    )
    cut_note(page, len(rows))
    with bar:
        words = _.ngettext("{n} date", "{n} dates", len(rows))
        st.markdown(f"**{words.format(n=f.integer(len(rows)))}**", width="content")
        list_button(page, "calendar", _("Calendar"), columns, shown)
        st.download_button(
            _("Download for an agenda (.ics)"),
            data=lambda: agenda(rows, page.selection.as_of, lang),
            file_name=f"encours_{page.selection.as_of:%Y-%m-%d}.ics",
            mime="text/calendar",
            icon=":material/event:",
            on_click="ignore",
            key="calendar_ics",
        )
        one = rows.iloc[ticked[0]].to_dict() if len(ticked) == 1 else {}
        can_open = isinstance(one.get("customer_id"), str)
        if st.button(_("Open the file"), disabled=not can_open, key="calendar_open"):
            customers.open_file(one["company_id"], one["customer_id"])


TABS: Final = (N_("Cover"), N_("Calendar"))
