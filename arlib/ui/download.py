"""The button under every list: all its rows as a workbook, made when it is clicked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.reports.listing import ListColumn, Listing, characters, list_workbook
from arlib.ui.scope import scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from arlib.reports.sheet import Kind
    from arlib.ui.frame import Page
    from arlib.ui.tables import Column

# What the formats of the program write, and the kind of a cell that holds the same.
_WRITERS: Final[dict[str, Kind]] = {
    "amount": "amount",
    "amount0": "amount",
    "compact": "amount",
    "percent": "ratio",
    "share": "ratio",
    "points": "ratio",
    "date": "date",
    "long_date": "date",
    "month": "date",
    "date_time": "date",
    "integer": "integer",
    "days": "days",
    "days0": "days",
    "signed_days": "days",
    "decimal": "days",
    "ratio": "number",
}
_WHO: Final = 14
_TRIAL: Final = 0.5


def list_button(
    page: Page,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: pd.DataFrame | Callable[[], pd.DataFrame],
    *,
    basis: str = "",
    notes: Mapping[str, str] | None = None,
) -> None:
    """Draw « Télécharger (Excel) » : every row of a list, values raw, made when it is clicked.

    ``name`` makes the key and the file's name, so it must be the list's own on its page. ``rows``
    may be a function, called at the click. Codes of customers are added when the rows hold them.
    ``basis`` says what amounts are (E1, outstanding…); ``notes`` explain columns by title.
    """
    _, selection = page.words, page.selection
    context = scope(page, basis)
    language, as_of = page.style.language, selection.as_of

    def made() -> bytes:
        found = rows() if callable(rows) else rows
        drawn = list_columns(page, columns, found)
        return list_workbook(Listing(title, as_of, drawn, found, context, notes or {}), language)

    st.download_button(
        _("Download (Excel)"),
        data=made,
        file_name=file_name(name, f"{as_of:%Y-%m-%d}"),
        icon=":material/download:",
        on_click="ignore",
        help=_("All the rows of the list, with totals, date, filters and method"),
        key=f"download_{name}",
    )


def file_name(name: str, on: str) -> str:
    """Return the name of a list's workbook.

    >>> file_name("warnings_alerts EUR", "2026-06-30")
    'encours_warnings_alerts_EUR_2026-06-30.xlsx'
    """
    kept = re.sub(r"[^0-9A-Za-z_-]+", "_", name).strip("_")
    return f"encours_{kept[:60]}_{on}.xlsx"


def list_columns(page: Page, columns: Sequence[Column], rows: pd.DataFrame) -> list[ListColumn]:
    """Return the columns of a workbook: those shown, after the codes of the customers."""
    _ = page.words
    shown = {column.name for column in columns}
    found = []
    if "company_id" in rows.columns and "company_id" not in shown and _several(rows["company_id"]):
        is_taken = any(column.title == _("Company") for column in columns)
        title = _("Company code") if is_taken else _("Company")
        found.append(ListColumn("company_id", title, "text", width=_WHO))
    if "customer_id" in rows.columns and "customer_id" not in shown:
        found.append(ListColumn("customer_id", _("Customer code"), "text", width=_WHO))
    return found + [_listed(page, column, rows[column.name]) for column in columns]


def _several(values: pd.Series[Any]) -> bool:
    return len(values.drop_duplicates()) > 1


def _listed(page: Page, column: Column, values: pd.Series[Any]) -> ListColumn:
    kind = kind_of(column, values)
    return ListColumn(
        column.name,
        column.title or page.words("Name"),
        kind,
        column.currency,
        kind == "amount" and column.is_summed,
        characters(column.width) if kind == "text" else None,
    )


def kind_of(column: Column, values: pd.Series[Any]) -> Kind:
    """Return the kind of cell that holds a column's raw values, from what writes them on the page.

    ``Column.kind`` says it when given. Numbers of days that are all whole are whole numbers.
    """
    if column.kind is not None:
        return column.kind
    if column.currency is not None:
        return "amount"
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    if column.write is None:
        return "text"
    kind = _WRITERS.get(_writer_name(column.write)) or _tried(column.write)
    return "integer" if kind == "days" and _all_whole(values) else kind


def _writer_name(write: Callable[..., str]) -> str:
    """Return the name of the format, also under a partial."""
    return str(getattr(getattr(write, "func", write), "__name__", ""))


def _tried(write: Callable[..., str]) -> Kind:
    """Return the kind that a written value shows: a percentage or a number."""
    return "ratio" if write(_TRIAL).rstrip().endswith("%") else "days"


def _all_whole(values: pd.Series[Any]) -> bool:
    numbers = pd.to_numeric(values, errors="coerce").dropna()
    return bool(((numbers % 1) == 0).all())
