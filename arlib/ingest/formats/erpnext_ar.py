"""ERPNext, report Accounts Receivable, grouped by customer or not, in English or French.

The export holds the subtotals and blank rows of the screen. Invoices show what was paid of them;
payments and credit notes have no invoiced amount. Layout read in the report's public source.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import ListFormat, RowRule, offer

DECLARATION: Final = ListFormat(
    format_id="erpnext_ar",
    columns={
        "customer_id": "Party|Customer|Tiers|Client",
        "customer_name": "Customer Name|Nom du Client|Nom Client",
        "number": "Voucher No|Voucher No.|voucher_no|N° de Référence|N° de la Référence|N° de Pièce|Numéro de Référence|Numéro de pièce justificative",
        "kind": "Voucher Type|voucher_type|Type de Référence|Type de Pièce|Type de pièce justificative",
        "issued_on": "Posting Date|posting_date|Date de Comptabilisation|Date comptable",
        "due_on": "Due Date|due_date|Date d'Échéance",
        "amount": "Invoiced Amount|Invoiced|Montant Facturé",
        "open": "Outstanding Amount|Outstanding|Montant Impayé|Montant en suspens|Encours|Montant dû",
        "currency": "Currency|Devise",
        "category": "Customer Group|Groupe de Clients",
        "owner": "Sales Person|Vendeur",
        "account": "",
        "paid": "",
    },
    signature=(
        "Voucher No|Voucher No.|voucher_no|N° de Référence|N° de la Référence|N° de Pièce|Numéro de Référence|Numéro de pièce justificative",
        "Voucher Type|voucher_type|Type de Référence|Type de Pièce|Type de pièce justificative",
        "Outstanding Amount|Outstanding|Montant Impayé|Montant en suspens|Encours|Montant dû",
        "Invoiced Amount|Invoiced|Montant Facturé",
    ),
    kinds={
        "invoice": "Sales Invoice|POS Invoice|Facture de Vente|Facture de vente",
        "payment": "Payment Entry|Écriture de Paiement|Entrée de Paiement|Écriture de paiement",
        "adjustment": "Journal Entry|Écriture de Journal|Écriture de journal",
    },
    rules=(RowRule("number", r"^$", code="total_row"),),
    ignored="Paid Amount|Montant Payé|Credit Note|Note de Crédit|Age (Days)|Territory|Party Type|Cost Center",
    signs="signed",
    level="C",
)  # fmt: skip
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
