"""Blocks of the customer's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.reports.customer import customer_workbook
from arlib.reports.dossier import dossier_pdf
from arlib.ui import cache, customers, limits, segments
from arlib.ui.cards import card, heading, metric
from arlib.ui.frame import reason
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.customer import CustomerView
    from arlib.views.customer_file import CustomerFile

_KEY: Final = "customer_select"
_SHOWN: Final = 500  # the list is searched by typing; more is slow to open
_COLOURS: Final = {"high_risk": "red", "watch": "orange", "reliable": "blue"}


def choose(page: Page) -> CustomerFile | None:
    """Draw the list of customers, largest overrun first; return the file of the one chosen."""
    rows = cache.risk(page.selection).customers
    rows = rows[rows["is_first_row"]]
    names = {
        (row["company_id"], row["customer_id"]): f"{row['name']} ({row['customer_id']})"
        for row in rows.head(_SHOWN).to_dict("records")
    }
    wanted = st.session_state.pop(customers.CHOSEN, None)
    if wanted is not None:
        names.setdefault(wanted, str(wanted[1]))
        st.session_state[_KEY] = wanted
    if not names:
        return None
    if st.session_state.get(_KEY) not in names:
        st.session_state[_KEY] = next(iter(names))
    key = st.selectbox(
        page.words("Customer"),
        list(names),
        format_func=lambda code: names[code],
        key=_KEY,
        label_visibility="collapsed",
        persist_state="session",
    )
    try:
        return cache.customer_file(page.selection, *key)
    except UserError as error:
        st.error(plain(error_sentence(error, language())))
        return None


def badges(page: Page, view: CustomerView) -> None:
    """Draw segment, overrun and attributes as badges, each in words."""
    st.markdown(" ".join(_badges(page, view)))


def action(page: Page, view: CustomerView) -> None:
    """Draw the one thing to do here: fix a limit."""
    if st.button(
        page.words("Fix a credit limit"),
        type="primary",
        icon=":material/edit:",
        width="stretch",
        key="customer_limit",
    ):
        limits.dialog(page, view.risk.head(1), cache.risk(page.selection).over_limit_count)


def download(page: Page, file: CustomerFile) -> None:
    """Draw the buttons that give the file as a workbook and as a PDF, each made when it is clicked."""
    view = file.customer
    st.download_button(
        page.words("Credit file"),
        data=lambda: customer_workbook(file, workspace().policy(), page.style.language),
        file_name=file_name(view),
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        help=page.words(
            "Workbook: summary, invoices, settlements, behaviour, score, limits, notes"
        ),
        key="customer_workbook",
    )
    st.download_button(
        page.words("Credit file, PDF"),
        data=lambda: dossier_pdf(
            cache.dossier(page.selection, view.company_id, view.customer_id), page.style.language
        ),
        file_name=file_name(view, "pdf"),
        icon=":material/picture_as_pdf:",
        on_click="ignore",
        width="stretch",
        help=page.words("Two to four pages to print: the same figures as this page"),
        key="customer_pdf",
    )


def file_name(view: CustomerView, suffix: str = "xlsx") -> str:
    """Return the name of a customer's file: his code without what a disk refuses, the date."""
    code = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in view.customer_id)
    return f"encours_client_{code[:40]}_{view.as_of:%Y-%m-%d}.{suffix}"


def currencies(view: CustomerView) -> list[str]:
    """Return the currencies of the customer, those of his exposure first."""
    found = [*view.risk["currency"].dropna(), *view.aging["currency"].dropna()]
    return list(dict.fromkeys(str(code) for code in found))


def metrics(page: Page, view: CustomerView, currency: str) -> None:
    """Draw four figures: outstanding, limit, mean delay, overdue."""
    _, f = page.words, page.formats
    risk = _first(view.risk, currency)
    aging = _first(view.aging, currency)
    places = st.columns(4)
    owed = risk.get("outstanding_minor", 0)
    before = view.outstanding_before.get(currency)
    change = None if before is None else owed - before
    with places[0]:
        metric(
            _("Outstanding incl. VAT"),
            f.amount0(owed, currency),
            delta=f.compact(change, currency, is_signed=True) if change is not None else None,
            is_up=None if not change else change > 0,
            is_worse=None if not change else change > 0,
            detail=""
            if change is None
            else _("since {date}").format(date=f.date(view.previous_on)[:5]),
        )
    with places[1]:
        _limit_metric(page, risk)
    with places[2]:
        _delay_metric(page, view, currency, risk)
    with places[3]:
        late = aging.get("overdue_minor", 0)
        share = aging.get("overdue_ratio")
        words = _("{share} of the open items").format(share=f.share(share))
        metric(_("Overdue"), f.amount0(late, currency), delta=words if pd.notna(share) else None)


