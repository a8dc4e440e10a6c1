"""Which header means which field: the names seen in real exports, French, English and others.

Headers are compared without case, accents, blanks and punctuation; an accent that an export turned
into ``?`` is forgiven. What only looks alike is proposed to the user, never applied silently.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# field -> headers, the most telling first. Sources: shared list of observed exports.
SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "customer_id": (
        "customer_id|code client|n° client|numéro client|num client|no client|id client|client id",
        "référence client|réf client|ref. client|code tiers|n° tiers|numéro tiers|n° compte tiers",
        "numéro de compte tiers|compte tiers|code compte tiers|compte auxiliaire|auxiliaire",
        "compauxnum|customerid|customer number|customer no|customer no.|customer_no_|cust_number",
        "cust|customer code|customer account|cust id|kunnr|account number|contact account number",
        "client number|code auxiliaire|n° de client|debitor|kundennummer|mitgliedsnummer|rekening",
        "code du client|matricule client|idclient|sold-to party|payer|bill-to customer",
    ),
    "customer_name": (
        "customer_name|nom client|nom du client|raison sociale|raison sociale client|nom tiers",
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
        "numéro de pièce|num pièce|numéro pièce|pièce|piece 1|pieceref|voucher_no|voucher no",
        "external_document_no_|arid|ref. no.|ref no|ref|réf|référence|reference|assignment",
        "affectation|n° écriture|num|n°|entry|ref - label|rechnungsnummer|factuurnummer|piece 2",
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
        "baseline_create_date|date|rechnungsdatum|factuurdatum|transaction date",
    ),
    "posted_on": ("posted_on|posting_date|posting date|date comptable|date écriture|ecrituredate",),
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
        "montant en attente|encours|en cours|non réglé|impayé|montant impayé",
        "open amount|total_open_amount|amount open|open balance|remaining amount|remaining_amount",
        "outstanding|outstanding amount|amount due|balance due|balance|pending amount|residual",
        "amount residual|cur. residual|résiduel|résiduel dev.|offen|offener betrag|openstaand",
        "converted_usd|montant non soldé",
    ),
    "paid": (
        "paid|montant réglé|montant payé|montant encaissé|déjà réglé|déjà payé|acompte versé",
        "règlements|réglé|payé|amount paid|amount received|paid amount|received amount",
        "total paid|geldeingang|montant des règlements|total réglé",
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
        "paid status|isopen|is open|open flag|situation|état de paiement|statut paiement",
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
        "credit limit|credit_limit|creditlimit|autorisé|limite",
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
    "company": ("company_id|code société|company code|entité|code entité|dossier|siren société",),
    "reference": ("label|libellé|libellé écriture|ecriturelib|description|text|texte|objet|commentaire|memo",),
    "instalment": ("instalment_no|n° échéance|instalment|installment|numéro d'échéance",),
}  # fmt: skip

# What a list of receivables cannot do without; each group needs one of its fields.
REQUIRED: Final = (
    ("customer_id", "customer_name", "customer", "account"),
    ("amount", "open", "amount_local", "debit", "credit"),
    ("issued_on", "due_on"),
)
# What a list of customers or limits needs.
REFERENCE: Final = (
    ("customer_id", "customer"),
    ("limit", "terms", "category", "sector", "owner", "siren", "group_id", "vat_number"),
)
_CURRENCIES: Final = {"eur", "usd", "gbp", "chf", "cad", "xof", "mad", "tnd", "jpy", "pln", "sek"}
_SYMBOLS: Final = {"€": "EUR", "$": "USD", "£": "GBP"}
_FUZZY: Final = 82.0
_LOST: Final = "?\ufffd"


@dataclass(frozen=True, slots=True)
class Match:
    """Which column holds which field, and the currency that a header of amounts names."""

    fields: Mapping[str, int]
    currency: str | None = None

    def has(self, groups: Sequence[Sequence[str]]) -> bool:
        """Tell whether each group has one of its fields."""
        return all(any(name in self.fields for name in group) for group in groups)


def normalise(header: str) -> str:
    """Return a header reduced to letters and digits, without case nor accents.

    >>> normalise(" N° de  Facture "), normalise("Date d’échéance")
    ('ndefacture', 'datedecheance')
    """
    folded = unicodedata.normalize("NFKD", header.replace("º", "°").casefold())
    return "".join(char for char in folded if char.isascii() and char.isalnum())


def match_headers(headers: Sequence[str]) -> Match:
    """Return the fields that the headers name; one header serves one field, one field one header."""
    ranked: list[tuple[int, int, int, str]] = []
    order = {field: index for index, field in enumerate(SYNONYMS)}
    currency = None
    for position, header in enumerate(headers):
        bare, named = _without_unit(header)
        for field, rank in _index().get(normalise(header)) or _index().get(normalise(bare)) or ():
            ranked.append((order[field], rank, position, field))
            if field in {"amount", "open", "debit", "amount_local"}:
                currency = currency or named
    fields: dict[str, int] = {}
    taken: set[int] = set()
    for _order, _rank, position, field in sorted(ranked):
        if field not in fields and position not in taken:
            fields[field] = position
            taken.add(position)
    return Match(_settled(fields), currency)


def propose(headers: Sequence[str]) -> dict[str, str]:
    """Return field -> header for exact matches and, for the form only, look-alikes."""
    from rapidfuzz import fuzz, process

    found = match_headers(headers).fields
    proposed = {field: headers[position] for field, position in found.items()}
    free = {normalise(header): header for header in headers if header not in proposed.values()}
    for field in (
        "customer_id",
        "customer_name",
        "number",
        "issued_on",
        "due_on",
        "amount",
        "open",
    ):
        if field in proposed or not free:
            continue
        best = max(
            (process.extractOne(name, free.keys(), scorer=fuzz.ratio) for name in _names(field)),
            key=lambda hit: hit[1],
        )
        if best[1] >= _FUZZY:
            proposed[field] = free.pop(best[0])
    return proposed


def signature(headers: Sequence[str]) -> str:
    """Return what identifies a set of headers, whatever their order, to remember a mapping."""
    text = "|".join(sorted(normalise(header) for header in headers))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _settled(fields: dict[str, int]) -> dict[str, int]:
    """Settle what depends on the other columns: a lone “Client” is the code, “Compte” too."""
    if "customer" in fields:
        if "customer_id" not in fields:
            fields["customer_id"] = fields["customer"]
        elif "customer_name" not in fields:
            fields["customer_name"] = fields["customer"]
        del fields["customer"]
    if "customer_id" not in fields and "customer_name" in fields:
        fields["customer_id"] = fields["customer_name"]
    if "customer_id" not in fields and "account" in fields:
        fields["customer_id"] = fields["account"]
    return fields


def _without_unit(header: str) -> tuple[str, str | None]:
    """Split “Montant TTC (€)” or “converted_usd” into the name and the currency."""
    for sign, code in _SYMBOLS.items():
        if sign in header:
            return re.sub(rf"[(\[]?\{sign}[)\]]?", "", header), code
    match = re.search(r"[\s_(\[-]([A-Za-z]{3})[)\]]?\s*$", header)
    if match and match[1].casefold() in _CURRENCIES:
        return header[: match.start()], match[1].upper()
    return header, None


def _names(field: str) -> list[str]:
    return [name for line in SYNONYMS[field] for name in map(normalise, line.split("|"))]


@cache
def _index() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Return normalised header -> fields with their rank, spellings with a lost accent included."""
    index: dict[str, list[tuple[str, int]]] = {}
    for field, lines in SYNONYMS.items():
        names = [name for line in lines for name in line.split("|")]
        for rank, name in enumerate(names):
            lost = "".join(char if char.isascii() else "" for char in name)
            for key in {normalise(name), normalise(lost)}:
                if all(field != known for known, _ in index.setdefault(key, [])):
                    index[key].append((field, rank))
    return {key: tuple(found) for key, found in index.items()}
