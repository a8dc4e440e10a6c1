"""Erasing a customer or a company for good: told first, done with --yes, logged without its content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import money, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import DASH, pairs, table
from arlib.i18n import N_
from arlib.i18n.purge import facts, scope_word, warnings
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from arlib.model.purge import Purged, PurgePreview
    from arlib.workspace import Workspace

_REASON: Final = typer.Option("--reason", metavar="TEXT", help="Why; kept, so without any name.")
_YES: Final = typer.Option("--yes", help="Erase; without it nothing is.")


def customer(
    session: Session,
    code: Annotated[str, typer.Argument(metavar="CODE", help="Code of the customer.")],
    reason: Annotated[str, _REASON] = "",
    *,
    yes: Annotated[bool, _YES] = False,
) -> None:
    """Print what erasing a customer would take; erase him with --yes."""
    with session.workspace() as book:
        _run(session, book, (_company(session, book), code), reason, is_done=yes)


def company(
    session: Session,
    code: Annotated[str, typer.Argument(metavar="COMPANY", help="Id of the company.")],
    reason: Annotated[str, _REASON] = "",
    *,
    yes: Annotated[bool, _YES] = False,
) -> None:
    """Print what erasing a company would take; erase it with --yes."""
    with session.workspace() as book:
        _run(session, book, (code, None), reason, is_done=yes)


def history(session: Session) -> None:
    """Print the erasures done: when, by whom, why and how much."""
    with session.workspace() as book:
        found = book.purge_history(session.company)
    session.show(rows(found), lambda: _history_text(session, found))


def _company(session: Session, book: Workspace) -> str:
    """Return the company asked for, else the only one of the book."""
    known = [item.company_id for item in book.info().companies]
    if session.company is not None:
        return session.company
    if len(known) != 1:
        raise UserError("company_missing")
    return known[0]


def _run(
    session: Session, book: Workspace, target: tuple[str, str | None], reason: str, *, is_done: bool
) -> None:
    seen, backups = book.purge_preview(*target), book.backups_holding(*target)
    if not is_done:
        session.show(_seen(seen, backups), lambda: _seen_text(session, seen, backups))
        return
    company_id, customer_id = target
    by = session.author()
    if customer_id is None:
        done = book.purge_company(company_id, by, reason, seen.data_version)
    else:
        done = book.purge_customer(company_id, customer_id, by, reason, seen.data_version)
    session.show(_done(done, backups), lambda: _done_text(session, done, backups))


def _seen(seen: PurgePreview, backups: list[Path]) -> dict[str, Any]:
    return {
        "is_done": False,
        "scope": seen.target.scope,
        "company_id": seen.target.company_id,
        "customer_id": seen.target.customer_id,
        "name": seen.name,
        "codes": list(seen.codes),
        "count_customers": seen.count_customers,
        "count_lines": seen.count_lines,
        "count_documents": seen.count_documents,
        "count_shared": seen.count_shared,
        "count_limits": seen.count_limits,
        "count_follow_up": seen.count_follow_up,
        "open": [
            {"currency": code, "amount": money(minor, code)}
            for code, minor in seen.open_minor.items()
        ],
        "tables": dict(seen.tables),
        "alike": [
            {"company_id": company_id, "customer_id": code, "name": name}
            for company_id, code, name in seen.alike
        ],
        "backups": [str(path) for path in backups],
    }


def _done(done: Purged, backups: list[Path]) -> dict[str, Any]:
    return {
        "is_done": True,
        "purge_id": done.purge_id,
        "scope": done.scope,
        "count_lines": done.count_lines,
        "count_documents": done.count_documents,
        "count_texts": done.count_texts,
        "tables": dict(done.tables),
        "backups": [str(path) for path in backups],
    }


def _seen_text(session: Session, seen: PurgePreview, backups: list[Path]) -> str:
    words = [session.word(N_("Nothing is erased yet: add --reason and --yes."))]
    told = facts(seen, session.lang)
    return "\n\n".join([pairs(told), "\n".join([*warnings(seen, backups, session.lang), *words])])


def _done_text(session: Session, done: Purged, backups: list[Path]) -> str:
    word, shown = session.word, session.formats
    head = pairs(
        [
            (word("Erasure"), done.purge_id),
            (word("Lines of files"), shown.integer(done.count_lines)),
            (word("Documents"), shown.integer(done.count_documents)),
            (word("Texts of others where a word was taken out"), shown.integer(done.count_texts)),
        ]
    )
    if not backups:
        return head
    left = word("These files beside the book still hold the data: delete them, or keep them apart.")
    return head + "\n\n" + "\n".join([left, *map(str, backups)])


def _history_text(session: Session, found: pd.DataFrame) -> str:
    word, shown = session.word, session.formats
    if found.empty:
        return word("Nothing was ever erased.")
    lines = [
        [
            row["purge_id"],
            shown.date_time(row["at"]),
            row["by"],
            scope_word(row["scope"], session.lang),
            shown.integer(row["count_lines"]),
            shown.integer(row["count_documents"]),
            row["reason"] or DASH,
        ]
        for row in found.to_dict("records")
    ]
    titles = ["Erasure", "When", "By", "Scope", "Lines", "Documents", "Reason"]
    return table([session.translate(title) for title in titles], lines, words=4)


COMMANDS: Final = (
    Command(
        "customer", customer, "Print what erasing a customer would take; erase him with --yes."
    ),
    Command("company", company, "Print what erasing a company would take; erase it with --yes."),
    Command("history", history, "Print the erasures done: when, by whom, why and how much."),
)