def parts(page: Page, view: CustomerView, currency: str) -> None:
    """Draw the parts that add up to the unpaid amount, and what is disputed."""
    _, f = page.words, page.formats
    rows = view.exposure[view.exposure["currency"] == currency]
    written = {
        str(row["part"]): f.amount(row["amount_minor"], currency)
        for row in rows.to_dict("records")
        if row["part"] == "total" or row["amount_minor"]
    }
    lines: list[list[str]] = []
    after: list[list[str]] = []
    total: list[str] | None = None
    for part, amount in written.items():
        line = [label("part", part, page.style.language), amount]
        if part == "total":
            total = line
        else:
            (after if total else lines).append(line)
    title = _("What makes the unpaid amount")
    html_table([(title, "left"), (_("Amount"), "right")], lines, total=total, alt=title)
    if after:
        words = _("Beside it (not in the unpaid amount)")
        html_table([(words, "left"), (_("Amount"), "right")], after, alt=words)
    disputed = _first(view.aging, currency).get("disputed_minor", 0)
    if disputed:
        words = _("Of which {amount} disputed.").format(amount=f.amount(disputed, currency))
        st.markdown(f":gray[{words}]")


def no_behaviour(page: Page, view: CustomerView) -> None:
    """Grey the behaviour card and say why."""
    _ = page.words
    heading(_("Payment behaviour"))
    why = reason(page, view.behaviour_unavailable)
    st.markdown(f":gray[{_('Not available: {reason}.').format(reason=why)}]")


def behaviour_facts(page: Page, view: CustomerView, currency: str) -> None:
    """Draw the facts of the last twelve months."""
    _, f = page.words, page.formats
    row, risk = _first(view.behaviour, currency), _first(view.risk, currency)
    if not row:
        st.markdown(f":gray[{_('No settlement in the last 12 months.')}]")
        return
    terms = view.attributes.get("terms")
    granted = terms if isinstance(terms, str) and terms else MISSING
    rows = [
        [_("Terms granted"), granted],
        [_("Time to pay"), f.days0(row["days_to_pay"])],
        [_("Mean delay, settled"), f.signed_days(row["weighted_delay_days"])],
        [
            _("Settlements / invoices fully paid"),
            f"{f.integer(row['count_payments'])} / {f.integer(row['count_paid_invoices'])}",
        ],
        [_("Paid > 30 d late"), f.percent(row["paid_over_30_ratio"], 0)],
        [_("Times over the limit"), _times_over(page, risk)],
    ]
    html_table([(_("Over 12 months"), "left"), ("", "right")], rows, alt=_("Over 12 months"))


def segment(page: Page, view: CustomerView, currency: str) -> None:
    """Draw the segment, the rule that gave it and the inputs of the rules."""
    _, f = page.words, page.formats
    row = _first(view.segments, currency)
    if not row:
        heading(_("Segment"))
        st.markdown(f":gray[{_('No segment for this customer.')}]")
        return
    name = label("segment", row["segment"], page.style.language)
    heading(
        _("{name}: {value}").format(name=name, value=segments.rule_words(page, row)),
        _("What the rules look at, on {date}").format(date=f.date(view.as_of)),
    )
    lines = [
        [_("Mean payment delay"), f.signed_days(row["mean_delay_days"])],
        [_("Undisputed overdue share"), f.percent(row["undisputed_overdue_ratio"], 0)],
        [_("Oldest lateness"), f.days0(row["max_days_late"])],
        [_("Open > 90 d late"), f.amount0(row["old_minor"], currency)],
        [
            _("Use of the limit"),
            "∞"
            if row["utilisation_ratio"] == float("inf")
            else f.percent(row["utilisation_ratio"], 0),
        ],
        [_("Trend, 3 months"), f.signed_days(row["trend_days"])],
        [_("Invoices fully paid"), f.integer(row["count_paid_invoices"])],
    ]
    html_table([(_("Measure"), "left"), (_("Value"), "right")], lines, alt=_("Segment"))
    if row.get("is_natural_person") is True:
        st.markdown(
            f":small[:gray[{_('A natural person: the segment alone must not decide a refusal.')}]]"
        )


def nothing_late(page: Page) -> None:
    """Say that nothing is overdue."""
    heading(page.words("Nothing is overdue"))


