"""Closing disputes and undoing what was entered about them, from any page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.followup import DISPUTE_OUTCOMES
from arlib.model.issues import UserError
from arlib.model.keys import number_of
from arlib.ui.session import author, language, workspace
from arlib.ui.texts import plain, small
from arlib.workspace import DisputeClosing

if TYPE_CHECKING:
    from arlib.ui.frame import Page

_SHOWN: Final = 20


def close_popover(page: Page, rows: pd.DataFrame, key: str) -> None:
    """Draw « Clore un litige »: which of some open disputes, how it ended, when.

    ``rows``: ``dispute_id, number, currency`` and ``disputed_minor`` or ``amount_minor``. Greyed without
    any.
    """
    _ = page.words
    with st.popover(_("Close a dispute"), icon=":material/task_alt:", key=key, disabled=rows.empty):
        names = _names(page, rows)
        _offer(f"{key}_ids", list(names))
        st.multiselect(
            _("Disputes"),
            list(names),
            format_func=lambda code: names.get(code, code),
            placeholder=_("at least one dispute"),
            key=f"{key}_ids",
        )
        st.selectbox(
            _("Outcome"),
            list(DISPUTE_OUTCOMES),
            format_func=lambda code: label("dispute_outcome", code, page.style.language),
            key=f"{key}_outcome",
        )
        today = author().at.date()
        st.date_input(
            _("Closed on"),
            value=min(today, page.selection.as_of),
            max_value=today,
            format="DD/MM/YYYY",
            key=f"{key}_on",
            help=_("From that day on the invoice no longer counts in dispute."),
        )
        st.text_area(_("Text"), key=f"{key}_text", height=70)
        st.button(
            _("Close the dispute"), type="primary", key=f"{key}_save", on_click=_close, args=(key,)
        )


def history_popover(page: Page, customer: tuple[str, str] | None, key: str) -> None:
    """Draw what was entered by hand about disputes, of a customer or of all, each with its undo."""
    _, f, lang = page.words, page.formats, page.style.language
    rows = workspace().dispute_history(*(customer or (None, None)))
    rows = rows[rows["undoes"].isna()].head(_SHOWN)
    with st.popover(_("Entries by hand"), icon=":material/history:", key=key, disabled=rows.empty):
        for row in rows.to_dict("records"):
            left, right = st.columns([3, 1.2], vertical_alignment="center")
            with left, st.container(gap=None):
                st.markdown(_entry(page, row) + (f" · {_('undone')}" if row["is_undone"] else ""))
                said = _("{date} by {who}").format(date=f.date_time(row["at"]), who=row["by"])
                st.markdown(small(plain(said)))
            if not row["is_undone"]:
                with right:
                    st.button(
                        _("Undo"),
                        icon=":material/undo:",
                        key=f"{key}_undo_{row['change_id']}",
                        on_click=_undo,
                        args=(row["change_id"],),
                    )
        if rows.empty:
            st.markdown(small(plain(label("dispute", "none", lang))))


def _offer(key: str, known: list[str]) -> None:
    """Keep of the choice what is still offered; the only one offered is chosen."""
    kept = [code for code in st.session_state.get(key) or [] if code in known]
    st.session_state[key] = kept or (known if len(known) == 1 else [])


def _names(page: Page, rows: pd.DataFrame) -> dict[str, str]:
    f, lang = page.formats, page.style.language
    amount = "disputed_minor" if "disputed_minor" in rows.columns else "amount_minor"
    return {
        row["dispute_id"]: f"{_known(row['number'])} · {label('dispute', row['reason'], lang)}"
        f" · {f.amount(row[amount], row['currency'])}"
        for row in rows.to_dict("records")
    }


def _entry(page: Page, row: dict[Any, Any]) -> str:
    """Return one entry as Markdown: opened or closed, the invoice, what it says."""
    _, f, lang = page.words, page.formats, page.style.language
    title = _("Dispute opened") if row["event"] == "opened" else _("Dispute closed")
    parts = [number_of(row["document_id"]) or MISSING, f.date(row["happened_on"])]
    if isinstance(row["code"], str):
        parts.append(label("dispute", row["code"], lang))
    if pd.notna(row["amount_minor"]):
        parts.append(f.amount(row["amount_minor"], row["currency"]))
    if isinstance(row["outcome"], str):
        parts.append(label("dispute_outcome", row["outcome"], lang))
    if isinstance(row["text"], str):
        parts.append(row["text"])
    return f"**{plain(title)}** · {plain(' · '.join(parts))}"


def _close(key: str) -> None:
    state = st.session_state
    try:
        workspace().close_disputes(_closings(key), author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())), icon=":material/error:")
        return
    state[f"{key}_ids"], state[f"{key}_text"] = [], ""


def _closings(key: str) -> list[DisputeClosing]:
    """Return what the form asks for. Raises UserError ``dispute_none_chosen``."""
    state = st.session_state
    chosen = list(state.get(f"{key}_ids") or ())
    if not chosen:
        raise UserError("dispute_none_chosen")
    return [
        DisputeClosing(
            identity,
            str(state[f"{key}_outcome"]),
            closed_on=state.get(f"{key}_on"),
            text=state.get(f"{key}_text"),
        )
        for identity in chosen
    ]


def _undo(change_id: str) -> None:
    try:
        workspace().undo_dispute(change_id, author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())), icon=":material/error:")


def _known(value: Any) -> str:
    return MISSING if value is None or pd.isna(value) else str(value)
