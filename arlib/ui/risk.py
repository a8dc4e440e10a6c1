"""Blocks of the risk page: pills, the five columns, totals, the customer's panel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.forecast import back_under
from arlib.ui import cache, customers, limits, risk_columns
from arlib.ui.cards import card, heading
from arlib.ui.download import list_button
from arlib.ui.frame import reason
from arlib.ui.navigation import page_file
from arlib.ui.tables import ROW_HEIGHT, SHOWN_ROWS, cut_note, grid, html_table
from arlib.ui.texts import plain
from arlib.views.common import sum_by_currency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.ui.frame import Page
    from arlib.views.risk import RiskView

_FILTERS: Final = {
    "all": (N_("All"), None),
    "over": (N_("Over limit"), "is_over"),
    "near": (N_("Near (> {share})"), "is_near"),
    "recurrent": (N_("Often over"), "is_recurrent"),
    "without_limit": (N_("No limit"), "is_without_limit"),
    "intercompany": (N_("Own group"), "is_intercompany"),
}
_BASES: Final = {
    "E1": N_("Unpaid amount (net of credits)"),
    "E1g": N_("Unpaid amount before credits"),
    "E2": N_("With bills not matured"),
    "E3": N_("With deliveries not invoiced"),
    "E4": N_("With orders"),
}
_TICK_WIDTHS: Final = ((100, 32), (1_000, 36), (10_000, 44))
_FILTER: Final = "risk_filter"
_SUMMED: Final = frozenset({"outstanding_minor", "exposure_minor", "gross_minor", "overdue_minor"})
_LIMIT_COLUMN: Final = "limit_minor"
_RETURN: Final = "return_under_limit_on"
_SOON_WEEKS: Final = 4


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
    _ = page.words
    shown = [code for code in _FILTERS if code != "intercompany" or view.counts[code]]
    if st.session_state.get(_FILTER) not in (None, *shown):
        del st.session_state[_FILTER]
    chosen = st.pills(
        _("Customers"),
        shown,
        format_func=lambda code: _pill(page, view, code),
        default=None if _FILTER in st.session_state else "all",
        required=True,
        key=_FILTER,
        label_visibility="collapsed",
    )
    flag = _FILTERS[chosen or "all"][1]
    rows = view.customers if flag is None else view.customers[view.customers[flag]]
    return rows.reset_index(drop=True)


def _pill(page: Page, view: RiskView, code: str) -> str:
    """Return a filter and its count; who is often over is unknown without days to count."""
    _, f = page.words, page.formats
    watch = f.percent(cache.question(page.selection).policy.alert_watch_ratio, 0)
    words = _(_FILTERS[code][0]).format(share=watch)
    is_unsaid = code == "recurrent" and not view.customers["overrun_count_12m"].notna().any()
    return f"{words} · {MISSING if is_unsaid else f.integer(view.counts[code])}"


def table(page: Page, view: RiskView, rows: pd.DataFrame, extras: Sequence[str]) -> pd.DataFrame:
    """Draw the five columns and those asked for; return the ticked rows.

    A click on a limit opens its dialog.
    """
    _ = page.words
    key = f"risk_grid_{st.session_state.get(limits.ROUND, 0)}"
    clicks: list[int] = []

    def clicked(place: int, name: str) -> None:
        if name == _LIMIT_COLUMN:
            clicks.append(place)

    ticked = grid(
        risk_columns.told(page, rows.head(SHOWN_ROWS)),
        risk_columns.columns(page, view, extras),
        key=key,
        select="multi",
        alt=_("Customers, their payment delay, unpaid amount, credit limit and overrun"),
        on_cell=clicked,
    )
    cut_note(page, len(rows))
    limits.clicked(page, rows, clicks[0] if clicks else None, key)
    return rows.iloc[ticked]


def download(page: Page, view: RiskView, rows: pd.DataFrame, extras: Sequence[str]) -> None:
    """Draw the download of the list as it is filtered, all rows and the columns shown."""
    _ = page.words
    wanted = [
        replace(column, is_summed=column.name in _SUMMED)
        for column in risk_columns.columns(page, view, extras)
    ]
    list_button(
        page,
        "risk",
        _("Credit risk"),
        wanted,
        lambda: risk_columns.told(page, rows),
        basis=f"{view.exposure_basis} · {_(_BASES[view.exposure_basis])}",
        notes={column.title: column.about for column in wanted if column.about},
    )


def selection(page: Page, rows: pd.DataFrame, ticked: pd.DataFrame) -> None:
    """Write what is listed or, once rows are ticked, what they add up to."""
    _, f = page.words, page.formats
    if ticked.empty:
        count = int(rows["is_first_row"].sum())
        words = _.ngettext("{n} customer", "{n} customers", count).format(n=f.integer(count))
        owed = _("{amount} unpaid.").format(
            amount=_sum(page, rows, "outstanding_minor", "currency")
        )
        st.markdown(f"**{words}**, {owed} :gray[{_('Tick rows to fix a limit.')}]")
        return
    who = ticked.drop_duplicates(["company_id", "customer_id"])
    words = _.ngettext("{n} selected", "{n} selected", len(who)).format(n=f.integer(len(who)))
    st.markdown(f"**{words}**, {_sum(page, ticked, 'outstanding_minor', 'currency')}")


def actions(page: Page, view: RiskView, ticked: pd.DataFrame) -> None:
    """Draw what can be done of the ticked rows: fix a limit, open the file."""
    if ticked.empty:
        return
    who = ticked.drop_duplicates(["company_id", "customer_id"])
    if st.button(
        page.words("Fix a credit limit"), type="primary", icon=":material/edit:", key="fix_limit"
    ):
        limits.dialog(page, who, view.over_limit_count)
    customers.open_button(page, who, "open_customer")


def total_row(page: Page, view: RiskView, rows: pd.DataFrame, extras: Sequence[str]) -> None:
    """Draw the total under the list, one line a currency: exact sums of what is listed."""
    once = rows[rows["is_first_row"]]
    codes = sorted({*rows["currency"].dropna(), *once["limit_currency"].dropna()})
    lines = [_total_line(page, view, rows, once, code) for code in codes]
    if not lines:
        return
    name, *others = risk_columns.columns(page, view, risk_columns.inserted(extras))
    tick = next((width for top, width in _TICK_WIDTHS if len(rows) <= top), 44)
    columns = [replace(column, title="", about=None) for column in others]
    columns.insert(0, replace(name, title="", width=name.width + tick))
    with st.container(key="total_risk", height=ROW_HEIGHT * len(lines) + 4, border=False):
        grid(pd.DataFrame(lines), columns, key="risk_total", alt=page.words("Total"), is_total=True)


def _total_line(
    page: Page, view: RiskView, rows: pd.DataFrame, once: pd.DataFrame, code: str
) -> dict[str, Any]:
    """Return the sums of one currency; overruns of one's own group count only when shown alone."""
    here, limit = rows[rows["currency"] == code], once[once["limit_currency"] == code]
    limit = limit[limit["limit_minor"].notna() & ~limit["lacks_rate"]]
    counted = limit if limit["is_intercompany"].all() else limit[~limit["is_intercompany"]]
    is_all = len(rows) == len(view.customers)
    held, over = here["exposure_minor"].dropna(), counted["overrun_minor"].dropna()
    words = page.words("Total ({n})").format(n=page.formats.integer(len(here)))
    return {
        "told_name": words,
        "mean_delay_days": view.mean_delay_days.get(code) if is_all else None,
        "weighted_delay_days": None,
        "outstanding_minor": int(here["outstanding_minor"].sum()),
        "exposure_minor": int(held.sum()) if len(held) else None,
        # nobody has a limit: nothing is assessed, which is not a limit of zero
        "limit_minor": int(counted["limit_minor"].sum()) if len(counted) else None,
        "shown_overrun_minor": int(over.sum()) if len(over) else None,
        "currency": code,
        "limit_currency": code,
    }


