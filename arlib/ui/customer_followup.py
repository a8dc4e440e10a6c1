"""What was written about a customer: notes, calls, promises, plans, disputes; entered, undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.model.keys import number_of
from arlib.ui import dispute_forms, followup_form
from arlib.ui.cards import card
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.customer_file import CustomerFile

_SHOWN: Final = 12


def notes(page: Page, file: CustomerFile) -> None:
    """Draw the entries, latest first, each of the user's own with its undo, and the form."""
    _, f, view = page.words, page.formats, file.customer
    own = workspace().action_history(view.company_id, view.customer_id)
    own = own[own["undoes"].isna()]
    # promises of files stand in their own table, reminders are counted
    is_said = file.actions["kind"].isin(["note", "call", "cause", "review"])
    read = file.actions[(file.actions["source"] == "file") & is_said]
    title = _title(page, file)
    about = _("Facts alone, no opinion on a person: whoever is named may ask to read them")
    with card(title, about):
        followup_form.said(page)
        with st.popover(_("Add an entry"), icon=":material/add_notes:", key="action_add"):
            followup_form.form(page, (view.company_id, view.customer_id), view.items)
        counted = set(file.actions["change_id"].dropna())
        for place, row in enumerate(own.head(_SHOWN).to_dict("records")):
            _entry(page, row, place, is_counted=row["change_id"] in counted)
        for row in read.head(_SHOWN).to_dict("records"):
            st.markdown(_words(page, row))
            st.markdown(small(plain(_("{date} by {who}, from a file").format(
                date=f.date(row["taken_on"]), who=_known(row["author"])))))  # fmt: skip
        reminders = file.actions[file.actions["kind"] == "reminder"]
        if len(reminders):
            words = _.ngettext(
                "{n} reminder sent, the last on {date}", "{n} reminders sent, the last on {date}",
                len(reminders),
            ).format(n=f.integer(len(reminders)), date=f.date(reminders["taken_on"].max()))  # fmt: skip
            st.markdown(small(plain(words)))


def promises(page: Page, file: CustomerFile) -> None:
    """Draw the promises with what became of each, and how many were kept in a year."""
    _, f = page.words, page.formats
    rows = file.promises.sort_values(["due_on", "taken_on"], ascending=False)
    lines = [
        [
            f.date(row["taken_on"]),
            f.date(row["due_on"]),
            _invoices(row["document_ids"]) or _("customer"),
            f.amount(row["amount_minor"], row["currency"])
            if pd.notna(row["amount_minor"])
            else MISSING,
            f.amount(row["received_minor"], row["currency"])
            if pd.notna(row["amount_minor"])
            else MISSING,
            _status(page, row),
        ]
        for row in rows.head(_SHOWN).to_dict("records")
    ]
    policy = workspace().policy()
    about = _(
        "Cash received from the day of the promise to its date + {days}, each euro once, oldest promise first; kept from {share}"
    ).format(days=f.days0(policy.promise_grace_days), share=f.percent(policy.promise_kept_ratio, 0))
    with card(_promise_title(page, file), about):
        if not lines:
            st.markdown(
                small(_("Promises come from the import workbook or from an entry on this page."))
            )
            return
        columns: list[tuple[str, Any]] = [
            (_("Taken on"), "left"),
            (_("Promised for"), "left"),
            (_("Invoices"), "left"),
            (_("Amount"), "right"),
            (_("Cash received"), "right"),
            (_("State"), "left"),
        ]
        html_table(columns, lines, alt=_("Promises"))


def disputes(page: Page, file: CustomerFile) -> None:
    """Draw the disputes, open ones first."""
    _, f = page.words, page.formats
    rows = file.disputes
    is_open = rows["closed_on"].isna()
    count = int(is_open.sum())
    title = _("No dispute known")
    if count:
        title = _.ngettext(
            "{n} open dispute, {all} in all", "{n} open disputes, {all} in all", count
        )
        title = title.format(n=f.integer(count), all=f.integer(len(rows)))
    elif len(rows):
        title = _.ngettext("No open dispute, {n} closed", "No open dispute, {n} closed", len(rows))
        title = title.format(n=f.integer(len(rows)))
    lines = [
        [
            _known(row["number"]),
            _cause(page, row),
            f.amount(row["amount_minor"], row["currency"]),
            f.date(row["opened_on"]) if pd.notna(row["opened_on"]) else _("undated"),
            _target(page, row),
            f"▲ {_('open')}" if pd.isna(row["closed_on"]) else f.date(row["closed_on"]),
        ]
        for row in rows.head(_SHOWN).to_dict("records")
    ]
    with card(title, _("As the imported files tell them, and those opened here")):
        if not lines:
            return
        columns: list[tuple[str, Any]] = [
            (_("Document"), "left"),
            (_("Cause"), "left"),
            (_("Disputed"), "right"),
            (_("Opened"), "left"),
            (_("To settle by"), "left"),
            (_("Closed"), "left"),
        ]
        html_table(columns, lines, alt=_("Disputes"))
        with st.container(horizontal=True):
            going_on = rows[is_open].dropna(subset=["dispute_id"])
            dispute_forms.close_popover(page, going_on, "customer_close")
            key = (file.customer.company_id, file.customer.customer_id)
            dispute_forms.history_popover(page, key, "customer_disputes")


