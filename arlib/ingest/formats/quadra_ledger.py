"""Quadra customer ledger (grand livre auxiliaire), as a table or as the ASCII file of QuadraCompta.

Codes of customers begin with 9, those of suppliers with 0, beside the accounts of the chart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from arlib.ingest.ledger.declaration import LedgerFormat, offer

if TYPE_CHECKING:
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

DECLARATION: Final = LedgerFormat(
    format_id="quadra_ledger",
    name="Quadra customer ledger",
    columns={
        "account": "Compte|N° compte",
        "account_label": "Intitulé|Intitulé du compte|Libellé compte",
        "journal": "Journal|Jnl|Code journal",
        "posted_on": "Date",
        "piece": "Pièce|N° pièce",
        "label": "Libellé",
        "lettering": "Lettre|Let|Let.",
        "due_on": "Échéance|Date échéance",
    },
    signature=("Compte|N° compte", "Journal|Jnl", "Pièce|N° pièce", "Lettre|Let|Let.", "Débit"),
    titles=(r"(?i)quadra", r"(?i)grand[- ]livre auxiliaire"),
    absent="C.j|Date comptable|Lettrage|Libellé écriture|EcritureNum|Compte auxiliaire|Code tiers",
    roots={"9": "411", "0": "401"},
)
FORMAT_ID: Final = DECLARATION.format_id
_identify, _extract = offer(DECLARATION)


def identify(source: Source) -> float:
    """Return how sure it is, 0 to 1, judged on content."""
    from arlib.ingest.ledger.ascii import confidence

    return max(confidence(source), _identify(source))


def extract(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the ledger understood, from the table or from the ASCII file."""
    from arlib.ingest.ledger.ascii import as_table, confidence
    from arlib.ingest.ledger.reading import read_declared

    if confidence(source) <= _identify(source):
        return _extract(source, options)
    table, header = as_table(source, DECLARATION)
    return replace(read_declared(table, options, DECLARATION, header), sha256=source.sha256)
