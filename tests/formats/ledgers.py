"""The samples of the ledger layouts and what must be read of them, from the invented lines alone.

Four customers: a lettered group with a remainder, codes used again, a credit note, a write-off, a
bounced payment, balances forward with and without their document, a supplier, an unreadable line.
``open`` is worked out by hand; nothing here reads a file.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from data.generator.exports.ledger_book import CUSTOMERS, LedgerBook, LedgerLine
from data.generator.exports.ledgers import LEDGERS
from tests.formats.golden import FOLDER, summed

if TYPE_CHECKING:
    from pathlib import Path

    from data.generator.exports.ledger_book import LedgerVariant
    from data.generator.exports.page import Page

COMPANY: Final = "Atelier Bréval SARL"
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 10, 31)
DEFAULT_DAYS: Final = 30
_NAMES: Final = {
    "C201": "Ateliers Bréhat",
    "C202": "Noël & Fils SARL",
    "C203": "Zinguerie Œuvrard",
    "C204": "Comptoir Ébéniste",
}
_COUNTERS: Final = {
    "AN": ("120000", "Résultat"),
    "VE": ("707000", "Ventes"),
    "BQ": ("512000", "Banque"),
    "OD": ("654000", "Pertes sur créances"),
}
# Customer, journal, day, document, its day, label, amount, code, due, open (cents).
_LINES: Final = (
    ("C201", "AN", "01-01", "F-2590", "2025-11-20", "A nouveau F-2590", 150_000, "AA", "2025-12-20", 0),
    ("C202", "AN", "01-01", "", None, "Solde à nouveau", 98_000, "", None, 98_000),
    ("C201", "BQ", "01-15", "R-0001", None, "Virement F-2590", -150_000, "AA", None, 0),
    ("C201", "VE", "02-10", "F-2601", None, "Facture F-2601", 240_000, "AB", "2026-03-12", 0),
    ("C202", "VE", "02-20", "F-2603", None, "Facture F-2603", 55_000, "A", "2026-03-22", 0),
    ("C201", "VE", "03-05", "F-2602", None, "Facture F-2602", 120_000, "AB", "2026-04-04", 60_000),
    ("C202", "BQ", "03-20", "R-0003", None, "Chèque F-2603", -55_000, "A", None, 0),
    ("C203", "VE", "04-04", "F-2604", None, "Facture F-2604", 33_333, "", "2026-05-04", 33_333),
    ("C201", "BQ", "04-10", "R-0002", None, "Virement mars", -300_000, "AB", None, 0),
    ("C202", "VE", "05-02", "F-2605", None, "Facture F-2605", 61_000, "A", "2026-06-01", 0),
    ("C202", "BQ", "06-05", "R-0004", None, "Chèque F-2605", -61_000, "A", None, 0),
    ("C204", "VE", "06-06", "F-2606", None, "Facture F-2606", 410_000, "AA", "2026-07-06", 0),
    ("C204", "VE", "07-01", "F-2607", None, "Facture F-2607", 50_000, "AB", "2026-07-31", 50_000),
    ("C203", "BQ", "07-07", "R-0005", None, "Virement reçu", -20_000, "", None, -20_000),
    ("C204", "BQ", "07-10", "R-0006", None, "Virement F-2606", -400_000, "AA", None, 0),
    ("C204", "OD", "07-12", "F-2606", None, "Perte irrécouvrable F-2606", -10_000, "AA", None, 0),
    ("C202", "VE", "08-01", "A-0001", None, "Avoir A-0001", -12_000, "", None, -12_000),
    ("C204", "BQ", "08-08", "R-0007", None, "Prélèvement F-2607", -50_000, "AB", None, 0),
    ("C204", "BQ", "08-20", "R-0007", None, "Impayé R-0007", 50_000, "", None, 0),
    ("C201", "VE", "09-01", "F-2610", None, "Facture F-2610", 84_050, "", "2026-10-01", 84_050),
    ("C203", "VE", "10-31", "F-2620", None, "Facture F-2620", 7_005, "", "2026-11-30", 7_005),
)  # fmt: skip
# A letter O among the figures: the line must be refused, and said.
UNREADABLE: Final = "99O,00"
_BAD: Final = ("C204", "VE", "10-15", "F-2618", None, "Facture F-2618", 9_900, "", "2026-11-14", 0)


def build() -> list[tuple[Path, dict[str, Any]]]:
    """Write the samples; return each with the figures expected of it, notes apart."""
    made = []
    for format_id, variants in LEDGERS.items():
        folder = FOLDER / format_id
        folder.mkdir(exist_ok=True)
        for variant in variants:
            page, content = variant.write(book())
            sample = folder / variant.file_name
            sample.write_bytes(content)
            made.append((sample, expected(format_id, variant, page)))
    return made


def book() -> LedgerBook:
    """Return the invented ledger: each line, its other side, a supplier's invoice, a bad line."""
    lines: list[LedgerLine] = []
    for number, cells in enumerate((*_LINES, _BAD), start=1):
        line = _line(number, cells)
        if cells is _BAD:
            line = replace(line, unreadable=UNREADABLE)
        account, title = _COUNTERS[line.journal]
        other = replace(
            line, account=account, title=title, code="", name="", amount=-line.amount, letter="",
            lettered_on=None, due_on=None,
        )  # fmt: skip
        lines += [line, other]
    lines += _supplier(len(_LINES) + 2)
    return LedgerBook(COMPANY, FIRST, LAST, tuple(lines))


