"""One FEC cut into fiscal years, as a firm would have exported each: movements and opening lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Style = Literal["detail", "balance", "none"]
Row = dict[str, str]


@dataclass(frozen=True)
class Fec:
    """The lines of a FEC as texts by column."""

    header: list[str]
    rows: list[Row]
    separator: str = "\t"

    @classmethod
    def read(cls, text: str, separator: str = "\t") -> Fec:
        lines = text.replace("\r\n", "\n").strip("\n").split("\n")
        header = lines[0].split(separator)
        cells = [line.split(separator) for line in lines[1:]]
        return cls(header, [dict(zip(header, row, strict=True)) for row in cells], separator)

    def text(self) -> str:
        lines = [self.separator.join(self.header)]
        lines += [self.separator.join(row[name] for name in self.header) for row in self.rows]
        return "\n".join(lines) + "\n"


def cents(row: Row) -> int:
    return _cents(row["Debit"]) - _cents(row["Credit"])


def _cents(text: str) -> int:
    whole, _, part = text.partition(",")
    return int(whole) * 100 + int(part.ljust(2, "0"))


def euros(amount: int) -> str:
    return f"{amount // 100},{amount % 100:02d}"


def is_customer(row: Row) -> bool:
    return row["CompteNum"].startswith("411")


def part(fec: Fec, first: str, last: str, *, style: Style, as_final: bool = False) -> str:
    """Return the file of the postings from ``first`` to ``last`` (yyyymmdd), opening lines in front.

    ``detail``: a line for each item not settled before; ``balance``: one line a customer;
    ``as_final``: letters given after ``last`` are in the file already.
    """
    settled = _settled_before(fec.rows, first)
    older = [
        row
        for position, row in enumerate(fec.rows)
        if is_customer(row) and row["EcritureDate"] < first and position not in settled
    ]
    opening = {"detail": _details, "balance": _balances, "none": _nothing}[style](older, first)
    movements = [row for row in fec.rows if first <= row["EcritureDate"] <= last]
    rows = [
        _known(row, last, as_final=as_final) for row in [*_balanced(opening, first), *movements]
    ]
    return Fec(fec.header, rows, fec.separator).text()


def _settled_before(rows: list[Row], first: str) -> set[int]:
    """Return the positions of the lines whose lettering group balanced before the year."""
    found: set[int] = set()
    lettered = [(i, row) for i, row in enumerate(rows) if is_customer(row) and row["EcritureLet"]]

    def key(item: tuple[int, Row]) -> tuple[str, str]:
        return item[1]["CompAuxNum"], item[1]["EcritureLet"]

    for _, group in groupby(sorted(lettered, key=key), key=key):
        members = list(group)
        is_old = all(row["EcritureDate"] < first and row["DateLet"] < first for _, row in members)
        if is_old and sum(cents(row) for _, row in members) == 0:
            found |= {i for i, _ in members}
    return found


def _known(row: Row, last: str, *, as_final: bool) -> Row:
    if as_final or row["DateLet"] <= last:
        return row
    return row | {"EcritureLet": "", "DateLet": ""}


def _details(older: Iterable[Row], first: str) -> list[Row]:
    return [_opening(row, first) for row in older]


def _balances(older: Iterable[Row], first: str) -> list[Row]:
    ordered = sorted(older, key=lambda row: row["CompAuxNum"])
    found = []
    for _, group in groupby(ordered, key=lambda row: row["CompAuxNum"]):
        members = list(group)
        total = sum(cents(row) for row in members)
        if total:
            line = _opening(members[0], first) | _sides(total)
            blank = {"EcritureLet": "", "DateLet": "", "PieceRef": "AN", "PieceDate": first}
            found.append(line | blank | {"EcritureLib": "Solde reporte"})
    return found


def _nothing(older: Iterable[Row], first: str) -> list[Row]:
    del older, first
    return []


def _opening(row: Row, first: str) -> Row:
    """Return the line that carries an item over: its own reference and date, no due date."""
    moved = {
        "JournalCode": "AN",
        "JournalLib": "A nouveaux",
        "EcritureNum": "AN00001",
        "EcritureDate": first,
        "ValidDate": first,
    }
    return row | moved | ({"DateEcheance": ""} if "DateEcheance" in row else {})


def _balanced(opening: list[Row], first: str) -> list[Row]:
    if not opening:
        return []
    total = sum(cents(row) for row in opening)
    other = {"CompteNum": "120000", "CompteLib": "Resultat", "CompAuxNum": "", "CompAuxLib": ""}
    blank = {"EcritureLet": "", "DateLet": "", "PieceRef": "AN", "PieceDate": first}
    return [*opening, opening[0] | other | blank | _sides(-total)]


def _sides(amount: int) -> Row:
    return {"Debit": euros(max(amount, 0)), "Credit": euros(max(-amount, 0))}


def only(fec: Fec, customers: set[str]) -> Fec:
    """Return the entries of some customers."""
    entries = {
        (row["JournalCode"], row["EcritureNum"])
        for row in fec.rows
        if row["CompAuxNum"] in customers
    }
    rows = [row for row in fec.rows if (row["JournalCode"], row["EcritureNum"]) in entries]
    return Fec(fec.header, rows, fec.separator)


def lettered_balances(text: str, separator: str = "\t") -> tuple[str, set[str]]:
    """Return a file of single balances whose carried balances are lettered, and for whom.

    Where every line of a customer's year belongs to a group that balances with his opening balance
    or by itself, one letter is given to the balance and to what is left over in the groups.
    """
    fec = Fec.read(text, separator)
    mine: dict[str, list[int]] = {}
    for position, row in enumerate(fec.rows):
        if is_customer(row):
            mine.setdefault(row["CompAuxNum"], []).append(position)
    rows = list(fec.rows)
    changed = set()
    for customer, positions in mine.items():
        loose = _loose([(i, rows[i]) for i in positions])
        if any(rows[i]["PieceRef"] == "AN" for i in loose) and not sum(
            cents(rows[i]) for i in loose
        ):
            changed.add(customer)
            last = max(rows[i]["EcritureDate"] for i in loose)
            for i in loose:
                rows[i] = rows[i] | {"EcritureLet": "AN1", "DateLet": last}
    return Fec(fec.header, rows, fec.separator).text(), changed


def _loose(lines: list[tuple[int, Row]]) -> list[int]:
    """Return the opening line and the lines whose group does not balance inside the file."""
    sums: dict[str, int] = {}
    for _, row in lines:
        sums[row["EcritureLet"]] = sums.get(row["EcritureLet"], 0) + cents(row)
    return [
        i
        for i, row in lines
        if row["PieceRef"] == "AN" or (row["EcritureLet"] and sums[row["EcritureLet"]])
    ]
