"""EBP Gestion commerciale, échéances of the customers, exported from their list.

Headers come from a public program that imports this export; the document's own day is not among
its columns unless added.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import ListFormat, offer

DECLARATION: Final = ListFormat(
    format_id="ebp_due",
    columns={
        "customer_id": "Code tiers|Code client|Code (tiers)|Code du tiers",
        "customer_name": "Client|Nom du tiers|Nom du client|Nom|Tiers",
        "number": "Numéro du document|N° du document|N° document|Document|Numéro de pièce",
        "issued_on": "Date du document|Date document|Date de facture|Date",
        "due_on": "Date échéance|Date d'échéance|Échéance|Date de l'échéance",
        "amount": "Montant de l'échéance|Montant échéance|Montant|Montant TTC",
        "open": "Solde dû|Solde du|Reste dû|Reste à payer",
        "payment_method": "Moyen de paiement|Mode de paiement|Mode de règlement",
        "status": "",
        "account": "",
    },
    signature=(
        "Numéro du document|N° du document|N° document|Document",
        "Solde dû|Solde du",
        "Date échéance|Date d'échéance|Échéance|Date de l'échéance",
        "Moyen de paiement|Soldée|Montant de l'échéance|Montant échéance",
        "Montant de l'échéance|Montant échéance|Montant",
    ),
    level="C",
)
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
