"""EBP Gestion commerciale, list of the sales documents.

No public sample was found: headers follow the names of that list's fields as other exports of the
product write them.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import ListFormat, RowRule, offer

DECLARATION: Final = ListFormat(
    format_id="ebp_invoices",
    columns={
        "customer_id": "Code client|Code tiers|Code (tiers)",
        "customer_name": "Nom du client|Nom client|Client|Nom du tiers|Nom (facturation)|Nom",
        "number": "Numéro du document|N° du document|N° document",
        "kind": "Type de document|Type de pièce|Type|Nature",
        "issued_on": "Date du document|Date document|Date",
        "due_on": "Date d'échéance|Date échéance|Échéance|Échéance finale",
        "amount": "Total TTC|Montant TTC|Net à payer|Total net à payer",
        "open": "Solde dû|Solde du|Reste dû|Reste à payer",
        "tax": "Total TVA|Montant TVA",
        "status": "",
        "paid": "",
        "account": "",
    },
    signature=(
        "Numéro du document|N° du document|N° document",
        "Total TTC|Montant TTC|Net à payer|Total net à payer",
        "Solde dû|Solde du",
        "Type de document|Etat|État|Total HT net|Total HT",
    ),
    kinds={
        "invoice": "Facture|Facture d'acompte|Facture de situation|Facture client",
        "credit_note": "Avoir|Facture d'avoir|Avoir d'acompte",
    },
    rules=(
        RowRule("kind", r"(?i)^(devis|commande|bon de|proforma)", code="not_posted"),
        RowRule("Etat|État", r"(?i)^(brouillon|provisoire|annul)", code="not_posted"),
    ),
    level="C",
)
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
