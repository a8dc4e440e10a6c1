"""The payment-term report as a workbook: the tables to paste, then the invoices and customers behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.i18n import formats, translator
from arlib.i18n.companies import company_name, company_words
from arlib.i18n.credit import REGIMES
from arlib.i18n.terms_report import (
    ARTICLES,
    BANDS,
    EXCLUSIONS,
    READINGS,
    STATES,
    TITLES,
    VERDICTS,
)
from arlib.reports.sheet import Cell, Column, FrameColumns, Sheet
from arlib.reports.writer import Page, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.views.payment_terms import Table, TermsBlock, TermsView

_WIDE: Final = 46
_NAME: Final = 32


def terms_workbook(view: TermsView, invoices: pd.DataFrame, lang: str = "fr") -> bytes:
    """Return the workbook: tables of D.441-6, late invoices, due dates beyond the law, real terms, method.

    ``invoices``: of ``views.payment_terms.invoices``. The same view always gives the same bytes.
    """
    _, f = translator(lang), formats(lang)
    page = Page(
        title=_("Payment-term report"),
        right=_("Year from {first} to {last}").format(
            first=f.date(view.from_on), last=f.date(view.as_of)
        ),
        footer=_("Confidential"),
        page_of=_("Page {page} of {pages}").format(page="&P", pages="&N"),
        created_on=view.as_of,
    )
    sheets = [
        _tables(view, lang),
        _invoices(invoices, lang),
        _beyond(view, lang),
        _customers(view, lang),
        _method(view, lang),
    ]
    return write(sheets, page, lang)


def _tables(view: TermsView, lang: str) -> Sheet:
    """Return every table one under the other, each cell of its own kind."""
    _ = translator(lang)
    rows = [
        row
        for block in view.blocks
        for table in block.tables
        for row in _table_rows(block, table, lang)
    ]
    titles = [_("Table"), *(_(words) for words in BANDS.values()), _("Total (1 day and more)")]
    columns = [
        Column(title, "mixed", [row[place] for row in rows], width=_WIDE if not place else 16)
        for place, title in enumerate(titles)
    ]
    return Sheet("D.441-6", tuple(columns))


def _table_rows(block: TermsBlock, table: Table, lang: str) -> list[list[Cell]]:
    _ = translator(lang)
    basis = _("excl. VAT") if table.is_excl else _("incl. VAT")
    of = _("sales of the year") if table.code == "unpaid" else _("invoices of the year")
    head = f"{company_name(block.company, lang)} · {ARTICLES[table.code]} : {_(TITLES[table.code])} ({block.currency})"
    bands = table.bands.set_index("band").reindex(list(BANDS))
    shares = [*bands["ratio"], table.ratio]

    def line(title: str, cells: Sequence[Cell]) -> list[Cell]:
        blanks = [Cell(None)] * (len(BANDS) + 1 - len(cells))
        return [Cell(title), *blanks, *cells]

    def amounts(values: Sequence[object]) -> list[Cell]:
        return [Cell(_whole(value), "amount", block.currency) for value in values]

    counts = [*bands["count_invoices"], table.count]
    found = [
        line(head, []),
        line(_("Number of invoices"), [Cell(_whole(value), "integer") for value in counts]),
        line(
            _("Total amount of these invoices, {basis}").format(basis=basis),
            amounts([*bands["amount_minor"], table.amount_minor]),
        ),
        line(
            _("Share of the {of}, {basis}").format(of=of, basis=basis),
            [Cell(_known(value), "ratio") for value in shares],
        ),
        line(
            _("Cumulated share"),
            [
                Cell(_known(value), "ratio")
                for value in [None, *bands["cumulated_ratio"].tolist()[1:], table.ratio]
            ],
        ),
    ]
    if table.count_ratio is not None:
        number = _("Share of the number of invoices of the year")
        found.append(line(number, [Cell(table.count_ratio, "ratio")]))
    words = {code: _(text) for code, text in EXCLUSIONS.items()}
    for row in table.left_out.to_dict("records"):
        said = _("(B) Left out: {what}").format(what=words[row["excluded"]])
        count = Cell(row["count_invoices"], "integer")
        found.append(line(said, [count, *amounts([row["amount_minor"]])]))
    return [*found, line("", [])]


def _whole(value: object) -> int | None:
    return None if value is None or pd.isna(value) else int(value)  # type: ignore[call-overload]


def _known(value: object) -> object:
    return None if value is None or pd.isna(value) else value  # type: ignore[call-overload]


def _invoices(invoices: pd.DataFrame, lang: str) -> Sheet:
    _ = translator(lang)
    words = {code: _(text) for code, text in STATES.items()}
    left_out = {code: _(text) for code, text in EXCLUSIONS.items()}
    make = FrameColumns(invoices.astype("object").where(invoices.notna(), None))
    return Sheet(
        _("Late invoices"),
        (
            make.words(_("Company"), "company_id", company_words(lang)),
            make.text(_("Customer code"), "customer_id"),
            make.text(_("Customer"), "name", _NAME),
            make.text(_("Document"), "number"),
            make.words(_("State"), "state", words),
            make.words(_("Left out"), "excluded", left_out, 24),
            make.figure(_("Issued"), "issued_on", "date"),
            make.figure(_("Due"), "due_on", "date"),
            make.figure(_("Paid"), "paid_on", "date"),
            make.figure(_("Late by"), "days_late", "integer"),
            make.amount(_("Open incl. VAT"), "open_minor"),
            make.amount(_("Open excl. VAT"), "open_excl_minor"),
            make.amount(_("Amount incl. VAT"), "amount_minor"),
            make.amount(_("Amount excl. VAT"), "amount_excl_minor"),
            make.text(_("Currency"), "currency"),
        ),
    )


def _beyond(view: TermsView, lang: str) -> Sheet:
    _ = translator(lang)
    frame = pd.concat([block.beyond for block in view.blocks] or [pd.DataFrame()])
    if frame.empty:
        return Sheet(_("Beyond the legal ceiling"), (Column(_("Document"), "text", []),))
    make = FrameColumns(frame.astype("object").where(frame.notna(), None))
    return Sheet(
        _("Beyond the legal ceiling"),
        (
            make.words(_("Company"), "company_id", company_words(lang)),
            make.text(_("Customer code"), "customer_id"),
            make.text(_("Customer"), "name", _NAME),
            make.text(_("Document"), "number"),
            make.words(_("Verdict"), "legal", {c: _(t) for c, t in VERDICTS.items()}, 40),
            make.figure(_("Issued"), "issued_on", "date"),
            make.figure(_("Due"), "due_on", "date"),
            make.figure(_("Allowed until"), "legal_on", "date"),
            make.figure(_("Days beyond"), "legal_days", "integer"),
            make.words(_("Reading"), "reading", {c: _(t) for c, t in READINGS.items()}, 24),
            make.figure(_("Beyond 60 days"), "net_days", "integer"),
            make.figure(_("Beyond 45 days then end of month"), "month_end_a_days", "integer"),
            make.figure(_("Beyond end of month then 45 days"), "month_end_b_days", "integer"),
            make.words(_("Regime"), "regime", {c: _(t) for c, t in REGIMES.items()}, 24),
            make.text(_("Text"), "source", 36),
            make.amount(_("Amount incl. VAT"), "amount_minor"),
            make.text(_("Currency"), "currency"),
        ),
    )


def _customers(view: TermsView, lang: str) -> Sheet:
    _ = translator(lang)
    frame = pd.concat([block.customers for block in view.blocks] or [pd.DataFrame()])
    if frame.empty:
        return Sheet(_("Agreed and real terms"), (Column(_("Customer"), "text", []),))
    make = FrameColumns(frame.astype("object").where(frame.notna(), None))
    return Sheet(
        _("Agreed and real terms"),
        (
            make.words(_("Company"), "company_id", company_words(lang)),
            make.text(_("Customer code"), "customer_id"),
            make.text(_("Customer"), "name", _NAME),
            make.text(_("Terms of the record"), "terms", 28),
            make.figure(_("Settlements"), "count_payments", "integer"),
            make.amount(_("Paid incl. VAT"), "paid_minor"),
            make.figure(_("Agreed days"), "agreed_days", "days"),
            make.figure(_("Real days"), "real_days", "days"),
            make.figure(_("Late by"), "late_days", "days"),
            make.text(_("Currency"), "currency"),
        ),
    )


def _method(view: TermsView, lang: str) -> Sheet:
    _, f = translator(lang), formats(lang)
    said = [
        (_("Text"), view.source),
        (_("Year"), f"{f.date(view.from_on)} – {f.date(view.as_of)}"),
        *method_lines(view, lang),
    ]
    return Sheet(
        _("Method"),
        (
            Column(_("Item"), "text", [name for name, _words in said], width=34),
            Column(_("Value"), "text", [words for _name, words in said], width=120),
        ),
    )


def method_lines(view: TermsView, lang: str) -> list[tuple[str, str]]:
    """Return how the tables are made, by title: what a reader of the report must know."""
    _ = translator(lang)
    disputed = _("Disputed invoices are left out of (A) and shown in (B).")
    kept = _("Disputed invoices are kept in (A).")
    return [
        (_("Terms of reference"), _("Due dates of the contract, as the files give them.")),
        (
            ARTICLES["unpaid"],
            _(
                "Invoices open at the closing date and due before it: what remains due, by days since the due date. Credits set against nothing are not deducted."
            ),
        ),
        (
            ARTICLES["late"],
            _(
                "Invoices paid after their due date during the year, and those still unpaid and due at its end: their whole amount, by days from the due date to the last payment or to the closing date."
            ),
        ),
        (
            _("Instalments"),
            _("An invoice in instalments counts once, as late as its oldest part due."),
        ),
        (
            _("Scope"),
            _(
                "Invoices issued to every customer, companies of the group included. Debits that are no invoice (bounced payments, refunds) are not in it."
            ),
        ),
        (_("Left out"), disputed if view.is_disputed_excluded else kept),
        (
            _("Amounts"),
            _(
                "Without VAT where the files say the VAT of every invoice; otherwise with VAT, and the table says so."
            ),
        ),
    ]
