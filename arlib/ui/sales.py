"""Blocks of the sales desk: search, lights, what may still be sold, and what a new customer gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from arlib.charts.palette import CATEGORIES, INK, SEGMENTS, WHITE
from arlib.i18n import MISSING, N_
from arlib.i18n.credit import light_reason, named
from arlib.i18n.labels import label
from arlib.ui.cards import card, heading
from arlib.ui.download import list_button
from arlib.ui.navigation import page_file
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid, html_table
from arlib.ui.texts import plain, small
from arlib.views.sales import matching

if TYPE_CHECKING:
    from typing import Any

    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.grid import GridRow
    from arlib.views.sales import SalesView

_ORDERS: Final = {
    "added": N_("Available = limit − exposure ({basis}) − orders not delivered."),
    "inside": N_("Available = limit − exposure ({basis}), which holds the orders already."),
    "unknown": N_("Available = limit − exposure ({basis}). No file says the orders."),
}
_FILLS: Final = {
    "red": f"background-color:{SEGMENTS['high_risk']};color:{WHITE};font-weight:650",
    "orange": f"background-color:{SEGMENTS['watch']};color:{INK};font-weight:650",
    "green": f"background-color:{CATEGORIES[2]};color:{INK};font-weight:650",
}


def counted(page: Page, view: SalesView) -> None:
    """Say what is counted, and what is not."""
    _, language = page.words, page.style.language
    basis = f"{view.exposure_basis}, {named('basis', view.exposure_basis, language)}"
    said = _(_ORDERS[view.orders]).format(basis=basis)
    if view.are_deliveries_left_out:
        said += " " + _("Deliveries not invoiced are not counted on this basis.")
    if view.count_left_out:
        said += " " + _.ngettext(
            "{n} company of the group or collective account left out.",
            "{n} companies of the group or collective accounts left out.",
            view.count_left_out,
        ).format(n=page.formats.integer(view.count_left_out))
    st.markdown(small(plain(said)))


def choose(page: Page, view: SalesView) -> tuple[pd.DataFrame, str]:
    """Draw the search and the lights with their counts; return the customers kept and the search."""
    _, f, language = page.words, page.formats, page.style.language
    left, right = st.columns([1, 1.3], vertical_alignment="bottom")
    with left:
        search = st.text_input(
            _("Search"),
            key="sales_search",
            placeholder=_("Name or code of a customer"),
            label_visibility="collapsed",
            icon=":material/search:",
        )
    found = matching(view.customers, search)
    by_light = found["light"].value_counts()
    with right:
        chosen = st.pills(
            _("Light"),
            list(_FILLS),
            format_func=lambda code: (
                f"{named('light', code, language)} · {f.integer(int(by_light.get(code, 0)))}"
            ),
            selection_mode="multi",
            key="sales_lights",
            label_visibility="collapsed",
        )
    rows = found[found["light"].isin(chosen)] if chosen else found
    return rows.reset_index(drop=True), search.strip()


def table(page: Page, view: SalesView, rows: pd.DataFrame) -> None:
    """Draw the customers: light, what is left, and why."""
    _, f = page.words, page.formats
    title = _.ngettext("{n} customer", "{n} customers", len(rows)).format(n=f.integer(len(rows)))
    columns = _columns(page, view)
    with card(_title(page, view), _("By name; each line says why and what to do")):
        bar = st.container(horizontal=True, vertical_alignment="center")
        shown = _told(page, view, rows.head(SHOWN_ROWS))
        grid(shown, columns, key="sales_grid", alt=_("What may still be sold to each customer"))
        cut_note(page, len(rows))
        with bar:
            st.markdown(f"**{title}**", width="content")
            list_button(
                page,
                "sales",
                _("Sales desk"),
                columns,
                lambda: _told(page, view, rows),
                basis=view.exposure_basis,
            )


def nobody(page: Page, view: SalesView, search: str) -> None:
    """Say that a customer is not known, and what the policy allows a new one."""
    _ = page.words
    if search:
        with card(
            _("No customer is called “{value}”").format(value=search),
            _("If he is new, this is what the policy allows"),
        ):
            _new(page, view.new_customer)
        return
    with card(_("No customer with these filters")):
        st.markdown(small(plain(_("Change the lights or the filters above."))))


def new_customer(page: Page, view: SalesView) -> None:
    """Draw what the policy allows a customer who is not in the book."""
    _ = page.words
    with card(_("New customer"), _("What the credit policy allows without any history")):
        _new(page, view.new_customer)


def _new(page: Page, row: GridRow) -> None:
    _, f = page.words, page.formats
    if row.is_empty:
        said = _(
            "The policy fixes nothing for a new customer: ask the credit manager, who fills in the class “{name}” of the credit policy."
        ).format(name=label("segment", row.segment, page.style.language))
        st.markdown(plain(said))
        st.page_link(page_file("grid"), label=_("Credit policy"), icon=":material/grid_on:")
        return
    ceilings = [f.amount0(amount, code) for code, amount in row.ceiling_minor.items()]
    rows = [
        [_("Limit up to"), " / ".join(ceilings) or MISSING],
        [_("Payment terms"), row.terms or MISSING],
        [_("Deposit"), f.percent(row.deposit_ratio, 0)],
        [_("What to do"), row.action or MISSING],
    ]
    columns: list[tuple[str, Any]] = [(_("Policy"), "left"), (_("New customer"), "left")]
    html_table(columns, rows, alt=_("New customer"))


def _title(page: Page, view: SalesView) -> str:
    _, f = page.words, page.formats
    red = view.counts["red"]
    if not red:
        return _("No customer is on red")
    total = sum(view.counts.values())
    return _.ngettext(
        "{n} customer of {all} is on red", "{n} customers of {all} are on red", red
    ).format(n=f.integer(red), all=f.integer(total))


def _columns(page: Page, view: SalesView) -> list[Column]:
    """Return the columns; what to do only where the policy says it, orders only where a file does."""
    _, f = page.words, page.formats
    language = page.style.language
    fills = {named("light", code, language): css for code, css in _FILLS.items()}
    about = _("Limit − exposure − orders; negative: over the limit")
    does = bool(view.customers["action"].notna().any())
    columns = [
        Column("light_text", _("Light"), 70, fills=fills),
        Column("customer_id", _("Code"), 54),
        Column("name", _("Customer"), 150 if does else 182),
        Column("headroom_minor", _("Available"), 76, f.amount0, "limit_currency", about=about),
        Column("reason_text", _("Why"), 176 if does else 216),
    ]
    if does:
        columns.append(Column("action_text", _("What to do"), 112))
    columns += [
        Column("limit_minor", _("Limit"), 66, f.amount0, "limit_currency"),
        Column("exposure_minor", _("Exposure"), 94, f.amount0, "limit_currency"),
    ]
    if len(view.disputes):
        waits = _("Open disputes that wait for sales: how many, how much")
        columns += [
            Column("open_disputes", _("Disputes"), 50, f.integer, about=waits),
            Column(
                "disputed_minor", _("In dispute"), 72, f.amount0, "disputed_currency", about=waits
            ),
        ]
    if view.orders != "unknown":
        columns.append(Column("orders_minor", _("Orders"), 78, f.amount0, "limit_currency"))
    return columns


def _told(page: Page, view: SalesView, rows: pd.DataFrame) -> pd.DataFrame:
    language = page.style.language
    reasons = [
        light_reason(row, language, overdue_days=view.overdue_days, watch_ratio=view.watch_ratio)
        for row in rows.to_dict("records")
    ]
    return rows.assign(
        light_text=[named("light", code, language) for code in rows["light"]],
        reason_text=reasons,
        action_text=rows["action"].fillna(MISSING),
    )


def explain(page: Page, view: SalesView) -> None:
    """Say what turns a light red or orange."""
    _, f = page.words, page.formats
    with st.expander(_("What makes a light red, orange or green"), icon=":material/traffic:"):
        heading(_("The first reason that holds is the one said"))
        st.markdown(
            plain(
                _(
                    "Red: insolvency proceedings, over the limit (orders counted), limit at zero, undisputed invoice overdue for more than {days}, high risk class."
                ).format(days=f.days0(view.overdue_days))
            )
        )
        st.markdown(
            plain(
                _(
                    "Orange: no limit or a limit that expired, limit used to {share} or more, not covered by the insurer, invoice in dispute, class to watch, a person of high risk class."
                ).format(share=f.percent(view.watch_ratio, 0))
            )
        )
        st.markdown(plain(_("Green: none of these.")))
