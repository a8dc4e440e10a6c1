"""Cash simulations: an early-payment discount, other payment terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from arlib.charts import simulations as chart_of
from arlib.i18n import N_
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.ui import cache
from arlib.ui.cards import card, chart, heading, metric
from arlib.ui.frame import unavailable
from arlib.ui.simulation_parts import (
    SOURCES,
    block_of,
    compact,
    customers_input,
    left_out,
    listed,
    notes,
    percent_input,
    short_year,
    why,
)
from arlib.ui.tables import Column
from arlib.views.simulations import NewTerms, Offer

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.simulations import ChangedTermsView, DiscountBlock, DiscountView, TermsBlock

_LEGAL: Final = "legal"
_TYPED: Final = "typed"


# -- discount -----------------------------------------------------------------------------------


def discount(page: Page) -> None:
    """Draw the offer and what it would do."""
    view = _offered(page)
    if view is None:
        return
    block = block_of(page, view.blocks, "simulation_discount_currency")
    if block is None:
        return
    _discount_cards(page, view, block)
    _discount_notes(page, view, block)
    left, right = st.columns([1, 1.9])
    with left, card():
        if block.totals.days_sooner is None:
            heading(
                page.words("What a year of this money costs is not known"),
                page.words("It needs sales and settlements: open items alone do not tell them"),
            )
        else:
            chart(chart_of.rate_figure(view, block, page.style), key="simulation_rate")
    with right, card():
        _discount_customers(page, block)


def _offered(page: Page) -> DiscountView | None:
    _ = page.words
    with st.container(border=True):
        places = st.columns([1, 1, 1, 2.2])
        with places[0]:
            rate = percent_input(page, N_("Discount, %"), "simulation_rate_input", 1.0, most=50.0)
        with places[1]:
            days = st.number_input(
                _("Paid within (days from the invoice)"),
                min_value=0,
                max_value=365,
                value=10,
                key="simulation_days",
            )
        with places[2]:
            share = percent_input(page, N_("Share that takes it, %"), "simulation_share", 100.0)
        with places[3]:
            chosen = customers_input(page, "simulation_customers")
    if rate is None or days is None or share is None:
        st.info(_("Type the discount, the days and the share."))
        return None
    try:
        return cache.discounted(page.selection, offer=Offer(rate, int(days), share, chosen))
    except UserError as error:
        st.error(error_sentence(error, page.style.language), icon=":material/error:")
        return None


def _discount_cards(page: Page, view: DiscountView, block: DiscountBlock) -> None:
    _, f = page.words, page.formats
    found, code = block.totals, block.currency
    places = st.columns(4)
    with places[0]:
        metric(
            _("Cost a year"),
            compact(page, found.cost_minor, code),
            note=why(page, found.cost_reason)
            or _("on {amount} of sales").format(amount=f.compact(found.taken_minor, code)),
        )
    with places[1]:
        metric(
            _("Cash had sooner"),
            compact(page, found.cash_minor, code),
            note=""
            if found.days_sooner is None
            else _("once for all, {days} gained").format(days=f.days(found.days_sooner)),
        )
    with places[2]:
        metric(
            _("Annual cost of this money"),
            f.percent(found.annual_ratio),
            note=_("cost of money not filled in")
            if not view.cost_of_money
            else _("yours: {rate}").format(rate=f.percent(view.cost_of_money, 2)),
            about=_(
                "d / (1 − d) × 365 / days gained: what a bank would have to ask to be as dear."
            ),
        )
    with places[3]:
        even = found.break_even_ratio
        metric(
            _("Gain or loss a year"),
            compact(page, found.net_minor, code, is_signed=True),
            note=_("needs the cost of money")
            if even is None
            else _("break-even at {rate}").format(rate=f.percent(even, 2)),
            about=_("Cash had sooner × cost of money − cost of the discount."),
        )


def _discount_notes(page: Page, view: DiscountView, block: DiscountBlock) -> None:
    _, f = page.words, page.formats
    found, code = block.totals, block.currency
    said = []
    if found.idle_minor:
        said.append(
            _("Of it, {amount} goes to customers who pay as early already.").format(
                amount=f.amount0(found.idle_minor, code)
            )
        )
    if found.open_minor:
        words = _(
            "Offered today on the open invoices: {cost} on {amount}, {days} sooner on average ({rate} a year)."
        )
        said.append(
            words.format(
                cost=f.amount0(found.open_cost_minor, code),
                amount=f.amount0(found.open_minor, code),
                days=f.days(found.open_days_sooner),
                rate=f.percent(found.open_annual_ratio),
            )
        )
    said += [
        short_year(page, is_short=view.is_short),
        left_out(page, view.left_out),
        _("Amounts incl. VAT; the VAT on the discount is recovered only with a corrected invoice."),
    ]
    notes(said)


def _discount_customers(page: Page, block: DiscountBlock) -> None:
    _, f = page.words, page.formats
    rows, code = block.customers, block.currency
    count = int((rows["cost_minor"].fillna(0) > 0).sum())
    title = _.ngettext(
        "{n} customer would cost a discount", "{n} customers would cost a discount", count
    ).format(n=f.integer(count))
    heading(title, _("If every one takes his share; days from the invoice to the cash, 12 months"))
    columns = [
        Column("name", _("Customer"), 160),
        Column("yearly_minor", _("Sales of a year"), 100, f.amount0, "currency"),
        Column("days_to_pay", _("Paid after"), 80, f.days),
        Column("days_sooner", _("Days gained"), 90, f.days),
        Column("cost_minor", _("Cost a year"), 90, f.amount0, "currency"),
        Column("cash_minor", _("Cash had sooner"), 110, f.amount0, "currency"),
        Column("open_minor", _("Open, offered today"), 120, f.amount0, "currency"),
        Column("open_cost_minor", _("Cost on the open invoices"), 130, f.amount0, "currency"),
        Column("source_text", _("Measured on"), 150),
    ]
    listed(page, _sourced(page, rows), columns, f"simulation_discount {code}", title)


# -- terms --------------------------------------------------------------------------------------


def terms(page: Page) -> None:
    """Draw other terms and what they would release."""
    view = _asked_terms(page)
    if view is None:
        return
    if view.unavailable:
        unavailable(page, N_("Payment terms"), view.unavailable)
        return
    block = block_of(page, view.blocks, "simulation_terms_currency")
    if block is None:
        return
    _terms_cards(page, view, block)
    _terms_notes(page, view, block)
    left, right = st.columns([1, 1.9])
    with left, card():
        _terms_chart(page, view, block)
    with right, card():
        _terms_customers(page, block)


def _asked_terms(page: Page) -> ChangedTermsView | None:
    _ = page.words
    with st.container(border=True):
        places = st.columns([1.1, 1.3, 1.3, 2], vertical_alignment="bottom")
        with places[0]:
            kind = st.segmented_control(
                _("Terms to try"),
                [_TYPED, _LEGAL],
                format_func=lambda code: _("typed") if code == _TYPED else _("legal ceiling"),
                default=_TYPED,
                required=True,
                key="simulation_terms_kind",
            )
        with places[1]:
            words = st.text_input(
                _("For instance: 45 jours fin de mois"),
                value="45 jours",
                disabled=kind == _LEGAL,
                key="simulation_terms_words",
            )
        with places[2]:
            is_all = st.toggle(
                _("Lengthen the shorter ones too"),
                disabled=kind == _LEGAL,
                key="simulation_terms_all",
            )
        with places[3]:
            chosen = customers_input(page, "simulation_terms_customers")
    asked = NewTerms(None, customers=chosen)
    if kind != _LEGAL:
        asked = NewTerms(words.strip(), not is_all, chosen)
    try:
        return cache.changed_terms(page.selection, asked=asked)
    except UserError as error:
        st.error(error_sentence(error, page.style.language), icon=":material/error:")
        return None


def _terms_cards(page: Page, view: ChangedTermsView, block: TermsBlock) -> None:
    _, f = page.words, page.formats
    found, code = block.totals, block.currency
    places = st.columns(4)
    with places[0]:
        is_tied = found.released_minor < 0
        metric(
            _("Cash tied up") if is_tied else _("Cash released"),
            f.compact(abs(found.released_minor), code),
            note=_("once the change has worked through"),
        )
    with places[1]:
        metric(
            _("Days granted"),
            _("{before} → {after}").format(
                before=f.days(found.granted_days), after=f.days(found.new_days)
            ),
            note=_("mean of twelve months, by amount"),
        )
    with places[2]:
        metric(
            _("Usual delay, kept"),
            f.signed_days(found.delay_days, 1),
            note=_("paid that many days after the due date"),
            about=_("Who pays 12 days after the due date is taken to go on doing so."),
        )
    with places[3]:
        metric(
            _("Saved a year"),
            compact(page, found.worth_minor, code, is_signed=True),
            note=_("needs the cost of money")
            if found.worth_minor is None
            else _("at a cost of money of {rate}").format(rate=f.percent(view.cost_of_money, 2)),
        )


def _terms_notes(page: Page, view: ChangedTermsView, block: TermsBlock) -> None:
    _, f = page.words, page.formats
    found, code = block.totals, block.currency
    said = []
    if found.freed_minor and found.tied_minor:
        said.append(
            _("{freed} released, {tied} tied up.").format(
                freed=f.amount0(found.freed_minor, code), tied=f.amount0(found.tied_minor, code)
            )
        )
    if found.longer_minor:
        said.append(
            _("{amount} invoiced over twelve months was granted longer terms.").format(
                amount=f.amount0(found.longer_minor, code)
            )
        )
    if found.assumed_minor:
        said.append(
            _("On {amount} the due date is assumed, no file says it.").format(
                amount=f.amount0(found.assumed_minor, code)
            )
        )
    if found.kept_minor:
        said.append(
            _("On {amount} no ceiling is known: left as it is.").format(
                amount=f.amount0(found.kept_minor, code)
            )
        )
    if view.terms.words is None:
        said.append(
            _("Legal ceilings counted from the date of the invoice; information, not advice.")
        )
    said += [short_year(page, is_short=view.is_short), left_out(page, view.left_out)]
    notes(said)


def _terms_chart(page: Page, view: ChangedTermsView, block: TermsBlock) -> None:
    _, f = page.words, page.formats
    rows, code = block.customers, block.currency
    moved = rows.loc[rows["released_minor"].fillna(0) != 0].reset_index(drop=True)
    name = _("the legal ceiling") if view.terms.words is None else view.terms.words
    if moved.empty:
        heading(
            _("These terms change nothing"),
            _("Nobody was granted more than {name}").format(name=name),
        )
        return
    title = _.ngettext(
        "{n} customer would release cash: {name}",
        "{n} customers would release cash: {name}",
        len(moved),
    )
    found = block.totals
    if found.tied_minor:
        title = _.ngettext(
            "{n} customer concerned: {name}", "{n} customers concerned: {name}", len(moved)
        )
    chart(
        chart_of.ranking_figure(
            moved,
            "released_minor",
            code,
            page.style,
            title=title.format(n=f.integer(len(moved)), name=name),
            subtitle=_("Cash released by customer, {unit}; after it, the change of his days"),
            notes=[f.signed_days(value, 1) for value in moved["change_days"].head(chart_of.TOP)],
        ),
        key="simulation_terms_chart",
    )


def _terms_customers(page: Page, block: TermsBlock) -> None:
    _, f = page.words, page.formats
    rows, code = block.customers, block.currency
    title = _("Terms and real days, customer by customer")
    heading(title, _("Real days: from the invoice to the cash, delay on top of the terms kept"))
    columns = [
        Column("name", _("Customer"), 160),
        Column("released_minor", _("Cash released"), 120, f.amount0, "currency"),
        Column("granted_days", _("Granted now"), 90, f.days),
        Column("new_days", _("Granted then"), 110, f.days),
        Column("delay_days", _("Delay kept"), 90, f.days),
        Column("real_days", _("Real days now"), 100, f.days),
        Column("new_real_days", _("Real days then"), 100, f.days),
        Column("yearly_minor", _("Sales of a year"), 100, f.amount0, "currency"),
        Column("longer_minor", _("Invoiced with longer terms"), 140, f.amount0, "currency"),
        Column("source_text", _("Measured on"), 150),
    ]
    listed(page, _sourced(page, rows), columns, f"simulation_terms {code}", title)


# -- shared -------------------------------------------------------------------------------------


def _sourced(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Add in words whose settlements the days come from."""
    words = {code: page.words(text) for code, text in SOURCES.items()}
    return rows.assign(source_text=rows["days_source"].map(words))
