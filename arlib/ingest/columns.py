"""Which header means which field: the names seen in real exports, French, English and others.

Headers are compared without case, accents, blanks and punctuation; an accent that an export turned
into ``?`` is forgiven. What only looks alike is proposed to the user, never applied silently.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from arlib.ingest.synonyms import SYNONYMS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from arlib.ingest.declaration import Bucket, ListFormat

# What a list of receivables cannot do without; each group needs one of its fields.
REQUIRED: Final = (
    ("customer_id", "customer_name", "customer", "account"),
    ("amount", "open", "amount_local", "debit", "credit"),
    ("issued_on", "due_on"),
)
# What a list of customers or limits needs.
REFERENCE: Final = (
    ("customer_id", "customer"),
    ("limit", "terms", "category", "sector", "owner", "siren", "group_id", "vat_number"),
)
_CURRENCIES: Final = {"eur", "usd", "gbp", "chf", "cad", "xof", "mad", "tnd", "jpy", "pln", "sek"}
_SYMBOLS: Final = {"€": "EUR", "$": "USD", "£": "GBP"}
_FUZZY: Final = 82.0
_MIN_BUCKETS: Final = 3
_BARE_CODE: Final = "code"


@dataclass(frozen=True, slots=True)
class Match:
    """Which column holds which field, and the currency that a header of amounts names.

    ``buckets`` are the columns of an aged list: field ``bucket_1``… -> what is late by how long.
    """

    fields: Mapping[str, int]
    currency: str | None = None
    buckets: Mapping[str, Bucket] = field(default_factory=dict)

    def has(self, groups: Sequence[Sequence[str]]) -> bool:
        """Tell whether each group has one of its fields."""
        return all(any(name in self.fields for name in group) for group in groups)


def _ages(name: str) -> tuple[str, str]:
    """Return the header of an age reduced, with its accents and with these lost."""
    lost = "".join(char if char.isascii() or char in "≤≥" else "" for char in name)
    return reduced_age(name), reduced_age(lost)


@lru_cache(maxsize=20_000)
def normalise(header: str) -> str:
    """Return a header reduced to letters and digits, without case nor accents.

    >>> normalise(" N° de  Facture "), normalise("Date d’échéance")
    ('ndefacture', 'datedecheance')
    """
    folded = unicodedata.normalize("NFKD", header.replace("º", "°").casefold())
    return "".join(char for char in folded if char.isascii() and char.isalnum())


@lru_cache(maxsize=20_000)
def reduced_age(header: str) -> str:
    """Return the header of an age reduced, its signs kept and without the date it may carry.

    >>> reduced_age("< 1 Month"), reduced_age("> 90 j."), reduced_age("As of 31/12/2025")
    ('<1month', '>90j', 'asof')
    """
    text = re.sub(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}", "", header)
    return "".join(char for char in text if char in "<>≤≥") + normalise(text)


def match_headers(headers: Sequence[str], form: ListFormat | None = None) -> Match:
    """Return the fields that the headers name; one header serves one field, one field one header.

    The names of ``form`` come first; generic ones complete them unless it says otherwise.
    """
    keys = [normalise(header) for header in headers]
    fields: dict[str, int] = {}
    taken: set[int] = set()
    barred: set[str] = set()
    if form is not None:
        fields, barred = _own_fields(keys, form)
        banned = {key for name in form.ignored.split("|") for key in spellings(name)}
        taken = {*fields.values(), *(i for i, key in enumerate(keys) if key in banned)}
    buckets = _buckets(headers, taken, form)
    taken |= {position for position, _ in buckets}
    currency = None
    if form is None or form.uses_synonyms:
        currency = _generic_fields(headers, keys, fields, taken, barred)
    fields = _settled(fields)
    named = {f"bucket_{rank}": bucket for rank, (_, bucket) in enumerate(buckets, start=1)}
    fields |= {name: position for name, (position, _) in zip(named, buckets, strict=True)}
    return Match(fields, (form.currency if form else None) or currency, named)


def _own_fields(keys: Sequence[str], form: ListFormat) -> tuple[dict[str, int], set[str]]:
    """Return the fields that a format's own headers name, and those it says are not there."""
    fields: dict[str, int] = {}
    for name, spelled in form.columns.items():
        for title in filter(None, spelled.split("|")):
            wanted = _by_place(title, keys) if title.startswith("#") else _by_name(title, keys)
            if (place := next((i for i in wanted if i not in fields.values()), None)) is not None:
                fields[name] = place
                break
    return fields, {name for name, spelled in form.columns.items() if not spelled}


def _by_name(title: str, keys: Sequence[str]) -> list[int]:
    wanted = spellings(title)
    return [place for place, key in enumerate(keys) if key in wanted]


@lru_cache(maxsize=20_000)
def spellings(title: str) -> frozenset[str]:
    """Return a name reduced, and as an export that lost its accents writes it.

    >>> sorted(spellings("Échéance"))
    ['chance', 'echeance']
    """
    lost = "".join(char if char.isascii() else "" for char in title)
    return frozenset({normalise(title), normalise(lost)} - {""})


def _by_place(title: str, keys: Sequence[str]) -> list[int]:
    """Return the place of “#3”, the third column, when it has no title."""
    place = int(title[1:]) - 1 if title[1:].isdigit() else len(keys)
    return [place] if place < len(keys) and not keys[place] else []


