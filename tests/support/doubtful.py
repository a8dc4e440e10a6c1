"""A small book in which every kind of doubt is planted once, with amounts known by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from arlib.model.files import ImportOptions, ParsedFile
from arlib.model.issues import Issue
from arlib.workspace import LimitChange, Workspace
from tests.support.books import BY, Alloc, Book, Doc

AS_OF = date(2025, 6, 30)
ISSUES = (
    Issue("amount_unreadable", "refused", "Factures", 41, "Montant", "12..5", None, None),
    Issue("customer_missing", "refused", "Factures", 42, None, None, 70_000, "EUR"),
    Issue("customer_missing", "refused", "Factures", 43, None, None, -20_000, "EUR"),
    Issue("due_before_issue", "doubtful", "Factures", 12, "Échéance", "2025-01-01", 30_000, "EUR"),
    Issue("duplicate_kept", "doubtful", "Factures", 50, None, None, 11_000, "EUR"),
    Issue("due_date_missing", "note", "Factures", 2, None, None, 100_000, "EUR"),
    Issue("more_lines_alike", "note", "Factures", None, None, "4", detail="due_date_missing"),
    Issue("total_row", "ignored", "Factures", 99),
)


def doubtful_file() -> ParsedFile:
    """Return the file: see the comments for what each line plants."""
    docs = [
        # no due date: by default 30 days; the first is late at the date, the second is not
        Doc("C1", "F1", date(2025, 3, 1), 100_000),
        Doc("C1", "F2", date(2025, 6, 15), 40_000),
        # late by its own due date
        Doc("C2", "F3", date(2025, 4, 1), 60_000, due_on=date(2025, 5, 1)),
        # due before it was issued, late
        Doc("C2", "F4", date(2025, 2, 1), 30_000, due_on=date(2025, 1, 1)),
        # due two years later
        Doc("C2", "F5", date(2025, 1, 10), 25_000, due_on=date(2027, 1, 10)),
        # the same line twice
        Doc("C2", "F6", date(2025, 4, 4), 15_000, due_on=date(2025, 5, 4)),
        Doc("C2", "F6", date(2025, 4, 4), 15_000, due_on=date(2025, 5, 4)),
        # one number on two invoices
        Doc("C2", "F7", date(2025, 6, 2), 8_000, due_on=date(2025, 8, 2)),
        Doc("C3", "F7", date(2025, 6, 3), 9_000, due_on=date(2025, 8, 3)),
        # credits set against nothing: 45 and 100 days old
        Doc("C2", "P1", date(2025, 5, 16), -50_000, "payment"),
        Doc("C3", "A1", date(2025, 3, 22), -7_000, "credit_note"),
        # paid in full: no doubt
        Doc("C2", "F8", date(2025, 1, 5), 20_000, due_on=date(2025, 2, 5)),
        Doc("C2", "P8", date(2025, 2, 9), -20_000, "payment"),
        # dated after the import, in 2030
        Doc("C3", "F9", date(2031, 1, 1), 12_000, due_on=date(2031, 2, 1)),
        # dollars without a rate
        Doc("C4", "U1", date(2025, 6, 20), 33_000, due_on=date(2025, 7, 20), currency="USD"),
        # a collective account
        Doc("DIVERS", "D1", date(2025, 6, 25), 5_000, due_on=date(2025, 7, 25)),
    ]
    customers: list[dict[str, object]] = [
        {"customer_id": "C2", "name": "Atelier Berthou", "terms": "30 jours"},
        {"customer_id": "C3", "name": "Cordiers du Port", "terms": "30 jours"},
        {"customer_id": "C4", "name": "Delmar", "terms": "30 jours"},
        {"customer_id": "DIVERS", "name": "Clients divers", "is_collective": True},
    ]
    book = Book(docs, [Alloc("P8", "F8", 20_000)], customers=customers)
    return replace(book.parsed(), issues=ISSUES, rows_read=19, rows_kept=16, rows_refused=3)


def doubtful_workspace(workspace: Workspace) -> Workspace:
    """Return the workspace with the file loaded and one limit fixed, for C2."""
    workspace.load([doubtful_file()], ImportOptions(), BY)
    workspace.set_limits([LimitChange("TEST", "customer", "C2", 1_000_000, "EUR")], BY)
    return workspace
