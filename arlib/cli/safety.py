"""Safety: a copy of the book, putting one back, and checking that everything is as it must be."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import plain
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import DASH, pairs
from arlib.i18n.checks import finding_sentence
from arlib.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.model.checks import CheckReport, Finding
    from arlib.workspace import Backup, Restored


def backup(
    session: Session,
    out: Annotated[Path, typer.Option("--out", metavar="PATH", help="Backup to write.")],
) -> None:
    """Write a copy of the book, reopened and compared."""
    with session.workspace() as book:
        done = book.backup(out, session.author())
    session.show(
        {
            "path": str(done.path),
            "made_at": plain(done.made_at),
            "schema_version": done.schema_version,
            "tables": _rows(done),
            "ok": True,
        },
        lambda: _backup_text(session, done),
    )


def restore(
    session: Session,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Backup to put back.")],
) -> None:
    """Put a backup in the place of the book, which is kept aside."""
    done = Workspace.restore(session.book_path, path, session.author())
    session.show(
        {
            "path": str(done.path),
            "backup": str(done.source.path),
            "made_at": plain(done.source.made_at),
            "kept_aside": str(done.kept_aside) if done.kept_aside else None,
            "schema_version": done.schema_version,
            "tables": dict(done.tables),
            "ok": True,
        },
        lambda: _restore_text(session, done),
    )


def check(session: Session) -> None:
    """Check that the book can be read and that everything in it adds up."""
    with session.workspace() as book:
        found, path = book.verify(), book.path
    session.show(
        {
            "path": str(path),
            "tables": dict(found.tables),
            "ok": found.is_ok,
            "findings": [_finding(session, item) for item in found.findings],
        },
        lambda: _check_text(session, found),
    )
    if not found.is_ok:
        raise typer.Exit(1)


def _rows(done: Backup) -> Mapping[str, int]:
    return {name: item.rows for name, item in done.tables.items()}


def _finding(session: Session, item: Finding) -> dict[str, Any]:
    return {"code": item.code, "message": finding_sentence(item, session.lang)}


def _backup_text(session: Session, done: Backup) -> str:
    word, shown = session.word, session.formats
    count = sum(item.rows for item in done.tables.values())
    return pairs(
        [
            (word("Backup"), str(done.path)),
            (word("Made on"), shown.date_time(done.made_at)),
            (word("Rows, reopened and compared"), shown.integer(count)),
        ]
    )


def _restore_text(session: Session, done: Restored) -> str:
    word, shown = session.word, session.formats
    return pairs(
        [
            (word("Book"), str(done.path)),
            (word("Backup of"), shown.date_time(done.source.made_at)),
            (word("Rows copied"), shown.integer(sum(done.tables.values()))),
            (word("Previous book kept as"), str(done.kept_aside or DASH)),
        ]
    )


def _check_text(session: Session, found: CheckReport) -> str:
    word, shown = session.word, session.formats
    if found.is_ok:
        count = shown.integer(sum(found.tables.values()))
        return word("The book is sound: {count} rows read, nothing to report.", count=count)
    return "\n".join(finding_sentence(item, session.lang) for item in found.findings)


COMMANDS: Final = (
    Command("backup", backup, "Write a copy of the book, reopened and compared."),
    Command("restore", restore, "Put a backup in the place of the book, which is kept aside."),
    Command("check", check, "Check that the book can be read and that everything adds up."),
)