def _buckets(
    headers: Sequence[str], taken: set[int], form: ListFormat | None
) -> list[tuple[int, Bucket]]:
    """Return the columns that hold what is late by so many days; none when they are fewer than three."""
    from arlib.ingest.aged import bucket_of

    if form is not None and form.buckets:
        places = {
            reduced_age(header): place for place, header in reversed(list(enumerate(headers)))
        }
        own = []
        for bucket in form.buckets:
            keys = (key for name in bucket.header.split("|") for key in _ages(name))
            names = (places.get(key) for key in keys)
            place = next((p for p in names if p is not None and p not in taken), None)
            if place is not None:
                own.append((place, bucket))
        return own
    read = ((p, bucket_of(header)) for p, header in enumerate(headers) if p not in taken)
    found = [(place, bucket) for place, bucket in read if bucket]
    return found if len(found) >= _MIN_BUCKETS else []


def _generic_fields(
    headers: Sequence[str],
    keys: Sequence[str],
    fields: dict[str, int],
    taken: set[int],
    barred: set[str],
) -> str | None:
    """Complete ``fields`` by the generic names of the headers left; return the currency they name."""
    order = _field_order()
    ranked: list[tuple[int, int, int, str]] = []
    currency = None
    for position, header in enumerate(headers):
        bare, named = _without_unit(header)
        for name, rank in _index().get(keys[position]) or _index().get(normalise(bare)) or ():
            ranked.append((order[name], rank, position, name))
            if name in {"amount", "open", "debit", "amount_local"}:
                currency = currency or named
    for _order, _rank, position, name in sorted(ranked):
        if name not in fields and position not in taken and name not in barred:
            fields[name] = position
            taken.add(position)
    if "customer_id" not in fields.keys() | barred:
        _take_bare_code(keys, fields, taken)
    return currency


def _take_bare_code(keys: Sequence[str], fields: dict[str, int], taken: set[int]) -> None:
    """Take a lone “Code” for the customer's when it stands beside his name: alone it says nothing."""
    beside = {fields[name] for name in ("customer", "customer_name") if name in fields}
    places = [place for place, key in enumerate(keys) if key == _BARE_CODE and place not in taken]
    if len(places) == 1 and {places[0] - 1, places[0] + 1} & beside:
        fields["customer_id"] = places[0]
        taken.update(places)


@cache
def _field_order() -> Mapping[str, int]:
    return {name: index for index, name in enumerate(SYNONYMS)}


def propose(headers: Sequence[str]) -> dict[str, str]:
    """Return field -> header for exact matches and, for the form only, look-alikes."""
    from rapidfuzz import fuzz, process

    found = match_headers(headers).fields
    proposed = {name: headers[position] for name, position in found.items()}
    free = {normalise(header): header for header in headers if header not in proposed.values()}
    for name in (
        "customer_id",
        "customer_name",
        "number",
        "issued_on",
        "due_on",
        "amount",
        "open",
    ):
        if name in proposed or not free:
            continue
        best = max(
            (process.extractOne(own, free.keys(), scorer=fuzz.ratio) for own in _names(name)),
            key=lambda hit: hit[1],
        )
        if best[1] >= _FUZZY:
            proposed[name] = free.pop(best[0])
    return proposed


def signature(headers: Sequence[str]) -> str:
    """Return what identifies a set of headers, whatever their order, to remember a mapping."""
    text = "|".join(sorted(normalise(header) for header in headers))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _settled(fields: dict[str, int]) -> dict[str, int]:
    """Settle what depends on the other columns: a lone “Client” is the code, “Compte” too."""
    if "customer" in fields:
        if "customer_id" not in fields:
            fields["customer_id"] = fields["customer"]
        elif "customer_name" not in fields:
            fields["customer_name"] = fields["customer"]
        del fields["customer"]
    if "customer_id" not in fields and "customer_name" in fields:
        fields["customer_id"] = fields["customer_name"]
    if "customer_id" not in fields and "account" in fields:
        fields["customer_id"] = fields["account"]
    return fields


def _without_unit(header: str) -> tuple[str, str | None]:
    """Split “Montant TTC (€)” or “converted_usd” into the name and the currency."""
    for sign, code in _SYMBOLS.items():
        if sign in header:
            return re.sub(rf"[(\[]?\{sign}[)\]]?", "", header), code
    match = re.search(r"[\s_(\[-]([A-Za-z]{3})[)\]]?\s*$", header)
    if match and match[1].casefold() in _CURRENCIES:
        return header[: match.start()], match[1].upper()
    return header, None


def _names(field: str) -> list[str]:
    return [name for line in SYNONYMS[field] for name in map(normalise, line.split("|"))]


_NAMES: Final[dict[int, tuple[ListFormat | None, frozenset[str]]]] = {}


def names(form: ListFormat | None = None) -> frozenset[str]:
    """Return every header known, reduced: the generic ones and those of a format; kept by format."""
    kept = _NAMES.get(id(form))
    if kept is None or kept[0] is not form:
        generic = frozenset(_index()) if form is None or form.uses_synonyms else frozenset()
        own = [*form.columns.values(), *(b.header for b in form.buckets)] if form else ()
        keys = (spellings(name) for spelled in own for name in spelled.split("|"))
        kept = _NAMES[id(form)] = (form, generic.union(*keys))
    return kept[1]


@cache
def _index() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Return normalised header -> fields with their rank, spellings with a lost accent included."""
    index: dict[str, list[tuple[str, int]]] = {}
    for kept, lines in SYNONYMS.items():
        names = [name for line in lines for name in line.split("|")]
        for rank, name in enumerate(names):
            for key in spellings(name):
                if all(kept != known for known, _ in index.setdefault(key, [])):
                    index[key].append((kept, rank))
    return {key: tuple(found) for key, found in index.items()}
