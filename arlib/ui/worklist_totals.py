"""Under the day's list: what is overdue by stage and by owner, and how the list is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.reminders import missing_fact, named
from arlib.ui.cards import card
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small
from arlib.views.common import sum_by_currency

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.worklist import WorklistView


def totals(page: Page, view: WorklistView) -> None:
    """Draw what is overdue by stage and by owner."""
    _, f, lang = page.words, page.formats, page.style.language
    if view.rows.empty:
        return
    left, right = st.columns([1, 1.9])
    lines = [
        [
            named("stage", row["stage"], lang),
            f.integer(int(row["count"])),
            f.amount0(row["amount_minor"], row["currency"]),
        ]
        for row in view.stages.to_dict("records")
    ]
    whole = " + ".join(
        f.amount0(amount, code)
        for code, amount in sum_by_currency(view.stages, "amount_minor").items()
    )
    with left, card(_stage_title(page, view), _("Overdue by stage, at the date")):
        html_table(
            [(_("Stage"), "left"), (_("Customers"), "right"), (_("Overdue"), "right")],
            lines,
            total=[_("Total"), "", whole or MISSING],
            alt=_("Overdue by stage, at the date"),
        )
    rows = [_owner_row(page, row) for row in view.owners.to_dict("records")]
    columns: list[tuple[str, Any]] = [
        (_("Owner"), "left"),
        (_("To do today"), "right"),
        (_("To ask for"), "right"),
        *((named("stage", code, lang), "right") for code in ("amicable", "dispute", "legal")),
        (_("Overdue"), "right"),
    ]
    with right, card(_owner_title(page, view), _("Customers to do and amounts overdue, by owner")):
        html_table(columns, rows, alt=_("By owner"))


def method(page: Page, view: WorklistView) -> None:
    """Say how the list is made, and what cannot be told."""
    _, f, lang = page.words, page.formats, page.style.language
    facts = [missing_fact(code, lang) for code in view.missing]
    if not view.are_reminders_known:
        facts.append(missing_fact("reminders", lang))
    for fact in facts:
        st.markdown(f":small[:orange[:material/info: {plain(fact)}]]")
    days = ", ".join(f"{code} {f.signed_days(days)}" for code, days in view.levels.items())
    said = [
        _("Days from the due date: {days}.").format(days=days),
        _("At least {days} between two contacts about an invoice.").format(
            days=f.days0(view.gap_days)
        ),
        _("Limitation: {n} months from the due date, an estimate that no event interrupts.").format(
            n=f.integer(view.limitation_months)
        ),
    ]
    if view.count_left_out:
        amounts = " + ".join(f.amount0(value, code) for code, value in view.left_out_minor.items())
        said.append(
            _.ngettext(
                "{n} collective account or company of the group left out ({amount}).",
                "{n} collective accounts or companies of the group left out ({amount}).",
                view.count_left_out,
            ).format(n=f.integer(view.count_left_out), amount=amounts)
        )
    if view.no_rate_minor:
        amounts = " + ".join(f.amount0(value, code) for code, value in view.no_rate_minor.items())
        said.append(
            _("In no amount of the list, for want of a rate: {amount}.").format(amount=amounts)
        )
    st.markdown(small(plain(" ".join(said))))


def _stage_title(page: Page, view: WorklistView) -> str:
    _, f = page.words, page.formats
    sums = view.stages.groupby("stage")["amount_minor"].sum()
    total = int(sums.sum())
    if not total or len(view.stages["currency"].drop_duplicates()) > 1:
        return _("What is overdue, by stage")
    share = int(sums.get("amicable", 0)) / total
    return _("{share} of what is overdue is still amicable").format(share=f.share(share))


def _owner_title(page: Page, view: WorklistView) -> str:
    _, f = page.words, page.formats
    rows = view.owners.dropna(subset=["owner"])
    if rows.empty:
        return _("No customer has an owner")
    first = rows.sort_values(["count_to_do", "owner"], ascending=[False, True]).iloc[0]
    count = int(first["count_to_do"])
    said = _.ngettext(
        "{owner} has {n} customer to remind", "{owner} has {n} customers to remind", count
    )
    return said.format(owner=first["owner"], n=f.integer(count))


def _owner_row(page: Page, row: dict[Any, Any]) -> list[str]:
    _, f = page.words, page.formats
    names = ("to_collect_minor", "amicable_minor", "dispute_minor", "legal_minor", "overdue_minor")
    amounts = [f.amount0(row[name], row["currency"]) for name in names]
    owner = _("nobody") if pd.isna(row["owner"]) else str(row["owner"])
    return [owner, f.integer(int(row["count_to_do"])), *amounts]
