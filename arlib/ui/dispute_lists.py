"""The lists of the page Litiges et promesses: filters, grids, what is done with the ticked rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from arlib.charts import disputes as chart_of
from arlib.i18n import MISSING
from arlib.i18n.labels import label
from arlib.model.keys import number_of
from arlib.ui import customers, dispute_forms
from arlib.ui.cards import card
from arlib.ui.download import list_button
from arlib.ui.session import workspace
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.disputes import DisputesBlock, DisputesView

_STATES: Final = ("open", "late", "closed", "all")
_STATUSES: Final = ("broken", "partial", "pending", "kept")
_OFFERED: Final = 500  # disputes that can be closed without ticking one: searched by typing


def dispute_list(page: Page, view: DisputesView, currency: str) -> None:
    """Draw the disputes with their filter; ticked ones are closed, or their customer opened."""
    _, f = page.words, page.formats
    rows = view.disputes[view.disputes["currency"] == currency]
    with card(_list_title(page, rows), _("Open ones first, then the latest")):
        rows = _told(page, _filtered(page, rows))
        if rows.empty:
            st.markdown(small(plain(_("No dispute with this filter."))))
            return
        bar = st.container(horizontal=True, vertical_alignment="center")
        columns = _columns(page)
        ticked = grid(
            rows.head(SHOWN_ROWS),
            columns,
            key="disputes_grid",
            select="multi",
            height=380,
            alt=_("Disputes"),
        )
        cut_note(page, len(rows))
        chosen = rows.iloc[ticked]
        with bar:
            count = _.ngettext("{n} dispute", "{n} disputes", len(rows))
            st.markdown(f"**{count.format(n=f.integer(len(rows)))}**", width="content")
            customers.open_button(page, chosen, "dispute_open")
            goes_on = chosen[chosen["is_open"]] if len(chosen) else rows[rows["is_open"]]
            offered = goes_on.head(_OFFERED).assign(
                reason=goes_on["code"].fillna(goes_on["reason"])
            )
            dispute_forms.close_popover(page, offered, "dispute_close")
            list_button(page, "disputes", _("Disputes"), columns, rows)


def promise_list(page: Page, view: DisputesView, block: DisputesBlock) -> None:
    """Draw the promises with their filter, those to watch first."""
    _, f, lang = page.words, page.formats, page.style.language
    policy = workspace().policy()
    rows = view.promises[view.promises["currency"] == block.currency]
    about = _(
        "Cash received from the day of the promise to its date + {days}, each euro once, oldest promise first; kept from {share}"
    ).format(days=f.days0(policy.promise_grace_days), share=f.percent(policy.promise_kept_ratio, 0))
    with card(chart_of.promises_title(block, lang), about):
        counts = rows["status"].value_counts()
        present = [status for status in _STATUSES if counts.get(status, 0)]
        wanted = st.pills(
            _("State"),
            present,
            format_func=lambda code: f"{label('promises', code, lang)} · {f.integer(counts[code])}",
            selection_mode="multi",
            key="promises_states",
            label_visibility="collapsed",
        )
        rows = rows[rows["status"].isin(wanted)] if wanted else rows
        if rows.empty:
            st.markdown(small(plain(_("No promise known in this currency."))))
            return
        rows = _promised(page, rows.reset_index(drop=True))
        columns = [
            Column("status_text", _("State"), 90),
            Column("name", _("Customer"), 200),
            Column("amount_minor", _("Amount"), 88, f.amount, "currency"),
            Column("received_minor", _("Cash received"), 106, f.amount, "currency"),
            Column("taken_on", _("Taken on"), 92, f.date),
            Column("due_on", _("Promised for"), 92, f.date),
            Column("invoices", _("Invoices"), 118),
            Column("plan", _("Payment plan"), 110),
            Column("author", _("By"), 110),
            Column("text", _("Text"), 200),
        ]
        bar = st.container(horizontal=True, vertical_alignment="center")
        ticked = grid(
            rows.head(SHOWN_ROWS),
            columns,
            key="promises_grid",
            select="single",
            height=330,
            alt=_("Promises"),
        )
        cut_note(page, len(rows))
        with bar:
            count = _.ngettext("{n} promise", "{n} promises", len(rows))
            st.markdown(f"**{count.format(n=f.integer(len(rows)))}**", width="content")
            customers.open_button(page, rows.iloc[ticked], "promise_open")
            list_button(page, "promises", _("Promises"), columns, rows)


def _list_title(page: Page, rows: pd.DataFrame) -> str:
    _, f = page.words, page.formats
    late, count = int(rows["is_target_late"].sum()), int(rows["is_open"].sum())
    if not count:
        return _("No open dispute")
    words = _.ngettext("{n} open dispute", "{n} open disputes", count)
    said = words.format(n=f.integer(count))
    if late:
        more = _.ngettext("{n} past its target date", "{n} past their target date", late)
        said = f"{said}, {more.format(n=f.integer(late))}"
    return said


def _filtered(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Draw the filters of the list; return the disputes kept."""
    _, lang = page.words, page.style.language
    titles = {"open": _("Open ones"), "late": _("Past the target date"), "closed": _("Closed ones"),
              "all": _("All disputes")}  # fmt: skip
    left, middle, right = st.columns([2, 1, 1])
    with left:
        state = st.segmented_control(
            _("State"),
            list(_STATES),
            default="open",
            required=True,
            format_func=lambda code: titles[code],
            key="disputes_state",
            label_visibility="collapsed",
        )
    codes = rows["code"].fillna("none")
    with middle:
        code = st.selectbox(
            _("Cause"),
            ["", *sorted(codes.unique())],
            format_func=lambda item: label("dispute", item, lang) if item else _("Every cause"),
            key="disputes_code",
            label_visibility="collapsed",
        )
    with right:
        owner = st.selectbox(
            _("In charge"),
            ["", *sorted(rows["owner"].dropna().unique())],
            format_func=lambda item: item or _("Every owner"),
            key="disputes_owner",
            label_visibility="collapsed",
        )
    kept = {
        "open": rows["is_open"],
        "late": rows["is_target_late"],
        "closed": rows["closed_on"].notna(),
        "all": rows["is_open"] | ~rows["is_open"],
    }[str(state)]
    kept &= codes == code if code else True
    kept &= rows["owner"] == owner if owner else True
    return rows[kept].reset_index(drop=True)


