"""Blocks of the aged balance: choices, table by customer or group, items, what falls due soon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import N_
from arlib.i18n.labels import bucket_label
from arlib.ui import cache, customers
from arlib.ui.cards import card, heading
from arlib.ui.tables import ROW_HEIGHT, Column, bucket_tints, cut_note, grid, html_table
from arlib.views import aging
from arlib.views.common import sum_by_currency

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.aging import AgingBlock

_BY: Final = {
    "customer": N_("Customer"),
    "category": N_("Category"),
    "company": N_("Company"),
    "owner": N_("Owner"),
}
_COLUMN: Final = {"category": "category", "company": "company_id", "owner": "owner"}
_ONLY: Final = {
    "overdue": N_("Overdue alone"),
    "disputed": N_("With a dispute"),
    "unallocated": N_("With unallocated credits"),
}
_BASES: Final = {"due": N_("By due date"), "issue": N_("By invoice date")}
_ROOM: Final = 946  # px between the menu and the edge at 1280
_FIRST: Final = 200
_TOTAL: Final = 108
_SHARE: Final = 66
_SHOWN_SOON: Final = 10


@dataclass(frozen=True, slots=True)
class Choices:
    """How the table is cut: rows by what, which customers, ages from which date."""

    by: str
    only: tuple[str, ...]
    basis: str
    is_split: bool


def choices(page: Page) -> Choices:
    """Draw the choices in one row."""
    _ = page.words
    with st.container(horizontal=True, vertical_alignment="center"):
        by = st.segmented_control(
            _("Rows"),
            list(_BY),
            format_func=lambda code: _(_BY[code]),
            default="customer",
            required=True,
            key="aging_by",
            label_visibility="collapsed",
        )
        basis = st.segmented_control(
            _("Ages"),
            list(_BASES),
            format_func=lambda code: _(_BASES[code]),
            default="due",
            required=True,
            key="aging_basis",
            label_visibility="collapsed",
        )
        only = st.pills(
            _("Customers"),
            list(_ONLY),
            format_func=lambda code: _(_ONLY[code]),
            selection_mode="multi",
            key="aging_only",
            label_visibility="collapsed",
        )
        is_split = st.toggle(_("Split not due"), key="aging_split", disabled=basis == "issue")
    return Choices(by or "customer", tuple(only or ()), basis or "due", is_split and basis == "due")


def rows(page: Page, block: AgingBlock, choices: Choices) -> pd.DataFrame:
    """Return the rows of the table: customers kept, or their sums by category, company, owner."""
    found = block.customers
    late = [f"{bucket}_minor" for bucket in block.buckets[2:]]
    for name in choices.only:
        found = found[found[f"{name}_minor"] != 0]
    found = found.assign(late_minor=found[late].sum(axis=1))
    if choices.by != "customer":
        found = _grouped(page, found, _COLUMN[choices.by])
    return found.sort_values(
        ["late_minor", "total_minor"], ascending=False, kind="stable"
    ).reset_index(drop=True)


def table(page: Page, block: AgingBlock, rows: pd.DataFrame, choices: Choices) -> pd.DataFrame:
    """Draw the table, late columns tinted with their own colour; return the ticked rows."""
    is_customer = choices.by == "customer"
    ticked = grid(
        rows,
        _columns(page, block, choices),
        key=f"aging_grid_{block.currency}_{choices.by}_{choices.basis}_{choices.is_split}",
        select="single" if is_customer else None,
        alt=page.words("Open amounts by age"),
    )
    cut_note(page, len(rows))
    return rows.iloc[ticked]


def total_row(page: Page, block: AgingBlock, rows: pd.DataFrame, choices: Choices) -> None:
    """Draw the exact sums of the rows listed."""
    _, f = page.words, page.formats
    columns = _columns(page, block, choices)
    names = [column.name for column in columns if column.name.endswith("_minor")]
    sums: dict[str, Any] = {name: int(rows[name].sum()) for name in names}
    gross = int(rows["gross_minor"].sum())
    sums["overdue_ratio"] = int(rows["overdue_minor"].sum()) / gross if gross else None
    sums |= {"name": _("Total ({n})").format(n=f.integer(len(rows))), "currency": block.currency}
    extra = 0 if choices.by != "customer" else 32 if len(rows) <= 100 else 36  # noqa: PLR2004 - tick column
    first = Column("name", "", columns[0].width + extra)
    plain = [Column(c.name, "", c.width, c.write, c.currency) for c in columns[1:]]
    with st.container(key=f"total_aging_{block.currency}", height=ROW_HEIGHT + 4, border=False):
        grid(
            pd.DataFrame([sums]),
            [first, *plain],
            key=f"aging_total_{block.currency}",
            alt=_("Total"),
            is_total=True,
        )


def items_panel(page: Page, row: dict[Any, Any]) -> None:
    """Draw one customer's open items."""
    _, f = page.words, page.formats
    view = cache.customer(page.selection, row["company_id"], row["customer_id"])
    count = len(view.items)
    amount = f.amount(row["total_minor"], row["currency"])
    words = _.ngettext("{name}: {n} open item, {amount}", "{name}: {n} open items, {amount}", count)
    with card():
        left, right = st.columns([4, 1], vertical_alignment="center")
        with left:
            heading(words.format(name=view.name, n=f.integer(count), amount=amount))
        with right:
            if st.button(_("Open the file"), icon=":material/arrow_forward:", key="aging_open"):
                customers.open_file(row["company_id"], row["customer_id"])
        customers.items_table(page, view.items, shown=12)


