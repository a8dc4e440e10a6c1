"""Dynamics 365 Business Central (and NAV), customer ledger entries, in English or French.

Payments are entries of their own with their own remaining amount: an extraction (level C), whose
balances are exact on its day. Captions come from public table extensions and Power BI queries.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import ListFormat, offer

DECLARATION: Final = ListFormat(
    format_id="bc_ledger",
    columns={
        "customer_id": "Customer No.|Customer_No_|CustomerNo|N° client|Nº client|No client|Debitorennr.",
        "customer_name": "Customer Name|Nom du client|Nom client|Name|Debitorenname",
        "number": "Document No.|Document_No_|DocumentNo|N° document|Nº document|Belegnr.",
        "kind": "Document Type|Document_Type|DocumentType|Type document|Type de document|Belegart",
        "issued_on": "Document Date|Document_Date|Date document|Posting Date|Posting_Date|PostingDate|Date comptabilisation|Date de comptabilisation|Buchungsdatum",
        "posted_on": "Posting Date|Posting_Date|Date comptabilisation|Date de comptabilisation|Buchungsdatum",
        "due_on": "Due Date|Due_Date|Date d'échéance|Date échéance|Fälligkeitsdatum",
        "amount": "Original Amount|Original_Amount|Montant initial|Amount|Montant|Original Amt. (LCY)|Montant initial DS|Amount (LCY)|Montant DS|Ursprungsbetrag|Betrag",
        "open": "Remaining Amount|Remaining_Amount|RemainingAmount|Montant ouvert|Montant restant|Remaining Amt. (LCY)|Montant ouvert DS|Montant restant DS|Restbetrag",
        "currency": "Currency Code|Currency_Code|Code devise|Währungscode",
        "payment_method": "Payment Method Code|Code mode de règlement|Code mode de paiement",
        "reference": "Description|Désignation|External Document No.|External_Document_No_|N° doc. externe|Beschreibung",
        "paid_on": "",
        "status": "",
        "debit": "",
        "credit": "",
    },
    signature=(
        "Remaining Amount|Remaining_Amount|RemainingAmount|Montant ouvert|Montant restant|Remaining Amt. (LCY)|Montant ouvert DS|Restbetrag",
        "Document Type|Document_Type|DocumentType|Type document|Type de document|Belegart",
        "Customer No.|Customer_No_|CustomerNo|N° client|Nº client|Debitorennr.",
        "Open|Ouvert|Offen|Entry No.|Entry_No_|N° séquence|Closed at Date|ClosedAtDate|Date de clôture|Posting Date|Posting_Date|Date comptabilisation|Date de comptabilisation|Buchungsdatum",
    ),
    titles=(r"(?i)customer ledger entries", r"(?i)écritures comptables? clients?"),
    kinds={
        "invoice": "Invoice|Facture|Rechnung|Finance Charge Memo|Intérêts|Reminder|Relance",
        "credit_note": "Credit Memo|Credit_Memo|Avoir|Gutschrift",
        "payment": "Payment|Paiement|Zahlung",
        "refund": "Refund|Remboursement|Erstattung",
    },
    signs="signed",
    level="C",
)  # fmt: skip
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