def notes(page: Page, view: RiskView) -> None:
    """Say under the list what its figures do not show: own group, limits of today, rates, basis."""
    _, f = page.words, page.formats
    said = []
    if count := view.counts["intercompany"]:
        amount = " + ".join(
            f.amount0(minor, code)
            for code, minor in sum_by_currency(view.intercompany, "outstanding_minor").items()
        )
        said.append(
            _.ngettext(
                "Of which {n} company of your own group: {amount} unpaid, never counted as over its limit.",
                "Of which {n} companies of your own group: {amount} unpaid, never counted as over their limit.",
                count,
            ).format(n=f.integer(count), amount=amount)
        )
    words = {
        "limit_is_current": N_(
            "No limit was in force yet on that date for some customers: their current limit is used."
        ),
        "no_rate": N_("No exchange rate for some limits: those customers are not counted as over."),
        "collective": N_("Accounts that gather several customers have no limit."),
        "commitments_stay": N_(
            "Back under the limit: by the payment of open invoices, orders, deliveries and bills taken to stay as they are."
        ),
    }
    said += [_(text) for code, text in words.items() if code in view.notes]
    if back := _back(page, view):
        said.append(back)
    if view.is_untested:
        said.append(
            _("No imported file tells what {basis} adds to invoices: no limit is tested.").format(
                basis=view.exposure_basis
            )
        )
    if view.exposure_basis != "E1":
        said.append(
            _(
                "How often and since when a customer is over is known day by day on the unpaid amount (E1) alone."
            )
        )
    if said:
        st.markdown(f":small[:gray[{plain(' '.join(said))}]]")


