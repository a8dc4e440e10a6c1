"""One book, three forms, and the truth about it."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any, Final

from arlib.reports.template import write_filled
from data.generator.identity import identity
from data.generator.model import LAST_DAY, balances, month_ends, open_amounts

if TYPE_CHECKING:
    from data.generator.credit import Row
    from data.generator.model import Company, Customer, Doc

_FLAT_WORDS: Final = {
    "invoice": "Facture", "credit_note": "Avoir", "payment": "Règlement", "deposit": "Acompte",
    "refund": "Remboursement", "bounce": "Impayé", "write_off": "Perte",
}  # fmt: skip
_STREETS: Final = ("rue des Essais", "quai du Modèle", "chemin de l’Exemple", "place Inventée")
_TOWNS: Final = (
    ("00100", "Ville-Exemple"), ("00210", "Bourg-Modèle"), ("00350", "Saint-Essai"),
)  # fmt: skip
_FLAT_HEADER: Final = "Code client;Nom client;Numéro facture;Type;Date facture;Date échéance;Montant TTC;Reste à payer;Devise;Litige"


def company_row(company: Company) -> list[Row]:
    """Return the line of the sheet Société."""
    return [
        {"name": company.name, "siren": company.siren, "currency": "EUR", "extracted_on": LAST_DAY}
    ]


def customer_rows(company: Company) -> list[Row]:
    """Return the lines of the sheet Clients."""
    return [_customer_row(customer) for customer in company.customers]


def _customer_row(customer: Customer) -> Row:
    return _address(customer) | identity(customer) | {
        "customer_id": customer.customer_id, "name": customer.name, "group_id": customer.group_id,
        "country": customer.country, "category": customer.category, "sector": customer.sector,
        "owner": customer.owner, "terms": customer.terms, "payment_method": customer.method,
        "is_intercompany": customer.is_intercompany or None,
        "is_natural_person": customer.is_natural_person or None,
        "insolvency": "redressement" if customer.name.endswith("(RJ)") else None,
    }  # fmt: skip


def _address(customer: Customer) -> Row:
    """Return an invented address, of the code alone; some customers have none, as in real files."""
    number = int("".join(sign for sign in customer.customer_id if sign.isdigit()) or 0)
    if customer.country != "FR" or number % 7 == 0:
        return {}
    code, town = _TOWNS[number % len(_TOWNS)]
    street = f"{1 + number * 13 % 97} {_STREETS[number % len(_STREETS)]}"
    return {"address": street, "postal_code": code, "city": town}


def ledger_rows(company: Company) -> dict[str, list[Row]]:
    """Return the lines of Documents, Règlements, Imputations and Litiges."""
    cash = ("payment", "deposit")
    return {
        "documents": [_document_row(doc) for doc in company.docs if doc.kind not in cash],
        "settlements": [
            {"customer_id": doc.customer_id, "number": doc.number, "issued_on": doc.issued_on,
             "amount_minor": -doc.amount, "payment_method": doc.method, "kind": doc.kind,
             "reference": doc.reference}
            for doc in company.docs if doc.kind in cash
        ],
        "allocations": [
            {"customer_id": link.credit.customer_id, "number": link.credit.number,
             "billed_customer_id": link.debit.customer_id if link.is_transfer else None,
             "invoice_number": link.debit.number, "instalment_no": link.debit.instalment_no,
             "matched_on": link.on, "amount_minor": link.amount}
            for link in company.links
        ],
        "disputes": [
            {"customer_id": doc.customer_id, "number": doc.number, "opened_on": doc.disputed_on,
             "closed_on": doc.dispute_closed_on, "reason": doc.dispute_reason,
             "outcome": "paiement" if doc.dispute_closed_on else None}
            for doc in company.docs if doc.disputed_on
        ],
    }  # fmt: skip


def _document_row(doc: Doc) -> Row:
    return {
        "customer_id": doc.customer_id, "kind": doc.kind, "number": doc.number,
        "instalment_no": doc.instalment_no, "issued_on": doc.issued_on, "due_on": doc.due_on,
        "amount_minor": abs(doc.amount), "tax_minor": abs(doc.tax) if doc.kind in {"invoice", "credit_note"} else None,
        "payment_method": doc.method, "origin": doc.origin.number if doc.origin else None,
        "reference": doc.reference, "account": "411000", "sent_on": _sent_on(doc),
    }  # fmt: skip


def _sent_on(doc: Doc) -> dt.date | None:
    """Return when an invoice left, up to eight days after its date; some are not known."""
    place = int(doc.number.rpartition("-")[2]) if doc.kind == "invoice" else 0
    if place % 10 == 0:
        return None
    sent = doc.issued_on + dt.timedelta(days=place * 7 % 9)
    return sent if sent <= LAST_DAY else None


def workbook(lines: dict[str, list[Row]]) -> bytes:
    """Return a template workbook as bytes."""
    out = io.BytesIO()
    write_filled(out, lines)
    return out.getvalue()


def flat_list(company: Company) -> bytes:
    """Return the open items of the last day as a French csv; credits are negative lines."""
    names = {customer.customer_id: customer.name for customer in company.customers}
    lines = [_FLAT_HEADER]
    for doc, left in open_amounts(company).items():
        is_disputed = doc.disputed_on is not None and doc.dispute_closed_on is None
        due = doc.due_on.strftime("%d/%m/%Y") if doc.due_on else ""
        number = doc.number if doc.instalment_no is None else f"{doc.number}/{doc.instalment_no}"
        cells = [
            doc.customer_id, names[doc.customer_id], number, _FLAT_WORDS[doc.kind],
            doc.issued_on.strftime("%d/%m/%Y"), due, _money(doc.amount), _money(left), "EUR",
            "Oui" if is_disputed else "Non",
        ]  # fmt: skip
        lines.append(";".join(cells))
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def _money(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"


def truth(company: Company) -> dict[str, Any]:
    """Return what was drawn: archetypes, change points, counts, balances at the 36 month-ends."""
    closings = [balances(company, day) for day in month_ends()]
    kinds = sorted({doc.kind for doc in company.docs})
    return {
        "company_id": company.siren,
        "name": company.name,
        "count_invoices": len({doc.number for doc in company.docs if doc.kind == "invoice"}),
        "count_documents": {kind: sum(doc.kind == kind for doc in company.docs) for kind in kinds},
        "count_transfers": sum(link.is_transfer for link in company.links),
        "count_disputes": sum(doc.disputed_on is not None for doc in company.docs),
        "customers": {
            customer.customer_id: {
                "archetype": customer.archetype,
                "change_on": customer.change_on.isoformat() if customer.change_on else None,
                "terms": customer.terms,
                "balances_minor": [closing[customer.customer_id] for closing in closings],
            }
            for customer in company.customers
        },
    }
