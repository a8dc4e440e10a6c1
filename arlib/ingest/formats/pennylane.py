"""Pennylane, customer invoices exported from their list.

No public sample was found: fields and states come from the public interface of the product (number,
date, deadline, amount, remaining amount with tax; paid, partially paid, upcoming, late, cancelled).
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import ListFormat, RowRule, offer

DECLARATION: Final = ListFormat(
    format_id="pennylane",
    columns={
        "customer": "Client|Nom du client|Customer",
        "number": "Numéro de facture|N° de facture|Numéro|Invoice number",
        "issued_on": "Date d'émission|Date de facture|Date de facturation|Date|Issue date",
        "due_on": "Date d'échéance|Échéance|Deadline|Due date",
        "paid_on": "Date de paiement|Date de règlement|Payée le|Payment date",
        "amount": "Montant TTC|Total TTC|Montant (TTC)|Amount",
        "open": "Reste à payer|Restant dû|Reste dû|Montant restant|Montant restant dû|Remaining amount|Remaining amount with tax",
        "tax": "TVA|Montant TVA",
        "currency": "Devise|Currency",
        "status": "Statut|Statut de paiement|Status",
        "reference": "Libellé|Label",
    },
    signature=(
        "Statut|Statut de paiement",
        "Numéro de facture|N° de facture",
        "Date d'émission",
        "Montant TTC|Total TTC|Montant (TTC)",
        "Reste à payer|Restant dû|Reste dû|Montant restant|Montant restant dû",
        "Libellé",
    ),
    kinds={"invoice": "Facture", "credit_note": "Avoir"},
    settled="Payée|Payé|Paid|Remboursée",
    rules=(RowRule("status", r"(?i)^(brouillon|draft|annul|cancel|proforma)", code="not_posted"),),
)
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
