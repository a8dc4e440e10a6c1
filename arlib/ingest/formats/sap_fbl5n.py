"""SAP, customer line items (FBL5N) in English, French or German: open items, or cleared ones too.

Cleared lines carry their clearing date and make level B: invoice and payment are both settled that
day, so balances are exact at any date. A file of open items alone is level C.
Layout described by public parsers and help pages of receivables tools that read this list.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import ListFormat, RowRule, Sections, offer

_SPECIAL: Final = (
    "Special G/L ind.|Special G/L indicator|Special GL ind|Sp. G/L|SG|S|Code CGS|CGS|Ind. CGS|Code cpte général spécial"
    "|Sonderhauptbuchkennz.|Sonderhauptb.Kennz.|SHB-Kennz."
)
_AMOUNTS: Final = (
    "Amount (CoCode Crcy)|Amount (Company Code Currency)|Amount (Tran Cur.)|Amount (Transaction Currency)|Amount in transaction currency"
    "|Amount in local currency|Amount in local cur.|Amount in loc.curr.|Amt in loc.cur.|Amt in local cur.|Amt in LC|Amt.in loc.cur.|Amount in LC|Amount in company code currency|Amount in doc. curr.|Amount in document currency"
    "|Montant en devise interne|Montant en devise locale|Montant en DI|Montant devise interne|Montant en devise pièce|Montant en devise de la pièce"
    "|Betrag in Hauswährung|Betrag in HW|Betrag in Hausw.|Betrag in Belegwährung|Bedrag in lokale valuta"
)
# Columns that only this product has.
_OWN: Final = (
    "Clearing Journal Entry|Clearing Document|Clrng doc.|Clearing date|Special G/L ind.|Special G/L indicator|Net due date|Net due dt|Assignment|Pièce de rapprochement|Pièce rapprochement|Date de rapprochement"
    "|Code CGS|Échéance nette|Date d'échéance nette|Affectation|Ausgleichsbeleg|Ausgl.beleg|Ausgleichsdatum|Nettofälligkeit|Nettofälligkeitsdatum|Zuordnung|Verrekeningsdocument|Netto vervaldatum"
)
DECLARATION: Final = ListFormat(
    format_id="sap_fbl5n",
    columns={
        "customer_id": "Account|Customer|Customer Account|Debtor|Compte|Client|Compte client|Konto|Debitor|Kunde|Rekening|Klant",
        "customer_name": "Name 1|Customer Name|Cust. Name|Name|Nom 1|Nom|Nom du client|Name1",
        "number": "Document Number|Journal Entry|DocumentNo|Document No|Doc. No.|Doc.no.|Numéro de pièce|N° de pièce|No de pièce|N° pièce|Nº pièce|N° de pièce|Pièce|Numéro de document|Belegnummer|Belegnr|Documentnummer",
        "kind": "Document Type|Journal Entry Type|Doc. Type|Type|Ty|Ty.|Type de pièce|Type pièce|Type de document|Typ|Belegart|Art|Boekingssoort|Documentsoort",
        "issued_on": "Document Date|Journal Entry Date|Doc. Date|Doc.Date|Date de la pièce|Date pièce|Date de pièce|Date du document|Belegdatum|Documentdatum",
        "posted_on": "Posting Date|Pstng Date|Date comptable|Buchungsdatum|Boekingsdatum",
        "due_on": "Net due date|Net due dt|Net due|Due date|Échéance nette|Date d'échéance nette|Date échéance nette|Echéance|Date d'échéance|Nettofälligkeit|Nettofälligkeitsdatum|Netto-Fälligkeit|Netto vervaldatum|Netto-vervaldatum",
        "paid_on": "Clearing date|Clearing|Clrng date|Clearing Dt|Date de rapprochement|Date rapprochement|Date rapprocht|Date de compensation|Ausgleichsdatum|Ausgleich|Verrekeningsdatum",
        "amount": "Amount in doc. curr.|Amount (Tran Cur.)|Amount (Transaction Currency)|Amount in transaction currency|Amount in document currency|Amount in doc. currency|Amount in DC|Montant en devise pièce|Montant en devise de la pièce|Montant en devise document|Betrag in Belegwährung|Betrag in BW",
        "amount_local": "Amount in local currency|Amount (CoCode Crcy)|Amount (Company Code Currency)|Amount in local cur.|Amount in loc.curr.|Amt in loc.cur.|Amt in local cur.|Amt in LC|Amt.in loc.cur.|Amount in LC|Amount in company code currency|Montant en devise interne|Montant en devise locale|Montant en DI|Montant devise interne|Betrag in Hauswährung|Betrag in HW|Betrag in Hausw.|Bedrag in lokale valuta",
        "currency": "Document currency|Transaction Currency|Doc. currency|Currency|Curr.|Devise de la pièce|Devise pièce|Devise|Belegwährung|Währung|Valuta",
        "currency_local": "Local Currency|LCurr|Loc. currency|Company code currency|Devise interne|Devise locale|Hauswährung|HWähr|Hauswähr.",
        "terms": "Terms of Payment|Payment terms|PayT|Conditions de paiement|Zahlungsbedingung|Zahlungsbedingungen",
        "reference": "Reference|Référence|Referenz|Text|Texte|Tekst|Billing Document|Assignment|Affectation|Zuordnung",
        "payment_method": "Payment method|Pmt method|Mode de paiement|Zahlweg",
        "side": "",
        "open": "",
        "account": "",
    },
    signature=(
        _AMOUNTS,
        "Document Type|Journal Entry Type|Doc. Type|Type|Ty|Ty.|Type de pièce|Type pièce|Type de document|Belegart|Art|Boekingssoort|Documentsoort",
        _OWN,
        "Document Number|Journal Entry|DocumentNo|Document No|Doc. No.|Numéro de pièce|N° de pièce|No de pièce|N° pièce|Nº pièce|Numéro de document|Belegnummer|Belegnr|Documentnummer",
    ),
    titles=(r"(?i)customer line item", r"(?i)debitoren.?einzelposten", r"(?i)postes (individuels )?clients", r"FBL5N"),
    kinds={
        "invoice": "RV|DR|RE|RX|RI|DE",
        "credit_note": "DG|RG|G2",
        "payment": "DZ|ZP|ZV|ZR|ZE|ZB",
        "adjustment": "AB|SA|DA|DB|SB|UE|JV",
    },
    # The classic printed list names its customer in a block above his lines.
    sections=Sections(
        pattern=r"(?i)(?:customer|client|compte|debitor|konto|kunde|rekening)\s*:?\s+(?P<customer_id>\d\S*)",
        closes=r"^\*",
    ),
    signs="signed",
    rules=(
        # Every line has a document number; the totals, one a currency, have none.
        RowRule("number", r"^$", code="total_row"),
        RowRule(_SPECIAL, r"^[FG]$", code="not_posted"),
        RowRule(_SPECIAL, r"^A$", kind="deposit", account_class="advance"),
        RowRule(_SPECIAL, r"^W$", kind="bill", account_class="bill"),
        RowRule(_SPECIAL, r"^E$", account_class="doubtful"),
    ),
)  # fmt: skip
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
