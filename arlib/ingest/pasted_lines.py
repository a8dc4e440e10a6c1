"""The lines of a pasted list of limits: what separates their cells, and what each cell is."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from arlib.ingest.amounts import SYMBOLS
from arlib.ingest.columns import normalise
from arlib.ingest.dates import parse_date
from arlib.model.issues import Issue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

_TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    "customer_id": ("code", "code client", "client", "customer", "customer id", "compte",
                    "compte client", "numero client", "n client", "customer code", "account"),
    "name": ("nom", "nom du client", "nom client", "raison sociale", "name", "customer name"),
    "company_id": ("societe", "company", "siren societe"),
    "amount": ("limite", "limite de credit", "montant", "plafond", "encours autorise", "limit",
               "credit limit", "amount", "nouvelle limite", "new limit"),
    "currency": ("devise", "currency", "monnaie"),
    "valid_from": ("du", "depuis", "a partir du", "valable du", "debut", "valid from", "from",
                   "date d effet"),
    "valid_to": ("au", "jusqu au", "fin", "validite", "expiration", "echeance", "valable jusqu au",
                 "valid to", "valid until", "until", "to", "expiry", "expires"),
    "source": ("source", "origine", "origin", "nature"),
    "reason": ("motif", "raison", "commentaire", "reason", "comment"),
    "cover_ratio": ("quotite", "quotite garantie", "part couverte", "cover", "cover ratio"),
}  # fmt: skip
_FIELDS: Final = {normalise(title): name for name, titles in _TITLES.items() for title in titles}
_SOURCES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("internal", "interne", "limiteinterne", "decisioninterne"), "internal"),
    **dict.fromkeys(("insurer", "assurance", "assureur", "assureurcredit", "agrement"), "insurer"),
    **dict.fromkeys(("guarantee", "garantie", "caution"), "guarantee"),
}
REMOVAL: Final = frozenset(
    ("supprimer", "supprimee", "retirer", "retiree", "aucune", "sanslimite", "remove", "removed",
     "nolimit", "none")
)  # fmt: skip
REFUSAL: Final = frozenset(("refus", "refuse", "refusee", "refused"))
_SINCE: Final = re.compile(r"^(?:du|depuis(?: le)?|à partir du|from|since)\s+", re.IGNORECASE)
_UNTIL: Final = re.compile(r"^(?:au|jusqu['’]?\s?au|fin|until|to)\s+", re.IGNORECASE)
_CODE: Final = re.compile(r"[A-Za-z]{3}")
_SHARE: Final = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*%")
ISO: Final = frozenset(
    [
        "AED",
        "ARS",
        "AUD",
        "BGN",
        "BHD",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "DZD",
        "EGP",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "ISK",
        "JOD",
        "JPY",
        "KES",
        "KRW",
        "KWD",
        "KZT",
        "LKR",
        "MAD",
        "MGA",
        "MUR",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NZD",
        "OMR",
        "PEN",
        "PHP",
        "PKR",
        "PLN",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TND",
        "TRY",
        "TWD",
        "UAH",
        "USD",
        "UYU",
        "VND",
        "XAF",
        "XOF",
        "XPF",
        "ZAR",
    ]
)


@dataclass(slots=True)
class Line:
    """One line while it is being understood; ``problem`` is the first thing wrong with it."""

    row: int
    text: str
    who: list[str] = field(default_factory=list)
    amount: str | None = None
    currency: str | None = None
    company: str | None = None
    since: date | None = None
    until: date | None = None
    source: str | None = None
    reason: str | None = None
    share: float | None = None
    minor: int | None = None
    problem: Issue | None = None

    def refuse(self, code: str, value: object = None, detail: object = None) -> None:
        """Keep the first problem of the line."""
        if self.problem is None:
            text, more = (None if part is None else str(part) for part in (value, detail))
            self.problem = Issue(code, "refused", row_number=self.row, value=text, detail=more)


def rows_of(text: str) -> list[tuple[int, str, list[str]]]:
    """Return the filled lines: place, text, cells."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    filled = [line for line in lines if line.strip()]
    others = _last_resort(filled)
    return [
        (place, line.strip(), cells)
        for place, line in enumerate(lines, 1)
        if line.strip() and any(cells := _cells(line, _separator(line, others)))
    ]


def _separator(line: str, others: str | None) -> str | None:
    """Return what separates the cells of a line: a tab, a semicolon, else what the others use."""
    return next((mark for mark in ("\t", ";") if mark in line), others)


def _last_resort(lines: Sequence[str]) -> str | None:
    """Return the comma for lines without tab nor semicolon, None when runs of spaces separate.

    ``Dupont  12 500,50`` holds a comma that separates nothing.
    """
    bare = [line for line in lines if "\t" not in line and ";" not in line]
    spaced = sum(bool(re.search(r"\S\s{2,}\S", line)) for line in bare)
    return "," if spaced < len(bare) and any("," in line for line in bare) else None


