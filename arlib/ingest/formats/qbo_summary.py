"""QuickBooks, A/R Aging Summary: customers in an untitled column, one column an age, no document.

In English or French.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import Bucket, ListFormat, offer

_CURRENT: Final = "Current|En cours|Courant|À jour|Actuel|Non échu"
_THIRTY: Final = "1 - 30|1-30|1 à 30"
_SIXTY: Final = "31 - 60|31-60|31 à 60"
_NINETY: Final = "61 - 90|61-90|61 à 90"
_MORE: Final = (
    "91 and over|91 And Over|> 90|>90|91 or more|Over 90|91 et plus|91 et +|Plus de 90|91 ou plus"
)
DECLARATION: Final = ListFormat(
    format_id="qbo_summary",
    columns={"customer_id": "#1", "open": "Total"},
    signature=(_CURRENT, _THIRTY, _SIXTY, _NINETY, _MORE, "Total"),
    required=(("customer_id",),),
    titles=(
        r"(?i)\bA/R ag(e)?ing summary",
        r"(?i)accounts receivable ag(e)?ing summary",
        r"(?i)anciennet[ée] des comptes clients",
        r"(?i)comptes clients.{0,20}chronolog",
    ),
    as_of=(r"(?i)as (?:of|at)\s+(.{6,20}\d{4})", r"(?i)(?:en date du|au)\s+(.{6,20}\d{4})"),
    buckets=(
        Bucket(_CURRENT, None, 0),
        Bucket(_THIRTY, 1, 30),
        Bucket(_SIXTY, 31, 60),
        Bucket(_NINETY, 61, 90),
        Bucket(_MORE, 91, None),
    ),
    signs="signed",
    level="C",
    uses_synonyms=False,
)
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
