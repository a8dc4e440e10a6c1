"""A letter or a statement as a PDF, by the template ``letter``: its lines are data, never markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arlib.i18n import formats, translator
from arlib.reports.letter import Paragraph
from arlib.reports.pdf import compile_pages, compile_pdf

if TYPE_CHECKING:
    from arlib.reports.letter import Letter
    from arlib.reports.letter_tables import Table


def letter_pdf(letter: Letter) -> bytes:
    """Return the PDF; the same letter always gives the same bytes."""
    asked = letter.asked
    return compile_pdf("letter", _data(letter), created_on=asked.on, lang=asked.language)


def letter_pages(letter: Letter, dpi: int = 80) -> list[bytes]:
    """Return its pages as pictures (PNG)."""
    asked = letter.asked
    return compile_pages("letter", _data(letter), created_on=asked.on, lang=asked.language, dpi=dpi)


def _data(letter: Letter) -> dict[str, Any]:
    _, f = translator(letter.asked.language), formats(letter.asked.language)
    return {
        "title": letter.subject,
        "sender": list(letter.sender),
        "recipient": list(letter.recipient),
        "dateline": letter.dateline,
        "sending": letter.sending,
        "reference": letter.reference,
        "subject": _("Subject: {subject}").format(subject=letter.subject),
        "body": [
            {"kind": "words", "lines": list(part.lines)}
            if isinstance(part, Paragraph)
            else _table(part)
            for part in letter.body
        ],
        "signature": list(letter.signature),
        "footer": _("Amounts as of {date}").format(date=f.date(letter.as_of)),
    }


def _table(item: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "titles": list(item.titles),
        "aligns": list(item.sides),
        "widths": list(item.widths),
        "rows": [list(row) for row in item.rows],
        "totals": item.count_totals,
        "size": 9,
    }
