"""Blocks of the risk page: pills, the five columns, totals, the customer's panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.ui import cache, customers, limits
from arlib.ui.cards import card, heading
from arlib.ui.frame import reason
from arlib.ui.navigation import page_file
from arlib.ui.tables import ROW_HEIGHT, Column, cut_note, grid, html_table

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.risk import RiskView

_FILTERS: Final = {
    "all": (N_("All"), None),
    "over": (N_("Over limit"), "is_over"),
    "near": (N_("Near (> {share})"), "is_near"),
    "recurrent": (N_("Often over"), "is_recurrent"),
    "without_limit": (N_("No limit"), "is_without_limit"),
}
_BASES: Final = {
    "E1": N_("Unpaid amount (net of credits)"),
    "E1g": N_("Unpaid amount before credits"),
    "E2": N_("With bills not matured"),
    "E3": N_("With deliveries not invoiced"),
    "E4": N_("With orders"),
}
_WIDTHS: Final = (180, 157, 106, 102, 102)
_TICK_WIDTHS: Final = ((100, 32), (1_000, 36), (10_000, 44))
_FILTER: Final = "risk_filter"


def exposure_choice(page: Page) -> str | None:
    """Draw the choice of exposure when orders or deliveries are in the book; None: the policy's."""
    if "commitments_supplied" not in cache.risk(page.selection).notes:
        return None
    _ = page.words
    return st.segmented_control(
        _("Exposure"),
        list(_BASES),
        format_func=lambda code: f"{code} · {_(_BASES[code])}",
        default=cache.risk(page.selection).exposure_basis,
        required=True,
        key="risk_exposure",
        label_visibility="collapsed",
    )


def pills(page: Page, view: RiskView) -> pd.DataFrame:
    """Draw the filters with their counts; return the rows kept, one per customer and currency."""
    _, f = page.words, page.formats
    watch = f.percent(cache.question(page.selection).policy.alert_watch_ratio, 0)
    chosen = st.pills(
        _("Customers"),
        list(_FILTERS),
        format_func=lambda code: (
            f"{_(_FILTERS[code][0]).format(share=watch)} · {f.integer(view.counts[code])}"
        ),
        default=None if _FILTER in st.session_state else "all",
        required=True,
        key=_FILTER,
        label_visibility="collapsed",
    )
    flag = _FILTERS[chosen or "all"][1]
    rows = view.customers if flag is None else view.customers[view.customers[flag]]
    return rows.reset_index(drop=True)


