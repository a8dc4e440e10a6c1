"""What was written about a customer: notes, causes, promises, reviews, disputes; entered, undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import LATE_CAUSES, label
from arlib.model.followup import ENTRY_KINDS
from arlib.model.issues import UserError
from arlib.model.keys import number_of
from arlib.ui.cards import card
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small
from arlib.workspace import ActionEntry, parse_amount

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.customer_file import CustomerFile

_SHOWN: Final = 12
_SAID: Final = "followup_said"
_FOR: Final = "action_for"


def notes(page: Page, file: CustomerFile) -> None:
    """Draw the entries, latest first, each of the user's own with its undo, and the form."""
    _, f, view = page.words, page.formats, file.customer
    own = workspace().action_history(view.company_id, view.customer_id)
    own = own[own["undoes"].isna()]
    # promises of files stand in their own table, reminders are counted
    is_said = file.actions["kind"].isin(["note", "cause", "review"])
    read = file.actions[(file.actions["source"] == "file") & is_said]
    title = _title(page, file)
    about = _("Facts alone, no opinion on a person: whoever is named may ask to read them")
    with card(title, about):
        with st.container():  # always there: a form that moved would close under the user's hand
            if said := st.session_state.pop(_SAID, None):
                words = _("Entry kept: {kind}").format(kind=said)
                st.markdown(f":blue[:material/check_circle: {plain(words)}]")
        with st.popover(_("Add an entry"), icon=":material/add_notes:", key="action_add"):
            _form(page, file)
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
            _known(row["reason"]),
            f.amount(row["amount_minor"], row["currency"]),
            f.date(row["opened_on"]) if pd.notna(row["opened_on"]) else _("undated"),
            f"▲ {_('open')}" if pd.isna(row["closed_on"]) else f.date(row["closed_on"]),
        ]
        for row in rows.head(_SHOWN).to_dict("records")
    ]
    with card(title, _("As the imported files tell them")):
        if lines:
            columns: list[tuple[str, Any]] = [
                (_("Piece"), "left"),
                (_("Cause"), "left"),
                (_("Disputed"), "right"),
                (_("Opened"), "left"),
                (_("Closed"), "left"),
            ]
            html_table(columns, lines, alt=_("Disputes"))


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
    parts = [label("late_cause", row["cause"], lang)] if isinstance(row["cause"], str) else []
    if row["kind"] == "promise" and pd.notna(row["amount_minor"]):
        parts.append(f.amount(row["amount_minor"], row["currency"]))
    if pd.notna(row["due_on"]):
        parts.append(_("for {date}").format(date=f.date(row["due_on"])))
    if invoices := _invoices(row["document_ids"]):
        parts.append(invoices)
    if isinstance(row["text"], str):
        parts.append(row["text"])
    return f"**{plain(label('action', row['kind'], lang))}** · {plain(' · '.join(parts))}"


def _form(page: Page, file: CustomerFile) -> None:
    """Draw the fields of the kind chosen; an entry is checked when it is saved."""
    _, lang = page.words, page.style.language
    key = (file.customer.company_id, file.customer.customer_id)
    if st.session_state.get(_FOR) != key:  # what was begun for one customer is never another's
        _blank()
        st.session_state[_FOR] = key
    kind = st.segmented_control(
        _("Kind"),
        list(ENTRY_KINDS),
        default="note",
        format_func=lambda code: label("action", code, lang),
        required=True,
        key="action_kind",
    )
    if kind == "cause":
        st.selectbox(
            _("Cause of lateness"),
            list(LATE_CAUSES),
            format_func=lambda code: label("late_cause", code, lang),
            key="action_cause",
        )
    if kind == "promise":
        _promise_fields(page, file)
    today = author().at.date()
    left, right = st.columns(2)
    if kind in {"promise", "review"}:
        title = _("Promised for") if kind == "promise" else _("Next review")
        with right:
            st.date_input(title, value=None, format="DD/MM/YYYY", key="action_due")
    with left:
        st.date_input(
            _("Said on"), value=today, max_value=today, format="DD/MM/YYYY", key="action_taken"
        )
    st.text_area(_("Text"), key="action_text", height=80)
    st.button(
        _("Save the entry"),
        type="primary",
        key="action_save",
        on_click=_save,
        args=(*key, kind),
    )


def _promise_fields(page: Page, file: CustomerFile) -> None:
    _, f = page.words, page.formats
    items = file.customer.items
    debits = items[items["open_minor"] > 0]
    names = {
        row[
            "document_id"
        ]: f"{_known(row['number'])} · {f.amount(row['open_minor'], row['currency'])}"
        for row in debits.to_dict("records")
    }
    left, right = st.columns(2)
    with left:
        st.text_input(
            _("Amount"), placeholder=_("blank: what the invoices owe"), key="action_amount"
        )
    with right:
        codes = list(dict.fromkeys([*debits["currency"].dropna(), *page.info.currencies]))
        st.selectbox(_("Currency"), codes, key="action_currency")
    st.multiselect(
        _("Invoices promised"),
        list(names),
        format_func=lambda code: names[code],
        placeholder=_("none: the customer as a whole"),
        key="action_invoices",
    )


def _save(company: str, customer: str, kind: str) -> None:
    """Record the entry; whatever is missing is said at the top of the page."""
    state = st.session_state
    text, amount = str(state.get("action_amount") or "").strip(), None
    try:
        if kind == "promise" and text:
            amount = _amount(text, state["action_currency"])
        workspace().add_action(
            ActionEntry(
                company,
                customer,
                kind,
                text=state.get("action_text"),
                cause=state.get("action_cause") if kind == "cause" else None,
                amount_minor=amount,
                currency=state["action_currency"] if amount is not None else None,
                due_on=state.get("action_due") if kind in {"promise", "review"} else None,
                taken_on=state.get("action_taken"),
                document_ids=tuple(state.get("action_invoices") or ()) if kind == "promise" else (),
            ),
            author(),
        )
    except UserError as error:
        st.toast(plain(error_sentence(error, language())), icon=":material/error:")
        return
    _blank()
    state[_SAID] = label("action", kind, language())


def _blank() -> None:
    """Empty the form. A key merely forgotten would leave the words in the browser."""
    state = st.session_state
    state["action_text"] = state["action_amount"] = ""
    state["action_invoices"], state["action_due"] = [], None


def _amount(text: str, currency: str) -> int:
    """Return what was typed in minor units. Raises UserError ``limit_amount_unreadable``."""
    amount = parse_amount(text, currency)
    if amount is None:
        raise UserError("limit_amount_unreadable", value=text)
    return amount


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
