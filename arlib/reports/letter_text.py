"""A letter as plain text, to copy into a message: nothing but characters, tables aligned by spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.i18n import translator
from arlib.reports.letter import Paragraph

if TYPE_CHECKING:
    from arlib.reports.letter import Letter
    from arlib.reports.letter_tables import Table


def letter_text(letter: Letter) -> str:
    """Return the whole letter; an e-mail begins with its subject."""
    _ = translator(letter.asked.language)
    heads = [
        "\n".join(letter.sender),
        "\n".join(letter.recipient),
        letter.dateline,
        letter.sending,
        letter.reference,
        _("Subject: {subject}").format(subject=letter.subject),
    ]
    parts = [*heads, body_text(letter)]
    return "\n\n".join(part for part in parts if part) + "\n"


def body_text(letter: Letter) -> str:
    """Return the words and tables, signature included: what is pasted under a subject."""
    parts = [
        "\n".join(part.lines) if isinstance(part, Paragraph) else table_text(part)
        for part in letter.body
    ]
    return "\n\n".join([*parts, "\n".join(letter.signature)]).strip()


def table_text(table: Table) -> str:
    """Return a table with its columns aligned, a line under its titles."""
    lines = [*([table.titles] if table.titles else []), *table.rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(table.sides))]
    made = [_aligned(line, widths, table) for line in lines]
    if table.titles:
        made.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(made)


def _aligned(line: tuple[str, ...], widths: list[int], table: Table) -> str:
    cells = (
        text.rjust(width) if side == "right" else text.ljust(width)
        for text, width, side in zip(line, widths, table.sides, strict=True)
    )
    return "  ".join(cells).rstrip()
