"""Mappings of columns: list, export, import, forget; the answers of the mapping form."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import plain
from arlib.cli.session import Session, write_bytes
from arlib.cli.text import DASH, table
from arlib.model.issues import UserError
from arlib.model.mapping import KnownMapping, from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence


def list_mappings(session: Session) -> None:
    """List the mappings that are remembered, the latest first."""
    with session.workspace() as book:
        known = book.mappings()
    session.show([encode(item) for item in known], lambda: _text(session, known))


def export_mapping(
    session: Session,
    *,
    signature: Annotated[str, typer.Argument(metavar="SIGNATURE", help="Mapping to export.")],
    out: Annotated[Path, typer.Option("--out", metavar="PATH", help="File to write.")],
) -> None:
    """Write a mapping as a file to share."""
    with session.workspace() as book:
        known = next((item for item in book.mappings() if item.signature == signature), None)
    if known is None:
        raise UserError("mapping_not_found", value=signature)
    path = write_bytes(out, to_json(known))
    session.show({"path": str(path), **encode(known)}, lambda: str(path))


def import_mapping(
    session: Session,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Mapping made by Encours.")],
) -> None:
    """Remember the mapping of a shared file."""
    known = read_mapping(file)
    with session.workspace() as book:
        book.remember_mapping(known.signature, known.fields, session.author())
        kept = next(item for item in book.mappings() if item.signature == known.signature)
    session.show(encode(kept), lambda: _text(session, [kept]))


def forget_mapping(
    session: Session,
    *,
    signature: Annotated[str, typer.Argument(metavar="SIGNATURE", help="Mapping to forget.")],
) -> None:
    """Forget one mapping."""
    with session.workspace() as book:
        book.forget_mapping(signature)
    session.show(
        {"signature": signature, "status": "forgotten"},
        lambda: session.word("Mapping {signature} forgotten.", signature=signature),
    )


def read_mapping(path: Path) -> KnownMapping:
    """Return the mapping of a shared file.

    Raises:
        UserError: ``file_not_found``, ``mapping_unreadable``, ``mapping_field_unknown``.
    """
    try:
        content = path.read_bytes()
    except OSError:
        raise UserError("file_not_found", value=path.name) from None
    return from_json(content, path.name)


def encode(known: KnownMapping) -> dict[str, Any]:
    """Return a mapping as a JSON object (fields of ``docs/command_line.md``)."""
    return {
        "signature": known.signature,
        "fields": dict(known.fields),
        "at": plain(known.recorded_at),
        "by": known.recorded_by,
    }


def _text(session: Session, known: Sequence[KnownMapping]) -> str:
    word, shown = session.word, session.formats
    if not known:
        return word("No mapping is remembered.")
    return table(
        [word("Mapping"), word("Columns"), word("Since"), word("By")],
        [
            [
                item.signature,
                ", ".join(f"{name} = {header}" for name, header in item.fields.items()),
                shown.date_time(item.recorded_at),
                item.recorded_by or DASH,
            ]
            for item in known
        ],
        words=4,
    )


COMMANDS: Final = (
    Command("list", list_mappings, "List the mappings that are remembered, the latest first."),
    Command("export", export_mapping, "Write a mapping as a file to share."),
    Command("import", import_mapping, "Remember the mapping of a shared file."),
    Command("forget", forget_mapping, "Forget one mapping."),
)
