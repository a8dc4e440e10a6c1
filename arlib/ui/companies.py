"""Blocks of the group page: the companies in rows, the same figures, their total when it is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from arlib.i18n import N_
from arlib.i18n.companies import company_name
from arlib.ui import cache
from arlib.ui.cards import card, heading
from arlib.ui.download import list_button
from arlib.ui.frame import reason
from arlib.ui.tables import Column, grid
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.companies import CompaniesView

_NOTES: Final = {
    N_("Overdue"): N_("Open items past their due date, before credits; its share is of the gross."),
    N_("Late > 90 d"): N_("Open items more than 90 days after their due date, before credits."),
    N_("Mean delay"): N_(
        "RMPO: days between due date and payment over 12 months, open late items included, weighted by amount."
    ),
    N_("Over limit"): N_(
        "Once a company, on its first row; the overrun is in the currency of the limits."
    ),
}


def show(page: Page) -> None:
    """Draw the companies, or why there is nothing to compare."""
    if len(page.info.companies) < 2 or page.selection.filters.company_id:  # noqa: PLR2004
        _alone(page)
        return
    with st.spinner(page.words("Reading each company…")):
        view = cache.companies(page.selection)
    view = replace(view, companies=_named(page, view.companies))
    if view.companies.empty:
        st.info(page.words("Nothing is open at this date under these filters."))
        return
    with card():
        heading(_title(page, view), _subtitle(page))
        columns = _columns(page)
        grid(view.companies, columns, key="companies", alt=_title(page, view))
        _total(page, view, columns)
        notes = {page.words(name): page.words(text) for name, text in _NOTES.items()}
        list_button(
            page, "companies", page.words("Companies of the group"), _written(page, columns),
            view.companies, notes=notes,
        )  # fmt: skip


def _named(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the companies named as a user reads them."""
    return rows.assign(name=[company_name(name, page.style.language) for name in rows["name"]])


def _alone(page: Page) -> None:
    """Draw the greyed card of a book, or of a filter, of one company."""
    _ = page.words
    words = (
        _("The filter keeps one company: take it off to compare them.")
        if page.selection.filters.company_id and len(page.info.companies) > 1
        else _("The book holds one company: the overview says it all. Import a second one to compare.")
    )  # fmt: skip
    with st.container(border=True):
        st.markdown(f"##### :gray[:material/block: {_('Nothing to compare')}]")
        st.markdown(f":gray[{plain(words)}]")


def _title(page: Page, view: CompaniesView) -> str:
    """Return the message: who has the largest share of its receivables overdue."""
    _, f = page.words, page.formats
    known = view.companies.dropna(subset=["overdue_ratio"])
    if known.empty:
        return _("Companies of the group")
    worst = known.sort_values("overdue_ratio", kind="stable").iloc[-1]
    return _("{name} has the largest share overdue: {share}").format(
        name=worst["name"], share=f.share(worst["overdue_ratio"], 1)
    )


def _subtitle(page: Page) -> str:
    date = page.formats.date(page.selection.as_of)
    return page.words("On {date}, incl. VAT; each row as the overview of the company").format(
        date=date
    )


def _columns(page: Page) -> list[Column]:
    _, f = page.words, page.formats
    amount = f.amount0
    return [
        Column("name", _("Company"), 178),
        Column("currency", _("Currency"), 50),
        Column("outstanding_minor", _("Outstanding"), 82, amount, "currency"),
        Column("overdue_minor", _("Overdue"), 70, amount, "currency"),
        Column("overdue_ratio", _("Share overdue"), 90, f.percent),
        Column("over_90_minor", _("Late > 90 d"), 84, amount, "currency"),
        Column("disputed_minor", _("Disputed"), 64, amount, "currency"),
        Column("dso_days", _("DSO"), 74, f.days, about=_("DSO (count-back)")),
        Column("mean_delay_days", _("Mean delay"), 84, f.days),
        Column("count_over", _("Over limit"), 100, f.integer, about=_("Customers over limit")),
        Column("overrun_minor", _("Overrun"), 80, amount, "overrun_currency", is_summed=False),
    ]


def _written(page: Page, columns: list[Column]) -> list[Column]:
    """Return the columns of the workbook: amounts of one currency each, the lower bound said."""
    _ = page.words
    currency = Column("overrun_currency", _("Currency of the limits"), 80)
    return [*columns, currency]


def _total(page: Page, view: CompaniesView, columns: list[Column]) -> None:
    """Draw the total in one currency, or say why there is none."""
    _ = page.words
    if view.total_reason is not None:
        why = reason(page, view.total_reason)
        words = _("No total in {currency}: {reason}.").format(currency=view.target, reason=why)
        st.markdown(small(plain(words)))
        return
    converted = set(view.companies["currency"]) != {view.target}
    name = _("Total, converted into {currency}") if converted else _("Total")
    name = name.format(currency=view.target)
    total = view.total.assign(name=name)
    grid(total, columns, key="companies_total", is_total=True, alt=name)
