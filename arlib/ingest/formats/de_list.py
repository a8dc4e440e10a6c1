"""German lists of open invoices: sums (Rechnungssumme, Geldeingang, Offen) or Soll and Haben."""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import ListFormat, RowRule, offer

DECLARATION: Final = ListFormat(
    format_id="de_list",
    columns={
        "customer_id": "Kundennummer|Kundennr.|Kunden-Nr.|Kundennr|Debitor|Debitorennummer|Konto|Mitgliedsnummer",
        "customer_name": "Kunde|Kundenname|Name|Empfänger|Firma|Debitorname|Kontobezeichnung",
        "number": "Rechnungsnummer|Rechnungs-Nr.|Rechnungsnr.|Rechnung Nr.|Rechnung|Belegfeld 1|RE-Nr.",
        "kind": "Belegart|Art|Typ",
        "issued_on": "Rechnungsdatum|Belegdatum|Datum|RE-Datum",
        "due_on": "Fälligkeit|Fälligkeitsdatum|Fällig am|Fällig",
        "paid_on": "Zahlungsdatum|Bezahlt am|Zahldatum",
        "amount": "Rechnungssumme|Rechnungsbetrag|Bruttobetrag|Betrag|Brutto",
        "open": "Offen|Offener Betrag|Restbetrag|Offener Saldo|Saldo|offen",
        "paid": "Geldeingang|Bezahlt|Zahlungseingang|Gezahlt",
        "debit": "Betrag Soll|Soll|Sollbetrag|Umsatz Soll",
        "credit": "Betrag Haben|Haben|Habenbetrag|Umsatz Haben",
        "currency": "Währung|Wkz",
        "terms": "Zahlungsbedingung|Zahlungsziel",
        "reference": "Buchungstext|Text|Verwendungszweck",
        "account": "",
    },
    signature=(
        "Rechnungsnummer|Rechnungs-Nr.|Rechnungsnr.|Rechnung Nr.|Rechnung|Belegfeld 1|RE-Nr.",
        "Fälligkeit|Fälligkeitsdatum|Fällig am|Fällig",
        "Rechnungsdatum|Belegdatum|Datum|RE-Datum",
        "Rechnungssumme|Rechnungsbetrag|Bruttobetrag|Betrag|Brutto|Offen|Offener Betrag|Restbetrag|Saldo|Betrag Soll|Soll",
    ),
    titles=(r"(?i)\bOPOS\b", r"(?i)offene posten"),
    as_of=(r"(?i)(?:stichtag|stand|per|zum)\W*(\d{1,2}\.\d{1,2}\.\d{2,4})",),
    rules=(RowRule("*", r"(?i)^(summe|gesamt|zwischensumme|saldo)\b", code="total_row"),),
    kinds={
        "invoice": "Rechnung|RE|RG",
        "credit_note": "Gutschrift|GU|GS",
        "payment": "Zahlung|ZA|Zahlungseingang",
    },
)
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