def _cells(line: str, mark: str | None) -> list[str]:
    if mark is None:
        return [cell.strip() for cell in re.split(r"\s{2,}", line.strip())]
    return [cell.strip() for cell in next(csv.reader(io.StringIO(line), delimiter=mark))]


def header_of(cells: Sequence[str]) -> dict[int, str]:
    """Return what each column holds, empty when the first line is no header."""
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        name = _FIELDS.get(normalise(cell))
        if name is not None and name not in found.values():
            found[place] = name
    has_customer = {"customer_id", "name"} & set(found.values())
    return found if has_customer and len(found) > 1 else {}


def by_title(row: int, text: str, cells: Sequence[str], header: Mapping[int, str]) -> Line:
    """Return a line whose columns have titles."""
    line = Line(row, text)
    values = {name: cells[place] for place, name in header.items() if place < len(cells)}
    line.who = [values[name] for name in ("customer_id", "name") if values.get(name)]
    line.amount = values.get("amount") or None
    line.company = values.get("company_id") or None
    line.reason = values.get("reason") or None
    if code := values.get("currency"):
        line.currency = _currency(code)
        if line.currency is None:
            line.refuse("pasted_not_understood", code)
    _take_dates(line, values)
    if word := values.get("source"):
        line.source = _SOURCES.get(normalise(word))
        if line.source is None:
            line.refuse("pasted_not_understood", word)
    if share := values.get("cover_ratio"):
        line.share = _share(share if "%" in share else f"{share} %")
        if line.share is None:
            line.refuse("pasted_not_understood", share)
    return line


def _take_dates(line: Line, values: Mapping[str, str]) -> None:
    """Keep the first and last day of a line with titles."""
    for name in ("valid_from", "valid_to"):
        if day := values.get(name):
            read = parse_date(_UNTIL.sub("", _SINCE.sub("", day)))
            if read is None:
                line.refuse("date_unreadable", day)
            elif name == "valid_from":
                line.since = read
            else:
                line.until = read


def by_content(row: int, text: str, cells: Sequence[str]) -> Line:
    """Return a line whose columns have no title: the customer, then each cell by what it is."""
    line = Line(row, text, who=[cells[0]] if cells[0] else [])
    rest = list(cells[1:])
    days: list[date] = []
    for place, cell in enumerate(rest):
        if not cell or _take(line, cell, days):
            continue
        if line.amount is None and place == 0:
            line.who.append(cell)  # the name beside the code
        elif not any(rest[place + 1 :]) and not _is_figure(cell):
            line.reason = cell
        else:
            line.refuse("pasted_not_understood", cell)
    if len(days) > 1:
        line.since, line.until = days[0], days[1]
    elif days:
        line.until = days[0]
    return line


def _take(line: Line, cell: str, days: list[date]) -> bool:
    """Keep a cell that can be one thing alone; False when it is only words."""
    if line.amount is None and (_looks_amount(cell) or normalise(cell) in REMOVAL | REFUSAL):
        line.amount = cell
    elif line.currency is None and (code := _currency(cell)):
        line.currency = code
    elif line.source is None and (source := _SOURCES.get(normalise(cell))):
        line.source = source
    elif line.share is None and _SHARE.fullmatch(cell):
        line.share = _share(cell)
    elif _SINCE.match(cell) and (day := parse_date(_SINCE.sub("", cell))):
        line.since = day
    elif _UNTIL.match(cell) and (day := parse_date(_UNTIL.sub("", cell))):
        line.until = day
    elif line.amount is not None and (day := parse_date(cell)):
        days.append(day)
    else:
        return False
    return True


def _is_figure(cell: str) -> bool:
    """Tell what is no reason: a date that does not exist, the cents a comma cut off, a code."""
    is_code = bool(_CODE.fullmatch(cell)) and cell.isupper()
    return is_code or not any(char.isalpha() for char in cell)


def _looks_amount(cell: str) -> bool:
    """Tell a cell of digits that is no date: it is read for certain later, or refused."""
    bare = re.sub(r"[A-Za-z]{3}$|^[A-Za-z]{3}(?=\s?\d)|[€$£]", "", cell).strip()
    is_number = re.fullmatch(r"[-+(]?[\d\s\u00a0\u202f.,'’]*\d[\d\s\u00a0\u202f.,'’)-]*", bare)
    is_date = re.fullmatch(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}", bare)
    return bool(is_number) and not (is_date and parse_date(bare))


def _currency(cell: str) -> str | None:
    if cell in SYMBOLS:
        return SYMBOLS[cell]
    return cell.upper() if _CODE.fullmatch(cell) and cell.upper() in ISO else None


def _share(cell: str) -> float | None:
    found = _SHARE.fullmatch(cell)
    value = float(found[1].replace(",", ".")) / 100 if found else None
    return value if value is not None and value <= 1 else None
