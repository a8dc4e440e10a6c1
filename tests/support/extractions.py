"""Two extractions of open items of one company, between which everything that can move moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from arlib.model.files import ImportOptions, ParsedFile
from tests.support.books import BY, Book, Doc

if TYPE_CHECKING:
    from arlib.workspace import Workspace

MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)
_ISSUED, _DUE = date(2025, 1, 5), date(2025, 2, 5)


def march() -> ParsedFile:
    """Return the first extraction."""
    docs = [
        Doc("C1", "F1", _ISSUED, 1_000, due_on=_DUE),
        Doc("C1", "F2", _ISSUED, 5_000, due_on=_DUE),
        Doc("C2", "F3", _ISSUED, 7_000, due_on=_DUE),
        Doc("C2", "F4", _ISSUED, 9_000, due_on=_DUE),
        Doc("C3", "F5", _ISSUED, 2_000, due_on=date(2025, 6, 5)),
        Doc("C3", "F6", _ISSUED, 3_000, due_on=date(2025, 5, 5)),
    ]
    opened = {"F1": 1_000, "F2": 5_000, "F3": 7_000, "F4": 8_000, "F5": 2_000, "F6": 3_000}
    who: list[dict[str, object]] = [
        {"customer_id": "C1", "name": "Atelier Berthou"},
        {"customer_id": "C2", "name": "Cordiers du Port"},
    ]
    return _extraction("ouvertes_mars.xlsx", MARCH, docs, opened, who)


def april() -> ParsedFile:
    """Return the second: see the comments for what moved."""
    docs = [
        # pushed from 5 February (late) to 15 April (not due at the extraction): 69 days
        Doc("C1", "F1", _ISSUED, 1_000, due_on=date(2025, 4, 15)),
        # 50 more
        Doc("C1", "F2", _ISSUED, 5_050, due_on=_DUE),
        # F3 is gone: settled; F4: 3,000 paid
        Doc("C2", "F4", _ISSUED, 9_000, due_on=_DUE),
        # pushed by 30 days, never late
        Doc("C3", "F5", _ISSUED, 2_000, due_on=date(2025, 7, 5)),
        # brought forward by 5 days
        Doc("C3", "F6", _ISSUED, 3_000, due_on=date(2025, 4, 30)),
        # new, of a new customer
        Doc("C4", "F7", date(2025, 3, 20), 4_000, due_on=date(2025, 4, 20)),
    ]
    opened = {"F1": 1_000, "F2": 5_050, "F4": 5_000, "F5": 2_000, "F6": 3_000, "F7": 4_000}
    who: list[dict[str, object]] = [
        {"customer_id": "C1", "name": "Atelier Berthou SAS"},
        {"customer_id": "C2", "name": "Cordiers du Port"},
        {"customer_id": "C4", "name": "Delmar"},
    ]
    return _extraction("ouvertes_avril.xlsx", APRIL, docs, opened, who)


def extracted_workspace(workspace: Workspace) -> Workspace:
    """Return the workspace with both extractions loaded, in order."""
    workspace.load([march(), april()], ImportOptions(), BY)
    return workspace


def _extraction(
    name: str,
    day: date,
    docs: list[Doc],
    opened: dict[str, int],
    customers: list[dict[str, object]],
) -> ParsedFile:
    book = Book(
        docs,
        customers=customers,
        open_items=opened,
        scope="open_items",
        level="C",
        format_id="flat",
        extracted_on=day,
    )
    return replace(book.parsed(), file_name=name, control_totals={"EUR": sum(opened.values())})
