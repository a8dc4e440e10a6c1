"""The worked set of definitions §24, as files: template workbook, flat list, FEC."""

from __future__ import annotations

import datetime as dt
import io
from typing import Final

from arlib.reports.template import write_filled
from data.generator import fec
from data.generator.model import Company, Doc, Link

AS_OF: Final = dt.date(2025, 6, 30)
COMPANY: Final = "Société témoin"
SIREN: Final = "333333334"
FEC_NAME: Final = f"{SIREN}FEC20251231.txt"

# number, customer, type, date, due, amount in euros, VAT rate, disputed, terms
DOCUMENTS: Final = """\
F001,C001,invoice,2025-01-15,2025-02-28,12000,0.20,0,30 jours fin de mois
F002,C001,invoice,2025-03-10,2025-04-30,6000,0.20,0,30 jours fin de mois
F003,C001,invoice,2025-03-24,2025-04-30,1200,0.20,0,30 jours fin de mois
F004,C001,invoice,2025-05-20,2025-06-30,9600,0.20,0,30 jours fin de mois
F005,C001,invoice,2025-06-25,2025-07-31,2400,0.20,0,30 jours fin de mois
F006,C002,invoice,2024-12-05,2025-01-31,4800,0.20,0,45 jours fin de mois
F007,C002,invoice,2025-02-14,2025-04-15,7200,0.20,0,60 jours
F008,C002,invoice,2025-04-22,2025-05-22,2400,0.20,0,30 jours
F009,C003,invoice,2025-03-31,2025-05-31,18000,0.20,1,45 jours fin de mois
F010,C003,invoice,2025-05-05,2025-06-04,3600,0.20,0,30 jours
F011,C003,invoice,2025-06-16,2025-08-15,5400,0.20,0,60 jours
F012,C004,invoice,2025-06-10,2025-06-10,1500,0.00,0,comptant
A001,C002,credit_note,2025-05-12,2025-05-12,-1200,0.20,0,
A002,C001,credit_note,2025-06-02,2025-06-02,-600,0.20,0,
"""
# number, customer, date, amount
SETTLEMENTS: Final = """\
P01,C001,2025-02-26,12000
P02,C001,2025-05-05,7200
P03,C002,2025-03-17,1800
P04,C002,2025-06-20,2400
P05,C002,2025-06-27,500
P06,C003,2025-07-08,3600
"""
# source, invoice, date, amount
ALLOCATIONS: Final = """\
P01,F001,2025-02-26,12000
P02,F002,2025-05-05,6000
P02,F003,2025-05-05,1200
P03,F006,2025-03-17,1800
P04,F008,2025-06-20,2400
A002,F004,2025-06-02,600
P06,F010,2025-07-08,3600
"""
NAMES: Final = {"C001": "ALPHA SAS", "C002": "BETA SARL", "C003": "GAMMA SA", "C004": "DELTA (EI)"}
LIMITS: Final = {"C001": 20000, "C002": 10000, "C003": 15000}
# customer, kind, amount
COMMITMENTS: Final = (("C001", "delivery", 3000), ("C003", "order", 4800), ("C003", "bill", 6000))

Row = dict[str, object]


def _lines(block: str) -> list[list[str]]:
    return [line.split(",") for line in block.splitlines()]


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def documents() -> list[Row]:
    """Return the 14 documents as lines of the sheet Documents."""
    return [
        {
            "customer_id": customer, "kind": kind, "number": number, "issued_on": _day(issued),
            "due_on": _day(due), "amount_minor": int(amount) * 100, "tax_rate": float(rate),
            "is_disputed": True if disputed == "1" else None, "terms": terms,
        }
        for number, customer, kind, issued, due, amount, rate, disputed, terms in _lines(DOCUMENTS)
    ]  # fmt: skip


def settlements(*, until: dt.date | None = None) -> list[Row]:
    """Return the payments (positive) as lines of the sheet Règlements."""
    return [
        {
            "customer_id": customer,
            "number": number,
            "issued_on": _day(day),
            "amount_minor": int(amount) * 100,
        }
        for number, customer, day, amount in _lines(SETTLEMENTS)
        if until is None or _day(day) <= until
    ]


def allocations(*, until: dt.date | None = None) -> list[Row]:
    """Return the allocations as lines of the sheet Imputations."""
    owner = {number: customer for number, customer, *_ in _lines(DOCUMENTS)}
    return [
        {"customer_id": owner[invoice], "number": source, "invoice_number": invoice,
         "matched_on": _day(day), "amount_minor": int(amount) * 100}
        for source, invoice, day, amount in _lines(ALLOCATIONS)
        if until is None or _day(day) <= until
    ]  # fmt: skip


