"""Three years of business: invoices, then how each customer settles them."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from arlib.model.terms import due_date, parse_terms
from data.generator.model import FIRST_DAY, LAST_DAY, Company, Customer, Doc, Link

if TYPE_CHECKING:
    from random import Random

_SAME_AMOUNT: Final = 0.085
_SHORT: Final = 0.05
_FEE: Final = 0.8  # of the short payments: a few euros kept by a bank
_UNREFERENCED: Final = 0.40
_TRANSFER: Final = 0.012
_RECENT_DAYS: Final = 75
_SMALL: Final = 700_000  # cents; a large receipt is never left lying
_MAX_RUN: Final = 6
_SUMMER: Final = (6, 7, 8)
_LATE_SEASON: Final = (7, 8, 12)
_REASONS: Final = (
    "Prix",
    "Quantité livrée",
    "Qualité",
    "Bon de commande absent",
    "Double facturation",
)
_SEQUENCES: Final = {
    "payment": "R", "deposit": "R", "credit_note": "A", "bounce": "IMP", "write_off": "PC", "refund": "RB",
}  # fmt: skip


_REACH: Final = 20  # days: a payment run takes most of what falls due before the next one


@dataclass(slots=True)
class Simulation:
    """One company being simulated; draws come from one seeded stream."""

    company: Company
    random: Random
    by_code: dict[str, Customer] = field(default_factory=dict)

    def run(self) -> None:
        """Fill the company's documents and links, numbered in date order."""
        self.by_code = {customer.customer_id: customer for customer in self.company.customers}
        invoices = [doc for customer in self.company.customers for doc in self._invoices(customer)]
        invoices.sort(key=lambda doc: (doc.issued_on, doc.customer_id))
        for year, group in itertools.groupby(invoices, key=lambda doc: doc.issued_on.year):
            for n, doc in enumerate(group, start=1):
                doc.number = f"F{year % 100}-{n:05d}"
        owned: dict[str, list[Doc]] = {}
        for doc in invoices:
            owned.setdefault(doc.customer_id, []).append(doc)
        for customer in self.company.customers:
            self._settle(customer, owned.get(customer.customer_id, []))
        self._number()

    # -- invoices

    def _invoices(self, customer: Customer) -> list[Doc]:
        amounts: list[int] = []
        docs = []
        for month in range(36):
            first = dt.date(2023 + (10 + month) // 12, (10 + month) % 12 + 1, 1)
            for _ in range(self._count(customer, first)):
                day = self._working_day(first)
                net = self._net_amount(customer, amounts)
                tax = (net * customer.tax_permille + 500) // 1000
                docs.append(self._invoice(customer, min(day, LAST_DAY), net + tax, tax))
        return docs

    def _count(self, customer: Customer, month: dt.date) -> int:
        """Return the number of invoices of a month (Poisson)."""
        rate = customer.rate
        if customer.archetype == "seasonal":
            rate *= 2.2 if month.month in _SUMMER else 0.6
        limit, count, product = math.exp(-rate), 0, self.random.random()
        while product > limit:
            count += 1
            product *= self.random.random()
        return count

    def _working_day(self, first: dt.date) -> dt.date:
        following = (first + dt.timedelta(days=32)).replace(day=1)
        if self.random.random() < 0.12:  # noqa: PLR2004 - invoices of the month, on its last day
            return following - dt.timedelta(days=1)
        day = first + dt.timedelta(days=self.random.randrange((following - first).days))
        return day - dt.timedelta(days=max(0, day.weekday() - 4)) if day.day > 2 else day  # noqa: PLR2004

    def _net_amount(self, customer: Customer, amounts: list[int]) -> int:
        """Return a net amount, sometimes one the customer was billed before."""
        if amounts and self.random.random() < _SAME_AMOUNT:
            return self.random.choice(amounts)
        net = max(2_500, int(customer.scale * self.random.lognormvariate(0, 0.6)))
        amounts.append(net)
        return net

    def _invoice(self, customer: Customer, day: dt.date, amount: int, tax: int) -> Doc:
        terms = parse_terms(customer.terms)
        if terms is None:
            message = f"terms not understood: {customer.terms}"
            raise ValueError(message)
        return Doc(
            customer.customer_id,
            "invoice",
            day,
            amount,
            tax,
            due_date(day, terms),
            method=customer.method,
        )

    # -- settlements

    def _settle(self, customer: Customer, invoices: list[Doc]) -> None:
        """Decide the fate of every invoice; ordinary ones are grouped into payment runs."""
        runs: dict[dt.date, list[Doc]] = {}
        for invoice in invoices:
            self.company.docs.append(invoice)
            if not self._is_special(customer, invoice):
                paid_on = self._due_payment(customer, invoice)
                if paid_on is not None:
                    runs.setdefault(paid_on, []).append(invoice)
        for day in sorted(runs):
            due_first = sorted(runs[day], key=lambda doc: (doc.due_on, doc.issued_on, doc.number))
            for part in (due_first[n : n + _MAX_RUN] for n in range(0, len(due_first), _MAX_RUN)):
                if customer.run_day:
                    self._receive(customer, part, day)
                else:
                    for invoice in part:
                        self._receive(customer, [invoice], day)

    def _delay(self, customer: Customer, due_on: dt.date) -> float | None:
        """Return days after the due date, None when it is never paid."""
        draw = self.random.gauss
        change = customer.change_on
        months = (due_on - change).days / 30 if change else 0.0
        if customer.archetype == "slow":
            return draw(25, 6)
        if customer.archetype == "seasonal":
            return draw(30, 6) if due_on.month in _LATE_SEASON else draw(3, 4)
        if customer.archetype == "deteriorating":
            return draw(1, 4) + min(70.0, max(0.0, months) * 9)
        if customer.archetype == "improving":
            return draw(36, 8) - min(34.0, max(0.0, months) * 6)
        if customer.archetype == "failing":
            return None if months > 0 else draw(14, 8)
        return draw(9, 5) if customer.archetype == "large" else draw(-3, 4)

    def _paid_on(self, customer: Customer, invoice: Doc) -> dt.date | None:
        due_on = invoice.due_on or invoice.issued_on
        delay = self._delay(customer, due_on)
        if delay is None:
            return None
        return max(
            due_on + dt.timedelta(days=round(delay)), invoice.issued_on + dt.timedelta(days=1)
        )

    def _run_date(self, customer: Customer, day: dt.date) -> dt.date:
        """Return the day the money arrives: the next payment run, never on a week-end."""
        if customer.run_day:
            run = day.replace(day=customer.run_day)
            if run < day:
                run = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=customer.run_day)
            day = run
        return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)  # noqa: PLR2004

    def _receive(self, customer: Customer, invoices: list[Doc], day: dt.date) -> None:
        """Book one receipt for whole invoices, sometimes a little short on the last one."""
        total = sum(invoice.amount for invoice in invoices)
        missing = 0
        if self.random.random() < _SHORT:
            part = 250 if self.random.random() < _FEE else 50
            missing = min(max(100, invoices[-1].amount // part), invoices[-1].amount // 2)
        if day > LAST_DAY:
            return
        payment = self._payment(customer, day, total - missing, invoices)
        if total < _SMALL and self._stays_unallocated(day):
            return
        for invoice in invoices:
            part = invoice.amount - (missing if invoice is invoices[-1] else 0)
            self.company.links.append(Link(payment, invoice, part))
        if missing:
            self._after_short(invoices[-1], day, missing)

    def _stays_unallocated(self, day: dt.date) -> bool:
        chance = 0.08 if (LAST_DAY - day).days < _RECENT_DAYS else 0.001
        return self.random.random() < chance

    def _payment(
        self,
        customer: Customer,
        day: dt.date,
        amount: int,
        invoices: list[Doc],
        kind: str = "payment",
    ) -> Doc:
        words = {"virement": "VIR", "prélèvement": "PRLV", "chèque": "CHQ", "traite": "LCR"}
        label = f"{words[customer.method]} {customer.name}"
        if self.random.random() >= _UNREFERENCED:
            label += " " + " ".join(invoice.number for invoice in invoices)
        payment = Doc(
            customer.customer_id,
            kind,
            day,
            -amount,
            method=customer.method,
            reference=label.strip(),
        )
        self.company.docs.append(payment)
        return payment

    def _after_short(self, invoice: Doc, day: dt.date, missing: int) -> None:
        """Write the small rest off, collect it later, or leave it open."""
        fate = self.random.random()
        later = day + dt.timedelta(days=self.random.randrange(40, 75))
        if later > LAST_DAY or fate > 0.8:  # noqa: PLR2004
            return
        if fate < 0.5:  # noqa: PLR2004
            rest = Doc(
                invoice.customer_id, "write_off", later, -missing, reference="Solde non réclamé"
            )
            self.company.docs.append(rest)
        else:
            rest = self._payment(self.by_code[invoice.customer_id], later, missing, [invoice])
        self.company.links.append(Link(rest, invoice, missing))

    # -- what does not go as planned

    def _is_special(self, customer: Customer, invoice: Doc) -> bool:
        """Give some invoices a story of their own; tell whether it did."""
        if customer.has_instalments:
            self._instalments(customer, invoice)
            return True
        # Most of what goes wrong, goes wrong with those who pay badly.
        spoilt = 0.4 if customer.archetype in {"reliable", "large"} else 2.0
        draw = self.random.random()
        for chance, story in (
            (0.030, self._credit_note), (0.015 * spoilt, self._dispute), (0.012 * spoilt, self._two_payments),
            (0.007 * spoilt, self._bounce), (_TRANSFER, self._paid_by_another), (0.018, self._deposit),
            (0.002, self._refund),
        ):  # fmt: skip
            if draw < chance:
                story(customer, invoice)
                return True
            draw -= chance
        return False

    def _pay(
        self, customer: Customer, invoice: Doc, amount: int, day: dt.date | None
    ) -> Doc | None:
        if day is None or day > LAST_DAY or amount <= 0:
            return None
        payment = self._payment(customer, day, amount, [invoice])
        self.company.links.append(Link(payment, invoice, amount))
        return payment

    def _due_payment(self, customer: Customer, invoice: Doc) -> dt.date | None:
        """Return the day of the payment that takes an invoice, None when there is none.

        A run also takes what falls due before the next one.
        """
        usual = self._paid_on(customer, invoice)
        if usual is None:
            return None
        early = usual - dt.timedelta(days=_REACH if customer.run_day else 0)
        return self._run_date(customer, max(early, invoice.issued_on + dt.timedelta(days=1)))

    def _credit_note(self, customer: Customer, invoice: Doc) -> None:
        day = invoice.issued_on + dt.timedelta(days=self.random.randrange(4, 22))
        paid_on = self._due_payment(customer, invoice)
        if day > LAST_DAY or (paid_on is not None and paid_on <= day):
            self._pay(customer, invoice, invoice.amount, paid_on)
            return
        share = 1.0 if self.random.random() < 0.3 else self.random.uniform(0.05, 0.4)  # noqa: PLR2004
        amount = int(invoice.amount * share)
        tax = round(invoice.tax * amount / invoice.amount)
        note = Doc(
            customer.customer_id, "credit_note", day, -amount, -tax, reference=invoice.number
        )
        self.company.docs.append(note)
        if (LAST_DAY - day).days < _RECENT_DAYS and self.random.random() < 0.5:  # noqa: PLR2004 - not used yet
            self._pay(customer, invoice, invoice.amount, paid_on)
            return
        self.company.links.append(Link(note, invoice, amount))
        self._pay(customer, invoice, invoice.amount - amount, paid_on)

    def _dispute(self, customer: Customer, invoice: Doc) -> None:
        opened = invoice.issued_on + dt.timedelta(days=self.random.randrange(6, 40))
        closed = opened + dt.timedelta(days=self.random.randrange(30, 160))
        if opened > LAST_DAY:
            self._pay(customer, invoice, invoice.amount, self._due_payment(customer, invoice))
            return
        invoice.disputed_on, invoice.dispute_reason = opened, self.random.choice(_REASONS)
        if closed <= LAST_DAY:
            invoice.dispute_closed_on = closed
            paid_on = self._run_date(
                customer, closed + dt.timedelta(days=self.random.randrange(3, 20))
            )
            self._pay(customer, invoice, invoice.amount, paid_on)

    def _two_payments(self, customer: Customer, invoice: Doc) -> None:
        first = int(invoice.amount * self.random.uniform(0.3, 0.7))
        day = self._due_payment(customer, invoice)
        self._pay(customer, invoice, first, day)
        if day is not None:
            later = self._run_date(customer, day + dt.timedelta(days=self.random.randrange(15, 60)))
            self._pay(customer, invoice, invoice.amount - first, later)

    def _bounce(self, customer: Customer, invoice: Doc) -> None:
        """A payment early in a month comes back within it; another one follows, or not."""
        day = self._due_payment(customer, invoice)
        if day is None:
            return
        day = max(day.replace(day=min(day.day, 18)), invoice.issued_on + dt.timedelta(days=1))
        if day.day > 20:  # noqa: PLR2004
            day = (day + dt.timedelta(days=15)).replace(day=5)
        back = day + dt.timedelta(days=self.random.randrange(4, 8))
        if back > LAST_DAY:
            return
        payment = self._pay(customer, invoice, invoice.amount, day)
        if payment is None:
            return
        self.company.links[-1].undone_on = back
        self.company.docs.append(
            Doc(customer.customer_id, "bounce", back, invoice.amount, method=payment.method,
                reference="Impayé : provision insuffisante", origin=payment)
        )  # fmt: skip
        again = self._run_date(customer, back + dt.timedelta(days=self.random.randrange(12, 45)))
        self._pay(customer, invoice, invoice.amount, again)

    def _paid_by_another(self, customer: Customer, invoice: Doc) -> None:
        day = self._due_payment(customer, invoice)
        if day is None or day > LAST_DAY:
            return
        others = [
            other for other in self.company.customers
            if other is not customer and (other.group_id == customer.group_id or not customer.group_id)
            and not other.is_intercompany and other.archetype != "large"
        ]  # fmt: skip
        payment = self._payment(self.random.choice(others), day, invoice.amount, [invoice])
        self.company.links.append(Link(payment, invoice, invoice.amount))

    def _deposit(self, customer: Customer, invoice: Doc) -> None:
        day = max(FIRST_DAY, invoice.issued_on - dt.timedelta(days=self.random.randrange(10, 40)))
        amount = int(invoice.amount * 0.3)
        deposit = self._payment(customer, day, amount, [], kind="deposit")
        deposit.reference = f"Acompte commande {customer.name}"
        self.company.links.append(Link(deposit, invoice, amount))
        self._pay(customer, invoice, invoice.amount - amount, self._due_payment(customer, invoice))

    def _refund(self, customer: Customer, invoice: Doc) -> None:
        """Paid, then credited in full, and the money given back."""
        paid_on = self._due_payment(customer, invoice)
        if self._pay(customer, invoice, invoice.amount, paid_on) is None or paid_on is None:
            return
        noted = paid_on + dt.timedelta(days=10)
        returned = noted + dt.timedelta(days=12)
        if returned > LAST_DAY:
            return
        note = Doc(customer.customer_id, "credit_note", noted, -invoice.amount, -invoice.tax,
                   reference=invoice.number)  # fmt: skip
        refund = Doc(customer.customer_id, "refund", returned, invoice.amount, method="virement",
                     reference="Remboursement avoir", origin=None)  # fmt: skip
        self.company.docs += [note, refund]
        self.company.links.append(Link(note, refund, invoice.amount))

    def _instalments(self, customer: Customer, invoice: Doc) -> None:
        """Split the invoice in three, due at 30, 60 and 90 days; each is paid on its own."""
        third = invoice.amount // 3
        amounts = (invoice.amount - 2 * third, third, third)
        taxes = (invoice.tax - 2 * (invoice.tax // 3), invoice.tax // 3, invoice.tax // 3)
        self.company.docs.remove(invoice)
        for n, (amount, tax) in enumerate(zip(amounts, taxes, strict=True), start=1):
            part = Doc(
                customer.customer_id, "invoice", invoice.issued_on, amount, tax,
                invoice.issued_on + dt.timedelta(days=30 * n), invoice.number, n, invoice.method,
            )  # fmt: skip
            self.company.docs.append(part)
            self._pay(customer, part, amount, self._due_payment(customer, part))

    def _number(self) -> None:
        """Number everything but invoices in date order, and sort the book."""
        self.company.docs.sort(key=lambda doc: (doc.issued_on, doc.customer_id, doc.kind, doc.number,
                                                doc.instalment_no or 0))  # fmt: skip
        counts: dict[str, int] = {}
        for doc in self.company.docs:
            if not doc.number:
                letter = _SEQUENCES[doc.kind]
                counts[letter] = counts.get(letter, 0) + 1
                doc.number = f"{letter}{counts[letter]:05d}"
        self.company.links.sort(key=lambda link: (link.on, link.credit.number, link.debit.number,
                                                  link.debit.instalment_no or 0))  # fmt: skip
