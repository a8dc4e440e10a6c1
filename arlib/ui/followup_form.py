"""The form of the follow-up: a note, a call, a promise, a plan, a dispute… of one customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import LATE_CAUSES, label
from arlib.model.followup import (
    CALL_OUTCOMES,
    CHANNELS,
    DISPUTE_CODES,
    REMINDER_LEVELS,
)
from arlib.model.issues import UserError
from arlib.ui.session import author, language, workspace
from arlib.ui.texts import plain, small
from arlib.workspace import ActionEntry, DisputeEntry, PlanEntry, parse_amount, read_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from arlib.ui.frame import Page

KINDS: Final = (
    "note",
    "call",
    "promise",
    "plan",
    "dispute",
    "reminder",
    "cause",
    "review",
    "declaration",
)
SAID: Final = "followup_said"
_FOR: Final = "action_for"
_DATED: Final = frozenset({"promise", "review"})
_WITH_INVOICES: Final = frozenset({"promise", "plan", "dispute", "reminder", "call", "note"})
_INVOICES: Final = "action_invoices"

Key = tuple[str, str]


def said(page: Page) -> None:
    """Say what was kept by the last click."""
    with st.container():  # always there: a form that moved would close under the user's hand
        if kind := st.session_state.pop(SAID, None):
            words = page.words("Entry kept: {kind}").format(kind=kind)
            st.markdown(f":blue[:material/check_circle: {plain(words)}]")


def form(
    page: Page, key: Key, items: pd.DataFrame, kinds: Sequence[str] = KINDS, first: str = "note"
) -> None:
    """Draw the fields of the kind chosen; an entry is checked when it is saved.

    ``items``: the customer's open items (``Portfolio.items``), for the invoices concerned.
    """
    _, lang = page.words, page.style.language
    if st.session_state.get(_FOR) != key:  # what was begun for one customer is never another's
        _blank()
        st.session_state[_FOR] = key
    kind = str(
        st.segmented_control(
            _("Kind"),
            list(kinds),
            default=first,
            format_func=lambda code: label("action", code, lang),
            required=True,
            key="action_kind",
        )
    )
    debits = items[items["open_minor"] > 0]
    if kind in _FIELDS:
        _FIELDS[kind](page, debits)
    if kind in _WITH_INVOICES:
        _invoices(page, debits, kind)
    _dates(page, kind)
    st.text_area(_("Text"), key="action_text", height=80)
    st.button(
        _("Save the entry"), type="primary", key="action_save", on_click=_save, args=(key, kind)
    )


def _cause(page: Page, _debits: pd.DataFrame) -> None:
    _choice(page, "action_cause", page.words("Cause of lateness"), list(LATE_CAUSES), "late_cause")


def _call(page: Page, _debits: pd.DataFrame) -> None:
    _choice(page, "action_outcome", page.words("Outcome"), list(CALL_OUTCOMES), "call_outcome")


def _reminder(page: Page, _debits: pd.DataFrame) -> None:
    _ = page.words
    left, right = st.columns(2)
    with left:
        _choice(page, "action_level", _("Level"), list(REMINDER_LEVELS), "reminder_level")
    with right:
        _choice(page, "action_channel", _("Sent"), list(CHANNELS), "channel")


def _amount_fields(page: Page, debits: pd.DataFrame) -> None:
    _ = page.words
    left, right = st.columns(2)
    with left:
        hint = _("blank: what the invoices owe")
        st.text_input(_("Amount"), placeholder=hint, key="action_amount")
    with right:
        _currency(page, debits)


def _plan(page: Page, debits: pd.DataFrame) -> None:
    _ = page.words
    _currency(page, debits)
    st.text_area(
        _("Instalments, one a line: date, then amount"),
        key="action_plan",
        height=96,
        placeholder="30/11/2026  1 500,00\n31/12/2026  1 500,00",
    )


def _dispute(page: Page, _debits: pd.DataFrame) -> None:
    _ = page.words
    left, right = st.columns(2)
    with left:
        _choice(page, "action_code", _("Cause of the dispute"), list(DISPUTE_CODES), "dispute")
        st.text_input(_("In charge"), key="action_owner", placeholder=_("who settles it"))
    with right:
        hint = _("blank: all that is open")
        st.text_input(_("Amount in dispute"), placeholder=hint, key="action_amount")
        st.date_input(_("To settle by"), value=None, format="DD/MM/YYYY", key="action_due")


def _choice(page: Page, key: str, title: str, codes: list[str], subject: str) -> None:
    lang = page.style.language
    st.selectbox(title, codes, format_func=lambda code: label(subject, code, lang), key=key)


def _currency(page: Page, debits: pd.DataFrame) -> None:
    codes = list(dict.fromkeys([*debits["currency"].dropna(), *page.info.currencies]))
    st.selectbox(page.words("Currency"), codes, key="action_currency")


def _invoices(page: Page, debits: pd.DataFrame, kind: str) -> None:
    _, f = page.words, page.formats
    names = {
        row["document_id"]: f"{_known(row['number'])} · {f.date(row['due_on'])}"
        f" · {f.amount(row['open_minor'], row['currency'])}"
        for row in debits.sort_values("due_on").to_dict("records")
    }
    state = st.session_state
    state[_INVOICES] = [code for code in state.get(_INVOICES) or [] if code in names]
    titles = {"promise": _("Invoices promised"), "dispute": _("Invoices in dispute")}
    blank = _("at least one") if kind == "dispute" else _("none: the customer as a whole")
    st.multiselect(
        titles.get(kind, _("Invoices concerned")),
        list(names),
        format_func=lambda code: names[code],
        placeholder=blank,
        key=_INVOICES,
    )


def _dates(page: Page, kind: str) -> None:
    """Draw when it was said, and for when; a dispute counts from the closing date unless told."""
    _ = page.words
    today = author().at.date()
    first = min(today, page.selection.as_of) if kind == "dispute" else today
    left, right = st.columns(2)
    if kind in _DATED:
        title = _("Promised for") if kind == "promise" else _("Next review")
        with right:
            st.date_input(title, value=None, format="DD/MM/YYYY", key="action_due")
    with left:
        title = _("Opened on") if kind == "dispute" else _("Said on")
        key = "action_opened" if kind == "dispute" else "action_taken"
        st.date_input(title, value=first, max_value=today, format="DD/MM/YYYY", key=key)
    if kind == "dispute" and first < today:
        words = _(
            "Opened on the closing date shown, so that it counts there: change it if need be."
        )
        st.markdown(small(plain(words)))


def _save(key: Key, kind: str) -> None:
    """Record the entry; whatever is missing is said at the top of the page."""
    try:
        _WRITERS.get(kind, _record)(key, kind)
    except UserError as error:
        st.toast(plain(error_sentence(error, language())), icon=":material/error:")
        return
    _blank()
    st.session_state[SAID] = label("action", kind, language())


def _record(key: Key, kind: str) -> None:
    state = st.session_state
    text, amount = str(state.get("action_amount") or "").strip(), None
    if kind == "promise" and text:
        amount = _amount(text, state["action_currency"])
    entry = ActionEntry(
        *key,
        kind,
        text=state.get("action_text"),
        cause=state.get("action_cause") if kind == "cause" else None,
        amount_minor=amount,
        currency=state["action_currency"] if amount is not None else None,
        due_on=state.get("action_due") if kind in _DATED else None,
        taken_on=state.get("action_taken"),
        document_ids=_chosen() if kind in _WITH_INVOICES else (),
        outcome=state.get("action_outcome") if kind == "call" else None,
        level=state.get("action_level") if kind == "reminder" else None,
        channel=state.get("action_channel") if kind == "reminder" else None,
    )
    workspace().add_action(entry, author())


def _record_plan(key: Key, _kind: str) -> None:
    state = st.session_state
    currency = str(state["action_currency"])
    plan = PlanEntry(
        *key,
        currency,
        read_plan(str(state.get("action_plan") or ""), currency),
        taken_on=state.get("action_taken"),
        document_ids=_chosen(),
        text=state.get("action_text"),
    )
    workspace().add_plan(plan, author())


def _record_dispute(key: Key, _kind: str) -> None:
    state, documents = st.session_state, _chosen()
    text = str(state.get("action_amount") or "").strip()
    if not documents:
        raise UserError("dispute_invoice_missing")
    if text and len(documents) > 1:
        raise UserError("dispute_amount_one")
    opened_on: date | None = state.get("action_opened")
    entries = [
        DisputeEntry(
            *key,
            document,
            str(state["action_code"]),
            amount_minor=_amount(text, _currency_of(key, document)) if text else None,
            owner=state.get("action_owner"),
            target_on=state.get("action_due"),
            opened_on=opened_on,
            text=state.get("action_text"),
        )
        for document in documents
    ]
    workspace().open_disputes(entries, author())


def _currency_of(key: Key, document: str) -> str:
    """Return the currency of an open document of a customer."""
    items = workspace().portfolio().items(*key)
    return str(items.loc[items["document_id"] == document, "currency"].iloc[0])


def _chosen() -> tuple[str, ...]:
    return tuple(st.session_state.get(_INVOICES) or ())


def _blank() -> None:
    """Empty the form. A key merely forgotten would leave the words in the browser."""
    state = st.session_state
    for name in ("action_text", "action_amount", "action_plan", "action_owner"):
        state[name] = ""
    state[_INVOICES], state["action_due"] = [], None


def _amount(text: str, currency: str) -> int:
    """Return what was typed in minor units. Raises UserError ``limit_amount_unreadable``."""
    amount = parse_amount(text, currency)
    if amount is None:
        raise UserError("limit_amount_unreadable", value=text)
    return amount


def _known(value: Any) -> str:
    return MISSING if value is None or pd.isna(value) else str(value)


_FIELDS: Final = {
    "cause": _cause,
    "call": _call,
    "reminder": _reminder,
    "promise": _amount_fields,
    "plan": _plan,
    "dispute": _dispute,
}
_WRITERS: Final = {"plan": _record_plan, "dispute": _record_dispute}