def open_items(page: Page, view: CustomerView) -> None:
    """Draw the open items."""
    _, f = page.words, page.formats
    count = len(view.items)
    title = _.ngettext("{n} open item", "{n} open items", count).format(n=f.integer(count))
    with card(title, _("Oldest due first, on {date}").format(date=f.date(view.as_of))):
        customers.items_table(page, view.items, shown=15)


def decisions(page: Page, view: CustomerView) -> None:
    """Draw the limit decisions, the last manual one with its undo."""
    _ = page.words
    with card(
        _("Limit decisions"), _("Latest first; nothing is erased, an undo is a further entry")
    ):
        customers.limit_history(page, view.limits, shown=8)
        own = view.limits[
            (view.limits["origin"] == "manual") & (view.limits["scope"] == "customer")
        ]
        if len(own):
            st.button(
                _("Undo the last decision"),
                icon=":material/undo:",
                on_click=_undo,
                args=(str(own["change_id"].iloc[0]),),
                key="undo_limit",
            )


def _undo(change_id: str) -> None:
    try:
        workspace().undo_limit(change_id, author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())))


def _badges(page: Page, view: CustomerView) -> list[str]:
    """Return segment, overrun and its age, category and terms, each in words."""
    _, f, badges = page.words, page.formats, []
    if len(view.segments):
        code = str(view.segments["segment"].iloc[0])
        name = label("segment", code, page.style.language)
        badges.append(f":{_COLOURS.get(code, 'gray')}-badge[{name}]")
    risk = view.risk[view.risk["is_over"]]
    if len(risk):
        since = risk["overrun_since"].iloc[0]
        words = _("Over limit")
        if pd.notna(since):
            days = f.days0((view.as_of - since.date()).days + 1)  # the first day counts
            words = _("Over limit for {days}").format(days=days)
        badges.append(f":orange-badge[▲ {words}]")
    names = ("category", "terms", "sector", "owner")
    found = [view.attributes.get(name) for name in names]
    words = ", ".join(str(value) for value in found if isinstance(value, str) and value)
    if words:
        badges.append(f":gray-badge[{plain(words)}]")
    if view.attributes.get("insolvency") not in (None, "none") and isinstance(
        view.attributes.get("insolvency"), str
    ):
        badges.append(f":red-badge[{plain(view.attributes['insolvency'])}]")
    return badges


def _limit_metric(page: Page, risk: dict[Any, Any]) -> None:
    _, f = page.words, page.formats
    limit = risk.get("limit_minor")
    if limit is None or pd.isna(limit):
        metric(_("Credit limit"), MISSING, detail=reason(page, risk.get("limit_minor_reason")))
        return
    over, code = risk["overrun_minor"], risk["limit_currency"]
    is_over = bool(pd.notna(over) and over > 0)
    use = risk["utilisation_ratio"]
    metric(
        _("Credit limit"),
        f.amount0(limit, code),
        delta=f.amount0(over, code, is_signed=True) if is_over else None,
        is_up=True if is_over else None,
        is_worse=True if is_over else None,
        detail=_("used at {share}").format(share=f.share(use)) if pd.notna(use) else "",
    )


def _delay_metric(page: Page, view: CustomerView, currency: str, risk: dict[Any, Any]) -> None:
    _, f = page.words, page.formats
    delay = risk.get("mean_delay_days")
    if delay is None or pd.isna(delay):
        metric(
            _("Mean payment delay"),
            MISSING,
            detail=reason(page, risk.get("mean_delay_days_reason")),
        )
        return
    row = _first(view.behaviour, currency)
    change = row.get("trend_days")
    has_change = change is not None and pd.notna(change)
    recent = row.get("recent_delay_days")
    metric(
        _("Mean payment delay"),
        f.signed_days(delay),
        delta=f.signed_days(change) if has_change else None,
        is_up=change > 0 if has_change and change else None,
        is_worse=change > 0 if has_change and change else None,
        detail=_("over 3 months: {days}").format(days=f.signed_days(recent)) if has_change else "",
    )


def _times_over(page: Page, risk: dict[Any, Any]) -> str:
    _, f = page.words, page.formats
    times, days = risk.get("overrun_count_12m"), risk.get("overrun_days_12m")
    if times is None or pd.isna(times):
        return MISSING
    words = _.ngettext("{n} time, {days}", "{n} times, {days}", int(times))
    return words.format(n=f.integer(times), days=f.days0(days))


def _first(rows: pd.DataFrame, currency: str) -> dict[Any, Any]:
    """Return the row of one currency, {} when there is none."""
    here = rows[rows["currency"] == currency]
    return here.iloc[0].to_dict() if len(here) else {}
