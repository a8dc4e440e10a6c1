"""EBP ledger (grand livre): one line an entry under its account, customers are accounts 411."""

from __future__ import annotations

from typing import Final

from arlib.ingest.ledger.declaration import LedgerFormat, offer

DECLARATION: Final = LedgerFormat(
    format_id="ebp_ledger",
    name="EBP ledger",
    columns={
        "account": "Compte|N° de compte|N° compte|Numéro de compte",
        "account_label": "Intitulé du compte|Intitulé|Libellé du compte|Libellé compte",
        "journal": "Journal|Code journal",
        "posted_on": "Date",
        "piece": "Pièce|N° pièce|N° de pièce|Numéro de pièce",
        "reference": "Document|N° document|N° de document",
        "label": "Libellé",
        "lettering": "Lettrage",
        "due_on": "Échéance|Date d'échéance|Date échéance",
    },
    signature=(
        "Compte|N° de compte|N° compte|Numéro de compte",
        "Journal|Code journal",
        "Pièce|N° pièce|N° de pièce|Numéro de pièce",
        "Lettrage",
        "Échéance|Date d'échéance|Date échéance",
    ),
    titles=(r"(?i)\bebp\b", r"(?i)grand[- ]livre"),
    absent=(
        "Date comptable|C.j|Libellé écriture|EcritureNum|JournalCode|Lettre|Code tiers|N° compte tiers"
        "|Compte auxiliaire|Auxiliaire"
    ),
)
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
