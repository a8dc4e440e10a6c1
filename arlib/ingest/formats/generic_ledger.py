"""Any ledger: accounts or customers, debit and credit or amount and side, dates, journal or lettering.

The product is not known; a file without headers is read through the mapping form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.ingest.ledger.declaration import LedgerFormat
from arlib.ingest.ledger.headerless import ask, looks_like_ledger, mapped_header
from arlib.ingest.ledger.headers import find_headers, is_header
from arlib.ingest.ledger.reading import read_declared

if TYPE_CHECKING:
    from arlib.ingest.ledger.headers import Header
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

DECLARATION: Final = LedgerFormat(
    format_id="ledger",
    name="General or customer ledger",
    columns={},
    signature=(),
    confidence=0.82,
    date_order=None,
)
FORMAT_ID: Final = DECLARATION.format_id
_SECTIONED: Final = 0.82
_HEADERLESS: Final = 0.6


def identify(source: Source) -> float:
    """Return how sure it is, 0 to 1: more than a list of invoices only with a sign of a ledger."""
    if source.kind not in {"text", "workbook"}:
        return 0.0
    if any(_is_ledger(header) for header in find_headers(source, DECLARATION)):
        return DECLARATION.confidence
    return _HEADERLESS if looks_like_ledger(source) else 0.0


def _is_ledger(header: Header) -> bool:
    """Tell a ledger from a list with a debit and a credit: a journal or a lettering beside them."""
    known = set(header.fields)
    is_sided = bool({"journal", "lettering"} & known)
    has_customers = is_header(header.fields, needs_customers=True)
    return is_sided and (has_customers or {"journal", "label"} <= known)


def extract(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the ledger understood; one without headers and without mapping gives a mapping form."""
    header = mapped_header(source, options)
    if header is not None or find_headers(source, DECLARATION):
        return read_declared(source, options, DECLARATION, header)
    return ask(source, options, FORMAT_ID)