def _cause(page: Page, row: dict[Any, Any]) -> str:
    words = label("dispute", row["reason"], page.style.language)
    return f"{words} · {row['owner']}" if isinstance(row["owner"], str) else words


def _target(page: Page, row: dict[Any, Any]) -> str:
    """Return by when it is to be settled, marked when that day is past and it goes on."""
    if pd.isna(row["target_on"]):
        return MISSING
    is_late = pd.isna(row["closed_on"]) and row["target_on"].date() < page.selection.as_of
    return f"{'▲ ' if is_late else ''}{page.formats.date(row['target_on'])}"


def _title(page: Page, file: CustomerFile) -> str:
    """Return the message of the notes: the last cause of lateness, else how many there are."""
    _, f = page.words, page.formats
    if file.cause:
        return _("Cause of lateness noted on {date}: {cause}").format(
            date=f.date(file.cause["taken_on"]),
            cause=label("late_cause", file.cause["cause"], page.style.language),
        )
    count = int((file.actions["kind"] == "note").sum())
    if not count:
        return _("No note on this customer")
    return _.ngettext("{n} note", "{n} notes", count).format(n=f.integer(count))


def _promise_title(page: Page, file: CustomerFile) -> str:
    _, f = page.words, page.formats
    if file.promises.empty:
        return _("No promise known")
    due, kept = (
        int(file.promise_rates["count_due"].sum()),
        int(file.promise_rates["count_kept"].sum()),
    )
    pending = int((file.promises["status"] == "pending").sum())
    words = _.ngettext("{n} promise pending", "{n} promises pending", pending).format(
        n=f.integer(pending)
    )
    if due:
        rate = _("Kept over 12 months: {kept} of {due}").format(
            kept=f.integer(kept), due=f.integer(due)
        )
        return f"{rate}, {words}"
    return words


def _status(page: Page, row: dict[Any, Any]) -> str:
    if not isinstance(row["status"], str):
        return label("reason", row["status_reason"], page.style.language)
    words = label("promise", row["status"], page.style.language)
    marks = {"kept": "✓ ", "broken": "▲ ", "partial": "▲ "}
    return marks.get(row["status"], "") + words


def _entry(page: Page, row: dict[Any, Any], place: int, *, is_counted: bool) -> None:
    """Draw an entry with its undo; one said after the closing date says that it does not count."""
    _, f = page.words, page.formats
    left, right = st.columns([3, 1.2], vertical_alignment="center")
    with left, st.container(gap=None):
        state = "" if is_counted else f" · {_('said after this closing date, not counted')}"
        state = f" · {_('undone')}" if row["is_undone"] else state
        st.markdown(_words(page, row) + state)
        st.markdown(
            small(plain(_("{date} by {who}").format(date=f.date_time(row["at"]), who=row["by"])))
        )
    with right:
        if not row["is_undone"]:
            st.button(
                _("Undo"),
                icon=":material/undo:",
                key=f"action_undo_{place}",
                on_click=_undo,
                args=(row["change_id"],),
            )


def _words(page: Page, row: dict[Any, Any]) -> str:
    """Return one entry as Markdown: its kind, then what it says."""
    _, f, lang = page.words, page.formats, page.style.language
    named = {"cause": "late_cause", "outcome": "call_outcome", "level": "reminder_level",
             "channel": "channel"}  # fmt: skip
    parts = [
        label(subject, row[name], lang)
        for name, subject in named.items()
        if isinstance(row[name], str)
    ]
    if row["kind"] == "promise" and pd.notna(row["amount_minor"]):
        parts.append(f.amount(row["amount_minor"], row["currency"]))
    if pd.notna(row["due_on"]):
        parts.append(_("for {date}").format(date=f.date(row["due_on"])))
    if invoices := _invoices(row["document_ids"]):
        parts.append(invoices)
    if isinstance(row["text"], str):
        parts.append(row["text"])
    return f"**{plain(label('action', row['kind'], lang))}** · {plain(' · '.join(parts))}"


def _undo(change_id: str) -> None:
    try:
        workspace().undo_action(change_id, author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())))


def _invoices(document_ids: object) -> str:
    """Return the numbers that natural keys hold; empty for the customer as a whole."""
    if not isinstance(document_ids, str):
        return ""
    return ", ".join(number_of(key) or MISSING for key in document_ids.split("\n"))


def _known(value: Any) -> str:
    return MISSING if value is None or pd.isna(value) else str(value)
