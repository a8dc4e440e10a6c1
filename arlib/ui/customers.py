"""One customer from any page: opening his file, his open items, his limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.labels import bucket_label, label
from arlib.ui.navigation import page_file
from arlib.ui.tables import html_table
from arlib.views.common import sum_by_currency

if TYPE_CHECKING:
    from arlib.ui.frame import Page

SHOWN_ITEMS: Final = 8
CHOSEN: Final = "customer_chosen"
_LATE: Final = 30  # days from which a delay is marked


def open_file(company_id: str, customer_id: str) -> None:
    """Go to a customer's file."""
    st.session_state[CHOSEN] = (company_id, customer_id)
    st.switch_page(page_file("customer"))


def open_button(page: Page, rows: pd.DataFrame, key: str) -> None:
    """Draw « Ouvrir la fiche »: it goes to the customer of the one row ticked, greyed otherwise."""
    if st.button(page.words("Open the file"), disabled=len(rows) != 1, key=key):
        row = rows.iloc[0]
        open_file(row["company_id"], row["customer_id"])


def items_table(page: Page, items: pd.DataFrame, *, shown: int = SHOWN_ITEMS) -> None:
    """Draw open items: the oldest due first, the others on one line, and a total per currency."""
    _, f = page.words, page.formats
    columns: list[tuple[str, Any]] = [
        (_("Document"), "left"),
        (_("Type"), "left"),
        (_("Issued"), "left"),
        (_("Due"), "left"),
        (_("Late by"), "right"),
        (_("Bucket"), "left"),
        (_("Open incl. VAT"), "right"),
    ]
    ordered = items.sort_values(["due_on", "number"], na_position="last")
    rows = [_item_row(page, row) for row in ordered.head(shown).to_dict("records")]
    rest = ordered.iloc[shown:]
    for currency, amount in sum_by_currency(rest, "open_minor").items():
        count = f.integer(int((rest["currency"] == currency).sum()))
        words = _("Others ({n})").format(n=count)
        rows.append([words, "", "", "", "", "", f.amount(amount, currency)])
    sums = sum_by_currency(items, "open_minor")
    total = " + ".join(f.amount(amount, code) for code, amount in sums.items())
    html_table(
        columns,
        rows,
        total=[_("Total"), "", "", "", "", "", total or MISSING],
        alt=_("Open items"),
    )


def limit_history(page: Page, limits: pd.DataFrame, *, shown: int = 4) -> None:
    """Draw the limit decisions that apply to a customer, latest first."""
    _, f = page.words, page.formats
    if limits.empty:
        st.markdown(f":gray[{_('No limit was ever fixed for this customer.')}]")
        return
    columns: list[tuple[str, Any]] = [
        (_("Limit"), "right"),
        (_("From"), "left"),
        (_("To"), "left"),
        (_("Origin"), "left"),
        (_("Decided by"), "left"),
        (_("Reason"), "left"),
    ]
    rows = [
        [
            _("removed")
            if pd.isna(row["amount_minor"])
            else f.amount0(row["amount_minor"], row["currency"]),
            f.date(row["valid_from"]),
            f.date(row["valid_to"]),
            label("source", row["source"], page.style.language)
            + (f" · {_('in force')}" if row["is_in_force"] else ""),
            _text(row["decided_by"]),
            _text(row["reason"]),
        ]
        for row in limits.head(shown).to_dict("records")
    ]
    html_table(columns, rows, alt=_("Limit decisions"))


def _item_row(page: Page, row: dict[Any, Any]) -> list[str]:
    _, f, language = page.words, page.formats, page.style.language
    late = row["days_late"]
    delay = MISSING
    if row["open_minor"] < 0:
        delay = MISSING
    elif pd.notna(late) and late > 0:
        mark = "▲ " if late > _LATE else ""
        delay = mark + f.days0(int(late))
    elif pd.notna(late):
        delay = _("not due")
    bucket = row.get("bucket")
    dispute = row.get("disputed_minor")
    disputed = f" · {_('disputed')}" if pd.notna(dispute) and dispute else ""
    estimated = f" {_('est.')}" if row.get("due_source") in ("terms", "default") else ""
    return [
        _text(row["number"]),
        label("kind", row["kind"], language) + disputed,
        f.date(row["issued_on"]),
        f.date(row["due_on"]) + estimated,
        delay,
        bucket_label(bucket, language) if isinstance(bucket, str) else MISSING,
        f.amount(row["open_minor"], row["currency"]),
    ]


def _text(value: Any) -> str:
    return MISSING if value is None or pd.isna(value) else str(value)
