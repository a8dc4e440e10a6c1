"""Blocks of the limit simulator: the rules to try, what they would have done, customer by customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd
import streamlit as st

from arlib.charts import suggestions as charts
from arlib.i18n import MISSING, N_
from arlib.i18n.formats import is_missing
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.i18n.suggestions import RULES, name, rule_words
from arlib.model.issues import UserError
from arlib.ui import cache
from arlib.ui.cards import card, chart, heading
from arlib.ui.download import list_button
from arlib.ui.frame import companies_words
from arlib.ui.numbers import number_box, read_needed
from arlib.ui.session import language
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid, html_table
from arlib.ui.texts import plain
from arlib.views.simulation import IN_FORCE, Rule, rule
from arlib.workspace import parse_amount

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.simulation import SimulationBlock, SimulationView

_TRIED: Final = tuple(code for code in RULES if code != "in_force")
_MOST_CATEGORIES: Final = 12
_PERCENT: Final = 100.0


class _Field(NamedTuple):
    """The number a rule asks for: its title, the name the rule gives it, and its bounds."""

    title: str
    name: str
    most: float
    usual: float
    divisor: float = 1.0


_FIELDS: Final = {
    "sales_share": _Field(
        N_("Share of the sales of the last 12 months (%)"), "ratio", 200.0, 10.0, _PERCENT
    ),
    "sales_days": _Field(N_("Days of sales"), "days", 730.0, 60.0),
    "multiple": _Field(N_("Limits in force multiplied by"), "ratio", 20.0, 0.5),
}


def choose(page: Page) -> tuple[Rule, ...] | None:
    """Draw the rules; return those to replay, the limits in force last; None while one is unsaid."""
    _ = page.words
    places = st.columns(2)
    with places[0], card(_("Rule to try")):
        first = _rule(page, "a", _TRIED)
    with places[1], card(_("Compare with")):
        is_other = st.toggle(_("Another rule, beside the limits in force"), key="simulator_other")
        second = _rule(page, "b", _TRIED, place=1) if is_other else IN_FORCE
    if first is None or second is None:
        return None
    return (first, IN_FORCE) if second == IN_FORCE else (first, second, IN_FORCE)


def results(page: Page, view: SimulationView) -> None:
    """Draw what each rule would have done."""
    _, f = page.words, page.formats
    said = _(
        "Replayed from {start} to {end}, day by day on E1; each month's limits are decided the day before it begins, with only what was known then. Limits in force without a date, or before the first dated decision, are today's."
    )
    text = said.format(start=f.date(view.from_on), end=f.date(view.to_on))
    if view.book_from is not None:
        begins = _("The book begins on {date}: a quarter of sales is needed before the first day.")
        text += " " + begins.format(date=f.date(view.book_from))
    st.markdown(f":small[:gray[{plain(text)}]]")
    _warnings(page, view)
    for block in view.blocks:
        _block(page, view, block)


def nothing(page: Page, view: SimulationView) -> None:
    """Say why nothing can be replayed."""
    _ = page.words
    why = label("reason", view.unavailable, page.style.language)
    if view.unavailable == "insufficient_history":
        why = _("the book is too short: a quarter of sales is needed before the first day replayed")
    st.info(_("No simulation: {reason}.").format(reason=why))


def _warnings(page: Page, view: SimulationView) -> None:
    _, f = page.words, page.formats
    told = [
        _(
            "The past is replayed as it was: a sale that would have been stopped stays in the later exposure, so these figures are a most. A policy to be reviewed, not a measured result."
        )
    ]
    if view.left_out:
        words = _("Left out, no daily exposure: {list}.")
        told.append(words.format(list=companies_words(page, view.left_out)))
    if view.count_no_rate:
        words = _.ngettext(
            "{n} customer left out for want of an exchange rate.",
            "{n} customers left out for want of an exchange rate.",
            view.count_no_rate,
        )
        told.append(words.format(n=f.integer(view.count_no_rate)))
    st.markdown(f":small[:gray[{plain(' '.join(told))}]]")


def _block(page: Page, view: SimulationView, block: SimulationBlock) -> None:
    _ = page.words
    with card():
        _comparison(page, view, block)
    left, right = st.columns([1.15, 1])
    with left, card():
        chart(charts.months_figure(view, block, page.style), key=f"simulated_{block.currency}")
    with right, card():
        if is_missing(block.totals[0]["avoided_minor"]):
            heading(
                _("Exposure avoided is not known"),
                _("The imported files do not tell when invoices are paid."),
            )
        else:
            chart(charts.cost_figure(view, block, page.style), key=f"avoided_{block.currency}")
    _customers(page, view, block)


def _comparison(page: Page, view: SimulationView, block: SimulationBlock) -> None:
    """Draw every figure, a rule a column."""
    _, f, currency, lang = page.words, page.formats, block.currency, page.style.language
    totals = block.totals

    def line(title: str, column: str, write: Any) -> list[str]:
        return [title, *(write(item[column]) for item in totals)]

    def money(value: Any) -> str:
        return f.amount0(value, currency)

    def count(value: Any) -> str:
        return MISSING if is_missing(value) else f.integer(int(value))

    def share(value: Any) -> str:
        return f.percent(value)

    rows = [
        line(_("Customers with a limit"), "count_limited", count),
        line(_("Sum of the limits at the end"), "limit_minor", money),
        line(_("Customers over at least once"), "customers_over", count),
        line(_("Overruns (times)"), "count_overruns", count),
        line(_("Days over, all customers"), "days_over", count),
        line(_("Invoices stopped"), "count_stopped", count),
        line(_("Sales stopped incl. VAT"), "stopped_minor", money),
        line(_("Share of all sales"), "stopped_ratio", share),
        line(
            _("Customers later over {n} days late, of whom over").format(n=view.late_days),
            "customers_late_over",
            count,
        ),
        line(_("Exposure avoided on them"), "avoided_minor", money),
        line(_("Good customers' sales stopped"), "good_stopped_minor", money),
        line(_("Share of good customers' sales"), "good_stopped_ratio", share),
    ]
    columns: list[tuple[str, Any]] = [
        (_("Over the past"), "left"),
        *((rule_words(item, currency, lang), "right") for item in view.rules),
    ]
    first, last = totals[0], totals[-1]
    title = _(
        "“{rule}” would have made {n} overruns against {m} with the limits in force, and stopped {share} of sales"
    ).format(
        rule=rule_words(view.rules[0], currency, lang),
        n=count(first["count_overruns"]),
        m=count(last["count_overruns"]),
        share=f.share(first["stopped_ratio"]),
    )
    late = count(first["customers_late"])
    words = _("{n} customers had an invoice over {days} days late; {currency}, incl. VAT, E1")
    heading(title, words.format(n=late, days=view.late_days, currency=currency))
    html_table(columns, rows, alt=title)


def _customers(page: Page, view: SimulationView, block: SimulationBlock) -> None:
    """Draw customer by customer what the first rule would have done."""
    _, f, lang = page.words, page.formats, page.style.language
    rows = block.customers[0]
    rows = rows.loc[rows["days_over"] > 0].reset_index(drop=True)
    heading(
        _.ngettext(
            "{n} customer over his limit", "{n} customers over their limit", len(rows)
        ).format(n=f.integer(len(rows))),
        rule_words(view.rules[0], block.currency, lang),
    )
    if rows.empty:
        return
    columns = [
        Column("name", _("Customer"), 190),
        Column("limit_minor", _("Limit at the end"), 100, f.amount0, "currency"),
        Column("count_overruns", _("Times over"), 56, f.integer),
        Column("days_over", _("Days over"), 60, f.integer),
        Column("peak_minor", _("Highest excess"), 136, f.amount0, "currency"),
        Column("count_stopped", _("Invoices stopped"), 118, f.integer),
        Column("stopped_minor", _("Sales stopped"), 112, f.amount0, "currency"),
        Column("avoided_minor", _("Exposure avoided"), 102, f.amount0, "currency"),
        Column("late_on", _("Too late on"), 116, f.date),
    ]
    grid(
        rows.head(SHOWN_ROWS),
        columns,
        key=f"simulated_customers_{block.currency}",
        height=360,
        alt=_("Customers over their limit"),
    )
    cut_note(page, len(rows))
    list_button(
        page,
        f"simulation_{block.currency}",
        _("Limit simulator"),
        columns,
        block.customers[0],
        basis="E1",
    )


# -- a rule -------------------------------------------------------------------------------------


def _rule(page: Page, key: str, kinds: tuple[str, ...], place: int = 0) -> Rule | None:
    """Draw the choice of one rule and of its figure."""
    _, lang = page.words, page.style.language
    kind: Any = st.selectbox(
        _("Rule"),
        kinds,
        index=place,
        format_func=lambda code: name("rule", code, lang),
        key=f"simulator_kind_{key}",
    )
    try:
        return rule(kind, **_figure(page, str(kind), key))
    except UserError as error:
        st.markdown(f":small[:orange[{plain(error_sentence(error, language()))}]]")
        return None


def _figure(page: Page, kind: str, key: str) -> dict[str, Any]:
    """Draw the field of a rule; return what it says."""
    _ = page.words
    currency = _currency(page)
    if kind == "common":
        text = st.text_input(
            _("Amount for each customer ({currency})").format(currency=currency),
            value="10 000",
            key=f"simulator_amount_{key}",
        )
        return {"amount_minor": _amount(text, currency)}
    if kind == "category":
        return {"amounts": _by_category(page, key, currency)}
    if kind in _FIELDS:
        field = _FIELDS[kind]
        typed = number_box(_(field.title), field.usual, key=f"simulator_{kind}_{key}")
        return {field.name: read_needed(typed, most=field.most) / field.divisor}
    said = _("The suggestion of each month, with the class, the habit and the sales known then.")
    st.markdown(f":small[:gray[{said}]]")
    return {}


def _by_category(page: Page, key: str, currency: str) -> tuple[tuple[str, int], ...]:
    """Draw one amount a category, empty: no limit."""
    _ = page.words
    known = cache.filter_choices(page.info.data_version)["category"][:_MOST_CATEGORIES]
    if not known:
        st.markdown(f":small[:gray[{_('No customer of this book has a category.')}]]")
        return ()
    found = []
    places = st.columns(min(3, len(known)))
    for place, category in enumerate(known):
        with places[place % len(places)]:
            text = st.text_input(
                plain(f"{category} ({currency})"),
                value="10 000",
                key=f"simulator_category_{key}_{place}",
            )
        amount = _amount(text, currency)
        if amount >= 0:
            found.append((category, amount))
    return tuple(found)


def _amount(text: str, currency: str) -> int:
    """Return a typed amount in minor units; −1 when nothing or something unreadable is typed."""
    found = parse_amount(text, currency) if text.strip() else None
    return -1 if found is None else found


def _currency(page: Page) -> str:
    wanted = page.selection.filters.company_id
    known = [item.currency for item in page.info.companies if wanted in (None, item.company_id)]
    return pd.Series(known).mode().iloc[0] if known else "EUR"
