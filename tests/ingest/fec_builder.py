"""Builds small invented FECs line by line, and answers “what is open at D” the slow, plain way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from arlib.ingest.formats import fec
from arlib.ingest.source import Source
from arlib.model.files import FileInput, ImportOptions

if TYPE_CHECKING:
    from arlib.model.files import ParsedFile

_TITLES = (
    "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib "
    "PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet ValidDate Montantdevise Idevise"
)
HEADER = _TITLES.split()
JOURNALS = {"VE": "Ventes", "BQ": "Banque", "AN": "A nouveaux", "OD": "Opérations diverses"}
FILE_NAME = "123456782FEC20251231.txt"  # an invented SIREN whose key is right


@dataclass
class Fec:
    """Lines of a ledger to come; amounts are in cents."""

    lines: list[list[str]] = field(default_factory=list)
    number: int = 0

    def line(
        self, account: str, amount: int, *, day: str, journal: str = "OD", aux: str = "",
        ref: str = "", piece_on: str | None = None, let: str = "", let_on: str = "",
        label: str = "", name: str = "", title: str = "", number: str | None = None,
    ) -> Fec:  # fmt: skip
        """Add one line; a negative amount is a credit."""
        self.lines.append(
            [
                journal, JOURNALS.get(journal, journal), number or str(self.number), day, account,
                title or f"Compte {account}", aux, name or (f"Client {aux}" if aux else ""), ref,
                day if piece_on is None else piece_on, label or f"Ligne {ref}",
                euros(max(amount, 0)), euros(max(-amount, 0)), let, let_on, day, "", "",
            ]
        )  # fmt: skip
        return self

    def entry(self, journal: str, counter: str, account: str, amount: int, **parts: Any) -> Fec:
        """Add an entry of two lines: the customer's, and the other side."""
        self.number += 1
        self.line(account, amount, journal=journal, **parts)
        other = {key: parts[key] for key in ("day", "ref", "piece_on", "label") if key in parts}
        return self.line(counter, -amount, journal=journal, **other)

    def invoice(self, aux: str, ref: str, day: str, amount: int, **parts: Any) -> Fec:
        """Add an invoice (a credit note when negative)."""
        return self.entry("VE", "707000", "411000", amount, aux=aux, ref=ref, day=day, **parts)

    def payment(self, aux: str, ref: str, day: str, amount: int, **parts: Any) -> Fec:
        """Add a receipt of ``amount`` (money given back when negative)."""
        return self.entry("BQ", "512000", "411000", -amount, aux=aux, ref=ref, day=day, **parts)

    def opening(self, aux: str, ref: str, piece_on: str, amount: int, **parts: Any) -> Fec:
        """Add an opening line of 2025."""
        return self.entry(
            "AN", "120000", "411000", amount, aux=aux, ref=ref, day="20250101",
            piece_on=piece_on, **parts,
        )  # fmt: skip

    def text(self, separator: str = "\t", end: str = "\n", header: list[str] | None = None) -> str:
        """Return the file as text."""
        rows = [header or HEADER, *self.lines]
        return end.join(separator.join(row) for row in rows) + end

    def read(self, name: str = FILE_NAME, **options: Any) -> ParsedFile:
        """Return the file understood."""
        return read_text(self.text(), name, **options)


def euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def read_text(text: str | bytes, name: str = FILE_NAME, **options: Any) -> ParsedFile:
    content = text.encode() if isinstance(text, str) else text
    return fec.extract(Source(FileInput(name, content)), ImportOptions(**options))


def documents(parsed: ParsedFile) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parsed.tables["documents"].to_pylist()
    return rows


def allocations(parsed: ParsedFile) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parsed.tables["allocations"].to_pylist()
    return rows


def by_number(parsed: ParsedFile) -> dict[str, dict[str, Any]]:
    return {str(row["number"]): row for row in documents(parsed)}


def open_at(parsed: ParsedFile, day: str, *, as_known: bool = False) -> dict[tuple[str, str], int]:
    """Return (customer, number) -> residual at ``day``, from definitions §0.1, zeros left out."""
    when = date.fromisoformat(day)
    found = {row["document_id"]: row for row in documents(parsed)}
    left = {key: row["amount_minor"] for key, row in found.items() if row["issued_on"] <= when}
    for row in allocations(parsed):
        effect = row["allocated_on"]
        if as_known and row["matched_on"]:
            effect = max(effect, row["matched_on"])
        if effect <= when:
            left[row["debit_document_id"]] -= row["amount_minor"]
            left[row["credit_document_id"]] += row["amount_minor"]
    return {
        (found[key]["customer_id"], found[key]["number"]): value
        for key, value in left.items()
        if value
    }


def codes(parsed: ParsedFile) -> set[str]:
    return {issue.code for issue in parsed.issues}
