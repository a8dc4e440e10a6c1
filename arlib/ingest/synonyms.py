"""The headers seen in real exports, French, English and others, by canonical field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# field -> headers, the most telling first. Sources: shared list of observed exports.
SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "customer_id": (
        "customer_id|code client|n° client|numéro client|num client|no client|id client|client id",
        "référence client|réf client|ref. client|code tiers|n° tiers|numéro tiers|n° compte tiers",
        "numéro de compte tiers|numéro compte tiers|compte tiers|code compte tiers|compte auxiliaire|auxiliaire",
        "compauxnum|customerid|customer number|customer no|customer no.|customer_no_|cust_number",
        "cust|customer code|customer account|cust id|kunnr|account number|contact account number",
        "client number|code auxiliaire|n° de client|debitor|kundennummer|mitgliedsnummer|rekening",
        "code du client|matricule client|idclient|sold-to party|payer|bill-to customer",
    ),
    "customer_name": (
        "customer_name|contactname|contact name|customer full name|nom client|nom du client|raison sociale|raison sociale client|nom tiers",
        "nom du tiers|intitulé client|intitulé tiers|libellé client|libellé tiers|compauxlib",
        "name_customer|customer name|client name|name 1|name1|party's name|partner name|nom",
        "désignation client|dénomination|dénomination sociale|empfänger|kunde|kundenname|company name",
    ),
    # One column alone: a code, a name or both.
    "customer": ("customer|client|tiers|partenaire|partner|débiteur|debtor|name|company|contact",),
    "account": (
        "compte général|n° compte général|numéro de compte|g/l account|comptenum|code compte",
        "compte comptable|n° compte|compte collectif|compte|account",
    ),
    "number": (
        "number|n° facture|numéro facture|numéro de facture|num facture|n° de facture|no facture",
        "référence facture|réf facture|ref. facture|ref facture|invoice number|invoicenumber",
        "invoice no|invoice no.|invoice_no|invoice id|invoice reference|invoice num|invoice #",
        "facture n°|facture|invoice|billing document|n° document|numéro de document",
        "numéro document|document number|document no|document_no_|doc_id|document id|n° pièce",
        "numéro de pièce|pièce comptable|n° pièce comptable|n° de pièce comptable|num pièce|numéro pièce|pièce|piece 1|pieceref|voucher_no|voucher no",
        "external_document_no_|arid|ref. no.|ref no|ref|réf|référence|reference|assignment",
        "affectation|n° écriture|num|n°|numéro|entry|ref - label|rechnungsnummer|factuurnummer|piece 2",
    ),
    "kind": (
        "kind|type de pièce|type pièce|type de document|type document|nature de pièce",
        "nature pièce|document type|document_type|doc type|type facture|voucher_type|voucher type",
        "transaction type|type écriture|type d'écriture|nature|type journal|type",
    ),
    "issued_on": (
        "issued_on|date facture|date de facture|date de la facture|date facturation",
        "date de facturation|date d'émission|date émission|invoice date|invoicedate|issue date",
        "date document|date du document|date de document|date pièce|date de pièce|piecedate",
        "document date|doc date|billing date|document_create_date|document_create_date.1",
        "posting_date|posting date|post_date|date comptable|date écriture|ecrituredate",
        "date de la pièce|date compta.|date compta|date comptabilisation|date de comptabilisation",
        "baseline_create_date|date|rechnungsdatum|factuurdatum|transaction date",
    ),
    "posted_on": (
        "posted_on|posting_date|posting date|date comptable|date écriture|ecrituredate|date compta.",
        "date compta|date comptabilisation|date de comptabilisation",
    ),
    "due_on": (
        "due_on|date échéance|date d'échéance|date d'échéance nette|date de l'échéance|échéance",
        "date ech|date éch.|éch.|dateecheance|date limite règlement|date limite de règlement",
        "date limite paiement|date limite de paiement|à payer le|exigible le|date d'exigibilité",
        "due date|duedate|due_date|net due date|netduedate|due_in_date|due on|due|maturity date",
        "payment due date|netto vervaldatum|vervaldatum|fälligkeit|fälligkeitsdatum",
    ),
    "paid_on": (
        "paid_on|date paiement|date de paiement|date règlement|date de règlement|réglé le",
        "payé le|date encaissement|date d'encaissement|daterglt|date du règlement|soldé le",
        "payment date|payment_date|paymentdate|paid date|date paid|settleddate|settled date",
        "settlement date|clear_date|clearing date|cleared date|receiveddate|received date",
        "receipt date|closedatdate|closed at date|date de compensation|date rapprochement|datelet",
    ),
    "amount": (
        "amount|montant ttc|total ttc|montant total ttc|montant facture ttc|montant facturé",
        "total facture|montant facture|montant de la facture|net à payer|montant initial",
        "montant d'origine|montant total|total amount|gross amount|invoice amount|invoiceamount",
        "invoice total|amount incl tax|amount_incl_gst|amount in doc. curr.|amount in doc curr",
        "amount in document currency|montant en devise pièce|opening amount|original amount",
        "original|invoiced|montant|amount eur|total|rechnungssumme|betrag|bedrag|valeur",
    ),
    "open": (
        "open|reste à payer|reste à encaisser|reste dû|restant dû|reste à régler|montant restant",
        "montant dû|montant ouvert|montant restant dû|solde dû|solde restant|solde facture|solde",
        "montant restant à payer|montant restant à régler|montant restant à encaisser|restant à payer",
        "restant à régler|restant à encaisser|reste à payer ttc|reste dû ttc|solde restant dû|solde ttc",
        "solde à payer|solde à régler|solde à recevoir|solde à encaisser|solde ouvert|solde non réglé",
        "montant en attente|encours|en cours|non réglé|impayé|montant impayé",
        "open amount|total_open_amount|amount open|open balance|remaining amount|remaining_amount",
        "outstanding|outstanding amount|amount due|balance due|balance|pending amount|residual",
        "amount residual|cur. residual|résiduel|résiduel dev.|offen|offener betrag|openstaand",
        "converted_usd|montant non soldé|reste à percevoir|restant à percevoir|montant à percevoir",
        "solde à percevoir|reste à recouvrer|montant à recouvrer|reste à recevoir|montant à recevoir",
        "montant à encaisser|net restant dû|net dû|total dû|total restant dû|reste à devoir|reste|restant",
        "o/s amount|o/s|o/s balance|outstanding balance|amount outstanding|outstanding amt|balance outstanding",
        "remaining balance|amount remaining|unpaid amount|unpaid|amount unpaid|unpaid balance|invoiceamountdue",
        "balance_due|open amt|amount still due|invoice balance|total outstanding|montant non payé|non payé",
    ),
    "paid": (
        "paid|montant réglé|montant payé|montant encaissé|déjà réglé|déjà payé|acompte versé",
        "règlements|réglé|payé|amount paid|amount received|paid amount|received amount",
        "total paid|geldeingang|montant des règlements|total réglé|acompte|acomptes|acomptes versés",
        "montant perçu|montant reçu|déjà perçu|déjà encaissé|déjà versé|encaissé|perçu|reçu|total payé|total encaissé",
    ),
    "amount_local": (
        "amount in local currency|montant en devise locale|amount in company code currency",
        "montant devise société|amount in loc.curr.|montant en devise interne",
    ),
    "debit": ("debit|débit|montant débit|debit amount|débit eur",),
    "credit": ("credit|crédit|montant crédit|credit amount|crédit eur",),
    "side": (
        "side|sens|sens d/c|d/c|débit/crédit|debit/credit|debit/credit ind|debit credit indicator",
        "dc|d c|s/h|posting key",
    ),
    "currency": (
        "currency|devise|code devise|monnaie|document currency|devise pièce|devise du document",
        "invoice_currency|invoice currency|currency_code|currency code|idevise|curr.|ccy|währung",
        "valuta|unité monétaire",
    ),
    "currency_local": ("local currency|devise locale|company code currency|devise société",),
    "terms": (
        "terms|conditions de règlement|condition de règlement|conditions de paiement",
        "condition de paiement|délai de paiement|délai de règlement|délai paiement|délai",
        "conditions règlement|modalités de paiement|terms of payment|payment terms",
        "payment_terms|cust_payment_terms|payment_terms_days|credit period|term|zahlungsbedingung",
    ),
    "disputed": ("disputed|litige|en litige|litigieux|is_disputed|dispute|contesté|in dispute",),
    "disputed_on": ("disputed_on|date litige|date du litige|litige depuis|dispute date",),
    "dispute_reason": ("dispute_reason|motif litige|motif du litige|cause du litige|dispute reason",),
    "status": (
        "status|statut|état|état facture|statut facture|payment status|paymentstatus|paidstatus",
        "paid status|isopen|is open|open flag|situation|état de paiement|statut paiement|invoice status",
        "document status|statut de la facture|état de la facture|statut du document|état du document",
        "statut document|état document|transaction status|statut de paiement|état du paiement",
    ),
    "is_settled": (
        "payée|payée ?|réglée|réglée ?|soldée|soldée ?|acquittée|facture payée|facture réglée",
        "facture soldée|est payée|est réglée|is paid|ispaid|fully paid|paid y/n|payée o/n",
        "réglée o/n|soldée o/n|payé o/n|réglé o/n|soldé o/n|settled|is settled|beglichen|bezahlt",
    ),
    "tax": (
        "tax|montant tva|tva|dont tva|total tva|vat amount|vat|tax amount|gst|mwst|taxe",
    ),
    "payment_method": (
        "payment_method|mode de règlement|mode règlement|mode de paiement|mode paiement",
        "moyen de paiement|modereglement|modergelt|modergl|modereglt|modergtl|payment method|payment type|moyen de règlement",
    ),
    "limit": (
        "limit|limite de crédit|limite crédit|plafond|plafond de crédit|plafond crédit",
        "encours autorisé|encours maximum|encours max|encours maxi|autorisation|plafond encours",
        "credit limit|credit_limit|creditlimit|autorisé|limite|limite autorisée|limite accordée",
        "limite d'encours|encours garanti|montant garanti|montant agréé",
        "limite assureur|montant couvert|encours accordé|insured limit|approved limit",
    ),
    "category": (
        "category|catégorie|catégorie client|type client|type de client|segment|segment client",
        "customer type|customer category|customer group|classe client|famille client|famille",
    ),
    "sector": ("sector|secteur|secteur d'activité|activité|code naf|code ape|naf|ape|industry",),
    "owner": (
        "owner|commercial|vendeur|représentant|responsable|chargé de compte|gestionnaire",
        "salesperson|sales person|sales rep|account manager|credit manager|chargé de recouvrement",
    ),
    "group_id": ("group_id|groupe|groupe client|code groupe|maison mère|parent|parent account",),
    "siren": ("siren|n° siren|numéro siren|siren client|siret|n° siret|siret client",),
    "vat_number": ("vat_number|n° tva|numéro de tva|tva intracommunautaire|n° tva intracom|vat number|vat id",),
    "country": ("country|pays|code pays|country code|countrycode|land",),
    "address": ("address|adresse|adresse client|adresse facturation|adresse de facturation|rue|street|billing address",),
    "postal_code": ("postal_code|code postal|cp|code postal client|zip|zip code|postcode|postal code",),
    "city": ("city|ville|ville client|commune|localité|town",),
    "company": ("company_id|code société|company code|entité|code entité|dossier|siren société",),
    "reference": ("label|libellé|libellé écriture|ecriturelib|description|text|texte|objet|commentaire|memo",),
    "instalment": ("instalment_no|n° échéance|instalment|installment|numéro d'échéance",),
    "lettering": (
        "lettering|lettrage|code lettrage|codelettrage|lettre|ecriturelet|matching number|matching",
        "clearing document|clearing doc.|clrng doc.|pièce de rapprochement|n° lettrage",
    ),
    "journal": ("journal|code journal|journalcode|journal code|jnl",),
}  # fmt: skip
