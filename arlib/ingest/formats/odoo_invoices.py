"""Odoo, customer invoices exported from their list, with labels (en, fr) or field names.

Settled invoices are there with nothing due: an extraction (level C), since no payment date is a
column of that list. Labels and field names come from the product's public model.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import ListFormat, RowRule, offer

_STATE: Final = "Status|Statut|State|state|État|Etat"
DECLARATION: Final = ListFormat(
    format_id="odoo_invoices",
    columns={
        "customer_id": "Partner/Reference|Partenaire/Référence|partner_id/ref",
        "customer_name": "Invoice Partner Display Name|Nom d'affichage du partenaire de la facture|Nom du partenaire de la facture|Nom du partenaire à afficher sur la facture|Nom du partenaire à afficher|invoice_partner_display_name|Partner|Partenaire|partner_id|partner_id/name|Customer|Client",
        "number": "Number|Numéro|name|Name",
        "issued_on": "Invoice/Bill Date|Invoice Date|Date de facturation|Date de la facture|Date de facture|Date de facture/facture fournisseur|invoice_date",
        "due_on": "Due Date|Date d'échéance|invoice_date_due|invoice_date_due_in",
        "amount": "Total in Currency Signed|Total en devise signé|amount_total_in_currency_signed|Total Signed|Total signé|Total|amount_total_signed|amount_total",
        "open": "Amount Due Signed|Montant dû signé|amount_residual_signed|Amount Due|Montant dû|amount_residual",
        "currency": "Currency|Devise|currency_id|currency_id/name",
        "reference": "Reference|Référence|ref|Payment Reference|payment_reference|Source Document|Document d'origine",
        "owner": "Salesperson|Vendeur|invoice_user_id|invoice_user_id/name",
        "tax": "Tax Signed|Taxe signée|amount_tax_signed",
        "status": "",
    },
    signature=(
        "Amount Due Signed|Montant dû signé|amount_residual_signed",
        "Number|Numéro|name",
        "Invoice/Bill Date|Invoice Date|Date de facturation|Date de la facture|Date de facture|Date de facture/facture fournisseur|invoice_date",
        "Total in Currency Signed|Total en devise signé|amount_total_in_currency_signed|Total Signed|Total signé|amount_total_signed|Total",
    ),
    rules=(RowRule(_STATE, r"(?i)^(draft|cancel|brouillon|annul)", code="not_posted"),),
    signs="signed",
    level="C",
)  # fmt: skip
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
