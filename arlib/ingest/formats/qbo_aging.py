"""QuickBooks, A/R Aging Detail (and Collections, Open Invoices), Online or desktop.

Sections are ages when lines name their customer, and the customers when they do not. Layout
described by public parsers and an import test.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import ListFormat, Sections, offer

DECLARATION: Final = ListFormat(
    format_id="qbo_aging",
    columns={
        "customer": "Customer full name|Customer|Name|Customer name|Nom du client|Client",
        "number": "Num|No.|Number|Doc num|Numéro|N°",
        "kind": "Transaction type|Type|Type d'opération|Type de transaction",
        "issued_on": "Date|Transaction date|Txn date",
        "due_on": "Due date|Date d'échéance",
        "amount": "Amount|Montant",
        "open": "Open balance|Solde ouvert|Solde impayé|Solde à recevoir|Solde dû|Solde en souffrance|Foreign open balance",
        "terms": "Terms|Modalités",
        "account": "",
    },
    signature=(
        "Open balance|Solde ouvert|Solde impayé|Solde à recevoir|Solde dû|Solde en souffrance",
        "Num|No.|Number|Doc num|Numéro|N°",
        "Due date|Date d'échéance",
    ),
    titles=(r"(?i)\bA/R ag(e)?ing", r"(?i)accounts receivable ag(e)?ing", r"(?i)anciennet[ée] des comptes clients", r"(?i)comptes clients.{0,20}chronolog", r"(?i)collections report", r"(?i)open invoices"),
    footers=(r"(?i)\b(GMT|UTC)", r"(?i)(cash|accrual) basis"),
    as_of=(r"(?i)as (?:of|at)\s+(.{6,20}\d{4})", r"(?i)(?:en date du|au)\s+(.{6,20}\d{4})"),
    sections=Sections(pattern=r"(?i)(?!current$|not due$|courant$|non échu|[<>]?\s*\d+(\s*-\s*\d+| or more)?\b)(?P<customer_name>.+)"),
    kinds={
        "invoice": "Invoice|Statement Charge|Charge|Finance Charge|Facture",
        "credit_note": "Credit Memo|Credit|Avoir|Note de crédit",
        "payment": "Payment|Receive Payment|Paiement",
        "adjustment": "Journal Entry|General Journal|Journal|Deposit|Écriture de journal",
    },
    ignored="Past due|Aging|Class|Location|P. O. #|Memo/Description|Open balance foreign",
    signs="signed",
    level="C",
)  # fmt: skip
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