def rows(*, with_limits: bool = True, with_commitments: bool = True) -> dict[str, list[Row]]:
    """Return the whole set, sheet by sheet."""
    lines: dict[str, list[Row]] = {
        "company": [{"name": COMPANY, "currency": "EUR", "extracted_on": AS_OF}],
        "customers": [{"customer_id": code, "name": name} for code, name in NAMES.items()],
        "documents": documents(),
        "settlements": settlements(),
        "allocations": allocations(),
    }
    if with_limits:
        lines["limits"] = [
            {"scope_id": code, "amount_minor": amount * 100, "currency": "EUR"}
            for code, amount in LIMITS.items()
        ]
    if with_commitments:
        lines["commitments"] = [
            {"customer_id": code, "kind": kind, "amount_minor": amount * 100}
            for code, kind, amount in COMMITMENTS
        ]
    return lines


def workbook(lines: dict[str, list[Row]]) -> bytes:
    """Return any lines, sheet by sheet, as the bytes of a template workbook."""
    out = io.BytesIO()
    write_filled(out, lines)
    return out.getvalue()


def template_bytes(*, with_limits: bool = True, with_commitments: bool = True) -> bytes:
    """Return the worked set as a template workbook, extracted on 2025-06-30."""
    return workbook(rows(with_limits=with_limits, with_commitments=with_commitments))


def fec_bytes(*, separator: str = "\t", encoding: str = "utf-8") -> bytes:
    """Return the worked set as a lettered FEC; it has no due date: join ``reference_bytes``."""
    company = Company("temoin", SIREN, COMPANY, "C")
    by_number = {doc.number: doc for doc in (*_fec_documents(), *_fec_payments())}
    company.docs = list(by_number.values())
    company.links = [
        Link(by_number[str(line["number"])], by_number[str(line["invoice_number"])], _minor(line))
        for line in allocations()
    ]
    return fec.fec_bytes(fec.entries(company), NAMES, separator=separator, encoding=encoding)


def reference_bytes() -> bytes:
    """Return the customers and limits alone, for the company of the FEC."""
    lines = {
        name: block
        for name, block in rows().items()
        if name in {"customers", "limits", "commitments"}
    }
    return workbook(
        {"company": [{"name": COMPANY, "siren": SIREN, "extracted_on": AS_OF}], **lines}
    )


def _fec_documents() -> list[Doc]:
    docs = []
    for number, customer, kind, issued, _, amount, rate, *_rest in _lines(DOCUMENTS):
        minor = int(amount) * 100
        tax = round(minor - minor / (1 + float(rate)))
        docs.append(Doc(customer, kind, _day(issued), minor, tax, number=number))
    return docs


def _fec_payments() -> list[Doc]:
    return [
        Doc(
            customer,
            "payment",
            _day(day),
            -int(amount) * 100,
            number=number,
            reference=f"VIR {number}",
        )
        for number, customer, day, amount in _lines(SETTLEMENTS)
    ]


def flat_list_bytes(*, encoding: str = "utf-8") -> bytes:
    """Return the open items at 2025-06-30 as a French csv: open amounts, credits negative."""
    paid: dict[str, int] = {}
    for line in allocations(until=AS_OF):
        for name in (str(line["number"]), str(line["invoice_number"])):
            paid[name] = paid.get(name, 0) + _minor(line)
    items = documents() + [
        {**line, "kind": "payment", "amount_minor": -_minor(line)}
        for line in settlements(until=AS_OF)
    ]
    header = "Code client;Nom client;Numéro facture;Type;Date facture;Date échéance;Montant TTC;Reste à payer;Devise;Litige"
    lines = [header]
    for item in items:
        amount = _minor(item)
        left = abs(amount) - paid.get(str(item["number"]), 0)
        if left:
            lines.append(_flat_line(item, amount, left if amount > 0 else -left))
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def _minor(line: Row) -> int:
    value = line["amount_minor"]
    assert isinstance(value, int)
    return value


def _flat_line(item: Row, amount: int, left: int) -> str:
    words = {"invoice": "Facture", "credit_note": "Avoir", "payment": "Règlement"}
    code = str(item["customer_id"])
    dates = [item["issued_on"], item.get("due_on")]
    written = [day.strftime("%d/%m/%Y") if isinstance(day, dt.date) else "" for day in dates]
    cells = [code, NAMES[code], str(item["number"]), words[str(item["kind"])], *written]
    money = [f"{value / 100:.2f}".replace(".", ",") for value in (amount, left)]
    return ";".join([*cells, *money, "EUR", "Oui" if item.get("is_disputed") else "Non"])
