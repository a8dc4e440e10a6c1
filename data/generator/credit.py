"""What a credit manager adds to the ledger: limits, commitments, promises, reminders."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from data.generator.model import FIRST_DAY, LAST_DAY, balances, month_ends, open_amounts
from data.generator.people import OWNERS

if TYPE_CHECKING:
    from random import Random

    from data.generator.model import Company, Customer

Row = dict[str, object]
_STEP: Final = 50_000
_OVER_SHARE: Final = 0.14
_RECURRENT_SHARE: Final = 0.08
_INSURED_SHARE: Final = 0.4


def limits(random: Random, company: Company) -> list[Row]:
    """Return limit decisions: most customers, one at zero, some passed often, some without."""
    closings = [balances(company, day) for day in month_ends()]
    rows: list[Row] = [
        {
            "scope": "category", "scope_id": "Particulier", "source": "internal", "amount_minor": 500_000,
            "valid_from": FIRST_DAY, "decided_by": OWNERS[0], "decided_on": FIRST_DAY,
            "reason": "Limite commune aux particuliers",
        }
    ]  # fmt: skip
    blocked = False
    for customer in company.customers:
        series = [closing[customer.customer_id] for closing in closings]
        if customer.is_natural_person or random.random() < 0.08:  # noqa: PLR2004 - no own limit
            continue
        if not blocked and customer.archetype == "failing" and series[-1] > 0:
            blocked = True
            rows += _changed(random, customer, _above(random, max(series[:24])), 0, "Client bloqué")
            continue
        rows += _customer_limits(random, customer, series)
    return rows


def _customer_limits(random: Random, customer: Customer, series: list[int]) -> list[Row]:
    """Return the internal decisions on one customer, and the insurer's when it is covered."""
    peak, last = max(series[6:]), series[-1]
    risk = {"failing": 0.9, "deteriorating": 0.8, "slow": 0.5, "improving": 0.1}
    if last > _STEP and random.random() < risk.get(customer.archetype, _OVER_SHARE):
        amount = _floor(int(last * random.uniform(0.6, 0.95)))
    elif random.random() < _RECURRENT_SHARE:
        amount = _above_last(int(sorted(series)[24]), last)
    else:
        amount = _above(random, peak)
    rows = (
        _changed(random, customer, _floor(int(amount * 0.7)), amount, "Révision annuelle")
        if random.random() < 0.2  # noqa: PLR2004
        else [_decision(random, customer, amount, FIRST_DAY, "Limite d’ouverture")]
    )
    if random.random() < _INSURED_SHARE and not customer.is_intercompany:
        rows.append(_insured(random, customer, amount))
    return rows


def _floor(amount: int) -> int:
    return max(_STEP, amount // _STEP * _STEP)


def _above(random: Random, peak: int) -> int:
    return _floor(int(max(peak, _STEP) * random.uniform(1.15, 1.9))) + _STEP


def _above_last(usual: int, last: int) -> int:
    return max(_floor(usual), _floor(last) + _STEP)


def _decision(random: Random, customer: Customer, amount: int, day: dt.date, reason: str) -> Row:
    return {
        "scope": "customer", "scope_id": customer.customer_id, "source": "internal",
        "amount_minor": amount, "valid_from": day, "decided_by": random.choice(OWNERS),
        "decided_on": day, "reason": reason,
    }  # fmt: skip


def _changed(random: Random, customer: Customer, before: int, after: int, reason: str) -> list[Row]:
    day = dt.date(2026, 1, 15) + dt.timedelta(days=random.randrange(0, 240))
    return [
        _decision(random, customer, before, FIRST_DAY, "Limite d’ouverture"),
        _decision(random, customer, after, day, reason),
    ]


def _insured(random: Random, customer: Customer, amount: int) -> Row:
    is_refused = customer.archetype in {"failing", "deteriorating"} and random.random() < 0.7  # noqa: PLR2004
    return {
        "scope": "customer", "scope_id": customer.customer_id, "source": "insurer",
        "amount_minor": 0 if is_refused else _floor(int(amount * random.uniform(0.5, 1.0))),
        "valid_from": dt.date(2026, 1, 1), "valid_to": dt.date(2026, 12, 31),
        "cover_ratio": None if is_refused else 0.9, "insurer_refused": True if is_refused else None,
        "decided_by": "Assureur-crédit", "decided_on": dt.date(2025, 12, 18),
        "reason": "Refus de garantie" if is_refused else "Agrément",
    }  # fmt: skip


def commitments(random: Random, company: Company) -> list[Row]:
    """Return orders, deliveries and bills of some customers on the last day."""
    rows: list[Row] = []
    for customer in company.customers:
        for kind, chance in (("order", 0.18), ("delivery", 0.12), ("bill", 0.04)):
            if random.random() < chance and customer.archetype != "failing":
                amount = int(customer.scale * random.uniform(0.5, 2.5))
                due = (
                    LAST_DAY + dt.timedelta(days=random.randrange(10, 60))
                    if kind == "bill"
                    else None
                )
                rows.append({"customer_id": customer.customer_id, "kind": kind, "amount_minor": amount,
                             "expected_on": due, "extracted_on": LAST_DAY})  # fmt: skip
    return rows


def follow_up(random: Random, company: Company) -> tuple[list[Row], list[Row]]:
    """Return promises and reminders about the invoices late on the last day."""
    late = [
        doc for doc, left in open_amounts(company).items()
        if left > 0 and doc.due_on is not None and (LAST_DAY - doc.due_on).days > 8  # noqa: PLR2004
    ]  # fmt: skip
    promises: list[Row] = []
    reminders: list[Row] = []
    for doc in late:
        days = (LAST_DAY - (doc.due_on or LAST_DAY)).days
        for level, after in ((1, 8), (2, 30), (3, 60)):
            if days > after and random.random() < 0.75:  # noqa: PLR2004
                day = (doc.due_on or LAST_DAY) + dt.timedelta(days=after)
                reminders.append({"customer_id": doc.customer_id, "number": doc.number, "taken_on": day,
                                  "text": f"Relance niveau {level}", "author": OWNERS[level % 4]})  # fmt: skip
        if random.random() < 0.15:  # noqa: PLR2004
            call = LAST_DAY - dt.timedelta(days=random.randrange(2, 8))
            promises.append({"customer_id": doc.customer_id, "number": doc.number,
                             "amount_minor": doc.amount, "currency": "EUR",
                             "due_on": call + dt.timedelta(days=random.randrange(5, 25)), "taken_on": call,
                             "author": random.choice(OWNERS), "text": "Promesse par téléphone"})  # fmt: skip
    return promises, reminders