def _back(page: Page, view: RiskView) -> str:
    """Return how many of those over should be back under their limit within four weeks."""
    _, f, rows = page.words, page.formats, view.customers
    over = rows[rows["is_over"] & rows["is_first_row"]]
    if over.empty or _RETURN not in over:
        return ""
    dates = pd.to_datetime(over[_RETURN])
    soon = int((dates <= pd.Timestamp(view.as_of) + pd.Timedelta(weeks=_SOON_WEEKS)).sum())
    return _(
        "Of the {n} over their limit, {soon} should be back under it within {weeks} weeks by paying their open invoices, {later} later, {never} without a date (tick one, or ask for the column)."
    ).format(
        n=f.integer(len(over)),
        soon=f.integer(soon),
        weeks=f.integer(_SOON_WEEKS),
        later=f.integer(int(dates.notna().sum()) - soon),
        never=f.integer(int(dates.isna().sum())),
    )


def customer_panel(page: Page, row: dict[Any, Any]) -> None:
    """Draw the panel of one ticked customer: use of the limit, open items, decisions."""
    _, f = page.words, page.formats
    view = cache.customer(page.selection, row["company_id"], row["customer_id"])
    title = view.name
    if pd.notna(row["utilisation_ratio"]):
        title = _("{name}: limit used at {share}").format(
            name=view.name, share=f.share(row["utilisation_ratio"])
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
        if back := back_under(row, page.style.language):
            st.markdown(f":material/event_available: {plain(back)}")
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
            f.integer(row["count_customers"]),
            f.amount0(row["exposure_minor"], row["currency"]),
            f.amount0(row["limit_minor"], row["currency"]),
            ("▲ " if pd.notna(row["overrun_minor"]) and row["overrun_minor"] > 0 else "")
            + f.amount0(row["overrun_minor"], row["currency"]),
            f.share(row["utilisation_ratio"]),
            f.date(row["overrun_since"]),
            f.integer(row["overrun_days_12m"]),
        ]
        for row in view.groups.sort_values("overrun_minor", ascending=False).to_dict("records")
    ]
    columns: list[tuple[str, Any]] = [
        (_("Group"), "left"),
        (_("Customers"), "right"),
        (_("Exposure"), "right"),
        (_("Credit limit"), "right"),
        (_("Overrun"), "right"),
        (_("Use"), "right"),
        (_("Over since"), "left"),
        (_("Days over, 12 months"), "right"),
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
