"""The two companies, and every file of the sample."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Final

from data.generator import credit, fec, forms
from data.generator.model import LAST_DAY, Company, Customer, month_ends
from data.generator.people import invent
from data.generator.simulate import Simulation

if TYPE_CHECKING:
    from data.generator.model import Doc

SEED: Final = 2026
_CLOSING: Final = LAST_DAY.strftime("%Y%m%d")


def companies(seed: int = SEED) -> list[Company]:
    """Return both companies with three years of business."""
    random = Random(seed)
    estuary = Company("estuaire", "111111118", "Ateliers de l’Estuaire SAS", "C")
    armor = Company(
        "armor", "222222226", "Négoce d’Armorique & Fils SARL", "K", is_plain_text_legacy=True
    )
    estuary.customers = invent(random, 102, "C", 0.75)
    armor.customers = invent(random, 44, "K", 1.20)
    estuary.customers += [_large(), _sister("C9001", armor)]
    armor.customers.append(_sister("K9001", estuary))
    failing = next(customer for customer in estuary.customers if customer.archetype == "failing")
    failing.name += " (RJ)"
    for company in (estuary, armor):
        Simulation(company, random).run()
        _close(company)
    return [estuary, armor]


def _large() -> Customer:
    """One customer much larger than any other."""
    return Customer(
        "C9000", "Centrale d’Achats Grand Ponant SA", "large", "30 jours fin de mois", "Grand compte",
        "Distribution", "A. L’Hostis", "virement", 7.0, 420_000, run_day=10,
    )  # fmt: skip


def _sister(code: str, other: Company) -> Customer:
    return Customer(
        code, other.name, "reliable", "30 jours", "Intragroupe", "Groupe", "C. Delorme", "virement",
        0.8, 200_000, is_intercompany=True,
    )  # fmt: skip


def _close(company: Company) -> None:
    """Make sure the last day holds an open invoice: it dates the extraction of the flat list."""
    last: Doc | None = None
    for doc in company.docs:
        if doc.kind == "invoice" and doc.issued_on == LAST_DAY and doc.instalment_no is None:
            last = doc
    if last is None:
        message = "no invoice on the last day: change the seed"
        raise ValueError(message)


def files(seed: int = SEED) -> dict[str, bytes]:
    """Return file name -> content of the whole sample."""
    result: dict[str, bytes] = {}
    truths = []
    for company in companies(seed):
        random = Random(f"{seed}-{company.slug}")
        reference = {
            "company": forms.company_row(company),
            "customers": forms.customer_rows(company),
            "limits": credit.limits(random, company),
            "commitments": credit.commitments(random, company),
        }
        promises, reminders = credit.follow_up(random, company)
        ledger = forms.ledger_rows(company)
        whole = {**reference, **ledger, "promises": promises, "reminders": reminders}
        names = {customer.customer_id: customer.name for customer in company.customers}
        legacy = company.is_plain_text_legacy
        result[f"{company.slug}_modele.xlsx"] = forms.workbook(whole)
        result[f"{company.slug}_clients.xlsx"] = forms.workbook(reference)
        result[f"{company.slug}_liste.csv"] = forms.flat_list(company)
        result[f"{company.siren}FEC{_CLOSING}.txt"] = fec.fec_bytes(
            fec.entries(company),
            names,
            separator="|" if legacy else "\t",
            encoding="cp1252" if legacy else "utf-8",
        )
        truths.append(forms.truth(company))
    document = {
        "seed": seed,
        "as_of": LAST_DAY.isoformat(),
        "month_ends": [day.isoformat() for day in month_ends()],
        "companies": truths,
    }
    result["truth.json"] = (
        json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
    ).encode()
    return result
