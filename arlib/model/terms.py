"""Payment terms: words -> a rule -> a due date (definitions §15).

A rule is (kind, days, day): NET(N) = date + N; FDM_A(N) = end of month of (date + N), which is how
“N jours fin de mois” is read; FDM_B(N) = end of month + N (“fin de mois N jours”);
FDM_LE(N, J) = first day J strictly after FDM_A(N); DECADE(N) = end of the ten-day period + N.
Days are calendar days, unless the calendar says that 30 days are a month or that a due date waits
for the next working day.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

Kind = Literal["NET", "FDM_A", "FDM_B", "FDM_LE", "DECADE"]

_END: Final = r"(?:fdm|fin de mois|fin du mois|fin mois|fm|eom|end of month|month end)"
_UNIT: Final = r"(?:jours?|jrs?|j|days?|d|jd)"
_NET: Final = (
    r"(?:nets?|net de facture|date de facture|date facture|date d emission|de la date de facture|ddf"
    r"|from invoice date|after invoice date|from date of invoice|fin de livraison)"
)
_AT_ONCE: Final = re.compile(
    r"\b(comptant|a reception|reception|immediat|immediate|immediately|immediatement"
    r"|due on receipt|upon receipt|cash|cod|contre remboursement)\b"
)
_DECADE: Final = re.compile(
    rf"^(?:(\d{{1,3}}) ?{_UNIT}? )?(?:nets? )?(?:a )?fin (?:de )?decade(?: (\d{{1,3}}) ?{_UNIT}?)?$"
)
_MONTH_AFTER: Final = re.compile(
    rf"^(?:a )?(?:nets? |le )?(\d{{1,3}}) ?{_UNIT}? ?(?:nets? )?(?:a )?{_END}(?: (.*))?$"
)
_MONTH_BEFORE: Final = re.compile(rf"^(?:a )?{_END}(?: (\d{{1,3}}) ?{_UNIT}?)?(?: nets?)?$")
_DAY: Final = re.compile(
    r"^(?:le |the )?(\d{1,2})(?: du mois(?: suivant)?| of the month| suivant)?$"
)
_PLAIN: Final = re.compile(
    rf"^(?:a )?(?:nets? |nt |n )?(\d{{1,3}})(?: ?{_UNIT})?(?: {_NET})*(?: (?:a |apres )?reception(?: de(?: la)? facture| facture)?)?$"
)
_DISCOUNT: Final = re.compile(
    r"^\d{1,2}(?: \d)? ?(?:%|pct)? ?\d{1,3} nets? (\d{1,3})(?: days?| jours?)?$"
)
# How it is paid, or that it is paid, says nothing of when.
_MEANS: Final = re.compile(
    r"\b(?:par |en )?(?:virements?|vir|cheques?|chq|lcr|traites?|prelevements?|prlv|sepa|effets?|effet accepte"
    r"|billet a ordre|carte(?: bancaire)?|cb|paiement|reglement|payables?|echeance|payment|terms)\b(?: a)?"
)
_LAST_DAY: Final = 31


@dataclass(frozen=True, slots=True)
class Terms:
    """A parsed payment term."""

    kind: Kind
    days: int
    day: int | None = None


@dataclass(frozen=True, slots=True)
class TermsCalendar:
    """How days are counted.

    ``commercial_month``: 30, 60, 90… days before an end of month are whole months, as some
    accounting packages count them. ``next_business_day``: a due date on a Saturday or a Sunday is
    the Monday after (public holidays are not known).
    """

    commercial_month: bool = False
    next_business_day: bool = False


CALENDAR_DAYS: Final = TermsCalendar()


def parse_terms(text: str | None) -> Terms | None:
    """Return the rule that a term in words means, or None when it is not understood.

    >>> parse_terms("45 jours fin de mois le 15")
    Terms(kind='FDM_LE', days=45, day=15)
    >>> parse_terms("À réception"), parse_terms("30NET"), parse_terms("45FDM")
    (Terms(kind='NET', days=0, day=None), Terms(kind='NET', days=30, day=None), Terms(kind='FDM_A', days=45, day=None))
    """
    plain = _without_means(_plain(text or ""))
    if not plain:
        return None
    if match := _DECADE.match(plain):
        before, after = match.groups()
        return None if before and after else Terms("DECADE", int(before or after or 0))
    if match := _MONTH_AFTER.match(plain):
        return _end_of_month_term(int(match[1]), match[2])
    if match := _MONTH_BEFORE.match(plain):
        return Terms("FDM_B", int(match[1] or 0))
    if match := _PLAIN.match(plain) or _DISCOUNT.match(plain):
        return Terms("NET", int(match[1]))
    if _AT_ONCE.search(plain) and not re.search(r"\d", plain):
        return Terms("NET", 0)
    return None


def _end_of_month_term(days: int, rest: str | None) -> Terms | None:
    """Return the rule of “N jours fin de mois” followed by nothing or by a day of the month."""
    if not rest or re.fullmatch(_NET, rest):
        return Terms("FDM_A", days)
    match = _DAY.match(rest)
    if match is None or not 1 <= int(match[1]) <= _LAST_DAY:
        return None
    return Terms("FDM_LE", days, int(match[1]))


def months_of(terms: Terms, rules: TermsCalendar) -> int | None:
    """Return the whole months that a rule adds before its end of month; None: it adds days."""
    is_month = terms.kind in {"FDM_A", "FDM_LE"} and terms.days % 30 == 0
    return terms.days // 30 if rules.commercial_month and is_month else None


def due_date(issued_on: date, terms: Terms, rules: TermsCalendar = CALENDAR_DAYS) -> date:
    """Return the due date of an invoice dated ``issued_on``.

    >>> due_date(date(2025, 1, 31), Terms("FDM_A", 30)).isoformat()
    '2025-03-31'
    >>> due_date(date(2025, 1, 31), Terms("FDM_A", 30), TermsCalendar(commercial_month=True)).isoformat()
    '2025-02-28'
    """
    day = _due(issued_on, terms, rules)
    if rules.next_business_day:
        day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)  # noqa: PLR2004 - Friday
    return day


def _due(issued_on: date, terms: Terms, rules: TermsCalendar) -> date:
    if terms.kind == "NET":
        return issued_on + timedelta(days=terms.days)
    if terms.kind == "FDM_B":
        return _end_of_month(issued_on) + timedelta(days=terms.days)
    if terms.kind == "DECADE":
        return _end_of_decade(issued_on) + timedelta(days=terms.days)
    months = months_of(terms, rules)
    moved = issued_on + timedelta(days=terms.days) if months is None else _later(issued_on, months)
    base = _end_of_month(moved)
    if terms.kind == "FDM_A":
        return base
    following = base + timedelta(days=1)
    return following.replace(day=min(terms.day or 1, _end_of_month(following).day))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    letters = re.sub(r"\bf\. ?d\. ?m\b", "fdm", letters)
    spaced = re.sub(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", " ", letters)
    return re.sub(r"[\s.,;:()/'’+-]+", " ", spaced).strip()


def _without_means(plain: str) -> str:
    return re.sub(r" +", " ", _MEANS.sub(" ", plain)).strip()


def _later(day: date, months: int) -> date:
    """Return the same day some months later, the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _end_of_decade(day: date) -> date:
    end = 10 if day.day <= 10 else 20 if day.day <= 20 else 0  # noqa: PLR2004 - a décade is ten days
    return day.replace(day=end) if end else _end_of_month(day)
