"""Blocks of the page of late payment interest: totals, standings, customers, invoices to claim, rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.formats import is_missing
from arlib.i18n.penalties import (
    GROUNDS,
    MODES,
    STANDINGS,
    half_year_words,
    missing_words,
    rate_words,
    reckonings,
    word,
)
from arlib.ui import cache, customers
from arlib.ui.cards import heading, metric
from arlib.ui.download import list_button
from arlib.ui.frame import companies_words
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid, html_table
from arlib.ui.texts import plain, small
from arlib.views.late_interest import APART

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.late_interest import LateBlock, LateView

_ROWS: Final = 420
_FEW_ROWS: Final = 330


def notes(page: Page, view: LateView, block: LateBlock | None) -> None:
    """Say what is reckoned and how, then what deserves a doubt."""
    _, f, language = page.words, page.formats, page.style.language
    said = [
        _("A simulation, not a claim: suppliers often waive it, and nothing is sent or booked."),
        _(
            "Base incl. VAT, actual days / 365, from the day after the due date, ECB rate + {points} points ({mode})."
        ).format(
            points=f"{100 * view.margin_ratio:g}", mode=word(MODES, view.mode, language).lower()
        ),
    ]
    if view.contract_ratio:
        words = _(
            "Rate of your terms of sale: {rate}, never below {times} times the legal interest rate."
        )
        said.append(words.format(rate=f.percent(view.contract_ratio, 2), times=view.floor_times))
    st.markdown(small(plain(" ".join(said))))
    for words in _doubts(page, view, block):
        st.markdown(f":orange[:material/warning: {plain(words)}]")


def _doubts(page: Page, view: LateView, block: LateBlock | None) -> list[str]:
    _, f, language = page.words, page.formats, page.style.language
    said = []
    if view.missing:
        words = _(
            "No rate for {halves}: type it under “Rates and choices”, it is never carried forward."
        )
        said.append(words.format(halves=missing_words(view.missing, language)))
    if view.unconfirmed:
        words = _("Rate to be confirmed: {halves}.")
        said.append(words.format(halves=missing_words(view.unconfirmed, language)))
    if block is not None and block.count_estimates:
        words = _(
            "{n} of {all} invoices have a due date worked out from the terms: their interest is an estimate."
        )
        said.append(
            words.format(n=f.integer(block.count_estimates), all=f.integer(block.count_invoices))
        )
    if view.left_out:
        words = _("Ledger without lettering, left out: {names}.")
        said.append(words.format(names=companies_words(page, view.left_out)))
    if view.open_only:
        words = _("Open items only, invoices paid late are not known: {names}.")
        said.append(words.format(names=companies_words(page, view.open_only)))
    return said


def cards(page: Page, view: LateView, block: LateBlock) -> None:
    """Draw the theoretical interest, the indemnities, the count of invoices, what may be claimed."""
    _, f, code = page.words, page.formats, block.currency
    euro = block.indemnity_currency
    places = st.columns(4)
    with places[0]:
        metric(
            _("Theoretical interest"),
            f.compact(block.known_interest_minor, code),
            note=_interest_note(page, view, block),
            about=_("All invoices owed after their due date, paid since or not, at {date}.").format(
                date=f.date(view.as_of)
            ),
        )
    with places[1]:
        due = block.indemnity_minor
        metric(
            _("Fixed indemnities"),
            f.compact(due, euro),
            note=_("{amount} per invoice late, once a number").format(
                amount=f.amount0(view.indemnity_each_minor, euro)
            ),
            about=_(
                "Between professionals, outside VAT; not for debts born before a judgment that opens insolvency proceedings."
            ),
        )
    with places[2]:
        count = _("{n} still owed")
        metric(
            _("Invoices late"),
            f.integer(block.count_invoices),
            note=f"{count.format(n=f.integer(block.count_open))}, "
            + _("{n} paid since").format(n=f.integer(block.count_invoices - block.count_open)),
        )
    with places[3]:
        metric(
            _("To claim as it stands"),
            _claim(page, block),
            note=_.ngettext("{n} invoice", "{n} invoices", block.count_claimable).format(
                n=f.integer(block.count_claimable)
            )
            + ", "
            + _("{amount} of indemnities").format(
                amount=f.compact(block.claimable_indemnity_minor, euro)
            ),
            about=_(
                "Neither in dispute, nor insolvent, abroad, a natural person or older than five years."
            ),
        )


def _interest_note(page: Page, view: LateView, block: LateBlock) -> str:
    _, f = page.words, page.formats
    if block.count_no_rate:
        words = _.ngettext(
            "{n} invoice without a rate left out",
            "{n} invoices without a rate left out",
            block.count_no_rate,
        )
        return words.format(n=f.integer(block.count_no_rate))
    if block.disputed_interest_minor:
        words = _("disputed, apart: {amount}")
        return words.format(amount=f.compact(block.disputed_interest_minor, block.currency))
    return _("at {date}").format(date=f.date(view.as_of))


def _claim(page: Page, block: LateBlock) -> str:
    """Return interest and indemnities when they are in one currency, else the interest."""
    total = block.claimable_interest_minor
    if block.currency == block.indemnity_currency:
        total += block.claimable_indemnity_minor
    return page.formats.compact(total, block.currency)


def standings(page: Page, view: LateView, block: LateBlock) -> None:
    """Draw what may be claimed, what is to be checked, what is apart."""
    _, f, language = page.words, page.formats, page.style.language
    known = block.standings
    checked = known.loc[~known["standing"].isin(["claimable", *APART])]
    count = int(checked["count_invoices"].sum())
    heading(
        _.ngettext(
            "{n} invoice to check before it is claimed",
            "{n} invoices to check before they are claimed",
            count,
        ).format(n=f.integer(count))
        if count
        else _("Nothing to check before claiming"),
        _("Interest and indemnities at {date}, incl. what is already paid late").format(
            date=f.date(view.as_of)
        ),
    )
    columns: list[tuple[str, Any]] = [
        (_("Standing"), "left"),
        (_("Invoices"), "right"),
        (_("Interest"), "right"),
        (_("Indemnities"), "right"),
    ]
    rows = [
        [
            word(STANDINGS, str(row["standing"]), language),
            f.integer(row["count_invoices"]),
            MISSING
            if row["standing"] == "no_rate"
            else f.amount0(row["interest_minor"], block.currency),
            f.amount0(row["indemnity_minor"], block.indemnity_currency),
        ]
        for row in known.loc[~known["standing"].isin(APART)].to_dict("records")
    ]
    total = [
        _("Theoretical total"),
        f.integer(block.count_invoices),
        MISSING
        if block.interest_minor is None
        else f.amount0(block.interest_minor, block.currency),
        f.amount0(block.indemnity_minor, block.indemnity_currency),
    ]
    html_table(columns, rows, total=total, alt=_("Late invoices by standing"))
    st.markdown(small(plain(_apart(page, block))))


def _apart(page: Page, block: LateBlock) -> str:
    """Return what is in no total, in words."""
    _, f, language = page.words, page.formats, page.style.language
    rows = block.standings.loc[block.standings["standing"].isin(APART)].to_dict("records")
    said = [
        _("{what}: {n} invoices, {amount} of interest").format(
            what=word(STANDINGS, str(row["standing"]), language),
            n=f.integer(row["count_invoices"]),
            amount=f.amount0(row["interest_minor"], block.currency),
        )
        for row in rows
    ]
    return _("In no total: {what}.").format(what=" · ".join(said) if said else _("nothing"))


def people(page: Page, block: LateBlock) -> pd.DataFrame:
    """Draw the customers, the largest interest first; return the one ticked."""
    _, f = page.words, page.formats
    rows = block.customers
    top = rows.head(5)["known_interest_minor"].sum()
    total = block.known_interest_minor
    heading(
        _("Five customers make {share} of the interest").format(
            share=f.share(int(top) / total) if total else MISSING
        )
        if len(rows) > 5  # noqa: PLR2004 - the five of the title
        else _("Interest by customer"),
        _("Tick a customer to see its invoices and their reckoning below"),
    )
    columns = [
        Column("name", _("Customer"), 230),
        Column("count_invoices", _("Invoices"), 80, f.integer),
        Column("max_days_late", _("Longest delay"), 115, f.days0),
        Column("interest_minor", _("Interest"), 105, f.amount, "currency"),
        Column("indemnity_minor", _("Indemnities"), 100, f.amount0, "indemnity_currency"),
        Column("count_claimable", _("To claim"), 80, f.integer),
        Column("claimable_interest_minor", _("Interest to claim"), 120, f.amount, "currency"),
        Column(
            "claimable_indemnity_minor",
            _("Indemnities to claim"),
            145,
            f.amount0,
            "indemnity_currency",
        ),
        Column("disputed_interest_minor", _("In dispute, apart"), 120, f.amount, "currency"),
        Column("open_minor", _("Still owed"), 110, f.amount0, "currency"),
    ]
    ticked = grid(
        rows,
        columns,
        key=f"penalties_customers_{block.currency}",
        select="single",
        height=_FEW_ROWS,
        alt=_("Interest by customer"),
    )
    cut_note(page, len(rows))
    chosen = rows.head(SHOWN_ROWS).iloc[ticked]
    with st.container(horizontal=True):
        customers.open_button(page, chosen, "penalties_open")
        list_button(
            page,
            f"penalties_customers {block.currency}",
            _("Late payment interest by customer"),
            columns,
            rows,
        )
    return chosen


def invoices(page: Page, view: LateView, block: LateBlock, chosen: pd.DataFrame) -> None:
    """Draw the late invoices of the customer ticked, else those to claim, with what makes each figure."""
    _ = page.words
    if len(chosen):
        row = chosen.iloc[0]
        who = (str(row["company_id"]), str(row["customer_id"]))
        found = cache.late_invoices(page.selection, *who)
        found = found.loc[found["currency"] == block.currency].reset_index(drop=True)
        steps = cache.late_steps(page.selection, *who)
        rows = _told(page, view, block, found, steps)
        heading(
            _("Late invoices of {name}").format(name=row["name"]),
            _("Base × days × rate / 365, one stretch after the other; rounded once an invoice"),
        )
        _list(page, rows, f"penalties_invoices_{block.currency}_{who}", rows)
        return
    count = block.count_claimable
    heading(
        _.ngettext("{n} invoice to claim", "{n} invoices to claim", count).format(
            n=page.formats.integer(count)
        ),
        _("The largest interest first; the workbook spells out the reckoning of each"),
    )
    if not count:
        st.markdown(small(plain(_("Nothing may be claimed as it stands."))))
        return
    rows = _told(page, view, block, block.invoices, None)

    def all_of_them() -> pd.DataFrame:
        claims, steps = cache.all_claims(page.selection, block.currency)
        return _told(page, view, block, claims, steps)

    _list(page, rows, f"penalties_claims_{block.currency}", all_of_them)
    cut_note(page, count)


def _told(
    page: Page, view: LateView, block: LateBlock, frame: pd.DataFrame, steps: pd.DataFrame | None
) -> pd.DataFrame:
    """Return invoices with their words; the reckoning where it is given."""
    language = page.style.language
    points = (view.margin_ratio, view.public_margin_ratio)
    told = (
        {} if steps is None else reckonings(steps, block.currency, frame["invoice_key"], language)
    )
    pairs = frame[["regime", "contract_ratio", "is_floored"]].to_dict("records")
    return frame.assign(
        rate_text=[rate_words(row, points, language) for row in pairs],
        standing_text=[word(STANDINGS, str(code), language) for code in frame["standing"]],
        ground_text=[word(GROUNDS, str(code), language) for code in frame["indemnity_ground"]],
        reckoning=[told.get(key, "") for key in frame["invoice_key"]],
    )


def _list(page: Page, rows: pd.DataFrame, key: str, all_rows: Any) -> None:
    _, f = page.words, page.formats
    is_one = key.startswith("penalties_invoices")
    reckoned = Column("reckoning", _("Reckoning"), 300 if is_one else 420)
    columns = [
        *([] if is_one else [Column("name", _("Customer"), 180)]),
        Column("number", _("Invoice"), 100),
        Column("due_on", _("Due date"), 90, f.date),
        Column("settled_on", _("Settled on"), 90, f.date),
        Column("days_late", _("Late by"), 75, f.days0),
        *(
            [reckoned]
            if is_one
            else [Column("late_minor", _("Owed late, incl. VAT"), 120, f.amount, "currency")]
        ),
        Column("interest_minor", _("Interest"), 95, f.amount, "currency"),
        Column("indemnity_minor", _("Indemnity"), 85, f.amount0, "indemnity_currency"),
        Column("rate_text", _("Rate"), 190),
        Column("open_minor", _("Still owed"), 100, f.amount, "currency"),
    ]
    more = [
        Column("disputed_interest_minor", _("In dispute, apart"), 110, f.amount, "currency"),
        Column("standing_text", _("Standing"), 250),
        Column("ground_text", _("Indemnity: why"), 190),
    ]
    shown = [*columns, *more] if is_one else columns
    listed = [*columns, *more] if is_one else [*columns, reckoned, *more]
    grid(rows, shown, key=key, height=_ROWS, alt=_("Late invoices"))
    list_button(
        page,
        key.split("_(", maxsplit=1)[0],
        _("Late payment interest by invoice"),
        listed,
        all_rows,
        notes={
            _("Interest"): _(
                "Simulation. Base incl. VAT × days × rate / 365, rounded once an invoice."
            ),
            _("Indemnity"): _(
                "€40 per invoice late (Code de commerce, art. D.441-5), outside VAT."
            ),
        },
    )


def rates(page: Page, view: LateView) -> None:
    """Draw the rates that serve, half-year by half-year, and those that lack."""
    _, f, language = page.words, page.formats, page.style.language
    heading(
        _("Rates by half-year"),
        _(
            "ECB rate on 1 January and 1 July; a contract is never below {times} times the legal rate"
        ).format(times=view.floor_times),
    )
    columns: list[tuple[str, Any]] = [
        (_("Half-year"), "left"),
        (_("ECB"), "right"),
        (_("ECB + {points}").format(points=f"{100 * view.margin_ratio:g}"), "right"),
        (_("Legal interest"), "right"),
        (_("{times} × legal").format(times=view.floor_times), "right"),
        (_("State"), "left"),
    ]
    rows = []
    for item in reversed(view.rates):
        law = view.law_ratio(item.number)
        floor = None if item.legal_ratio is None else view.floor_times * item.legal_ratio
        state = _("to be typed") if item.code in view.missing else _("official")
        if item.is_typed:
            state = _("typed")
        elif item.ecb_ratio is None:
            state = "▲ " + _("to be typed")
        elif not item.is_confirmed:
            state = "▲ " + _("to be confirmed")
        cells = (item.ecb_ratio, law, item.legal_ratio, floor)
        told = [MISSING if is_missing(cell) else f.percent(cell, 2) for cell in cells]
        rows.append([half_year_words(item.code, language), *told, state])
    html_table(columns, rows, alt=_("Rates by half-year"))


def law(page: Page, view: LateView) -> None:
    """Draw what the law says, as information."""
    _ = page.words
    with st.expander(_("What the law says (information, not advice)")):
        for words in (
            *view.sources,
            _(
                "Interest is due from the day after the due date, without a reminder. It bears no VAT and is taxed in the year it is cashed (CGI, art. 237 sexies): it is not accrued."
            ),
            _(
                "A natural person may be a sole trader, who owes both, or a consumer, who owes neither under these texts: check before you claim."
            ),
            _(
                "Between professionals a claim is barred after five years (Code de commerce, art. L.110-4); against a consumer, after two."
            ),
        ):
            st.markdown(f"- {plain(words)}")
