"""The invented book that the list samples write: six customers, every figure known beforehand."""

from __future__ import annotations

import datetime as dt
from typing import Final

from data.generator.exports.listing import Listing, Row

COMPANY: Final = "Atelier Bréval SARL"
AS_OF: Final = dt.date(2026, 10, 31)
_NAMES: Final = {
    "C0101": "Pépinières Éluard",
    "C0102": "Menuiserie Noël Brûlé SARL",
    "C0103": "Hôtel de l’Île Verte",
    "C0104": "Société d’Outillage Générique",
    "C0105": "Garage Ferré, Père & Fils",
    "C0106": "Zoé Müller (EI)",
}
# Customer, number, kind, issued, due, amount, open (cents), settlement group (small when part
# remains) and its day.
_ROWS: Final = (
    ("C0101", "F-2601", "invoice", "06-10", "07-10", 120_000, 0, "A", "07-15"),
    ("C0101", "R-0101", "payment", "07-15", None, -120_000, 0, "A", "07-15"),
    ("C0101", "F-2610", "invoice", "08-20", "09-19", 84_050, 84_050, "", None),
    ("C0101", "F-2615", "invoice", "10-05", "11-04", 36_000, 36_000, "", None),
    ("C0102", "F-2603", "invoice", "07-01", "07-31", 250_000, 100_000, "b", None),
    ("C0102", "R-0102", "payment", "08-10", None, -150_000, 0, "b", None),
    ("C0102", "F-2612", "invoice", "09-25", "10-25", 18_000, 18_000, "", None),
    ("C0103", "F-2604", "invoice", "07-12", "08-26", 99_999, 99_999, "", None),
    ("C0103", "A-0007", "credit_note", "09-02", None, -12_000, -12_000, "", None),
    ("C0103", "F-2619", "invoice", "10-31", "11-30", 5_005, 5_005, "", None),
    ("C0104", "R-0103", "payment", "10-12", None, -50_000, -50_000, "", None),
    ("C0104", "F-2617", "invoice", "10-20", "11-30", 75_025, 75_025, "", None),
    ("C0105", "F-2608", "invoice", "08-01", "08-31", 640_000, 0, "A", "09-30"),
    ("C0105", "R-0104", "payment", "09-30", None, -640_000, 0, "A", "09-30"),
    ("C0105", "F-2613", "invoice", "09-30", "10-30", 1_234_567, 1_234_567, "", None),
    ("C0105", "F-2614", "invoice", "10-01", "10-31", 4_510, 4_510, "", None),
    ("C0106", "F-2605", "invoice", "05-04", "06-03", 30_000, 0, "A", "06-01"),
    ("C0106", "R-0105", "payment", "06-01", None, -30_000, 0, "A", "06-01"),
    ("C0106", "D-0001", "deposit", "10-15", None, -20_000, -20_000, "", None),
)
_LABELS: Final = {
    "invoice": "Facture",
    "credit_note": "Avoir",
    "payment": "Règlement",
    "deposit": "Acompte",
}
# A letter O among the figures: the line must be refused, and said.
_BAD: Final = ("C0106", "F-2618", "invoice", "10-28", "11-27", 99_000, 99_000, "", None)
UNREADABLE: Final = "99O,00"


def book() -> Listing:
    """Return the book, its last line unreadable."""
    return Listing(COMPANY, AS_OF, (*(_row(*cells) for cells in _ROWS), _row(*_BAD, UNREADABLE)))


def _row(
    customer: str,
    number: str,
    kind: str,
    issued: str,
    due: str | None,
    amount: int,
    opened: int,
    group: str,
    closed: str | None,
    unreadable: str = "",
) -> Row:
    return Row(
        customer,
        _NAMES[customer],
        number,
        kind,
        _day(issued),
        _day(due) if due else None,
        amount,
        opened,
        group=group if group.isupper() else "",
        partial=group if group.islower() else "",
        closed_on=_day(closed) if closed else None,
        reference=f"{_LABELS[kind]} {number}",
        method="Virement",
        terms="30 jours",
        unreadable=unreadable,
    )


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")
