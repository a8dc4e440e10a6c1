"""The tables of the payment-term report as rows of text, as they stand in the management report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.i18n import formats, translator
from arlib.i18n.terms_report import BANDS, EXCLUSIONS

if TYPE_CHECKING:
    from arlib.views.payment_terms import Table


def lines(table: Table, currency: str, language: str) -> list[list[str]]:
    """Return the rows of a table as it stands in the management report, titles first.

    Number, amount and share of each band and of all late ones, then what is left out. Every cell is a
    text in the language; a missing share is a dash.
    """
    _, f = translator(language), formats(language)
    basis = _("excl. VAT") if table.is_excl else _("incl. VAT")
    of = _("sales of the year") if table.code == "unpaid" else _("invoices of the year")
    bands = table.bands.to_dict("records")
    titles = [_(words) for words in map(BANDS.__getitem__, table.bands["band"])]
    found = [
        [_("(A) Bands of late payment"), *titles, _("Total (1 day and more)")],
        [
            _("Number of invoices"),
            *(f.integer(row["count_invoices"]) for row in bands),
            f.integer(table.count),
        ],
        [
            _("Total amount of these invoices, {basis}").format(basis=basis),
            *(f.amount(row["amount_minor"], currency) for row in bands),
            f.amount(table.amount_minor, currency),
        ],
        [
            _("Share of the {of}, {basis}").format(of=of, basis=basis),
            *(f.percent(row["ratio"]) for row in bands),
            f.percent(table.ratio),
        ],
        [
            _("Cumulated share"),
            *(f.percent(None if row["band"] == "0" else row["cumulated_ratio"]) for row in bands),
            f.percent(table.ratio),
        ],
    ]
    if table.code == "late":
        number = _("Share of the number of invoices of the year")
        found.append([number, *("" for _row in bands), f.percent(table.count_ratio)])
    return found


def left_out_lines(table: Table, currency: str, language: str) -> list[list[str]]:
    """Return the rows (B) of a table: invoices left out, with number and amount."""
    _, f = translator(language), formats(language)
    basis = _("excl. VAT") if table.is_excl else _("incl. VAT")
    titles = [
        _("(B) Invoices left out of (A)"),
        _("Number of invoices"),
        _("Total amount of these invoices, {basis}").format(basis=basis),
    ]
    words = {code: _(text).capitalize() for code, text in EXCLUSIONS.items()}
    rows = [
        [
            words[row["excluded"]],
            f.integer(row["count_invoices"]),
            f.amount(row["amount_minor"], currency),
        ]
        for row in table.left_out.to_dict("records")
    ]
    return [titles, *rows]
