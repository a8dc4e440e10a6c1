"""The columns of an aged list: “Non échu”, “1 - 30 j.”, “> 90 days”, and what each is late by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from arlib.ingest.declaration import Bucket

if TYPE_CHECKING:
    from collections.abc import Callable

_NOT_DUE: Final = re.compile(
    r"non echue?s?|not (?:yet )?due|current|courant|a echoir|actuel|pas echu|en cours non echu"
    r"|at date|not overdue|due later"
)
_DAYS: Final = r"(?: ?(?:j|jr|jrs|jour|jours|days?|d))?(?: (?:de retard|late|overdue|past due))?"
_RANGE: Final = re.compile(rf"(?:de )?(\d{{1,3}}) ?(?:-|a|to|et|/) ?(\d{{1,3}}){_DAYS}")
_OVER: Final = re.compile(
    rf"(?:>|\+(?: de)?|plus de|over|au dela de|sup a|superieur a|more than|older than) ?(\d{{1,3}}){_DAYS}"
    rf"|(\d{{1,3}}){_DAYS} ?\+"
)
_FROM: Final = re.compile(
    rf"(\d{{1,3}}){_DAYS} ?(?:and over|and more|and above|et plus|or more|et au dela)"
    rf"|(?:>=|≥|des|a partir de|from) ?(\d{{1,3}}){_DAYS}"
)
_UP_TO: Final = re.compile(rf"(?:<=|≤|<|jusqu a|moins de|up to|less than) ?(\d{{1,3}}){_DAYS}")
_LATE: Final = re.compile(
    r"^(?:(?:solde|montant|total) )?(?:echue?s?|ech|retard|overdue|due|past due|dus?)"
    r"(?: depuis| a(?= (?:plus|moins))| by)? (?=[\d<>+]|de \d|plus de|moins de|over|more)"
)
_LONGEST: Final = 40


def bucket_of(header: str) -> Bucket | None:
    """Return what a header of an aged list stands for, None when it is not one.

    >>> bucket_of("1 - 30 j."), bucket_of("91 and over")
    (Bucket(header='1 - 30 j.', first=1, last=30), Bucket(header='91 and over', first=91, last=None))
    >>> bucket_of("Échu à plus de 90 j"), bucket_of("Échu de 1 à 30 j").last
    (Bucket(header='Échu à plus de 90 j', first=91, last=None), 30)
    >>> bucket_of("Total")
    """
    if not header or len(header) > _LONGEST:
        return None
    text = _plain(header)
    if _NOT_DUE.fullmatch(text):
        return Bucket(header, None, 0)
    for pattern, bounds in _READERS:
        if match := pattern.fullmatch(text):
            first, last = bounds(*(int(part) for part in match.groups() if part))
            return Bucket(header, first, last) if last is None or first < last else None
    return None


def _plain(header: str) -> str:
    import unicodedata

    folded = unicodedata.normalize("NFKD", header.casefold().replace("≤", "<=").replace("≥", ">="))
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    text = re.sub(r"[–—−]", "-", letters)
    text = re.sub(r"[^a-z0-9<>=+/-]+", " ", text).strip()
    return _LATE.sub("", text)


# A range that starts at 0 holds what is due on the day itself: it counts as late by a day at least.
_READERS: Final[tuple[tuple[re.Pattern[str], Callable[..., tuple[int, int | None]]], ...]] = (
    (_RANGE, lambda first, last: (max(first, 1), last)),
    (_OVER, lambda last: (last + 1, None)),
    (_FROM, lambda first: (first, None)),
    (_UP_TO, lambda last: (1, last)),
)
