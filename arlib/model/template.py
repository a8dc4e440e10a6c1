"""Our own workbook, declared once: the writer lays it out, the reader reads it back by the same words.

Sheets and headers are French: they are the words of the file format, not of a screen. ``about`` is
an English message id, translated where it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Cell = Literal["code", "text", "amount", "date", "flag", "choice", "integer", "number", "percent"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: canonical name, French header, type of cell, what to type in it.

    ``choices`` maps the canonical value to the word of the list; ``synonyms`` adds words understood.
    ``needed`` marks a cell without which the line is refused.
    """

    name: str
    header: str
    cell: Cell
    about: str
    needed: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    synonyms: Mapping[str, str] = field(default_factory=dict)
    width: int = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: key used in code, French title, what it is for, columns in order."""

    key: str
    title: str
    about: str
    fields: tuple[Field, ...]

    def field_named(self, name: str) -> Field:
        """Return the column of a canonical name.

        Raises:
            KeyError: the sheet has no such column.
        """
        for item in self.fields:
            if item.name == name:
                return item
        raise KeyError(name)


GUIDE_TITLE: Final = "Mode d’emploi"
YES: Final = "oui"
NO: Final = "non"
CURRENCIES: Final = ("EUR", "USD", "GBP", "CHF", "CAD", "JPY", "MAD", "TND", "XOF")

DOCUMENT_KINDS: Final[Mapping[str, str]] = {
    "invoice": "facture",
    "credit_note": "avoir",
    "deposit": "acompte",
    "opening": "solde à nouveau",
    "bounce": "impayé",
    "refund": "remboursement",
    "write_off": "perte",
    "bill": "effet",
    "adjustment": "ajustement",
}
_KIND_SYNONYMS: Final[Mapping[str, str]] = {
    "fac": "invoice",
    "f": "invoice",
    "avr": "credit_note",
    "note de crédit": "credit_note",
    "report à nouveau": "opening",
    "à nouveau": "opening",
    "rejet": "bounce",
    "rejet de prélèvement": "bounce",
    "abandon": "write_off",
    "perte sur créance": "write_off",
    "od": "adjustment",
    "traite": "bill",
    "règlement": "payment",
}
SETTLEMENT_KINDS: Final[Mapping[str, str]] = {"payment": "règlement", "deposit": "acompte"}
ACCOUNT_CLASSES: Final[Mapping[str, str]] = {
    "receivable": "client (411)",
    "bill": "effet à recevoir (413)",
    "doubtful": "client douteux (416)",
    "retention": "retenue de garantie (4117)",
    "advance": "acompte reçu (4191)",
    "accrued": "facture à établir (418)",
}
_CLASS_SYNONYMS: Final[Mapping[str, str]] = {
    "411": "receivable",
    "413": "bill",
    "416": "doubtful",
    "4117": "retention",
    "4191": "advance",
    "418": "accrued",
}
LIMIT_SCOPES: Final[Mapping[str, str]] = {
    "customer": "client",
    "group": "groupe",
    "category": "catégorie",
    "all": "tous",
}
LIMIT_SOURCES: Final[Mapping[str, str]] = {
    "internal": "interne",
    "insurer": "assurance",
    "guarantee": "garantie",
}
COMMITMENT_KINDS: Final[Mapping[str, str]] = {
    "order": "commande",
    "delivery": "livraison non facturée",
    "bill": "effet non échu",
    "discounted_bill": "effet escompté",
    "deposit": "acompte non imputé",
}
INSOLVENCY: Final[Mapping[str, str]] = {
    "none": "aucune",
    "sauvegarde": "sauvegarde",
    "redressement": "redressement",
    "liquidation": "liquidation",
}
CHANNELS: Final[Mapping[str, str]] = {
    "email": "courriel",
    "letter": "courrier",
    "registered": "recommandé",
    "phone": "téléphone",
    "sms": "SMS",
    "other": "autre",
}
NOTE_KINDS: Final[Mapping[str, str]] = {
    "note": "note",
    "call": "appel",
    "cause": "cause de retard",
    "review": "revue",
}
CALL_OUTCOMES: Final[Mapping[str, str]] = {
    "will_pay": "va payer",
    "contests": "conteste",
    "to_call_back": "à rappeler",
    "message_left": "message laissé",
    "no_answer": "pas de réponse",
    "wrong_contact": "mauvais interlocuteur",
    "other": "autre",
}
LATE_CAUSES: Final[Mapping[str, str]] = {
    "cash_shortage": "manque de trésorerie",
    "awaits_payment": "attend d’être payé",
    "approval_circuit": "circuit de validation",
    "invoice_not_received": "facture non reçue",
    "invoice_contested": "facture contestée",
    "credit_note_awaited": "avoir attendu",
    "terms_contested": "échéance contestée",
    "payment_run": "paie à dates fixes",
    "payment_incident": "incident de paiement",
    "insolvency": "procédure collective",
    "seasonal": "activité saisonnière",
    "oversight": "oubli",
    "other": "autre",
}
# The one measure that has a code of its own, by the names users give it.
EXTERNAL_SCORES: Final = ("Score externe", "Score", "Note externe", "Notation externe")
BASES: Final[Mapping[str, str]] = {"ttc": "TTC", "ht": "HT"}


def _customer(header: str = "Code client", *, needed: bool = True) -> Field:
    about = "Customer code, as in the sheet Clients"
    return Field("customer_id", header, "code", about, needed=needed)


def _currency() -> Field:
    choices = {code: code for code in CURRENCIES}
    about = "ISO code; blank: the company's currency"
    return Field("currency", "Devise", "choice", about, choices=choices, width=9)


def _number(header: str = "N° de pièce", *, needed: bool = True) -> Field:
    return Field("number", header, "code", "Number of the document", needed=needed)


def _instalment(name: str = "instalment_no") -> Field:
    about = "1, 2, 3… when payable by instalments; else blank"
    return Field(name, "Échéance n°", "integer", about, width=12)


COMPANY: Final = Sheet(
    "company",
    "Société",
    "The company whose receivables these are: one line, one company a file",
    (
        Field("name", "Raison sociale", "text", "Name of the company", width=36),
        Field("siren", "SIREN", "code", "Nine digits; identifies the company when valid"),
        Field(
            "currency",
            "Devise",
            "choice",
            "Currency of its ledger; blank: EUR",
            choices={code: code for code in CURRENCIES},
            width=9,
        ),
        Field("extracted_on", "Date d’extraction", "date", "Day the data was taken out"),
    ),
)
CUSTOMERS: Final = Sheet(
    "customers",
    "Clients",
    "One line a customer account",
    (
        _customer(),
        Field("name", "Nom", "text", "Name of the customer", width=34),
        Field("group_id", "Groupe", "text", "Group of customers it belongs to"),
        Field("siren", "SIREN", "code", "Nine digits of the customer"),
        Field("vat_number", "N° TVA", "code", "European VAT number"),
        Field("country", "Pays", "code", "Two letters, e.g. FR", width=8),
        Field("category", "Catégorie", "text", "SME, large account…"),
        Field("sector", "Secteur", "text", "Line of business of the customer", width=22),
        Field("owner", "Commercial", "text", "Person in charge", width=20),
        Field("terms", "Conditions de règlement", "text", "e.g. 30 jours fin de mois", width=26),
        Field("payment_method", "Mode de règlement", "text", "Transfer, cheque, direct debit…"),
        Field("payment_regime", "Régime légal", "text", "Legal ceiling that applies, if special"),
        Field(
            "contract_late_rate",
            "Taux de retard contractuel",
            "percent",
            "Yearly late-payment rate of the contract",
        ),
        Field("is_intercompany", "Intragroupe", "flag", "Company of your own group", width=12),
        Field("is_natural_person", "Personne physique", "flag", "Sole trader or private person"),
        Field(
            "insolvency",
            "Procédure collective",
            "choice",
            "Insolvency proceedings in progress",
            choices=INSOLVENCY,
        ),
        Field("insolvency_on", "Date du jugement", "date", "Date of the judgment"),
        Field("external_score", "Score externe", "number", "Score of an outside provider"),
        Field("external_score_scale", "Échelle du score", "text", "e.g. 0-20"),
        Field("external_score_on", "Date du score", "date", "Date of the score"),
        Field("review_on", "Prochaine revue", "date", "Date of the next review"),
        Field("address", "Adresse", "text", "Street, for letters", width=34),
        Field("postal_code", "Code postal", "code", "Postal code, for letters", width=12),
        Field("city", "Ville", "text", "Town, for letters", width=22),
    ),
)
DOCUMENTS: Final = Sheet(
    "documents",
    "Documents",
    "Invoices, credit notes, opening debts, bounced payments, refunds: one line a document or instalment",
    (
        _customer(),
        Field(
            "kind",
            "Type",
            "choice",
            "Type of document",
            choices=DOCUMENT_KINDS,
            synonyms=_KIND_SYNONYMS,
        ),
        _number(needed=False),
        _instalment(),
        Field("issued_on", "Date", "date", "Date of the document", needed=True),
        Field("due_on", "Échéance", "date", "Due date; blank: derived from the terms"),
        Field(
            "amount_minor",
            "Montant TTC",
            "amount",
            "VAT included; a credit note is a credit whatever its sign",
            needed=True,
        ),
        Field("tax_minor", "Montant TVA", "amount", "VAT part of the amount"),
        Field("tax_rate", "Taux TVA", "percent", "Used when the VAT amount is blank"),
        _currency(),
        Field("terms", "Conditions", "text", "Terms of this document", width=24),
        Field("is_disputed", "Litige", "flag", "Document in dispute", width=9),
        Field("disputed_on", "Litige depuis", "date", "Blank: since the document was issued"),
        Field("payment_method", "Mode de règlement", "text", "Transfer, cheque, direct debit…"),
        Field(
            "account_class",
            "Nature du compte",
            "choice",
            "Blank: customer account (411)",
            choices=ACCOUNT_CLASSES,
            synonyms=_CLASS_SYNONYMS,
            width=26,
        ),
        Field("account", "Compte", "code", "Ledger account, as written"),
        Field(
            "origin",
            "Pièce d’origine",
            "code",
            "Bounced payment: the payment (or invoice) concerned; refund: the credit repaid",
        ),
        Field("reference", "Référence", "text", "Label or outside reference", width=26),
        Field("delivered_on", "Livré le", "date", "Day of the delivery"),
        Field("sent_on", "Envoyé le", "date", "Day the invoice was sent"),
    ),
)
SETTLEMENTS: Final = Sheet(
    "settlements",
    "Règlements",
    "Payments and deposits received",
    (
        _customer(),
        _number("N° de règlement", needed=False),
        Field("issued_on", "Date", "date", "Day it was received", needed=True),
        Field("amount_minor", "Montant", "amount", "Amount received, positive", needed=True),
        _currency(),
        Field("payment_method", "Mode de règlement", "text", "Transfer, cheque, direct debit…"),
        Field(
            "kind",
            "Nature",
            "choice",
            "Payment, or deposit before the invoice",
            choices=SETTLEMENT_KINDS,
            synonyms={"paiement": "payment", "avance": "deposit"},
        ),
        Field("reference", "Référence", "text", "Label of the bank", width=36),
    ),
)
ALLOCATIONS: Final = Sheet(
    "allocations",
    "Imputations",
    "Which payment or credit note pays which invoice, and for how much",
    (
        _customer(),
        _number("N° de règlement ou d’avoir"),
        Field("billed_customer_id", "Client facturé", "code", "When another customer was billed"),
        Field("invoice_number", "N° de facture", "code", "Number of the invoice paid", needed=True),
        _instalment(),
        Field("matched_on", "Date", "date", "Day of the matching"),
        Field("amount_minor", "Montant", "amount", "Part set against the invoice", needed=True),
    ),
)
LIMITS: Final = Sheet(
    "limits",
    "Limites",
    "Credit limits: one line a decision",
    (
        Field("scope", "Portée", "choice", "Blank: one customer", choices=LIMIT_SCOPES),
        Field(
            "scope_id", "Code client, groupe ou catégorie", "code", "Whom it applies to", width=30
        ),
        Field(
            "source",
            "Source",
            "choice",
            "Blank: internal",
            choices=LIMIT_SOURCES,
            synonyms={"assureur": "insurer"},
        ),
        Field(
            "amount_minor", "Montant TTC", "amount", "0 is a limit (blocked); blank: limit removed"
        ),
        _currency(),
        Field("valid_from", "Valable du", "date", "Blank: all past dates"),
        Field("valid_to", "Valable au", "date", "Inclusive; blank: no end"),
        Field("cover_ratio", "Quotité garantie", "percent", "Share insured, e.g. 90 %"),
        Field("insurer_refused", "Refusée", "flag", "The insurer refused", width=10),
        Field("decided_by", "Décidée par", "text", "Author of the decision", width=20),
        Field("decided_on", "Décidée le", "date", "Day of the decision"),
        Field("reason", "Motif", "text", "Why it was decided", width=30),
    ),
)
COMMITMENTS: Final = Sheet(
    "commitments",
    "Encours complémentaires",
    "Orders, deliveries not invoiced, bills: not in the customer accounts yet",
    (
        _customer(),
        Field(
            "kind",
            "Nature",
            "choice",
            "Kind of commitment",
            needed=True,
            choices=COMMITMENT_KINDS,
            width=24,
        ),
        Field("amount_minor", "Montant TTC", "amount", "VAT included, positive", needed=True),
        _currency(),
        Field("expected_on", "Échéance", "date", "Maturity of a bill"),
        Field("extracted_on", "Date d’extraction", "date", "Blank: that of the company"),
    ),
)
SALES: Final = Sheet(
    "sales",
    "Ventes",
    "Monthly sales by customer, when the documents do not give them",
    (
        _customer(),
        Field("month_on", "Mois", "date", "Any day of the month", needed=True),
        Field("amount_minor", "Montant", "amount", "Net sales of the month", needed=True),
        _currency(),
        Field("basis", "Base", "choice", "Blank: VAT included", choices=BASES, width=9),
    ),
)
RATES: Final = Sheet(
    "rates",
    "Cours",
    "Exchange rates: company currency for one unit",
    (
        Field("currency", "Devise", "code", "ISO code", needed=True, width=9),
        Field("rate_on", "Date", "date", "Day of the rate", needed=True),
        Field("rate", "Cours", "number", "Company currency for one unit", needed=True),
    ),
)
DISPUTES: Final = Sheet(
    "disputes",
    "Litiges",
    "Disputes on documents",
    (
        _customer(),
        _number(),
        _instalment(),
        Field("opened_on", "Ouvert le", "date", "Blank: since the document was issued"),
        Field("closed_on", "Clos le", "date", "Blank: still open"),
        Field("amount_minor", "Montant", "amount", "Part in dispute; blank: all"),
        Field("reason", "Motif", "text", "Cause of the dispute", width=30),
        Field("outcome", "Issue", "text", "How the dispute ended", width=18),
        Field("owner", "Responsable", "text", "Who settles the dispute", width=20),
        Field("target_on", "À régler avant le", "date", "Day it should be settled by"),
    ),
)
PROMISES: Final = Sheet(
    "promises",
    "Promesses",
    "Promises to pay",
    (
        _customer(),
        _number(needed=False),
        Field("amount_minor", "Montant", "amount", "Amount promised"),
        _currency(),
        Field("due_on", "Promis pour le", "date", "Date promised", needed=True),
        Field("taken_on", "Date de l’appel", "date", "Day the promise was made", needed=True),
        Field("author", "Auteur", "text", "Who took it", width=20),
        Field("text", "Commentaire", "text", "What was said", width=36),
    ),
)
REMINDERS: Final = Sheet(
    "reminders",
    "Relances",
    "Reminders sent",
    (
        _customer(),
        _number(needed=False),
        Field("taken_on", "Date", "date", "Day it was sent", needed=True),
        Field("text", "Niveau", "text", "Level of the reminder", width=20),
        Field("author", "Auteur", "text", "Who sent it", width=20),
        Field("channel", "Canal", "choice", "How it was sent", choices=CHANNELS),
    ),
)
NOTES: Final = Sheet(
    "notes",
    "Suivi",
    "Notes, calls, causes of lateness, reviews: one line an entry",
    (
        _customer(),
        _number(needed=False),
        Field("kind", "Nature", "choice", "Blank: a note", choices=NOTE_KINDS, width=18),
        Field("taken_on", "Date", "date", "Day it was said", needed=True),
        Field("text", "Commentaire", "text", "Facts alone: whoever is named may read it", width=40),
        Field(
            "cause",
            "Cause de retard",
            "choice",
            "Needed by a cause of lateness",
            choices=LATE_CAUSES,
            width=30,
        ),
        Field("outcome", "Suite de l’appel", "choice", "How a call ended", choices=CALL_OUTCOMES),
        Field("due_on", "Revoir le", "date", "Needed by a review"),
        Field("author", "Auteur", "text", "Who wrote it", width=20),
    ),
)

FINANCIALS: Final = Sheet(
    "financials",
    "Scores et ratios",
    "Scores of outside providers and ratios of the accounts: one line a measure and date",
    (
        _customer(),
        Field(
            "measure",
            "Mesure",
            "text",
            "“Score externe”, or the name its provider gives: equity ratio, rating…",
            needed=True,
            width=26,
        ),
        Field("value", "Valeur", "number", "The figure"),
        Field("text", "Cotation", "text", "The value in letters: a grade, a rating", width=14),
        Field("scale", "Échelle", "text", "e.g. 0-20; the version of a scale belongs to its name"),
        Field(
            "measured_on",
            "Date",
            "date",
            "Day of the score, or end of the fiscal year of the ratio",
        ),
    ),
)

SHEETS: Final[tuple[Sheet, ...]] = (
    COMPANY,
    CUSTOMERS,
    DOCUMENTS,
    SETTLEMENTS,
    ALLOCATIONS,
    LIMITS,
    COMMITMENTS,
    SALES,
    RATES,
    DISPUTES,
    PROMISES,
    REMINDERS,
    NOTES,
    FINANCIALS,
)
