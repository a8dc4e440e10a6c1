"""The header of a FEC: its separator, which column is which, and how sure that is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Field -> spellings of its header, plain (no case, accent, space or punctuation); first = the decree.
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "journal": ("journalcode", "codejournal", "journal"),
    "journal_label": ("journallib", "journallibelle", "libellejournal"),
    "entry": ("ecriturenum", "numecriture", "numeroecriture"),
    "posted_on": ("ecrituredate", "dateecriture"),
    "account": ("comptenum", "numcompte", "numerocompte"),
    "account_label": ("comptelib", "comptelibelle", "libellecompte"),
    "auxiliary": ("compauxnum", "compteauxnum", "compauxnumero"),
    "auxiliary_label": ("compauxlib", "compteauxlib", "compauxlibelle"),
    "piece": ("pieceref", "refpiece", "referencepiece"),
    "piece_on": ("piecedate", "datepiece"),
    "label": ("ecriturelib", "ecriturelibelle", "libelleecriture"),
    "debit": ("debit",),
    "credit": ("credit",),
    "lettering": ("ecriturelet", "lettrage", "codelettrage"),
    "lettered_on": ("datelet", "datelettrage"),
    "validated_on": ("validdate", "datevalid", "datevalidation"),
    "foreign_amount": ("montantdevise", "montantendevise"),
    "foreign_currency": ("idevise", "devise"),
    "amount": ("montant",),
    "side": ("sens",),
    "settled_on": ("daterglt", "datereglement"),
    "payment_method": ("modergl", "moderglt", "modereglement"),
    "nature": ("natop", "natureoperation"),
    "client": ("idclient",),
    "due_on": (
        "dateecheance",
        "echeance",
        "dateech",
        "datedecheance",
        "ecrituredateecheance",
        "echeancedate",
        "dateecheancepiece",
        "pieceecheance",
        "duedate",
    ),
}
_BY_HEADER: Final = {spelling: name for name, all_ in FIELDS.items() for spelling in all_}
DECREE: Final = tuple(FIELDS)[:18]
SEPARATORS: Final = ("\t", "|", ";", ",")
# Separators of files saved by a spreadsheet, which quotes the values that hold one.
_SPREADSHEET: Final = frozenset(";,")
# Titles of the decree for what nothing can be read without.
_NEEDED: Final = {"posted_on": "EcritureDate", "account": "CompteNum"}
_AMOUNTS: Final = {"debit": "Debit", "credit": "Credit", "amount": "Montant", "side": "Sens"}
_SIGNATURE: Final = ("journal", "entry", "posted_on", "account", "piece", "label")
_QUOTED: Final = re.compile(r'(?:^|[;,])"[^"]*"(?:[;,]|\r?$)')
_SEARCHED_LINES: Final = 10
_TYPICAL: Final = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is: ``names[i]`` is the field of column i, ``""`` for one unknown.

    ``headers`` are the titles as written; ``header_row`` counts from 1; ``has_sides`` is true when
    Montant and Sens replace Debit and Credit; ``is_quoted`` when fields stand between quotes.
    """

    separator: str
    names: tuple[str, ...]
    headers: tuple[str, ...]
    header_row: int
    is_quoted: bool = False

    @property
    def has_sides(self) -> bool:
        """Tell whether amounts come as Montant and Sens."""
        return not {"debit", "credit"} <= set(self.names) and {"amount", "side"} <= set(self.names)

    @property
    def amount_names(self) -> tuple[str, str]:
        """Return the two fields that make the amount."""
        return ("amount", "side") if self.has_sides else ("debit", "credit")

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the decree's names of the columns without which nothing can be read."""
        needed = _NEEDED | {name: _AMOUNTS[name] for name in self.amount_names}
        return tuple(title for name, title in needed.items() if name not in self.names)

    @property
    def count_decree(self) -> int:
        """Return how many of the 18 columns of the decree are present (Montant = Debit…)."""
        known = set(self.names)
        if self.has_sides:
            known |= {"debit", "credit"}
        return len(known & set(DECREE))

    @property
    def extras(self) -> tuple[str, ...]:
        """Return the titles of the columns that no field claims."""
        return tuple(
            title
            for name, title in zip(self.names, self.headers, strict=False)
            if not name and title
        )

    @property
    def confidence(self) -> float:
        """Return how sure it is that this is a FEC, 0 to 1."""
        found = len(set(_SIGNATURE) & set(self.names))
        is_numbered = bool({"entry", "piece"} & set(self.names))
        if self.missing or found < len(_SIGNATURE) - 2 or not is_numbered:
            return 0.05 * found
        return min(0.98, 0.8 + 0.01 * self.count_decree)


def find_layout(lines: Sequence[str]) -> Layout | None:
    """Return the layout read in the first lines of a text, None when none looks like a FEC."""
    best: Layout | None = None
    for row, line in enumerate(lines[:_SEARCHED_LINES], start=1):
        for separator in SEPARATORS:
            layout = _layout(line.rstrip("\r"), separator, row, lines[row:])
            if layout and (best is None or layout.count_decree > best.count_decree):
                best = layout
    return best if best and best.count_decree >= _TYPICAL else None


def _layout(line: str, separator: str, row: int, below: Sequence[str]) -> Layout | None:
    headers = tuple(title.strip().strip('"').lstrip("\ufeff") for title in line.split(separator))
    if len(headers) < _TYPICAL:
        return None
    names = tuple(_distinct(_BY_HEADER.get(plain(title), "") for title in headers))
    is_quoted = line.count('"') > len(headers) or (
        separator in _SPREADSHEET and any(_QUOTED.search(text) for text in below)
    )
    return Layout(separator, names, headers, row, is_quoted=is_quoted)


def _distinct(names: Iterable[str]) -> Iterable[str]:
    """Yield the names, a repeated one as unknown: the first column of a name wins."""
    seen: set[str] = set()
    for name in names:
        yield "" if name in seen else name
        seen.add(name)


def plain(text: str) -> str:
    """Return letters and digits only, without case or accent.

    >>> plain(" Pièce Date ")
    'piecedate'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]", "", decomposed)
