"""The payment terms of one customer, dated: set, history, undo, due dates counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, formats, translator
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.model.terms import due_date, parse_terms
from arlib.ui.cards import card
from arlib.ui.session import author, language, workspace
from arlib.ui.texts import plain, small
from arlib.workspace import TermsChange

if TYPE_CHECKING:
    from datetime import date

    from arlib.ui.frame import Page
    from arlib.views.customer import CustomerView
    from arlib.workspace import TermsResult

_SHOWN: Final = 4
_ALWAYS: Final = pd.Timestamp("1900-01-01")  # terms without a first day
_SAID: Final = "terms_said"


def terms(page: Page, view: CustomerView) -> None:
    """Draw the terms in force, those fixed by hand with their undo, and a way to fix others."""
    _ = page.words
    history = workspace().terms_history(view.company_id, view.customer_id)
    own = history[history["undoes"].isna()]
    shown = _in_force(own, view) or MISSING
    with card(
        _("Payment terms: {terms}").format(terms=shown),
        _(
            "Used where the files give no due date; terms fixed here stand before those of the files"
        ),
    ):
        said = st.session_state.pop(_SAID, None)
        if said:
            st.markdown(f":blue[:material/check_circle: {plain(said)}]")
        for place, row in enumerate(own.head(_SHOWN).to_dict("records")):
            _line(page, row, place)
        with st.popover(_("Fix the terms"), icon=":material/edit_calendar:"):
            _form(page, view)


def _in_force(own: pd.DataFrame, view: CustomerView) -> str:
    """Return the terms of an invoice of the date: those fixed by hand, else those of the files."""
    starts = pd.to_datetime(own["valid_from"]).fillna(_ALWAYS)
    fixed = own[~own["is_undone"].astype(bool) & (starts <= pd.Timestamp(view.as_of))]
    order = fixed.assign(start=starts).sort_values(["start", "sequence"])
    granted = order["terms"].iloc[-1] if len(order) else None
    if not isinstance(granted, str):
        granted = view.attributes.get("terms")
    return granted if isinstance(granted, str) else ""


def _line(page: Page, row: dict[Any, Any], place: int) -> None:
    _, f = page.words, page.formats
    left, right = st.columns([3.2, 1], vertical_alignment="center")
    with left, st.container(gap=None):
        text = row["terms"] if isinstance(row["terms"], str) else _("those of the files")
        since = (
            _("all dates")
            if pd.isna(row["valid_from"])
            else _("invoices from {date}").format(date=f.date(row["valid_from"]))
        )
        state = f" · {_('undone')}" if row["is_undone"] else ""
        st.markdown(f"**{plain(text)}** · {plain(since)}{state}")
        words = _("{date} by {who}").format(date=f.date_time(row["at"]), who=row["by"])
        if isinstance(row["reason"], str) and row["reason"]:
            words = f"{words} ({row['reason']})"
        st.markdown(small(plain(words)))
    with right:
        if not row["is_undone"]:
            st.button(
                _("Undo"),
                icon=":material/undo:",
                key=f"terms_undo_{place}",
                on_click=_undo,
                args=(row["change_id"],),
            )


def _form(page: Page, view: CustomerView) -> None:
    """Draw the fields; the rule read from the words is shown on an example before saving."""
    _, f = page.words, page.formats
    text = st.text_input(
        _("Terms"), placeholder=_("for instance 30 days end of month"), key="terms_text"
    ).strip()
    parsed = parse_terms(text) if text else None
    if parsed is not None:
        day = page.selection.as_of
        words = _("An invoice of {date} will fall due on {due}.").format(
            date=f.date(day), due=f.date(due_date(day, parsed))
        )
        st.markdown(f":blue[:material/check_circle: {plain(words)}]")
    elif text:
        error = UserError("terms_unreadable", value=text)
        st.markdown(f":orange[:material/warning: {plain(error_sentence(error, language()))}]")
    is_dated = st.checkbox(_("From a date on only"), key="terms_dated")
    start = None
    if is_dated:
        start = st.date_input(
            _("Invoices from"), value=page.selection.as_of, format="DD/MM/YYYY", key="terms_from"
        )
    reason = st.text_input(_("Reason"), key="terms_reason")
    st.button(
        _("Fix these terms"),
        type="primary",
        disabled=parsed is None,
        key="terms_save",
        on_click=_set,
        args=(view.company_id, view.customer_id, text, start, reason.strip() or None),
    )


def _set(company: str, customer: str, text: str, start: date | None, reason: str | None) -> None:
    change = TermsChange(company, customer, text, start, reason)
    try:
        done = workspace().set_terms([change], author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())))
        return
    for key in ("terms_text", "terms_reason", "terms_dated"):
        st.session_state.pop(key, None)
    st.session_state[_SAID] = _moved(done)


def _undo(change_id: str) -> None:
    try:
        done = workspace().undo_terms(change_id, author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())))
        return
    st.session_state[_SAID] = _moved(done)


def _moved(done: TermsResult) -> str:
    """Return how many due dates the change moved, with their amount."""
    _, f = translator(language()), formats(language())
    if not done.count_documents:
        return _("No due date changed: the files give them all.")
    amounts = " + ".join(f.amount(value, code) for code, value in done.amounts.items())
    words = _.ngettext(
        "{n} due date worked out again ({amount}).",
        "{n} due dates worked out again ({amount}).",
        done.count_documents,
    )
    return words.format(n=f.integer(done.count_documents), amount=amounts)
