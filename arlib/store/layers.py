"""Imported files as immutable layers (architecture §3.1).

Which are live is computed from the whole set, never stored as an order of events.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

BOOK_SCOPES: Final = ("ledger", "full_list", "open_items")


@dataclass(frozen=True, slots=True)
class Batch:
    """One imported file, as the journal keeps it."""

    batch_id: str
    sequence: int
    sha256: str
    format_id: str
    scope: str
    level: str | None
    company_id: str
    covers_from: date | None
    covers_to: date | None
    extracted_on: date | None
    terms: str | None
    replace_mode: str
    replaces: tuple[str, ...]
    imported_at: datetime
    is_undone: bool

    @property
    def is_book(self) -> bool:
        """Return True when its documents are the book's (not set to complete another file's)."""
        return self.replace_mode != "complete"


def batch_id(
    sha256: str, company_id: str, extracted_on: date | None, terms: str | None, replace_mode: str
) -> str:
    """Return the identity of an import: the same bytes with the same answers are the same batch."""
    mode = replace_mode if replace_mode == "complete" else ""
    parts = "|".join((sha256, company_id, str(extracted_on or ""), terms or "", mode))
    return hashlib.sha256(parts.encode()).hexdigest()[:12]


def states(batches: Iterable[Batch]) -> dict[str, str]:
    """Return ``live``, ``superseded`` or ``undone`` by batch id.

    A batch is live when it is not undone and no batch that is not undone hides it.
    """
    everyone = list(batches)
    standing = [batch for batch in everyone if not batch.is_undone]
    hidden = {a.batch_id for a in standing for b in standing if hides(b, a)}
    return {
        batch.batch_id: "undone"
        if batch.is_undone
        else "superseded"
        if batch.batch_id in hidden
        else "live"
        for batch in everyone
    }


def hides(newer: Batch, older: Batch) -> bool:
    """Return True when ``newer`` supersedes ``older``, whatever the order they came in."""
    if newer.batch_id == older.batch_id:
        return False
    if older.batch_id in newer.replaces:
        return True
    if newer.sha256 == older.sha256:
        return _is_later(newer, older)
    same = (newer.company_id, newer.format_id, newer.scope, newer.is_book) == (
        older.company_id,
        older.format_id,
        older.scope,
        older.is_book,
    )
    if not same or newer.replace_mode == "add" or newer.scope not in {"ledger", "full_list"}:
        return False
    if None in (newer.covers_from, newer.covers_to, older.covers_from, older.covers_to):
        return False
    if (newer.covers_from, newer.covers_to) == (older.covers_from, older.covers_to):
        return _is_later_extraction(newer, older)
    return _contains(newer, older)


def predecessors(batches: Iterable[Batch]) -> dict[str, str]:
    """Return the import of the same kind and company before each, in the time of its data.

    One set aside is nobody's predecessor, and has one of its own all the same. The first of a kind
    is absent.
    """
    latest: dict[tuple[str, str, bool], str] = {}
    found = {}
    for batch in sorted(batches, key=_time):
        kind = (batch.company_id, batch.scope, batch.is_book)
        if kind in latest:
            found[batch.batch_id] = latest[kind]
        if not batch.is_undone:
            latest[kind] = batch.batch_id
    return found


def _time(batch: Batch) -> tuple[date, int]:
    """Return where a file stands in the time of the data, then of the imports."""
    return batch.extracted_on or batch.covers_to or batch.imported_at.date(), batch.sequence


def overlapping(candidate: Batch, batches: Sequence[Batch]) -> list[Batch]:
    """Return the live book files of the same company, another format or scope, over its period."""
    if candidate.scope not in BOOK_SCOPES:
        return []
    alive = states(batches)
    return [
        batch
        for batch in batches
        if alive[batch.batch_id] == "live"
        and batch.batch_id != candidate.batch_id
        and batch.sha256 != candidate.sha256
        and batch.is_book
        and batch.company_id == candidate.company_id
        and batch.scope in BOOK_SCOPES
        and (batch.format_id, batch.scope) != (candidate.format_id, candidate.scope)
        and _overlap(candidate, batch)
    ]


def with_replacement(candidate: Batch, batches: Sequence[Batch]) -> Batch:
    """Return the candidate with the batches it replaces named."""
    return replace(
        candidate, replaces=tuple(sorted(b.batch_id for b in overlapping(candidate, batches)))
    )


def _is_later(newer: Batch, older: Batch) -> bool:
    return (newer.imported_at, newer.sequence) > (older.imported_at, older.sequence)


def _is_later_extraction(newer: Batch, older: Batch) -> bool:
    """Equal periods: the later extraction hides the other, else the later import."""
    if newer.extracted_on != older.extracted_on and newer.extracted_on and older.extracted_on:
        return newer.extracted_on > older.extracted_on
    return _is_later(newer, older)


def _contains(newer: Batch, older: Batch) -> bool:
    return (
        newer.covers_from is not None
        and newer.covers_to is not None
        and older.covers_from is not None
        and older.covers_to is not None
        and newer.covers_from <= older.covers_from
        and newer.covers_to >= older.covers_to
    )


def _overlap(one: Batch, other: Batch) -> bool:
    """Return True when the periods meet; a file without a period overlaps everything."""
    if None in (one.covers_from, one.covers_to, other.covers_from, other.covers_to):
        return True
    return (
        one.covers_from is not None
        and one.covers_to is not None
        and other.covers_from is not None
        and other.covers_to is not None
        and one.covers_from <= other.covers_to
        and other.covers_from <= one.covers_to
    )
