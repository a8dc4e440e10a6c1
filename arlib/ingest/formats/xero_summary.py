"""Xero, Aged Receivables Summary: one line a contact, one column a month, no document.

A month is taken for thirty days: ages near the end of a month may fall in the next column.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import Bucket, ListFormat, offer

DECLARATION: Final = ListFormat(
    format_id="xero_summary",
    columns={
        "customer_id": "Contact|Contact Name",
        "open": "Total",
        "currency": "Currency|Source Currency",
        "number": "",
        "issued_on": "",
        "due_on": "",
    },
    signature=("Contact|Contact Name", "Older", "1 Month", "2 Months", "Current", "Total"),
    required=(("customer_id",),),
    titles=(r"(?i)aged receivables",),
    as_of=(r"(?i)as at\s+(.{6,20}\d{4})",),
    buckets=(
        Bucket("Current", None, 0),
        Bucket("< 1 Month", 1, 30),
        Bucket("1 Month", 31, 60),
        Bucket("2 Months", 61, 90),
        Bucket("3 Months", 91, 120),
        Bucket("Older", 121, None),
    ),
    signs="signed",
    level="C",
    uses_synonyms=False,
)
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
