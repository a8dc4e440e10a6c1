"""Cash simulations: the pool eligible for factoring, the cash conversion cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from arlib.charts import simulations as chart_of
from arlib.i18n import MISSING, N_
from arlib.i18n.issues import error_sentence
from arlib.i18n.simulations import PARTS
from arlib.model.issues import UserError
from arlib.ui import cache
from arlib.ui.cards import card, chart, heading, metric
from arlib.ui.frame import unavailable
from arlib.ui.numbers import number_input
from arlib.ui.simulation_parts import block_of, compact, left_out, listed, notes, percent_input, why
from arlib.ui.tables import Column, html_table
from arlib.views.simulations import Contract, Typed

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.simulations import Cycle, FactoringView, Pool


def factoring(page: Page) -> None:
    """Draw the factor's conditions and the pool that meets them."""
    view = _contract(page)
    if view is None:
        return
    if view.unavailable:
        unavailable(page, N_("Factoring"), view.unavailable)
        return
    pool = block_of(page, view.pools, "simulation_pool_currency")
    if pool is None:
        return
    _pool_cards(page, view, pool)
    _pool_notes(page, view, pool)
    left, right = st.columns([1, 1.5])
    with left, card():
        chart(chart_of.pool_figure(pool, page.style), key="simulation_pool")
    with right, card():
        _debtors(page, pool)
    with card():
        _invoices(page, pool)


def _contract(page: Page) -> FactoringView | None:
    _ = page.words
    with st.container(border=True):
        places = st.columns([1, 1.1, 1, 1.2], vertical_alignment="bottom")
        with places[0]:
            late = st.number_input(
                _("Days late at most"),
                min_value=0,
                max_value=365,
                value=0,
                help=_("0: invoices not due alone."),
                key="simulation_late",
            )
        with places[1]:
            ceiling = percent_input(
                page,
                N_("Ceiling of one debtor, %"),
                "simulation_ceiling",
                100.0,
                least=1.0,
                about=N_("Of the eligible total before that ceiling; 100: no ceiling."),
            )
        with places[2]:
            advance = percent_input(page, N_("Share advanced, %"), "simulation_advance", None)
        with places[3]:
            is_foreign = st.toggle(_("Debtors outside France too"), key="simulation_foreign")
    if late is None or ceiling is None:
        st.info(_("Type the days late and the ceiling."))
        return None
    contract = Contract(int(late), ceiling, advance, is_foreign)
    try:
        return cache.factored(page.selection, contract=contract)
    except UserError as error:
        st.error(error_sentence(error, page.style.language), icon=":material/error:")
        return None


def _pool_cards(page: Page, view: FactoringView, pool: Pool) -> None:
    _, f, code = page.words, page.formats, pool.currency
    asked = _("type the share advanced")
    ratio = view.contract.advance_ratio
    places = st.columns(4)
    with places[0]:
        metric(
            _("Eligible for factoring"),
            f.compact(pool.pool_minor, code),
            note=_("of {amount} of open debits").format(amount=f.compact(pool.open_minor, code)),
        )
    with places[1]:
        metric(
            _("Advanced"),
            compact(page, pool.advance_minor, code),
            note=asked if ratio is None else _("{rate} of the pool").format(rate=f.share(ratio)),
        )
    with places[2]:
        metric(
            _("Reserve"),
            compact(page, pool.reserve_minor, code),
            note=asked if ratio is None else _("paid once the customers have paid"),
        )
    with places[3]:
        metric(
            _("Ceiling of one debtor"),
            compact(page, pool.ceiling_minor, code),
            note=_("none asked for")
            if pool.ceiling_minor is None
            else _("{amount} beyond it").format(amount=f.compact(pool.part("over_ceiling"), code)),
        )


def _pool_notes(page: Page, view: FactoringView, pool: Pool) -> None:
    _, f, code = page.words, page.formats, pool.currency
    said = [
        _("Open debits {open} + credits {credits} = outstanding {net} (E1).").format(
            open=f.amount(pool.open_minor, code),
            credits=f.amount(pool.credits_minor, code),
            net=f.amount(pool.outstanding_minor, code),
        ),
        _("An estimate: the factor's own contract and approvals decide."),
    ]
    if pool.unknown_country_minor:
        said.append(
            _("Country not known on {amount}: counted as French.").format(
                amount=f.amount0(pool.unknown_country_minor, code)
            )
        )
    notes([*said, left_out(page, view.left_out)])


