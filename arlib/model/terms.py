"""Payment terms: words -> a rule -> a due date (definitions §15).

A rule is (kind, days, day): NET(N) = date + N; FDM_A(N) = end of month of (date + N), which is how
“N jours fin de mois” is read; FDM_B(N) = end of month + N (“fin de mois N jours”);
FDM_LE(N, J) = first day J strictly after FDM_A(N); DECADE(N) = end of the ten-day period + N.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal["NET", "FDM_A", "FDM_B", "FDM_LE", "DECADE"]


@dataclass(frozen=True, slots=True)
class Terms:
    """A parsed payment term."""

    kind: Kind
    days: int
    day: int | None = None


def parse_terms(text: str | None) -> Terms | None:
    """Return the rule that a term in words means, or None when it is not understood.

    >>> parse_terms("45 jours fin de mois le 15")
    Terms(kind='FDM_LE', days=45, day=15)
    >>> parse_terms("À réception"), parse_terms("30NET"), parse_terms("45FDM")
    (Terms(kind='NET', days=0, day=None), Terms(kind='NET', days=30, day=None), Terms(kind='FDM_A', days=45, day=None))
    """
    plain = _plain(text or "")
    if not plain:
        return None
    if re.search(r"\b(comptant|reception|immediat|immediate|due on receipt|cash)\b", plain):
        return Terms("NET", 0)
    end_of_month = r"(?:fdm|fin de mois|fin du mois|fm|eom|end of month)"
    if match := re.search(r"\bfin de decade\b(?:\D*(\d{1,3}))?", plain):
        return Terms("DECADE", int(match[1] or 0))
    if match := re.search(
        rf"^\D{{0,12}}?(\d{{1,3}})\s*(?:jours?|j|days?|d)?\s*{end_of_month}", plain
    ):
        days = int(match[1])
        rest = plain[match.end() :]
        if tail := re.search(r"(\d{1,2})", rest):
            day = int(tail[1])
            return Terms("FDM_LE", days, day) if 1 <= day <= 31 else None  # noqa: PLR2004 - days of a month
        return Terms("FDM_A", days)
    if match := re.search(rf"^{end_of_month}\D*(\d{{1,3}})?", plain):
        return Terms("FDM_B", int(match[1] or 0))
    if match := re.fullmatch(
        r"(?:net\s*|n\s*)?(\d{1,3})\s*(?:(?:jours?|j|days?|d)\b)?\s*"
        r"(?:nets?|date de facture|date facture|ddf|from invoice date)?",
        plain,
    ):
        return Terms("NET", int(match[1]))
    return None


def due_date(issued_on: date, terms: Terms) -> date:
    """Return the due date of an invoice dated ``issued_on``.

    >>> due_date(date(2025, 1, 31), Terms("FDM_A", 30)).isoformat()
    '2025-03-31'
    """
    if terms.kind == "NET":
        return issued_on + timedelta(days=terms.days)
    if terms.kind == "FDM_A":
        return _end_of_month(issued_on + timedelta(days=terms.days))
    if terms.kind == "FDM_B":
        return _end_of_month(issued_on) + timedelta(days=terms.days)
    if terms.kind == "FDM_LE":
        base = _end_of_month(issued_on + timedelta(days=terms.days))
        following = base + timedelta(days=1)
        last = calendar.monthrange(following.year, following.month)[1]
        return following.replace(day=min(terms.day or 1, last))
    end = 10 if issued_on.day <= 10 else 20 if issued_on.day <= 20 else 0  # noqa: PLR2004 - a décade is ten days
    decade = issued_on.replace(day=end) if end else _end_of_month(issued_on)
    return decade + timedelta(days=terms.days)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    spaced = re.sub(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", " ", letters)
    return re.sub(r"[\s.,;:()/-]+", " ", spaced).strip()


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
