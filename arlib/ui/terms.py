"""Blocks of the payment-term report: choices, figures, tables to paste, terms beyond the law."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.companies import company_name
from arlib.i18n.credit import REGIMES
from arlib.i18n.issues import error_sentence
from arlib.i18n.terms_report import ARTICLES, EXCLUSIONS, READINGS, STATES, TITLES, VERDICTS
from arlib.model.issues import UserError
from arlib.reports.payment_table import left_out_lines, lines
from arlib.reports.payment_terms import method_lines, terms_workbook
from arlib.ui import cache, customers
from arlib.ui.cards import card, heading, metric
from arlib.ui.download import list_button
from arlib.ui.frame import reason
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid, html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.payment_terms import Table, TermsBlock, TermsView

_AMOUNTS: Final = {"auto": N_("Excl. VAT"), "incl": N_("Incl. VAT")}


def choose(page: Page) -> tuple[TermsView, TermsBlock | None]:
    """Draw the choices of the report; return it and the company and currency shown.

    None: nothing was invoiced. Stops where the year is not one.
    """
    _ = page.words
    as_of = page.selection.as_of
    first = cache.payment_terms(page.selection).from_on
    with st.container(horizontal=True, vertical_alignment="bottom"):
        from_on = st.date_input(
            _("First day of the year"),
            value=first,
            max_value=as_of,
            format="DD/MM/YYYY",
            key=f"terms_from_{as_of}",
            width=160,
        )
        basis = st.container(width="content")
        with_disputed = st.toggle(
            _("Keep disputed invoices"),
            key="terms_disputed",
            help=_("The law lets them be left out, if their number and amount are said."),
        )
        picked = st.container()
    asked = partial(
        cache.payment_terms,
        page.selection,
        from_on=from_on or first,
        with_disputed=with_disputed,
    )
    try:
        view = asked(amounts="auto")
    except UserError as error:
        st.error(error_sentence(error, page.style.language), icon=":material/error:")
        st.stop()
    with picked:
        place = _place(page, view)
    if place is None:
        return view, None
    with basis:
        amounts = _amounts(page, view.blocks[place])
    view = view if amounts == "auto" else asked(amounts=amounts)
    return view, view.blocks[place]


def _amounts(page: Page, block: TermsBlock) -> str:
    """Draw the choice of amounts; return ``auto`` or ``incl``.

    ``block``: made with ``auto``. Where VAT is not known amounts hold it whatever is chosen: what is
    lit says so.
    """
    _ = page.words
    known = [table.is_excl for table in block.tables]
    titles = dict(_AMOUNTS)
    if known and not all(known):
        titles["auto"] = N_("Excl. VAT where it is known")
    if known and not any(known):
        count = max(table.count_without_tax for table in block.tables)
        st.segmented_control(
            _("Amounts"),
            ["incl"],
            format_func=lambda code: _(_AMOUNTS[code]),
            default="incl",
            required=True,
            disabled=True,
            help=_("Amounts incl. VAT: {n} documents do not say their VAT.").format(
                n=page.formats.integer(count)
            ),
            key="terms_amounts_incl",
        )
        return "auto"
    chosen = st.segmented_control(
        _("Amounts"),
        list(titles),
        format_func=lambda code: _(titles[code]),
        default="auto",
        required=True,
        key="terms_amounts",
    )
    return str(chosen or "auto")


def _place(page: Page, view: TermsView) -> int | None:
    """Return the place of the company and currency shown: the only one, or the one chosen."""
    if len(view.blocks) < 2:  # noqa: PLR2004 - a choice needs two
        return 0 if view.blocks else None
    several = len({block.currency for block in view.blocks}) > 1
    place = st.selectbox(
        page.words("Company"),
        range(len(view.blocks)),
        format_func=lambda at: (
            f"{company_name(view.blocks[at].company, page.style.language)} · {view.blocks[at].currency}"
            if several
            else company_name(view.blocks[at].company, page.style.language)
        ),
        key="terms_block",
        width=300,
    )
    return place or 0


def cards(page: Page, view: TermsView, block: TermsBlock) -> None:
    """Draw what is late at the closing, what was late in the year, terms beyond the law, real days."""
    _, f = page.words, page.formats
    if block.starts_late:
        words = _("The files of this company begin on {date}: the year is not whole.")
        st.markdown(f":small[:orange[{plain(words.format(date=f.date(block.starts_late)))}]]")
    places = st.columns(4)
    names = {"unpaid": _("Late at the closing date"), "late": _("Late during the year")}
    for place, (code, name) in zip(places, names.items(), strict=False):
        with place:
            _card(page, block, code, name)
    with places[2]:
        found = block.verdicts.set_index("verdict")["count_invoices"]
        illegal, clause = int(found.get("terms_illegal", 0)), int(found.get("terms_clause", 0))
        note = _("and {n} within the clause “45 days end of month”").format(n=f.integer(clause))
        metric(
            _("Due dates beyond the law"),
            f.integer(illegal) if block.count_tested else MISSING,
            note=note if block.count_tested else _("no agreed due date to compare"),
            about=_("Invoices issued since {date}").format(date=f.date(view.from_on)),
        )
    with places[3]:
        note = reason(page, "no_history")
        if block.real_days is not None:
            note = _("agreed {agreed}, late by {late}").format(
                agreed=f.days(block.agreed_days), late=f.signed_days(block.late_days, 1)
            )
        metric(
            _("Real time to pay"),
            f.days(block.real_days),
            note=note,
            about=_("From the invoice to the receipt, weighted by amount, over the year"),
        )


def _card(page: Page, block: TermsBlock, code: str, name: str) -> None:
    _, f = page.words, page.formats
    table = block.table(code)
    if table is None:
        metric(name, MISSING, note=reason(page, block.unavailable or "not_at_this_level"))
        return
    of = _("sales of the year") if code == "unpaid" else _("invoices of the year")
    note = _.ngettext("{n} invoice", "{n} invoices", table.count).format(n=f.integer(table.count))
    if table.ratio is not None:
        note += " · " + _("{share} of the {of}").format(share=f.share(table.ratio, 1), of=of)
    metric(
        name, f.compact(table.amount_minor, block.currency), note=note, about=_basis(page, table)
    )


def _basis(page: Page, table: Table) -> str:
    return page.words("excl. VAT") if table.is_excl else page.words("incl. VAT")


def tables(page: Page, view: TermsView, block: TermsBlock) -> None:
    """Draw both tables of the management report, with their text to paste and the workbook."""
    _ = page.words
    if block.unavailable:
        with card(_("No table can be made for this company")):
            st.markdown(
                small(plain(_("Which invoice is paid is not known: no lettering in the files.")))
            )
        return
    for table in block.tables:
        with card(_title(page, block, table), f"{ARTICLES[table.code]} · {_(TITLES[table.code])}"):
            _table(page, block, table)
    with st.container(horizontal=True, vertical_alignment="center"):
        _workbook(page, view)
        with st.popover(_("How it is reckoned"), icon=":material/info:"):
            for name, words in method_lines(view, page.style.language):
                st.markdown(f"**{plain(name)}** – {plain(words)}")
            st.markdown(small(plain(view.source)))


def _title(page: Page, block: TermsBlock, table: Table) -> str:
    """Return the message of a table: how much is late, and how much of it for long."""
    _, f = page.words, page.formats
    amount = f.compact(table.amount_minor, block.currency)
    if not table.count:
        return _("No invoice is late")
    long = int(table.bands.loc[table.bands["band"] == "91+", "amount_minor"].sum())
    share = f.share(long / table.amount_minor if table.amount_minor else None)
    if table.code == "unpaid":
        return _("{amount} is late at the closing date, {share} of it for 91 days or more").format(
            amount=amount, share=share
        )
    return _("{amount} was late during the year, {share} of it for 91 days or more").format(
        amount=amount, share=share
    )


def _table(page: Page, block: TermsBlock, table: Table) -> None:
    _, language = page.words, page.style.language
    (corner, *titles), *body = lines(table, block.currency, language)
    columns: list[tuple[str, Any]] = [(corner, "left"), *((title, "right") for title in titles)]
    html_table(columns, body, alt=_(TITLES[table.code]))
    st.markdown(small(plain(_sentence(page, block, table))))
    with st.expander(_("Text to paste"), icon=":material/content_copy:"):
        st.markdown(
            small(plain(_("Copied into a word processor or a spreadsheet, it becomes a table.")))
        )
        st.code(_pasted(page, block, table), language=None)


def _sentence(page: Page, block: TermsBlock, table: Table) -> str:
    """Return what stands under a table: what is left out (B), the terms of reference (C), the basis."""
    _, f = page.words, page.formats
    rows = table.left_out.loc[table.left_out["count_invoices"] > 0].to_dict("records")
    words = {code: _(text) for code, text in EXCLUSIONS.items()}
    left = ", ".join(
        _("{n} for {amount} ({what})").format(
            n=f.integer(row["count_invoices"]),
            amount=f.amount(row["amount_minor"], block.currency),
            what=words[row["excluded"]],
        )
        for row in rows
    )
    said = [
        _("(B) Left out: {what}.").format(what=left or _("none")),
        _("(C) Terms of reference: due dates of the contract."),
    ]
    if table.amounts_reason == "no_tax":
        said.append(
            _("Amounts incl. VAT: {n} documents do not say their VAT.").format(
                n=f.integer(table.count_without_tax)
            )
        )
    if table.ratio is None:
        said.append(_("No share: the files do not tell the sales of the year."))
    if table.count_openings:
        said.append(
            _.ngettext(
                "{n} line brought forward from an earlier year is in it.",
                "{n} lines brought forward from an earlier year are in it.",
                table.count_openings,
            ).format(n=f.integer(table.count_openings))
        )
    return " ".join(said)


def _pasted(page: Page, block: TermsBlock, table: Table) -> str:
    """Return a table as lines of cells between tabs."""
    _, language = page.words, page.style.language
    head = f"{company_name(block.company, page.style.language)} – {ARTICLES[table.code]} : {_(TITLES[table.code])}"
    parts = [
        *lines(table, block.currency, language),
        *left_out_lines(table, block.currency, language),
    ]
    said = _("(C) Terms of reference: due dates of the contract.")
    return "\n".join([head, *("\t".join(row) for row in parts), said])


def _workbook(page: Page, view: TermsView) -> None:
    _, language = page.words, page.style.language

    def made() -> bytes:
        invoices = cache.terms_invoices(page.selection, view.from_on)
        return terms_workbook(view, invoices, language)

    st.download_button(
        _("Download the report (Excel)"),
        data=made,
        file_name=f"encours_payment_terms_{view.as_of:%Y-%m-%d}.xlsx",
        icon=":material/download:",
        type="primary",
        on_click="ignore",
        key="download_payment_terms",
    )


def verdicts(page: Page, block: TermsBlock) -> None:
    """Draw how many invoices of the year are within the law, beyond it, or not judged."""
    _, f = page.words, page.formats
    rows = block.verdicts
    total = int(rows["count_invoices"].sum())
    within = int(rows.loc[rows["verdict"] == "within", "count_invoices"].sum())
    title = _("{share} of the invoices are within the legal ceiling").format(
        share=f.share(within / total if total else None)
    )
    if not total:
        title = _("No invoice in the year")
    elif not block.count_tested:
        title = _("No invoice of the year can be held against the legal ceiling")
    with card(title, _("Invoices issued in the year, incl. VAT")):
        words = {code: _(text) for code, text in VERDICTS.items()}
        body = [
            [
                ("▲ " if row["verdict"] == "terms_illegal" else "") + words[row["verdict"]],
                f.integer(row["count_invoices"]),
                f.amount0(row["amount_minor"], block.currency),
            ]
            for row in rows.to_dict("records")
        ]
        columns: list[tuple[str, Any]] = [
            ("", "left"),
            (_("Count"), "right"),
            (_("Amount"), "right"),
        ]
        html_table(columns, body, alt=_("Terms granted on the invoices of the year"))
        st.markdown(
            small(
                plain(
                    _(
                        "Ceiling: the latest of 60 days, 45 days then end of month, end of month then 45 days; or the customer’s own regime."
                    )
                )
            )
        )


def beyond(page: Page, block: TermsBlock) -> None:
    """Draw the invoices due beyond the law, with the days beyond each reading."""
    _, f = page.words, page.formats
    rows = block.beyond
    count = int((rows["legal"] == "terms_illegal").sum())
    title = _.ngettext(
        "{n} due date is beyond the legal ceiling",
        "{n} due dates are beyond the legal ceiling",
        count,
    ).format(n=f.integer(count))
    if not block.count_tested:
        title = _("No agreed due date to compare with the legal ceiling")
    with card(title, _("Furthest beyond first; “45 days end of month” read both ways")):
        if not block.count_tested:
            st.markdown(
                small(plain(_("The files give no terms: due dates are those of the policy.")))
                if block.is_by_default
                else small(plain(_("No invoice of the year was tested.")))
            )
            return
        if rows.empty:
            st.markdown(small(plain(_("Every due date granted is within the law."))))
            return
        columns = _beyond_columns(page)
        shown = _told(page, rows.head(SHOWN_ROWS))
        ticked = grid(shown, columns, key="terms_beyond", select="single", height=330, alt=title)
        cut_note(page, len(rows))
        with st.container(horizontal=True):
            customers.open_button(page, shown.iloc[ticked], "terms_beyond_open")
            list_button(
                page,
                f"terms_beyond_{block.company_id}_{block.currency}",
                _("Due dates beyond the legal ceiling"),
                columns,
                lambda: _told(page, rows),
            )


def _beyond_columns(page: Page) -> list[Column]:
    _, f = page.words, page.formats
    about = _("Days beyond 60 days from the invoice; negative: within")
    first = _("Days beyond 45 days, then the end of that month")
    second = _("Days beyond the end of the month, then 45 days")
    return [
        Column("name", _("Customer"), 160),
        Column("number", _("Document"), 84),
        Column("legal_text", _("Verdict"), 128),
        Column("issued_on", _("Issued"), 86, f.date),
        Column("due_on", _("Due"), 86, f.date),
        Column("legal_on", _("Allowed until"), 104, f.date),
        Column("legal_days", _("Days beyond"), 98, f.integer, is_summed=False),
        Column("net_days", _("60 days"), 66, f.integer, is_summed=False, about=about),
        Column("month_end_a_days", _("45 d, EOM"), 80, f.integer, is_summed=False, about=first),
        Column("month_end_b_days", _("EOM, 45 d"), 80, f.integer, is_summed=False, about=second),
        Column("amount_minor", _("Amount incl. VAT"), 100, f.amount0, "currency"),
        Column("regime_text", _("Regime"), 130),
        Column("reading_text", _("Reading"), 150),
    ]


def _told(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    _ = page.words
    short = {"terms_illegal": _("▲ beyond the law"), "terms_clause": _("clause to check")}
    return rows.assign(
        legal_text=[short[code] for code in rows["legal"]],
        regime_text=[_(REGIMES.get(code, code)) for code in rows["regime"]],
        reading_text=[
            _(READINGS[code]) if code in READINGS else MISSING for code in rows["reading"]
        ],
    )


def real_terms(page: Page, block: TermsBlock) -> None:
    """Draw agreed against real terms by customer, the longest real ones first."""
    _, f = page.words, page.formats
    rows = block.customers
    late = int((rows["late_days"] > 0).sum())
    title = _("Agreed and real terms: no settlement in the year")
    if len(rows):
        title = _.ngettext(
            "{n} customer of {all} takes longer than agreed",
            "{n} customers of {all} take longer than agreed",
            late,
        ).format(n=f.integer(late), all=f.integer(len(rows)))
    basis = _("Settlements of the year, weighted by amount: agreed + late = real")
    if block.is_by_default:
        basis += " · " + _("agreed: the default terms of the policy, no file gives others")
    with card(title, basis):
        if rows.empty:
            return
        columns = [
            Column("name", _("Customer"), 210),
            Column("terms", _("Terms of the record"), 165),
            Column("paid_minor", _("Paid incl. VAT"), 105, f.amount0, "currency"),
            Column("count_payments", _("Settlements"), 112, f.integer),
            Column("agreed_days", _("Agreed"), 88, f.days),
            Column("real_days", _("Real"), 80, f.days),
            Column("late_days", _("Late by"), 96, _signed(page), mark="▲"),
        ]
        ticked = grid(rows, columns, key="terms_real", select="single", height=330, alt=title)
        cut_note(page, len(rows))
        with st.container(horizontal=True):
            customers.open_button(page, rows.iloc[ticked], "terms_real_open")
            list_button(
                page,
                f"terms_real_{block.company_id}_{block.currency}",
                _("Agreed and real terms"),
                columns,
                rows,
            )


def _signed(page: Page) -> Any:
    def signed_days(value: Any) -> str:
        return page.formats.signed_days(value, 1)

    return signed_days


def late_invoices(page: Page, view: TermsView, block: TermsBlock) -> None:
    """Draw the invoices behind the tables, on demand."""
    _, f = page.words, page.formats
    if block.unavailable:
        return
    with st.expander(_("Invoices behind the tables"), icon=":material/receipt_long:"):
        heading(_("Late at the closing date, or paid late in the year"))
        rows = _of(cache.terms_invoices(page.selection, view.from_on), block)
        if rows.empty:
            st.markdown(small(plain(_("No invoice is late"))))
            return
        words = {code: _(text) for code, text in {**STATES, **EXCLUSIONS}.items()}
        rows = rows.assign(
            state_text=rows["state"].map(words),
            excluded_text=rows["excluded"].map(words).fillna(MISSING),
        )
        columns = [
            Column("name", _("Customer"), 200),
            Column("number", _("Document"), 100),
            Column("state_text", _("State"), 90),
            Column("issued_on", _("Issued"), 92, f.date),
            Column("due_on", _("Due"), 92, f.date),
            Column("paid_on", _("Paid"), 92, f.date),
            Column("days_late", _("Late by"), 80, f.days0),
            Column("open_minor", _("Open incl. VAT"), 112, f.amount0, "currency"),
            Column("amount_excl_minor", _("Amount excl. VAT"), 116, f.amount0, "currency"),
            Column("amount_minor", _("Amount incl. VAT"), 116, f.amount0, "currency"),
            Column("excluded_text", _("Left out"), 150),
        ]
        grid(rows, columns, key="terms_invoices", height=360, alt=_("Invoices behind the tables"))
        cut_note(page, len(rows))
        name = f"terms_invoices_{block.company_id}_{block.currency}"
        list_button(page, name, _("Late invoices"), columns, rows)


def _of(rows: pd.DataFrame, block: TermsBlock) -> pd.DataFrame:
    kept = (rows["company_id"] == block.company_id) & (rows["currency"] == block.currency)
    return rows.loc[kept].reset_index(drop=True)
