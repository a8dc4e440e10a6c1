"""From a row of the day's list: what was said on the telephone, a promise, a reminder; the call sheet."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.followup import CALL_OUTCOMES, CHANNELS, REMINDER_LEVELS
from arlib.model.issues import UserError
from arlib.model.money import to_major
from arlib.reports.call_sheet import call_sheet_workbook
from arlib.ui import cache
from arlib.ui.download import file_name
from arlib.ui.session import author, language, workspace
from arlib.ui.texts import plain
from arlib.workspace import ActionEntry, parse_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from arlib.ui.frame import Page

_KINDS: Final = ("call", "promise", "reminder", "note")
_SAID: Final = "worklist_said"
_WILL_PAY: Final = "will_pay"


def said(page: Page) -> None:
    """Say once what has just been kept."""
    with st.container():  # always there: a page that moved would lose the row ticked
        if words := st.session_state.pop(_SAID, None):
            kept = page.words("Kept: {kind}. The list is up to date.").format(kind=words)
            st.markdown(f":blue[:material/check_circle: {plain(kept)}]")


def entry_button(page: Page, chosen: pd.DataFrame) -> None:
    """Draw « Noter un appel, une promesse »: it opens the form of the one row ticked."""
    _ = page.words
    if st.button(
        _("Note a call, a promise"),
        icon=":material/add_call:",
        type="primary",
        disabled=len(chosen) != 1,
        key="worklist_note",
    ):
        row = _row(chosen)
        for name in ("amount", "due", "text"):
            st.session_state.pop(f"worklist_entry_{name}", None)
        st.dialog(str(row["name"]), width="medium")(_form)(page, row)


def sheet_button(page: Page, chosen: pd.DataFrame) -> None:
    """Draw « Fiche d’appel »: the workbook of the one row ticked, made when it is clicked."""
    _ = page.words
    is_one = len(chosen) == 1
    row = _row(chosen) if is_one else {}
    code = str(row.get("customer_id", ""))
    st.download_button(
        _("Call sheet"),
        data=partial(_made, page, row) if is_one else b"",
        file_name=file_name(f"call_{code}", f"{page.selection.as_of:%Y-%m-%d}"),
        icon=":material/download:",
        disabled=not is_one,
        on_click="ignore",
        help=_("Workbook: what to say, the invoices with their level, what was said before"),
        key="worklist_sheet",
    )


def _row(chosen: pd.DataFrame) -> dict[str, Any]:
    """Return the one row ticked, by column."""
    return {str(name): value for name, value in chosen.iloc[0].items()}


def _made(page: Page, row: Mapping[str, Any]) -> bytes:
    sheet = cache.call_sheet(
        page.selection, company_id=row["company_id"], customer_id=row["customer_id"]
    )
    version = cache.question(page.selection).policy.version
    return call_sheet_workbook(sheet, version, page.style.language)


def _form(page: Page, row: Mapping[str, Any]) -> None:
    """Draw the fields of what was said; a call that ends in a promise keeps both."""
    _, lang = page.words, page.style.language
    kind = st.segmented_control(
        _("Kind"),
        list(_KINDS),
        default="call",
        format_func=lambda code: label("action", code, lang),
        required=True,
        key="worklist_entry_kind",
    )
    fields: dict[str, Any] = {"kind": kind, "outcome": None, "level": None, "channel": None}
    if kind == "call":
        fields["outcome"] = st.selectbox(
            _("Outcome of the call"),
            CALL_OUTCOMES,
            format_func=lambda code: label("call_outcome", code, lang),
            key="worklist_entry_outcome",
        )
    if kind == "reminder":
        fields |= _reminder_fields(page, row)
    is_promise = kind == "promise" or fields["outcome"] == _WILL_PAY
    if is_promise:
        fields |= _promise_fields(page, row, is_needed=kind == "promise")
    today = author().at.date()
    fields["taken_on"] = st.date_input(
        _("Said on"),
        value=today,
        max_value=today,
        format="DD/MM/YYYY",
        key="worklist_entry_taken",
    )
    fields["text"] = st.text_area(_("Text"), key="worklist_entry_text", height=80)
    if st.button(_("Save the entry"), type="primary", key="worklist_entry_save"):
        _save(row, fields)


def _reminder_fields(page: Page, row: Mapping[str, Any]) -> dict[str, Any]:
    _, lang = page.words, page.style.language
    known = row["next_level"] if row["next_level"] in REMINDER_LEVELS else "R1"
    left, right = st.columns(2)
    with left:
        level = st.selectbox(
            _("Level"),
            REMINDER_LEVELS,
            index=REMINDER_LEVELS.index(known),
            format_func=lambda code: label("reminder_level", code, lang),
            key="worklist_entry_level",
        )
    with right:
        channel = st.selectbox(
            _("How it was sent"),
            CHANNELS,
            format_func=lambda code: label("channel", code, lang),
            key="worklist_entry_channel",
        )
    return {"level": level, "channel": channel}


def _promise_fields(page: Page, row: Mapping[str, Any], *, is_needed: bool) -> dict[str, Any]:
    _, f = page.words, page.formats
    left, middle, right = st.columns([1.4, 0.8, 1.2])
    with left:
        hint = f.amount(row["to_collect_minor"], row["currency"])
        amount = st.text_input(
            _("Amount promised"),
            value=f.decimal(to_major(int(row["to_collect_minor"]), row["currency"]), 2)
            if is_needed
            else "",
            placeholder=hint,
            key="worklist_entry_amount",
        )
    with middle:
        codes = list(dict.fromkeys([str(row["currency"]), *page.info.currencies]))
        currency = st.selectbox(_("Currency"), codes, key="worklist_entry_currency")
    with right:
        due = st.date_input(
            _("Promised for"), value=None, format="DD/MM/YYYY", key="worklist_entry_due"
        )
    return {"amount": amount, "currency": currency, "due_on": due}


def _save(row: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
    """Record what was said; what is missing is said in the form."""
    key = (str(row["company_id"]), str(row["customer_id"]))
    try:
        entries = _entries(key, fields)
        for entry in entries:
            workspace().add_action(entry, author())
    except UserError as error:
        st.error(plain(error_sentence(error, language())), icon=":material/error:")
        return
    kinds = [label("action", entry.kind, language()) for entry in entries]
    st.session_state[_SAID] = ", ".join(kinds)
    st.rerun()


def _entries(key: tuple[str, str], fields: Mapping[str, Any]) -> list[ActionEntry]:
    """Return what the form says. Raises UserError ``limit_amount_unreadable``, ``action_date_missing``."""
    taken, text = fields["taken_on"], fields["text"]
    found = []
    if fields["kind"] != "promise":
        found.append(
            ActionEntry(
                *key,
                fields["kind"],
                text=text,
                taken_on=taken,
                outcome=fields["outcome"],
                level=fields["level"],
                channel=fields["channel"],
            )
        )
    is_filled = bool(str(fields.get("amount") or "").strip() or fields.get("due_on"))
    if fields["kind"] == "promise" or is_filled:
        amount = parse_amount(str(fields["amount"] or ""), fields["currency"])
        if amount is None:
            raise UserError("limit_amount_unreadable", value=str(fields["amount"] or ""))
        if fields["due_on"] is None:
            raise UserError("action_date_missing")
        found.append(
            ActionEntry(
                *key,
                "promise",
                text=text if not found else None,
                amount_minor=amount,
                currency=fields["currency"],
                due_on=fields["due_on"],
                taken_on=taken,
            )
        )
    return found
