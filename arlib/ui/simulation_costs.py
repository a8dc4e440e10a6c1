"""Cash simulations: what lateness costs by customer, what losing one customer would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from arlib.charts import simulations as chart_of
from arlib.i18n import MISSING, N_
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.ui import cache
from arlib.ui.cards import card, chart, heading, metric
from arlib.ui.simulation_parts import (
    block_of,
    compact,
    customer_input,
    left_out,
    listed,
    notes,
    percent_input,
    short_year,
    why,
)
from arlib.ui.tables import Column, html_table
from arlib.ui.texts import plain
from arlib.views.simulations import Assumption

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.simulations import LatenessBlock, LatenessView, Loss, LossView


def lateness(page: Page) -> None:
    """Draw what lateness costs."""
    view = cache.lateness(page.selection)
    block = block_of(page, view.blocks, "simulation_late_currency")
    if block is None:
        return
    _lateness_cards(page, view, block)
    _lateness_notes(page, view, block)
    left, right = st.columns([1, 1.9])
    with left, card():
        _lateness_chart(page, view, block)
    with right, card():
        _lateness_customers(page, view, block)


def _lateness_cards(page: Page, view: LatenessView, block: LatenessBlock) -> None:
    _, f = page.words, page.formats
    found, code = block.totals, block.currency
    places = st.columns(4)
    with places[0]:
        metric(
            _("Cost of the year"),
            compact(page, found.cost_minor, code),
            note=why(page, found.cost_reason)
            or _("{share} of the sales incl. VAT").format(share=f.percent(found.cost_ratio, 2)),
            about=_(
                "What was open past its due date each day × cost of money / 365, paid since or not."
            ),
        )
    with places[1]:
        metric(
            _("Late on an average day"),
            compact(page, found.mean_late_minor, code),
            note=_("over {n} days").format(n=f.integer(view.days))
            if view.days
            else why(page, found.cost_reason),
        )
    with places[2]:
        metric(
            _("One day of DSO in cash"),
            compact(page, block.one_day_minor, code),
            note=why(page, block.one_day_reason) or _("sales of twelve months incl. VAT / 365"),
        )
    with places[3]:
        saved = block.one_day_saved_minor
        metric(
            _("One day less saves a year"),
            compact(page, saved, code),
            note=why(page, block.one_day_saved_reason)
            or _("at a cost of money of {rate}").format(rate=f.percent(view.cost_of_money, 2)),
        )


def _lateness_notes(page: Page, view: LatenessView, block: LatenessBlock) -> None:
    _, f = page.words, page.formats
    found, code = block.totals, block.currency
    said = []
    if not view.cost_of_money:
        said.append(
            _("Fill in your cost of money above: without it amounts and days are shown, no cost.")
        )
    if view.from_on:
        said.append(
            _(
                "Counted day by day from {start} to {end}; credits not allocated are not deducted."
            ).format(start=f.date(view.from_on), end=f.date(view.as_of))
        )
    if found.disputed_cost_minor:
        said.append(
            _("In dispute: {amount} of it.").format(
                amount=f.amount0(found.disputed_cost_minor, code)
            )
        )
    if found.intercompany_minor:
        said.append(
            _("Of it, companies of our own group: {amount}.").format(
                amount=f.amount0(found.intercompany_minor, code)
            )
        )
    notes([*said, left_out(page, view.left_out)])


def _lateness_chart(page: Page, view: LatenessView, block: LatenessBlock) -> None:
    _, f = page.words, page.formats
    rows, code = block.customers, block.currency
    late = rows.loc[rows["late_amount_days"].fillna(0) > 0].reset_index(drop=True)
    if late.empty:
        heading(
            _("No lateness to cost") if view.days else _("The past is not known"),
            _("Nothing was open past its due date")
            if view.days
            else _("Open items alone tell what is late today, not what was: see the list"),
        )
        return
    column = "cost_minor"
    if view.cost_of_money:
        title = _("{name} costs the most by his lateness: {amount}").format(
            name=late["name"].iloc[0], amount=f.amount0(int(late["cost_minor"].iloc[0]), code)
        )
        subtitle = _("Cost of lateness by customer, {unit}; after it, its share of his sales")
        said = [f.percent(value, 2) for value in late["cost_ratio"].head(chart_of.TOP)]
    else:
        late = late.assign(mean_late=late["late_amount_days"] / max(view.days, 1))
        column = "mean_late"
        title = _("{name} was late with the most on an average day").format(
            name=late["name"].iloc[0]
        )
        subtitle = _("Late on an average day by customer, {unit}")
        said = []
    chart(
        chart_of.ranking_figure(
            late, column, code, page.style, title=title, subtitle=subtitle, notes=said
        ),
        key="simulation_lateness",
    )


def _lateness_customers(page: Page, view: LatenessView, block: LatenessBlock) -> None:
    _, f = page.words, page.formats
    rows, code = block.customers, block.currency
    days = max(view.days, 1)
    rows = rows.assign(mean_late_minor=(rows["late_amount_days"] / days).round().astype("Int64"))
    count = block.totals.count_customers
    title = _.ngettext(
        "{n} customer was late over the year", "{n} customers were late over the year", count
    ).format(n=f.integer(count))
    heading(
        title, _("Beside his sales of the year incl. VAT; what is late today, since its due date")
    )
    columns = [
        Column("name", _("Customer"), 160),
        Column("cost_minor", _("Cost of the year"), 100, f.amount0, "currency"),
        Column("yearly_minor", _("Sales of a year"), 100, f.amount0, "currency"),
        Column("cost_ratio", _("Share of sales"), 90, _share(page)),
        Column("mean_late_minor", _("Late on an average day"), 130, f.amount0, "currency"),
        Column("count_late", _("Documents late"), 90, f.integer),
        Column("open_cost_minor", _("Of it, still open"), 100, f.amount0, "currency"),
        Column("disputed_cost_minor", _("Of it, in dispute"), 100, f.amount0, "currency"),
        Column("overdue_minor", _("Late today"), 100, f.amount0, "currency"),
        Column("due_cost_minor", _("Its cost so far"), 100, f.amount0, "currency"),
    ]
    listed(page, rows, columns, f"lateness_cost {code}", title)


def _share(page: Page) -> Any:
    """Return what writes a small percentage: two decimals."""

    def percent(value: Any) -> str:
        return page.formats.percent(value, 2)

    return percent


# -- loss of a customer -------------------------------------------------------------------------


def loss(page: Page) -> None:
    """Draw the choice of a customer and what losing him would cost."""
    _ = page.words
    with st.container(border=True):
        places = st.columns([2, 1.2, 2])
        with places[0]:
            key = customer_input(page, "simulation_lost")
        with places[1]:
            recovery = percent_input(
                page,
                N_("Expected back, %"),
                "simulation_recovery",
                None,
                about=N_(
                    "Part of what is not covered that you expect to recover; empty: what the policy says, else nothing."
                ),
            )
    if key is None:
        st.info(_("Nothing is open at this date under these filters."))
        return
    try:
        view = cache.customer_loss(
            page.selection,
            customer_id=key[1],
            company_id=key[0],
            assumption=Assumption(recovery),
        )
    except UserError as error:
        st.error(error_sentence(error, page.style.language), icon=":material/error:")
        return
    found = block_of(page, view.losses, "simulation_loss_currency")
    if found is None:
        return
    _loss_cards(page, view, found)
    notes(
        [
            short_year(page, is_short=view.is_short),
            _("A company of our own group.") if view.is_intercompany else "",
            ""
            if view.margin_ratio
            else _("Fill in your margin above: a lost margin is never supposed."),
        ]
    )
    left, right = st.columns([1.2, 1])
    with left, card():
        _loss_table(page, view, found)
    with right, card():
        _loss_reading(page, view, found)


def _loss_cards(page: Page, view: LossView, found: Loss) -> None:
    _, f, code = page.words, page.formats, found.currency
    places = st.columns(4)
    with places[0]:
        metric(
            _("Sales of a year excl. VAT"),
            compact(page, found.yearly_ht_minor, code),
            note=why(page, found.yearly_ht_reason)
            or _("{share} of all sales").format(share=f.share(found.sales_ratio, 1)),
        )
    with places[1]:
        metric(
            _("Margin lost a year"),
            compact(page, found.margin_minor, code),
            note=why(page, found.margin_reason)
            or _("at a margin of {rate}").format(rate=f.percent(view.margin_ratio)),
        )
    with places[2]:
        metric(
            _("At risk of not being paid"),
            f.compact(found.loss_minor, code),
            note=_("incl. VAT, of {amount} owed").format(
                amount=f.compact(found.exposure_minor, code)
            ),
        )
    with places[3]:
        metric(
            _("Sales to make up for it"),
            compact(page, found.sales_needed_minor, code),
            note=why(page, found.sales_needed_reason) or _("loss excl. VAT / margin"),
        )


def _loss_table(page: Page, view: LossView, found: Loss) -> None:
    """Draw the way from what is owed to what would be lost."""
    _, f, code = page.words, page.formats, found.currency
    heading(
        _("{name}: {amount} would not be paid").format(
            name=view.name, amount=f.compact(found.loss_minor, code)
        ),
        _("From what is owed ({basis}) on {date} to the loss").format(
            basis=found.basis, date=f.date(view.as_of)
        ),
    )

    def line(words: str, value: int | None, note: str) -> list[str]:
        return [words, MISSING if value is None else f.amount(value, code), note]

    recovery = why(page, found.recovery_ratio_reason) or f.percent(found.recovery_ratio)
    disputed = ""
    if found.disputed_minor:
        disputed = _("{amount} in dispute, not covered").format(
            amount=f.amount0(found.disputed_minor, code)
        )
    rows = [
        line(_("Owed"), found.exposure_minor, disputed),
        line(_("− paid by the insurer"), found.insured_minor, why(page, found.insured_reason)),
        line(_("− guaranteed"), found.guarantee_minor, ""),
        line(_("− expected back"), found.recovered_minor, recovery),
    ]
    columns: list[tuple[str, Any]] = [(_("Part"), "left"), (_("Amount"), "right"), ("", "left")]
    html_table(
        columns,
        rows,
        total=line(_("Loss incl. VAT"), found.loss_minor, ""),
        alt=_("From what is owed to the loss"),
    )
    if found.loss_ht_minor is None:
        text = _("Excl. VAT not known: {reason}.").format(reason=why(page, found.loss_ht_reason))
    else:
        text = _("Excl. VAT: {amount}.").format(amount=f.amount(found.loss_ht_minor, code))
    notes([text, _("The VAT is claimed back once the debt is irrecoverable.")])


def _loss_reading(page: Page, view: LossView, found: Loss) -> None:
    """Say in sentences what both losses mean."""
    _, f, code = page.words, page.formats, found.currency
    heading(_("What it would take"), _("Loss / margin: the sales whose margin makes up for it"))
    if found.sales_needed_minor is None:
        reason = why(page, found.sales_needed_reason)
        notes([_("Not available: {reason}.").format(reason=reason)])
        return
    said = [
        _("To make up for {loss} of loss at a margin of {rate}: {sales} of further sales.").format(
            loss=f.amount0(found.loss_ht_minor, code),
            rate=f.percent(view.margin_ratio),
            sales=f.amount0(found.sales_needed_minor, code),
        )
    ]
    if found.years_needed is not None:
        said.append(
            _("That is {n} times what he buys in a year.").format(
                n=f.decimal(found.years_needed, 2)
            )
        )
    if found.margin_minor is not None:
        said.append(
            _("And {amount} of margin a year would have to be earned elsewhere.").format(
                amount=f.amount0(found.margin_minor, code)
            )
        )
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in said))
