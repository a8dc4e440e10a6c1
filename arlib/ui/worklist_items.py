"""The invoices behind a customer of the day's list: level, what was done, what is suspended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.reminders import named, reason
from arlib.ui import cache
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.frame import Page

_SHOWN = 15


def invoices(page: Page, chosen: pd.DataFrame) -> None:
    """Draw the invoices overdue or due soon of the one customer ticked, the latest first."""
    _, f = page.words, page.formats
    if len(chosen) != 1:
        st.markdown(
            small(plain(_("Tick a customer to see his invoices, note a call or a promise.")))
        )
        return
    row = chosen.iloc[0]
    rows = cache.worklist_items(
        page.selection, company_id=row["company_id"], customer_id=row["customer_id"]
    )
    columns: list[tuple[str, Any]] = [
        (_("Number"), "left"),
        (_("Due on"), "left"),
        (_("Late by"), "right"),
        (_("Open"), "right"),
        (_("In dispute"), "right"),
        (_("Promised"), "right"),
        (_("To ask for"), "right"),
        (_("Level"), "left"),
        (_("Last action"), "left"),
        (_("Next step"), "left"),
    ]
    ordered = rows.sort_values(["days_late", "number"], ascending=[False, True])
    lines = [_line(page, item) for item in ordered.head(_SHOWN).to_dict("records")]
    why = reason(row.to_dict(), page.style.language)
    st.markdown(f"**{plain(row['name'])}** · {plain(why)}")
    html_table(columns, lines, alt=_("Invoices of {name}").format(name=row["name"]))
    if len(rows) > _SHOWN:
        words = _("{n} more in the call sheet").format(n=f.integer(len(rows) - _SHOWN))
        st.markdown(small(plain(words)))


def _line(page: Page, row: dict[Any, Any]) -> list[str]:
    _, f, lang = page.words, page.formats, page.style.language
    late = int(row["days_late"])
    last = MISSING
    if pd.notna(row["last_action_on"]):
        last = f"{f.date(row['last_action_on'])} ({row['last_level']})"
    return [
        _known(row["number"]),
        f.date(row["due_on"]),
        f.days0(late) if late > 0 else _("not due"),
        f.amount(row["open_minor"], row["currency"]),
        _or_blank(page, row, "disputed_minor"),
        _or_blank(page, row, "promised_minor"),
        _or_blank(page, row, "to_collect_minor"),
        _known(row["level"]),
        last,
        named("suspended", row["suspended_by"], lang) or _next(page, row),
    ]


def _next(page: Page, row: dict[Any, Any]) -> str:
    if pd.isna(row["next_level"]):
        return MISSING
    mark = "▲ " if row["is_to_remind"] else ""
    return f"{mark}{row['next_level']} · {page.formats.date(row['next_on'])}"


def _or_blank(page: Page, row: dict[Any, Any], name: str) -> str:
    return page.formats.amount(row[name], row["currency"]) if row[name] else ""


def _known(value: Any) -> str:
    return MISSING if value is None or pd.isna(value) else str(value)
