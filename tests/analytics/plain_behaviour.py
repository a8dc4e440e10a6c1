"""Delays, months, habits and lives of invoices by loops: the frames of behaviour without SQL."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tests.analytics.plain_book import Alloc, Doc

FIELDS = {
    "group": "group_id",
    "category": "category",
    "sector": "sector",
    "owner": "owner",
    "customer": "customer_id",
}
CASH = ("payment", "deposit")
COMPANY = "TEST"


class PlainBehaviour:
    """What a plain book answers about delays; ``docs``, ``allocs`` and ``customers_`` are its rows."""

    docs: list[Doc]
    allocs: list[Alloc]
    customers_: list[dict[str, Any]]
    confidence: float

    def doc(self, number: str) -> Doc:
        raise NotImplementedError

    def effect(self, alloc: Alloc) -> date:
        raise NotImplementedError

    def open_at(self, doc: Doc, day: date) -> int:
        raise NotImplementedError

    def _cash(self, start: date, as_of: date) -> list[tuple[Doc, date, int, int]]:
        raise NotImplementedError

    # -- who -------------------------------------------------------------------------------

    def value_of(self, customer: str, level: str) -> str | None:
        """Return the value of a customer at a level."""
        if level == "customer":
            return customer
        given = {row["customer_id"]: row for row in self.customers_}
        found = given.get(customer, {}).get(FIELDS.get(level, ""))
        return None if found is None else str(found)

    def paid(
        self, start: date, as_of: date, wanted: dict[str, Any]
    ) -> list[tuple[Doc, date, int, int]]:
        """Return the cash of a scope, disputed invoices out when asked."""
        scope, value = wanted.get("scope", "portfolio"), wanted.get("scope_value")
        return [
            item
            for item in self._cash(start, as_of)
            if item[0].account_class in PERIMETER
            and not (wanted.get("without_disputed") and item[0].is_disputed)
            and (scope == "portfolio" or self.value_of(item[0].customer, scope) == value)
        ]

    # -- frames ----------------------------------------------------------------------------

    def _delay_spread(self, as_of: date, start: date, level: str, **wanted: Any) -> pd.DataFrame:
        groups: dict[tuple[str | None, str], list[tuple[int, int]]] = defaultdict(list)
        for doc, _, delay, amount in self.paid(start, as_of, wanted):
            groups[self.value_of(doc.customer, level), doc.currency].append((delay, amount))
        rows = []
        for (value, currency), cash in groups.items():
            days = sorted(delay for delay, _ in cash)
            early = [amount for delay, amount in cash if delay <= 0]
            row: dict[str, Any] = {
                "company_id": COMPANY if level in {"customer", "group"} else None,
                "value": value,
                "currency": currency,
                "count_payments": len(cash),
                "amount_minor": sum(amount for _, amount in cash),
                "on_time_count": len(early),
                "on_time_minor": sum(early),
            }
            for name, share in (("low_quartile", 0.25), ("median", 0.5), ("high_quartile", 0.75)):
                place = share * (len(days) - 1)
                row[f"{name}_floor"] = days[math.floor(place)]
                row[f"{name}_ceiling"] = days[math.ceil(place)]
            rows.append(row)
        names = ["company_id", "value", "currency", "count_payments", "amount_minor"]
        names += ["on_time_count", "on_time_minor"]
        for name in ("low_quartile", "median", "high_quartile"):
            names += [f"{name}_floor", f"{name}_ceiling"]
        return pd.DataFrame(rows, columns=names)

    def _delay_days(self, as_of: date, start: date, **wanted: Any) -> pd.DataFrame:
        rows = [
            (doc.currency, delay, 1, amount)
            for doc, _, delay, amount in self.paid(start, as_of, wanted)
        ]
        return _summed(rows, ["currency", "days"], ["count_payments", "amount_minor"])

    def _delay_months(self, as_of: date, start: date, **wanted: Any) -> pd.DataFrame:
        rows = [
            (doc.currency, pd.Timestamp(paid.replace(day=1)), 1, amount, float(delay * amount),
             float((paid - doc.issued_on).days * amount))
            for doc, paid, delay, amount in self.paid(start, as_of, wanted)
        ]  # fmt: skip
        names = ["count_payments", "amount_minor", "delay_amount", "days_amount"]
        frame = _summed(rows, ["currency", "month_on"], names)
        return frame.astype({"month_on": "datetime64[s]"})

    def _payment_days(self, as_of: date, start: date, **wanted: Any) -> pd.DataFrame:
        runs: dict[tuple[str, date], set[str]] = defaultdict(set)
        rows = []
        for doc, paid, delay, amount in self.paid(start, as_of, wanted):
            runs[doc.currency, paid].add(doc.customer)
            rows.append((doc.currency, paid, 1, amount, float(delay * amount)))
        names = ["count_payments", "amount_minor", "delay_amount"]
        frame = _summed(rows, ["currency", "paid_on"], names)
        places = zip(frame["currency"], frame["paid_on"], strict=True)
        frame["count_dates"] = [len(runs[place]) for place in places]
        frame["paid_on"] = pd.to_datetime(frame["paid_on"])
        return frame

    def _payment_methods(self, as_of: date, start: date, **wanted: Any) -> pd.DataFrame:
        frame = self._payment_days(as_of, start, **wanted).drop(columns="paid_on")
        return frame.groupby("currency").sum().reset_index().assign(method=None)

    def _invoice_lives(
        self,
        as_of: date,
        start: date,
        level: str,
        members: Iterable[str],
        labels: Iterable[str],
        **wanted: Any,
    ) -> pd.DataFrame:
        segments = dict(zip(members, labels, strict=True))
        scope, chosen = wanted.get("scope", "portfolio"), wanted.get("scope_value")
        rows = []
        for doc, days, is_event in self.lives(start, as_of):
            if wanted.get("without_disputed") and doc.is_disputed:
                continue
            if scope != "portfolio" and self.value_of(doc.customer, scope) != chosen:
                continue
            value = self.value_of(doc.customer, level)
            if level == "segment":
                value = segments.get(f"{COMPANY}\x1f{doc.customer}\x1f{doc.currency}")
            company = COMPANY if level in {"customer", "group"} else None
            rows.append(
                (company, value, doc.currency, days, int(is_event), int(not is_event),
                 doc.amount * is_event, doc.amount * (not is_event))
            )  # fmt: skip
        keys = ["company_id", "value", "currency", "days"]
        return _summed(rows, keys, ["events", "censored", "event_minor", "censored_minor"])

    def lives(self, start: date, as_of: date) -> list[tuple[Doc, int, bool]]:
        """Return (invoice, days from its due date, fully paid) of the observations of a window."""
        found = []
        for doc in self.docs:
            is_invoice = doc.kind in ("invoice", "opening") and doc.amount > 0
            if not is_invoice or doc.issued_on > as_of or doc.account_class not in PERIMETER:
                continue
            sources = [
                (self.doc(item.credit).kind, self.doc(item.credit).issued_on, self.effect(item))
                for item in self.allocs
                if item.debit == doc.number and self.effect(item) <= as_of
            ]
            if self.open_at(doc, as_of) > 0:
                found.append((doc, (as_of - doc.due).days, False))
                continue
            cash = [paid for kind, paid, _ in sources if kind in CASH]
            last = max(cash) if cash else max((day for *_, day in sources), default=start)
            if last > start:
                found.append((doc, (last - doc.due).days, bool(cash)))
        return found

    def _customer_coverage(self, as_of: date, start: date, **_: Any) -> pd.DataFrame:
        rows = [
            (COMPANY, doc.customer, doc.currency, -doc.amount, 0, 0)
            for doc in self.docs
            if doc.kind in CASH and start < doc.issued_on <= as_of
        ]
        rows += [
            (COMPANY, doc.customer, doc.currency, 0, amount, 0)
            for doc, _, _, amount in self._cash(start, as_of)
        ]
        keys = ["company_id", "customer_id", "currency"]
        return _summed(rows, keys, ["receipts_minor", "covered_minor", "matched_minor"])

    # -- what the early warning reads ---------------------------------------------------------

    def cleared(self, doc: Doc, as_of: date) -> tuple[date, bool] | None:
        """Return when what is left of an invoice was a trifle and whether cash did it."""
        left, trifle = doc.amount, min(doc.amount * 0.005, 500)
        moves = [
            (self.effect(item), item.amount, self.doc(item.credit).kind in CASH)
            for item in self.allocs
            if item.debit == doc.number and self.effect(item) <= as_of
        ]
        for day, amount, is_cash in sorted(moves):
            left -= amount
            if left <= trifle:
                return day, is_cash
        return None

    def _invoices(self, as_of: date) -> list[Doc]:
        return [
            doc
            for doc in self.docs
            if doc.kind in ("invoice", "opening")
            and doc.amount > 0
            and doc.issued_on <= as_of
            and doc.account_class in PERIMETER
        ]

    def _payment_runs(
        self, as_of: date, most: int, min_confidence: float, days: tuple[date, ...]
    ) -> pd.DataFrame:
        assert days == (as_of,)
        runs: dict[tuple[str, date], list[int]] = defaultdict(list)
        for doc in self._invoices(as_of):
            found = self.cleared(doc, as_of)
            if found and found[1] and self.confidence >= min_confidence:
                runs[doc.customer, found[0]].append((found[0] - doc.due).days)
        rows = []
        for customer, paid_on in sorted(runs):
            delays = runs[customer, paid_on]
            clipped = [max(-30, min(90, delay)) for delay in delays]
            mean = [sum(days) / len(days) for days in (delays, clipped)]
            rows.append((COMPANY, customer, pd.Timestamp(paid_on), *mean, len(delays)))
        names = ["company_id", "customer_id", "paid_on", "delay_days", "clipped_days"]
        frame = pd.DataFrame(rows, columns=[*names, "count_invoices"])
        frame = frame.assign(day=pd.Timestamp(as_of))
        return _typed(frame, ["paid_on", "day"]).groupby("customer_id").tail(most)

    def _open_groups(self, as_of: date, days: tuple[date, ...]) -> pd.DataFrame:
        assert days == (as_of,)
        groups: dict[tuple[str, date], int] = defaultdict(int)
        for doc in self._invoices(as_of):
            is_left = self.open_at(doc, as_of) * 2 >= doc.amount and not doc.is_disputed
            if is_left and (doc.due - as_of).days <= 30 and not self.cleared(doc, as_of):
                groups[doc.customer, doc.due] += 1
        rows = [
            (pd.Timestamp(as_of), COMPANY, customer, pd.Timestamp(due), (as_of - due).days, count)
            for (customer, due), count in sorted(groups.items())
        ]
        names = ["day", "company_id", "customer_id", "due_on", "age_days", "count_invoices"]
        return _typed(pd.DataFrame(rows, columns=names), ["day", "due_on"])

    def _open_spans(
        self, as_of: date, companies: Iterable[str], customers: Iterable[str], start: date
    ) -> pd.DataFrame:
        del companies
        wanted, rows = set(customers), []
        for doc in self._invoices(as_of):
            found = self.cleared(doc, as_of)
            if doc.customer in wanted and (found is None or found[0] > start):
                day = pd.Timestamp(found[0]) if found else pd.NaT
                due, issued = pd.Timestamp(doc.due), pd.Timestamp(doc.issued_on)
                rows.append((COMPANY, doc.customer, due, issued, day))
        names = ["company_id", "customer_id", "due_on", "issued_on", "cleared_on"]
        return _typed(pd.DataFrame(rows, columns=names), names[2:])

    def _disputed_late(self, as_of: date) -> pd.DataFrame:
        rows = []
        for doc in self.docs:
            days, left = (as_of - doc.due).days, self.open_at(doc, as_of)
            if doc.is_disputed and left > 0 and days > 0 and doc.account_class in PERIMETER:
                rows.append((COMPANY, doc.customer, doc.currency, left, float(left * days)))
        keys = ["company_id", "customer_id", "currency"]
        return _summed(rows, keys, ["overdue_minor", "late_amount_days"])


def _typed(frame: pd.DataFrame, days: list[str]) -> pd.DataFrame:
    """Return a frame with the types of the store's, even without a row."""
    whole = [name for name in frame if name in ("age_days", "count_invoices")]
    types: dict[str, str] = {"company_id": "str", "customer_id": "str"}
    types |= dict.fromkeys(days, "datetime64[us]") | dict.fromkeys(whole, "int64")
    types |= dict.fromkeys(
        [name for name in frame if name in ("delay_days", "clipped_days")], "float64"
    )
    return frame.astype(types)


def _summed(rows: list[tuple[Any, ...]], keys: list[str], names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*keys, *names])
    whole = [name for name in names if not name.endswith(("_amount", "_days"))]
    frame = frame.astype(dict.fromkeys(whole, "int64"))
    return frame.groupby(keys, dropna=False)[names].sum().reset_index()