def _debtors(page: Page, pool: Pool) -> None:
    _, f = page.words, page.formats
    rows = pool.customers
    count = int((rows["pool_minor"] > 0).sum())
    title = _.ngettext("{n} debtor in the pool", "{n} debtors in the pool", count).format(
        n=f.integer(count)
    )
    heading(title, _("Open = left out + credits deducted + beyond the ceiling + pool"))
    columns = [
        Column("name", _("Customer"), 160),
        Column("pool_minor", _("Pool"), 90, f.amount0, "currency"),
        Column("open_minor", _("Open debits"), 100, f.amount0, "currency"),
        Column("excluded_minor", _("Left out"), 90, f.amount0, "currency"),
        Column("credits_minor", _("Credits deducted"), 150, f.amount0, "currency"),
        Column("over_ceiling_minor", _("Beyond the ceiling"), 120, f.amount0, "currency"),
    ]
    listed(page, rows, columns, f"simulation_debtors {pool.currency}", title)


def _invoices(page: Page, pool: Pool) -> None:
    """Draw every open debit with what becomes of it."""
    _, f = page.words, page.formats
    words = {code: _(text) for code, text in PARTS.items()}
    rows = pool.items.assign(
        standing=pool.items["exclusion"].map(words).fillna(_("Eligible, before credits"))
    )
    rows = rows.sort_values(
        ["standing", "open_minor", "number"], ascending=[True, False, True], ignore_index=True
    )
    count = int(pool.items["exclusion"].isna().sum())
    title = _.ngettext("{n} eligible invoice", "{n} eligible invoices", count).format(
        n=f.integer(count)
    )
    heading(title, _("Every open debit, with the reason that leaves it out"))
    columns = [
        Column("standing", _("Standing"), 190),
        Column("name", _("Customer"), 190),
        Column("number", _("Document"), 110),
        Column("issued_on", _("Issued"), 100, f.date),
        Column("due_on", _("Due"), 100, f.date),
        Column("days_late", _("Days late"), 110, f.days0),
        Column("open_minor", _("Open incl. VAT"), 110, f.amount, "currency"),
        Column("disputed_minor", _("In dispute"), 110, f.amount, "currency"),
    ]
    listed(page, rows, columns, f"simulation_invoices {pool.currency}", title)


# -- conversion cycle ---------------------------------------------------------------------------


def cycle(page: Page) -> None:
    """Draw the days of stock and of suppliers to type, and the cycle."""
    _ = page.words
    with st.container(border=True):
        places = st.columns([1, 1, 2])
        days: list[float | None] = []
        for place, (title, key) in zip(
            places,
            ((_("Days of stock"), "stock"), (_("Days of suppliers"), "supplier")),
            strict=False,
        ):
            with place:
                days.append(number_input(title, None, key=f"simulation_{key}_days", most=3650.0))
    view = cache.cash_cycle(page.selection, typed=Typed(days[0], days[1]))
    if view.unavailable:
        unavailable(page, N_("Cash conversion cycle"), view.unavailable)
        return
    found = block_of(page, view.cycles, "simulation_cycle_currency")
    if found is not None:
        _cycle_cards(page, found)
        _working_capital(page, found)


def _cycle_cards(page: Page, found: Cycle) -> None:
    _, f = page.words, page.formats
    places = st.columns(4)
    cards: list[tuple[str, float | None, str | None, str]] = [
        (_("DSO, twelve months"), found.dso_days, found.dso_days_reason, _("from the book")),
        (_("+ days of stock"), found.stock_days, found.stock_days_reason, _("typed")),
        (_("− days of suppliers"), found.supplier_days, found.supplier_days_reason, _("typed")),
        (
            _("= Cash conversion cycle"),
            found.cycle_days,
            found.cycle_days_reason,
            _("days between paying suppliers and being paid"),
        ),
    ]
    for place, (title, value, code, note) in zip(places, cards, strict=True):
        with place:
            metric(title, f.days(value), note=why(page, code) or note)


def _working_capital(page: Page, found: Cycle) -> None:
    _, f, code = page.words, page.formats, found.currency
    with card():
        day = compact(page, found.one_day_minor, code)
        title = _("Customers tie up {amount}; one day of DSO is worth {day}").format(
            amount=f.compact(found.working_capital_minor, code), day=day
        )
        heading(title, _("Working capital of customers, incl. VAT"))

        def line(words: str, value: int | None, reason: str | None) -> list[str]:
            text = f.amount(value, code) if value is not None else MISSING
            return [words, text, why(page, reason)]

        rows = [
            line(_("Receivables"), found.receivables_minor, None),
            line(_("+ deliveries not invoiced"), found.deliveries_minor, found.deliveries_reason),
            line(_("− deposits received"), found.deposits_minor, found.deposits_reason),
        ]
        columns: list[tuple[str, Any]] = [
            (_("Part"), "left"),
            (_("Amount"), "right"),
            ("", "left"),
        ]
        html_table(
            columns,
            rows,
            total=line(_("Working capital of customers"), found.working_capital_minor, None),
            alt=title,
        )