def _line(number: int, cells: tuple[Any, ...]) -> LedgerLine:
    code, journal, day, piece, piece_on, label, amount, letter, due, _open = cells
    return LedgerLine(
        CUSTOMERS, "Clients", code, _NAMES[code], journal, f"{journal}{number:03d}", _date(day), piece,
        label, amount, piece_on and dt.date.fromisoformat(piece_on), letter, None,
        due and dt.date.fromisoformat(due),
    )  # fmt: skip


def _supplier(number: int) -> list[LedgerLine]:
    line = LedgerLine(
        "401000", "Fournisseurs", "FIROI", "Iroise Bois", "OD", f"OD{number:03d}", dt.date(2026, 5, 5),
        "B-77", "Bois B-77", -45_600,
    )  # fmt: skip
    other = replace(line, account="601000", title="Achats", code="", name="", amount=45_600)
    return [line, other]


def _date(day: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{day}")


def expected(format_id: str, variant: LedgerVariant, page: Page) -> dict[str, Any]:
    """Return the golden figures of one sample."""
    roles = page.roles()
    names = [role for role, _ in page.rows]
    below = names[names.index("header") + 1 :] if "header" in names else names
    while below and below[-1] == "blank":
        below.pop()
    ignored = len(below) - roles["item"]
    codes = {
        "total_row": {"total"},
        "title_row": {"section", "footer", "repeated"},
        "blank_row": {"blank"},
    }
    if variant.file_name == "sample.csv" and format_id == "myunisoft":
        codes["title_row"] = {"section", "footer"}
        ignored -= below.count("repeated")
    rows = {code: 1 for code, kinds in codes.items() if kinds & set(below)}
    rows |= {"amount_unreadable": 1, "other_account": 1}
    return {
        "format_id": format_id,
        "scope": "ledger",
        "level": "D",
        "extracted_on": LAST.isoformat(),
        "counts": {
            "read": roles["item"] + ignored,
            "kept": roles["item"] - 1,
            "ignored": ignored,
            "refused": 1,
        },
        "control_totals": {"EUR": sum(cells[6] for cells in _LINES)},
        "rows": dict(sorted(rows.items())),
        **summed([_item(cells, variant) for cells in _LINES if cells[-1]], LAST),
    }  # fmt: skip


def _item(cells: tuple[Any, ...], variant: LedgerVariant) -> dict[str, Any]:
    """Return one open item: without a due date, a debt is due 30 days after its own date."""
    code, journal, day, piece, piece_on, _label, amount, _letter, due, opened = cells
    issued = _date(day)
    if journal == "AN":
        is_dated = piece_on and variant.has_piece_on
        bound = dt.date.fromisoformat(due) if due and variant.has_due else FIRST
        before = min(FIRST - dt.timedelta(1), bound)
        issued = dt.date.fromisoformat(piece_on) if is_dated else before
    days = DEFAULT_DAYS if amount > 0 else 0
    due_on = due if due and variant.has_due else (issued + dt.timedelta(days)).isoformat()
    return {
        "customer": variant.prefix + code,
        "number": piece or None,
        "issued_on": issued.isoformat(),
        "due_on": due_on,
        "amount": amount,
        "open": opened,
        "currency": "EUR",
    }
