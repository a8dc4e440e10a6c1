"""Sage 100, échéancier of the customers: documents not settled, debit and credit, by customer.

No public sample was found: column names are those of the product's entries and of a public export
helper. Each line is what remains of its document.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import CODE_NAME, ListFormat, Sections, offer

DECLARATION: Final = ListFormat(
    format_id="sage_due",
    columns={
        "customer_id": "N° compte tiers|Compte tiers|Code tiers|N° tiers|Tiers|Compte auxiliaire",
        "customer_name": "Intitulé du tiers|Intitulé tiers|Intitulé|Nom du tiers|Nom",
        "number": "N° facture|Numéro facture|N° de facture|N° pièce|Numéro pièce|N° de pièce|Pièce",
        "issued_on": "Date pièce|Date de pièce|Date facture|Date|Date écriture",
        "due_on": "Date échéance|Date d'échéance|Échéance|Echéance",
        "debit": "Débit|Montant débit|Solde débiteur",
        "credit": "Crédit|Montant crédit|Solde créditeur",
        "payment_method": "Mode de règlement|Mode règlement|Mode rgt|Règlement|Mode",
        "reference": "Libellé écriture|Libellé|Référence",
        "account": "",
        "amount": "",
        "open": "",
    },
    signature=(
        "Date échéance|Date d'échéance|Échéance|Echéance",
        "N° pièce|Numéro pièce|N° de pièce|Pièce|N° facture",
        "Mode de règlement|Mode règlement|Mode rgt|Règlement|Mode",
        "Débit|Montant débit|Solde débiteur",
        "Crédit|Montant crédit|Solde créditeur",
    ),
    titles=(r"(?i)[ée]ch[ée]ancier",),
    as_of=(r"(?i)(?:date de tirage|tir[ée] le|[ée]dit[ée] le|au)\W*(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})",),
    sections=Sections(pattern=CODE_NAME),
    signs="signed",
    level="C",
)  # fmt: skip
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
