"""Limits pasted from a spreadsheet or a mail: read here, shown line by line, checked, then saved together."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.issues import issue_sentence
from arlib.i18n.labels import SOURCES, label
from arlib.model.limits import PasteDefaults
from arlib.ui import limit_form, limits
from arlib.ui.cards import card
from arlib.ui.download import list_button
from arlib.ui.limit_confirm import confirmation
from arlib.ui.session import language, workspace
from arlib.ui.tables import Column, html_table
from arlib.ui.texts import plain, small
from arlib.workspace import LimitChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.model.limits import PastedLimit, PastedLimits
    from arlib.ui.frame import Page

_REFUSED_SHOWN: Final = 50
_SHOWN: Final = 20
_SEEN: Final = "paste_seen"
_ROUND: Final = "paste_round"
_EXAMPLE: Final = "C0012\t12 500,00\tEUR\t31/12/2026\nC0034;8000"


def show(page: Page) -> None:
    """Draw the area, what was understood and refused, what would change, and the button."""
    _ = page.words
    with card(
        _("Paste a list of limits"),
        _(
            "One line a customer: code or name, amount, currency, last day, reason; with or without titles"
        ),
    ):
        text, defaults = _area(page)
    if not text.strip():
        return
    pasted = workspace().read_pasted_limits(text, defaults)
    _refused(page, pasted)
    if not pasted.limits:
        return
    changes = _changes(pasted.limits, _seen(text, defaults, pasted.limits))
    with card(_understood(page, pasted), _("Old limit → new limit, what looks like a slip first")):
        is_checked = confirmation(page, changes, "paste", shown=_SHOWN)
        words = _.ngettext("Save {n} limit", "Save {n} limits", len(changes))
        if st.button(
            words.format(n=page.formats.integer(len(changes))),
            type="primary",
            icon=":material/check:",
            disabled=not is_checked,
            key="paste_save",
        ) and limits.save(changes):
            st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
            for name in (_SEEN, "paste_checked"):
                st.session_state.pop(name, None)
            limits.saved(len(changes))


def _area(page: Page) -> tuple[str, PasteDefaults]:
    """Draw the area and what counts where a line says nothing."""
    speaks = language()
    _ = page.words
    text = st.text_area(
        _("List of limits"),
        height=180,
        placeholder=_EXAMPLE,
        key=f"paste_text_{st.session_state.get(_ROUND, 0)}",
        help=_("Tabs, semicolons or commas; amounts in French or in English; “supprimer” removes"),
    )
    first, second, third, fourth = st.columns([1, 1, 1, 1.6])
    with first:
        source = st.selectbox(
            _("Origin"),
            list(SOURCES),
            format_func=lambda code: label("source", code, speaks),
            key="paste_source",
        )
    with second:
        currency = st.selectbox(
            _("Currency"), limit_form.currencies(page, ()), key="paste_currency"
        )
    with third:
        start = st.date_input(
            _("Valid from"), value=page.selection.as_of, format="DD/MM/YYYY", key="paste_from"
        )
    with fourth:
        reason = st.text_input(_("Reason"), key="paste_reason")
    st.markdown(small(plain(_("What a line does not say is taken from these fields."))))
    st.button(_("Read the list"), icon=":material/playlist_add_check:", key="paste_read")
    company = page.selection.filters.company_id
    return text, PasteDefaults(currency, source, start, None, reason.strip() or None, company)


def _refused(page: Page, pasted: PastedLimits) -> None:
    """Draw every line refused, its amount and why."""
    _, f = page.words, page.formats
    if not pasted.refused:
        return
    count = len(pasted.refused)
    title = _.ngettext("{n} line refused", "{n} lines refused", count).format(n=f.integer(count))
    frame = pd.DataFrame(
        {
            "line": [issue.row_number for _text, issue in pasted.refused],
            "text": [text for text, _issue in pasted.refused],
            "amount_minor": pd.array(
                [issue.amount_minor for _text, issue in pasted.refused], "Int64"
            ),
            "currency": [issue.currency for _text, issue in pasted.refused],
            "why": [issue_sentence(issue, language()) for _text, issue in pasted.refused],
        }
    )
    with card(title, _("Nothing of them is saved: mend them in the area above")):
        columns: list[tuple[str, Any]] = [
            (_("Line"), "right"),
            (_("As pasted"), "left"),
            (_("Amount"), "right"),
            (_("Why"), "left"),
        ]
        html_table(columns, [_row(page, row) for row in _head(frame)], alt=title)
        if count > _REFUSED_SHOWN:
            more = _("{n} more in the workbook.").format(n=f.integer(count - _REFUSED_SHOWN))
            st.markdown(small(plain(more)))
        grid_columns = [
            Column("line", _("Line"), 60, f.integer),
            Column("text", _("As pasted"), 320),
            Column("amount_minor", _("Amount"), 120, f.amount, "currency"),
            Column("why", _("Why"), 420),
        ]
        list_button(page, "limits_refused", title, grid_columns, frame)


def _head(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    found: list[dict[Any, Any]] = frame.head(_REFUSED_SHOWN).to_dict("records")
    return found


def _row(page: Page, row: dict[Any, Any]) -> list[str]:
    f = page.formats
    amount = (
        MISSING if pd.isna(row["amount_minor"]) else f.amount(row["amount_minor"], row["currency"])
    )
    line = MISSING if pd.isna(row["line"]) else f.integer(row["line"])
    return [line, str(row["text"]).replace("\t", " · ")[:80], amount, str(row["why"])]


def _understood(page: Page, pasted: PastedLimits) -> str:
    _, f = page.words, page.formats
    count = len(pasted.limits)
    words = _.ngettext("{n} line understood", "{n} lines understood", count)
    sums: dict[str, int] = {}
    for item in pasted.limits:
        if item.amount_minor is not None:
            sums[item.currency] = sums.get(item.currency, 0) + item.amount_minor
    total = " + ".join(f.amount0(amount, code) for code, amount in sums.items())
    return words.format(n=f.integer(count)) + (f" ({total})" if total else "")


def _seen(text: str, defaults: PasteDefaults, found: Sequence[PastedLimit]) -> dict[int, Any]:
    """Return what stood for each limit when the list was first shown, kept until it changes."""
    name = hashlib.sha256(f"{text}|{defaults}".encode()).hexdigest()
    known = st.session_state.get(_SEEN)
    if known is None or known[0] != name:
        standing = workspace().standing_limits(_changes(found, {}))
        rows = {item.row_number: now for item, now in zip(found, standing, strict=True)}
        known = (name, rows)
        st.session_state[_SEEN] = known
    rows_seen: dict[int, Any] = known[1]
    return rows_seen


def _changes(found: Sequence[PastedLimit], seen: dict[int, Any]) -> list[LimitChange]:
    return [
        replace(LimitChange.pasted(item), **_expected(seen.get(item.row_number))) for item in found
    ]


def _expected(now: Any) -> dict[str, Any]:
    if now is None:
        return {}
    return {
        "expected_known": True,
        "expected_minor": now.amount_minor,
        "expected_entry": now.entry or "",
    }
