"""The calendar as a file that agendas open (iCalendar, RFC 5545): one whole-day event a date."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from arlib.i18n import formats, translator
from arlib.i18n.formats import is_missing
from arlib.i18n.insurance import KINDS, asks, who, word

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

_WIDEST: Final = 74  # bytes of a line, before it is folded


def agenda(rows: pd.DataFrame, as_of: date, language: str = "fr") -> bytes:
    """Return an iCalendar file of the rows of ``CalendarView``, the same bytes for the same rows.

    An event keeps its name between two downloads, so an agenda updates it instead of doubling it.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Encours//FR", "CALSCALE:GREGORIAN"]
    for row in rows.to_dict("records"):
        lines += _event(row, as_of, language)
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) + "\r\n" for line in lines).encode()


def _event(row: dict[object, object], as_of: date, language: str) -> list[str]:
    _, f = translator(language), formats(language)
    day: date = row["on"].date()  # type: ignore[attr-defined]
    name = "|".join(
        str(row[part])
        for part in (
            "kind",
            "company_id",
            "customer_id",
            "scope",
            "scope_id",
            "source",
            "detail",
            "on",
        )
    )
    said = asks(row, language)
    if not is_missing(row["amount_minor"]):
        said += f", {f.amount(row['amount_minor'], str(row['currency']))}"
    summary = _("{name}: {value}").format(
        name=word(KINDS, row["kind"], language), value=who(row, language)
    )
    return [
        "BEGIN:VEVENT",
        f"UID:{hashlib.sha256(name.encode()).hexdigest()[:24]}@encours",
        f"DTSTAMP:{as_of:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(said)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    kept = " ".join(text.split())
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Return a line cut into pieces of at most 74 bytes, never within a character."""
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > _WIDEST:
            pieces.append(piece)
            piece = " "
        piece += sign
    return "\r\n".join([*pieces, piece])