def table(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Draw the five columns; return the ticked rows."""
    _, f = page.words, page.formats
    titles = (
        _("Customer name"),
        _("Mean payment delay"),
        _("Unpaid amount"),
        _("Credit limit"),
        _("Overrun"),
    )
    shown = rows.copy()
    shown["overrun_minor"] = shown["overrun_minor"].where(shown["is_over"])
    columns = [
        Column("name", titles[0], _WIDTHS[0]),
        Column("mean_delay_days", titles[1], _WIDTHS[1], f.signed_days),
        Column("exposure_minor", titles[2], _WIDTHS[2], f.amount0, "currency"),
        Column("limit_minor", titles[3], _WIDTHS[3], f.amount0, "limit_currency"),
        Column("overrun_minor", titles[4], _WIDTHS[4], f.amount0, "limit_currency", "▲"),
    ]
    ticked = grid(
        shown,
        columns,
        key=f"risk_grid_{st.session_state.get(limits.ROUND, 0)}",
        select="multi",
        alt=_("Customers, their payment delay, unpaid amount, credit limit and overrun"),
    )
    cut_note(page, len(rows))
    return rows.iloc[ticked]


def action_bar(page: Page, view: RiskView, rows: pd.DataFrame, ticked: pd.DataFrame) -> None:
    """Draw what can be done: nothing ticked, a hint; ticked, fix a limit or open the file."""
    _, f = page.words, page.formats
    if ticked.empty:
        count = int(rows["is_first_row"].sum())
        words = _.ngettext("{n} customer", "{n} customers", count).format(n=f.integer(count))
        owed = _("{amount} unpaid.").format(amount=_sum(page, rows, "exposure_minor", "currency"))
        st.markdown(f"**{words}**, {owed} :gray[{_('Tick rows to fix a limit.')}]", width="content")
        return
    who = ticked.drop_duplicates(["company_id", "customer_id"])
    words = _.ngettext("{n} selected", "{n} selected", len(who)).format(n=f.integer(len(who)))
    st.markdown(f"**{words}**, {_sum(page, ticked, 'exposure_minor', 'currency')}", width="content")
    if st.button(_("Fix a credit limit"), type="primary", icon=":material/edit:", key="fix_limit"):
        limits.dialog(page, who, view.over_limit_count)
    if st.button(_("Open the file"), disabled=len(who) != 1, key="open_customer"):
        row = who.iloc[0]
        customers.open_file(row["company_id"], row["customer_id"])


def total_row(page: Page, view: RiskView, rows: pd.DataFrame) -> None:
    """Draw the total under the list, one line a currency: exact sums of what is listed."""
    _, f = page.words, page.formats
    once = rows[rows["is_first_row"]]
    is_all = len(rows) == len(view.customers)
    codes = sorted({*rows["currency"].dropna(), *once["limit_currency"].dropna()})
    lines = []
    for code in codes:
        here, limit = rows[rows["currency"] == code], once[once["limit_currency"] == code]
        limit = limit[limit["limit_minor"].notna()]
        over = int(limit.loc[limit["is_over"], "overrun_minor"].sum())
        delay = view.mean_delay_days.get(code) if is_all else None
        lines.append(
            {
                "name": _("Total ({n})").format(n=f.integer(len(here))),
                "mean_delay_days": delay,
                "exposure_minor": int(here["exposure_minor"].sum()),
                # nobody has a limit: nothing is assessed, which is not a limit of zero
                "limit_minor": int(limit["limit_minor"].sum()) if len(limit) else None,
                "overrun_minor": over if len(limit) else None,
                "currency": code,
            }
        )
    if not lines:
        return
    width = _WIDTHS[0] + next((w for top, w in _TICK_WIDTHS if len(rows) <= top), 44)
    columns = [
        Column("name", "", width),
        Column("mean_delay_days", "", _WIDTHS[1], f.signed_days),
        Column("exposure_minor", "", _WIDTHS[2], f.amount0, "currency"),
        Column("limit_minor", "", _WIDTHS[3], f.amount0, "currency"),
        Column("overrun_minor", "", _WIDTHS[4], f.amount0, "currency", "▲"),
    ]
    with st.container(key="total_risk", height=ROW_HEIGHT * len(lines) + 4, border=False):
        grid(pd.DataFrame(lines), columns, key="risk_total", alt=_("Total"), is_total=True)


def customer_panel(page: Page, row: dict[Any, Any]) -> None:
    """Draw the panel of one ticked customer: use of the limit, open items, decisions."""
    _, f = page.words, page.formats
    view = cache.customer(page.selection, row["company_id"], row["customer_id"])
    title = view.name
    if pd.notna(row["utilisation_ratio"]):
        title = _("{name}: limit used at {share}").format(
            name=view.name, share=f.percent(row["utilisation_ratio"], 0)
        )
    elif row["utilisation_ratio_reason"]:
        title = _("{name}: {value}").format(
            name=view.name, value=reason(page, row["utilisation_ratio_reason"])
        )
    with card():
        left, right = st.columns([3, 1], vertical_alignment="center")
        with left:
            heading(title, _("Open items, oldest due first"))
        with right:
            if st.button(_("Open the file"), icon=":material/arrow_forward:", key="panel_open"):
                customers.open_file(row["company_id"], row["customer_id"])
        customers.items_table(page, view.items, shown=5)
        st.markdown(f"**{_('Limit decisions')}**")
        customers.limit_history(page, view.limits)
        _insurer(page, row)


def groups(page: Page, view: RiskView) -> None:
    """Draw limits on groups of customers, when there are any."""
    if view.groups.empty:
        return
    _, f = page.words, page.formats
    rows = [
        [
            str(row["group_id"]),
            f.amount0(row["exposure_minor"], row["currency"]),
            f.amount0(row["limit_minor"], row["currency"]),
            ("▲ " if row["overrun_minor"] > 0 else "")
            + f.amount0(row["overrun_minor"], row["currency"]),
            f.percent(row["utilisation_ratio"], 0),
        ]
        for row in view.groups.to_dict("records")
    ]
    columns: list[tuple[str, Any]] = [
        (_("Group"), "left"),
        (_("Unpaid amount"), "right"),
        (_("Credit limit"), "right"),
        (_("Overrun"), "right"),
        (_("Use"), "right"),
    ]
    with card(_("Limits on groups")):
        html_table(columns, rows, alt=_("Limits on groups"))


def nobody_over(page: Page, view: RiskView) -> None:
    """Say that nobody is over, or that no limit is known yet."""
    _ = page.words
    if view.counts["without_limit"] == view.counts["all"]:
        heading(
            _("No credit limit yet"), _("Tick customers to fix one, or import a file of limits.")
        )
        st.page_link(page_file("imports"), label=_("Import limits"), icon=":material/upload_file:")
        return
    heading(_("No customer is over its limit"))


def _insurer(page: Page, row: dict[Any, Any]) -> None:
    _, f = page.words, page.formats
    cover = row["insurer_limit_minor"]
    if pd.isna(cover):
        return
    words = _("Insurer’s cover: {amount}.").format(
        amount=f.amount0(cover, row["insurer_limit_currency"])
    )
    over = row["insurer_overrun_minor"]
    if pd.notna(over) and over > 0:
        extra = f.amount0(over, row["insurer_limit_currency"])
        words += " " + _("{amount} not covered.").format(amount=extra)
    st.markdown(f":gray[{words}]")


def _sum(page: Page, rows: pd.DataFrame, column: str, currency: str) -> str:
    sums = rows.groupby(currency)[column].sum()
    words = [page.formats.amount0(int(value), str(code)) for code, value in sums.items()]
    return " + ".join(words) or MISSING
