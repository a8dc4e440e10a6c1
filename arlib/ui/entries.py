"""What was written by hand about customers, in the general history: a list, as a workbook too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, formats, translator
from arlib.i18n.labels import label
from arlib.reports.listing import ListColumn, Listing, list_workbook
from arlib.ui.cards import card
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import small
from arlib.views import entries

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio

_SHOWN: Final = 15


def block(portfolio: Portfolio) -> None:
    """Draw notes, causes, promises, reviews and classes fixed by hand, the latest first."""
    _, f = translator(language()), formats(language())
    book = workspace()
    rows = entries.build(portfolio, book.action_history(), book.override_history())
    if rows.empty:
        return
    title = _.ngettext(
        "{n} entry made by hand about customers", "{n} entries made by hand about customers",
        len(rows),
    ).format(n=f.integer(len(rows)))  # fmt: skip
    with card(title, _("Notes, causes, promises, reviews, classes fixed by hand; latest first")):
        columns: list[tuple[str, Any]] = [
            (_("Date"), "left"),
            (_("By"), "left"),
            (_("Customer"), "left"),
            (_("Kind"), "left"),
            (_("Text"), "left"),
            (_("Amount"), "right"),
            (_("For"), "left"),
        ]
        lines = [_line(row) for row in rows.head(_SHOWN).to_dict("records")]
        html_table(columns, lines, alt=title)
        if len(rows) > _SHOWN:
            note = _("The first {n} are shown; the files hold all of them.")
            st.markdown(small(note.format(n=f.integer(_SHOWN))))
        st.download_button(
            _("Download (Excel)"),
            data=lambda: _workbook(rows, title),
            file_name=f"encours_suivi_{author().at:%Y-%m-%d}.xlsx",
            icon=":material/download:",
            on_click="ignore",
            key="download_entries",
        )


def said(row: dict[Any, Any], lang: str) -> str:
    """Return what an entry says: its cause or its class, then its words."""
    _ = translator(lang)
    parts = []
    if row["kind"] == entries.SEGMENT:
        is_given_back = pd.isna(row["segment"])
        parts.append(
            _("The computed class") if is_given_back else label("segment", row["segment"], lang)
        )
    if isinstance(row["cause"], str):
        parts.append(label("late_cause", row["cause"], lang))
    if isinstance(row["text"], str):
        parts.append(row["text"])
    if pd.notna(row["undoes"]):
        parts.append(_("undoes an entry"))
    elif bool(row["is_undone"]):
        parts.append(_("undone"))
    return " · ".join(parts) or MISSING


def kind_words(kind: str, lang: str) -> str:
    """Return the kind of an entry in words."""
    if kind == entries.SEGMENT:
        return translator(lang)("Class by hand")
    return label("action", kind, lang)


def _line(row: dict[Any, Any]) -> list[str]:
    f, lang = formats(language()), language()
    return [
        f.date_time(row["at"]),
        str(row["by"]),
        str(row["name"] if isinstance(row["name"], str) else row["customer_id"]),
        kind_words(row["kind"], lang),
        said(row, lang),
        MISSING if pd.isna(row["amount_minor"]) else f.amount(row["amount_minor"], row["currency"]),
        f.date(row["due_on"]),
    ]


def _workbook(rows: pd.DataFrame, title: str) -> bytes:
    lang = language()
    _, records = translator(lang), rows.to_dict("records")
    told = rows.assign(
        kind=[kind_words(row["kind"], lang) for row in records],
        text=[said(row, lang) for row in records],
    )
    columns = (
        ListColumn("at", _("Date"), "date"),
        ListColumn("by", _("By"), "text", width=18),
        ListColumn("company_id", _("Company"), "text"),
        ListColumn("customer_id", _("Customer code"), "text"),
        ListColumn("name", _("Customer"), "text", width=34),
        ListColumn("kind", _("Kind"), "text", width=18),
        ListColumn("text", _("Text"), "text", width=70),
        ListColumn("amount_minor", _("Amount"), "amount", "currency"),
        ListColumn("taken_on", _("Said on"), "date"),
        ListColumn("due_on", _("For"), "date"),
    )
    return list_workbook(Listing(title, author().at.date(), columns, told, {}, {}), lang)
