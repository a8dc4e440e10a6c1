"""Odoo, aged receivable report unfolded, in English or French.

One untitled column holds the customer, then the numbers of its documents; amounts stand in the
column of their age, with or without a total. Layout described by the public test of that report.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from arlib.ingest.declaration import Bucket, ListFormat, Sections, offer

if TYPE_CHECKING:
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

DECLARATION: Final = ListFormat(
    format_id="odoo_aged",
    columns={
        "number": "#1",
        "issued_on": "Invoice Date|Date de facture|Date de la facture|Date de facturation|Document Date|Date de création de la pièce|Date de la pièce",
        "due_on": "Due Date|Expected Date|Exp. Date|Date d'échéance|Date d'échéance prévue|Date prévue|Date attendue|Report Date|Date prévue d'encaissement|Date d'encaissement prévue",
        "open": "Total",
        "currency": "Currency|Devise",
        "account": "",
        "amount": "",
    },
    signature=(
        "1-30|1 - 30",
        "61-90|61 - 90",
        "91-120|91 - 120",
        "Older|Plus ancien|Plus anciens|Ancien",
        "Invoice Date|Due Date|Expected Date|Exp. Date|Date de facture|Date de la facture|Date de facturation|Date d'échéance|Date prévue|Date attendue|Report Date|Date prévue d'encaissement|Date d'encaissement prévue|Date de création de la pièce|Date de la pièce",
    ),
    titles=(r"(?i)aged receivable", r"(?i)balance [âa]g[ée]e"),
    as_of=(
        r"(?i)(?:as of|not due on|au|non [ée]chu (?:au|le))\W*(\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4})",
    ),
    sections=Sections(column=0),
    buckets=(
        Bucket("At Date|As of|Not due on|À la date|Au|À date|Non échu", None, 0),
        Bucket("1-30|1 - 30", 1, 30),
        Bucket("31-60|31 - 60", 31, 60),
        Bucket("61-90|61 - 90", 61, 90),
        Bucket("91-120|91 - 120", 91, 120),
        Bucket("Older|Plus ancien|Plus anciens|Ancien", 121, None),
    ),
    ignored="Amount Currency|Montant en devise|Account|Compte|Journal|Jnl",
    signs="signed",
    level="C",
)
FORMAT_ID: Final = DECLARATION.format_id
identify, _extract = offer(DECLARATION)
# The same report not unfolded: one line a customer, no document.
_FOLDED: Final = replace(
    DECLARATION,
    columns={
        "customer_id": "#1",
        "open": "Total",
        "number": "",
        "issued_on": "",
        "due_on": "",
        "account": "",
        "amount": "",
    },
    required=(("customer_id",),),
    sections=None,
    uses_synonyms=False,
)
_REPORT: Final = re.compile(
    r"(?i)\s*(aged receivables?|balance [âa]g[ée]e.*|comptes clients [âa]g[ée]s)\s*"
)


def extract(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the list understood; a report not unfolded is read as a summary by age."""
    parsed = _extract(source, options)
    if parsed.refusal is None or parsed.refusal.code != "no_rows":
        return parsed
    _, read = offer(_FOLDED)
    summary = read(_without_report_row(source), options)
    return replace(summary, file_name=source.name, sha256=source.sha256)


def _without_report_row(source: Source) -> Source:
    """Return the file with the row of the whole report blanked: it stands above the customers."""
    from arlib.ingest.headers import find_layouts
    from arlib.ingest.one_payment_a_line import rewritten
    from arlib.ingest.reading import read_sheet

    layout = next(iter(find_layouts(source, form=DECLARATION)))
    sheet = read_sheet(source, layout)
    columns = [sheet.columns[place].text.to_pylist() for place in range(len(layout.headers))]
    rows = [list(row) for row in zip(*columns, strict=True)]
    kept = [[""] * len(row) if _REPORT.fullmatch(row[0]) else row for row in rows]
    return rewritten(source, layout.row, layout.headers, kept, sheet.row_numbers.tolist())
