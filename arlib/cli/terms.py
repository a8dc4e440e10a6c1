"""Payment terms by customer and date: set, import a table, history, undo."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import money
from arlib.cli.entries import OneCustomer, date_or_dash, fields_of, is_over
from arlib.cli.links import company_of
from arlib.cli.session import Session, parse_date
from arlib.cli.text import DASH, shorten, table
from arlib.i18n import N_
from arlib.i18n.formats import is_missing
from arlib.model.files import FileInput
from arlib.model.issues import UserError
from arlib.workspace import TermsChange

if TYPE_CHECKING:
    import pandas as pd

    from arlib.workspace import TermsResult

_FIELDS: Final = (
    "change_id", "company_id", "customer_id", "terms_before", "terms", "valid_from", "reason", "by",
    "at", "undoes", "is_undone",
)  # fmt: skip


def set_terms(
    session: Session,
    *,
    customer: Annotated[
        list[str], typer.Option("--customer", metavar="ID", help="Customer (repeatable).")
    ],
    terms: Annotated[
        str | None, typer.Option("--terms", metavar="TEXT", help="Terms, as on the invoice.")
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Let the terms of the files count again.")
    ] = False,
    valid_from: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="First invoice date (all by default)."),
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why.")] = None,
) -> None:
    """Fix the payment terms of customers from a date on."""
    if (terms is None) == (not remove):
        raise typer.BadParameter(session.word("Give either --terms or --remove."))
    first = parse_date(valid_from)
    with session.workspace() as book:
        changes = [
            TermsChange(company_of(session, book, code), code, terms, first, reason)
            for code in customer
        ]
        done = book.set_terms(changes, session.author())
    _show(session, done)


def import_terms(
    session: Session,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Table of terms (csv).")],
) -> None:
    """Load a table of terms: customer, terms, first date, reason."""
    try:
        content = file.read_bytes()
    except OSError:
        raise UserError("file_not_found", value=file.name) from None
    with session.workspace() as book:
        changes = book.read_terms(FileInput(file.name, content), session.company)
        done = book.set_terms(changes, session.author())
    _show(session, done)


def history(session: Session, *, customer: OneCustomer = None) -> None:
    """List the terms fixed by hand, latest first."""
    with session.workspace() as book:
        found = book.terms_history(session.company, customer)
    session.show(fields_of(found, _FIELDS), lambda: _text(session, found))


def undo_terms(
    session: Session,
    *,
    change: Annotated[str, typer.Argument(metavar="CHANGE", help="Change to undo.")],
) -> None:
    """Undo one change of terms by a further entry."""
    with session.workspace() as book:
        done = book.undo_terms(change, session.author())
    _show(session, done)


def _show(session: Session, done: TermsResult) -> None:
    amounts = {currency: money(minor, currency) for currency, minor in done.amounts.items()}
    document = {
        "changes": fields_of(done.changes, _FIELDS),
        "count_documents": done.count_documents,
        "amounts": amounts,
    }
    session.show(document, lambda: _text(session, done.changes) + "\n\n" + _counted(session, done))


def _counted(session: Session, done: TermsResult) -> str:
    shown = session.formats
    amounts = ", ".join(shown.amount(minor, code) for code, minor in done.amounts.items())
    return session.word(
        "Documents whose due date changed: {count} ({amount})",
        count=shown.integer(done.count_documents),
        amount=amounts or DASH,
    )


def _text(session: Session, frame: pd.DataFrame) -> str:
    word = session.word
    if frame.empty:
        return word("No terms fixed by hand.")
    body = [
        [
            str(row["change_id"]),
            str(row["customer_id"]),
            _words(session, row["terms_before"]),
            _words(session, row["terms"]),
            date_or_dash(session, row["valid_from"]),
            shorten(row["by"], 20),
            word("yes") if is_over(row) else "",
        ]
        for row in frame.to_dict("records")
    ]
    return table([word(title) for title in _HEADERS], body, words=7)


def _words(session: Session, terms: object) -> str:
    return session.word("those of the files") if is_missing(terms) else shorten(terms)


_HEADERS: Final = (
    N_("Change"),
    N_("Customer"),
    N_("Before"),
    N_("Terms"),
    N_("From the"),
    N_("By"),
    N_("Undone"),
)
COMMANDS: Final = (
    Command("set", set_terms, "Fix the payment terms of customers from a date on."),
    Command("import", import_terms, "Load a table of terms: customer, terms, first date, reason."),
    Command("history", history, "List the terms fixed by hand, latest first."),
    Command("undo", undo_terms, "Undo one change of terms by a further entry."),
)
