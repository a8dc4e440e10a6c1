"""The hazard model written as loops, from its formulas alone: no array, no frame, no store."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class Line:
    """One invoice as known at the date: ``end`` is the day it was paid or credited, None: open."""

    customer: str
    issued_on: date
    due_on: date
    end: date | None = None
    is_cash: bool = True
    is_disputed: bool = False


def rounded(value: float) -> int:
    """Round half away from zero."""
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


def clipped(value: float, low: float, high: float) -> float:
    """Return ``value`` inside bounds."""
    return min(max(value, low), high)


@dataclass
class PlainHazard:
    """Everything learnt at ``as_of`` from the lines of one company."""

    as_of: date
    lines: list[Line]
    shift: int = 0
    norm: float = 0.0
    habit: dict[str, float] = field(default_factory=dict)
    curve: dict[int, float] = field(default_factory=dict)
    paid: dict[str, dict[int, float]] = field(default_factory=dict)
    at_risk: dict[str, dict[int, float]] = field(default_factory=dict)
    tail: float = 0.01

    def __post_init__(self) -> None:
        """Learn in the order of the definition."""
        self.shift = self._shift()
        self._locate()
        self._expose()
        self._pool()

    def _delay(self, line: Line) -> int:
        end = line.end or self.as_of
        return (end - line.due_on).days - (self.shift if line.is_disputed else 0)

    def _weight(self, line: Line) -> float:
        end = line.end or self.as_of
        return float(0.5 ** ((self.as_of - end).days / 180))

    def _shift(self) -> int:
        by_customer = defaultdict(list)
        for line in self.lines:
            if line.end and line.is_cash:
                delay = clipped((line.end - line.due_on).days, -30, 90)
                by_customer[line.customer].append((delay, float(line.is_disputed)))
        above = below = count = 0.0
        for pairs in by_customer.values():
            mean_delay = sum(d for d, _ in pairs) / len(pairs)
            mean_flag = sum(f for _, f in pairs) / len(pairs)
            above += sum((d - mean_delay) * (f - mean_flag) for d, f in pairs)
            below += sum((f - mean_flag) ** 2 for _, f in pairs)
            count += sum(f for _, f in pairs)
        return rounded(above / below * count / (count + 10)) if below > 0 else 0

    def _locate(self) -> None:
        weight: dict[str, float] = defaultdict(float)
        total: dict[str, float] = defaultdict(float)
        for line in self.lines:
            delay = self._delay(line)
            if (line.end and line.is_cash) or (line.end is None and delay > 0):
                weight[line.customer] += self._weight(line)
                total[line.customer] += self._weight(line) * clipped(delay, -30, 90)
        above = sum(w / (w + 3) * total[c] / w for c, w in weight.items())
        self.norm = above / sum(w / (w + 3) for w in weight.values())
        for customer in {line.customer for line in self.lines}:
            self.habit[customer] = (total[customer] + 3 * self.norm) / (weight[customer] + 3)

    def _expose(self) -> None:
        for line in self.lines:
            paid = self.paid.setdefault(line.customer, defaultdict(float))
            at_risk = self.at_risk.setdefault(line.customer, defaultdict(float))
            first = (line.issued_on - line.due_on).days + 1
            first -= self.shift if line.is_disputed else 0
            last = self._delay(line)
            is_paid = line.end is not None and line.is_cash
            if is_paid:
                first = min(first, last)
                paid[int(clipped(last, -60, 200))] += self._weight(line)
                first, last = (int(clipped(day, -60, 200)) for day in (first, last))
            for day in range(-60, 201):
                if first <= day <= last:
                    at_risk[day] += self._weight(line)

    def _pool(self) -> None:
        paid: dict[int, float] = defaultdict(float)
        at_risk: dict[int, float] = defaultdict(float)
        for customer, habit in self.habit.items():
            total = sum(self._weight(line) for line in self.lines if line.customer == customer)
            scale = min(1.0, 30 / total)
            for day in range(-60, 201):
                place = day - rounded(habit)
                paid[place] += scale * self.paid[customer][day]
                at_risk[place] += scale * self.at_risk[customer][day]
        beyond = sum(value for place, value in at_risk.items() if place > 30)
        gone = sum(value for place, value in paid.items() if place > 30)
        self.tail = max(0.01, gone / beyond if beyond else 0.0)
        for place in range(-150, 231):
            near = (place - 1, place, place + 1)
            above = sum(paid.get(i, 0.0) for i in near) / 3 + 5 * self.tail
            below = sum(at_risk.get(i, 0.0) for i in near) / 3 + 5
            self.curve[place] = clipped(above / below, 0.0001, 0.9)

    def hazard(self, customer: str, day: int) -> float:
        """Return the probability to be paid on a day of delay, when still unpaid the day before."""
        if day < -60:
            return 0.00001
        day = min(day, 200)
        prior = self.curve[day - rounded(self.habit.get(customer, self.norm))]
        paid = self.paid.get(customer, {}).get(day, 0.0)
        at_risk = self.at_risk.get(customer, {}).get(day, 0.0)
        return clipped((paid + 3 * prior) / (at_risk + 3), 0.00001, 0.98)

    def factor(self, customer: str, weekday: int) -> float:
        """Return the factor of a day of the week on the intensity."""
        dates = {(ln.customer, ln.end) for ln in self.lines if ln.end and ln.is_cash}
        if len(dates) < 30:
            return 1.0
        share = Counter(on.weekday() for _, on in dates)[weekday] / len(dates)
        own = [on.weekday() for who, on in dates if who == customer]
        return clipped(7 * (own.count(weekday) + 10 * share) / (len(own) + 10), 0.02, 4)

    def survival(self, line: Line) -> list[float]:
        """Return the probability to be unpaid 0, 1 … 180 days after the date."""
        age = (self.as_of - line.due_on).days - (self.shift if line.is_disputed else 0)
        alive = [1.0]
        for j in range(1, 181):
            weekday = (self.as_of.weekday() + j) % 7
            stays = (1 - self.hazard(line.customer, age + j)) ** self.factor(line.customer, weekday)
            alive.append(alive[-1] * stays)
        return alive

    def beyond(self, customer: str, terms: int, days: int) -> float:
        """Return the probability that an invoice issued today is unpaid ``days`` after it is due."""
        return math.prod(1 - self.hazard(customer, day) for day in range(1 - terms, days + 1))
