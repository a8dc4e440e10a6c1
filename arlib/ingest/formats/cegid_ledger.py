"""Cegid customer ledger (grand livre auxiliaire): one line an entry, its customer in a column."""

from __future__ import annotations

from typing import Final

from arlib.ingest.ledger.declaration import LedgerFormat, offer

DECLARATION: Final = LedgerFormat(
    format_id="cegid_ledger",
    name="Cegid customer ledger",
    columns={
        "account": "Compte général|Général|Compte collectif|Collectif",
        "auxiliary": "Compte auxiliaire|Auxiliaire|Code auxiliaire",
        "auxiliary_label": "Libellé auxiliaire|Intitulé auxiliaire|Libellé du compte|Raison sociale",
        "journal": "Journal|Code journal|Jal",
        "posted_on": "Date comptable",
        "entry": "Numéro de pièce|N° pièce|Numéro|N° mouvement|Pièce",
        "piece": "Référence interne|Référence|Réf. interne|Réf. externe|Référence externe",
        "label": "Libellé",
        "lettering": "Lettrage|Code lettre|Code lettrage|Lettre",
        "due_on": "Échéance|Date d'échéance|Date échéance",
        "payment_method": "Mode de paiement|Mode de règlement",
    },
    signature=(
        "Date comptable",
        "Compte auxiliaire|Auxiliaire|Code auxiliaire",
        "Lettrage|Code lettre|Code lettrage|Lettre",
    ),
    titles=(r"(?i)grand[- ]livre auxiliaire", r"(?i)cegid"),
)
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