def due_soon(page: Page) -> None:
    """Draw what falls due in the coming days."""
    _, f = page.words, page.formats
    soon = cache.due_soon(page.selection)
    days = cache.question(page.selection).policy.due_soon_days
    sums = sum_by_currency(soon, "open_minor")
    total = " + ".join(f.compact(value, code) for code, value in sums.items())
    words = _("Falling due in the next {days}: {amount}").format(
        days=f.days0(days), amount=total or f.integer(0)
    )
    with card(
        words,
        _("Open invoices, soonest first, after {date}").format(date=f.date(page.selection.as_of)),
    ):
        if soon.empty:
            return
        columns: list[tuple[str, Any]] = [
            (_("Customer"), "left"),
            (_("Document"), "left"),
            (_("Due"), "left"),
            (_("Open incl. VAT"), "right"),
        ]
        first = soon.head(_SHOWN_SOON).to_dict("records")
        lines = [
            [
                str(row["name"]),
                str(row["number"]),
                f.date(row["due_on"]),
                f.amount(row["open_minor"], row["currency"]),
            ]
            for row in first
        ]
        if len(soon) > _SHOWN_SOON:
            rest = soon.iloc[_SHOWN_SOON:]
            left = sum_by_currency(rest, "open_minor")
            amount = " + ".join(f.amount(value, code) for code, value in left.items())
            lines.append([_("Others ({n})").format(n=f.integer(len(rest))), "", "", amount])
        exact = " + ".join(f.amount(value, code) for code, value in sums.items())
        html_table(columns, lines, total=[_("Total"), "", "", exact], alt=words)


def _columns(page: Page, block: AgingBlock, choices: Choices) -> list[Column]:
    _, f = page.words, page.formats
    tints = bucket_tints(len(block.buckets))
    buckets: list[tuple[str, str | None]] = list(zip(block.buckets, tints, strict=True))
    if choices.is_split:
        buckets = [*((bucket, None) for bucket in block.forward), *buckets[1:]]
    has_credits = bool(block.totals["unallocated_minor"])
    names = [*buckets, ("unallocated", None)] if has_credits else buckets
    width = (_ROOM - _FIRST - _TOTAL - _SHARE) // len(names)
    return [
        Column("name", _(_BY[choices.by]), _FIRST),
        Column("total_minor", _("Outstanding"), _TOTAL, _amount(page), "currency"),
        *(
            Column(
                f"{bucket}_minor",
                bucket_label(bucket, page.style.language),
                width,
                _amount(page),
                "currency",
                tint=tint,
            )
            for bucket, tint in names
        ),
        Column("overdue_ratio", _("Overdue %"), _SHARE, lambda value: f.percent(value, 0)),
    ]


def _amount(page: Page) -> Any:
    """Return the writer of amounts that leaves nothing where nothing is open."""
    return lambda value, code: page.formats.amount0(value or None, code)


def _grouped(page: Page, found: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the sums of the customers by one of their attributes, named for the reader."""
    sums = aging.grouped(found, column)
    if column == "company_id":
        names = {item.company_id: item.name for item in page.info.companies}
        return sums.assign(name=sums["name"].map(names))
    return sums.assign(name=sums["name"].fillna(page.words("not given")))
