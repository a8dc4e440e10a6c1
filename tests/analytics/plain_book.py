"""A book in plain Python that answers the frames of a Portfolio by loops: an oracle without SQL."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from arlib.model.portfolio import BookInfo, CompanyInfo, Filters, Portfolio
from arlib.model.tables import CUSTOMERS, LIMITS, PERIMETER
from tests.analytics.plain_behaviour import PlainBehaviour

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COMPANY = "TEST"
CASH = ("payment", "deposit")
KEYS = ["company_id", "customer_id", "currency"]


@dataclass(frozen=True)
class Doc:
    """One document; amounts in minor units, credits negative."""

    customer: str
    number: str
    issued_on: date
    amount: int
    due_on: date | None = None
    kind: str = "invoice"
    account_class: str = "receivable"
    currency: str = "EUR"
    is_disputed: bool = False

    @property
    def due(self) -> date:
        """Return the due date, the document's own without one."""
        return self.due_on or self.issued_on


@dataclass(frozen=True)
class Alloc:
    """A part of a credit set against a debit, at the later of both dates."""

    credit: str
    debit: str
    amount: int


@dataclass
class PlainBook(PlainBehaviour):
    """Documents, allocations and the rest as rows; ``portfolio`` opens it at a date."""

    docs: list[Doc]
    allocs: list[Alloc] = field(default_factory=list)
    customers_: list[dict[str, Any]] = field(default_factory=list)
    limits_: list[dict[str, Any]] = field(default_factory=list)
    commitments_: list[tuple[str, str, int]] = field(default_factory=list)
    rates_: list[tuple[str, float]] = field(default_factory=list)
    level: str = "A"
    confidence: float = 1.0  # of every allocation

    def portfolio(self, as_of: date) -> Portfolio:
        """Return the book at a date."""
        days = [doc.issued_on for doc in self.docs]
        first, last = (min(days), max(days)) if days else (None, None)
        company = CompanyInfo(COMPANY, COMPANY, "EUR", self.level, first, first, last)
        currencies = tuple(sorted({doc.currency for doc in self.docs}))
        info = BookInfo((company,), currencies, first, last, first, last, 1, None, 1)
        return Portfolio(as_of, Filters(), info, self)

    def frame(self, query: str, parameters: Mapping[str, Any]) -> pd.DataFrame:
        """Return the answer of a named query."""
        answer = getattr(self, f"_{query}")
        found: pd.DataFrame = answer(**{k: v for k, v in parameters.items() if k != "filters"})
        return found

    def _overrides(self, **_: Any) -> pd.DataFrame:
        """Return that nothing was fixed by hand."""
        names = ["company_id", "customer_id", "segment", "reason", "author"]
        frame = pd.DataFrame({name: pd.Series(dtype="str") for name in names})
        days = ["day", "valid_from", "expires_on", "recorded_at"]
        return frame.assign(**{name: pd.Series(dtype="datetime64[us]") for name in days})

    # -- the book at a date -----------------------------------------------------------------

    def doc(self, number: str) -> Doc:
        return next(doc for doc in self.docs if doc.number == number)

    def effect(self, alloc: Alloc) -> date:
        return max(self.doc(alloc.credit).issued_on, self.doc(alloc.debit).issued_on)

    def open_at(self, doc: Doc, day: date) -> int:
        if doc.issued_on > day:
            return 0
        moved = sum(
            item.amount if item.credit == doc.number else -item.amount
            for item in self.allocs
            if doc.number in (item.credit, item.debit) and self.effect(item) <= day
        )
        return doc.amount + moved

    def exposure(self, customer: str, day: date, currency: str = "EUR") -> int:
        return sum(
            self.open_at(doc, day)
            for doc in self.docs
            if doc.customer == customer
            and doc.currency == currency
            and doc.account_class in PERIMETER
        )

    def _open(self, as_of: date) -> list[tuple[Doc, int]]:
        found = [(doc, self.open_at(doc, as_of)) for doc in self.docs]
        return [(doc, amount) for doc, amount in found if amount]

    def _customers(self, as_of: date) -> pd.DataFrame:
        given = {row["customer_id"]: row for row in self.customers_}
        known = {doc.customer for doc in self.docs if doc.issued_on <= as_of}
        known |= {
            row["scope_id"] for row in self.limits_ if row.get("scope", "customer") == "customer"
        }
        names = [*CUSTOMERS.column_names, "first_issued_on"]
        rows = [
            {"company_id": COMPANY, "customer_id": code, "name": code, **given.get(code, {})}
            for code in sorted(known)
        ]
        frame = pd.DataFrame(rows, columns=names)
        for name in ("insolvency_on", "first_issued_on"):
            frame[name] = pd.to_datetime(frame[name])
        return frame

    def _balances(self, as_of: date) -> pd.DataFrame:
        sums: dict[tuple[str, ...], dict[str, Any]] = {}
        for doc, amount in self._open(as_of):
            key = (COMPANY, doc.customer, doc.currency, doc.account_class)
            row = sums.setdefault(key, _stock_row())
            late = (as_of - doc.due).days
            row["outstanding_minor"] += amount
            if amount < 0:
                row["credits_minor"] += amount
                continue
            state = "overdue" if late > 0 else "not_due"
            disputed = amount if doc.is_disputed else 0
            row["open_debit_minor"] += amount
            row[f"{state}_minor"] += amount
            row["disputed_minor"] += disputed
            row[f"{state}_disputed_minor"] += disputed
            row["count_open"] += 1
            row["oldest_due_on"] = min(filter(None, (row["oldest_due_on"], doc.due)))
            if late > 0:
                row["late_amount_days"] += float(amount * late)
                row["count_overdue"] += 1
                row["max_days_late"] = max(row["max_days_late"] or 0, late)
        names = ["company_id", "customer_id", "currency", "account_class"]
        rows = [dict(zip(names, key, strict=True)) | row for key, row in sums.items()]
        frame = pd.DataFrame(rows, columns=[*names, *_stock_row()])
        frame["oldest_due_on"] = pd.to_datetime(frame["oldest_due_on"])
        frame["max_days_late"] = frame["max_days_late"].astype("Int64")
        return _ints(frame)

    def _aging_due(self, as_of: date, **bounds: int | None) -> pd.DataFrame:
        late = [v for k, v in bounds.items() if k.startswith("bound_") and v]
        ahead = [v for k, v in bounds.items() if k.startswith("forward_") and v]

        def bucket(doc: Doc, amount: int) -> int:
            days = (as_of - doc.due).days
            if amount < 0:
                return 99
            if days <= 0:
                return -1 - sum(-days > bound for bound in ahead)
            return 1 + sum(days > bound for bound in late)

        return self._aged(as_of, bucket)

    def _aging_issue(self, as_of: date, **bounds: int | None) -> pd.DataFrame:
        late = [v for k, v in bounds.items() if k.startswith("bound_") and v]

        def bucket(doc: Doc, amount: int) -> int:
            days = (as_of - doc.issued_on).days
            return 99 if amount < 0 else 1 + sum(days > bound for bound in late)

        return self._aged(as_of, bucket)

    def _aged(self, as_of: date, bucket: Any) -> pd.DataFrame:
        rows = [
            (COMPANY, doc.customer, doc.currency, doc.account_class, bucket(doc, amount), amount,
             amount if doc.is_disputed else 0, doc.due if amount > 0 else None)
            for doc, amount in self._open(as_of)
        ]  # fmt: skip
        names = [*KEYS, "account_class", "bucket", "amount_minor", "disputed_minor"]
        frame = pd.DataFrame(rows, columns=[*names, "oldest_due_on"])
        frame["oldest_due_on"] = pd.to_datetime(frame["oldest_due_on"])
        grouped = frame.groupby([*KEYS, "account_class", "bucket"])
        return grouped.agg(
            amount_minor=("amount_minor", "sum"),
            disputed_minor=("disputed_minor", "sum"),
            oldest_due_on=("oldest_due_on", "min"),
        ).reset_index()

    def _aging_months(self, as_of: date, months: Iterable[date]) -> pd.DataFrame:
        del as_of
        frames = []
        for day in months:
            frame = self._aging_due(day, bound_1=30, bound_2=60, bound_3=90, forward_1=30)
            frame["bucket"] = frame["bucket"].clip(lower=0)
            frames.append(frame.assign(month_end=pd.Timestamp(day)))
        return pd.concat(frames, ignore_index=True)

    def _actions(self, as_of: date, **_: Any) -> pd.DataFrame:
        """Return that nothing was written about anybody."""
        del as_of
        names = ["company_id", "customer_id", "kind", "document_ids", "taken_on"]
        return pd.DataFrame({name: pd.Series(dtype="object") for name in names})

    def _open_debits(self, as_of: date, **_: Any) -> pd.DataFrame:
        """Return open debits with their only due date; this book keeps neither VAT nor deliveries."""
        rows = [
            (COMPANY, doc.customer, doc.currency, doc.number, doc.number, doc.kind, doc.issued_on, None,
             doc.due, amount, amount if doc.is_disputed else 0, doc.amount, None)
            for doc, amount in self._open(as_of)
            if amount > 0 and doc.account_class in PERIMETER
        ]  # fmt: skip
        names = [
            *KEYS,
            "document_id",
            "number",
            "kind",
            "issued_on",
            "delivered_on",
            "due_on",
            "open_minor",
        ]
        frame = pd.DataFrame(rows, columns=[*names, "disputed_minor", "amount_minor", "tax_minor"])
        for name in ("issued_on", "delivered_on", "due_on"):
            frame[name] = pd.to_datetime(frame[name])
        return frame.astype({"tax_minor": "Int64"})

    # -- flows ------------------------------------------------------------------------------

    def _cash(self, start: date, as_of: date) -> list[tuple[Doc, date, int, int]]:
        """Return (invoice, paid on, delay, amount) of cash received in (start, as_of]."""
        found = []
        for item in self.allocs:
            credit, debit = self.doc(item.credit), self.doc(item.debit)
            is_in = start < credit.issued_on <= as_of and debit.issued_on <= as_of
            if credit.kind in CASH and is_in:
                paid = credit.issued_on
                found.append((debit, paid, (paid - debit.due).days, item.amount))
        return found

    def _payments(self, as_of: date, start: date, recent: date, **wanted: Any) -> pd.DataFrame:
        rows = []
        for doc, paid, delay, amount in self.paid(start, as_of, wanted):
            side = "recent" if paid > recent else "earlier"
            row = {"count_payments": 1, "amount_minor": amount, "delay_amount": delay * amount}
            row |= {f"{side}_{name}": value for name, value in row.items()}
            row["late_amount"] = max(0, delay) * amount
            row["days_amount"] = (paid - doc.issued_on).days * amount
            row["late_30_minor"] = amount if delay > 30 else 0
            rows.append((doc, row))
        base = ["count_payments", "amount_minor", "delay_amount"]
        sides = [f"{side}_{name}" for side in ("recent", "earlier") for name in base]
        return _summed(rows, [*base, *sides, "late_amount", "days_amount", "late_30_minor"])

    def _coverage(
        self, as_of: date, start: date, min_confidence: float, **other: Any
    ) -> pd.DataFrame:
        del other
        rows: dict[str, list[int]] = {}
        for doc in self.docs:
            if doc.kind in CASH and start < doc.issued_on <= as_of:
                rows.setdefault(doc.currency, [0, 0, 0])[0] -= doc.amount
        for doc, _, _, amount in self._cash(start, as_of):
            row = rows.setdefault(doc.currency, [0, 0, 0])
            row[1] += amount if self.confidence >= min_confidence else 0
            row[2] += amount if self.confidence < 1 else 0
        names = ["receipts_minor", "covered_minor", "matched_minor"]
        found = [[COMPANY, currency, *row] for currency, row in sorted(rows.items())]
        return pd.DataFrame(found, columns=["company_id", "currency", *names])

    def _oldest_first(self, as_of: date) -> pd.DataFrame:
        late: dict[tuple[str, str, str], float] = defaultdict(float)
        waiting: dict[tuple[str, str, str], int] = defaultdict(int)
        whole = [item for item in self._open(as_of) if item[0].account_class in PERIMETER]
        for doc, amount in whole:
            waiting[COMPANY, doc.customer, doc.currency] -= min(amount, 0)
        for doc, amount in sorted(whole, key=lambda item: item[0].due):
            key = (COMPANY, doc.customer, doc.currency)
            if amount > 0:
                paid = min(amount, waiting[key])
                waiting[key] -= paid
                late[key] += float((amount - paid) * max(0, (as_of - doc.due).days))
        rows = [[*key, value] for key, value in late.items()]
        return pd.DataFrame(rows, columns=[*KEYS, "late_amount_days"])

    def _paid_invoices(self, as_of: date, start: date, **wanted: Any) -> pd.DataFrame:
        rows = []
        for doc in self.docs:
            if wanted.get("without_disputed") and doc.is_disputed:
                continue
            cash = [paid for debit, paid, *_ in self._cash(date.min, as_of) if debit is doc]
            if doc.amount > 0 and cash and not self.open_at(doc, as_of) and max(cash) > start:
                delay = (max(cash) - doc.due).days
                row = {"count_paid_invoices": 1, "delay_days": delay}
                rows.append(
                    (doc, row | {"delay_amount": delay * doc.amount, "amount_minor": doc.amount})
                )
        return _summed(rows, ["count_paid_invoices", "delay_days", "delay_amount", "amount_minor"])

    def _due_invoices(self, as_of: date, start: date, **wanted: Any) -> pd.DataFrame:
        rows = []
        for doc in self.docs:
            if doc.amount <= 0 or not start < doc.due < as_of or doc.issued_on > as_of:
                continue
            if wanted.get("without_disputed") and doc.is_disputed:
                continue
            notes = sum(
                item.amount
                for item in self.allocs
                if item.debit == doc.number
                and self.doc(item.credit).kind == "credit_note"
                and self.effect(item) <= as_of
            )
            late = sum(
                a for d, _, delay, a in self._cash(date.min, as_of) if d is doc and delay > 30
            )
            is_old = (as_of - doc.due).days > 30
            row = {"billed_minor": doc.amount - notes, "late_30_paid_minor": late}
            rows.append(
                (doc, row | {"late_30_open_minor": self.open_at(doc, as_of) if is_old else 0})
            )
        return _summed(rows, ["billed_minor", "late_30_paid_minor", "late_30_open_minor"])

    def _payment_months(self, as_of: date, start: date, **_: Any) -> pd.DataFrame:
        rows = [
            (COMPANY, doc.customer, doc.currency, pd.Timestamp(paid.replace(day=1)), 1, amount,
             float(delay * amount))
            for doc, paid, delay, amount in self._cash(start, as_of)
        ]  # fmt: skip
        names = [*KEYS, "month_on", "count_payments", "amount_minor", "delay_amount"]
        frame = pd.DataFrame(rows, columns=names).astype({"month_on": "datetime64[s]"})
        return frame.groupby([*KEYS, "month_on"]).sum().reset_index()

    def _sales_months(self, as_of: date) -> pd.DataFrame:
        rows = [
            (COMPANY, doc.customer, doc.currency, pd.Timestamp(doc.issued_on.replace(day=1)),
             doc.amount)
            for doc in self.docs
            if doc.kind in ("invoice", "credit_note") and doc.issued_on <= as_of
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=[*KEYS, "month_on", "sales_minor"])
        frame = frame.astype({"month_on": "datetime64[s]"})
        return frame.groupby([*KEYS, "month_on"]).sum().reset_index()

    def _sales_begun(self, as_of: date, since: date) -> pd.DataFrame:
        rows = [
            (COMPANY, doc.currency, pd.Timestamp(doc.issued_on.replace(day=1)), doc.amount)
            for doc in self.docs
            if doc.kind in ("invoice", "credit_note") and since <= doc.issued_on <= as_of
            if doc.issued_on.day <= as_of.day
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=["company_id", "currency", "month_on", "begun_minor"])
        frame = frame.astype({"month_on": "datetime64[s]"})
        frame = frame.groupby(["company_id", "currency", "month_on"]).sum().reset_index()
        return frame.assign(is_whole=False)

    def _exposure_steps(self, as_of: date, start: date) -> pd.DataFrame:
        moves: dict[tuple[str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for doc in self.docs:
            if doc.issued_on <= as_of and doc.account_class in PERIMETER:
                moves[doc.customer, doc.currency][max(doc.issued_on, start)] += doc.amount
        for item in self.allocs:
            pair = (self.doc(item.credit), self.doc(item.debit))
            day = self.effect(item)
            for doc, sign in zip(pair, (1, -1), strict=True):
                if day <= as_of and doc.account_class in PERIMETER:
                    moves[doc.customer, doc.currency][max(day, start)] += sign * item.amount
        rows = []
        for (customer, currency), by_day in moves.items():
            level = 0
            for day in sorted(by_day):
                level += by_day[day]
                rows.append((COMPANY, customer, currency, pd.Timestamp(day), level))
        return pd.DataFrame(rows, columns=[*KEYS, "day", "exposure_minor"])

    # -- the rest ---------------------------------------------------------------------------

    def _limits(self, as_of: date) -> pd.DataFrame:
        del as_of
        rows = [
            {
                "company_id": COMPANY,
                "change_id": f"L{place}",
                "source": "internal",
                "scope": "customer",
                "currency": "EUR",
                "decided_at": pd.Timestamp("2020-01-01") + timedelta(minutes=place),
                "sequence": place,
                **row,
            }
            for place, row in enumerate(self.limits_)
        ]
        frame = pd.DataFrame(rows, columns=[*LIMITS.column_names, "sequence"])
        for name in ("valid_from", "valid_to", "decided_at"):
            frame[name] = pd.to_datetime(frame[name])
        frame["amount_minor"] = frame["amount_minor"].astype("Int64")
        return frame

    def _commitments(self, as_of: date) -> pd.DataFrame:
        del as_of
        rows = [(COMPANY, code, "EUR", kind, amount) for code, kind, amount in self.commitments_]
        return pd.DataFrame(rows, columns=[*KEYS, "kind", "amount_minor"])

    def _commitment_kinds(self, as_of: date) -> pd.DataFrame:
        kinds = sorted({kind for _, kind, _ in self.commitments_})
        rows = [(COMPANY, kind, pd.Timestamp(as_of)) for kind in kinds]
        return pd.DataFrame(rows, columns=["company_id", "kind", "extracted_on"])

    def _account_classes(self, as_of: date) -> pd.DataFrame:
        held = sorted({doc.account_class for doc in self.docs if doc.issued_on <= as_of})
        rows = [(COMPANY, account_class) for account_class in held]
        return pd.DataFrame(rows, columns=["company_id", "account_class"])

    def _matured_bills(self, as_of: date) -> pd.DataFrame:  # noqa: ARG002 - no safety days here
        return _ints(pd.DataFrame(columns=[*KEYS, "amount_minor"]))

    def _rates(self, as_of: date) -> pd.DataFrame:
        rows = [(COMPANY, currency, rate, pd.Timestamp(as_of)) for currency, rate in self.rates_]
        return pd.DataFrame(rows, columns=["company_id", "currency", "rate", "rate_on"])


def _stock_row() -> dict[str, Any]:
    names = ["open_debit", "credits", "outstanding", "not_due", "overdue", "disputed"]
    names += ["overdue_disputed", "not_due_disputed"]
    row: dict[str, Any] = {f"{name}_minor": 0 for name in names}
    row |= {"late_amount_days": 0.0, "count_open": 0, "count_overdue": 0}
    return row | {"oldest_due_on": None, "max_days_late": None}


def _ints(frame: pd.DataFrame) -> pd.DataFrame:
    counted = [
        name for name in frame if str(name).endswith("_minor") or str(name).startswith("count_")
    ]
    return frame.astype(dict.fromkeys(counted, "int64"))


def _summed(rows: list[tuple[Doc, dict[str, Any]]], names: list[str]) -> pd.DataFrame:
    keyed = [
        {"company_id": COMPANY, "customer_id": doc.customer, "currency": doc.currency, **row}
        for doc, row in rows
    ]
    frame = pd.DataFrame(keyed, columns=[*KEYS, *names])
    frame[names] = frame[names].fillna(0).astype("int64")
    return frame.groupby(KEYS).sum().reset_index()