def _columns(page: Page) -> list[Column]:
    _, f = page.words, page.formats
    return [
        Column("name", _("Customer"), 184),
        Column("number", _("Invoice"), 86),
        Column("cause", _("Cause"), 110),
        Column("disputed_minor", _("In dispute"), 88, f.amount, "currency"),
        Column("open_minor", _("Open"), 88, f.amount, "currency", is_summed=False),
        Column("opened_on", _("Opened"), 88, f.date),
        Column("age_days", _("Age"), 58, f.days0),
        Column("owner", _("In charge"), 100),
        Column("target", _("To settle by"), 104),
        Column("closed_on", _("Closed"), 88, f.date),
        Column("outcome_text", _("Outcome"), 130),
        Column("origin", _("Origin"), 90),
        Column("text", _("Text"), 160),
    ]


def _told(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Add the words of codes, the target marked when it is past."""
    _, f, lang = page.words, page.formats, page.style.language
    origins = {"file": _("file"), "user": _("by hand")}
    marks = rows["is_target_late"].map({True: "▲ ", False: ""})
    return rows.assign(
        cause=[
            label("dispute", code if isinstance(code, str) else words, lang)
            for code, words in zip(rows["code"], rows["reason"], strict=True)
        ],
        target=[
            MISSING if pd.isna(day) else mark + f.date(day)
            for day, mark in zip(rows["target_on"], marks, strict=True)
        ],
        outcome_text=[label("dispute_outcome", code, lang) for code in rows["outcome"]],
        origin=rows["source"].map(origins),
    )


def _promised(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Add the words of states, the numbers of the invoices, the rank in a payment plan."""
    _, lang = page.words, page.style.language
    marks = {"broken": "▲ ", "partial": "▲ ", "kept": "✓ "}
    planned = rows.dropna(subset=["plan_id"]).sort_values(["plan_id", "due_on"])
    place = planned.groupby("plan_id").cumcount() + 1
    size = planned.groupby("plan_id")["plan_id"].transform("size")
    said = pd.Series("", index=rows.index, dtype="str")
    said.loc[place.index] = place.astype(str) + "/" + size.astype(str)
    return rows.assign(
        status_text=[
            marks.get(status, "") + label("promise", status, lang)
            if isinstance(status, str)
            else label("reason", why, lang)
            for status, why in zip(rows["status"], rows["status_reason"], strict=True)
        ],
        invoices=[
            ", ".join(number_of(key) or MISSING for key in keys.split("\n"))
            if isinstance(keys, str)
            else _("customer")
            for keys in rows["document_ids"]
        ],
        plan=said,
    )
