"""Dolibarr, customer invoices: export assistant or list, in French or English.

The export of invoices and payments repeats an invoice for each payment: read as one line.
Numbers keep their eight decimals, types and states are codes (2 a credit note, 0 a draft). Labels
come from the public translation files and export definitions of the product.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from arlib.ingest.declaration import ListFormat, RowRule, offer

if TYPE_CHECKING:
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

_STATE: Final = "État de la facture|État|Etat|Statut facture|Statut|Invoice status|Status"
DECLARATION: Final = ListFormat(
    format_id="dolibarr",
    columns={
        "customer_id": "Code client|Customer code|Code tiers",
        "customer_name": "Nom tiers|Nom du tiers|Raison sociale|Nom|Tiers|Third-party name|Third party|Société",
        "number": "Réf. facture|Ref. facture|Réf facture|Invoice ref.|Ref. invoice|Réf.|Id facture",
        "kind": "Type|Type facture|Type de facture|Invoice type",
        "issued_on": "Date facturation|Date de facturation|Date facture|Invoice date",
        "due_on": "Date échéance|Date d'échéance|Date limite règlement|Date limite de règlement|Due date|Payment due on",
        "paid_on": "Date règlement|Date paiement|Date de paiement|Date de règlement|Payment date",
        "amount": "Total TTC|Montant TTC|Total (inc. tax)|Amount (inc. tax)",
        "open": "Reste à payer|Reste à encaisser|Créance|Reste|Remaining unpaid|Remain to pay|Pending",
        "paid": "Déjà réglé|Montant déjà réglé|Already paid|Already paid (without credit notes and deposits)",
        "status": "Facture payée|Facture payée complètement|Facture soldée|Entièrement payée|Invoice paid|Invoice paid completely",
        "tax": "Total TVA|Montant TVA|Total tax|Total VAT",
        "terms": "Conditions de règlement|Payment terms",
        "payment_method": "Mode de règlement|Mode règlement|Payment method|Payment type",
        "reference": "Réf. client|Customer ref.|Note publique",
    },
    signature=(
        "Réf. facture|Ref. facture|Réf facture|Invoice ref.|Ref. invoice",
        "Date facturation|Date de facturation|Invoice date",
        "Total TTC|Montant TTC|Total (inc. tax)|Amount (inc. tax)",
        "Facture payée|Facture payée complètement|Facture soldée|Entièrement payée|Reste à payer|Reste à encaisser|Créance|État de la facture|Statut facture|Remain to pay|Remaining unpaid|Invoice paid|Invoice status",
    ),
    kinds={
        "invoice": "0|1|3|5|Facture standard|Facture|Facture de remplacement|Facture d'acompte|Facture de situation|Standard invoice|Down payment invoice",
        "credit_note": "2|Facture avoir|Avoir|Credit note",
    },
    settled="1|Oui|Yes|Payée|Paid",
    rules=(
        RowRule(_STATE, r"(?i)^(0|brouillon|draft|3|abandonn|abandoned)", code="not_posted"),
        RowRule("number", r"(?i)^\(?PROV", code="not_posted"),
        RowRule("number", r"^= ", code="duplicate_line"),
    ),
)  # fmt: skip
FORMAT_ID: Final = DECLARATION.format_id
identify, _extract = offer(DECLARATION)
_PAYMENT: Final = "Montant paiement|Montant du paiement|Montant règlement|Montant du règlement|Amount payment|Payment amount"


def extract(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the list understood; invoices repeated for each of their payments are one."""
    from arlib.ingest.one_payment_a_line import merged

    parsed = _extract(merged(source, DECLARATION, _PAYMENT), options)
    return replace(parsed, file_name=source.name, sha256=source.sha256)
