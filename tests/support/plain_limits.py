"""A replay of limits in plain Python, day after day and customer after customer: an oracle."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from arlib.workspace import Workspace

Key = tuple[str, str]
PERIMETER = ("receivable", "doubtful", "retention")


@dataclass
class PlainPast:
    """What a book says, as rows: stretches of open amounts, invoices, last day of lateness."""

    balances: dict[Key, list[tuple[date, date, int]]] = field(default_factory=dict)
    invoices: dict[Key, list[tuple[date, int, Any]]] = field(default_factory=dict)
    notes: dict[Key, list[tuple[date, int]]] = field(default_factory=dict)
    late_on: dict[Key, date] = field(default_factory=dict)

    def exposures(self, key: Key, first: date, last: date) -> dict[date, int]:
        """Return what a customer owes at the end of each day."""
        moved: dict[date, int] = defaultdict(int)
        for begin, end, amount in self.balances.get(key, ()):
            moved[max(begin, first)] += amount if end > first else 0
            if first < end <= last:
                moved[end] -= amount
        found, level, day = {}, 0, first
        while day <= last:
            level += moved[day]
            found[day] = level
            day += timedelta(days=1)
        return found

    def sales(self, key: Key, start: date, end: date) -> int:
        """Return what was invoiced in (start, end], credit notes deducted."""
        billed = sum(
            amount for day, amount, _no in self.invoices.get(key, ()) if start < day <= end
        )
        return billed + sum(amount for day, amount in self.notes.get(key, ()) if start < day <= end)


def read(workspace: Workspace, first: date, as_of: date, late_days: int) -> PlainPast:
    """Return the rows of a book in one currency, outside our group."""
    found = PlainPast()
    with workspace._database.cursor() as cursor:
        who = cursor.execute(
            "SELECT customer_key, company_id, customer_id FROM customers"
            " WHERE NOT COALESCE(is_collective, FALSE) AND NOT COALESCE(is_intercompany, FALSE)"
        ).fetchall()
        keys = {key: (company, code) for key, company, code in who}
        for key, begin, end, amount, kind in cursor.execute(
            "SELECT customer_key, from_on, to_on, open_minor, account_class FROM document_balances"
        ).fetchall():
            if key in keys and kind in PERIMETER:
                found.balances.setdefault(keys[key], []).append((begin, end, amount))
        for key, day, amount, number, kind, account, is_cash in cursor.execute(
            "SELECT customer_key, issued_on, amount_minor, invoice_key, kind, account_class,"
            " is_cash_sale FROM documents"
        ).fetchall():
            if key not in keys or account not in PERIMETER or is_cash or day > as_of:
                continue
            if kind == "credit_note":
                found.notes.setdefault(keys[key], []).append((day, amount))
            if kind == "invoice":
                found.invoices.setdefault(keys[key], []).append((day, amount, number))
        for key, due, cleared, is_cash, confidence in cursor.execute(
            "SELECT customer_key, due_on, cleared_on, is_cash, confidence FROM clearances"
            " WHERE from_on <= ? AND to_on > ?",
            [as_of, as_of],
        ).fetchall():
            if key not in keys or (cleared is not None and not (is_cash and confidence >= 0.6)):
                continue
            became = due + timedelta(days=late_days + 1)
            if ((cleared or as_of) - due).days > late_days and became >= first:
                found.late_on[keys[key]] = max(found.late_on.get(keys[key], date.min), became)
    return found


def replay(
    past: PlainPast,
    keys: list[Key],
    first: date,
    last: date,
    limit: Callable[[Key, date], int | None],
) -> dict[Key, dict[str, int]]:
    """Return what limits would have done to each customer, figure by figure."""
    return {key: _one(past, key, first, last, limit) for key in keys}


def _one(
    past: PlainPast, key: Key, first: date, last: date, limit: Callable[[Key, date], int | None]
) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for name in ("days_over", "days_limited", "count_overruns", "peak_minor", "avoided_minor"):
        found[name] = 0
    stopped: set[Any] = set()
    sold: set[Any] = set()
    was_over = False
    billed: dict[date, list[tuple[date, int, Any]]] = defaultdict(list)
    for item in past.invoices.get(key, ()):
        billed[item[0]].append(item)
    for day, exposure in past.exposures(key, first, last).items():
        bound = limit(key, day)
        excess = exposure - bound if bound is not None else 0
        is_over = excess > 0
        today = [item for item in billed[day] if item[1] > 0]
        found["sold_minor"] += sum(amount for _day, amount, _no in today)
        sold |= {number for _day, _amount, number in today}
        if bound is not None:
            found["days_limited"] += 1
        if is_over:
            found["days_over"] += 1
            found["count_overruns"] += 0 if was_over else 1
            found["peak_minor"] = max(found["peak_minor"], excess)
            if day < past.late_on.get(key, date.min):
                found["avoided_minor"] = max(found["avoided_minor"], excess)
            found["stopped_minor"] += sum(amount for _day, amount, _no in today)
            stopped |= {number for _day, _amount, number in today}
        was_over = is_over
    found["count_sold"], found["count_stopped"] = len(sold), len(stopped)
    return found


def totals(past: PlainPast, rows: Mapping[Key, Mapping[str, int]]) -> dict[str, float]:
    """Return the sums that the page compares."""
    names = ("count_overruns", "days_over", "count_stopped", "stopped_minor", "sold_minor")
    found: dict[str, float] = {name: sum(row[name] for row in rows.values()) for name in names}
    good = [row for key, row in rows.items() if key not in past.late_on]
    late = [row for key, row in rows.items() if key in past.late_on]
    found["count_limited"] = sum(row["days_limited"] > 0 for row in rows.values())
    found["customers_over"] = sum(row["days_over"] > 0 for row in rows.values())
    found["customers_late"] = len(late)
    found["customers_late_over"] = sum(row["days_over"] > 0 for row in late)
    found["avoided_minor"] = sum(row["avoided_minor"] for row in rows.values())
    found["good_sold_minor"] = sum(row["sold_minor"] for row in good)
    found["good_stopped_minor"] = sum(row["stopped_minor"] for row in good)
    return found
