"""The list of the formats that can be read; each module declares one.

A format module exposes ``FORMAT_ID``, ``identify(source) -> float`` (0 to 1, judged on content)
and ``extract(source, options) -> ParsedFile``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

# One line a format, most specific first.
MODULES: Final = (
    "template",
    "commitments",
    "fec",
    "myunisoft",
    "sage_ledger",
    "cegid_ledger",
    "quadra_ledger",
    "ebp_ledger",
    "odoo_moves",
    "sap_fbl5n",
    "bc_ledger",
    "qbo_aging",
    "qbo_summary",
    "xero_aged",
    "xero_summary",
    "odoo_aged",
    "odoo_invoices",
    "erpnext_ar",
    "dolibarr",
    "pennylane",
    "ebp_due",
    "ebp_invoices",
    "sage_due",
    "de_list",
    "sage_aged",
    "generic_ledger",
    "flat",
)


class Format(Protocol):
    """What a format module offers."""

    FORMAT_ID: str

    def identify(self, source: Source) -> float:
        """Return how sure it is, 0 to 1, judged on content."""

    def extract(self, source: Source, options: ImportOptions) -> ParsedFile:
        """Return the file understood: tables, issues and counts."""


def all_formats() -> tuple[Format, ...]:
    """Return the format modules, loaded on first use."""
    modules = (import_module(f"{__name__}.{name}") for name in MODULES)
    return tuple(cast("Format", module) for module in modules)
