"""The same book as a *fichier des écritures comptables*: entries, lettering, text."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from data.generator.model import Company, Doc

HEADER: Final = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum",
    "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet",
    "ValidDate", "Montantdevise", "Idevise", "DateEcheance",
)  # fmt: skip
_JOURNALS: Final = {"VE": "Ventes", "BQ": "Banque", "OD": "OD"}
ACCOUNTS: Final = {
    "411000": "Clients", "512000": "Banque", "707000": "Ventes", "445710": "TVA collectée",
    "654000": "Pertes sur créances",
}  # fmt: skip
_COUNTERPARTS: Final = {
    "invoice": ("VE", "707000"), "credit_note": ("VE", "707000"), "payment": ("BQ", "512000"),
    "deposit": ("BQ", "512000"), "bounce": ("BQ", "512000"), "refund": ("BQ", "512000"),
    "write_off": ("OD", "654000"),
}  # fmt: skip
_WORDS: Final = {
    "invoice": "Facture",
    "credit_note": "Avoir",
    "deposit": "Acompte",
    "refund": "Remboursement",
}


@dataclass(slots=True, eq=False)
class Line:
    """One line; ``amount`` in cents, debit positive. ``doc`` links lines to be lettered."""

    account: str
    amount: int
    customer_id: str = ""
    doc: Doc | None = None
    letter: str = ""
    lettered_on: dt.date | None = None
    due_on: dt.date | None = None


@dataclass(slots=True)
class Entry:
    """One balanced entry."""

    journal: str
    day: dt.date
    piece: str
    label: str
    lines: list[Line]


def entries(company: Company) -> list[Entry]:
    """Return the entries of the book in date order, lettered."""
    result = [_document_entry(group) for group in _grouped(company)]
    by_doc = {line.doc: line for entry in result for line in entry.lines if line.doc is not None}
    pairs: list[tuple[Line, Line]] = []
    for link in company.links:
        if link.undone_on is not None:
            continue
        if link.is_transfer:
            given = Line("411000", link.amount, link.credit.customer_id)
            taken = Line("411000", -link.amount, link.debit.customer_id)
            label = f"Règlement pour {link.debit.number}"
            result.append(Entry("OD", link.on, link.debit.number, label, [given, taken]))
            pairs += [(by_doc[link.credit], given), (taken, by_doc[link.debit])]
        else:
            pairs.append((by_doc[link.credit], by_doc[link.debit]))
    pairs += [
        (by_doc[doc.origin], by_doc[doc])
        for doc in company.docs
        if doc.kind == "bounce" and doc.origin is not None
    ]
    result.sort(key=lambda entry: (entry.day, entry.journal))
    _letter(pairs, result)
    return result


def _grouped(company: Company) -> Iterable[list[Doc]]:
    """Return documents by entry: the instalments of an invoice share theirs."""
    whole = sorted(
        company.docs, key=lambda doc: (doc.issued_on, doc.kind, doc.customer_id, doc.number)
    )
    for _, group in itertools.groupby(
        whole, key=lambda doc: (doc.kind, doc.customer_id, doc.number)
    ):
        yield list(group)


def _document_entry(docs: Sequence[Doc]) -> Entry:
    first = docs[0]
    journal, counterpart = _COUNTERPARTS[first.kind]
    lines = [
        Line(
            "411000",
            doc.amount,
            doc.customer_id,
            doc,
            due_on=doc.due_on if doc.instalment_no else None,
        )
        for doc in docs
    ]
    tax = sum(doc.tax for doc in docs)
    lines.append(Line(counterpart, tax - sum(doc.amount for doc in docs)))
    if tax:
        lines.append(Line("445710", -tax))
    word = _WORDS.get(first.kind)
    label = (
        first.reference
        if word is None or first.kind in {"deposit", "refund"}
        else f"{word} {first.number}"
    )
    piece = first.origin.number if first.origin is not None else first.number
    return Entry(journal, first.issued_on, piece, label or first.number, lines)


def _letter(pairs: Sequence[tuple[Line, Line]], book: Sequence[Entry]) -> None:
    """Give one code to lines linked together; codes restart at AA for each customer.

    Groups that do not balance (part-paid) carry lower-case codes.
    """
    parent: dict[Line, Line] = {}

    def root(line: Line) -> Line:
        while parent.setdefault(line, line) is not line:
            line = parent[line]
        return line

    for left, right in pairs:
        parent[root(left)] = root(right)
    days = {line: entry.day for entry in book for line in entry.lines}
    groups: dict[Line, list[Line]] = {}
    for line in list(days):
        if line in parent:
            groups.setdefault(root(line), []).append(line)
    counts: dict[str, int] = {}
    for group in sorted(groups.values(), key=lambda lines: max(days[line] for line in lines)):
        customer = group[0].customer_id
        number = counts[customer] = counts.get(customer, -1) + 1
        code = chr(65 + number // 26) + chr(65 + number % 26)
        is_settled = sum(line.amount for line in group) == 0
        for line in group:
            line.letter = code if is_settled else code.lower()
            line.lettered_on = max(days[member] for member in group)


def fec_bytes(
    book: Sequence[Entry], names: dict[str, str], *, separator: str = "\t", encoding: str = "utf-8"
) -> bytes:
    """Return the text of a FEC; entries are numbered by journal in the order given."""
    lines = [separator.join(HEADER)]
    counts: dict[str, int] = {}
    for entry in book:
        number = counts[entry.journal] = counts.get(entry.journal, 0) + 1
        code = f"{entry.journal}{number:05d}"
        lines += [separator.join(_cells(entry, line, code, names)) for line in entry.lines]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def _cells(entry: Entry, line: Line, number: str, names: dict[str, str]) -> list[str]:
    debit, credit = (line.amount, 0) if line.amount > 0 else (0, -line.amount)
    day = _day(entry.day)
    return [
        entry.journal, _JOURNALS[entry.journal], number, day, line.account, ACCOUNTS[line.account],
        line.customer_id, names.get(line.customer_id, ""), entry.piece, day, entry.label,
        _money(debit), _money(credit), line.letter, _day(line.lettered_on), day, "", "", _day(line.due_on),
    ]  # fmt: skip


def _money(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _day(day: dt.date | None) -> str:
    return day.strftime("%Y%m%d") if day else ""
