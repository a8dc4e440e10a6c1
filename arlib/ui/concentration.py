"""Blocks of the page of concentration: indices, classes, who is above the ceiling, the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.ui import cache, customers
from arlib.ui.cards import card, heading, metric
from arlib.ui.download import list_button
from arlib.ui.frame import reason
from arlib.ui.tables import Column, cut_note, grid, html_table
from arlib.ui.texts import plain

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.concentration import ConcentrationBlock, ConcentrationView

_MEASURES: Final = {"outstanding": N_("Outstanding (E1)"), "overdue": N_("Overdue amount")}
_BY: Final = {"customer": N_("By customer"), "group": N_("By group of customers")}
_TOPS: Final = (1, 5)
_SHOWN: Final = 8


def read(page: Page) -> ConcentrationView:
    """Draw what is measured and on whom; return the view."""
    _ = page.words
    with st.container(horizontal=True, vertical_alignment="center"):
        measure = st.segmented_control(
            _("Amount"),
            list(_MEASURES),
            format_func=lambda code: _(_MEASURES[code]),
            default="outstanding",
            required=True,
            key="concentration_measure",
            label_visibility="collapsed",
        )
        by = st.segmented_control(
            _("Customers"),
            list(_BY),
            format_func=lambda code: _(_BY[code]),
            default="customer",
            required=True,
            key="concentration_by",
            label_visibility="collapsed",
        )
    return cache.concentration(page.selection, measure or "outstanding", by or "customer")


def choose_block(page: Page, view: ConcentrationView) -> ConcentrationBlock:
    """Draw the choice of the currency when there are several; return its block."""
    if len(view.blocks) == 1:
        return view.blocks[0]
    codes = [block.currency for block in view.blocks]
    chosen = st.segmented_control(
        page.words("Currency"),
        codes,
        default=codes[0],
        required=True,
        key="concentration_currency",
        label_visibility="collapsed",
    )
    return view.blocks[codes.index(chosen or codes[0])]


def indices(page: Page, block: ConcentrationBlock) -> None:
    """Draw the five figures, each with what it means."""
    _, f = page.words, page.formats
    n = _("n = {n}").format(n=f.integer(block.count))
    tops = block.top.set_index("n")["share_ratio"]
    shares = [(count, tops[count]) for count in _TOPS if count in tops.index]
    with st.container(horizontal=True):
        for count, share in shares:
            title = _("Largest customer") if count == 1 else _("{n} largest").format(n=count)
            metric(title, f.share(share, 1), detail=n)
        metric(
            _("Make {share}").format(share=f.percent(block.pareto_ratio, 0)),
            f.integer(block.pareto_count),
            detail=n,
            about=_("Smallest number of customers that together make this share."),
        )
        hhi = None if block.hhi is None else block.hhi * 10_000
        metric(
            "HHI",
            f.integer(round(hhi)) if hhi is not None else MISSING,
            detail=_("as {n} equal customers").format(n=f.decimal(block.equivalent_count, 1)),
            about=_(
                "Sum of the squared shares × 10,000. Bands of 1,500 and 2,500 come from competition law and are indicative only."
            ),
        )
        metric(
            "Gini",
            f.decimal(block.gini, 2) if block.gini is not None else MISSING,
            detail=n,
            about=_("0: all owe the same; 1: one owes everything. Not defined for one customer."),
        )


def classes(page: Page, block: ConcentrationBlock) -> None:
    """Draw the classes A, B, C and the shares of the largest."""
    _, f = page.words, page.formats
    rows = [
        [
            row["abc"],
            f.integer(row["count"]),
            f.amount0(row["amount_minor"], block.currency),
            f.percent(row["share_ratio"]),
        ]
        for row in block.classes.to_dict("records")
    ]
    titles = (_("Class"), _("Customers"), _("Amount"), _("Share"))
    total = [_("Total"), f.integer(block.count), f.amount0(block.amount_minor, block.currency), ""]
    heading(_("Classes A, B, C"), _("80% of the amount, the next 15%, the last 5%"))
    html_table(_sided(titles), rows, total=total, alt=_("Classes A, B, C"))
    tops = [
        [
            f.integer(row["n"]),
            f.amount0(row["amount_minor"], block.currency),
            f.percent(row["share_ratio"]),
        ]
        for row in block.top.to_dict("records")
    ]
    heading(_("Share of the largest"))
    html_table(
        _sided((_("Customers"), _("Amount"), _("Share"))), tops, alt=_("Share of the largest")
    )


def dependence(page: Page, block: ConcentrationBlock) -> None:
    """Draw who owes more than the policy’s share of the sales of twelve months."""
    _, f, held = page.words, page.formats, block.dependence
    if held is None:
        return
    ratio = f.percent(held.ratio, 0)
    if held.ceiling_minor is None:
        with card(_("Dependence: ceiling not known"), reason(page, held.reason)):
            st.markdown(
                f":gray[{_('It takes twelve months of sales; the share is set in the policy (dependence_ratio).')}]"
            )
        return
    count = len(held.customers)
    title = _("Nobody is above {ceiling}, {ratio} of the sales of twelve months")
    if count:
        title = _.ngettext(
            "{n} customer is above {ceiling}, {ratio} of the sales of twelve months",
            "{n} customers are above {ceiling}, {ratio} of the sales of twelve months",
            count,
        )
    title = title.format(
        n=f.integer(count), ceiling=f.compact(held.ceiling_minor, block.currency), ratio=ratio
    )
    subtitle = _("Sales incl. VAT of 12 months to {date}: {sales}").format(
        date=f.date(page.selection.as_of), sales=f.amount0(held.sales_minor, block.currency)
    )
    with card(title, subtitle):
        if count:
            _above(page, held.customers, block.currency)


def _above(page: Page, rows: pd.DataFrame, currency: str) -> None:
    _, f = page.words, page.formats
    lines = [
        [
            str(row["name"]),
            f.amount0(row["amount_minor"], currency),
            f.percent(row["sales_ratio"]),
            "▲ " + f.amount0(row["excess_minor"], currency),
        ]
        for row in rows.head(_SHOWN).to_dict("records")
    ]
    titles = (_("Customer"), _("Amount"), _("Share of the sales"), _("Above the ceiling"))
    html_table(_sided(titles), lines, alt=_("Above the ceiling"))
    if len(rows) > _SHOWN:
        words = _("Others ({n})").format(n=f.integer(len(rows) - _SHOWN))
        st.markdown(f":small[:gray[{plain(words)}]]")


def left_out(page: Page, block: ConcentrationBlock) -> None:
    """Say what the figures leave out: the own group, accounts of several customers, credits."""
    _, f = page.words, page.formats
    words = {
        "intercompany": N_("Own group left out: {n}, {amount}."),
        "collective": N_("Accounts of several customers left out: {n}, {amount}."),
    }
    rows = block.excluded
    said = [
        _(words[kind]).format(n=f.integer(count), amount=f.amount0(amount, block.currency))
        for kind, count, amount in zip(
            rows["kind"], rows["count_customers"], rows["outstanding_minor"], strict=True
        )
    ]
    said.append(_("Only customers who owe something are counted; a net credit weighs nothing."))
    st.markdown(f":small[:gray[{plain(' '.join(said))}]]")


def table(page: Page, view: ConcentrationView, block: ConcentrationBlock) -> None:
    """Draw the customers or groups, largest first, with their share; and the download."""
    _, f = page.words, page.formats
    columns = [
        Column("name", _("Customer") if view.by == "customer" else _("Customer or group"), 260),
        Column("count_customers", _("Customers"), 80, f.integer),
        Column("amount_minor", _(_MEASURES[view.measure]), 130, f.amount0, "currency"),
        Column("share_ratio", _("Share"), 90, f.percent),
        Column("cumulative_ratio", _("Running share"), 110, f.percent),
        Column("abc", _("Class"), 70),
    ]
    if view.by == "customer":
        del columns[1]
    rows = block.customers.assign(currency=block.currency)
    bar = st.container(horizontal=True, vertical_alignment="center")
    ticked = grid(
        rows,
        columns,
        key=f"concentration_grid_{block.currency}_{view.by}",
        select="single" if view.by == "customer" else None,
        height=400,
        alt=_("Customers by what they owe, with their share"),
    )
    cut_note(page, len(rows))
    with bar:
        count = _.ngettext("{n} row", "{n} rows", len(rows)).format(n=f.integer(len(rows)))
        st.markdown(f"**{count}**", width="content")
        if view.by == "customer":
            customers.open_button(page, rows.iloc[ticked], "concentration_open")
        list_button(
            page,
            f"concentration_{block.currency}",
            _("Concentration"),
            columns,
            rows,
            basis=_(_MEASURES[view.measure]),
        )


def _sided(titles: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(title, "right" if place else "left") for place, title in enumerate(titles)]
