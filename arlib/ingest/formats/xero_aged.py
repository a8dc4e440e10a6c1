"""Xero, Aged Receivables Detail: the contact on a row of its own above its invoices.

Only what is due is shown, without the amount first invoiced. The report's own grand total may
differ from its lines: compared and noted. Layout described by a public parser's tests.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import ListFormat, RowRule, Sections, offer

DECLARATION: Final = ListFormat(
    format_id="xero_aged",
    columns={
        "customer": "Contact|Contact Name|Customer",
        "number": "Invoice Number|Number",
        "issued_on": "Invoice Date|Date",
        "due_on": "Due Date",
        "open": "Total|Amount Due|Total Outstanding|Outstanding",
        "reference": "Invoice Reference|Reference",
        "currency": "Currency|Source Currency",
        "amount": "",
    },
    signature=(
        "Invoice Number|Invoice Reference",
        "Older",
        "Current",
        "Total|Amount Due|Total Outstanding",
    ),
    titles=(r"(?i)aged receivables", r"(?i)receivable invoice detail"),
    as_of=(r"(?i)as at\s+(.{6,20}\d{4})",),
    sections=Sections(),
    rules=(RowRule("*", r"(?i)^percentage of total", code="total_row"),),
    ignored="< 1 Month|1 Month|2 Months|3 Months|Older|Current|Expected Date|Outstanding Tax",
    signs="signed",
    level="C",
)
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
