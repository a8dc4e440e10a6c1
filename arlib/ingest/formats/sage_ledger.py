"""Sage 100 customer ledger (grand livre des tiers): one section a third party, or a flat export.

The printed ledger names the third party above its lines; the export of the entries carries
« N° compte tiers » on each. The collective account stands on a row of its own or in a column.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.ledger.declaration import LedgerFormat, offer

DECLARATION: Final = LedgerFormat(
    format_id="sage_ledger",
    name="Sage 100 customer ledger",
    columns={
        "account": "N° compte général|Compte général|Compte collectif",
        "auxiliary": "N° compte tiers|Compte tiers|N° tiers",
        "auxiliary_label": "Intitulé tiers|Intitulé du tiers|Intitulé compte tiers",
        "journal": "C.j|C.j.|Code journal|CJ",
        "posted_on": "Date|Date de saisie|Date écriture",
        "entry": "N° pièce|N° de pièce",
        "piece": "N° facture|Réf. pièce|Référence pièce|Référence|Réf.|Réf",
        "label": "Libellé écriture|Libellé",
        "lettering": "Lettrage|Lettre|Let.|Let",
        "due_on": "Date échéance|Échéance|Date d'échéance",
        "piece_on": "Date pièce",
    },
    signature=("C.j|C.j.|Code journal", "N° pièce|N° de pièce", "Libellé écriture"),
    titles=(r"(?i)grand[- ]livre (des )?tiers", r"(?i)sage"),
    absent="EcritureNum",
)
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
